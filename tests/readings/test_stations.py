# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Stations as poles, by hand on five cells and on the toy metropolis."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from reading_samples import CELLS, MEMBERS, minutes, values

from aumenta.access.edge import edge_of
from aumenta.readings.known import all_of, any_of, within
from aumenta.readings.stations import stations

FAR = minutes(255, 255, 255, 255)


def test_nobody_near_the_border_is_counted_as_without_a_station() -> None:
    # c1 (10) has one at 4 minutes, c2 (30) at 12, c3 (60) none and the border at 14 minutes, c4 nobody.
    found = stations(CELLS, MEMBERS, foot=minutes(4, 12, 255, 255), foot_edge=minutes(3, 100, 14, 255))
    assert values(found, "stations.foot_5") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    assert values(found, "stations.foot_10") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    least = values(found, "stations.foot_15")  # of b nobody knows; of the hill 40 of 100 residents at least
    assert least["a"] == 100.0 and least["hill"] == 40.0 and np.isnan(least["b"])
    assert values(found, "stations.foot_unknown") == {"a": 0.0, "b": 100.0, "hill": 60.0}
    rows = pd.concat(found.rows)
    lost = rows[(rows["indicator"] == "stations.foot_15") & (rows["place"] == "b")].iloc[0]
    assert lost["status"] == "missing" and lost["reason"] == "unknown"


def test_without_a_border_all_of_a_complete_list_is_known() -> None:
    found = stations(CELLS, MEMBERS, {"a": 0, "b": 2}, bike=minutes(15, 30, 46, 45))
    assert values(found, "stations.bike_15") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    assert values(found, "stations.bike_45") == {"a": 100.0, "b": 0.0, "hill": 40.0}
    assert values(found, "stations.bike") == {"a": 15.0, "b": 46.0}
    assert values(found, "stations.bike_unknown") == {"a": 0.0, "b": 0.0, "hill": 0.0}


@given(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=1, max_size=6))
def test_three_valued_logic_agrees_with_every_way_of_filling_the_gaps(column: list[float]) -> None:
    gaps = [n for n, one in enumerate(column) if np.isnan(one)]
    some, every = set(), set()
    for bits in range(2 ** len(gaps)):
        filled = list(column)
        for place, at in enumerate(gaps):
            filled[at] = float(bits >> place & 1)
        some.add(float(any(filled)))
        every.add(float(all(filled)))
    for made, possible in ((any_of, some), (all_of, every)):
        told = float(made([np.array([one]) for one in column])[0])
        assert ({told} == possible) if not np.isnan(told) else (possible == {0.0, 1.0})


def test_an_incomplete_list_never_says_no() -> None:
    partial = minutes(10, 20, 255, 15, complete=False)
    assert np.array_equal(within(partial, 15), [1, np.nan, np.nan, 1], equal_nan=True)


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=40))
def test_metres_to_the_edge_are_those_of_brute_force(cells: set[tuple[int, int]]) -> None:
    pairs = sorted(cells)
    gx, gy = (np.array([pair[axis] for pair in pairs], np.int64) for axis in (0, 1))
    edge = edge_of(gx, gy, 100, SimpleNamespace(stops=None))  # type: ignore[arg-type]
    outside = [(x, y) for x in range(-2, 10) for y in range(-2, 10) if (x, y) not in cells]
    for (x, y), metres, inner in zip(pairs, edge.cells, edge.inner, strict=True):
        # from a middle to a square: what is left of each axis beyond half a square
        gaps = [np.hypot(max(abs(a - x) - 0.5, 0), max(abs(b - y) - 0.5, 0)) for a, b in outside]
        assert metres == np.float64(100 * min(gaps)) or abs(metres - 100 * min(gaps)) < 1e-6
        assert inner == any(abs(a - x) + abs(b - y) == 1 for a, b in outside)
