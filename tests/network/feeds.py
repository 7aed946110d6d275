# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tiny GTFS feeds for tests: `write_feed(folder, {"T1": [("A", "8:00:00"), ("B", "8:10:00")]})` is a whole one."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: A call of a trip: (stop, time), (stop, arrival, departure) or a dict of columns of stop_times.txt.
#: Times are texts, seconds after midnight, or None for blank.
Call = Sequence[Any] | Mapping[str, Any]
Row = Mapping[str, Any]

FIRST, LAST = "20260105", "20260201"  # four weeks from a Monday on
WORKING, DAILY = "1111100", "1111111"


def clock(seconds: int) -> str:
    """H:MM:SS of seconds after midnight.

    >>> clock(90600)
    '25:10:00'
    """
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def table(rows: Sequence[Row]) -> str:
    """Rows as comma separated values; columns in the order in which they come up, blank where a row lacks one."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return out.getvalue()


def feed_files(
    trips: Mapping[str, Sequence[Call]],
    *,
    stops: Mapping[str, tuple[float, float] | Row] | None = None,
    lines: Mapping[str, str] | None = None,
    line_types: Mapping[str, int] | None = None,
    services: Mapping[str, str] | None = None,
    calendar: Mapping[str, tuple[str, str, str]] | None = None,
    calendar_dates: Sequence[tuple[str, str, int]] = (),
    frequencies: Sequence[tuple[str, Any, Any, int]] = (),
    transfers: Sequence[Row] = (),
    trip_columns: Mapping[str, Row] | None = None,
    files: Mapping[str, str | bytes | None] | None = None,
) -> dict[str, str | bytes]:
    """The files of a feed by name.

    `trips`: calls of each trip. `stops`: longitude and latitude, or columns, of each stop; those not told lie on a
    grid of about 800 m. `lines`, `services`: of each trip, "L" and "S" when not told. `line_types`: route_type, 3 when
    not told. `calendar`: of each service its days ("1111100"), first and last day; every service runs daily for four
    weeks from 5 January 2026 on when it is not told and has no calendar_dates. `trip_columns`: more columns of trips.
    `files`: whole files that replace those made (None: no such file).
    """
    calls = [
        _call(trip, number, call) for trip, several in trips.items() for number, call in enumerate(several, 1)
    ]
    line_of = {trip: (lines or {}).get(trip, "L") for trip in trips}
    service_of = {trip: (services or {}).get(trip, "S") for trip in trips}
    if calendar is None:
        dated = {service for service, _, _ in calendar_dates}
        calendar = {
            name: (DAILY, FIRST, LAST) for name in dict.fromkeys(service_of.values()) if name not in dated
        }
    made: dict[str, str | bytes] = {
        "agency.txt": table([_AGENCY]),
        "stops.txt": table(_stops(dict.fromkeys(str(call["stop_id"]) for call in calls), stops or {})),
        "routes.txt": table(
            [
                {
                    "route_id": name,
                    "agency_id": "A",
                    "route_short_name": name,
                    "route_long_name": f"line {name}",
                    "route_type": (line_types or {}).get(name, 3),
                }
                for name in dict.fromkeys((*line_of.values(), *(line_types or {})))
            ]
        ),
        "trips.txt": table(
            [
                {"route_id": line_of[trip], "service_id": service_of[trip], "trip_id": trip}
                | dict((trip_columns or {}).get(trip, {}))
                for trip in trips
            ]
        ),
        "stop_times.txt": table(calls),
    }
    if calendar:
        made["calendar.txt"] = table([_service(name, *told) for name, told in calendar.items()])
    if calendar_dates:
        names = ("service_id", "date", "exception_type")
        made["calendar_dates.txt"] = table([dict(zip(names, row, strict=True)) for row in calendar_dates])
    if frequencies:
        names4 = ("trip_id", "start_time", "end_time", "headway_secs")
        made["frequencies.txt"] = table(
            [
                dict(zip(names4, (trip, _time(a), _time(b), every), strict=True))
                for trip, a, b, every in frequencies
            ]
        )
    if transfers:
        made["transfers.txt"] = table(transfers)
    for name, content in (files or {}).items():
        made.pop(name, None)
        if content is not None:
            made[name] = content
    return made


def write_feed(path: Path, trips: Mapping[str, Sequence[Call]], **told: Any) -> Path:
    """Write a feed (see `feed_files`) as a folder, or as a zip when the path ends so; returns the path."""
    return write_files(path, feed_files(trips, **told))


def write_files(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder, or into a zip when the path ends so; returns the path."""
    raw = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    if path.suffix == ".zip":
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in raw.items():
                archive.writestr(name, content)
    else:
        path.mkdir(parents=True, exist_ok=True)
        for name, content in raw.items():
            (path / name).write_bytes(content)
    return path


def hops(timetable: Any, trip: str | None = None) -> list[tuple[str, str, str, str, str]]:
    """Connections in their order as (trip, from, to, departure, arrival), of all trips or of one."""
    rows = zip(
        timetable.trip_id[timetable.conn_trip].tolist(),
        timetable.stop_id[timetable.conn_from].tolist(),
        timetable.stop_id[timetable.conn_to].tolist(),
        map(clock, timetable.conn_dep.tolist()),
        map(clock, timetable.conn_arr.tolist()),
        strict=True,
    )
    return [row for row in rows if trip in (None, row[0])]


_AGENCY = {
    "agency_id": "A",
    "agency_name": "Buses of the test",
    "agency_url": "https://example.org",
    "agency_timezone": "Europe/Rome",
}


def _time(value: Any) -> str:
    return "" if value is None else clock(value) if isinstance(value, int) else str(value)


def _call(trip: str, number: int, call: Call) -> dict[str, Any]:
    row: dict[str, Any] = {"trip_id": trip}
    if isinstance(call, Mapping):
        row |= {"arrival_time": "", "departure_time": "", "stop_id": "", "stop_sequence": number} | dict(call)
        row |= {name: _time(row[name]) for name in ("arrival_time", "departure_time")}
        return row
    arrival, departure = (call[1], call[1]) if len(call) == 2 else (call[1], call[2])
    return row | {
        "arrival_time": _time(arrival),
        "departure_time": _time(departure),
        "stop_id": call[0],
        "stop_sequence": number,
    }


def _stops(called: Mapping[str, None], told: Mapping[str, tuple[float, float] | Row]) -> list[Row]:
    rows = []
    for number, stop in enumerate(dict.fromkeys((*called, *told))):
        where = told.get(stop, (round(7.6 + number % 8 * 0.01, 6), round(45.0 + number // 8 * 0.0072, 6)))
        row: Row = where if isinstance(where, Mapping) else {"stop_lat": where[1], "stop_lon": where[0]}
        rows.append({"stop_id": stop, "stop_name": f"stop {stop}"} | dict(row))
    return rows


def _service(name: str, days: str, first: str, last: str) -> Row:
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return {"service_id": name} | dict(zip(week, days, strict=True)) | {"start_date": first, "end_date": last}
