# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""stop_times.txt: where and when each trip calls, with the blank times filled in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.stops import STATION, Stops
from aumenta.network.gtfs.tables import Mask, Table, decimals, drop, seconds, whole_numbers
from aumenta.network.gtfs.trips import Trips

REQUIRED = ("trip_id", "stop_id", "stop_sequence")
OPTIONAL = (
    "arrival_time",
    "departure_time",
    "pickup_type",
    "drop_off_type",
    "shape_dist_traveled",
    "location_id",
    "location_group_id",
)
#: Hours after which the last hops of a trip belong to a day that no search looks at.
LONG = 48 * 3600


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls sorted by trip and in the order of travel; times are seconds after midnight of the service day."""

    trip: NDArray[np.int32]
    stop: NDArray[np.int32]
    arr: NDArray[np.int32]
    dep: NDArray[np.int32]
    board: Mask
    alight: Mask

    def __len__(self) -> int:
        return len(self.trip)

    def take(self, which: Mask | NDArray[np.int64]) -> Calls:
        """Some of the calls."""
        return Calls(
            self.trip[which],
            self.stop[which],
            self.arr[which],
            self.dep[which],
            self.board[which],
            self.alight[which],
        )


@dataclass(slots=True)
class _Faults:
    """Trips that cannot run as they are written, and why: one problem for each, at its first bad row."""

    table: Table
    trip: NDArray[np.int32]
    findings: Findings
    bad: Mask

    def mark(self, at: Mask, code: str, message: str, name: str, expected: str = "") -> None:
        """Record the trips of the rows; each trip counts once."""
        rows = np.flatnonzero(at)
        trips, first = np.unique(self.trip[rows], return_index=True)
        new = np.zeros(len(at), bool)
        new[rows[first[~self.bad[trips]]]] = True
        self.bad[trips] = True
        drop(self.table, new, code, f"{message}; the trip is left out", name, self.findings, expected)


def read_calls(table: Table, trips: Trips, stops: Stops, findings: Findings) -> tuple[Calls, int]:
    """The calls of the trips that can run, and how many trips are bad or unknown."""
    table, trip, unknown = _known(table, trips, findings)
    sequence, bad = whole_numbers(table["stop_sequence"], -1)
    table, trip, sequence, bad = _sorted(table, trip, sequence, bad)
    faults = _Faults(table, trip, findings, np.zeros(len(trips.ids), bool))
    faults.mark(bad | (sequence < 0), "bad_number", "not a stop_sequence", "stop_sequence", "0, 1, 2 ...")
    zones = _leave_out_zones(table, faults)
    same = np.zeros(len(trip), bool)
    same[1:] = (trip[1:] == trip[:-1]) & (sequence[1:] == sequence[:-1])
    faults.mark(same, "duplicate_sequence", "the trip has the stop_sequence twice", "stop_sequence")
    stop = np.asarray(table["stop_id"].mapped(lambda text: stops.index.get(text, -1), np.int32))
    faults.mark(stop < 0, "unknown_stop", "the stop is not in stops.txt", "stop_id")
    faults.mark(stops.kind[stop] > STATION, "not_a_stop", "the place is no stop of vehicles", "stop_id")
    arr, dep = _times(table, faults)
    board, alight = _doors(table, findings)
    good = ~faults.bad[trip]
    return Calls(trip, stop, arr, dep, board, alight).take(good), unknown + int(faults.bad.sum()) - zones


def _known(table: Table, trips: Trips, findings: Findings) -> tuple[Table, NDArray[np.int32], int]:
    """The rows of trips that can be used; those of trips left out before are silent, unknown trips are told."""
    column = table["trip_id"]
    trip = np.asarray(column.mapped(lambda text: trips.index.get(text, -1), np.int32))
    good = trip >= 0
    if good.all():
        return table, trip, 0
    silent = np.asarray(column.mapped(lambda text: text in trips.ignored, bool))
    rows = np.flatnonzero(~good & ~silent)
    first = rows[np.unique(column.codes[rows], return_index=True)[1]]
    new = np.zeros(len(table), bool)
    new[first] = True
    drop(
        table, new, "unknown_trip", "the trip is not in trips.txt; its rows are left out", "trip_id", findings
    )
    return table.take(good), trip[good], len(first)


def _sorted(
    table: Table, trip: NDArray[np.int32], sequence: NDArray[np.int32], bad: Mask
) -> tuple[Table, NDArray[np.int32], NDArray[np.int32], Mask]:
    key = trip.astype(np.int64) << 32 | np.maximum(sequence, 0)
    if (key[1:] >= key[:-1]).all():
        return table, trip, sequence, bad
    order = np.argsort(key, kind="stable")
    return table.take(order), trip[order], sequence[order], bad[order]


def _leave_out_zones(table: Table, faults: _Faults) -> int:
    """Trips on demand inside a zone have no stop; they are left out with a note, not as bad. How many there are."""
    zone = table["stop_id"].blank() & ~(table["location_id"].blank() & table["location_group_id"].blank())
    on_demand = np.unique(faults.trip[zone & ~faults.bad[faults.trip]])
    if len(on_demand):
        faults.bad[on_demand] = True
        faults.findings.note(
            f"{table.file}: trips on demand in a zone instead of between stops, not used: {len(on_demand):,}"
        )
    return len(on_demand)


def _times(table: Table, faults: _Faults) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Arrival and departure of every call; wrong ones are recorded, blank ones interpolated."""
    trip = faults.trip
    arr, no_arr = seconds(table["arrival_time"])
    dep, no_dep = seconds(table["departure_time"])
    expected = "H:MM:SS, up to 167:59:59"
    faults.mark(no_arr, "bad_time", "not a time", "arrival_time", expected)
    faults.mark(no_dep, "bad_time", "not a time", "departure_time", expected)
    arr, dep = np.where(arr < 0, dep, arr), np.where(dep < 0, arr, dep)
    timed = arr >= 0
    faults.mark(arr > dep, "back_in_time", "leaves the stop before it arrives", "departure_time")
    first = np.ones(len(trip), bool)
    first[1:] = trip[1:] != trip[:-1]
    last = np.roll(first, -1)
    message = "the {} call of a trip needs a time"
    faults.mark(first & ~timed, "missing_time", message.format("first"), "departure_time", "H:MM:SS")
    faults.mark(last & ~timed, "missing_time", message.format("last"), "arrival_time", "H:MM:SS")
    here = np.arange(len(trip))
    before = np.maximum.accumulate(np.where(timed, here, 0))
    previous = np.concatenate((before[:1], before[:-1]))
    back = timed & ~first & (trip[previous] == trip) & (arr < dep[previous])
    faults.mark(back, "back_in_time", "arrives before it left the stop before", "arrival_time")
    if not timed.all():
        after = np.minimum.accumulate(np.where(timed, here, len(trip) - 1)[::-1])[::-1]
        fill = ~timed & ~faults.bad[trip]
        between = _interpolated(table, here[fill], before[fill], after[fill], arr, dep)
        arr[fill] = dep[fill] = between
        faults.findings.note(
            f"{table.file}: calls without a time, interpolated along their trip: {fill.sum():,} of {len(trip):,}"
        )
    long = np.unique(trip[(arr >= LONG) & ~faults.bad[trip]])
    if len(long):
        faults.findings.note(
            f"{table.file}: trips that run on after 48:00, where no search looks: {len(long):,}"
        )
    return arr, dep


def _interpolated(
    table: Table,
    here: NDArray[np.intp],
    before: NDArray[np.intp],
    after: NDArray[np.intp],
    arr: NDArray[np.int32],
    dep: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Times between two timed calls, to the nearest second: along shape_dist_traveled where it rises, else evenly."""
    part, whole = (here - before).astype(np.float64), (after - before).astype(np.float64)
    if "shape_dist_traveled" in table:
        distance, _ = decimals(table["shape_dist_traveled"])
        falls = np.zeros(len(distance), np.int64)
        falls[1:] = ~(distance[1:] >= distance[:-1])
        fallen = np.cumsum(falls)
        length = distance[after] - distance[before]
        usable = (fallen[after] == fallen[before]) & (length > 0)
        part = np.where(usable, distance[here] - distance[before], part)
        whole = np.where(usable, length, whole)
    # multiplied before it is divided, so that half a second is half a second
    return np.floor(dep[before] + (arr[after] - dep[before]) * part / whole + 0.5).astype(np.int32)


def _doors(table: Table, findings: Findings) -> tuple[Mask, Mask]:
    """Where one may board and alight: 1 means not; on request (2, 3) counts as allowed."""
    allowed = []
    for name in ("pickup_type", "drop_off_type"):
        kind, bad = whole_numbers(table[name], 0)
        bad |= (kind < 0) | (kind > 3)
        drop(table, bad, "bad_number", f"not a {name}; read as 0", name, findings, "0, 1, 2 or 3")
        asked = int(((kind == 2) | (kind == 3)).sum())
        if asked:
            findings.note(f"{table.file}: calls on request ({name} 2 or 3), taken as regular: {asked:,}")
        allowed.append(kind != 1)
    return allowed[0], allowed[1]
