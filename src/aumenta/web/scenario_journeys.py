# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The journeys behind the figures of a run, for reading: before above after, drawn to one scale and told in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aumenta.access.journey_legs import Journey, Leg
from aumenta.access.options import clock
from aumenta.errors import ScenarioError
from aumenta.scenario.evidence import ChangedJourney, End, Evidence, Side
from aumenta.twin.scenario_run import ScenarioRun
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.site import Visit

#: Journeys of each list that are shown at once; the others are a click away.
SHOWN = 4
#: Width of a drawing in its own units, and the least that a part is drawn with.
WIDTH, LEAST = 300.0, 2.0
#: Modes that the page of travel times can be asked for as they are meant here.
_ASKED = ("walk", "bike", "car", "transit")


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


_HOW = {
    "walk": _t("a piedi", "on foot"),
    "bike": _t("in bicicletta", "by bicycle"),
    "car": _t("in auto", "by car"),
    "train": _t("in treno e metropolitana", "by train and metro"),
    "bus": _t("in autobus e tram", "by bus and tram"),
    "transit": _t("con i mezzi pubblici", "by public transport"),
}
_VEHICLES = {
    "rail": _t("treno", "train"),
    "metro": _t("metropolitana", "metro"),
    "tram": _t("tram", "tram"),
    "bus": _t("autobus", "bus"),
    "ferry": _t("traghetto", "ferry"),
    "funicular": _t("funicolare", "funicular"),
    "other": _t("linea", "line"),
    "demand": _t("servizio a chiamata", "service on demand"),
}


def journeys_of(visit: Visit, run: ScenarioRun) -> dict[str, Any] | None:
    """What the page shows of the journeys of a run; None of a run that keeps none."""
    try:
        evidence = run.journeys
    except ScenarioError as error:
        return {"problem": str(error), "lists": []}
    if evidence is None:
        return None
    told = [_told(visit, run, evidence, one) for one in evidence.journeys]
    lists = [
        {"better": better, "first": own[:SHOWN], "more": own[SHOWN:]}
        for better in (True, False)
        if (own := [one for one in told if one["better"] is better])
    ]
    return {
        "problem": evidence.problem,
        "lists": lists,
        "limit": evidence.limit,
        "window": evidence.window,
        "timed": any(one["departures"] for one in told),
        "estimated": any(one["estimated"] for one in told),
        "kinds": [part for part in _KINDS if any(part in one["parts"] for one in told)],
    }


#: Parts of a drawing in the order of its legend.
_KINDS = ("walk", "bike", "car", "wait", "ride", "demand")


def _told(visit: Visit, run: ScenarioRun, evidence: Evidence, one: ChangedJourney) -> dict[str, Any]:
    language = visit.language
    sides = (one.before, one.after)
    longest = max((side.journey.seconds for side in sides if side.journey), default=1)
    gained = one.gained(evidence.limit)
    timed = bool(one.before.departures or one.after.departures)
    rows = [_row(side, longest, language) for side in sides]
    for row in rows:  # of the nearest of a kind each side may lead elsewhere
        row["goal_shown"] = one.target.kind == "nearest" and bool(row["goal"])
    return {
        "better": gained > 0,
        "title": _title(run, one, language),
        "how": _HOW[one.target.mode].get(language.code),
        "old": one.before.minutes,
        "new": one.after.minutes,
        "gained": abs(gained),
        "residents": one.residents,
        "departure": clock(one.departure) if timed else "",
        "rows": rows,
        "parts": {part["kind"] for row in rows for part in row["parts"]},
        "departures": _departures(one) if timed else None,
        "estimated": any(side.journey and side.journey.status == "estimated" for side in sides),
        "check": _check(visit, run, one, timed),
    }


def _title(run: ScenarioRun, one: ChangedJourney, language: Language) -> tuple[str, str]:
    """Where from and where to; of the nearest of a kind the kind."""
    origin, destination = one.after.origin or one.before.origin, one.after.destination
    begin = language.text(origin.name) if origin else ""
    if one.target.kind == "nearest":
        kinds = {kind.id: kind.name for kind in run.twin.manifest.kinds}
        return begin, language.text(kinds[one.target.of]) if one.target.of in kinds else one.target.of
    destination = destination or one.before.destination
    return begin, language.text(destination.name) if destination else ""


def _row(side: Side, longest: int, language: Language) -> dict[str, Any]:
    """One side: its minutes, the parts of the drawing and the words of its legs."""
    journey = side.journey
    goal = language.text(side.destination.name) if side.destination else ""
    if journey is None:
        return {"minutes": None, "parts": [], "legs": [], "goal": goal}
    legs, at = [], 0
    for kind, leg, seconds in _spans(journey):
        minutes = -(-(at + seconds) // 60) - -(-at // 60)  # so that they add up to the whole minutes
        at += seconds
        if kind != "wait":
            legs.append(_leg(kind, leg, minutes, language))
        elif minutes:
            legs.append({"kind": kind, "minutes": minutes, "begins": not legs})
    return {
        "minutes": -(-journey.seconds // 60),
        "parts": _parts(journey, longest),
        "legs": legs,
        "goal": goal,
    }


def _spans(journey: Journey) -> Iterator[tuple[str, Leg, int]]:
    """Waits and legs in order, each with its seconds; the first wait is at home."""
    home = journey.start - journey.departure
    for number, leg in enumerate(journey.legs):
        wait = leg.wait if number else max(home, leg.wait)
        if wait:
            yield "wait", leg, wait
        yield "ride" if leg.vehicle else leg.mode, leg, leg.seconds


def _leg(kind: str, leg: Leg, minutes: int, language: Language) -> dict[str, Any]:
    told = {"kind": kind, "minutes": str(minutes) if minutes else "<1"}
    if leg.vehicle is not None:
        own = leg.vehicle
        mode = language.text(_VEHICLES.get(own.mode, _VEHICLES["other"]))
        return told | {
            "words": f"{mode} {own.line or own.line_long}",
            "at": clock(leg.departure // 60 * 60),
            "ends": f"{leg.origin} – {leg.destination}",
        }
    words = _VEHICLES["demand"] if leg.mode == "demand" else _HOW[leg.mode]
    return told | {"words": language.text(words), "called": round(leg.called / 60)}


def _parts(journey: Journey, longest: int) -> list[dict[str, Any]]:
    """Parts of a drawing that is as long as the journey, to the scale of the longer of both."""
    scale = WIDTH / longest
    parts, at = [], 0.0
    for kind, _, seconds in _spans(journey):
        wide = seconds * scale
        parts.append({"kind": kind, "x": round(at, 1), "wide": round(max(wide, LEAST), 1)})
        at += wide
    return parts


def _departures(one: ChangedJourney) -> tuple[int, int, int]:
    """At how many departures it becomes shorter, longer, and how many there are; not to be had counts as longest."""
    pairs = zip(one.before.departures, one.after.departures, strict=True)
    gone = 1 << 16
    moved = [(gone if a is None else a) - (gone if b is None else b) for b, a in pairs]
    return sum(less < 0 for less in moved), sum(less > 0 for less in moved), len(moved)


def _check(visit: Visit, run: ScenarioRun, one: ChangedJourney, timed: bool) -> str:
    """Address of the journey of today on the page of travel times; nothing where that cannot be asked there."""
    side = one.before
    if run.twin.build != visit.site.twin.build:
        return ""
    if one.target.mode not in _ASKED or side.journey is None or not (side.origin and side.destination):
        return ""
    pin, cell = side.origin, side.destination
    if one.target.kind == "nearest":  # the page asks from or towards a point; the other end is a cell
        pin, cell = cell, pin
    query = {"lon": str(pin.lon), "lat": str(pin.lat), "mode": one.target.mode, "to": _point(cell)}
    query |= {"toward": "1"} if one.target.kind == "nearest" else {}
    return visit.url("reach", query | ({"at": clock(one.departure)} if timed else {}))


def _point(end: End) -> str:
    return f"{end.lon:.5f},{end.lat:.5f}"
