# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the changes of a lever tell of how its parameters are drawn: stops that minutes lie between, things meant."""

from __future__ import annotations

from typing import Any

from aumenta.scenario.changes_land import BROWNFIELD, PARK
from aumenta.scenario.lever_origins import EACH, ITEM, WHOLE
from aumenta.scenario.levers import Lever

#: Km/h in motion from which minutes are proposed where nobody decides a speed, by mode; only a first proposal.
SPEEDS = {"rail": 50, "metro": 32, "tram": 18, "bus": 22, "ferry": 20, "funicular": 12, "cable": 15}
_USUAL = 22


def hints_of(lever: Lever) -> dict[str, dict[str, Any]]:
    """For each parameter what drawing it has to know, as plain data:

    - of minutes: `stops` (the parameter whose stops they lie between), `more` (how many more minutes than stops there
      are) and `kmh`, `speed` (the parameter of a speed that is decided instead, where there is one);
    - of stops: `line`, the parameter or the id of the line whose stops are meant;
    - of facilities: `kinds` that can be chosen;
    - of points: `shown`, the kinds or the parameters that name them; `moves` where each is a facility at a new place.
    """
    found: dict[str, dict[str, Any]] = {one.id: {} for one in lever.parameters}
    for change in lever.changes:
        used = _used(change)
        kind = str(change.get("kind"))
        for field, name in used.items():
            if name not in found:
                continue
            own = found[name]
            if field == "minutes" and kind in ("line.add", "line.reroute"):
                own.update(_minutes(change, used, kind))
            elif kind == "brownfield.convert" and field == "site":
                own["kinds"] = [BROWNFIELD]
            elif kind == "opportunity.move" and field == "lon":
                own["moves"] = True
            elif kind == "opportunity.add" and field == "lon":
                own.setdefault("shown", []).append(_named(change.get("type"), used.get("type")))
            elif kind == "green.add" and field == "lon":
                own.setdefault("shown", []).append(_named(PARK, None))
            elif field in ("after", "before", "from_stop", "to_stop", "stop") and "line" in change:
                own["line"] = _named(change["line"], used.get("line"))
    return found


def _minutes(change: dict[str, Any], used: dict[str, str], kind: str) -> dict[str, Any]:
    between = used.get("stops" if kind == "line.add" else "via", "")
    told: dict[str, Any] = {"stops": between, "more": -1 if kind == "line.add" else 1}
    told["kmh"] = SPEEDS.get(str(change.get("type")), _USUAL)
    if "speed_kmh" in used:
        told["speed"] = used["speed_kmh"]
    return told


def _named(value: object, parameter: str | None) -> dict[str, str]:
    """A value as it stands in a template: a parameter's, or one for all."""
    return {"parameter": parameter} if parameter else {"value": str(value)}


def _used(change: dict[str, Any]) -> dict[str, str]:
    """The parameter that each field of a change is filled with; that of an item is the list's."""
    each = _parameter(change.get(EACH))
    names = {field: _parameter(value) for field, value in change.items() if field != EACH}
    return {field: (each if name == ITEM and each else name) for field, name in names.items() if name}


def _parameter(value: object) -> str | None:
    found = WHOLE.match(value) if isinstance(value, str) else None
    return found[1] if found else None
