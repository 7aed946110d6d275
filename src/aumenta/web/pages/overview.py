# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The overview: what this is, where do you live, the measures that exist, the plan and the layers at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from aumenta.store.manifest import READINESS, LayerEntry
from aumenta.twin.facade import Twin
from aumenta.web.i18n import Language
from aumenta.web.mini_icicle import Glance, glance
from aumenta.web.plan_index import PlanIndex
from aumenta.web.sheet import Reading, readings_of
from aumenta.web.site import Site, Visit
from aumenta.web.words import READINESS as READINESS_WORDS
from aumenta.web.words import STATUSES, measure_name

MAP_PART = "overview_map"
#: Indicators that speak for their measure; a measure without one here is spoken for by its first.
HEADLINES = (
    "right.health.met",
    "demography.population",
    "income.per_taxpayer",
    "broadband.ftth",
    "soil.consumed_share",
    "fullvoid.full_share",
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
    site.page("overview", partial(show, overview=overview, index=index))


def town_names(twin: Twin) -> tuple[tuple[str, str], ...]:
    """Identifier and name of every municipality, by name."""
    towns = twin.places(level="municipality")
    pairs = zip(towns["id"], towns["name"], strict=True)
    return tuple(sorted(((str(i), str(n)) for i, n in pairs), key=lambda pair: pair[1].casefold()))


def key_figures(readings: Mapping[str, Reading]) -> tuple[Reading, ...]:
    """One indicator for every measure that has a value for the whole metropolis, `HEADLINES` first."""
    known = [reading for reading in readings.values() if reading.value is not None]
    order = {key: number for number, key in enumerate(HEADLINES)}
    known.sort(key=lambda reading: order.get(reading.indicator.id, len(order)))
    first: dict[str, Reading] = {}
    for reading in known:
        first.setdefault(reading.indicator.measure, reading)
    return tuple(first.values())


def readiness(layers: list[LayerEntry]) -> tuple[tuple[str, int], ...]:
    """How many layers are how ready, readiest first; states that no layer has are left out."""
    counts = Counter(layer.readiness for layer in layers)
    return tuple((state, counts[state]) for state in reversed(READINESS) if counts[state])


def show(visit: Visit, overview: Overview, index: PlanIndex | None) -> str:
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
        measure=partial(_measure, language=visit.language),
    )


def _measure(name: str, language: Language) -> str:
    return measure_name(name, language)
