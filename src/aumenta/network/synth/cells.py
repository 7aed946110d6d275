# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People of the made-up metropolis by cell of 250 m."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.synth.towns import Towns

SIDE = 250
CELLS = 20_000


@dataclass(frozen=True, slots=True)
class Cells:
    """Numbers of the cells in the grid (metres over 250, rounded down) and people in each, sorted by gy, then gx."""

    gx: NDArray[np.int64]
    gy: NDArray[np.int64]
    people: NDArray[np.int64]


def make_cells(towns: Towns, scale: float, origin: tuple[int, int], rng: np.random.Generator) -> Cells:
    """The inhabited cells with most people, about 20,000 at scale 1; metres are counted from `origin`."""
    town = rng.choice(len(towns.x), round(towns.people.sum()), p=towns.people / towns.people.sum())
    spread = towns.radius[town] * 0.5
    x = origin[0] + towns.x[town] + rng.normal(0, 1, len(town)) * spread
    y = origin[1] + towns.y[town] + rng.normal(0, 1, len(town)) * spread
    code = np.floor(y / SIDE).astype(np.int64) * 1_000_000 + np.floor(x / SIDE).astype(np.int64)
    cell, people = np.unique(code, return_counts=True)
    most = np.sort(np.argsort(-people, kind="stable")[: max(20, round(CELLS * scale))])
    return Cells(cell[most] % 1_000_000, cell[most] // 1_000_000, people[most])
