# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Documents that cannot be read as a plan: each is refused with what is wrong and where, nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from read_documents import TURIN as PRINTED
from read_documents import pdf_of
from test_read_generated import ABOUT

from aumenta.errors import DocumentError
from aumenta.plan.grammar import load_grammar
from aumenta.plan.model import ITEM_FIELDS, Action
from aumenta.plan.pack import load_plan
from aumenta.plan.reading import Reading, open_document, read_document
from aumenta.plan.reading.document import document_of
from aumenta.settings import get_settings
from aumenta.store.packs import BUNDLED

TURIN = BUNDLED / "torino" / "plan"
GRAMMAR, PLAN = load_grammar(TURIN), load_plan(TURIN)


def _read(*lines: str) -> Reading:
    return read_document(
        document_of("\n".join((*lines, *PRINTED.closing))), GRAMMAR, ABOUT, PLAN.frameworks, []
    )


def _sheet(strategy: str, *actions: str) -> list[str]:
    lines = [f"strategia {strategy} Un fine", "asse PMS 1. Torino Metropoli più prova", "", "UN SDGs", ""]
    for action in actions:
        lines += [f"azione {action} Un'azione", "", "descrizione Testo.", "attori Comuni", ""]
    return lines


def test_what_is_refused_here_is_read_when_it_is_right() -> None:
    reading = _read(*_sheet("1.1", "1.1.1", "1.1.2"), *_sheet("1.2", "1.2.1"))
    assert [a.code for s in reading.strategies for a in s.actions] == ["1.1.1", "1.1.2", "1.2.1"]


def test_an_action_printed_twice_names_both_rows() -> None:
    with pytest.raises(DocumentError, match=r"row 16: action printed twice, first on row 6 .*1\.1\.1"):
        _read(*_sheet("1.1", "1.1.1"), *_sheet("1.1", "1.1.1"))


def test_an_action_of_another_strategy_and_an_unknown_axis_are_told_together() -> None:
    with pytest.raises(DocumentError) as caught:
        _read(*_sheet("1.1", "1.2.1"), *_sheet("7.1", "7.1.1"))
    said = [(p.row, p.message, p.expected) for p in caught.value.problems]
    assert said == [
        (6, "action on another strategy's sheet", "1.1"),
        (11, "the pack has no such axis", "an axis of 1"),
    ]


def test_a_locked_pdf(tmp_path: Path) -> None:
    plain, locked = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
    plain.write_bytes(pdf_of(["Un testo che si legge."] * 40))
    assert "Un testo che si legge." in open_document(plain).text
    writer = PdfWriter()
    for page in PdfReader(plain).pages:
        writer.add_page(page)
    writer.encrypt("segreto", algorithm="RC4-128")
    writer.write(locked)
    with pytest.raises(DocumentError, match="locked with a password"):
        open_document(locked)


def test_a_document_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("Un testo che si legge.\n" * 40)
    monkeypatch.setenv("AUMENTA_MAX_DOCUMENT_BYTES", "100")
    get_settings.cache_clear()
    try:
        with pytest.raises(DocumentError, match=r"found 920 bytes; expected at most 100"):
            open_document(path)
    finally:
        get_settings.cache_clear()


@pytest.mark.shared
@pytest.mark.parametrize("end", [3300, 3383, 3500, 5022, 6875, 9000, 10215, 10858, 10860, 10890, 10901])
def test_turin_cut_anywhere_is_refused(shared_dir: Path, end: int) -> None:
    lines = open_document(shared_dir / "plan" / "psm-torino-2021-2023.txt").lines[:end]
    with pytest.raises(DocumentError, match=r"no sheet found|announced in the document|ends inside its last"):
        read_document(document_of("\n".join(lines)), GRAMMAR, PLAN.about, PLAN.frameworks, PLAN.aliases)


@pytest.mark.shared
@pytest.mark.slow
def test_turin_through_a_pdf_gives_the_same_facts(shared_dir: Path, tmp_path: Path) -> None:
    lines = open_document(shared_dir / "plan" / "psm-torino-2021-2023.txt").lines
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf_of([line.encode("cp1252", "replace").decode("cp1252") for line in lines]))
    reading = read_document(open_document(path), GRAMMAR, PLAN.about, PLAN.frameworks, PLAN.aliases)
    assert reading.unassigned == []
    found = {action.code: action for strategy in reading.strategies for action in strategy.actions}
    for action in PLAN.actions:
        other = found[action.code]
        assert (other.title, _facts(other)) == (action.title, _facts(action))


def _facts(action: Action) -> list[object]:
    lists = [name for name in ITEM_FIELDS if name != "examples"]
    items = [(name, item.name, item.raw) for name in lists for item in getattr(action, name)]
    states = sorted((name, fact.state, fact.label) for name, fact in action.fields.items())
    return [items, states, [(example.raw, example.url) for example in action.examples]]
