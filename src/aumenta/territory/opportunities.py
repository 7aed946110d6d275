# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Opportunities: what people reach, as one typed table, from CSV, GeoJSON and OpenStreetMap features.

A row is a point, or is known only to lie in a municipality and then has no geometry and counts there. A blank weight
is missing, not zero. The kinds, and the tags that make them, are data (`kinds.yaml`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from aumenta.errors import PackError, Problem
from aumenta.territory import osm_tags
from aumenta.territory.model import Kind, OpportunityFile
from aumenta.territory.pack import KindOfPoints, TerritoryPack
from aumenta.territory.tables import read_csv_rows, shorten
from aumenta.values.model import STATUSES

SUMMARY = "The opportunities of the territory cannot be used."
CRS = "EPSG:4326"
COLUMNS = ["id", "kind", "name", "weight", "municipality", "source", "licence", "status", "geometry"]
NEEDED = ("id", "kind", "name", "weight", "lon", "lat", "municipality")
OPTIONAL = ("source", "status")


@dataclass(slots=True)
class Rows:
    """Rows as read from one file, before the territory is asked: a dict per row, its number, and faults."""

    file: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Features without any known kind, left out (OpenStreetMap only).
    unknown: int = 0
    #: Whether points outside the territory are left out rather than refused (extracts reach beyond it).
    clip: bool = False


def from_csv(path: Path) -> Rows:
    """Read a CSV with the columns `NEEDED`, and if wanted `OPTIONAL`; any order. Coordinates are WGS84 degrees."""
    content, result = read_csv_rows(path), Rows(str(path))
    allowed = (*NEEDED, *OPTIONAL)
    result.problems += [
        Problem("a column is missing", result.file, 1, name) for name in NEEDED if name not in content.header
    ]
    result.problems += [
        Problem("a column that nobody knows", result.file, 1, name, expected=", ".join(allowed))
        for name in content.header
        if name not in allowed
    ]
    if result.problems:
        return result
    for cells, number in zip(content.rows, content.numbers, strict=True):
        row = dict[str, Any]()
        for name, text in zip(content.header, cells, strict=True):
            row[name] = text.strip() or None
        for name in ("weight", "lon", "lat"):
            row[name] = _number(row[name], name, number, result)
        result.rows.append(row)
        result.numbers.append(number)
    return result


def from_geojson(path: Path) -> Rows:
    """Read features with the properties id, kind, name, weight and optionally municipality, source, status.

    A feature's point is its geometry; of a line or a polygon a point inside it; a null geometry needs a municipality.
    Rows are numbered by feature from 1.
    """
    result = Rows(str(path))
    for number, feature in enumerate(_features(path), start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            result.problems.append(Problem("a feature without properties", result.file, number, "properties"))
            continue
        row = dict[str, Any]()
        for name in ("id", "kind", "name", "municipality", *OPTIONAL):
            row[name] = _text(properties.get(name))
        row["weight"] = _number(_text(properties.get("weight")), "weight", number, result)
        row["lon"], row["lat"] = _point(feature.get("geometry"), number, result)
        result.rows.append(row)
        result.numbers.append(number)
    return result


def from_osm_tags(path: Path, kinds: Sequence[Kind]) -> Rows:
    """Read OpenStreetMap features (GeoJSON with tags) and keep those that the tags of a kind fit.

    Each weighs 1, or nothing is known of its weight where that is a size (beds, hectares). Features of no kind are
    counted in `unknown`. An extract reaches beyond the territory: points outside are left out.
    """
    result = Rows(str(path), clip=True)
    sized = {kind.id for kind in kinds if kind.sized}
    for number, feature in enumerate(_features(path), start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        tags = osm_tags.tags_of(properties) if isinstance(properties, dict) else {}
        kind = osm_tags.kind_of(tags, kinds)
        if kind is None:
            result.unknown += 1
            continue
        lon, lat = _point(feature.get("geometry"), number, result)
        if lon is None:
            result.problems.append(Problem("a feature without place", result.file, number, "geometry"))
            continue
        row: dict[str, Any] = {"id": osm_tags.osm_id(feature), "kind": kind, "name": tags.get("name")}
        row["weight"] = None if kind in sized else 1.0
        result.rows.append({**row, "lon": lon, "lat": lat, "municipality": None})
        result.numbers.append(number)
    return result


def build_opportunities(pack: TerritoryPack, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """All opportunities of the pack's files: the columns of `COLUMNS`, EPSG:4326, sorted by kind and id.

    `places` as `build_places` gives it; the municipality of a point is the one that holds it. Raises `PackError`
    with every fault of every file: unknown kind, source or municipality, an id given twice, a weight below zero, a
    point outside the territory or in another municipality than it says.
    """
    files = [(item, _without(_read(pack, item), pack)) for item in pack.kinds.files]
    files += [_given(pack.points[kind], pack) for kind in sorted(pack.points)]
    return combine(files, pack, places)


def _without(rows: Rows, pack: TerritoryPack) -> Rows:
    """The rows of a file but those of kinds that come from elsewhere."""
    if not any(row["kind"] in pack.points for row in rows.rows):
        return rows
    kept = [at for at, row in enumerate(rows.rows) if row["kind"] not in pack.points]
    return replace(rows, rows=[rows.rows[at] for at in kept], numbers=[rows.numbers[at] for at in kept])


def _given(points: KindOfPoints, pack: TerritoryPack) -> tuple[OpportunityFile, Rows]:
    """Points from elsewhere as the rows of a file."""
    columns = {"id", "name", "weight", "lon", "lat", "municipality"}
    records = points.rows.astype(object).where(points.rows.notna(), None).to_dict("records")
    rows = [{"kind": points.kind, **{name: row[name] for name in sorted(columns)}} for row in records]
    licence = pack.sources[points.source].licence
    item = OpportunityFile(file=f"{points.source}.csv", source=points.source, licence=licence)
    return item, Rows(points.file, rows, list(range(2, len(rows) + 2)))


def combine(
    files: Sequence[tuple[OpportunityFile, Rows]], pack: TerritoryPack, places: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Check rows of several files against the pack and the territory and put them into one table."""
    own = places[places["level"] == "municipality"]
    tree = shapely.STRtree(own.geometry.to_numpy())
    codes = own["id"].to_numpy()
    problems: list[Problem] = []
    parts: list[pd.DataFrame] = []
    first: dict[str, str] = {}
    for item, rows in files:
        faults = [*rows.problems]
        if rows.rows:
            part, found = _place(item, rows, pack, tree, codes)
            faults += found
            faults += _repeated(rows, first)
            parts.append(part)
        problems += shorten(sorted(faults, key=lambda problem: problem.row or 0), rows.file)
    if problems:
        raise PackError(SUMMARY, problems)
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    table = table.sort_values(["kind", "id"], ignore_index=True)
    return gpd.GeoDataFrame(table[COLUMNS], geometry="geometry", crs=CRS)


def _read(pack: TerritoryPack, item: OpportunityFile) -> Rows:
    readers: dict[str, Callable[[Path], Rows]] = {
        "csv": from_csv,
        "geojson": from_geojson,
        "osm_tags": lambda path: from_osm_tags(path, pack.kinds.kinds),
    }
    path = pack.folder / item.file
    try:
        return readers[item.format](path)
    except PackError as error:
        return Rows(str(path), problems=list(error.problems))


def _place(
    item: OpportunityFile, rows: Rows, pack: TerritoryPack, tree: shapely.STRtree, codes: np.ndarray[Any, Any]
) -> tuple[pd.DataFrame, list[Problem]]:
    """One file's rows as a table with municipality and geometry, and what is wrong with them."""
    table = pd.DataFrame(rows.rows, dtype=object)  # object: None stays None
    for name, default in (("source", item.source), ("status", item.status)):
        given = table[name] if name in table else pd.Series([None] * len(table), dtype=object)
        table[name] = given.astype(object).where(given.notna(), default)
    table["licence"] = item.licence
    for name in ("weight", "lon", "lat"):
        table[name] = table[name].astype(np.float64)
    here = table["lon"].notna() & table["lat"].notna()
    points = shapely.points(table["lon"].to_numpy(), table["lat"].to_numpy())
    points = np.where(here, points, None)
    holder = np.full(len(table), None, dtype=object)
    # The first municipality in the order of ids holds a point that lies on a border.
    point_at, place_at = tree.query(points, predicate="intersects")
    for point, place in sorted(zip(point_at.tolist(), place_at.tolist(), strict=True), reverse=True):
        holder[point] = codes[place]
    problems = _check_rows(table, rows, pack, here.to_numpy(), holder)
    table["municipality"] = np.where(here, holder, table["municipality"].astype(object))
    table["geometry"] = pd.Series(list(points), index=table.index, dtype=object)
    if rows.clip:
        inside = np.array([value is not None for value in holder], dtype=bool)
        table = table[inside]
    return table[COLUMNS], problems


def _check_rows(
    table: pd.DataFrame,
    rows: Rows,
    pack: TerritoryPack,
    here: np.ndarray[Any, Any],
    holder: np.ndarray[Any, Any],
) -> list[Problem]:
    known = {kind.id for kind in pack.kinds.kinds}
    municipalities, problems = set(pack.municipalities), []

    def fault(message: str, at: int, name: str, found: object = None, expected: str | None = None) -> None:
        shown = None if found is None else str(found)
        problems.append(Problem(message, rows.file, rows.numbers[at], name, shown, expected))

    for at, row in enumerate(table.to_dict("records")):
        if not row["id"]:
            fault("a value is missing", at, "id")
        if row["kind"] not in known:
            fault("no such kind", at, "kind", row["kind"], "one of " + ", ".join(sorted(known)))
        if row["weight"] < 0:
            fault("a weight below zero", at, "weight", f"{row['weight']:g}", "0 or more, or blank")
        if row["status"] not in STATUSES or row["status"] == "missing":
            fault("no such status", at, "status", row["status"], "measured, reported or estimated")
        if row["source"] not in pack.sources:
            fault("no such source", at, "source", row["source"], "an id of sources.yaml")
        elif pack.sources[row["source"]].licence != row["licence"]:
            fault("the licence of the source is not the file's", at, "source", row["source"], row["licence"])
        wrong = _place_fault(row, bool(here[at]), holder[at], municipalities, rows.clip)
        if wrong:
            fault(wrong[0], at, *wrong[1:])
    return problems


def _place_fault(
    row: dict[Any, Any], here: bool, holder: str | None, municipalities: set[str], clip: bool
) -> tuple[str, str, str | None, str | None] | None:
    """What is wrong with where a row lies: message, field, found, expected; None when nothing is."""
    stated = row["municipality"]
    if stated is not None and stated not in municipalities:
        return "no such municipality", "municipality", stated, "an id of the places table"
    if here and holder is None and not clip:
        return "a point outside the territory", "lon, lat", f"{row['lon']:g}, {row['lat']:g}", None
    if here and holder is not None and stated not in (None, holder):
        return "the point lies in another municipality", "municipality", stated, holder
    if not here and (math.isnan(row["lon"]) != math.isnan(row["lat"])):
        return "half a point", "lon, lat", None, "both or none"
    if not here and stated is None:
        return "neither point nor municipality", "municipality", None, None
    return None


def _repeated(rows: Rows, first: dict[str, str]) -> list[Problem]:
    """Ids that this or an earlier file has used; `first` remembers where."""
    problems = []
    for row, number in zip(rows.rows, rows.numbers, strict=True):
        name = row["id"]
        if name and name in first:
            problems.append(
                Problem("an id given twice", rows.file, number, "id", name, f"first in {first[name]}")
            )
        elif name:
            first[name] = f"{rows.file}, row {number}"
    return problems


def _number(text: str | None, name: str, number: int, result: Rows) -> float | None:
    if text is None:
        return None
    limit = {"lon": 180.0, "lat": 90.0}.get(name, math.inf)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > limit:
        expected = "a number" if name == "weight" else f"degrees within {limit:g}"
        result.problems.append(Problem("not a number in range", result.file, number, name, text, expected))
        return None
    return value


def _text(value: object) -> str | None:
    return None if value is None or str(value).strip() == "" else str(value).strip()


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise PackError(SUMMARY, [Problem("no such file", str(path))]) from None
    except UnicodeDecodeError:
        raise PackError(SUMMARY, [Problem("not UTF-8", str(path))]) from None
    except json.JSONDecodeError as error:
        raise PackError(
            SUMMARY, [Problem(f"not valid JSON: {error.msg}", str(path), row=error.lineno)]
        ) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise PackError(SUMMARY, [Problem("not a GeoJSON with features", str(path))])
    return features


def _point(geometry: object, number: int, result: Rows) -> tuple[float | None, float | None]:
    """A point inside a GeoJSON geometry in degrees; (None, None) of a null geometry."""
    if geometry is None:
        return None, None
    try:
        point = shapely.from_geojson(json.dumps(geometry))
        point = point if point.geom_type == "Point" else point.representative_point()
        lon, lat = float(point.x), float(point.y)
    except (shapely.errors.GEOSException, TypeError, ValueError, AttributeError) as error:
        result.problems.append(Problem("not a geometry", result.file, number, "geometry", str(error)[:80]))
        return None, None
    if abs(lon) > 180 or abs(lat) > 90:
        result.problems.append(
            Problem("not degrees", result.file, number, "geometry", f"{lon:g}, {lat:g}", "lon, lat")
        )
        return None, None
    return lon, lat
