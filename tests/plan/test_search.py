# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Search: what is found, in which order, through which filters, and how fast."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.plan.pack import load_plan
from aumenta.plan.search import SearchIndex, facets, search
from aumenta.plan.words import edit_distance, folded, words
from aumenta.store.packs import BUNDLED

TOY = load_plan(BUNDLED / "toy" / "plan")
INDEX = SearchIndex(TOY)


def codes(query: str = "", **filters: str) -> list[str]:
    return [result.code for result in INDEX.search(query, **filters)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("ferrovia della valle", "1.1.1"),
        ("FERROVIA", "1.1.1"),
        ("biodiversita", "2.1.2"),
        ("Biodiversità", "2.1.2"),
        ("l'inclusione e coesione", "1.2.1"),
        ("dell’energia", "2.1.1"),
        ("stazione", "1.1.3"),
        ("stazion", "1.1.3"),
        ("woods", "2.1.2"),
        ("Erasmus+", "1.2.2"),
        ("OSd5", "1.2.1"),
    ],
)
def test_finds(query: str, first: str) -> None:
    assert codes(query)[0] == first


def test_every_word_must_be_there_and_whole_words_come_first() -> None:
    assert codes("ferrovia zebra") == []
    assert codes("zebra") == []
    assert set(codes("treno valle")) <= set(codes("treno")) & set(codes("valle"))


def test_codes_find_what_lies_under_them() -> None:
    assert codes("1.1") == ["1.1.1", "1.1.2", "1.1.3"]
    assert codes("1.1.2") == ["1.1.2"]
    assert codes("2.") == ["2.1.1", "2.1.2"]
    assert codes("7") == []


def test_filters_alone_and_together() -> None:
    assert codes(axis="2") == ["2.1.1", "2.1.2"]
    assert codes(actor="Ferrovie di Valle") == ["1.1.1", "1.1.3", "2.1.1"]
    assert codes(programme="LIFE") == ["1.1.1", "2.1.1", "2.1.2"]
    assert codes(framework="sdg:11") == ["1.1.1", "1.1.3"]
    assert codes(framework="pnrr:2") == ["1.1.1"]
    assert codes(instrument="Piano territoriale", axis="2") == ["2.1.1", "2.1.2"]
    assert codes("boschi", axis="1") == []
    assert codes("stazioni", axis="1")[0] == "1.1.3"
    assert codes(actor="nobody") == []


def test_results_say_where_and_are_limited() -> None:
    result = INDEX.search("casa della salute")[0]
    assert result.code == "1.2.1"
    assert "title" in result.found_in
    assert result.title_en == "Houses of health"
    assert len(INDEX.search("", limit=3)) == 3


def test_facets_count_what_the_filter_keeps() -> None:
    for pack in (TOY, load_plan(BUNDLED / "torino" / "plan")):
        index = SearchIndex(pack)
        for name, entries in index.facets.items():
            for facet in entries[:40]:
                assert len(index.search(**{name: facet.value}, limit=1000)) == facet.count  # type: ignore[arg-type]
    assert [f.value for f in facets(TOY)["axis"]] == ["1", "2"]
    assert facets(TOY)["axis"][0].label.en == "A close metropolis"


def test_the_convenience_is_the_index() -> None:
    assert search(TOY, "fibra", axis="1") == INDEX.search("fibra", axis="1")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_any_query_gives_an_ordered_answer(query: str) -> None:
    results = INDEX.search(query)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)
    assert len({r.code for r in results}) == len(results)


def test_every_action_is_found_by_its_title() -> None:
    plan = load_plan(BUNDLED / "torino" / "plan")
    index = SearchIndex(plan)
    for action in plan.actions:
        assert action.code in [r.code for r in index.search(action.title)][:3], action.title


def test_a_search_of_the_large_plan_takes_less_than_twenty_milliseconds() -> None:
    index = SearchIndex(load_plan(BUNDLED / "torino" / "plan"))
    queries = [
        "stazioni",
        "energia rinnovabile",
        "a",
        "regione",
        "scuola montagna",
        "",
        "metropolitan digital",
    ]
    best = []
    for query in queries:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            index.search(query)
            times.append(time.perf_counter() - start)
        best.append(min(times))
    assert max(best) < 0.020


# --- words -----------------------------------------------------------------------------------------------------


@given(st.text(max_size=30))
def test_folding_keeps_length_when_asked(text: str) -> None:
    assert len(folded(text, keep_length=True)) == len(text)


def brute(a: str, b: str) -> int:
    """Restricted Damerau-Levenshtein by plain recursion over a full table."""
    rows = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            choices = [rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])]
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                choices.append(rows[i - 2][j - 2] + 1)
            rows[i][j] = min(choices)
    return rows[-1][-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 4))
def test_edit_distance_against_the_full_table(a: str, b: str, limit: int) -> None:
    assert edit_distance(a, b, limit) == min(brute(a, b), limit + 1)


def test_words_cut_elisions_and_stopwords() -> None:
    assert words("Un'azione dell'università per l’Isola") == ("azione", "universita", "isola")
