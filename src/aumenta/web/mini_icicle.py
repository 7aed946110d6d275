# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan at a glance: one row per axis, in it its strategies, in each one square per action."""

from __future__ import annotations

from dataclasses import dataclass

from aumenta.web.i18n import Language
from aumenta.web.plan_index import PlanIndex

SIDE = 15.0
STEP = 17.0
ROW = 34.0
LEFT = 34.0
BETWEEN = 9.0


@dataclass(frozen=True)
class Square:
    """One action."""

    code: str
    title: str
    x: float


@dataclass(frozen=True)
class Group:
    """One strategy: where it begins and its actions."""

    code: str
    title: str
    x: float
    width: float
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class Row:
    """One axis."""

    code: str
    title: str
    y: float
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Glance:
    """The picture."""

    width: float
    height: float
    rows: tuple[Row, ...]


def glance(index: PlanIndex, language: Language) -> Glance:
    """Lay the small picture out in one language."""
    rows = []
    width = 0.0
    for number, axis in enumerate(index.axes):
        x = LEFT
        groups = []
        for strategy in axis.strategies:
            squares = tuple(
                Square(action.code, language.text(action.title), x + n * STEP)
                for n, action in enumerate(strategy.actions)
            )
            wide = len(squares) * STEP - (STEP - SIDE)
            groups.append(Group(strategy.code, language.text(strategy.title), x, wide, squares))
            x += wide + BETWEEN
        width = max(width, x - BETWEEN)
        rows.append(Row(axis.code, language.text(axis.title), number * ROW, tuple(groups)))
    return Glance(width + 2, len(rows) * ROW, tuple(rows))
