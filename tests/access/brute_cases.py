# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small random worlds, and plain label correction in them for every departure by itself."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from aumenta.access.scan import Profiles
from aumenta.access.walks import query_walks
from aumenta.access.window import cut
from aumenta.network.model import ALIGHT, BOARD, About, Network, Points, Streets, Timetable, Walks

DATE = np.datetime64("2026-03-04")
DAY = 86_400
NONE = 65_535


def words(prefix: str, n: int) -> np.ndarray:
    return np.array([f"{prefix}{i}" for i in range(n)], dtype=np.str_)


def timetable(stops: int, trips: list[dict], rules: list[tuple[int, int, int]], services: list[list[bool]]):
    """A Timetable of trips given as stops, times of arrival and departure, flags; the first date is the day before."""
    rows = []
    for t, trip in enumerate(trips):
        for i in range(len(trip["stops"]) - 1):
            flags = (BOARD if trip["board"][i] else 0) | (ALIGHT if trip["alight"][i + 1] else 0)
            rows.append(
                (trip["dep"][i], t, i, trip["stops"][i], trip["stops"][i + 1], trip["arr"][i + 1], flags)
            )
    rows.sort(key=lambda r: r[:3])
    column = lambda k: np.array([r[k] for r in rows], np.int32)  # noqa: E731
    one = np.zeros(1, np.int32)
    return Timetable(
        stop_id=words("s", stops),
        stop_name=words("s", stops),
        stop_lon=np.zeros(stops),
        stop_lat=np.zeros(stops),
        stop_station=np.full(stops, -1, np.int32),
        line_id=words("l", 1),
        line_name=words("l", 1),
        line_long=words("l", 1),
        line_type=one,
        line_agency=words("a", 1),
        trip_id=words("t", len(trips)),
        trip_line=np.zeros(len(trips), np.int32),
        trip_headsign=words("h", len(trips)),
        trip_bikes=np.array([t.get("bikes", 0) for t in trips], np.uint8),
        trip_service=np.array([t["service"] for t in trips], np.int32),
        conn_from=column(3),
        conn_to=column(4),
        conn_dep=column(0),
        conn_arr=column(5),
        conn_trip=column(1),
        conn_flags=column(6).astype(np.uint8),
        services=np.array(services, bool).reshape(-1, 3),
        first_date=DATE - 1,
        rule_from=np.array([r[0] for r in rules], np.int32),
        rule_to=np.array([r[1] for r in rules], np.int32),
        rule_seconds=np.array([r[2] for r in rules], np.int32),
    )


def compressed(rows: list[dict[int, float]]) -> Walks:
    lists = [sorted(row.items(), key=lambda item: (item[1], item[0])) for row in rows]
    indptr = np.concatenate([[0], np.cumsum([len(x) for x in lists])]).astype(np.int32)
    flat = [pair for x in lists for pair in x]
    return Walks(indptr, np.array([p[0] for p in flat], np.int32), np.array([p[1] for p in flat], np.float32))


def network(table, egress: list[dict[int, float]], footpaths: list[dict[int, float]]) -> Network:
    nowhere = Points(np.zeros(0), np.zeros(0), {})
    walks = compressed(egress)
    return Network(
        streets=Streets("friction", np.zeros(0), np.zeros(0), {}),
        cells=nowhere,
        about=About("estimated"),
        timetable=table,
        stops=nowhere,
        access=walks,
        egress=walks,
        footpaths=compressed(footpaths),
    )


def oracle_arrivals(case: dict) -> list[dict[int, int]]:  # noqa: C901, PLR0912
    """Arrivals by vehicle at stops for each departure by itself, repeated over all runs until nothing changes."""
    runs = []
    for day in (-1, 0, 1):
        for trip in case["trips"]:
            if case["services"][trip["service"]][day + 1] and (not case["bikes"] or trip["bikes"] == 1):
                shift = day * DAY - case["start"]
                runs.append(
                    (trip, [a + shift for a in trip["arr"]], [d + shift for d in trip["dep"]]),
                )
    ruled = {(v, w): s for v, w, s in case["rules"]}
    changes: list[dict[int, int]] = []
    for v in range(case["stops"]):
        goals = {v: case["change"]}
        for w, seconds in case["footpaths"][v].items():
            walk = math.ceil(float(np.float32(seconds)) * case["factor"])
            if w != v and walk <= case["transfer"]:
                goals[w] = max(walk, case["change"])
        for (a, b), seconds in ruled.items():
            if a == v:
                goals.pop(b, None)
                if seconds >= 0:
                    goals[b] = seconds
        changes.append(goals)
    found = []
    for i in range(case["count"]):
        leave = i * case["step"]
        ready = {s: leave + walk for s, walk in sorted(case["access"], key=lambda x: -x[1])}
        vehicle: dict[int, int] = {}
        again = True
        while again:
            again = False
            for trip, arr, dep in runs:
                aboard = False
                for k in range(len(trip["stops"]) - 1):
                    if trip["board"][k] and ready.get(trip["stops"][k], 10**9) <= dep[k]:
                        aboard = True
                    v = trip["stops"][k + 1]
                    if aboard and trip["alight"][k + 1] and arr[k + 1] < vehicle.get(v, 10**9):
                        vehicle[v] = arr[k + 1]
                        again = True
                        for w, seconds in changes[v].items():
                            ready[w] = min(ready.get(w, 10**9), arr[k + 1] + seconds)
        found.append(vehicle)
    return found


def oracle(case: dict) -> np.ndarray:
    """Seconds (cells, departures)."""
    out = np.full((len(case["egress"]), case["count"]), NONE, np.uint16)
    for i, vehicle in enumerate(oracle_arrivals(case)):
        for c, row in enumerate(case["egress"]):
            best = int(case["direct"][c])
            for s, seconds in row.items():
                walk = math.ceil(float(np.float32(seconds)) * case["factor"])
                if s in vehicle and walk <= case["egress_limit"]:
                    best = min(best, vehicle[s] + walk - i * case["step"])
            out[c, i] = best if best <= case["limit"] else NONE
    return out


@st.composite
def cases(draw) -> dict:
    stops = draw(st.integers(1, 6))
    stop = st.integers(0, stops - 1)
    unit = draw(st.sampled_from([1, 7, 60]))
    start = draw(st.sampled_from([0, 25_200, 86_000]))
    count = draw(st.integers(1, 9))
    step = draw(st.sampled_from([60, 17, 1, 300]))
    limit = draw(st.sampled_from([400, 1_800, 3_600]))
    horizon = (count * step + limit) // unit
    services = draw(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=2))
    trips = []
    for _ in range(draw(st.integers(0, 9))):
        size = draw(st.integers(2, 6))
        day = draw(st.sampled_from([0, 0, 0, DAY, -DAY]))
        time = draw(st.integers(-3, min(horizon, 40)))
        arr, dep = [], []
        for _ in range(size):
            arr.append(start + day + time * unit)
            time += draw(st.sampled_from([0, 0, 0, 1, 2]))
            dep.append(start + day + time * unit)
            time += draw(st.sampled_from([0, 0, 1, 1, 2, 5]))
        if arr[0] < 0:
            continue  # times of a feed count from midnight of its own day
        flags = st.lists(st.sampled_from([True, True, True, False]), min_size=size, max_size=size)
        trips.append(
            {
                "stops": draw(st.lists(stop, min_size=size, max_size=size)),
                "arr": arr,
                "dep": dep,
                "board": draw(flags),
                "alight": draw(flags),
                "service": draw(st.integers(0, len(services) - 1)),
                "bikes": draw(st.sampled_from([0, 1, 1, 2])),
            }
        )
    seconds = st.sampled_from([0.0, 0.2, 30.0, 59.5, 60.0, 120.0, 240.1])
    row = st.dictionaries(stop, seconds, max_size=3)
    cells = draw(st.integers(1, 4))
    return {
        "stops": stops,
        "start": start,
        "count": count,
        "step": step,
        "limit": limit,
        "services": services,
        "trips": trips,
        "bikes": draw(st.sampled_from([False, False, True])),
        "footpaths": [draw(row) for _ in range(stops)],
        "egress": [draw(row) for _ in range(cells)],
        "direct": np.array(
            draw(st.lists(st.sampled_from([NONE, NONE, 900, 60, 0]), min_size=cells, max_size=cells)),
            np.uint16,
        ),
        "access": draw(st.lists(st.tuples(stop, st.sampled_from([0, 0, 1, 60, 95, 400])), max_size=3)),
        "rules": draw(
            st.lists(
                st.tuples(stop, stop, st.sampled_from([-1, 0, 45, 600])),
                max_size=2,
                unique_by=lambda r: r[:2],
            )
        ),
        "change": draw(st.sampled_from([0, 0, 60, 120])),
        "transfer": draw(st.sampled_from([60, 600])),
        "egress_limit": draw(st.sampled_from([60, 600])),
        "factor": draw(st.sampled_from([1.0, 1.4, 0.5])),
    }


def profiles(case: dict) -> Profiles:
    table = timetable(case["stops"], case["trips"], case["rules"], case["services"])
    net = network(table, case["egress"], case["footpaths"])
    walks = query_walks(net, case["factor"], 600, case["egress_limit"], case["transfer"], case["change"])
    window = cut(table, DATE, case["start"], case["count"], case["step"], case["limit"], case["bikes"])
    answer = Profiles(window, walks, case["stops"])
    answer.run(
        np.array([a[0] for a in case["access"]], np.int32),
        np.array([a[1] for a in case["access"]], np.uint16),
    )
    return answer


def dense(seed: int) -> dict:
    """A busier world than hypothesis likes to make. By seed: wide ones, crowded instants, all within seconds."""
    random = np.random.default_rng(seed)
    style = seed % 3
    stops = int(random.integers(4, 14))
    count = int(random.choice([2, 15, 64, 70])) if style == 0 else int(random.integers(2, 12))
    step = int(random.choice([60, 60, 20, 7])) if style < 2 else int(random.integers(1, 8))
    unit = (int(random.choice([1, 30, 60])), 60, 1)[style]
    limit = int(random.choice([900, 3_600])) if style < 2 else int(random.integers(20, 60))
    hops = ([0, 1, 1, 2, 5, 1_200 // unit], [0, 0, 0, 1, 2], [0, 1, 1, 2, 3, 5])[style]
    walks = [0.0, 0.2, 30.0, 59.5, 60.0, 200.7, 599.2] if style < 2 else [0.0, 0.9, 2.0, 3.0, 4.0, 9.0]
    start = int(random.choice([25_200, 86_300]))
    horizon = count * step + limit
    trips = []
    for _ in range(int(random.integers(10, 70))):
        size = int(random.integers(2, 8))
        time = int(random.integers(-horizon // 4, horizon)) // unit * unit
        arr, dep = [], []
        for _ in range(size):
            arr.append(start + time)
            time += int(random.choice([0, 0, 1])) * unit
            dep.append(start + time)
            time += int(random.choice(hops)) * unit
        trips.append(
            {
                "stops": random.integers(0, stops, size).tolist(),
                "arr": arr,
                "dep": dep,
                "board": (random.random(size) < 0.9).tolist(),
                "alight": (random.random(size) < 0.9).tolist(),
                "service": 0,
                "bikes": 0,
            }
        )

    def some() -> dict[int, float]:
        return {
            int(s): float(random.choice(walks)) for s in random.integers(0, stops, int(random.integers(0, 4)))
        }

    cells = 6
    return {
        "stops": stops,
        "start": start,
        "count": count,
        "step": step,
        "limit": limit,
        "services": [[False, True, False]],
        "trips": trips,
        "bikes": False,
        "footpaths": [some() for _ in range(stops)],
        "egress": [some() for _ in range(cells)],
        "direct": random.choice([NONE, NONE, limit // 2, 2_000], cells).astype(np.uint16),
        "access": [
            (int(s), int(random.integers(0, (500, 120, 9)[style]))) for s in random.integers(0, stops, 3)
        ],
        "rules": [(0, 1, int(random.choice([-1, 0, 300]))), (2, 2, int(random.integers(0, 50)))],
        "change": int(random.choice(([0, 0, 60, 120], [0, 0, 0, 60], [0, 1, 2])[style])),
        "transfer": 600,
        "egress_limit": 600,
        "factor": 1.0,
    }
