# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Reading indicator definitions from YAML."""

from __future__ import annotations

from pathlib import Path

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import validate
from aumenta.values.indicators import DEFINITIONS, DefinitionsFile, problems_of_definitions
from aumenta.values.model import Indicator


def load_indicators(folder: Path = DEFINITIONS) -> dict[str, Indicator]:
    """All definitions of a folder by id, sorted; `PackError` with every problem of every file."""
    problems: list[Problem] = []
    files: list[tuple[str, list[Indicator]]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            files.append((str(path), validate(DefinitionsFile, path).indicators))
        except PackError as error:
            problems.extend(error.problems)
    problems += problems_of_definitions(files)
    if problems:
        raise PackError("The definitions of indicators cannot be used as they are.", problems)
    every = [one for _, indicators in files for one in indicators]
    return {one.id: one for one in sorted(every, key=lambda one: one.id)}
