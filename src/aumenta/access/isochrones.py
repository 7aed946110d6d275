# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Isochrones: what lies within so many minutes, as polygons drawn through the centres of the cells by marching squares.

A corner of a square is the centre of a cell; where one corner is within the cut-off and its neighbour is not, the line
crosses between them, by linear interpolation (Lorensen & Cline 1987 in two dimensions). Whole minutes are rounded up,
so that m stands for m - 1/2 on average and the line runs where m = cut-off + 1/2; next to a cell that is not reached it
runs half way. A square with two opposite corners within is joined when the mean of the four is. So: a centre is inside
the polygon if and only if its minutes are within the cut-off; polygons of rising cut-offs lie in each other; rings
neither cross nor touch; holes and islands stay; at the border of the grid polygons close at the edge of the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.access.decay import NOT_REACHED
from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel
from aumenta.territory.plane import EUROPE, Plane

if TYPE_CHECKING:
    import geopandas as gpd

Doubles = NDArray[np.float64]

#: Most nodes of the rectangle around the cells.
_MOST_NODES = 64_000_000
#: A line keeps this share of the way between two centres away from each, so that no two of its points are one.
_LEAST = 1 / 512


@kernel
def _crossing(inside: float, outside: float, level: float) -> float:
    """Share of the way from a centre within to one beyond at which the line crosses."""
    if not np.isfinite(outside):
        return 0.5
    return min(max((level - inside) / (outside - inside), _LEAST), 1 - _LEAST)


@kernel
def _joined(values: Any, row: int, column: int, level: float) -> bool:
    """Whether the middle of a square is within; nan (not reached) is not."""
    total = (
        values[row, column] + values[row, column + 1] + values[row + 1, column] + values[row + 1, column + 1]
    )
    return bool(total / 4 <= level)


@kernel
def _link(values: Any, level: float, following: Any) -> int:
    """For each edge that the line crosses the edge it crosses next, what is within on its left; gives their number.

    Edge 2 n lies between node n and the one to the right, 2 n + 1 between node n and the one above. Around a square,
    counter-clockwise, the line enters it where corners pass from within to beyond and leaves at a way back in.
    """
    height, width = values.shape
    corners = np.empty(4, np.bool_)
    edges = np.empty(4, np.int32)
    crossed = 0
    for row in range(height - 1):
        for column in range(width - 1):
            corners[0] = values[row, column] <= level
            corners[1] = values[row, column + 1] <= level
            corners[2] = values[row + 1, column + 1] <= level
            corners[3] = values[row + 1, column] <= level
            within = int(corners[0]) + int(corners[1]) + int(corners[2]) + int(corners[3])
            if within in (0, 4):
                continue
            node = row * width + column
            edges[0], edges[1] = 2 * node, 2 * (node + 1) + 1
            edges[2], edges[3] = 2 * (node + width), 2 * node + 1
            saddle = within == 2 and corners[0] == corners[2]
            # a saddle that is not joined turns back around the corner it comes from
            turn = 3 if saddle and not _joined(values, row, column, level) else 1
            for side in range(4):
                if not corners[side] or corners[(side + 1) % 4]:
                    continue
                other = (side + turn) % 4
                while corners[other] or not corners[(other + 1) % 4]:
                    other = (other + 1) % 4
                following[edges[side]] = edges[other]
                crossed += 1
    return crossed


@kernel
def _label(values: Any, level: float, label: Any, stack: Any) -> None:
    """Number the parts that hang together: nodes within, side by side or across a joined saddle; 0 is beyond."""
    height, width = values.shape
    parts = 0
    for start in range(height * width):
        if label[start] != 0 or not values[start // width, start % width] <= level:
            continue
        parts += 1
        label[start] = parts
        stack[0] = start
        held = 1
        while held > 0:
            held -= 1
            row, column = stack[held] // width, stack[held] % width
            for above in range(max(row - 1, 0), min(row + 2, height)):
                for right in range(max(column - 1, 0), min(column + 2, width)):
                    node = above * width + right
                    if label[node] != 0 or not values[above, right] <= level:
                        continue
                    if above != row and right != column:
                        # side by side through a third corner is found by itself; a saddle has to be joined
                        if values[row, right] <= level or values[above, column] <= level:
                            continue
                        if not _joined(values, min(row, above), min(column, right), level):
                            continue
                    label[node] = parts
                    stack[held] = node
                    held += 1


@kernel
def _rings(values: Any, level: float, following: Any, label: Any, crossed: int) -> Any:
    """Closed rings of the line: points (column, row), first point of each ring, its part, twice its signed area."""
    width = values.shape[1]
    points = np.empty((crossed + crossed // 4 + 1, 2), np.float64)
    first = np.empty(crossed // 4 + 2, np.int64)
    part = np.empty(crossed // 4 + 1, np.int32)
    area = np.empty(crossed // 4 + 1, np.float64)
    rings = 0
    used = 0
    for start in range(len(following)):
        if following[start] < 0:
            continue
        first[rings] = used
        area[rings] = 0.0
        edge = start
        while following[edge] >= 0:
            node = edge // 2
            row, column = node // width, node % width
            above, right = row + edge % 2, column + 1 - edge % 2
            here, there = values[row, column], values[above, right]
            if here <= level:
                way = _crossing(here, there, level)
                part[rings] = label[node]
            else:
                way = 1 - _crossing(there, here, level)
                part[rings] = label[above * width + right]
            points[used, 0] = column + way * (right - column)
            points[used, 1] = row + way * (above - row)
            if used > first[rings]:
                area[rings] += points[used - 1, 0] * points[used, 1] - points[used, 0] * points[used - 1, 1]
            used += 1
            after = following[edge]
            following[edge] = -1
            edge = after
        points[used] = points[first[rings]]
        area[rings] += points[used - 1, 0] * points[used, 1] - points[used, 0] * points[used - 1, 1]
        used += 1
        rings += 1
    first[rings] = used
    return points[:used], first[: rings + 1], part[:rings], area[:rings]


def isochrone_shapes(
    gx: ArrayLike, gy: ArrayLike, minutes: ArrayLike, cutoffs: Sequence[float], resolution: int
) -> NDArray[np.object_]:
    """One MultiPolygon in metres for each cut-off (empty where nothing is within); see `isochrones`."""
    rounded = np.asarray(minutes).dtype.kind in "ui"
    limits = _checked(cutoffs, rounded)
    values, column, row = _grid(gx, gy, minutes, float(limits[-1]))
    following = np.empty(2 * values.size, np.int32)
    label = np.empty(values.size, np.int32)
    stack = np.empty(values.size, np.int32)
    shapes = []
    for limit in limits:
        following.fill(-1)
        label.fill(0)
        level = limit + 0.5 if rounded else limit
        crossed = _link(values, level, following)
        _label(values, level, label, stack)
        points, first, part, area = _rings(values, level, following, label, crossed)
        points[:, 0] = (points[:, 0] + column + 0.5) * resolution
        points[:, 1] = (points[:, 1] + row + 0.5) * resolution
        shapes.append(_assembled(points, first, part, area))
    out = np.empty(len(shapes), object)
    out[:] = shapes
    return out


def _assembled(points: Doubles, first: NDArray[np.int64], part: NDArray[np.int32], area: Doubles) -> Any:
    """Rings to one MultiPolygon: each part has one outer ring, counter-clockwise, and its holes."""
    import shapely  # noqa: PLC0415

    order = np.lexsort((area <= 0, part))
    length = np.diff(first)[order]
    ends = np.cumsum(length)
    take = np.arange(len(points)) + np.repeat(first[:-1][order] - (ends - length), length)
    outer = np.flatnonzero(area[order] > 0)
    rings = np.concatenate([[0], ends])
    polygons = np.append(outer, len(order))
    return shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, points[take], (rings, polygons, np.array([0, len(outer)]))
    )[0]


def in_degrees(shapes: NDArray[np.object_], plane: Plane = EUROPE) -> NDArray[np.object_]:
    """Shapes from metres to longitude and latitude; points are moved, lines between them stay straight."""
    import shapely  # noqa: PLC0415

    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda points: np.column_stack(plane.to_degrees(points[:, 0], points[:, 1]))
    )
    return moved


def isochrones(
    gx: ArrayLike,
    gy: ArrayLike,
    minutes: ArrayLike,
    cutoffs: Sequence[float],
    resolution: int,
    plane: Plane = EUROPE,
) -> gpd.GeoDataFrame:
    """Polygons of what lies within each cut-off, from the minutes of cells.

    gx, gy: whole numbers of each cell on the grid (metres of its lower left corner over the resolution);
        cells that are absent are not reached.
    minutes: uint8 whole minutes, rounded up, 255 = not reached; or float minutes, nan or inf = not reached.
    cutoffs: rising minutes; whole ones for whole minutes.
    resolution: side of a cell in metres.
    plane: where the metres lie.

    Gives a row for each cut-off: `minutes`, `km2` (the plane keeps areas true) and `geometry`, a valid MultiPolygon in
    EPSG:4326, empty where nothing is within. A lone cell becomes a diamond of half its area.

    >>> isochrones([0, 1, 2], [0, 0, 0], np.array([5, 9, 20], np.uint8), [10, 30], 250)["km2"].tolist()
    [0.0823..., 0.15625]

    Raises `AccessError` for a cell that comes twice, cut-offs that do not rise, lengths that differ.
    """
    import geopandas as gpd  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    shapes = isochrone_shapes(gx, gy, minutes, cutoffs, resolution)
    table = {"minutes": list(cutoffs), "km2": shapely.area(shapes) / 1e6}
    return gpd.GeoDataFrame(table, geometry=in_degrees(shapes, plane), crs="EPSG:4326")


def _grid(gx: ArrayLike, gy: ArrayLike, minutes: ArrayLike, within: float) -> tuple[Doubles, int, int]:
    """Minutes on the rectangle around the cells within, with their neighbours; what is not reached is nan.

    Gives also the column and the row of its lower left corner on the grid.
    """
    indices = np.atleast_1d(np.asarray(gx)), np.atleast_1d(np.asarray(gy))
    given = np.atleast_1d(np.asarray(minutes))
    if any(one.dtype.kind not in "ui" and len(one) for one in indices):
        found = ", ".join(str(one.dtype) for one in indices)
        raise AccessError(
            "Isochrones cannot be drawn.", [Problem("not numbers of cells", field="gx, gy", found=found)]
        )
    east, north = (one.astype(np.int64) for one in indices)
    if not east.shape == north.shape == given.shape or east.ndim != 1:
        found = f"{len(east)} gx, {len(north)} gy, {given.shape} minutes"
        raise AccessError(
            "Isochrones cannot be drawn.", [Problem("not one of each for every cell", found=found)]
        )
    if len(east) == 0:
        return np.full((2, 2), np.nan), 0, 0
    column, row = int(east.min()) - 1, int(north.min()) - 1
    shape = int(north.max()) - row + 2, int(east.max()) - column + 2
    if shape[0] * shape[1] > _MOST_NODES:
        found = f"{shape[1]} by {shape[0]} cells"
        problem = Problem(
            "the cells lie too far apart", found=found, expected=f"at most {_MOST_NODES} in all"
        )
        raise AccessError("Isochrones cannot be drawn.", [problem])
    at = (north - row) * shape[1] + (east - column)
    taken = np.zeros(shape[0] * shape[1], np.bool_)
    taken[at] = True
    twice = len(at) - int(np.count_nonzero(taken))
    if twice:
        problem = Problem("a cell that comes twice", found=f"{twice} times", expected="each cell once")
        raise AccessError("Isochrones cannot be drawn.", [problem])
    values = np.full(shape, np.nan)
    values.ravel()[at] = np.where(given == NOT_REACHED, np.nan, given) if given.dtype.kind in "ui" else given
    values[~np.isfinite(values)] = np.nan
    inside = values <= within
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if len(rows) == 0:
        return np.full((2, 2), np.nan), 0, 0
    low, left = int(rows[0]) - 1, int(columns[0]) - 1
    part = np.ascontiguousarray(values[low : rows[-1] + 2, left : columns[-1] + 2])
    return part, column + left, row + low


def _checked(cutoffs: Sequence[float], rounded: bool) -> Doubles:
    limits = np.asarray(cutoffs, np.float64)
    rising = limits.ndim == 1 and len(limits) > 0 and bool((np.diff(limits) > 0).all())
    if not rising or not np.isfinite(limits).all() or limits[0] < 0 or (rounded and (limits % 1 != 0).any()):
        expected = "rising whole minutes" if rounded else "rising minutes"
        problem = Problem("not cut-offs", field="cutoffs", found=f"{list(cutoffs)}", expected=expected)
        raise AccessError("Isochrones cannot be drawn.", [problem])
    return limits
