# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The toy plan is whole, small, and its facts stand where they say."""

from __future__ import annotations

import hashlib

from aumenta.plan.model import ITEM_FIELDS
from aumenta.plan.pack import load_plan
from aumenta.store.packs import BUNDLED

FOLDER = BUNDLED / "toy" / "plan"
PLAN = load_plan(FOLDER)
LINES = (FOLDER / "document.txt").read_text().split("\n")


def test_size() -> None:
    assert (len(PLAN.about.axes), len(PLAN.strategies), len(PLAN.actions)) == (2, 3, 8)


def test_every_field_is_used() -> None:
    for field in ITEM_FIELDS:
        assert any(getattr(action, field) for action in PLAN.actions), field
    assert {fact.state for a in PLAN.actions for fact in a.fields.values()} == {
        "filled",
        "none_declared",
        "empty",
        "absent",
    }


def test_every_action_has_words_in_both_languages_and_a_goal() -> None:
    for action in PLAN.actions:
        notes = PLAN.editorial_of(action.code)
        assert notes is not None
        assert notes.summary.it
        assert notes.summary.en
        assert len(notes.sdgs) == 1
        assert notes.sdgs[0].why.it != notes.sdgs[0].why.en
        assert all(notes.sdgs[0].why.get(language) for language in ("it", "en"))
        assert PLAN.editorial[action.code[:3]].titles_en[action.code]


def test_every_fact_stands_on_its_line() -> None:
    for action in PLAN.actions:
        assert action.title in LINES[action.line - 1]
        for field in ITEM_FIELDS:
            for item in getattr(action, field):
                text = " ".join(LINES[item.line - 1 : item.line + 1])
                assert item.raw in text, (action.code, field, item)
        for example in action.examples:
            if example.link_line is not None:
                assert LINES[example.link_line - 1] == example.url


def test_the_document_is_the_one_that_was_read() -> None:
    document = PLAN.about.document
    text = (FOLDER / "document.txt").read_text()
    assert document is not None
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert document.characters == len(text)
