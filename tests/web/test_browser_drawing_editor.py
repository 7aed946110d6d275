# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People draw scenarios in a real Chromium: a service on demand for a valley, a new line, with the keyboard alone."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from math import cos, hypot, radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aumenta.scenario.model import load_scenario
from aumenta.web import drawing_answers
from aumenta.web.drawing_data import Lines, Things

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from aumenta.twin.facade import Twin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: Two municipalities of the toy's valley; a third is chosen by name.
UPPER, LOWER = "900011", "900012"


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own: scenarios are written into it."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("drawing") / "twin"
    shutil.copytree(built_toy, folder)
    return open_twin(folder)


@pytest.fixture(scope="module")
def address(twin: Twin, serve: Callable[[Twin], AbstractContextManager[str]]) -> Iterator[str]:
    with serve(twin) as address:
        yield address


@pytest.fixture(params=[(1280, 900)], ids=["wide"])
def page(
    chromium: Browser, address: str, harmless: tuple[str, ...], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page that afterwards must have complained of nothing and asked no other host."""
    wide, tall = request.param
    context = chromium.new_context(viewport={"width": wide, "height": tall}, base_url=address)
    page = context.new_page()
    page.set_default_timeout(60_000)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    context.close()
    assert [c for c in complaints if not any(one in c for one in harmless)] == []
    assert [u for u in asked if not u.startswith((address, "data:", "blob:"))] == []


def begun(page: Page, action: str, name: str = "") -> None:
    """A new draft of an action, with its map drawn."""
    page.goto(f"/it/nuovo-scenario?action={action}")
    if name:
        page.fill("#new-name", name)
    page.get_by_role("button", name="Comincia").or_(page.get_by_role("button", name="Inizia")).click()
    drawn(page)


def drawn(page: Page) -> None:
    page.wait_for_selector("#draft-map[data-ready=true]", timeout=60_000)
    page.wait_for_function("() => aumentaDrawing.map.answered > 1 && aumentaDrawing.map.map.loaded()")
    page.evaluate("() => document.querySelectorAll('.draft-group').forEach((one) => { one.open = true; })")


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a point of the ground is on the screen."""
    page.evaluate(
        "() => document.querySelector('#draft-map').scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    x, y = page.evaluate(
        "(at) => { const p = aumentaDrawing.map.map.project(at); return [p.x, p.y]; }", [lon, lat]
    )
    box = page.locator("#draft-map").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def value(page: Page, name: str) -> Any:
    text = page.locator(f"[name='p.{name}']").input_value()
    return json.loads(text) if text else None


def becomes(page: Page, name: str, fits: Callable[[Any], bool]) -> Any:
    """The value of a parameter once it fits."""
    until = time.monotonic() + 30
    while not fits(found := value(page, name)):
        assert time.monotonic() < until, found
        page.wait_for_timeout(50)
    return found


def many(count: int) -> Callable[[Any], bool]:
    return lambda found: found is not None and len(found) == count


def field(page: Page, name: str) -> Locator:
    return page.locator(f"fieldset[data-param={name}]")


def seat(twin: Twin, place: str) -> tuple[float, float]:
    own = twin.places("municipality").set_index("id").loc[place]
    return float(own.seat_lon), float(own.seat_lat)


def stop_at(twin: Twin, stop: str) -> tuple[float, float]:
    table = twin.network.timetable
    assert table is not None
    at = table.stop_id.tolist().index(stop)
    return float(table.stop_lon[at]), float(table.stop_lat[at])


def kept(page: Page) -> None:
    """What was drawn is with the server."""
    page.wait_for_function(
        "() => /Conservat|Pronto|pronto/.test(document.querySelector('#draft [data-state]').textContent)"
    )


def test_a_service_on_demand_for_a_valley_is_proposed_computed_and_read(page: Page, twin: Twin) -> None:
    begun(page, "1.1.2", "Chiamata in valle")
    field(page, "area").get_by_role("button", name="Sulla mappa").click()
    for town in (UPPER, LOWER):
        page.mouse.click(*spot(page, *seat(twin, town)))
        becomes(page, "area", lambda found, town=town: found and town in found["municipalities"])  # type: ignore[misc]
    page.mouse.click(*spot(page, *seat(twin, LOWER)))  # and away again
    becomes(page, "area", lambda found: found["municipalities"] == [UPPER])
    page.keyboard.press("Escape")
    assert page.evaluate("() => aumentaDrawing.active") is None
    for name in ("filastr", "BIRILLI"):
        page.get_by_role("combobox", name="Aggiungi un comune per nome").fill(name)
        field(page, "area").get_by_role("option").first.click()
    becomes(page, "area", lambda found: len(found["municipalities"]) == 3)
    towns = value(page, "area")["municipalities"]
    page.get_by_role("combobox", name="Aggiungi una fermata per nome").fill("altal")
    page.get_by_role("option", name="Altalena").click()
    becomes(page, "to_stops", many(1))
    page.fill("[name='p.waiting']", "10")
    page.keyboard.press("Tab")
    page.wait_for_function(
        "() => /Altalena: attesa 10 min/.test(document.querySelector('[data-changes]').textContent)"
    )
    page.reload()  # nothing is lost
    drawn(page)
    assert value(page, "area")["municipalities"] == towns
    assert field(page, "area").locator(".picker__item").count() == 3
    page.get_by_role("button", name="Salva e calcola").click()
    page.wait_for_selector("#finding", timeout=240_000)

    scenario = page.url.split("?")[0].split("#")[0].rsplit("/", 1)[1]
    saved = load_scenario(twin.runs.folder / f"{scenario}.yaml")
    assert saved.parameters["area"] == {"municipalities": towns}
    assert (saved.parameters["waiting"], saved.parameters["to_stops"]) == (10, ["altalena"])
    run = twin.run_of(scenario)
    shown = page.locator("#scenario-indicator").input_value()
    chosen = "metropolis90.transit"
    if shown != chosen:
        page.select_option("#scenario-indicator", chosen)
        page.get_by_role("button", name="Mostra").click()
        page.wait_for_selector("#finding")
    gains = run.who_gains(chosen)
    whole = gains[gains["by"] == "all"] if "by" in gains else gains.iloc[:1]
    better = round(float(whole["better"].iloc[0]))
    assert better > 0
    said = page.locator(".scenario-gains tbody tr").first.locator("td.num").first.inner_text()
    assert said.replace(".", "") == str(better)


def test_a_line_with_new_and_old_stops_and_the_minutes_between(page: Page, twin: Twin) -> None:
    begun(page, "1.1.1")
    first, last = stop_at(twin, "altalena"), stop_at(twin, "giocopoli")
    between = ((first[0] + last[0]) / 2, first[1] + 0.02)
    field(page, "stops").get_by_role("button", name="Sulla mappa").click()
    page.mouse.click(*spot(page, *first))
    becomes(page, "stops", many(1))
    page.mouse.click(*spot(page, *between))
    becomes(page, "stops", many(2))
    x, y = spot(page, *last)
    page.mouse.click(x + 6, y - 5)  # close by: the stop is taken all the same
    stops = becomes(page, "stops", many(3))
    assert (stops[0], stops[2]) == ("altalena", "giocopoli")
    assert (stops[1]["lon"], stops[1]["lat"]) == pytest.approx(between, abs=2e-4)
    assert stops[1]["id"] not in twin.network.timetable.stop_id.tolist()  # type: ignore[union-attr]

    field(page, "minutes").get_by_role("button", name="Proponi").click()
    minutes = becomes(page, "minutes", many(2))
    ways = [(first, between), (between, last)]
    for got, (a, b) in zip(minutes, ways, strict=True):
        km = 111.195 * hypot((a[0] - b[0]) * cos(radians(a[1])), a[1] - b[1])
        assert got == max(1, round(km / 50 * 60))
    field(page, "minutes").locator("input").first.fill("4.5")
    page.keyboard.press("Tab")
    becomes(page, "minutes", lambda found: found[0] == 4.5)

    x, y = spot(page, stops[1]["lon"], stops[1]["lat"])
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 8 * step, y - 6 * step)
    page.mouse.up()
    moved = becomes(page, "stops", lambda found: found[1]["lon"] != stops[1]["lon"])[1]
    assert moved["id"] == stops[1]["id"]
    assert moved["lon"] > stops[1]["lon"]
    assert moved["lat"] > stops[1]["lat"]
    assert value(page, "minutes")[0] == 4.5  # what somebody wrote stays until the stop is another
    kept(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Annulla").click()
    becomes(page, "stops", lambda found: found[1] == stops[1])
    page.get_by_role("button", name="Ripristina").click()
    becomes(page, "stops", lambda found: found[1] == moved)
    assert value(page, "minutes")[0] == 4.5
    page.reload()
    drawn(page)
    rows = field(page, "stops").locator(".picker__item .picker__name").all_inner_texts()
    assert [rows[0], rows[2]] == ["Altalena", "Giocopoli"]


def test_with_the_keyboard_alone(page: Page, twin: Twin) -> None:
    begun(page, "1.1.1")
    find = field(page, "stops").get_by_role("combobox")
    find.focus()
    for text in ("aquil", "giocop"):
        page.keyboard.type(text)
        page.wait_for_selector(".picker__offers [role=option]")
        page.keyboard.press("ArrowDown")
        assert find.get_attribute("aria-activedescendant")
        page.keyboard.press("Enter")
    becomes(page, "stops", lambda found: found == ["aquilone", "giocopoli"])
    field(page, "stops").locator("summary").focus()
    page.keyboard.press("Enter")
    lon, lat = seat(twin, "900008")
    for text in (f"{lon:.4f}", f"{lat:.4f}".replace(".", ",")):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    new = becomes(page, "stops", many(3))[2]
    assert (new["lon"], new["lat"]) == pytest.approx((lon, lat), abs=1e-4)
    up = field(page, "stops").locator(".picker__item").nth(2).locator("[data-act=up]")
    up.focus()
    page.keyboard.press("Enter")
    becomes(page, "stops", lambda found: found == ["aquilone", new, "giocopoli"])
    assert page.evaluate("() => document.activeElement.dataset.act") == "up"  # it moved with its stop
    field(page, "stops").locator(".picker__item").nth(1).locator("[data-act=edit]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("Porta nuova")
    page.keyboard.press("Enter")
    becomes(page, "stops", lambda found: found[1]["name"] == "Porta nuova")
    hops = field(page, "minutes").locator("input")
    for at in range(hops.count()):
        hops.nth(at).focus()
        page.keyboard.type(str(3 + at))
        page.keyboard.press("Tab")
    becomes(page, "minutes", lambda found: found == [3, 4])
    field(page, "stops").locator(".picker__item").nth(1).locator("[data-act=remove]").focus()
    page.keyboard.press("Enter")
    becomes(page, "stops", lambda found: found == ["aquilone", "giocopoli"])
    becomes(page, "minutes", lambda found: found is None)  # a hop that nobody gave minutes for
    field(page, "stops").get_by_role("combobox").focus()
    page.keyboard.type("nowhere-at-all")
    page.wait_for_selector(".picker__empty:not([hidden])")


def test_an_area_is_drawn_freely_and_its_corners_moved(page: Page) -> None:
    begun(page, "1.1.2")
    field(page, "area").get_by_role("radio", name="disegnata").check()
    field(page, "area").get_by_role("button", name="Sulla mappa").click()
    box = page.locator("#draft-map").bounding_box()
    assert box is not None
    spot(page, 9.1, 44.2)
    corners = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6)]
    for number, (right, down) in enumerate(corners, start=1):
        box = page.locator("#draft-map").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])
        page.wait_for_function(
            "(n) => document.querySelectorAll('[data-param=area] .picker__item').length === n", arg=number
        )
        assert (value(page, "area") is None) == (number < 3)
    drawn_ = value(page, "area")["polygon"]
    assert len(drawn_) == 3
    x, y = spot(page, *drawn_[2])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y + 5)
    page.mouse.move(x - 60, y + 10)
    page.mouse.up()
    after = becomes(page, "area", lambda found: found["polygon"][2] != drawn_[2])["polygon"]
    assert after[:2] == drawn_[:2]
    assert after[2][0] < drawn_[2][0]
    page.keyboard.press("Backspace")
    becomes(page, "area", lambda found: found is None)
    field(page, "area").get_by_role("radio", name="Comuni").check()
    assert field(page, "area").locator(".picker__item").count() == 0


@pytest.mark.parametrize("page", [(360, 740)], indirect=True, ids=["narrow"])
def test_nothing_is_wider_than_a_narrow_screen(page: Page) -> None:
    begun(page, "1.1.1")
    field(page, "stops").get_by_role("combobox").fill("giocop")
    field(page, "stops").get_by_role("option").first.click()
    becomes(page, "stops", many(1))
    field(page, "stops").get_by_role("button", name="Sulla mappa").click()
    box = page.locator("#draft-map").bounding_box()
    assert box is not None
    assert box["y"] < 740  # it is brought into view
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_ten_thousand_stops_are_asked_as_far_as_one_sees(
    page: Page, twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ManyStops(twin)
    monkeypatch.setattr(drawing_answers.DrawingAnswers, "_transit", lambda self: made)
    start = time.monotonic()
    begun(page, "1.1.1")
    assert time.monotonic() - start < 30  # a few seconds on a quiet machine
    page.wait_for_selector("[data-drawing=more]:not([hidden])")
    assert "Non ci sta tutto" in page.locator("[data-drawing=more]").inner_text()
    field(page, "stops").get_by_role("button", name="Sulla mappa").click()
    at = made.stops.number["many-7"]
    point = [float(made.stops.lon[at]), float(made.stops.lat[at])]
    page.evaluate("(at) => aumentaDrawing.map.map.jumpTo({ center: at, zoom: 15 })", point)
    page.wait_for_function(
        """() => aumentaDrawing.map.map.queryRenderedFeatures({ layers: ['net-stops'] })
          .some((one) => one.properties.id === 'many-7')"""
    )
    page.mouse.click(*spot(page, *point))
    assert becomes(page, "stops", many(1)) == ["many-7"]


class ManyStops:
    """Ten thousand stops spread over the toy, the least used of them number 7, on two hundred lines."""

    def __init__(self, twin: Twin) -> None:
        rng = np.random.default_rng(5)
        west, south, east, north = twin.places().total_bounds
        count = 10_000
        weight = np.arange(count, 0, -1.0)
        weight[7] = 0
        self.stops = Things(
            [f"many-{at}" for at in range(count)],
            [f"Fermata {at}" for at in range(count)],
            ["bus"] * count,
            rng.uniform(west, east, count),
            rng.uniform(south, north, count),
            weight,
        )
        courses = [rng.integers(0, count, 40) for _ in range(200)]
        boxes = [
            [
                self.stops.lon[own].min(),
                self.stops.lat[own].min(),
                self.stops.lon[own].max(),
                self.stops.lat[own].max(),
            ]
            for own in courses
        ]
        names = [f"{at}" for at in range(200)]
        self.lines = Lines(names, names, [""] * 200, ["bus"] * 200, np.full(200, 5), courses, np.array(boxes))

    def lines_at(self, stop: int) -> list[str]:
        """None is told."""
        return []


def test_what_one_writes_as_text_is_not_lost_where_it_is_no_list(page: Page) -> None:
    begun(page, "1.1.1")
    page.evaluate(
        """() => {
          const own = document.querySelector('[data-param=stops]');
          own.querySelector('textarea').value = '{"not": "a list"}';
          own.dispatchEvent(new CustomEvent('param:set', { bubbles: true }));
        }"""
    )
    assert field(page, "stops").locator("textarea").is_visible()
    assert "non si può mostrare" in field(page, "stops").inner_text()
