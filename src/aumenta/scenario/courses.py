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

from collections.abc import Sequence

from aumenta.network.model import Timetable

#: Stops of one name within this many metres of each other stand for each other in the two directions.
ALIKE_METRES = 300.0


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
    raise NotImplementedError


def least_seconds(
    timetable: Timetable, line: str, between: tuple[str, str] | None = None, both_directions: bool = True
) -> int | None:
    """Least seconds in motion that a trip of the line takes on the part; None where no trip runs on it."""
    raise NotImplementedError


def rerouted(
    timetable: Timetable,
    line: str,
    between: tuple[str, str],
    via: Sequence[str],
    seconds: Sequence[int],
    dwell: int = 0,
    both_directions: bool = True,
) -> Timetable:
    """With trips that go from one stop to a later one by other stops (perhaps none), `seconds` from each to the next."""
    raise NotImplementedError


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
    raise NotImplementedError


def with_dwell(timetable: Timetable, stop: str, seconds: int, line: str | None = None) -> Timetable:
    """With trips (of all lines, or one) that stand so long at a stop where they neither begin nor end."""
    raise NotImplementedError


def without_calls(timetable: Timetable, stop: str) -> Timetable:
    """With trips that run through a stop without calling, at the times they had; the stop's row stays.

    Trips that begin or end there begin at the next or end at the one before; those left with one call go.
    """
    raise NotImplementedError
