# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold of travel times whatever the network: see docs/exactness.md for what is not among it, and why."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle_worlds import DATE, World, worlds

from aumenta.access.backward import ToOne
from aumenta.access.rides import RangeRaptor
from aumenta.access.router import Router
from aumenta.access.scan import Profiles
from aumenta.access.walks import QueryWalks, query_walks
from aumenta.access.window import Window, cut
from aumenta.network.compile import compile_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Graph, Network, Streets, Timetable, Walks

NEVER = 65535
MANY = os.environ.get("AUMENTA_EXACT_EXAMPLES")
few = settings(
    derandomize=MANY is None,
    deadline=None,
    max_examples=int(MANY or 20),
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LIMITS = (None, 1, 2, 3)


def compiled(world: World) -> Network:
    with tempfile.TemporaryDirectory() as name:
        world.write(Path(name))
        return world.network(Path(name))


def cubes(network: Network, world: World, **options: Any) -> np.ndarray:
    """Seconds (origins, cells, departures)."""
    router = Router(network, world.options(**options))
    found = [router.one_to_all(origin, cube=True).cube for origin in range(len(world.cells))]
    return np.stack([cube for cube in found if cube is not None]).astype(np.int64)


@few
@given(world=worlds())
def test_who_leaves_later_never_arrives_earlier_and_nobody_before_leaving(world: World) -> None:
    network = compiled(world)
    limits: dict[str, Any]
    for limits in ({"max_minutes": 240}, {"max_minutes": 240, "rides": 2}, {}):
        cube = cubes(network, world, **limits)
        limit = world.options(**limits).max_seconds
        assert ((cube == NEVER) | (cube <= limit)).all()
        arrival = cube + world.options().step * np.arange(cube.shape[2])
        later = arrival[:, :, 1:] >= arrival[:, :, :-1]
        if limits:  # nothing takes four hours here, so no arrival is cut off
            assert (later | (cube[:, :, 1:] == NEVER)).all()
            assert ((cube[:, :, 1:] == NEVER) | (cube[:, :, :-1] != NEVER)).all()
        else:
            assert (later | (cube[:, :, 1:] == NEVER) | (cube[:, :, :-1] == NEVER)).all()


@few
@given(world=worlds(), data=st.data())
def test_whole_trips_added_never_make_anybody_arrive_later(world: World, data: st.DataObject) -> None:
    trips = [row["trip_id"] for row in world.tables["trips.txt"]]
    gone = data.draw(st.sets(st.sampled_from(trips[1:]))) if len(trips) > 1 else set()
    assume(gone)
    fewer = {
        name: [row for row in rows if row.get("trip_id") not in gone] for name, rows in world.tables.items()
    }
    less, more = compiled(replace(world, tables=fewer)), compiled(world)
    for rides in LIMITS:
        assert (cubes(more, world, rides=rides) <= cubes(less, world, rides=rides)).all()


@few
@given(world=worlds())
def test_more_rides_never_make_anybody_arrive_later(world: World) -> None:
    network = compiled(world)
    by_limit = [cubes(network, world, rides=rides) for rides in (1, 2, 3, 12, None)]
    for less, more in pairwise(by_limit):
        assert (more <= less).all()
    assert np.array_equal(by_limit[-2], by_limit[-1])  # no world here has a use for more than twelve


@few
@given(world=worlds())
def test_all_to_one_is_the_column_of_one_to_all(world: World) -> None:
    network = compiled(world)
    rows = cubes(network, world)
    router = Router(network, world.options())
    for goal in range(len(world.cells)):
        column = router.all_to_one(goal, cube=True)
        assert column.cube is not None
        assert np.array_equal(column.cube, rows[:, goal])
        percentiles = [router.one_to_all(o).rows[:, goal] for o in range(len(world.cells))]
        assert np.array_equal(column.rows, np.stack(percentiles, axis=1))


@few
@given(world=worlds(), data=st.data())
def test_renumbering_stops_trips_and_nodes_changes_nothing(world: World, data: st.DataObject) -> None:
    tables = dict(world.tables)
    for name in ("stops.txt", "trips.txt"):
        tables[name] = data.draw(st.permutations(tables[name]))
    streets = renumbered(world.streets(), np.array(data.draw(st.permutations(range(world.nodes)))))
    with tempfile.TemporaryDirectory() as name:
        replace(world, tables=tables).write(Path(name))
        timetable, _ = read_gtfs([Path(name)])
    before = compiled(world)
    after = compile_network(streets, before.cells.x, before.cells.y, timetable)
    for rides in (None, 2):
        assert np.array_equal(cubes(before, world, rides=rides), cubes(after, world, rides=rides))


def renumbered(streets: Streets, new: np.ndarray) -> Streets:
    """The same streets, node i now called new[i]."""
    old = np.argsort(new)
    graphs = {mode: _renumbered(graph, new, old) for mode, graph in streets.graphs.items()}
    return replace(streets, x=streets.x[old], y=streets.y[old], graphs=graphs)


def _renumbered(graph: Graph, new: np.ndarray, old: np.ndarray) -> Graph:
    parts: list[Any] = []
    for indptr, head, seconds in (
        (graph.indptr, graph.head, graph.seconds),
        (graph.back_indptr, graph.back_head, graph.back_seconds),
    ):
        rows = [np.arange(indptr[u], indptr[u + 1]) for u in old]
        at = np.concatenate(rows)
        counts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
        parts += [counts, new[head[at]].astype(np.int32), seconds[at]]
    return Graph(*parts)


@few
@given(world=worlds(), times=st.sampled_from([2, 3]))
def test_scaling_all_times_scales_the_answer(world: World, times: int) -> None:
    options = world.options()
    assume(options.start * times < 86_400)
    network = compiled(world)
    network = replace(network, timetable=of_the_date(network))
    names = ("access", "egress", "footpaths")
    factor = 1.4 / options.walk_speed
    whole = {name: stretched(getattr(network, name), factor) for name in names}
    network = replace(network, **whole)
    larger = replace(
        network,
        timetable=scaled(network.timetable, times),
        **{name: stretched(walks, times) for name, walks in whole.items()},
    )
    router = Router(network, options)
    limits = [int(m * 60) for m in (options.access_minutes, options.egress_minutes, options.transfer_minutes)]
    answers = []
    for own, by in ((network, 1), (larger, times)):
        walks = query_walks(own, 1.0, *(limit * by for limit in limits), options.change_seconds * by)
        assert own.timetable is not None
        window = cut(
            own.timetable,
            np.datetime64(DATE, "D"),
            options.start * by,
            options.count,
            options.step * by,
            options.max_seconds * by,
        )
        answers.append(answered(router, window, walks, by))
    small, large = answers
    for name in small:
        expected = np.where(small[name] == NEVER, NEVER, small[name] * times)
        assert np.array_equal(large[name], expected), name


def of_the_date(network: Network) -> Timetable:
    """The timetable of the date alone: midnight does not scale."""
    own = network.timetable
    assert own is not None
    return replace(
        own, services=own.running(np.datetime64(DATE, "D"))[:, None], first_date=np.datetime64(DATE, "D")
    )


def scaled(own: Timetable | None, times: int) -> Timetable:
    assert own is not None
    rules = np.where(own.rule_seconds >= 0, own.rule_seconds * times, -1).astype(np.int32)
    return replace(own, conn_dep=own.conn_dep * times, conn_arr=own.conn_arr * times, rule_seconds=rules)


def stretched(walks: Walks, times: float) -> Walks:
    """Walks times a factor in whole seconds: a fraction that is rounded up does not scale."""
    return Walks(walks.indptr, walks.stop, np.ceil(walks.seconds.astype(float) * times).astype(np.float32))


def answered(router: Router, window: Window, walks: QueryWalks, by: int) -> dict[str, np.ndarray]:
    cells, stops = len(router.network.cells), len(router.network.stops or ())
    direct = np.full((cells, cells), NEVER, np.uint16)
    for origin in range(cells):
        own, _ = router.ways.ends(origin, backward=False)
        direct[origin] = np.where(own == NEVER, NEVER, own.astype(np.int64) * by)
    kernels: dict[str, Any] = {
        "scan": Profiles(window, walks, stops),
        "raptor": RangeRaptor(window, walks, stops, 2),
    }
    found = {}
    for name, kernel in kernels.items():
        rows = []
        for origin in range(cells):
            near = slice(walks.access_indptr[origin], walks.access_indptr[origin + 1])
            kernel.run(walks.access_stop[near], walks.access_seconds[near])
            rows.append(kernel.cube(direct[origin]).astype(np.int64))
        found[name] = np.stack(rows)
    back = ToOne(window, walks, stops)
    columns = []
    for goal in range(cells):
        near = slice(walks.egress_indptr[goal], walks.egress_indptr[goal + 1])
        back.run(walks.egress_stop[near], walks.egress_seconds[near])
        columns.append(back.cube(direct[:, goal]).astype(np.int64))
    found["back"] = np.stack(columns, axis=1)
    return found
