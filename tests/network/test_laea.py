# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The closed form of EPSG:3035 against PROJ, and the space-filling curve against its definition."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.network.laea import to_degrees, to_metres
from aumenta.network.morton import morton_order


def _europe(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.uniform(-25, 45, count), rng.uniform(30, 72, count)


def test_metres_agree_with_proj_to_a_millimetre() -> None:
    lon, lat = _europe(20_000)
    there = pyproj.Transformer.from_crs(4258, 3035, always_xy=True)
    x, y = there.transform(lon, lat)
    ours_x, ours_y = to_metres(lon, lat)
    assert np.abs(ours_x - x).max() < 1e-3
    assert np.abs(ours_y - y).max() < 1e-3


def test_degrees_agree_with_proj() -> None:
    lon, lat = _europe(20_000)
    x, y = pyproj.Transformer.from_crs(4258, 3035, always_xy=True).transform(lon, lat)
    ours_lon, ours_lat = to_degrees(x, y)
    assert np.abs(ours_lon - lon).max() < 1e-9
    assert np.abs(ours_lat - lat).max() < 1e-9
    # PROJ's own way back is a series, a millimetre short of its way there.
    proj_lon, proj_lat = pyproj.Transformer.from_crs(3035, 4258, always_xy=True).transform(x, y)
    assert np.abs(ours_lon - proj_lon).max() < 2e-8
    assert np.abs(ours_lat - proj_lat).max() < 2e-8


def test_the_centre_and_single_numbers() -> None:
    x, y = to_metres(10.0, 52.0)
    assert (float(x), float(y)) == pytest.approx((4_321_000, 3_210_000), abs=1e-6)
    lon, lat = to_degrees(4_321_000, 3_210_000)
    assert (float(lon), float(lat)) == pytest.approx((10, 52), abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)), min_size=1, max_size=60))
def test_the_curve_interleaves_the_bits(points: list[tuple[int, int]]) -> None:
    points = [*points, (0, 0), (65535, 65535)]
    x, y = np.array(points, float).T

    def code(a: int, b: int) -> int:
        return sum(((a >> k) & 1) << (2 * k) | ((b >> k) & 1) << (2 * k + 1) for k in range(16))

    plain = sorted(range(len(points)), key=lambda i: (code(*points[i]), i))
    assert morton_order(x, y).tolist() == plain


def test_the_curve_of_nothing_and_of_one_place() -> None:
    assert morton_order([], []).tolist() == []
    assert morton_order([5.0, 5.0], [1.0, 1.0]).tolist() == [0, 1]
    with pytest.raises(ValueError, match="finite"):
        morton_order([np.nan], [0.0])
