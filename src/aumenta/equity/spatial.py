# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Whether like is near like: Moran's I over neighbours, and local clusters, with a fixed seed.

Source: Anselin, "Local indicators of spatial association", Geographical Analysis 27, 1995.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.network.compiled import kernel

Doubles = NDArray[np.float64]
Ints = NDArray[np.int32]
#: Seed of the permutations: the same values always give the same clusters.
SEED = 12345
#: Share of permutations that may be as extreme for a cluster to count.
SIGNIFICANCE = 0.05
#: Codes of `Clusters.kind`.
NONE, HIGH_HIGH, LOW_HIGH, LOW_LOW, HIGH_LOW = range(5)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Neighbours of each row in compressed rows, all of equal weight and adding up to one (row-standardised)."""

    indptr: NDArray[np.int32]
    other: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.indptr) - 1


@dataclass(frozen=True, slots=True)
class Clusters:
    """Local Moran's I, pseudo p-values, and the kind of cluster by row (0 none, 1 high among high, 2 low among high,
    3 low among low, 4 high among low).
    """

    local: Doubles
    p: Doubles
    kind: NDArray[np.int8]


def neighbours_of_grid(gx: ArrayLike, gy: ArrayLike) -> Neighbours:
    """The up to eight cells that touch each cell, by grid indices; cells need not fill the grid."""
    x, y = np.asarray(gx, np.int64), np.asarray(gy, np.int64)
    if not len(x):
        return Neighbours(np.zeros(1, np.int32), np.empty(0, np.int32))
    width = int(x.max() - x.min()) + 3
    key = (y - y.min() + 1) * width + (x - x.min() + 1)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    rows, others = [], []
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dx == dy == 0:
                continue
            wanted = key + dy * width + dx
            at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
            hit = np.flatnonzero(ordered[at] == wanted)
            rows.append(hit)
            others.append(order[at[hit]])
    row, other = np.concatenate(rows), np.concatenate(others)
    sort = np.lexsort((other, row))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(x)))])
    return Neighbours(indptr.astype(np.int32), other[sort].astype(np.int32))


def moran(
    values: ArrayLike, neighbours: Neighbours, permutations: int = 999, seed: int = SEED
) -> tuple[float, float]:
    """Global Moran's I of values without gaps, and its pseudo p-value (one-sided, folded).

    Rows without neighbours take part in the mean and in the variance, with a lag of zero, as in PySAL.
    """
    z = np.asarray(values, np.float64)
    z = z - z.mean()
    square = float(np.sum(z * z))
    if not square > 0:
        return float("nan"), float("nan")
    total = float((np.diff(neighbours.indptr) > 0).sum())
    scale = len(z) / total / square
    found = scale * float(np.sum(z * _lag(z, neighbours.indptr, neighbours.other)))
    if permutations <= 0:
        return found, float("nan")
    beyond = _beyond(z, neighbours.indptr, neighbours.other, found / scale, permutations, np.uint64(seed))
    beyond = min(beyond, permutations - beyond)
    return found, (beyond + 1) / (permutations + 1)


def local_moran(
    values: ArrayLike,
    neighbours: Neighbours,
    permutations: int = 999,
    seed: int = SEED,
    significance: float = SIGNIFICANCE,
) -> Clusters:
    """Local Moran's I with conditional permutations: the value of each row is held, its neighbours are drawn anew.

    Of each row the neighbours of all permutations are drawn from all other rows; the draws are shared by the rows, as
    in PySAL's engine. Rows without neighbours are in no cluster (p = 1).
    """
    z = np.asarray(values, np.float64)
    z = z - z.mean()
    variance = float(np.sum(z * z)) / max(len(z) - 1, 1)
    rows = len(z)
    if not variance > 0 or rows < 3:
        return Clusters(np.full(rows, np.nan), np.ones(rows), np.zeros(rows, np.int8))
    lag = _lag(z, neighbours.indptr, neighbours.other)
    local = z * lag / variance
    most = int(np.diff(neighbours.indptr).max(initial=0))
    random = np.random.default_rng(seed)
    draws = np.empty((permutations, most), np.int32)
    for one in range(permutations):
        draws[one] = random.choice(rows - 1, size=most, replace=False)
    larger = _local_beyond(z, lag, neighbours.indptr, draws)
    larger = np.minimum(larger, permutations - larger)
    p = (larger + 1) / (permutations + 1)
    p[np.diff(neighbours.indptr) == 0] = 1.0
    quadrant = np.where(z > 0, np.where(lag > 0, HIGH_HIGH, HIGH_LOW), np.where(lag > 0, LOW_HIGH, LOW_LOW))
    return Clusters(local, p, np.where(p <= significance, quadrant, NONE).astype(np.int8))


@kernel
def _lag(z: Doubles, indptr: Ints, other: Ints) -> Doubles:
    found = np.zeros(len(z))
    for i in range(len(z)):
        total = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            total += z[other[e]]
        if indptr[i + 1] > indptr[i]:
            found[i] = total / (indptr[i + 1] - indptr[i])
    return found


@kernel
def _beyond(z: Doubles, indptr: Ints, other: Ints, observed: float, permutations: int, state: Any) -> int:
    """How many shuffles of the values give a sum of products with the lag at least as large as the observed one."""
    rows = len(z)
    drawn = z.copy()
    inverse = np.zeros(rows)
    for i in range(rows):
        if indptr[i + 1] > indptr[i]:
            inverse[i] = 1.0 / (indptr[i + 1] - indptr[i])
    found = 0
    for _ in range(permutations):
        for i in range(rows - 1, 0, -1):
            state ^= state << np.uint64(13)  # xorshift64 (Marsaglia 2003)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            j = np.int64((state >> np.uint64(11)) % np.uint64(i + 1))
            drawn[i], drawn[j] = drawn[j], drawn[i]
        total = 0.0
        for i in range(rows):
            lag = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                lag += drawn[other[e]]
            total += drawn[i] * lag * inverse[i]
        if total >= observed:
            found += 1
    return found


@kernel
def _local_beyond(z: Doubles, lag: Doubles, indptr: Ints, draws: Ints) -> NDArray[np.int64]:
    """For each row how many permutations give a local statistic at least as large as the observed one."""
    rows = len(z)
    found = np.zeros(rows, np.int64)
    for i in range(rows):
        count = indptr[i + 1] - indptr[i]
        if count == 0:
            continue
        observed = z[i] * lag[i]
        beyond = 0
        for one in range(len(draws)):
            total = 0.0
            for k in range(count):
                j = draws[one, k]
                if j >= i:  # the row itself is not among the others
                    j += 1
                total += z[j]
            if z[i] * total / count >= observed:
                beyond += 1
        found[i] = beyond
    return found
