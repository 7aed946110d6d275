# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A person at the plan, in a real Chromium; and every page of the table tried with axe-core, wide and narrow."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_found import grave

from aumenta.web.routes import PAGES, page_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from aumenta.twin.facade import Twin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: An answer that the twin, which is only read, does not have; what one looks like is tried with the pages of siting.
UNANSWERED = {"siting_answer": {"what": "1.2.1"}}


class Visitor:
    """A page of the browser that notes what should not happen: foreign requests, errors, refusals of the policy."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda r: None if _own(r.url, self.address) else self.foreign.append(r.url))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, path


def _own(url: str, address: str) -> bool:
    return url.startswith((address + "/", "data:", "blob:"))


@pytest.fixture
def visitor(chromium: Browser, large_address: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody at a wide screen, or as the test says: width, scripts."""
    width, scripts = getattr(request, "param", (1280, True))
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="it-IT"
    )
    visitor = Visitor(context.new_page(), large_address)
    yield visitor
    context.close()
    assert not visitor.foreign
    assert not visitor.errors


def test_a_person_finds_action_3_2_1(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/")
    assert page.url.endswith("/it/")
    page.get_by_role("navigation", name="Principale").get_by_role("link", name="Piano").click()
    page.get_by_label("Parole o un codice").fill("rete ferroviaria")
    page.keyboard.press("Enter")
    page.locator(".results").get_by_role("link", name="3.2.1").click()
    assert page.locator("h1").inner_text() == "Estendere la rete ferroviaria metropolitana"
    assert page.url.endswith("/it/piano/3.2.1")
    assert page.locator(".line").count() > 5


def test_filters_and_picture_lead_to_the_same_action(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano")
    page.get_by_label("Asse", exact=True).select_option("3")
    page.get_by_role("button", name="Cerca").click()
    assert page.locator(".results li").count() == 18
    assert page.locator(".icicle__action:not(.is-dimmed)").count() == 18
    page.locator(".icicle a[href$='/3.2.1']").click()
    page.wait_for_url("**/it/piano/3.2.1")


def test_the_plan_is_read_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.icicle') !== null"):
            break
    shown = page.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).stroke")
    assert shown == "rgb(255, 153, 0)"
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/piano/1")


def test_language_switches_on_the_same_page_and_is_remembered(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano/3.2.1")
    page.get_by_role("navigation", name="Lingua").get_by_role("link", name="EN").click()
    page.wait_for_url("**/en/plan/3.2.1")
    assert page.locator("html").get_attribute("lang") == "en"
    visitor.go("/")
    assert page.url.endswith("/en/")


def test_where_do_you_live(visitor: Visitor, toy_twin: Twin) -> None:
    page = visitor.page
    towns = toy_twin.places(level="municipality")
    identifier, name = str(towns["id"].iloc[3]), str(towns["name"].iloc[3])
    visitor.go("/it/")
    page.get_by_label("Dove abiti?").fill(name.upper())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/it/luoghi/{identifier}")
    assert name in page.locator("h1").inner_text()


def test_the_defects_are_taken_home(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano/difetti")
    rows = page.locator(".defects tbody tr").count()
    while page.get_by_role("link", name="Altre righe").count():
        page.get_by_role("link", name="Altre righe").click()
        rows += page.locator(".defects tbody tr").count()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    with download.value.path().open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == rows > 60


def test_a_square_of_the_matrix_shows_its_pairs(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano/legami")
    square = page.get_by_role("link", name="2.2 – 3.2:")
    number = int(square.inner_text())
    square.click()
    page.wait_for_url("**one=2.2&other=3.2**")
    assert page.locator(".pairs tbody tr").count() == min(number, 25)


@pytest.mark.parametrize("visitor", [(360, False)], indirect=True)
def test_without_scripts_on_a_narrow_screen(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano")
    assert page.get_by_role("navigation", name="Principale").get_by_role("link", name="Dati").is_visible()
    page.get_by_label("Parole o un codice").fill("3.2.1")
    page.get_by_role("button", name="Cerca").click()
    assert page.locator(".results li").count() == 1
    page.locator(".results a").first.click()
    assert page.url.endswith("/it/piano/3.2.1")


@pytest.mark.parametrize("visitor", [(360, True)], indirect=True)
def test_the_menu_folds_on_a_narrow_screen(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano")
    link = page.get_by_role("navigation", name="Principale").get_by_role("link", name="Dati")
    button = page.get_by_role("button", name="Menu")
    assert not link.is_visible()
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert link.is_visible()
    link.focus()
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert page.evaluate("document.activeElement.className") == "site-menu"


def test_words_of_the_picture_stay_in_their_boxes(visitor: Visitor) -> None:
    visitor.go("/it/piano")
    visitor.page.evaluate("document.fonts.ready")
    outside = visitor.page.evaluate(
        """[...document.querySelectorAll('.icicle a')].filter((a) => {
             const box = a.querySelector('rect').getBBox();
             return [...a.querySelectorAll('text')].some((t) => {
               const b = t.getBBox();
               return b.x < box.x || b.x + b.width > box.x + box.width + 0.5;
             });
           }).map((a) => a.getAttribute('aria-label'))"""
    )
    assert not outside


def test_print_leaves_out_what_paper_cannot_do(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/it/piano/3.2.1")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Principale").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".entries").first.is_visible()


@pytest.fixture(scope="module", params=[1280, 360], ids=["wide", "narrow"])
def walker(chromium: Browser, toy_address: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody who goes from page to page of the toy metropolis in one window."""
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, locale="it-IT")
    yield Visitor(context.new_page(), toy_address)
    context.close()


@pytest.mark.parametrize("page_id", [page.id for page in PAGES])
def test_axe_finds_nothing_serious(walker: Visitor, page_id: str, toy_twin: Twin) -> None:
    """Every page of the toy metropolis: Italian on a wide screen, English on a narrow one, which it must fit."""
    visitor = walker
    visitor.foreign.clear()
    visitor.errors.clear()
    assert visitor.page.viewport_size is not None
    width = visitor.page.viewport_size["width"]
    place = str(toy_twin.places(level="municipality")["id"].iloc[0])
    code = {"axis": "1", "strategy": "1.1", "action": "1.1.1"}.get(page_id, "")
    named = {"code": code, "place": place, "measure": "broadband", "scenario": "valley-on-call"}
    named["answer"] = "0123456789abcdef"
    visitor.go(page_path(page_id, "it" if width > 800 else "en", UNANSWERED.get(page_id), **named))
    visitor.page.wait_for_load_state("networkidle")
    assert not grave(visitor.page)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not visitor.foreign
    assert not visitor.errors


@pytest.mark.parametrize("path", ["/it/piano?q=ferrovia", "/en/plan/3.2.1"])
def test_axe_finds_nothing_serious_on_the_plan_at_its_real_size(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    visitor.page.wait_for_load_state("networkidle")
    assert not grave(visitor.page)
