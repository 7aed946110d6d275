# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The least largest time (p-centre), and the least mean among the sets that have it.

The largest time is one of the times of the matrix: bisection over them, each step a set cover with at most the allowed
sites (Minieka, 1970; Daskin, 1995), between what exchange found and what no set can beat.
"""

from __future__ import annotations

import numpy as np

from aumenta.siting.additive import Sum, exchanged, greedy
from aumenta.siting.cover import Rows, rows_within
from aumenta.siting.highs import Model, add_limits, undominated
from aumenta.siting.instance import Clock, Found, Instance, larger
from aumenta.siting.problem import Indices
from aumenta.siting.radius import least
from aumenta.siting.ties import given, settled


def centre(inst: Instance, clock: Clock, gap: float) -> Found:
    """The set with the least largest time among counted points; the bound is in minutes."""
    of = Sum(inst.cost, inst.ground, inst.weight, inst.limits)
    chosen = settled("centre", inst, exchanged(of, greedy(of), clock)[0], clock)
    upper = float(given(inst, chosen).largest)
    times = _times(inst, upper)
    low, high = 0, len(times) - 1  # times[high] is reached by `chosen`
    size = (0, 0)
    while low < high and upper - times[low] > gap * upper and not clock.over():
        middle = (low + high) // 2
        covering, proven, model = _cover_by(inst, float(times[middle]), clock)
        size = larger(size, model)
        if covering is not None:
            chosen = covering
            upper = float(given(inst, chosen).largest)
            high = int(np.searchsorted(times, upper))
        elif proven:
            low = middle + 1
        else:
            break
        clock.tell("largest time", upper, float(times[low]))
    return Found(chosen, float(times[low]), size, "exchange, bisection by set cover")


def worst_first(inst: Instance, clock: Clock, gap: float) -> Found:
    """The least largest time, then the least mean; `second_bound` in minutes per person."""
    first = centre(inst, clock.part(0.5), 0.0)
    longest = float(given(inst, first.chosen).largest)
    # A point served beyond `longest` would cost more than all points in the first set: no better set does it.
    whole = float(given(inst, first.chosen).mean) * inst.people
    beyond = longest + (1 + 1e-9) * whole / inst.weight + 1.0
    bad = inst.counted & (inst.cost > longest)
    of = Sum(
        np.where(bad, beyond, inst.cost),
        np.where(inst.counted & (inst.ground > longest), beyond, inst.ground),
        inst.weight,
        inst.limits,
        usual=longest,
    )
    second, _ = least(of, clock, lambda total: gap * total, start=first.chosen)
    method = f"{first.method}; {second.method}"
    model = larger(first.model, second.model)
    return Found(second.chosen, first.bound, model, method, second.bound / inst.people)


def _times(inst: Instance, upper: float) -> np.ndarray:
    """The times that the largest can be, ascending, from what no set can beat to what was found."""
    cost, ground = inst.cost[:, inst.counted], inst.ground[inst.counted]
    if not len(ground):
        return np.array([upper])
    floor = float(np.minimum(cost.min(axis=0), ground).max()) if len(cost) else upper
    times = np.unique(np.concatenate([cost.ravel(), ground]))
    return times[(times >= min(floor, upper)) & (times <= upper)]


def _cover_by(inst: Instance, minutes: float, clock: Clock) -> tuple[Indices | None, bool, tuple[int, int]]:
    """A set that brings all counted points within `minutes`; else None, whether that is proven, and the model."""
    rows = rows_within(inst, minutes, only=inst.counted)
    hit = undominated(rows.hit)
    if _apart(hit) > inst.limits.count:
        return None, True, (0, 0)
    quick = _quick(rows, inst)
    if quick is not None:
        return quick, True, (0, 0)
    model = Model()
    opened = model.add_columns(np.ones(len(inst.new)), 0, 1, whole=True)
    add_limits(model, opened, inst.limits)
    at = model.add_rows(len(hit), 1.0, np.inf)
    row, site = np.nonzero(hit)
    model.add_entries(at[row], opened[site], 1.0)
    solved = model.solve(clock, enough=float(inst.limits.count))
    if solved.x is None:
        return None, solved.infeasible, solved.model
    return np.flatnonzero(solved.x[opened] > 0.5), True, solved.model


def _apart(hit: np.ndarray) -> int:
    """How many rows share no site with one another, taken greedily: as many sites are needed."""
    taken = np.zeros(hit.shape[1], np.bool_)
    apart = 0
    for at in np.argsort(hit.sum(axis=1), kind="stable"):
        if not (hit[at] & taken).any():
            taken |= hit[at]
            apart += 1
    return apart


def _quick(rows: Rows, inst: Instance) -> Indices | None:
    """A cover taken greedily, where it keeps to the limits."""
    left = np.ones(len(rows.weight), np.bool_)
    chosen: list[int] = []
    while left.any() and len(chosen) < inst.limits.count:
        gain = rows.hit[left].sum(axis=0)
        at = int(np.argmax(gain))
        chosen.append(at)
        left &= ~rows.hit[:, at]
    found = np.sort(np.array(chosen, np.int64))
    return found if not left.any() and inst.limits.allow(found) else None
