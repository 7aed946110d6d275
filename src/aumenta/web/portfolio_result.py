# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer of a portfolio as the page shows it: the choice, the frontier, tables that can be ordered, conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from aumenta.errors import PortfolioError, Problem
from aumenta.portfolio.choice import NOT_COMPUTED, Choice, Point
from aumenta.portfolio.frames import frame_of, frontier_frame, sets_frame
from aumenta.portfolio.model import Conflict, Result
from aumenta.web.portfolio_asked import Asked
from aumenta.web.portfolio_frontier import frontier_of
from aumenta.web.portfolio_problems import asked_texts, conflict_texts
from aumenta.web.portfolio_tables import (
    FIGURES,
    bands_of,
    column,
    moved,
    pair_rows,
    scenario_rows,
    usual_right,
    whole_rights,
)
from aumenta.web.portfolio_words import (
    Names,
    amount,
    best_title,
    best_words,
    cost_words,
    frontier_title,
    signed,
)
from aumenta.web.problem_words import ProblemText
from aumenta.web.site import Visit

#: Tables that can be downloaded.
TABLES = ("effects", "pairs", "frontier", "sets")


@dataclass(frozen=True)
class Clashing:
    """Scenarios that cannot be done together: their names, why, and whether they can in the other order."""

    names: str
    problems: list[ProblemText]
    said: list[str]
    other_order: bool


def completed(asked: Asked, result: Result) -> Asked:
    """With a right and a band of the answer, where the address names none, or one that is not there."""
    right = asked.right if asked.right in result.rights else usual_right(result)
    return replace(asked, right=right, band=asked.band if asked.band in result.bands else result.bands[0])


def chosen(asked: Asked, result: Result) -> tuple[Choice | None, list[Problem]]:
    """The choice that is asked for, or everything that is wrong with it."""
    usual = completed(asked, result)
    problems = asked.problems()
    problems += result.figure_problems(asked.right or usual.right, asked.band)
    try:
        choice = usual.choice(result)
    except PortfolioError as error:
        told = {one.field for one in problems}
        return None, problems + [one for one in error.problems if one.field is None or one.field not in told]
    return (None, problems) if problems else (choice, [])


def result_view(visit: Visit, asked: Asked, result: Result, names: Names) -> dict[str, Any]:
    """What the template shows of an answer."""
    choice, problems = chosen(asked, result)
    waiting = [one.message for one in problems] == [NOT_COMPUTED]
    asked = completed(asked, result)
    language, shown = visit.language, whole_rights(result)
    cost = language.gettext("Cost")
    effects = {
        band: [column(f"{figure}.{band}", _figures(visit)[figure], asked) for figure in FIGURES]
        for band in bands_of(result)
    }
    return {
        "asked": asked,
        "names": names,
        "result": result,
        "complete": result.sampling.complete,
        "exact": result.sampling.exact,
        "problems": [] if waiting else asked_texts(problems, names),
        "rights": _rights(result, names),
        "bands": [(band, names.bands[band]) for band in bands_of(result)],
        "choice": _choice_view(visit, asked, result, choice, names) if choice else None,
        "missing": cost_words(result, [one for one in result.ids if asked.costs.get(one) is None], names),
        "bound": [(one, names.scenario(one), _how(asked, one)) for one in result.ids],
        "rows": scenario_rows(result, asked, names),
        "first": [
            column("name", language.gettext("Scenario"), asked),
            column("cost", f"{cost} ({asked.unit})" if asked.unit else cost, asked),
        ],
        "effects": effects,
        "by_right": [column(f"right.{right}", names.rights[right], asked) for right in shown],
        "still": [names.rights[one] for one in shown if one not in moved(result)],
        "pairs": pair_rows(result, asked, names),
        "pair_columns": _pair_columns(visit, asked),
        "has_costs": any(cost is not None for cost in asked.costs.values()),
    }


def _figures(visit: Visit) -> dict[str, str]:
    language = visit.language
    return {
        "alone": language.gettext("alone"),
        "last": language.gettext("last"),
        "average": language.gettext("on average"),
    }


def _pair_columns(visit: Visit, asked: Asked) -> list[Any]:
    language = visit.language
    named = (
        ("name", language.gettext("Pair")),
        ("together", language.gettext("together")),
        ("beyond", language.gettext("beyond the sum")),
        ("average", language.gettext("beyond, on average")),
    )
    return [column(id, name, asked, "pairs") for id, name in named]


def _how(asked: Asked, name: str) -> str:
    return "pin" if name in asked.pinned else "out" if name in asked.excluded else ""


def _rights(result: Result, names: Names) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Rights with their conditions, for the chooser."""
    return [
        (right, names.rights[right], [(one, names.rights[one]) for one in result.rights if one.startswith(f"{right}.")])
        for right in whole_rights(result)
    ]  # fmt: skip


def _choice_view(visit: Visit, asked: Asked, result: Result, choice: Choice, names: Names) -> dict[str, Any]:
    """The set that does most, and the frontier by cost where costs say anything, else by number."""
    language, unit = visit.language, asked.unit
    whole = asked.unbounded.choice(result)
    by_cost = any(cost is not None for cost in asked.costs.values()) and len(whole.by_cost) > 1
    points = whole.by_cost if by_cost else whole.by_number
    budget = "" if asked.budget is None else amount(asked.budget, unit, language)
    return {
        "best": choice.best.scenarios,
        "title": best_title(choice, budget, names),
        "words": best_words(choice, result, unit, names),
        "proven": choice.best.proven,
        "by_cost": by_cost,
        "frontier_title": frontier_title(whole, by_cost, unit, names),
        "drawing": frontier_of(points, by_cost, asked.budget, language),
        "budget": budget,
        "points": [_point(one, names) for one in points],
    }


def _point(point: Point, names: Names) -> dict[str, Any]:
    language = names.language
    return {
        "names": names.set(point.scenarios),
        "number": len(point.scenarios),
        "cost": amount(point.cost if point.scenarios else 0.0, "", language),
        "gain": signed(point.gain, language),
        "met": language.number(point.met),
        "proven": point.proven,
    }


def clashing(
    conflicts: Sequence[Conflict], why: Mapping[frozenset[str], Sequence[Problem]], names: Names
) -> list[Clashing]:
    """Conflicts in words; of those whose reasons are only kept as text, that text."""
    found = []
    for one in conflicts:
        problems = why.get(frozenset(one.scenarios))
        texts = conflict_texts(problems, names) if problems else []
        said = [] if problems else list(one.problems)
        found.append(Clashing(names.set(one.scenarios), texts, said, one.other_order))
    return found


# --- files ------------------------------------------------------------------------------


def table_of(table: str, asked: Asked, result: Result) -> pd.DataFrame:
    """A table for download: of the chosen right all bands. Raises `PortfolioError` for a choice that fails."""
    asked = completed(asked, result)
    if table == "sets":
        costed = [one.model_copy(update={"cost": asked.costs.get(one.id)}) for one in result.members]
        return sets_frame(result.model_copy(update={"members": costed}))
    if table == "frontier":
        return frontier_frame(asked.unbounded.choice(result))
    frame = frame_of(result.effects if table == "effects" else result.pairs)
    frame = frame[frame["right"] == asked.right]
    if table == "effects":
        frame.insert(1, "cost", [asked.costs.get(str(one)) for one in frame["scenario"]])
        frame.insert(2, "source", [asked.sources.get(str(one)) for one in frame["scenario"]])
    return frame
