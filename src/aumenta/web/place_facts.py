# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a place says: its people, its indicators beside zone, band and metropolis, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.territory_index import AGE_GROUPS, Place, PlaceValue, TerritoryIndex


@dataclass(frozen=True, slots=True)
class Comparison:
    """The value of a larger place beside which the place's own is set."""

    kind: str
    place: Place
    value: PlaceValue


@dataclass(frozen=True, slots=True)
class Strip:
    """Positions (0 to 1) on a strip from the lowest to the highest value of the level; None where unknown."""

    low: float
    high: float
    own: float | None
    others: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One indicator at a place."""

    indicator: Indicator
    value: PlaceValue
    rank: tuple[int, int] | None
    comparisons: tuple[Comparison, ...]
    strip: Strip | None
    #: better, worse or same as the metropolis by the indicator's direction; None where it has none, a value lacks, or
    #: larger places have more for their size alone
    against_metropolis: str | None


@dataclass(frozen=True, slots=True)
class SpeakingAction:
    """An action of the plan, the indicators that speak for it, and why."""

    code: str
    title: str
    title_en: str
    indicators: tuple[Indicator, ...]
    why: tuple[Text, ...]
    worse: int


def larger_places(index: TerritoryIndex, place: Place) -> list[tuple[str, Place]]:
    """Zone, band and metropolis that a place belongs to, each with its level."""
    found: list[tuple[str, Place]] = []
    if place.level == "municipality":
        for kind, key in (("zone", place.zone), ("band", place.band)):
            if key and key in index.places:
                found.append((kind, index.places[key]))
    if place.level != "metropolis":
        found += [("metropolis", whole) for whole in index.levels.get("metropolis", ())]
    return found


def facts_of(index: TerritoryIndex, place: Place) -> list[Fact]:
    """Every indicator made for the place's level, in the order of the indicators."""
    found, larger = [], larger_places(index, place)
    for key, indicator in index.indicators.items():
        value = index.value(key, place)
        if value is None:
            continue
        pairs = [(kind, other, index.value(key, other)) for kind, other in larger]
        comparisons = tuple(Comparison(kind, other, v) for kind, other, v in pairs if v is not None)
        found.append(
            Fact(
                indicator,
                value,
                index.rank(key, place) if place.level != "metropolis" else None,
                comparisons,
                _strip(index, key, place, value, comparisons),
                None if index.sized(key) else _against(indicator, value, comparisons),
            )
        )
    return found


def _strip(
    index: TerritoryIndex, key: str, place: Place, value: PlaceValue, comparisons: Sequence[Comparison]
) -> Strip | None:
    """None where a strip would say nothing: no range, or sums that larger places only exceed."""
    known = index.known(key, place.level)
    if len(known) < 3 or value.value is None:
        return None
    low, high = known[0], known[-1]
    others = [(c.kind, c.value.value) for c in comparisons if c.value.value is not None]
    inside = [(kind, v) for kind, v in others if low <= v <= high]
    if high <= low or len(inside) < len(others):
        return None
    span = high - low
    placed = tuple((kind, (v - low) / span) for kind, v in inside)
    return Strip(low, high, (value.value - low) / span, placed)


def _against(indicator: Indicator, value: PlaceValue, comparisons: Sequence[Comparison]) -> str | None:
    whole = next((c.value.value for c in comparisons if c.kind == "metropolis"), None)
    if indicator.direction == "none" or value.value is None or whole is None:
        return None
    if value.value == whole:
        return "same"
    return "better" if (value.value > whole) == (indicator.direction == "up") else "worse"


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Residents of an age group and their share (0 to 1) of the place's residents."""

    first: int
    last: int | None
    residents: int
    share: float
    start: float


def ages_of(place: Place) -> list[AgeGroup]:
    """Age groups of a place; none where nobody is counted, or nobody tells ages."""
    if not place.population or not place.ages:
        return []
    groups, start = [], 0.0
    for (_, first, last), residents in zip(AGE_GROUPS, place.ages, strict=True):
        share = residents / place.population
        groups.append(AgeGroup(first, last, residents, share, start))
        start += share
    return groups


def speaking_actions(plan: Any, index: TerritoryIndex) -> Mapping[str, list[tuple[str, Text]]]:
    """For each indicator the actions that it speaks for: (code of the action, why)."""
    found: dict[str, list[tuple[str, Text]]] = {}
    for strategy in plan.editorial.values():
        for code, editorial in strategy.actions.items():
            for link in editorial.indicators:
                if link.indicator in index.indicators:
                    found.setdefault(link.indicator, []).append((code, link.why))
    return found


def actions_for(
    plan: Any, speaking: Mapping[str, Sequence[tuple[str, Text]]], facts: Sequence[Fact]
) -> list[SpeakingAction]:
    """Actions that the place's indicators speak for; first those where the place lies behind the metropolis."""
    gathered: dict[str, list[tuple[Fact, Text]]] = {}
    for fact in facts:
        for code, why in speaking.get(fact.indicator.id, ()):
            gathered.setdefault(code, []).append((fact, why))
    actions = []
    titles = {one.code: one.title for one in plan.actions if one.code in gathered}
    for code, links in gathered.items():
        strategy = plan.editorial.get(code.rsplit(".", 1)[0])
        title = titles[code]
        actions.append(
            SpeakingAction(
                code,
                title,
                strategy.titles_en.get(code, title) if strategy else title,
                tuple(fact.indicator for fact, _ in links),
                tuple(why for _, why in links),
                sum(fact.against_metropolis == "worse" for fact, _ in links),
            )
        )
    return sorted(actions, key=lambda a: (-a.worse, tuple(int(part) for part in a.code.split("."))))


def inferred_members(index: TerritoryIndex, place: Place) -> tuple[int, int]:
    """How many municipalities of a place have an inferred membership, and how many it has."""
    members = index.members(place)
    if place.level != "zone":
        return 0, len(members)
    rows = (levels.get(place.level, {}).get(place.id) for levels in index.values.values())
    counted = max((v.inferred for v in rows if v is not None), default=0)
    return max(counted, sum(m.status == "estimated" for m in members)), len(members)
