# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta gtfs`: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from feeds import WORKING, write_feed
from typer.testing import CliRunner

from aumenta.cli import gtfs as commands
from aumenta.errors import NetworkError
from aumenta.network.gtfs import read_gtfs

app = typer.Typer()
commands.register(app)
runner = CliRunner()

TRIPS = {
    "T": [("A", "8:00:00"), ("B", "8:10:00")],
    "U": [("A", "9:00:00"), ("B", "9:10:00")],
    "V": [("B", "9:00:00"), ("A", "9:30:00")],
}


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Two trips of a tram on working days, one of a bus on Saturdays."""
    return write_feed(
        tmp_path / "feed.zip",
        TRIPS,
        lines={"V": "bus"},
        line_types={"L": 0},
        services={"V": "sat"},
        calendar={"S": (WORKING, "20260105", "20260131"), "sat": ("0000010", "20260105", "20260131")},
        transfers=[{"from_stop_id": "A", "to_stop_id": "none", "transfer_type": 1}],
    )


def run(*arguments: str) -> str:
    done = runner.invoke(app, ["gtfs", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_check_prints_problems_and_the_validators_notices(feed: Path) -> None:
    text = run("check", str(feed))
    assert (
        "feed.zip: 2 stops, 2 lines, 3 trips, 6 stop_times, 3 connections; 2026-01-05 to 2026-01-31" in text
    )
    assert (
        "feed.zip/transfers.txt, row 2, field to_stop_id: the stop is not in stops.txt (found 'none')" in text
    )
    assert "Validator, errors:\n  - feed.zip: foreign_key_violation, 1 times" in text
    assert text.endswith("The timetable can be used.\n")
    assert "Validator" not in run("check", str(feed), "--no-validator")


def test_check_as_json(feed: Path) -> None:
    told = json.loads(run("check", str(feed), "--json"))
    assert told["usable"] is True and told["problem_counts"] == {"unknown_stop": 1}
    assert told["problems"][0]["file"] == "feed.zip/transfers.txt" and told["problems"][0]["row"] == 2
    notices = {notice["code"]: notice["count"] for notice in told["notices"]}
    assert notices["foreign_key_violation"] == 1


def test_the_validator_says_the_same_on_any_day(feed: Path) -> None:
    first, again = (read_gtfs([feed], validate=True)[1].notices for _ in range(2))
    assert first == again and first
    assert not {notice.code for notice in first} & {"expired_calendar", "feed_expiration_date7_days"}


def test_check_of_what_cannot_be_used(tmp_path: Path) -> None:
    bad = write_feed(tmp_path / "bad", TRIPS, files={"stop_times.txt": None})
    with pytest.raises(NetworkError, match="cannot be used"):
        runner.invoke(app, ["gtfs", "check", str(bad)], catch_exceptions=False)
    done = runner.invoke(app, ["gtfs", "check", str(bad), "--json"])
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told["usable"] is False and told["problems"][0]["file"] == "bad/stop_times.txt"


def test_the_command_ends_with_2_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_text("no zip")
    call = [sys.executable, "-m", "aumenta", "gtfs", "show", str(tmp_path / "feed.zip")]
    done = subprocess.run(call, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 2 and not done.stdout
    assert "is not a zip" in done.stderr and "Traceback" not in done.stderr


def test_show(feed: Path) -> None:
    text = run("show", str(feed))
    for line in (
        "Agencies: Buses of the test",
        "Stops: 2",
        "Days with service: 2026-01-05 to 2026-01-31",
        "Representative day: 2026-01-05",
        "  tram: 1 lines, 2 trips on that day",
        "  bus: 1 lines, 0 trips on that day",
        "  Monday: 2",
        "  Saturday: 1",
        "  Sunday: 0",
        "Left out, unknown_stop: 1 (see aumenta gtfs check)",
    ):
        assert f"{line}\n" in text
    told = json.loads(run("show", str(feed), "--json"))
    assert told["modes"] == {"tram": {"lines": 1, "trips": 2}, "bus": {"lines": 1, "trips": 0}}
    assert sum(told["trips_in_its_week"].values()) == 11


def test_from_lines(tmp_path: Path) -> None:
    table = tmp_path / "lines.csv"
    table.write_text(
        "line,mode,seq,stop,lon,lat,minutes,headway_min,first,last,days\n"
        "N1,bus,1,Station,7.60,45.00,0,30,6:00,22:00,daily\n"
        "N1,bus,2,Square,7.62,45.00,5,,,,\n"
        "N1,bus,3,Hospital,7.64,45.01,11,,,,\n"
    )
    into = tmp_path / "sketch.zip"
    assert f"Written: {into}" in run("from-lines", str(table), "--into", str(into))
    made, report = read_gtfs([into])
    assert not report.problems and len(made.trip_id) == 66 and made.line_name.tolist() == ["N1"]


def test_a_report_in_brief(feed: Path) -> None:
    assert read_gtfs([feed])[1].in_brief() == ("left out or mended, unknown stop: 1",)
