# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of lines: new ones, taken away, run more or less often, faster, another way."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from aumenta.errors import Problem
from aumenta.network.lines_model import MODES
from aumenta.network.model import Timetable
from aumenta.scenario import courses, timetables
from aumenta.scenario.beyond import line_problems
from aumenta.scenario.catalogue import Catalogue, Line, Patterns
from aumenta.scenario.change import Outcome, number
from aumenta.scenario.fields import (
    DAY_WORDS,
    Clock,
    Days,
    Id,
    Minutes,
    Name,
    NewId,
    NewStop,
    Period,
    StopRef,
    period_problems,
    periods_words,
    resolve_stops,
    stop_id,
)
from aumenta.scenario.network_change import (
    NetworkChange,
    begun,
    between_problems,
    day_of,
    metres_between,
    timetable_of,
    with_new_stops,
    with_timetable,
)
from aumenta.store.view import View
from aumenta.values.text import Text

Mode = Literal["rail", "metro", "tram", "bus", "trolleybus", "ferry", "cable", "funicular"]
HopMinutes = Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)]
MODE_WORDS: dict[str, Text] = {
    "rail": Text(it="treno", en="train"),
    "metro": Text(it="metropolitana", en="underground"),
    "tram": Text(it="tram", en="tram"),
    "bus": Text(it="autobus", en="bus"),
    "trolleybus": Text(it="filobus", en="trolleybus"),
    "ferry": Text(it="battello", en="ferry"),
    "cable": Text(it="funivia", en="cable car"),
    "funicular": Text(it="funicolare", en="funicular"),
}


class LineAdd(NetworkChange):
    """A new line: its stops in order, the minutes between them (or a speed), and when it runs."""

    kind: Literal["line.add"]
    id: NewId
    name: Name
    type: Mode
    stops: list[StopRef] = Field(min_length=2, description="Ids of stops, or new stops in full, in order.")
    minutes: list[HopMinutes] | None = Field(
        None, description="From each stop to the next: one less than stops."
    )
    speed_kmh: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = Field(
        None, description="Instead of minutes: km/h in motion, along straight lines from stop to stop."
    )
    dwell_minutes: Minutes = Field(
        0, description="Standing time at the stops between the first and the last."
    )
    both_directions: bool = True
    service: list[Period] = Field(min_length=1)
    days: Days = "weekdays"
    bikes: bool | None = Field(
        None, description="Whether bicycles may travel along; not told where left out."
    )

    @model_validator(mode="after")
    def _minutes_or_speed(self) -> LineAdd:
        if (self.minutes is None) == (self.speed_kmh is None):
            raise ValueError("give either minutes or speed_kmh")
        return self

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue, transit=False) or _days_problems(self.days, catalogue)
        problems += catalogue.lines.taken(self.id, "id")
        found, catalogue = resolve_stops(self.stops, catalogue, "stops")
        problems += found
        if self.minutes is not None and len(self.minutes) != len(self.stops) - 1:
            expected = f"{len(self.stops) - 1}, one less than stops"
            problems.append(
                Problem(
                    "not one for each hop", field="minutes", found=str(len(self.minutes)), expected=expected
                )
            )
        problems += period_problems(self.service, "service")
        ids = tuple(stop_id(ref) for ref in self.stops)
        problems += line_problems(catalogue, ids, "stops")
        patterns: Patterns = (ids, ids[::-1]) if self.both_directions else (ids,)
        return problems, catalogue.with_line(Line(self.id, self.name, self.type, patterns))

    def apply(self, view: View) -> View:
        view = with_new_stops(begun(view), self.stops)
        table = timetable_of(view)
        one = timetables.course(
            [stop_id(ref) for ref in self.stops], self._seconds(table), round(self.dwell_minutes * 60)
        )
        new = timetables.NewLine(
            id=self.id,
            name=self.name,
            type=MODES[self.type],
            courses=(one, timetables.turned(one)) if self.both_directions else (one,),
            service=headways(self.service),
            days=timetables.days_of(table, self.days),
            bikes=self.bikes,
        )
        return with_timetable(view, timetables.with_line(table, new))

    def _seconds(self, table: Timetable) -> list[int]:
        """Seconds from each stop to the next, at least one."""
        if self.minutes is not None:
            return [max(1, round(60 * minutes)) for minutes in self.minutes]
        at = {code: (lon, lat) for code, lon, lat in zip(
            table.stop_id.tolist(), table.stop_lon.tolist(), table.stop_lat.tolist(), strict=True
        )}  # fmt: skip
        metres = metres_between([at[stop_id(ref)] for ref in self.stops])
        return [max(1, round(far * 3.6 / (self.speed_kmh or 1.0))) for far in metres]

    def describe(self, catalogue: Catalogue) -> Text:
        ends = [_label(self.stops[at], catalogue) for at in (0, -1)]
        mode, periods, days = MODE_WORDS[self.type], periods_words(self.service), DAY_WORDS[self.days]
        return Text(
            it=f"Nuova linea ({mode.it}) {self.name}, {ends[0]} - {ends[1]}: {periods.it}, {days.it}",
            en=f"New line ({mode.en}) {self.name}, {ends[0]} - {ends[1]}: {periods.en}, {days.en}",
        )


class LineRemove(NetworkChange):
    """A line runs no more."""

    kind: Literal["line.remove"]
    line: Id

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.lines.problems(self.line, "line")
        return problems, catalogue if problems else catalogue.without_line(self.line)

    def apply(self, view: View) -> View:
        return with_timetable(view, timetables.without_line(timetable_of(view), self.line))

    def describe(self, catalogue: Catalogue) -> Text:
        label = catalogue.lines.label(self.line)
        return Text(it=f"Soppressa la linea {label}", en=f"The line {label} is taken away")


class LineFrequency(NetworkChange):
    """A line runs at other headways: trips are made again from one of its own, in each period given."""

    kind: Literal["line.frequency"]
    line: Id
    service: list[Period] = Field(min_length=1)
    first: Clock | None = Field(None, description="Hour of a departure that the others are counted from.")
    direction: Literal[0, 1] | None = Field(
        None, description="0 the way that most trips take, 1 the other; both where not said."
    )

    would_change: ClassVar[str] = "a headway other than the one it has"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.lines.problems(self.line, "line")
        problems = problems + period_problems(self.service, "service")
        if not problems:
            problems += _runs_problems(self.line, catalogue)
        twice: list[Problem] = []
        for direction in ("0", "1") if self.direction is None else (str(self.direction),):
            if not twice:
                twice, catalogue = catalogue.touch("line", self.line, "headway", self.line, direction)
        return problems + twice, catalogue

    def apply(self, view: View) -> View:
        table = timetables.with_headway(
            timetable_of(view),
            self.line,
            headways(self.service),
            day_of(view["network"]),
            self.first,
            self.direction,
        )
        return with_timetable(view, table)

    def describe(self, catalogue: Catalogue) -> Text:
        label, periods = catalogue.lines.label(self.line), periods_words(self.service)
        return Text(it=f"Linea {label}: {periods.it}", en=f"Line {label}: {periods.en}")


class LineSpeed(NetworkChange):
    """A line is faster or slower, on its whole way or between two of its stops; standing times stay."""

    kind: Literal["line.speed"]
    line: Id
    factor: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Times as fast in motion: 2 is twice as fast."
    )
    minutes_saved: Annotated[float, Field(ge=-1440, le=1440, allow_inf_nan=False)] | None = Field(
        None, description="Instead of a factor: minutes less on the way (below zero: more)."
    )
    from_stop: Id | None = None
    to_stop: Id | None = None
    both_directions: bool = True

    would_change: ClassVar[str] = "a factor other than 1, or minutes other than 0"

    @model_validator(mode="after")
    def _one_of_each(self) -> LineSpeed:
        if (self.factor is None) == (self.minutes_saved is None):
            raise ValueError("give either factor or minutes_saved")
        if (self.from_stop is None) != (self.to_stop is None):
            raise ValueError("give both from_stop and to_stop")
        return self

    @property
    def _between(self) -> tuple[str, str] | None:
        return None if self.from_stop is None or self.to_stop is None else (self.from_stop, self.to_stop)

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.lines.problems(self.line, "line")
        if problems:
            return problems, catalogue
        if self._between is not None:
            problems += between_problems(self.line, self._between, catalogue, ("from_stop", "to_stop"))
        if self.factor == 1 or self.minutes_saved == 0:
            name = "minutes_saved" if self.factor is None else "factor"
            problems.append(Problem("no effect", field=name, found="1" if self.factor else "0",
                                    expected=self.would_change))  # fmt: skip
        if not problems:
            problems += self._too_much(catalogue)
        part = self._between or ("", "")
        twice, catalogue = catalogue.touch("line", self.line, "speed", self.line, *part)
        return problems + twice, catalogue

    def _too_much(self, catalogue: Catalogue) -> list[Problem]:
        """More minutes saved than a trip of the timetable takes; of a line added before, the run tells."""
        table, base = catalogue.ground.timetable, self.line in catalogue.ground.lines
        if self.minutes_saved is None or table is None or not base or self.line in catalogue.lines.added:
            return []
        least = courses.least_seconds(table, self.line, self._between, self.both_directions)
        if least is None or round(self.minutes_saved * 60) < least:
            return []
        expected = f"less than {least / 60:g}, what its fastest trip takes in motion"
        told = f"{self.minutes_saved:g}"
        return [Problem("more than the way takes", field="minutes_saved", found=told, expected=expected)]

    def apply(self, view: View) -> View:
        saved = None if self.minutes_saved is None else round(self.minutes_saved * 60)
        table = courses.with_speed(
            timetable_of(view), self.line, self.factor, saved, self._between, self.both_directions
        )
        return with_timetable(view, table)

    def describe(self, catalogue: Catalogue) -> Text:
        label, part = catalogue.lines.label(self.line), Text(it="", en="")
        if self._between is not None:
            ends = [catalogue.stops.label(stop) for stop in self._between]
            part = Text(it=f" tra {ends[0]} e {ends[1]}", en=f" between {ends[0]} and {ends[1]}")
        if self.factor is not None:
            said = number(self.factor)
            return Text(
                it=f"Linea {label}{part.it}: velocità per {said.it}",
                en=f"Line {label}{part.en}: speed times {said.en}",
            )
        saved = self.minutes_saved or 0.0
        said = number(abs(saved))
        words = ("in meno", "less") if saved > 0 else ("in più", "more")
        return Text(
            it=f"Linea {label}{part.it}: {said.it} minuti {words[0]}",
            en=f"Line {label}{part.en}: {said.en} minutes {words[1]}",
        )


class LineReroute(NetworkChange):
    """A line goes from one of its stops to a later one another way."""

    kind: Literal["line.reroute"]
    line: Id
    from_stop: Id
    to_stop: Id
    via: list[StopRef] = Field([], description="Stops between the two, in order; none: it runs through.")
    minutes: list[HopMinutes] = Field(
        min_length=1, description="From each stop to the next: one more than via."
    )
    dwell_minutes: Minutes = 0
    both_directions: bool = True

    would_change: ClassVar[str] = "a way other than the one it takes"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.lines.problems(self.line, "line")
        ends = (self.from_stop, self.to_stop)
        if not problems:
            problems += between_problems(self.line, ends, catalogue, ("from_stop", "to_stop"))
        found, catalogue = resolve_stops(self.via, catalogue, "via")
        problems = problems + found
        if len(self.minutes) != len(self.via) + 1:
            expected = f"{len(self.via) + 1}, one more than via"
            problems.append(
                Problem(
                    "not one for each hop", field="minutes", found=str(len(self.minutes)), expected=expected
                )
            )
        twice, catalogue = catalogue.touch("line", self.line, "way", self.line, *sorted(ends))
        problems += twice
        line = catalogue.lines.get(self.line)
        if problems or line is None:
            return problems, catalogue
        via = tuple(stop_id(ref) for ref in self.via)
        orders = [self._rerouted(order, via) for order in catalogue.patterns(self.line)]
        return [], catalogue.with_line(Line(line.id, line.name, line.mode, tuple(dict.fromkeys(orders))))

    def _rerouted(self, order: tuple[str, ...], via: tuple[str, ...]) -> tuple[str, ...]:
        first, last = self.from_stop, self.to_stop
        for one, other, way in ((first, last, via), (last, first, via[::-1])):
            if one in order and other in order[order.index(one) + 1 :]:
                begin = order.index(one)
                end = order.index(other, begin + 1)
                return (*order[: begin + 1], *way, *order[end:])
            if not self.both_directions:
                break
        return order

    def apply(self, view: View) -> View:
        view = with_new_stops(view, self.via)
        table = courses.rerouted(
            timetable_of(view),
            self.line,
            (self.from_stop, self.to_stop),
            [stop_id(ref) for ref in self.via],
            [max(1, round(60 * minutes)) for minutes in self.minutes],
            round(self.dwell_minutes * 60),
            self.both_directions,
        )
        return with_timetable(view, table)

    def describe(self, catalogue: Catalogue) -> Text:
        label = catalogue.lines.label(self.line)
        ends = [catalogue.stops.label(stop) for stop in (self.from_stop, self.to_stop)]
        via = ", ".join(_label(ref, catalogue) for ref in self.via)
        how = Text(it=f"per {via}", en=f"by {via}") if via else Text(it="senza fermate", en="without a stop")
        return Text(
            it=f"Linea {label}: da {ends[0]} a {ends[1]} {how.it}",
            en=f"Line {label}: from {ends[0]} to {ends[1]} {how.en}",
        )


def headways(periods: list[Period]) -> tuple[timetables.Headway, ...]:
    """Periods in seconds, as timetables take them."""
    return tuple(timetables.Headway(one.start, one.until, one.seconds) for one in periods)


def _label(ref: str | NewStop, catalogue: Catalogue) -> str:
    return catalogue.stops.label(ref) if isinstance(ref, str) else ref.name


def _days_problems(days: Days, catalogue: Catalogue) -> list[Problem]:
    """A problem when the timetable has no such day."""
    table = catalogue.ground.timetable
    if table is None or timetables.days_of(table, days).any():
        return []
    span = f"{table.first_date} and {table.services.shape[1] - 1} days after"
    return [Problem("the timetable has no such day", field="days", found=days, expected=f"a day of {span}")]


def _runs_problems(line: str, catalogue: Catalogue) -> list[Problem]:
    """A problem when a line of the timetable has no trip on the day that is asked about."""
    table, network = catalogue.ground.timetable, catalogue.ground.network
    if table is None or network is None or line not in catalogue.ground.lines:
        return []
    date = day_of(network)
    own = np.isin(table.trip_line, np.flatnonzero(table.line_id == line))
    if table.running(date)[table.trip_service[own]].any():
        return []
    return [
        Problem(f"the line does not run on {date}", field="line", found=line, expected="a line that does")
    ]
