# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Actions that cannot be computed on the ground: why, and the figure that somebody collects and reports instead.

With the levers they cover every action of a plan, so that each has a way to be measured. Files `levers/reported/*.yaml`
of the pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aumenta.errors import PackError, Problem, ScenarioError
from aumenta.plan.model import ActionCode
from aumenta.scenario.levers import Lever, order_of
from aumenta.store.yaml_files import validate
from aumenta.values.model import Level
from aumenta.values.text import Text

#: Folder of the files beside the levers, and the measure of the indicators in them.
REPORTED = "reported"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanFigure(_Strict):
    """Where the plan's document names the figure, with the value that it prints, where it does."""

    line: int = Field(ge=1, description="Line of the document's text.")
    value: float | None = None
    note: Text


class ReportedIndicator(_Strict):
    """A figure that somebody collects: what it is, its unit and direction, how and by whom it is collected."""

    id: Annotated[str, Field(pattern=rf"^{REPORTED}\.[a-z][a-z0-9_]*$")]
    name: Text
    unit: Text
    decimals: int = Field(0, ge=0, le=3)
    direction: Literal["up", "down", "none"] = Field(description="Which way is better; none = neither.")
    levels: list[Level] = Field(min_length=1, description="Levels of places that it can be collected for.")
    how: Text = Field(description="How it is collected.")
    who: Text = Field(description="Who collects it.")
    figure: PlanFigure | None = None


class ReportedAction(_Strict):
    """An action that no change computes."""

    action: ActionCode
    why: Text = Field(description="Why it cannot be computed on the ground.")
    indicators: list[ReportedIndicator] = Field(min_length=1)


class ReportedFile(_Strict):
    """One file: some actions, each once, and indicators of different ids."""

    reported: list[ReportedAction]

    @model_validator(mode="after")
    def _each_once(self) -> ReportedFile:
        for what, names in (
            ("action", [one.action for one in self.reported]),
            ("indicator", [own.id for one in self.reported for own in one.indicators]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} given twice: {', '.join(twice)}")
        return self


def load_reported(folder: Path) -> dict[str, ReportedAction]:
    """The actions of all files of a folder by code, in the order of the plan; `ScenarioError` with every fault.

    A folder that is not there has none.
    """
    found: dict[str, ReportedAction] = {}
    problems: list[Problem] = []
    ids: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            own = validate(ReportedFile, path).reported
        except PackError as error:
            problems.extend(error.problems)
            continue
        for one in own:
            if one.action in found:
                problems.append(Problem("action in two files", str(path), field="action", found=one.action))
            found[one.action] = one
            for indicator in one.indicators:
                if indicator.id in ids:
                    expected = f"an id other than in {ids[indicator.id]}"
                    problems.append(
                        Problem("indicator in two files", str(path), None, "id", indicator.id, expected)
                    )
                ids[indicator.id] = str(path)
    if problems:
        raise ScenarioError("The reported actions cannot be used as they are.", problems)
    return {code: found[code] for code in sorted(found, key=order_of)}


def uncovered(
    actions: Iterable[str], levers: Iterable[Lever], reported: Iterable[ReportedAction]
) -> list[Problem]:
    """Actions of a plan without a way to be measured, or with both; and actions that the plan does not have."""
    computed, told = {one.action for one in levers}, {one.action for one in reported}
    every = set(actions)
    problems = []
    for message, codes in (
        ("the action has neither a template nor a reported indicator", every - computed - told),
        ("the action has both a template and a reported indicator", computed & told),
        ("the plan has no such action", (computed | told) - every),
    ):
        problems += [Problem(message, field="action", found=code) for code in sorted(codes, key=order_of)]
    return problems
