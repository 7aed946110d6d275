# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The general queue: one job after the other, its progress, its end; the processes are small programs of the test."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aumenta.cli.progress import VARIABLE, teller
from aumenta.errors import AumentaError, Problem, error_to_json
from aumenta.web import jobs
from aumenta.web.background import Background
from aumenta.web.jobs import PROGRESS_VARIABLE, Command, JobQueue
from aumenta.web.site import BusyError

SLEEP = "import time; time.sleep(60)"


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


@pytest.fixture
def background(monkeypatch: pytest.MonkeyPatch) -> Iterator[Background]:
    """Processes run the word that follows `aumenta` as a program."""
    real = jobs.subprocess.Popen

    def begin(command: list[str], **how: Any) -> Any:
        assert command[:3] == [sys.executable, "-m", "aumenta"]
        return real([sys.executable, "-c", command[3]], **how)

    monkeypatch.setattr(jobs.subprocess, "Popen", begin)
    made = Background()
    yield made
    made.end()


def test_jobs_are_done_in_order_and_asked_twice_once(background: Background, tmp_path: Path) -> None:
    queue, log = JobQueue("tests", background, 2, 60), tmp_path / "log"
    body = f"import sys; open({str(log)!r}, 'a').write(sys.stdin.read())"
    queue.ask(Command("first", (SLEEP,)))
    until(lambda: queue.state("first").phase == "running")
    for name in ("a", "b", "a", "first"):
        queue.ask(Command(name, (body,), given=name))
    assert queue.names() == ["first", "a", "b"]
    assert [queue.state(name).before for name in ("a", "b")] == [1, 2]
    with pytest.raises(BusyError, match="not put into the queue"):
        queue.ask(Command("c", (body,)))
    queue.stop("first")
    assert queue.wait("first", 30).phase == "stopped"
    assert [queue.wait(name, 30).phase for name in ("a", "b")] == ["done", "done"]
    assert log.read_text() == "ab"
    assert queue.names() == [] and queue.state("c").phase == "idle"


def test_one_that_waits_is_taken_out(background: Background) -> None:
    queue = JobQueue("tests", background, 2, 60)
    queue.ask(Command("first", (SLEEP,)))
    queue.ask(Command("second", (SLEEP,)))
    queue.stop("second")
    assert queue.state("second").phase == "stopped" and queue.names() == ["first"]
    queue.forget("second")
    assert queue.state("second").phase == "idle"


def test_progress_is_what_it_wrote_last_and_how_it_fails_is_kept(background: Background) -> None:
    queue = JobQueue("tests", background, 2, 60)
    error = error_to_json(AumentaError("No.", [Problem("too few", field="count", found="0")]))
    body = (
        "import json, os, sys, time\n"
        f"from pathlib import Path\nfolder = Path(os.environ[{PROGRESS_VARIABLE!r}])\n"
        "(folder / 'progress.json').write_text(json.dumps({'step': 'half'}))\n"
        "while not (folder / 'go').exists(): time.sleep(0.02)\n"
        f"sys.exit(sys.stderr.write({error!r}) and 2)"
    )
    command = Command("one", (body,))
    queue.ask(command)
    until(lambda: queue.state("one").progress == {"step": "half"})
    assert queue._current is not None
    (queue._current.folder / "progress.json").write_text("{half")
    assert queue.state("one").progress is None
    folder = queue._current.folder
    (folder / "go").touch()
    ended = queue.wait("one", 30)
    assert (ended.phase, ended.problems) == ("failed", (Problem("too few", field="count", found="0"),))
    until(lambda: not folder.exists())
    queue.ask(Command("one", ("import sys; sys.exit('torn apart')",)))
    assert "torn apart" in queue.wait("one", 30).error


def test_too_long_and_the_end_of_the_pages(background: Background) -> None:
    queue = JobQueue("tests", background, 2, 0.3)
    queue.ask(Command("long", (SLEEP,)))
    assert queue.wait("long", 30).phase == "late"
    other = JobQueue("tests", background, 2, 60)
    other.ask(Command("long", (SLEEP,)))
    until(lambda: other.state("long").phase == "running")
    background.end()
    assert other.state("long").phase == "stopped"
    with pytest.raises(BusyError, match="the pages end"):
        other.ask(Command("more", (SLEEP,)))


def test_a_command_tells_into_the_folder_that_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert teller() is None
    assert VARIABLE == PROGRESS_VARIABLE
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    tell = teller()
    assert tell is not None
    tell({"step": "one"})
    tell({"step": "too soon"})
    assert json.loads((tmp_path / "progress.json").read_text()) == {"step": "one"}
    tell({"step": "done"}, now=True)
    assert json.loads((tmp_path / "progress.json").read_text()) == {"step": "done"}
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    silent = teller()
    assert silent is not None
    silent({"step": "one"})
