# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People who ask where to put something, in a real Chromium: from the form to who is still beyond the minutes.

On the toy metropolis; and five health houses in a zone of Turin, on the ground and streets of its bundled data.
"""

from __future__ import annotations

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
Serve = Callable[["Twin"], AbstractContextManager[str]]


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own: answers and scenarios are written into it."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("siting") / "twin"
    shutil.copytree(built_toy, folder)
    return open_twin(folder)


@pytest.fixture(scope="module")
def address(twin: Twin, serve: Serve) -> Iterator[str]:
    with serve(twin) as address:
        yield address


@pytest.fixture
def context(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser of somebody's own: width of the screen, scripts."""
    wide, scripts = getattr(request, "param", (1280, True))
    context = chromium.new_context(
        viewport={"width": wide, "height": 900}, base_url=address, java_script_enabled=scripts
    )
    context.set_default_timeout(120_000)
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


def fill(page: Page, what: str, count: int, within: int, way: str, *places: str) -> None:
    """What a person fills in."""
    page.goto("/it/dove")
    page.get_by_label("Azione del piano").select_option(what)
    page.get_by_role("textbox", name="Quanti").fill(str(count))
    for place in places:
        page.get_by_role("checkbox", name=place, exact=True).check()
    page.get_by_role("radio", name=way).check()
    page.get_by_label("Abbastanza vicino, in minuti").fill(str(within))
    page.get_by_role("radio", name="No, qualcuno manca").check()


def beyond(page: Page) -> list[int]:
    """People beyond the minutes, by row of the table."""
    texts = page.locator(".siting-beyond-table tbody tr td:nth-child(3)").all_inner_texts()
    return [int(re.sub(r"\D", "", text)) for text in texts]


def test_a_person_places_houses_reads_who_is_beyond_and_keeps_them(page: Page, twin: Twin) -> None:
    fill(page, "1.2.1", 2, 20, "A piedi")
    page.get_by_role("button", name="Trova i luoghi").click()
    page.wait_for_url("**/dove/*")
    page.reload()  # what works belongs to the server
    page.wait_for_selector("article.siting")
    heading = page.locator("#beyond-title").inner_text()
    total = int(re.sub(r"\D", "", heading.split(" persone")[0]))
    assert total > 0 and heading.endswith("restano oltre 20 minuti")
    assert abs(sum(beyond(page)) - total) <= 3  # by altitude band, each rounded
    page.get_by_role("link", name="per età").click()
    page.wait_for_url("**by=age**")
    assert abs(sum(beyond(page)) - total) <= 5
    assert page.locator(".siting-site circle").count() >= 2
    assert page.evaluate("document.querySelector('image.siting-cells').getBoundingClientRect().width") > 300
    assert (
        "qualcosa" in page.locator(".siting-words").inner_text()
    )  # the list is not complete, and the answer says it
    page.get_by_label("Nome dello scenario").fill("Due case a piedi")
    page.get_by_role("button", name="Salva come scenario").click()
    page.wait_for_url("**/scenari/due-case-a-piedi")
    assert page.locator("h1").inner_text() == "Due case a piedi"
    assert len(twin.scenario("due-case-a-piedi").scenario.changes) == 2


def test_points_are_drawn_on_the_map_and_taken_away(page: Page) -> None:
    page.goto("/it/dove")
    page.get_by_text("Punti propri").click()
    page.wait_for_selector(".siting-draw[data-ready]")
    box = page.locator(".siting-draw").bounding_box()
    assert box is not None
    for part in (0.45, 0.55):
        page.mouse.click(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
    text = page.get_by_label("Un punto per riga")
    lines = text.input_value().splitlines()
    assert len(lines) == 2 and all(re.fullmatch(r"-?\d+\.\d{5}, -?\d+\.\d{5}", one) for one in lines)
    assert float(lines[0].split(",")[0]) < float(lines[1].split(",")[0])
    page.locator(".siting-pin").first.click()
    assert text.input_value().splitlines() == lines[1:]
    text.fill("999, 0, nowhere")
    assert page.locator(".siting-pin").count() == 0


@pytest.mark.parametrize("context", [(1280, False)], indirect=True)
def test_without_scripts_it_is_asked_and_read_too(page: Page) -> None:
    fill(page, "1.2.1", 400, 20, "A piedi")
    page.get_by_role("button", name="Trova i luoghi").click()
    assert "Più luoghi che candidati" in page.locator("#part-what").inner_text()
    assert page.get_by_role("textbox", name="Quanti").input_value() == "400"
    assert page.get_by_role("radio", name="A piedi").is_checked()  # nothing is lost
    page.get_by_role("textbox", name="Quanti").fill("2")
    page.get_by_role("button", name="Trova i luoghi").click()
    for _ in range(200):
        if page.locator("article.siting").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert "oltre 20 minuti" in page.locator("#beyond-title").inner_text()


@pytest.mark.parametrize("context", [(1280, True), (360, True)], ids=["wide", "narrow"], indirect=True)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(page: Page) -> None:
    fill(page, "1.2.1", 2, 20, "A piedi")
    page.get_by_role("button", name="Trova i luoghi").click()
    page.wait_for_selector("article.siting")
    found = page.url
    for path in (found, found.split("?")[0] + "?by=age", "/it/dove?what=1.2.1&count=400&budget=-1&checked=1#x",
                 "/it/dove/0123456789abcdef?what=1.2.1&count=2"):  # fmt: skip
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_load_state("networkidle")
        assert not grave(page), path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_five_health_houses_in_the_pinerolese(
    chromium: Browser, serve: Serve, built_torino: Path, tmp_path: Path
) -> None:
    from aumenta.twin.facade import open_twin

    (tmp_path / "builds").symlink_to(built_torino / "builds")  # answers are written beside them
    for name in ("current", "pack.json"):
        shutil.copy(built_torino / name, tmp_path / name)
    with serve(open_twin(tmp_path)) as address:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
        context.set_default_timeout(120_000)
        page = context.new_page()
        fill(page, "6.1.2", 5, 30, "In auto", "Pinerolese")
        page.get_by_role("button", name="Trova i luoghi").click()
        page.wait_for_selector("article.siting")
        assert page.locator("h1").inner_text() == "Case della salute: dove metterne 5? (Pinerolese)"
        assert page.locator(".siting-rank").count() == 5
        heading = page.locator("#beyond-title").inner_text()
        assert re.fullmatch(r"[\d.]+ persone restano oltre 30 minuti", heading)
        page.get_by_role("link", name="per comune").click()
        page.wait_for_url("**by=municipality**")
        assert beyond(page)[0] > 0
        context.close()
