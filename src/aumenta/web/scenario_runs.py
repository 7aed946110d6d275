# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Runs of scenarios beside the pages: a queue of jobs, a process that stands by, and runs that others compute.

A run belongs to the server, not to the browser that asked: every browser sees its state, also after a reload. When
the pages end, what runs is stopped and what waits is left; a run that was cut off leaves nothing that counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aumenta.settings import Settings
from aumenta.twin.facade import Twin
from aumenta.web.background import Background
from aumenta.web.jobs import JobQueue, JobState
from aumenta.web.standby import Standby, Started


@dataclass
class ScenarioJob:
    """One scenario to be run; `run` is known once it is begun."""

    twin: Twin
    standby: Standby
    name: str
    run: str = ""

    def begin(self, _: Path) -> Started:
        """Run it in the process that stands by, else in a new one; it tells how far it is beside its run."""
        self.run = self.twin.scenario(self.name).run_id
        return self.standby.take(self.name)

    def told(self, _: Path) -> dict[str, Any] | None:
        """What the run wrote last."""
        return self.twin.runs.progress(self.run) if self.run else None


class ScenarioQueue:
    """Runs of the scenarios of one twin, one after the other."""

    def __init__(self, twin: Twin, settings: Settings, background: Background) -> None:
        self._twin, self._background = twin, background
        self._standby = Standby(twin.root, settings.standby_seconds)
        self._jobs = JobQueue(
            "scenario runs", background, settings.max_waiting_runs, settings.max_run_seconds
        )
        self._asked: dict[str, ScenarioJob] = {}
        background.wakes(self._standby.end)

    def ask(self, scenario: str) -> None:
        """Put a scenario into the queue; one that waits or runs already, here or elsewhere, stays where it is.

        Raises `BusyError` when too many wait, or the pages end.
        """
        if not self._jobs.state(scenario).busy and scenario not in self.outside():
            job = ScenarioJob(self._twin, self._standby, scenario)
            self._jobs.ask(job)
            self._asked[scenario] = job

    def prepare(self) -> None:
        """Have a process read the twin, as somebody looks at what may be run next."""
        if not self._background.ending:
            self._standby.ready()

    def stop(self, scenario: str) -> None:
        """Take a scenario out of the queue, or stop its run; nothing where it neither waits nor runs."""
        self._jobs.stop(scenario)

    def outside(self) -> dict[str, JobState]:
        """Runs of this build that other processes compute now, by scenario."""
        current = self._jobs.running()
        own = current.run if isinstance(current, ScenarioJob) else ""
        return {
            str(told.get("scenario")): JobState("running", 0, told["seconds"], told, outside=True)
            for told in self._twin.runs.computing()
            if told["run"] != own and told.get("build") == self._twin.build
        }

    def state(self, scenario: str, outside: Mapping[str, JobState] | None = None) -> JobState:
        """Where the run of a scenario is; `outside` where that was asked for already."""
        state = self._jobs.state(scenario)
        if state.busy:
            return state
        elsewhere = self.outside() if outside is None else outside
        if scenario in elsewhere:
            self._jobs.forget(scenario)  # where ours was refused because of that one, it has not failed
            return elsewhere[scenario]
        if state.phase == "failed" and self._made(scenario):  # by another process: ours had nothing to do
            return JobState("idle")
        return state

    def wait(self, scenario: str, seconds: float) -> JobState:
        """Where it is once it has ended, or after so many seconds."""
        self._jobs.wait(scenario, seconds)
        return self.state(scenario)

    def _made(self, scenario: str) -> bool:
        """Whether the very run that was asked for is there."""
        job = self._asked.get(scenario)
        return job is not None and job.run in self._twin.runs.names()
