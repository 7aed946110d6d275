# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""GTFS from line tables: valid by another program's rules, the same bytes every time, the lines' own times."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import gtfs_guru
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import NetworkError
from aumenta.network.gtfs import read_gtfs
from aumenta.network.lines import Line, LineStop, Period, Publisher, gtfs_from_lines, read_lines
from aumenta.store.packs import open_pack

WEEKDAYS = (True, True, True, True, True, False, False)
DAILY = (True,) * 7
MONDAY, SUNDAY = np.datetime64("2026-03-09"), np.datetime64("2026-03-15")


def toy() -> list[Line]:
    folder = open_pack("toy").territory
    assert folder is not None
    return read_lines(folder / "lines.csv")


def line(name: str, *periods: Period, both: bool = True, at: float = 9.0) -> Line:
    stops = (
        LineStop("A", at, 44.0, 0, 0),
        LineStop("B", at + 0.05, 44.0, 300, 360),
        LineStop("C", at + 0.1, 44.0, 600, 600),
    )
    return Line(name, name, "bus", stops, periods, both)


def test_valid_by_another_programs_rules(tmp_path: Path) -> None:
    night = line("N", Period(23 * 3600, 26 * 3600, 1800, WEEKDAYS), both=False)
    for into in (tmp_path / "feed.zip", tmp_path / "feed"):
        gtfs_from_lines([*toy(), night], into, Publisher("Toy", "https://example.org", "Europe/Rome", "it"))
        result = gtfs_guru.validate(str(into), date="2026-03-10")
        assert result.is_valid
        assert [notice.message for notice in result.errors()] == []
    with zipfile.ZipFile(tmp_path / "feed.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / "feed" / name).read_bytes()


def test_the_same_lines_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.zip", "other.zip"):
        gtfs_from_lines(toy(), tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "other.zip"]


def test_every_departure_in_both_directions(tmp_path: Path) -> None:
    period = Period(6 * 3600, 7 * 3600, 1200, WEEKDAYS)
    gtfs_from_lines([line("7", period), line("8", period, both=False, at=10.0)], tmp_path / "feed.zip")
    timetable, _ = read_gtfs([tmp_path / "feed.zip"])
    assert len(timetable.trip_id) == 4 * 2 + 4
    running = timetable.running(MONDAY)[timetable.trip_service]
    assert running.all()
    assert not timetable.running(SUNDAY).any()
    assert sorted(set(timetable.trip_headsign.tolist())) == ["A", "C"]
    name = dict(enumerate(timetable.stop_name.tolist()))
    first = timetable.conn_trip == timetable.trip_id.tolist().index("7_mo-tu-we-th-fr_back_021600")
    hops = [
        (name[a], name[b], dep, arr)
        for a, b, dep, arr in zip(
            timetable.conn_from[first].tolist(),
            timetable.conn_to[first].tolist(),
            timetable.conn_dep[first].tolist(),
            timetable.conn_arr[first].tolist(),
            strict=True,
        )
    ]
    assert hops == [("C", "B", 21600, 21840), ("B", "A", 21900, 22200)]


def test_stops_of_one_name_are_one_when_they_lie_together(tmp_path: Path) -> None:
    period = Period(6 * 3600, 7 * 3600, 1200, DAILY)
    near, far = line("1", period, at=9.0005), line("2", period, at=11.0)
    gtfs_from_lines([line("0", period), near, far], tmp_path / "feed.zip")
    timetable, _ = read_gtfs([tmp_path / "feed.zip"])
    assert sorted(timetable.stop_id.tolist()) == ["a", "a-2", "b", "b-2", "c", "c-2"]


def test_branches_share_the_name_that_people_read(tmp_path: Path) -> None:
    branches = [replace(line(f"V1{end}", Period(0, 0, 60, DAILY)), short="V1") for end in "AB"]
    gtfs_from_lines([*branches, line("V2", Period(0, 0, 60, DAILY))], tmp_path / "feed")
    table, _ = read_gtfs([tmp_path / "feed"])
    assert table.line_id.tolist() == ["V1A", "V1B", "V2"]
    assert table.line_name.tolist() == ["V1", "V1", "V2"]


def test_a_period_may_be_of_one_direction(tmp_path: Path) -> None:
    morning = Period(6 * 3600, 6 * 3600, 60, DAILY, "out")
    evening = Period(18 * 3600, 18 * 3600, 60, DAILY, "back")
    gtfs_from_lines([line("7", morning, evening)], tmp_path / "feed.zip")
    timetable, _ = read_gtfs([tmp_path / "feed.zip"])
    assert sorted(timetable.trip_headsign.tolist()) == ["A", "C"]


def test_what_cannot_be_made(tmp_path: Path) -> None:
    period = Period(0, 86_399, 60, DAILY)
    for lines, days in (
        ([], (date(2026, 1, 1), date(2026, 12, 31))),
        ([line("7", period), line("7", period)], (date(2026, 1, 1), date(2026, 12, 31))),
        ([line("7", period)], (date(2026, 12, 31), date(2026, 1, 1))),
        ([line("7", *[period] * 400)], (date(2026, 1, 1), date(2026, 12, 31))),
    ):
        with pytest.raises(NetworkError):
            gtfs_from_lines(lines, tmp_path / "feed.zip", Publisher(), *days)
    with pytest.raises(NetworkError):
        gtfs_from_lines([line("7", period)], Path("/dev/null/feed.zip"))
    assert not list(tmp_path.iterdir())


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[int], int, int]:
    """A line table with minutes, headway and number of departures known beforehand."""
    hops = draw(st.lists(st.integers(2, 40), min_size=1, max_size=6))
    minutes = [sum(hops[:at]) for at in range(len(hops) + 1)]
    headway, runs = draw(st.integers(1, 90)), draw(st.integers(1, 12))
    first = draw(st.integers(0, 22 * 60))
    last = first + headway * (runs - 1) + draw(st.integers(0, headway - 1))
    rows = ["line,mode,seq,stop,lon,lat,minutes,headway_min,first,last"]
    order = draw(st.permutations(range(len(minutes))))
    clocks = f"{first // 60}:{first % 60:02d},{last // 60}:{last % 60:02d}"
    rows += [f"x,bus,{at},S{at},{9 + at * 0.01:.2f},44,{minutes[at]},{headway},{clocks}" for at in order]
    return "\n".join(rows), minutes, headway, runs


@settings(max_examples=25, deadline=None)
@given(tables())
def test_any_sound_table_becomes_its_timetable(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, list[int], int, int]
) -> None:
    text, minutes, headway, runs = made
    folder = tmp_path_factory.mktemp("lines")
    (folder / "lines.csv").write_text(text)
    gtfs_from_lines(read_lines(folder / "lines.csv"), folder / "feed")
    timetable, _ = read_gtfs([folder / "feed"])
    assert len(timetable.trip_id) == 2 * runs
    for trip in range(len(timetable.trip_id)):
        own = timetable.conn_trip == trip
        took = np.sort(timetable.conn_arr[own] - timetable.conn_dep[own])
        assert took.tolist() == sorted(60 * hop for hop in np.diff(minutes).tolist())
        assert timetable.conn_arr[own].max() - timetable.conn_dep[own].min() == 60 * minutes[-1]
    starts = np.unique([timetable.conn_dep[timetable.conn_trip == trip].min() for trip in range(2 * runs)])
    assert np.diff(starts).tolist() == [60 * headway] * (runs - 1)
