# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Line tables: public transport written down by hand, one row per line and stop, for services that have no timetable.

A table says where a line stops, how many minutes after its first stop, and how often it runs from when to when. It
is how an office sketches a service that does not exist yet, and how a railway is modelled whose timetable is not
public. `gtfs_from_lines` turns it into a GTFS feed, so that everything behind it is the same as with a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aumenta.errors import NetworkError, Problem
from aumenta.network.lines_checks import line_of, periods_by_line
from aumenta.network.lines_gtfs import Publisher, gtfs_from_lines
from aumenta.network.lines_model import FIGURES, MODES, TO_BE_DECIDED, Line, LineStop, Period
from aumenta.network.lines_rows import Rows, read_rows
from aumenta.network.lines_sources import read_sources

__all__ = [
    "FIGURES",
    "MODES",
    "TO_BE_DECIDED",
    "Line",
    "LineStop",
    "Period",
    "Publisher",
    "gtfs_from_lines",
    "read_lines",
]


def read_lines(path: Path) -> list[Line]:
    """Read a line table; the lines in the order of their first row.

    Beside `it.csv` may lie `it_periods.csv` (more than one headway a day) and `it_assumptions.yaml` (the source of
    each figure). Columns, units and examples: docs/lines.md. Raises `NetworkError` with everything that is wrong in
    the table and in the files beside it.

    >>> import tempfile
    >>> table = '''line,mode,seq,stop,lon,lat,minutes,headway_min,first,last
    ... 7,bus,1,Mill,9.10,44.20,0,30,6:00,20:00
    ... 7,bus,2,Station,9.12,44.20,4.5,30,6:00,20:00
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "lines.csv"
    ...     _ = file.write_text(table)
    ...     (line,) = read_lines(file)
    >>> line.id, line.mode, [stop.arrive for stop in line.stops], len(line.periods[0].departures())
    ('7', 'bus', [0, 270], 29)
    """
    problems: list[Problem] = []
    rows = read_rows(path, problems)
    beside = path.with_name(f"{path.stem}_periods.csv")
    periods = periods_by_line(read_rows(beside, problems, periods=True), problems) if beside.is_file() else {}
    grouped = _by_line(rows)
    known = {line.casefold(): line for line in grouped}
    if len(known) < len(grouped):
        problems.append(Problem("two lines differ only in upper and lower case", rows.file, field="line"))
    for line, (_, row) in periods.items():
        if line not in grouped and rows.lines:
            expected = f"a line of {path.name}"
            problems.append(
                Problem("a line that the table does not have", str(beside), row, "line", line, expected)
            )
    sources = read_sources(path.with_name(f"{path.stem}_assumptions.yaml"), list(grouped), problems)
    lines = [line_of(line, at, rows, periods.get(line, ((), 0))[0], problems) for line, at in grouped.items()]
    if not problems and not lines:
        problems.append(
            Problem("the table has no line", rows.file, expected="at least two rows: two stops of a line")
        )
    if problems:
        problems.sort(key=lambda problem: (problem.file or "", problem.row or 0))
        raise NetworkError("A line table cannot be used.", problems)
    return [_with_sources(line, sources.get(line.id, {})) for line in lines if line is not None]


def _by_line(rows: Rows) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for at, row in enumerate(rows.lines):
        if row.get("line"):
            grouped.setdefault(row["line"], []).append(at)
    return grouped


def _with_sources(line: Line, told: Mapping[str, str]) -> Line:
    return replace(line, sources={figure: told.get(figure, TO_BE_DECIDED) for figure in FIGURES})
