# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Times on foot, by bicycle and by car from one place to all cells and stops, or to it from all of them.

A way leaves the place straight for the nearest node of the mode, follows the streets, and goes straight from the last
node to its end; off the streets the speed is `BASE_SPEED`. Two places at the same node are joined by a straight line.
On streets that are `Straight` the whole way is one line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aumenta.errors import AccessError, Problem
from aumenta.network.attach import ATTACH_LIMIT, NearestNodes, attach_limit, modes_of
from aumenta.network.compiled import kernel
from aumenta.network.model import BASE_SPEED, Doubles, Ints, Points, Singles, Straight, StreetMode, Streets
from aumenta.network.search import Search, exact_seconds

_PHRASE = {"foot": "on foot", "bike": "by bicycle", "car": "by car"}


@dataclass(frozen=True, slots=True)
class _Ends:
    """Points as the ends of ways of one mode: place, node (-1: none) and seconds of the connector."""

    x: Doubles
    y: Doubles
    node: Ints
    extra: Singles


@dataclass(frozen=True, slots=True)
class _Place:
    """One end of a way."""

    x: float
    y: float
    node: int
    extra: float


@dataclass(frozen=True, slots=True)
class _Run:
    """What was asked last, for `way`."""

    origin: _Place
    mode: StreetMode
    limit: float
    factor: float
    backward: bool
    paths: bool


class StreetTimes:
    """Times between places of one network; keeps workspaces, so one object for each thread.

    `limit_metres` is how far a point may lie from the nearest street of the mode (on friction streets: from the
    nearest cell, always the diagonal of a cell).
    """

    def __init__(
        self, streets: Streets, cells: Points, stops: Points | None = None, limit_metres: float = ATTACH_LIMIT
    ) -> None:
        self._streets = streets
        self._cells = cells
        self._stops = stops
        self._limit_metres = limit_metres
        self._farthest: float | None = None
        self._nearest: dict[StreetMode, NearestNodes] = {}
        self._searches: dict[tuple[StreetMode, bool], Search] = {}
        self._ends: dict[tuple[StreetMode, bool], _Ends] = {}
        self._last: _Run | None = None

    def from_point(
        self, x: float, y: float, mode: StreetMode, limit: float = np.inf, factor: float = 1.0,
        backward: bool = False, paths: bool = False,
    ) -> tuple[Singles, Singles]:  # fmt: skip
        """Seconds from a point (in metres) to all cells and all stops; inf where more than `limit` seconds.

        `factor` multiplies all seconds (base speed over the speed wanted); the limit holds after it. `backward`: from
        the cells and stops to the point. With `paths` the ways of this run can be asked for. AccessError where the
        mode is not in the network or the point lies too far from its streets.
        """
        return self._run(self._place(x, y, mode, "from"), mode, limit, factor, backward, paths)

    def from_cell(
        self, index: int, mode: StreetMode, limit: float = np.inf, factor: float = 1.0,
        backward: bool = False, paths: bool = False,
    ) -> tuple[Singles, Singles]:  # fmt: skip
        """The same from the centre of a cell; AccessError where the cell lies too far from the streets of the mode."""
        self._check_mode(mode)
        if not 0 <= index < len(self._cells):
            raise AccessError(
                "There is no such cell.",
                [
                    Problem(
                        "cells are numbered from 0", found=str(index), expected=f"below {len(self._cells)}"
                    )
                ],
            )
        return self._run(self._origin_cell(index, mode), mode, limit, factor, backward, paths)

    def way(self, to_x: float, to_y: float) -> Doubles:
        """Line (metres, float64[k, 2]) of the last run's way to a point, both connectors included.

        It leads from the origin to the point, or of a backward run from the point to the origin. AccessError where the
        point is beyond the run's limit.
        """
        run = self._asked()
        return self._way(run, self._place(to_x, to_y, run.mode, "to"))

    def way_to_stop(self, index: int) -> Doubles:
        """Line of the last run's way to a stop, as `way`."""
        run = self._asked()
        return self._way(run, _one(self._points(run.mode, stops=True), index))

    def way_to_cell(self, index: int) -> Doubles:
        """Line of the last run's way to the centre of a cell, as `way`."""
        run = self._asked()
        return self._way(run, _one(self._points(run.mode, stops=False), index))

    def _run(
        self, origin: _Place, mode: StreetMode, limit: float, factor: float, backward: bool, paths: bool
    ) -> tuple[Singles, Singles]:
        if not (factor > 0 and np.isfinite(factor) and limit >= 0):
            raise AccessError(
                "The question has no meaning: the factor must be above 0 and the limit at least 0.",
                [Problem("speed factor and limit in seconds", found=f"factor {factor}, limit {limit}")],
            )
        self._last = _Run(origin, mode, limit, factor, backward, paths)
        straight = self._streets.straight.get(mode) if mode not in self._streets.graphs else None
        if straight is None:
            self._search(self._last)
        cells = self._gather(self._last, straight, self._points(mode, stops=False))
        return cells, self._gather(self._last, straight, self._points(mode, stops=True))

    def _search(self, run: _Run) -> Singles:
        key = (run.mode, run.backward)
        if key not in self._searches:
            self._searches[key] = Search(self._streets.graphs[run.mode], run.backward)
        nodes, starts = np.array([run.origin.node], np.int32), np.array([run.origin.extra], np.float32)
        # A hair more than the limit: what is a rounding too far is left out when times are gathered.
        return self._searches[key].run(nodes, starts, run.limit / run.factor * (1 + 1e-6), run.paths)

    def _gather(self, run: _Run, straight: Straight | None, ends: _Ends) -> Singles:
        out = np.empty(len(ends.node), np.float32)
        origin, speed = run.origin, BASE_SPEED[run.mode]
        if straight is not None:
            straight_times(
                ends.x, ends.y, ends.node, straight.pace, origin.x, origin.y, float(straight.pace[origin.node]),
                straight.detour / speed, run.factor, run.limit, out,
            )  # fmt: skip
        else:
            label = self._searches[run.mode, run.backward].labels
            _gather(
                label, ends.node, ends.extra, ends.x, ends.y, origin.node, origin.x, origin.y, speed,
                run.factor, run.limit, out,
            )  # fmt: skip
        return out

    def _way(self, run: _Run, end: _Place) -> Doubles:
        origin = run.origin
        ends = _Ends(
            np.array([end.x]), np.array([end.y]),
            np.array([end.node], np.int32), np.array([end.extra], np.float32),
        )  # fmt: skip
        straight = self._streets.straight.get(run.mode) if run.mode not in self._streets.graphs else None
        if not np.isfinite(self._gather(run, straight, ends)[0]):
            raise AccessError(
                "There is no way within the limit.",
                [Problem(f"{_PHRASE[run.mode]}, at most {run.limit / 60:g} minutes from the origin")],
            )
        nodes = np.empty(0, np.int32)
        if straight is None and end.node != origin.node:
            nodes = self._searches[run.mode, run.backward].path(end.node)
        there = np.array([[origin.x, origin.y]]), np.array([[end.x, end.y]])
        start, finish = there[::-1] if run.backward else there
        line = np.concatenate(
            [start, np.column_stack([self._streets.x[nodes], self._streets.y[nodes]]), finish]
        )
        moves = np.any(np.diff(line, axis=0) != 0, axis=1)
        moves[-1] |= not moves.any()  # a line has two points, even where it goes nowhere
        return np.asarray(line[np.concatenate([[True], moves])], np.float64)

    def _asked(self) -> _Run:
        if self._last is None or not self._last.paths:
            raise ValueError("a way needs a run with paths=True before it")
        return self._last

    def _points(self, mode: StreetMode, stops: bool) -> _Ends:
        if (mode, stops) not in self._ends:
            points = self._stops if stops else self._cells
            if points is None:
                none = np.empty(0, np.float64)
                self._ends[mode, stops] = _Ends(none, none, np.empty(0, np.int32), np.empty(0, np.float32))
            else:
                at = points.at[mode]
                self._ends[mode, stops] = _Ends(
                    points.x, points.y, at.node, connector_seconds(at.metres, mode)
                )
        return self._ends[mode, stops]

    def _origin_cell(self, index: int, mode: StreetMode) -> _Place:
        place = _one(self._points(mode, stops=False), index)
        if place.node >= 0:
            return place
        return self._place(place.x, place.y, mode, "from")  # finds the distance, and most often refuses

    def _place(self, x: float, y: float, mode: StreetMode, name: str) -> _Place:
        self._check_mode(mode)
        if mode not in self._nearest:
            self._nearest[mode] = NearestNodes(self._streets, mode)
        if not (np.isfinite(x) and np.isfinite(y)):
            raise AccessError(
                "The point is not a place.", [Problem("coordinates must be finite", field=name)]
            )
        node, metres = self._nearest[mode].find(np.array([x], np.float64), np.array([y], np.float64))
        if self._farthest is None:
            self._farthest = attach_limit(self._streets, self._limit_metres)
        if not metres[0] <= self._farthest:
            raise AccessError(
                _too_far(self._streets, mode), [_distance(float(metres[0]), self._farthest, name)]
            )
        extra = connector_seconds(np.array([metres[0]], np.float32), mode)
        return _Place(float(x), float(y), int(node[0]), float(extra[0]))

    def _check_mode(self, mode: StreetMode) -> None:
        modes = modes_of(self._streets)
        if mode not in modes:
            raise AccessError(
                "The network has no streets for this way of moving.",
                [
                    Problem(
                        "street mode", field="mode", found=str(mode), expected=" or ".join(modes) or "none"
                    )
                ],
            )


def connector_seconds(metres: Singles, mode: StreetMode) -> Singles:
    """Seconds of the straight line between points and their nodes, at base speed (see `exact_seconds`)."""
    return exact_seconds(metres.astype(np.float64) / BASE_SPEED[mode])


def _one(ends: _Ends, index: int) -> _Place:
    if not 0 <= index < len(ends.node):
        raise AccessError(
            "There is no such cell or stop.",
            [Problem("number", found=str(index), expected=f"below {len(ends.node)}")],
        )
    x, y, extra = float(ends.x[index]), float(ends.y[index]), float(ends.extra[index])
    return _Place(x, y, int(ends.node[index]), extra)


def _too_far(streets: Streets, mode: StreetMode) -> str:
    if streets.kind == "friction":
        return "The point lies outside the territory."
    return f"The point is too far from any street that can be used {_PHRASE[mode]}, or outside the territory."


def _distance(metres: float, limit: float, name: str) -> Problem:
    found = f"{metres:,.0f} m" if np.isfinite(metres) else "none"
    return Problem(
        "distance to the nearest street", field=name, found=found, expected=f"at most {limit:,.0f} m"
    )


@kernel
def _gather(  # noqa: PLR0913, PLR0917
    label: Singles, node: Ints, extra: Singles, x: Doubles, y: Doubles, origin: int, origin_x: float, origin_y: float,
    speed: float, factor: float, limit: float, out: Singles,
) -> None:  # fmt: skip
    for i in range(len(node)):
        at = node[i]
        if at < 0:
            out[i] = np.inf
            continue
        if at == origin:
            metres = np.hypot(x[i] - origin_x, y[i] - origin_y)
            base = np.floor(metres / speed * 256.0 + 0.5) / 256.0
        else:
            base = np.float64(label[at] + extra[i])
        seconds = np.float64(np.float32(base)) * factor  # as a compiled walk is scaled
        out[i] = seconds if seconds <= limit else np.inf


@kernel
def straight_times(  # noqa: PLR0913, PLR0917
    x: Doubles, y: Doubles, node: Ints, pace: Singles, origin_x: float, origin_y: float, origin_pace: float,
    per_metre: float, factor: float, limit: float, out: Singles,
) -> None:  # fmt: skip
    """Seconds as the crow flies from one place to many; inf without a node or beyond the limit."""
    for i in range(len(node)):
        at = node[i]
        if at < 0:
            out[i] = np.inf
            continue
        metres = np.hypot(x[i] - origin_x, y[i] - origin_y)
        base = np.float32(metres * per_metre * ((origin_pace + pace[at]) * 0.5))
        seconds = np.float64(base) * factor  # as a compiled walk is scaled
        out[i] = seconds if seconds <= limit else np.inf
