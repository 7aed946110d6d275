# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The check: the toy plan's deliberate defects are found, a sound plan has none, each rule is told and documented."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aumenta.plan.check import RULES, SEVERITIES, Defect, check_plan
from aumenta.plan.model import ITEM_FIELDS, Plan
from aumenta.plan.pack import load_plan
from aumenta.store.packs import BUNDLED

FOLDER = BUNDLED / "toy" / "plan"
DOCUMENT = (FOLDER / "document.txt").read_text()
DOCS = Path(__file__).resolve().parents[2] / "docs"
TOY = load_plan(FOLDER)

#: What README.md of the toy plan says is wrong with it: (code, where, line of the first evidence).
DELIBERATE = {
    ("axis-names", "2", 9),
    ("strategy-text", "2.1", 169),
    ("field-swapped", "1.1.3", 90),
    ("field-swapped", "2.1.2", 225),
    ("no-actors", "1.2.2", 124),
    ("code-unknown", "1.2.2", 132),
    ("fund-wrong", "2.1.1", 193),
    ("cited-unknown", "1.2.3", 155),
    ("strategy-title", "1.2", 139),
    ("strategy-title", "2.1", 168),
    ("field-absent", "1.1.2", 49),
    ("field-absent", "1.2.2", 124),
    ("field-absent", "1.2.3", 152),
    ("field-empty", "1.2.3", 161),
    ("link-invalid", "1.1.3", 92),
    ("policy-missing", "2.1.2", 222),
    ("goals-differ", "2.1", 209),
    ("number-dot", "2.1", 168),
    ("link-without-example", "1.2.3", 164),
    ("link-without-example", "2.1.2", 227),
    ("item-twice", "1.2.3", 157),
    ("two-spellings", "MetroGioco", 35),
    ("two-spellings", "Unioni di Comuni di Montagna", 35),
    ("two-spellings", "ALCOTRA", 45),
    ("two-spellings", "Agenda digitale", 162),
    ("example-without-link", "1.2.2", 128),
    ("policy-bare", "1.2.2", 131),
    ("policy-bare", "2.1.2", 221),
    ("pnrr-repeated", "1.2.2", 129),
    ("no-indicator", "2.1.2", 214),
}


def found(plan: Plan, document: str | None = DOCUMENT, **more: Any) -> set[tuple[str, str]]:
    return {(defect.code, defect.where) for defect in check_plan(plan, document, **more)}


def with_action(code: str, **changes: Any) -> Plan:
    strategies = [
        s.model_copy(
            update={"actions": [a.model_copy(update=changes) if a.code == code else a for a in s.actions]}
        )
        for s in TOY.strategies
    ]
    return TOY.model_copy(update={"strategies": strategies})


def test_the_deliberate_defects_and_no_others() -> None:
    defects = check_plan(TOY, DOCUMENT)
    assert {(d.code, d.where, d.evidence[0].line) for d in defects} == DELIBERATE
    order = [SEVERITIES.index(d.severity) for d in defects]
    assert order == sorted(order)


def test_evidence_stands_on_its_line() -> None:
    lines = DOCUMENT.split("\n")
    for defect in check_plan(TOY, DOCUMENT):
        if defect.code in ("goals-differ", "field-empty"):
            continue  # these point at the label
        for evidence in defect.evidence:
            assert evidence.line is not None
            words = re.sub(r"^\d+\.\d+\.\d+ ", "", evidence.raw.removesuffix(" …"))
            assert words.split()[0] in " ".join(lines[evidence.line - 1 : evidence.line + 1]), defect


def test_without_the_document_only_its_rules_are_left_out() -> None:
    needs = {rule.code for rule in RULES if rule.needs_document}
    sheet_title = {("strategy-title", "1.2")}  # a title that differs between sheets is only in the text
    expected = {(code, where) for code, where, _ in DELIBERATE if code not in needs} - sheet_title
    assert found(TOY, None) == expected


def test_another_document_is_said() -> None:
    assert ("document-other", "toy") in found(TOY, DOCUMENT + "\n")
    assert ("document-other", "toy") not in found(TOY)


def test_mending_a_defect_removes_it() -> None:
    action = TOY.action("1.2.2")
    actors = TOY.action("1.2.1").actors
    mended = with_action("1.2.2", actors=actors, pnrr_integration=[], cohesion=action.cohesion[:1])
    gone = found(TOY) - found(mended)
    assert {("no-actors", "1.2.2"), ("pnrr-repeated", "1.2.2"), ("code-unknown", "1.2.2")} <= gone
    assert found(mended) <= found(TOY)


def test_rules_that_the_toy_plan_does_not_break() -> None:
    action = TOY.action("1.2.1")
    item = action.actors[0]

    def named(raw: str, name: str | None = None) -> Any:
        return item.model_copy(update={"name": name or raw, "raw": raw})

    cases: list[tuple[str, dict[str, Any]]] = [
        ("near-names", {"instruments": [named("Piano della mobilita")]}),
        ("near-names", {"instruments": [named("Piano teritoriale")]}),
        ("two-in-one", {"actors": [named("Imprese e Comuni")]}),
        ("remark-for-name", {"superordinate": [named("(nazionale)")]}),
        (
            "sentence-for-code",
            {"cohesion": [named("questa azione riguarda tutti gli obiettivi che si vogliono")]},
        ),
        ("code-name", {"pnrr": [named("2.3 Ferrovie", "2.3")]}),
        ("fund-as-programme", {"eu_programmes": [named("FSE+")]}),
        ("policy-other", {"cohesion": [named("OP3"), named("OSd5"), named("OP4")]}),
        ("fund-order", {"cohesion": [named("OP4"), named("OS7"), named("OSd1")]}),
        ("pnrr-own-mission", {"pnrr_integration": [named("6")]}),
        ("field-swapped", {"pnrr": [named("Comuni, Imprese")]}),
        ("field-elsewhere", {"superordinate": [named("Piano della mobilità")]}),
    ]
    for code, changes in cases:
        assert (code, "1.2.1") not in found(TOY)
        broken = {defect.code for defect in check_plan(with_action("1.2.1", **changes))}
        assert code in broken, code


def test_an_action_that_nothing_ties_is_a_dead_end() -> None:
    alone = with_action("2.1.2", **{field: [] for field in ITEM_FIELDS if field != "examples"})
    assert ("dead-end", "2.1.2") in found(alone)
    assert ("dead-end", "2.1.2") not in found(TOY)


def test_indicators_are_checked_when_they_are_given() -> None:
    known = {
        link.indicator for e in TOY.editorial.values() for a in e.actions.values() for link in a.indicators
    }
    assert not {code for code, _ in found(TOY, indicators=known)} & {"indicator-unknown"}
    assert ("indicator-unknown", "1.2.3") in found(TOY, indicators=known - {"broadband.ftth"})


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.org/a", None),
        ("http://example.org/?u=http://example.com", None),
        ("https://example.org/#:~:text=Fine%20frase.", None),
        ("https://example.org/a;", "punctuation"),
        ("https://example.org/a%2", "%"),
        ("https://example.org/a b", "blank"),
        ("http:/example.org", "site"),
        ("https://localhost/x", "site"),
        ("https://[broken", "site"),
        ("www.example.org", "http"),
        ("ftp://example.org", "http"),
        ("http://example.orghttp://example.com", "together"),
    ],
)
def test_links(url: str, said: str | None) -> None:
    example = TOY.action("1.2.1").examples[0].model_copy(update={"url": url})
    defects = [d for d in check_plan(with_action("1.2.1", examples=[example])) if d.code == "link-invalid"]
    own = [d.what.en for d in defects if d.where == "1.2.1"]
    assert (said in own[0]) if said else own == []


def test_lists_of_actions_are_compared_with_the_sheets() -> None:
    lists = "1.1.1 Riaprire la ferrovia della valle\n1.1.2 Autobus su richiesta\n1.2.1 Case della\nsalute\n"
    plan = TOY.model_copy(update={"about": TOY.about.model_copy(update={"document": None})})
    text = DOCUMENT + lists
    defects = {(d.code, d.where) for d in check_plan(plan, text)}
    assert ("action-title", "1.1.2") in defects
    assert not {("action-title", "1.1.1"), ("action-title", "1.2.1")} & defects
    assert {("action-unlisted", "2"), ("action-unlisted", "1.1.3"), ("action-unlisted", "1.2.2")} <= defects


def test_two_axes_with_one_name_and_nothing_contradicted() -> None:
    axes = [axis.model_copy(update={"names": TOY.about.axes[0].names}) for axis in TOY.about.axes]
    plan = TOY.model_copy(update={"about": TOY.about.model_copy(update={"axes": axes})})
    assert ("axes-alike", "2") in found(plan)
    lines = DOCUMENT.split("\n")
    fact = TOY.action("1.1.1").fields["actors"]
    assert fact.line is not None
    lines[fact.line - 1] = "attori n.d."
    assert ("none-contradicted", "1.1.1") in found(TOY, "\n".join(lines))
    none = TOY.action("1.1.2").fields["superordinate"].line or 0
    lines = DOCUMENT.split("\n")
    lines[none - 1] = lines[none - 1].replace("n.d.", "NO")
    extra = TOY.action("1.1.3").fields["eu_programmes"].line or 0
    assert lines[extra - 1].endswith("n.d.")
    assert {("none-words", "1.1.2"), ("none-words", "1.1.3")} & found(TOY, "\n".join(lines))


def test_rows_and_json_say_the_same() -> None:
    defect = check_plan(TOY, DOCUMENT)[0]
    assert isinstance(defect, Defect)
    data = json.loads(json.dumps(defect.as_dict()))
    assert defect.row("en")[:4] == [data["code"], data["severity"], data["where"], data["what"]["en"]]
    assert [e["line"] for e in data["evidence"]] == [e.line for e in defect.evidence]


def test_rules_are_one_table_and_documented() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    page = (DOCS / "plan.md").read_text()
    assert [rule.code for rule in RULES if f"| `{rule.code}` | {rule.severity} |" not in page] == []
