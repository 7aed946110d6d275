# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How far the nearest hospital is, by car, by public transport and on foot."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aumenta.readings.inputs import CellArrays
from aumenta.readings.known import share_known, share_unknown, within
from aumenta.readings.measure import Result
from aumenta.readings.travel import CellMinutes, at_seats, of_cells
from aumenta.values.aggregate import Members, Quantity

#: Limits in minutes.
LIMITS = (15, 30, 60)
#: Modes of the reading.
MODES = ("car", "transit", "walk")


def health_reach(  # noqa: PLR0913, PLR0917 - one argument for each input that may be absent
    cells: CellArrays,
    members: Members,
    seats: Mapping[str, int] | None = None,
    car: CellMinutes | None = None,
    transit: CellMinutes | None = None,
    walk: CellMinutes | None = None,
    car_edge: CellMinutes | None = None,
    transit_edge: CellMinutes | None = None,
    walk_edge: CellMinutes | None = None,
) -> Result:
    """Minutes to the nearest hospital by each mode, and residents within 15, 30 and 60 of one.

    Formulas: the time of a cell is the median over the departures of the window of the time to whichever hospital is
    reached first; of a municipality the time at its seat; share = 100 x residents of cells known to be within the limit
    / residents. It is not known where no hospital is within the limit and the edge of the territory is; the share of
    residents for whom any of the limits is not known stands beside. Public transport is what the timetable of the
    network has. Private clinics are not hospitals here.

    >>> import numpy as np
    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 250,
    ...                    {"pop": np.array([30, 10])})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> times = CellMinutes(np.array([14, 61], np.uint8), 120)
    >>> rows = pd.concat(health_reach(cells, whole, car=times).rows).set_index("indicator")["value"]
    >>> float(rows["health_reach.car_15"]), float(rows["health_reach.car_60"])
    (75.0, 75.0)
    """
    rows: list[pd.DataFrame] = []
    shown: dict[str, Quantity] = {}
    given = (("car", car, car_edge), ("transit", transit, transit_edge), ("walk", walk, walk_edge))
    for mode, times, edge in given:
        if times is None:
            continue
        shown[f"health_reach.{mode}"] = of_cells(cells, times.values(), times)
        if seats:
            rows.append(at_seats(f"health_reach.{mode}", times, seats, members))
        told = {limit: within(times, limit, edge) for limit in LIMITS}
        for limit, holds in told.items():
            rows.append(share_known(f"health_reach.{mode}_{limit}", cells, holds, members, [times]))
        rows.append(share_unknown(f"health_reach.{mode}_unknown", cells, told.values(), members, [times]))
    return Result(rows, shown)
