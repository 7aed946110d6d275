# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plane of a territory: where its metres lie, in closed form, so that a question needs no projection library.

Lambert's azimuthal equal-area projection on the GRS80 ellipsoid, oblique aspect: Snyder, *Map Projections, A Working
Manual* (USGS Professional Paper 1395, 1987), pages 187-190; EPSG Guidance Note 7-2, method 9820. Areas are true
everywhere; lengths are only near the centre, which is why a territory far from Europe has a centre of its own: within
100 km of it lengths are true to one part in 20,000.

`EUROPE` is EPSG:3035. A plane of one's own is named after its centre, to a hundredth of a degree, and begins at
5,000,000 m east and north there: `LAEA30.05S51.20W`. The name stands in the codes of cells, so that a code alone says
where its cell is: `LAEA30.05S51.20WRES250mN5000000E5000250`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]

_A = 6_378_137.0
_F = 1 / 298.257222101
_E2 = _F * (2 - _F)
_E = math.sqrt(_E2)

#: False east and north of planes that are not Europe's: whole kilometres, and no code of a cell turns negative.
FALSE_ORIGIN = 5_000_000.0
#: Centre and false origin of EPSG:3035.
_EUROPE = (10.0, 52.0, 4_321_000.0, 3_210_000.0)
#: Farthest centre from the equator: at the poles the oblique formulas break down.
HIGHEST = 89.0
EXPECTED = "EPSG:3035, or LAEA and a centre to a hundredth of a degree such as LAEA30.05S51.20W"

_NAME = re.compile(r"LAEA(\d{1,2}\.\d{2})([NS])(\d{1,3}\.\d{2})([EW])")
#: What cells of EPSG:3035 begin with (INSPIRE), or nothing (Eurostat's own files), or the name of a plane.
CODE_HEAD = r"(?:CRS3035|LAEA\d{1,2}\.\d{2}[NS]\d{1,3}\.\d{2}[EW])?"
_CODE = re.compile(rf"({CODE_HEAD})RES\d+mN\d+E\d+")


def _q(sin: Doubles) -> Doubles:
    """Snyder's q: the sine of the authalic latitude, times its value at the pole."""
    eccentric = _E * sin
    out: Doubles = (1 - _E2) * (sin / (1 - eccentric * eccentric) + np.arctanh(eccentric) / _E)
    return out


_QP = float(_q(np.float64(1.0)))  # type: ignore[arg-type]  # one number goes through the same formula
_RQ = _A * math.sqrt(_QP / 2)


@dataclass(frozen=True)
class Plane:
    """A plane of metres: centre in degrees, and the metres east and north that the centre is given.

    Raises `ValueError` for a plane that has no name: a centre that is not on the earth, is within a degree of a pole or
    is finer than a hundredth of a degree; and, but for Europe's, another false origin than `FALSE_ORIGIN`.
    """

    lon0: float
    lat0: float
    east: float = FALSE_ORIGIN
    north: float = FALSE_ORIGIN

    def __post_init__(self) -> None:
        own = (self.lon0, self.lat0, self.east, self.north)
        fits = abs(self.lat0) <= HIGHEST and abs(self.lon0) <= 180
        fits = fits and own == (round(self.lon0, 2), round(self.lat0, 2), FALSE_ORIGIN, FALSE_ORIGIN)
        if not fits and own != _EUROPE:
            raise ValueError(f"no plane has its centre at {self.lon0:g}, {self.lat0:g}")

    @classmethod
    def around(cls, lon: float, lat: float) -> Plane:
        """The plane of one's own whose centre is nearest to a point.

        >>> Plane.around(-51.1983, -30.0512).name
        'LAEA30.05S51.20W'
        """
        # Adding zero turns a negative zero, which a name cannot hold, into zero.
        return cls(round(lon, 2) + 0.0, round(lat, 2) + 0.0)

    @classmethod
    def named(cls, name: str) -> Plane:
        """The plane of a name; `ValueError` says what was expected.

        >>> Plane.named("LAEA30.05S51.20W") == Plane(-51.2, -30.05), Plane.named("EPSG:3035") is EUROPE
        (True, True)
        """
        if name == EUROPE.name:
            return EUROPE
        parts = _NAME.fullmatch(name)
        if parts is not None:
            lat, lon = float(parts[1]), float(parts[3])
            if lat <= HIGHEST and lon <= 180:
                plane = cls(-lon if parts[4] == "W" else lon, -lat if parts[2] == "S" else lat)
                if plane.name == name:  # one name each: not 0.00S beside 0.00N
                    return plane
        raise ValueError(f"no such plane: {name!r}, expected {EXPECTED}")

    @classmethod
    def of_code(cls, code: str) -> Plane:
        """The plane that the code of a cell names; `ValueError` where it is no code of a cell.

        >>> Plane.of_code("CRS3035RES250mN2450000E4075000") is EUROPE
        True
        """
        parts = _CODE.fullmatch(code)
        if parts is None:
            raise ValueError(f"not the code of a cell: {code!r}")
        return EUROPE if parts[1] in ("", EUROPE.head) else cls.named(parts[1])

    @property
    def is_europe(self) -> bool:
        """Whether it is EPSG:3035."""
        return (self.lon0, self.lat0, self.east, self.north) == _EUROPE

    @property
    def name(self) -> str:
        """`EPSG:3035`, or the name after the centre."""
        return "EPSG:3035" if self.is_europe else self.head

    @property
    def head(self) -> str:
        """What the codes of its cells begin with."""
        if self.is_europe:
            return "CRS3035"
        north, east = ("S" if self.lat0 < 0 else "N"), ("W" if self.lon0 < 0 else "E")
        return f"LAEA{abs(self.lat0):.2f}{north}{abs(self.lon0):.2f}{east}"

    @property
    def crs(self) -> str:
        """The plane for PROJ, geopandas and GeoParquet."""
        if self.is_europe:
            return "EPSG:3035"
        centre = f"+lat_0={self.lat0:.12g} +lon_0={self.lon0:.12g}"
        return (
            f"+proj=laea {centre} +x_0={self.east:.12g} +y_0={self.north:.12g} +ellps=GRS80 +units=m +no_defs"
        )

    @cached_property
    def _centre(self) -> tuple[float, float, float, float]:
        """Centre's longitude in radians, sine and cosine of its authalic latitude, Snyder's D."""
        lat0 = math.radians(self.lat0)
        beta0 = math.asin(float(_q(np.float64(math.sin(lat0)))) / _QP)  # type: ignore[arg-type]
        stretch = _A * math.cos(lat0) / math.sqrt(1 - _E2 * math.sin(lat0) ** 2) / (_RQ * math.cos(beta0))
        return math.radians(self.lon0), math.sin(beta0), math.cos(beta0), stretch

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Doubles, Doubles]:
        """Longitude and latitude in degrees (ETRS89, for this purpose the same as WGS84) to x (east), y (north).

        Any shapes that broadcast together. Good to less than a millimetre against PROJ over a continent.

        >>> x, y = EUROPE.to_metres(10.0, 52.0)
        >>> round(float(x)), round(float(y))
        (4321000, 3210000)
        """
        lon0, sin0, cos0, stretch = self._centre
        turn = np.radians(np.asarray(lon, np.float64)) - lon0
        sin_beta = _q(np.sin(np.radians(np.asarray(lat, np.float64)))) / _QP
        cos_beta = np.sqrt(np.maximum(0.0, 1 - sin_beta * sin_beta))
        cos_turn = np.cos(turn)
        scale = _RQ * np.sqrt(2 / (1 + sin0 * sin_beta + cos0 * cos_beta * cos_turn))
        x = self.east + scale * stretch * cos_beta * np.sin(turn)
        y = self.north + scale / stretch * (cos0 * sin_beta - sin0 * cos_beta * cos_turn)
        return x, y

    def to_degrees(self, x: ArrayLike, y: ArrayLike) -> tuple[Doubles, Doubles]:
        """Metres to longitude, latitude in degrees; the inverse of `to_metres`, to 1e-9 degrees."""
        lon0, sin0, cos0, stretch = self._centre
        east = (np.asarray(x, np.float64) - self.east) / stretch
        north = (np.asarray(y, np.float64) - self.north) * stretch
        rho = np.hypot(east, north)
        angle = 2 * np.arcsin(np.minimum(1.0, rho / (2 * _RQ)))
        sin, cos = np.sin(angle), np.cos(angle)
        unit = np.where(rho > 0, rho, 1.0)
        sin_beta = np.clip(cos * sin0 + north * sin * cos0 / unit, -1.0, 1.0)
        lon = np.degrees(lon0 + np.arctan2(east * sin, unit * cos0 * cos - north * sin0 * sin))
        lon = np.where(
            lon > 180, lon - 360, np.where(lon < -180, lon + 360, lon)
        )  # a centre near the date line
        return lon, np.degrees(_latitude(sin_beta))


def _latitude(sin_beta: Doubles) -> Doubles:
    """Latitude (radians) of an authalic latitude: three steps of Newton on q suffice, poles apart."""
    goal = _QP * sin_beta
    lat: Doubles = np.arcsin(sin_beta)
    for _ in range(4):
        sin = np.sin(lat)
        slope = 2 * (1 - _E2) * np.cos(lat) / (1 - _E2 * sin * sin) ** 2
        lat = lat + (goal - _q(sin)) / np.where(np.abs(slope) > 1e-12, slope, 1.0)
    return lat


#: EPSG:3035, the plane of the European grids (INSPIRE).
EUROPE = Plane(*_EUROPE)
