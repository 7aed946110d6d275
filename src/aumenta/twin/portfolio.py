# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of a twin weighed against each other: every set of them is a run, kept with the runs of scenarios."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aumenta.errors import PortfolioError, Problem, ScenarioError
from aumenta.portfolio.costs import Cost
from aumenta.portfolio.effects import largest_error
from aumenta.portfolio.estimate import Estimate, estimate
from aumenta.portfolio.figures import Counts
from aumenta.portfolio.merge import Clash, check, conflicts, merged, told
from aumenta.portfolio.model import SCHEMA_VERSION, Conflict, Result
from aumenta.portfolio.subsets import Asked, Family, is_exact, next_set, pairs_done
from aumenta.portfolio.subsets import members as places_of
from aumenta.scenario.model import Scenario, dump_scenario
from aumenta.scenario.resolve import SUMMARY as NOT_APPLIED
from aumenta.store.fingerprint import code_of, digest
from aumenta.twin.portfolio_asked import asked_of, costs_of, scenarios_of
from aumenta.twin.portfolio_result import Counting, result_of
from aumenta.twin.scenarios import TwinScenario

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Called as a portfolio goes on with what its `progress.json` holds.
Tell = Callable[[dict[str, Any]], None]
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
        family, finished = self.family, self.portfolios.has(self.name)
        masks = _planned(family, self.asked)
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
            finished=finished,
        )

    @cached_property
    def clashes(self) -> tuple[list[Clash], list[Clash]]:
        """Sets that contradict themselves, and twos that only go together in the order of the list."""
        first = TwinScenario(self.twin, self.scenarios[0])
        catalogue = self.twin.once("scenario catalogue", first._catalogue)
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
        work = _Work(self)
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
        work = _Work(self)
        for mask in self.there(_planned(work.family, self.asked)):
            work.take(mask)
        return work.result(work.next() is None)

    def blank(self) -> Result:
        """As `result`, of the baseline alone: to see whether a choice makes sense before anything is computed."""
        return _Work(self).result(False)

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
        names = set(self.twin.runs.names())
        return [mask for mask in masks if self.run_id(mask) in names]

    def measured(self, masks: Iterable[int]) -> dict[int, float]:
        """Seconds of runs by set; of a scenario that was not run on this build, those of its last run."""
        runs = self.twin.runs
        took = {mask: runs.seconds(self.run_id(mask)) for mask in masks}
        if any(1 << place not in took for place in range(len(self.scenarios))):
            last = {record.scenario: runs.seconds(record.run) for record in runs.records()}
            for place, one in enumerate(self.scenarios):
                took.setdefault(1 << place, last.get(one.id))
        return {mask: seconds for mask, seconds in took.items() if seconds}


class _Work:
    """A portfolio being computed: the figures of the sets so far, and the conflicts that only applying shows."""

    def __init__(self, portfolio: TwinPortfolio) -> None:
        self.portfolio, self.asked = portfolio, portfolio.asked
        self.family = portfolio.family
        self.counting = Counting(portfolio.twin)
        self.known: dict[int, Counts] = {0: self.counting.baseline()}
        self.applied: list[Clash] = []
        self.began = time.monotonic()

    @property
    def pairs(self) -> int:
        return pairs_done(self.family, self.asked, self.known)

    def next(self) -> int | None:
        """The set to compute next."""
        return next_set(self.family, self.asked, self.known, self._enough())

    def _enough(self) -> bool:
        error = self.asked.error
        if error is None or is_exact(self.family, self.asked):
            return False
        return self.error() <= error

    def error(self) -> float:
        """Largest standard error of an average, of residents of the whole with a right."""
        whole = {mask: counts[:, 0, 0] for mask, counts in self.known.items()}
        return largest_error(self.family, whole, self.pairs, self.asked)

    def take(self, mask: int) -> None:
        """The figures of a set whose run is there."""
        runs = self.portfolio.twin.runs
        name = self.portfolio.run_id(mask)
        self.known[mask] = self.counting.of_run(runs.path(name), runs.record(name))

    def compute(self, mask: int, say: Tell) -> None:
        """Run a set; one that turns out not to be possible is a conflict."""
        one = self.portfolio.scenario(mask)
        about = self._progress(mask)
        say(about)
        problems = one.resolved.problems
        if not problems:
            try:
                one.run(tell=lambda told: say(about | {"stage": told["stage"], "seconds": self._seconds()}))
            except ScenarioError as error:
                if error.summary != NOT_APPLIED:  # such as a full disk
                    raise
                problems = error.problems
        if not problems:
            self.take(mask)
            return
        words = told(problems, self.portfolio.members(mask))
        if mask.bit_count() == 1:
            raise PortfolioError("Scenarios of the portfolio cannot be applied.", words)
        self.applied.append(Clash(mask, words))
        self.family = self.family.without(mask)
        self.known = {one: counts for one, counts in self.known.items() if self.family.fits(one)}

    def _seconds(self) -> float:
        return round(time.monotonic() - self.began, 1)

    def _progress(self, mask: int) -> dict[str, Any]:
        """What is told of the way: sets done and to do, the one that is computed, what is left in seconds."""
        planned = [one for one in _planned(self.family, self.asked) if one not in self.known]
        there = set(self.portfolio.there(planned))
        left = [one for one in planned if one not in there]
        measured = self.portfolio.measured([one for one in self.known if one])
        rest = estimate(left, measured, self.family.size)
        exact = is_exact(self.family, self.asked)
        error = float("inf") if exact else self.error()
        return {
            "portfolio": self.portfolio.name,
            "build": self.portfolio.twin.build,
            "scenarios": self.portfolio.ids(self.family.whole),
            "done": len(self.known) - 1,
            "total": len(self.known) - 1 + len(planned),
            "exact": exact,
            "now": self.portfolio.ids(mask),
            "stage": "",
            "seconds": self._seconds(),
            "left": None if rest is None else [round(rest.likely), round(rest.least), round(rest.most)],
            "error": None if error == float("inf") else error,
            "conflicts": len(self.family.conflicts),
        }

    def result(self, complete: bool) -> Result:
        """The answer of the sets so far."""
        portfolio = self.portfolio
        checked, ordered = portfolio.clashes
        found = [portfolio.conflict(one) for one in checked]
        found += [portfolio.conflict(one, applied=True) for one in self.applied]
        return result_of(portfolio, self.family, self.known, self.pairs, complete).model_copy(
            update={"conflicts": found, "ordered": [list(portfolio.two(one.mask)) for one in ordered]}
        )


def _planned(family: Family, asked: Asked) -> list[int]:
    """Every set that is computed, in order; of random orders as many as fit into the runs."""
    known = [0]
    while (mask := next_set(family, asked, known)) is not None:
        known.append(mask)
    return known[1:]


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
