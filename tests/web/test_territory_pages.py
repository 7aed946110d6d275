# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pages and files of the territory, of places and of data, as a browser without scripts meets them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import statistics
import time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from aumenta.web.map_cells import decode

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin


def text_of(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text


def rows_of(client: TestClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(client, address), newline="")))


def table_rows(page: str) -> list[dict[str, str]]:
    """`data-` attributes of the rows of the map's table."""
    rows = re.findall(r"<tr (data-place=.*?)>", page)
    return [{k: html.unescape(v) for k, v in re.findall(r'data-([a-z]+)="(.*?)"', row)} for row in rows]


def test_the_map_page_lists_every_municipality_with_its_value(client: TestClient, toy_twin: Twin) -> None:
    page = text_of(client, "/en/territory?indicator=broadband.ftth&level=municipality")
    shown = {row["place"]: row for row in table_rows(page)}
    values = toy_twin.values("broadband.ftth", level="municipality", period="latest").set_index("place")
    assert set(shown) == set(values.index)
    for place, row in values.iterrows():
        if row["status"] == "missing":
            assert shown[str(place)]["class"] == "255"
            assert shown[str(place)]["note"] == toy_twin.reasons[row["reason"]].en
        else:
            assert shown[str(place)]["text"].startswith(f"{row['value']:.1f}")


def test_classes_of_the_table_are_those_of_the_stated_limits(client: TestClient, toy_twin: Twin) -> None:
    rows = table_rows(text_of(client, "/en/territory?indicator=broadband.ftth&level=municipality"))
    limits = toy_twin.indicators["broadband.ftth"].breaks
    for row in rows:
        if row["class"] != "255":
            value = float(row["text"].split("\N{NO-BREAK SPACE}")[0])
            assert int(row["class"]) == sum(value >= limit for limit in limits)


@pytest.mark.parametrize(
    ("query", "indicator", "level"),
    [
        ("indicator=nonsense&level=nonsense", None, "municipality"),
        ("indicator=broadband.ftth&level=cell", "broadband.ftth", "municipality"),
        ("indicator=broadband.ftth&level=zone", "broadband.ftth", "zone"),
        ("indicator=fullvoid.full", "fullvoid.full", "cell"),
        ("indicator=%3Cscript%3E", None, "municipality"),
    ],
)
def test_any_query_gives_a_page(client: TestClient, query: str, indicator: str | None, level: str) -> None:
    page = text_of(client, f"/it/territorio?{query}")
    state = json.loads(html.unescape(re.findall(r"data-state='(.*?)'", page)[0]))
    assert state["level"] == level
    assert indicator in (None, state["indicator"])
    assert "<script>" not in page


def test_the_table_can_be_sorted_both_ways_and_the_missing_stay_last(client: TestClient) -> None:
    up = [
        r["place"] for r in table_rows(text_of(client, "/it/territorio?indicator=broadband.ftth&sort=-value"))
    ]
    rows = table_rows(text_of(client, "/it/territorio?indicator=broadband.ftth&sort=value"))
    numbers = [
        float(r["text"].split("\N{NO-BREAK SPACE}")[0].replace(",", ".")) for r in rows if r["class"] != "255"
    ]
    assert numbers == sorted(numbers, reverse=True)
    assert rows[-1]["class"] == "255"
    assert up[-1] == rows[-1]["place"]
    assert up != [r["place"] for r in rows]


def test_cells_on_the_wire_are_the_cells_of_the_twin(client: TestClient, toy_twin: Twin) -> None:
    cells = toy_twin.cells()
    answer = client.get("/files/cells/demography.population.bin")
    assert answer.headers["content-encoding"] == "gzip"
    layer = decode(answer.content)
    assert np.array_equal(layer.gx, cells["gx"])
    assert np.array_equal(layer.gy, cells["gy"])
    assert np.array_equal(np.nan_to_num(layer.values), cells["pop"])
    assert float(layer.header["error_m"]) < 10  # type: ignore[arg-type]


def test_every_layer_of_cells_has_a_page_a_picture_and_a_table(client: TestClient, toy_twin: Twin) -> None:
    page = text_of(client, "/it/territorio?indicator=fullvoid.full")
    own = re.findall(r'<option value="(cells\.[a-z_]+)"', page)
    assert {"cells.band", "cells.degurba", "cells.height"} <= set(own)
    for layer in [*own, "fullvoid.full", "demography.population"]:
        assert client.get(f"/files/cells/{layer}.png").content.startswith(b"\x89PNG")
        assert len(rows_of(client, f"/files/cells/{layer}.csv")) == len(toy_twin.cells())
        assert "<h1" in text_of(client, f"/en/territory?indicator={layer}&level=cell")
    assert client.get("/files/cells/nothing.bin").status_code == 404


def test_borders_hold_every_place_and_keep_their_area(client: TestClient, toy_twin: Twin) -> None:
    for level in ("municipality", "zone", "band", "metropolis"):
        shown = gpd.GeoDataFrame.from_features(client.get(f"/files/map/{level}.json").json()).set_index("id")
        own = toy_twin.places(level).set_index("id").geometry
        assert set(shown.index) == set(own.index)
        ratio = shapely.area(shown.geometry[own.index].to_numpy()) / shapely.area(own.to_numpy())
        assert 0.99 < ratio.min() <= ratio.max() < 1.01
    assert client.get("/files/map/continent.json").status_code == 404


def test_the_csv_beside_a_map_says_what_the_map_says(client: TestClient, toy_twin: Twin) -> None:
    rows = rows_of(client, "/files/map/broadband.ftth/municipality.csv")
    values = toy_twin.values("broadband.ftth", level="municipality", period="latest")
    assert [r["id"] for r in rows] == sorted(values["place"])
    known = {r["id"]: float(r["value"]) for r in rows if r["value"]}
    assert known == dict(values.dropna(subset="value")[["place", "value"]].itertuples(index=False))
    assert all((r["value"] == "") == (r["status"] == "missing") for r in rows)


# Places


def test_every_place_has_a_page_in_both_languages(client: TestClient, toy_twin: Twin) -> None:
    for place in toy_twin.places().itertuples():
        for address in (f"/it/luoghi/{place.id}", f"/en/places/{place.id}"):
            page = text_of(client, address)
            assert len(re.findall(r"<h1", page)) == 1
    assert client.get("/it/luoghi/000000").status_code == 404


def test_a_place_says_its_values_ranks_and_what_is_missing(client: TestClient, toy_twin: Twin) -> None:
    values = toy_twin.values("broadband.ftth", level="municipality", period="latest").set_index("place")[
        "value"
    ]
    best = str(values.idxmax())
    page = text_of(client, f"/en/places/{best}")
    assert f"1 of {values.notna().sum()}" in page
    worst = str(values[values.isna()].index[0])
    reason = toy_twin.reasons["blank.broadband.ftth_share"].en
    assert reason in text_of(client, f"/en/places/{worst}")
    rows = rows_of(client, f"/files/places/{best}.csv")
    assert {r["level"] for r in rows} == {"municipality", "zone", "band", "metropolis"}
    own = next(r for r in rows if r["place"] == best and r["indicator"] == "broadband.ftth")
    assert float(own["value"]) == values.max()
    assert own["rank"] == "1"


def test_a_place_names_the_actions_its_indicators_speak_for(client: TestClient, toy_twin: Twin) -> None:
    spoken = {
        code
        for strategy in toy_twin.plan.editorial.values()
        for code, notes in strategy.actions.items()
        for link in notes.indicators
        if "municipality" in toy_twin.indicators[link.indicator].levels
    }
    page = text_of(client, "/it/luoghi/900001")
    assert spoken
    assert set(re.findall(r'href="/it/piano/(\d+\.\d+\.\d+)"', page)) == spoken


def test_ages_on_the_page_add_up_to_the_residents_of_the_cells(client: TestClient, toy_twin: Twin) -> None:
    cells = toy_twin.cells()
    for place, group in cells.groupby("municipality"):
        page = text_of(client, f"/en/places/{place}")
        key = re.findall(r'<ul class="age-key">(.*?)</ul>', page, re.S)[0]
        counts = [int(n.replace(",", "")) for n in re.findall(r"\(([\d,]+)\)", key)]
        assert sum(counts) == group["pop"].sum()


def test_places_are_found_without_accents_and_a_whole_name_leads_to_the_page(client: TestClient) -> None:
    assert "Filastrocca" in text_of(client, "/it/luoghi?q=FILÀSTRO")
    answer = client.get("/it/luoghi?q=giocopoli")
    assert (answer.status_code, answer.headers["location"]) == (303, "/it/luoghi/900001")
    page = text_of(client, "/en/places?band=mountain&sort=residents")
    counts = [
        int(n.replace(",", ""))
        for n in re.findall(r'</td><td class="num">([\d,]+)</td><td class="num">[\d.]+', page)
    ]
    assert len(counts) == 3
    assert counts == sorted(counts, reverse=True)
    assert "take the filters off" in text_of(client, "/en/places?q=zzz")


def test_places_as_a_file_for_searches(client: TestClient, toy_twin: Twin) -> None:
    places = client.get("/files/places.json").json()
    assert len(places) == len(toy_twin.places())
    first: dict[str, Any] = next(p for p in places if p["id"] == "900001")
    assert first["url"] == {"it": "/it/luoghi/900001", "en": "/en/places/900001"}
    assert first["plain"] == "giocopoli"


# Data


def test_every_download_of_the_data_page_is_there_and_has_the_rows_it_says(client: TestClient) -> None:
    page = text_of(client, "/en/data")
    rows = re.findall(
        r'<th scope="row">(?:(?!</tr>).)*?<td class="num"[^>]*>([\d,]+)</td>(.*?)</tr>', page, re.S
    )
    seen = 0
    for count, rest in rows:
        links = re.findall(r'href="(/files/tables/[^"]+)"', rest)
        for link in links:
            answer = client.get(link)
            assert answer.status_code == 200, link
            assert "attachment" in answer.headers["content-disposition"]
            if link.endswith(".csv"):
                found = list(csv.DictReader(io.StringIO(answer.text, newline="")))
                assert len(found) == int(count.replace(",", "")), link
            seen += 1
    assert seen > 40
    assert client.get("/files/tables/places.xlsx").status_code == 404
    assert client.get("/files/tables/nothing.csv").status_code == 404


def test_tables_under_different_licences_are_different_files(client: TestClient, toy_twin: Twin) -> None:
    page = text_of(client, "/en/data")
    opportunities = toy_twin.opportunities()
    links = set(re.findall(r"/files/tables/(opportunities-[^\"]+)\.csv", page))
    assert len(links) == opportunities["licence"].nunique()
    rows = [r for link in links for r in rows_of(client, f"/files/tables/{link}.csv")]
    assert sorted(r["id"] for r in rows) == sorted(opportunities["id"])


def test_downloads_are_the_same_bytes_each_time(client: TestClient, toy_twin: Twin) -> None:
    from aumenta.web.data_tables import all_tables
    from aumenta.web.pages.downloads import export

    for ending in ("csv", "geojson", "parquet"):
        once, again = (export(all_tables(toy_twin), "places", ending).content for _ in range(2))
        assert once == again == client.get(f"/files/tables/places.{ending}").content


def test_layers_say_why_they_are_missing_and_what_to_bring(client: TestClient, toy_twin: Twin) -> None:
    page = html.unescape(text_of(client, "/it/dati"))
    for layer in toy_twin.layers:
        assert layer.name.it in page
        if layer.bring:
            assert layer.bring.it in page


def test_pages_are_answered_quickly(client: TestClient) -> None:
    """Each first rendering within 60 ms of processor time, so that a busy machine does not count (median)."""
    times = []
    for number in range(1, 13):
        start = time.process_time()
        text_of(client, f"/it/luoghi/9000{number:02d}?fresh={number}")
        times.append(time.process_time() - start)
    assert statistics.median(times) < 0.06
