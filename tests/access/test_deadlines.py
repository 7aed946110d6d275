# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Latest departures for deadlines: against a plain search, and against the kernels that run forwards."""

from __future__ import annotations

import numpy as np
import pytest
from small_cases import NEVER, Case, dense_case, pairs, seconds, small_timetable

from aumenta.access.backward import ToOne
from aumenta.access.deadlines import ArriveBy, arrive_by, deadline_window, reverse_walks, reverse_window
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.scan import Profiles
from aumenta.access.window import DAY, cut
from aumenta.errors import AccessError
from aumenta.network.model import Network

DATE = np.datetime64("2026-05-13", "D")


def latest(case: Case, access, egress, direct: int, deadline: int) -> int:
    """Seconds before a deadline (of the window's seconds) at which the last departure lies that is in time."""
    window = case.window
    for before in range(window.max_seconds + 1):
        took = seconds(window, case.walks, case.stops, access, egress, direct, deadline - before)
        if took <= before:
            return before
    return NEVER


def rows_of(case: Case, kind: str):
    walks = case.walks
    parts = [getattr(walks, f"{kind}_{part}") for part in ("indptr", "stop", "seconds")]
    return [pairs(*parts, cell) for cell in range(3)]


@pytest.mark.parametrize("seeds", [range(150)])
def test_latest_departures_of_small_cases(seeds: range) -> None:
    reached = 0
    for seed in seeds:
        case = dense_case(seed)
        window = case.window
        back = reverse_window(
            cut(small_timetable(case, DATE), DATE, 0, window.count, window.step, window.max_seconds)
        )
        walks = reverse_walks(case.walks)
        near = list(zip(case.near_stops, case.near_seconds, strict=True))
        to_target = Profiles(back, walks, case.stops)
        to_target.run(case.near_stops, case.near_seconds)
        from_origin = ToOne(back, walks, case.stops)
        from_origin.run(case.near_stops, case.near_seconds)
        cubes = to_target.cube(case.direct), from_origin.cube(case.direct)
        end = (window.count - 1) * window.step + window.max_seconds
        for at in range(window.count):
            deadline = end - at * window.step
            for cell, (access, egress) in enumerate(
                zip(rows_of(case, "access"), rows_of(case, "egress"), strict=True)
            ):
                direct = int(case.direct[cell])
                assert cubes[0][cell, at] == latest(case, access, near, direct, deadline), seed
                assert cubes[1][cell, at] == latest(case, near, egress, direct, deadline), seed
                reached += cubes[0][cell, at] not in (NEVER, direct)
    assert reached > 100


@pytest.mark.parametrize("options", [{}, {"rides": 1}, {"access": "bike", "direct_minutes": 0}], ids=str)
def test_latest_departure_agrees_with_all_departures(small_city: Network, options: dict) -> None:
    """A departure is in time exactly if it is not after the latest one."""
    own = Options(window=("7:00", "8:00"), max_minutes=60, **options)
    router = Router(small_city, own)
    target = 7
    found = arrive_by(router, target, 8 * 3600, count=3, step=420)
    assert found.times.tolist() == [28800, 29220, 29640]
    leave = own.start + 60 * np.arange(own.count)
    for cell in (0, 3, 50, 120, 199):
        cube = router.one_to_all(cell, cube=True).cube
        assert cube is not None
        there = np.where(cube[target] == NEVER, 10**6, leave + cube[target].astype(int))
        for column, deadline in enumerate(found.times):
            within = leave >= deadline - own.max_seconds
            in_time = there <= deadline
            np.testing.assert_array_equal(in_time[within], (leave <= found.departures[cell, column])[within])


def test_from_one_place_agrees_with_to_each(small_city: Network) -> None:
    search = ArriveBy(Router(small_city, Options(max_minutes=60)), 9 * 3600, count=2)
    from_one = search.one_to_all(11).seconds
    for cell in (0, 4, 60, 130):
        np.testing.assert_array_equal(from_one[cell], search.all_to_one(cell).seconds[11])


def test_deadlines_early_in_the_morning_reach_back_to_the_day_before(small_city: Network) -> None:
    assert small_city.timetable is not None and small_city.about.date is not None
    date = np.datetime64(small_city.about.date, "D")
    early = deadline_window(small_city.timetable, date, 1800, max_seconds=5400)
    late = deadline_window(small_city.timetable, date - 1, DAY + 1800, max_seconds=5400)
    np.testing.assert_array_equal(early.source, late.source)


def test_a_limit_of_rides_is_refused_from_one(small_city: Network) -> None:
    with pytest.raises(AccessError, match="cannot be answered"):
        ArriveBy(Router(small_city, Options(rides=2)), 9 * 3600).one_to_all(0)
