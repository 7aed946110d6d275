# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rules that a set of indicator definitions keeps; the definitions are the YAML files in `definitions/`.

They are read by `aumenta.store.definitions` (this floor reads no files).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from aumenta.errors import Problem
from aumenta.values.model import Indicator

#: Folder of the definitions that come with the software, one file per measure.
DEFINITIONS = Path(__file__).resolve().parent / "definitions"


class DefinitionsFile(BaseModel):
    """One file of definitions: the indicators of one measure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    indicators: list[Indicator]


def problems_of_definitions(files: Iterable[tuple[str, list[Indicator]]]) -> list[Problem]:
    """What is wrong between definitions: an id given twice, limits that do not ascend, an id of another measure."""
    found: list[Problem] = []
    seen: dict[str, str] = {}
    for file, indicators in files:
        for one in indicators:
            if one.id in seen:
                found.append(
                    Problem("indicator given twice", file, field="id", found=one.id, expected=seen[one.id])
                )
            seen[one.id] = f"only once, in {file}"
            if any(a >= b for a, b in pairwise(one.breaks)):
                found.append(
                    Problem(
                        "limits of classes do not ascend",
                        file,
                        field=f"{one.id}.breaks",
                        found=str(one.breaks),
                    )
                )
            if one.id.split(".")[0] != one.measure:
                expected = f"{one.measure}.…"
                found.append(
                    Problem(
                        "id does not begin with its measure",
                        file,
                        field="id",
                        found=one.id,
                        expected=expected,
                    )
                )
            if len(set(one.levels)) != len(one.levels) or not one.levels:
                found.append(Problem("levels given twice or not at all", file, field=f"{one.id}.levels"))
    return found
