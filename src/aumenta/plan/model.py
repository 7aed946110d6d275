# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Schema of a plan: axes, strategies, actions with the fields of their sheets, frameworks, revisions.

Facts come from the published document and carry its line; what people decided afterwards (summaries, SDG links)
is editorial and carries who and why. The two live in different files of the pack: `strategies/<code>.yaml` is
what the document says, and can be read again from it; `editorial/<code>.yaml` is what an office wrote.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from aumenta.values.text import Text

ACTION_PATTERN, STRATEGY_PATTERN, AXIS_PATTERN = r"^[0-9]+\.[0-9]+\.[0-9]+$", r"^[0-9]+\.[0-9]+$", r"^[0-9]+$"
ActionCode = Annotated[str, Field(pattern=ACTION_PATTERN)]
StrategyCode = Annotated[str, Field(pattern=STRATEGY_PATTERN)]
AxisCode = Annotated[str, Field(pattern=AXIS_PATTERN)]

FieldName = Literal[
    "description",
    "examples",
    "actors",
    "pnrr",
    "pnrr_integration",
    "cohesion",
    "eu_programmes",
    "instruments",
    "superordinate",
    "bologna",
]
#: Fields of a sheet that hold lists of items, in the order of the sheet.
ITEM_FIELDS = tuple(name for name in get_args(FieldName) if name != "description")
#: filled = has content; none_declared = the document says n.d. or NO; empty = label without content; absent = no label.
FieldState = Literal["filled", "none_declared", "empty", "absent"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Editorial(_Strict):
    """Who decided a fact that the document does not state, and why."""

    by: str
    why: str


class Item(_Strict):
    """One entry of a list field: the normalised name or framework code, what the document wrote, and where.

    `line` counts from 1 in the document's text; it is None only for items with `editorial`.
    """

    name: str
    raw: str
    line: int | None = None
    editorial: Editorial | None = None


class Example(_Strict):
    """An example named on a sheet, with the link that the page gives for it (by order; `link_line` says where)."""

    name: str
    raw: str
    line: int | None = None
    url: str | None = None
    link_line: int | None = None
    editorial: Editorial | None = None


class FieldFact(_Strict):
    """What a sheet does with one field: its state, the line of its label and the last line of its content."""

    state: FieldState
    line: int | None = None
    end: int | None = None
    label: str | None = Field(None, description="The label as printed, where it differs from the grammar's.")


class Action(_Strict):
    """One action (azione) with its sheet."""

    code: ActionCode
    title: str
    title_raw: str
    line: int
    sheet: int = Field(description="Line where the sheet (strategy block) that holds this action begins.")
    fields: dict[FieldName, FieldFact] = {}
    examples: list[Example] = []
    actors: list[Item] = []
    pnrr: list[Item] = []
    pnrr_integration: list[Item] = []
    cohesion: list[Item] = []
    eu_programmes: list[Item] = []
    instruments: list[Item] = []
    superordinate: list[Item] = []
    bologna: list[Item] = []
    status: Literal["active", "merged", "split", "superseded", "withdrawn"] = "active"
    becomes: list[ActionCode] = Field(
        [], description="Codes that continue a merged, split or superseded action."
    )
    since: str | None = Field(None, description="Revision that brought the action; None = the first edition.")


class Strategy(_Strict):
    """One strategy (strategia) and its actions."""

    code: StrategyCode
    title: str
    axis: AxisCode
    line: int
    description: FieldFact = FieldFact(state="absent")
    listed_title: str | None = Field(
        None, description="Title in the document's list of strategies, where it differs."
    )
    actions: list[Action]


class SdgLink(_Strict):
    """A UN Sustainable Development Goal that an action serves; always editorial."""

    goal: Annotated[int, Field(ge=1, le=17)]
    by: str
    why: Text = Field(description="What ties the action to the goal, with the target it leans on.")


class ActionEditorial(_Strict):
    """What the office wrote about one action."""

    summary: Text
    sdgs: list[SdgLink] = []
    indicators: list[IndicatorLink] = []


class IndicatorLink(_Strict):
    """An indicator that speaks for an action, and why."""

    indicator: str
    by: str
    why: Text


class StrategyEditorial(_Strict):
    """`editorial/<code>.yaml`: own words of the office about a strategy and its actions."""

    strategy: StrategyCode
    title_en: str
    summary: Text
    actions: dict[ActionCode, ActionEditorial]
    titles_en: dict[ActionCode, str] = {}


class Axis(_Strict):
    """One axis (asse). `goal` is the metropolitan goal it serves; `names` are all the names met, with their lines."""

    code: AxisCode
    title: str
    title_en: str
    goal: str
    line: int
    names: list[Item] = []


class FrameworkItem(_Strict):
    """One entry of an external system of goals."""

    code: str
    name: Text
    parent: str | None = None
    fund: str | None = Field(None, description="Fund the entry belongs to (ERDF, ESF+), where that matters.")
    aliases: list[str] = []


class Framework(_Strict):
    """An external system of goals; `frameworks/<id>.yaml`."""

    id: str
    name: Text
    source: str
    url: str | None = None
    items: list[FrameworkItem]


class Alias(_Strict):
    """A normalised name and the spellings that the document uses for it."""

    name: str
    kind: Literal["actor", "programme", "instrument", "superordinate"]
    aliases: list[str] = []
    name_en: str | None = None
    same_as_why: str | None = None


class Citation(_Strict):
    """The sheet of action `source` names action `target`, by code, title or the title's acronym."""

    source: ActionCode
    target: ActionCode = Field(description="May not exist; the check then reports a dead end.")
    raw: str = Field(description="What the document wrote.")
    line: int


class DocumentRef(_Strict):
    """The published document that the facts were read from."""

    title: str
    publisher: str
    url: str | None = None
    sha256: str
    characters: int
    lines: int
    language: str = "it"


class Revision(_Strict):
    """A revision of the plan (annual update): what changed, said in codes."""

    id: str
    date: date
    title: Text
    note: Text | None = None


class PlanFile(_Strict):
    """`plan.yaml`."""

    id: str
    schema_version: int = 1
    title: Text
    body: Text = Field(description="The authority whose plan it is.")
    period: str
    document: DocumentRef | None = None
    revisions: list[Revision] = []
    axes: list[Axis]


class Plan(BaseModel):
    """A whole plan in memory: what the document says and what the office wrote beside it."""

    model_config = ConfigDict(frozen=True)

    about: PlanFile
    strategies: list[Strategy]
    editorial: dict[StrategyCode, StrategyEditorial] = {}
    frameworks: dict[str, Framework] = {}
    aliases: list[Alias] = []
    citations: list[Citation] = []

    @property
    def actions(self) -> list[Action]:
        """All actions in the order of their codes."""
        return [action for strategy in self.strategies for action in strategy.actions]

    def strategy(self, code: str) -> Strategy:
        """The strategy of that code; `KeyError` names the code when there is none."""
        return {s.code: s for s in self.strategies}[code]

    def action(self, code: str) -> Action:
        """The action of that code; `KeyError` names the code when there is none."""
        return {a.code: a for a in self.actions}[code]

    def editorial_of(self, code: str) -> ActionEditorial | None:
        """What the office wrote about an action, if anything."""
        strategy = self.editorial.get(code.rsplit(".", 1)[0])
        return strategy.actions.get(code) if strategy else None


ActionEditorial.model_rebuild()
