# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Processes that are started from standard input, from a script that guards nothing, and with a class of the script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from matrix_made import made_job

from aumenta.access.matrix import Ways, run_job
from aumenta.access.spawned import without_the_script

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
SCRIPT = """
from pathlib import Path
from matrix_made import MadeRows, made_job
from aumenta.access.matrix import Ways, run_job
with open({ran!r}, "a") as stream:
    stream.write("once ")
run_job(made_job(), Path({into!r}), Ways(2))
"""
OWN_CLASS = """
from pathlib import Path
from matrix_made import MadeRows, ORIGINS
from aumenta.access.matrix import Ways, make_job, run_job
class Mine(MadeRows):
    pass
if __name__ == "__main__":
    run_job(make_job(Mine(), ORIGINS, block=16), Path({into!r}), Ways(2))
"""


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    """The bytes of a run in one process."""
    run_job(made_job(), tmp_path / "plain.parquet", Ways(1))
    return (tmp_path / "plain.parquet").read_bytes()


def run(command: list[str], script: str | None = None) -> None:
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    told = subprocess.run(
        [sys.executable, *command],
        env=environment,
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize("way", ["stdin", "script", "own class"])
def test_workers_compute_however_the_script_is_run(tmp_path: Path, plain: bytes, way: str) -> None:
    into, ran = tmp_path / "m.parquet", tmp_path / "ran"
    script = (OWN_CLASS if way == "own class" else SCRIPT).format(into=str(into), ran=str(ran))
    if way == "stdin":
        run(["-"], script)
    else:
        (tmp_path / "script.py").write_text(script, encoding="utf-8")
        run([str(tmp_path / "script.py")])
    assert way == "own class" or ran.read_text() == "once "
    if way != "own class":  # the class is part of what a matrix is a replay of
        assert into.read_bytes() == plain
    assert into.stat().st_size > 0


def test_the_script_is_as_before() -> None:
    main = sys.modules["__main__"]
    before = dict(vars(main))
    with without_the_script():
        assert (main.__file__, main.__spec__) == (None, None)
    assert dict(vars(main)) == before


def test_the_script_is_told_where_it_has_a_class_that_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own:
        pass

    monkeypatch.setattr(Own, "__module__", "__main__")
    before = vars(sys.modules["__main__"]).get("__file__")
    with without_the_script(Own()):
        assert vars(sys.modules["__main__"]).get("__file__") == before
