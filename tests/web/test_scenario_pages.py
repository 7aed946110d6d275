# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of scenarios over a toy twin with one real run: list, progress, who gains, maps, tables, forms refused."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_found import grave

from aumenta.errors import ScenarioError
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.settings import Settings
from aumenta.web.map_classes import NO_CLASS
from aumenta.web.scenario_map import scale_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:8000"
CLINIC = {
    "kind": "opportunity.add",
    "id": "new-clinic",
    "type": "clinic",
    "name": "New",
    "lon": 9.2247784,
    "lat": 44.2935457,
}
FAST = {
    "kind": "line.frequency",
    "line": "none-such",
    "service": [{"from": "6:00", "until": "8:00", "headway": 9}],
}


def scenario(name: str, *changes: dict[str, Any], **more: Any) -> Scenario:
    words = {"it": f"Prova {name}", "en": f"Trial {name}"}
    return parse_scenario({"id": name, "territory": "toy", "name": words, "changes": list(changes), **more})


def token_of(client: TestClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def send(client: TestClient, path: str, token: str | None, **headers: str) -> Any:
    data = {"lang": "en"} | ({"csrf_token": token} if token else {})
    return client.post(path, data=data, headers={"origin": ADDRESS, **headers})


def settled(client: TestClient, path: str, seconds: float = 20) -> str:
    """A page once it no longer says that something is being put together."""
    until = time.monotonic() + seconds
    while "data-watch" in (page := client.get(path).text) and time.monotonic() < until:
        time.sleep(0.1)
    return page


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own with scenarios saved: one that can be run, one that cannot, one that is no scenario."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("scenarios") / "twin"
    shutil.copytree(built_toy, folder)
    opened = open_twin(folder)
    about = [
        {"text": {"it": "Il terreno è libero", "en": "The ground is free"}},
        {"text": {"it": "Due medici", "en": "Two doctors"}, "source": "the office"},
    ]
    opened.runs.save(scenario("a-clinic", CLINIC, actions=["1.1.1"], assumptions=about))
    opened.runs.save(scenario("no-line", FAST))
    (opened.runs.folder / "half.yaml").write_text("schema_version: 1\nid: half\n")
    return opened


@pytest.fixture(scope="module")
def client(twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    with TestClient(create_app(twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def ran(client: TestClient) -> str:
    """Name of a run that was asked for through the pages and has ended."""
    before = client.get("/en/scenarios/a-clinic").text
    assert "Not computed yet" in before
    answer = send(client, "/act/scenarios/a-clinic/run", token_of(client, "/en/scenarios/a-clinic"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/scenarios/a-clinic#scenario-run")
    again = client.get("/it/scenari/a-clinic").text  # a reload, in another language
    assert "data-watch" in again
    until = time.monotonic() + 200
    seen = set()
    while (told := client.get("/live/scenarios/a-clinic.json?lang=en").json())["busy"]:
        seen.add(told["text"].split(" ")[0])
        assert time.monotonic() < until
        time.sleep(0.2)
    assert told["state"] == "done", client.get("/en/scenarios/a-clinic").text
    assert "Being" in seen
    queue: Any = client.app
    records = queue.state.site.twin.runs.records("a-clinic")
    return str(records[-1].run)


def test_scenarios_of_the_pack_and_saved_ones_are_one_list(twin: Twin, tmp_path: Path) -> None:
    known = {one.id: one for one in twin.scenarios()}
    assert {"a-clinic", "no-line", "half"} <= set(known)
    bundled = [one for one in known.values() if one.bundled]
    assert all(one.scenario is not None for one in bundled)
    assert known["half"].error is not None and known["half"].scenario is None
    with pytest.raises(ScenarioError, match="not found"):
        twin.scenario("nowhere")
    with pytest.raises(ScenarioError):
        twin.scenario("../../etc/passwd")
    if bundled:  # a saved one stands over that of the pack, until it is forgotten
        own = bundled[0]
        assert own.scenario is not None and not own.saved
        twin.runs.save(own.scenario.model_copy(update={"actions": []}))
        assert twin.scenario(own.id).scenario.actions == []
        twin.runs.forget(own.id)
        assert twin.scenario(own.id).scenario == own.scenario


def test_the_list_says_what_each_is(client: TestClient) -> None:
    page = client.get("/en/scenarios")
    assert page.headers["cache-control"] == "no-store"
    assert "Trial a-clinic" in page.text and "half" in page.text and "cannot be read" in page.text
    assert 'class="axis-1"' in page.text


def test_what_cannot_be_applied_is_said_and_cannot_be_run(client: TestClient) -> None:
    page = settled(client, "/en/scenarios/no-line")
    assert "none-such" in page and "1 problem stands against" in page
    assert "<strong>change 1, line</strong>: <span>No such line</span>. Found: none-such." in page
    italian = settled(client, "/it/scenari/no-line")
    assert (
        "<strong>modifica 1, linea</strong>: <span>Linea sconosciuta</span>. Trovato: none-such." in italian
    )
    assert "manca questo campo" in settled(client, "/it/scenari/half").lower()
    assert "/act/scenarios/no-line/run" not in page
    assert client.get("/it/scenari/niente").status_code == 404
    assert client.get("/live/scenarios/niente.json").status_code == 404
    token = token_of(client, "/en/scenarios")
    send(client, "/act/scenarios/no-line/run", token)  # all the same, by hand
    until = time.monotonic() + 120
    while client.get("/live/scenarios/no-line.json").json()["busy"] and time.monotonic() < until:
        time.sleep(0.2)
    page = client.get("/en/scenarios/no-line").text
    assert "could not be finished" in page and "No such line" in page
    assert "Linea sconosciuta" in client.get("/it/scenari/no-line").text


def test_forms_are_taken_from_our_own_pages_only(client: TestClient, twin: Twin) -> None:
    from starlette.testclient import TestClient as Other

    from aumenta.web.app import create_app

    path, token = "/act/scenarios/no-line/stop", token_of(client, "/en/scenarios")
    assert send(client, path, None).status_code == 403
    assert send(client, path, token + "x").status_code == 403
    assert send(client, path, token, origin="https://evil.example").status_code == 403
    assert client.get(path).status_code == 405
    assert send(client, "/act/scenarios/niente/run", token).status_code == 404
    assert send(client, path, token).status_code == 303
    beyond = create_app(twin, Settings(host="0.0.0.0"))
    with Other(beyond, base_url=ADDRESS, follow_redirects=False) as other:
        page = other.get("/en/scenarios").text
        assert "csrf_token" not in page and "aumenta scenario run" in page
        assert send(other, path, "any").status_code == 403


def test_a_run_tells_who_gains(client: TestClient, twin: Twin, ran: str) -> None:
    page = settled(client, "/en/scenarios/a-clinic?indicator=city15.complete_known")
    gains = twin.run_of(ran).who_gains("city15.complete_known")
    whole = gains[gains["by"] == "all"].iloc[0]
    number = f"{whole['better']:,.0f}"
    assert "Computed on this twin" in page and "Trial a-clinic" in page
    assert number in page
    title = re.search(r'<h2 id="finding"[^>]*>([^<]+)<', page)
    assert title is not None and "better for" in title.group(1)
    assert "The ground is free" in page and "to be decided" in page and "the office" in page
    assert "Gini" in page and "By zone" in page and "By income" in page
    italian = settled(client, "/it/scenari/a-clinic?indicator=city15.complete_known")
    assert number.replace(",", ".") in italian and "migliora per" in italian
    assert "Prova a-clinic" in settled(client, "/it/scenari")


def test_tables_hold_what_the_run_holds(client: TestClient, twin: Twin, ran: str) -> None:
    run = twin.run_of(ran)
    answer = client.get(f"/files/scenarios/{ran}/people/city15.complete_known.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == len(run.who_gains("city15.complete_known"))
    answer = client.get(f"/files/scenarios/{ran}/places/right.health.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    table = run.difference("right.health.met")
    assert [row["place"] for row in rows] == table["place"].tolist()
    assert client.get(f"/files/scenarios/{ran}/people/no.such.csv").status_code == 404
    assert client.get("/files/scenarios/0000000000000000/people/city15.complete_known.csv").status_code == 404


def test_maps_are_drawn(client: TestClient, ran: str) -> None:
    png = client.get(f"/files/scenarios/{ran}/cells/city15.complete_known.png")
    assert png.content.startswith(b"\x89PNG")
    svg = client.get(f"/files/scenarios/{ran}/map/right.health.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml") and svg.text.count("<path") >= 2


def test_the_sheet_of_the_action_has_its_scenarios(client: TestClient, ran: str) -> None:
    settled(client, "/en/scenarios/a-clinic")
    settled(client, "/en/scenarios")
    sheet = client.get("/en/plan/1.1.1").text
    assert f"/files/scenarios/{ran}/map/" in sheet  # with its map and its one line
    assert re.search(r"(better|certain) for [0-9,]+", sheet)
    assert "What the scenarios would change" in sheet
    assert 'href="/en/scenarios/a-clinic"' in sheet
    assert "Trial a-clinic" not in client.get("/en/plan/1.2.1").text


def test_a_scenario_written_anew_after_its_run_says_so(client: TestClient, twin: Twin, ran: str) -> None:
    kept = twin.runs.load("a-clinic")
    twin.runs.save(kept.model_copy(update={"changes": []}))
    try:
        page = client.get("/en/scenarios/a-clinic").text
        assert "changed after its last run" in page and "Run it again" in page
    finally:
        twin.runs.save(kept)


def test_zero_is_white_and_sides_are_alike(twin: Twin) -> None:
    indicator = twin.indicators["city15.complete_known"]
    change = np.array([-40.0, -1.0, -0.4, 0.0, 0.4, 1.0, 40.0, np.nan, np.nan])
    effect = np.array([2, 2, 0, 0, 0, 1, 1, 4, 1], np.int8)
    scale = scale_of(indicator, change, right=False)
    classes = scale.classes(change, effect).tolist()
    middle = scale.middle
    least = 10.0**-indicator.decimals
    assert scale.colours[middle] == "#f7f7f7"
    for value, klass in zip(change[:7].tolist(), classes[:7], strict=True):
        assert (klass == middle) == (abs(value) < least)
        assert klass == middle or (klass > middle) == (value > 0)
    assert [2 * middle - k for k in reversed(classes[:7])] == classes[:7]
    assert classes[7:] == [NO_CLASS, 2 * middle + 1]


def test_the_link_to_a_view_stays_when_the_scenario_runs_again(
    client: TestClient, twin: Twin, ran: str
) -> None:
    page = settled(client, "/en/scenarios/a-clinic?indicator=city15.complete_known")
    link = f"/en/scenarios/a-clinic?run={ran}&amp;indicator=city15.complete_known"
    assert f'value="{link}"' in page
    kept, later = twin.runs.load("a-clinic"), "0" * 15 + "1"
    finding = re.findall(r'<h2 id="finding"[^>]*>([^<]+)<', page)
    folder = twin.runs.folder / "runs"
    shutil.copytree(folder / ran, folder / later)
    told = json.loads((folder / later / "run.json").read_text())
    (folder / later / "run.json").write_text(json.dumps({**told, "run": later}))
    twin.runs.save(kept.model_copy(update={"changes": []}))
    (folder / later / "scenario.yaml").write_text((twin.runs.folder / "a-clinic.yaml").read_text())
    try:
        now = settled(client, "/en/scenarios/a-clinic?indicator=city15.complete_known")
        assert f"run={later}" in now and "there is a later one" not in now
        linked = settled(client, link.replace("&amp;", "&"))
        assert re.findall(r'<h2 id="finding"[^>]*>([^<]+)<', linked) == finding
        assert f'name="run" value="{ran}"' in linked and f'value="{link}"' in linked
        assert "there is a later one" in linked
        assert 'href="/en/scenarios/a-clinic?indicator=city15.complete_known"' in linked
        assert f"run={ran}" in re.findall(r'data-live="([^"]+)"', linked)[0]
        (twin.runs.folder / "a-clinic.yaml").unlink()  # the scenario goes, its runs stay
        assert "no longer in the list" in settled(client, link.replace("&amp;", "&"))
        assert client.get("/en/scenarios/a-clinic").status_code == 404
    finally:
        shutil.rmtree(folder / later)
        twin.runs.save(kept)
    for wrong in ("0123456789abcdef", "../..", later):
        assert client.get(f"/en/scenarios/a-clinic?run={wrong}").status_code == 404
    assert client.get(f"/en/scenarios/no-line?run={ran}").status_code == 404


def built_again(twin: Twin, folder: Path) -> Path:
    """A copy of a twin with its runs, built once more: another build in use, one input and a setting otherwise."""
    shutil.copytree(twin.root, folder)
    old = folder / "builds" / twin.build
    new = old.with_name("f" * 16)
    shutil.copytree(old, new)
    told = json.loads((new / "twin.json").read_text())
    told |= {"build": new.name, "parameters": {**told["parameters"], "one_more": 7}}
    told["inputs"][0]["sha256"] = "0" * 64
    (new / "twin.json").write_text(json.dumps(told))
    (folder / "current").write_text(new.name + "\n")
    return folder


def test_a_stale_run_is_still_read_and_marked(twin: Twin, ran: str, tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import open_twin
    from aumenta.web.app import create_app

    folder = built_again(twin, tmp_path / "twin")
    opened, path = open_twin(folder), "/en/scenarios/a-clinic?indicator=city15.complete_known"
    assert opened.build == "f" * 16
    gains = twin.run_of(ran).who_gains("city15.complete_known").iloc[0]
    with TestClient(create_app(opened, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        page = settled(client, path)
        assert "of an older build of the twin" in page and f"<code>{twin.build}</code>" in page
        assert f"{gains['better']:,.0f}" in page and "Run it again" in page
        assert opened.manifest.inputs[0].name + " changed" in page and "one_more: – before, 7 now" in page
        assert f"/en/changes?build={twin.build}" in page
        italian = settled(client, path.replace("/en/scenarios", "/it/scenari"))
        assert "di una versione precedente del gemello" in italian
        assert client.get(f"/files/scenarios/{ran}/places/city15.complete_known.csv").status_code == 200
        assert "the twin was built again since" in client.get("/en/scenarios").text
        shutil.rmtree(folder / "builds" / twin.build)
    with TestClient(create_app(open_twin(folder), Settings()), base_url=ADDRESS) as client:
        page = settled(client, path)
        assert "older build" not in page and "Run it again" in page and "finding" not in page
        assert client.get(f"{path}&run={ran}").status_code == 404


def test_the_list_is_chosen_by_action_and_words(client: TestClient, ran: str) -> None:
    names = re.compile(r'<h[23] class="scenario-card__name"><a href="/en/scenarios/([^"]+)"')
    every = names.findall(settled(client, "/en/scenarios"))
    assert len(every) > 4 and "a-clinic" in every
    of_axis = names.findall(settled(client, "/en/scenarios?action=1"))
    assert "a-clinic" in of_axis and "no-line" not in of_axis
    assert "a-clinic" in names.findall(settled(client, "/en/scenarios?action=1.1.1"))
    assert names.findall(settled(client, "/en/scenarios?action=9.9.9")) == every
    assert names.findall(settled(client, "/en/scenarios?q=TRIAL+clinic")) == ["a-clinic"]
    page = settled(client, "/en/scenarios?q=nothing+of+the+sort&sort=gain")
    assert "No scenario passes these filters" in page and f"0 of {len(every)} scenarios" in page
    ordered = names.findall(settled(client, "/en/scenarios?sort=gain"))
    assert ordered[0] == "a-clinic" and sorted(ordered) == sorted(every)  # the only one that ran
    assert names.findall(settled(client, "/en/scenarios?sort=name"))[:2] != every[:2]
    assert names.findall(settled(client, "/en/scenarios?sort=price")) == every
    hostile = client.get("/en/scenarios", params={"q": '"><script>alert(1)</script>', "action": "1'--"})
    assert hostile.status_code == 200 and "<script>alert" not in hostile.text


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_runs_a_scenario_and_reads_who_gains(
    chromium: Browser, twin: Twin, serve: Callable[[Twin], AbstractContextManager[str]]
) -> None:
    """From the list to a scenario, its button, first figures while it goes on, the finding, another indicator."""
    twin.runs.save(scenario("by-hand", {**CLINIC, "id": "by-hand"}))
    errors: list[str] = []
    with serve(twin) as address:
        for width in (1280, 360):
            context = chromium.new_context(viewport={"width": width, "height": 800}, base_url=address)
            page = context.new_page()
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            page.goto("/it/scenari")
            page.get_by_role("link", name="Prova by-hand").click()
            if width == 1280:  # the narrow screen finds what was computed from the wide one
                page.get_by_role("button", name="Calcola").press("Enter")
                page.get_by_role("button", name="Ferma il calcolo").wait_for()
                page.reload()
            page.locator("#finding").wait_for(timeout=200_000)
            assert "residenti" in page.locator("#finding").inner_text()
            page.get_by_role("status").filter(has_text="Calcolato su questo gemello").wait_for(timeout=60_000)
            page.get_by_label("Che cosa cambia").select_option("city15.complete_known")
            page.get_by_role("button", name="Mostra").click()
            page.get_by_role("heading", name="Chi ci guadagna").wait_for()
            for path in ("/it/scenari", "/it/scenari/by-hand?indicator=city15.complete_known"):
                page.goto(path)
                page.wait_for_load_state("networkidle")
                assert grave(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            context.close()
    assert errors == []
