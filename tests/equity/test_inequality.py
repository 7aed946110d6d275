# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Inequality against PySAL, against repeated rows, and by its invariants."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta import equity
from aumenta.errors import AumentaError

COUNTS = st.lists(st.integers(1, 6), min_size=2, max_size=25)


@st.composite
def people_with_values(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    weights = draw(COUNTS)
    values = draw(
        st.lists(st.one_of(st.just(0.0), st.floats(0.01, 1e4)), min_size=len(weights), max_size=len(weights))
    )
    return np.array(values), np.array(weights, float)


@settings(deadline=None)
@given(people_with_values())
def test_gini_and_theil_are_pysals_on_repeated_rows(data: tuple[np.ndarray, np.ndarray]) -> None:
    from inequality.gini import Gini
    from inequality.theil import Theil

    values, weights = data
    if not values.any():
        assert math.isnan(equity.gini(values, weights))
        return
    repeated = np.repeat(values, weights.astype(int))
    assert equity.gini(values, weights) == pytest.approx(Gini(repeated).g, abs=1e-10)
    # PySAL adds a tiny number to zeros instead of 0 ln 0 = 0.
    assert equity.theil(values, weights) == pytest.approx(float(Theil(repeated).T), abs=1e-10)


@settings(deadline=None)
@given(people_with_values(), st.randoms(use_true_random=False))
def test_theil_decomposes_exactly_as_pysal(data: tuple[np.ndarray, np.ndarray], random) -> None:  # type: ignore[no-untyped-def]
    from inequality.theil import TheilD

    values, weights = data
    groups = np.array([random.choice("abc") for _ in values])
    if not values.any():
        return
    found = equity.theil_decomposition(values, weights, groups)
    assert found.between + found.within == pytest.approx(found.total, abs=1e-12)
    assert found.total == pytest.approx(equity.theil(values, weights), abs=1e-10)
    assert found.share_of_people.sum() == pytest.approx(1)
    if all(values[groups == g].any() for g in set(groups)):  # PySAL divides by a group's sum
        count = weights.astype(int)
        theirs = TheilD(np.repeat(values, count), np.repeat(groups, count))
        assert found.between == pytest.approx(float(np.squeeze(theirs.bg)), abs=1e-10)
        assert found.within == pytest.approx(float(np.squeeze(theirs.wg)), abs=1e-10)


@settings(deadline=None)
@given(people_with_values())
def test_weights_are_repeated_rows_in_every_statistic(data: tuple[np.ndarray, np.ndarray]) -> None:
    values, weights = data
    repeated = np.repeat(values, weights.astype(int))
    one, other = equity.spread(values, weights), equity.spread(repeated, np.ones(len(repeated)))
    for name in ("people", "mean", "gini", "theil", "p10", "p50", "p90", "p90_p10", "palma"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None), name
        if a is not None:
            assert a == pytest.approx(b, rel=1e-9, abs=1e-10), name


@settings(deadline=None)
@given(people_with_values(), st.floats(0.1, 100))
def test_scaling_changes_nothing_and_the_curve_is_convex(
    data: tuple[np.ndarray, np.ndarray], factor: float
) -> None:
    values, weights = data
    if not values.any():
        return
    assert equity.gini(values * factor, weights) == pytest.approx(equity.gini(values, weights), abs=1e-9)
    people, share = equity.lorenz(values, weights)
    assert (people[0], share[0], people[-1], share[-1]) == (0, 0, pytest.approx(1), pytest.approx(1))
    slopes = np.diff(share) / np.diff(people)
    assert (np.diff(slopes) >= -1e-9).all()
    area = float(np.trapezoid(share, people))
    assert equity.gini(values, weights) == pytest.approx(1 - 2 * area, abs=1e-9)


def test_published_example_of_palma_and_percentiles() -> None:
    # Ten people with 1..10: the top tenth has 10 of 55, the bottom four tenths 1+2+3+4.
    values = np.arange(1.0, 11)
    assert equity.palma(values, np.ones(10)) == pytest.approx(1.0)
    assert equity.percentile_ratio(values, np.ones(10)) == 9.0
    assert equity.weighted_percentile(values, np.ones(10), 50) == 5.0


def test_concentration_follows_the_order_of_income() -> None:
    income, people = np.array([1.0, 2, 3, 4]), np.ones(4)
    assert equity.concentration([1, 2, 3, 4], people, income) == pytest.approx(
        equity.gini([1, 2, 3, 4], people)
    )
    assert equity.concentration([4, 3, 2, 1], people, income) == pytest.approx(
        -equity.gini([1, 2, 3, 4], people)
    )
    assert equity.concentration([2, 2, 2, 2], people, income) == pytest.approx(0)


#: Values whose mean is no number so small that it cannot be divided by.
VALUES = st.floats(0, 100).map(lambda value: round(value, 9))


@settings(deadline=None)
@given(st.lists(st.tuples(VALUES, st.floats(0, 50), st.integers(1, 5)), min_size=2, max_size=20))
def test_concentration_is_twice_the_covariance_with_the_rank(rows: list[tuple[float, float, int]]) -> None:
    values, standing, people = (np.array(c, float) for c in zip(*rows, strict=True))
    if not values.any():
        return
    v, s = (np.repeat(c, people.astype(int)) for c in (values, standing))
    rank = np.array([((s < x).sum() + (s == x).sum() / 2) / len(s) for x in s])
    expected = 2 * np.mean((v - v.mean()) * (rank - rank.mean())) / v.mean()
    assert equity.concentration(values, people, standing) == pytest.approx(expected, abs=1e-9)


def test_quintiles_share_the_people() -> None:
    standing = np.arange(100.0)
    fifth = equity.quintiles(standing, np.ones(100))
    assert np.bincount(fifth).tolist() == [0, 20, 20, 20, 20, 20]
    assert equity.quintiles([np.nan, 5.0], [10, 10]).tolist() == [0, 3]


def test_missing_people_are_counted_never_dropped_silently() -> None:
    found = equity.spread([1.0, np.nan, 3.0], [10, 7, 10])
    assert (found.people, found.missing_people, found.mean) == (20, 7, 2)
    nothing = equity.spread([np.nan], [5])
    assert (nothing.people, nothing.missing_people, nothing.gini, nothing.mean) == (0, 5, None, None)


def test_times_have_no_theil() -> None:
    found = equity.spread([10.0, 90.0], [1, 1], good=False)
    assert found.theil is None and found.gini is None and found.p90 == 90


@pytest.mark.parametrize(
    ("values", "people", "words"),
    [
        ([1, 2], [1, -1], "not below zero"),
        ([1, 2], [1, np.nan], "not below zero"),
        ([1, 2, 3], [1, 1], "differ in shape"),
        ([-1, 2], [1, 1], "below zero is no good"),
    ],
)
def test_what_cannot_be_is_refused(values: list[float], people: list[float], words: str) -> None:
    with pytest.raises(AumentaError, match=words):
        equity.theil(values, people)
