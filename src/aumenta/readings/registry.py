# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measures there are, with the inputs each declares; `docs/measures.md` tells of all, a test sees to it."""

from __future__ import annotations

from aumenta.readings.demography import demography
from aumenta.readings.fullvoid import fullvoid
from aumenta.readings.means import broadband, enterprises, income, soil
from aumenta.readings.measure import Input, Measure
from aumenta.readings.registry_land import LAND_MEASURES
from aumenta.readings.registry_proximity import PROXIMITY_MEASURES
from aumenta.readings.registry_travel import TRAVEL_MEASURES
from aumenta.readings.services import health_supply, schools
from aumenta.values.text import Text


def _input(argument: str, name: str, it: str, en: str, needed: bool = True) -> Input:
    return Input(argument, name, Text(it=it, en=en), needed)


MEMBERS = _input("members", "members", "appartenenza dei comuni", "memberships of municipalities")
BANDS = _input("members_of_bands", "members_of_bands", "fasce altimetriche", "altitude bands")
POPULATION = _input("population", "population", "residenti per età", "residents by age")
AREAS = _input("areas", "areas", "superfici dei comuni", "areas of municipalities")
HISTORY = _input(
    "history", "table:municipalities", "residenti di anni precedenti", "residents of earlier years", False
)
CELLS = _input("cells", "cells", "celle della griglia", "cells of the grid")

_MEASURES = (
    Measure(
        "demography",
        demography,
        (
            POPULATION,
            AREAS,
            MEMBERS,
            HISTORY,
            _input("cells", "cells", "celle della griglia", "cells of the grid", False),
        ),
        (
            "demography.population",
            "demography.density",
            "demography.share_0_18",
            "demography.share_19_39",
            "demography.share_40_64",
            "demography.share_65_plus",
            "demography.old_age_index",
            "demography.dependency_index",
            "demography.change",
        ),
    ),
    Measure(
        "income",
        income,
        (
            _input(
                "income", "table:income", "redditi dichiarati per comune", "declared incomes by municipality"
            ),
            MEMBERS,
        ),
        ("income.per_taxpayer",),
    ),
    Measure(
        "broadband",
        broadband,
        (
            _input(
                "broadband",
                "table:broadband",
                "copertura in fibra per comune",
                "fibre coverage by municipality",
            ),
            POPULATION,
            MEMBERS,
            _input(
                "enterprises",
                "table:enterprises",
                "unità locali e addetti",
                "local units and persons employed",
                False,
            ),
            _input("schools", "table:schools", "scuole per comune", "schools by municipality", False),
        ),
        (
            "broadband.ftth",
            "broadband.families_without",
            "broadband.residents_without",
            "broadband.pupils_without",
            "broadband.units_without",
            "broadband.employed_low",
        ),
    ),
    Measure(
        "enterprises",
        enterprises,
        (
            _input(
                "enterprises",
                "table:enterprises",
                "unità locali e addetti",
                "local units and persons employed",
            ),
            AREAS,
            MEMBERS,
        ),
        ("enterprises.local_units_per_km2", "enterprises.employed_per_km2"),
    ),
    Measure(
        "soil",
        soil,
        (
            _input("soil", "table:soil", "suolo consumato per comune", "soil consumed by municipality"),
            AREAS,
            MEMBERS,
        ),
        ("soil.consumed_ha", "soil.consumed_share", "soil.net_change_per_year"),
    ),
    Measure(
        "health_supply",
        health_supply,
        (
            POPULATION,
            MEMBERS,
            BANDS,
            HISTORY,
            _input(
                "facilities",
                "table:health_by_band",
                "strutture sanitarie per fascia",
                "facilities by band",
                False,
            ),
            _input("hospitals", "beds", "ospedali con posti letto", "hospitals with beds", False),
        ),
        (
            "health_supply.residents_per_hospital",
            "health_supply.residents_per_clinic",
            "health_supply.residents_per_residence",
            "health_supply.residents_per_facility",
            "health_supply.beds_per_1000",
        ),
    ),
    Measure("fullvoid", fullvoid, (CELLS, MEMBERS), ("fullvoid.full", "fullvoid.full_share")),
    Measure(
        "schools",
        schools,
        (
            _input("schools", "table:schools", "scuole per comune", "schools by municipality"),
            POPULATION,
            MEMBERS,
        ),
        ("schools.schools_per_1000_young", "schools.pupils_per_school"),
    ),
)

#: Measures by id, in the order they run.
MEASURES: dict[str, Measure] = {
    measure.id: measure for measure in (*_MEASURES, *TRAVEL_MEASURES, *PROXIMITY_MEASURES, *LAND_MEASURES)
}
