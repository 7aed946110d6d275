# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer of a portfolio as plain data: what was asked, every set that was computed, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from aumenta.errors import PortfolioError, Problem
from aumenta.portfolio.figures import Counts
from aumenta.portfolio.subsets import Family, mask_of
from aumenta.scenario.gains import STATES
from aumenta.values.text import Text

SCHEMA_VERSION = 1
Cell = str | float | int | None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Member(_Strict):
    """One scenario of the portfolio; a `cost` that nobody knows is none, not zero."""

    id: str
    name: Text
    actions: list[str] = []
    cost: float | None = None
    source: str | None = Field(None, description="Where the cost comes from; none: not said.")
    run: str = Field(description="Run of the scenario alone.")


class Conflict(_Strict):
    """Scenarios that cannot be done together, with why; `found`: when they were checked, or only when applied."""

    scenarios: list[str]
    problems: list[str]
    found: Literal["checked", "applied"] = "checked"
    other_order: bool = Field(False, description="Whether they can be done in the other order of the list.")


class Evaluated(_Strict):
    """A set that was computed: residents by right, band and state (met, not met, unknown)."""

    scenarios: list[str]
    run: str | None = Field(description="Its run; none for the baseline.")
    counts: list[list[list[int]]]


class Sampling(_Strict):
    """How far the sets were computed: all that can be done, or those of `pairs` random orders and their reverses."""

    exact: bool = Field(description="Whether all sets were to be computed.")
    complete: bool = Field(description="Whether all that was to be computed was.")
    sets: int = Field(description="Sets that can be done together, the baseline included.")
    evaluated: int
    runs: int = Field(description="Most runs that were asked for.")
    error: float | None = Field(description="Standard error that was asked for, in residents.")
    seed: int
    pairs: int


class Table(_Strict):
    """A table by rows."""

    columns: list[str]
    rows: list[list[Cell]]

    def where(self, **wanted: Cell) -> Iterator[dict[str, Any]]:
        """Rows with these values, each by its columns."""
        at = {self.columns.index(name): value for name, value in wanted.items()}
        for row in self.rows:
            if all(row[place] == value for place, value in at.items()):
                yield dict(zip(self.columns, row, strict=True))


class Result(_Strict):
    """A portfolio. `rights` are rights and, with a point, their conditions; `bands` begins with `all`.

    `effects`: a row for each scenario, right, band and state: `alone`, `last` (with `last_low`, `last_high` where sets
    conflict), `average` with its standard `error`, all in residents, and `fits`, the share of orders in which the
    scenario can be added. `pairs`: for each two, right and band, of the state met: `together`, `beyond` their sum,
    `average` of that over those already there; `why` is `conflict`, or `not computed`, where a figure is none.
    """

    schema_version: int = SCHEMA_VERSION
    portfolio: str
    territory: str
    build: str
    software: dict[str, str]
    members: list[Member]
    rights: list[str]
    bands: list[str]
    states: list[str] = list(STATES)
    residents: list[int]
    conflicts: list[Conflict]
    ordered: list[list[str]] = Field([], description="Two scenarios that go together only in this order.")
    sampling: Sampling
    sets: list[Evaluated]
    effects: Table
    pairs: Table

    # --- lookups ------------------------------------------------------------------------

    @property
    def ids(self) -> list[str]:
        """Scenarios in the order of the list."""
        return [one.id for one in self.members]

    @cached_property
    def family(self) -> Family:
        """The sets that can be done together."""
        masks = frozenset(self.mask(one.scenarios) for one in self.conflicts)
        return Family(len(self.members), masks)

    @cached_property
    def known(self) -> Mapping[int, Counts]:
        """Counts by set."""
        return {self.mask(one.scenarios): np.array(one.counts, np.int64) for one in self.sets}

    @cached_property
    def runs(self) -> Mapping[int, str | None]:
        """Runs by set."""
        return {self.mask(one.scenarios): one.run for one in self.sets}

    def mask(self, scenarios: Collection[str]) -> int:
        """The set of these scenarios."""
        places = {name: place for place, name in enumerate(self.ids)}
        return mask_of(places[name] for name in scenarios)

    def names(self, mask: int) -> list[str]:
        """The scenarios of a set, in the order of the list."""
        return [name for place, name in enumerate(self.ids) if mask >> place & 1]

    def figure(self, right: str, band: str = "all", state: str = "met") -> dict[int, int]:
        """Residents by set. Raises `PortfolioError` for a right, band or state that is not known."""
        problems = self.figure_problems(right, band, state)
        if problems:
            raise PortfolioError("The portfolio does not tell this.", problems)
        at = (self.rights.index(right), self.bands.index(band), self.states.index(state))
        return {mask: int(counts[at]) for mask, counts in self.known.items()}

    def figure_problems(self, right: str, band: str, state: str = "met") -> list[Problem]:
        """Names of a figure that are not known."""
        asked = (("right", right, self.rights), ("band", band, self.bands), ("state", state, self.states))
        return [
            Problem(f"no such {noun}", field=noun, found=wanted[:80], expected=", ".join(have))
            for noun, wanted, have in asked
            if wanted not in have
        ]
