# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which sets of scenarios are computed: all that can be done together, else those that random orders pass through.

A set is a number whose bits are the scenarios in the order of the list; 0 is the baseline. Scenarios that contradict
each other make a conflict; a set that holds one is never computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

#: Fewest pairs of orders from which an error is told; fewer say too little of how far they scatter.
LEAST_PAIRS = 5


def members(mask: int) -> list[int]:
    """Places of the scenarios of a set.

    >>> members(0b1011)
    [0, 1, 3]
    """
    return [place for place in range(mask.bit_length()) if mask >> place & 1]


def mask_of(places: Iterable[int]) -> int:
    """The set that holds the scenarios at these places."""
    return sum(1 << place for place in set(places))


@dataclass(frozen=True)
class Family:
    """The sets of `size` scenarios that can be done together: those that hold no conflict."""

    size: int
    conflicts: frozenset[int] = frozenset()

    def fits(self, mask: int) -> bool:
        """Whether a set holds no conflict."""
        return all(mask & one != one for one in self.conflicts)

    def without(self, mask: int) -> Family:
        """The family when a further set turns out to be a conflict; what holds it goes with it."""
        kept = {one for one in self.conflicts if one & mask != mask}
        return Family(self.size, frozenset(kept | {mask}))

    @property
    def whole(self) -> int:
        """All scenarios, whether or not they can be done together."""
        return (1 << self.size) - 1

    @cached_property
    def sets(self) -> tuple[int, ...]:
        """Every set that can be done, the baseline first, then by size."""
        fitting = (mask for mask in range(self.whole + 1) if self.fits(mask))
        return tuple(sorted(fitting, key=lambda mask: (mask.bit_count(), mask)))

    @cached_property
    def largest(self) -> tuple[int, ...]:
        """Sets to which nothing can be added."""
        return tuple(mask for mask in self.sets if not any(self.added(mask)))

    def added(self, mask: int) -> Iterator[int]:
        """Sets with one scenario more."""
        for place in range(self.size):
            more = mask | 1 << place
            if more != mask and self.fits(more):
                yield more

    def steps(self, order: Sequence[int]) -> list[tuple[int, int, int]]:
        """Scenarios added one by one; who cannot join those before is passed over.

        Each step: place of the scenario, the set before it, the set with it.

        >>> Family(3, frozenset({0b011})).steps([1, 0, 2])
        [(1, 0, 2), (2, 2, 6)]
        """
        found, mask = [], 0
        for place in order:
            if self.fits(mask | 1 << place):
                found.append((place, mask, mask | 1 << place))
                mask |= 1 << place
        return found


def order_pair(size: int, seed: int, number: int) -> tuple[list[int], list[int]]:
    """The random order of a number and the same from its end; the pair depends on nothing else than seed and number."""
    order = np.random.default_rng([seed, number]).permutation(size).tolist()
    return order, order[::-1]


@dataclass(frozen=True)
class Asked:
    """How much is to be computed: at most `runs` runs; random orders until the error is `error` residents or less."""

    runs: int
    error: float | None = None
    seed: int = 1


def is_exact(family: Family, asked: Asked) -> bool:
    """Whether every set that can be done is computed; the baseline is there already."""
    return len(family.sets) - 1 <= asked.runs


@lru_cache(maxsize=64)
def first_sets(family: Family, asked: Asked) -> tuple[int, ...]:
    """Sets that are computed in any case, those that say most first.

    Each scenario alone; all together and all but one; each two. Where random orders follow, the twos are left to chance
    when they would take more than half of the runs.
    """
    singles = [mask for mask in family.sets if mask.bit_count() == 1]
    whole = list(family.largest)
    but_one = [mask ^ 1 << place for mask in whole for place in members(mask)]
    twos = [mask for mask in family.sets if mask.bit_count() == 2]
    if is_exact(family, asked):
        return _once([*singles, *whole, *but_one, *twos, *family.sets])
    wanted = _once([*singles, *whole, *but_one])
    with_twos = _once([*wanted, *twos])
    return with_twos if len(with_twos) <= asked.runs // 2 else wanted[: asked.runs]


def _once(masks: Iterable[int]) -> tuple[int, ...]:
    return tuple(mask for mask in dict.fromkeys(masks) if mask)


@lru_cache(maxsize=4_096)
def pair_sets(family: Family, asked: Asked, number: int) -> tuple[int, ...]:
    """Sets that a pair of random orders passes through."""
    orders = order_pair(family.size, asked.seed, number)
    return _once(mask for order in orders for _, _, mask in family.steps(order))


def pairs_done(family: Family, asked: Asked, known: Collection[int]) -> int:
    """Pairs of orders, from the first on, of which every set is known; none where all sets are computed."""
    if is_exact(family, asked):
        return 0
    number = 0
    while number <= asked.runs and all(mask in known for mask in pair_sets(family, asked, number)):
        number += 1
    return number


def planned_sets(family: Family, asked: Asked) -> list[int]:
    """Every set that is computed, in order; of random orders as many as fit into the runs."""
    if is_exact(family, asked):
        return list(first_sets(family, asked))
    known = {0: None}
    while (mask := next_set(family, asked, known)) is not None:
        known[mask] = None
    return list(known)[1:]


def next_set(family: Family, asked: Asked, known: Collection[int], enough: bool = False) -> int | None:
    """The set to compute next; None when all is done, or the runs are used up.

    `enough`: the error that was asked for is reached, so that no further orders are needed.
    """
    for mask in first_sets(family, asked):
        if mask not in known:
            return mask
    done = sum(1 for mask in known if mask)
    if is_exact(family, asked) or enough or done >= asked.runs:
        return None
    number = pairs_done(family, asked, known)
    if number > asked.runs:  # orders that bring nothing new
        return None
    wanted = [mask for mask in pair_sets(family, asked, number) if mask not in known]
    return wanted[0] if done + len(wanted) <= asked.runs else None
