# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The small map of an indicator as an SVG file: classes, hatching where there is no value, borders of zones."""

from __future__ import annotations

from aumenta.web.map_classes import NO_CLASS, UNREACHED_COLOUR
from aumenta.web.map_data import MapData

_HATCH = (
    '<pattern id="h" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="16" height="16" fill="#e9ebee"/><rect width="5" height="16" fill="#606670"/></pattern>'
)


def thumbnail(maps: MapData, indicator: str, level: str) -> bytes:
    """The drawing; KeyError when the indicator has no values at that level."""
    scale, drawing = maps.scales[indicator, level], maps.drawings[level]
    paths: dict[int, list[str]] = {}
    for row in maps.rows(indicator, level):
        paths.setdefault(row.klass, []).append(drawing.paths.get(row.place.id, ""))
    colours = {i: colour for i, colour in enumerate(scale.colours)}
    colours |= {len(scale.breaks) + 1: UNREACHED_COLOUR, NO_CLASS: "url(#h)"}
    frame = drawing.frame
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}"><defs>{_HATCH}</defs>',
        '<g stroke="#fff" stroke-width="1" stroke-linejoin="round">',
        *(f'<path fill="{colours[k]}" d="{"".join(own)}"/>' for k, own in sorted(paths.items())),
        "</g>",
    ]
    zones = maps.drawings.get("zone")
    if zones:
        lines = "".join(zones.paths.values())
        parts.append(
            f'<path fill="none" stroke="#17324d" stroke-width="3" stroke-linejoin="round" d="{lines}"/>'
        )
    return "".join([*parts, "</svg>"]).encode()
