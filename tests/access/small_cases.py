# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small random timetables with walks, and a plain search over them that repeats until nothing changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from aumenta.network.model import ALIGHT, BOARD, Timetable

NEVER = 65535


@dataclass
class SmallWindow:
    """The fields of a window, as the kernels read them."""

    start: int
    count: int
    step: int
    max_seconds: int
    conn_from: np.ndarray
    conn_to: np.ndarray
    conn_dep: np.ndarray
    conn_arr: np.ndarray
    conn_trip: np.ndarray
    conn_flags: np.ndarray
    source: np.ndarray
    trips: int
    trip_of: np.ndarray


@dataclass
class SmallWalks:
    """The fields of a query's walks, as the kernels read them."""

    foot_indptr: np.ndarray
    foot_stop: np.ndarray
    foot_seconds: np.ndarray
    egress_indptr: np.ndarray
    egress_stop: np.ndarray
    egress_seconds: np.ndarray
    access_indptr: np.ndarray
    access_stop: np.ndarray
    access_seconds: np.ndarray


@dataclass
class Case:
    """A timetable, its walks, and one target (or origin) with seconds from (to) the stops near it."""

    window: SmallWindow
    walks: SmallWalks
    stops: int
    near_stops: np.ndarray
    near_seconds: np.ndarray
    direct: np.ndarray


def rows(data, count: int, stops: int, longest: int, own: int | None = None):
    """Compressed rows of walks to stops; `own`: most seconds of the row itself, which may be absent."""
    indptr, stop, seconds = [0], [], []
    for row in range(count):
        found = data.draw(st.dictionaries(st.integers(0, stops - 1), st.integers(0, longest), max_size=stops))
        if own is not None:
            found.pop(row, None)
            change = data.draw(st.one_of(st.none(), st.integers(0, own)))
            if change is not None:
                found[row] = change
        for at in sorted(found):
            stop.append(at)
            seconds.append(found[at])
        indptr.append(len(stop))
    return np.array(indptr, np.int32), np.array(stop, np.int32), np.array(seconds, np.uint16)


def trips(data, stops: int, horizon: int, number: int):
    """Hops (from, to, dep, arr, trip, flags) of random trips: loops, no-time hops, overtaking, closed doors."""
    hops = []
    for trip in range(number):
        clock = data.draw(st.integers(0, horizon))
        at = data.draw(st.integers(0, stops - 1))
        for _ in range(data.draw(st.integers(1, 4))):
            to = data.draw(st.integers(0, stops - 1))
            ride = data.draw(st.sampled_from([0, 0, 1, 2, 3, 7]))
            flags = data.draw(st.sampled_from([3, 3, 3, BOARD, ALIGHT, 0]))
            hops.append((at, to, clock, clock + ride, trip, flags))
            at, clock = to, clock + ride + data.draw(st.sampled_from([0, 0, 1, 2]))
    return hops


@st.composite
def cases(draw, cells: int = 3):
    """Everything small: 2 to 5 stops, up to 8 trips, times of a few seconds so that ties are common."""

    class Data:
        def draw(self, strategy):
            return draw(strategy)

    data = Data()
    stops = draw(st.integers(2, 5))
    count, step, most = draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 30))
    horizon = (count - 1) * step + most
    hops = [h for h in trips(data, stops, horizon, draw(st.integers(1, 8))) if h[3] <= horizon]
    hops = [hops[i] for i in sorted(range(len(hops)), key=lambda i: hops[i][2])]
    numbers = sorted({h[4] for h in hops})
    named = {trip: i for i, trip in enumerate(numbers)}
    columns = list(zip(*hops, strict=True)) or [[]] * 6
    window = SmallWindow(
        0,
        count,
        step,
        most,
        np.array(columns[0], np.int32),
        np.array(columns[1], np.int32),
        np.array(columns[2], np.uint16),
        np.array(columns[3], np.uint16),
        np.array([named[t] for t in columns[4]], np.int32),
        np.array(columns[5], np.uint8),
        np.arange(len(hops), dtype=np.int32),
        len(numbers),
        np.array(numbers, np.int32),
    )
    foot = rows(data, stops, stops, 4, own=2)
    egress = rows(data, cells, stops, 5)
    access = rows(data, cells, stops, 5)
    near = draw(st.dictionaries(st.integers(0, stops - 1), st.integers(0, 5), min_size=1))
    direct = draw(st.lists(st.sampled_from([NEVER, NEVER, 2, 9, 25]), min_size=cells, max_size=cells))
    return Case(
        window,
        SmallWalks(*foot, *egress, *access),
        stops,
        np.array(list(near), np.int32),
        np.array(list(near.values()), np.uint16),
        np.array(direct, np.uint16),
    )


def dense_case(seed: int, cells: int = 3) -> Case:
    """A case where ways need changes: few walks at the ends, many hops that take no time, changes that take none."""
    rng = np.random.default_rng(seed)
    stops = int(rng.integers(4, 7))
    count, step, most = int(rng.integers(1, 5)), int(rng.integers(1, 4)), int(rng.integers(8, 25))
    horizon = (count - 1) * step + most
    hops = []
    for trip in range(int(rng.integers(10, 26))):
        clock, at = int(rng.integers(0, max(1, horizon // 2))), int(rng.integers(stops))
        for _ in range(int(rng.integers(1, 3))):
            to = (at + 1) % stops if rng.random() < 0.7 else int(rng.integers(stops))
            ride = int(rng.choice([0, 0, 1, 2, 5]))
            hops.append((at, to, clock, clock + ride, trip, int(rng.choice([3, 3, 3, 3, 1, 2]))))
            at, clock = to, clock + ride + int(rng.choice([0, 0, 0, 1]))
    hops = sorted((h for h in hops if h[3] <= horizon), key=lambda h: h[2])
    numbers, trip_of = np.unique([h[4] for h in hops], return_inverse=True) if hops else ([], [])
    columns = [[h[k] for h in hops] for k in range(6)]
    window = SmallWindow(
        0, count, step, most,
        np.array(columns[0], np.int32), np.array(columns[1], np.int32),
        np.array(columns[2], np.uint16), np.array(columns[3], np.uint16),
        np.array(trip_of, np.int32), np.array(columns[5], np.uint8),
        np.arange(len(hops), dtype=np.int32), len(numbers), np.array(numbers, np.int32),
    )  # fmt: skip

    def few(row_count: int, number: int, longest: int, own: float = 0.0):
        indptr, stop, secs = [0], [], []
        for row in range(row_count):
            most = stops if own else 2
            chosen = {int(s) for s in rng.integers(0, most, int(rng.integers(0, number + 1)))}
            chosen = chosen | {row} if rng.random() < own else chosen - ({row} if own else set())
            stop += sorted(chosen)
            secs += [int(rng.integers(0, 2 if own and s == row else longest + 1)) for s in sorted(chosen)]
            indptr.append(len(stop))
        return np.array(indptr, np.int32), np.array(stop, np.int32), np.array(secs, np.uint16)

    walks = SmallWalks(*few(stops, 1, 3, own=0.8), *few(cells, 2, 3), *few(cells, 2, 3))
    near = np.unique(rng.integers(stops - 2, stops, 2)).astype(np.int32)
    return Case(
        window, walks, stops, near, rng.integers(0, 4, len(near)).astype(np.uint16),
        rng.choice([NEVER, NEVER, 3, 15], cells).astype(np.uint16),
    )  # fmt: skip


def small_timetable(case: Case, date: np.datetime64) -> Timetable:
    """The connections of a case as a timetable that runs on one date, second 0 of the window at midnight."""
    window, none, nobody = case.window, np.zeros(0, np.int32), np.zeros(0, np.str_)
    return Timetable(
        nobody, nobody, np.zeros(0), np.zeros(0), none, nobody, nobody, nobody, none, nobody,
        np.zeros(window.trips, np.str_), none, nobody, np.zeros(window.trips, np.uint8),
        np.zeros(window.trips, np.int32), window.conn_from, window.conn_to,
        window.conn_dep.astype(np.int32), window.conn_arr.astype(np.int32), window.conn_trip, window.conn_flags,
        np.ones((1, 1), bool), date, none, none, none,
    )  # fmt: skip


def arrivals(window, walks, stops: int, ready: dict[int, int]) -> list[int]:
    """Earliest arrival by vehicle at every stop, if one may board at stop s from `ready[s]` on."""
    at = [ready.get(s, NEVER) for s in range(stops)]
    by_vehicle = [NEVER] * stops
    size = len(window.conn_from)
    before = [
        next((j for j in range(i - 1, -1, -1) if window.conn_trip[j] == window.conn_trip[i]), -1)
        for i in range(size)
    ]
    seated = [False] * size
    moved = True
    while moved:
        moved = False
        for i in range(size):
            flags, u, v = window.conn_flags[i], window.conn_from[i], window.conn_to[i]
            boards = flags & BOARD and at[u] <= window.conn_dep[i]
            if not seated[i] and (boards or (before[i] >= 0 and seated[before[i]])):
                seated[i] = moved = True
            if not seated[i] or not flags & ALIGHT:
                continue
            arrival = int(window.conn_arr[i])
            if arrival < by_vehicle[v]:
                by_vehicle[v], moved = arrival, True
            for e in range(walks.foot_indptr[v], walks.foot_indptr[v + 1]):
                w, then = walks.foot_stop[e], arrival + int(walks.foot_seconds[e])
                if then < at[w]:
                    at[w], moved = then, True
    return by_vehicle


def seconds(window, walks, stops: int, access, egress, direct: int, departure: int) -> int:
    """Door-to-door seconds of one pair for one departure; `access`, `egress`: (stop, seconds) pairs."""
    ready: dict[int, int] = {}
    for stop, walk in access:
        ready[int(stop)] = min(ready.get(int(stop), NEVER), departure + int(walk))
    by_vehicle = arrivals(window, walks, stops, ready)
    ends = [by_vehicle[s] + int(walk) - departure for s, walk in egress if by_vehicle[s] != NEVER]
    best = min([*ends, direct])
    return best if best <= window.max_seconds else NEVER


def pairs(indptr, stop, secs, row: int) -> list[tuple[int, int]]:
    """One compressed row as pairs."""
    part = slice(indptr[row], indptr[row + 1])
    return list(zip(stop[part].tolist(), secs[part].tolist(), strict=True))
