# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small OpenStreetMap files for tests, and how to read back what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way
from pyproj import Geod, Transformer

from aumenta.network.model import Graph, StreetMode, Streets

GEOD = Geod(ellps="WGS84")
PROJECT = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)

Places = Mapping[int, tuple[float, float]]
Tags = Mapping[str, str]


def write_osm(
    path: Path,
    places: Places,
    ways: Sequence[tuple[Sequence[int], Tags]],
    node_tags: Mapping[int, Tags] | None = None,
    first_way: int = 1,
) -> Path:
    """Write nodes (id -> lon, lat) and ways (node ids, tags) in the order they come."""
    path.unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(path))
    for number, place in places.items():
        writer.add_node(Node(id=number, location=place, tags=dict((node_tags or {}).get(number, {}))))
    for number, (nodes, tags) in enumerate(ways):
        writer.add_way(Way(id=first_way + number, nodes=list(nodes), tags=dict(tags)))
    writer.close()
    return path


def metres(places: Places, a: int, b: int) -> float:
    return float(GEOD.inv(*places[a], *places[b])[2])


def numbers(streets: Streets, places: Places) -> dict[int, int]:
    """Node of the streets -> id of the file, by place."""
    ids = list(places)
    x, y = PROJECT.transform(*np.array([places[i] for i in ids]).T)
    found = {}
    for node in range(len(streets.x)):
        near = np.hypot(np.asarray(x) - streets.x[node], np.asarray(y) - streets.y[node])
        assert near.min() < 0.01
        found[node] = ids[int(near.argmin())]
    return found


def arcs(streets: Streets, mode: StreetMode, places: Places) -> dict[tuple[int, int], float]:
    """Seconds from node to node by ids of the file, as the graph has them."""
    return arcs_of(streets.graphs[mode], numbers(streets, places))


def arcs_of(graph: Graph, name: Mapping[int, int]) -> dict[tuple[int, int], float]:
    found = {}
    for u in range(len(graph.indptr) - 1):
        for e in range(graph.indptr[u], graph.indptr[u + 1]):
            found[name[u], name[int(graph.head[e])]] = float(graph.seconds[e])
    return found


def check_graph(graph: Graph, nodes: int) -> None:
    """What every consumer relies on: rows, types, order, and a transpose that is one."""
    for indptr, head, seconds in (
        (graph.indptr, graph.head, graph.seconds),
        (graph.back_indptr, graph.back_head, graph.back_seconds),
    ):
        types: list[Any] = [indptr.dtype, head.dtype, seconds.dtype]
        assert types == [np.int32, np.int32, np.float32]
        assert len(indptr) == nodes + 1
        assert indptr[0] == 0
        assert indptr[-1] == len(head) == len(seconds)
        assert (np.diff(indptr) >= 0).all()
        assert all(a.flags.c_contiguous for a in (indptr, head, seconds))
        if len(head):
            assert 0 <= head.min() <= head.max() < nodes
            assert np.isfinite(seconds).all()
            assert (seconds >= 0).all()
        tail = np.repeat(np.arange(nodes), np.diff(indptr))
        assert (np.diff(tail.astype(np.int64) * nodes + head) > 0).all()
    tail = np.repeat(np.arange(nodes), np.diff(graph.indptr))
    back = np.repeat(np.arange(nodes), np.diff(graph.back_indptr))
    forward = sorted(zip(tail.tolist(), graph.head.tolist(), graph.seconds.tolist(), strict=True))
    reverse = sorted(zip(graph.back_head.tolist(), back.tolist(), graph.back_seconds.tolist(), strict=True))
    assert forward == reverse


def bytes_of(streets: Streets) -> bytes:
    parts = [streets.x.tobytes(), streets.y.tobytes()]
    for mode in sorted(streets.graphs):
        graph = streets.graphs[mode]
        parts += [getattr(graph, f).tobytes() for f in Graph.__slots__]
    return b"".join(parts)
