# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""EPSG:3035 (ETRS89-LAEA Europe) in closed form, so that a question needs no projection library at its start.

Lambert's azimuthal equal-area projection on the GRS80 ellipsoid, oblique aspect: Snyder, *Map Projections, A Working
Manual* (USGS Professional Paper 1395, 1987), pages 187-190; EPSG Guidance Note 7-2, method 9820. The parameters are
those of EPSG:3035: centre 52 N 10 E, false easting 4,321,000 m, false northing 3,210,000 m.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]

_A = 6_378_137.0
_F = 1 / 298.257222101
_E2 = _F * (2 - _F)
_E = math.sqrt(_E2)
_LON0 = math.radians(10.0)
_LAT0 = math.radians(52.0)
_EAST, _NORTH = 4_321_000.0, 3_210_000.0


def _q(sin: Doubles) -> Doubles:
    """Snyder's q: the sine of the authalic latitude, times its value at the pole."""
    eccentric = _E * sin
    out: Doubles = (1 - _E2) * (sin / (1 - eccentric * eccentric) + np.arctanh(eccentric) / _E)
    return out


_QP = float(_q(np.float64(1.0)))  # type: ignore[arg-type]  # one number goes through the same formula
_RQ = _A * math.sqrt(_QP / 2)
_BETA0 = math.asin(float(_q(np.float64(math.sin(_LAT0)))) / _QP)  # type: ignore[arg-type]
_SIN0, _COS0 = math.sin(_BETA0), math.cos(_BETA0)
_D = _A * math.cos(_LAT0) / math.sqrt(1 - _E2 * math.sin(_LAT0) ** 2) / (_RQ * _COS0)


def to_metres(lon: ArrayLike, lat: ArrayLike) -> tuple[Doubles, Doubles]:
    """Longitude and latitude in degrees (ETRS89, for this purpose the same as WGS84) to x (east), y (north) in metres.

    Any shapes that broadcast together. Good to less than a millimetre against PROJ over Europe.

    >>> x, y = to_metres(10.0, 52.0)
    >>> round(float(x)), round(float(y))
    (4321000, 3210000)
    """
    turn = np.radians(np.asarray(lon, np.float64)) - _LON0
    sin_beta = _q(np.sin(np.radians(np.asarray(lat, np.float64)))) / _QP
    cos_beta = np.sqrt(np.maximum(0.0, 1 - sin_beta * sin_beta))
    cos_turn = np.cos(turn)
    scale = _RQ * np.sqrt(2 / (1 + _SIN0 * sin_beta + _COS0 * cos_beta * cos_turn))
    x = _EAST + scale * _D * cos_beta * np.sin(turn)
    y = _NORTH + scale / _D * (_COS0 * sin_beta - _SIN0 * cos_beta * cos_turn)
    return x, y


def to_degrees(x: ArrayLike, y: ArrayLike) -> tuple[Doubles, Doubles]:
    """Metres of EPSG:3035 to longitude, latitude in degrees; the inverse of `to_metres`, to 1e-9 degrees."""
    east = (np.asarray(x, np.float64) - _EAST) / _D
    north = (np.asarray(y, np.float64) - _NORTH) * _D
    rho = np.hypot(east, north)
    angle = 2 * np.arcsin(np.minimum(1.0, rho / (2 * _RQ)))
    sin, cos = np.sin(angle), np.cos(angle)
    unit = np.where(rho > 0, rho, 1.0)
    sin_beta = np.clip(cos * _SIN0 + north * sin * _COS0 / unit, -1.0, 1.0)
    lon = _LON0 + np.arctan2(east * sin, unit * _COS0 * cos - north * _SIN0 * sin)
    return np.degrees(lon), np.degrees(_latitude(sin_beta))


def _latitude(sin_beta: Doubles) -> Doubles:
    """Latitude (radians) of an authalic latitude: three steps of Newton on q suffice, poles apart."""
    goal = _QP * sin_beta
    lat: Doubles = np.arcsin(sin_beta)
    for _ in range(4):
        sin = np.sin(lat)
        slope = 2 * (1 - _E2) * np.cos(lat) / (1 - _E2 * sin * sin) ** 2
        lat = lat + (goal - _q(sin)) / np.where(np.abs(slope) > 1e-12, slope, 1.0)
    return lat
