# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How much what lies far still counts: decay functions of travel time with typed parameters, 1 near and 0 far.

Travel times are whole minutes, rounded up, so that a function is a table of 256 factors (`factors`). Where a function
has a half-life form, it takes the minutes at which it is exactly a half: a number that people can agree on.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.errors import AccessError, Problem

Doubles = NDArray[np.float64]

#: Minutes of what is not reached within the limit of the question.
NOT_REACHED = 255
#: Classes of travel time: upper limits in minutes; over the last one, and not reached, come after them.
CLASSES = (15, 30, 45, 60, 75, 90)
_TOLD = 5


class Decay(Protocol):
    """How much what lies at some minutes counts: 1 near, 0 far."""

    def at(self, minutes: ArrayLike) -> Doubles:
        """Factor for each of the minutes, from 0 to 1."""
        ...


def _positive(name: str, value: float, kind: str) -> None:
    if not (isinstance(value, int | float) and math.isfinite(value) and value > 0):
        problem = Problem("not a positive number", field=name, found=repr(value))
        raise AccessError(f"The {kind} decay cannot be made.", [problem])


@dataclass(frozen=True, slots=True)
class Exponential:
    """Negative exponential: f(t) = exp(-rate t), rate per minute (Kwan 1998, Geographical Analysis 30:191-216).

    >>> Exponential.half_life(20).at([0, 20, 40]).round(3).tolist()
    [1.0, 0.5, 0.25]
    """

    rate: float

    def __post_init__(self) -> None:
        _positive("rate", self.rate, "exponential")

    @classmethod
    def half_life(cls, minutes: float) -> Exponential:
        """The one that halves with every so many minutes."""
        _positive("minutes", minutes, "exponential")
        return cls(math.log(2) / minutes)

    def at(self, minutes: ArrayLike) -> Doubles:
        """Factor for each of the minutes."""
        return np.exp(-self.rate * np.asarray(minutes, np.float64))


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Half a bell: f(t) = exp(-t^2 / (2 deviation^2)), deviation in minutes (Ingram 1971, Regional Studies 5:101-107).

    >>> Gaussian.half_life(30).at([0, 30]).round(3).tolist()
    [1.0, 0.5]
    """

    deviation: float

    def __post_init__(self) -> None:
        _positive("deviation", self.deviation, "Gaussian")

    @classmethod
    def half_life(cls, minutes: float) -> Gaussian:
        """The one that is a half at so many minutes."""
        _positive("minutes", minutes, "Gaussian")
        return cls(minutes / math.sqrt(2 * math.log(2)))

    def at(self, minutes: ArrayLike) -> Doubles:
        """Factor for each of the minutes."""
        return np.exp(-np.square(np.asarray(minutes, np.float64)) / (2 * self.deviation**2))


@dataclass(frozen=True, slots=True)
class Logistic:
    """S-curve f(t) = (1 + exp(-b m)) / (1 + exp(b (t - m))) with b = pi / (deviation sqrt 3), so that f(0) = 1.

    `median` m is the turning point, `deviation` the standard deviation of the distribution, both in minutes
    (Bauer & Groneberg 2016, PLOS ONE 11:e0159148, equation 9).

    >>> Logistic.half_life(30, deviation=10).at([0, 30]).round(3).tolist()
    [1.0, 0.5]
    """

    median: float
    deviation: float

    def __post_init__(self) -> None:
        _positive("median", self.median, "logistic")
        _positive("deviation", self.deviation, "logistic")

    @classmethod
    def half_life(cls, minutes: float, deviation: float) -> Logistic:
        """The one that is a half at so many minutes; m = ln(exp(b h) - 2) / b, which needs exp(b h) > 3."""
        _positive("minutes", minutes, "logistic")
        _positive("deviation", deviation, "logistic")
        slope = math.pi / (deviation * math.sqrt(3))
        if slope * minutes <= math.log(3):
            problem = Problem(
                "too wide for this half-life",
                field="deviation",
                found=f"{deviation:g}",
                expected=f"less than {minutes * math.pi / (math.sqrt(3) * math.log(3)):.4g}",
            )
            raise AccessError("The logistic decay cannot be made.", [problem])
        # ln(exp(bh) - 2) without overflow
        return cls(minutes + math.log1p(-2 * math.exp(-slope * minutes)) / slope, deviation)

    def at(self, minutes: ArrayLike) -> Doubles:
        """Factor for each of the minutes."""
        slope = math.pi / (self.deviation * math.sqrt(3))
        away = np.minimum(slope * (np.asarray(minutes, np.float64) - self.median), 700.0)
        return (1 + math.exp(-slope * self.median)) / (1 + np.exp(away))


@dataclass(frozen=True, slots=True)
class Step:
    """Zones: the factor of the first limit that the minutes do not exceed, 0 beyond the last.

    Limits are whole minutes, rising; factors lie between 0 and 1 and do not rise. `Step((30,))` is the plain cut-off.

    >>> Step((10, 20, 30), (1, 0.68, 0.22)).at([10, 11, 30, 31]).tolist()
    [1.0, 0.68, 0.22, 0.0]
    """

    limits: tuple[int, ...]
    factors: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        problems = limit_problems(self.limits, "limits")
        if len(self.factors) != len(self.limits):
            problems.append(
                Problem(
                    "as many as limits",
                    field="factors",
                    found=f"{self.factors}",
                    expected=f"{len(self.limits)}",
                )
            )
        elif any(not 0 <= one <= 1 for one in self.factors) or list(self.factors) != sorted(
            self.factors, reverse=True
        ):
            problems.append(Problem("not from 1 down to 0", field="factors", found=f"{self.factors}"))
        if problems:
            raise AccessError("The zones cannot be made.", problems)

    def at(self, minutes: ArrayLike) -> Doubles:
        """Factor for each of the minutes."""
        at = np.searchsorted(
            np.asarray(self.limits, np.float64), np.asarray(minutes, np.float64), side="left"
        )
        return np.append(np.asarray(self.factors, np.float64), 0.0)[at]


def factors(decay: Decay) -> Doubles:
    """A decay as a table of 256 factors by minute; what is not reached counts 0.

    Raises `AccessError` for a function that leaves 0 to 1.
    """
    table = np.asarray(decay.at(np.arange(256)), np.float64).copy()
    table[NOT_REACHED] = 0.0
    bad = np.flatnonzero(~((table >= 0) & (table <= 1)))
    if table.shape != (256,) or len(bad):
        problems = [Problem(f"at {m} minutes", found=f"{table[m]:g}", expected="0 to 1") for m in bad[:_TOLD]]
        raise AccessError("The decay function leaves 0 to 1.", problems)
    return table


def limit_problems(limits: Sequence[int], name: str) -> list[Problem]:
    """What is wrong with rising whole minutes from 0 to 254; empty when nothing is."""
    whole = all(isinstance(one, int | np.integer) and 0 <= one < NOT_REACHED for one in limits)
    if not len(limits) or not whole or any(a >= b for a, b in itertools.pairwise(limits)):
        return [
            Problem(
                "not rising whole minutes",
                field=name,
                found=f"{tuple(limits)}",
                expected="such as 15, 30, 60",
            )
        ]
    return []
