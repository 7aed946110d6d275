# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The editor of scenarios: choose an action, fill in its lever, see what is wrong at its place, save and compute."""

from __future__ import annotations

from functools import partial
from typing import Any

from aumenta.errors import ScenarioError
from aumenta.scenario.drafts import Draft
from aumenta.scenario.levers import Lever
from aumenta.twin.scenario_list import KnownScenario
from aumenta.web.draft_acts import register_acts
from aumenta.web.draft_check import Told, told_of
from aumenta.web.draft_controls import Choices, controls_of, groups_of
from aumenta.web.draft_form import fields_of
from aumenta.web.draft_words import draft_answer, notices_of, script_words, state_text
from aumenta.web.drawing_words import drawing_of
from aumenta.web.i18n import LANGUAGES
from aumenta.web.pages.scenarios import scenarios_of
from aumenta.web.plan_index import PlanIndex
from aumenta.web.problem_words import problem_texts
from aumenta.web.scenario_cards import actions_of
from aumenta.web.scenario_drafts import DraftDesk, desk_of
from aumenta.web.serving import LOOPBACK
from aumenta.web.site import NotFoundError, Site, Visit

#: Seconds that the page of a draft waits for its check; the rest is asked for by the page.
_PATIENCE = 0.3


def register(site: Site) -> None:
    """Serve the choice of an action, the editor, what it asks while somebody writes, and the forms that write."""
    desk = desk_of(scenarios_of(site))
    choices = Choices(site.twin, desk.data.maps)
    site.page("scenario_new", partial(new_page, desk=desk), personal=True)
    site.page("scenario_edit", partial(edit_page, desk=desk, choices=choices), personal=True)
    site.live("drafts/{draft}.json", partial(draft_answer, desk))
    register_acts(site, desk)
    site.later(lambda: desk.levers)
    site.later(lambda: [choices.of("line", language) for language in site.languages.values()])


def _able(desk: DraftDesk) -> bool:
    """Whether scenarios can be written from these pages."""
    return desk.data.site.settings.host in LOOPBACK


# --- a new one --------------------------------------------------------------------------


def new_page(visit: Visit, desk: DraftDesk) -> str:
    """Which action to try: the levers by axis; and of the one chosen a name to begin with, or scenarios to copy."""
    language, levers = visit.language, desk.levers
    code = visit.query.get("action", "")
    lever = levers.get(code)
    error = desk.why_no_levers()
    return visit.render(
        "scenario_new.html",
        able=_able(desk),
        groups=_by_axis(visit, list(levers.values())),
        lever=lever,
        unknown=bool(code) and lever is None,
        why=problem_texts(error, language) if error else [],
        notices=notices_of(visit),
        scenarios=desk.made_from(code) if lever else [],
        action=actions_of(visit, [code])[0] if lever else None,
    )


def _by_axis(visit: Visit, levers: list[Lever]) -> list[dict[str, Any]]:
    """Levers in groups of their axes, each with the action's title."""
    site, groups = visit.site, dict[str, dict[str, Any]]()
    index = site.once("plan_index", lambda: PlanIndex.of(site.plan)) if site.twin.has_plan else None
    for lever, action in zip(levers, actions_of(visit, [one.action for one in levers]), strict=True):
        code = action["axis"]
        if code not in groups:
            axes = {axis.code: axis for axis in index.axes} if index else {}
            title = visit.language.text(axes[code].title) if code in axes else ""
            groups[code] = {"code": code, "title": title, "levers": []}
        groups[code]["levers"].append((lever, action))
    return list(groups.values())


# --- the editor -------------------------------------------------------------------------


def edit_page(visit: Visit, desk: DraftDesk, choices: Choices) -> str:
    """The draft of an id; where there is none to be edited, why, and what can be done instead."""
    id, asked = visit.params["scenario"], visit.query.get("ask", "")
    known = desk.known(id)
    try:
        draft = desk.shown(id)
        lever = desk.lever_of(draft) if draft else None
    except ScenarioError as error:
        return _instead(visit, desk, known, error=error)
    if not _able(desk) or (draft is None and known is not None):
        return _instead(visit, desk, known)
    if asked == "delete" and known is not None and known.saved:
        return _instead(visit, desk, known, ask=asked)
    if draft is None or lever is None:
        say = visit.language.gettext("There is no draft %(id)s in this twin: it was saved or discarded.")
        raise NotFoundError(say % {"id": id})
    if asked == "discard":
        return _instead(visit, desk, known, ask=asked)
    return _editor(visit, desk, draft, lever, choices)


def _editor(visit: Visit, desk: DraftDesk, draft: Draft, lever: Lever, choices: Choices) -> str:
    language = visit.language
    checked = desk.check(draft, _PATIENCE)
    told = told_of(checked, lever, language)
    placed: dict[str, list[Told]] = {}
    for one in told:
        placed.setdefault(one.parameter or "", []).append(one)
    fields = fields_of(draft.state, lever, language.code)
    return visit.render(
        "scenario_edit.html",
        draft=draft,
        lever=lever,
        axis=lever.action.split(".", maxsplit=1)[0],
        action_url=actions_of(visit, [lever.action])[0]["url"],
        name=language.text(draft.state.name),
        other=next(code for code in LANGUAGES if code != language.code),
        fields=fields,
        groups=groups_of(lever, controls_of(lever, fields, placed, choices, language), language),
        placed=placed,
        told=told,
        check=checked,
        first_problem=next((f"#param-{one.parameter}" for one in told if one.parameter), ""),
        assumptions=[
            *(
                {"text": one.text.get(language.code), "source": one.source or ""}
                for one in draft.state.assumptions
            ),
            {"text": "", "source": ""},
        ],
        state_text=state_text(checked, language),
        notices=notices_of(visit),
        words=script_words(language),
        drawing=drawing_of(visit, lever),
    )


def _instead(
    visit: Visit,
    desk: DraftDesk,
    known: KnownScenario | None,
    error: ScenarioError | None = None,
    ask: str = "",
) -> str:
    """Where nothing is edited: a question before something is taken away, or why it cannot be and what can."""
    language, id = visit.language, visit.params["scenario"]
    scenario = known.scenario if known else None
    drafts = {one.id: one for one in desk.listed()}
    draft = drafts[id].draft if id in drafts else None
    name = language.text(draft.state.name if draft else scenario.name if scenario else None) or id
    return visit.render(
        "scenario_edit_instead.html",
        id=id,
        name=name,
        able=_able(desk),
        known=known,
        ask=ask,
        problems=problem_texts(error, language) if error else [],
        is_draft=id in drafts,
        copyable=desk.can_copy(known),
        editable=desk.can_edit(known),
        notices=[] if ask else notices_of(visit),
    )
