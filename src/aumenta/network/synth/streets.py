# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets of the made-up metropolis: crossings in spirals around each town, joined by the short sides of triangles.

The streets are the Urquhart graph of the crossings (a Delaunay triangulation without the longest side of each
triangle; it holds the minimum spanning tree, so everything is connected) and the shortest of the sides left out, until
there are one and a half streets for a crossing, as in real cities. Long streets bend.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.synth.towns import SPACING, Towns

Doubles = NDArray[np.float64]
Longs = NDArray[np.int64]

#: Streets for one crossing, and points where streets bend for one crossing.
DEGREE = 1.5
BENDS = 0.695
#: Crossings outside towns for one within.
RURAL = 0.04
#: No two crossings in one square of this many metres.
CLOSEST = 42.0
#: Kinds of street, as OSM's `highway` has them.
KINDS = ("primary", "secondary", "tertiary", "residential", "footway", "cycleway", "steps")
PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL, FOOTWAY, CYCLEWAY, STEPS = range(7)
#: What a metre of each kind costs those who plan bus lines.
DETERRENCE = np.array([0.45, 0.55, 0.8, 1.0, 6.0, 6.0, 20.0])


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """Crossings `x`, `y` (metres from the core), streets `u`-`v` between them with `metres` and `kind` (of `KINDS`).

    `bend_indptr` has for each street its points between u and v, `bend_x`, `bend_y`. `oneway` streets run from u to v.
    """

    x: Doubles
    y: Doubles
    u: Longs
    v: Longs
    metres: Doubles
    kind: NDArray[np.int8]
    oneway: NDArray[np.bool_]
    bend_indptr: Longs
    bend_x: Doubles
    bend_y: Doubles


def make_streets(towns: Towns, rng: np.random.Generator) -> StreetPlan:
    """Streets for the towns, one connected graph."""
    x, y = _crossings(towns, rng)
    u, v = _sides(x, y)
    metres = np.hypot(x[u] - x[v], y[u] - y[v])
    kind = _kinds(towns, x, y, u, v, metres, rng)
    oneway = (kind == RESIDENTIAL) & (rng.random(len(u)) < 0.12)
    flip = rng.random(len(u)) < 0.5
    u, v = np.where(flip, v, u), np.where(flip, u, v)
    count = _bends(metres, round(BENDS * len(x)), rng)
    indptr = np.concatenate([[0], np.cumsum(count)])
    street = np.repeat(np.arange(len(u)), count)
    share = (np.arange(indptr[-1]) - indptr[street] + 1) / (count[street] + 1)
    side = rng.normal(0, 0.05, len(u))[street] * np.sin(np.pi * share)
    along_x, along_y = (x[v] - x[u])[street], (y[v] - y[u])[street]
    bend_x = x[u][street] + along_x * share - along_y * side
    bend_y = y[u][street] + along_y * share + along_x * side
    return StreetPlan(x, y, u, v, metres, kind, oneway, indptr, bend_x, bend_y)


def _crossings(towns: Towns, rng: np.random.Generator) -> tuple[Doubles, Doubles]:
    """Crossings in Vogel spirals, which fill a disc evenly without rows; too close ones of two towns are dropped."""
    total = int(towns.crossings.sum())
    town = np.repeat(np.arange(len(towns.x)), towns.crossings)
    rank = np.arange(total) - np.repeat(np.cumsum(towns.crossings) - towns.crossings, towns.crossings)
    away = SPACING * np.sqrt((rank + 0.5) / np.pi)
    turn = rank * np.pi * (3 - np.sqrt(5.0)) + rng.uniform(0, 2 * np.pi, len(towns.x))[town]
    # A shape for each town, so that they are not all discs.
    lobes, depth = rng.integers(2, 6, len(towns.x))[town], rng.uniform(0, 0.35, len(towns.x))[town]
    away = away * (1 + depth * np.sin(lobes * turn))
    noise = rng.normal(0, SPACING * 0.16, (2, total))
    lone = rng.uniform(-towns.region, towns.region, (2, int(total * RURAL)))
    x = np.concatenate([towns.x[town] + away * np.cos(turn) + noise[0], lone[0]])
    y = np.concatenate([towns.y[town] + away * np.sin(turn) + noise[1], lone[1]])
    inside = np.hypot(x, y) < towns.region * 1.06
    x, y = x[inside], y[inside]
    square = np.floor(x / CLOSEST).astype(np.int64) * 10_000_000 + np.floor(y / CLOSEST).astype(np.int64)
    _, first = np.unique(square, return_index=True)
    first.sort()
    return x[first].round(1), y[first].round(1)


def _sides(x: Doubles, y: Doubles) -> tuple[Longs, Longs]:
    from scipy.spatial import Delaunay  # noqa: PLC0415

    corners = Delaunay(np.column_stack([x, y])).simplices.astype(np.int64)
    sides = np.stack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]], axis=1)
    sides.sort(axis=2)
    metres = np.hypot(*(np.stack([x, y])[:, sides[..., 0]] - np.stack([x, y])[:, sides[..., 1]]))
    code = sides[..., 0] * len(x) + sides[..., 1]
    longest = np.unique(code[np.arange(len(code)), metres.argmax(axis=1)])
    every, first = np.unique(code, return_index=True)
    left_out = np.isin(every, longest, assume_unique=True)
    spare = np.flatnonzero(left_out)
    length = metres.ravel()[first]
    wanted = max(0, round(DEGREE * len(x)) - int((~left_out).sum()))
    chosen = np.concatenate(
        [every[~left_out], every[spare[np.argsort(length[spare], kind="stable")[:wanted]]]]
    )
    chosen.sort()
    return chosen // len(x), chosen % len(x)


def _kinds(
    towns: Towns, x: Doubles, y: Doubles, u: Longs, v: Longs, metres: Doubles, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Main streets are the ways from the towns to the core; the others are told by their length and by lot."""
    kind = np.where(metres > 260, TERTIARY, RESIDENTIAL).astype(np.int8)
    lot = rng.random(len(u))
    short = metres < 140
    kind[short & (lot < 0.10)] = FOOTWAY
    kind[short & (lot > 0.985)] = CYCLEWAY
    kind[short & (lot > 0.997)] = STEPS
    from scipy.spatial import cKDTree  # noqa: PLC0415

    centres = cKDTree(np.column_stack([x, y])).query(np.column_stack([towns.x, towns.y]))[1]
    _, before = ways_from(int(centres[0]), len(x), u, v, metres)
    code = np.minimum(u, v) * len(x) + np.maximum(u, v)
    for town in np.argsort(towns.people, kind="stable"):  # the largest last: its class stays
        path = path_to(int(centres[town]), before)
        ends = np.sort(np.stack([path[:-1], path[1:]]), axis=0)
        main = PRIMARY if towns.people[town] > 12_000 else SECONDARY
        kind[np.searchsorted(code, ends[0] * len(x) + ends[1])] = main
    return kind


def ways_from(
    source: int, nodes: int, u: Longs, v: Longs, cost: Doubles
) -> tuple[Doubles, NDArray[np.int32]]:
    """Cost of the best way to every crossing, and the crossing before it (-9999 at the source)."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    graph = csr_matrix((cost, (u, v)), shape=(nodes, nodes))
    found, before = dijkstra(graph, directed=False, indices=source, return_predecessors=True)
    return found, before


def path_to(node: int, before: NDArray[np.int32]) -> Longs:
    """Crossings from `node` back to the source."""
    path = [node]
    while (node := int(before[node])) >= 0:
        path.append(node)
    return np.array(path, np.int64)


def _bends(metres: Doubles, wanted: int, rng: np.random.Generator) -> Longs:
    """Points for each street, more where it is long, `wanted` in all (as near as whole numbers allow)."""
    lot = rng.random(len(metres))
    low, high = 1.0, 5000.0
    count = np.zeros(len(metres), np.int64)
    for _ in range(30):
        step = (low + high) / 2
        count = np.minimum(np.floor(metres / step + lot), 9).astype(np.int64)
        low, high = (step, high) if count.sum() > wanted else (low, step)
    return count
