# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Full and void: the plan's two ideal conditions of the ground, by a proxy that can be computed anywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aumenta.readings.demography import estimate
from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.values.aggregate import Members, members_of, quantity, ratio


def fullvoid(cells: CellArrays, members: Members) -> Result:
    """Whether a cell is full or void, and the share of residents of each place who live in the full.

    Full = cells of urban centres and urban clusters, void = rural cells, by the degree of urbanisation at 1 km
    (Eurostat, Applying the Degree of Urbanisation, 2021 edition: density and residents of contiguous kilometres).
    share = 100 x residents of full cells / residents of all cells. A proxy of the plan's condition, on residents
    spread by an estimate: every value is estimated.

    `cells` need `pop` and `full`; `members` the municipalities of each place. A place without residents has no share.

    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 1000,
    ...                    {"pop": np.array([30, 10]), "full": np.array([True, False])})
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> float(fullvoid(cells, whole).rows[0]["value"].iloc[0])
    75.0
    """
    people = cells.column("pop")
    full = cells.column("full")
    rows = []
    towns = members.only(["municipality"])
    if towns.places:
        rows.append(_of_cells(cells, people * full, people, towns))
    larger = members.only(set(members.places) - {"municipality"})
    inside, everyone = cells.by_municipality(people * full), cells.by_municipality(people)
    above = quantity(inside.index, inside, "estimated", sources=cells.sources, period=cells.period)
    below = quantity(everyone.index, everyone, "estimated", sources=cells.sources, period=cells.period)
    rows.append(ratio("fullvoid.full_share", above, below, larger, 100))
    return Result(rows, {"fullvoid.full": estimate(cells, full)})


def _of_cells(cells: CellArrays, inside: np.ndarray, everyone: np.ndarray, towns: Members) -> pd.DataFrame:
    """Share of each municipality, made of its cells."""
    known = set(towns.places["municipality"])
    rows = pd.DataFrame(
        {"level": "municipality", "place": cells.municipality, "part": cells.cell, "inferred": False}
    )
    parts = members_of(rows[rows["place"].isin(known)], {"municipality": known})
    above = quantity(cells.cell, inside, "estimated", sources=cells.sources, period=cells.period)
    below = quantity(cells.cell, everyone, "estimated", sources=cells.sources, period=cells.period)
    return ratio("fullvoid.full_share", above, below, parts, 100)
