# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a problem is said, all of it, before anything is computed."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from aumenta.errors import SitingError
from aumenta.siting.check import check
from aumenta.siting.problem import SitingProblem
from aumenta.siting.solve import solve

GOOD = SitingProblem(
    np.array([3.0, 4.0]), np.array([[5, 9], [np.inf, 12]], np.float32), ("a", "b"), "median", count=1
)


def test_a_good_one_has_no_faults() -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"count": 3}, "count"),
        ({"count": 0}, "count"),
        ({"count": None}, "count"),
        ({"demand": np.array([3.0, -1])}, "demand"),
        ({"demand": np.array([3.0, np.nan])}, "demand"),
        ({"demand": np.zeros(2)}, "demand"),
        ({"demand": np.ones(3)}, "minutes"),
        ({"minutes": np.array([[5, np.nan], [1, 2]], np.float32)}, "minutes, site b"),
        ({"minutes": np.full((2, 2), np.inf, np.float32)}, "minutes"),
        ({"sites": ("a", "a")}, "sites"),
        ({"existing": np.ones(2, bool)}, "sites"),
        ({"existing": np.ones(3, bool)}, "existing"),
        ({"budget": 5.0}, "costs"),
        ({"budget": -5.0, "costs": np.ones(2)}, "budget"),
        ({"budget": 0.5, "costs": np.ones(2)}, "budget"),
        ({"costs": np.array([1.0, -1])}, "costs"),
        ({"capacities": np.array([2.0, 3])}, "capacities"),
        ({"capacities": np.array([np.nan, 30])}, "capacities"),
        ({"capacities": np.array([50.0, 30]), "objective": "centre"}, "capacities"),
        ({"objective": "coverage"}, "within"),
        ({"objective": "coverage", "within": 500.0}, "within"),
        ({"objective": "set_cover", "within": 9.0}, "share"),
        ({"objective": "worst_first", "within": 9.0, "group": np.array([-1, -1])}, "group"),
        ({"objective": "nearest"}, "objective"),
        ({"share": 1.5}, "share"),
        ({"max_minutes": np.inf}, "max_minutes"),
    ],
)
def test_faults(change: dict[str, Any], field: str) -> None:
    problem = dataclasses.replace(GOOD, **change)
    assert field in [fault.field for fault in check(problem)]
    with pytest.raises(SitingError):
        solve(problem)


def test_all_at_once_and_rows_as_a_person_counts() -> None:
    faults = check(dataclasses.replace(GOOD, demand=np.array([1.0, np.nan]), count=0, share=2.0))
    assert [fault.field for fault in faults] == ["demand", "count", "share"]
    assert faults[0].row == 2


def test_who_cannot_be_covered_is_named() -> None:
    (fault,) = check(dataclasses.replace(GOOD, objective="set_cover", within=9.0, count=None))
    assert "1 demand points (4 people)" in fault.message and "rows 2" in fault.message
    assert fault.expected == "at most 0.4285"


def test_limits_that_are_too_tight_are_said_with_what_can_be_had() -> None:
    minutes = np.array([[5, np.inf], [np.inf, 5]], np.float32)
    with pytest.raises(SitingError) as refused:
        solve(dataclasses.replace(GOOD, minutes=minutes, objective="set_cover", within=9.0))
    assert "57.1 %" in str(refused.value)


@pytest.mark.parametrize(("gap", "seconds"), [(-0.1, 1), (1.0, 1), (0.01, 0)])
def test_settings_of_the_solution(gap: float, seconds: float) -> None:
    with pytest.raises(SitingError):
        solve(GOOD, gap=gap, seconds=seconds)
