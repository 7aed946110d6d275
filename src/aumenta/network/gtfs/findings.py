# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is found wrong or worth saying while feeds are read: counted by kind, with the first places of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aumenta.errors import NetworkError, Problem

#: Places that are listed of one kind of problem; the rest is a count.
LISTED = 8


@dataclass(slots=True)
class _Kind:
    """One kind of problem in one file."""

    listed: list[Problem] = field(default_factory=list)
    count: int = 0


@dataclass(slots=True)
class Findings:
    """Collects problems and notes of all feeds. A problem left something out of the timetable; a note did not."""

    kinds: dict[tuple[str, str], _Kind] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    fatal: list[Problem] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Say something once."""
        if text not in self.notes:
            self.notes.append(text)

    def stop(self, problem: Problem) -> None:
        """Record something without which the feed cannot be read; `raise_fatal` raises all of them at once."""
        self.fatal.append(problem)

    def problem(
        self,
        code: str,
        message: str,
        file: str,
        rows: Iterable[int],
        *,
        field: str | None = None,
        found: Sequence[str] | None = None,
        expected: str | None = None,
    ) -> None:
        """Record one problem for each of `rows`; `found` goes with the rows."""
        kind = self.kinds.setdefault((file, code), _Kind())
        for position, row in enumerate(rows):
            kind.count += 1
            if len(kind.listed) < LISTED:
                shown = repr(found[position]) if found is not None else None
                kind.listed.append(Problem(message, file, int(row), field, shown, expected, code))

    @property
    def count(self) -> int:
        """How many problems there are in all."""
        return sum(kind.count for kind in self.kinds.values())

    def counts(self) -> dict[str, int]:
        """How many problems there are of each code, most first."""
        total: dict[str, int] = {}
        for (_, code), kind in self.kinds.items():
            total[code] = total.get(code, 0) + kind.count
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

    def listed(self) -> tuple[Problem, ...]:
        """The problems that are listed, after each kind how many more there are."""
        out: list[Problem] = []
        for (file, code), kind in self.kinds.items():
            out += kind.listed
            if kind.count > len(kind.listed):
                more = kind.count - len(kind.listed)
                out.append(
                    Problem(f"{kind.listed[0].message}: {more:,} more rows like these", file, code=code)
                )
        return tuple(out)

    def absorb(self, other: Findings) -> None:
        """Take in what was found in another feed."""
        for key, kind in other.kinds.items():
            mine = self.kinds.setdefault(key, _Kind())
            mine.count += kind.count
            mine.listed = [*mine.listed, *kind.listed][:LISTED]
        for text in other.notes:
            self.note(text)

    def raise_fatal(self, summary: str) -> None:
        """Raise `NetworkError` with everything found so far when something fatal is among it."""
        if self.fatal:
            raise NetworkError(summary, [*self.fatal, *self.listed()])
