# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A slow reader of GTFS written from the reference with csv and loops, to hold the fast one against."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path

#: (trip, from, to, departure, arrival, may board, may alight)
Hop = tuple[str, str, str, int, int, bool, bool]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of a file, stripped; none where it is not there."""
    path = folder / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream, skipinitialspace=True))
    header = [field.strip() for field in lines[0]]
    return [dict(zip(header, map(str.strip, row), strict=True)) for row in lines[1:] if any(row)]


def seconds(text: str) -> int | None:
    """Seconds after midnight; None for blank."""
    if not text:
        return None
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def times_of(calls: list[dict[str, str]]) -> list[tuple[int, int]] | None:
    """Arrival and departure of each call of a trip, blanks filled; None when the trip cannot run so."""
    told: list[tuple[int, int] | None] = []
    for call in calls:
        arrival, departure = seconds(call.get("arrival_time", "")), seconds(call.get("departure_time", ""))
        arrival, departure = (
            departure if arrival is None else arrival,
            arrival if departure is None else departure,
        )
        told.append(None if arrival is None or departure is None else (arrival, departure))
    known = [i for i, pair in enumerate(told) if pair]
    if not known or known[0] != 0 or known[-1] != len(calls) - 1:
        return None
    out = [pair or (0, 0) for pair in told]
    if any(out[i][0] > out[i][1] for i in known):
        return None
    for a, b in itertools.pairwise(known):
        if out[b][0] < out[a][1]:
            return None
        far = [call.get("shape_dist_traveled", "") for call in calls[a : b + 1]]
        place = [Fraction(i) for i in range(b - a + 1)]
        if all(far):
            measured = [Fraction(text) for text in far]
            if measured == sorted(measured) and measured[-1] > measured[0]:
                place = [value - measured[0] for value in measured]
        for i in range(a + 1, b):
            at = out[a][1] + (out[b][0] - out[a][1]) * place[i - a] / place[-1]
            out[i] = (floor(at + Fraction(1, 2)),) * 2
    return out


def hops_of(folder: Path) -> Counter[Hop]:
    """All connections of a feed."""
    by_trip: dict[str, list[dict[str, str]]] = {row["trip_id"]: [] for row in rows_of(folder, "trips.txt")}
    for row in rows_of(folder, "stop_times.txt"):
        by_trip[row["trip_id"]].append(row)
    headways: dict[str, list[int]] = {}
    for row in rows_of(folder, "frequencies.txt"):
        start, end = seconds(row["start_time"]), seconds(row["end_time"])
        assert start is not None and end is not None
        headways.setdefault(row["trip_id"], []).extend(range(start, end, int(row["headway_secs"])))
    found: Counter[Hop] = Counter()
    for trip, calls in by_trip.items():
        calls.sort(key=lambda call: int(call["stop_sequence"]))
        times = times_of(calls) if len(calls) > 1 else None
        if times is None:
            continue
        starts = sorted(headways[trip]) if trip in headways else [times[0][1]]
        for number, start in enumerate(starts, 1):
            name = f"{trip}#{number}" if trip in headways else trip
            shift = start - times[0][1]
            for i, (one, other) in enumerate(itertools.pairwise(calls)):
                board, alight = one.get("pickup_type") != "1", other.get("drop_off_type") != "1"
                leave, arrive = times[i][1] + shift, times[i + 1][0] + shift
                found[name, one["stop_id"], other["stop_id"], leave, arrive, board, alight] += 1
    return found


def dates_of(folder: Path) -> dict[str, set[date]]:
    """The dates on which each service runs."""
    found: dict[str, set[date]] = {}
    for row in rows_of(folder, "calendar.txt"):
        day, last = day_of(row["start_date"]), day_of(row["end_date"])
        dates = found.setdefault(row["service_id"], set())
        while day <= last:
            if row[WEEK[day.weekday()]] == "1":
                dates.add(day)
            day += timedelta(days=1)
    for row in rows_of(folder, "calendar_dates.txt"):
        dates = found.setdefault(row["service_id"], set())
        (dates.add if row["exception_type"] == "1" else dates.discard)(day_of(row["date"]))
    return found


def day_of(text: str) -> date:
    """A date of YYYYMMDD."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
