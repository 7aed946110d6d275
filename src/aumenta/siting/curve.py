# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What each site of an answer adds, and what one more would.

Capacities are not minded here: everybody goes to the nearest open site.
"""

from __future__ import annotations

import numpy as np

from aumenta.siting.instance import Instance, instance
from aumenta.siting.problem import Answer, Curve, CurvePoint, Doubles, Indices, SitingProblem, minimised
from aumenta.siting.ties import EQUAL, Given, exchanges, wishes


def curve(problem: SitingProblem, answer: Answer) -> Curve:
    """Values with 0 to all chosen sites, and with one more.

    The order is nested: first the chosen site that does best alone, then the one that does best with it, and so on, by
    the wishes of the objective (for `set_cover` those of `coverage`). The last row adds the candidate that does best
    beside all chosen ones, count and budget aside; it need not be in the best set of that size.
    """
    inst = instance(problem)
    chosen = np.searchsorted(inst.new, np.array(answer.chosen, np.int64))
    none = np.zeros(0, np.int64)
    whole = exchanges(inst, chosen, inst.cost[none], none)
    values = _values(problem, whole)[:, -1]
    sign = 1 if _small(problem) else -1
    worse = {int(site): max(0.0, float(sign * (values[k] - values[-1]))) for k, site in enumerate(chosen)}
    points = [CurvePoint(0, _value(problem, inst, none))]
    taken = none
    while len(taken) < len(chosen):
        site, value = _next(problem, inst, taken, np.setdiff1d(chosen, taken))
        taken = np.sort(np.append(taken, site))
        points.append(CurvePoint(len(taken), value, int(inst.new[site]), worse[site]))
    rest = np.setdiff1d(np.arange(len(inst.new)), chosen)
    if len(rest):
        site, value = _next(problem, inst, chosen, rest)
        points.append(CurvePoint(len(chosen) + 1, value, int(inst.new[site])))
    return Curve(tuple(points))


def _small(problem: SitingProblem) -> bool:
    return minimised(problem) and problem.objective != "set_cover"


def _values(problem: SitingProblem, of: Given) -> Doubles:
    """The objective's value, for set cover the people within."""
    if problem.objective == "median":
        return of.mean
    if problem.objective in ("coverage", "set_cover"):
        return of.covered
    return of.least if problem.objective == "worst_first" and problem.group is not None else of.largest


def _value(problem: SitingProblem, inst: Instance, chosen: Indices) -> float:
    none = np.zeros(0, np.int64)
    return float(_values(problem, exchanges(inst, chosen, inst.cost[none], none))[-1, -1])


def _next(problem: SitingProblem, inst: Instance, taken: Indices, among: Indices) -> tuple[int, float]:
    """The site that does best beside `taken`, the first among equals, and the value with it."""
    table = exchanges(inst, taken, inst.cost[among], among)
    objective = "coverage" if problem.objective == "set_cover" else problem.objective
    left = np.arange(len(among))
    for wish in wishes(objective, inst, table):
        row = wish[-1, :-1][left]
        least = float(row.min())
        left = left[row <= least + EQUAL * max(1.0, abs(least))]
    return int(among[left[0]]), float(_values(problem, table)[-1, left[0]])
