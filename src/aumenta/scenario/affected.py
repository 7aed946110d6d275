# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From which cells travel times may change between two networks; from all others they are the same, to the second.

Trips. Let N be the timetable that both networks have in common and T the trips that only one of them has. Take a
departure from a cell, and a journey that rides in T. Up to the first boarding of T it is a journey over N, so one is
ready at that stop no earlier than N allows. If N brings one to *every* stop, where one could leave a vehicle of T so
boarded, no later than T does, then a journey over N leads there as early, with the same changes after it; and so on
for the next ride in T. Hence a cell is affected only if, for some departure of the window and some trip of T that can
be boarded, N reaches one of the stops after it later than the trip. Both sides are found for all cells by backward
scans over N: one for being ready at each stop where T is boarded, one for each stop where it is left. With a limit of
rides N may need more of them, so that there whoever can board T counts as affected.

Streets and services on demand. Whoever can walk to a changed edge, ride on demand in its area, or get off at a stop
from which one can, within the limits of the question; more than need be, never less. The test computes everything anew
over many small worlds and changes, and compares byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.backward import ToOne, earliest
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.walks import QueryWalks
from aumenta.access.ways import street_factor
from aumenta.access.window import Window
from aumenta.errors import AccessError, NetworkError
from aumenta.network.compiled import kernel
from aumenta.network.model import ALIGHT, BOARD, Ints, Network, Points, StreetMode, Streets
from aumenta.network.search import Search
from aumenta.network.street_times import connector_seconds
from aumenta.scenario.networks import same_parts
from aumenta.scenario.streets import changed_nodes
from aumenta.scenario.trip_sets import only_in, windows_of
from aumenta.scenario.trips import Flags

#: Bytes of profiles beyond which trips are not looked at one by one: whoever can reach their stops counts.
MOST_BYTES = 1 << 30
_STREETS: dict[str, tuple[StreetMode, ...]] = {
    "walk": ("foot",),
    "bike": ("foot", "bike"),
    "car": ("foot", "car"),
}


def affected_cells(before: Network, after: Network, options: Options) -> Flags:
    """For each cell whether travel times from it, with these options, may differ between the networks.

    ValueError for networks with different cells. What the options cannot be asked of raises what `Router` raises.
    """
    if len(before.cells) != len(after.cells):
        raise ValueError("the networks have different cells")
    none = np.zeros(len(before.cells), bool)
    if before is after:
        return none
    if options.mode != "transit":
        return _by_street(before, after, options)
    routers = _routers(before, after, options)
    if routers is None:
        return ~none
    old, new = routers
    if any(_other_streets(before, after, mode) for mode in _STREETS[options.access][1:]) or _other_parking(
        old, new
    ):
        return ~none
    found = _by_foot(old, new) | _by_demand(old, new)
    gone, come = only_in(*windows_of(old, new))
    if _same_ground(before, after):
        asked = [(old, [(old.window, gone), (new.window, come)])]
    else:
        asked = [(old, [(old.window, gone)]), (new, [(new.window, come)])]
    for router, parts in asked:
        if any(trips.any() for _, trips in parts) and not found.all():
            found |= by_trips(router, parts)
    return found


def _same_ground(before: Network, after: Network) -> bool:
    """Whether stops, walks and changes are the same, so that what both timetables share need be scanned but once."""
    names = ("stops", "access", "egress", "footpaths", "feeders")
    if any(getattr(before, name) is not getattr(after, name) for name in names):
        return False
    rules = ("rule_from", "rule_to", "rule_seconds")
    return all(getattr(before.timetable, name) is getattr(after.timetable, name) for name in rules)


def _routers(before: Network, after: Network, options: Options) -> tuple[Router, Router] | None:
    """Routers over both; None where only one has anything that runs."""
    new = Router(after, options)
    try:
        return Router(before, options), new
    except (AccessError, NetworkError):
        return None


# --- trips ------------------------------------------------------------------------------------


def by_trips(router: Router, parts: Sequence[tuple[Window, Flags]]) -> Flags:
    """Cells from which some trips may be of use, beside all others of the router's window.

    `parts`: windows over the router's stops, and flags of their trips; those of the router's own window come first.
    """
    window, walks = router.window, router.ways.walks_from_cells
    some = _Some(parts)
    rest = ToOne(_without(window, parts[0][1][window.conn_trip]), walks, len(walks.foot_indptr) - 1)
    profiles = _Profiles(len(walks.foot_indptr) - 1)
    from_ = _transposed(walks)
    for stop in some.boarded:
        profiles.add(rest, *from_(int(stop)))
    left = some.left if router.options.rides is None else some.left[:0]
    for stop in left:
        profiles.add(rest, np.array([stop], np.int32), np.zeros(1, np.uint16))
    access = walks.access_indptr, walks.access_stop, walks.access_seconds
    if profiles.size > MOST_BYTES:
        return _walking_to(access, some.boarded) | reaching(rest, access, some.boarded)
    out = np.zeros(len(walks.access_indptr) - 1, np.bool_)
    numbers = np.array([some.trips, len(left), window.count, window.step, window.max_seconds], np.int64)
    _mark(access, profiles.arrays(), some.boarded, some.connections, numbers, out)
    return out


class _Some:
    """Connections of some trips: stops where they are boarded and left, and each connection by numbers among these.

    Rows of `connections`: number of the stop where one boards (-1: nobody may), of that where one gets off, departure,
    arrival, trip; by departure, those of a trip in the order of travel.
    """

    def __init__(self, parts: Sequence[tuple[Window, Flags]]) -> None:
        rows, first = [], 0
        for window, trips in parts:
            at = np.flatnonzero(trips[window.conn_trip])
            begin = np.where(window.conn_flags[at] & BOARD, window.conn_from[at], -1)
            end = np.where(window.conn_flags[at] & ALIGHT, window.conn_to[at], -1)
            numbers, trip = np.unique(window.conn_trip[at], return_inverse=True)
            rows.append(np.column_stack([begin, end, window.conn_dep[at], window.conn_arr[at], trip + first]))
            first += len(numbers)
        every = np.concatenate(rows)
        every = every[np.argsort(every[:, 2], kind="stable")]
        self.trips = first
        self.boarded, self.left = (np.unique(column[column >= 0]).astype(np.int32) for column in every.T[:2])
        for column, stops in zip(every.T[:2], (self.boarded, self.left), strict=True):
            column[:] = np.where(column >= 0, np.searchsorted(stops, column), -1)
        self.connections: Ints = np.ascontiguousarray(every, np.int32)


def _without(window: Window, theirs: Flags) -> Window:
    """The window without some connections, as backward scans read it."""
    names = ("conn_from", "conn_to", "conn_dep", "conn_arr", "conn_trip", "conn_flags", "source")
    kept: dict[str, Any] = {name: getattr(window, name)[~theirs] for name in names}
    return replace(window, **kept)


class _Profiles:
    """What backward scans found: for each target, at each stop, pairs of departure there and arrival at the target."""

    def __init__(self, stops: int) -> None:
        self._parts: list[tuple[Ints, Ints, NDArray[np.uint32]]] = []
        self._stops = stops
        self._used = 0

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        return 4 * self._used + 12 * self._stops * len(self._parts)

    def add(self, scan: ToOne, stops: Ints, seconds: NDArray[np.uint16]) -> None:
        """Scan for a target; nothing more is kept once there is too much."""
        if self.size > MOST_BYTES:
            return
        scan.run(stops, seconds)
        at, count, pairs = scan.profiles
        begin = np.concatenate([[0], np.cumsum(count)])
        kept = pairs[np.repeat(at[:-1] - begin[:-1], count) + np.arange(begin[-1])]
        self._parts.append(((begin[:-1] + self._used).astype(np.int64), count.copy(), kept))
        self._used += len(kept)

    def arrays(self) -> tuple[NDArray[np.int64], Ints, NDArray[np.uint32]]:
        """Where the pairs of each target and stop begin, how many there are, and all pairs."""
        begin, count, pairs = zip(*self._parts, strict=True)
        return np.array(begin), np.array(count), np.concatenate(pairs)


def _transposed(walks: QueryWalks) -> Any:
    """For a stop the stops where one may have got off to be ready there, and the seconds from each."""
    row = np.repeat(np.arange(len(walks.foot_indptr) - 1, dtype=np.int32), np.diff(walks.foot_indptr))
    order = np.argsort(walks.foot_stop, kind="stable")
    begin = np.searchsorted(walks.foot_stop[order], np.arange(len(walks.foot_indptr)))

    def of(stop: int) -> tuple[Ints, NDArray[np.uint16]]:
        part = order[begin[stop] : begin[stop + 1]]
        return row[part], walks.foot_seconds[part]

    return of


@kernel
def _mark(access: Any, profiles: Any, boarded: Any, connections: Any, numbers: Any, out: Any) -> None:  # noqa: C901, PLR0912
    """Mark cells that can board one of the connections' trips and be somewhere earlier by it than without.

    `profiles` has the targets "ready at `boarded[k]`" first, then those of "gets off"; where there are none of these,
    whoever can board is marked. `numbers`: trips, targets of getting off, departures, step, longest journey. What a
    target says of a cell is read when it is first needed: of most cells that are marked little is.
    """
    access_indptr, access_stop, access_seconds = access
    begin, counts, pairs = profiles
    trips, left, count, step, max_seconds = numbers
    known = np.zeros(len(begin), np.bool_)
    rows = np.empty((len(begin), count), np.int32)
    upto = np.empty(len(boarded), np.int64)
    label = np.empty(trips, np.int64)
    for cell in range(len(out)):
        if access_indptr[cell] == access_indptr[cell + 1]:
            continue
        known[:] = False
        upto[:] = -1
        label[:] = -1
        for c in range(len(connections)):
            dep = connections[c, 2]
            arr = connections[c, 3]
            trip = connections[c, 4]
            latest = label[trip]
            k = connections[c, 0]
            if k >= 0 and latest < count - 1:
                if not known[k]:
                    known[k] = True
                    earliest(cell, access, (begin[k], counts[k], pairs), step, rows[k])
                    for e in range(access_indptr[cell], access_indptr[cell + 1]):
                        if access_stop[e] == boarded[k]:
                            for d in range(count):
                                rows[k, d] = min(rows[k, d], d * step + np.int64(access_seconds[e]))
                while upto[k] + 1 < count and rows[k, upto[k] + 1] <= dep:
                    upto[k] += 1
                latest = max(latest, upto[k])
                label[trip] = latest
            k = connections[c, 1]
            if latest < 0 or k < 0 or arr > latest * step + max_seconds:
                continue
            if left == 0:
                out[cell] = True
                break
            n = len(boarded) + k
            if not known[n]:
                known[n] = True
                earliest(cell, access, (begin[n], counts[n], pairs), step, rows[n])
            if arr < rows[n, latest]:
                out[cell] = True
                break


def reaching(scan: ToOne, access: tuple[Ints, Ints, NDArray[np.uint16]], stops: Ints) -> Flags:
    """Cells from which some departure gets off at one of the stops."""
    scan.run(stops.astype(np.int32), np.zeros(len(stops), np.uint16))
    out = np.zeros(len(access[0]) - 1, np.bool_)
    _reach(access, scan.profiles, scan.window.count, scan.window.step, out)
    return out


@kernel
def _reach(access: Any, profile: Any, count: int, step: int, out: Any) -> None:
    row = np.empty(count, np.int32)
    for cell in range(len(out)):
        earliest(cell, access, profile, step, row)
        out[cell] = row[0] != 65535


def _walking_to(access: tuple[Ints, Ints, NDArray[np.uint16]], stops: Ints) -> Flags:
    """Cells that have one of the stops in reach."""
    hit = np.concatenate([[0], np.cumsum(np.isin(access[1], stops))])
    return np.asarray(hit[access[0][1:]] > hit[access[0][:-1]])


# --- streets, services on demand, parking ---------------------------------------------------------


def _by_street(before: Network, after: Network, options: Options) -> Flags:
    """Cells whose ways over the streets may differ, of a question without timetable."""
    mode: StreetMode = "foot" if options.mode == "walk" else options.mode  # type: ignore[assignment]
    return _touching(before, after, mode, options.max_seconds / street_factor(options, mode))


def _touching(before: Network, after: Network, mode: StreetMode, limit: float) -> Flags:
    """Cells from which a changed edge of a mode is within `limit` seconds at base speed."""
    cells = before.cells
    if not _other_streets(before, after, mode):
        return np.zeros(len(cells), bool)
    return _near(before, after, mode, limit, cells, after.cells)


def _near(before: Network, after: Network, mode: StreetMode, limit: float, old: Points, new: Points) -> Flags:
    """Points from which a changed edge is within the limit before or after; all where more than edges changed."""
    graphs = before.streets.graphs.get(mode), after.streets.graphs.get(mode)
    if graphs[0] is None or graphs[1] is None or not _same_attachment(old, new, mode):
        return np.ones(len(old), bool)
    nodes = changed_nodes(graphs[0], graphs[1])
    at = old.at[mode]
    extra = connector_seconds(at.metres, mode)
    found: Flags = at.node < 0  # they meet the streets anew each time they are asked from
    for graph in graphs:
        assert graph is not None
        label = Search(graph, backward=True).run(nodes, np.zeros(len(nodes), np.float32), limit)
        found = found | (label[np.maximum(at.node, 0)] + extra <= limit)
    return found


def _other_streets(before: Network, after: Network, mode: StreetMode) -> bool:
    """Whether the streets of a mode, or where cells and stops meet them, are other ones."""
    old, new = before.streets, after.streets
    if old is not new and not _same_streets(old, new, mode):
        return True
    return not _same_attachment(before.cells, after.cells, mode)


def _same_streets(old: Streets, new: Streets, mode: StreetMode) -> bool:
    parts = [(one.graphs.get(mode), one.straight.get(mode)) for one in (old, new)]
    if all(a is b for a, b in zip(*parts, strict=True)):
        return True
    (graph, straight), (other, as_straight) = parts
    if (graph is None) != (other is None) or (straight is None) != (as_straight is None):
        return False
    if graph is not None and other is not None:
        names = ("indptr", "head", "seconds", "back_indptr", "back_head", "back_seconds")
        return all(np.array_equal(getattr(graph, name), getattr(other, name)) for name in names)
    if straight is None or as_straight is None:
        return True
    return straight.detour == as_straight.detour and np.array_equal(straight.pace, as_straight.pace)


def _same_attachment(old: Points, new: Points, mode: StreetMode) -> bool:
    if old is new or mode not in old.at or mode not in new.at:
        return old is new or (mode in old.at) == (mode in new.at)
    return np.array_equal(old.at[mode].node, new.at[mode].node)


def _other_parking(old: Router, new: Router) -> bool:
    """Whether a car may be left at other ones of the stops that both networks have."""
    if old.options.access != "car":
        return False
    theirs = [
        dict(zip(router.timetable.stop_id.tolist(), router.ways.parking.tolist(), strict=True))
        for router in (old, new)
    ]
    return any(theirs[1][stop] != parking for stop, parking in theirs[0].items() if stop in theirs[1])


def _by_foot(old: Router, new: Router) -> Flags:
    """Cells that a change of walking may concern: those near it, and those that get off at a stop near it."""
    before, after = old.network, new.network
    stops = before.stops, after.stops
    if not _other_streets(before, after, "foot"):
        return np.zeros(len(before.cells), bool)
    if stops[0] is None or stops[1] is None or len(stops[0]) != len(stops[1]):
        return np.ones(len(before.cells), bool)
    own, factor = old.options, street_factor(old.options, "foot")
    farthest = max(own.direct_minutes, own.access_minutes) * 60 / factor
    found = _touching(before, after, "foot", farthest)
    around = max(own.egress_minutes, own.transfer_minutes) * 60 / factor
    near = np.flatnonzero(_near(before, after, "foot", around, stops[0], stops[1])).astype(np.int32)
    for router in (old, new):
        found = found | _getting_off(router, near)
    return found


def _getting_off(router: Router, stops: Ints) -> Flags:
    walks = router.ways.walks_from_cells
    scan = ToOne(router.window, walks, len(walks.foot_indptr) - 1)
    return reaching(scan, (walks.access_indptr, walks.access_stop, walks.access_seconds), stops)


def _by_demand(old: Router, new: Router) -> Flags:
    """Cells that services on demand may concern which only one network has, or with other rides."""
    found = np.zeros(len(old.network.cells), bool)
    offered = [list(router.ways.demand.feeders.values()) for router in (old, new)]
    streets = _other_streets(old.network, new.network, "car") if any(offered) else False
    for router, own, other in zip((old, new), offered, offered[::-1], strict=True):
        for feeder in own:
            if streets or not any(same_parts(feeder, known) for known in other):
                found[feeder.cells] = True
                found |= _getting_off(router, feeder.stops)
    return found
