# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small problems by lot, their best value by trying every set, and made-up towns."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.optimize import linprog

from aumenta.siting.problem import SitingProblem


def small(seed: int, objective: str, room: bool = False) -> SitingProblem:
    """At most 11 points and 8 sites: ties, infinities, existing sites, costs, budgets, groups, uninhabited points."""
    lot = np.random.default_rng([seed, len(objective)])
    n, m = int(lot.integers(1, 12)), int(lot.integers(1, 9))
    times = lot.integers(1, 60, (n, m)) if lot.random() < 0.5 else lot.uniform(1, 60, (n, m)).round(1)
    minutes = times.astype(np.float32)
    minutes[lot.random((n, m)) < 0.2] = np.inf
    demand = lot.integers(0, 20, n).astype(float)
    demand[0] += 1
    costs = lot.integers(0, 6, m).astype(float) if lot.random() < 0.4 else None
    budget = float(lot.integers(0, 15)) if costs is not None and lot.random() < 0.7 else None
    free = lot.random() < 0.5 and (budget is not None or objective == "set_cover")
    group = lot.integers(-1, 3, n) if objective == "worst_first" and lot.random() < 0.6 else None
    rooms = lot.uniform(0.1, 1.2, m) * demand.sum() if room else None
    return SitingProblem(
        demand=demand,
        minutes=minutes,
        sites=tuple(f"s{j}" for j in range(m)),
        objective=objective,  # type: ignore[arg-type]
        count=None if free else int(lot.integers(1, m + 1)),
        existing=lot.random(m) < 0.2 if lot.random() < 0.5 else None,
        within=float(lot.integers(10, 40)),
        max_minutes=float(lot.choice([40, 60, 90])),
        capacities=rooms,
        costs=costs,
        budget=budget,
        group=group,
        share=float(lot.choice([1, 0.8, 0.5])),
    )


def by_trying(problem: SitingProblem) -> tuple[float, ...] | None:
    """The best value (and second value) to make small, over all sets; None when no set may be."""
    new, old = np.flatnonzero(~problem.old), np.flatnonzero(problem.old)
    best = None
    for size in range((problem.count or len(new)) + 1):
        for some in itertools.combinations(new.tolist(), size):
            paid = 0.0 if problem.costs is None else float(problem.costs[list(some)].sum())
            if problem.budget is not None and paid > problem.budget + 1e-9:
                continue
            worth = value(problem, np.concatenate([old, some]).astype(int))
            if problem.objective == "set_cover":
                if worth[0] > -problem.share * problem.people * (1 - 1e-7):
                    continue
                priced = problem.costs is not None and problem.costs[new].any()  # all for nothing: the fewest
                worth = (paid if priced else float(size),)
            best = worth if best is None or worth < best else best
    return best


def value(problem: SitingProblem, opened: np.ndarray) -> tuple[float, ...]:
    """What these open sites give, to make small."""
    if problem.capacities is not None:
        return (_with_room(problem, opened),)
    times = np.minimum(problem.minutes, problem.max_minutes).astype(float)
    nearest = times[:, opened].min(axis=1) if len(opened) else np.full(len(times), problem.max_minutes)
    people = problem.demand
    near = people * (nearest <= (problem.within or 0))
    mean = float((people * nearest).sum() / people.sum())
    counted = (people > 0) & (problem.minutes <= problem.max_minutes).any(axis=1)
    largest = float(nearest[counted].max())
    if problem.objective == "worst_first" and problem.group is not None:
        shares = [
            near[problem.group == g].sum() / people[problem.group == g].sum()
            for g in range(problem.group.max() + 1)
            if people[problem.group == g].sum()
        ]
        return -float(min(shares)), -float(near.sum())
    return {
        "median": (mean,),
        "centre": (largest,),
        "worst_first": (largest, mean),
        "coverage": (-float(near.sum()),),
        "set_cover": (-float(near.sum()),),
    }[problem.objective]


def _with_room(problem: SitingProblem, opened: np.ndarray) -> float:
    assert problem.capacities is not None
    median = problem.objective == "median"
    times = problem.minutes[:, opened].astype(float)
    point, site = np.nonzero(times <= (problem.max_minutes if median else (problem.within or 0)))
    if not len(point):
        return problem.max_minutes if median else 0.0
    price = times[point, site] - problem.max_minutes if median else -np.ones(len(point))
    limits = np.zeros((len(times) + len(opened), len(point)))
    limits[point, np.arange(len(point))] = 1
    limits[len(times) + site, np.arange(len(point))] = 1
    most = np.concatenate([problem.demand, problem.capacities[opened]])
    served = linprog(price, A_ub=limits, b_ub=most, bounds=(0, None)).fun
    return float(problem.max_minutes + served / problem.people) if median else float(served)


def towns(points: int, sites: int, seed: int, count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """People and minutes: towns by Zipf's rule, heavy-tailed points, detours, some ways that do not exist."""
    lot = np.random.default_rng(seed)
    size = 1 / np.arange(1, count + 1)
    size /= size.sum()
    middle = lot.uniform(0, 100, (count, 2))
    town = lot.choice(count, points, p=0.5 * size + 0.5 / count)
    at = middle[town] + lot.normal(size=(points, 2)) * (2 + 6 * np.sqrt(size[town]))[:, None]
    people = np.round(np.exp(lot.normal(3.5, 1.3, points)) * (1 + 30 * size[town]))
    there = at[lot.choice(points, sites, replace=False)] + lot.normal(size=(sites, 2)) * 0.3
    away = np.hypot(*(at[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    detour = 1.2 + lot.gamma(2, 0.1, (points, 1)) + lot.gamma(2, 0.1, (1, sites))
    minutes = (4 + 1.3 * away * detour + lot.gamma(2, 2, (points, sites))).astype(np.float32)
    minutes[(minutes > 90) | (lot.random(minutes.shape) < 0.01)] = np.inf
    return people, minutes
