# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What if? The scenarios with who gains by each; one scenario with what it changes, its run and what the run says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from aumenta.errors import AumentaError
from aumenta.scenario.runs import RunRecord
from aumenta.web.i18n import LANGUAGES
from aumenta.web.jobs import JobState
from aumenta.web.place_choices import is_secondary
from aumenta.web.problem_words import ProblemText, problem_text, problem_texts
from aumenta.web.routes import page_path
from aumenta.web.scenario_cards import card_of, listing_of, told_in_list
from aumenta.web.scenario_data import Card, ScenarioData
from aumenta.web.scenario_drafts import desk_of
from aumenta.web.scenario_effects import Effects
from aumenta.web.scenario_map import cell_png, place_classes, place_svg
from aumenta.web.scenario_result import result_of
from aumenta.web.scenario_shown import made_text, share_query, shown_of
from aumenta.web.scenario_words import distinct, key_name, stage_text
from aumenta.web.serving import LOOPBACK
from aumenta.web.site import BusyError, File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes

#: First figures shown while a run goes on.
_FIRST = 8
#: Seconds that a file waits for what its run does.
_FILE_PATIENCE = 20.0


def register(site: Site) -> None:
    """Serve the list, the pages, the progress of runs, the forms that start and stop them, maps and tables."""
    data = scenarios_of(site)
    site.page("scenarios", partial(list_page, data=data), personal=True)
    site.page("scenario", partial(scenario_page, data=data), personal=True)
    site.live("scenarios/{scenario}.json", lambda path, query: progress(data, path["scenario"], query))
    site.act("scenarios/{scenario}/run", lambda path, form: run(data, path["scenario"], form))
    site.act("scenarios/{scenario}/stop", lambda path, form: stop(data, path["scenario"], form))
    for name, make in (
        ("map/{indicator}.svg", _place_map),
        ("cells/{indicator}.png", _cell_map),
        ("places/{indicator}.csv", _places_csv),
        ("people/{indicator}.csv", _people_csv),
    ):
        site.file(f"scenarios/{{run}}/{name}", partial(_file, data, make))
    # What past runs did is put together while the first page is read.
    site.later(lambda: [data.effects(one, 0) for one in map(told_in_list, data.cards()) if one is not None])


def scenarios_of(site: Site) -> ScenarioData:
    """What the pages share, made by the first module that asks."""
    return site.once("scenarios", lambda: ScenarioData(site))


# --- pages ------------------------------------------------------------------------------


def list_page(visit: Visit, data: ScenarioData) -> str:
    """Every scenario that was asked for, as a card."""
    listing = listing_of(visit, data)
    return visit.render(
        "scenarios.html",
        listing=listing,
        cards=listing.cards,
        watched=listing.watched,
        able=_able(data),
        complete=_complete(data),
        drafts=desk_of(data).listed(),
    )


def scenario_page(visit: Visit, data: ScenarioData) -> str:
    """One scenario: its changes and assumptions, its run, and what the run says of one indicator."""
    card, record = _asked_for(visit, data)
    state, version = card.state, data.version(card, record)
    result, failed = None, list[ProblemText]()
    if record is not None:
        effects = data.effects(record)
        if isinstance(effects, Effects):
            result = result_of(visit, effects, visit.query.get("indicator", ""))
        elif effects is not None:
            failed = problem_texts(effects, visit.language)
    changes, problems, reading = _changes(visit, data, card, record)
    query = share_query(record.run, result["key"] if result else "") if record else {}
    return visit.render(
        "scenario.html",
        card=card_of(visit, data, card),
        scenario=card.known.scenario,
        state=state,
        status=state_text(visit, data, card),
        why=[problem_text(one, visit.language) for one in state.problems],
        first=first_figures(visit, data, state),
        version=version,
        watched=state.busy or reading or (record is not None and result is None and not failed),
        changes=changes,
        problems=problems,
        reading=reading,
        result=result,
        failed=failed,
        record=record,
        shown=shown_of(visit, data, card, record) if record else None,
        share=visit.url("scenario", query, scenario=card.known.id) if record else "",
        able=_able(data),
        complete=_complete(data),
        busy="busy" in visit.query,
        desk=_desk(data, card),
    )


def _asked_for(visit: Visit, data: ScenarioData) -> tuple[Card, RunRecord | None]:
    """The scenario of the address with the run that it names, else the last one whose figures can be read."""
    name, run = visit.params["scenario"], visit.query.get("run", "")
    card, record = data.card(name), data.run_named(run, name) if run else None
    if card is None and record is not None:
        card = data.kept(record)
    if card is None:
        say = visit.language.gettext("There is no scenario %(id)s in this twin.")
        raise NotFoundError(say % {"id": name})
    if run and record is None:
        say = visit.language.gettext(
            "The run %(run)s of this scenario is not there, or the build that it started from is not."
        )
        raise NotFoundError(say % {"run": run[:40]})
    return card, record or data.told_by(card)


def _desk(data: ScenarioData, card: Card) -> dict[str, bool]:
    """What the editor can do with a scenario."""
    desk = desk_of(data)
    draft = card.known.id in desk.drafts.ids()
    return {
        "editable": draft or desk.can_edit(card.known),
        "copyable": desk.can_copy(card.known),
        "draft": draft,
    }


def _changes(
    visit: Visit, data: ScenarioData, card: Card, record: RunRecord | None
) -> tuple[list[Any], list[ProblemText], bool]:
    """What a scenario changes in words, what is wrong with it, and whether that is still being read.

    Of a run that the address names: what it changed then.
    """
    scenario = card.known.scenario
    if "run" in visit.query and record is not None:
        return list(record.changes), [], False
    if scenario is None:
        error = card.known.error
        return [], problem_texts(error, visit.language) if error else [], False
    if card.standing == "run" and card.record is not None:
        return list(card.record.changes), [], False
    resolved = data.resolved(scenario)
    if resolved is None:
        return [], [], True
    if isinstance(resolved, AumentaError):
        return [], problem_texts(resolved, visit.language), False
    found = [problem_text(one, visit.language) for one in resolved.problems]
    return list(resolved.descriptions), found, False


def _able(data: ScenarioData) -> bool:
    """Whether runs can be started from these pages."""
    return data.site.settings.host in LOOPBACK


def _complete(data: ScenarioData) -> bool:
    """Whether the twin has all of its values: what is still being computed cannot be compared."""
    return data.twin.manifest.complete


# --- runs -------------------------------------------------------------------------------


def state_text(visit: Visit, data: ScenarioData, card: Card) -> str:
    """Where a run is, in a sentence."""
    language, state = visit.language, card.state
    stage = stage_text(str((state.progress or {}).get("stage", "")), language)
    words = {
        "n": state.before,
        "seconds": language.number(state.seconds, 0),
        "stage": stage,
        "minutes": language.number(data.site.settings.max_run_seconds / 60, 0),
        "date": made_text(data, card.record, language) if card.record else "",
    }
    running = (
        language.gettext("Being computed by another process for %(seconds)s seconds: %(stage)s.")
        if state.outside
        else language.gettext("Being computed for %(seconds)s seconds: %(stage)s.")
    )
    told = {
        "waiting": language.gettext("Waiting: %(n)s before it."),
        "running": running,
        "stopped": language.gettext("The run was stopped; nothing of it is kept."),
        "late": language.gettext("The run took longer than %(minutes)s minutes and was stopped."),
        "failed": language.gettext("The run could not be finished."),
        "new": language.gettext("Not computed yet."),
        "run": language.gettext("Computed on this twin, %(date)s."),
        "changed": language.gettext(
            "The scenario was changed after its last run: what is shown is of before."
        ),
        "stale": language.gettext("The twin was built again since the last run: run it again to compare."),
        "gone": language.gettext("The scenario is no longer in the list; this run of it is kept."),
    }
    return (told[state.phase] if state.phase in told else told[card.standing]) % words


def first_figures(visit: Visit, data: ScenarioData, state: JobState) -> list[dict[str, str]]:
    """What a run has found so far for the whole metropolis; parts of an indicator only where nothing else is found."""
    index, language = data.maps.index, visit.language
    told = (state.progress or {}).get("first", []) if state.busy else []
    known = [one for one in told if str(one.get("indicator")) in index.indicators]
    main = [one for one in known if not is_secondary(index.indicators[one["indicator"]])]
    found = []
    for one in (main or known)[-_FIRST:]:
        indicator = index.indicators[one["indicator"]]
        name = key_name(indicator.id, data.maps, language)
        old, new = distinct(float(one["before"]), float(one["after"]), indicator.decimals, language)
        found.append({"name": name, "old": old, "new": new, "unit": language.text(indicator.unit)})
    return found


def progress(data: ScenarioData, name: str, query: Mapping[str, str]) -> File:
    """Where the run of a scenario is, for who asks again and again."""
    named = data.run_named(query.get("run", ""), name)
    card = data.card(name) or (data.kept(named) if named else None)
    if card is None:
        raise NotFoundError(name)
    state = card.state
    language = data.site.languages.get(query.get("lang", ""), data.site.languages[LANGUAGES[0]])
    visit = Visit(data.site, data.site.pages["scenario"], language, {"scenario": name}, {})
    told = {
        "state": state.phase,
        "busy": state.busy,
        "seconds": round(state.seconds, 1),
        "version": data.version(card, named or data.told_by(card)),
        "text": state_text(visit, data, card),
        "first": first_figures(visit, data, state),
    }
    return File(json.dumps(told, ensure_ascii=False).encode(), "application/json")


def run(data: ScenarioData, name: str, form: Mapping[str, str]) -> str:
    """Put a scenario into the queue; on to its page."""
    if data.card(name) is None:
        raise NotFoundError(name)
    try:
        data.queue.ask(name)
    except BusyError:
        return _address(name, form, {"busy": "1"})
    return _address(name, form)


def stop(data: ScenarioData, name: str, form: Mapping[str, str]) -> str:
    """Stop the run of a scenario; on to its page."""
    if data.card(name) is None:
        raise NotFoundError(name)
    data.queue.stop(name)
    data.queue.wait(name, 8)
    return _address(name, form)


def _address(name: str, form: Mapping[str, str], query: Mapping[str, str] | None = None) -> str:
    language = form.get("lang", "")
    language = language if language in LANGUAGES else LANGUAGES[0]
    return page_path("scenario", language, query, scenario=name) + "#scenario-run"


# --- files ------------------------------------------------------------------------------


def _file(data: ScenarioData, make: Any, path: Mapping[str, str], query: Mapping[str, str]) -> File:
    """A file of what a run does to one indicator."""
    record = data.run_named(path["run"])
    effects = data.effects(record, _FILE_PATIENCE) if record else None
    key = path["indicator"]
    if not isinstance(effects, Effects) or key not in effects.maps.index.indicators:
        raise NotFoundError(path["run"])
    made: File = make(effects, key)
    return made


def _place_map(effects: Effects, key: str) -> File:
    scale, classes = place_classes(effects, key)
    if not classes:
        raise NotFoundError(key)
    return File(place_svg(effects.maps, scale, classes), "image/svg+xml")


def _cell_map(effects: Effects, key: str) -> File:
    if not effects.has_cells(key):
        raise NotFoundError(key)
    return File(cell_png(effects, key), "image/png")


def _places_csv(effects: Effects, key: str) -> File:
    """Every place before and after, in full precision."""
    table = effects.run.differences
    own = table[table["indicator"] == effects.by_place(key)]
    rows = own.astype(object).where(own.notna(), None)
    content = csv_bytes(list(own.columns), rows.itertuples(index=False, name=None))
    return File(content, "text/csv; charset=utf-8", f"{effects.run.record.scenario}-{key}.csv")


def _people_csv(effects: Effects, key: str) -> File:
    """Who gains and who loses, by group."""
    own = effects.gains(key)
    rows = own.astype(object).where(own.notna(), None)
    content = csv_bytes(list(own.columns), rows.itertuples(index=False, name=None))
    return File(content, "text/csv; charset=utf-8", f"{effects.run.record.scenario}-{key}-people.csv")
