# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A scenario against its territory: all problems of all changes first, then all changes in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from aumenta.errors import Problem, ScenarioError
from aumenta.network.model import Network
from aumenta.readings.inputs import Figures, Population
from aumenta.scenario.catalogue import Catalogue
from aumenta.scenario.change import ChangeBase
from aumenta.scenario.known import Known, Named
from aumenta.scenario.model import Scenario
from aumenta.scenario.networks import same_network
from aumenta.scenario.opportunity_rows import NewRow, with_rows
from aumenta.store.view import View
from aumenta.values.text import Text

SUMMARY = "The scenario cannot be applied."


@dataclass(frozen=True)
class Resolved:
    """A scenario with all that is wrong with it, the catalogue it leaves, and a line in words for each change."""

    scenario: Scenario
    problems: tuple[Problem, ...]
    catalogue: Catalogue
    descriptions: tuple[Text, ...]

    def checked(self) -> Resolved:
        """Itself; `ScenarioError` with every problem where there are any."""
        if self.problems:
            raise ScenarioError(SUMMARY, self.problems)
        return self


def resolve_all(scenario: Scenario, catalogue: Catalogue, actions: Iterable[str] | None = None) -> Resolved:
    """Check a scenario; nothing of the catalogue's View is written to.

    `actions` are the codes of the plan, where there is one: those that the scenario names must be among them. A
    scenario of another territory has that one problem only.
    """
    if scenario.territory != catalogue.territory:
        problem = Problem(
            "a scenario of another territory",
            field="territory",
            found=scenario.territory,
            expected=catalogue.territory,
        )
        return Resolved(scenario, (problem,), catalogue, ())
    problems: list[Problem] = []
    if actions is not None:
        known = Known[Named]("action of the plan", lambda: {code: Named(code) for code in actions})
        for number, code in enumerate(scenario.actions):
            problems += known.problems(code, f"actions[{number}]")
    descriptions = []
    for index, change in enumerate(scenario.changes):
        found, catalogue = change.resolve(catalogue.at(index))
        problems += [within(one, index) for one in found]
        descriptions.append(change.describe(catalogue))
    return Resolved(scenario, tuple(problems), catalogue, tuple(descriptions))


def within(problem: Problem, index: int) -> Problem:
    """A problem of a change with its place in the list."""
    return replace(problem, field=f"changes[{index}]" + (f".{problem.field}" if problem.field else ""))


def apply_all(resolved: Resolved, view: View) -> View:
    """The View with every change made, in order; the very same View for no changes.

    Raises `ScenarioError` for a scenario with problems, and for changes that leave all as it was, all of them at once.
    """
    resolved.checked()
    problems = []
    for index, change, rows in _steps(resolved.scenario.changes):
        if rows:
            view = with_rows(view, rows)  # an addition always has an effect
            continue
        try:
            after = change.apply(view)
        except (
            ValueError
        ) as error:  # what only the network itself can tell, such as a trip that would take no time
            problems.append(within(Problem(str(error)), index))
            continue
        if not has_effect(change, view, after):
            words = resolved.descriptions[index].en
            problems.append(within(Problem("no effect", found=words, expected=change.would_change), index))
        view = after
    if problems:
        raise ScenarioError(SUMMARY, problems)
    return view


def _steps(changes: Sequence[ChangeBase]) -> Iterator[tuple[int, ChangeBase, list[NewRow]]]:
    """Changes in order with their numbers; opportunities added one after the other are one step, with their rows."""
    numbered = enumerate(changes)
    for adds, group in groupby(numbered, key=lambda pair: pair[1].new_row is not None):
        own = list(group)
        if adds:
            yield *own[0], [row for _, change in own if (row := change.new_row) is not None]
        else:
            yield from ((index, change, []) for index, change in own)


def has_effect(change: ChangeBase, before: View, after: View) -> bool:
    """Whether a change left any input that it touches other than it was."""
    return any(not (name in before and same(before[name], after[name])) for name in sorted(change.inputs))


def same(one: object, other: object) -> bool:
    """Whether two inputs are equal, field by field."""
    if one is other:
        return True
    if isinstance(one, Network) and isinstance(other, Network):
        return same_network(one, other)
    if isinstance(one, Figures | Population) and type(one) is type(other):
        return same_frame(one.rows, other.rows) and replace(one, rows=other.rows) == other
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        return same_frame(one, other)
    return bool(one == other)


def same_frame(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables are equal: columns, types, order of rows, values, geometry to the last bit."""
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return False
    if not one.index.equals(other.index):
        return False
    return all(_same_column(one[name], other[name]) for name in one.columns)


def _same_column(one: pd.Series, other: pd.Series) -> bool:
    if isinstance(one, gpd.GeoSeries) and isinstance(other, gpd.GeoSeries):
        mine, yours = one.to_numpy(), other.to_numpy()
        none = shapely.is_missing(mine)
        equal = shapely.equals_identical(mine, yours) | (none & shapely.is_missing(yours))
        return bool(np.all(equal)) and one.crs == other.crs
    return one.dtype == other.dtype and bool(one.equals(other))
