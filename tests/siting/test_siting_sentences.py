# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What an answer says in words: what is not known is not said, the proof and the list always are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.siting.explained import PlaceServed, Site, SitingAnswer, Step
from aumenta.siting.question import Question
from aumenta.siting.sentences import gap_words, percent, sentences_of, step_words
from aumenta.values.text import Text


def answer(**other: Any) -> SitingAnswer:
    """An answer of two sites for a thousand people."""
    words = Text(it="x", en="x")
    total = PlaceServed(
        level="area",
        id="area",
        name="Valle",
        people=1000,
        within=800,
        beyond=200,
        unreached=50,
        within_before=300,
    )
    sites = [
        Site(id=one, name=one.upper(), sort="seat", new=True, people=people, within=people, rank=rank)
        for one, people, rank in (("a", 350, 2), ("b", 600, 1))
    ]
    curve = [
        Step(sites=k, name=name, added=name, within=within, share=within / 1000, mean=mean, more=k == 3)
        for k, name, within, mean in (
            (0, None, 300, 60),
            (1, "b", 600, 30),
            (2, "a", 800, 20),
            (3, "c", 900, 18),
        )
    ]
    given: dict[str, Any] = {
        "id": "0" * 16, "question": Question(what="6.1.2", count=2), "build": "b", "territory": "t", "software": {},
        "name": words, "things": Text(it="Case della salute", en="Health houses"), "area": Text(it="Valle", en="Valle"),
        "who": words, "status": "estimated", "people": 1000, "cells": 40, "points": 40, "side": 250, "candidates": 12,
        "existing": 3, "existing_unplaced": 0, "existing_kinds": [Text(it="Ospedali", en="Hospitals")],
        "list_known": False, "value": 20, "unit": words, "bound": 20, "gap": 0.0, "solved": "optimal", "method": "m",
        "model": (0, 0), "total": total, "places": [total.model_copy(update={"level": "municipality", "name": "Rio"})],
        "sites": sites, "curve": curve,
    }  # fmt: skip
    return SitingAnswer(**{**given, **other})


def said(one: SitingAnswer, language: str = "it") -> str:
    return " ".join(words.get(language) for words in sentences_of(one))


def test_the_answer_in_both_languages() -> None:
    assert said(answer()).split(". ") == [
        "Case della salute, due luoghi nuovi (Valle): 800 residenti su 1.000 (l’80%) sono entro 30 minuti in auto; "
        "oggi 300 (il 30%)",
        "Luoghi scelti, con le persone che servono: B (600), A (350)",
        "Oltre 30 minuti restano 200 persone, soprattutto a Rio",
        "Di queste, 50 non arrivano a nessun luogo entro 120 minuti",
        "Un luogo in più (c) ne porterebbe entro 30 minuti altre 100: in tutto il 90%; in media 18 minuti a persona "
        "invece di 20",
        "Tra questi 12 candidati nessun'altra scelta fa meglio: è provato (scarto 0%)",
        "Già presenti e contati: 3 (Ospedali)",
        "Se l'elenco sia completo non si sa: vicino a un luogo scelto può essercene già uno.",
    ]
    assert "800 of 1,000 residents (80%) are within 30 minutes by car; today 300 (30%)." in said(
        answer(), "en"
    )


def test_what_is_not_known_of_today_is_not_said() -> None:
    total = answer().total.model_copy(update={"within_before": None})
    text = said(answer(total=total, existing=0, existing_unplaced=7))
    assert "oggi" not in text and "il gemello non ne conosce" in text and "Di 7 si sa solo il comune" in text


@pytest.mark.parametrize(
    ("gap", "solved", "words"),
    [
        (None, "time_limit", "non è provato"),
        (0.0421, "time_limit", "di oltre il 4,3%: è provato (scarto). Il tempo concesso è finito."),
        (0.2, "stopped", "Il calcolo è stato fermato."),
        (0.00001, "within_gap", "di oltre lo 0,1%"),
    ],
)
def test_the_gap_is_always_said(gap: float | None, solved: str, words: str) -> None:
    assert words in said(answer(gap=gap, solved=solved))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("person", ["yes", "no", "unknown"])
def test_who_says_what_of_the_list(known: bool, person: str) -> None:
    one = answer(list_known=known, question=Question(what="6.1.2", count=2, list_complete=person))  # type: ignore[arg-type]
    words = said(one, "en").split("Hospitals). ")[1]
    assert ("is said to be complete" in words) == (known and person == "yes")
    assert ("may be one already" in words) == (person == "no" or (person == "unknown" and not known))


@given(st.floats(0, 1))
def test_less_than_all_is_never_100_percent(share: float) -> None:
    assert (percent(share).it == "100%") == (share == 1)


@given(st.floats(0, 2))
def test_a_gap_is_never_told_smaller_than_it_is(gap: float) -> None:
    assert float(gap_words(gap).en.rstrip("%").replace(",", "")) >= gap * 100 - 1e-6


def test_steps_of_the_work_have_words() -> None:
    for step in ("minutes 1/2", "bounds", "something new"):
        assert step_words(step).it and step_words(step).en != step
