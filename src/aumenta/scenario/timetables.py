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
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aumenta.network.model import Timetable

Days = NDArray[np.bool_]
DayKind = Literal["weekdays", "saturdays", "sundays", "all"]


@dataclass(frozen=True, slots=True)
class Headway:
    """Departures from the first stop every `every` seconds, from `start` on and before `end` (after midnight)."""

    start: int
    end: int
    every: int


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
    """A course with `seconds` between one stop and the next (one less than stops) and `dwell` at those between."""
    raise NotImplementedError


def turned(one: Course) -> Course:
    """The same course the other way: the same seconds between two stops, and at each."""
    raise NotImplementedError


def days_of(timetable: Timetable, kind: DayKind) -> Days:
    """Days of the timetable (bool, from its first date on) of a kind; public holidays count as any other day."""
    raise NotImplementedError


def with_stops(timetable: Timetable, stops: Sequence[NewStop]) -> Timetable:
    """With stops that no vehicle calls at yet; the network needs them too: see `networks.with_stops`."""
    raise NotImplementedError


def with_line(timetable: Timetable, line: NewLine) -> Timetable:
    """With one more line, all its trips and their service."""
    raise NotImplementedError


def without_line(timetable: Timetable, line: str) -> Timetable:
    """Without a line, its trips, and the services that nothing else runs on."""
    raise NotImplementedError


def without_trips(timetable: Timetable, gone: NDArray[np.bool_]) -> Timetable:
    """Without some trips (a flag for each) and the services that only they ran on; lines and stops stay."""
    raise NotImplementedError


def with_headway(
    timetable: Timetable,
    line: str,
    service: Sequence[Headway],
    date: np.datetime64,
    first: int | None = None,
    direction: int | None = None,
) -> Timetable:
    """With a line's trips run at other headways, in each direction (or one: 0, 1 as `directions` numbers them).

    Of each direction the reference is the stops' order that most trips of `date` have, and of these the first trip that
    leaves in the service's periods (where none does, the first of the day). In each period, departures lie every `every`
    seconds around the reference order's first departure in it (around `first`, and none before, where it is given; from
    `start` where there is neither). A trip of that order that leaves at such a time stays as it is; for every other time
    there is a copy of the reference trip. The other trips that leave in the periods and call at nothing but stops of the
    reference, in its order, go; branches and what leaves outside the periods stay. So a headway that divides the old one
    keeps the old departures. The change holds on the days on which the reference trip runs, others are as before.
    """
    raise NotImplementedError


def with_bikes(timetable: Timetable, line: str, allowed: bool) -> Timetable:
    """With bicycles allowed, or not, on all trips of a line."""
    raise NotImplementedError


def directions(timetable: Timetable, line: str) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Trips of a line, and for each its direction: 0 that of the stops' order with most trips, 1 the other.

    Feeds need not tell directions; a trip runs in direction 1 when it comes to the stops of that order (to those nearest
    to its own) more often backwards than forwards.
    """
    raise NotImplementedError
