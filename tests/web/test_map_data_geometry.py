# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Light borders: neighbours keep one line, the whole keeps its area, drawings lie where Mercator says."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer

from aumenta.web.map_geometry import (
    feature_collection,
    frame_of,
    scale_bar,
    simplify_together,
    svg_path,
    union_of,
)


def patchwork(cells: int = 8) -> gpd.GeoSeries:
    """A patchwork whose shared borders wiggle: squares bent by one smooth deformation, densely drawn."""
    squares = [shapely.box(i, j, i + 1, j + 1) for j in range(cells) for i in range(cells)]
    dense = shapely.segmentize(squares, 0.05)

    def bend(xy: np.ndarray) -> np.ndarray:
        x, y = xy[:, 0], xy[:, 1]
        return np.column_stack([7 + (x + 0.15 * np.sin(5 * y)) / 50, 45 + (y + 0.15 * np.sin(5 * x)) / 70])

    return gpd.GeoSeries(shapely.transform(dense, bend), crs=4326)


def check_coverage(before: gpd.GeoSeries, tolerance: float) -> gpd.GeoSeries:
    after = simplify_together(before, tolerance)
    assert shapely.get_num_coordinates(after).sum() < 0.7 * shapely.get_num_coordinates(before).sum()
    read = gpd.GeoDataFrame.from_features(json.loads(feature_collection(after, [{} for _ in after]))).geometry
    overlap = shapely.area(read.to_numpy()).sum() - shapely.area(shapely.union_all(read.to_numpy()))
    assert abs(overlap) < 1e-9
    return after


def test_neighbours_share_their_line_after_simplifying_and_rounding() -> None:
    before = patchwork()
    after = check_coverage(before, 60)
    assert shapely.coverage_is_valid(after.to_numpy())
    assert after.is_valid.all()


def test_borders_that_do_not_quite_match_are_mended_or_at_least_united() -> None:
    before = patchwork()
    crooked = before.copy()
    crooked.iloc[9] = shapely.transform(before.iloc[9], lambda xy: xy + 2e-8)
    assert not shapely.coverage_is_valid(crooked.to_numpy())
    after = simplify_together(crooked, 60)
    whole = union_of(after.to_numpy())
    assert whole.geom_type == "Polygon"
    assert whole.area == pytest.approx(shapely.union_all(before.to_numpy()).area, rel=0.01)
    apart = union_of(np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]))
    assert apart.area == pytest.approx(7)


@pytest.mark.shared
def test_borders_of_312_municipalities_are_light(shared_dir: Path) -> None:
    before = gpd.read_file(shared_dir / "data/torino/municipalities.geojson").geometry
    after = simplify_together(before, 40)
    body = feature_collection(after, [{"id": str(i)} for i in after.index])
    assert len(gzip.compress(body)) < 400_000
    apart = after.to_crs(3035).symmetric_difference(before.to_crs(3035)).area / before.to_crs(3035).area
    assert apart.median() < 0.01


def test_a_drawing_lies_where_web_mercator_says() -> None:
    shape = shapely.Polygon([(7.1, 45.0), (7.9, 45.1), (7.5, 45.6)])
    frame = frame_of((6.5, 44.7, 8.3, 45.7))
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    west, north = to_metres.transform(frame.west, frame.north)
    east, south = to_metres.transform(frame.east, frame.south)
    unit = (east - west) / frame.width
    assert frame.height == pytest.approx((north - south) / unit, abs=0.51)
    numbers = [int(n) for n in re.findall(r"-?\d+", svg_path(shape, frame))]
    points = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
    expected = np.array([to_metres.transform(x, y) for x, y in shape.exterior.coords[:-1]])
    assert (
        np.abs(
            points - np.column_stack([(expected[:, 0] - west) / unit, (north - expected[:, 1]) / unit])
        ).max()
        < 0.6
    )


def test_the_scale_bar_is_round_and_true() -> None:
    frame = frame_of((6.5, 44.7, 8.3, 45.7))
    length, units = scale_bar(frame)
    assert length in (1, 2, 5, 10, 20, 50)
    middle = (frame.south + frame.north) / 2
    wide = shapely.LineString(
        [(frame.west, middle), (frame.west + (frame.east - frame.west) * units / frame.width, middle)]
    )
    metres = gpd.GeoSeries([wide], crs=4326).to_crs(32632).length.iloc[0]
    assert metres / 1000 == pytest.approx(length, rel=0.02)
