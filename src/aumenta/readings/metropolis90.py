# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The metropolis of an hour (and a half): times from the hub, and what can be reached from anywhere to anywhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.travel import AllToAll, CellMinutes, at_seats, of_cells, share_of_people
from aumenta.values.aggregate import Members, Quantity, quantity, ratio
from aumenta.values.table import RANK

#: Limits of the plan's reading, in minutes.
LIMITS = (30, 60, 90)
#: Modes of the plan's reading.
MODES = ("car", "train", "bus", "transit")


def metropolis90(  # noqa: PLR0913, PLR0917 - one argument for each input that may be absent
    cells: CellArrays,
    members: Members,
    seats: Mapping[str, int] | None = None,
    car: CellMinutes | None = None,
    train: CellMinutes | None = None,
    bus: CellMinutes | None = None,
    transit: CellMinutes | None = None,
    from_car: AllToAll | None = None,
    from_transit: AllToAll | None = None,
) -> Result:
    """Minutes from the hub by each mode, residents within 30, 60 and 90, and what 90 minutes reach from anywhere.

    Formulas, for each mode that the network has: the time of a cell is the median over the departures of the window
    (nearest rank, the first wait included); of a municipality the time at its seat; share = 100 x residents of cells
    within the limit / residents. From anywhere to anywhere: 100 x mean over residents of (residents, jobs reached
    within 90 minutes) / all residents, jobs; each inhabited kilometre stands for its residents at its population point.

    The plan measured from one station to one point per municipality with a commercial service (2020).

    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 1000,
    ...                    {"pop": np.array([30, 10])})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> times = CellMinutes(np.array([25, 255], np.uint8), 120)
    >>> rows = pd.concat(metropolis90(cells, whole, car=times).rows)
    >>> rows.loc[rows["indicator"] == "metropolis90.car_60", "value"].tolist()
    [75.0]
    """
    rows: list[pd.DataFrame] = []
    shown: dict[str, Quantity] = {}
    given = {"car": car, "train": train, "bus": bus, "transit": transit}
    for mode, times in given.items():
        if times is None:
            continue
        shown[f"metropolis90.{mode}"] = of_cells(cells, times.values(), times)
        if seats:
            rows.append(at_seats(f"metropolis90.{mode}", times, seats, members))
        for limit in LIMITS:
            name = f"metropolis90.{mode}_{limit}"
            rows.append(share_of_people(name, cells, times.within(limit), members, times))
    for mode, reached in (("car", from_car), ("transit", from_transit)):
        if reached is not None:
            rows += [
                mean_reached(f"metropolis90.{thing}_by_{mode}", reached, thing, 90, members)
                for thing in ("people", "jobs")
            ]
    return Result(rows, shown)


def mean_reached(
    indicator: str, reached: AllToAll, thing: str, minutes: int, members: Members
) -> pd.DataFrame:
    """Mean over residents of the share (percent) of a thing that they reach within a number of minutes."""
    towns, at = np.unique(reached.municipality.astype(str), return_inverse=True)
    total = reached.total(thing)
    share = reached.reached(thing, minutes) / total if total > 0 else np.full(len(reached.people), np.nan)
    above = np.bincount(at, weights=reached.people * share, minlength=len(towns))
    below = np.bincount(at, weights=reached.people, minlength=len(towns))
    names = towns.astype(object)
    status = max("estimated", reached.status, key=lambda one: RANK[one])  # people by cell are estimated
    made = [
        quantity(names, values, status, sources=reached.sources, period=reached.period)
        for values in (above, below)
    ]
    return ratio(indicator, made[0], made[1], members, 100)
