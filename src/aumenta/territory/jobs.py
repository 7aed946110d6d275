# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs by cell: the persons employed in a municipality, spread over its cells by a stated weight.

    weight = residents x (1 + min(density around, CAP) / CAP)

A resident of a dense place stands for up to twice the jobs of a resident among scattered houses. That is how it
is between municipalities (measured in `docs/decisions/0002-people-by-cell.md`); inside them it is assumed, so the
result is an estimate: industrial areas without residents are not seen. A municipality whose figure is hidden has
missing jobs in all its cells, never zero.

Where a pack has points of workplaces, each counts in the cell that holds it and nothing is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from aumenta.territory.grid import Floats, Ints, cells_at, centres, keys, locate, neighbours
from aumenta.territory.rounding import Longs, share_out

#: Residents per km2 beyond which more density brings no more jobs per resident.
CAP = 5_000.0
#: Side (m) of the square around a cell in which its density is taken.
AROUND = 750
#: Jobs are whole multiples of 1/PARTS: such numbers add up exactly in any order.
PARTS = 1024


@dataclass(frozen=True, slots=True)
class Workplaces:
    """Points where people work: metres in the plane, and the jobs of each (NaN: not known)."""

    x: Floats
    y: Floats
    jobs: Floats


def density_around(pop: Longs, gx: Ints, gy: Ints, resolution: int) -> Floats:
    """Residents per km2 in the square of about `AROUND` metres centred on each cell; outside lives nobody."""
    if len(gx) == 0:
        return np.zeros(0)
    side = max(1, AROUND // resolution) | 1
    left, low = int(gx.min()), int(gy.min())
    field = np.zeros((int(gy.max()) - low + 1, int(gx.max()) - left + 1))
    field[gy - low, gx - left] = pop
    mean = ndimage.uniform_filter(field, side, mode="constant")
    density: Floats = np.maximum(mean[gy - low, gx - left], 0.0) / (resolution / 1000) ** 2
    return density


def spread_jobs(jobs: Floats, owner: Longs, pop: Longs, gx: Ints, gy: Ints, resolution: int) -> Floats:
    """Jobs by cell (float64) from persons employed by municipality (NaN = missing).

    `owner` is the position of each cell's municipality in `jobs`. The cells of a municipality add up to its figure
    (to 1e-9); where it has jobs but no residents they are spread evenly; where it is missing they are NaN.
    """
    weight = pop * (1.0 + np.minimum(density_around(pop, gx, gy, resolution), CAP) / CAP)
    known = np.isfinite(jobs)
    exact = np.where(known, jobs, 0.0) * PARTS
    whole = np.floor(exact).astype(np.int64)
    held = np.bincount(owner, minlength=len(jobs)) > 0
    cells = share_out(weight, owner, np.where(held, whole, 0)).astype(np.float64)
    # What is less than a part (a figure with many decimals) goes to the municipality's weightiest cell.
    order = np.lexsort((np.arange(len(owner)), -weight, owner))
    first = order[np.r_[True, owner[order][1:] != owner[order][:-1]]] if len(order) else order
    cells[first] += (exact - whole)[owner[first]]
    return np.where(known[owner], cells / PARTS, np.nan)


def jobs_at(points: Workplaces, gx: Ints, gy: Ints, resolution: int) -> tuple[Floats, int]:
    """Jobs by cell of points, and how many points lie in no cell nor beside one (they are left out).

    A point whose cell is not one of the territory's counts in the nearest of the eight around it. A cell with a point
    of unknown jobs has NaN; one without points has none.
    """
    among = keys(gx, gy)
    near_x, near_y = cells_at(points.x, points.y, resolution)
    at = locate(keys(near_x, near_y), among)
    lost = np.flatnonzero(at < 0)
    around_x, around_y = neighbours(near_x[lost], near_y[lost], corners=True)
    found = locate(keys(around_x.ravel(), around_y.ravel()), among).reshape(around_x.shape)
    middle_x, middle_y = centres(around_x, around_y, resolution)
    away = np.hypot(middle_x - points.x[lost, None], middle_y - points.y[lost, None])
    away[found < 0] = np.inf
    at[lost] = found[np.arange(len(lost)), away.argmin(axis=1)]
    inside = at >= 0
    jobs = np.bincount(at[inside], points.jobs[inside], minlength=len(gx)).astype(np.float64)
    return jobs, int((~inside).sum())
