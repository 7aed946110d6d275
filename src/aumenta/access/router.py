# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers questions about travel times over one network with one set of options.

A Router prepares what does not depend on the point that is asked for (the timetable of the window, the walks at the
speed asked for) and keeps its work space: make it once, ask it often, one for each thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aumenta.access.boarding import boardable, no_service, stops_with_parking
from aumenta.access.kernels import Kernel, forward_kernel
from aumenta.access.options import Options
from aumenta.access.times import NEVER, NOT_REACHED, Grid, Times
from aumenta.access.walks import QueryWalks
from aumenta.access.ways import Ends, Place, Ways
from aumenta.access.window import DAY, Shorts, Window, cut
from aumenta.errors import AccessError, Problem
from aumenta.network.gtfs import representative_date
from aumenta.network.model import Bytes, Network, Timetable
from aumenta.network.street_times import StreetTimes

if TYPE_CHECKING:
    from aumenta.access.backward import ToOne
    from aumenta.access.journeys import Journey


class Router:
    """Travel times over a network.

    Raises `AccessError` for a date without service, `NetworkError` when transit is asked of a network without
    timetable. Not for use by several threads at once.
    """

    def __init__(self, network: Network, options: Options | None = None, grid: Grid | None = None) -> None:
        self.network = network
        self.options = options or Options()
        self.grid = grid
        parking = None
        if self.options.mode == "transit":
            named = self.options.date or network.about.date
            self.date = np.datetime64(named, "D") if named else representative_date(self.timetable)
            if self.options.access == "car":
                parking = stops_with_parking(self.timetable)
            # Trips of the evening before may run on past midnight: only then is the window looked at.
            if not self.timetable.running(self.date).any() and not len(self.window.conn_dep):
                raise no_service(self.timetable, self.date)
        self.ways = Ways(network, self.options, parking)

    # --- what is prepared once ----------------------------------------------------------

    @cached_property
    def timetable(self) -> Timetable:
        """The timetable with the vehicles that may be boarded; `NetworkError` where the network has none."""
        return boardable(self.network, self.options.vehicles)

    @cached_property
    def window(self) -> Window:
        """The timetable cut to the departures that are asked for."""
        own = self.options
        return cut(
            self.timetable, self.date, own.start, own.count, own.step, own.max_seconds, own.bike_on_board
        )

    @property
    def walks(self) -> QueryWalks:
        """Walks at the speed asked for, with change times."""
        return self.ways.walks

    @property
    def streets(self) -> StreetTimes:
        """Times and lines over the streets alone."""
        return self.ways.streets

    @cached_property
    def kernel(self) -> Kernel:
        """What answers for one origin; its work space is written anew by each question."""
        return forward_kernel(self.window, self.walks, self.options.rides)

    @cached_property
    def _to_one(self) -> ToOne:
        from aumenta.access.backward import ToOne  # noqa: PLC0415

        walks = self.ways.walks_from_cells
        return ToOne(self.window, walks, len(walks.foot_indptr) - 1)

    def window_at(self, departure: int) -> tuple[Window, int]:
        """A window with one departure (seconds after midnight) in it, and its seconds since the window's start.

        The router's own where that is cut already and has it, or a window of this departure alone.
        """
        own = self.options
        if "window" in vars(self) and own.start <= departure <= own.start + own.step * (own.count - 1):
            return self.window, departure - own.start
        days, start = divmod(departure, DAY)
        date = self.date + np.timedelta64(days, "D")
        return cut(self.timetable, date, start, 1, 60, own.max_seconds, own.bike_on_board), 0

    # --- questions ----------------------------------------------------------------------

    def one_to_all(self, origin: Place, cube: bool = False) -> Times:
        """Minutes from a cell or point to every cell; with `cube` also the seconds of every departure."""
        if self.options.mode != "transit":
            return self._street_times(self.ways.direct(origin, backward=False), toward=False, cube=cube)
        direct, access = self.ways.ends(origin, backward=False)
        self.kernel.run(*access)
        rows = self.kernel.percentiles(direct, self.options.percentiles)
        return self._times(rows, toward=False, cube=self.kernel.cube(direct) if cube else None)

    def all_to_one(self, destination: Place, cube: bool = False) -> Times:
        """Minutes from every cell to a cell or point, for the same departures as `one_to_all`."""
        if self.options.mode != "transit":
            return self._street_times(self.ways.direct(destination, backward=True), toward=True, cube=cube)
        if self.options.rides is not None:
            problem = Problem(
                "not offered with a limit of rides", field="rides", expected="one_to_all from each"
            )
            raise AccessError("The question cannot be answered as it is put.", [problem])
        return self.all_to_ends(self.ways.ends(destination, backward=True), cube)

    def all_to_any(self, destinations: Sequence[Place], cube: bool = False) -> Times:
        """Minutes from every cell to whichever of several places is reached first, at each departure anew.

        This is the time to the nearest of a kind of facility: the median of the best, not the best of the medians.
        Places that lie beyond reach of any street are left out; nothing is reached when all do.
        """
        places = self.ways.on_streets(destinations)
        never = np.full(len(self.network.cells), NEVER, np.uint16)
        if self.options.mode != "transit":
            best = np.min([never, *(self.ways.direct(place, backward=True) for place in places)], axis=0)
            return self._street_times(best, toward=True, cube=cube)
        ends = [self.ways.ends(place, backward=True) for place in places]
        direct = np.min([never, *(seconds for seconds, _ in ends)], axis=0)
        near = np.full(len(self.network.stops or ()), NEVER, np.uint16)
        for _, (stops, seconds) in ends:
            near[stops] = np.minimum(near[stops], seconds)
        at = np.flatnonzero(near != NEVER).astype(np.int32)
        return self.all_to_ends((direct, (at, near[at])), cube)

    def all_to_ends(self, ends: Ends, cube: bool = False) -> Times:
        """Minutes by transit from every cell to a target that is no place but its ends.

        `ends`: each cell's seconds without vehicles, and stops with the seconds from each to the target.
        """
        direct, egress = ends
        self._to_one.run(*egress)
        rows = self._to_one.percentiles(direct, self.options.percentiles)
        return self._times(rows, toward=True, cube=self._to_one.cube(direct) if cube else None)

    def many_to_many(
        self, origins: Iterable[Place], destinations: Sequence[int] | None = None
    ) -> NDArray[np.uint8]:
        """Minutes (percentiles, origins, destinations) as bytes, 255 = not reached.

        Destinations are numbers of cells, None = all.
        """
        found = [self.one_to_all(origin).rows for origin in origins]
        if not found:
            width = len(self.network.cells) if destinations is None else len(destinations)
            return np.empty((len(self.options.percentiles), 0, width), np.uint8)
        chosen = slice(None) if destinations is None else np.asarray(destinations)
        return np.stack([rows[:, chosen] for rows in found], axis=1)

    def journey(self, origin: Place, destination: Place, departure: int) -> Journey:
        """The best journey between two places for one departure (seconds after midnight), leg by leg."""
        from aumenta.access.journeys import find_journey  # noqa: PLC0415

        return find_journey(self, origin, destination, departure)

    # --- within -------------------------------------------------------------------------

    def _street_times(self, seconds: Shorts, toward: bool, cube: bool) -> Times:
        minutes = np.where(seconds == NEVER, NOT_REACHED, (seconds.astype(np.uint32) + 59) // 60).astype(
            np.uint8
        )
        rows = np.broadcast_to(minutes, (len(self.options.percentiles), len(minutes)))
        return self._times(rows, toward, seconds[:, None] if cube else None)

    def _times(self, rows: Bytes, toward: bool, cube: Shorts | None) -> Times:
        date = str(self.date) if self.options.mode == "transit" else None
        return Times(rows, self.options, self.network.about.status, toward, date, self.grid, cube)
