# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""States by cell (met, not met, not known and why) and how they are put together.

A condition is met where any of its ways is, a right where all its conditions are. Nothing is weighed or averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.readings.known import Floats, all_of, any_of
from aumenta.values.aggregate import merged

Reasons = NDArray[np.object_]


@dataclass(frozen=True)
class State:
    """By cell: `holds` 1 met, 0 not met, NaN not known and then for a `reason`; `short` by how much it is not met.

    `short` is in the unit of the threshold, NaN where it is met, not known, or cannot be told.
    """

    holds: Floats
    reason: Reasons
    short: Floats
    sources: tuple[str, ...] = ()

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Cells where nobody knows."""
        return np.isnan(self.holds)


def state(holds: Floats, reason: Reasons | str, short: Floats, sources: tuple[str, ...] = ()) -> State:
    """A state with reasons only where it is not known, and gaps only where it is not met."""
    why = np.full(len(holds), None, dtype=object)
    unknown = np.isnan(holds)
    why[unknown] = reason if isinstance(reason, str) else reason[unknown]
    return State(holds, why, np.where(holds == 0, short, np.nan), sources)


def nothing_known(cells: int, reason: str) -> State:
    """Not known anywhere, for one reason."""
    return state(np.full(cells, np.nan), reason, np.full(cells, np.nan))


def any_state(states: Sequence[State]) -> State:
    """Met where any is; not met, by the least gap, where all are known not to be; else not known, as the first.

    >>> near, far = (state(np.array([held]), "why", np.array([gap])) for held, gap in ((0.0, 3.0), (0.0, 9.0)))
    >>> any_state([far, near]).short.tolist()
    [3.0]
    """
    holds = any_of(one.holds for one in states)
    gaps = np.stack([one.short for one in states])
    least = np.where(np.isnan(gaps), np.inf, gaps).min(axis=0)
    short = np.where(np.isinf(least), np.nan, least)
    return state(holds, first_reason(states), short, merged(*(one.sources for one in states)))


def all_state(states: Sequence[State]) -> State:
    """Met where all are, not met where a known one is not, else not known, as the first that is not.

    >>> met, lost, blank = (state(np.array([held]), "why", np.array([np.nan])) for held in (1.0, 0.0, np.nan))
    >>> [all_state(pair).holds.tolist() for pair in ([met, blank], [lost, blank], [met, met])]
    [[nan], [0.0], [1.0]]
    """
    holds: Floats = all_of(one.holds for one in states)
    nothing = np.full(len(holds), np.nan)
    return state(holds, first_reason(states), nothing, merged(*(one.sources for one in states)))


def first_reason(states: Sequence[State]) -> Reasons:
    """By cell, the reason of the first state that is not known there."""
    found = np.full(len(states[0].holds), None, dtype=object)
    for one in reversed(states):
        unknown = one.unknown
        found[unknown] = one.reason[unknown]
    return found
