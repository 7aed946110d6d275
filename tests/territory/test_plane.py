# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Planes: the closed form against PROJ at home and far from it, lengths against the geodesic, names and codes."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import TableError
from aumenta.territory import grid
from aumenta.territory.model import GridSpec
from aumenta.territory.plane import EUROPE, FALSE_ORIGIN, Plane

#: Centres in both hemispheres, at the equator, at the date line and near both poles.
CENTRES = ["LAEA30.05S51.20W", "LAEA0.00N78.47W", "LAEA17.71S178.06E", "LAEA69.65N18.96E", "LAEA78.22N15.65E",
           "LAEA77.85S166.67E", "LAEA35.68N139.69E", "LAEA40.71N74.01W", "LAEA89.00N45.00E"]  # fmt: skip
hundredths = st.tuples(st.integers(-8900, 8900), st.integers(-17999, 18000))


def _europe(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.uniform(-25, 45, count), rng.uniform(30, 72, count)


def _around(plane: Plane, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points within 2,000 km of a centre, by the geodesic."""
    rng = np.random.default_rng(11)
    lon, lat, _ = pyproj.Geod(ellps="GRS80").fwd(
        np.full(count, plane.lon0),
        np.full(count, plane.lat0),
        rng.uniform(0, 360, count),
        rng.uniform(0, 2e6, count),
    )
    return np.asarray(lon), np.asarray(lat)


def _turned(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Degrees between two longitudes, the short way round."""
    return np.abs((first - second + 180) % 360 - 180)


def test_metres_agree_with_proj_to_a_millimetre() -> None:
    lon, lat = _europe(20_000)
    there = pyproj.Transformer.from_crs(4258, 3035, always_xy=True)
    x, y = there.transform(lon, lat)
    ours_x, ours_y = EUROPE.to_metres(lon, lat)
    assert np.abs(ours_x - x).max() < 1e-3
    assert np.abs(ours_y - y).max() < 1e-3


def test_degrees_agree_with_proj() -> None:
    lon, lat = _europe(20_000)
    x, y = pyproj.Transformer.from_crs(4258, 3035, always_xy=True).transform(lon, lat)
    ours_lon, ours_lat = EUROPE.to_degrees(x, y)
    assert np.abs(ours_lon - lon).max() < 1e-9
    assert np.abs(ours_lat - lat).max() < 1e-9
    # PROJ's own way back is a series, a millimetre short of its way there.
    proj_lon, proj_lat = pyproj.Transformer.from_crs(3035, 4258, always_xy=True).transform(x, y)
    assert np.abs(ours_lon - proj_lon).max() < 2e-8
    assert np.abs(ours_lat - proj_lat).max() < 2e-8


def test_the_centre_and_single_numbers() -> None:
    x, y = EUROPE.to_metres(10.0, 52.0)
    assert (float(x), float(y)) == pytest.approx((4_321_000, 3_210_000), abs=1e-6)
    lon, lat = EUROPE.to_degrees(4_321_000, 3_210_000)
    assert (float(lon), float(lat)) == pytest.approx((10, 52), abs=1e-9)


@pytest.mark.parametrize("name", CENTRES)
def test_every_centre_agrees_with_proj(name: str) -> None:
    plane = Plane.named(name)
    lon, lat = _around(plane, 5_000)
    x, y = pyproj.Proj(plane.crs)(lon, lat)
    ours_x, ours_y = plane.to_metres(lon, lat)
    assert np.abs(ours_x - x).max() < 1e-3
    assert np.abs(ours_y - y).max() < 1e-3
    back_lon, back_lat = plane.to_degrees(ours_x, ours_y)
    # A degree of longitude is short near a pole: what counts is metres on the ground.
    assert (_turned(back_lon, lon) * np.cos(np.radians(lat))).max() < 1e-9
    assert np.abs(back_lat - lat).max() < 1e-9
    assert np.abs(back_lon).max() <= 180


@pytest.mark.parametrize("name", CENTRES)
def test_lengths_are_true_near_the_centre(name: str) -> None:
    """Within 100 km lengths differ from the geodesic by less than one part in 20,000; EPSG:3035 is far from that."""
    plane, geod, rng = Plane.named(name), pyproj.Geod(ellps="GRS80"), np.random.default_rng(3)
    count = 300
    lon, lat, _ = geod.fwd(
        np.full(count, plane.lon0),
        np.full(count, plane.lat0),
        rng.uniform(0, 360, count),
        rng.uniform(0, 1e5, count),
    )
    to_lon, to_lat, _ = geod.fwd(lon, lat, rng.uniform(0, 360, count), np.full(count, 5_000.0))
    x, y = plane.to_metres(lon, lat)
    to_x, to_y = plane.to_metres(to_lon, to_lat)
    assert np.abs(np.hypot(to_x - x, to_y - y) / 5_000 - 1).max() < 1 / 20_000


@given(hundredths, st.floats(-1e5, 1e5), st.floats(-1e5, 1e5))
def test_metres_come_back_and_names_say_the_plane(centre: tuple[int, int], east: float, north: float) -> None:
    plane = Plane(centre[1] / 100, centre[0] / 100)
    assert Plane.named(plane.name) == plane
    lon, lat = plane.to_degrees(FALSE_ORIGIN + east, FALSE_ORIGIN + north)
    x, y = plane.to_metres(lon, lat)
    assert (float(x) - FALSE_ORIGIN, float(y) - FALSE_ORIGIN) == pytest.approx((east, north), abs=1e-3)


@given(
    hundredths, st.integers(18_000, 22_000), st.integers(18_000, 22_000), st.sampled_from(grid.RESOLUTIONS)
)
def test_a_code_alone_says_where_its_cell_is(centre: tuple[int, int], gx: int, gy: int, side: int) -> None:
    plane = Plane(centre[1] / 100, centre[0] / 100)
    code = str(grid.encode([gx], [gy], side, plane)[0])
    assert code == f"{plane.name}RES{side}mN{gy * side}E{gx * side}"
    back_x, back_y, resolution = grid.decode([code])
    assert (back_x[0], back_y[0], resolution, Plane.of_code(code)) == (gx, gy, side, plane)


def test_the_grid_of_a_plane_goes_through_proj_and_back() -> None:
    plane = Plane.named("LAEA30.05S51.20W")
    assert plane.name == "LAEA30.05S51.20W"
    assert str(grid.encode([20_000], [20_001], 250, plane)[0]) == "LAEA30.05S51.20WRES250mN5000250E5000000"
    lon, lat = _around(plane, 500)
    x, y = grid.from_lonlat(lon, lat, plane)
    ours_x, ours_y = plane.to_metres(lon, lat)
    assert np.abs(x - ours_x).max() < 1e-3 and np.abs(y - ours_y).max() < 1e-3
    back_lon, back_lat = grid.to_lonlat(x, y, plane)
    assert np.abs(back_lon - lon).max() < 1e-7 and np.abs(back_lat - lat).max() < 1e-7


@pytest.mark.parametrize(
    "name",
    ["EPSG:4326", "LAEA", "LAEA30.05S51.2W", "LAEA-30.05S51.20W", "LAEA0.00S10.00E", "LAEA89.01N0.00E",
     "LAEA30.05S180.01W", "laea30.05S51.20W", "LAEA30.05S51.20W ", "LAEA030.05S51.20W", "LAEA30.05S051.20W"],
)  # fmt: skip
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no such plane"):
        Plane.named(name)
    with pytest.raises(ValueError, match="no such plane"):
        GridSpec(crs=name)


def test_a_plane_that_no_name_can_say_is_refused() -> None:
    for wrong in [(10.0, 52.0, 0.0, 0.0), (10.001, 52.0), (10.0, 89.5), (180.5, 0.0), (float("nan"), 0.0)]:
        with pytest.raises(ValueError, match="no plane has its centre"):
            Plane(*wrong)
    assert GridSpec().plane is EUROPE and GridSpec(crs="LAEA1.00N2.00E").plane == Plane(2.0, 1.0)
    assert Plane.around(-0.001, -0.001).name == "LAEA0.00N0.00E"


def test_codes_of_two_planes_are_not_one_grid() -> None:
    codes = ["CRS3035RES250mN2450000E4075000", "LAEA30.05S51.20WRES250mN5000000E5000250"]
    with pytest.raises(TableError) as error:
        grid.decode(codes)
    assert [problem.row for problem in error.value.problems] == [2]
    assert grid.decode(["RES250mN2450000E4075000", codes[0]])[2] == 250
    with pytest.raises(ValueError, match="not the code of a cell"):
        Plane.of_code("1272")
