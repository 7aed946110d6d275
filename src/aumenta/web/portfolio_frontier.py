# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The frontier as a drawing: residents gained by the best set, for each cost or number of scenarios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from aumenta.portfolio.choice import Point
from aumenta.web.i18n import Language
from aumenta.web.portfolio_words import signed

WIDTH, HEIGHT = 440.0, 270.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 14.0, 26.0, 46.0


@dataclass(frozen=True)
class Mark:
    """A tick of an axis, or a point: where it is, and what stands there."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Frontier:
    """A stepped line with its points, ticks of both axes, and the place of the budget."""

    line: str
    points: tuple[Mark, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    budget: float | None
    zero: float


def frontier_of(
    points: Sequence[Point], by_cost: bool, budget: float | None, language: Language
) -> Frontier | None:
    """None where there is nothing to draw: fewer than two points."""
    if len(points) < 2:
        return None
    sizes = [float(one.cost or 0.0) if by_cost else float(len(one.scenarios)) for one in points]
    gains = [float(one.gain) for one in points]
    wide = max([*sizes, *([budget] if by_cost and budget else [])]) or 1.0
    low, high = min(0.0, *gains), max(0.0, *gains)
    across, up = _ticks(0.0, wide, whole=not by_cost), _ticks(low, high, whole=True)
    wide, low, high = max(wide * 1.04, across[-1]), min(low, up[0]), max(high, up[-1])

    def x(size: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * size / wide, 1)

    def y(gain: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (gain - low) / ((high - low) or 1.0), 1)

    line = f"M{x(sizes[0])} {y(gains[0])}"
    line += "".join(f"H{x(size)}V{y(gain)}" for size, gain in zip(sizes[1:], gains[1:], strict=True))
    return Frontier(
        line=f"{line}H{x(wide)}",
        points=tuple(
            Mark(x(size), y(gain), signed(gain, language)) for size, gain in zip(sizes, gains, strict=True)
        ),
        across=tuple(Mark(x(one), HEIGHT - BOTTOM, language.number(one)) for one in across),
        up=tuple(Mark(LEFT, y(one), signed(one, language)) for one in up),
        budget=x(budget) if by_cost and budget is not None else None,
        zero=y(0.0),
    )


def _ticks(low: float, high: float, whole: bool) -> list[float]:
    """Four to six round numbers from one end to beyond the other.

    >>> _ticks(0.0, 254.0, True)
    [0.0, 100.0, 200.0, 300.0]
    """
    rough = (high - low or 1.0) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough)
    step = max(1.0, math.ceil(step)) if whole else step
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [round(float(step * number), 10) for number in range(first, last + 1)]
