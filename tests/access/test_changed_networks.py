# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A changed network is, array by array, the one that a compile from scratch makes of the changed inputs."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_worlds import World, degrees, place, worlds

from aumenta.network.compile import compile_network
from aumenta.network.files import arrays_of, open_network, write_network
from aumenta.network.friction import friction_streets
from aumenta.network.model import Graph, Network, Streets
from aumenta.scenario import networks, timetables
from aumenta.scenario.networks import NewStop, NewStreet, OnDemand, StreetsWithin

few = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def compiled(world: World) -> Network:
    with tempfile.TemporaryDirectory() as name:
        world.write(Path(name))
        return world.network(Path(name))


def untouched(network: Network) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in arrays_of(network)}


def from_scratch(network: Network) -> Network:
    """The network compiled again from its streets, cells and timetable."""
    about = replace(
        network.about, notes=tuple(n for n in network.about.notes if "beyond reach" not in n), counts={}
    )
    return compile_network(network.streets, network.cells.x, network.cells.y, network.timetable, about)


def same_as_from_scratch(network: Network) -> None:
    assert networks.differing(network, from_scratch(network)) == []


@few
@given(world=worlds(), data=st.data())
def test_new_stops_in_small_worlds(world: World, data: st.DataObject) -> None:
    network = compiled(world)
    before = untouched(network)
    spots = data.draw(
        st.lists(st.tuples(st.integers(0, world.nodes - 1), st.integers(-2, 3)), min_size=1, max_size=3)
    )
    new = [NewStop(f"n{i}", f"New {i}", *degrees(*place(*spot))) for i, spot in enumerate(spots)]
    changed = networks.with_stops(network, new)
    same_as_from_scratch(changed)
    assert untouched(network) == before
    again = networks.without_stops(changed, [stop.id for stop in new])
    assert networks.same_network(again, network)
    assert networks.with_stops(network, []) is network


@few
@given(world=worlds(), data=st.data())
def test_stops_taken_away(world: World, data: st.DataObject) -> None:
    network = compiled(world)
    gone = data.draw(st.sets(st.sampled_from(network.timetable.stop_id.tolist()), min_size=1, max_size=2))
    changed = networks.without_stops(network, sorted(gone))
    same_as_from_scratch(changed)
    assert not np.isin(changed.timetable.stop_id, list(gone)).any()
    _tables_agree(world, gone, changed)


def _tables_agree(world: World, gone: set[str], changed: Network) -> None:
    """Against the feed without the rows of these stops, where that feed can be read at all and is no other feed."""
    tables = {name: [dict(row) for row in rows] for name, rows in world.tables.items()}
    blank = any(not row["arrival_time"] or not row["departure_time"] for row in tables["stop_times.txt"])
    if blank or tables["frequencies.txt"] or any(row["stop_id"] == "P" for row in tables["stops.txt"]):
        return  # times between told calls, and headways, would be other ones; stations would stand for fewer stops
    tables["stop_times.txt"] = [row for row in tables["stop_times.txt"] if row["stop_id"] not in gone]
    tables["stops.txt"] = [row for row in tables["stops.txt"] if row["stop_id"] not in gone]
    ends = ("from_stop_id", "to_stop_id")
    tables["transfers.txt"] = [r for r in tables["transfers.txt"] if not {r[end] for end in ends} & gone]
    left = {row["trip_id"] for row in tables["stop_times.txt"]}
    calls = [row["trip_id"] for row in tables["stop_times.txt"]]
    left = {trip for trip in left if calls.count(trip) > 1}
    if not left or len(tables["stops.txt"]) < 2:
        return
    tables["trips.txt"] = [row for row in tables["trips.txt"] if row["trip_id"] in left]
    tables["stop_times.txt"] = [row for row in tables["stop_times.txt"] if row["trip_id"] in left]
    try:
        other = compiled(replace(world, tables=tables))
    except Exception:  # the feed has no day left
        return
    fields = [f"timetable.{part}" for part in ("services", "trip_service", "first_date")]
    odd = [
        name
        for name in networks.differing(changed, other)
        if name not in fields and not name.startswith("about")
    ]
    assert odd == []


@few
@given(world=worlds(), data=st.data())
def test_streets_in_small_worlds(world: World, data: st.DataObject) -> None:
    network = compiled(world)
    nodes = world.nodes
    before = untouched(network)
    ends = data.draw(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)))
    start, end = (degrees(*place(node, data.draw(st.sampled_from([0, 2])))) for node in ends)
    kmh = data.draw(st.sampled_from([30.0, 130.0, 1000.0]))
    street = NewStreet(start, end, {"foot": kmh, "car": 50.0}, data.draw(st.booleans()))
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=nodes, max_size=nodes)))
    factor = data.draw(st.sampled_from([{}, {"foot": 2.0}, {"foot": 0.5}]))
    limit = data.draw(st.sampled_from([{}, {"foot": 100.0}]))
    closed = data.draw(st.sampled_from([frozenset(), frozenset({"foot"})]))
    within = StreetsWithin(flags, factor, limit, closed)
    for changes in ([street], [within], [street, within]):
        changed = networks.with_streets(network, changes)
        same_as_from_scratch(changed)
        transposed(changed.streets.graphs["foot"])
    assert untouched(network) == before
    assert networks.with_streets(network, [StreetsWithin(flags, {"car": 2.0}, {})]) is network


def transposed(graph: Graph) -> None:
    """The edges that arrive are those that leave."""
    tail = np.repeat(np.arange(len(graph.indptr) - 1), np.diff(graph.indptr))
    back = np.repeat(np.arange(len(graph.back_indptr) - 1), np.diff(graph.back_indptr))
    leaving = sorted(zip(tail.tolist(), graph.head.tolist(), graph.seconds.tolist(), strict=True))
    arriving = sorted(zip(graph.back_head.tolist(), back.tolist(), graph.back_seconds.tolist(), strict=True))
    assert leaving == arriving


# --- on the streets of a town -----------------------------------------------------------------


def near(network: Network, cell: int, metres: float = 0.0) -> tuple[float, float]:
    plane = network.streets.plane
    lon, lat = plane.to_degrees(network.cells.x[cell] + metres, network.cells.y[cell])
    return float(lon), float(lat)


def test_new_stops_in_a_town(small_city: Network) -> None:
    cells = (3, 57, 200, 201, 333)
    new = [NewStop(f"n{i}", f"New {i}", *near(small_city, cell, 31.0 * i)) for i, cell in enumerate(cells)]
    changed = networks.with_stops(small_city, new)
    same_as_from_scratch(changed)
    assert changed.footpaths is not None and changed.stops is not None
    assert (np.diff(changed.footpaths.indptr)[-5:] > 0).any()
    assert networks.same_network(networks.without_stops(changed, [stop.id for stop in new]), small_city)
    some = small_city.timetable.stop_id[5:30:7].tolist()
    same_as_from_scratch(networks.without_stops(small_city, some))


def test_streets_in_a_town(small_city: Network) -> None:
    streets = small_city.streets
    bridge = NewStreet(
        near(small_city, 10), near(small_city, 250), {"foot": 200.0, "car": 90.0, "bike": 15.0}, False
    )
    changed = networks.with_streets(small_city, [bridge])
    same_as_from_scratch(changed)
    assert "access.stop" in networks.differing(changed, small_city)
    assert changed.egress is not None and changed.access is not None
    middle = np.hypot(streets.x - np.median(streets.x), streets.y - np.median(streets.y)) < 900
    slow = StreetsWithin(middle, {}, {"car": 30.0, "foot": 3.0})
    changed = networks.with_streets(small_city, [slow])
    same_as_from_scratch(changed)
    rows = np.diff(changed.access.indptr) != np.diff(small_city.access.indptr)
    assert 0 < rows.sum() < len(rows)
    closed = networks.with_streets(small_city, [StreetsWithin(middle, {}, {}, frozenset({"foot", "car"}))])
    same_as_from_scratch(closed)
    assert (closed.cells.at["foot"].node != small_city.cells.at["foot"].node).any()


def test_a_faster_pace_where_one_goes_as_the_crow_flies(small_city: Network) -> None:
    side = 500
    gx, gy = (a.ravel() for a in np.meshgrid(np.arange(30), np.arange(20)))
    x, y = small_city.cells.x.min() + gx * side, small_city.cells.y.min() + gy * side
    one = np.ones(len(gx), int)
    streets = friction_streets(x, y, gx, gy, one, np.array(["plain"] * len(gx)), one * 100.0, one > 0)
    network = compile_network(streets, x, y, small_city.timetable)
    fast = StreetsWithin(streets.x < np.median(streets.x), {"foot": 1.5, "car": 2.0}, {})
    same_as_from_scratch(networks.with_streets(network, [fast]))
    road = NewStreet(near(network, 5), near(network, 500), {"car": 110.0, "foot": 5.0})
    changed = networks.with_streets(network, [road])
    same_as_from_scratch(changed)
    assert all(
        name.startswith(("streets.graphs.car", "about")) for name in networks.differing(changed, network)
    )
    new = [NewStop("n", "New", *near(network, 77, 120.0))]
    same_as_from_scratch(networks.with_stops(network, new))


def test_nodes_of_an_area(small_city: Network) -> None:
    shapely = pytest.importorskip("shapely")
    lon, lat = near(small_city, 100)
    area = shapely.Polygon([(lon - 0.01, lat), (lon + 0.01, lat - 0.006), (lon + 0.008, lat + 0.01)])
    streets = small_city.streets
    every = streets.plane.to_degrees(streets.x, streets.y)
    inside = [area.contains(shapely.Point(*point)) for point in zip(*every, strict=True)]
    assert 0 < sum(inside) < len(inside)
    assert networks.nodes_within(small_city, area).tolist() == inside
    points = zip(small_city.timetable.stop_lon, small_city.timetable.stop_lat, strict=True)
    known = [area.contains(shapely.Point(*point)) for point in points]
    assert networks.stops_within(small_city, area) == tuple(small_city.timetable.stop_id[known].tolist())


# --- with a changed timetable, and on disk --------------------------------------------------------


def test_another_timetable(small_city: Network, tmp_path: Path) -> None:
    own = small_city.timetable
    date = np.datetime64(small_city.about.date)
    line = str(own.line_id[0])
    more = timetables.with_headway(own, line, [timetables.Headway(7 * 3600, 9 * 3600, 300)], date)
    changed = networks.with_timetable(small_city, more)
    assert networks.differing(changed, replace(small_city, timetable=more, about=changed.about)) == []
    assert changed.about.counts["trips"] == len(more.trip_id)
    assert networks.with_timetable(small_city, own) is small_city
    with pytest.raises(ValueError, match="other stops"):
        networks.with_timetable(small_city, timetables.with_stops(own, [NewStop("n", "N", 7.0, 45.0)]))
    write_network(changed, tmp_path)
    assert networks.differing(open_network(tmp_path), changed) == []


def test_a_service_on_demand_on_disk(small_city: Network, tmp_path: Path) -> None:
    cells = np.arange(len(small_city.cells)) % 3 == 0
    stops = tuple(small_city.timetable.stop_id[:9].tolist())
    service = OnDemand("a.valley", cells, stops, 600, 6 * 3600, 22 * 3600, speed=0.8)
    changed = networks.with_demand(small_city, service)
    assert networks.differing(changed, small_city) == ["feeders"]
    write_network(changed, tmp_path)
    assert networks.differing(open_network(tmp_path), changed) == []
    assert networks.same_network(networks.without_demand(changed, "a.valley"), small_city)
    fewer = networks.without_stops(changed, list(stops[:2]))
    alike = replace(service, stops=stops[2:])
    assert networks.same_network(
        fewer, networks.with_demand(networks.without_stops(small_city, list(stops[:2])), alike)
    )
    wrong: list[dict[str, Any]] = [
        {"id": "a valley"}, {"cells": cells & False}, {"stops": ("none",)}, {"waiting": -1}, {"end": 0}, {"speed": 0}
    ]  # fmt: skip
    for fields in wrong:
        with pytest.raises(ValueError):
            networks.with_demand(small_city, replace(service, **fields))
    with pytest.raises(ValueError, match="already"):
        networks.with_demand(changed, service)


def test_what_differs_is_named(small_city: Network) -> None:
    own = small_city.timetable
    other = replace(small_city, timetable=replace(own, conn_dep=own.conn_dep + 1))
    assert networks.differing(small_city, other) == ["timetable.conn_dep"]
    assert networks.differing(small_city, replace(small_city, streets=Streets("osm", *[np.zeros(1)] * 2, {})))
    assert networks.same_network(small_city, replace(small_city))
