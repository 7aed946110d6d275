# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`journeys.json` of a run: the journeys before and after, written and read back.

Of ways over streets only both ends are kept, of rides the stops: enough to check a journey, and small.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aumenta.access.journey_legs import Call, Journey, Leg, Vehicle
from aumenta.errors import Problem, ScenarioError
from aumenta.scenario.evidence import ChangedJourney, End, Evidence, Side, Target
from aumenta.values.text import Text

FILE = "journeys.json"
SCHEMA_VERSION = 1


def evidence_text(evidence: Evidence) -> str:
    """The file's text; the same evidence gives the same bytes."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "limit": evidence.limit,
        "window": list(evidence.window),
        "step": evidence.step,
        "date": evidence.date,
        "problem": evidence.problem,
        "journeys": [_changed(one) for one in evidence.journeys],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_evidence(path: Path) -> Evidence:
    """Read a run's file. Raises `ScenarioError` for one that is damaged or of another version."""
    try:
        data = json.loads(path.read_bytes())
        if data["schema_version"] == SCHEMA_VERSION:
            return Evidence(
                int(data["limit"]),
                (str(data["window"][0]), str(data["window"][1])),
                int(data["step"]),
                data["date"],
                tuple(_read_changed(one) for one in data["journeys"]),
                str(data["problem"]),
            )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        problem = Problem("damaged; run the scenario again", str(path))
    else:
        problem = Problem("written by another version; run the scenario again", str(path))
    raise ScenarioError("The journeys of the run cannot be read.", [problem])


# --- writing ------------------------------------------------------------------------------


def _changed(one: ChangedJourney) -> dict[str, Any]:
    return {
        "target": asdict(one.target),
        "place": _end(one.place),
        "municipality": one.municipality,
        "residents": one.residents,
        "departure": one.departure,
        "before": _side(one.before),
        "after": _side(one.after),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "minutes": side.minutes,
        "departures": list(side.departures),
        "origin": _end(side.origin),
        "destination": _end(side.destination),
        "journey": None if side.journey is None else _journey(side.journey),
    }


def _end(end: End | None) -> dict[str, Any] | None:
    if end is None:
        return None
    return {"name": end.name.model_dump(), "id": end.id, "lon": end.lon, "lat": end.lat}


def _journey(journey: Journey) -> dict[str, Any]:
    data = journey.to_dict()
    for leg in data["legs"]:
        line = leg.pop("geometry")["coordinates"]
        if "vehicle" not in leg:
            leg["ends"] = [line[0], line[-1]]
    return data


# --- reading ------------------------------------------------------------------------------


def _read_changed(data: dict[str, Any]) -> ChangedJourney:
    place = _read_end(data["place"])
    if place is None:
        raise ValueError("a journey without a place")
    return ChangedJourney(
        Target(**data["target"]),
        place,
        data["municipality"],
        data["residents"],
        data["departure"],
        _read_side(data["before"]),
        _read_side(data["after"]),
    )


def _read_side(data: dict[str, Any]) -> Side:
    return Side(
        data["minutes"],
        tuple(data["departures"]),
        _read_end(data["origin"]),
        _read_end(data["destination"]),
        None if data["journey"] is None else _read_journey(data["journey"]),
    )


def _read_end(data: dict[str, Any] | None) -> End | None:
    return None if data is None else End(Text(**data["name"]), data["id"], data["lon"], data["lat"])


def _read_journey(data: dict[str, Any]) -> Journey:
    origin, destination = ((float(at[0]), float(at[1])) for at in (data["origin"], data["destination"]))
    legs = tuple(_read_leg(leg) for leg in data["legs"])
    return Journey(origin, destination, data["departure"], legs, data["status"], data["date"])


def _read_leg(data: dict[str, Any]) -> Leg:
    vehicle = None
    line = tuple((float(lon), float(lat)) for lon, lat in data.get("ends", ()))
    if "vehicle" in data:
        own = dict(data["vehicle"])
        calls = tuple(Call(**call) for call in own.pop("calls"))
        vehicle = Vehicle(**own, calls=calls)
        line = tuple((call.lon, call.lat) for call in calls)
    return Leg(
        data["mode"],
        data["departure"],
        data["arrival"],
        line,
        data["wait"],
        data.get("metres"),
        data.get("parking", 0),
        data.get("called", 0),
        data.get("service"),
        data["from"],
        data["to"],
        vehicle,
    )
