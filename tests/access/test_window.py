# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Windows of a timetable and the walks of a question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from brute_cases import DATE, DAY, cases, compressed, network, timetable
from hypothesis import HealthCheck, given, settings

from aumenta.access.walks import query_walks
from aumenta.access.window import CHAIN, LONGEST, Window, cut
from aumenta.errors import AccessError


def table_of(case: dict):
    return timetable(case["stops"], case["trips"], case["rules"], case["services"])


def brute(case: dict) -> list[tuple[int, int, int, int, int]]:
    """Connections of the window: (trip, day, from, departure, arrival), by looking at every hop on three days."""
    end = case["step"] * (case["count"] - 1) + case["limit"]
    found = []
    for day in (-1, 0, 1):
        for t, trip in enumerate(case["trips"]):
            runs = case["services"][trip["service"]][day + 1]
            if not runs or (case["bikes"] and trip["bikes"] != 1):
                continue
            for i in range(len(trip["stops"]) - 1):
                dep = trip["dep"][i] + day * DAY - case["start"]
                arr = trip["arr"][i + 1] + day * DAY - case["start"]
                if dep >= 0 and arr <= end:
                    found.append((t, day, trip["stops"][i], dep, arr))
    return sorted(found)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_window_has_the_connections_of_three_days(case: dict) -> None:
    table = table_of(case)
    window = cut(table, DATE, case["start"], case["count"], case["step"], case["limit"], case["bikes"])
    shift = table.conn_dep[window.source].astype(int) - case["start"] - window.conn_dep
    assert set(shift.tolist()) <= {-DAY, 0, DAY}
    found = sorted(
        zip(
            window.trip_of[window.conn_trip].tolist(),
            (-shift // DAY).tolist(),
            window.conn_from.tolist(),
            window.conn_dep.tolist(),
            window.conn_arr.tolist(),
            strict=True,
        )
    )
    assert found == brute(case)
    assert (np.diff(window.conn_dep.astype(int)) >= 0).all()
    check_order(window)


def check_order(window: Window) -> None:
    """Within a run the order of travel; packed numbers and slots say the same as the columns."""
    packed = window.packed.reshape(-1, 4)
    assert packed[:, 0].tolist() == window.conn_from.tolist()
    assert packed[:, 1].tolist() == window.conn_to.tolist()
    assert packed[:, 2].tolist() == window.conn_arr.tolist()
    assert (packed[:, 3] & 3).tolist() == window.conn_flags.tolist()
    owner: dict[int, int] = {}
    for run in range(window.trips):
        own = np.flatnonzero(window.conn_trip == run)
        assert (np.diff(window.source[own]) > 0).all()
        slot = (packed[own, 3] >> 3).astype(int)
        goes_on = np.diff(window.conn_dep[own].astype(int)) == 0
        assert ((packed[own, 3] & CHAIN) > 0).tolist() == [*goes_on.tolist(), *[False] * (len(own) > 0)]
        assert np.diff(slot).tolist() == goes_on.astype(int).tolist()
        for one in slot.tolist():
            assert owner.setdefault(one, run) == run
    assert len(owner) == window.slots
    assert window.second[0] == 0
    assert window.second[-1] == len(window.conn_dep)
    for s in range(0, window.end + 1, 53):
        inside = window.conn_dep[window.second[s] : window.second[s + 1]]
        assert (inside == s).all()


def one_trip(dep: int, services: list[bool]) -> dict:
    trip = {"stops": [0, 1, 0], "arr": [dep, dep + 60, dep + 90], "dep": [dep, dep + 60, dep + 90]}
    trip |= {"board": [True] * 3, "alight": [True] * 3, "service": 0, "bikes": 0}
    return {"stops": 2, "trips": [trip], "rules": [], "services": [services]}


def test_trips_of_the_day_before_and_after() -> None:
    late = table_of(one_trip(DAY + 3_600, [True, False, False]))
    assert cut(late, DATE, 3_500, 2).conn_dep.tolist() == [100, 160]
    assert cut(late, DATE - 1, 3_500, 2).conn_dep.tolist() == []
    assert cut(late, DATE - 1, 86_000, 2).conn_dep.tolist() == [4_000, 4_060]
    early = table_of(one_trip(300, [False, False, True]))
    assert cut(early, DATE, 86_300, 1).conn_dep.tolist() == [400, 460]
    assert cut(early, DATE + 9, 86_300, 1).conn_dep.tolist() == []


def test_the_same_trip_on_two_days_is_two_runs() -> None:
    table = table_of(one_trip(86_340, [True, True, False]))
    window = cut(table, DATE, 0, 1, max_seconds=200)
    assert window.trips == 1  # the day before's, from its second hop on
    window = cut(table, DATE, 0, 2, step=59_000, max_seconds=1_000)
    assert window.trips == 1
    table = table_of(one_trip(DAY + 60, [True, True, False]))
    assert cut(table, DATE, 0, 1).trips == 1
    assert cut(table, DATE, 40_000, 1, max_seconds=LONGEST).trips == 1


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((-1, 1, 60, 7200), "time of the day"),
        ((DAY, 1, 60, 7200), "time of the day"),
        ((0, 0, 60, 7200), "count must be 1"),
        ((0, 1, 0, 7200), "step must be 1"),
        ((0, 1, 60, 0), "max_seconds must be 1"),
        ((0, 1_000, 60, 7200), "too long"),
        ((0, 1, 60, 60_001), "too long"),
    ],
)
def test_windows_that_cannot_be(numbers: tuple[int, int, int, int], words: str) -> None:
    with pytest.raises(AccessError, match=words):
        cut(table_of(one_trip(0, [True] * 3)), DATE, *numbers)


def walks_of(rules=(), footpaths=({1: 50.2}, {0: 50.2, 2: 500.0}, {}), **given):
    case = one_trip(0, [True] * 3)
    table = replace(
        table_of(case),
        stop_id=np.array(["a", "b", "c"]),
        rule_from=np.array([r[0] for r in rules], np.int32),
        rule_to=np.array([r[1] for r in rules], np.int32),
        rule_seconds=np.array([r[2] for r in rules], np.int32),
    )
    net = network(table, [{0: 10.0, 1: 99.5}, {}], list(footpaths))
    numbers = {"factor": 1.0, "access_seconds": 100, "egress_seconds": 99, "transfer_seconds": 400}
    return query_walks(net, **{**numbers, "change_seconds": 60, **given})


def pairs(walks) -> dict[int, list[tuple[int, int]]]:
    bounds = walks.foot_indptr.tolist()
    times = list(zip(walks.foot_stop.tolist(), walks.foot_seconds.tolist(), strict=True))
    return {v: times[bounds[v] : bounds[v + 1]] for v in range(len(bounds) - 1)}


def test_changes_and_rules() -> None:
    assert pairs(walks_of()) == {0: [(0, 60), (1, 60)], 1: [(0, 60), (1, 60)], 2: [(2, 60)]}
    assert pairs(walks_of(change_seconds=0))[0] == [(0, 0), (1, 51)]
    assert pairs(walks_of(factor=0.5))[1] == [(0, 60), (1, 60), (2, 250)]
    rules = [(0, 0, -1), (0, 1, 20), (2, 0, 900), (1, 2, 0)]
    assert pairs(walks_of(rules)) == {0: [(1, 20)], 1: [(2, 0), (0, 60), (1, 60)], 2: [(2, 60), (0, 900)]}
    assert pairs(walks_of([(0, 1, 5), (0, 1, -1)]))[0] == [(0, 60)]  # the last row of a pair holds


def test_access_and_egress_are_rounded_up_and_cut() -> None:
    walks = walks_of()
    assert walks.access_indptr.tolist() == [0, 2, 2]
    assert walks.access_seconds.tolist() == [10, 100]
    assert walks.egress_stop.tolist() == [0]
    assert walks_of(factor=1.01).access_seconds.tolist() == [11]
    assert walks_of(egress_seconds=100).egress_stop.tolist() == [0, 1]


def test_walks_that_cannot_be() -> None:
    with pytest.raises(AccessError, match="access_seconds") as caught:
        walks_of(access_seconds=-1, factor=0.0)
    assert len(caught.value.problems) == 2
    case = one_trip(0, [True] * 3)
    streets_only = replace(network(table_of(case), [{}], [{}]), timetable=None)
    with pytest.raises(AccessError, match="no timetable"):
        query_walks(streets_only, 1.0, 0, 0, 0, 0)
    assert compressed([{}]).indptr.tolist() == [0, 0]
