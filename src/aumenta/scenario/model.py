# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A scenario as people write it: a YAML file with the changes in order, the actions it belongs to, its assumptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from aumenta.errors import PackError, Problem, ScenarioError
from aumenta.scenario.changes_demand import ServiceOnDemand, ServiceRemove
from aumenta.scenario.changes_land import BrownfieldConvert, GreenAdd
from aumenta.scenario.changes_lines import LineAdd, LineFrequency, LineRemove, LineReroute, LineSpeed
from aumenta.scenario.changes_opportunities import (
    OpportunityAdd,
    OpportunityMove,
    OpportunityRemove,
    OpportunityResize,
)
from aumenta.scenario.changes_people import ResidentsAdd, ResidentsMove
from aumenta.scenario.changes_stops import BikeOnBoard, StopAdd, StopDwell, StopRemove
from aumenta.scenario.changes_streets import StreetAdd, StreetModify
from aumenta.scenario.changes_tables import LayerSet
from aumenta.store.yaml_files import Rows, dump_yaml, problems_of, read_yaml
from aumenta.values.text import Text

#: Version of the schema that this software reads and writes.
SCHEMA_VERSION = 1
SUMMARY = "The scenario cannot be used as it is."

Change = Annotated[
    LineAdd | LineRemove | LineFrequency | LineSpeed | LineReroute
    | StopAdd | StopRemove | StopDwell | BikeOnBoard | ServiceOnDemand | ServiceRemove | StreetAdd | StreetModify
    | OpportunityAdd | OpportunityRemove | OpportunityMove | OpportunityResize
    | LayerSet | ResidentsAdd | ResidentsMove | BrownfieldConvert | GreenAdd,
    Field(discriminator="kind"),
]  # fmt: skip
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Assumption(_Strict):
    """Something that the scenario takes as given; without a source it is still to be decided, and shown so."""

    text: Text
    source: str | None = Field(None, min_length=1, description="Where it comes from; none: to be decided.")


class Scenario(_Strict):
    """An ordered list of changes over an untouched baseline, owned by actions of the plan."""

    schema_version: Literal[1] = 1
    id: Slug
    territory: str = Field(min_length=1, description="Id of the territory that it changes.")
    name: Text
    summary: Text | None = None
    actions: list[str] = Field([], description="Codes of the actions of the plan that it belongs to.")
    template: str | None = Field(None, description="Template that it was made from.")
    parameters: dict[str, JsonValue] = Field({}, description="What was filled into the template.")
    assumptions: list[Assumption] = []
    changes: list[Change] = []


def load_scenario(path: Path) -> Scenario:
    """Read a scenario's file; `ScenarioError` with every fault, each with its row and field."""
    try:
        data, rows = read_yaml(path)
    except PackError as error:
        raise ScenarioError("The scenario's file cannot be read.", error.problems) from None
    return _parsed(data, str(path), rows)


def parse_scenario(data: object, file: str = "scenario") -> Scenario:
    """A scenario out of plain data, such as an editor's; `ScenarioError` with every fault, each with its field."""
    return _parsed(data, file, None)


def _parsed(data: object, file: str, rows: Rows | None) -> Scenario:
    if not isinstance(data, dict):
        problem = Problem(
            "not a scenario", file, found=type(data).__name__, expected="a mapping with id, changes ..."
        )
        raise ScenarioError(SUMMARY, [problem])
    version = data.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION or isinstance(version, bool):
        row = rows.get(("schema_version",)) if rows else None
        expected = f"{SCHEMA_VERSION}: this version of the software reads no other"
        problem = Problem(
            "a scenario of another version", file, row, "schema_version", repr(version), expected
        )
        raise ScenarioError(SUMMARY, [problem])
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(SUMMARY, _problems(error, data, file, rows)) from None


def _problems(
    error: ValidationError, data: dict[Any, Any], file: str, rows: Rows | None
) -> Iterable[Problem]:
    """Faults with the path that a person sees (`changes[3].stops[1]`), in the order of the file."""
    found = []
    for item, problem in zip(error.errors(), problems_of(error, file), strict=True):
        at = _path(item["loc"], data, item["type"] == "missing")
        near = at
        while rows and near and near not in rows:
            near = near[:-1]
        said = problem.message.removeprefix("Value error, ")
        told, expected = problem.found, problem.expected
        if item["type"].startswith("union_tag"):
            at, expected = (*at, "kind"), ", ".join(kinds_of_changes())
            said = (
                "no such kind of change"
                if item["type"] == "union_tag_invalid"
                else "the kind of change is missing"
            )
            tag = item.get("ctx", {}).get("tag")
            told = None if tag is None else str(tag)
        found.append(
            replace(problem, message=said, found=told, field=field_text(at) or None, expected=expected,
                    row=rows.get(near) if rows else None)
        )  # fmt: skip
    return sorted(found, key=lambda one: one.row or 0)


def _path(at: tuple[int | str, ...], data: object, missing: bool) -> tuple[int | str, ...]:
    """A path without the names of alternatives that pydantic puts in; `missing`: its end is not in the data."""
    path: list[int | str] = []
    for number, part in enumerate(at):
        if isinstance(data, dict):
            if part in data:
                data = data[part]
            elif number < len(at) - 1 or not missing:
                continue
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def field_text(at: Iterable[int | str]) -> str:
    """A path in words.

    >>> field_text(("changes", 3, "stops", 1))
    'changes[3].stops[1]'
    """
    text = ""
    for part in at:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def kinds_of_changes() -> list[str]:
    """The kinds of changes there are, as files write them."""
    mapping = Scenario.model_json_schema()["properties"]["changes"]["items"]["discriminator"]["mapping"]
    return list(mapping)


def dump_scenario(scenario: Scenario) -> str:
    """The scenario as YAML that reads back as the same one: fields in a fixed order, what is as usual left out."""
    plain = scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return dump_yaml({"schema_version": SCHEMA_VERSION, **plain})
