# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Sites that bring people within a threshold: maximal coverage, set cover, and the fairest coverage of groups.

Maximal coverage (Church and ReVelle, 1974) is a sum of zeros and ones; set cover (Toregas and others, 1971) and the
coverage of groups go to HiGHS. Points that the same sites reach are one row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aumenta.errors import Problem, SitingError
from aumenta.siting.additive import Sum
from aumenta.siting.highs import Model, add_limits, undominated
from aumenta.siting.instance import TIGHT, Clock, Found, Instance
from aumenta.siting.problem import Doubles, Flags, Indices
from aumenta.siting.radius import least
from aumenta.siting.ties import given, settled


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Points not yet within, joined where the same sites reach them; `known` people are within already."""

    hit: Flags  # [rows, sites]
    weight: Doubles  # [rows] people
    group: Indices  # [rows]
    known: float
    known_by_group: Doubles


def rows_within(inst: Instance, within: float, by_group: bool = False, only: Flags | None = None) -> Rows:
    """Rows of the points that a candidate, and no existing site, brings within `within` minutes, among `only`."""
    known = inst.ground <= within
    hit = np.less_equal(inst.cost.T, within)
    open_rows = ~known & hit.any(axis=1) if only is None else ~known & only
    group = inst.group if by_group else np.zeros_like(inst.group)
    inside = known & (inst.group >= 0)
    groups = len(inst.group_people)
    of_group = np.bincount(inst.group[inside], weights=inst.weight[inside], minlength=groups).astype(
        np.float64
    )
    packed = np.packbits(hit[open_rows], axis=1)
    keys = np.concatenate([packed, group[open_rows, None].astype(np.int64).view(np.uint8)], axis=1)
    _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    weight = np.bincount(which.ravel(), weights=inst.weight[open_rows], minlength=len(first)).astype(
        np.float64
    )
    at = np.flatnonzero(open_rows)[first]
    order = np.argsort(at, kind="stable")  # rows in the order of the points
    return Rows(hit[at[order]], weight[order], group[at[order]], float(inst.weight[known].sum()), of_group)


def coverage(inst: Instance, clock: Clock, gap: float) -> Found:
    """The most people within; the bound is in people."""
    rows = rows_within(inst, inst.within)
    open_weight = float(rows.weight.sum())
    most = rows.known + open_weight
    of = Sum(
        np.ascontiguousarray(1.0 - rows.hit.T.astype(np.float64)),
        np.ones(len(rows.weight)),
        rows.weight,
        inst.limits,
    )
    found, _ = least(of, clock, lambda missed: gap * (most - missed))
    return Found(found.chosen, most - found.bound, found.model, found.method)


def set_cover(inst: Instance, clock: Clock, gap: float) -> Found:
    """The fewest or cheapest sites that bring the needed people within; raises `SitingError` when limits forbid it."""
    rows = rows_within(inst, inst.within)
    need = inst.need - rows.known
    if need <= TIGHT * inst.need:
        return Found(np.zeros(0, np.int64), 0.0, (0, 0), "existing sites do")
    priced = bool(inst.limits.price.any())
    model = Model()
    opened = model.add_columns(inst.limits.price if priced else np.ones(len(inst.new)), 0, 1, whole=True)
    add_limits(model, opened, inst.limits)
    everyone = need >= rows.weight.sum() * (1 - EVERYONE)
    hit = undominated(rows.hit) if everyone else rows.hit
    at = model.add_rows(len(hit), 1.0 if everyone else 0.0, np.inf)
    row, site = np.nonzero(hit)
    model.add_entries(at[row], opened[site], 1.0)
    start = _cheap_cover(inst, rows, need)
    x = np.zeros(len(inst.new))
    x[start] = 1
    if not everyone:
        z = model.add_columns(np.zeros(len(hit)), 0, 1)
        model.add_entries(at, z, -1.0)
        enough = model.add_rows(1, need / inst.need - 1e-9, np.inf)
        model.add_entries(enough, z, rows.weight / inst.need)
        x = np.append(x, (hit @ x > 0.5).astype(np.float64))
    fits = inst.limits.allow(start) and _short(inst, start) <= 0
    solved = model.solve(clock, gap=gap, start=x if fits else None)
    if solved.x is None and not fits:
        raise _not_enough(inst, clock, solved.infeasible)
    chosen = start if solved.x is None else np.flatnonzero(solved.x[opened] > 0.5)
    bound = max(0.0, solved.bound)
    if not priced:
        bound = float(np.ceil(bound - 1e-6))
    return Found(chosen, bound, solved.model, "set cover")


#: Relative shortfall of people that is rounding of sums.
EVERYONE = 1e-9


def fairest(inst: Instance, clock: Clock, gap: float) -> Found:
    """The largest share within of the group that has least, then the most people within."""
    rows = rows_within(inst, inst.within, by_group=True)
    there = np.flatnonzero(inst.group_people > 0)
    model, opened, z = _cover_model(inst, rows)
    share = model.add_columns([-1.0], 0, 1)
    need = model.add_rows(len(there), -rows.known_by_group[there] / inst.group_people[there], np.inf)
    model.add_entries(need, share[0], -1.0)
    place = np.full(len(inst.group_people), -1)
    place[there] = np.arange(len(there))
    of_group = np.flatnonzero(rows.group >= 0)
    people = inst.group_people[rows.group[of_group]]
    model.add_entries(need[place[rows.group[of_group]]], z[of_group], rows.weight[of_group] / people)
    first_clock = clock.part(0.5)
    solved = model.solve(first_clock, gap=gap)
    bound = min(1.0, -solved.bound) if np.isfinite(solved.bound) else 1.0
    rough = coverage(inst, first_clock, 1.0).chosen
    chosen = rough if solved.x is None else np.flatnonzero(solved.x[opened] > 0.5)
    if float(given(inst, rough).least) > float(given(inst, chosen).least):
        chosen = rough
    chosen = settled("worst_first", inst, chosen, clock)
    reached = float(given(inst, chosen).least)
    clock.tell("fairest", reached, bound)
    second = _most_given(inst, clock, gap / 2, rows, reached)
    other, model_size = second.chosen, second.model
    if float(given(inst, other).least) >= reached - TIGHT and inst.limits.allow(other):
        better = float(given(inst, other).covered) > float(given(inst, chosen).covered)
        chosen = other if better else chosen
    return Found(chosen, bound, model_size, "coverage of groups", second.bound)


def _most_given(inst: Instance, clock: Clock, gap: float, rows: Rows, share: float) -> Found:
    """The most people within among the sets that give every group this share."""
    model, opened, z = _cover_model(inst, rows, worth=1.0 / inst.people)
    groups = np.flatnonzero(inst.group_people > 0)
    for g in groups:
        mine = np.flatnonzero(rows.group == g)
        known = rows.known_by_group[g] / inst.group_people[g]
        row = model.add_rows(1, share - known - TIGHT / 10, np.inf)
        model.add_entries(row, z[mine], rows.weight[mine] / inst.group_people[g])
    solved = model.solve(clock, gap=gap)
    most = rows.known + float(rows.weight.sum())
    bound = rows.known - solved.bound * inst.people if np.isfinite(solved.bound) else most
    chosen = np.zeros(0, np.int64) if solved.x is None else np.flatnonzero(solved.x[opened] > 0.5)
    return Found(chosen, min(bound, most), solved.model, "coverage of groups")


def _cover_model(inst: Instance, rows: Rows, worth: float = 0.0) -> tuple[Model, Indices, Indices]:
    """Sites, rows that are within only when a site that reaches them is open, and the limits."""
    model = Model()
    opened = model.add_columns(np.zeros(len(inst.new)), 0, 1, whole=True)
    z = model.add_columns(-worth * rows.weight, 0, 1)
    add_limits(model, opened, inst.limits)
    at = model.add_rows(len(z), 0.0, np.inf)
    row, site = np.nonzero(rows.hit)
    model.add_entries(at[row], opened[site], 1.0)
    model.add_entries(at, z, -1.0)
    return model, opened, z


def _cheap_cover(inst: Instance, rows: Rows, need: float) -> Indices:
    """A cover by taking, one after the other, the site that brings most people for its price; may break the limits."""
    priced = bool(inst.limits.price.any())
    price = np.maximum(inst.limits.price, 1e-9) if priced else np.ones(len(inst.new))
    left = np.ones(len(rows.weight), np.bool_)
    chosen: list[int] = []
    short = need
    while short > EVERYONE * inst.need and left.any():
        gain = (rows.weight * left) @ rows.hit / price
        at = int(np.argmax(gain))
        if gain[at] <= 0:
            break
        chosen.append(at)
        short -= float(rows.weight[left & rows.hit[:, at]].sum())
        left &= ~rows.hit[:, at]
    return np.sort(np.array(chosen, np.int64))


def _short(inst: Instance, chosen: Indices) -> float:
    """People still missing, 0 when that is rounding."""
    short = inst.need - float(given(inst, chosen).covered)
    return short if short > EVERYONE * max(1.0, inst.need) else 0.0


def _not_enough(inst: Instance, clock: Clock, proven: bool) -> SitingError:
    """Say how far count and budget go."""
    rough = Clock(max(clock.left, 5.0))
    best = coverage(inst, rough, 0.01)
    reached = float(given(inst, best.chosen).covered) / inst.people
    problem = Problem(
        "count and budget do not suffice for this share of the people within the threshold"
        if proven
        else "no set of sites for this share of the people was found in the time given",
        field="count" if inst.limits.count < len(inst.new) else "budget",
        found=f"at best about {100 * reached:.1f} % of the people",
        expected=f"{100 * inst.need / inst.people:.1f} %: more sites, more minutes or a smaller share",
    )
    return SitingError("The service cannot be placed as asked.", [problem])
