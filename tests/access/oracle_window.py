# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small random windows, and the plainest way to answer them: every ride of every trip, departure by departure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

NEVER = 65535
LATE = 10**9
BOARD, ALIGHT = 1, 2


@dataclass(frozen=True)
class SmallWindow:
    count: int
    step: int
    max_seconds: int
    conn_from: Any
    conn_to: Any
    conn_dep: Any
    conn_arr: Any
    conn_trip: Any
    conn_flags: Any
    trips: int
    start: int = 0
    source: Any = None
    trip_of: Any = None


@dataclass(frozen=True)
class SmallWalks:
    foot_indptr: Any
    foot_stop: Any
    foot_seconds: Any
    egress_indptr: Any
    egress_stop: Any
    egress_seconds: Any
    access_indptr: Any
    access_stop: Any
    access_seconds: Any


@dataclass(frozen=True)
class Small:
    window: SmallWindow
    walks: SmallWalks
    stops: int
    direct: Any
    access: tuple[Any, Any]


def in_rows(pairs: dict[tuple[int, int], int], rows: int) -> tuple[Any, Any, Any]:
    """Compressed rows of (row, stop) -> seconds."""
    ordered = sorted(pairs.items(), key=lambda item: (item[0][0], item[1], item[0][1]))
    counts = np.bincount([row for (row, _), _ in ordered], minlength=rows) if ordered else np.zeros(rows)
    return (
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        np.array([stop for (_, stop), _ in ordered], np.int32),
        np.array([seconds for _, seconds in ordered], np.uint16),
    )


def window_of(
    trips: list[list[tuple[int, int, int, int, int]]], count: int, step: int, most: int
) -> SmallWindow:
    """A window of trips, each a list of hops (from, to, dep, arr, flags) in travel order."""
    rows = [(*hop, t, j) for t, trip in enumerate(trips) for j, hop in enumerate(trip)]
    rows.sort(key=lambda r: (r[2], r[5], r[6]))
    column = list(zip(*rows, strict=True)) if rows else [()] * 7
    return SmallWindow(
        count,
        step,
        most,
        np.array(column[0], np.int32),
        np.array(column[1], np.int32),
        np.array(column[2], np.uint16),
        np.array(column[3], np.uint16),
        np.array(column[5], np.int32),
        np.array(column[4], np.uint8),
        len(trips),
        0,
        np.arange(len(rows), dtype=np.int32),
        np.arange(len(trips), dtype=np.int32),
    )


@st.composite
def small_windows(draw: st.DrawFn) -> Small:
    """Few lines with several trips each on few stops: overtaking, equal times, loops, zero hops, forbidden boarding."""
    stops = draw(st.integers(2, 6))
    whole = st.integers(0, stops - 1)
    short = st.sampled_from([0, 0, 1, 30, 60, 60, 120, 300])
    trips = []
    for _ in range(draw(st.integers(0, 4))):
        line = draw(st.lists(whole, min_size=2, max_size=5))
        flags = [draw(st.sampled_from([3, 3, 3, 1, 2, 0])) for _ in line[1:]]
        for _ in range(draw(st.integers(1, 4))):
            time = draw(st.integers(0, 30)) * 60
            hops = []
            for a, b, flag in zip(line, line[1:], flags, strict=False):
                departs = time + draw(short)
                time = departs + draw(short)
                hops.append((a, b, departs, time, flag))
            trips.append(hops)
    foot = {}
    for s in range(stops):
        if draw(st.booleans()) or draw(st.booleans()):
            foot[(s, s)] = draw(st.sampled_from([0, 60, 120]))
    for a, b in draw(st.lists(st.tuples(whole, whole), max_size=6)):
        if a != b:
            foot[(a, b)] = draw(st.sampled_from([0, 10, 60, 90, 200]))
    cells = draw(st.integers(1, 4))
    links = st.dictionaries(st.tuples(st.integers(0, cells - 1), whole), st.integers(0, 300), max_size=8)
    near = draw(st.dictionaries(whole, st.sampled_from([0, 0, 20, 60, 200]), max_size=3))
    direct = draw(st.lists(st.sampled_from([0, 100, 700, 1500, NEVER]), min_size=cells, max_size=cells))
    count, step = draw(st.integers(1, 40)), draw(st.sampled_from([10, 60, 60, 300]))
    window = window_of(trips, count, step, draw(st.sampled_from([300, 900, 7200])))
    walks = SmallWalks(*in_rows(foot, stops), *in_rows(draw(links), cells), *in_rows(draw(links), cells))
    access = (np.array(list(near), np.int32), np.array(list(near.values()), np.uint16))
    return Small(window, walks, stops, np.array(direct, np.uint16), access)


def plain_cubes(small: Small, rides: int) -> list[Any]:
    """Seconds (cells, departures) with at most 0, 1, ..., `rides` rides."""
    window, walks = small.window, small.walks
    cells = len(small.direct)
    cubes = [np.full((cells, window.count), NEVER, np.int64) for _ in range(rides + 1)]
    trips: dict[int, list[tuple[int, ...]]] = {}
    for row in zip(
        window.conn_trip,
        window.conn_from,
        window.conn_to,
        window.conn_dep,
        window.conn_arr,
        window.conn_flags,
        strict=True,
    ):
        trips.setdefault(int(row[0]), []).append(tuple(int(v) for v in row[1:]))
    for i in range(window.count):
        moment = window.step * i
        ready = {int(s): moment + int(w) for s, w in zip(*small.access, strict=True)}
        arrived: dict[int, int] = {}
        for k in range(rides + 1):
            cubes[k][:, i] = _at_cells(small, moment, arrived)
            _ride(trips.values(), ready, arrived)
            for s, at in arrived.items():
                for f in range(walks.foot_indptr[s], walks.foot_indptr[s + 1]):
                    w = int(walks.foot_stop[f])
                    ready[w] = min(ready.get(w, LATE), at + int(walks.foot_seconds[f]))
    return cubes


def _ride(trips: Iterable[list[tuple[int, ...]]], ready: dict[int, int], arrived: dict[int, int]) -> None:
    for hops in trips:
        for b, (board, _, dep, _, flag) in enumerate(hops):
            if not flag & BOARD or ready.get(board, LATE) > dep:
                continue
            for _, alight, _, arr, may in hops[b:]:
                if may & ALIGHT:
                    arrived[alight] = min(arrived.get(alight, LATE), arr)


def _at_cells(small: Small, moment: int, arrived: dict[int, int]) -> list[int]:
    walks, took = small.walks, []
    for c, direct in enumerate(small.direct.tolist()):
        found = [LATE if direct == NEVER else direct]
        for e in range(walks.egress_indptr[c], walks.egress_indptr[c + 1]):
            at = arrived.get(int(walks.egress_stop[e]), LATE)
            found.append(at + int(walks.egress_seconds[e]) - moment)
        took.append(min(found) if min(found) <= small.window.max_seconds else NEVER)
    return took
