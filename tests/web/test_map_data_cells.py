# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Cells on the wire: what is sent comes back, and every corner lies where PROJ puts it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from aumenta.web.map_cells import CellLayer, Decoded, Placing, decode, encode, place_cells, step_for

# A metropolis-sized block in the Alps, a block at the other end of Europe, and a handful of cells.
BLOCKS = {
    "alps": (250, 16_000, 9_900, 520, 440),
    "finland": (1000, 5_000, 4_800, 300, 300),
    "few": (100, 40_000, 25_000, 3, 2),
}


def block(name: str) -> tuple[np.ndarray, np.ndarray, int]:
    resolution, west, south, wide, tall = BLOCKS[name]
    gy, gx = np.mgrid[south : south + tall, west : west + wide]
    return gx.ravel().astype(np.int32), gy.ravel().astype(np.int32), resolution


@pytest.mark.parametrize("name", list(BLOCKS))
def test_every_corner_lies_within_ten_metres_of_proj(name: str) -> None:
    gx, gy, resolution = block(name)
    placing = place_cells(gx, gy, resolution)
    pick = np.random.default_rng(1).integers(0, len(gx), 400)
    corners = np.concatenate([np.column_stack([gx[pick] + i, gy[pick] + j]) for i in (0, 1) for j in (0, 1)])
    world = placing.world(corners[:, 0].astype(float), corners[:, 1].astype(float))
    longitude = (world[:, 0] - 0.5) * 360
    latitude = np.degrees(np.arctan(np.sinh((0.5 - world[:, 1]) * 2 * np.pi)))
    exact = Transformer.from_crs(3035, 4326, always_xy=True).transform(*(corners.T * resolution))
    *_, apart = Geod(ellps="GRS80").inv(longitude, latitude, *exact)
    assert apart.max() < 10
    assert apart.max() <= placing.error_m * 1.05 + 1e-6  # what the header says is what one meets


def layer_of(values: np.ndarray, step: float = 1.0) -> CellLayer:
    return CellLayer((np.nan_to_num(values) % 7).astype(np.uint8), values, step, {"layer": "x"})


PLACING = Placing((0.0, 0.0), 1.0, (0.5, 0.5), (0.0,) * 15, (0.0,) * 15, 0.0)


@given(
    st.sets(st.tuples(st.integers(-15_000, 15_000), st.integers(0, 60_000)), min_size=1, max_size=60),
    st.data(),
)
def test_what_is_sent_comes_back(where: set[tuple[int, int]], data: st.DataObject) -> None:
    cells = np.array(sorted(where, key=lambda c: (c[1], c[0])), dtype=np.int32)
    numbers = st.one_of(st.integers(-500, 60_000).map(float), st.just(float("nan")))
    values = np.array(data.draw(st.lists(numbers, min_size=len(cells), max_size=len(cells))))
    if np.any(np.diff(cells, axis=0) > 32_767):
        with pytest.raises(ValueError, match="too wide"):
            encode(cells[:, 0], cells[:, 1], 250, PLACING, layer_of(values))
        return
    back = decode(encode(cells[:, 0], cells[:, 1], 250, PLACING, layer_of(values)))
    assert np.array_equal(back.gx, cells[:, 0])
    assert np.array_equal(back.gy, cells[:, 1])
    assert np.array_equal(back.values, values, equal_nan=True)
    assert np.array_equal(back.classes, layer_of(values).classes)


def test_missing_is_not_zero() -> None:
    one: Decoded = decode(
        encode(
            np.array([0, 1], np.int32), np.zeros(2, np.int32), 250, PLACING, layer_of(np.array([0.0, np.nan]))
        )
    )
    assert one.values[0] == 0
    assert np.isnan(one.values[1])


@given(st.lists(st.floats(-5000, 5000, allow_nan=False), min_size=1, max_size=30))
def test_a_value_is_sent_to_within_half_its_step(numbers: list[float]) -> None:
    values = np.array(numbers)
    gx = np.arange(len(values), dtype=np.int32)
    step = step_for(values)
    back = decode(
        encode(gx, np.zeros_like(gx), 250, PLACING, CellLayer(np.zeros(len(gx), np.uint8), values, step, {}))
    )
    assert np.abs(back.values - values).max() <= step / 2 + 1e-9


def test_unsorted_cells_and_broken_bytes_are_refused() -> None:
    gx, gy = np.array([1, 0], np.int32), np.zeros(2, np.int32)
    with pytest.raises(ValueError, match="sorted"):
        encode(gx, gy, 250, PLACING, layer_of(np.zeros(2)))
    whole = encode(gx[::-1].copy(), gy, 250, PLACING, layer_of(np.zeros(2)))
    with pytest.raises(ValueError, match="cut short"):
        decode(whole[:-1])
    with pytest.raises(ValueError, match="not a layer"):
        decode(b"PK\x03\x04" + whole)
    with pytest.raises(ValueError, match="version 9"):
        decode(whole[:4] + b"\x09\x00" + whole[6:])


def test_the_same_layer_gives_the_same_bytes() -> None:
    gx, gy, resolution = block("few")
    placing = place_cells(gx, gy, resolution)
    values = np.arange(len(gx), dtype=float)
    assert encode(gx, gy, resolution, placing, layer_of(values)) == encode(
        gx, gy, resolution, place_cells(gx, gy, resolution), layer_of(values)
    )
