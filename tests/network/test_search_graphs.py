# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The search against scipy, networkx and a plain Bellman-Ford, on small odd graphs and on a town of random streets."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from aumenta.network.model import Graph
from aumenta.network.search import Search, bucket_count, bucket_width, exact_graph, exact_seconds

Edge = tuple[int, int, float]


def graph_of(nodes: int, edges: list[Edge]) -> Graph:
    tail = np.array([e[0] for e in edges], np.int64)
    head = np.array([e[1] for e in edges], np.int32)
    seconds = np.array([e[2] for e in edges], np.float32)

    def rows(by: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        order = np.argsort(by, kind="stable")
        indptr = np.concatenate([[0], np.cumsum(np.bincount(by, minlength=nodes))]).astype(np.int32)
        return indptr, other[order].astype(np.int32), seconds[order]

    return Graph(*rows(tail, head), *rows(head.astype(np.int64), tail))


def plain(nodes: int, edges: list[Edge], starts: list[tuple[int, float]], limit: float) -> np.ndarray:
    """Bellman-Ford with labels above the limit thrown away: the definition, a line long."""
    label = np.full(nodes, np.inf, np.float32)
    for node, seconds in starts:
        if seconds <= limit:
            label[node] = min(label[node], np.float32(seconds))
    for _ in range(nodes):
        for tail, head, seconds in edges:
            new = label[tail] + np.float32(seconds)
            if new <= np.float32(limit):
                label[head] = min(label[head], new)
    return label


def town(nodes: int, seed: int, one_way: float = 0.0) -> tuple[Graph, csr_matrix]:
    """Triangulated random points; each edge walked at its own speed, some in one direction only."""
    rng = np.random.default_rng(seed)
    where = rng.uniform(0, 5000, (nodes, 2))
    sides = np.sort(Delaunay(where).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    pairs = np.unique(sides, axis=0)
    metres = np.hypot(*(where[pairs[:, 0]] - where[pairs[:, 1]]).T)
    there = exact_seconds(metres * rng.uniform(0.5, 1.5, len(pairs)))
    back = exact_seconds(metres * rng.uniform(0.5, 1.5, len(pairs)))
    back[rng.uniform(size=len(pairs)) < one_way] = np.inf
    a, b = pairs.T
    matrix = coo_matrix((np.r_[there, back], (np.r_[a, b], np.r_[b, a])), shape=(nodes, nodes)).tocsr()
    edges = [
        (int(u), int(v), float(w))
        for u, v, w in zip(np.r_[a, b], np.r_[b, a], np.r_[there, back], strict=True)
    ]
    return graph_of(nodes, [edge for edge in edges if np.isfinite(edge[2])]), matrix


seconds_of_edges = st.one_of(
    st.just(0.0),
    st.floats(0, 50, width=32),
    st.integers(0, 20).map(float),
    st.just(float("inf")),
    st.just(70_000.0),
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[int, list[Edge], list[tuple[int, float]], float]:
    nodes = draw(st.integers(1, 12))
    node = st.integers(0, nodes - 1)
    edges = draw(st.lists(st.tuples(node, node, seconds_of_edges), max_size=40))
    starts = draw(st.lists(st.tuples(node, st.floats(0, 400, width=32)), min_size=1, max_size=4))
    return nodes, edges, starts, draw(st.one_of(st.just(float("inf")), st.floats(0, 500, width=32)))


@settings(max_examples=200, deadline=None)
@given(questions(), st.booleans())
def test_labels_are_those_of_bellman_ford(
    question: tuple[int, list[Edge], list[tuple[int, float]], float], backward: bool
) -> None:
    nodes, edges, starts, limit = question
    search = Search(graph_of(nodes, edges), backward)
    turned = [(v, u, w) for u, v, w in edges] if backward else edges
    for several in (starts, starts[:1]):  # the second run must find a clean workspace
        found = search.run(
            np.array([n for n, _ in several], np.int32),
            np.array([s for _, s in several], np.float32),
            limit,
            True,
        )
        np.testing.assert_array_equal(found, plain(nodes, turned, several, limit))
        assert sorted(search.touched) == np.flatnonzero(np.isfinite(found)).tolist()
        for node in range(nodes):
            _check_path(search, edges, several, node)


def _check_path(search: Search, edges: list[Edge], starts: list[tuple[int, float]], node: int) -> None:
    """The way exists, and its edges add up to the label."""
    way = search.path(node).tolist()
    if not np.isfinite(search.labels[node]):
        assert way == []
        return
    travelled = way[::-1] if search.backward else way
    assert travelled[-1] == node
    total = min(np.float32(s) for n, s in starts if n == travelled[0])
    assert total == search.labels[travelled[0]]
    for a, b in itertools.pairwise(travelled):
        u, v = (b, a) if search.backward else (a, b)
        total = np.float32(total + min(np.float32(w) for x, y, w in edges if (x, y) == (u, v)))
    assert total == search.labels[node]


@pytest.mark.parametrize("limit", [np.inf, 1500.0, 200.0])
@pytest.mark.parametrize("backward", [False, True])
def test_a_town_agrees_with_scipy(limit: float, backward: bool) -> None:
    graph, matrix = town(3000, seed=4, one_way=0.1)
    search = Search(graph, backward)
    for source in range(0, 3000, 300):
        expected = dijkstra(matrix.T if backward else matrix, indices=source, limit=limit)
        found = search.run(np.array([source], np.int32), np.zeros(1, np.float32), limit)
        np.testing.assert_array_equal(found, expected)  # to the bit: the seconds are multiples of 1/256


def test_paths_are_as_short_as_networkx_finds_them() -> None:
    graph, matrix = town(400, seed=9, one_way=0.2)
    streets = nx.from_scipy_sparse_array(matrix, create_using=nx.DiGraph)
    streets.remove_edges_from([(u, v) for u, v, w in streets.edges(data="weight") if not np.isfinite(w)])
    forward, backward = Search(graph), Search(graph, backward=True)
    one = np.array([17], np.int32)
    forward.run(one, np.zeros(1, np.float32), paths=True)
    backward.run(one, np.zeros(1, np.float32), paths=True)
    for node in range(0, 400, 7):
        assert nx.path_weight(streets, forward.path(node).tolist(), "weight") == nx.shortest_path_length(
            streets, 17, node, "weight"
        )
        way = backward.path(node).tolist()
        assert (way[0], way[-1]) == (node, 17)
        assert nx.path_weight(streets, way, "weight") == nx.shortest_path_length(streets, node, 17, "weight")


def test_renumbering_the_nodes_changes_nothing() -> None:
    _, matrix = town(800, seed=2)
    edges = coo_matrix(matrix)
    other = np.random.default_rng(0).permutation(800)
    same = graph_of(800, list(zip(edges.row.tolist(), edges.col.tolist(), edges.data.tolist(), strict=True)))
    moved = graph_of(
        800, list(zip(other[edges.row].tolist(), other[edges.col].tolist(), edges.data.tolist(), strict=True))
    )
    zero = np.zeros(1, np.float32)
    found = Search(same).run(np.array([5], np.int32), zero, 2000.0)
    again = Search(moved).run(np.array([other[5]], np.int32), zero, 2000.0)
    np.testing.assert_array_equal(found, again[other])


def test_sums_of_exact_seconds_do_not_depend_on_the_order() -> None:
    seconds = exact_seconds(np.random.default_rng(1).uniform(0, 200, 300))
    forward, backward = np.float32(0), np.float32(0)
    for first, last in zip(seconds, seconds[::-1], strict=True):
        forward, backward = forward + first, backward + last
    assert forward == backward == seconds.sum(dtype=np.float64)
    assert np.abs(exact_seconds([1 / 3, 50.0]) - [1 / 3, 50.0]).max() <= 1 / 512


def test_a_graph_is_made_exact_once() -> None:
    graph = graph_of(3, [(0, 1, 1 / 3), (1, 2, 2.0)])
    exact = exact_graph(graph)
    assert exact.seconds.tolist() == [85 / 256, 2.0] and sorted(exact.back_seconds) == sorted(exact.seconds)
    assert exact_graph(exact) is exact
    both = Graph(*2 * (graph.indptr, graph.head, graph.seconds))
    assert exact_graph(both).symmetric and exact_graph(both).back_seconds is not both.seconds


def test_sources_further_apart_than_the_longest_edge() -> None:
    search = Search(graph_of(3, [(0, 1, 1.0), (1, 2, 1.0)]))
    found = search.run(np.array([2, 0], np.int32), np.array([90_000.0, 89_999.5], np.float32))
    assert found.tolist() == [89_999.5, 90_000.5, 90_000.0]
    assert search.run(np.array([0, 2], np.int32), np.array([0.0, 90_000.0], np.float32)).tolist() == [0, 1, 2]


def test_buckets_never_lap() -> None:
    assert bucket_width(np.array([np.inf], np.float32)) == 1.0
    assert bucket_width(np.zeros(4, np.float32)) > 0
    for span, width in ((0.0, 1.0), (1000.0, 0.7), (65_536.0, 1.0)):
        count = bucket_count(span, width)
        assert count & (count - 1) == 0
        assert count >= span / width + 3


def test_questions_that_make_no_sense() -> None:
    search = Search(graph_of(2, [(0, 1, 1.0)]))
    zero = np.zeros(1, np.float32)
    with pytest.raises(ValueError, match="between 0 and 1"):
        search.run(np.array([2], np.int32), zero)
    with pytest.raises(ValueError, match="negative"):
        search.run(np.array([0], np.int32), zero - 1)
    with pytest.raises(ValueError, match="each of its nodes"):
        search.run(np.array([0, 1], np.int32), zero)
    search.run(np.array([0], np.int32), zero)
    with pytest.raises(ValueError, match="paths=True"):
        search.path(1)
    assert np.isinf(search.run(np.empty(0, np.int32), np.empty(0, np.float32))).all()
