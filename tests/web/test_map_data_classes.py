# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Legends: every value in one class, limits round, colours in order, zero true."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.values.model import Indicator
from aumenta.web.map_classes import (
    MOST,
    NO_CLASS,
    diverging_colours,
    round_breaks,
    scale_for,
    sequential_colours,
)


def indicator(**changes: Any) -> Indicator:
    words = {"it": "x", "en": "x"}
    own: dict[str, Any] = {
        "id": "a.b",
        "name": words,
        "description": words,
        "unit": words,
        "direction": "up",
        "measure": "a",
        "formula": words,
        "levels": ["municipality"],
    }
    return Indicator(**(own | changes))


def lightness(colour: str) -> float:
    """CIE L* of a colour, from the definition of sRGB."""
    linear = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in linear]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("number", range(2, 9))
def test_sequential_colours_rise_evenly_in_lightness(number: int) -> None:
    steps = np.diff([lightness(c) for c in sequential_colours(number)])
    assert steps.min() > 0
    assert steps.max() < 2.2 * steps.min()


def test_differences_have_a_true_zero() -> None:
    colours = diverging_colours([-2.0, -1.0, 0.0, 1.0])
    for colour, below in zip(colours, (True, True, True, False, False), strict=True):
        red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
        assert (blue > red) is below
    assert diverging_colours([-1.0, 1.0])[1] == "#f7f7f7"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_limits_from_values_are_ascending_few_and_used(numbers: list[float]) -> None:
    known = np.sort(np.array(numbers))
    breaks = round_breaks(known)
    assert len(breaks) < MOST
    assert breaks == sorted(set(breaks))
    if breaks:
        classes = np.searchsorted(breaks, known, side="right")
        assert classes[0] == 0
        assert classes[-1] == len(breaks)


def test_limits_are_round() -> None:
    values = np.sort(np.random.default_rng(4).lognormal(8, 1, 312))
    for limit in round_breaks(values):
        assert limit == float(f"{limit:.2g}")


def test_stated_limits_never_move_and_empty_ends_are_dropped() -> None:
    stated = indicator(breaks=[0.0, 25.0, 50.0, 75.0, 100.0])
    assert scale_for(stated, [3.0, 99.0]).breaks == (25.0, 50.0, 75.0)
    assert scale_for(stated, [30.0, 100.0]).breaks == (50.0, 75.0, 100.0)
    assert scale_for(indicator(breaks=[10.0, 20.0]), [12.0, 30.0]).breaks == (20.0,)


def test_a_limit_belongs_to_the_class_above_and_missing_to_none() -> None:
    scale = scale_for(indicator(breaks=[10.0, 20.0]), [5.0, 25.0])
    assert [scale.class_of(v) for v in (9.99, 10.0, 20.0, None, math.nan)] == [0, 1, 2, NO_CLASS, NO_CLASS]
    assert scale.classes_of(np.array([0.0, np.nan])).tolist() == [0, NO_CLASS]


def test_all_equal_or_no_values_make_one_class() -> None:
    for values in ([], [3.0, 3.0], [None, None]):
        assert len(scale_for(indicator(), values).colours) == 1
