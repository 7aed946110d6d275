# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Cells that a change is said not to affect have the very same times when everything is computed anew."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from dense_towns import START, dense_town
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_worlds import DATE, World, degrees, place, worlds

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.errors import AumentaError
from aumenta.network.compile import compile_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Network, Timetable
from aumenta.scenario import affected, courses, networks, timetables
from aumenta.scenario.affected import affected_cells
from aumenta.scenario.timetables import Headway, NewLine, NewStop, course

few = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
Change = Callable[[Network, st.DataObject, World], Network]


def compiled(world: World) -> Network:
    """The world with cars on the ways of those who walk."""
    with tempfile.TemporaryDirectory() as name:
        world.write(Path(name))
        timetable, _ = read_gtfs([Path(name)])
    x, y = zip(*(place(*cell) for cell in world.cells), strict=True)
    foot = world.streets().graphs["foot"]
    streets = replace(world.streets(), graphs={"foot": foot, "car": foot})
    return compile_network(streets, np.array(x), np.array(y), timetable)


def start_of(world: World) -> int:
    return world.options().start


def trips_gone(network: Network, data: st.DataObject, world: World) -> Network:
    own = network.timetable
    flags = data.draw(st.lists(st.booleans(), min_size=len(own.trip_id), max_size=len(own.trip_id)))
    return networks.with_timetable(network, timetables.without_trips(own, np.array(flags)))


def line_added(network: Network, data: st.DataObject, world: World) -> Network:
    own = network.timetable
    stops = data.draw(st.permutations(own.stop_id.tolist()))[: data.draw(st.integers(2, 3))]
    seconds = data.draw(
        st.lists(st.sampled_from([0, 60, 240, 900]), min_size=len(stops) - 1, max_size=len(stops) - 1)
    )
    start = max(0, start_of(world) + 60 * data.draw(st.integers(-2, 20)))
    service = (Headway(start, start + 900, data.draw(st.sampled_from([300, 600]))),)
    line = NewLine("new", "new", 3, (course(stops, seconds, 30),), service, timetables.days_of(own, "all"))
    return networks.with_timetable(network, timetables.with_line(own, line))


def line_sped(network: Network, data: st.DataObject, world: World) -> Network:
    factor = data.draw(st.sampled_from([0.5, 1.3, 2.0]))
    return networks.with_timetable(network, courses.with_speed(network.timetable, "R", factor=factor))


def stop_gone(network: Network, data: st.DataObject, world: World) -> Network:
    return networks.without_stops(network, [data.draw(st.sampled_from(network.timetable.stop_id.tolist()))])


def stop_added(network: Network, data: st.DataObject, world: World) -> Network:
    spot = place(data.draw(st.integers(0, world.nodes - 1)), data.draw(st.integers(-2, 2)))
    changed = networks.with_stops(network, [NewStop("n", "New", *degrees(*spot))])
    return line_added(changed, data, world)


def street_added(network: Network, data: st.DataObject, world: World) -> Network:
    ends = [degrees(*place(data.draw(st.integers(0, world.nodes - 1)), 0)) for _ in range(2)]
    mode = data.draw(st.sampled_from(["foot", "car"]))
    kmh = data.draw(st.sampled_from([20.0, 60.0]))
    return networks.with_streets(network, [networks.NewStreet(ends[0], ends[1], {mode: kmh})])


def on_demand(network: Network, data: st.DataObject, world: World) -> Network:
    cells = np.array(data.draw(st.lists(st.booleans(), min_size=len(world.cells), max_size=len(world.cells))))
    cells[data.draw(st.integers(0, len(cells) - 1))] = True
    stops = tuple(data.draw(st.sets(st.sampled_from(network.timetable.stop_id.tolist()), max_size=2)))
    start = data.draw(st.sampled_from([0, 0, start_of(world) + 60]))
    service = networks.OnDemand(
        "d", cells, stops, 120, start, 200_000, longest=data.draw(st.sampled_from([300, 3600]))
    )
    return networks.with_demand(network, service)


CHANGES: tuple[Change, ...] = (
    trips_gone, line_added, line_sped, stop_gone, stop_added, street_added, on_demand, line_added, trips_gone
)  # fmt: skip


def cube(network: Network, options: Options) -> np.ndarray:
    """Seconds (origins, cells, departures), or minutes of the streets."""
    router = Router(network, options)
    return np.stack([router.one_to_all(o, cube=True).cube for o in range(len(network.cells))])


@few
@given(world=worlds(), data=st.data())
def test_cells_not_affected_have_the_same_times(world: World, data: st.DataObject) -> None:
    before = compiled(world)
    changes = data.draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=2, unique=True))
    after = before
    for change in changes:
        after = change(after, data, world)
    after = replace(after, about=replace(after.about, date=DATE.isoformat()))
    rides = data.draw(st.sampled_from([None, None, 1, 2]))
    for options in (world.options(rides=rides), Options(mode="walk"), Options(mode="car", max_minutes=30)):
        try:
            times = cube(before, options), cube(after, options)
        except AumentaError:
            continue  # nothing runs any more
        found = affected_cells(before, after, options)
        assert np.array_equal(times[0][~found], times[1][~found])
        back = affected_cells(after, before, options)
        assert np.array_equal(found, back)
    assert not affected_cells(before, before, world.options()).any()


@few
@given(world=worlds(), data=st.data())
def test_a_coarser_bound_where_there_is_too_much_to_keep(world: World, data: st.DataObject) -> None:
    before = compiled(world)
    after = data.draw(st.sampled_from([trips_gone, line_added]))(before, data, world)
    options = world.options()
    try:
        times = cube(before, options), cube(after, options)
    except AumentaError:
        return
    fine = affected_cells(before, after, options)
    most = affected.MOST_BYTES
    affected.MOST_BYTES = -1
    try:
        coarse = affected_cells(before, after, options)
    finally:
        affected.MOST_BYTES = most
    assert (coarse | ~fine).all()
    assert np.array_equal(times[0][~coarse], times[1][~coarse])


def changed_town(seed: int) -> tuple[Network, Network, str]:
    """A dense town, and it with one change."""
    draw = np.random.default_rng(seed + 10_000)
    town = dense_town(seed)
    kind = ("gone", "line", "speed", "headway", "demand", "street", "stop")[seed % 7]
    own = town.timetable
    if kind in {"gone", "line", "speed", "headway"}:
        return town, networks.with_timetable(town, changed_timetable(own, kind, draw)), kind
    stops = draw.choice(own.stop_id, 2, replace=False).tolist()
    if kind == "stop":
        return town, networks.without_stops(town, stops[:1]), kind
    if kind == "demand":
        cells = draw.random(len(town.cells)) < 0.3
        cells[0] = True
        service = networks.OnDemand("d", cells, tuple(stops), 240, 0, 100_000, longest=900)
        return town, networks.with_demand(town, service), kind
    ends = [degrees(float(town.cells.x[i]), float(town.cells.y[i])) for i in draw.choice(9, 2, replace=False)]
    street = networks.NewStreet(*ends, {"foot": 40.0, "car": 60.0})
    return town, networks.with_streets(town, [street]), kind


def changed_timetable(own: Timetable, kind: str, draw: np.random.Generator) -> Timetable:
    line = str(draw.choice(own.line_id))
    if kind == "gone":
        return timetables.without_trips(own, draw.random(len(own.trip_id)) < 0.1)
    if kind == "speed":
        return courses.with_speed(own, line, float(draw.choice([0.8, 1.3])))
    if kind == "headway":
        return timetables.with_headway(own, line, [Headway(START, START + 5400, 1020)], own.first_date)
    service = (Headway(START, START + 3600, int(draw.choice([420, 900, 3600]))),)
    stops = draw.choice(own.stop_id, 3, replace=False).tolist()
    way = course(stops, draw.choice([60, 240, 500], 2).tolist(), 20)
    return timetables.with_line(own, NewLine("new", "new", 3, (way,), service, np.ones(1, bool)))


def test_dense_towns() -> None:
    """Counts by kind of change: cells whose times differ, cells that count as affected, and all."""
    counted: dict[str, np.ndarray] = {}
    for seed in range(175):
        before, after, kind = changed_town(seed)
        rides = None if seed % 3 else 2
        options = Options(
            window=("7:00", "7:20"), max_minutes=45, rides=rides, walk_speed=1.2, egress_minutes=10
        )
        found = affected_cells(before, after, options)
        times = cube(before, options), cube(after, options)
        assert np.array_equal(times[0][~found], times[1][~found]), (seed, kind)
        differ = (times[0] != times[1]).any(axis=(1, 2))
        sums = np.array([differ.sum(), found.sum(), len(found)])
        counted[kind] = counted.get(kind, np.zeros(3, int)) + sums
        if rides is None and kind in {"gone", "line", "speed", "headway"}:
            counted["trips"] = counted.get("trips", np.zeros(3, int)) + sums
    assert all(differ > 0 for differ, _, _ in counted.values())
    differ, found, every = counted["trips"]
    assert found < 1.6 * differ + 10 < every  # the bound is near what really differs


def test_a_line_of_a_town_spares_those_it_is_of_no_use_to(small_city: Network) -> None:
    own = small_city.timetable
    options = Options(window=("7:30", "8:30"))
    date = np.datetime64(small_city.about.date)
    lines = np.argsort(np.bincount(own.trip_line), kind="stable")
    spared = []
    for line in (str(own.line_id[lines[len(lines) // 2]]), str(own.line_id[lines[0]])):
        faster = courses.with_speed(own, line, factor=1.2)
        rarer = timetables.with_headway(own, line, [Headway(7 * 3600, 9 * 3600, 1200)], date)
        for changed in (faster, rarer, timetables.without_line(own, line)):
            after = networks.with_timetable(small_city, changed)
            found = affected_cells(small_city, after, options)
            rows = [minutes(network, options) for network in (small_city, after)]
            assert np.array_equal(rows[0][~found], rows[1][~found])
            differ = (rows[0] != rows[1]).any(axis=(1, 2))
            assert differ.any()
            spared.append((~found).sum() / max(1, (~differ).sum()))
    assert (
        np.mean(spared) > 0.3
    )  # of the cells whose minutes stay, most are known to stay before any is computed


def minutes(network: Network, options: Options) -> np.ndarray:
    router = Router(network, options)
    attached = network.cells.at["foot"].node >= 0
    nothing = np.full((len(options.percentiles), len(attached)), 255, np.uint8)
    return np.stack([router.one_to_all(o).rows if attached[o] else nothing for o in range(len(attached))])
