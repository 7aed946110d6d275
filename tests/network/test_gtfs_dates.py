# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Days of service by hand: which one stands for a timetable, what is said of a day without service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from feeds import write_feed

from aumenta.network.gtfs import (
    dates_with_service,
    explain_date,
    read_gtfs,
    representative_date,
    trips_by_day,
)
from aumenta.network.model import Timetable

CALLS = [("A", "8:00:00"), ("B", "8:10:00")]


def timetable(path: Path, services: dict[str, tuple[int, Any]]) -> Timetable:
    """A timetable with so many trips of each service, running as its calendar row or on its dates."""
    trips = {f"{name}{i}": CALLS for name, (many, _) in services.items() for i in range(many)}
    of = {f"{name}{i}": name for name, (many, _) in services.items() for i in range(many)}
    calendar = {name: when for name, (_, when) in services.items() if isinstance(when, tuple)}
    dates = [(name, day, 1) for name, (_, when) in services.items() if isinstance(when, list) for day in when]
    feed = write_feed(path / "feed", trips, services=of, calendar=calendar, calendar_dates=dates)
    return read_gtfs([feed])[0]


# 5 January 2026 is a Monday.
@pytest.mark.parametrize(
    ("services", "expected"),
    [
        # every week alike: the first Monday of the first whole week, though the feed begins on a Thursday
        ({"W": (2, ("1111100", "20260101", "20260131"))}, "2026-01-05"),
        # the week with most trips, and its day with most
        ({"W": (2, ("1111100", "20260105", "20260131")), "X": (1, ["20260121"])}, "2026-01-21"),
        # one busy day does not outweigh a busier week
        ({"W": (2, ("1111100", "20260105", "20260109")), "X": (9, ["20260115"])}, "2026-01-05"),
        # more trips on Sunday: a working day stands all the same
        ({"W": (2, ("1111100", "20260105", "20260111")), "X": (5, ["20260111"])}, "2026-01-05"),
        # service at weekends alone
        ({"W": (1, ("0000011", "20260105", "20260111")), "X": (1, ["20260111"])}, "2026-01-11"),
        # a week belongs to its Monday, also over the end of the year
        ({"W": (1, ["20251231", "20260101", "20260108"])}, "2025-12-31"),
    ],
)
def test_the_representative_day(tmp_path: Path, services: dict[str, Any], expected: str) -> None:
    assert str(representative_date(timetable(tmp_path, services))) == expected


def test_days_and_trips(tmp_path: Path) -> None:
    made = timetable(tmp_path, {"W": (2, ["20260105", "20260108"]), "X": (3, ["20260108"])})
    assert made.first_date == np.datetime64("2026-01-05")
    assert trips_by_day(made).tolist() == [2, 0, 0, 5]
    assert dates_with_service(made).astype(str).tolist() == ["2026-01-05", "2026-01-08"]
    assert dates_with_service(made).dtype == np.dtype("datetime64[D]")


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("2026-01-07", "no trip runs on this day (found 2026-01-07; expected a day from 2026-01-05 to 2026-01-08; "
                       "the nearest with service is 2026-01-08)"),
        ("2027-01-01", "the day lies outside the timetable (found 2027-01-01; expected a day from 2026-01-05 to "
                       "2026-01-08; the nearest with service is 2026-01-08)"),
        ("2020-01-01", "the nearest with service is 2026-01-05"),
    ],
)  # fmt: skip
def test_a_day_without_service_is_explained(tmp_path: Path, date: str, text: str) -> None:
    made = timetable(tmp_path, {"W": (2, ["20260105", "20260108"])})
    assert text in str(explain_date(made, np.datetime64(date)))
