# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Parquet and GeoParquet with every option of the writer pinned, so that the same tables give the same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from aumenta.errors import Problem, TwinError
from aumenta.store.manifest import BuiltFile, Manifest

#: Rows of a group: one group for any table of places, a few for cells, so that a column is read in one go.
ROW_GROUP = 1 << 17
_WRITER: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": False,
    "row_group_size": ROW_GROUP,
}
GEO_VERSION = "1.1.0"


def write_arrow(table: pa.Table, path: Path) -> BuiltFile:
    """Write an arrow table; metadata that names versions of libraries is left out."""
    metadata = {k: v for k, v in (table.schema.metadata or {}).items() if k != b"pandas"}
    options = {key: value for key, value in _WRITER.items() if key != "row_group_size"}
    with pq.ParquetWriter(path, table.schema.remove_metadata(), **options) as writer:
        writer.write_table(table.replace_schema_metadata(None), row_group_size=ROW_GROUP)
        # Without the arrow schema the writer drops the table's own metadata, `geo` of GeoParquet among them.
        if metadata:
            writer.add_key_value_metadata(metadata)
    return built_file(path, rows=table.num_rows, columns=table.column_names)


def write_frame(frame: pd.DataFrame, path: Path) -> BuiltFile:
    """Write a data frame without its index."""
    return write_arrow(pa.Table.from_pandas(frame, preserve_index=False), path)


def write_geo(frame: gpd.GeoDataFrame, path: Path) -> BuiltFile:
    """Write a GeoDataFrame as GeoParquet (WKB, EPSG:4326, column `geometry`)."""
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise ValueError("GeoParquet of the twin is in EPSG:4326")
    shapes = frame.geometry.to_numpy()
    plain = pa.Table.from_pandas(pd.DataFrame(frame.drop(columns="geometry")), preserve_index=False)
    wkb = pa.array(shapely.to_wkb(shapes, hex=False), type=pa.binary())
    table = plain.append_column("geometry", wkb)
    kinds = sorted({shape.geom_type for shape in shapes if shape is not None})
    known = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": kinds, "crs": frame.crs.to_json_dict()}
    if known.any():
        column["bbox"] = [float(v) for v in np.round(shapely.total_bounds(shapes[known]), 9)]
    geo = {"version": GEO_VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
    return write_arrow(
        table.replace_schema_metadata({b"geo": json.dumps(geo, sort_keys=True).encode()}), path
    )


def write_json(text: str, path: Path) -> BuiltFile:
    """Write a JSON text."""
    path.write_text(text, encoding="utf-8", newline="\n")
    return built_file(path)


def built_file(path: Path, rows: int | None = None, columns: list[str] | None = None) -> BuiltFile:
    """Describe a written file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return BuiltFile(sha256=digest, bytes=path.stat().st_size, rows=rows, columns=columns or [])


def read_arrow(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table of the twin; `TwinError` when it is damaged."""
    try:
        return pq.read_table(path, columns=columns, memory_map=False, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        text = str(error).splitlines()[0][:200]
        raise TwinError(
            "The twin is damaged; build it again with `aumenta build`.", [Problem(text, str(path))]
        ) from None


def read_geo(path: Path, columns: list[str] | None = None) -> gpd.GeoDataFrame:
    """Read a GeoParquet table of the twin as a GeoDataFrame in EPSG:4326."""
    wanted = None if columns is None else [*(c for c in columns if c != "geometry"), "geometry"]
    table = read_arrow(path, wanted)
    shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    frame = table.drop_columns(["geometry"]).to_pandas()
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=4326), crs=4326)


def verify(folder: Path, manifest: Manifest) -> list[Problem]:
    """Read every file of a build and compare its sha256 with the manifest's; what does not fit."""
    problems = []
    for name, entry in manifest.files.items():
        path = folder / name
        found = built_file(path).sha256 if path.is_file() else "no file"
        if found != entry.sha256:
            problems.append(
                Problem("file of the build is damaged", str(path), found=found, expected=entry.sha256)
            )
    return problems
