# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Stations as poles: who lives near a railway station, on foot and by bicycle."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aumenta.readings.inputs import CellArrays
from aumenta.readings.known import share_known, share_unknown, within
from aumenta.readings.measure import Result
from aumenta.readings.travel import CellMinutes, at_seats, of_cells
from aumenta.values.aggregate import Members, Quantity

#: Limits of the plan's reading in minutes, by way of moving.
LIMITS = {"foot": (5, 10, 15, 30), "bike": (15, 30, 45)}


def stations(
    cells: CellArrays,
    members: Members,
    seats: Mapping[str, int] | None = None,
    foot: CellMinutes | None = None,
    bike: CellMinutes | None = None,
    foot_edge: CellMinutes | None = None,
    bike_edge: CellMinutes | None = None,
) -> Result:
    """Minutes to the nearest railway station, and residents within the plan's limits of one.

    Formulas: the time of a cell is that of the way from its middle to the nearest known station; of a municipality the
    time at its seat; share = 100 x residents of cells known to be within the limit / residents. It is not known where
    no station is within the limit and the edge of the territory is: one may lie just outside. The share of residents
    for whom any of the limits is not known stands beside, so the true share is at most the sum of both.

    On estimated streets a time on foot under 10 minutes says only "below the grid's resolution".

    >>> import numpy as np
    >>> cells = CellArrays(np.array(["c1", "c2", "c3"], dtype=object), np.array(["a", "a", "a"], dtype=object), 250,
    ...                    {"pop": np.array([30, 10, 60])})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> times = CellMinutes(np.array([5, 40, 255], np.uint8), 120)
    >>> edge = CellMinutes(np.array([200, 31, 30], np.uint8), 120)
    >>> rows = pd.concat(stations(cells, whole, foot=times, foot_edge=edge).rows).set_index("indicator")["value"]
    >>> float(rows["stations.foot_5"]), float(rows["stations.foot_30"]), float(rows["stations.foot_unknown"])
    (30.0, 30.0, 60.0)
    """
    rows: list[pd.DataFrame] = []
    shown: dict[str, Quantity] = {}
    for way, times, edge in (("foot", foot, foot_edge), ("bike", bike, bike_edge)):
        if times is None:
            continue
        shown[f"stations.{way}"] = of_cells(cells, times.values(), times)
        if seats:
            rows.append(at_seats(f"stations.{way}", times, seats, members))
        told = {limit: within(times, limit, edge) for limit in LIMITS[way]}
        for limit, holds in told.items():
            rows.append(share_known(f"stations.{way}_{limit}", cells, holds, members, [times]))
        rows.append(share_unknown(f"stations.{way}_unknown", cells, told.values(), members, [times]))
    return Result(rows, shown)
