# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A line run at other headways: which of its trips stay, which go, and which are made after a reference trip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.model import Ints, Timetable
from aumenta.scenario.trips import (
    Flags,
    Hops,
    Longs,
    NewTrips,
    clock,
    edited,
    free_ids,
    hops_of,
    joined_hops,
    line_of,
    runs_like,
    trips_of,
)


@dataclass(frozen=True, slots=True)
class Headway:
    """Departures from the first stop every `every` seconds, from `start` on and before `end` (after midnight)."""

    start: int
    end: int
    every: int

    def departures(self, anchor: int | None = None, none_before: bool = False) -> range:
        """Departures in seconds after midnight: from `start` on, or such that `anchor` is one of them.

        >>> list(Headway(100, 160, 20).departures(130)), list(Headway(100, 160, 20).departures(130, True))
        ([110, 130, 150], [130, 150])
        """
        if self.every <= 0:
            raise ValueError("a headway must be above 0 seconds")
        if anchor is None:
            return range(self.start, self.end, self.every)
        first = self.start + (anchor - self.start) % self.every
        return range(max(first, anchor) if none_before else first, self.end, self.every)


def with_headway(
    timetable: Timetable,
    line: str,
    service: Sequence[Headway],
    date: np.datetime64,
    first: int | None = None,
    direction: int | None = None,
) -> Timetable:
    """With a line's trips run at other headways, in each direction (or one: 0, 1 as `directions` numbers them).

    Of each direction the reference is the order of stops that most trips of `date` have, and of these the first trip
    that leaves in the service's periods (where none does, the first of the day). In each period, departures lie every
    `every` seconds around the reference order's first departure in it (around `first`, and none before, where it is
    given; from `start` on where there is neither). A trip of that order that leaves at such a time stays as it is; for
    every other time there is a copy of the reference trip, called `<line>:<direction>:<departure>`. The other trips
    that leave in the periods and call at nothing but stops of the reference, in its order, go; branches and what leaves
    outside the periods stay. So a headway that divides the old one keeps the old departures. The change holds on the
    days on which the reference trip runs; on others all is as before. The same object where nothing changes.

    ValueError where no trip of the line runs on the date in the direction asked for.
    """
    hops = hops_of(timetable, trips_of(timetable, line))
    orders = hops.orders()
    way = _directions(timetable, orders)
    today = timetable.running(date)[timetable.trip_service[hops.trip]]
    asked = [number for number in (0, 1) if direction in (None, number) and today[way == number].any()]
    if not asked:
        raise ValueError(f"no trip of line {line!r} runs on {date}")
    plans = [_plan(timetable, (hops, orders), way == number, today, service, first) for number in asked]
    return _applied(timetable, line, hops, list(zip(asked, plans, strict=True)))


def directions(timetable: Timetable, line: str) -> tuple[Ints, NDArray[np.int8]]:
    """Trips of a line, and for each its direction: 0 that of the order of stops with most trips, 1 the other.

    Feeds need not tell directions; a trip runs in direction 1 when it comes to the stops of that order (to those
    nearest to its own) more often backwards than forwards.
    """
    hops = hops_of(timetable, trips_of(timetable, line))
    return hops.trip, _directions(timetable, hops.orders())


def _directions(timetable: Timetable, orders: Sequence[bytes]) -> NDArray[np.int8]:
    if not orders:
        return np.zeros(0, np.int8)
    main = np.frombuffer(_commonest(orders), np.int32)
    known = {order: _backwards(timetable, main, np.frombuffer(order, np.int32)) for order in set(orders)}
    return np.array([known[order] for order in orders], np.int8)


def _commonest(orders: Iterable[bytes]) -> bytes:
    """The order that most trips have; of several the one that comes first."""
    return Counter(orders).most_common(1)[0][0]


def _backwards(timetable: Timetable, main: Ints, other: Ints) -> bool:
    """Whether stops come backwards along the main order."""
    lon, lat = timetable.stop_lon, timetable.stop_lat
    narrow = np.cos(np.radians(lat[main[0]]))
    far = ((lon[other][:, None] - lon[main]) * narrow) ** 2 + (lat[other][:, None] - lat[main]) ** 2
    along = np.argmin(far, axis=1)
    return bool(np.sign(np.diff(along)).sum() < 0)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of one direction: the reference trip, departures to be made, and trips that lose its days."""

    reference: int
    made: tuple[int, ...]
    cut: Longs


def _plan(
    timetable: Timetable,
    known: tuple[Hops, list[bytes]],
    among: Flags,
    today: Flags,
    service: Sequence[Headway],
    first: int | None,
) -> _Plan:
    hops, orders = known
    candidates = np.flatnonzero(among & today)
    order = _commonest(orders[i] for i in candidates)
    stops = np.frombuffer(order, np.int32)
    leave = hops.dep[hops.indptr[:-1]].astype(np.int64)
    own = [i for i in candidates.tolist() if orders[i] == order]
    own.sort(key=lambda i: (leave[i], i))
    reference = next((i for i in own if _inside(int(leave[i]), service)), own[0])
    wanted = _departures(service, [int(leave[i]) for i in own], first)
    days = timetable.services[timetable.trip_service[hops.trip]]
    same_days = days & days[reference]
    since = _offsets(hops, reference)
    met: set[int] = set()
    cut = []
    behinds = {own: _behind(np.frombuffer(own, np.int32), stops, since) for own in set(orders)}
    behinds[order] = 0
    for i in np.flatnonzero(among & same_days.any(axis=1)).tolist():
        behind = behinds[orders[i]]
        if behind is None or not _inside(int(leave[i]) - behind, service):
            continue
        whole = orders[i] == order and np.array_equal(same_days[i], days[reference])
        if whole and leave[i] in wanted and leave[i] not in met:
            met.add(int(leave[i]))
        else:
            cut.append(i)
    return _Plan(reference, tuple(sorted(wanted - met)), np.array(cut, np.int64))


def _inside(time: int, service: Sequence[Headway]) -> bool:
    return any(period.start <= time < period.end for period in service)


def _departures(service: Sequence[Headway], known: Sequence[int], first: int | None) -> set[int]:
    """Times at which the first stop is left, given those at which it is left now."""
    found: set[int] = set()
    for period in service:
        within = (time for time in known if period.start <= time < period.end)
        anchor = next(within, None) if first is None else first
        found.update(period.departures(anchor, none_before=first is not None))
    return found


def _offsets(hops: Hops, trip: int) -> Longs:
    """Seconds after leaving the first stop at which a trip leaves each (reaches the last)."""
    part = slice(hops.indptr[trip], hops.indptr[trip + 1])
    times = np.append(hops.dep[part], hops.arr[part][-1:]).astype(np.int64)
    return np.asarray(times - times[0])


def _behind(own: Ints, reference: Ints, since: Longs) -> int | None:
    """Seconds after the reference's first departure at which it leaves the first of a trip's stops.

    None where the trip's stops are not all among those of the reference, in its order.
    """
    at, begin = 0, None
    for stop in own:
        found = np.flatnonzero(reference[at:] == stop)
        if not len(found):
            return None
        begin = at + int(found[0]) if begin is None else begin
        at += int(found[0]) + 1
    return None if begin is None else int(since[begin])


def _applied(timetable: Timetable, line: str, hops: Hops, plans: Sequence[tuple[int, _Plan]]) -> Timetable:
    services, extra = timetable.services, list[NDArray[np.bool_]]()
    trip_service = timetable.trip_service.copy()
    gone = np.zeros(len(timetable.trip_id), bool)
    ids, parts, references = [], [], []
    known: dict[bytes, int] = {}
    for number, plan in plans:
        template = hops.trip[plan.reference]
        for trip in hops.trip[plan.cut]:
            left = services[timetable.trip_service[trip]] & ~services[timetable.trip_service[template]]
            if not left.any():
                gone[trip] = True
                continue
            if left.tobytes() not in known:
                known[left.tobytes()] = len(services) + len(extra)
                extra.append(left)
            trip_service[trip] = known[left.tobytes()]
        one = np.arange(hops.indptr[plan.reference], hops.indptr[plan.reference + 1])
        parts.append(runs_like(_taken_hops(hops, one), plan.made))
        ids += [f"{line}:{number}:{clock(time)}" for time in plan.made]
        references += [int(template)] * len(plan.made)
    if not ids and not gone.any() and not extra:
        return timetable
    at = np.array(references, np.int64)
    added = NewTrips(
        free_ids(timetable, ids),
        np.full(len(ids), line_of(timetable, line), np.int32),
        timetable.trip_headsign[at].tolist(),
        timetable.trip_bikes[at],
        timetable.trip_service[at],
        joined_hops(parts),
    )
    rows = np.concatenate([services, np.array(extra)]) if extra else None
    return edited(timetable, gone, None, added, rows, trip_service)


def _taken_hops(hops: Hops, at: Longs) -> Hops:
    """The hops of one trip as a template."""
    columns = (getattr(hops, name)[at] for name in ("start", "goal", "dep", "arr", "flags"))
    return Hops(np.zeros(1, np.int32), np.array([0, len(at)], np.int64), *columns)
