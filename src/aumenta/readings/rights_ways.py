# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One way to meet a condition of a right, by cell: met, not met or not known, why not, and how far off.

What is not reached is known not to be only where all of the kind are known, all public transport is (for modes that
ride it) and the edge of the known ground is farther away than the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.cell_codes import kilometres
from aumenta.readings.inputs import CellArrays
from aumenta.readings.known import Floats, within
from aumenta.readings.measure import Result
from aumenta.readings.rights_states import Reasons, State, any_state, nothing_known, state
from aumenta.readings.travel import AllToAll, CellMinutes
from aumenta.values.aggregate import NOT_GIVEN
from aumenta.values.reasons import absent
from aumenta.values.rights import Condition, FromHub, Jobs, Nearest, OfCell, OfPlace, Way

#: Modes that ride public transport: they are only as complete as the timetable.
RIDING = ("train", "bus", "transit")
#: Reasons of a state that is not known (words: `aumenta.values.reasons`).
INCOMPLETE_LIST, INCOMPLETE_TIMETABLE, NEAR_EDGE = "incomplete", "incomplete_timetable", "near_edge"
NO_RESIDENTS = "no_residents"
#: Ways whose threshold is in minutes.
TIMED = (Nearest, FromHub)


@dataclass(frozen=True)
class Given:
    """What ways are tried with: the cells, the inputs by name, and whether all public transport is in the timetable.

    `reason_of` gives for an input that is absent the code of why.
    """

    cells: CellArrays
    inputs: Mapping[str, Any]
    all_transit: bool = False
    why_absent: Mapping[str, str] = field(default_factory=dict)

    def reason_of(self, name: str) -> str:
        """Code of the reason that an input is not there."""
        return self.why_absent.get(name) or absent(name)[0]


def try_way(way: Way, given: Given) -> State:
    """Try one way on every cell."""
    if isinstance(way, Nearest):
        return _nearest(way, given)
    if isinstance(way, FromHub):
        return _hub(way, given)
    if isinstance(way, Jobs):
        return _jobs(way, given)
    return _of_place(way, given) if isinstance(way, OfPlace) else _of_cell(way, given)


def condition_state(condition: Condition, given: Given) -> State:
    """State of a condition; its gap is in minutes where any way is one of time, else in the unit of the first way."""
    states = [try_way(way, given) for way in condition.any]
    whole = any_state(states)
    timed = [one for way, one in zip(condition.any, states, strict=True) if isinstance(way, TIMED)]
    told = any_state(timed or states[:1])
    return replace(whole, short=np.where(whole.holds == 0, told.short, np.nan))


def _nearest(way: Nearest, given: Given) -> State:
    edge = given.inputs.get(f"times:edge:{way.mode}")
    found = []
    for kind in way.kinds:
        name = f"times:nearest:{kind}:{way.mode}"
        times: CellMinutes | None = given.inputs.get(name)
        if times is None:
            found.append(nothing_known(len(given.cells.cell), given.reason_of(name)))
            continue
        holds = within(times, way.minutes, edge)
        why = np.where(_near(edge, way.minutes, len(holds)), NEAR_EDGE, INCOMPLETE_LIST).astype(object)
        if not times.complete:
            why[:] = INCOMPLETE_LIST
        if way.mode in RIDING and not given.all_transit:
            holds, why = _doubted(holds, why)
        found.append(state(holds, why, times.values() - way.minutes, times.sources))
    return any_state(found)


def _hub(way: FromHub, given: Given) -> State:
    name = f"times:hub:{way.mode}"
    times: CellMinutes | None = given.inputs.get(name)
    if times is None:
        return nothing_known(len(given.cells.cell), given.reason_of(name))
    holds, why = times.within(way.minutes).astype(np.float64), np.full(len(times.minutes), None, dtype=object)
    if way.mode in RIDING and not given.all_transit:
        holds, why = _doubted(holds, why)
    return state(holds, why, times.values() - way.minutes, times.sources)


def _jobs(way: Jobs, given: Given) -> State:
    name = f"sums:{way.mode}"
    sums: AllToAll | None = given.inputs.get(name)
    if sums is None:
        return nothing_known(len(given.cells.cell), given.reason_of(name))
    reached = at_cells(sums.reached("jobs", way.minutes), sums.origin, kilometres(given.cells.cell))
    holds = np.where(np.isnan(reached), np.nan, (reached >= way.at_least).astype(np.float64))
    why = np.where(np.isnan(reached), NO_RESIDENTS, NEAR_EDGE).astype(object)
    near = _near(given.inputs.get(f"times:edge:{way.mode}"), way.minutes, len(holds))
    holds = np.where((holds == 0) & near, np.nan, holds)
    if way.mode in RIDING and not given.all_transit:
        holds, why = _doubted(holds, why)
    return state(holds, why, way.at_least - reached, sums.sources)


def _of_place(way: OfPlace, given: Given) -> State:
    name = f"reading:{way.indicator.split('.')[0]}"
    result: Result | None = given.inputs.get(name)
    rows = [] if result is None else [f[f["indicator"] == way.indicator] for f in result.rows]
    own = pd.concat(rows) if rows else pd.DataFrame()
    if not len(own):
        return nothing_known(len(given.cells.cell), given.reason_of(name))
    own = own[own["level"] == "municipality"].sort_values("period", kind="stable").groupby("place").last()
    table = own.reindex(given.cells.municipality)
    why = table["reason"].astype(object).where(table["reason"].notna(), NOT_GIVEN).to_numpy(dtype=object)
    sources = tuple(dict.fromkeys(s for text in own["source"].dropna() for s in str(text).split()))
    return _bounded(way, table["value"].to_numpy(np.float64), why, sources)


def _of_cell(way: OfCell, given: Given) -> State:
    if way.column not in given.cells.columns:
        return nothing_known(len(given.cells.cell), absent(f"cells.{way.column}")[0])
    values = given.cells.column(way.column)
    return _bounded(way, values, np.full(len(values), NOT_GIVEN, dtype=object), given.cells.sources)


def _bounded(way: OfPlace | OfCell, values: Floats, why: Reasons, sources: tuple[str, ...]) -> State:
    below = np.full(len(values), -np.inf) if way.at_least is None else way.at_least - values
    above = np.full(len(values), -np.inf) if way.at_most is None else values - way.at_most
    short = np.maximum(below, above)
    return state(np.where(np.isnan(values), np.nan, (short <= 0).astype(np.float64)), why, short, sources)


def _near(edge: CellMinutes | None, minutes: float, cells: int) -> NDArray[np.bool_]:
    return np.zeros(cells, bool) if edge is None else edge.within(minutes)


def _doubted(holds: Floats, why: Reasons) -> tuple[Floats, Reasons]:
    """What is not reached by a timetable that lacks services is not known not to be."""
    lost = holds == 0
    return np.where(lost, np.nan, holds), np.where(lost, INCOMPLETE_TIMETABLE, why).astype(object)


def at_cells(values: Floats, origin: NDArray[np.int32], kilometre: NDArray[np.int64]) -> Floats:
    """Values of origins at all cells of their kilometre; NaN in kilometres without an origin."""
    own = pd.Series(values, index=kilometre[origin])
    return np.asarray(own.reindex(kilometre), np.float64)
