# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Levers: an action of the plan as a template of changes, with parameters that a person fills in.

A lever is a file of the pack, `levers/<action>.yaml`. In its changes a value `$parameter` stands for the whole value of
a parameter, `$parameter.field` for a part of it, and `${parameter}` inside a longer text for its text. A change with
`each: $parameter` is made once for every item of a list, `$it`; one with `when: $parameter` only where that has a value
(and is no empty list, and not false). What nobody filled in and is not needed is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from aumenta.errors import PackError, Problem, ScenarioError
from aumenta.plan.model import ActionCode
from aumenta.scenario.lever_origins import EACH, INSIDE, ITEM, WHEN, WHOLE, Made
from aumenta.scenario.lever_values import COUNTED, LISTS, Kind, ParameterValue, plain, said, value_problems
from aumenta.scenario.model import Assumption, Scenario, field_text, kinds_of_changes, parse_scenario
from aumenta.store.yaml_files import validate
from aumenta.values.text import Text

#: Folder of the levers in a pack, and of the scenarios made of them.
LEVERS, SCENARIOS = "levers", "scenarios"
SUMMARY = "The values do not fit the template."
ParameterId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(_Strict):
    """Something that a person decides: a number, a place, a line ... with a value to start from where there is one."""

    id: ParameterId
    words: Text
    kind: Kind
    default: JsonValue = Field(None, description="Value to start from; none: a person gives it.")
    needed: bool = Field(True, description="Whether it must have a value; what is left out of a change else.")
    minimum: float | None = Field(None, description="Least value; of a list, least number of items.")
    maximum: float | None = Field(None, description="Largest value; of a list, largest number of items.")
    unit: Text | None = None
    source: str | None = Field(
        None, min_length=1, description="Where the default comes from; none: to be decided."
    )

    @model_validator(mode="after")
    def _default_fits(self) -> Parameter:
        if self.default is not None:
            problems = self.problems(self.default)
            if problems:
                raise ValueError("; ".join(map(str, problems)))
        if self.default is None and self.source is not None:
            raise ValueError("a source is the default's, and there is no default")
        return self

    @property
    def many(self) -> bool:
        """Whether its value is a list."""
        return self.kind in LISTS

    def problems(self, value: object) -> list[Problem]:
        """What is wrong with a value; fields are counted from `parameters`."""
        return value_problems(self.kind, value, (self.minimum, self.maximum), f"parameters.{self.id}")

    def assumption(self, value: ParameterValue) -> Assumption | None:
        """What a scenario takes as given by this value; only for amounts, the rest is seen in its changes."""
        if self.kind not in COUNTED or value is None:
            return None
        words, unit = said(self.kind, value), self.unit or Text(it="", en="")
        text = Text(
            it=f"{self.words.it}: {words.it} {unit.it}".strip(),
            en=f"{self.words.en}: {words.en} {unit.en}".strip(),
        )
        same = self.default is not None and plain(self.kind, value) == plain(self.kind, self.default)
        return Assumption(text=text, source=self.source if same else None)


class Lever(_Strict):
    """An action of the plan as a template of changes."""

    schema_version: int = Field(1, ge=1, le=1)
    territory: str = Field(min_length=1, description="Id of the territory that its scenarios change.")
    action: ActionCode
    name: Text
    summary: Text = Field(description="What is changed on the ground, and what of the action is not.")
    parameters: list[Parameter] = []
    assumptions: list[Assumption] = Field([], description="What every scenario of the lever takes as given.")
    indicators: list[str] = Field([], description="Indicators in which an effect is to be looked for.")
    rights: list[str] = Field([], description="Rights in which an effect is to be looked for.")
    changes: list[dict[str, JsonValue]] = Field(min_length=1)
    no_scenario: Text | None = Field(
        None,
        description="Why no first scenario of it comes with the pack: what data it waits for. None: one does.",
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Lever:
        problems = list(_template_problems(self))
        if problems:
            raise ValueError("; ".join(str(one) for one in problems))
        return self

    def parameter(self, name: str) -> Parameter:
        """A parameter by id; `KeyError` where there is none."""
        return {one.id: one for one in self.parameters}[name]

    def defaults(self) -> dict[str, JsonValue]:
        """Values to start from, without those that a person gives."""
        return {one.id: one.default for one in self.parameters if one.default is not None}

    def scenario(
        self, values: Mapping[str, Any], id: str, name: Text, summary: Text | None = None
    ) -> Scenario:
        """A scenario of the changes with the values filled in, and the defaults for those not given (None: left out).

        `ScenarioError` with every problem of every value at once, then with those of the changes that they make.
        """
        given = {**self.defaults(), **values}
        filled = {key: value for key, value in given.items() if value is not None}
        problems = self.problems(filled)
        if problems:
            raise ScenarioError(SUMMARY, problems)
        filled = {one.id: plain(one.kind, filled[one.id]) for one in self.parameters if one.id in filled}
        used = {name for change, _ in self._made(filled) for _, name in _names((), change)}
        own = (one.assumption(filled.get(one.id)) for one in self.parameters if one.id in used)
        assumptions = [*self.assumptions, *(one for one in own if one is not None)]
        told = {"summary": summary.model_dump()} if summary else {}
        data = {
            "id": id,
            "territory": self.territory,
            "name": name.model_dump(),
            **told,
            "actions": [self.action],
            "template": self.action,
            "parameters": filled,
            "assumptions": [one.model_dump() for one in assumptions],
            "changes": list(self.filled_changes(filled)),
        }
        return parse_scenario(data, f"template {self.action}")

    def problems(self, values: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with values: one that is missing, one that does not fit, one that there is no parameter for."""
        known = [one.id for one in self.parameters]
        problems = [
            Problem("no such parameter", field=f"parameters.{key}", found=key, expected=", ".join(known))
            for key in values
            if key not in known
        ]
        for one in self.parameters:
            if one.id in values:
                problems += one.problems(values[one.id])
            elif one.needed:
                problems.append(
                    Problem(
                        "not decided yet",
                        field=f"parameters.{one.id}",
                        expected=f"{one.words.en} ({one.kind})",
                    )
                )
        if not problems and not any(self.filled_changes(values)):
            lists = ", ".join(one.id for one in self.parameters if one.many)
            problems.append(
                Problem("the values make no change", field="parameters", expected=f"an item of {lists}")
            )
        return problems

    def filled_changes(self, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The changes with values in them, in order; `values` are those of parameters, already checked."""
        for change, each in self._made(values):
            rest = {key: value for key, value in change.items() if key not in (EACH, WHEN)}
            for item in each:
                yield _filled(rest, {**values, ITEM: item})

    def origins(self, values: Mapping[str, Any]) -> list[Made]:
        """For each of the filled changes, in order, what says where its fields came from."""
        return [
            Made(change, number if EACH in change else None)
            for change, each in self._made(values)
            for number in range(len(each))
        ]

    def _made(self, values: Mapping[str, Any]) -> Iterator[tuple[dict[str, JsonValue], list[Any]]]:
        """Templates of the changes that are made, with the items that each is made for (None where it is made once)."""
        for change in self.changes:
            if WHEN in change and not _filled(change[WHEN], values):
                continue
            each = (_filled(change[EACH], values) or []) if EACH in change else [None]
            if each:
                yield change, each


def load_lever(path: Path) -> Lever:
    """Read a lever's file; `ScenarioError` with every fault, each with its row and field."""
    try:
        lever = validate(Lever, path)
    except PackError as error:
        raise ScenarioError("The template cannot be used as it is.", error.problems) from None
    if path.stem != lever.action:
        problem = Problem(
            "the file is not named after its action", str(path), found=path.stem, expected=lever.action
        )
        raise ScenarioError("The template cannot be used as it is.", [problem])
    return lever


def load_levers(folder: Path) -> dict[str, Lever]:
    """The levers of a folder by action, in the order of the plan; `ScenarioError` with every fault of every file.

    A folder that is not there has no levers.
    """
    found: list[Lever] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(load_lever(path))
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError("The templates cannot be used as they are.", problems)
    return {one.action: one for one in sorted(found, key=lambda one: order_of(one.action))}


def order_of(action: str) -> tuple[int, ...]:
    """Where an action comes in its plan.

    >>> sorted(["1.10.1", "1.2.1"], key=order_of)
    ['1.2.1', '1.10.1']
    """
    return tuple(int(part) for part in action.split("."))


def unknown_names(
    levers: Iterable[Lever], indicators: Iterable[str], rights: Iterable[str], actions: Iterable[str]
) -> list[Problem]:
    """Actions, indicators and rights that levers name and that there are not."""
    known = {"action": set(actions), "indicators": set(indicators), "rights": set(rights)}
    problems = []
    for lever in levers:
        file = f"{lever.action}.yaml"
        named = {"action": [lever.action], "indicators": lever.indicators, "rights": lever.rights}
        for field, names in named.items():
            problems += [
                Problem("there is none of this name", file, field=field, found=name)
                for name in names
                if name not in known[field]
            ]
    return problems


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """A value of a template with parameters in it; fields whose parameter has no value are left out."""
    if isinstance(value, str):
        whole = WHOLE.match(value)
        if whole:
            return _looked_up(whole, values)
        return INSIDE.sub(lambda found: _as_text(_looked_up(found, values)), value)
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    if isinstance(value, dict):
        made = {key: _filled(one, values) for key, one in value.items()}
        return {key: one for key, one in made.items() if one is not None or value[key] is None}
    return value


def _looked_up(found: re.Match[str], values: Mapping[str, Any]) -> Any:
    name, field = found.groups()
    value = values.get(name)
    return value.get(field) if field is not None and isinstance(value, Mapping) else value


def _as_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _template_problems(lever: Lever) -> Iterator[Problem]:
    """Names used and not declared, declared and not used; kinds of changes that there are not; `each` of no list."""
    declared = {one.id: one for one in lever.parameters}
    if len(declared) < len(lever.parameters) or ITEM in declared:
        yield Problem("a parameter is given twice, or called `it`", field="parameters")
    used: set[str] = set()
    kinds = _kinds()
    for number, change in enumerate(lever.changes):
        if change.get("kind") not in kinds:
            found = str(change.get("kind"))
            yield Problem("no such kind of change", field=f"changes[{number}].kind", found=found)
        for at, name in _names((f"changes[{number}]",), change):
            used.add(name)
            if name not in declared and not (name == ITEM and EACH in change):
                expected = ", ".join(declared) or "a parameter"
                yield Problem("no such parameter", field=at, found=name, expected=expected)
        for key in (EACH, WHEN):
            told = change.get(key)
            whole = WHOLE.match(told) if isinstance(told, str) else None
            own = declared.get(whole[1]) if whole else None
            if key in change and (own is None or (key == EACH and not own.many)):
                expected = "$ and the id of a parameter" + (" that is a list" if key == EACH else "")
                yield Problem(
                    f"not for `{key}`", field=f"changes[{number}].{key}", found=str(told), expected=expected
                )
    for name in declared:
        if name not in used:
            yield Problem("no change uses the parameter", field="parameters", found=name)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(kinds_of_changes())


def _names(at: tuple[int | str, ...], value: object) -> Iterator[tuple[str, str]]:
    """Names of parameters in a template's value, each with its path."""
    if isinstance(value, str):
        whole = WHOLE.match(value)
        for found in [whole] if whole else INSIDE.finditer(value):
            yield field_text(at), found[1]
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _names((*at, number), one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _names((*at, str(key)), one)
