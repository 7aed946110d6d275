# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a set of sites gives, the order of wishes, and the exchange that ends every solution.

Sets are compared by the wishes of the objective in their order; numbers that differ by less than a billionth are equal.
Among sets that are equal in all, fewer sites come first, then the set whose sites come first in the problem's order.
`settled` guarantees this against every set one opening, closing or exchange away, not against all sets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aumenta.siting import kernels
from aumenta.siting.instance import Clock, Instance
from aumenta.siting.problem import Doubles, Flags, Indices, Objective

#: Relative difference below which two numbers are equal, and exchanges at most.
EQUAL, PASSES = 1e-9, 500


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What sets give, as numbers or as tables of the same shape."""

    mean: Doubles  # minutes per person
    largest: Doubles  # minutes, over the counted points
    covered: Doubles  # people within
    least: Doubles  # share within of the group that has least; 1 without groups
    paid: Doubles
    size: Doubles


def given(inst: Instance, chosen: Indices) -> Given:
    """What this set gives."""
    none = np.zeros(0, np.int64)
    table = exchanges(inst, np.sort(chosen), inst.cost[none], none)
    return Given(*(np.asarray(getattr(table, name))[-1, -1] for name in Given.__slots__))


def wishes(objective: Objective, inst: Instance, of: Given) -> tuple[Doubles, ...]:
    """The numbers to make small, the first first."""
    cost = of.paid if inst.limits.price.any() else np.zeros_like(of.paid)
    if objective == "median":
        return of.mean, cost
    if objective == "coverage":
        return -of.covered, cost, of.mean
    if objective == "set_cover":
        short = np.maximum(0.0, inst.need - of.covered)
        short = np.where(short <= EQUAL * max(1.0, inst.need), 0.0, short)
        return short, cost if inst.limits.price.any() else of.size, of.mean
    if objective == "worst_first" and len(inst.group_people):
        return -of.least, -of.covered, cost, of.mean
    return of.largest, of.mean, cost


def settled(objective: Objective, inst: Instance, chosen: Indices, clock: Clock) -> Indices:
    """The set after every exchange that is better by the wishes, or equal and first in order; ascending."""
    chosen = np.sort(chosen)
    for _ in range(PASSES):
        if clock.over():
            break
        table = exchanges(inst, chosen, inst.cost, np.arange(len(inst.new)))
        step = _best(objective, inst, table, chosen)
        if step is None:
            break
        out, into = step
        left = chosen if out is None else np.delete(chosen, out)
        chosen = np.sort(left if into is None else np.append(left, into))
    return chosen


def exchanges(inst: Instance, chosen: Indices, cost: Doubles, sites: Indices) -> Given:
    """What each exchange of `chosen` with `sites` gives: rows close (last: none), columns open (last: none)."""
    first, d1, d2 = kernels.two_nearest(inst.cost, inst.ground, chosen)
    groups = len(inst.group_people)
    total, largest, covered, by_group = kernels.exchange_table(
        cost, inst.weight, inst.counted, inst.within, inst.group, groups, len(chosen), first, d1, d2
    )
    price = inst.limits.price
    out = np.append(price[chosen], 0.0)[:, None]
    into = np.append(price[sites], 0.0)[None, :]
    size = (
        len(chosen) - (np.arange(len(chosen) + 1) < len(chosen))[:, None] + np.append(np.ones(len(sites)), 0)
    )
    there = inst.group_people > 0
    shares = by_group[:, :, there] / inst.group_people[there]
    return Given(
        mean=total / inst.people,
        largest=largest,
        covered=covered,
        least=shares.min(axis=2) if there.any() else np.ones_like(total),
        paid=price[chosen].sum() - out + into,
        size=size.astype(np.float64),
    )


def _best(
    objective: Objective, inst: Instance, table: Given, chosen: Indices
) -> tuple[int | None, int | None] | None:
    """The exchange to make: positions in `chosen` and among candidates; None when the set stays."""
    rows, columns = table.mean.shape
    allowed = _allowed(inst, table, chosen)
    better = False
    for wish in wishes(objective, inst, table):
        now = float(wish[-1, -1])
        slack = EQUAL * max(1.0, abs(now))
        least = float(wish[allowed].min())
        if least < now - slack:
            better = True
        elif not better:
            least = now
        allowed &= wish <= least + (slack if not better else EQUAL * max(1.0, abs(least)))
    if not better:
        allowed &= _before(rows, columns, chosen)
        if not allowed.any():
            return None
    closes, opens = np.nonzero(allowed)
    # Closing without opening first, then the first site to open, then the last site to close.
    order = np.lexsort((-closes, np.where(opens == columns - 1, -1, opens)))
    out, into = int(closes[order[0]]), int(opens[order[0]])
    return (None if out == rows - 1 else out), (None if into == columns - 1 else into)


def _allowed(inst: Instance, table: Given, chosen: Indices) -> Flags:
    """Exchanges within count and budget, of sites that are not open already; the set as it is, always."""
    limits = inst.limits
    budget = limits.budget + EQUAL * max(1.0, abs(limits.budget)) if np.isfinite(limits.budget) else np.inf
    allowed: Flags = (table.size <= limits.count) & (table.paid <= budget)
    allowed[:, chosen] = False
    allowed[-1, -1] = True
    return allowed


def _before(rows: int, columns: int, chosen: Indices) -> Flags:
    """Exchanges to a set that comes before this one: fewer sites, or an earlier site for a later one."""
    before = np.zeros((rows, columns), np.bool_)
    before[:-1, :-1] = np.arange(columns - 1)[None, :] < chosen[:, None]
    before[:-1, -1] = True
    return before
