# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta matrix` on the toy metropolis: what it writes and refuses, stopped runs, a cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

import aumenta as au
from aumenta.access.matrix_table import replay_of
from aumenta.cli import matrix as command
from aumenta.cli.matrix_places import places_of
from aumenta.errors import AumentaError
from aumenta.twin import Twin

pytestmark = pytest.mark.slow

app = typer.Typer()
command.register(app)
runner = CliRunner()


@pytest.fixture(scope="module")
def twin(built_toy: Path) -> Twin:
    return au.open(built_toy)


def run(twin: Twin, output: Path, *arguments: str, processes: int = 1) -> str:
    words = ["--twin", str(twin.root), "--output", str(output), "--processes", str(processes), *arguments]
    done = runner.invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(twin: Twin, output: Path, *arguments: str) -> str:
    words = ["--twin", str(twin.root), "--output", str(output), "--processes", "1", *arguments]
    with pytest.raises(AumentaError) as caught:
        runner.invoke(app, words, catch_exceptions=False)
    assert caught.value.exit_code == 2 and not output.exists()
    assert not list(output.parent.glob("*.parts"))
    return str(caught.value)


def test_seats_to_seats_are_the_routers_minutes(twin: Twin, tmp_path: Path) -> None:
    text = run(
        twin, tmp_path / "m.parquet", "--to", "seats", "--percentiles", "50,90", "--window", "7:00-8:00"
    )
    assert "12 origins" in text
    seats = places_of(twin, "seats", "")
    router = twin.router(percentiles=(50, 90), window=("7:00", "8:00"))
    expected = [
        (origin, destination, *(None if m == 255 else int(m) for m in row))
        for origin, cell in zip(seats.names, seats.cells, strict=True)
        for destination, row in zip(
            seats.names, router.one_to_all(int(cell)).rows[:, seats.cells].T.tolist(), strict=True
        )
        if min(row) < 255
    ]
    assert duckdb.sql(f"select * from '{tmp_path / 'm.parquet'}'").fetchall() == expected
    assert {row[0] for row in expected} == set(twin.places("municipality")["id"])
    told = replay_of(tmp_path / "m.parquet")
    assert told is not None and told["status"] == "estimated" and told["options"]["percentiles"] == [50, 90]
    assert told["options"]["date"] == twin.network.about.date


def test_sums_are_those_of_reach(twin: Twin, tmp_path: Path) -> None:
    text = run(twin, tmp_path / "s.parquet", "--keep", "sums", "--mode", "bike", "--percentiles", "50")
    assert "Not all jobs are known by cell" in text
    frame = pq.read_table(tmp_path / "s.parquet").to_pandas()
    seat = places_of(twin, "seats", "")
    times = twin.reach(int(seat.cells[3]), mode="bike", percentiles=(50,))
    for thing in ("people", "jobs", "school"):
        own = frame[(frame["origin"] == seat.names[3]) & (frame["kind"] == thing)]
        weights = twin.weights.row(thing)
        assert own["class"].tolist() == ["15", "30", "45", "60", "75", "90", "over", "not reached"]
        assert np.cumsum(own["sum"])[:6].tolist() == pytest.approx(times.reached(weights).tolist(), rel=1e-12)
        assert own["sum"].sum() == pytest.approx(weights.sum(), rel=1e-12)


def test_origins_by_kilometre_are_where_people_are(twin: Twin) -> None:
    found = places_of(twin, "km", "")
    grid, people = twin.grid, twin.cell_table(["pop"]).column("pop").to_numpy()
    kilometres = {(int(grid.gx[cell]) // 4, int(grid.gy[cell]) // 4) for cell in np.flatnonzero(people > 0)}
    assert {(int(grid.gx[c]) // 4, int(grid.gy[c]) // 4) for c in found.cells} == kilometres
    assert len(found.cells) == len(kilometres) and (people[found.cells] > 0).all()
    assert found.names == [str(grid.names[cell]) for cell in found.cells]
    inhabited = places_of(twin, "inhabited", "")
    assert (inhabited.cells == np.flatnonzero(people > 0)).all() and len(found.cells) < len(inhabited.cells)


def test_places_of_a_csv(twin: Twin, tmp_path: Path) -> None:
    seats = twin.places("municipality")
    lines = [f"{row.id},{row.seat_lon},{row.seat_lat}" for row in seats.itertuples()]
    (tmp_path / "a.csv").write_text("id,lon,lat\n" + "\n".join(lines), encoding="utf-8-sig")
    found, expected = places_of(twin, str(tmp_path / "a.csv"), ""), places_of(twin, "seats", "")
    assert found.names == expected.names and (found.cells == expected.cells).all()
    codes = [str(twin.grid.names[cell]) for cell in expected.cells]
    (tmp_path / "b.csv").write_text("name,cell\n" + "\n".join(f"x,{code}" for code in codes))
    found = places_of(twin, str(tmp_path / "b.csv"), "")
    assert found.names == codes and (found.cells == expected.cells).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the table is empty"),
        ("x,y\n1,2\n", "row 1: not a table of places"),
        ("cell\n", "no places"),
        ("cell\nCRS3035RES250mN1E1\nhere\n", "row 2, field cell.*row 3, field cell"),
        ("lon,lat\n9.1443,44.2388\n7.0,44.0\n91,x\n", "row 3, field lon, lat.*row 4"),
        ("lon,lat\n9.1443,44.2388\n9.1443,44.2388\n", "row 3.*comes twice.*row 2.*column `id`"),
        (
            "id,lon,lat\na,9.1443,44.2388\na,9.1443,44.2388\n,9.1443,44.2388\n",
            "row 3.*comes twice.*row 4.*no name",
        ),
    ],
)
def test_a_csv_that_cannot_be_used(twin: Twin, tmp_path: Path, text: str, words: str) -> None:
    import re

    file = tmp_path / "places.csv"
    file.write_text(text)
    told = refused(twin, tmp_path / "m.parquet", "--origins", str(file))
    assert re.search(words, told, re.DOTALL) and (not text or str(file) in told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--origins", "everywhere"], "seats, inhabited, km, cells"),
        (["--to", "nowhere.csv"], "no such file"),
        (["--percentiles", "half"], "--percentiles"),
        (["--percentiles", "50,101"], "1 to 100"),
        (["--window", "9:00-7:00"], "ends before it begins"),
        (["--date", "2031-01-01"], "2031"),
        (["--keep", "sums", "--to", "seats"], "--keep minutes"),
        (["--cluster", "tcp://127.0.0.1:1"], "no scheduler answers"),
    ],
)
def test_wrong_questions(twin: Twin, tmp_path: Path, arguments: list[str], words: str, monkeypatch) -> None:
    monkeypatch.setattr("aumenta.access.cluster.CONNECT_SECONDS", 1.0)
    assert words in refused(twin, tmp_path / "m.parquet", *arguments)


def started(twin: Twin, output: Path, *arguments: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "aumenta", "matrix", "--twin", str(twin.root), "--output", str(output)]
    return subprocess.Popen(
        [*words, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_stopped_by_hand_and_gone_on_with(twin: Twin, tmp_path: Path) -> None:
    """Ctrl+C at the terminal: a sentence, exit code 130, no traceback; then the same command, and the same bytes."""
    output, plain = tmp_path / "m.parquet", tmp_path / "plain.parquet"
    asked = ["--origins", "inhabited", "--percentiles", "50"]
    run(twin, plain, *asked)
    running = started(twin, output, *asked)
    end = time.monotonic() + 120
    while not list(tmp_path.glob("m.parquet.parts/*/0*.npy")) and running.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)  # the group of processes that this test started, as a terminal does
    _, told = running.communicate(timeout=60)
    if running.returncode != 0:  # it may have been quicker
        assert running.returncode == 130 and "the same command goes on" in told, told
        assert not output.exists()
    assert "Traceback" not in told
    text = run(twin, output, *asked)
    assert "computed before" in text and output.read_bytes() == plain.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.parquet", "plain.parquet"]


@pytest.mark.slow
def test_on_a_cluster(twin: Twin, tmp_path: Path) -> None:
    """A scheduler and a worker on this machine: the bytes of the local run, through the network's path alone."""
    run(twin, tmp_path / "plain.parquet", "--percentiles", "50")
    file = tmp_path / "scheduler.json"
    start = [sys.executable, "-m"]
    processes = [
        subprocess.Popen(
            [*start, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
             "--scheduler-file", str(file)], stderr=subprocess.DEVNULL,
        )
    ]  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not file.exists() or not file.stat().st_size:
            assert time.monotonic() < end
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        processes.append(
            subprocess.Popen(
                [*start, "distributed.cli.dask_worker", address, "--nthreads", "2", "--no-nanny", "--no-dashboard"],
                stderr=subprocess.DEVNULL, cwd=tmp_path,
            )
        )  # fmt: skip
        run(twin, tmp_path / "m.parquet", "--percentiles", "50", "--cluster", address)
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()
    assert (tmp_path / "m.parquet").read_bytes() == (tmp_path / "plain.parquet").read_bytes()
