# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A person at the map, in a real Chromium: points, clicks, chooses, zooms, switches the language, takes a file home."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_found import grave

from aumenta.web.map_cells import decode, mercator_of_grid

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from aumenta.twin.facade import Twin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MAP = "#map-layout[data-shown='{}']"


def ready(page: Page, shown: str) -> None:
    page.wait_for_selector(MAP.format(shown), timeout=30_000)


def at(page: Page, longitude: float, latitude: float) -> tuple[float, float]:
    """Where a point of the ground is on the screen."""
    page.wait_for_function("() => window.aumentaMap !== undefined")
    spot = [longitude, latitude]
    x, y = page.evaluate("(spot) => { const p = aumentaMap.project(spot); return [p.x, p.y]; }", spot)
    box = page.locator("#map-live canvas").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def centre(twin: Twin, place: str) -> tuple[float, float]:
    own = twin.places("municipality").set_index("id").geometry[place].representative_point()
    return own.x, own.y


def test_a_person_points_at_a_municipality_and_opens_it(page: Page, toy_twin: Twin) -> None:
    page.goto("/it/territorio?indicator=broadband.ftth&level=municipality")
    ready(page, "broadband.ftth/municipality")
    page.mouse.move(*at(page, *centre(toy_twin, "900001")))
    tooltip = page.locator("#map-tooltip")
    tooltip.wait_for(state="visible")
    assert tooltip.inner_text().splitlines() == ["Giocopoli", "90,0\N{NO-BREAK SPACE}% di famiglie"]
    page.mouse.move(*at(page, *centre(toy_twin, "900012")))
    page.wait_for_function("() => document.querySelector('#map-tooltip').innerText.includes('Filastrocca')")
    assert tooltip.inner_text().splitlines() == ["Filastrocca", "mancante", "non determinato dalla fonte"]
    page.mouse.click(*at(page, *centre(toy_twin, "900001")))
    page.wait_for_url("**/it/luoghi/900001")
    assert page.locator("h1").inner_text() == "Giocopoli"


def test_colours_on_the_screen_are_those_of_the_legend(page: Page, toy_twin: Twin) -> None:
    page.goto("/en/territory?indicator=broadband.ftth&level=municipality")
    ready(page, "broadband.ftth/municipality")
    page.wait_for_selector("#map-layout[data-complete]")
    state = json.loads(page.locator("#map-state").get_attribute("data-state") or "")
    shades = page.evaluate(
        """(wanted) => aumentaMap.queryRenderedFeatures({layers: ["places-fill"]}).map(
             (f) => [f.properties.id, f.state.class, f.layer.paint["fill-color"].toString()])""",
        None,
    )
    rows = {
        r.get_attribute("data-place"): r.get_attribute("data-class")
        for r in page.locator("tr[data-place]").all()
    }
    assert len({s[0] for s in shades}) == len(rows)
    for place, klass, colour in shades:
        assert str(klass) == rows[place]
        if klass != 255:
            wanted = [int(state["classes"][klass]["colour"][i : i + 2], 16) / 255 for i in (1, 3, 5)]
            numbers = [float(n) for n in re.findall(r"[\d.]+", colour)][:3]
            shown = [n / 255 for n in numbers] if max(numbers) > 1 else numbers
            assert shown == pytest.approx(wanted, abs=0.01)


def test_choosing_changes_finding_table_map_and_address(page: Page) -> None:
    page.goto("/it/territorio?indicator=broadband.ftth&level=municipality")
    ready(page, "broadband.ftth/municipality")
    before = page.locator("h1").inner_text()
    page.select_option("#map-indicator", "income.per_taxpayer")
    ready(page, "income.per_taxpayer/municipality")
    assert "indicator=income.per_taxpayer" in page.url
    assert page.locator("h1").inner_text() != before
    page.check("input[value=zone]")
    ready(page, "income.per_taxpayer/zone")
    assert page.locator("tr[data-place]").count() == 3
    drawn = page.evaluate(
        "aumentaMap.queryRenderedFeatures({layers: ['places-fill']}).map((f) => f.properties.id)"
    )
    assert set(drawn) == {"z01", "z02", "z03"}
    page.go_back()
    ready(page, "income.per_taxpayer/municipality")
    page.locator(".site-languages a[hreflang=en]").click()
    page.wait_for_url("**/en/territory?indicator=income.per_taxpayer&level=municipality")
    ready(page, "income.per_taxpayer/municipality")
    assert "Territory" in page.title()


def test_cells_open_and_answer_to_the_pointer(page: Page, toy_twin: Twin) -> None:
    page.goto("/en/territory?indicator=demography.population&level=municipality")
    ready(page, "demography.population/municipality")
    page.check("input[value=cell]")
    ready(page, "demography.population/cell")
    cells = toy_twin.cells()
    fullest = cells.loc[cells["pop"].idxmax()]
    page.mouse.move(*at(page, fullest.geometry.x, fullest.geometry.y))
    page.locator("#map-tooltip").wait_for(state="visible")
    lines = page.locator("#map-tooltip").inner_text().splitlines()
    assert lines[1] == f"{fullest['pop']} residents"
    assert lines[2] == "estimated"
    assert page.locator("#map-panel tbody tr").count() == 7
    marks = page.evaluate("window.aumentaMapReady")
    assert marks["cells"] > marks["start"]


def pixels(page: Page, spots: list[tuple[float, float]]) -> list[float]:
    """How light the map is at points of the ground (0 to 255), read from the frame as it is drawn."""
    lightness: list[float] = page.evaluate(
        """(spots) => new Promise((resolve) => {
          const canvas = aumentaMap.getCanvas();
          const gl = canvas.getContext("webgl2");
          const ratio = canvas.width / canvas.clientWidth;
          aumentaMap.once("render", () => resolve(spots.map((spot) => {
            const at = aumentaMap.project(spot);
            const found = new Uint8Array(4);
            gl.readPixels(Math.floor(at.x * ratio), canvas.height - 1 - Math.floor(at.y * ratio), 1, 1,
              gl.RGBA, gl.UNSIGNED_BYTE, found);
            return (found[0] + found[1] + found[2]) / 3;
          })));
          aumentaMap.triggerRepaint();
        })""",
        spots,
    )
    return lightness


def ground(gx: float, gy: float) -> tuple[float, float]:
    """Longitude and latitude of a grid position."""
    x, y = mercator_of_grid(np.array([gx]), np.array([gy]), 250)[0]
    return (x - 0.5) * 360, float(np.degrees(np.arctan(np.sinh((0.5 - y) * 2 * np.pi))))


def test_cells_are_drawn_where_they_lie(page: Page, toy_twin: Twin) -> None:
    """On both sides of an edge of the full, 10 m from it, the map shows the classes of the two cells."""
    page.goto("/en/territory?indicator=fullvoid.full&level=cell")
    ready(page, "fullvoid.full/cell")
    page.wait_for_selector("#map-layout[data-complete]")
    full = toy_twin.cells().set_index(["gx", "gy"])["full"]
    edges = [(x, y) for (x, y), own in full.items() if own and not full.get((x + 1, y), True)]
    gx, gy = edges[len(edges) // 2]
    hide = "['towns', 'zones-line', 'territory-line', 'places-line']"
    page.evaluate(f"for (const l of {hide}) aumentaMap.setLayoutProperty(l, 'visibility', 'none')")
    page.evaluate("(centre) => aumentaMap.jumpTo({center: centre, zoom: 15})", ground(gx + 1, gy + 0.5))
    step = 10 / 250
    inside, outside = pixels(page, [ground(gx + 1 - step, gy + 0.5), ground(gx + 1 + step, gy + 0.5)])
    assert inside < 130
    assert outside > 200


def test_the_browser_reads_cells_as_the_server_wrote_them(page: Page) -> None:
    page.goto("/en/territory?indicator=demography.population&level=cell")
    ready(page, "demography.population/cell")
    module = page.locator("link[rel=modulepreload][href$='map_cells.js']").get_attribute("href")
    read: dict[str, Any] = page.evaluate(
        """async (module) => {
          const { decodeCells, valueOf, place, cellAt } = await import(module);
          const answer = await fetch("/files/cells/demography.population.bin");
          const cells = decodeCells(await answer.arrayBuffer());
          const some = [...cells.gx.keys()].filter((i) => i % 97 === 0);
          return {
            gx: [...cells.gx], gy: [...cells.gy], values: some.map((i) => valueOf(cells, i)), some,
            found: some.map((i) => {
              const p = place(cells.header, cells.gx[i] + 0.5, cells.gy[i] + 0.5);
              return cellAt(cells, p.x, p.y);
            }),
            corners: some.map((i) => {
              const p = place(cells.header, cells.gx[i], cells.gy[i]);
              return [p.x, p.y];
            }),
          };
        }""",
        module,
    )
    layer = decode(page.request.get("/files/cells/demography.population.bin").body())
    assert read["gx"] == layer.gx.tolist()
    assert read["gy"] == layer.gy.tolist()
    assert read["values"] == layer.values[read["some"]].tolist()
    assert read["found"] == read["some"]
    exact = mercator_of_grid(layer.gx[read["some"]].astype(float), layer.gy[read["some"]].astype(float), 250)
    metres = np.hypot(*(np.array(read["corners"]) - exact).T) * 40_075_016
    assert metres.max() < 10


def test_the_keyboard_reaches_every_place_and_shows_it_on_the_map(page: Page) -> None:
    page.goto("/it/territorio?indicator=broadband.ftth&level=municipality")
    ready(page, "broadband.ftth/municipality")
    link = page.locator("tr[data-place='900007'] a")
    link.focus()
    page.wait_for_function(
        "() => aumentaMap.getFeatureState({source: 'places', id: '900007'}).hover === true"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/it/luoghi/900007")


def test_sorting_swaps_the_table_and_keeps_the_focus(page: Page) -> None:
    page.goto("/it/territorio?indicator=broadband.ftth&level=municipality")
    ready(page, "broadband.ftth/municipality")
    page.locator("a[data-panel-link=name]").click()
    page.wait_for_function(
        "() => document.querySelector('th[aria-sort=ascending] a[data-panel-link=name]') === document.activeElement"
    )
    names = page.locator("tr[data-place] th").all_inner_texts()
    assert names == sorted(names)


def test_a_person_takes_the_table_home(page: Page, toy_twin: Twin, tmp_path: Path) -> None:
    page.goto("/it/territorio?indicator=broadband.ftth&level=municipality")
    ready(page, "broadband.ftth/municipality")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Scarica in CSV").click()
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    assert path.name == "broadband.ftth-municipality.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    values = toy_twin.values("broadband.ftth", level="municipality", period="latest").set_index("place")[
        "value"
    ]
    assert {r["id"]: r["value"] for r in rows if not r["value"]} == {
        k: "" for k in values[values.isna()].index
    }
    assert {r["id"]: float(r["value"]) for r in rows if r["value"]} == values.dropna().to_dict()


def test_without_scripts_the_page_still_chooses_draws_and_says(chromium: Browser, toy_address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=toy_address)
    page = context.new_page()
    page.goto("/it/territorio")
    page.select_option("#map-indicator", "broadband.ftth")
    page.check("input[value=zone]", force=True)
    page.get_by_role("button", name="Mostra").click()
    assert "indicator=broadband.ftth&level=zone" in page.url
    assert page.locator("tr[data-place]").count() == 3
    assert page.locator(".map-drawing svg path").count() > 2
    context.close()


@pytest.mark.parametrize("page", [(360, 740)], indirect=True, ids=["narrow"])
@pytest.mark.parametrize("where", ["/it/territorio", "/it/luoghi", "/it/luoghi/z02", "/it/dati", "/it/"])
def test_nothing_runs_over_a_narrow_screen(page: Page, where: str) -> None:
    page.goto(where)
    if "territorio" in where:
        page.wait_for_selector("#map-layout[data-complete]", timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    "where",
    [
        "/it/territorio?indicator=broadband.ftth&level=municipality",
        "/it/territorio?indicator=fullvoid.full&level=cell",
        "/en/places?q=zzz",
        "/it/luoghi/900012",
        "/en/places/z02",
        "/it/dati",
    ],
)
def test_axe_finds_nothing_serious(page: Page, where: str) -> None:
    page.goto(where)
    if "territor" in where:
        page.wait_for_selector("#map-layout[data-complete]", timeout=30_000)
    assert grave(page) == []


def test_the_map_of_the_overview_opens_a_place_and_changes(page: Page) -> None:
    page.goto("/it/")
    page.select_option("#overview-indicator", "broadband.ftth")
    page.wait_for_function("() => document.querySelector('#overview-map h2').textContent.includes('Fibra')")
    assert "map=broadband.ftth" in page.url
    title = page.locator("#overview-map [data-place='900001'] title").text_content()
    assert title == "Giocopoli: 90,0\N{NO-BREAK SPACE}% di famiglie"
    page.locator("#overview-map [data-place='900001']").click()
    page.wait_for_url("**/it/luoghi/900001")
