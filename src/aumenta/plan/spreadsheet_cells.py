# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Values of the plan as cells of a spreadsheet or CSV, and back, without loss.

- A text that a spreadsheet would take for a formula (it begins with `= + - @`, a tab or a return) gets an apostrophe
  before it; so does one that begins with an apostrophe. Reading takes one apostrophe away.
- An apostrophe alone is the empty text; an empty cell is no value.
- A list of texts is one text a line. A backslash, a line end inside a text and a control character are written
  `\\\\`, `\\n`, `\\xNN`, so the cell bears every text.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from aumenta.plan.tables import Column

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_UNSAFE = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]|\t|\n")
_WRITTEN = re.compile(r"\\(\\|n|x[0-9a-f]{4})")


class CellFault(ValueError):
    """A cell does not hold what its column asks; the text says why."""

    def __init__(self, message: str, expected: str | None = None) -> None:
        super().__init__(message)
        self.expected = expected


def write_cell(column: Column, value: Any) -> str | int | None:
    """The cell for a value of a column (text, or a number in columns of integers; None leaves it empty)."""
    if value is None:
        return None
    if column.kind == "integer":
        return int(value)
    if column.kind == "list":
        return "\n".join(_protect(text) for text in value) if value else None
    return _protect(value.isoformat() if isinstance(value, date) else str(value))


def read_cell(column: Column, cell: Any) -> Any:
    """The value that a cell gives to a column; raises `CellFault`.

    Numbers are refused in columns of codes, where a spreadsheet may have turned 1.10 into 1.1.
    """
    if cell is None or cell == "":
        if column.required:
            raise CellFault("the cell is empty", _expected(column))
        return [] if column.kind == "list" else None
    if column.kind == "integer":
        return _integer(cell)
    if column.kind == "date":
        return _date(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise CellFault("the cell is not a text", "text")
    if not isinstance(cell, str):
        if column.kind in ("code", "choice"):
            raise CellFault("the cell is a number; codes are text", "a cell formatted as text")
        cell = str(int(cell)) if float(cell).is_integer() else repr(cell)
    if column.kind == "list":
        return [_unprotect(line) for line in cell.split("\n")]
    value = _unprotect(cell)
    if column.kind == "choice" and value not in column.choices:
        raise CellFault("the value is not one of the list", ", ".join(column.choices))
    return value


def _expected(column: Column) -> str:
    return (
        ", ".join(column.choices)
        if column.choices
        else {"integer": "a whole number"}.get(column.kind, "text")
    )


def _integer(cell: Any) -> int:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and re.fullmatch(r"'?-?[0-9]{1,15}", cell.strip()):
        return int(cell.strip().removeprefix("'"))
    raise CellFault("not a whole number", "a whole number")


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell))
    except ValueError:
        raise CellFault("not a date", "YYYY-MM-DD") from None


def _protect(text: str) -> str:
    text = _UNSAFE.sub(_code, text)
    return "'" + text if not text or text.startswith(_FORMULA) else text


def _code(match: re.Match[str]) -> str:
    character = match[0]
    return {"\\": "\\\\", "\n": "\\n"}.get(character) or f"\\x{ord(character):04x}"


def _unprotect(cell: str) -> str:
    text = cell.replace("\r\n", "\n").removeprefix("'")
    return _WRITTEN.sub(lambda m: {"\\": "\\", "n": "\n"}.get(m[1]) or chr(int(m[1][1:], 16)), text)
