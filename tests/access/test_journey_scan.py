# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The best way of one pair: against all ways that there are, enumerated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cases import NEVER, Case, cases, dense_case, pairs, seconds

from aumenta.access import journey_scan
from aumenta.access.journey_scan import Way, best_way
from aumenta.network.model import ALIGHT, BOARD

CELL = 0


def found_by(case: Case, leave: int, rides: int | None = None) -> Way | None:
    walks = case.walks
    part = slice(walks.access_indptr[CELL], walks.access_indptr[CELL + 1])
    access = (walks.access_stop[part], walks.access_seconds[part])
    return best_way(case.window, walks, access, (case.near_stops, case.near_seconds), leave, rides)


def all_ways(case: Case, leave: int, most: int):
    """(arrival, rides, seconds outside vehicles, minus start) of every way with at most `most` rides."""
    window, walks = case.window, case.walks
    egress = dict(zip(case.near_stops.tolist(), case.near_seconds.tolist(), strict=True))
    access = pairs(walks.access_indptr, walks.access_stop, walks.access_seconds, CELL)
    feet = [pairs(walks.foot_indptr, walks.foot_stop, walks.foot_seconds, s) for s in range(case.stops)]
    found = []

    def ride(stop: int, ready: int, rides: int, outside: int, start: int | None) -> None:
        if rides == most:
            return
        for i in np.flatnonzero(window.conn_from == stop):
            dep = int(window.conn_dep[i])
            if dep < ready or not window.conn_flags[i] & BOARD:
                continue
            begun = dep - outside if start is None else start
            for j in range(i, len(window.conn_from)):
                if window.conn_trip[j] != window.conn_trip[i] or not window.conn_flags[j] & ALIGHT:
                    continue
                to, arr = int(window.conn_to[j]), int(window.conn_arr[j])
                if to in egress and arr + egress[to] - leave <= window.max_seconds:
                    found.append((arr + egress[to], rides + 1, outside + egress[to], -begun))
                for w, foot in feet[to]:
                    ride(w, arr + foot, rides + 1, outside + (foot if w != to else 0), begun)

    for stop, walk in access:
        ride(stop, leave + walk, 0, walk, None)
    return found


def measured(case: Case, way: Way, leave: int) -> tuple[int, int, int, int]:
    """The same four numbers of a way, after checking that each step of it can be done."""
    window, walks = case.window, case.walks
    at, ready, outside = way.access_stop, leave + way.access_seconds, way.access_seconds
    assert (at, way.access_seconds) in pairs(
        walks.access_indptr, walks.access_stop, walks.access_seconds, CELL
    )
    arr = 0
    for number, ride in enumerate(way.rides):
        u = int(window.conn_from[ride.boarded])
        if number:
            foot = dict(pairs(walks.foot_indptr, walks.foot_stop, walks.foot_seconds, at))[u]
            ready, outside = arr + foot, outside + (foot if u != at else 0)
        else:
            assert u == at
        assert window.conn_dep[ride.boarded] >= ready
        assert window.conn_flags[ride.boarded] & BOARD
        assert window.conn_flags[ride.left] & ALIGHT
        assert window.conn_trip[ride.boarded] == window.conn_trip[ride.left]
        assert ride.boarded <= ride.left
        at, arr = int(window.conn_to[ride.left]), int(window.conn_arr[ride.left])
    assert at == way.egress_stop
    assert arr + way.egress_seconds == way.arrival
    start = int(window.conn_dep[way.rides[0].boarded]) - way.access_seconds
    return way.arrival, len(way.rides), outside + way.egress_seconds, -start


def check_arrival(case: Case, leave: int) -> None:
    window, walks = case.window, case.walks
    access = pairs(walks.access_indptr, walks.access_stop, walks.access_seconds, CELL)
    near = list(zip(case.near_stops, case.near_seconds, strict=True))
    expected = seconds(window, walks, case.stops, access, near, NEVER, leave)
    way = found_by(case, leave)
    assert (NEVER if way is None else way.arrival - leave) == expected


def check_best(case: Case, rides: int) -> Way | None:
    way = found_by(case, 0, rides)
    ways = all_ways(case, 0, rides)
    if way is None:
        assert not ways
    else:
        assert measured(case, way, 0) == min(ways)
    return way


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_earliest_arrival_equals_a_plain_search(case: Case, data: st.DataObject) -> None:
    check_arrival(case, data.draw(st.integers(0, (case.window.count - 1) * case.window.step)))


def test_earliest_arrival_with_many_changes() -> None:
    for seed in range(800):
        case = dense_case(seed)
        check_arrival(case, seed % ((case.window.count - 1) * case.window.step + 1))


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(1, 3))
def test_the_best_of_all_ways_with_so_many_rides(case: Case, rides: int) -> None:
    check_best(case, rides)


def test_the_best_of_all_ways_with_many_changes() -> None:
    found = [check_best(dense_case(seed), 3 - (seed % 5 == 0)) for seed in range(800)]
    rides = [len(way.rides) for way in found if way is not None]
    assert rides.count(2) > 80
    assert rides.count(3) > 8


@settings(max_examples=30, deadline=None)
@given(cases())
def test_labels_grow_beyond_the_room_they_begin_with(case: Case) -> None:
    roomy = found_by(case, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journey_scan, "_FIRST_LABELS", 1)
        assert found_by(case, 0) == roomy
