# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Sites that take no more people than they have room for.

People of one point may be split between sites, and go where all together fare best. With the sites open that is a
transport problem (HiGHS, linear); which to open is bounded by Lagrangian multipliers of "each point is served once",
where each site fills its room with those who gain most (Beasley, 1993), and what these leave goes to HiGHS whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from aumenta.errors import Problem, SitingError
from aumenta.siting import kernels
from aumenta.siting.additive import reduced, whole_set
from aumenta.siting.highs import Model, add_limits
from aumenta.siting.instance import TIGHT, Clock, Found, Instance, Limits
from aumenta.siting.problem import Doubles, Flags, Indices, SitingProblem

#: Steps of the multipliers, pairs of point and site that go to the solver whole, sets tried by exchange.
STEPS, PAIRS, TRIES = 300, 60_000, 60

#: Stands for a pair that may not be used; no multiplier comes near it.
NEVER = 1e12


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """All sites, the existing ones too. `cost` is NEVER where a site does not serve a point; `missed` is its price."""

    cost: Doubles  # [sites, points]
    missed: float
    weight: Doubles
    room: Doubles  # [sites]
    old: Indices
    new: Indices
    limits: Limits  # over `new`
    points: Indices


def rooms(problem: SitingProblem, inst: Instance) -> Rooms:
    """The problem with room: costs are minutes, or 0 within the threshold for coverage."""
    assert problem.capacities is not None
    minutes = problem.minutes[inst.points].astype(np.float64).T
    if problem.objective == "median":
        cost, missed = np.where(minutes <= problem.max_minutes, minutes, NEVER), problem.max_minutes
    else:
        cost, missed = np.where(minutes <= inst.within, 0.0, NEVER), 1.0
    room = np.minimum(problem.capacities, inst.people)
    return Rooms(
        cost=np.ascontiguousarray(cost),
        missed=float(missed),
        weight=inst.weight,
        room=room.astype(np.float64),
        old=np.flatnonzero(problem.old),
        new=inst.new,
        limits=inst.limits,
        points=inst.points,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """Who goes where with some sites open: pairs (point, site) with people above 0, and the sum of costs."""

    point: Indices
    site: Indices
    people: Doubles
    value: float


def sent(
    of: Rooms, opened: Indices, clock: Clock, cost: Doubles | None = None, missed: float | None = None
) -> Sent:
    """The best way to serve people from these sites; other costs, where given, in place of the problem's."""
    cost = of.cost if cost is None else cost
    missed = of.missed if missed is None else missed
    at, point = np.nonzero(cost[opened] < NEVER)
    site = opened[at]
    people = float(of.weight.sum())
    model = Model(offset=missed)
    share = of.weight[point] / people
    flow = model.add_columns((cost[site, point] - missed) * share, 0, 1)
    each = model.add_rows(len(of.weight), -np.inf, 1.0)
    model.add_entries(each[point], flow, 1.0)
    room = model.add_rows(len(opened), -np.inf, of.room[opened] / people)
    model.add_entries(room[at], flow, share)
    solved = model.solve(Clock(max(clock.left, 10.0)))
    x = np.zeros(len(flow)) if solved.x is None else solved.x
    moved = x * of.weight[point]
    used = moved > 1e-7 * of.weight[point]
    value = missed * people + float(((cost[site, point] - missed) * moved)[used].sum())
    order = np.lexsort((site[used], point[used]))
    return Sent(point[used][order], site[used][order], moved[used][order], value)


def least_with_room(
    of: Rooms, clock: Clock, gap: float, most: float | None = None, wanted: float | None = None
) -> tuple[Found, float]:
    """The set of the least sum, and that sum. For coverage `most` is all people: the gap is then of those covered.

    With `wanted` it is enough to know whether a sum as small as that can be had.
    """
    chosen, value, bound, rho, levels = _bounded(of, clock)
    method = "Lagrangian bounds with room"

    def enough(sum_of: float) -> float:
        return gap * (sum_of if most is None else most - sum_of)

    known = wanted is not None and (value <= wanted or bound > wanted)
    if known or value - bound <= max(enough(value), TIGHT * abs(value)) or clock.over():
        return Found(chosen, min(bound, value), (0, 0), method), value
    out, into = reduced(rho, of.limits, bound, levels, value)
    free = np.flatnonzero(~out)
    sites = np.concatenate([of.old, of.new[free]])
    if (of.cost[sites] < NEVER).sum() <= PAIRS:
        better, low, model = _whole(of, free, into, clock, enough(value), chosen)
        method += ", one model"
        if len(better) and (sum_of := sent(of, _opened(of, better), clock).value) < value:
            chosen, value = better, sum_of
        bound = max(bound, min(low, value))
    else:
        model = (0, 0)
        chosen, value = _exchanged(of, chosen, value, rho, clock)
        method += ", exchange"
    return Found(chosen, min(bound, value), model, method), value


def _opened(of: Rooms, chosen: Indices) -> Indices:
    """Columns of the problem that are open with these candidates."""
    return np.sort(np.concatenate([of.old, of.new[chosen]]))


def _bounded(of: Rooms, clock: Clock) -> tuple[Indices, float, float, Doubles, float]:
    """A set, its sum, a bound, reduced costs of the candidates and the sum of multipliers with the existing sites."""
    n, m = len(of.weight), len(of.cost)
    best_of = of.cost.min(axis=0) if m else np.full(n, NEVER)
    level = np.where(best_of < NEVER, 0.5 * (np.minimum(best_of, of.missed) + of.missed), of.missed)
    rho, part, taken = np.zeros(m), np.zeros((m, n)), np.zeros(len(of.new))
    best, kept, factor, stale = -np.inf, (np.zeros(len(of.new)), 0.0), 1.0, 0
    best_level, slope = level.copy(), np.zeros(n)
    chosen, value = np.zeros(0, np.int64), sent(of, of.old, clock).value
    tried: set[bytes] = set()
    for step in range(STEPS):
        kernels.sums_with_room(of.cost, of.weight, level, of.room, rho, part)
        levels = float(of.weight @ level) + float(rho[of.old].sum())
        bound = levels + kernels.cheapest(
            rho[of.new].copy(), of.limits.price, of.limits.count, of.limits.budget, taken
        )
        stale = 0 if bound > best + 1e-6 * abs(best) else stale + 1
        if bound > best:
            best, kept, best_level = bound, (rho[of.new].copy(), levels), level.copy()
        if step % 20 == 0 or step == STEPS - 1:
            seed = whole_set(kept[0], of.limits)
            if seed.tobytes() not in tried:
                tried.add(seed.tobytes())
                sum_of = sent(of, _opened(of, seed), clock).value
                chosen, value = (seed, sum_of) if sum_of < value * (1 - 1e-12) else (chosen, value)
            clock.tell("bounds with room", value, best)
        if value - best <= TIGHT * abs(value) or clock.over() or factor < 1e-3:
            break
        if stale >= 10:
            stale, factor, level, slope = 0, factor * 0.6, best_level.copy(), np.zeros(n)
            continue
        served = part[of.old].sum(axis=0) + taken @ part[of.new]
        slope = 0.7 * (1 - served) + 0.3 * slope
        slope[((slope > 0) & (level >= of.missed)) | ((slope < 0) & (level <= 0))] = 0
        norm = float(of.weight @ (slope * slope))
        if norm <= 0:
            break
        level = np.clip(level + factor * (value - bound) / norm * slope, 0, of.missed)
    return chosen, value, min(best, value), kept[0], kept[1]


def _exchanged(of: Rooms, chosen: Indices, value: float, rho: Doubles, clock: Clock) -> tuple[Indices, float]:
    """Exchange open sites for the most promising closed ones while that helps, a fixed number of tries at most."""
    tries = 0
    promising = [int(j) for j in np.argsort(rho, kind="stable") if j not in set(chosen.tolist())][:10]
    for into in promising:
        for out in range(len(chosen)):
            other = np.sort(np.append(np.delete(chosen, out), into))
            if tries == TRIES or clock.over():
                return chosen, value
            if into in chosen or not of.limits.allow(other):
                continue
            tries += 1
            sum_of = sent(of, _opened(of, other), clock).value
            if sum_of < value * (1 - 1e-9):
                chosen, value = other, sum_of
                break
    return chosen, value


def _whole(
    of: Rooms, free: Indices, into: Flags, clock: Clock, absolute: float, start: Indices
) -> tuple[Indices, float, tuple[int, int]]:
    """One model of what may still be opened: candidates, a bound of the sum, rows and columns."""
    people = float(of.weight.sum())
    model, opened, _, _ = _model(of, free, into)
    solved = model.solve(clock, absolute=max(absolute / people, 1e-9))
    if solved.x is None:
        return start, solved.bound * people if np.isfinite(solved.bound) else -np.inf, solved.model
    return free[solved.x[opened] > 0.5], solved.bound * people, solved.model


def _model(of: Rooms, free: Indices, into: Flags | None = None) -> tuple[Model, Indices, Indices, Indices]:
    """Sites to open, shares of people sent, rooms; the columns of candidates, of flows, and the flows' points."""
    people = float(of.weight.sum())
    sites = np.concatenate([of.old, of.new[free]])
    model = Model(offset=of.missed)
    opened = model.add_columns(np.zeros(len(free)), 0, 1, whole=True)
    if len(free):
        limits = of.limits
        add_limits(model, opened, Limits(limits.count, limits.price[free], limits.budget))
    if into is not None and into.any():
        fixed = model.add_rows(int(into[free].sum()), 1.0, 1.0)
        model.add_entries(fixed, opened[into[free]], 1.0)
    at, point = np.nonzero(of.cost[sites] < NEVER)
    share = of.weight[point] / people
    flow = model.add_columns((of.cost[sites[at], point] - of.missed) * share, 0, 1)
    each = model.add_rows(len(of.weight), -np.inf, 1.0)
    model.add_entries(each[point], flow, 1.0)
    is_new = at >= len(of.old)
    room = model.add_rows(
        len(sites), -np.inf, np.where(np.arange(len(sites)) < len(of.old), of.room[sites] / people, 0)
    )
    model.add_entries(room[at], flow, share)
    model.add_entries(room[len(of.old) :], opened, -of.room[of.new[free]] / people)
    if is_new.sum() <= PAIRS:
        open_first = model.add_rows(int(is_new.sum()), -np.inf, 0.0)
        model.add_entries(open_first, flow[is_new], 1.0)
        model.add_entries(open_first, opened[at[is_new] - len(of.old)], -1.0)
    return model, opened, flow, point


def set_cover_with_room(of: Rooms, inst: Instance, clock: Clock, gap: float) -> Found:
    """The fewest or cheapest sites with room for the needed people within; raises `SitingError` when none is found."""
    people = float(of.weight.sum())
    priced = bool(of.limits.price.any())
    if not priced and (of.cost < NEVER).sum() > PAIRS // 10:
        return _by_count(of, inst, clock)
    model, opened, flow, point = _model(of, np.arange(len(of.new)))
    price = of.limits.price if priced else np.ones(len(of.new))
    enough = model.add_rows(1, inst.need / people - 1e-9, np.inf)
    model.add_entries(enough, flow, of.weight[point] / people)
    model.aim(opened, price)
    solved = model.solve(clock, gap=gap)
    if solved.x is None:
        raise _not_found(solved.infeasible)
    bound = max(0.0, solved.bound)
    bound = bound if priced else float(np.ceil(bound - 1e-6))
    return Found(np.flatnonzero(solved.x[opened] > 0.5), bound, solved.model, "set cover with room")


def _by_count(of: Rooms, inst: Instance, clock: Clock) -> Found:
    """The fewest sites by halving their number, each time with the most people within that so many can serve."""
    spare = inst.people - inst.need + 1e-9 * inst.people
    proven, low, high = 0, 0, of.limits.count
    best: Found | None = None
    while low <= high and not clock.over():
        count = (low + high) // 2 if best is not None else high
        fewer = replace(of, limits=Limits(count, of.limits.price, of.limits.budget))
        part = clock.part(0.25)
        found, missed = least_with_room(fewer, part, 1e-3, inst.people, spare)
        if missed <= spare:
            best, high = found, len(found.chosen) - 1
        else:
            low = count + 1
            if found.bound > spare:
                proven = max(proven, count + 1)
        clock.tell("set cover with room", None if best is None else float(len(best.chosen)), float(proven))
    if best is None:
        raise _not_found(proven > of.limits.count)
    return Found(best.chosen, float(proven), best.model, f"fewest sites by halving: {best.method}")


def _not_found(proven: bool) -> SitingError:
    said = (
        "count, budget and room do not suffice for this share of the people within the threshold"
        if proven
        else "no set of sites with room for this share of the people was found in the time given"
    )
    problem = Problem(
        said, field="capacities", expected="more sites, more room, more minutes or a smaller share"
    )
    return SitingError("The service cannot be placed as asked.", [problem])
