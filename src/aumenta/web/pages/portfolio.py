# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which actions first? Scenarios weighed against each other: chosen, planned, computed, and what comes out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.responses import RedirectResponse, Response

from aumenta.errors import AumentaError, PortfolioError, Problem, ScenarioError
from aumenta.portfolio.model import Result
from aumenta.scenario.runs import RunRecord
from aumenta.web.i18n import LANGUAGES
from aumenta.web.pages.scenarios import scenarios_of
from aumenta.web.portfolio_asked import Asked, read
from aumenta.web.portfolio_desk import Open, PortfolioDesk, Sight, Standing
from aumenta.web.portfolio_problems import asked_texts, conflict_texts
from aumenta.web.portfolio_result import TABLES, clashing, result_view, table_of
from aumenta.web.portfolio_words import (
    Names,
    amount,
    names_of,
    plan_words,
    progress_words,
)
from aumenta.web.problem_words import translated
from aumenta.web.routes import page_path
from aumenta.web.scenario_cards import card_of
from aumenta.web.scenario_data import PATIENCE, ScenarioData
from aumenta.web.serving import LOOPBACK
from aumenta.web.site import BusyError, File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes

#: Seconds that a file waits for what the runs say.
_FILE_PATIENCE = 20.0


def register(site: Site) -> None:
    """Serve the page, the progress of what is computed, the forms that start and stop it, the tables."""
    desk = site.once("portfolios", lambda: PortfolioDesk(site))
    site.page("portfolio", partial(portfolio_page, desk=desk, data=scenarios_of(site)), personal=True)
    site.live("portfolio/{name}/progress.json", lambda path, query: progress(desk, path["name"], query))
    site.live("portfolio/{table}.csv", lambda path, query: table(desk, path["table"], query))
    site.act("portfolio/run", lambda _, form: run(desk, form))
    site.act("portfolio/stop", lambda _, form: stop(desk, form))


def portfolio_page(visit: Visit, desk: PortfolioDesk, data: ScenarioData) -> str | Response:
    """The scenarios to choose from; of those that are chosen what is planned, computed, and found."""
    asked, untidy = read(visit.query)
    if untidy:
        return RedirectResponse(visit.url("portfolio", asked.query), status_code=303)
    kept = desk.kept(asked.answer) if asked.answer else None
    if kept is not None and not asked.ids:
        return RedirectResponse(visit.url("portfolio", asked.but(ids=tuple(kept.ids))), status_code=303)
    shown = _shown(visit, desk, asked, kept)
    return visit.render(
        "portfolio.html",
        asked=asked,
        cards=[] if asked.sheet else _cards(visit, data, 0.0 if asked.ids else PATIENCE),
        past=_past(visit, desk) if not asked.ids else [],
        most=desk.site.settings.max_portfolio_scenarios,
        able=desk.site.settings.host in LOOPBACK,
        complete=desk.twin.manifest.complete,
        busy="busy" in visit.query,
        lost=bool(asked.answer) and kept is None,
        **shown,
    )


def _cards(visit: Visit, data: ScenarioData, patience: float) -> list[dict[str, Any]]:
    """The scenarios to choose from; what runs do is waited for once, no longer than `patience` seconds."""
    until = time.monotonic() + patience

    def told(record: RunRecord) -> Any:
        return data.effects(record, max(0.0, until - time.monotonic()))

    return [card_of(visit, data, card, told) for card in data.cards()]


def _shown(visit: Visit, desk: PortfolioDesk, asked: Asked, kept: Result | None) -> dict[str, Any]:
    """What there is to show of the scenarios that are chosen."""
    names = _names(desk, visit, None)
    nothing: dict[str, Any] = {
        "names": names, "name": "", "version": "", "standing": None, "sight": None, "plan": [], "status": "",
        "failed": [], "view": None, "clashes": [], "ordered": [], "old": "", "others": [],
        "why": "", "problems": [], "reading": False,
    }  # fmt: skip
    if not asked.ids:
        return nothing
    old = kept is not None and kept.build != desk.twin.build
    if kept is not None and old and set(kept.ids) == set(asked.ids):
        names = _names(desk, visit, kept)
        return nothing | _answer(visit, asked, kept, {}, names) | {"old": kept.build}
    wrong = asked.problems()
    try:
        opened = desk.opened(asked)
    except (PortfolioError, ScenarioError) as error:
        problems = error.problems or (Problem(error.summary),)
        return nothing | {"problems": asked_texts([*problems, *wrong], names)}
    found = nothing | _portfolio(visit, desk, asked, opened)
    # What is wrong with a choice is told where it would stand, as soon as there is anything to choose from.
    return found if found["view"] else found | {"problems": asked_texts(wrong, found["names"])}


def _portfolio(visit: Visit, desk: PortfolioDesk, asked: Asked, opened: Open) -> dict[str, Any]:
    """A portfolio of this build: its plan, how far it is, and what its runs say."""
    name = opened.portfolio.name
    standing = desk.standing(name)
    version = _version(desk, opened, standing)
    sight = desk.sight(opened, standing)
    names = _names(desk, visit, sight.result if isinstance(sight, Sight) else None)
    hours = desk.site.settings.max_portfolio_seconds / 60
    found: dict[str, Any] = {
        "name": name,
        "version": version,
        "names": names,
        "standing": standing,
        "status": progress_words(standing, names, hours),
        "failed": asked_texts(standing.state.problems, names),
        "reading": sight is None,
    }
    if isinstance(sight, AumentaError):
        problems = sight.problems or (Problem(sight.summary),)
        why = translated(sight.summary, visit.language) or sight.summary
        return found | {"why": why, "failed": [*found["failed"], *conflict_texts(problems, names)]}
    if sight is None:
        return found
    found |= {"sight": sight, "plan": plan_words(sight, visit.language)}
    if sight.result is not None:
        return found | _answer(visit, asked, sight.result, sight.why, names)
    conflicts = clashing(sight.plan.conflicts, sight.why, names)
    others = [one for one in desk.of_others(asked.ids) if one.build != desk.twin.build]
    return found | {
        "clashes": conflicts,
        "ordered": [[names.scenario(one) for one in pair] for pair in sight.plan.ordered],
        "others": [
            (visit.url("portfolio", asked.but(answer=one.portfolio)), one.build) for one in others[:1]
        ],
    }


def _answer(visit: Visit, asked: Asked, result: Result, why: Any, names: Names) -> dict[str, Any]:
    """What an answer says, with its conflicts and the address that leads back to it."""
    view = result_view(visit, asked, result, names)
    done: Asked = view["asked"]
    answer = result.portfolio if result.sampling.complete else ""
    lasting = done.but(answer=answer, sheet=False)
    return {
        "view": view,
        "names": names,
        "clashes": clashing(result.conflicts, why, names),
        "ordered": [[names.scenario(one) for one in pair] for pair in result.ordered],
        "share": visit.url("portfolio", lasting),
        "sheet": visit.url("portfolio", done.but(sheet=not done.sheet)),
        "budget": amount(done.budget, done.unit, visit.language) if done.budget is not None else "",
    }


def _names(desk: PortfolioDesk, visit: Visit, result: Result | None) -> Names:
    known = {one.id: one.scenario for one in desk.twin.scenarios()}
    called = {
        name: visit.language.text(scenario.name) if scenario else name for name, scenario in known.items()
    }
    index = scenarios_of(desk.site).maps.index
    return names_of(result, called, desk.twin.rights, index, visit.language)


def _past(visit: Visit, desk: PortfolioDesk) -> list[dict[str, Any]]:
    """Answers that are kept, the latest first."""
    return [
        {
            "url": visit.url("portfolio", {"answer": one.portfolio}),
            "names": [visit.language.text(each.name) for each in one.members],
            "old": one.build != desk.twin.build,
        }
        for one in desk.past()
    ]


# --- progress ---------------------------------------------------------------------------


def _version(desk: PortfolioDesk, opened: Open, standing: Standing) -> str:
    """Another word whenever the page has something new to show; taken before the page is made."""
    return f"{standing.phase}-{standing.state.before}-{standing.done}-{int(desk.seen(opened, standing))}"


def progress(desk: PortfolioDesk, name: str, query: Mapping[str, str]) -> File:
    """Where a portfolio is, for who asks again and again."""
    language = desk.site.languages.get(query.get("lang", ""), desk.site.languages[LANGUAGES[0]])
    visit = Visit(desk.site, desk.site.pages["portfolio"], language, {}, {})
    try:
        opened = desk.opened(read(query)[0])
    except (PortfolioError, ScenarioError):
        raise NotFoundError(name) from None
    if opened.portfolio.name != name:
        raise NotFoundError(name)
    standing = desk.standing(name)
    told = {
        "busy": standing.busy,
        "version": _version(desk, opened, standing),
        "text": progress_words(
            standing, _names(desk, visit, None), desk.site.settings.max_portfolio_seconds / 60
        ),
        "done": standing.done,
        "total": int((standing.told or {}).get("total", 0)),
    }
    return File(json.dumps(told, ensure_ascii=False).encode(), "application/json")


def run(desk: PortfolioDesk, form: Mapping[str, str]) -> str:
    """Have a portfolio computed, or gone on with; on to its page, which says what is wrong where something is."""
    asked, _ = read(form)
    more: dict[str, str] = {}
    try:
        if desk.twin.manifest.complete and not asked.problems():
            desk.ask(asked)
    except BusyError:
        more = {"busy": "1"}
    except (PortfolioError, ScenarioError):
        pass  # the page finds the same, and tells it
    return _address(form, asked, more)


def stop(desk: PortfolioDesk, form: Mapping[str, str]) -> str:
    """Stop a portfolio; on to its page."""
    asked, _ = read(form)
    with suppress(PortfolioError, ScenarioError):  # then nothing of the kind is computed
        desk.stop(desk.opened(asked).portfolio.name)
    return _address(form, asked)


def _address(form: Mapping[str, str], asked: Asked, more: Mapping[str, str] | None = None) -> str:
    language = form.get("lang", "")
    language = language if language in LANGUAGES else LANGUAGES[0]
    return page_path("portfolio", language, asked.but(answer="") | dict(more or {})) + "#portfolio-run"


# --- files ------------------------------------------------------------------------------


def table(desk: PortfolioDesk, name: str, query: Mapping[str, str]) -> File:
    """A table as CSV, in full precision."""
    if name not in TABLES:
        raise NotFoundError(name)
    asked, _ = read(query)
    result = desk.kept(asked.answer) if asked.answer else None
    if result is None:
        opened = desk.opened(asked)
        sight = desk.sight(opened, desk.standing(opened.portfolio.name), _FILE_PATIENCE)
        if isinstance(sight, AumentaError):
            raise sight
        result = sight.result if sight is not None else None
    if result is None:
        raise NotFoundError(name)
    frame = table_of(name, asked, result)
    rows = frame.astype(object).where(frame.notna(), None)
    content = csv_bytes(list(rows.columns), rows.itertuples(index=False, name=None))
    return File(content, "text/csv; charset=utf-8", f"portfolio-{name}.csv")
