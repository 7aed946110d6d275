# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Kinds of parameters of a lever: what a person may give, whether it fits, how it is said."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aumenta.errors import Problem
from aumenta.scenario.change import number
from aumenta.scenario.fields import (
    DAY_WORDS,
    Area,
    Clock,
    Days,
    Id,
    Name,
    NewId,
    Period,
    Point,
    StopRef,
    periods_words,
)
from aumenta.scenario.fields import Minutes as Span
from aumenta.territory.model import Latitude, Longitude
from aumenta.values.text import Text

Kind = Literal[
    "number", "minutes", "share", "flag", "text", "time", "days", "service",
    "place", "places", "area", "areas", "point", "points", "stretch", "stretches", "way",
    "stop", "known_stops", "stops", "line", "lines", "each_minutes", "opportunity", "opportunities", "opportunity_kind",
]  # fmt: skip
#: Plain data, as YAML and JSON have it.
ParameterValue = Any
#: Kinds whose value is a list: a change can be repeated for each of its items.
LISTS = frozenset(
    {
        "service",
        "places",
        "way",
        "areas",
        "points",
        "stretches",
        "known_stops",
        "stops",
        "lines",
        "each_minutes",
        "opportunities",
    }
)
#: Kinds that are amounts, and so assumptions of a scenario.
COUNTED = frozenset({"number", "minutes", "share", "time", "days", "service"})
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Place(_Strict):
    """A place on the map that a person names."""

    id: NewId
    name: Name
    lon: Longitude
    lat: Latitude


class Stretch(_Strict):
    """A stretch of a street, from one point to another."""

    id: NewId
    name: Name
    start: Point = Field(alias="from")
    end: Point = Field(alias="to")


_OF: dict[str, Any] = {
    "number": Finite,
    "minutes": Span,
    "share": Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)],
    "flag": bool,
    "text": Name,
    "time": Clock,
    "days": Days,
    "service": list[Period],
    "place": Id,
    "places": list[Id],
    "area": Area,
    "areas": list[Area],
    "point": Place,
    "points": list[Place],
    "stretch": Stretch,
    "stretches": list[Stretch],
    "way": list[Point],
    "stop": Id,
    "known_stops": list[Id],
    "stops": list[StopRef],
    "line": Id,
    "lines": list[Id],
    "each_minutes": list[Span],
    "opportunity": Id,
    "opportunities": list[Id],
    "opportunity_kind": Id,
}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(_OF[kind]) for kind in get_args(Kind)}
#: Where pydantic puts the name of the way in which a stop is given, into the path of a fault.
_TAG_AT = {"stops": 1}
Limits = tuple[float | None, float | None]


def value_problems(kind: Kind, value: object, limits: Limits, at: str) -> list[Problem]:
    """What is wrong with a value; `limits` are of the value or, of a list, of the number of its items."""
    try:
        made = _made(kind, value)
    except ValidationError as error:
        return [_problem(item, kind, at) for item in error.errors()]
    amount = len(made) if kind in LISTS else made
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return []
    least, most = limits
    if (least is None or amount >= least) and (most is None or amount <= most):
        return []
    items = " items" if kind in LISTS else ""
    bounds = [] if least is None else [f"at least {least:g}"]
    bounds += [] if most is None else [f"at most {most:g}"]
    expected = " and ".join(bounds) + items
    return [Problem("beyond what is allowed", field=at, found=f"{amount:g}{items}", expected=expected)]


def _made(kind: Kind, value: object) -> Any:
    """The value as the kind's type; `ValidationError` where it is none, so also for a yes or no that is no flag."""
    return _ADAPTERS[kind].validate_python(
        str(value) if isinstance(value, bool) and kind != "flag" else value
    )


def _problem(item: Any, kind: Kind, at: str) -> Problem:
    """A fault of pydantic's with the path that a person sees."""
    path = at
    for number_, part in enumerate(item["loc"]):
        if number_ != _TAG_AT.get(kind):
            path += f"[{part}]" if isinstance(part, int) else f".{part}"
    value = None if item["type"] == "missing" else repr(item.get("input"))[:80]
    return Problem(item["msg"].removeprefix("Value error, "), field=path, found=value)


def plain(kind: Kind, value: object) -> ParameterValue:
    """The value as plain data, written one way: hours as text, whole numbers as such.

    >>> plain("service", [{"from": 360, "until": "22:00", "headway": 30.0}])
    [{'from': '6:00', 'until': '22:00', 'headway': 30}]
    """
    adapter = _ADAPTERS[kind]
    return _whole(adapter.dump_python(_made(kind, value), mode="json", by_alias=True, exclude_none=True))


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    return value


def said(kind: Kind, value: object) -> Text:
    """An amount in words.

    >>> said("share", 0.5), said("minutes", 7.5)
    (Text(it='50%', en='50%'), Text(it='7,5', en='7.5'))
    """
    made = _made(kind, value)
    if kind == "service":
        return periods_words(made)
    if kind == "days":
        return DAY_WORDS[made]
    if kind == "time":
        hour = plain(kind, value)
        return Text(it=hour, en=hour)
    if kind == "share":
        words = number(made * 100)
        return Text(it=f"{words.it}%", en=f"{words.en}%")
    return number(made)
