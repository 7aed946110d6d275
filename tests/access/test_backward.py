# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""All cells to one target: against a plain search, departure by departure."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from small_cases import Case, cases, dense_case, pairs, seconds

from aumenta.access.backward import ToOne


def expected(case: Case) -> np.ndarray:
    window, walks = case.window, case.walks
    near = list(zip(case.near_stops, case.near_seconds, strict=True))
    access = [pairs(walks.access_indptr, walks.access_stop, walks.access_seconds, c) for c in range(3)]
    return np.array(
        [
            [
                seconds(window, walks, case.stops, access[c], near, int(case.direct[c]), i * window.step)
                for i in range(window.count)
            ]
            for c in range(3)
        ],
        np.uint16,
    )


@settings(max_examples=60, deadline=None)
@given(cases())
def test_cube_equals_a_plain_search(case: Case) -> None:
    search = ToOne(case.window, case.walks, case.stops)
    search.run(case.near_stops, case.near_seconds)
    np.testing.assert_array_equal(search.cube(case.direct), expected(case))


def test_cube_with_many_changes() -> None:
    for seed in range(800):
        case = dense_case(seed)
        search = ToOne(case.window, case.walks, case.stops)
        search.run(case.near_stops, case.near_seconds)
        np.testing.assert_array_equal(search.cube(case.direct), expected(case), err_msg=str(seed))


@settings(max_examples=40, deadline=None)
@given(cases())
def test_percentiles_are_nearest_ranks_of_the_cube(case: Case) -> None:
    search = ToOne(case.window, case.walks, case.stops)
    search.run(case.near_stops, case.near_seconds)
    ranks = (50, 1, 25, 75, 100)
    minutes = -(-search.cube(case.direct).astype(np.int64) // 60)
    minutes[minutes > 254] = 255
    ordered = np.sort(minutes, axis=1)
    for row, rank in zip(search.percentiles(case.direct, ranks), ranks, strict=True):
        at = max(1, int(np.ceil(rank / 100 * case.window.count))) - 1
        np.testing.assert_array_equal(row, ordered[:, at])


@settings(max_examples=30, deadline=None)
@given(cases(), cases())
def test_a_second_target_does_not_see_the_first(case: Case, other: Case) -> None:
    search = ToOne(case.window, case.walks, case.stops)
    ends = other.near_stops < case.stops
    search.run(other.near_stops[ends], other.near_seconds[ends])
    search.run(case.near_stops, case.near_seconds)
    np.testing.assert_array_equal(search.cube(case.direct), expected(case))


@settings(max_examples=40, deadline=None)
@given(cases())
def test_lists_grow_beyond_the_room_they_begin_with(case: Case) -> None:
    search = ToOne(case.window, case.walks, case.stops)
    search._pool = np.empty(1, np.uint32)
    search.run(case.near_stops, case.near_seconds)
    np.testing.assert_array_equal(search.cube(case.direct), expected(case))
