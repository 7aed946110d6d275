# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Two places side by side, of any level: people, rights, every indicator, and where they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aumenta.values.model import Indicator
from aumenta.web.finding import rounded, with_unit
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.place_choices import place_options
from aumenta.web.place_facts import ages_of, larger_places
from aumenta.web.place_rights import RightLine, rights_of_place
from aumenta.web.site import File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes
from aumenta.web.territory_index import Place, PlaceValue, TerritoryIndex
from aumenta.web.words import (
    LEVEL_ONE,
    RIGHT_MEASURE,
    long_name,
    measure_name,
    number,
    period_text,
    place_name,
    reason_text,
    status_text,
    unit_of,
)

#: Sentences of where two places differ most.
MOST = 3
#: Colours of the two places in drawings, told apart by shape too.
COLOURS = ("#0066cc", "#a66300")


@dataclass(frozen=True, slots=True)
class Pair:
    """An indicator at two places.

    `sized`: a count of which a larger place has more for its size alone, so neither place does better; `comparable`:
    not such a count, or of places of one level. `spots` are their positions (0 to 1) between the lowest and highest
    municipality; None where one is outside.
    """

    indicator: Indicator
    values: tuple[PlaceValue | None, PlaceValue | None]
    sized: bool
    comparable: bool
    spots: tuple[float, float] | None

    @property
    def difference(self) -> float | None:
        """The first less the second; None where one is missing or they cannot be compared."""
        first, second = self.values
        if (
            not self.comparable
            or first is None
            or second is None
            or first.value is None
            or second.value is None
        ):
            return None
        return first.value - second.value

    @property
    def better(self) -> int | None:
        """0 or 1: the place that does better, where the indicator has a better way; None otherwise."""
        difference = self.difference
        if not difference or self.sized or self.indicator.direction == "none":
            return None
        return 0 if (difference > 0) == (self.indicator.direction == "up") else 1


def register(site: Site) -> None:
    """Serve the page and its table as a file."""
    maps = maps_of(site)
    site.page("compare", lambda visit: compare_page(visit, maps))
    site.file(
        "compare/{one}/{other}.csv", lambda path, query: compare_csv(maps.index, path["one"], path["other"])
    )


def pairs_of(index: TerritoryIndex, one: Place, other: Place) -> list[Pair]:
    """Every indicator that at least one of the two places has, in the order of the indicators."""
    found = []
    for key, indicator in index.indicators.items():
        values = (index.value(key, one), index.value(key, other))
        if values == (None, None):
            continue
        sized = index.sized(key)
        comparable = one.level == other.level or not sized
        found.append(Pair(indicator, values, sized, comparable, _spots(index, key, values)))
    return found


def _spots(
    index: TerritoryIndex, key: str, values: tuple[PlaceValue | None, PlaceValue | None]
) -> tuple[float, float] | None:
    known = index.known(key, "municipality")
    numbers = [v.value for v in values if v is not None and v.value is not None]
    if len(numbers) < 2 or len(known) < 3 or known[0] == known[-1]:
        return None
    low, span = known[0], known[-1] - known[0]
    spots = [(number - low) / span for number in numbers]
    return (spots[0], spots[1]) if all(0 <= spot <= 1 for spot in spots) else None


def compare_page(visit: Visit, maps: MapData) -> str:
    """The page; with one place chosen it is set beside the place that holds it, with none it asks for two."""
    index, language = maps.index, visit.language
    one, other = _chosen(index, visit.query.get("a", "")), _chosen(index, visit.query.get("b", ""))
    if one is not None and other is None:
        other = next((place for _, place in larger_places(index, one)), None)
    wrong = [key for key in ("a", "b") if visit.query.get(key) and _chosen(index, visit.query[key]) is None]
    context: dict[str, Any] = {
        "first": place_options(index, one.id if one else "", language),
        "second": place_options(index, other.id if other else "", language),
        "wrong": wrong,
        "pair": None,
    }
    if one is not None and other is not None:
        context |= _both(visit, maps, one, other)
    return visit.render("compare.html", **context)


def _chosen(index: TerritoryIndex, identifier: str) -> Place | None:
    return index.places.get(identifier)


def _both(visit: Visit, maps: MapData, one: Place, other: Place) -> dict[str, Any]:
    index, language = maps.index, visit.language
    pairs = pairs_of(index, one, other)
    names = (place_name(one, language), place_name(other, language))
    if names[0] == names[1]:
        names = tuple(
            f"{n} ({LEVEL_ONE[p.level].get(language.code)})" for n, p in zip(names, (one, other), strict=True)
        )  # type: ignore[assignment]
    said = differences(pairs, names, language)
    return {
        "pair": (one, other),
        "names": names,
        "colours": COLOURS,
        "places": [_head(visit, place) for place in (one, other)],
        "finding": said[0] if said else "",
        "said": said[1:],
        "rights": list(_rights(index, one, other, language)),
        "groups": _groups(index, [p for p in pairs if p.indicator.measure != RIGHT_MEASURE], language),
        "drawing": _drawing(maps, one, other),
        "csv": f"/files/compare/{one.id}/{other.id}.csv",
        "swap": visit.url("compare", {"a": other.id, "b": one.id}),
        "levels_differ": one.level != other.level,
    }


def _head(visit: Visit, place: Place) -> dict[str, Any]:
    language = visit.language
    larger = [
        place_name(p, language) for k, p in larger_places(visit_index(visit), place) if k != "metropolis"
    ]
    return {
        "place": place,
        "kind": LEVEL_ONE[place.level].get(language.code),
        "url": visit.url("place", place=place.id),
        "larger": ", ".join(larger),
        "ages": ages_of(place),
    }


def visit_index(visit: Visit) -> TerritoryIndex:
    """The index of the site that is visited."""
    return maps_of(visit.site).index


def _rights(
    index: TerritoryIndex, one: Place, other: Place, language: Language
) -> list[tuple[str, RightLine | None, RightLine | None]]:
    """Each right that both or one of the places have shares of."""
    sides = [{line.id: line for line in rights_of_place(index, place, language)} for place in (one, other)]
    keys = dict.fromkeys([*sides[0], *sides[1]])
    found = []
    for key in keys:
        # Marks of larger places would need a key of their own for each of the two.
        first, second = (replace(side[key], ticks=()) if key in side else None for side in sides)
        line = first or second
        if line is not None:
            found.append((line.name, first, second))
    return found


def differences(pairs: Sequence[Pair], names: tuple[str, str], language: Language) -> list[str]:
    """Where two places differ most: by the share of the range between municipalities, largest first.

    One indicator a measure; no counts that grow with size, and no rights, which have their bars and what is not known.
    """
    told = [p for p in pairs if p.spots is not None and p.difference and not p.sized]
    told = [
        p for p in told if p.indicator.measure != RIGHT_MEASURE and not p.indicator.id.endswith("_unknown")
    ]
    told.sort(key=lambda p: -abs((p.spots or (0.0, 0.0))[0] - (p.spots or (0.0, 0.0))[1]))
    found: list[str] = []
    seen: set[str] = set()
    for pair in told:
        if pair.indicator.measure in seen:
            continue
        seen.add(pair.indicator.measure)
        values = [
            with_unit(rounded(v.value or 0.0, pair.indicator.decimals, language), pair.indicator, language)
            for v in pair.values
            if v is not None
        ]
        place = ", ".join(
            f"{value} {name}" for value, name in zip(values, (f"({n})" for n in names), strict=True)
        )
        found.append(f"{long_name(pair.indicator, language)}: {place}")
    return found[:MOST]


def _groups(
    index: TerritoryIndex, pairs: Sequence[Pair], language: Language
) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs:
        indicator = pair.indicator
        difference = pair.difference
        groups.setdefault(measure_name(indicator.measure, language), []).append(
            {
                "indicator": indicator,
                "name": language.text(indicator.name),
                "unit": unit_of(indicator, language),
                "sides": [_side(index, indicator, value, language) for value in pair.values],
                "difference": _signed(difference, indicator, language),
                "better": pair.better,
                "spots": pair.spots if pair.comparable else None,
                "comparable": pair.comparable,
            }
        )
    return list(groups.items())


def _side(
    index: TerritoryIndex, indicator: Indicator, value: PlaceValue | None, language: Language
) -> dict[str, str]:
    if value is None:
        return {"value": "", "status": "none", "status_text": "", "reason": "", "period": ""}
    return {
        "value": number(value.value, indicator.decimals, language) if value.value is not None else "",
        "status": value.status,
        "status_text": status_text(value, language) if value.status in ("estimated", "missing") else "",
        "reason": reason_text(index, value, language),
        "period": period_text(value.period, language),
    }


def _signed(difference: float | None, indicator: Indicator, language: Language) -> str:
    """A difference with its sign; nothing for none."""
    if difference is None:
        return ""
    text = number(difference, indicator.decimals, language)
    return f"+{text}" if round(difference, indicator.decimals) > 0 else text


def _drawing(maps: MapData, one: Place, other: Place) -> dict[str, Any]:
    drawings = maps.drawings
    frame = next(iter(drawings.values())).frame

    def own(place: Place) -> str:
        return drawings[place.level].paths.get(place.id, "") if place.level in drawings else ""

    larger, smaller = (one, other) if (one.area_km2 or 0) >= (other.area_km2 or 0) else (other, one)
    shapes = [(own(place), COLOURS[0 if place is one else 1]) for place in (larger, smaller)]
    return {
        "width": frame.width,
        "height": frame.height,
        "outline": "".join(drawings["metropolis"].paths.values()) if "metropolis" in drawings else "",
        "zones": "".join(drawings["zone"].paths.values()) if "zone" in drawings else "",
        "shapes": shapes,
    }


def compare_csv(index: TerritoryIndex, one: str, other: str) -> File:
    """The comparison as a file: one row an indicator."""
    places = [_chosen(index, one), _chosen(index, other)]
    if places[0] is None or places[1] is None:
        raise NotFoundError(f"{one}, {other}")
    header = ["indicator", "indicator_it", "indicator_en", "unit_en"]
    for key in ("a", "b"):
        header += [f"{name}_{key}" for name in ("place", "value", "status", "reason", "period")]
    rows: list[list[object]] = []
    for pair in pairs_of(index, places[0], places[1]):
        row: list[object] = [
            pair.indicator.id, pair.indicator.name.it, pair.indicator.name.en, pair.indicator.unit.en
        ]  # fmt: skip
        for place, value in zip(places, pair.values, strict=True):
            row.append(place.id if place else None)
            row += [value.value, value.status, value.reason, value.period] if value else [None] * 4
        rows.append([*row, pair.difference])
    return File(
        csv_bytes([*header, "difference"], rows), "text/csv; charset=utf-8", f"compare-{one}-{other}.csv"
    )
