# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Compiled walks against one search for each row."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.spatial import Delaunay

from aumenta.network import walks as module
from aumenta.network.attach import attach
from aumenta.network.model import Graph, Points, Straight, Streets, Walks
from aumenta.network.morton import morton_order
from aumenta.network.search import exact_seconds
from aumenta.network.street_times import StreetTimes
from aumenta.network.walks import footpaths, walks

Rows = list[list[tuple[float, int]]]


def hilly(nodes: int = 700, seed: int = 5) -> Streets:
    rng = np.random.default_rng(seed)
    where = rng.uniform(0, 4000, (nodes, 2))
    where = np.ascontiguousarray(where[morton_order(*where.T)])
    sides = np.unique(
        np.sort(Delaunay(where).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0
    )
    a, b = sides.T
    metres = np.hypot(*(where[a] - where[b]).T)
    slope = rng.uniform(0.7, 1.4, len(a))
    seconds = exact_seconds(np.r_[metres * slope, metres / slope] / 1.4)
    matrix = coo_matrix((seconds, (np.r_[a, b], np.r_[b, a])), shape=(nodes, nodes))
    rows, columns = matrix.tocsr(), matrix.tocsc()
    graph = Graph(
        rows.indptr.astype(np.int32), rows.indices.astype(np.int32), rows.data.astype(np.float32),
        columns.indptr.astype(np.int32), columns.indices.astype(np.int32), columns.data.astype(np.float32),
    )  # fmt: skip
    return Streets("osm", where[:, 0].copy(), where[:, 1].copy(), {"foot": graph})


def flat(side: int = 30) -> Streets:
    x, y = (a.ravel() * 250.0 for a in np.meshgrid(np.arange(side), np.arange(side)))
    order = morton_order(x, y)
    pace = 1 + 0.3 * (np.sin(np.arange(side * side)) > 0)
    return Streets("friction", x[order], y[order], {}, {"foot": Straight(1.3, pace.astype(np.float32))})


def points(streets: Streets, count: int, seed: int) -> Points:
    rng = np.random.default_rng(seed)
    east, north = np.ptp(streets.x), np.ptp(streets.y)
    x, y = rng.uniform(-0.2 * east, 1.2 * east, count), rng.uniform(-0.2 * north, 1.2 * north, count)
    x[: count // 5], y[: count // 5] = (
        x[count // 5 * 2] + np.arange(count // 5),
        y[count // 5 * 2],
    )  # many at one node
    return attach(streets, x, y)


def searched(
    streets: Streets, rows: Points, stops: Points, limit: float, backward: bool
) -> list[list[tuple[float, int]]]:
    times = StreetTimes(streets, rows, stops)
    out: Rows = []
    for row in range(len(rows)):
        out.append([])
        if rows.at["foot"].node[row] >= 0:
            seconds = times.from_cell(row, "foot", limit, backward=backward)[1]
            out[-1] = sorted((float(s), i) for i, s in enumerate(seconds) if np.isfinite(s))
    return out


def as_rows(found: Walks) -> Rows:
    pairs = list(zip(found.seconds.tolist(), found.stop.tolist(), strict=True))
    return [pairs[a:b] for a, b in zip(found.indptr[:-1], found.indptr[1:], strict=True)]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(("rows", "stops"), [(150, 40), (30, 200)])
@pytest.mark.parametrize("make", [hilly, flat])
def test_walks_are_what_a_search_from_each_row_finds(
    make: object, rows: int, stops: int, backward: bool
) -> None:
    streets = hilly() if make is hilly else flat()
    cells, ends = points(streets, rows, 1), points(streets, stops, 2)
    found = walks(streets, cells, ends, 1200.0, backward)
    assert (found.indptr.dtype, found.stop.dtype, found.seconds.dtype) == (np.int32, np.int32, np.float32)
    assert as_rows(found) == searched(streets, cells, ends, 1200.0, backward)
    assert 50 < len(found.stop) < rows * stops
    assert (cells.at["foot"].node < 0).any() or (ends.at["foot"].node < 0).any()


def test_access_and_egress_differ_on_slopes_only() -> None:
    streets = hilly()
    cells, stops = points(streets, 100, 1), points(streets, 50, 2)
    assert as_rows(walks(streets, cells, stops)) != as_rows(walks(streets, cells, stops, backward=True))
    level = flat()
    cells, stops = points(level, 100, 1), points(level, 50, 2)
    assert as_rows(walks(level, cells, stops)) == as_rows(walks(level, cells, stops, backward=True))


@pytest.mark.parametrize("make", [hilly, flat])
def test_footpaths_leave_out_the_stop_itself(make: object) -> None:
    streets = hilly() if make is hilly else flat()
    stops = points(streets, 80, 3)
    want = [
        [(seconds, stop) for seconds, stop in row if stop != number]
        for number, row in enumerate(searched(streets, stops, stops, 600.0, False))
    ]
    assert as_rows(footpaths(streets, stops)) == want
    assert sum(map(len, want)) > 80


def test_links_are_made_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    streets = hilly()
    cells, stops = points(streets, 100, 1), points(streets, 90, 2)
    whole = walks(streets, cells, stops)
    monkeypatch.setattr(module, "_CAPACITY", 4)
    pieces = walks(streets, cells, stops)
    np.testing.assert_array_equal(whole.stop, pieces.stop)
    np.testing.assert_array_equal(whole.seconds, pieces.seconds)


def test_nothing_to_walk_to() -> None:
    for streets in (hilly(), flat()):
        cells, none = points(streets, 10, 1), attach(streets, [], [])
        assert walks(streets, cells, none).indptr.tolist() == [0] * 11
        assert walks(streets, none, cells).indptr.tolist() == [0]
        assert len(footpaths(streets, none).stop) == 0
        far = attach(streets, [1e6], [1e6])
        assert walks(streets, far, far).indptr.tolist() == [0, 0]
    with pytest.raises(ValueError, match="no mode"):
        walks(flat(), cells, cells, mode="car")
