# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan out to a spreadsheet (xlsx), a folder of CSV files or one JSON file, and in again without loss.

`export_plan` and `read_plan` carry tables of cells; what the tables hold is said in `tables`, what a cell bears in
`spreadsheet_cells`. Reading refuses archives beyond the limits of the settings, and formulas.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from aumenta.errors import Problem, TableError
from aumenta.plan.model import Plan
from aumenta.plan.spreadsheet_cells import write_cell
from aumenta.plan.spreadsheet_read import CellTable, plan_of
from aumenta.plan.tables import SHEETS, Column, Row, Sheet, plan_rows
from aumenta.settings import get_settings

JSON_FORMAT = "aumenta-plan-tables/1"
_LONGEST_CELL = 32_767  # characters; the limit of the xlsx format
_WIDEST, _NARROWEST = 60, 8  # columns, in characters


def export_plan(plan: Plan, target: Path) -> None:
    """Write the whole plan to `target`: a file `.xlsx` or `.json`, or else a folder of CSV files.

    A file is replaced whole or not at all. Raises `TableError` when a text does not fit or the place cannot be written.
    """
    try:
        if target.suffix == ".xlsx":
            _write_whole(target, lambda stream: _write_xlsx(plan, stream))
        elif target.suffix == ".json":
            _write_whole(target, lambda stream: stream.write(_json(plan).encode()))
        else:
            target.mkdir(parents=True, exist_ok=True)
            for sheet, rows in _tables(plan):
                text = _csv(sheet, rows).encode()
                _write_whole(target / f"{sheet.name}.csv", lambda stream, text=text: stream.write(text))  # type: ignore[misc]
    except OSError as error:
        problem = Problem(error.strerror or "cannot be written", str(error.filename or target))
        raise TableError("The plan could not be exported.", [problem]) from None


def read_plan(source: Path) -> Plan:
    """Read a plan from what `export_plan` writes; raises `TableError` with every fault by table, row and column."""
    if not source.exists():
        raise TableError("The spreadsheet was not found.", [Problem("no such file", str(source))])
    try:
        if source.suffix == ".xlsx":
            return plan_of(_xlsx_tables(source))
        if source.suffix == ".json":
            return plan_of(_json_tables(source))
        return plan_of(_csv_tables(source))
    except OSError as error:
        problem = Problem(error.strerror or "cannot be read", str(source))
        raise TableError("The spreadsheet cannot be read.", [problem]) from None


def _tables(plan: Plan) -> Iterator[tuple[Sheet, list[Row]]]:
    rows = plan_rows(plan)
    yield from ((sheet, rows[sheet.name]) for sheet in SHEETS)


def _write_whole(target: Path, write: Callable[[IO[bytes]], Any]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# --- xlsx ------------------------------------------------------------------------------------------------------


def _write_xlsx(plan: Plan, stream: IO[bytes]) -> None:
    book = Workbook()
    book.remove(book.active)
    lengths = {sheet.name: len(rows) for sheet, rows in _tables(plan)}
    for sheet, rows in _tables(plan):
        page = book.create_sheet(sheet.name)
        page.append([column.name for column in sheet.columns])
        for number, row in enumerate(rows, 2):
            cells = [write_cell(column, value) for column, value in zip(sheet.columns, row, strict=True)]
            _check_lengths(sheet, number, cells)
            page.append(cells)
        _dress(page, sheet, lengths)
    buffer = io.BytesIO()
    book.save(buffer)
    stream.write(buffer.getvalue())


def _check_lengths(sheet: Sheet, row: int, cells: list[str | int | None]) -> None:
    for column, cell in zip(sheet.columns, cells, strict=True):
        if isinstance(cell, str) and len(cell) > _LONGEST_CELL:
            limit = f"at most {_LONGEST_CELL} characters; export to CSV or JSON instead"
            problem = Problem("text too long for a cell", sheet.name, row, column.name, str(len(cell)), limit)
            raise TableError("The plan does not fit into a spreadsheet.", [problem])


def _dress(page: Worksheet, sheet: Sheet, lengths: dict[str, int]) -> None:
    """Header frozen and bold, text format in text columns, widths to read, lists to choose from."""
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    last = max(page.max_row + 200, 1000)  # rows that people will add get the lists too
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        cells = page[letter]
        longest = max((len(line) for cell in cells for line in str(cell.value or "").split("\n")), default=0)
        page.column_dimensions[letter].width = max(_NARROWEST, min(_WIDEST, longest + 2))
        cells[0].font = Font(bold=True)
        for cell in cells[1:]:
            if column.kind != "integer":
                cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=column.kind in ("text", "list"), vertical="top")
        formula = _list_formula(column, lengths)
        if formula:
            rule = DataValidation(type="list", formula1=formula, allow_blank=not column.required)
            rule.error, rule.errorTitle = f"{column.name}: not one of the list", "aumenta"
            rule.add(f"{letter}2:{letter}{last}")
            page.add_data_validation(rule)


def _list_formula(column: Column, lengths: dict[str, int]) -> str | None:
    if column.choices:
        return '"' + ",".join(column.choices) + '"'
    if column.refers:
        table, name = column.refers
        columns = [c.name for c in next(s for s in SHEETS if s.name == table).columns]
        letter = get_column_letter(columns.index(name) + 1)
        return f"{table}!${letter}$2:${letter}${lengths[table] + 200}"
    return None


def check_archive(path: Path) -> None:
    """Refuse a zip or xlsx beyond the limits of the settings before it is unpacked; raises `TableError`."""
    settings = get_settings()
    problems = []
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise TableError("The file is not a spreadsheet.", [Problem(str(error), str(path))]) from None
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    bounds = (
        ("too many entries", len(entries), settings.max_archive_entries, "AUMENTA_MAX_ARCHIVE_ENTRIES"),
        ("unpacks to too many bytes", size, settings.max_archive_bytes, "AUMENTA_MAX_ARCHIVE_BYTES"),
        (
            "grows too much when unpacked",
            size // packed,
            settings.max_archive_ratio,
            "AUMENTA_MAX_ARCHIVE_RATIO",
        ),
    )
    for message, found, limit, name in bounds:
        if found > limit:
            expected = f"at most {limit} ({name})"
            problems.append(Problem(message, str(path), found=str(found), expected=expected))
    if problems:
        raise TableError("The spreadsheet is refused.", problems)


def _xlsx_tables(path: Path) -> dict[str, CellTable]:
    check_archive(path)
    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        problems: list[Problem] = []
        tables = {page.title: _xlsx_table(page, problems) for page in book.worksheets}
        book.close()
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        EOFError,
        SyntaxError,
    ) as error:
        problem = Problem(f"damaged: {error}", str(path))
        raise TableError("The file is not a spreadsheet.", [problem]) from None
    if problems:
        raise TableError("The spreadsheet holds formulas; values are expected.", problems)
    return tables


def _xlsx_table(page: Any, problems: list[Problem]) -> CellTable:
    limit = get_settings().max_table_rows
    header: list[Any] = []
    rows: list[tuple[int, list[Any]]] = []
    for number, cells in enumerate(page.iter_rows(), 1):
        if number > limit:
            _too_long(page.title, limit)
        for cell in cells:
            if cell.data_type == "f":
                where = str(header[cell.column - 1]) if 0 < cell.column <= len(header) else cell.column_letter
                problems.append(Problem("a formula", page.title, number, where, found=str(cell.value)[:80]))
        values = [cell.value for cell in cells]
        if number == 1:
            header = values
        else:
            rows.append((number, values))
    return CellTable(header, rows)


def _too_long(name: str, limit: int) -> None:
    problem = Problem("too many rows", name, expected=f"at most {limit} (AUMENTA_MAX_TABLE_ROWS)")
    raise TableError("The table is refused.", [problem])


# --- CSV -------------------------------------------------------------------------------------------------------


def _csv(sheet: Sheet, rows: list[Row]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name for column in sheet.columns])
    for row in rows:
        writer.writerow([write_cell(column, value) for column, value in zip(sheet.columns, row, strict=True)])
    return stream.getvalue()


def _csv_tables(folder: Path) -> dict[str, CellTable]:
    if not folder.is_dir():
        problem = Problem(
            "not a spreadsheet", str(folder), expected="a file .xlsx or .json, or a folder of CSV files"
        )
        raise TableError("The spreadsheet cannot be read.", [problem])
    return {path.stem: _csv_table(path) for path in sorted(folder.glob("*.csv"))}


def _csv_table(path: Path) -> CellTable:
    settings = get_settings()
    if path.stat().st_size > settings.max_archive_bytes:
        limit = f"at most {settings.max_archive_bytes} bytes (AUMENTA_MAX_ARCHIVE_BYTES)"
        raise TableError("The table is refused.", [Problem("file too large", str(path), expected=limit)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except UnicodeDecodeError as error:
        problem = Problem("not UTF-8", str(path), found=f"byte {error.start}")
        raise TableError("A table cannot be read.", [problem]) from None
    except csv.Error as error:
        raise TableError("A table cannot be read.", [Problem(str(error), str(path))]) from None
    if len(rows) > settings.max_table_rows:
        _too_long(path.name, settings.max_table_rows)
    return CellTable(rows[0] if rows else [], list(enumerate(rows[1:], 2)))


def _delimiter(text: str) -> str:
    """Spreadsheets in Italian write semicolons; the header, which holds plain names, tells."""
    header = text.split("\n", 1)[0]
    return ";" if header.count(";") > header.count(",") else ","


# --- JSON ------------------------------------------------------------------------------------------------------


def _json(plan: Plan) -> str:
    tables = {
        sheet.name: [
            {column.name: _plain(value) for column, value in zip(sheet.columns, row, strict=True)}
            for row in rows
        ]
        for sheet, rows in _tables(plan)
    }
    return json.dumps({"format": JSON_FORMAT, "tables": tables}, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _json_tables(path: Path) -> dict[str, CellTable]:
    if path.stat().st_size > get_settings().max_archive_bytes:
        raise TableError("The file is refused.", [Problem("file too large", str(path))])
    try:
        data = json.loads(path.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", None)
        raise TableError("The file is not valid JSON.", [Problem(str(error), str(path), row)]) from None
    tables = data.get("tables") if isinstance(data, dict) and data.get("format") == JSON_FORMAT else None
    if not isinstance(tables, dict):
        problem = Problem(
            "not an export of a plan", str(path), expected=f'"format": "{JSON_FORMAT}" and "tables"'
        )
        raise TableError("The file cannot be read.", [problem])
    return {str(name): _json_table(str(name), rows) for name, rows in tables.items()}


def _json_table(name: str, rows: Any) -> CellTable:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError("The file cannot be read.", [Problem("not a list of objects", name)])
    columns = {sheet.name: sheet.columns for sheet in SHEETS}.get(name, ())
    header = list(dict.fromkeys([*(c.name for c in columns), *(key for row in rows for key in row)]))
    cells = []
    for number, row in enumerate(rows, 1):
        by_name = {column.name: column for column in columns}
        cells.append((number, [_json_cell(by_name.get(key), row.get(key)) for key in header]))
    return CellTable(header, cells)


def _json_cell(column: Column | None, value: Any) -> Any:
    """JSON bears texts and lists as they are; they are written as cells so that one reading serves all."""
    if column is None or value is None:
        return value
    if column.kind == "list" and isinstance(value, list) and all(isinstance(part, str) for part in value):
        return write_cell(column, value)
    return write_cell(column, value) if isinstance(value, str) and column.kind != "integer" else value
