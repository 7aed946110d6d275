# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Published figures: what the plan's document printed, with the line, the place and the period it speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import validate
from aumenta.values.text import Text

PUBLISHED_FILE = "published.json"
#: What a figure can be a count of.
Counted = Literal["municipality", "zone", "band", "axis", "strategy", "action", "opportunity"]


class PublishedFigure(BaseModel):
    """One figure of the document: what it says, about which place and period, and on which line.

    It is set beside an `indicator` of the twin, or beside a `count` of what the twin holds. `twin_period` says which
    period of the twin, where the twin has none of the document's own (default: its latest).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: Text
    indicator: str | None = None
    count: Counted | None = Field(
        None, description="What is counted, where the figure is a number of things."
    )
    kinds: tuple[str, ...] = Field((), description="Kinds of opportunities that are counted in the place.")
    at_most: float | None = Field(
        None, description="Counted are the places whose value of the indicator is at most this."
    )
    level: Literal["municipality", "zone", "band", "metropolis"]
    place: str
    period: str
    value: float
    unit: Text
    line: int
    derived: Text | None = Field(
        None, description="How it follows from printed figures, where it is not printed."
    )
    share_of: str | None = Field(
        None, description="The figure is a count and the indicator its share (%) of this other indicator."
    )
    per_km2: bool = Field(
        False, description="The figure is a count and the indicator its density for each km2."
    )
    take: Literal["value", "parts"] = Field(
        "value", description="parts: the number of places the value is made of."
    )
    twin_period: str | None = None
    reason: Text | str | None = Field(
        None,
        description="Why the two differ, where known: in words, or the name of one of the file's reasons.",
    )

    @model_validator(mode="after")
    def _one_thing(self) -> PublishedFigure:
        if (self.indicator is None) == (self.count is None) and self.at_most is None:
            raise ValueError("needs either an indicator or a count")
        if self.at_most is not None and (
            self.indicator is None or self.count not in ("municipality", "zone")
        ):
            raise ValueError("at_most needs an indicator and a count of municipality or zone")
        if bool(self.kinds) != (self.count == "opportunity"):
            raise ValueError("kinds go with a count of opportunity, and a count of opportunity needs kinds")
        return self

    def why(self) -> Text | None:
        """The reason in words."""
        return self.reason if isinstance(self.reason, Text) else None


class PublishedFile(BaseModel):
    """`published.yaml` of a pack: `reasons` that several figures share, `notes` on what is not among them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Text
    reasons: dict[str, Text] = {}
    notes: list[Text] = []
    figures: list[PublishedFigure]


def load_published(path: Path) -> PublishedFile:
    """Read `published.yaml`, its reasons put in words.

    `PackError` names an id given twice, a reason that the file does not have, and what does not follow the schema.
    """
    found = validate(PublishedFile, path)
    seen: set[str] = set()
    problems: list[Problem] = []
    figures: list[PublishedFigure] = []
    for figure in found.figures:
        if figure.id in seen:
            problems.append(Problem("published figure given twice", str(path), field="id", found=figure.id))
        seen.add(figure.id)
        if isinstance(figure.reason, str):
            if figure.reason not in found.reasons:
                known = ", ".join(found.reasons) or "one under `reasons`, or words in both languages"
                field = f"{figure.id}.reason"
                problems.append(Problem("no such reason", str(path), None, field, figure.reason, known))
            figure = figure.model_copy(update={"reason": found.reasons.get(figure.reason)})  # noqa: PLW2901
        figures.append(figure)
    if problems:
        raise PackError("The published figures cannot be used as they are.", problems)
    return found.model_copy(update={"figures": figures, "reasons": {}})
