# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The atlas: every reading with its question, map, sentence, table, method, inputs, state and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aumenta.readings.measure import Measure
from aumenta.web.atlas import AtlasReading, measures_known, method_text, readings_of_atlas
from aumenta.web.atlas_words import QUESTIONS, STATES
from aumenta.web.finding import finding
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.map_panel import chosen, levels_of, panel
from aumenta.web.site import File, NotFoundError, Site, Visit
from aumenta.web.thumbnail import thumbnail
from aumenta.web.words import DIRECTIONS, LEVEL_MANY, STATUSES, group_name, measure_name, unit_of


def register(site: Site) -> None:
    """Serve the atlas, a page for every reading, and the small maps."""
    maps = maps_of(site)

    def readings() -> Mapping[str, AtlasReading]:
        return site.once("atlas", lambda: readings_of_atlas(site.twin, maps.index))

    # Names and inputs of all measures take a moment to gather, and no first page needs them.
    site.later(lambda: (known(site), readings()))
    site.page("atlas", lambda visit: atlas(visit, maps, readings()))
    site.page("reading", lambda visit: reading(visit, maps, readings()))
    site.file(
        "map/{indicator}/{level}.svg", lambda path, query: small_map(maps, path["indicator"], path["level"])
    )


def known(site: Site) -> Mapping[str, Measure]:
    """The measures of this software, with the rights in force in the twin."""
    return site.once("measures_known", lambda: measures_known(site.twin))


def small_map(maps: MapData, indicator: str, level: str) -> File:
    """The small map of an indicator at a level of places."""
    if (indicator, level) not in maps.scales or level not in maps.drawings:
        raise NotFoundError(f"{indicator}, {level}")
    return File(thumbnail(maps, indicator, level), "image/svg+xml")


def atlas(visit: Visit, maps: MapData, readings: Mapping[str, AtlasReading]) -> str:
    """The list of readings."""
    cards = [_card(visit, maps, one) for one in readings.values()]
    return visit.render(
        "atlas.html",
        plan=[card for card in cards if card["reading"].of_the_plan],
        statistics=[card for card in cards if not card["reading"].of_the_plan],
        states=STATES,
        pending=sum(one.state == "pending" for one in readings.values()),
        complete=visit.site.twin.manifest.complete,
    )


def _card(visit: Visit, maps: MapData, one: AtlasReading) -> dict[str, Any]:
    language = visit.language
    level = _level(maps, one.speaker)
    said = ""
    if one.speaker and level:
        indicator = maps.index.indicators[one.speaker]
        said = finding(maps.index, indicator, level, maps.rows(one.speaker, level), language).title
    shown = bool(said) and one.state in ("ready", "partial")
    return {
        "reading": one,
        "name": measure_name(one.id, language),
        "question": language.text(QUESTIONS.get(one.id)),
        "finding": said if shown else "",
        "picture": f"/files/map/{one.speaker}/{level}.svg?build={visit.site.build}" if shown else "",
        "state": language.text(STATES[one.state][0]),
        "about": language.text(STATES[one.state][1]),
        "url": visit.url("reading", measure=one.id),
    }


def _level(maps: MapData, speaker: str | None) -> str:
    """The level of a reading's picture: municipalities, else the smallest larger places."""
    levels = maps.index.levels_of(speaker) if speaker else []
    return next((level for level in levels if level in maps.drawings), "")


def reading(visit: Visit, maps: MapData, readings: Mapping[str, AtlasReading]) -> str:
    """The page of one reading."""
    language = visit.language
    name = visit.params["measure"]
    one = readings.get(name)
    if one is None:
        say = language.gettext("There is no reading %(name)s in this build.")
        raise NotFoundError(say % {"name": name})
    keys = [indicator.id for indicator in one.indicators if levels_of(maps, indicator.id)]
    # A map of nothing but hatching says less than what to bring.
    keys = [] if one.state == "missing" else keys
    shown: dict[str, Any] = {}
    if keys:
        first = one.speaker if one.speaker in keys else keys[0]
        choice = chosen(maps, visit.query, keys, first)
        shown = panel(visit, maps, choice, lambda query: visit.url("reading", query, measure=name), keys)
    parts = list(readings)
    at = parts.index(name)
    return visit.render(
        "reading.html",
        reading=one,
        title=measure_name(name, language),
        question=language.text(QUESTIONS.get(name)),
        readiness=STATES[one.state],
        shown=bool(keys),
        definitions=_definitions(visit, one),
        reasons=[(_reason(maps, code, visit), count) for code, count in one.reasons.items()],
        method=method_text(known(visit.site).get(name)),
        statuses=STATUSES,
        readings=[(key, measure_name(key, language), visit.url("reading", measure=key)) for key in readings],
        before=parts[at - 1] if at else None,
        after=parts[at + 1] if at + 1 < len(parts) else None,
        measure=lambda key: measure_name(key, language),
        **shown,
    )


def _reason(maps: MapData, code: str, visit: Visit) -> str:
    words = maps.index.reasons.get(code)
    return visit.language.text(words) if words else code


def _definitions(visit: Visit, one: AtlasReading) -> list[tuple[str, list[dict[str, str]]]]:
    """Definitions of the indicators in groups: (group, rows)."""
    language = visit.language
    groups: dict[str, list[dict[str, str]]] = {}
    for indicator in one.indicators:
        levels = ", ".join(LEVEL_MANY[level].get(language.code) for level in indicator.levels)
        groups.setdefault(group_name(indicator, language), []).append(
            {
                "id": indicator.id,
                "name": language.text(indicator.name),
                "about": language.text(indicator.description),
                "formula": language.text(indicator.formula),
                "unit": unit_of(indicator, language),
                "direction": language.text(DIRECTIONS[indicator.direction]),
                "levels": levels,
            }
        )
    return list(groups.items())
