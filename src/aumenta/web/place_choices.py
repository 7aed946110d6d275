# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Choosers of places and indicators for pages that compare and rank."""

from __future__ import annotations

from collections.abc import Iterable

from aumenta.values.model import Indicator
from aumenta.web.i18n import Language
from aumenta.web.territory_index import LEVELS, Place, TerritoryIndex, plain
from aumenta.web.words import LEVEL_MANY, RIGHT_MEASURE, group_name, place_name

#: Ends of indicators of rights that repeat others for a group of people or say the rest of a whole.
_SECONDARY = ("_0_18", "_65_plus", "_unknown", ".unknown", ".not_met")

#: A group of a chooser: its name and its options (value, words, whether it is chosen).
Options = list[tuple[str, list[tuple[str, str, bool]]]]


def is_secondary(indicator: Indicator) -> bool:
    """Whether a short chooser leaves an indicator out: of rights, what repeats or completes another."""
    return indicator.measure == RIGHT_MEASURE and indicator.id.endswith(_SECONDARY)


def indicator_options(indicators: Iterable[Indicator], chosen: str, language: Language) -> Options:
    """Indicators in groups, without the secondary ones unless chosen."""
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for one in indicators:
        if one.id == chosen or not is_secondary(one):
            own = groups.setdefault(group_name(one, language), [])
            own.append((one.id, language.text(one.name), one.id == chosen))
    return list(groups.items())


def place_options(index: TerritoryIndex, chosen: str, language: Language) -> Options:
    """Places in groups by level, largest level first, by name."""
    groups: Options = []
    for level in reversed(LEVELS):
        places = sorted(index.levels.get(level, ()), key=lambda p: plain(place_name(p, language)))
        if places:
            name = LEVEL_MANY[level].get(language.code)
            options = [(p.id, place_name(p, language), p.id == chosen) for p in places]
            groups.append((name[:1].upper() + name[1:], options))
    return groups


def larger_options(index: TerritoryIndex, level: str, language: Language) -> list[tuple[str, str]]:
    """Places of a level as options of a filter."""
    places: list[Place] = sorted(index.levels.get(level, ()), key=lambda p: plain(p.name))
    return [(p.id, place_name(p, language)) for p in places]
