# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The page of a place, the list of places, and the places as a file for searches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from starlette.responses import RedirectResponse, Response

from aumenta.twin.facade import Twin
from aumenta.web.i18n import Language
from aumenta.web.map_classes import UNREACHED
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.place_facts import (
    Fact,
    actions_for,
    ages_of,
    facts_of,
    inferred_members,
    larger_places,
    speaking_actions,
)
from aumenta.web.place_reports import Reports
from aumenta.web.place_rights import RightLine, anything_lacks, holding, missing_most, rights_of_place
from aumenta.web.routes import page_path
from aumenta.web.site import File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes
from aumenta.web.territory_index import LEVELS, Place, PlaceValue, TerritoryIndex, plain
from aumenta.web.trend import trend_of
from aumenta.web.words import (
    LEVEL_ONE,
    RIGHT_MEASURE,
    STATUSES,
    measure_name,
    number,
    period_text,
    place_name,
    reason_text,
    status_text,
    unit_of,
)

#: Colours of the age groups on the age bar, youngest first: cividis, so that lightness alone tells them apart.
AGE_COLOURS = ("#00224e", "#434e6c", "#7d7c78", "#bcae6c", "#fee838")

#: Actions shown at once where the place lies behind the metropolis in fewer; the others unfold.
FIRST_ACTIONS = 6


def register(site: Site) -> None:
    """Serve the pages and files of places."""
    maps = maps_of(site)
    speaking = speaking_actions(site.plan, maps.index) if site.twin.has_plan else {}
    reports = Reports(site.twin, site.settings.request_timeout / 2)
    site.page("place", lambda visit: place_page(visit, maps, speaking, reports))
    site.page("places", lambda visit: places_page(visit, maps.index))
    site.file("places.json", lambda path, query: places_json(maps.index, site.languages))
    site.file("places/{place}.csv", lambda path, query: place_csv(maps.index, path["place"]))
    site.file(
        "reports/{language}/{place}.{form}",
        lambda path, query: reports.file(path["place"], path["language"], path["form"]),
    )
    _ = maps.drawings


def find(index: TerritoryIndex, identifier: str) -> Place:
    """The place of an identifier; `NotFoundError` when there is none."""
    place = index.places.get(identifier)
    if place is None:
        raise NotFoundError(identifier)
    return place


# One place


def place_page(visit: Visit, maps: MapData, speaking: Mapping[str, Sequence[Any]], reports: Reports) -> str:
    """The page of one place."""
    index, language = maps.index, visit.language
    place = find(index, visit.params["place"])
    facts = facts_of(index, place)
    rights = rights_of_place(index, place, language)
    plan = visit.site.plan if visit.site.twin.has_plan else None
    actions = actions_for(plan, speaking, facts) if plan else []
    inferred, members = inferred_members(index, place)
    shown = [f for f in facts if f.indicator.measure != RIGHT_MEASURE]
    return visit.render(
        "place.html",
        place=place,
        name=place_name(place, language),
        kind=LEVEL_ONE[place.level].get(language.code),
        trail=_trail(visit, index, place),
        larger=[
            (kind, place_name(p, language), visit.url("place", place=p.id))
            for kind, p in larger_places(index, place)
        ],
        groups=_groups(index, [f for f in shown if not _blank(f)], place, language),
        left_out=sum(_blank(f) for f in shown),
        reports=reports.offered if reports.able(place.level) else (),
        rights=rights,
        rights_finding=holding(rights, language),
        missing_most=missing_most(rights, language),
        lacks=anything_lacks(rights),
        rights_state=_rights_state(visit.site.twin, rights),
        ages=ages_of(place),
        age_colours=AGE_COLOURS,
        locator=_locator(maps, place),
        actions=actions,
        first_actions=max(FIRST_ACTIONS, sum(a.worse > 0 for a in actions)),
        missing=_missing(index, shown, language),
        layers=[layer for layer in visit.site.twin.layers if layer.status == "missing"],
        members=[(m, visit.url("place", place=m.id)) for m in index.members(place)],
        inferred=inferred,
        member_count=members,
        statuses=STATUSES,
    )


def _trail(visit: Visit, index: TerritoryIndex, place: Place) -> list[tuple[str, str]]:
    trail = [(visit.language.text(visit.site.pages["places"].name), visit.url("places"))]
    zone = index.places.get(place.zone or "")
    if place.level == "municipality" and zone:
        trail.append((zone.name, visit.url("place", place=zone.id)))
    return [*trail, (place_name(place, visit.language), "")]


def _rights_state(twin: Twin, rights: Sequence[RightLine]) -> str:
    """Why there are no rights to show: being computed, failed, or not in this build; empty where there are."""
    if rights:
        return ""
    if RIGHT_MEASURE in twin.manifest.pending:
        return "pending"
    return "failed" if RIGHT_MEASURE in twin.manifest.failed else "absent"


def _groups(
    index: TerritoryIndex, facts: Sequence[Fact], place: Place, language: Language
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Facts by measure, ready for the table."""
    groups: dict[str, list[dict[str, Any]]] = {}
    ranked = language.gettext("%(n)s of %(all)s")
    for fact in facts:
        indicator = fact.indicator
        row = {
            "fact": fact,
            "name": language.text(indicator.name),
            "about": language.text(indicator.description),
            "unit": unit_of(indicator, language),
            "value": number(fact.value.value, indicator.decimals, language),
            "reason": reason_text(index, fact.value, language),
            "others": {c.kind: _beside(fact, c.value, language) for c in fact.comparisons},
            "period": period_text(fact.value.period, language),
            "trend": trend_of(index.series.get((indicator.id, place.id), ()), indicator, language),
            "unreached": status_text(fact.value, language) if fact.value.reason == UNREACHED else "",
            "left_out": fact.value.missing if fact.value.parts > 1 else 0,
            "rank": ranked % {"n": fact.rank[0], "all": fact.rank[1]} if fact.rank else "–",
            "marks": _marks(fact),
        }
        groups.setdefault(measure_name(indicator.measure, language), []).append(row)
    return list(groups.items())


def _marks(fact: Fact) -> list[tuple[str, float]]:
    """Where the larger places and the place itself stand on the strip of a row, in its drawing units."""
    if fact.strip is None:
        return []
    marks = (*fact.strip.others, ("own", fact.strip.own))
    return [(kind, round(8 + 144 * at, 1)) for kind, at in marks if at is not None]


def _beside(fact: Fact, value: PlaceValue, language: Language) -> tuple[str, bool]:
    """The value of a larger place, in the unit that the row names, and whether it is estimated."""
    return number(value.value, fact.indicator.decimals, language), value.status == "estimated"


def _blank(fact: Fact) -> bool:
    """Whether neither the place nor a larger one has a value: the table would only show dashes."""
    known = [fact.value, *(comparison.value for comparison in fact.comparisons)]
    return all(value.value is None and value.reason != UNREACHED for value in known)


def _missing(index: TerritoryIndex, facts: Sequence[Fact], language: Language) -> list[tuple[str, list[str]]]:
    """Why values are missing, most frequent reason first, with the names of the indicators that lack one for it."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        if fact.value.status == "missing" and fact.value.reason != UNREACHED:
            reason = reason_text(index, fact.value, language)
            found.setdefault(reason, []).append(language.text(fact.indicator.name))
    return sorted(found.items(), key=lambda item: -len(item[1]))


def _locator(maps: MapData, place: Place) -> dict[str, Any]:
    """Drawing of the territory with the place on it."""
    drawings = maps.drawings
    frame = next(iter(drawings.values())).frame
    own = drawings[place.level].paths.get(place.id, "") if place.level in drawings else ""
    spot = None
    shape = maps.index.geometry.get(place.level, {}).get(place.id)
    # A ring around what would be hard to see.
    if shape is not None and shape.bounds[2] - shape.bounds[0] < 0.12 * (frame.east - frame.west):
        point = shape.representative_point()
        spot = frame.xy(np.array([[point.x, point.y]]))[0].round().astype(int).tolist()
    return {
        "width": frame.width,
        "height": frame.height,
        "zones": "".join(drawings["zone"].paths.values()) if "zone" in drawings else "",
        "outline": "".join(drawings["metropolis"].paths.values()) if "metropolis" in drawings else "",
        "own": own,
        "spot": spot,
    }


def place_csv(index: TerritoryIndex, identifier: str) -> File:
    """The values of one place and of the larger places beside it."""
    place = find(index, identifier)
    header = [
        "place", "level", "name", "indicator", "indicator_it", "indicator_en", "unit_en", "period", "value", "status",
        "reason", "source", "parts", "missing", "inferred", "rank", "ranked",
    ]  # fmt: skip
    rows: list[list[object]] = []
    for one in [place, *(p for _, p in larger_places(index, place))]:
        for fact in facts_of(index, one):
            indicator, value = fact.indicator, fact.value
            rank = fact.rank or (None, None)
            rows.append([
                one.id, one.level, one.name, indicator.id, indicator.name.it, indicator.name.en, indicator.unit.en,
                value.period, value.value, value.status, value.reason, value.source, value.parts, value.missing,
                value.inferred, *rank,
            ])  # fmt: skip
    return File(csv_bytes(header, rows), "text/csv; charset=utf-8", f"{place.id}.csv")


# The list


def places_page(visit: Visit, index: TerritoryIndex) -> str | Response:
    """The list of municipalities with search, filters and sorting; a whole name leads straight to its page."""
    query = {key: visit.query.get(key, "") for key in ("q", "zone", "band", "sort")}
    named = [t for t in index.levels.get("municipality", ()) if plain(t.name) == plain(query["q"])]
    if len(named) == 1 and not query["zone"] and not query["band"]:
        return RedirectResponse(visit.url("place", place=named[0].id), status_code=303)
    towns = [t for t in index.levels.get("municipality", ()) if _matches(t, query)]
    sort = query["sort"] if query["sort"] in _ORDERS else "name"
    asked = {key: value for key, value in query.items() if value}
    towns.sort(key=_ORDERS[sort])
    return visit.render(
        "places.html",
        query=query,
        sort=sort,
        sort_urls={key: visit.url("places", {**asked, "sort": key}) for key in _ORDERS},
        towns=[
            (t, visit.url("place", place=t.id), _name(index, t.zone, visit), _name(index, t.band, visit))
            for t in towns
        ],
        total=len(index.levels.get("municipality", ())),
        zones=_options(index, "zone", visit),
        bands=_options(index, "band", visit),
        whole=_options(index, "metropolis", visit),
    )


_ORDERS: dict[str, Any] = {
    "name": lambda t: (plain(t.name),),
    "zone": lambda t: (t.zone or "", plain(t.name)),
    "band": lambda t: (t.band or "", plain(t.name)),
    "residents": lambda t: (-(t.population or 0), plain(t.name)),
    "area": lambda t: (-(t.area_km2 or 0), plain(t.name)),
    "altitude": lambda t: (-(t.altitude_m or 0), plain(t.name)),
}


def _matches(town: Place, query: Mapping[str, str]) -> bool:
    words = plain(query["q"])
    return (
        (not words or words in plain(town.name) or words == town.id)
        and query["zone"] in ("", town.zone)
        and query["band"] in ("", town.band)
    )


def _name(index: TerritoryIndex, identifier: str | None, visit: Visit) -> str:
    place = index.places.get(identifier or "")
    return place_name(place, visit.language) if place else ""


def _options(index: TerritoryIndex, level: str, visit: Visit) -> list[tuple[Place, str, str]]:
    places = sorted(index.levels.get(level, ()), key=lambda p: plain(p.name))
    return [(p, place_name(p, visit.language), visit.url("place", place=p.id)) for p in places]


def places_json(index: TerritoryIndex, languages: Mapping[str, Language]) -> File:
    """Every place with its names, plain spelling for searching and addresses, largest level last."""
    found = []
    for level in LEVELS:
        for place in sorted(index.levels.get(level, ()), key=lambda p: (plain(p.name), p.id)):
            zone = index.places.get(place.zone or "")
            found.append(
                {
                    "id": place.id,
                    "level": level,
                    "name": {code: place_name(place, language) for code, language in languages.items()},
                    "plain": plain(place.name),
                    "zone": zone.name if zone else None,
                    "residents": place.population,
                    "url": {code: page_path("place", code, place=place.id) for code in languages},
                }
            )
    return File(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")
