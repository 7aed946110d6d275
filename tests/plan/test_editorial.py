# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The Turin pack's own words: complete in both languages, short, not copied, with goals and indicators that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.plan.model import ActionEditorial, StrategyEditorial
from aumenta.plan.pack import editorial_yaml
from aumenta.readings.registry_rights import rights_indicators
from aumenta.store.definitions import load_indicators
from aumenta.store.packs import BUNDLED
from aumenta.store.rights import load_rights
from aumenta.store.yaml_files import validate

FOLDER = BUNDLED / "torino" / "plan" / "editorial"
DOCUMENT = "plan/psm-torino-2021-2023.txt"
LANGUAGES = ("it", "en")

#: How many actions each strategy of the published plan has: 24 strategies, 111 actions.
ACTIONS = {
    "1.1": 5, "1.2": 4, "1.3": 5, "1.4": 5, "1.5": 3, "1.6": 2, "1.7": 4,
    "2.1": 7, "2.2": 6, "2.3": 5, "2.4": 4, "2.5": 6,
    "3.1": 5, "3.2": 7, "3.3": 3, "3.4": 3,
    "4.1": 7, "4.2": 5,
    "5.1": 5, "5.2": 5, "5.3": 4, "5.4": 2,
    "6.1": 3, "6.2": 6,
}  # fmt: skip

#: Small words that stand in almost any text of one language and not in the other.
TELLTALE = {
    "it": "di della delle dei il la le gli e che per con una si è sono dove",
    "en": "the of and to with that for where is are by from it",
}
#: Longest run of words that a text may share with the document.
LONGEST_RUN = 5


@cache
def files() -> dict[str, StrategyEditorial]:
    return {path.stem: validate(StrategyEditorial, path) for path in sorted(FOLDER.glob("*.yaml"))}


def actions() -> Iterator[tuple[str, ActionEditorial]]:
    for notes in files().values():
        yield from notes.actions.items()


def texts() -> Iterator[tuple[str, str, str]]:
    """Every Italian or English text that somebody wrote, as (where, language, text)."""
    for code, notes in files().items():
        yield from ((f"{code} summary", lang, notes.summary.get(lang)) for lang in LANGUAGES)
        yield from ((f"{action} title", "en", title) for action, title in notes.titles_en.items())
    for code, action in actions():
        yield from ((f"{code} summary", lang, action.summary.get(lang)) for lang in LANGUAGES)
        reasons = [(f"goal {goal.goal}", goal.why) for goal in action.sdgs]
        reasons += [(link.indicator, link.why) for link in action.indicators]
        for name, why in reasons:
            yield from ((f"{code} {name}", lang, why.get(lang)) for lang in LANGUAGES)


def words(text: str) -> list[str]:
    """Words in lower case; accents stay, apostrophes and hyphens part words."""
    return re.findall(r"\w+", text.lower())


def runs(text: str, length: int = LONGEST_RUN + 1) -> set[tuple[str, ...]]:
    """All runs of that many words of a text, also with words cut by a line end put together again."""
    found = set()
    for one in (text, re.sub(r"-[ \t]*\n\s*", "", text)):
        every = words(one)
        found |= {tuple(every[i : i + length]) for i in range(len(every) - length + 1)}
    return found


def test_every_action_of_the_plan_is_covered() -> None:
    assert sum(ACTIONS.values()) == 111
    assert {code: len(notes.actions) for code, notes in files().items()} == ACTIONS
    for code, notes in files().items():
        expected = [f"{code}.{number}" for number in range(1, ACTIONS[code] + 1)]
        assert notes.strategy == code
        assert list(notes.actions) == expected
        assert list(notes.titles_en) == expected
        assert all(title.strip() for title in (notes.title_en, *notes.titles_en.values()))


def test_summaries_are_short() -> None:
    wrong = []
    for code, notes in files().items():
        wrong += [(code, lang) for lang in LANGUAGES if not 8 <= len(notes.summary.get(lang).split()) <= 40]
        wrong += [(code, lang) for lang in LANGUAGES if notes.summary.get(lang).count(". ")]
    for code, action in actions():
        wrong += [(code, lang) for lang in LANGUAGES if not 20 <= len(action.summary.get(lang).split()) <= 45]
    assert not wrong


def test_each_language_is_in_its_place() -> None:
    wrong = []
    for where, lang, text in texts():
        if not where.endswith("summary"):
            continue
        own = len(set(TELLTALE[lang].split()).intersection(words(text)))
        other = len(set(TELLTALE["en" if lang == "it" else "it"].split()).intersection(words(text)))
        if own <= other:
            wrong.append((where, lang, text))
    assert not wrong


def test_no_text_stands_for_two_actions() -> None:
    seen = [action.summary.get(lang) for _, action in actions() for lang in LANGUAGES]
    assert len(seen) == len(set(seen)) == 222


def test_texts_are_written_cleanly() -> None:
    for where, _, text in texts():
        assert text == " ".join(text.split()), where
        assert not re.search(r"[<>{}|\\]|https?://", text), where
        assert text[0].isupper() or text[0] in "'\"", where
        if where.endswith("summary"):
            assert text.endswith("."), where


def test_goals_are_one_to_three_with_reason_and_author() -> None:
    for code, action in actions():
        goals = [link.goal for link in action.sdgs]
        assert 1 <= len(goals) <= 3, code
        assert len(set(goals)) == len(goals), code
        assert all(1 <= goal <= 17 for goal in goals), code
        assert all(link.by for link in action.sdgs), code


def test_reasons_of_goals_are_short_in_both_languages() -> None:
    reasons = [(code, link.why.get(lang)) for code, a in actions() for link in a.sdgs for lang in LANGUAGES]
    assert not [(code, why) for code, why in reasons if not 4 <= len(why.split()) <= 20]


def test_reasons_of_goals_are_in_their_language() -> None:
    for code, action in actions():
        for link in action.sdgs:
            assert re.search(r" \((?:traguardo \S+|traguardi \S.* e \S+)\)$", link.why.it), (
                code,
                link.why.it,
            )
            assert re.search(r" \((?:target \S+|targets \S+, \S.*)\)$", link.why.en), (code, link.why.en)
            english, italian = set(words(link.why.en)), set(words(link.why.it))
            assert not italian & set(TELLTALE["en"].split()), (code, link.why.it)
            assert not english & (set(TELLTALE["it"].split()) - {"per", "a"}), (code, link.why.en)


def test_targets_named_in_a_reason_belong_to_its_goal_and_are_the_same_in_both_languages() -> None:
    for code, action in actions():
        for link in action.sdgs:
            named = {
                lang: re.findall(r"\b(\d{1,2})\.(\d{1,2}|[a-d])\b", link.why.get(lang)) for lang in LANGUAGES
            }
            assert named["it"] == named["en"] != [], (code, link.why)
            assert {int(goal) for goal, _ in named["it"]} == {link.goal}, (code, link.why)


def test_indicators_exist_and_are_explained() -> None:
    known = {*load_indicators(), *(one.id for one in rights_indicators(load_rights()))}
    linked = [(code, link) for code, action in actions() for link in action.indicators]
    assert linked
    assert not [(code, link.indicator) for code, link in linked if link.indicator not in known]
    assert all(link.by and link.why.it and link.why.en for _, link in linked)
    assert len({(code, link.indicator) for code, link in linked}) == len(linked)


@pytest.mark.parametrize("code", sorted(ACTIONS))
def test_files_are_canonical(code: str) -> None:
    path = FOLDER / f"{code}.yaml"
    assert path.read_text(encoding="utf-8") == editorial_yaml(files()[code])


@pytest.mark.shared
def test_the_documents_actions_are_those_covered(shared_dir: Path) -> None:
    document = (shared_dir / DOCUMENT).read_text(encoding="utf-8")
    printed = set(re.findall(r"^\s*azione (\d+\.\d+\.\d+)\b", document, re.MULTILINE))
    assert printed == {code for code, _ in actions()}


@pytest.mark.shared
def test_no_text_repeats_six_words_of_the_document(shared_dir: Path) -> None:
    printed = runs((shared_dir / DOCUMENT).read_text(encoding="utf-8"))
    copied = [
        (where, " ".join(run))
        for where, _, text in texts()
        if not where.endswith("title")
        for run in sorted(runs(text) & printed)
    ]
    assert not copied


def test_a_copied_run_is_found_across_lines_and_cuts() -> None:
    document = "Il treno torna nella val-\nle ogni mezz'ora, fino\nalla stazione di testa."
    assert runs("dice che il treno torna nella valle ogni giorno") & runs(document)
    assert runs("OGNI MEZZ'ORA FINO ALLA STAZIONE") & runs(document)
    assert not runs("il treno torna nella valle ma di rado") & runs(document)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=6, max_size=30), st.data())
def test_any_six_words_in_a_row_are_found(document: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(document) - 6))
    copied = document[start : start + 6]
    assert runs(" x ".join(["", " ".join(copied), ""])) & runs("\n".join(document)) == {tuple(copied)}
