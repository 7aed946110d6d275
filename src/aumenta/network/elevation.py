# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Heights of the ground, and what slope does to walking and cycling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aumenta.network.elevation_tiff import Raster, read_geotiff
from aumenta.network.model import BASE_SPEED, Doubles, Singles

#: Parkin and Rotheram 2010: m/s on the flat, lost per 1 % up, won per 1 % down, and the most.
_FLAT, _UP, _DOWN, _MOST = 6.01, 0.4002, 0.2379, 35 / 3.6


@dataclass(frozen=True, slots=True)
class Elevation:
    """A grid of heights in degrees (WGS84), read bilinearly between the middles of its pixels."""

    raster: Raster

    @classmethod
    def open(cls, path: Path | str) -> Elevation:
        """Read a GeoTIFF of one band in EPSG:4326 (`docs/streets.md` says which kinds).

        Raises NetworkError, naming the file and how to convert it, for any other.
        """
        return cls(read_geotiff(Path(path)))

    def at(self, lon: Doubles, lat: Doubles) -> Singles:
        """Metres at each point, float32; nan outside the grid and where a pixel around it has no height.

        A point within half a pixel of the grid's edge takes the height of the edge.
        """
        raster = self.raster
        column = (np.asarray(lon, np.float64) - raster.west) / raster.pixel_x - 0.5
        row = (raster.north - np.asarray(lat, np.float64)) / raster.pixel_y - 0.5
        rows, columns = raster.heights.shape
        inside = (column >= -0.5) & (column <= columns - 0.5) & (row >= -0.5) & (row <= rows - 0.5)
        column = np.clip(np.where(inside, column, 0), 0, columns - 1)
        row = np.clip(np.where(inside, row, 0), 0, rows - 1)
        left, top = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
        right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
        u, v = column - left, row - top
        total = np.zeros(u.shape)
        for r, c, share in (
            (top, left, (1 - u) * (1 - v)),
            (top, right, u * (1 - v)),
            (bottom, left, (1 - u) * v),
            (bottom, right, u * v),
        ):
            # A pixel without share says nothing, known or not.
            total += np.where(share > 0, share * raster.heights[r, c].astype(np.float64), 0.0)
        return np.where(inside, total, np.nan).astype(np.float32)


def foot_pace(slope: Doubles) -> Doubles:
    """Factor on walking time for rise over run, by Tobler's hiking function, 1 on the flat.

    Tobler 1993 (NCGIA TR 93-1): speed = 6 km/h * exp(-3.5 |slope + 0.05|). Fastest at 5 % down: factor 0.84.

    >>> foot_pace(np.array([0.0, 0.1, -0.05])).round(3).tolist()
    [1.0, 1.419, 0.839]
    """
    return np.asarray(np.exp(3.5 * (np.abs(slope + 0.05) - 0.05)))


def bike_pace(slope: Doubles, speed: Doubles) -> Doubles:
    """Factor on cycling time for rise over run where the flat speed is `speed` m/s; nobody rides slower than pushing.

    Parkin and Rotheram 2010 (Transport Policy 17:335-341): from 6.01 m/s on the flat 0.4002 m/s are lost per 1 % up
    and 0.2379 won per 1 % down, at most 35 km/h; taken as shares of the flat speed. At walking speed or below the
    bicycle is pushed, and Tobler's function counts.

    >>> bike_pace(np.array([0.0, 0.05, -0.05]), np.full(3, 4.2)).round(3).tolist()
    [1.0, 1.499, 0.835]
    """
    percent = 100 * slope
    share = np.where(
        slope > 0, 1 - percent * _UP / _FLAT, np.minimum(1 - percent * _DOWN / _FLAT, _MOST / _FLAT)
    )
    pushing = foot_pace(slope)
    push_speed = np.minimum(speed, BASE_SPEED["foot"])
    ridden = np.where((share > 0) & (speed > BASE_SPEED["foot"]), 1 / np.maximum(share, 1e-9), np.inf)
    return np.asarray(np.minimum(ridden, pushing * speed / push_speed))
