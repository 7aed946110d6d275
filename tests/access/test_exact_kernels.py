# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Kernels of different kinds against each other, and small cases in which one of them once went wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from oracle_window import NEVER, Small, SmallWalks, in_rows, plain_cubes, small_windows

from aumenta.access.backward import ToOne
from aumenta.access.rides import RangeRaptor
from aumenta.access.scan import Profiles
from aumenta.access.window import Window, cut
from aumenta.network.model import Timetable

calm = settings(
    derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
DAY = np.datetime64("2026-05-13", "D")


def real_window(
    trips: list[list[tuple[int, int, int, int, int]]], stops: int, count: int, step: int, most: int
) -> Window:
    """Trips, each a list of hops (from, to, dep, arr, flags), as a timetable that was cut to a window."""
    rows = sorted(
        ((*hop, t, j) for t, trip in enumerate(trips) for j, hop in enumerate(trip)),
        key=lambda r: (r[2], r[5], r[6]),
    )
    table = np.array(rows, np.int32).reshape(-1, 7)
    words: Any = np.array([""] * stops, np.str_)
    none = np.zeros(0, np.int32)
    timetable = Timetable(
        words, words, np.zeros(stops), np.zeros(stops), np.full(stops, -1, np.int32),
        words[:1], words[:1], words[:1], np.zeros(1, np.int32), words[:1],
        np.array([str(t) for t in range(len(trips))], np.str_), np.zeros(len(trips), np.int32),
        np.array([""] * len(trips), np.str_), np.zeros(len(trips), np.uint8), np.zeros(len(trips), np.int32),
        *(np.ascontiguousarray(table[:, i]) for i in (0, 1, 2, 3, 5)), table[:, 4].astype(np.uint8),
        np.ones((1, 1), bool), DAY, none, none, none,
    )  # fmt: skip
    return cut(timetable, DAY, 0, count, step, most)


def from_small(small: Small) -> Window:
    own = small.window
    trips: list[list[tuple[int, int, int, int, int]]] = [[] for _ in range(own.trips)]
    columns = (own.conn_from, own.conn_to, own.conn_dep, own.conn_arr, own.conn_flags)
    for trip, *hop in zip(own.conn_trip.tolist(), *(column.tolist() for column in columns), strict=True):
        trips[trip].append(tuple(hop))
    return real_window(trips, small.stops, own.count, own.step, own.max_seconds)


@calm
@given(small=small_windows())
def test_profile_scan_and_range_raptor_find_the_same(small: Small) -> None:
    window = from_small(small)
    scan, raptor = (
        Profiles(window, small.walks, small.stops),  # type: ignore[arg-type]
        RangeRaptor(window, small.walks, small.stops, 12),  # type: ignore[arg-type]
    )
    scan.run(*small.access)
    raptor.run(*small.access)
    expected = plain_cubes(small, 12)[-1]
    assert np.array_equal(raptor.cube(small.direct), expected)
    assert np.array_equal(scan.cube(small.direct), expected)
    ranks = (25, 50, 75)
    assert np.array_equal(raptor.percentiles(small.direct, ranks), scan.percentiles(small.direct, ranks))


@calm
@given(small=small_windows())
def test_the_backward_scan_is_the_column_of_the_forward_ones(small: Small) -> None:
    window, walks = from_small(small), small.walks
    cells = len(small.direct)
    targets = range(len(walks.egress_indptr) - 1)
    direct = np.full((cells, cells), NEVER, np.uint16)
    rows = []
    for origin in range(cells):
        scan = Profiles(window, walks, small.stops)  # type: ignore[arg-type]
        near = slice(walks.access_indptr[origin], walks.access_indptr[origin + 1])
        scan.run(walks.access_stop[near], walks.access_seconds[near])
        rows.append(scan.cube(direct[origin]))
    back = ToOne(window, walks, small.stops)  # type: ignore[arg-type]
    for target in targets:
        near = slice(walks.egress_indptr[target], walks.egress_indptr[target + 1])
        back.run(walks.egress_stop[near], walks.egress_seconds[near])
        assert np.array_equal(back.cube(direct[:, target]), np.stack([row[target] for row in rows]))


def test_a_change_after_a_hop_longer_than_any_walk_takes_its_time() -> None:
    # arrives at 600, may board from 720 on; the vehicle of 660 is gone
    long = [(0, 1, 0, 600, 3)]
    early, late = [(1, 2, 660, 700, 3)], [(1, 2, 780, 800, 3)]
    window = real_window([long, early, late], 3, 2, 60, 3600)
    walks = SmallWalks(
        *in_rows({(s, s): 120 for s in range(3)}, 3), *in_rows({(0, 2): 0}, 1), *in_rows({(0, 0): 0}, 1)
    )
    scan = Profiles(window, walks, 3)  # type: ignore[arg-type]
    scan.run(np.array([0], np.int32), np.array([0], np.uint16))
    assert scan.cube(np.array([NEVER], np.uint16)).tolist() == [[800, NEVER]]
