# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Cells and percentiles from rows of arrivals, against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.access.reduce import cells_cube, cells_percentiles, check_ranks, order_statistics, shortest
from aumenta.errors import AccessError

NONE = 65_535


def world(seed: int, count: int, step: int, limit: int, longest_walk: int):
    """Random rows of arrivals (monotone, padded), walks from stops to cells, times without a vehicle."""
    random = np.random.default_rng(seed)
    stops, cells = 40, 60
    padded = -(-count // 64) * 64
    leave = np.zeros(padded, np.uint16)
    leave[:count] = step * np.arange(count)
    rows = np.full((stops, padded), NONE, np.uint16)
    for s in range(0, stops - 8):
        reached = random.integers(0, count + 1)
        arrival = np.sort(random.integers(0, limit, count)) // random.choice([1, 300]) + leave[:count].astype(
            int
        )
        rows[s, :reached] = np.maximum.accumulate(np.minimum(arrival, step * (count - 1) + limit))[:reached]
    sizes = random.integers(0, 12, cells)
    indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
    stop = random.integers(0, stops, sizes.sum()).astype(np.uint32)
    walk = random.integers(0, longest_walk, sizes.sum()).astype(np.uint16)
    direct = random.choice([NONE, limit, limit + 1, limit // 2, 0], cells).astype(np.uint16)
    return rows, leave, indptr, stop, walk, direct


def naive(  # noqa: PLR0917
    rows, leave, indptr, stop, walk, direct, count: int, limit: int
) -> np.ndarray:
    out = np.full((len(direct), count), NONE, np.int64)
    for c in range(len(direct)):
        best = np.full(count, int(direct[c]))
        for e in range(int(indptr[c]), int(indptr[c + 1])):
            row = rows[stop[e], :count].astype(int)
            taken = np.where(row == NONE, 10**6, row + int(walk[e]) - leave[:count].astype(int))
            best = np.minimum(best, taken)
        out[c] = np.where(best <= limit, best, NONE)
    return out


def arguments(rows, leave, indptr, stop, walk, direct, limit: int) -> tuple:
    taken = np.where(rows == NONE, NONE, rows - leave)
    least = taken.min(axis=1).astype(np.uint16)
    near, walks = np.zeros(32, np.uint32), np.zeros(32, np.uint16)
    row = np.zeros(rows.shape[1], np.uint16)
    return rows, least, indptr, stop, walk, direct, leave, limit, near, walks, row


SHAPES = [
    (2, 60, 7_200),
    (64, 60, 3_600),
    (65, 30, 7_200),
    (120, 60, 7_200),
    (300, 60, 15_240),
    (500, 110, 5_000),
]


@pytest.mark.parametrize(("count", "step", "limit"), SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_cube_and_percentiles(seed: int, count: int, step: int, limit: int) -> None:
    made = world(seed, count, step, limit, 1_200 if seed else 7_000)
    expected = naive(*made, count, limit)
    shared = arguments(*made, limit)
    least = np.empty_like(shared[1])
    shortest(made[0], made[1], least)
    assert np.array_equal(least, shared[1])
    cube = np.empty(expected.shape, np.uint16)
    cells_cube(shared, cube)
    assert np.array_equal(cube, expected)
    ranks = [0, 5, 25, 50, 75, 95, 100][: 1 + seed * 3]
    out = np.empty((len(ranks), len(cube)), np.uint8)
    minutes = np.zeros(made[0].shape[1], np.uint8)
    cells_percentiles(shared, minutes, check_ranks(ranks, count, limit), out)
    rounded = np.where(expected == NONE, 255, -(-expected // 60))
    nearest = np.percentile(rounded, ranks, axis=1, method="inverted_cdf").astype(int)
    assert np.array_equal(out, nearest)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 255), min_size=1, max_size=200),
    st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)),
)
def test_order_statistics(values: list[int], ranks: tuple[int, int, int]) -> None:
    minutes = np.full(-(-len(values) // 64) * 64, 255, np.uint8)
    minutes[: len(values)] = values
    places = check_ranks(ranks, len(values), 60)
    found = order_statistics(minutes, np.uint8(min(values)), np.uint8(max(values)), *places)
    assert list(found) == [sorted(values)[p - 1] for p in places]


def test_ranks() -> None:
    assert check_ranks([0, 1, 25, 50, 99, 100], 120, 7_200).tolist() == [1, 2, 30, 60, 119, 120]
    assert check_ranks([], 5, 60).tolist() == []
    with pytest.raises(AccessError, match="between 0 and 100") as caught:
        check_ranks([-1, 101], 10, 20_000)
    assert len(caught.value.problems) == 3
