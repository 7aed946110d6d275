# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Speeds: what `maxspeed` and `surface` of OpenStreetMap say, and the tables used where they say nothing.

docs/streets.md has the same tables with their sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Tags = Mapping[str, str]

#: Free speed of cars in km/h by class, where no limit is mapped: what is driven, not what is allowed.
CAR_KMH: Final[dict[str, float]] = {
    "motorway": 90,
    "motorway_link": 45,
    "trunk": 85,
    "trunk_link": 40,
    "primary": 65,
    "primary_link": 30,
    "secondary": 55,
    "secondary_link": 25,
    "tertiary": 40,
    "tertiary_link": 20,
    "unclassified": 25,
    "residential": 25,
    "road": 25,
    "service": 15,
    "living_street": 10,
    "pedestrian": 10,
    "track": 15,
    "cycleway": 10,
    "footway": 10,
    "path": 10,
    "bridleway": 10,
    "busway": 25,
}
#: Classes where the way itself, not the limit, holds cars back: their speed never rises above the table's.
SLOW_BY_NATURE: Final = frozenset(
    {"service", "living_street", "pedestrian", "track", "cycleway", "footway", "path", "bridleway"}
)
#: A residential street is never driven faster than this on average, whatever the limit, km/h.
RESIDENTIAL_CAP: Final = 30.0
#: Narrow kinds of service ways, km/h.
SERVICE_KMH: Final[dict[str, float]] = {
    "driveway": 10,
    "parking_aisle": 10,
    "drive-through": 10,
    "alley": 10,
}

#: Most that cars drive on a surface, km/h.
CAR_SURFACE_KMH: Final[dict[str, float]] = {
    "cobblestone": 30,
    "unhewn_cobblestone": 30,
    "unpaved": 40,
    "gravel": 40,
    "fine_gravel": 40,
    "pebblestone": 40,
    "ground": 30,
    "dirt": 30,
    "earth": 30,
    "grass": 20,
    "rock": 20,
    "sand": 15,
    "mud": 15,
}

#: Speed of bicycles on a surface as a share of that on asphalt (15 km/h is 1).
BIKE_SURFACE: Final[dict[str, float]] = {
    "asphalt": 1.0,
    "chipseal": 1.0,
    "concrete": 1.0,
    "concrete:lanes": 1.0,
    "concrete:plates": 1.0,
    "paved": 1.0,
    "paving_stones": 0.67,
    "sett": 0.6,
    "cobblestone": 0.47,
    "unhewn_cobblestone": 0.47,
    "cobblestone:flattened": 0.67,
    "wood": 0.67,
    "metal": 0.67,
    "compacted": 0.67,
    "fine_gravel": 0.67,
    "ground": 0.67,
    "dirt": 0.53,
    "unpaved": 0.4,
    "gravel": 0.4,
    "pebblestone": 0.4,
    "grass_paver": 0.4,
    "earth": 0.4,
    "grass": 0.4,
    "rock": 0.4,
    "woodchips": 0.2,
    "mud": 0.2,
    "sand": 0.2,
}
#: The same by tracktype, where no surface is mapped.
BIKE_TRACK: Final[dict[str, float]] = {
    "grade1": 1.0,
    "grade2": 0.8,
    "grade3": 0.67,
    "grade4": 0.53,
    "grade5": 0.4,
}

#: Limits in km/h that are only named ("IT:urban"); the whole name counts before its last part alone.
IMPLICIT_KMH: Final[dict[str, float]] = {
    "urban": 50,
    "rural": 90,
    "trunk": 110,
    "motorway": 130,
    "living_street": 10,
    "bicycle_road": 30,
    "nsl_restricted": 48.28,
    "nsl_single": 96.56,
    "nsl_dual": 112.65,
    "be:rural": 70,
    "br:urban": 60,
    "br:rural": 100,
    "br:motorway": 110,
    "ch:rural": 80,
    "ch:trunk": 100,
    "ch:motorway": 120,
    "de:rural": 100,
    "es:trunk": 90,
    "es:motorway": 120,
    "fr:rural": 80,
    "gb:motorway": 112.65,
    "ru:urban": 60,
    "ru:motorway": 110,
}
WALKING_KMH: Final = 6.0  # maxspeed=walk
NO_LIMIT_KMH: Final = 130.0  # maxspeed=none
KMH_OF_UNIT: Final[dict[str, float]] = {
    "": 1.0,
    "km/h": 1.0,
    "kmh": 1.0,
    "kph": 1.0,
    "kmph": 1.0,
    "mph": 1.609344,
    "knots": 1.852,
}
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z/]*)")
_ZONE = re.compile(r"(?:^|:)zone:?(\d+)$")
_SLOWEST, _FASTEST = 1.0, 200.0  # a limit outside is a slip of the pen


def limit_kmh(value: str) -> float | None:
    """Read a value of `maxspeed` as km/h; None where it says nothing that can be used.

    Of several values (`50;70`, `30-50`, `50|70`) the lowest counts.

    >>> limit_kmh("50"), limit_kmh("30 mph"), limit_kmh("IT:urban"), limit_kmh("walk"), limit_kmh("signals")
    (50.0, 48.28032, 50.0, 6.0, None)
    """
    text = value.strip().lower()
    parts = re.split(r"[;|]|(?<=\d)\s*-\s*(?=\d)", text)
    found = [kmh for part in parts if (kmh := _one(part.strip())) is not None]
    return min(found) if found else None


def _one(text: str) -> float | None:
    if text in ("walk", "walking", "foot"):
        return WALKING_KMH
    if text in ("none", "unlimited"):
        return NO_LIMIT_KMH
    if (named := IMPLICIT_KMH.get(text) or IMPLICIT_KMH.get(text.rpartition(":")[2])) is not None:
        return float(named)
    if (zone := _ZONE.search(text)) is not None:
        return _usable(float(zone[1]))
    match = _NUMBER.fullmatch(text)
    if match is None or match[2] not in KMH_OF_UNIT:
        return None
    return _usable(float(match[1].replace(",", ".")) * KMH_OF_UNIT[match[2]])


def _usable(kmh: float) -> float | None:
    return kmh if _SLOWEST <= kmh <= _FASTEST else None


def car_kmh(tags: Tags, highway: str, real: float) -> tuple[float, float]:
    """Speed of cars along and against the way in km/h, whether or not they may go there.

    `real` is the share of a mapped limit that is driven on average.
    """
    base = CAR_KMH.get(highway, CAR_KMH["road"])
    if highway == "service":
        base = min(base, SERVICE_KMH.get(tags.get("service", ""), base))
    cap = base if highway in SLOW_BY_NATURE else RESIDENTIAL_CAP if highway == "residential" else _FASTEST
    cap = min(cap, CAR_SURFACE_KMH.get(tags.get("surface", ""), _FASTEST))
    both = _limit_of_way(tags)
    speeds = []
    for direction in ("maxspeed:forward", "maxspeed:backward"):
        limit = limit_kmh(tags[direction]) if direction in tags else None
        limit = limit if limit is not None else both
        speeds.append(min(cap, base if limit is None else limit * real))
    return speeds[0], speeds[1]


def _limit_of_way(tags: Tags) -> float | None:
    for key in ("maxspeed:motorcar", "maxspeed", "maxspeed:type", "zone:maxspeed", "source:maxspeed"):
        value = tags.get(key)
        if value is not None and (limit := limit_kmh(value)) is not None:
            return limit
    return None


def bike_share(tags: Tags, base: float, rough: float) -> float:
    """Speed of a ridden bicycle as a share of that on flat asphalt.

    `base` is the class's own share on a good surface, `rough` its share where neither surface nor tracktype is mapped.
    """
    for table, key in ((BIKE_SURFACE, "surface"), (BIKE_TRACK, "tracktype")):
        share = table.get(tags.get(key, ""))
        if share is not None:
            return min(base, share)
    return min(base, rough)
