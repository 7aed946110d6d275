# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Shortest times from nodes of a street graph, up to a limit.

Dijkstra's search with a queue of buckets instead of a heap (R. B. Dial, *Algorithm 360*, CACM 1969; the buckets are
wider than the shortest edge, so a node may be looked at again inside its bucket, as in Meyer and Sanders'
delta-stepping, 2003). The labels it ends with are the same as a heap's: the least sum over all ways, added from the
source on in float32. A node lies in one bucket at most, so memory is bounded by the nodes whatever the weights.

Edges whose seconds are multiples of 1/256 (`exact_seconds`) add up without rounding in float32 up to 18 hours. Sums
then do not depend on the order of adding, and a way has the same seconds searched from either end.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.network.compiled import kernel
from aumenta.network.model import Graph, Ints, Singles

_TICKS = np.float64(256.0)
_FREE = -2
_MOST_BUCKETS = 2**16


def exact_seconds(seconds: ArrayLike) -> Singles:
    """Round to 1/256 of a second: such times are added in float32 without error, in any order, up to 18 hours."""
    return (np.round(np.asarray(seconds, np.float64) * _TICKS) / _TICKS).astype(np.float32)


def exact_graph(graph: Graph) -> Graph:
    """The graph with `exact_seconds`; the same object where they are exact already."""
    forward = exact_seconds(graph.seconds)
    if np.array_equal(forward, graph.seconds):
        return graph
    back = forward if graph.back_seconds is graph.seconds else exact_seconds(graph.back_seconds)
    return replace(graph, seconds=forward, back_seconds=back)


def bucket_width(seconds: Singles) -> float:
    """Width of a bucket for a graph's edges: an eighth of the mean edge, wider where one edge is very long.

    Measured on a generated network of 385,634 nodes, widths from an eightieth of the mean to twice the mean differ by
    less than a fifth; on a friction surface, whose edges differ more, widths over a quarter of the mean are slower.
    """
    finite = seconds[np.isfinite(seconds)]
    if not len(finite):
        return 1.0
    mean, most = float(finite.mean(dtype=np.float64)), float(finite.max())
    return max(mean / 8, most / _MOST_BUCKETS, 1e-2)


def bucket_count(span: float, width: float) -> int:
    """Buckets (a power of two) so that labels at most `span` seconds apart never share a bucket by going round."""
    return 1 << int(np.ceil(np.log2(span / width + 4)))


@kernel
def settle(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    indptr: Ints, head: Ints, seconds: Singles, sources: Ints, starts: Singles, limit: np.float32,
    per_second: np.float32, label: Singles, first: Ints, after: Ints, before: Ints, touched: Ints, parent: Ints,
    keep: bool,
) -> int:  # fmt: skip
    """Labels of every node within the limit; returns how many were touched (their numbers are in `touched`).

    `label` is inf and `after` is _FREE everywhere on entry, `first` -1; on return `after` and `first` are so again.
    """
    mask = np.int32(len(first) - 1)
    count = 0
    waiting = 0
    bucket = np.int32(2147483647)
    for i in range(len(sources)):
        node = sources[i]
        start = starts[i]
        if start <= limit and start < label[node]:
            if label[node] == np.inf:
                touched[count] = node
                count += 1
            label[node] = start
            if keep:
                parent[node] = -1
    for i in range(count):
        node = touched[i]
        place = np.int32(label[node] * per_second)
        bucket = min(bucket, place)
        place = place & mask
        front = first[place]
        after[node] = front
        before[node] = -1
        if front >= 0:
            before[front] = node
        first[place] = node
        waiting += 1
    while waiting > 0:
        here = bucket & mask
        while first[here] >= 0:
            node = first[here]
            front = after[node]
            first[here] = front
            if front >= 0:
                before[front] = -1
            after[node] = -2
            waiting -= 1
            base = label[node]
            for edge in range(indptr[node], indptr[node + 1]):
                other = head[edge]
                new = base + seconds[edge]
                old = label[other]
                if new <= limit and new < old:
                    place = np.int32(new * per_second) & mask
                    label[other] = new
                    if keep:
                        parent[other] = node
                    if old == np.inf:
                        touched[count] = other
                        count += 1
                        waiting += 1
                    elif after[other] == -2:
                        waiting += 1
                    else:
                        was = np.int32(old * per_second) & mask
                        if was == place:
                            continue
                        left = before[other]
                        right = after[other]
                        if left >= 0:
                            after[left] = right
                        else:
                            first[was] = right
                        if right >= 0:
                            before[right] = left
                    front = first[place]
                    after[other] = front
                    before[other] = -1
                    if front >= 0:
                        before[front] = other
                    first[place] = other
        bucket += 1
    return count


class Search:
    """Searches on one graph, one after the other; keeps its workspace (16 bytes a node), so one object for each thread.

    `backward` searches the edges the other way: the seconds are those *to* the sources.
    """

    def __init__(self, graph: Graph, backward: bool = False) -> None:
        self._indptr = graph.back_indptr if backward else graph.indptr
        self._head = graph.back_head if backward else graph.head
        self._seconds = graph.back_seconds if backward else graph.seconds
        self.nodes = len(self._indptr) - 1
        self.backward = backward
        width = bucket_width(self._seconds)
        self._per_second = np.float32(1 / width)
        self._width = width
        finite = self._seconds[np.isfinite(self._seconds)]
        self._span = float(finite.max()) if len(finite) else 0.0
        self._first = np.full(bucket_count(self._span, width), -1, np.int32)
        self._label = np.full(self.nodes, np.inf, np.float32)
        self._after = np.full(self.nodes, _FREE, np.int32)
        self._before = np.empty(self.nodes, np.int32)
        self._touched = np.empty(self.nodes, np.int32)
        self._parent = np.empty(0, np.int32)
        self._count = 0
        self._kept = False

    @property
    def labels(self) -> Singles:
        """What the last run returned: a view, valid until the next."""
        return self._label

    @property
    def touched(self) -> Ints:
        """Nodes that the last run reached, in no order; a view."""
        return self._touched[: self._count]

    @property
    def workspace(self) -> tuple[Ints, Ints, Singles, np.float32, Singles, Ints, Ints, Ints, Ints]:
        """The arrays that `settle` takes beside its question, clean, for a kernel that searches many times.

        The kernel must leave `label` inf everywhere.
        """
        self._reset()
        return (
            self._indptr, self._head, self._seconds, self._per_second,
            self._label, self._first, self._after, self._before, self._touched,
        )  # fmt: skip

    def run(self, nodes: Ints, seconds: Singles, limit: float = np.inf, paths: bool = False) -> Singles:
        """Least seconds from any of `nodes`, each begun at its own `seconds`; inf where more than `limit`.

        The array is a view of the workspace, valid until the next run. With `paths`, `path` tells the ways.

        >>> graph = Graph(*2 * (np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.ones(2, np.float32)))
        >>> Search(graph).run(np.array([0], np.int32), np.array([5], np.float32)).tolist()
        [5.0, 6.0]
        """
        sources = np.ascontiguousarray(nodes, np.int32)
        starts = np.ascontiguousarray(seconds, np.float32)
        self._check(sources, starts)
        self._reset()
        self._room(starts)
        if paths and not len(self._parent):
            self._parent = np.empty(self.nodes, np.int32)
        self._kept = paths
        self._count = settle(
            self._indptr, self._head, self._seconds, sources, starts, np.float32(limit), self._per_second,
            self._label, self._first, self._after, self._before, self._touched, self._parent, paths,
        )  # fmt: skip
        return self._label

    def path(self, node: int) -> Ints:
        """Nodes of the way that the last run (with `paths`) found to a node, its source first; empty if not reached.

        Of a backward search the way leads from `node` to the source, in the direction of travel.
        """
        if not self._kept:
            raise ValueError("paths were not kept: run the search with paths=True")
        if not np.isfinite(self._label[node]):
            return np.empty(0, np.int32)
        way = [node]
        while self._parent[way[-1]] >= 0:
            way.append(int(self._parent[way[-1]]))
        return np.array(way if self.backward else way[::-1], np.int32)

    def _check(self, sources: Ints, starts: Singles) -> None:
        if len(sources) != len(starts):
            raise ValueError("a search needs the seconds of each of its nodes")
        if len(sources) and not (sources.min() >= 0 and sources.max() < self.nodes):
            raise ValueError(f"nodes of a search must lie between 0 and {self.nodes - 1}")
        if not np.all(starts >= 0):
            raise ValueError("seconds of a search must not be negative")

    def _reset(self) -> None:
        if self._count > self.nodes // 4:
            self._label.fill(np.inf)
        else:
            self._label[self._touched[: self._count]] = np.inf
        self._count = 0

    def _room(self, starts: NDArray[np.float32]) -> None:
        """More buckets where the sources begin further apart than the longest edge."""
        finite = starts[np.isfinite(starts)]
        apart = float(finite.max() - finite.min()) if len(finite) else 0.0
        if apart + self._span > self._width * (len(self._first) - 4):
            self._first = np.full(bucket_count(apart + self._span, self._width), -1, np.int32)
