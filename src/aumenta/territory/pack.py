# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Open a territory pack: read all its files, check them against each other, tell every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import Rows, problems_of, read_yaml
from aumenta.territory.model import (
    KindsFile,
    Layer,
    LayersFile,
    Source,
    SourcesFile,
    TablesFile,
    TableSpec,
    TerritoryFile,
)
from aumenta.territory.tables import read_table

Model = TypeVar("Model", bound=BaseModel)

SUMMARY = "The territory pack cannot be used as it is."
#: Columns that the places table must have, whatever else a pack adds.
PLACES_COLUMNS = (
    "id", "level", "name", "parent", "zone", "band", "seat_lon", "seat_lat", "altitude_m", "area_km2",
    "valid_from", "valid_to", "membership", "membership_note",
)  # fmt: skip


@dataclass(frozen=True)
class TerritoryPack:
    """A territory pack, read and checked. `table()` gives a copy, so nobody changes the pack."""

    folder: Path
    about: TerritoryFile
    sources: dict[str, Source]
    layers: list[Layer]
    tables: dict[str, TableSpec]
    kinds: KindsFile
    _frames: dict[str, pd.DataFrame] = field(repr=False, default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a declared table, typed as `read_table` says; `PackError` when none is of that name."""
        if name not in self._frames:
            raise PackError(
                "The territory pack has no such table.",
                [
                    Problem(
                        "no such table", str(self.folder / "tables.yaml"), None, "tables", name, self._names()
                    )
                ],
            )
        return self._frames[name].copy()

    def has_table(self, name: str) -> bool:
        """Whether the pack declares a table of that name."""
        return name in self._frames

    def _names(self) -> str:
        return "one of " + ", ".join(sorted(self._frames))

    @property
    def municipalities(self) -> list[str]:
        """Ids of all municipalities, sorted."""
        places = self._frames["places"]
        return sorted(places.loc[places["level"] == "municipality", "id"])

    def files(self) -> list[Path]:
        """Every file of the pack that the territory is made from, sorted; for the manifest's hashes."""
        names = {"territory.yaml", "sources.yaml", "layers.yaml", "tables.yaml", "kinds.yaml"}
        names |= {spec.file for spec in self.tables.values()} | {item.file for item in self.kinds.files}
        names |= {part.file for part in (self.about.geometry, self.about.population) if part.file}
        return sorted(self.folder / name for name in names)


@dataclass(frozen=True)
class _Parts:
    """The YAML files of a pack with the rows of their keys."""

    about: TerritoryFile
    sources: SourcesFile
    layers: LayersFile
    tables: TablesFile
    kinds: KindsFile
    rows: dict[str, Rows]


def load_territory(folder: Path) -> TerritoryPack:
    """Read a territory's folder. Raises `PackError` with all faults of all files, each with file, row and field."""
    parts = _read_parts(folder)
    problems = [*_check_ids(folder, parts), *_check_references(folder, parts)]
    frames: dict[str, pd.DataFrame] = {}
    for spec in parts.tables.tables:
        try:
            frames[spec.id] = read_table(folder / spec.file, spec)
        except PackError as error:
            problems += error.problems
    if "places" in frames:
        problems += _check_places(folder, parts, frames["places"])
        problems += _check_place_keys(folder, parts, frames)
    elif not any(spec.id == "places" for spec in parts.tables.tables):
        problems.append(
            Problem("a table is missing", str(folder / "tables.yaml"), field="tables", expected="places")
        )
    if problems:
        raise PackError(SUMMARY, problems)
    return TerritoryPack(
        folder=folder,
        about=parts.about,
        sources={source.id: source for source in parts.sources.sources},
        layers=parts.layers.layers,
        tables={spec.id: spec for spec in parts.tables.tables},
        kinds=parts.kinds,
        _frames=frames,
    )


def _read_parts(folder: Path) -> _Parts:
    problems: list[Problem] = []
    rows: dict[str, Rows] = {}

    def part(model: type[Model], name: str) -> Model | None:
        try:
            data, rows[name] = read_yaml(folder / name)
            return model.model_validate(data)
        except PackError as error:
            problems.extend(error.problems)
        except ValidationError as error:
            problems.extend(problems_of(error, str(folder / name), rows[name]))
        return None

    about = part(TerritoryFile, "territory.yaml")
    sources = part(SourcesFile, "sources.yaml")
    layers = part(LayersFile, "layers.yaml")
    tables = part(TablesFile, "tables.yaml")
    kinds = part(KindsFile, "kinds.yaml")
    if about is None or sources is None or layers is None or tables is None or kinds is None:
        raise PackError(SUMMARY, problems)
    return _Parts(about, sources, layers, tables, kinds, rows)


def _check_ids(folder: Path, parts: _Parts) -> list[Problem]:
    lists: list[tuple[str, str, list[str]]] = [
        ("territory.yaml", "bands", [band.id for band in parts.about.bands]),
        ("territory.yaml", "gateways", [gateway.id for gateway in parts.about.gateways]),
        ("territory.yaml", "levels", [level.id for level in parts.about.levels]),
        ("sources.yaml", "sources", [source.id for source in parts.sources.sources]),
        ("layers.yaml", "layers", [layer.id for layer in parts.layers.layers]),
        ("tables.yaml", "tables", [table.id for table in parts.tables.tables]),
        ("kinds.yaml", "kinds", [kind.id for kind in parts.kinds.kinds]),
    ]
    problems = []
    for name, key, ids in lists:
        for at, value in enumerate(ids):
            if value in ids[:at]:
                row = parts.rows[name].get((key, at))
                problems.append(
                    Problem("an id given twice", str(folder / name), row, f"{key}.{at}.id", value)
                )
    return problems


def _check_references(folder: Path, parts: _Parts) -> list[Problem]:
    """Sources, tables and kinds that are named but do not exist; files of opportunities of another licence."""
    licences = {source.id: source.licence for source in parts.sources.sources}
    tables = {spec.id for spec in parts.tables.tables}
    kinds = {kind.id for kind in parts.kinds.kinds}
    wanted: list[tuple[str, tuple[str | int, ...], str | None, set[str]]] = []
    known = set(licences)
    for name in ("geometry", "population"):
        wanted.append(("territory.yaml", (name, "source"), getattr(parts.about, name).source, known))
    wanted.append(("territory.yaml", ("hub", "source"), parts.about.hub.source, known))
    for at, gateway in enumerate(parts.about.gateways):
        wanted.append(("territory.yaml", ("gateways", at, "source"), gateway.source, known))
    for key in ("people", "heights", "settlements"):
        wanted.append(("territory.yaml", ("grid", key), getattr(parts.about.grid, key), tables))
    for at, layer in enumerate(parts.layers.layers):
        for key, ids, among in (
            ("sources", layer.sources, known),
            ("tables", layer.tables, tables),
            ("kinds", layer.kinds, kinds),
        ):
            wanted += [("layers.yaml", ("layers", at, key, n), value, among) for n, value in enumerate(ids)]
    for at, spec in enumerate(parts.tables.tables):
        for n, column in enumerate(spec.columns):
            wanted.append(("tables.yaml", ("tables", at, "columns", n, "source"), column.source, known))
    for at, item in enumerate(parts.kinds.files):
        wanted.append(("kinds.yaml", ("files", at, "source"), item.source, known))
    problems = []
    for name, path, value, among in wanted:
        if value is not None and value not in among:
            expected = "one of " + ", ".join(sorted(among))
            row = _row(parts.rows[name], path)
            problems.append(Problem("no such id", str(folder / name), row, _dotted(path), value, expected))
    for at, item in enumerate(parts.kinds.files):
        licence = licences.get(item.source, item.licence)
        if licence != item.licence:
            path = ("files", at, "licence")
            row = _row(parts.rows["kinds.yaml"], path)
            problems.append(
                Problem(
                    "the file's licence is not its source's",
                    str(folder / "kinds.yaml"),
                    row,
                    _dotted(path),
                    item.licence,
                    licence,
                )  # fmt: skip
            )
    return problems


def _row(rows: Rows, path: tuple[str | int, ...]) -> int | None:
    while path and path not in rows:
        path = path[:-1]
    return rows.get(path)


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)


def _check_places(folder: Path, parts: _Parts, places: pd.DataFrame) -> list[Problem]:
    """Parents, zones and bands that exist and agree; dates in order; memberships told."""
    spec = next(spec for spec in parts.tables.tables if spec.id == "places")
    file = str(folder / spec.file)
    absent = [name for name in PLACES_COLUMNS if name not in places.columns]
    if absent:
        return [Problem("a column is missing", file, 1, name) for name in absent]
    rows: list[int] = places.attrs["rows"]
    bands = {band.id for band in parts.about.bands}
    ids: dict[str, set[str]] = {
        level: set(places.loc[places["level"] == level, "id"]) for level in ("municipality", "zone", "band")
    }
    problems = []
    for missing in sorted(bands - ids["band"]):
        problems.append(
            Problem("a band of territory.yaml has no row", file, field="id", found=None, expected=missing)
        )
    for place, row in zip(places.to_dict("records"), rows, strict=True):
        level = place["level"]
        if level not in ids:
            expected = "municipality, zone or band"
            problems.append(
                Problem("no such level below the metropolis", file, row, "level", level, expected)
            )
            continue
        parent = parts.about.id
        if level == "municipality":
            parent = place["zone"]
            for name, among in (("zone", ids["zone"]), ("band", ids["band"])):
                if place[name] not in among:
                    expected = "one of " + ", ".join(sorted(among))
                    problems.append(Problem(f"no such {name}", file, row, name, str(place[name]), expected))
            for name in ("seat_lon", "seat_lat", "membership"):
                if pd.isna(place[name]):
                    problems.append(Problem("a municipality without it", file, row, name, "blank"))
        elif level == "band" and place["id"] not in bands:
            expected = "one of " + ", ".join(sorted(bands))
            problems.append(
                Problem("a band that territory.yaml does not declare", file, row, "id", place["id"], expected)
            )
        if place["parent"] != parent:
            problems.append(Problem("another parent", file, row, "parent", str(place["parent"]), str(parent)))
        if place["valid_from"] and place["valid_to"] and place["valid_to"] <= place["valid_from"]:
            problems.append(Problem("ends before it begins", file, row, "valid_to", place["valid_to"]))
    return problems


def _check_place_keys(folder: Path, parts: _Parts, frames: dict[str, pd.DataFrame]) -> list[Problem]:
    """Rows of tables that name a place which does not exist, and places that a complete table leaves out."""
    places = frames["places"]
    problems = []
    for spec in parts.tables.tables:
        if spec.place is None or spec.id not in frames:
            continue
        table, file = frames[spec.id], str(folder / spec.file)
        known = set(places.loc[places["level"] == spec.place, "id"])
        if spec.place == "metropolis":
            known = {parts.about.id}
        given = set()
        for value, row in zip(table[spec.place], table.attrs["rows"], strict=True):
            given.add(value)
            if value not in known:
                problems.append(
                    Problem(
                        f"no such {spec.place}",
                        file,
                        row,
                        spec.place,
                        str(value),
                        "an id of the places table",
                    )
                )
        if spec.complete:
            names = dict(zip(places["id"], places["name"], strict=True))
            problems += [
                Problem(
                    f"a {spec.place} is missing",
                    file,
                    field=spec.place,
                    expected=f"{value} {names.get(value, '')}".strip(),
                )
                for value in sorted(known - given)
            ]
    return problems
