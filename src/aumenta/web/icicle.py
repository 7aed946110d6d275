# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The tree of the plan as one picture: axes side by side, below each its strategies, in each its actions.

Every action takes the same height, so that the height of an axis says how many it has. Geometry only; the
template draws it as SVG with a link on every part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from aumenta.web.i18n import Language
from aumenta.web.lettering import cut, wrap
from aumenta.web.plan_index import AxisNode, PlanIndex, StrategyNode

WIDTH = 1296.0
GAP = 10.0
AXIS_HEIGHT = 58.0
STRATEGY_HEIGHT = 36.0
ACTION_HEIGHT = 19.0
BETWEEN = 6.0
SPINE = 5.0


@dataclass(frozen=True)
class Part:
    """One rectangle of the picture: an axis, a strategy or an action."""

    kind: str
    code: str
    axis: str
    title: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    dimmed: bool = False


@dataclass(frozen=True)
class Icicle:
    """The picture: its size and its parts in reading order."""

    width: float
    height: float
    parts: tuple[Part, ...]


def draw(index: PlanIndex, language: Language, hits: Collection[str] | None = None) -> Icicle:
    """Lay the whole tree out. With `hits`, actions that are not among them are dimmed, and what holds no hit."""
    columns = max(1, len(index.axes))
    width = (WIDTH - GAP * (columns - 1)) / columns
    parts: list[Part] = []
    bottom = 0.0
    for number, axis in enumerate(index.axes):
        x = number * (width + GAP)
        parts.append(_axis(axis, language, x, width, hits))
        y = AXIS_HEIGHT + BETWEEN
        for strategy in axis.strategies:
            placed = _strategy(strategy, language, x, y, width, hits)
            parts += placed
            y = placed[-1].y + placed[-1].height + BETWEEN
        bottom = max(bottom, y - BETWEEN)
    return Icicle(WIDTH, bottom, tuple(parts))


def _dimmed(codes: Collection[str], hits: Collection[str] | None) -> bool:
    return hits is not None and not any(code in hits for code in codes)


def _axis(axis: AxisNode, language: Language, x: float, width: float, hits: Collection[str] | None) -> Part:
    title = language.text(axis.title)
    lines = wrap(title, width - 46, 14, 3)
    dimmed = _dimmed([a.code for a in axis.actions], hits)
    return Part("axis", axis.code, axis.code, title, tuple(lines), x, 0, width, AXIS_HEIGHT, dimmed)


def _strategy(
    node: StrategyNode, language: Language, x: float, y: float, width: float, hits: Collection[str] | None
) -> list[Part]:
    title = language.text(node.title)
    lines = tuple(wrap(f"{node.code}  {title}", width - 26, 12.5, 2))
    dimmed = _dimmed([a.code for a in node.actions], hits)
    parts = [Part("strategy", node.code, node.axis, title, lines, x, y, width, STRATEGY_HEIGHT, dimmed)]
    y += STRATEGY_HEIGHT
    for action in node.actions:
        title = language.text(action.title)
        line = cut(title, width - SPINE - 44, 12)
        dimmed = _dimmed([action.code], hits)
        box = (x + SPINE, y, width - SPINE, ACTION_HEIGHT)
        parts.append(Part("action", action.code, node.axis, title, (line,), *box, dimmed))
        y += ACTION_HEIGHT
    return parts
