# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with scenarios weighed against each other, with their names in place of their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from aumenta.errors import Problem
from aumenta.web.portfolio_words import JOIN, Names
from aumenta.web.problem_words import ProblemText, problem_text

_SET = re.compile(r"^([a-z0-9][a-z0-9-]*(?: \+ [a-z0-9][a-z0-9-]*)+): (.*)$", re.DOTALL)
_OWN = re.compile(r"^([a-z0-9][a-z0-9-]*): (changes\[.*)$", re.DOTALL)


def conflict_texts(problems: Iterable[Problem], names: Names) -> list[ProblemText]:
    """Why scenarios contradict each other, with their names in place of their ids."""
    return [_named(one, names) for one in problems]


def _named(problem: Problem, names: Names) -> ProblemText:
    owner = ""
    if found := _SET.match(problem.message):
        owner, problem = names.set(found[1].split(JOIN)), replace(problem, message=found[2])
    if problem.field and (found := _OWN.match(problem.field)):
        each = names.scenario(found[1])
        owner, problem = f"{owner}», «{each}" if owner else each, replace(problem, field=found[2])
    text = problem_text(problem, names.language)
    where = ", ".join(one for one in (f"«{owner}»" if owner else "", text.where) if one)
    return replace(
        text,
        where=where,
        expected=_with_names(text.expected, names),
        message=_with_names(text.message, names),
    )


def _with_names(text: str, names: Names) -> str:
    """With `health: change 1` as `«Health», change 1`."""
    for name, called in names.scenarios.items():
        text = re.sub(rf"(?<![\w-]){re.escape(name)}: ", lambda _, called=called: f"«{called}», ", text)  # type: ignore[misc]
    return text


def field_names(names: Names) -> dict[str, str]:
    """Names of what a problem of the address is about, for those that are not of a scenario."""
    language = names.language
    own = {
        "budget": language.gettext("Budget"),
        "most": language.gettext("At most"),
        "runs": language.gettext("Runs at most"),
        "right": language.gettext("Right"),
        "band": language.gettext("Altitude band"),
        "pinned": language.gettext("always in"),
        "excluded": language.gettext("never in"),
    }
    return own | {
        f"costs.{name}": f"{language.gettext('Cost')}, «{called}»" for name, called in names.scenarios.items()
    }


def asked_texts(problems: Iterable[Problem], names: Names) -> list[ProblemText]:
    """Problems of what was asked for, by the fields of the page and the names of scenarios."""
    fields, found = field_names(names), []
    for problem in problems:
        text = problem_text(problem, names.language)
        found.append(
            replace(
                text,
                where=fields.get(problem.field or "", text.where),
                found=_listed(problem.found, names) or text.found,
                expected=_listed(problem.expected, names) or text.expected,
            )
        )
    return found


def _listed(text: str | None, names: Names) -> str:
    """Ids with commas between as what they are called, conditions left out; nothing for any other text."""
    parts = (text or "").split(", ")
    called = {**names.scenarios, **names.rights, **names.bands}
    if not all(one in called for one in parts):
        return ""
    return ", ".join(called[one] for one in parts if "." not in one or len(parts) == 1)
