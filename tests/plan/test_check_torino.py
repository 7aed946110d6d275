# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Defects of the bundled plan's document, each read by a person at its line and verified here against the text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from aumenta.plan.check import Defect, check_plan
from aumenta.plan.pack import load_plan
from aumenta.plan.reading.document import document_of
from aumenta.store.packs import BUNDLED

PLAN = load_plan(BUNDLED / "torino" / "plan")

#: (code, where, line, words that stand on that line of the document)
VERIFIED = [
    ("axis-names", "6", 10222, "asse PMS 6. Torino Metropoli più attrattiva"),
    ("axis-names", "6", 3212, "Torino Metropoli più sana"),
    ("axes-alike", "6", 10222, "più attrattiva, giusta ed eguale"),
    ("strategy-text", "5.1", 8868, "Riorganizzare il sistema della formazione professionale"),
    ("field-swapped", "3.4.2", 7575, "priorità PNRR Regione Piemonte, CMTo"),
    ("code-unknown", "4.2.2", 8495, "1.4 Turismo e cultura 4.0"),
    ("code-name", "4.2.2", 8495, "1.4 Turismo e cultura 4.0"),
    ("code-name", "5.2.4", 9594, "1. Rivoluzione verde"),
    ("strategy-title", "6.1", 10215, "strategia 6.1"),
    ("strategy-title", "6.2", 10432, "strategia 6.2"),
    ("field-absent", "1.2.1", 3638, "azione 1.2.1 Innovazione montana"),
    ("field-empty", "1.3.2", 3846, "esempi"),
    ("field-empty", "3.2.1", 6879, "esempi"),
    ("field-elsewhere", "5.2.2", 9442, "strumenti e politiche CMTo interattivi PTR"),
    ("none-contradicted", "1.5.2", 4495, "strumenti e politiche CMTo interattivi NO"),
    ("none-contradicted", "1.5.3", 4559, "strumenti e politiche CMTo interattivi NO"),
    ("sentence-for-code", "5.3.3", 9920, "L'azione, che interviene sulle politiche sociali"),
    ("remark-for-name", "3.4.2", 7587, "altri strumenti/politiche sovraordinati (nazionale)"),
    ("link-invalid", "2.4.1", 5939, "casco/en/home;"),
    ("fund-as-programme", "1.2.2", 3687, "Horizon EU, FSE+, Erasmus"),
    ("fund-order", "2.5.1", 6165, "OS1 FSE+"),
    ("fund-order", "2.5.1", 6170, "OSd1 -"),
    ("action-unlisted", "1", 3377, "Asse 1 - Digitalizzazione"),
    ("action-unlisted", "5", 8857, "Asse 5 - Inclusione e coesione"),
    ("number-dot", "1.6", 4573, "strategia 1.6."),
    ("number-dot", "3.4.3", 7617, "azione 3.4.3."),
    ("none-words", "4.1.3", 7976, "strumenti e politiche CMTo interattivi n.d"),
    ("two-in-one", "5.3.1", 9730, "ASL e"),
    ("two-spellings", "Tavolo permanente per la montagna", 3659, "Tavolo Permanente per la montagna"),
    ("two-spellings", "Tavolo permanente per la montagna", 4915, "Tavola permanente per la montagna"),
    ("two-spellings", "ALCOTRA", 3775, "ALCOTRA"),
    ("two-spellings", "ALCOTRA", 3657, "Alcotra"),
    ("two-spellings", "Horizon Europe", 3517, "Horizon Europe"),
    ("two-spellings", "Horizon Europe", 3656, "Horizon EU"),
    ("example-without-link", "2.2.4", 5526, "esempi AdRem"),
    ("policy-bare", "5.3.3", 9919, "OP4"),
]


@pytest.fixture(scope="module")
def text(shared_dir: Path) -> str:
    return (shared_dir / "plan" / "psm-torino-2021-2023.txt").read_text()


@pytest.fixture(scope="module")
def defects(text: str) -> list[Defect]:
    return check_plan(PLAN, text)


@pytest.mark.shared
@pytest.mark.parametrize(("code", "where", "line", "words"), VERIFIED)
def test_verified_at_its_line(
    text: str, defects: list[Defect], code: str, where: str, line: int, words: str
) -> None:
    assert words in document_of(text).lines[line - 1]
    lines = {e.line for d in defects if (d.code, d.where) == (code, where) for e in d.evidence}
    assert line in lines


@pytest.mark.shared
def test_verified_by_reading_on(text: str, defects: list[Defect]) -> None:
    """What the words of one line do not show: the next label follows at once, both texts are one, no list is there."""
    lines = document_of(text).lines
    empty = [e.line for d in defects if d.code == "field-empty" for e in d.evidence if e.line]
    assert len(empty) == 18
    assert all(lines[n - 1].strip() == "esempi" and lines[n].startswith("attori") for n in empty)
    start = {
        code: next(e.line for d in defects if d.code == "strategy-text" for e in d.evidence)
        for code in ("5.1",)
    }
    first_of_4_2 = next(
        n for n, line in enumerate(lines, 1) if line.startswith("Riorganizzare il sistema della")
    )
    assert [s.strip() for s in lines[first_of_4_2 - 1 : first_of_4_2 + 7]] == [
        s.strip() for s in lines[(start["5.1"] or 0) - 1 : (start["5.1"] or 0) + 7]
    ]
    listed = {line.split()[0] for line in lines if line[:1].isdigit() and len(line.split()) > 1}
    assert not any(f"{axis}.1.1" in listed for axis in "15")
    assert all(f"{axis}.1.1" in listed for axis in "2346")
    block = " ".join(lines[3637:3663])  # sheet of 1.2.1, up to the next action
    assert "priorità PNRR" not in block
    assert "obiettivi della politica di coesione" not in block
    assert "Città della Salute" in " ".join(lines[10214:10219])
    assert "Città della Salute" not in " ".join(lines[3258:3261])


@pytest.mark.shared
def test_at_least_ten_kinds_and_no_false_ones_by_number(defects: list[Defect]) -> None:
    kinds = Counter(d.code for d in defects)
    assert len(set(kinds) - {"no-indicator"}) >= 10
    # Links that the page gives without an example follow from how links are assigned, which the reader decides.
    assert set(kinds) - {"no-indicator", "link-without-example"} == {code for code, *_ in VERIFIED}


def test_what_shows_without_the_document() -> None:
    kinds = {d.code for d in check_plan(PLAN)}
    assert {
        "axis-names",
        "axes-alike",
        "field-swapped",
        "code-unknown",
        "code-name",
        "two-spellings",
    } <= kinds
