# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a rule of the check is, what it finds, and what it is given to look at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from aumenta.plan.citations import find_citations
from aumenta.plan.connections import Connection, all_connections
from aumenta.plan.model import Action, Citation, FrameworkItem, Item, Plan, Strategy
from aumenta.plan.words import name_key
from aumenta.values.text import Text

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

#: What people call the fields of a sheet.
FIELD_NAMES: dict[str, Text] = {
    "description": Text(it="descrizione", en="description"),
    "examples": Text(it="esempi", en="examples"),
    "actors": Text(it="attori", en="actors"),
    "pnrr": Text(it="priorità PNRR", en="PNRR priorities"),
    "pnrr_integration": Text(it="integrazioni PNRR", en="PNRR integrations"),
    "cohesion": Text(it="politica di coesione", en="cohesion policy"),
    "eu_programmes": Text(it="programmi europei", en="EU programmes"),
    "instruments": Text(it="strumenti dell'ente", en="the authority's instruments"),
    "superordinate": Text(it="strumenti sovraordinati", en="superordinate instruments"),
    "bologna": Text(it="Carta di Bologna", en="Carta di Bologna"),
}
#: Fields whose items are names, and the kind of name.
NAME_FIELDS = {
    "actors": "actor",
    "eu_programmes": "programme",
    "instruments": "instrument",
    "superordinate": "superordinate",
}
#: Fields whose items are codes, and their framework.
CODE_FIELDS = {"pnrr": "pnrr", "pnrr_integration": "pnrr", "cohesion": "cohesion", "bologna": "bologna"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands in the document, and on which line (None for what the office wrote)."""

    raw: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.line}: {self.raw}" if self.line is not None else self.raw


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule does not hold."""

    where: str
    what: Text
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Defect:
    """A finding with the rule that made it."""

    code: str
    severity: Severity
    where: str
    what: Text
    evidence: tuple[Evidence, ...]

    def row(self, language: str) -> list[str]:
        """The defect as a row of a table: code, severity, where, what, evidence."""
        evidence = " · ".join(str(entry) for entry in self.evidence)
        return [self.code, self.severity, self.where, self.what.get(language), evidence]

    def as_dict(self) -> dict[str, Any]:
        """The defect as plain data for JSON."""
        evidence = [{"line": entry.line, "raw": entry.raw} for entry in self.evidence]
        what = self.what.model_dump()
        return {
            "code": self.code,
            "severity": self.severity,
            "where": self.where,
            "what": what,
            "evidence": evidence,
        }


@dataclass(frozen=True)
class Rule:
    """A rule of the check: a predicate on a plan and how it is told."""

    code: str
    severity: Severity
    title: Text
    explanation: Text
    find: Callable[[Ground], Iterable[Finding]]
    needs_document: bool = False


@dataclass(frozen=True)
class Ground:
    """What rules look at: the plan, the lines of its document where they are given, and look-ups over both."""

    plan: Plan
    lines: tuple[str, ...] | None = None
    sha256: str | None = None
    indicators: Collection[str] | None = None

    def text(self, first: int, last: int) -> str:
        """Lines `first` to `last` of the document as one run of text with single blanks."""
        assert self.lines is not None
        return " ".join(" ".join(self.lines[first - 1 : last]).split())

    def line(self, number: int) -> str:
        """One line of the document, blanks cut off."""
        return self.text(number, number)

    @cached_property
    def actions(self) -> list[Action]:
        """Active actions."""
        return [action for action in self.plan.actions if action.status == "active"]

    @cached_property
    def framework(self) -> Mapping[str, Mapping[str, FrameworkItem]]:
        """Entries of every framework by code."""
        return {f.id: {item.code: item for item in f.items} for f in self.plan.frameworks.values()}

    @cached_property
    def programmes(self) -> frozenset[str]:
        """Keys of the EU programmes' codes, names and spellings."""
        items = self.framework.get("eu_programmes", {}).values()
        names = [text for i in items for text in (i.code, *i.aliases)]
        names += [text for a in self.plan.aliases if a.kind == "programme" for text in (a.name, *a.aliases)]
        return frozenset(name_key(name) for name in names)

    @cached_property
    def uses(self) -> Mapping[str, Mapping[str, list[tuple[Action, Item]]]]:
        """Items of the fields of names: field -> name -> where it is used."""
        found: dict[str, dict[str, list[tuple[Action, Item]]]] = {}
        for field in NAME_FIELDS:
            found[field] = defaultdict(list)
            for action in self.actions:
                for item in getattr(action, field):
                    found[field][item.name].append((action, item))
        return found

    @cached_property
    def citations(self) -> list[Citation]:
        """Citations of the document where it is given, else those that the pack keeps."""
        return self.plan.citations if self.lines is None else find_citations(self.plan, self.lines)

    @cached_property
    def connections(self) -> list[Connection]:
        """All ties of the plan."""
        return all_connections(self.plan.model_copy(update={"citations": self.citations}))

    def items(self, action: Action, fields: Iterable[str]) -> Iterator[tuple[str, Item]]:
        """Items of some fields of an action with the field's name."""
        for field in fields:
            for item in getattr(action, field):
                yield field, item


def evidence_of(*items: Item) -> tuple[Evidence, ...]:
    """Items as evidence: the document's spelling and its line."""
    return tuple(Evidence(short(item.raw, 16), item.line) for item in items)


def same_text(first: str, second: str) -> bool:
    """Whether two texts agree but for blanks, hyphens at line ends, case, accents and marks."""
    return _text_key(first) == _text_key(second)


def _text_key(text: str) -> str:
    return name_key(re.sub(r"-\s+", "", text))


def sheets_of(strategy: Strategy) -> dict[int, Action]:
    """First action of each sheet of a strategy, by the sheet's first line."""
    found: dict[int, Action] = {}
    for action in sorted(strategy.actions, key=lambda action: action.line):
        found.setdefault(action.sheet, action)
    return found


def short(text: str, words: int = 8) -> str:
    """The first words of a text, for evidence: a quotation of a few words, not the text."""
    parts = text.split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")
