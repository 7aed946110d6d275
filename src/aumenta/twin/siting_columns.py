# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The arrays of a question about siting: minutes to every site, who weighs how much, capacities and costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from aumenta.errors import Problem, SitingError
from aumenta.siting.problem import SitingProblem, Stop
from aumenta.siting.question import SUMMARY, Question
from aumenta.twin.siting_answer import Columns
from aumenta.twin.siting_ground import SitingGround
from aumenta.twin.siting_minutes import FOLDER as MINUTES
from aumenta.twin.siting_minutes import Row, SiteMinutes, as_minutes, options_of_question, prune_minutes
from aumenta.twin.siting_people import DemandPoints
from aumenta.twin.siting_run import FOLDER
from aumenta.twin.siting_spots import Spot

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Municipalities named in one message, each with its people.
_TOWNS = 5


def columns_of(
    twin: Twin, question: Question, ground: SitingGround, tell: Callable[[str], None], stop: Stop
) -> tuple[Columns, int]:
    """The sites with minutes to each; candidates that no street leads to are left out and counted."""
    asks = SiteMinutes(twin, options_of_question(twin, question), twin.root / FOLDER / MINUTES)
    spots: list[Spot | None] = []
    rows: list[Row] = []
    lost: list[Spot] = []
    every = [*ground.existing.sites, *ground.candidates]
    for number, spot in enumerate(every):
        if number == len(ground.existing.sites) and ground.existing.together:
            tell("minutes to what is there already")
            spots.append(None)
            rows.append(asks.to_nearest(ground.existing.together)[ground.cells])
        if stop():
            problem = Problem(
                "stopped before any choice was made", expected="ask again: minutes found are kept"
            )
            raise SitingError("There is no answer.", [problem])
        tell(f"minutes {number + 1}/{len(every)}")
        row = asks.to_site((spot.lon, spot.lat))
        if row is None:
            lost.append(spot)
            continue
        spots.append(spot)
        rows.append(row[ground.cells])
    prune_minutes(asks.folder)
    existing = np.array([spot is None or spot.sort == "existing" for spot in spots], bool)
    _refuse_lost(lost, int((~existing).sum()))
    columns = Columns(
        tuple(spots), existing, np.stack(rows), _capacities(question, spots, existing, len(ground.existing.together)),
        _costs(question, spots, existing),
    )  # fmt: skip
    return columns, sum(one.sort != "existing" for one in lost)


def problem_of(
    question: Question, ground: SitingGround, demand: DemandPoints, columns: Columns
) -> SitingProblem:
    """The arrays that the solver takes."""
    at = np.searchsorted(ground.cells, demand.at)
    capacities = None
    if any(one is not None for one in columns.capacities):
        capacities = np.array([np.inf if one is None else one for one in columns.capacities])
    costs = None
    if any(one is not None for one in columns.costs):
        costs = np.array([0.0 if one is None else one for one in columns.costs])
    group = None
    if question.groups is not None:
        owner = {"band": ground.bands, "zone": ground.zones, "municipality": ground.towns}[question.groups][
            at
        ]
        known = np.array([isinstance(one, str) for one in owner])
        group = np.full(len(at), -1, np.int64)
        group[known] = np.unique(owner[known].astype(str), return_inverse=True)[1]
    return SitingProblem(
        demand=demand.weight,
        minutes=np.ascontiguousarray(as_minutes(columns.rows[:, at].T)),
        sites=columns.ids,
        objective=question.objective,
        count=question.count,
        existing=columns.existing if columns.existing.any() else None,
        within=float(question.within),
        max_minutes=float(question.max_minutes),
        capacities=capacities,
        costs=costs,
        budget=question.budget,
        group=group,
        share=question.share,
    )


def refuse_uncovered(
    question: Question,
    ground: SitingGround,
    demand: DemandPoints,
    columns: Columns,
    names: Mapping[str, str],
) -> None:
    """Tell, where too many people are within the minutes of no site at all, in which municipalities they live."""
    if question.objective != "set_cover":
        return
    at = np.searchsorted(ground.cells, demand.at)
    never = (columns.rows[:, at] > question.within).all(axis=0)
    total = float(demand.weight.sum())
    beyond = float(demand.weight[never].sum())
    if beyond <= (1 - question.share) * total + 1e-6:
        return
    towns: dict[str, float] = {}
    for town, people in zip(ground.towns[at][never].tolist(), demand.weight[never].tolist(), strict=True):
        towns[str(town)] = towns.get(str(town), 0.0) + people
    most = sorted(towns, key=lambda town: (-towns[town], town))[:_TOWNS]
    found = f"{beyond:,.0f} of {total:,.0f}: " + ", ".join(
        f"{names.get(town, town)} ({towns[town]:,.0f})" for town in most
    )
    largest = math.floor((1 - beyond / total) * 1000) / 1000
    expected = f"share: at most {largest:g}; or more candidates, or more minutes"
    problem = Problem(
        f"people that no site is within {question.within} minutes of",
        field="share",
        found=found,
        expected=expected,
    )
    raise SitingError("No choice of sites can do that.", [problem])


def _capacities(
    question: Question, spots: list[Spot | None], existing: Any, together: int
) -> tuple[float | None, ...]:
    own = question.existing_capacity
    found: list[float | None] = []
    for spot, old in zip(spots, existing, strict=True):
        if spot is None:
            found.append(None if own is None else own * together)
        else:
            found.append(own if old else question.capacities.get(spot.id, question.capacity))
    return tuple(found)


def _costs(question: Question, spots: list[Spot | None], existing: Any) -> tuple[float | None, ...]:
    return tuple(
        None if old or spot is None else question.costs.get(spot.id, question.cost)
        for spot, old in zip(spots, existing, strict=True)
    )


def _refuse_lost(lost: list[Spot], left: int) -> None:
    """Points that a person drew have to be on streets; so has some candidate."""
    drawn = [one for one in lost if one.sort == "point"]
    problems = [
        Problem(
            "no street is near", field="points", found=one.name, expected="a point nearer to where one can go"
        )
        for one in drawn
    ]
    if not left:
        problems.append(Problem("no candidate is near a street", field="candidates"))
    if problems:
        raise SitingError(SUMMARY, problems)
