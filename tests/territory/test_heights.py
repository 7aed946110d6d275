# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Heights against a plain loop, planes, scipy and the altitudes of the statistical office."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from aumenta.store.packs import BUNDLED
from aumenta.territory import grid
from aumenta.territory.heights import KmHeights, bilinear, cell_heights, inverse_distance
from aumenta.territory.km_files import km_heights


@given(seed=st.integers(0, 10_000), count=st.integers(1, 30))
def test_inverse_distance_is_the_plain_sum(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    points, values = rng.uniform(0, 5_000, (count, 2)), rng.uniform(100, 3_000, count)
    at = rng.uniform(0, 5_000, (5, 2))
    found = inverse_distance(points, values, at, nearest=8, power=3.0, smoothing=100.0)
    for place, height in zip(at, found, strict=True):
        away = sorted((float(np.hypot(*(p - place))), v) for p, v in zip(points, values, strict=True))[:8]
        weights = [(d * d + 100.0**2) ** -1.5 for d, _ in away]
        assert height == pytest.approx(
            sum(w * v for w, (_, v) in zip(weights, away, strict=True)) / sum(weights)
        )
    assert (found >= values.min() - 1e-6).all() and (found <= values.max() + 1e-6).all()


def field(heights: np.ndarray, gx: int = 4100, gy: int = 2450) -> KmHeights:
    rows, columns = heights.shape
    x, y = np.meshgrid(np.arange(columns) + gx, np.arange(rows) + gy)
    return KmHeights(x.ravel().astype(np.int32), y.ravel().astype(np.int32), heights.ravel().astype(float))


@given(seed=st.integers(0, 10_000))
def test_bilinear_agrees_with_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heights = rng.uniform(0, 2_000, (5, 6))
    x, y = rng.uniform(4_100_500, 4_105_500, 40), rng.uniform(2_450_500, 2_454_500, 40)
    centre = (np.arange(5) * 1000 + 2_450_500, np.arange(6) * 1000 + 4_100_500)
    oracle = RegularGridInterpolator(centre, heights)(np.column_stack([y, x]))
    np.testing.assert_allclose(bilinear(field(heights), x, y), oracle, atol=1e-9)


def test_a_missing_kilometre_is_left_out_and_far_away_is_not_known() -> None:
    km = KmHeights(np.array([4100], np.int32), np.array([2450], np.int32), np.array([300.0]))
    x, y = np.array([4_100_400.0, 4_101_200.0, 4_103_000.0]), np.array([2_450_500.0] * 3)
    assert bilinear(km, x, y)[:2].tolist() == [300.0, 300.0]
    assert np.isnan(bilinear(km, x, y)[2])
    assert np.isnan(cell_heights(None, [16_400], [9_800], 250)).all()


def test_the_middle_of_a_plane_of_cells() -> None:
    heights = np.add.outer(np.arange(4) * 40.0, np.arange(4) * 100.0)
    gx, gy = np.meshgrid(np.arange(4), np.arange(4))
    gx, gy = gx.ravel() + 4101 * 4, gy.ravel() + 2451 * 4
    found = cell_heights(field(heights), gx, gy, 250)
    assert found.dtype == np.float32
    assert found.mean() == pytest.approx(heights[1, 1], abs=1e-3)


@pytest.mark.shared
def test_heights_at_town_seats_against_the_statistical_office(shared_dir: Path) -> None:
    import pandas as pd

    km = km_heights(pd.read_csv(BUNDLED / "torino/territory/heights_1km.csv"))
    with (shared_dir / "data/torino/places/town_points.csv").open(encoding="utf-8", newline="") as stream:
        seats = list(csv.DictReader(stream))
    x, y = grid.from_lonlat([float(s["lon"]) for s in seats], [float(s["lat"]) for s in seats])
    off = np.abs(bilinear(km, x, y) - np.array([float(s["altitude_istat_m"]) for s in seats]))
    zone = np.array([s["altimetric_zone"] for s in seats])
    # measured 8.3, 22.4 and 61.2 m
    assert off[zone == "pianura"].mean() < 9
    assert off[zone == "collina"].mean() < 24
    assert off[zone == "montagna"].mean() < 65
