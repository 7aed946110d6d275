# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Processes that run scenarios: one stands by with the twin read, so that a run's first figures come within seconds.

The process is our own command line, `aumenta scenario run -`: it reads ground and network, then waits for one name on
its standard input, runs that scenario and ends. It ends by itself too when nobody asks for long, and when the pages are
gone, as its input is closed then.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

#: Seconds that a process has to end when told.
_GRACE = 5.0
#: Bytes of what a failed run said that are read, from its end.
_SAID = 1_000_000


@dataclass
class Started:
    """A process, with the file that it says what went wrong into."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]

    def end(self) -> None:
        """Stop it and all that it started, at first gently; nothing where it has ended."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                break
            try:
                os.killpg(self.process.pid, how)
            except (ProcessLookupError, PermissionError):
                self.process.kill()
            try:
                self.process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                continue
        self.errors.close()

    def said(self) -> str:
        """What it said last, else how it ended."""
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, self.errors.tell() - _SAID))
        text = self.errors.read().decode(errors="replace").strip()
        return text or f"exit code {self.process.returncode}"


class Standby:
    """The process that stands by for the runs of one twin, of which there is one at most."""

    def __init__(self, root: Path, seconds: float) -> None:
        self._root, self._seconds = root, seconds
        self._lock = Lock()
        self._waiting: Started | None = None

    def ready(self) -> None:
        """Begin to read the twin for a run that may come; nothing where that is done already, or not wanted."""
        with self._lock:
            if self._seconds > 0 and not self._alive():
                self._waiting = self._begin("-", "--patience", f"{self._seconds:g}")

    def take(self, scenario: str) -> Started:
        """A process that runs a scenario from now on: the one that stands by, else a new one."""
        with self._lock:
            waiting, self._waiting = (self._waiting if self._alive() else None), None
        if waiting is not None and waiting.process.stdin is not None:
            try:
                waiting.process.stdin.write(f"{scenario}\n".encode())
                waiting.process.stdin.close()
            except OSError:  # it ended in this moment, having waited for long enough
                waiting.end()
            else:
                return waiting
        return self._begin(scenario)

    def end(self) -> None:
        """Let nothing stand by any more."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.end()

    def _alive(self) -> bool:
        if self._waiting is not None and self._waiting.process.poll() is not None:
            self._waiting.end()
            self._waiting = None
        return self._waiting is not None

    def _begin(self, scenario: str, *more: str) -> Started:
        command = [sys.executable, "-m", "aumenta", "scenario", "run", scenario, "--quiet", *more]
        environment = {
            **os.environ,
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "TERM": "dumb",
            "AUMENTA_ERRORS": "json",
        }
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process is done with
        process = subprocess.Popen(  # noqa: S603 - our own command line; names of scenarios are checked before
            [*command, "--twin", str(self._root.resolve())],
            stdin=subprocess.PIPE if scenario == "-" else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            start_new_session=True,  # so that stopping it stops what it started too
        )
        return Started(process, errors)
