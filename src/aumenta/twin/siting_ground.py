# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a question about siting means on a twin: its area, who counts there, candidates, what is there already.

Every fault of a question is found before anything is computed; numbers of cells are those of `cells.parquet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.errors import Problem, SitingError
from aumenta.scenario.levers import Lever
from aumenta.siting.question import SUMMARY, WEIGHTED, WHO_NAMES, Question
from aumenta.twin.siting_choices import levers_of, placeable, placeables
from aumenta.twin.siting_people import counted_people
from aumenta.twin.siting_spots import TOLD, Existing, Spot, candidates_of, existing_of, point_problems
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin


@dataclass(frozen=True)
class SitingGround:
    """A question made certain: cells of the area that count, their people, candidates and what is there."""

    lever: Lever
    points: str
    kind: str
    name: Text
    things: Text
    area: Text
    who: Text
    cells: NDArray[np.int64]
    people: NDArray[np.float64]
    weighted: NDArray[np.float64]
    towns: NDArray[np.object_]
    bands: NDArray[np.object_]
    zones: NDArray[np.object_]
    candidates: tuple[Spot, ...]
    existing: Existing
    estimated: bool
    notes: list[Text] = field(default_factory=list)


def ground_of_question(twin: Twin, question: Question) -> SitingGround:
    """What a question means on a twin. Raises `SitingError` with everything that does not fit."""
    problems: list[Problem] = []
    notes: list[Text] = []
    lever, points, kind = _what(twin, question, problems)
    problems += _amount_problems(question)
    table = twin.cell_table(["municipality", "zone", "band"]).to_pandas()
    inside, area = _area(twin, question, table, problems)
    counted = counted_people(twin, question, problems)
    problems += point_problems(twin, question)
    candidates: list[Spot] = []
    if inside is not None:
        candidates = candidates_of(twin, question, inside, table, problems, notes)
        problems += _unknown_ids(question, candidates)
    existing = existing_of(twin, question, kind, inside, table, problems, notes)
    if inside is not None and counted is not None:
        inhabited = inside & (counted.weighted > 0)
        if not inhabited.any():
            problems.append(Problem("nobody who counts lives there", field="area", found=area.en))
    if problems or lever is None or inside is None or counted is None:
        raise SitingError(SUMMARY, problems)
    own = placeable(lever, {})
    assert own is not None  # `_what` looked
    at = np.flatnonzero(inside & ((counted.people > 0) | (counted.weighted > 0)))
    town, zone, band = (table[name].to_numpy(object)[at] for name in ("municipality", "zone", "band"))
    return SitingGround(
        lever, points, kind, lever.name, own.things, area, _who(question), at, counted.people[at],
        counted.weighted[at], town, band, zone, tuple(candidates), existing, counted.estimated,
        [*notes, *counted.notes(inside)],
    )  # fmt: skip


def _who(question: Question) -> Text:
    return WEIGHTED if question.weights else WHO_NAMES[question.who]


# --- what ----------------------------------------------------------------------------------


def _what(twin: Twin, question: Question, problems: list[Problem]) -> tuple[Lever | None, str, str]:
    """The lever, its list of points, and the kind that each point opens."""
    known = placeables(twin)
    if question.what not in known:
        expected = ", ".join(f"{one.id} ({one.things.en})" for one in known.values()) or "the pack has none"
        problems.append(
            Problem("not something to place", field="what", found=question.what, expected=expected)
        )
        return None, "", ""
    own, lever = known[question.what], levers_of(twin)[question.what]
    given = question.parameters.get(own.asks) if own.asks else own.kind
    kind = str(given if given is not None else own.kind or "")
    names = [one.id for one in lever.parameters if one.id != own.points]
    for name, value in question.parameters.items():
        if name not in names:
            expected = ", ".join(names) or "this lever has no others than its points"
            problems.append(
                Problem("no such parameter", field=f"parameters.{name}", found=name, expected=expected)
            )
        else:
            problems += lever.parameter(name).problems(value)
    if not kind:
        problems.append(
            Problem("not decided yet", field=f"parameters.{own.asks}", expected="a kind of opportunity")
        )
    if own.most is not None and question.count is not None and question.count > own.most:
        problems.append(
            Problem(
                "more than the lever takes",
                field="count",
                found=str(question.count),
                expected=f"at most {own.most}",
            )
        )
    return lever, own.points, kind


def _amount_problems(question: Question) -> list[Problem]:
    """Amounts that do not go together."""
    problems = []
    priced = question.cost is not None or bool(question.costs)
    if question.count is None and question.budget is None and question.objective != "set_cover":
        problems.append(
            Problem("how many is not said", field="count", expected="a number of sites, or a budget")
        )
    if question.budget is not None and not priced:
        problems.append(Problem("a budget without costs", field="cost", expected="the cost of a site"))
    if question.groups is not None and question.objective != "worst_first":
        problems.append(
            Problem(
                "goes with the worst-off first",
                field="groups",
                found=question.groups,
                expected="objective: worst_first",
            )
        )
    capped = question.capacity is not None or question.capacities or question.existing_capacity is not None
    if capped and question.objective in ("centre", "worst_first"):
        problems.append(
            Problem("does not go with capacities", field="objective", found=question.objective,
                    expected="median, coverage or set_cover; or no capacities")
        )  # fmt: skip
    if capped and question.weights:
        problems.append(
            Problem(
                "a person takes one place, whatever the weight",
                field="weights",
                expected="no weights, or no capacities",
            )
        )
    if question.mode != "transit" and (question.date or question.window):
        problems.append(
            Problem(
                "goes with public transport",
                field="date" if question.date else "window",
                expected="mode: transit",
            )
        )
    return problems


def _unknown_ids(question: Question, candidates: Sequence[Spot]) -> list[Problem]:
    """Costs and capacities of what is no candidate."""
    ids = {one.id for one in candidates}
    amounts = {"costs": question.costs, "capacities": question.capacities}
    unknown = [(name, key) for name, given in amounts.items() for key in given if key not in ids]
    expected = ", ".join(sorted(ids)[:TOLD]) + (" ..." if len(ids) > TOLD else "")
    return [
        Problem("no such candidate", field=name, found=key, expected=expected) for name, key in unknown[:TOLD]
    ]


# --- where ---------------------------------------------------------------------------------


def _area(
    twin: Twin, question: Question, table: pd.DataFrame, problems: list[Problem]
) -> tuple[NDArray[np.bool_] | None, Text]:
    """Flags of the cells of the area, and what it is called."""
    places = twin.places()
    whole = places[places["level"] == "metropolis"]
    if not question.area:
        name = str(whole["name"].iloc[0]) if len(whole) else twin.manifest.pack.name.it
        return np.ones(len(table), bool), Text(it=name, en=name)
    names = dict(zip(places["id"].astype(str), places["name"].astype(str), strict=True))
    unknown = [one for one in question.area if one not in names]
    for one in unknown[:TOLD]:
        problems.append(Problem("no such place", field="area", found=one, expected=_near(one, names)))
    if unknown:
        return None, Text(it="", en="")
    asked = set(question.area)
    inside = np.zeros(len(table), bool)
    for column in ("municipality", "zone", "band"):
        inside |= table[column].isin(asked).to_numpy()
    if asked & set(whole["id"].astype(str)):
        inside[:] = True
    name = ", ".join(names[one] for one in question.area)
    return inside, Text(it=name, en=name)


def _near(given: str, names: dict[str, str]) -> str:
    """Ids of places whose name or id is like what was given."""
    word = given.lower()
    like = [key for key, name in names.items() if word in name.lower() or key.lower().startswith(word)]
    shown = [f"{key} ({names[key]})" for key in like[:TOLD]]
    return ", ".join(shown) or "the id of a place, such as " + next(iter(names), "")
