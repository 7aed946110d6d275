# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Names that travel times can be asked from: seats of municipalities, and stops that the streets reach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from aumenta.errors import AccessError, Problem
from aumenta.web.territory_index import Place, plain

if TYPE_CHECKING:
    from aumenta.network.model import Network

#: Stops of one name that lie in one square of so many degrees (about a kilometre) are one place.
_SQUARE = 0.01
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A point with a name; `kind` is `town` or `stop`, `weight` puts the larger first (residents; calls)."""

    name: str
    kind: str
    lon: float
    lat: float
    weight: int = 0


def towns(places: Iterable[Place]) -> list[Named]:
    """Seats of municipalities, the largest first."""
    found = [Named(p.name, "town", *p.seat, p.population or 0) for p in places if p.seat]
    return sorted(found, key=lambda one: (-one.weight, plain(one.name)))


def stops(network: Network) -> list[Named]:
    """Stops within reach of the streets, those of one name close together as one, by name."""
    import numpy as np  # noqa: PLC0415

    timetable = network.timetable
    if timetable is None or network.stops is None:
        return []
    calls = np.bincount(timetable.conn_from, minlength=len(timetable.stop_id))
    reached = network.stops.at["foot"].node >= 0
    groups: dict[tuple[str, int, int], list[int]] = {}
    for at in np.flatnonzero(reached & (calls > 0)):
        lon, lat = float(timetable.stop_lon[at]), float(timetable.stop_lat[at])
        key = (plain(str(timetable.stop_name[at])), round(lon / _SQUARE), round(lat / _SQUARE))
        groups.setdefault(key, []).append(int(at))
    found = []
    for members in groups.values():
        best = max(members, key=lambda at: (calls[at], -at))
        lon, lat = timetable.stop_lon[best], timetable.stop_lat[best]
        name, weight = str(timetable.stop_name[best]), int(calls[members].sum())
        found.append(Named(name, "stop", round(float(lon), 6), round(float(lat), 6), weight))
    return sorted(found, key=lambda one: (plain(one.name), -one.weight))


def find(names: Sequence[Named], text: str) -> Named:
    """The point of a name: written in full, else the only one that begins so; `AccessError` says what is near it."""
    wanted = plain(text)
    spelled = [(plain(one.name), one) for one in names]
    whole = [one for key, one in spelled if key == wanted]
    begun = [one for key, one in spelled if key.startswith(wanted)] if wanted else []
    if whole or len({plain(one.name) for one in begun}) == 1:
        return (whole or begun)[0]
    known = {plain(one.name): one.name for one in reversed(names)}
    near = [one.name for one in begun] or [
        known[k] for k in get_close_matches(wanted, list(known), _SUGGESTED)
    ]
    expected = ", ".join(dict.fromkeys(near[:_SUGGESTED])) or None
    problem = Problem("no place of that name", field="place", found=text[:80], expected=expected)
    raise AccessError("The place is not known.", [problem])


def as_json(names: Sequence[Named]) -> bytes:
    """The names for the search field of the page: name, plain spelling, kind, point."""
    rows = [
        {"name": one.name, "plain": plain(one.name), "kind": one.kind, "at": [one.lon, one.lat]}
        for one in names
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
