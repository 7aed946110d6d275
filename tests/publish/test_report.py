# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The report of a place: its PDF read back with pypdf, its figures against the twin's, its tags, its errors."""

from __future__ import annotations

import html
import io
import itertools
import re
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from aumenta.errors import AumentaError
from aumenta.publish import report as module
from aumenta.publish import report_html, report_parts, report_pdf, write_reports
from aumenta.publish.report_data import Place, Shared, chosen
from aumenta.publish.report_words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from pypdf import PdfReader

    from aumenta.twin.facade import Twin

pytestmark = pytest.mark.slow


def read(content: bytes) -> PdfReader:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(content))


def text_of(reader: PdfReader) -> str:
    """All words, parted by one space: lines break anywhere on paper."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def elements(reader: PdfReader) -> list[Any]:
    """Elements of the tree of tags."""
    found: list[Any] = []

    def walk(item: Any) -> None:
        item = item.get_object()
        if isinstance(item, list):
            for one in item:
                walk(one)
        elif hasattr(item, "get"):
            if "/S" in item:
                found.append(item)
            if "/K" in item and not isinstance(item["/K"], int):
                walk(item["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


@pytest.fixture(scope="session")
def pdfs(shared: Shared) -> dict[str, bytes]:
    """The Italian report of every place of the toy."""
    return {place.id: report_pdf(shared, place, "it") for place in chosen(shared, "all")}


def town(shared: Shared, number: int = 0) -> Place:
    return [place for place in shared.places.values() if place.level == "municipality"][number]


def test_every_place_has_two_pages_with_its_name_and_people(shared: Shared, pdfs: dict[str, bytes]) -> None:
    levels = [shared.places[key].level for key in pdfs]
    assert levels.count("municipality") == 12 and levels.count("zone") == 3
    words = Words("it")
    for key, content in pdfs.items():
        reader, place = read(content), shared.places[key]
        assert len(reader.pages) == 2, place.name
        text = text_of(reader)
        assert place.name in text and words.number(place.people) in text
        assert "None" not in text and "nan" not in text.split()


def test_the_pdf_says_what_pdf_ua_asks_for(shared: Shared) -> None:
    place = town(shared)
    for language, title in (("it", "Scheda di un luogo"), ("en", "Report of a place")):
        reader = read(report_pdf(shared, place, language))
        root = reader.trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert 'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data().decode()
        assert reader.metadata is not None and reader.metadata.title == f"{place.name} – {title}"
        tags = elements(reader)
        kinds = [tag["/S"] for tag in tags]
        assert kinds.count("/H1") == 1 and kinds.count("/Table") == 3
        figures = [tag for tag in tags if tag["/S"] == "/Figure"]
        assert len(figures) == 1 and place.name in figures[0]["/Alt"]
        cells = [tag for tag in tags if tag["/S"] == "/TD"]
        headers = {str(tag["/ID"]) for tag in tags if tag["/S"] == "/TH"}
        told = [{str(name) for name in cell["/A"]["/Headers"]} for cell in cells if "/Headers" in cell["/A"]]
        assert told and all(names <= headers for names in told)


def test_rights_are_the_shares_of_the_twin(shared: Shared, toy_twin: Twin, pdfs: dict[str, bytes]) -> None:
    place, words = town(shared, 3), Words("it")
    rows = report_parts.rights(shared, place, words)
    assert len(rows) == 6
    text = text_of(read(pdfs[place.id]))
    names = [f"right.{right.id}" for right in toy_twin.rights.rights]
    for name, row in zip(names, rows, strict=True):
        values = [
            float(toy_twin.values(f"{name}.{state}", place=place.id)["value"].iloc[0])
            for state in ("met", "not_met", "unknown")
        ]
        assert sum(values) == pytest.approx(100)
        # Where it is known of nobody, no share is written but that one.
        shown = [
            words.percent(value) if values[2] < 99.95 or at == 2 else "–" for at, value in enumerate(values)
        ]
        assert f"{row.name} {' '.join(shown)}" in text


def test_actions_are_those_whose_indicators_are_worse_than_the_metropolis(
    shared: Shared, toy_twin: Twin
) -> None:
    words = Words("en")
    seen = 0
    for place in chosen(shared, "all"):
        expected: dict[str, int] = {}
        for strategy in toy_twin.plan.editorial.values():
            for code, editorial in strategy.actions.items():
                for link in editorial.indicators:
                    one = toy_twin.indicators.get(link.indicator)
                    if one is None or one.direction == "none":
                        continue
                    rows = toy_twin.values(link.indicator, period="latest").set_index("place")["value"]
                    towns = toy_twin.values(link.indicator, level="municipality", period="latest")["value"]
                    own, whole = rows.get(place.id, np.nan), rows.get(shared.whole.id, np.nan)
                    if pd.isna(own) or pd.isna(whole) or towns.sum() == pytest.approx(whole):
                        continue
                    if (own < whole) == (one.direction == "up") and own != whole:
                        expected[code] = expected.get(code, 0) + 1
        rows_, more = report_parts.actions(shared, place, words)
        assert len(rows_) + more == len(expected)
        assert {row.code: len(row.reasons) for row in rows_}.items() <= expected.items()
        counts = [len(row.reasons) for row in rows_]
        assert counts == sorted(counts, reverse=True)
        seen += len(rows_)
    assert seen


def test_what_is_missing_is_said_with_its_reason(
    shared: Shared, toy_twin: Twin, pdfs: dict[str, bytes]
) -> None:
    rows = toy_twin.values("broadband.ftth", level="municipality")
    lost = rows[rows["status"] == "missing"].iloc[0]
    text = text_of(read(pdfs[lost["place"]]))
    assert "Che cosa non si sa" in text and toy_twin.indicators["broadband.ftth"].name.it in text
    reason = toy_twin.reasons[lost["reason"]].it
    assert reason[:1].upper() + reason[1:] in text


def test_a_sum_is_not_set_against_the_metropolis(shared: Shared) -> None:
    assert {"soil.consumed_ha", "demography.population"} <= shared.sums
    assert not {"soil.consumed_share", "broadband.ftth", "income.per_taxpayer"} & shared.sums
    for place in chosen(shared, "all"):
        assert report_parts._against(shared, "soil.consumed_ha", place) == ""


def test_sources_of_the_figures_are_named_with_their_licence(shared: Shared, toy_twin: Twin) -> None:
    place = town(shared)
    text = html.unescape(report_html(shared, place, "en"))
    used = {s for row in toy_twin.values(place=place.id)["source"] for s in row.split()}
    assert used
    for name in used:
        assert f"({toy_twin.sources[name].licence})" in text
    assert toy_twin.build in text and toy_twin.manifest.pack.licence in text


def test_the_same_build_gives_the_same_bytes(shared: Shared, pdfs: dict[str, bytes]) -> None:
    place = town(shared)
    assert report_pdf(shared, place, "it") == pdfs[place.id]
    assert b"CreationDate" not in pdfs[place.id] and b"ModDate" not in pdfs[place.id]


def test_what_does_not_fit_is_left_out_and_counted(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    place = town(shared)
    whole = report_parts.sources
    many = [
        (f"Source number {number} with a long name that fills its line of the page", "CC0")
        for number in range(130)
    ]
    monkeypatch.setattr(report_parts, "sources", lambda *given: many + whole(*given))
    content = report_pdf(shared, place, "en")
    assert len(read(content).pages) == 2
    shown = re.findall(r"(\d+) more indicators are on the page", text_of(read(content)))
    rows, more = report_parts.readings(shared, place, Words("en"), module._TRIES[0][0])
    assert int(shown[0]) > more and rows


def test_html_is_one_file_in_both_languages(shared: Shared) -> None:
    place = town(shared)
    for language in ("it", "en"):
        text = report_html(shared, place, language)
        assert f'<html lang="{language}">' in text and text.count("<h1") == 1
        assert not re.findall(r'(?:src|href)="(?!data:)', text) and "<script" not in text
        heads = re.findall(r"<th[ >][^>]*", text)
        assert heads and all("scope=" in head for head in heads)


def test_names_are_escaped(shared: Shared) -> None:
    odd = Place("x", "municipality", "<b>Rock & Roll</b>", None, None, 1.0, None, None, (1, 2, 3, 4))
    text = report_html(shared, odd, "it")
    assert "<b>" not in text and "&lt;b&gt;Rock &amp; Roll" in text


@pytest.mark.parametrize("wanted", ["", "nowhere at all", "m-9999"])
def test_a_place_that_is_not_there(shared: Shared, wanted: str) -> None:
    with pytest.raises(AumentaError, match="no such place"):
        chosen(shared, wanted)


def test_near_names_are_offered(shared: Shared) -> None:
    name = town(shared).name
    assert chosen(shared, name.upper()) == [town(shared)] == chosen(shared, town(shared).id)
    with pytest.raises(AumentaError) as caught:
        chosen(shared, name[:-1] + "x")
    assert f"is it {name}" in str(caught.value)


def test_files_are_the_same_from_one_process_and_from_two(
    toy_twin: Twin, pdfs: dict[str, bytes], shared: Shared, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    files = write_reports(
        toy_twin, "all", "it", tmp_path, "pdf", 2, lambda done, total, file: told.append((done, total))
    )
    assert [file.read_bytes() for file in files] == list(pdfs.values())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(file.name for file in files)
    assert told == [(number, len(files)) for number in range(1, len(files) + 1)]


def test_the_command_writes_and_refuses(toy_twin: Twin, shared: Shared, tmp_path: Path) -> None:
    import typer
    from typer.testing import CliRunner

    from aumenta.cli import report as command

    app = typer.Typer()
    command.register(app)
    run, name = CliRunner(), town(shared).name
    ask = ["--twin", str(toy_twin.root), "--into", str(tmp_path / "out"), "--format", "html"]
    done = run.invoke(app, [name, *ask, "--lang", "en"])
    assert done.exit_code == 0, done.output
    (file,) = (tmp_path / "out").iterdir()
    assert file.name.endswith(".en.html") and name in file.read_text()
    assert isinstance(run.invoke(app, ["Atlantis", *ask]).exception, AumentaError)
    (tmp_path / "file").write_text("x")
    blocked = run.invoke(app, [name, "--twin", str(toy_twin.root), "--into", str(tmp_path / "file")])
    assert isinstance(blocked.exception, AumentaError)
    assert "cannot be written" in str(blocked.exception)


def test_without_weasyprint_the_command_says_what_to_install(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(AumentaError) as caught:
        report_pdf(shared, town(shared), "it")
    assert "aumenta[report]" in str(caught.value) and "libpango" in str(caught.value)
    assert report_html(shared, town(shared), "it")


def test_a_language_that_is_not_spoken(shared: Shared) -> None:
    with pytest.raises(AumentaError, match="no such language"):
        report_html(shared, town(shared), "fr")


@pytest.mark.parametrize("count", range(1, 8))
def test_the_longest_that_fits_is_found_from_anywhere(count: int) -> None:
    for least, start in itertools.product(range(count + 1), range(count)):
        tried: set[int] = set()

        def fits(number: int, least: int = least, tried: set[int] = tried) -> bool:
            tried.add(number)
            return number >= least

        found = module.longest(fits, count, start)
        assert found == min(least, count - 1) and found in tried
