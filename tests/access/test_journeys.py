# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Journeys told leg by leg: they add up, and their total is the number that the kernels give for pair and departure."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from aumenta.access.journeys import Journey
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.times import NEVER
from aumenta.errors import AccessError
from aumenta.network.compile import compile_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Network
from aumenta.network.osm_streets import read_osm
from aumenta.territory.plane import EUROPE

WINDOW = ("7:00", "7:20")


def check_legs(journey: Journey) -> None:
    """Nothing begins before what is before it ends; lines join; what is told of rides and ways fits their times."""
    assert journey.departure <= journey.start
    assert journey.seconds == journey.arrival - journey.departure
    for before, after in pairwise(journey.legs):
        assert after.departure - after.wait == before.arrival
        assert after.wait >= 0
        gap = np.subtract(before.line[-1], after.line[0])
        assert np.abs(gap).max() < 2e-6
    ends = journey.legs[0].line[0], journey.legs[-1].line[-1]
    if journey.legs[0].vehicle is None and journey.legs[-1].vehicle is None:
        np.testing.assert_allclose(ends, (journey.origin, journey.destination), atol=2e-6)
    for leg in journey.legs:
        if leg.vehicle is None:
            continue
        calls = leg.vehicle.calls
        assert (calls[0].departure, calls[-1].arrival) == (leg.departure, leg.arrival)
        times = [t for call in calls for t in (call.arrival, call.departure) if t is not None]
        assert times == sorted(times)
        assert leg.line == tuple((call.lon, call.lat) for call in calls)
    json.dumps(journey.to_dict())


def compare(router: Router, pairs: int, seed: int) -> int:
    """Journeys of random pairs and minutes against the cube; how many of them had vehicles."""
    rng = np.random.default_rng(seed)
    own = router.options
    ridden = 0
    for origin in rng.choice(len(router.network.cells), pairs // 10, replace=False).tolist():
        cube = router.one_to_all(origin, cube=True).cube
        assert cube is not None
        for destination in rng.choice(len(router.network.cells), 10, replace=False).tolist():
            at = int(rng.integers(own.count))
            departure = own.start + at * own.step
            expected = int(cube[destination, at])
            if expected == NEVER:
                with pytest.raises(AccessError, match="no journey within"):
                    router.journey(origin, destination, departure)
                continue
            if not expected:
                continue  # from a cell to itself
            journey = router.journey(origin, destination, departure)
            assert journey.seconds == expected, (origin, destination, departure)
            check_legs(journey)
            if own.rides is not None:
                assert journey.rides <= own.rides
            ridden += journey.rides > 0
    return ridden


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rides": 1},
        {"walk_speed": 1.1, "change_seconds": 0, "max_minutes": 60},
        {"access": "bike", "direct_minutes": 5},
        {"access": "bike", "bike_speed": 3.3, "direct_minutes": 5},
        {"access": "car", "direct_minutes": 5},
    ],
    ids=str,
)
def test_total_is_the_number_of_the_kernels(small_city: Network, options: dict) -> None:
    router = Router(small_city, Options(window=WINDOW, **options))
    assert compare(router, 200, seed=len(str(options))) > 30


def lonlat(network: Network, cell: int) -> tuple[float, float]:
    lon, lat = EUROPE.to_degrees(network.cells.x[cell], network.cells.y[cell])
    return float(lon), float(lat)


def first_ridden(router: Router, departure: int) -> tuple[int, int, Journey]:
    """A pair of cells whose journey has a vehicle."""
    for origin in range(0, len(router.network.cells), 17):
        for destination in range(5, len(router.network.cells), 41):
            try:
                journey = router.journey(origin, destination, departure)
            except AccessError:
                continue
            if journey.rides:
                return origin, destination, journey
    raise AssertionError("no journey by vehicle")


def test_points_are_as_good_as_cells(small_city: Network) -> None:
    router = Router(small_city, Options(window=WINDOW))
    origin, destination, journey = first_ridden(router, 8 * 3600)
    ends = lonlat(small_city, origin), lonlat(small_city, destination)
    by_points = router.journey(*ends, 8 * 3600)
    assert by_points.legs == journey.legs
    np.testing.assert_allclose(by_points.origin, ends[0], atol=1e-6)


def test_walked_metres_fit_their_seconds(small_city: Network) -> None:
    router = Router(small_city, Options(window=WINDOW, direct_minutes=0))
    _, _, journey = first_ridden(router, 8 * 3600)
    walked = [leg for leg in journey.legs if leg.mode == "walk"]
    assert walked
    for leg in walked:
        assert leg.metres is not None
        # seconds are rounded up; the connectors and edges are measured in the same metres
        assert leg.metres / 1.4 <= leg.seconds + 0.01
        assert leg.seconds < leg.metres / 1.4 + 3


@pytest.mark.parametrize(("access", "parking"), [("bike", 60), ("car", 180)])
def test_the_first_leg_is_ridden_or_driven_and_parked(small_city: Network, access: str, parking: int) -> None:
    options = Options(window=WINDOW, access=access, direct_minutes=0, access_minutes=30)
    router = Router(small_city, options)
    timetable = small_city.timetable
    assert timetable is not None
    found = 0
    for origin in range(0, len(small_city.cells), 29):
        for destination in range(3, len(small_city.cells), 57):
            try:
                journey = router.journey(origin, destination, 8 * 3600)
            except AccessError:
                continue
            first = journey.legs[0]
            assert {leg.mode for leg in journey.legs[1:]} <= {"walk", "ride"}
            if first.mode != access:
                continue
            found += 1
            assert first.parking == parking
            assert first.seconds > parking
            if access == "car":
                vehicle = journey.legs[1].vehicle
                assert vehicle is not None
                stop = timetable.stop_id.tolist().index(vehicle.calls[0].stop)
                assert router.ways.parking[stop]
    assert found


@pytest.mark.parametrize(("mode", "speed"), [("walk", 1.4), ("bike", 4.2), ("car", None)])
def test_over_streets_alone(small_city: Network, mode: str, speed: float | None) -> None:
    router = Router(small_city, Options(mode=mode))
    cube = router.one_to_all(3, cube=True).cube
    assert cube is not None
    for destination in (0, 40, 77, 222):
        journey = router.journey(3, destination, 9 * 3600)
        assert journey.seconds == cube[destination, 0]
        (leg,) = journey.legs
        assert (leg.mode, journey.date, journey.rides) == (mode, None, 0)
        check_legs(journey)
        assert leg.metres is not None
        assert leg.metres > 0
        if mode == "walk":
            assert abs(leg.metres / speed - leg.seconds) < 2
        point = router.journey(lonlat(small_city, 3), lonlat(small_city, destination), 9 * 3600)
        assert abs(point.seconds - journey.seconds) <= 1


def test_a_way_on_foot_that_is_as_quick_goes_first(small_city: Network) -> None:
    router = Router(small_city, Options(window=WINDOW))
    cells = small_city.cells
    near = int(np.argsort(np.hypot(cells.x - cells.x[0], cells.y - cells.y[0]))[1])
    journey = router.journey(0, near, 3 * 3600)  # nothing runs at night
    assert [leg.mode for leg in journey.legs] == ["walk"]
    assert journey.start == 3 * 3600


def test_after_midnight_is_the_next_day(small_city: Network) -> None:
    router = Router(small_city, Options(window=WINDOW))
    origin, destination, journey = first_ridden(router, 8 * 3600)
    next_day = router.journey(origin, destination, 32 * 3600)
    assert next_day.seconds == journey.seconds
    assert next_day.arrival == journey.arrival + 86400
    assert [leg.line for leg in next_day.legs] == [leg.line for leg in journey.legs]


def test_the_window_of_the_router_gives_the_same_as_a_short_one(small_city: Network) -> None:
    router, other = (Router(small_city, Options(window=("8:00", "9:00"))) for _ in range(2))
    assert len(router.window.conn_dep)
    for pair in ((3, 200), (17, 333), (250, 5)):
        try:
            expected = other.journey(*pair, 8 * 3600 + 123)
        except AccessError:
            continue
        assert router.journey(*pair, 8 * 3600 + 123) == expected
    assert "window" not in vars(other)


def test_words_and_tables(small_city: Network) -> None:
    router = Router(small_city, Options(window=WINDOW))
    _, _, journey = first_ridden(router, 8 * 3600)
    for language, words in (
        ("en", ("on foot", "to the destination")),
        ("it", ("a piedi", "alla destinazione")),
    ):
        text = "\n".join(journey.text(language))
        assert all(word in text for word in words)
        for leg in journey.legs:
            if leg.vehicle is not None:
                assert leg.vehicle.line in text
    frame = journey.to_gdf()
    assert len(frame) == len(journey.legs)
    assert frame.crs.to_epsg() == 4326
    assert frame["seconds"].sum() + frame["wait"].sum() == journey.arrival - journey.start
    with pytest.raises(AccessError, match="cannot be told"):
        journey.text("de")


def test_what_is_refused(small_city: Network) -> None:
    router = Router(small_city, Options(window=WINDOW))
    with pytest.raises(AccessError, match="no such cell"):
        router.journey(0, len(small_city.cells), 8 * 3600)
    with pytest.raises(AccessError, match="too far from any street"):
        router.journey(0, (1.0, 45.0), 8 * 3600)
    with pytest.raises(AccessError, match="cannot be looked for"):
        router.journey(0, 1, -5)


@pytest.mark.shared
def test_total_is_the_number_of_the_kernels_in_a_real_town(shared_dir: Path) -> None:
    folder = shared_dir / "data" / "cities" / "zheleznogorsk"
    streets, _ = read_osm(folder / "roads_zhelez.osm.pbf")
    timetable, _ = read_gtfs([folder])
    nodes = np.random.default_rng(3).choice(len(streets.x), 100, replace=False)
    network = compile_network(streets, streets.x[nodes], streets.y[nodes], timetable)
    assert compare(Router(network, Options(window=("8:00", "8:30"), direct_minutes=10)), 100, seed=4) > 10
