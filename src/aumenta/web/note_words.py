# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Notes of a build in the language of the page: what was cut, mended or estimated.

The code that makes notes speaks English, as files and commands do; `note_words.yaml` has the Italian of each kind of
note. A test goes through the code and fails for a kind that has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from aumenta.store.yaml_files import validate
from aumenta.values.text import Text

FILE = Path(__file__).with_name("note_words.yaml")
_BRACE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|\d+\.\d+%?")
_COUNT = re.compile(r"[1-9]\d{4,}")
_ITALIAN_SIGNS = str.maketrans(",.", ".,")


class NoteWords(BaseModel):
    """The file: kinds of notes with names in braces, and words that may stand in their place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, str]
    notes: list[Text]


@dataclass(frozen=True)
class _Kind:
    pattern: re.Pattern[str]
    italian: str

    def fill(self, values: dict[str, str], words: dict[str, str]) -> str:
        """The Italian with what stood in the English."""
        told = {name: words.get(value, _numbers(value)) for name, value in values.items()}
        return _BRACE.sub(lambda brace: told[brace[1]], self.italian)


def note_text(note: str) -> Text:
    """A note in both languages; one of a kind that is not known stays in English in both.

    >>> note_text("18 of 1,108 stops are beyond reach of any street for foot").it
    '18 fermate su 1.108 fuori portata di ogni strada per chi va a piedi'
    """
    for kind in _kinds():
        found = kind.pattern.fullmatch(note)
        if found:
            return Text(it=kind.fill(found.groupdict(), _file().words), en=note)
    return Text(it=note, en=note)


def sentence(note: str) -> Text:
    """A note as a page shows it: with a large first letter, unless it begins with the name of a file."""
    text = note_text(note)
    return Text(it=_large(text.it), en=_large(text.en))


def _large(text: str) -> str:
    first = text.partition(" ")[0].rstrip(":")
    return text[:1].upper() + text[1:] if first.replace("'", "").isalpha() else text


def known(note: str) -> bool:
    """Whether there is an Italian for this kind of note."""
    return any(kind.pattern.fullmatch(note) for kind in _kinds())


@cache
def _file() -> NoteWords:
    return validate(NoteWords, FILE)


@cache
def _kinds() -> tuple[_Kind, ...]:
    """The kinds as patterns, the most particular (longest without its names) first."""
    found = []
    for kind in sorted(_file().notes, key=lambda one: -len(_BRACE.sub("", one.en))):
        parts = _BRACE.split(kind.en)
        text = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        found.append(_Kind(re.compile(text, re.DOTALL), kind.it))
    return tuple(found)


def _numbers(value: str) -> str:
    """A number with the signs that Italian writes: a comma before decimals, a point between thousands."""
    if _COUNT.fullmatch(value):
        value = f"{int(value):,}"
    return value.translate(_ITALIAN_SIGNS) if _NUMBER.fullmatch(value) else value
