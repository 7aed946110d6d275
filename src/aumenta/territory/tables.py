# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""CSV tables of a pack: read against their declared columns, every fault with its file, row and column.

Codes stay text with their zeros; a text is never taken for a missing value (a municipality may be called `None`);
a blank is missing and nothing else is. Rows count from 1 at the header, as a spreadsheet shows them.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from aumenta.errors import PackError, Problem
from aumenta.settings import get_settings
from aumenta.territory.model import TableColumn, TableSpec

#: Most faults told of one table; the rest is counted.
MOST_PROBLEMS = 50

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A CSV as text: its header, its rows and the row number of each as a spreadsheet shows it."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]


def read_csv_rows(path: Path) -> CsvRows:
    """Read a CSV (UTF-8, a byte order mark allowed, comma) as text.

    Raises `PackError` for a missing file, other encodings, a row with too few or too many fields, a quote that is
    never closed, a header that names a column twice, and more rows than `AUMENTA_MAX_TABLE_ROWS`.
    """
    file, summary = str(path), "A table of the pack cannot be read."
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise PackError("A file of the pack is missing.", [Problem("no such file", file)]) from None
    except UnicodeDecodeError as error:
        raise PackError(summary, [Problem("not UTF-8", file, found=f"byte {error.start}")]) from None
    limit = get_settings().max_table_rows
    header: list[str] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if number == 1:
                header = [name.strip() for name in row]
            elif not row:
                continue
            elif len(row) != len(header):
                expected = f"{len(header)} as the header"
                problems.append(
                    Problem("wrong number of fields", file, number, None, str(len(row)), expected)
                )
            else:
                rows.append(row)
                numbers.append(number)
                if len(rows) > limit:
                    found, allowed = f"more than {limit} rows", f"at most {limit} (AUMENTA_MAX_TABLE_ROWS)"
                    raise PackError(summary, [Problem("table too long", file, found=found, expected=allowed)])
    except csv.Error as error:
        problems.append(Problem(f"not a valid CSV: {error}", file, row=len(rows) + 2))
    if not header:
        problems.append(Problem("the table is empty", file, expected="a header and rows"))
    twice = sorted({name for name in header if header.count(name) > 1})
    problems += [Problem("the header names a column twice", file, 1, name) for name in twice]
    if problems:
        raise PackError(summary, shorten(problems, file))
    return CsvRows(header, rows, numbers)


def shorten(problems: Sequence[Problem], file: str) -> list[Problem]:
    """The first problems, and the count of those that are left out."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    left = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], Problem(f"and {left} problems more in this file", file)]


def check_header(header: list[str], expected: list[str], file: str) -> list[Problem]:
    """Problems of a header: columns missing, unknown, or in another order."""
    missing = [name for name in expected if name not in header]
    unknown = [name for name in header if name not in expected]
    problems = [Problem("a column is missing", file, 1, name) for name in missing]
    problems += [
        Problem("a column that nobody declared", file, 1, name, expected=", ".join(expected))
        for name in unknown
    ]
    if not problems and header != expected:
        problems.append(
            Problem("columns in another order", file, 1, None, ", ".join(header), ", ".join(expected))
        )
    return problems


class RowNumbers(tuple[int, ...]):
    """Rows of the file that a table's rows come from. Pandas copies what is attached to a table with every column."""

    __slots__ = ()

    def __deepcopy__(self, _: object) -> RowNumbers:
        return self


def read_table(path: Path, spec: TableSpec) -> pd.DataFrame:
    """Read one table as its declaration says: a column per declared column, typed, rows in the file's order.

    code and text become str (None where blank); integer becomes int64 when required, else float64 with NaN;
    number becomes float64. Raises `PackError` with every fault of the table.
    """
    file = str(path)
    content = read_csv_rows(path)
    problems = check_header(content.header, spec.column_ids, file)
    if problems:
        raise PackError("A table of the pack has wrong columns.", problems)
    columns: dict[str, pd.Series] = {}
    for at, column in enumerate(spec.columns):
        raw = [row[at].strip() for row in content.rows]
        columns[column.id] = _typed(raw, column, content.numbers, file, problems)
    table = pd.DataFrame(columns)
    if not problems:
        problems += _repeated(table, spec, content.numbers, file)
    if problems:
        problems.sort(key=lambda problem: problem.row or 0)
        raise PackError("A table of the pack has wrong values.", shorten(problems, file))
    table.attrs["rows"] = RowNumbers(content.numbers)
    return table


def _typed(
    raw: list[str], column: TableColumn, numbers: list[int], file: str, problems: list[Problem]
) -> pd.Series:
    if column.required:
        problems += [
            Problem("a value is missing", file, row, column.id)
            for value, row in zip(raw, numbers, strict=True)
            if not value
        ]
    if column.type in ("code", "text"):
        if column.allowed is not None:
            expected = ", ".join(column.allowed)
            problems += [
                Problem("not one of the allowed values", file, row, column.id, value, expected)
                for value, row in zip(raw, numbers, strict=True)
                if value and value not in column.allowed
            ]
        return pd.Series([value or None for value in raw], dtype=object)
    whole = column.type == "integer"
    pattern = _INTEGER if whole else _NUMBER
    values = np.full(len(raw), math.nan)
    for at, value in enumerate(raw):
        if not value:
            continue
        if not pattern.fullmatch(value):
            expected = "a whole number" if whole else "a number with a point"
            problems.append(Problem("not a number", file, numbers[at], column.id, value, expected))
            continue
        values[at] = float(value)
        if not _within(values[at], column):
            problems.append(Problem("out of range", file, numbers[at], column.id, value, _range(column)))
    if whole and column.required and not np.isnan(values).any():
        return pd.Series(values.astype(np.int64))
    return pd.Series(values)


def _within(value: float, column: TableColumn) -> bool:
    above = column.minimum is None or value >= column.minimum
    below = column.maximum is None or value <= column.maximum
    return math.isfinite(value) and above and below


def _range(column: TableColumn) -> str:
    low = f"at least {column.minimum:g}" if column.minimum is not None else ""
    high = f"at most {column.maximum:g}" if column.maximum is not None else ""
    return " and ".join(part for part in (low, high) if part) or "a finite number"


def _repeated(table: pd.DataFrame, spec: TableSpec, numbers: list[int], file: str) -> list[Problem]:
    twice = table.duplicated(subset=spec.key, keep="first").to_numpy()
    found = []
    for at in np.flatnonzero(twice):
        key = " / ".join(str(table[name].iloc[at]) for name in spec.key)
        found.append(Problem("a row given twice", file, numbers[at], "+".join(spec.key), key))
    return found
