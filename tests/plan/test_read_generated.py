# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a printer wrote, the reader reads: facts, states and lines, from text and from PDF."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from read_documents import STYLES, Printed, Style, pdf_of, printed_plans

from aumenta.plan.grammar import Grammar, load_grammar
from aumenta.plan.model import Action, Axis, Framework, Plan, PlanFile
from aumenta.plan.pack import load_plan
from aumenta.plan.reading import Reading, open_document, read_document
from aumenta.plan.reading.document import document_of
from aumenta.store.packs import open_pack
from aumenta.values.text import Text

ABOUT = PlanFile(
    id="printed",
    title=Text(it="Prova", en="Trial"),
    body=Text(it="Ente", en="Body"),
    period="2021",
    axes=[Axis(code="1", title="Prova", title_en="Trial", goal="Prova", line=1)],
)
# Whole documents shrink for minutes; a found one is small enough to look at.
BOUND = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
CODED = ("bologna", "pnrr", "pnrr_integration", "cohesion")


@lru_cache(maxsize=2)
def _pack(name: str) -> tuple[Grammar, dict[str, Framework]]:
    folder = open_pack(name).plan
    assert folder is not None
    plan: Plan = load_plan(folder)
    return load_grammar(folder), plan.frameworks


def _read(text: str, style: Style) -> Reading:
    grammar, frameworks = _pack(style.pack)
    return read_document(document_of(text), grammar, ABOUT, frameworks, [])


def _actions(reading: Reading) -> dict[str, Action]:
    return {action.code: action for strategy in reading.strategies for action in strategy.actions}


def _check(printed: Printed, reading: Reading) -> None:
    assert reading.unassigned == []
    assert {s.code: s.title for s in reading.strategies} == printed.strategies
    assert [s.listed_title for s in reading.strategies if s.listed_title is not None] == []
    actions = _actions(reading)
    assert {code: action.title for code, action in actions.items()} == printed.titles
    for code, facts in printed.facts.items():
        for name, fact in facts.items():
            _check_field(actions[code], name, fact.state, fact.items)


def _check_field(action: Action, name: str, state: str, items: list[tuple[str, int]]) -> None:
    where = (action.code, name)
    read = action.fields[name]  # type: ignore[index]
    if state == "unlabelled":
        assert (read.state, read.label) == ("filled", ""), where
    else:
        assert read.state == state, where
    if items and name != "bologna":
        assert read.line == items[0][1], where
    if name == "description":
        if items:
            assert read.end == items[-1][1]
    elif state == "filled":
        found = [item for item in getattr(action, name) if item.line is not None]
        said = [item.name if name in CODED else item.raw.rstrip(" .,") for item in found]
        assert said == [text for text, _ in items], where
        assert [item.line for item in found] == [line for _, line in items], where
    else:
        assert [i for i in getattr(action, name) if i.line is not None] == [], where


@settings(BOUND, max_examples=100)
@given(printed_plans())
def test_what_was_printed_is_read(printed: Printed) -> None:
    _check(printed, _read(printed.text, printed.style))


@settings(BOUND, max_examples=40)
@given(printed_plans())
def test_links_are_kept_once_and_paired_in_order_or_not_at_all(printed: Printed) -> None:
    reading = _read(printed.text, printed.style)
    examples = [e for a in _actions(reading).values() for e in a.examples]
    printed_links = [link for _, links in printed.links for link in links]
    held = [(e.url, e.link_line) for e in examples if e.url is not None]
    held += [(line.text, line.number) for line in reading.lone_links]
    assert sorted(held) == sorted(printed_links)
    for named, links in printed.links:
        if len(named) != len(links):
            continue
        lines = {line for _, line in links}
        paired = [e for e in examples if e.link_line in lines and e.line is not None]
        if len(paired) == len(named):
            assert [e.raw for e in paired] == [name for _, name in named]
            assert [e.url for e in paired] == [url for url, _ in links]


@settings(BOUND, max_examples=25)
@given(printed_plans())
def test_bytes_around_the_text_change_nothing(printed: Printed) -> None:
    text, style = printed.text, printed.style
    plain = _read(text, style).strategies
    assert _read("\ufeff" + text.replace("\n", "\r\n"), style).strategies == plain
    assert _read(text.replace(" ", "\u00a0"), style).strategies == plain
    assert _read(text.replace("\n", "  \n"), style).strategies == plain
    assert _read(text.replace("\n", "\f"), style).strategies == plain


@settings(BOUND, max_examples=20)
@given(printed=printed_plans())
def test_a_pdf_of_the_document_reads_as_its_text(
    printed: Printed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("pdf") / "plan.pdf"
    path.write_bytes(pdf_of(printed.lines))
    grammar, frameworks = _pack(printed.style.pack)
    _check(printed, read_document(open_document(path), grammar, ABOUT, frameworks, []))


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.pack)
def test_every_label_of_the_printer_is_the_grammar_s(style: Style) -> None:
    fields = {field.field for field in _pack(style.pack)[0].fields}
    assert set(style.labels) | {"bologna", "pnrr_integration"} == fields
