# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Heights: from scattered points to kilometres (inverse distance), from kilometres to cells (bilinear).

These are height classes for weighing and describing places, not a terrain model: there is no slope in them.
Inverse-distance weighting after Shepard (1968), here with the nearest points only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from aumenta.territory.grid import Floats, Ints, centres, keys, locate


@dataclass(frozen=True, slots=True)
class KmHeights:
    """Heights of square kilometres: `gx`, `gy` in kilometres (sorted by `gy`, `gx`), metres above the sea."""

    gx: Ints
    gy: Ints
    height: Floats


def inverse_distance(
    points: Floats,
    values: Floats,
    at: Floats,
    *,
    nearest: int = 8,
    power: float = 3.0,
    smoothing: float = 100.0,
) -> Floats:
    """Inverse-distance mean of the nearest points' values.

    `points` (n, 2) and `at` (m, 2) in metres; `smoothing` in metres is added to the distances in quadrature,
    so that a point on the spot does not decide alone. The result lies between the least and the greatest of
    the values used.
    """
    count = min(nearest, len(points))
    distance, index = cKDTree(points).query(at, k=count)
    distance = np.asarray(distance, np.float64).reshape(len(at), count)
    index = np.asarray(index).reshape(len(at), count)
    weight = (distance**2 + smoothing**2) ** (-power / 2)
    mean: Floats = (weight * values[index]).sum(axis=1) / weight.sum(axis=1)
    return mean


def bilinear(km: KmHeights, x: ArrayLike, y: ArrayLike) -> Floats:
    """Heights at points in metres between the centres of the four kilometres around each.

    A kilometre without height is left out and the others weigh more; NaN where none of the four has one.
    """
    east = np.asarray(x, np.float64) / 1000 - 0.5
    north = np.asarray(y, np.float64) / 1000 - 0.5
    column, row = np.floor(east).astype(np.int64), np.floor(north).astype(np.int64)
    right, up = east - column, north - row
    among = keys(km.gx, km.gy)
    total = np.zeros(len(east))
    weights = np.zeros(len(east))
    for step_x, step_y in ((0, 0), (1, 0), (0, 1), (1, 1)):
        place = locate(keys(column + step_x, row + step_y), among)
        weight = (right if step_x else 1 - right) * (up if step_y else 1 - up)
        known = (place >= 0) & (weight > 0)
        height = km.height[place[known]]
        good = np.isfinite(height)
        chosen = np.flatnonzero(known)[good]
        total[chosen] += weight[chosen] * height[good]
        weights[chosen] += weight[chosen]
    return np.where(weights > 0, total / np.where(weights > 0, weights, 1.0), np.nan)


def cell_heights(km: KmHeights | None, gx: ArrayLike, gy: ArrayLike, resolution: int) -> NDArray[np.float32]:
    """Height of each cell at its centre, float32 metres; NaN where it is not known."""
    x, y = centres(gx, gy, resolution)
    if km is None or len(km.gx) == 0:
        return np.full(len(x), np.nan, np.float32)
    return bilinear(km, x, y).astype(np.float32)
