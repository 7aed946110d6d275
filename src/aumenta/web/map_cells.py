# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Cells on the wire: integer grid indices and bytes, and the polynomial that places their corners on the map.

A layer of cells is one small binary file (layout in `docs/map-data.md`); the browser draws it as one WebGL
layer. Corners are not sent: the browser computes each from its indices with a polynomial of degree 4 that the
server fits to PROJ's own transformation, and whose largest error over all corners is measured and sent along.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from aumenta.territory.plane import EUROPE, Plane

MAGIC = b"AUMC"
VERSION = 1
#: Number standing for "no value" among the 16-bit values.
NO_VALUE = 65_535
#: Highest total degree of the placing polynomial.
DEGREE = 4
#: Circumference of web Mercator's sphere in metres: one unit of the map's world square.
WORLD = 2 * math.pi * 6_378_137.0

Indices = NDArray[np.int32]


def exponents(degree: int = DEGREE) -> list[tuple[int, int]]:
    """Powers (of u, of v) of the polynomial's terms, in the order of the coefficients."""
    return [(total - j, j) for total in range(degree + 1) for j in range(total + 1)]


@dataclass(frozen=True, slots=True)
class Placing:
    """Grid indices to the map's world square (web Mercator, 0 to 1, y downwards).

    u = (gx - centre[0]) / half, v = (gy - centre[1]) / half; x = origin[0] + sum(cx * u^p * v^q), y the same
    with cy. `error_m` is the largest distance on the ground, over all corners, to PROJ's answer.
    """

    centre: tuple[float, float]
    half: float
    origin: tuple[float, float]
    cx: tuple[float, ...]
    cy: tuple[float, ...]
    error_m: float

    def world(self, gx: NDArray[np.float64], gy: NDArray[np.float64]) -> NDArray[np.float64]:
        """World coordinates, shape (n, 2), of grid positions; whole numbers are the lower left corners of cells."""
        terms = _terms((gx - self.centre[0]) / self.half, (gy - self.centre[1]) / self.half)
        return np.column_stack(
            [self.origin[0] + terms @ np.array(self.cx), self.origin[1] + terms @ np.array(self.cy)]
        )


def _terms(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([u**p * v**q for p, q in exponents()])


def mercator_of_grid(
    gx: NDArray[np.float64], gy: NDArray[np.float64], resolution: int, plane: Plane = EUROPE
) -> NDArray[np.float64]:
    """World coordinates of grid positions by PROJ (the plane to EPSG:4326 to web Mercator), shape (n, 2)."""
    to_degrees = Transformer.from_crs(plane.crs, "EPSG:4326", always_xy=True)
    longitude, latitude = to_degrees.transform(np.asarray(gx) * resolution, np.asarray(gy) * resolution)
    y = np.arcsinh(np.tan(np.radians(latitude)))
    return np.column_stack([np.asarray(longitude) / 360 + 0.5, 0.5 - y / (2 * math.pi)])


def place_cells(gx: Indices, gy: Indices, resolution: int, plane: Plane = EUROPE) -> Placing:
    """Fit the polynomial to all corners of the cells by least squares and measure its largest error in metres."""
    corners = _corners(gx, gy).astype(np.float64)
    exact = mercator_of_grid(corners[:, 0], corners[:, 1], resolution, plane)
    low, high = corners.min(axis=0), corners.max(axis=0)
    centre, half = (low + high) / 2, float(np.max(high - low)) / 2
    origin = exact.mean(axis=0)
    terms = _terms((corners[:, 0] - centre[0]) / half, (corners[:, 1] - centre[1]) / half)
    # A handful of cells cannot fix all the terms: least squares then takes the smallest coefficients.
    coefficients, *_ = np.linalg.lstsq(terms, exact - origin, rcond=1e-13)
    error = np.hypot(*(terms @ coefficients - (exact - origin)).T) * WORLD
    ground = error / np.cosh((0.5 - exact[:, 1]) * 2 * math.pi)
    return Placing(
        (float(centre[0]), float(centre[1])),
        half,
        (float(origin[0]), float(origin[1])),
        tuple(coefficients[:, 0].tolist()),
        tuple(coefficients[:, 1].tolist()),
        float(ground.max()),
    )


def _corners(gx: Indices, gy: Indices) -> NDArray[np.int64]:
    """Every corner of the cells once, shape (n, 2)."""
    keys = [(gx.astype(np.int64) + i) << 32 | (gy.astype(np.int64) + j) for i in (0, 1) for j in (0, 1)]
    found = np.unique(np.concatenate(keys))
    return np.column_stack([found >> 32, found & 0xFFFFFFFF])


@dataclass(frozen=True, slots=True)
class CellLayer:
    """What one layer shows: a class and a value per cell, in the order of the grid (gy, then gx).

    `values` are NaN where missing; `step` is the precision they are sent with; `header` is what else the
    browser needs (labels, colours, words), as plain data.
    """

    classes: NDArray[np.uint8]
    values: NDArray[np.float64]
    step: float
    header: dict[str, object]


def step_for(values: NDArray[np.float64]) -> float:
    """The finest of 1, 0.1, 0.01 ... (or 10, 100 ...) with which the range of the values fits in 16 bits."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return 1.0
    step = 1.0 if np.all(known == np.round(known)) else 0.001
    while (float(known.max()) - float(known.min())) / step >= NO_VALUE:
        step *= 10
    return step


def encode(gx: Indices, gy: Indices, resolution: int, placing: Placing, layer: CellLayer) -> bytes:
    """One layer as bytes; raises ValueError when cells are unsorted or a jump does not fit in 16 bits."""
    order = np.lexsort((gx, gy))
    if not np.array_equal(order, np.arange(len(gx))):
        raise ValueError("cells must be sorted by gy, then gx")
    start = (int(gx[0]), int(gy[0])) if len(gx) else (0, 0)
    known = layer.values[~np.isnan(layer.values)]
    lowest = float(known.min()) if known.size else 0.0
    header = {
        "count": len(gx),
        "resolution": resolution,
        "start": start,
        "degree": DEGREE,
        "centre": placing.centre,
        "half": placing.half,
        "origin": placing.origin,
        "cx": placing.cx,
        "cy": placing.cy,
        "error_m": round(placing.error_m, 3),
        "offset": lowest,
        "step": layer.step,
        **layer.header,
    }
    text = json.dumps(header, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    sent = np.full(len(gx), NO_VALUE, dtype="<u2")
    has = ~np.isnan(layer.values)
    sent[has] = np.round((layer.values[has] - lowest) / layer.step).astype("<u2")
    parts = [MAGIC, struct.pack("<HHI", VERSION, 0, len(text)), text]
    parts += [_deltas(gx), _deltas(gy), sent.tobytes(), layer.classes.astype(np.uint8).tobytes()]
    return b"".join(parts)


def _deltas(index: Indices) -> bytes:
    steps = np.diff(index.astype(np.int64), prepend=index[:1].astype(np.int64))
    if steps.size and (steps.min() < -32_768 or steps.max() > 32_767):
        raise ValueError("the grid is too wide: a jump between cells does not fit in 16 bits")
    return steps.astype("<i2").tobytes()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A layer read back: its header and one row per cell."""

    header: dict[str, object]
    gx: NDArray[np.int64]
    gy: NDArray[np.int64]
    values: NDArray[np.float64]
    classes: NDArray[np.uint8]


def decode(data: bytes) -> Decoded:
    """Read a layer back (what the browser does); raises ValueError on anything else than a whole layer."""
    if data[:4] != MAGIC or len(data) < 12:
        raise ValueError("not a layer of cells")
    version, _, length = struct.unpack_from("<HHI", data, 4)
    if version != VERSION:
        raise ValueError(f"layer of cells of version {version}, expected {VERSION}")
    header = json.loads(data[12 : 12 + length])
    count = int(header["count"])
    if len(data) != 12 + length + 7 * count:
        raise ValueError("layer of cells cut short")
    at = 12 + length
    gx = np.cumsum(np.frombuffer(data, "<i2", count, at), dtype=np.int64) + header["start"][0]
    gy = np.cumsum(np.frombuffer(data, "<i2", count, at + 2 * count), dtype=np.int64) + header["start"][1]
    sent = np.frombuffer(data, "<u2", count, at + 4 * count)
    values = np.where(sent == NO_VALUE, np.nan, sent * header["step"] + header["offset"])
    return Decoded(header, gx, gy, values, np.frombuffer(data, np.uint8, count, at + 6 * count))
