# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which set does most for one chosen right under a budget; said to be the best only where every rival was computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from aumenta.errors import PortfolioError, Problem
from aumenta.portfolio.costs import cost_problems
from aumenta.portfolio.model import Result
from aumenta.portfolio.subsets import mask_of, members

#: What is said where no set is left to choose from.
NOT_COMPUTED = "no set that is allowed was computed yet"
SUMMARY = "The choice cannot be made as it is asked."


@dataclass(frozen=True)
class Point:
    """A set: residents with the right, `gain` over the baseline, what it costs (None where a cost is not known).

    `proven`: nothing that was left uncomputed could be better within the same bound.
    """

    scenarios: tuple[str, ...]
    met: int
    gain: int
    cost: float | None
    proven: bool
    run: str | None


@dataclass(frozen=True)
class Choice:
    """The best set, and the frontier: the best for each rising cost, and for each rising number of scenarios.

    `rivals` sets were allowed, `computed` of them. `without_cost` could not be weighed against the budget, and are in
    no set of the frontier by cost. `ties` are other sets that do as much at the same cost with as many scenarios.
    """

    right: str
    band: str
    best: Point
    by_cost: tuple[Point, ...]
    by_number: tuple[Point, ...]
    rivals: int
    computed: int
    without_cost: tuple[str, ...]
    ties: tuple[tuple[str, ...], ...]


def choose(  # noqa: PLR0913, PLR0917 - the questions that a person asks at once
    result: Result,
    right: str,
    band: str = "all",
    budget: float | None = None,
    pinned: Collection[str] = (),
    excluded: Collection[str] = (),
    most: int | None = None,
    costs: Mapping[str, float | None] | None = None,
) -> Choice:
    """The set of scenarios with which most residents of a band have a right.

    `pinned` scenarios are in every set, `excluded` in none; `most` scenarios at most; `costs` take the place of those
    that the portfolio was made with. Among equals the cheaper, then the fewer, then the first of the list. Raises
    `PortfolioError` with everything that is wrong: unknown names, a budget below zero or below what is pinned.
    """
    own = {one.id: one.cost for one in result.members} | dict(costs or {})
    problems = result.figure_problems(right, band)
    met = {} if problems else result.figure(right, band)
    sets = _Sets(result, met, own)
    problems += _cost_problems(result, costs or {})
    problems += _problems(sets, budget, pinned, excluded, most)
    if problems:
        raise PortfolioError(SUMMARY, problems)
    must = _places(result, pinned)
    without = _places(result, excluded)
    free = [mask for mask in result.family.sets if mask & must == must and not mask & without]
    allowed = [mask for mask in free if sets.within(mask, budget, most)]
    priced = [mask for mask in allowed if sets.cost(mask) is not None]
    computed = [mask for mask in allowed if mask in met]
    if not computed:
        problem = Problem(NOT_COMPUTED, expected="the portfolio run to its end")
        raise PortfolioError(SUMMARY, [problem])
    best = min(computed, key=sets.rank)
    ties = [
        mask
        for mask in computed
        if mask != best and sets.rank(mask)[:-1] == sets.rank(best)[:-1]
    ]  # fmt: skip
    return Choice(
        right=right,
        band=band,
        best=sets.point(best, len(computed) == len(allowed)),
        by_cost=_frontier(sets, priced, lambda mask: sets.cost(mask) or 0.0),
        by_number=_frontier(sets, allowed, lambda mask: float(mask.bit_count())),
        rivals=len(allowed),
        computed=len(computed),
        without_cost=tuple(one for one in result.ids if sets.costs[one] is None and one not in excluded),
        ties=tuple(tuple(result.names(mask)) for mask in ties),
    )


@dataclass(frozen=True)
class _Sets:
    """The sets of a portfolio under one figure and one list of costs."""

    result: Result
    met: Mapping[int, int]
    costs: Mapping[str, float | None]

    def cost(self, mask: int) -> float | None:
        """What a set costs; None where a cost is not known."""
        own = [self.costs[name] for name in self.result.names(mask)]
        known = [cost for cost in own if cost is not None]
        return math.fsum(known) if len(known) == len(own) else None

    def within(self, mask: int, budget: float | None, most: int | None) -> bool:
        """Whether a set keeps to the budget and the number; one whose cost is not known keeps to no budget."""
        if most is not None and mask.bit_count() > most:
            return False
        if budget is None:
            return True
        cost = self.cost(mask)
        return cost is not None and cost <= budget * (1 + 1e-12)

    def rank(self, mask: int) -> tuple[float, float, int, tuple[int, ...]]:
        """Lower is better."""
        cost = self.cost(mask)
        return -self.met[mask], math.inf if cost is None else cost, mask.bit_count(), tuple(members(mask))

    def point(self, mask: int, proven: bool) -> Point:
        met = self.met[mask]
        scenarios = tuple(self.result.names(mask))
        return Point(scenarios, met, met - self.met[0], self.cost(mask), proven, self.result.runs.get(mask))


def _frontier(sets: _Sets, masks: Iterable[int], size: Callable[[int], float]) -> tuple[Point, ...]:
    """The best set for each size that brings more than all smaller ones."""
    ordered = sorted(masks, key=size)
    found: list[Point] = []
    most, proven, at = -math.inf, True, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and size(ordered[end]) == size(ordered[at]):
            end += 1
        group = [mask for mask in ordered[at:end] if mask in sets.met]
        proven = proven and len(group) == end - at
        best = min(group, key=sets.rank) if group else None
        if best is not None and sets.met[best] > most:
            found.append(sets.point(best, proven))
            most = sets.met[best]
        at = end
    return tuple(found)


def _cost_problems(result: Result, costs: Mapping[str, float | None]) -> list[Problem]:
    """What is wrong with costs that take the place of those of the portfolio."""
    return [
        *cost_problems(costs),
        *(_unknown("costs", name, result) for name in costs if name not in result.ids),
    ]


def _unknown(field: str, name: str, result: Result) -> Problem:
    expected = ", ".join(result.ids)
    return Problem("no such scenario in the portfolio", field=field, found=name, expected=expected)


def _places(result: Result, names: Collection[str]) -> int:
    return mask_of(result.ids.index(name) for name in names)


def _problems(
    sets: _Sets, budget: float | None, pinned: Collection[str], excluded: Collection[str], most: int | None
) -> list[Problem]:
    """Everything that is wrong with what a set is bound to."""
    result = sets.result
    problems: list[Problem] = []
    for noun, names in (("pinned", pinned), ("excluded", excluded)):
        problems += [_unknown(noun, name, result) for name in names if name not in result.ids]
    if budget is not None and not (math.isfinite(budget) and budget >= 0):
        problems.append(Problem("not a budget", field="budget", found=f"{budget:g}", expected="0 or more"))
    if most is not None and most < 0:
        problems.append(
            Problem("not a number of scenarios", field="most", found=str(most), expected="0 or more")
        )
    both = sorted(set(pinned) & set(excluded))
    problems += [
        Problem("both pinned and excluded", field="pinned", found=name, expected="one of the two")
        for name in both
    ]
    return problems or _pin_problems(sets, budget, pinned, most)


def _pin_problems(
    sets: _Sets, budget: float | None, pinned: Collection[str], most: int | None
) -> list[Problem]:
    """What is wrong with what is pinned: in conflict, dearer than the budget, or more than may be chosen."""
    result, said = sets.result, ", ".join(pinned)
    must = _places(result, pinned)
    problems = []
    for one in result.conflicts:
        if set(one.scenarios) <= set(pinned):
            found = ", ".join(one.scenarios)
            problems.append(Problem("pinned scenarios cannot be done together", field="pinned", found=found))
    if most is not None and must.bit_count() > most:
        problems.append(
            Problem("more scenarios are pinned than may be chosen", None, None, "pinned", said, str(most))
        )
    if budget is not None:
        cost = sets.cost(must)
        if cost is None:
            blank = ", ".join(name for name in pinned if sets.costs[name] is None)
            expected = "a cost, or a choice by number"
            problems.append(
                Problem("pinned without a cost, under a budget", None, None, "pinned", blank, expected)
            )
        elif not sets.within(must, budget, None):
            problems.append(
                Problem(
                    "what is pinned costs more than the budget",
                    None,
                    None,
                    "budget",
                    f"{budget:g}",
                    f"{cost:g} at least",
                )
            )
    return problems
