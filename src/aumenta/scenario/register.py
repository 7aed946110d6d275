# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The register of residents by municipality and age, as a change of the cells' residents leaves it.

The cells tell how many come and go, by municipality and group of ages; the register's single ages (and sexes) follow
in proportion to those that the municipality has, in whole people. So sums by municipality and group change as the
cells' do. Of such a municipality the residents of the last year are then an estimate.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.inputs import Population
from aumenta.scenario.catalogue import CELLS, REGISTER
from aumenta.scenario.residents import groups_of, tells_ages
from aumenta.store.view import View
from aumenta.territory.people import GROUPS
from aumenta.territory.rounding import Longs, share_out


def with_people(view: View, cells: gpd.GeoDataFrame) -> View:
    """The View with other residents in its cells, and with a register that follows, where it has one."""
    register: Population | None = view.get(REGISTER)
    changed: dict[str, object] = {CELLS: cells}
    if register is not None:
        changed[REGISTER] = followed(register, view[CELLS], cells)
    return view.replaced(changed)


def followed(register: Population, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> Population:
    """The register with the difference between two states of the same cells in its last year."""
    year = register.years[-1]
    own = (register.rows["year"] == year).to_numpy(bool)
    rows = register.rows[own]
    by_age = tells_ages(before) and not bool(rows["age"].isna().any())
    change = _by_town(before, after, by_age)
    change = change[(change != 0).any(axis=1)]
    at = pd.Index(change.index).get_indexer(pd.Index(rows["municipality"].astype(str)))
    moved = np.flatnonzero(at >= 0)
    group = _group_of(rows["age"].to_numpy(float)[moved]) if by_age else np.zeros(len(moved), np.int64)
    living = rows["residents"].to_numpy(np.int64)
    residents = living.copy()
    block = at[moved] * change.shape[1] + group
    residents[moved] += _shared(
        living[moved], _together(rows)[moved], block, change.to_numpy(np.int64).ravel()
    )
    every = register.rows["residents"].to_numpy(np.int64, copy=True)
    every[own] = residents
    made = register.rows.assign(
        residents=pd.Series(every, register.rows.index).astype(register.rows["residents"].dtype)
    )
    earlier = register.estimated.get(year, frozenset())
    estimated = {**register.estimated, year: earlier | frozenset(map(str, change.index))}
    return replace(register, rows=made, estimated=estimated)


def _by_town(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, by_age: bool) -> pd.DataFrame:
    """People more or less by municipality (index) and group of ages, or all together where ages are not known."""
    difference = groups_of(after) - groups_of(before)
    if not by_age:
        difference = difference.sum(axis=1, keepdims=True)
    town = before["municipality"].astype(str).to_numpy()
    return pd.DataFrame(difference).groupby(town, sort=True).sum()


def _group_of(age: NDArray[np.float64]) -> Longs:
    """Number of the group that each single age belongs to."""
    return np.searchsorted([last for _, last in GROUPS.values()], age).astype(np.int64)


def _together(rows: pd.DataFrame) -> NDArray[np.float64]:
    """For each row the residents of its age and sex in all municipalities."""
    kinds = [rows[name] for name in ("age", "sex") if name in rows]
    return rows["residents"].groupby(kinds, dropna=False).transform("sum").to_numpy(np.float64)


def _shared(living: Longs, together: NDArray[np.float64], block: Longs, totals: Longs) -> Longs:
    """People more or less in each row, whole, so that blocks get their totals; nobody leaves who does not live there.

    A block that nobody lives in gets those who come by the ages and sexes of all municipalities together.
    """
    weight = living.astype(np.float64)
    empty = np.bincount(block, weight, minlength=len(totals)) <= 0
    weight = np.where(empty[block], together, weight)
    held = np.bincount(block, minlength=len(totals)) > 0
    more, less = (share_out(weight, block, np.where(held, np.maximum(way * totals, 0), 0)) for way in (1, -1))
    return more - less
