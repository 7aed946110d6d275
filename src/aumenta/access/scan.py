# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One origin, every departure of a window, by one scan over the connections (profile connection scan, forward).

Method: J. Dibbelt, T. Pajor, B. Strasser, D. Wagner, "Connection Scan Algorithm", ACM JEA 23 (2018), in the form that
answers all departures at once from the origin's side. Departures are numbered 0..count-1. Whoever may board a vehicle
with departure l may board it with every earlier one, so a trip needs only the *latest* departure that can be in it, and a
stop only the latest that is ready to board there *now*. Arrivals by vehicle are kept for all departures, one row a stop.
Boardings that become possible later (change times, footpaths) wait in a ring of one bucket a second.
docs/kernels.md tells how it is laid out and what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aumenta.access.reduce import cells_cube, cells_percentiles, check_ranks
from aumenta.access.single import Single
from aumenta.access.walks import QueryWalks
from aumenta.access.window import NEVER, Shorts, Window
from aumenta.errors import AccessError
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints

Counts = NDArray[np.uint32]

#: Words of a chunk of the ring: one link and the rest events.
CHUNK = 64
#: Rows are padded to a multiple of this many departures, so that inner loops have a constant length.
TILE = 64


class Profiles:
    """Earliest arrivals from one origin for every departure of a window; work space is kept and used again.

    Make one for each thread (`window` and `walks` are shared) and call `run`, then `cube` or `percentiles` as often as
    wanted. `by_vehicle` is uint16[stops, padded]: seconds from `window.start` to the earliest arrival at the stop by vehicle
    when leaving at departure d or later, 65535 where there is none; columns from `count` on are padding.
    """

    def __init__(self, window: Window, walks: QueryWalks, stops: int) -> None:
        self.window = window
        self.walks = walks
        self.stops = stops
        self._single = Single(window, walks, stops) if window.count == 1 else None
        if self._single is not None:
            self.by_vehicle = self._single.by_vehicle.reshape(stops, 1)
            return
        count = window.count
        self._bits = int(count).bit_length()
        if stops << self._bits > 2**32:
            raise AccessError("Too many stops and departures for one scan: ask for the window in parts.")
        padded = -(-count // TILE) * TILE
        # a boarding is known when its vehicle leaves and due after the hop and the walk: both must fit the ring
        hop = int((window.conn_arr - window.conn_dep).max(initial=0))
        longest = hop + int(walks.foot_seconds.max(initial=0))
        self.by_vehicle = np.full((stops, padded), NEVER, np.uint16)
        self._access = np.full(stops, NEVER, np.uint16)
        self._ready = np.zeros(stops, np.uint16)
        self._latest = np.zeros(stops, np.uint32)
        self._label = np.zeros(window.slots, np.uint16)
        self._ring = np.zeros(1 << (longest + 1).bit_length(), np.uint32)
        self._pool = np.zeros(CHUNK * 4096, np.uint32)
        self._free = np.zeros(4096, np.uint32)
        self._leave = np.zeros(padded, np.uint16)
        self._leave[:count] = window.step * np.arange(count)
        self._row = np.zeros(padded, np.uint16)
        self._minutes = np.zeros(padded, np.uint8)

    def run(self, access_stops: Ints, access_seconds: Shorts) -> None:
        """Scan from an origin that reaches `access_stops` in `access_seconds` (from leaving to being ready to board)."""
        if self._single is not None:
            self._single.run(access_stops, access_seconds)
            return
        self._access[:] = NEVER
        np.minimum.at(self._access, access_stops, access_seconds)
        while not self._scan():
            chunks = 2 * len(self._free)  # the ring was too small: twice the room, and once more
            self._pool = np.zeros(CHUNK * chunks, np.uint32)
            self._free = np.zeros(chunks, np.uint32)

    def _scan(self) -> bool:
        window, walks = self.window, self.walks
        done = scan(
            window.second,
            window.conn_from,
            window.conn_to,
            window.conn_arr,
            window.conn_key,
            walks.foot_indptr,
            walks.foot_stop,
            walks.foot_seconds,
            self._access,
            window.step,
            window.count,
            window.max_seconds,
            self._bits,
            self.by_vehicle,
            self._ready,
            self._latest,
            self._label,
            self._ring,
            self._pool,
            self._free,
        )
        if done:
            fill_rows(self.by_vehicle, self._latest)
        return bool(done)

    def cube(self, direct: Shorts) -> Shorts:
        """Seconds from door to door, uint16[cells, count]; 65535 where no arrival within `max_seconds` exists.

        `direct` has each cell's seconds without any vehicle (65535: not known or too far).
        """
        window, walks = self.window, self.walks
        out = np.empty((len(direct), window.count), np.uint16)
        if self._single is not None:
            out[:, 0] = self._single.cells(direct)
            return out
        cells_cube(
            self.by_vehicle,
            self._latest,
            walks.egress_indptr,
            walks.egress_stop,
            walks.egress_seconds,
            direct,
            self._leave,
            window.max_seconds,
            self._row,
            out,
        )
        return out

    def percentiles(self, direct: Shorts, ranks: Sequence[int]) -> Bytes:
        """Minutes, rounded up, at percentiles of all departures: uint8[len(ranks), cells], 255 where not reached.

        Nearest rank: the smallest time that at least rank % of the departures do not exceed; departures that do not
        arrive within `max_seconds` are last. AccessError: ranks outside 0..100, `max_seconds` above 254 minutes.
        """
        window, walks = self.window, self.walks
        places = check_ranks(ranks, window.count, window.max_seconds)
        if self._single is not None:
            return self._single.minutes(direct, len(ranks))
        out = np.empty((len(ranks), len(direct)), np.uint8)
        cells_percentiles(
            self.by_vehicle,
            self._latest,
            walks.egress_indptr,
            walks.egress_stop,
            walks.egress_seconds,
            direct,
            self._leave,
            window.max_seconds,
            window.count,
            places,
            self._row,
            self._minutes,
            out,
        )
        return out


@kernel
def scan(  # noqa: C901, PLR0912, PLR0913, PLR0915
    second: Ints,
    conn_from: Ints,
    conn_to: Ints,
    conn_arr: Shorts,
    conn_key: Ints,
    foot_indptr: Ints,
    foot_stop: Ints,
    foot_seconds: Shorts,
    access: Shorts,
    step: int,
    count: int,
    max_seconds: int,
    bits: int,
    rows: Shorts,
    ready: Shorts,
    latest: Counts,
    label: Shorts,
    ring: Counts,
    pool: Counts,
    free: Counts,
) -> bool:
    """Fill `rows[v, d]` with arrivals that departure d is the latest to attain; False when `pool` is too small.

    Departures are stored as 1 + index, 0 is none: `ready[u]` the latest that is ready at u now, `label[slot]` the latest that
    sits in a trip, `latest[v]` = departure << 16 | arrival of the arrival at v with the latest departure.
    """
    reciprocal = (1 << 32) // step + 1  # exact quotients for numbers below 2**16
    wheel = len(ring) - 1
    low_bits = (1 << bits) - 1
    ready[:] = 0
    latest[:] = 0
    label[:] = 0
    ring[:] = 0
    rows[:, :] = np.uint16(65535)
    top = len(free)
    for i in range(top):
        free[i] = i
    for now in range(len(second) - 1):
        p = np.int64(ring[now & wheel])
        if p != 0:
            ring[now & wheel] = 0
            while p != 0:
                base = (p - 1) & ~63
                for k in range(base + 1, p):
                    event = np.int64(pool[k])
                    w = event >> bits
                    ready[w] = max(np.int64(ready[w]), event & low_bits)
                free[top] = base >> 6
                top += 1
                p = np.int64(pool[base])
        again = True
        while again:
            again = False
            for c in range(second[now], second[now + 1]):
                key = np.int64(conn_key[c])
                slot = key >> 3
                l = np.int64(label[slot])  # noqa: E741
                if key & 1:
                    u = conn_from[c]
                    l = max(l, np.int64(ready[u]))  # noqa: E741
                    walk = np.int64(access[u])
                    if now >= walk:
                        l = max(l, min((((now - walk) * reciprocal) >> 32) + 1, count))  # noqa: E741
                if l == 0:
                    continue
                label[slot + ((key >> 2) & 1)] = l
                if key & 2 == 0:
                    continue
                arrival = np.int64(conn_arr[c])
                if arrival > (l - 1) * step + max_seconds:
                    continue
                v = conn_to[c]
                best = np.int64(latest[v])
                if l > best >> 16:
                    latest[v] = (l << 16) | arrival
                elif arrival >= best & 65535:
                    continue
                else:  # a faster vehicle with an earlier departure
                    d = l - 1
                    while d < best >> 16 and np.int64(rows[v, d]) > arrival:
                        d += 1
                    if d < best >> 16:
                        continue
                rows[v, l - 1] = arrival
                for e in range(foot_indptr[v], foot_indptr[v + 1]):
                    w = np.int64(foot_stop[e])
                    if np.int64(ready[w]) >= l:
                        continue
                    then = arrival + np.int64(foot_seconds[e])
                    if then == now:
                        ready[w] = l
                        again = True
                        continue
                    bucket = then & wheel
                    p = np.int64(ring[bucket])
                    if p & 63 == 0:  # the bucket is empty or its chunk full
                        if top == 0:
                            return False
                        top -= 1
                        base = np.int64(free[top]) << 6
                        pool[base] = p
                        p = base + 1
                    pool[p] = (w << bits) | l
                    ring[bucket] = p + 1
    return True


@kernel
def fill_rows(rows: Shorts, latest: Counts) -> None:
    """Make rows whole: what a departure attains, every earlier one attains too."""
    for v in range(len(latest)):
        least = np.uint16(65535)
        for d in range(np.int64(latest[v] >> 16) - 1, -1, -1):
            least = min(least, rows[v, d])
            rows[v, d] = least
