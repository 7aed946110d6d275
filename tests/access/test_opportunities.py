# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Sums of weights by travel time: against PySAL `access`, sorting by hand, and invariants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from access.fca import weighted_catchment
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aumenta.access.decay import CLASSES, NOT_REACHED, Decay, Exponential, Gaussian, Logistic, Step, factors
from aumenta.access.opportunities import (
    by_class,
    by_minute,
    cumulative,
    decayed,
    nearest,
)
from aumenta.errors import AccessError


def random_rows(seed: int, rows: int = 12, cells: int = 300) -> np.ndarray:
    random = np.random.default_rng(seed)
    minutes = random.integers(0, 121, (rows, cells)).astype(np.uint8)
    minutes[random.random((rows, cells)) < 0.3] = NOT_REACHED
    return minutes


def pysal(minutes: np.ndarray, weights: np.ndarray, limit: float | None = None, decay: Decay | None = None):
    """PySAL's sum over what is within a cost, from a long table of the reached pairs."""
    origin, cell = np.nonzero(minutes != NOT_REACHED)
    costs = pd.DataFrame({"origin": origin, "dest": cell, "cost": minutes[origin, cell].astype(float)})
    supply = pd.DataFrame({"geoid": np.arange(len(weights)), "value": weights})
    weigh = None if decay is None else lambda t: float(decay.at([t])[0])
    found = weighted_catchment(
        supply, costs, limit, cost_source="dest", cost_dest="origin", loc_index="geoid", loc_value="value",
        weight_fn=weigh,
    )  # fmt: skip
    return found.reindex(np.arange(len(minutes)), fill_value=0.0).to_numpy()


def test_cumulative_is_pysals() -> None:
    minutes, weights = random_rows(1), np.random.default_rng(2).random(300) * 1000
    ours = cumulative(minutes, weights, CLASSES)
    for column, limit in enumerate(CLASSES):
        np.testing.assert_allclose(ours[:, column], pysal(minutes, weights, limit), rtol=1e-12)


@pytest.mark.parametrize(
    "decay",
    [
        Exponential(0.05),
        Exponential.half_life(12),
        Gaussian(25),
        Gaussian.half_life(30),
        Logistic(40, 10),
        Logistic.half_life(35, 9),
        Step((15, 30, 60), (1.0, 0.5, 0.1)),
    ],
)
def test_decayed_is_pysals(decay: Decay) -> None:
    minutes, weights = random_rows(3, rows=4), np.random.default_rng(4).random(300)
    np.testing.assert_allclose(
        decayed(minutes, weights, decay), pysal(minutes, weights, decay=decay), rtol=1e-12
    )


def test_published_form_of_the_logistic() -> None:
    """Values of equation 9 of Bauer & Groneberg worked out with the error-free formula at a few minutes."""
    decay = Logistic(30, 10)
    slope = np.pi / (10 * np.sqrt(3))
    assert decay.at([0])[0] == pytest.approx(1.0, abs=1e-15)
    assert decay.at([30])[0] == pytest.approx((1 + np.exp(-30 * slope)) / 2, abs=1e-15)
    assert Logistic.half_life(30, 10).at([30])[0] == pytest.approx(0.5, abs=1e-14)
    assert Logistic.half_life(200, 1).at([200])[0] == pytest.approx(0.5, abs=1e-12)


def test_half_lives() -> None:
    for decay in (Exponential.half_life(17), Gaussian.half_life(17)):
        assert decay.at([0, 17]) == pytest.approx([1.0, 0.5], abs=1e-15)


rows_of_minutes = arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 40)))


@settings(max_examples=60, deadline=None)
@given(minutes=rows_of_minutes, data=st.data())
def test_classes_add_up_and_cut_offs_are_their_sums(minutes: np.ndarray, data: st.DataObject) -> None:
    # powers of two tell exactly which cells were counted
    weights = 2.0 ** np.arange(minutes.shape[1])
    limits = sorted(data.draw(st.sets(st.integers(0, 254), min_size=1, max_size=6)))
    classes = by_class(minutes, weights, limits)
    assert (classes.sum(axis=1) == weights.sum()).all()
    assert (np.cumsum(classes, axis=1)[:, : len(limits)] == cumulative(minutes, weights, limits)).all()
    for row, found in zip(minutes, cumulative(minutes, weights, limits), strict=True):
        assert found.tolist() == [weights[row <= limit].sum() for limit in limits]
    assert (classes[:, -1] == [weights[row == NOT_REACHED].sum() for row in minutes]).all()


@settings(max_examples=60, deadline=None)
@given(minutes=rows_of_minutes, data=st.data())
def test_nearest_is_the_sorted_list(minutes: np.ndarray, data: st.DataObject) -> None:
    counts = data.draw(arrays(np.int64, minutes.shape[1], elements=st.integers(0, 3)))
    ranks = [1, 2, 5]
    for row, found in zip(minutes, nearest(minutes, counts, ranks), strict=True):
        every = sorted(int(m) for m, n in zip(row, counts, strict=True) for _ in range(n))
        assert found.tolist() == [every[k - 1] if k <= len(every) else NOT_REACHED for k in ranks]


def test_kinds_at_once_are_each_alone_to_the_byte() -> None:
    minutes, weights = random_rows(5, rows=40), np.random.default_rng(6).random((3, 300))
    together = decayed(minutes, weights, Gaussian(30)), cumulative(minutes, weights, (30, 60))
    assert together[0].shape == (40, 3) and together[1].shape == (40, 3, 2)
    for kind in range(3):
        assert together[0][:, kind].tobytes() == decayed(minutes, weights[kind], Gaussian(30)).tobytes()
        assert together[1][:, kind].tobytes() == cumulative(minutes, weights[kind], (30, 60)).tobytes()


def test_rows_at_once_change_no_byte() -> None:
    minutes, weights = random_rows(7, rows=2500, cells=20), np.random.default_rng(8).random(20)
    whole = by_class(minutes, weights)
    assert whole.tobytes() == np.concatenate([by_class(row, weights) for row in minutes]).tobytes()
    assert decayed(minutes, weights, Exponential(0.1)).tobytes() == b"".join(
        decayed(row, weights, Exponential(0.1)).tobytes() for row in minutes
    )


def test_shapes() -> None:
    minutes = random_rows(9, rows=3, cells=10)
    ones = np.ones(10)
    assert by_minute(minutes, ones).shape == (3, 1, 256)
    assert nearest(minutes, ones).shape == (3, 1)
    assert nearest(minutes, np.ones((2, 10), bool), [1, 2, 3]).shape == (3, 2, 3)
    assert by_class(minutes[0], ones).shape == (1, 8)
    assert cumulative(minutes[:0], ones, [15]).shape == (0, 1)
    assert cumulative(minutes[:, :0], ones[:0], [15]).tolist() == [[0.0]] * 3


def test_missing_weights_are_named() -> None:
    weights = np.ones((2, 10))
    weights[1, 3], weights[0, 7], weights[1, 9] = np.nan, -2, np.inf
    with pytest.raises(AccessError) as caught:
        cumulative(random_rows(1, 2, 10), weights, [30])
    told = str(caught.value)
    assert "3 weights" in told and "row 8" in told and "row 4" in told and "kind 2" in told and "-2" in told


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m, w: cumulative(m, w, []), "rising"),
        (lambda m, w: cumulative(m, w, [30, 15]), "rising"),
        (lambda m, w: cumulative(m, w, [255]), "rising"),
        (lambda m, w: cumulative(m, w, [7.5]), "whole"),
        (lambda m, w: cumulative(m.astype(float), w, [30]), "uint8"),
        (lambda m, w: cumulative(m, w[:-1], [30]), "number of cells"),
        (lambda m, w: nearest(m, w * 0.5), "not a count"),
        (lambda m, w: nearest(m, w, 0), "1 or more"),
        (lambda m, w: nearest(m, w, []), "not a rank"),
        (lambda m, w: decayed(m, w, Exponential(-1)), "positive"),
        (lambda m, w: decayed(m, w, Gaussian(float("nan"))), "positive"),
        (lambda m, w: decayed(m, w, Logistic.half_life(10, 40)), "too wide"),
        (lambda m, w: decayed(m, w, Step((10, 20), (0.5, 1.0))), "from 1 down"),
        (lambda m, w: decayed(m, w, Step((10, 20), (1.0,))), "as many"),
        (lambda m, w: decayed(m, w, Rising()), "0 to 1"),
    ],
)
def test_wrong_questions(call, words: str) -> None:
    with pytest.raises(AccessError, match=words):
        call(random_rows(1, 2, 10), np.ones(10))


class Rising:
    """Not a decay."""

    def at(self, minutes):
        return np.asarray(minutes) / 10.0


def test_what_is_not_reached_never_counts() -> None:
    everything = Step((254,))
    assert factors(everything)[254] == 1 and factors(everything)[255] == 0
    assert decayed(np.full((1, 4), 255, np.uint8), np.ones(4), everything).tolist() == [0.0]
