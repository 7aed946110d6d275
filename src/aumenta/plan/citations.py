# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where the sheet of one action names another action, found in the document's text.

A sheet names an action by its code (1.2.3), by its whole title (two words or more), or by the acronym that the title
gives in brackets. What is found is kept in the pack (`citations.yaml`: codes, the words met, the line), so the ties
are there for those who do not have the document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aumenta.plan.model import Action, Citation, Plan
from aumenta.plan.words import folded

_CODE = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d]|\.\d)")
_ACRONYM = re.compile(r"\(([A-Z][A-Z&-]{2,})\)")
_FEWEST_WORDS = 2


@dataclass(frozen=True)
class Passage:
    """Lines of the document as one run of text that still knows the line of each character."""

    text: str
    starts: tuple[int, ...]
    first: int

    def line(self, position: int) -> int:
        """Line (from 1) of the character at a position of `text`."""
        return self.first + bisect_right(self.starts, position) - 1


def passage(lines: Sequence[str], first: int, last: int) -> Passage:
    """The lines `first` to `last` (from 1, both included), joined by blanks; words cut by a hyphen stay cut."""
    parts = [line.strip() for line in lines[first - 1 : last]]
    starts, position = [], 0
    for part in parts:
        starts.append(position)
        position += len(part) + 1
    return Passage(" ".join(parts), tuple(starts), first)


def find_citations(plan: Plan, lines: Sequence[str]) -> list[Citation]:
    """Citations between the sheets of the plan, sorted by line; an action does not cite itself.

    `lines` is the document's text, the one that the plan's line numbers count.
    """
    names = [named for action in plan.actions if (named := _Named.of(action))]
    found: dict[tuple[str, str], Citation] = {}
    for action in plan.actions:
        for field in ("description", "examples"):
            fact = action.fields.get(field)
            if fact is None or fact.line is None:
                continue
            text = passage(lines, fact.line, fact.end or fact.line)
            for target, start, end in _mentions(text.text, names):
                raw, line = text.text[start:end], text.line(start)
                citation = Citation(source=action.code, target=target, raw=raw, line=line)
                if target != action.code:
                    found.setdefault((action.code, target), citation)
    return sorted(found.values(), key=lambda c: (c.line, c.source, c.target))


@dataclass(frozen=True)
class _Named:
    code: str
    title: re.Pattern[str] | None
    acronym: re.Pattern[str] | None

    @classmethod
    def of(cls, action: Action) -> _Named | None:
        words = folded(_ACRONYM.sub("", action.title)).split()
        title = re.compile(rf"\b{' '.join(map(re.escape, words))}\b") if len(words) >= _FEWEST_WORDS else None
        acronym = _ACRONYM.search(action.title)
        short = re.compile(rf"\b{re.escape(acronym[1])}\b") if acronym else None
        return cls(action.code, title, short) if title or short else None


def _mentions(text: str, names: Sequence[_Named]) -> Iterator[tuple[str, int, int]]:
    for match in _CODE.finditer(text):
        yield match[0], *match.span()
    plain = folded(text, keep_length=True)
    for named in names:
        for pattern, where in ((named.title, plain), (named.acronym, text)):
            match_ = pattern.search(where) if pattern else None
            if match_:
                yield named.code, *match_.span()
