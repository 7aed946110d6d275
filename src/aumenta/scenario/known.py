# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Things by id that changes add to and take from, without touching the things there were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Generic, TypeVar

from aumenta.errors import Problem

#: Nearest names offered for one that is not known.
OFFERED = 3
_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with an id and, where it has one, a name."""

    id: str
    name: str = ""

    @property
    def label(self) -> str:
        """The name, else the id."""
        return self.name or self.id


T = TypeVar("T", bound=Named)


@dataclass(frozen=True)
class Known(Generic[T]):
    """Things of one sort (`noun`): those there were, those added or changed, those gone and which change took them.

    >>> stops = Known("stop", lambda: {"a": Named("a", "Alba"), "b": Named("b", "Bosco")})
    >>> "a" in stops.removing("a", 0), "a" in stops, stops.adding(Named("c")).get("c")
    (False, True, Named(id='c', name=''))
    >>> print(stops.problems("Alva", "line")[0])
    field line: no such stop (found Alva; expected a (Alba))
    """

    noun: str
    load: Callable[[], Mapping[str, T]]
    added: Mapping[str, T] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)

    def __contains__(self, code: str) -> bool:
        return code not in self.gone and (code in self.added or code in self.load())

    def get(self, code: str) -> T | None:
        """The thing, or None when there is none or it is gone."""
        return None if code in self.gone else self.ever(code)

    def ever(self, code: str) -> T | None:
        """The thing, also one that is gone."""
        return self.added.get(code) or self.load().get(code)

    def label(self, code: str) -> str:
        """Name of a thing, also of one that is gone; the id where there is none."""
        found = self.ever(code)
        return found.label if found else code

    def adding(self, one: T) -> Known[T]:
        """With one more thing, or with the thing of that id as it is now."""
        gone = {code: at for code, at in self.gone.items() if code != one.id}
        return replace(self, added={**self.added, one.id: one}, gone=gone)

    def removing(self, code: str, index: int) -> Known[T]:
        """Without a thing, which the change at `index` takes away."""
        return replace(self, gone={**self.gone, code: index})

    def problems(self, code: str, at: str) -> list[Problem]:
        """A problem when there is no thing of that id: gone, or never there, with the nearest names."""
        if code in self:
            return []
        if code in self.gone:
            expected = f"a {self.noun} that changes[{self.gone[code]}] has not removed"
            return [Problem(f"this {self.noun} is removed before", field=at, found=code, expected=expected)]
        return [Problem(f"no such {self.noun}", field=at, found=code, expected=self.offer(code))]

    def taken(self, code: str, at: str) -> list[Problem]:
        """A problem when a new thing would have an id that is, or was, another's."""
        if code not in self and code not in self.gone:
            return []
        expected = f"an id that no {self.noun} has, or had"
        return [Problem(f"another {self.noun} has this id", field=at, found=code, expected=expected)]

    def offer(self, wanted: str) -> str:
        """The nearest ids and names, to be offered for one that is not known."""
        found = self.nearest(wanted)
        if found:
            return "; ".join(f"{one.id} ({one.name})" if one.name else one.id for one in found)
        count = len({*self.load(), *self.added} - set(self.gone))
        return f"one of the {count} there are" if count else f"none: there is no {self.noun}"

    def nearest(self, wanted: str) -> list[T]:
        """The things whose id or name is most like what was asked for, most like first."""
        every = {**self.load(), **self.added}
        spelled: dict[str, str] = {}
        for code in sorted(every):
            if code not in self.gone:
                for text in (code, every[code].name):
                    spelled.setdefault(text.casefold(), code)
        close = get_close_matches(wanted.casefold(), list(spelled), n=2 * OFFERED, cutoff=_LIKENESS)
        codes = list(dict.fromkeys(spelled[text] for text in close))[:OFFERED]
        return [every[code] for code in codes]
