# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A finished run of a scenario: its values, and how they differ from the build that it started from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from aumenta.scenario.model import Scenario
from aumenta.scenario.runs import RunRecord, Runs
from aumenta.store.build_files import read_arrow
from aumenta.values.model import VALUES_SCHEMA

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin


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
