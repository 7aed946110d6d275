# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Brownfields near stations by hand: four sites, two stations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.tor import ACTIONS, RADIUS, Sites, advice, nearest_of, tor
from aumenta.readings.travel import CellMinutes
from aumenta.values.aggregate import members_of

CELLS = CellArrays(
    np.array(["c1", "c2", "c3"], dtype=object),
    np.array(["a", "b", "b"], dtype=object),
    250,
    {"full": np.array([0, 0, 1])},
)
MEMBERS = members_of(
    pd.DataFrame(
        {
            "level": ["municipality"] * 3 + ["metropolis"] * 3,
            "place": ["a", "b", "c", "m", "m", "m"],
            "part": ["a", "b", "c", "a", "b", "c"],
            "inferred": False,
        }
    )
)
BANDS = {"a": "mountain", "b": "plain", "c": "hill"}
BROWN = pd.DataFrame(
    {
        "id": ["n", "f", "s", "u"],  # near, far and large, far and small, far of unknown size
        "name": ["near", "far", "small", None],
        "municipality": ["a", "b", "b", "a"],
        "weight": [4.0, 2.0, 0.5, np.nan],
        "source": "list",
        "x": [0.0, 9_000.0, 9_000.0, -5_000.0],
        "y": [1_500.0, 0.0, 100.0, 0.0],
        "cell": [0, 1, -1, 0],
    }
)
STATIONS = pd.DataFrame(
    {"id": ["s1", "s2"], "name": ["West", "East"], "x": [0.0, 6_000.0], "y": 0.0, "cell": 0, "source": "rail"}
)


def values(result: Result, indicator: str) -> dict[str, float]:
    rows = pd.concat(result.rows)
    own = rows[rows["indicator"] == indicator]
    return dict(zip(own["place"], own["value"], strict=True))


def test_sites_distances_components_and_advice() -> None:
    figures = pd.DataFrame(
        {
            "indicator": "broadband.ftth",
            "level": "municipality",
            "place": ["a", "b"],
            "period": "",
            "value": [20.0, 80.0],
        }
    )  # fmt: skip
    found = tor(
        CELLS, MEMBERS, Sites(BROWN, True), Sites(STATIONS, True), BANDS,
        transit=CellMinutes(np.array([255, 50, 10], np.uint8), 120), broadband=Result([figures]),
    )  # fmt: skip
    table = found.tables["tor"].set_index("id")
    assert table.index.tolist() == ["n", "f", "s", "u"]  # nearest station first
    assert table["station"].tolist() == ["West", "East", "East", "West"]
    assert table["station_metres"].tolist() == [1500.0, 3000.0, pytest.approx(3001.7), 5000.0]
    assert table["near"].tolist() == [True, False, False, False]  # the radius itself is within
    assert table["hub_transit"].tolist()[1] == 50 and table["hub_transit"].isna().sum() == 3
    assert table["hub_car"].isna().all() and table["rank_hub_car"].isna().all()
    assert table["ftth"].tolist() == [20.0, 80.0, 80.0, 20.0]
    assert table["rank_ftth"].tolist() == [3, 1, 1, 3]  # equal figures share a rank
    assert table["rank_station_metres"].tolist() == [1, 2, 3, 4]
    assert table["advice"].tolist()[:3] == ["regenerate", "energy", "renature"] and pd.isna(
        table["advice"]["u"]
    )
    assert table["action"].tolist()[:3] == ["2.2.2", "2.2.5", "2.2.4"]


def test_sums_by_place_never_take_an_unknown_size_for_nothing() -> None:
    found = tor(CELLS, MEMBERS, Sites(BROWN, True), Sites(STATIONS, True), BANDS)
    assert values(found, "tor.brownfields") == {"a": 2, "b": 2, "c": 0, "m": 4}
    assert values(found, "tor.near_station") == {"a": 1, "b": 0, "c": 0, "m": 1}
    area = values(found, "tor.area_ha")
    assert np.isnan(area["a"]) and area["b"] == 2.5 and area["c"] == 0 and area["m"] == 2.5
    assert values(found, "tor.energy_ha")["b"] == 2.0 and values(found, "tor.renature_ha")["b"] == 0.5
    assert values(found, "tor.near_area_ha") == {"a": 4.0, "b": 0.0, "c": 0.0, "m": 4.0}


def test_a_list_that_is_not_complete_says_nothing_of_places_without_any() -> None:
    found = tor(CELLS, MEMBERS, Sites(BROWN), Sites(STATIONS, True), BANDS)
    assert np.isnan(values(found, "tor.brownfields")["c"])
    rows = pd.concat(found.rows)
    assert set(rows.loc[(rows["place"] == "c"), "reason"]) == {"incomplete"}


def test_without_stations_nothing_is_near() -> None:
    found = tor(CELLS, MEMBERS, Sites(BROWN, True), Sites(STATIONS[:0], True), BANDS).tables["tor"]
    assert not found["near"].any() and np.isinf(found["station_metres"]).all()


@given(
    st.lists(
        st.tuples(st.booleans(), st.one_of(st.just(np.nan), st.floats(0, 50)), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
def test_every_site_of_known_size_or_near_has_one_advice(sites: list[tuple[bool, float, bool]]) -> None:
    near, hectares, built = (np.array(column) for column in zip(*sites, strict=True))
    for told, is_near, size in zip(advice(near, hectares, built), near, hectares, strict=True):
        assert (told is None) == (not is_near and np.isnan(size))
        assert told is None or told in ACTIONS
        assert (told == "regenerate") == is_near


def test_distances_are_those_of_a_plain_search() -> None:
    dice = np.random.default_rng(1)
    sites, stations = (
        pd.DataFrame({"x": dice.uniform(0, 9e3, n), "y": dice.uniform(0, 9e3, n)}) for n in (20, 7)
    )
    stations["id"] = stations["name"] = [f"s{n}" for n in range(7)]
    names, metres = nearest_of(sites, stations)
    for row, (name, length) in enumerate(zip(names, metres, strict=True)):
        away = {
            str(s.id): ((s.x - sites["x"][row]) ** 2 + (s.y - sites["y"][row]) ** 2) ** 0.5
            for s in stations.itertuples()
        }
        assert name == min(away, key=away.__getitem__) and length == pytest.approx(away[name])
    assert RADIUS == 1500
