# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Conditions on travel times that hold, fail, or are not known.

A condition "one of the kind within N minutes" holds near a known one. Where none is near, it fails only if all of the
kind are known, *and* the edge of the known ground is farther than N minutes, and so is every municipality that has one
of unknown position; otherwise nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.inputs import CellArrays
from aumenta.readings.travel import UNKNOWN, CellMinutes, share_of_people
from aumenta.values.aggregate import Members

Floats = NDArray[np.float64]


def within(times: CellMinutes, minutes: float, edge: CellMinutes | None = None) -> Floats:
    """By cell: 1 within a number of minutes, 0 known not to be, NaN not known.

    `edge` has the minutes to the edge of the known ground by the same mode; without it only the list's own completeness
    is looked at.

    >>> times = CellMinutes(np.array([5, 30, 255], np.uint8), 120)
    >>> within(times, 15, CellMinutes(np.array([2, 16, 15], np.uint8), 120)).tolist()
    [1.0, 0.0, nan]
    """
    holds = times.within(minutes)
    unknown = np.full(len(holds), not times.complete)
    if edge is not None:
        unknown |= edge.within(minutes)
    if times.unplaced is not None:
        unknown |= times.unplaced <= minutes
    return np.where(holds, 1.0, np.where(unknown, np.nan, 0.0))


def any_of(conditions: Iterable[Floats]) -> Floats:
    """By cell: 1 where any holds, 0 where all are known to fail, NaN otherwise; at least one condition is needed.

    >>> any_of([np.array([1.0, 0.0, np.nan]), np.array([np.nan, np.nan, 0.0])]).tolist()
    [1.0, nan, nan]
    """
    table = np.stack(list(conditions))
    holds = (table == 1).any(axis=0)
    unknown = np.isnan(table).any(axis=0)
    return np.where(holds, 1.0, np.where(unknown, np.nan, 0.0))


def all_of(conditions: Iterable[Floats]) -> Floats:
    """By cell: 1 where all hold, 0 where any is known to fail, NaN otherwise; at least one condition is needed.

    >>> all_of([np.array([1.0, 0.0, np.nan]), np.array([1.0, np.nan, 1.0])]).tolist()
    [1.0, 0.0, nan]
    """
    return 1.0 - any_of([1.0 - one for one in conditions])


def share_known(
    indicator: str, cells: CellArrays, holds: Floats, members: Members, times: Iterable[CellMinutes]
) -> pd.DataFrame:
    """Share of residents (percent) for whom a condition is known to hold, for every place: the least there can be.

    Residents for whom it is not known count as without it; a place where it is known of nobody is missing (`unknown`).
    """
    every = list(times)
    rows = share_of_people(indicator, cells, holds == 1, members, every)
    told = share_of_people(indicator, cells, ~np.isnan(holds), members, every)
    lost = (told["value"] == 0).to_numpy()
    rows.loc[lost, "value"] = np.nan
    rows.loc[lost, ["status", "reason"]] = ["missing", UNKNOWN]
    rows.loc[lost, "missing"] = rows.loc[lost, "parts"]
    return rows


def share_unknown(
    indicator: str,
    cells: CellArrays,
    conditions: Iterable[Floats],
    members: Members,
    times: Iterable[CellMinutes],
) -> pd.DataFrame:
    """Share of residents (percent) for whom any of some conditions is not known, for every place."""
    unknown = np.any([np.isnan(one) for one in conditions], axis=0)
    return share_of_people(indicator, cells, unknown, members, list(times))
