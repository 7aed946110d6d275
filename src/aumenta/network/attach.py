# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where points meet the streets: the nearest node of each mode within a limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.network.compiled import kernel
from aumenta.network.model import STREET_MODES, Attachment, Doubles, Ints, Points, StreetMode, Streets
from aumenta.network.morton import morton_order

#: Metres between a point and the nearest street of its mode beyond which it counts as without street.
ATTACH_LIMIT = 500.0
_RUN = 32


def modes_of(streets: Streets) -> tuple[StreetMode, ...]:
    """The modes that the streets know, in the order of `STREET_MODES`."""
    return tuple(mode for mode in STREET_MODES if mode in streets.graphs or mode in streets.straight)


def usable_nodes(streets: Streets, mode: StreetMode) -> NDArray[np.bool_]:
    """Which nodes a point may be attached to: those with an edge that leaves and one that arrives; every cell."""
    if mode not in streets.graphs or streets.kind == "friction":
        return np.ones(len(streets.x), bool)
    graph = streets.graphs[mode]
    leaves = np.diff(graph.indptr) > 0
    return leaves if graph.symmetric else leaves & (np.diff(graph.back_indptr) > 0)


def attach_limit(streets: Streets, limit_metres: float = ATTACH_LIMIT) -> float:
    """Metres within which a point meets these streets; on a grid of cells the diagonal of a cell."""
    if streets.kind == "osm":
        return limit_metres
    # Half of the steps along Morton's curve lead to the next cell of the row; the rest are longer.
    steps = np.hypot(np.diff(streets.x), np.diff(streets.y))
    return float(np.quantile(steps, 0.1) * np.sqrt(2.0)) if len(steps) else limit_metres


def attach(streets: Streets, x: ArrayLike, y: ArrayLike, limit_metres: float = ATTACH_LIMIT) -> Points:
    """Points (in metres) and, for each mode, the node nearest to each and the metres to it; -1 beyond the limit.

    On friction streets the limit is the diagonal of a cell, whatever is given. Of nodes equally near, the first.
    """
    east, north = np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        raise ValueError("points to attach must have finite coordinates")
    most = attach_limit(streets, limit_metres)
    order = morton_order(
        east, north
    )  # a point's node is then often that of the one before: ten times quicker
    at: dict[StreetMode, Attachment] = {}
    known: dict[bytes, Attachment] = {}  # modes that use the same nodes share one answer
    for mode in modes_of(streets):
        key = usable_nodes(streets, mode).tobytes()
        if key not in known:
            found, far = NearestNodes(streets, mode).find(east[order], north[order])
            node, metres = np.empty(len(east), np.int32), np.empty(len(east), np.float32)
            node[order], metres[order] = np.where(far <= most, found, -1), far
            known[key] = Attachment(node, metres)
        at[mode] = known[key]
    return Points(east, north, at)


class NearestNodes:
    """Finds the usable node of a mode that is nearest to a point, exactly.

    Nodes follow a space-filling curve, so runs of 32 of them have small boxes, and so have runs of 32 runs; a run is
    looked into only when its box is nearer than the best node yet. Made in a few milliseconds, where a tree takes a
    tenth of a second.
    """

    def __init__(self, streets: Streets, mode: StreetMode) -> None:
        usable = usable_nodes(streets, mode)
        self._numbers = np.flatnonzero(usable).astype(np.int32)
        whole = len(self._numbers) == len(usable)
        self._x = streets.x if whole else streets.x[self._numbers]
        self._y = streets.y if whole else streets.y[self._numbers]
        self._small = _boxes(self._x, self._x, self._y, self._y)
        self._large = _boxes(*self._small.T)

    def find(self, x: Doubles, y: Doubles) -> tuple[Ints, Doubles]:
        """Node and metres for each point; -1 and inf where the mode has no node at all."""
        place = np.empty(len(x), np.int32)
        metres = np.empty(len(x), np.float64)
        _find(self._x, self._y, self._small, self._large, x, y, place, metres)
        if not len(self._numbers):
            return place, metres
        return self._numbers[place], metres


def _boxes(west: Doubles, east: Doubles, south: Doubles, north: Doubles) -> Doubles:
    """Boxes (least x, greatest x, least y, greatest y) around each run of boxes or points."""
    starts = np.arange(0, len(west), _RUN)
    if not len(starts):
        return np.empty((0, 4), np.float64)
    sides = (np.minimum, west), (np.maximum, east), (np.minimum, south), (np.maximum, north)
    return np.ascontiguousarray(np.stack([side.reduceat(values, starts) for side, values in sides], axis=1))


@kernel
def _outside(boxes: Doubles, box: int, x: float, y: float) -> float:
    """Square of the distance from a point to a box; 0 inside."""
    dx = max(boxes[box, 0] - x, 0.0, x - boxes[box, 1])
    dy = max(boxes[box, 2] - y, 0.0, y - boxes[box, 3])
    return float(dx * dx + dy * dy)


@kernel
def _near(small: Doubles, large: Doubles, x: float, y: float) -> int:
    """A small box near a point: the nearest inside the nearest large one."""
    least = np.inf
    outer = 0
    for box in range(len(large)):
        far = _outside(large, box, x, y)
        if far < least:
            least = far
            outer = box
    least = np.inf
    inner = outer * 32
    for box in range(outer * 32, min(len(small), outer * 32 + 32)):
        far = _outside(small, box, x, y)
        if far < least:
            least = far
            inner = box
    return inner


@kernel
def _find(  # noqa: PLR0913, PLR0917
    x: Doubles, y: Doubles, small: Doubles, large: Doubles, to_x: Doubles, to_y: Doubles, place: Ints,
    metres: Doubles,
) -> None:  # fmt: skip
    last = _near(small, large, to_x[0], to_y[0]) * 32 if len(x) and len(to_x) else 0
    for i in range(len(to_x)):
        px = to_x[i]
        py = to_y[i]
        best = np.inf
        node = -1
        if len(x):  # the node of the point before bounds the others
            best = (x[last] - px) ** 2 + (y[last] - py) ** 2
            node = last
        for outer in range(len(large)):
            if _outside(large, outer, px, py) > best:
                continue
            for inner in range(outer * 32, min(len(small), outer * 32 + 32)):
                if _outside(small, inner, px, py) > best:
                    continue
                for other in range(inner * 32, min(len(x), inner * 32 + 32)):
                    far = (x[other] - px) ** 2 + (y[other] - py) ** 2
                    if far < best or (far == best and other < node):
                        best = far
                        node = other
        place[i] = node
        metres[i] = np.sqrt(best)
        last = max(node, 0)
