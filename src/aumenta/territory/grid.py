# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The grid: squares of 100, 250, 500 or 1000 m, INSPIRE's (ETRS89-LAEA, EPSG:3035) or those of another plane.

A cell is known by two integers, `gx` and `gy`: metres east and north of its lower left corner divided by the
resolution. Its code follows the INSPIRE data specification on geographical grid systems, for example
`CRS3035RES250mN2450000E4075000`; Eurostat's own files leave the `CRS3035` out, and both are read. Cells of another
plane than EPSG:3035 begin with its name in place of `CRS3035` (`aumenta.territory.plane`).
Everything works on whole arrays; coordinates are metres in the plane unless a name says lon or lat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from aumenta.errors import AumentaError, Problem, TableError
from aumenta.territory.plane import CODE_HEAD, EUROPE, Plane

RESOLUTIONS = (100, 250, 500, 1000)

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

_CODE = rf"^({CODE_HEAD})RES(\d+)mN(\d+)E(\d+)\Z"
_SIDES = ((0, -1), (-1, 0), (1, 0), (0, 1))
_CORNERS = ((-1, -1), (1, -1), (-1, 1), (1, 1))


@dataclass(frozen=True, slots=True)
class GridCells:
    """Cells of a list of polygons, sorted by `gy`, `gx`.

    `owner` is the position of the polygon that holds the cell's centre. `contested` counts the cells whose
    centre lay in more than one polygon: they go to the first.
    """

    resolution: int
    gx: Ints
    gy: Ints
    owner: Ints
    contested: int = 0

    def __len__(self) -> int:
        return len(self.gx)


def check_resolution(resolution: int) -> None:
    """Raise `AumentaError` unless the side is one of the INSPIRE sides that are served."""
    if resolution not in RESOLUTIONS:
        problem = Problem(
            "no such side of a cell",
            field="grid resolution",
            found=str(resolution),
            expected="one of " + ", ".join(f"{side}" for side in RESOLUTIONS),
        )
        raise AumentaError("The grid cannot be made.", [problem])


def encode(gx: ArrayLike, gy: ArrayLike, resolution: int, plane: Plane = EUROPE) -> NDArray[np.object_]:
    """Codes of cells, in EPSG:3035 INSPIRE's, as an object array of str."""
    north = (np.asarray(gy, np.int64).ravel() * resolution).tolist()
    east = (np.asarray(gx, np.int64).ravel() * resolution).tolist()
    head = f"{plane.head}RES{resolution}mN"
    codes = np.empty(len(north), object)
    codes[:] = [f"{head}{n}E{e}" for n, e in zip(north, east, strict=True)]
    return codes


def decode(codes: Sequence[str] | ArrayLike) -> tuple[Ints, Ints, int]:
    """Cell codes -> (`gx`, `gy`, resolution). All codes must be of one resolution and one plane (`Plane.of_code`).

    Raises `TableError` with the rows (from 1) of codes that are malformed, off the grid, or of another side or plane.
    """
    series = pd.Series(np.asarray(codes, dtype=object), dtype="object").reset_index(drop=True)
    if series.empty:
        raise TableError("There are no cell codes to read.")
    parts = series.astype(str).str.extract(_CODE)
    bad = parts[1].isna()
    sides = pd.to_numeric(parts[1]).fillna(0).astype(np.int64)
    first = int(sides[~bad].iloc[0]) if not bad.all() else 0
    heads = parts[0].fillna("").replace("", EUROPE.head)
    head = str(heads[~bad].iloc[0]) if not bad.all() else EUROPE.head
    bad |= (sides != first) | (first not in RESOLUTIONS) | (heads != head)
    north = pd.to_numeric(parts[2]).fillna(0).to_numpy(np.int64)
    east = pd.to_numeric(parts[3]).fillna(0).to_numpy(np.int64)
    if first:
        bad |= (north % first != 0) | (east % first != 0)
    if bad.any():
        rows = np.flatnonzero(bad.to_numpy())
        expected = f"{head}RES{first or 250}mN...E..., metres that are multiples of the side"
        problems = [
            Problem("not a cell of this grid", row=int(row) + 1, found=repr(series[row]), expected=expected)
            for row in rows[:50]
        ]
        raise TableError(f"{len(rows)} cell codes cannot be read.", problems)
    return (east // first).astype(np.int32), (north // first).astype(np.int32), first


def centres(gx: ArrayLike, gy: ArrayLike, resolution: int) -> tuple[Floats, Floats]:
    """Centres of cells in metres (x east, y north)."""
    x = (np.asarray(gx, np.float64) + 0.5) * resolution
    y = (np.asarray(gy, np.float64) + 0.5) * resolution
    return x, y


def cells_at(x: ArrayLike, y: ArrayLike, resolution: int) -> tuple[Ints, Ints]:
    """Cells that hold points given in metres; lower and left edges belong to the cell."""
    gx = np.floor(np.asarray(x, np.float64) / resolution).astype(np.int32)
    gy = np.floor(np.asarray(y, np.float64) / resolution).astype(np.int32)
    return gx, gy


@lru_cache(maxsize=8)
def _transformer(crs: str, inverse: bool) -> Transformer:
    start, end = (crs, "EPSG:4326") if inverse else ("EPSG:4326", crs)
    return Transformer.from_crs(start, end, always_xy=True)


def to_lonlat(x: ArrayLike, y: ArrayLike, plane: Plane = EUROPE) -> tuple[Floats, Floats]:
    """Metres -> longitude and latitude in degrees, by PROJ."""
    lon, lat = _transformer(plane.crs, True).transform(np.asarray(x, np.float64), np.asarray(y, np.float64))
    return np.asarray(lon), np.asarray(lat)


def from_lonlat(lon: ArrayLike, lat: ArrayLike, plane: Plane = EUROPE) -> tuple[Floats, Floats]:
    """Longitude and latitude in degrees -> metres, by PROJ."""
    x, y = _transformer(plane.crs, False).transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    return np.asarray(x), np.asarray(y)


def project(geometries: Sequence[Any] | NDArray[np.object_], plane: Plane = EUROPE) -> NDArray[np.object_]:
    """Shapely geometries from EPSG:4326 to the plane (vertices are moved, edges stay straight)."""

    def move(points: Floats) -> Floats:
        return np.column_stack(from_lonlat(points[:, 0], points[:, 1], plane))

    moved: NDArray[np.object_] = shapely.transform(np.asarray(geometries, object), move)
    return moved


def parents(gx: ArrayLike, gy: ArrayLike, resolution: int, coarser: int) -> tuple[Ints, Ints]:
    """Cells of a coarser grid that hold the cells' centres.

    Where the coarser side is a multiple of the finer one, these are the cells that contain them whole: cells
    of 250 m and of 500 m do so in 1 km, cells of 100 m in 500 m and 1 km.
    """
    if coarser < resolution:
        raise ValueError("the parent's side must not be smaller than the cell's")
    x, y = centres(gx, gy, resolution)
    return cells_at(x, y, coarser)


def neighbours(gx: ArrayLike, gy: ArrayLike, *, corners: bool = False) -> tuple[Ints, Ints]:
    """The 4 cells beside each cell, or with `corners` the 8 around it; arrays of shape (n, 4) or (n, 8)."""
    steps = np.array(_SIDES + (_CORNERS if corners else ()), np.int32)
    east = np.asarray(gx, np.int32).reshape(-1, 1) + steps[:, 0]
    north = np.asarray(gy, np.int32).reshape(-1, 1) + steps[:, 1]
    return east, north


def keys(gx: ArrayLike, gy: ArrayLike) -> NDArray[np.int64]:
    """One integer per cell that sorts by `gy`, then `gx`."""
    return np.asarray(gy, np.int64) * (1 << 31) + np.asarray(gx, np.int64)


def from_keys(key: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """`gx` and `gy` of keys."""
    return (key & ((1 << 31) - 1)).astype(np.int32), (key >> 31).astype(np.int32)


def locate(wanted: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of keys in a sorted array of keys; -1 where a key is not in it."""
    if len(among) == 0:
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return np.where(among[at] == wanted, at, -1)


def cells_of(polygons: Sequence[Any] | NDArray[np.object_], resolution: int) -> GridCells:
    """Cells whose centre lies inside each polygon (metres), by scanline and the even-odd rule.

    Every row of centres is cut with the edges of the rings; between an odd crossing and the next, the
    centres are inside. Intervals are half open towards east and north, so that polygons sharing an edge share
    no cell.
    """
    check_resolution(resolution)
    column_from, column_to, row, owner = _spans(np.asarray(polygons, object), resolution)
    length = column_to - column_from
    total = int(length.sum())
    start = np.cumsum(length) - length
    gx = (np.arange(total) - np.repeat(start - column_from, length)).astype(np.int32)
    gy = np.repeat(row, length).astype(np.int32)
    owners = np.repeat(owner, length).astype(np.int32)
    order = np.lexsort((owners, gx, gy))
    gx, gy, owners = gx[order], gy[order], owners[order]
    first = np.ones(total, bool)
    first[1:] = (gx[1:] != gx[:-1]) | (gy[1:] != gy[:-1])
    return GridCells(resolution, gx[first], gy[first], owners[first], int(total - first.sum()))


def _edges(polygons: NDArray[np.object_]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Edges of all rings, lower end first (so that a shared edge gives the same crossing from both sides)."""
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    begin, end = points[:-1][same], points[1:][same]
    owner = part_owner[ring_part[ring[:-1][same]]]
    upside = begin[:, 1] > end[:, 1]
    low = np.where(upside[:, None], end, begin)
    high = np.where(upside[:, None], begin, end)
    return low, high, owner


def _spans(
    polygons: NDArray[np.object_], resolution: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Runs of cells inside polygons: first column, column after the last, row, owner."""
    low, high, owner = _edges(polygons)
    row_from = np.ceil(low[:, 1] / resolution - 0.5).astype(np.int64)
    row_to = np.ceil(high[:, 1] / resolution - 0.5).astype(np.int64)
    crossings = row_to - row_from
    edge = np.repeat(np.arange(len(low)), crossings)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(crossings) - crossings - row_from, crossings)
    y = (row + 0.5) * resolution
    slope = (high[:, 0] - low[:, 0]) / np.where(crossings > 0, high[:, 1] - low[:, 1], 1.0)
    x = low[edge, 0] + (y - low[edge, 1]) * slope[edge]
    order = np.lexsort((x, row, owner[edge]))
    x, row, who = x[order], row[order], owner[edge][order]
    column = np.ceil(x / resolution - 0.5).astype(np.int64)
    return column[::2], column[1::2], row[::2], who[::2]


def cells_touching(polygons: Sequence[Any] | NDArray[np.object_], resolution: int) -> tuple[Ints, Ints]:
    """Cells that share area with any of the polygons (metres), sorted by `gy`, `gx`."""
    shapes = np.asarray(polygons, object)
    inside = cells_of(shapes, resolution)
    points = shapely.get_coordinates(
        shapely.segmentize(shapely.get_rings(shapely.get_parts(shapes)), resolution / 4)
    )
    near_x, near_y = cells_at(points[:, 0], points[:, 1], resolution)
    around_x, around_y = neighbours(near_x, near_y, corners=True)
    border = np.unique(np.concatenate([keys(near_x, near_y), keys(around_x.ravel(), around_y.ravel())]))
    border = np.setdiff1d(border, keys(inside.gx, inside.gy))
    gx, gy = from_keys(border)
    boxes = squares(gx, gy, resolution)
    which, where = shapely.STRtree(shapes).query(boxes)
    shared = shapely.area(shapely.intersection(boxes[which], shapes[where])) > 0.0
    found = border[np.unique(which[shared])]
    every = np.union1d(found, keys(inside.gx, inside.gy))
    return from_keys(every)


def squares(gx: ArrayLike, gy: ArrayLike, resolution: int) -> NDArray[np.object_]:
    """The cells as square polygons in metres."""
    x = np.asarray(gx, np.float64) * resolution
    y = np.asarray(gy, np.float64) * resolution
    boxes: NDArray[np.object_] = shapely.box(x, y, x + resolution, y + resolution)
    return boxes
