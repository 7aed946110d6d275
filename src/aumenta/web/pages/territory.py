# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The territory map: one indicator or layer of cells at one level, with its finding, legend and table.

The whole page comes from the server for every choice (`?indicator=&level=&sort=`); the script in
`static/js/map.js` draws the map over it and swaps the panel without loading the page anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from aumenta.web.map_data import MapData, maps_of
from aumenta.web.map_panel import Choice, chosen, levels_of, panel
from aumenta.web.overview_map import default_indicator, overview_map, shown_indicators
from aumenta.web.site import File, NotFoundError, Site, Visit


def register(site: Site) -> None:
    """Serve the page and the files that its map draws."""
    maps = maps_of(site)
    site.page("territory", lambda visit: territory(visit, maps))
    site.file("map/ground.json", lambda path, query: File(maps.ground(), "application/json"))
    site.file("map/{level}.json", lambda path, query: _borders(maps, path["level"]))
    site.file("cells/{layer}.bin", lambda path, query: _cells(maps, path["layer"]))
    site.file("cells/{layer}.png", lambda path, query: _picture(maps, path["layer"]))
    if shown_indicators(maps):
        site.part("overview_map", lambda visit: overview_map(visit, maps))
    # The overview draws at once; what the interactive map needs is made while the first page is read.
    _ = maps.drawings
    site.later(lambda: (maps.ground(), maps.borders("municipality"), maps.layers and maps.placing))


def _borders(maps: MapData, level: str) -> File:
    if level not in maps.light:
        raise NotFoundError(level)
    return File(maps.borders(level), "application/geo+json")


def _cells(maps: MapData, layer: str) -> File:
    if layer not in maps.layers:
        raise NotFoundError(layer)
    return File(maps.cells(layer), "application/octet-stream")


def _picture(maps: MapData, layer: str) -> File:
    if layer not in maps.layers:
        raise NotFoundError(layer)
    return File(maps.picture(layer), "image/png")


def choose(maps: MapData, query: Mapping[str, str]) -> Choice:
    """The choice that a query asks for; anything unknown falls back to the first indicator and its first level.

    Raises `NotFoundError` when there is nothing at all to show.
    """
    known = keys_of(maps)
    if not known:
        raise NotFoundError("territory")
    first = default_indicator(maps) if shown_indicators(maps) else known[0]
    return chosen(maps, query, known, first)


def keys_of(maps: MapData) -> list[str]:
    """Indicators and layers of cells that can be shown on the map."""
    shown = [key for key in maps.index.indicators if levels_of(maps, key)]
    return [*shown, *(key for key in maps.layers if key not in maps.index.indicators)]


def territory(visit: Visit, maps: MapData) -> str:
    """The page for one choice."""
    shown = panel(visit, maps, choose(maps, visit.query), lambda q: visit.url("territory", q), keys_of(maps))
    return visit.render("territory.html", **shown)
