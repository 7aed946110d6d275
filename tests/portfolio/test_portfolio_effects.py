# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Effects against sums over every order and games whose values are known; random orders against the exact answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.portfolio.effects import Known, effects, largest_error, marginal_total, pair_effects
from aumenta.portfolio.subsets import (
    LEAST_PAIRS,
    Asked,
    Family,
    first_sets,
    is_exact,
    mask_of,
    members,
    next_set,
    order_pair,
    pair_sets,
    pairs_done,
    planned_sets,
)


def played(family: Family, value: Callable[[int], float]) -> Known:
    return {mask: np.array(value(mask), float) for mask in family.sets}


def random_game(size: int, seed: int) -> Callable[[int], float]:
    figures = np.random.default_rng(seed).integers(-50, 100, 1 << size).astype(float)
    return lambda mask: float(figures[mask])


def covering(size: int, seed: int) -> Callable[[int], float]:
    """Residents in the union of areas that scenarios cover: each further one adds less."""
    rng = np.random.default_rng(seed)
    areas, people = rng.random((size, 60)) < 0.2, rng.integers(1, 100, 60)
    return lambda mask: float(people[areas[members(mask)].any(axis=0)].sum())


def by_orders(family: Family, value: Callable[[int], float]) -> tuple[list[float], list[float]]:
    """Averages and shares by going through every order, passing over who cannot join."""
    added, joined = [0.0] * family.size, [0] * family.size
    for order in permutations(range(family.size)):
        there: set[int] = set()
        for one in order:
            if any(set(members(c)) <= there | {one} for c in family.conflicts):
                continue
            added[one] += value(mask_of(there | {one})) - value(mask_of(there))
            joined[one] += 1
            there.add(one)
    return [a / j for a, j in zip(added, joined, strict=True)], [j / factorial(family.size) for j in joined]


FAMILIES = [
    Family(1),
    Family(4),
    Family(5, frozenset({0b00011})),
    Family(5, frozenset({0b00011, 0b10100, 0b01110})),
    Family(4, frozenset({0b0011, 0b0101, 0b1001, 0b0110, 0b1010, 0b1100})),
]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_effects_are_those_of_every_order(family: Family, seed: int) -> None:
    value = random_game(family.size, seed)
    known = played(family, value)
    found = effects(family, known)
    average, fits = by_orders(family, value)
    assert found.average.tolist() == pytest.approx(average)
    assert found.fits.tolist() == pytest.approx(fits)
    assert not found.error.any()
    assert found.alone.tolist() == [value(1 << one) - value(0) for one in range(family.size)]
    # what is added adds up to what the sets to which nothing can be added bring, on average over orders
    ends = [family.steps(order)[-1][2] for order in permutations(range(family.size))]
    total = np.mean([value(end) - value(0) for end in ends])
    assert marginal_total(found.average.tolist(), found.fits.tolist()) == pytest.approx(float(total))
    for one in range(family.size):
        lasts = [value(m) - value(m ^ 1 << one) for m in family.largest if m >> one & 1]
        assert (found.last_low[one], found.last_high[one]) == (min(lasts), max(lasts))
        assert found.last[one] == pytest.approx(np.mean(lasts))


def test_games_with_known_values() -> None:
    # the glove game: the only left glove has two thirds, each right one a sixth (Shapley's value in textbooks)
    glove = played(Family(3), lambda mask: float(mask & 1 and mask & 0b110 != 0))
    assert effects(Family(3), glove).average.tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    # the airport game: who needs a runway pays its share of each stretch (Littlechild and Owen 1973)
    costs = [3.0, 5.0, 9.0, 10.0]
    airport = played(Family(4), lambda mask: max((costs[one] for one in members(mask)), default=0.0))
    paid = np.cumsum([3 / 4, 2 / 3, 4 / 2, 1 / 1])
    assert effects(Family(4), airport).average.tolist() == pytest.approx(paid.tolist())
    # who does the same whoever is there
    own = [4.0, -7.0, 0.0]
    sums = played(Family(3), lambda mask: 100 + sum(own[one] for one in members(mask)))
    found = effects(Family(3), sums)
    assert found.alone.tolist() == found.last.tolist() == own
    assert found.average.tolist() == pytest.approx(own)
    assert all(pair.beyond == pair.average == 0 for pair in pair_effects(Family(3), sums))


@given(st.integers(2, 5), st.integers(0, 10_000), st.data())
@settings(max_examples=40)
def test_axioms(size: int, seed: int, data: st.DataObject) -> None:
    family, value = Family(size), random_game(size, seed)
    found = effects(family, played(family, value)).average
    assert found.sum() == pytest.approx(value(family.whole) - value(0))  # efficiency
    idle = data.draw(st.integers(0, size - 1))
    dummy = effects(family, played(family, lambda mask: value(mask & ~(1 << idle)) + 3 * (mask >> idle & 1)))
    assert dummy.average[idle] == pytest.approx(3)
    order = data.draw(st.permutations(range(size)))  # symmetry: other places, the same values
    turned = effects(family, played(family, lambda mask: value(mask_of(order[one] for one in members(mask)))))
    assert turned.average.tolist() == pytest.approx([found[order[one]] for one in range(size)])
    other = random_game(size, seed + 1)
    both = effects(family, played(family, lambda mask: value(mask) + 2 * other(mask))).average
    assert both.tolist() == pytest.approx(
        (found + 2 * effects(family, played(family, other)).average).tolist()
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_two_do_together(seed: int) -> None:
    """The interaction index by its definition: mean over orders in which the two come as one (Owen's merged player)."""
    family, value = Family(4), random_game(4, seed)
    for pair in pair_effects(family, played(family, value)):
        one, other = pair.one, pair.other
        both = 1 << one | 1 << other
        assert pair.together == value(both) - value(0)
        assert pair.beyond == value(both) - value(1 << one) - value(1 << other) + value(0)
        rest = [player for player in range(4) if player not in (one, other)]
        terms = []
        for order in permutations([*rest, -1]):
            mask = mask_of(order[: order.index(-1)])
            terms.append(value(mask | both) - value(mask | 1 << one) - value(mask | 1 << other) + value(mask))
        assert float(pair.average or 0) == pytest.approx(np.mean(terms))


def test_who_contradict_each_other_have_no_figure_together() -> None:
    family = Family(3, frozenset({0b011}))
    pairs = pair_effects(family, played(family, random_game(3, 0)))
    assert [(one.one, one.other) for one in pairs if one.beyond is None] == [(0, 1)]


def walked(family: Family, value: Callable[[int], float], asked: Asked) -> Known:
    """Every set that is asked for, one after the other."""
    known = {0: np.array(value(0))}
    while True:
        pairs = pairs_done(family, asked, known)
        enough = asked.error is not None and largest_error(family, known, pairs, asked) <= asked.error
        mask = next_set(family, asked, known, enough)
        if mask is None:
            return known
        assert mask not in known and family.fits(mask)
        known[mask] = np.array(value(mask))


@pytest.mark.parametrize("family", FAMILIES)
def test_all_sets_where_they_are_few_those_that_say_most_first(family: Family) -> None:
    asked = Asked(runs=len(family.sets) - 1)
    known = walked(family, random_game(family.size, 1), asked)
    assert is_exact(family, asked) and set(known) == set(family.sets)
    order = list(known)[1:]
    assert order[: family.size] == [1 << one for one in range(family.size)]
    assert set(family.largest) <= set(order[: family.size + len(family.largest)])


@given(st.integers(6, 9), st.integers(0, 99), st.integers(12, 120), st.booleans())
@settings(max_examples=20)
def test_never_more_runs_than_asked(size: int, seed: int, runs: int, clash: bool) -> None:
    family = Family(size, frozenset({0b11}) if clash else frozenset())
    known = walked(family, covering(size, seed), Asked(runs, seed=seed))
    assert len(known) - 1 <= runs
    alone = effects(family, known, 0).alone
    assert not np.isnan(alone).any()


def test_the_same_seed_gives_the_same_sets_and_a_stop_loses_none() -> None:
    family, asked = Family(8), Asked(90, seed=5)
    value = covering(8, 2)
    known = walked(family, value, asked)
    assert walked(family, value, asked).keys() == known.keys()
    some = dict(list(known.items())[:50])
    while (mask := next_set(family, asked, some)) is not None:
        some[mask] = np.array(value(mask))
    assert some.keys() == known.keys()


@pytest.mark.parametrize("clash", [frozenset(), frozenset({0b11, 0b1100000})])
def test_the_error_of_random_orders_covers_the_truth(clash: frozenset[int]) -> None:
    family, value = Family(8, clash), covering(8, 7)
    every = played(family, value)
    exact = effects(family, every).average
    inside, told = 0, 0
    for seed in range(40):
        pairs = 12
        known = {0: every[0]}
        for number in range(pairs):
            known |= {mask: every[mask] for mask in pair_sets(family, Asked(1000, seed=seed), number)}
        if len(known) == len(every):
            continue
        found = effects(family, known, pairs, seed)
        inside += int((np.abs(found.average - exact) <= 2 * found.error).sum())
        told += family.size
    assert told >= 200
    assert 0.85 <= inside / told <= 1  # about 93 % for Student's t of 11


@given(st.integers(3, 8), st.integers(0, 10_000))
@settings(max_examples=30)
def test_one_pair_of_orders_is_exact_where_at_most_two_act_on_each_other(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    own, between = rng.integers(-20, 20, size), rng.integers(-20, 20, (size, size))

    def value(mask: int) -> float:
        chosen = members(mask)
        return float(own[chosen].sum() + sum(between[one, two] for one, two in combinations(chosen, 2)))

    family = Family(size)
    every = played(family, value)
    some = {0: every[0]} | {mask: every[mask] for mask in pair_sets(family, Asked(99, seed=seed), 0)}
    if len(some) < len(every):
        found = effects(family, some, 1, seed).average
        assert found.tolist() == pytest.approx(effects(family, every).average.tolist(), abs=1e-9)


def test_an_error_that_is_asked_for_ends_it() -> None:
    family, value = Family(9), covering(9, 3)
    loose = walked(family, value, Asked(400, error=1e6))
    tight = walked(family, value, Asked(400, error=15.0))
    assert pairs_done(family, Asked(400), loose) == LEAST_PAIRS
    assert len(loose) < len(tight) < 400
    found = effects(family, tight, pairs_done(family, Asked(400), tight))
    assert found.error.max() <= 15.0


def test_too_few_orders_tell_no_error() -> None:
    family, value = Family(8), covering(8, 1)
    asked = Asked(30)
    known = walked(family, value, asked)
    pairs = pairs_done(family, asked, known)
    assert 0 < pairs < LEAST_PAIRS
    found = effects(family, known, pairs)
    assert np.isnan(found.error).all() and not np.isnan(found.average).any()
    assert largest_error(family, known, pairs, asked) == float("inf")


def test_pairs_of_orders_are_each_others_reverse() -> None:
    order, back = order_pair(7, 1, 3)
    assert sorted(order) == list(range(7)) and back == order[::-1]
    assert order_pair(7, 1, 3) == (order, back) and order_pair(7, 2, 3)[0] != order


def test_many_scenarios_are_planned_at_once() -> None:
    began = time.monotonic()
    assert len(planned_sets(Family(12), Asked(4_095))) == 4_095
    some = planned_sets(Family(12, frozenset({0b11, 0b110000})), Asked(1_000))
    assert 950 <= len(some) <= 1_000 and len(set(some)) == len(some)
    assert time.monotonic() - began < 20  # about two seconds on a quiet machine


def test_twos_are_computed_where_they_leave_room() -> None:
    twos = {1 << one | 1 << other for one, other in combinations(range(8), 2)}
    assert twos <= set(first_sets(Family(8), Asked(100)))
    assert len(twos & set(first_sets(Family(8), Asked(60)))) == 0
