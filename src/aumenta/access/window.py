# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The part of a timetable that one question can use: connections of a window of departures, 16-bit seconds.

A traveller may leave at `start + step * i` for every i below `count` and has `max_seconds` from there, so the
window ends `step * (count - 1) + max_seconds` seconds after it starts. Trips of the day before (written as 24:00 and
later) and of the day after run in it too. A `Window` serves every origin and any number of threads: nothing in it
is written to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints, Timetable

Shorts = NDArray[np.uint16]

#: Seconds from the first departure to the last arrival that fit the kernels' 16-bit times with room for a walk.
LONGEST = 60_000
#: Value of a 16-bit time that means "not reached".
NEVER = 65_535
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """Connections that leave in the window and arrive in it, sorted by departure, those of a trip in its order.

    `conn_dep`, `conn_arr` are seconds since `start` (a time of `date` in seconds after midnight); `conn_trip` numbers
    the runs of the window (`trip_of` names the timetable's trip of each), `source` the timetable's connection.

    For the scans: connections that leave in second s are `second[s]:second[s + 1]`, and `packed` has four uint32 for
    each connection: from, to, arrival, `slot * 8 + CHAIN * chained + conn_flags`. Slots (`slots` in all) are places
    to remember who sits in a trip. A trip has one, and a further one after every hop that takes no time and is
    followed by the trip's next hop within the same second, so that scanning a second again never lets anybody ride
    backwards.
    """

    start: int
    count: int
    step: int
    max_seconds: int
    conn_from: Ints
    conn_to: Ints
    conn_dep: Shorts
    conn_arr: Shorts
    conn_trip: Ints
    conn_flags: Bytes
    source: Ints
    trips: int
    trip_of: Ints
    second: Ints
    packed: NDArray[np.uint32]
    slots: int

    @property
    def end(self) -> int:
        """Seconds from the first departure to the latest arrival that can count."""
        return self.step * (self.count - 1) + self.max_seconds


#: Bit of the last number of `Window.packed`: the trip's next hop leaves in the same second and reads the next slot.
CHAIN = 4


def cut(
    timetable: Timetable,
    date: np.datetime64,
    start: int,
    count: int,
    step: int = 60,
    max_seconds: int = 7200,
    bikes: bool = False,
) -> Window:
    """Take the connections that can matter for departures at `start + step * i`, i < `count`, on a date.

    `start` is in seconds after midnight of `date`; `bikes` keeps only trips whose feed says that bicycles are
    allowed. A date on which nothing runs gives a window without connections. Trips that began two days before
    (48:00 and later) are not looked for. AccessError: numbers out of range, or a window too long for 16-bit seconds
    (`LONGEST`).
    """
    _check(start, count, step, max_seconds)
    end = step * (count - 1) + max_seconds
    deps, arrs, runs, sources = [], [], [], []
    for day in (-1, 0, 1):
        zero = start - day * DAY
        low, high = np.searchsorted(timetable.conn_dep, (zero, zero + end + 1))
        if low == high:
            continue
        service = timetable.running(date + np.timedelta64(day, "D"))
        if not service.any():
            continue
        trip_runs = service[timetable.trip_service]
        if bikes:
            trip_runs = trip_runs & (timetable.trip_bikes == 1)
        trip = timetable.conn_trip[low:high]
        keep = trip_runs[trip]
        keep &= timetable.conn_arr[low:high] <= zero + end
        index = np.flatnonzero(keep)
        runs.append(trip[index] + np.int32((day + 1) * len(timetable.trip_id)))
        sources.append((index + low).astype(np.int32))
        deps.append((timetable.conn_dep[low:high][index] - zero).astype(np.uint16))
        arrs.append((timetable.conn_arr[low:high][index] - zero).astype(np.uint16))
    return _window(timetable, (start, count, step, max_seconds), deps, arrs, runs, sources)


def _check(start: int, count: int, step: int, max_seconds: int) -> None:
    """Raise with everything that is wrong about the numbers of a window."""
    problems = []
    if not 0 <= start < DAY:
        problems.append(Problem("start is not a time of the day", field="start", found=str(start)))
    for name, value in (("count", count), ("step", step), ("max_seconds", max_seconds)):
        if value < 1:
            problems.append(Problem(f"{name} must be 1 or more", field=name, found=str(value)))
    if not problems and step * (count - 1) + max_seconds > LONGEST:
        problems.append(
            Problem(
                "the window is too long",
                field="window",
                found=f"{step * (count - 1) + max_seconds} s from the first departure to the last arrival",
                expected=f"{LONGEST} s at most; ask in parts",
            )
        )
    if problems:
        raise AccessError("This window of departures cannot be computed.", problems)


def _window(
    timetable: Timetable,
    numbers: tuple[int, int, int, int],
    deps: list[Shorts],
    arrs: list[Shorts],
    runs: list[Ints],
    sources: list[Ints],
) -> Window:
    """Merge the connections of the three days by departure, number the runs, and link what the scans need."""
    start, count, step, max_seconds = numbers
    dep = np.concatenate([np.zeros(0, np.uint16), *deps])
    arr = np.concatenate([np.zeros(0, np.uint16), *arrs])
    run = np.concatenate([np.zeros(0, np.int32), *runs])
    source = np.concatenate([np.zeros(0, np.int32), *sources])
    if len(deps) > 1:
        order = np.argsort(dep, kind="stable")
        dep, arr, run, source = dep[order], arr[order], run[order], source[order]
    seen = np.zeros(3 * len(timetable.trip_id), bool)
    seen[run] = True
    number = np.cumsum(seen, dtype=np.int32) - np.int32(1)
    which = np.flatnonzero(seen)
    trip = number[run]
    flags = timetable.conn_flags[source]
    end = step * (count - 1) + max_seconds
    chained = np.zeros(len(dep), np.bool_)
    after = np.zeros(len(which), np.int32)
    _chains(dep, trip, np.full(len(which), -1, np.int32), chained, after)
    first_slot = np.arange(len(which), dtype=np.int32) + np.cumsum(after, dtype=np.int32) - after
    conn_from, conn_to = timetable.conn_from[source], timetable.conn_to[source]
    packed = np.empty(4 * len(dep), np.uint32)
    _pack(conn_from, conn_to, arr, trip, flags, chained, first_slot, packed)
    return Window(
        start=start,
        count=count,
        step=step,
        max_seconds=max_seconds,
        conn_from=conn_from,
        conn_to=conn_to,
        conn_dep=dep,
        conn_arr=arr,
        conn_trip=trip,
        conn_flags=flags,
        source=source,
        trips=len(which),
        trip_of=(which % max(len(timetable.trip_id), 1)).astype(np.int32),
        second=np.searchsorted(dep, np.arange(end + 2)).astype(np.int32),
        packed=packed,
        slots=len(which) + int(after.sum()),
    )


@kernel
def _chains(dep: Shorts, trip: Ints, last: Ints, chained: NDArray[np.bool_], after: Ints) -> None:
    """Mark connections whose trip goes on within the same second, count them by trip; `last` is work space of -1."""
    for c in range(len(dep)):
        t = trip[c]
        p = last[t]
        if p >= 0 and dep[p] == dep[c]:
            chained[p] = True
            after[t] += 1
        last[t] = c


@kernel
def _pack(  # noqa: PLR0913, PLR0917
    conn_from: Ints,
    conn_to: Ints,
    arr: Shorts,
    trip: Ints,
    flags: Bytes,
    chained: NDArray[np.bool_],
    slot: Ints,
    packed: NDArray[np.uint32],
) -> None:
    """Write `packed`; `slot` holds each trip's first slot and is moved on along its chains."""
    for c in range(len(trip)):
        t = trip[c]
        packed[4 * c] = conn_from[c]
        packed[4 * c + 1] = conn_to[c]
        packed[4 * c + 2] = arr[c]
        packed[4 * c + 3] = slot[t] * 8 + flags[c] + 4 * chained[c]
        slot[t] += chained[c]
