# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The page of travel times and its live answers as the server gives them, in both languages, without any script."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator

import numpy as np
import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.twin.facade import Twin
from aumenta.web import map_cells
from aumenta.web.app import create_app
from aumenta.web.i18n import Language
from aumenta.web.reach_places import Named, find, stops
from aumenta.web.reach_service import decode

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def ready(toy_twin: Twin) -> Iterator[TestClient]:
    """A client of pages whose network is loaded."""
    with TestClient(create_app(toy_twin, Settings()), base_url=ADDRESS) as client:
        client.get("/live/reach.bin?lon=10&lat=45")
        until = time.monotonic() + 60
        while 'data-ready="false"' in client.get("/it/raggiungi?max=119").text and time.monotonic() < until:
            time.sleep(0.2)
        yield client


def seat(twin: Twin, place: str = "900001") -> str:
    own = twin.places("municipality").set_index("id").loc[place]
    return f"lon={own.seat_lon:.5f}&lat={own.seat_lat:.5f}"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def rows(html: str, marker: str) -> list[list[str]]:
    """Texts of the cells of every row that holds a marker."""
    found = re.findall(rf"<tr[^>]*{marker}.*?</tr>", html, re.DOTALL)
    return [
        [plain(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in found
    ]


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_page_says_what_is_reached(ready: TestClient, toy_twin: Twin, language: str) -> None:
    path = {"it": "/it/raggiungi", "en": "/en/reach"}[language]
    html = ready.get(f"{path}?place=Giocopoli").text
    header, minutes = decode(
        ready.get(f"/live/reach.bin?{seat(toy_twin)}&place=Giocopoli&lang={language}").content
    )
    assert header["title"] in html
    assert header["text"] in html
    number = Language(language).number
    table = rows(html, "data-class")
    assert len(table) == 8
    assert [row[1] for row in table] == [number(n, 0) for n in header["cells"]]
    within, reached, total = header["sums"][0], header["reached"][0], header["totals"][0]
    people = np.diff([0, *within, reached, total])
    assert [row[2] for row in table] == [number(round(n), 0) for n in people]
    assert sum(header["cells"]) == len(minutes)
    assert {"it": "residenti si raggiungono entro 60 minuti", "en": "are within 60 minutes"}[
        language
    ] in header["title"]


def test_the_first_page_stands_at_the_largest_town(ready: TestClient) -> None:
    html = ready.get("/it/raggiungi").text
    assert "Da Giocopoli, fra le 7:00 e le 9:00" in plain(html)


def test_the_form_answers_without_scripts(ready: TestClient, toy_twin: Twin) -> None:
    query = (
        f"{seat(toy_twin)}&place=Campana&toward=1&mode=bike&from=07:00&until=&date=&access=walk&percentile=50"
    )
    html = ready.get(f"/it/raggiungi?{query}").text
    assert re.search(r"<h1[^>]*>[\d.]+ residenti arrivano a Campana entro 60 minuti in bicicletta</h1>", html)
    assert 'value="bike" checked' in html
    assert '<option value="1" selected>' in html
    picture = re.search(r'<image href="(/files/reach/picture.png[^"]*)"', html)
    assert picture is not None
    answer = ready.get(picture.group(1).replace("&amp;", "&"))
    assert answer.content.startswith(b"\x89PNG")
    assert ready.get("/files/reach/picture.png?lon=x").status_code == 404


def test_a_name_that_is_still_near_keeps_the_point(ready: TestClient, toy_twin: Twin) -> None:
    near, far = seat(toy_twin), seat(toy_twin, "900002")
    assert "Da Giocopoli," in plain(ready.get(f"/it/raggiungi?{near}&place=Giocopoli").text)
    moved = ready.get(f"/it/raggiungi?{far}&place=Giocopoli").text  # typed anew beside the old point
    assert f'name="lon" value="{near.split("&")[0][4:]}"' in moved
    assert "Da qui," in plain(ready.get(f"/it/raggiungi?{far}").text)


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("place=Nessundove", "place", "Nessun luogo si chiama «Nessundove»"),
        ("place=Giocopol&from=09:00&until=07:00", "from", "La fascia finisce prima di cominciare"),
        ("date=1999-01-01", "date", "Gli orari non arrivano a quel giorno"),
        ("lon=2&lat=45", "place", "fuori dal territorio"),
        ("mode=boat", "mode", "Non è una delle scelte: boat"),
    ],
)
def test_errors_stand_at_their_field(ready: TestClient, query: str, field: str, words: str) -> None:
    answer = ready.get(f"/it/raggiungi?{query}")
    assert answer.status_code == 200
    told = re.search(rf'<p[^>]*id="problem-{field}"[^>]*>([^<]*)</p>', answer.text)
    assert told is not None
    assert words in told.group(1)
    assert "hidden" not in told.group(0)


def test_live_answers_refuse_in_json_with_all_problems(ready: TestClient) -> None:
    answer = ready.get("/live/reach.bin?lon=x&lat=45&mode=boat&from=9:00&until=7:00&lang=it")
    assert answer.status_code == 422
    told = answer.json()
    assert [p["field"] for p in told["problems"]] == ["place", "mode", "from"]
    assert all(p["message"] for p in told["problems"])
    english = ready.get("/live/journey.json?lon=10&lat=45").json()
    assert english["problems"][0]["field"] in {"to", "place"}


def test_too_many_at_once_is_said(toy_twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    from aumenta.web import reach_service

    with TestClient(create_app(toy_twin, Settings(max_live=1)), base_url=ADDRESS) as client:
        service = client.app.state.site.prepared["reach"]  # type: ignore[attr-defined]
        service.ready.wait(60)
        with service._place():  # waits for whatever the start has left running
            monkeypatch.setattr(reach_service, "_PATIENCE", 0.01)
            answer = client.get(f"/live/reach.bin?{seat(toy_twin)}&mode=walk&max=33&lang=it")
            page = client.get(f"/it/raggiungi?{seat(toy_twin)}&mode=walk&max=34")
        assert answer.status_code == 503
        assert "calcolando" in answer.json()["summary"]
        assert page.status_code == 503


def test_the_table_as_a_file(ready: TestClient, toy_twin: Twin) -> None:
    query = seat(toy_twin)
    answer = ready.get(f"/live/reach.csv?{query}&lang=it")
    assert 'filename="raggiungi.csv"' in answer.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(answer.text)))
    header, minutes = decode(ready.get(f"/live/reach.bin?{query}").content)
    assert len(table) == 8
    assert sum(int(row["celle"]) for row in table) == len(minutes)
    assert sum(float(row["residenti"]) for row in table) == pytest.approx(header["totals"][0], abs=1)


def test_the_journey_is_told_with_the_page(ready: TestClient, toy_twin: Twin) -> None:
    own = toy_twin.places("municipality").set_index("id").loc["900002"]
    query = f"{seat(toy_twin)}&to={own.seat_lon:.5f},{own.seat_lat:.5f}"
    told = ready.get(f"/live/journey.json?{query}&lang=it").json()
    page = ready.get(f"/it/raggiungi?{query}").text
    assert told["html"].strip() in page
    legs = told["journey"]["legs"]
    assert legs[0]["departure"] <= legs[-1]["arrival"]
    assert told["html"].count('class="reach-leg is-ride"') == told["journey"]["rides"]
    for leg in legs:
        if "vehicle" in leg:
            assert leg["vehicle"]["calls"][0]["name"] in told["html"]
    later = ready.get(f"/live/journey.json?{query}&at=8:30&lang=it").json()
    assert later["journey"]["departure"] == 8.5 * 3600
    wrong = ready.get(f"/live/journey.json?{query}&at=late&lang=it")
    assert wrong.json()["problems"][0]["field"] == "at"


def test_the_other_end_of_a_journey_can_be_typed(ready: TestClient) -> None:
    html = ready.get("/it/raggiungi?place=Giocopoli&goal=Altalena").text
    assert 'class="reach-sum"' in html
    wrong = ready.get("/it/raggiungi?place=Giocopoli&goal=Nessundove").text
    assert re.search(r'id="problem-goal"[^>]*>Nessun luogo si chiama', wrong)


def test_cells_of_the_map_are_those_of_the_answers(ready: TestClient, toy_twin: Twin) -> None:
    layer = map_cells.decode(ready.get("/files/reach/cells.bin").content)
    assert layer.gx.tolist() == toy_twin.grid.gx.tolist()
    assert layer.gy.tolist() == toy_twin.grid.gy.tolist()
    assert layer.values.tolist() == toy_twin.weights.row("people").tolist()
    assert len(layer.header["classes"]) == 8  # type: ignore[arg-type]


def test_names_that_can_be_typed(ready: TestClient, toy_twin: Twin) -> None:
    names = ready.get("/files/reach/places.json").json()
    towns = [one for one in names if one["kind"] == "town"]
    assert {one["name"] for one in towns} == set(toy_twin.places("municipality")["name"])
    served = [one for one in names if one["kind"] == "stop"]
    assert served
    for one in served:
        header, _ = decode(
            ready.get(f"/live/reach.bin?lon={one['at'][0]}&lat={one['at'][1]}&from=8:00").content
        )
        assert header["sums"][0][-1] > 0


def test_a_name_is_found_in_full_or_by_its_only_beginning() -> None:
    names = [
        Named("Ivrea", "town", 7.9, 45.5),
        Named("Ivrea", "stop", 7.8, 45.4),
        Named("Ivozio", "town", 7.0, 45.0),
    ]
    assert find(names, "ivrea").lon == 7.9
    assert find(names, "IVO").name == "Ivozio"
    with pytest.raises(Exception, match="place") as caught:
        find(names, "iv")
    assert "Ivrea, Ivozio" in str(caught.value)


def test_stops_of_one_name_are_one(toy_twin: Twin) -> None:
    found = stops(toy_twin.network)
    assert len({(one.name, round(one.lon, 2), round(one.lat, 2)) for one in found}) == len(found)
    assert {one.name for one in found} <= {str(name) for name in toy_twin.network.timetable.stop_name}  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_twin_without_network_says_what_to_bring(toy_twin: Twin, language: str) -> None:
    bare = Twin(toy_twin.root, toy_twin.folder, toy_twin.manifest.model_copy(update={"network": None}))
    with TestClient(create_app(bare, Settings()), base_url=ADDRESS) as client:
        answer = client.get({"it": "/it/raggiungi", "en": "/en/reach"}[language])
        assert answer.status_code == 200
        assert {"it": "non ha ancora una rete", "en": "has no network yet"}[language] in answer.text
        streets = next(layer for layer in toy_twin.layers if layer.id == "streets")
        assert streets.bring is not None
        assert streets.bring.get(language) in answer.text
        assert client.get("/live/reach.bin?lon=1&lat=1").status_code == 404


def test_a_twin_without_timetable_offers_no_public_transport(toy_twin: Twin) -> None:
    assert toy_twin.manifest.network is not None
    entry = toy_twin.manifest.network.model_copy(update={"modes": []})
    still = Twin(toy_twin.root, toy_twin.folder, toy_twin.manifest.model_copy(update={"network": entry}))
    with TestClient(create_app(still, Settings()), base_url=ADDRESS) as client:
        html = client.get("/it/raggiungi").text
        assert re.search(r'value="transit"[^>]* disabled', html)
        assert re.search(r'value="walk" checked', html)


def test_estimates_say_why(ready: TestClient) -> None:
    html = plain(ready.get("/it/raggiungi").text)
    assert "Strade stimate dalle celle" in html
    assert "stimato" in html
    assert "Un estratto di OpenStreetMap" in html
