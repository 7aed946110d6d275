# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Travel times with a limit of rides: range RAPTOR over the departures of a window.

Round-based public transit routing (Delling, Pajor, Werneck 2015): round k finds what k vehicles reach. Departures are
taken from the latest to the earliest and labels are kept, since who leaves earlier can always wait: a label that does
not get better prunes. Labels are kept for each round, because an arrival of more rides must not prune one of fewer.
For each round and hop the best trip boarded so far is kept too; a trip is followed only until it meets one that is
not later (the pruning makes a whole window cost little more than a few departures).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.patterns import Seconds, patterns
from aumenta.access.reduce import check_ranks
from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel

if TYPE_CHECKING:
    from aumenta.access.walks import QueryWalks
    from aumenta.access.window import Window

NEVER = 65535
#: Rows of departures are padded to a multiple of this, so that they are worked on in whole vectors.
PADDING = 32


class RangeRaptor:
    """Earliest arrivals for every departure of a window with at most `rides` vehicles.

    The same methods as `aumenta.access.scan.Profiles`, and `rides`. Work space is kept: one object for each thread.
    Raises `AccessError` where the limit is not between 1 and 254.
    """

    def __init__(self, window: Window, walks: QueryWalks, stops: int, rides: int) -> None:
        if not 1 <= rides <= 254:
            problem = Problem("not a limit of rides", field="rides", found=str(rides), expected="1 to 254")
            raise AccessError("The question cannot be answered as it is put.", [problem])
        self.window = window
        self.walks = walks
        self.limit = rides
        self.patterns = own = patterns(window, stops)
        self._pattern_arrays = (
            own.hop_indptr,
            own.hop_to,
            own.hop_alight,
            own.hop_pattern,
            own.hop_trips,
            own.times_at,
            own.trips,
            own.arr,
            own.dep,
            own.dep_by_hop,
            own.board_indptr,
            own.board_hop,
        )
        hops, wide = len(own.hop_to), -(-window.count // PADDING) * PADDING
        self._rows = np.full((rides, stops, wide), NEVER, np.uint16)
        self._labels = (
            np.empty((stops, rides), np.uint16),
            np.empty((stops, rides), np.uint16),
            np.empty((stops, rides), np.int16),
            np.empty((rides, hops), np.uint16),
            np.empty((rides, hops), np.uint16),
        )
        self._marks = (np.zeros((3, stops), np.bool_), np.empty((3, stops), np.int32))

    def run(self, access_stops: NDArray[np.int32], access_seconds: NDArray[np.uint16]) -> None:
        """Search from the stops in reach of an origin (with the seconds to each), for all departures."""
        _search(
            *self._pattern_arrays,
            self.walks.foot_indptr,
            self.walks.foot_stop,
            self.walks.foot_seconds,
            np.ascontiguousarray(access_stops, np.int32),
            np.ascontiguousarray(access_seconds, np.uint16),
            self.window.count,
            self.window.step,
            self.window.max_seconds,
            *self._labels,
            *self._marks,
            self._rows,
        )

    @property
    def by_vehicle(self) -> Seconds:
        """uint16 (stops, padded): arrival by vehicle in seconds after the window's start, 65535 = never."""
        last: Seconds = self._rows[-1]
        return last

    def cube(self, direct: NDArray[np.uint16]) -> Seconds:
        """Seconds door to door, uint16 (cells, departures); 65535 = not within the window's limit.

        `direct` uint16 (cells): seconds without any vehicle.
        """
        return self._within(self.limit, direct)

    def percentiles(self, direct: NDArray[np.uint16], ranks: Sequence[int]) -> NDArray[np.uint8]:
        """Minutes, rounded up, uint8 (ranks, cells), 255 = not reached: nearest rank over all departures.

        AccessError: ranks outside 0..100, a window's limit above 254 minutes.
        """
        places = check_ranks(ranks, self.window.count, self.window.max_seconds)
        out = np.empty((len(ranks), len(direct)), np.uint8)
        _percentiles(*[*self._cells(self.limit, direct), places, out])
        return out

    def rides(self, direct: NDArray[np.uint16]) -> NDArray[np.uint8]:
        """Fewest rides that attain the earliest arrival, uint8 (cells, departures); 0 = direct, 255 = not reached."""
        best = self._within(self.limit, direct)
        found = np.full(best.shape, 255, np.uint8)
        for k in range(self.limit, 0, -1):
            found[self._within(k, direct) == best] = k
        found[best == direct[:, None]] = 0
        found[best == NEVER] = 255
        return found

    def _within(self, rides: int, direct: NDArray[np.uint16]) -> Seconds:
        out = np.empty((len(direct), self.window.count), np.uint16)
        _cube(*[*self._cells(rides, direct), out])
        return out

    def _cells(self, rides: int, direct: NDArray[np.uint16]) -> tuple[Any, ...]:
        own, walks = self.window, self.walks
        return (
            self._rows[rides - 1],
            walks.egress_indptr,
            walks.egress_stop,
            walks.egress_seconds,
            np.ascontiguousarray(direct, np.uint16),
            own.step,
            own.max_seconds,
            np.empty(own.count, np.int32),
        )


@kernel
def _search(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    hop_indptr: Any,
    hop_to: Any,
    hop_alight: Any,
    hop_pattern: Any,
    hop_trips: Any,
    times_at: Any,
    trips: Any,
    arr: Any,
    dep: Any,
    dep_by_hop: Any,
    board_indptr: Any,
    board_hop: Any,
    foot_indptr: Any,
    foot_stop: Any,
    foot_seconds: Any,
    access_stops: Any,
    access_seconds: Any,
    count: int,
    step: int,
    longest: int,
    ready: Any,
    ridden: Any,
    since: Any,
    boarded: Any,
    better: Any,
    marked: Any,
    listed: Any,
    rows: Any,
) -> None:
    """Fill `rows` (rounds, stops, departures) with arrivals by vehicle, in seconds after the start of the window.

    Within, the clock shows one second more, as in `Patterns`, so that 0 is a time that nobody can be ready at.
    `ready[s, k]`: earliest time at s to board with k rides behind; `ridden[s, k]`: arrival at s by at most k + 1 rides;
    `since[s, k]`: the departure from which that label counts, later ones are in `rows` already. `boarded[k, h]`: first
    trip on board at hop h in ride k + 1 or before (`hop_trips`: none), `better[k, h]`: departure there of the
    trip before it plus one, 0 without: only who is ready before that moment can find a better trip.
    """
    rides = ready.shape[1]
    never = np.uint16(65535)
    ready[:] = never
    ridden[:] = never
    since[:] = rows.shape[2] - 1
    for h in range(len(hop_to)):
        p = hop_pattern[h]
        boarded[0, h] = hop_trips[h]
        better[0, h] = dep_by_hop[times_at[p] + (h - hop_indptr[p]) * trips[p] + hop_trips[h] - 1] + 1
    for k in range(1, rides):
        boarded[k] = boarded[0]
        better[k] = better[0]
    to_board, to_board_next, alighted = 0, 1, 2
    for i in range(count - 1, -1, -1):
        moment = i * step + 1
        latest = min(moment + longest, 65534)
        boards = 0
        for a in range(len(access_stops)):
            s = access_stops[a]
            time = moment + np.int64(access_seconds[a])
            if time > latest or time >= ready[s, 0]:
                continue
            for r in range(rides):
                ready[s, r] = min(ready[s, r], time)
            if not marked[to_board, s]:
                marked[to_board, s] = True
                listed[to_board, boards] = s
                boards += 1
        for k in range(rides):
            if boards == 0:
                break
            arrivals = 0
            for a in range(boards):
                s = listed[to_board, a]
                marked[to_board, s] = False
                at = np.int64(ready[s, k])
                for b in range(board_indptr[s], board_indptr[s + 1]):
                    h = board_hop[b]
                    if np.int64(better[k, h]) <= at:
                        continue
                    p = hop_pattern[h]
                    first = hop_indptr[p]
                    hops = hop_indptr[p + 1] - first
                    runs = np.int64(trips[p])
                    base = np.int64(times_at[p])
                    along = base + (h - first) * runs
                    t = np.int64(boarded[k, h])
                    if t == hop_trips[h]:  # none yet: the first that leaves at the moment or later
                        low, high = np.int64(0), t - 1
                        while low < high:
                            half = (low + high) >> 1
                            if np.int64(dep_by_hop[along + half]) >= at:
                                high = half
                            else:
                                low = half + 1
                        t = low
                    else:
                        t -= 1
                        while t > 0 and np.int64(dep_by_hop[along + t - 1]) >= at:
                            t -= 1
                    if np.int64(dep_by_hop[along + t]) > latest:
                        continue
                    mine = base + t * hops
                    before = mine - hops
                    for j in range(h - first, hops):
                        e = first + j
                        if j > h - first and t >= np.int64(boarded[k, e]):
                            break
                        value = np.uint16(0)
                        if t > 0:
                            value = dep[before + j] + np.uint16(1)
                        for r in range(k, rides):
                            if t >= np.int64(boarded[r, e]):
                                break
                            boarded[r, e] = t
                            better[r, e] = value
                        time = np.int64(arr[mine + j])
                        if time > latest:
                            break
                        if not hop_alight[e]:
                            continue
                        u = hop_to[e]
                        if time >= np.int64(ridden[u, k]):
                            continue
                        for r in range(k, rides):
                            if time >= np.int64(ridden[u, r]):
                                break
                            old = ridden[u, r] - np.uint16(ridden[u, r] != never)
                            for d in range(i + 1, since[u, r] + 1):
                                rows[r, u, d] = old
                            since[u, r] = i
                            ridden[u, r] = time
                        if not marked[alighted, u]:
                            marked[alighted, u] = True
                            listed[alighted, arrivals] = u
                            arrivals += 1
            boards = 0
            for a in range(arrivals):
                s = listed[alighted, a]
                marked[alighted, s] = False
                if k + 1 == rides:
                    continue
                at = np.int64(ridden[s, k])
                for f in range(foot_indptr[s], foot_indptr[s + 1]):
                    u = foot_stop[f]
                    time = at + np.int64(foot_seconds[f])
                    if time > latest or time >= np.int64(ready[u, k + 1]):
                        continue
                    for r in range(k + 1, rides):
                        if time >= np.int64(ready[u, r]):
                            break
                        ready[u, r] = time
                    if not marked[to_board_next, u]:
                        marked[to_board_next, u] = True
                        listed[to_board_next, boards] = u
                        boards += 1
            to_board, to_board_next = to_board_next, to_board
    for s in range(len(ready)):
        for r in range(rides):
            old = ridden[s, r] - np.uint16(ridden[s, r] != never)
            for d in range(since[s, r] + 1):
                rows[r, s, d] = old


@kernel
def _took(  # noqa: PLR0913, PLR0917
    c: int, rows: Any, indptr: Any, stops: Any, seconds: Any, direct: Any, step: int, row: Any
) -> None:
    """Write into `row` the seconds to cell c: the least over all stops in reach and the way without a vehicle."""
    never = np.int32(1 << 30)
    row[:] = np.int32(direct[c]) if direct[c] != 65535 else never
    for e in range(indptr[c], indptr[c + 1]):
        arrival = rows[stops[e]]
        if arrival[0] == 65535:  # nor by any departure
            continue
        walk = np.int32(seconds[e])
        for i in range(len(row)):
            took = np.int32(arrival[i]) + walk - np.int32(i * step)
            row[i] = min(row[i], took if arrival[i] != 65535 else never)


@kernel
def _cube(  # noqa: PLR0913, PLR0917
    rows: Any, indptr: Any, stops: Any, seconds: Any, direct: Any, step: int, longest: int, row: Any, out: Any
) -> None:
    """Seconds of all cells and departures."""
    for c in range(len(out)):
        _took(c, rows, indptr, stops, seconds, direct, step, row)
        for i in range(len(row)):
            out[c, i] = row[i] if row[i] <= longest else 65535


@kernel
def _percentiles(  # noqa: PLR0913, PLR0917
    rows: Any, indptr: Any, stops: Any, seconds: Any, direct: Any, step: int, longest: int, row: Any, places: Any,
    out: Any,
) -> None:  # fmt: skip
    """Minutes at each place (from 1) of every cell's sorted times, found by counting them."""
    counts = np.empty(256, np.int32)
    for c in range(out.shape[1]):
        _took(c, rows, indptr, stops, seconds, direct, step, row)
        counts[:] = 0
        for i in range(len(row)):
            counts[(row[i] + 59) // 60 if row[i] <= longest else 255] += 1
        for k in range(len(places)):
            minute = 0
            passed = counts[0]
            while passed < places[k]:
                minute += 1
                passed += counts[minute]
            out[k, c] = minute
