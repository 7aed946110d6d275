# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The data page: every table with rows, columns, licence and formats, and how ready each layer is."""

from __future__ import annotations

from collections.abc import Mapping

from aumenta.web.data_table import DataTable
from aumenta.web.data_tables import GROUPS, is_odbl, tables_of
from aumenta.web.site import Site, Visit
from aumenta.web.table_columns import describe
from aumenta.web.words import READINESS, STATUSES

FORMATS = {"csv": "CSV", "geojson": "GeoJSON", "parquet": "Parquet"}


def register(site: Site) -> None:
    """Serve the page."""
    site.page("data", lambda visit: data_page(visit, tables_of(site)))
    site.later(lambda: tables_of(site))


def data_page(visit: Visit, tables: Mapping[str, DataTable]) -> str:
    """The page with all tables and layers."""
    twin = visit.site.twin
    groups = [(name, [t for t in tables.values() if t.group == key]) for key, name in GROUPS.items()]
    return visit.render(
        "data.html",
        groups=[(name, members) for name, members in groups if members],
        formats=FORMATS,
        file_url=lambda table, ending: f"/files/tables/{table.id}.{ending}",
        format_name=lambda table, ending: (
            "GeoParquet" if ending == "parquet" and "geojson" in table.formats else FORMATS[ending]
        ),
        describe=describe,
        is_odbl=is_odbl,
        layers=twin.layers,
        sources=twin.sources,
        readiness=READINESS,
        statuses=STATUSES,
        pack=twin.manifest.pack,
        manifest=twin.manifest,
    )
