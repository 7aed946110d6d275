# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers about siting that are kept: figures, words and cells, and the scenario that they make.

`<twin>/siting/<id>/` holds one, never written to again: `question.json`, `answer.json`, `cells.parquet`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from aumenta.errors import Problem, SitingError
from aumenta.scenario.model import Assumption, Scenario
from aumenta.siting.explained import SitingAnswer
from aumenta.siting.question import OBJECTIVE_NAMES, Question
from aumenta.siting.sentences import gap_words
from aumenta.store.build_files import read_arrow, write_arrow, write_json
from aumenta.twin.siting_choices import kinds_of, levers_of, placeable
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

FOLDER = "siting"
QUESTION, ANSWER, CELLS = "question.json", "answer.json", "cells.parquet"
_ID = re.compile(r"^[0-9a-f]{16}$")
_NEW_ID = re.compile(r"[^A-Za-z0-9._:-]")


@dataclass
class SitingRun:
    """An answer: figures and words in `answer`, the cells in `cells`. One that was stopped has no `folder`."""

    twin: Twin
    folder: Path | None
    _answer: SitingAnswer | None = field(default=None, repr=False)
    _cells: pd.DataFrame | None = field(default=None, repr=False)

    @cached_property
    def answer(self) -> SitingAnswer:
        """All figures and words; `SitingError` where the file is damaged."""
        if self._answer is not None:
            return self._answer
        assert self.folder is not None  # one of both is there
        path = self.folder / ANSWER
        try:
            return SitingAnswer.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            problem = Problem("damaged, or of another version; ask the question again", str(path))
            raise SitingError("The answer cannot be read.", [problem]) from None

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Cells where somebody counts: `cell`, `gx`, `gy`, `people`, `minutes`, `before` (None: unreached), `site`."""
        if self._cells is not None:
            return self._cells
        assert self.folder is not None  # one of both is there
        frame: pd.DataFrame = read_arrow(self.folder / CELLS).to_pandas()
        return frame.astype({"minutes": "UInt8", "before": "UInt8"})

    @property
    def id(self) -> str:
        """Name of the answer."""
        return self.answer.id

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.answer.question

    @property
    def stale(self) -> bool:
        """Whether the twin in use is another build than the one the answer is of."""
        return self.answer.build != self.twin.build

    def to_scenario(self, id: str, name: Text | str, summary: Text | None = None) -> Scenario:
        """The new sites as a scenario of the lever's action, to check, save and run like any other.

        Raises `ScenarioError` for what the lever refuses, `SitingError` when no site was chosen.
        """
        answer = self.answer
        lever = levers_of(self.twin)[answer.question.what]
        own = placeable(lever, {})
        if own is None or not answer.chosen:
            raise SitingError(
                "There is no scenario to make.", [Problem("no new site was chosen", field="sites")]
            )
        kind = own.kind if own.asks is None else str(answer.question.parameters.get(own.asks, own.kind))
        known = kinds_of(self.twin).get(kind or "")
        one = known.name.it if known is not None else answer.things.it
        points = [
            {"id": _NEW_ID.sub("-", f"{answer.question.what}-{site.id}"), "name": f"{one}: {site.name}"[:200],
             "lon": site.lon, "lat": site.lat}
            for site in answer.chosen
        ]  # fmt: skip
        name = Text(it=name, en=name) if isinstance(name, str) else name
        made = lever.scenario({**answer.question.parameters, own.points: points}, id, name, summary)
        return made.model_copy(update={"assumptions": [*made.assumptions, _assumed(answer)]})


def kept_sitings(twin: Twin) -> list[SitingRun]:
    """Answers kept with a twin, the latest last; those that cannot be read are left out."""
    return list(_kept(twin))


def siting_of(twin: Twin, id: str) -> SitingRun:
    """A kept answer by its id; `SitingError` when there is none."""
    folder = twin.root / FOLDER / id
    if not _ID.match(id) or not (folder / ANSWER).is_file():
        raise SitingError("The answer was not found.", [Problem("no such answer", found=id[:40])])
    return SitingRun(twin, folder)


def _kept(twin: Twin) -> Iterator[SitingRun]:
    found = [
        one for one in (twin.root / FOLDER).glob("*") if _ID.match(one.name) and (one / ANSWER).is_file()
    ]
    for folder in sorted(found, key=lambda one: (one.stat().st_mtime_ns, one.name)):
        run = SitingRun(twin, folder)
        try:
            run.answer  # noqa: B018 - read now, so that a damaged one is left out
        except SitingError:
            continue
        yield run


def write_answer(folder: Path, answer: SitingAnswer, cells: pd.DataFrame) -> Path:
    """Write an answer whole or not at all, and say where; one of its id that came meanwhile stays."""
    target, part = folder / answer.id, folder / f".{answer.id}-{os.getpid()}"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        write_json(answer.question.model_dump_json(indent=1) + "\n", part / QUESTION)
        write_json(answer.model_dump_json(indent=1) + "\n", part / ANSWER)
        write_arrow(
            pa.Table.from_pandas(cells, preserve_index=False).replace_schema_metadata(None), part / CELLS
        )
        if not target.exists():
            part.rename(target)
    except OSError as error:
        problem = Problem(
            error.strerror or str(error), str(error.filename or folder), expected="a folder to write in"
        )
        raise SitingError("The answer cannot be kept.", [problem]) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _assumed(answer: SitingAnswer) -> Assumption:
    """How the points were found, as an assumption of the scenario."""
    own, goal = answer.question, OBJECTIVE_NAMES[answer.question.objective]
    gap = Text(it="non provato", en="not proven") if answer.gap is None else gap_words(answer.gap)
    return Assumption(
        text=Text(
            it=f"I punti sono scelti tra {answer.candidates} candidati: {goal.it}, {own.within} minuti; "
            f"scarto {gap.it}.",
            en=f"The points were chosen among {answer.candidates} candidates: {goal.en}, {own.within} "
            f"minutes; gap {gap.en}.",
        ),
        source=f"aumenta siting {answer.id}",
    )
