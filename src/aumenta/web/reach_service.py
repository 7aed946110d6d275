# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Travel times for the page whose pin is dragged: a router kept for every set of options, bytes on the wire.

The answer to `/live/reach.bin` is a header and one byte a cell, so that a map can follow a pin:

    AUMR, version (uint16), 0 (uint16), length of the header (uint32), header (JSON), minutes (uint8, 255 = not reached)

Cells are in the order of every layer of cells (`docs/map-data.md`).
"""

from __future__ import annotations

import json
import logging
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options, seconds_of
from aumenta.access.times import BANDS, NEVER, NOT_REACHED, Times
from aumenta.errors import AccessError, AumentaError, Problem
from aumenta.web.reach_question import Question
from aumenta.web.site import BusyError

if TYPE_CHECKING:
    from aumenta.access.journeys import Journey
    from aumenta.access.router import Router
    from aumenta.twin.facade import Twin
    from aumenta.twin.reached import Reachable

log = logging.getLogger(__name__)

MAGIC = b"AUMR"
VERSION = 1
#: Classes of minutes: the plan's bands, beyond them, not reached.
CLASSES = len(BANDS) + 2
#: Answers that are kept: those that tables, lines, pictures and journeys of one question are made of.
_KEPT = 8
#: Seconds that the answer waits for a place among those computed at once.
_PATIENCE = 1.0
#: Seconds that loading waits for the first pages, which need the processor too.
_DELAY = 8.0


@dataclass(frozen=True)
class Sums:
    """What is reached: for each thing the sums within each band, in all, and of the whole territory; cells by class."""

    within: NDArray[np.float64]
    reached: NDArray[np.float64]
    totals: NDArray[np.float64]
    cells: NDArray[np.int64]


@dataclass(frozen=True)
class Told:
    """A journey to (or from) a cell: its number, centre, seconds at every departure (`NEVER`), the journey itself."""

    cell: int
    centre: tuple[float, float]
    seconds: NDArray[np.uint16]
    journey: Journey


class ReachService:
    """Answers questions about travel times over one twin, for many readers at once.

    A router is not made for two threads at once: each set of options has one, with a lock; the sets used last are
    kept, up to `most_routers`. At most `most_at_once` answers are computed at once; `BusyError` beyond.
    """

    def __init__(self, twin: Twin, most_routers: int, most_at_once: int) -> None:
        self.twin = twin
        self.ready = threading.Event()
        self._wanted = threading.Event()
        self._most = most_routers
        self._routers: OrderedDict[Options, tuple[Router, threading.Lock]] = OrderedDict()
        self._answers: OrderedDict[Question, Times] = OrderedDict()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(most_at_once)

    def warm(self, asked: Question, ending: Callable[[], bool] = lambda: False) -> None:
        """Load the network and the kernels with one question each way, so that the first reader does not wait.

        Begins when somebody opens the page, or else once the first pages have had some time to themselves; goes no
        further once `ending` says so.
        """
        self._wanted.wait(_DELAY)
        instant = replace(asked, options=replace(asked.options, window=(asked.options.window[0],) * 2))
        ways = [replace(one, toward=toward) for one in (asked, instant) for toward in (False, True)]
        steps: list[Callable[[], object]] = [partial(self.times, one) for one in ways]
        steps += [lambda: self.sums(self.times(asked).row(asked.percentile)), lambda: self.lines(asked)]
        try:
            for step in steps:
                if ending():
                    return
                step()
        except AumentaError as error:
            log.warning("travel times could not be prepared: %s", error)  # the page says it in words
        finally:
            self.ready.set()

    def hurry(self) -> None:
        """Somebody opened the page: what is still to be loaded is loaded now."""
        self._wanted.set()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among the answers computed at once."""
        if not self._places.acquire(timeout=_PATIENCE):
            raise BusyError("Too many travel times are being computed; try again in a moment.")
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def _router(self, options: Options) -> Iterator[Router]:
        """The router of a set of options, for this thread alone."""
        with self._lock:
            kept = self._routers.get(options)
        if kept is None:
            kept = (self.twin.router(options), threading.Lock())
        with self._lock:
            kept = self._routers.setdefault(options, kept)
            self._routers.move_to_end(options)
            while len(self._routers) > self._most:
                self._routers.popitem(last=False)
        with kept[1]:
            yield kept[0]

    def times(self, asked: Question) -> Times:
        """Minutes by cell."""
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return self._answers[asked]
        with self._place(), self._router(asked.options) as router:
            times = _ask(router, asked)
            times = replace(times, rows=np.array(times.rows))  # the router's work space is used again
        with self._lock:
            self._answers[asked] = times
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        self.ready.set()
        return times

    # --- what is reached ------------------------------------------------------------------

    @property
    def things(self) -> tuple[Reachable, ...]:
        """What can be reached, in the order of the sums."""
        return self.twin.weights.things

    @cached_property
    def _where(self) -> list[tuple[NDArray[np.intp], NDArray[np.float64]]]:
        """For each thing the cells that hold some of it, and how much: most kinds stand in few cells."""
        found = []
        for row in self.twin.weights.matrix:
            at = np.flatnonzero(row)
            found.append((at, row[at]))
        return found

    def sums(self, minutes: NDArray[np.uint8]) -> Sums:
        """How much lies within each band."""
        by_minute = np.array(
            [np.bincount(minutes[at], weights, NOT_REACHED + 1) for at, weights in self._where]
        )
        below = np.cumsum(by_minute[:, :NOT_REACHED], axis=1)
        totals = below[:, -1] + by_minute[:, NOT_REACHED]
        cells = np.bincount(classes_of(minutes), minlength=CLASSES)
        return Sums(below[:, BANDS], below[:, -1], totals, cells)

    # --- lines and journeys ----------------------------------------------------------------

    def lines(self, asked: Question) -> bytes:
        """Isochrone lines as GeoJSON: one feature with `minutes` for each band that anything lies within."""
        import shapely  # noqa: PLC0415

        from aumenta.access.isochrones import in_degrees, isochrone_shapes  # noqa: PLC0415

        times, grid = self.times(asked), self.twin.grid
        with self._place():
            row = times.row(asked.percentile)
            shapes = isochrone_shapes(grid.gx, grid.gy, row, BANDS, grid.resolution)
            features = []
            for minutes, shape in zip(BANDS, in_degrees(shapes, grid.plane), strict=True):
                if shape.is_empty:
                    continue
                rings = [
                    np.round(shapely.get_coordinates(ring), 5).tolist()
                    for ring in shapely.get_rings(shapely.get_parts(shape))
                ]
                geometry = {"type": "MultiLineString", "coordinates": rings}
                properties = {"minutes": minutes}
                features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        whole = {"type": "FeatureCollection", "features": features}
        return json.dumps(whole, separators=(",", ":")).encode()

    def cell_of(self, lon: float, lat: float) -> int:
        """The number of the cell that holds a point; `AccessError` where there is none."""
        grid = self.twin.grid
        x, y = grid.plane.to_metres(lon, lat)
        gx, gy = int(np.floor(x / grid.resolution)), int(np.floor(y / grid.resolution))
        keys = grid.gy.astype(np.int64) << 32 | grid.gx.astype(np.int64)
        at = int(np.searchsorted(keys, gy << 32 | gx))
        if at == len(keys) or keys[at] != gy << 32 | gx:
            found = f"{lon:.5f},{lat:.5f}"
            raise AccessError(
                "The point lies outside the territory.", [Problem("no cell here", field="to", found=found)]
            )
        return at

    def centre_of(self, cell: int) -> tuple[float, float]:
        """Longitude and latitude of the centre of a cell."""
        grid = self.twin.grid
        half = grid.resolution / 2
        x, y = (float(index[cell] * grid.resolution + half) for index in (grid.gx, grid.gy))
        lon, lat = grid.plane.to_degrees(x, y)
        return round(float(lon), 6), round(float(lat), 6)

    def journey(self, asked: Question, to: tuple[float, float], at: str | None = None) -> Told:
        """The journey between the point and a cell at a time of day.

        Without a time the first departure that takes the minutes that the map shows; where the map shows none (too few
        departures arrive), the first that arrives at all.
        """
        cell = self.cell_of(*to)
        point = (asked.lon, asked.lat)
        minutes = int(self.times(asked).row(asked.percentile)[cell])
        with self._place(), self._router(asked.options) as router:
            cube = _ask(router, asked, cube=True).cube
            assert cube is not None
            seconds = np.array(cube[cell])
            departure = _departure(seconds, minutes, asked.options) if at is None else seconds_of(at)
            origin, destination = (cell, point) if asked.toward else (point, cell)
            found = router.journey(origin, destination, departure)
        return Told(cell, self.centre_of(cell), seconds, found)


def _ask(router: Router, asked: Question, cube: bool = False) -> Times:
    point = (asked.lon, asked.lat)
    return router.all_to_one(point, cube=cube) if asked.toward else router.one_to_all(point, cube=cube)


def _departure(seconds: NDArray[np.uint16], minutes: int, options: Options) -> int:
    """Seconds after midnight of the first departure that takes so many minutes, else of the quickest."""
    own = np.where(seconds == NEVER, NOT_REACHED, (seconds.astype(np.int64) + 59) // 60)
    like = np.flatnonzero(own == minutes) if minutes != NOT_REACHED else np.empty(0, np.intp)
    chosen = int(like[0]) if len(like) else int(np.argmin(seconds))
    return options.start + options.step * chosen


def classes_of(minutes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Class of minutes: 0 within the first band, ..., 6 beyond the last, 7 not reached.

    >>> classes_of(np.array([0, 15, 16, 90, 91, 254, 255], np.uint8)).tolist()
    [0, 0, 1, 5, 6, 6, 7]
    """
    table = np.searchsorted(BANDS, np.arange(256)).astype(np.uint8)
    table[NOT_REACHED] = CLASSES - 1
    return table[minutes]


def encode(minutes: NDArray[np.uint8], header: Mapping[str, Any]) -> bytes:
    """The bytes of an answer."""
    told = {**header, "count": len(minutes)}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([MAGIC, struct.pack("<HHI", VERSION, 0, len(text)), text, minutes.tobytes()])


def decode(data: bytes) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """Header and minutes of an answer (what the browser does); `ValueError` on anything else than a whole one."""
    if data[:4] != MAGIC or len(data) < 12:
        raise ValueError("not an answer about travel times")
    version, _, length = struct.unpack_from("<HHI", data, 4)
    header = json.loads(data[12 : 12 + length])
    if version != VERSION or len(data) != 12 + length + header["count"]:
        raise ValueError("answer of another version, or cut short")
    return header, np.frombuffer(data, np.uint8, header["count"], 12 + length)
