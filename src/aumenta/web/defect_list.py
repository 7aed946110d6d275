# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the check of the plan found, as its pages need it: by action, by rule, counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aumenta.plan.check import RULES, SEVERITIES, Defect, Rule, check_plan
from aumenta.plan.model import ITEM_FIELDS, Action, Plan
from aumenta.values.text import Text

RULE_BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
SEVERITY_WORDS: dict[str, Text] = {
    "error": Text(it="errore", en="error"),
    "warning": Text(it="avviso", en="warning"),
    "note": Text(it="nota", en="note"),
}


@dataclass(frozen=True)
class FoundDefect:
    """A defect with the parts of the plan that it concerns: kind of page and code of each."""

    defect: Defect
    places: tuple[tuple[str, str], ...]

    @property
    def rule(self) -> Rule:
        """The rule that found it."""
        return RULE_BY_CODE[self.defect.code]


@dataclass(frozen=True)
class DefectList:
    """All defects of a plan, gravest first."""

    found: tuple[FoundDefect, ...]
    by_action: Mapping[str, tuple[FoundDefect, ...]]
    with_document: bool

    @classmethod
    def of(cls, plan: Plan, document: str | None, indicators: Collection[str] | None) -> DefectList:
        """Check a plan; `document` is its text, without which some rules are left out."""
        holders = _holders(plan)
        found = tuple(
            FoundDefect(defect, _places(plan, defect, holders))
            for defect in check_plan(plan, document, indicators)
        )
        by_action: dict[str, list[FoundDefect]] = defaultdict(list)
        for one in found:
            for kind, code in one.places:
                if kind == "action":
                    by_action[code].append(one)
        own = {code: tuple(rows) for code, rows in by_action.items()}
        return cls(found, own, document is not None)

    def of_action(self, code: str) -> tuple[FoundDefect, ...]:
        """Defects that concern an action."""
        return self.by_action.get(code, ())

    def select(self, severity: str = "", rule: str = "") -> list[FoundDefect]:
        """Defects of one severity and one rule, or of all."""
        return [
            one
            for one in self.found
            if severity in ("", one.defect.severity) and rule in ("", one.defect.code)
        ]

    def severities(self) -> list[tuple[str, int]]:
        """How many of each severity, gravest first; those that none has are left out."""
        counts = [(name, len(self.select(severity=name))) for name in SEVERITIES]
        return [(name, count) for name, count in counts if count]

    def rules(self) -> list[tuple[Rule, int]]:
        """Rules that found something, with how many, in the order of the check."""
        counts = [(rule, len(self.select(rule=rule.code))) for rule in RULES]
        return [(rule, count) for rule, count in counts if count]

    @property
    def left_out(self) -> int:
        """How many rules could not be tried for want of the document's text."""
        return 0 if self.with_document else sum(rule.needs_document for rule in RULES)


def _holders(plan: Plan) -> dict[int, list[str]]:
    """Line of the document -> actions that hold an item read from it."""
    holders: dict[int, list[str]] = defaultdict(list)
    for action in plan.actions:
        for line in sorted(_lines(action)):
            holders[line].append(action.code)
    return holders


def _lines(action: Action) -> set[int]:
    lines = {item.line for name in ITEM_FIELDS for item in getattr(action, name) if item.line is not None}
    return lines | {action.line}


def _places(plan: Plan, defect: Defect, holders: Mapping[int, list[str]]) -> tuple[tuple[str, str], ...]:
    """The part of the plan that the defect names; for a name, the actions that hold it on the lines given."""
    kinds = {
        "axis": {axis.code for axis in plan.about.axes},
        "strategy": {strategy.code for strategy in plan.strategies},
        "action": {action.code for action in plan.actions},
    }
    for kind, codes in kinds.items():
        if defect.where in codes:
            return ((kind, defect.where),)
    codes_found = [
        code for entry in defect.evidence for code in (holders.get(entry.line, []) if entry.line else [])
    ]
    return tuple(("action", code) for code in dict.fromkeys(codes_found))
