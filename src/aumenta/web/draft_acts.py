# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Forms of the editor of scenarios: each does what it asks with a draft and says where to go on.

A script asks with `answer=json` and goes on to what it shows; without one, the page of the draft comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlencode

from aumenta.errors import ScenarioError
from aumenta.scenario.drafts import Draft, StaleError
from aumenta.web.i18n import LANGUAGES
from aumenta.web.routes import page_path
from aumenta.web.scenario_drafts import DraftDesk
from aumenta.web.site import BusyError, NotFoundError, Site

#: Seconds that forms wait for the check of what was written last.
_PATIENCE = 15.0
Form = Mapping[str, str]
#: What a form does with the draft that it names.
Do = Callable[[DraftDesk, str, Form, str], str]


def register_acts(site: Site, desk: DraftDesk) -> None:
    """Take the forms."""
    site.act("drafts/new", lambda path, form: begin(desk, form))
    site.act("drafts/copy", lambda path, form: copy(desk, form))
    for name, do in _DOES.items():
        site.act(f"drafts/{{draft}}/{name}", partial(_with_draft, desk, do))
    site.act("scenarios/{scenario}/delete", lambda path, form: delete(desk, path["scenario"], form))


def _with_draft(desk: DraftDesk, do: Do, path: Mapping[str, str], form: Form) -> str:
    """Do something with a draft; what somebody wrote while another did is kept as a draft of its own."""
    id, language = path["draft"], language_of(form)
    try:
        return do(desk, id, form, language)
    except StaleError:
        if form.get("answer") == "json":
            return _live(id, language, "stale")
        return _page(desk.fork(id, form, language).id, language, "forked")


def language_of(form: Form) -> str:
    """The language of a form; the first where it says none."""
    return form["lang"] if form.get("lang") in LANGUAGES else LANGUAGES[0]


def _page(id: str, language: str, trouble: str = "", place: str = "", /, **more: str) -> str:
    query = {**({"trouble": trouble} if trouble else {}), **more}
    return page_path("scenario_edit", language, query, scenario=id) + place


def _live(id: str, language: str, trouble: str = "") -> str:
    query = {"lang": language, **({"trouble": trouble} if trouble else {})}
    return f"/live/drafts/{id}.json?{urlencode(query)}"


def _onward(draft: Draft, form: Form, language: str, place: str = "") -> str:
    """Where a script, or else a browser, goes on."""
    json = form.get("answer") == "json"
    return _live(draft.id, language) if json else _page(draft.id, language, "", place)


# --- to begin ---------------------------------------------------------------------------


def begin(desk: DraftDesk, form: Form) -> str:
    """A new draft of a lever."""
    action = form.get("action", "")
    if action not in desk.levers:
        raise NotFoundError(action)
    try:
        draft = desk.begin(action, form.get("name", ""))
    except ScenarioError as error:
        return _refused(error, language_of(form), {"action": action})
    return _page(draft.id, language_of(form))


def copy(desk: DraftDesk, form: Form) -> str:
    """A new draft that starts from a scenario."""
    known = desk.known(form.get("scenario", ""))
    if not desk.can_copy(known):
        raise NotFoundError(form.get("scenario", "")[:80])
    try:
        draft = desk.copy(form["scenario"])
    except ScenarioError as error:
        return _refused(error, language_of(form), {})
    return _page(draft.id, language_of(form))


def _refused(error: ScenarioError, language: str, query: dict[str, str]) -> str:
    """Back to the choice when there are too many drafts; anything else is told as it is."""
    if any(one.message == "there are too many drafts" for one in error.problems):
        return page_path("scenario_new", language, {**query, "trouble": "many"})
    raise error


# --- to write ---------------------------------------------------------------------------


def write(desk: DraftDesk, id: str, form: Form, language: str) -> str:
    """Take in what was written; a browser without scripts, which asks but once, waits for what is wrong with it."""
    draft = desk.write(id, form, language)
    if form.get("answer") != "json":
        desk.check(draft, _PATIENCE)
    return _onward(draft, form, language)


def undo(desk: DraftDesk, id: str, form: Form, language: str) -> str:
    """One state back."""
    return _onward(desk.step(id, form, language, -1), form, language)


def redo(desk: DraftDesk, id: str, form: Form, language: str) -> str:
    """One state forth."""
    return _onward(desk.step(id, form, language, 1), form, language)


def fork(desk: DraftDesk, id: str, form: Form, language: str) -> str:
    """What was written, as a draft of its own."""
    return _page(desk.fork(id, form, language).id, language, "forked")


def rename(desk: DraftDesk, id: str, form: Form, language: str) -> str:
    """Another id, after taking in what was written."""
    new = form.get("new_id", "").strip()
    draft = desk.write(id, form, language)
    try:
        draft = desk.rename(draft.id, new)
    except ScenarioError:
        return _page(draft.id, language, "id", "#param-scenario-id", id=new[:80])
    return _page(draft.id, language)


# --- to end -----------------------------------------------------------------------------


def save(desk: DraftDesk, id: str, form: Form, language: str, compute: bool = False) -> str:
    """The draft as a scenario, and its run if asked for; back to the draft where something is wrong with it."""
    draft = desk.write(id, form, language)
    checked = desk.check(draft, _PATIENCE)
    if not checked.ready:
        trouble = "unready" if checked.checking and not checked.problems else "wrong"
        return _page(draft.id, language, trouble, "#draft")
    scenario = desk.save(draft.id, draft)
    query: dict[str, str] = {}
    if compute and desk.twin.manifest.complete:
        try:
            desk.data.queue.ask(scenario.id)
        except BusyError:
            query = {"busy": "1"}
    return page_path("scenario", language, query, scenario=scenario.id) + "#scenario-run"


def discard(desk: DraftDesk, id: str, form: Form, language: str) -> str:
    """Take a draft away; on to its scenario where there is one."""
    desk.drafts.discard(id)
    if desk.known(id) is not None:
        return page_path("scenario", language, scenario=id)
    return page_path("scenarios", language)


def delete(desk: DraftDesk, id: str, form: Form) -> str:
    """Take a saved scenario out of the list."""
    known = desk.known(id)
    if known is None or not known.saved:
        raise NotFoundError(id)
    desk.data.queue.stop(id)
    desk.forget(id)
    return page_path("scenarios", language_of(form))


_DOES: dict[str, Do] = {
    "set": write,
    "undo": undo,
    "redo": redo,
    "fork": fork,
    "rename": rename,
    "save": save,
    "compute": partial(save, compute=True),
    "discard": discard,
}
