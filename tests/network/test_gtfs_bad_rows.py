# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Feeds with bad rows: used without them, place by place in the report, or refused where it is too many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from feed_results import TRIPS, mended, refused
from feeds import feed_files, hops, write_feed

from aumenta.errors import NetworkError
from aumenta.network.gtfs import read_gtfs

# Positions


@pytest.mark.parametrize(
    "where", [(0, 0), ("", ""), (7.6, ""), (181, 45), (7.6, -91), ("7,6", 45), ("nan", 45)]
)
def test_a_stop_without_a_usable_position(tmp_path: Path, lenient: None, where: tuple[Any, Any]) -> None:
    stops = {"B": {"stop_lon": where[0], "stop_lat": where[1]}}
    made, _, problems = mended(tmp_path, stops=stops)
    assert made.stop_id.tolist() == ["A", "C"]
    assert hops(made, "T1") == [("T1", "A", "C", "1:00:00", "1:20:00")]  # passed without a call
    assert "feed/stops.txt, row 3: the stop has no usable position" in problems
    if where[0] == "7,6":
        assert "row 3, field stop_lon: not a number of degrees (found '7,6'" in problems


def test_too_many_stops_without_position_refuse_the_feed(tmp_path: Path) -> None:
    text = refused(write_feed(tmp_path / "feed", TRIPS, stops={"B": (0, 0)}))
    assert "too many stops that vehicles call at cannot be used (found 1 of 3; expected at most 5%" in text
    assert "row 3: the stop has no usable position" in text


def test_a_stop_that_nobody_uses_may_lie_anywhere(tmp_path: Path) -> None:
    made, report, _ = mended(tmp_path, stops={"X": (0, 0)})
    assert made.stop_id.tolist() == ["A", "B", "C"] and report.problem_counts == {"stop_without_position": 1}


@pytest.mark.parametrize("where", [(45.0, 7.6), (-7.6, 45.0), (7.6, 4.5)])
def test_a_stop_far_away(tmp_path: Path, lenient: None, where: tuple[float, float]) -> None:
    made, _, problems = mended(tmp_path, stops={"C": where})
    assert made.stop_id.tolist() == ["A", "B"]
    assert "feed/stops.txt, row 4, field stop_id: the stop lies far away from all the others" in problems


def test_a_coach_to_another_country_is_not_far_away(tmp_path: Path) -> None:
    made, _, problems = mended(tmp_path, stops={"C": (2.35, 48.85)})
    assert len(made.stop_id) == 3 and not problems


# Ids


def test_unknown_ids(tmp_path: Path, lenient: None) -> None:
    rows = str(feed_files(TRIPS)["stop_times.txt"])
    made, _, problems = mended(
        tmp_path,
        trips=TRIPS | {"good": TRIPS["T0"], "service": [], "route": []},
        trip_columns={"service": {"service_id": "none"}, "route": {"route_id": "none"}},
        files={
            "stop_times.txt": rows.replace("T2,2:10:00,2:10:00,B", "T2,2:10:00,2:10:00,Z")
            + "new,9:00:00,9:00:00,A,1\n"
        },
    )
    assert made.trip_id.tolist() == ["T0", "T1"]
    for place in (
        "feed/trips.txt, row 6, field service_id: the service is not in calendar.txt",
        "feed/trips.txt, row 7, field route_id: the route is not in routes.txt",
        "feed/stop_times.txt, row 9, field stop_id: the stop is not in stops.txt; the trip is left out (found 'Z')",
        "feed/stop_times.txt, row 11, field trip_id: the trip is not in trips.txt",
    ):
        assert place in problems


def test_duplicate_ids(tmp_path: Path, lenient: None) -> None:
    made_files = feed_files(TRIPS)
    files = {name: f"{made_files[name]}{str(made_files[name]).splitlines()[1]}\n"
             for name in ("stops.txt", "routes.txt", "trips.txt", "calendar.txt")}  # fmt: skip
    made, _, problems = mended(tmp_path, files=files)
    assert len(hops(made)) == 6
    for place in ("stops.txt, row 5, field stop_id", "routes.txt, row 3, field route_id",
                  "trips.txt, row 5, field trip_id", "calendar.txt, row 3, field service_id"):  # fmt: skip
        assert f"feed/{place}: the {place.split()[-1]} is there already; the first row holds" in problems


def test_rows_without_an_id(tmp_path: Path, lenient: None) -> None:
    text = str(feed_files(TRIPS)["trips.txt"]) + "L,S,\n"
    _, _, problems = mended(tmp_path, files={"trips.txt": text})
    assert "feed/trips.txt, row 5, field trip_id: the row has no trip_id" in problems


def test_a_call_at_an_entrance(tmp_path: Path, lenient: None) -> None:
    stops = {"C": {"stop_lon": 7.6, "stop_lat": 45, "location_type": 2}}
    trips = TRIPS | {"U": [("A", "8:00:00"), ("B", "9:00:00")]}
    made, _, problems = mended(tmp_path, trips=trips, stops=stops)
    assert (
        made.trip_id.tolist() == ["U"]
        and "row 4, field stop_id: the place is no stop of vehicles" in problems
    )


# Times


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("B", "0:59:00"), "row 6, field arrival_time: arrives before it left the stop before"),
        (("B", "1:05:00", "1:04:00"), "row 6, field departure_time: leaves the stop before it arrives"),
        (("B", "1:60:00"), "row 6, field arrival_time: not a time"),
        (
            ("B", "168:00:00"),
            "not a time; the trip is left out (found '168:00:00'; expected H:MM:SS, up to 167:59:59)",
        ),
        (("B", "-1:00:00"), "not a time"),
        (("B", "7.30"), "not a time"),
        (
            {"stop_id": "B", "arrival_time": "1:10:00", "stop_sequence": 1},
            "row 6, field stop_sequence: the trip has",
        ),
        (
            {"stop_id": "B", "arrival_time": "1:10:00", "stop_sequence": "two"},
            "field stop_sequence: not a stop_sequence",
        ),
        ({"stop_id": "B", "arrival_time": "1:10:00", "stop_sequence": -2}, "not a stop_sequence"),
    ],
)
def test_a_trip_that_cannot_run(tmp_path: Path, lenient: None, call: Any, message: str) -> None:
    trips = TRIPS | {"T1": [TRIPS["T1"][0], call, TRIPS["T1"][2]]}
    made, report, problems = mended(tmp_path, trips=trips)
    assert made.trip_id.tolist() == ["T0", "T2"] and len(made.conn_dep) == 4
    assert message in problems and sum(report.problem_counts.values()) == 1


def test_back_in_time_over_calls_without_a_time(tmp_path: Path, lenient: None) -> None:
    trips = TRIPS | {"T1": [("A", "8:00:00"), ("B", None), ("C", "7:00:00"), ("A", None), ("B", "9:00:00")]}
    _, _, problems = mended(tmp_path, trips=trips)
    assert "feed/stop_times.txt, row 7, field arrival_time: arrives before" in problems


@pytest.mark.parametrize(("at", "word", "row"), [(0, "first", 5), (2, "last", 7)])
def test_the_ends_of_a_trip_need_times(tmp_path: Path, lenient: None, at: int, word: str, row: int) -> None:
    calls = list(TRIPS["T1"])
    calls[at] = (calls[at][0], None)  # type: ignore[assignment]
    made, _, problems = mended(tmp_path, trips=TRIPS | {"T1": calls})
    assert made.trip_id.tolist() == ["T0", "T2"]
    assert f"row {row}" in problems and f"the {word} call of a trip needs a time" in problems


def test_a_feed_is_used_up_to_the_share_and_refused_beyond(tmp_path: Path) -> None:
    trips: dict[str, Any] = {f"T{i}": TRIPS["T0"] for i in range(20)}
    trips["T7"] = [("A", "8:00:00"), ("B", "7:00:00")]
    made, report, _ = mended(tmp_path, trips=trips)
    assert len(made.trip_id) == 19 and report.problem_counts == {"back_in_time": 1}
    trips["T8"] = trips["T7"]
    text = refused(write_feed(tmp_path / "worse", trips))
    assert (
        "too many trips cannot be used (found 2 of 20; expected at most 5% (AUMENTA_MAX_TIMETABLE_BAD_SHARE)"
        in text
    )
    assert text.count("arrives before it left the stop before") == 2


def test_a_long_list_is_cut_with_a_count(tmp_path: Path, lenient: None) -> None:
    trips: dict[str, Any] = {f"T{i}": [("A", "8:00:00"), ("B", "7:00:00")] for i in range(100)} | {
        "good": TRIPS["T0"]
    }
    _, report, problems = mended(tmp_path, trips=trips)
    assert report.problem_counts == {"back_in_time": 100}
    assert len(report.problems) == 9 and "92 more rows like these" in problems


def test_nothing_left(tmp_path: Path, lenient: None) -> None:
    trips = {"T": [("A", "8:00:00"), ("B", "7:00:00")]}
    assert "no trip can be used" in refused(write_feed(tmp_path / "feed", trips))
    assert "no trip can be used" in refused(write_feed(tmp_path / "one", {"T": [("A", "8:00:00")]}))


# Calendars, headways, transfers


def test_bad_rows_of_calendars(tmp_path: Path, lenient: None) -> None:
    calendar = {
        "S": ("1111111", "20260101", "20260105"),
        "day": ("1111112", "20260101", "20260105"),
        "date": ("1111111", "20260230", "20260305"),
        "turned": ("1111111", "20260105", "20260101"),
    }
    dates = [
        ("S", "2026-01-09", 1),
        ("S", "20260109", 3),
        ("", "20260109", 1),
        ("S", "20260103", 2),
        ("S", "20260103", 1),
    ]
    made, _, problems = mended(tmp_path, calendar=calendar, calendar_dates=dates)
    assert made.services.tolist() == [[True, True, False, True, True]]
    for place in (
        "calendar.txt, row 3, field sunday: neither 0 nor 1",
        "calendar.txt, row 4, field start_date: not a date; the row is left out (found '20260230'; expected YYYYMMDD)",
        "calendar.txt, row 5, field end_date: the service ends before it starts",
        "calendar_dates.txt, row 2, field date: not a date",
        "calendar_dates.txt, row 3, field exception_type: neither 1 nor 2",
        "calendar_dates.txt, row 4, field service_id: the row has no service_id",
        "calendar_dates.txt, row 6, field date: the day is added and taken away",
    ):
        assert f"feed/{place}" in problems


def test_a_calendar_without_end_is_cut_where_it_is_densest(tmp_path: Path, setting: Any) -> None:
    setting("MAX_TIMETABLE_DAYS", 30)
    calendar = {"S": ("1111111", "20000101", "20991231"), "U": ("1111111", "20260310", "20260320")}
    trips = TRIPS | {"U": TRIPS["T0"]}
    made, report, _ = mended(tmp_path, trips=trips, services={"U": "U"}, calendar=calendar)
    assert str(made.first_date) == "2026-02-19" and made.services.shape == (2, 30)
    assert made.services.sum(axis=1).tolist() == [30, 11]
    assert "the services run from 2000-01-01 to 2099-12-31; kept are the 30 days" in "\n".join(report.notes)


def test_bad_rows_of_headways(tmp_path: Path, lenient: None) -> None:
    rows = [("T0", "8:00:00", "9:00:00", 0), ("T1", "9:00:00", "8:00:00", 60), ("none", "8:00:00", "9:00:00", 60),
            ("T1", "8", "9:00:00", 60), ("T1", "8:00:00", "", 60), ("T1", "8:00:00", "9:00:00", 1800)]  # fmt: skip
    made, _, problems = mended(tmp_path, frequencies=rows)
    # a trip whose headway cannot be read does not run at the times of its pattern
    assert made.trip_id.tolist() == ["T1#1", "T1#2", "T2"]
    for row, text in ((2, "headway_secs: not a number of seconds above 0"), (3, "end_time: ends before it starts"),
                      (4, "trip_id: the trip is not in trips.txt"), (5, "start_time: not a time"),
                      (6, "end_time: not a time")):  # fmt: skip
        assert f"feed/frequencies.txt, row {row}, field {text}" in problems


def test_headways_that_make_too_much(tmp_path: Path, setting: Any) -> None:
    setting("MAX_TIMETABLE_HOPS", 1000)
    path = write_feed(tmp_path / "feed", TRIPS, frequencies=[("T0", "0:00:00", "24:00:00", 1)])
    assert "the headways make too many calls" in refused(path) and "AUMENTA_MAX_TIMETABLE_HOPS" in refused(
        path
    )
    setting("MAX_TIMETABLE_HOPS", 5)
    assert "too many calls of vehicles" in refused(write_feed(tmp_path / "plain", TRIPS))


def test_bad_rows_of_transfers(tmp_path: Path) -> None:
    rows = [{"from_stop_id": "A", "to_stop_id": "B", "transfer_type": kind, "min_transfer_time": least}
            for kind, least in ((2, 60), (2, 90), (2, ""), (7, ""), (2, -5))]  # fmt: skip
    rows.append({"from_stop_id": "A", "to_stop_id": "Z", "transfer_type": 1, "min_transfer_time": ""})
    made, _, problems = mended(tmp_path, transfers=rows)
    assert made.rule_seconds.tolist() == [60]
    for row, text in ((3, "to_stop_id: another row tells it otherwise"), (4, "min_transfer_time: not a number"),
                      (5, "transfer_type: not a transfer_type"), (6, "min_transfer_time: not a number"),
                      (7, "to_stop_id: the stop is not in stops.txt")):  # fmt: skip
        assert f"feed/transfers.txt, row {row}, field {text}" in problems


def test_all_feeds_that_cannot_be_used_are_told_at_once(tmp_path: Path) -> None:
    good = write_feed(tmp_path / "good", TRIPS)
    one = write_feed(tmp_path / "one", TRIPS, files={"stops.txt": None})
    other = write_feed(tmp_path / "other", TRIPS, files={"trips.txt": ""})
    with pytest.raises(NetworkError) as caught:
        read_gtfs([one, good, other])
    assert str(caught.value).startswith("2 of 3 timetables cannot be used.")
    assert {problem.file for problem in caught.value.problems} == {"one/stops.txt", "other/trips.txt"}
