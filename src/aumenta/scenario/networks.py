# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of a network: pure functions on `Network` that share what they do not change.

Nothing of the given network is written to: its arrays may be memory-mapped. Where nothing changes the very same object
comes back. A changed network is the one that a compile from scratch would give of the changed inputs, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.model import Network, StreetMode, Timetable
from aumenta.scenario.timetables import NewStop


@dataclass(frozen=True, slots=True)
class NewStreet:
    """A street from one point to another (lon, lat), with km/h for each mode that may use it.

    It joins the nodes nearest to its ends, and nothing between them. Of foot and bicycle the km/h are those of a
    traveller at base speed.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    kmh: dict[StreetMode, float]
    both_directions: bool = True


@dataclass(frozen=True, slots=True)
class StreetsWithin:
    """Streets with both ends in an area (a flag for each node: see `nodes_within`): what changes on them, by mode.

    `factor` multiplies the speed (2: twice as fast); `most_kmh` is a limit: slower streets stay; `closed`: not
    to be used any more.
    """

    nodes: NDArray[np.bool_]
    factor: dict[StreetMode, float]
    most_kmh: dict[StreetMode, float]
    closed: frozenset[StreetMode] = frozenset()


@dataclass(frozen=True, slots=True)
class OnDemand:
    """A service on demand: from the door to any cell or stop of an area, or from any of its stops to the door.

    `cells`: flags of the cells of the area; `stops`: ids of the stops it serves (`stops_within`). It takes `waiting`
    seconds and then as long as a car over the streets (`speed` times as fast), `longest` seconds at most. It is offered to who
    leaves between `start` and `end` (seconds after midnight). `to_cells`: whether it also leads from door to door.
    """

    id: str
    cells: NDArray[np.bool_]
    stops: tuple[str, ...]
    waiting: int
    start: int
    end: int
    speed: float = 1.0
    to_cells: bool = True
    longest: int = 3600


def with_timetable(network: Network, timetable: Timetable) -> Network:
    """With another timetable over the same stops; counts and modes told of it follow, the day asked about stays."""
    raise NotImplementedError


def with_stops(network: Network, stops: Sequence[NewStop]) -> Network:
    """With further stops, last in order, joined to the streets: their footpaths, access and egress are added."""
    raise NotImplementedError


def without_stops(network: Network, stops: Sequence[str]) -> Network:
    """Without some stops: vehicles run through (`courses.without_calls`), and their walks and transfers are gone."""
    raise NotImplementedError


def with_streets(network: Network, changes: Sequence[NewStreet | StreetsWithin]) -> Network:
    """With streets added or changed; only walks that may use them, before or after, are searched again.

    A mode that has no graph (as the crow flies) gains nothing by a new street; there a factor changes the pace within
    the area.
    """
    raise NotImplementedError


def with_demand(network: Network, service: OnDemand) -> Network:
    """With a service on demand. ValueError for an id that is there, or a service without cells."""
    raise NotImplementedError


def without_demand(network: Network, service: str) -> Network:
    """Without a service on demand."""
    raise NotImplementedError


def nodes_within(network: Network, area: Any) -> NDArray[np.bool_]:
    """Flags of the nodes inside an area (a shapely geometry in degrees)."""
    raise NotImplementedError


def stops_within(network: Network, area: Any) -> tuple[str, ...]:
    """Ids of the stops inside an area (a shapely geometry in degrees)."""
    raise NotImplementedError


def same_network(one: Network, other: Network) -> bool:
    """Whether two networks are equal field by field, to the byte."""
    raise NotImplementedError


def differing(one: Network, other: Network) -> list[str]:
    """Names of the fields and arrays in which two networks differ, such as `timetable.conn_dep`."""
    raise NotImplementedError
