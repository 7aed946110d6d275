# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Residents of cells added and moved, in whole people: ages add up to residents in every cell, before and after.

People are spread over the cells of an area as they live there now (by largest remainder; evenly where nobody lives), so
the same area always gives the same cells. Residents in employment follow the working ages. Where nobody tells the ages
they stay unknown, and all of this goes by residents alone. DEGURBA, and with it full and void, stays as it was: it is a
class of the settlement, not of a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.territory.people import GROUPS
from aumenta.territory.rounding import Longs, share_out

AGE_GROUPS = tuple(GROUPS)
Mask = NDArray[np.bool_]


def add_residents(
    cells: gpd.GeoDataFrame, area: Mask, residents: int, shares: Sequence[float] | None = None
) -> gpd.GeoDataFrame:
    """Cells with more residents in an area; `shares` by age group, else the area's own (the whole territory's where
    nobody lives in it). Shares are for cells that tell ages (`tells_ages`).
    """
    groups = groups_of(cells)
    mix = np.asarray(shares, float) if shares is not None else groups[area].sum(axis=0).astype(float)
    if shares is None and not mix.sum() > 0:
        mix = groups.sum(axis=0).astype(float)
    each = _spread(groups.sum(axis=1)[area], residents)
    given = np.zeros_like(groups)
    given[area] = _by_age(mix, each)
    return _with_groups(cells, groups + given, given)


def move_residents(cells: gpd.GeoDataFrame, here: Mask, there: Mask, residents: int) -> gpd.GeoDataFrame:
    """Cells with residents of one area in another, taken from its cells and ages as they are."""
    groups = groups_of(cells)
    own = groups[here]
    taken = share_out(own.ravel().astype(float), np.zeros(own.size, np.int64), np.array([residents]))
    taken = taken.reshape(own.shape)
    change = np.zeros_like(groups)
    change[here] -= taken
    each = _spread(groups.sum(axis=1)[there], residents)
    change[there] += _kept_ages(taken.sum(axis=0), each)
    return _with_groups(cells, groups + change, change)


def tells_ages(cells: gpd.GeoDataFrame) -> bool:
    """Whether the ages of the residents of cells are known."""
    return not bool(cells[list(AGE_GROUPS)].isna().to_numpy().any())


def groups_of(cells: gpd.GeoDataFrame) -> Longs:
    """Residents by cell and group of ages; one column with all of them where the ages are not known."""
    names = AGE_GROUPS if tells_ages(cells) else ("pop",)
    return np.column_stack([cells[name].to_numpy(np.int64) for name in names])


def _spread(living: Longs, residents: int) -> Longs:
    """Whole residents for each cell of an area, as people live there."""
    return share_out(living.astype(float), np.zeros(len(living), np.int64), np.array([residents]))


def _by_age(mix: NDArray[np.float64], each: Longs) -> Longs:
    """Whole residents by cell and age: the mix of the whole kept, cells as given."""
    totals = share_out(mix, np.zeros(len(mix), np.int64), np.array([int(each.sum())]))
    return _kept_ages(totals, each)


def _kept_ages(totals: Longs, each: Longs) -> Longs:
    """Whole residents by cell and age with both sums kept: people in the order of their ages, dealt to cells evenly.

    The n-th person is of the age whose stretch holds n; cells take turns by how far along their own count they are.
    """
    people = int(each.sum())
    cell = np.repeat(np.arange(len(each)), each)
    before = np.repeat(np.cumsum(each) - each, each)
    turn = (np.arange(people) - before + 0.5) / each[cell]
    dealt = cell[np.lexsort((cell, turn))]
    age = np.repeat(np.arange(len(totals)), totals)[:people]
    counts = np.bincount(dealt * len(totals) + age, minlength=len(each) * len(totals))
    return counts.reshape(len(each), len(totals)).astype(np.int64)


def _with_groups(cells: gpd.GeoDataFrame, groups: Longs, change: Longs) -> gpd.GeoDataFrame:
    """The cells with other people; only the columns of people are new."""
    new: dict[str, object] = {}
    if tells_ages(cells):
        new = {name: groups[:, at].astype(cells[name].dtype) for at, name in enumerate(AGE_GROUPS)}
    pop = groups.sum(axis=1)
    new["pop"] = pop.astype(cells["pop"].dtype)
    if "employed" in cells:
        new["employed"] = _employed(cells, change)
    if "inhabited" in cells:
        new["inhabited"] = cells["inhabited"].to_numpy(bool) | (pop > 0)
    return cells.assign(**new)


def _employed(cells: gpd.GeoDataFrame, change: Longs) -> object:
    """Residents in employment, with as many more or less as the share of the working ages (19 to 64; of all where ages
    are not known) tells.

    The share is the cell's own where somebody of those ages lives, else the territory's; not known stays not known.
    """
    column = cells["employed"]
    if column.isna().any():
        return column.array
    groups, working = groups_of(cells), [0]
    if groups.shape[1] > 1:
        working = [AGE_GROUPS.index(name) for name in ("pop_19_39", "pop_40_64")]
    base = groups[:, working].sum(axis=1).astype(float)
    now = column.to_numpy(float)
    whole = now.sum() / base.sum() if base.sum() > 0 else 0.0
    share = np.minimum(np.where(base > 0, now / np.where(base > 0, base, 1.0), whole), 1.0)
    moved = np.round(change[:, working].sum(axis=1) * share)
    return pd.Series(np.maximum(now + moved, 0).astype(np.int64), index=cells.index).astype(column.dtype)
