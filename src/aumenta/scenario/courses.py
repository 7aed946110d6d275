# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The course of a line's trips changed: speed, way, calls, dwell. Pure functions on `Timetable`, as in `timetables`.

Trips stay the trips they are, on the days they run, with the same departure from the first stop of the part that
changes: what a trip gains or loses is passed on to all its later calls. Times are whole seconds, rounded from the sum
since that departure, so that no second is lost or won by rounding hop by hop.

Two stops count as the same place in the two directions of a line when they are one stop, of one station, or of one name
within `ALIKE_METRES`. With `both_directions`, a change told from A to B holds for trips from B to A too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.model import ALIGHT, BOARD, Timetable
from aumenta.scenario.trips import Flags, Hops, Longs, edited, hops_of, stop_of, trips_of

#: Stops of one name within this many metres of each other stand for each other in the two directions.
ALIKE_METRES = 300.0
_DEGREE = 111_195.0  # metres of a degree of latitude


def with_speed(
    timetable: Timetable,
    line: str,
    factor: float | None = None,
    saved: int | None = None,
    between: tuple[str, str] | None = None,
    both_directions: bool = True,
) -> Timetable:
    """With faster (or slower) trips of a line on the whole way or between two stops; dwell times stay.

    Either `factor` (2: twice as fast) or the seconds `saved` on that part (negative: lost), shared out over its hops by
    their seconds. ValueError where a trip would take no time at all: see `least_seconds`.
    """
    if (factor is None) == (saved is None) or not (factor is None or (np.isfinite(factor) and factor > 0)):
        raise ValueError("a factor above 0 or seconds to be saved, one of them")
    hops = hops_of(timetable, trips_of(timetable, line))
    inside = _inside(timetable, hops, between, both_directions)
    gone = _since_start(hops, np.where(inside, _run(hops), 0))
    whole = np.zeros(len(hops.trip), np.int64)
    np.maximum.at(whole, hops.of, gone)
    if saved is not None and (whole[whole > 0] <= saved).any():
        raise ValueError(f"no trip of line {line!r} may save {saved} seconds there")
    of = np.maximum(whole[hops.of], 1)
    taken = gone / factor if factor is not None else gone * (of - (saved or 0)) / of
    rounded = np.floor(taken + 0.5).astype(np.int64)
    return _put_back(
        timetable, _timed(hops, np.where(inside, _steps(hops, rounded), _run(hops)), _wait(hops))
    )


def least_seconds(
    timetable: Timetable, line: str, between: tuple[str, str] | None = None, both_directions: bool = True
) -> int | None:
    """Least seconds in motion that a trip of the line takes on the part; None where no trip runs on it."""
    hops = hops_of(timetable, trips_of(timetable, line))
    inside = _inside(timetable, hops, between, both_directions)
    if not inside.any():
        return None
    took = np.bincount(hops.of[inside], _run(hops)[inside], minlength=len(hops.trip))
    return int(took[np.unique(hops.of[inside])].min())


def rerouted(
    timetable: Timetable,
    line: str,
    between: tuple[str, str],
    via: Sequence[str],
    seconds: Sequence[int],
    dwell: int = 0,
    both_directions: bool = True,
) -> Timetable:
    """With trips that go from a stop to a later one by other stops (perhaps none), `seconds` from each to the next."""
    if len(seconds) != len(via) + 1 or min(seconds) < 0 or dwell < 0:
        raise ValueError("a new way needs the seconds, 0 or more, between each of its stops and the next")
    rows = np.array([stop_of(timetable, stop) for stop in via], np.int32)
    took = np.array(seconds, np.int64)

    def made(old: _Way, part: _Section) -> _Way:
        stops, run = (rows[::-1], took[::-1]) if part.back else (rows, took)
        ends = old.start[part.begin : part.begin + 1], old.goal[part.end - 1 : part.end]
        wait = np.full(len(run), dwell, np.int64)
        wait[0] = old.wait[part.begin]
        flags = _open_doors(len(run), old.flags[part.begin], old.flags[part.end - 1])
        return _Way(np.concatenate([ends[0], stops]), np.concatenate([stops, ends[1]]), run, wait, flags)

    hops = hops_of(timetable, trips_of(timetable, line))
    parts = dict(_sections(timetable, hops, between, both_directions))
    return _put_back(timetable, _rebuilt(hops, parts, made))


def with_call(
    timetable: Timetable,
    line: str,
    stop: str,
    between: tuple[str, str],
    extra: int,
    dwell: int = 0,
    both_directions: bool = True,
) -> Timetable:
    """With a further call of a line's trips between two stops that follow each other.

    The trip takes `extra` seconds more, of which it stands `dwell` at the stop; what it runs is shared out by distance.
    """
    if not 0 <= dwell <= extra:
        raise ValueError("the dwell must lie between 0 and the extra seconds")
    row = stop_of(timetable, stop)

    def made(old: _Way, part: _Section) -> _Way:
        at = part.begin
        ends = old.start[at], old.goal[at]
        first, second = (_metres(timetable, row)[end] for end in ends)
        share = first / (first + second) if first + second > 0 else 0.5
        run = int(old.run[at]) + extra - dwell
        before = int(np.floor(run * share + 0.5))
        return _Way(
            np.array([ends[0], row], np.int32),
            np.array([row, ends[1]], np.int32),
            np.array([before, run - before], np.int64),
            np.array([old.wait[at], dwell], np.int64),
            _open_doors(2, old.flags[at], old.flags[at]),
        )

    hops = hops_of(timetable, trips_of(timetable, line))
    parts = dict(_sections(timetable, hops, between, both_directions, next_to=True))
    return _put_back(timetable, _rebuilt(hops, parts, made))


def with_dwell(timetable: Timetable, stop: str, seconds: int, line: str | None = None) -> Timetable:
    """With trips (of all lines, or one) that stand so long at a stop where they neither begin nor end."""
    if seconds < 0:
        raise ValueError("a dwell must be 0 seconds or more")
    row = stop_of(timetable, stop)
    hops = hops_of(timetable, _calling(timetable, row, line))
    wait = np.where((hops.start == row) & ~_first(hops), seconds, _wait(hops))
    return _put_back(timetable, _timed(hops, _run(hops), wait))


def without_calls(timetable: Timetable, stop: str) -> Timetable:
    """With trips that run through a stop without calling, at the times they had; the stop's row stays.

    Trips that begin or end there begin at the next or end at the one before; those left with one call go.
    """
    row = stop_of(timetable, stop)
    hops = hops_of(timetable, _calling(timetable, row, None))
    if not len(hops.trip):
        return timetable
    # calls: one for each hop's start, and one for the last goal of each trip
    size = np.diff(hops.indptr)
    ends = np.cumsum(size + 1) - 1
    starts = np.setdiff1d(np.arange(int(size.sum()) + len(size)), ends)
    calls: NDArray[np.int32] = np.empty(len(starts) + len(ends), np.int32)
    calls[starts], calls[ends] = hops.start, hops.goal[hops.indptr[1:] - 1]
    hop_of, arrived = np.full(len(calls), -1), np.full(len(calls), -1)
    hop_of[starts] = np.arange(len(starts))
    arrived[starts + 1] = np.arange(len(starts))
    trip = np.repeat(np.arange(len(size)), size + 1)
    kept = np.flatnonzero(calls != row)
    pair = np.flatnonzero(trip[kept[:-1]] == trip[kept[1:]])
    leave, reach = hop_of[kept[pair]], arrived[kept[pair + 1]]
    count = np.bincount(trip[kept[pair]], minlength=len(size))
    flags = (hops.flags[leave] & BOARD) | (hops.flags[reach] & ALIGHT)
    stays = count > 0
    new = Hops(
        hops.trip[stays],
        np.concatenate([[0], np.cumsum(count[stays])]),
        calls[kept[pair]],
        calls[kept[pair + 1]],
        hops.dep[leave],
        hops.arr[reach],
        flags.astype(np.uint8),
    )
    gone = np.zeros(len(timetable.trip_id), bool)
    gone[hops.trip[~stays]] = True
    return edited(timetable, gone, new)


# --- parts of a line's way ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    """Part of a trip: hops from `begin` to before `end`, counted from its first; `back`: told the other way round."""

    begin: int
    end: int
    back: bool


def alike(timetable: Timetable, stop: int) -> Flags:
    """Stops that stand for a stop in the other direction: itself, those of its station, those of its name nearby."""
    found: Flags = np.arange(len(timetable.stop_id)) == stop
    if timetable.stop_station[stop] >= 0:
        found |= timetable.stop_station == timetable.stop_station[stop]
    named = timetable.stop_name == timetable.stop_name[stop]
    return np.asarray(found | (named & (_metres(timetable, stop) <= ALIKE_METRES)))


def _metres(timetable: Timetable, stop: int) -> NDArray[np.float64]:
    """Metres from a stop to all stops as the crow flies, good enough for neighbours."""
    lon, lat = timetable.stop_lon, timetable.stop_lat
    narrow = np.cos(np.radians(lat[stop]))
    return np.asarray(_DEGREE * np.hypot((lon - lon[stop]) * narrow, lat - lat[stop]))


def _sections(
    timetable: Timetable, hops: Hops, between: tuple[str, str], both: bool, next_to: bool = False
) -> Iterator[tuple[int, _Section]]:
    """The trips (numbers among the hops) that run between two stops, and on which part of their way.

    The shortest part that ends at the first such stop; with `next_to` only where no other call lies between.
    """
    rows = [stop_of(timetable, stop) for stop in between]
    near = [alike(timetable, row) if both else np.arange(len(timetable.stop_id)) == row for row in rows]
    known: dict[bytes, _Section | None] = {}
    for i, order in enumerate(hops.orders()):
        if order not in known:
            stops = np.frombuffer(order, np.int32)
            known[order] = _section(near[0][stops], near[1][stops], False, next_to)
            if known[order] is None and both:
                known[order] = _section(near[1][stops], near[0][stops], True, next_to)
        found = known[order]
        if found is not None:
            yield i, found


def _section(from_: Flags, to: Flags, back: bool, next_to: bool) -> _Section | None:
    begins = np.flatnonzero(from_)
    for end in np.flatnonzero(to).tolist():
        before = begins[begins < end]
        if len(before) and (not next_to or before[-1] == end - 1):
            return _Section(int(before[-1]), end, back)
    return None


def _inside(timetable: Timetable, hops: Hops, between: tuple[str, str] | None, both: bool) -> Flags:
    """Hops on the part of the way that is meant; all without one."""
    if between is None:
        return np.ones(len(hops.dep), bool)
    inside = np.zeros(len(hops.dep), bool)
    for i, part in _sections(timetable, hops, between, both):
        inside[hops.indptr[i] + part.begin : hops.indptr[i] + part.end] = True
    return inside


def _calling(timetable: Timetable, stop: int, line: str | None) -> Flags:
    """Trips that call at a stop, of a line or of all."""
    found = np.zeros(len(timetable.trip_id), bool)
    found[timetable.conn_trip[(timetable.conn_from == stop) | (timetable.conn_to == stop)]] = True
    return found if line is None else found & trips_of(timetable, line)


# --- seconds along the way ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """Hops of one trip by what they take: seconds in motion, and seconds stood before."""

    start: NDArray[np.int32]
    goal: NDArray[np.int32]
    run: Longs
    wait: Longs
    flags: NDArray[np.uint8]


def _run(hops: Hops) -> Longs:
    return hops.arr.astype(np.int64) - hops.dep


def _first(hops: Hops) -> Flags:
    first = np.zeros(len(hops.dep), bool)
    first[hops.indptr[:-1]] = True
    return first


def _wait(hops: Hops) -> Longs:
    """Seconds that a trip stands before each hop; 0 before its first."""
    wait = np.zeros(len(hops.dep), np.int64)
    wait[1:] = hops.dep[1:].astype(np.int64) - hops.arr[:-1]
    wait[_first(hops)] = 0
    return wait


def _since_start(hops: Hops, seconds: Longs) -> Longs:
    """Sums along each trip, up to and with each hop."""
    whole = np.concatenate([[0], np.cumsum(seconds)])
    return np.asarray(whole[1:] - whole[hops.indptr[:-1]][hops.of])


def _steps(hops: Hops, sums: Longs) -> Longs:
    """What each hop adds to sums along each trip."""
    steps = sums.copy()
    steps[1:] -= sums[:-1]
    steps[_first(hops)] = sums[_first(hops)]
    return steps


def _timed(hops: Hops, run: Longs, wait: Longs) -> Hops:
    """The same hops with other seconds; each trip leaves its first stop when it did."""
    since = _since_start(hops, run + wait)
    arr = hops.dep[hops.indptr[:-1]].astype(np.int64)[hops.of] + since
    return replace(hops, dep=(arr - run).astype(np.int32), arr=arr.astype(np.int32))


def _open_doors(hops: int, first: Any, last: Any) -> NDArray[np.uint8]:
    """Flags of hops between which one may board and alight; at their ends as the old hops there say."""
    flags = np.full(hops, BOARD | ALIGHT, np.uint8)
    flags[0] &= ~np.uint8(BOARD) | first
    flags[-1] &= ~np.uint8(ALIGHT) | last
    return flags


def _rebuilt(hops: Hops, parts: dict[int, _Section], made: Callable[[_Way, _Section], _Way]) -> Hops:
    """The trips that have such a part, with other hops in its place."""
    run, wait = _run(hops), _wait(hops)
    pieces: list[_Way] = []
    leave = []
    for i, part in parts.items():
        own = slice(hops.indptr[i], hops.indptr[i + 1])
        old = _Way(hops.start[own], hops.goal[own], run[own], wait[own], hops.flags[own])
        new = made(old, part)
        joined = (
            np.concatenate(
                [getattr(old, name)[: part.begin], getattr(new, name), getattr(old, name)[part.end :]]
            )
            for name in ("start", "goal", "run", "wait", "flags")
        )
        pieces.append(_Way(*joined))
        leave.append(hops.dep[own][0])
    if not pieces:
        return replace(hops, trip=hops.trip[:0], indptr=np.zeros(1, np.int64))
    size = np.array([len(piece.run) for piece in pieces])
    indptr = np.concatenate([[0], np.cumsum(size)])
    start, goal, took, stood, flags = (
        np.concatenate([getattr(piece, name) for piece in pieces])
        for name in ("start", "goal", "run", "wait", "flags")
    )
    dep = np.repeat(np.array(leave, np.int32), size)
    rough = Hops(hops.trip[np.array(list(parts))], indptr, start, goal, dep, dep, flags)
    return _timed(rough, took, stood)


def _put_back(timetable: Timetable, hops: Hops) -> Timetable:
    """The timetable with these hops in the place of the trips' own; the same object where they are the same."""
    if not len(hops.trip):
        return timetable
    chosen = np.zeros(len(timetable.trip_id), bool)
    chosen[hops.trip] = True
    old = hops_of(timetable, chosen)
    names = ("indptr", "start", "goal", "dep", "arr", "flags")
    if all(np.array_equal(getattr(old, name), getattr(hops, name)) for name in names):
        return timetable
    return edited(timetable, rewritten=hops)
