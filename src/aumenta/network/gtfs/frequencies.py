# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""frequencies.txt: trips told by their headway, expanded to one trip for each departure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import Problem
from aumenta.network.gtfs.calls import Calls
from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.tables import Table, drop, seconds, whole_numbers
from aumenta.network.gtfs.trips import Trips
from aumenta.settings import get_settings

REQUIRED = ("trip_id", "start_time", "end_time", "headway_secs")
OPTIONAL = ("exact_times",)


@dataclass(frozen=True, slots=True)
class Runs:
    """Concrete trips in order: which trip of trips.txt each follows, and its number among those of it (0: itself)."""

    template: NDArray[np.int32]
    number: NDArray[np.int32]


def expand(calls: Calls, table: Table | None, trips: Trips, findings: Findings) -> tuple[Calls, Runs]:
    """Calls of concrete trips. A trip with a headway departs at start_time and every headway before end_time."""
    length = np.bincount(calls.trip, minlength=len(trips.ids)).astype(np.int64)
    template = np.flatnonzero(length).astype(np.int32)
    number = np.zeros(len(template), np.int32)
    shift = np.zeros(len(template), np.int64)
    if table is not None and len(table):
        told = np.asarray(table["trip_id"].mapped(lambda text: trips.index.get(text, -1), np.int32))
        starts = _departures(table, told, trips, length, findings)
        template, number, shift = _merged(template[~np.isin(template, told)], *starts)
    begin = np.concatenate(([0], np.cumsum(length)))
    total = int(length[template].sum())
    limit = get_settings().max_timetable_hops
    if total > limit:
        where = table.file if table is not None else "stop_times.txt"
        expected = f"at most {limit:,} (AUMENTA_MAX_TIMETABLE_HOPS)"
        findings.stop(Problem("too many calls of vehicles", where, found=f"{total:,}", expected=expected))
        return calls.take(np.zeros(len(calls), bool)), Runs(template[:0], number[:0])
    if len(template) == np.count_nonzero(length) and not number.any():
        new = np.searchsorted(template, calls.trip).astype(np.int32)
        return Calls(new, calls.stop, calls.arr, calls.dep, calls.board, calls.alight), Runs(template, number)
    copies = length[template]
    ends = np.cumsum(copies)
    which = np.arange(total) - np.repeat(ends - copies - begin[template], copies)
    first_dep = calls.dep[np.minimum(begin[template], len(calls) - 1)]
    moved = np.repeat(np.where(number > 0, shift - first_dep, 0), copies)
    taken = calls.take(which)
    trip = np.repeat(np.arange(len(template), dtype=np.int32), copies)
    arr, dep = (taken.arr + moved).astype(np.int32), (taken.dep + moved).astype(np.int32)
    return Calls(trip, taken.stop, arr, dep, taken.board, taken.alight), Runs(template, number)


def _departures(
    table: Table, trip: NDArray[np.int32], trips: Trips, length: NDArray[np.int64], findings: Findings
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Trip and time of every departure by headway, sorted; bad rows are told and left out."""
    known = np.asarray(
        table["trip_id"].mapped(lambda text: text in trips.index or text in trips.ignored, bool)
    )
    drop(table, ~known, "unknown_trip", "the trip is not in trips.txt", "trip_id", findings)
    start, no_start = seconds(table["start_time"])
    end, no_end = seconds(table["end_time"])
    headway, no_headway = whole_numbers(table["headway_secs"], -1)
    no_headway |= headway <= 0
    no_start |= start < 0
    no_end |= end < 0
    drop(table, no_start, "bad_time", "not a time", "start_time", findings, "H:MM:SS")
    drop(table, no_end, "bad_time", "not a time", "end_time", findings, "H:MM:SS")
    drop(table, no_headway, "bad_number", "not a number of seconds above 0", "headway_secs", findings)
    turned = ~no_start & ~no_end & (end <= start)
    drop(table, turned, "times_turned", "ends before it starts", "end_time", findings)
    good = (trip >= 0) & ~no_start & ~no_end & ~no_headway & ~turned & (length[trip] > 0)
    trip, start, end, headway = trip[good], start[good], end[good], headway[good]
    exact, _ = whole_numbers(table["exact_times"], 0)
    if (exact[good] != 1).any():
        findings.note(
            f"{table.file}: trips told by their headway only, taken to depart at start_time and then every headway: "
            f"{len(np.unique(trip[exact[good] != 1])):,}"
        )
    many = -(-(end - start) // headway)
    if int((many * length[trip]).sum()) > get_settings().max_timetable_hops:
        many = np.minimum(many, 1)
        limit = f"at most {get_settings().max_timetable_hops:,} (AUMENTA_MAX_TIMETABLE_HOPS)"
        findings.stop(Problem("the headways make too many calls of vehicles", table.file, expected=limit))
    of = np.repeat(np.arange(len(trip)), many)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)
    times = start[of] + nth.astype(np.int64) * headway[of]
    order = np.lexsort((times, trip[of]))
    return trip[of][order], times[order]


def _merged(
    plain: NDArray[np.int32], trip: NDArray[np.int32], times: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Trips as they are, those with headways in the place of the trip that they follow."""
    first = np.searchsorted(trip, trip)
    number = (np.arange(len(trip)) - first + 1).astype(np.int32)
    every = np.concatenate((plain, trip)).astype(np.int32)
    order = np.argsort(every, kind="stable")
    numbers = np.concatenate((np.zeros(len(plain), np.int32), number))
    shifts = np.concatenate((np.zeros(len(plain), np.int64), times))
    return every[order], numbers[order], shifts[order]


def names(runs: Runs, trips: Trips) -> list[str]:
    """Ids of concrete trips: the trip's own, and `<id>#1`, `<id>#2` ... where it runs by headway."""
    mark = "#"
    taken = {text for text in trips.ids if "#" in text}
    expanded = [trips.ids[i] for i in np.unique(runs.template[runs.number > 0]).tolist()]
    while any(text.startswith(f"{own}{mark}") for own in expanded for text in taken):
        mark += "#"
    return [
        f"{trips.ids[i]}{mark}{k}" if k else trips.ids[i]
        for i, k in zip(runs.template.tolist(), runs.number.tolist(), strict=True)
    ]
