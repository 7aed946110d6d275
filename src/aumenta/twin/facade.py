# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A twin opened for reading: one build, loaded piece by piece when asked, safe to share between threads.

The build is chosen when the twin is opened; a build published later is seen by opening again
(`twin.is_current()` says when).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aumenta.settings import get_settings
from aumenta.store.layout import open_current
from aumenta.territory.plane import EUROPE, Plane
from aumenta.twin.opened import OpenBuild
from aumenta.twin.published import Comparison, compare

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


def open_twin(folder: str | Path | None = None) -> Twin:
    """Open the current build of a twin (default: the setting `AUMENTA_TWIN`).

    Raises `TwinError` when there is none, when it is of another version, or when files are damaged.
    """
    root = Path(folder) if folder is not None else get_settings().twin
    build, manifest = open_current(root)
    return Twin(root, build, manifest)


class Twin(OpenBuild):
    """One build of a twin and what can be asked of it: travel times, scenarios, portfolios, sites, equity."""

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

    # --- beside the values ---------------------------------------------------------------

    def published(self) -> list[Comparison]:
        """The figures that the plan printed, each beside the twin's."""
        return self.once("published", lambda: compare(self))

    def equity(self, indicator: str, within: str = "band") -> Equity:
        """How evenly an indicator is spread over people, decomposed by `band`, `zone` or `fullvoid` (docs/equity.md).

        Raises `TwinError` for an indicator that is not known, or has values of neither cells nor municipalities.
        """
        from aumenta.twin.equity import equity_of  # noqa: PLC0415

        return equity_of(self, indicator, within)
