# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Borders made light for a screen: simplified so that neighbours keep one shared line, as GeoJSON and as SVG.

Simplification is of the whole coverage at once (Visvalingam-Whyatt on shared edges, as in GEOS), so no gap opens
and no overlap appears between neighbours whatever the tolerance.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

#: Tolerance in metres of the borders of the interactive map and of the small drawings.
MAP_TOLERANCE, DRAWING_TOLERANCE = 40.0, 220.0
#: Parts of the territory's longer side that the tolerance is at most one of, where the territory is small.
MAP_PARTS, DRAWING_PARTS = 2_500, 400
#: Decimals of the degrees in GeoJSON: 5 decimals are about one metre.
DEGREE_DECIMALS = 5
_EARTH = 6_378_137.0


def simplify_together(geometry: gpd.GeoSeries, tolerance: float) -> gpd.GeoSeries:
    """Simplify polygons in EPSG:4326 as one coverage; `tolerance` in metres.

    Degrees are first stretched so that a unit is about a metre both ways. Polygons that do not form a clean
    coverage still come out valid: each keeps its own line where the neighbours' lines do not match.
    """
    if geometry.empty:
        return geometry
    middle = math.radians(float(np.mean(geometry.total_bounds[[1, 3]])))
    factor = np.array([math.radians(1) * _EARTH * math.cos(middle), math.radians(1) * _EARTH])
    flat = cleaned(shapely.transform(geometry.to_numpy(), lambda xy: xy * factor))
    light = shapely.coverage_simplify(flat, tolerance)
    light = np.where(shapely.is_valid(light) & ~shapely.is_empty(light), light, flat)
    return gpd.GeoSeries(
        shapely.transform(light, lambda xy: xy / factor), index=geometry.index, crs=geometry.crs
    )


def cleaned(shapes: np.ndarray) -> np.ndarray:
    """Polygons of which a few edges do not match, made a clean coverage: nodes closer than 1 cm become one.

    Left as they are where they are clean already, where GEOS is too old to mend them, and where mending would lose one.
    """
    if shapely.coverage_is_valid(shapes) or not hasattr(shapely, "coverage_clean"):
        return shapes
    mended: np.ndarray = shapely.coverage_clean(shapes, gap_width=1.0, snapping_distance=0.01)
    return shapes if shapely.is_empty(mended).any() else mended


def union_of(shapes: np.ndarray) -> BaseGeometry:
    """Union of polygons: of a clean coverage quickly, of any others slowly."""
    if shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return shapely.union_all(shapes)


def feature_collection(geometry: gpd.GeoSeries, properties: Sequence[dict[str, object]]) -> bytes:
    """GeoJSON bytes, coordinates rounded; the same input gives the same bytes."""
    features = []
    for shape, own in zip(geometry, properties, strict=True):
        features.append({"type": "Feature", "properties": own, "geometry": _rounded(shape)})
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    )
    return text.encode()


def _rounded(shape: BaseGeometry) -> dict[str, object]:
    polygons = [[_ring(r) for r in (p.exterior, *p.interiors)] for p in _polygons(shape)]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    points = np.round(shapely.get_coordinates(ring), DEGREE_DECIMALS)
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.any(points[1:] != points[:-1], axis=1)
    kept: list[list[float]] = points[keep].tolist()
    return kept


def _polygons(shape: BaseGeometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The window of a drawing: a bounding box in degrees shown `width` units wide in web Mercator, north up."""

    west: float
    south: float
    east: float
    north: float
    width: int = 1000

    @property
    def height(self) -> int:
        """Height in the drawing's units that keeps Mercator's shape."""
        return max(
            1,
            round(
                self.width * (self._y(self.north) - self._y(self.south)) / math.radians(self.east - self.west)
            ),
        )

    @staticmethod
    def _y(latitude: float) -> float:
        return math.asinh(math.tan(math.radians(latitude)))

    def xy(self, degrees: np.ndarray) -> np.ndarray:
        """Drawing units of points given as an (n, 2) array of longitude and latitude."""
        scale = self.width / math.radians(self.east - self.west)
        x = np.radians(degrees[:, 0] - self.west) * scale
        y = (self._y(self.north) - np.arcsinh(np.tan(np.radians(degrees[:, 1])))) * scale
        return np.column_stack([x, y])

    def kilometres_wide(self) -> float:
        """Ground width of the frame in kilometres at its middle latitude."""
        middle = math.radians((self.north + self.south) / 2)
        return math.radians(self.east - self.west) * _EARTH * math.cos(middle) / 1000


def frame_of(bounds: Sequence[float], width: int = 1000, margin: float = 0.02) -> Frame:
    """A frame around bounds (west, south, east, north) with a margin as a share of the larger side."""
    west, south, east, north = (float(b) for b in bounds)
    pad = margin * max(east - west, north - south) or 0.01
    return Frame(west - pad, south - pad, east + pad, north + pad, width)


class Plane(Protocol):
    """What places degrees in a drawing; `Frame` is one."""

    def xy(self, degrees: np.ndarray, /) -> np.ndarray:
        """Drawing units of points given as an (n, 2) array of longitude and latitude."""


def svg_path(shape: BaseGeometry, frame: Plane) -> str:
    """The `d` of an SVG path, whole drawing units, relative moves, rings that vanish left out."""
    parts = []
    for polygon in _polygons(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.round(frame.xy(shapely.get_coordinates(ring))).astype(int)[:-1]
            moves = np.diff(points, axis=0)
            moves = moves[np.any(moves != 0, axis=1)]
            if len(moves) >= 2:
                steps = " ".join(f"{dx} {dy}" for dx, dy in moves.tolist()).replace(" -", "-")
                parts.append(f"M{points[0][0]} {points[0][1]}l{steps}z")
    return "".join(parts)


def scale_bar(frame: Frame, share: float = 0.25) -> tuple[int, int]:
    """A round length in kilometres (1, 2 or 5 times a power of ten) and its length in drawing units."""
    wide = frame.kilometres_wide()
    most = wide * share
    power = 10 ** math.floor(math.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    return (int(length) if length >= 1 else 1, round(length / wide * frame.width))
