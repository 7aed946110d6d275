# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Places and their values as the pages need them: read from the twin once, at start-up, then only looked up."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text

#: Levels of places, smallest first, as maps and choosers offer them.
LEVELS = ("municipality", "zone", "band", "metropolis")
#: Age groups that cells carry: column and first and last age (None = and over).
AGE_GROUPS: tuple[tuple[str, int, int | None], ...] = (
    ("pop_0_14", 0, 14),
    ("pop_15_18", 15, 18),
    ("pop_19_39", 19, 39),
    ("pop_40_64", 40, 64),
    ("pop_65p", 65, None),
)
#: Measures in the order that choosers and tables show them; others follow.
MEASURES = (
    "right",
    "demography",
    "income",
    "broadband",
    "enterprises",
    "soil",
    "schools",
    "health_supply",
    "health_reach",
    "fullvoid",
    "metropolis90",
    "thereandback",
    "gateways",
    "city15",
    "stations",
    "tor",
    "school_welfare",
    "boulevards",
    "ecosystem",
)
#: Columns of the cells that the pages use.
CELL_COLUMNS = [
    "cell",
    "gx",
    "gy",
    "municipality",
    "zone",
    "band",
    "pop",
    *(name for name, *_ in AGE_GROUPS),
    "jobs",
    "degurba",
    "height_m",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A place without its geometry. `ages` are residents by group of `AGE_GROUPS`, empty where nobody tells ages."""

    id: str
    level: str
    name: str
    zone: str | None = None
    band: str | None = None
    area_km2: float | None = None
    altitude_m: float | None = None
    seat: tuple[float, float] | None = None
    status: str = "measured"
    note: str | None = None
    population: int | None = None
    ages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """One row of the long table; `value` is None exactly when the status is missing."""

    value: float | None
    status: str
    reason: str | None
    period: str
    source: str
    parts: int
    missing: int
    inferred: int


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """The value of one period; None where it is missing."""

    period: str
    value: float | None


@dataclass(frozen=True)
class TerritoryIndex:
    """Everything the pages look up about places; order is that of the identifiers."""

    places: Mapping[str, Place]
    levels: Mapping[str, tuple[Place, ...]]
    indicators: Mapping[str, Indicator]
    #: indicator -> level -> place -> latest value
    values: Mapping[str, Mapping[str, Mapping[str, PlaceValue]]]
    #: code of a reason for a missing value -> words
    reasons: Mapping[str, Text]
    geometry: Mapping[str, gpd.GeoSeries] = field(repr=False)
    cells: pd.DataFrame = field(repr=False)
    #: (indicator, place) -> values of all its periods, oldest first; only where there are several
    series: Mapping[tuple[str, str], tuple[SeriesPoint, ...]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, str], list[float]] = field(default_factory=dict, repr=False)
    _sized: dict[str, bool] = field(default_factory=dict, repr=False)

    def known(self, indicator: str, level: str) -> list[float]:
        """Values that places of a level have, ascending."""
        key = (indicator, level)
        if key not in self._known:
            values = self.values.get(indicator, {}).get(level, {}).values()
            self._known[key] = sorted(v.value for v in values if v.value is not None)
        return self._known[key]

    def sized(self, indicator: str) -> bool:
        """Whether a larger place has more for its size alone (residents, hectares): better and worse do not apply.

        So it is where the value of the metropolis is the sum of its municipalities', or lies above each of them.
        """
        if indicator not in self._sized:
            towns, whole = self.known(indicator, "municipality"), self.known(indicator, "metropolis")
            told = len(towns) > 1 and bool(whole)
            self._sized[indicator] = told and (
                whole[-1] > towns[-1] or abs(whole[-1] - sum(towns)) <= 1e-3 * sum(map(abs, towns))
            )
        return self._sized[indicator]

    def value(self, indicator: str, place: Place) -> PlaceValue | None:
        """The latest value of an indicator at a place; None when the indicator is not made for its level."""
        return self.values.get(indicator, {}).get(place.level, {}).get(place.id)

    def levels_of(self, indicator: str) -> list[str]:
        """Levels of places at which an indicator has rows, smallest first."""
        return [level for level in LEVELS if self.values.get(indicator, {}).get(level)]

    def rank(self, indicator: str, place: Place) -> tuple[int, int] | None:
        """Position of a place among those of its level with a value (1 = highest) and how many there are.

        Equal values share the better position.
        """
        own = self.value(indicator, place)
        if own is None or own.value is None:
            return None
        known = self.known(indicator, place.level)
        return 1 + len(known) - bisect_right(known, own.value), len(known)

    def members(self, place: Place) -> tuple[Place, ...]:
        """Municipalities of a zone, a band or the metropolis, by name; none for a municipality."""
        towns = self.levels.get("municipality", ())
        chosen: Iterable[Place]
        if place.level == "zone":
            chosen = (t for t in towns if t.zone == place.id)
        elif place.level == "band":
            chosen = (t for t in towns if t.band == place.id)
        elif place.level == "metropolis":
            chosen = towns
        else:
            chosen = ()
        return tuple(sorted(chosen, key=lambda t: plain(t.name)))


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A name for searching and sorting: lower case, no accents, no apostrophes or dashes.

    >>> plain("Agliè")
    'aglie'
    >>> plain("Sant'Antonino di Susa")
    'sant antonino di susa'
    """
    flat = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in flat).split())


#: Columns of the rows that a place's value is made of.
_OF_A_VALUE = (
    "indicator",
    "level",
    "place",
    "value",
    "status",
    "reason",
    "period",
    "source",
    "parts",
    "missing",
    "inferred",
)


def build_index(twin: Twin) -> TerritoryIndex:
    """Read places, cells and values of a twin (the facade of `aumenta.twin`) into an index."""
    frame = twin.places().sort_values("id").reset_index(drop=True)
    cells = twin.cell_table(CELL_COLUMNS).to_pandas()
    counts = _residents(cells, frame)
    places = {
        row["id"]: _place(row, *counts.get(row["id"], (None, ())))
        for row in frame.drop(columns="geometry").to_dict("records")
    }
    levels = {level: tuple(p for p in places.values() if p.level == level) for level in LEVELS}
    geometry = {
        level: gpd.GeoSeries(part.geometry.to_numpy(), index=part["id"].to_numpy(), crs=frame.crs)
        for level, part in frame.groupby("level")
    }
    indicators = dict(sorted(twin.indicators.items(), key=_by_measure))
    values, series = _values(twin.values(), indicators)
    return TerritoryIndex(places, levels, indicators, values, twin.reasons, geometry, cells, series)


def _by_measure(item: tuple[str, Indicator]) -> tuple[int, str]:
    """People first, then the measures in the order of `MEASURES`; within a measure by id."""
    return (MEASURES.index(item[1].measure) if item[1].measure in MEASURES else len(MEASURES), item[0])


def _place(row: dict[str, Any], population: int | None, ages: tuple[int, ...]) -> Place:
    seat = (_number(row.get("seat_lon")), _number(row.get("seat_lat")))
    return Place(
        id=row["id"],
        level=row["level"],
        name=row["name"],
        zone=_text(row.get("zone")),
        band=_text(row.get("band")),
        area_km2=_number(row.get("area_km2")),
        altitude_m=_number(row.get("altitude_m")),
        seat=(seat[0], seat[1]) if seat[0] is not None and seat[1] is not None else None,
        status=_text(row.get("status")) or "measured",
        note=_text(row.get("note")),
        population=population,
        ages=ages,
    )


def _residents(cells: pd.DataFrame, places: pd.DataFrame) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Residents of every place, and by age group where ages are told, from the cells, which hold whole people."""
    columns = ["pop", *(name for name, *_ in AGE_GROUPS if cells[name].notna().all())]
    found: dict[str, tuple[int, tuple[int, ...]]] = {}

    def told(values: Iterable[float]) -> tuple[int, tuple[int, ...]]:
        population, *ages = (int(value) for value in values)
        return population, tuple(ages) if len(ages) == len(AGE_GROUPS) else ()

    for level in ("municipality", "zone", "band"):
        sums = cells.groupby(level, observed=True)[columns].sum()
        found |= {str(key): told(row) for key, row in zip(sums.index, sums.to_numpy(), strict=True)}
    whole = told(cells[columns].sum())
    return found | dict.fromkeys(places.loc[places["level"] == "metropolis", "id"], whole)


def _values(
    rows: pd.DataFrame, indicators: Iterable[str]
) -> tuple[dict[str, dict[str, dict[str, PlaceValue]]], dict[tuple[str, str], tuple[SeriesPoint, ...]]]:
    """The latest value of every indicator by level and place, and the periods of those that have several.

    In one go over the rows, which the twin gives by indicator, level, place and period.
    """
    latest: dict[str, dict[str, dict[str, PlaceValue]]] = {key: {} for key in indicators}
    points: dict[tuple[str, str], list[SeriesPoint]] = {}
    for indicator, level, place, value, status, reason, period, source, parts, missing, inferred in zip(
        *(rows[name].tolist() for name in _OF_A_VALUE), strict=True
    ):
        if indicator not in latest:
            continue  # a build that is not finished yet holds rows of it
        number, told = _number(value), str(period)
        latest[indicator].setdefault(level, {})[place] = PlaceValue(
            number, status, _text(reason), told, _text(source) or "", parts, missing, inferred
        )
        points.setdefault((indicator, place), []).append(SeriesPoint(told, number))
    return latest, {name: tuple(own) for name, own in points.items() if len(own) > 1}


def _number(value: Any) -> float | None:
    if value is None or value is pd.NA or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    return float(value)


def _text(value: Any) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)) or value == "":
        return None
    return str(value)
