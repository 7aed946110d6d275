# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Trips of a window sorted into patterns in which no trip overtakes another, as RAPTOR wants them.

A pattern is a sequence of hops (one connection each: from, to, may be boarded, may be left) and the trips that make
just these hops in order of time. Two trips share a pattern only if the later one is nowhere earlier than the other,
so that the first trip that can be caught is also the best one at every stop after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.compiled import kernel
from aumenta.network.model import ALIGHT, BOARD, Bytes, Ints

if TYPE_CHECKING:
    from aumenta.access.window import Window

Seconds = NDArray[np.uint16]
#: Trips are numbered within their pattern by 16 bits; a longer pattern is cut in two.
TRIPS_LIMIT = 60_000


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns over each other in flat arrays; times are seconds after the start of the window.

    Hops of pattern p are rows `hop_indptr[p]:hop_indptr[p + 1]` of `hop_to`, `hop_alight` (1: may be left there) and
    `hop_pattern`. Its `trips[p]` trips in order of time have their times from `times_at[p]` on: hop j of trip t is at
    t * hops + j in `arr` and `dep`, and at j * trips + t in `dep_by_hop`. `trip[trip_at[p] + t]` is the window's
    number of the trip. The hops that can be boarded at stop s are `board_hop[board_indptr[s]:board_indptr[s + 1]]`.
    """

    hop_indptr: Ints
    hop_to: Ints
    hop_alight: Bytes
    hop_pattern: Ints
    trips: Ints
    trip_at: Ints
    trip: Ints
    times_at: Ints
    arr: Seconds
    dep: Seconds
    dep_by_hop: Seconds
    board_indptr: Ints
    board_hop: Ints

    def __len__(self) -> int:
        return len(self.trips)


def patterns(window: Window, stops: int) -> Patterns:
    """Sort the trips of a window into patterns without overtaking.

    Trips with the same hops are taken by first departure; each joins the first pattern of its hops whose last trip is
    nowhere later than it is (equal times are no overtaking), else begins one.
    """
    order = np.argsort(window.conn_trip, kind="stable")
    trip = window.conn_trip[order]
    numbers, first, hops = np.unique(trip, return_index=True, return_counts=True)
    pos = np.arange(len(trip)) - np.repeat(first, hops)
    own = (window.conn_from, window.conn_to, window.conn_flags, window.conn_dep, window.conn_arr)
    conn = tuple(np.ascontiguousarray(part[order]) for part in own)
    key = _keys(conn, first, hops, pos)
    from_, to, flags, dep, arr = conn
    last = first + hops - 1
    by_time = np.lexsort((numbers, arr[last], dep[first], key)) if len(numbers) else np.zeros(0, np.int64)
    wide = (by_time.astype(np.int64), key, first.astype(np.int64), hops.astype(np.int64))
    pattern, rank = _chains(*wide, from_, to, flags, dep, arr, TRIPS_LIMIT)
    return _lay(conn, numbers, first, hops, pos, pattern, rank, stops)


def _keys(conn: tuple[Any, ...], first: Any, hops: Any, pos: Any) -> Ints:
    """Number the sequences of hops in order of their first trip, by a polynomial hash (a clash is harmless)."""
    if not len(first):
        return np.zeros(0, np.int32)
    from_, to, flags = (part.astype(np.uint64) for part in conn[:3])
    base = np.full(int(hops.max()), 0x9E3779B97F4A7C15, np.uint64)
    powers = np.multiply.accumulate(base)
    mixed = (from_ + np.uint64(1)) * np.uint64(0xC2B2AE3D27D4EB4F) ^ (to + np.uint64(1)) * np.uint64(
        0x165667B19E3779F9
    )
    mixed = (mixed ^ (mixed >> np.uint64(29))) + flags
    hashed = np.add.reduceat(mixed * powers[pos], first) + hops.astype(np.uint64)
    _, where, inverse = np.unique(hashed, return_index=True, return_inverse=True)
    rank = np.empty(len(where), np.int32)
    rank[np.argsort(where)] = np.arange(len(where), dtype=np.int32)
    return np.ascontiguousarray(rank[inverse])


@kernel
def _chains(  # noqa: PLR0913, PLR0917
    by_time: Any,
    key: Any,
    first: Any,
    hops: Any,
    from_: Any,
    to: Any,
    flags: Any,
    dep: Any,
    arr: Any,
    most: int,
) -> Any:
    """For each trip its pattern and its number in it; trips come by key, then by time."""
    n = len(by_time)
    pattern = np.empty(n, np.int32)
    rank = np.empty(n, np.int32)
    last = np.empty(n, np.int64)
    length = np.empty(n, np.int32)
    begin = 0  # first pattern of the key at hand
    made = 0
    for i in range(n):
        t = by_time[i]
        if i and key[t] != key[by_time[i - 1]]:
            begin = made
        a = first[t]
        found = -1
        for p in range(begin, made):
            o = last[p]
            b = first[o]
            fits = hops[o] == hops[t] and length[p] < most
            j = 0
            while fits and j < hops[t]:
                fits = (
                    from_[a + j] == from_[b + j]
                    and to[a + j] == to[b + j]
                    and flags[a + j] == flags[b + j]
                    and dep[a + j] >= dep[b + j]
                    and arr[a + j] >= arr[b + j]
                )
                j += 1
            if fits:
                found = p
                break
        if found < 0:
            found = made
            length[found] = 0
            made += 1
        pattern[t] = found
        rank[t] = length[found]
        length[found] += 1
        last[found] = t
    return pattern, rank


def _lay(  # noqa: PLR0913, PLR0917
    conn: tuple[Any, ...], numbers: Any, first: Any, hops: Any, pos: Any, pattern: Any, rank: Any, stops: int
) -> Patterns:
    """Lay the trips of the patterns out as `Patterns` says."""
    from_, to, flags, dep, arr = conn
    trips = np.bincount(pattern).astype(np.int64)
    leader = np.flatnonzero(rank == 0)
    leader = leader[np.argsort(pattern[leader])]  # of each pattern the trip that began it
    width = hops[leader]
    hop_indptr = np.concatenate(([0], np.cumsum(width)))
    times_at = np.concatenate(([0], np.cumsum(width * trips)))
    trip_at = np.concatenate(([0], np.cumsum(trips)))
    hop_pattern = np.repeat(np.arange(len(trips)), width)
    hop_pos = np.arange(len(hop_pattern)) - hop_indptr[hop_pattern]
    source = first[leader][hop_pattern] + hop_pos
    trip = np.empty(len(numbers), np.int32)
    trip[trip_at[pattern] + rank] = numbers
    of, nth = np.repeat(pattern, hops), np.repeat(rank, hops)
    along = times_at[of] + nth * width[of] + pos
    across = times_at[of] + pos * trips[of] + nth
    laid = [np.empty(len(dep), np.uint16) for _ in range(3)]
    laid[0][along], laid[1][along], laid[2][across] = arr, dep, dep
    may_board = np.flatnonzero(flags[source] & BOARD)
    board_stop = from_[source][may_board]
    by_stop = np.argsort(board_stop, kind="stable")
    counts = np.bincount(board_stop, minlength=stops) if len(board_stop) else np.zeros(stops, np.int64)
    return Patterns(
        hop_indptr=hop_indptr.astype(np.int32),
        hop_to=np.ascontiguousarray(to[source], np.int32),
        hop_alight=((flags[source] & ALIGHT) > 0).astype(np.uint8),
        hop_pattern=hop_pattern.astype(np.int32),
        trips=trips.astype(np.int32),
        trip_at=trip_at.astype(np.int32),
        trip=trip,
        times_at=times_at.astype(np.int32),
        arr=laid[0],
        dep=laid[1],
        dep_by_hop=laid[2],
        board_indptr=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        board_hop=may_board[by_stop].astype(np.int32),
    )
