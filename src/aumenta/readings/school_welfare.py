# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Welfare around the school: where school buildings have room to spare and services around them are lacking.

The plan sees schools of hills and mountains as larger than their pupils need, and proposes them as civic centres. Two
things are looked at: pupils per school against the least size of the building standard (known wherever pupils are), and
square metres per pupil against the standard (where the buildings are known).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.cell_codes import corners, plane_of
from aumenta.readings.city15 import CATEGORIES
from aumenta.readings.inputs import CellArrays, Column, Figures
from aumenta.readings.measure import Result
from aumenta.readings.travel import UNKNOWN
from aumenta.values.aggregate import Members, Quantity, merged, quantity, ratio, summed

Floats = NDArray[np.float64]


def school_welfare(
    cells: CellArrays,
    members: Members,
    standard: Figures,
    by_kind: Figures | None = None,
    buildings: Figures | None = None,
    services: Result | None = None,
) -> Result:
    """Size of schools and room in their buildings against the standard; schools that could be civic centres.

    Formulas: size = 100 x pupils / (schools x least pupils of the standard for their kind); small schools = 100 x
    schools of municipalities, kinds and managers whose mean is under that least size / schools that tell their pupils;
    space = 100 x gross m2 / (pupils x m2 a pupil of the standard for the kind); spare = sum over buildings of the m2
    above the standard. A candidate is a building with m2 to spare in whose cell a category of `city15` is known to be
    lacking; where nobody knows, it is not counted, and the table says so. Source of the standard: for Italy the D.M.
    18 December 1975 on school buildings.

    `standard` needs `kind`, `least_classes`, `pupils_per_class`, `m2_per_pupil` (may be blank); `by_kind`
    `municipality`, `kind`, `pupils`, `schools_with_pupils`; `buildings` `id`, `municipality`, `kind`, `gross_m2`,
    `pupils`, `lon`, `lat`.

    >>> from aumenta.values.aggregate import members_of
    >>> cells = CellArrays(np.array([], dtype=object), np.array([], dtype=object), 250, {})
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> rule = Figures("rule", pd.DataFrame({"kind": ["primary"], "least_classes": [5], "pupils_per_class": [25],
    ...                                      "m2_per_pupil": [7.0]}))
    >>> told = Figures("told", pd.DataFrame({"municipality": ["a"], "kind": ["primary"], "pupils": [100.0],
    ...                                      "schools_with_pupils": [2]}))
    >>> [float(f["value"].iloc[0]) for f in school_welfare(cells, whole, rule, told).rows]
    [40.0, 100.0]
    """
    towns = sorted({str(one) for one in members.rows.loc[members.rows["level"] == "municipality", "part"]})
    result = Result()
    if by_kind is not None:
        table = sizes(by_kind, standard)
        result.tables["school_sizes"] = table
        result.rows.extend(_size_rows(table, by_kind, standard, members))
    if buildings is not None:
        table = rooms(buildings, standard, cells, services)
        result.tables["school_buildings"] = table
        _room_rows(result, table, buildings, standard, towns, members)
    return result


def sizes(by_kind: Figures, standard: Figures) -> pd.DataFrame:
    """Schools that tell their pupils by municipality, kind and manager, beside the least size of their kind."""
    rows = by_kind.rows[by_kind.rows["schools_with_pupils"] > 0].reset_index(drop=True)
    rule = standard.rows.set_index("kind")
    least = rows["kind"].map(rule["least_classes"] * rule["pupils_per_class"]).astype(np.float64)
    table = rows[["municipality", "kind", *(["ownership"] if "ownership" in rows else [])]].copy()
    table["schools"] = rows["schools_with_pupils"].astype(np.float64)
    table["pupils"] = rows["pupils"].astype(np.float64)
    table["pupils_per_school"] = table["pupils"] / table["schools"]
    table["least_pupils"] = least
    table["small"] = table["pupils_per_school"] < least
    return table[least.notna()].reset_index(drop=True)


def rooms(
    buildings: Figures, standard: Figures, cells: CellArrays, services: Result | None = None
) -> pd.DataFrame:
    """School buildings with the m2 that the standard asks for their pupils, what is spare, and services around.

    `known` and `possible` are categories of `city15` in the building's cell, NaN where it has no position; `candidate`
    is 1, 0, or NaN where nobody knows.
    """
    table = buildings.rows[["id", "municipality", "kind", "gross_m2", "pupils"]].reset_index(drop=True)
    gross, pupils = (table[name].astype(np.float64) for name in ("gross_m2", "pupils"))
    per_pupil = table["kind"].map(standard.rows.set_index("kind")["m2_per_pupil"]).astype(np.float64)
    table["standard_m2"] = pupils * per_pupil
    table["spare_m2"] = np.maximum(gross - table["standard_m2"], 0.0)
    at = cell_of(buildings.rows, cells)
    for name in ("known", "possible"):
        found = None if services is None else services.cells.get(f"city15.complete_{name}")
        table[name] = np.where(at >= 0, found.value[np.maximum(at, 0)], np.nan) if found else np.nan
    lacking = np.select(
        [table["possible"] < len(CATEGORIES), table["known"] == len(CATEGORIES)], [1.0, 0.0], np.nan
    )
    spare = table["spare_m2"].to_numpy(np.float64)
    table["candidate"] = np.where(spare > 0, lacking, np.where(np.isnan(spare), np.nan, 0.0))
    return table


def cell_of(rows: pd.DataFrame, cells: CellArrays) -> NDArray[np.int64]:
    """Number of the cell that holds each row's `lon`, `lat`; -1 outside or without them."""
    lon, lat = (rows[name].to_numpy(np.float64) for name in ("lon", "lat"))
    told = ~(np.isnan(lon) | np.isnan(lat))
    x, y = plane_of(cells.cell).to_metres(np.where(told, lon, 0.0), np.where(told, lat, 0.0))
    side = cells.resolution
    keys = (np.floor(y / side) * side).astype(np.int64) * 10_000_000 + (np.floor(x / side) * side).astype(
        np.int64
    )
    if not len(cells.cell):
        return np.full(len(rows), -1)
    east, north = corners(cells.cell)
    found = pd.Index(north * 10_000_000 + east).get_indexer(pd.Index(keys))
    return np.where(told, found, -1).astype(np.int64)


def _size_rows(
    table: pd.DataFrame, by_kind: Figures, standard: Figures, members: Members
) -> list[pd.DataFrame]:
    about = by_kind.columns.get("pupils", Column())
    sources = _sources(by_kind, "pupils", standard, "least_classes")

    def by_town(values: pd.Series[float]) -> Quantity:
        sums = values.groupby(table["municipality"], sort=True).sum()
        return quantity(sums.index, sums, "estimated", sources=sources, period=about.date or "")

    schools, asked = table["schools"], table["schools"] * table["least_pupils"]
    small = table["schools"].where(table["small"], 0.0)
    return [
        ratio("school_welfare.size", by_town(table["pupils"]), by_town(asked), members, 100),
        ratio("school_welfare.small_schools", by_town(small), by_town(schools), members, 100),
    ]


def _room_rows(
    result: Result,
    table: pd.DataFrame,
    buildings: Figures,
    standard: Figures,
    towns: list[str],
    members: Members,
) -> None:
    about = buildings.columns.get("gross_m2", Column())
    status = "estimated" if about.status == "estimated" else "reported"
    sources = _sources(buildings, "gross_m2", standard, "m2_per_pupil")
    told = table["gross_m2"].notna() & table["pupils"].notna()

    def by_town(values: pd.Series[float], reason: str = "not_given", none: float = np.nan) -> Quantity:
        sums = values.groupby(table["municipality"], sort=True).agg(lambda one: one.sum(min_count=1))
        made = sums.reindex(pd.Index(towns, dtype=object))
        made[~made.index.isin(table["municipality"])] = none
        return quantity(made.index, made, status, reason, sources, about.date or "")

    gross, pupils = (table[name].astype(np.float64).where(told) for name in ("gross_m2", "pupils"))
    result.rows.append(ratio("school_welfare.m2_per_pupil", by_town(gross), by_town(pupils), members))
    if standard.rows["m2_per_pupil"].isna().all():
        reason = standard.blank_reason("m2_per_pupil")
        result.why.update({f"school_welfare.{name}": reason for name in ("space", "spare_m2", "candidates")})
        return
    asked = table["standard_m2"].where(told)
    none = 0.0 if buildings.complete else np.nan
    result.rows.append(
        ratio("school_welfare.space", by_town(gross.where(asked.notna())), by_town(asked), members, 100)
    )
    result.rows.append(summed("school_welfare.spare_m2", by_town(table["spare_m2"], none=none), members))
    count = by_town(table["candidate"], UNKNOWN, none)
    result.rows.append(summed("school_welfare.candidates", count, members))


def _sources(first: Figures, column: str, second: Figures, other: str) -> tuple[str, ...]:
    found = [
        one.columns[name].source for one, name in ((first, column), (second, other)) if name in one.columns
    ]
    return merged([source for source in found if source])
