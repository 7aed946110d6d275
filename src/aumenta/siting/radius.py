# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The radius formulation of a weighted sum of costs, over what the Lagrangian bounds leave.

For each point the distinct costs are steps; a variable per step says that no site at that cost or below is open, and
costs the rise to the next step (Cornuejols, Nemhauser and Wolsey, 1980; the sparse chain of rows is Elloumi's, 2010).
Columns are saved as Garcia, Labbe and Marin (2011) save them, by leaving out steps that no better set needs: here those
beyond what the multipliers allow a point to cost.
"""

from __future__ import annotations

import numpy as np

from aumenta.siting.additive import Bounded, Sum, Tolerance, bounded, exchanged
from aumenta.siting.highs import Model
from aumenta.siting.instance import TIGHT, Clock, Found
from aumenta.siting.problem import Doubles, Indices


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
    chosen, value, bound, model = _by_radius(of, so_far, clock, tolerance(so_far.value))
    if value < so_far.value:
        chosen, value = exchanged(of, chosen, clock)
    else:
        chosen, value = so_far.chosen, so_far.value
    bound = min(max(so_far.bound, bound), value)
    return Found(chosen, bound, model, f"{method}, radius formulation"), value


def _by_radius(
    of: Sum, so_far: Bounded, clock: Clock, absolute: float
) -> tuple[Indices, float, float, tuple[int, int]]:
    """Solve the rest; set, its sum, a bound of the whole, rows and columns."""
    fixed, free = np.flatnonzero(so_far.into), np.flatnonzero(~so_far.into & ~so_far.out)
    spare = so_far.value - so_far.bound
    ceiling = so_far.level + (1 + TIGHT) * spare / of.weight + TIGHT
    ground = np.minimum(of.ground, ceiling)
    if len(fixed):
        ground = np.minimum(ground, of.cost[fixed].min(axis=0))
    if not len(free):  # only one set may be better
        only = fixed if of.limits.allow(fixed) else so_far.chosen
        return only, of.value(only), min(of.value(only), so_far.value), (0, 0)
    scale = float(of.weight.sum())
    model = Model()
    opened = model.add_columns(np.zeros(len(free)), 0, 1, whole=True)
    count = model.add_rows(1, -np.inf, of.limits.count - len(fixed))
    model.add_entries(count, opened, 1.0)
    if np.isfinite(of.limits.budget):
        paid = model.add_rows(1, -np.inf, of.limits.budget - float(of.limits.price[fixed].sum()))
        model.add_entries(paid, opened, of.limits.price[free])
    first_step = _add_steps(model, of.cost[free], ground, of.weight / scale, opened)
    start = np.isin(free, so_far.chosen).astype(np.float64)
    solved = model.solve(
        clock, absolute=max(absolute / scale, 1e-9), start=_with_steps(model, start, first_step)
    )
    bound = so_far.value if solved.infeasible else solved.bound * scale
    if solved.x is None:
        return so_far.chosen, so_far.value, min(bound, so_far.value), solved.model
    chosen = np.sort(np.concatenate([fixed, free[solved.x[opened] > 0.5]]))
    if not of.limits.allow(chosen):
        return so_far.chosen, so_far.value, min(bound, so_far.value), solved.model
    return chosen, of.value(chosen), min(bound, so_far.value), solved.model


Steps = tuple[Indices, Indices, Indices]  # rows of the steps; where sites enter: row, site


def _add_steps(model: Model, cost: Doubles, ground: Doubles, weight: Doubles, opened: Indices) -> Steps:
    """Rows and columns of the chains; `cost` is [free sites, points]."""
    by_point = np.minimum(cost.T, ground[:, None])
    order = np.argsort(by_point, axis=1, kind="stable")
    near = np.take_along_axis(by_point, order, axis=1)
    useful = near < ground[:, None]
    new_step = useful.copy()
    new_step[:, 1:] &= near[:, 1:] > near[:, :-1]
    none = ~useful.any(axis=1)
    model.offset += float(weight[none] @ ground[none])
    model.offset += float(weight[~none] @ near[~none, 0])
    at = np.cumsum(new_step.ravel()) - 1  # the step of each (point, rank)
    point, rank = np.nonzero(new_step)
    here = near[point, rank]
    last = np.append(point[1:] != point[:-1], True)
    after = np.where(last, ground[point], np.append(here[1:], 0.0))
    z = model.add_columns(weight[point] * (after - here), 0, 1)
    first = np.insert(last[:-1], 0, True) if len(point) else np.zeros(0, np.bool_)
    rows = model.add_rows(len(z), np.where(first, 1.0, 0.0), np.inf)
    model.add_entries(rows, z, 1.0)
    model.add_entries(rows[~first], z[np.flatnonzero(~first) - 1], -1.0)
    enters = useful.ravel()
    row, site = at[enters], order.ravel()[enters]
    model.add_entries(rows[row], opened[site], 1.0)
    return point, row, site


def _with_steps(model: Model, start: Doubles, steps: Steps) -> Doubles:
    """The whole solution of a set: a step is 1 while nothing at its cost or below is open."""
    point, row, site = steps
    reached = np.zeros(len(point))
    np.add.at(reached, row, start[site])
    total = np.cumsum(reached)
    before = np.zeros(int(point.max()) + 1 if len(point) else 0)
    starts = (
        np.flatnonzero(np.insert(point[1:] != point[:-1], 0, True)) if len(point) else np.zeros(0, np.int64)
    )
    before[point[starts]] = total[starts] - reached[starts]
    closed = (total - before[point]) < 0.5 if len(point) else np.zeros(0, np.bool_)
    return np.concatenate([start, closed.astype(np.float64)])
