# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Every trap of timetables in the wild, on feeds of a few rows worked out by hand."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from feeds import WORKING, clock, feed_files, hops, table, write_feed, write_files

from aumenta.network.gtfs import mode_of, read_gtfs
from aumenta.network.model import ALIGHT, BOARD, Timetable

TWO = {"T": [("A", "8:00:00"), ("B", "8:10:00")]}


def read(path: Path, **told: object) -> Timetable:
    trips = told.pop("trips", TWO)
    return read_gtfs([write_feed(path / "feed", trips, **told)])[0]  # type: ignore[arg-type]


def notes(path: Path, **told: object) -> str:
    trips = told.pop("trips", TWO)
    return "\n".join(read_gtfs([write_feed(path / "feed", trips, **told)])[1].notes)  # type: ignore[arg-type]


def test_a_plain_feed_becomes_the_arrays_of_the_contract(tmp_path: Path) -> None:
    trips = {
        "T1": [("A", "8:00:00"), ("B", "8:10:00", "8:11:00"), ("C", "8:20:00")],
        "T2": [("C", "7:55:00"), ("A", "8:11:00")],
    }
    made = read(tmp_path, trips=trips, line_types={"L": 0}, trip_columns={"T2": {"trip_headsign": "to A"}})
    assert hops(made) == [
        ("T2", "C", "A", "7:55:00", "8:11:00"),
        ("T1", "A", "B", "8:00:00", "8:10:00"),
        ("T1", "B", "C", "8:11:00", "8:20:00"),
    ]
    assert made.stop_name.tolist() == ["stop A", "stop B", "stop C"]
    assert made.stop_lon.tolist() == [7.6, 7.61, 7.62] and made.stop_lat.tolist() == [45.0] * 3
    assert made.stop_station.tolist() == [-1, -1, -1]
    assert (made.line_id.tolist(), made.line_name.tolist(), made.line_long.tolist()) == (
        ["L"],
        ["L"],
        ["line L"],
    )
    assert made.line_agency.tolist() == ["Buses of the test"] and made.line_type.tolist() == [0]
    assert made.trip_headsign.tolist() == ["", "to A"]
    assert made.conn_flags.tolist() == [BOARD | ALIGHT] * 3
    assert made.first_date == np.datetime64("2026-01-05") and made.services.shape == (1, 28)
    kinds = {
        "conn_from": np.int32, "conn_dep": np.int32, "conn_flags": np.uint8, "trip_bikes": np.uint8,
        "services": np.bool_, "rule_from": np.int32, "stop_station": np.int32, "line_type": np.int32,
    }  # fmt: skip
    for field in fields(Timetable):
        value = getattr(made, field.name)
        if isinstance(value, np.ndarray):
            assert value.flags.c_contiguous
            assert value.dtype == kinds.get(field.name, value.dtype)


def test_connections_that_leave_together_stand_by_trip_and_then_by_travel(tmp_path: Path) -> None:
    trips = {
        "T1": [("A", "8:00:00"), ("B", "8:00:00"), ("C", "8:00:00"), ("D", "8:05:00")],
        "T2": [("D", "8:00:00"), ("A", "8:00:00")],
    }
    made = read(tmp_path, trips=trips)
    assert [(row[0], row[1]) for row in hops(made)] == [("T1", "A"), ("T1", "B"), ("T1", "C"), ("T2", "D")]


def test_marks_blanks_quotes_and_extra_files_do_not_matter(tmp_path: Path) -> None:
    plain = feed_files(TWO)
    dirty = {
        "agency.txt": "\ufeff agency_id , agency_name\r\nA,  Buses of the test \r\n",
        "stops.txt": '\ufeff"stop_id", stop_name ,stop_lat,stop_lon\n\n A ,"stop A", 45.0 ,7.6\n'
        "B,\tstop B,45.0,7.61\n\n",
        "routes.txt": " route_id,route_short_name,route_long_name,route_type,agency_id\nL,L,line L,3,A\n",
        "trips.txt": 'trip_id,"service_id",route_id\n"T","S","L"',
        "stop_times.txt": "\n trip_id,arrival_time,departure_time, stop_id,stop_sequence\r\n"
        "T, 8:00:00,08:00:00 ,A,1\r\nT,8:10:00,8:10:00,B,2\r\n,,,,\r\n",
        "calendar.txt": plain["calendar.txt"],
        "fare_rules.txt": "nothing that is read",
        "notes.md": "nor this",
    }
    one = read_gtfs([write_files(tmp_path / "plain", plain)])[0]
    other, report = read_gtfs([write_files(tmp_path / "dirty", dirty)])
    assert not report.problems
    for field in fields(Timetable):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name


def test_line_feeds_and_commas_inside_quotes(tmp_path: Path) -> None:
    stops = 'stop_id,stop_name,stop_lat,stop_lon\nA,"a, ""b""\nc",45,7.6\nB,"12"" gauge",45,7.61\n'
    made = read(tmp_path, files={"stops.txt": stops})
    assert made.stop_name.tolist() == ['a, "b"\nc', '12" gauge']


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(tmp_path: Path, ending: str) -> None:
    files = {name: str(text).replace("\n", ending) for name, text in feed_files(TWO).items()}
    assert len(hops(read_gtfs([write_files(tmp_path / "feed", files)])[0])) == 1


def test_times_with_one_digit_and_after_midnight(tmp_path: Path) -> None:
    made = read(tmp_path, trips={"T": [("A", "7:59:30"), ("B", "25:10:00"), ("C", "99:00:00")]})
    assert hops(made) == [("T", "A", "B", "7:59:30", "25:10:00"), ("T", "B", "C", "25:10:00", "99:00:00")]


def test_hours_that_no_search_reaches_are_told(tmp_path: Path) -> None:
    assert "after 48:00, where no search looks: 1" in notes(
        tmp_path, trips={"T": [("A", "47:59:00"), ("B", "48:00:00")]}
    )


def test_one_of_arrival_and_departure_is_enough(tmp_path: Path) -> None:
    trips = {"T": [("A", None, "8:00:00"), ("B", None, "8:05:00"), ("C", "8:10:00", None)]}
    assert hops(read(tmp_path, trips=trips)) == [
        ("T", "A", "B", "8:00:00", "8:05:00"),
        ("T", "B", "C", "8:05:00", "8:10:00"),
    ]


def test_calls_without_a_time_lie_evenly_between_those_with_one(tmp_path: Path) -> None:
    trips = {
        "T": [
            ("A", "8:00:00"),
            ("B", None),
            ("C", None),
            ("D", "8:10:00", "8:12:00"),
            ("E", None),
            ("F", "8:13:01"),
        ]
    }
    made = read(tmp_path, trips=trips)
    # 600 s over three hops; 61 s over two, the half rounded up
    assert [(row[3], row[4]) for row in hops(made)] == [
        ("8:00:00", "8:03:20"),
        ("8:03:20", "8:06:40"),
        ("8:06:40", "8:10:00"),
        ("8:12:00", "8:12:31"),
        ("8:12:31", "8:13:01"),
    ]


def calls_with_distance(*told: tuple[str, str | None, object]) -> dict[str, object]:
    return {
        "T": [
            {
                "stop_id": stop,
                "arrival_time": at,
                "departure_time": at,
                "shape_dist_traveled": far,
                "stop_sequence": 10 * i,
            }
            for i, (stop, at, far) in enumerate(told)
        ]
    }


def test_distance_along_the_shape_places_the_times(tmp_path: Path) -> None:
    trips = calls_with_distance(
        ("A", "8:00:00", 0), ("B", None, 900), ("C", None, 900), ("D", "8:10:00", 1000)
    )
    assert [row[3] for row in hops(read(tmp_path, trips=trips))] == ["8:00:00", "8:09:00", "8:09:00"]


@pytest.mark.parametrize("far", [[0, "", 1000], [0, 1200, 1000], [5, 5, 5], [0, "x", 1000]])
def test_distance_that_does_not_rise_or_is_not_told_is_not_used(tmp_path: Path, far: list[object]) -> None:
    trips = calls_with_distance(("A", "8:00:00", far[0]), ("B", None, far[1]), ("C", "8:10:00", far[2]))
    assert hops(read(tmp_path, trips=trips))[0][4] == "8:05:00"


def test_rows_stand_in_any_order_and_sequences_leap(tmp_path: Path) -> None:
    rows = [("T", "8:10:00", "C", 70), ("U", "9:00:00", "A", 0), ("T", "8:05:00", "B", 8), ("U", "9:09:00", "B", 1),
            ("T", "8:00:00", "A", 3)]  # fmt: skip
    text = table(
        [
            {
                "trip_id": trip,
                "arrival_time": at,
                "departure_time": at,
                "stop_id": stop,
                "stop_sequence": number,
            }
            for trip, at, stop, number in rows
        ]
    )
    trips = {"T": [("A", "0:00:00"), ("B", "0:00:00"), ("C", "0:00:00")], "U": []}
    made = read(tmp_path, trips=trips, files={"stop_times.txt": text})
    assert [(row[0], row[1]) for row in hops(made)] == [("T", "A"), ("T", "B"), ("U", "A")]


def test_a_trip_that_calls_twice_at_a_stop(tmp_path: Path) -> None:
    trips = {"T": [("A", "8:00:00"), ("B", "8:05:00"), ("A", "8:10:00"), ("A", "8:11:00")]}
    assert [row[1:3] for row in hops(read(tmp_path, trips=trips))] == [("A", "B"), ("B", "A"), ("A", "A")]


def test_boarding_and_alighting(tmp_path: Path) -> None:
    kinds = [("A", "", 1), ("B", 1, 0), ("C", 2, 3), ("D", 1, "")]
    trips = {
        "T": [
            {"stop_id": stop, "arrival_time": f"8:0{i}:00", "pickup_type": up, "drop_off_type": down}
            for i, (stop, up, down) in enumerate(kinds)
        ]
    }
    made = read(tmp_path, trips=trips)
    assert made.conn_flags.tolist() == [BOARD | ALIGHT, ALIGHT, BOARD | ALIGHT]
    text = notes(tmp_path / "again", trips=trips)
    assert "on request (pickup_type 2 or 3), taken as regular: 1" in text
    assert "on request (drop_off_type 2 or 3), taken as regular: 1" in text


def test_headways_become_trips(tmp_path: Path) -> None:
    trips = {
        "T": [("A", "0:00:00", "0:01:00"), ("B", "0:06:00", "0:07:00"), ("C", "0:11:00")],
        "U": [("A", "8:00:30"), ("B", "8:05:00")],
    }
    frequencies = [("T", "8:30:00", "9:00:00", 1200), ("T", "8:00:00", "8:30:00", 900)]
    made = read(tmp_path, trips=trips, frequencies=frequencies)
    # the first vehicle leaves the first stop at start_time; none leaves at end_time
    assert made.trip_id.tolist() == ["T#1", "T#2", "T#3", "T#4", "U"]
    leaving = [row[3] for row in hops(made) if row[1] == "A" and row[0] != "U"]
    assert leaving == ["8:00:00", "8:15:00", "8:30:00", "8:50:00"]
    assert hops(made, "T#4") == [
        ("T#4", "A", "B", "8:50:00", "8:55:00"),
        ("T#4", "B", "C", "8:56:00", "9:00:00"),
    ]
    assert hops(made, "U") == [("U", "A", "B", "8:00:30", "8:05:00")]
    assert "told by their headway only" in notes(tmp_path / "again", trips=trips, frequencies=frequencies)


def test_names_of_headway_trips_meet_no_other(tmp_path: Path) -> None:
    trips = {"T": [("A", "0:00:00"), ("B", "0:05:00")], "T#1": [("A", "9:00:00"), ("B", "9:05:00")]}
    made = read(tmp_path, trips=trips, frequencies=[("T", "8:00:00", "8:20:00", 600)])
    assert made.trip_id.tolist() == ["T##1", "T##2", "T#1"]


def test_trips_with_one_call_and_without_any_are_left_out(tmp_path: Path) -> None:
    trips = TWO | {"one": [("A", "9:00:00")], "none": []}
    made = read(tmp_path, trips=trips)
    assert made.trip_id.tolist() == ["T"]
    text = notes(tmp_path / "again", trips=trips)
    assert "fewer than two stops, left out: 1" in text and "trips without usable stop_times: 1" in text


STATION = {
    "S": {"stop_lat": 45.0, "stop_lon": 7.6, "location_type": 1},
    "A": {"stop_lat": 45.0, "stop_lon": 7.6001, "location_type": 0, "parent_station": "S"},
    "B": {"stop_lat": "", "stop_lon": "", "location_type": "", "parent_station": "S"},
    "door": {"stop_lat": 45.0, "stop_lon": 7.6002, "location_type": 2, "parent_station": "S"},
    "C": (7.7, 45.0),
}


def test_stations_number_their_stops_and_lend_their_position(tmp_path: Path) -> None:
    trips = {"T": [("C", "8:00:00"), ("A", "8:10:00"), ("B", "8:11:00")]}
    made = read(tmp_path, trips=trips, stops=STATION)
    assert made.stop_id.tolist() == ["C", "A", "B"]
    assert made.stop_station.tolist() == [-1, 0, 0]
    assert made.stop_lon.tolist() == [7.7, 7.6001, 7.6]
    text = notes(tmp_path / "again", trips=trips, stops=STATION)
    assert "their station's is used: 1" in text and "boarding areas, not used: 1" in text


def test_vehicles_that_call_at_a_station(tmp_path: Path) -> None:
    trips = {"T": [("C", "8:00:00"), ("S", "8:10:00"), ("A", "8:11:00")]}
    made = read(tmp_path, trips=trips, stops=STATION)
    assert made.stop_id.tolist() == ["C", "S", "A", "B"]
    assert made.stop_station.tolist() == [-1, 0, 0, 0]
    text = notes(tmp_path / "again", trips=trips, stops=STATION)
    assert "stations that vehicles call at, taken as stops: 1" in text
    assert "stops that no vehicle calls at: 1" in text


def rules(made: Timetable) -> list[tuple[str, str, int]]:
    ids = made.stop_id
    return list(
        zip(ids[made.rule_from].tolist(), ids[made.rule_to].tolist(), made.rule_seconds.tolist(), strict=True)
    )


def test_transfers(tmp_path: Path) -> None:
    def row(one: str, other: str, kind: object, least: object = "", **more: str) -> dict[str, object]:
        return {
            "from_stop_id": one,
            "to_stop_id": other,
            "transfer_type": kind,
            "min_transfer_time": least,
        } | more

    transfers = [
        row("S", "S", 2, 180),
        row("A", "B", 1),
        row("C", "S", 3),
        row("C", "A", 2, 60),
        row("B", "C", 0),
        row("B", "C", "", 30),
        row("A", "C", 2, 10, from_trip_id="T"),
        row("C", "C", 4),
    ]
    trips = {"T": [("C", "8:00:00"), ("A", "8:10:00"), ("B", "8:11:00")]}
    made = read(tmp_path, trips=trips, stops=STATION, transfers=transfers)
    # rows of stations hold for each of their stops; rows of stops go before them
    assert rules(made) == [
        ("C", "A", 60),
        ("C", "B", -1),
        ("A", "A", 180),
        ("A", "B", 0),
        ("B", "A", 180),
        ("B", "B", 180),
    ]
    assert "or in-seat, not used: 2" in notes(
        tmp_path / "again", trips=trips, stops=STATION, transfers=transfers
    )


def test_bicycles(tmp_path: Path) -> None:
    trips = {name: TWO["T"] for name in "TUVW"}
    told = {"T": {"bikes_allowed": 1}, "U": {"bikes_allowed": 2}, "V": {"bikes_allowed": 0}}
    assert read(tmp_path, trips=trips, trip_columns=told).trip_bikes.tolist() == [1, 2, 0, 0]


def test_what_is_not_used_is_told(tmp_path: Path) -> None:
    text = notes(
        tmp_path,
        trip_columns={"T": {"block_id": "b"}},
        files={"pathways.txt": "pathway_id\n1\n", "locations.geojson": "{}", "transfers.txt": " "},
    )
    assert "(block_id) is not used" in text and "(pathways.txt) are not used" in text
    assert "(locations.geojson) are not used" in text and "feed/transfers.txt: is empty" in text


def test_trips_on_demand_in_a_zone_are_left_out(tmp_path: Path) -> None:
    trips = TWO | {"Z": [{"location_id": "zone"}, {"location_id": "zone"}]}
    assert read(tmp_path, trips=trips).trip_id.tolist() == ["T"]
    assert "trips on demand in a zone instead of between stops, not used: 1" in notes(
        tmp_path / "again", trips=trips
    )


def test_services_by_calendar_and_exceptions(tmp_path: Path) -> None:
    trips = {"T": TWO["T"], "U": TWO["T"], "V": TWO["T"]}
    made = read(
        tmp_path,
        trips=trips,
        services={"T": "W", "U": "X", "V": "D"},
        calendar={"W": (WORKING, "20260105", "20260111"), "X": ("0000011", "20260109", "20260111"),
                  "not used": ("1111111", "20200101", "20301231")},
        calendar_dates=[("W", "20260106", 2), ("W", "20260110", 1), ("D", "20260112", 1), ("X", "20260109", 2)],
    )  # fmt: skip
    assert made.first_date == np.datetime64("2026-01-05")
    runs = ["".join("01"[int(day)] for day in made.services[made.trip_service[i]]) for i in range(3)]
    assert runs == ["10111100", "00000110", "00000001"]
    assert made.running(np.datetime64("2026-01-10"))[made.trip_service].tolist() == [True, True, False]
    assert not made.running(np.datetime64("2026-01-13")).any()


@pytest.mark.parametrize("calendar", [None, "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
                                      "start_date,end_date\n"])  # fmt: skip
def test_only_calendar_dates(tmp_path: Path, calendar: str | None) -> None:
    told = [("S", "20260301", 1), ("S", "20260228", 1)]
    made = read(tmp_path, calendar_dates=told, files={"calendar.txt": calendar})
    assert made.first_date == np.datetime64("2026-02-28") and made.services.tolist() == [[True, True]]


def test_ids_that_two_feeds_share_are_told_apart(tmp_path: Path) -> None:
    one = write_feed(tmp_path / "one.zip", TWO)
    trips = {"T": [("A", "8:05:00"), ("X", "8:06:00")], "V": [("X", "7:00:00"), ("A", "7:30:00")]}
    calendar = {"S": ("1111111", "20260201", "20260203")}
    two = write_feed(tmp_path / "two", trips, lines={"V": "M"}, calendar=calendar)
    made, report = read_gtfs([one, two])
    assert made.stop_id.tolist() == ["one:A", "B", "two:A", "X"]
    assert made.line_id.tolist() == ["one:L", "two:L", "M"]
    assert made.trip_id.tolist() == ["one:T", "two:T", "V"]
    assert hops(made) == [
        ("V", "X", "two:A", "7:00:00", "7:30:00"),
        ("one:T", "one:A", "B", "8:00:00", "8:10:00"),
        ("two:T", "two:A", "X", "8:05:00", "8:06:00"),
    ]
    assert made.trip_line.tolist() == [0, 1, 2]
    assert made.first_date == np.datetime64("2026-01-05") and made.services.shape == (2, 30)
    assert [feed.name for feed in report.feeds] == ["one.zip", "two"]
    assert made.services[:, -3:].tolist() == [[True, False, False], [True, True, True]]


def test_one_feed_twice_and_feeds_without_a_common_day(tmp_path: Path) -> None:
    one = write_feed(tmp_path / "feed", TWO)
    later = write_feed(tmp_path / "more" / "feed", TWO, calendar={"S": ("1111111", "20270101", "20270101")})
    made, report = read_gtfs([one, later])
    assert made.trip_id.tolist() == ["feed-1:T", "feed-2:T"]
    assert "no day in common" in "\n".join(report.notes)


def test_files_in_one_folder_inside_and_names_in_capitals(tmp_path: Path) -> None:
    files = {f"GTFS/{name.upper()}": text for name, text in feed_files(TWO).items()}
    path = write_files(tmp_path / "nested.zip", files | {"__MACOSX/GTFS/._stops.txt": "x"})
    assert len(hops(read_gtfs([path])[0])) == 1
    inner = write_feed(tmp_path / "outer" / "inner", TWO)
    assert len(hops(read_gtfs([inner.parent])[0])) == 1


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    trips = {
        f"T{i}": [("A", clock(28800 + i % 3 * 60)), ("B", None), ("C", clock(29400 + i % 3 * 60))]
        for i in range(9)
    }
    path = write_feed(tmp_path / "feed.zip", trips)
    one, other = read_gtfs([path])[0], read_gtfs([path])[0]
    for field in fields(Timetable):
        a, b = getattr(one, field.name), getattr(other, field.name)
        assert np.asarray(a).tobytes() == np.asarray(b).tobytes()


def test_modes_of_lines() -> None:
    told = {
        "tram": (0, 5, 900, 906), "metro": (1, 12, 400, 405), "rail": (2, 100, 117, 300), "ferry": (4, 1000, 1200),
        "bus": (3, 11, 200, 209, 700, 716, 800), "funicular": (7, 1400), "other": (6, 8, 99, 1100, 1300, 1501, -1),
    }  # fmt: skip
    assert {code: mode_of(code) for codes in told.values() for code in codes} == {
        code: mode for mode, codes in told.items() for code in codes
    }
