# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of priorities shares: portfolios, what is known of each, the queue that computes them.

A portfolio is computed without costs, which the address of the page carries: another cost needs no further run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any

from aumenta.errors import AumentaError, PortfolioError, Problem
from aumenta.portfolio.model import Result
from aumenta.portfolio.subsets import planned_sets
from aumenta.twin.portfolio import Plan, TwinPortfolio
from aumenta.twin.portfolio_work import Work
from aumenta.web.jobs import Command, JobQueue, JobState
from aumenta.web.portfolio_asked import Asked
from aumenta.web.readying import Readying
from aumenta.web.scenario_data import PATIENCE
from aumenta.web.site import Site

#: Portfolios that are kept in memory.
_KEPT = 24


@dataclass(frozen=True)
class Sight:
    """What is known of a portfolio: what will be computed, and what the runs that are there say (None: none is).

    `why` are the reasons of its conflicts, as far as they show before anything is computed.
    """

    plan: Plan
    result: Result | None
    why: Mapping[frozenset[str], tuple[Problem, ...]]


@dataclass(frozen=True)
class Standing:
    """How far the computation is: its job, and what it last said; `outside`: another process does it."""

    state: JobState
    told: dict[str, Any] | None
    outside: bool

    @property
    def busy(self) -> bool:
        """Whether it waits or is being computed, here or elsewhere."""
        return self.state.busy or self.outside

    @property
    def phase(self) -> str:
        """How the job stands."""
        return "running" if self.outside else self.state.phase

    @property
    def done(self) -> int:
        """Runs that are made."""
        return int((self.told or {}).get("done", 0))


class Open:
    """A portfolio that was asked for: what its runs say is read once each."""

    def __init__(self, portfolio: TwinPortfolio) -> None:
        self.portfolio = portfolio
        self._lock = RLock()

    @cached_property
    def _work(self) -> Work:
        return Work(self.portfolio)

    def sight(self) -> Sight:
        """Everything known now. Raises `AumentaError` for what cannot be weighed."""
        with self._lock:
            portfolio = self.portfolio
            plan = portfolio.plan()
            if plan.finished:
                why = {}
                if plan.conflicts:
                    with suppress(AumentaError):  # then they are told as the answer keeps them
                        why = self._why()
                return Sight(plan, portfolio.result(), why)
            work = self._work
            for mask in portfolio.there(planned_sets(work.family, portfolio.asked)):
                if mask not in work.known:
                    work.take(mask)
            some = len(work.known) > 1
            return Sight(plan, work.result(work.next() is None) if some else None, self._why())

    def _why(self) -> dict[frozenset[str], tuple[Problem, ...]]:
        found = self.portfolio.clashes[0]
        return {frozenset(self.portfolio.ids(one.mask)): one.problems for one in found}


class PortfolioDesk:
    """Portfolios of the twin that is served."""

    def __init__(self, site: Site) -> None:
        self.site, self.twin = site, site.twin
        settings = site.settings
        self.queue = JobQueue(
            "portfolios", site.background, settings.max_waiting_runs, settings.max_portfolio_seconds
        )
        self._sights: Readying[Sight] = Readying(site.background, _KEPT)
        self._open: dict[tuple[tuple[str, ...], int | None], Open] = {}
        self._lock = RLock()

    def opened(self, asked: Asked) -> Open:
        """The portfolio of an address. Raises `PortfolioError` with everything that is wrong with the scenarios."""
        portfolio = self.twin.portfolio(list(asked.ids), runs=asked.runs)
        key = (asked.ids, asked.runs)
        with self._lock:
            found = self._open.pop(key, None)
            # One that was written anew since is another portfolio.
            if found is None or found.portfolio.scenarios != portfolio.scenarios:
                found = Open(portfolio)
            self._open[key] = found
            while len(self._open) > _KEPT:
                del self._open[next(iter(self._open))]
        return found

    def sight(
        self, opened: Open, standing: Standing, patience: float = PATIENCE
    ) -> Sight | AumentaError | None:
        """What is known of a portfolio; None as long as it is being put together."""
        return self._sights.get(self._moment(opened, standing), opened.sight, patience)

    def seen(self, opened: Open, standing: Standing) -> bool:
        """Whether that is put together."""
        return self._sights.ready(self._moment(opened, standing))

    def _moment(self, opened: Open, standing: Standing) -> str:
        """Another word whenever more may be known: a portfolio that is done stays as it is."""
        name = opened.portfolio.name
        if self.twin.portfolios.has(name):
            return f"{name} done"
        # Runs of others are made too: as many files as there are now are all that was looked at.
        return f"{name} {standing.phase} {standing.done} {len(self.twin.runs.names())}"

    def kept(self, answer: str) -> Result | None:
        """A kept answer, of any build; None where there is none that can be read."""
        try:
            return self.twin.portfolios.read(answer)
        except PortfolioError:
            return None

    def of_others(self, ids: tuple[str, ...]) -> list[Result]:
        """Kept answers of the same scenarios, the latest first."""
        return list(reversed(self.twin.portfolios.of_scenarios(list(ids))))

    def past(self) -> list[Result]:
        """Kept answers, the latest first, one of each portfolio of the same scenarios and build."""
        found: dict[tuple[str, ...], Result] = {}
        for name in reversed(self.twin.portfolios.names()):
            result = self.site.once(f"portfolio {name}", lambda name=name: self.kept(name))  # type: ignore[misc]
            if result is not None:
                found.setdefault((result.build, *result.ids), result)
        return list(found.values())

    # --- computing ----------------------------------------------------------------------

    def standing(self, name: str) -> Standing:
        """How far a portfolio is."""
        state = self.queue.state(name)
        told = self.twin.portfolios.progress(name)
        return Standing(state, told, outside=told is not None and not state.busy)

    def ask(self, asked: Asked) -> None:
        """Have a portfolio computed, or gone on with. Raises `PortfolioError`, or `BusyError` where many wait."""
        name = self.opened(asked).portfolio.name
        if self.twin.portfolios.has(name) or self.standing(name).busy:
            return
        more = () if asked.runs is None else ("--runs", str(asked.runs))
        root = str(self.twin.root.resolve())
        self.queue.ask(
            Command(name, ("portfolio", "run", "--quiet", "--twin", root, *more, "--", *asked.ids))
        )

    def stop(self, name: str) -> None:
        """Stop it; what was computed stays."""
        self.queue.stop(name)
        self.queue.wait(name, 8)
