# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets, cells and a timetable become one `Network`: every point meets the streets, every walk is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from aumenta.network.attach import attach
from aumenta.network.gtfs import mode_of, representative_date
from aumenta.network.model import (
    FOOTPATH_LIMIT,
    LINK_LIMIT,
    About,
    Doubles,
    Feeder,
    Ints,
    Network,
    Points,
    Streets,
    Timetable,
    Walks,
)
from aumenta.network.search import exact_graph
from aumenta.network.walks import footpaths, walks

Tell = Callable[[str], None]


def compile_network(
    streets: Streets,
    x: Doubles,
    y: Doubles,
    timetable: Timetable | None = None,
    about: About | None = None,
    tell: Tell | None = None,
) -> Network:
    """Compile a network for cells at `x`, `y` (metres in the plane of the streets, in the order of the twin's cells).

    `about` says how sure streets and timetable are, their sources and what there is to note; its date, if any, is the
    day used where nobody names one (else the timetable's representative day). Without a timetable there is no transit.
    Stops and cells beyond reach of any street are counted in the notes and stay without walks. The same input gives the
    same arrays.
    """
    say = tell or (lambda step: None)
    told = about or About("reported")
    streets = replace(streets, graphs={mode: exact_graph(graph) for mode, graph in streets.graphs.items()})
    say("cells on streets")
    cells = attach(streets, x, y)
    counts = {"nodes": len(streets.x), "cells": len(cells)}
    counts |= {f"edges_{mode}": len(graph.head) for mode, graph in streets.graphs.items()}
    said = [*told.notes, *beyond_reach(cells, "cells")]
    if timetable is None:
        return Network(streets, cells, replace(told, notes=tuple(said), counts=counts))
    say("stops on streets")
    stops = attach(streets, *streets.plane.to_metres(timetable.stop_lon, timetable.stop_lat))
    said += beyond_reach(stops, "stops")
    say("walks to stops")
    access = walks(streets, cells, stops, LINK_LIMIT)
    egress = access if _symmetric(streets) else walks(streets, cells, stops, LINK_LIMIT, backward=True)
    say("walks between stops")
    paths = footpaths(streets, stops, FOOTPATH_LIMIT)
    counts |= {
        "stops": len(stops),
        "lines": len(timetable.line_id),
        "trips": len(timetable.trip_id),
        "connections": len(timetable.conn_dep),
        "walks": len(access.stop),
        "footpaths": len(paths.stop),
    }
    told = replace(
        told,
        notes=tuple(said),
        date=told.date or str(representative_date(timetable)),
        modes=tuple(sorted({mode_of(int(kind)) for kind in np.unique(timetable.line_type)})),
        counts=counts,
    )
    return Network(streets, cells, told, timetable, stops, access, egress, paths)


def _symmetric(streets: Streets) -> bool:
    graph = streets.graphs.get("foot")
    return graph is None or graph.symmetric


def beyond_reach(points: Points, what: str) -> list[str]:
    """Notes on points (`what` they are) that no street of a mode is near."""
    found = []
    for mode, own in points.at.items():
        lost = int((own.node < 0).sum())
        if lost:
            found.append(f"{lost} of {len(points)} {what} are beyond reach of any street for {mode}")
    return found


def with_cells(network: Network, x: Doubles, y: Doubles) -> Network:
    """The same streets and timetable with other points to reach, such as addresses of a table, in their order.

    Services on demand are left out: their areas are told by cells, and these are other points.
    """
    streets, stops = network.streets, network.stops
    cells = attach(streets, x, y)
    about = replace(network.about, notes=(*network.about.notes, *beyond_reach(cells, "points")))
    if stops is None:
        return replace(network, cells=cells, about=about, feeders={})
    access = walks(streets, cells, stops, LINK_LIMIT)
    egress = access if _symmetric(streets) else walks(streets, cells, stops, LINK_LIMIT, backward=True)
    return replace(network, cells=cells, about=about, access=access, egress=egress, feeders={})


def only_cells(network: Network, chosen: Ints) -> Network:
    """The same network with some of its cells only (rising numbers); services on demand serve those that are left."""
    made = with_cells(network, network.cells.x[chosen], network.cells.y[chosen])
    left = {name: _serving(own, chosen) for name, own in network.feeders.items()}
    return replace(made, feeders={name: own for name, own in left.items() if len(own.cells)})


def _serving(own: Feeder, chosen: Ints) -> Feeder:
    """A service on demand where only some cells are left, numbered anew."""
    rows = np.flatnonzero(np.isin(own.cells, chosen))
    access = _rows(own.access, rows)
    egress = access if own.egress is own.access else _rows(own.egress, rows)
    cells = np.searchsorted(chosen, own.cells[rows]).astype(np.int32)
    return replace(own, cells=cells, access=access, egress=egress)


def _rows(base: Walks, rows: NDArray[np.int64]) -> Walks:
    sizes = np.diff(base.indptr)[rows]
    indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    at = np.repeat(base.indptr[rows] - indptr[:-1], sizes) + np.arange(indptr[-1])
    return Walks(indptr, base.stop[at], base.seconds[at])
