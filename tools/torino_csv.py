# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Reading and writing of the CSV files that the Turin tables are made from and are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

Row = Sequence[object]


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV as text: codes keep their zeros, and a municipality called None is one."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def text(header: Row, rows: Iterable[Row]) -> str:
    """A CSV as text, sorted as given, None blank."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def shorter(number: str, digits: int) -> str:
    """A number with at most so many digits after the point; blank stays blank."""
    return f"{float(number):.{digits}f}".rstrip("0").rstrip(".") if number else ""
