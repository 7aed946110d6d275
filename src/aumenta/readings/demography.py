# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People: how many, of what age, and how that changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aumenta.readings.inputs import NO_AGES, CellArrays, Figures, Population, earlier_residents
from aumenta.readings.measure import Result
from aumenta.values.aggregate import NOTHING, Members, Quantity, combined, ratio, summed
from aumenta.values.table import RANK

#: Age groups of the plan: first and last age, columns of the cells that make them.
SHARES: dict[str, tuple[int, int | None, tuple[str, ...]]] = {
    "share_0_18": (0, 18, ("pop_0_14", "pop_15_18")),
    "share_19_39": (19, 39, ("pop_19_39",)),
    "share_40_64": (40, 64, ("pop_40_64",)),
    "share_65_plus": (65, None, ("pop_65p",)),
}


def demography(
    population: Population,
    areas: Figures,
    members: Members,
    history: Figures | None = None,
    cells: CellArrays | None = None,
) -> Result:
    """Residents, age groups, old-age and dependency indices, density and change between two years.

    Formulas (residents P by age, S area in km2):
    share of a group = 100 P(group) / P; old-age index = 100 P(65+) / P(0-14); structural dependency index =
    100 (P(0-14) + P(65+)) / P(15-64); density = P / S; change = 100 (P(t1) - P(t0)) / P(t0).
    The indices are ISTAT's (glossary of demographic indicators); the groups are the plan's.

    `population` by municipality and single age; `areas` a table with `municipality` and `area_km2`; `members` the
    municipalities of each place; `history` residents of earlier years (`residents_<year>`), for their number alone;
    `cells` residents by cell and group (estimates), if there are any; without groups where nobody tells ages. Values of
    places are made from municipalities, never from cells.

    >>> rows = pd.DataFrame({"year": 2023, "municipality": ["a", "a", "b"], "age": [10, 70, 40],
    ...                      "residents": [20, 30, 50]})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": "metropolis", "place": "m", "part": ["a", "b"],
    ...                                  "inferred": False}))
    >>> areas = Figures("areas", pd.DataFrame({"municipality": ["a", "b"], "area_km2": [2.0, 3.0]}))
    >>> result = demography(Population(rows), areas, whole)
    >>> pd.concat(result.rows).set_index("indicator")["value"][["demography.population", "demography.density"]].tolist()
    [100.0, 20.0]
    >>> float(pd.concat(result.rows).set_index("indicator")["value"]["demography.old_age_index"])
    150.0
    """
    everyone = population.residents()
    young = population.residents(first=0, last=14)
    old = population.residents(first=65)
    able = population.residents(first=15, last=64)
    rows = [
        summed("demography.population", everyone, members),
        ratio("demography.density", everyone, areas.quantity("area_km2"), members),
        ratio("demography.old_age_index", old, young, members, 100),
        ratio("demography.dependency_index", combined(young, old, np.add), able, members, 100),
    ]
    for name, (first, last, _) in SHARES.items():
        group = population.residents(first=first, last=last)
        rows.append(ratio(f"demography.{name}", group, everyone, members, 100))
    rows += [summed("demography.population", one, members) for one in earlier_residents(history)]
    rows += _change(population, members)
    why = {"demography.change": "no_history"}
    return Result(rows, {} if cells is None else _cells(cells), why)


def _change(population: Population, members: Members) -> list[pd.DataFrame]:
    """Change from the first to the last year; nothing where there is one year only."""
    years = population.years
    if len(years) < 2:
        return []
    before, after = population.residents(years[0]), population.residents(years[-1])
    interval = f"{before.period}/{after.period}"
    grown = combined(after, before, np.subtract, period=interval)
    return [ratio("demography.change", grown, before, members, 100)]


def _cells(cells: CellArrays) -> dict[str, Quantity]:
    """Residents, density and age groups by cell; indices are not made for cells, which are too small for them."""
    people = cells.column("pop")
    found = {
        "demography.population": estimate(cells, people),
        "demography.density": estimate(cells, people / cells.area_km2),
    }
    for name, (_, _, columns) in SHARES.items():
        if not all(column in cells.columns for column in columns):
            found[f"demography.{name}"] = estimate(cells, np.full(len(people), np.nan), NO_AGES)
            continue
        group = np.sum([cells.column(column) for column in columns], axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(people > 0, 100 * group / people, np.nan)
        found[f"demography.{name}"] = estimate(cells, share, "no_residents")
    return found


def estimate(cells: CellArrays, value: np.ndarray, reason: str = "not_given") -> Quantity:
    """A quantity by cell, estimated; NaN is missing for the reason given."""
    blank = np.isnan(value)
    return Quantity(
        cells.cell,
        value,
        np.where(blank, RANK["missing"], RANK["estimated"]).astype(np.int8),
        np.where(blank, np.array(reason, dtype=object), NOTHING),
        cells.sources,
        cells.period,
    )
