# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How evenly an indicator is spread over the people of a twin: `Twin.equity`.

Values are those of inhabited cells where the indicator has them (each counts as many times as people live there), else
those of municipalities, which all their residents share. Missing values are left out, and their people counted.
Statistics are those of `aumenta.equity`; gini, Theil, Lorenz and Palma only of goods (indicators whose way up is
better); of times the shares reached stand beside (`Equity.shares`). How each is made: `docs/equity.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aumenta import equity as statistics
from aumenta.equity import Decomposition, Spread
from aumenta.errors import Problem, TwinError
from aumenta.twin.equity_rows import FULL, LEVELLERS, Rows, is_time, rows_of, shares_within
from aumenta.values.model import Indicator

if TYPE_CHECKING:
    import pandas as pd

    from aumenta.twin.facade import Twin

#: Groups that a value is decomposed by.
GROUPINGS = (*LEVELLERS, FULL)
#: Names of the kinds of clusters, by their code in `aumenta.equity.Clusters.kind`.
CLUSTERS = ("none", "high_high", "low_high", "low_low", "high_low")
#: Groups by age: id and column of `Rows`.
AGES = (("all", "people"), ("0_18", "young"), ("65_plus", "old"))

#: Section, item, name and value of a row of `Equity.table`.
Figure = tuple[str, str, str, float | None]


@dataclass(frozen=True, slots=True)
class Group:
    """People of a group, those among them without a value, and the mean over the others (None: nobody has one).

    Of goods: `share_of_value` the group's share of all there is, `within` what the inequality inside it adds to
    Theil's index. Shares are from 0 to 1.
    """

    id: str
    people: float
    missing_people: float
    mean: float | None
    share_of_people: float
    share_of_value: float | None = None
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Fifth:
    """A fifth of the people by the income of their municipality (1 lowest); lowest and highest income inside.

    A municipality is never split: one that is larger than a fifth leaves others empty (people 0, mean None).
    """

    number: int
    people: float
    missing_people: float
    mean: float | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """Concentration index along municipal income (-1 to 1; above 0: richer places have more), and the fifths.

    `left_out` people live where the income is not known.
    """

    index: float | None
    fifths: tuple[Fifth, ...]
    left_out: float


@dataclass(frozen=True, slots=True)
class CellClusters:
    """Moran's I of inhabited cells with a value, its pseudo p-value, and the local cluster of each.

    `cell` are positions in the twin's cells, `kind` codes of `CLUSTERS`; `cells` and `people` by kind.
    """

    moran: float
    p: float
    cell: NDArray[np.int64]
    kind: NDArray[np.int8]
    cells: tuple[int, ...]
    people: tuple[float, ...]


class Equity:
    """The spread of one indicator; each part is computed when first asked for."""

    def __init__(self, indicator: Indicator, rows: Rows, within: str, shares: tuple[str, ...]) -> None:
        self.indicator = indicator
        self.rows = rows
        self.within = within
        #: Of a time: ids of the indicators that say whom it reaches within a limit.
        self.shares = shares
        self._numbered: dict[str, tuple[tuple[str, ...], NDArray[np.int64]]] = {}
        self._split: dict[str, Decomposition | None] = {}
        self._grouped: dict[str, tuple[Group, ...]] = {}

    def __repr__(self) -> str:
        return f"<Equity of {self.indicator.id} among {self.people:.0f} people, by {self.rows.level}>"

    @property
    def level(self) -> str:
        """What the values are of: `cell` or `municipality`."""
        return self.rows.level

    @cached_property
    def good(self) -> bool:
        """Whether more is better and nothing lies below zero: only then can it be shared out unevenly."""
        known = self.rows.value[~np.isnan(self.rows.value)]
        return self.indicator.direction == "up" and (not len(known) or float(known.min()) >= 0)

    @cached_property
    def one_sided(self) -> bool:
        """Whether a share is known only of those who have it (or only of those who do not): its spread says nothing."""
        known = self.rows.value[~np.isnan(self.rows.value)]
        same = len(known) > 0 and bool((known == known[0]).all())
        return self.rows.share and same and self.missing_people > 0

    @property
    def is_time(self) -> bool:
        """Whether the indicator is a number of minutes."""
        return is_time(self.indicator)

    @cached_property
    def groupings(self) -> tuple[str, ...]:
        """Groupings with more than one group in this territory."""
        return tuple(by for by in GROUPINGS if len(self._numbers(by)[0]) > 1)

    def _numbers(self, by: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Names of the groups in order, and the number of the group of every row."""
        if by not in self._numbered:
            names, index = np.unique(self.rows.groups(by), return_inverse=True)
            self._numbered[by] = tuple(map(str, names)), index
        return self._numbered[by]

    @cached_property
    def people(self) -> float:
        """People who have a value."""
        return float(self.rows.people[~np.isnan(self.rows.value)].sum())

    @cached_property
    def missing_people(self) -> float:
        """People whose value is missing, left out of every statistic."""
        return float(self.rows.people[np.isnan(self.rows.value)].sum())

    @cached_property
    def missing(self) -> dict[str, float]:
        """People without a value by the code of the reason, most first."""
        blank = np.isnan(self.rows.value)
        codes, index = np.unique(self.rows.reason[blank].astype(str), return_inverse=True)
        counts = np.bincount(index, weights=self.rows.people[blank], minlength=len(codes))
        return {str(codes[i]): float(counts[i]) for i in np.lexsort((codes, -counts))}

    @cached_property
    def spread(self) -> Spread:
        """Mean, percentiles, and of goods Gini, Theil, P90/P10 and Palma."""
        return statistics.spread(self.rows.value, self.rows.people, self.good)

    @property
    def theil(self) -> Decomposition | None:
        """Theil's T between the groups asked for (`within`) and within them, exactly; None of what is no good."""
        return self.decomposition(self.within)

    def decomposition(self, by: str) -> Decomposition | None:
        """Theil's T between and within bands, zones, or the full and the void; None where it has no meaning."""
        if by not in self._split:
            groups, told = self.rows.groups(by), self.good and self.spread.theil is not None
            self._split[by] = (
                statistics.theil_decomposition(self.rows.value, self.rows.people, groups) if told else None
            )
        return self._split[by]

    def groups(self, by: str | None = None) -> tuple[Group, ...]:
        """People, mean and shares of every group, in the order of their ids."""
        by = by or self.within
        if by not in self._grouped:
            self._grouped[by] = self._groups(by)
        return self._grouped[by]

    def _groups(self, by: str) -> tuple[Group, ...]:
        names, index = self._numbers(by)
        parts = self.decomposition(by)
        at = {name: k for k, name in enumerate(parts.groups)} if parts else {}
        found = []
        for number, name in enumerate(names):
            people, missing, mean = self._mean(index == number, self.rows.people)
            k = at.get(name)
            value = float(parts.share_of_value[k]) if parts and k is not None else None
            inside = float(parts.within_by_group[k]) if parts and k is not None else None
            share = people / max(float(self.rows.people.sum()), 1.0)
            found.append(Group(name, people, missing, mean, share, value, inside))
        return tuple(found)

    @cached_property
    def lorenz(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Lorenz curve: cumulative shares of people and of the value; None of what is no good or nobody has."""
        if not self.good:
            return None
        people, value = statistics.lorenz(self.rows.value, self.rows.people)
        return (people, value) if len(people) else None

    @cached_property
    def concentration(self) -> Concentration | None:
        """Along the income per taxpayer of the municipality; None where the twin has no incomes."""
        income = self.rows.income
        if np.isnan(income).all():
            return None
        told = ~np.isnan(income)
        fifth = statistics.quintiles(income, self.rows.people)
        index = (
            statistics.concentration(self.rows.value, self.rows.people, income)
            if self.people and not (self.rows.value < 0).any()
            else float("nan")
        )
        fifths = []
        for number in range(1, 6):
            inside = fifth == number
            people, missing, mean = self._mean(inside, self.rows.people)
            ends = (
                (float(income[inside].min()), float(income[inside].max())) if inside.any() else (None, None)
            )
            fifths.append(Fifth(number, people, missing, mean, *ends))
        left_out = float(self.rows.people[~told].sum())
        return Concentration(index if np.isfinite(index) else None, tuple(fifths), left_out)

    @cached_property
    def ages(self) -> tuple[Group, ...] | None:
        """Mean over all residents, those up to 18, those of 65 and over; None of municipalities, or without ages."""
        if self.level != "cell" or np.isnan(self.rows.young).any():
            return None
        found = []
        everyone = max(float(self.rows.people.sum()), 1.0)
        for name, column in AGES:
            weight: NDArray[np.float64] = getattr(self.rows, column)
            people, missing, mean = self._mean(np.ones(len(weight), bool), weight)
            found.append(Group(name, people, missing, mean, people / everyone))
        return tuple(found)

    @property
    def clusters(self) -> CellClusters | None:
        """Whether like is near like among inhabited cells that touch, with 999 permutations of a fixed seed.

        None where only municipalities have values, or all values are the same.
        """
        # Not a `cached_property`: up to Python 3.11 one that is computed holds up those of all other indicators.
        if "_clusters" not in self.__dict__:
            self.__dict__["_clusters"] = self._computed_clusters()
        found: CellClusters | None = self.__dict__["_clusters"]
        return found

    def _computed_clusters(self) -> CellClusters | None:
        rows = self.rows
        if rows.cell is None or rows.gx is None or rows.gy is None:
            return None
        known = ~np.isnan(rows.value)
        value = rows.value[known]
        if len(value) < 3 or not float(value.max()) > float(value.min()):
            return None
        near = statistics.neighbours_of_grid(rows.gx[known], rows.gy[known])
        if not len(near.other):
            return None
        index, p = statistics.moran(value, near)
        kind = statistics.local_moran(value, near).kind
        cells = np.bincount(kind, minlength=len(CLUSTERS))
        people = np.bincount(kind, weights=rows.people[known], minlength=len(CLUSTERS))
        return CellClusters(
            index, p, rows.cell[known], kind, tuple(map(int, cells)), tuple(map(float, people))
        )

    def table(self) -> pd.DataFrame:
        """Every figure as a row of `section`, `item`, `figure`, `value` (NaN: there is none), in a fixed order."""
        import pandas as pd  # noqa: PLC0415 - only when asked

        rows = [(section, item, figure, value) for section, item, figure, value in self._figures()]
        frame = pd.DataFrame(rows, columns=["section", "item", "figure", "value"])
        frame["value"] = frame["value"].astype(float)
        return frame

    def _figures(self) -> Iterator[Figure]:
        for name in Spread.__slots__:
            yield "whole", "", name, getattr(self.spread, name)
        for code, count in self.missing.items():
            yield "missing", code, "people", count
        for by in self.groupings:
            parts = self.decomposition(by)
            for name in ("total", "between", "within") if parts else ():
                yield by, "", f"theil_{name}", getattr(parts, name)
            for group in self.groups(by):
                yield from _of_group(by, group)
        if self.concentration:
            yield from _of_income(self.concentration)
        for group in self.ages or ():
            yield from _of_group("age", group)
        if self.clusters:
            yield from _of_clusters(self.clusters)

    def _mean(
        self, inside: NDArray[np.bool_], weight: NDArray[np.float64]
    ) -> tuple[float, float, float | None]:
        """People (of a weight) inside, those among them without a value, and the mean over the others."""
        blank = np.isnan(self.rows.value)
        told = inside & ~blank
        known = float(weight[told].sum())
        mean = float(weight[told] @ self.rows.value[told]) / known if known > 0 else None
        return float(weight[inside].sum()), float(weight[inside & blank].sum()), mean


def _of_group(section: str, group: Group) -> Iterator[Figure]:
    names = ["people", "missing_people", "mean", "share_of_people"]
    names += ["share_of_value", "within"] if group.share_of_value is not None else []
    for name in names:
        yield section, group.id, "theil_within" if name == "within" else name, getattr(group, name)


def _of_income(found: Concentration) -> Iterator[Figure]:
    yield "income", "", "concentration", found.index
    yield "income", "", "left_out", found.left_out
    for fifth in found.fifths:
        for name in ("people", "missing_people", "mean", "lowest", "highest"):
            yield "income", str(fifth.number), name, getattr(fifth, name)


def _of_clusters(found: CellClusters) -> Iterator[Figure]:
    yield "clusters", "", "moran", found.moran
    yield "clusters", "", "p", found.p
    for name, cells, people in zip(CLUSTERS, found.cells, found.people, strict=True):
        yield "clusters", name, "cells", float(cells)
        yield "clusters", name, "people", people


def equity_of(twin: Twin, indicator: str, within: str = "band") -> Equity:
    """The spread of an indicator among the people of a twin, decomposed by `band`, `zone` or `fullvoid`.

    Raises `TwinError` for an unknown grouping, and for an indicator with values of neither cells nor municipalities.
    """
    if within not in GROUPINGS:
        problem = Problem("no such groups", field="within", found=within, expected=", ".join(GROUPINGS))
        raise TwinError("The spread cannot be computed.", [problem])
    rows = rows_of(twin, indicator)
    return Equity(twin.indicators[indicator], rows, within, shares_within(twin, indicator))
