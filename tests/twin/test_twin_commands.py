# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Commands of the twin: what they print, what they write, how they end."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from aumenta.cli import twin as commands
from aumenta.errors import AumentaError
from aumenta.twin import Twin

app = typer.Typer()
commands.register(app)
runner = CliRunner()


def run(*arguments: str) -> str:
    done = runner.invoke(app, list(arguments), env={"COLUMNS": "200"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_twin_tells_layers_shares_and_licences(toy_folder: Path, toy: Twin) -> None:
    text = run("twin", "--twin", str(toy_folder))
    for layer in toy.layers:
        assert layer.name.en in text
    for indicator in toy.indicators:
        if indicator != "fullvoid.full":
            assert indicator in text
    for source in toy.sources.values():
        assert source.licence in text
    assert "declared" in text and "An OpenStreetMap extract" in text
    italian = run("twin", "--twin", str(toy_folder), "--language", "it")
    assert "Metropoli giocattolo" in italian


def test_values_as_csv_json_and_table_agree(toy_folder: Path, toy: Twin, tmp_path: Path) -> None:
    frame = toy.values("income.per_taxpayer", level="municipality")
    rows = list(csv.DictReader(io.StringIO(
        run("values", "income.per_taxpayer", "--level", "municipality", "--format", "csv", "--twin", str(toy_folder))
    )))  # fmt: skip
    assert [row["place"] for row in rows] == frame["place"].tolist()
    missing = [row for row in rows if row["status"] == "missing"]
    assert missing and all(row["value"] == "" and row["reason"] for row in missing)
    records = json.loads(run("values", "income.per_taxpayer", "--format", "json", "--twin", str(toy_folder)))
    assert len(records) == len(toy.values("income.per_taxpayer"))
    assert {r["value"] for r in records if r["status"] == "missing"} == {None}
    table = run("values", "income.per_taxpayer", "--level", "zone", "--twin", str(toy_folder))
    assert "Taxable income per taxpayer" in table
    out = tmp_path / "out" / "values.csv"
    assert run("values", "income.per_taxpayer", "-o", str(out), "--twin", str(toy_folder)) == ""
    assert out.read_text(encoding="utf-8").startswith("indicator,level,place,name,period,value")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["values", "demography.happiness"], "no such indicator"),
        (["values", "demography.population", "--place", "nowhere"], "no value of this place"),
    ],
)
def test_what_does_not_exist_is_told(toy_folder: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(AumentaError, match=message) as caught:
        run(*arguments, "--twin", str(toy_folder))
    assert caught.value.exit_code == 2


def test_a_level_that_does_not_exist_ends_with_two(toy_folder: Path) -> None:
    done = runner.invoke(
        app, ["values", "demography.population", "--level", "planet", "--twin", str(toy_folder)]
    )
    assert done.exit_code == 2


def test_output_that_cannot_be_written(toy_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AumentaError, match="cannot be written"):
        run(
            "values", "income.per_taxpayer", "-o", str(tmp_path / "file" / "x.csv"), "--twin", str(toy_folder)
        )


def test_validate_of_a_pack_without_published_figures(toy_folder: Path) -> None:
    assert "no published figures" in run("validate", "--twin", str(toy_folder))
    assert json.loads(run("validate", "--format", "json", "--twin", str(toy_folder))) == []


def test_validate_prints_each_figure_beside_the_twins(own_pack: Path, tmp_path: Path) -> None:
    figure = {
        "id": "residents",
        "name": {"it": "Residenti", "en": "Residents"},
        "indicator": "demography.population",
        "level": "metropolis",
        "place": "toy",
        "period": "2020",
        "value": 40000,
        "unit": {"it": "abitanti", "en": "residents"},
        "line": 7,
        "reason": {"it": "inventata [così]", "en": "invented [so]"},
    }
    data = {"document": {"it": "gioco", "en": "toy"}, "figures": [figure]}
    (own_pack / "published.yaml").write_text(json.dumps(data), encoding="utf-8")
    with (own_pack / "pack.yaml").open("a", encoding="utf-8") as stream:
        stream.write("published: published.yaml\n")
    folder = str(tmp_path / "t")
    said = run("build", str(own_pack), "--into", folder)
    assert "Built toy" in said and "peak memory" in said
    table = run("validate", "--twin", folder)
    assert "40,000 (2020)" in table and "50,000 (2023-01-01)" in table and "+25.0" in table
    assert "invented [so]" in table
    rows = list(csv.DictReader(io.StringIO(run("validate", "--format", "csv", "--twin", folder))))
    assert [(row["id"], row["difference"], row["line"]) for row in rows] == [("residents", "10000.0", "7")]
