# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Who gains by a scenario: residents by what happens to them, by place, age, income; inequality; rights.

Residents are those of the baseline, cell by cell: a scenario that brings people is judged by those who live there
already. Groups are the altitude bands, the zones, the ages, the fifths by the income of the municipality (1 lowest; a
municipality is never split) and the full and the void. Counts of every group add up to its residents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.equity import Spread, quintiles, spread
from aumenta.scenario.difference import EFFECTS, Doubles, effects_of, threshold_of
from aumenta.values.aggregate import Quantity, aligned
from aumenta.values.model import Indicator

#: Groups by age, and the columns of the cells that make them.
AGES: Mapping[str, tuple[str, ...]] = {
    "0_18": ("pop_0_14", "pop_15_18"),
    "19_39": ("pop_19_39",),
    "40_64": ("pop_40_64",),
    "65_plus": ("pop_65p",),
}
#: Groupings, in the order of tables.
GROUPINGS = ("all", "band", "zone", "age", "income", "fullvoid")
ALL = "all"
#: Group of residents whose band, zone or income is not known.
NOT_KNOWN = "unknown"
#: States of a right, by the value of its cell.
STATES = ("met", "not_met", "unknown")


@dataclass(frozen=True)
class People:
    """Residents of inhabited cells, all and by age, and the group of each cell by band, zone, income and full or void.

    `every` are all the cells there are, of which those at `at` are inhabited.
    """

    every: NDArray[np.object_]
    at: NDArray[np.int64]
    residents: Doubles
    ages: Mapping[str, Doubles]
    groups: Mapping[str, NDArray[np.object_]]

    @cached_property
    def weights(self) -> tuple[tuple[str, str, Doubles], ...]:
        """Grouping, group and its residents by inhabited cell, in a fixed order."""
        found = [(ALL, ALL, self.residents)]
        for by in GROUPINGS[1:]:
            if by == "age":
                found += [(by, name, residents) for name, residents in self.ages.items()]
            elif by in self.groups:
                names, number = np.unique(self.groups[by].astype(str), return_inverse=True)
                found += [
                    (by, str(name), np.where(number == k, self.residents, 0.0))
                    for k, name in enumerate(names)
                ]
        return tuple(found)

    def of(self, one: Quantity) -> Quantity:
        """A quantity of cells at the inhabited ones; cells that it lacks are missing."""
        same = len(one.part) == len(self.every) and np.array_equal(one.part, self.every)
        if not same:
            return aligned(one, self.every[self.at])
        at = self.at
        return Quantity(one.part[at], one.value[at], one.status[at], one.reason[at], one.sources, one.period)


def people_of(cells: pd.DataFrame, income: Mapping[str, float] | None = None) -> People:
    """People of the baseline's cells; `income` per taxpayer by municipality, without it there are no fifths."""
    every = cells["cell"].to_numpy(object)
    at = np.flatnonzero(cells["pop"].to_numpy(float) > 0)
    cells = cells.iloc[at]
    residents = cells["pop"].to_numpy(float)
    groups = {}
    for by in ("band", "zone"):
        own = cells[by].astype(object)
        groups[by] = own.where(own.notna(), NOT_KNOWN).to_numpy(object)
    standing = cells["municipality"].map(income or {}).to_numpy(float, na_value=np.nan)
    if not np.isnan(standing).all():
        fifth = quintiles(standing, residents)
        groups["income"] = np.where(fifth > 0, fifth.astype(str).astype(object), NOT_KNOWN)
    groups["fullvoid"] = np.where(cells["full"].to_numpy(float) > 0, "full", "void").astype(object)
    ages = {
        name: np.sum([cells[column].to_numpy(float) for column in columns], axis=0)
        for name, columns in AGES.items()
        if all(column in cells and cells[column].notna().all() for column in columns)
    }
    return People(every, at, residents, ages, groups)


def who_gains(
    before: Quantity, after: Quantity, indicator: Indicator, people: People, threshold: float | None = None
) -> pd.DataFrame:
    """Residents for whom an indicator of cells stays, becomes better, worse, other, or nobody knows; by group.

    Columns `indicator`, `threshold`, `by`, `group`, `residents`, one for each of `EFFECTS`, and `mean_change`: the mean
    difference over residents whose value is known on both sides (NaN: nobody's is).
    """
    old, new = people.of(before), people.of(after)
    code = effects_of(old, new, indicator, threshold)
    change = new.value - old.value
    known = ~np.isnan(change)
    change = np.where(known, change, 0.0)
    least = threshold_of(indicator) if threshold is None else threshold
    rows = []
    for by, group, residents in people.weights:
        counts = np.bincount(code, weights=residents, minlength=len(EFFECTS))
        told = float((residents * known).sum())
        mean = float((residents * change).sum()) / told if told > 0 else np.nan
        rows.append((indicator.id, least, by, group, float(residents.sum()), *counts.tolist(), mean))
    columns = ["indicator", "threshold", "by", "group", "residents", *EFFECTS, "mean_change"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class InequalityChange:
    """How evenly a good is spread over residents, before and after, among those whose value is known on both sides.

    `left_out` residents lack one side. The changes are None where a statistic has no meaning: what is no good (its way
    up is not better) or has values below zero.
    """

    indicator: str
    people: float
    left_out: float
    before: Spread
    after: Spread

    @property
    def gini(self) -> float | None:
        """Change of the Gini coefficient; below zero: more even."""
        return _change(self.before.gini, self.after.gini)

    @property
    def theil(self) -> float | None:
        """Change of Theil's index; below zero: more even."""
        return _change(self.before.theil, self.after.theil)


def inequality_change(
    before: Quantity, after: Quantity, indicator: Indicator, people: People
) -> InequalityChange:
    """Spread of an indicator of cells over residents before and after."""
    old, new = people.of(before).value, people.of(after).value
    both = ~np.isnan(old) & ~np.isnan(new)
    good = indicator.direction == "up"
    weight = people.residents[both]
    spreads = [spread(side[both], weight, good) for side in (old, new)]
    left_out = float(people.residents[~both].sum())
    return InequalityChange(indicator.id, float(weight.sum()), left_out, spreads[0], spreads[1])


def _change(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def rights_transitions(before: Quantity, after: Quantity, right: str, people: People) -> pd.DataFrame:
    """Residents by what a right is for them before and after: met, not met, not known; by group.

    Columns `right`, `by`, `group`, `before`, `after`, `residents`; nine rows for each group. Values are of a right by
    cell: 1 met, 0 not met, missing not known.
    """
    sides = [_states(people.of(side).value) for side in (before, after)]
    code = sides[0] * len(STATES) + sides[1]
    rows = []
    for by, group, residents in people.weights:
        counts = np.bincount(code, weights=residents, minlength=len(STATES) ** 2)
        for at, count in enumerate(counts.tolist()):
            rows.append((right, by, group, STATES[at // len(STATES)], STATES[at % len(STATES)], count))
    return pd.DataFrame(rows, columns=["right", "by", "group", "before", "after", "residents"])


def rights_change(transitions: pd.DataFrame) -> pd.DataFrame:
    """Residents for whom a right is met, not met, not known: before, after and the change, of `rights_transitions`.

    Columns `right`, `by`, `group`, `state`, `before`, `after`, `change`.
    """
    keys = ["right", "by", "group"]
    rows = []
    for key, own in transitions.groupby(keys, sort=False):
        for state in STATES:
            old, new = (float(own.loc[own[side] == state, "residents"].sum()) for side in ("before", "after"))
            rows.append((*key, state, old, new, new - old))
    return pd.DataFrame(rows, columns=[*keys, "state", "before", "after", "change"])


def _states(value: Doubles) -> NDArray[np.int64]:
    """Numbers of `STATES`."""
    return np.where(np.isnan(value), 2, np.where(value > 0, 0, 1)).astype(np.int64)
