# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One family of errors. An error speaks to the person who can mend it and carries all that is wrong at once.

A `Problem` says where (file, row, field), what was found and what was expected. Code that can meet several
problems collects them in a list and raises once, before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in words and with its place.

    `row` counts from 1 as an editor or a spreadsheet shows it.
    """

    message: str
    file: str | None = None
    row: int | None = None
    field: str | None = None
    found: str | None = None
    expected: str | None = None
    code: str | None = None

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else None,
                f"field {self.field}" if self.field else None,
            )
            if part
        )
        detail = "; ".join(
            part
            for part in (
                f"found {self.found}" if self.found is not None else None,
                f"expected {self.expected}" if self.expected is not None else None,
            )
            if part
        )
        return (f"{place}: " if place else "") + self.message + (f" ({detail})" if detail else "")


class AumentaError(Exception):
    """Base of every error meant for a person; the command line prints it and ends with exit code 2."""

    exit_code = 2

    def __init__(self, summary: str, problems: Iterable[Problem] = ()) -> None:
        self.summary = summary
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(summary)

    def __str__(self) -> str:
        return "\n".join([self.summary, *(f"  - {p}" for p in self.problems)])


def error_to_json(error: AumentaError) -> str:
    """An error as one line of JSON, for the program that started this one."""
    told = {"error": error.summary, "problems": [asdict(one) for one in error.problems]}
    return json.dumps(told, ensure_ascii=False)


def error_from_json(text: str) -> AumentaError | None:
    """The error that the last line of a text tells; None where it tells none."""
    last = (text.strip().splitlines() or [""])[-1]
    try:
        told = json.loads(last)
        return AumentaError(str(told["error"]), [Problem(**one) for one in told["problems"]])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


class PackError(AumentaError):
    """A data pack (plan or territory) cannot be used as it is."""


class DocumentError(AumentaError):
    """A plan's published document cannot be read."""


class TableError(AumentaError):
    """A table (CSV, spreadsheet, GeoJSON) has wrong columns or rows."""


class TwinError(AumentaError):
    """A twin is absent, of another version, damaged, or cannot be written."""


class FetchError(AumentaError):
    """An official source could not be brought, or is not what was expected."""


class ServeError(AumentaError):
    """The pages cannot be served."""


class NetworkError(AumentaError):
    """Streets or a timetable cannot be read, or a network cannot be compiled or opened."""


class AccessError(AumentaError):
    """A question about travel times cannot be answered as it was put: point, date, window, option."""


class ScenarioError(AumentaError):
    """A scenario cannot be read, does not fit its territory, contradicts itself, or changes nothing."""


class SitingError(AumentaError):
    """A question about where to put a service cannot be answered as it was put: numbers, candidates, limits."""


class PortfolioError(AumentaError):
    """Scenarios cannot be weighed against each other as asked: too few, unknown, in conflict, wrong costs or budget."""
