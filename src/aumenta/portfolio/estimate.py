# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How long the runs that are still to be made will take, from those that were measured on this computer.

A set of scenarios is taken to need what every run needs, and for each scenario what it needs beyond that. What every
run needs is at most the quickest of the measured ones, which is what is taken. It lies between the slowest of its
scenarios and all of them one after the other; what was measured of larger sets corrects it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from aumenta.portfolio.subsets import members


@dataclass(frozen=True)
class Estimate:
    """Seconds of all runs still to be made: likely, and the least and most that they may take.

    `measured` single scenarios of `singles` were measured; the others are taken to be as slow as these on average.
    """

    likely: float
    least: float
    most: float
    measured: int
    singles: int


def estimate(masks: Iterable[int], measured: Mapping[int, float], size: int) -> Estimate | None:
    """Seconds for these sets, by the measured seconds of sets; None where no single scenario was measured."""
    singles = {place: measured[1 << place] for place in range(size) if 1 << place in measured}
    if not singles:
        return None
    usual, quickest = mean(singles.values()), min(singles.values())
    each = [singles.get(place, usual) for place in range(size)]
    known = [(mask, took) for mask, took in measured.items() if mask.bit_count() > 1]
    factor = median(took / _likely(mask, each, quickest) for mask, took in known) if known else 1.0
    likely = least = most = 0.0
    for mask in masks:
        own = [each[place] for place in members(mask)]
        low, high = max(own), sum(own)
        least, most = least + low, most + high
        likely += min(max(factor * _likely(mask, each, quickest), low), high)
    return Estimate(likely, least, most, len(singles), size)


def _likely(mask: int, each: Sequence[float], quickest: float) -> float:
    return quickest + sum(each[place] - quickest for place in members(mask))
