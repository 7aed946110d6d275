# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a scenario, a template or a file, in the language of the page and with places that people count.

The code that finds problems speaks English, as files and commands do. `locales/<language>/problems.po` has its messages
with names for what varies (`the line %(line)s does not call there`): the entry that a message was made after is looked
up, and what varied is put into its translation. A test goes through the code and fails for a message that has no entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po

from aumenta.errors import AumentaError, Problem
from aumenta.web.i18n import LOCALES, Language
from aumenta.web.problem_places import place_text

#: Catalogues of messages of the code: `problems.po`, and those of single subjects.
FILES = "problems*.po"
#: Longest text of a found value that is shown.
_LONGEST = 160
_NAME = re.compile(r"%\((\w+)\)s")
_CHANGE = re.compile(r"\bchanges\[(\d+)\]")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_COUNTS = re.compile(r"\(([1-9]\d{0,2}(?:,\d{3})+)\)")
_COUNT = re.compile(r"[1-9]\d{4,}|[1-9]\d{0,2}(,\d{3})+")
#: What Python writes for a value that people have other words for.
_PLAIN = {"None": "nothing", "''": "nothing", "True": "yes", "False": "no"}
#: Messages whose further words are those of the template or of the change, in English; their place says the same.
_SAID_BY_PLACE = frozenset({"not decided yet", "no effect"})


@dataclass(frozen=True)
class ProblemText:
    """A problem in words: what is wrong, what was found and what would do ("" where nothing is said), and where.

    `language` is the one that the message is in: English for one of a kind that has no translation.
    """

    message: str
    found: str
    expected: str
    where: str
    language: str


def problem_text(problem: Problem, language: Language, names: Mapping[str, str] | None = None) -> ProblemText:
    """A problem in the language of the page; `names` are words for parameters of a template, by id."""
    message = translated(problem.message, language)
    found, expected = problem.found, problem.expected
    if language.code != "en" and problem.message in _SAID_BY_PLACE:
        found, expected = _of_the_code(problem, found, expected)
    return ProblemText(
        message=_large(message if message is not None else problem.message),
        found=_value(found, language),
        expected=_value(expected, language),
        where=place_text(problem, language, names or {}),
        language=language.code if message is not None else "en",
    )


def problem_texts(
    error: AumentaError, language: Language, names: Mapping[str, str] | None = None
) -> list[ProblemText]:
    """All that an error tells, one thing after the other; its summary where it tells nothing more."""
    problems = error.problems or (Problem(error.summary),)
    return [problem_text(one, language, names) for one in problems]


def known(message: str, code: str) -> bool:
    """Whether a language has words for such a message."""
    return any(pattern.fullmatch(message) for pattern, _ in _kinds(code))


def translated(text: str, language: Language) -> str | None:
    """A message or a part of one in the language; None for one of a kind that it has no words for."""
    if language.code == "en":
        return _counted(text, language)
    for pattern, message in _kinds(language.code):
        found = pattern.fullmatch(text)
        if found:
            values = {name: _part(value, language) for name, value in found.groupdict().items()}
            return language.gettext(message) % values
    return None


def _of_the_code(problem: Problem, found: str | None, expected: str | None) -> tuple[str | None, str | None]:
    """Found and expected without words that the code took from a template or a description."""
    if problem.message == "not decided yet":
        return found, None
    whole = problem.field is not None and _CHANGE.fullmatch(problem.field) is not None
    return (None if whole else found), expected


def _value(text: str | None, language: Language) -> str:
    """What was found or expected, as people write it."""
    if text is None:
        return ""
    if text in _PLAIN:
        return language.gettext(_PLAIN[text])
    if len(text) > 2 and text[0] == text[-1] == "'" and "'" not in text[1:-1]:
        text = text[1:-1]  # a text as Python writes it
    if text[:1] in "[{(" and text[-1:] in "]})…." and ("'" in text or "," in text):
        return language.gettext("a list") if text[0] in "[(" else language.gettext("a group of fields")
    said = translated(text, language)
    shown = _part(text, language) if said is None else said
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _part(value: str, language: Language) -> str:
    """Something that varies in a message: a number, a change, words of the code; anything else as it is."""
    if language.code == "en":
        return _counted(value, language)
    if _DECIMAL.fullmatch(value):
        return value.replace(".", language.number(0.5, 1)[1])
    if _COUNT.fullmatch(value):
        return language.number(int(value.replace(",", "")))
    value = _COUNTS.sub(lambda at: f"({language.number(int(at[1].replace(',', '')))})", value)
    if _CHANGE.fullmatch(value) or " " in value:
        return translated(value, language) or _counted(value, language)
    return value


def _counted(text: str, language: Language) -> str:
    """With changes counted from 1, as the page lists them."""
    return _CHANGE.sub(lambda at: language.gettext("change %(number)s") % {"number": int(at[1]) + 1}, text)


def _large(text: str) -> str:
    """With a large first letter, unless it begins with a sign or the name of something."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.replace("’", "").replace(",", "").isalpha() else text


@cache
def _kinds(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Messages as patterns, the most particular (longest without its names) first."""
    messages: dict[str, None] = {}
    for path in sorted((LOCALES / code).glob(FILES)):
        with path.open("rb") as stream:
            messages |= {str(one.id): None for one in read_po(stream, locale=code) if one.id}
    found = []
    for message in sorted(messages, key=lambda one: -len(_NAME.sub("", one))):
        parts = _NAME.split(message)
        text = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        found.append((re.compile(text, re.DOTALL), message))
    return tuple(found)
