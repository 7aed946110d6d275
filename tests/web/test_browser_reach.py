# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A person asks for travel times in a real Chromium: drags the pin, types a place, reads a journey, shares it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_found import grave

from aumenta.web.reach_service import decode
from aumenta.web.reach_tables import COLOURS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from aumenta.twin.facade import Twin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AT_HOME = "/it/raggiungi?place=Giocopoli&mode=transit&from=07:00&until=09:00"


@pytest.fixture
def harmless(harmless: tuple[str, ...]) -> tuple[str, ...]:
    """Questions that are refused, and a server that is busy, are part of what is tried here."""
    return (*harmless, "status of 422", "status of 503")


def settled(page: Page) -> None:
    """The map is drawn and everything says the question of the form."""
    page.wait_for_selector("#reach.is-drawn", timeout=60_000)
    page.wait_for_selector("#reach[data-settled]", timeout=60_000)


def after(page: Page, act: Callable[[], object]) -> None:
    """Do something and wait until the page has settled anew."""
    page.evaluate("document.getElementById('reach').removeAttribute('data-settled')")
    act()
    settled(page)


def opened(page: Page, address: str) -> None:
    page.goto(address)
    settled(page)


def pin(page: Page) -> tuple[float, float]:
    """Where to take hold of the pin."""
    box = page.locator(".reach-pin").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 14


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a point of the ground is on the screen."""
    x, y = page.evaluate("(at) => { const p = aumentaReach.map.project(at); return [p.x, p.y]; }", [lon, lat])
    box = page.locator("#reach-live").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def seat(twin: Twin, place: str) -> tuple[float, float]:
    own = twin.places("municipality").set_index("id").loc[place]
    return float(own.seat_lon), float(own.seat_lat)


def colour(page: Page, lon: float, lat: float) -> str:
    """Colour of the cells at a point of the ground, read as it is drawn."""
    return str(
        page.evaluate(
            """([lon, lat]) => {
              const { surface, map } = aumentaReach;
              surface.draw();
              const gl = surface.gl;
              const p = map.project([lon, lat]);
              const one = new Uint8Array(4);
              const scale = surface.canvas.width / map.getCanvas().clientWidth;
              gl.readPixels(p.x * scale, surface.canvas.height - p.y * scale, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, one);
              return '#' + [...one.slice(0, 3)].map((v) => v.toString(16).padStart(2, '0')).join('');
            }""",
            [lon, lat],
        )
    )


def counted(page: Page) -> str:
    return page.locator(".reach-counters [data-thing=people][data-band='60']").inner_text()


def test_the_map_and_the_counters_follow_the_pin(page: Page, toy_twin: Twin) -> None:
    opened(page, AT_HOME)
    before = (page.locator("h1").inner_text(), counted(page))
    assert "Da Giocopoli" in before[0]
    home, away = seat(toy_twin, "900001"), seat(toy_twin, "900002")
    assert colour(page, *home) == COLOURS[0]
    x, y = pin(page)
    page.mouse.move(x, y)
    page.mouse.down()
    to_x, to_y = spot(page, *away)
    tip = page.locator(".reach-pin").bounding_box()
    assert tip is not None
    grip = tip["y"] + tip["height"] - y
    answers = page.evaluate("aumentaReach.answers")
    for step in range(1, 21):
        page.mouse.move(x + (to_x - x) * step / 20, y + (to_y - grip - y) * step / 20)
    page.wait_for_function("(n) => aumentaReach.answers > n + 2", arg=answers)
    assert page.locator("h1").inner_text() != before[0]  # while it is dragged
    after(page, page.mouse.up)
    assert "Da qui" in page.locator("h1").inner_text()
    assert counted(page) != before[1]
    assert colour(page, *away) == COLOURS[0]
    query = parse_qs(urlsplit(page.url).query)
    assert float(query["lon"][0]) == pytest.approx(away[0], abs=0.01)
    assert "place" not in query
    header, _ = decode(page.request.get(f"/live/reach.bin?{urlsplit(page.url).query}&lang=it").body())
    assert page.locator("h1").inner_text() == header["title"]
    assert page.locator("tr[data-class='0'] [data-column=cells]").inner_text() == str(header["cells"][0])
    assert page.evaluate("aumentaReach.map.querySourceFeatures('isochrones').length") > 0


def test_the_address_gives_the_same_page_again(page: Page) -> None:
    opened(page, AT_HOME)
    after(page, lambda: page.check("input[value=bike]", force=True))
    after(page, lambda: page.select_option("#reach-toward", "1"))
    first = (page.locator("h1").inner_text(), page.locator(".reach-table").first.inner_text())
    assert "in bicicletta" in first[0]
    assert "mode=bike" in page.url
    page.reload()
    settled(page)
    assert (page.locator("h1").inner_text(), page.locator(".reach-table").first.inner_text()) == first
    assert page.is_checked("input[value=bike]")
    page.locator(".site-languages a[hreflang=en]").click()
    page.wait_for_url(re.compile(r"/en/reach\?.*mode=bike"))
    settled(page)
    assert "by bicycle" in page.locator("h1").inner_text()


def test_a_click_tells_the_journey_leg_by_leg(page: Page, toy_twin: Twin) -> None:
    opened(page, AT_HOME)
    page.mouse.click(*spot(page, *seat(toy_twin, "900002")))
    page.wait_for_selector("#reach-told .reach-sum")
    legs = page.locator("#reach-told .reach-leg").all_inner_texts()
    assert len(legs) >= 3
    assert page.locator("#reach-told .reach-leg.is-ride").count() >= 1
    page.wait_for_function("() => aumentaReach.map.querySourceFeatures('journey').length > 0")
    minutes = page.locator("#reach-told .reach-sum strong").inner_text()
    page.mouse.move(*spot(page, *seat(toy_twin, "900002")))
    page.wait_for_selector("#reach-tooltip:not([hidden])")
    assert page.locator("#reach-tooltip").inner_text().startswith(minutes)
    assert "to=" in page.url
    page.fill("#reach-at", "08:30")
    page.dispatch_event("#reach-at", "change")
    page.wait_for_function("() => document.querySelector('.reach-sum').textContent.includes('8:30')")
    assert "at=08" in page.url
    page.reload()
    settled(page)
    assert "8:30" in page.locator(".reach-sum").inner_text()
    page.locator("[data-reach=close]").click()
    assert page.locator("#reach-journey").is_hidden()
    assert "to=" not in page.url


def test_the_keyboard_alone_moves_the_pin_and_finds_places(page: Page) -> None:
    opened(page, AT_HOME)
    lon = float(parse_qs(urlsplit(page.url).query)["lon"][0])
    page.locator(".reach-pin").focus()
    after(page, lambda: page.keyboard.press("Shift+ArrowRight"))
    assert float(parse_qs(urlsplit(page.url).query)["lon"][0]) == pytest.approx(lon + 2000 / 78_800, rel=0.05)
    page.locator("#reach-place").focus()
    page.keyboard.type("campa")
    page.wait_for_selector("#reach-options li")
    assert page.get_attribute("#reach-place", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#reach-place", "aria-activedescendant") == "reach-options-0"
    after(page, lambda: page.keyboard.press("Enter"))
    assert "Da Campana" in page.locator("h1").inner_text()
    page.locator("#reach-goal").focus()
    page.keyboard.type("giocopoli")
    page.wait_for_selector("#reach-goals li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reach-told .reach-sum")


def test_errors_stand_at_the_field_and_the_last_map_stays(page: Page, toy_twin: Twin) -> None:
    opened(page, AT_HOME)
    before = colour(page, *seat(toy_twin, "900001"))
    title = page.locator("h1").inner_text()
    page.fill("#reach-from", "10:00")
    page.dispatch_event("#reach-from", "change")
    page.wait_for_selector("#problem-from:not([hidden])")
    assert "finisce prima di cominciare" in page.locator("#problem-from").inner_text()
    assert page.get_attribute("#reach-from", "aria-invalid") == "true"
    assert page.locator("h1").inner_text() == title
    assert colour(page, *seat(toy_twin, "900001")) == before

    def mended() -> None:
        page.fill("#reach-from", "06:30")
        page.dispatch_event("#reach-from", "change")

    after(page, mended)
    assert page.locator("#problem-from").is_hidden()
    assert "6:30" in page.locator("h1").inner_text()
    page.fill("#reach-place", "Nessundove")
    page.keyboard.press("Enter")
    page.wait_for_selector("#problem-place:not([hidden])")
    assert "Nessun luogo" in page.locator("#problem-place").inner_text()


def test_a_server_that_is_away_is_tried_again(page: Page) -> None:
    opened(page, AT_HOME)
    page.route(
        "**/live/reach.bin*", lambda route: route.fulfill(status=503, json={"summary": "", "problems": []})
    )
    page.check("input[value=walk]", force=True)
    page.wait_for_selector("[data-problem='']:not([hidden])")
    assert "molte persone" in page.locator("[data-problem='']").inner_text()
    after(page, lambda: page.unroute("**/live/reach.bin*"))
    assert "a piedi" in page.locator("h1").inner_text()
    assert page.locator("[data-problem='']").is_hidden()


def test_without_scripts_the_form_is_answered_with_a_picture(chromium: Browser, toy_address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=toy_address)
    page = context.new_page()
    page.goto("/it/raggiungi")
    page.fill("#reach-place", "Campana")
    page.check("input[value=walk]", force=True)
    page.fill("#reach-goal", "Giocopoli")
    page.get_by_role("button", name="Calcola").click()
    assert "Da Campana" in page.locator("h1").inner_text()
    assert "a piedi" in page.locator("h1").inner_text()
    assert page.locator(".reach-drawing image").count() == 1
    assert page.locator("tr[data-class]").count() == 8
    assert page.locator("#reach-journey").is_visible()
    context.close()


@pytest.mark.parametrize("page", [(360, 740), (1280, 900)], indirect=True, ids=["narrow", "wide"])
@pytest.mark.parametrize(
    "address", ["/it/raggiungi", "/en/reach?place=Giocopoli&goal=Altalena", "/it/raggiungi?lon=1&lat=1"]
)
def test_axe_finds_nothing_serious_and_nothing_runs_over(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#reach.is-drawn", timeout=60_000)
    if "lon=1" not in address:
        settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert grave(page) == []


def test_paper_shows_the_map_with_names(page: Page) -> None:
    opened(page, AT_HOME)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#reach-print").is_visible()
    dark = page.evaluate(
        """async () => {
          const image = document.getElementById('reach-print');
          await image.decode();
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let i = 0; i < data.length; i += 4) if (data[i] < 120 && data[i + 3] === 255) dark += 1;
          return dark / (data.length / 4);
        }"""
    )
    assert 0.01 < dark < 0.9
