# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From tables of cells back to a plan; all that is wrong is told by table, row and column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from aumenta.errors import Problem, TableError
from aumenta.plan.model import Plan
from aumenta.plan.pack import FILE_MODELS, At, assemble, faults, kind_of
from aumenta.plan.spreadsheet_cells import CellFault, read_cell
from aumenta.plan.tables import SHEETS, Column, Sheet


@dataclass(frozen=True)
class CellTable:
    """A table as a carrier read it: its header, and its rows with their numbers as a spreadsheet shows them."""

    header: Sequence[Any]
    rows: Sequence[tuple[int, Sequence[Any]]]


@dataclass(frozen=True)
class _Record:
    """A row of a table: what it belongs to, and the entry it holds."""

    sheet: Sheet
    row: int
    keys: dict[str, Any]
    entry: dict[str, Any]


@dataclass
class _Files:
    """The plan's files as plain data, with the table and row that each entry came from."""

    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    origins: dict[tuple[str, At], tuple[Sheet, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: code of an action -> its file and number in it
    actions: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: what rows left out for their faults are called; nothing more is said of what belongs to them
    unsound: set[str] = field(default_factory=set)

    def add(self, file: str, at: At, record: _Record) -> None:
        self.origins[file, at] = (record.sheet, record.row)

    def blame(self, record: _Record, column: str, message: str, found: Any) -> None:
        if str(found) not in self.unsound:
            self.fault(record.sheet, record.row, column, message, found)

    def fault(
        self, sheet: Sheet, row: int | None, column: str | None, message: str, found: Any, **more: Any
    ) -> None:
        self.problems.append(
            Problem(message, sheet.name, row, column, None if found is None else str(found), **more)
        )


def plan_of(tables: dict[str, CellTable]) -> Plan:
    """Build a plan of tables named as `SHEETS`.

    Raises `TableError` with every missing or unknown table and column, every cell that is not what its column
    asks, every code that is not there, and whatever does not follow the plan's schema.
    """
    files = _Files()
    records = {sheet.name: _records(sheet, tables.get(sheet.name), files) for sheet in SHEETS}
    known = {sheet.name for sheet in SHEETS}
    for name in tables.keys() - known:
        files.problems.append(Problem("unknown table", name, expected=", ".join(sorted(known))))
    for sheet in SHEETS:
        for record in records[sheet.name]:
            _PLACE[sheet.name](files, record)
    models = _validated(files)
    if files.problems:
        problems = sorted(files.problems, key=lambda p: (p.file or "", p.row or 0, p.field or ""))
        raise TableError("The spreadsheet cannot be used as it is; nothing was changed.", problems)
    return assemble(models)


# --- cells -> entries ------------------------------------------------------------------------------------------


def _records(sheet: Sheet, table: CellTable | None, files: _Files) -> list[_Record]:
    if table is None:
        files.fault(sheet, None, None, "the table is missing", None)
        return []
    header = ["" if name is None else str(name).strip() for name in table.header]
    names = [column.name for column in sheet.columns]
    for name in names:
        if name not in header:
            files.fault(sheet, 1, name, "the column is missing", None)
    for name in dict.fromkeys(header):
        if name and name not in names:
            files.fault(sheet, 1, name, "unknown column", name, expected=", ".join(names))
        elif name and header.count(name) > 1:
            files.fault(sheet, 1, name, "the column is given twice", name)
    if any(problem.file == sheet.name for problem in files.problems):
        return []
    at = {name: header.index(name) for name in names}
    found = []
    for row, cells in table.rows:
        if any(cell not in (None, "") for cell in cells):
            values = {name: cells[place] if place < len(cells) else None for name, place in at.items()}
            record = _record(sheet, row, values, files)
            if record is not None:
                found.append(record)
    return found


def _record(sheet: Sheet, row: int, cells: dict[str, Any], files: _Files) -> _Record | None:
    keys: dict[str, Any] = {}
    entry: dict[str, Any] = {}
    sound = True
    for column in sheet.columns:
        try:
            value = read_cell(column, cells[column.name])
        except CellFault as fault:
            found = cells[column.name] or None
            files.fault(sheet, row, column.name, str(fault), found, expected=fault.expected)
            sound = False
            continue
        if column.path:
            _put(entry, column, value)
        else:
            keys[column.name] = value
    if not sound:
        if not sheet.keys:
            files.unsound.add(str(cells[sheet.columns[0].name]))
        return None
    return _Record(sheet, row, keys, _pruned(entry))


def _put(entry: dict[str, Any], column: Column, value: Any) -> None:
    for name in column.path[:-1]:
        entry = entry.setdefault(name, {})
    entry[column.path[-1]] = value


def _pruned(entry: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, so that the schema's defaults hold; an inner entry of empty cells is no entry."""
    cleaned = {key: _pruned(value) if isinstance(value, dict) else value for key, value in entry.items()}
    return {key: value for key, value in cleaned.items() if value is not None and value != {}}


# --- entries -> files ------------------------------------------------------------------------------------------

_Place = Callable[[_Files, _Record], None]


def _place_plan(files: _Files, record: _Record) -> None:
    if "plan.yaml" in files.data:
        files.blame(record, "id", "the table has one row only", record.entry.get("id"))
        return
    files.data["plan.yaml"] = {**record.entry, "revisions": [], "axes": []}
    files.add("plan.yaml", (), record)


def _place_in(file: str, name: str) -> _Place:
    """Entries of a list in a file that there is one of."""

    def place(files: _Files, record: _Record) -> None:
        entries = files.data.setdefault(file, {}).setdefault(name, [])
        files.add(file, (name, len(entries)), record)
        entries.append(record.entry)

    return place


def _place_axis_name(files: _Files, record: _Record) -> None:
    axes = files.data.get("plan.yaml", {}).get("axes", [])
    for number, axis in enumerate(axes):
        if axis.get("code") == record.keys["axis"]:
            _append(files, record, "plan.yaml", ("axes", number), axis, "names")
            return
    files.blame(record, "axis", "no such axis", record.keys["axis"])


def _place_file(folder: str, key: str) -> _Place:
    """Entries that are a file each."""

    def place(files: _Files, record: _Record) -> None:
        file = f"{folder}/{record.entry[key]}.yaml"
        if file in files.data:
            files.blame(record, key, f"{key} given twice", record.entry[key])
            return
        files.data[file] = {**record.entry, **({"items": []} if folder == "frameworks" else {"actions": []})}
        if folder == "editorial":
            files.data[file]["actions"] = {}
        files.add(file, (), record)

    return place


def _place_action(files: _Files, record: _Record) -> None:
    code = record.entry["code"]
    file = f"strategies/{code.rpartition('.')[0]}.yaml"
    if file not in files.data:
        if code.rpartition(".")[0] in files.unsound:
            files.unsound.add(code)
        files.blame(record, "code", "no such strategy", code)
    elif code in files.actions:
        files.blame(record, "code", "code given twice", code)
    else:
        files.actions[code] = (file, len(files.data[file]["actions"]))
        _append(files, record, file, (), files.data[file], "actions")


def _place_of_action(name: str | None) -> _Place:
    """Entries of a list field of an action; the field is a key of the row when no name is given."""

    def place(files: _Files, record: _Record) -> None:
        found = _action(files, record)
        if found is None:
            return
        file, number, action = found
        at: At = ("actions", number)
        if record.sheet.name == "fields":
            fields = action.setdefault("fields", {})
            if record.keys["field"] in fields:
                files.blame(record, "field", "field given twice", record.keys["field"])
            fields[record.keys["field"]] = record.entry
            files.add(file, (*at, "fields", record.keys["field"]), record)
        else:
            _append(files, record, file, at, action, name or record.keys["field"])

    return place


def _place_text(files: _Files, record: _Record) -> None:
    notes = _notes(files, record)
    if notes is None:
        return
    file, data = notes
    if record.keys["action"] in data["actions"] or record.keys["action"] in data.get("titles_en", {}):
        files.blame(record, "action", "action given twice", record.keys["action"])
        return
    if record.keys["title_en"] is not None:
        data.setdefault("titles_en", {})[record.keys["action"]] = record.keys["title_en"]
    if record.entry:
        data["actions"][record.keys["action"]] = record.entry
    files.add(file, ("actions", record.keys["action"]), record)
    files.add(file, ("titles_en", record.keys["action"]), record)


def _place_link(name: str) -> _Place:
    def place(files: _Files, record: _Record) -> None:
        notes = _notes(files, record)
        if notes is None:
            return
        file, data = notes
        if record.keys["action"] not in data["actions"]:
            message = "the action has no summary in action_texts"
            files.blame(record, "action", message, record.keys["action"])
            return
        at: At = ("actions", record.keys["action"])
        _append(files, record, file, at, data["actions"][record.keys["action"]], name)

    return place


def _place_framework_item(files: _Files, record: _Record) -> None:
    file = f"frameworks/{record.keys['framework']}.yaml"
    if file not in files.data:
        files.blame(record, "framework", "no such framework", record.keys["framework"])
        return
    _append(files, record, file, (), files.data[file], "items")


def _append(files: _Files, record: _Record, file: str, at: At, owner: dict[str, Any], name: str) -> None:
    entries = owner.setdefault(name, [])
    files.add(file, (*at, name, len(entries)), record)
    entries.append(record.entry)


def _action(files: _Files, record: _Record) -> tuple[str, int, dict[str, Any]] | None:
    code = record.keys["action"]
    if code not in files.actions:
        files.blame(record, "action", "no such action in the table actions", code)
        return None
    file, number = files.actions[code]
    return file, number, files.data[file]["actions"][number]


def _notes(files: _Files, record: _Record) -> tuple[str, dict[str, Any]] | None:
    code = record.keys["action"]
    file = f"editorial/{code.rpartition('.')[0]}.yaml"
    if code not in files.actions:
        files.blame(record, "action", "no such action in the table actions", code)
    elif file not in files.data:
        files.blame(record, "action", "its strategy has no row in strategy_texts", code)
    else:
        return file, files.data[file]
    return None


_PLACE: dict[str, _Place] = {
    "plan": _place_plan,
    "revisions": _place_in("plan.yaml", "revisions"),
    "axes": _place_in("plan.yaml", "axes"),
    "axis_names": _place_axis_name,
    "strategies": _place_file("strategies", "code"),
    "actions": _place_action,
    "fields": _place_of_action(None),
    "items": _place_of_action(None),
    "examples": _place_of_action("examples"),
    "frameworks": _place_file("frameworks", "id"),
    "framework_items": _place_framework_item,
    "aliases": _place_in("aliases.yaml", "aliases"),
    "strategy_texts": _place_file("editorial", "strategy"),
    "action_texts": _place_text,
    "sdgs": _place_link("sdgs"),
    "indicators": _place_link("indicators"),
    "citations": _place_in("citations.yaml", "citations"),
}


# --- files -> plan ---------------------------------------------------------------------------------------------


def _validated(files: _Files) -> dict[str, BaseModel]:
    models: dict[str, BaseModel] = {}
    unread: set[str] = set()
    for name, data in files.data.items():
        try:
            models[name] = FILE_MODELS[kind_of(name)].model_validate(data)
        except ValidationError as error:
            unread.add(name)
            for item in error.errors():
                value = None if item["type"] == "missing" else repr(item["input"])[:80]
                _blame(files, name, tuple(item["loc"]), item["msg"], value)
    for fault in faults(models, unread):
        _blame(files, fault.file, fault.at, fault.message, fault.found, fault.expected)
    return models


def _blame(
    files: _Files, file: str, at: At, message: str, found: str | None, expected: str | None = None
) -> None:
    """Tell a fault of the plan's files as one of the row and column it came from."""
    near = at
    while near and (file, near) not in files.origins:
        near = near[:-1]
    origin = files.origins.get((file, near))
    rest = tuple(str(part) for part in at[len(near) :])
    column = None
    if origin is not None:
        starts = [c.name for c in origin[0].columns if c.path and c.path[: len(rest)] == rest[: len(c.path)]]
        column = starts[0] if rest and starts else None
    row = origin[1] if origin else None
    name = origin[0].name if origin else "plan"
    files.problems.append(Problem(message, name, row, column or ".".join(rest) or None, found, expected))
