# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of a twin and their runs on disk, outside the builds: `<twin>/scenarios/`.

<id>.yaml               a scenario as it was last saved
runs/<run>/             a finished run, never written to again; run.json says what it is and how to replay it; beside it
                        took.json, which is no part of it, has the seconds that it took here
runs/.unfinished-<run>/ a run being computed; its progress.json is read by pages. One that was cut off is taken away by
                        the next run of the same name, and is no obstacle to others
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aumenta.errors import Problem, ScenarioError
from aumenta.scenario.model import Scenario, dump_scenario, load_scenario
from aumenta.store.manifest import BuiltFile, CellStatus
from aumenta.store.unfinished import PROGRESS, UNFINISHED, Unfinished
from aumenta.values.text import Text

FOLDER = "scenarios"
RUNS = "runs"
RECORD = "run.json"
TOOK = "took.json"
SCENARIO = "scenario.yaml"
SCHEMA_VERSION = 1
_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
_RUN = re.compile(r"^[0-9a-f]{16}$")


class RunRecord(BaseModel):
    """What a run was made of and what it wrote: all that replaying it takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = SCHEMA_VERSION
    run: str
    scenario: str
    name: Text
    actions: list[str] = []
    territory: str
    build: str = Field(description="Build of the twin that the run started from.")
    software: dict[str, str]
    full: bool = Field(description="Whether everything was computed again, or only what may change.")
    changes: list[Text] = Field(description="What each change does, in words.")
    touched: list[str] = Field(description="Inputs that the changes replaced.")
    cells: int
    affected: dict[str, int] = Field(description="Cells from which travel times may change, by mode.")
    reasons: dict[str, Text]
    cell_statuses: dict[int, CellStatus]
    failed: dict[str, str] = {}
    files: dict[str, BuiltFile]


@dataclass(frozen=True)
class Runs:
    """Scenarios and runs of the twin in a folder."""

    twin: Path

    @property
    def folder(self) -> Path:
        """Where scenarios lie."""
        return self.twin / FOLDER

    def ids(self) -> list[str]:
        """Ids of the saved scenarios, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.yaml") if _ID.match(path.stem))

    def load(self, scenario: str) -> Scenario:
        """A saved scenario. Raises `ScenarioError` when there is none of the id, or it cannot be read."""
        path = self._scenario(scenario)
        if not path.is_file():
            expected = ", ".join(self.ids()) or "none is saved"
            raise ScenarioError(
                "The scenario was not found.",
                [Problem("no such scenario", found=scenario, expected=expected)],
            )
        return load_scenario(path)

    def save(self, scenario: Scenario) -> Path:
        """Write a scenario in the place of the one of its id; runs made of it before keep their own copy."""
        path = self._scenario(scenario.id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".part-{os.getpid()}")
            part.write_text(dump_scenario(scenario), encoding="utf-8", newline="\n")
            part.replace(path)
        except OSError as error:
            raise _cannot_write(self.folder, error) from None
        return path

    def forget(self, scenario: str) -> None:
        """Take a scenario out of the list; its runs stay."""
        self._scenario(scenario).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Names of the finished runs, oldest first."""
        found = [path for path in (self.folder / RUNS).glob("*") if _RUN.match(path.name)]
        whole = [path for path in found if (path / RECORD).is_file()]
        return [path.name for path in sorted(whole, key=lambda one: (one.stat().st_mtime_ns, one.name))]

    def records(self, scenario: str | None = None) -> list[RunRecord]:
        """Finished runs of a scenario or of all, oldest first; damaged ones are left out."""
        found = []
        for name in self.names():
            with contextlib.suppress(ScenarioError):
                found.append(self.record(name))
        return [one for one in found if scenario is None or one.scenario == scenario]

    def path(self, run: str) -> Path:
        """Folder of a finished run. Raises `ScenarioError` when there is none."""
        folder = self.folder / RUNS / run
        if not _RUN.match(run) or not (folder / RECORD).is_file():
            raise ScenarioError("The run was not found.", [Problem("no such run", found=run[:40])])
        return folder

    def record(self, run: str) -> RunRecord:
        """What a finished run was made of."""
        path = self.path(run) / RECORD
        try:
            data = json.loads(path.read_bytes())
            if data.get("schema_version") != SCHEMA_VERSION:
                problem = Problem("written by another version; run the scenario again", str(path))
                raise ScenarioError("The run cannot be read.", [problem])
            return RunRecord.model_validate(data)
        except (OSError, ValueError, AttributeError, ValidationError):
            problem = Problem("damaged; run the scenario again", str(path))
            raise ScenarioError("The run cannot be read.", [problem]) from None

    def scenario_of(self, run: str) -> Scenario:
        """The scenario as it was when the run was made."""
        return load_scenario(self.path(run) / SCENARIO)

    def seconds(self, run: str) -> float | None:
        """Seconds that a finished run took on the computer that made it; None where nobody measured."""
        try:
            told = json.loads((self.folder / RUNS / run / TOOK).read_bytes())
            return float(told["seconds"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def progress(self, run: str) -> dict[str, Any] | None:
        """What a run that is being computed last said; None where none is."""
        return self._work(run).progress()

    def computing(self) -> list[dict[str, Any]]:
        """What each run that is being computed now last said, with its `run` and how many `seconds` it takes so far,
        whatever process computes it. One that was cut off is none.
        """
        found = []
        for folder in sorted((self.folder / RUNS).glob(f"{UNFINISHED}*")):
            run = folder.name.removeprefix(UNFINISHED)
            told = self.progress(run)
            if told is None or not self._work(run).at_work():
                continue
            with contextlib.suppress(OSError, TypeError, ValueError):
                since = max(0.0, time.time() - (folder / PROGRESS).stat().st_mtime)
                found.append({**told, "run": run, "seconds": float(told.get("seconds", 0.0)) + since})
        return found

    @contextlib.contextmanager
    def writing(self, run: str) -> Iterator[Path]:
        """An empty folder to write a run in; when the block ends well it becomes the run, else nothing of it stays.

        Raises `ScenarioError` when the same run is being computed by another process.
        """
        work, began = self._work(run), time.monotonic()
        try:
            with work.held() as ours:
                if not ours:
                    problem = Problem("being computed already", found=run, expected="wait for it to end")
                    raise ScenarioError("The run was not started.", [problem])
                with work.emptied() as folder:
                    yield folder
                    (folder / PROGRESS).unlink(missing_ok=True)
                    took = {"seconds": round(time.monotonic() - began, 3)}
                    (folder / TOOK).write_text(json.dumps(took), encoding="utf-8")
                    if not (self.folder / RUNS / run).exists():
                        folder.rename(self.folder / RUNS / run)
        except OSError as error:
            raise _cannot_write(work.folder, error) from None

    def _work(self, run: str) -> Unfinished:
        return Unfinished(self.folder / RUNS, run)

    def _scenario(self, scenario: str) -> Path:
        if not _ID.match(scenario):
            problem = Problem(
                "not an id",
                field="id",
                found=scenario[:80],
                expected="small letters, digits and -, 80 at most",
            )
            raise ScenarioError("The scenario was not found.", [problem])
        return self.folder / f"{scenario}.yaml"


def _cannot_write(folder: Path, error: OSError) -> ScenarioError:
    problem = Problem(
        error.strerror or str(error),
        str(error.filename or folder),
        expected="a folder to write in, with room",
    )
    return ScenarioError("The scenario cannot be written.", [problem])
