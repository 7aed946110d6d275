# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Agencies, lines and trips of a feed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.modes import mode_of
from aumenta.network.gtfs.tables import Table, drop, once, place, whole_numbers

LINE_COLUMNS = ("route_short_name", "route_long_name", "agency_id")
TRIP_COLUMNS = ("trip_headsign", "bikes_allowed", "block_id")


@dataclass(frozen=True, slots=True)
class Lines:
    """Routes of a feed."""

    ids: list[str]
    names: list[str]
    long_names: list[str]
    types: NDArray[np.int32]
    agencies: list[str]
    index: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips of a feed that have a line and a service."""

    ids: list[str]
    line: NDArray[np.int32]
    service: NDArray[np.int32]
    headsigns: list[str]
    bikes: NDArray[np.uint8]
    index: dict[str, int]
    ignored: frozenset[str]  # ids of trips that are there and cannot be used


def read_lines(table: Table, agencies: dict[str, str], findings: Findings) -> Lines:
    """The lines; without a short name the long one is shown."""
    table = once(table, "route_id", findings)
    types, bad = whole_numbers(table["route_type"], -1)
    unknown = np.asarray([mode_of(int(code)) == "other" for code in types], bool) & ~bad & (types < 100)
    unknown &= types != 6
    drop(table, bad, "bad_number", "not a route_type; the mode is other", "route_type", findings)
    drop(
        table, unknown, "unknown_route_type", "no such route_type; the mode is other", "route_type", findings
    )
    types[bad] = -1
    ids, short = table["route_id"].texts(), table["route_short_name"].texts()
    long = table["route_long_name"].texts()
    names = [a or b or c for a, b, c in zip(short, long, ids, strict=True)]
    only = next(iter(agencies.values())) if len(agencies) == 1 else ""
    agency = [agencies.get(key, key or only) for key in table["agency_id"].texts()]
    return Lines(ids, names, long, types, agency, place(ids))


def read_agencies(table: Table | None) -> dict[str, str]:
    """Names of the agencies by their ids."""
    if table is None:
        return {}
    return dict(zip(table["agency_id"].texts(), table["agency_name"].texts(), strict=True))


def read_trips(
    table: Table, lines: dict[str, int], services: dict[str, int], findings: Findings
) -> tuple[Trips, int]:
    """The trips whose line and service are known, and how many rows were bad."""
    whole = len(table)
    every = set(table["trip_id"].values)
    table = once(table, "trip_id", findings)
    line = np.asarray(table["route_id"].mapped(lambda text: lines.get(text, -1), np.int32))
    service = np.asarray(table["service_id"].mapped(lambda text: services.get(text, -1), np.int32))
    drop(table, line < 0, "unknown_route", "the route is not in routes.txt", "route_id", findings)
    message = "the service is not in calendar.txt nor in calendar_dates.txt"
    drop(table, service < 0, "unknown_service", message, "service_id", findings)
    good = (line >= 0) & (service >= 0)
    table, line, service = table.take(good), line[good], service[good]
    bikes, bad = whole_numbers(table["bikes_allowed"], 0)
    bad |= (bikes < 0) | (bikes > 2)
    drop(
        table, bad, "bad_number", "not a value of bikes_allowed; read as not told", "bikes_allowed", findings
    )
    blocks = int((~table["block_id"].blank()).sum())
    if blocks:
        findings.note(f"{table.file}: staying seated from one trip to the next (block_id) is not used")
    ids = table["trip_id"].texts()
    index = place(ids)
    trips = Trips(
        ids,
        line,
        service,
        table["trip_headsign"].texts(),
        np.where(bad, 0, bikes).astype(np.uint8),
        index,
        frozenset(every - index.keys()),
    )
    return trips, whole - len(ids)
