# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of where people live."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from aumenta.errors import Problem
from aumenta.scenario.catalogue import CELLS, REGISTER, Catalogue
from aumenta.scenario.change import ChangeBase, Outcome, counted
from aumenta.scenario.fields import Area
from aumenta.scenario.register import with_people
from aumenta.scenario.residents import add_residents, move_residents, tells_ages
from aumenta.store.view import View
from aumenta.values.text import Text

People = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
AgeGroup = Literal["pop_0_14", "pop_15_18", "pop_19_39", "pop_40_64", "pop_65p"]
Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]
#: Residents in words.
RESIDENT = (Text(it="residente", en="resident"), Text(it="residenti", en="residents"))


class ResidentsAdd(ChangeBase):
    """People come to live in an area: in its cells as people live there now, with its ages unless others are given."""

    kind: Literal["residents.add"]
    area: Area
    residents: People
    ages: dict[AgeGroup, Share] | None = Field(
        None, min_length=1, description="Shares of the age groups; any scale, they are taken in proportion."
    )

    touches: ClassVar[frozenset[str]] = frozenset({CELLS, REGISTER})

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.area.problems(catalogue, "area")
        if self.ages is not None and not sum(self.ages.values()) > 0:
            problems.append(
                Problem("the shares of ages add up to nothing", field="ages", expected="one above 0")
            )
        if self.ages is not None and not tells_ages(catalogue.view[CELLS]):
            told = "no ages: residents alone"
            problems.append(
                Problem("the ages of residents are not known in this territory", field="ages", expected=told)
            )
        if problems:
            return problems, catalogue
        return [], catalogue.with_view(self.apply(catalogue.view))

    def apply(self, view: View) -> View:
        cells = view[CELLS]
        shares = None if self.ages is None else [self.ages.get(group, 0.0) for group in get_args(AgeGroup)]
        return with_people(view, add_residents(cells, self.area.cells(cells), self.residents, shares))

    def describe(self, catalogue: Catalogue) -> Text:
        said, where = counted(self.residents, *RESIDENT), self.area.words(catalogue)
        return Text(it=f"{said.it} in più {where.it}", en=f"{said.en} more {where.en}")


class ResidentsMove(ChangeBase):
    """People of one area go to live in another, with the ages that they have."""

    kind: Literal["residents.move"]
    origin: Area = Field(alias="from")
    to: Area
    residents: People

    touches: ClassVar[frozenset[str]] = frozenset({CELLS, REGISTER})
    would_change: ClassVar[str] = "an area to go to other than the one they live in"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.origin.problems(catalogue, "from") + self.to.problems(catalogue, "to")
        if problems:
            return problems, catalogue
        cells = catalogue.view[CELLS]
        here, there = self.origin.cells(cells), self.to.cells(cells)
        living = int(cells["pop"].to_numpy()[here].sum())
        if living < self.residents:
            expected = f"at most {living}, those who live there"
            problems.append(
                Problem("more people leave than live there", field="residents", found=str(self.residents),
                        expected=expected)
            )  # fmt: skip
        if (here & there).any():
            told = f"{int((here & there).sum())} cells in both"
            problems.append(
                Problem(
                    "the two areas overlap", field="to", found=told, expected="areas without a cell in common"
                )
            )
        return problems, catalogue if problems else catalogue.with_view(self.apply(catalogue.view))

    def apply(self, view: View) -> View:
        cells = view[CELLS]
        here, there = self.origin.cells(cells), self.to.cells(cells)
        return with_people(view, move_residents(cells, here, there, self.residents))

    def describe(self, catalogue: Catalogue) -> Text:
        said = counted(self.residents, *RESIDENT)
        here, there = self.origin.words(catalogue), self.to.words(catalogue)
        return Text(
            it=f"{said.it} che vivono {here.it} vanno a vivere {there.it}",
            en=f"{said.en} living {here.en} go to live {there.en}",
        )
