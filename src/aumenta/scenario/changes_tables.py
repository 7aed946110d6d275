# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of the pack's tables: a figure of some places set, raised or lowered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from aumenta.errors import Problem
from aumenta.readings.inputs import Figures
from aumenta.scenario.catalogue import PLACES, TABLE, Catalogue
from aumenta.scenario.change import ChangeBase, Outcome, number
from aumenta.scenario.fields import Id
from aumenta.scenario.known import Known, Named
from aumenta.store.view import View
from aumenta.territory.model import TableColumn
from aumenta.values.text import Text

Floats = NDArray[np.float64]
How = Literal["set", "add", "multiply", "at_least", "at_most"]
Number = Annotated[float, Field(allow_inf_nan=False)]
#: Levels that a table may have a column of places of.
LEVELS = ("municipality", "zone", "band", "metropolis")
_MAKE: dict[How, Callable[[Floats, float], Floats]] = {
    "set": lambda old, value: np.full(len(old), value),
    "add": lambda old, value: old + value,
    "multiply": lambda old, value: old * value,
    "at_least": np.maximum,
    "at_most": np.minimum,
}
_HOW: dict[How, Text] = {
    "set": Text(it="vale", en="becomes"),
    "add": Text(it="cresce di", en="grows by"),
    "multiply": Text(it="si moltiplica per", en="is multiplied by"),
    "at_least": Text(it="vale almeno", en="is at least"),
    "at_most": Text(it="vale al massimo", en="is at most"),
}


class LayerSet(ChangeBase):
    """A figure of some places is another one."""

    kind: Literal["layer.set"]
    table: Id
    column: Id
    places: list[Id] = Field(
        min_length=1, description="Places of the table; of a higher level: all they are made of."
    )
    value: Number | str
    how: How = "set"
    where: dict[str, str] | None = Field(
        None, description="Only rows where other columns have these values, such as one kind of schools."
    )

    touches: ClassVar[frozenset[str]] = frozenset({TABLE})
    would_change: ClassVar[str] = "a value other than the one there is"

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({TABLE + self.table})

    def resolve(self, catalogue: Catalogue) -> Outcome:
        figures = catalogue.table(self.table)
        if figures is None:
            every = {name: Named(name) for name in catalogue.tables()}
            return Known[Named]("table", lambda: every).problems(self.table, "table"), catalogue
        problems = self._column_problems(figures, catalogue)
        for at, place in enumerate(self.places):
            problems += catalogue.place_problems(place, f"places[{at}]")
        if problems:
            return problems, catalogue
        level = level_of(figures)
        towns = self._places(catalogue.view, self.places)
        rows = self._rows(figures, towns)
        have = set(figures.rows.loc[rows, level].astype(str))
        for at, place in enumerate(self.places):
            meant = self._places(catalogue.view, [place])
            if not have & set(meant):
                told = f"the table {self.table} has no row of this"
                problems.append(Problem(told, field=f"places[{at}]", found=catalogue.places[place].label))
        problems += self._value_problems(figures, rows, catalogue)
        for place in towns:
            key = ("table", self.table, self.column, place, str(sorted((self.where or {}).items())))
            twice, catalogue = catalogue.touch("column", f"{self.table}.{self.column} of {place}", *key)
            problems += twice
        return problems, catalogue if problems else catalogue.with_view(self.apply(catalogue.view))

    def _column_problems(self, figures: Figures, catalogue: Catalogue) -> list[Problem]:
        if level_of(figures) == "":
            expected = "a table with a column of " + ", ".join(LEVELS)
            return [
                Problem(
                    "the table tells nothing of places", field="table", found=self.table, expected=expected
                )
            ]
        spec = catalogue.specs.get(self.table)
        every = {name: Named(name) for name in map(str, figures.rows.columns)}
        known = Known[Named]("column", lambda: every)
        problems = known.problems(self.column, "column")
        for name in self.where or {}:
            problems += known.problems(name, f"where.{name}")
        keys = [*spec.key] if spec else [level_of(figures)]
        if self.column in keys:
            told = "a column with figures"
            problems.append(Problem("a key of the table", field="column", found=self.column, expected=told))
        return problems

    def _value_problems(
        self, figures: Figures, rows: NDArray[np.bool_], catalogue: Catalogue
    ) -> list[Problem]:
        column = figures.rows[self.column]
        told = str(self.value)
        if isinstance(self.value, str) == bool(pd.api.types.is_numeric_dtype(column)):
            expected = "a number" if isinstance(self.value, str) else "a text"
            return [Problem("not a value of this column", field="value", found=told, expected=expected)]
        if isinstance(self.value, str) and self.how != "set":
            return [Problem("a text can only be set", field="how", found=self.how, expected="set")]
        if not rows.any():
            return []
        spec = catalogue.specs.get(self.table)
        about = spec.column(self.column) if spec else None
        if isinstance(self.value, str):
            if about and about.allowed is not None and self.value not in about.allowed:
                expected = ", ".join(about.allowed)
                return [Problem("not a value of this column", field="value", found=told, expected=expected)]
            same = bool((column[rows] == self.value).all())
        else:
            old = column[rows].to_numpy(float, na_value=np.nan)
            new = _MAKE[self.how](old, self.value)
            own = figures.rows.loc[rows, level_of(figures)].isin(self.places).to_numpy(bool)
            found = _number_problems(old, new, own, self.how, about)
            if found:
                return found
            same = bool(np.array_equal(old, new, equal_nan=True))
        return [Problem("no effect", field="value", found=told, expected=self.would_change)] if same else []

    def _places(self, view: View, named: list[str]) -> list[str]:
        """Places of the table's level that some places stand for, each once."""
        level = level_of(view[TABLE + self.table])
        frame = view[PLACES]
        own = frame[frame["level"] == level]
        chosen = own["id"].isin(named)
        if level == "municipality":
            chosen |= own["zone"].isin(named) | own["band"].isin(named)
        if set(named) & set(frame.loc[frame["level"] == "metropolis", "id"]):
            chosen |= True
        return sorted(map(str, own.loc[chosen, "id"]))

    def _rows(self, figures: Figures, towns: list[str]) -> NDArray[np.bool_]:
        rows = figures.rows
        chosen = rows[level_of(figures)].isin(towns)
        for name, value in (self.where or {}).items():
            chosen &= rows[name].astype(str) == value
        return chosen.to_numpy(bool)

    def apply(self, view: View) -> View:
        figures: Figures = view[TABLE + self.table]
        rows = self._rows(figures, self._places(view, self.places))
        column = figures.rows[self.column]
        if isinstance(self.value, str):
            values = column.to_numpy(object, copy=True)
            values[rows] = self.value
            made = pd.Series(values, index=column.index, dtype=column.dtype)
        else:
            numbers = column.to_numpy(float, na_value=np.nan, copy=True)
            numbers[rows] = _MAKE[self.how](numbers[rows], self.value)
            made = pd.Series(numbers, index=column.index)
            whole = not bool((made.dropna() % 1 != 0).any())
            made = made.astype(column.dtype) if whole or not pd.api.types.is_integer_dtype(column) else made
        changed = replace(figures, rows=figures.rows.assign(**{self.column: made}))
        return view.replaced({TABLE + self.table: changed})

    def describe(self, catalogue: Catalogue) -> Text:
        spec = catalogue.specs.get(self.table)
        known = spec is not None and self.column in spec.column_ids
        name = spec.column(self.column).name if spec and known else Text(it=self.column, en=self.column)
        labels = [catalogue.places[code].label for code in self.places if code in catalogue.places]
        shown = ", ".join(labels[:3])
        more = len(labels) - 3
        where = Text(
            it=shown + (f" e altri {more}" if more > 0 else ""),
            en=shown + (f" and {more} more" if more > 0 else ""),
        )
        text = isinstance(self.value, str)
        said = Text(it=str(self.value), en=str(self.value)) if text else number(float(self.value), 4)
        how = _HOW[self.how]
        return Text(
            it=f"{name.it} {how.it} {said.it}: {where.it}", en=f"{name.en} {how.en} {said.en}: {where.en}"
        )


def level_of(figures: Figures) -> str:
    """Level of places that a table has rows of; blank where it has none."""
    return next((level for level in LEVELS if level in figures.rows), "")


def _number_problems(
    old: Floats, new: Floats, named: NDArray[np.bool_], how: How, about: TableColumn | None
) -> list[Problem]:
    """No figure to start from, at a place that is named or at all of them; a value beyond what the column may hold.

    A blank at a place that only a place of a higher level stands for stays blank.
    """
    blank = np.isnan(new)
    if blank[named].any() or blank.all():
        told = f"{how}: {int(blank.sum())} of {len(old)} rows without one"
        expected = "how: set, or only places that have a figure"
        return [Problem("there is no figure to start from", field="how", found=told, expected=expected)]
    least, most = (about.minimum, about.maximum) if about else (None, None)
    if (least is not None and (new < least).any()) or (most is not None and (new > most).any()):
        wrong = new[
            (new < (-np.inf if least is None else least)) | (new > (np.inf if most is None else most))
        ]
        bounds = " and ".join(
            text for text in (f"at least {least:g}" if least is not None else "",
                              f"at most {most:g}" if most is not None else "") if text
        )  # fmt: skip
        return [
            Problem("beyond what the column may hold", field="value", found=f"{wrong[0]:g}", expected=bounds)
        ]
    return []
