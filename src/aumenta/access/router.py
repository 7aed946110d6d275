# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers questions about travel times over one network with one set of options.

A Router prepares what does not depend on the point that is asked for (the timetable of the window, the walks at the
speed asked for) and keeps its work space: make it once, ask it often, one for each thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options
from aumenta.access.times import NEVER, NOT_REACHED, Grid, Times
from aumenta.access.walks import QueryWalks, query_walks, scaled
from aumenta.access.window import Window, cut
from aumenta.errors import AccessError, NetworkError, Problem
from aumenta.network.model import (
    BASE_SPEED,
    FOOTPATH_LIMIT,
    LINK_LIMIT,
    Network,
    Points,
    StreetMode,
    Timetable,
    Walks,
)
from aumenta.network.street_times import StreetTimes

if TYPE_CHECKING:
    from aumenta.access.backward import ToOne
    from aumenta.access.journeys import Journey

#: A cell by its number, or a point by longitude and latitude.
Place = int | np.integer[Any] | tuple[float, float]
_CONNECTIONS = ("conn_from", "conn_to", "conn_dep", "conn_arr", "conn_trip", "conn_flags")
#: Modes of the timetable at whose stops a car may be left.
PARKING_MODES = ("rail", "metro")
Stops = tuple[NDArray[np.int32], NDArray[np.uint16]]
#: Ways in compressed rows: where each row begins, stops, whole seconds.
Rows = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]


class Kernel(Protocol):
    """What answers for one origin once access is known; `scan.Profiles` and `rides.RangeRaptor`."""

    def run(self, access_stops: NDArray[np.int32], access_seconds: NDArray[np.uint16]) -> None:
        """Scan the window from these stops."""

    def cube(self, direct: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Seconds (cells, departures)."""

    def percentiles(self, direct: NDArray[np.uint16], ranks: Sequence[int]) -> NDArray[np.uint8]:
        """Minutes (ranks, cells)."""


class Router:
    """Travel times over a network.

    Raises `AccessError` for a date without service, `NetworkError` when transit is asked of a network without
    timetable. Not for use by several threads at once.
    """

    def __init__(self, network: Network, options: Options | None = None, grid: Grid | None = None) -> None:
        self.network = network
        self.options = options or Options()
        self.grid = grid
        self.streets = StreetTimes(network.streets, network.cells, network.stops)
        if self.options.mode == "transit":
            self.date = np.datetime64(self.options.date or network.about.date or "NaT", "D")
            self._refuse_day_without_service()

    # --- what is prepared once ----------------------------------------------------------

    @cached_property
    def window(self) -> Window:
        """The timetable cut to the departures that are asked for."""
        own = self.options
        return cut(
            self._timetable(), self.date, own.start, own.count, own.step, own.max_seconds, own.bike_on_board
        )

    @cached_property
    def walks(self) -> QueryWalks:
        """Walks at the speed asked for, with change times."""
        own = self.options
        walked = query_walks(
            self._reaching(),
            self._factor("foot"),
            int(own.access_minutes * 60),
            int(own.egress_minutes * 60),
            int(own.transfer_minutes * 60),
            own.change_seconds,
        )
        if not own.bike_on_board:
            return walked
        indptr, stop, seconds = self._ridden("bike", int(own.egress_minutes * 60), backward=True)
        return replace(walked, egress_indptr=indptr, egress_stop=stop, egress_seconds=seconds)

    @cached_property
    def kernel(self) -> Kernel:
        """Profiles of the window, or those with a limit of rides."""
        stops = len(self._stops())
        if self.options.rides is None:
            from aumenta.access.scan import Profiles  # noqa: PLC0415

            return Profiles(self.window, self.walks, stops)
        from aumenta.access.rides import RangeRaptor  # noqa: PLC0415

        return RangeRaptor(self.window, self.walks, stops, self.options.rides)

    # --- questions ----------------------------------------------------------------------

    def one_to_all(self, origin: Place, cube: bool = False) -> Times:
        """Minutes from a cell or point to every cell; with `cube` also the seconds of every departure."""
        if self.options.mode != "transit":
            return self._by_street(origin, backward=False, cube=cube)
        direct, access = self._ends(origin, backward=False)
        self.kernel.run(*access)
        rows = self.kernel.percentiles(direct, self.options.percentiles)
        return self._times(rows, toward=False, cube=self.kernel.cube(direct) if cube else None)

    def all_to_one(self, destination: Place, cube: bool = False) -> Times:
        """Minutes from every cell to a cell or point, for the same departures as `one_to_all`."""
        if self.options.mode != "transit":
            return self._by_street(destination, backward=True, cube=cube)
        if self.options.rides is not None:
            problem = Problem(
                "not offered with a limit of rides", field="rides", expected="one_to_all from each"
            )
            raise AccessError("The question cannot be answered as it is put.", [problem])
        direct, egress = self._ends(destination, backward=True)
        self._to_one.run(*egress)
        rows = self._to_one.percentiles(direct, self.options.percentiles)
        return self._times(rows, toward=True, cube=self._to_one.cube(direct) if cube else None)

    def all_to_any(self, destinations: Sequence[Place], cube: bool = False) -> Times:
        """Minutes from every cell to whichever of several places is reached first, at each departure anew.

        This is the time to the nearest of a kind of facility: the median of the best, not the best of the medians.
        Places that lie beyond reach of any street are left out; nothing is reached when all do.
        """
        backward = True
        if self.options.mode != "transit":
            ways = [self._by_street_seconds(place, backward) for place in self._on_streets(destinations)]
            best = np.min([np.full(len(self.network.cells), NEVER, np.uint16), *ways], axis=0)
            return self._street_times(best, backward, cube)
        ends = [self._ends(place, backward) for place in self._on_streets(destinations)]
        direct = np.min([np.full(len(self.network.cells), NEVER, np.uint16), *(d for d, _ in ends)], axis=0)
        near = np.full(len(self._stops()), NEVER, np.uint16)
        for _, (stops, seconds) in ends:
            near[stops] = np.minimum(near[stops], seconds)
        at = np.flatnonzero(near != NEVER).astype(np.int32)
        self._to_one.run(at, near[at])
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

    def _timetable(self) -> Timetable:
        if self.network.timetable is None:
            problem = Problem(
                "no timetable in this network", expected="walk, bike or car; or bring a GTFS feed"
            )
            raise NetworkError("There is no public transport to compute with.", [problem])
        return self._with_vehicles

    @cached_property
    def _with_vehicles(self) -> Timetable:
        """The timetable with the modes that may be boarded; the rest runs, and nobody boards."""
        timetable, wanted = self.network.timetable, self.options.vehicles
        assert timetable is not None
        if wanted is None:
            return timetable
        from aumenta.network.gtfs import mode_of  # noqa: PLC0415

        fits = np.array([mode_of(int(kind)) in wanted for kind in timetable.line_type], bool)
        keep = fits[timetable.trip_line[timetable.conn_trip]]
        kept = {name: getattr(timetable, name)[keep] for name in _CONNECTIONS}
        return replace(timetable, **kept)

    def _stops(self) -> Points:
        assert self.network.stops is not None
        return self.network.stops

    def _refuse_day_without_service(self) -> None:
        timetable = self._timetable()
        if timetable.running(self.date).any() or len(self.window.conn_dep):
            return  # trips of the evening before may run on past midnight
        from aumenta.network.gtfs import explain_date  # noqa: PLC0415

        raise AccessError("Nothing runs on that day.", [explain_date(timetable, self.date)])

    def _factor(self, mode: StreetMode) -> float:
        own = self.options
        if mode == "car":
            return own.car_factor
        return BASE_SPEED[mode] / (own.walk_speed if mode == "foot" else own.bike_speed)

    def _reaching(self) -> Network:
        """The network with walks that go as far as the options ask; compiled ones serve where they are long enough."""
        network, own, factor = self.network, self.options, self._factor("foot")
        if network.access is None or network.footpaths is None:
            raise NetworkError("The network has no walks to its stops.", [])
        farthest = max(own.access_minutes, own.egress_minutes) * 60 / factor
        if farthest > LINK_LIMIT:
            network = replace(
                network,
                access=self._walks("foot", own.access_minutes * 60 / factor, backward=False),
                egress=self._walks("foot", own.egress_minutes * 60 / factor, backward=True),
            )
        if own.transfer_minutes * 60 / factor > FOOTPATH_LIMIT:
            from aumenta.network.walks import footpaths  # noqa: PLC0415

            limit = own.transfer_minutes * 60 / factor
            network = replace(network, footpaths=footpaths(network.streets, self._stops(), limit))
        return network

    def _walks(self, mode: StreetMode, limit: float, backward: bool) -> Walks:
        from aumenta.network.walks import walks  # noqa: PLC0415

        network = self.network
        return walks(network.streets, network.cells, self._stops(), limit, backward=backward, mode=mode)

    def _ends(self, place: Place, backward: bool) -> tuple[NDArray[np.uint16], Stops]:
        """Door-to-door seconds without vehicles to (or from) every cell, and the stops in reach with theirs."""
        own = self.options
        reach = (own.egress_minutes if backward else own.access_minutes) * 60
        cells, near = self._search(place, "foot", max(reach, own.direct_minutes * 60), backward)
        direct = _rounded(cells, min(own.direct_minutes * 60, own.max_seconds))
        seconds = _rounded(near, reach)
        if own.access == "bike":
            by_bike, ridden = self._search(place, "bike", max(reach, own.direct_minutes * 60), backward)
            direct = np.minimum(direct, _rounded(by_bike, min(own.direct_minutes * 60, own.max_seconds)))
            if own.bike_on_board:
                seconds = _rounded(ridden, reach)
            elif not backward:  # it is left at the first stop: from the last one walks
                seconds = np.minimum(seconds, _rounded(ridden, reach, own.bike_parking))
        if own.access == "car" and not backward:
            _, driven = self._search(place, "car", reach, backward)
            parked = _rounded(driven, reach, own.car_parking)
            parked[~self._with_parking] = NEVER
            seconds = np.minimum(seconds, parked)
        at = np.flatnonzero(seconds != NEVER).astype(np.int32)
        return direct, (at, seconds[at])

    def _search(
        self, place: Place, mode: StreetMode, limit: float, backward: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        factor = self._factor(mode)
        if isinstance(place, tuple):
            from aumenta.network.laea import to_metres  # noqa: PLC0415

            x, y = to_metres(np.float64(place[0]), np.float64(place[1]))
            return self.streets.from_point(float(x), float(y), mode, limit, factor, backward)
        if not 0 <= int(place) < len(self.network.cells):
            expected = f"0 to {len(self.network.cells) - 1}"
            raise AccessError(
                "There is no such cell.", [Problem("no such cell", found=str(place), expected=expected)]
            )
        return self.streets.from_cell(int(place), mode, limit, factor, backward)

    @cached_property
    def _with_parking(self) -> NDArray[np.bool_]:
        """For each stop whether a railway or metro calls there."""
        from aumenta.network.gtfs import mode_of  # noqa: PLC0415

        timetable = self._timetable()
        fits = np.array([mode_of(int(kind)) in PARKING_MODES for kind in timetable.line_type], bool)
        found = np.zeros(len(timetable.stop_id), bool)
        found[timetable.conn_from[fits[timetable.trip_line[timetable.conn_trip]]]] = True
        return found

    @cached_property
    def _to_one(self) -> ToOne:
        from aumenta.access.backward import ToOne  # noqa: PLC0415

        own, walked = self.options, self.walks
        if own.access != "walk":
            indptr, stop, seconds = self._ridden_access()
            walked = replace(walked, access_indptr=indptr, access_stop=stop, access_seconds=seconds)
        return ToOne(self.window, walked, len(self._stops()))

    def _ridden(self, mode: StreetMode, limit: int, backward: bool) -> Rows:
        """Ways of another mode between every cell and the stops, in whole seconds."""
        factor = self._factor(mode)
        return scaled(self._walks(mode, limit / factor, backward), factor, limit)

    def _ridden_access(self) -> Rows:
        """Ways from every cell to stops by bicycle or car, parking included, and on foot where that is quicker."""
        own = self.options
        mode: StreetMode = "bike" if own.access == "bike" else "car"
        ridden = self._ridden(mode, int(own.access_minutes * 60), backward=False)
        allowed = np.ones(len(self._stops()), bool) if mode == "bike" else self._with_parking
        if own.bike_on_board:
            return ridden
        walked = (self.walks.access_indptr, self.walks.access_stop, self.walks.access_seconds)
        parking = own.bike_parking if mode == "bike" else own.car_parking
        every = np.ones(len(self._stops()), bool)
        return _merged([(ridden, parking, allowed), (walked, 0, every)])

    def _on_streets(self, places: Sequence[Place]) -> Iterator[Place]:
        """The places that the streets of the mode reach."""
        for place in places:
            try:
                self._search(place, self._street_mode(), 0.0, backward=True)
            except AccessError:
                continue
            yield place

    def _street_mode(self) -> StreetMode:
        mode = self.options.mode
        return "foot" if mode in {"walk", "transit"} else mode  # type: ignore[return-value]

    def _by_street(self, place: Place, backward: bool, cube: bool) -> Times:
        return self._street_times(self._by_street_seconds(place, backward), backward, cube)

    def _by_street_seconds(self, place: Place, backward: bool) -> NDArray[np.uint16]:
        limit = self.options.max_seconds
        cells, _ = self._search(place, self._street_mode(), limit, backward)
        return _rounded(cells, limit)

    def _street_times(self, seconds: NDArray[np.uint16], backward: bool, cube: bool) -> Times:
        minutes = np.where(seconds == NEVER, NOT_REACHED, (seconds.astype(np.uint32) + 59) // 60).astype(
            np.uint8
        )
        rows = np.broadcast_to(minutes, (len(self.options.percentiles), len(minutes)))
        return self._times(rows, backward, seconds[:, None] if cube else None)

    def _times(self, rows: NDArray[np.uint8], toward: bool, cube: NDArray[np.uint16] | None) -> Times:
        date = str(self.date) if self.options.mode == "transit" else None
        return Times(rows, self.options, self.network.about.status, toward, date, self.grid, cube)


def _rounded(seconds: NDArray[np.float32], limit: float, added: int = 0) -> NDArray[np.uint16]:
    """Seconds rounded up, plus what is added after; beyond the limit (without what is added) never."""
    within = seconds <= limit
    found = np.full(len(seconds), NEVER, np.uint16)
    found[within] = np.ceil(seconds[within]).astype(np.uint32) + added
    return found


def _merged(parts: Sequence[tuple[Rows, int, NDArray[np.bool_]]]) -> Rows:
    """The quickest of several ways from each row to each stop, of those allowed, with the seconds added to each."""
    rows = len(parts[0][0][0]) - 1
    row = np.concatenate([np.repeat(np.arange(rows), np.diff(own[0])) for own, _, _ in parts])
    stop = np.concatenate([own[1] for own, _, _ in parts])
    seconds = np.concatenate([own[2].astype(np.int64) + added for own, added, _ in parts])
    keep = np.concatenate([allowed[own[1]] for own, _, allowed in parts])
    row, stop, seconds = row[keep], stop[keep], seconds[keep]
    order = np.lexsort((seconds, stop, row))
    row, stop, seconds = row[order], stop[order], seconds[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (stop[1:] != stop[:-1])
    row, stop, seconds = row[first], stop[first], seconds[first]
    order = np.lexsort((stop, seconds, row))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int32)
    return indptr, stop[order].astype(np.int32), seconds[order].astype(np.uint16)
