# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer to a question about where to put something, as figures (`aumenta.siting.sentences` says them in words).

Minutes of a cell or place are those to the site that serves it; None stands for not reached. People are those who
count. Counts are of the cells, also where the sites were chosen on points of a square kilometre.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from aumenta.siting.problem import Status
from aumenta.siting.question import Question
from aumenta.values.text import Text

#: Id of the sites already there that are told together.
TOGETHER = "together"
Sort = Literal["seat", "opportunity", "point", "existing", "together"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(_Strict):
    """A site that is open: a new one, or one already there. `rank` is its place in the curve, from 1."""

    id: str
    name: str
    sort: Sort
    new: bool
    kind: str | None = Field(None, description="Kind of opportunity that it is, or stands at.")
    lon: float | None = None
    lat: float | None = None
    municipality: str | None = None
    place: str | None = Field(None, description="Name of its municipality.")
    people: float = Field(description="Who count and are served here.")
    within: float = Field(description="Of these, within the minutes chosen.")
    median: int | None = Field(None, description="Minutes that half of its people need at most.")
    p95: int | None = None
    farthest: int | None = None
    capacity: float | None = None
    cost: float | None = None
    rank: int | None = None
    loses: float | None = Field(
        None, description="By how much the answer's value would worsen without it, in the value's unit."
    )


class PlaceServed(_Strict):
    """Who count in a place: within the minutes, beyond them, and of these not reached at all.

    `within_before` is today; None where nothing is known of what is there already.
    """

    level: str
    id: str
    name: str
    people: float
    within: float
    beyond: float
    unreached: float
    median: int | None = None
    within_before: float | None = None

    @property
    def share(self) -> float | None:
        """Share within the minutes; None where nobody counts."""
        return self.within / self.people if self.people > 0 else None

    @property
    def share_before(self) -> float | None:
        """The same today."""
        if self.within_before is None or self.people <= 0:
            return None
        return self.within_before / self.people


class Step(_Strict):
    """So many new sites, in the order in which they help most. `more`: one more than the answer has."""

    sites: int
    added: str | None = None
    name: str | None = None
    value: float | None = None
    within: float = Field(description="People within the minutes.")
    share: float
    mean: float = Field(description="Minutes per person; who is not reached counts as the limit.")
    more: bool = False


class SitingAnswer(_Strict):
    """Everything that a page, a table or a replay needs; cells are in a file beside it."""

    schema_version: int = 1
    id: str
    question: Question
    build: str
    territory: str
    software: dict[str, str]
    name: Text = Field(description="Of the action's lever.")
    things: Text = Field(description="What is placed, in the plural.")
    area: Text
    who: Text
    status: Literal["reported", "estimated"]
    date: str | None = None
    window: tuple[str, str] | None = None
    people: float = Field(description="Who count, in the area.")
    cells: int = Field(description="Cells of the area where somebody counts.")
    points: int = Field(description="Demand points that the sites were chosen on.")
    side: int = Field(description="Metres of the squares that demand points stand for.")
    candidates: int
    existing: int = Field(description="Sites already there that are counted.")
    existing_unplaced: int = Field(description="Known by municipality only, so not counted.")
    existing_kinds: list[Text] = []
    list_known: bool = Field(description="Whether the twin's own list says it is complete.")
    value: float
    unit: Text
    bound: float
    gap: float | None = Field(description="Proven relative distance from the best; None: nothing proven.")
    solved: Status
    method: str
    model: tuple[int, int]
    second: float | None = None
    total: PlaceServed
    places: list[PlaceServed]
    sites: list[Site]
    curve: list[Step]
    sentences: list[Text] = []
    notes: list[Text] = []

    @property
    def chosen(self) -> list[Site]:
        """The new sites, in the order of the curve."""
        return sorted((one for one in self.sites if one.new), key=lambda one: (one.rank or 0, one.id))

    def beyond(self, level: str) -> list[PlaceServed]:
        """Places of a level with somebody beyond the minutes, most people first."""
        found = [one for one in self.places if one.level == level and one.beyond > 0]
        return sorted(found, key=lambda one: (-one.beyond, one.id))
