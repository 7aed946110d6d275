# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Travel times for the page whose pin is dragged: a question from an address, a router kept for it, bytes back.

The answer to `/live/reach.bin` is a header and one byte a cell, so that a map can follow a pin:

    AUMR, version (uint16), 0 (uint16), length of the header (uint32), header (JSON), minutes (uint8, 255 = not reached)

Cells are in the order of every layer of cells (`docs/map-data.md`).
"""

from __future__ import annotations

import json
import struct
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.times import BANDS, Times
from aumenta.errors import AccessError, Problem
from aumenta.twin.facade import Twin

MAGIC = b"AUMR"
VERSION = 1
#: Parameters of an address that are numbers of `Options`, and those that are words of it.
_NUMBERS = {
    "max": "max_minutes",
    "change": "change_seconds",
    "rides": "rides",
    "access_minutes": "access_minutes",
    "egress_minutes": "egress_minutes",
}
_SPEEDS = {"walk_kmh": "walk_speed", "bike_kmh": "bike_speed"}


@dataclass(frozen=True, slots=True)
class Question:
    """A point, whether people come to it or leave from it, the options, and the percentile that is shown."""

    lon: float
    lat: float
    toward: bool
    percentile: int
    options: Options


def question_of(query: Mapping[str, str]) -> Question:
    """Read a question from the query of an address.

    `lon`, `lat`; `mode` walk, bike, car, transit; `access` walk, bike, car; `board=1`; `date`; `from` and `until`
    (times of day; without `until` one departure); `percentile`; `max` minutes; `walk_kmh`, `bike_kmh`; `rides`;
    `toward=1`. Raises `AccessError` with everything that cannot be read.
    """
    problems: list[Problem] = []
    lon = _number(query, "lon", problems, -180, 180)
    lat = _number(query, "lat", problems, -90, 90)
    asked: dict[str, Any] = {}
    for name, option in _NUMBERS.items():
        if name in query:
            asked[option] = int(_number(query, name, problems))
    for name, option in _SPEEDS.items():
        if name in query:
            asked[option] = _number(query, name, problems) / 3.6
    for name in ("mode", "access", "date"):
        if query.get(name):
            asked[name] = query[name]
    begin = query.get("from", Options.window[0])
    asked["window"] = (begin, query.get("until") or begin)
    if "from" not in query and "until" not in query:
        asked["window"] = Options.window
    asked["bike_on_board"] = query.get("board") == "1"
    percentile = int(_number(query, "percentile", problems, 1, 100)) if "percentile" in query else 50
    usual = Options.percentiles
    asked["percentiles"] = usual if percentile in usual else (percentile,)
    if problems:
        raise AccessError("The question cannot be read.", problems)
    return Question(lon, lat, query.get("toward") == "1", percentile, Options(**asked))


def _number(
    query: Mapping[str, str], name: str, problems: list[Problem], least: float = -1e9, most: float = 1e9
) -> float:
    text = query.get(name, "")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        expected = f"{least:g} to {most:g}" if most < 1e9 else "a number"
        problems.append(
            Problem("not a number in its limits", field=name, found=repr(text[:40]), expected=expected)
        )
        return 0.0
    return value


class ReachService:
    """Answers questions about travel times over one twin, for many readers at once.

    A router is not made for two threads at once: each set of options has one, with a lock; the sets used last are
    kept, up to `most`.
    """

    def __init__(self, twin: Twin, most: int) -> None:
        self.twin = twin
        self._most = most
        self._routers: OrderedDict[Options, tuple[Router, threading.Lock]] = OrderedDict()
        self._lock = threading.Lock()

    def router(self, options: Options) -> tuple[Router, threading.Lock]:
        """The router of a set of options, and the lock to hold while asking it."""
        with self._lock:
            if options in self._routers:
                self._routers.move_to_end(options)
                return self._routers[options]
        made = (self.twin.router(options), threading.Lock())
        with self._lock:
            kept = self._routers.setdefault(options, made)
            while len(self._routers) > self._most:
                self._routers.popitem(last=False)
            return kept

    def times(self, asked: Question) -> Times:
        """Minutes by cell."""
        router, lock = self.router(asked.options)
        with lock:
            point = (asked.lon, asked.lat)
            times = router.all_to_one(point) if asked.toward else router.one_to_all(point)
            return replace(times, rows=np.array(times.rows))  # the router's work space is used again

    def answer(self, query: Mapping[str, str]) -> bytes:
        """The answer to a question as it goes over the wire."""
        asked = question_of(query)
        times = self.times(asked)
        return encode(times.row(asked.percentile), self.told(times, asked))

    def told(self, times: Times, asked: Question) -> dict[str, Any]:
        """What the header says beside the minutes: sums within each band, and how sure they are."""
        weights = self.twin.weights
        sums = np.stack([times.reached(row, BANDS, asked.percentile) for row in weights.matrix])
        return {
            "status": times.status,
            "date": times.date,
            "departures": times.options.count,
            "bands": list(BANDS),
            "things": [one.id for one in weights.things],
            "sums": np.round(sums, 1).tolist(),
            "totals": np.round(weights.matrix.sum(axis=1), 1).tolist(),
        }


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
