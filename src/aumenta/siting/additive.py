# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Sites that make a weighted sum of costs small: medians, and coverage as a sum of zeros and ones.

Exchange (Teitz and Bart, 1968, as Resende and Werneck, 2007, count it) gives a set; Lagrangian multipliers of "each
point is served once" give a bound (Cornuejols, Fisher and Nemhauser, 1977) and new sets to exchange from (Beasley,
1993). What the reduced costs prove cannot be in a better set is left out; if the gap is still too large, the rest goes
to HiGHS in the radius formulation (`aumenta.siting.radius`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aumenta.siting import kernels
from aumenta.siting.instance import TIGHT, Clock, Limits
from aumenta.siting.problem import Doubles, Flags, Indices

#: Subgradient steps between two looks at the clock and two exchanges, and looks at most.
STEPS, LOOKS = 50, 30

#: The step factor below which multipliers no longer move.
STILL = 1e-4

#: The absolute gap that is small enough when the sum is this.
Tolerance = Callable[[float], float]


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """A weighted sum over points of the least cost among open sites and the ground; `cost` is [sites, points]."""

    cost: Doubles
    ground: Doubles
    weight: Doubles
    limits: Limits
    usual: float = np.inf  # what a point costs beyond this stands for "must not"

    def value(self, chosen: Indices) -> float:
        """The sum with these sites open."""
        best = np.minimum(self.ground, self.cost[chosen].min(axis=0)) if len(chosen) else self.ground
        return float(np.dot(self.weight, best))


@dataclass(frozen=True, slots=True, eq=False)
class Bounded:
    """The best set so far, its sum, the proven bound, and what reduced costs say of the sites."""

    chosen: Indices
    value: float
    bound: float
    level: Doubles  # multiplier of each point, in the unit of costs
    out: Flags  # sites in no better set
    into: Flags  # sites in every better set


def greedy(of: Sum) -> Indices:
    """Add, one after the other, the site that helps most (for its price, where a budget binds), first among equals."""
    chosen: list[int] = []
    left, paid = of.ground.copy(), 0.0
    per = np.where(of.limits.price > 0, of.limits.price, 1.0) if np.isfinite(of.limits.budget) else 1.0
    while len(chosen) < of.limits.count:
        gain = (np.maximum(left - of.cost, 0) @ of.weight) / per
        gain[chosen] = 0
        gain[of.limits.price + paid > of.limits.budget * (1 + 1e-12)] = 0
        at = int(np.argmax(gain)) if len(gain) else 0
        if not len(gain) or gain[at] <= 0:
            break
        chosen.append(at)
        paid += float(of.limits.price[at])
        left = np.minimum(left, of.cost[at])
    return np.sort(np.array(chosen, np.int64))


def exchanged(of: Sum, chosen: Indices, clock: Clock) -> tuple[Indices, float]:
    """Exchange one open site for one closed, the best first, until none helps; the set and its sum."""
    chosen = fill(of, chosen)
    value = of.value(chosen)
    while len(chosen) and not clock.over():
        first, d1, d2 = kernels.two_nearest(of.cost, of.ground, chosen)
        loss, gain, both = kernels.exchange_gains(of.cost, of.weight, first, d1, d2, len(chosen))
        change = loss[None, :] - gain[:, None] - both
        change[chosen] = np.inf
        if np.isfinite(of.limits.budget):
            paid = of.limits.price[chosen]
            over = paid.sum() - paid[None, :] + of.limits.price[:, None] > of.limits.budget * (1 + 1e-12)
            change[over] = np.inf
        at = int(np.argmin(change))
        if not change.flat[at] < -1e-9 * max(abs(value), TIGHT):
            break
        into, out = divmod(at, len(chosen))
        chosen[out] = into
        chosen = fill(of, np.sort(chosen))
        value = of.value(chosen)
    return chosen, value


def fill(of: Sum, chosen: Indices) -> Indices:
    """The set with what count and budget still allow and helps, the best first."""
    if len(chosen) >= of.limits.count:
        return np.sort(chosen)
    left = np.minimum(of.ground, of.cost[chosen].min(axis=0)) if len(chosen) else of.ground
    price = of.limits.price
    rest = Limits(of.limits.count - len(chosen), price, of.limits.budget - float(price[chosen].sum()))
    return np.sort(np.concatenate([chosen, greedy(Sum(of.cost, left, of.weight, rest))]))


def bounded(of: Sum, clock: Clock, start: Indices | None = None) -> Bounded:
    """Exchange and Lagrangian bounds, from a set or from the greedy one."""
    chosen, value = exchanged(of, greedy(of) if start is None else start, clock)
    by_point = np.ascontiguousarray(of.cost.T)
    order = np.argsort(by_point, axis=1, kind="stable").astype(np.int64)
    near = np.take_along_axis(by_point, order, axis=1)
    _, d1, d2 = kernels.two_nearest(of.cost, of.ground, chosen)
    level = np.clip(
        (np.minimum(d1, of.usual) + np.minimum(d2, of.usual)) / 2,
        np.minimum(near[:, 0], of.ground),
        of.ground,
    )
    best, slope = level.copy(), np.zeros_like(level)
    state = np.array([-np.inf, 1.0, 0.0])
    tried: set[bytes] = set()
    rho = np.zeros(len(of.cost))
    for _ in range(LOOKS):
        kernels.climb(
            near,
            order,
            of.weight,
            of.ground,
            of.limits.price,
            of.limits.count,
            of.limits.budget,
            level,
            best,
            state,
            value,
            STEPS,
            slope,
        )
        kernels.sums_below(near, order, of.weight, best, rho)
        seed = whole_set(rho, of.limits)
        if seed.tobytes() not in tried:
            tried.add(seed.tobytes())
            other, sum_of = exchanged(of, seed, clock)
            if sum_of < value * (1 - 1e-12):
                chosen, value = other, sum_of
        clock.tell("bounds", value, float(state[0]))
        if value - state[0] <= TIGHT * abs(value) or state[1] < STILL or clock.over():
            break
    out, into = reduced(rho, of.limits, float(state[0]), float(of.weight @ best), value)
    return Bounded(chosen, value, min(float(state[0]), value), best, out, into)


def whole_set(rho: Doubles, limits: Limits) -> Indices:
    """The sites of the least reduced costs that count and budget allow, for their price where a budget binds."""
    per = np.where(limits.price > 0, limits.price, 1e-12) if np.isfinite(limits.budget) else 1.0
    taken: list[int] = []
    paid = 0.0
    for j in np.argsort(rho / per, kind="stable"):
        if len(taken) == limits.count:
            break
        if limits.afford(paid + float(limits.price[j])) and rho[j] < 0:
            taken.append(int(j))
            paid += float(limits.price[j])
    return np.sort(np.array(taken, np.int64))


def reduced(rho: Doubles, limits: Limits, bound: float, levels: float, value: float) -> tuple[Flags, Flags]:
    """Sites that no better set has, and those that every better set has, by the bound with each forced in or out."""
    m = len(rho)
    out, into = np.zeros(m, np.bool_), np.zeros(m, np.bool_)
    edge = value + 1e-9 * abs(value)
    taken = np.zeros(m)
    for j in range(m):
        others = rho.copy()
        others[j] = 0.0
        price = limits.price.copy()
        if not limits.afford(float(price[j])) or limits.count == 0:
            out[j] = True
            continue
        without = kernels.cheapest(others, price, limits.count, limits.budget, taken)
        into[j] = levels + without > edge
        price[j] = 0.0
        with_it = rho[j] + kernels.cheapest(
            others, price, limits.count - 1, limits.budget - float(limits.price[j]), taken
        )
        out[j] = levels + with_it > edge
    return out & ~into, into & ~out
