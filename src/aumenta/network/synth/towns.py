# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where people live: a core and towns around it, their sizes by Zipf's rule, thinning out with distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

#: Figures at scale 1.
PEOPLE = 1_500_000
TOWNS = 300
#: Share of the people who live in the core.
CORE_SHARE = 0.55
#: Metres from the core to the farthest town, and between two crossings of a town's streets.
REGION = 46_000.0
SPACING = 88.0
CROSSINGS = 234_000
#: Crossings grow slower than people: large towns are denser.
CROWDING = 0.75


@dataclass(frozen=True, slots=True)
class Towns:
    """Town 0 is the core, at 0, 0. Metres, people, crossings of streets, and the radius of the built-up disc."""

    x: Doubles
    y: Doubles
    people: Doubles
    crossings: NDArray[np.int64]
    radius: Doubles
    region: float


def make_towns(scale: float, rng: np.random.Generator) -> Towns:
    """The core and the towns of a metropolis of this scale (1 = 1.5 million people)."""
    count = max(6, round(TOWNS * scale))
    region = REGION * math.sqrt(scale)
    away = region * np.sqrt(rng.uniform(0.02, 1.0, count)) ** 1.3
    angle = rng.uniform(0, 2 * np.pi, count)
    away[0] = 0.0
    size = np.asarray(1.0 / np.arange(1, count + 1) ** 0.8, np.float64)
    size[1:] = rng.permutation(size[1:]) * (1 + 3 * np.exp(-away[1:] / (0.25 * region)))
    size[1:] *= (1 - CORE_SHARE) / size[1:].sum()
    size[0] = CORE_SHARE
    weight = size**CROWDING
    crossings = np.maximum(15, np.round(CROSSINGS * scale * weight / weight.sum())).astype(np.int64)
    radius = np.sqrt(crossings.astype(np.float64) / np.pi) * SPACING
    people = PEOPLE * scale * size
    return Towns(away * np.cos(angle), away * np.sin(angle), people, crossings, radius, region)
