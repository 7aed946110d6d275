# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Reading rights from YAML: the schema and what it cannot say, every fault of the file at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import Rows, problems_of, read_yaml
from aumenta.values.model import Indicator
from aumenta.values.rights import DEFAULT_RIGHTS, RightsFile

#: Ids that a condition cannot have: the right's own indicators end with them.
RESERVED = ("met", "not_met", "unknown")
RESERVED_ENDS = ("_unknown", "_short", "_0_18", "_65_plus")
SUMMARY = "The rights cannot be used as they are."
At = tuple[str | int, ...]


def load_rights(
    path: Path = DEFAULT_RIGHTS,
    indicators: Mapping[str, Indicator] | None = None,
    kinds: Collection[str] | None = None,
) -> RightsFile:
    """Read a file of rights; `PackError` with every fault, each with its row.

    `indicators` are the definitions that conditions may name, `kinds` the kinds of opportunities of the pack; what is
    not given is not checked.
    """
    data, rows = read_yaml(path)
    problems: list[Problem] = []
    found: RightsFile | None = None
    try:
        found = RightsFile.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, str(path), rows)
    problems += _duplicates(data, rows, str(path))
    problems += _unknown(data, rows, str(path), indicators, kinds)
    if problems or found is None:
        raise PackError(SUMMARY, sorted(problems, key=lambda one: one.row or 0))
    return found


def _items(data: Any, key: str, at: At = ()) -> Iterator[tuple[At, dict[str, Any]]]:
    """Mappings of a list under a key, as far as the data, not yet checked, have them."""
    listed = data.get(key) if isinstance(data, dict) else None
    for number, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict):
            yield (*at, key, number), item


def _duplicates(data: Any, rows: Rows, file: str) -> Iterator[Problem]:
    rights = list(_items(data, "rights"))
    yield from _twice(rights, rows, file, "right given twice")
    for at, right in rights:
        conditions = list(_items(right, "conditions", at))
        yield from _twice(conditions, rows, file, "condition given twice")
        for where, one in conditions:
            name = one.get("id")
            if isinstance(name, str) and (name in RESERVED or name.endswith(RESERVED_ENDS)):
                expected = f"not {', '.join(RESERVED)}, nor an end of {', '.join(RESERVED_ENDS)}"
                yield _problem(
                    "id taken by the right's own indicators", file, rows, (*where, "id"), name, expected
                )


def _twice(items: list[tuple[At, dict[str, Any]]], rows: Rows, file: str, message: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, item in items:
        name = str(item.get("id"))
        if name in seen:
            yield _problem(message, file, rows, (*at, "id"), name, "an id of its own")
        seen.add(name)


def _unknown(
    data: Any,
    rows: Rows,
    file: str,
    indicators: Mapping[str, Indicator] | None,
    kinds: Collection[str] | None,
) -> Iterator[Problem]:
    ways = [
        (where, way)
        for at, right in _items(data, "rights")
        for inner, condition in _items(right, "conditions", at)
        for where, way in _items(condition, "any", inner)
    ]
    for at, way in ways:
        named = way.get("kinds")
        for kind in named if isinstance(named, list) and kinds is not None else []:
            if kind not in (kinds or ()):
                expected = "a kind of kinds.yaml"
                yield _problem(
                    "no such kind of opportunities", file, rows, (*at, "kinds"), str(kind), expected
                )
        name = way.get("indicator")
        if indicators is None or not isinstance(name, str):
            continue
        if name not in indicators:
            yield _problem(
                "no such indicator", file, rows, (*at, "indicator"), name, "an id of docs/measures.md"
            )
        elif "municipality" not in indicators[name].levels:
            expected = "one that municipalities have"
            yield _problem("indicator of other places", file, rows, (*at, "indicator"), name, expected)


def _problem(message: str, file: str, rows: Rows, at: At, found: str, expected: str) -> Problem:
    near = at
    while near and near not in rows:
        near = near[:-1]
    return Problem(message, file, rows.get(near), ".".join(str(part) for part in at), found, expected)
