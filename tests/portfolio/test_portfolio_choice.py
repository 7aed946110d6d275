# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The best set under a budget against going through every set; what is proven, what is asked wrongly."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolio_samples import made

from aumenta.errors import PortfolioError
from aumenta.portfolio.choice import NOT_COMPUTED, choose
from aumenta.portfolio.frames import frame_of, frontier_frame, sets_frame
from aumenta.portfolio.model import Result

COSTS = st.one_of(st.none(), st.integers(0, 12).map(float))


def figures(size: int, seed: int) -> list[tuple[int, int]]:
    return [tuple(pair) for pair in np.random.default_rng(seed).integers(0, 40, (1 << size, 2)).tolist()]


@st.composite
def portfolios(draw: st.DrawFn) -> Result:
    size = draw(st.integers(2, 5))
    table = figures(size, draw(st.integers(0, 999)))
    twos = [1 << one | 1 << other for one, other in combinations(range(size), 2)]
    clash = draw(st.sets(st.sampled_from(twos), max_size=2))
    known = draw(st.one_of(st.none(), st.sets(st.integers(0, (1 << size) - 1))))
    costs = draw(st.lists(COSTS, min_size=size, max_size=size))
    return made(lambda mask: table[mask], costs, clash, known)


@given(portfolios(), st.data())
@settings(max_examples=150)
def test_the_choice_is_the_best_of_all_sets(result: Result, data: st.DataObject) -> None:
    ids, band = result.ids, data.draw(st.sampled_from(result.bands))
    budget = data.draw(st.one_of(st.none(), st.integers(0, 30).map(float)))
    most = data.draw(st.one_of(st.none(), st.integers(0, 5)))
    excluded = data.draw(st.sets(st.sampled_from(ids), max_size=2))
    pinned = data.draw(st.sets(st.sampled_from(ids), max_size=1)) - excluded
    cost = {one.id: one.cost for one in result.members}

    def price(chosen: tuple[str, ...]) -> float | None:
        own = [cost[name] for name in chosen]
        return None if None in own else float(sum(one for one in own if one is not None))

    met = {tuple(one.scenarios): one.counts[0][result.bands.index(band)][0] for one in result.sets}
    allowed = []
    for number in range(len(ids) + 1):
        for chosen in combinations(ids, number):
            price_ = price(chosen)
            if any(set(one.scenarios) <= set(chosen) for one in result.conflicts):
                continue
            if set(chosen) & excluded or not pinned <= set(chosen) or (most is not None and number > most):
                continue
            if budget is None or (price_ is not None and price_ <= budget):
                allowed.append(chosen)
    computed = [one for one in allowed if one in met]
    try:
        found = choose(result, "health", band, budget, pinned, excluded, most)
    except PortfolioError as error:
        wrong = pinned and not allowed
        assert wrong or not computed
        if not wrong:
            assert [one.message for one in error.problems] == [NOT_COMPUTED]
        return
    best = max(met[one] for one in computed)
    assert (found.best.met, found.best.gain) == (best, best - met[()])
    assert met[found.best.scenarios] == best and found.best.scenarios in allowed
    assert found.best.cost == price(found.best.scenarios)
    equal = [one for one in computed if met[one] == best]
    cheapest = min((price(one) for one in equal if price(one) is not None), default=None)
    assert found.best.cost == cheapest
    assert found.best.proven == (len(computed) == len(allowed))
    assert (found.rivals, found.computed) == (len(allowed), len(computed))
    for points, size in ((found.by_cost, price), (found.by_number, len)):
        last = -1
        for point in points:
            bound = size(point.scenarios)
            within = [one for one in allowed if (own := size(one)) is not None and own <= bound]
            assert point.met == max(met[one] for one in within if one in met) > last
            assert point.proven == all(one in met for one in within)
            last = point.met
        most_met = [met[one] for one in computed if size(one) is not None]
        assert last == max(most_met, default=-1)
    assert set(found.without_cost) == {name for name in ids if cost[name] is None} - excluded


def test_among_equals_the_cheaper_then_the_fewer_then_the_first() -> None:
    one = made(lambda mask: (10 if mask else 0, 0), [3.0, 2.0, 2.0])
    found = choose(one, "health")
    assert found.best.scenarios == ("s1",) and found.ties == (("s2",),)
    free = choose(made(lambda mask: (10 if mask else 0, 0), [0.0, 0.0]), "health")
    assert free.best.scenarios == ("s0",) and free.ties == (("s1",),)


def test_a_scenario_without_a_cost_is_in_no_set_under_a_budget() -> None:
    result = made(lambda mask: (100 if mask & 1 else 7 * mask.bit_count(), 0), [None, 4.0])
    under = choose(result, "health", budget=1e9)
    assert under.best.scenarios == ("s1",) and under.without_cost == ("s0",)
    by_number = choose(result, "health", most=1)
    assert by_number.best.scenarios == ("s0",) and by_number.best.cost is None
    told = choose(result, "health", budget=10, costs={"s0": 5.0})
    assert told.best.scenarios == ("s0",) and not told.without_cost


def test_everything_that_is_asked_wrongly_is_told_at_once() -> None:
    result = made(lambda mask: (mask, 0), [1.0, 2.0, None], conflicts=[0b11])
    with pytest.raises(PortfolioError) as caught:
        choose(result, "helth", "sea", -1, ["s9", "s0"], ["s0"], -1, {"s1": -3, "s8": 1})
    told = [(one.field, one.found) for one in caught.value.problems]
    assert told == [
        ("right", "helth"), ("band", "sea"), ("costs.s1", "-3"), ("costs", "s8"),
        ("pinned", "s9"), ("budget", "-1"), ("most", "-1"), ("pinned", "s0"),
    ]  # fmt: skip
    for asked, said in (
        ({"pinned": ["s0", "s1"]}, "cannot be done together"),
        ({"pinned": ["s0", "s2"], "most": 1}, "more scenarios are pinned"),
        ({"pinned": ["s2"], "budget": 9}, "pinned without a cost"),
        ({"pinned": ["s1"], "budget": 1}, "costs more than the budget"),
    ):
        with pytest.raises(PortfolioError, match=said):
            choose(result, "health", **asked)  # type: ignore[arg-type]


def test_the_answer_is_plain_data_and_reads_back() -> None:
    result = made(lambda mask: (3 * mask, mask), [1.0, None], conflicts=[0b11])
    again = Result.model_validate(json.loads(result.model_dump_json()))
    assert again == result and again.family == result.family
    assert choose(again, "health", "plain", most=1) == choose(result, "health", "plain", most=1)
    row = next(again.pairs.where(band="all"))
    assert (row["together"], row["why"]) == (None, "conflict")
    effects = frame_of(result.effects)
    first = effects[(effects["band"] == "hill") & (effects["state"] == "met")].set_index("scenario")
    assert first["alone"].tolist() == [3.0, 6.0] and first["fits"].tolist() == [0.5, 0.5]
    sets = sets_frame(result)
    assert len(sets) == 3 * 3 and sets["met"].add(sets["not_met"]).isin([1000, 2000]).all()
    assert sets.loc[sets["scenarios"] == "s1", "cost"].isna().all()  # not known is not zero
    assert frontier_frame(choose(result, "health"))["by"].tolist() == ["cost", "cost", "number", "number"]
