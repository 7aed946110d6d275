# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Public transport of the made-up metropolis: lines along the streets, stops, and every trip of a day."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.network.synth.streets import DETERRENCE, StreetPlan, path_to, ways_from
from aumenta.network.synth.towns import Towns

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of line: how many at scale 1, GTFS route_type, metres a second between stops, seconds at a stop.

    `near`, `far`: metres between stops. `peak`, `off`: minutes between departures, one of each is drawn. `reach`:
    metres at scale 1 from the hub to either end, times the square root of the scale; `road`: slowed by traffic, and
    stops are poles on either side of the street. `through`: runs from end to end past the hub.
    """

    name: str
    count: int
    route_type: int
    speed: float
    dwell: int
    near: float
    far: float
    peak: tuple[float, ...]
    off: tuple[float, ...]
    reach: tuple[float, float]
    road: bool
    through: bool


KINDS = (
    Kind("metro", 2, 1, 9.5, 20, 550, 800, (2.5, 3), (5,), (4_500, 7_500), False, True),
    Kind("rail", 10, 2, 17.0, 60, 2_300, 5_000, (30,), (60,), (25_000, 44_000), False, True),
    Kind("tram", 9, 0, 4.6, 0, 240, 360, (6, 8), (10, 12), (5_000, 9_500), True, True),
    Kind("bus", 105, 3, 4.8, 0, 210, 430, (6, 8, 9, 12), (10, 12, 15, 20), (8_000, 14_500), True, True),
    Kind(
        "coach",
        224,
        3,
        8.5,
        0,
        290,
        1_250,
        (15, 20, 30, 30, 40),
        (30, 60, 60, 90),
        (9_000, 33_000),
        True,
        False,
    ),
)
#: Hubs at scale 1 that lines are drawn from, besides the core; half in the core, half the largest towns.
HUBS = 11
#: Peaks in hours of the day; the evening and how much rarer departures are then.
PEAKS = ((6.5, 9.25), (16.5, 19.25))
EVENING, RARER = 20.0, 1.8
FIRST, LAST = 5.0, 24.4


@dataclass(frozen=True, slots=True)
class Trip:
    """A run of a line in a direction: stops, seconds of arrival and departure; `daily` or from Monday to Friday."""

    line: int
    direction: int
    stops: Longs
    arrive: Longs
    depart: Longs
    daily: bool


@dataclass(frozen=True, slots=True)
class Service:
    """Stops at `stop_x`, `stop_y` (metres from the core), the kind of each line, and all trips."""

    stop_x: Doubles
    stop_y: Doubles
    kinds: tuple[Kind, ...]
    trips: tuple[Trip, ...]


class _Stops:
    """Crossings that have a stop, and the poles of each: one for each sense of travel on roads, one platform else."""

    def __init__(self, plan: StreetPlan) -> None:
        self.plan = plan
        self.at: set[int] = set()
        self.poles: dict[tuple[int, int], int] = {}

    def along(self, path: Longs, cumulated: Doubles, kind: Kind) -> tuple[Longs, Doubles]:
        """The crossings of a path where a line stops: those that have a stop already, when far enough, else new."""
        chosen, last = [0], 0.0
        end = float(cumulated[-1])
        for place in range(1, len(path) - 1):
            since = float(cumulated[place]) - last
            if (since >= kind.near and int(path[place]) in self.at) or since >= kind.far:
                if end - float(cumulated[place]) < kind.near:
                    break
                chosen.append(place)
                last = float(cumulated[place])
        chosen.append(len(path) - 1)
        self.at.update(path[chosen].tolist())
        return path[chosen], cumulated[chosen]

    def numbers(self, nodes: Longs, kind: Kind) -> Longs:
        """Numbers of the poles where a line stops when it runs through the crossings in this order."""
        ahead = np.concatenate([nodes[1:], nodes[-1:]])
        behind = np.concatenate([nodes[:1], nodes[:-1]])
        east = self.plan.x[ahead] - self.plan.x[behind]
        side = np.where(kind.road, (east < 0).astype(np.int64), 2)
        return np.array(
            [
                self.poles.setdefault(key, len(self.poles))
                for key in zip(nodes.tolist(), side.tolist(), strict=True)
            ],
            np.int64,
        )

    def places(self) -> tuple[Doubles, Doubles]:
        """Metres of every pole: on the platform, or eight metres to either side of the street."""
        node = np.array([key[0] for key in self.poles], np.int64)
        side = np.array([key[1] for key in self.poles], np.int64)
        aside = np.array([-8.0, 8.0, 0.0])[side]
        return self.plan.x[node] + aside, self.plan.y[node] + aside


def make_service(
    towns: Towns,
    plan: StreetPlan,
    scale: float,
    rng: np.random.Generator,
    tell: Callable[[float], None] = lambda share: None,
) -> Service:
    """Lines, stops and trips of one day for the streets; `tell` is given the share that is done."""
    from scipy.spatial import cKDTree  # noqa: PLC0415

    ground = _Ground(towns, plan, scale, cKDTree(np.column_stack([plan.x, plan.y])))
    cost = plan.metres * DETERRENCE[plan.kind]
    hubs = _hubs(ground, rng)
    wanted = [(kind, max(1, round(kind.count * scale))) for kind in KINDS]
    jobs = [kind for kind, count in wanted for _ in range(count)]
    of_hub = [0 if kind.name in ("metro", "rail") else int(rng.integers(0, len(hubs))) for kind in jobs]
    stops = _Stops(plan)
    drawn: list[tuple[Kind, Longs, Doubles]] = []
    for hub in range(len(hubs)):
        mine = [kind for kind, own in zip(jobs, of_hub, strict=True) if own == hub]
        if mine:
            _, before = ways_from(int(hubs[hub]), len(plan.x), plan.u, plan.v, cost)
            for kind in mine:
                path = _path(ground, kind, int(hubs[hub]), before, rng)
                metres = np.hypot(np.diff(plan.x[path]), np.diff(plan.y[path]))
                nodes, along = stops.along(path, np.concatenate([[0.0], np.cumsum(metres)]), kind)
                if len(nodes) > 3 and len(set(nodes.tolist())) == len(nodes):
                    drawn.append((kind, nodes, along))
        tell((hub + 1) / len(hubs))
    trips = [trip for number, line in enumerate(drawn) for trip in _trips(number, *line, stops, rng)]
    x, y = stops.places()
    return Service(x, y, tuple(kind for kind, _, _ in drawn), tuple(trips))


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are drawn on; `tree` finds the crossing nearest to a point."""

    towns: Towns
    plan: StreetPlan
    scale: float
    tree: Any  # scipy.spatial.cKDTree

    def crossing(self, x: ArrayLike, y: ArrayLike) -> Longs:
        """The crossing nearest to each point."""
        return np.asarray(self.tree.query(np.column_stack([x, y]))[1], np.int64)


def _hubs(ground: _Ground, rng: np.random.Generator) -> Longs:
    """Crossings that lines are drawn from: the core's middle, points in the core, the largest towns."""
    towns, count = ground.towns, max(3, round(HUBS * math.sqrt(ground.scale)))
    inner = count // 2
    away, turn = towns.radius[0] * np.sqrt(rng.uniform(0, 0.7, inner)), rng.uniform(0, 2 * np.pi, inner)
    largest = np.argsort(-towns.people, kind="stable")[: count - inner]  # the core is the largest
    x = np.concatenate([towns.x[largest], away * np.cos(turn)])
    y = np.concatenate([towns.y[largest], away * np.sin(turn)])
    return ground.crossing(x, y)


def _path(
    ground: _Ground, kind: Kind, hub: int, before: NDArray[np.int32], rng: np.random.Generator
) -> Longs:
    """Crossings of a line from end to end, along the cheapest ways from its hub; a crossing passed twice is cut off."""
    turn = rng.uniform(0, 2 * np.pi)
    arms = []
    for arm in range(2 if kind.through else 1):
        reach = rng.uniform(*kind.reach) * math.sqrt(ground.scale)
        own = turn + arm * (np.pi + rng.normal(0, 0.5))
        x = ground.plan.x[hub] + reach * math.cos(own)
        y = ground.plan.y[hub] + reach * math.sin(own)
        if not kind.through and rng.random() < 0.5:  # half of the coaches run to the core or past it
            x, y = rng.normal(0, ground.towns.radius[0] * 0.3, 2)
        arms.append(path_to(int(ground.crossing(x, y)[0]), before))
    if len(arms) == 1:
        return arms[0]
    passed = {node: place for place, node in enumerate(arms[0].tolist())}
    back = arms[1].tolist()
    meet = next(place for place, node in enumerate(back) if node in passed)
    return np.array(arms[0].tolist()[: passed[back[meet]]] + back[: meet + 1][::-1], np.int64)


def _departures(kind: Kind, rng: np.random.Generator) -> Iterator[tuple[float, bool]]:
    """Departures in seconds of the day, and whether each is within a peak."""
    peak, off = float(rng.choice(kind.peak)) * 60, float(rng.choice(kind.off)) * 60
    clock = FIRST * 3600 + rng.uniform(0, min(off, 1800))
    while clock < LAST * 3600:
        busy = any(start * 3600 <= clock < end * 3600 for start, end in PEAKS)
        yield clock, busy
        headway = peak if busy else off * (RARER if clock >= EVENING * 3600 else 1.0)
        clock += headway * math.exp(rng.normal(0, 0.05))


def _trips(
    line: int, kind: Kind, nodes: Longs, along: Doubles, stops: _Stops, rng: np.random.Generator
) -> Iterator[Trip]:
    """Every trip of a line. Running times vary from trip to trip, so that a trip may overtake the one before."""
    shortened = len(nodes) > 12 and rng.random() < 0.35
    for direction in (0, 1):
        order = slice(None) if direction == 0 else slice(None, None, -1)
        numbers = stops.numbers(nodes[order], kind)
        hops = np.abs(np.diff(along[order]))
        dwell = np.full(len(nodes), kind.dwell)
        dwell[[0, -1]] = 0
        for place, (clock, busy) in enumerate(_departures(kind, rng)):
            slow = (1.15 if busy and kind.road else 1.0) * math.exp(
                rng.normal(0, 0.07 if kind.road else 0.02)
            )
            run = np.maximum(15.0, hops / kind.speed * slow * np.exp(rng.normal(0, 0.08, len(hops))))
            arrive = np.round(clock + np.concatenate([[0.0], np.cumsum(run + dwell[:-1])])).astype(np.int64)
            end = int(len(nodes) * 0.7) if shortened and rng.random() < 0.3 else len(nodes)
            daily = not (busy and place % 2)
            yield Trip(line, direction, numbers[:end], arrive[:end], (arrive + dwell)[:end], daily)
