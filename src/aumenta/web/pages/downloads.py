# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Files to take away: every table of the data page in its formats, and the CSV beside each map."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aumenta.web.data_table import DataTable
from aumenta.web.data_tables import tables_of
from aumenta.web.map_classes import NO_CLASS
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.site import File, NotFoundError, Site
from aumenta.web.table_export import to_csv, to_geojson, to_parquet
from aumenta.web.table_text import csv_bytes

CSV = "text/csv; charset=utf-8"


def register(site: Site) -> None:
    """Serve the files."""
    maps = maps_of(site)
    for ending in ("csv", "geojson", "parquet"):
        site.file(f"tables/{{table}}.{ending}", _maker(site, ending))
    site.file(
        "map/{indicator}/{level}.csv", lambda path, query: map_csv(maps, path["indicator"], path["level"])
    )
    site.file("cells/{layer}.csv", lambda path, query: cells_csv(maps, path["layer"]))


def _maker(site: Site, ending: str):  # type: ignore[no-untyped-def]
    return lambda path, query: export(tables_of(site), path["table"], ending)


def export(tables: Mapping[str, DataTable], key: str, ending: str) -> File:
    """A table in one format; `NotFoundError` when there is no such table or it has no such format."""
    table = tables.get(key)
    if table is None or ending not in table.formats:
        raise NotFoundError(f"{key}.{ending}")
    frame, name = table.make(), f"{key}.{ending}"
    if ending == "csv":
        return File(to_csv(frame), CSV, name)
    if ending == "parquet":
        return File(to_parquet(frame), "application/vnd.apache.parquet", name)
    heading = {"name": key, "licence": table.licence, "attribution": list(table.attribution)}
    return File(to_geojson(frame, heading), "application/geo+json", name)


def map_csv(maps: MapData, indicator: str, level: str) -> File:
    """The table of a map of places: one row a place, ordered by id, with the class that colours it."""
    if indicator not in maps.index.indicators or level not in maps.index.values.get(indicator, {}):
        raise NotFoundError(f"{indicator}, {level}")
    header = [
        "id",
        "name",
        "zone",
        "band",
        "period",
        "value",
        "status",
        "reason",
        "source",
        "parts",
        "missing",
        "inferred",
    ]
    rows = []
    for row in sorted(maps.rows(indicator, level), key=lambda r: r.place.id):
        p, v = row.place, row.value
        rows.append(
            [
                p.id,
                p.name,
                p.zone,
                p.band,
                v.period,
                v.value,
                v.status,
                v.reason,
                v.source,
                v.parts,
                v.missing,
                v.inferred,
            ]
        )
    return File(csv_bytes(header, rows), CSV, f"{indicator}-{level}.csv")


def cells_csv(maps: MapData, layer: str) -> File:
    """The table of a map of cells: code, indices, municipality, value and class, in the order of the grid."""
    if layer not in maps.layers:
        raise NotFoundError(layer)
    definition, values, classes = maps.cell_values(layer)
    cells = maps.index.cells
    frame = pd.DataFrame({name: cells[name] for name in ("cell", "gx", "gy", "municipality")})
    frame["value"] = cells["band"] if definition.column == "band" else values.round(definition.decimals)
    frame["class"] = pd.array([None if c == NO_CLASS else int(c) for c in classes], dtype="Int64")
    return File(to_csv(frame), CSV, f"{layer}.csv")
