# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A finished run of a scenario: its values, and how they differ from the build that it started from."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aumenta.errors import Problem, ScenarioError
from aumenta.scenario.difference import differences, shared_by_cells, winners_and_losers
from aumenta.scenario.evidence import Evidence
from aumenta.scenario.evidence_file import FILE, read_evidence
from aumenta.scenario.gains import (
    InequalityChange,
    People,
    inequality_change,
    people_of,
    rights_transitions,
    who_gains,
)
from aumenta.scenario.model import Scenario
from aumenta.scenario.runs import RunRecord, Runs
from aumenta.store.build_files import read_arrow
from aumenta.values.aggregate import Quantity
from aumenta.values.model import VALUES_SCHEMA
from aumenta.values.table import RANK

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Income that municipalities are ordered by.
_INCOME = "income.per_taxpayer"


class ScenarioRun:
    """One immutable run. `twin` is the build that it is compared with: the one it started from, when still there."""

    def __init__(self, twin: Twin, runs: Runs, record: RunRecord) -> None:
        self.twin = twin
        self.record = record
        self.folder: Path = runs.path(record.run)
        self._runs = runs

    def __repr__(self) -> str:
        return f"<run {self.id} of scenario {self.record.scenario}>"

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.record.run

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was when the run was made."""
        return self._runs.scenario_of(self.id)

    @property
    def stale(self) -> bool:
        """Whether the twin in use is another build than the one the run started from."""
        return self.record.build != self.twin.build

    def values(self, indicator: str | None = None, level: str | None = None) -> pd.DataFrame:
        """The long table with the scenario, as `Twin.values` gives it without."""
        frame: pd.DataFrame = read_arrow(self.folder / "values.parquet", VALUES_SCHEMA.names).to_pandas()
        if indicator is not None:
            frame = frame[frame["indicator"] == indicator]
        if level is not None:
            frame = frame[frame["level"] == level]
        return frame.reset_index(drop=True)

    def cell_values(self, indicator: str) -> pd.DataFrame:
        """Values by cell with the scenario, as `Twin.cell_values` gives them without."""
        columns = ["cell", "gx", "gy", indicator, f"{indicator}:status"]
        frame: pd.DataFrame = read_arrow(self.folder / "cell_values.parquet", columns).to_pandas()
        codes, known = frame.pop(f"{indicator}:status"), self.record.cell_statuses
        frame["status"] = codes.map({code: entry.status for code, entry in known.items()})
        frame["reason"] = codes.map({code: entry.reason for code, entry in known.items()}).astype("object")
        return frame.rename(columns={indicator: "value"})

    @cached_property
    def journeys(self) -> Evidence | None:
        """Journeys that changed, before and after (`aumenta.scenario.evidence`); None of a run that has none kept."""
        path = self.folder / FILE
        return read_evidence(path) if path.is_file() else None

    # --- before and after ---------------------------------------------------------------

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Every value before and after, with the difference and its effect (`aumenta.scenario.difference`)."""
        return differences(self.twin.values(), self.values(), self.twin.indicators)

    def difference(self, indicator: str, level: str | None = None) -> pd.DataFrame:
        """Differences of an indicator, at one level or all."""
        table = self.differences
        chosen = table["indicator"] == indicator
        if not chosen.any():
            raise ScenarioError(
                "There is no difference to tell.", [Problem("no such indicator", found=indicator)]
            )
        if level is not None:
            chosen &= table["level"] == level
        return table[chosen].reset_index(drop=True)

    def changed(self) -> list[str]:
        """Indicators with a difference somewhere, in cells or places, sorted."""
        table = self.differences
        moved = table[~table["effect"].isin(["same"]) & ~(table["before"].isna() & table["after"].isna())]
        found = set(moved["indicator"]) | {name for name in self.cell_indicators if self._cells_differ(name)}
        return sorted(str(name) for name in found)

    def who_gains(self, indicator: str) -> pd.DataFrame:
        """Residents for whom an indicator becomes better, worse or stays, by group (`aumenta.scenario.gains`)."""
        before, after = self.sides(indicator)
        return who_gains(before, after, self.twin.indicators[indicator], self.people)

    def inequality(self, indicator: str) -> InequalityChange:
        """How evenly an indicator is spread over residents, before and after."""
        before, after = self.sides(indicator)
        return inequality_change(before, after, self.twin.indicators[indicator], self.people)

    def right(self, indicator: str) -> pd.DataFrame:
        """Residents by what a right is for them before and after, by group."""
        before, after = self.sides(indicator)
        return rights_transitions(before, after, indicator, self.people)

    def winners(self, indicator: str, most: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Municipalities for which an indicator becomes better, and worse."""
        return winners_and_losers(self.differences, self.twin.indicators[indicator], most=most)

    # --- what they are made of ----------------------------------------------------------

    @cached_property
    def cell_indicators(self) -> list[str]:
        """Indicators with values of cells on both sides: what is first known with the scenario is told by place."""
        name = "cell_values.parquet"
        both = set(self.record.files[name].columns) & set(self.twin.manifest.files[name].columns)
        return sorted(both & set(self.twin.indicators))

    @cached_property
    def people(self) -> People:
        """Residents of the baseline with their groups."""
        income = (
            self.twin.values(_INCOME, level="municipality", period="latest") if self._has_income else None
        )
        standing = (
            None if income is None else dict(zip(income["place"], income["value"].astype(float), strict=True))
        )
        return people_of(pd.DataFrame(self.twin.cells().drop(columns="geometry")), standing)

    @property
    def _has_income(self) -> bool:
        return _INCOME in self.twin.indicators

    def sides(self, indicator: str) -> tuple[Quantity, Quantity]:
        """Values of an indicator by cell before and after; those of municipalities where cells have none."""
        if indicator not in self.twin.indicators:
            raise ScenarioError(
                "There is no difference to tell.", [Problem("no such indicator", found=indicator)]
            )
        if indicator in self.cell_indicators:
            return _quantity(self.twin.cell_values(indicator)), _quantity(self.cell_values(indicator))
        cells = pd.DataFrame(self.twin.cell_table(["cell", "municipality"]).to_pandas())
        return (
            shared_by_cells(self.twin.values(indicator), indicator, cells),
            shared_by_cells(self.values(indicator), indicator, cells),
        )

    def _cells_differ(self, indicator: str) -> bool:
        """Whether a cell has another value, status or reason; codes of statuses are compared by what they say."""
        columns = [indicator, f"{indicator}:status"]
        sides = [
            read_arrow(folder / "cell_values.parquet", columns) for folder in (self.twin.folder, self.folder)
        ]
        value = [side.column(0).to_numpy() for side in sides]
        if not np.array_equal(value[0], value[1], equal_nan=True):
            return True
        old, new = (np.asarray(side.column(1).to_numpy(), np.int64) for side in sides)
        before, after = self.twin.manifest.cell_statuses, self.record.cell_statuses
        most = int(new.max(initial=0)) + 1
        pairs = np.unique(old * most + new).tolist()  # one number a pair: quicker than rows
        return any(before.get(pair // most) != after.get(pair % most) for pair in pairs)


def _quantity(frame: pd.DataFrame) -> Quantity:
    reason = frame["reason"]
    return Quantity(
        frame["cell"].to_numpy(object),
        frame["value"].to_numpy(float, na_value=np.nan),
        np.asarray(frame["status"].map(RANK), np.int8),
        reason.where(reason.notna(), None).to_numpy(object),
    )
