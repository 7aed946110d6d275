# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Supply of services: health facilities by residents, schools by the young."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from aumenta.readings.inputs import Counts, Figures, Population, earlier_residents
from aumenta.readings.measure import Result
from aumenta.values.aggregate import Members, Quantity, quantity, ratio

#: Kinds of facilities in the plan's counts -> last part of the indicator's id.
FACILITIES = {
    "hospital": "residents_per_hospital",
    "clinic": "residents_per_clinic",
    "residence": "residents_per_residence",
}


def health_supply(
    population: Population,
    members: Members,
    members_of_bands: Members,
    facilities: Figures | None = None,
    history: Figures | None = None,
    hospitals: Counts | None = None,
) -> Result:
    """Residents per health facility by band, and hospital beds per 1,000 residents.

    Formulas: residents / facilities, by band and for the whole, from the plan's counts of facilities (hospitals,
    clinics and laboratories, residential care, all together) and the residents of the population's last year; beds
    = 1000 x sum of beds / residents, from a list of hospitals that is complete for the territory: a place without a
    hospital has no beds. Counts and residents are of different dates; the period is that of the residents.

    `facilities` needs `band`, `kind` (hospital, clinic, residence), `count`; `hospitals` the beds by municipality.

    >>> from aumenta.values.aggregate import members_of
    >>> people = Population(pd.DataFrame({"year": 2023, "municipality": ["a", "b"], "age": 30, "residents": [90, 10]}))
    >>> towns = members_of(pd.DataFrame({"level": "band", "place": ["hill", "plain"], "part": ["a", "b"],
    ...                                  "inferred": False}))
    >>> bands = members_of(pd.DataFrame({"level": "band", "place": ["hill", "plain"], "part": ["hill", "plain"],
    ...                                  "inferred": False}))
    >>> counts = Figures("health", pd.DataFrame({"band": ["hill", "plain"], "kind": "hospital", "count": [3, 2]}))
    >>> health_supply(people, towns, bands, counts).rows[0]["value"].tolist()
    [30.0, 5.0]
    """
    rows: list[pd.DataFrame] = []
    everyone = population.residents()
    if facilities is not None:
        for residents in (*earlier_residents(history), everyone):
            rows += _per_facility(_by_band(residents, members), facilities, members_of_bands)
    if hospitals is not None and hospitals.complete:
        larger = members.only(set(members.places) - {"municipality"})
        beds = hospitals.quantity(everyone.part)
        rows.append(ratio("health_supply.beds_per_1000", beds, everyone, larger, 1000))
    why = {"health_supply.beds_per_1000": "incomplete"} if hospitals is not None else {}
    return Result(rows, why=why)


def _per_facility(residents: Quantity, facilities: Figures, bands: Members) -> list[pd.DataFrame]:
    """Residents per facility of each kind, and of all where every kind is counted."""
    kinds = [kind for kind in FACILITIES if kind in set(facilities.rows["kind"])]
    rows = []
    for kind in kinds:
        count = facilities.quantity("count", "band", {"kind": kind})
        rows.append(ratio(f"health_supply.{FACILITIES[kind]}", residents, count, bands))
    if len(kinds) == len(FACILITIES):
        known = facilities.rows[facilities.rows["kind"].isin(kinds)]
        total = replace(facilities, rows=known).counted("count", known["band"].unique(), "band")
        rows.append(ratio("health_supply.residents_per_facility", residents, total, bands))
    return rows


def _by_band(residents: Quantity, members: Members) -> Quantity:
    """Residents of each band, as parts for figures that are known by band; missing where a municipality's is."""
    rows = members.rows[members.rows["level"] == "band"]
    by_town = pd.Series(residents.value, index=residents.part)
    values = rows.assign(value=by_town.reindex(rows["part"]).to_numpy()).groupby("place", sort=True)["value"]
    total = values.agg(lambda one: one.sum(skipna=False))
    return quantity(total.index, total, "reported", sources=residents.sources, period=residents.period)


def schools(schools: Figures, population: Population, members: Members) -> Result:
    """Schools per 1,000 residents of 0-18 years, and pupils per school.

    Formulas: 1000 x sum of schools / residents of 0 to 18 years; sum of pupils / schools that tell their
    pupils. Source: register of schools and pupils (for Italy: MIM, Portale unico dei dati della scuola).

    `schools` needs `municipality`, `schools`, and may have `pupils`, `schools_with_pupils`; any number of rows for
    each municipality (kinds, ownership).

    >>> from aumenta.values.aggregate import members_of
    >>> table = Figures("schools", pd.DataFrame({"municipality": ["a", "a"], "schools": [3, 1], "pupils": [200, 100],
    ...                                          "schools_with_pupils": [2, 1]}))
    >>> people = Population(pd.DataFrame({"year": 2023, "municipality": ["a", "a"], "age": [10, 40],
    ...                                   "residents": [500, 900]}))
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> [float(f["value"].iloc[0]) for f in schools(table, people, whole).rows]
    [8.0, 100.0]
    """
    young = population.residents(first=0, last=18)
    count = schools.counted("schools", young.part)
    rows = [ratio("schools.schools_per_1000_young", count, young, members, 1000)]
    if schools.has("pupils", "schools_with_pupils"):
        pupils, told = (schools.counted(name, young.part) for name in ("pupils", "schools_with_pupils"))
        rows.append(ratio("schools.pupils_per_school", pupils, told, members))
    return Result(rows)
