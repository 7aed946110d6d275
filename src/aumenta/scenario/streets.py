# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets added to a network, or changed: other edges of its graphs, and only the walks that may use them.

Nodes stay as they are. A walk can differ only where it can reach a node of a changed edge within its longest seconds,
before the change or after it; all other rows of walks are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.attach import NearestNodes, attach, modes_of, usable_nodes
from aumenta.network.compile import beyond_reach
from aumenta.network.model import (
    FOOTPATH_LIMIT,
    LINK_LIMIT,
    About,
    Attachment,
    Doubles,
    Graph,
    Ints,
    Network,
    Points,
    Singles,
    StreetMode,
    Streets,
)
from aumenta.network.search import Search, exact_seconds
from aumenta.network.street_times import connector_seconds
from aumenta.network.walks import footpaths, walks
from aumenta.scenario.demand import driven_anew
from aumenta.scenario.trips import Flags
from aumenta.scenario.walk_rows import with_rows, without_self

#: One direction of a graph: where each row begins, heads, seconds.
_Half = tuple[Ints, Ints, Singles]


@dataclass(frozen=True, slots=True)
class NewStreet:
    """A street from one point to another (lon, lat), with km/h for each mode that may use it.

    It leads from the node nearest to one end, straight over both points, to the node nearest to the other, and joins
    nothing between. Of foot and bicycle the km/h are those of a traveller at base speed.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    kmh: Mapping[StreetMode, float]
    both_directions: bool = True


@dataclass(frozen=True, slots=True)
class StreetsWithin:
    """Streets with both ends in an area (a flag for each node: see `nodes_within`), and what changes on them by mode.

    `factor` multiplies the speed (2: twice as fast). `most_kmh` is a limit: an edge takes at least as long as the
    straight line between its nodes at that speed. `closed`: not to be used any more. Of a mode that goes as the crow
    flies only the factor holds: the pace within the area.
    """

    nodes: NDArray[np.bool_]
    factor: Mapping[StreetMode, float]
    most_kmh: Mapping[StreetMode, float]
    closed: frozenset[StreetMode] = frozenset()


def with_streets(network: Network, changes: Sequence[NewStreet | StreetsWithin]) -> Network:
    """With streets added or changed; only walks that may use them, before or after, are searched again.

    Where a street is there already between the same nodes, the quicker of both holds. A mode that goes as the crow
    flies gains nothing by a new street. The same object where nothing changes. ValueError: a speed that is none.
    """
    streets = network.streets
    for change in changes:
        streets = _added(streets, change) if isinstance(change, NewStreet) else _modified(streets, change)
    if streets is network.streets:
        return network
    changed = replace(
        network,
        streets=streets,
        cells=_met(network.streets, streets, network.cells),
        stops=None if network.stops is None else _met(network.streets, streets, network.stops),
    )
    return driven_anew(_told(network, _rewalked(network, changed)))


def nodes_within(network: Network, area: Any) -> NDArray[np.bool_]:
    """Flags of the nodes inside an area (a shapely geometry in degrees)."""
    import shapely  # noqa: PLC0415

    streets = network.streets
    west, south, east, north = shapely.bounds(area)
    share = np.linspace(0, 1, 21)
    lon, lat = np.meshgrid(west + (east - west) * share, south + (north - south) * share)
    x, y = streets.plane.to_metres(lon.ravel(), lat.ravel())
    spare = 0.01 * max(np.ptp(x), np.ptp(y)) + 10
    near = np.flatnonzero(
        (streets.x >= x.min() - spare) & (streets.x <= x.max() + spare)
        & (streets.y >= y.min() - spare) & (streets.y <= y.max() + spare)
    )  # fmt: skip
    found = np.zeros(len(streets.x), bool)
    found[near] = shapely.intersects_xy(area, *streets.plane.to_degrees(streets.x[near], streets.y[near]))
    return found


# --- graphs with other edges ------------------------------------------------------------------


def _added(streets: Streets, street: NewStreet) -> Streets:
    x, y = streets.plane.to_metres(*np.array([street.start, street.end], np.float64).T)
    graphs = dict(streets.graphs)
    for mode, kmh in street.kmh.items():
        if not (np.isfinite(kmh) and kmh > 0):
            raise ValueError("the speed of a street must be above 0 km/h")
        if mode not in graphs:
            continue
        nodes, beside = NearestNodes(streets, mode).find(x, y)
        if nodes[0] < 0 or nodes[0] == nodes[1]:
            continue
        metres = float(np.hypot(x[1] - x[0], y[1] - y[0]) + beside.sum())
        seconds = np.float32(exact_seconds(metres * 3.6 / kmh))
        graphs[mode] = _joined(graphs[mode], int(nodes[0]), int(nodes[1]), seconds, street.both_directions)
    return streets if _same(graphs, streets.graphs) else replace(streets, graphs=graphs)


def _same(graphs: Mapping[StreetMode, Any], before: Mapping[StreetMode, Any]) -> bool:
    return all(graphs[mode] is before[mode] for mode in before)


def _joined(graph: Graph, u: int, v: int, seconds: np.float32, both: bool) -> Graph:
    forward = graph.indptr, graph.head, graph.seconds
    back = graph.back_indptr, graph.back_head, graph.back_seconds
    out, into = _with_edge(forward, u, v, seconds), _with_edge(back, v, u, seconds)
    if both:
        out, into = _with_edge(out, v, u, seconds), _with_edge(into, u, v, seconds)
    if out is forward:
        return graph
    return Graph(*out, *(out if both and graph.symmetric else into))


def _with_edge(half: _Half, u: int, v: int, seconds: np.float32) -> _Half:
    """With an edge from u to v; the same object where a quicker one is there."""
    indptr, head, times = half
    row = head[indptr[u] : indptr[u + 1]]
    known = np.flatnonzero(row == v)
    if len(known):
        at = indptr[u] + known[0]
        if times[at] <= seconds:
            return half
        times = times.copy()
        times[at] = seconds
        return indptr, head, times
    at = indptr[u] + int((row < v).sum())
    moved = indptr.copy()
    moved[u + 1 :] += 1
    return moved, np.insert(head, at, np.int32(v)), np.insert(times, at, seconds)


def _modified(streets: Streets, change: StreetsWithin) -> Streets:
    told = [*change.factor.values(), *change.most_kmh.values()]
    if not all(np.isfinite(value) and value > 0 for value in told):
        raise ValueError("factors and limits of streets must be above 0")
    graphs = {mode: _slowed(streets, mode, change) for mode in streets.graphs}
    straight = dict(streets.straight)
    for mode, own in streets.straight.items():
        factor = change.factor.get(mode, 1.0)
        if factor != 1 and change.nodes.any():
            pace = np.where(change.nodes, own.pace / factor, own.pace).astype(np.float32)
            straight[mode] = replace(own, pace=pace)
    if _same(graphs, streets.graphs) and _same(straight, streets.straight):
        return streets
    return replace(streets, graphs=graphs, straight=straight)


def _slowed(streets: Streets, mode: StreetMode, change: StreetsWithin) -> Graph:
    graph = streets.graphs[mode]
    if mode not in change.closed and mode not in change.factor and mode not in change.most_kmh:
        return graph
    forward = graph.indptr, graph.head, graph.seconds
    out = _edges(streets, mode, forward, change)
    if out is forward:
        return graph
    if graph.symmetric:
        return Graph(*out, *out)
    return Graph(
        *out, *_edges(streets, mode, (graph.back_indptr, graph.back_head, graph.back_seconds), change)
    )


def _edges(streets: Streets, mode: StreetMode, half: _Half, change: StreetsWithin) -> _Half:
    """The edges with both ends in the area changed; the same object where nothing is."""
    indptr, head, seconds = half
    tail = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    inside = np.flatnonzero(change.nodes[tail] & change.nodes[head])
    if mode in change.closed:
        if not len(inside):
            return half
        keep = np.ones(len(head), bool)
        keep[inside] = False
        before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int32)
        return before[indptr], head[keep], seconds[keep]
    taken = seconds[inside].astype(np.float64) / change.factor.get(mode, 1.0)
    if mode in change.most_kmh:
        metres = np.hypot(
            streets.x[head[inside]] - streets.x[tail[inside]],
            streets.y[head[inside]] - streets.y[tail[inside]],
        )
        taken = np.maximum(taken, metres * 3.6 / change.most_kmh[mode])
    new = seconds.copy()
    new[inside] = exact_seconds(taken)
    return half if np.array_equal(new, seconds) else (indptr, head, new)


# --- points and walks over them -----------------------------------------------------------------


def _met(before: Streets, after: Streets, points: Points) -> Points:
    """Where points meet the streets: anew where other nodes can be used."""
    if all(np.array_equal(usable_nodes(before, mode), usable_nodes(after, mode)) for mode in modes_of(after)):
        return points
    return attach(after, points.x, points.y)


def _rewalked(before: Network, after: Network) -> Network:
    """With the walks of rows that can reach a changed edge searched again."""
    old, new = before.streets.graphs.get("foot"), after.streets.graphs.get("foot")
    access, egress, paths, stops = after.access, after.egress, after.footpaths, after.stops
    if access is None or egress is None or paths is None or stops is None or before.stops is None:
        return after
    streets, cells = after.streets, after.cells
    moved = not (_same_nodes(before.cells, cells) and _same_nodes(before.stops, stops))
    if new is None or old is None or moved:
        if not moved and _same(streets.straight, before.streets.straight):
            return after
        near = walks(streets, cells, stops, LINK_LIMIT)
        one = new is None or new.symmetric
        far = near if one else walks(streets, cells, stops, LINK_LIMIT, backward=True)
        return replace(after, access=near, egress=far, footpaths=footpaths(streets, stops, FOOTPATH_LIMIT))
    if new is old:
        return after
    nodes = changed_nodes(old, new)
    rows = _reaching((old, new), nodes, cells, LINK_LIMIT)
    near = with_rows(access, rows, walks(streets, _some(cells, rows), stops, LINK_LIMIT))
    far = near
    if not (new.symmetric and egress.stop is access.stop):
        rows = _reaching((old, new), nodes, cells, LINK_LIMIT, backward=False)
        found = walks(streets, _some(cells, rows), stops, LINK_LIMIT, backward=True)
        far = with_rows(egress, rows, found)
    rows = _reaching((old, new), nodes, stops, FOOTPATH_LIMIT)
    found = without_self(walks(streets, _some(stops, rows), stops, FOOTPATH_LIMIT), rows)
    return replace(after, access=near, egress=far, footpaths=with_rows(paths, rows, found))


def _same_nodes(before: Points, after: Points) -> bool:
    return after is before or np.array_equal(before.at["foot"].node, after.at["foot"].node)


def changed_nodes(old: Graph, new: Graph) -> Ints:
    """Nodes at either end of an edge that one graph has and the other has not, or not with the same seconds."""
    keys = []
    for graph in (old, new):
        tail = np.repeat(np.arange(len(graph.indptr) - 1, dtype=np.int64), np.diff(graph.indptr))
        keys.append((tail << 32 | graph.head, graph.seconds))
    ends: list[Doubles] = []
    for (own, seconds), (other, others) in (keys, keys[::-1]):
        order = np.argsort(other, kind="stable")
        at = np.minimum(np.searchsorted(other[order], own), max(len(order) - 1, 0))
        there = (
            (other[order][at] == own) & (others[order][at] == seconds)
            if len(order)
            else np.zeros(len(own), bool)
        )
        ends += [own[~there] >> 32, own[~there] & 0xFFFFFFFF]
    return np.unique(np.concatenate(ends)).astype(np.int32)


def _reaching(
    graphs: tuple[Graph, Graph], nodes: Ints, points: Points, limit: float, backward: bool = True
) -> Ints:
    """Points from which (`backward` False: to which) one of the nodes is within the limit, in either graph."""
    at = points.at["foot"]
    extra = connector_seconds(at.metres, "foot")
    found: Flags = np.zeros(len(points), bool)
    for graph in graphs:
        label = Search(graph, backward).run(nodes, np.zeros(len(nodes), np.float32), limit)
        found |= (at.node >= 0) & (label[np.maximum(at.node, 0)] + extra <= limit)
    return np.flatnonzero(found).astype(np.int32)


def _some(points: Points, rows: Ints) -> Points:
    own = points.at["foot"]
    return Points(points.x[rows], points.y[rows], {"foot": Attachment(own.node[rows], own.metres[rows])})


def _told(before: Network, after: Network) -> Network:
    """Counts of edges and walks, and notes on points beyond reach, as a compile tells them."""
    counts = dict(after.about.counts)
    counts |= {f"edges_{mode}": len(graph.head) for mode, graph in after.streets.graphs.items()}
    if after.access is not None and after.footpaths is not None:
        counts |= {"walks": len(after.access.stop), "footpaths": len(after.footpaths.stop)}
    about = replace(after.about, counts=counts)
    about = _noted(about, before.cells, after.cells, "cells")
    if before.stops is not None and after.stops is not None:
        about = _noted(about, before.stops, after.stops, "stops")
    return replace(after, about=about)


def _noted(about: About, before: Points, after: Points, what: str) -> About:
    return replace(
        about, notes=other_notes(about.notes, beyond_reach(before, what), beyond_reach(after, what))
    )


def other_notes(notes: tuple[str, ...], old: list[str], new: list[str]) -> tuple[str, ...]:
    """Notes with new ones in the place of the old."""
    kept = [note for note in notes if note not in old]
    at = next((i for i, note in enumerate(notes) if note in old), len(kept))
    return (*kept[:at], *new, *kept[at:])
