# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The commands of `aumenta plan` as a person types them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from aumenta.cli.plan import register
from aumenta.errors import AumentaError
from aumenta.store.packs import BUNDLED

app = typer.Typer()
register(app)
TOY = BUNDLED / "toy"
DOCUMENT = str(TOY / "plan" / "document.txt")


@app.callback()
def _root() -> None:
    """Keep `plan` a group."""


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["plan", *words], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


def test_check_in_three_formats() -> None:
    table = run("check", "toy", "--document", DOCUMENT).stdout
    assert "OSd1 è un obiettivo ERDF ma sta sotto ESF+" in table
    data = json.loads(run("check", "toy", "--document", DOCUMENT, "--format", "json").stdout)
    rows = list(
        csv.DictReader(io.StringIO(run("check", "toy", "--document", DOCUMENT, "--format", "csv").stdout))
    )
    assert [(d["code"], d["where"]) for d in data] == [(r["code"], r["where"]) for r in rows]
    assert f"{len(data)} defects of {len({d['code'] for d in data})} kinds" in table
    errors = json.loads(run("check", "toy", "--format", "json", "--severity", "error").stdout)
    assert {d["severity"] for d in errors} == {"error"}


def test_check_ends_with_one_only_when_strict(pack: Path) -> None:
    run("check", str(pack))
    run("check", str(pack), "--strict", code=1)


def test_connections_and_graph(tmp_path: Path) -> None:
    text = run("connections", "1.1.1", "--pack", "toy", "--language", "en").stdout
    assert "they share the actor" in text
    assert "cited →" in text
    ties = json.loads(run("connections", "1.1.1", "--pack", "toy", "--json", "--kind", "actor").stdout)
    assert {t["kind"] for t in ties} == {"actor"}
    run("graph", "--pack", "toy", "--into", str(tmp_path / "g.graphml"))
    assert nx.read_graphml(tmp_path / "g.graphml").number_of_nodes() == 8
    run("graph", "--pack", "toy", "--format", "json", "--into", str(tmp_path / "g.json"))
    assert len(json.loads((tmp_path / "g.json").read_text())["nodes"]) == 8


def test_search() -> None:
    found = json.loads(run("search", "treno", "--pack", "toy", "--axis", "1", "--json").stdout)
    assert found[0]["code"] == "1.1.1"
    assert "1.1.1" in run("search", "treno", "--pack", "toy").stdout


def test_export_edit_import(pack: Path, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()}
    run("export", str(tmp_path / "plan.xlsx"), "--pack", str(pack))
    assert (
        "0 differences" in run("import", str(tmp_path / "plan.xlsx"), "--pack", str(pack), "--apply").stdout
    )
    assert {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()} == before
    run("export", str(tmp_path / "csv"), "--pack", str(pack))
    path = tmp_path / "csv" / "actions.csv"
    path.write_text(path.read_text().replace("Autobus a chiamata", "Autobus su richiesta"))
    preview = run("import", str(tmp_path / "csv"), "--pack", str(pack)).stdout
    assert "Autobus su richiesta" in preview
    assert "--apply writes" in preview
    assert {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()} == before
    run("import", str(tmp_path / "csv"), "--pack", str(pack), "--apply")
    changed = [p.name for p in before if p.read_bytes() != before[p]]
    assert changed == ["1.1.yaml"]
    told = json.loads(run("diff", "toy", str(pack), "--json").stdout)
    assert {(c["code"], c["field"]) for c in told} == {("1.1.2", "title"), ("1.1.2", "title_raw")}
    assert "Autobus su richiesta" in run("diff", "toy", str(pack)).stdout


def test_a_faulty_spreadsheet_changes_nothing(pack: Path, tmp_path: Path) -> None:
    run("export", str(tmp_path / "csv"), "--pack", str(pack))
    (tmp_path / "csv" / "axes.csv").write_text("codice\n1\n")
    before = {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()}
    with pytest.raises(AumentaError, match="nothing was changed"):
        run("import", str(tmp_path / "csv"), "--pack", str(pack), "--apply")
    assert {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()} == before


def test_citations_are_found_again(pack: Path) -> None:
    (pack / "plan" / "citations.yaml").unlink()
    run("citations", str(pack), "--document", DOCUMENT, "--apply")
    assert (pack / "plan" / "citations.yaml").read_bytes() == (TOY / "plan" / "citations.yaml").read_bytes()


def test_schema(tmp_path: Path) -> None:
    run("schema", "--into", str(tmp_path))
    assert json.loads((tmp_path / "strategy.schema.json").read_text())["title"] == "Strategy"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "nowhere"], "no pack of this name"),
        (["connections", "9.9.9", "--pack", "toy"], "no such action"),
        (["import", "nowhere.xlsx", "--pack", "toy"], "no such file"),
        (["check", "toy", "--document", "nowhere.txt"], "nowhere.txt"),
        (["export", "/dev/null/plan.xlsx", "--pack", "toy"], "could not be exported"),
        (["graph", "--pack", "toy", "--into", "/dev/null/g.json"], "cannot be written"),
    ],
)
def test_mistakes_end_with_two_and_one_message(words: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from aumenta.cli import main; main()", "plan", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
