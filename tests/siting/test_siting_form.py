# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A question through a form and back; what is wrong with one, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import SitingError
from aumenta.siting.form import fields_of, question_of
from aumenta.siting.question import AGES, WHO, Question, parse_question

NAMES = st.text(st.characters(categories=("L", "N"), include_characters=" .'-"), min_size=1, max_size=20).map(
    str.strip
)
IDS = st.from_regex(r"\A[a-z0-9][a-z0-9:.-]{0,9}\Z").filter(lambda one: not one.endswith(":"))
AMOUNTS = st.integers(0, 10**6).map(float)
POINTS = st.fixed_dictionaries(
    {"lon": st.floats(-180, 180), "lat": st.floats(-89, 89)}, optional={"name": NAMES.filter(bool)}
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Plain data of a question that fits."""
    data: dict[str, Any] = {
        "what": draw(st.sampled_from(["6.1.2", "1.2.3"])),
        "objective": draw(st.sampled_from(["median", "centre", "coverage", "set_cover", "worst_first"])),
        "count": draw(st.integers(1, 200)),
        "within": draw(st.integers(1, 60)),
        "mode": draw(st.sampled_from(["walk", "bike", "car", "transit"])),
        "area": draw(st.lists(IDS, max_size=3)),
        "candidates": draw(st.lists(IDS, min_size=1, max_size=3)),
        "points": draw(st.lists(POINTS, max_size=3)),
        "who": draw(st.sampled_from(sorted(WHO))),
        "count_existing": draw(st.booleans()),
        "list_complete": draw(st.sampled_from(["yes", "no", "unknown"])),
        "costs": draw(st.dictionaries(IDS, AMOUNTS, max_size=3)),
        "weights": draw(st.dictionaries(st.sampled_from(AGES), AMOUNTS.filter(bool), max_size=2)),
        "parameters": draw(
            st.dictionaries(st.sampled_from(["type", "desks"]), st.sampled_from(["clinic", True, 3]))
        ),
    }
    if draw(st.booleans()):
        data["window"] = ["7:00", "9:30"]
    if draw(st.booleans()):
        data["budget"] = draw(AMOUNTS)
    return data


@given(questions())
def test_an_address_asks_the_same_question_again(data: dict[str, Any]) -> None:
    question = parse_question(data)
    assert question_of(fields_of(question)) == question
    assert Question.model_validate_json(question.model_dump_json()) == question


def test_a_form_as_a_person_fills_it() -> None:
    question = question_of({
        "what": ["6.1.2"], "count": [" 5 "], "budget": ["1.250.000"], "cost": ["250000,50"], "area": ["z05, z06"],
        "candidates": ["seats", "rail_station"], "points": ["7.31, 44.88, Il mulino\r\n7.4,44.9\n\n"],
        "window": ["7:00 - 9:00"], "mode": ["transit"], "costs": ["001191: 1.000.000"], "who": [""], "csrf": ["x"],
    })  # fmt: skip
    assert (question.count, question.budget, question.cost) == (5, 1_250_000, 250_000.5)
    assert question.area == ("z05", "z06") and question.candidates == ("seats", "rail_station")
    assert [(one.name, one.called) for one in question.points] == [
        ("Il mulino", "Il mulino"),
        (None, "44.9000, 7.4000"),
    ]
    assert (
        question.window == ("7:00", "9:00")
        and question.costs == {"001191": 1_000_000}
        and question.who == "all"
    )


def test_points_alone_are_candidates_enough() -> None:
    question = question_of({"what": ["6.1.2"], "count": ["1"], "points": ["7.31,44.88"]})
    assert question.candidates == ()
    assert question_of(fields_of(question)) == question


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"what": ["health"]}, ["what"]),
        ({"what": ["6.1.2"], "count": ["0"], "within": ["many"]}, ["count", "within"]),
        ({"what": ["6.1.2"], "budget": ["-1"]}, ["budget"]),
        ({"what": ["6.1.2"], "points": ["here"], "costs": ["dear"]}, ["points", "costs"]),
        ({"what": ["6.1.2"], "parameters": ["="]}, ["parameters"]),
        ({"what": ["6.1.2"], "points": ["190,91"]}, ["points.0.lon", "points.0.lat"]),
        ({"what": ["6.1.2"], "window": ["dawn"], "who": ["cats"]}, ["window", "who"]),
        ({"what": ["6.1.2"], "count_existing": ["perhaps"]}, ["count_existing"]),
        ({"what": ["6.1.2"], "weights": ["old:2"]}, ["weights"]),
        ({"what": ["6.1.2"], "weights": ["65_plus:0"]}, ["weights"]),
        ({"what": ["6.1.2"], "costs": ["a:nan"], "capacity": ["inf"]}, ["costs.a", "capacity"]),
        ({"what": ["6.1.2"], "within": ["90"], "max_minutes": ["60"]}, [None]),
        ({}, ["what"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(fields: dict[str, list[str]], told: list[str | None]) -> None:
    with pytest.raises(SitingError) as caught:
        question_of(fields)
    assert {one.field for one in caught.value.problems} == set(told)
