# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The metropolis of an hour and a half, worked out by hand on four cells of two towns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reading_samples import CELLS, MEMBERS, minutes, values

from aumenta.errors import AumentaError
from aumenta.readings.measure import Input, Measure, Result, in_order, run
from aumenta.readings.metropolis90 import metropolis90
from aumenta.readings.travel import AllToAll
from aumenta.store.definitions import load_indicators
from aumenta.values.text import Text

PLACES = pd.DataFrame({"id": ["a", "b", "hill"], "level": ["municipality", "municipality", "band"]})


def test_shares_count_who_is_not_reached_as_not_within() -> None:
    times = minutes(30, 31, 90, 255)
    found = metropolis90(CELLS, MEMBERS, {"a": 0, "b": 3}, car=times)
    assert values(found, "metropolis90.car_30") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    assert values(found, "metropolis90.car_60") == {"a": 100.0, "b": 0.0, "hill": 40.0}
    assert values(found, "metropolis90.car_90") == {"a": 100.0, "b": 100.0, "hill": 100.0}


def test_a_towns_time_is_at_its_seat_and_not_reached_is_missing_with_that_reason() -> None:
    times = minutes(30, 31, 90, 255)
    rows = pd.concat(metropolis90(CELLS, MEMBERS, {"a": 1, "b": 3}, train=times).rows)
    seats = rows[rows["indicator"] == "metropolis90.train"].set_index("place")
    assert seats.loc["a", "value"] == 31
    assert np.isnan(seats.loc["b", "value"]) and seats.loc["b", "reason"] == "not_reached"
    cell = metropolis90(CELLS, MEMBERS, train=times).cells["metropolis90.train"]
    assert cell.reason.tolist() == [None, None, None, "not_reached"]


def test_from_anywhere_is_a_mean_over_residents() -> None:
    # From a's point 50 of 100 people within 90 minutes, from b's 100; a has 40 residents, b 60.
    reached = AllToAll(
        np.array([1, 2], np.int32), np.array([40.0, 60.0]), np.array(["a", "b"], dtype=object),
        ("people", "jobs"), (90,), np.array([[[50.0], [1.0]], [[100.0], [4.0]]]), np.array([100.0, 4.0]),
    )  # fmt: skip
    found = metropolis90(CELLS, MEMBERS, from_transit=reached)
    assert values(found, "metropolis90.people_by_transit") == {"a": 50.0, "b": 100.0, "hill": 80.0}
    assert values(found, "metropolis90.jobs_by_transit") == {"a": 25.0, "b": 100.0, "hill": 70.0}


def _measure(name: str, *needs: str, fails: bool = False) -> Measure:
    def function(**_: object) -> Result:
        if fails:
            raise ValueError("a place too many")
        return Result()

    words = Text(it="x", en="x")
    inputs = tuple(Input(f"i{n}", need, words) for n, need in enumerate(needs))
    return Measure(name, function, inputs, ("metropolis90.car_30",))


def test_measures_come_after_those_they_read() -> None:
    given = [_measure("one", "reading:two"), _measure("two", "reading:three"), _measure("three")]
    assert [m.id for m in in_order(given)] == ["three", "two", "one"]


def test_a_circle_of_readings_is_named() -> None:
    with pytest.raises(AumentaError, match="one, two"):
        in_order([_measure("one", "reading:two"), _measure("two", "reading:one"), _measure("free")])


def test_a_measure_that_fails_loses_its_own_values_only() -> None:
    definitions = load_indicators()
    done = run(_measure("broken", fails=True), {}, definitions, PLACES)
    assert done.failure == "ValueError: a place too many"
    rows = pd.concat(done.result.rows)
    assert set(rows["reason"]) == {"failed"} and set(rows["status"]) == {"missing"}
