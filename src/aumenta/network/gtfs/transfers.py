# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""transfers.txt: the time that a change between two stops takes, or that it is not possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.stops import STATION, Stops
from aumenta.network.gtfs.tables import Table, drop, whole_numbers

REQUIRED = ("from_stop_id", "to_stop_id")
_OF_TRIPS = ("from_trip_id", "to_trip_id", "from_route_id", "to_route_id")
OPTIONAL = ("transfer_type", "min_transfer_time", *_OF_TRIPS)
_TIMED, _LEAST, _NONE, _IN_SEAT = 1, 2, 3, (4, 5)

Rules = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


def read_transfers(table: Table, stops: Stops, kept: NDArray[np.int32], findings: Findings) -> Rules:
    """Rules (from, to, seconds or -1) between kept stops (numbers, -1 not kept), sorted.

    A row of a station holds for each of its stops; a row of two stops goes before those of their stations.
    """
    kind, wrong = whole_numbers(table["transfer_type"], 0)
    wrong |= (kind < 0) | (kind > 5)
    drop(table, wrong, "bad_number", "not a transfer_type", "transfer_type", findings, "0 to 5")
    least, bad = whole_numbers(table["min_transfer_time"], -1)
    bad = (kind == _LEAST) & (bad | (least < 0))
    drop(table, bad, "bad_number", "not a number of seconds", "min_transfer_time", findings)
    special = np.isin(kind, _IN_SEAT)
    for name in _OF_TRIPS:
        special |= ~table[name].blank()
    if special.any():
        findings.note(
            f"{table.file}: rows for single trips or lines, or in-seat, not used: {special.sum():,}"
        )
    use = ~wrong & ~bad & ~special
    ends = []
    for name in REQUIRED:
        end = np.asarray(table[name].mapped(lambda text: stops.index.get(text, -1), np.int32))
        drop(table, use & (end < 0), "unknown_stop", "the stop is not in stops.txt", name, findings)
        use &= end >= 0
        ends.append(end)
    use &= np.isin(kind, (_TIMED, _LEAST, _NONE))
    value = np.where(kind == _TIMED, 0, np.where(kind == _NONE, -1, least))
    return _by_stops(table, np.flatnonzero(use), ends, value, stops, kept, findings)


def _by_stops(
    table: Table,
    use: NDArray[np.intp],
    ends: list[NDArray[np.int32]],
    value: NDArray[np.int32],
    stops: Stops,
    kept: NDArray[np.int32],
    findings: Findings,
) -> Rules:
    members: dict[int, list[int]] = {}
    for row in np.flatnonzero((kept >= 0) & (stops.station >= 0)).tolist():
        members.setdefault(int(stops.station[row]), []).append(int(kept[row]))
    rules: dict[tuple[int, int], tuple[int, int]] = {}
    again = np.zeros(len(table), bool)
    for row in use.tolist():
        sides, stations = [], 0
        for end in (int(ends[0][row]), int(ends[1][row])):
            station = stops.kind[end] == STATION
            stations += int(station)
            sides.append(members.get(end, []) if station else [int(kept[end])] if kept[end] >= 0 else [])
        for pair in ((a, b) for a in sides[0] for b in sides[1]):
            old = rules.get(pair)
            if old is None or stations < old[0]:
                rules[pair] = (stations, int(value[row]))
            elif stations == old[0] and old[1] != value[row]:
                again[row] = True
    drop(
        table,
        again,
        "contradiction",
        "another row tells it otherwise; the first row holds",
        "to_stop_id",
        findings,
    )
    pairs = sorted(rules)
    return (
        np.array([a for a, _ in pairs], np.int32),
        np.array([b for _, b in pairs], np.int32),
        np.array([rules[pair][1] for pair in pairs], np.int32),
    )
