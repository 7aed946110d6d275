# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One feed from its files to arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import Problem
from aumenta.network.gtfs import calendar, calls, frequencies, stops, transfers, trips
from aumenta.network.gtfs.archive import REQUIRED, FeedFiles
from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.tables import Table, read_table
from aumenta.network.model import ALIGHT, BOARD
from aumenta.settings import get_settings

_CALENDARS = ("calendar.txt", "calendar_dates.txt")
_NOT_USED = {
    "pathways.txt": "ways inside stations (pathways.txt) are not used; changes take walks and transfers.txt",
    "locations.geojson": "zones of service on demand (locations.geojson) are not used",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What one feed brings to a timetable; numbers of stops, lines and trips count within the feed."""

    name: str
    about: Mapping[str, str]
    agencies: tuple[str, ...]
    stop_id: list[str]
    stop_name: list[str]
    stop_lon: NDArray[np.float64]
    stop_lat: NDArray[np.float64]
    stop_station: NDArray[np.int32]
    lines: trips.Lines
    trip_id: list[str]
    trip_line: NDArray[np.int32]
    trip_headsign: list[str]
    trip_bikes: NDArray[np.uint8]
    trip_service: NDArray[np.int32]
    services: calendar.Services
    hops: tuple[NDArray[np.int32], ...]  # from, to, dep, arr, trip; by trip, in the order of travel
    flags: NDArray[np.uint8]
    rules: transfers.Rules
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Read:
    """The tables of a feed, and what was made of them."""

    files: FeedFiles
    tables: Mapping[str, Table]
    places: stops.Stops
    lines: trips.Lines
    services: calendar.Services
    some: trips.Trips


def read_feed(files: FeedFiles, findings: Findings) -> Feed:
    """Read one feed; raises `NetworkError` with all that is wrong when it cannot be used."""
    summary = f"The timetable {files.name} cannot be used."
    _check_files(files, findings)
    findings.raise_fatal(summary)
    tables = _tables(files, findings)
    findings.raise_fatal(summary)
    return _read_feed(files, tables, summary, findings)


def _read_feed(files: FeedFiles, tables: dict[str, Table], summary: str, findings: Findings) -> Feed:
    for file, text in _NOT_USED.items():
        if file in files:
            findings.note(f"{files.name}: {text}")
    places = stops.read_stops(tables["stops.txt"], findings)
    if not places.ids:
        findings.stop(Problem("has no stop with an id", files.shown("stops.txt")))
    findings.raise_fatal(summary)
    lines = trips.read_lines(tables["routes.txt"], trips.read_agencies(tables.get("agency.txt")), findings)
    services = calendar.read_services(tables.get("calendar.txt"), tables.get("calendar_dates.txt"), findings)
    some, lost = trips.read_trips(tables["trips.txt"], lines.index, services.index, findings)
    rows = len(tables["stop_times.txt"])
    timed, bad = calls.read_calls(tables.pop("stop_times.txt"), some, places, findings)
    shown = files.shown("trips.txt")
    _check_share("trips", lost + bad, max(len(tables["trips.txt"]), lost + bad), shown, findings)
    called = np.unique(timed.stop)
    nowhere = int((~places.located[called]).sum())
    _check_share("stops that vehicles call at", nowhere, len(called), files.shown("stops.txt"), findings)
    findings.raise_fatal(summary)
    if not len(timed):
        findings.stop(Problem("no trip can be used", shown))
    findings.raise_fatal(summary)
    moving, runs = frequencies.expand(timed, tables.get("frequencies.txt"), some, findings)
    findings.raise_fatal(summary)
    read = _Read(files, tables, places, lines, services, some)
    moving, runs = _travelled(read, moving, runs, findings)
    if not len(runs.template):
        findings.stop(Problem("no trip can be used", shown))
    findings.raise_fatal(summary)
    return _assembled(read, moving, runs, rows, findings)


def _check_files(files: FeedFiles, findings: Findings) -> None:
    missing = [name for name in REQUIRED if name not in files]
    whole = "the whole feed as its publisher offers it"
    for name in missing:
        if name == "stop_times.txt":
            there = {kind: _rows(files, file) for file, kind in (
                ("stops.txt", "stops"), ("routes.txt", "lines"), ("trips.txt", "trips"))}  # fmt: skip
            counted = ", ".join(f"{count:,} {kind}" for kind, count in there.items())
            text = f"missing: the feed has {counted}, but no times, so it can be counted and not be routed"
            findings.stop(Problem(text, files.shown(name), expected=whole))
        else:
            findings.stop(Problem("missing", files.shown(name), expected=whole))
    if not any(name in files for name in _CALENDARS):
        text = "missing, and calendar_dates.txt too: no day of service is told"
        findings.stop(Problem(text, files.shown("calendar.txt"), expected=whole))


def _rows(files: FeedFiles, file: str) -> int:
    if file not in files:
        return 0
    return max(0, sum(1 for line in files.read(file).splitlines() if line.strip()) - 1)


def _tables(files: FeedFiles, findings: Findings) -> dict[str, Table]:
    """All the tables; those that are not required only where they are there."""
    columns: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "stops.txt": (("stop_id",), stops.COLUMNS),
        "routes.txt": (("route_id", "route_type"), trips.LINE_COLUMNS),
        "trips.txt": (("route_id", "service_id", "trip_id"), trips.TRIP_COLUMNS),
        "stop_times.txt": (calls.REQUIRED, calls.OPTIONAL),
        "calendar.txt": (calendar.CALENDAR, ()),
        "calendar_dates.txt": (calendar.EXCEPTIONS, ()),
        "frequencies.txt": (frequencies.REQUIRED, frequencies.OPTIONAL),
        "transfers.txt": (transfers.REQUIRED, transfers.OPTIONAL),
        "agency.txt": ((), ("agency_id", "agency_name")),
        "feed_info.txt": ((), ("feed_publisher_name", "feed_version", "feed_start_date", "feed_end_date")),
    }
    tables = {}
    for file, (required, optional) in columns.items():
        if file in files:
            if file not in REQUIRED and not files.read(file).strip():
                findings.note(f"{files.shown(file)}: is empty")
                continue
            tables[file] = read_table(files, file, required, optional, findings)
    times = tables.get("stop_times.txt")
    if times is not None and len(times) and "arrival_time" not in times and "departure_time" not in times:
        findings.stop(Problem("column missing", times.file, 1, "arrival_time, departure_time"))
    for file in REQUIRED:
        if not len(tables[file]) and not findings.fatal:
            findings.stop(Problem("has no rows", tables[file].file))
    return tables


def _check_share(what: str, lost: int, whole: int, file: str, findings: Findings) -> None:
    share = get_settings().max_timetable_bad_share
    if lost > share * whole:
        text = f"too many {what} cannot be used"
        expected = f"at most {share:.0%} (AUMENTA_MAX_TIMETABLE_BAD_SHARE)"
        findings.stop(Problem(text, file, found=f"{lost:,} of {whole:,}", expected=expected))


def _travelled(
    read: _Read, moving: calls.Calls, runs: frequencies.Runs, findings: Findings
) -> tuple[calls.Calls, frequencies.Runs]:
    """Only calls at stops with a position, only trips with two calls or more."""
    files = read.files
    silent = len(read.some.ids) - len(np.unique(runs.template))
    moving = moving.take(read.places.located[moving.stop])
    count = np.bincount(moving.trip, minlength=len(runs.template))
    enough = count >= 2
    short = int((~enough).sum())
    if short:
        findings.note(
            f"{files.shown('stop_times.txt')}: trips that call at fewer than two stops, left out: {short:,}"
        )
    if silent:
        findings.note(f"{files.shown('trips.txt')}: trips without usable stop_times: {silent:,}")
    if enough.all():
        return moving, runs
    new = np.cumsum(enough, dtype=np.int32) - 1
    moving = moving.take(enough[moving.trip])
    moving = calls.Calls(
        new[moving.trip].astype(np.int32), moving.stop, moving.arr, moving.dep, moving.board, moving.alight
    )
    return moving, frequencies.Runs(runs.template[enough], runs.number[enough])


def _kept(places: stops.Stops, called: NDArray[np.int32], file: str, findings: Findings) -> NDArray[np.int32]:
    """New number of each row of stops.txt: platforms, and the stations that vehicles call at; else -1."""
    use = places.located & (places.kind == stops.PLATFORM)
    at_station = called[places.kind[called] == stops.STATION]
    if len(at_station):
        findings.note(f"{file}: stations that vehicles call at, taken as stops: {len(at_station):,}")
        use[at_station] = True
    unserved = int(use.sum()) - len(called)
    if unserved:
        findings.note(f"{file}: stops that no vehicle calls at: {unserved:,}")
    return np.where(use, np.cumsum(use) - 1, -1).astype(np.int32)


def _assembled(
    read: _Read, moving: calls.Calls, runs: frequencies.Runs, rows: int, findings: Findings
) -> Feed:
    files, tables, places, lines, some = read.files, read.tables, read.places, read.lines, read.some
    kept = _kept(places, np.unique(moving.stop), files.shown("stops.txt"), findings)
    use = np.flatnonzero(kept >= 0)
    rules = (np.zeros(0, np.int32),) * 3
    if "transfers.txt" in tables:
        rules = transfers.read_transfers(tables["transfers.txt"], places, kept, findings)
    hop = np.flatnonzero(moving.trip[1:] == moving.trip[:-1])
    hops = (
        kept[moving.stop[hop]],
        kept[moving.stop[hop + 1]],
        moving.dep[hop],
        moving.arr[hop + 1],
        moving.trip[hop],
    )
    flags = moving.board[hop] * np.uint8(BOARD) | moving.alight[hop + 1] * np.uint8(ALIGHT)
    about = tables.get("feed_info.txt")
    told = (
        {name: about[name].texts()[0] for name in about.columns} if about is not None and len(about) else {}
    )
    agencies = tables.get("agency.txt")
    template = runs.template
    return Feed(
        name=files.name,
        about=told,
        agencies=tuple(dict.fromkeys(agencies["agency_name"].texts())) if agencies is not None else (),
        stop_id=[places.ids[i] for i in use.tolist()],
        stop_name=[places.names[i] for i in use.tolist()],
        stop_lon=places.lon[use],
        stop_lat=places.lat[use],
        stop_station=places.station[use],
        lines=lines,
        trip_id=frequencies.names(runs, some),
        trip_line=some.line[template],
        trip_headsign=[some.headsigns[i] for i in template.tolist()],
        trip_bikes=some.bikes[template],
        trip_service=some.service[template],
        services=read.services,
        hops=hops,
        flags=flags.astype(np.uint8),
        rules=rules,
        counts={
            "stops": len(use),
            "lines": len(lines.ids),
            "trips": len(template),
            "stop_times": rows,
            "connections": len(hop),
        },
    )
