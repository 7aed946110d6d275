# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The queue of runs: one after the other, seen by all, stopped, ended with the pages. The processes are stand-ins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aumenta.errors import Problem, ScenarioError, error_to_json
from aumenta.scenario.runs import Runs
from aumenta.settings import Settings
from aumenta.store.unfinished import PROGRESS, UNFINISHED, tell_progress
from aumenta.web.background import Background
from aumenta.web.scenario_runs import ScenarioQueue
from aumenta.web.site import BusyError

RUN = "0123456789abcdef"
SLEEP = "import time; time.sleep(60)"


class Stage:
    """A queue over an empty folder whose processes do what the test says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.runs = Runs(folder)
        self.said: list[list[str]] = []
        self.body = "pass"
        twin: Any = SimpleNamespace(root=folder, runs=self.runs, scenario=self._scenario, build="b1")
        self.background = Background()
        self.queue = ScenarioQueue(twin, Settings(**settings), self.background)
        real = subprocess.Popen

        def begin(command: list[str], **how: Any) -> Any:
            self.said.append(command)
            return real([sys.executable, "-c", self.body], **how)

        monkeypatch.setattr(subprocess, "Popen", begin)

    def _scenario(self, name: str) -> Any:
        if name == "unreadable":
            raise ScenarioError("The scenario cannot be used as it is.")
        return SimpleNamespace(run_id=RUN)

    def until(self, true: Callable[[], bool], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            time.sleep(0.02)
        assert true()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, monkeypatch, max_waiting_runs=2)
    yield made
    made.background.end()


def test_a_run_is_our_own_command_line_with_fixed_arguments(stage: Stage) -> None:
    stage.queue.ask("one")
    assert stage.queue.wait("one", 20).phase == "done"
    root = str(stage.runs.twin.resolve())
    assert stage.said == [
        [sys.executable, "-m", "aumenta", "scenario", "run", "one", "--quiet", "--twin", root]
    ]


def test_one_runs_at_a_time_and_the_others_wait_in_order(stage: Stage) -> None:
    stage.body = SLEEP
    stage.queue.ask("one")
    stage.until(lambda: stage.queue.state("one").phase == "running")
    stage.queue.ask("two")
    stage.queue.ask("three")
    stage.queue.ask("one")  # asked again by another browser: it is the same run
    stage.queue.ask("two")
    assert [stage.queue.state(name).before for name in ("two", "three")] == [1, 2]
    with pytest.raises(BusyError, match="not put into the queue"):
        stage.queue.ask("four")
    assert stage.queue.state("four").phase == "idle"
    stage.queue.stop("two")
    assert stage.queue.state("two").phase == "stopped"
    stage.until(lambda: len(stage.said) == 1)
    stage.body = "pass"
    stage.queue.stop("one")
    assert stage.queue.wait("one", 20).phase == "stopped"
    assert stage.queue.wait("three", 20).phase == "done"
    assert len(stage.said) == 2


def test_progress_is_what_the_run_wrote_last(stage: Stage) -> None:
    stage.body = SLEEP
    stage.queue.ask("one")
    stage.until(lambda: stage.queue.state("one").phase == "running")
    assert stage.queue.state("one").progress is None
    folder = stage.runs.folder / "runs" / f"{UNFINISHED}{RUN}"
    folder.mkdir(parents=True)
    (folder / PROGRESS).write_text(json.dumps({"stage": "city15", "first": []}))
    stage.until(lambda: (stage.queue.state("one").progress or {}).get("stage") == "city15")
    (folder / PROGRESS).write_text("{half")  # never served half
    assert stage.queue.state("one").progress is None


def test_a_run_that_fails_says_why(stage: Stage) -> None:
    stage.body = "import sys; sys.stderr.write('x' * 9000 + 'no stop of that name'); sys.exit(2)"
    stage.queue.ask("one")
    state = stage.queue.wait("one", 20)
    assert state.phase == "failed"
    assert state.error.endswith("no stop of that name") and len(state.error) <= 4000
    stage.queue.ask("unreadable")
    assert "cannot be used" in stage.queue.wait("unreadable", 20).problems[0].message
    told = error_to_json(
        ScenarioError("The scenario cannot be applied.", [Problem("no effect", row=3)] * 400)
    )
    stage.body = (
        f"import sys; print('Warning: x', file=sys.stderr); print({told!r}, file=sys.stderr); sys.exit(2)"
    )
    stage.queue.ask("one")
    state = stage.queue.wait("one", 20)
    assert (state.error, state.problems) == ("", (Problem("no effect", row=3),) * 400)
    stage.body = "pass"
    stage.queue.ask("one")
    assert stage.queue.wait("one", 20).phase == "done"


def test_a_run_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path, monkeypatch, max_run_seconds=0.3)
    stage.body = SLEEP
    stage.queue.ask("one")
    assert stage.queue.wait("one", 20).phase == "late"
    stage.background.end()


def test_what_runs_ends_with_the_pages_and_what_it_started_too(stage: Stage, tmp_path: Path) -> None:
    child = tmp_path / "child"
    stage.body = (
        "import subprocess, sys, time; "
        f"p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); "
        f"open({str(child)!r} + '.part', 'w').write(str(p.pid)); "
        f"import os; os.rename({str(child)!r} + '.part', {str(child)!r}); time.sleep(60)"
    )
    stage.queue.ask("one")
    stage.until(child.exists)
    stage.queue.ask("two")
    stage.background.end()
    assert not stage.queue.state("one").busy and not stage.queue.state("two").busy
    number = int(child.read_text())

    def gone() -> bool:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        return "Z" in Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]

    stage.until(gone)
    with pytest.raises(BusyError):
        stage.queue.ask("three")


def outside(stage: Stage, run: str = RUN, build: str = "b1") -> AbstractContextManager[Path]:
    """A run as the command line would make it, in the middle."""

    @contextmanager
    def going() -> Iterator[Path]:
        with stage.runs.writing(run) as folder:
            told = {
                "run": run,
                "scenario": "one",
                "build": build,
                "stage": "city15",
                "seconds": 4.0,
                "first": [],
            }
            tell_progress(folder, told)
            yield folder

    return going()


def test_a_run_of_the_command_line_is_watched_and_not_started_twice(stage: Stage) -> None:
    with outside(stage):
        state = stage.queue.state("one")
        assert (state.phase, state.outside, (state.progress or {})["stage"]) == ("running", True, "city15")
        assert 4.0 <= state.seconds < 30
        stage.queue.ask("one")
        assert stage.said == []
        assert stage.queue.state("two").phase == "idle"
        stage.queue.stop("one")  # it is not ours to stop
        assert stage.queue.state("one").busy
    assert stage.queue.state("one").phase == "idle"
    with outside(stage, build="another"):
        assert stage.queue.state("one").phase == "idle"


def test_one_that_was_cut_off_is_not_told_as_going_on(stage: Stage) -> None:
    folder = stage.runs.folder / "runs" / f"{UNFINISHED}{RUN}"
    folder.mkdir(parents=True)
    tell_progress(folder, {"scenario": "one", "build": "b1", "stage": "city15"})
    assert stage.queue.state("one").phase == "idle"
    (stage.runs.folder / "runs" / f".lock-{RUN}").touch()
    assert stage.queue.state("one").phase == "idle"
    stage.queue.ask("one")
    assert stage.queue.wait("one", 20).phase == "done"


def test_ours_that_finds_the_very_run_being_computed_has_not_failed(stage: Stage) -> None:
    """Both were asked for at the same moment: ours is refused, and the other is watched."""
    stage.body = "import sys, time; time.sleep(0.5); sys.exit(2)"
    stage.queue.ask("one")
    stage.until(lambda: len(stage.said) == 1)
    with outside(stage):
        stage.until(lambda: stage.queue.state("one").outside)
    assert stage.queue.state("one").phase == "idle"


def test_looking_at_a_run_does_not_keep_others_from_computing_it(stage: Stage) -> None:
    """The lock is held for a moment by whoever looks; a run that begins just then waits for it."""
    with outside(stage):
        pass
    folder = stage.runs.folder / "runs" / f"{UNFINISHED}{RUN}"
    folder.mkdir()
    tell_progress(folder, {"scenario": "one", "build": "b1"})
    end = threading.Event()

    def look() -> None:
        while not end.is_set():
            stage.runs.computing()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(40):
            with outside(stage):
                with pytest.raises(ScenarioError, match="not started"), stage.runs.writing(RUN):
                    pass
                assert [one["run"] for one in stage.runs.computing()] == [RUN]
            folder.mkdir(exist_ok=True)
            tell_progress(folder, {"scenario": "one", "build": "b1"})
    finally:
        end.set()
        thread.join()
