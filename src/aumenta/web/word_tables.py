# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of words that the data page offers: the plan, layers, sources, definitions, published figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from aumenta.plan.check import Defect
from aumenta.plan.connections import all_connections
from aumenta.plan.tables import tables as flat_tables
from aumenta.store.manifest import LayerEntry, SourceEntry
from aumenta.twin.facade import Twin
from aumenta.twin.published import Comparison
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.data_table import DataTable, plain_table


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


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


def plan_tables(twin: Twin, defects: Sequence[Defect]) -> list[DataTable]:
    """The plan as flat tables, its connections and the defects that the check found."""
    if not twin.has_plan:
        return []
    licence, about = twin.manifest.pack.licence, twin.plan.about
    thanks = (f"{about.title.it}, {about.body.it}",)
    frames = flat_tables(twin.plan)
    names = [*(n for n in _FIRST if n in frames), *(n for n in frames if n not in _FIRST)]
    tables = [
        plain_table(
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
    found = pd.DataFrame(
        [
            {
                "code": d.code,
                "severity": d.severity,
                "where": d.where,
                "what_it": d.what.it,
                "what_en": d.what.en,
                "evidence": " | ".join(str(entry) for entry in d.evidence),
            }
            for d in defects
        ]
    )
    more = (
        ("connections", _t("Legami fra le azioni", "Connections between actions"), ties),
        ("defects", _t("Difetti del documento", "Defects of the document"), found),
    )
    return tables + [
        plain_table(f"plan-{name}", "plan", title, frame, licence, thanks)
        for name, title, frame in more
        if len(frame)
    ]


def about_tables(twin: Twin) -> list[DataTable]:
    """Layers, sources, definitions of the indicators, and the plan's published figures beside the twin's."""
    licence = twin.manifest.pack.licence
    tables = (
        ("layers", _t("Strati e loro prontezza", "Layers and their readiness"), map(_layer_row, twin.layers)),
        ("sources", _t("Fonti", "Sources"), map(_source_row, twin.sources.values())),
        (
            "indicators",
            _t("Definizioni degli indicatori", "Definitions of the indicators"),
            map(_indicator_row, twin.indicators.values()),
        ),
        (
            "published",
            _t(
                "Cifre stampate nel piano, accanto al gemello",
                "Figures that the plan printed, beside the twin's",
            ),
            map(_published_row, twin.published()),
        ),
    )
    frames = [(key, title, pd.DataFrame(list(rows))) for key, title, rows in tables]
    return [plain_table(key, "about", title, frame, licence) for key, title, frame in frames if len(frame)]


def _layer_row(layer: LayerEntry) -> dict[str, Any]:
    extent = layer.known_extent
    return {
        "id": layer.id,
        "name_it": layer.name.it,
        "name_en": layer.name.en,
        "readiness": layer.readiness,
        "status": layer.status,
        "complete": layer.complete,
        "known_extent": extent if isinstance(extent, str) else " ".join(map(str, extent)),
        "sources": " ".join(layer.sources),
        "reason_it": layer.reason.it if layer.reason else None,
        "reason_en": layer.reason.en if layer.reason else None,
        "bring_it": layer.bring.it if layer.bring else None,
        "bring_en": layer.bring.en if layer.bring else None,
    }


def _published_row(one: Comparison) -> dict[str, Any]:
    figure, why = one.figure, one.figure.why()
    return {
        "id": figure.id,
        "name_it": figure.name.it,
        "name_en": figure.name.en,
        "indicator": figure.indicator,
        "count": figure.count,
        "level": figure.level,
        "place": figure.place,
        "line": figure.line,
        "period": figure.period,
        "published": one.published,
        "twin_period": one.period,
        "twin": one.twin,
        "status": one.status,
        "missing_reason": one.missing_reason,
        "difference": one.difference,
        "percent": one.percent,
        "unit_it": figure.unit.it,
        "unit_en": figure.unit.en,
        "derived_it": figure.derived.it if figure.derived else None,
        "derived_en": figure.derived.en if figure.derived else None,
        "reason_it": why.it if why else None,
        "reason_en": why.en if why else None,
    }


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
