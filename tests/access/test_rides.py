# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_window import ALIGHT, NEVER, Small, SmallWalks, in_rows, plain_cubes, small_windows, window_of

from aumenta.access.patterns import LATE, Patterns, patterns
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


def whole_trips(made: Patterns, window: Any) -> list[int]:
    """Check the times of every trip of every pattern against the window; the numbers of the trips."""
    seen = []
    for p in range(len(made)):
        first, hops = int(made.hop_indptr[p]), int(made.hop_indptr[p + 1] - made.hop_indptr[p])
        count, base = int(made.trips[p]), int(made.times_at[p])
        dep, arr = (
            part[base : base + count * hops].reshape(count, hops).astype(int) for part in (made.dep, made.arr)
        )
        assert np.array_equal(dep, made.dep_by_hop[base : base + count * hops].reshape(hops, count).T)
        assert (np.diff(dep, axis=0) >= 0).all() and (np.diff(arr, axis=0) >= 0).all()
        assert np.array_equal(made.hop_trips[first : first + hops], (dep != LATE).sum(axis=0))
        for t in range(count):
            number = int(made.trip[made.trip_at[p] + t])
            own = np.flatnonzero(window.conn_trip == number)
            there = np.flatnonzero((dep[t] != 0) & (dep[t] != LATE))
            seen.append(number)
            assert np.array_equal(there, np.arange(there[0], there[0] + len(own)))
            assert (dep[t][: there[0]] == 0).all() and (arr[t][there[-1] + 1 :] == LATE).all()
            assert np.array_equal(window.conn_dep[own] + 1, dep[t][there])
            assert np.array_equal(window.conn_arr[own] + 1, arr[t][there])
            assert np.array_equal(window.conn_to[own], made.hop_to[first + there])
            assert np.array_equal(window.conn_flags[own] & ALIGHT > 0, made.hop_alight[first + there])
    return sorted(seen)


@calm
@given(small=small_windows())
def test_patterns_keep_every_trip_and_none_overtakes(small: Small) -> None:
    made = patterns(small.window, small.stops)  # type: ignore[arg-type]
    assert whole_trips(made, small.window) == sorted(set(small.window.conn_trip.tolist()))


def test_trips_that_the_window_cuts_share_a_pattern_with_whole_ones() -> None:
    line = [(0, 1), (1, 2), (2, 3), (3, 4)]
    whole = [
        [(a, b, 100 * t + 10 * j, 100 * t + 10 * j + 5, 3) for j, (a, b) in enumerate(line)] for t in range(4)
    ]
    trips = [whole[0][2:], whole[1], whole[2][:3], whole[3][:1]]
    window = window_of(trips, 1, 60, 7200)
    made = patterns(window, 5)  # type: ignore[arg-type]
    assert len(made) == 1 and made.hop_trips.tolist() == [4, 3, 3, 2]
    assert whole_trips(made, window) == [0, 1, 2, 3]
    # cut at both ends: an end of a beginning
    shorter = window_of([whole[0][1:3], whole[1][:3], whole[2]], 1, 60, 7200)
    made = patterns(shorter, 5)  # type: ignore[arg-type]
    assert whole_trips(made, shorter) == [0, 1, 2]


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
