# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of a feed as codes and distinct values, so that all cleaning is done once for each distinct value.

A column is int32 `codes` into a list of distinct, trimmed `values`. Byte order marks, blanks in headers and around
values, empty lines, rows that leave out their last fields, other encodings: mended here.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import Problem
from aumenta.network.gtfs.archive import FeedFiles
from aumenta.network.gtfs.findings import Findings

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `values[codes[i]]` is the text of row i, blank where nothing is told."""

    codes: NDArray[np.int32]
    values: list[str]

    def texts(self) -> list[str]:
        """The text of every row."""
        values = self.values
        return [values[code] for code in self.codes.tolist()]

    def mapped(self, function: Callable[[str], Any], dtype: Any) -> NDArray[Any]:
        """For every row what the function makes of its text; called once for each distinct text."""
        return np.array([function(value) for value in self.values], dtype)[self.codes]

    def blank(self) -> Mask:
        """Rows without text."""
        return np.asarray(self.mapped(lambda text: not text, bool))


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns and the number of each row as a spreadsheet shows it (the header is row 1)."""

    file: str
    rows: NDArray[np.int64]
    columns: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Column:
        """A column; blank all through when the file does not have it."""
        if name in self.columns:
            return self.columns[name]
        return Column(np.zeros(len(self.rows), np.int32), [""])

    def take(self, which: Mask | NDArray[np.intp]) -> Table:
        """Some of the rows."""
        columns = {name: Column(column.codes[which], column.values) for name, column in self.columns.items()}
        return Table(self.file, self.rows[which], columns)


def read_table(
    files: FeedFiles, file: str, required: Sequence[str], optional: Sequence[str], findings: Findings
) -> Table:
    """Read some columns of a file of the feed. What makes it unreadable is recorded as fatal, and no row returned."""
    shown = files.shown(file)
    empty = Table(shown, np.zeros(0, np.int64))
    data = _text(files.read(file), shown, findings)
    if data is None:
        return empty
    header, body, line = _header(data)
    if not header:
        findings.stop(Problem("is empty", shown, expected="a header: " + ", ".join(required)))
        return empty
    problems = [Problem("column missing", shown, 1, name) for name in required if name not in header]
    wanted = [name for name in (*required, *optional) if name in header]
    problems += [Problem("column twice", shown, 1, name) for name in wanted if header.count(name) > 1]
    if problems:
        found, commas = ", ".join(header)[:200], len(header) > 1
        expected = None if commas else "columns separated by commas"
        for problem in problems:
            findings.stop(Problem(problem.message, shown, line, problem.field, found, expected))
        return empty
    return _parse(shown, header, wanted, body, line, findings)


def _text(data: bytes, shown: str, findings: Findings) -> bytes | None:
    """UTF-8 without its mark; None when the file is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.note(f"{shown}: is UTF-16, read as such")
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    at = data.find(b"\0")
    if at >= 0:
        row = data.count(b"\n", 0, at) + 1
        findings.stop(Problem("holds NUL bytes: the file is damaged or is no text", shown, row))
        return None
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            findings.note(f"{shown}: is not UTF-8 (row {row}), read as Windows-1252 (Latin-1)")
            data = data.decode("cp1252", "replace").encode()
    return data


def _header(data: bytes) -> tuple[list[str], bytes, int]:
    """Names of the columns in lower case, what comes after them, and the number of the header's row."""
    line, start = 1, 0
    while match := re.compile(rb"[ \t]*(\r\n|\n|\r)").match(data, start):
        start, line = match.end(), line + 1
    found = re.compile(rb"\r\n|\n|\r").search(data, start)
    first, end = (data[start : found.start()], found.end()) if found else (data[start:], len(data))
    names = next(csv.reader([first.decode()], skipinitialspace=True), [])
    clean = [name.strip().strip("\ufeff\"' ").lower() for name in names]
    return (clean if any(clean) else []), data[end:], line


def _parse(
    shown: str, header: list[str], wanted: list[str], body: bytes, line: int, findings: Findings
) -> Table:
    quotes = body.count(b'"')
    try:
        arrow, ragged = _arrow(body, header, wanted, quotes > 0)
        if ragged:
            body = _mended(body, len(header), shown, line, findings)
            arrow, _ = _arrow(body, header, wanted, True)
    except (ValueError, csv.Error) as error:
        findings.stop(Problem(f"is not a table of comma separated values: {error}", shown))
        return Table(shown, np.zeros(0, np.int64))
    columns = {name: _column(arrow, name) for name in wanted} if arrow is not None else {}
    rows = np.arange(len(next(iter(columns.values())).codes) if columns else 0, dtype=np.int64) + line + 1
    table = Table(shown, rows, columns)
    if quotes % 2:
        _unclosed(table, findings)
    blank = np.ones(len(rows), bool)
    for column in columns.values():
        blank &= column.blank()
    return table.take(~blank) if blank.any() else table


def _arrow(body: bytes, header: list[str], wanted: list[str], quoted: bool) -> tuple[Any, bool]:
    """The table read by Arrow (None: no row), and whether a row had not as many fields as the header."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    ragged = False

    def note(row: Any) -> str:
        nonlocal ragged
        ragged = True
        return "skip"

    if not body[:4096].strip() and not body.strip():
        return None, False
    names = [name if name and header.count(name) == 1 else f" {i}" for i, name in enumerate(header)]
    text = pa.dictionary(pa.int32(), pa.string())
    table = arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 22),
        parse_options=arrow_csv.ParseOptions(
            invalid_row_handler=note, ignore_empty_lines=False, newlines_in_values=quoted
        ),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, text), strings_can_be_null=False
        ),
    )
    return table.unify_dictionaries(), ragged


def _column(arrow: Any, name: str) -> Column:
    import pyarrow.compute as pc  # noqa: PLC0415

    chunks = arrow.column(name).combine_chunks()
    if not hasattr(chunks, "dictionary"):
        chunks = chunks.chunk(0)
    codes, values = chunks.indices, chunks.dictionary
    trimmed = pc.utf8_trim_whitespace(values)
    quotes = pc.and_(pc.starts_with(trimmed, '"'), pc.ends_with(trimmed, '"'))
    if pc.any(quotes).as_py():
        trimmed = pc.if_else(quotes, pc.utf8_trim_whitespace(pc.utf8_trim(trimmed, '"')), trimmed)
    if not trimmed.equals(values):
        again = trimmed.dictionary_encode()
        codes, values = again.indices.take(codes), again.dictionary
    if not len(codes):
        return Column(np.zeros(0, np.int32), [])
    # from the buffer: Arrow's own to_numpy would load pandas, a second and more
    raw = np.frombuffer(codes.buffers()[1], np.int32, count=len(codes) + codes.offset)[codes.offset :]
    return Column(raw.copy(), values.to_pylist())


def _mended(body: bytes, width: int, shown: str, line: int, findings: Findings) -> bytes:
    """The rows again, those too short filled with blanks; those too long are cut, a problem where a value is lost."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    short, long = 0, []
    text = body.decode()
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), skipinitialspace=True), line + 1):
        if row and len(row) < width:
            short += 1
        if any(value.strip() for value in row[width:]):
            long.append((number, ",".join(row)[:80]))
            row = []  # noqa: PLW2901 - its fields cannot be told apart
        writer.writerow((row + [""] * width)[:width])
    if short:
        findings.note(f"{shown}: rows with fewer fields than the header, the rest taken as blank: {short:,}")
    if long:
        findings.problem(
            "too_many_fields",
            "the row has more fields than the header",
            shown,
            [number for number, _ in long],
            found=[found for _, found in long],
            expected=f"{width} fields",
        )
    return out.getvalue().encode()


def _unclosed(table: Table, findings: Findings) -> None:
    """Where the quotation marks are odd in number, a value that runs over its line was opened and not closed."""
    for name, column in table.columns.items():
        torn = column.mapped(lambda text: "\n" in text or "\r" in text, bool)
        if torn.any():
            row = int(table.rows[torn][0])
            findings.stop(Problem("a quotation mark is opened and not closed", table.file, row, name))


def whole_numbers(column: Column, blank: int) -> tuple[NDArray[np.int32], Mask]:
    """int32 of every row (`blank` where nothing is told), and the rows that are no whole number."""
    return _numbers(column, _whole, blank, np.int32)


def decimals(column: Column) -> tuple[NDArray[np.float64], Mask]:
    """float64 of every row (nan where nothing is told), and the rows that are no number."""
    return _numbers(column, _decimal, math.nan, np.float64)


def seconds(column: Column, blank: int = -1) -> tuple[NDArray[np.int32], Mask]:
    """Seconds after midnight of every row (`blank` where nothing is told), and the rows that are no time."""
    return _numbers(column, clock, blank, np.int32)


def days(column: Column) -> tuple[NDArray[np.int32], Mask]:
    """Days after 1970-01-01 of every row (-1 where nothing is told), and the rows that are no date YYYYMMDD."""
    return _numbers(column, _day, -1, np.int32)


def _numbers(
    column: Column, read: Callable[[str], float | None], blank: float, dtype: Any
) -> tuple[NDArray[Any], Mask]:
    read_values = [read(value) if value else blank for value in column.values]
    bad = np.array([value is None for value in read_values], bool)
    numbers = np.array([blank if value is None else value for value in read_values], dtype)
    return numbers[column.codes], bad[column.codes]


def _whole(text: str) -> int | None:
    number = _decimal(text)
    return int(number) if number is not None and number == int(number) and abs(number) < 2**31 else None


def _decimal(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
#: Hours that a time may have: a week; a trip may last for days.
MAX_HOURS = 168


def clock(text: str) -> int | None:
    """Seconds of a time H:MM:SS, which may be after 24:00; None when it is no time.

    >>> clock("7:05:00"), clock("25:10:00"), clock("7.05")
    (25500, 90600, None)
    """
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) >= MAX_HOURS:
        return None
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])


def _day(text: str) -> int | None:
    if not re.fullmatch(r"\d{8}", text, re.ASCII) or not "1900" <= text[:4] <= "2199":
        return None
    try:
        return int(np.datetime64(f"{text[:4]}-{text[4:6]}-{text[6:]}", "D").astype(int))
    except ValueError:
        return None


def place(values: Iterable[str]) -> dict[str, int]:
    """Where each text stands; the first place of those that are there more than once."""
    index: dict[str, int] = {}
    for position, value in enumerate(values):
        index.setdefault(value, position)
    return index


def drop(
    table: Table,
    bad: Mask,
    code: str,
    message: str,
    field: str | None,
    findings: Findings,
    expected: str = "",
) -> None:
    """Record a problem for each bad row, with the text found in the field."""
    if bad.any():
        which = np.flatnonzero(bad)
        column = table[field] if field else None
        found = [column.values[column.codes[i]] for i in which.tolist()] if column else None
        findings.problem(
            code, message, table.file, table.rows[which], field=field, found=found, expected=expected or None
        )


def once(table: Table, name: str, findings: Findings) -> Table:
    """The rows that have an id, each id once: the first row holds, a later one is a problem."""
    column = table[name]
    blank = column.blank()
    drop(table, blank, "missing_id", f"the row has no {name}", name, findings)
    first = np.zeros(len(table), bool)
    first[np.unique(column.codes, return_index=True)[1]] = True
    drop(
        table,
        ~first & ~blank,
        "duplicate_id",
        f"the {name} is there already; the first row holds",
        name,
        findings,
    )
    good = first & ~blank
    return table if good.all() else table.take(good)
