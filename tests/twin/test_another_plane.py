# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The toy metropolis carried to the southern Atlantic, metre by metre: the same figures, on a plane of its own.

Whatever still took metres for those of EPSG:3035 would lie thousands of kilometres off.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from aumenta.store.packs import BUNDLED
from aumenta.territory import grid
from aumenta.territory.plane import EUROPE, Plane
from aumenta.twin import Twin, build
from aumenta.twin.build_inputs import USUAL_PLANE
from aumenta.web.map_cells import mercator_of_grid, place_cells

SOUTH = Plane.named("LAEA40.00S10.00W")
#: Where the corner of the toy's square kilometres goes: whole kilometres, so that every cell stays a cell.
FROM, TO = (4_235_000, 2_330_000), (4_990_000, 4_990_000)
#: The middle of a municipality is then the middle of a cell, and no point as near to one as to another.
RESOLUTION = 1000
#: The hub stands on the line between two cells, as near to one as to the other: it is put a hundred metres south.
HUB, ASIDE = (9.1443227, 44.2387988), 0.0009
PLACES = ("lon", "lat"), ("seat_lon", "seat_lat")


def moved(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees here to degrees there, by the same metres from the corner."""
    x, y = EUROPE.to_metres(lon, lat)
    lon, lat = SOUTH.to_degrees(x - FROM[0] + TO[0], y - FROM[1] + TO[1])
    return lon.round(9), lat.round(9)


def carry(pack: Path) -> None:
    """Change every place of a pack."""
    folder = pack / "territory"
    for path in sorted(folder.rglob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        for lon, lat in PLACES:
            if lon in table and lat in table:
                told = (table[lon] != "").to_numpy()
                there = moved(
                    table.loc[told, lon].astype(float).to_numpy(),
                    table.loc[told, lat].astype(float).to_numpy(),
                )
                for name, values in zip((lon, lat), there, strict=True):
                    table.loc[told, name] = [f"{value:.9f}" for value in values]
        for name, start, end in (("e_km", FROM[0], TO[0]), ("n_km", FROM[1], TO[1])):
            if name in table:
                table[name] = (table[name].astype(int) + (end - start) // 1000).astype(str)
        table.to_csv(path, index=False, lineterminator="\n")
    path = folder / "municipalities.geojson"
    shapes = json.loads(path.read_text())
    for feature in shapes["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        shape = shapely.transform(shape, lambda p: np.column_stack(moved(p[:, 0], p[:, 1])))
        feature["geometry"] = json.loads(shapely.to_geojson(shape))
    path.write_text(json.dumps(shapes))
    path = folder / "territory.yaml"
    text = path.read_text().replace('crs: "EPSG:3035"', f"crs: {SOUTH.name}")
    for pair in ((HUB[0], round(HUB[1] - ASIDE, 7)), (9.3, 44.235), (9.26, 44.2)):
        there = [f"{float(value):.7f}" for value in moved(*(np.array(one) for one in pair))]
        assert f"lon: {pair[0]}, lat: {pair[1]}" in text
        text = text.replace(f"lon: {pair[0]}, lat: {pair[1]}", f"lon: {there[0]}, lat: {there[1]}")
    path.write_text(text)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Twin, Twin]:
    """The toy at home and carried away."""
    folder = tmp_path_factory.mktemp("planes")
    for name in ("here", "there"):
        shutil.copytree(BUNDLED / "toy", folder / f"pack-{name}")
        path = folder / f"pack-{name}" / "territory/territory.yaml"
        path.write_text(path.read_text().replace(f"lat: {HUB[1]}", f"lat: {HUB[1] - ASIDE:.7f}"))
    carry(folder / "pack-there")
    here = build(folder / "pack-here", into=folder / "here", resolution=RESOLUTION)
    return here, build(folder / "pack-there", into=folder / "there", resolution=RESOLUTION)


def test_cells_are_the_same_and_lie_on_their_own_plane(twins: tuple[Twin, Twin]) -> None:
    here, there = (twin.cells() for twin in twins)
    assert EUROPE.name == USUAL_PLANE
    assert twins[0].plane == EUROPE and twins[1].plane == SOUTH
    assert "plane" not in twins[0].manifest.settings and twins[1].manifest.settings["plane"] == SOUTH.name
    assert (there["gx"] - here["gx"]).unique().tolist() == [(TO[0] - FROM[0]) // RESOLUTION]
    assert (there["gy"] - here["gy"]).unique().tolist() == [(TO[1] - FROM[1]) // RESOLUTION]
    for name in ("municipality", "pop", "pop_0_14", "pop_65p", "employed", "degurba", "full", "inhabited"):
        assert (here[name].to_numpy() == there[name].to_numpy()).all(), name
    np.testing.assert_allclose(here["jobs"], there["jobs"])
    gx, gy, side = grid.decode(there["cell"])
    assert (gx == there["gx"]).all() and (gy == there["gy"]).all() and side == RESOLUTION
    lon, lat = SOUTH.to_degrees((gx + 0.5) * side, (gy + 0.5) * side)
    assert np.abs(there.geometry.x - lon).max() < 1e-7 and np.abs(there.geometry.y - lat).max() < 1e-7


def test_every_value_is_the_same(twins: tuple[Twin, Twin]) -> None:
    here, there = (
        twin.values()[["indicator", "level", "place", "value", "status", "reason"]] for twin in twins
    )
    pd.testing.assert_frame_equal(here.drop(columns="value"), there.drop(columns="value"), check_dtype=False)
    off = np.abs(here["value"] - there["value"]) > 1e-6 * np.maximum(1, here["value"].abs())
    told = pd.DataFrame({"here": here["value"], "there": there["value"], "indicator": here["indicator"]})
    assert not off.any(), told[off].to_string()


def test_times_areas_and_journeys_are_the_same(twins: tuple[Twin, Twin]) -> None:
    point = (9.15, 44.24)
    points = point, tuple(float(one) for one in moved(*(np.array(one) for one in point)))
    times = [twin.reach(at) for twin, at in zip(twins, points, strict=True)]
    assert (times[0].row(50) == times[1].row(50)).all()
    areas = [one.isochrones([15, 30, 60]) for one in times]
    np.testing.assert_allclose(areas[0]["km2"], areas[1]["km2"])
    x, y = SOUTH.to_metres(*(areas[1].geometry.iloc[2].centroid.coords[0]))
    first = EUROPE.to_metres(*(areas[0].geometry.iloc[2].centroid.coords[0]))
    assert abs(float(x) - TO[0] - float(first[0]) + FROM[0]) < 5
    assert abs(float(y) - TO[1] - float(first[1]) + FROM[1]) < 5
    shown = times[1].to_gdf()
    assert (
        shown.crs.to_epsg() == 4326
        and (shown.geometry.y < -39).all()
        and len(shown) == len(times[0].to_gdf())
    )
    journeys = [
        twin.router().journey(at, int(np.argmax(one.row(50) < 60)), 8 * 3600)
        for twin, at, one in zip(twins, points, times, strict=True)
    ]
    assert journeys[0].arrival == journeys[1].arrival and len(journeys[0].legs) == len(journeys[1].legs)
    for leg in journeys[1].legs:
        assert all(lat < -39 for _, lat in leg.line)


def test_the_map_places_cells_where_they_are(twins: tuple[Twin, Twin]) -> None:
    there = twins[1].grid
    placing = place_cells(there.gx, there.gy, there.resolution, there.plane)
    assert placing.error_m < 0.1
    world = mercator_of_grid(
        there.gx[:1].astype(float), there.gy[:1].astype(float), there.resolution, there.plane
    )[0]
    lon, lat = SOUTH.to_degrees(there.gx[0] * RESOLUTION, there.gy[0] * RESOLUTION)
    assert world[0] == pytest.approx(float(lon) / 360 + 0.5, abs=1e-9)
    assert world[1] > 0.5 and float(lat) < 0
