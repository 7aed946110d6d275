# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of a network: pure functions on `Network` that share what they do not change.

Nothing of the given network is written to: its arrays may be memory-mapped. Where nothing changes the very same object
comes back. A changed network is the one that a compile from scratch would give of the changed inputs, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.network.attach import attach
from aumenta.network.compile import beyond_reach
from aumenta.network.gtfs import mode_of
from aumenta.network.model import (
    FOOTPATH_LIMIT,
    LINK_LIMIT,
    Attachment,
    Network,
    Points,
    Timetable,
    Walks,
)
from aumenta.network.walks import walks
from aumenta.scenario import courses, timetables
from aumenta.scenario.demand import OnDemand, stops_within, with_demand, without_demand, without_fed_stops
from aumenta.scenario.streets import NewStreet, StreetsWithin, nodes_within, other_notes, with_streets
from aumenta.scenario.timetables import NewStop
from aumenta.scenario.trips import Flags, taken
from aumenta.scenario.walk_rows import joined_rows, with_more, without_goals, without_self

__all__ = [
    "NewStreet",
    "OnDemand",
    "StreetsWithin",
    "differing",
    "nodes_within",
    "same_network",
    "same_parts",
    "stops_within",
    "with_demand",
    "with_stops",
    "with_streets",
    "with_timetable",
    "without_demand",
    "without_stops",
]


def with_timetable(network: Network, timetable: Timetable) -> Network:
    """With another timetable over the same stops; counts and modes told of it follow, the day asked about stays."""
    if timetable is network.timetable:
        return network
    if network.stops is None or len(timetable.stop_id) != len(network.stops):
        raise ValueError("the timetable has other stops than the network: see with_stops and without_stops")
    return _told(replace(network, timetable=timetable))


def with_stops(network: Network, stops: Sequence[NewStop]) -> Network:
    """With further stops, last in order, joined to the streets: their footpaths, access and egress are added."""
    if not stops:
        return network
    timetable, old, access, egress, paths = _transit(network)
    streets, known = network.streets, len(old)
    lon, lat = np.array([stop.lon for stop in stops]), np.array([stop.lat for stop in stops])
    new = attach(streets, *streets.plane.to_metres(lon, lat))
    every = _joined_points(old, new)
    nearer = with_more(access, walks(streets, network.cells, new, LINK_LIMIT), known)
    if egress.stop is access.stop:
        farther = nearer
    else:
        farther = with_more(egress, walks(streets, network.cells, new, LINK_LIMIT, backward=True), known)
    to_new = with_more(paths, walks(streets, old, new, FOOTPATH_LIMIT), known)
    numbers = np.arange(known, len(every), dtype=np.int32)
    from_new = without_self(walks(streets, new, every, FOOTPATH_LIMIT), numbers)
    changed = replace(
        network,
        timetable=timetables.with_stops(timetable, stops),
        stops=every,
        access=nearer,
        egress=farther,
        footpaths=joined_rows(to_new, from_new),
    )
    return _told(changed, network)


def without_stops(network: Network, stops: Sequence[str]) -> Network:
    """Without some stops: vehicles run through (`courses.without_calls`), and their walks and transfers are gone."""
    if not stops:
        return network
    timetable, old, access, egress, paths = _transit(network)
    for stop in stops:
        timetable = courses.without_calls(timetable, stop)
    keep = ~np.isin(timetable.stop_id, list(stops))
    nearer = without_goals(access, keep)
    changed = replace(
        network,
        timetable=_without_rows(timetable, keep),
        stops=_some_points(old, keep),
        access=nearer,
        egress=nearer if egress.stop is access.stop else without_goals(egress, keep),
        footpaths=without_goals(paths, keep, rows=keep),
        feeders=without_fed_stops(network.feeders, keep),
    )
    return _told(changed, network)


def _transit(network: Network) -> tuple[Timetable, Points, Walks, Walks, Walks]:
    parts = network.timetable, network.stops, network.access, network.egress, network.footpaths
    timetable, stops, access, egress, paths = parts
    if timetable is None or stops is None or access is None or egress is None or paths is None:
        raise ValueError("the network has no public transport to be changed")
    return timetable, stops, access, egress, paths


def _without_rows(timetable: Timetable, keep: Flags) -> Timetable:
    """Without stops that no vehicle calls at; the others are numbered anew in their order, stations too."""
    number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
    station = timetable.stop_station[keep].copy()
    has = station >= 0
    values, first, back = np.unique(station[has], return_index=True, return_inverse=True)
    rank = np.empty(len(values), np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(values), dtype=np.int32)
    station[has] = rank[back]
    rules = keep[timetable.rule_from] & keep[timetable.rule_to]
    return replace(
        timetable,
        stop_id=taken(timetable.stop_id, keep),
        stop_name=taken(timetable.stop_name, keep),
        stop_lon=timetable.stop_lon[keep],
        stop_lat=timetable.stop_lat[keep],
        stop_station=station,
        conn_from=number[timetable.conn_from],
        conn_to=number[timetable.conn_to],
        rule_from=number[timetable.rule_from[rules]],
        rule_to=number[timetable.rule_to[rules]],
        rule_seconds=timetable.rule_seconds[rules],
    )


# --- points ---------------------------------------------------------------------------------


def _joined_points(old: Points, new: Points) -> Points:
    def of(mode: Any) -> Attachment:
        a, b = old.at[mode], new.at[mode]
        return Attachment(np.concatenate([a.node, b.node]), np.concatenate([a.metres, b.metres]))

    at = _shared(old, of)
    return Points(np.concatenate([old.x, new.x]), np.concatenate([old.y, new.y]), at)


def _some_points(points: Points, keep: Flags) -> Points:
    at = _shared(points, lambda mode: Attachment(points.at[mode].node[keep], points.at[mode].metres[keep]))
    return Points(points.x[keep], points.y[keep], at)


def _shared(points: Points, make: Any) -> dict[Any, Attachment]:
    """Attachments by mode; modes that share one object go on sharing one."""
    known: dict[int, Attachment] = {}
    for mode, own in points.at.items():
        if id(own) not in known:
            known[id(own)] = make(mode)
    return {mode: known[id(own)] for mode, own in points.at.items()}


# --- what is told of a network ----------------------------------------------------------------


def _told(network: Network, before: Network | None = None) -> Network:
    """The network with counts, modes and notes that fit it, as a compile tells them."""
    timetable, stops, access, _, paths = _transit(network)
    counts = {
        **network.about.counts,
        "stops": len(stops),
        "lines": len(timetable.line_id),
        "trips": len(timetable.trip_id),
        "connections": len(timetable.conn_dep),
        "walks": len(access.stop),
        "footpaths": len(paths.stop),
    }
    modes = tuple(sorted({mode_of(int(kind)) for kind in np.unique(timetable.line_type)}))
    notes = network.about.notes
    if before is not None and before.stops is not None:
        notes = other_notes(notes, beyond_reach(before.stops, "stops"), beyond_reach(stops, "stops"))
    return replace(network, about=replace(network.about, counts=counts, modes=modes, notes=notes))


# --- equal, field by field ----------------------------------------------------------------------


def same_network(one: Network, other: Network) -> bool:
    """Whether two networks are equal field by field, to the byte."""
    return same_parts(one, other)


def same_parts(one: Any, other: Any) -> bool:
    """Whether two parts of networks (arrays, dataclasses, mappings of them) are equal, to the byte."""
    return next(_differences(one, other, ""), None) is None


def differing(one: Network, other: Network) -> list[str]:
    """Names of the fields and arrays in which two networks differ, such as `timetable.conn_dep`."""
    return list(_differences(one, other, ""))


def _differences(one: Any, other: Any, name: str) -> Iterator[str]:
    if one is other:
        return
    if type(one) is not type(other):
        yield name
    elif isinstance(one, np.ndarray):
        if not _same_array(one, other):
            yield name
    elif isinstance(one, Mapping):
        if set(one) != set(other):
            yield name
        else:
            for key in one:
                yield from _differences(one[key], other[key], f"{name}.{key}")
    elif is_dataclass(one) and not isinstance(one, type):
        for part in fields(one):
            path = f"{name}.{part.name}" if name else part.name
            yield from _differences(getattr(one, part.name), getattr(other, part.name), path)
    elif one != other:
        yield name


def _same_array(one: NDArray[Any], other: NDArray[Any]) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
