# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Who counts in a question about siting, by cell; and the points that stand for them where cells are too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import Problem
from aumenta.siting.question import WHO, WITHOUT_CAR, Question
from aumenta.store.pack_place import recall_pack
from aumenta.territory.grid import keys, parents
from aumenta.twin.siting_choices import CAR_COLUMN, car_table, who_choices
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

Doubles = NDArray[np.float64]
#: Metres of the squares that demand points stand for where cells are too many.
SIDE = 1000


@dataclass(frozen=True)
class Counted:
    """People by cell who count, and as they weigh; `unknown` flags cells of which nobody knows."""

    people: Doubles
    weighted: Doubles
    unknown: NDArray[np.bool_]
    estimated: bool

    def notes(self, inside: NDArray[np.bool_]) -> list[Text]:
        """How many cells of the area are not counted because their people are not known."""
        cells = int((self.unknown & inside).sum())
        if not cells:
            return []
        return [
            Text(
                it=f"Celle di cui non si sa chi conta, lasciate fuori: {cells}.",
                en=f"Cells of which it is not known who counts, left out: {cells}.",
            )
        ]


def counted_people(twin: Twin, question: Question, problems: list[Problem]) -> Counted | None:
    """Who counts by cell; None, with the problem told, where the twin has no figure."""
    choices = {one.id: one for one in who_choices(twin)}
    asked = [age for age, weight in question.weights.items() if weight > 0] or [question.who]
    for group in asked:
        choice = choices[group]
        if not choice.available and choice.why is not None:
            problems.append(
                Problem(
                    "nobody tells",
                    field="weights" if question.weights else "who",
                    found=group,
                    expected=choice.why.en,
                )
            )
    if any(not choices[group].available for group in asked):
        return None
    status = twin.cell_table(["status"]).column("status").to_pylist()
    estimated = "estimated" in status
    if question.weights:
        groups = {age: _sum(twin, WHO[age]) for age in asked}
        people = np.sum(list(groups.values()), axis=0)
        weighted = np.sum([question.weights[age] * one for age, one in groups.items()], axis=0)
    elif question.who == WITHOUT_CAR:
        people = weighted = _sum(twin, WHO["all"]) * _car_shares(twin)
        estimated = True
    else:
        people = weighted = _sum(twin, WHO[question.who])
    unknown = np.isnan(weighted)
    return Counted(np.nan_to_num(people), np.nan_to_num(weighted), unknown, estimated)


def _sum(twin: Twin, columns: Sequence[str]) -> Doubles:
    """Sum of columns of the cells; nan where one is not known."""
    table = twin.cell_table(list(columns)).to_pandas()
    total = np.zeros(len(table))
    for name in columns:
        total += table[name].to_numpy(np.float64, na_value=np.nan)
    return total


def _car_shares(twin: Twin) -> Doubles:
    """Share of residents without a car by cell: that of the municipality, nan where it has none."""
    from aumenta.territory.pack import load_territory  # noqa: PLC0415 - reads the whole territory

    name = car_table(twin)
    folder = recall_pack(twin.root, twin.manifest.pack.id).territory
    assert name is not None and folder is not None  # `who_choices` looked
    rows = load_territory(folder).table(name)
    shares = dict(zip(rows["municipality"].astype(str), rows[CAR_COLUMN].astype(float), strict=True))
    towns = twin.cell_table(["municipality"]).column("municipality").to_pylist()
    return np.array([shares.get(town, np.nan) for town in towns], np.float64)


@dataclass(frozen=True)
class DemandPoints:
    """Cells that stand for the people of squares of `side` metres; `of` is the point of each cell that counts."""

    at: NDArray[np.int64]
    weight: Doubles
    of: NDArray[np.int64]
    side: int


def demand_points(
    cells: NDArray[np.int64],
    weight: Doubles,
    gx: NDArray[np.int32],
    gy: NDArray[np.int32],
    side: int,
    most: int,
) -> DemandPoints:
    """Every cell by itself, or, of more than `most`, one for each square kilometre.

    That is the cell nearest to the middle of the square's people. `cells` are numbers in the grid, `weight` who counts
    there; `gx`, `gy` are of the whole grid, of `side` metres.
    """
    if len(cells) <= most or side >= SIDE:
        return DemandPoints(cells, weight, np.arange(len(cells)), side)
    own = gx[cells], gy[cells]
    _, of = np.unique(keys(*parents(*own, side, SIDE)), return_inverse=True)
    total = np.bincount(of, weight).astype(np.float64)
    # a square whose people all weigh nothing has its middle among its cells
    share = np.where(total[of] > 0, weight, 1.0)
    whole = np.bincount(of, share)
    away = np.hypot(*(axis - (np.bincount(of, share * axis) / whole)[of] for axis in own))
    order = np.lexsort((cells, np.round(away, 9), of))
    first = np.ones(len(order), bool)
    first[1:] = of[order][1:] != of[order][:-1]
    return DemandPoints(cells[order[first]], total, of, SIDE)
