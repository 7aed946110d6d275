# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The files of one build, read when first asked for and kept: what was built, the plan, the ground, the values."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from aumenta.errors import Problem, TwinError
from aumenta.store.build_files import read_arrow, read_geo, verify
from aumenta.store.layout import Layout
from aumenta.store.manifest import LayerEntry, Manifest, SourceEntry
from aumenta.twin.plan_view import TwinPlan
from aumenta.values.model import VALUES_SCHEMA, Indicator
from aumenta.values.rights import RightsFile
from aumenta.values.table import LEVELS
from aumenta.values.text import Text

T = TypeVar("T")


class OpenBuild:
    """One build, safe to share between threads. Everything it returns is a copy that may be changed."""

    def __init__(self, root: Path, folder: Path, manifest: Manifest) -> None:
        self.root = root
        self.folder = folder
        self.manifest = manifest
        self._lock = threading.RLock()
        self._kept: dict[str, Any] = {}
        self._making: dict[str, threading.RLock] = {}

    def __repr__(self) -> str:
        return f"<Twin {self.manifest.pack.id} build {self.manifest.build} in {self.root}>"

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What is made once and kept as long as the twin is open: for those who compute from it; never changed.

        Who wants the same thing waits for it, who wants another one does not.
        """
        with self._lock:
            own = self._making.setdefault(key, threading.RLock())
        with own:
            if key not in self._kept:
                self._kept[key] = make()
            kept: T = self._kept[key]
            return kept

    # --- what it is ---------------------------------------------------------------------

    @property
    def build(self) -> str:
        """Name of the build: changes exactly when something in the twin may have changed."""
        return self.manifest.build

    def is_current(self) -> bool:
        """Whether the build that was opened is still the one in use."""
        return Layout(self.root).current_name() == self.manifest.build

    @property
    def layers(self) -> list[LayerEntry]:
        """Every layer with its readiness and, for what is missing, what to bring."""
        return list(self.manifest.layers)

    @cached_property
    def sources(self) -> dict[str, SourceEntry]:
        """Sources by id, with licence and attribution."""
        return {source.id: source for source in self.manifest.sources}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Definitions of the indicators that this build has values of, by id."""
        return {indicator.id: indicator for indicator in self.manifest.indicators}

    @property
    def reasons(self) -> dict[str, Text]:
        """Reasons of missing values: code -> words."""
        return dict(self.manifest.reasons)

    def verify(self) -> None:
        """Read every file and compare it with its hash; `TwinError` names those that differ."""
        problems = verify(self.folder, self.manifest)
        if problems:
            raise TwinError("The twin is damaged; build it again with `aumenta build`.", problems)

    # --- the plan -----------------------------------------------------------------------

    @property
    def plan(self) -> TwinPlan:
        """The plan of the pack; `TwinError` when the pack has none."""
        path = self._file("plan.json")
        return self.once("plan", lambda: _read_plan(path))

    @property
    def has_plan(self) -> bool:
        """Whether the pack came with a plan."""
        return "plan.json" in self.manifest.files

    @cached_property
    def rights(self) -> RightsFile:
        """The rights in force when the twin was built: conditions, ways, thresholds, sources."""
        return RightsFile.model_validate_json(self._file("rights.json").read_bytes())

    # --- the ground ---------------------------------------------------------------------

    def places(self, level: str | None = None) -> gpd.GeoDataFrame:
        """Places of one level or all, with polygons (EPSG:4326); columns in docs/architecture.md."""
        frame = self.once("places", lambda: read_geo(self._file("places.parquet")))
        return _level_of(frame, level)

    def cells(self, columns: list[str] | None = None) -> gpd.GeoDataFrame:
        """Cells of the grid (points: centres), sorted by `gy`, `gx`; some columns only when named."""
        path = self._file("cells.parquet")
        if columns is not None:
            return read_geo(path, columns)
        return self.once("cells", lambda: read_geo(path)).copy(deep=False)

    def cell_table(self, columns: list[str]) -> pa.Table:
        """Columns of the cells as an arrow table, without geometry unless named: the quick way to arrays."""
        return read_arrow(self._file("cells.parquet"), columns)

    def opportunities(self, kind: str | None = None) -> gpd.GeoDataFrame:
        """What people reach, of one kind or all."""
        frame = self.once("opportunities", lambda: read_geo(self._file("opportunities.parquet")))
        return frame.copy(deep=False) if kind is None else frame[frame["kind"] == kind].copy()

    def table(self, name: str) -> pd.DataFrame:
        """A list that a measure made of things that are no places: `tor` (brownfields), `boulevards` (stretches)."""
        frame: pd.DataFrame = read_arrow(self._file(f"tables/{name}.parquet")).to_pandas()
        return frame

    # --- values -------------------------------------------------------------------------

    def values(
        self,
        indicator: str | None = None,
        level: str | None = None,
        place: str | None = None,
        period: str | None = None,
    ) -> pd.DataFrame:
        """Rows of the long table (columns of `VALUES_SCHEMA`), sorted; `period="latest"` keeps the last of each place.

        Raises `TwinError` for an indicator or a level that the twin does not know. Values of cells are in
        `cell_values`.
        """
        table = self.once(
            "values", lambda: read_arrow(self._file("values.parquet"), VALUES_SCHEMA.names).to_pandas()
        )
        frame: pd.DataFrame = table
        if indicator is not None:
            self._known(indicator)
            start, stop = self.once("slices", lambda: _slices(table)).get(indicator, (0, 0))
            frame = table.iloc[start:stop]
        if level is not None:
            if level not in LEVELS:
                problem = Problem("no such level", field="level", found=level, expected=", ".join(LEVELS))
                raise TwinError("The values cannot be given.", [problem])
            frame = frame[frame["level"] == level]
        if place is not None:
            frame = frame[frame["place"] == place]
        if period == "latest":
            frame = frame.drop_duplicates(["indicator", "level", "place"], keep="last")
        elif period is not None:
            frame = frame[frame["period"] == period]
        return frame.reset_index(drop=True)

    def cell_values(self, indicator: str) -> pd.DataFrame:
        """Values of an indicator by cell: `cell`, `gx`, `gy`, `value`, `status`, `reason`, in order."""
        self._known(indicator)
        path = self._file("cell_values.parquet")
        if indicator not in self.manifest.files["cell_values.parquet"].columns:
            have = [c for c in self.manifest.files["cell_values.parquet"].columns if c in self.indicators]
            problem = Problem("no values by cell", found=indicator, expected=", ".join(have))
            raise TwinError("The indicator is not made for cells.", [problem])
        status = f"{indicator}:status"
        frame: pd.DataFrame = read_arrow(path, ["cell", "gx", "gy", indicator, status]).to_pandas()
        codes = frame.pop(status)
        known = self.manifest.cell_statuses
        frame["status"] = codes.map({code: entry.status for code, entry in known.items()})
        frame["reason"] = codes.map({code: entry.reason for code, entry in known.items()}).astype("object")
        return frame.rename(columns={indicator: "value"})

    def reason(self, code: str | None) -> Text | None:
        """A reason in words; None for no reason."""
        return self.manifest.reasons.get(code) if code else None

    # --- within -------------------------------------------------------------------------

    def _file(self, name: str) -> Path:
        if name not in self.manifest.files:
            stages = ", ".join(self.manifest.stages)
            problem = Problem("not in this build", found=name, expected=f"a build beyond: {stages}")
            raise TwinError("The twin does not hold this yet; build it with `aumenta build`.", [problem])
        return self.folder / name

    def _known(self, indicator: str) -> None:
        if indicator not in self.indicators:
            problem = Problem(
                "no such indicator",
                found=indicator,
                expected=", ".join(sorted(self.indicators)) or "none was built",
            )
            raise TwinError("The indicator is not known.", [problem])


def _slices(table: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """First and last row of each indicator in the sorted table."""
    names = table["indicator"].to_numpy()
    found: dict[str, tuple[int, int]] = {}
    for number, name in enumerate(names):
        start = found[name][0] if name in found else number
        found[name] = (start, number + 1)
    return found


def _level_of(frame: gpd.GeoDataFrame, level: str | None) -> gpd.GeoDataFrame:
    if level is None:
        return frame.copy(deep=False)
    chosen = frame[frame["level"] == level]
    if chosen.empty:
        have = ", ".join(sorted(frame["level"].unique()))
        raise TwinError("The places cannot be given.", [Problem("no such level", found=level, expected=have)])
    return chosen.reset_index(drop=True)


def _read_plan(path: Path) -> TwinPlan:
    """The plan of a build; one written by a version with another schema is refused with what to do."""
    try:
        return TwinPlan.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problem = Problem(
            "not the plan this version reads; build the twin again",
            str(path),
            found=f"{error.error_count()} fields that do not fit",
        )
        raise TwinError("The twin was made by another version.", [problem]) from None
