# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Whole trips and lines added to a timetable, taken away, or run at another headway.

Pure functions: each gives another `Timetable` that shares the arrays it does not change, or the very same object where
nothing changes. Lines and stops are named by their ids; new trips, lines and stops come last, so that taking away what
was added gives the same bytes again. What else happens to trips (speed, way, calls) is in `courses`.

Ids that the timetable does not have, and numbers that make no sense, are a `ValueError`: the changes of a scenario find
them out, and say so, before anything is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aumenta.network.model import ALIGHT, BOARD, Bytes, Timetable
from aumenta.scenario.headways import Headway, directions, with_headway
from aumenta.scenario.trips import (
    Hops,
    NewTrips,
    clock,
    edited,
    extended,
    free_ids,
    joined_hops,
    line_of,
    runs_like,
    stop_of,
    taken,
)

__all__ = [
    "Course",
    "Headway",
    "NewLine",
    "NewStop",
    "course",
    "days_of",
    "directions",
    "turned",
    "with_bikes",
    "with_headway",
    "with_line",
    "with_stops",
    "without_line",
    "without_trips",
]

Days = NDArray[np.bool_]
DayKind = Literal["weekdays", "saturdays", "sundays", "all"]
#: Days of the week (0 Monday) of each kind.
_WEEKDAYS: dict[DayKind, range] = {
    "weekdays": range(5),
    "saturdays": range(5, 6),
    "sundays": range(6, 7),
    "all": range(7),
}


@dataclass(frozen=True, slots=True)
class NewStop:
    """A stop that is not there yet; WGS84 degrees."""

    id: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Course:
    """One direction of a new line: ids of stops, and seconds of arrival and departure after leaving the first one."""

    stops: tuple[str, ...]
    arrive: tuple[int, ...]
    depart: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that is not there yet: each course runs at each of the headways on `days` (see `days_of`).

    `type` is GTFS's route_type. `bikes`: whether bicycles may travel along (None: not told).
    """

    id: str
    name: str
    type: int
    courses: tuple[Course, ...]
    service: tuple[Headway, ...]
    days: Days
    bikes: bool | None = None
    long_name: str = ""
    agency: str = ""


def course(stops: Sequence[str], seconds: Sequence[int], dwell: int = 0) -> Course:
    """A course with `seconds` between one stop and the next (one less than stops) and `dwell` at those between.

    >>> course(("a", "b", "c"), (60, 90), 20)
    Course(stops=('a', 'b', 'c'), arrive=(0, 60, 170), depart=(0, 80, 170))
    """
    if len(stops) < 2 or len(seconds) != len(stops) - 1:
        raise ValueError("a course needs two stops or more, and the seconds between each and the next")
    if min(seconds) < 0 or dwell < 0:
        raise ValueError("seconds of a course must not be negative")
    arrive, depart = [0], [0]
    for i, took in enumerate(seconds, start=1):
        arrive.append(depart[-1] + int(took))
        depart.append(arrive[-1] + (int(dwell) if i < len(seconds) else 0))
    return Course(tuple(stops), tuple(arrive), tuple(depart))


def turned(one: Course) -> Course:
    """The same course the other way: the same seconds between two stops, and at each.

    >>> turned(course(("a", "b", "c"), (60, 90), 20))
    Course(stops=('c', 'b', 'a'), arrive=(0, 90, 170), depart=(0, 110, 170))
    """
    whole = one.arrive[-1]
    arrive = (whole - seconds for seconds in one.depart[::-1])
    depart = (whole - seconds for seconds in one.arrive[::-1])
    return Course(one.stops[::-1], tuple(arrive), tuple(depart))


def days_of(timetable: Timetable, kind: DayKind) -> Days:
    """Days of the timetable (bool, from its first date on) of a kind; public holidays count as any other day."""
    first = int(timetable.first_date.astype("datetime64[D]").astype(np.int64))
    weekday = (first + np.arange(timetable.services.shape[1]) + 3) % 7  # 1970-01-01 was a Thursday
    return np.isin(weekday, list(_WEEKDAYS[kind]))


def with_stops(timetable: Timetable, stops: Sequence[NewStop]) -> Timetable:
    """With stops that no vehicle calls at yet; the network needs them too: see `networks.with_stops`."""
    known = set(timetable.stop_id.tolist())
    for stop in stops:
        if stop.id in known:
            raise ValueError(f"the timetable has a stop {stop.id!r} already")
        known.add(stop.id)
    if not stops:
        return timetable
    return replace(
        timetable,
        stop_id=extended(timetable.stop_id, [stop.id for stop in stops]),
        stop_name=extended(timetable.stop_name, [stop.name for stop in stops]),
        stop_lon=extended(timetable.stop_lon, [stop.lon for stop in stops]),
        stop_lat=extended(timetable.stop_lat, [stop.lat for stop in stops]),
        stop_station=extended(timetable.stop_station, [-1] * len(stops)),
    )


def with_line(timetable: Timetable, line: NewLine) -> Timetable:
    """With one more line, all its trips and their service.

    Trips are called `<line>:<number of the course>:<departure>`, such as `M9:0:07:30:00`.
    """
    if np.any(timetable.line_id == line.id):
        raise ValueError(f"the timetable has a line {line.id!r} already")
    if not line.courses or not line.days.any():
        raise ValueError("a line needs a course and a day")
    ids, heads, parts = [], [], []
    for number, own in enumerate(line.courses):
        starts = sorted({time for headway in line.service for time in headway.departures()})
        parts.append(runs_like(_template(timetable, own), starts))
        ids += [f"{line.id}:{number}:{clock(time)}" for time in starts]
        last = stop_of(timetable, own.stops[-1])
        heads += [str(timetable.stop_name[last])] * len(starts)
    if not ids:
        raise ValueError("a line needs a departure")
    count = len(ids)
    added = NewTrips(
        free_ids(timetable, ids),
        np.full(count, len(timetable.line_id), np.int32),
        heads,
        np.full(count, {None: 0, True: 1, False: 2}[line.bikes], np.uint8),
        np.full(count, len(timetable.services), np.int32),
        joined_hops(parts),
    )
    found = edited(timetable, added=added, services=np.concatenate([timetable.services, line.days[None]]))
    return replace(
        found,
        line_id=extended(timetable.line_id, [line.id]),
        line_name=extended(timetable.line_name, [line.name]),
        line_long=extended(timetable.line_long, [line.long_name]),
        line_type=extended(timetable.line_type, [line.type]),
        line_agency=extended(timetable.line_agency, [line.agency]),
    )


def _template(timetable: Timetable, own: Course) -> Hops:
    """The hops of a course that leaves at midnight."""
    stops = np.array([stop_of(timetable, stop) for stop in own.stops], np.int32)
    dep, arr = np.array(own.depart[:-1], np.int32), np.array(own.arrive[1:], np.int32)
    if len(stops) < 2 or (dep > arr).any() or (arr[:-1] > dep[1:]).any():
        raise ValueError("the times of a course must not fall")
    flags: Bytes = np.full(len(dep), BOARD | ALIGHT, np.uint8)
    none = np.zeros(1, np.int32)
    return Hops(none, np.array([0, len(dep)], np.int64), stops[:-1], stops[1:], dep, arr, flags)


def without_line(timetable: Timetable, line: str) -> Timetable:
    """Without a line, its trips, and the services that nothing else runs on."""
    row = line_of(timetable, line)
    found = edited(timetable, gone=timetable.trip_line == row)
    keep = np.arange(len(timetable.line_id)) != row
    return replace(
        found,
        trip_line=found.trip_line - (found.trip_line > row).astype(np.int32),
        line_id=taken(timetable.line_id, keep),
        line_name=taken(timetable.line_name, keep),
        line_long=taken(timetable.line_long, keep),
        line_type=timetable.line_type[keep],
        line_agency=taken(timetable.line_agency, keep),
    )


def without_trips(timetable: Timetable, gone: NDArray[np.bool_]) -> Timetable:
    """Without some trips (a flag for each) and the services that only they ran on; lines and stops stay."""
    return edited(timetable, gone=gone) if gone.any() else timetable


def with_bikes(timetable: Timetable, line: str, allowed: bool) -> Timetable:
    """With bicycles allowed, or not, on all trips of a line."""
    of_line = timetable.trip_line == line_of(timetable, line)
    bikes = np.where(of_line, 1 if allowed else 2, timetable.trip_bikes).astype(np.uint8)
    return timetable if np.array_equal(bikes, timetable.trip_bikes) else replace(timetable, trip_bikes=bikes)
