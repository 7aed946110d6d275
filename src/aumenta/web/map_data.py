# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What maps need, made once per build of the twin: light borders, labels, legends, drawings, layers of cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import geopandas as gpd
import numpy as np

from aumenta.errors import Problem, TwinError
from aumenta.twin.facade import Twin
from aumenta.web import cell_layers, map_cells
from aumenta.web.cell_layers import CellLayerDefinition
from aumenta.web.cell_picture import picture
from aumenta.web.map_classes import MISSING_COLOUR, UNREACHED, Scale, scale_for
from aumenta.web.map_geometry import (
    DRAWING_PARTS,
    DRAWING_TOLERANCE,
    MAP_PARTS,
    MAP_TOLERANCE,
    Frame,
    feature_collection,
    frame_of,
    simplify_together,
    svg_path,
    union_of,
)
from aumenta.web.site import Site
from aumenta.web.territory_index import LEVELS, Place, PlaceValue, TerritoryIndex, build_index


@dataclass(frozen=True, slots=True)
class Row:
    """One place on a map: its value and the class that colours it."""

    place: Place
    value: PlaceValue
    klass: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paths of a level in a frame, for drawings made by the server."""

    frame: Frame
    paths: Mapping[str, str]


class MapData:
    """Prepared maps of one build. Thread-safe: what is made later is made once, under a lock."""

    def __init__(self, index: TerritoryIndex, twin: Twin) -> None:
        self.index = index
        self._twin = twin
        self._lock = Lock()
        self._made: dict[str, bytes] = {}
        self._layer_values: dict[str, tuple[CellLayerDefinition, np.ndarray, np.ndarray]] = {}
        self.scales: dict[tuple[str, str], Scale] = {
            (key, level): self._scale(key, level)
            for key in index.indicators
            for level in index.levels_of(key)
        }

    def _scale(self, indicator: str, level: str) -> Scale:
        """Limits that the indicator states hold for every level; where it states none, each level has its own,
        for counts of a zone lie far above those of a municipality.
        """
        definition, levels = self.index.indicators[indicator], self.index.values[indicator]
        chosen = LEVELS if definition.breaks else (level,)
        return scale_for(definition, [v.value for key in chosen for v in levels.get(key, {}).values()])

    # Geometry

    @cached_property
    def light(self) -> Mapping[str, gpd.GeoSeries]:
        """Simplified polygons of every level; larger places are unions of the simplified municipalities."""
        return self._simplified(min(MAP_TOLERANCE, self._widest / MAP_PARTS))

    @cached_property
    def _widest(self) -> float:
        """Metres of the longer side of the territory, or thereabouts: a city needs finer lines than a region."""
        bounds = [series.total_bounds for series in self.index.geometry.values() if len(series)]
        if not bounds:
            return float("inf")
        west, south, east, north = bounds[0]
        degree = 111_320.0
        across = (east - west) * degree * float(np.cos(np.radians((south + north) / 2)))
        return max(float(across), float(north - south) * degree)

    @cached_property
    def drawings(self) -> Mapping[str, Drawing]:
        """SVG paths of every level in one frame around the territory."""
        light = self._simplified(min(DRAWING_TOLERANCE, self._widest / DRAWING_PARTS))
        bounds = next(iter(light.values())).total_bounds if light else (0, 0, 1, 1)
        frame = frame_of(bounds)
        return {
            level: Drawing(frame, {key: svg_path(shape, frame) for key, shape in series.items()})
            for level, series in light.items()
        }

    def _simplified(self, tolerance: float) -> dict[str, gpd.GeoSeries]:
        own = self.index.geometry
        if "municipality" not in own:
            return {level: simplify_together(series, tolerance) for level, series in own.items()}
        towns = simplify_together(own["municipality"], tolerance)
        result = {"municipality": towns}
        for level in ("zone", "band", "metropolis"):
            shapes = {}
            for place in self.index.levels.get(level, ()):
                members = [t.id for t in self.index.members(place) if t.id in towns.index]
                shape = union_of(towns[members].to_numpy()) if members else own[level].get(place.id)
                if shape is not None:
                    shapes[place.id] = shape
            if shapes:
                result[level] = gpd.GeoSeries(shapes, crs=towns.crs)
        return result

    def borders(self, level: str) -> bytes:
        """GeoJSON of a level's polygons with `id` and `name`; KeyError when there is no such level."""
        return self._once(f"borders/{level}", lambda: self._borders(level))

    def _borders(self, level: str) -> bytes:
        series = self.light[level]
        properties: list[dict[str, object]] = [
            {"id": key, "name": self.index.places[key].name} for key in series.index
        ]
        return feature_collection(series, properties)

    def ground(self) -> bytes:
        """The basemap: borders of zones and territory as GeoJSON, and names of towns with their size."""
        return self._once("ground", self._ground)

    def _ground(self) -> bytes:
        parts = {}
        for level in ("zone", "metropolis"):
            series = self.light.get(level)
            parts[level] = json.loads(self.borders(level)) if series is not None else _no_features()
        towns = sorted(self.index.levels.get("municipality", ()), key=lambda p: (-(p.population or 0), p.id))
        parts["towns"] = {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": town.name, "rank": rank, "residents": town.population},
                    "geometry": {"type": "Point", "coordinates": [round(c, 5) for c in town.seat]},
                }
                for rank, town in enumerate(towns)
                if town.seat
            ],
        }
        parts["bounds"] = [round(float(b), 5) for b in self.bounds]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the territory in degrees."""
        every = np.array([series.total_bounds for series in self.light.values()])
        if not len(every):
            return (0.0, 0.0, 1.0, 1.0)
        low, high = every[:, :2].min(axis=0), every[:, 2:].max(axis=0)
        return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))

    # Values

    def rows(self, indicator: str, level: str) -> list[Row]:
        """Every place of a level with its value and class; places that the table leaves out are not there."""
        values = self.index.values[indicator].get(level, {})
        if not values:
            return []
        scale = self.scales[indicator, level]
        return [
            Row(place, values[place.id], scale.class_of(values[place.id].value, values[place.id].reason))
            for place in self.index.levels.get(level, ())
            if place.id in values
        ]

    # Cells

    @cached_property
    def layers(self) -> Mapping[str, CellLayerDefinition]:
        """Layers of cells by id: the grid's own, the bands, then indicators that have values of cells."""
        cells = self.index.cells
        if not len(cells):
            return {}
        made = {key for key, indicator in self.index.indicators.items() if "cell" in indicator.levels}
        found = {
            layer.id: layer
            for layer in cell_layers.OWN_LAYERS
            if layer.column in cells and not made & cell_layers.SAME_AS.get(layer.id, set())
        }
        if self.bands:
            found["cells.band"] = cell_layers.band_layer(self.bands)
        for key, indicator in self.index.indicators.items():
            if "cell" in indicator.levels:
                read = self._indicator_cells(key)
                if read is not None:
                    values, unreached = read
                    found[key] = made_layer = cell_layers.indicator_layer(indicator, values)
                    classes = cell_layers.classes_of(made_layer, values, unreached)
                    self._layer_values[key] = (made_layer, values, classes)
        return found

    def in_cells(self, key: str) -> bool:
        """Whether there is a layer of cells of an indicator, told without reading the values of any; or of the grid."""
        indicator = self.index.indicators.get(key)
        if indicator is None:
            return key in self.layers
        file = self._twin.manifest.files.get("cell_values.parquet")
        there = file is not None and key in (file.columns or ())
        return there and "cell" in indicator.levels and len(self.index.cells) > 0

    @cached_property
    def bands(self) -> dict[str, str]:
        """Names of the altitude bands by id, from the lowest up."""
        bands = sorted(self.index.levels.get("band", ()), key=lambda b: _mean_altitude(self.index, b))
        return {band.id: band.name for band in bands}

    def _indicator_cells(self, indicator: str) -> tuple[np.ndarray, np.ndarray] | None:
        """Values of an indicator in the order of the cells, and which are not reached; None when the twin has none."""
        try:
            rows = self._twin.cell_values(indicator)
        except TwinError:
            return None
        cells = self.index.cells
        same = all(np.array_equal(rows[axis].to_numpy(), cells[axis].to_numpy()) for axis in ("gx", "gy"))
        if not same:
            raise TwinError(
                "The values of cells are not those of the twin's cells; build it again with `aumenta build`.",
                [Problem("cells differ", found=indicator)],
            )
        values = np.asarray(rows["value"].to_numpy(dtype=float, na_value=np.nan))
        return values, (rows["reason"] == UNREACHED).to_numpy(dtype=bool)

    def cell_values(self, layer: str) -> tuple[CellLayerDefinition, np.ndarray, np.ndarray]:
        """Definition, values and classes of a layer; KeyError when there is no such layer."""
        definition = self.layers[layer]
        with self._lock:
            if layer not in self._layer_values:
                values = cell_layers.values_of(definition, self.index.cells, list(self.bands))
                self._layer_values[layer] = (definition, values, cell_layers.classes_of(definition, values))
            return self._layer_values[layer]

    @cached_property
    def placing(self) -> map_cells.Placing:
        """Where the cells lie on the map."""
        gx, gy = self._grid
        return map_cells.place_cells(
            gx, gy, cell_layers.resolution_of(self.index.cells), cell_layers.plane_of(self.index.cells)
        )

    @cached_property
    def _grid(self) -> tuple[map_cells.Indices, map_cells.Indices]:
        cells = self.index.cells
        return cells["gx"].to_numpy(dtype=np.int32), cells["gy"].to_numpy(dtype=np.int32)

    def cells(self, layer: str) -> bytes:
        """A layer of cells as bytes (layout in `docs/map-data.md`); KeyError when there is no such layer."""
        definition, values, classes = self.cell_values(layer)
        return self._once(f"cells/{layer}", lambda: self._cells(definition, values, classes))

    def _cells(self, definition: CellLayerDefinition, values: np.ndarray, classes: np.ndarray) -> bytes:
        header: dict[str, object] = {
            "layer": definition.id,
            "decimals": definition.decimals,
            "missing": MISSING_COLOUR,
            "classes": [{"colour": c.colour, "pattern": c.pattern} for c in definition.classes],
        }
        values = np.round(values, definition.decimals)
        step = map_cells.step_for(values)
        layer = map_cells.CellLayer(classes, values, step, header)
        resolution = cell_layers.resolution_of(self.index.cells)
        return map_cells.encode(*self._grid, resolution, self.placing, layer)

    def picture(self, layer: str) -> bytes:
        """A layer of cells as a PNG; KeyError when there is no such layer."""
        definition, _, classes = self.cell_values(layer)
        colours = [c.colour for c in definition.classes]
        return self._once(f"picture/{layer}", lambda: picture(*self._grid, classes, colours))

    def _once(self, key: str, make: Any) -> bytes:
        found = self._made.get(key)
        if found is None:
            found = make()
            with self._lock:
                found = self._made.setdefault(key, found)
        return found


def _mean_altitude(index: TerritoryIndex, band: Place) -> float:
    heights = [t.altitude_m for t in index.members(band) if t.altitude_m is not None]
    return sum(heights) / len(heights) if heights else 0.0


def _no_features() -> dict[str, object]:
    return {"type": "FeatureCollection", "features": []}


def maps_of(site: Site) -> MapData:
    """The prepared maps of a site, made by the first page that asks and shared by all."""
    return site.once("maps", lambda: MapData(build_index(site.twin), site.twin))
