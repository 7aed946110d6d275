# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The rows that the spread of an indicator is computed on: inhabited cells, or municipalities where it has no cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.errors import Problem, TwinError
from aumenta.values.aggregate import NOTHING
from aumenta.values.model import Indicator
from aumenta.values.table import RANK

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

Doubles = NDArray[np.float64]
#: Groupings that are columns of the cells.
LEVELLERS = ("band", "zone")
#: Grouping by the full (urban centres and clusters) and the void (rural cells).
FULL = "fullvoid"
#: Income that municipalities are ordered by.
INCOME = "income.per_taxpayer"
#: Reason of a time that is known to be beyond the limit: as a share reached it is known and false.
NOT_REACHED = "not_reached"
#: Reason of a municipality that the values say nothing of.
NOT_GIVEN = "not_given"
_YOUNG, _OLD = ("pop_0_14", "pop_15_18"), ("pop_65p",)
_COLUMNS = ["gx", "gy", "municipality", "band", "zone", "full", "pop", *_YOUNG, *_OLD]


@dataclass(frozen=True)
class Rows:
    """Values with the people they count for; NaN is missing, then `reason` says why.

    `young` are residents up to 18, `old` of 65 and over. Of cells: `cell` positions in the twin's cells, `gx`, `gy`;
    None of municipalities. `income` is that of the municipality.
    """

    level: str
    value: Doubles
    reason: NDArray[np.object_]
    people: Doubles
    young: Doubles
    old: Doubles
    band: NDArray[np.str_]
    zone: NDArray[np.str_]
    full: NDArray[np.str_]
    income: Doubles
    period: str
    status: str
    cell: NDArray[np.int64] | None = None
    gx: NDArray[np.int64] | None = None
    gy: NDArray[np.int64] | None = None

    def groups(self, by: str) -> NDArray[np.str_]:
        """Group of every row; `TwinError` for groups that there are not."""
        if by not in (*LEVELLERS, FULL):
            problem = Problem("no such groups", found=by, expected=", ".join((*LEVELLERS, FULL)))
            raise TwinError("The spread cannot be computed.", [problem])
        found: NDArray[np.str_] = getattr(self, "full" if by == FULL else by)
        return found

    @cached_property
    def share(self) -> bool:
        """Whether every known value is 0 or 100: a share of residents, told cell by cell."""
        known = self.value[~np.isnan(self.value)]
        return self.level == "cell" and bool(np.isin(known, (0.0, 100.0)).all())


def is_time(indicator: Indicator) -> bool:
    """Whether an indicator is a number of minutes of which less is better."""
    return indicator.direction == "down" and indicator.unit.en == "minutes"


def is_state(indicator: Indicator) -> bool:
    """Whether an indicator says of a cell only yes (1) or no (0)."""
    return indicator.scale == "classes" and list(indicator.breaks) == [0.5]


def shares_within(twin: Twin, indicator: str) -> tuple[str, ...]:
    """Of a time, the indicators of who is reached within a limit (`<id>_<minutes>`), shortest limit first."""
    if not is_time(twin.indicators[indicator]):
        return ()
    found = {
        int(match[1]): name
        for name in twin.indicators
        if (match := re.fullmatch(re.escape(indicator) + r"_(\d+)", name))
    }
    return tuple(found[limit] for limit in sorted(found))


def rows_of(twin: Twin, indicator: str) -> Rows:
    """Rows of an indicator; `TwinError` when neither cells nor municipalities have values of it."""
    frame = twin.values(indicator, level="municipality", period="latest")  # raises for what is not known
    entry = twin.manifest.files.get("cell_values.parquet")
    made = list(entry.columns) if entry else []
    if indicator in made:
        values = twin.cell_values(indicator)
        value = values["value"].to_numpy(float, na_value=np.nan)
        value = value * 100 if is_state(twin.indicators[indicator]) else value
        return _of_cells(twin, value, values["reason"].to_numpy(object), values["status"])
    limited = _within_limit(twin, indicator, made)
    if limited is not None:
        return limited
    if frame.empty:
        have = ", ".join(sorted(twin.values(indicator)["level"].unique())) or "none"
        problem = Problem(
            "no values of cells or municipalities",
            found=f"{indicator} of {have}",
            expected="cell or municipality",
        )
        raise TwinError("The spread cannot be computed.", [problem])
    return _of_municipalities(twin, frame)


def _within_limit(twin: Twin, indicator: str, made: list[str]) -> Rows | None:
    """Of `<time>_<minutes>` the cells within so many minutes, where they give the twin's own value; else None."""
    match = re.fullmatch(r"(.+)_(\d+)", indicator)
    if not match or match[1] not in made or not is_time(twin.indicators[match[1]]):
        return None
    own = twin.values(indicator, level="metropolis", period="latest")["value"].dropna()
    times = twin.cell_values(match[1])
    minutes, reason = times["value"].to_numpy(float, na_value=np.nan), times["reason"].to_numpy(object)
    beyond = np.isnan(minutes) & (reason == NOT_REACHED)
    value = np.where(minutes <= int(match[2]), 100.0, np.where(np.isnan(minutes) & ~beyond, np.nan, 0.0))
    rows = _of_cells(twin, value, np.where(beyond, NOTHING, reason), times["status"])
    known = ~np.isnan(rows.value)
    if not len(own) or not known.any():
        return None
    mean = float(rows.people[known] @ rows.value[known]) / float(rows.people[known].sum())
    # A list that is not complete, or the edge of what is known, makes the twin's own share another one.
    return rows if abs(mean - float(own.iloc[0])) < 1e-6 else None


@dataclass(frozen=True)
class _People:
    """Inhabited cells, read once for all indicators."""

    cell: NDArray[np.int64]
    gx: NDArray[np.int64]
    gy: NDArray[np.int64]
    people: Doubles
    young: Doubles
    old: Doubles
    band: NDArray[np.str_]
    zone: NDArray[np.str_]
    full: NDArray[np.str_]
    income: Doubles


def _people(twin: Twin) -> _People:
    cells = twin.cell_table(_COLUMNS).to_pandas()
    at = np.flatnonzero(cells["pop"].to_numpy() > 0)
    own = cells.iloc[at]
    return _People(
        at,
        own["gx"].to_numpy(np.int64),
        own["gy"].to_numpy(np.int64),
        own["pop"].to_numpy(float),
        own[list(_YOUNG)].sum(axis=1, skipna=False).to_numpy(float),
        own[list(_OLD)].sum(axis=1, skipna=False).to_numpy(float),
        _text(own["band"]),
        _text(own["zone"]),
        np.where(own["full"].to_numpy(float) > 0, "full", "void"),
        _incomes(twin, own["municipality"]),
    )


def _of_cells(twin: Twin, value: Doubles, reason: NDArray[np.object_], status: pd.Series) -> Rows:
    own = twin.once("equity:people", lambda: _people(twin))
    at = own.cell
    return Rows(
        "cell",
        value[at],
        reason[at],
        own.people,
        own.young,
        own.old,
        own.band,
        own.zone,
        own.full,
        own.income,
        "",
        _weakest(status.iloc[at]),
        at,
        own.gx,
        own.gy,
    )


def _of_municipalities(twin: Twin, values: pd.DataFrame) -> Rows:
    """Every municipality in two rows, its residents of the full and of the void: both have its value."""
    cells = twin.cell_table(_COLUMNS).to_pandas()
    cells["full"] = cells["full"].astype(float)
    own = (
        cells[cells["pop"] > 0]
        .groupby(["municipality", "full"], sort=True, observed=True)
        .agg(dict.fromkeys(("pop", *_YOUNG, *_OLD), "sum") | {"band": "first", "zone": "first"})
        .reset_index()
    )
    by_place = values.set_index("place")
    towns = own["municipality"]
    reason = towns.map(by_place["reason"]).to_numpy(object)
    value = towns.map(by_place["value"]).to_numpy(float)
    reason[np.isnan(value) & pd.isna(reason)] = NOT_GIVEN
    return Rows(
        "municipality",
        value,
        reason,
        own["pop"].to_numpy(float),
        own[list(_YOUNG)].sum(axis=1, skipna=False).to_numpy(float),
        own[list(_OLD)].sum(axis=1, skipna=False).to_numpy(float),
        _text(own["band"]),
        _text(own["zone"]),
        np.where(own["full"].to_numpy(float) > 0, "full", "void"),
        _incomes(twin, towns),
        ", ".join(sorted(values["period"].unique())),
        _weakest(values["status"]),
    )


def _incomes(twin: Twin, municipality: pd.Series) -> Doubles:
    """Income per taxpayer of the municipality of every row; NaN where it is not known."""
    if INCOME not in twin.indicators:
        return np.full(len(municipality), np.nan)
    rows = twin.values(INCOME, level="municipality", period="latest").set_index("place")["value"]
    return municipality.map(rows).to_numpy(float, na_value=np.nan)


def _weakest(status: pd.Series) -> str:
    """The weakest status of values that there are; `missing` where there is none."""
    found = [str(name) for name in status.unique() if name in RANK and name != "missing"]
    return max(found, key=lambda name: RANK[name], default="missing")


def _text(column: pd.Series) -> NDArray[np.str_]:
    return column.fillna("").to_numpy(str)
