# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The part of a journey that is no vehicle's: ways over streets between places, cells and stops, as a traveller goes.

Ways are made for one set of options: its speeds, its limits, and how it gets to the first stop (on foot, by bicycle, by
car). The router asks them for every question; journeys and deadlines ask them for the same seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.demand import Demand, Ride, Rows
from aumenta.access.options import Options
from aumenta.access.walks import QueryWalks, query_walks, scaled
from aumenta.access.window import NEVER, Shorts
from aumenta.errors import AccessError, NetworkError, Problem
from aumenta.network.model import (
    BASE_SPEED,
    FOOTPATH_LIMIT,
    LINK_LIMIT,
    Ints,
    Network,
    Points,
    Singles,
    StreetMode,
    Walks,
)
from aumenta.network.street_times import StreetTimes

#: A cell by its number, or a point by longitude and latitude.
Place = int | np.integer[Any] | tuple[float, float]
#: Stops and the seconds of the way to (or from) each.
Stops = tuple[Ints, Shorts]
#: Seconds of every cell without any vehicle (`NEVER`: too far), and the stops in reach.
Ends = tuple[Shorts, Stops]


class Ways:
    """Ways over the streets of a network with the options of a question; not for several threads at once.

    `parking` says of each stop whether a car may be left there; it is needed with access by car.
    """

    def __init__(self, network: Network, options: Options, parking: NDArray[np.bool_] | None = None) -> None:
        self.network = network
        self.options = options
        self.streets = StreetTimes(network.streets, network.cells, network.stops)
        self.parking = parking if parking is not None else np.zeros(len(network.stops or ()), bool)
        self.demand = Demand(network, options)

    @property
    def mode(self) -> StreetMode:
        """How one moves where no vehicle of the timetable is taken."""
        mode = self.options.mode
        return "foot" if mode in {"walk", "transit"} else mode  # type: ignore[return-value]

    def factor(self, mode: StreetMode) -> float:
        """What multiplies the seconds of the network's ways: base speed over the traveller's."""
        return street_factor(self.options, mode)

    # --- from one place -----------------------------------------------------------------

    def metres(self, place: Place) -> tuple[float, float]:
        """Where a point or a cell's centre is, in metres of the network; AccessError: no such cell."""
        if isinstance(place, tuple):
            plane = self.network.streets.plane
            x, y = plane.to_metres(np.float64(place[0]), np.float64(place[1]))
            return float(x), float(y)
        cells = self.network.cells
        if not 0 <= int(place) < len(cells):
            problem = Problem("no such cell", found=str(place), expected=f"0 to {len(cells) - 1}")
            raise AccessError("There is no such cell.", [problem])
        return float(cells.x[int(place)]), float(cells.y[int(place)])

    def search(
        self, place: Place, mode: StreetMode, limit: float, backward: bool = False, paths: bool = False
    ) -> tuple[Singles, Singles]:
        """Seconds to all cells and all stops (`backward`: from them), inf beyond `limit` seconds.

        With `paths` the lines of this search can be asked of `streets`. AccessError: a place that is none, or lies too
        far from the streets of the mode.
        """
        x, y = self.metres(place)
        if isinstance(place, tuple):
            return self.streets.from_point(x, y, mode, limit, self.factor(mode), backward, paths)
        return self.streets.from_cell(int(place), mode, limit, self.factor(mode), backward, paths)

    def direct(self, place: Place, backward: bool) -> Shorts:
        """Whole seconds to (or from) every cell by the way of moving of the options, which takes no vehicle."""
        limit = self.options.max_seconds
        return _rounded(self.search(place, self.mode, limit, backward)[0], limit)

    def ends(self, place: Place, backward: bool) -> Ends:
        """Door-to-door seconds without vehicles to (or from) every cell, and the stops in reach with theirs."""
        own = self.options
        reach = (own.egress_minutes if backward else own.access_minutes) * 60
        alone = min(own.direct_minutes * 60, own.max_seconds)
        farthest = max(reach, own.direct_minutes * 60)
        cells, near = self.search(place, "foot", farthest, backward)
        direct, seconds = _rounded(cells, alone), _rounded(near, reach)
        if own.access == "bike":
            by_bike, ridden = self.search(place, "bike", farthest, backward)
            direct = np.minimum(direct, _rounded(by_bike, alone))
            if own.bike_on_board:
                seconds = _rounded(ridden, reach)
            elif not backward:  # it is left at the first stop: from the last one walks
                seconds = np.minimum(seconds, _rounded(ridden, reach, own.bike_parking))
        if own.access == "car" and not backward:
            _, driven = self.search(place, "car", reach, backward)
            parked = _rounded(driven, reach, own.car_parking)
            parked[~self.parking] = NEVER
            seconds = np.minimum(seconds, parked)
        for ride in self.rides(place, backward):
            direct, seconds = np.minimum(direct, ride.cells), np.minimum(seconds, ride.stops)
        at = np.flatnonzero(seconds != NEVER).astype(np.int32)
        return direct, (at, seconds[at])

    def rides(self, place: Place, backward: bool, paths: bool = False) -> Iterator[Ride]:
        """Rides on demand from (`backward`: to) a place: one for each service whose area it lies in.

        With `paths` the lines of each can be asked of `streets` until the next is asked for.
        """
        cell = None if isinstance(place, tuple) else int(place)
        return self.demand.rides(self.streets, cell, self.metres(place), backward, paths)

    def on_streets(self, places: Sequence[Place]) -> Iterator[Place]:
        """Those of some places that the streets of the mode reach."""
        for place in places:
            try:
                self.search(place, self.mode, 0.0, backward=True)
            except AccessError:
                continue
            yield place

    # --- between all cells and stops ----------------------------------------------------

    @cached_property
    def walks(self) -> QueryWalks:
        """Walks at the speed asked for, with change times; with rides on demand, or on a bicycle that came on board."""
        own = self.options
        walked = query_walks(
            self._reaching(),
            self.factor("foot"),
            int(own.access_minutes * 60),
            int(own.egress_minutes * 60),
            int(own.transfer_minutes * 60),
            own.change_seconds,
        )
        if self.demand.feeders:
            near = self.demand.merged(
                (walked.access_indptr, walked.access_stop, walked.access_seconds), False
            )
            away = self.demand.merged((walked.egress_indptr, walked.egress_stop, walked.egress_seconds), True)
            foot = walked.foot_indptr, walked.foot_stop, walked.foot_seconds
            return QueryWalks(*foot, *away, *near)
        if not own.bike_on_board:
            return walked
        indptr, stop, seconds = self._ridden("bike", int(own.egress_minutes * 60), backward=True)
        return replace(walked, egress_indptr=indptr, egress_stop=stop, egress_seconds=seconds)

    @cached_property
    def walks_from_cells(self) -> QueryWalks:
        """The same, where every cell has its ways to stops by bicycle or car too: for questions asked of all cells."""
        if self.options.access == "walk":
            return self.walks
        indptr, stop, seconds = self._ridden_access()
        return replace(self.walks, access_indptr=indptr, access_stop=stop, access_seconds=seconds)

    def _reaching(self) -> Network:
        """The network with walks that go as far as the options ask; compiled ones serve where they are long enough."""
        network, own, factor = self.network, self.options, self.factor("foot")
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

    def _stops(self) -> Points:
        assert self.network.stops is not None
        return self.network.stops

    def _walks(self, mode: StreetMode, limit: float, backward: bool) -> Walks:
        from aumenta.network.walks import walks  # noqa: PLC0415

        network = self.network
        return walks(network.streets, network.cells, self._stops(), limit, backward=backward, mode=mode)

    def _ridden(self, mode: StreetMode, limit: int, backward: bool) -> Rows:
        """Ways of another mode between every cell and the stops, in whole seconds."""
        factor = self.factor(mode)
        return scaled(self._walks(mode, limit / factor, backward), factor, limit)

    def _ridden_access(self) -> Rows:
        """Ways from every cell to stops by bicycle or car, parking included, and on foot where that is quicker."""
        own = self.options
        mode: StreetMode = "bike" if own.access == "bike" else "car"
        ridden = self._ridden(mode, int(own.access_minutes * 60), backward=False)
        if own.bike_on_board:
            return ridden
        every = np.ones(len(self._stops()), bool)
        allowed = every if mode == "bike" else self.parking
        walked = (self.walks.access_indptr, self.walks.access_stop, self.walks.access_seconds)
        parking = own.bike_parking if mode == "bike" else own.car_parking
        return _merged([(ridden, parking, allowed), (walked, 0, every)])


def street_factor(options: Options, mode: StreetMode) -> float:
    """What multiplies the seconds of the network's ways: base speed over the traveller's."""
    if mode == "car":
        return options.car_factor
    return BASE_SPEED[mode] / (options.walk_speed if mode == "foot" else options.bike_speed)


def _rounded(seconds: Singles, limit: float, added: int = 0) -> Shorts:
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
