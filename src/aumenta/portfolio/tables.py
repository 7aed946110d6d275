# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Effects of scenarios, and of every two, as tables of a result: one row for each right and band."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.portfolio.effects import effects, pair_effects
from aumenta.portfolio.figures import Counts
from aumenta.portfolio.model import Cell, Table
from aumenta.portfolio.subsets import Family
from aumenta.scenario.gains import STATES

EFFECTS = ("alone", "last", "last_low", "last_high", "average", "error")
PAIRS = ("together", "beyond", "average")
#: Decimals of figures that are means; sums of whole residents are whole.
_DECIMALS = 6


@dataclass(frozen=True)
class Names:
    """Names of what the arrays of counts hold: scenarios, and along the axes rights, bands and states."""

    scenarios: Sequence[str]
    rights: Sequence[str]
    bands: Sequence[str]


def effects_table(family: Family, known: Mapping[int, Counts], names: Names, pairs: int, seed: int) -> Table:
    """A row for each scenario, right, band and state."""
    found = effects(family, known, pairs, seed)
    arrays = [getattr(found, name) for name in EFFECTS]
    rows: list[list[Cell]] = []
    for place, scenario in enumerate(names.scenarios):
        fits = _cell(found.fits[place])
        for right, one in enumerate(names.rights):
            for band, where in enumerate(names.bands):
                for state, what in enumerate(STATES):
                    at = (place, right, band, state)
                    rows.append([scenario, one, where, what, *(_cell(array[at]) for array in arrays), fits])
    return Table(columns=["scenario", "right", "band", "state", *EFFECTS, "fits"], rows=rows)


def pairs_table(family: Family, known: Mapping[int, Counts], names: Names) -> Table:
    """A row for each two scenarios, right and band: of residents with the right."""
    rows: list[list[Cell]] = []
    for pair in pair_effects(family, known):
        arrays = [pair.together, pair.beyond, pair.average]
        ids: list[Cell] = [names.scenarios[pair.one], names.scenarios[pair.other]]
        for right, one in enumerate(names.rights):
            for band, where in enumerate(names.bands):
                cells = [None if array is None else _cell(array[right, band, 0]) for array in arrays]
                rows.append([*ids, one, where, *cells, _why(arrays, cells)])
    return Table(columns=["one", "other", "right", "band", *PAIRS, "why"], rows=rows)


def _why(arrays: Sequence[NDArray[np.float64] | None], cells: Sequence[Cell]) -> str | None:
    if arrays[0] is None:
        return "conflict"
    return "not computed" if None in cells else None


def _cell(value: float) -> float | None:
    """A figure of JSON: none where it is not a number."""
    return None if math.isnan(value) else round(float(value), _DECIMALS)
