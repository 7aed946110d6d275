# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where each figure of a line table is from: a YAML beside the table, read and checked against it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import validate


class Assumption(BaseModel):
    """One figure of some lines and where it is from; `source: to be decided` where nobody knows yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    figure: Literal["stops", "minutes", "headway_min", "first_last", "days"]
    lines: tuple[str, ...] = Field((), description="Lines that it is about; all when empty.")
    value: str = Field("", description="The figure in words, where the table alone does not say it.")
    source: str = Field(min_length=1)
    date: str = Field("", description="When the source says it was so.")
    note: str = ""


class Assumptions(BaseModel):
    """The file `<table>_assumptions.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    assumptions: tuple[Assumption, ...]


def read_sources(path: Path, lines: list[str], problems: list[Problem]) -> dict[str, dict[str, str]]:
    """For each line and figure its source; what was said of a line by name goes before what was said of all."""
    if not path.is_file():
        return {}
    try:
        told = validate(Assumptions, path)
    except PackError as error:
        problems += error.problems
        return {}
    sources: dict[str, dict[str, str]] = {line: {} for line in lines}
    for item in sorted(told.assumptions, key=lambda item: bool(item.lines)):
        for line in item.lines or lines:
            if line in sources:
                sources[line][item.figure] = item.source
            elif lines:
                message = "an assumption about a line that the table does not have"
                problems.append(Problem(message, str(path), field="lines", found=line))
    return sources
