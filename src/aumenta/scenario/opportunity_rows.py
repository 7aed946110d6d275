# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of the table of opportunities, as pure functions of a View: each gives another table and writes into none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from aumenta.scenario.catalogue import CELLS, OPPORTUNITIES, PLACES
from aumenta.store.view import View
from aumenta.territory.cells import assign_cells

#: Source and licence of what a scenario adds: an assumption of whoever wrote it.
SOURCE, LICENCE = "scenario", "CC0-1.0"


@dataclass(frozen=True, slots=True)
class NewRow:
    """An opportunity to add: a point in WGS84 degrees, or None and a municipality; weight None is not known."""

    id: str
    kind: str
    name: str
    weight: float | None
    point: tuple[float, float] | None
    municipality: str | None = None


def with_rows(view: View, rows: Sequence[NewRow]) -> View:
    """With more opportunities, estimated, each where its kind and id put it in the order of the table."""
    frame: gpd.GeoDataFrame = view[OPPORTUNITIES]
    made = gpd.GeoDataFrame(
        {
            "id": [one.id for one in rows],
            "kind": [one.kind for one in rows],
            "name": [one.name for one in rows],
            "weight": np.array([np.nan if one.weight is None else one.weight for one in rows], float),
            "municipality": np.array([one.municipality for one in rows], object),
            "source": SOURCE,
            "licence": LICENCE,
            "status": "estimated",
            "geometry": [None if one.point is None else shapely.Point(one.point) for one in rows],
        },
        geometry="geometry",
        crs=frame.crs,
    )
    made = _at_points(made, view)
    order = _order(frame, made)
    columns = {
        name: pd.Series(
            np.concatenate([_plain(frame[name]), _plain(made[name])])[order], dtype=frame[name].dtype
        )
        for name in frame.columns
        if name in made.columns
    }
    every = gpd.GeoDataFrame(columns, geometry="geometry", crs=frame.crs)
    return view.replaced({OPPORTUNITIES: every[list(frame.columns)]})


def _plain(column: pd.Series) -> NDArray[Any]:
    """Values of a column, of text and geometry as objects."""
    values = column.to_numpy()
    return values if values.dtype.kind in "fiub" else values.astype(object)


def _order(frame: pd.DataFrame, made: pd.DataFrame) -> NDArray[np.int64]:
    """Numbers of the rows of a table and of new ones after it in their common order; the table's keep theirs."""
    kind, code = (frame[name].to_numpy(object) for name in ("kind", "id"))
    new = list(zip(made["kind"], made["id"], strict=True))
    before = [int(((kind < one[0]) | ((kind == one[0]) & (code < one[1]))).sum()) for one in new]
    rank = np.empty(len(new), np.int64)
    rank[sorted(range(len(new)), key=new.__getitem__)] = np.arange(len(new))
    place = np.concatenate([np.arange(len(frame)), np.array(before, np.int64)])
    turn = np.concatenate([np.full(len(frame), len(new), np.int64), rank])
    return np.lexsort((turn, place)).astype(np.int64)


def without_row(view: View, code: str) -> View:
    """Without an opportunity."""
    frame: gpd.GeoDataFrame = view[OPPORTUNITIES]
    return view.replaced({OPPORTUNITIES: frame[frame["id"] != code].reset_index(drop=True)})


def with_weight(view: View, code: str, weight: float | None) -> View:
    """With another weight of an opportunity; None is not known."""
    frame: gpd.GeoDataFrame = view[OPPORTUNITIES]
    values = frame["weight"].to_numpy(float, copy=True)
    values[frame["id"].to_numpy() == code] = np.nan if weight is None else weight
    return view.replaced({OPPORTUNITIES: frame.assign(weight=values)})


def with_point(view: View, code: str, point: tuple[float, float]) -> View:
    """With an opportunity at another point, in the municipality and the cell that hold it."""
    frame: gpd.GeoDataFrame = view[OPPORTUNITIES]
    own = (frame["id"] == code).to_numpy()
    rows = frame[own]
    shapes = gpd.GeoSeries([shapely.Point(point)] * len(rows), index=rows.index, crs=rows.crs)
    moved = _at_points(rows.set_geometry(shapes), view)
    changed = {}
    for name in ("geometry", "municipality", "cell"):
        values = frame[name].to_numpy(object, copy=True)
        values[own] = moved[name].to_numpy(object)
        changed[name] = pd.Series(values, index=frame.index, dtype=frame[name].dtype)
    return view.replaced({OPPORTUNITIES: frame.assign(**changed)})


def _at_points(rows: gpd.GeoDataFrame, view: View) -> gpd.GeoDataFrame:
    """Rows with the municipality (the first by id that holds the point) and the cell of their points; those without a
    point keep their municipality.
    """
    places, points = view[PLACES], rows.geometry.to_numpy()
    towns = places[places["level"] == "municipality"].sort_values("id")
    codes, holder = towns["id"].to_numpy(object), rows["municipality"].to_numpy(object, copy=True)
    there = ~shapely.is_missing(points)
    holder[there] = None
    point_at, town_at = shapely.STRtree(towns.geometry.to_numpy()).query(points, predicate="intersects")
    for point, town in sorted(zip(point_at.tolist(), town_at.tolist(), strict=True), reverse=True):
        holder[point] = codes[town]
    return assign_cells(
        rows.assign(municipality=pd.Series(holder, index=rows.index, dtype=object)), view[CELLS]
    )
