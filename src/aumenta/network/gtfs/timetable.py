# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""All feeds together: one timetable, its connections sorted, its services on every day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import NetworkError, Problem
from aumenta.network.gtfs.archive import open_feed
from aumenta.network.gtfs.calendar import densest
from aumenta.network.gtfs.feed import Feed, read_feed
from aumenta.network.gtfs.findings import Findings
from aumenta.network.gtfs.report import GtfsReport, feed_facts, validated
from aumenta.network.model import Timetable
from aumenta.settings import get_settings


def read_gtfs(paths: Sequence[Path], validate: bool = False) -> tuple[Timetable, GtfsReport]:
    """Read one or many GTFS feeds (each a zip or a folder) into one timetable of all their days.

    Follows the GTFS Schedule reference (gtfs.org): times after 24:00, calls without a time interpolated along
    shape_dist_traveled or evenly, calendar_dates.txt with or without calendar.txt, frequencies.txt expanded to trips
    `<id>#1`, `<id>#2` ..., parent stations, transfers.txt. What cannot be used is left out and told in the report,
    place by place. Ids that two feeds share get the feed's name before them. With `validate` each feed is also checked
    by gtfs-guru.

    Raises `NetworkError` with all the problems of all the feeds when one cannot be read, lacks a file or a column, or
    more of it is wrong than the setting `max_timetable_bad_share` allows.
    """
    if not paths:
        raise NetworkError("No timetable was given.", [Problem("expected the zip or folder of a GTFS feed")])
    findings = Findings()
    feeds: list[Feed] = []
    refused: list[NetworkError] = []
    for path in paths:
        found = Findings()
        try:
            feeds.append(read_feed(open_feed(Path(path)), found))
        except NetworkError as error:
            refused.append(error)
        findings.absorb(found)
    if refused:
        if len(refused) == 1:
            raise refused[0]
        problems = dict.fromkeys(problem for error in refused for problem in error.problems)
        raise NetworkError(f"{len(refused)} of {len(paths)} timetables cannot be used.", problems)
    timetable = _joined(feeds, findings)
    facts = tuple(feed_facts(feed) for feed in feeds)
    notices = validated([Path(path) for path in paths], facts) if validate else None
    return timetable, GtfsReport(
        feeds=facts,
        problems=findings.listed(),
        problem_counts=findings.counts(),
        notes=tuple(findings.notes),
        notices=notices,
    )


def _joined(feeds: list[Feed], findings: Findings) -> Timetable:
    services, of_trip, first = _services(feeds, findings)
    stops = np.cumsum([0, *(len(feed.stop_id) for feed in feeds)])
    lines = np.cumsum([0, *(len(feed.lines.ids) for feed in feeds)])
    trips = np.cumsum([0, *(len(feed.trip_id) for feed in feeds)])
    shift = (stops, stops, None, None, trips)
    hops = []
    for number, start in enumerate(shift):
        parts = [
            feed.hops[number] if start is None else feed.hops[number] + start[i]
            for i, feed in enumerate(feeds)
        ]
        hops.append(np.concatenate(parts).astype(np.int32))
    order = np.argsort(hops[2], kind="stable")  # hops lie by trip and in the order of travel: ties stay so
    names = _distinct(feeds)
    rules = _rules(feeds, stops)
    return Timetable(
        stop_id=_ids("stops", [feed.stop_id for feed in feeds], names, findings),
        stop_name=_words([feed.stop_name for feed in feeds]),
        stop_lon=np.concatenate([feed.stop_lon for feed in feeds]),
        stop_lat=np.concatenate([feed.stop_lat for feed in feeds]),
        stop_station=_stations(feeds),
        line_id=_ids("lines", [feed.lines.ids for feed in feeds], names, findings),
        line_name=_words([feed.lines.names for feed in feeds]),
        line_long=_words([feed.lines.long_names for feed in feeds]),
        line_type=np.concatenate([feed.lines.types for feed in feeds]).astype(np.int32),
        line_agency=_words([feed.lines.agencies for feed in feeds]),
        trip_id=_ids("trips", [feed.trip_id for feed in feeds], names, findings),
        trip_line=np.concatenate([feed.trip_line + lines[i] for i, feed in enumerate(feeds)]).astype(
            np.int32
        ),
        trip_headsign=_words([feed.trip_headsign for feed in feeds]),
        trip_bikes=np.concatenate([feed.trip_bikes for feed in feeds]),
        trip_service=of_trip,
        conn_from=hops[0][order],
        conn_to=hops[1][order],
        conn_dep=hops[2][order],
        conn_arr=hops[3][order],
        conn_trip=hops[4][order],
        conn_flags=np.concatenate([feed.flags for feed in feeds])[order],
        services=services,
        first_date=np.datetime64(first, "D"),
        rule_from=rules[0],
        rule_to=rules[1],
        rule_seconds=rules[2],
    )


def _services(feeds: list[Feed], findings: Findings) -> tuple[NDArray[np.bool_], NDArray[np.int32], int]:
    """Rows of services that trips use, over the union of the feeds' days; the row of each trip; the first day."""
    used = [np.unique(feed.trip_service) for feed in feeds]
    spans = [span for feed, which in zip(feeds, used, strict=True) if (span := feed.services.span(which))]
    if not spans:
        raise _no_day(feeds)
    first, last = min(low for low, _ in spans), max(high for _, high in spans)
    most = get_settings().max_timetable_days
    if last - first + 1 > most:
        start = densest([feed.services for feed in feeds], most)
        findings.note(
            f"the services run from {_iso(first)} to {_iso(last)}; kept are the {most:,} days from {_iso(start)} on, "
            "in which most of them run (AUMENTA_MAX_TIMETABLE_DAYS)"
        )
        first, last = start, start + most - 1
    rows = [
        feed.services.matrix(first, last - first + 1, which) for feed, which in zip(feeds, used, strict=True)
    ]
    if not any(matrix.any() for matrix in rows):
        raise _no_day(feeds)
    _say_apart(feeds, rows, findings)
    of_trip, start = [], 0
    for feed, which in zip(feeds, used, strict=True):
        of_trip.append(np.searchsorted(which, feed.trip_service) + start)
        start += len(which)
    return np.concatenate(rows), np.concatenate(of_trip).astype(np.int32), first


def _no_day(feeds: list[Feed]) -> NetworkError:
    expected = "days in calendar.txt or calendar_dates.txt"
    problems = [Problem("no trip runs on any day", feed.name, expected=expected) for feed in feeds]
    return NetworkError("The timetable cannot be used.", problems)


def _say_apart(feeds: list[Feed], rows: list[NDArray[np.bool_]], findings: Findings) -> None:
    together = np.logical_and.reduce([matrix.any(axis=0) for matrix in rows])
    if len(feeds) > 1 and not together.any():
        findings.note("the feeds have no day in common: no date has the service of all of them")
    never = sum(int((~matrix.any(axis=1)).sum()) for matrix in rows)
    if never:
        findings.note(f"services of trips that run on no day: {never:,}")


def _iso(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _words(parts: list[list[str]]) -> NDArray[np.str_]:
    return np.array([text for part in parts for text in part], np.str_)


def _short(name: str) -> str:
    return name.removesuffix(".zip")


def _distinct(feeds: list[Feed]) -> list[str]:
    """Names of the feeds; those that are called alike are numbered."""
    count = Counter(feed.name for feed in feeds)
    seen: Counter[str] = Counter()
    names = []
    for feed in feeds:
        seen[feed.name] += 1
        alone = count[feed.name] == 1
        names.append(_short(feed.name) if alone else f"{_short(feed.name)}-{seen[feed.name]}")
    return names


def _ids(what: str, parts: list[list[str]], names: list[str], findings: Findings) -> NDArray[np.str_]:
    """Ids of all feeds; one that several feeds have gets its feed's name before it."""
    count = Counter(text for part in parts for text in part)
    clash = {text for text, times in count.items() if times > 1}
    if clash:
        findings.note(
            f"ids of {what} that several feeds have, the feed's name is put before them: {len(clash):,}"
        )
    return np.array(
        [
            f"{name}:{text}" if text in clash else text
            for name, part in zip(names, parts, strict=True)
            for text in part
        ],
        np.str_,
    )


def _stations(feeds: list[Feed]) -> NDArray[np.int32]:
    """One number for each station of each feed, in the order in which its first stop comes; -1 alone."""
    parts = []
    start = 0
    for feed in feeds:
        own = np.full(len(feed.stop_station), -1, np.int32)
        has = feed.stop_station >= 0
        values, first, back = np.unique(feed.stop_station[has], return_index=True, return_inverse=True)
        rank = np.empty(len(values), np.int32)
        rank[np.argsort(first, kind="stable")] = np.arange(len(values), dtype=np.int32)
        own[has] = rank[back] + start
        start += len(values)
        parts.append(own)
    return np.concatenate(parts)


def _rules(feeds: list[Feed], stops: NDArray[np.int64]) -> list[NDArray[np.int32]]:
    shifted = [np.concatenate([feed.rules[end] + stops[i] for i, feed in enumerate(feeds)]) for end in (0, 1)]
    return [
        *(part.astype(np.int32) for part in shifted),
        np.concatenate([feed.rules[2] for feed in feeds]).astype(np.int32),
    ]
