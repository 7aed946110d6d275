# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody compares three actions under a budget in a real Chromium: chosen, computed, weighed, printed."""

from __future__ import annotations

import io
import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_found import grave

from aumenta.portfolio.model import Result
from aumenta.scenario.model import parse_scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from aumenta.twin.facade import Twin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
IDS = ["a-clinic", "b-pharmacy", "c-other-clinic"]
COSTS = {"a-clinic": 5.0, "b-pharmacy": 1.5, "c-other-clinic": 3.0}
PLACES = {
    "a-clinic": ("clinic", 9.2247784, 44.2935457),
    "b-pharmacy": ("pharmacy", 9.0203, 44.1881),
    "c-other-clinic": ("clinic", 9.0203, 44.1881),
}
RIGHT = "health.care"
ADDRESS = f"/it/priorita?s={','.join(IDS)}"


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own with three actions that compete for money."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("priorities") / "twin"
    shutil.copytree(built_toy, folder)
    opened = open_twin(folder)
    for name, (kind, lon, lat) in PLACES.items():
        change: dict[str, Any] = {"kind": "opportunity.add", "id": f"new-{name}", "type": kind, "name": "New"}
        change |= {"lon": lon, "lat": lat}
        words = {"it": f"Prova {name}", "en": f"Trial {name}"}
        opened.runs.save(parse_scenario({"id": name, "territory": "toy", "name": words, "changes": [change]}))
    return opened


@pytest.fixture(scope="module")
def address(twin: Twin, serve: Callable[[Twin], AbstractContextManager[str]]) -> Iterator[str]:
    with serve(twin) as address:
        yield address


@pytest.fixture
def context(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser of somebody's own: width of the screen, scripts."""
    wide, scripts = getattr(request, "param", (1280, True))
    context = chromium.new_context(
        viewport={"width": wide, "height": 900}, base_url=address, java_script_enabled=scripts
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str, harmless: tuple[str, ...]) -> Iterator[Page]:
    """A page that afterwards must have complained of nothing and asked no other host."""
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    page.close()
    assert [c for c in complaints if not any(one in c for one in harmless)] == []
    assert [u for u in asked if not u.startswith((address, "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def result(twin: Twin) -> Result:
    """Every set, whoever computed it: the person of the first test, else this fixture."""
    return twin.portfolio(IDS).run()


def best(result: Result, budget: float) -> tuple[set[str], int]:
    """The set that does most within a budget, by trying them all."""
    met = {frozenset(one.scenarios): one.counts[result.rights.index(RIGHT)][0][0] for one in result.sets}
    every = [set(own) for size in range(4) for own in itertools.combinations(IDS, size)]
    within = [own for own in every if sum(COSTS[one] for one in own) <= budget]
    most = max(met[frozenset(own)] for own in within)
    found = [own for own in within if met[frozenset(own)] == most]
    own = min(found, key=lambda one: sum(COSTS[each] for each in one))
    return own, most - met[frozenset()]


def test_a_person_compares_three_actions_under_a_budget(page: Page, twin: Twin) -> None:
    page.goto("/it/scenari")
    page.get_by_role("link", name="Quali azioni prima?").click()
    for name in IDS:
        page.get_by_label(f"Prova {name}").check()
    assert "scelti: 3" in page.locator("[data-count]").inner_text()
    page.get_by_role("button", name="Confronta").click()
    page.get_by_label("Unità").fill("milioni di euro")
    for name, cost in COSTS.items():
        page.get_by_label(f"Costo: Prova {name}").fill(f"{cost:g}")
    page.get_by_label("Fonte: Prova a-clinic").fill("stima dell'ufficio")
    page.get_by_role("button", name="Usa questi costi").click()
    page.get_by_role("button", name="Avvia il calcolo").click()
    page.locator("progress").wait_for()
    page.reload()  # it goes on at the server
    page.get_by_text("È tutto calcolato: 7 calcoli.").wait_for(timeout=280_000)
    page.locator("#portfolio-effects").wait_for()
    page.get_by_label("Diritto, o una sua condizione").select_option(RIGHT)
    page.get_by_label("Limite di spesa (milioni di euro)").fill("4.5")
    page.get_by_role("button", name="Mostra").click()
    own, gain = best(twin.portfolio(IDS).result(), 4.5)
    title = page.locator("#portfolio-best").inner_text()
    assert gain > 0 and {name for name in IDS if f"Prova {name}" in title} == own
    assert f"+{gain:,} residenti".replace(",", ".") in title
    assert "È dimostrato" in page.locator(".portfolio-proof").inner_text()


def test_tables_are_ordered_at_once_and_the_address_says_so(page: Page, result: Result) -> None:
    page.goto(f"{ADDRESS}&right={RIGHT}")
    table = page.locator("table", has=page.locator("[data-col='alone.all']")).first
    table.locator("thead [data-sort='alone.all']").click()
    shown = [float(one) for one in table.locator("tbody [data-col='alone.all']").evaluate_all(
        "cells => cells.map((cell) => cell.dataset.value)")]  # fmt: skip
    assert shown == sorted(shown, reverse=True) and len(shown) == 3
    assert "sort=alone.all" in page.url
    table.locator("thead [data-sort='alone.all']").click()
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    order = table.locator("tbody th").all_inner_texts()
    page.reload()
    assert (
        page.locator("table", has=page.locator("[data-col='alone.all']"))
        .first.locator("tbody th")
        .all_inner_texts()
        == order
    )


@pytest.mark.parametrize("context", [(1280, False)], indirect=True, ids=["without scripts"])
def test_without_scripts_all_of_it_works(page: Page, result: Result) -> None:
    page.goto(f"{ADDRESS}&right={RIGHT}")
    page.locator("[data-sort='alone.all']").click()
    assert page.locator("th[aria-sort='descending'][data-col='alone.all']").count() == 1
    page.get_by_role("link", name=re.compile(r"^sempre dentro\s*: Prova b-pharmacy")).click()
    assert "Prova b-pharmacy" in page.locator("#portfolio-best").inner_text()
    page.get_by_role("link", name=re.compile(r"^mai\s*: Prova a-clinic")).click()
    assert "Prova a-clinic" not in page.locator("#portfolio-best").inner_text()


def test_the_sheet_fits_a4(page: Page, result: Result) -> None:
    pypdf = pytest.importorskip("pypdf")
    costs = "".join(f"&cost.{name}={cost:g}" for name, cost in COSTS.items())
    page.goto(f"{ADDRESS}&right={RIGHT}&budget=8{costs}&unit=milioni")
    page.get_by_role("link", name="Pagina da stampare").click()
    page.locator("[data-print]").wait_for()
    pdf = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert 1 <= len(pdf.pages) <= 3
    box = pdf.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)
    text = " ".join(one.extract_text() for one in pdf.pages)
    assert "Quali azioni prima?" in text and "Prova c-other-clinic" in text
    assert re.search(r"per ultimo", text) and "Mostra" not in text


@pytest.mark.parametrize("context", [(1280, True), (360, True)], indirect=True, ids=["wide", "narrow"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(page: Page, result: Result) -> None:
    for path in (
        "/it/priorita",
        f"{ADDRESS}&right={RIGHT}&budget=5&cost.a-clinic=5&cost.b-pharmacy=1",
        f"{ADDRESS}&cost.a-clinic=-5&budget=x",
        f"{ADDRESS}&right={RIGHT}&sheet=1",
        "/it/priorita?s=a-clinic,b-pharmacy&runs=2",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert not grave(page), path
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
