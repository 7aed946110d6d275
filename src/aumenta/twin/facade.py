# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A twin opened for reading: one build, loaded piece by piece when asked, safe to share between threads.

The build is chosen when the twin is opened; a build published later is seen by opening again
(`twin.is_current()` says when).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from aumenta.errors import Problem, TwinError
from aumenta.settings import get_settings
from aumenta.store.build_files import read_arrow, read_geo, verify
from aumenta.store.layout import Layout, open_current
from aumenta.store.manifest import LayerEntry, Manifest, SourceEntry
from aumenta.territory.plane import EUROPE, Plane
from aumenta.twin.plan_view import TwinPlan
from aumenta.twin.published import Comparison, compare
from aumenta.values.model import VALUES_SCHEMA, Indicator
from aumenta.values.rights import RightsFile
from aumenta.values.table import LEVELS
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.access.options import Options
    from aumenta.access.router import Router
    from aumenta.access.times import Grid, Times
    from aumenta.access.ways import Place
    from aumenta.network.model import Network
    from aumenta.portfolio.costs import Cost
    from aumenta.portfolio.store import Portfolios
    from aumenta.scenario.model import Scenario
    from aumenta.scenario.runs import Runs
    from aumenta.siting.question import Question
    from aumenta.twin.equity import Equity
    from aumenta.twin.portfolio import TwinPortfolio
    from aumenta.twin.reached import Weights
    from aumenta.twin.scenario_list import KnownScenario
    from aumenta.twin.scenario_run import ScenarioRun
    from aumenta.twin.scenarios import TwinScenario
    from aumenta.twin.siting import TwinSiting
    from aumenta.twin.siting_choices import SitingChoices
    from aumenta.twin.siting_run import SitingRun

T = TypeVar("T")


def open_twin(folder: str | Path | None = None) -> Twin:
    """Open the current build of a twin (default: the setting `AUMENTA_TWIN`).

    Raises `TwinError` when there is none, when it is of another version, or when files are damaged.
    """
    root = Path(folder) if folder is not None else get_settings().twin
    build, manifest = open_current(root)
    return Twin(root, build, manifest)


class Twin:
    """One build of a twin. Everything it returns is a copy that may be changed."""

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

    def published(self) -> list[Comparison]:
        """The figures that the plan printed, each beside the twin's."""
        return self.once("published", lambda: compare(self))

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

    # --- travel times -------------------------------------------------------------------

    @property
    def has_network(self) -> bool:
        """Whether this build has a network, so that travel times can be asked for."""
        return self.manifest.network is not None

    @cached_property
    def network(self) -> Network:
        """Streets and timetable as memory-mapped arrays; `TwinError` when the build has none."""
        from aumenta.network.files import FILE, open_network  # noqa: PLC0415

        return open_network(self._file(f"network/{FILE}").parent)

    @cached_property
    def grid(self) -> Grid:
        """The cells as travel times name them, in the order of `cells`."""
        from aumenta.access.times import Grid  # noqa: PLC0415

        table = self.cell_table(["cell", "gx", "gy"])
        names, gx, gy = (table.column(name).to_numpy() for name in ("cell", "gx", "gy"))
        return Grid(names, gx, gy, int(self.manifest.settings["grid_resolution"]), self.plane)

    @property
    def window(self) -> tuple[str, str]:
        """Departures that are asked for where nobody names any: the pack's own, else the usual ones."""
        from aumenta.access.options import Options  # noqa: PLC0415

        own = self.manifest.network.window if self.manifest.network is not None else None
        return own or Options.window

    @cached_property
    def plane(self) -> Plane:
        """Where the metres of cells and network lie."""
        return Plane.named(self.manifest.settings.get("plane", EUROPE.name))

    def router(self, options: Options | None = None, **asked: Any) -> Router:
        """Something to ask many travel times of; options as in `aumenta.access.options.Options`, or by their names."""
        from aumenta.access.options import Options  # noqa: PLC0415
        from aumenta.access.router import Router  # noqa: PLC0415

        return Router(self.network, options or Options(**{"window": self.window, **asked}), self.grid)

    def reach(self, point: Place, toward: bool = False, **asked: Any) -> Times:
        """Travel times from a point (longitude, latitude) or cell to every cell; with `toward`, the other way.

        `asked` are options: mode, date, window and so on (`aumenta.access.options.Options`). Raises `AccessError` for
        what cannot be asked, such as a point outside or a day without service.
        """
        router = self.router(**asked)
        return router.all_to_one(point) if toward else router.one_to_all(point)

    @property
    def weights(self) -> Weights:
        """What there is to reach in each cell: people, jobs, opportunities of every kind."""
        from aumenta.twin.reached import weights_of  # noqa: PLC0415

        return self.once("weights", lambda: weights_of(self))

    # --- scenarios ----------------------------------------------------------------------

    def scenario(self, scenario: Scenario | str | Path) -> TwinScenario:
        """A scenario on this twin, to check and to run: a file, the id of one it knows, or one made in Python.

        Raises `ScenarioError` for what cannot be read; what is wrong with it here is told by `resolved` and `run`.
        """
        from aumenta.twin.scenarios import TwinScenario  # noqa: PLC0415

        return TwinScenario(self, scenario)

    def scenarios(self) -> list[KnownScenario]:
        """Scenarios that come with the pack, and over them those saved beside the builds, by id."""
        from aumenta.twin.scenario_list import known_scenarios  # noqa: PLC0415

        return known_scenarios(self)

    @property
    def runs(self) -> Runs:
        """Saved scenarios and finished runs beside the builds."""
        from aumenta.scenario.runs import Runs  # noqa: PLC0415

        return Runs(self.root)

    def run_of(self, name: str) -> ScenarioRun:
        """A finished run by its name, or the last one of a scenario by its id."""
        from aumenta.twin.scenario_run import ScenarioRun  # noqa: PLC0415

        own = self.runs.records(name)
        return ScenarioRun(self, self.runs, own[-1] if own else self.runs.record(name))

    # --- portfolios ---------------------------------------------------------------------

    def portfolio(
        self,
        scenarios: Sequence[Scenario | str | Path],
        costs: Mapping[str, Cost | float | None] | None = None,
        **asked: Any,
    ) -> TwinPortfolio:
        """Scenarios weighed against each other (docs/portfolio.md): `.plan()`, `.run()`, `.result()`.

        `asked`: `runs`, `error`, `seed` (`aumenta.twin.portfolio`). Raises `PortfolioError` with all that is wrong.
        """
        from aumenta.twin.portfolio import TwinPortfolio  # noqa: PLC0415

        return TwinPortfolio(self, scenarios, costs, **asked)

    @property
    def portfolios(self) -> Portfolios:
        """Finished portfolios beside the builds, and the progress of those that are computed."""
        from aumenta.portfolio.store import Portfolios  # noqa: PLC0415

        return Portfolios(self.root)

    # --- siting -------------------------------------------------------------------------

    def siting(self, question: Question | dict[str, Any]) -> TwinSiting:
        """A question about where to put something, to check and to answer (docs/siting.md): `.run()`.

        Raises `SitingError` for what is no question; what does not fit this twin is told by `ground` and `run`.
        """
        from aumenta.twin.siting import TwinSiting  # noqa: PLC0415

        return TwinSiting(self, question)

    @property
    def siting_choices(self) -> SitingChoices:
        """What can be asked about siting here: what is placed, among what, where, who counts, how one goes."""
        from aumenta.twin.siting_choices import choices_of  # noqa: PLC0415

        return self.once("siting choices", lambda: choices_of(self))

    def sitings(self) -> list[SitingRun]:
        """Answers about siting that are kept beside the builds, the latest last."""
        from aumenta.twin.siting_run import kept_sitings  # noqa: PLC0415

        return kept_sitings(self)

    def siting_of(self, id: str) -> SitingRun:
        """A kept answer about siting by its id; `SitingError` when there is none."""
        from aumenta.twin.siting_run import siting_of  # noqa: PLC0415

        return siting_of(self, id)

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

    def equity(self, indicator: str, within: str = "band") -> Equity:
        """How evenly an indicator is spread over people, decomposed by `band`, `zone` or `fullvoid` (docs/equity.md).

        Raises `TwinError` for an indicator that is not known, or has values of neither cells nor municipalities.
        """
        from aumenta.twin.equity import equity_of  # noqa: PLC0415

        return equity_of(self, indicator, within)

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
