# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""An empty timetable for a network that has streets only, so that a first line can be added to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aumenta.network.attach import attach
from aumenta.network.model import Network, Timetable, Walks

#: Week of a timetable of a network that names no day: any Monday would do, it only says which days are weekdays.
FIRST_DATE = np.datetime64("2024-01-01", "D")
_WEEK = 7


def with_timetable_to_fill(network: Network) -> Network:
    """The network itself where it has a timetable, else with one of no stop, line or trip.

    It knows the seven days of the week of the day that the network is asked about (of `FIRST_DATE` where it names none,
    and then it goes on naming none: figures without public transport keep their period).
    """
    if network.timetable is not None:
        return network
    stops = attach(network.streets, np.zeros(0), np.zeros(0))
    cells, none = _no_walks(len(network.cells)), _no_walks(0)
    foot = network.streets.graphs.get("foot")
    egress = cells if foot is None or foot.symmetric else _no_walks(len(network.cells))
    day = FIRST_DATE if network.about.date is None else np.datetime64(network.about.date, "D")
    return replace(
        network, timetable=_empty(_monday(day)), stops=stops, access=cells, egress=egress, footpaths=none
    )


def _monday(day: np.datetime64) -> np.datetime64:
    """Monday of the week of a day."""
    return day - np.timedelta64((int(day.astype(np.int64)) + 3) % _WEEK, "D")  # 1970-01-01 was a Thursday


def _no_walks(rows: int) -> Walks:
    return Walks(np.zeros(rows + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))


def _empty(first_date: np.datetime64) -> Timetable:
    words, ints = np.zeros(0, "U1"), np.zeros(0, np.int32)
    reals, bytes_ = np.zeros(0, np.float64), np.zeros(0, np.uint8)
    return Timetable(
        stop_id=words, stop_name=words, stop_lon=reals, stop_lat=reals, stop_station=ints,
        line_id=words, line_name=words, line_long=words, line_type=ints, line_agency=words,
        trip_id=words, trip_line=ints, trip_headsign=words, trip_bikes=bytes_, trip_service=ints,
        conn_from=ints, conn_to=ints, conn_dep=ints, conn_arr=ints, conn_trip=ints, conn_flags=bytes_,
        services=np.zeros((0, _WEEK), bool), first_date=first_date,
        rule_from=ints, rule_to=ints, rule_seconds=ints,
    )  # fmt: skip
