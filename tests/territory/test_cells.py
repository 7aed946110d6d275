# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The table of cells: contract, exact sums, small municipalities, limits, and Turin."""

from __future__ import annotations

import dataclasses
import math
import re
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from aumenta.errors import AumentaError
from aumenta.settings import get_settings
from aumenta.store.packs import BUNDLED
from aumenta.territory import cells as assembly
from aumenta.territory import degurba, grid, km_files, people
from aumenta.territory.cells import COLUMNS, Ground, assign_cells, make_cells
from aumenta.territory.heights import KmHeights
from aumenta.territory.weights import Settlements

X, Y = 4_100_000, 2_450_000
ARCHITECTURE = Path(__file__).resolve().parents[2] / "docs/architecture.md"
TORINO = BUNDLED / "torino/territory"


def small_ground() -> Ground:
    """Three municipalities in 6 x 4 km: a town, a village without jobs told, and one smaller than a cell."""
    tiny = shapely.box(X + 3_010, Y + 3_010, X + 3_110, Y + 3_110)
    town = shapely.box(X, Y, X + 2_500, Y + 4_000)
    village = shapely.difference(shapely.box(X + 2_500, Y, X + 6_000, Y + 4_000), tiny)
    rng = np.random.default_rng(1)
    gx, gy = (v.ravel().astype(np.int32) for v in np.meshgrid(np.arange(6) + 4100, np.arange(4) + 2450))
    classes = rng.integers(0, 300, (24, 3)).astype(float)
    classes[[3, 9, 16]] = 0
    classes[[0, 6, 7]] *= 40
    total, one = classes.sum(axis=1), np.ones(24)
    census = people.KmPeople(gx, gy, total, classes, np.floor(classes[:, 1] * 0.7), one, one)
    return Ground(
        municipality=["1", "2", "3"],
        zone=["a", "b", "b"],
        band=["plain", "hill", "hill"],
        polygons=np.array([town, village, tiny], object),
        residents=np.array(
            [[5_000, 1_500, 9_000, 12_000, 9_000], [900, 300, 1_500, 2_400, 1_700], [1, 0, 3, 4, 2]]
        ),
        jobs=np.array([12_345.5, np.nan, 7.0]),
        census=census,
        heights=KmHeights(gx, gy, 200 + 100.0 * (gx - 4100)),
        settlements=Settlements(np.array([X + 900.0]), np.array([Y + 900.0]), np.array([9_000.0])),
    )


@pytest.fixture(scope="module")
def result() -> assembly.CellsResult:
    return make_cells(small_ground(), 250)


def test_columns_are_those_of_the_contract(result: assembly.CellsResult) -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    paragraph = text[text.index("`cells.parquet`: ") :].split("\n\n")[0].removeprefix("`cells.parquet`: ")
    # names outside parentheses, in order; "Sorted by ..." at the end repeats two of them
    named = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", paragraph.split("Sorted by")[0]))
    assert list(COLUMNS) == named == result.cells.columns.tolist()


def test_types_and_order(result: assembly.CellsResult) -> None:
    cells = result.cells
    for name in ("gx", "gy", "pop", "pop_0_14", "pop_15_18", "pop_19_39", "pop_40_64", "pop_65p", "employed"):
        assert cells[name].dtype == np.int32, name
    kinds = {"jobs": "float64", "degurba": "int8", "full": "bool", "height_m": "float32", "inhabited": "bool"}
    assert {name: str(cells[name].dtype) for name in kinds} == kinds
    assert (np.diff(grid.keys(cells["gx"], cells["gy"])) > 0).all()
    assert cells.crs.to_epsg() == 4326 and (cells["status"] == "estimated").all()
    gx, gy, side = grid.decode(cells["cell"].to_numpy())
    assert side == 250 and (gx == cells["gx"]).all() and (gy == cells["gy"]).all()
    x, y = grid.from_lonlat(cells.geometry.x, cells.geometry.y)
    centre_x, centre_y = grid.centres(gx, gy, 250)
    assert np.abs(x - centre_x).max() < 0.02 and np.abs(y - centre_y).max() < 0.02
    assert (cells["full"] == (cells["degurba"] >= 2)).all()


@pytest.mark.parametrize("side", grid.RESOLUTIONS)
def test_sums_are_exact_at_every_side(side: int) -> None:
    ground = small_ground()
    cells = make_cells(ground, side).cells
    groups = list(people.GROUPS)
    sums = cells.groupby("municipality")[groups].sum()
    assert (sums.to_numpy() == ground.residents).all()
    assert (cells[groups].sum(axis=1) == cells["pop"]).all()
    assert cells.groupby("zone")["pop"].sum().to_dict() == {"a": 36_500, "b": 6_810}
    assert (cells["employed"] <= cells["pop"] - cells["pop_0_14"]).all()
    jobs = cells.groupby("municipality")["jobs"].agg(math.fsum)
    assert jobs["1"] == pytest.approx(12_345.5, abs=1e-9) and jobs["3"] == pytest.approx(7.0, abs=1e-9)
    assert cells.loc[cells["municipality"] == "2", "jobs"].isna().all()


def test_a_municipality_smaller_than_a_cell_gets_the_one_it_overlaps_most(
    result: assembly.CellsResult,
) -> None:
    mine = result.cells[result.cells["municipality"] == "3"]
    assert mine["cell"].tolist() == [grid.encode([16_412], [9_812], 250)[0]] and mine["pop"].tolist() == [10]
    assert any(note.startswith("3 holds no centre") for note in result.notes)


def test_two_small_municipalities_never_take_one_cell_or_the_last_of_another() -> None:
    ground = small_ground()
    other = shapely.box(X + 3_120, Y + 3_010, X + 3_200, Y + 3_110)  # in the same square as the tiny one
    shapes = [ground.polygons[0], shapely.difference(ground.polygons[1], other), ground.polygons[2], other]
    more = dataclasses.replace(
        ground,
        municipality=["1", "2", "3", "4"],
        zone=["a", "b", "b", "b"],
        band=["plain", "hill", "hill", "hill"],
        polygons=np.array(shapes, object),
        residents=np.vstack([ground.residents, [[1, 1, 1, 1, 1]]]),
        jobs=np.append(ground.jobs, 1.0),
    )
    with pytest.raises(AumentaError, match="finer grid"):
        make_cells(more, 250)  # it touches that one square only, and the other has it


def test_heights_rise_eastwards_and_are_unknown_without_a_table(result: assembly.CellsResult) -> None:
    row = result.cells[result.cells["gy"] == 9_806].sort_values("gx")
    inner = row["height_m"].to_numpy()[2:-2]
    np.testing.assert_allclose(np.diff(inner), 25.0, atol=1e-3)
    ground = dataclasses.replace(small_ground(), heights=None)
    assert make_cells(ground, 500).cells["height_m"].isna().all()


def test_deviations_tell_every_kilometre(result: assembly.CellsResult) -> None:
    table = result.deviations
    assert len(table) == 24 and table["given"].sum() == result.cells["pop"].sum()
    assert (table["difference"] == table["given"] - table["expected"]).all()
    assert set(table["degurba"]) <= {1, 2, 3} and table["border"].any()  # the town lies at the rim
    nobody = table["census"] == 0
    assert nobody.sum() == 3 and (table.loc[nobody, "given"] == 0).all()
    inhabited = result.cells.groupby([result.cells["gx"] // 4, result.cells["gy"] // 4])[
        "inhabited"
    ].nunique()
    assert (inhabited == 1).all() and (~result.cells["inhabited"]).sum() == 3 * 16


def test_a_territory_without_a_census_says_so() -> None:
    ground = dataclasses.replace(
        small_ground(), census=km_files.no_people(), settlements=km_files.no_settlements()
    )
    found = make_cells(ground, 250)
    assert found.cells["pop"].sum() == ground.residents.sum() and found.cells["inhabited"].any()
    assert any("no census" in note for note in found.notes) and found.deviations.empty
    assert found.cells["employed"].isna().all() and any("how many residents work" in n for n in found.notes)
    assert found.cells["full"].any()


def test_the_same_ground_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_cells(small_ground(), 250).cells.to_parquet(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_too_many_cells_and_no_such_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUMENTA_MAX_CELLS", "100")
    get_settings.cache_clear()
    try:
        with pytest.raises(AumentaError, match="AUMENTA_MAX_CELLS"):
            make_cells(small_ground(), 250)
        assert len(make_cells(small_ground(), 1000).cells) <= 24
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    with pytest.raises(AumentaError, match="one of 100"):
        make_cells(small_ground(), 300)


def test_progress_names_each_step() -> None:
    steps: list[str] = []
    make_cells(small_ground(), 1000, steps.append)
    assert steps == ["people", "degree of urbanisation", "jobs", "table of cells"]


def test_opportunities_find_their_cell(result: assembly.CellsResult) -> None:
    x = np.array([X + 130.0, X - 100.0, X - 100.0, X + 90_000.0])
    y = np.array([Y + 130.0, Y + 600.0, Y + 600.0, Y + 500.0])
    lon, lat = grid.to_lonlat(x, y)
    table = gpd.GeoDataFrame(
        {
            "id": ["in", "rim", "outside", "away", "unplaced"],
            "municipality": ["1", "1", None, "1", "2"],
            "cell": None,
            "geometry": [*shapely.points(lon, lat), None],
        },
        crs="EPSG:4326",
    )
    found = assign_cells(table, result.cells)
    wanted = ["CRS3035RES250mN2450000E4100000", "CRS3035RES250mN2450500E4100000", None, None, None]
    assert found["cell"].tolist() == wanted and table["cell"].isna().all()
    assert assign_cells(table.iloc[:0], result.cells).empty


def torino_ground(shared: Path) -> Ground:
    """Turin from the collected data and the pack's compact figures."""
    data = shared / "data/torino"
    shapes = gpd.read_file(data / "municipalities.geojson").sort_values("istat_code")
    ids = shapes["istat_code"].tolist()
    about = pd.read_csv(data / "municipalities.csv", dtype=str, keep_default_na=False).set_index("istat_code")
    ages = pd.read_csv(data / "municipal/population_age_sex_2022_2023.csv", dtype={"istat_code": str})
    ages = ages[ages["year"] == 2023].assign(residents=lambda t: t["F"] + t["M"])
    ages = ages.rename(columns={"istat_code": "municipality"})
    frame = pd.read_csv(data / "municipal/istat_frame_territoriale_2023.csv", dtype=str)
    frame = frame[frame["section"] == "total"].set_index("istat_code")
    return Ground(
        municipality=ids,
        zone=about.loc[ids, "zone_no"].tolist(),
        band=about.loc[ids, "altimetric_zone"].tolist(),
        polygons=grid.project(shapes.geometry.to_numpy()),
        residents=people.group_residents(ages, ids),
        jobs=pd.to_numeric(frame["persons_employed"].reindex(ids), errors="coerce").to_numpy(float),
        census=km_files.census(pd.read_csv(TORINO / "people_1km.csv")),
        heights=km_files.km_heights(pd.read_csv(TORINO / "heights_1km.csv")),
        settlements=km_files.settlements(pd.read_csv(TORINO / "settlements.csv")),
    )


@pytest.mark.shared
def test_turin(shared_dir: Path) -> None:
    ground = torino_ground(shared_dir)
    start = time.perf_counter()
    found = make_cells(ground, 250)
    assert time.perf_counter() - start < 8.0
    cells = found.cells
    assert len(cells) == 109_310 and int(cells["inhabited"].sum()) == 62_148
    assert cells["pop"].sum() == 2_198_237
    assert (cells["pop_0_14"] + cells["pop_15_18"]).sum() == 342_318
    assert cells["pop_19_39"].sum() == 462_684
    assert cells["pop_40_64"].sum() == 816_041 and cells["pop_65p"].sum() == 577_194
    sums = cells.groupby("municipality")[list(people.GROUPS)].sum().reindex(ground.municipality)
    assert (sums.to_numpy() == ground.residents).all()
    assert cells.groupby("band")["pop"].sum().to_dict() == {
        "pianura": 1_614_896, "collina": 447_624, "montagna": 135_717,
    }  # fmt: skip
    assert math.fsum(cells["jobs"].dropna()) == pytest.approx(737_660, abs=1e-6)
    assert cells.loc[cells["jobs"].isna(), "municipality"].nunique() == 4
    table = found.deviations
    # measured 0.55 % of all residents; scaling each municipality alone leaves 2.3 %
    assert table["difference"].abs().sum() / table["expected"].sum() < 0.007
    assert table["expected"].sum() == pytest.approx(2_202_461, abs=1)


@pytest.mark.shared
def test_types_of_turins_municipalities_against_the_official_ones(shared_dir: Path) -> None:
    ground = torino_ground(shared_dir)
    about = pd.read_csv(
        shared_dir / "data/torino/municipalities.csv", dtype={"istat_code": str}, keep_default_na=False
    )
    official = about.set_index("istat_code")["degurba_2018"].astype(int)

    def agreeing(ground: Ground) -> tuple[int, int]:
        cells = make_cells(ground, 250).cells
        types = degurba.municipality_types(cells["municipality"], cells["pop"], cells["degurba"])
        types = types.set_index("municipality")["type"].astype(int)
        same = types == official.reindex(types.index)
        return int(same.sum()), int(((types == 3) & (official.reindex(types.index) < 3)).sum())

    assert agreeing(ground)[0] >= 280  # measured 282 of 312, with the census of 2021
    # The official types rest on the grid of 2011: with it no town or city is taken for rural (measured 289).
    table = pd.read_csv(
        shared_dir / "data/torino/grid/population_1km_2006_2021.csv", na_values=[""], keep_default_na=False
    )
    gx, gy, _ = grid.decode(table["cell_id"].to_numpy())
    earlier = pd.DataFrame(
        {
            "n_km": gy, "e_km": gx, "total": table["pop_2011"].fillna(0), "land": table["c21_land_surface"],
            "employed": 0, "inside_ha": table["ha_in_province"],
        }
    )  # fmt: skip
    same, wrongly_rural = agreeing(dataclasses.replace(ground, census=km_files.census(earlier)))
    assert same >= 287 and wrongly_rural == 0
