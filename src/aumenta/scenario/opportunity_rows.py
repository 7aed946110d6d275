# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of the table of opportunities, as pure functions of a View: each gives another table and writes into none."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

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


def with_row(view: View, new: NewRow) -> View:
    """With one more opportunity, estimated, where its kind and id put it in the order of the table."""
    frame: gpd.GeoDataFrame = view[OPPORTUNITIES]
    row = {
        "id": new.id,
        "kind": new.kind,
        "name": new.name,
        "weight": np.nan if new.weight is None else new.weight,
        "municipality": new.municipality,
        "source": SOURCE,
        "licence": LICENCE,
        "status": "estimated",
        "geometry": None,
        "cell": None,
    }
    made = gpd.GeoDataFrame([row], geometry="geometry", crs=frame.crs)
    made = _at_point(made, view, new.point) if new.point is not None else made
    before = int(((frame["kind"] < new.kind) | ((frame["kind"] == new.kind) & (frame["id"] < new.id))).sum())
    columns = {
        name: _joined(frame[name], made[name], before) for name in frame.columns if name in made.columns
    }
    every = gpd.GeoDataFrame(columns, geometry="geometry", crs=frame.crs)
    return view.replaced({OPPORTUNITIES: every[list(frame.columns)]})


def _joined(column: pd.Series, value: pd.Series, before: int) -> pd.Series:
    """A column with one more value after the first `before`, of the same type."""
    values = column.to_numpy()
    one = np.empty(1, values.dtype)
    one[0] = value.iloc[0]
    return pd.Series(np.concatenate([values[:before], one, values[before:]]), dtype=column.dtype)


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
    moved = _at_point(frame[own], view, point)
    changed = {}
    for name in ("geometry", "municipality", "cell"):
        values = frame[name].to_numpy(object, copy=True)
        values[own] = moved[name].to_numpy(object)
        changed[name] = pd.Series(values, index=frame.index, dtype=frame[name].dtype)
    return view.replaced({OPPORTUNITIES: frame.assign(**changed)})


def _at_point(rows: gpd.GeoDataFrame, view: View, point: tuple[float, float]) -> gpd.GeoDataFrame:
    """Rows at a point, with its municipality (the first by id that holds it) and cell."""
    places, shape = view[PLACES], shapely.Point(point)
    towns = places[places["level"] == "municipality"]
    holders = towns.loc[shapely.intersects(towns.geometry.to_numpy(), shape), "id"]
    moved = rows.assign(municipality=min(holders) if len(holders) else None)
    moved = moved.set_geometry(gpd.GeoSeries([shape] * len(rows), index=rows.index, crs=rows.crs))
    return assign_cells(moved, view[CELLS])
