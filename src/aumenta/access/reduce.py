# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From arrivals at stops to times at cells: the whole cube, or percentiles made while a cell's row is in the cache.

Rows are padded; the padding holds what is not smaller than any value of the row, so that no loop needs a remainder
and order statistics are not disturbed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from aumenta.access.window import Shorts, Window
from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints

if TYPE_CHECKING:
    from aumenta.access.walks import QueryWalks

#: Rows are padded to a multiple of this many departures.
TILE = 64

#: Longest travel time in seconds that minutes of 8 bits hold.
LONGEST_IN_MINUTES = 254 * 60


class Cells:
    """Takes rows of arrivals at stops to the cells; work space is kept, so one object for each thread.

    Rows are uint16[stops, padded] as `Profiles.by_vehicle`: seconds from the window's start to the arrival by vehicle
    for each departure, 65535 where there is none and in the padding (`padded`, a multiple of 64).
    """

    def __init__(self, window: Window, walks: QueryWalks) -> None:
        self.window = window
        self.walks = walks
        self.padded = -(-window.count // TILE) * TILE
        self.leave = np.zeros(self.padded, np.uint16)
        self.leave[: window.count] = window.step * np.arange(window.count)
        self._row = np.zeros(self.padded, np.uint16)
        self._minutes = np.zeros(self.padded, np.uint8)
        most = int(np.diff(walks.egress_indptr).max(initial=0))
        self._near = np.zeros(most + 8, np.uint32)
        self._walks = np.zeros(most + 8, np.uint16)

    def _given(self, rows: Shorts, direct: Shorts, least: Shorts | None) -> tuple[Any, ...]:
        """What both kernels are given, as `cell_row` takes it apart."""
        walks = self.walks
        if least is None:
            least = np.empty(len(rows), np.uint16)
            shortest(rows, self.leave, least)
        return (
            rows,
            least,
            walks.egress_indptr.view(np.uint32),
            walks.egress_stop.view(np.uint32),
            walks.egress_seconds,
            direct,
            self.leave,
            self.window.max_seconds,
            self._near,
            self._walks,
            self._row,
        )

    def cube(self, rows: Shorts, direct: Shorts, least: Shorts | None = None) -> Shorts:
        """Seconds from door to door, uint16[cells, count]; 65535 where no arrival within `max_seconds` exists.

        `direct` has each cell's seconds without any vehicle (65535: not known or too far); `least`, where the caller
        has it, each stop's shortest time of all departures.
        """
        out = np.empty((len(direct), self.window.count), np.uint16)
        cells_cube(self._given(rows, direct, least), out)
        return out

    def percentiles(
        self, rows: Shorts, direct: Shorts, ranks: Sequence[int], least: Shorts | None = None
    ) -> Bytes:
        """Minutes, rounded up, at percentiles of all departures: uint8[len(ranks), cells], 255 where not reached."""
        places = check_ranks(ranks, self.window.count, self.window.max_seconds)
        out = np.empty((len(ranks), len(direct)), np.uint8)
        cells_percentiles(self._given(rows, direct, least), self._minutes, places, out)
        return out


def check_ranks(ranks: Sequence[int], count: int, max_seconds: int) -> Ints:
    """Places (from 1) of percentiles among `count` sorted values by nearest rank.

    AccessError: ranks outside 0..100, times that 8-bit minutes do not hold.
    """
    problems = [
        Problem("a percentile lies between 0 and 100", field="percentiles", found=str(rank))
        for rank in ranks
        if not 0 <= rank <= 100
    ]
    if max_seconds > LONGEST_IN_MINUTES:
        problems.append(
            Problem(
                "percentiles are minutes of 8 bits",
                field="max_seconds",
                found=str(max_seconds),
                expected=f"{LONGEST_IN_MINUTES} at most",
            )
        )
    if problems:
        raise AccessError("These percentiles cannot be computed.", problems)
    return np.array([max(1, -(-rank * count // 100)) for rank in ranks], np.int32)


@kernel
def shortest(rows: Any, leave: Any, least: Any) -> None:
    """Shortest time to each stop of all departures into `least`; 65535 where there is none."""
    for v in range(np.uint32(len(rows))):
        row = rows[v]
        found = np.uint16(65535)
        for d in range(len(row)):
            taken = np.uint16(row[d] - leave[d])
            found = min(found, taken if row[d] < np.uint16(65535) else np.uint16(65535))
        least[v] = found


@kernel
def cell_row(c: Any, given: Any) -> Any:
    """Write into `row` the earliest arrival at cell c for each departure; how it is bounded, and from how many stops.

    The bound is the time without a vehicle, or `max_seconds` + 1: where no stop (0) can better it at any departure,
    `row` is not written. `least[s]`: the shortest time to stop s of all departures; `near`, `walks`: work space.
    """
    rows, least, indptr, stop, seconds, direct, leave, max_seconds, near, walks, row = given
    bound = min(np.int64(direct[c]), max_seconds + 1)
    n = np.uint32(0)
    for e in range(indptr[c], indptr[c + 1]):
        s = stop[e]
        near[n] = s
        walks[n] = seconds[e]
        n = np.uint32(n + np.uint32(np.int64(least[s]) + np.int64(seconds[e]) < bound))
    if n == 0:
        return bound, n
    base = np.uint16(bound)
    for e in range(n, np.uint32(n + np.uint32(7))):  # eight stops in one pass: the first again where they end
        near[e] = near[0]
        walks[e] = walks[0]
    first = True
    for e in range(np.uint32(0), n, np.uint32(8)):
        w0, w1, w2, w3 = walks[e], walks[e + 1], walks[e + 2], walks[e + 3]
        w4, w5, w6, w7 = walks[e + 4], walks[e + 5], walks[e + 6], walks[e + 7]
        # min(row, ~w) + w is the sum that stops at 65535, and one instruction
        m0, m1, m2, m3 = np.uint16(~w0), np.uint16(~w1), np.uint16(~w2), np.uint16(~w3)
        m4, m5, m6, m7 = np.uint16(~w4), np.uint16(~w5), np.uint16(~w6), np.uint16(~w7)
        r0, r1, r2, r3 = rows[near[e]], rows[near[e + 1]], rows[near[e + 2]], rows[near[e + 3]]
        r4, r5, r6, r7 = rows[near[e + 4]], rows[near[e + 5]], rows[near[e + 6]], rows[near[e + 7]]
        for d in range(len(row)):
            a = min(np.uint16(min(r0[d], m0) + w0), np.uint16(min(r1[d], m1) + w1))
            b = min(np.uint16(min(r2[d], m2) + w2), np.uint16(min(r3[d], m3) + w3))
            x = min(np.uint16(min(r4[d], m4) + w4), np.uint16(min(r5[d], m5) + w5))
            y = min(np.uint16(min(r6[d], m6) + w6), np.uint16(min(r7[d], m7) + w7))
            z = min(min(a, b), min(x, y))  # noqa: PLW3301 - a tree, not a chain
            row[d] = min(np.uint16(leave[d] + base) if first else row[d], z)
        first = False
    return bound, n


@kernel
def cells_cube(given: Any, out: Any) -> None:
    """Seconds from door to door for every cell and departure; 65535 beyond `max_seconds`."""
    leave, max_seconds, row = given[6], given[7], given[10]
    limit = np.uint16(max_seconds)
    for c in range(len(out)):
        bound, n = cell_row(c, given)
        times = out[c]
        if n == 0:
            times[:] = bound if bound <= max_seconds else 65535
            continue
        for d in range(len(times)):
            taken = np.uint16(row[d] - leave[d])
            times[d] = taken if taken <= limit else np.uint16(65535)


@kernel
def cells_percentiles(given: Any, minutes: Any, places: Any, out: Any) -> None:
    """Minutes rounded up at each place of every cell's sorted times; 255 beyond `max_seconds`."""
    leave, max_seconds, row = given[6], given[7], given[10]
    limit = np.uint16(max_seconds)
    last = len(places) - 1
    for c in range(out.shape[1]):
        bound, n = cell_row(c, given)
        if n == 0:
            for i in range(last + 1):
                out[i, c] = (bound + 59) // 60 if bound <= max_seconds else 255
            continue
        low = np.uint8(255)
        high = np.uint8(0)
        for d in range(len(row)):
            taken = np.uint16(row[d] - leave[d])
            rounded = np.uint8(np.uint16(taken + np.uint16(59)) // np.uint16(60))
            minute = rounded if taken <= limit else np.uint8(255)
            minutes[d] = minute
            low = min(low, minute)
            high = max(high, minute)
        for i in range(0, last + 1, 3):
            x, y, z = order_statistics(
                minutes, low, high, places[i], places[min(i + 1, last)], places[min(i + 2, last)]
            )
            out[i, c] = x
            out[min(i + 1, last), c] = y
            out[min(i + 2, last), c] = z


@kernel
def order_statistics(minutes: Any, low: Any, high: Any, p: Any, q: Any, r: Any) -> Any:
    """Values at three places (from 1) of the sorted minutes, all known to lie between low and high.

    Three binary searches in step: each asks how many minutes are not above its middle, 64 bytes at a time.
    """
    a, b, c = np.int64(low), np.int64(low), np.int64(low)
    x, y, z = np.int64(high), np.int64(high), np.int64(high)
    width = np.int64(high) - np.int64(low)
    while width > 0:
        width >>= 1
        i, j, k = (a + x) >> 1, (b + y) >> 1, (c + z) >> 1
        u, v, w = np.uint8(i), np.uint8(j), np.uint8(k)
        f, g, h = np.int64(0), np.int64(0), np.int64(0)
        for start in range(0, len(minutes), 64):
            tile = minutes[start : start + 64]
            l, m, n = np.uint8(0), np.uint8(0), np.uint8(0)  # noqa: E741
            for t in range(64):
                l = np.uint8(l + np.uint8(tile[t] <= u))  # noqa: E741
                m = np.uint8(m + np.uint8(tile[t] <= v))
                n = np.uint8(n + np.uint8(tile[t] <= w))
            f += np.int64(l)
            g += np.int64(m)
            h += np.int64(n)
        x, a = (i, a) if f >= p else (x, min(i + 1, x))
        y, b = (j, b) if g >= q else (y, min(j + 1, y))
        z, c = (k, c) if h >= r else (z, min(k + 1, z))
    return x, y, z
