# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A map with its finding, legend and table, as the territory page and the pages of the atlas show it.

What `partials/map_page.html` draws for one choice of an indicator (or layer of cells) and a level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aumenta.values.model import Indicator
from aumenta.web.cell_finding import cell_finding, cell_table
from aumenta.web.finding import Finding, finding
from aumenta.web.i18n import Language
from aumenta.web.legend import LegendEntry, legend_of_cells, legend_of_scale
from aumenta.web.map_classes import MISSING_COLOUR, NO_CLASS
from aumenta.web.map_data import MapData, Row
from aumenta.web.map_geometry import scale_bar
from aumenta.web.site import Visit
from aumenta.web.territory_index import plain
from aumenta.web.words import (
    LEVEL_MANY,
    LEVEL_ONE,
    STATUSES,
    group_name,
    number,
    period_text,
    place_name,
    reason_text,
    status_text,
    unit_of,
    value_text,
)

#: Levels that the map shows, in the order of the chooser.
MAP_LEVELS = ("municipality", "zone", "band", "cell")
WORKER = "vendor/maplibre-gl/maplibre-gl-worker.mjs"
#: Address of the page that shows a choice, from the query that makes it.
Address = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown: an indicator or a layer of cells, and a level; `changed` when the level asked for is not made."""

    id: str
    level: str
    levels: tuple[str, ...]
    changed: bool = False


def levels_of(maps: MapData, key: str) -> tuple[str, ...]:
    """Levels at which something can be shown on the map."""
    levels = (
        [level for level in maps.index.levels_of(key) if level in MAP_LEVELS]
        if key in maps.index.values
        else []
    )
    return (*levels, "cell") if maps.in_cells(key) else tuple(levels)


def panel(
    visit: Visit, maps: MapData, choice: Choice, address: Address, keys: Sequence[str]
) -> dict[str, Any]:
    """What `partials/map_page.html` needs; `keys` are the indicators and layers that the chooser offers."""
    make = _cells_panel if choice.level == "cell" else _places_panel
    return {
        "choice": choice,
        "form_action": address({}),
        "groups": _groups(visit, maps, choice, keys),
        "levels": _levels(visit, choice),
        "status_words": STATUSES,
        "length": scale_bar(next(iter(maps.drawings.values())).frame),
        **make(visit, maps, choice, address),
    }


def chosen(
    maps: MapData, query: Mapping[str, str], keys: Sequence[str], first: str, level: str = ""
) -> Choice:
    """The choice that a query asks for among `keys`; anything unknown falls back to `first` and its first level.

    `level` is the one taken where the query names none and the indicator has it.
    """
    wanted = query.get("indicator", "")
    key = wanted if wanted in keys else first
    levels = levels_of(maps, key)
    asked = query.get("level", level or levels[0])
    if asked in levels:
        return Choice(key, asked, levels)
    return Choice(key, levels[0], levels, changed=asked in MAP_LEVELS and "level" in query)


def _groups(
    visit: Visit, maps: MapData, choice: Choice, keys: Sequence[str]
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Choices of the indicator, in groups: (group, [(id, name, chosen)])."""
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for key in keys:
        if key in maps.index.indicators:
            indicator = maps.index.indicators[key]
            group = group_name(indicator, visit.language)
            groups.setdefault(group, []).append((key, visit.language.text(indicator.name), key == choice.id))
    own = [maps.layers[key] for key in keys if key not in maps.index.indicators]
    if own:
        title = "Griglia di celle" if visit.language.code == "it" else "Grid of cells"
        groups[title] = [(o.id, visit.language.text(o.name), o.id == choice.id) for o in own]
    return list(groups.items())


def _levels(visit: Visit, choice: Choice) -> list[tuple[str, str, bool, bool]]:
    """Choices of the level: (level, name, chosen, whether the indicator has it)."""
    words = {level: LEVEL_MANY[level].get(visit.language.code) for level in MAP_LEVELS}
    return [(level, words[level], level == choice.level, level in choice.levels) for level in MAP_LEVELS]


# Places


def _places_panel(visit: Visit, maps: MapData, choice: Choice, address: Address) -> dict[str, Any]:
    language, indicator = visit.language, maps.index.indicators[choice.id]
    rows = maps.rows(choice.id, choice.level)
    scale = maps.scales[choice.id, choice.level]
    legend = legend_of_scale(scale, [r.klass for r in rows], language)
    said = finding(maps.index, indicator, choice.level, rows, language)
    ordered, sort = _sorted(rows, visit.query.get("sort", ""), visit)
    return {
        "kind": "places",
        "name": language.text(indicator.name),
        "about": language.text(indicator.description),
        "unit": unit_of(indicator, language),
        "finding": said,
        "legend": legend,
        "estimated": any(r.value.status == "estimated" for r in rows),
        "rows": [_table_row(visit, maps, indicator, row) for row in ordered],
        "sort": sort,
        "sort_urls": _sort_urls(address, choice, sort),
        "one": LEVEL_ONE[choice.level].get(language.code),
        "period": _period(rows, language),
        "drawing": _drawing(maps, choice.level, rows, legend),
        "csv": f"/files/map/{choice.id}/{choice.level}.csv",
        "state": _state(visit, maps, choice, legend, unit_of(indicator, language)),
    }


def _table_row(visit: Visit, maps: MapData, indicator: Indicator, row: Row) -> dict[str, Any]:
    language = visit.language
    zone = maps.index.places.get(row.place.zone or "")
    value = row.value.value
    return {
        "id": row.place.id,
        "name": place_name(row.place, language),
        "url": visit.url("place", place=row.place.id),
        "zone": zone.name if zone else "",
        "value": number(value, indicator.decimals, language) if value is not None else "",
        "text": value_text(indicator, row.value, language),
        "status": row.value.status,
        "status_text": status_text(row.value, language),
        "reason": reason_text(maps.index, row.value, language),
        "klass": row.klass,
        "gaps": _gaps(row, language.code),
    }


def _gaps(row: Row, language: str) -> str:
    """What the value of a larger place leaves out or rests on."""
    said = []
    if row.value.missing and row.value.value is not None:
        said.append(
            f"senza {row.value.missing} comuni su {row.value.parts}"
            if language == "it"
            else f"without {row.value.missing} of {row.value.parts} municipalities"
        )
    if row.value.inferred:
        word = "appartenenze dedotte" if language == "it" else "inferred memberships"
        said.append(f"{row.value.inferred} {word}")
    return "; ".join(said)


SORTS: dict[str, Callable[[Row, Visit], tuple[Any, ...]]] = {
    "name": lambda row, visit: (plain(place_name(row.place, visit.language)),),
    "zone": lambda row, visit: (row.place.zone or "", plain(row.place.name)),
    "value": lambda row, visit: (row.value.value is None, -(row.value.value or 0), plain(row.place.name)),
    "-value": lambda row, visit: (row.value.value is None, row.value.value or 0, plain(row.place.name)),
}


def _sorted(rows: Sequence[Row], sort: str, visit: Visit) -> tuple[list[Row], str]:
    """Rows in an order; what has no value comes last either way. By value, highest first, unless asked otherwise."""
    sort = sort if sort in SORTS else "value"
    return sorted(rows, key=lambda row: SORTS[sort](row, visit)), sort


def _sort_urls(address: Address, choice: Choice, sort: str) -> dict[str, str]:
    base = {"indicator": choice.id, "level": choice.level}
    value = "-value" if sort == "value" else "value"
    return {
        "name": address({**base, "sort": "name"}),
        "zone": address({**base, "sort": "zone"}),
        "value": address({**base, "sort": value}),
    }


def _period(rows: Sequence[Row], language: Language) -> str:
    return ", ".join(period_text(p, language) for p in sorted({row.value.period for row in rows}) if p)


def _drawing(maps: MapData, level: str, rows: Sequence[Row], legend: Sequence[LegendEntry]) -> dict[str, Any]:
    """The map as the server draws it: the places of each class, then borders."""
    drawing = maps.drawings[level]
    paths: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        paths.setdefault(row.klass, []).append((row.place.id, drawing.paths.get(row.place.id, "")))
    zones = maps.drawings.get("zone")
    colours = {entry.klass: entry.colour for entry in legend}
    return {
        "width": drawing.frame.width,
        "height": drawing.frame.height,
        "classes": [
            {"paths": own, "fill": "url(#hatch)" if k == NO_CLASS else colours[k]}
            for k, own in sorted(paths.items())
        ],
        "zones": "".join(zones.paths.values()) if zones else "",
        "estimated": "".join(
            drawing.paths.get(row.place.id, "") for row in rows if row.value.status == "estimated"
        ),
    }


# Cells


def _cells_panel(visit: Visit, maps: MapData, choice: Choice, address: Address) -> dict[str, Any]:
    language = visit.language
    layer, values, classes = maps.cell_values(choice.id)
    legend = legend_of_cells(layer, classes, language)
    said: Finding = cell_finding(maps, layer, values, classes, legend, language)
    named = all(c.label for c in layer.classes)
    unit = unit_of(layer.indicator, language) if layer.indicator else language.text(layer.unit)
    unit = "" if named else unit
    return {
        "kind": "cells",
        "name": language.text(layer.name),
        "about": language.text(layer.description),
        "unit": unit,
        "finding": said,
        "legend": legend,
        "estimated": layer.id != "cells.band",
        "rows": cell_table(maps, legend, classes),
        "sort": "",
        "sort_urls": {},
        "one": LEVEL_ONE["cell"].get(language.code),
        "period": "",
        "drawing": None,
        "csv": f"/files/cells/{choice.id}.csv",
        "state": _state(visit, maps, choice, legend, language.text(layer.unit)) | {"named": named},
    }


# What the script reads


def _state(
    visit: Visit, maps: MapData, choice: Choice, legend: Sequence[LegendEntry], unit: str
) -> dict[str, Any]:
    cells = choice.level == "cell"
    build = visit.site.twin.build
    it = visit.language.code == "it"
    return {
        "language": visit.language.code,
        "indicator": choice.id,
        "level": choice.level,
        "cells": cells,
        "named": False,
        "unit": unit,
        "bounds": [round(b, 4) for b in maps.bounds],
        "missing": MISSING_COLOUR,
        "classes": [{"colour": e.colour, "label": e.label} for e in legend if e.klass != NO_CLASS],
        "urls": {
            "worker": visit.site.assets.url(WORKER),
            "ground": f"/files/map/ground.json?build={build}",
            "borders": f"/files/map/{'municipality' if cells else choice.level}.json?build={build}",
            "cells": f"/files/cells/{choice.id}.bin?build={build}" if cells else None,
            "place": visit.url("places") + "/",
        },
        "words": {
            "map": "Mappa" if it else "Map",
            "zoomIn": "Avvicina" if it else "Zoom in",
            "zoomOut": "Allontana" if it else "Zoom out",
            "gestures": "Usa due dita per spostare la mappa" if it else "Use two fingers to move the map",
            "loading": "Sto preparando la mappa" if it else "Preparing the map",
            "missing": "senza valore" if it else "no value",
            "estimated": "stimato" if it else "estimated",
            "noMap": (
                "Questo browser non disegna la mappa interattiva: resta il disegno, con la tabella."
                if it
                else "This browser does not draw the interactive map: the drawing stays, with the table."
            ),
        },
    }
