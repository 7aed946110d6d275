# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A second real territory, of other files than Turin's and another hemisphere, against figures found another way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.files import open_network
from aumenta.network.model import BASE_SPEED
from aumenta.territory.pack import load_territory
from aumenta.twin import Twin

pytestmark = pytest.mark.shared
WINDOW = ("14:00", "16:00")


@pytest.fixture(scope="module")
def source(shared_dir: Path) -> Path:
    return shared_dir / "data/cities/porto_alegre"


@pytest.fixture(scope="module")
def pack(porto_alegre_pack: Path) -> Path:
    return porto_alegre_pack


@pytest.fixture(scope="module")
def twin(porto_alegre: Twin) -> Twin:
    return porto_alegre


@pytest.fixture(scope="module")
def hexagons(source: Path) -> pd.DataFrame:
    return pd.read_csv(source / "poa_hexgrid.csv")


def value(twin: Twin, indicator: str) -> float:
    return float(twin.values(indicator, level="metropolis")["value"].iloc[0])


def test_everybody_and_every_job_of_the_hexagons_is_there(twin: Twin, hexagons: pd.DataFrame) -> None:
    cells = twin.cells()
    assert cells["pop"].sum() == hexagons["population"].sum() == 812_935
    assert value(twin, "demography.population") == 812_935
    told = hexagons["jobs"].sum()
    # Five hexagons do not tell their jobs: the cells they touch are missing, and what else is in them is not counted.
    assert 0.998 * told <= cells["jobs"].sum() <= told and 0 < cells["jobs"].isna().sum() < 10
    assert (twin.opportunities("school")["weight"].sum(), len(twin.opportunities("clinic"))) == (194, 141)
    # By cell: people of hexagons whose middle lies in the cell and the eight around it, against theirs.
    plane, side = twin.plane, twin.grid.resolution
    x, y = plane.to_metres(hexagons["lon"], hexagons["lat"])
    blocks = (
        pd.DataFrame({"x": x // 2000, "y": y // 2000, "n": hexagons["population"]})
        .groupby(["x", "y"])["n"]
        .sum()
    )
    own = pd.DataFrame({"x": cells["gx"] * side // 2000, "y": cells["gy"] * side // 2000, "n": cells["pop"]})
    both = pd.concat([blocks, own.groupby(["x", "y"])["n"].sum()], axis=1, keys=["hexagons", "cells"]).fillna(
        0
    )
    assert np.corrcoef(both["hexagons"], both["cells"])[0, 1] > 0.97


def test_cells_lie_where_the_hexagons_lie(twin: Twin, hexagons: pd.DataFrame) -> None:
    assert twin.plane.name == "LAEA30.05S51.20W"
    west, south, east, north = twin.cells().total_bounds
    for low, high, name in ((west, east, "lon"), (south, north, "lat")):
        assert abs(low - hexagons[name].min()) < 0.006 and abs(high - hexagons[name].max()) < 0.006
    whole = twin.places("metropolis").geometry.iloc[0]
    assert shapely.contains_xy(whole, hexagons["lon"], hexagons["lat"]).all()
    area = float(twin.places("metropolis")["area_km2"].iloc[0])
    x, y = twin.plane.to_metres(hexagons["lon"], hexagons["lat"])
    apart = float(np.median(cKDTree(np.column_stack([x, y])).query(np.column_stack([x, y]), k=2)[0][:, 1]))
    hexagon = apart**2 * np.sqrt(3) / 2 / 1e6
    assert len(hexagons) * hexagon < area < 1.2 * len(hexagons) * hexagon  # gaps of the lattice are closed


def test_districts_are_said_to_be_cut_by_the_tool(twin: Twin) -> None:
    districts = twin.places("municipality")
    assert len(districts) == 11 and set(districts["status"]) == {"estimated"}
    towns = shapely.union_all(districts.geometry.to_numpy())
    assert shapely.area(towns) == pytest.approx(
        float(shapely.area(districts.geometry.to_numpy()).sum()), rel=1e-9
    )
    assert set(districts["band"]) == {"plain", "hill"}


def test_what_its_files_do_not_tell_is_missing_with_the_reason(twin: Twin) -> None:
    reasons = twin.values(level="metropolis").set_index("indicator")["reason"]
    assert reasons["demography.old_age_index"] == reasons["right.health.met_0_18"] == "no_ages"
    assert (
        reasons["thereandback.work"] == "part_of_day.work" and "11:00" in twin.reasons["part_of_day.work"].en
    )
    assert reasons["city15.all"] == "unknown" and reasons["broadband.ftth"] == "absent.table:broadband"
    assert twin.manifest.failed == {} and twin.manifest.complete
    assert "between 14 and 16" in twin.indicators["metropolis90.car"].description.en
    twin.verify()


def test_minutes_from_the_hub_are_the_routers(twin: Twin, pack: Path) -> None:
    hub = load_territory(pack / "territory").about.hub
    network = open_network(twin.folder / "network")
    people = twin.cells()["pop"].to_numpy()
    five = np.argsort(-people, kind="stable")[[0, 20, 60, 120, 200]]
    for mode, options in (
        ("transit", Options(date="2019-05-13", window=WINDOW, percentiles=(50,))),
        ("bus", Options(date="2019-05-13", window=WINDOW, percentiles=(50,), vehicles=("bus", "tram"))),
        ("car", Options(mode="car", percentiles=(50,))),
    ):
        row = Router(network, options).one_to_all((hub.lon, hub.lat)).row(50)
        told = twin.cell_values(f"metropolis90.{mode}")["value"].fillna(255).to_numpy()
        assert told[five].tolist() == row[five].tolist() and (told == row).all(), mode
    assert twin.window == WINDOW and twin.reach((hub.lon, hub.lat)).options.window == WINDOW


def test_walks_are_those_of_a_plain_search(twin: Twin) -> None:
    """Minutes on foot to the nearest school: scipy's Dijkstra over the same streets from all schools at once."""
    network, plane = open_network(twin.folder / "network"), twin.plane
    streets, graph = network.streets, network.streets.graphs["foot"]
    matrix = csr_array((graph.back_seconds, graph.back_head, graph.back_indptr), shape=(len(streets.x),) * 2)
    schools = twin.opportunities("school")
    x, y = plane.to_metres(schools.geometry.x, schools.geometry.y)
    used = np.unique(np.concatenate([np.flatnonzero(np.diff(graph.indptr)), graph.head]))
    tree = cKDTree(np.column_stack([streets.x, streets.y])[used])
    off, at = tree.query(np.column_stack([x, y]))
    first = np.full(len(streets.x), np.inf)
    for node, metres in zip(used[at[off < 500]], off[off < 500], strict=True):
        first[node] = min(first[node], metres / BASE_SPEED["foot"])
    # One more node that leads to each school's node, so that schools are left with the way to their street.
    reach = np.isfinite(first)
    whole = csr_array(
        (
            np.concatenate([matrix.data, first[reach]]),
            np.concatenate([matrix.indices, np.flatnonzero(reach)]),
            np.concatenate([matrix.indptr, [matrix.indptr[-1] + reach.sum()]]),
        ),
        shape=(len(first) + 1,) * 2,
    )
    seconds = dijkstra(whole, indices=len(first))[:-1]
    cells = network.cells.at["foot"]
    own = np.where(cells.node >= 0, seconds[cells.node] + cells.metres / BASE_SPEED["foot"], np.inf)
    minutes = np.ceil(own / 60 - 1e-6)
    row = (
        Router(network, Options(mode="walk", percentiles=(50,)))
        .all_to_any(sorted({(float(p.x), float(p.y)) for p in schools.geometry}))
        .row(50)
    )
    near = (minutes < 60) & (row < 60)
    # A cell and a school at the same corner are joined straight, without the way to the corner and back.
    assert (
        near.mean() > 0.9
        and (row[near] <= minutes[near]).all()
        and (row[near] == minutes[near]).mean() > 0.98
    )
    people = twin.cells()["pop"].to_numpy(float)
    share = 100 * float(people @ (minutes <= 15)) / float(people.sum())
    assert value(twin, "city15.school") == pytest.approx(share, abs=0.5)


def test_the_share_near_a_school_is_that_of_the_hexagons(twin: Twin, hexagons: pd.DataFrame) -> None:
    """As the crow flies, over hexagons: nobody beyond 1,260 m is within 15 minutes, most within 800 m are."""
    x, y = twin.plane.to_metres(hexagons["lon"], hexagons["lat"])
    metres = np.array([np.hypot(x[hexagons["schools"] > 0] - a, y[hexagons["schools"] > 0] - b).min()
                       for a, b in zip(x, y, strict=True)])  # fmt: skip
    people = hexagons["population"].to_numpy(float)
    most, least = (100 * float(people @ (metres <= reach)) / float(people.sum()) for reach in (1260, 800))
    assert least - 3 <= value(twin, "city15.school") <= most + 1


def test_the_rights_say_what_they_can(twin: Twin) -> None:
    rows = twin.values(level="metropolis").set_index("indicator")["value"]
    for right in ("dwelling", "environment", "health", "learning", "work", "connection"):
        assert rows[
            [f"right.{right}.{state}" for state in ("met", "not_met", "unknown")]
        ].sum() == pytest.approx(100)
    assert rows["right.dwelling.unknown"] > 90 and rows["right.learning.met"] > 90
