# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How soon one can be where nothing is known: minutes from every cell to the edge of the cells.

What lies beyond the cells is not known. A facility that is not within 15 minutes inside may be within 15 outside,
unless the edge itself is farther away than that. These minutes are rounded down and never more than the truth: on foot
and by bicycle the straight line at full speed, by car the streets, by public transport also what leaves the territory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.times import NEVER, NOT_REACHED
from aumenta.network.model import Network, StreetMode
from aumenta.network.search import Search
from aumenta.network.street_times import connector_seconds

if TYPE_CHECKING:
    from shapely import STRtree

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Edge:
    """Where the known ground ends: `inner` flags cells beside it; metres from each cell, and each stop (0 outside)."""

    inner: NDArray[np.bool_]
    cells: Floats
    stops: Floats


def edge_of(gx: NDArray[np.int64], gy: NDArray[np.int64], side: int, network: Network) -> Edge:
    """Distance to the nearest square of the lattice that is no cell (`gx`, `gy`: numbers of squares of `side` metres).

    >>> from types import SimpleNamespace
    >>> x, y = np.meshgrid(np.arange(5), np.arange(5))
    >>> none = SimpleNamespace(stops=None)
    >>> edge_of(x.ravel(), y.ravel(), 100, none).cells.reshape(5, 5)[2].tolist()
    [50.0, 150.0, 250.0, 150.0, 50.0]
    """
    import shapely  # noqa: PLC0415

    west, south = int(gx.min()) - 1, int(gy.min()) - 1
    present = np.zeros((int(gy.max()) - south + 2, int(gx.max()) - west + 2), bool)
    present[gy - south, gx - west] = True
    absent = _beside(present, diagonal=True) & ~present
    inner = _beside(~present, diagonal=False)[gy - south, gx - west]
    rows, columns = np.nonzero(absent)
    x, y = (columns + west) * float(side), (rows + south) * float(side)
    tree = shapely.STRtree(_squares(x, y, side))
    cells = _metres(tree, (gx + 0.5) * side, (gy + 0.5) * side)
    stops = np.empty(0)
    if network.stops is not None:
        x, y = network.stops.x, network.stops.y
        column = np.clip((x // side).astype(np.int64) - west, 0, present.shape[1] - 1)
        row = np.clip((y // side).astype(np.int64) - south, 0, present.shape[0] - 1)
        stops = np.where(present[row, column], _metres(tree, x, y), 0.0)
    return Edge(inner, cells, stops)


def minutes_to_cells(
    gx: NDArray[np.int64], gy: NDArray[np.int64], side: int, chosen: NDArray[np.bool_], options: Options
) -> NDArray[np.uint8]:
    """Minutes (rounded down, 255 = not within the limit) straight to the nearest of some cells, on foot or by bicycle.

    >>> x, y = np.arange(4), np.zeros(4, int)
    >>> minutes_to_cells(x, y, 500, x == 0, Options(mode="walk", walk_speed=1.0)).tolist()
    [0, 4, 12, 20]
    """
    import shapely  # noqa: PLC0415

    x, y = gx[chosen] * float(side), gy[chosen] * float(side)
    metres = _metres(shapely.STRtree(_squares(x, y, side)), (gx + 0.5) * side, (gy + 0.5) * side)
    speed = options.bike_speed if options.mode == "bike" else options.walk_speed
    return _bytes(metres / speed, options.max_seconds)


def minutes_to_edge(network: Network, edge: Edge, options: Options) -> NDArray[np.uint8]:
    """Minutes (rounded down, 255 = not within the limit) from every cell to the edge, by the mode of the options."""
    if options.mode == "car":
        return _bytes(_by_car(network, edge, options), options.max_seconds)
    if options.mode == "bike":
        return _bytes(edge.cells / options.bike_speed, options.max_seconds)
    walked = edge.cells / options.walk_speed
    if options.mode == "walk":
        return _bytes(walked, options.max_seconds)
    return _by_transit(network, edge, options, walked)


def _by_car(network: Network, edge: Edge, options: Options) -> Floats:
    """Seconds to the nearest cell beside the edge."""
    mode: StreetMode = "car"
    at = network.cells.at[mode]
    extra = connector_seconds(at.metres, mode)
    begin = np.flatnonzero(edge.inner & (at.node >= 0))
    if not len(begin):
        return np.full(len(network.cells), np.inf)
    nodes = np.unique(at.node[begin]).astype(np.int32)
    search = Search(network.streets.graphs[mode], backward=True)
    found = search.run(nodes, np.zeros(len(nodes), np.float32), options.max_seconds / options.car_factor)
    seconds = np.where(at.node >= 0, found[np.maximum(at.node, 0)].astype(np.float64) + extra, np.inf)
    return np.asarray(seconds * options.car_factor, np.float64)


def _by_transit(network: Network, edge: Edge, options: Options, walked: Floats) -> NDArray[np.uint8]:
    """The median over departures, on foot from the last stop to the edge; stops outside are beyond it."""
    router = Router(network, options)
    direct = _shorts(walked, min(options.direct_minutes * 60, options.max_seconds))
    near = _shorts(edge.stops / options.walk_speed, options.egress_minutes * 60)
    at = np.flatnonzero(near != NEVER).astype(np.int32)
    rows = router.all_to_ends((direct, (at, near[at]))).rows[0]
    rounded_up = (rows != NOT_REACHED) & (rows > 0)
    return np.asarray(rows - rounded_up, np.uint8)


def _beside(flags: NDArray[np.bool_], diagonal: bool) -> NDArray[np.bool_]:
    """Squares with a flagged one beside them; those at the rim have none beyond."""
    padded = np.pad(flags, 1)
    height, width = flags.shape
    steps = [(a, b) for a in (0, 1, 2) for b in (0, 1, 2) if diagonal or (a == 1) != (b == 1)]
    found: NDArray[np.bool_] = np.any([padded[a : a + height, b : b + width] for a, b in steps], axis=0)
    return found


def _squares(x: NDArray[Any], y: NDArray[Any], side: int) -> NDArray[np.object_]:
    import shapely  # noqa: PLC0415

    return np.asarray(shapely.box(x, y, x + side, y + side))


def _metres(tree: STRtree, x: NDArray[Any], y: NDArray[Any]) -> Floats:
    import shapely  # noqa: PLC0415

    _, metres = tree.query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)
    return np.asarray(metres, np.float64)


def _shorts(seconds: Floats, limit: float) -> NDArray[np.uint16]:
    return np.where(seconds <= limit, np.floor(np.minimum(seconds, limit)), NEVER).astype(np.uint16)


def _bytes(seconds: Floats, limit: float) -> NDArray[np.uint8]:
    return np.where(seconds <= limit, np.floor(np.minimum(seconds, limit) / 60), NOT_REACHED).astype(np.uint8)
