# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The overview: where do you live, the rights of the metropolis, a map, key figures, the plan and the twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aumenta.store.manifest import READINESS, LayerEntry
from aumenta.twin.facade import Twin
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.mini_icicle import Glance, glance
from aumenta.web.place_rights import holding, missing_most, rights_of_place
from aumenta.web.plan_index import PlanIndex
from aumenta.web.sheet import Reading, readings_of
from aumenta.web.site import Site, Visit
from aumenta.web.words import READINESS as READINESS_WORDS
from aumenta.web.words import RIGHT_MEASURE, STATUSES

MAP_PART = "overview_map"
#: Figures shown, in order; where a twin lacks them, the first indicators of its other measures fill in.
HEADLINES = (
    "demography.population",
    "income.per_taxpayer",
    "broadband.ftth",
    "soil.consumed_share",
    "metropolis90.transit_60",
    "stations.bike_15",
)


@dataclass(frozen=True)
class Overview:
    """What the page shows, prepared at start."""

    places: tuple[tuple[str, str], ...]
    figures: tuple[Reading, ...]
    glances: Mapping[str, Glance]
    layers: tuple[tuple[str, int], ...]
    wanting: tuple[LayerEntry, ...]


def register(site: Site) -> None:
    """Serve the page."""
    index = site.once("plan_index", lambda: PlanIndex.of(site.plan)) if site.twin.has_plan else None
    readings = site.once("readings", lambda: readings_of(site.twin))
    overview = Overview(
        places=town_names(site.twin),
        figures=key_figures(readings),
        glances={code: glance(index, language) for code, language in site.languages.items()} if index else {},
        layers=readiness(site.twin.layers),
        wanting=tuple(layer for layer in site.twin.layers if layer.readiness == "declared"),
    )
    site.page("overview", partial(show, overview=overview, index=index, maps=maps_of(site)))


def town_names(twin: Twin) -> tuple[tuple[str, str], ...]:
    """Identifier and name of every municipality, by name."""
    towns = twin.places(level="municipality")
    pairs = zip(towns["id"], towns["name"], strict=True)
    return tuple(sorted(((str(i), str(n)) for i, n in pairs), key=lambda pair: pair[1].casefold()))


def key_figures(readings: Mapping[str, Reading]) -> tuple[Reading, ...]:
    """As many figures of the whole metropolis as `HEADLINES`, one a measure, those first; rights have their bars."""
    order = {key: number for number, key in enumerate(HEADLINES)}
    known = [
        reading
        for reading in readings.values()
        if reading.value is not None and reading.indicator.measure != RIGHT_MEASURE
    ]
    known.sort(key=lambda reading: order.get(reading.indicator.id, len(order)))
    first: dict[str, Reading] = {}
    for reading in known:
        first.setdefault(reading.indicator.measure, reading)
    return tuple(first.values())[: len(HEADLINES)]


def readiness(layers: list[LayerEntry]) -> tuple[tuple[str, int], ...]:
    """How many layers are how ready, readiest first; states that no layer has are left out."""
    counts = Counter(layer.readiness for layer in layers)
    return tuple((state, counts[state]) for state in reversed(READINESS) if counts[state])


def show(visit: Visit, overview: Overview, index: PlanIndex | None, maps: MapData) -> str:
    """The page."""
    make = visit.site.parts.get(MAP_PART)
    return visit.render(
        "overview.html",
        overview=overview,
        index=index,
        glance=overview.glances.get(visit.language.code),
        map_part=dict(make(visit)) if make else None,
        pack=visit.site.twin.manifest.pack,
        statuses=STATUSES,
        readiness=READINESS_WORDS,
        replaced=len({entry.source for entry in visit.site.twin.manifest.replaced}),
        **_rights(visit, maps),
    )


def _rights(visit: Visit, maps: MapData) -> dict[str, Any]:
    """The rights of the whole metropolis: shares of residents, the finding, what is missing most; or why not."""
    language, manifest = visit.language, visit.site.twin.manifest
    place = next(iter(maps.index.levels.get("metropolis", ())), None)
    lines = rights_of_place(maps.index, place, language) if place else []
    values = [maps.index.value(line.indicator.id, place) for line in lines] if place else []
    return {
        "rights_estimated": any(value is not None and value.status == "estimated" for value in values),
        "metropolis": place,
        "rights": lines,
        "rights_finding": holding(lines, language),
        "missing_most": missing_most(lines, language)[:1],
        "rights_pending": RIGHT_MEASURE in manifest.pending,
    }
