# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People at the editor of scenarios in a real Chromium: a station from the sheet of an action to who gains by it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_found import grave

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from aumenta.twin.facade import Twin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: A place west of the hub, on the railway of the toy metropolis.
WEST = (9.112, 44.2385)


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own: scenarios are written into it."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("editor") / "twin"
    shutil.copytree(built_toy, folder)
    return open_twin(folder)


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
    context.set_default_timeout(90_000)
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
    assert [c for c in complaints if not any(one in c for one in (*harmless, "403", "422"))] == []
    assert [u for u in asked if not u.startswith((address, "data:", "blob:"))] == []


def begin(page: Page, name: str, action: str = "1.1.1") -> None:
    page.goto(f"/it/nuovo-scenario?action={action}")
    page.get_by_label("Nome dello scenario").fill(name)
    page.get_by_role("button", name="Comincia").click()
    page.wait_for_url("**/modifica")


def kept(page: Page, words: str = "Conservato come bozza") -> None:
    """What was written is at the server, which says so."""
    page.wait_for_function(
        """(words) => !document.querySelector('#draft').dataset.pending
          && document.querySelector('[data-state]').textContent.includes(words)""",
        arg=words,
    )


def pick(page: Page, name: str, text: str) -> None:
    """Choose something there is by its name."""
    own = page.locator(f"fieldset[data-param={name}]")
    own.get_by_role("combobox").fill(text)
    own.get_by_role("option").first.click()
    page.wait_for_function("(name) => document.querySelector(`[name='p.${name}']`).value !== ''", arg=name)


def begun_from_the_sheet(page: Page) -> None:
    """From the sheet of the action to a draft with the parts of a station filled in."""
    page.goto("/it/piano/1.1.1")
    page.get_by_role("link", name="Prova uno scenario").click()
    page.get_by_label("Nome dello scenario").fill("Una stazione a ovest")
    page.get_by_role("button", name="Comincia").click()
    page.wait_for_url("**/scenari/una-stazione-a-ovest/modifica")
    assert page.locator("[data-count]").inner_text() == "1 cosa da correggere"
    page.locator("summary", has_text="Stazione in più").click()
    page.get_by_label("Ferrovia che ha una stazione in più").select_option("R1")
    station = page.locator("fieldset[data-param=station]")
    station.locator("summary").click()
    for field, text in zip(station.locator("details input").all(), WEST, strict=False):
        field.fill(str(text).replace(".", ","))
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector(\"[name='p.station']\").value !== ''")
    pick(page, "after", "giocop")
    pick(page, "before", "altal")
    kept(page, "niente da correggere")


def mended(page: Page) -> None:
    """A problem is seen at its place, reached from the count, mended; another is undone."""
    field = page.get_by_label("Minuti in più per la fermata")
    field.fill("molti")
    page.keyboard.press("Tab")
    problem = page.locator("#problems-extra_minutes .param__problem")
    problem.wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    assert "problems-extra_minutes" in (field.get_attribute("aria-describedby") or "")
    page.locator("[data-count]").click()  # the count leads to the first
    assert page.evaluate("document.activeElement.id") == "field-extra_minutes"
    page.keyboard.press("Control+A")
    page.keyboard.type("1,5")
    page.keyboard.press("Tab")
    kept(page, "niente da correggere")
    assert field.get_attribute("aria-invalid") is None
    assert problem.count() == 0
    assert "R1" in page.locator("[data-changes]").inner_text()
    railway = page.get_by_label("Ferrovia che ha una stazione in più")
    railway.select_option("")
    page.locator(".param__problem").first.wait_for()
    page.keyboard.press("Control+z")  # the choice is no text that is being written
    kept(page, "Annullato")
    assert railway.input_value() == "R1"
    page.get_by_role("button", name="Ripristina").click()
    kept(page, "Ripristinato")
    assert railway.input_value() == ""
    page.get_by_role("button", name="Annulla").click()
    kept(page, "niente da correggere")


def test_a_station_is_added_to_the_railway_and_who_gains_is_read(page: Page, twin: Twin) -> None:
    begun_from_the_sheet(page)
    mended(page)
    page.get_by_role("button", name="Salva e calcola").click()
    page.wait_for_url("**/scenari/una-stazione-a-ovest#scenario-run")
    page.wait_for_selector("#finding", timeout=240_000)
    gains = twin.run_of("una-stazione-a-ovest").who_gains("stations.foot_15")
    whole = float(gains[gains["by"] == "all"]["better"].iloc[0])
    assert whole > 0
    page.goto("/it/scenari/una-stazione-a-ovest?indicator=stations.foot_15")
    page.wait_for_selector("#finding")
    said = page.locator(".scenario-gains tbody tr").first.locator("td.num").first.inner_text()
    assert int(said.replace(".", "")) == round(whole)
    assert twin.runs.load("una-stazione-a-ovest").template == "1.1.1"
    assert page.get_by_role("link", name="Modifica").count() == 1


def test_a_browser_closed_in_the_middle_loses_nothing(chromium: Browser, address: str, page: Page) -> None:
    begin(page, "A metà strada", "2.1.2")
    page.get_by_label("Ettari di ciascuno").fill("7,25")
    page.keyboard.press("Tab")
    kept(page)
    where = page.url
    page.context.clear_cookies()
    page.close()
    other = chromium.new_context(base_url=address)
    again = other.new_page()
    again.goto("/it/scenari")
    again.get_by_role("link", name="A metà strada").click()
    assert again.url == where
    assert again.get_by_label("Ettari di ciascuno").input_value() == "7,25"
    assert again.get_by_role("button", name="Annulla").is_enabled()
    other.close()


def test_another_window_s_change_is_not_written_over(page: Page) -> None:
    begin(page, "Due finestre", "2.1.2")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Ettari di ciascuno").fill("3")
    other.keyboard.press("Tab")
    kept(other)
    other.wait_for_function("() => !document.querySelector('[data-undo]').disabled")
    page.get_by_label("Ettari di ciascuno").fill("4")
    page.keyboard.press("Tab")
    trouble = page.get_by_role("alert")
    trouble.wait_for()
    assert "non è stata accolta" in trouble.inner_text()
    trouble.get_by_role("button", name="altra bozza").click()
    page.wait_for_url("**/modifica?trouble=forked")
    assert page.get_by_label("Ettari di ciascuno").input_value() == "4"
    other.reload()
    assert other.get_by_label("Ettari di ciascuno").input_value() == "3"


def test_a_token_of_before_is_renewed(page: Page) -> None:
    """The server was started again, or hours went by: what is written is taken in all the same."""
    begin(page, "Da ieri", "2.1.2")
    page.context.clear_cookies()
    page.get_by_label("Ettari di ciascuno").fill("6")
    page.keyboard.press("Tab")
    page.wait_for_function("() => !document.querySelector('[data-undo]').disabled")
    assert page.get_by_role("alert").count() == 0
    page.reload()
    assert page.get_by_label("Ettari di ciascuno").input_value() == "6"


@pytest.mark.parametrize("context", [(800, False)], indirect=True, ids=["without scripts"])
def test_without_scripts_everything_can_be_done(page: Page, twin: Twin) -> None:
    begin(page, "Senza script", "2.1.2")
    area = page.locator("[name='p.points']")
    area.fill(json.dumps([{"id": "wood", "name": "Wood", "lon": 9.16}]))
    page.get_by_label("Ettari di ciascuno").fill("0")
    page.get_by_role("button", name="Controlla").click()
    assert page.locator("#problems-points .param__problem").count() == 1
    assert "almeno" in page.locator("#problems-hectares .param__problem").inner_text().lower()
    assert "lon" in area.input_value()  # what was written is still there
    area.fill(json.dumps([{"id": "wood", "name": "Wood", "lon": 9.16, "lat": 44.23}]))
    page.get_by_label("Ettari di ciascuno").fill("2,5")
    page.get_by_role("button", name="Controlla").click()
    page.get_by_role("button", name="Annulla").click()
    assert page.get_by_label("Ettari di ciascuno").input_value() == "0"
    page.get_by_role("button", name="Ripristina").click()
    page.get_by_role("button", name="Salva", exact=True).click()
    page.wait_for_url("**/scenari/senza-script*")
    assert twin.runs.load("senza-script").parameters["hectares"] == 2.5
    page.get_by_role("link", name="Elimina").click()
    page.get_by_role("button", name="Elimina lo scenario").click()
    page.wait_for_url(re.compile(r"/it/scenari$"))
    assert "senza-script" not in twin.runs.ids()


def test_periods_and_assumptions_are_rows_that_come_and_go(page: Page) -> None:
    begin(page, "Righe")
    page.locator("summary", has_text="Fermate della linea nuova").click()
    own = page.locator("fieldset[data-param=service]")
    assert own.locator("[data-row]").count() == 1
    own.get_by_role("button", name="Aggiungi un periodo").click()
    assert page.evaluate("document.activeElement.name") == "p.service.1.from"
    for text in ("22:00", "23:30", "30"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    kept(page)
    page.get_by_role("button", name="Aggiungi un’assunzione").click()
    page.keyboard.type("I binari ci sono")
    page.keyboard.press("Tab")
    kept(page)
    page.reload()
    page.locator("summary", has_text="Fermate della linea nuova").click()
    assert own.locator("[data-row]").count() == 2
    assert page.locator("[name='a.0.text']").input_value() == "I binari ci sono"
    own.locator("[data-remove]").first.click()
    kept(page)
    assert own.locator("[data-row]").count() == 1
    page.get_by_role("button", name="Annulla").click()
    kept(page, "Annullato")
    assert own.locator("[data-row]").count() == 2


@pytest.mark.parametrize("context", [(1280, True), (360, True)], indirect=True, ids=["wide", "narrow"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(page: Page) -> None:
    begin(page, "Accessibile")
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.get_by_label("Minuti in più per la fermata").fill("x")
    page.keyboard.press("Tab")
    page.locator("#problems-extra_minutes .param__problem").wait_for()
    addresses = [
        page.url.split(page.url.split("/it/")[0])[1],
        "/it/nuovo-scenario",
        "/it/nuovo-scenario?action=1.1.1",
        "/it/scenari/valley-on-call/modifica",
        page.url.split(page.url.split("/it/")[0])[1] + "?ask=discard",
    ]
    for number, path in enumerate(addresses):
        if number:
            page.goto(path)
        page.wait_for_load_state("networkidle")
        assert not grave(page), path
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
