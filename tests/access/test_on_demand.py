# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rides on demand: every kernel, the journeys and a plain search over all ways say the same seconds."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

import numpy as np
import pytest
from dense_towns import dense_town
from small_cases import seconds as plain_seconds

from aumenta.access.deadlines import ArriveBy
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.model import Graph, Network
from aumenta.scenario import networks
from aumenta.scenario.networks import OnDemand

NEVER = 65535
OPTIONS = Options(window=("7:00", "7:12"), max_minutes=50, walk_speed=1.2, direct_minutes=20, car_factor=1.1)


def served_town(seed: int) -> tuple[Network, OnDemand]:
    draw = np.random.default_rng(seed + 5000)
    town = dense_town(seed)
    cells = draw.random(len(town.cells)) < 0.5
    cells[draw.choice(len(cells), 2, replace=False)] = True
    stops = tuple(draw.choice(town.timetable.stop_id, int(draw.integers(0, 4)), replace=False).tolist())
    service = OnDemand(
        "valley", cells, stops, int(draw.choice([60, 300])), 6 * 3600, 10 * 3600,
        speed=float(draw.choice([1.0, 0.7])), to_cells=bool(draw.random() < 0.7), longest=int(draw.choice([400, 1500])),
    )  # fmt: skip
    return town, service


def shortest(graph: Graph) -> list[list[float]]:
    """Seconds between all nodes, by trying every node between."""
    nodes = len(graph.indptr) - 1
    far = [[0.0 if a == b else float("inf") for b in range(nodes)] for a in range(nodes)]
    for u in range(nodes):
        for e in range(graph.indptr[u], graph.indptr[u + 1]):
            far[u][graph.head[e]] = min(far[u][graph.head[e]], float(graph.seconds[e]))
    for k in range(nodes):
        for a in range(nodes):
            for b in range(nodes):
                far[a][b] = min(far[a][b], far[a][k] + far[k][b])
    return far


class Plain:
    """What the options and the service say, in a few lines; cells and stops lie at the nodes."""

    def __init__(self, network: Network, service: OnDemand | None, options: Options) -> None:
        self.foot, self.car = (shortest(network.streets.graphs[mode]) for mode in ("foot", "car"))
        self.options, self.service = options, service
        names = network.timetable.stop_id.tolist()
        self.stops = set() if service is None else {names.index(stop) for stop in service.stops}

    def walk(self, a: int, b: int, limit: float) -> float:
        took = ceil(self.foot[a][b] * 1.4 / self.options.walk_speed) if self.foot[a][b] < 1e9 else 1e9
        return took if took <= limit else 1e9

    def ride(self, a: int, b: int) -> float:
        own = self.service
        if own is None or self.car[a][b] > floor(own.longest * own.speed):
            return 1e9
        return own.waiting + ceil(np.float32(self.car[a][b] * (self.options.car_factor / own.speed)))

    def near(self, cell: int, backward: bool) -> list[tuple[int, int]]:
        own, found = self.options, []
        limit = (own.egress_minutes if backward else own.access_minutes) * 60
        for stop in range(len(self.foot)):
            ends = (stop, cell) if backward else (cell, stop)
            best = self.walk(*ends, limit)
            if self.service is not None and self.service.cells[cell] and stop in self.stops:
                best = min(best, self.ride(*ends))
            if best < 1e9:
                found.append((stop, int(best)))
        return found

    def direct(self, a: int, b: int) -> int:
        best = self.walk(a, b, self.options.direct_minutes * 60)
        own = self.service
        if own is not None and own.to_cells and own.cells[a] and own.cells[b]:
            best = min(best, self.ride(a, b))
        return int(best) if best <= self.options.max_seconds else NEVER


def expected(network: Network, service: OnDemand | None, options: Options) -> np.ndarray:
    """Seconds (origins, cells, departures); the window and the footpaths are the router's own."""
    plain, router = Plain(network, service, options), Router(network, options)
    window, walks = router.window, router.walks
    cells = len(network.cells)
    found = np.empty((cells, cells, options.count), np.int64)
    for a in range(cells):
        for b in range(cells):
            for i in range(options.count):
                found[a, b, i] = plain_seconds(
                    window,
                    walks,
                    cells,
                    plain.near(a, False),
                    plain.near(b, True),
                    plain.direct(a, b),
                    60 * i,
                )
    return found


def cube(network: Network, options: Options) -> np.ndarray:
    router = Router(network, options)
    return np.stack([router.one_to_all(o, cube=True).cube for o in range(len(network.cells))])


@pytest.mark.parametrize("seed", range(6))
def test_every_kernel_says_what_a_plain_search_says(seed: int) -> None:
    town, service = served_town(seed)
    network = networks.with_demand(town, service)
    options = replace(OPTIONS, window=("7:00", "7:03"))
    truth = expected(network, service, options)
    assert np.array_equal(cube(network, options), truth)
    assert np.array_equal(cube(network, replace(options, rides=12)), truth)
    router = Router(network, options)
    back = np.stack([router.all_to_one(goal, cube=True).cube for goal in range(len(town.cells))], axis=1)
    assert np.array_equal(back, truth)
    single = replace(options, window=("7:01", "7:01"))
    assert np.array_equal(cube(network, single)[:, :, 0], truth[:, :, 1])


@pytest.mark.parametrize("seed", range(6, 12))
def test_journeys_tell_the_same_seconds(seed: int) -> None:
    town, service = served_town(seed)
    network = networks.with_demand(town, service)
    router = Router(network, OPTIONS)
    before, after = cube(town, OPTIONS), cube(network, OPTIONS)
    assert (after <= before).all()
    demanded = 0
    degrees = network.streets.plane.to_degrees(network.cells.x, network.cells.y)
    for a, b in zip(*np.nonzero((after < before).any(axis=2)), strict=True):
        i = int(np.argmax(after[a, b] < before[a, b]))
        for goal in (int(b), (float(degrees[0][b]), float(degrees[1][b]))):
            journey = router.journey(int(a), goal, OPTIONS.start + 60 * i)
            assert journey.seconds == after[a, b, i]
            legs = [leg for leg in journey.legs if leg.mode == "demand"]
            demanded += len(legs)
            assert legs and all(leg.service == "valley" and leg.called == service.waiting for leg in legs)
            assert all(x.arrival <= y.departure for x, y in zip(journey.legs, journey.legs[1:], strict=False))
            assert "service on demand" in "\n".join(journey.text("en"))
    assert demanded or (after == before).all()


def test_deadlines_see_it_too() -> None:
    town, service = served_town(3)
    network = networks.with_demand(town, service)
    router = Router(network, OPTIONS)
    late = ArriveBy(router, OPTIONS.start + 3000, 1)
    for goal in range(len(town.cells)):
        to = late.all_to_one(goal).seconds[:, 0]
        assert [int(late.one_to_all(a).seconds[goal, 0]) for a in range(len(town.cells))] == to.tolist()


def test_outside_its_hours_it_is_not_there() -> None:
    town, service = served_town(2)
    every = cube(town, OPTIONS)
    last = OPTIONS.start + 11 * 60  # the last departure
    hours = ((0, last, False), (OPTIONS.start + 1, 100_000, False), (OPTIONS.start, last + 1, True))
    for start, end, used in hours:
        network = networks.with_demand(town, replace(service, start=start, end=end))
        assert np.array_equal(cube(network, OPTIONS), every) != used
    on_foot = Options(mode="walk")
    assert np.array_equal(cube(networks.with_demand(town, service), on_foot), cube(town, on_foot))


def test_walking_speed_does_not_scale_a_ride() -> None:
    town, service = served_town(2)
    network = networks.with_demand(town, service)
    slow = replace(OPTIONS, walk_speed=0.7, direct_minutes=0)
    plain = Plain(network, service, slow)
    cells = np.flatnonzero(service.cells).tolist()
    router = Router(network, slow)
    for a in cells:
        direct, _ = router.ways.ends(a, backward=False)
        assert [int(direct[b]) for b in cells] == [plain.direct(a, b) for b in cells]
