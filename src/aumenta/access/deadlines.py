# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""When to leave at the latest to be there in time: the same kernels, on a window that runs backwards.

Seen backwards in time a vehicle leaves where and when it arrives, one boards where one gets off, every footpath leads
the other way, and the latest departure before a deadline is the earliest arrival after it. So `Profiles` from a target
over the reversed window answers for all places that must reach it, and `ToOne` for all places to be reached from one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from aumenta.access.backward import ToOne
from aumenta.access.kernels import Kernel, forward_kernel
from aumenta.access.walks import QueryWalks
from aumenta.access.window import DAY, NEVER, Shorts, Window, cut
from aumenta.errors import AccessError, Problem
from aumenta.network.model import ALIGHT, BOARD, Bytes, Ints, Timetable

if TYPE_CHECKING:
    from aumenta.access.router import Router
    from aumenta.access.ways import Place

#: The one day on which a reversed window runs.
_ANY_DAY = np.datetime64("2000-01-01", "D")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long before each deadline one must leave: `seconds` uint16 (cells, deadlines), 65535 = not within the limit.

    `times` int32: the deadlines in seconds after midnight, rising.
    """

    seconds: Shorts
    times: Ints

    @property
    def departures(self) -> Ints:
        """Latest departures in seconds after midnight (negative: the day before), int32 (cells, deadlines).

        -1,000,000 where there is none.
        """
        latest = self.times[None, :] - self.seconds.astype(np.int32)
        return np.where(self.seconds == NEVER, np.int32(-1_000_000), latest).astype(np.int32)


class ArriveBy:
    """Latest departures for the deadlines `deadline + step * i`, i < `count`, with the options of a router.

    `deadline`: seconds after midnight. Limits, speeds and ways to the first stop are the router's; its window is not
    used. Kernels and work space are kept: ask it often, one for each thread. AccessError: too many deadlines.
    """

    def __init__(self, router: Router, deadline: int, count: int = 1, step: int = 60) -> None:
        self._router = router
        self.times: Ints = np.arange(deadline, deadline + step * count, step, dtype=np.int32)
        own = router.options
        self._window = deadline_window(
            router.timetable, router.date, deadline, count, step, own.max_seconds, own.bike_on_board
        )
        self._walks = reverse_walks(router.ways.walks_from_cells)

    def all_to_one(self, destination: Place) -> Deadlines:
        """Latest departures from every cell that reach a cell or point in time."""
        direct, egress = self._router.ways.ends(destination, backward=True)
        self._from_target.run(*egress)
        return self._told(self._from_target.cube(direct))

    def one_to_all(self, origin: Place) -> Deadlines:
        """Latest departures from a cell or point that reach each cell in time. Not offered with a limit of rides."""
        if self._router.options.rides is not None:
            problem = Problem("not offered with a limit of rides", field="rides", expected="no limit")
            raise AccessError("The question cannot be answered as it is put.", [problem])
        direct, access = self._router.ways.ends(origin, backward=False)
        self._to_origin.run(*access)
        return self._told(self._to_origin.cube(direct))

    @cached_property
    def _from_target(self) -> Kernel:
        return forward_kernel(self._window, self._walks, self._router.options.rides)

    @cached_property
    def _to_origin(self) -> ToOne:
        return ToOne(self._window, self._walks, len(self._walks.foot_indptr) - 1)

    def _told(self, cube: Shorts) -> Deadlines:
        return Deadlines(np.ascontiguousarray(cube[:, ::-1]), self.times)


def arrive_by(router: Router, destination: Place, deadline: int, count: int = 1, step: int = 60) -> Deadlines:
    """Latest departures from every cell that reach a destination by each deadline; `ArriveBy` for many questions."""
    return ArriveBy(router, deadline, count, step).all_to_one(destination)


def deadline_window(
    timetable: Timetable,
    date: np.datetime64,
    deadline: int,
    count: int = 1,
    step: int = 60,
    max_seconds: int = 7200,
    bikes: bool = False,
) -> Window:
    """A reversed window: its departure i is the deadline `deadline + step * (count - 1 - i)` of the date.

    AccessError: numbers out of range, or a window too long for 16-bit seconds.
    """
    days, start = divmod(deadline - max_seconds, DAY)
    day = date + np.timedelta64(days, "D")
    return reverse_window(cut(timetable, day, start, count, step, max_seconds, bikes))


def reverse_window(window: Window) -> Window:
    """The same connections seen backwards from the window's end; `start` is 0, `source` names the same connections.

    The number of departures stays: second `step * i` of the result is second `end - step * i` of the window.
    """
    end = window.end
    order = np.arange(len(window.conn_dep))[::-1]
    order = order[np.argsort(end - window.conn_arr[order].astype(np.int32), kind="stable")]
    none, nobody = np.zeros(0, np.int32), np.zeros(0, np.str_)
    turned = Timetable(
        stop_id=nobody,
        stop_name=nobody,
        stop_lon=np.zeros(0),
        stop_lat=np.zeros(0),
        stop_station=none,
        line_id=nobody,
        line_name=nobody,
        line_long=nobody,
        line_type=none,
        line_agency=nobody,
        trip_id=np.zeros(window.trips, np.str_),
        trip_line=none,
        trip_headsign=nobody,
        trip_bikes=np.zeros(window.trips, np.uint8),
        trip_service=np.zeros(window.trips, np.int32),
        conn_from=window.conn_to[order],
        conn_to=window.conn_from[order],
        conn_dep=end - window.conn_arr[order].astype(np.int32),
        conn_arr=end - window.conn_dep[order].astype(np.int32),
        conn_trip=window.conn_trip[order],
        conn_flags=_swapped(window.conn_flags[order]),
        services=np.ones((1, 1), bool),
        first_date=_ANY_DAY,
        rule_from=none,
        rule_to=none,
        rule_seconds=none,
    )
    back = cut(turned, _ANY_DAY, 0, window.count, window.step, window.max_seconds)
    return replace(back, source=window.source[order][back.source], trip_of=window.trip_of[back.trip_of])


def reverse_walks(walks: QueryWalks) -> QueryWalks:
    """Footpaths the other way, rows rising in seconds, and walks to stops in the place of walks from stops."""
    stops = len(walks.foot_indptr) - 1
    begin = np.repeat(np.arange(stops, dtype=np.int32), np.diff(walks.foot_indptr))
    order = np.lexsort((begin, walks.foot_seconds, walks.foot_stop))
    indptr = np.zeros(stops + 1, np.int32)
    np.cumsum(np.bincount(walks.foot_stop, minlength=stops), out=indptr[1:])
    return QueryWalks(
        indptr,
        begin[order],
        walks.foot_seconds[order],
        walks.access_indptr,
        walks.access_stop,
        walks.access_seconds,
        walks.egress_indptr,
        walks.egress_stop,
        walks.egress_seconds,
    )


def _swapped(flags: Bytes) -> Bytes:
    """Whoever got off there now boards, and the other way round."""
    return (np.where(flags & BOARD, ALIGHT, 0) | np.where(flags & ALIGHT, BOARD, 0)).astype(np.uint8)
