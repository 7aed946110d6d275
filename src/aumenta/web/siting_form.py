# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The form of a question about where to put something: its controls with their values, each fault at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from aumenta.errors import Problem
from aumenta.siting.question import SEATS, Question
from aumenta.twin.siting_choices import Choice, Placeable
from aumenta.web.drawing_words import WORKER
from aumenta.web.i18n import Language
from aumenta.web.problem_words import ProblemText, problem_text
from aumenta.web.site import Visit
from aumenta.web.siting_desk import SitingDesk
from aumenta.web.words import place_name

#: Fields that are several boxes of a form, `name.value`.
_BOXES = ("area", "candidates")
_FIELDS = frozenset(Question.model_fields) - {"schema_version"}
#: Where each field of a question stands in the form.
GROUPS: Mapping[str, str] = {
    "what": "what", "parameters": "what", "count": "count", "budget": "costs", "cost": "costs", "costs": "costs",
    "area": "area", "candidates": "candidates", "points": "candidates", "sites": "candidates",
    "count_existing": "existing", "existing_kinds": "existing", "list_complete": "existing", "existing": "existing",
    "who": "who", "weights": "who", "demand": "who", "mode": "mode", "within": "mode", "date": "mode", "window": "mode",
    "max_minutes": "mode", "minutes": "mode", "objective": "objective", "share": "objective", "groups": "objective",
    "group": "objective", "capacity": "costs", "capacities": "costs", "existing_capacity": "costs", "gap": "costs",
    "seconds": "costs",
}  # fmt: skip
#: What an empty form holds.
_USUAL: Mapping[str, str] = {
    "count": "3", "objective": "median", "within": "30", "max_minutes": "120", "mode": "car", "candidates": SEATS,
    "count_existing": "yes", "list_complete": "unknown", "who": "all", "share": "1", "gap": "0.01", "seconds": "60",
}  # fmt: skip
#: Fields of the part that few people open.
_RARE = ("budget", "cost", "costs", "capacity", "capacities", "existing_capacity")


def gathered(form: Mapping[str, str]) -> dict[str, str]:
    """Fields of a question out of those of the form: boxes that are ticked become one list.

    No box of the candidates ticked and no point drawn is said as such, for the usual ones would take their place.
    """
    found = {name: text.strip() for name, text in form.items() if name in _FIELDS and text.strip()}
    for name in _BOXES:
        ticked = [
            key.removeprefix(f"{name}.") for key, text in form.items() if key.startswith(f"{name}.") and text
        ]
        several = [*ticked, *([found[name]] if name in found else [])]
        if several:
            found[name] = ",".join(several)
    if "candidates" not in found and "points" not in found and "sent" in form:
        found["candidates"] = ","
    values = {
        key.removeprefix("parameters."): text.strip()
        for key, text in form.items()
        if key.startswith("parameters.")
    }
    lines = [f"{key}={text}" for key, text in values.items() if text]
    if lines:
        found["parameters"] = "\n".join([*found.get("parameters", "").splitlines(), *lines])
    for name, text in list(found.items()):
        found[name] = "\n".join(line.strip() for line in text.splitlines())
    return {
        name: text
        for name, text in found.items()
        if text != _USUAL.get(name) or name in ("count", "candidates")
    }


def as_lists(fields: Mapping[str, str]) -> dict[str, list[str]]:
    """Fields as `question_of` takes them."""
    return {name: [text] for name, text in fields.items() if name in _FIELDS}


@dataclass(frozen=True)
class Option:
    """One thing to choose, whether it is chosen, what is said of it, and whether it can be had."""

    id: str
    name: str
    chosen: bool = False
    note: str = ""
    able: bool = True


@dataclass
class Form:
    """All that the template draws: texts by field, options by field, faults by part of the form."""

    values: dict[str, str]
    options: dict[str, list[Option]]
    places: list[tuple[str, list[Option]]]
    problems: list[tuple[str, str, ProblemText]] = field(default_factory=list)
    known: list[dict[str, str]] = field(default_factory=list)

    def of(self, group: str, *apart: str) -> list[ProblemText]:
        """Faults of one part of the form, without those of fields that tell theirs apart."""
        return [one for own, name, one in self.problems if own == group and name not in apart]

    def at(self, name: str) -> list[ProblemText]:
        """Faults of one field."""
        return [one for _, own, one in self.problems if own == name]

    @property
    def rare(self) -> bool:
        """Whether the part that few people open holds something."""
        return any(self.values.get(name) for name in _RARE) or bool(self.of("costs"))


def form_of(visit: Visit, desk: SitingDesk, fields: Mapping[str, str], problems: Iterable[Problem]) -> Form:
    """The form with what was filled in, else with what is usual."""
    language, choices = visit.language, desk.choices
    values = {**_USUAL, **fields}
    if fields and "count" not in fields:
        values["count"] = ""  # not asked for, or taken out
    options = {
        "what": _things(choices.what, values.get("what", ""), language),
        "objective": _choices(choices.objectives, [values["objective"]], language, _lines(language)),
        "candidates": _choices(choices.candidates, values["candidates"].split(","), language),
        "who": _choices(choices.who, [values["who"]], language),
        "mode": _choices(choices.modes, [values["mode"]], language),
        "groups": _choices(choices.groups, [values.get("groups", "")], language),
        "list_complete": _choices(choices.list_complete, [values["list_complete"]], language),
        "existing_kinds": _choices(
            choices.existing_kinds, values.get("existing_kinds", "").split(","), language
        ),
        "type": _kinds(desk, fields, language),
    }
    told = [(group_of(_field(one)), first_of(_field(one)), problem_text(one, language)) for one in problems]
    return Form(
        values, options, _places(desk, values.get("area", ""), language), told, _known(desk, language)
    )


def _field(problem: Problem) -> str | None:
    """The field that a fault is told at; of one that two fields make together, the one that most would change."""
    between = {"`within`": "within", "no candidates:": "candidates"}
    named = (name for words, name in between.items() if problem.message.startswith(words))
    return problem.field or next(named, None)


def draw_state(visit: Visit, desk: SitingDesk) -> dict[str, Any]:
    """What the script of the map for points of one's own has to know."""
    site, _ = visit.site, visit.language.gettext
    return {
        "bounds": [round(one, 4) for one in desk.maps.bounds],
        "urls": {
            "worker": site.assets.url(WORKER),
            "ground": f"/files/map/ground.json?build={site.build}",
            "borders": f"/files/map/municipality.json?build={site.build}",
        },
        "words": {
            "map": _("Map"),
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "gestures": _("Use two fingers to move the map"),
            "remove": _("Take away the point"),
        },
    }


def group_of(name: str | None) -> str:
    """The part of the form where a field stands; "" where it has none."""
    return GROUPS.get(first_of(name), "")


def first_of(name: str | None) -> str:
    """The field of the question that a fault is about: `points` of `points[2].lon`."""
    return (name or "").split(".")[0].split("[")[0].split(",")[0].strip()


def _things(what: Sequence[Placeable], chosen: str, language: Language) -> list[Option]:
    return [Option(one.id, f"{one.id} {language.text(one.things)}", one.id == chosen) for one in what]


def _choices(
    choices: Iterable[Choice],
    chosen: Sequence[str],
    language: Language,
    lines: Mapping[str, str] | None = None,
) -> list[Option]:
    """Options in words; why one cannot be chosen stands beside it."""
    return [
        Option(
            one.id,
            _large(language.text(one.name)),
            one.id in chosen,
            language.text(one.why) if one.why else (lines or {}).get(one.id, ""),
            one.available,
        )
        for one in choices
    ]


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(language: Language) -> Mapping[str, str]:
    """What each goal means, in a line."""
    _ = language.gettext
    return {
        "median": _("The mean journey becomes as short as possible. Good for most questions."),
        "coverage": _("As many people as possible are within the minutes; those beyond do not count."),
        "centre": _("Only the farthest counts: their journey becomes as short as possible."),
        "worst_first": _("First the longest journey, or the share of the worst-off group; then the mean."),
        "set_cover": _("How many sites it takes: the answer says the number, within the minutes."),
    }


def _kinds(desk: SitingDesk, fields: Mapping[str, str], language: Language) -> list[Option]:
    """Kinds of services, for what leaves them open."""
    given = dict(line.split("=", 1) for line in fields.get("parameters", "").splitlines() if "=" in line)
    return [
        Option(one.id, language.text(one.name), one.id == given.get("type", ""))
        for one in desk.choices.existing_kinds
    ]


def _places(desk: SitingDesk, chosen: str, language: Language) -> list[tuple[str, list[Option]]]:
    """Bands, zones and municipalities by level."""
    names = {
        "band": language.gettext("Altitude bands"),
        "zone": language.gettext("Zones"),
        "municipality": language.gettext("Municipalities"),
    }
    asked, index = chosen.split(","), desk.maps.index
    found: list[tuple[str, list[Option]]] = []
    for level in ("zone", "band", "municipality"):
        areas = [one for one in desk.choices.areas if one.level == level]
        called = {
            one.id: place_name(index.places[one.id], language) if one.id in index.places else one.name
            for one in areas
        }
        own = [Option(one.id, _large(called[one.id]), one.id in asked) for one in areas]
        found.append((names[level], own))
    return found


def _known(desk: SitingDesk, language: Language) -> list[dict[str, str]]:
    """What the twin knows of what is there already, for each kind that can be placed."""
    entries = {one.id: one for one in desk.twin.manifest.kinds}
    counts = desk.site.once("siting known", lambda: _counts(desk.twin.opportunities()))
    found: dict[str, dict[str, str]] = {}
    for one in desk.choices.what:
        if one.kind is None or one.kind in found:
            continue
        placed, all_ = counts.get(one.kind, (0, 0))
        entry = entries.get(one.kind)
        found[one.kind] = {
            "name": language.text(entry.plural if entry else one.kind_name or one.things),
            "placed": language.number(placed, 0),
            "unplaced": language.number(all_ - placed, 0),
            "complete": language.gettext("yes")
            if entry is not None and entry.complete
            else language.gettext("not said"),
        }
    return list(found.values())


def _counts(opportunities: Any) -> dict[str, tuple[int, int]]:
    """Of each kind: how many have a point, how many there are."""
    own = pd.DataFrame({"kind": opportunities["kind"], "placed": opportunities.geometry.notna()})
    grouped = own.groupby("kind")["placed"].agg(["sum", "size"])
    return {str(kind): (int(row["sum"]), int(row["size"])) for kind, row in grouped.iterrows()}
