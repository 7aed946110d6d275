# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Two-step floating catchments: supply for each person in reach, where the same supply serves all who reach it.

First each supply j is set against everybody who reaches it, R_j = S_j / sum over k of P_k f(t_kj); then each place i
adds up the ratios that it reaches, A_i = sum over j of R_j f(t_ij). With one catchment (f = 1 within T minutes, else 0)
this is 2SFCA (Luo & Wang 2003, Environment and Planning B 30:865-884); with zones of falling weight it is E2SFCA (Luo &
Qi 2009, Health & Place 15:1100-1107), whose weights for 10, 20, 30 minutes are `LUO_QI`; any decay may stand there.

Nothing is lost or made: the sum of P_i A_i is the sum of the supplies that anybody reaches. Rows of travel times are
read twice, block by block, and never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.access.decay import Decay, Step, factors
from aumenta.access.opportunities import Doubles, Minutes, checked_rows, checked_weights
from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel

#: Zones of 10, 20, 30 minutes with the first set of weights of Luo & Qi 2009 (a slow Gaussian fall).
LUO_QI = Step((10, 20, 30), (1.0, 0.68, 0.22))

#: Blocks of rows in order, uint8 (some demand, supply); called anew for each of the two passes.
Blocks = Callable[[], Iterable[Minutes]]


@dataclass(frozen=True, slots=True)
class Catchment:
    """Result of a two-step floating catchment.

    `access` float64[demand]: supply for each unit of demand, 0 where no supply is in reach, nan for a place without
    demand of its own that reaches a supply without a ratio. `ratio` float64[supply]: R_j, nan where no demand is in
    reach. `unreached`: the sum of the supply that no demand reaches, which is in nobody's access.
    """

    access: Doubles
    ratio: Doubles
    unreached: float


@kernel
def _served(minutes: Any, demand: Any, table: Any, out: Any) -> None:
    """First pass: weighted demand in reach of each supply, added row by row in their order."""
    rows, supplies = minutes.shape
    for row in range(rows):
        for one in range(supplies):
            out[one] += demand[row] * table[minutes[row, one]]


@kernel
def _shared(minutes: Any, ratio: Any, table: Any, out: Any) -> None:
    """Second pass: ratios in reach of each row; a ratio that is nan counts only where it is in reach."""
    rows, supplies = minutes.shape
    for row in range(rows):
        total = 0.0
        for one in range(supplies):
            factor = table[minutes[row, one]]
            if factor > 0.0:
                total += ratio[one] * factor
        out[row] = total


def two_step(
    minutes: Minutes | Blocks, demand: ArrayLike, supply: ArrayLike, catchment: Decay | int = 30
) -> Catchment:
    """Two-step floating catchment (2SFCA for a number of minutes, E2SFCA for `Step` zones, or any decay).

    minutes: uint8 (demand, supply), rows of one percentile, 255 = not reached; or, for more than fits in memory, a
        function without arguments that gives blocks of such rows in order, and is called twice.
    demand, supply: float64, people at each row and supply at each column (beds, places, doctors). Columns may be all
        cells: those without supply cost little and give a ratio of 0.
    catchment: minutes, or a decay; `LUO_QI` are the published zones.

    >>> two_step(np.array([[5, 255], [20, 10]], np.uint8), [100, 300], [4, 6], 15).access.tolist()
    [0.04, 0.02]

    Raises `AccessError` for weights that are missing, negative or infinite, and for rows that do not fit.
    """
    blocks = minutes if callable(minutes) else _whole(minutes)
    people = checked_weights(demand, np.size(demand), "demand")[0]
    offered = checked_weights(supply, np.size(supply), "supply")[0]
    table = factors(Step((int(catchment),)) if isinstance(catchment, int | np.integer) else catchment)
    columns = np.flatnonzero(offered > 0)
    held = np.ascontiguousarray(offered[columns])
    served = np.zeros(len(columns))
    for first, rows in _rows(blocks, columns, len(people), len(offered)):
        _served(rows, people[first : first + len(rows)], table, served)
    ratio = np.divide(held, served, out=np.full(len(columns), np.nan), where=served > 0)
    access = np.zeros(len(people))
    for first, rows in _rows(blocks, columns, len(people), len(offered)):
        _shared(rows, ratio, table, access[first : first + len(rows)])
    ratios = np.zeros(len(offered))
    ratios[columns] = ratio
    return Catchment(access, ratios, float(held[served <= 0].sum()))


def _whole(minutes: Minutes) -> Blocks:
    rows = checked_rows(minutes)
    return lambda: [rows]


def _rows(
    blocks: Blocks, columns: NDArray[np.int64], demand: int, supply: int
) -> Iterator[tuple[int, Minutes]]:
    """Blocks with the number of their first row, columns without supply left out; all rows must come."""
    first = 0
    for block in blocks():
        rows = checked_rows(block)
        if rows.shape[1] != supply or first + len(rows) > demand:
            break
        yield first, np.ascontiguousarray(rows[:, columns])
        first += len(rows)
    else:
        if first == demand:
            return
        rows = np.zeros((0, supply), np.uint8)
    found = f"{first + len(rows)} rows of {rows.shape[1]}"
    problem = Problem(
        "another shape than demand and supply", found=found, expected=f"{demand} rows of {supply}"
    )
    raise AccessError("The travel times do not fit demand and supply.", [problem])
