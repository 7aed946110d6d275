# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Candidate stretches by hand on a strip of cells, and against a plain search of the flanks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from aumenta.readings.boulevards import DENSITY, FLANK, boulevards, stretches
from aumenta.readings.cell_codes import corners, middles
from aumenta.readings.inputs import CellArrays, Column, Figures
from aumenta.territory.plane import EUROPE
from aumenta.values.aggregate import members_of

EAST, NORTH = 4_300_000, 2_400_000


def cells_of(columns: int, rows: int, people: np.ndarray) -> CellArrays:
    """Cells of 250 m from (EAST, NORTH): the left half of the columns is of town a, the right of b."""
    at = [(e, n) for n in range(rows) for e in range(columns)]
    codes = [f"CRS3035RES250mN{NORTH + 250 * n}E{EAST + 250 * e}" for e, n in at]
    towns = ["a" if e < columns // 2 else "b" for e, _ in at]
    return CellArrays(np.array(codes, dtype=object), np.array(towns, dtype=object), 250, {"pop": people})


def roads(**courses: tuple[str, list[tuple[float, float]]]) -> pd.DataFrame:
    """Rows of a table of roads from class and points in metres from (EAST, NORTH)."""
    rows = []
    for road, (kind, points) in courses.items():
        lon, lat = EUROPE.to_degrees(
            np.array([EAST + x for x, _ in points]), np.array([NORTH + y for _, y in points])
        )
        rows += [
            (road, road, kind, n, float(a), float(b))
            for n, (a, b) in enumerate(zip(lon, lat, strict=True), 1)
        ]
    return pd.DataFrame(rows, columns=["road", "name", "class", "seq", "lon", "lat"])


MEMBERS = members_of(
    pd.DataFrame(
        {
            "level": ["municipality"] * 2 + ["metropolis"] * 2,
            "place": ["a", "b", "m", "m"],
            "part": ["a", "b", "a", "b"],
            "inferred": False,
        }
    )
)


def test_stretches_of_a_straight_road_by_hand() -> None:
    # Eight columns, four rows, a road along the middle; 100 people a cell on the left = 1,600 a km2, 92 on the right.
    people = np.array([100 if e < 4 else 92 for _ in range(4) for e in range(8)])
    table = roads(P1=("provincial", [(0, 500), (2000, 500)]), C1=("municipal", [(0, 500), (1000, 500)]))
    found = stretches(cells_of(8, 4, people), table)
    main = found[found["road"] == "P1"]
    assert main["from_metres"].tolist() == [250.0 * n for n in range(8)]
    assert main["metres"].tolist() == pytest.approx([250] * 8, abs=0.01)
    assert main["density"].tolist()[:2] == [1600, 1600] and main["density"].tolist()[-2:] == [1472, 1472]
    # Flanks reach 250 m: a stretch's own two cells (125 m away) and its neighbours' (177 m), six in all.
    # The first stretch of the right half has 2 x 100 + 4 x 92 = 568 people in 0.375 km2, 1,514.7 a km2.
    assert main["residents"].tolist()[1] == 600 and main["residents"].tolist()[3] == 4 * 100 + 2 * 92
    assert main["candidate"].tolist() == [True, True, True, True, True, False, False, False]
    assert not found.loc[found["road"] == "C1", "candidate"].any()  # a municipal road is none, however dense
    assert main["municipality"].tolist() == ["a"] * 4 + ["b"] * 4


def test_kilometres_by_place_and_the_share() -> None:
    people = np.array([100 if e < 4 else 92 for _ in range(4) for e in range(8)])
    table = roads(P1=("provincial", [(0, 500), (2000, 500)]), C1=("municipal", [(0, 500), (1000, 500)]))
    found = boulevards(
        cells_of(8, 4, people), MEMBERS, Figures("roads", table, {"road": Column("graph")}, True)
    )
    rows = pd.concat(found.rows).set_index(["indicator", "place"])
    for place, km, chosen in (("a", 1.0, 1.0), ("b", 1.0, 0.25), ("m", 2.0, 1.25)):
        assert rows.loc[("boulevards.roads_km", place), "value"] == pytest.approx(km, abs=1e-4)
        assert rows.loc[("boulevards.candidate_km", place), "value"] == pytest.approx(chosen, abs=1e-4)
        assert rows.loc[("boulevards.candidate_share", place), "value"] == pytest.approx(
            100 * chosen / km, abs=0.01
        )
    assert set(rows["source"]) == {"graph"} and len(found.tables["boulevards"]) == 12


def test_places_without_roads_are_zero_only_where_the_graph_is_whole() -> None:
    table = roads(P1=("state", [(0, 500), (500, 500)]))
    for complete in (True, False):
        given = Figures("roads", table, {}, complete)
        found = boulevards(cells_of(8, 4, np.full(32, 100)), MEMBERS, given)
        rows = pd.concat(found.rows).set_index(["indicator", "place"])
        value = rows.loc[("boulevards.roads_km", "b"), "value"]
        assert value == 0 if complete else np.isnan(value)


def test_flanks_are_those_of_a_plain_search() -> None:
    dice = np.random.default_rng(7)
    cells = cells_of(12, 10, dice.integers(0, 400, 120))
    table = roads(P1=("provincial", [(100, 130), (1700, 900), (1500, 2300), (2900, 2100)]))
    x, y = middles(cells.cell, 250)
    for one in stretches(cells, table).itertuples():
        line = shapely.linestrings([(one.x0, one.y0), (one.x1, one.y1)])
        away = shapely.distance(line, shapely.points(x, y))
        straight = abs(shapely.length(line) - one.metres) < 0.5
        if not straight or np.any(
            np.abs(away - FLANK) < 1
        ):  # a stretch that bends, or a cell on the very edge
            continue
        near = away <= FLANK
        assert one.residents == cells.column("pop")[near].sum()
        assert one.density == pytest.approx(one.residents / (near.sum() * 0.0625), abs=1e-3)
        assert one.candidate == (one.density >= DENSITY)


def test_codes_tell_where_cells_are() -> None:
    cells = cells_of(2, 2, np.zeros(4))
    east, north = corners(cells.cell)
    assert east.tolist() == [EAST, EAST + 250] * 2 and north.tolist() == [
        NORTH,
        NORTH,
        NORTH + 250,
        NORTH + 250,
    ]
