# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Questions about travel times read from an address: what is meant, and everything that cannot be read at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.access.options import Options
from aumenta.errors import AccessError, Problem
from aumenta.web.i18n import Language
from aumenta.web.reach_question import point_of, question_of
from aumenta.web.reach_words import in_words

HERE = {"lon": "7.6", "lat": "45.1"}


def test_a_point_alone_asks_with_the_usual_options() -> None:
    asked = question_of(HERE)
    assert (asked.lon, asked.lat, asked.toward, asked.percentile) == (7.6, 45.1, False, 50)
    assert asked.options == Options()


def test_everything_that_an_address_can_say() -> None:
    asked = question_of(
        HERE
        | {
            "mode": "transit",
            "access": "bike",
            "board": "1",
            "date": "2026-05-13",
            "from": "7:30",
            "until": "8:00",
        }
        | {"percentile": "90", "max": "60", "walk_kmh": "3.6", "rides": "2", "toward": "1"}
    )
    options = asked.options
    assert asked.toward
    assert asked.percentile == 90
    assert options.percentiles == (90,)
    assert (options.access, options.bike_on_board, options.window) == ("bike", True, ("7:30", "8:00"))
    assert (options.max_minutes, options.walk_speed, options.rides) == (60, 1.0, 2)


def test_what_would_keep_a_reader_waiting_is_bounded() -> None:
    assert question_of(HERE | {"access_minutes": "30"}).options.access_minutes == 30
    with pytest.raises(AccessError) as caught:
        question_of(HERE | {"access_minutes": "31"})
    assert caught.value.problems[0].field == "access_minutes"


def test_usual_percentiles_share_their_options() -> None:
    assert (
        question_of(HERE | {"percentile": "25"}).options == question_of(HERE | {"percentile": "75"}).options
    )


@pytest.mark.parametrize(
    ("given_", "window"),
    [
        ({}, ("7:00", "9:00")),
        ({"from": "8:10"}, ("8:10", "8:10")),
        ({"from": "8:10", "until": ""}, ("8:10", "8:10")),
        ({"until": "8:00"}, ("7:00", "8:00")),
        ({"from": "", "until": ""}, ("7:00", "9:00")),
    ],
)
def test_a_window_or_one_departure(given_: dict[str, str], window: tuple[str, str]) -> None:
    assert question_of(HERE | given_).options.window == window


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(AccessError) as caught:
        question_of(
            {"lon": "abc", "lat": "95", "mode": "boat", "from": "9:00", "until": "7:00", "percentile": "1.5"}
            | {"walk_kmh": "fast", "max": "1000"}
        )
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["lon", "lat", "walk_kmh", "percentile", "mode", "max_minutes", "window"]


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-inf", "1e999", "7,6", "", "\N{ARABIC-INDIC DIGIT SEVEN}e400"]
)
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(AccessError, match="cannot be read"):
        question_of({"lon": text, "lat": "45"})


@given(
    st.dictionaries(
        st.sampled_from(["lon", "lat", "mode", "from", "until", "max", "percentile", "to"]), st.text()
    )
)
def test_any_address_is_read_or_refused(query: dict[str, str]) -> None:
    try:
        asked = question_of(query)
        point_of(query, "to")
    except AccessError as error:
        assert error.problems
        words = in_words(error, Language("it"))
        assert all(problem.message for problem in words.problems)
    else:
        assert -180 <= asked.lon <= 180
        assert 1 <= asked.percentile <= 100


def test_a_point_in_one_parameter() -> None:
    assert point_of({"to": "7.5, 45.2"}, "to") == (7.5, 45.2)
    assert point_of({}, "to") is None
    with pytest.raises(AccessError):
        point_of({"to": "7.5"}, "to")


def test_errors_are_told_in_words_beside_the_fields_of_the_form() -> None:
    error = AccessError(
        "The question cannot be read.",
        [
            Problem("the window ends before it begins", field="window", found="9:00 to 7:00"),
            Problem("out of its limits", field="max_minutes", found="1000", expected="1 to 240"),
            Problem("not a number in its limits", field="lon", found="'abc'"),
            Problem("not a number in its limits", field="lat", found="'abc'"),
        ],
    )
    told = in_words(error, Language("it"))
    assert [problem.field for problem in told.problems] == ["from", "max", "place"]
    assert "finisce prima di cominciare" in told.problems[0].message
    assert told.problems[1].message == "1000 è fuori dai limiti: 1–240."
    assert told.problems[2].message == "Non è un numero valido: abc."
    assert "before it begins" in in_words(error, Language("en")).problems[0].message


def test_an_error_without_words_is_told_as_it_is() -> None:
    told = in_words(AccessError("Something new."), Language("it"))
    assert told.problems[0].message == "La domanda non ha risposta: Something new."
