# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Trips of a window sorted into patterns in which no trip overtakes another, as RAPTOR wants them.

A pattern is a sequence of hops (one connection each: from, to, may be boarded, may be left) and the trips that make
just these hops in order of time. Two trips share a pattern only if the later one is nowhere earlier than the other,
so that the first trip that can be caught is also the best one at every stop after.

A window cuts off the hops of trips that run across its start or end. Such a trip joins the longest sequence that ends
(or begins) with its own; at the hops that it lost it counts as gone by (or as not yet come), so order is kept.
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
#: Time at hops that the window cut off at its end.
LATE = 65_535
_BASE = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns over each other in flat arrays.

    Times are seconds after the start of the window plus one; 0 and `LATE` stand at hops that the window cut off.
    Hops of pattern p are rows `hop_indptr[p]:hop_indptr[p + 1]` of `hop_to`, `hop_alight` (1: may be left there),
    `hop_pattern` and `hop_trips` (how many trips are not cut off at their end there). Its `trips[p]` trips in order of
    time have their times from `times_at[p]` on: hop j of trip t is at t * hops + j in `arr` and `dep`, and at
    j * trips + t in `dep_by_hop`. `trip[trip_at[p] + t]` is the window's number of the trip. The hops that can be
    boarded at stop s are `board_hop[board_indptr[s]:board_indptr[s + 1]]`.
    """

    hop_indptr: Ints
    hop_to: Ints
    hop_alight: Bytes
    hop_pattern: Ints
    hop_trips: Ints
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


@dataclass(frozen=True, slots=True)
class _Trips:
    """Connections sorted by trip, and of each trip its number, first connection and how many; `pos`: which of it."""

    from_: Any
    to: Any
    flags: Any
    dep: Any
    arr: Any
    number: Any
    first: Any
    hops: Any
    pos: Any


@dataclass(frozen=True, slots=True)
class _Places:
    """Of each trip the trip whose hops are its pattern's (its host), and where in them its own begin."""

    host: Any
    offset: Any


def patterns(window: Window, stops: int) -> Patterns:
    """Sort the trips of a window into patterns without overtaking.

    Trips with the same hops are taken by the time at which they begin (or would have begun); each joins the first
    pattern of its hops whose last trip is nowhere later than it is (equal times are no overtaking), else begins one.
    """
    order = np.argsort(window.conn_trip, kind="stable")
    trip = window.conn_trip[order]
    number, first, hops = np.unique(trip, return_index=True, return_counts=True)
    own = (window.conn_from, window.conn_to, window.conn_flags, window.conn_dep, window.conn_arr)
    conn = (np.ascontiguousarray(part[order]) for part in own)
    pos = np.arange(len(trip)) - np.repeat(first, hops)
    trips = _Trips(*[*conn, number, first, hops, pos])
    places = _hosts(trips) if len(number) else _Places(number, number)
    host, offset = places.host, places.offset
    began = trips.dep[first].astype(np.int64)  # and for who began before the window, as the host would have
    began -= trips.dep[first[host] + offset].astype(np.int64) - trips.dep[first[host]]
    by_time = np.lexsort((number, trips.arr[first + hops - 1], began, host))
    wide = (by_time, host, offset, first, hops)
    pattern, rank = _chains(*[*(part.astype(np.int64) for part in wide), trips.dep, trips.arr, TRIPS_LIMIT])
    return _lay(trips, places, pattern, rank, stops)


def _hosts(trips: _Trips) -> _Places:
    """Find the host of every trip by polynomial hashes of hops; what they say is checked hop by hop.

    Hosts are the first trips of their sequence that are no beginning or end of a longer one.
    """
    first, hops = trips.first, trips.hops
    last = first + hops - 1
    base = np.full(int(hops.max()) + 1, _BASE, np.uint64)
    powers = np.multiply.accumulate(base)
    mixed = _mixed(trips)
    whole, of = np.cumsum(mixed * powers[trips.pos]), np.repeat(np.arange(len(first)), hops)
    before = np.concatenate(([np.uint64(0)], whole))[first]
    prefix = whole - before[of]  # of the hops up to each
    back = np.cumsum((mixed * powers[(hops[of] - 1 - trips.pos)])[::-1])[::-1]
    after = np.concatenate((back, [np.uint64(0)]))[last + 1]
    suffix = back - after[of]  # of the hops from each on
    _, leader, alike = np.unique(prefix[last], return_index=True, return_inverse=True)
    leads = np.zeros(len(first), bool)
    leads[leader] = True
    host, offset = leader[alike], np.zeros(len(first), np.int64)
    among = np.flatnonzero(leads[of])  # connections of leaders
    for hashed, wanted, ends in ((suffix, first, True), (prefix, last, False)):
        found = _longest(hashed[among], hops[of[among]], hashed[wanted[leader]])
        longer = of[among[found]]
        moved = hops[longer] > hops[leader]
        host[leader[moved]] = longer[moved]
        offset[leader[moved]] = (hops[longer] - hops[leader])[moved] if ends else 0
    for _ in range(3):  # the host may have one itself: an end of a beginning
        offset = offset + np.where(host == np.arange(len(host)), 0, offset[host])
        host = host[host]
    return _checked(trips, host, offset, of)


def _mixed(trips: _Trips) -> Any:
    """A number for each hop that is the same for the same hop."""
    mixed = (trips.from_.astype(np.uint64) + np.uint64(1)) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= (trips.to.astype(np.uint64) + np.uint64(1)) * np.uint64(0x165667B19E3779F9)
    return (mixed ^ (mixed >> np.uint64(29))) + trips.flags


def _longest(hashed: Any, lengths: Any, wanted: Any) -> Any:
    """For each wanted hash, which is among `hashed`, where it stands with the greatest length (ties: the first)."""
    order = np.lexsort((np.arange(len(hashed)), -lengths, hashed))
    return order[np.searchsorted(hashed[order], wanted)]


def _checked(trips: _Trips, host: Any, offset: Any, of: Any) -> _Places:
    """The same where every hop is the host's; a trip whose hash clashed is its own host."""
    at = np.minimum(trips.first[host[of]] + offset[of] + trips.pos, len(of) - 1)
    same = (trips.from_ == trips.from_[at]) & (trips.to == trips.to[at]) & (trips.flags == trips.flags[at])
    fits = np.logical_and.reduceat(same, trips.first) & (offset + trips.hops <= trips.hops[host])
    fits &= host[host] == host
    return _Places(np.where(fits, host, np.arange(len(host))), np.where(fits, offset, 0))


@kernel
def _chains(  # noqa: PLR0913, PLR0917
    by_time: Any,
    host: Any,
    offset: Any,
    first: Any,
    hops: Any,
    dep: Any,
    arr: Any,
    most: int,
) -> Any:
    """For each trip its pattern and its number in it; trips come by host, then by time."""
    n = len(by_time)
    pattern = np.empty(n, np.int32)
    rank = np.empty(n, np.int32)
    last = np.empty(n, np.int64)
    length = np.empty(n, np.int32)
    begin = 0  # first pattern of the host at hand
    made = 0
    for i in range(n):
        t = by_time[i]
        if i and host[t] != host[by_time[i - 1]]:
            begin = made
        found = -1
        for p in range(begin, made):
            o = last[p]
            # nowhere earlier: gone by where the other is, not yet come where the other is not
            fits = length[p] < most and offset[t] <= offset[o] and offset[t] + hops[t] <= offset[o] + hops[o]
            j = offset[o]
            while fits and j < offset[t] + hops[t]:
                a = first[t] + j - offset[t]
                b = first[o] + j - offset[o]
                fits = dep[a] >= dep[b] and arr[a] >= arr[b]
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


def _lay(trips: _Trips, places: _Places, pattern: Any, rank: Any, stops: int) -> Patterns:
    """Lay the trips of the patterns out as `Patterns` says."""
    runs = np.bincount(pattern).astype(np.int64) if len(pattern) else np.zeros(0, np.int64)
    leader = np.flatnonzero(rank == 0)
    leader = places.host[
        leader[np.argsort(pattern[leader])]
    ]  # of each pattern the trip that has all its hops
    width = trips.hops[leader]
    hop_indptr = np.concatenate(([0], np.cumsum(width)))
    times_at = np.concatenate(([0], np.cumsum(width * runs)))
    trip_at = np.concatenate(([0], np.cumsum(runs)))
    hop_pattern = np.repeat(np.arange(len(runs)), width)
    hop_pos = np.arange(len(hop_pattern)) - hop_indptr[hop_pattern]
    source = trips.first[leader][hop_pattern] + hop_pos
    trip = np.empty(len(trips.number), np.int32)
    trip[trip_at[pattern] + rank] = trips.number
    arr, dep, dep_by_hop = (np.zeros(int(times_at[-1]), np.uint16) for _ in range(3))
    of, end = np.repeat(np.arange(len(pattern)), trips.hops), places.offset + trips.hops
    along, across = _where(of, places.offset[of] + trips.pos, pattern, rank, width, runs, times_at)
    arr[along], dep[along] = trips.arr + np.uint16(1), trips.dep + np.uint16(1)
    dep_by_hop[across] = dep[along]
    lost = width[pattern] - end  # hops cut off at the end
    of = np.repeat(np.arange(len(pattern)), lost)
    at = np.arange(len(of)) - np.repeat(np.cumsum(lost) - lost, lost) + end[of]
    along, across = _where(of, at, pattern, rank, width, runs, times_at)
    arr[along] = dep[along] = dep_by_hop[across] = LATE
    cut = np.bincount(hop_indptr[pattern[of]] + at, minlength=len(hop_pattern))
    may_board = np.flatnonzero(trips.flags[source] & BOARD)
    board_stop = trips.from_[source][may_board]
    counts = np.bincount(board_stop, minlength=stops)
    return Patterns(
        hop_indptr=hop_indptr.astype(np.int32),
        hop_to=np.ascontiguousarray(trips.to[source], np.int32),
        hop_alight=((trips.flags[source] & ALIGHT) > 0).astype(np.uint8),
        hop_pattern=hop_pattern.astype(np.int32),
        hop_trips=(runs[hop_pattern] - cut).astype(np.int32),
        trips=runs.astype(np.int32),
        trip_at=trip_at.astype(np.int32),
        trip=trip,
        times_at=times_at.astype(np.int32),
        arr=arr,
        dep=dep,
        dep_by_hop=dep_by_hop,
        board_indptr=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        board_hop=may_board[np.argsort(board_stop, kind="stable")].astype(np.int32),
    )


def _where(
    of: Any, at: Any, pattern: Any, rank: Any, width: Any, runs: Any, times_at: Any
) -> tuple[Any, Any]:
    """Places of hop `at` of trip `of` in the arrays by trip and by hop."""
    p, t = pattern[of], rank[of]
    return times_at[p] + t * width[p] + at, times_at[p] + at * runs[p] + t
