# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What scenarios cost, as far as anybody knows: a table of people's own, all in one unit. A blank cost is not zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aumenta.errors import PackError, PortfolioError, Problem
from aumenta.territory.tables import read_csv_rows

SUMMARY = "The costs cannot be used as they are."
_COLUMNS = ("scenario", "cost", "source")
_EXPECTED = "a number, 0 or more, with a point for decimals; blank where it is not known"


@dataclass(frozen=True)
class Cost:
    """A cost, None where it is not known, and where it comes from."""

    amount: float | None = None
    source: str | None = None


def read_costs(path: Path) -> dict[str, Cost]:
    """Read a CSV with `scenario`, `cost` and, if wanted, `source`; `PortfolioError` with every fault and its row."""
    file = str(path)
    try:
        content = read_csv_rows(path)
    except PackError as error:
        raise PortfolioError(SUMMARY, error.problems) from None
    header = content.header
    if not {"scenario", "cost"} <= set(header) or not set(header) <= set(_COLUMNS):
        expected = "scenario,cost,source with commas between"
        raise PortfolioError(SUMMARY, [Problem("wrong columns", file, 1, None, ",".join(header), expected)])
    found: dict[str, Cost] = {}
    problems: list[Problem] = []
    for fields, row in zip(content.rows, content.numbers, strict=True):
        own = dict(zip(header, (text.strip() for text in fields), strict=True))
        name, text = own["scenario"], own["cost"]
        if not name:
            problems.append(Problem("a scenario is missing", file, row, "scenario", expected="its id"))
        elif name in found:
            problems.append(Problem("a scenario given twice", file, row, "scenario", name, "one row"))
        amount = _amount(text)
        if text and amount is None:
            problems.append(Problem("not a cost", file, row, "cost", text[:40], _EXPECTED))
        found[name] = Cost(amount, own.get("source") or None)
    if problems:
        raise PortfolioError(SUMMARY, problems)
    return found


def _amount(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if is_cost(value) else None


def is_cost(value: float) -> bool:
    """Whether a number can be a cost."""
    return math.isfinite(value) and value >= 0


def cost_problems(costs: Mapping[str, float | None]) -> list[Problem]:
    """Costs that are below zero, or no numbers."""
    expected = "0 or more; nothing where it is not known"
    return [
        Problem("not a cost", field=f"costs.{name}", found=f"{cost:g}", expected=expected)
        for name, cost in costs.items()
        if cost is not None and not is_cost(cost)
    ]
