# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A problem as the solvers take it: inhabited points, candidates by rows, existing sites folded into the ground."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from aumenta.siting.problem import Doubles, Flags, Indices, Progress, SitingProblem, Stop, Tell

#: Relative differences below this are rounding of sums and the solver's tolerance, not a gap.
TIGHT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """How much may be opened: `price` is float64[candidates]; budget +inf when there is none."""

    count: int
    price: Doubles
    budget: float

    def allow(self, chosen: Indices) -> bool:
        """Whether the set stays within count and budget (rounding of the sum forgiven)."""
        return len(chosen) <= self.count and self.afford(float(self.price[chosen].sum()))

    def afford(self, paid: float) -> bool:
        """Whether the cost stays within the budget."""
        return paid <= self.budget + 1e-9 * max(1.0, abs(self.budget))


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Arrays of the solvers; positions of candidates follow the order of the problem's sites."""

    points: Indices  # rows of the problem where people live
    new: Indices  # columns of the problem that are candidates
    cost: Doubles  # [candidates, points] minutes, at most the problem's `max_minutes`
    ground: Doubles  # [points] minutes to the nearest existing site, at most `max_minutes`
    weight: Doubles  # [points] people
    counted: Flags  # [points] some site reaches it: counts for the largest minutes
    limits: Limits
    within: float  # +inf when the problem has none
    group: Indices  # [points] -1: of no group
    group_people: Doubles  # [groups]
    need: float  # people to be within, for `set_cover`

    @property
    def people(self) -> float:
        """All people."""
        return float(self.weight.sum())


def instance(problem: SitingProblem) -> Instance:
    """The problem (already checked) as arrays of the solvers."""
    points = np.flatnonzero(problem.demand > 0)
    new, old = np.flatnonzero(~problem.old), np.flatnonzero(problem.old)
    minutes = problem.minutes[points].astype(np.float64)
    counted: Flags = np.any(minutes <= problem.max_minutes, axis=1)
    np.minimum(minutes, problem.max_minutes, out=minutes)
    ground = minutes[:, old].min(axis=1) if len(old) else np.full(len(points), problem.max_minutes)
    group = np.full(len(points), -1) if problem.group is None else problem.group[points]
    weight = problem.demand[points].astype(np.float64)
    inside = group >= 0
    by_group = np.bincount(group[inside], weights=weight[inside]).astype(np.float64)
    return Instance(
        points=points,
        new=new,
        cost=np.ascontiguousarray(minutes[:, new].T),
        ground=ground,
        weight=weight,
        counted=counted,
        limits=limits(problem, new),
        within=np.inf if problem.within is None else float(problem.within),
        group=group.astype(np.int64),
        group_people=by_group,
        need=problem.share * float(weight.sum()),
    )


def limits(problem: SitingProblem, new: Indices) -> Limits:
    """Count and budget over the candidates."""
    price = np.zeros(len(new)) if problem.costs is None else problem.costs[new].astype(np.float64)
    count = len(new) if problem.count is None else int(problem.count)
    return Limits(count, price, np.inf if problem.budget is None else float(problem.budget))


class Clock:
    """What is left of the seconds, and whether somebody asked to stop."""

    def __init__(self, seconds: float, tell: Tell | None = None, stop: Stop | None = None) -> None:
        self.began = time.perf_counter()
        self.seconds = seconds
        self._tell = tell
        self._stop = stop

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float:
        """Seconds that remain, not below zero."""
        return max(0.0, self.seconds - self.spent)

    def part(self, share: float) -> Clock:
        """A clock over a share of what is left, stopped by the same."""
        return Clock(share * self.left, stop=self._stop)

    @property
    def can_stop(self) -> bool:
        """Whether anybody may ask to stop."""
        return self._stop is not None

    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop is not None and self._stop()

    def over(self) -> bool:
        """Whether the work has to end now."""
        return self.left <= 0 or self.stopped()

    def tell(self, step: str, value: float | None = None, bound: float | None = None) -> None:
        """Say how far the work is."""
        if self._tell is not None:
            self._tell(Progress(step, self.spent, value, bound))


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a solver hands back: positions of candidates, ascending, the objective's value and bound, and how.

    `second_bound` is of the second wish of `worst_first`.
    """

    chosen: Indices
    bound: float
    model: tuple[int, int]
    method: str
    second_bound: float | None = None


def larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The larger of two models (rows, columns)."""
    return max(one, other, key=lambda size: size[0] * size[1])
