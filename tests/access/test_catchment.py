# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Two-step floating catchments: against PySAL `access`, a case worked by hand, and conservation of supply."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca
from access.weights import gaussian, step_fn
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.access.catchment import LUO_QI, two_step
from aumenta.access.decay import Exponential, Gaussian, Step
from aumenta.errors import AccessError


def case(seed: int, places: int = 40, supplies: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    minutes = random.integers(0, 90, (places, supplies)).astype(np.uint8)
    minutes[random.random(minutes.shape) < 0.2] = 255
    return (
        minutes,
        random.integers(1, 500, places).astype(float),
        random.integers(1, 20, supplies).astype(float),
    )


def pysal(minutes, demand, supply, limit, weigh=None) -> np.ndarray:
    place, one = np.nonzero(minutes != 255)
    costs = pd.DataFrame({"origin": place, "dest": one, "cost": minutes[place, one].astype(float)})
    people = pd.DataFrame({"geoid": np.arange(len(demand)), "demand": demand})
    offered = pd.DataFrame({"supply": supply}, index=pd.Index(np.arange(len(supply)), name="geoid"))
    found = two_stage_fca(people, offered, costs, max_cost=limit, weight_fn=weigh)
    return found.reindex(np.arange(len(demand)), fill_value=0.0).to_numpy()


def test_2sfca_is_pysals() -> None:
    for seed in range(5):
        minutes, demand, supply = case(seed)
        np.testing.assert_allclose(
            two_step(minutes, demand, supply, 30).access, pysal(minutes, demand, supply, 30), rtol=1e-12
        )


def test_e2sfca_is_pysals() -> None:
    zones = {10: 1.0, 20: 0.68, 30: 0.22}
    for seed in range(5):
        minutes, demand, supply = case(seed)
        ours = two_step(minutes, demand, supply, LUO_QI).access
        np.testing.assert_allclose(ours, pysal(minutes, demand, supply, 30, step_fn(zones)), rtol=1e-12)
        ours = two_step(minutes, demand, supply, Gaussian(15)).access
        np.testing.assert_allclose(ours, pysal(minutes, demand, supply, None, gaussian(15)), rtol=1e-12)


def test_worked_by_hand() -> None:
    """Three villages, two clinics: R = 2/(100 + 0.68*200), 3/(200 + 0.22*50); zones 1, 0.68, 0.22."""
    minutes = np.array([[8, 40], [15, 3], [255, 28]], np.uint8)
    found = two_step(minutes, [100, 200, 50], [2, 3], LUO_QI)
    first, second = 2 / 236, 3 / 211
    assert found.ratio.tolist() == pytest.approx([first, second], abs=1e-15)
    assert found.access.tolist() == pytest.approx([first, 0.68 * first + second, 0.22 * second], abs=1e-15)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), places=st.integers(1, 30), supplies=st.integers(1, 12))
def test_supply_is_neither_lost_nor_made(seed: int, places: int, supplies: int) -> None:
    minutes, demand, supply = case(seed, places, supplies)
    found = two_step(minutes, demand, supply, Exponential.half_life(10))
    assert (demand * found.access).sum() + found.unreached == pytest.approx(supply.sum(), rel=1e-9)
    few = two_step(minutes, demand, supply, Step((20, 40), (1.0, 0.3)))
    assert (demand * few.access).sum() + few.unreached == pytest.approx(supply.sum(), rel=1e-9)


def test_blocks_change_no_byte_and_columns_without_supply_count_nothing() -> None:
    minutes, demand, supply = case(3, places=101, supplies=30)
    supply[::3] = 0
    whole = two_step(minutes, demand, supply, LUO_QI)
    passes = []

    def blocks(size: int):
        def again():
            passes.append(size)
            return (minutes[first : first + size] for first in range(0, 101, size))

        return again

    for size in (1, 7, 64, 101):
        part = two_step(blocks(size), demand, supply, LUO_QI)
        assert part.access.tobytes() == whole.access.tobytes()
        assert part.ratio.tobytes() == whole.ratio.tobytes()
    assert passes == [1, 1, 7, 7, 64, 64, 101, 101]
    assert (whole.ratio[::3] == 0).all()
    only = two_step(np.ascontiguousarray(minutes[:, supply > 0]), demand, supply[supply > 0], LUO_QI)
    assert only.access.tobytes() == whole.access.tobytes()


def test_a_supply_that_nobody_reaches_has_no_ratio() -> None:
    minutes = np.array([[5, 255, 5], [255, 255, 10], [10, 255, 255]], np.uint8)
    found = two_step(minutes, [10, 20, 0], [1, 7, 3], 15)
    assert np.isnan(found.ratio[1]) and found.unreached == 7
    assert found.access.tolist() == pytest.approx([0.1 + 0.1, 0.1, 0.1])
    # nobody lives where the only way to the second clinic begins
    minutes[2, 1] = 5
    found = two_step(minutes, [10, 20, 0], [1, 7, 3], 15)
    assert np.isnan(found.access[2]) and not np.isnan(found.access[:2]).any() and found.unreached == 7


@pytest.mark.parametrize(
    ("demand", "supply", "words"),
    [
        ([1, np.nan, 1], [1, 1], "demand cannot be used.*\n.*row 2"),
        ([1, 1, 1], [-1, 1], "supply cannot be used.*\n.*row 1"),
        ([1, 1], [1, 1], "do not fit"),
        ([1, 1, 1, 1], [1, 1], "do not fit"),
        ([1, 1, 1], [1, 1, 1], "do not fit"),
    ],
)
def test_wrong_input(demand, supply, words: str) -> None:
    with pytest.raises(AccessError, match=words):
        two_step(np.zeros((3, 2), np.uint8), demand, supply, 30)


def test_blocks_that_end_early_are_refused() -> None:
    with pytest.raises(AccessError, match="2 rows of 2"):
        two_step(lambda: [np.zeros((2, 2), np.uint8)], [1, 1, 1], [1, 1], 30)
