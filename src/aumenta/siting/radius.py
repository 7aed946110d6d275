# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The radius formulation of a weighted sum of costs, with the rows that are needed, over what other bounds leave.

A point whose radius is r costs at least r less what open sites within r spare it (Cornuejols, Nemhauser and Wolsey,
1980; Elloumi, 2010). All such rows are too many; Garcia, Labbe and Marin (2011) bring them in as they are needed, and
Duran-Mateluna, Ales and Elloumi (2023) show that the most broken one of each point is found in one walk along its
sites. First the linear relaxation is brought to its end, then the model with whole sites is solved until the set that
it finds costs what it says. The first rows are those of the Lagrangian multipliers: the bound starts from theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aumenta.siting.additive import Bounded, Sum, Tolerance, bounded, exchanged
from aumenta.siting.highs import Live, Model, Solved, add_limits, undominated
from aumenta.siting.instance import TIGHT, Clock, Found, Limits
from aumenta.siting.problem import Doubles, Flags, Indices

#: Rounds of rows at most, of the relaxation and of the model with whole sites.
RELAXED, WHOLE = 60, 40

#: A row is broken when the point costs this much more (in the unit of costs).
BROKEN = 1e-5


def least(of: Sum, clock: Clock, tolerance: Tolerance, start: Indices | None = None) -> tuple[Found, float]:
    """The set of the least sum as far as time allows, and that sum; `tolerance(sum)` is a gap small enough."""
    method = "exchange and Lagrangian bounds"
    if not len(of.weight) or not len(of.cost):
        none = np.zeros(0, np.int64)
        return Found(none, of.value(none), (0, 0), method), of.value(none)
    so_far = bounded(of, clock, start)
    found = Found(so_far.chosen, so_far.bound, (0, 0), method)
    enough = max(tolerance(so_far.value), TIGHT * abs(so_far.value))
    if so_far.value - so_far.bound <= enough or clock.over():
        return found, so_far.value
    rest = _Rest.of(of, so_far)
    if len(rest.free):
        chosen, value, bound, model = _Search(of, rest, so_far, clock, tolerance).run()
    else:  # only one set may be better
        chosen = rest.fixed if of.limits.allow(rest.fixed) else so_far.chosen
        value, model = of.value(chosen), (0, 0)
        bound = value
    if so_far.value <= value:
        chosen, value = so_far.chosen, so_far.value
    return Found(chosen, min(max(so_far.bound, bound), value), model, f"{method}, radius formulation"), value


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    """What may still be in a better set: free sites, and the points' costs to them up to what they may cost."""

    fixed: Indices
    free: Indices
    near: Doubles  # [points, free] ascending, at most `ground`
    order: Indices
    ground: Doubles
    cost: Doubles  # [points, free], at most `ground`

    @staticmethod
    def of(whole: Sum, so_far: Bounded) -> _Rest:
        """A better set costs no point more than its multiplier and all that is between value and bound."""
        fixed, free = np.flatnonzero(so_far.into), np.flatnonzero(~so_far.into & ~so_far.out)
        spare = so_far.value - so_far.bound
        ceiling = so_far.level + (1 + TIGHT) * spare / whole.weight + TIGHT
        ground = np.minimum(whole.ground, ceiling)
        if len(fixed):
            ground = np.minimum(ground, whole.cost[fixed].min(axis=0))
        cost = np.minimum(whole.cost[free].T, ground[:, None])
        order = np.argsort(cost, axis=1, kind="stable")
        return _Rest(fixed, free, np.take_along_axis(cost, order, axis=1), order, ground, cost)


class _Search:
    """Rows brought in as they are broken; keeps the best set, its sum and the bound."""

    def __init__(self, of: Sum, rest: _Rest, so_far: Bounded, clock: Clock, tolerance: Tolerance) -> None:
        self.of, self.rest, self.clock, self.tolerance = of, rest, clock, tolerance
        self.chosen, self.value, self.bound = so_far.chosen, so_far.value, so_far.bound
        self.scale = float(of.weight.sum())
        self.first = np.minimum(so_far.level, of.usual)
        self.levels: list[Doubles] = []  # rows given so far: point and radius
        self.points: list[Indices] = []

    @property
    def enough(self) -> float:
        return max(self.tolerance(self.value), TIGHT * abs(self.value) / 2)

    def run(self) -> tuple[Indices, float, float, tuple[int, int]]:
        live = Live(self._model(), self.clock)
        every = np.arange(len(self.of.weight))
        d1, d2 = _two_of(self.rest.cost, self.rest.ground, np.isin(self.rest.free, self.chosen))
        for level in (self.first, d1, d2):
            usable = np.minimum(level, self.rest.ground)
            inside = (usable > self.rest.near[:, 0]) & (usable <= self.of.usual)
            self._add(live, every[inside], usable[inside])
        self._relaxed(live)
        kept = live.tight()
        live = Live(self._model(), self.clock)
        given = np.concatenate(self.points), np.concatenate(self.levels)
        self.points, self.levels = [], []
        self._add(live, given[0][kept], given[1][kept])
        self._whole(live)
        return self.chosen, self.value, self.bound, live.model

    def _model(self) -> Model:
        """Sites, costs of points, limits, and the points that must be served."""
        rest, limits = self.rest, self.of.limits
        model = Model()
        opened = model.add_columns(np.zeros(len(rest.free)), 0, 1, whole=True)
        model.add_columns(self.of.weight / self.scale, np.minimum(rest.near[:, 0], rest.ground), np.inf)
        budget = limits.budget - float(limits.price[rest.fixed].sum())
        left = Limits(limits.count - len(rest.fixed), limits.price[rest.free], budget)
        add_limits(model, opened, left)
        must = rest.ground > self.of.usual
        if must.any():
            hit = undominated(np.unique(rest.cost[must] <= self.of.usual, axis=0))
            at = model.add_rows(len(hit), 1.0, np.inf)
            row, site = np.nonzero(hit)
            model.add_entries(at[row], opened[site], 1.0)
        return model

    def _relaxed(self, live: Live) -> None:
        """Bring the linear relaxation to its end, or nearly: three rounds that raise little end it."""
        slow = 0
        for _ in range(RELAXED):
            solved = live.run()
            if solved.infeasible:
                self.bound = self.value
            if solved.x is None or self.clock.over():
                return
            raised = min(solved.bound * self.scale, self.value) - self.bound
            self.bound = max(self.bound, self.bound + raised)
            self._try(solved)
            self.clock.tell("radius formulation", self.value, self.bound)
            slow = slow + 1 if raised < 0.02 * (self.value - self.bound) else 0
            if self.value - self.bound <= self.enough or slow == 3 or not self._add_broken(live, solved):
                return

    def _whole(self, live: Live) -> None:
        """Solve with whole sites until the set found costs what the rows say."""
        careful = False
        for _ in range(WHOLE):
            if self.value - self.bound <= self.enough or self.clock.over():
                return
            between = self.value - self.bound
            absolute = self.enough / 2 if careful else max(self.enough / 2, between / 4)
            solved = live.run(whole=True, absolute=absolute / self.scale)
            bound = self.value if solved.infeasible else solved.bound * self.scale
            self.bound = max(self.bound, min(bound, self.value))
            if solved.x is None:
                return
            self._try(solved)
            self.clock.tell("radius formulation", self.value, self.bound)
            if not self._add_broken(live, solved):
                if careful:
                    return
                careful = True

    def _try(self, solved: Solved) -> None:
        """The set that the solution leans to, after exchange."""
        assert solved.x is not None
        share = solved.x[: len(self.rest.free)]
        room = max(0, self.of.limits.count - len(self.rest.fixed))
        lean = np.argsort(-share, kind="stable")[:room]
        chosen = np.sort(np.concatenate([self.rest.fixed, self.rest.free[lean[share[lean] > 0.01]]]))
        if not self.of.limits.allow(chosen):
            chosen = np.sort(np.concatenate([self.rest.fixed, self.rest.free[share > 0.99]]))
        if self.of.limits.allow(chosen):
            chosen, value = exchanged(self.of, chosen, self.clock)
            if value < self.value * (1 - 1e-12):
                self.chosen, self.value = chosen, value

    def _add_broken(self, live: Live, solved: Solved) -> bool:
        """Add each point's most broken row; whether there was any."""
        assert solved.x is not None
        share = np.clip(solved.x[: len(self.rest.free)], 0, 1)
        said = solved.x[len(self.rest.free) :]
        along = np.cumsum(share[self.rest.order], axis=1)
        at = np.argmax(along >= 1 - 1e-7, axis=1)
        full = along[:, -1] >= 1 - 1e-7
        every = np.arange(len(said))
        ceiling = np.minimum(self.rest.ground, np.maximum(self.of.usual, self.rest.near[:, 0]))
        level = np.where(full, self.rest.near[every, at], ceiling)
        spared = (np.maximum(level[:, None] - self.rest.cost, 0) * share[None, :]).sum(axis=1)
        broken = np.flatnonzero(level - spared > said + BROKEN)
        self._add(live, broken, level[broken])
        return len(broken) > 0

    def _add(self, live: Live, points: Indices, levels: Doubles) -> None:
        """Rows: cost of the point and what open sites within its radius spare it are at least the radius."""
        spared = np.maximum(levels[:, None] - self.rest.cost[points], 0)
        live.add(levels, spared, len(self.rest.free) + points)
        self.points.append(points)
        self.levels.append(levels)


def _two_of(cost: Doubles, ground: Doubles, opened: Flags) -> tuple[Doubles, Doubles]:
    """The least and the next cost of each point among the open sites and the ground."""
    both = np.sort(np.column_stack([cost[:, opened], ground, ground]), axis=1)
    return both[:, 0], both[:, 1]
