# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Every table of the twin that the data page offers: what it is, its columns, its licence, and how it is read.

Tables under different licences are different files: opportunities are parted by licence, so that what came under
ODbL stays ODbL and touches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from aumenta.plan.connections import all_connections
from aumenta.plan.tables import tables as plan_tables
from aumenta.store.manifest import SourceEntry
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.words import MEASURES


@dataclass(frozen=True)
class DataTable:
    """A table that can be downloaded. `make` reads it anew (rows in a stable order); `formats` are file endings."""

    id: str
    group: str
    title: Text
    about: Text
    columns: tuple[str, ...]
    rows: int
    licence: str
    attribution: tuple[str, ...]
    formats: tuple[str, ...]
    make: Callable[[], pd.DataFrame]


#: Groups in the order of the page.
GROUPS: dict[str, Text] = {
    "territory": Text(it="Territorio", en="Territory"),
    "opportunities": Text(it="Ciò che si raggiunge", en="What people reach"),
    "values": Text(it="Valori degli indicatori", en="Values of the indicators"),
    "plan": Text(it="Piano", en="Plan"),
    "about": Text(it="Sui dati", en="About the data"),
}
PLAIN, SHAPED = ("csv", "parquet"), ("csv", "geojson", "parquet")


def all_tables(twin: Twin) -> dict[str, DataTable]:
    """The tables of a twin by id, in the order of the page."""
    found = [*_territory(twin), *_opportunities(twin), *_values(twin), *_plan(twin), *_about(twin)]
    return {table.id: table for table in found}


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


def _attribution(sources: Iterable[SourceEntry]) -> tuple[str, ...]:
    return tuple(sorted({s.attribution or s.title.en for s in sources}))


def _licences(sources: Iterable[SourceEntry]) -> str:
    return ", ".join(sorted({s.licence for s in sources if s.licence}))


def is_odbl(licence: str) -> bool:
    """Whether a licence is the Open Database License, whose tables stay apart."""
    return "odbl" in licence.casefold()


# Territory


def _territory(twin: Twin) -> list[DataTable]:
    open_sources = [s for s in twin.sources.values() if not is_odbl(s.licence)]
    licence, thanks = twin.manifest.pack.licence, _attribution(open_sources)
    places, cells = twin.places(), twin.cells()
    return [
        DataTable(
            "places",
            "territory",
            _t("Luoghi", "Places"),
            _t(
                "Comuni, zone, fasce altimetriche e metropoli, con i confini.",
                "Municipalities, zones, altitude bands and the metropolis, with their borders.",
            ),
            tuple(places.columns),
            len(places),
            licence,
            thanks,
            SHAPED,
            twin.places,
        ),
        DataTable(
            "cells",
            "territory",
            _t("Celle", "Cells"),
            _t(
                "Griglia europea ETRS89-LAEA: residenti, addetti, altitudine, grado di urbanizzazione (stime).",
                "European grid ETRS89-LAEA: residents, jobs, height, degree of urbanisation (estimates).",
            ),
            tuple(cells.columns),
            len(cells),
            licence,
            thanks,
            SHAPED,
            twin.cells,
        ),
    ]


def _opportunities(twin: Twin) -> list[DataTable]:
    every = twin.opportunities()
    tables = []
    for licence in sorted(every["licence"].dropna().unique()):
        chosen = every[every["licence"] == licence]
        sources = [twin.sources[s] for s in sorted(chosen["source"].unique()) if s in twin.sources]
        tables.append(
            DataTable(
                f"opportunities-{slug(licence)}",
                "opportunities",
                _t(f"Opportunità ({licence})", f"Opportunities ({licence})"),
                _t(
                    "Scuole, presìdi sanitari, stazioni e altro, con il peso; senza punto se si sa solo il comune.",
                    "Schools, health facilities, stations and more, with weight; no point if only the town is known.",
                ),
                tuple(chosen.columns),
                len(chosen),
                licence,
                _attribution(sources),
                SHAPED,
                _opportunity_reader(twin, licence),
            )
        )
    return tables


def _opportunity_reader(twin: Twin, licence: str) -> Callable[[], pd.DataFrame]:
    def read() -> pd.DataFrame:
        every = twin.opportunities()
        chosen: pd.DataFrame = every[every["licence"] == licence]
        return chosen.sort_values("id", kind="stable").reset_index(drop=True)

    return read


def slug(text: str) -> str:
    """A word for file names.

    >>> slug("CC BY 4.0")
    'cc-by-4.0'
    """
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold()).strip("-.")


# Values


def _values(twin: Twin) -> list[DataTable]:
    tables = []
    for key, indicator in twin.indicators.items():
        rows = twin.values(key)
        sources = [twin.sources[s] for s in indicator.sources if s in twin.sources]
        measure = MEASURES.get(indicator.measure, _t(indicator.measure, indicator.measure))
        tables.append(
            DataTable(
                f"values-{key}",
                "values",
                indicator.name,
                _t(
                    f"{measure.it}. {indicator.description.it} Unità: {indicator.unit.it}.",
                    f"{measure.en}. {indicator.description.en} Unit: {indicator.unit.en}.",
                ),
                tuple(rows.columns),
                len(rows),
                _licences(sources) or twin.manifest.pack.licence,
                _attribution(sources),
                PLAIN,
                _value_reader(twin, key),
            )
        )
    return tables


def _value_reader(twin: Twin, indicator: str) -> Callable[[], pd.DataFrame]:
    return lambda: twin.values(indicator)


# Plan

_PLAN_TITLES: dict[str, Text] = {
    "actions": _t("Azioni", "Actions"),
    "items": _t("Voci delle schede", "Entries of the sheets"),
    "examples": _t("Esempi citati", "Examples named"),
    "axes": _t("Assi", "Axes"),
    "strategies": _t("Strategie", "Strategies"),
    "fields": _t("Campi delle schede", "Fields of the sheets"),
    "frameworks": _t("Quadri di riferimento", "Frameworks"),
    "framework_items": _t("Voci dei quadri di riferimento", "Entries of the frameworks"),
    "aliases": _t("Nomi normalizzati e grafie", "Normalised names and spellings"),
    "citations": _t("Azioni citate nel testo", "Actions cited in the text"),
    "sdgs": _t("Obiettivi ONU (editoriale)", "UN goals (editorial)"),
    "indicators": _t("Indicatori che parlano delle azioni", "Indicators that speak for actions"),
    "strategy_texts": _t("Sintesi delle strategie", "Summaries of the strategies"),
    "action_texts": _t("Sintesi delle azioni", "Summaries of the actions"),
    "axis_names": _t("Nomi degli assi nel documento", "Names of the axes in the document"),
    "revisions": _t("Revisioni", "Revisions"),
    "plan": _t("Il piano", "The plan"),
}
_FIRST = ("actions", "items", "examples", "strategies", "axes")


def _plan(twin: Twin) -> list[DataTable]:
    if not twin.has_plan:
        return []
    licence, about = twin.manifest.pack.licence, twin.plan.about
    thanks = (f"{about.title.it}, {about.body.it}",)
    frames = plan_tables(twin.plan)
    names = [*(n for n in _FIRST if n in frames), *(n for n in frames if n not in _FIRST)]
    tables = [
        _plain_table(
            f"plan-{name}", "plan", _PLAN_TITLES.get(name, _t(name, name)), frames[name], licence, thanks
        )
        for name in names
        if len(frames[name])
    ]
    ties = pd.DataFrame(
        [
            {
                "source": c.source,
                "target": c.target,
                "kind": c.kind,
                "weight": c.weight,
                "via": c.via,
                "lines": " ".join(str(line) for line in c.lines),
                "reason_it": c.reason.it,
                "reason_en": c.reason.en,
            }
            for c in all_connections(twin.plan)
        ]
    )
    title = _t("Legami fra le azioni", "Connections between actions")
    return [*tables, _plain_table("plan-connections", "plan", title, ties, licence, thanks)]


# About the data


def _about(twin: Twin) -> list[DataTable]:
    licence = twin.manifest.pack.licence
    layers = pd.DataFrame(
        [
            {
                "id": e.id,
                "name_it": e.name.it,
                "name_en": e.name.en,
                "readiness": e.readiness,
                "status": e.status,
                "complete": e.complete,
                "known_extent": e.known_extent
                if isinstance(e.known_extent, str)
                else " ".join(map(str, e.known_extent)),
                "sources": " ".join(e.sources),
                "reason_it": e.reason.it if e.reason else None,
                "reason_en": e.reason.en if e.reason else None,
                "bring_it": e.bring.it if e.bring else None,
                "bring_en": e.bring.en if e.bring else None,
            }
            for e in twin.layers
        ]
    )
    sources = pd.DataFrame([_source_row(s) for s in twin.sources.values()])
    indicators = pd.DataFrame([_indicator_row(i) for i in twin.indicators.values()])
    return [
        _plain_table(
            "layers",
            "about",
            _t("Strati e loro prontezza", "Layers and their readiness"),
            layers,
            licence,
            (),
        ),
        _plain_table("sources", "about", _t("Fonti", "Sources"), sources, licence, ()),
        _plain_table(
            "indicators",
            "about",
            _t("Definizioni degli indicatori", "Definitions of the indicators"),
            indicators,
            licence,
            (),
        ),
    ]


def _source_row(source: SourceEntry) -> dict[str, Any]:
    row = source.model_dump(mode="json", exclude={"title"})
    return {"id": row.pop("id"), "title_it": source.title.it, "title_en": source.title.en, **row}


def _indicator_row(indicator: Indicator) -> dict[str, Any]:
    texts = {
        f"{name}_{code}": getattr(indicator, name).get(code)
        for name in ("name", "unit", "description", "formula")
        for code in ("it", "en")
    }
    return {
        "id": indicator.id,
        "measure": indicator.measure,
        "direction": indicator.direction,
        "decimals": indicator.decimals,
        **texts,
        "level": " ".join(indicator.levels),
        "sources": " ".join(indicator.sources),
    }


def _plain_table(
    key: str, group: str, title: Text, frame: pd.DataFrame, licence: str, thanks: Sequence[str]
) -> DataTable:
    columns = tuple(str(c) for c in frame.columns)
    formats = SHAPED if isinstance(frame, gpd.GeoDataFrame) else PLAIN
    return DataTable(
        key, group, title, _t("", ""), columns, len(frame), licence, tuple(thanks), formats, lambda: frame
    )
