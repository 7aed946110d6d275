# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Journeys told leg by leg: they add up, and their total is the number that the kernels give for pair and departure."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from aumenta.access.journeys import Journey
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.times import NEVER
from aumenta.errors import AccessError
from aumenta.network.model import Network

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
