# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What one can point at while a scenario is drawn: stops, lines, facilities; in a box of the map or by name.

Everything is read from the files of the build once and then only looked up. Answers are bounded: the most used first,
and whether there are more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aumenta.network.gtfs import MODES, mode_of
from aumenta.web.territory_index import plain

if TYPE_CHECKING:
    import geopandas as gpd

    from aumenta.network.model import Timetable

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]
Numbers = NDArray[np.intp]
#: Lines named beside a stop, so that one tells stops of one name apart.
_LINES_NAMED = 4


class Found(NamedTuple):
    """Rows that were asked for, the most used first, and whether the limit left some out."""

    rows: list[int]
    more: bool


@dataclass(frozen=True)
class Things:
    """Points with names: NaN coordinates where only the municipality is known; `weight` puts the most used first."""

    id: Sequence[str]
    name: Sequence[str]
    kind: Sequence[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    weight: NDArray[np.float64]

    @cached_property
    def number(self) -> dict[str, int]:
        """Row of each id."""
        return {code: at for at, code in enumerate(self.id)}

    @cached_property
    def _plain(self) -> list[str]:
        return [plain(name) for name in self.name]

    @cached_property
    def _kinds(self) -> NDArray[np.str_]:
        return np.array(self.kind, dtype=str)

    def of(self, kinds: Iterable[str] | None) -> NDArray[np.bool_]:
        """Which are of some kinds; all without a choice."""
        chosen = list(kinds) if kinds is not None else None
        if chosen is None:
            return np.ones(len(self.id), bool)
        return np.isin(self._kinds, chosen) if len(self.id) else np.zeros(0, bool)

    def within(self, box: Box, limit: int, kinds: Iterable[str] | None = None) -> Found:
        """Those in a box."""
        west, south, east, north = box
        with np.errstate(invalid="ignore"):
            inside = (
                (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
            ) & self.of(kinds)
        return self._first(np.flatnonzero(inside), limit)

    def named(self, text: str, limit: int, kinds: Iterable[str] | None = None) -> Found:
        """Those of a name or id: written in full, then begun so, then with a word begun so, then holding it."""
        wanted = plain(text)
        if not wanted and not text.strip():
            return Found([], False)
        ranked: list[tuple[int, float, int]] = []
        for at in np.flatnonzero(self.of(kinds)).tolist():
            rank = _rank(self._plain[at], wanted, self.id[at] == text.strip())
            if rank is not None:
                ranked.append((rank, -float(self.weight[at]), at))
        ranked.sort()
        return Found([at for _, _, at in ranked[:limit]], len(ranked) > limit)

    def some(self, ids: Iterable[str]) -> list[int]:
        """Those of some ids, in that order; ids that there are not are left out."""
        return [self.number[code] for code in ids if code in self.number]

    def _first(self, rows: Numbers, limit: int) -> Found:
        order = np.argsort(-self.weight[rows], kind="stable")[:limit]
        return Found(rows[order].tolist(), len(rows) > limit)


def _rank(name: str, wanted: str, same_id: bool) -> int | None:
    if same_id or (wanted and name == wanted):
        return 0
    if not wanted:
        return None
    at = f" {name}".find(f" {wanted}")
    if at >= 0:
        return 1 if at == 0 else 2
    return 3 if wanted in name else None


@dataclass(frozen=True)
class Lines:
    """Lines with the order of stops that most of their trips take (rows of the stops), and how many trips they have."""

    id: Sequence[str]
    name: Sequence[str]
    long: Sequence[str]
    mode: Sequence[str]
    trips: NDArray[np.int64]
    course: Sequence[Numbers]
    boxes: NDArray[np.float64]

    @cached_property
    def things(self) -> Things:
        """The lines for looking up names: what the vehicle says and where it goes."""
        names = [
            " ".join(dict.fromkeys(one for one in pair if one))
            for pair in zip(self.name, self.long, strict=True)
        ]
        middle = self.boxes.reshape(-1, 2, 2).mean(axis=1) if len(self.id) else np.zeros((0, 2))
        return Things(self.id, names, self.mode, middle[:, 0], middle[:, 1], self.trips.astype(float))

    def crossing(self, box: Box, limit: int) -> Found:
        """Lines whose extent meets a box."""
        west, south, east, north = box
        if not len(self.id):
            return Found([], False)
        own = self.boxes
        with np.errstate(invalid="ignore"):
            meets = (own[:, 0] <= east) & (own[:, 2] >= west) & (own[:, 1] <= north) & (own[:, 3] >= south)
        rows = np.flatnonzero(meets)
        order = np.argsort(-self.trips[rows], kind="stable")[:limit]
        return Found(rows[order].tolist(), len(rows) > limit)


class Transit:
    """Stops and lines of a timetable."""

    def __init__(self, timetable: Timetable) -> None:
        self._table = timetable

    @cached_property
    def stops(self) -> Things:
        """All stops; `weight` counts departures and arrivals, `kind` is the first of their modes (`MODES`)."""
        table, count = self._table, len(self._table.stop_id)
        ranks = np.array([MODES.index(mode_of(int(kind))) for kind in table.line_type], np.int64)
        best = np.full(count, len(MODES) - 1)
        calls = np.zeros(count)
        if len(table.conn_trip) and len(ranks):
            own = ranks[table.trip_line[table.conn_trip]]
            for ends in (table.conn_from, table.conn_to):
                np.minimum.at(best, ends, own)
                calls += np.bincount(ends, minlength=count)
        return Things(
            table.stop_id.tolist(),
            table.stop_name.tolist(),
            [MODES[rank] for rank in best.tolist()],
            np.asarray(table.stop_lon, float),
            np.asarray(table.stop_lat, float),
            calls,
        )

    @cached_property
    def _calling(self) -> tuple[Numbers, Numbers]:
        """Stops and the lines that call there, each pair once, by stop."""
        table, lines = self._table, max(1, len(self._table.line_id))
        of = table.trip_line[table.conn_trip].astype(np.int64)
        pairs = np.unique(
            np.concatenate([end.astype(np.int64) * lines + of for end in (table.conn_from, table.conn_to)])
        )
        return pairs // lines, pairs % lines

    def lines_at(self, stop: int) -> list[str]:
        """Names of lines that call at a stop, a few of them."""
        stops, lines = self._calling
        first, last = np.searchsorted(stops, [stop, stop + 1])
        table = self._table
        names = (
            str(table.line_name[at] or table.line_long[at] or table.line_id[at]) for at in lines[first:last]
        )
        return list(dict.fromkeys(names))[:_LINES_NAMED]

    @cached_property
    def lines(self) -> Lines:
        """All lines that run."""
        table = self._table
        courses = usual_courses(table)
        rows = [at for at in range(len(table.line_id)) if at in courses]
        trips = np.bincount(table.trip_line, minlength=len(table.line_id))
        boxes = [_box(table.stop_lon[courses[at]], table.stop_lat[courses[at]]) for at in rows]
        return Lines(
            [str(table.line_id[at]) for at in rows],
            [str(table.line_name[at]) for at in rows],
            [str(table.line_long[at]) for at in rows],
            [mode_of(int(table.line_type[at])) for at in rows],
            trips[rows].astype(np.int64),
            [courses[at] for at in rows],
            np.array(boxes, float).reshape(-1, 4),
        )


def usual_courses(table: Timetable) -> dict[int, Numbers]:
    """For each line that runs (its number) the stops, in order, that most of its trips call at.

    All trips are looked at once: each order of stops gets a number of 64 random bits, so that orders are counted
    without being written out.
    """
    count = len(table.conn_trip)
    if not count:
        return {}
    order = np.argsort(table.conn_trip, kind="stable")
    trip = table.conn_trip[order]
    starts = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]])
    ends = np.r_[starts[1:], count]
    place = np.arange(count) - np.repeat(starts, ends - starts)
    bits = np.random.default_rng(0).integers(1, 2**63, len(table.stop_id) + 1, np.uint64)
    with np.errstate(over="ignore"):
        mixed = bits[table.conn_to[order]] * (2 * place.astype(np.uint64) + 3)
        key = np.add.reduceat(mixed, starts) + bits[table.conn_from[order[starts]]]
    line = table.trip_line[trip[starts]]
    found: dict[int, Numbers] = {}
    by_line = np.argsort(line, kind="stable")
    numbers, first_of = np.unique(line[by_line], return_index=True)
    for own, mine in zip(numbers.tolist(), np.split(by_line, first_of[1:]), strict=True):
        _, first, times = np.unique(key[mine], return_index=True, return_counts=True)
        best = mine[int(min(first[times == times.max()]))]
        hops = order[starts[best] : ends[best]]
        found[own] = np.r_[table.conn_from[hops[:1]], table.conn_to[hops]].astype(np.intp)
    return found


def facilities(frame: gpd.GeoDataFrame) -> Things:
    """Opportunities of a twin; NaN coordinates where only the municipality is known."""
    points = frame.geometry.representative_point()
    weight = frame["weight"].to_numpy(float) if len(frame) else np.zeros(0)
    names = [name if isinstance(name, str) else "" for name in frame["name"]]
    return Things(
        [str(code) for code in frame["id"]],
        names,
        [str(kind) for kind in frame["kind"]],
        points.x.to_numpy(float),
        points.y.to_numpy(float),
        np.nan_to_num(weight),
    )


def point(lon: float, lat: float) -> list[float] | None:
    """A point for JSON; None where it is not known."""
    return None if np.isnan(lon) or np.isnan(lat) else [round(float(lon), 6), round(float(lat), 6)]


def _box(lon: NDArray[Any], lat: NDArray[Any]) -> Box:
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
