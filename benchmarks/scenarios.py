# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of the network of a made-up metropolis of full size: how long until the first question can be asked.

Ready to route is: the change applied, a Router made, the timetable cut to the window of 120 departures, and the walks
at the traveller's speed. AUMENTA_BENCH_FOLDER keeps the metropolis, as for the other figures of travel times.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import access
import numpy as np
from measure import Figure, median

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.files import open_network
from aumenta.network.model import Network
from aumenta.scenario import courses, networks, timetables
from aumenta.scenario.affected import affected_cells
from aumenta.scenario.timetables import Headway, NewStop

#: Lines changed, one after the other; times each is.
LINES, ROUNDS = 8, 3
OPTIONS = Options()
Change = Callable[[Network, str], Network]


def figures() -> Iterator[Figure]:
    """All figures of changes."""
    with access.site() as (place, making):
        yield from making
        network = open_network(place.network)
        ready(network)
        where = f"{place.told}; 1 thread"
        yield from of_lines(network, where)
        yield from of_places(network, where)
        yield from of_affected(network, where)


def ready(network: Network) -> Router:
    """A Router that has nothing left to prepare but its work space."""
    router = Router(network, OPTIONS)
    assert len(router.window.conn_dep) and len(router.walks.access_stop)
    return router


def some_lines(network: Network) -> list[str]:
    """Lines drawn at random, always the same, and the one with the most trips."""
    own = network.timetable
    trips = np.bincount(own.trip_line, minlength=len(own.line_id))
    drawn = np.random.default_rng(3).choice(np.flatnonzero(trips), LINES - 1, replace=False)
    return own.line_id[[*drawn.tolist(), int(trips.argmax())]].tolist()


def headway(network: Network, line: str) -> Network:
    own, day = network.timetable, np.datetime64(network.about.date)
    service = [Headway(6 * 3600, 22 * 3600, 420)]
    return networks.with_timetable(network, timetables.with_headway(own, line, service, day))


def speed(network: Network, line: str) -> Network:
    return networks.with_timetable(network, courses.with_speed(network.timetable, line, 1.25))


def of_lines(network: Network, where: str) -> Iterator[Figure]:
    lines = some_lines(network)
    for name, change in (("headway", headway), ("speed", speed)):
        ready(change(network, lines[0]))  # compiles the kernels
        whole = [best(lambda: ready(change(network, line))) for line in lines]  # noqa: B023 - asked at once
        alone = median([best(lambda: change(network, line)) for line in lines])  # noqa: B023
        said = f"{where}; median of {len(lines)} lines, best of {ROUNDS} each; the change alone {alone:.3f} s"
        yield Figure(f"scenario.{name}.ready_seconds", median(whole), "s", True, 0.15, 0.08, said)
        said = f"{where}; the line with the most trips"
        yield Figure(f"scenario.{name}_largest.ready_seconds", whole[-1], "s", True, 0.15, None, said)


def of_places(network: Network, where: str) -> Iterator[Figure]:
    """Twenty new stops over the metropolis; a slower town; a service on demand."""
    draw = np.random.default_rng(4)
    cells = draw.choice(np.flatnonzero(network.cells.at["foot"].node >= 0), 20, replace=False)
    lon, lat = network.streets.plane.to_degrees(network.cells.x[cells], network.cells.y[cells])
    new = [NewStop(f"new{i}", f"New {i}", float(lon[i]), float(lat[i])) for i in range(len(cells))]
    networks.with_stops(network, new[:1])
    took = best(lambda: ready(networks.with_stops(network, new)))
    said = f"{where}; {len(new)} stops, best of {ROUNDS}, ready to route"
    yield Figure("scenario.new_stops.ready_seconds", took, "s", True, 2.0, 0.5, said)
    streets = network.streets
    centre = np.hypot(streets.x - network.cells.x[cells[0]], streets.y - network.cells.y[cells[0]]) < 1000
    slow = networks.StreetsWithin(centre, {"foot": 0.8}, {"car": 30.0})
    networks.with_streets(network, [slow])
    took = best(lambda: ready(networks.with_streets(network, [slow])))
    said = f"{where}; foot and car within 1 km of a point ({int(centre.sum())} nodes), ready to route"
    yield Figure("scenario.streets.ready_seconds", took, "s", True, None, None, said)
    area = (
        np.hypot(network.cells.x - network.cells.x[cells[1]], network.cells.y - network.cells.y[cells[1]])
        < 5000
    )
    near = (
        np.hypot(network.stops.x - network.cells.x[cells[1]], network.stops.y - network.cells.y[cells[1]])
        < 5000
    )
    stops = tuple(network.timetable.stop_id[near][:40].tolist())
    service = networks.OnDemand("valley", area, stops, 600, 6 * 3600, 22 * 3600)
    took = best(lambda: ready(networks.with_demand(network, service)))
    said = f"{where}; {int(area.sum())} cells, {len(stops)} stops, ready to route"
    yield Figure("scenario.on_demand.ready_seconds", took, "s", True, None, None, said)


def of_affected(network: Network, where: str) -> Iterator[Figure]:
    """How long it takes to know which cells a change concerns, and how many it spares."""
    lines = some_lines(network)[:3]
    spared, took = [], []
    affected_cells(network, speed(network, lines[0]), OPTIONS)
    for line in lines:
        after = speed(network, line)
        began = time.perf_counter()
        found = affected_cells(network, after, OPTIONS)
        took.append(time.perf_counter() - began)
        spared.append(100 * float((~found).mean()))
    each = ", ".join(f"{share:.0f}" for share in spared)
    said = (
        f"{where}; speed of {len(lines)} lines, one at a time, 120 departures; spared {each} % of the cells"
    )
    yield Figure("scenario.affected.seconds", median(took), "s", True, None, None, said)
    yield Figure("scenario.affected.spared_share", median(spared), "%", False, None, None, said)


def best(work: Callable[[], object]) -> float:
    """Seconds of the quickest round: what else the machine does is not ours."""
    found = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - began)
    return found
