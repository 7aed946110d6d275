# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A journey in words, for the command line and for whoever does not see the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aumenta.access.options import clock
from aumenta.errors import AccessError, Problem

if TYPE_CHECKING:
    from aumenta.access.journey_legs import Journey, Language, Leg

_WORDS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "it": {
        "total": "{departure} - {arrival}: {minutes} min, {changes}",
        "start": "Basta partire alle {start} ({spare} min dopo)",
        "changes": ("senza mezzi", "senza cambi", "1 cambio", "{n} cambi"),
        "walk": "a piedi",
        "bike": "in bicicletta",
        "car": "in auto",
        "demand": "con il servizio a chiamata",
        "metres": "{metres} m",
        "to": "fino a {name}",
        "end": "fino alla destinazione",
        "parking": "{minutes} min per parcheggiare",
        "called": "di cui {minutes} min di attesa della chiamata",
        "wait": "attesa di {minutes} min",
        "ride": "{mode} {line}{towards}: {origin} - {destination} ({hops})",
        "towards": " per {headsign}",
        "hops": ("1 fermata", "{n} fermate"),
        "estimated": "Tempi stimati: strade o orari poggiano su ipotesi.",
        "rail": "treno",
        "metro": "metropolitana",
        "tram": "tram",
        "bus": "autobus",
        "ferry": "traghetto",
        "funicular": "funicolare",
        "other": "linea",
    },
    "en": {
        "total": "{departure} - {arrival}: {minutes} min, {changes}",
        "start": "It is enough to leave at {start} ({spare} min later)",
        "changes": ("without vehicles", "no change", "1 change", "{n} changes"),
        "walk": "on foot",
        "bike": "by bicycle",
        "car": "by car",
        "demand": "by the service on demand",
        "metres": "{metres} m",
        "to": "to {name}",
        "end": "to the destination",
        "parking": "{minutes} min to park",
        "called": "{minutes} min of it until it comes",
        "wait": "wait of {minutes} min",
        "ride": "{mode} {line}{towards}: {origin} - {destination} ({hops})",
        "towards": " to {headsign}",
        "hops": ("1 stop", "{n} stops"),
        "estimated": "Estimated times: streets or timetable rest on assumptions.",
        "rail": "train",
        "metro": "metro",
        "tram": "tram",
        "bus": "bus",
        "ferry": "ferry",
        "funicular": "funicular",
        "other": "line",
    },
}


def lines_of(journey: Journey, language: Language) -> list[str]:
    """Summary, the latest start, a line for each leg, and what is estimated."""
    if language not in _WORDS:
        problem = Problem("no such language", field="language", found=repr(language), expected="it or en")
        raise AccessError("The journey cannot be told.", [problem])
    words = _WORDS[language]
    changes = words["changes"]
    lines = [
        _fill(
            words["total"],
            departure=clock(journey.departure),
            arrival=clock(journey.arrival),
            minutes=_minutes(journey.seconds),
            changes=_fill(changes[min(journey.rides, 3)], n=journey.rides - 1),
        )
    ]
    spare = (journey.start - journey.departure) // 60
    if spare:
        lines.append(_fill(words["start"], start=clock(journey.start), spare=spare))
    lines += [_leg(leg, words) for leg in journey.legs]
    if journey.status == "estimated":
        lines.append(str(words["estimated"]))
    return lines


def _leg(leg: Leg, words: dict[str, str | tuple[str, ...]]) -> str:
    """Times, what is done, how long and how far."""
    when = f"{clock(leg.departure)} - {clock(leg.arrival)}"
    if leg.vehicle is None:
        where = words["end"] if leg.destination is None else _fill(words["to"], name=leg.destination)
        told = [f"{words[leg.mode]} {where}", f"{_minutes(leg.seconds)} min"]
        if leg.metres is not None:
            told.append(_fill(words["metres"], metres=round(leg.metres)))
        if leg.parking:
            told.append(_fill(words["parking"], minutes=_minutes(leg.parking)))
        if leg.called:
            told.append(_fill(words["called"], minutes=_minutes(leg.called)))
        return f"{when}  " + ", ".join(told)
    own = leg.vehicle
    hops = len(own.calls) - 1
    told = [
        _fill(
            words["ride"],
            mode=words[own.mode],
            line=own.line or own.line_long,
            towards=_fill(words["towards"], headsign=own.headsign) if own.headsign else "",
            origin=leg.origin or "",
            destination=leg.destination or "",
            hops=_fill(words["hops"][hops > 1], n=hops),
        )
    ]
    if leg.wait:
        told.insert(0, _fill(words["wait"], minutes=_minutes(leg.wait)))
    return f"{when}  " + "; ".join(told)


def _fill(pattern: str | tuple[str, ...], **values: object) -> str:
    """The pattern with its names filled in; values are text, never patterns."""
    assert isinstance(pattern, str)
    return pattern.format(**values)


def _minutes(seconds: int) -> int:
    """Whole minutes, begun ones counted."""
    return -(-seconds // 60)
