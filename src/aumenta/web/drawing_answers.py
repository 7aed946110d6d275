# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers to the map of the scenario editor, as plain data.

Each holds `max_drawn` things at most and says when there are more. A question has `bbox` (west,south,east,north), `q`
(a name) or `ids` (a list in JSON). `ready` is false as long as the files of the build are being read: ask again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aumenta.errors import AumentaError, Problem
from aumenta.web.drawing_data import Box, Found, Things, Transit, facilities, point
from aumenta.web.map_data import MapData
from aumenta.web.readying import Readying
from aumenta.web.site import Site
from aumenta.web.territory_index import plain

T = TypeVar("T")
SUMMARY = "The map's question cannot be answered."
#: Seconds that an answer waits for what is being read.
_PATIENCE = 0.3
_LONGEST_NAME = 80
#: Names offered for what somebody types.
_OFFERED = 12
_NOT_READY = {"ready": False}


class DrawingAnswers:
    """What can be pointed at over one twin."""

    def __init__(self, site: Site, maps: MapData) -> None:
        self._site, self._maps = site, maps
        self._limit = site.settings.max_drawn
        self._read: Readying[Any] = Readying(site.background)

    # --- what is read once -----------------------------------------------------------------

    def _transit(self) -> Transit | None:
        """Stops and lines; None as long as they are read. Asked only where there is a timetable."""
        return self._made("transit", self._read_transit)

    def _read_transit(self) -> Transit:
        table = self._site.twin.network.timetable
        assert table is not None  # `has_transit` was asked
        made = Transit(table)
        _ = made.stops, made.lines, made.lines_at(0)
        return made

    def _facilities(self) -> Things | None:
        return self._made("facilities", lambda: facilities(self._site.twin.opportunities()))

    def _made(self, key: str, make: Callable[[], T]) -> T | None:
        made: T | AumentaError | None = self._read.get(key, make, _PATIENCE)
        if isinstance(made, AumentaError):
            raise made
        return made

    @property
    def has_transit(self) -> bool:
        """Whether the build has a timetable."""
        entry = self._site.twin.manifest.network
        return entry is not None and bool(entry.modes)

    # --- answers -----------------------------------------------------------------------------

    def places(self) -> dict[str, Any]:
        """Places of all levels but the metropolis, by name, each with the zone and band it lies in."""
        index = self._maps.index
        every = [one for level in ("municipality", "zone", "band") for one in index.levels.get(level, ())]
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "plain": plain(one.name),
                "level": one.level,
                "at": [round(c, 5) for c in one.seat] if one.seat else None,
                "zone": one.zone,
                "band": one.band,
            }
            for one in every
        ]
        return {"places": sorted(rows, key=lambda row: (str(row["plain"]), str(row["id"])))}

    def stops(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Stops: id, name, mode, point, and a few lines that call there where a name was asked for."""
        if not self.has_transit:
            return {"ready": True, "none": True, "more": False, "stops": []}
        transit = self._transit()
        if transit is None:
            return dict(_NOT_READY)
        stops = transit.stops
        found = self._found(stops, query)
        told = "bbox" not in query
        rows = [
            {
                "id": stops.id[at],
                "name": stops.name[at],
                "kind": stops.kind[at],
                "at": point(stops.lon[at], stops.lat[at]),
                **({"note": ", ".join(transit.lines_at(at))} if told else {}),
            }
            for at in found.rows
        ]
        return {"ready": True, "more": found.more, "stops": rows}

    def lines(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Lines: id, names, mode, the way from stop to stop; asked for by id or name also the stops in order."""
        if not self.has_transit:
            return {"ready": True, "none": True, "more": False, "lines": []}
        transit = self._transit()
        if transit is None:
            return dict(_NOT_READY)
        lines, stops = transit.lines, transit.stops
        told = "bbox" not in query
        found = (
            self._found(lines.things, query) if told else lines.crossing(box_of(query["bbox"]), self._limit)
        )
        rows = []
        for at in found.rows:
            course = lines.course[at].tolist()
            row: dict[str, Any] = {
                "id": lines.id[at],
                "name": lines.name[at] or lines.long[at] or lines.id[at],
                "long": lines.long[at] if lines.name[at] else "",
                "kind": lines.mode[at],
                "way": [point(stops.lon[stop], stops.lat[stop]) for stop in course],
            }
            if told:
                row["stops"] = [{"id": stops.id[stop], "name": stops.name[stop]} for stop in course]
            rows.append(row)
        return {"ready": True, "more": found.more, "lines": rows}

    def facilities(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Facilities of a kind or of all: id, name, kind, point (None where only the municipality is known)."""
        known = self._facilities()
        if known is None:
            return dict(_NOT_READY)
        kinds = _ids(query["kinds"], "kinds") if query.get("kinds") else None
        found = self._found(known, query, kinds)
        rows = [
            {
                "id": known.id[at],
                "name": known.name[at],
                "kind": known.kind[at],
                "at": point(known.lon[at], known.lat[at]),
            }
            for at in found.rows
        ]
        return {"ready": True, "more": found.more, "facilities": rows}

    def taken(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Which of some ids a stop, line or facility has: what is new needs another."""
        asked = _ids(query.get("ids", "[]"), "ids")
        known, transit = self._facilities(), self._transit() if self.has_transit else None
        if known is None or (transit is None and self.has_transit):
            return dict(_NOT_READY)
        tables = [known, *((transit.stops, transit.lines.things) if transit else ())]
        return {
            "ready": True,
            "taken": [one for one in asked if any(one in table.number for table in tables)],
        }

    def _found(self, things: Things, query: Mapping[str, str], kinds: list[str] | None = None) -> Found:
        if "ids" in query:
            return Found(things.some(_ids(query["ids"], "ids")[: self._limit]), False)
        if "q" in query:
            return things.named(query["q"][:_LONGEST_NAME], min(_OFFERED, self._limit), kinds)
        return things.within(box_of(query.get("bbox", "")), self._limit, kinds)


def box_of(text: str) -> Box:
    """A box as an address has it; `AumentaError` for anything else.

    >>> box_of("9,44.1,9.5,44.4")
    (9.0, 44.1, 9.5, 44.4)
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (west <= east and south <= north):
        expected = "west,south,east,north in degrees"
        raise AumentaError(SUMMARY, [Problem("not a box", field="bbox", found=text[:80], expected=expected)])
    return west, south, east, north


def _ids(text: str, field: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        expected = "a list of ids in JSON"
        raise AumentaError(
            SUMMARY, [Problem("not a list of ids", field=field, found=text[:80], expected=expected)]
        )
    return found
