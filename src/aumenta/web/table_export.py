# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A table of the twin as CSV, GeoJSON or (Geo)Parquet: same rows, same order, same bytes for the same build."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from aumenta.store.build_files import write_frame, write_geo
from aumenta.web.table_text import field, quoted

#: Decimals of degrees in CSV and GeoJSON: about one metre.
DECIMALS = 5


def to_csv(frame: pd.DataFrame) -> bytes:
    """CSV in UTF-8. Points become `lon` and `lat`; polygons are left out (they are in the other formats).

    Texts that look like formulas are escaped as `aumenta.web.table_text` says.
    """
    table = pd.DataFrame(frame.drop(columns="geometry")) if "geometry" in frame else frame.copy()
    if is_points(frame):
        table["lon"], table["lat"] = _degrees(frame)
    columns = [_fields(table[name]) for name in table.columns]
    lines = [",".join(quoted(str(name)) for name in table.columns)]
    lines += [",".join(row) for row in zip(*columns, strict=True)]
    return ("\n".join(lines) + "\n").encode()


def _fields(column: pd.Series[Any]) -> list[str]:
    """A column as fields; each text that repeats is written once."""
    values = column.astype(object).where(column.notna(), None).tolist()
    if pd.api.types.is_numeric_dtype(column):
        return [field(value) for value in values]
    known = {value: quoted(field(value)) for value in set(values)}
    return [known[value] for value in values]


def is_points(frame: pd.DataFrame) -> bool:
    """Whether a table has points, some or all of its rows."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return False
    kinds = set(frame.geometry.dropna().geom_type)
    return bool(kinds) and kinds <= {"Point"}


def _degrees(frame: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    shapes = frame.geometry.to_numpy()
    return np.round(shapely.get_x(shapes), DECIMALS), np.round(shapely.get_y(shapes), DECIMALS)


def to_geojson(frame: gpd.GeoDataFrame, heading: dict[str, Any]) -> bytes:
    """GeoJSON (RFC 7946) with `heading` (name, licence, attribution) beside the features."""
    names = [name for name in frame.columns if name != "geometry"]
    records = [[_plain(v) for v in column] for column in (frame[name].tolist() for name in names)]
    shapes = _shapes(frame)
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
    parts = []
    for number, shape in enumerate(shapes):
        own = dump({name: column[number] for name, column in zip(names, records, strict=True)})
        parts.append(f'{{"type":"Feature","properties":{own},"geometry":{shape}}}')
    head = dump({"type": "FeatureCollection", **heading})[:-1]
    return (head + ',"features":[\n' + ",\n".join(parts) + "\n]}\n").encode()


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, bool | int | float | str) else str(value)


def _shapes(frame: gpd.GeoDataFrame) -> list[str]:
    """Geometry of every row as GeoJSON text; `null` where there is none."""
    if is_points(frame):
        longitude, latitude = _degrees(frame)
        return [
            "null" if np.isnan(x) else f'{{"type":"Point","coordinates":[{x},{y}]}}'
            for x, y in zip(longitude.tolist(), latitude.tolist(), strict=True)
        ]
    rounded = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    return [text if text is not None else "null" for text in shapely.to_geojson(rounded)]


def to_parquet(frame: pd.DataFrame) -> bytes:
    """GeoParquet where the table has geometry, else Parquet; the writer's options are the twin's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        if isinstance(frame, gpd.GeoDataFrame):
            write_geo(frame, path)
        else:
            write_frame(frame, path)
        return path.read_bytes()
