# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`twin.json`: what a build is made of. No clock, no path of a machine: the same inputs give the same manifest."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aumenta.values.model import Indicator, Status
from aumenta.values.text import Text

#: Version of the files of a twin; a twin of another one is refused and has to be built anew.
SCHEMA_VERSION = 1

Readiness = Literal["declared", "loaded", "checked", "measured"]
READINESS: tuple[Readiness, ...] = ("declared", "loaded", "checked", "measured")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InputFile(_Strict):
    """A file that the build read: name within its package, sha256, bytes."""

    name: str
    sha256: str
    bytes: int


class FetchedFile(InputFile):
    """A file from the cache of fetched sources, or the table that was parsed from it."""

    address: str = Field(description="Address that it was fetched from.")
    licence: str
    reference_date: str
    fetched: str = Field(description="Day on which it was fetched.")


class BuiltFile(_Strict):
    """A file of the build, with what proves that it is whole."""

    sha256: str
    bytes: int
    rows: int | None = None
    columns: list[str] = []


class ReplacedEntry(_Strict):
    """What a fetched source put in the place of the pack's own."""

    source: str
    layer: str | None = Field(description="None where it adds a year and replaces nothing.")
    what: Text
    fetched: str = Field(description="Day on which the source was fetched.")
    sha256: str = Field(description="Of the file as it came.")


class PackEntry(_Strict):
    """The pack that was built."""

    id: str
    name: Text
    licence: str


class SourceEntry(_Strict):
    """A source as the twin names it: who published what, under which licence, and how it wants to be named."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    title: Text
    publisher: str = ""
    licence: str = ""
    address: str | None = Field(None, description="Official address.")
    through: str | None = Field(None, description="Package or repository the figures were read through.")
    attribution: str = ""
    reference_date: str | None = None
    verified: str = "never"


class LayerEntry(_Strict):
    """One layer of the territory, its readiness, and for what is not there the file to bring."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: Text
    readiness: Readiness
    status: Status
    sources: list[str] = []
    tables: list[str] = []
    kinds: list[str] = []
    complete: bool = False
    known_extent: str | tuple[float, float, float, float] = "territory"
    reason: Text | None = Field(None, description="Why it is missing, or what is wanting in it.")
    bring: Text | None = Field(None, description="The file to bring where it is missing.")


class MeasureEntry(_Strict):
    """A measure that ran: its indicators, inputs, and the inputs it missed."""

    id: str
    inputs: list[str]
    indicators: list[str]
    absent: list[str] = []


class KindEntry(_Strict):
    """A kind of opportunities that the twin holds; `complete`: whether where none is told there is none."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: Text
    plural: Text
    category: str
    complete: bool = False
    layers: list[str] = Field([], description="Layers that bring it.")


class NetworkEntry(_Strict):
    """The compiled network: how sure it is, what it holds, what there is to note of it."""

    status: Status
    streets: Literal["osm", "friction"]
    date: str | None = Field(None, description="Day of service used where nobody names one.")
    window: tuple[str, str] | None = Field(None, description="Departures asked for where nobody names any.")
    hours: tuple[str, str] | None = Field(
        None, description="Hours that the timetable is whole for, if not all."
    )
    modes: list[str] = Field([], description="Modes of public transport that the timetable has.")
    sources: list[str] = []
    notes: list[str] = []
    counts: dict[str, int] = {}


class CellStatus(_Strict):
    """What a status code of `cell_values.parquet` means."""

    status: Status
    reason: str | None = None


class Manifest(_Strict):
    """The manifest of a build."""

    schema_version: int = SCHEMA_VERSION
    build: str = Field(description="Name of the build: hash of inputs, settings, software and stage.")
    inputs_hash: str
    stages: list[str] = Field(description="Finished stages, in order.")
    complete: bool = Field(description="Whether every stage of the build order is finished.")
    software: dict[str, str]
    pack: PackEntry
    territory: str
    settings: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    inputs: list[FetchedFile | InputFile] = []
    files: dict[str, BuiltFile] = {}
    layers: list[LayerEntry] = []
    sources: list[SourceEntry] = []
    kinds: list[KindEntry] = Field(
        [], description="Kinds of opportunities that are there, in the pack's order."
    )
    replaced: list[ReplacedEntry] = Field([], description="Layers that fetched sources replaced.")
    network: NetworkEntry | None = None
    measures: list[MeasureEntry] = []
    pending: list[str] = Field([], description="Measures that are still being computed.")
    failed: dict[str, str] = Field({}, description="Measures whose function failed, with what it said.")
    indicators: list[Indicator] = []
    reasons: dict[str, Text] = Field({}, description="Codes of reasons for missing values, in words.")
    cell_statuses: dict[int, CellStatus] = {}
    notes: list[str] = []
    figures: dict[str, float] = Field({}, description="Counts of the ground: cells, deviations, places.")
