# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The atlas: a page for every reading, with state, inputs and what to bring; times keep the plan's bands."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.store.manifest import LayerEntry
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.app import create_app
from aumenta.web.atlas import InputLine, layers_of, measures_known, wanting_of
from aumenta.web.cell_layers import classes_of, indicator_layer
from aumenta.web.i18n import Language
from aumenta.web.legend import legend_of_cells, legend_of_scale
from aumenta.web.map_classes import NO_CLASS, PLAN_MINUTES, UNREACHED_COLOUR, scale_for

if TYPE_CHECKING:
    from collections.abc import Iterator


def page_of(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.text)


def part(page: str, key: str) -> str:
    """The section that a heading names."""
    found = re.search(rf'<section aria-labelledby="{key}">.*?</section>', page, re.S)
    assert found, key
    return found.group(0)


@pytest.fixture(scope="module")
def damaged(toy_twin: Twin) -> Iterator[Callable[..., TestClient]]:
    """Clients of the toy's pages with another manifest: what a build under way or a failed reading leaves."""
    opened: list[TestClient] = []

    def make(**changes: object) -> TestClient:
        manifest = toy_twin.manifest.model_copy(update=changes)
        app = create_app(Twin(toy_twin.root, toy_twin.folder, manifest), Settings())
        opened.append(TestClient(app, base_url="http://127.0.0.1:8000"))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


def test_every_reading_of_the_build_has_a_page_in_both_languages(client: TestClient, toy_twin: Twin) -> None:
    listed = page_of(client, "/it/atlante")
    for entry in toy_twin.manifest.measures:
        assert f'href="/it/atlante/{entry.id}"' in listed
        for address in (f"/it/atlante/{entry.id}", f"/en/atlas/{entry.id}"):
            page = page_of(client, address)
            assert page.count("<h1") == 1
            for key in entry.indicators:
                if key in toy_twin.indicators:
                    assert f"<code>{key}</code>" in page
    assert client.get("/it/atlante/niente").status_code == 404


def test_a_reading_counts_its_values_by_how_they_are_known(client: TestClient, toy_twin: Twin) -> None:
    page = part(page_of(client, "/en/atlas/broadband"), "certainty")
    own = [key for key, one in toy_twin.indicators.items() if one.measure == "broadband"]
    rows = pd.concat([toy_twin.values(key, period="latest") for key in own])
    latest = rows["status"].value_counts()
    for status, word in (("reported", "reported by the source"), ("missing", "missing")):
        shown = re.search(rf">{word}</span></th><td class=\"num\">([\d,]+)<", page)
        assert shown
        assert int(shown.group(1).replace(",", "")) == latest[status]
    assert toy_twin.reasons["blank.broadband.ftth_share"].en in page


def test_the_map_of_a_reading_keeps_to_its_own_indicators(client: TestClient, toy_twin: Twin) -> None:
    page = page_of(client, "/it/atlante/soil?indicator=broadband.ftth")
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert offered == {key for key, one in toy_twin.indicators.items() if one.measure == "soil"}
    assert 'action="/it/atlante/soil"' in page
    chosen = page_of(client, "/it/atlante/soil?indicator=soil.consumed_ha&level=zone")
    assert '<option value="soil.consumed_ha" selected>' in chosen
    assert len(re.findall(r"<tr data-place=", chosen)) == len(toy_twin.places("zone"))


def test_a_pending_reading_says_that_it_is_being_computed(
    damaged: Callable[..., TestClient], toy_twin: Twin
) -> None:
    client = damaged(
        pending=["soil"],
        complete=False,
        measures=[one for one in toy_twin.manifest.measures if one.id != "soil"],
        indicators=[one for one in toy_twin.manifest.indicators if one.measure != "soil"],
    )
    assert "One reading is still being computed" in page_of(client, "/en/atlas")
    page = page_of(client, "/it/atlante/soil")
    assert "ancora in calcolo" in page
    assert 'role="status"' in page


def test_a_failed_reading_says_so_and_gives_the_error(
    damaged: Callable[..., TestClient], toy_twin: Twin
) -> None:
    client = damaged(failed={"soil": "ValueError: <b>no</b>"})
    answer = client.get("/en/atlas/soil").text
    assert "The computation of this reading failed" in answer
    assert "ValueError: &lt;b&gt;no" in answer
    assert "failed" in page_of(client, "/en/atlas")


def test_a_missing_input_names_the_file_to_bring(damaged: Callable[..., TestClient], toy_twin: Twin) -> None:
    measures = [
        one.model_copy(update={"absent": ["table:broadband"]}) if one.id == "broadband" else one
        for one in toy_twin.manifest.measures
    ]
    bring = Text(it="Il file della fibra", en="The file of fibre")
    layers = [
        one.model_copy(update={"status": "missing", "readiness": "declared", "bring": bring})
        if "broadband" in one.tables
        else one
        for one in toy_twin.manifest.layers
    ]
    page = page_of(damaged(measures=measures, layers=layers), "/it/atlante/broadband")
    assert "Il file della fibra" in part(page, "inputs")
    assert "calcolata in parte" in page


def layer(key: str, **more: object) -> LayerEntry:
    base = {"id": key, "name": Text(it=key, en=key), "readiness": "declared", "status": "missing"}
    return LayerEntry.model_validate(base | more)


def test_layers_are_found_by_table_kind_and_timetable() -> None:
    layers = [
        layer("a", tables=["soil"]),
        layer("b", kinds=["park"]),
        layer("bus_timetable"),
        layer("rail_timetable"),
    ]
    found = {
        name: [one.id for one in layers_of(name, layers)]
        for name in ("table:soil", "points:park", "times:nearest:park:walk", "times:hub:bus", "times:hub:train",
                     "sums:transit", "times:hub:car", "cells")
    }  # fmt: skip
    assert found == {
        "table:soil": ["a"],
        "points:park": ["b"],
        "times:nearest:park:walk": ["b"],
        "times:hub:bus": ["bus_timetable"],
        "times:hub:train": ["rail_timetable"],
        "sums:transit": ["bus_timetable", "rail_timetable"],
        "times:hub:car": [],
        "cells": [],
    }


def minutes(**more: object) -> Indicator:
    base = {
        "id": "trip.time",
        "name": Text(it="Tempo", en="Time"),
        "description": Text(it="", en=""),
        "unit": Text(it="minuti", en="minutes"),
        "direction": "down",
        "measure": "trip",
        "formula": Text(it="", en=""),
        "levels": ["cell", "municipality"],
    }
    return Indicator.model_validate(base | more)


def test_minutes_keep_the_plans_bands_whatever_the_values() -> None:
    scale = scale_for(minutes(), [20.0, 31.0])
    assert scale.breaks == PLAN_MINUTES
    assert [scale.class_of(v) for v in (14.9, 15, 89, 90)] == [0, 1, 5, 6]
    assert scale.class_of(None, "not_reached") == 7
    assert scale.class_of(None, "not_given") == scale.class_of(None) == NO_CLASS
    other = scale_for(minutes(unit=Text(it="% di residenti", en="% of residents")), [20.0, 31.0])
    assert other.class_of(None, "not_reached") == NO_CLASS


def test_what_is_not_reached_has_its_own_line_in_legends_of_places_and_cells() -> None:
    scale = scale_for(minutes(breaks=[30, 60]), [20.0])
    entries = legend_of_scale(scale, [0, 3, 3, NO_CLASS], Language("it"))
    assert [(e.label, e.count) for e in entries[-2:]] == [("non raggiungibile", 2), ("senza valore", 1)]
    values = np.array([10.0, np.nan, np.nan, 70.0])
    own = indicator_layer(minutes(breaks=[30, 60]), values)
    classes = classes_of(own, values, np.array([False, True, False, False]))
    assert classes.tolist() == [0, 3, NO_CLASS, 2]
    told = legend_of_cells(own, classes, Language("en"))
    assert [(e.label, e.colour, e.count) for e in told if e.klass == 3] == [
        ("not reachable", UNREACHED_COLOUR, 1)
    ]


def test_a_map_of_times_tells_apart_not_reachable_and_missing(client: TestClient, toy_twin: Twin) -> None:
    rows = toy_twin.values("metropolis90.train", level="municipality", period="latest")
    unreached = set(rows.loc[rows["reason"] == "not_reached", "place"])
    page = page_of(client, "/it/atlante/metropolis90?indicator=metropolis90.train")
    classes = dict(re.findall(r'<tr data-place="(\w+)" data-class="(\d+)"', page))
    assert unreached
    assert {place for place, klass in classes.items() if klass == "7"} == unreached
    assert f"Non raggiungibili: {len(unreached)} su {len(rows)} comuni" in page


def test_small_maps_draw_every_place_and_nothing_else(client: TestClient) -> None:
    answer = client.get("/files/map/broadband.ftth/municipality.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "url(#h)" in answer.text  # one municipality has no value
    assert "style=" not in answer.text
    assert client.get("/files/map/broadband.ftth/cell.svg").status_code == 404
    assert client.get("/files/map/nothing/municipality.svg").status_code == 404


def test_a_layer_to_bring_is_told_once_for_all_that_waits_for_it() -> None:
    green = layer("green", kinds=["park"])
    words = [Text(it=name, en=name) for name in ("on foot", "by bicycle", "by bus")]
    lines = [
        InputLine("times:nearest:park:walk", words[0], False, (green,)),
        InputLine("times:nearest:park:bike", words[1], True, (green,)),
        InputLine("times:hub:transit", words[2], True, (layer("bus_timetable"),)),
        InputLine("cells", words[0], True, ()),
    ]
    found = wanting_of(lines, {})
    told = [(one.name.en, one.missing, [text.en for text in one.inputs]) for one in found]
    assert told == [("green", True, ["on foot", "by bicycle"]), ("bus_timetable", False, ["by bus"])]


def test_things_known_by_town_ask_for_their_points() -> None:
    why = Text(
        it="Cliniche: si sa dove. Da portare: un elenco.", en="Clinics: towns are known. To bring: a list."
    )
    line = InputLine("times:nearest:clinic:walk", Text(it="a", en="a"), False, ())
    (found,) = wanting_of([line], {"bring.clinic": why})
    assert found.reason is not None
    assert (found.name.en, found.reason.en) == ("Clinics", "Towns are known. To bring: a list.")


def test_the_measure_of_the_rights_has_the_conditions_of_the_twin(toy_twin: Twin) -> None:
    known = measures_known(toy_twin)["right"]
    run = next(one for one in toy_twin.manifest.measures if one.id == "right")
    assert {one.name for one in known.inputs} == set(run.inputs)


def test_no_page_of_a_reading_shows_the_id_of_a_kind(client: TestClient, toy_twin: Twin) -> None:
    kinds = "|".join(("food_shop", "community_health", "community_centre", "school_primary"))
    for one in toy_twin.manifest.measures:
        inputs = page_of(client, f"/it/atlante/{one.id}").split('id="inputs"')[-1].split('id="method"')[0]
        assert not re.search(rf">[^<]*\b({kinds})\b", inputs)
        assert not re.search(r"(lettura|reading) [a-z_]+\b<", inputs)


def test_the_overview_shows_each_right_of_the_metropolis_as_a_bar(client: TestClient, toy_twin: Twin) -> None:
    page = page_of(client, "/en/")
    own = page.split('class="overview-rights"')[1].split("</section>")[0]
    rights = [key for key in toy_twin.indicators if re.fullmatch(r"right\.\w+\.met", key)]
    assert own.count('class="right-bar"') == len(rights) > 0
    for key in rights:
        share = toy_twin.values(key, level="metropolis")["value"].iloc[-1]
        assert f"indicator={key}" in own
        assert f"holds {Language('en').percent(share / 100)}" in own
