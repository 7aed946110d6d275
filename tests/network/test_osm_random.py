# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Random small maps against a plain second reading of the tags with networkx, and what must not matter."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_samples import arcs, bytes_of, check_graph, metres, numbers, write_osm
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from aumenta.errors import NetworkError
from aumenta.network.model import STREET_MODES, StreetMode
from aumenta.network.osm_streets import read_osm

STEPS = 2 / (1.34 / 0.610 + 1.34 / 0.694)  # Weidmann 1993, in shares of the flat


@st.composite
def maps(draw: st.DrawFn) -> tuple[dict[int, tuple[float, float]], list[Any], dict[int, dict[str, str]]]:
    number = draw(st.integers(2, 10))
    places = {
        i: (7 + draw(st.integers(-9000, 9000)) / 1e6, 45 + draw(st.integers(-9000, 9000)) / 1e6)
        for i in range(1, number + 1)
    }
    # Nodes at one place cannot be told apart by place.
    places = {i: (x + i * 1e-3, y) for i, (x, y) in places.items()}
    ids = st.integers(1, number + 2)  # two of them are missing
    ways = []
    for _ in range(draw(st.integers(1, 7))):
        tags = {
            "highway": draw(
                st.sampled_from(["residential", "footway", "cycleway", "motorway", "steps", "proposed"])
            ),
            "oneway": draw(st.sampled_from([None, None, "yes", "-1", "no"])),
            "access": draw(st.sampled_from([None, None, None, "private"])),
            "bicycle": draw(st.sampled_from([None, None, "no", "yes"])),
            "maxspeed": draw(st.sampled_from([None, "20", "30 mph"])),
            "oneway:bicycle": draw(st.sampled_from([None, None, "no"])),
            "name": draw(st.sampled_from([None, "Via Nuova"])),
        }
        ways.append((draw(st.lists(ids, max_size=6)), {k: v for k, v in tags.items() if v}))
    bollards = draw(st.sets(st.integers(1, number), max_size=1))
    return places, ways, {i: {"barrier": "bollard"} for i in bollards}


def speeds(mode: str, tags: dict[str, str]) -> tuple[float, float]:
    """Speed along and against the way, the rules told once more for these few tags."""
    kind = tags["highway"]
    closed = tags.get("access") == "private"
    oneway = tags.get("oneway", "yes" if kind == "motorway" else "no")
    along, against = oneway != "-1", oneway != "yes"
    walk = 0.0 if kind in ("motorway", "proposed") or closed else 1.4 * (STEPS if kind == "steps" else 1)
    if mode == "foot":
        return walk, walk
    if mode == "car":
        if closed or kind not in ("residential", "motorway"):
            return 0, 0
        limit = {"20": 20, "30 mph": 30 * 1.609344}.get(tags.get("maxspeed", ""))
        kmh = {"residential": 25, "motorway": 90}[kind] if limit is None else 0.8 * limit
        kmh = min(kmh, 30) if kind == "residential" else kmh
        return kmh / 3.6 * along, kmh / 3.6 * against
    push = walk / 2 if kind == "steps" else walk
    ride = 0.0
    if kind in ("residential", "cycleway") and not closed and tags.get("bicycle") != "no":
        ride = 4.2
    if tags.get("bicycle") == "yes" and kind not in ("steps", "proposed"):
        ride = 4.2 * 0.8 if kind == "footway" else 4.2
    if tags.get("oneway:bicycle") == "no":
        along = against = True
    return max(push, ride * along), max(push, ride * against)


def second_reading(mode: str, places: Any, ways: Any, bollards: Any) -> nx.DiGraph:
    graph = nx.DiGraph()
    for nodes, tags in ways:
        along, against = speeds(mode, tags)
        for a, b in pairwise(nodes):
            if (
                a == b
                or a not in places
                or b not in places
                or (mode == "car" and (a in bollards or b in bollards))
            ):
                continue
            for u, v, speed in ((a, b, along), (b, a, against)):
                if speed:
                    seconds = metres(places, a, b) / speed
                    before = graph.get_edge_data(u, v, {"seconds": np.inf})["seconds"]
                    graph.add_edge(u, v, seconds=min(seconds, before))
    parts = (
        nx.weakly_connected_components(graph) if mode == "foot" else nx.strongly_connected_components(graph)
    )
    best = max(parts, key=lambda part: (len(part), -min(part)), default=set())
    return nx.DiGraph(graph.subgraph(best))


@given(maps())
@settings(max_examples=120, deadline=None)
def test_random_maps_against_a_second_reading(tmp_path_factory: pytest.TempPathFactory, drawn: Any) -> None:
    places, ways, bollards = drawn
    path = write_osm(tmp_path_factory.mktemp("osm") / "map.osm.pbf", places, ways, bollards)
    expected = {mode: second_reading(mode, places, ways, bollards) for mode in STREET_MODES}
    try:
        streets, _ = read_osm(path)
    except NetworkError:
        assert not any(g.number_of_edges() for g in expected.values())
        return
    name = numbers(streets, places)
    assert set(name.values()) == set().union(*(e.nodes for e in expected.values() if e.number_of_edges()))
    for mode in STREET_MODES:
        check_graph(streets.graphs[mode], len(streets.x))
        edges = {(u, v): d["seconds"] for u, v, d in expected[mode].edges(data=True)}
        got = arcs(streets, mode, places)
        assert set(got) == set(edges)
        # Lengths against the geodesic have a test of their own; what is left is float32 and the curvature.
        assert got == pytest.approx(edges, rel=5e-6)
        _same_paths(streets.graphs[mode], name, expected[mode])


def _same_paths(graph: Any, name: dict[int, int], expected: nx.DiGraph) -> None:
    nodes = len(name)
    matrix = csr_array((graph.seconds.astype(float), graph.head, graph.indptr), shape=(nodes, nodes))
    found = dijkstra(matrix)
    wanted = dict(nx.all_pairs_dijkstra_path_length(expected, weight="seconds"))
    for u in range(nodes):
        for v in range(nodes):
            seconds = 0.0 if u == v else wanted.get(name[u], {}).get(name[v], np.inf)
            assert found[u, v] == pytest.approx(seconds, rel=1e-5)


@given(maps(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_must_not_matter(tmp_path_factory: pytest.TempPathFactory, drawn: Any, random: Any) -> None:
    """Order in the file, a way cut in two, drawn the other way round, other ids in the same order: the same bytes."""
    places, ways, bollards = drawn
    folder = tmp_path_factory.mktemp("osm")

    def read(name: str, *what: Any) -> bytes | None:
        try:
            return bytes_of(read_osm(write_osm(folder / name, *what))[0])
        except NetworkError:
            return None

    first = read("a.osm.pbf", places, ways, bollards)
    assert read("a.osm.pbf", places, ways, bollards) == first
    other = []
    for nodes, tags in ways:
        half = len(nodes) // 2
        other += [(nodes[: half + 1], tags), (nodes[half:], tags)] if half else [(nodes, tags)]
    other = [_turned(nodes, tags) if random.random() < 0.5 else (nodes, tags) for nodes, tags in other]
    random.shuffle(other)
    shuffled = list(places.items())
    random.shuffle(shuffled)
    assert read("b.osm.pbf", dict(shuffled), other, bollards) == first
    far = {i: 10_000_000_000 + 17 * i for i in range(1, len(places) + 3)}
    moved = {far[i]: place for i, place in places.items()}
    renamed = [([far[i] for i in nodes], tags) for nodes, tags in ways]
    assert read("c.osm.pbf", moved, renamed, {far[i]: t for i, t in bollards.items()}) == first


def _turned(nodes: list[int], tags: dict[str, str]) -> tuple[list[int], dict[str, str]]:
    """The same way drawn from its end."""
    oneway = tags.get("oneway", "yes" if tags["highway"] == "motorway" else "no")
    return nodes[::-1], tags | {"oneway": {"yes": "-1", "-1": "yes", "no": "no"}[oneway]}


@given(maps())
@settings(max_examples=40, deadline=None)
def test_closing_a_way_never_makes_anyone_faster(
    tmp_path_factory: pytest.TempPathFactory, drawn: Any
) -> None:
    places, ways, bollards = drawn
    folder = tmp_path_factory.mktemp("osm")

    def paths(name: str, some: Any, mode: StreetMode) -> dict[tuple[int, int], float]:
        try:
            streets, _ = read_osm(write_osm(folder / name, places, some, bollards))
        except NetworkError:
            return {}
        graph, node = streets.graphs[mode], numbers(streets, places)
        shape = (len(node), len(node))
        seconds = dijkstra(csr_array((graph.seconds.astype(float), graph.head, graph.indptr), shape=shape))
        return {(node[u], node[v]): seconds[u, v] for u in node for v in node if np.isfinite(seconds[u, v])}

    for mode in STREET_MODES:
        before, after = paths("a.osm.pbf", ways, mode), paths("b.osm.pbf", ways[1:], mode)
        for pair in before.keys() & after.keys():
            assert after[pair] >= before[pair] * (1 - 1e-6)
