# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta siting`: what it prints, what it keeps, how it ends."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from aumenta.cli import siting as command
from aumenta.errors import SitingError
from aumenta.twin import open_twin

app = typer.Typer()
command.register(app)
ASKED = ("--what", "1.2.1", "--count", "2", "--mode", "walk", "--area", "z01", "--area", "z02")


@pytest.fixture(scope="module")
def folder(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the toy twin that keeps answers."""
    folder = tmp_path_factory.mktemp("siting-command") / "twin"
    shutil.copytree(built_toy, folder)
    return folder


def run(folder: Path, *arguments: str) -> str:
    given = [*arguments, "--twin", str(folder)]
    done = CliRunner().invoke(app, given, env={"COLUMNS": "200"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_answer_as_words_and_tables(folder: Path) -> None:
    text = run(folder, *ASKED)
    for words in ("two new sites", "still beyond", "new sites", "one more", "gap", "Already there"):
        assert words in text
    assert "luoghi nuovi" in run(folder, *ASKED, "--language", "it")


def test_json_cells_and_scenario(folder: Path, tmp_path: Path) -> None:
    cells = tmp_path / "cells.csv"
    answer = json.loads(
        run(
            folder,
            *ASKED,
            "--json",
            "--quiet",
            "-o",
            str(cells),
            "--save-scenario",
            "houses",
            "--name",
            "Due case",
        )
    )
    rows = list(csv.DictReader(io.StringIO(cells.read_text(encoding="utf-8"))))
    assert sum(float(row["people"]) for row in rows) == answer["people"]
    assert {row["site"] for row in rows if row["site"]} == {
        one["id"] for one in answer["sites"] if one["people"] > 0
    }
    twin = open_twin(folder)
    made = twin.scenario("houses")
    assert made.scenario.name.it == "Due case" and len(made.resolved.checked().descriptions) == 2
    again = tmp_path / "question.json"
    again.write_text(json.dumps(answer["question"]), encoding="utf-8")
    assert json.loads(run(folder, "--question", str(again), "--json", "--quiet"))["id"] == answer["id"]


def test_options_reach_the_question(folder: Path) -> None:
    answer = json.loads(run(
        folder, "--what", "1.2.2", "--budget", "260", "--cost", "100", "--cost-of", "900001:250",
        "--set", "desks=yes",
        "--candidates", "seats,library", "--point", "9.144,44.234,Piazza", "--weight", "65_plus:2", "--within", "10",
        "--objective", "coverage", "--mode", "bike", "--no-existing", "--list-complete", "no", "--seconds", "20",
        "--json",
    ))  # fmt: skip
    asked = answer["question"]
    assert asked["parameters"] == {"desks": True} and asked["costs"] == {"900001": 250}
    assert asked["candidates"] == ["seats", "library"] and asked["points"][0]["name"] == "Piazza"
    assert (
        not asked["count_existing"]
        and asked["weights"] == {"65_plus": 2}
        and asked["objective"] == "coverage"
    )


def test_choices_tell_what_is_not_here(folder: Path) -> None:
    text = run(folder, "--choices", "--language", "it")
    assert "1.2.1" in text and "z03" in text and "without_car_share" in text


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((), "--what"),
        (("--what", "1.2.1", "--count", "99"), "count"),
        (("--what", "1.2.1", "--count", "1", "--point", "0,0"), "points[0]"),
        (("--what", "1.2.1", "--budget", "-5", "--cost", "1"), "budget"),
        (("--question", "nothing.json"), None),
    ],
)
def test_bad_questions_end_with_two(folder: Path, arguments: tuple[str, ...], field: str | None) -> None:
    with pytest.raises(SitingError) as caught:
        run(folder, *arguments)
    assert caught.value.exit_code == 2 and field in [one.field for one in caught.value.problems]
