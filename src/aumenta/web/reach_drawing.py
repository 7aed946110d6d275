# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The picture of an answer about travel times where no script runs and on paper: cells as a PNG, borders as SVG.

Drawn in the plane of the grid, one unit a cell, so that a cell is a pixel and north of the grid is up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from aumenta.territory.plane import EUROPE, Plane
from aumenta.web.cell_layers import plane_of, resolution_of
from aumenta.web.cell_picture import picture
from aumenta.web.map_data import MapData
from aumenta.web.map_geometry import svg_path
from aumenta.web.reach_service import CLASSES, classes_of
from aumenta.web.reach_tables import COLOURS, NOT_REACHED_COLOUR

#: Units of the drawing for one cell.
UNITS = 4


@dataclass(frozen=True)
class GridFrame:
    """The window of the drawing: indices of its west and north edge, cells wide and tall."""

    west: int
    north: int
    wide: int
    tall: int
    resolution: int
    plane: Plane = EUROPE

    @property
    def width(self) -> int:
        """Units wide."""
        return self.wide * UNITS

    @property
    def height(self) -> int:
        """Units tall."""
        return self.tall * UNITS

    def xy(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Drawing units of points given as an (n, 2) array of longitude and latitude."""
        x, y = self.plane.to_metres(degrees[:, 0], degrees[:, 1])
        return np.column_stack([x / self.resolution - self.west, self.north - y / self.resolution]) * UNITS


class ReachDrawing:
    """Borders, made once, and the picture of each answer."""

    def __init__(self, maps: MapData) -> None:
        self._maps = maps

    @cached_property
    def _grid(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        cells = self._maps.index.cells
        return cells["gx"].to_numpy(dtype=np.int32), cells["gy"].to_numpy(dtype=np.int32)

    @cached_property
    def frame(self) -> GridFrame:
        """The window around all cells."""
        gx, gy = self._grid
        cells = self._maps.index.cells
        resolution, plane = resolution_of(cells), plane_of(cells)
        west, north = int(gx.min()), int(gy.max()) + 1
        return GridFrame(west, north, int(gx.max()) - west + 1, north - int(gy.min()), resolution, plane)

    @cached_property
    def borders(self) -> dict[str, str]:
        """SVG paths of the zones and of the whole territory."""
        light = self._maps.light
        return {level: self._path(light[level]) for level in ("zone", "metropolis") if level in light}

    def _path(self, shapes: gpd.GeoSeries) -> str:
        return "".join(svg_path(shape, self.frame) for shape in shapes)

    def spot(self, lon: float, lat: float) -> tuple[int, int]:
        """A point in drawing units."""
        x, y = self.frame.xy(np.array([[lon, lat]]))[0].round().astype(int).tolist()
        return x, y

    def png(self, minutes: NDArray[np.uint8]) -> bytes:
        """The cells, one pixel each; what is not reached is nearly white."""
        classes = classes_of(minutes)
        assert int(classes.max(initial=0)) < CLASSES
        return picture(*self._grid, classes, [*COLOURS, NOT_REACHED_COLOUR])
