# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The same question to nigiri, through its Python package.

nigiri counts in whole minutes, closes footpaths transitively and knows no streets. So that the question is the same
for both: times of the feed are cut down to minutes in a copy that both read, walks take whole minutes, walks between
stops are rows of transfers.txt that are closed already, and every stop has a row of its own with the change time.
"""

from __future__ import annotations

import csv
import datetime
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from aumenta.access.rides import RangeRaptor
from aumenta.access.scan import Profiles
from aumenta.access.walks import query_walks
from aumenta.access.window import cut
from aumenta.network.model import ALIGHT, BOARD, About, Network, Points, Streets, Timetable, Walks

NEVER = 65535
#: Walks as the crow flies with a detour.
METRES_A_MINUTE = 60 * 1.4 / 1.3
Pairs = dict[tuple[int, int], int]


def write_in_minutes(
    timetable: Timetable, date: datetime.date, zone: str, change: int, walks: Pairs, folder: Path
) -> None:
    """A feed with all trips of the days around the date, times cut to minutes; seconds of change and walks as rules."""
    days = [np.datetime64(date, "D") + day for day in (-1, 0, 1)]
    runs = np.stack([timetable.running(day) for day in days])
    of_trip = runs[:, timetable.trip_service]
    used = np.flatnonzero(of_trip.any(axis=0))
    lines: dict[str, list[list[Any]]] = {
        "agency.txt": [["agency_id", "agency_name", "agency_url", "agency_timezone"]],
        "routes.txt": [["route_id", "agency_id", "route_short_name", "route_type"], ["R", "A", "R", 3]],
        "stops.txt": [["stop_id", "stop_name", "stop_lat", "stop_lon"]],
        "trips.txt": [["route_id", "service_id", "trip_id"]],
        "calendar_dates.txt": [["service_id", "date", "exception_type"]],
        "stop_times.txt": [
            [
                "trip_id",
                "stop_sequence",
                "stop_id",
                "arrival_time",
                "departure_time",
                "pickup_type",
                "drop_off_type",
            ]
        ],
        "transfers.txt": [["from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time"]],
    }
    lines["agency.txt"].append(["A", "A", "https://a.example", zone])
    for s in range(len(timetable.stop_id)):
        lines["stops.txt"].append([s, f"stop {s}", timetable.stop_lat[s], timetable.stop_lon[s]])
        lines["transfers.txt"].append([s, s, 2, change])
    lines["transfers.txt"] += [[a, b, 2, seconds] for (a, b), seconds in sorted(walks.items())]
    for service in range(runs.shape[1]):
        for day, on in zip(days, runs[:, service], strict=True):
            if on:
                lines["calendar_dates.txt"].append([service, str(day).replace("-", ""), 1])
    order = np.argsort(timetable.conn_trip, kind="stable")
    begin = np.searchsorted(timetable.conn_trip[order], np.arange(len(timetable.trip_id) + 1))
    for trip in used.tolist():
        lines["trips.txt"].append(["R", int(timetable.trip_service[trip]), trip])
        lines["stop_times.txt"] += _calls(timetable, trip, order[begin[trip] : begin[trip + 1]].tolist())
    for name, rows in lines.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def _calls(own: Timetable, trip: int, hops: list[int]) -> Iterable[list[Any]]:
    for i in range(len(hops) + 1):
        before, after = hops[i - 1] if i else None, hops[i] if i < len(hops) else None
        stop = own.conn_to[before] if before is not None else own.conn_from[after]
        arrives = own.conn_arr[before] if before is not None else own.conn_dep[after]
        departs = own.conn_dep[after] if after is not None else own.conn_arr[before]
        boards = after is not None and own.conn_flags[after] & BOARD
        leaves = before is not None and own.conn_flags[before] & ALIGHT
        yield [trip, i, stop, _clock(arrives), _clock(departs), 0 if boards else 1, 0 if leaves else 1]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:00"


def closed_walks(x: np.ndarray, y: np.ndarray, metres: float, least: int) -> Pairs:
    """Walks of whole minutes between stops nearer than `metres`, and all that they make when put together."""
    walks = {
        (a, b): max(least, 60 * _minutes(np.hypot(x[a] - x[b], y[a] - y[b])))
        for a, b in _near(x, y, x, y, metres)
        if a != b
    }
    while True:
        out: dict[int, list[int]] = {}
        for a, b in walks:
            out.setdefault(a, []).append(b)
        new = dict(walks)
        for (a, b), seconds in walks.items():
            for c in out.get(b, ()):
                if c != a and seconds + walks[b, c] < new.get((a, c), NEVER):
                    new[a, c] = seconds + walks[b, c]
        if new == walks:
            return walks
        walks = new


def _minutes(metres: float) -> int:
    return int(np.ceil(metres / METRES_A_MINUTE))


def _near(ax: Any, ay: Any, bx: Any, by: Any, metres: float) -> list[tuple[int, int]]:
    far = np.hypot(ax[:, None] - bx, ay[:, None] - by)
    return [(int(a), int(b)) for a, b in np.argwhere(far <= metres)]


def write_twice(feed: Path, raw: Path, told: Path) -> None:
    """A feed with blank times as it is, and again with each blank told: the nearest minute of even interpolation.

    In both every stop has a name of its own, since nigiri lets people walk between near stops of the same name.
    """
    with zipfile.ZipFile(feed) as archive:
        for folder in (raw, told):
            archive.extractall(folder)
            _named_apart(folder / "stops.txt")
    file = told / "stop_times.txt"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    trips: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        trips.setdefault(row["trip_id"], []).append(row)
    for calls in trips.values():
        calls.sort(key=lambda row: int(row["stop_sequence"]))
        known = [i for i, row in enumerate(calls) if row["arrival_time"]]
        for before, after in pairwise(known):
            gone, comes = (_seconds(calls[before]["departure_time"]), _seconds(calls[after]["arrival_time"]))
            for i in range(before + 1, after):
                exact = Fraction(gone * (after - i) + comes * (i - before), after - before)
                text = _clock(60 * int(exact / 60 + Fraction(1, 2)))
                calls[i]["arrival_time"] = calls[i]["departure_time"] = text
    _write(file, rows)


def _named_apart(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for number, row in enumerate(rows):
        row["stop_name"] = f"stop {number}"
    _write(file, rows)


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _seconds(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


@dataclass
class Question:
    """Points that one leaves from and goes to, with whole minutes to the stops near them, in both engines' words."""

    network: Network
    date: datetime.date
    zone: str
    start: int
    count: int
    folder: Path
    change: int = 0  # where the feed has no rows of its own for it

    def ours(self, rides: int | None, stops: int) -> np.ndarray:
        """Seconds (points, points, departures) by the profile scan, or by range RAPTOR with a limit of rides."""
        assert self.network.timetable is not None
        window = cut(
            self.network.timetable, np.datetime64(self.date, "D"), self.start, self.count, 60, 14_400
        )
        walks = query_walks(self.network, 1.0, 3600, 3600, 0, self.change)
        kernel = Profiles(window, walks, stops) if rides is None else RangeRaptor(window, walks, stops, rides)
        rows = []
        for origin in range(len(walks.access_indptr) - 1):
            near = slice(walks.access_indptr[origin], walks.access_indptr[origin + 1])
            kernel.run(walks.access_stop[near], walks.access_seconds[near])
            rows.append(kernel.cube(np.full(len(walks.access_indptr) - 1, NEVER, np.uint16)))
        return np.stack(rows)

    def theirs(self, asked: list[tuple[int, int, int]], rides: int | None) -> list[int]:
        """Seconds for (origin, goal, departure) by nigiri, NEVER where it finds none."""
        import pynigiri

        source = pynigiri.TimetableSource("feed", str(self.folder))
        source.loader_config.link_stop_distance = 0
        options = pynigiri.FinalizeOptions()
        options.adjust_footpaths = False
        options.merge_dupes_inter_src = options.merge_dupes_intra_src = False
        first, last = (str(self.date + datetime.timedelta(days=d)) for d in (-1, 2))
        timetable = pynigiri.load_timetable([source], first, last, options)
        assert self.network.timetable is not None and self.network.access is not None
        where = [timetable.find_location(str(s)) for s in self.network.timetable.stop_id]
        access = self.network.access
        ends = [
            [
                pynigiri.Offset(where[access.stop[i]], int(access.seconds[i]) // 60, 0)
                for i in range(access.indptr[p], access.indptr[p + 1])
            ]
            for p in range(len(access.indptr) - 1)
        ]
        midnight = datetime.datetime.combine(self.date, datetime.time(), ZoneInfo(self.zone))
        base = int(midnight.timestamp()) // 60 + self.start // 60
        found = []
        for origin, goal, departure in asked:
            query = pynigiri.Query()
            query.start_match_mode = query.dest_match_mode = pynigiri.LocationMatchMode.INTERMODAL
            query.start, query.destination = ends[origin], ends[goal]
            query.start_time = base + departure
            query.max_travel_time = 240
            query.use_start_footpaths = False
            if rides is not None:
                query.max_transfers = rides - 1
            arrivals = [_unix_minutes(j.dest_time) for j in pynigiri.route(timetable, query)]
            took = 60 * (min(arrivals) - base - departure) if arrivals else NEVER
            found.append(took if took <= 14_400 else NEVER)
        return found


def _unix_minutes(time: Any) -> int:
    time = time() if callable(time) else time
    return int(time.timestamp()) // 60 if hasattr(time, "timestamp") else int(time)


def question(
    timetable: Timetable,
    places: tuple[np.ndarray, np.ndarray],
    stops: tuple[np.ndarray, np.ndarray],
    when: tuple[datetime.date, str, int, int],
    folder: Path,
) -> Question:
    """The question for a feed in minutes that was read again; places and stops in metres."""
    ways: list[tuple[int, int, float]] = [
        (p, s, 60.0 * _minutes(np.hypot(places[0][p] - stops[0][s], places[1][p] - stops[1][s])))
        for p, s in _near(*places, *stops, 600)
    ]
    ways.sort(key=lambda way: (way[0], way[2], way[1]))
    counts = np.bincount([p for p, _, _ in ways], minlength=len(places[0]))
    access = Walks(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        np.array([s for _, s, _ in ways], np.int32),
        np.array([seconds for _, _, seconds in ways], np.float32),
    )
    none = Walks(np.zeros(len(stops[0]) + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))
    network = Network(
        Streets("osm", np.zeros(0), np.zeros(0), {}),
        Points(*places, {}),
        About("reported"),
        timetable,
        Points(*stops, {}),
        access,
        access,
        none,
    )
    return Question(network, *when, folder)
