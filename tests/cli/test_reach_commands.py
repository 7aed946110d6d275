# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta reach` and `aumenta journey` on the toy metropolis: what they print and write, what they refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import aumenta as au
from aumenta.cli import reach as commands
from aumenta.errors import AumentaError
from aumenta.twin import Twin

app = typer.Typer()
commands.register(app)
runner = CliRunner()
STATION = "stop:giocopoli"


@pytest.fixture(scope="module")
def twin(built_toy: Path) -> Twin:
    return au.open(built_toy)


def run(twin: Twin, *arguments: str) -> str:
    done = runner.invoke(
        app, [*arguments, "--twin", str(twin.root)], env={"COLUMNS": "200"}, catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(twin: Twin, *arguments: str) -> str:
    with pytest.raises(AumentaError) as caught:
        runner.invoke(app, [*arguments, "--twin", str(twin.root)], catch_exceptions=False)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_reach_prints_the_sums_of_the_times(twin: Twin) -> None:
    rows = csv.DictReader(io.StringIO(run(twin, "reach", "--from", "9.1443,44.2388", "--format", "csv")))
    found = {row["id"]: row for row in rows}
    times = twin.reach((9.1443, 44.2388), percentiles=(50,))
    people = times.reached(twin.weights.row("people"))
    assert [int(found["people"][f"within_{band}"]) for band in (15, 30, 45, 60, 75, 90)] == [
        round(float(value)) for value in people
    ]
    assert found["people"]["complete"] == "True"
    assert found["jobs"]["complete"] == "False"
    text = run(twin, "reach", "--from", "9.1443,44.2388")
    assert "120 departures), median" in text and "at least so many" in text and "Estimated" in text


def test_reach_takes_its_options(twin: Twin) -> None:
    text = run(
        twin, "reach", "--from", "Giocopoli", "--window", "8:00", "--rides", "1", "--vehicles", "rail",
        "--max-minutes", "60", "--percentile", "100", "--language", "it",
    )  # fmt: skip
    assert (
        "From Giocopoli by public transport" in text
        and "8:00 (one departure)" in text
        and "residenti" in text
    )
    assert "To Giocopoli on foot" in run(twin, "reach", "--from", "900001", "--mode", "walk", "--toward")


@pytest.mark.parametrize("areas", [False, True])
def test_reach_writes_geojson(twin: Twin, tmp_path: Path, areas: bool) -> None:
    file = tmp_path / "reached.geojson"
    run(twin, "reach", "--from", "Giocopoli", "--output", str(file), *(["--areas"] if areas else []))
    features = json.loads(file.read_text())["features"]
    kinds = {feature["geometry"]["type"] for feature in features}
    assert kinds <= ({"Polygon", "MultiPolygon"} if areas else {"Point"})
    if not areas:
        times = twin.reach((9.14439, 44.23429), percentiles=(50,))
        minutes = {f["properties"]["cell"]: f["properties"]["minutes"] for f in features}
        series = times.minutes()
        assert minutes == {str(c): int(m) for c, m in series[series < 255].items()}


def test_journey_by_hand(twin: Twin) -> None:
    # The train leaves Giocopoli at :05 and :35 and is in Altalena five minutes later.
    text = run(twin, "journey", STATION, "stop:altalena", "8:10")
    assert "8:35 - 8:40  train" in text and "Giocopoli - Altalena (1 stop)" in text
    italian = run(twin, "journey", STATION, "stop:altalena", "8:10", "--language", "it")
    assert "treno" in italian and "senza cambi" in italian
    data = json.loads(run(twin, "journey", STATION, "stop:altalena", "8:10", "--json"))
    assert data["seconds"] == data["arrival"] - 8 * 3600 - 600
    assert [leg["mode"] for leg in data["legs"] if leg["mode"] == "ride"] == ["ride"]


def test_journey_writes_its_lines(twin: Twin, tmp_path: Path) -> None:
    file = tmp_path / "journey.geojson"
    text = run(twin, "journey", "Giocopoli", "Carte", "8:10", "--output", str(file))
    features = json.loads(file.read_text())["features"]
    assert {feature["geometry"]["type"] for feature in features} == {"LineString"}
    assert len(features) == sum("  " in line for line in text.splitlines())


@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_journey_over_streets(twin: Twin, mode: str) -> None:
    word = {"walk": "on foot", "bike": "by bicycle", "car": "by car"}[mode]
    text = run(twin, "journey", "Giocopoli", "stop:giocopoli", "8:10", "--mode", mode)
    assert f"{word} to the destination" in text and "without vehicles" in text


def test_what_is_refused(twin: Twin, tmp_path: Path) -> None:
    assert "outside the territory" in refused(twin, "reach", "--from", "12.5,41.9")
    assert "not longitude and latitude" in refused(twin, "reach", "--from", "45.07,765.0")
    assert "ends before it begins" in refused(twin, "reach", "--from", "Giocopoli", "--window", "9:00-7:00")
    assert "not a window" in refused(twin, "reach", "--from", "Giocopoli", "--window", "7-8-9")
    assert "not a time of day" in refused(twin, "reach", "--from", "Giocopoli", "--window", "7.00-9.00")
    assert "Nothing runs on that day" in refused(twin, "reach", "--from", "Giocopoli", "--date", "2031-01-01")
    assert "not a date" in refused(twin, "reach", "--from", "Giocopoli", "--date", "tomorrow")
    assert "is it Giocopoli?" in refused(twin, "journey", "Giocopol", "Carte", "8:10")
    assert "no seat" in refused(twin, "journey", "hill", "Carte", "8:10")
    assert "cannot be read" in refused(twin, "journey", "Giocopoli", "Carte", "8.10")
    told = refused(twin, "journey", "Giocopoli", "Birilli", "8:10", "--max-minutes", "10")
    assert "no journey within 10 minutes" in told
    blocked = tmp_path / "file"
    blocked.write_text("")
    told = refused(twin, "reach", "--from", "Giocopoli", "--output", str(blocked / "x.geojson"))
    assert "cannot be written" in told


def test_a_place_west_of_greenwich_is_no_option(twin: Twin) -> None:
    assert "outside the territory" in refused(twin, "journey", "-3.70,40.42", "-3.68,40.40", "8:10")
