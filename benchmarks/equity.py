# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How long it takes to say how evenly a value is spread over 30,000 cells: indices, Moran's I and local clusters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from measure import Figure, machine

CELLS, PERMUTATIONS, RUNS = 30_000, 999, 5


def figures() -> Iterator[Figure]:
    """Best of five runs, kernels compiled before: people and values by lot, places on a grid with gaps."""
    from aumenta import equity

    lot = np.random.default_rng(11)
    side = 220
    at = np.sort(lot.permutation(side * side)[:CELLS])
    gx, gy = at % side, at // side
    value = np.exp(lot.normal(size=CELLS)) + np.hypot(gx - side / 2, gy - side / 2) / side
    people, standing = lot.integers(0, 400, CELLS).astype(float), lot.normal(size=CELLS).round(2)
    groups = (gx // 40).astype(str)

    def indices() -> None:
        equity.spread(value, people)
        equity.theil_decomposition(value, people, groups)
        equity.concentration(value, people, standing)
        equity.quintiles(standing, people)
        equity.lorenz(value, people)

    def clusters() -> None:
        near = equity.neighbours_of_grid(gx, gy)
        equity.moran(value, near, PERMUTATIONS)
        equity.local_moran(value, near, PERMUTATIONS)

    where = f"{machine()}; {CELLS:,} cells, best of {RUNS}"
    yield Figure("equity.indices.seconds", best(indices), "s", True, 0.3, None, where)
    said = f"{where}; Moran's I and local clusters, {PERMUTATIONS} permutations each"
    yield Figure("equity.clusters.seconds", best(clusters), "s", True, 3, None, said)


def best(work: Callable[[], None]) -> float:
    """Least seconds of a few runs."""
    work()
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)
