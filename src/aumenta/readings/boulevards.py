# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Metropolitan boulevards: stretches of roads above the municipality's whose flanks are as dense as the city.

The plan saw settlements that have grown along provincial and state roads until some stretches reach the density of the
consolidated city, and proposes to make boulevards of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
import shapely.ops
from numpy.typing import NDArray

from aumenta.readings.cell_codes import middles, plane_of
from aumenta.readings.inputs import CellArrays, Figures
from aumenta.readings.measure import Result
from aumenta.values.aggregate import Members, quantity, ratio, summed

#: Classes of roads above the municipality's.
CLASSES = ("state", "regional", "provincial")
#: Length of a stretch and depth of its flanks, metres.
STRETCH, FLANK = 250.0, 250.0
#: Residents per km2 from which flanks count as city: Eurostat's density of urban centres (DEGURBA).
DENSITY = 1_500.0


def boulevards(cells: CellArrays, members: Members, roads: Figures) -> Result:
    """Kilometres of roads above the municipality's, those of candidate stretches, and their share; and the stretches.

    Formula: every road is cut into stretches of 250 m; density = residents of the cells whose middle lies within 250 m
    of the stretch / area of those cells; a candidate has at least 1,500 residents per km2. A stretch belongs to the
    municipality of the cell nearest to its middle.

    `roads` needs `road`, `name`, `class` (state, regional, provincial, municipal), `seq`, `lon`, `lat`: the points of
    each road in order. Source of the density: Eurostat, degree of urbanisation (an urban centre).

    >>> codes = [f"CRS3035RES250mN{3210000 + 250 * n}E{4321000 + 250 * e}" for n in (-2, -1, 0, 1) for e in range(4)]
    >>> people = {"pop": np.full(16, 100)}
    >>> cells = CellArrays(np.array(codes, dtype=object), np.full(16, "a", dtype=object), 250, people)
    >>> road = pd.DataFrame({"road": "P1", "name": "n", "class": "provincial", "seq": [1, 2], "lon": [10.0, 10.0145],
    ...                      "lat": 52.0})
    >>> [float(d) for d in stretches(cells, road)["density"][:2]]
    [1600.0, 1600.0]
    """
    table = stretches(cells, roads.rows)
    above = table[table["class"].isin(CLASSES)].reset_index(drop=True)
    towns = sorted({str(name) for name in members.rows.loc[members.rows["level"] == "municipality", "part"]})
    km = above["metres"].to_numpy(np.float64) / 1000
    candidate = above["candidate"].to_numpy(bool)
    source = next((c.source for c in roads.columns.values() if c.source), None)

    def by_town(values: NDArray[np.float64]) -> pd.Series[float]:
        own = pd.Series(values).groupby(above["municipality"].to_numpy(dtype=object)).sum()
        return own.reindex(towns, fill_value=0.0 if roads.complete else np.nan)

    total, chosen = (
        quantity(towns, by_town(values), "estimated", "incomplete", [source] if source else [], cells.period)
        for values in (km, np.where(candidate, km, 0.0))
    )
    return Result(
        [
            summed("boulevards.roads_km", total, members),
            summed("boulevards.candidate_km", chosen, members),
            ratio("boulevards.candidate_share", chosen, total, members, 100),
        ],
        tables={"boulevards": table},
    )


def stretches(cells: CellArrays, roads: pd.DataFrame) -> pd.DataFrame:
    """Every stretch of every road: metres from its start, residents and density of the flanks, whether a candidate.

    Columns: road, name, class, from_metres, metres, municipality, residents, density, candidate, and lon/lat-free
    ends `x0, y0, x1, y1` (metres).
    """
    x, y = middles(cells.cell, cells.resolution)
    people = cells.column("pop")
    tree = shapely.STRtree(shapely.points(x, y))
    frames = [_of_road(group, cells, people, tree) for _, group in roads.groupby("road", sort=True)]
    columns = [
        "road",
        "name",
        "class",
        "from_metres",
        "metres",
        "municipality",
        "residents",
        "density",
        "candidate",
    ]
    return (
        pd.concat(frames, ignore_index=True)
        if frames
        else pd.DataFrame(columns=[*columns, "x0", "y0", "x1", "y1"])
    )


def _of_road(
    points: pd.DataFrame, cells: CellArrays, people: NDArray[np.float64], tree: shapely.STRtree
) -> pd.DataFrame:
    ordered = points.sort_values("seq", kind="stable")
    x, y = plane_of(cells.cell).to_metres(ordered["lon"], ordered["lat"])
    line = shapely.linestrings(np.column_stack([x, y]))
    length = float(line.length)
    starts = np.arange(0.0, length, STRETCH)
    ends = np.minimum(starts + STRETCH, length)
    keep = ends - starts > 1e-6
    starts, ends = starts[keep], ends[keep]
    parts = [shapely.ops.substring(line, a, b) for a, b in zip(starts, ends, strict=True)]
    which, near = tree.query(parts, predicate="dwithin", distance=FLANK)
    residents = np.bincount(which, people[near], minlength=len(parts))
    count = np.bincount(which, minlength=len(parts))
    with np.errstate(invalid="ignore", divide="ignore"):
        density = np.where(count > 0, residents / (count * cells.area_km2), np.nan)
    middle = shapely.line_interpolate_point(line, (starts + ends) / 2)
    ends_of = np.array([shapely.get_coordinates(part)[[0, -1]].ravel() for part in parts]).reshape(-1, 4)
    return pd.DataFrame(
        {
            "road": str(ordered["road"].iloc[0]),
            "name": ordered["name"].iloc[0],
            "class": str(ordered["class"].iloc[0]),
            "from_metres": starts,
            "metres": np.round(ends - starts, 3),
            "municipality": cells.municipality[tree.nearest(middle)],
            "residents": residents,
            "density": np.round(density, 3),
            "candidate": (density >= DENSITY) & (str(ordered["class"].iloc[0]) in CLASSES),
            **{name: np.round(ends_of[:, number], 1) for number, name in enumerate(("x0", "y0", "x1", "y1"))},
        }
    )
