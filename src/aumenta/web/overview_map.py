# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The map of the overview: municipalities coloured by one indicator, drawn by the server, light."""

from __future__ import annotations

from typing import Any

from aumenta.web.finding import finding
from aumenta.web.legend import legend_of_scale
from aumenta.web.map_classes import NO_CLASS
from aumenta.web.map_data import MapData
from aumenta.web.map_geometry import scale_bar
from aumenta.web.place_choices import indicator_options, is_secondary
from aumenta.web.site import Visit
from aumenta.web.territory_index import TerritoryIndex
from aumenta.web.words import place_name, unit_of, value_text

LEVEL = "municipality"
#: Parameter of the overview's address that names the indicator.
PARAMETER = "map"


def shown_indicators(maps: MapData) -> list[str]:
    """Indicators that municipalities have, in the order of the indicators."""
    return [key for key in maps.index.indicators if maps.index.values.get(key, {}).get(LEVEL)]


def default_indicator(maps: MapData) -> str:
    """The right that differs most between municipalities; else the first indicator with a better way; else any."""
    keys = shown_indicators(maps)
    spread = {
        key: _spread(maps.index, key) for key in keys if key.startswith("right.") and key.endswith(".met")
    }
    if spread and max(spread.values()) > 1:
        return max(spread, key=lambda key: spread[key])
    others = [key for key in keys if key not in spread and not is_secondary(maps.index.indicators[key])]
    return next(
        (key for key in others if maps.index.indicators[key].direction != "none"), (others or keys)[0]
    )


def _spread(index: TerritoryIndex, key: str) -> float:
    known = index.known(key, LEVEL)
    return known[-1] - known[0] if known else 0.0


def overview_map(visit: Visit, maps: MapData) -> dict[str, Any]:
    """What `partials/overview_map.html` draws."""
    language, keys = visit.language, shown_indicators(maps)
    wanted = visit.query.get(PARAMETER, "")
    chosen = wanted if wanted in keys else default_indicator(maps)
    indicator, rows = maps.index.indicators[chosen], maps.rows(chosen, LEVEL)
    legend = legend_of_scale(maps.scales[chosen, LEVEL], [r.klass for r in rows], language)
    colours = {entry.klass: entry.colour for entry in legend} | {NO_CLASS: "url(#hatch)"}
    drawing = maps.drawings[LEVEL]
    return {
        "parameter": PARAMETER,
        "indicator": chosen,
        "name": language.text(indicator.name),
        "unit": unit_of(indicator, language),
        "groups": indicator_options([maps.index.indicators[key] for key in keys], chosen, language),
        "finding": finding(maps.index, indicator, LEVEL, rows, language),
        "legend": legend,
        "width": drawing.frame.width,
        "height": drawing.frame.height,
        "scale": scale_bar(drawing.frame),
        "zones": "".join(maps.drawings["zone"].paths.values()) if "zone" in maps.drawings else "",
        "places": [
            {
                "id": row.place.id,
                "d": drawing.paths.get(row.place.id, ""),
                "fill": colours[row.klass],
                "title": f"{place_name(row.place, language)}: {value_text(indicator, row.value, language)}",
            }
            for row in rows
        ],
    }
