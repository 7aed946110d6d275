# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where people are likely to live inside a square kilometre: weights of cells.

    weight = (SCATTERED + AROUND x density around + density of settlements) x exp(-(height - lowest) / FALL)

* density around: the census density (residents per km2), interpolated between the centres of the kilometres,
  so that people lean towards the fuller neighbour;
* density of settlements: each point spreads its people as a bell whose top is CROWD residents per km2 and that
  is never narrower than NARROWEST metres (a point known to a few hundred metres says no more than that);
* height: people live low; the weight halves every 0.69 x FALL metres above the kilometre's lowest cell.

The weight says only how a kilometre's people are shared among its cells; sums come from the census and the
registers. How the constants were measured: `docs/people-by-cell.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from aumenta.territory.grid import Floats, Ints, centres

SCATTERED = 10.0
AROUND = 0.25
CROWD = 8_000.0
NARROWEST = 250.0
FALL = 400.0
REACH = 3.0  # standard deviations after which a bell is cut


@dataclass(frozen=True, slots=True)
class Settlements:
    """Points of towns, hamlets and houses: metres in the plane and the people told for each."""

    x: Floats
    y: Floats
    people: Floats


def settlement_density(points: Settlements, gx: Ints, gy: Ints, resolution: int) -> Floats:
    """Residents per km2 that the points alone would give to each cell."""
    if len(gx) == 0:
        return np.zeros(0)
    left, low = int(gx.min()), int(gy.min())
    field = np.zeros((int(gy.max()) - low + 1, int(gx.max()) - left + 1))
    column_x, _ = centres(np.arange(field.shape[1]) + left, 0, resolution)
    _, row_y = centres(0, np.arange(field.shape[0]) + low, resolution)
    width = np.maximum(NARROWEST, 1000 * np.sqrt(points.people / (2 * np.pi * CROWD)))
    top = points.people / (2 * np.pi * (width / 1000) ** 2)
    for x, y, sigma, peak in zip(points.x, points.y, width, top, strict=True):
        columns = slice(*np.searchsorted(column_x, (x - REACH * sigma, x + REACH * sigma)))
        rows = slice(*np.searchsorted(row_y, (y - REACH * sigma, y + REACH * sigma)))
        across = np.exp(-0.5 * ((column_x[columns] - x) / sigma) ** 2)
        along = np.exp(-0.5 * ((row_y[rows] - y) / sigma) ** 2)
        field[rows, columns] += peak * along[:, None] * across[None, :]
    density: Floats = field[gy - low, gx - left]
    return density


def density_around(km_gx: Ints, km_gy: Ints, total: Floats, x: ArrayLike, y: ArrayLike) -> Floats:
    """Residents per km2 at points, bilinear between the centres of kilometres; kilometres not listed hold none."""
    px, py = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if len(km_gx) == 0:
        return np.zeros(len(px))
    left, low = int(km_gx.min()) - 1, int(km_gy.min()) - 1
    field = np.zeros((int(km_gy.max()) - low + 2, int(km_gx.max()) - left + 2))
    field[km_gy - low, km_gx - left] = total
    at = np.vstack([py / 1000 - 0.5 - low, px / 1000 - 0.5 - left])
    density: Floats = ndimage.map_coordinates(field, at, order=1, mode="constant", cval=0.0)
    return density


def height_factor(height: ArrayLike, km: NDArray[np.int64]) -> Floats:
    """1 at the lowest cell of each kilometre, falling with height above it; 1 where no height is known."""
    metres = np.asarray(height, np.float64)
    known = np.isfinite(metres)
    lowest = np.full(int(km.max()) + 1 if len(km) else 0, np.inf)
    np.minimum.at(lowest, km[known], metres[known])
    above = np.where(known, metres - np.where(known, lowest[km], 0.0), 0.0)
    factor: Floats = np.exp(-above / FALL)
    return factor


def cell_weights(around: Floats, settled: Floats, height: ArrayLike, km: NDArray[np.int64]) -> Floats:
    """Weight of each cell, always positive; `km` numbers the kilometre that each cell lies in (from 0)."""
    weight: Floats = (SCATTERED + AROUND * around + settled) * height_factor(height, km)
    return weight
