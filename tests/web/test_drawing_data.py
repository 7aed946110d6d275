# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What can be pointed at on the map of the editor: found by box and by name, against loops over everything there is."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.network.gtfs import MODES
from aumenta.network.model import Timetable
from aumenta.scenario.catalogue import patterns_of
from aumenta.scenario.levers import load_levers
from aumenta.settings import Settings
from aumenta.store.packs import BUNDLED
from aumenta.web.drawing_answers import DrawingAnswers
from aumenta.web.drawing_data import Things, Transit, facilities, usual_courses
from aumenta.web.drawing_hints import hints_of
from aumenta.web.drawing_words import drawing_of
from aumenta.web.map_data import maps_of
from aumenta.web.site import Visit
from aumenta.web.templating import TEMPLATES

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

JS = TEMPLATES.parent / "static" / "js"


def timetable(stops: int, trips: list[tuple[int, list[int]]], lines: int) -> Timetable:
    """A timetable of trips given as their line and their stops; a hop takes a minute, a trip leaves every minute."""
    hops = [
        (a, b, 60 * (trip + place), 60 * (trip + place + 1), trip)
        for trip, (_, order) in enumerate(trips)
        for place, (a, b) in enumerate(pairwise(order))
    ]
    hops.sort(key=lambda hop: (hop[2], hop[4]))
    columns = np.array(hops, np.int32).reshape(-1, 5).T
    rng, none = np.random.default_rng(1), np.zeros(0, np.int32)
    return Timetable(
        stop_id=np.array([f"s{i}" for i in range(stops)]),
        stop_name=np.array([f"Stop {i}" for i in range(stops)]),
        stop_lon=rng.uniform(9.0, 10.0, stops),
        stop_lat=rng.uniform(44.0, 45.0, stops),
        stop_station=np.full(stops, -1, np.int32),
        line_id=np.array([f"l{i}" for i in range(lines)]),
        line_name=np.array([f"{i}" for i in range(lines)]),
        line_long=np.array([""] * lines),
        line_type=np.array([(2, 1, 0, 3)[i % 4] for i in range(lines)], np.int32),
        line_agency=np.array([""] * lines),
        trip_id=np.array([f"t{i}" for i in range(len(trips))]),
        trip_line=np.array([line for line, _ in trips], np.int32),
        trip_headsign=np.array([""] * len(trips)),
        trip_bikes=np.zeros(len(trips), np.uint8),
        trip_service=np.zeros(len(trips), np.int32),
        conn_from=columns[0],
        conn_to=columns[1],
        conn_dep=columns[2],
        conn_arr=columns[3],
        conn_trip=columns[4],
        conn_flags=np.full(columns.shape[1], 3, np.uint8),
        services=np.ones((1, 7), bool),
        first_date=np.datetime64("2026-05-11"),
        rule_from=none,
        rule_to=none,
        rule_seconds=none,
    )


TRIPS = st.lists(
    st.tuples(st.integers(0, 3), st.lists(st.integers(0, 5), min_size=2, max_size=6)), min_size=1, max_size=25
)


@given(TRIPS)
def test_the_usual_course_of_a_line_is_one_that_most_of_its_trips_take(
    trips: list[tuple[int, list[int]]],
) -> None:
    table = timetable(6, trips, 4)
    found = usual_courses(table)
    assert set(found) == {line for line, _ in trips}
    for line, course in found.items():
        counted = Counter(tuple(order) for own, order in trips if own == line)
        assert counted[tuple(course.tolist())] == max(counted.values())
        ids = tuple(f"s{stop}" for stop in course.tolist())
        assert ids in patterns_of(table, f"l{line}")


@given(TRIPS)
def test_lines_that_call_at_a_stop_and_how_often_it_is_used(trips: list[tuple[int, list[int]]]) -> None:
    transit = Transit(timetable(6, trips, 4))
    for stop in range(6):
        own = {str(line) for line, order in trips if stop in order}
        assert set(transit.lines_at(stop)) == own
        calls = sum(
            order[:-1].count(stop) + order[1:].count(stop) for _, order in trips
        )  # leaves, and is arrived at
        assert transit.stops.weight[stop] == calls
        modes = [("rail", "metro", "tram", "bus")[line] for line in sorted({int(one) for one in own})]
        assert transit.stops.kind[stop] == (modes[0] if modes else "other")


POINT = st.tuples(
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.sampled_from("abc"),
    st.integers(0, 9),
    st.sampled_from(["Alba", "Via Alba", "Alba Est", "Malba"]),
)


@given(st.lists(POINT, max_size=40), st.floats(-1, 1), st.floats(-1, 1), st.integers(1, 50))
def test_a_box_holds_what_a_loop_finds_the_most_used_first(
    points: list[tuple[float, float, str, int, str]], east: float, north: float, limit: int
) -> None:
    things = of_points(points)
    found = things.within((-0.5, -0.5, east, north), limit, ["a", "b"])
    inside = [
        at
        for at, (lon, lat, kind, _, _) in enumerate(points)
        if -0.5 <= lon <= east and -0.5 <= lat <= north and kind in "ab"
    ]
    inside.sort(key=lambda at: -points[at][3])
    assert found.rows == inside[:limit]
    assert found.more == (len(inside) > limit)


@given(st.lists(POINT, max_size=40), st.integers(1, 50))
def test_a_name_written_in_full_comes_before_one_that_begins_so(
    points: list[tuple[float, float, str, int, str]], limit: int
) -> None:
    found = of_points(points).named("ALBA", limit)
    rank = {"Alba": 0, "Alba Est": 1, "Via Alba": 2, "Malba": 3}
    order = sorted(range(len(points)), key=lambda at: (rank[points[at][4]], -points[at][3], at))
    assert found.rows == order[:limit]
    assert found.more == (len(points) > limit)


def of_points(points: list[tuple[float, float, str, int, str]]) -> Things:
    return Things(
        [f"p{at}" for at in range(len(points))],
        [name for *_, name in points],
        [kind for _, _, kind, _, _ in points],
        np.array([lon for lon, *_ in points]),
        np.array([lat for _, lat, *_ in points]),
        np.array([weight for *_, weight, _ in points], float),
    )


def test_what_lies_nowhere_is_found_by_name_and_by_no_box() -> None:
    things = Things(["x"], ["Old mill"], ["brownfield"], np.array([np.nan]), np.array([np.nan]), np.zeros(1))
    assert things.within((-180, -90, 180, 90), 5).rows == []
    assert things.named("mill", 5).rows == [0]
    assert things.named("", 5).rows == things.named("?", 5).rows == []
    assert things.some(["y", "x"]) == [0]


def test_ten_thousand_stops_are_ready_soon_and_asked_at_once() -> None:
    rng = np.random.default_rng(3)
    trips = [(line, rng.integers(0, 10_000, 30).tolist()) for line in range(600) for _ in range(1)]
    trips = [trip for trip in trips for _ in range(20)]
    table = timetable(10_000, trips, 600)
    start = time.perf_counter()
    transit = Transit(table)
    _ = transit.stops, transit.lines, transit.lines_at(0)
    ready = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(10):
        transit.stops.within((9.2, 44.2, 9.8, 44.8), 2_000)
        transit.lines.crossing((9.2, 44.2, 9.3, 44.3), 2_000)
        transit.stops.named("stop 12", 12)
    each = (time.perf_counter() - start) / 10
    assert len(transit.stops.within((9, 44, 10, 45), 2_000).rows) == 2_000
    assert ready < 5  # a second on a quiet machine
    assert each < 0.5  # some hundredths


# --- answers ----------------------------------------------------------------------------------


def asked(client: TestClient, path: str, **query: str) -> Any:
    """An answer once what it needs is read."""
    until = time.monotonic() + 60
    while True:
        answer = client.get(f"/live/drawing/{path}.json", params=query)
        told = answer.json()
        if answer.status_code != 200 or told["ready"]:
            return told
        assert time.monotonic() < until
        time.sleep(0.1)


def test_stops_of_the_toy_are_all_there_with_their_points(client: TestClient, toy_twin: Twin) -> None:
    table = toy_twin.network.timetable
    assert table is not None
    told = asked(client, "stops", bbox="-180,-90,180,90")
    assert not told["more"]
    assert {one["id"] for one in told["stops"]} == set(table.stop_id.tolist())
    at = {
        code: (lon, lat) for code, lon, lat in zip(table.stop_id, table.stop_lon, table.stop_lat, strict=True)
    }
    for one in told["stops"]:
        assert one["at"] == pytest.approx(at[one["id"]], abs=1e-6)
    assert [one["id"] for one in asked(client, "stops", q="altal")["stops"]] == ["altalena"]
    assert [one["id"] for one in asked(client, "stops", ids='["dadi", "none", "altalena"]')["stops"]] == [
        "dadi",
        "altalena",
    ]


def test_lines_run_from_stop_to_stop(client: TestClient, toy_twin: Twin) -> None:
    table = toy_twin.network.timetable
    assert table is not None
    told = asked(client, "lines", bbox="-180,-90,180,90")
    assert {one["id"] for one in told["lines"]} == set(table.line_id.tolist())
    (rail,) = asked(client, "lines", ids='["R1"]')["lines"]
    assert rail["kind"] == "rail"
    assert tuple(one["id"] for one in rail["stops"]) in patterns_of(table, "R1")
    assert len(rail["way"]) == len(rail["stops"])
    nowhere = asked(client, "lines", bbox="0,0,1,1")
    assert nowhere["lines"] == []


def test_facilities_are_those_of_the_twin(client: TestClient, toy_twin: Twin) -> None:
    frame = toy_twin.opportunities()
    kind = str(frame["kind"].iat[0])
    own = frame[frame["kind"] == kind]
    told = asked(client, "facilities", bbox="-180,-90,180,90", kinds=json.dumps([kind]))
    placed = own[~own.geometry.is_empty & own.geometry.notna()]
    assert {one["id"] for one in told["facilities"]} == set(placed["id"])
    every = facilities(frame)
    assert len(every.id) == len(frame)


def test_an_id_that_is_in_use_is_told(client: TestClient, toy_twin: Twin) -> None:
    school = str(toy_twin.opportunities()["id"].iat[0])
    told = asked(client, "taken", ids=json.dumps(["altalena", "R1", school, "new-one"]))
    assert told["taken"] == ["altalena", "R1", school]


def test_places_are_all_municipalities_zones_and_bands(client: TestClient, toy_twin: Twin) -> None:
    told = client.get("/files/drawing/places.json").json()["places"]
    frame = toy_twin.places()
    assert {one["id"] for one in told} == set(frame.loc[frame["level"] != "metropolis", "id"])


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("stops", {"bbox": "9,44,x,45"}, "bbox"),
        ("stops", {"bbox": "10,44,9,45"}, "bbox"),
        ("stops", {}, "bbox"),
        ("lines", {"bbox": "nan,1,2,3"}, "bbox"),
        ("facilities", {"bbox": "9,44,10,45", "kinds": "clinic"}, "kinds"),
        ("taken", {"ids": '{"a": 1}'}, "ids"),
        ("stops", {"ids": "[1]"}, "ids"),
    ],
)
def test_a_question_that_is_none_is_refused_with_its_field(
    client: TestClient, path: str, query: dict[str, str], field: str
) -> None:
    (problem,) = asked(client, path, **query)["problems"]
    assert problem["field"] == field
    assert problem["expected"]


def answers_of(client: TestClient, limit: int) -> DrawingAnswers:
    """Answers over the same twin as the client's, with a limit of their own."""
    app: Any = client.app
    site = app.state.site
    own: Any = SimpleNamespace(twin=site.twin, settings=Settings(max_drawn=limit), background=site.background)
    return DrawingAnswers(own, maps_of(site))


def test_answers_are_bounded(client: TestClient) -> None:
    answers = answers_of(client, 3)
    while not (told := answers.stops({"bbox": "-180,-90,180,90"}))["ready"]:
        time.sleep(0.1)
    assert (len(told["stops"]), told["more"]) == (3, True)


def test_a_twin_without_timetable_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = answers_of(client, 3)
    monkeypatch.setattr(DrawingAnswers, "has_transit", False)
    assert answers.stops({"bbox": "-180,-90,180,90"})["none"]
    assert answers.lines({"q": "R1"})["none"]
    while not (told := answers.taken({"ids": '["altalena"]'}))["ready"]:
        time.sleep(0.1)
    assert told["taken"] == []


# --- what the page tells the script -----------------------------------------------------------


@pytest.mark.parametrize("pack", ["toy", "torino"])
def test_hints_name_parameters_that_there_are(pack: str) -> None:
    for lever in load_levers(BUNDLED / pack / "levers").values():
        kinds = {one.id: one.kind for one in lever.parameters}
        for name, hint in hints_of(lever).items():
            if kinds[name] == "each_minutes":
                assert kinds[hint["stops"]] == "stops"
                assert kinds[hint["speed"]] == "number"
            for told in [*hint.get("shown", []), *([hint["line"]] if "line" in hint else [])]:
                assert "value" in told or kinds[told["parameter"]] in ("line", "text", "opportunity_kind")


def test_the_script_says_no_word_that_the_page_does_not_give() -> None:
    script = "\n".join(path.read_text(encoding="utf-8") for path in sorted(JS.glob("scenario_draw*.js")))
    used = set(re.findall(r"\bwords\.([a-zA-Z]+)", script))
    assert len(used) > 40
    told = words_of("it")
    assert used - told == set()
    of_maps_and_modes = {"map", "zoomIn", "zoomOut", "gestures", "zoneWhole", "bandWhole", *MODES}
    assert told - set(re.findall(r"[a-zA-Z]+", script)) - of_maps_and_modes == set()
    assert told >= set(MODES)


def words_of(language: str) -> set[str]:
    from aumenta.web.drawing_words import _list_words, _map_words, _thing_words
    from aumenta.web.i18n import Language

    own = Language(language)
    return {*_map_words(own), *_list_words(own), *_thing_words(own)}


def test_the_state_of_the_map_is_plain_data(client: TestClient) -> None:
    app: Any = client.app
    site = app.state.site
    lever = load_levers(BUNDLED / "toy" / "levers")["1.1.2"]
    visit = Visit(site, site.pages["scenarios"], site.languages["en"], {}, {})
    state = json.loads(json.dumps(drawing_of(visit, lever)["state"]))
    assert state["transit"] is True
    assert state["bounds"] == pytest.approx(site.twin.places().total_bounds.tolist(), abs=1e-3)
    for name in ("ground", "borders", "places"):
        assert client.get(state["urls"][name]).status_code == 200
