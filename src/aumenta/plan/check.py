# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The check of a plan: every rule in one table, every defect with its evidence."""

from __future__ import annotations

from collections.abc import Collection

from aumenta.plan import rules_codes, rules_document, rules_fields, rules_links
from aumenta.plan.model import Plan
from aumenta.plan.reading.document import document_of
from aumenta.plan.rules import SEVERITIES, Defect, Evidence, Ground, Rule

__all__ = ["RULES", "SEVERITIES", "Defect", "Evidence", "Rule", "check_plan"]

#: All the rules, in the order in which their defects are told within one severity.
RULES: tuple[Rule, ...] = (*rules_document.RULES, *rules_fields.RULES, *rules_links.RULES, *rules_codes.RULES)


def check_plan(
    plan: Plan, document: str | None = None, indicators: Collection[str] | None = None
) -> list[Defect]:
    """Find the defects of a plan, gravest first.

    `document` is the text that the plan was read from; without it the rules that need it are left out. `indicators` are
    the ids that are defined; without them no indicator is called unknown. A plan with defects is a plan all the same:
    nothing is mended.
    """
    text = document_of(document) if document is not None else None
    ground = Ground(
        plan, lines=text.lines if text else None, sha256=text.sha256 if text else None, indicators=indicators
    )
    defects = [
        Defect(rule.code, rule.severity, found.where, found.what, found.evidence)
        for rule in RULES
        if not rule.needs_document or text is not None
        for found in rule.find(ground)
    ]
    return sorted(defects, key=lambda defect: SEVERITIES.index(defect.severity))
