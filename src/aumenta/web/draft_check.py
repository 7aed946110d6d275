# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a draft, each problem at the parameter that a person filled in; and what it changes, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aumenta.errors import AumentaError, Problem, ScenarioError
from aumenta.scenario.drafts import Draft
from aumenta.scenario.lever_origins import Made, Origin, parameter_of
from aumenta.scenario.levers import Lever
from aumenta.scenario.model import Assumption, Scenario
from aumenta.scenario.resolve import Resolved
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.problem_words import problem_text

#: Fields of a draft that are no parameters.
NAME, ID = "scenario-name", "scenario-id"
#: Where those of the scenario are told: no id of a parameter has a hyphen, and levers have a `name` of their own.
_OWN = {"name": NAME, "id": ID}
#: Looks at a scenario with the territory; None as long as that is being read.
Resolve = Callable[[Scenario], Resolved | AumentaError | None]
_UNNAMED = Text(it="senza nome", en="without a name")


@dataclass(frozen=True)
class Check:
    """What is known of a draft so far: problems with their origins, the changes in words, whether it can be saved.

    `checking`: the territory is still being read, so that nothing of it is checked yet.
    """

    problems: tuple[tuple[Problem, Origin | None], ...] = ()
    changes: tuple[Text, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    checking: bool = False

    @property
    def ready(self) -> bool:
        """Whether everything was checked and nothing is wrong."""
        return not self.problems and not self.checking


@dataclass(frozen=True)
class Told:
    """A problem as the page shows it: at a parameter (None: at none), of an item of its list or of the whole."""

    parameter: str | None
    item: int | None
    message: str
    found: str
    expected: str
    text: str
    foreign: bool


def check(draft: Draft, lever: Lever, resolve: Resolve, own: Sequence[Problem] = ()) -> Check:
    """Look through a draft: its name, its values, and when these fit, its changes on the territory.

    `own` are problems of the draft itself, such as an id that is used.
    """
    problems: list[Problem] = list(own)
    state = draft.state
    if not state.name.it.strip() and not state.name.en.strip():
        problems.append(Problem("not given yet", field="name"))
    values = draft.filled()
    wrong = lever.problems(values)
    if wrong:
        return Check(tuple(_placed([*problems, *wrong], ())))
    made = lever.origins(values)
    # The same scenario whatever it is called: what is checked again is what may be otherwise.
    plain = state.model_copy(update={"name": _UNNAMED, "summary": Text(it="", en=""), "assumptions": []})
    unnamed = draft.model_copy(update={"id": "draft", "states": [plain], "pointer": 0})
    try:
        scenario = unnamed.scenario(lever)
    except ScenarioError as error:
        return Check(tuple(_placed([*problems, *_told_by(error)], made)))
    found = resolve(scenario)
    assumptions = tuple(scenario.assumptions)
    if found is None:
        return Check(tuple(_placed(problems, made)), (), assumptions, checking=True)
    if isinstance(found, AumentaError):
        return Check(tuple(_placed([*problems, *_told_by(found)], made)), (), assumptions)
    placed = tuple(_placed([*problems, *found.problems], made))
    return Check(placed, found.descriptions, assumptions)


def _told_by(error: AumentaError) -> list[Problem]:
    return list(error.problems) or [Problem(error.summary)]


def _placed(problems: Sequence[Problem], made: Sequence[Made]) -> list[tuple[Problem, Origin | None]]:
    """Problems with the parameters they are told at."""
    return [
        (one, Origin(_OWN[one.field]) if one.field in _OWN else parameter_of(one.field, made))
        for one in problems
    ]


def told_of(checked: Check, lever: Lever, language: Language) -> list[Told]:
    """The problems of a check in words; one said twice at the same place is said once."""
    names = {one.id: language.text(one.words) for one in lever.parameters}
    parameters = {*names, NAME, ID}
    found = []
    for problem, origin in checked.problems:
        words = problem_text(problem, language, names)
        at = origin if origin is not None and origin.parameter in parameters else None
        if problem.field == "parameters":  # nothing is decided yet of what could be
            words = replace(words, where="", expected=_one_of(lever, language))
        where = words.where if at is None else _item(at, lever, language)
        parts = [f"{where}: {words.message[:1].lower()}{words.message[1:]}" if where else words.message]
        if words.found:
            parts.append(language.gettext("found: %(what)s") % {"what": words.found})
        if words.expected:
            parts.append(language.gettext("wanted: %(what)s") % {"what": words.expected})
        found.append(
            Told(
                parameter=at.parameter if at else None,
                item=at.item if at else None,
                message=words.message,
                found=words.found,
                expected=words.expected,
                text="; ".join(parts) + ".",
                foreign=words.language != language.code,
            )
        )
    return list(dict.fromkeys(found))


def _one_of(lever: Lever, language: Language) -> str:
    """What makes a change at all, by name."""
    causes = {made.cause for made in map(Made, lever.changes)}
    names = [language.text(one.words) for one in lever.parameters if one.id in causes]
    return language.gettext("one of these: %(names)s") % {"names": ", ".join(names)} if names else ""


def _item(at: Origin, lever: Lever, language: Language) -> str:
    """Which of a list it is, counted from 1; nothing for what is no list."""
    if at.item is None or not any(one.id == at.parameter and one.many for one in lever.parameters):
        return ""
    return language.gettext("Number %(number)s") % {"number": at.item + 1}
