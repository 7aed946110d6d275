# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Some trips taken out of a timetable, and put back changed: what all changes of timetables are made of.

The order of a compiled timetable is kept: connections by departure, those of one second by trip, those of one trip in
the order of travel. So what a change leaves is, row by row, what a reader would have made of the changed feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints, Timetable, Words

Flags = NDArray[np.bool_]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hops:
    """Hops of some trips (rising numbers): those of `trip[i]` are rows `indptr[i]:indptr[i + 1]`, as they are made."""

    trip: Ints
    indptr: Longs
    start: Ints
    goal: Ints
    dep: Ints
    arr: Ints
    flags: Bytes

    @property
    def of(self) -> Longs:
        """For each hop which trip of these it belongs to."""
        return np.repeat(np.arange(len(self.trip)), np.diff(self.indptr))

    def orders(self) -> list[bytes]:
        """For each trip its stops as a key: trips that call at the same stops in the same order have one."""
        bounds = zip(self.indptr[:-1].tolist(), self.indptr[1:].tolist(), strict=True)
        start, goal = (np.ascontiguousarray(part, np.int32) for part in (self.start, self.goal))
        return [start[a : a + 1].tobytes() + goal[a:b].tobytes() for a, b in bounds]


@dataclass(frozen=True, slots=True)
class NewTrips:
    """Trips to be added: their rows, and their hops (`hops.trip` numbers them from 0)."""

    id: Sequence[str]
    line: Ints
    headsign: Sequence[str]
    bikes: Bytes
    service: Ints
    hops: Hops


def hops_of(timetable: Timetable, chosen: Flags) -> Hops:
    """Hops of the chosen trips."""
    at = np.flatnonzero(chosen[timetable.conn_trip])
    at = at[np.argsort(timetable.conn_trip[at], kind="stable")]
    trip: Ints = np.flatnonzero(chosen).astype(np.int32)
    counts = np.bincount(np.searchsorted(trip, timetable.conn_trip[at]), minlength=len(trip))
    return Hops(
        trip,
        np.concatenate([[0], np.cumsum(counts)]),
        timetable.conn_from[at],
        timetable.conn_to[at],
        timetable.conn_dep[at],
        timetable.conn_arr[at],
        timetable.conn_flags[at],
    )


def joined_hops(parts: Sequence[Hops]) -> Hops:
    """Hops of one after the other, trips numbered from 0."""
    columns = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("start", "goal", "dep", "arr", "flags")
    )
    sizes = np.concatenate([np.diff(part.indptr) for part in parts])
    trips = np.arange(len(sizes), dtype=np.int32)
    return Hops(trips, np.concatenate([[0], np.cumsum(sizes)]), *columns)


def line_of(timetable: Timetable, line: str) -> int:
    """Row of a line; ValueError when there is none of that id."""
    return _row(timetable.line_id, line, "line")


def stop_of(timetable: Timetable, stop: str) -> int:
    """Row of a stop; ValueError when there is none of that id."""
    return _row(timetable.stop_id, stop, "stop")


def _row(ids: Words, wanted: str, what: str) -> int:
    found = np.flatnonzero(ids == wanted)
    if not len(found):
        raise ValueError(f"the timetable has no {what} {wanted!r}")
    return int(found[0])


def trips_of(timetable: Timetable, line: str) -> Flags:
    """For each trip whether it is one of the line."""
    return np.asarray(timetable.trip_line == line_of(timetable, line))


def runs_like(template: Hops, starts: Sequence[int]) -> Hops:
    """Copies of one trip that leave its first stop at each of the times (seconds after midnight)."""
    count, hops = len(starts), len(template.dep)
    moved = np.repeat(np.array(starts, np.int32) - (template.dep[0] if hops else 0), hops).astype(np.int32)
    return Hops(
        np.arange(count, dtype=np.int32),
        np.arange(count + 1, dtype=np.int64) * hops,
        np.tile(template.start, count),
        np.tile(template.goal, count),
        np.tile(template.dep, count) + moved,
        np.tile(template.arr, count) + moved,
        np.tile(template.flags, count),
    )


def free_ids(timetable: Timetable, wanted: Sequence[str]) -> list[str]:
    """Ids of new trips as wanted; one that is taken gets a `+`, and another, until it is free."""
    every = timetable.trip_id.tolist()
    found: list[str] = []
    if len(set(wanted)) == len(wanted) and set(wanted).isdisjoint(every):
        return list(wanted)
    known = set(every)
    for own in wanted:
        name = own
        while name in known:
            name += "+"
        known.add(name)
        found.append(name)
    return found


def clock(seconds: int) -> str:
    """Hours, minutes and seconds after midnight, for names of trips."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def edited(
    timetable: Timetable,
    gone: Flags | None = None,
    rewritten: Hops | None = None,
    added: NewTrips | None = None,
    services: NDArray[np.bool_] | None = None,
    trip_service: Ints | None = None,
) -> Timetable:
    """Without the trips that are `gone`, with other hops of some that stay, and with new ones last.

    `services`: all rows of services, old ones first, with new ones after them; `trip_service`: the service of each old
    trip, where that changes. Services that only the trips which went ran on go with them.
    """
    keep = np.ones(len(timetable.trip_id), bool) if gone is None else ~gone
    changed: dict[str, Any] = _trip_rows(timetable, keep, added, trip_service)
    rows = timetable.services if services is None else services
    used = np.zeros(len(rows), bool)
    used[: len(timetable.services)] = True
    used[np.unique(timetable.trip_service)] = False  # what nothing ran on before is not ours to take away
    used[changed["trip_service"]] = True
    if not used.all():
        number = np.cumsum(used, dtype=np.int32) - np.int32(1)
        changed["trip_service"], rows = number[changed["trip_service"]], rows[used]
    if rows is not timetable.services:
        changed["services"] = rows
    changed |= _connections(timetable, keep, rewritten, added)
    return replace(timetable, **changed)


def _trip_rows(
    timetable: Timetable, keep: Flags, added: NewTrips | None, trip_service: Ints | None
) -> dict[str, Any]:
    service = timetable.trip_service if trip_service is None else trip_service
    rows: dict[str, Any] = {"trip_service": service}
    if not keep.all():
        rows = {name: getattr(timetable, name)[keep] for name in ("trip_line", "trip_bikes")}
        rows["trip_service"] = service[keep]
        rows |= {name: taken(getattr(timetable, name), keep) for name in ("trip_id", "trip_headsign")}
    if added is None or not len(added.id):
        return rows
    more: dict[str, Any] = {
        "trip_id": added.id,
        "trip_line": added.line,
        "trip_headsign": added.headsign,
        "trip_bikes": added.bikes,
        "trip_service": added.service,
    }
    return {name: extended(rows.get(name, getattr(timetable, name)), new) for name, new in more.items()}


def extended(column: NDArray[Any], more: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """A column with further rows, of its own type; words may get longer."""
    if column.dtype.kind == "U":
        return np.concatenate([column, np.array(more, np.str_)])
    return np.concatenate([column, np.asarray(more, column.dtype)])


def taken(words: Words, keep: Flags) -> Words:
    """Some of the words, stored no wider than the longest of them, as a reader would."""
    found = words[keep]
    width = found.dtype.itemsize // 4
    if not len(found):
        return found.astype("U1")
    filled = np.flatnonzero(found.view(np.uint32).reshape(len(found), width).any(axis=0))
    return found.astype(f"U{int(filled[-1]) + 1 if len(filled) else 1}", copy=False)


def _connections(
    timetable: Timetable, keep: Flags, rewritten: Hops | None, added: NewTrips | None
) -> dict[str, Any]:
    number = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
    parts: list[tuple[Ints, Hops]] = []
    moves = number.copy()
    if rewritten is not None and len(rewritten.trip):
        parts.append((number[rewritten.trip][rewritten.of], rewritten))
        moves[rewritten.trip] = -1
    if added is not None and len(added.id):
        parts.append(((int(keep.sum()) + added.hops.of).astype(np.int32), added.hops))
    if not parts and keep.all():
        return {}
    trips = np.concatenate([np.zeros(0, np.int32), *(numbers for numbers, _ in parts)])
    fresh: list[NDArray[Any]] = [_column(parts, "dep"), trips]
    fresh += [_column(parts, name) for name in ("start", "goal", "arr", "flags")]
    order = np.lexsort((fresh[1], fresh[0]))  # stable: hops of one trip stay in the order of travel
    names = ("conn_dep", "conn_trip", "conn_from", "conn_to", "conn_arr", "conn_flags")
    old = [getattr(timetable, name) for name in names]
    out = [np.empty(len(array) + len(order), array.dtype) for array in old]
    merged: list[Any] = [*old, moves, *(np.ascontiguousarray(array[order]) for array in fresh), *out]
    size = int(_merge(*merged))
    return {name: array[:size] for name, array in zip(names, out, strict=True)}


def _column(parts: Sequence[tuple[Ints, Hops]], name: str) -> NDArray[Any]:
    own = [getattr(hops, name) for _, hops in parts]
    return np.concatenate(own) if own else np.zeros(0, np.uint8 if name == "flags" else np.int32)


@kernel
def _merge(  # noqa: PLR0913, PLR0917
    dep: Ints, trip: Ints, start: Ints, goal: Ints, arr: Ints, flags: Bytes, number: Ints,
    new_dep: Ints, new_trip: Ints, new_start: Ints, new_goal: Ints, new_arr: Ints, new_flags: Bytes,
    out_dep: Ints, out_trip: Ints, out_start: Ints, out_goal: Ints, out_arr: Ints, out_flags: Bytes,
) -> int:  # fmt: skip
    """Merge new connections among the old ones whose trip has a number, by departure and trip; how many there are."""
    k = 0
    n = 0
    for c in range(len(dep)):
        t = number[trip[c]]
        if t < 0:
            continue
        while n < len(new_dep) and (new_dep[n] < dep[c] or (new_dep[n] == dep[c] and new_trip[n] < t)):
            out_dep[k] = new_dep[n]
            out_trip[k] = new_trip[n]
            out_start[k] = new_start[n]
            out_goal[k] = new_goal[n]
            out_arr[k] = new_arr[n]
            out_flags[k] = new_flags[n]
            k += 1
            n += 1
        out_dep[k] = dep[c]
        out_trip[k] = t
        out_start[k] = start[c]
        out_goal[k] = goal[c]
        out_arr[k] = arr[c]
        out_flags[k] = flags[c]
        k += 1
    while n < len(new_dep):
        out_dep[k] = new_dep[n]
        out_trip[k] = new_trip[n]
        out_start[k] = new_start[n]
        out_goal[k] = new_goal[n]
        out_arr[k] = new_arr[n]
        out_flags[k] = new_flags[n]
        k += 1
        n += 1
    return k
