# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Municipalities ranked by any indicator, all or those of a zone, a band, a size; sortable, as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aumenta.values.model import Indicator
from aumenta.web.finding import rounded, with_unit
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.overview_map import default_indicator, shown_indicators
from aumenta.web.place_choices import indicator_options, larger_options
from aumenta.web.site import File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes
from aumenta.web.territory_index import Place, PlaceValue, TerritoryIndex, plain
from aumenta.web.words import (
    LEVEL_MANY,
    long_name,
    number,
    period_text,
    place_name,
    reason_text,
    status_text,
    unit_of,
)

LEVEL = "municipality"
FILTERS = ("zone", "band", "from", "to")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A municipality with its value, its place among those shown and among all (1 = highest), and its bar (0 to 1)."""

    place: Place
    value: PlaceValue
    rank: int | None
    overall: int | None
    share: float | None


def register(site: Site) -> None:
    """Serve the page and its table as a file."""
    maps = maps_of(site)
    site.page("ranking", lambda visit: ranking_page(visit, maps))
    site.file(
        "ranking/{indicator}.csv", lambda path, query: ranking_csv(maps.index, path["indicator"], query)
    )


def whole(text: str) -> int | None:
    """A number of residents somebody wrote, with or without signs between thousands; None for anything else.

    >>> whole("5.000"), whole(" 1 200"), whole("-3"), whole("molti")
    (5000, 1200, None, None)
    """
    digits = "".join(c for c in text if c not in " .,'\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def kept(town: Place, query: Mapping[str, str]) -> bool:
    """Whether a municipality passes the filters of zone, band and residents (both ends included)."""
    low, high = whole(query.get("from", "")), whole(query.get("to", ""))
    people = town.population
    return (
        query.get("zone", "") in ("", town.zone)
        and query.get("band", "") in ("", town.band)
        and (low is None or (people is not None and people >= low))
        and (high is None or (people is not None and people <= high))
    )


def ranked(index: TerritoryIndex, indicator: str, query: Mapping[str, str]) -> list[Ranked]:
    """Municipalities that pass the filters, highest value first, those without a value last."""
    values = index.values.get(indicator, {}).get(LEVEL, {})
    every = index.known(indicator, LEVEL)
    top, low = (every[-1], every[0]) if every else (0.0, 0.0)
    towns = [t for t in index.levels.get(LEVEL, ()) if t.id in values and kept(t, query)]
    towns.sort(key=lambda t: (values[t.id].value is None, -(values[t.id].value or 0), plain(t.name)))
    found: list[Ranked] = []
    for number_, town in enumerate(towns, 1):
        value = values[town.id]
        if value.value is None:
            found.append(Ranked(town, value, None, None, None))
            continue
        before = found[-1] if found else None
        rank = before.rank if before and before.value.value == value.value else number_
        overall = index.rank(indicator, town)
        share = value.value / top if low >= 0 and top > 0 else None
        found.append(Ranked(town, value, rank, overall[0] if overall else None, share))
    return found


def _choose(maps: MapData, query: Mapping[str, str]) -> Indicator:
    keys = shown_indicators(maps)
    if not keys:
        raise NotFoundError("ranking")
    wanted = query.get("indicator", "")
    return maps.index.indicators[wanted if wanted in keys else default_indicator(maps)]


SORTS: dict[str, Callable[[Ranked], tuple[Any, ...]]] = {
    "value": lambda r: (r.rank is None, r.rank or 0, plain(r.place.name)),
    "-value": lambda r: (r.rank is None, -(r.rank or 0), plain(r.place.name)),
    "name": lambda r: (plain(r.place.name),),
    "zone": lambda r: (r.place.zone or "", plain(r.place.name)),
    "band": lambda r: (r.place.band or "", plain(r.place.name)),
    "residents": lambda r: (-(r.place.population or 0), plain(r.place.name)),
}


def ranking_page(visit: Visit, maps: MapData) -> str:
    """The page."""
    language, index = visit.language, maps.index
    indicator = _choose(maps, visit.query)
    query = {key: visit.query.get(key, "") for key in FILTERS}
    rows = ranked(index, indicator.id, query)
    sort = visit.query.get("sort", "value")
    sort = sort if sort in SORTS else "value"
    asked = {"indicator": indicator.id, **{key: value for key, value in query.items() if value}}
    keys = [index.indicators[key] for key in shown_indicators(maps)]
    wrong = [key for key in ("from", "to") if query[key] and whole(query[key]) is None]
    return visit.render(
        "ranking.html",
        indicator=indicator,
        name=language.text(indicator.name),
        unit=unit_of(indicator, language),
        options=indicator_options(keys, indicator.id, language),
        query=query,
        wrong=wrong,
        zones=larger_options(index, "zone", language),
        bands=larger_options(index, "band", language),
        finding=finding_of(indicator, rows, language),
        beside=_beside(index, indicator, rows, language),
        rows=[_row(visit, index, indicator, row) for row in sorted(rows, key=SORTS[sort])],
        total=len(index.values[indicator.id].get(LEVEL, {})),
        filtered=any(query.values()),
        sort=sort,
        sort_urls={key: visit.url("ranking", {**asked, "sort": key}) for key in SORTS},
        csv=_csv_address(indicator.id, asked),
        clear=visit.url("ranking", {"indicator": indicator.id}),
        period=", ".join(period_text(p, language) for p in sorted({r.value.period for r in rows}) if p),
    )


def _csv_address(indicator: str, asked: Mapping[str, str]) -> str:
    query = urlencode({key: value for key, value in asked.items() if key != "indicator"})
    return f"/files/ranking/{indicator}.csv" + (f"?{query}" if query else "")


def _row(visit: Visit, index: TerritoryIndex, indicator: Indicator, row: Ranked) -> dict[str, Any]:
    language = visit.language
    zone, band = (index.places.get(key or "") for key in (row.place.zone, row.place.band))
    return {
        "rank": row.rank,
        "overall": row.overall,
        "name": row.place.name,
        "url": visit.url("place", place=row.place.id),
        "zone": zone.name if zone else "",
        "band": place_name(band, language) if band else "",
        "residents": row.place.population,
        "value": number(row.value.value, indicator.decimals, language) if row.value.value is not None else "",
        "status": row.value.status,
        "status_text": status_text(row.value, language),
        "reason": reason_text(index, row.value, language),
        "bar": None if row.share is None else round(row.share * 120, 1),
    }


def finding_of(indicator: Indicator, rows: Sequence[Ranked], language: Language) -> str:
    """The ends of the ranking in a sentence."""
    known = [row for row in rows if row.value.value is not None]
    name = long_name(indicator, language)
    if not known:
        return f"{name}: nessun valore" if language.code == "it" else f"{name}: no value"

    def end(row: Ranked) -> str:
        value = row.value.value or 0.0
        return with_unit(rounded(value, indicator.decimals, language), indicator, language)

    def who(row: Ranked) -> str:
        same = sum(other.value.value == row.value.value for other in known)
        return row.place.name if same == 1 else f"{same} {LEVEL_MANY[LEVEL].get(language.code)}"

    first, last = known[0], known[-1]
    if first.value.value == last.value.value:
        return f"{name}: {end(first)}"
    return f"{name}: {end(first)} ({who(first)}), {end(last)} ({who(last)})"


def _beside(index: TerritoryIndex, indicator: Indicator, rows: Sequence[Ranked], language: Language) -> str:
    """How the whole metropolis does, and how many of the municipalities shown lie above it."""
    for place in index.levels.get("metropolis", ()):
        own = index.value(indicator.id, place)
        if own is None or own.value is None:
            continue
        known = [row.value.value for row in rows if row.value.value is not None]
        top = index.known(indicator.id, LEVEL)
        said = with_unit(rounded(own.value, indicator.decimals, language), indicator, language)
        if not known or not top or own.value > top[-1]:
            return ""
        above = sum(value > own.value for value in known)
        if language.code == "it":
            return f"Tutta la metropoli: {said}; stanno sopra {above} comuni su {len(known)}."
        return f"The whole metropolis: {said}; {above} of {len(known)} municipalities lie above."
    return ""


def ranking_csv(index: TerritoryIndex, indicator: str, query: Mapping[str, str]) -> File:
    """The ranking as a file, with the same filters as the page."""
    if not index.values.get(indicator, {}).get(LEVEL):
        raise NotFoundError(indicator)
    header = [
        "rank",
        "rank_overall",
        "id",
        "name",
        "zone",
        "band",
        "residents",
        "value",
        "status",
        "reason",
        "period",
    ]
    rows = [
        [
            r.rank, r.overall, r.place.id, r.place.name, r.place.zone, r.place.band, r.place.population,
            r.value.value, r.value.status, r.value.reason, r.value.period,
        ]
        for r in ranked(index, indicator, query)
    ]  # fmt: skip
    return File(csv_bytes(header, rows), "text/csv; charset=utf-8", f"ranking-{indicator}.csv")
