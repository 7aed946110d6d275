# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Journeys that stand behind the figures of a scenario: which are told, by a fixed rule, and what is told of each.

The rule. For each target whose times a measure reads (the hub, the nearest of a kind; by mode) a cell's gain is its
residents times the minutes that its median falls, where what is not reached counts as the limit. A target offers its
municipalities in the order of their gain, each by the cell that gains most. Targets, the hub before others and those
with most gain first, take turns, and each adds its next municipality that is not there yet, until there are enough;
then, in the same order, those that are there once, for another target. Losses are chosen in the same way. Trains or
buses alone stand back where all public transport to the same place changes, and so do streets alone beyond
`MOST_ALONE`. Whatever is equal goes by the order of targets, ids of municipalities and numbers of cells.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aumenta.access.journey_legs import Journey
from aumenta.values.text import Text

#: Pairs that are told, and how many of them may be losses where there are as many gains.
MOST, LOSSES = 12, 4
#: Gains (and losses) told of journeys with a single leg over the streets, by bicycle or by car.
MOST_ALONE = 3
#: How often a municipality is told of, each time for another target.
MOST_OF_A_TOWN = 2
#: Pairs of two cells, told where times to the hub and to facilities leave room.
MOST_BETWEEN = 4
#: Minutes of a cell that is not reached, in rows of bytes.
NOT_REACHED = 255
_ALONE = ("bike", "car")
_PART = ("train", "bus")

Kind = Literal["hub", "nearest", "place"]
Row = NDArray[np.uint8]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, order=True, slots=True)
class Target:
    """Where journeys lead (to the nearest `of` a kind of facility, to another cell) or begin (at the hub), and how."""

    kind: Kind
    mode: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """Median minutes of all cells before and after, uint8, 255 = not within the limit."""

    target: Target
    before: Row
    after: Row


@dataclass(frozen=True, slots=True)
class Pair:
    """A journey to tell: its target, the cell at its other end, the residents there and the minutes of both rows.

    `goal`: the cell that it leads to, of pairs of two cells. Minutes are None where not reached within the limit.
    """

    target: Target
    cell: int
    residents: float
    before: int | None
    after: int | None
    goal: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of a journey: its name (of a cell that of its municipality), where it is, and its id (or cell)."""

    name: Text
    id: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Side:
    """A pair before or after: what the median says, what every departure says, and the journey of one departure.

    `minutes` and each of `departures` are None where nothing is reached within the limit; `departures` is empty of what
    takes the same at any hour. Without a journey `origin` or `destination` may be None: which is nearest is not known.
    """

    minutes: int | None
    departures: tuple[int | None, ...]
    origin: End | None
    destination: End | None
    journey: Journey | None


@dataclass(frozen=True, slots=True)
class ChangedJourney:
    """A pair with its journey before and after, at the same departure (seconds after midnight).

    Of the departures that change as the medians do it is the first at which both journeys come nearest to them.
    `place` is where the `residents` live whose journey it is: one end of it.
    """

    target: Target
    place: End
    municipality: str
    residents: float
    departure: int
    before: Side
    after: Side

    def gained(self, limit: int) -> int:
        """Minutes that the median falls; below zero where it rises. What is not reached counts as the limit."""
        return minutes_or(self.before.minutes, limit) - minutes_or(self.after.minutes, limit)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run keeps: the journeys, gains first, over which departures, and within how many minutes.

    `problem` is what went wrong where the journeys could not be put together.
    """

    limit: int
    window: tuple[str, str]
    step: int
    date: str | None
    journeys: tuple[ChangedJourney, ...]
    problem: str = ""


def minutes_or(minutes: int | None, limit: int) -> int:
    """The minutes, or the limit where it is not reached."""
    return limit if minutes is None else minutes


def choose_pairs(
    moved: Sequence[Moved], residents: Doubles, municipality: NDArray[np.object_], limit: int
) -> list[Pair]:
    """Choose the pairs to tell, by the rule above: gains, then losses, the largest of each target first."""
    names, code = np.unique(municipality.astype(str), return_inverse=True)
    ways = [(one, residents * _fall(one, limit)) for one in sorted(moved, key=lambda one: one.target)]
    gains = _in_turn(_offers(ways, code, len(names)), MOST)
    losses = _in_turn(_offers([(one, -fall) for one, fall in ways], code, len(names)), MOST)
    room = max(LOSSES, MOST - len(gains))
    losses = losses[:room]
    return [_pair(one, cell, residents) for one, cell in (*gains[: MOST - len(losses)], *losses)]


def _fall(one: Moved, limit: int) -> Doubles:
    before, after = (
        np.where(row == NOT_REACHED, limit, row).astype(np.float64) for row in (one.before, one.after)
    )
    return before - after


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a target offers: its best cell of each municipality, the best municipality first."""

    moved: Moved
    total: float
    towns: NDArray[np.int64]
    cells: NDArray[np.int64]


def _offers(ways: Sequence[tuple[Moved, Doubles]], code: NDArray[np.int64], towns: int) -> list[_Offer]:
    """Targets with something to tell, the one with most person-minutes first."""
    found = []
    for one, gain in ways:
        at = np.flatnonzero(gain > 0)
        if len(at):
            order = at[np.lexsort((at, -gain[at], code[at]))]
            first = np.ones(len(order), bool)
            first[1:] = code[order][1:] != code[order][:-1]
            best = order[first]
            sums = np.bincount(code[at], weights=gain[at], minlength=towns)[code[best]]
            rank = np.lexsort((code[best], -sums))
            found.append(_Offer(one, float(gain[at].sum()), code[best][rank], best[rank]))
    whole = {
        (one.moved.target.kind, one.moved.target.of) for one in found if one.moved.target.mode == "transit"
    }
    kept = [
        one for one in found
        if one.moved.target.mode not in _PART or (one.moved.target.kind, one.moved.target.of) not in whole
    ]  # fmt: skip
    return sorted(kept, key=lambda one: (one.moved.target.kind, -one.total, one.moved.target))


def _in_turn(offers: Sequence[_Offer], most: int) -> list[tuple[Moved, int]]:
    """Cells taken from the targets in turn: municipalities that are new, then those that are there once."""
    chosen: list[tuple[Moved, int]] = []
    told: set[tuple[int, int]] = set()
    times: Counter[int] = Counter()
    for often in range(MOST_OF_A_TOWN):
        queues = [deque(zip(one.towns.tolist(), one.cells.tolist(), strict=True)) for one in offers]
        while any(queues):
            for number, queue in enumerate(queues):
                moved = offers[number].moved
                if moved.target.mode in _ALONE and _alone(chosen) >= MOST_ALONE:
                    queue.clear()
                while queue:
                    town, cell = queue.popleft()
                    if times[town] <= often and (number, town) not in told:
                        told.add((number, town))
                        times[town] += 1
                        chosen.append((moved, cell))
                        break
                if len(chosen) == most:
                    return chosen
    return chosen


def _alone(chosen: Sequence[tuple[Moved, int]]) -> int:
    return sum(moved.target.mode in _ALONE for moved, _ in chosen)


def _pair(moved: Moved, cell: int, residents: Doubles) -> Pair:
    before, after = (_minutes(row[cell]) for row in (moved.before, moved.after))
    return Pair(moved.target, cell, float(residents[cell]), before, after)


def _minutes(value: np.uint8) -> int | None:
    return None if value == NOT_REACHED else int(value)


# --- from cell to cell ------------------------------------------------------------------------


def choose_origins(
    gained: Doubles, residents: Doubles, municipality: NDArray[np.object_], taken: set[str], most: int
) -> list[int]:
    """Numbers of the origins whose residents come to reach most others more (or fewer), one a municipality.

    `gained`: residents reached more, summed over the classes of time; `residents` those that an origin stands for.
    """
    score = np.abs(gained) * residents
    chosen: list[int] = []
    seen = set(taken)
    for at in np.lexsort((np.arange(len(score)), -score)).tolist():
        if score[at] <= 0 or len(chosen) == most:
            break
        if str(municipality[at]) not in seen:
            seen.add(str(municipality[at]))
            chosen.append(at)
    return chosen


def between(moved: Moved, origin: int, residents: Doubles, limit: int) -> Pair | None:
    """The pair from a cell to that whose residents come nearer (or go farther) most; None where none does.

    `moved` has the minutes from the origin to every cell, `residents` are 0 where no pair is wanted.
    """
    fall = residents * _fall(moved, limit)
    at = int(np.argmax(np.abs(fall)))
    if fall[at] == 0:
        return None
    before, after = (_minutes(row[at]) for row in (moved.before, moved.after))
    return Pair(moved.target, origin, float(residents[origin]), before, after, at)


def in_order(pairs: Sequence[Pair], limit: int) -> list[Pair]:
    """Pairs that gain before those that lose, otherwise as they are."""
    return sorted(pairs, key=lambda one: minutes_or(one.after, limit) > minutes_or(one.before, limit))
