# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where to put it? The form of a question, its answer with map, table and curve, and the scenario made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.responses import RedirectResponse, Response

from aumenta.errors import AumentaError, Problem, SitingError
from aumenta.siting.form import question_of
from aumenta.siting.question import Question
from aumenta.siting.sentences import step_words
from aumenta.twin.siting_run import SitingRun
from aumenta.values.text import Text
from aumenta.web import siting_answer as told
from aumenta.web.i18n import LANGUAGES
from aumenta.web.jobs import JobState
from aumenta.web.pages.scenarios import scenarios_of
from aumenta.web.problem_words import problem_text, problem_texts
from aumenta.web.routes import page_path
from aumenta.web.scenario_drafts import desk_of
from aumenta.web.serving import LOOPBACK
from aumenta.web.site import BusyError, File, NotFoundError, Site, Visit
from aumenta.web.siting_desk import SitingDesk, address_fields
from aumenta.web.siting_form import as_lists, draw_state, first_of, form_of, gathered
from aumenta.web.siting_map import BEYOND, FAR, NEAR, cells_png, picture_of
from aumenta.web.table_text import csv_bytes

#: Past answers listed below the form.
_PAST = 12
#: Characters of an address that a question may take.
_ADDRESS = 3_000
#: Seconds that a form waits for a quick answer before it goes on to a page that says how far it is.
_PATIENCE = 1.0


def register(site: Site) -> None:
    """Serve the form, answers with their progress, the forms that ask, stop and save, pictures and tables."""
    if site.twin.manifest.network is None:
        return
    desk: SitingDesk = site.once("siting", lambda: SitingDesk(site))
    site.page("siting", partial(form_page, desk=desk), personal=True)
    site.page("siting_answer", partial(answer_page, desk=desk), personal=True)
    site.live("siting/{answer}.json", lambda path, query: progress(desk, path["answer"], query))
    site.act("siting/ask", lambda path, form: ask(desk, form))
    site.act("siting/{answer}/stop", lambda path, form: stop(desk, path["answer"], form))
    site.act("siting/{answer}/scenario", lambda path, form: save(desk, path["answer"], form))
    site.file("siting/{answer}/cells.png", lambda path, query: _png(desk, path["answer"]))
    site.file("siting/{answer}/{table}.csv", lambda path, query: _csv(desk, path["answer"], path["table"]))
    site.later(lambda: _prepare(desk))


def _prepare(desk: SitingDesk) -> None:
    """Read what the form offers before somebody asks for it."""
    try:
        assert desk.examples is not None
    except AumentaError:  # the page says it
        return


def _language(form: Mapping[str, str]) -> str:
    language = form.get("lang", "")
    return language if language in LANGUAGES else LANGUAGES[0]


def able(desk: SitingDesk) -> bool:
    """Whether questions can be asked from these pages."""
    return desk.site.settings.host in LOOPBACK


# --- the form ---------------------------------------------------------------------------


def form_page(visit: Visit, desk: SitingDesk) -> str:
    """The question, empty or as it was filled in; what is wrong with it; answers of before."""
    try:
        desk.choices  # noqa: B018 - levers are the pack's, and it may be gone
    except AumentaError as error:
        return visit.render("siting_absent.html", problems=problem_texts(error, visit.language))
    fields = _fields(visit, desk)
    problems, answer = _looked_at(visit, desk, fields)
    return visit.render(
        "siting.html",
        form=form_of(visit, desk, fields, problems),
        answer=answer,
        examples=[(one, address_fields(one.question)) for one in desk.examples],
        past=[past_row(visit, run) for run in desk.past()[:_PAST]],
        able=able(desk),
        draw=draw_state(visit, desk),
        busy="busy" in visit.query,
    )


def _fields(visit: Visit, desk: SitingDesk) -> dict[str, str]:
    """What was filled in: in the address, kept here, or asked before."""
    if "form" in visit.query:
        return desk.remembered(visit.query["form"])
    if "of" in visit.query:
        question = _question(desk, visit.query["of"])
        return address_fields(question) if question is not None else {}
    return gathered(visit.query)


def _question(desk: SitingDesk, name: str) -> Question | None:
    run = desk.run(name)
    return run.question if run is not None else desk.asked(name)


def _looked_at(visit: Visit, desk: SitingDesk, fields: dict[str, str]) -> tuple[list[Problem], str]:
    """What is wrong with the fields, where they were sent or failed; the answer that is there already."""
    if not fields:
        return [], ""
    try:
        question = question_of(as_lists(fields))
    except SitingError as error:
        return (_faults(desk, fields, error) if "checked" in visit.query else []), ""
    name = desk.name_of(question)
    state = desk.state(name)
    if desk.run(name) is not None or state.busy:
        return [], name
    if state.phase == "failed" and state.problems:
        return list(state.problems), ""
    if "checked" in visit.query:
        try:
            desk.check(question)
        except AumentaError as error:
            return list(error.problems or (Problem(error.summary),)), ""
    return [], ""


def _faults(desk: SitingDesk, fields: dict[str, str], error: SitingError) -> list[Problem]:
    """What is wrong with single fields, and what the others say without them: all at once."""
    found = list(error.problems)
    wrong = {first_of(one.field) for one in found}
    try:
        desk.check(question_of(as_lists({name: text for name, text in fields.items() if name not in wrong})))
    except AumentaError as other:
        found += [one for one in other.problems if first_of(one.field) not in wrong]
    return found


def past_row(visit: Visit, run: SitingRun) -> dict[str, Any]:
    """One answer of before in a line."""
    answer = run.answer
    return {
        "id": run.id,
        "title": told.title_of(answer, visit.language),
        "line": visit.language.text(answer.sentences[0]) if answer.sentences else "",
        "code": answer.question.what,
        "stale": run.stale,
    }


def ask(desk: SitingDesk, form: Mapping[str, str]) -> str:
    """Check a question and have it answered; on to its answer, or back to the form with what is wrong."""
    language, fields = _language(form), gathered(form)
    try:
        question = question_of(as_lists(fields))
        name = desk.ask(question)
    except BusyError:
        return _form_address(desk, language, fields, "busy")
    except AumentaError:
        return _form_address(desk, language, fields, "checked") + "#siting-problems"
    desk.queue.wait(name, _PATIENCE)
    return _answer_address(language, name, question)


def _form_address(desk: SitingDesk, language: str, fields: dict[str, str], why: str) -> str:
    address = page_path("siting", language, {**fields, why: "1"})
    if len(address) <= _ADDRESS:
        return address
    return page_path("siting", language, {"form": desk.remember(fields), why: "1"})


def _answer_address(language: str, name: str, question: Question) -> str:
    """The question goes along, so that it is not lost when the pages are started again before it is answered."""
    address = page_path("siting_answer", language, address_fields(question), answer=name)
    return address if len(address) <= _ADDRESS else page_path("siting_answer", language, answer=name)


# --- the answer -------------------------------------------------------------------------


def answer_page(visit: Visit, desk: SitingDesk) -> str | Response:
    """How far an answer is, why there is none, or what it says."""
    name = visit.params["answer"]
    state, run = desk.state(name), desk.run(name)
    if run is None:
        return _unanswered(visit, desk, name, state)
    if run.id != name or (visit.query and not set(visit.query) <= {"by"}):
        query = {"by": visit.query["by"]} if "by" in visit.query else None
        address = page_path("siting_answer", visit.language.code, query, answer=run.id)
        return RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})
    language, answer = visit.language, run.answer
    ground = desk.ground(run)
    levels = told.levels_of(run)
    by = visit.query.get("by", "")
    by = by if by in levels else levels[0]
    return visit.render(
        "siting_answer.html",
        run=run,
        answer=answer,
        title=told.title_of(answer, language),
        sentences=[language.text(one) for one in answer.sentences],
        notes=[language.text(one) for one in answer.notes],
        picture=picture_of(run, ground, desk.maps, language),
        colours={"near": NEAR, "beyond": (BEYOND, FAR)},
        ground=ground,
        sites=told.sites_of(answer, language),
        columns=told.curve_columns(answer, language),
        curve_title=told.curve_title(answer, language),
        curve=told.curve_rows(answer, language),
        size=(told.WIDE, told.TALL, told.BOTTOM),
        minutes=told.by_minutes(answer),
        levels=levels,
        by=by,
        beyond=told.beyond_rows(run, by, language, desk.maps.index),
        beyond_title=told.beyond_title(run, language),
        shown=told.SHOWN,
        asked=told.asked_rows(run, visit),
        proof=told.proof_of(answer, language),
        method=told.method_of(answer, language),
        name=told.name_of_scenario(answer),
        share=visit.url("siting_answer", {"by": by}, answer=run.id),
        again=visit.url("siting", {"of": run.id}),
        able=able(desk),
    )


def _unanswered(visit: Visit, desk: SitingDesk, name: str, state: JobState) -> str:
    """A page without an answer: one that is being looked for, was stopped, failed, or was lost with the pages."""
    question = desk.asked(name)
    fields = address_fields(question) if question is not None else gathered(visit.query)
    if not fields and state.phase == "idle":
        raise NotFoundError(
            visit.language.gettext("There is no answer %(id)s about siting.") % {"id": name[:40]}
        )
    return visit.render(
        "siting_wait.html",
        name=name,
        state=state,
        status=status_text(visit, desk, state),
        problems=[problem_text(one, visit.language) for one in state.problems],
        fields=fields,
        again=_form_address(desk, visit.language.code, fields, "checked"),
        able=able(desk),
    )


def status_text(visit: Visit, desk: SitingDesk, state: JobState) -> str:
    """Where the work is, in a sentence."""
    language, told_last = visit.language, state.progress or {}
    words = {
        "n": state.before,
        "seconds": language.number(state.seconds, 0),
        "step": language.text(step_words(str(told_last["step"]))) if "step" in told_last else "",
        "minutes": language.number(desk.site.settings.max_run_seconds / 60, 0),
    }
    said = {
        "waiting": language.gettext("Waiting: %(n)s before it."),
        "running": language.gettext("Being looked for, for %(seconds)s seconds: %(step)s.")
        if words["step"]
        else language.gettext("The twin is being read, for %(seconds)s seconds."),
        "stopped": language.gettext(
            "The search was stopped. Travel times that were found are kept for the next time."
        ),
        "late": language.gettext("The search took longer than %(minutes)s minutes and was stopped."),
        "failed": language.gettext("There is no answer to this question."),
        "done": language.gettext("The twin was built again meanwhile: ask once more."),
        "idle": language.gettext("This question was not answered yet."),
    }
    return said[state.phase] % words


def progress(desk: SitingDesk, name: str, query: Mapping[str, str]) -> File:
    """How far an answer is, for who asks again and again."""
    site = desk.site
    language = site.languages.get(query.get("lang", ""), site.languages[LANGUAGES[0]])
    visit = Visit(site, site.pages["siting_answer"], language, {"answer": name}, {})
    state = desk.state(name)
    answered = not state.busy and desk.run(name) is not None
    answer = {
        "state": state.phase,
        "busy": state.busy,
        "answered": answered,
        "text": language.gettext("The answer is there.") if answered else status_text(visit, desk, state),
    }
    return File(json.dumps(answer, ensure_ascii=False).encode(), "application/json")


def stop(desk: SitingDesk, name: str, form: Mapping[str, str]) -> str:
    """Stop the work on an answer; back to its page."""
    desk.queue.stop(name)
    desk.queue.wait(name, 8)
    question = desk.asked(name)
    if question is None:
        return page_path("siting", _language(form))
    return _answer_address(_language(form), name, question)


def save(desk: SitingDesk, name: str, form: Mapping[str, str]) -> str:
    """Keep the new sites as a scenario; on to its page."""
    run = desk.run(name)
    if run is None:
        raise NotFoundError(name)
    given = form.get("name", "").strip()[:200]
    words = Text(it=given, en=given) if given else told.name_of_scenario(run.answer)
    id = desk_of(scenarios_of(desk.site)).free_id(words.it)
    desk.twin.runs.save(run.to_scenario(id, words))
    return page_path("scenario", _language(form), scenario=id)


# --- files ------------------------------------------------------------------------------


def _run(desk: SitingDesk, name: str) -> SitingRun:
    run = desk.run(name)
    if run is None or run.id != name:
        raise NotFoundError(name)
    return run


def _png(desk: SitingDesk, name: str) -> File:
    return File(cells_png(_run(desk, name)), "image/png")


def _csv(desk: SitingDesk, name: str, table: str) -> File:
    run = _run(desk, name)
    try:
        header, rows = told.table(run, table)
    except KeyError:
        raise NotFoundError(table) from None
    content = csv_bytes(header, rows)
    return File(content, "text/csv; charset=utf-8", f"siting-{run.question.what}-{name[:8]}-{table}.csv")
