# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Languages: nothing untranslated, same placeholders, numbers as the language writes them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import ServeError
from aumenta.web.catalogues import sources, untranslated
from aumenta.web.i18n import LOCALES, Language, choose_language, load_translations
from aumenta.web.numbers import full, percent, period, rounded, significant

IT, EN = Locale.parse("it"), Locale.parse("en")


def test_every_string_of_the_pages_is_translated() -> None:
    lacking = [f"{s.file}:{s.line}: {s.message}" for s in untranslated("it")]
    assert len({s.message for s in sources()}) > 150
    assert not lacking


@pytest.mark.parametrize("path", sorted((LOCALES / "it").glob("*.po")), ids=lambda p: p.name)
def test_translations_keep_placeholders(path: Path) -> None:
    names = re.compile(r"%\((\w+)\)s|%\((\w+)\)d|%%")
    with path.open("rb") as stream:
        for message in read_po(stream, locale="it"):
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
            for one, text in zip(ids, texts, strict=True):
                assert set(names.findall(text)) == set(names.findall(one)), message.id


def test_english_is_the_source_and_plurals_work() -> None:
    it, en = Language("it"), Language("en")
    assert en.gettext("Search") == "Search"
    assert it.gettext("Search") == "Cerca"
    one, many = "%(num)d action", "%(num)d actions"
    assert [it.ngettext(one, many, n) for n in (0, 1, 2)] == [
        "%(num)d azioni",
        "%(num)d azione",
        "%(num)d azioni",
    ]
    assert [en.ngettext(one, many, n) for n in (0, 1, 2)] == [many, one, many]


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "own.po").write_text('msgid "a"\nmsgstr "b\nwrong\n', encoding="utf-8")
    with pytest.raises(ServeError) as error:
        load_translations("it", tmp_path)
    assert "own.po" in str(error.value)


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [
        (None, None, "it"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9,it;q=0.8", "en"),
        (None, "it;q=0.9,en", "en"),
        (None, "de,fr", "it"),
        (None, "en;q=0, it;q=0.1", "it"),
        (None, "en;q=high, it", "it"),
        ("it", "en", "it"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_of_the_visitor(cookie: str | None, header: str | None, language: str) -> None:
    assert choose_language(cookie, header) == language


@given(st.text(max_size=200))
def test_any_header_gives_a_language(header: str) -> None:
    assert choose_language(None, header) in ("it", "en")


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        (1234.5, "1.234,5", "1,234.5"),
        (2252379, "2.252.379", "2,252,379"),
        (0.061, "0,061", "0.061"),
        (-3.25, "\u22123,25", "\u22123.25"),
        (0, "0", "0"),
        (None, "–", "–"),
        (math.nan, "–", "–"),
        (math.inf, "–", "–"),
    ],
)
def test_numbers_in_full(value: float | None, italian: str, english: str) -> None:
    assert full(value, IT) == italian
    assert full(value, EN) == english


@given(
    st.one_of(st.floats(-1e15, 1e15), st.integers(-(10**15), 10**15), st.decimals(-9999, 9999, places=3)),
    st.sampled_from([None, 0, 1, 2, 3]),
)
def test_numbers_in_full_are_written_as_babel_writes_them(value: float, decimals: int | None) -> None:
    pattern = "#,##0.######" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    for locale in (IT, EN):
        expected = format_decimal(value, format=pattern, locale=locale)
        nothing = not expected.strip("-0.,")
        assert full(value, locale, decimals) == (
            expected.lstrip("-") if nothing else expected.replace("-", "\u2212")
        )


def test_decimals_of_a_table_are_as_asked() -> None:
    assert full(1234.0, IT, 1) == "1.234,0"
    assert full(0.5, EN, 0) in ("0", "1")
    assert full(206.14, IT, 1) == "206,1"
    assert full(-0.02, IT, 1) == "0,0"


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        (2252379, "2,25 milioni", "2.25 million"),
        (27965, "28.000", "28,000"),
        (206.1, "206", "206"),
        (4.7619, "4,76", "4.76"),
        (0.0123456, "0,0123", "0.0123"),
        (999.9, "1.000", "1,000"),
        (12, "12", "12"),
        (0, "0", "0"),
    ],
)
def test_numbers_in_sentences(value: float, italian: str, english: str) -> None:
    assert rounded(value, IT).replace("\u00a0", " ") == italian
    assert rounded(value, EN).replace("\u00a0", " ") == english


@given(st.floats(1e-4, 1e15) | st.floats(-1e15, -1e-4))
def test_sentences_have_at_most_three_significant_figures(value: float) -> None:
    digits = re.sub(r"[^0-9]", "", rounded(value, EN)).strip("0")
    assert 1 <= len(digits) <= 3
    assert math.isclose(significant(value), value, rel_tol=0.005)


@given(st.floats(0, 1))
def test_percentages_have_at_most_three_significant_figures(share: float) -> None:
    text = percent(share, EN)
    assert text.endswith("%")
    assert len(re.sub(r"[^0-9]", "", text).strip("0")) <= 3
    assert math.isclose(float(text.rstrip("%")) / 100, share, rel_tol=0.006, abs_tol=6e-7)


def test_periods_in_words() -> None:
    assert period("2023-01-01", IT) == "1 gen 2023"
    assert period("2023-01-01", EN) == "Jan 1, 2023"
    assert period("2022-01-01/2023-01-01", IT) == "1 gen 2022 – 1 gen 2023"
    assert period("2021", EN) == "2021"
    assert period("2026-06", IT) == "giugno 2026"
    assert period("2026-13", IT) == "2026-13"
