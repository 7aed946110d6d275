# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""An answer about siting for a person at a terminal: sentences, sites, who is still beyond the minutes, the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from aumenta.siting.sentences import percent

if TYPE_CHECKING:
    from aumenta.siting.explained import SitingAnswer
    from aumenta.twin.siting_run import SitingRun

#: Municipalities shown with people beyond the minutes.
_MOST = 15


def print_answer(run: SitingRun, language: str) -> None:
    """Print an answer."""
    screen, answer = Console(highlight=False), run.answer
    for words in answer.sentences:
        screen.print(words.get(language), markup=False)
    screen.print(_sites(answer, language))
    _print_beyond(screen, answer, language)
    screen.print(_curve(answer))
    for words in answer.notes:
        screen.print(f"- {words.get(language)}", markup=False)
    gap = "not proven" if answer.gap is None else f"{answer.gap:.2%}"
    screen.print(
        f"value {answer.value:,.4g} {answer.unit.get(language)}; gap {gap}; {answer.solved}; {answer.method}; "
        f"{answer.candidates} candidates, {answer.points} points; {answer.status}",
        markup=False,
    )
    screen.print(f"answer {answer.id}" + (f"  {run.folder}" if run.folder else "  (not kept)"), markup=False)


def _sites(answer: SitingAnswer, language: str) -> Table:
    table = Table(
        "site", "id", "in", "people", f"within {answer.question.within}", "median", "95 %", "farthest"
    )
    known = [one for one in answer.sites if not one.new and one.people > 0]
    for one in [*answer.chosen, *known]:
        name = (
            answer.things.get(language) + " (already there, together)" if one.sort == "together" else one.name
        )
        table.add_row(
            name if one.new or one.sort == "together" else f"{name} (already there)",
            one.id,
            one.place or "",
            f"{one.people:,.0f}",
            f"{one.within:,.0f}",
            _minutes(one.median),
            _minutes(one.p95),
            _minutes(one.farthest),
        )
    return table


def _print_beyond(screen: Console, answer: SitingAnswer, language: str) -> None:
    minutes = answer.question.within
    table = Table(
        "still beyond", "level", "people", f"beyond {minutes}", "share", "not reached", "within today"
    )
    parts = [one for one in answer.places if one.level in ("band", "zone")]
    rows = [answer.total, *(one for one in parts if one.people < answer.total.people)]
    towns = answer.beyond("municipality")
    for one in [*rows, *towns[:_MOST]]:
        table.add_row(
            one.name,
            one.level,
            f"{one.people:,.0f}",
            f"{one.beyond:,.0f}",
            "" if one.share is None else percent(1 - one.share).get(language),
            f"{one.unreached:,.0f}",
            "not known" if one.share_before is None else percent(one.share_before).get(language),
        )
    screen.print(table)
    if len(towns) > _MOST:
        screen.print(f"and {len(towns) - _MOST} municipalities more (--json has all)")


def _curve(answer: SitingAnswer) -> Table:
    table = Table("new sites", "added", f"people within {answer.question.within}", "share", "mean minutes")
    for one in answer.curve:
        table.add_row(
            f"{one.sites}" + (" (one more)" if one.more else ""),
            one.name or "",
            f"{one.within:,.0f}",
            percent(one.share).en,
            f"{one.mean:.1f}",
        )
    return table


def _minutes(value: int | None) -> str:
    return "-" if value is None else str(value)
