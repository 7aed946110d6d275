# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""CSV that spreadsheets cannot be tricked by: texts that look like formulas are escaped, and can be restored.

A text that begins with `= + - @`, a tab, a carriage return or an apostrophe gets one apostrophe in front; to read it
back, take one leading apostrophe off. Numbers stay numbers, also negative ones; what is missing is an empty
field, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")


def escaped(text: str) -> str:
    """A text as it is written into CSV.

    >>> escaped("=1+1"), escaped("'t Hooft"), escaped("Ivrea")
    ("'=1+1", "''t Hooft", 'Ivrea')
    """
    return "'" + text if text.startswith(_RISKY) else text


def restored(text: str) -> str:
    """The text that `escaped` was given.

    >>> restored(escaped("-12"))
    '-12'
    """
    return text[1:] if text.startswith("'") else text


def field(value: object) -> str:
    """One value as a field: nothing for missing, whole floats without `.0`, lists joined by `; `."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list | tuple | set | frozenset):
        return escaped("; ".join(str(v) for v in value))
    return escaped(str(value))


def quoted(text: str) -> str:
    """A field as it stands in a line: in quotes where it holds a comma, a quote or any end of line."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r') else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV in UTF-8, comma, quoted where needed (RFC 4180 but for the ends of lines: a line feed)."""
    lines = [",".join(quoted(name) for name in header)]
    lines += [",".join(quoted(field(value)) for value in row) for row in rows]
    return ("\n".join(lines) + "\n").encode()
