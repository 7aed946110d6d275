# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Journeys with a bicycle that travels along: only on trips that take it, as long as the kernels say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.times import NEVER
from aumenta.errors import AccessError
from aumenta.network.model import Network

OPTIONS = Options(
    window=("7:00", "7:20"),
    access="bike",
    bike_on_board=True,
    direct_minutes=5,
    access_minutes=10,
    egress_minutes=10,
)


def with_bikes(network: Network, allowed: np.ndarray) -> Network:
    """The network whose trips take bicycles as told: 0 not told, 1 allowed, 2 not."""
    assert network.timetable is not None
    return replace(network, timetable=replace(network.timetable, trip_bikes=allowed.astype(np.uint8)))


def trips_of(network: Network) -> int:
    assert network.timetable is not None
    return len(network.timetable.trip_bikes)


def pairs(network: Network) -> np.ndarray:
    return np.random.default_rng(6).choice(len(network.cells), (12, 12))


def test_it_rides_only_where_it_may_and_is_never_left(small_city: Network) -> None:
    allowed = np.arange(trips_of(small_city)) % 3
    city = with_bikes(small_city, allowed)
    assert city.timetable is not None
    takes = dict(zip(map(str, city.timetable.trip_id), (allowed == 1).tolist(), strict=True))
    router = Router(city, OPTIONS)
    ridden = 0
    for origin, *others in pairs(city).tolist():
        cube = router.one_to_all(origin, cube=True).cube
        assert cube is not None
        for destination in others:
            if cube[destination, 0] in (0, NEVER):
                continue
            journey = router.journey(origin, destination, OPTIONS.start)
            assert journey.seconds == cube[destination, 0]
            trips = [leg.vehicle.trip for leg in journey.legs if leg.vehicle]
            assert all(takes[trip] for trip in trips)
            if trips:
                assert {journey.legs[0].mode, journey.legs[-1].mode} <= {"bike", "ride"}
                ridden += 1
    assert ridden > 10


def test_trips_that_do_not_take_it_are_as_if_they_did_not_run(small_city: Network) -> None:
    """A timetable without the trips that refuse bicycles gives the same times as one that has them."""
    count = trips_of(small_city)
    city = with_bikes(small_city, np.where(np.arange(count) % 2, 1, 2))
    assert city.timetable is not None
    runs = city.timetable.services.astype(bool)
    # A service of its own that never runs, for the trips that refuse.
    never = np.zeros((1, runs.shape[1]), runs.dtype)
    service = city.timetable.trip_service.copy()
    service[np.arange(count) % 2 == 0] = len(runs)
    fewer = replace(
        city.timetable, services=np.vstack([city.timetable.services, never]), trip_service=service
    )
    date = Router(city, OPTIONS).date
    for origin in pairs(city)[:4, 0].tolist():
        one, other = (
            Router(network, replace(OPTIONS, date=str(date))).one_to_all(origin, cube=True).cube
            for network in (city, replace(city, timetable=fewer))
        )
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("code", [0, 2])
def test_without_a_trip_that_takes_it_there_is_only_the_street(small_city: Network, code: int) -> None:
    city = with_bikes(small_city, np.full(trips_of(small_city), code))
    router = Router(city, OPTIONS)
    for origin, *others in pairs(city).tolist():
        for destination in others:
            try:
                journey = router.journey(origin, destination, OPTIONS.start)
            except AccessError:
                continue
            assert not journey.rides and {leg.mode for leg in journey.legs} <= {"walk", "bike"}
