# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Drafts of scenarios: a lever being filled in, with all that was written before, so that it can be undone.

A draft lies beside the scenarios of a twin, `<twin>/scenarios/drafts/<id>.json`. It is written whole or not at all and
read anew each time: it survives a closed browser and a server that ends. Its revision goes up with every writing; who
writes over another revision than the one that was read is refused.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from aumenta.errors import Problem, ScenarioError
from aumenta.scenario.levers import Lever
from aumenta.scenario.model import Assumption, Scenario, Slug, dump_scenario
from aumenta.scenario.runs import FOLDER
from aumenta.values.text import Text

DRAFTS = "drafts"
_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
#: One writer at a time: reading a revision and writing the next are one step, whichever pages of the process do it.
_WRITING = Lock()


class StaleError(ScenarioError):
    """The draft was written by somebody else since it was read."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DraftState(_Strict):
    """What is written in a draft at one moment. Values may be partial or wrong: plain data as a person left it."""

    name: Text
    summary: Text = Text(it="", en="")
    values: dict[str, JsonValue] = {}
    assumptions: list[Assumption] = Field([], description="Those beyond what the lever and its values give.")


class Draft(_Strict):
    """A draft with its history: `states[pointer]` is what is shown, those after it were undone."""

    schema_version: Literal[1] = 1
    id: Slug
    action: str = Field(description="Action whose lever is filled in.")
    territory: str
    of: str | None = Field(None, description="Hash of the saved scenario that is edited; none: a new one.")
    revision: int = Field(0, ge=0)
    pointer: int = Field(0, ge=0)
    states: list[DraftState] = Field(min_length=1)

    @model_validator(mode="after")
    def _points_at_a_state(self) -> Draft:
        if self.pointer >= len(self.states):
            raise ValueError("the pointer is beyond the states")
        return self

    @property
    def state(self) -> DraftState:
        """What is written now."""
        return self.states[self.pointer]

    @property
    def can_undo(self) -> bool:
        """Whether there is something before."""
        return self.pointer > 0

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return self.pointer < len(self.states) - 1

    def changed(self, state: DraftState) -> Draft:
        """With another state, and without what was undone; itself when nothing is otherwise."""
        if state == self.state:
            return self
        states = [*self.states[: self.pointer + 1], state]
        return self.model_copy(update={"states": states, "pointer": len(states) - 1})

    def moved(self, steps: int) -> Draft:
        """So many states back (-) or forth, as far as there are any."""
        pointer = min(max(self.pointer + steps, 0), len(self.states) - 1)
        return self if pointer == self.pointer else self.model_copy(update={"pointer": pointer})

    def filled(self) -> dict[str, JsonValue]:
        """The values that are given."""
        return {key: value for key, value in self.state.values.items() if value is not None}

    def scenario(self, lever: Lever) -> Scenario:
        """The scenario that the draft makes; `ScenarioError` with every problem."""
        state = self.state
        if not state.name.it.strip() and not state.name.en.strip():
            raise ScenarioError("The draft has no name.", [Problem("not given yet", field="name")])
        given = {one.id: state.values.get(one.id) for one in lever.parameters}
        summary = state.summary if state.summary.it.strip() or state.summary.en.strip() else None
        made = lever.scenario(given, self.id, _both(state.name), summary and _both(summary))
        own = [one for one in state.assumptions if one not in made.assumptions]
        return made.model_copy(update={"assumptions": [*made.assumptions, *own]})


def _both(text: Text) -> Text:
    """A text with both languages: where one is empty the other stands for it."""
    return Text(it=text.it.strip() or text.en.strip(), en=text.en.strip() or text.it.strip())


def new_draft(lever: Lever, id: str, name: Text) -> Draft:
    """A draft of a lever with the values to start from."""
    state = DraftState(name=name, values=lever.defaults())
    return Draft(id=id, action=lever.action, territory=lever.territory, states=[state])


def draft_of(scenario: Scenario, lever: Lever, id: str | None = None, name: Text | None = None) -> Draft:
    """A draft that starts from what a scenario was filled in with: of itself, or a copy under another id.

    `ScenarioError` where the lever does not give the scenario's changes: then a draft of it would lose some.
    """
    values = values_of(scenario, lever)
    if values is None:
        problem = Problem(
            "not what its template gives", found=scenario.id, expected="change its file by hand"
        )
        raise ScenarioError("The scenario cannot be filled in again.", [problem])
    own = lever.scenario(values, scenario.id, scenario.name).assumptions
    state = DraftState(
        name=name or scenario.name,
        summary=scenario.summary or Text(it="", en=""),
        values={key: value for key, value in values.items() if value is not None},
        assumptions=[one for one in scenario.assumptions if one not in own],
    )
    of = digest_of(scenario) if id is None else None
    action, territory = lever.action, lever.territory
    return Draft(id=id or scenario.id, action=action, territory=territory, of=of, states=[state])


def values_of(scenario: Scenario, lever: Lever | None) -> dict[str, JsonValue] | None:
    """The values with which a lever gives the very changes of a scenario; None where it does not.

    What the scenario does not name was left out (None), or has its default.
    """
    if lever is None or scenario.template != lever.action or scenario.actions != [lever.action]:
        return None
    left_out = {one.id: scenario.parameters.get(one.id) for one in lever.parameters}
    for values in (left_out, {**lever.defaults(), **scenario.parameters}):
        with suppress(ScenarioError):
            if lever.scenario(values, scenario.id, scenario.name).changes == scenario.changes:
                return values
    return None


def digest_of(scenario: Scenario) -> str:
    """The contents of a scenario as a short name."""
    return hashlib.sha256(dump_scenario(scenario).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Drafts:
    """The drafts of the twin in a folder: how many there may be, how far one can be undone, and how large a file is."""

    twin: Path
    most: int = 200
    most_states: int = 200
    most_bytes: int = 4_000_000

    @property
    def folder(self) -> Path:
        """Where drafts lie."""
        return self.twin / FOLDER / DRAFTS

    def ids(self) -> list[str]:
        """Ids of the drafts, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.json") if _ID.match(path.stem))

    def load(self, id: str) -> Draft:
        """A draft. Raises `ScenarioError` when there is none, or its file is damaged."""
        path = self._path(id)
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            raise ScenarioError("The draft was not found.", [Problem("no such draft", found=id)]) from None
        except OSError as error:
            raise _damaged(path, error.strerror or str(error)) from None
        try:
            draft = Draft.model_validate_json(text)
        except ValidationError as error:
            raise _damaged(path, str(error.errors()[0]["msg"])) from None
        if draft.id != id:
            raise _damaged(path, f"it is of {draft.id}")
        return draft

    def add(self, draft: Draft) -> Draft:
        """Write a draft that is not there yet. Raises `ScenarioError` when there is one of its id, or too many."""
        with _WRITING:
            if draft.id in self.ids():
                raise ScenarioError(
                    "The draft was not begun.",
                    [Problem("another draft has this id", field="id", found=draft.id)],
                )
            if len(self.ids()) >= self.most:
                expected = "save or discard one; or allow more (AUMENTA_MAX_DRAFTS)"
                problem = Problem("there are too many drafts", found=str(len(self.ids())), expected=expected)
                raise ScenarioError("The draft was not begun.", [problem])
            return self._write(draft)

    def change(self, id: str, revision: int, how: Callable[[Draft], Draft]) -> Draft:
        """A draft after a change to the revision that was read; the same where nothing is otherwise.

        Raises `StaleError` where it has another revision now: nothing is written.
        """
        with _WRITING:
            draft = self.load(id)
            changed = how(draft)
            if changed == draft:
                return draft
            if draft.revision != revision:
                problem = Problem(
                    "somebody else changed the draft meanwhile",
                    found=f"revision {draft.revision}",
                    expected=f"revision {revision}",
                )
                raise StaleError("The draft was not written.", [problem])
            return self._write(changed)

    def rename(self, id: str, new: str) -> Draft:
        """Give a draft another id. Raises `ScenarioError` when a draft has it already, or it is none."""
        with _WRITING:
            draft = self.load(id)
            if new == id:
                return draft
            if new in self.ids():
                raise ScenarioError(
                    "The draft was not renamed.",
                    [Problem("another draft has this id", field="id", found=new)],
                )
            written = self._write(draft.model_copy(update={"id": new, "of": None}))
            self._path(id).unlink(missing_ok=True)
            return written

    def discard(self, id: str) -> None:
        """Take a draft away; a damaged one stays beside it as `<id>.json.damaged`."""
        path = self._path(id)
        with _WRITING:
            try:
                self.load(id)
            except ScenarioError:
                if path.is_file():
                    path.replace(path.with_suffix(f".json.damaged-{time.time_ns()}"))
                return
            path.unlink(missing_ok=True)

    def _write(self, draft: Draft) -> Draft:
        """Write the next revision in the place of the one before, whole or not at all."""
        written = self._fitting(draft.model_copy(update={"revision": draft.revision + 1}))
        path = self._path(written.id)
        part = path.with_suffix(f".part-{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(written.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            problem = Problem(
                error.strerror or str(error), str(path), expected="a folder to write in, with room"
            )
            raise ScenarioError("The draft cannot be written.", [problem]) from None
        return written

    def _fitting(self, draft: Draft) -> Draft:
        """Without the oldest states where there are too many, or they take too much room; the one shown stays."""
        sizes = [len(state.model_dump_json(indent=1).encode()) for state in draft.states]
        first = max(0, min(draft.pointer, len(sizes) - self.most_states))
        while first < draft.pointer and sum(sizes[first:]) > self.most_bytes:
            first += 1
        if sizes[draft.pointer] > self.most_bytes:
            expected = f"{self.most_bytes} bytes at most (AUMENTA_MAX_DRAFT_BYTES)"
            problem = Problem(
                "too much is written in the draft", found=str(sizes[draft.pointer]), expected=expected
            )
            raise ScenarioError("The draft cannot be written.", [problem])
        return draft.model_copy(update={"states": draft.states[first:], "pointer": draft.pointer - first})

    def _path(self, id: str) -> Path:
        if not _ID.match(id):
            expected = "small letters, digits and -, 80 at most"
            problem = Problem("not an id", field="id", found=id[:80], expected=expected)
            raise ScenarioError("The draft was not found.", [problem])
        return self.folder / f"{id}.json"


def _damaged(path: Path, why: str) -> ScenarioError:
    problem = Problem("damaged", str(path), found=why[:200], expected="mend the file, or discard the draft")
    return ScenarioError("The draft cannot be read.", [problem])
