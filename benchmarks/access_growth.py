# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How the time of one origin grows: a quarter, half, once, twice the departures, cells and stop times."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from measure import Figure, median

from aumenta.access.options import Options, clock
from aumenta.access.router import Router
from aumenta.network.compile import with_cells
from aumenta.network.files import open_network
from aumenta.network.model import Network, Timetable

SHARES = (0.25, 0.5, 1.0, 2.0)
DEPARTURES, STARTS = 120, 7 * 3600
#: Seconds that the second copy of a trip leaves after the first.
LATER = 157


def figures(folder: Path, origins: Sequence[int], told: str) -> Iterator[Figure]:
    """Milliseconds of one answer (percentiles 25, 50, 75), one thing changed at a time."""
    network = open_network(folder)
    points = [(float(network.cells.x[at]), float(network.cells.y[at])) for at in origins]
    for share in SHARES:
        count = round(DEPARTURES * share)
        yield _figure(f"departures.{count}", network, points, count, told)
    for share in SHARES:
        own = _with_cells(network, share)
        yield _figure(f"cells.{len(own.cells)}", own, points, DEPARTURES, told)
    for share in SHARES:
        assert network.timetable is not None
        own = replace(network, timetable=with_trips(network.timetable, share))
        calls = len(own.timetable.conn_dep) + _runs(own.timetable) if own.timetable else 0
        yield _figure(f"stop_times.{calls}", own, points, DEPARTURES, told)


def _runs(timetable: Timetable) -> int:
    return len(np.unique(timetable.conn_trip))


def _figure(
    name: str, network: Network, points: Sequence[tuple[float, float]], count: int, told: str
) -> Figure:
    from aumenta.territory.plane import EUROPE

    router = Router(network, Options(window=("7:00", clock(STARTS + 60 * count))))
    places = [tuple(float(one) for one in EUROPE.to_degrees(x, y)) for x, y in points]
    best = []
    router.one_to_all(places[0])
    for place in places:
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            router.one_to_all(place)
            taken.append((time.perf_counter() - began) * 1000)
        best.append(min(taken))
    where = f"{told}; 1 thread, median of {len(points)} origins, percentiles 25, 50, 75"
    return Figure(f"access.growth.{name}.ms", median(best), "ms", True, None, None, where)


def _with_cells(network: Network, share: float) -> Network:
    """A part of the cells by lot, or all of them twice, the second 70 m aside."""
    x, y = np.asarray(network.cells.x), np.asarray(network.cells.y)
    if share == 1:
        return network
    if share > 1:
        return with_cells(network, np.concatenate([x, x + 70]), np.concatenate([y, y + 70]))
    chosen = np.sort(np.random.default_rng(3).permutation(len(x))[: round(len(x) * share)])
    return with_cells(network, x[chosen], y[chosen])


def with_trips(timetable: Timetable, share: float) -> Timetable:
    """A part of the trips by lot, or all of them twice, the second a little later."""
    names = ("conn_from", "conn_to", "conn_dep", "conn_arr", "conn_trip", "conn_flags")
    own: dict[str, Any] = {name: np.asarray(getattr(timetable, name)) for name in names}
    if share == 1:
        return timetable
    if share < 1:
        stays = np.random.default_rng(4).random(len(timetable.trip_id)) < share
        kept = stays[own["conn_trip"]]
        return replace(timetable, **{name: np.ascontiguousarray(one[kept]) for name, one in own.items()})
    added = {"conn_dep": LATER, "conn_arr": LATER, "conn_trip": len(timetable.trip_id)}
    twice = {
        name: np.concatenate([one, one + one.dtype.type(added.get(name, 0))]) for name, one in own.items()
    }
    order = np.lexsort((np.arange(len(twice["conn_dep"])), twice["conn_trip"], twice["conn_dep"]))
    trips = {name: np.tile(getattr(timetable, name), 2) for name in (
        "trip_id", "trip_line", "trip_headsign", "trip_bikes", "trip_service")}  # fmt: skip
    return replace(
        timetable, **{name: np.ascontiguousarray(one[order]) for name, one in twice.items()}, **trips
    )
