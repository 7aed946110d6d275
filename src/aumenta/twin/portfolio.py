# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of a twin weighed against each other: every set of them is a run, kept with the runs of scenarios."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aumenta.errors import PortfolioError, Problem, ScenarioError
from aumenta.portfolio.costs import Cost
from aumenta.portfolio.estimate import Estimate, estimate
from aumenta.portfolio.merge import Clash, check, conflicts, merged, merged_id, told
from aumenta.portfolio.model import SCHEMA_VERSION, Conflict, Result
from aumenta.portfolio.subsets import Family, is_exact, planned_sets
from aumenta.portfolio.subsets import members as places_of
from aumenta.scenario.model import Scenario, dump_scenario
from aumenta.scenario.runs import RECORD, Runs
from aumenta.store.fingerprint import code_of, digest
from aumenta.twin.portfolio_asked import asked_of, costs_of, scenarios_of
from aumenta.twin.portfolio_work import Tell, Work
from aumenta.twin.scenarios import TwinScenario

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Packages whose code decides what a portfolio says of its runs.
_CODE = ("scenario", "portfolio")
#: Most sets of three and more that are checked for contradictions before anything is computed.
_CHECKED = 256


@dataclass(frozen=True)
class Plan:
    """What a portfolio will compute. `runs` in all (at most, from random orders), of which `there` are made already.

    `sets` can be done together, the baseline included. `estimate` is of the runs to be made; None where nothing like
    them was measured yet: the first ones will tell. `bytes` are what they will take on disk, as far as is known.
    """

    portfolio: str
    exact: bool
    sets: int
    runs: int
    there: int
    conflicts: tuple[Conflict, ...]
    ordered: tuple[tuple[str, str], ...]
    estimate: Estimate | None
    bytes: int | None
    finished: bool


class TwinPortfolio:
    """Two or more scenarios with the twin that they are meant for, in an order that is kept.

    `runs`: most runs that may be made (setting `AUMENTA_MAX_PORTFOLIO_RUNS`); where all sets are more, random orders
    are drawn with `seed`, until the standard error of every average is `error` residents or less, or the runs are used.
    """

    def __init__(
        self,
        twin: Twin,
        scenarios: Sequence[Scenario | str | Path],
        costs: Mapping[str, Cost | float | None] | None = None,
        runs: int | None = None,
        error: float | None = None,
        seed: int = 1,
    ) -> None:
        self.twin = twin
        self.scenarios = scenarios_of(twin, scenarios)
        self.costs = costs_of(twin, [one.id for one in self.scenarios], costs)
        self.asked = asked_of(len(self.scenarios), runs, error, seed)
        self.portfolios = twin.portfolios
        self._run_ids: dict[int, str] = {}
        self._took: dict[int, float | None] = {}

    @cached_property
    def name(self) -> str:
        """Name of the answer: another for other scenarios, costs, extent, build or software."""
        costs = {name: [cost.amount, cost.source] for name, cost in self.costs.items()}
        asked = [self.asked.runs, self.asked.error, self.asked.seed]
        dumps = [dump_scenario(one) for one in self.scenarios]
        return digest([SCHEMA_VERSION, dumps, costs, asked, self.twin.build, code_of(_CODE)])

    # --- before -------------------------------------------------------------------------

    def plan(self) -> Plan:
        """What will be computed, what is there already, how long the rest takes; nothing is computed.

        Raises `PortfolioError` for scenarios with problems of their own, and where no two can be done together.
        """
        if self.portfolios.has(self.name):
            return _finished(self.portfolios.read(self.name))
        family = self.family
        masks = planned_sets(family, self.asked)
        there = self.there(masks)
        left = [mask for mask in masks if mask not in there]
        sizes = [_bytes(self.twin.runs.path(self.run_id(mask))) for mask in there]
        return Plan(
            portfolio=self.name,
            exact=is_exact(family, self.asked),
            sets=len(family.sets),
            runs=len(masks),
            there=len(there),
            conflicts=tuple(self.conflict(one) for one in self.clashes[0]),
            ordered=tuple(self.two(one.mask) for one in self.clashes[1]),
            estimate=estimate(left, self.measured(there), family.size),
            bytes=round(sum(sizes) / len(sizes) * len(left)) if sizes else None,
            finished=False,
        )

    @cached_property
    def clashes(self) -> tuple[list[Clash], list[Clash]]:
        """Sets that contradict themselves, and twos that only go together in the order of the list."""
        catalogue = TwinScenario(self.twin, self.scenarios[0]).catalogue
        actions = [one.code for one in self.twin.plan.actions] if self.twin.has_plan else None
        problems: list[Problem] = []
        for one in self.scenarios:
            own = TwinScenario(self.twin, one).resolved.problems
            problems += told(own, [one])
        if problems:
            raise PortfolioError("Scenarios of the portfolio cannot be applied.", problems)
        found, ordered = conflicts(self.scenarios, catalogue, actions)
        family = Family(len(self.scenarios), frozenset(one.mask for one in found))
        if len(family.sets) <= _CHECKED:
            for mask in family.sets:
                if mask.bit_count() > 2 and family.fits(mask):
                    wrong = check(self.members(mask), catalogue, actions)
                    if wrong:
                        found.append(Clash(mask, wrong))
                        family = family.without(mask)
        return found, ordered

    @property
    def family(self) -> Family:
        """The sets that can be done together, as far as that is told without applying them."""
        found = self.clashes[0]
        family = Family(len(self.scenarios), frozenset(one.mask for one in found))
        if not any(mask.bit_count() > 1 for mask in family.sets):
            problems = [replace(problem, message=f"{' + '.join(self.ids(one.mask))}: {problem.message}")
                        for one in found for problem in one.problems]  # fmt: skip
            raise PortfolioError("No two of the scenarios can be done together.", problems)
        return family

    # --- computing ----------------------------------------------------------------------

    def run(self, tell: Tell | None = None, stop: Callable[[], bool] | None = None) -> Result:
        """Compute every set that is asked for and keep the answer; what is there already is taken as it is.

        `stop` is asked before each run: the answer is then of what was computed, and is not kept. Whatever ends it,
        the runs that were finished stay, and the next call goes on from there.
        """
        if self.portfolios.has(self.name):
            return self.portfolios.read(self.name)
        work = Work(self)
        with self.portfolios.computing(self.name) as write:

            def say(told: dict[str, Any]) -> None:
                write(told)
                if tell is not None:
                    tell(told)

            while (mask := work.next()) is not None:
                if stop is not None and stop():
                    return work.result(False)
                work.compute(mask, say)
        result = work.result(True)
        self.portfolios.write(result)
        return result

    def result(self) -> Result:
        """The answer: the one that is kept, else that of the runs that are there, with `sampling.complete` false."""
        if self.portfolios.has(self.name):
            return self.portfolios.read(self.name)
        work = Work(self)
        for mask in self.there(planned_sets(work.family, self.asked)):
            work.take(mask)
        return work.result(work.next() is None)

    def blank(self) -> Result:
        """As `result`, of the baseline alone: to see whether a choice makes sense before anything is computed."""
        return Work(self).result(False)

    def shown(self) -> Result:
        """As `result`; `PortfolioError` where no run is there yet, which says when they are of another build."""
        found = self.result()
        if found.sampling.evaluated > 1:
            return found
        other = [one for one in self.portfolios.of_scenarios(found.ids) if one.build != self.twin.build]
        said, expected = "nothing was computed yet", "aumenta portfolio run, with the same scenarios"
        if other:
            said = "computed on another build of the twin, and not on this one"
            problem = Problem(said, found=other[-1].build, expected=f"{expected}, for {self.twin.build}")
        else:
            problem = Problem(said, found=", ".join(found.ids), expected=expected)
        raise PortfolioError("The portfolio cannot be shown.", [problem])

    # --- within -------------------------------------------------------------------------

    def scenario(self, mask: int) -> TwinScenario:
        """The scenarios of a set as one."""
        return TwinScenario(self.twin, merged(self.members(mask)))

    def run_id(self, mask: int) -> str:
        """Name of the run of a set."""
        if mask not in self._run_ids:
            self._run_ids[mask] = self.scenario(mask).run_id
        return self._run_ids[mask]

    def ids(self, mask: int) -> list[str]:
        """Ids of the scenarios of a set."""
        return [one.id for one in self.members(mask)]

    def members(self, mask: int) -> list[Scenario]:
        """The scenarios of a set, in the order of the list."""
        return [self.scenarios[place] for place in places_of(mask)]

    def two(self, mask: int) -> tuple[str, str]:
        """Ids of a set of two."""
        one, other = self.ids(mask)
        return one, other

    def conflict(self, one: Clash, applied: bool = False) -> Conflict:
        """A conflict as the answer tells it."""
        return Conflict(
            scenarios=self.ids(one.mask),
            problems=[str(problem) for problem in one.problems],
            found="applied" if applied else "checked",
            other_order=one.other_order,
        )

    def there(self, masks: Iterable[int]) -> list[int]:
        """Sets whose run is made already."""
        runs, masks = self.twin.runs, list(masks)
        names = set(runs.names())
        some = {
            _scenario_of(runs, name) for name in names
        }  # a name of a run takes long to tell: only where one may be
        return [
            mask for mask in masks if merged_id(self.members(mask)) in some and self.run_id(mask) in names
        ]

    def measured(self, masks: Collection[int]) -> dict[int, float]:
        """Seconds of runs by set; of a scenario that was not run on this build, those of its last run."""
        runs = self.twin.runs
        for mask in masks:
            if mask not in self._took:
                self._took[mask] = runs.seconds(self.run_id(mask))
        took = {mask: self._took[mask] for mask in masks}
        if any(1 << place not in took for place in range(len(self.scenarios))):
            last = {record.scenario: runs.seconds(record.run) for record in runs.records()}
            for place, one in enumerate(self.scenarios):
                took.setdefault(1 << place, last.get(one.id))
        return {mask: seconds for mask, seconds in took.items() if seconds}


def _scenario_of(runs: Runs, run: str) -> str:
    """Id of the scenario of a run; nothing where the run is damaged."""
    try:
        return str(json.loads((runs.path(run) / RECORD).read_bytes())["scenario"])
    except (OSError, ValueError, TypeError, KeyError, ScenarioError):
        return ""


def _finished(result: Result) -> Plan:
    """The plan of a portfolio that is done."""
    about, pairs = result.sampling, result.ordered
    runs, nothing = about.evaluated - 1, Estimate(0.0, 0.0, 0.0, len(result.members), len(result.members))
    return Plan(
        portfolio=result.portfolio,
        exact=about.exact,
        sets=about.sets,
        runs=runs,
        there=runs,
        conflicts=tuple(result.conflicts),
        ordered=tuple((one, other) for one, other in pairs),
        estimate=nothing,
        bytes=0,
        finished=True,
    )


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
