# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which trips of a window only one of two networks has: trips are compared by what they do, not by their names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aumenta.access.router import Router
from aumenta.access.window import Window
from aumenta.network.compiled import kernel
from aumenta.network.model import Ints, Words
from aumenta.scenario.trips import Flags

Hashes = NDArray[np.uint64]


def windows_of(before: Router, after: Router) -> tuple[Hashes, Hashes]:
    """A hash of 64 bits for each trip of the windows of two routers: its stops, times and doors, in order."""
    numbers = _numbers(before.timetable.stop_id, after.timetable.stop_id)
    return tuple(  # type: ignore[return-value]
        _hashes(router.window, own) for router, own in zip((before, after), numbers, strict=True)
    )


def only_in(before: Hashes, after: Hashes) -> tuple[Flags, Flags]:
    """Flags of the trips that only one side has; of several alike as many count as the other side has too few.

    >>> one, other = np.array([5, 7, 7, 9], np.uint64), np.array([7, 9, 9], np.uint64)
    >>> [flags.tolist() for flags in only_in(one, other)]
    [[True, False, True, False], [False, False, True]]
    """
    return _lacking(before, after), _lacking(after, before)


def _lacking(own: Hashes, other: Hashes) -> Flags:
    order = np.argsort(own, kind="stable")
    mine, theirs = own[order], np.sort(other)
    nth = np.arange(len(mine)) - np.searchsorted(mine, mine)
    there = np.searchsorted(theirs, mine, "right") - np.searchsorted(theirs, mine)
    flags = np.empty(len(own), bool)
    flags[order] = nth >= there
    return flags


def _numbers(before: Words, after: Words) -> tuple[Ints, Ints]:
    """A number for each stop of both sides, the same for the same id."""
    own: Ints = np.arange(len(before), dtype=np.int32)
    if before is after or np.array_equal(before, after):
        return own, own
    known = {stop: row for row, stop in enumerate(before.tolist())}
    new = len(before)
    other = np.array([known.get(stop, new + row) for row, stop in enumerate(after.tolist())], np.int32)
    return own, other


def _hashes(window: Window, number: Ints) -> Hashes:
    out = np.zeros(window.trips, np.uint64)
    _fold(
        number[window.conn_from].astype(np.uint64), number[window.conn_to].astype(np.uint64),
        window.conn_dep.astype(np.uint64), window.conn_arr.astype(np.uint64),
        window.conn_flags.astype(np.uint64), window.conn_trip, out,
    )  # fmt: skip
    return out


@kernel
def _fold(
    start: Hashes, goal: Hashes, dep: Hashes, arr: Hashes, flags: Hashes, trip: Ints, out: Hashes
) -> None:
    """Mix the hops of each trip, in the order of travel, into its hash."""
    odd = np.uint64(0x9E3779B97F4A7C15)
    more = np.uint64(0xC2B2AE3D27D4EB4F)
    for c in range(len(trip)):
        own = (start[c] + np.uint64(1)) * odd
        own = (own ^ (own >> np.uint64(31))) * more + goal[c]
        own = (
            (own ^ (own >> np.uint64(29))) * odd
            + (dep[c] << np.uint64(24))
            + (arr[c] << np.uint64(4))
            + flags[c]
        )
        own = (own ^ (own >> np.uint64(32))) * more
        mixed = (out[trip[c]] ^ own) * odd
        out[trip[c]] = mixed ^ (mixed >> np.uint64(30))
