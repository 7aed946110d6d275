# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One origin, every departure of a window, by one scan over the connections (profile connection scan, forward).

Method: J. Dibbelt, T. Pajor, B. Strasser, D. Wagner, "Connection Scan Algorithm", ACM JEA 23 (2018), turned round so
that it answers for all departures of one origin. Departures are numbered; whoever may board a vehicle with one
departure may board it with every earlier one, so a trip needs only the *latest* departure that can sit in it, and a
stop only the latest that is ready to board there *now*. Arrivals by vehicle are kept for all departures, a row for
each stop. Boardings that become possible later (change times, footpaths) wait in a ring of one bucket a second.
docs/kernels.md tells how it is laid out and what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from aumenta.access.reduce import Cells, check_ranks
from aumenta.access.single import Single
from aumenta.access.walks import QueryWalks
from aumenta.access.window import NEVER, Shorts, Window
from aumenta.errors import AccessError
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints

#: Words of a chunk of the ring: one link, the rest events. The kernel has it written in.
CHUNK = 64
#: Chunks that the ring begins with; it grows when a scan needs more.
CHUNKS = 2048


class Profiles:
    """Earliest arrivals from one origin for every departure of a window; work space is kept and used again.

    Make one for each thread (`window` and `walks` are shared), call `run`, then `cube` or `percentiles` as often as
    wanted. `by_vehicle` is uint16[stops, padded]: seconds from `window.start` to the earliest arrival at the stop by
    vehicle when leaving at departure d or later, 65535 where there is none; arrivals that come later than
    `max_seconds` after departure d may stand there or not. Columns from `count` on are padding.
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
        self._cells = Cells(window, walks)
        # a boarding is known when its vehicle leaves and due after the hop and the walk: both must fit the ring
        hop = int((window.conn_arr - window.conn_dep).max(initial=0))
        longest = hop + int(walks.foot_seconds.max(initial=0))
        self.by_vehicle = np.full((stops, self._cells.padded), NEVER, np.uint16)
        self._least = np.full(stops, NEVER, np.uint16)
        self._access = np.full(stops, NEVER, np.uint16)
        self._ready = np.zeros(stops, np.uint16)
        self._latest = np.zeros(stops, np.uint32)
        self._awaited = np.zeros(stops, np.uint32)
        self._label = np.zeros(window.slots, np.uint16)
        self._ring = np.zeros(1 << (longest + 1).bit_length(), np.uint32)
        self._room(CHUNKS)

    def _room(self, chunks: int) -> None:
        self._pool = np.zeros(CHUNK * chunks, np.uint32)
        self._free = np.zeros(chunks, np.uint32)

    def run(self, access_stops: Ints, access_seconds: Shorts) -> None:
        """Scan from an origin that reaches `access_stops` in `access_seconds` (from leaving to being ready)."""
        if self._single is not None:
            self._single.run(access_stops, access_seconds)
            return
        self._access[:] = NEVER
        np.minimum.at(self._access, access_stops, access_seconds)
        while not self._scan():
            self._room(2 * len(self._free))
        fill_rows(self.by_vehicle, self._latest, self._cells.leave, self._least)

    def _scan(self) -> bool:
        window, walks = self.window, self.walks
        return bool(
            scan(
                window.second.view(np.uint32),
                window.packed,
                walks.foot_indptr.view(np.uint32),
                walks.foot_stop.view(np.uint32),
                walks.foot_seconds,
                self._access,
                window.step,
                window.count,
                window.max_seconds,
                self._bits,
                self.by_vehicle,
                self._ready,
                self._latest,
                self._awaited,
                self._label,
                self._ring,
                self._pool,
                self._free,
            )
        )

    def cube(self, direct: Shorts) -> Shorts:
        """Seconds from door to door, uint16[cells, count]; 65535 where no arrival within `max_seconds` exists.

        `direct` has each cell's seconds without any vehicle (65535: not known or too far).
        """
        if self._single is not None:
            return self._single.cells(direct).reshape(-1, 1)
        return self._cells.cube(self.by_vehicle, direct, self._least)

    def percentiles(self, direct: Shorts, ranks: Sequence[int]) -> Bytes:
        """Minutes, rounded up, at percentiles of all departures: uint8[len(ranks), cells], 255 where not reached.

        Nearest rank: the smallest time that at least rank % of the departures do not exceed; departures that do not
        arrive within `max_seconds` come last. AccessError: ranks outside 0..100, `max_seconds` above 254 minutes.
        """
        if self._single is not None:
            check_ranks(ranks, 1, self.window.max_seconds)
            return self._single.minutes(direct, len(ranks))
        return self._cells.percentiles(self.by_vehicle, direct, ranks, self._least)


@kernel
def scan(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    second: Any,
    packed: Any,
    foot_indptr: Any,
    foot_stop: Any,
    foot_seconds: Any,
    access: Any,
    step: Any,
    count: Any,
    max_seconds: Any,
    bits: Any,
    rows: Any,
    ready: Any,
    latest: Any,
    awaited: Any,
    label: Any,
    ring: Any,
    pool: Any,
    free: Any,
) -> Any:
    """Write into `rows[v, d]` each arrival that departure d is the latest to attain; False: `pool` is too small.

    Departures are stored as 1 + number, 0 is none. `ready[u]`: the latest that is ready at stop u now; `label[slot]`:
    the latest that sits in a trip; `latest[v]`, `awaited[w]`: departure << 16 | seconds of the arrival at v, and of
    the readiness at w, with the latest departure that is known of, which shows most others to be of no use. Indices
    are unsigned, which spares the test for counting from the end.
    """
    reciprocal = (1 << 32) // step + 1  # exact quotients for numbers below 2**16
    wheel = len(ring) - 1
    low_bits = (1 << bits) - 1
    shift = np.uint32(bits)
    ready[:] = 0
    latest[:] = 0
    awaited[:] = 0
    label[:] = 0
    ring[:] = 0
    rows[:, :] = np.uint16(65535)
    top = np.uint32(len(free))
    for i in range(len(free)):
        free[i] = i
    for second_now in range(np.uint32(len(second) - 1)):
        now = np.int64(second_now)
        bucket = np.uint32(now & wheel)
        p = ring[bucket]
        ring[bucket] = 0
        while p != 0:
            base = np.uint32(np.uint32(p - np.uint32(1)) & np.uint32(0xFFFFFFC0))
            for k in range(np.uint32(base + np.uint32(1)), p):
                w = np.uint32(pool[k] >> shift)
                ready[w] = max(ready[w], np.uint16(pool[k] & low_bits))
            free[top] = base >> np.uint32(6)
            top = np.uint32(top + np.uint32(1))
            p = pool[base]
        again = True
        while again:
            again = False
            for c in range(second[second_now], second[second_now + np.uint32(1)]):
                at = np.uint32(c << np.uint32(2))
                key = packed[np.uint32(at + 3)]
                slot = np.uint32(key >> np.uint32(3))
                l = np.int64(label[slot])  # noqa: E741
                if key & 1:
                    u = packed[at]
                    l = max(l, np.int64(ready[u]))  # noqa: E741
                    walk = np.int64(access[u])
                    if now >= walk:
                        l = max(l, min((((now - walk) * reciprocal) >> 32) + 1, count))  # noqa: E741
                if l == 0:
                    continue
                label[np.uint32(slot + ((key >> np.uint32(2)) & np.uint32(1)))] = l
                if key & 2 == 0:
                    continue
                arrival = np.int64(packed[np.uint32(at + 2)])
                if arrival > (l - 1) * step + max_seconds:
                    continue
                v = packed[np.uint32(at + 1)]
                best = np.int64(latest[v])
                if l > best >> 16:
                    latest[v] = (l << 16) | arrival
                elif arrival >= best & 65535:
                    continue
                else:  # a faster vehicle with an earlier departure
                    d = l - 1
                    while d < best >> 16 and np.int64(rows[v, np.uint32(d)]) > arrival:
                        d += 1
                    if d < best >> 16:
                        continue
                rows[v, np.uint32(l - 1)] = arrival
                departure = np.uint32(l << 16)
                later = np.uint32((l + 1) << 16)
                for e in range(foot_indptr[v], foot_indptr[v + np.uint32(1)]):
                    w = foot_stop[e]
                    then = np.uint32(arrival + np.int64(foot_seconds[e]))
                    known = awaited[w]
                    if known >= departure and np.uint32(known & np.uint32(65535)) <= then:
                        continue
                    if known < later:
                        awaited[w] = departure | then
                    if then == second_now:
                        ready[w] = max(np.int64(ready[w]), l)
                        again = True
                        continue
                    bucket = np.uint32(then & np.uint32(wheel))
                    p = ring[bucket]
                    if p & 63 == 0:  # the bucket is empty or its chunk full
                        if top == 0:
                            return False
                        top = np.uint32(top - np.uint32(1))
                        base = np.uint32(free[top] << np.uint32(6))
                        pool[base] = p
                        p = np.uint32(base + np.uint32(1))
                    pool[p] = (w << shift) | np.uint32(l)
                    ring[bucket] = p + np.uint32(1)
    return True


@kernel
def fill_rows(rows: Any, latest: Any, leave: Any, least: Any) -> None:
    """Make rows whole (what a departure attains, every earlier one attains too); shortest time of each into `least`."""
    for v in range(np.uint32(len(latest))):
        row = rows[v]
        arrival = np.uint16(65535)
        shortest = np.uint16(65535)
        for d in range(np.int64(latest[v] >> np.uint32(16)) - 1, -1, -1):
            arrival = min(arrival, row[np.uint32(d)])
            row[np.uint32(d)] = arrival
            shortest = min(shortest, np.uint16(arrival - leave[np.uint32(d)]))
        least[v] = shortest
