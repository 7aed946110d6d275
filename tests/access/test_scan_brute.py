# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The profile scan against plain label correction for every departure by itself, on small random timetables."""

from __future__ import annotations

import numpy as np
import pytest
from brute_cases import DATE, NONE, cases, dense, network, oracle, oracle_arrivals, profiles, timetable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aumenta.access import scan
from aumenta.access.scan import Profiles
from aumenta.access.walks import query_walks
from aumenta.access.window import cut


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_cube_is_what_label_correction_finds(case: dict) -> None:
    assert profiles(case).cube(case["direct"]).tolist() == oracle(case).tolist()


@pytest.mark.parametrize("style", range(3))
def test_busy_worlds(style: int) -> None:
    """Times at cells, and within the limit of each departure the arrivals at all stops."""
    for seed in range(style, 180, 3):
        case = dense(seed)
        answer = profiles(case)
        assert answer.cube(case["direct"]).tolist() == oracle(case).tolist(), seed
        arrivals = answer.by_vehicle.astype(int)
        for d, vehicle in enumerate(oracle_arrivals(case)):
            latest = d * case["step"] + case["limit"]
            for v in range(case["stops"]):
                best = vehicle.get(v, NONE)
                assert arrivals[v, d] == best if best <= latest else arrivals[v, d] > latest, (seed, v, d)


@pytest.mark.parametrize("style", range(3))
def test_busy_worlds_for_one_departure(style: int) -> None:
    """The kernel for windows of one departure, which is another."""
    for seed in range(style, 600, 3):
        case = {**dense(seed), "count": 1}
        assert profiles(case).cube(case["direct"]).tolist() == oracle(case).tolist(), seed


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.lists(st.integers(0, 100), min_size=1, max_size=4))
def test_percentiles_are_those_of_the_cube(case: dict, ranks: list[int]) -> None:
    answer = profiles(case)
    cube = answer.cube(case["direct"])
    minutes = np.where(cube == NONE, 255, np.ceil(cube / 60)).astype(int)
    places = [max(1, -(-r * case["count"] // 100)) - 1 for r in ranks]
    expected = np.sort(minutes, axis=1)[:, places]
    assert answer.percentiles(case["direct"], ranks).tolist() == expected.T.tolist()


@pytest.mark.parametrize("seed", range(30, 42))
def test_one_departure_at_a_time_gives_the_columns_of_the_window(seed: int) -> None:
    """Both kernels, and windows that begin at any second."""
    case = dense(seed)
    cube = profiles(case).cube(case["direct"])
    for i in range(0, case["count"], 3):
        start = case["start"] + i * case["step"]
        if start < 86_400:
            alone = profiles({**case, "start": start, "count": 1})
            assert alone.cube(case["direct"])[:, 0].tolist() == cube[:, i].tolist()


def test_work_space_is_clean_after_every_run() -> None:
    """The same object gives the same answers in any order of origins, also after a ring that was too small."""
    case = dense(7)
    table = timetable(case["stops"], case["trips"], case["rules"], case["services"])
    walks = query_walks(
        network(table, case["egress"], case["footpaths"]), 1.0, 600, 600, case["transfer"], case["change"]
    )
    window = cut(table, DATE, case["start"], case["count"], case["step"], case["limit"])
    both = Profiles(window, walks, case["stops"])
    for stop in [*range(case["stops"]), 0, 2, 1]:
        fresh = Profiles(window, walks, case["stops"])
        access = np.array([stop], np.int32), np.array([30], np.uint16)
        fresh.run(*access)
        both.run(*access)
        assert np.array_equal(fresh.by_vehicle, both.by_vehicle)
        assert np.array_equal(fresh.cube(case["direct"]), both.cube(case["direct"]))


@pytest.mark.parametrize("seed", range(40, 44))
def test_a_ring_that_is_too_small_grows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = dense(seed)
    expected = profiles(case).by_vehicle.copy()
    monkeypatch.setattr(scan, "CHUNKS", 1)
    small = profiles(case)
    assert np.array_equal(small.by_vehicle, expected)


def test_nothing_runs_and_nothing_is_near() -> None:
    """A date without service, and an origin without stops: only what is reached without a vehicle."""
    case = {**dense(3), "services": [[False, False, False]]}
    direct = np.array([0, 59, 61, 3_600, 3_601, NONE], np.uint16)
    case["limit"] = 3_600
    answer = profiles(case)
    assert answer.cube(direct)[:, 0].tolist() == [0, 59, 61, 3_600, NONE, NONE]
    assert answer.percentiles(direct, [0, 50, 100]).tolist() == [[0, 1, 2, 60, 255, 255]] * 3
    assert (answer.by_vehicle == NONE).all()
    case = {**dense(3), "access": []}
    answer = profiles(case)
    assert answer.cube(direct)[:, 0].tolist()[:3] == [0, 59, 61]
    assert (answer.by_vehicle == NONE).all()


def test_nobody_rides_backwards_within_a_second() -> None:
    """A trip calls at 0, 1, 2 in one instant; who comes to stop 2's line at that instant cannot alight at 1."""
    instant = 25_200 + 600
    still = {"arr": [instant] * 3, "dep": [instant] * 3}
    trips = [
        {"stops": [0, 1, 2], **still},
        {"stops": [3, 2], "arr": [instant - 60, instant], "dep": [instant - 60, instant]},
        {"stops": [2, 0], "arr": [instant, instant], "dep": [instant, instant]},
        {"stops": [1, 4], "arr": [instant, instant + 60], "dep": [instant, instant + 60]},
    ]
    for trip in trips:
        size = len(trip["stops"])
        trip |= {"board": [True] * size, "alight": [True] * size, "service": 0, "bikes": 0}
    trips[0]["board"] = [False, True, True]
    case = {**dense(0), "stops": 5, "trips": trips, "access": [(3, 0)], "rules": [], "change": 0, "count": 5}
    case |= {"start": 25_200, "step": 60, "limit": 3_600, "footpaths": [{}] * 5}
    case |= {"egress": [{s: 0.0} for s in range(5)], "direct": np.full(5, NONE, np.uint16)}
    cube = profiles(case).cube(case["direct"])
    assert cube.tolist() == oracle(case).tolist()
    assert (cube[1] == NONE).all()  # boarding at 0 is not allowed, and 1 lies before 2
    assert (cube[0] < NONE).any()
