# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers against every set tried, against spopt, and by what must hold of any of them."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from siting_cases import by_trying, small, towns, value

from aumenta.errors import SitingError
from aumenta.siting.check import check
from aumenta.siting.curve import curve
from aumenta.siting.problem import Answer, Progress, SitingProblem, minimised
from aumenta.siting.solve import solve

OBJECTIVES = ["median", "centre", "coverage", "set_cover", "worst_first"]


def small_sign(problem: SitingProblem, answer: Answer) -> tuple[float, ...]:
    """The answer's values, to make small."""
    values = (answer.value,) if answer.second is None else (answer.value, answer.second)
    return values if minimised(problem) else tuple(-each for each in values)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), objective=st.sampled_from(OBJECTIVES))
def test_no_set_is_better(seed: int, objective: str) -> None:
    problem = small(seed, objective)
    assume(not check(problem))
    best = by_trying(problem)
    if best is None:
        with pytest.raises(SitingError):
            solve(problem, gap=0)
        return
    answer = solve(problem, gap=0)
    assert answer.status == "optimal" and answer.gap == 0
    np.testing.assert_allclose(small_sign(problem, answer), best, rtol=1e-6, atol=1e-6)
    if objective != "set_cover":
        np.testing.assert_allclose(value(problem, np.array(answer.open, int)), best, rtol=1e-6, atol=1e-6)
    assert set(answer.open) == set(answer.chosen) | set(np.flatnonzero(problem.old).tolist())
    assert problem.count is None or len(answer.chosen) <= problem.count


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), objective=st.sampled_from(["median", "coverage", "set_cover"]))
def test_no_set_with_room_is_better(seed: int, objective: str) -> None:
    problem = small(seed, objective, room=True)
    assume(not check(problem))
    best = by_trying(problem)
    if best is None:
        with pytest.raises(SitingError):
            solve(problem, gap=0)
        return
    answer = solve(problem, gap=0)
    assert answer.status == "optimal" and answer.flows is not None
    np.testing.assert_allclose(small_sign(problem, answer), best, rtol=2e-6, atol=1e-6)
    assert problem.capacities is not None
    assert (answer.served <= problem.capacities + 1e-6).all()
    sent = np.bincount(answer.flows.point, weights=answer.flows.people, minlength=len(problem.demand))
    assert (sent <= problem.demand + 1e-6).all()


def network_like(nodes: int, seed: int) -> np.ndarray:
    """Shortest ways of a random network, as the p-median problems of the OR-Library are made."""
    from scipy.sparse.csgraph import shortest_path

    lot = np.random.default_rng(seed)
    lengths = np.full((nodes, nodes), np.inf)
    ends = lot.integers(0, nodes, (nodes * nodes // 50, 2))
    lengths[ends[:, 0], ends[:, 1]] = lot.integers(1, 100, len(ends))
    around = np.arange(nodes)
    lengths[around, (around + 1) % nodes] = 100
    return shortest_path(np.minimum(lengths, lengths.T), directed=False)


@pytest.mark.parametrize("seed", [1, 2])
def test_as_spopt(seed: int) -> None:
    import pulp
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    lot = np.random.default_rng(seed)
    times = network_like(60, seed)
    people = lot.integers(1, 100, 60).astype(float)
    sites = tuple(f"{j:02d}" for j in range(60))
    base = SitingProblem(
        people, times.astype(np.float32), sites, "median", count=5, within=60.0, max_minutes=1e5
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solver = pulp.PULP_CBC_CMD(msg=False)
        median = PMedian.from_cost_matrix(times, people, p_facilities=5).solve(solver)
        covering = MCLP.from_cost_matrix(times, people, service_radius=60, p_facilities=5).solve(solver)
        fewest = LSCP.from_cost_matrix(times, service_radius=60).solve(solver)
        centre = PCenter.from_cost_matrix(times, p_facilities=5).solve(solver)
    theirs = {
        "median": median.problem.objective.value() / people.sum(),
        "coverage": covering.problem.objective.value(),
        "set_cover": fewest.problem.objective.value(),
        "centre": centre.problem.objective.value(),
    }
    for objective, expected in theirs.items():
        count = None if objective == "set_cover" else 5
        ours = solve(dataclasses.replace(base, objective=objective, count=count), gap=0)
        assert ours.value == pytest.approx(expected, rel=1e-6), objective
        assert ours.status == "optimal"


@pytest.fixture(scope="module")
def made_up() -> SitingProblem:
    people, minutes = towns(300, 60, 5)
    return SitingProblem(
        people, minutes, tuple(f"{j:02d}" for j in range(60)), "median", count=4, within=20.0
    )


@pytest.mark.parametrize("objective", ["median", "centre", "coverage", "worst_first"])
def test_more_sites_and_existing_ones_are_never_worse(made_up: SitingProblem, objective: str) -> None:
    sign = -1 if objective == "coverage" else 1
    asked = dataclasses.replace(made_up, objective=objective)
    values = [sign * solve(dataclasses.replace(asked, count=count), gap=0).value for count in (2, 4, 6)]
    assert values == sorted(values, reverse=True)
    there = np.zeros(60, bool)
    there[7] = True
    assert sign * solve(dataclasses.replace(asked, existing=there), gap=0).value <= values[1] + 1e-9


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_order_of_points_changes_nothing_and_a_repeat_gives_the_same(
    made_up: SitingProblem, objective: str
) -> None:
    asked = dataclasses.replace(made_up, objective=objective, share=0.8)
    if objective == "set_cover":
        asked = dataclasses.replace(asked, count=None, within=40.0)
    one, again = solve(asked), solve(asked)
    assert (one.chosen, one.value, one.bound) == (again.chosen, again.value, again.bound)
    assert one.minutes.tobytes() == again.minutes.tobytes()
    mixed = np.random.default_rng(3).permutation(300)
    other = dataclasses.replace(asked, demand=asked.demand[mixed], minutes=asked.minutes[mixed])
    exact = solve(asked, gap=0)
    assert solve(other, gap=0).value == pytest.approx(exact.value, rel=1e-6)
    assert abs(one.value - exact.value) <= 0.0101 * abs(exact.value)


def test_first_sites_in_order_among_equals() -> None:
    minutes = np.full((3, 5), 30, np.float32)
    minutes[:, 1] = minutes[:, 3] = 10
    problem = SitingProblem(np.ones(3), minutes, ("a", "b", "c", "d", "e"), "median", count=3)
    answer = solve(problem)
    assert answer.chosen == (1,)  # d does as much, c adds nothing
    assert answer.assigned.tolist() == [1, 1, 1]
    assert answer.served.tolist() == [0, 3, 0, 0, 0]


def test_who_is_beyond_has_no_site() -> None:
    minutes = np.array([[10, np.inf], [np.inf, np.inf], [200, 130]], np.float32)
    answer = solve(SitingProblem(np.array([5.0, 2, 1]), minutes, ("a", "b"), "median", count=1))
    assert answer.assigned.tolist() == [0, -1, -1]
    assert answer.minutes.tolist() == [10, np.inf, np.inf]
    assert answer.unserved == 3
    assert answer.value == pytest.approx((50 + 360) / 8)


def test_time_and_stop_end_the_work_with_what_is_proven(made_up: SitingProblem) -> None:
    lot = np.random.default_rng(2)
    hard = dataclasses.replace(made_up, minutes=lot.integers(1, 100, (300, 60)).astype(np.float32), count=8)
    told: list[Progress] = []
    short = solve(hard, gap=0, seconds=0.3, tell=told.append)
    assert short.status == "time_limit" and 0 < short.gap < 1 and short.bound < short.value
    assert told and told[-1].bound is not None
    ended = solve(hard, gap=0, seconds=30, stop=lambda: len(told) > 0)
    assert ended.status == "stopped" and len(ended.chosen) == 8


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_curve(made_up: SitingProblem, objective: str) -> None:
    asked = dataclasses.replace(made_up, objective=objective, share=0.4)
    answer = solve(asked)
    points = curve(asked, answer).points
    chosen = [point.added for point in points[1 : len(answer.chosen) + 1]]
    assert sorted(chosen) == list(answer.chosen)  # type: ignore[type-var]
    assert [point.sites for point in points] == list(range(len(answer.chosen) + 2))
    values = [point.value for point in points]
    better = -1 if minimised(asked) and objective != "set_cover" else 1
    assert (better * np.diff(values) >= -1e-9).all()
    whole = points[len(answer.chosen)]
    if objective != "set_cover":
        assert whole.value == pytest.approx(answer.value)
    last = points[len(answer.chosen)].last
    assert last == pytest.approx(abs(values[-2] - values[-3]))  # taking the last added away goes one row back
    assert points[-1].added not in answer.chosen and points[-1].last is None
