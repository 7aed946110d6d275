# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The small map of an indicator as an SVG file: classes, hatching where there is no value, borders of zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aumenta.web.map_classes import NO_CLASS, UNREACHED_COLOUR
from aumenta.web.map_data import MapData

_HATCH = (
    '<pattern id="h" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="16" height="16" fill="#e9ebee"/><rect width="5" height="16" fill="#606670"/></pattern>'
)


def thumbnail(maps: MapData, indicator: str, level: str) -> bytes:
    """The drawing; KeyError when the indicator has no values at that level."""
    scale, paths = maps.scales[indicator, level], maps.drawings[level].paths
    colours = {i: colour for i, colour in enumerate(scale.colours)} | {
        len(scale.breaks) + 1: UNREACHED_COLOUR
    }
    classed = ((row.klass, paths.get(row.place.id, "")) for row in maps.rows(indicator, level))
    return places_svg(maps, level, classed, colours, "#fff")


def places_svg(
    maps: MapData, level: str, classed: Iterable[tuple[int, str]], colours: Mapping[int, str], line: str
) -> bytes:
    """Places by class (its number and the outline of each), in the colours of the classes, with the borders of zones.

    What has no class is hatched; `line` is the colour of the lines between places.
    """
    paths: dict[int, list[str]] = {}
    for klass, path in classed:
        paths.setdefault(klass, []).append(path)
    fill = {**colours, NO_CLASS: "url(#h)"}
    frame = maps.drawings[level].frame
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}"><defs>{_HATCH}</defs>',
        f'<g stroke="{line}" stroke-width="1" stroke-linejoin="round">',
        *(f'<path fill="{fill[k]}" d="{"".join(own)}"/>' for k, own in sorted(paths.items())),
        "</g>",
    ]
    zones = maps.drawings.get("zone")
    if zones:
        lines = "".join(zones.paths.values())
        parts.append(
            f'<path fill="none" stroke="#17324d" stroke-width="3" stroke-linejoin="round" d="{lines}"/>'
        )
    return "".join([*parts, "</svg>"]).encode()
