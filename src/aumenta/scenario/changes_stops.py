# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of stops: new ones, taken away, longer or shorter standing; bicycles on board."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from aumenta.errors import Problem
from aumenta.scenario import courses, networks, timetables
from aumenta.scenario.catalogue import NETWORK, Catalogue, Line
from aumenta.scenario.change import Outcome
from aumenta.scenario.fields import Id, Minutes, Name, NewId, NewStop, add_stop
from aumenta.scenario.network_change import (
    NetworkChange,
    begun,
    between_problems,
    timetable_of,
    with_new_stops,
    with_timetable,
)
from aumenta.store.view import View
from aumenta.territory.model import Latitude, Longitude
from aumenta.values.text import Text


class StopAdd(NetworkChange):
    """A new stop, where an existing line calls between two of its stops; without a line it waits for one."""

    kind: Literal["stop.add"]
    id: NewId
    name: Name
    lon: Longitude
    lat: Latitude
    line: Id | None = None
    after: Id | None = Field(None, description="Stop of the line before the new one.")
    before: Id | None = Field(None, description="Stop of the line after the new one.")
    extra_minutes: Minutes | None = Field(
        None, description="Minutes that the call costs: standing and braking."
    )
    dwell_minutes: Minutes = Field(0, description="Of these, minutes of standing.")

    @model_validator(mode="after")
    def _whole_call(self) -> StopAdd:
        parts = (self.line, self.after, self.before, self.extra_minutes)
        if any(part is None for part in parts) and any(part is not None for part in parts):
            raise ValueError("a line that calls needs line, after, before and extra_minutes")
        if self.extra_minutes is None and self.dwell_minutes:
            raise ValueError("dwell_minutes needs a line that calls")
        if self.extra_minutes is not None and self.dwell_minutes > self.extra_minutes:
            raise ValueError("dwell_minutes are a part of extra_minutes and cannot be more")
        return self

    @property
    def _stop(self) -> NewStop:
        return NewStop(id=self.id, name=self.name, lon=self.lon, lat=self.lat)

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue, transit=self.line is not None)
        own, catalogue = add_stop(self._stop, catalogue, "", of_line=self.line is not None)
        problems += [_of_stop(one) for one in own]
        if self.line is None or self.after is None or self.before is None:
            return problems, catalogue
        problems += catalogue.lines.problems(self.line, "line")
        line = catalogue.lines.get(self.line)
        if line is None:
            return problems, catalogue
        ends = (self.after, self.before)
        problems += between_problems(self.line, ends, catalogue, ("after", "before"), next_to=True)
        orders = tuple(_with_call(order, self.id, ends) for order in catalogue.patterns(self.line))
        return problems, catalogue.with_line(Line(line.id, line.name, line.mode, orders))

    def apply(self, view: View) -> View:
        view = with_new_stops(begun(view), [self._stop])
        if self.line is None or self.after is None or self.before is None:
            return view
        table = courses.with_call(
            timetable_of(view),
            self.line,
            self.id,
            (self.after, self.before),
            round(60 * (self.extra_minutes or 0.0)),
            round(60 * self.dwell_minutes),
        )
        return with_timetable(view, table)

    def describe(self, catalogue: Catalogue) -> Text:
        if self.line is None or self.after is None or self.before is None:
            return Text(it=f"Nuova fermata: {self.name}", en=f"New stop: {self.name}")
        label = catalogue.lines.label(self.line)
        ends = [catalogue.stops.label(stop) for stop in (self.after, self.before)]
        return Text(
            it=f"Nuova fermata {self.name} della linea {label}, tra {ends[0]} e {ends[1]}",
            en=f"New stop {self.name} of the line {label}, between {ends[0]} and {ends[1]}",
        )


class StopRemove(NetworkChange):
    """A stop closes: lines run through it."""

    kind: Literal["stop.remove"]
    stop: Id

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.stops.problems(self.stop, "stop")
        return problems, catalogue if problems else catalogue.without_stop(self.stop)

    def apply(self, view: View) -> View:
        return view.replaced({NETWORK: networks.without_stops(view[NETWORK], [self.stop])})

    def describe(self, catalogue: Catalogue) -> Text:
        label = catalogue.stops.label(self.stop)
        return Text(it=f"Chiude la fermata {label}", en=f"The stop {label} closes")


class StopDwell(NetworkChange):
    """Trips of all lines, or of one, stand longer or shorter at a stop."""

    kind: Literal["stop.dwell"]
    stop: Id
    seconds: Annotated[int, Field(ge=0, le=7200)]
    line: Id | None = None

    would_change: ClassVar[str] = (
        "seconds other than those it stands, at a stop where it does not begin or end"
    )

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.stops.problems(self.stop, "stop")
        if self.line is not None:
            own = catalogue.lines.problems(self.line, "line")
            problems = problems + own
            if not problems and not any(self.stop in order for order in catalogue.patterns(self.line)):
                label = catalogue.lines.label(self.line)
                problems.append(
                    Problem(f"the line {label} does not call there", field="stop", found=self.stop)
                )
        every, own_key = ("dwell", self.stop, "*"), ("dwell", self.stop, self.line or "*")
        twice, after = catalogue.touch("stop", self.stop, *own_key)
        if not twice and self.line is not None and every in catalogue.touched:
            twice, _ = catalogue.touch("stop", self.stop, *every)
        return problems + twice, after

    def apply(self, view: View) -> View:
        return with_timetable(
            view, courses.with_dwell(timetable_of(view), self.stop, self.seconds, self.line)
        )

    def describe(self, catalogue: Catalogue) -> Text:
        stop = catalogue.stops.label(self.stop)
        line = "" if self.line is None else catalogue.lines.label(self.line)
        who = Text(it=f"la linea {line} sosta", en=f"the line {line} stands") if line else Text(
            it="si sosta", en="vehicles stand"
        )  # fmt: skip
        return Text(
            it=f"Alla fermata {stop} {who.it} {self.seconds} secondi",
            en=f"At the stop {stop} {who.en} {self.seconds} seconds",
        )


class BikeOnBoard(NetworkChange):
    """Bicycles may travel along on a line, or may not."""

    kind: Literal["bike_on_board"]
    line: Id
    allowed: bool

    would_change: ClassVar[str] = "what is not so already on every trip"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.lines.problems(self.line, "line")
        twice, catalogue = catalogue.touch("line", self.line, "bikes", self.line)
        return problems + twice, catalogue

    def apply(self, view: View) -> View:
        return with_timetable(view, timetables.with_bikes(timetable_of(view), self.line, self.allowed))

    def describe(self, catalogue: Catalogue) -> Text:
        label = catalogue.lines.label(self.line)
        words = ("ammesse", "allowed") if self.allowed else ("non ammesse", "not allowed")
        return Text(
            it=f"Linea {label}: bici a bordo {words[0]}", en=f"Line {label}: bicycles {words[1]} on board"
        )


def _of_stop(problem: Problem) -> Problem:
    """A problem of the new stop, whose fields are the change's own."""
    field = (problem.field or "").removeprefix(".") or "lon, lat"
    return Problem(problem.message, field=field, found=problem.found, expected=problem.expected)


def _with_call(order: tuple[str, ...], stop: str, ends: tuple[str, str]) -> tuple[str, ...]:
    """An order of stops with one more between two that follow each other, either way."""
    found = list(order[:1])
    for one, other in pairwise(order):
        found += [stop, other] if (one, other) in (ends, ends[::-1]) else [other]
    return tuple(found)
