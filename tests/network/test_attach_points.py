# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The nearest nodes against scipy's tree and against all distances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from aumenta.network.attach import attach, attach_limit, modes_of, usable_nodes
from aumenta.network.model import Graph, Straight, Streets
from aumenta.network.morton import morton_order

_NONE = np.empty(0, np.int32)


def ring(nodes: np.ndarray, count: int) -> Graph:
    """Each of `nodes` has one edge to the next, the last to the first: nothing else has an edge."""
    head = np.roll(nodes, -1).astype(np.int32)
    degree = np.zeros(count, np.int64)
    degree[nodes] = 1
    indptr = np.concatenate([[0], np.cumsum(degree)]).astype(np.int32)
    into = np.sort(nodes).astype(np.int32)
    seconds = np.ones(len(nodes), np.float32)
    return Graph(indptr, head, seconds, indptr, np.roll(into, 1), seconds)


def scattered(count: int, seed: int) -> Streets:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 8000, count), rng.normal(0, 3000, count)
    order = morton_order(x, y)
    nodes = np.arange(count)
    return Streets("osm", x[order], y[order], {"foot": ring(nodes, count), "car": ring(nodes[::5], count)})


@pytest.mark.parametrize("count", [1, 2, 31, 33, 1024, 1025, 5000])
def test_the_nearest_node_of_each_mode_is_that_of_a_tree(count: int) -> None:
    streets = scattered(count, count)
    rng = np.random.default_rng(1)
    x, y = rng.normal(0, 9000, 700), rng.normal(0, 4000, 700)
    points = attach(streets, x, y, limit_metres=900)
    assert len(points) == 700
    for mode, numbers in (("foot", np.arange(count)), ("car", np.arange(0, count, 5))):
        metres, place = cKDTree(np.column_stack([streets.x, streets.y])[numbers]).query(
            np.column_stack([x, y])
        )
        at = points.at[mode]
        np.testing.assert_allclose(at.metres, metres, rtol=1e-6)
        np.testing.assert_array_equal(at.node, np.where(metres <= 900, numbers[place], -1))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=80),
    st.lists(st.tuples(st.integers(-3, 12), st.integers(-3, 12)), min_size=1, max_size=10),
)
def test_of_nodes_equally_near_the_first_is_taken(
    nodes: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    where = np.array(nodes, float)  # in any order: the curve makes it quick, not right
    streets = Streets(
        "osm", where[:, 0].copy(), where[:, 1].copy(), {"foot": ring(np.arange(len(nodes)), len(nodes))}
    )
    x, y = np.array(asked, float).T
    node = attach(streets, x, y).at["foot"].node
    assert node.tolist() == [int(np.argmin(np.hypot(where[:, 0] - a, where[:, 1] - b))) for a, b in asked]


def test_a_node_must_be_left_and_reached() -> None:
    one = np.ones(1, np.float32)
    graph = Graph(
        np.array([0, 1, 1], np.int32), np.array([1], np.int32), one, np.array([0, 0, 1], np.int32),
        np.array([0], np.int32), one,
    )  # fmt: skip
    streets = Streets("osm", np.zeros(2), np.zeros(2), {"car": graph})
    assert usable_nodes(streets, "car").tolist() == [False, False]
    at = attach(streets, [0.0], [0.0]).at["car"]
    assert (at.node.tolist(), np.isinf(at.metres).all()) == ([-1], True)


def test_on_a_grid_the_limit_is_the_diagonal_of_a_cell() -> None:
    x, y = (a.ravel() * 250.0 for a in np.meshgrid(np.arange(20), np.arange(13)))
    keep = np.random.default_rng(0).uniform(size=len(x)) < 0.8
    x, y = x[keep], y[keep]
    order = morton_order(x, y)
    streets = Streets(
        "friction", x[order], y[order], {}, {"foot": Straight(1.3, np.ones(len(x), np.float32))}
    )
    assert attach_limit(streets) == pytest.approx(250 * np.sqrt(2))
    assert modes_of(streets) == ("foot",)
    assert attach(streets, [-250.0, -400.0], [0.0, 0.0], limit_metres=9999).at["foot"].node.tolist()[1] == -1


def test_no_points_and_points_without_place() -> None:
    streets = scattered(10, 0)
    assert len(attach(streets, [], [])) == 0
    with pytest.raises(ValueError, match="finite"):
        attach(streets, [np.inf], [0.0])
