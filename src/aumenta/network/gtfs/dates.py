# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Days of a timetable: when there is service, which day stands for it, what to say when there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import Problem
from aumenta.network.model import Timetable


def trips_by_day(timetable: Timetable) -> NDArray[np.int64]:
    """How many trips run on each day from `first_date` on."""
    trips = np.bincount(timetable.trip_service, minlength=len(timetable.services))
    return np.asarray(trips.astype(np.int64) @ timetable.services.astype(np.int64))


def dates_with_service(timetable: Timetable) -> NDArray[np.datetime64]:
    """The dates on which at least one trip runs, rising (datetime64[D])."""
    return np.asarray(timetable.first_date + np.flatnonzero(trips_by_day(timetable)))


def representative_date(timetable: Timetable) -> np.datetime64:
    """The day that stands for the timetable, where a question names none.

    Of the weeks (Monday to Sunday) the one with the most trips, the earliest of several alike, as partridge's
    `read_busiest_week` chooses it; in that week the day with the most trips among Monday to Friday, since the measures
    speak of working days, or of the weekend where the other days have no service; the earliest of several alike. Trips
    told by headway count once for each departure.
    """
    trips = trips_by_day(timetable)
    first = int(timetable.first_date.astype("datetime64[D]").astype(np.int64))
    weekday = (first + np.arange(len(trips)) + 3) % 7  # 1970-01-01 was a Thursday
    week = (first + np.arange(len(trips)) + 3) // 7
    week -= week[0]
    busiest = int(np.argmax(np.bincount(week, weights=trips)))
    days = np.flatnonzero(week == busiest)
    working = days[(weekday[days] < 5) & (trips[days] > 0)]
    days = working if len(working) else days
    return np.datetime64(timetable.first_date + days[np.argmax(trips[days])], "D")


def explain_date(timetable: Timetable, date: np.datetime64) -> Problem:
    """Why a date cannot be asked for: which days the timetable has, and the nearest one with service."""
    dates = dates_with_service(timetable)
    if not len(dates):
        return Problem("no trip runs on any day of the timetable", field="date", found=str(date))
    nearest = dates[np.argmin(np.abs(dates - date))]
    inside = dates[0] <= date <= dates[-1]
    text = "no trip runs on this day" if inside else "the day lies outside the timetable"
    expected = f"a day from {dates[0]} to {dates[-1]}; the nearest with service is {nearest}"
    return Problem(text, field="date", found=str(date), expected=expected)
