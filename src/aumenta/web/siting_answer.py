# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer of a question about siting as a page tells it: sites, what the next one adds, who is still beyond."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from aumenta.scenario.change import number
from aumenta.siting.explained import TOGETHER, PlaceServed, Site, SitingAnswer, Step
from aumenta.siting.question import (
    COMPLETE_NAMES,
    GROUP_NAMES,
    MODE_NAMES,
    OBJECTIVE_NAMES,
    SEATS,
    SEATS_NAME,
    Question,
)
from aumenta.siting.sentences import gap_words, percent
from aumenta.twin.siting_run import SitingRun
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.site import Visit
from aumenta.web.territory_index import TerritoryIndex
from aumenta.web.words import place_name

#: Rows of places that are shown at first; all are in the file.
SHOWN = 15
#: Age groups of the cells, and their words.
AGES = (
    ("pop_0_14", "0–14"), ("pop_15_18", "15–18"), ("pop_19_39", "19–39"), ("pop_40_64", "40–64"), ("pop_65p", "65+"),
)  # fmt: skip
LEVELS = ("band", "zone", "municipality", "age")
#: Size of the drawing of the curve.
WIDE, TALL, LEFT, BOTTOM, TOP = 640, 320, 12, 64, 40


@dataclass(frozen=True)
class Column:
    """One column of the curve: its number of sites, its height in words, where it stands."""

    x: float
    y: float
    width: float
    height: float
    text: str
    label: str
    more: bool
    title: str


@dataclass(frozen=True)
class Row:
    """A place or an age: who counts, who is within, who is beyond."""

    name: str
    people: float
    beyond: float
    share: str
    median: str
    bar: float
    note: str = ""


def sites_of(answer: SitingAnswer, language: Language) -> list[dict[str, Any]]:
    """New sites in the order of the curve, then those already there."""
    old = [one for one in answer.sites if not one.new]
    found = [_site(one, str(rank), language) for rank, one in enumerate(answer.chosen, 1)]
    return found + [_site(one, "", language) for one in old]


def _site(one: Site, rank: str, language: Language) -> dict[str, Any]:
    name = language.gettext("Those already there, together") if one.id == TOGETHER else one.name
    return {
        "rank": rank,
        "new": one.new,
        "name": name,
        "place": one.place if one.place and one.place != one.name else "",
        "people": language.number(round(one.people), 0),
        "within": language.number(round(one.within), 0),
        "median": _minutes(one.median, language),
        "p95": _minutes(one.p95, language),
        "cost": "" if one.cost is None else language.number(one.cost),
    }


def _minutes(minutes: int | None, language: Language) -> str:
    return language.gettext("not reached") if minutes is None else str(minutes)


# --- the curve ---------------------------------------------------------------------------


def by_minutes(answer: SitingAnswer) -> bool:
    """Whether the curve is of minutes; else of the share of people within them."""
    return answer.question.objective == "median"


def curve_columns(answer: SitingAnswer, language: Language) -> list[Column]:
    """Columns of minutes on average, or of the share within the minutes, for each number of sites."""
    steps = answer.curve
    minutes = by_minutes(answer)
    values = [one.mean if minutes else one.share for one in steps]
    most = max([*values, 0.0]) if minutes else 1.0
    room = (WIDE - 2 * LEFT) / max(len(steps), 1)
    found = []
    for at, (step, value) in enumerate(zip(steps, values, strict=True)):
        tall = (TALL - TOP - BOTTOM) * (value / most if most > 0 else 0.0)
        text = language.number(value, 1) if minutes else language.text(percent(value))
        found.append(
            Column(
                round(LEFT + room * (at + 0.14), 1), round(TALL - BOTTOM - tall, 1), round(room * 0.72, 1),
                round(tall, 1), text, str(step.sites), step.more, step.name or language.gettext("no new site"),
            )
        )  # fmt: skip
    return found


def curve_title(answer: SitingAnswer, language: Language) -> str:
    """What the last site adds, and what one more would."""
    own = [one for one in answer.curve if not one.more]
    more = next((one for one in answer.curve if one.more), None)
    if len(own) < 2 and more is None:
        return language.gettext("What the next site adds")
    said = []
    if len(own) >= 2:
        said.append(_added(own[-2], own[-1], answer, language, last=True))
    if more is not None and own:
        said.append(_added(own[-1], more, answer, language, last=False))
    return "; ".join(said) or language.gettext("What the next site adds")


def _added(before: Step, after: Step, answer: SitingAnswer, language: Language, last: bool) -> str:
    words = {"n": after.sites, "minutes": answer.question.within, "name": after.name or ""}
    if by_minutes(answer):
        words |= {"before": language.number(before.mean, 1), "after": language.number(after.mean, 1)}
        say = (
            language.gettext(
                "Site %(n)s (%(name)s) brings the mean journey from %(before)s to %(after)s minutes"
            )
            if last
            else language.gettext("one more (%(name)s) would bring it to %(after)s")
        )
        return say % words
    words["people"] = language.number(round(max(0.0, after.within - before.within)), 0)
    say = (
        language.gettext("Site %(n)s (%(name)s) brings %(people)s more people within %(minutes)s minutes")
        if last
        else language.gettext("one more (%(name)s) would bring %(people)s")
    )
    return say % words


def curve_rows(answer: SitingAnswer, language: Language) -> list[dict[str, Any]]:
    """The curve as a table."""
    found: list[dict[str, Any]] = []
    before: Step | None = None
    for one in answer.curve:
        gained = None if before is None else round(one.within - before.within)
        found.append(
            {
                "sites": one.sites,
                "name": one.name or language.gettext("no new site"),
                "within": language.number(round(one.within), 0),
                "share": language.text(percent(one.share)),
                "gained": "" if gained is None else language.number(gained, 0),
                "mean": language.number(one.mean, 1),
                "more": one.more,
            }
        )
        before = one
    return found


# --- who is still beyond -----------------------------------------------------------------


def levels_of(run: SitingRun) -> list[str]:
    """Ways to tell who is beyond that have more than one row; ages only where everybody counts the same."""
    own = run.answer.places
    found = [level for level in LEVELS[:3] if sum(one.level == level for one in own) > 1]
    if run.question.who == "all" and not run.question.weights and not run.stale:
        found.append("age")
    return found or ["municipality"]


def beyond_rows(run: SitingRun, level: str, language: Language, index: TerritoryIndex) -> list[Row]:
    """Who is beyond the minutes, most people first; places where nobody is come last."""
    if level == "age":
        return age_rows(run, language)
    own = [one for one in run.answer.places if one.level == level]
    own.sort(key=lambda one: (-one.beyond, one.name))
    most = max((one.beyond for one in own), default=0.0)
    return [_row(one, most, language, index) for one in own]


def _row(one: PlaceServed, most: float, language: Language, index: TerritoryIndex) -> Row:
    never = ""
    if round(one.unreached):
        say = language.gettext("of these %(people)s reach no site at all")
        never = say % {"people": language.number(round(one.unreached), 0)}
    share = one.beyond / one.people if one.people else 0.0
    place = index.places.get(one.id)
    name = place_name(place, language) if place is not None else one.name
    name = name[:1].upper() + name[1:]
    bar = one.beyond / most if most > 0 else 0.0
    return Row(
        name, one.people, one.beyond, _share(share, language), _minutes(one.median, language), bar, never
    )


def _share(share: float, language: Language) -> str:
    return language.text(percent(share)) if share else language.number(0, 0) + "%"


def age_rows(run: SitingRun, language: Language) -> list[Row]:
    """Residents beyond the minutes by age, counted in the cells; ages that the twin has not are left out."""
    ids = run.twin.cell_table([name for name, _ in AGES])
    names = np.asarray(run.twin.grid.names)
    order = np.argsort(names)
    cells = run.cells["cell"].to_numpy(str)
    at = order[np.searchsorted(names[order].astype(str), cells)]
    beyond = run.cells["minutes"].to_numpy(np.float64, na_value=np.inf) > run.question.within
    found = []
    for name, words in AGES:
        column = ids.column(name)
        if not pc.any(pc.is_valid(column)).as_py():
            continue
        people = column.to_numpy(zero_copy_only=False).astype(np.float64)[at]
        known = np.nan_to_num(people)
        found.append((words, float(known.sum()), float(known[beyond].sum())))
    most = max((left for _, _, left in found), default=0.0)
    return [
        Row(
            language.gettext("%(ages)s years") % {"ages": words}, all_, left,
            _share(left / all_ if all_ else 0.0, language), "", left / most if most else 0.0,
        )
        for words, all_, left in found
    ]  # fmt: skip


def beyond_title(run: SitingRun, language: Language) -> str:
    """How many are still beyond, as the heading says it."""
    total, minutes = run.answer.total, run.question.within
    if not round(total.beyond):
        return language.gettext("Nobody is left beyond %(minutes)s minutes") % {"minutes": minutes}
    words = {"people": language.number(round(total.beyond), 0), "minutes": minutes}
    return language.gettext("%(people)s people are still beyond %(minutes)s minutes") % words


# --- the question and the proof ----------------------------------------------------------


def title_of(answer: SitingAnswer, language: Language) -> str:
    """What was asked, in a few words."""
    own = answer.question
    many = len(answer.chosen) if own.count is None else own.count
    words = {"things": language.text(answer.things), "n": many, "area": language.text(answer.area)}
    return language.gettext("%(things)s: where to put %(n)s? (%(area)s)") % words


def asked_rows(run: SitingRun, visit: Visit) -> list[tuple[str, str]]:
    """The question, one thing a row."""
    language, answer = visit.language, run.answer
    own, _ = answer.question, visit.language.gettext
    kinds = {one.id: one.plural for one in run.twin.manifest.kinds}
    among = [
        language.text(SEATS_NAME) if one == SEATS else language.text(kinds.get(one)) or one
        for one in own.candidates
    ]
    if own.points:
        among.append(
            language.ngettext("%(num)d point drawn", "%(num)d points drawn", len(own.points))
            % {"num": len(own.points)}
        )
    near = _("near enough: within %(n)s minutes")
    rows = [
        (_("What"), f"{own.what} {language.text(answer.things)}"),
        (_("How many"), _how_many(answer, language)),
        (_("Where"), language.text(answer.area)),
        (_("Among"), f"{', '.join(among)} ({answer.candidates})"),
        (_("For whom"), language.text(answer.who)),
        (_("How one goes"), f"{language.text(MODE_NAMES[own.mode])}, {near % {'n': own.within}}"),
        (_("What is wanted"), _wanted(own, language)),
        (_("Is the list of those there complete?"), language.text(COMPLETE_NAMES[own.list_complete])),
    ]
    if answer.window:
        rows.insert(
            6, (_("Departures"), f"{answer.window[0]}–{answer.window[1]}, {answer.date or ''}".strip(", "))
        )
    return rows


def _wanted(own: Question, language: Language) -> str:
    """The goal with what goes with it."""
    said = [language.text(OBJECTIVE_NAMES[own.objective])]
    if own.objective == "set_cover" and own.share < 1:
        said.append(
            language.gettext("%(share)s of the people") % {"share": language.text(percent(own.share))}
        )
    if own.groups is not None:
        said.append(language.text(GROUP_NAMES[own.groups]))
    if own.capacity is not None or own.capacities or own.existing_capacity is not None:
        said.append(language.gettext("with capacities"))
    return ", ".join(said)


def _how_many(answer: SitingAnswer, language: Language) -> str:
    own = answer.question
    said = [] if own.count is None else [language.number(own.count, 0)]
    if own.budget is not None:
        said.append(
            language.gettext("within a budget of %(budget)s") % {"budget": language.number(own.budget)}
        )
    return ", ".join(said) or language.gettext("as few as it takes")


def method_of(answer: SitingAnswer, language: Language) -> str:
    """How the answer was found, in words; as the solver says it where there are none."""
    _ = language.gettext
    words = {
        "exchange": _("exchange of sites"),
        "exchange and Lagrangian bounds": _("exchange of sites, bounds by Lagrangian relaxation"),
        "Lagrangian bounds with room": _("bounds by Lagrangian relaxation with capacities"),
        "radius formulation": _("radius formulation"),
        "bisection by set cover": _("halving of the minutes by set cover"),
        "set cover": _("set cover"),
        "set cover with room": _("set cover with capacities"),
        "coverage of groups": _("coverage of groups"),
        "existing sites do": _("what is there already is enough"),
        "fewest sites by halving": _("fewest sites by halving"),
    }
    return "".join(words.get(part, part) for part in re.split(r"(; |, |: )", answer.method))


def proof_of(answer: SitingAnswer, language: Language) -> tuple[str, str]:
    """The proven gap, and what became of the search."""
    gap = language.gettext("not proven") if answer.gap is None else language.text(gap_words(answer.gap))
    ended = {
        "optimal": language.gettext("No other choice does better: this is proven."),
        "within_gap": language.gettext("The choice is as near to the best as was asked for: this is proven."),
        "unproven": language.gettext(
            "The search ended by itself before the gap that was asked for was proven."
        ),
        "time_limit": language.gettext(
            "The time allowed was over: this is the best choice found until then."
        ),
        "stopped": language.gettext("The search was stopped: this is the best choice found until then."),
    }
    return gap, ended[answer.solved]


# --- files -------------------------------------------------------------------------------


def table(run: SitingRun, name: str) -> tuple[list[str], list[Sequence[object]]]:
    """Header and rows of a file, in full precision; KeyError for one that there is not."""
    answer = run.answer
    if name == "sites":
        columns = ["rank", "id", "name", "sort", "new", "lon", "lat", "municipality", "people", "within", "median",
                   "p95", "farthest", "capacity", "cost", "loses"]  # fmt: skip
        rows = [*answer.chosen, *(one for one in answer.sites if not one.new)]
        return columns, [[getattr(one, key) for key in columns] for one in rows]
    if name == "curve":
        columns = ["sites", "added", "name", "value", "within", "share", "mean", "more"]
        return columns, [[getattr(one, key) for key in columns] for one in answer.curve]
    if name == "places":
        columns = [
            "level",
            "id",
            "name",
            "people",
            "within",
            "beyond",
            "unreached",
            "median",
            "within_before",
        ]
        return columns, [[getattr(one, key) for key in columns] for one in [answer.total, *answer.places]]
    if name == "cells":
        own = run.cells.astype(object).where(run.cells.notna(), None)
        return list(own.columns), list(own.itertuples(index=False, name=None))
    raise KeyError(name)


def name_of_scenario(answer: SitingAnswer) -> Text:
    """What a scenario made of the answer is called, where nobody says."""
    many = number(len(answer.chosen), 0)
    return Text(
        it=f"{answer.things.it}: {many.it}, {answer.area.it}"[:200],
        en=f"{answer.things.en}: {many.en}, {answer.area.en}"[:200],
    )
