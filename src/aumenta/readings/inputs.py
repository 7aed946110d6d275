# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What measures are given: tables of figures with the source of each column, residents by age, the cells' arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.errors import Problem, TableError
from aumenta.values.aggregate import ESTIMATED_RANK, Members, Quantity, members_of, quantity
from aumenta.values.text import Text

#: Reason of a figure by age where nobody tells the ages.
NO_AGES = "no_ages"


@dataclass(frozen=True)
class Column:
    """Where a column of a table comes from; `blank` says in words what a blank means."""

    source: str | None = None
    date: str | None = None
    status: str = "reported"
    blank: Text | None = None


@dataclass(frozen=True)
class Figures:
    """A table of the pack: its rows and what each column is.

    `complete` says that a place without a row has none of what the table counts.
    """

    id: str
    rows: pd.DataFrame
    columns: Mapping[str, Column] = field(default_factory=dict)
    complete: bool = False

    def has(self, *names: str) -> bool:
        """Whether the table has these columns."""
        return all(name in self.rows for name in names)

    def quantity(
        self, column: str, part: str = "municipality", where: Mapping[str, str] | None = None
    ) -> Quantity:
        """A column as a quantity by `part`, of the rows where other columns have the given values.

        Raises `TableError` when the table lacks a column.
        """
        absent = [name for name in (column, part, *(where or {})) if name not in self.rows]
        if absent:
            problems = [Problem("a column is missing", f"table {self.id}", field=name) for name in absent]
            raise TableError("A table lacks what a measure reads.", problems)
        rows = self.rows
        for name, value in (where or {}).items():
            rows = rows[rows[name] == value]
        about = self.columns.get(column, Column())
        return quantity(
            rows[part],
            rows[column],
            status="reported" if about.status == "missing" else about.status,
            reason=self.blank_reason(column) if about.blank else "not_given",
            sources=[about.source] if about.source else [],
            period=about.date or "",
        )

    def counted(self, column: str, places: Iterable[str], part: str = "municipality") -> Quantity:
        """Sum of a column of counts by `part`, over all rows of the part.

        A blank makes its part's sum missing; a part without any row has zero when the table is `complete`, and is
        missing otherwise.
        """
        sums = self.rows.groupby(part, sort=True)[column].agg(lambda values: values.sum(skipna=False))
        wanted = pd.Index(sorted(places), dtype=object)
        values = sums.reindex(wanted, fill_value=0.0 if self.complete else np.nan)
        about = self.columns.get(column, Column())
        status = "reported" if about.status == "missing" else about.status
        absent = self.blank_reason(column) if about.blank else "not_given"
        sources = [about.source] if about.source else []
        return quantity(wanted, values.to_numpy(dtype=float), status, absent, sources, about.date or "")

    def blank_reason(self, column: str) -> str:
        """Code of what a blank of a column means."""
        return f"blank.{self.id}.{column}"

    def reasons(self) -> dict[str, Text]:
        """Codes of blanks in words."""
        return {self.blank_reason(name): about.blank for name, about in self.columns.items() if about.blank}


@dataclass(frozen=True)
class Population:
    """Residents of 1 January by municipality and single age, for one or more years.

    `rows`: year, municipality, age, residents (any number of rows for each, as sexes); the last age is open. Where
    nobody tells ages they are NaN: residents of a group of ages are then missing.
    """

    rows: pd.DataFrame
    source: str = ""
    status: str = "reported"
    #: Source of single years, where it is another than `source`.
    sources: Mapping[int, str] = field(default_factory=dict)
    #: Municipalities whose residents of a year are not the register's own: a scenario made them what they are.
    estimated: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def years(self) -> list[int]:
        """Years, ascending."""
        return sorted(int(y) for y in self.rows["year"].unique())

    def residents(self, year: int | None = None, first: int = 0, last: int | None = None) -> Quantity:
        """Residents from age `first` to `last` (None = and over) by municipality; default the last year."""
        chosen = self.years[-1] if year is None else year
        rows = self.rows[self.rows["year"] == chosen]
        towns = np.sort(rows["municipality"].unique())
        if first == 0 and last is None:
            taken = pd.Series(True, index=rows.index)
        elif rows["age"].isna().any():
            return quantity(towns, np.full(len(towns), np.nan), "missing", NO_AGES)
        else:
            taken = rows["age"] >= first if last is None else rows["age"].between(first, last)
        sums = rows[taken].groupby("municipality")["residents"].sum().reindex(towns, fill_value=0)
        source = self.sources.get(chosen, self.source)
        found = quantity(
            towns, sums, self.status, sources=[source] if source else [], period=f"{chosen}-01-01"
        )
        made = np.isin(towns.astype(str), sorted(self.estimated.get(chosen, ())))
        return (
            replace(found, status=np.where(made, np.int8(ESTIMATED_RANK), found.status))
            if made.any()
            else found
        )


def earlier_residents(history: Figures | None) -> list[Quantity]:
    """Residents of earlier years by municipality: columns `residents_<year>` of a table, oldest first.

    The period is the date that the pack gives the column when it is of the year in its name, else that year.
    """
    if history is None:
        return []
    names = sorted(str(name) for name in history.rows.columns if re.fullmatch(r"residents_\d{4}", str(name)))
    found = []
    for name in names:
        one, year = history.quantity(name), name.removeprefix("residents_")
        found.append(one if one.period.startswith(year) else replace(one, period=year))
    return found


@dataclass(frozen=True)
class Counts:
    """Opportunities of some kinds as counts by municipality: their weights added up.

    `rows` have `municipality`, `weight`, `source`, `status`; `complete` says that absence means none.
    """

    rows: pd.DataFrame
    complete: bool = False

    def quantity(self, places: NDArray[np.object_]) -> Quantity:
        """Sum of weights in each place; a thing of unknown weight makes its place missing."""
        known = self.rows[self.rows["municipality"].notna()]
        sums = known.groupby("municipality", sort=True)["weight"].agg(lambda values: values.sum(skipna=False))
        values = sums.reindex(pd.Index(places), fill_value=0.0 if self.complete else np.nan)
        status = "estimated" if (self.rows["status"] == "estimated").any() else "reported"
        sources = sorted({str(source) for source in self.rows["source"].dropna()})
        return quantity(places, values.to_numpy(dtype=float), status, sources=sources)


@dataclass(frozen=True)
class CellArrays:
    """The cells as measures read them: codes, their municipality, side in metres, and columns by name."""

    cell: NDArray[np.object_]
    municipality: NDArray[np.object_]
    resolution: int
    columns: Mapping[str, NDArray[np.generic]]
    period: str = ""
    sources: tuple[str, ...] = ()

    @property
    def area_km2(self) -> float:
        """Area of one cell."""
        return (self.resolution / 1000) ** 2

    def column(self, name: str) -> NDArray[np.float64]:
        """A column as floats."""
        return self.columns[name].astype(np.float64)

    def by_municipality(self, values: NDArray[np.float64]) -> pd.Series[float]:
        """Sum by municipality (of whole numbers, so exact), sorted by municipality."""
        codes, at = self._towns
        return pd.Series(np.bincount(at, values, minlength=len(codes)), index=codes)

    @cached_property
    def _towns(self) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
        """Codes of municipalities, sorted, and the number of each cell's: found once, asked for by every sum."""
        codes, at = np.unique(self.municipality.astype(str), return_inverse=True)
        return codes.astype(object), at.astype(np.int64)


def members_of_places(places: pd.DataFrame) -> Members:
    """Municipalities as parts of themselves, their zone, band and the whole, from the places table.

    A membership of a zone is inferred where the municipality's `status` is estimated; municipalities whose
    `valid_to` is given are no parts of today's places.
    """
    towns = places[places["level"] == "municipality"]
    if "valid_to" in towns:
        towns = towns[towns["valid_to"].isna()]
    inferred = (towns["status"] == "estimated").to_numpy()
    whole = places.loc[places["level"] == "metropolis", "id"]
    frames = [_member_rows("municipality", towns["id"], towns["id"])]
    for level in ("zone", "band"):
        known = towns[level].notna().to_numpy()
        rows = _member_rows(level, towns.loc[known, level], towns.loc[known, "id"])
        frames.append(rows.assign(inferred=inferred[known] if level == "zone" else False))
    for code in whole:
        frames.append(_member_rows("metropolis", [code] * len(towns), towns["id"]))
    every = {str(level): list(group["id"]) for level, group in places.groupby("level", sort=True)}
    every["municipality"] = list(towns["id"])
    return members_of(pd.concat(frames, ignore_index=True), every)


def members_of_bands(places: pd.DataFrame) -> Members:
    """Bands as parts of themselves and of the whole: for figures that are known by band only."""
    bands = places.loc[places["level"] == "band", "id"]
    whole = places.loc[places["level"] == "metropolis", "id"]
    frames = [_member_rows("band", bands, bands)]
    frames += [_member_rows("metropolis", [code] * len(bands), bands) for code in whole]
    return members_of(pd.concat(frames, ignore_index=True), {"band": list(bands), "metropolis": list(whole)})


def _member_rows(level: str, place: Iterable[str], part: Iterable[str]) -> pd.DataFrame:
    return pd.DataFrame({"level": level, "place": list(place), "part": list(part), "inferred": False})
