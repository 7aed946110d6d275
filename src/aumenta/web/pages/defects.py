# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The defects that the check found in the plan's document, each with its line, and as CSV."""

from __future__ import annotations

from functools import partial

from aumenta.web.defect_list import RULE_BY_CODE, SEVERITY_WORDS, DefectList
from aumenta.web.site import File, Site, Visit
from aumenta.web.table_text import csv_bytes

#: Rows of one page of the table.
ROWS = 60
HEADER = ["rule", "severity", "where", "what_it", "what_en", "lines", "evidence"]


def register(site: Site) -> None:
    """Serve the page and its table where the twin has a plan."""
    if not site.twin.has_plan:
        return
    defects = site.once("defects", lambda: defects_of(site))
    site.page("defects", partial(show, defects=defects))
    site.file(
        "plan/defects.csv", lambda path, query: File(table(defects), "text/csv; charset=utf-8", "defects.csv")
    )


def defects_of(site: Site) -> DefectList:
    """The check of the site's plan, with the document where the site was given it."""
    return DefectList.of(site.plan, site.document, set(site.twin.indicators) or None)


def table(defects: DefectList) -> bytes:
    """All defects as CSV, one a row."""
    rows = []
    for one in defects.found:
        entries = one.defect.evidence
        lines = " ".join(str(entry.line) for entry in entries if entry.line is not None)
        evidence = " · ".join(entry.raw for entry in entries)
        what = one.defect.what
        rows.append(
            [one.defect.code, one.defect.severity, one.defect.where, what.it, what.en, lines, evidence]
        )
    return csv_bytes(HEADER, rows)


def show(visit: Visit, defects: DefectList) -> str:
    """The page: all defects, or those of one severity (`severity`) or one rule (`rule`)."""
    severity, rule = visit.query.get("severity", ""), visit.query.get("rule", "")
    severity = severity if severity in SEVERITY_WORDS else ""
    rule = rule if rule in RULE_BY_CODE else ""
    chosen = defects.select(severity, rule)
    filters = {name: value for name, value in (("rule", rule), ("severity", severity)) if value}
    wanted = visit.query.get("from", "")
    start = int(wanted) // ROWS * ROWS if wanted.isdecimal() and len(wanted) < 7 else 0
    start = start if start < len(chosen) else 0
    return visit.render(
        "defects.html",
        defects=defects,
        rows=chosen[start : start + ROWS],
        total=len(chosen),
        start=start,
        earlier={**filters, "from": str(start - ROWS)} if start else None,
        later={**filters, "from": str(start + ROWS)} if start + ROWS < len(chosen) else None,
        severity=severity,
        rule=rule,
        severity_words=SEVERITY_WORDS,
        document=visit.site.plan.about.document,
    )
