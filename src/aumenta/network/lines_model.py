# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a line of a line table is: stops in order with seconds, and periods with a headway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["out", "back"]
#: Modes of a line table and their GTFS route_type.
MODES: Mapping[str, int] = {
    "tram": 0,
    "metro": 1,
    "rail": 2,
    "bus": 3,
    "ferry": 4,
    "cable": 6,
    "funicular": 7,
    "trolleybus": 11,
}
#: What a line's figure says when nobody gave its source.
TO_BE_DECIDED = "to be decided"
#: The figures of a line that are assumptions until somebody gives a source.
FIGURES = ("stops", "minutes", "headway_min", "first_last", "days")


@dataclass(frozen=True, slots=True)
class LineStop:
    """A stop of a line: WGS84 degrees, seconds after the line's first departure."""

    name: str
    lon: float
    lat: float
    arrive: int
    depart: int


@dataclass(frozen=True, slots=True)
class Period:
    """Departures from the end stop at `start`, then every `headway`, none later than `last`.

    Seconds after midnight of the service day, which may pass 24 hours. `days` are seven, Monday first. `direction`
    None means both.
    """

    start: int
    last: int
    headway: int
    days: tuple[bool, bool, bool, bool, bool, bool, bool]
    direction: Direction | None = None

    def departures(self) -> range:
        """Departures in seconds after midnight."""
        return range(self.start, self.last + 1, self.headway)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its stops in order; `both` when it also runs back, stop by stop in the same minutes.

    `short` is what vehicles and pages call it, its id where nothing is told; several lines may share one (branches).
    `sources` says for each of `FIGURES` where it is from, or `TO_BE_DECIDED`.
    """

    id: str
    name: str
    mode: str
    stops: tuple[LineStop, ...]
    periods: tuple[Period, ...]
    both: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)
    short: str = ""

    @property
    def shown(self) -> str:
        """The short name that people read."""
        return self.short or self.id

    def directions(self) -> tuple[Direction, ...]:
        """The directions in which the line runs."""
        return ("out", "back") if self.both else ("out",)

    def stops_of(self, direction: Direction) -> tuple[LineStop, ...]:
        """Stops in the order of travel, seconds after the departure from the first of them."""
        if direction == "out":
            return self.stops
        whole = self.stops[-1].arrive
        return tuple(
            LineStop(stop.name, stop.lon, stop.lat, max(0, whole - stop.depart), whole - stop.arrive)
            for stop in reversed(self.stops)
        )
