# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A GTFS feed made from line tables: every departure written out, in both directions, the same bytes every time."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aumenta.errors import NetworkError, Problem
from aumenta.network.lines_checks import metres
from aumenta.network.lines_model import MODES, Line, LineStop, Period

#: Stops of one name within this many metres of each other are one stop.
SAME_STOP = 100.0
#: Most trips that a feed made from line tables may have.
MOST_TRIPS = 1_000_000
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a feed: words of agency.txt and feed_info.txt; times are local times of `timezone`."""

    name: str = "Line tables"
    url: str = "https://example.org/"
    timezone: str = "Etc/UTC"
    language: str = "en"


def gtfs_from_lines(
    lines: Sequence[Line],
    into: Path,
    publisher: Publisher = Publisher(),
    first_day: date = date(2024, 1, 1),
    last_day: date = date(2030, 12, 31),
) -> None:
    """Write a GTFS feed of the lines to `into`: a zip when its name ends so, else a folder (made if it is not there).

    The service runs on its days of the week from `first_day` to `last_day`, public holidays as any other day. Times
    are marked as approximate (`timepoint` 0). The same lines give the same bytes. Raises `NetworkError`, before
    anything is written, for no lines, a line given twice, or a feed too large.
    """
    feed = feed_of(lines, publisher, first_day, last_day)
    try:
        if into.suffix == ".zip":
            _write(into, _zipped(feed))
            return
        into.mkdir(parents=True, exist_ok=True)
        for name, text in feed.items():
            _write(into / name, text.encode())
    except OSError as error:
        problem = Problem(error.strerror or "cannot be written", str(into))
        raise NetworkError("A GTFS feed cannot be written.", [problem]) from None


def feed_of(lines: Sequence[Line], publisher: Publisher, first_day: date, last_day: date) -> dict[str, str]:
    """The files of the feed by name, as text."""
    _check(lines, first_day, last_day)
    stops = _Stops()
    services: dict[str, tuple[bool, ...]] = {}
    trips: list[tuple[object, ...]] = []
    times: list[tuple[object, ...]] = []
    for line in lines:
        for direction in line.directions():
            path = line.stops_of(direction)
            ids = [stops.id_of(stop) for stop in path]
            for period in line.periods:
                if period.direction not in (None, direction):
                    continue
                service = _service(period)
                services[service] = period.days
                for start in period.departures():
                    trip = f"{line.id}_{service}_{direction}_{start:06d}"
                    bound = 0 if direction == "out" else 1
                    trips.append((line.id, service, trip, path[-1].name, bound))
                    times += _times(trip, start, path, ids)
    span = (f"{first_day:%Y%m%d}", f"{last_day:%Y%m%d}")
    info = (publisher.name, publisher.url, publisher.language, *span, "1")
    return {
        "agency.txt": _csv(
            ("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"),
            [("lines", publisher.name, publisher.url, publisher.timezone, publisher.language)],
        ),
        "calendar.txt": _csv(
            ("service_id", *_DAY_NAMES, "start_date", "end_date"),
            [(service, *map(int, services[service]), *span) for service in sorted(services)],
        ),
        "feed_info.txt": _csv(
            (
                "feed_publisher_name",
                "feed_publisher_url",
                "feed_lang",
                "feed_start_date",
                "feed_end_date",
                "feed_version",
            ),
            [info],
        ),
        "routes.txt": _csv(
            ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
            [(line.id, "lines", line.shown, line.name, MODES[line.mode]) for line in lines],
        ),
        "stop_times.txt": _csv(
            ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "timepoint"), times
        ),
        "stops.txt": _csv(("stop_id", "stop_name", "stop_lat", "stop_lon"), stops.rows()),
        "trips.txt": _csv(("route_id", "service_id", "trip_id", "trip_headsign", "direction_id"), trips),
    }


def _check(lines: Sequence[Line], first_day: date, last_day: date) -> None:
    problems: list[Problem] = []
    if not lines:
        problems.append(Problem("no lines", expected="at least one line"))
    ids = [line.id for line in lines]
    twice = sorted({line for line in ids if ids.count(line) > 1})
    problems += [Problem("a line given twice", field="line", found=line) for line in twice]
    if last_day < first_day:
        found = f"{first_day} to {last_day}"
        problems.append(Problem("the last day is before the first", field="last_day", found=found))
    trips = sum(
        len(line.directions()) * len(period.departures()) for line in lines for period in line.periods
    )
    if trips > MOST_TRIPS:
        problems.append(Problem("too many departures", found=str(trips), expected=f"at most {MOST_TRIPS}"))
    if problems:
        raise NetworkError("No GTFS feed can be made from these lines.", problems)


class _Stops:
    """Stops of the feed, numbered by name; those of one name that lie together are one."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[tuple[str, LineStop]]] = {}
        self._ids: set[str] = set()

    def id_of(self, stop: LineStop) -> str:
        same_name = self._by_name.setdefault(stop.name, [])
        for known, other in same_name:
            if metres(stop, other) <= SAME_STOP:
                return known
        plain = unicodedata.normalize("NFKD", stop.name).encode("ascii", "ignore").decode().casefold()
        base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "stop"
        new = next(name for name in _numbered(base) if name not in self._ids)
        self._ids.add(new)
        same_name.append((new, stop))
        return new

    def rows(self) -> list[tuple[object, ...]]:
        stops = [pair for pairs in self._by_name.values() for pair in pairs]
        return [
            (name, stop.name, f"{stop.lat:.7f}", f"{stop.lon:.7f}")
            for name, stop in sorted(stops, key=lambda s: s[0])
        ]


def _numbered(base: str) -> Iterable[str]:
    yield base
    count = 2
    while True:
        yield f"{base}-{count}"
        count += 1


def _service(period: Period) -> str:
    """A name of the days, such as `mo-tu-we-th-fr`; `daily` for all."""
    if all(period.days):
        return "daily"
    return "-".join(name for name, runs in zip(_SHORT_DAYS, period.days, strict=True) if runs)


def _times(trip: str, start: int, path: Sequence[LineStop], ids: Sequence[str]) -> list[tuple[object, ...]]:
    return [
        (trip, _clock(start + stop.arrive), _clock(start + stop.depart), stop_id, place, 0)
        for place, (stop, stop_id) in enumerate(zip(path, ids, strict=True), start=1)
    ]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _zipped(feed: dict[str, str]) -> bytes:
    """A zip with a fixed time stamp and fixed permissions, so that the same feed is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(feed):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, feed[name])
    return out.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
