# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measures of what is near: stations, services, hospitals, schools, the hub and back."""

from __future__ import annotations

from aumenta.readings.measure import Measure
from aumenta.readings.registry_travel import CELLS, MEMBERS, SEATS, edge_input, nearest_input
from aumenta.readings.stations import LIMITS as STATION_LIMITS
from aumenta.readings.stations import stations
from aumenta.values.text import Text

_STATIONS = Text(it="stazioni ferroviarie", en="railway stations")

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
)
