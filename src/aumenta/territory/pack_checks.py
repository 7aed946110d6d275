# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a territory pack's files must agree on between them. Every check gives problems, none raises."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from aumenta.errors import Problem
from aumenta.store.yaml_files import Rows
from aumenta.territory.model import KindsFile, LayersFile, SourcesFile, TablesFile, TableSpec, TerritoryFile

#: Columns that the places table must have, whatever else a pack adds.
PLACES_COLUMNS = (
    "id", "level", "name", "parent", "zone", "band", "seat_lon", "seat_lat", "altitude_m", "area_km2",
    "valid_from", "valid_to", "membership", "membership_note",
)  # fmt: skip

_Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Parts:
    """The YAML files of a pack, validated one by one, with the row of every key."""

    folder: Path
    about: TerritoryFile
    sources: SourcesFile
    layers: LayersFile
    tables: TablesFile
    kinds: KindsFile
    rows: dict[str, Rows]

    def problem(
        self, message: str, name: str, path: _Path, found: str | None, expected: str | None = None
    ) -> Problem:
        """A problem at a path of keys of one of the YAML files."""
        near, rows = path, self.rows[name]
        while near and near not in rows:
            near = near[:-1]
        dotted = ".".join(str(part) for part in path)
        return Problem(message, str(self.folder / name), rows.get(near), dotted, found, expected)


def check_ids(parts: Parts) -> list[Problem]:
    """Ids that a list gives twice."""
    lists: list[tuple[str, str, list[str]]] = [
        ("territory.yaml", "bands", [band.id for band in parts.about.bands]),
        ("territory.yaml", "gateways", [gateway.id for gateway in parts.about.gateways]),
        ("territory.yaml", "levels", [level.id for level in parts.about.levels]),
        ("sources.yaml", "sources", [source.id for source in parts.sources.sources]),
        ("layers.yaml", "layers", [layer.id for layer in parts.layers.layers]),
        ("tables.yaml", "tables", [table.id for table in parts.tables.tables]),
        ("kinds.yaml", "kinds", [kind.id for kind in parts.kinds.kinds]),
    ]
    return [
        parts.problem("an id given twice", name, (key, at, "id"), value)
        for name, key, ids in lists
        for at, value in enumerate(ids)
        if value in ids[:at]
    ]


def check_references(parts: Parts) -> list[Problem]:
    """Sources, tables and kinds that are named but do not exist; files of opportunities of another licence."""
    among = {
        "source": {source.id for source in parts.sources.sources},
        "table": {spec.id for spec in parts.tables.tables},
        "kind": {kind.id for kind in parts.kinds.kinds},
    }
    problems = []
    for name, path, what, value in _named(parts):
        if value is not None and value not in among[what]:
            expected = "one of " + ", ".join(sorted(among[what]))
            problems.append(parts.problem(f"no such {what}", name, path, value, expected))
    licences = {source.id: source.licence for source in parts.sources.sources}
    for at, item in enumerate(parts.kinds.files):
        licence = licences.get(item.source, item.licence)
        if licence != item.licence:
            message = "the file's licence is not its source's"
            problems.append(
                parts.problem(message, "kinds.yaml", ("files", at, "licence"), item.licence, licence)
            )
    return problems


def _named(parts: Parts) -> Iterator[tuple[str, _Path, str, str | None]]:
    """Every reference: file, path of keys, what is named, and the id."""
    about = parts.about
    yield "territory.yaml", ("geometry", "source"), "source", about.geometry.source
    yield "territory.yaml", ("population", "source"), "source", about.population.source
    yield "territory.yaml", ("hub", "source"), "source", about.hub.source
    for at, gateway in enumerate(about.gateways):
        yield "territory.yaml", ("gateways", at, "source"), "source", gateway.source
    for at, value in enumerate(about.network.sources if about.network else ()):
        yield "territory.yaml", ("network", "sources", at), "source", value
    for key in ("people", "heights", "settlements", "workplaces"):
        yield "territory.yaml", ("grid", key), "table", getattr(about.grid, key)
    for at, layer in enumerate(parts.layers.layers):
        for n, value in enumerate(layer.sources):
            yield "layers.yaml", ("layers", at, "sources", n), "source", value
        for n, value in enumerate(layer.tables):
            yield "layers.yaml", ("layers", at, "tables", n), "table", value
        for n, value in enumerate(layer.kinds):
            yield "layers.yaml", ("layers", at, "kinds", n), "kind", value
    for at, spec in enumerate(parts.tables.tables):
        for n, column in enumerate(spec.columns):
            yield "tables.yaml", ("tables", at, "columns", n, "source"), "source", column.source
    for at, item in enumerate(parts.kinds.files):
        yield "kinds.yaml", ("files", at, "source"), "source", item.source


def check_places(parts: Parts, spec: TableSpec, places: pd.DataFrame) -> list[Problem]:
    """Parents, zones and bands that exist and agree; seats and memberships told; dates in order."""
    file = str(parts.folder / spec.file)
    absent = [name for name in PLACES_COLUMNS if name not in places.columns]
    if absent:
        return [Problem("a column is missing", file, 1, name) for name in absent]
    ids = {
        level: set(places.loc[places["level"] == level, "id"]) for level in ("municipality", "zone", "band")
    }
    declared = {band.id for band in parts.about.bands}
    problems = [
        Problem("a band of territory.yaml has no row", file, field="id", expected=missing)
        for missing in sorted(declared - ids["band"])
    ]
    for place, row in zip(places.to_dict("records"), places.attrs["rows"], strict=True):
        level, parent = place["level"], parts.about.id
        if level == "municipality":
            problems += _check_municipality(place, ids, file, row)
            problems += _check_height(place, parts, file, row)
            parent = place["zone"]
        elif level not in ids:
            expected = "municipality, zone or band"
            problems.append(
                Problem("no such level below the metropolis", file, row, "level", level, expected)
            )
        elif level == "band" and place["id"] not in declared:
            expected = "one of " + ", ".join(sorted(declared))
            problems.append(Problem("no such band in territory.yaml", file, row, "id", place["id"], expected))
        if place["parent"] != parent:
            problems.append(Problem("another parent", file, row, "parent", str(place["parent"]), str(parent)))
        if place["valid_from"] and place["valid_to"] and place["valid_to"] <= place["valid_from"]:
            problems.append(Problem("ends before it begins", file, row, "valid_to", place["valid_to"]))
    return problems


def _check_municipality(
    place: dict[Hashable, Any], ids: dict[str, set[str]], file: str, row: int
) -> list[Problem]:
    problems = []
    for name in ("zone", "band"):
        if place[name] not in ids[name]:
            expected = "one of " + ", ".join(sorted(ids[name]))
            problems.append(Problem(f"no such {name}", file, row, name, str(place[name]), expected))
    for name in ("seat_lon", "seat_lat", "membership"):
        value = place[name]
        if pd.isna(value):
            problems.append(Problem("a municipality without it", file, row, name, "blank"))
    return problems


def _check_height(place: dict[Hashable, Any], parts: Parts, file: str, row: int) -> list[Problem]:
    """A municipality whose altitude is not one of its band's, where the band is made of heights."""
    limits = {band.id: band.heights for band in parts.about.bands}.get(place["band"])
    if limits is None or limits[0] <= place["altitude_m"] < limits[1]:
        return []
    found = "blank" if pd.isna(place["altitude_m"]) else f"{place['altitude_m']:g}"
    expected = f"{limits[0]:g} to below {limits[1]:g}, the heights of its band {place['band']}"
    return [Problem("another height than its band's", file, row, "altitude_m", found, expected)]


def check_place_keys(parts: Parts, frames: dict[str, pd.DataFrame]) -> list[Problem]:
    """Rows of tables that name a place which does not exist, and places that a complete table leaves out."""
    places = frames["places"]
    names = dict(zip(places["id"], places["name"], strict=True))
    problems = []
    for spec in parts.tables.tables:
        if spec.place is None or spec.id not in frames:
            continue
        file, column = str(parts.folder / spec.file), frames[spec.id][spec.place]
        known = set(places.loc[places["level"] == spec.place, "id"])
        if spec.place == "metropolis":
            known = {parts.about.id}
        expected = f"a {spec.place} of the places table"
        problems += [
            Problem(f"no such {spec.place}", file, row, spec.place, str(value), expected)
            for value, row in zip(column, frames[spec.id].attrs["rows"], strict=True)
            if value not in known
        ]
        for value in sorted(known - set(column)) if spec.complete else []:
            expected = f"{value} {names.get(value, '')}".strip()
            problems.append(Problem(f"a {spec.place} is missing", file, None, spec.place, None, expected))
    return problems
