# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets from OpenStreetMap: a graph for walking, one for cycling, one for cars, over the same nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import NetworkError, Problem
from aumenta.network.elevation import Elevation, bike_pace, foot_pace
from aumenta.network.model import STREET_MODES, Doubles, Graph, Ints, Singles, StreetMode, Streets
from aumenta.network.morton import morton_order
from aumenta.network.osm_file import Count, Longs, Nodes, Ways, read_file
from aumenta.territory.plane import EUROPE, Plane

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OsmOptions:
    """What can be chosen when streets are read.

    `car_real`: share of a mapped speed limit that cars drive on average. `largest_only`: keep the largest connected
    part of each mode. `steepest`: slopes beyond this (rise over run) are taken as this; heights of a coarse model are
    noise over a few metres. `box`: west, south, east, north in degrees; streets beyond it are left out, so that the
    extract of a larger region serves. `plane`: where the nodes' metres lie.
    """

    car_real: float = 0.8
    largest_only: bool = True
    steepest: float = 0.35
    box: tuple[float, float, float, float] | None = None
    plane: Plane = EUROPE

    def __post_init__(self) -> None:
        wrong = []
        if not 0.1 <= self.car_real <= 1.5:
            wrong.append(
                Problem("share of the limit", field="car_real", found=str(self.car_real), expected="0.1-1.5")
            )
        if not 0 < self.steepest <= 1:
            wrong.append(
                Problem("steepest slope", field="steepest", found=str(self.steepest), expected="above 0 to 1")
            )
        if self.box is not None and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            expected = "west, south, east, north"
            wrong.append(Problem("box of degrees", field="box", found=str(self.box), expected=expected))
        if wrong:
            raise NetworkError("Options of reading streets cannot be used.", wrong)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Pieces of ways between neighbouring nodes: numbers of both ends, row of uses, metres."""

    tail: Longs
    head: Longs
    use: Longs
    metres: Doubles


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Directed edges of one mode, sorted by tail and head, one for each pair of nodes."""

    tail: Longs
    head: Longs
    seconds: Singles


def read_osm(
    path: Path, elevation: Elevation | None = None, options: OsmOptions | None = None
) -> tuple[Streets, list[str]]:
    """Read streets for foot, bike and car from an OpenStreetMap file (.osm.pbf, .osm, .osm.bz2).

    Returns the streets (kind `osm`, nodes in Morton order, seconds at `BASE_SPEED`) and notes in words: what was left
    out, cut or mended. With `elevation`, walking follows Tobler's hiking function and cycling Parkin and Rotheram's
    speeds, and the graphs have a direction. The same file gives the same bytes.

    Raises NetworkError when the file cannot be read or holds no streets.
    """
    options = options or OsmOptions()
    ways, nodes, count = read_file(path, options.car_real)
    nodes, outside = _within(nodes, options.box)
    if not len(nodes.id):
        problem = Problem("no street within the box", str(path), found=str(options.box))
        raise NetworkError("Streets cannot be read.", [problem])
    edges, broken = _edges(ways, nodes)
    slope = _slopes(edges, nodes, elevation, options.steepest)
    notes = _notes(count, broken)
    if outside:
        notes.append(f"{outside} nodes beyond the territory are left out")
    if elevation is not None:
        notes += _elevation_notes(elevation, nodes)
    arcs: dict[StreetMode, _Arcs] = {}
    for column, mode in enumerate(STREET_MODES):
        every = _arcs(mode, edges, ways, nodes.stops[:, column], slope)
        arcs[mode], said = _largest(mode, every, len(nodes.id), options.largest_only)
        notes += said
    if not any(len(a.tail) for a in arcs.values()):
        raise NetworkError("Streets cannot be read.", [Problem("no street joins two nodes", file=str(path))])
    return _streets(nodes, arcs, options.plane), notes


def _within(nodes: Nodes, box: tuple[float, float, float, float] | None) -> tuple[Nodes, int]:
    """The nodes inside a box of degrees, and how many are not."""
    if box is None:
        return nodes, 0
    west, south, east, north = box
    keep = (nodes.lon >= west) & (nodes.lon <= east) & (nodes.lat >= south) & (nodes.lat <= north)
    inside = Nodes(nodes.id[keep], nodes.lon[keep], nodes.lat[keep], nodes.stops[keep])
    return inside, int((~keep).sum())


def _edges(ways: Ways, nodes: Nodes) -> tuple[_Edges, int]:
    """Cut the ways into edges between neighbours that the file holds; say how many ways miss a node."""
    place = np.searchsorted(nodes.id, ways.ref)
    place[place == len(nodes.id)] = 0
    known = nodes.id[place] == ways.ref
    way = np.repeat(np.arange(len(ways.use)), np.diff(ways.start))
    both = (way[1:] == way[:-1]) & known[1:] & known[:-1] & (place[1:] != place[:-1])
    at = np.flatnonzero(both)
    tail, head = place[at], place[at + 1]
    broken = len(np.unique(way[~known]))
    return _Edges(tail, head, ways.use[way[at]], metres_between(nodes.lon, nodes.lat, tail, head)), broken


def metres_between(lon: Doubles, lat: Doubles, tail: Longs, head: Longs) -> Doubles:
    """Metres between neighbouring nodes on the WGS84 ellipsoid, by its radii of curvature at the middle latitude.

    For edges of streets (below some km) this differs from the geodesic by less than a millimetre in a kilometre.
    """
    axis, e2 = 6_378_137.0, 0.006_694_379_990_141_3
    middle = np.radians((lat[tail] + lat[head]) / 2)
    w2 = 1 - e2 * np.sin(middle) ** 2
    north = np.radians(lat[head] - lat[tail]) * axis * (1 - e2) / w2**1.5
    turned = (lon[head] - lon[tail] + 180) % 360 - 180
    east = np.radians(turned) * axis / np.sqrt(w2) * np.cos(middle)
    return np.asarray(np.hypot(north, east))


def _slopes(edges: _Edges, nodes: Nodes, elevation: Elevation | None, steepest: float) -> Doubles | None:
    """Rise over run along each edge, 0 where a height is not known."""
    if elevation is None:
        return None
    height = elevation.at(nodes.lon, nodes.lat).astype(np.float64)
    rise = height[edges.head] - height[edges.tail]
    slope = rise / np.maximum(edges.metres, 1.0)
    return np.asarray(np.clip(np.nan_to_num(slope, nan=0.0), -steepest, steepest))


def _arcs(mode: StreetMode, edges: _Edges, ways: Ways, stops: Flags, slope: Doubles | None) -> _Arcs:
    speeds = np.array([getattr(use, mode) for use in ways.uses], np.float64).reshape(-1, 2)
    level = np.array([use.level for use in ways.uses], bool)
    passable = ~(stops[edges.tail] | stops[edges.head])
    parts: list[tuple[Longs, Longs, Doubles]] = []
    for direction, tail, head in ((0, edges.tail, edges.head), (1, edges.head, edges.tail)):
        speed = speeds[edges.use, direction]
        at = np.flatnonzero((speed > 0) & passable)
        speed = speed[at]
        seconds = edges.metres[at] / speed
        if slope is not None and mode != "car":
            along = np.where(level[edges.use[at]], 0.0, slope[at] if direction == 0 else -slope[at])
            seconds *= foot_pace(along) if mode == "foot" else bike_pace(along, speed)
        parts.append((tail[at], head[at], seconds))
    tail, head, seconds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _fastest(tail, head, seconds.astype(np.float32), len(stops))


def _fastest(tail: Longs, head: Longs, seconds: Singles, nodes: int) -> _Arcs:
    """Sort by tail and head and keep the fastest of several arcs between two nodes."""
    pair = tail * nodes + head
    order = np.argsort(pair, kind="stable")
    pair, seconds = pair[order], seconds[order]
    first = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]])) if len(pair) else order
    if len(first) < len(pair):
        seconds = np.minimum.reduceat(seconds, first)
    return _Arcs(tail[order[first]], head[order[first]], seconds)


_CONNECTED: Final[dict[StreetMode, str]] = {"foot": "weak", "bike": "strong", "car": "strong"}


def _largest(mode: StreetMode, arcs: _Arcs, nodes: int, cut: bool) -> tuple[_Arcs, list[str]]:
    """Keep the largest part: where all reach all (bike, car), or hang together (foot); say what was cut."""
    from scipy.sparse import csr_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    used = np.zeros(nodes, bool)
    used[arcs.tail] = used[arcs.head] = True
    total = int(used.sum())
    if not total:
        return arcs, [f"{mode}: no street of the file may be used."]
    matrix = csr_array((np.ones(len(arcs.tail), np.int8), (arcs.tail, arcs.head)), shape=(nodes, nodes))
    _, part = connected_components(matrix, directed=True, connection=_CONNECTED[mode])
    sizes = np.bincount(part[used], minlength=int(part.max()) + 1)
    # Of parts of one size the one with the lowest node id: the order of labels is the library's own.
    best = part[used & (sizes[part] == sizes.max())][0]
    kept = used & (part == best)
    inside = kept[arcs.tail] & kept[arcs.head]
    parts = int((sizes > 0).sum())
    share = 100 * int(kept.sum()) / total
    note = f"{mode}: the largest connected part has {kept.sum()} of {total} nodes ({share:.1f} %)"
    if parts == 1:
        return arcs, [note + "."]
    if not cut:
        return arcs, [note + f"; {parts - 1} other parts were kept."]
    result = _Arcs(arcs.tail[inside], arcs.head[inside], arcs.seconds[inside])
    return result, [note + f"; {parts - 1} other parts with {total - kept.sum()} nodes were cut."]


def _streets(nodes: Nodes, arcs: dict[StreetMode, _Arcs], plane: Plane) -> Streets:
    used = np.zeros(len(nodes.id), bool)
    for mode in arcs.values():
        used[mode.tail] = used[mode.head] = True
    kept = np.flatnonzero(used)
    x, y = plane.to_metres(nodes.lon[kept], nodes.lat[kept])
    order = morton_order(x, y)
    number = np.full(len(nodes.id), -1, np.int64)
    number[kept[order]] = np.arange(len(kept))
    graphs = {mode: _graph(number, a, len(kept)) for mode, a in arcs.items()}
    east, north = np.ascontiguousarray(x[order]), np.ascontiguousarray(y[order])
    return Streets("osm", east, north, graphs, plane=plane)


def _graph(number: Longs, arcs: _Arcs, nodes: int) -> Graph:
    tail, head = number[arcs.tail], number[arcs.head]
    forward = _rows(tail, head, arcs.seconds, nodes)
    back = _rows(head, tail, arcs.seconds, nodes)
    if all(np.array_equal(a, b) for a, b in zip(forward, back, strict=True)):
        back = forward
    return Graph(*forward, *back)


def _rows(tail: Longs, head: Longs, seconds: Singles, nodes: int) -> tuple[Ints, Ints, Singles]:
    order = np.argsort(tail * nodes + head)
    indptr = np.zeros(nodes + 1, np.int32)
    indptr[1:] = np.cumsum(np.bincount(tail, minlength=nodes))
    return indptr, head[order].astype(np.int32), np.ascontiguousarray(seconds[order])


def _notes(count: Count, broken: int) -> list[str]:
    notes = [f"{count.ways} ways are streets that someone may use."]
    if count.missing_nodes:
        notes.append(
            f"{broken} ways name {count.missing_nodes} nodes that the file does not hold (a clipped extract); "
            "they were cut there."
        )
    if count.short:
        notes.append(f"{count.short} ways have fewer than two nodes and were left out.")
    if count.closed:
        notes.append(f"{count.closed} ways are closed to foot, bike and car and were left out.")
    if count.not_streets:
        total = sum(count.not_streets.values())
        notes.append(f"{total} ways are of classes that are no streets: {_first(count.not_streets)}.")
    if count.odd_tags:
        notes.append(
            f"{sum(count.odd_tags.values())} tags of access, direction or speed have no known meaning and were passed "
            f"over: {_first(count.odd_tags)}."
        )
    if count.ferries:
        notes.append(f"{count.ferries} ferries were left out: they run by a timetable.")
    if count.barriers:
        notes.append(f"{count.barriers} barriers (gates, bollards, walls ...) stop some mode.")
    return notes


def _first(counter: Counter[str]) -> str:
    """The most frequent with their number, and how many kinds more."""
    order = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(order) - 10} more kinds" if len(order) > 10 else ""
    return ", ".join(f"{name[:40]} ({often})" for name, often in order[:10]) + more


def _elevation_notes(elevation: Elevation, nodes: Nodes) -> list[str]:
    known = int(np.isfinite(elevation.at(nodes.lon, nodes.lat)).sum())
    note = f"heights are known for {known} of {len(nodes.id)} nodes; ways without them are taken as flat."
    return [note]
