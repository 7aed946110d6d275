# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What reading timetables found, readable as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aumenta.errors import NetworkError, Problem
from aumenta.network.gtfs.feed import Feed

#: Examples that are shown of each kind of notice.
EXAMPLES = 3
_SEVERITIES = ("ERROR", "WARNING", "INFO")


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What one feed is: its publisher, agencies, days (ISO) and counts."""

    name: str
    publisher: str
    version: str
    agencies: tuple[str, ...]
    first_day: str | None
    last_day: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of notice of the validator gtfs-guru, which follows the rules of the MobilityData validator."""

    feed: str
    code: str
    severity: str
    count: int
    message: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GtfsReport:
    """What reading found. Problems left something out; notes did not; notices are the validator's (None: not asked)."""

    feeds: tuple[FeedFacts, ...]
    problems: tuple[Problem, ...]
    problem_counts: Mapping[str, int]
    notes: tuple[str, ...]
    notices: tuple[Notice, ...] | None = None

    def in_brief(self) -> tuple[str, ...]:
        """The notes, and before them one line for each kind of problem with its count."""
        left_out = (
            f"left out or mended, {code.replace('_', ' ')}: {count:,}"
            for code, count in self.problem_counts.items()
        )
        return (*left_out, *self.notes)

    def text(self) -> str:
        """The report in plain words, a line for each thing."""
        lines = []
        for feed in self.feeds:
            counts = ", ".join(f"{count:,} {name}" for name, count in feed.counts.items())
            lines.append(f"{feed.name}: {counts}; {feed.first_day or '?'} to {feed.last_day or '?'}")
        count = sum(self.problem_counts.values())
        lines.append(f"Problems: {count:,}" if count else "No problems.")
        lines += [f"  - {problem}" for problem in self.problems]
        if self.notes:
            lines.append("Notes:")
            lines += [f"  - {note}" for note in self.notes]
        for severity in _SEVERITIES if self.notices else ():
            shown = [notice for notice in self.notices or () if notice.severity == severity]
            if shown:
                lines.append(f"Validator, {severity.lower()}s:")
            for notice in shown:
                lines.append(f"  - {notice.feed}: {notice.code}, {notice.count:,} times: {notice.message}")
                lines += [f"      {example}" for example in notice.examples]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The report for `json.dumps`."""
        return {
            "feeds": [asdict(feed) for feed in self.feeds],
            "problem_counts": dict(self.problem_counts),
            "problems": [asdict(problem) for problem in self.problems],
            "notes": list(self.notes),
            "notices": None if self.notices is None else [asdict(notice) for notice in self.notices],
        }


def feed_facts(feed: Feed) -> FeedFacts:
    """The facts of one feed."""
    span = feed.services.span(np.unique(feed.trip_service))
    days = [str(np.datetime64(day, "D")) for day in span] if span else [None, None]
    return FeedFacts(
        feed.name,
        feed.about.get("feed_publisher_name", ""),
        feed.about.get("feed_version", ""),
        feed.agencies,
        days[0],
        days[1],
        dict(feed.counts),
    )


def validated(paths: Sequence[Path], feeds: Sequence[FeedFacts]) -> tuple[Notice, ...]:
    """The notices of gtfs-guru on each feed by code, errors first, each with examples; raises `NetworkError`.

    The feed is looked at as on its own first day, so that the notices do not depend on when they are made.
    """
    import gtfs_guru  # noqa: PLC0415

    notices: list[Notice] = []
    for path, feed in zip(paths, feeds, strict=True):
        try:
            result = gtfs_guru.validate(str(path), date=feed.first_day)
        except (RuntimeError, ValueError, OSError) as error:
            raise NetworkError(
                "The timetable cannot be validated.", [Problem(str(error), str(path))]
            ) from None
        found: dict[tuple[str, str], list[Any]] = {}
        for notice in result.notices:
            found.setdefault((str(notice.severity), str(notice.code)), []).append(notice)
        for (severity, code), several in found.items():
            examples = tuple(text for _, text in sorted(map(_example, several))[:EXAMPLES])
            notices.append(Notice(feed.name, code, severity, len(several), str(several[0].message), examples))
    rank = {severity: number for number, severity in enumerate(_SEVERITIES)}
    return tuple(sorted(notices, key=lambda n: (rank.get(n.severity, 9), n.feed, n.code)))


def _example(notice: Any) -> tuple[int, str]:
    """Row and words of a notice; the validator gives notices in any order."""
    place = ", ".join(
        part
        for part in (
            notice.file,
            f"row {notice.row}" if notice.row else "",
            notice.field and f"field {notice.field}",
        )
        if part
    )
    context = json.dumps(notice.context(), ensure_ascii=False, sort_keys=True, default=str)
    return notice.row or 0, f"{place}: {context[:160]}" if place else context[:160]
