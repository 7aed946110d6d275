# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Places of all levels with their polygons: municipalities as given, zones, bands and the metropolis as unions.

A municipality's polygon that crosses itself or is empty is an error with the place's name; nothing is mended in
silence. Unions of neighbours whose borders were digitised apart can leave slivers: a hole of less than `SLIVER_M2`
inside a union is closed, larger holes stay.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyarrow import feather
from shapely.geometry.base import BaseGeometry

from aumenta.errors import PackError, Problem
from aumenta.territory.pack import TerritoryPack
from aumenta.territory.plane import EUROPE, Plane
from aumenta.territory.population import package_data

SUMMARY = "The polygons of the territory cannot be used."
#: Largest hole (m2) of a union that is taken for a gap between borders drawn apart.
SLIVER_M2 = 10_000.0
CRS = "EPSG:4326"
INFERRED = ("inferred", "inferred_weak")
COLUMNS = [
    "id", "level", "name", "parent", "zone", "band", "seat_lon", "seat_lat", "altitude_m", "area_km2",
    "valid_from", "valid_to", "membership", "status", "note", "geometry",
]  # fmt: skip
_ORDER = {"metropolis": 0, "band": 1, "zone": 2, "municipality": 3}


def build_places(pack: TerritoryPack) -> gpd.GeoDataFrame:
    """All places in EPSG:4326 with the columns of `COLUMNS`, sorted from the metropolis down, then by id.

    `area_km2` of municipalities is the table's or the polygon's in the grid's plane (equal area), as territory.yaml's
    `area` says; of unions the sum of their municipalities. `status` is estimated, with the count in `note`, for
    zones that rest on inferred memberships, and for the municipalities concerned. Raises `PackError` naming every
    polygon that is missing, empty, not a polygon, or crosses itself.
    """
    table = pack.table("places")
    shapes = municipal_polygons(pack)
    own = table[table["level"] == "municipality"].sort_values("id", ignore_index=True)
    polygons = np.array([shapes[code] for code in own["id"]], dtype=object)
    own = own.assign(geometry=polygons)
    if pack.about.area == "geometry":
        own["area_km2"] = _area_km2(polygons, pack.about.grid.plane)
    own["status"] = np.where(own["membership"].isin(INFERRED), "estimated", "reported")
    own["note"] = own["membership_note"]
    above = [
        _union(row, own, pack.about.grid.plane)
        for row in table[table["level"] != "municipality"].to_dict("records")
    ]
    above.append(_metropolis(pack, own))
    every = pd.concat([own, pd.DataFrame(above)], ignore_index=True)[COLUMNS]
    every["_order"] = every["level"].map(_ORDER)
    every = every.sort_values(["_order", "id"], ignore_index=True).drop(columns="_order")
    for name in ("parent", "zone", "band", "valid_from", "valid_to", "membership", "note"):
        every[name] = every[name].astype(object).where(every[name].notna(), None)
    return gpd.GeoDataFrame(every, geometry="geometry", crs=CRS)


def municipal_polygons(pack: TerritoryPack) -> dict[str, BaseGeometry]:
    """Polygon of each municipality by id, in EPSG:4326, checked. Raises `PackError` with every fault."""
    provider = pack.about.geometry
    places = pack.table("places")
    names: dict[str, str] = dict(zip(places["id"], places["name"], strict=True))
    if provider.package:
        path = package_data(provider.package, f"{provider.year}_italy_geo_municipalities.feather")
        shapes = _from_feather(path, pack.municipalities)
        rows: dict[str, int] = {}
    else:
        path = pack.folder / str(provider.file)
        shapes, rows = read_polygons(path)
    problems = []
    for code in pack.municipalities:
        name, shape = f"{code} {names[code]}", shapes.get(code)
        row = rows.get(code)
        if shape is None:
            problems.append(Problem("a municipality without polygon", str(path), row, "id", None, name))
        elif shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            problems.append(Problem("not a polygon", str(path), row, name, shape.geom_type))
        elif not shape.is_valid:
            why = shapely.is_valid_reason(shape)
            problems.append(Problem("a polygon that crosses itself", str(path), row, name, why))
    known = set(pack.municipalities)
    problems += [
        Problem("a polygon of an unknown municipality", str(path), rows.get(code), "id", code)
        for code in sorted(set(shapes) - known)
    ]
    if problems:
        raise PackError(SUMMARY, problems)
    return shapes


def _from_feather(path: Path, municipalities: list[str]) -> dict[str, BaseGeometry]:
    wanted = {int(code): code for code in municipalities if code.isdigit()}
    table = feather.read_table(path).to_pandas()
    table = table[table["municipality_code"].isin(list(wanted))]
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    return dict(zip(table["municipality_code"].map(wanted), shapes, strict=True))


def read_polygons(path: Path) -> tuple[dict[str, BaseGeometry], dict[str, int]]:
    """Polygons of a GeoJSON by the property `id`, and the number of each feature (from 1).

    Coordinates are WGS84 as the format says. Raises `PackError` for broken JSON, features without id or geometry,
    and ids given twice.
    """
    file = str(path)
    try:
        content = json.loads(path.read_bytes())
        features = content["features"]
    except FileNotFoundError:
        raise PackError("A file of the pack is missing.", [Problem("no such file", file)]) from None
    except json.JSONDecodeError as error:
        raise PackError(SUMMARY, [Problem(f"not valid JSON: {error.msg}", file, row=error.lineno)]) from None
    except (UnicodeDecodeError, KeyError, TypeError):
        raise PackError(SUMMARY, [Problem("not a GeoJSON with features", file)]) from None
    shapes: dict[str, BaseGeometry] = {}
    rows: dict[str, int] = {}
    problems = []
    for number, feature in enumerate(features, start=1):
        try:
            code = feature["properties"]["id"]
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        except (KeyError, TypeError, shapely.errors.GEOSException) as error:
            problems.append(Problem("a feature without id or geometry", file, number, "features", str(error)))
            continue
        if code in shapes:
            problems.append(Problem("an id given twice", file, number, "id", str(code)))
        shapes[code], rows[code] = shape, number
    if problems:
        raise PackError(SUMMARY, problems)
    return shapes, rows


def _area_km2(shapes: NDArray[np.object_], plane: Plane) -> NDArray[np.float64]:
    areas = gpd.GeoSeries(list(shapes), crs=CRS).to_crs(plane.crs).area / 1e6
    rounded: NDArray[np.float64] = np.round(areas.to_numpy(np.float64), 4)
    return rounded


def _union(row: dict[Hashable, Any], own: pd.DataFrame, plane: Plane) -> dict[Hashable, Any]:
    """A zone or band: the union of its municipalities, and what it says about inferred ones."""
    level = str(row["level"])
    members = own[own[level] == row["id"]]
    inferred = int(members["membership"].isin(INFERRED).sum()) if level == "zone" else 0
    note = row["membership_note"]
    if inferred:
        note = f"inferred {inferred}/{len(members)}"
    return {
        **row,
        level: None,
        "membership": None,
        "area_km2": round(float(members["area_km2"].sum()), 4),
        "status": "estimated" if inferred else "reported",
        "note": note,
        "geometry": dissolve(members["geometry"].to_numpy(), plane),
    }


def _metropolis(pack: TerritoryPack, own: pd.DataFrame) -> dict[Hashable, Any]:
    about = pack.about
    return {
        "id": about.id,
        "level": "metropolis",
        "name": about.name.it,
        "seat_lon": about.hub.lon,
        "seat_lat": about.hub.lat,
        "area_km2": round(float(own["area_km2"].sum()), 4),
        "status": "reported",
        "geometry": dissolve(own["geometry"].to_numpy(), about.grid.plane),
    }


def dissolve(shapes: NDArray[np.object_], plane: Plane = EUROPE) -> BaseGeometry | None:
    """Union of polygons without sliver holes, rings in one fixed order; None of no polygons."""
    if len(shapes) == 0:
        return None
    parts = shapely.get_parts(shapely.union_all(shapes))
    closed = []
    for part in parts:
        holes = [shapely.Polygon(ring) for ring in part.interiors]
        areas = gpd.GeoSeries(holes, crs=CRS).to_crs(plane.crs).area if holes else []
        kept = [ring for ring, area in zip(part.interiors, areas, strict=True) if area >= SLIVER_M2]
        closed.append(shapely.Polygon(part.exterior, kept))
    whole = closed[0] if len(closed) == 1 else shapely.MultiPolygon(closed)
    return shapely.normalize(whole)
