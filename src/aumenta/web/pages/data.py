# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The data page: every table with rows, columns, licence and formats, and how ready each layer is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from markupsafe import Markup

from aumenta.values.text import Text
from aumenta.web.data_table import DataTable
from aumenta.web.data_tables import GROUPS, is_odbl, tables_of
from aumenta.web.i18n import Language
from aumenta.web.site import Site
from aumenta.web.table_columns import describe
from aumenta.web.words import READINESS, STATUSES

FORMATS = {"csv": "CSV", "geojson": "GeoJSON", "parquet": "Parquet"}


def register(site: Site) -> None:
    """Serve the page."""
    site.page("data", lambda visit: visit.render("data.html", body=body_of(site, visit.language)))
    for language in site.languages.values():
        site.later(partial(body_of, site, language))


def body_of(site: Site, language: Language) -> Markup:
    """All tables and layers of the build, written once a language."""
    return site.once(f"data-body/{language.code}", lambda: Markup(_body(site, language)))  # noqa: S704 - own template


def _body(site: Site, language: Language) -> str:
    twin, tables = site.twin, tables_of(site)
    groups = [
        (name, [t for t in tables.values() if t.group == key and not t.family], _families(tables, key))
        for key, name in GROUPS.items()
    ]
    context = {
        "groups": [group for group in groups if group[1]],
        "file_url": lambda table, ending: f"/files/tables/{table.id}.{ending}",
        "format_name": lambda table, ending: (
            "GeoParquet" if ending == "parquet" and "geojson" in table.formats else FORMATS[ending]
        ),
        "describe": describe,
        "is_odbl": is_odbl,
        "layers": twin.layers,
        "sources": twin.sources,
        "readiness": READINESS,
        "statuses": STATUSES,
        "manifest": twin.manifest,
        "layer_names": {layer.id: language.text(layer.name) for layer in twin.layers},
    }
    return site.templates.render_plain("partials/data_body.html", language.code, context)


def _families(
    tables: Mapping[str, DataTable], group: str
) -> list[tuple[Text, list[DataTable], tuple[str, ...]]]:
    """Tables of a group that belong to families, by family, with those to be named."""
    found: dict[str, tuple[Text, list[DataTable]]] = {}
    for table in tables.values():
        if table.group == group and table.family:
            found.setdefault(table.family.en, (table.family, []))[1].append(table)
    return [
        (family, own, tuple(sorted({thanks for table in own for thanks in table.attribution})))
        for family, own in found.values()
    ]
