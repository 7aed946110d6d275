# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What changed between two states of a plan, said in actions and fields.

Every difference between two plans shows up, and equal plans have none: the comparison walks both plans whole.
Entries of lists are matched by what names them (code, name, goal ...), so an inserted item is one added item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from aumenta.plan.model import Plan
from aumenta.plan.pack import code_key

What = Literal[
    "added", "removed", "changed", "reordered", "merged", "split", "superseded", "withdrawn", "revived"
]
Entity = Literal["plan", "axis", "strategy", "action", "editorial", "framework", "alias", "citation"]

_ENTITIES: tuple[Entity, ...] = (
    "plan", "axis", "strategy", "action", "editorial", "framework", "alias", "citation",
)  # fmt: skip
_FATES: dict[str, What] = {
    "merged": "merged",
    "split": "split",
    "superseded": "superseded",
    "withdrawn": "withdrawn",
    "active": "revived",
}
#: What names an entry of a list, the first that the entries have.
_KEYS = ("code", "id", "goal", "indicator", "name")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what happened to which entity, in which field, and the values before and after.

    `field` is a path in the entity (`actors[Regione Alta].line`), empty for the entity as a whole; `before` and
    `after` are None where there is nothing.
    """

    what: What
    entity: Entity
    code: str
    field: str = ""
    before: Any = None
    after: Any = None

    def as_dict(self) -> dict[str, Any]:
        """The change as plain data for JSON."""
        return asdict(self)


def diff_plans(before: Plan, after: Plan) -> list[Change]:
    """Changes that lead from one plan to the other, sorted by entity and code."""
    old, new = _entities(before), _entities(after)
    changes: list[Change] = []
    for entity, code in sorted(old.keys() | new.keys(), key=_order):
        a, b = old.get((entity, code)), new.get((entity, code))
        if a is None or b is None:
            what: What = "added" if a is None else "removed"
            changes.append(Change(what, entity, code, before=a, after=b))
        else:
            changes.extend(_compare(entity, code, a, b))
    changes.extend(_reordered(old, new))
    return changes


def _order(key: tuple[Entity, str]) -> tuple[int, tuple[int, ...], str]:
    entity, code = key
    numbers = code_key(code) if re.fullmatch(r"[0-9]+(\.[0-9]+)*", code) else ()
    return _ENTITIES.index(entity), numbers, code


def _entities(plan: Plan) -> dict[tuple[Entity, str], Any]:
    """Everything in the plan by what it is and its code, without what is told of another entity."""
    about = plan.about.model_dump(mode="json")
    found: dict[tuple[Entity, str], Any] = {("axis", axis["code"]): axis for axis in about.pop("axes")}
    found["plan", plan.about.id] = about
    for strategy in plan.strategies:
        data = strategy.model_dump(mode="json")
        found |= {("action", action["code"]): action for action in data.pop("actions")}
        found["strategy", strategy.code] = data
    for code, notes in plan.editorial.items():
        data = notes.model_dump(mode="json")
        titles, actions = data.pop("titles_en"), data.pop("actions")
        found["editorial", code] = data
        for action in sorted(titles.keys() | actions.keys(), key=code_key):
            found["editorial", action] = {"title_en": titles.get(action), **(actions.get(action) or {})}
    found |= {("framework", key): value.model_dump(mode="json") for key, value in plan.frameworks.items()}
    found |= {("alias", f"{a.name} ({a.kind})"): a.model_dump(mode="json") for a in plan.aliases}
    found |= {("citation", f"{c.source} → {c.target}"): c.model_dump(mode="json") for c in plan.citations}
    return found


def _reordered(old: dict[tuple[Entity, str], Any], new: dict[tuple[Entity, str], Any]) -> Iterator[Change]:
    """Aliases and citations keep the order of their file; a changed order alone is a change too."""
    ordered: tuple[Entity, ...] = ("axis", "alias", "citation")
    for entity in ordered:
        a = [code for kind, code in old if kind == entity and (kind, code) in new]
        b = [code for kind, code in new if kind == entity and (kind, code) in old]
        if a != b:
            yield Change("reordered", entity, "", before=a, after=b)


def _compare(entity: Entity, code: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    if entity == "action" and before["status"] != after["status"]:
        fate = _FATES[after["status"]]
        yield Change(fate, entity, code, "becomes", before["becomes"], after["becomes"])
        before = {key: value for key, value in before.items() if key not in ("status", "becomes")}
        after = {key: value for key, value in after.items() if key not in ("status", "becomes")}
    for field, what, a, b in _walk("", before, after):
        yield Change(what, entity, code, field, a, b)


def _walk(at: str, before: Any, after: Any) -> Iterator[tuple[str, What, Any, Any]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            where = f"{at}.{key}" if at else str(key)
            if key not in before:
                yield where, "added", None, after[key]
            elif key not in after:
                yield where, "removed", before[key], None
            else:
                yield from _walk(where, before[key], after[key])
    elif isinstance(before, list) and isinstance(after, list):
        yield from _walk_lists(at, before, after)
    elif before is None or after is None:
        yield at, "added" if before is None else "removed", before, after
    else:
        yield at, "changed", before, after


def _walk_lists(at: str, before: list[Any], after: list[Any]) -> Iterator[tuple[str, What, Any, Any]]:
    old, new = _named(before), _named(after)
    for name, entry in old.items():
        if name not in new:
            yield f"{at}[{_label(name)}]", "removed", entry, None
    for name, entry in new.items():
        if name not in old:
            yield f"{at}[{_label(name)}]", "added", None, entry
        else:
            yield from _walk(f"{at}[{_label(name)}]", old[name], entry)
    a, b = [name for name in old if name in new], [name for name in new if name in old]
    if a != b:
        yield at, "reordered", [_label(name) for name in a], [_label(name) for name in b]


#: What names an entry of a list, and which of those so named it is (from 1).
_Name = tuple[str, int]


def _named(entries: list[Any]) -> dict[_Name, Any]:
    found: dict[_Name, Any] = {}
    counts: dict[str, int] = {}
    for entry in entries:
        name = _name(entry)
        counts[name] = counts.get(name, 0) + 1
        found[name, counts[name]] = entry
    return found


def _label(name: _Name) -> str:
    return name[0] if name[1] == 1 else f"{name[0]} #{name[1]}"


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return str(next((entry[key] for key in _KEYS if entry.get(key) is not None), sorted(entry.items())))


def said(value: Any, longest: int = 60) -> str:
    """A value of a change in few words, for a table."""
    if value is None:
        return ""
    if isinstance(value, dict):
        value = next((value[key] for key in ("title", "raw", *_KEYS) if value.get(key) is not None), value)
    if isinstance(value, list):
        value = ", ".join(said(entry) for entry in value)
    text = str(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
