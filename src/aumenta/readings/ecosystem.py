# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A first account of ecosystem services between full and void: who has unsealed land, who lives of it.

Unsealed land stands for what land gives when it is not built over (water that soaks in, food, cooling, carbon,
recreation); residents stand for what is asked. The account is closed: the balances of all municipalities add up to
nothing. It is a first one, and says what it cannot see (docs/measures.md).
"""

from __future__ import annotations

import numpy as np

from aumenta.readings.inputs import CellArrays, Figures, Population
from aumenta.readings.measure import Result
from aumenta.values.aggregate import Members, Quantity, combined, quantity, ratio, summed

HA_PER_KM2 = 100.0
M2_PER_HA = 10_000.0


def ecosystem(
    soil: Figures, areas: Figures, population: Population, members: Members, cells: CellArrays | None = None
) -> Result:
    """Unsealed land (supply), land that residents ask for at an equal share (demand), balance, by place.

    Formulas: supply = area - soil consumed, in hectares; demand = residents x (supply of the whole / residents of the
    whole), over the municipalities where both are known; balance = supply - demand: above zero a place gives more than
    it asks; coverage = 100 x supply / demand; demand of the full = demand x share of residents in full cells.

    `soil` needs `municipality`, `consumed_ha`.

    >>> import pandas as pd
    >>> from aumenta.values.aggregate import members_of
    >>> soil = Figures("soil", pd.DataFrame({"municipality": ["a", "b"], "consumed_ha": [100.0, 0.0]}))
    >>> areas = Figures("areas", pd.DataFrame({"municipality": ["a", "b"], "area_km2": [2.0, 3.0]}))
    >>> people = Population(pd.DataFrame({"year": 2023, "municipality": ["a", "b"], "age": 30, "residents": [75, 25]}))
    >>> own = members_of(pd.DataFrame({"level": "municipality", "place": ["a", "b"], "part": ["a", "b"],
    ...                                "inferred": False}))
    >>> rows = pd.concat(ecosystem(soil, areas, people, own).rows)
    >>> rows.loc[rows["indicator"] == "ecosystem.balance_ha", "value"].tolist()
    [-200.0, 200.0]
    """
    consumed = soil.quantity("consumed_ha")
    supply = combined(areas.quantity("area_km2").scaled(HA_PER_KM2), consumed, np.subtract, consumed.period)
    residents = population.residents()
    both = combined(supply, residents, lambda land, _: land, supply.period)
    known = ~np.isnan(both.value)
    people = combined(residents, supply, lambda count, _: count)
    whole, everyone = float(both.value[known].sum()), float(people.value[~np.isnan(people.value)].sum())
    share = whole / everyone if everyone > 0 else np.nan
    demand = people.scaled(share)
    rows = [
        summed("ecosystem.supply_ha", supply, members),
        ratio("ecosystem.supply_per_resident", supply.scaled(M2_PER_HA), residents, members),
        summed("ecosystem.demand_ha", demand, members),
        summed("ecosystem.balance_ha", combined(supply, demand, np.subtract, supply.period), members),
        ratio("ecosystem.coverage", supply, demand, members, 100),
    ]
    if cells is not None and "full" in cells.columns:
        full = combined(demand, _share_in_full(cells), np.multiply, supply.period)
        rows.append(summed("ecosystem.full_demand_ha", full, members))
    return Result(rows)


def _share_in_full(cells: CellArrays) -> Quantity:
    """Share of a municipality's residents who live in full cells."""
    residents = cells.column("pop")
    inside = cells.by_municipality(residents * (cells.column("full") == 1))
    everyone = cells.by_municipality(residents)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(everyone > 0, inside / everyone, np.nan)
    return quantity(everyone.index, values, "estimated", "no_residents", cells.sources, cells.period)
