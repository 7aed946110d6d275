# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a compiled network is: flat arrays and nothing else, so that processes share them by memory-map.

Coordinates `x`, `y` are metres in the plane of the streets. Times of streets and walks are float32 seconds at the base
speed of the mode (`BASE_SPEED`), on graphs multiples of 1/256 (`search.exact_seconds`: sums are then exact, in any
order); a query at another speed scales them. Times of timetables are int32 seconds after midnight of the service day
and may exceed 24 hours. No array is ever written to after it was made: a change makes another `Network` that shares
the arrays it does not change.

How changing works everywhere (kernels, journeys, oracles):

- a walk of access arrives at a stop and may board at once;
- who alights at stop v at time a may board at v from a + `change_seconds` on, or walk to a stop w of the footpaths of v
  and board there from a + max(walk, `change_seconds`) on; one footpath between two rides, never two in a row;
- a row of transfers.txt for (v, w), also v = w, replaces that time by its own (-1: not possible);
- egress begins when the vehicle arrives (`conn_arr`), from every stop in reach;
- seconds of a walk are rounded up once, when the walk is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aumenta.territory.plane import EUROPE, Plane

Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Singles = NDArray[np.float32]
Doubles = NDArray[np.float64]
Words = NDArray[np.str_]

StreetMode = Literal["foot", "bike", "car"]
STREET_MODES: tuple[StreetMode, ...] = ("foot", "bike", "car")
#: Metres a second on flat ground, that compiled times of each mode are made with (car: only off the streets).
BASE_SPEED: dict[StreetMode, float] = {"foot": 1.4, "bike": 4.2, "car": 4.2}
#: Seconds, at base speed, that compiled walks go up to: between cells and stops, and between stops.
LINK_LIMIT = 1200.0
FOOTPATH_LIMIT = 600.0

#: Bits of `Timetable.conn_flags`.
BOARD, ALIGHT = 1, 2


@dataclass(frozen=True, slots=True)
class Graph:
    """Streets for one mode: a directed graph over the nodes of `Streets` in compressed rows, and its transpose.

    Edges of node u are `head[indptr[u]:indptr[u + 1]]` with `seconds` beside; `back_*` hold the edges that arrive. In a
    symmetric graph the transpose is the same arrays.
    """

    indptr: Ints
    head: Ints
    seconds: Singles
    back_indptr: Ints
    back_head: Ints
    back_seconds: Singles

    @property
    def symmetric(self) -> bool:
        """Whether every edge has its like in the other direction, so that one set of arrays serves both."""
        return self.back_indptr is self.indptr


@dataclass(frozen=True, slots=True)
class Straight:
    """Times as the crow flies: seconds = metres * detour / BASE_SPEED * mean of the pace factors of both ends.

    `pace` has one factor for each node of the streets (1 on flat ground, more where the way is harder).
    """

    detour: float
    pace: Singles


@dataclass(frozen=True, slots=True)
class Streets:
    """Nodes in Morton order, and how each mode moves: on a graph, or straight where streets are not known.

    `plane` is where the metres of the whole network lie: of nodes, cells and stops.
    """

    kind: Literal["osm", "friction"]
    x: Doubles
    y: Doubles
    graphs: Mapping[StreetMode, Graph]
    straight: Mapping[StreetMode, Straight] = field(default_factory=dict)
    plane: Plane = EUROPE


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where points meet the streets of a mode: nearest node (-1: none within the limit) and metres to it."""

    node: Ints
    metres: Singles


@dataclass(frozen=True, slots=True)
class Points:
    """Points in order (cells of the twin, or stops) and how each mode reaches them."""

    x: Doubles
    y: Doubles
    at: Mapping[StreetMode, Attachment]

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True)
class Walks:
    """Walks from each row to stops: `stop[indptr[i]:indptr[i + 1]]`, float32 `seconds` at base speed, rising."""

    indptr: Ints
    stop: Ints
    seconds: Singles


@dataclass(frozen=True, slots=True)
class Timetable:
    """Everything that runs, on all dates of the feeds.

    Stops: `stop_station` numbers the stops of one station alike (-1: alone). Lines: routes of GTFS, `line_type` its
    route_type. Trips: `trip_bikes` 0 not told, 1 allowed, 2 not; `trip_service` a row of `services`, which says for
    every day from `first_date` (numpy datetime64[D]) on whether it runs. Connections: one hop of a trip from a stop to
    the next, sorted by departure; those of one trip in the order of travel, ties by trip. `conn_flags`: BOARD may be
    boarded at its start, ALIGHT may be left at its end. `rule_*`: transfers.txt between two stops, seconds or -1.
    """

    stop_id: Words
    stop_name: Words
    stop_lon: Doubles
    stop_lat: Doubles
    stop_station: Ints
    line_id: Words
    line_name: Words
    line_long: Words
    line_type: Ints
    line_agency: Words
    trip_id: Words
    trip_line: Ints
    trip_headsign: Words
    trip_bikes: Bytes
    trip_service: Ints
    conn_from: Ints
    conn_to: Ints
    conn_dep: Ints
    conn_arr: Ints
    conn_trip: Ints
    conn_flags: Bytes
    services: NDArray[np.bool_]
    first_date: np.datetime64
    rule_from: Ints
    rule_to: Ints
    rule_seconds: Ints

    def running(self, date: np.datetime64) -> NDArray[np.bool_]:
        """For each service whether it runs on the date; none does outside the feeds' dates."""
        day = int((date - self.first_date) / np.timedelta64(1, "D"))
        if not 0 <= day < self.services.shape[1]:
            return np.zeros(len(self.services), bool)
        return np.asarray(self.services[:, day])


@dataclass(frozen=True, slots=True)
class About:
    """What a reader has to know of a network: how sure it is, from which sources, what was cut or mended."""

    status: Literal["reported", "estimated"]
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    date: str | None = None  # ISO; the representative day, used where a query names none
    modes: tuple[str, ...] = ()  # of transit: rail, metro, tram, bus ... as the timetable has them
    counts: Mapping[str, int] = field(default_factory=dict)
    window: tuple[str, str] | None = None  # departures that readings and pages ask for, if not the usual ones
    hours: tuple[str, str] | None = None  # that the timetable is known for, if not the whole day


@dataclass(frozen=True, slots=True)
class Feeder:
    """A service on demand: a ride from the door to any stop (or cell) of an area, or from any of its stops to the door.

    `cells`, `stops`: numbers of those it serves, rising. One waits `waiting` seconds and then rides as a car drives
    over the streets, `speed` times as fast, for at most `longest` seconds (at a car factor of 1). It is offered to
    those whose journey begins from `start` on and before `end` (seconds after midnight). `to_cells`: from door to door
    too. `access` and `egress` have a row for each of `cells`: rides to the stops and from them, in a car's seconds.
    """

    waiting: int
    start: int
    end: int
    speed: float
    longest: int
    to_cells: bool
    cells: Ints
    stops: Ints
    access: Walks
    egress: Walks


@dataclass(frozen=True, slots=True)
class Network:
    """Streets, timetable (None: no transit), the cells that are reached, and the walks between all of them.

    `access` has a row for each cell with the walks to stops, `egress` a row for each cell with the walks from stops
    (the same arrays where walking is symmetric), `footpaths` a row for each stop without itself. `feeders`: services
    on demand by id.
    """

    streets: Streets
    cells: Points
    about: About
    timetable: Timetable | None = None
    stops: Points | None = None
    access: Walks | None = None
    egress: Walks | None = None
    footpaths: Walks | None = None
    feeders: Mapping[str, Feeder] = field(default_factory=dict)
