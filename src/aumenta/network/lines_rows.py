# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of a line table as text, however a spreadsheet saved it: comma, semicolon or tab, decimal point or comma."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

from aumenta.errors import NetworkError, Problem
from aumenta.settings import get_settings

#: Columns of a line table; those of `NEEDED` must be there.
COLUMNS = (
    "line", "name", "short", "mode", "seq", "stop", "lon", "lat", "minutes", "dwell", "headway_min", "first", "last",
    "days", "direction", "note",
)  # fmt: skip
NEEDED = ("line", "mode", "seq", "stop", "lon", "lat", "minutes")
PERIOD_COLUMNS = ("line", "from", "to", "headway_min", "days", "direction", "note")
PERIOD_NEEDED = ("line", "from", "to", "headway_min")
#: A service day ends here: 03:59 of the day after is 27:59.
LATEST = 48 * 3600
#: Text that spreadsheets take for a formula begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Words for days that people use besides `mon-fri` and `sat,sun`.
_DAY_WORDS = {"daily": "mon-sun", "weekdays": "mon-fri", "weekend": "sat-sun"}


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as text: a mapping a row, with the row's number as a spreadsheet shows it."""

    file: str
    lines: list[dict[str, str]]
    numbers: list[int]
    decimal_comma: bool = False


def read_rows(path: Path, problems: list[Problem], periods: bool = False) -> Rows:
    """Read a line table or a table of periods as text; what is wrong with the file as a whole is raised at once.

    Raises `NetworkError` when the file is missing, not UTF-8, not a CSV, too long, or its header lacks a column.
    """
    file, summary = str(path), "A line table cannot be read."
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        expected = "a CSV saved as UTF-8 (in a spreadsheet: CSV UTF-8)"
        raise NetworkError(
            summary, [Problem("not UTF-8", file, found=f"byte {error.start}", expected=expected)]
        ) from None
    except OSError as error:
        raise NetworkError(summary, [Problem(error.strerror or "cannot be read", file)]) from None
    delimiter = _delimiter(text)
    columns, needed = (PERIOD_COLUMNS, PERIOD_NEEDED) if periods else (COLUMNS, NEEDED)
    header: list[str] = []
    rows = Rows(file, [], [], decimal_comma=delimiter != ",")
    try:
        for number, fields in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1
        ):
            if not header:
                header = [name.strip().casefold() for name in fields]
                _check_header(header, columns, needed, file, number)
                continue
            if not any(value.strip() for value in fields):
                continue
            if len(fields) != len(header):
                expected = f"{len(header)} as the header"
                problems.append(
                    Problem("wrong number of fields", file, number, None, str(len(fields)), expected)
                )
                continue
            rows.lines.append({name: value.strip() for name, value in zip(header, fields, strict=True)})
            rows.numbers.append(number)
            _check_length(len(rows.lines), file)
    except csv.Error as error:
        raise NetworkError(summary, [Problem(f"not a valid CSV: {error}", file)]) from None
    if not header:
        raise NetworkError(summary, [Problem("the table is empty", file, expected=", ".join(needed))])
    return rows


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=first.count)


def _check_header(
    header: list[str], columns: tuple[str, ...], needed: tuple[str, ...], file: str, row: int
) -> None:
    known = ", ".join(columns)
    problems = [
        Problem("a column is missing", file, row, name, expected=known)
        for name in needed
        if name not in header
    ]
    problems += [
        Problem("a column that line tables do not have", file, row, name or "(blank)", expected=known)
        for name in header
        if name not in columns
    ]
    twice = sorted({name for name in header if header.count(name) > 1})
    problems += [Problem("the header names a column twice", file, row, name) for name in twice]
    if problems:
        raise NetworkError("A line table has wrong columns.", problems)


def _check_length(length: int, file: str) -> None:
    limit = get_settings().max_table_rows
    if length > limit:
        expected = f"at most {limit} (AUMENTA_MAX_TABLE_ROWS)"
        problem = Problem("table too long", file, found=f"more than {limit} rows", expected=expected)
        raise NetworkError("A line table cannot be read.", [problem])


def number(text: str, decimal_comma: bool = False) -> float | None:
    """A finite number, or None.

    >>> number("4.5"), number("4,5", decimal_comma=True), number("4,5"), number("1e3")
    (4.5, 4.5, None, None)
    """
    plain = text.replace(",", ".") if decimal_comma and text.count(",") == 1 and "." not in text else text
    if not _NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def clock(text: str) -> int | None:
    """Seconds after midnight of `6:05`, `06:05`, `06:05:30` or `25:10`, or None; at most 48 hours.

    >>> clock("6:05"), clock("25:10"), clock("6.05"), clock("6:65")
    (21900, 90600, None, None)
    """
    found = _CLOCK.fullmatch(text)
    if not found:
        return None
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    return seconds if seconds < LATEST else None


def days(text: str) -> tuple[bool, bool, bool, bool, bool, bool, bool] | None:
    """Seven days, Monday first, of `daily`, `weekdays`, `mon-sat`, `sat,sun`; blank is daily; None when unknown.

    >>> days("mon-fri"), days("sat,sun") == days("weekend"), days("fri-mon"), days("holidays")
    ((True, True, True, True, True, False, False), True, None, None)
    """
    runs = [False] * 7
    for part in (text.casefold() or "daily").replace(" ", "").split(","):
        begin, _, end = _DAY_WORDS.get(part, part).partition("-")
        end = end or begin
        if begin not in _DAYS or end not in _DAYS or _DAYS.index(begin) > _DAYS.index(end):
            return None
        for day in range(_DAYS.index(begin), _DAYS.index(end) + 1):
            runs[day] = True
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = runs
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday
