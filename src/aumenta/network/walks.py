# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""All walks between cells and stops, and between stops, up to a limit: compiled once, used by every question.

A walk's seconds are those of `StreetTimes` between the two points, to the bit, from whichever end it is searched
(see `aumenta.network.search`). The search starts on the side with fewer nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.network.compiled import kernel
from aumenta.network.model import (
    BASE_SPEED,
    FOOTPATH_LIMIT,
    LINK_LIMIT,
    Doubles,
    Ints,
    Points,
    Singles,
    Straight,
    StreetMode,
    Streets,
    Walks,
)
from aumenta.network.search import Search, settle
from aumenta.network.street_times import connector_seconds

Longs = NDArray[np.int64]
_CAPACITY = 1 << 20


def walks(
    streets: Streets, rows: Points, stops: Points, limit: float = LINK_LIMIT, backward: bool = False,
    mode: StreetMode = "foot",
) -> Walks:  # fmt: skip
    """Walks from each row's point to the stops within `limit` seconds at base speed; `backward`: from the stops to it.

    Connectors at both ends are part of the seconds and of the limit. Points without node have no walks. Each row is
    sorted by seconds, then by stop.
    """
    if mode in streets.graphs:
        row, stop, seconds = _over_graph(streets, rows, stops, np.float32(limit), backward, mode)
    elif mode in streets.straight:
        row, stop, seconds = _straight(streets.straight[mode], rows, stops, limit, mode)
    else:
        raise ValueError(f"the streets know no mode {mode!r}")
    return _in_rows(row, stop, seconds, len(rows))


def footpaths(streets: Streets, stops: Points, limit: float = FOOTPATH_LIMIT) -> Walks:
    """Walks from each stop to the other stops within `limit` seconds at base speed, sorted as `walks`."""
    found = walks(streets, stops, stops, limit)
    row = np.repeat(np.arange(len(stops), dtype=np.int32), np.diff(found.indptr))
    other = found.stop != row
    return _in_rows(row[other], found.stop[other], found.seconds[other], len(stops), ordered=True)


def _in_rows(row: Ints, stop: Ints, seconds: Singles, rows: int, ordered: bool = False) -> Walks:
    if not ordered:
        order = np.lexsort((stop, seconds, row))
        row, stop, seconds = row[order], stop[order], seconds[order]
    indptr = np.zeros(rows + 1, np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=indptr[1:])
    return Walks(indptr, np.ascontiguousarray(stop), np.ascontiguousarray(seconds))


@dataclass(frozen=True, slots=True)
class _ByNode:
    """Points sorted by the node they are attached to: `item[indptr[u]:indptr[u + 1]]` at node u."""

    indptr: Ints
    item: Ints
    extra: Singles
    x: Doubles
    y: Doubles

    @property
    def nodes(self) -> Ints:
        return np.flatnonzero(np.diff(self.indptr)).astype(np.int32)


def _by_node(points: Points, mode: StreetMode, nodes: int) -> _ByNode:
    at = points.at[mode]
    found = np.flatnonzero(at.node >= 0)
    item: Ints = found[np.argsort(at.node[found], kind="stable")].astype(np.int32)
    indptr = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(at.node[item], minlength=nodes), out=indptr[1:])
    return _ByNode(indptr, item, connector_seconds(at.metres[item], mode), points.x[item], points.y[item])


def _over_graph(
    streets: Streets, rows: Points, stops: Points, limit: np.float32, backward: bool, mode: StreetMode
) -> tuple[Ints, Ints, Singles]:
    here, there = (_by_node(points, mode, len(streets.x)) for points in (rows, stops))
    turned = len(there.nodes) < len(here.nodes)
    if turned:
        here, there = there, here
    search = Search(streets.graphs[mode], backward != turned)
    near, far, seconds = _link(search, here, there, limit, BASE_SPEED[mode])
    return (far, near, seconds) if turned else (near, far, seconds)


def _link(
    search: Search, here: _ByNode, there: _ByNode, limit: np.float32, speed: float
) -> tuple[Ints, Ints, Singles]:
    """All pairs of points within the limit, in pieces of bounded size."""
    nodes, capacity, at = here.nodes, _CAPACITY, 0
    pieces: list[tuple[Ints, Ints, Singles]] = [
        (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))
    ]
    while at < len(nodes):
        piece = np.empty(capacity, np.int32), np.empty(capacity, np.int32), np.empty(capacity, np.float32)
        at, count = _links(
            *search.workspace, nodes, at, limit, speed,
            here.indptr, here.item, here.extra, here.x, here.y,
            there.indptr, there.item, there.extra, there.x, there.y, *piece,
        )  # fmt: skip
        pieces.append((piece[0][:count].copy(), piece[1][:count].copy(), piece[2][:count].copy()))
        if not count:
            capacity *= 2  # the links of one node alone do not fit
    return (
        np.concatenate([piece[0] for piece in pieces]),
        np.concatenate([piece[1] for piece in pieces]),
        np.concatenate([piece[2] for piece in pieces]),
    )


@kernel
def _links(  # noqa: PLR0913, PLR0917
    indptr: Ints, head: Ints, seconds: Singles, per_second: np.float32, label: Singles, first: Ints, after: Ints,
    before: Ints, touched: Ints, nodes: Ints, begin: int, limit: np.float32, speed: float,
    a_indptr: Ints, a_item: Ints, a_extra: Singles, a_x: Doubles, a_y: Doubles,
    b_indptr: Ints, b_item: Ints, b_extra: Singles, b_x: Doubles, b_y: Doubles,
    from_item: Ints, to_item: Ints, out: Singles,
) -> tuple[int, int]:  # fmt: skip
    """Links of the nodes from `begin` on, as many as fit; returns the next node and how many links were made."""
    source = np.empty(1, np.int32)
    start = np.zeros(1, np.float32)
    none = np.empty(0, np.int32)
    count = 0
    for k in range(begin, len(nodes)):
        node = nodes[k]
        source[0] = node
        reached = settle(
            indptr,
            head,
            seconds,
            source,
            start,
            limit,
            per_second,
            label,
            first,
            after,
            before,
            touched,
            none,
            False,
        )
        most = 0
        for i in range(reached):
            most += b_indptr[touched[i] + 1] - b_indptr[touched[i]]
        full = count + most * (a_indptr[node + 1] - a_indptr[node]) > len(out)
        for i in range(reached):
            other = touched[i]
            base = label[other]
            label[other] = np.inf
            if full:
                continue
            for b in range(b_indptr[other], b_indptr[other + 1]):
                for a in range(a_indptr[node], a_indptr[node + 1]):
                    if other == node:
                        metres = np.hypot(b_x[b] - a_x[a], b_y[b] - a_y[a])
                        whole = np.float32(np.floor(metres / speed * 256.0 + 0.5) / 256.0)
                    else:
                        whole = a_extra[a] + base + b_extra[b]
                    if whole <= limit:
                        from_item[count] = a_item[a]
                        to_item[count] = b_item[b]
                        out[count] = whole
                        count += 1
        if full:
            return k, count
    return len(nodes), count


def _straight(
    straight: Straight, rows: Points, stops: Points, limit: float, mode: StreetMode
) -> tuple[Ints, Ints, Singles]:
    """Pairs in reach as the crow flies; stops are looked up by their x, so a row meets only a strip of them."""
    found = np.flatnonzero(stops.at[mode].node >= 0)
    near: Ints = found[np.argsort(stops.x[found], kind="stable")].astype(np.int32)
    per_metre = straight.detour / BASE_SPEED[mode]
    paces = straight.pace[stops.at[mode].node[near]], straight.pace[rows.at[mode].node]
    least = min((float(pace.min()) for pace in paces if len(pace)), default=1.0)
    reach = limit / (per_metre * least) * (1 + 1e-9)
    ends = rows.x, rows.y, rows.at[mode].node, near, stops.x[near], stops.y[near], paces[0]
    none = np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32)
    count = _strips(*ends, straight.pace, per_metre, reach, limit, *none)
    pairs = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.float32)
    _strips(*ends, straight.pace, per_metre, reach, limit, *pairs)
    return pairs


@kernel
def _strips(  # noqa: PLR0913, PLR0917
    x: Doubles, y: Doubles, node: Ints, stop: Ints, stop_x: Doubles, stop_y: Doubles, stop_pace: Singles,
    pace: Singles, per_metre: float, reach: float, limit: float, from_row: Ints, to_stop: Ints, out: Singles,
) -> int:  # fmt: skip
    """Count the pairs, and write them where there is room for them."""
    count = 0
    for i in range(len(node)):
        if node[i] < 0:
            continue
        for j in range(np.searchsorted(stop_x, x[i] - reach), len(stop)):
            if stop_x[j] > x[i] + reach:
                break
            metres = np.hypot(stop_x[j] - x[i], stop_y[j] - y[i])
            seconds = metres * per_metre * ((pace[node[i]] + stop_pace[j]) * 0.5)
            if seconds <= limit:
                if len(out):
                    from_row[count] = i
                    to_stop[count] = stop[j]
                    out[count] = seconds
                count += 1
    return count
