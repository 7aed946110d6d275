# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the editor of scenarios says: how a draft stands, what went otherwise than asked, the answer to its script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aumenta.scenario.drafts import Draft
from aumenta.web.draft_check import Check, told_of
from aumenta.web.draft_form import fields_of
from aumenta.web.i18n import LANGUAGES, Language
from aumenta.web.scenario_drafts import DraftDesk
from aumenta.web.site import File, NotFoundError, Visit

#: Seconds that an answer waits for the check; the script asks again.
_PATIENCE = 0.5


@dataclass(frozen=True)
class Notice:
    """A sentence over the page."""

    text: str
    bad: bool = True


def notices_of(visit: Visit) -> list[Notice]:
    """What a form did otherwise than asked, as its address says."""
    _ = visit.language.gettext
    trouble, id = visit.query.get("trouble", ""), visit.query.get("id", "")[:80]
    settings = visit.site.settings
    words = {
        "forked": _(
            "Somebody else changed the draft meanwhile. What you wrote is not lost: it is kept here as another draft."
        ),
        "unready": _(
            "The scenario was not saved yet: it is still being checked against the territory. Try again in a moment."
        ),
        "wrong": _("The scenario was not saved: there are things to mend first."),
        "many": _("There are %(n)s drafts already: save or discard one before you begin another.")
        % {"n": visit.language.number(settings.max_drafts)},
        "id": _("The address was not changed: %(id)s is used already, or is no id.") % {"id": f"“{id}”"},
    }
    return [Notice(words[trouble], trouble != "forked")] if trouble in words else []


def state_text(checked: Check, language: Language) -> str:
    """How a draft stands, in a sentence."""
    if checked.problems:
        return language.gettext("Kept as a draft.")
    if checked.checking:
        return language.gettext("Kept as a draft; being checked against the territory.")
    return language.gettext("Kept as a draft; nothing to mend.")


def count_text(number: int, language: Language) -> str:
    """How many things are to be mended."""
    many = language.ngettext("%(num)d thing to mend", "%(num)d things to mend", number)
    return many % {"num": number}


def script_words(language: Language) -> dict[str, str]:
    """Words of the script of the editor."""
    _ = language.gettext
    return {
        "saving": _("Being kept…"),
        "away": _("The server does not answer: what you write is kept in this page until it does."),
        "stale": _(
            "Somebody else, or another window, changed this draft meanwhile. Your last change was not taken in."
        ),
        "gone": _("The draft is no longer there: it was saved or discarded elsewhere."),
        "refused": _("What you wrote was not taken in:"),
        "theirs": _("Show the draft as it is now"),
        "mine": _("Keep what is written here as another draft"),
        "undone": _("Undone."),
        "redone": _("Done again."),
    }


def draft_answer(desk: DraftDesk, path: Mapping[str, str], query: Mapping[str, str]) -> File:
    """How a draft stands, for the script: revision, what can be undone, problems at their places, changes in words."""
    site = desk.data.site
    language = site.languages.get(query.get("lang", ""), site.languages[LANGUAGES[0]])
    draft = desk.shown(path["draft"])
    if draft is None:
        raise NotFoundError(path["draft"])
    told = told_draft(desk, draft, language) | {"trouble": query.get("trouble", "")[:20]}
    return File(json.dumps(told, ensure_ascii=False).encode(), "application/json")


def told_draft(desk: DraftDesk, draft: Draft, language: Language) -> dict[str, Any]:
    """A draft as plain data."""
    lever = desk.lever_of(draft)
    checked = desk.check(draft, _PATIENCE)
    problems = [asdict(one) for one in told_of(checked, lever, language)]
    return {
        "id": draft.id,
        "revision": draft.revision,
        "undo": draft.can_undo,
        "redo": draft.can_redo,
        "title": language.text(draft.state.name),
        "checking": checked.checking,
        "ready": checked.ready,
        "problems": problems,
        "changes": [language.text(one) for one in checked.changes],
        "assumptions": [
            {"text": language.text(one.text), "source": one.source} for one in checked.assumptions
        ],
        "state": state_text(checked, language),
        "count": count_text(len(problems), language) if problems else "",
        "fields": fields_of(draft.state, lever, language.code),
    }
