# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A portfolio being computed, set after set: what is known so far, what comes next, what is told of the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aumenta.errors import PortfolioError, ScenarioError
from aumenta.portfolio.effects import largest_error
from aumenta.portfolio.estimate import estimate
from aumenta.portfolio.figures import Counts
from aumenta.portfolio.merge import Clash, told
from aumenta.portfolio.model import Result
from aumenta.portfolio.subsets import is_exact, next_set, pairs_done, planned_sets
from aumenta.scenario.resolve import SUMMARY as NOT_APPLIED
from aumenta.twin.portfolio_result import Counting, result_of

if TYPE_CHECKING:
    from aumenta.twin.portfolio import TwinPortfolio

#: Called as a portfolio goes on with what its `progress.json` holds.
Tell = Callable[[dict[str, Any]], None]


class Work:
    """The figures of the sets so far, and the conflicts that only applying shows."""

    def __init__(self, portfolio: TwinPortfolio) -> None:
        self.portfolio, self.asked = portfolio, portfolio.asked
        self.family = portfolio.family
        self.counting = Counting(portfolio.twin)
        self.known: dict[int, Counts] = {0: self.counting.baseline()}
        self.applied: list[Clash] = []
        self.there: set[int] | None = None
        self.began = time.monotonic()

    @property
    def pairs(self) -> int:
        """Pairs of random orders of which every set is known."""
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
        planned = [one for one in planned_sets(self.family, self.asked) if one not in self.known]
        if self.there is None:
            self.there = set(self.portfolio.there(planned))
        left = [one for one in planned if one not in self.there]
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
