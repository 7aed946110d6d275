# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One origin and one departure: the plain connection scan, for maps that follow the pointer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aumenta.access.walks import QueryWalks
from aumenta.access.window import NEVER, Shorts, Window
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints


class Single:
    """Earliest arrivals for the only departure of a window; `by_vehicle` is uint16[stops], 65535 where there is none."""

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
            window.second,
            window.conn_from,
            window.conn_to,
            window.conn_arr,
            window.conn_key,
            walks.foot_indptr,
            walks.foot_stop,
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
            walks.egress_indptr,
            walks.egress_stop,
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
def scan_one(  # noqa: PLR0913
    second: Ints,
    conn_from: Ints,
    conn_to: Ints,
    conn_arr: Shorts,
    conn_key: Ints,
    foot_indptr: Ints,
    foot_stop: Ints,
    foot_seconds: Shorts,
    ready: Shorts,
    arrived: Shorts,
    aboard: NDArray[np.bool_],
) -> None:
    """Fill `arrived` from `ready`, which begins with the walks of access and ends with every time of readiness."""
    arrived[:] = np.uint16(65535)
    aboard[:] = False
    for now in range(len(second) - 1):
        again = True
        while again:
            again = False
            for c in range(second[now], second[now + 1]):
                key = np.int64(conn_key[c])
                slot = key >> 3
                if not aboard[slot]:
                    if key & 1 == 0 or np.int64(ready[conn_from[c]]) > now:
                        continue
                aboard[slot + ((key >> 2) & 1)] = True
                arrival = np.int64(conn_arr[c])
                v = conn_to[c]
                if key & 2 == 0 or np.int64(arrived[v]) <= arrival:
                    continue
                arrived[v] = arrival
                for e in range(foot_indptr[v], foot_indptr[v + 1]):
                    w = foot_stop[e]
                    then = arrival + np.int64(foot_seconds[e])
                    if then < np.int64(ready[w]):
                        ready[w] = then
                        if then == now:
                            again = True


@kernel
def cells_one(
    arrived: Shorts,
    indptr: Ints,
    stop: Ints,
    seconds: Shorts,
    direct: Shorts,
    max_seconds: int,
    out: Shorts,
) -> None:
    """Earliest arrival at each cell from the stops around it."""
    for c in range(len(direct)):
        best = np.int64(direct[c])
        for e in range(indptr[c], indptr[c + 1]):
            best = min(best, np.int64(arrived[stop[e]]) + np.int64(seconds[e]))
        out[c] = best if best <= max_seconds else 65535
