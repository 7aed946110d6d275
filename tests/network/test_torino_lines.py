# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Turin's railway as line tables: beside published running times, counts of trains, and what it was made from."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import gtfs_guru
import pytest

from aumenta.network.lines import TO_BE_DECIDED, Line, Publisher, gtfs_from_lines, read_lines
from aumenta.store.packs import open_pack

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"
TABLES = ("sfm", "regional", "metro", "suspended")
#: Minutes; the largest difference is Porta Nuova to Bardonecchia, announced in 2013 with one stop fewer.
LARGEST_DIFFERENCE, MEAN_DIFFERENCE = 11.0, 4.5


@pytest.fixture(scope="module")
def folder() -> Path:
    found = open_pack("torino").territory
    assert found is not None
    return found / "lines"


@pytest.fixture(scope="module")
def lines(folder: Path) -> dict[str, Line]:
    return {line.id: line for name in TABLES for line in read_lines(folder / f"{name}.csv")}


def published(folder: Path) -> list[dict[str, str]]:
    with (folder / "published_times.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def minutes(line: Line, start: str, end: str) -> float:
    by_name = {stop.name: stop for stop in line.stops}
    one, other = sorted((by_name[start], by_name[end]), key=lambda stop: stop.arrive)
    return (other.arrive - one.depart) / 60


def test_running_times_beside_published_ones(folder: Path, lines: dict[str, Line]) -> None:
    rows = published(folder)
    differences = {"anchor": [0.0], "check": [0.0]}
    for row in rows:
        own = minutes(lines[row["line"]], row["from"], row["to"])
        assert own == float(row["modelled"])
        differences[row["use"]].append(abs(own - float(row["minutes"])))
        assert row["source"]
        assert row["year"]
    assert max(differences["anchor"]) <= 0.5
    assert max(differences["check"]) <= LARGEST_DIFFERENCE
    assert sum(differences["check"]) / (len(differences["check"]) - 1) <= MEAN_DIFFERENCE


@pytest.mark.parametrize(
    ("name", "station", "trains", "source"),
    [
        ("SFM1", "Rivarolo Canavese", 54, "iltorinese.it, November 2024"),
        ("SFM1", "Chieri", 60, "iltorinese.it, November 2024"),
        ("SFM2", "Settimo Torinese", 49, "iltorinese.it, November 2024"),
        ("SFM3S", "Susa", 41, "lavalsusa.it, June 2013"),
        ("SFM3B", "Bardonecchia", 37, "lavalsusa.it, June 2013"),
        ("SFM4", "Alba", 38, "provincia.cuneo.it, January 2024 (19 departures)"),
        ("SFM6", "Asti", 32, "quotidianopiemontese.it, December 2013"),
    ],
)
def test_trains_of_a_weekday_beside_published_counts(
    lines: dict[str, Line], name: str, station: str, trains: int, source: str
) -> None:
    line = lines[name]
    assert station in {stop.name for stop in line.stops}, source
    count = sum(
        len(period.departures())
        for period in line.periods
        if period.days[1]
        for direction in line.directions()
        if period.direction in (None, direction)
    )
    assert abs(count - trains) / trains <= 0.16


def test_trains_together_are_evenly_spaced(lines: dict[str, Line]) -> None:
    """Two lines share the way to Ciriè and to Bussoleno, each every hour, together every half hour."""
    for one, other, station in (("SFM4", "SFM7", "Ciriè"), ("SFM3S", "SFM3B", "Torino Porta Nuova")):
        starts = []
        for name in (one, other):
            assert lines[name].stops[0].name == station
            starts.append(next(p.start for p in lines[name].periods if p.direction == "out") // 60 % 60)
        assert abs(starts[0] - starts[1]) == 30


def test_every_figure_has_a_source_or_says_that_it_has_none(lines: dict[str, Line]) -> None:
    for line in lines.values():
        assert set(line.sources) == {"stops", "minutes", "headway_min", "first_last", "days"}
        for source in line.sources.values():
            assert source == TO_BE_DECIDED or source.startswith("http") or "OpenStreetMap" in source


def test_people_read_the_name_that_stands_on_the_vehicle(lines: dict[str, Line]) -> None:
    """No id of ours is shown: the operators' names are SFM and a number or letter, M1, and R for a regional train."""
    assert {line.shown for line in lines.values()} == {
        "SFM1", "SFM2", "SFM3", "SFM4", "SFM6", "SFM7", "SFMA", "R", "M1"
    }  # fmt: skip
    assert (lines["SFM3S"].shown, lines["SFM3B"].shown, lines["R_IVREA"].shown) == ("SFM3", "SFM3", "R")
    assert all("_" not in line.shown and "_" not in line.name for line in lines.values())


def test_what_does_not_run_is_kept_apart(folder: Path) -> None:
    running = {
        stop.name
        for name in ("sfm", "regional")
        for line in read_lines(folder / f"{name}.csv")
        for stop in line.stops
    }
    suspended = {stop.name for line in read_lines(folder / "suspended.csv") for stop in line.stops}
    assert {"Ceres", "Pont Canavese"} <= suspended
    assert running & suspended == {"Germagnano", "Rivarolo Canavese"}


def test_all_tables_together_are_a_valid_feed(lines: dict[str, Line], tmp_path: Path) -> None:
    into = tmp_path / "torino.zip"
    gtfs_from_lines(
        list(lines.values()), into, Publisher("Lines", "https://example.org", "Europe/Rome", "it")
    )
    result = gtfs_guru.validate(str(into), date="2026-03-10")
    assert result.is_valid
    assert not result.errors()


@pytest.mark.shared
def test_the_tables_are_what_the_tool_makes(
    folder: Path, shared_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    import make_torino_lines

    made = make_torino_lines.files(shared_dir / "data/torino")
    for name in ("make_torino_lines", "torino_lines", "torino_csv"):
        sys.modules.pop(name, None)
    by_hand = {"fast_roads.csv"}  # points along a motorway, for streets that are estimated
    assert {Path(name).name for name in made} == {path.name for path in folder.iterdir()} - by_hand
    for name, content in made.items():
        assert (folder.parent / name).read_text(encoding="utf-8") == content, name
