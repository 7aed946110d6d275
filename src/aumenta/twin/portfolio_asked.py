# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a portfolio is asked for, checked: its scenarios, their costs, how much may be computed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aumenta.errors import PortfolioError, Problem, ScenarioError
from aumenta.portfolio.costs import SUMMARY as COSTS_SUMMARY
from aumenta.portfolio.costs import Cost, cost_problems
from aumenta.portfolio.subsets import Asked
from aumenta.scenario.model import Scenario
from aumenta.settings import get_settings
from aumenta.twin.scenario_list import paths_of

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

SUMMARY = "The scenarios cannot be weighed against each other."


def scenarios_of(twin: Twin, wanted: Sequence[Scenario | str | Path]) -> list[Scenario]:
    """The scenarios, each once; `PortfolioError` with everything that is wrong with the list."""
    found: list[Scenario] = []
    problems: list[Problem] = []
    for one in wanted:
        try:
            scenario = twin.scenario(one).scenario
        except ScenarioError as error:
            problems += error.problems
            continue
        if any(scenario.id == other.id for other in found):
            problems.append(Problem("a scenario given twice", found=scenario.id, expected="each once"))
        found.append(scenario)
    most = get_settings().max_portfolio_scenarios
    if len(wanted) < 2:
        told = ", ".join(one.id for one in found) or "none"
        problems.append(Problem("too few scenarios", found=told, expected="two or more"))
    elif len(wanted) > most:
        expected = f"{most} at most (AUMENTA_MAX_PORTFOLIO_SCENARIOS)"
        problems.append(Problem("too many scenarios", found=str(len(wanted)), expected=expected))
    if problems:
        raise PortfolioError(SUMMARY, problems)
    return found


def costs_of(
    twin: Twin, ids: Sequence[str], given: Mapping[str, Cost | float | None] | None
) -> dict[str, Cost]:
    """A cost for each scenario, none where nobody knows it; those of other scenarios of the twin are left aside."""
    costs = {name: one if isinstance(one, Cost) else Cost(one) for name, one in (given or {}).items()}
    problems = cost_problems({name: one.amount for name, one in costs.items()})
    others = [name for name in costs if name not in ids]
    if others:
        known = paths_of(twin)
        expected = ", ".join(ids)
        problems += [
            Problem("a cost of no known scenario", field="costs", found=name[:80], expected=expected)
            for name in others
            if name not in known
        ]
    if problems:
        raise PortfolioError(COSTS_SUMMARY, problems)
    return {name: costs.get(name, Cost()) for name in ids}


def asked_of(size: int, runs: int | None, error: float | None, seed: int) -> Asked:
    """How much is computed; `PortfolioError` for bounds that make no sense."""
    problems = []
    if runs is not None and runs < size:
        expected = f"{size} or more: each of the scenarios alone"
        problems.append(Problem("too few runs", field="runs", found=str(runs), expected=expected))
    if error is not None and not (math.isfinite(error) and error > 0):
        problems.append(Problem("not an error", field="error", found=f"{error:g}", expected="above 0"))
    if seed < 0:
        problems.append(Problem("not a seed", field="seed", found=str(seed), expected="0 or more"))
    if problems:
        raise PortfolioError(SUMMARY, problems)
    most = get_settings().max_portfolio_runs if runs is None else runs
    return Asked(max(most, size), error, seed)
