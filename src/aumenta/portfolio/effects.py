# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What each scenario adds: alone, last, on average over all orders; and what two add together beyond their sum.

With v(S) a figure of the set S of scenarios:

- alone = v({i}) - v(0); last = v(M) - v(M without i), M a set to which nothing can be added;
- average = mean over orders of v(P with i) - v(P), P those before i: the Shapley value (Shapley 1953). Where scenarios
  contradict each other, who cannot join those before is passed over in that order, and the mean is over the orders
  where i can; `fits` is their share. Shares times averages add up to the mean of v(M) - v(0) over orders;
- from random orders: each order and its reverse make one draw (antithetic); error = standard error over draws, of a
  ratio where there are conflicts;
- beyond the sum = v(ij) - v(i) - v(j) + v(0); on average over those already there: the Shapley interaction index
  (Grabisch and Roubens 1999), over the sets that i and j can both join.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from aumenta.portfolio.subsets import LEAST_PAIRS, Asked, Family, members, order_pair

Doubles = NDArray[np.float64]
#: Figures by set: arrays of one shape.
Known = Mapping[int, NDArray[np.int64] | Doubles]


@dataclass(frozen=True)
class Effects:
    """Arrays of a row for each scenario; NaN where a set that it takes was not computed.

    `last` is the mean over the sets to which nothing can be added and that hold the scenario, between `last_low` and
    `last_high`: one set where nothing conflicts. `error` is 0 where the average is exact. `fits` has one figure a row.
    """

    alone: Doubles
    last: Doubles
    last_low: Doubles
    last_high: Doubles
    average: Doubles
    error: Doubles
    fits: Doubles


def effects(family: Family, known: Known, pairs: int = 0, seed: int = 1) -> Effects:
    """Effects of every scenario: exact where all sets are known, else from so many pairs of random orders."""
    nothing = np.full(_figures(known).shape, np.nan)
    alone = [_step(known, 0, 1 << place, nothing) for place in range(family.size)]
    lasts = [_lasts(family, known, place, nothing) for place in range(family.size)]
    if all(mask in known for mask in family.sets):
        average, error, fits = _exact(family, known)
    else:
        average, error, fits = _sampled(family, known, pairs, seed)
    last, low, high = (
        np.stack([function(one, axis=0) for one in lasts]) for function in (np.mean, np.min, np.max)
    )
    return Effects(np.stack(alone), last, low, high, average, error, fits)


def _figures(known: Known) -> Doubles:
    return np.asarray(known[0], np.float64)


def _step(known: Known, before: int, after: int, nothing: Doubles) -> Doubles:
    """Difference of two sets; not a number where one is not known."""
    if before not in known or after not in known:
        return nothing
    return np.asarray(known[after], np.float64) - np.asarray(known[before], np.float64)


def _lasts(family: Family, known: Known, place: int, nothing: Doubles) -> Doubles:
    own = [mask for mask in family.largest if mask >> place & 1]
    return np.stack([_step(known, mask ^ 1 << place, mask, nothing) for mask in own] or [nothing])


def _exact(family: Family, known: Known) -> tuple[Doubles, Doubles, Doubles]:
    first = _figures(known)
    total = np.zeros((family.size, *first.shape))
    fits = np.zeros(family.size)
    for (place, before), weight in step_weights(family).items():
        total[place] += weight * _step(known, before, before | 1 << place, first)
        fits[place] += weight
    share = fits.reshape(-1, *[1] * first.ndim)
    with np.errstate(invalid="ignore"):
        return total / share, np.zeros_like(total), fits


def step_weights(family: Family) -> dict[tuple[int, int], float]:
    """Share of all orders in which a scenario is added just when a set is there, by both.

    Goes forward over who has come (`seen`) and who of them was added; without conflicts the two are the same, and the
    weights those of the Shapley value.

    >>> step_weights(Family(2))
    {(0, 0): 0.5, (1, 0): 0.5, (1, 1): 0.5, (0, 2): 0.5}
    """
    found: dict[tuple[int, int], float] = {}
    layer = {(0, 0): 1.0}
    for come in range(family.size):
        following: dict[tuple[int, int], float] = {}
        for (seen, there), share in layer.items():
            own = share / (family.size - come)
            for place in range(family.size):
                bit = 1 << place
                if seen & bit:
                    continue
                then = there
                if family.fits(there | bit):
                    then = there | bit
                    found[place, there] = found.get((place, there), 0.0) + own
                key = (seen | bit, then)
                following[key] = following.get(key, 0.0) + own
        layer = following
    return found


def _sampled(family: Family, known: Known, pairs: int, seed: int) -> tuple[Doubles, Doubles, Doubles]:
    """Means over draws and their standard error; without draws nothing is known."""
    shape = (family.size, *_figures(known).shape)
    if not pairs:
        return np.full(shape, np.nan), np.full(shape, np.nan), np.full(family.size, np.nan)
    added = np.zeros((pairs, *shape))
    joined = np.zeros((pairs, family.size))
    for number in range(pairs):
        for order in order_pair(family.size, seed, number):
            for place, before, after in family.steps(order):
                added[number, place] += 0.5 * _step(known, before, after, added[number, place])
                joined[number, place] += 0.5
    fits = joined.mean(axis=0)
    share = fits.reshape(-1, *[1] * (len(shape) - 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        average = added.mean(axis=0) / share
        if pairs < LEAST_PAIRS:
            return average, np.full(shape, np.nan), fits
        off = added - average * joined.reshape(*joined.shape, *[1] * (len(shape) - 1))
        spread = np.sqrt((off**2).sum(axis=0) / (pairs - 1) / pairs) / share
    return average, spread, fits


def largest_error(family: Family, known: Known, pairs: int, asked: Asked) -> float:
    """Largest standard error of any average; infinite as long as there are too few draws to tell."""
    if pairs < LEAST_PAIRS:
        return float("inf")
    error = _sampled(family, known, pairs, asked.seed)[1]
    return float(np.nanmax(error, initial=0.0)) if not np.isnan(error).all() else float("inf")


@dataclass(frozen=True)
class Pair:
    """Two scenarios: what both add to nothing, how much of it beyond their sum, and that on average over the others.

    Not a number where sets are not known; None for all where the two contradict each other.
    """

    one: int
    other: int
    together: Doubles | None
    beyond: Doubles | None
    average: Doubles | None


def pair_effects(family: Family, known: Known) -> list[Pair]:
    """Effects of every two scenarios, in the order of the list."""
    nothing = np.full(_figures(known).shape, np.nan)
    whole = all(mask in known for mask in family.sets)
    found = []
    for one in range(family.size):
        for other in range(one + 1, family.size):
            both = 1 << one | 1 << other
            if not family.fits(both):
                found.append(Pair(one, other, None, None, None))
                continue
            average = _interaction(family, known, one, other) if whole else nothing
            together = _step(known, 0, both, nothing)
            found.append(Pair(one, other, together, _beyond(known, 0, one, other, nothing), average))
    return found


def _beyond(known: Known, there: int, one: int, other: int, nothing: Doubles) -> Doubles:
    """What two scenarios add to a set together, less what each adds to it."""
    first = _step(known, there, there | 1 << one, nothing)
    return _step(known, there | 1 << other, there | 1 << one | 1 << other, nothing) - first


def _interaction(family: Family, known: Known, one: int, other: int) -> Doubles:
    """Weighted mean of `_beyond` over the sets that both can join."""
    both = 1 << one | 1 << other
    others = family.size - 2
    total = np.zeros(_figures(known).shape)
    weights = 0.0
    for mask in family.sets:
        if mask & both or not family.fits(mask | both):
            continue
        weight = factorial(len(members(mask))) * factorial(others - mask.bit_count())
        total = total + weight * _beyond(known, mask, one, other, total)
        weights += weight
    return total / weights


def marginal_total(effect: Sequence[float], fits: Sequence[float]) -> float:
    """Averages times the shares of orders: what all scenarios add on average over orders."""
    return float(np.dot(effect, fits))
