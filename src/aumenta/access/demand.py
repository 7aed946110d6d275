# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Services on demand (`Network.feeders`) as ways to and from stops, and from door to door.

A ride takes the same seconds for every departure of a window: the wait told, and a car's time over the streets. What
that leaves out: a vehicle that is busy, detours for others, and the hour at which it is boarded. A service counts for
a question when all departures of its window lie in the service's hours, and then for the whole journey, also where it
ends after them; else not at all. So every kernel, and the search for journeys, sees the same seconds. A ride does not
count as one of the `rides` of the options, its limit is its own instead of theirs, and no bicycle travels along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options
from aumenta.access.walks import scaled
from aumenta.access.window import NEVER, Shorts
from aumenta.errors import AccessError
from aumenta.network.compiled import kernel
from aumenta.network.model import Feeder, Ints, Network, Singles
from aumenta.network.street_times import StreetTimes

#: Ways in compressed rows: where each row begins, stops, whole seconds.
Rows = tuple[Ints, Ints, Shorts]


@dataclass(frozen=True, slots=True)
class Ride:
    """What a service gives one place: seconds to (or from) all cells and stops, wait included; `NEVER` where none."""

    name: str
    feeder: Feeder
    cells: Shorts
    stops: Shorts


class Demand:
    """The services on demand that a question may use."""

    def __init__(self, network: Network, options: Options) -> None:
        self._network = network
        self._options = options
        self.feeders = {name: own for name, own in network.feeders.items() if _offered(own, options)}

    def rides(
        self,
        streets: StreetTimes,
        place: int | None,
        metres: tuple[float, float],
        backward: bool,
        paths: bool = False,
    ) -> Iterator[Ride]:
        """Rides from (`backward`: to) a cell or, with None, a point of the network's metres; none outside the areas.

        A point lies in the area of the cell whose centre is nearest. With `paths` the lines of each ride can be asked
        of `streets` until the next is asked for.
        """
        for name, own in self.feeders.items():
            if not self.serves(own, place, metres):
                continue
            factor = self.factor(own)
            limit = base_limit(own) * factor
            try:
                if place is None:
                    driven = streets.from_point(*metres, "car", limit, factor, backward, paths)
                else:
                    driven = streets.from_cell(place, "car", limit, factor, backward, paths)
            except AccessError:
                continue  # no street for cars is near
            to_cells = self._whole(driven[0], own, own.cells if own.to_cells else own.cells[:0])
            yield Ride(name, own, to_cells, self._whole(driven[1], own, own.stops))

    def serves(self, own: Feeder, place: int | None, metres: tuple[float, float]) -> bool:
        """Whether a cell, or with None a point, lies in a service's area."""
        cells = self._network.cells
        if place is None:
            place = int(np.argmin(np.hypot(cells.x - metres[0], cells.y - metres[1])))
        return _among(own.cells, place)

    def whole(self, own: Feeder, driven: float) -> int:
        """Whole seconds of a ride with its wait, given those driven; `NEVER` beyond the limits of the question."""
        if not np.isfinite(driven):
            return NEVER
        seconds = int(np.ceil(driven)) + own.waiting
        return seconds if seconds <= self._options.max_seconds else NEVER

    def merged(self, rows: Rows, backward: bool) -> Rows:
        """Ways between all cells and stops with the rides among them, the quickest of each pair, rows rising."""
        for own in self.feeders.values():
            base = own.egress if backward else own.access
            factor = self.factor(own)
            indptr, stop, seconds = scaled(base, factor, int(np.ceil(base_limit(own) * factor)))
            whole = seconds.astype(np.int64) + own.waiting
            fits = whole <= self._options.max_seconds
            before = np.concatenate([[0], np.cumsum(fits)])
            rows = _with_rides(rows, own.cells, (before[indptr], stop[fits], whole[fits]))
        return rows

    def factor(self, own: Feeder) -> float:
        """What multiplies a car's seconds over the streets."""
        return self._options.car_factor / own.speed

    def _whole(self, driven: Singles, own: Feeder, served: Ints) -> Shorts:
        found = np.full(len(driven), NEVER, np.uint16)
        seconds = np.ceil(driven[served])
        fits = seconds + own.waiting <= self._options.max_seconds
        found[served[fits]] = (seconds[fits] + own.waiting).astype(np.uint16)
        return found


def base_limit(own: Feeder) -> float:
    """Seconds of a car's way over the streets that a ride goes up to."""
    return float(np.floor(own.longest * own.speed))


def _offered(own: Feeder, options: Options) -> bool:
    last = options.start + options.step * (options.count - 1)
    return (
        options.mode == "transit"
        and not options.bike_on_board
        and own.start <= options.start
        and last < own.end
    )


def _among(numbers: Ints, wanted: int) -> bool:
    at = int(np.searchsorted(numbers, wanted))
    return at < len(numbers) and int(numbers[at]) == wanted


def _with_rides(rows: Rows, cells: Ints, rides: tuple[NDArray[np.int64], Ints, NDArray[np.int64]]) -> Rows:
    """The rows of these cells with rides to (from) stops merged in; the others as they are."""
    indptr, stop, seconds = rows
    parts: list[tuple[Ints, Shorts]] = []
    sizes = np.diff(indptr)
    for i, cell in enumerate(cells.tolist()):
        own, more = slice(indptr[cell], indptr[cell + 1]), slice(rides[0][i], rides[0][i + 1])
        goals = np.concatenate([stop[own], rides[1][more]])
        took = np.concatenate([seconds[own].astype(np.int64), rides[2][more]])
        order = np.lexsort((took, goals))
        first = np.ones(len(order), bool)
        first[1:] = goals[order][1:] != goals[order][:-1]
        goals, took = goals[order][first], took[order][first]
        order = np.lexsort((goals, took))
        parts.append((goals[order].astype(np.int32), took[order].astype(np.uint16)))
        sizes[cell] = len(order)
    whole = np.zeros(len(indptr), np.int32)
    np.cumsum(sizes, out=whole[1:])
    fresh = np.full(len(sizes), -1, np.int32)
    fresh[cells] = np.arange(len(cells), dtype=np.int32)
    begin = np.concatenate([[0], np.cumsum([len(part[0]) for part in parts])]).astype(np.int32)
    goals = np.concatenate([np.zeros(0, np.int32), *(part[0] for part in parts)])
    took16 = np.concatenate([np.zeros(0, np.uint16), *(part[1] for part in parts)])
    out_stop, out_seconds = np.empty(whole[-1], np.int32), np.empty(whole[-1], np.uint16)
    _laid(indptr, stop, seconds, fresh, begin, goals, took16, whole, out_stop, out_seconds)
    return whole, out_stop, out_seconds


@kernel
def _laid(  # noqa: PLR0913, PLR0917
    indptr: Ints, stop: Ints, seconds: Shorts, fresh: Ints, begin: Ints, goals: Ints, took: Shorts,
    whole: Ints, out_stop: Ints, out_seconds: Shorts,
) -> None:  # fmt: skip
    """Copy each row, or the fresh one that stands for it."""
    for row in range(len(indptr) - 1):
        own = fresh[row]
        for k in range(whole[row + 1] - whole[row]):
            if own < 0:
                out_stop[whole[row] + k] = stop[indptr[row] + k]
                out_seconds[whole[row] + k] = seconds[indptr[row] + k]
            else:
                out_stop[whole[row] + k] = goals[begin[own] + k]
                out_seconds[whole[row] + k] = took[begin[own] + k]
