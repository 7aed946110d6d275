# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small towns where lines matter: stops a quarter of an hour apart on foot, and many ways between them by vehicle."""

from __future__ import annotations

import numpy as np

from aumenta.network.compile import compile_network
from aumenta.network.model import Graph, Network, Streets, Timetable

DATE = np.datetime64("2026-05-13")
START = 7 * 3600


def dense_town(seed: int, nodes: int = 9) -> Network:
    """A stop and a cell at every node, lines over some of them, walks and drives (four times as fast) between some."""
    draw = np.random.default_rng(seed)
    x = 4_100_000.0 + 5000.0 * np.arange(nodes)
    y = np.full(nodes, 2_450_000.0)
    tail, head, seconds = list[int](), list[int](), list[float]()
    for u in range(nodes):
        for v in draw.choice(nodes, 2, replace=False).tolist():
            took = int(draw.integers(60, 1500))
            tail, head, seconds = [*tail, u, v], [*head, v, u], [*seconds, took, took]
        tail, head, seconds = [*tail, u], [*head, (u + 1) % nodes], [*seconds, 20_000]
    driven = [took / 4 for took in seconds]
    foot = Graph(*rows(tail, head, seconds, nodes), *rows(head, tail, seconds, nodes))
    car = Graph(*rows(tail, head, driven, nodes), *rows(head, tail, driven, nodes))
    streets = Streets("osm", x, y, {"foot": foot, "car": car})
    return compile_network(streets, x, y, timetable(draw, nodes, streets))


def rows(tail: list[int], head: list[int], seconds: list[float], nodes: int) -> tuple:
    order = np.lexsort((head, tail))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int32)
    return indptr, np.array(head, np.int32)[order], np.array(seconds, np.float32)[order]


def timetable(draw: np.random.Generator, nodes: int, streets: Streets) -> Timetable:
    hops, trips = [], []
    lines = int(draw.integers(4, 8))
    for line in range(lines):
        way = draw.choice(nodes, int(draw.integers(2, 6)), replace=False)
        rides = draw.choice([0, 60, 120, 300, 600], len(way) - 1)
        headway, start = int(draw.choice([300, 600, 900, 1200])), START + int(draw.integers(-600, 1200))
        for leave in range(start, start + 4500, headway):
            time = leave
            for a, b, ride in zip(way[:-1], way[1:], rides, strict=True):
                slow = int(ride) + int(draw.choice([0, 0, 60]))
                hops.append(
                    (int(a), int(b), time, time + slow, len(trips), int(draw.choice([3, 3, 3, 3, 1, 2])))
                )
                time += slow + int(draw.choice([0, 0, 30]))
            trips.append(line)
    hops.sort(key=lambda hop: (hop[2], hop[4]))  # stable: hops of one trip stay in the order of travel
    columns = [np.array(column, np.int32) for column in zip(*hops, strict=True)]
    lon, lat = streets.plane.to_degrees(streets.x, streets.y)
    count, none = len(trips), np.zeros(0, np.int32)
    names = np.array([f"s{i}" for i in range(nodes)])
    ids = np.array([f"L{i}" for i in range(lines)])
    return Timetable(
        names, names, lon, lat, np.full(nodes, -1, np.int32),
        ids, ids, ids, np.full(lines, 3, np.int32), ids,
        np.array([f"t{i}" for i in range(count)]), np.array(trips, np.int32), np.array([""] * count),
        np.zeros(count, np.uint8), np.zeros(count, np.int32),
        *columns[:5], columns[5].astype(np.uint8), np.ones((1, 1), bool), DATE, none, none, none,
    )  # fmt: skip
