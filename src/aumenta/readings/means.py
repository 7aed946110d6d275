# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Means of a territory: income, broadband, enterprises, soil. Each is a small table of figures by municipality."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from aumenta.readings.inputs import Figures, Population
from aumenta.readings.measure import Result
from aumenta.values.aggregate import Members, Quantity, combined, ratio, summed, weighted_mean
from aumenta.values.table import RANK

HA_PER_KM2 = 100.0
#: Share of families reached (percent) under which a municipality is one of few lines.
LOW_SHARE = 50.0


def income(income: Figures, members: Members) -> Result:
    """Taxable income per taxpayer, EUR a year.

    Formula: sum of taxable income / sum of taxpayers, over the municipalities where both are known. Source: income
    tax returns by municipality (for Italy: MEF, Dipartimento delle finanze, IRPEF by municipality).

    `income` needs `municipality`, `taxpayers`, `taxable_eur`.

    >>> import pandas as pd
    >>> from aumenta.values.aggregate import members_of
    >>> table = Figures("income", pd.DataFrame({"municipality": ["a", "b"], "taxpayers": [10, 30],
    ...                                         "taxable_eur": [100_000.0, 700_000.0]}))
    >>> whole = members_of(pd.DataFrame({"level": "metropolis", "place": "m", "part": ["a", "b"], "inferred": False}))
    >>> float(income(table, whole).rows[0]["value"].iloc[0])
    20000.0
    """
    above, below = income.quantity("taxable_eur"), income.quantity("taxpayers")
    return Result([ratio("income.per_taxpayer", above, below, members)])


def broadband(
    broadband: Figures,
    population: Population,
    members: Members,
    enterprises: Figures | None = None,
    schools: Figures | None = None,
) -> Result:
    """Share of families that fibre to the home reaches, and who is left without it.

    Formulas: mean of the municipalities' FTTH shares weighted by families where the table has them, by residents
    otherwise. Families without = families - families reached. Residents, pupils and local units without = sum over
    municipalities of their number x (1 - share), as if each were reached like the families of its municipality:
    estimates. Persons employed = 100 x those of municipalities with less than half of the families reached / all.
    Source: broadband map of the national authority (for Italy: AGCOM, method of the DESI).

    `broadband` needs `municipality`, `ftth_share` (0 to 1), and may have `families`; `enterprises` `local_units` and
    `persons_employed`; `schools` `pupils`.

    >>> import pandas as pd
    >>> from aumenta.values.aggregate import members_of
    >>> table = Figures("broadband", pd.DataFrame({"municipality": ["a", "b"], "ftth_share": [0.5, 1.0],
    ...                                            "families": [300.0, 100.0]}))
    >>> people = Population(pd.DataFrame({"year": 2023, "municipality": ["a", "b"], "age": 30, "residents": [9, 9]}))
    >>> whole = members_of(pd.DataFrame({"level": "metropolis", "place": "m", "part": ["a", "b"], "inferred": False}))
    >>> [float(rows["value"].iloc[0]) for rows in broadband(table, people, whole).rows]
    [62.5, 150.0, 4.5]
    """
    share = broadband.quantity("ftth_share").scaled(100)
    families = broadband.quantity("families") if broadband.has("families") else None
    weight = population.residents() if families is None else families
    rows = [weighted_mean("broadband.ftth", share, weight, members)]
    without = replace(share, value=1 - share.value / 100)
    if families is not None:
        rows.append(summed("broadband.families_without", combined(families, without, np.multiply), members))
    rows.append(_without("residents", population.residents(), without, members))
    if schools is not None and schools.has("pupils"):
        rows.append(_without("pupils", schools.counted("pupils", without.part), without, members))
    if enterprises is not None:
        rows.append(_without("units", enterprises.quantity("local_units"), without, members))
        employed = enterprises.quantity("persons_employed")
        low = replace(share, value=np.where(share.value < LOW_SHARE, 1.0, 0.0))
        left = combined(employed, low, np.multiply)
        rows.append(ratio("broadband.employed_low", left, employed, members, 100))
    return Result(rows)


def _without(what: str, number: Quantity, without: Quantity, members: Members) -> pd.DataFrame:
    """What fibre does not reach, as if it were spread like the families of its municipality."""
    made = combined(number, without, np.multiply)
    known = made.status != RANK["missing"]
    estimated = np.where(known, RANK["estimated"], made.status).astype(np.int8)
    return summed(f"broadband.{what}_without", replace(made, status=estimated), members)


def enterprises(enterprises: Figures, areas: Figures, members: Members) -> Result:
    """Local units and persons employed of private industry and services, per km2.

    Formula: sum of units (persons) / sum of area. Source: register of local units (for Italy: ISTAT, Frame SBS
    territoriale), which has no agriculture and no public administration.

    `enterprises` needs `municipality`, `local_units`, `persons_employed`; `areas` `municipality`, `area_km2`.

    >>> import pandas as pd
    >>> from aumenta.values.aggregate import members_of
    >>> table = Figures("enterprises", pd.DataFrame({"municipality": ["a", "b"], "local_units": [6, float("nan")],
    ...                                              "persons_employed": [20, 40]}))
    >>> areas = Figures("areas", pd.DataFrame({"municipality": ["a", "b"], "area_km2": [2.0, 4.0]}))
    >>> whole = members_of(pd.DataFrame({"level": "metropolis", "place": "m", "part": ["a", "b"], "inferred": False}))
    >>> [(float(f["value"].iloc[0]), int(f["missing"].iloc[0])) for f in enterprises(table, areas, whole).rows]
    [(3.0, 1), (10.0, 0)]
    """
    area = areas.quantity("area_km2")
    return Result(
        [
            ratio("enterprises.local_units_per_km2", enterprises.quantity("local_units"), area, members),
            ratio("enterprises.employed_per_km2", enterprises.quantity("persons_employed"), area, members),
        ]
    )


def soil(soil: Figures, areas: Figures, members: Members) -> Result:
    """Soil consumed: hectares, share of the area, and the net change in a year, for every interval there is.

    Formulas: consumed = sum of hectares; share = 100 x consumed / (100 x area in km2); net change per year = net
    increase between two years / years between them, in hectares (below zero where more was restored). Source:
    national map of consumed soil (for Italy: ISPRA and SNPA, Consumo di suolo).

    `soil` needs `municipality`, `consumed_ha`; and changes in columns named by their years: `net_2006_2012_ha`.

    >>> import pandas as pd
    >>> from aumenta.values.aggregate import members_of
    >>> table = Figures("soil", pd.DataFrame({"municipality": ["a", "b"], "consumed_ha": [40.0, 20.0],
    ...                                       "net_2006_2012_ha": [3.0, 0.0]}))
    >>> areas = Figures("areas", pd.DataFrame({"municipality": ["a", "b"], "area_km2": [2.0, 4.0]}))
    >>> whole = members_of(pd.DataFrame({"level": "metropolis", "place": "m", "part": ["a", "b"], "inferred": False}))
    >>> [(f["period"].iloc[0], float(f["value"].iloc[0])) for f in soil(table, areas, whole).rows]
    [('', 60.0), ('', 10.0), ('2006/2012', 0.5)]
    """
    whole = areas.quantity("area_km2").scaled(HA_PER_KM2)
    consumed = soil.quantity("consumed_ha")
    rows = [
        summed("soil.consumed_ha", consumed, members),
        ratio("soil.consumed_share", consumed, whole, members, 100),
    ]
    for column, (first, last) in _by_years(soil, r"net_(\d{4})_(\d{4})_ha"):
        change = replace(soil.quantity(column).scaled(1 / (last - first)), period=f"{first}/{last}")
        rows.append(summed("soil.net_change_per_year", change, members))
    return Result(rows)


def _by_years(table: Figures, pattern: str) -> list[tuple[str, tuple[int, ...]]]:
    """Columns whose name tells their years, in the order of the years."""
    found = []
    for name in table.rows.columns:
        match = re.fullmatch(pattern, str(name))
        if match:
            found.append((str(name), tuple(int(year) for year in match.groups())))
    return sorted(found, key=lambda pair: pair[1])
