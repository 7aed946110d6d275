# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Compiled loops over points and sites: nearest open sites, exchanges, Lagrangian bounds.

`cost` is float64[sites, points], finite; `ground` is what a point costs when no candidate serves it (the nearest
existing site, or what unreached counts). Sums run in a fixed order, so that the same arrays give the same bytes.
"""

from __future__ import annotations

import numpy as np

from aumenta.network.compiled import kernel
from aumenta.siting.problem import Doubles, Flags, Indices


@kernel
def two_nearest(cost: Doubles, ground: Doubles, chosen: Indices) -> tuple[Indices, Doubles, Doubles]:
    """Position in `chosen` of each point's nearest (-1: the ground), its cost, and the cost of the next."""
    n = cost.shape[1]
    first = np.full(n, -1, np.int64)
    d1 = ground.copy()
    d2 = ground.copy()
    for k in range(len(chosen)):
        j = chosen[k]
        for i in range(n):
            c = cost[j, i]
            if c < d1[i]:
                d2[i] = d1[i]
                d1[i] = c
                first[i] = k
            elif c < d2[i]:
                d2[i] = c
    return first, d1, d2


@kernel
def exchange_gains(
    cost: Doubles, weight: Doubles, first: Indices, d1: Doubles, d2: Doubles, count: int
) -> tuple[Doubles, Doubles, Doubles]:
    """What closing each chosen site loses, opening each site gains, and what both together lose less.

    Closing k and opening j changes the weighted sum by loss[k] - gain[j] - both[j, k] (Resende and Werneck, 2007).
    """
    m, n = cost.shape
    loss = np.zeros(count)
    gain = np.zeros(m)
    both = np.zeros((m, count))
    for i in range(n):
        if first[i] >= 0:
            loss[first[i]] += weight[i] * (d2[i] - d1[i])
    for j in range(m):
        for i in range(n):
            c = cost[j, i]
            if c < d2[i]:
                k = first[i]
                if c < d1[i]:
                    gain[j] += weight[i] * (d1[i] - c)
                    if k >= 0:
                        both[j, k] += weight[i] * (d2[i] - d1[i])
                elif k >= 0:
                    both[j, k] += weight[i] * (d2[i] - c)
    return loss, gain, both


@kernel
def sums_below(near: Doubles, order: Indices, weight: Doubles, level: Doubles, rho: Doubles) -> None:
    """rho[j] = sum over points of weight * min(0, cost - level).

    `near` are each point's costs in ascending order, `order` the sites they belong to.
    """
    n, m = near.shape
    rho[:] = 0
    for i in range(n):
        for k in range(m):
            c = near[i, k]
            if c >= level[i]:
                break
            rho[order[i, k]] += weight[i] * (c - level[i])


@kernel
def cheapest(rho: Doubles, price: Doubles, count: int, budget: float, taken: Doubles) -> float:
    """Least sum of rho over shares of sites within count and budget (+inf: none); all rho are at most 0.

    `taken` becomes the shares: whole ones without a budget that binds, else a mixture of two sets. The budget has a
    multiplier, found by halving; its value is a bound whatever the multiplier.
    """
    m = len(rho)
    _take(rho, price, count, 0.0, taken)
    if budget == np.inf or _dot(price, taken) <= budget:
        return _dot(rho, taken)
    low, high = 0.0, 0.0
    for j in range(m):
        if price[j] > 0:
            high = max(high, -rho[j] / price[j])
    dear, cheap, middle_set = np.zeros(m), np.zeros(m), np.zeros(m)
    dear[:] = taken
    _take(rho, price, count, high, cheap)
    for _ in range(40):
        middle = (low + high) / 2
        _take(rho, price, count, middle, middle_set)
        if _dot(price, middle_set) > budget:
            low = middle
            dear[:] = middle_set
        else:
            high = middle
            cheap[:] = middle_set
    paid_dear, paid_cheap = _dot(price, dear), _dot(price, cheap)
    part = (budget - paid_cheap) / (paid_dear - paid_cheap)
    for j in range(m):
        taken[j] = part * dear[j] + (1 - part) * cheap[j]
    at_low = _dot(rho, dear) + low * (paid_dear - budget)
    at_high = _dot(rho, cheap) + high * (paid_cheap - budget)
    return max(at_low, at_high)


@kernel
def _dot(one: Doubles, other: Doubles) -> float:
    total = 0.0
    for j in range(len(one)):
        total += one[j] * other[j]
    return total


@kernel
def _take(rho: Doubles, price: Doubles, count: int, rate: float, taken: Doubles) -> None:
    """The set of the least sum of rho + rate * price within count, as shares of 0 and 1."""
    each = np.empty(len(rho))
    for j in range(len(rho)):
        each[j] = rho[j] + rate * price[j]
        taken[j] = 0
    for j in np.argsort(each, kind="mergesort")[:count]:
        if each[j] < 0:
            taken[j] = 1


@kernel
def climb(  # noqa: PLR0913, PLR0917 - kernels take arrays, not objects
    near: Doubles,
    order: Indices,
    weight: Doubles,
    ground: Doubles,
    price: Doubles,
    count: int,
    budget: float,
    level: Doubles,
    best_level: Doubles,
    state: Doubles,
    upper: float,
    iterations: int,
    slope: Doubles,
) -> None:
    """Raise the Lagrangian bound by deflected subgradient steps, `level` being each point's multiplier in minutes.

    `state`: best bound, step factor, steps without a better one. `slope` is the direction kept between calls.
    """
    n, m = near.shape
    rho = np.zeros(m)
    taken = np.zeros(m)
    for _ in range(iterations):
        sums_below(near, order, weight, level, rho)
        value = cheapest(rho, price, count, budget, taken)
        for i in range(n):
            value += weight[i] * level[i]
        if value > state[0] + 1e-7 * abs(state[0]):
            state[2] = 0
        else:
            state[2] += 1
        if value > state[0]:
            state[0] = value
            best_level[:] = level
        if state[2] >= 20:
            state[2] = 0
            state[1] *= 0.6
            level[:] = best_level
            slope[:] = 0
        norm = 0.0
        for i in range(n):
            open_near = 0.0
            for k in range(m):
                if near[i, k] >= level[i]:
                    break
                open_near += taken[order[i, k]]
            slope[i] = 0.7 * (1.0 - open_near) + 0.3 * slope[i]
            if (slope[i] > 0 and level[i] >= ground[i]) or (slope[i] < 0 and level[i] <= near[i, 0]):
                slope[i] = 0
            norm += weight[i] * slope[i] * slope[i]
        if norm <= 0 or upper <= state[0]:
            break
        step = state[1] * (upper - value) / norm
        for i in range(n):
            level[i] = min(ground[i], max(level[i] + step * slope[i], near[i, 0]))


@kernel
def exchange_table(  # noqa: PLR0913, PLR0917
    cost: Doubles,
    weight: Doubles,
    counted: Flags,
    within: float,
    group: Indices,
    groups: int,
    count: int,
    first: Indices,
    d1: Doubles,
    d2: Doubles,
) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Weighted minutes, largest counted minutes, people within and people within by group, of each exchange.

    Row k closes the k-th open site, the last row none; column j opens site j, the last column none.
    """
    m, n = cost.shape
    rows, columns = count + 1, m + 1
    total, largest = np.zeros((rows, columns)), np.zeros((rows, columns))
    covered, by_group = np.zeros((rows, columns)), np.zeros((rows, columns, groups))
    base = np.empty(n)
    for k in range(rows):
        for i in range(n):
            base[i] = d2[i] if first[i] == k else d1[i]
        for j in range(columns):
            sum_of, most, near = 0.0, 0.0, 0.0
            for i in range(n):
                c = base[i]
                if j < m and cost[j, i] < c:
                    c = cost[j, i]
                sum_of += weight[i] * c
                if counted[i] and c > most:
                    most = c
                if c <= within:
                    near += weight[i]
                    if groups > 0 and group[i] >= 0:
                        by_group[k, j, group[i]] += weight[i]
            total[k, j] = sum_of
            largest[k, j] = most
            covered[k, j] = near
    return total, largest, covered, by_group


@kernel
def sums_with_room(
    cost: Doubles, weight: Doubles, level: Doubles, room: Doubles, rho: Doubles, part: Doubles
) -> None:
    """The same where a site takes at most `room` people: those first of whom each gains most, the last in part.

    `part` [sites, points] becomes the shares of the points' people that each site would take.
    """
    m, n = cost.shape
    who = np.empty(n, np.int64)
    worth = np.empty(n)
    for j in range(m):
        size = 0
        for i in range(n):
            part[j, i] = 0
            if cost[j, i] < level[i]:
                who[size] = i
                worth[size] = cost[j, i] - level[i]
                size += 1
        left = room[j]
        rho[j] = 0
        for k in np.argsort(worth[:size], kind="mergesort"):
            i = who[k]
            share = min(1.0, left / weight[i])
            part[j, i] = share
            rho[j] += share * weight[i] * worth[k]
            left -= share * weight[i]
            if left <= 0:
                break
