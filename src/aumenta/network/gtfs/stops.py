# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Stops and stations of a feed, and which of them have a position that can be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.tables import Column, Mask, Table, decimals, drop, once, place, whole_numbers
from aumenta.settings import get_settings

PLATFORM, STATION = 0, 1
COLUMNS = ("stop_name", "stop_lat", "stop_lon", "location_type", "parent_station")


@dataclass(frozen=True, slots=True)
class Stops:
    """All rows of stops.txt; vehicles call at platforms and, in some feeds, at stations."""

    ids: list[str]
    names: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kind: NDArray[np.int32]
    station: NDArray[
        np.int32
    ]  # row of the station that a stop belongs to, -1 none; a station belongs to itself
    located: Mask
    index: dict[str, int]


def read_stops(table: Table, findings: Findings) -> Stops:
    """The stops with an id, each id once; `located` tells those whose position can be used."""
    table = once(table, "stop_id", findings)
    kind, wrong = whole_numbers(table["location_type"], PLATFORM)
    drop(table, wrong, "bad_number", "not a location_type; read as 0", "location_type", findings, "0 to 4")
    ids = table["stop_id"].texts()
    index = place(ids)
    parents = _parents(table["parent_station"], index, kind, table, findings)
    lon, lat, bad = _positions(table, findings)
    lent = bad & (parents >= 0) & ~bad[parents]
    if lent.any():
        findings.note(f"{table.file}: stops without a position, their station's is used: {lent.sum():,}")
    lon[lent], lat[lent] = lon[parents[lent]], lat[parents[lent]]
    bad &= ~lent
    _say_unplaced(table, bad & (kind <= STATION), findings)
    far = _far(lon, lat, ~bad & (kind <= STATION))
    drop(
        table,
        far,
        "stop_far_away",
        "the stop lies far away from all the others; vehicles pass it without calling",
        "stop_id",
        findings,
    )
    inside = int((kind > STATION).sum())
    if inside:
        findings.note(f"{table.file}: entrances, nodes and boarding areas, not used: {inside:,}")
    names = table["stop_name"].texts()
    return Stops(ids, names, lon, lat, kind, parents, ~bad & ~far, index)


def _parents(
    column: Column, index: dict[str, int], kind: NDArray[np.int32], table: Table, findings: Findings
) -> NDArray[np.int32]:
    parents = np.asarray(column.mapped(lambda text: index.get(text, -1), np.int32))
    unknown = (parents < 0) & ~column.blank() & (kind <= STATION)
    drop(
        table, unknown, "unknown_station", "the parent_station is not in the file", "parent_station", findings
    )
    parents[(parents >= 0) & (kind[parents] != STATION)] = -1
    stations = kind == STATION
    parents[stations] = np.flatnonzero(stations)
    return parents


def _positions(table: Table, findings: Findings) -> tuple[NDArray[np.float64], NDArray[np.float64], Mask]:
    lon, no_lon = decimals(table["stop_lon"])
    lat, no_lat = decimals(table["stop_lat"])
    drop(table, no_lon, "bad_number", "not a number of degrees", "stop_lon", findings, "e.g. 7.6648")
    drop(table, no_lat, "bad_number", "not a number of degrees", "stop_lat", findings, "e.g. 45.0717")
    outside = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    return lon, lat, np.isnan(lon) | np.isnan(lat) | outside | ((np.abs(lon) < 1e-6) & (np.abs(lat) < 1e-6))


def _say_unplaced(table: Table, bad: Mask, findings: Findings) -> None:
    if bad.any():
        which = np.flatnonzero(bad)
        lat, lon, ids = (table[name].texts() for name in ("stop_lat", "stop_lon", "stop_id"))
        findings.problem(
            "stop_without_position",
            "the stop has no usable position; vehicles pass it without calling",
            table.file,
            table.rows[which],
            found=[f"{ids[i]} at {lat[i] or 'blank'}, {lon[i] or 'blank'}" for i in which.tolist()],
            expected="degrees of latitude and longitude, not 0, 0",
        )


def _far(lon: NDArray[np.float64], lat: NDArray[np.float64], usable: Mask) -> Mask:
    """Stops beyond 20 times the median distance from the median stop, and beyond the setting's kilometres."""
    far = np.zeros(len(lon), bool)
    if usable.sum() < 3:
        return far
    middle_lon, middle_lat = np.median(lon[usable]), np.median(lat[usable])
    dx = (np.abs(lon - middle_lon) + 180) % 360 - 180
    distance = np.hypot(dx * np.cos(np.radians(middle_lat)), lat - middle_lat) * 111.2
    limit = max(get_settings().max_stop_distance_km, 20 * float(np.median(distance[usable])))
    far[usable] = distance[usable] > limit
    return far
