# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The report of a place, asked for on its page: the same bytes as the command writes, HTML where PDF cannot be made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from aumenta.publish import report_html, report_pdf
from aumenta.publish.report_data import share
from aumenta.web import place_reports
from aumenta.web.place_reports import Reports

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin


def test_the_page_offers_the_report_and_it_is_that_of_the_place(client: TestClient, toy_twin: Twin) -> None:
    pytest.importorskip("weasyprint")
    shared = share(toy_twin)
    page = client.get("/it/luoghi/900004").text
    links = re.findall(r'href="(/files/reports/[^"]+)"', page)
    assert links == ["/files/reports/it/900004.pdf", "/files/reports/it/900004.html"]
    pdf, web = (client.get(link) for link in links)
    assert pdf.headers["content-type"] == "application/pdf"
    assert "900004-trottola.it.pdf" in pdf.headers["content-disposition"]
    assert pdf.content == report_pdf(shared, shared.places["900004"], "it")
    assert web.text == report_html(shared, shared.places["900004"], "it")
    zone = client.get("/en/places/z01").text
    assert "/files/reports/en/z01.pdf" in zone


@pytest.mark.parametrize("path", ["/it/luoghi/toy", "/it/luoghi/hill"])
def test_places_without_a_report_offer_none(client: TestClient, path: str) -> None:
    assert "/files/reports/" not in client.get(path).text


@pytest.mark.parametrize("name", ["it/nowhere.pdf", "it/toy.pdf", "de/900004.pdf", "it/900004.docx"])
def test_reports_that_are_not_there(client: TestClient, name: str) -> None:
    assert client.get(f"/files/reports/{name}").status_code == 404


def test_without_weasyprint_there_is_html(toy_twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_reports, "can_pdf", lambda: False)
    monkeypatch.setattr(place_reports, "find_spec", lambda name: None)
    reports = Reports(toy_twin, 1)
    assert reports.offered == ("html",)
    made = reports.file("900004", "en", "pdf")
    assert made.media_type.startswith("text/html") and made.download == "900004-trottola.en.html"


def test_who_waits_too_long_for_a_turn_is_told(client: TestClient, toy_twin: Twin) -> None:
    from starlette.exceptions import HTTPException

    reports = Reports(toy_twin, 0.01)
    with reports._turn, pytest.raises(HTTPException) as caught:
        reports.file("900004", "it", "html")
    assert caught.value.status_code == 503
    assert reports.file("900004", "it", "html").content
