# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measures of land: brownfields near stations, boulevards, ecosystem accounts, with the inputs each declares."""

from __future__ import annotations

from aumenta.readings.boulevards import boulevards
from aumenta.readings.ecosystem import ecosystem
from aumenta.readings.measure import Input, Measure
from aumenta.readings.registry_travel import CELLS, MEMBERS
from aumenta.readings.tor import tor
from aumenta.values.text import Text


def _input(argument: str, name: str, it: str, en: str, needed: bool = True) -> Input:
    return Input(argument, name, Text(it=it, en=en), needed)


LAND_MEASURES = (
    Measure(
        "tor",
        tor,
        (
            CELLS,
            MEMBERS,
            _input(
                "brownfields",
                "points:brownfield",
                "un elenco delle aree dismesse con punto e superficie (CSV o GeoJSON)",
                "a list of brownfields with point and area (CSV or GeoJSON)",
            ),
            _input("stations", "points:rail_station", "stazioni ferroviarie", "railway stations"),
            _input("bands", "bands", "fasce altimetriche dei comuni", "altitude bands of municipalities"),
            _input(
                "transit",
                "times:hub:transit",
                "tempi dal centro con i mezzi pubblici",
                "times from the hub by public transport",
                False,
            ),
            _input("car", "times:hub:car", "tempi dal centro in auto", "times from the hub by car", False),
            _input(
                "enterprises",
                "reading:enterprises",
                "unità locali e addetti",
                "local units and persons employed",
                False,
            ),
            _input("broadband", "reading:broadband", "copertura in fibra", "fibre coverage", False),
        ),
        (
            "tor.brownfields",
            "tor.near_station",
            "tor.area_ha",
            "tor.near_area_ha",
            "tor.regenerate_ha",
            "tor.renature_ha",
            "tor.energy_ha",
        ),
    ),
    Measure(
        "boulevards",
        boulevards,
        (
            CELLS,
            MEMBERS,
            _input(
                "roads",
                "table:roads",
                "un grafo stradale con la classe amministrativa (tabella roads: road, name, class, seq, lon, lat)",
                "a road graph with administrative classes (table roads: road, name, class, seq, lon, lat)",
            ),
        ),
        ("boulevards.roads_km", "boulevards.candidate_km", "boulevards.candidate_share"),
    ),
    Measure(
        "ecosystem",
        ecosystem,
        (
            _input("soil", "table:soil", "suolo consumato per comune", "soil consumed by municipality"),
            _input("areas", "areas", "superfici dei comuni", "areas of municipalities"),
            _input("population", "population", "residenti per età", "residents by age"),
            MEMBERS,
            _input("cells", "cells", "celle della griglia", "cells of the grid", False),
        ),
        (
            "ecosystem.supply_ha",
            "ecosystem.supply_per_resident",
            "ecosystem.demand_ha",
            "ecosystem.full_demand_ha",
            "ecosystem.balance_ha",
            "ecosystem.coverage",
        ),
    ),
)
