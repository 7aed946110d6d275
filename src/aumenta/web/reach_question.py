# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A question about travel times read from the query of an address, with everything that cannot be read at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aumenta.access.options import Options
from aumenta.errors import AccessError, Problem

#: Parameters of an address that are whole numbers of `Options`.
_NUMBERS = {
    "max": "max_minutes",
    "change": "change_seconds",
    "rides": "rides",
    "access_minutes": "access_minutes",
    "egress_minutes": "egress_minutes",
}
#: Smallest and largest value of parameters whose options allow more than a page can answer while somebody waits.
_BOUNDS = {"access_minutes": (0, 30), "egress_minutes": (0, 30)}
_SPEEDS = {"walk_kmh": "walk_speed", "bike_kmh": "bike_speed"}
#: The parameter of the address that an option's problem is told beside.
FIELDS = {
    **{option: name for name, option in (_NUMBERS | _SPEEDS).items()},
    "window": "from",
    "percentiles": "percentile",
    "bike_on_board": "board",
}
_UNREADABLE = "The question cannot be read."


@dataclass(frozen=True, slots=True)
class Question:
    """A point, whether people come to it or leave from it, the options, and the percentile that is shown."""

    lon: float
    lat: float
    toward: bool
    percentile: int
    options: Options


def question_of(query: Mapping[str, str], window: tuple[str, str] = Options.window) -> Question:
    """Read a question from the query of an address; `window` is that of one that names no time.

    `lon`, `lat`; `mode` walk, bike, car, transit; `access` walk, bike, car; `board=1`; `date`; `from` and `until`
    (times of day; without `until` one departure); `percentile`; `max` minutes; `walk_kmh`, `bike_kmh`; `rides`;
    `toward=1`; `change` seconds; `access_minutes` and `egress_minutes` up to 30. What is empty is as if it were not
    there. Raises `AccessError` with everything that cannot be read.
    """
    query = {name: text.strip() for name, text in query.items() if text.strip()}
    problems: list[Problem] = []
    lon = _number(query, "lon", problems, -180, 180)
    lat = _number(query, "lat", problems, -90, 90)
    asked: dict[str, Any] = {}
    for name, option in _NUMBERS.items():
        if name in query:
            asked[option] = _whole(query, name, problems, *_BOUNDS.get(name, (-1e9, 1e9)))
    for name, option in _SPEEDS.items():
        if name in query:
            asked[option] = _number(query, name, problems) / 3.6
    for name in ("mode", "access", "date"):
        if name in query:
            asked[name] = query[name]
    asked["window"] = _window(query, window)
    asked["bike_on_board"] = query.get("board") == "1" and query.get("access") == "bike"
    percentile = _whole(query, "percentile", problems, 1, 100) if "percentile" in query else 50
    usual = Options.percentiles
    asked["percentiles"] = usual if percentile in usual else (percentile,)
    unread = {problem.field for problem in problems}
    readable = {name: value for name, value in asked.items() if FIELDS.get(name, name) not in unread}
    try:
        options = Options(**readable)
    except AccessError as error:
        problems += error.problems
    if problems:
        raise AccessError(_UNREADABLE, problems)
    return Question(lon, lat, query.get("toward") == "1", percentile, options)


def _window(query: Mapping[str, str], usual: tuple[str, str]) -> tuple[str, str]:
    """Both ends; a question that names neither has the usual window, one that names the first only one departure."""
    if "from" not in query and "until" not in query:
        return usual
    begin = query.get("from", usual[0])
    return begin, query.get("until", begin)


def _number(
    query: Mapping[str, str], name: str, problems: list[Problem], least: float = -1e9, most: float = 1e9
) -> float:
    text = query.get(name, "")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        expected = f"{least:g} to {most:g}" if most < 1e9 else "a number"
        problems.append(
            Problem("not a number in its limits", field=name, found=repr(text[:40]), expected=expected)
        )
        return min(max(0.0, least), most)
    return value


def _whole(
    query: Mapping[str, str], name: str, problems: list[Problem], least: float = -1e9, most: float = 1e9
) -> int:
    if re.fullmatch(r"[+-]?\d{1,9}", query.get(name, "")) is None:
        expected = f"a whole number from {least:g} to {most:g}" if most < 1e9 else "a whole number"
        found = repr(query.get(name, "")[:40])
        problems.append(Problem("not a whole number", field=name, found=found, expected=expected))
        return int(min(max(1.0, least), most))
    return int(_number(query, name, problems, least, most))


def point_of(query: Mapping[str, str], name: str) -> tuple[float, float] | None:
    """A point written `lon,lat` in one parameter, None where it is not there; `AccessError` when it cannot be read."""
    text = query.get(name, "").strip()
    if not text:
        return None
    lon, _, lat = text.partition(",")
    problems: list[Problem] = []
    found = (
        _number({name: lon.strip()}, name, problems, -180, 180),
        _number({name: lat.strip()}, name, problems, -90, 90),
    )
    if problems:
        problem = Problem(
            "not longitude and latitude", field=name, found=repr(text[:40]), expected="7.66,45.07"
        )
        raise AccessError(_UNREADABLE, [problem])
    return found
