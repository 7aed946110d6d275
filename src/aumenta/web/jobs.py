# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A bounded queue of jobs beside the pages: one process of our own command line at a time, with its progress.

A job belongs to the server, not to the browser that asked: every browser sees its state, also after a reload. It is
known by its name; asked twice, it is the same job. When the pages end, what runs is stopped and what waits is left;
what a command has kept until then is its own affair. Queues of different kinds of jobs stand beside each other.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import Any, Literal, Protocol

from aumenta.errors import AumentaError, Problem, error_from_json
from aumenta.store.unfinished import PROGRESS
from aumenta.web.background import Background
from aumenta.web.site import BusyError
from aumenta.web.standby import Started

LOG = logging.getLogger(__name__)

#: What became of what was asked: `done` says no more than that the process ended well.
Phase = Literal["idle", "waiting", "running", "done", "failed", "stopped", "late"]
#: Folder that a command writes how far it is into, as `progress.json` (see `aumenta.cli.progress`).
PROGRESS_VARIABLE = "AUMENTA_PROGRESS"
#: Seconds between two looks at a process.
_LOOK = 0.2
#: Characters of what a process said that are shown where it did not end in an orderly way.
_SAID = 4_000
#: Ended jobs whose state is remembered.
_REMEMBERED = 200


@dataclass(frozen=True)
class JobState:
    """Where a job is: how many wait before it, its seconds, what it said last, why it ended.

    `problems` say why it failed; `error` what the process said where it did not end in an orderly way. One from
    `outside` was started by another process, such as the command line: it is watched, and stopped there.
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


class Job(Protocol):
    """Something to do in a process of its own."""

    @property
    def name(self) -> str:
        """What it is known by in its queue."""

    def begin(self, folder: Path) -> Started:
        """Start the process; it may tell how far it is in this folder. `AumentaError` where it cannot be started."""

    def told(self, folder: Path) -> dict[str, Any] | None:
        """How far it says it is; None where it has said nothing yet."""


@dataclass(frozen=True)
class Command:
    """A command of our own as a job: its words after `aumenta`, and what it reads from its standard input."""

    name: str
    words: tuple[str, ...]
    given: str = ""

    def begin(self, folder: Path) -> Started:
        """Start it; errors come back as JSON, progress in the folder."""
        environment = {
            **os.environ,
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "TERM": "dumb",
            "AUMENTA_ERRORS": "json",
            PROGRESS_VARIABLE: str(folder),
        }
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process is done with
        given = tempfile.TemporaryFile()  # noqa: SIM115 - a file, so that nothing waits for a reader
        given.write(self.given.encode())
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "aumenta", *self.words],
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            start_new_session=True,  # so that stopping it stops what it started too
        )
        given.close()
        return Started(process, errors)

    def told(self, folder: Path) -> dict[str, Any] | None:
        """What it wrote last; half a file is as none."""
        try:
            told = json.loads((folder / PROGRESS).read_bytes())
        except (OSError, ValueError):
            return None
        return told if isinstance(told, dict) else None


@dataclass
class _Current:
    job: Job
    folder: Path
    began: float
    stop: bool = False


class JobQueue:
    """Jobs of one kind, one after the other: at most so many wait, and each takes so many seconds at most."""

    def __init__(self, kind: str, background: Background, waiting: int, seconds: float) -> None:
        self._kind, self._background = kind, background
        self._most, self._seconds = waiting, seconds
        self._changed = Condition()
        self._waiting: list[Job] = []
        self._current: _Current | None = None
        self._ended: dict[str, JobState] = {}
        self._working = False
        background.wakes(self._wake)

    def ask(self, job: Job) -> None:
        """Put a job into the queue; one of its name that waits or runs already stays where it is.

        Raises `BusyError` when too many wait, or the pages end.
        """
        with self._changed:
            if self._busy(job.name):
                return
            if len(self._waiting) >= self._most:
                problem = Problem(
                    "too many jobs wait already",
                    found=str(len(self._waiting)),
                    expected="wait for one to end, or stop one",
                )
                raise BusyError("The job was not put into the queue.", [problem])
            self._ended.pop(job.name, None)
            self._waiting.append(job)
            if not self._working:
                self._working = self._background.start(self._kind, self._work)
                if not self._working:
                    self._waiting.remove(job)
                    raise BusyError("The job was not begun: the pages end.")
            self._changed.notify_all()

    def stop(self, name: str) -> None:
        """Take a job out of the queue, or stop it; nothing where it neither waits nor runs."""
        with self._changed:
            for job in [one for one in self._waiting if one.name == name]:
                self._waiting.remove(job)
                self._remember(name, JobState("stopped"))
            if self._current is not None and self._current.job.name == name:
                self._current.stop = True
            self._changed.notify_all()

    def state(self, name: str) -> JobState:
        """Where a job is; `idle` where nobody asked for it, or long ago."""
        with self._changed:
            current = self._current
            if current is not None and current.job.name == name:
                told = current.job.told(current.folder)
                return JobState("running", 0, time.monotonic() - current.began, told)
            names = [one.name for one in self._waiting]
            if name in names:
                return JobState("waiting", names.index(name) + (1 if current is not None else 0))
            return self._ended.get(name, JobState("idle"))

    def running(self) -> Job | None:
        """The job that is being done."""
        with self._changed:
            return None if self._current is None else self._current.job

    def names(self) -> list[str]:
        """Jobs that run or wait, in order."""
        with self._changed:
            running = [] if self._current is None else [self._current.job.name]
            return [*running, *(one.name for one in self._waiting)]

    def forget(self, name: str) -> None:
        """Let go of how a job ended: what it said is no longer so."""
        with self._changed:
            self._ended.pop(name, None)

    def wait(self, name: str, seconds: float) -> JobState:
        """Where it is once it has ended, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy(name), seconds)
        return self.state(name)

    # --- the thread ---------------------------------------------------------------------

    def _busy(self, name: str) -> bool:
        running = self._current is not None and self._current.job.name == name
        return running or any(one.name == name for one in self._waiting)

    def _remember(self, name: str, state: JobState) -> None:
        self._ended.pop(name, None)
        self._ended[name] = state
        while len(self._ended) > _REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with tempfile.TemporaryDirectory(prefix="aumenta-job-", ignore_cleanup_errors=True) as folder:
                with self._changed:
                    if not self._waiting or self._background.ending:
                        self._working = False
                        self._waiting.clear()
                        return
                    self._current = current = _Current(self._waiting.pop(0), Path(folder), time.monotonic())
                ended = self._ended_as(current)
                with self._changed:
                    self._remember(current.job.name, ended)
                    self._current = None
                    self._changed.notify_all()

    def _ended_as(self, current: _Current) -> JobState:
        try:
            return self._run(current)
        except AumentaError as error:  # it cannot even be begun
            return JobState("failed", problems=_told(error))
        except Exception as error:
            LOG.exception("The job %s could not be done.", current.job.name)
            return JobState("failed", error=str(error))

    def _run(self, current: _Current) -> JobState:
        """Do one job in a process of its own."""
        started = current.job.begin(current.folder)
        try:
            why = self._watched(current, started.process)
            told = current.job.told(current.folder)
            seconds = time.monotonic() - current.began
            if why is not None:
                return JobState(why, seconds=seconds, progress=told)
            if started.process.returncode:
                return _failed(started.said(), seconds)
            return JobState("done", seconds=seconds, progress=told)
        finally:
            started.end()

    def _watched(self, current: _Current, process: subprocess.Popen[bytes]) -> Phase | None:
        """Wait for a process; why it is not waited for any longer, None when it ended by itself."""
        until = current.began + self._seconds
        while process.poll() is None:
            with self._changed:
                if current.stop or self._background.ending:
                    return "stopped"
                self._changed.wait(_LOOK)
            if time.monotonic() > until:
                return "late"
        return None


def _failed(said: str, seconds: float) -> JobState:
    """A job whose process ended with an error, by what it said."""
    error = error_from_json(said)
    if error is None:
        return JobState("failed", seconds=seconds, error=said[-_SAID:])
    return JobState("failed", seconds=seconds, problems=_told(error))


def _told(error: AumentaError) -> tuple[Problem, ...]:
    return error.problems or (Problem(error.summary),)
