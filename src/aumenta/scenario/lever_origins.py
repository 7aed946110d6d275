# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where a field of a change came from: the parameter of the lever, and the item of its list, that filled it.

What is wrong with a change is told at `changes[3].stops[1]`; whoever fills in a lever sees parameters only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The item of a list in a change that is repeated, and the keys of a template that no change has.
ITEM, EACH, WHEN = "it", "each", "when"
#: A parameter for the whole of a value, and inside a longer text; each with a field of it or without.
WHOLE = re.compile(r"^\$([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?$")
INSIDE = re.compile(r"\$\{([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?\}")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

#: A path into plain data: names of fields and places in lists.
Path = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """A parameter, and the number of the item of its list where it has one."""

    parameter: str
    item: int | None = None


@dataclass(frozen=True)
class Made:
    """A change that a template made: for which item of the list that it is repeated for, if it is."""

    template: Mapping[str, Any]
    item: int | None = None

    def origin(self, path: Sequence[int | str]) -> Origin | None:
        """What filled the field at a path of the change; None where only the template says it.

        What a template leaves to the change is told at the list it is repeated for, or what it is made by.
        """
        value: Any = self.template
        for at, step in enumerate(path):
            if isinstance(value, str):
                return self._named(value, tuple(path[at:]))
            value = _stepped(value, step)
            if value is None:
                return self._cause()
        if isinstance(value, str):
            return self._named(value, ())
        return self._cause() if value is self.template else next(self._within(value), None)

    def _named(self, text: str, rest: Path) -> Origin | None:
        """The parameter that a text of the template names, and the item where the path goes on into its list."""
        whole = WHOLE.match(text)
        found = whole or INSIDE.search(text)
        if found is None:
            return self._cause()
        if found[1] == ITEM:
            return self._cause()
        first = rest[0] if rest else None
        return Origin(found[1], first if isinstance(first, int) and whole and not found[2] else None)

    @property
    def cause(self) -> str | None:
        """The parameter by which the change is made at all; None for one that is always made."""
        origin = self._cause()
        return origin.parameter if origin else None

    def names(self) -> set[str]:
        """The parameters that the change is filled from."""
        return {one.parameter for one in self._within(self.template)} | (
            {self.cause} if self.cause else set()
        )

    def _cause(self) -> Origin | None:
        """The list that the change is repeated for, else the parameter by which it is made at all."""
        for key in (EACH, WHEN):
            told = WHOLE.match(str(self.template.get(key, "")))
            if told:
                return Origin(told[1], self.item if key == EACH else None)
        return None

    def _within(self, value: Any) -> Iterator[Origin]:
        """What is named anywhere in a value of the template."""
        parts: list[Any] = []
        if isinstance(value, Mapping):
            parts = list(value.values())
        elif isinstance(value, list):
            parts = value
        elif isinstance(value, str) and (found := self._named(value, ())):
            yield found
        for one in parts:
            yield from self._within(one)


def causes_of(templates: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """For each parameter the one by which all changes that use it are made; None where they have no such one."""
    found: dict[str, set[str | None]] = {}
    for made in map(Made, templates):
        for name in made.names():
            found.setdefault(name, set()).add(made.cause)
    return {name: causes.pop() if len(causes) == 1 else None for name, causes in found.items()}


def _stepped(value: Any, step: int | str) -> Any:
    """One step into plain data; None where it leads nowhere."""
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return None


def path_of(field: str) -> Path:
    """A place as problems give it, taken apart.

    >>> path_of("changes[3].stops[1]")
    ('changes', 3, 'stops', 1)
    """
    return tuple(int(number) if number else name for number, name in _STEP.findall(field))


def parameter_of(field: str | None, made: Sequence[Made]) -> Origin | None:
    """The parameter at which to tell what is wrong at a place: `parameters.stops[1]` or `changes[3].stops[1]`."""
    path = path_of(field or "")
    if len(path) > 1 and path[0] == "parameters":
        item = path[2] if len(path) > 2 and isinstance(path[2], int) else None
        return Origin(str(path[1]), item)
    if len(path) > 1 and path[0] == "changes" and isinstance(path[1], int) and path[1] < len(made):
        return made[path[1]].origin(path[2:])
    return None
