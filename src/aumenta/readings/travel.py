# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What measures are given of travel times, and how minutes by cell become values of cells, seats and places.

Inputs of a View (each absent where the network or the opportunities it needs are not there):

- `times:hub:<mode>`: `CellMinutes` from the hub to every cell;
- `times:edge:<mode>`: `CellMinutes` to the edge of the known ground, rounded down (`aumenta.access.edge`);
- `times:nearest:<kind>:<mode>`: `CellMinutes` from every cell to the nearest opportunity of a kind;
- `times:gateways:transit`: `GatewayMinutes` from every cell to each gateway (`aumenta.readings.gateways`);
- `deadlines:hub:<mode>`: `DayOut` of the hub, for modes that ride the timetable;
- `sums:<mode>`: `AllToAll` from the population point of every inhabited kilometre;
- `seats`: number of the cell of each municipality's seat.

Modes: `walk`, `bike`, `car`, `train` (railway and metro), `bus` (bus and tram), `transit` (all).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.inputs import CellArrays
from aumenta.values.aggregate import NOTHING, Members, Quantity, quantity, ratio
from aumenta.values.model import Status
from aumenta.values.table import RANK

#: Minutes of a cell that is not reached, in bytes.
NOT_REACHED = 255
#: Reason of a time that is not there because the limit was passed (words: `aumenta.values.reasons`).
BEYOND = "not_reached"
#: Reason of a value that rests on what nobody knows, such as a facility that may be just outside a list.
UNKNOWN = "unknown"
#: Hours of a day out: one leaves home from the first on and is back by the second.
DAY_FROM, DAY_TO = "6:30", "20:30"
#: Modes of readings -> what is asked of a router: mode, and modes of the timetable.
MODES: Mapping[str, tuple[str, tuple[str, ...] | None]] = {
    "walk": ("walk", None),
    "bike": ("bike", None),
    "car": ("car", None),
    "train": ("transit", ("rail", "metro")),
    "bus": ("transit", ("bus", "tram")),
    "transit": ("transit", None),
}


@dataclass(frozen=True)
class CellMinutes:
    """Median minutes by cell (uint8, rounded up, 255 = not within `limit` minutes), and how sure they are.

    `complete`: of times to the nearest of a kind, whether all of the kind are known: where not, what is far from the
    known ones may have an unknown one near. `unplaced`: minutes (255 = beyond the limit) to ground where one of unknown
    position may be. `below`: minutes under which the figure says only "below the resolution".
    """

    minutes: NDArray[np.uint8]
    limit: int
    status: Status = "estimated"
    sources: tuple[str, ...] = ()
    period: str = ""
    complete: bool = True
    below: int = 0
    unplaced: NDArray[np.uint8] | None = None

    def within(self, minutes: float) -> NDArray[np.bool_]:
        """Cells within a number of minutes."""
        return np.asarray((self.minutes <= minutes) & (self.minutes != NOT_REACHED))

    def values(self) -> NDArray[np.float64]:
        """Minutes as floats, NaN where not reached."""
        found = self.minutes.astype(np.float64)
        found[self.minutes == NOT_REACHED] = np.nan
        return found


@dataclass(frozen=True)
class DayOut:
    """A day at the hub by cell: earliest `arrive` there leaving home from `DAY_FROM` on, latest `leave` to be home by
    `DAY_TO`: seconds after midnight, int32, -1 where there is none."""

    arrive: NDArray[np.int32]
    leave: NDArray[np.int32]
    status: Status = "estimated"
    sources: tuple[str, ...] = ()
    period: str = ""
    #: Hours that the timetable is known for, where that is not the whole day out.
    known: tuple[str, str] | None = None

    def hours(self) -> NDArray[np.float64]:
        """Hours that one can stay, NaN where one does not get there or not home; 0 where one must leave before."""
        lost = (self.arrive < 0) | (self.leave < 0)
        return np.where(lost, np.nan, np.maximum(self.leave - self.arrive, 0) / 3600)


@dataclass(frozen=True)
class AllToAll:
    """What is reached from each origin (a cell's number): `sums` float64 (origins, things, cut-offs), cumulative.

    `people` residents that each origin stands for; `municipality` of each origin; `totals` of each thing.
    """

    origin: NDArray[np.int32]
    people: NDArray[np.float64]
    municipality: NDArray[np.object_]
    things: tuple[str, ...]
    cutoffs: tuple[int, ...]
    sums: NDArray[np.float64]
    totals: NDArray[np.float64]
    status: Status = "estimated"
    sources: tuple[str, ...] = ()
    period: str = ""

    def reached(self, thing: str, minutes: int) -> NDArray[np.float64]:
        """Sum of a thing within a cut-off from each origin."""
        found: NDArray[np.float64] = self.sums[:, self.things.index(thing), self.cutoffs.index(minutes)]
        return found

    def total(self, thing: str) -> float:
        """All there is of a thing."""
        return float(self.totals[self.things.index(thing)])


def of_cells(
    cells: CellArrays, values: NDArray[np.float64], times: CellMinutes, reason: str = BEYOND
) -> Quantity:
    """A quantity by cell made of travel times: NaN is missing for the reason given."""
    blank = np.isnan(values)
    return Quantity(
        cells.cell,
        values,
        np.where(blank, RANK["missing"], RANK[times.status]).astype(np.int8),
        np.where(blank, np.array(reason, dtype=object), NOTHING),
        times.sources,
        times.period,
    )


def at_seats(indicator: str, times: CellMinutes, seats: Mapping[str, int], members: Members) -> pd.DataFrame:
    """Minutes of each municipality at its seat, as rows of the long table; not reached is missing with that reason."""
    names = sorted(seats)
    values = times.values()[[seats[name] for name in names]] if names else np.empty(0)
    own = quantity(names, values, times.status, BEYOND, times.sources, times.period)
    return ratio(indicator, own, quantity(names, np.ones(len(names))), members.only(["municipality"]))


def share_of_people(
    indicator: str,
    cells: CellArrays,
    holds: NDArray[np.bool_] | NDArray[np.float64],
    members: Members,
    times: Sequence[CellMinutes] | CellMinutes,
    people: str = "pop",
) -> pd.DataFrame:
    """Share of residents (percent) who live in cells where something holds, for every place.

    `holds` by cell: true, false, or NaN where not known: those residents are left out of both sides, and a place whose
    residents are all unknown is missing (`unknown`). The status is the weakest of the times' and of the people by cell,
    which are estimated. Sums are of whole numbers of residents, so exact; larger places are made of municipalities.
    """
    every = [times] if isinstance(times, CellMinutes) else list(times)
    status = max(("estimated", *(t.status for t in every)), key=lambda s: RANK[s])
    sources = tuple(dict.fromkeys(s for t in every for s in t.sources))
    period = every[0].period if every else cells.period
    residents = cells.column(people)
    value = np.asarray(holds, np.float64)
    told = ~np.isnan(value)
    inside = cells.by_municipality(residents * np.where(told, value, 0.0))
    counted = cells.by_municipality(residents * told)
    everyone = cells.by_municipality(residents)
    lost = ((counted == 0) & (everyone > 0)).to_numpy()
    above = quantity(inside.index, np.where(lost, np.nan, inside), status, UNKNOWN, sources, period)
    below = quantity(counted.index, np.where(lost, np.nan, counted), status, UNKNOWN, sources, period)
    return ratio(indicator, above, below, members, 100)
