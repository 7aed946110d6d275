# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer of a portfolio as data frames: effects, pairs, every set, the frontier."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from aumenta.portfolio.choice import Choice, Point
from aumenta.portfolio.model import Result, Table

#: Between the scenarios of a set in one field.
JOIN = " + "


def frame_of(table: Table) -> pd.DataFrame:
    """A table of a result."""
    return pd.DataFrame(table.rows, columns=table.columns)


def sets_frame(result: Result) -> pd.DataFrame:
    """Residents met, not met, unknown by set, right and band; a `cost` where all costs of the set are known."""
    cost = {one.id: one.cost for one in result.members}
    rows = []
    for one in result.sets:
        own = [cost[name] for name in one.scenarios]
        known = [each for each in own if each is not None]
        total = sum(known) if len(known) == len(own) else None
        for right, bands in zip(result.rights, one.counts, strict=True):
            for band, counts in zip(result.bands, bands, strict=True):
                rows.append((JOIN.join(one.scenarios), len(own), total, right, band, *counts, one.run))
    columns = ["scenarios", "number", "cost", "right", "band", *result.states, "run"]
    return pd.DataFrame(rows, columns=columns)


def frontier_frame(choice: Choice) -> pd.DataFrame:
    """The best sets for rising costs, and for rising numbers of scenarios."""
    rows = [*_rows("cost", choice.by_cost), *_rows("number", choice.by_number)]
    columns = ["by", "number", "cost", "met", "gain", "proven", "scenarios", "run"]
    return pd.DataFrame(rows, columns=columns)


def _rows(by: str, points: Iterable[Point]) -> list[tuple[object, ...]]:
    return [
        (by, len(one.scenarios), one.cost, one.met, one.gain, one.proven, JOIN.join(one.scenarios), one.run)
        for one in points
    ]
