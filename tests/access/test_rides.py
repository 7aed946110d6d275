# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_window import NEVER, Small, SmallWalks, in_rows, plain_cubes, small_windows, window_of

from aumenta.access.patterns import patterns
from aumenta.access.rides import RangeRaptor
from aumenta.errors import AccessError

calm = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)


@calm
@given(small=small_windows(), rides=st.integers(1, 5))
def test_at_most_so_many_rides_is_what_the_plain_search_finds(small: Small, rides: int) -> None:
    kernel = RangeRaptor(small.window, small.walks, small.stops, rides)
    cubes = plain_cubes(small, rides)
    for _ in range(2):  # the work space of the first run must not show in the second
        kernel.run(*small.access)
        assert np.array_equal(kernel.cube(small.direct), cubes[-1])
    fewest = np.full(cubes[-1].shape, 255)
    for k in range(rides, -1, -1):
        fewest[cubes[k] == cubes[-1]] = k
    fewest[cubes[-1] == NEVER] = 255
    assert np.array_equal(kernel.rides(small.direct), fewest)


@calm
@given(small=small_windows())
def test_patterns_keep_every_trip_and_none_overtakes(small: Small) -> None:
    window = small.window
    made = patterns(window, small.stops)
    seen = []
    for p in range(len(made)):
        first, hops = int(made.hop_indptr[p]), int(made.hop_indptr[p + 1] - made.hop_indptr[p])
        count, base = int(made.trips[p]), int(made.times_at[p])
        dep = made.dep[base : base + count * hops].reshape(count, hops)
        arr = made.arr[base : base + count * hops].reshape(count, hops)
        across = made.dep_by_hop[base : base + count * hops].reshape(hops, count)
        assert np.array_equal(dep, across.T)
        assert (np.diff(dep.astype(int), axis=0) >= 0).all() and (np.diff(arr.astype(int), axis=0) >= 0).all()
        for t in range(count):
            number = int(made.trip[made.trip_at[p] + t])
            own = np.flatnonzero(window.conn_trip == number)
            seen.append(number)
            assert np.array_equal(window.conn_dep[own], dep[t]) and np.array_equal(
                window.conn_arr[own], arr[t]
            )
            assert np.array_equal(window.conn_to[own], made.hop_to[first : first + hops])
    assert sorted(seen) == sorted(set(window.conn_trip.tolist()))


def test_trips_that_overtake_are_parted_and_equal_times_are_not() -> None:
    slow = [(0, 1, 60, 600, 3), (1, 2, 600, 700, 3)]
    fast = [(0, 1, 120, 300, 3), (1, 2, 300, 400, 3)]
    made = patterns(window_of([slow, fast, slow, fast], 1, 60, 7200), 3)
    assert len(made) == 2
    assert made.trips.tolist() == [2, 2]


def test_a_window_without_trips_is_walked() -> None:
    window = window_of([], 3, 60, 7200)
    made = patterns(window, 4)
    assert len(made) == 0 and made.board_indptr.tolist() == [0] * 5
    walks = SmallWalks(*in_rows({}, 4), *in_rows({(0, 1): 30}, 2), *in_rows({}, 2))
    kernel = RangeRaptor(window, walks, 4, 3)
    kernel.run(np.array([1], np.int32), np.array([20], np.uint16))
    direct = np.array([NEVER, 100], np.uint16)
    assert kernel.cube(direct).tolist() == [[NEVER] * 3, [100] * 3]
    assert kernel.rides(direct).tolist() == [[255] * 3, [0] * 3]


@calm
@given(small=small_windows())
def test_percentiles_are_the_nearest_rank_of_all_departures(small: Small) -> None:
    kernel = RangeRaptor(small.window, small.walks, small.stops, 2)
    kernel.run(*small.access)
    cube, ranks = kernel.cube(small.direct), (1, 25, 50, 75, 100)
    rows = kernel.percentiles(small.direct, ranks)
    for rank, row in zip(ranks, rows, strict=True):
        for seconds, minutes in zip(cube, row, strict=True):
            value = sorted(seconds.tolist())[math.ceil(rank / 100 * len(seconds)) - 1]
            assert minutes == (255 if value == NEVER else math.ceil(value / 60))


@pytest.mark.parametrize("rides", [0, -1, 255])
def test_a_limit_that_is_none_is_refused(rides: int) -> None:
    with pytest.raises(AccessError, match="1 to 254"):
        RangeRaptor(window_of([], 1, 60, 7200), None, 2, rides)  # type: ignore[arg-type]
