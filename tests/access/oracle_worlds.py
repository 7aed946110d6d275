# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small random worlds: a GTFS folder, streets and a question, for the real chain and for the oracle alike.

Nodes of the streets lie kilometres apart on a line and points a few steps of 7 metres beside them (5 seconds each at
base speed), so that nobody can argue about nearest nodes or the last bit of a second. A one-way ring too long to be
walked joins all nodes, hence every node is one that points may be attached to.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from oracle import DAY, WEEKDAYS, Ground, Oracle, Rules, read_feed

from aumenta.access.options import Options
from aumenta.network.compile import compile_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Graph, Network, Streets

DATE = Date(2026, 5, 13)
APART, STEP = 5000.0, 7.0
SPEEDS = {1.4: Fraction(1), 0.7: Fraction(2), 2.8: Fraction(1, 2), 1.2: Fraction(7, 6), 1.05: Fraction(4, 3)}
Row = dict[str, str]


@dataclass(frozen=True)
class World:
    """`stops`, `cells`: (node, steps beside it); `edges`: (from, to, quarters of a second)."""

    nodes: int
    edges: list[tuple[int, int, int]]
    stops: list[tuple[int, int]]
    cells: list[tuple[int, int]]
    tables: dict[str, list[Row]] = field(repr=False)
    question: dict[str, Any]

    def options(self, **other: Any) -> Options:
        return Options(**{**self.question, "date": DATE.isoformat(), **other})

    def write(self, folder: Path) -> None:
        for name, rows in self.tables.items():
            if rows:
                with (folder / name).open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                    writer.writeheader()
                    writer.writerows(rows)

    def network(self, folder: Path) -> Network:
        """The real chain up to the compiled network."""
        timetable, _ = read_gtfs([folder])
        x, y = zip(*(place(*cell) for cell in self.cells), strict=True)
        return compile_network(self.streets(), np.array(x), np.array(y), timetable)

    def streets(self) -> Streets:
        x, y = zip(*(place(node, 0) for node in range(self.nodes)), strict=True)
        tail, head, quarters = (np.array(column, np.int32) for column in zip(*self.walked(), strict=True))
        seconds = (quarters / 4).astype(np.float32)
        graph = Graph(*_rows(tail, head, seconds, self.nodes), *_rows(head, tail, seconds, self.nodes))
        return Streets("osm", np.array(x), np.array(y), {"foot": graph})

    def walked(self) -> list[tuple[int, int, int]]:
        """All edges: the drawn ones and the ring."""
        return [*self.edges, *((u, (u + 1) % self.nodes, 4 * 20_000) for u in range(self.nodes))]

    def oracle(self, folder: Path, options: Options) -> Oracle:
        ends = {f"c{i}": (node, Fraction(5 * steps)) for i, (node, steps) in enumerate(self.cells)}
        ends |= {f"s{i}": (node, Fraction(5 * steps)) for i, (node, steps) in enumerate(self.stops)}
        edges: dict[int, list[tuple[int, Fraction]]] = {}
        for u, v, quarters in self.walked():
            edges.setdefault(u, []).append((v, Fraction(quarters, 4)))
        rules = Rules(
            change=options.change_seconds,
            access=int(options.access_minutes * 60),
            egress=int(options.egress_minutes * 60),
            transfer=int(options.transfer_minutes * 60),
            direct=int(options.direct_minutes * 60),
            longest=options.max_seconds,
            rides=options.rides,
        )
        return Oracle(
            read_feed(folder, DATE),
            Ground(edges, ends, SPEEDS[options.walk_speed]),
            [f"s{i}" for i in range(len(self.stops))],
            [f"c{i}" for i in range(len(self.cells))],
            rules,
            options.start,
            options.start + options.count * options.step + options.max_seconds,
        )


def place(node: int, steps: int) -> tuple[float, float]:
    """Metres in EPSG:3035."""
    return 4_100_000.0 + APART * node + STEP * steps, 2_450_000.0


@cache
def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, by another library than the one under test."""
    lon, lat = _projection().transform(x, y)
    return float(lon), float(lat)


@cache
def _projection() -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(3035, 4326, always_xy=True)


def _rows(tail: Any, head: Any, seconds: Any, nodes: int) -> tuple[Any, Any, Any]:
    order = np.argsort(tail, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int32)
    return indptr, np.ascontiguousarray(head[order]), np.ascontiguousarray(seconds[order])


# --- drawing ------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A whole small world."""
    nodes = draw(st.integers(3, 6))
    one = st.integers(0, nodes - 1)
    quarter = st.sampled_from([1, 120, 216, 239, 240, 241, 800, 1400, 2399, 2400, 2401, 4000])
    edges = draw(st.lists(st.tuples(one, one, quarter), max_size=4))
    if draw(st.booleans()):
        edges = [*edges, *((v, u, q) for u, v, q in edges)]
    beside = st.sampled_from([0, 0, 0, 1, -1, 3])
    stops = [(node, draw(beside)) for node in range(nodes)]  # each node has a stop, some have two
    stops += draw(st.lists(st.tuples(one, beside), max_size=2))
    cells = [(node, draw(beside)) for node in draw(st.permutations(range(nodes)))[: draw(st.integers(2, 3))]]
    start = draw(st.sampled_from([7 * 3600, 7 * 3600, 600, 23 * 3600 + 1800]))
    services = draw(st.lists(st.sets(st.sampled_from([-1, 0, 1])), min_size=1, max_size=3))
    services[0].add(0)
    tables = draw(feeds(stops, start, services))
    count, step = draw(st.integers(1, 10)), draw(st.sampled_from([60, 60, 10, 300]))
    question = {
        "window": (clock(start), clock(start + count * step)),
        "step": step,
        "max_minutes": draw(st.sampled_from([120, 60, 30, 10])),
        "walk_speed": draw(st.sampled_from([1.4, 1.2, 0.7, 2.8, 1.05])),
        "access_minutes": draw(st.sampled_from([20, 20, 20, 20, 5, 0])),
        "egress_minutes": draw(st.sampled_from([20, 20, 5])),
        "transfer_minutes": draw(st.sampled_from([10, 10, 2, 0])),
        "direct_minutes": draw(st.sampled_from([60, 60, 10, 0])),
        "change_seconds": draw(st.sampled_from([0, 0, 60, 120])),
    }
    return World(nodes, edges, stops, cells, tables, question)


@st.composite
def feeds(
    draw: st.DrawFn, stops: list[tuple[int, int]], start: int, services: list[set[int]]
) -> dict[str, list[Row]]:
    """Tables of a feed whose trips run about the window that starts at `start`."""
    tables: dict[str, list[Row]] = {
        "agency.txt": [
            {
                "agency_id": "A",
                "agency_name": "A",
                "agency_url": "https://a.example",
                "agency_timezone": "Europe/Rome",
            }
        ],
        "routes.txt": [{"route_id": "R", "agency_id": "A", "route_short_name": "1", "route_type": "3"}],
        "stops.txt": draw(stop_rows(stops)),
        "trips.txt": [],
        "stop_times.txt": [],
        "frequencies.txt": [],
        **draw(service_rows(services)),
    }
    with_shapes, chained = draw(st.booleans()), draw(st.booleans())
    for number in range(draw(st.integers(2, 5))):
        begin, length = draw(st.integers(0, len(stops) - 1)), draw(st.sampled_from([2, 2, 3, 4]))
        line = [(begin + i) % len(stops) for i in range(length)]
        if draw(st.booleans()):
            line = draw(st.permutations(range(len(stops))))[:length]
        if chained:  # each line goes on where and when the one before ends
            line = [number % len(stops), (number + 1) % len(stops)]
        line += draw(st.lists(st.integers(0, len(stops) - 1), max_size=2))  # perhaps a loop
        for _ in range(draw(st.integers(1, 3))):
            trip = f"t{len(tables['trips.txt'])}"
            # the first trip runs on the date itself, or nobody could ask for it
            service = draw(st.integers(0, len(services) - 1)) if tables["trips.txt"] else 0
            tables["trips.txt"].append({"route_id": "R", "service_id": f"v{service}", "trip_id": trip})
            # the times of a trip of the day before are those of the window and 24 hours
            days = draw(st.sampled_from([0, 0, -min(services[service], default=0)]))
            first = start + days * DAY + 60 * draw(st.integers(-4, 5 if chained else 25))
            first += 240 * number if chained else 0
            first += DAY if first < 0 else 0
            tables["stop_times.txt"] += draw(trip_rows(trip, line, first, with_shapes))
            if draw(st.integers(0, 4)) == 0:
                span = draw(st.sampled_from([60, 599, 600, 1200]))
                row = {"trip_id": trip, "start_time": clock(first), "end_time": clock(first + span)}
                row |= {"headway_secs": draw(st.sampled_from(["120", "300", "450"])), "exact_times": "1"}
                tables["frequencies.txt"].append(row)
    tables["stop_times.txt"] = draw(st.permutations(tables["stop_times.txt"]))
    tables["transfers.txt"] = draw(transfer_rows([row["stop_id"] for row in tables["stops.txt"]]))
    return tables


@st.composite
def stop_rows(draw: st.DrawFn, stops: list[tuple[int, int]]) -> list[Row]:
    station = draw(st.booleans())
    rows = []
    for i, stop in enumerate(stops):
        lon, lat = degrees(*place(*stop))
        row = {
            "stop_id": f"s{i}",
            "stop_name": f"Stop {i}",
            "stop_lat": f"{lat:.11f}",
            "stop_lon": f"{lon:.11f}",
        }
        parent = "P" if station and draw(st.booleans()) else ""
        rows.append({**row, "location_type": "", "parent_station": parent})
    if station:
        rows.append({**rows[0], "stop_id": "P", "stop_name": "P", "location_type": "1", "parent_station": ""})
    return rows


@st.composite
def service_rows(draw: st.DrawFn, services: list[set[int]]) -> dict[str, list[Row]]:
    """Services that run on given days about the date, by calendar.txt with exceptions or by exceptions alone."""
    calendar: list[Row] = []
    dates: list[Row] = [
        {"service_id": f"v{number}", "date": _day(40), "exception_type": "1"}
        for number in range(len(services))
    ]
    for number, days in enumerate(services):
        base: set[int] = set()
        if draw(st.booleans()):
            base = draw(st.sets(st.sampled_from([-1, 0, 1])))
            first, last = draw(st.sampled_from([(-1, 1), (0, 1), (-1, 0), (-300, 300)]))
            row = {"service_id": f"v{number}"}
            on = {(DATE + timedelta(days=d)).weekday() for d in base}
            row |= {name: str(int(w in on)) for w, name in enumerate(WEEKDAYS)}
            row |= {"start_date": _day(first), "end_date": _day(last)}
            calendar.append(row)
            base = {d for d in base if first <= d <= last}
        for d in sorted(base ^ days):
            kind = "1" if d in days else "2"
            dates.append({"service_id": f"v{number}", "date": _day(d), "exception_type": kind})
    return {"calendar.txt": calendar, "calendar_dates.txt": dates}


def _day(days: int) -> str:
    return (DATE + timedelta(days=days)).strftime("%Y%m%d")


@st.composite
def trip_rows(draw: st.DrawFn, trip: str, line: list[int], first: int, with_shapes: bool) -> list[Row]:
    """stop_times of a trip: hops and stays of no time, blanks, forbidden doors."""
    time, rows, along = first, [], Fraction(0)
    door = st.sampled_from(["", "0", "", "", "", "1", "2", "3"])
    tell = st.sampled_from(["both", "both", "both", "arrival", "departure", "none"])
    shapes = with_shapes and draw(st.booleans())
    sequence = 0
    for i, stop in enumerate(line):
        arrival = time
        time += draw(st.sampled_from([0, 0, 0, 30, 60]))
        how = draw(tell) if 0 < i < len(line) - 1 else "both"
        row = {
            "trip_id": trip,
            "arrival_time": clock(arrival) if how in ("both", "arrival") else "",
            "departure_time": clock(time) if how in ("both", "departure") else "",
            "stop_id": f"s{stop}",
            "stop_sequence": str(sequence),
            "pickup_type": draw(door),
            "drop_off_type": draw(door),
            "shape_dist_traveled": str(float(along)) if shapes else "",
        }
        rows.append(row)
        sequence += draw(st.sampled_from([1, 1, 5]))
        along += draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(4), Fraction(0)]))
        time += draw(st.sampled_from([0, 0, 30, 60, 60, 90, 120, 300]))
    return rows


@st.composite
def transfer_rows(draw: st.DrawFn, ids: list[str]) -> list[Row]:
    rows = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 4]))):
        kind = draw(st.sampled_from(["", "0", "1", "2", "2", "3"]))
        row = {"from_stop_id": draw(st.sampled_from(ids)), "to_stop_id": draw(st.sampled_from(ids))}
        row |= {
            "transfer_type": kind,
            "min_transfer_time": "" if kind != "2" else draw(st.sampled_from(["0", "90", "300"])),
        }
        rows.append(row)
    return rows


def clock(seconds: int) -> str:
    """H:MM:SS, hours with one digit before ten, as some feeds write them."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
