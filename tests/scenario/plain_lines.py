# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Lines as lists of calls, drawn at random, changed by loops, and written as a feed: what array changes must equal.

Nothing here shares code with the changes of timetables: a feed is changed as somebody would with a text editor.
"""

from __future__ import annotations

import copy
import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import cos, floor, hypot, radians
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Timetable

FIRST = date(2026, 5, 11)  # a Monday
DATE = np.datetime64("2026-05-13")
DAYS = 9
TODAY = 2  # number of DATE among the days


@dataclass
class Call:
    stop: str
    arrive: int
    depart: int
    board: bool = True
    alight: bool = True


@dataclass
class Trip:
    id: str
    line: str
    days: frozenset[int]
    calls: list[Call]
    bikes: int = 0
    headsign: str = ""

    def order(self) -> list[str]:
        return [call.stop for call in self.calls]

    def hops(self) -> list[tuple[int, int]]:
        """Seconds stood before and seconds in motion of each hop."""
        pairs = pairwise(self.calls)
        return [(a.depart - a.arrive if i else 0, b.arrive - a.depart) for i, (a, b) in enumerate(pairs)]

    def retime(self, hops: list[tuple[int, int]]) -> None:
        """Pass seconds on along the trip; it leaves its first stop when it did."""
        time = self.calls[0].depart
        for i, (wait, run) in enumerate(hops):
            time += wait
            self.calls[i].depart = time
            time += run
            self.calls[i + 1].arrive = time
        self.calls[-1].depart = time


@dataclass
class Feed:
    stops: list[tuple[str, str, float, float]]
    lines: list[tuple[str, int]]
    trips: list[Trip] = field(default_factory=list)

    def copy(self) -> Feed:
        return copy.deepcopy(self)

    def of(self, line: str) -> list[Trip]:
        return [trip for trip in self.trips if trip.line == line]

    def metres(self, a: str, b: str) -> float:
        at = {stop[0]: stop for stop in self.stops}
        narrow = cos(radians(at[a][3]))
        return 111_195.0 * hypot((at[b][2] - at[a][2]) * narrow, at[b][3] - at[a][3])

    def alike(self, stop: str) -> set[str]:
        name = {one[0]: one[1] for one in self.stops}
        return {
            one for one in name if one == stop or (name[one] == name[stop] and self.metres(stop, one) <= 300)
        }

    def write(self, folder: Path) -> None:
        _write(folder / "agency.txt", [("agency_id", "agency_name", "agency_url", "agency_timezone"),
                                       ("A", "A", "https://a.example", "Europe/Rome")])  # fmt: skip
        _write(folder / "stops.txt", [("stop_id", "stop_name", "stop_lon", "stop_lat"), *self.stops])
        _write(folder / "routes.txt", [("route_id", "agency_id", "route_short_name", "route_type"),
                                       *((line, "A", f"n{line}", kind) for line, kind in self.lines)])  # fmt: skip
        days = sorted({trip.days for trip in self.trips}, key=sorted)
        name = {own: f"v{number}" for number, own in enumerate(days)}
        dates = [
            (name[own], (FIRST + timedelta(days=d)).strftime("%Y%m%d"), 1)
            for own in days
            for d in sorted(own)
        ]
        _write(folder / "calendar_dates.txt", [("service_id", "date", "exception_type"), *dates])
        rows = [(t.line, name[t.days], t.id, t.bikes, t.headsign) for t in self.trips]
        head = ("route_id", "service_id", "trip_id", "bikes_allowed", "trip_headsign")
        _write(folder / "trips.txt", [head, *rows])
        times = [
            (t.id, clock(c.arrive), clock(c.depart), c.stop, i, int(not c.board), int(not c.alight))
            for t in self.trips
            for i, c in enumerate(t.calls)
        ]
        head = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence", "pickup_type",
                "drop_off_type")  # fmt: skip
        _write(folder / "stop_times.txt", [head, *times])

    def read(self, folder: Path) -> Timetable:
        folder.mkdir(parents=True, exist_ok=True)
        self.write(folder)
        return read_gtfs([folder])[0]


def _write(path: Path, rows: list[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def unequal(one: Timetable, other: Timetable) -> list[str]:
    """Fields in which two timetables differ; services by the days on which each trip runs."""
    found = []
    for name in Timetable.__dataclass_fields__:
        if name in ("services", "trip_service", "first_date"):
            continue
        a, b = getattr(one, name), getattr(other, name)
        if a.dtype != b.dtype or a.shape != b.shape or not np.array_equal(a, b):
            found.append(name)
    dates = [
        [set((t.first_date + np.flatnonzero(t.services[s])).tolist()) for s in t.trip_service]
        for t in (one, other)
    ]
    return found if dates[0] == dates[1] else [*found, "services"]


# --- the same changes, by loops -----------------------------------------------------------


def sections(feed: Feed, trip: Trip, a: str, b: str, next_to: bool = False) -> tuple[int, int, bool] | None:
    """First and last call of the part between two stops, and whether it is told the other way round."""
    order = trip.order()
    for from_, to, back in ((feed.alike(a), feed.alike(b), False), (feed.alike(b), feed.alike(a), True)):
        for end in range(1, len(order)):
            if order[end] not in to:
                continue
            begins = [i for i in range(end) if order[i] in from_]
            if begins and (not next_to or begins[-1] == end - 1):
                return begins[-1], end, back
    return None


def sped(feed: Feed, line: str, factor: Fraction, a: str, b: str) -> Feed:
    new = feed.copy()
    for trip in new.of(line):
        part = sections(feed, trip, a, b)
        if part is None:
            continue
        hops, whole, passed = trip.hops(), 0, 0
        for i in range(part[0], part[1]):
            whole += hops[i][1]
            upto = floor(whole / factor + Fraction(1, 2))
            hops[i] = (hops[i][0], upto - passed)
            passed = upto
        trip.retime(hops)
    return new


def rerouted(feed: Feed, line: str, a: str, b: str, via: list[str], seconds: list[int], dwell: int) -> Feed:
    new = feed.copy()
    for trip in new.of(line):
        part = sections(feed, trip, a, b)
        if part is None:
            continue
        begin, end, back = part
        hops = trip.hops()
        middle = [Call(stop, 0, 0) for stop in (via[::-1] if back else via)]
        times = seconds[::-1] if back else seconds
        inner = [(hops[begin][0], times[0]), *((dwell, run) for run in times[1:])]
        trip.calls = [*trip.calls[: begin + 1], *middle, *trip.calls[end:]]
        trip.retime([*hops[:begin], *inner, *hops[end:]])
    return new


def called(feed: Feed, line: str, stop: str, a: str, b: str, extra: int, dwell: int) -> Feed:
    new = feed.copy()
    for trip in new.of(line):
        part = sections(feed, trip, a, b, next_to=True)
        if part is None:
            continue
        at = part[0]
        hops = trip.hops()
        near, far = feed.metres(stop, trip.calls[at].stop), feed.metres(stop, trip.calls[at + 1].stop)
        run = hops[at][1] + extra - dwell
        first = floor(run * (near / (near + far) if near + far else 0.5) + 0.5)
        trip.calls.insert(at + 1, Call(stop, 0, 0))
        trip.retime([*hops[:at], (hops[at][0], first), (dwell, run - first), *hops[at + 1 :]])
    return new


def stood(feed: Feed, stop: str, seconds: int, line: str | None) -> Feed:
    new = feed.copy()
    for trip in new.trips:
        if line in (None, trip.line):
            hops = trip.hops()
            order = trip.order()
            trip.retime([(seconds if i and order[i] == stop else w, r) for i, (w, r) in enumerate(hops)])
    return new


def through(feed: Feed, stop: str) -> Feed:
    new = feed.copy()
    for trip in new.trips:
        trip.calls = [call for call in trip.calls if call.stop != stop]
    new.trips = [trip for trip in new.trips if len(trip.calls) > 1]
    return new


def backwards(feed: Feed, main: list[str], order: list[str]) -> bool:
    at = {stop[0]: (stop[2], stop[3]) for stop in feed.stops}
    narrow = cos(radians(at[main[0]][1]))

    def along(stop: str) -> int:
        far = [((at[stop][0] - at[m][0]) * narrow) ** 2 + (at[stop][1] - at[m][1]) ** 2 for m in main]
        return far.index(min(far))

    numbers = [along(stop) for stop in order]
    return sum((b > a) - (b < a) for a, b in pairwise(numbers)) < 0


def most(orders: list[list[str]]) -> list[str]:
    return max(orders, key=lambda order: (orders.count(order), -orders.index(order)))


def headway(  # noqa: C901
    feed: Feed, line: str, periods: list[tuple[int, int, int]], first: int | None, direction: int | None
) -> Feed:
    new = feed.copy()
    every = feed.of(line)
    main = most([trip.order() for trip in every])
    added: list[Trip] = []
    cut: dict[str, frozenset[int]] = {}
    for way in (0, 1):
        own = [t for t in every if backwards(feed, main, t.order()) == bool(way)]
        today = [t for t in own if TODAY in t.days]
        if direction not in (None, way) or not today:
            continue
        order = most([t.order() for t in today])
        same = sorted((t for t in today if t.order() == order), key=lambda t: t.calls[0].depart)

        def inside(time: int) -> bool:
            return any(a <= time < b for a, b, _ in periods)

        reference = next((t for t in same if inside(t.calls[0].depart)), same[0])
        wanted = set()
        for a, b, step in periods:
            if first is not None:
                wanted |= {time for time in range(first, b, step) if time >= a}
                continue
            now = [t.calls[0].depart for t in same if a <= t.calls[0].depart < b]
            anchor = now[0] if now else a
            wanted |= {time for time in range(a, b) if (time - anchor) % step == 0}
        leaves = [call.depart for call in reference.calls[:-1]] + [reference.calls[-1].arrive]
        met = set()
        for trip in own:
            if not trip.days & reference.days:
                continue
            behind = position(trip.order(), order)
            if trip.order() == order:
                behind = 0
            if behind is None or not inside(trip.calls[0].depart - (leaves[behind] - leaves[0])):
                continue
            time = trip.calls[0].depart
            if trip.order() == order and trip.days >= reference.days and time in wanted - met:
                met.add(time)
            else:
                cut[trip.id] = trip.days - reference.days
        for time in sorted(wanted - met):
            shift = time - reference.calls[0].depart
            calls = [
                Call(c.stop, c.arrive + shift, c.depart + shift, c.board, c.alight) for c in reference.calls
            ]
            name = f"{line}:{way}:{clock(time)}"
            added.append(Trip(name, line, reference.days, calls, reference.bikes, reference.headsign))
    new.trips = [t for t in new.trips if cut.get(t.id, t.days)] + added
    for trip in new.trips:
        trip.days = cut.get(trip.id, trip.days)
    return new


def position(own: list[str], reference: list[str]) -> int | None:
    """Where in the reference the first of a trip's stops lies, when all of them lie in it in order."""
    at, begin = 0, None
    for stop in own:
        if stop not in reference[at:]:
            return None
        found = reference.index(stop, at)
        begin = found if begin is None else begin
        at = found + 1
    return begin


# --- drawing ------------------------------------------------------------------------------


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A few stops on a line, some with one of their name beside them, and lines there and back over them."""
    number = draw(st.integers(4, 7))
    stops = [
        (f"s{i}", f"Stop {i}", 7.6 + 0.01 * i, 45.0 + draw(st.sampled_from([0, 0.002])))
        for i in range(number)
    ]
    twins = draw(st.sets(st.integers(0, number - 1), max_size=2))
    stops += [(f"s{i}b", f"Stop {i}", 7.6 + 0.01 * i + 0.001, 45.001) for i in sorted(twins)]
    ids = [stop[0] for stop in stops]
    feed = Feed(stops, [(f"L{i}", draw(st.sampled_from([0, 2, 3]))) for i in range(draw(st.integers(1, 3)))])
    days = [frozenset(range(5)), frozenset({TODAY}), frozenset(range(DAYS)), frozenset({TODAY, 5})]
    for line, _ in feed.lines:
        main = ids[: draw(st.integers(3, number))]
        orders = [main, main, main[::-1], main[1:], draw(st.permutations(ids))[:3], [*main, main[0]]]
        for k in range(draw(st.integers(1, 7))):
            order = draw(st.sampled_from(orders))
            own = draw(st.sampled_from(days)) if k else days[0]
            start = 7 * 3600 + 600 * draw(st.integers(0, 12))
            calls, time = [], start
            for i, stop in enumerate(order):
                wait = draw(st.sampled_from([0, 0, 20])) if 0 < i < len(order) - 1 else 0
                door = draw(st.sampled_from([(True, True)] * 4 + [(True, False), (False, True)]))
                calls.append(Call(stop, time, time + wait, *door))
                time += wait + draw(st.sampled_from([0, 60, 90, 101, 300]))
            feed.trips.append(Trip(f"{line}-{k}", line, own, calls, draw(st.integers(0, 2)), order[-1]))
    return feed
