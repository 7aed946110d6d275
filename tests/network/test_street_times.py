# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Times from a place to cells and stops, and the lines of the ways, against sums made by hand and by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from aumenta.errors import AccessError
from aumenta.network.attach import attach
from aumenta.network.model import BASE_SPEED, Graph, Points, Straight, StreetMode, Streets
from aumenta.network.morton import morton_order
from aumenta.network.search import exact_seconds
from aumenta.network.street_times import StreetTimes


def compressed(matrix: coo_matrix) -> Graph:
    """A graph and its transpose from a sparse matrix of seconds."""
    rows, columns = matrix.tocsr(), matrix.tocsc()
    return Graph(
        rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data.astype(np.float32),
        columns.indptr.astype(np.int32), columns.indices.astype(np.int32), columns.data.astype(np.float32),
    )  # fmt: skip


def town(nodes: int = 900, seed: int = 3) -> tuple[Streets, coo_matrix]:
    """Random streets around a place in EPSG:3035; uphill is slower on foot, cars may use three streets of four."""
    rng = np.random.default_rng(seed)
    where = rng.uniform(0, 4000, (nodes, 2)) + np.array([4_150_000, 2_450_000])
    where = where[morton_order(*where.T)]
    sides = np.unique(
        np.sort(Delaunay(where).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0
    )
    a, b = sides.T
    metres = np.hypot(*(where[a] - where[b]).T)
    slope = rng.uniform(0.7, 1.3, len(a))
    foot = np.r_[metres * slope, metres / slope] / BASE_SPEED["foot"]
    matrix = coo_matrix((exact_seconds(foot), (np.r_[a, b], np.r_[b, a])), shape=(nodes, nodes))
    driven = rng.uniform(size=len(a)) < 0.75
    seconds = exact_seconds(metres[driven] / 10)
    ends = np.r_[a[driven], b[driven]], np.r_[b[driven], a[driven]]
    cars = coo_matrix((np.r_[seconds, seconds], ends), shape=(nodes, nodes))
    graphs: dict[StreetMode, Graph] = {"foot": compressed(matrix), "car": compressed(cars)}
    return Streets(
        "osm", np.ascontiguousarray(where[:, 0]), np.ascontiguousarray(where[:, 1]), graphs
    ), matrix


def places(streets: Streets, count: int, seed: int) -> Points:
    rng = np.random.default_rng(seed)
    return attach(streets, rng.uniform(4_149_800, 4_154_200, count), rng.uniform(2_449_800, 2_454_200, count))


def expected(
    streets: Streets, matrix: coo_matrix, origin: tuple[float, float, int, float], to: Points, backward: bool
) -> np.ndarray:
    """The same seconds by scipy, connectors added by hand."""
    x, y, node, metres = origin
    label = dijkstra(matrix.tocsr().T if backward else matrix.tocsr(), indices=node)
    at = to.at["foot"]
    total = label[at.node] + exact_seconds(at.metres / np.float32(1.4)) + float(exact_seconds(metres / 1.4))
    near = at.node == node
    total[near] = np.hypot(to.x[near] - x, to.y[near] - y) / 1.4
    total[at.node < 0] = np.inf
    return total


@pytest.mark.parametrize("backward", [False, True])
def test_times_are_connector_streets_connector(backward: bool) -> None:
    streets, matrix = town()
    cells, stops = places(streets, 500, 1), places(streets, 60, 2)
    times = StreetTimes(streets, cells, stops)
    for index in range(0, 500, 50):
        at = cells.at["foot"]
        if at.node[index] < 0:
            continue
        origin = (cells.x[index], cells.y[index], int(at.node[index]), float(at.metres[index]))
        to_cells, to_stops = times.from_cell(index, "foot", backward=backward)
        for found, points in ((to_cells, cells), (to_stops, stops)):
            want = expected(streets, matrix, origin, points, backward)
            np.testing.assert_allclose(found, want, atol=0.006)  # connectors are rounded to 1/256 s
        assert to_cells[index] == 0
        again = times.from_point(float(cells.x[index]), float(cells.y[index]), "foot", backward=backward)
        np.testing.assert_array_equal(again[0], to_cells)
        np.testing.assert_array_equal(again[1], to_stops)


def test_speed_scales_and_the_limit_holds_after_it() -> None:
    streets, _ = town()
    times = StreetTimes(streets, places(streets, 500, 1))
    base, _ = times.from_cell(7, "foot")
    slow, none = times.from_cell(7, "foot", limit=1200.0, factor=1.25)
    assert len(none) == 0
    np.testing.assert_array_equal(slow, np.where(base * 1.25 <= 1200, np.float32(1.25) * base, np.inf))
    assert 0 < np.isfinite(slow).sum() < np.isfinite(base).sum()
    limit = float(np.sort(base)[250])
    assert np.isfinite(times.from_cell(7, "foot", limit=limit)[0]).sum() == 251  # the limit itself is inside


def test_forward_and_backward_are_each_others_transpose_to_the_bit() -> None:
    streets, _ = town(300)
    times = StreetTimes(streets, places(streets, 80, 1))
    rows = np.stack([times.from_cell(i, "foot")[0] for i in range(80)])
    columns = np.stack([times.from_cell(i, "foot", backward=True)[0] for i in range(80)], axis=1)
    np.testing.assert_array_equal(rows, columns)
    assert (rows != rows.T).any()


@pytest.mark.parametrize("backward", [False, True])
def test_a_way_is_as_long_as_it_takes(backward: bool) -> None:
    streets, _ = town()
    cells, stops = places(streets, 200, 1), places(streets, 30, 2)
    times = StreetTimes(streets, cells, stops)
    x, y = 4_151_000.0, 2_452_000.0
    to_cells, to_stops = times.from_point(x, y, "car", limit=3000, backward=backward, paths=True)
    for ways, seconds, points in ((times.way_to_cell, to_cells, cells), (times.way_to_stop, to_stops, stops)):
        for index in range(0, len(points), 9):
            if not np.isfinite(seconds[index]):
                with pytest.raises(AccessError, match="no way within"):
                    ways(index)
                continue
            line = ways(index)[::-1] if backward else ways(index)
            np.testing.assert_array_equal(line[0], [x, y])
            np.testing.assert_array_equal(line[-1], [points.x[index], points.y[index]])
            steps = np.hypot(*np.diff(line, axis=0).T)
            ends, middle = (steps[0] + steps[-1]) / 4.2, steps[1:-1].sum() / 10
            assert seconds[index] == pytest.approx(ends + middle, abs=0.05)
    np.testing.assert_array_equal(times.way(points.x[0], points.y[0]), times.way_to_stop(0))


def test_two_places_at_one_node_are_joined_by_a_line() -> None:
    streets, _ = town()
    x, y = float(streets.x[100]), float(streets.y[100])
    cells = attach(streets, [x + 3, x - 4], [y, y])
    times = StreetTimes(streets, cells)
    assert times.from_cell(0, "foot", paths=True)[0].tolist() == [0, 5]
    assert times.way_to_cell(1).tolist() == [[x + 3, y], [x - 4, y]]
    assert times.way_to_cell(0).tolist() == [[x + 3, y], [x + 3, y]]


def straight_streets() -> Streets:
    x, y = (
        np.ascontiguousarray(a.ravel(), dtype=np.float64)
        for a in np.meshgrid(np.arange(9) * 250.0, np.arange(9) * 250.0)
    )
    order = morton_order(x, y)
    pace = np.where(x[order] > 1000, 1.5, 1.0).astype(np.float32)
    return Streets("friction", x[order], y[order], {}, {"foot": Straight(1.3, pace)})


def test_straight_times() -> None:
    streets = straight_streets()
    cells = attach(streets, streets.x, streets.y)
    times = StreetTimes(streets, cells, cells)
    found, stops = times.from_point(10.0, 20.0, "foot", limit=1500, factor=1.1, paths=True)
    metres = np.hypot(streets.x - 10, streets.y - 20)
    want = metres * 1.3 / 1.4 * (1 + np.where(streets.x > 1000, 1.5, 1.0)) / 2 * 1.1
    np.testing.assert_allclose(found, np.where(want <= 1500, want, np.inf), rtol=1e-6)
    np.testing.assert_array_equal(found, stops)
    assert np.isfinite(found).any() and np.isinf(found).any()
    near = int(np.flatnonzero(np.isfinite(found))[3])
    assert times.way_to_cell(near).tolist() == [[10, 20], [streets.x[near], streets.y[near]]]
    rows = np.stack([times.from_cell(i, "foot")[0] for i in range(81)])
    np.testing.assert_array_equal(rows, rows.T)


def test_points_too_far_or_outside_are_refused_with_the_distance() -> None:
    streets, _ = town()
    times = StreetTimes(streets, places(streets, 5, 1))
    with pytest.raises(AccessError, match=r"too far from any street that can be used on foot") as far:
        times.from_point(float(streets.x.min()) - 3000, float(streets.y.min()), "foot")
    assert "at most 500 m" in str(far.value)
    assert far.value.problems[0].found is not None
    assert 3000 <= int(far.value.problems[0].found.removesuffix(" m").replace(",", "")) < 4000
    flat = straight_streets()
    grid = StreetTimes(flat, attach(flat, flat.x, flat.y))
    assert np.isfinite(grid.from_point(-100.0, 0.0, "foot")[0]).all()
    with pytest.raises(AccessError, match="outside the territory"):
        grid.from_point(-400.0, 0.0, "foot")
    with pytest.raises(AccessError, match="finite"):
        grid.from_point(float("nan"), 0.0, "foot")


def test_questions_that_the_network_cannot_answer() -> None:
    streets, _ = town()
    cells = attach(streets, [4_151_000.0, 4_100_000.0], [2_451_000.0, 2_451_000.0])
    assert cells.at["foot"].node[1] == -1
    times = StreetTimes(streets, cells)
    with pytest.raises(AccessError, match="way of moving"):
        times.from_cell(0, "bike")
    with pytest.raises(AccessError, match="no such cell"):
        times.from_cell(2, "foot")
    with pytest.raises(AccessError, match="too far"):
        times.from_cell(1, "foot")
    assert np.isinf(times.from_cell(0, "foot")[0][1])
    with pytest.raises(AccessError, match="no meaning"):
        times.from_cell(0, "foot", factor=0.0)
    with pytest.raises(ValueError, match="paths=True"):
        times.way_to_cell(0)
