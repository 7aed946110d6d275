# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""There and back in a day, by hand on four cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from reading_samples import CELLS, MEMBERS, values

from aumenta.readings.thereandback import thereandback
from aumenta.readings.travel import DayOut


def _day(*given: tuple[float, float]) -> DayOut:
    arrive, leave = (
        np.array([pair[n] * 3600 if pair[n] >= 0 else -1 for pair in given], np.int32) for n in (0, 1)
    )
    return DayOut(arrive, leave, "reported", ("timetable",), "2026-05-13")


def test_eight_hours_are_a_days_work_and_three_an_errand() -> None:
    # c1: 8:00 to 16:00 is just enough; c2: one gets there and not home; c3: 9:30 to 12:30; c4: nobody
    found = thereandback(CELLS, MEMBERS, {"a": 0, "b": 2}, _day((8, 16), (8, -1), (9.5, 12.5), (-1, -1)))
    assert values(found, "thereandback.work") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    assert values(found, "thereandback.service") == {"a": 25.0, "b": 100.0, "hill": 70.0}
    assert values(found, "thereandback.hours") == {"a": 8.0, "b": 3.0}
    shown = found.cells["thereandback.hours"]
    assert shown.value[:1].tolist() == [8.0] and shown.reason.tolist() == [
        None,
        "not_reached",
        None,
        "not_reached",
    ]
    rows = pd.concat(found.rows)
    assert set(rows["source"]) == {"timetable"}
    # The hours are the timetable's; shares rest on people by cell, which are estimated.
    status = rows.groupby("indicator")["status"].unique().map(list).to_dict()
    assert status.pop("thereandback.hours") == ["reported"] and set(map(tuple, status.values())) == {
        ("estimated",)
    }


def test_who_must_leave_before_arriving_has_no_time_there() -> None:
    found = thereandback(CELLS, MEMBERS, transit=_day((12, 11), (12, 11), (12, 12), (7, 20)))
    assert found.cells["thereandback.hours"].value.tolist() == [0.0, 0.0, 0.0, 13.0]
    assert values(found, "thereandback.service") == {"a": 0.0, "b": 0.0, "hill": 0.0}


def test_a_seat_that_is_not_reached_is_missing() -> None:
    rows = pd.concat(
        thereandback(CELLS, MEMBERS, {"a": 1, "b": 2}, _day((8, 16), (8, -1), (9, 19), (9, 19))).rows
    )
    seat = rows[(rows["indicator"] == "thereandback.hours") & (rows["place"] == "a")].iloc[0]
    assert seat["reason"] == "not_reached" and seat["status"] == "missing"


def test_a_part_of_the_day_says_only_what_is_enough() -> None:
    part = _day((11, 16), (12, 16.5), (13, 14), (-1, -1))
    found = thereandback(CELLS, MEMBERS, {"a": 0, "b": 2}, replace(part, known=("11:00", "17:00")))
    assert found.rows == [] and np.isnan(found.cells["thereandback.hours"].value).all()
    assert found.why == {
        "thereandback.hours": "part_of_day",
        "thereandback.work": "part_of_day.work",
        "thereandback.service": "part_of_day.service",
    }
    people = CELLS.column("pop")
    least = 100 * people[:2].sum() / people.sum()
    words = found.reasons["part_of_day.service"]
    assert (
        f"{least:.1f} %" in words.en
        and "11:00" in words.it
        and "0,0 %" in found.reasons["part_of_day.work"].it
    )


def test_a_part_of_the_day_that_is_enough_for_everybody_is_a_figure() -> None:
    part = replace(_day(*[(11, 16)] * 4), known=("11:00", "17:00"))
    found = thereandback(CELLS, MEMBERS, transit=part)
    assert set(values(found, "thereandback.service").values()) == {100.0}
    assert "thereandback.service" not in found.why and "thereandback.work" in found.why
