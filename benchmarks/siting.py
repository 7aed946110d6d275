# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How long it takes to choose ten sites among 300 for 2,000 points, and the proven distance from the best."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, machine

SEEDS = range(5)
SIZES = ((500, 100), (2000, 300), (5000, 300))


def figures() -> Iterator[Figure]:
    """The slowest of five made-up territories, kernels compiled before; the largest gap among them."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "siting"))
    from siting_cases import towns

    from aumenta.siting.problem import SitingProblem
    from aumenta.siting.solve import solve

    def asked(points: int, sites: int, seed: int, objective: str) -> SitingProblem:
        people, minutes = towns(points, sites, seed)
        names = tuple(f"{j:03d}" for j in range(sites))
        return SitingProblem(people, minutes, names, objective, count=10, within=30.0)  # type: ignore[arg-type]

    for objective in ("median", "coverage", "centre", "worst_first"):
        solve(asked(120, 30, 1, objective))
    for points, sites in SIZES:
        answers = [solve(asked(points, sites, seed, "median")) for seed in SEEDS]
        where = f"{machine()}; {points:,} points, {sites} sites, 10 new, slowest of {len(SEEDS)} territories"
        name, must = f"siting.median.{points}x{sites}", 20.0 if points == 2000 else None
        yield Figure(f"{name}.seconds", max(each.seconds for each in answers), "s", True, must, None, where)
        worst = 100 * max(each.gap for each in answers)
        yield Figure(f"{name}.gap", worst, "%", True, 1.0 if points == 2000 else None, None, where)
    points, sites = SIZES[1]
    for objective in ("coverage", "centre", "worst_first"):
        answers = [solve(asked(points, sites, seed, objective)) for seed in list(SEEDS)[:2]]
        where = f"{machine()}; {points:,} points, {sites} sites, 10 new, slower of 2 territories"
        slowest = max(each.seconds for each in answers)
        yield Figure(f"siting.{objective}.{points}x{sites}.seconds", slowest, "s", True, None, None, where)
        worst = 100 * max(each.gap for each in answers)
        yield Figure(f"siting.{objective}.{points}x{sites}.gap", worst, "%", True, None, None, where)
