# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold of changes whatever the network: trips added never lengthen a journey, and what came can go again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dense_towns import START, dense_town

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.compile import compile_network
from aumenta.network.files import arrays_of
from aumenta.network.friction import friction_streets
from aumenta.network.gtfs import read_gtfs, representative_date
from aumenta.network.model import Network, Timetable
from aumenta.scenario import courses, networks, timetables
from aumenta.scenario.affected import affected_cells
from aumenta.scenario.timetables import Headway, NewLine, NewStop, course
from aumenta.territory.plane import Plane


def cube(network: Network, options: Options, origins: list[int] | None = None) -> np.ndarray:
    router = Router(network, options)
    chosen = range(len(network.cells)) if origins is None else origins
    return np.stack([router.one_to_all(o, cube=True).cube for o in chosen])


def bytes_of(network: Network) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in arrays_of(network)}


@pytest.mark.parametrize("seed", range(8))
def test_trips_added_never_lengthen_a_journey_at_any_limit_of_rides(seed: int) -> None:
    town = dense_town(seed)
    own, before = town.timetable, bytes_of(town)
    stops = np.random.default_rng(seed).choice(own.stop_id, 3, replace=False).tolist()
    one = course(stops, [120, 180])
    service = (Headway(START, START + 2400, 600),)
    line = NewLine("new", "new", 3, (one, timetables.turned(one)), service, np.ones(1, bool))
    more = networks.with_timetable(town, timetables.with_line(own, line))
    for rides in (None, 1, 2, 3):
        options = Options(window=("7:00", "7:15"), max_minutes=60, rides=rides)
        assert (cube(more, options) <= cube(town, options)).all()
    back = networks.with_timetable(more, timetables.without_line(more.timetable, "new"))
    assert networks.same_network(back, town)
    assert bytes_of(town) == before


@pytest.mark.parametrize("seed", range(4))
def test_changes_of_different_lines_in_any_order_give_the_same_times(seed: int) -> None:
    town = dense_town(seed)
    options = Options(window=("7:00", "7:15"), max_minutes=60)

    def faster(own: Timetable) -> Timetable:
        return courses.with_speed(own, "L0", 1.4)

    def oftener(own: Timetable) -> Timetable:
        return timetables.with_headway(own, "L1", [Headway(START, START + 3600, 240)], own.first_date)

    def gone(own: Timetable) -> Timetable:
        return timetables.without_line(own, "L2")

    found = [
        cube(networks.with_timetable(town, third(second(first(town.timetable)))), options)
        for first, second, third in (
            (faster, oftener, gone),
            (gone, faster, oftener),
            (oftener, gone, faster),
        )
    ]
    assert all(np.array_equal(found[0], other) for other in found[1:])


# --- a real city --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(shared_dir: Path) -> Network:
    """The feeds of Porto Alegre over estimated streets of half a kilometre."""
    source = shared_dir / "data" / "cities" / "porto_alegre"
    timetable, _ = read_gtfs([source / "poa_eptc.zip", source / "poa_trensurb.zip"])
    plane, side = Plane.named("LAEA30.05S51.20W"), 500
    x, y = plane.to_metres(timetable.stop_lon, timetable.stop_lat)
    lattice = np.unique(np.stack([np.floor(x / side), np.floor(y / side)], axis=1).astype(np.int64), axis=0)
    gx, gy = lattice.T
    one = np.ones(len(gx), np.int64)
    east, north = (gx + 0.5) * side, (gy + 0.5) * side
    band = np.array(["plain"] * len(gx))
    streets = friction_streets(east, north, gx, gy, one, band, one * 10.0, one > 0, plane=plane)
    return compile_network(streets, east, north, timetable)


@pytest.mark.shared
def test_changes_in_porto_alegre(city: Network) -> None:
    own, before = city.timetable, bytes_of(city)
    date = representative_date(own)
    options = Options(window=("14:00", "14:10"), max_minutes=60, date=str(date))
    origins = np.random.default_rng(8).choice(len(city.cells), 25, replace=False).tolist()
    times = cube(city, options, origins)
    trips = np.bincount(own.trip_line[own.running(date)[own.trip_service]], minlength=len(own.line_id))
    busy = str(own.line_id[int(trips.argmax())])
    oftener = timetables.with_headway(own, busy, [Headway(13 * 3600, 16 * 3600, 300)], date)
    far = [str(own.stop_id[i]) for i in (int(own.conn_from[0]), int(own.conn_to[-1]))]
    stop = NewStop("new", "New", float(own.stop_lon.mean()), float(own.stop_lat.mean()))
    wider = networks.with_stops(city, [stop])
    way = course([far[0], "new", far[1]], [600, 600], 30)
    service = (Headway(13 * 3600, 16 * 3600, 600),)
    line = NewLine("X", "X", 2, (way, timetables.turned(way)), service, timetables.days_of(own, "weekdays"))
    added = networks.with_timetable(wider, timetables.with_line(wider.timetable, line))
    slower = networks.with_timetable(city, courses.with_speed(own, busy, 0.8))
    changed = {
        "headway": networks.with_timetable(city, oftener),
        "line": added,
        "slower": slower,
        "without": networks.with_timetable(city, timetables.without_line(own, busy)),
    }
    for name, after in changed.items():
        found = affected_cells(city, after, options)
        other = cube(after, options, origins)
        assert np.array_equal(times[~found[origins]], other[~found[origins]]), name
        assert found.any()
    assert (cube(added, options, origins) <= times).all()
    assert (~affected_cells(city, slower, options)).mean() > 0.05
    back = networks.with_timetable(added, timetables.without_line(added.timetable, "X"))
    assert networks.differing(networks.without_stops(back, ["new"]), city) == []
    assert bytes_of(city) == before
