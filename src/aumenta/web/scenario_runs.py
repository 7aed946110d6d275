# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A bounded queue of runs of scenarios: one process at a time beside the pages, with its progress, stopped when asked.

A run belongs to the server, not to the browser that asked: every browser sees its state, also after a reload. When
the pages end, what runs is stopped and what waits is left; a run that was cut off leaves nothing that counts.
"""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Condition
from typing import Any, Literal

from aumenta.errors import AumentaError, Problem, error_from_json
from aumenta.settings import Settings
from aumenta.twin.facade import Twin
from aumenta.web.background import Background
from aumenta.web.site import BusyError
from aumenta.web.standby import Standby

LOG = logging.getLogger(__name__)

#: What became of what was asked: `done` is told by the run itself.
Phase = Literal["idle", "waiting", "running", "done", "failed", "stopped", "late"]
#: Seconds between two looks at a process.
_LOOK = 0.2
#: Characters of what a run said that are shown where it did not end in an orderly way.
_SAID = 4_000


@dataclass(frozen=True)
class RunState:
    """Where the run of a scenario is: how many wait before it, what it said last, why it ended.

    `problems` say why it failed; `error` what the process said where it did not end in an orderly way.

    One from `outside` was started by another process, such as the command line: it is watched, and stopped there.
    """

    phase: Phase
    before: int = 0
    seconds: float = 0.0
    progress: dict[str, Any] | None = None
    error: str = ""
    problems: tuple[Problem, ...] = ()
    outside: bool = False

    @property
    def busy(self) -> bool:
        """Whether it waits or runs."""
        return self.phase in ("waiting", "running")

    @property
    def version(self) -> str:
        """Another word whenever there is something new to show, seconds apart."""
        told = self.progress or {}
        return f"{self.phase}-{self.before}-{told.get('stage', '')}-{len(told.get('first', ()))}"


@dataclass
class _Current:
    scenario: str
    run: str
    began: float
    process: subprocess.Popen[bytes] | None = None
    stop: bool = False


class ScenarioQueue:
    """Runs of the scenarios of one twin, one after the other."""

    def __init__(self, twin: Twin, settings: Settings, background: Background) -> None:
        self._twin, self._settings, self._background = twin, settings, background
        self._changed = Condition()
        self._waiting: list[str] = []
        self._current: _Current | None = None
        self._ended: dict[str, RunState] = {}
        self._working = False
        self._standby = Standby(twin.root, settings.standby_seconds)
        background.wakes(self._wake)
        background.wakes(self._standby.end)

    def ask(self, scenario: str) -> None:
        """Put a scenario into the queue; one that waits or runs already, here or elsewhere, stays where it is.

        Raises `BusyError` when too many wait, or the pages end.
        """
        with self._changed:
            running = self._current is not None and self._current.scenario == scenario
            if running or scenario in self._waiting or scenario in self.outside():
                return
            if len(self._waiting) >= self._settings.max_waiting_runs:
                problem = Problem(
                    "too many runs wait already",
                    found=str(len(self._waiting)),
                    expected="wait for one to end, or stop one",
                )
                raise BusyError("The run was not put into the queue.", [problem])
            self._ended.pop(scenario, None)
            self._waiting.append(scenario)
            if not self._working:
                self._working = self._background.start("scenario runs", self._work)
                if not self._working:
                    self._waiting.remove(scenario)
                    raise BusyError("The run was not begun: the pages end.")
            self._changed.notify_all()

    def prepare(self) -> None:
        """Have a process read the twin, as somebody looks at what may be run next."""
        if not self._background.ending:
            self._standby.ready()

    def stop(self, scenario: str) -> None:
        """Take a scenario out of the queue, or stop its run; nothing where it neither waits nor runs."""
        with self._changed:
            if scenario in self._waiting:
                self._waiting.remove(scenario)
                self._ended[scenario] = RunState("stopped")
            elif self._current is not None and self._current.scenario == scenario:
                self._current.stop = True
            self._changed.notify_all()

    def outside(self) -> dict[str, RunState]:
        """Runs of this build that other processes compute now, by scenario."""
        own = self._current.run if self._current is not None else ""
        return {
            str(told.get("scenario")): RunState("running", 0, told["seconds"], told, outside=True)
            for told in self._twin.runs.computing()
            if told["run"] != own and told.get("build") == self._twin.build
        }

    def state(self, scenario: str, outside: Mapping[str, RunState] | None = None) -> RunState:
        """Where the run of a scenario is; `outside` where that was asked for already."""
        elsewhere = self.outside() if outside is None else outside
        with self._changed:
            current = self._current
            if current is not None and current.scenario == scenario:
                told = self._twin.runs.progress(current.run)
                return RunState("running", 0, time.monotonic() - current.began, told)
            if scenario in self._waiting:
                before = self._waiting.index(scenario) + (1 if current is not None else 0)
                return RunState("waiting", before)
            if scenario in elsewhere:
                return elsewhere[scenario]
            return self._ended.get(scenario, RunState("idle"))

    def wait(self, scenario: str, seconds: float) -> RunState:
        """Where it is once it has ended, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self.state(scenario).busy, seconds)
        return self.state(scenario)

    # --- the thread ---------------------------------------------------------------------

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting or self._background.ending:
                    self._working = False
                    self._waiting.clear()
                    return
                self._current = current = _Current(self._waiting.pop(0), "", time.monotonic())
            try:
                ended = self._run(current)
            except AumentaError as error:  # the scenario cannot even be read
                ended = RunState("failed", problems=_told(error))
            except Exception as error:
                LOG.exception("The run of %s could not be made.", current.scenario)
                ended = RunState("failed", error=str(error))
            with self._changed:
                self._ended[current.scenario] = ended
                self._current = None
                self._changed.notify_all()

    def _run(self, current: _Current) -> RunState:
        """Compute one scenario in a process of its own."""
        current.run = self._twin.scenario(current.scenario).run_id
        started = self._standby.take(current.scenario)
        try:
            why = self._watched(current, started.process)
            seconds = time.monotonic() - current.began
            if why is not None:
                return RunState(why, seconds=seconds)
            if started.process.returncode and self._done_elsewhere(current):
                return RunState("idle", seconds=seconds)
            if started.process.returncode:
                return _failed(started.said(), seconds)
        finally:
            started.end()
        return RunState("done", seconds=seconds)

    def _done_elsewhere(self, current: _Current) -> bool:
        """Whether the very run is computed, or was, by another process: then ours had nothing to do."""
        runs = self._twin.runs
        return current.run in runs.names() or any(one["run"] == current.run for one in runs.computing())

    def _watched(self, current: _Current, process: subprocess.Popen[bytes]) -> Phase | None:
        """Wait for a process; why it is not waited for any longer, None when it ended by itself."""
        until = current.began + self._settings.max_run_seconds
        while process.poll() is None:
            with self._changed:
                if current.stop or self._background.ending:
                    return "stopped"
                self._changed.wait(_LOOK)
            if time.monotonic() > until:
                return "late"
        return None


def _failed(said: str, seconds: float) -> RunState:
    """A run whose process ended with an error, by what it said."""
    error = error_from_json(said)
    if error is None:
        return RunState("failed", seconds=seconds, error=said[-_SAID:])
    return RunState("failed", seconds=seconds, problems=_told(error))


def _told(error: AumentaError) -> tuple[Problem, ...]:
    return error.problems or (Problem(error.summary),)
