# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The INSPIRE grid against its definition, brute force and shapely."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import AumentaError, TableError
from aumenta.territory import grid

sides = st.sampled_from(grid.RESOLUTIONS)
index = st.integers(min_value=4_000, max_value=70_000)


@given(side=sides, cells=st.lists(st.tuples(index, index), min_size=1, max_size=20))
def test_codes_go_and_come_back(side: int, cells: list[tuple[int, int]]) -> None:
    gx, gy = np.array(cells, np.int32).T
    codes = grid.encode(gx, gy, side)
    back = grid.decode(codes)
    assert (back[0] == gx).all() and (back[1] == gy).all() and back[2] == side
    eurostat = [code.removeprefix("CRS3035") for code in codes]
    assert (grid.decode(eurostat)[0] == gx).all()


def test_code_of_the_standard() -> None:
    assert grid.encode([16_300], [9_800], 250).tolist() == ["CRS3035RES250mN2450000E4075000"]
    gx, gy, side = grid.decode(["RES1000mN2408000E4110000"])
    assert (gx[0], gy[0], side) == (4110, 2408, 1000)


@pytest.mark.parametrize(
    ("codes", "rows"),
    [
        (["CRS3035RES250mN2450000E4075000", "somewhere"], [2]),
        (["CRS3035RES250mN2450000E4075000", "CRS3035RES500mN2450000E4075000"], [2]),
        (["CRS3035RES250mN2450100E4075000"], [1]),
        (["CRS3035RES300mN2450100E4075000"], [1]),
        (["CRS3035RES250mN2450000E4075000", "CRS3035RES250mN2450000E4075000\n", ""], [2, 3]),
    ],
)
def test_wrong_codes_are_told_with_their_row(codes: list[str], rows: list[int]) -> None:
    with pytest.raises(TableError) as error:
        grid.decode(codes)
    assert [problem.row for problem in error.value.problems][-len(rows) :] == rows


def test_no_codes_and_no_such_side() -> None:
    with pytest.raises(TableError):
        grid.decode([])
    with pytest.raises(AumentaError, match="300"):
        grid.check_resolution(300)


def test_origin_of_the_projection() -> None:
    # EPSG:3035: latitude 52, longitude 10 has the false northing 3,210,000 and the false easting 4,321,000.
    x, y = grid.from_lonlat([10.0], [52.0])
    assert x[0] == pytest.approx(4_321_000, abs=1e-3) and y[0] == pytest.approx(3_210_000, abs=1e-3)


@given(side=sides, gx=index, gy=index)
def test_centres_lie_in_their_cells_and_parents_hold_them(side: int, gx: int, gy: int) -> None:
    x, y = grid.centres([gx], [gy], side)
    assert [int(v[0]) for v in grid.cells_at(x, y, side)] == [gx, gy]
    for coarser in (c for c in grid.RESOLUTIONS if c >= side):
        px, py = grid.parents([gx], [gy], side, coarser)
        assert px[0] * coarser <= x[0] < (px[0] + 1) * coarser
        assert py[0] * coarser <= y[0] < (py[0] + 1) * coarser
        if coarser % side == 0:
            assert (px[0], py[0]) == (gx * side // coarser, gy * side // coarser)
    assert grid.from_keys(grid.keys([gx], [gy]))[0][0] == gx
    with pytest.raises(ValueError, match="parent"):
        grid.parents([gx], [gy], 1000, 250)


@given(x=st.floats(2_700_000, 5_500_000), y=st.floats(1_500_000, 5_000_000))
def test_lonlat_comes_back(x: float, y: float) -> None:
    lon, lat = grid.to_lonlat([x], [y])
    back_x, back_y = grid.from_lonlat(lon, lat)
    assert back_x[0] == pytest.approx(x, abs=0.01) and back_y[0] == pytest.approx(y, abs=0.01)


def test_neighbours() -> None:
    gx, gy = grid.neighbours([5], [9])
    assert sorted(zip(gx[0].tolist(), gy[0].tolist(), strict=True)) == [(4, 9), (5, 8), (5, 10), (6, 9)]
    gx, gy = grid.neighbours([5, 7], [9, 9], corners=True)
    around = {(x, y) for x in (4, 5, 6) for y in (8, 9, 10)} - {(5, 9)}
    assert set(zip(gx[0].tolist(), gy[0].tolist(), strict=True)) == around and gx.shape == (2, 8)


def test_locate_says_where_and_where_not() -> None:
    among = np.array([2, 5, 9])
    assert grid.locate(np.array([9, 2, 4, 10]), among).tolist() == [2, 0, -1, -1]
    assert grid.locate(np.array([1]), among[:0]).tolist() == [-1]


@st.composite
def star(draw: st.DrawFn) -> shapely.Polygon:
    """A star-shaped polygon of any outline around a point near Turin, sometimes with a hole."""
    count = draw(st.integers(4, 12))
    radii = draw(st.lists(st.floats(300, 4_000), min_size=count, max_size=count))
    middle = draw(st.tuples(st.floats(-500, 500), st.floats(-500, 500)))
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)

    def ring(scale: float) -> list[tuple[float, float]]:
        x = 4_100_000 + middle[0] + scale * np.array(radii) * np.cos(turn)
        y = 2_450_000 + middle[1] + scale * np.array(radii) * np.sin(turn)
        return list(zip(x.tolist(), y.tolist(), strict=True))

    holes = [ring(0.4)] if draw(st.booleans()) else []
    return shapely.Polygon(ring(1.0), holes)


def brute_cells(polygon: shapely.Polygon, side: int) -> set[tuple[int, int]]:
    west, south, east, north = polygon.bounds
    return {
        (gx, gy)
        for gx in range(int(west // side), int(east // side) + 1)
        for gy in range(int(south // side), int(north // side) + 1)
        if polygon.contains(shapely.Point((gx + 0.5) * side, (gy + 0.5) * side))
    }


@settings(max_examples=60, deadline=None)
@given(polygon=star(), side=st.sampled_from([250, 500, 1000]))
def test_cells_of_a_polygon_are_those_that_shapely_finds(polygon: shapely.Polygon, side: int) -> None:
    cells = grid.cells_of([polygon], side)
    assert set(zip(cells.gx.tolist(), cells.gy.tolist(), strict=True)) == brute_cells(polygon, side)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 40))
def test_neighbouring_polygons_share_no_cell_and_leave_none(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    points = shapely.multipoints(rng.uniform((4_100_000, 2_450_000), (4_110_000, 2_458_000), (count, 2)))
    frame = shapely.box(4_100_000, 2_450_000, 4_110_000, 2_458_000)
    parts = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame)), frame)
    cells = grid.cells_of(parts, 250)
    assert len(cells) == 40 * 32 and cells.contested == 0
    assert (np.diff(grid.keys(cells.gx, cells.gy)) > 0).all()


def test_a_centre_on_a_shared_edge_belongs_to_one_side() -> None:
    edge = 4_100_125.0  # runs through centres
    left = shapely.box(4_099_000, 2_450_000, edge, 2_451_000)
    right = shapely.box(edge, 2_450_000, 4_101_000, 2_451_000)
    cells = grid.cells_of([left, right], 250)
    assert len(cells) == 8 * 4 and cells.contested == 0
    assert (cells.owner[cells.gx == 16_400] == 1).all()


def test_overlapping_polygons_are_counted_and_the_first_wins() -> None:
    one = shapely.box(4_100_000, 2_450_000, 4_101_000, 2_451_000)
    two = shapely.box(4_100_500, 2_450_000, 4_102_000, 2_451_000)
    cells = grid.cells_of([one, two], 250)
    assert cells.contested == 8 and len(cells) == 32
    assert (cells.owner[cells.gx < 16_404] == 0).all()


def test_nothing_inside_gives_no_cells() -> None:
    cells = grid.cells_of([shapely.box(4_100_010, 2_450_010, 4_100_020, 2_450_020)], 250)
    assert len(cells) == 0 and cells.contested == 0


@settings(max_examples=40, deadline=None)
@given(polygon=star(), side=st.sampled_from([500, 1000]))
def test_cells_touching_are_those_that_share_area(polygon: shapely.Polygon, side: int) -> None:
    gx, gy = grid.cells_touching([polygon], side)
    west, south, east, north = (int(v // side) for v in polygon.bounds)
    wanted = set()
    for x in range(west - 1, east + 2):
        for y in range(south - 1, north + 2):
            box = shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side)
            if box.intersection(polygon).area > 0:
                wanted.add((x, y))
    assert set(zip(gx.tolist(), gy.tolist(), strict=True)) == wanted


@pytest.mark.shared
def test_the_cells_of_all_municipalities(shared_dir: Path) -> None:
    text = (shared_dir / "data/torino/municipalities.geojson").read_text(encoding="utf-8")
    shapes = [shapely.geometry.shape(f["geometry"]) for f in json.loads(text)["features"]]
    start = time.perf_counter()
    polygons = grid.project(shapes)
    cells = grid.cells_of(polygons, 250)
    assert time.perf_counter() - start < 3.0
    assert len(cells) == 109_310 and cells.contested == 0 and len(np.unique(cells.owner)) == 312
    x, y = grid.centres(cells.gx, cells.gy, 250)
    for number, polygon in enumerate(polygons):
        mine = cells.owner == number
        shapely.prepare(polygon)
        assert shapely.contains_xy(polygon, x[mine], y[mine]).all()
    # the area that the cells cover is the municipalities' area
    assert len(cells) / 16 == pytest.approx(shapely.area(polygons).sum() / 1e6, rel=1e-3)
