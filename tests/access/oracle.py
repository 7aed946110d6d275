# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The slow, plain answer: a GTFS folder read as the GTFS reference says, and a search of the time-expanded graph.

Shares nothing with the readers and kernels under test: csv and loops here, no arrays. Events are departures and
arrivals of every vehicle at every stop; who sits in a vehicle goes from event to event for nothing, who boards pays one
ride; a search by rides finds for each event the fewest rides that it takes, and the earliest arrival at a cell is read
off the events that can be left for it.
"""

from __future__ import annotations

import csv
import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path

DAY = 86_400
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Row = dict[str, str]


@dataclass(frozen=True)
class Call:
    """A vehicle at a stop; times in seconds after midnight of the day that is asked about."""

    stop: str
    arrives: int
    departs: int
    pickup: bool
    drop_off: bool


@dataclass
class Feed:
    """Vehicles that run on a day or reach into it, and the times that transfers.txt demands (None: forbidden)."""

    vehicles: list[list[Call]]
    transfers: dict[tuple[str, str], int | None]


# --- the feed -------------------------------------------------------------------------------


def read_feed(folder: Path, date: Date) -> Feed:
    """All vehicles of the date, of the day before (who may run past midnight) and of the day after."""
    calls: dict[str, list[Row]] = {}
    for row in _rows(folder, "stop_times.txt"):
        calls.setdefault(row["trip_id"], []).append(row)
    repeated: dict[str, list[Row]] = {}
    for row in _rows(folder, "frequencies.txt"):
        repeated.setdefault(row["trip_id"], []).append(row)
    vehicles = []
    for day in (-1, 0, 1):
        running = _services(folder, date + timedelta(days=day))
        for trip in _rows(folder, "trips.txt"):
            if trip["service_id"] not in running or len(calls.get(trip["trip_id"], ())) < 2:
                continue
            template = _times(calls[trip["trip_id"]])
            if trip["trip_id"] not in repeated:
                vehicles.append(_moved(template, day * DAY))
                continue
            for row in repeated[trip["trip_id"]]:
                first = _clock(row["start_time"])
                while first < _clock(row["end_time"]):
                    vehicles.append(_moved(template, day * DAY + first - template[0].departs))
                    first += int(row["headway_secs"])
    return Feed(vehicles, _transfers(folder))


def _rows(folder: Path, name: str) -> Iterator[Row]:
    if (folder / name).exists():
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, skipinitialspace=True):
                yield {key.strip(): (value or "").strip() for key, value in row.items() if key}


def _services(folder: Path, day: Date) -> set[str]:
    text = day.strftime("%Y%m%d")
    running = {
        row["service_id"]
        for row in _rows(folder, "calendar.txt")
        if row[WEEKDAYS[day.weekday()]] == "1" and row["start_date"] <= text <= row["end_date"]
    }
    for row in _rows(folder, "calendar_dates.txt"):
        if row["date"] == text:
            (running.add if row["exception_type"] == "1" else running.discard)(row["service_id"])
    return running


def _clock(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def _times(rows: list[Row]) -> list[Call]:
    """Calls of a trip in order of stop_sequence; a time told once is both, those not told are interpolated.

    The reference leaves open how: here by shape_dist_traveled where it rises between the told times, else evenly.
    """
    rows = sorted(rows, key=lambda row: int(row["stop_sequence"]))
    arrives = [row["arrival_time"] or row["departure_time"] for row in rows]
    departs = [row["departure_time"] or row["arrival_time"] for row in rows]
    told = [i for i, text in enumerate(arrives) if text]
    times: list[tuple[int, int]] = []
    for i in range(len(rows)):
        if arrives[i]:
            times.append((_clock(arrives[i]), _clock(departs[i])))
            continue
        before = max(j for j in told if j < i)
        after = min(j for j in told if j > i)
        gone, comes = _clock(departs[before]), _clock(arrives[after])
        exact = gone + (comes - gone) * _share(rows, before, i, after)
        times.append((_nearest(exact), _nearest(exact)))
    return [
        Call(row["stop_id"], a, d, row.get("pickup_type", "") != "1", row.get("drop_off_type", "") != "1")
        for row, (a, d) in zip(rows, times, strict=True)
    ]


def _share(rows: list[Row], before: int, i: int, after: int) -> Fraction:
    texts = [row.get("shape_dist_traveled", "") for row in rows[before : after + 1]]
    if all(texts):
        along = [Fraction(text) for text in texts]
        if along == sorted(along) and along[-1] > along[0]:
            return (along[i - before] - along[0]) / (along[-1] - along[0])
    return Fraction(i - before, after - before)


def _nearest(exact: Fraction) -> int:
    return (exact + Fraction(1, 2)).__floor__()


def _moved(calls: list[Call], seconds: int) -> list[Call]:
    return [Call(c.stop, c.arrives + seconds, c.departs + seconds, c.pickup, c.drop_off) for c in calls]


def _transfers(folder: Path) -> dict[tuple[str, str], int | None]:
    """Between stops: 1 (the vehicle waits: no time), 2 (least time), 3 (not possible); others demand no time.

    A station stands for its stops; a row that names stops goes before one that names stations, then the first holds.
    """
    members: dict[str, list[str]] = {}
    stations = set()
    for row in _rows(folder, "stops.txt"):
        if row.get("location_type") == "1":
            stations.add(row["stop_id"])
        else:
            members.setdefault(row["stop_id"], []).append(row["stop_id"])
            if row.get("parent_station"):
                members.setdefault(row["parent_station"], []).append(row["stop_id"])
    demanding = [row for row in _rows(folder, "transfers.txt") if row["transfer_type"] in ("1", "2", "3")]
    demanding.sort(key=lambda row: (row["from_stop_id"] in stations) + (row["to_stop_id"] in stations))
    found: dict[tuple[str, str], int | None] = {}
    for row in demanding:
        times = {"1": 0, "2": int(row["min_transfer_time"] or 0), "3": None}
        for a in members.get(row["from_stop_id"], []):
            for b in members.get(row["to_stop_id"], []):
                found.setdefault((a, b), times[row["transfer_type"]])
    return found


# --- the streets ----------------------------------------------------------------------------


@dataclass
class Ground:
    """Streets as an explicit graph, and where points meet them.

    `edges[u]` lists (v, seconds). `ends[point]` = (node, signed seconds along one line through the node); `pace`
    multiplies every walk.
    """

    edges: dict[int, list[tuple[int, Fraction]]]
    ends: dict[str, tuple[int, Fraction]]
    pace: Fraction = Fraction(1)
    _known: dict[int, dict[int, Fraction]] = field(default_factory=dict)

    def walk(self, a: str, b: str) -> int | None:
        """Seconds from a to b, rounded up once; None: no way."""
        (u, out), (v, back) = self.ends[a], self.ends[b]
        if u == v:
            return ceil(abs(out - back) * self.pace)
        if u not in self._known:
            self._known[u] = self.from_node(u)
        between = self._known[u].get(v)
        return None if between is None else ceil((abs(out) + between + abs(back)) * self.pace)

    def from_node(self, source: int) -> dict[int, Fraction]:
        """Seconds to every node that can be reached."""
        best, queue = {source: Fraction(0)}, [(Fraction(0), source)]
        while queue:
            far, u = heapq.heappop(queue)
            if far > best[u]:
                continue
            for v, seconds in self.edges.get(u, ()):
                if v not in best or far + seconds < best[v]:
                    best[v] = far + seconds
                    heapq.heappush(queue, (far + seconds, v))
        return best


# --- the search -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Rules:
    """What the question fixes, in seconds."""

    change: int
    access: int
    egress: int
    transfer: int
    direct: int
    longest: int
    rides: int | None = None


@dataclass
class Oracle:
    """Answers for one feed on one day; `stops` and `cells` are names of points of the ground."""

    feed: Feed
    ground: Ground
    stops: list[str]
    cells: list[str]
    rules: Rules
    earliest: int = 0
    latest: int = 10**9
    _at: list[tuple[int, str, bool]] = field(
        init=False
    )  # time, stop, may be left (arrivals) or boarded (departures)
    _next: list[list[tuple[int, int]]] = field(init=False)  # event -> (event, rides it costs)
    _arrival: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self._at, self._next, self._arrival = [], [], []
        for calls in self.feed.vehicles:
            self._vehicle(calls)
        boards = [e for e, arrival in enumerate(self._arrival) if not arrival and self._at[e][2]]
        ways = {(a, b): self._change(a, b) for a in self.stops for b in self.stops}
        for e, (time, stop, allowed) in enumerate(self._at):
            if self._arrival[e] and allowed:
                for other in boards:
                    took = ways[stop, self._at[other][1]]
                    if took is not None and time + took <= self._at[other][0]:
                        self._next[e].append((other, 1))
        self._boards = boards
        self._egress = {(s, c): self._way(s, c, self.rules.egress) for s in self.stops for c in self.cells}

    def _vehicle(self, calls: list[Call]) -> None:
        seat = None  # the event of the passenger who is on board
        for before, after in pairwise(calls):
            if not (self.earliest <= before.departs and after.arrives <= self.latest):
                seat = None
                continue
            departure, arrival = len(self._at), len(self._at) + 1
            self._at += [
                (before.departs, before.stop, before.pickup),
                (after.arrives, after.stop, after.drop_off),
            ]
            self._arrival += [False, True]
            self._next += [[(arrival, 0)], []]
            if seat is not None:
                self._next[seat].append((departure, 0))
            seat = arrival

    def _way(self, a: str, b: str, limit: int) -> int | None:
        took = self.ground.walk(a, b)
        return took if took is not None and took <= limit else None

    def _change(self, a: str, b: str) -> int | None:
        if (a, b) in self.feed.transfers:
            return self.feed.transfers[a, b]
        if a == b:
            return self.rules.change
        walk = self._way(a, b, self.rules.transfer)
        return None if walk is None else max(walk, self.rules.change)

    def answer(self, origin: str, departure: int) -> dict[str, tuple[int, int] | None]:
        """For each cell seconds from the departure to the earliest arrival and the fewest rides for it; None: never."""
        ridden = self._fewest_rides(origin, departure)
        best: dict[str, tuple[int, int] | None] = {}
        for cell in self.cells:
            found = []
            direct = self._way(origin, cell, min(self.rules.direct, self.rules.longest))
            if direct is not None:
                found.append((direct, 0))
            for event, rides in ridden.items():
                time, stop, allowed = self._at[event]
                walk = self._egress[stop, cell]
                if self._arrival[event] and allowed and walk is not None:
                    found.append((time + walk - departure, rides))
            fits = [f for f in found if f[0] <= self.rules.longest]
            best[cell] = min(fits) if fits else None
        return best

    def _fewest_rides(self, origin: str, departure: int) -> dict[int, int]:
        near = {s: self._way(origin, s, self.rules.access) for s in self.stops}
        queue: deque[tuple[int, int]] = deque()
        for event in self._boards:
            time, stop, _ = self._at[event]
            walk = near[stop]
            if walk is not None and departure + walk <= time:
                queue.append((event, 1))
        known: dict[int, int] = {}
        while queue:
            event, rides = queue.popleft()
            if event in known or (self.rules.rides is not None and rides > self.rules.rides):
                continue
            known[event] = rides
            for other, cost in self._next[event]:
                if cost:
                    queue.append((other, rides + 1))
                else:
                    queue.appendleft((other, rides))
        return known
