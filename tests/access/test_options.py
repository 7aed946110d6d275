# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Options: what they mean, and that everything wrong with them is said at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.access.options import LIMITS, Options, clock, is_clock, seconds_of
from aumenta.errors import AccessError


def test_the_plans_window_is_120_departures_and_ends_before_nine() -> None:
    own = Options()
    assert (own.start, own.count, own.max_seconds) == (7 * 3600, 120, 7200)
    last = own.start + (own.count - 1) * own.step
    assert clock(last) == "8:59"


@pytest.mark.parametrize(
    ("window", "step", "count"),
    [
        (("8:10", "8:10"), 60, 1),
        (("7:00", "7:01"), 60, 1),
        (("7:00", "7:01"), 45, 2),
        (("23:00", "25:00"), 600, 12),
    ],
)
def test_departures_of_a_window(window: tuple[str, str], step: int, count: int) -> None:
    assert Options(window=window, step=step).count == count


def test_walking_takes_as_long_at_any_hour() -> None:
    assert Options(mode="walk").count == 1


def test_a_window_turned_round_says_so() -> None:
    with pytest.raises(AccessError, match="ends before it begins") as caught:
        Options(window=("9:00", "7:00"))
    assert caught.value.problems[0].found == "9:00 to 7:00"


def test_a_turned_window_and_a_bad_date_are_told_together() -> None:
    with pytest.raises(AccessError) as caught:
        Options(window=("9:00", "7:00"), date="13/5/2026")
    assert [p.found for p in caught.value.problems] == ["9:00 to 7:00", "'13/5/2026'"]
    with pytest.raises(AccessError) as caught:
        Options(window=("0:00", "24:00"), date="2026-02-30")
    assert [p.field for p in caught.value.problems] == ["window", "date"]


def test_all_faults_come_at_once() -> None:
    with pytest.raises(AccessError) as caught:
        Options(
            mode="horse", walk_speed=9, rides=0, percentiles=(0,), window=("7.00", "9:00"), date="13/5/2026"
        )  # type: ignore[arg-type]
    assert [p.field for p in caught.value.problems] == [
        "mode",
        "walk_speed",
        "rides",
        "percentiles",
        "window",
        "date",
    ]


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_every_number_has_its_limits(name: str) -> None:
    least, most = LIMITS[name]
    for beyond in (least - 1, most + 1):
        with pytest.raises(AccessError) as caught:
            Options(**{name: beyond})  # type: ignore[arg-type]
        assert caught.value.problems[0].field == name
        assert f"{least:g} to {most:g}" in str(caught.value)


def test_a_window_too_long_tells_the_limit() -> None:
    with pytest.raises(AccessError, match="too many departures"):
        Options(window=("0:00", "24:00"))


def test_a_bicycle_on_board_is_brought_there() -> None:
    with pytest.raises(AccessError, match="brought there"):
        Options(bike_on_board=True)
    assert Options(access="bike", bike_on_board=True).bike_on_board


@given(st.integers(0, 30 * 3600 - 1))
def test_a_clock_is_read_as_it_was_written(seconds: int) -> None:
    assert is_clock(clock(seconds))
    assert seconds_of(clock(seconds)) == seconds
