# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What makes a line of a line table sound: order, minutes, coordinates, headways; each fault with its row and field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from aumenta.errors import Problem
from aumenta.network.lines_model import MODES, Direction, Line, LineStop, Period
from aumenta.network.lines_rows import FORMULA, Rows, clock, days, number

#: Kilometres an hour, as the crow flies from stop to stop, that no vehicle of the mode reaches in service.
FASTEST = {"rail": 350.0, "metro": 150.0, "bus": 130.0, "trolleybus": 100.0, "tram": 100.0, "ferry": 100.0}
#: Mean kilometres of a degree of a meridian.
_DEGREE = 111.195
#: Longest text of a name.
_LONGEST = 200
_DIRECTIONS: dict[str, Direction | None] = {"": None, "both": None, "out": "out", "back": "back"}


def metres(one: LineStop, other: LineStop) -> float:
    """Metres between two stops as the crow flies (equirectangular, good to 0.1 % over the length of a line)."""
    north = (other.lat - one.lat) * _DEGREE
    east = (other.lon - one.lon) * _DEGREE * math.cos(math.radians((one.lat + other.lat) / 2))
    return 1000 * math.hypot(north, east)


class _Table:
    """A table's rows with the means to tell what is wrong in one of them."""

    def __init__(self, rows: Rows, problems: list[Problem]) -> None:
        self.rows = rows
        self.problems = problems

    def text(self, at: int, column: str) -> str:
        return self.rows.lines[at].get(column, "")

    def fault(self, at: int, column: str, message: str, expected: str | None = None) -> None:
        found = self.text(at, column)
        place = (self.rows.file, self.rows.numbers[at], column)
        self.problems.append(Problem(message, *place, found=found or None, expected=expected))

    def number(
        self, at: int, column: str, low: float, high: float, blank: float | None = None
    ) -> float | None:
        text = self.text(at, column)
        if not text and blank is not None:
            return blank
        value = number(text, self.rows.decimal_comma)
        if value is None or not low <= value <= high:
            what = "a value is missing" if not text else "not a number" if value is None else "out of range"
            self.fault(at, column, what, f"a number from {low:g} to {high:g}")
            return None
        return value

    def clock(self, at: int, column: str) -> int | None:
        seconds = clock(self.text(at, column))
        if seconds is None:
            self.fault(at, column, "not a time of day", "hours:minutes such as 6:05, after midnight 25:10")
        return seconds

    def name(self, at: int, column: str) -> str:
        text = self.text(at, column)
        if not text:
            self.fault(at, column, "a value is missing")
        elif text.startswith(FORMULA):
            self.fault(
                at, column, "a text that a spreadsheet would run as a formula", "no = + - @ at the beginning"
            )
        elif len(text) > _LONGEST or not text.isprintable():
            self.fault(at, column, "not a name", f"at most {_LONGEST} printable characters")
        return text

    def shared(self, rows: Sequence[int], column: str) -> str:
        """The value that the rows of a line share; blank after the first means the same."""
        told = [at for at in rows if self.text(at, column)]
        for at in told[1:]:
            if self.text(at, column) != self.text(told[0], column):
                self.fault(at, column, "differs within a line", self.text(told[0], column))
        return self.text(told[0], column) if told else ""


def line_of(
    line: str, at: Sequence[int], rows: Rows, periods: tuple[Period, ...], problems: list[Problem]
) -> Line | None:
    """The line whose rows are `at`; None when it is not sound, its faults added to `problems`."""
    table, before = _Table(rows, problems), len(problems)
    first = at[0]
    table.name(first, "line")
    short = table.shared(at, "short")
    if short:
        table.name(next(row for row in at if table.text(row, "short")), "short")
    mode = table.shared(at, "mode")
    if mode not in MODES:
        table.fault(first, "mode", "unknown mode", ", ".join(MODES))
    direction = table.shared(at, "direction")
    if direction not in ("", "both", "out"):
        table.fault(first, "direction", "unknown direction", "both, out or blank (both)")
    stops = _stops(table, at, FASTEST.get(mode, 350.0))
    runs = _simple_period(table, at, given=bool(periods))
    if len(problems) > before:
        return None
    name = table.shared(at, "name") or f"{stops[0].name} - {stops[-1].name}"
    return Line(line, name, mode, stops, periods or runs, both=direction != "out", short=short)


def _in_order(table: _Table, at: Sequence[int]) -> list[int]:
    """The rows by their number in the line; the order of rows in the file does not matter."""
    seen: dict[int, int] = {}
    for row in at:
        value = table.number(row, "seq", 0, 100_000)
        if value is None:
            continue
        if value != int(value):
            table.fault(row, "seq", "not a whole number")
        elif int(value) in seen:
            other = table.rows.numbers[seen[int(value)]]
            table.fault(row, "seq", "a number given twice in a line", f"not that of row {other}")
        else:
            seen[int(value)] = row
    if len(at) == 1:
        table.fault(at[0], "stop", "a line with one stop only", "at least two stops")
    return [seen[value] for value in sorted(seen)]


def _stops(table: _Table, at: Sequence[int], fastest: float) -> tuple[LineStop, ...]:
    order = _in_order(table, at)
    for row in at:
        if row not in order:
            _stop(table, row, end=False)
    stops: list[LineStop] = []
    for place, row in enumerate(order):
        stop = _stop(table, row, end=place in (0, len(order) - 1))
        if stop is not None:
            _check_hop(table, row, stops, stop, fastest)
            stops.append(stop)
    return tuple(stops)


def _stop(table: _Table, row: int, end: bool) -> LineStop | None:
    name = table.name(row, "stop")
    lon, lat = table.number(row, "lon", -180, 180), table.number(row, "lat", -90, 90)
    minutes = table.number(row, "minutes", 0, 2880)
    dwell = table.number(row, "dwell", 0, 120, blank=0.0)
    if lon == 0 and lat == 0:
        table.fault(row, "lon", "a stop at 0, 0", "degrees of WGS84")
    if lon is None or lat is None or minutes is None or dwell is None:
        return None
    arrive = round(minutes * 60)
    return LineStop(name, lon, lat, arrive, arrive if end else arrive + round(dwell * 60))


def _check_hop(table: _Table, row: int, stops: list[LineStop], stop: LineStop, fastest: float) -> None:
    if not stops:
        if stop.arrive:
            table.fault(row, "minutes", "the first stop is not at minute 0", "0")
        return
    before = stops[-1]
    if stop.arrive <= before.depart:
        expected = f"more than {before.depart / 60:g}, when the stop before is left"
        table.fault(row, "minutes", "minutes do not rise along the line", expected)
        return
    speed = metres(before, stop) / (stop.arrive - before.depart) * 3.6
    if speed > fastest:
        expected = f"at most {fastest:g} km/h from {before.name}; are the coordinates right?"
        table.fault(row, "minutes", f"{speed:.0f} km/h as the crow flies", expected)


def _simple_period(table: _Table, at: Sequence[int], given: bool) -> tuple[Period, ...]:
    """The one period that the columns headway_min, first, last and days say; none when a table of periods does."""
    first = at[0]
    told = {column: table.shared(at, column) for column in ("headway_min", "first", "last", "days")}
    if given:
        for column, text in told.items():
            if text:
                table.fault(first, column, "told here and in the table of periods", "blank")
        return ()
    row = next((row for row in at if table.text(row, "headway_min")), first)
    headway = _headway(table, row)
    start = table.clock(next((row for row in at if table.text(row, "first")), first), "first")
    last_row = next((row for row in at if table.text(row, "last")), first)
    last = table.clock(last_row, "last")
    runs = _days(table, next((row for row in at if table.text(row, "days")), first))
    if start is not None and last is not None and last < start:
        table.fault(last_row, "last", "the last departure is before the first", f"{told['first']} or later")
        return ()
    if start is None or last is None or headway is None or runs is None:
        return ()
    return (Period(start, last, headway, runs),)


def _headway(table: _Table, row: int) -> int | None:
    value = table.number(row, "headway_min", 0.25, 1440)
    return None if value is None else max(1, round(value * 60))


def _days(table: _Table, row: int) -> tuple[bool, bool, bool, bool, bool, bool, bool] | None:
    runs = days(table.text(row, "days"))
    if runs is None:
        table.fault(row, "days", "unknown days", "daily, weekdays, weekend, mon-fri, sat,sun ...")
    return runs


def periods_by_line(rows: Rows, problems: list[Problem]) -> dict[str, tuple[tuple[Period, ...], int]]:
    """The periods of each line of a table of periods, and the row where the line is first named.

    A period runs from `from` on, before `to`: the departure at `to` belongs to the next one.
    """
    table = _Table(rows, problems)
    found: dict[str, list[tuple[Period, int]]] = {}
    rows_of: dict[str, int] = {}
    for at in range(len(rows.lines)):
        line = table.name(at, "line")
        rows_of.setdefault(line, rows.numbers[at])
        start, end = table.clock(at, "from"), table.clock(at, "to")
        headway, runs = _headway(table, at), _days(table, at)
        direction = table.text(at, "direction")
        if direction not in _DIRECTIONS:
            table.fault(at, "direction", "unknown direction", "both, out, back or blank (both)")
            continue
        if start is not None and end is not None and end <= start:
            table.fault(at, "to", "the period ends before it begins", f"later than {table.text(at, 'from')}")
            continue
        if start is None or end is None or headway is None or runs is None:
            continue
        last = start + (end - 1 - start) // headway * headway
        found.setdefault(line, []).append((Period(start, last, headway, runs, _DIRECTIONS[direction]), at))
    for both in found.values():
        _check_overlaps(table, both)
    return {line: (tuple(period for period, _ in found.get(line, [])), row) for line, row in rows_of.items()}


def _check_overlaps(table: _Table, periods: list[tuple[Period, int]]) -> None:
    for (one, first), (other, second) in combinations(periods, 2):
        days_shared = any(a and b for a, b in zip(one.days, other.days, strict=True))
        directions_shared = one.direction is None or other.direction in (None, one.direction)
        if days_shared and directions_shared and one.start <= other.last and other.start <= one.last:
            expected = f"apart from row {table.rows.numbers[first]}"
            table.fault(second, "from", "two periods of a line overlap on the same day", expected)
