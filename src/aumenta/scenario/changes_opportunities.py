# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of what people reach: opportunities added, taken away, moved, made larger or smaller."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from aumenta.errors import Problem
from aumenta.scenario.catalogue import OPPORTUNITIES, Catalogue, Opportunity
from aumenta.scenario.change import ChangeBase, Outcome, number
from aumenta.scenario.fields import Id, Name, NewId
from aumenta.scenario.known import Known, Named
from aumenta.scenario.opportunity_rows import NewRow, with_point, with_rows, with_weight, without_row
from aumenta.store.view import View
from aumenta.territory.model import Latitude, Longitude
from aumenta.values.text import Text

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
UNKNOWN = "unknown"


class OpportunityAdd(ChangeBase):
    """A new opportunity, at a point or, where only the municipality is decided, somewhere in it."""

    kind: Literal["opportunity.add"]
    id: NewId
    type: Id = Field(description="Kind of opportunity, as the pack calls it.")
    name: Name
    lon: Longitude | None = None
    lat: Latitude | None = None
    municipality: Id | None = Field(None, description="Without a point: it counts there, but has no place.")
    weight: Weight | Literal["unknown"] | None = Field(
        None, description="What the kind counts: 1 where nothing is said; a kind with a size (beds) needs it."
    )

    touches: ClassVar[frozenset[str]] = frozenset({OPPORTUNITIES})

    @model_validator(mode="after")
    def _somewhere(self) -> OpportunityAdd:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("give both lon and lat")
        if (self.lon is None) == (self.municipality is None):
            raise ValueError("give either lon and lat or a municipality")
        return self

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = catalogue.opportunities.taken(self.id, "id")
        problems += kind_problems(self.type, catalogue, "type")
        kind = catalogue.kinds.get(self.type)
        if kind is not None and kind.sized and self.weight is None:
            expected = "a size, or `unknown`"
            problems.append(Problem("the size is not given", field="weight", expected=expected))
        town = self.municipality
        if self.lon is not None and self.lat is not None:
            problems += catalogue.outside(self.lon, self.lat, "lon, lat")
            town = catalogue.town_at(self.lon, self.lat)
        else:
            problems += catalogue.place_problems(town or "", "municipality", "municipality")
        made = Opportunity(self.id, self.name, self.type, self._weight, self.lon, self.lat, town)
        return problems, catalogue.with_opportunity(made)

    @property
    def _weight(self) -> float | None:
        if isinstance(self.weight, str):
            return None
        return 1.0 if self.weight is None else self.weight

    @property
    def new_row(self) -> NewRow:
        point = None if self.lon is None or self.lat is None else (self.lon, self.lat)
        return NewRow(self.id, self.type, self.name, self._weight, point, self.municipality)

    def apply(self, view: View) -> View:
        return with_rows(view, [self.new_row])

    def describe(self, catalogue: Catalogue) -> Text:
        what, where = catalogue.kind_name(self.type), where_is(self.id, catalogue)
        size = "" if not isinstance(self.weight, float) else " ({})"
        said = number(self.weight) if isinstance(self.weight, float) else number(0)
        return Text(
            it=f"Nuovo: {what.it}, {self.name}{size.format(said.it)}{where.it}",
            en=f"New: {what.en}, {self.name}{size.format(said.en)}{where.en}",
        )


class OpportunityRemove(ChangeBase):
    """An opportunity closes."""

    kind: Literal["opportunity.remove"]
    id: Id

    touches: ClassVar[frozenset[str]] = frozenset({OPPORTUNITIES})

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = catalogue.opportunities.problems(self.id, "id")
        return problems, catalogue if problems else catalogue.without_opportunity(self.id)

    def apply(self, view: View) -> View:
        return without_row(view, self.id)

    def describe(self, catalogue: Catalogue) -> Text:
        label = catalogue.opportunities.label(self.id)
        what = catalogue.kind_name(kind_of(self.id, catalogue))
        return Text(it=f"Chiude: {what.it}, {label}", en=f"Closes: {what.en}, {label}")


class OpportunityMove(ChangeBase):
    """An opportunity is found at another point."""

    kind: Literal["opportunity.move"]
    id: Id
    lon: Longitude
    lat: Latitude

    touches: ClassVar[frozenset[str]] = frozenset({OPPORTUNITIES})
    would_change: ClassVar[str] = "a point other than where it is"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = catalogue.opportunities.problems(self.id, "id")
        problems += catalogue.outside(self.lon, self.lat, "lon, lat")
        own = catalogue.opportunities.get(self.id)
        if own is None:
            return problems, catalogue
        twice, catalogue = catalogue.touch("id", self.id, "opportunity point", self.id)
        town = catalogue.town_at(self.lon, self.lat)
        moved = replace(own, lon=self.lon, lat=self.lat, municipality=town)
        return problems + twice, catalogue.with_opportunity(moved)

    def apply(self, view: View) -> View:
        return with_point(view, self.id, (self.lon, self.lat))

    def describe(self, catalogue: Catalogue) -> Text:
        label, where = catalogue.opportunities.label(self.id), where_is(self.id, catalogue)
        return Text(it=f"Si sposta: {label}{where.it}", en=f"Moves: {label}{where.en}")


class OpportunityResize(ChangeBase):
    """An opportunity gets another weight: beds, hectares, sites."""

    kind: Literal["opportunity.resize"]
    id: Id
    weight: Weight

    touches: ClassVar[frozenset[str]] = frozenset({OPPORTUNITIES})
    would_change: ClassVar[str] = "a weight other than the one it has"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = catalogue.opportunities.problems(self.id, "id")
        own = catalogue.opportunities.get(self.id)
        if own is None:
            return problems, catalogue
        if own.weight == self.weight:
            told = f"{self.weight:g}"
            problems.append(Problem("no effect", field="weight", found=told, expected=self.would_change))
        twice, catalogue = catalogue.touch("id", self.id, "opportunity weight", self.id)
        return problems + twice, catalogue.with_opportunity(replace(own, weight=self.weight))

    def apply(self, view: View) -> View:
        return with_weight(view, self.id, self.weight)

    def describe(self, catalogue: Catalogue) -> Text:
        label, said = catalogue.opportunities.label(self.id), number(self.weight)
        kind = catalogue.kinds.get(kind_of(self.id, catalogue))
        unit = kind.weight if kind else Text(it="", en="")
        return Text(
            it=f"{label} passa a {said.it} {unit.it}".strip(),
            en=f"{label} goes to {said.en} {unit.en}".strip(),
        )


def kind_problems(kind: str, catalogue: Catalogue, at: str) -> list[Problem]:
    """A problem when the pack has no such kind of opportunities."""
    every = {code: Named(code, own.name.en) for code, own in catalogue.kinds.items()}
    return Known[Named]("kind of opportunity", lambda: every).problems(kind, at)


def kind_of(code: str, catalogue: Catalogue) -> str:
    """Kind of an opportunity, also of one that is gone."""
    found = catalogue.opportunities.ever(code)
    return found.kind if found else ""


def where_is(code: str, catalogue: Catalogue) -> Text:
    """The municipality of an opportunity in words, after a comma; blank where it is not known."""
    found = catalogue.opportunities.ever(code)
    town = found.municipality if found else None
    if town is None or town not in catalogue.places:
        return Text(it="", en="")
    label = catalogue.places[town].label
    return Text(it=f", a {label}", en=f", in {label}")
