# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answer a siting problem: the way by its objective, the exchange that settles ties, the proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aumenta.errors import Problem, SitingError
from aumenta.siting.additive import Sum
from aumenta.siting.centre import centre, worst_first
from aumenta.siting.check import check
from aumenta.siting.cover import coverage, fairest, set_cover
from aumenta.siting.instance import TIGHT, Clock, Found, Instance, instance
from aumenta.siting.problem import (
    Answer,
    Doubles,
    Flows,
    Indices,
    SitingProblem,
    Status,
    Stop,
    Tell,
    minimised,
)
from aumenta.siting.radius import least
from aumenta.siting.room import Rooms, Sent, least_with_room, rooms, sent, set_cover_with_room
from aumenta.siting.ties import given, settled


def solve(
    problem: SitingProblem,
    gap: float = 0.01,
    seconds: float = 60,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Answer:
    """The best answer to within `gap`, or the best found in `seconds` or until `stop()`, with its proven gap.

    Raises `SitingError` with all that `check` finds, and where a set cover cannot keep to count, budget or room.
    """
    faults = check(problem)
    if not 0 <= gap < 1:
        faults.append(
            Problem("the gap cannot be used", field="gap", found=str(gap), expected="0 or more, below 1")
        )
    if not seconds > 0:
        faults.append(Problem("no time to solve in", field="seconds", found=str(seconds), expected="above 0"))
    if faults:
        raise SitingError("The service cannot be placed as asked.", faults)
    run = Run(problem, instance(problem), Clock(seconds, tell, stop), gap)
    return _with_room(run) if problem.capacities is not None else _without_room(run)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One solution under way."""

    problem: SitingProblem
    inst: Instance
    clock: Clock
    gap: float


def _found(run: Run) -> Found:
    """By the objective, without capacities."""
    problem, inst, clock, gap = run.problem, run.inst, run.clock, run.gap
    if problem.objective == "median":
        of = Sum(inst.cost, inst.ground, inst.weight, inst.limits)
        found, _ = least(of, clock, lambda total: gap * total)
        return Found(found.chosen, found.bound / inst.people, found.model, found.method)
    if problem.objective == "coverage":
        return coverage(inst, clock, gap)
    if problem.objective == "set_cover":
        return set_cover(inst, clock, gap)
    if problem.objective == "centre":
        return centre(inst, clock, gap)
    return fairest(inst, clock, gap) if problem.group is not None else worst_first(inst, clock, gap)


def _without_room(run: Run) -> Answer:
    """The set with what it gives and the proof."""
    problem, inst, found = run.problem, run.inst, _found(run)
    chosen = settled(problem.objective, inst, found.chosen, run.clock)
    it = given(inst, chosen)
    value, second = float(it.mean), None
    if problem.objective == "coverage":
        value = float(it.covered)
    elif problem.objective == "set_cover":
        value = float(it.paid if inst.limits.price.any() else it.size)
    elif problem.objective == "centre":
        value = float(it.largest)
    elif problem.objective == "worst_first":
        fair = problem.group is not None
        value, second = float(it.least if fair else it.largest), float(it.covered if fair else it.mean)
    bound, apart = proof(value, found.bound, minimised(problem))
    second_bound, second_apart = None, 0.0
    if second is not None and found.second_bound is not None:
        second_bound, second_apart = proof(second, found.second_bound, problem.group is None)
    opened = _opened(problem, inst, chosen)
    assigned, minutes = _nearest(problem, opened)
    return Answer(
        problem=problem,
        chosen=tuple(int(j) for j in inst.new[chosen]),
        open=tuple(int(j) for j in opened),
        assigned=assigned,
        minutes=minutes,
        served=_by_site(problem, assigned, problem.demand),
        value=value,
        bound=bound,
        gap=apart,
        status=_status(max(apart, second_apart), run),
        seconds=run.clock.spent,
        model=found.model,
        method=found.method,
        second=second,
        second_bound=second_bound,
    )


def proof(value: float, bound: float, small: bool) -> tuple[float, float]:
    """The bound, not beyond the value, and the relative gap; both closed when only rounding is between them."""
    bound = min(bound, value) if small else max(bound, value)
    apart = abs(value - bound)
    if apart <= TIGHT * abs(value) or apart <= 1e-9:
        return value, 0.0
    return bound, apart / abs(value) if value else np.inf


def _status(apart: float, run: Run) -> Status:
    if apart == 0:
        return "optimal"
    if apart <= run.gap:
        return "within_gap"
    if run.clock.stopped():
        return "stopped"
    return "time_limit" if run.clock.left <= 0 else "unproven"


def _opened(problem: SitingProblem, inst: Instance, chosen: Indices) -> Indices:
    return np.sort(np.concatenate([np.flatnonzero(problem.old), inst.new[chosen]]))


def _nearest(problem: SitingProblem, opened: Indices) -> tuple[Indices, Doubles]:
    """Each point's nearest open site within the longest time, and the minutes."""
    n = len(problem.demand)
    if not len(opened):
        return np.full(n, -1), np.full(n, np.inf)
    minutes = problem.minutes[:, opened].astype(np.float64)
    at = minutes.argmin(axis=1)
    least_minutes = minutes[np.arange(n), at]
    reached = least_minutes <= problem.max_minutes
    return np.where(reached, opened[at], -1), np.where(reached, least_minutes, np.inf)


def _by_site(problem: SitingProblem, site: Indices, people: Doubles) -> Doubles:
    there = site >= 0
    return np.bincount(site[there], weights=people[there], minlength=len(problem.sites)).astype(np.float64)


def _with_room(run: Run) -> Answer:
    """The way with capacities; a new site that nobody is sent to stays closed."""
    problem, inst = run.problem, run.inst
    of = rooms(problem, inst)
    people = inst.people
    if problem.objective == "set_cover":
        found = set_cover_with_room(of, inst, run.clock, run.gap)
    else:
        most = people if problem.objective == "coverage" else None
        found, _ = least_with_room(of, run.clock, run.gap, most)
        bound = found.bound / people if most is None else people - found.bound
        found = Found(found.chosen, bound, found.model, found.method)
    ways = _ways(run, of, found.chosen)
    chosen = np.sort(found.chosen[np.isin(inst.new[found.chosen], ways.site)])
    value = float(ways.people.sum())  # people within
    if problem.objective == "median":
        value = ways.value / people
    elif problem.objective == "set_cover":
        price = inst.limits.price
        value = float(price[chosen].sum()) if price.any() else float(len(chosen))
    bound, apart = proof(value, found.bound, minimised(problem))
    assigned, minutes, flows = _sent_to(problem, inst, ways)
    return Answer(
        problem=problem,
        chosen=tuple(int(j) for j in inst.new[chosen]),
        open=tuple(int(j) for j in _opened(problem, inst, chosen)),
        assigned=assigned,
        minutes=minutes,
        served=_by_site(problem, flows.site, flows.people),
        value=value,
        bound=bound,
        gap=apart,
        status=_status(apart, run),
        seconds=run.clock.spent,
        model=found.model,
        method=found.method,
        flows=flows,
    )


def _ways(run: Run, of: Rooms, chosen: Indices) -> Sent:
    """Who goes where in the end: as the median sends them, or the most people within, by the shortest ways."""
    problem, inst = run.problem, run.inst
    opened = _opened(problem, inst, chosen)
    if problem.objective == "median":
        return sent(of, opened, run.clock)
    minutes = problem.minutes[inst.points].astype(np.float64).T
    # One person more within the threshold may move as many others as there are sites: no sum of ways outweighs it.
    beyond = (len(opened) + 1) * (inst.within + 1)
    cost = np.where(of.cost == 0, minutes, of.cost)
    return sent(of, opened, run.clock, cost=cost, missed=beyond)


def _sent_to(problem: SitingProblem, inst: Instance, ways: Sent) -> tuple[Indices, Doubles, Flows]:
    """The site that takes most of each point, the first among equals, the minutes to it, and all ways."""
    point = inst.points[ways.point]
    by_size = np.lexsort((ways.site, -ways.people, point))
    first = by_size[np.unique(point[by_size], return_index=True)[1]]
    assigned, minutes = np.full(len(problem.demand), -1), np.full(len(problem.demand), np.inf)
    assigned[point[first]] = ways.site[first]
    minutes[point[first]] = problem.minutes[point[first], ways.site[first]]
    return assigned, minutes, Flows(point, ways.site, ways.people)
