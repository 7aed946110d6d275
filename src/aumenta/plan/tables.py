# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan as flat tables, one per kind of entry, that hold all of it: the ground of every export.

The columns come from the models of the schema: a scalar is a column, a `Text` two (`_it`, `_en`), an inner model its
own columns with its name before them, a list of texts one column; lists of entries are tables of their own.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin

import pandas as pd
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from aumenta.plan import model
from aumenta.plan.model import ITEM_FIELDS, Action, Plan
from aumenta.values.text import Text

ColumnKind = Literal["text", "code", "integer", "date", "list", "choice"]
Row = tuple[Any, ...]

#: Fields that hold items; examples have a table of their own, since they carry links.
PLAIN_ITEM_FIELDS = tuple(field for field in ITEM_FIELDS if field != "examples")
_ALL_FIELDS = ("description", *ITEM_FIELDS)
_CODE_NAMES = ("code", "id", "parent", "since")


@dataclass(frozen=True)
class Column:
    """A column: where its value stands in an entry, how it is written, and whether a cell may be empty."""

    name: str
    path: tuple[str, ...]
    kind: ColumnKind
    required: bool
    choices: tuple[str, ...] = ()
    #: Table and column whose values this one must be among, for the list that a spreadsheet offers.
    refers: tuple[str, str] | None = None


@dataclass(frozen=True)
class Sheet:
    """A table: its columns (first those that say to what an entry belongs) and where its entries are in a plan.

    `entries` gives, for every row, the values of the key columns and the entry (None: keys only).
    """

    name: str
    keys: tuple[Column, ...]
    model: type[BaseModel]
    entries: Callable[[Plan], Iterator[tuple[Row, BaseModel | None]]]

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, keys first."""
        own = columns_of(self.model)
        if self.name == "action_texts":  # a title in English may be there before the summary is
            own = tuple(Column(c.name, c.path, c.kind, False) for c in own)
        return (*self.keys, *own)


# --- columns of a model ----------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def columns_of(kind: type[BaseModel]) -> tuple[Column, ...]:
    """The flat columns of a model, in its own order."""
    return tuple(_columns(kind, "", (), True))


def _columns(kind: type[BaseModel], prefix: str, path: tuple[str, ...], required: bool) -> Iterator[Column]:
    for name, field in kind.model_fields.items():
        inner, optional = _bare(field)
        must = required and field.is_required() and not optional
        where, label = (*path, name), f"{prefix}{name}"
        if get_origin(inner) is Literal:
            yield Column(label, where, "choice", must, tuple(get_args(inner)))
        elif get_origin(inner) is list and get_args(inner)[0] is not None and _is_text(get_args(inner)[0]):
            yield Column(label, where, "list", False)
        elif get_origin(inner) in (list, dict):
            continue
        elif inner is model.Editorial:
            yield from _columns(inner, prefix, where, must)
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _columns(inner, f"{label}_", where, must)
        elif inner is int:
            yield Column(label, where, "integer", must)
        elif inner is date:
            yield Column(label, where, "date", must)
        else:
            code = name in _CODE_NAMES or bool(field.metadata)
            yield Column(label, where, "code" if code else "text", must, refers=_refers(name, field))


def _refers(name: str, field: FieldInfo) -> tuple[str, str] | None:
    """The table whose codes a field holds, by the pattern of its type; a citation's target may not exist."""
    if name in ("code", "target"):
        return None
    patterns = [getattr(part, "pattern", None) for part in field.metadata]
    return next((_CODE_TABLES[pattern] for pattern in patterns if pattern in _CODE_TABLES), None)


_CODE_TABLES = {
    model.AXIS_PATTERN: ("axes", "code"),
    model.STRATEGY_PATTERN: ("strategies", "code"),
    model.ACTION_PATTERN: ("actions", "code"),
}


def _bare(field: FieldInfo) -> tuple[Any, bool]:
    """A field's type without None, and whether None was allowed."""
    inner = field.annotation
    if get_origin(inner) in (Union, types.UnionType):
        parts = [part for part in get_args(inner) if part is not type(None)]
        return parts[0], True
    return inner, False


def _is_text(kind: Any) -> bool:
    return kind is str or (hasattr(kind, "__metadata__") and kind.__origin__ is str)


# --- the sheets ------------------------------------------------------------------------------------------------


def _key(name: str, table: str | None = None, choices: tuple[str, ...] = ()) -> Column:
    refers = (table, "id" if table == "frameworks" else "code") if table else None
    return Column(name, (), "choice" if choices else "code", True, choices, refers)


_ACTION = _key("action", "actions")
_Entries = Iterator[tuple[Row, BaseModel | None]]


def _axis_names(plan: Plan) -> _Entries:
    yield from (((axis.code,), item) for axis in plan.about.axes for item in axis.names)


def _fields(plan: Plan) -> _Entries:
    for action in plan.actions:
        for field in _ALL_FIELDS:
            if field in action.fields:
                yield (action.code, field), action.fields[field]


def _items(plan: Plan) -> _Entries:
    for action in plan.actions:
        for field in PLAIN_ITEM_FIELDS:
            yield from (((action.code, field), item) for item in getattr(action, field))


def _examples(plan: Plan) -> _Entries:
    yield from (((action.code,), example) for action in plan.actions for example in action.examples)


def _framework_items(plan: Plan) -> _Entries:
    yield from (((fw.id,), item) for fw in plan.frameworks.values() for item in fw.items)


def _action_texts(plan: Plan) -> _Entries:
    for notes in plan.editorial.values():
        codes = dict.fromkeys([*notes.actions, *notes.titles_en])
        for code in sorted(codes, key=lambda code: [int(part) for part in code.split(".")]):
            yield (code, notes.titles_en.get(code)), notes.actions.get(code)


def _links(name: str) -> Callable[[Plan], _Entries]:
    def entries(plan: Plan) -> _Entries:
        for notes in plan.editorial.values():
            for code in sorted(notes.actions, key=lambda code: [int(part) for part in code.split(".")]):
                yield from (((code,), link) for link in getattr(notes.actions[code], name))

    return entries


def _each(get: Callable[[Plan], Any]) -> Callable[[Plan], _Entries]:
    return lambda plan: (((), entry) for entry in get(plan))


SHEETS: tuple[Sheet, ...] = (
    Sheet("plan", (), model.PlanFile, _each(lambda plan: [plan.about])),
    Sheet("revisions", (), model.Revision, _each(lambda plan: plan.about.revisions)),
    Sheet("axes", (), model.Axis, _each(lambda plan: plan.about.axes)),
    Sheet("axis_names", (_key("axis", "axes"),), model.Item, _axis_names),
    Sheet("strategies", (), model.Strategy, _each(lambda plan: plan.strategies)),
    Sheet("actions", (), model.Action, _each(lambda plan: plan.actions)),
    Sheet("fields", (_ACTION, _key("field", choices=_ALL_FIELDS)), model.FieldFact, _fields),
    Sheet("items", (_ACTION, _key("field", choices=PLAIN_ITEM_FIELDS)), model.Item, _items),
    Sheet("examples", (_ACTION,), model.Example, _examples),
    Sheet("frameworks", (), model.Framework, _each(lambda plan: plan.frameworks.values())),
    Sheet("framework_items", (_key("framework", "frameworks"),), model.FrameworkItem, _framework_items),
    Sheet("aliases", (), model.Alias, _each(lambda plan: plan.aliases)),
    Sheet("strategy_texts", (), model.StrategyEditorial, _each(lambda plan: plan.editorial.values())),
    Sheet(
        "action_texts",
        (_ACTION, Column("title_en", (), "text", False)),
        model.ActionEditorial,
        _action_texts,
    ),
    Sheet("sdgs", (_ACTION,), model.SdgLink, _links("sdgs")),
    Sheet("indicators", (_ACTION,), model.IndicatorLink, _links("indicators")),
    Sheet("citations", (), model.Citation, _each(lambda plan: plan.citations)),
)


def plan_rows(plan: Plan) -> dict[str, list[Row]]:
    """Every table's rows, in the order of the pack's files; values are str, int, date, list of str or None."""
    return {sheet.name: list(_rows(sheet, plan)) for sheet in SHEETS}


def _rows(sheet: Sheet, plan: Plan) -> Iterator[Row]:
    own = sheet.columns[len(sheet.keys) :]
    for keys, entry in sheet.entries(plan):
        yield (*keys, *(_value(entry, column.path) for column in own))


def _value(entry: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if entry is None:
            return None
        entry = getattr(entry, name)
    return list(entry) if isinstance(entry, list) else entry


# --- tables to read --------------------------------------------------------------------------------------------


def tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Flat tables for download and study: every table of the spreadsheet, and `actions` with what a reader wants first.

    Codes are text, line numbers nullable integers, lists of texts joined by ` | `. In `actions` each list field of the
    sheet is one column of names joined so, with the axis, the English title and the two summaries.
    """
    frames = {}
    for sheet in SHEETS:
        frame = pd.DataFrame.from_records(list(_rows(sheet, plan)), columns=[c.name for c in sheet.columns])
        for column in sheet.columns:
            if column.kind == "integer":
                frame[column.name] = frame[column.name].astype("Int64")
            elif column.kind == "list":
                frame[column.name] = [" | ".join(value) for value in frame[column.name]]
        frames[sheet.name] = frame
    frames["actions"] = pd.DataFrame([_action_row(plan, action) for action in plan.actions])
    return frames


def _action_row(plan: Plan, action: Action) -> dict[str, Any]:
    strategy = action.code.rsplit(".", 1)[0]
    notes, own = plan.editorial.get(strategy), plan.editorial_of(action.code)
    summary = own.summary if own else Text(it="", en="")
    lists = {
        field: " | ".join(item.name for item in getattr(action, field))
        for field in ("examples", *PLAIN_ITEM_FIELDS)
    }
    return {
        "code": action.code,
        "title": action.title,
        "title_en": notes.titles_en.get(action.code, "") if notes else "",
        "axis": strategy.split(".")[0],
        "strategy": strategy,
        "summary_it": summary.it,
        "summary_en": summary.en,
        **lists,
        "sdgs": " | ".join(str(link.goal) for link in own.sdgs) if own else "",
        "indicators": " | ".join(link.indicator for link in own.indicators) if own else "",
        "status": action.status,
        "becomes": " | ".join(action.becomes),
        "since": action.since or "",
        "line": action.line,
    }
