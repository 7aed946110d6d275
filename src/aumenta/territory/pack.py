# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Open a territory pack: read all its files, check them against each other, tell every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from aumenta.errors import PackError, Problem
from aumenta.store.definitions import load_indicators
from aumenta.store.rights import load_rights
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
from aumenta.territory.pack_checks import Parts, check_ids, check_place_keys, check_places, check_references
from aumenta.territory.tables import read_table
from aumenta.values.rights import RightsFile

Model = TypeVar("Model", bound=BaseModel)

SUMMARY = "The territory pack cannot be used as it is."
#: A pack may bring its own rights; without this file the software's own hold.
RIGHTS_FILE = "rights.yaml"


@dataclass(frozen=True)
class YearOfPeople:
    """Residents of a year from elsewhere than the pack's provider: municipality, age, F, M."""

    rows: pd.DataFrame
    file: str
    source: str


@dataclass(frozen=True)
class KindOfPoints:
    """All opportunities of a kind from elsewhere than the pack's files: id, name, weight, lon, lat, municipality."""

    kind: str
    rows: pd.DataFrame
    file: str
    source: str


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
    #: What fetched sources put in the place of the pack's own, by year and by kind (see `territory.fetching`).
    people: dict[int, YearOfPeople] = field(repr=False, default_factory=dict)
    points: dict[str, KindOfPoints] = field(repr=False, default_factory=dict)
    #: Rights and thresholds of the pack; None: the software's own.
    rights: RightsFile | None = None

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

    def with_table(self, spec: TableSpec, frame: pd.DataFrame) -> TerritoryPack:
        """The pack with another table in the place of the one of that id."""
        tables, frames = {**self.tables, spec.id: spec}, {**self._frames, spec.id: frame}
        return replace(self, tables=tables, _frames=frames)

    def population_source(self, year: int) -> str:
        """Id of the source that residents of a year come from."""
        return self.people[year].source if year in self.people else self.about.population.source

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
        names |= {RIGHTS_FILE} if self.rights is not None else set()
        return sorted(self.folder / name for name in names)


def load_territory(folder: Path) -> TerritoryPack:
    """Read a territory's folder. Raises `PackError` with all faults of all files, each with file, row and field."""
    parts = _read_parts(folder)
    problems = [*check_ids(parts), *check_references(parts)]
    frames: dict[str, pd.DataFrame] = {}
    for spec in parts.tables.tables:
        try:
            frames[spec.id] = read_table(folder / spec.file, spec)
        except PackError as error:
            problems += error.problems
    rights = None
    try:
        rights = own_rights(folder, parts.kinds)
    except PackError as error:
        problems += error.problems
    specs = {spec.id: spec for spec in parts.tables.tables}
    if "places" in frames:
        faults = check_places(parts, specs["places"], frames["places"])
        problems += faults or check_place_keys(parts, frames)
    elif "places" not in specs:
        problems.append(
            Problem("a table is missing", str(folder / "tables.yaml"), None, "tables", None, "places")
        )
    if problems:
        raise PackError(SUMMARY, problems)
    return TerritoryPack(
        folder=folder,
        about=parts.about,
        sources={source.id: source for source in parts.sources.sources},
        layers=parts.layers.layers,
        tables=specs,
        kinds=parts.kinds,
        _frames=frames,
        rights=rights,
    )


def own_rights(folder: Path, kinds: KindsFile) -> RightsFile | None:
    """The rights that a territory's folder brings, checked against its kinds and the indicators there are."""
    path = folder / RIGHTS_FILE
    if not path.is_file():
        return None
    return load_rights(path, load_indicators(), {kind.id for kind in kinds.kinds})


def _read_parts(folder: Path) -> Parts:
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
    return Parts(folder, about, sources, layers, tables, kinds, rows)
