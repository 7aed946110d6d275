# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One origin and one departure: the plain connection scan, for maps that follow the pointer."""

from __future__ import annotations

from typing import Any

import numpy as np

from aumenta.access.walks import QueryWalks
from aumenta.access.window import NEVER, Shorts, Window
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints


class Single:
    """Earliest arrivals for the only departure of a window.

    `by_vehicle` is uint16[stops]: seconds from the departure to the arrival by vehicle, 65535 where there is none.
    """

    def __init__(self, window: Window, walks: QueryWalks, stops: int) -> None:
        self.window = window
        self.walks = walks
        self.by_vehicle = np.full(stops, NEVER, np.uint16)
        self._ready = np.full(stops, NEVER, np.uint16)
        self._aboard = np.zeros(window.slots, np.bool_)

    def run(self, access_stops: Ints, access_seconds: Shorts) -> None:
        """Scan from an origin that reaches `access_stops` in `access_seconds`."""
        window, walks = self.window, self.walks
        self._ready[:] = NEVER
        np.minimum.at(self._ready, access_stops, access_seconds)
        scan_one(
            window.second.view(np.uint32),
            window.packed,
            walks.foot_indptr.view(np.uint32),
            walks.foot_stop.view(np.uint32),
            walks.foot_seconds,
            self._ready,
            self.by_vehicle,
            self._aboard,
        )

    def cells(self, direct: Shorts) -> Shorts:
        """Seconds from door to door, uint16[cells]; 65535 where no arrival within `max_seconds` exists."""
        out = np.empty(len(direct), np.uint16)
        walks = self.walks
        cells_one(
            self.by_vehicle,
            walks.egress_indptr.view(np.uint32),
            walks.egress_stop.view(np.uint32),
            walks.egress_seconds,
            direct,
            self.window.max_seconds,
            out,
        )
        return out

    def minutes(self, direct: Shorts, times: int) -> Bytes:
        """The same in minutes rounded up, uint8[times, cells]: every percentile of one departure is that departure."""
        seconds = self.cells(direct)
        minutes = np.where(seconds == NEVER, 255, (seconds.astype(np.int32) + 59) // 60).astype(np.uint8)
        return np.repeat(minutes[np.newaxis], times, axis=0)


@kernel
def scan_one(  # noqa: PLR0913, PLR0917
    second: Any,
    packed: Any,
    foot_indptr: Any,
    foot_stop: Any,
    foot_seconds: Any,
    ready: Any,
    arrived: Any,
    aboard: Any,
) -> None:
    """Fill `arrived` from `ready`, which begins with the walks of access and ends with every time of readiness."""
    arrived[:] = np.uint16(65535)
    aboard[:] = False
    for now in range(np.uint32(len(second) - 1)):
        again = True
        while again:
            again = False
            for c in range(second[now], second[now + np.uint32(1)]):
                at = np.uint32(c << np.uint32(2))
                key = packed[np.uint32(at + 3)]
                slot = key >> np.uint32(3)
                if not aboard[slot] and (key & 1 == 0 or np.int64(ready[packed[at]]) > np.int64(now)):
                    continue
                aboard[np.uint32(slot + ((key >> np.uint32(2)) & np.uint32(1)))] = True
                arrival = np.int64(packed[np.uint32(at + 2)])
                v = packed[np.uint32(at + 1)]
                if key & 2 == 0 or np.int64(arrived[v]) <= arrival:
                    continue
                arrived[v] = arrival
                for e in range(foot_indptr[v], foot_indptr[v + np.uint32(1)]):
                    w = foot_stop[e]
                    then = arrival + np.int64(foot_seconds[e])
                    if then < np.int64(ready[w]):
                        ready[w] = then
                        again |= then == np.int64(now)


@kernel
def cells_one(
    arrived: Any,
    indptr: Any,
    stop: Any,
    seconds: Any,
    direct: Any,
    max_seconds: Any,
    out: Any,
) -> None:
    """Earliest arrival at each cell from the stops around it."""
    for c in range(np.uint32(len(direct))):
        best = np.uint32(direct[c])
        for e in range(indptr[c], indptr[c + np.uint32(1)]):
            best = min(best, np.uint32(np.uint32(arrived[stop[e]]) + np.uint32(seconds[e])))
        out[c] = best if best <= max_seconds else 65535
