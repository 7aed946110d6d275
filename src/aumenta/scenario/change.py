# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What every change is: fields that a person writes, a check against the catalogue, and a pure function of the View."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from aumenta.errors import Problem
from aumenta.scenario.catalogue import Catalogue
from aumenta.scenario.opportunity_rows import NewRow
from aumenta.store.view import View
from aumenta.values.text import Text

#: What resolving gives: all that is wrong, and the catalogue that the next change finds.
Outcome = tuple[list[Problem], Catalogue]


class ChangeBase(BaseModel, ABC):
    """One typed modification of the territory or its network.

    `touches` names the inputs of the View that its kind may replace (`table:` stands for any table), `would_change`
    says what it would take to have an effect.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    touches: ClassVar[frozenset[str]] = frozenset()
    would_change: ClassVar[str] = "something that is not so already"

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the inputs of the View that this very change may replace."""
        return self.touches

    @property
    def new_row(self) -> NewRow | None:
        """Of a change that does nothing but add an opportunity, its row: many in a row are added at once."""
        return None

    @abstractmethod
    def resolve(self, catalogue: Catalogue) -> Outcome:
        """Everything that is wrong with the change here, and the catalogue as it leaves it.

        Fields of problems are counted from the change (`stops[1]`). With problems the catalogue is as far along as the
        changes after it need to be checked at all.
        """

    @abstractmethod
    def apply(self, view: View) -> View:
        """Another View where the change is made; nothing of the one given is written to. Only after `resolve`."""

    @abstractmethod
    def describe(self, catalogue: Catalogue) -> Text:
        """One line in both languages; `catalogue` is the one that `resolve` gave."""


def number(value: float, digits: int = 2) -> Text:
    """A number as both languages write it, without needless zeros.

    >>> number(1234.5)
    Text(it='1.234,5', en='1,234.5')
    """
    english = f"{value:,.{digits}f}"
    if "." in english:
        english = english.rstrip("0").rstrip(".")
    return Text(it=english.translate(str.maketrans(",.", ".,")), en=english)


def counted(value: float, one: Text, more: Text) -> Text:
    """A count with its noun."""
    said, noun = number(value), one if value == 1 else more
    return Text(it=f"{said.it} {noun.it}", en=f"{said.en} {noun.en}")
