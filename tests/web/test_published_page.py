# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The page of the plan's figures: every comparison as a row, its reason by number, and a word where there is none."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.twin import Twin
from aumenta.twin.published import PublishedFile, compare_one
from aumenta.web.app import create_app
from aumenta.web.pages import published as page

WHY = {"it": "altro anno", "en": "another year"}
PEOPLE = {"indicator": "demography.population", "level": "metropolis", "place": "toy", "period": "2020"}
FIGURES: list[dict[str, object]] = [
    {"id": "a", "value": 40_000, "line": 7, "reason": WHY, **PEOPLE},
    {"id": "b", "value": 50_100, "line": 8, "reason": WHY, **PEOPLE},
    {"id": "c", "value": 2, "line": 9, "derived": WHY, **PEOPLE, "indicator": None, "count": "axis"},
    {"id": "d", "value": 3, "line": 10, **PEOPLE, "indicator": "demography.happiness"},
]
Get = Callable[[str], str]


@pytest.fixture
def get(toy_twin: Twin, monkeypatch: pytest.MonkeyPatch) -> Get:
    """Pages of the toy metropolis as though its plan had printed four figures."""
    words = {"it": "Cifra <b>", "en": "Figure <b>"}
    figures: list[dict[str, object]] = [
        {"name": words, "unit": {"it": "cose", "en": "things"}, **figure} for figure in FIGURES
    ]
    file = PublishedFile.model_validate({"document": words, "notes": [WHY], "figures": figures})
    twin = Twin(toy_twin.root, toy_twin.folder, toy_twin.manifest)
    monkeypatch.setattr(twin, "published", lambda: [compare_one(twin, one) for one in file.figures])
    monkeypatch.setattr(page, "published_file", lambda _: file)
    client = TestClient(create_app(twin, Settings()), base_url="http://127.0.0.1:8000")

    def told(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200
        return answer.text

    return told


def cells(text: str, figure: str) -> list[str]:
    row = text[text.index(f'<tr id="{figure}">') :].partition("</tr>")[0]
    parts = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", part)).split()) for part in parts]


def test_each_figure_beside_the_twins(get: Get) -> None:
    text = get("/it/metodo/cifre-del-piano")
    assert cells(text, "a") == [
        "Cifra <b> cose",
        "7",
        "40.000 2020",
        "50.000 1 gen 2023",
        "+10.000",
        "+25,0",
        "(1)",
    ]
    assert cells(text, "b")[4:] == ["−100", "−0,2", "(1)"]
    assert cells(text, "c") == ["Cifra <b> cose altro anno", "9*", "2 2020", "2", "0", "0,0", ""]
    assert cells(text, "d")[3:6] == ["– mancante", "–", "–"] and "non l'ha calcolato" in cells(text, "d")[6]
    assert (
        "2 cifre stampate su 3 stanno entro il 5 %" in text and "1 cifra non ha ancora niente accanto" in text
    )
    assert text.count("altro anno") == 3  # how one figure follows, one reason for two figures, one note
    english = get("/en/method/plan-figures")
    assert cells(english, "a")[2:6] == ["40,000 2020", "50,000 Jan 1, 2023", "+10,000", "+25.0"]
    assert 'href="/it/metodo/cifre-del-piano"' in get("/it/metodo")


def test_a_pack_without_figures_says_so(toy_twin: Twin) -> None:
    client = TestClient(create_app(toy_twin, Settings()), base_url="http://127.0.0.1:8000")
    text = client.get("/en/method/plan-figures").text
    assert "published.yaml" in text and "<table" not in text
