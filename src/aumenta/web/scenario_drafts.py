# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The desk of drafts: begun from a lever or a scenario, written by forms, undone, saved as scenarios, discarded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from aumenta.errors import AumentaError, PackError, Problem, ScenarioError
from aumenta.scenario.drafts import Draft, Drafts, digest_of, draft_of, new_draft, values_of
from aumenta.scenario.levers import Lever
from aumenta.scenario.model import Scenario
from aumenta.scenario.resolve import Resolved
from aumenta.twin.lever_list import levers_of
from aumenta.twin.scenario_list import KnownScenario, known_scenario, paths_of
from aumenta.values.text import Text
from aumenta.web.draft_check import Check, check
from aumenta.web.draft_form import state_of
from aumenta.web.readying import Readying
from aumenta.web.scenario_data import PATIENCE, ScenarioData

#: Scenarios of drafts whose check is kept: undo comes back to them.
_KEPT = 12
_LONGEST_ID = 60
_COPY = Text(it="{name} (copia)", en="{name} (copy)")


@dataclass(frozen=True)
class Listed:
    """A draft of the list; one that cannot be read has an `error`."""

    id: str
    draft: Draft | None
    error: AumentaError | None = None


class DraftDesk:
    """Drafts of the twin that is served."""

    def __init__(self, data: ScenarioData) -> None:
        self.data, self.twin = data, data.twin
        settings = data.site.settings
        self.drafts = Drafts(
            data.twin.root, settings.max_drafts, settings.max_draft_states, settings.max_draft_bytes
        )
        self._resolved: Readying[Resolved] = Readying(data.site.background, keep=_KEPT)

    # --- what there is ------------------------------------------------------------------

    @property
    def levers(self) -> dict[str, Lever]:
        """The levers of the twin by action; none where its pack is gone, or one of them cannot be read."""
        try:
            return levers_of(self.twin)
        except (PackError, ScenarioError):
            return {}

    def why_no_levers(self) -> AumentaError | None:
        """What is wrong with the levers; None where they can be read, even if there are none."""
        try:
            levers_of(self.twin)
        except (PackError, ScenarioError) as error:
            return error
        return None

    def listed(self) -> list[Listed]:
        """Every draft."""
        found = []
        for id in self.drafts.ids():
            try:
                found.append(Listed(id, self.drafts.load(id)))
            except ScenarioError as error:
                found.append(Listed(id, None, error))
        return found

    def lever_of(self, draft: Draft) -> Lever:
        """The lever that a draft fills in. Raises `ScenarioError` where the twin has none."""
        lever = self.levers.get(draft.action)
        if lever is None:
            problem = Problem(
                "there is no template of this action",
                found=draft.action,
                expected=", ".join(self.levers) or "a pack with templates",
            )
            raise ScenarioError("The draft cannot be filled in.", [problem])
        return lever

    def known(self, id: str) -> KnownScenario | None:
        """The scenario of an id, of the pack or saved."""
        return known_scenario(self.twin, id)

    def can_edit(self, known: KnownScenario | None) -> bool:
        """Whether a scenario is one's own and a lever gives it whole."""
        return known is not None and known.saved and self.can_copy(known)

    def can_copy(self, known: KnownScenario | None) -> bool:
        """Whether a lever gives a scenario whole, so that it can be filled in again under another id."""
        scenario = known.scenario if known else None
        return (
            scenario is not None and values_of(scenario, self.levers.get(scenario.template or "")) is not None
        )

    def made_from(self, action: str) -> list[Scenario]:
        """Scenarios of a lever to start from."""
        known = (one for one in self.twin.scenarios() if one.scenario is not None)
        found = [one for one in known if one.scenario is not None and one.scenario.template == action]
        return [one.scenario for one in found if one.scenario is not None and self.can_copy(one)]

    def shown(self, id: str) -> Draft | None:
        """The draft of an id; for a scenario of one's own that has none yet the one that editing it begins with."""
        if id in self.drafts.ids():
            return self.drafts.load(id)
        known = self.known(id)
        if known is None or known.scenario is None or not self.can_edit(known):
            return None
        return draft_of(known.scenario, self.levers[known.scenario.template or ""])

    # --- what is begun ------------------------------------------------------------------

    def free_id(self, name: str, fallback: str = "scenario") -> str:
        """An id made of a name that no scenario and no draft has."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-") or fallback
        used = {*self.drafts.ids(), *paths_of(self.twin)}
        return next(id for id in (base, *(f"{base}-{n}" for n in range(2, 100_000))) if id not in used)

    def begin(self, action: str, name: str) -> Draft:
        """A new draft of a lever."""
        lever = self.levers.get(action)
        if lever is None:
            problem = Problem(
                "there is no template of this action", found=action, expected=", ".join(self.levers)
            )
            raise ScenarioError("The draft was not begun.", [problem])
        title = " ".join(name.split())[:200]
        named = Text(it=title, en=title) if title else lever.name
        return self.drafts.add(new_draft(lever, self.free_id(title or lever.name.it), named))

    def copy(self, id: str) -> Draft:
        """A new draft that starts from a scenario. Raises `ScenarioError` where no lever gives it."""
        known = self.known(id)
        scenario = known.scenario if known else None
        lever = self.levers.get(scenario.template or "") if scenario else None
        if scenario is None or lever is None:
            problem = Problem("not made from a template", found=id, expected="one that was")
            raise ScenarioError("The scenario was not copied.", [problem])
        name = Text(**{code: _COPY.get(code).format(name=scenario.name.get(code)) for code in ("it", "en")})
        return self.drafts.add(draft_of(scenario, lever, self.free_id(f"{scenario.id}-2"), name))

    def fork(self, id: str, form: Mapping[str, str], language: str) -> Draft:
        """What a form says, as a draft of its own: for who wrote while somebody else did."""
        draft, lever = self.shown(id), self.levers.get(form.get("action", ""))
        if draft is None and lever is not None:  # it was saved or discarded meanwhile
            draft = new_draft(lever, "draft", lever.name)
        draft = draft or self._existing(id)
        state = state_of(form, draft.state, self.lever_of(draft), language)
        own = draft.model_copy(
            update={"id": self.free_id(id), "of": None, "revision": 0, "states": [state], "pointer": 0}
        )
        return self.drafts.add(own)

    # --- what is written ----------------------------------------------------------------

    def write(self, id: str, form: Mapping[str, str], language: str) -> Draft:
        """Take in what a form says; `StaleError` where the draft was written since the form was made."""
        if "fields" not in form:
            return self._existing(id)
        self._begun(id)
        lever = self.lever_of(self._existing(id))
        return self.drafts.change(
            id, _revision(form), lambda now: now.changed(state_of(form, now.state, lever, language))
        )

    def step(self, id: str, form: Mapping[str, str], language: str, steps: int) -> Draft:
        """Undo (-1) or redo (1), after taking in what the form says."""
        draft = self.write(id, form, language)
        return self.drafts.change(id, draft.revision, lambda now: now.moved(steps))

    def rename(self, id: str, new: str) -> Draft:
        """Give a draft another id that no scenario has."""
        draft = self._existing(id)
        if new != id and self.known(new) is not None:
            raise ScenarioError("The draft was not renamed.", [_used(new)])
        if draft.of is not None:
            problem = Problem(
                "the draft of a saved scenario keeps its id", field="id", found=new, expected=id
            )
            raise ScenarioError("The draft was not renamed.", [problem])
        return self.drafts.rename(id, new)

    def save(self, id: str, draft: Draft) -> Scenario:
        """Write the scenario of a draft and take the draft away. Raises `ScenarioError` with every problem."""
        lever = self.lever_of(draft)
        problems = self.own_problems(draft)
        if problems:
            raise ScenarioError("The scenario was not saved.", problems)
        scenario = draft.scenario(lever)
        self.twin.runs.save(scenario)
        self.drafts.discard(id)
        return scenario

    def forget(self, id: str) -> None:
        """Take a saved scenario out of the list, and its draft with it; its runs stay on disk."""
        known = self.known(id)
        if known is None or not known.saved:
            problem = Problem("not a saved scenario", found=id, expected="one that was saved in this twin")
            raise ScenarioError("The scenario was not deleted.", [problem])
        self.twin.runs.forget(id)
        if id in self.drafts.ids():
            self.drafts.discard(id)

    def _existing(self, id: str) -> Draft:
        draft = self.shown(id)
        if draft is None:
            return self.drafts.load(id)  # says that there is none
        return draft

    def _begun(self, id: str) -> None:
        """Editing a saved scenario: its draft is written with the first change."""
        if id not in self.drafts.ids():
            draft = self._existing(id)
            try:
                self.drafts.add(draft.model_copy(update={"revision": -1}))
            except ScenarioError:
                if id not in self.drafts.ids():  # else another page began it meanwhile
                    raise

    # --- what is wrong ------------------------------------------------------------------

    def own_problems(self, draft: Draft) -> list[Problem]:
        """An id that another scenario has; a saved scenario that was changed while its draft was open."""
        known = self.known(draft.id)
        if draft.of is None:
            return [] if known is None else [_used(draft.id)]
        if known is None or known.scenario is None or not known.saved:
            return []  # it was deleted meanwhile: saving brings it back
        if digest_of(known.scenario) == draft.of:
            return []
        expected = "keep what is written here as a draft of its own, or discard it"
        return [
            Problem("the saved scenario was changed meanwhile", field="id", found=draft.id, expected=expected)
        ]

    def check(self, draft: Draft, patience: float = PATIENCE) -> Check:
        """What is wrong with a draft, and what it changes."""

        def resolve(scenario: Scenario) -> Resolved | AumentaError | None:
            key = scenario.model_dump_json()
            return self._resolved.get(key, lambda: self.twin.scenario(scenario).resolved, patience)

        return check(draft, self.lever_of(draft), resolve, self.own_problems(draft))


def desk_of(data: ScenarioData) -> DraftDesk:
    """The desk that the pages share."""
    return data.site.once("drafts", lambda: DraftDesk(data))


def _used(id: str) -> Problem:
    return Problem("another scenario has this id", field="id", found=id, expected="an id that is free")


def _revision(form: Mapping[str, str]) -> int:
    text = form.get("revision", "")
    return int(text) if text.isdigit() and len(text) < 12 else -1
