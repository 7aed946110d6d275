# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A service on demand added to a network, or taken away; what its rides mean is told in `aumenta.access.demand`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.demand import base_limit
from aumenta.network.attach import modes_of
from aumenta.network.model import Attachment, Feeder, Ints, Network, Points, Streets, Walks
from aumenta.network.walks import walks
from aumenta.scenario.trips import Flags
from aumenta.scenario.walk_rows import without_goals

#: Seconds of the longest ride that a service may offer.
LONGEST_RIDE = 4 * 3600


@dataclass(frozen=True, slots=True)
class OnDemand:
    """A service on demand: from the door to any cell or stop of an area, or from any of its stops to the door.

    `id`: letters, digits, and `. _ : -` after them. `cells`: flags of the cells of the area; `stops`: ids of the stops
    it serves (see `stops_within`). It takes `waiting` seconds and then as long as a car over the streets (`speed` times
    as fast), `longest` seconds at most. It is offered to who leaves from `start` on and before `end` (seconds after
    midnight).
    `to_cells`: whether it also leads from door to door.
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


def with_demand(network: Network, service: OnDemand) -> Network:
    """With a service on demand.

    ValueError: an id that is there or is none, an area without cells, numbers that make no sense, a stop that is
    none, a network without stops or streets for cars.
    """
    stops = network.stops
    _check(network, service)
    if stops is None or network.timetable is None or "car" not in modes_of(network.streets):
        raise ValueError("a service on demand needs stops and streets for cars")
    known = network.timetable.stop_id
    missing = sorted(set(service.stops) - set(known[np.isin(known, list(service.stops))].tolist()))
    if missing:
        raise ValueError(f"the timetable has no stop {missing[0]!r}")
    at: Ints = np.flatnonzero(np.isin(known, list(service.stops))).astype(np.int32)
    cells: Ints = np.flatnonzero(service.cells).astype(np.int32)
    limit = float(np.floor(service.longest * service.speed))
    access, egress = _both(network.streets, network.cells, stops, cells, at, limit)
    feeder = Feeder(
        waiting=int(service.waiting),
        start=int(service.start),
        end=int(service.end),
        speed=float(service.speed),
        longest=int(service.longest),
        to_cells=bool(service.to_cells),
        cells=cells,
        stops=at,
        access=access,
        egress=egress,
    )
    return replace(network, feeders={**network.feeders, service.id: feeder})


def without_demand(network: Network, service: str) -> Network:
    """Without a service on demand; ValueError when there is none of that id."""
    if service not in network.feeders:
        raise ValueError(f"the network has no service on demand {service!r}")
    return replace(network, feeders={name: own for name, own in network.feeders.items() if name != service})


def stops_within(network: Network, area: Any) -> tuple[str, ...]:
    """Ids of the stops inside an area (a shapely geometry in degrees)."""
    import shapely  # noqa: PLC0415

    timetable = network.timetable
    if timetable is None:
        return ()
    inside = shapely.intersects_xy(area, timetable.stop_lon, timetable.stop_lat)
    return tuple(timetable.stop_id[inside].tolist())


def without_fed_stops(feeders: Mapping[str, Feeder], keep: Flags) -> Mapping[str, Feeder]:
    """Services on demand where only some stops are left, numbered anew."""
    number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
    left = {}
    for name, own in feeders.items():
        access = without_goals(own.access, keep)
        egress = access if own.egress is own.access else without_goals(own.egress, keep)
        left[name] = replace(own, stops=number[own.stops[keep[own.stops]]], access=access, egress=egress)
    return left


def driven_anew(network: Network) -> Network:
    """With the rides of every service on demand over the streets as they are now."""
    if not network.feeders or network.stops is None:
        return network
    served, feeders = network.stops, {}
    for name, own in network.feeders.items():
        access, egress = _both(network.streets, network.cells, served, own.cells, own.stops, base_limit(own))
        feeders[name] = replace(own, access=access, egress=egress)
    return replace(network, feeders=feeders)


def _both(
    streets: Streets, cells: Points, stops: Points, own: Ints, served: Ints, limit: float
) -> tuple[Walks, Walks]:
    """Rides from the cells `own` to the stops `served`, and from these stops to the cells."""
    doors, ends = _by_car(cells, own), _by_car(stops, served)
    access = _rides(streets, doors, ends, served, limit, backward=False)
    graph = streets.graphs.get("car")
    if graph is None or graph.symmetric:
        return access, access
    return access, _rides(streets, doors, ends, served, limit, backward=True)


def _check(network: Network, service: OnDemand) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:-]*", service.id):  # it is part of names of files
        raise ValueError(f"{service.id!r} is no id: letters, digits, and . _ : - after them")
    if service.id in network.feeders:
        raise ValueError(f"the network has a service on demand {service.id!r} already")
    if len(service.cells) != len(network.cells) or not service.cells.any():
        raise ValueError("a service on demand needs a flag for each cell, and some cells")
    if not (
        0 <= service.start < service.end and service.waiting >= 0 and 0 < service.longest <= LONGEST_RIDE
    ):
        raise ValueError("hours, waiting or longest ride of a service on demand make no sense")
    if not (np.isfinite(service.speed) and service.speed > 0):
        raise ValueError("the speed of a service on demand must be above 0")


def _by_car(points: Points, chosen: Ints) -> Points:
    at = points.at["car"]
    own = Attachment(at.node[chosen], at.metres[chosen])
    return Points(points.x[chosen], points.y[chosen], {"car": own})


def _rides(
    streets: Streets, doors: Points, served: Points, stops: Ints, limit: float, backward: bool
) -> Walks:
    found = walks(streets, doors, served, limit, backward=backward, mode="car")
    return Walks(found.indptr, stops[found.stop], found.seconds)
