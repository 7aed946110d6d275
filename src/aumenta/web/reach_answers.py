# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers about travel times as the page and its script ask for them: bytes, lines, journeys, tables, pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from starlette.exceptions import HTTPException

from aumenta.access.options import clock, is_clock
from aumenta.access.times import BANDS, NEVER, NOT_REACHED, Times
from aumenta.errors import AccessError, AumentaError, Problem
from aumenta.web import cell_layers, map_cells, reach_places, reach_words
from aumenta.web.i18n import LANGUAGES, Language
from aumenta.web.map_classes import MISSING_COLOUR
from aumenta.web.map_data import MapData
from aumenta.web.reach_drawing import ReachDrawing
from aumenta.web.reach_places import Named
from aumenta.web.reach_question import Question, point_of, question_of
from aumenta.web.reach_service import ReachService, Sums, Told, encode
from aumenta.web.reach_tables import COLOURS, NOT_REACHED_COLOUR, csv_of
from aumenta.web.site import BusyError, File, NotFoundError, Site
from aumenta.web.territory_index import plain

#: What an address may hold, in the order in which it is written.
PARAMETERS = (
    "place", "lon", "lat", "toward", "mode", "access", "board", "date", "from", "until", "percentile", "max", "change",
    "rides", "access_minutes", "egress_minutes", "walk_kmh", "bike_kmh", "to", "at",
)  # fmt: skip
#: Degrees within which a point is still at the place whose name the address gives.
_NEAR = 0.002
_CLASS_OUTSIDE = 254


@dataclass(frozen=True)
class Answer:
    """A question answered: minutes, sums, and the name of the point where it has one."""

    asked: Question
    place: str
    times: Times
    sums: Sums


class ReachAnswers:
    """What the page of travel times serves over one twin."""

    def __init__(self, site: Site, maps: MapData, service: ReachService) -> None:
        self.site = site
        self.maps = maps
        self.service = service
        self.drawing = ReachDrawing(maps)
        entry = site.twin.manifest.network
        self.modes = ("transit", "walk", "bike", "car") if entry and entry.modes else ("walk", "bike", "car")

    # --- the question ---------------------------------------------------------------------

    @cached_property
    def towns(self) -> list[Named]:
        """Seats of municipalities."""
        return reach_places.towns(self.maps.index.levels.get("municipality", ()))

    @cached_property
    def names(self) -> list[Named]:
        """Everything that can be typed: seats, then stops."""
        return [*self.towns, *reach_places.stops(self.site.twin.network)]

    @cached_property
    def _by_name(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for one in self.names:
            found.setdefault(plain(one.name), []).append(one)
        return found

    def default_point(self) -> tuple[float, float]:
        """The seat of the largest municipality, else the middle of the territory."""
        if self.towns:
            return round(self.towns[0].lon, 5), round(self.towns[0].lat, 5)
        west, south, east, north = self.maps.bounds
        return (west + east) / 2, (south + north) / 2

    def completed(self, query: Mapping[str, str]) -> dict[str, str]:
        """The parameters that are known, in order, with a point and a mode; `AccessError` for an unknown place."""
        own = {name: query[name].strip()[:80] for name in PARAMETERS if query.get(name, "").strip()}
        place = own.get("place", "")
        if place and not self.called(own):
            found = reach_places.find(self.names, place)
            own |= {"place": found.name, "lon": f"{found.lon:.5f}", "lat": f"{found.lat:.5f}"}
        if "lon" not in own and "lat" not in own:
            lon, lat = self.default_point()
            own |= {
                "lon": f"{lon:.5f}",
                "lat": f"{lat:.5f}",
                "place": self.towns[0].name if self.towns else "",
            }
        if goal := query.get("goal", "").strip():
            own["to"] = _goal(self.names, goal[:80])
        own.setdefault("mode", self.modes[0])
        return {name: own[name] for name in PARAMETERS if own.get(name)}

    def called(self, query: Mapping[str, str]) -> str:
        """The name that the address gives its point, where the point lies at the place of that name."""
        try:
            lon, lat = float(query.get("lon", "")), float(query.get("lat", ""))
        except ValueError:
            return ""
        for one in self._by_name.get(plain(query.get("place", "")), ()) if query.get("place") else ():
            if abs(one.lon - lon) < _NEAR and abs(one.lat - lat) < _NEAR:
                return one.name
        return ""

    def question(self, query: Mapping[str, str]) -> Question:
        """The question of an address, in the usual window of the twin where it names no time."""
        return question_of(query, self.service.twin.window)

    def answer(self, query: Mapping[str, str]) -> Answer:
        """Minutes and sums of a complete question."""
        asked = self.question(query)
        times = self.service.times(asked)
        return Answer(asked, self.called(query), times, self.service.sums(times.row(asked.percentile)))

    def told(self, query: Mapping[str, str]) -> Told | None:
        """The journey that a question asks for with `to` and `at`; None without `to`."""
        to = point_of(query, "to")
        if to is None:
            return None
        asked, at = self.question(query), query.get("at") or None
        if at is not None and not is_clock(at):
            problem = Problem("not a time of day", field="at", found=repr(at[:20]), expected="such as 7:00")
            raise AccessError("The question cannot be read.", [problem])
        return self.service.journey(asked, to, at if asked.options.mode == "transit" else None)

    # --- what is served -------------------------------------------------------------------

    def serve(self) -> None:
        """Register the files and live answers of the page."""
        site = self.site
        site.file("reach/cells.bin", lambda path, query: File(self._cells(), "application/octet-stream"))
        site.file(
            "reach/places.json",
            lambda path, query: File(reach_places.as_json(self.names), "application/json"),
        )
        site.file("reach/picture.png", lambda path, query: self._picture(query))
        for path, make in (
            ("reach.bin", self._bytes),
            ("isochrones.json", self._lines),
            ("journey.json", self._journey),
            ("reach.csv", self._csv),
        ):
            site.live(path, self._in_words(make))

    def _in_words(
        self, make: Callable[[Mapping[str, str], Language], File]
    ) -> Callable[[Mapping[str, str], Mapping[str, str]], File]:
        """The maker with errors told in the language that `lang` asks for."""

        def made(path: Mapping[str, str], query: Mapping[str, str]) -> File:
            code = query.get("lang", "en")
            language = self.site.languages[code if code in LANGUAGES else "en"]
            try:
                return make(query, language)
            except BusyError:
                raise BusyError(reach_words.busy(language)) from None
            except AumentaError as error:
                raise reach_words.in_words(error, language) from None

        return made

    def _bytes(self, query: Mapping[str, str], language: Language) -> File:
        found = self.answer(query)
        return File(encode(found.times.row(found.asked.percentile), self.header(found, language)), _BYTES)

    def header(self, found: Answer, language: Language) -> dict[str, Any]:
        """What the answer says beside the minutes: sums within each band, the sentence, how sure it is."""
        sums = found.sums
        return {
            "status": found.times.status,
            "date": found.times.date,
            "departures": found.asked.options.count,
            "bands": list(BANDS),
            "things": [one.id for one in self.service.things],
            "sums": np.round(sums.within, 1).tolist(),
            "reached": np.round(sums.reached, 1).tolist(),
            "totals": np.round(sums.totals, 1).tolist(),
            "cells": sums.cells.tolist(),
            "place": found.place,
            "title": reach_words.title(found.asked, sums, found.place, language),
            "text": reach_words.text(found.asked, found.times, sums, language),
        }

    def _lines(self, query: Mapping[str, str], language: Language) -> File:
        return File(self.service.lines(self.question(query)), "application/geo+json")

    def _journey(self, query: Mapping[str, str], language: Language) -> File:
        told = self.told(query)
        if told is None:
            problem = Problem("not longitude and latitude", field="to", found="''", expected="7.66,45.07")
            raise AccessError("The question cannot be read.", [problem])
        shown = self.journey_shown(told, self.question(query), language)
        html = self.site.templates.render_plain("partials/reach_journey.html", language.code, {"told": shown})
        found = {"html": html, "to": told.centre, "cell": told.cell, "journey": told.journey.to_dict()}
        return File(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")

    def _csv(self, query: Mapping[str, str], language: Language) -> File:
        found = self.answer(query)
        name = "raggiungi.csv" if language.code == "it" else "reach.csv"
        return File(csv_of(self.service.things, found.sums, language), "text/csv; charset=utf-8", name)

    def _picture(self, query: Mapping[str, str]) -> File:
        try:
            asked = self.question(query)
            minutes = self.service.times(asked).row(asked.percentile)
        except BusyError:
            raise HTTPException(503) from None
        except AumentaError as error:
            raise NotFoundError(error.summary) from None
        return File(self.drawing.png(minutes), "image/png")

    def _cells(self) -> bytes:
        """Where the cells lie and how many live there, as a layer whose classes the answers replace."""
        cells = self.maps.index.cells
        people = cells["pop"].to_numpy(dtype=np.float64)
        header: dict[str, object] = {
            "layer": "reach",
            "decimals": 0,
            "missing": MISSING_COLOUR,
            "classes": [{"colour": colour, "pattern": 0} for colour in (*COLOURS, NOT_REACHED_COLOUR)],
        }
        classes = np.full(len(cells), _CLASS_OUTSIDE, np.uint8)
        layer = map_cells.CellLayer(classes, people, map_cells.step_for(people), header)
        gx, gy = (cells[axis].to_numpy(dtype=np.int32) for axis in ("gx", "gy"))
        return map_cells.encode(gx, gy, cell_layers.resolution_of(cells), self.maps.placing, layer)

    # --- a journey for reading ------------------------------------------------------------

    def journey_shown(self, told: Told, asked: Question, language: Language) -> dict[str, Any]:
        """A journey as the page tells it: legs with times and words, and the minutes of every departure."""
        journey = told.journey
        reached = told.seconds != NEVER
        minutes = np.where(reached, (told.seconds.astype(np.int64) + 59) // 60, NOT_REACHED)
        start, step = asked.options.start, asked.options.step
        known = minutes[reached]
        return {
            "departure": clock(journey.departure // 60 * 60),
            "arrival": clock(-(-journey.arrival // 60) * 60),
            "minutes": -(-journey.seconds // 60),
            "lines": journey.text("it" if language.code == "it" else "en"),
            "legs": [_leg(leg) for leg in journey.legs],
            "rides": journey.rides,
            "start": clock(journey.start // 60 * 60),
            "spare": (journey.start - journey.departure) // 60,
            "status": journey.status,
            "transit": asked.options.mode == "transit",
            "centre": told.centre,
            "toward": asked.toward,
            "bars": [
                (i, int(m) if m != NOT_REACHED else None, clock(start + step * i))
                for i, m in enumerate(minutes)
            ],
            "least": int(known.min()) if len(known) else None,
            "most": int(known.max()) if len(known) else None,
            "shown": (journey.departure - start) // step if len(minutes) > 1 else -1,
            "reached": int(reached.sum()),
        }


_BYTES = "application/octet-stream"


def _goal(names: list[Named], text: str) -> str:
    """The point of a name that is typed as the other end of a journey."""
    try:
        found = reach_places.find(names, text)
    except AccessError as error:
        raise AccessError(error.summary, [replace(one, field="goal") for one in error.problems]) from None
    return f"{found.lon:.5f},{found.lat:.5f}"


def _leg(leg: Any) -> dict[str, Any]:
    """One leg with clock times, whole minutes and its vehicle."""
    vehicle = leg.vehicle
    return {
        "mode": vehicle.mode if vehicle else leg.mode,
        "ride": vehicle is not None,
        "departure": clock(leg.departure // 60 * 60),
        "arrival": clock(-(-leg.arrival // 60) * 60),
        "minutes": -(-leg.seconds // 60),
        "wait": -(-leg.wait // 60),
        "metres": leg.metres,
        "parking": -(-leg.parking // 60),
        "origin": leg.origin,
        "destination": leg.destination,
        "line": (vehicle.line or vehicle.line_long) if vehicle else "",
        "headsign": vehicle.headsign if vehicle else "",
        "calls": [
            (call.name, clock((call.arrival if call.arrival is not None else call.departure or 0) // 60 * 60))
            for call in vehicle.calls
        ]
        if vehicle
        else [],
    }
