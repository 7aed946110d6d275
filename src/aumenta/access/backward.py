# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Travel times from every cell to one target, for every departure of a window, in one scan.

The profile connection scan of Dibbelt, Pajor, Strasser and Wagner, *Connection Scan Algorithm* (ACM JEA 23, 2018):
connections are read by falling departure. Each stop keeps two Pareto lists of time there and arrival at the target: one
for those who stand there ready to board, one for those who get off there and still have to change. A trip keeps
the best arrival of whoever sits in it. At the end the walks from every cell read the lists of the stops in reach.

An entry of a list is one uint32: the time in the upper half, the arrival in the lower, both in seconds since the start
of the window. Along a list both fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.journey_scan import groups_to_repeat
from aumenta.access.reduce import check_ranks
from aumenta.access.window import NEVER, Shorts, Window
from aumenta.network.compiled import kernel
from aumenta.network.model import ALIGHT, BOARD, Bytes, Ints

if TYPE_CHECKING:
    from aumenta.access.walks import QueryWalks

_FIRST_ROOM = 8
_NO_ROOM = -1
_KNOWN = -2

Pairs = NDArray[np.uint32]


@kernel
def _transposed(indptr: Ints, stop: Ints, seconds: Shorts) -> tuple[Ints, Ints, Shorts]:
    """Rows by the stop where one boards: from which stops one can come, and in how many seconds."""
    stops = len(indptr) - 1
    out_indptr = np.zeros(stops + 1, np.int32)
    for e in range(len(stop)):
        out_indptr[stop[e] + 1] += 1
    for s in range(stops):
        out_indptr[s + 1] += out_indptr[s]
    at = out_indptr[:-1].copy()
    out_stop = np.empty(len(stop), np.int32)
    out_seconds = np.empty(len(stop), np.uint16)
    for s in range(stops):
        for e in range(indptr[s], indptr[s + 1]):
            k = at[stop[e]]
            at[stop[e]] = k + 1
            out_stop[k] = s
            out_seconds[k] = seconds[e]
    return out_indptr, out_stop, out_seconds


@kernel
def _insert(pool: Pairs, lists: Pairs, top: Any, stop: Any, time: Any, arrival: Any) -> Any:
    """Put a pair into the list of a stop where none as good is last; `top` is the end of what the pool uses.

    The new `top`; `_KNOWN` if one as good stands further up; `_NO_ROOM` when a full list, which moves to the end of the
    pool with twice the room, finds no place there. A row of `lists` is: begin, count and room in the pool, last pair.
    """
    begin, n = np.int64(lists[stop, 0]), np.int64(lists[stop, 1])
    i = begin + n - 1
    while i >= begin and np.int64(pool[i]) >> 16 < time:
        i -= 1
    if i >= begin and np.int64(pool[i]) & 65535 <= arrival:
        return _KNOWN
    after = i + 1
    while after < begin + n and np.int64(pool[after]) & 65535 >= arrival:
        after += 1
    if i >= begin and np.int64(pool[i]) >> 16 == time:
        i -= 1
    if after == i + 1 and n == np.int64(lists[stop, 2]):
        room = 2 * n if n > 0 else np.int64(_FIRST_ROOM)
        if top + room > len(pool):
            return _NO_ROOM
        for k in range(n):
            pool[top + k] = pool[begin + k]
        i += top - begin
        after += top - begin
        begin = np.int64(top)
        lists[stop, 0] = begin
        lists[stop, 2] = room
        top += int(room)
    shift = i + 2 - after
    if shift > 0:
        for k in range(begin + n - 1, after - 1, -1):
            pool[k + 1] = pool[k]
    elif shift < 0:
        for k in range(after, begin + n):
            pool[k + shift] = pool[k]
    pool[i + 1] = (time << 16) | arrival
    lists[stop, 1] = n + shift
    lists[stop, 3] = pool[begin + n + shift - 1]
    return top


@kernel
def _scan(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    connections: tuple[Ints, Ints, Shorts, Shorts, Ints, Bytes],
    again: tuple[Ints, Ints],
    back: tuple[Ints, Ints, Shorts],
    last_walk: Shorts,
    latest: int,
    max_seconds: int,
    boards: tuple[Ints, Ints, Pairs],
    lists: Pairs,
    pool: Pairs,
    trips: tuple[Shorts, Shorts],
) -> Any:
    """Fill the lists of all stops; `_NO_ROOM` when the pool is too small, else how much of it was used.

    Groups of equal departure in which a hop takes no time and a change no time either (`again_first`, `again_last`, the
    latest first) are read until nothing changes, each time with the trips as they were before the group.
    """
    conn_from, conn_to, conn_dep, conn_arr, conn_trip, conn_flags = connections
    again_first, again_last = again
    back_indptr, back_stop, back_seconds = back
    board_at, board_count, board = boards
    trip_best, trip_before = trips
    trip_best[:] = NEVER
    board_count[:] = 0
    lists[:] = 0
    lists[:, 3] = NEVER
    top: Any = np.int64(0)
    group = 0
    repeating = False
    changed = False
    c = len(conn_from) - 1
    while c >= 0:
        if group < len(again_last) and c == again_last[group] and not repeating:
            repeating = True
            changed = False
            for k in range(again_first[group], again_last[group] + 1):
                trip_before[conn_trip[k]] = trip_best[conn_trip[k]]
        trip = conn_trip[c]
        best = np.int64(trip_best[trip])
        departure = np.int64(conn_dep[c])
        if conn_flags[c] & ALIGHT:
            to = conn_to[c]
            arrival = np.int64(conn_arr[c])
            if last_walk[to] != NEVER:
                there = arrival + np.int64(last_walk[to])
                if there < best and there <= latest:
                    best = there
            base = np.int64(lists[to, 0])
            i = base + np.int64(lists[to, 1]) - 1
            while i >= base and np.int64(pool[i]) >> 16 < arrival:
                i -= 1
            if i >= base:
                best = min(best, np.int64(pool[i]) & 65535)
            trip_best[trip] = np.uint16(best)
        if best != NEVER and conn_flags[c] & BOARD and best - departure <= max_seconds:
            stop = conn_from[c]
            n = board_count[stop]
            end = board_at[stop] + n
            known = False
            if n > 0:
                newest = np.int64(board[end - 1])
                known = bool(newest & 65535 <= best)
                if newest >> 16 == departure:
                    end -= 1
            if not known:
                board[end] = (departure << 16) | best
                board_count[stop] = end + 1 - board_at[stop]
                for e in range(back_indptr[stop], back_indptr[stop + 1]):
                    ready = departure - np.int64(back_seconds[e])
                    if ready < 0 or best - ready > max_seconds:
                        continue
                    newest = np.int64(lists[back_stop[e], 3])
                    if newest >> 16 >= ready and newest & 65535 <= best:
                        continue
                    end = _insert(pool, lists, top, back_stop[e], ready, best)
                    if end == _NO_ROOM:
                        return _NO_ROOM
                    if end != _KNOWN:
                        top = end
                        if ready == departure:
                            changed = True
        if repeating and c == again_first[group]:
            if changed:
                changed = False
                for k in range(again_first[group], again_last[group] + 1):
                    trip_best[conn_trip[k]] = trip_before[conn_trip[k]]
                c = int(again_last[group])
                continue
            repeating = False
            group += 1
        c -= 1
    return top


@kernel
def earliest(
    cell: int,
    access: tuple[Ints, Ints, Shorts],
    boards: tuple[Ints, Ints, Pairs],
    step: int,
    row: NDArray[np.int32],
) -> None:
    """Earliest arrival at the target for each departure by the access walks of one cell; 65535 where there is none.

    `boards`: what `ToOne.profiles` gives.
    """
    access_indptr, access_stop, access_seconds = access
    board_at, board_count, board = boards
    departures = len(row)
    row[:] = NEVER
    inverse = np.int64((1 << 32) // step + 1)  # dividing by it is exact for numbers of 16 bits
    for e in range(access_indptr[cell], access_indptr[cell + 1]):
        stop = access_stop[e]
        walk = np.int64(access_seconds[e])
        base = board_at[stop]
        for i in range(base + board_count[stop] - 1, base - 1, -1):
            spare = np.int64(board[i] >> np.uint32(16)) - walk
            if spare < 0:
                continue
            arrival = np.int32(board[i] & np.uint32(65535))
            at = (spare * inverse) >> 32
            if at >= departures:
                row[departures - 1] = min(row[departures - 1], arrival)
                break
            row[at] = min(row[at], arrival)
    for k in range(departures - 2, -1, -1):
        row[k] = min(row[k], row[k + 1])


@kernel
def _cube(
    access: tuple[Ints, Ints, Shorts],
    boards: tuple[Ints, Ints, Pairs],
    step: int,
    max_seconds: int,
    direct: Shorts,
    out: NDArray[np.uint16],
) -> None:
    """Seconds from every cell for every departure into `out` (cells, departures)."""
    cells, departures = out.shape
    row = np.empty(departures, np.int32)
    for cell in range(cells):
        earliest(cell, access, boards, step, row)
        straight = np.int32(direct[cell])
        for at in range(departures):
            seconds = straight
            if row[at] != NEVER:
                seconds = min(seconds, row[at] - np.int32(at * step))
            out[cell, at] = np.uint16(seconds if seconds <= max_seconds else NEVER)


@kernel
def _percentiles(  # noqa: PLR0913, PLR0917
    access: tuple[Ints, Ints, Shorts],
    boards: tuple[Ints, Ints, Pairs],
    step: int,
    max_seconds: int,
    direct: Shorts,
    departures: int,
    ranks: Ints,
    out: NDArray[np.uint8],
) -> None:
    """Minutes, rounded up, at the given rising ranks (from 1) over all departures into `out` (ranks, cells)."""
    row = np.empty(departures, np.int32)
    slots = (max_seconds + 59) // 60 + 2  # minutes up to the limit; the last is for what is not reached
    times = np.empty(slots, np.int32)
    for cell in range(out.shape[1]):
        earliest(cell, access, boards, step, row)
        straight = np.int32(direct[cell])
        if row[0] == NEVER:
            minute = (straight + 59) // 60 if straight <= max_seconds else 255
            out[:, cell] = min(minute, 255)
            continue
        times[:] = 0
        for at in range(departures):
            seconds = min(straight, row[at] - np.int32(at * step) if row[at] != NEVER else np.int32(NEVER))
            row[at] = (seconds + 59) // 60 if seconds <= max_seconds else slots - 1
        for at in range(departures):
            times[row[at]] += 1
        minute = 0
        passed = times[0]
        for k in range(len(ranks)):
            while passed < ranks[k]:
                minute += 1
                passed += times[minute]
            out[k, cell] = min(minute, 255) if minute < slots - 1 else 255


class ToOne:
    """From every cell to one target: `run` for a target, then `cube` or `percentiles`.

    One object serves many targets one after the other and keeps its work space; one for each thread. Answers are those
    of `Profiles` from every cell, read at the target, to the second.

    window: connections and departures; walks: footpaths between the stops and access walks of the cells; stops: how
    many there are.
    """

    def __init__(self, window: Window, walks: QueryWalks, stops: int) -> None:
        self.window = window
        self.walks = walks
        self.stops = stops
        self._connections = (
            window.conn_from,
            window.conn_to,
            window.conn_dep,
            window.conn_arr,
            window.conn_trip,
            window.conn_flags,
        )
        self._access = (walks.access_indptr, walks.access_stop, walks.access_seconds)
        self._back = _transposed(walks.foot_indptr, walks.foot_stop, walks.foot_seconds)
        first, last = groups_to_repeat(window, walks)
        self._again = (np.ascontiguousarray(first[::-1]), np.ascontiguousarray(last[::-1]))
        boarded = window.conn_from[(window.conn_flags & BOARD) != 0]
        ends = np.cumsum(np.bincount(boarded, minlength=stops))
        at = np.concatenate([[0], ends]).astype(np.int32)
        self._boards = (at, np.zeros(stops, np.int32), np.empty(len(boarded), np.uint32))
        self._lists = np.zeros((stops, 4), np.uint32)
        self._pool = np.empty(max(1024, 64 * stops), np.uint32)
        self._trips = (np.empty(window.trips, np.uint16), np.empty(window.trips, np.uint16))
        self._last_walk = np.empty(stops, np.uint16)

    def run(self, egress_stops: Ints, egress_seconds: Shorts) -> None:
        """Scan for a target that is reached from `egress_stops` int32 by last walks of `egress_seconds` uint16."""
        window = self.window
        self._last_walk[:] = NEVER
        np.minimum.at(self._last_walk, egress_stops, egress_seconds)
        latest = min(NEVER - 1, (window.count - 1) * window.step + window.max_seconds)
        while True:
            used = _scan(
                self._connections,
                self._again,
                self._back,
                self._last_walk,
                latest,
                window.max_seconds,
                self._boards,
                self._lists,
                self._pool,
                self._trips,
            )
            if used != _NO_ROOM:
                return
            self._pool = np.empty(2 * len(self._pool), np.uint32)

    @property
    def profiles(self) -> tuple[Ints, Ints, Pairs]:
        """What the last run found for those who stand ready at a stop; valid until the next.

        Pairs of stop s are `pairs[begin[s] : begin[s] + count[s]]`: seconds of the window at which a vehicle leaves in
        the upper half, arrival at the target in the lower, both falling. Returned are `begin`, `count` and `pairs`.
        """
        return self._boards

    def cube(self, direct: Shorts) -> Shorts:
        """Seconds uint16 (cells, departures) from every cell to the target, 65535 = not within `max_seconds`.

        direct: uint16 for each cell, seconds to the target without any vehicle (65535: too far).
        """
        out = np.empty((len(direct), self.window.count), np.uint16)
        _cube(self._access, self._boards, self.window.step, self.window.max_seconds, direct, out)
        return out

    def percentiles(self, direct: Shorts, ranks: Sequence[int]) -> NDArray[np.uint8]:
        """Minutes uint8 (percentiles, cells), rounded up, by nearest rank over all departures; 255 = not reachable.

        ranks: percentiles in percent, 1 to 100.
        """
        departures = self.window.count
        order = np.argsort(ranks, kind="stable")
        at = check_ranks(ranks, departures, self.window.max_seconds)[order]
        rising = np.empty((len(ranks), len(direct)), np.uint8)
        own = self.window
        _percentiles(self._access, self._boards, own.step, own.max_seconds, direct, departures, at, rising)
        out = np.empty_like(rising)
        out[order] = rising
        return out
