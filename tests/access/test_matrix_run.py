# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Runs of a matrix: the same bytes however they are made, and nothing lost when something happens on the way."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from matrix_made import ORIGINS, MadeRows, made_row, wait_for
from matrix_made import made_job as job

from aumenta.access import matrix_blocks, matrix_table
from aumenta.access.matrix import Progress, Ways, parts_folder, run_job
from aumenta.access.matrix_table import Names
from aumenta.errors import AccessError

HERE = Path(__file__).resolve().parent


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    """The bytes of a run in one process without accidents."""
    run_job(job(), tmp_path / "plain.parquet", Ways(1))
    return (tmp_path / "plain.parquet").read_bytes()


def minutes_of(path: Path) -> dict[tuple[int, int], tuple[int | None, ...]]:
    table = pq.read_table(path).to_pydict()
    places = zip(table.pop("origin"), table.pop("destination"), strict=True)
    return dict(zip(places, zip(*table.values(), strict=True), strict=True))


def test_every_pair_is_what_the_source_says(tmp_path: Path) -> None:
    run_job(job(), tmp_path / "m.parquet", Ways(1))
    found = minutes_of(tmp_path / "m.parquet")
    expected = {
        (int(origin), cell): tuple(None if m == 255 else int(m) for m in column)
        for origin in ORIGINS
        for cell, column in enumerate(made_row(int(origin), 300, 2).T)
        if (column != 255).any()
    }
    assert found == expected and list(found) == list(expected)
    assert any(None in row for row in found.values()) and len(found) < 100 * 300


@pytest.mark.parametrize(("processes", "block"), [(1, 1), (1, 100), (2, 16), (3, 7)])
def test_same_bytes_however_it_is_run(tmp_path: Path, plain: bytes, processes: int, block: int) -> None:
    result = run_job(job(block), tmp_path / "m.parquet", Ways(processes))
    assert (tmp_path / "m.parquet").read_bytes() == plain
    assert result.computed == 100 and result.kept == 0 and result.notes == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.parquet", "plain.parquet"]


def test_a_finished_matrix_is_not_computed_again(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    run_job(job(trace=trace), tmp_path / "m.parquet", Ways(1))
    before = (tmp_path / "m.parquet").stat()
    again = run_job(job(trace=trace), tmp_path / "m.parquet", Ways(2))
    assert again.computed == 0 and again.kept == 100 and again.path == tmp_path / "m.parquet"
    assert (tmp_path / "m.parquet").stat() == before and len(trace.read_text().splitlines()) == 100
    other = run_job(job(trace=trace, version="2"), tmp_path / "m.parquet", Ways(1))
    assert other.computed == 100
    names = Names([f"o{n}" for n in ORIGINS], [f"c{n}" for n in range(300)])
    named = run_job(job(trace=trace), tmp_path / "m.parquet", Ways(1), names)
    assert named.computed == 100
    assert pq.read_table(tmp_path / "m.parquet")["origin"][0].as_py() == f"o{ORIGINS[0]}"


@pytest.mark.slow
def test_a_killed_run_goes_on(tmp_path: Path, plain: bytes) -> None:
    """The whole run is killed from outside in the middle; the same call computes only what is missing."""
    into, trace = tmp_path / "m.parquet", tmp_path / "trace"
    script = (
        "from pathlib import Path\n"
        "from matrix_made import made_job\n"
        "from aumenta.access.matrix import Ways, run_job\n"
        "if __name__ == '__main__':\n"
        f"    run_job(made_job(4, seconds=0.01, trace=Path({str(trace)!r})), Path({str(into)!r}), Ways(2))\n"
    )
    (tmp_path / "script.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    running = subprocess.Popen([sys.executable, str(tmp_path / "script.py")], env=environment)
    parts = parts_folder(into, job(4))
    wait_for(lambda: len(list(parts.glob("0*.npy"))) >= 8)
    running.kill()
    running.wait()
    assert not into.exists()
    wait_for(lambda: not alive(trace))  # workers end with the process that started them
    done = len(list(parts.glob("0*.npy")))
    assert 8 <= done < 25
    seen: list[Progress] = []
    result = run_job(job(4, trace=trace), into, Ways(2, progress=seen.append))
    assert result.kept == done * 4 and result.computed == 100 - done * 4
    assert seen[0].done == done * 4 and seen[0].seconds_left is None
    assert into.read_bytes() == plain
    assert not parts.exists() and not parts.parent.exists()


def alive(trace: Path) -> set[int]:
    """Processes named in a trace that still run."""
    found = set()
    for process in {int(line.split()[0]) for line in trace.read_text().splitlines()}:
        state = Path(f"/proc/{process}/stat")
        if state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z":
            found.add(process)
    return found


def test_a_worker_that_dies_is_survived(tmp_path: Path, plain: bytes) -> None:
    accident = {"accident": "kill", "at": int(ORIGINS[50]), "once": tmp_path / "once"}
    result = run_job(job(**accident), tmp_path / "m.parquet", Ways(2))
    assert (tmp_path / "m.parquet").read_bytes() == plain
    assert len(result.notes) == 1 and "SIGKILL" in result.notes[0] and "memory" in result.notes[0]


@pytest.mark.parametrize(("accident", "words"), [("kill", "SIGKILL"), ("exit", "exit code 3")])
def test_a_block_that_ends_every_worker_ends_the_run(
    tmp_path: Path, plain: bytes, accident: str, words: str
) -> None:
    into = tmp_path / "m.parquet"
    fatal = job(accident=accident, at=int(ORIGINS[90]))
    with pytest.raises(AccessError, match=words) as caught:
        run_job(fatal, into, Ways(2))
    assert "fewer processes" in str(caught.value) and "kept" in str(caught.value)
    assert not into.exists()
    kept = len(list(parts_folder(into, fatal).glob("0*.npy")))
    assert 4 <= kept < 7
    result = run_job(job(), into, Ways(1))
    assert result.kept >= 64 and into.read_bytes() == plain


def test_a_defect_in_a_worker_is_shown_whole(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: made up"):
        run_job(job(accident="raise", at=int(ORIGINS[3])), tmp_path / "m.parquet", Ways(2))


def test_stopped_by_hand(tmp_path: Path, plain: bytes) -> None:
    """Ctrl+C reaches the calling process and its workers; the workers end, blocks are kept."""
    into, trace = tmp_path / "m.parquet", tmp_path / "trace"

    def stop(progress: Progress) -> None:
        if progress.done >= 48:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        run_job(job(trace=trace), into, Ways(2, progress=stop))
    assert not into.exists() and not alive(trace) - {os.getpid()}
    result = run_job(job(), into, Ways(1))
    assert result.kept >= 48 and into.read_bytes() == plain


@pytest.mark.slow
def test_full_disk_while_blocks_are_written(tmp_path: Path, plain: bytes) -> None:
    """A limit on the size of files, which the system keeps like a full disk: a message, no traceback, and then on."""
    into = tmp_path / "m.parquet"
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from matrix_made import made_job\n"
        "from aumenta.access.matrix import Ways, run_job\n"
        "from aumenta.errors import AccessError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "if __name__ == '__main__':\n"
        f"    try: run_job(made_job(), Path({str(into)!r}), Ways(int(sys.argv[1])))\n"
        "    except AccessError as error: print(error)\n"
    )
    (tmp_path / "script.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    for processes in ("1", "2"):
        run = [sys.executable, str(tmp_path / "script.py"), processes]
        told = subprocess.run(run, env=environment, capture_output=True, text=True, check=True, timeout=60)
        assert "File too large" in told.stdout and "kept" in told.stdout, told.stderr
        assert "Traceback" not in told.stderr
        left = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "script.py"]
        assert [path.name for path in left] == ["plain.parquet"]
    assert run_job(job(), into, Ways(2)).computed == 100 and into.read_bytes() == plain


def test_full_disk_while_the_result_is_written(tmp_path: Path, monkeypatch, plain: bytes) -> None:
    into = tmp_path / "m.parquet"
    into.write_bytes(b"an older result")

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def sync(file: int) -> None:
        if list(tmp_path.glob(".m.parquet.*")):  # the result, not a block
            full(file)

    with monkeypatch.context() as patched:
        patched.setattr(matrix_table.os, "fsync", sync)
        with pytest.raises(AccessError, match=r"No space left.*room on the disk"):
            run_job(job(), into, Ways(1))
    assert into.read_bytes() == b"an older result" and not list(tmp_path.glob(".m.parquet.*"))
    result = run_job(job(), into, Ways(1))
    assert result.kept == 100 and result.computed == 0 and into.read_bytes() == plain


def test_too_little_room_is_told_before(tmp_path: Path, monkeypatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(AccessError, match="not enough room"):
        run_job(job(), tmp_path / "m.parquet", Ways(1))


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AccessError, match="cannot be written"):
        run_job(job(), tmp_path / "file" / "m.parquet", Ways(1))


def test_a_block_that_is_not_whole_is_made_anew(tmp_path: Path, plain: bytes) -> None:
    into = tmp_path / "m.parquet"
    parts = parts_folder(into, job())
    parts.mkdir(parents=True)
    matrix_blocks.write_block(parts, 0, matrix_blocks.compute(job(), MadeRows().open(), 0))
    whole = (parts / "000000.npy").read_bytes()
    (parts / "000001.npy").write_bytes(whole[: len(whole) // 2])
    np.save(parts / "000002.npy", np.zeros((16, 2, 299), np.uint8))
    (parts / "000003.npy").write_bytes(b"")
    result = run_job(job(), into, Ways(1))
    assert result.kept == 16 and result.computed == 84 and into.read_bytes() == plain


def test_blocks_of_another_question_are_neither_used_nor_lost(tmp_path: Path, plain: bytes) -> None:
    into = tmp_path / "m.parquet"
    other = parts_folder(into, job(version="older"))
    other.mkdir(parents=True)
    np.save(other / "000000.npy", np.zeros((16, 2, 300), np.uint8))
    result = run_job(job(), into, Ways(1))
    assert result.kept == 0 and into.read_bytes() == plain
    assert (other / "000000.npy").exists() and "another question" in result.notes[0]


def test_time_left_is_honest(tmp_path: Path) -> None:
    """No figure before the first block; then what is left at the measured pace, in the right order of size."""
    seen: list[tuple[float, Progress]] = []
    job_of_a_second = job(5, seconds=0.01)
    run_job(
        job_of_a_second,
        tmp_path / "m.parquet",
        Ways(1, progress=lambda p: seen.append((time.monotonic(), p))),
    )
    assert [p.done for _, p in seen] == [0, *range(5, 101, 5), 100]
    assert seen[0][1].seconds_left is None and seen[-1][1].writing and seen[-1][1].seconds_left is None
    end = seen[-1][0]
    for at, progress in seen[1:11]:
        assert progress.seconds_left == pytest.approx(end - at, rel=0.6, abs=0.2)
    assert seen[-2][1].seconds_left == 0.0
