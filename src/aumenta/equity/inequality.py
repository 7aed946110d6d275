# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Inequality of a value among people: every cell or place counts as many times as people live there.

Values that are NaN are missing: their people are left out of every statistic and counted (`Spread.missing_people`),
never taken as zero. Weights are people; a value repeated by its weight gives the same statistics (tested). Sums run in
the order of the values, so that the same arrays give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.errors import AumentaError, Problem

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """How a value is spread: None where a statistic has no meaning (no people, a mean of zero, values below zero).

    `p90_p10` is the ratio of the values that a tenth of the people exceed and stay below; `palma` the share of the
    tenth who have most over that of the four tenths who have least.
    """

    people: float
    missing_people: float
    mean: float | None
    gini: float | None
    theil: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    p90_p10: float | None
    palma: float | None


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Theil's T as the sum of inequality between groups and within them, exactly.

    `within_by_group` are the contributions whose sum is `within`; `share_of_value` and `share_of_people` by group.
    """

    total: float
    between: float
    within: float
    groups: tuple[str, ...]
    within_by_group: Doubles
    share_of_value: Doubles
    share_of_people: Doubles


def known(values: ArrayLike, people: ArrayLike) -> tuple[Doubles, Doubles, float]:
    """Values and people where both are known and people live, and the people whose value is missing.

    Raises `AumentaError` for people below zero or unknown, for arrays that differ in length.
    """
    value, weight = np.asarray(values, np.float64), np.asarray(people, np.float64)
    if value.shape != weight.shape or value.ndim != 1:
        problem = Problem("values and people differ in shape", found=f"{value.shape} and {weight.shape}")
        raise AumentaError("The spread of a value cannot be computed.", [problem])
    wrong = np.flatnonzero(~(weight >= 0))
    if len(wrong):
        problems = [
            Problem("people must be known and not below zero", row=int(at), found=str(weight[at]))
            for at in wrong[:10]
        ]
        raise AumentaError("The spread of a value cannot be computed.", problems)
    missing = np.isnan(value)
    at = ~missing & (weight > 0)
    return value[at], weight[at], float(weight[missing].sum())


def gini(values: ArrayLike, people: ArrayLike) -> float:
    """Gini coefficient: half the mean difference between two people over the mean. NaN when the mean is not above zero.

    Source: Lerman and Yitzhaki, "Improving the accuracy of estimates of Gini coefficients", J. Econometrics 42, 1989.

    >>> round(gini([1, 1, 2, 4], [1, 1, 1, 1]), 4)
    0.3125
    """
    value, weight, _ = known(values, people)
    total = _dot(weight, value)
    if not total > 0:
        return float("nan")
    order = np.argsort(value, kind="stable")
    value, weight = value[order], weight[order]
    # Mean rank of the people of each value: those before them and half of their own.
    rank = np.cumsum(weight) - weight / 2
    people_all = float(weight.sum())
    return 2 * _dot(weight * value, rank - people_all / 2) / (people_all * total)


def theil(values: ArrayLike, people: ArrayLike) -> float:
    """Theil's T: mean of (x/mean) ln(x/mean), 0 ln 0 = 0; only of goods. NaN when the mean is not above zero.

    Raises `AumentaError` for a value below zero: a good has none. Source: Theil, *Economics and Information Theory*,
    1967.

    >>> theil([3, 3, 3], [5, 1, 2])
    0.0
    """
    value, weight, _ = known(values, people)
    _goods(value)
    total = _dot(weight, value)
    if not total > 0:
        return float("nan")
    people_all = float(weight.sum())
    ratio = value * (people_all / total)
    return _dot(weight, _x_log_x(ratio)) / people_all


def theil_decomposition(values: ArrayLike, people: ArrayLike, groups: ArrayLike) -> Decomposition:
    """Theil's T between groups and within them; the two add up to the total exactly (to rounding).

    Source: Bourguignon, "Decomposable income inequality measures", Econometrica 47, 1979.
    """
    value, weight = np.asarray(values, np.float64), np.asarray(people, np.float64)
    group = np.asarray(groups, dtype=str)
    known(value, weight)
    at = ~np.isnan(value) & (weight > 0)
    value, weight, group = value[at], weight[at], group[at]
    _goods(value)
    names, index = np.unique(group, return_inverse=True)
    total, people_all = _dot(weight, value), float(weight.sum())
    nothing = np.full(len(names), np.nan)
    if not total > 0:
        nan = float("nan")
        return Decomposition(nan, nan, nan, tuple(map(str, names)), nothing, nothing, nothing)
    sums = np.bincount(index, weights=weight * value, minlength=len(names))
    counts = np.bincount(index, weights=weight, minlength=len(names))
    value_share, people_share = sums / total, counts / people_all
    means = sums / counts
    between = _dot(people_share, _x_log_x(means * (people_all / total)))
    safe = np.where(means > 0, means, 1.0)  # a group without anything has nothing to share unevenly
    inside = np.bincount(index, weights=weight * _x_log_x(value / safe[index]), minlength=len(names)) / counts
    within_by_group = value_share * inside
    within = float(within_by_group.sum())
    return Decomposition(
        between + within, between, within, tuple(map(str, names)), within_by_group, value_share, people_share
    )


def weighted_percentile(values: ArrayLike, people: ArrayLike, percentile: float) -> float:
    """The least value that at least this share of the people do not exceed (nearest rank); NaN without people.

    >>> weighted_percentile([10, 20, 30], [1, 1, 2], 50)
    20.0
    """
    value, weight, _ = known(values, people)
    if not len(value):
        return float("nan")
    order = np.argsort(value, kind="stable")
    below = np.cumsum(weight[order])
    wanted = percentile / 100 * below[-1]
    return float(value[order][np.searchsorted(below, wanted * (1 - 1e-12), side="left")])


def percentile_ratio(values: ArrayLike, people: ArrayLike, high: float = 90, low: float = 10) -> float:
    """Value at a high percentile over that at a low one (P90/P10); NaN when the low one is not above zero."""
    bottom = weighted_percentile(values, people, low)
    return weighted_percentile(values, people, high) / bottom if bottom > 0 else float("nan")


def lorenz(values: ArrayLike, people: ArrayLike) -> tuple[Doubles, Doubles]:
    """Lorenz curve: cumulative shares of people (from who has least) and of the value, both from 0 to 1.

    People with the same value are one stretch of the curve. Empty curves when the total is not above zero.
    """
    value, weight, _ = known(values, people)
    _goods(value)
    if not _dot(weight, value) > 0:
        return np.empty(0), np.empty(0)
    levels, index = np.unique(value, return_inverse=True)
    count = np.bincount(index, weights=weight)
    shares = [np.concatenate([[0.0], np.cumsum(part)]) for part in (count, count * levels)]
    return shares[0] / shares[0][-1], shares[1] / shares[1][-1]


def palma(values: ArrayLike, people: ArrayLike, top: float = 0.1, bottom: float = 0.4) -> float:
    """Share of the value that the top tenth of the people have over that of the bottom four tenths.

    Shares are read from the Lorenz curve, a straight line between its points. NaN when the bottom has nothing.
    """
    share_of_people, share_of_value = lorenz(values, people)
    if not len(share_of_people):
        return float("nan")
    low = float(np.interp(bottom, share_of_people, share_of_value))
    high = 1 - float(np.interp(1 - top, share_of_people, share_of_value))
    return high / low if low > 0 else float("nan")


def concentration(values: ArrayLike, people: ArrayLike, standing: ArrayLike) -> float:
    """Concentration index of a value along another order, such as the income of a place: from -1 to 1, 0 = no tie.

    Positive when who stands higher has more. People of equal standing share their mean rank. Rows whose value or
    standing is missing are left out. Source: Kakwani, Wagstaff and van Doorslaer, J. Econometrics 77, 1997.
    """
    value, weight = np.asarray(values, np.float64), np.asarray(people, np.float64)
    order = np.asarray(standing, np.float64)
    known(value, weight)
    at = ~np.isnan(value) & ~np.isnan(order) & (weight > 0)
    value, weight, order = value[at], weight[at], order[at]
    total = _dot(weight, value)
    if not total > 0:
        return float("nan")
    levels, index = np.unique(order, return_inverse=True)
    counts = np.bincount(index, weights=weight, minlength=len(levels))
    rank = (np.cumsum(counts) - counts / 2)[index] / counts.sum()
    mean = total / float(weight.sum())
    return 2 * _dot(weight * (value - mean), rank - 0.5) / (mean * float(weight.sum()))


def quintiles(standing: ArrayLike, people: ArrayLike, parts: int = 5) -> NDArray[np.int8]:
    """Fifth of the people, from 1 (lowest standing) to `parts`, that each row falls in by the middle of its people.

    Rows of equal standing are in the same fifth. 0 where the standing is missing.
    """
    order, weight = np.asarray(standing, np.float64), np.asarray(people, np.float64)
    found = np.zeros(len(order), np.int8)
    at = np.flatnonzero(~np.isnan(order))
    if not len(at) or not weight[at].sum() > 0:
        return found
    levels, index = np.unique(order[at], return_inverse=True)
    counts = np.bincount(index, weights=weight[at], minlength=len(levels))
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    found[at] = np.minimum((middle * parts).astype(np.int8) + 1, parts)[index]
    return found


def spread(values: ArrayLike, people: ArrayLike, good: bool = True) -> Spread:
    """All statistics of one value at once; Theil, Gini, Palma and P90/P10 only of a good (`good`), not of a time."""
    value, weight, missing = known(values, people)
    order = np.argsort(value, kind="stable")  # once: what follows finds the values in order
    value, weight = value[order], weight[order]
    p10, p50, p90 = (weighted_percentile(value, weight, p) for p in (10, 50, 90))
    mean = _dot(weight, value) / float(weight.sum()) if len(value) else float("nan")
    of_goods = good and len(value) > 0 and float(value.min()) >= 0
    nan = float("nan")
    return Spread(
        float(weight.sum()),
        missing,
        _or_none(mean),
        _or_none(gini(value, weight) if of_goods else nan),
        _or_none(theil(value, weight) if of_goods else nan),
        _or_none(p10),
        _or_none(p50),
        _or_none(p90),
        _or_none(percentile_ratio(value, weight) if of_goods else nan),
        _or_none(palma(value, weight) if of_goods else nan),
    )


def _dot(one: Doubles, other: Doubles) -> float:
    """Sum of products, pairwise: always in the same order, and not by the threads of a linear algebra library."""
    return float(np.sum(one * other))


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _x_log_x(ratio: Doubles) -> Doubles:
    """x ln x with 0 ln 0 = 0."""
    positive = ratio > 0
    found = np.zeros_like(ratio)
    found[positive] = ratio[positive] * np.log(ratio[positive])
    return found


def _goods(value: Doubles) -> None:
    if len(value) and float(value.min()) < 0:
        problem = Problem(
            "a value below zero is no good to share", found=str(float(value.min())), expected="0 or more"
        )
        raise AumentaError("The spread of a value cannot be computed.", [problem])
