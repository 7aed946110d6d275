# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a question about travel times is answered with: minutes by cell, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options
from aumenta.errors import AccessError, Problem
from aumenta.territory.plane import EUROPE, Plane

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

#: Minutes of a cell that is not reached within the limit, in rows of bytes.
NOT_REACHED = 255
#: Seconds of the same in the cube.
NEVER = 65535
#: The plan's classes of minutes.
BANDS = (15, 30, 45, 60, 75, 90)


@dataclass(frozen=True)
class Grid:
    """The cells that times are of: INSPIRE codes, integer indices, side in metres."""

    names: NDArray[Any]
    gx: NDArray[np.int32]
    gy: NDArray[np.int32]
    resolution: int
    plane: Plane = EUROPE


@dataclass(frozen=True)
class Times:
    """Travel times between one point and all cells.

    `rows` uint8 (percentiles, cells): minutes rounded up, 255 = not reached within `options.max_minutes`. `cube`,
    where it was asked for, uint16 (cells, departures): seconds, 65535 = not reached. `toward`: whether people go to the
    point. `status` is `estimated` when streets or timetable rest on assumptions.
    """

    rows: NDArray[np.uint8]
    options: Options
    status: Literal["reported", "estimated"]
    toward: bool = False
    date: str | None = None
    grid: Grid | None = None
    cube: NDArray[np.uint16] | None = field(default=None, repr=False)

    @property
    def percentiles(self) -> tuple[int, ...]:
        """Percentiles that `rows` hold, in order."""
        return self.options.percentiles

    def row(self, percentile: int | None = None) -> NDArray[np.uint8]:
        """Minutes by cell at one percentile as bytes, 255 = not reached; without one the median, or else the first."""
        own = self.percentiles
        wanted = percentile if percentile is not None else 50 if 50 in own else own[0]
        if wanted not in own:
            problem = Problem(
                "percentile was not computed", found=str(wanted), expected=", ".join(map(str, own))
            )
            raise AccessError("The times cannot be given.", [problem])
        found: NDArray[np.uint8] = self.rows[own.index(wanted)]
        return found

    def minutes(self, percentile: int | None = None) -> pd.Series:
        """Minutes by cell as a Series, +inf = not reached within the limit."""
        import pandas as pd  # noqa: PLC0415 - heavy, and not needed for maps

        row = self.row(percentile)
        values = row.astype(np.float32)
        values[row == NOT_REACHED] = np.inf
        index = None if self.grid is None else pd.Index(self.grid.names, name="cell")
        return pd.Series(values, index=index, name="minutes")

    def reached(
        self, weights: NDArray[np.float64], cutoffs: Sequence[int] = BANDS, percentile: int | None = None
    ) -> NDArray[np.float64]:
        """Sum of weights by cell that lies within each cut-off in minutes; in the shape of the cut-offs."""
        counted = np.bincount(self.row(percentile), weights=weights, minlength=256)
        total: NDArray[np.float64] = np.cumsum(counted[:NOT_REACHED])[np.asarray(cutoffs)]
        return total

    def isochrones(self, cutoffs: Sequence[int] = BANDS, percentile: int | None = None) -> gpd.GeoDataFrame:
        """Areas reached within each cut-off, as polygons (EPSG:4326); see `aumenta.access.isochrones`."""
        from aumenta.access.isochrones import isochrones  # noqa: PLC0415

        grid = self._grid()
        return isochrones(grid.gx, grid.gy, self.row(percentile), cutoffs, grid.resolution, grid.plane)

    def to_gdf(self, percentile: int | None = None) -> gpd.GeoDataFrame:
        """Reached cells as points (centres, EPSG:4326) with `cell` and `minutes`."""
        import geopandas as gpd  # noqa: PLC0415

        grid, row = self._grid(), self.row(percentile)
        at = np.flatnonzero(row != NOT_REACHED)
        x, y = ((np.asarray(index)[at].astype(float) + 0.5) * grid.resolution for index in (grid.gx, grid.gy))
        points = gpd.points_from_xy(x, y, crs=grid.plane.crs)
        data = {"cell": np.asarray(grid.names)[at], "minutes": row[at]}
        return gpd.GeoDataFrame(data, geometry=points).to_crs(4326)

    def _grid(self) -> Grid:
        if self.grid is None:
            problem = Problem("the network was opened alone", expected="Twin.reach, or Router(..., grid=...)")
            raise AccessError("The cells of these times are not known.", [problem])
        return self.grid
