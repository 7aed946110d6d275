# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of siting share: questions that are asked, the queue that answers them, answers that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from aumenta.errors import AumentaError, SitingError
from aumenta.scenario.changes_opportunities import OpportunityAdd
from aumenta.scenario.model import Scenario
from aumenta.siting.form import fields_of
from aumenta.siting.question import Question
from aumenta.store.fingerprint import digest
from aumenta.twin.siting_choices import Placeable, SitingChoices
from aumenta.twin.siting_ground import SitingGround
from aumenta.twin.siting_run import ANSWER, FOLDER, SitingRun
from aumenta.twin.siting_spots import cells_of_points
from aumenta.values.text import Text
from aumenta.web.jobs import Command, JobQueue, JobState
from aumenta.web.map_data import maps_of
from aumenta.web.site import Site

#: Questions and unfinished forms that are remembered while the pages are served.
_REMEMBERED = 200
#: Examples that a pack's scenarios give.
_EXAMPLES = 3
#: Things that an example asks for at most.
_HANDFUL = 5
#: Most of the cells with new sites that lie in a place, for it to be where they are.
_MOST = 0.8


@dataclass(frozen=True)
class Example:
    """A question that a scenario of the pack answers in its own way, with so many points: a few things in a place."""

    question: Question
    things: Text
    place: str
    points: int


class SitingDesk:
    """Questions and answers of the twin that is served."""

    def __init__(self, site: Site) -> None:
        self.site, self.twin = site, site.twin
        self.maps = maps_of(site)
        self.queue = JobQueue(
            "siting", site.background, site.settings.max_waiting_runs, site.settings.max_run_seconds
        )
        self._lock = Lock()
        self._asked: dict[str, Question] = {}
        self._forms: dict[str, dict[str, str]] = {}
        self._runs: dict[str, SitingRun] = {}
        self._grounds: dict[str, SitingGround | None] = {}

    @property
    def choices(self) -> SitingChoices:
        """What can be asked; `PackError` when the pack is gone."""
        return self.twin.siting_choices

    # --- asking -------------------------------------------------------------------------

    def name_of(self, question: Question) -> str:
        """The id of the answer to a question."""
        return self.twin.siting(question).id

    def check(self, question: Question) -> None:
        """`SitingError` with everything that is wrong with a question before anything is computed."""
        self._grounds[self.name_of(question)] = self.twin.siting(question).ground

    def ask(self, question: Question) -> str:
        """Have a question answered, and say under which id; `SitingError` or `BusyError` where it is not taken."""
        self.check(question)
        name = self.name_of(question)
        if self.run(name) is None:
            root = str(self.twin.root.resolve())
            words = ("siting", "--question", "-", "--quiet", "--twin", root)
            self.queue.ask(Command(name, words, question.model_dump_json()))
        with self._lock:
            _keep(self._asked, name, question)
        return name

    def asked(self, name: str) -> Question | None:
        """A question that was asked of these pages; None after they were started again."""
        return self._asked.get(name)

    def state(self, name: str) -> JobState:
        """Where the answer is."""
        return self.queue.state(name)

    def remember(self, fields: Mapping[str, str]) -> str:
        """Keep a form too long for an address; the word to ask for it."""
        word = digest(dict(fields))
        with self._lock:
            _keep(self._forms, word, dict(fields))
        return word

    def remembered(self, word: str) -> dict[str, str]:
        """A form that was kept; empty after the pages were started again."""
        return self._forms.get(word, {})

    # --- answers ------------------------------------------------------------------------

    def run(self, name: str) -> SitingRun | None:
        """A kept answer, or the one that the job of this name gave under another."""
        given = self.state(name).progress or {}
        for one in (name, str(given.get("answer", ""))):
            if one in self._runs:
                return self._runs[one]
            if not one or not (self.twin.root / FOLDER / one / ANSWER).is_file():
                continue
            try:
                run = self.twin.siting_of(one)
                run.answer  # noqa: B018 - read now, so that a damaged one is told
            except SitingError:
                continue
            self._runs[one] = run
            return run
        return None

    def past(self) -> list[SitingRun]:
        """Answers that are kept, the latest first; of a question that was asked again only the latest."""
        found: dict[str, SitingRun] = {}
        for run in reversed(self.twin.sitings()):
            found.setdefault(run.question.model_dump_json(), run)
        return list(found.values())

    def ground(self, run: SitingRun) -> SitingGround | None:
        """Candidates and what is there of an answer; None where the twin is another one by now."""
        if run.stale:
            return None
        if run.id not in self._grounds:
            try:
                self._grounds[run.id] = self.twin.siting(run.question).ground
            except AumentaError:
                self._grounds[run.id] = None
        return self._grounds[run.id]

    # --- examples -----------------------------------------------------------------------

    @cached_property
    def examples(self) -> list[Example]:
        """Questions like the scenarios of the pack that place something, those in a zone first."""
        what = {one.id: one for one in self.choices.what}
        found = [
            example
            for known in self.twin.scenarios()
            if known.scenario is not None and known.bundled
            for action in known.scenario.actions
            if action in what and (example := self._example(known.scenario, what[action])) is not None
        ]
        zones = {one.id for one in self.choices.areas if one.level == "zone"}
        found.sort(key=lambda one: (one.question.area[0] not in zones, one.points))
        return found[:_EXAMPLES]

    def _example(self, scenario: Scenario, what: Placeable) -> Example | None:
        added = [one for one in scenario.changes if isinstance(one, OpportunityAdd)]
        points = [(one.lon, one.lat) for one in added if one.lon is not None and one.lat is not None]
        if not 2 <= len(points) <= 20 or len(points) != len(scenario.changes):
            return None
        cells = cells_of_points(self.twin, *np.array(points, np.float64).T)
        table = self.twin.cell_table(["zone", "band"])
        names = {one.id: one.name for one in self.choices.areas}
        for level in ("zone", "band"):
            owners = [table.column(level)[int(cell)].as_py() for cell in cells if cell >= 0]
            most = max(set(owners), key=owners.count, default=None)
            if most is not None and owners.count(most) >= _MOST * len(points):
                question = Question(what=what.id, count=min(_HANDFUL, len(points)), area=(most,))
                return Example(question, what.things, names.get(most, most), len(points))
        return None


def flat(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """Fields with one text each, as an address carries them: lists with commas, lines one below the other."""
    lines = ("points", "costs", "capacities", "weights", "parameters")
    return {name: ("\n" if name in lines else ",").join(values) for name, values in fields.items()}


def address_fields(question: Question) -> dict[str, str]:
    """What asks a question again in an address."""
    return flat(fields_of(question))


def _keep(kept: dict[str, Any], key: str, value: Any) -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > _REMEMBERED:
        del kept[next(iter(kept))]
