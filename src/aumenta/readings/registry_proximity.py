# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measures of what is near: stations, services, hospitals, schools, the hub and back."""

from __future__ import annotations

from aumenta.readings.city15 import CATEGORIES, city15
from aumenta.readings.gateways import KINDS as GATEWAY_KINDS
from aumenta.readings.gateways import LIMITS as GATEWAY_LIMITS
from aumenta.readings.gateways import gateways
from aumenta.readings.health_reach import LIMITS as HOSPITAL_LIMITS
from aumenta.readings.health_reach import MODES as HOSPITAL_MODES
from aumenta.readings.health_reach import health_reach
from aumenta.readings.measure import Input, Measure
from aumenta.readings.registry_travel import CELLS, MEMBERS, SEATS, day_input, edge_input, nearest_input
from aumenta.readings.school_welfare import school_welfare
from aumenta.readings.stations import LIMITS as STATION_LIMITS
from aumenta.readings.stations import stations
from aumenta.readings.thereandback import HOURS, thereandback
from aumenta.values.text import Text

_STATIONS = Text(it="stazioni ferroviarie", en="railway stations")
_HOSPITALS = Text(it="ospedali", en="hospitals")
_GATEWAYS = Input(
    "gateways",
    "times:gateways:transit",
    Text(
        it="tempi con i mezzi pubblici verso le porte del territorio (città vicine, aeroporti)",
        en="times by public transport to the gateways (neighbouring cities, airports)",
    ),
)
#: Kinds of `city15` in the plural, for who must bring them.
KINDS = {
    "school_infant": Text(it="scuole dell'infanzia", en="infant schools"),
    "school_primary": Text(it="scuole primarie", en="primary schools"),
    "school_lower": Text(it="scuole secondarie di primo grado", en="lower secondary schools"),
    "school": Text(it="scuole di grado non detto", en="schools of untold level"),
    "food_shop": Text(it="negozi di alimentari", en="food shops"),
    "supermarket": Text(it="supermercati", en="supermarkets"),
    "market": Text(it="mercati", en="markets"),
    "pharmacy": Text(it="farmacie", en="pharmacies"),
    "clinic": Text(it="poliambulatori", en="outpatient clinics"),
    "community_health": Text(it="case della comunità", en="community health houses"),
    "hospital": _HOSPITALS,
    "library": Text(it="biblioteche", en="libraries"),
    "museum": Text(it="musei", en="museums"),
    "theatre": Text(it="teatri", en="theatres"),
    "cinema": Text(it="cinema", en="cinemas"),
    "community_centre": Text(it="centri civici", en="community centres"),
    "park": Text(it="parchi e giardini", en="parks and gardens"),
}
#: What `school_welfare` reads.
_SCHOOLS = (
    Input(
        "standard",
        "table:school_standard",
        Text(it="norme sulla dimensione delle scuole", en="standard of the size of schools"),
    ),
    Input(
        "buildings",
        "table:school_buildings",
        Text(
            it="edifici scolastici con superficie lorda, alunni e posizione (per esempio EDISCO)",
            en="school buildings with gross area, pupils and position (for example EDISCO)",
        ),
        False,
    ),
    Input(
        "by_kind",
        "table:schools_by_kind",
        Text(it="scuole e alunni per comune e grado", en="schools and pupils by municipality and level"),
        False,
    ),
    Input(
        "services",
        "reading:city15",
        Text(it="servizi entro 15 minuti", en="services within 15 minutes"),
        False,
    ),
)

PROXIMITY_MEASURES = (
    Measure(
        "stations",
        stations,
        (
            CELLS,
            MEMBERS,
            SEATS,
            nearest_input("foot", "rail_station", "walk", _STATIONS),
            nearest_input("bike", "rail_station", "bike", _STATIONS),
            edge_input("foot_edge", "walk"),
            edge_input("bike_edge", "bike"),
        ),
        (
            *(f"stations.{way}" for way in STATION_LIMITS),
            *(f"stations.{way}_{limit}" for way, limits in STATION_LIMITS.items() for limit in limits),
            *(f"stations.{way}_unknown" for way in STATION_LIMITS),
        ),
    ),
    Measure(
        "health_reach",
        health_reach,
        (
            CELLS,
            MEMBERS,
            SEATS,
            *(nearest_input(mode, "hospital", mode, _HOSPITALS) for mode in HOSPITAL_MODES),
            *(edge_input(f"{mode}_edge", mode) for mode in HOSPITAL_MODES),
        ),
        (
            *(f"health_reach.{mode}" for mode in HOSPITAL_MODES),
            *(f"health_reach.{mode}_{limit}" for mode in HOSPITAL_MODES for limit in HOSPITAL_LIMITS),
            *(f"health_reach.{mode}_unknown" for mode in HOSPITAL_MODES),
        ),
    ),
    Measure(
        "city15",
        city15,
        (
            CELLS,
            MEMBERS,
            edge_input("edge", "walk"),
            *(nearest_input(k, k, "walk", KINDS[k]) for own in CATEGORIES.values() for k in own),
        ),
        (
            *(f"city15.{name}{tail}" for name in (*CATEGORIES, "all") for tail in ("", "_unknown")),
            "city15.complete_known",
            "city15.complete_possible",
            "city15.complete",
        ),
    ),
    Measure(
        "thereandback",
        thereandback,
        (CELLS, MEMBERS, SEATS, day_input("transit", "transit", needed=True)),
        ("thereandback.hours", *(f"thereandback.{name}" for name in HOURS)),
    ),
    Measure(
        "gateways",
        gateways,
        (CELLS, MEMBERS, _GATEWAYS, SEATS),
        (
            *(f"gateways.{name}" for name in GATEWAY_KINDS),
            *(f"gateways.{name}_{limit}" for name in GATEWAY_KINDS for limit in GATEWAY_LIMITS),
            *(f"gateways.{name}_unknown" for name in GATEWAY_KINDS),
            "gateways.reached",
        ),
    ),
    Measure(
        "school_welfare",
        school_welfare,
        (
            CELLS,
            MEMBERS,
            *_SCHOOLS,
        ),
        (
            "school_welfare.size",
            "school_welfare.small_schools",
            "school_welfare.m2_per_pupil",
            "school_welfare.space",
            "school_welfare.spare_m2",
            "school_welfare.candidates",
        ),
    ),
)
