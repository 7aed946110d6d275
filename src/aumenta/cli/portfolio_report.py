# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What `aumenta portfolio` prints: the plan, what each scenario adds, what two do together, the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from aumenta.portfolio.choice import Choice, Point
    from aumenta.portfolio.model import Conflict, Result
    from aumenta.twin.portfolio import Plan

#: Pairs that are printed, those that do most beyond their sum first.
_PAIRS = 8


def say_plan(plan: Plan) -> None:
    """What will be computed, and how long it takes."""
    how = "all are computed" if plan.exact else "random orders pass through some of them"
    typer.echo(f"{plan.sets} sets can be done together, the one of none included: {how}.")
    left = plan.runs - plan.there
    most = "" if plan.exact else "at most "
    typer.echo(f"{most}{plan.runs} runs, of which {plan.there} are there.")
    rest = plan.estimate
    if left and rest is None:
        typer.echo("How long it takes is known when the first run has ended: nothing like it was measured.")
    elif left and rest is not None:
        size = f", about {_megabytes(plan.bytes)} on disk" if plan.bytes else ""
        typer.echo(
            f"The other {left} take about {_time(rest.likely)} ({_time(rest.least)} to {_time(rest.most)}){size}: "
            f"from {rest.measured} of {rest.singles} scenarios measured on this computer."
        )
    say_conflicts(plan.conflicts, plan.ordered)


def say_conflicts(conflicts: Iterable[Conflict], ordered: Iterable[tuple[str, ...] | list[str]]) -> None:
    """Scenarios that cannot be done together, and those that only can in this order."""
    for one in conflicts:
        turned = "; in the other order of the list they can" if one.other_order else ""
        typer.echo(f"Not together: {' + '.join(one.scenarios)}{turned}")
        for problem in one.problems:
            typer.echo(f"  - {problem}")
    for pair in ordered:
        typer.echo(f"Only in this order: {', then '.join(pair)}")


def progress(told: dict[str, Any]) -> str:
    """One line of the way."""
    left = told["left"]
    rest = "" if left is None else f", {_time(left[0])} left"
    sure = "" if told["error"] is None else f", error {told['error']:,.0f}"
    now = " + ".join(told["now"])
    return (
        f"{told['done']} of {told['total']} sets, {_time(told['seconds'])}{rest}{sure}: {now} {told['stage']}"
    )


def say(result: Result, choice: Choice | None, language: str) -> None:
    """What each scenario does for each right; with a choice also pairs, the frontier and the set."""
    from rich.console import Console

    screen = Console(highlight=False)
    about = result.sampling
    if not about.complete:
        told = f"{about.evaluated} sets computed: aumenta portfolio run goes on from there."
        screen.print(f"Not all is computed yet, {told}", markup=False)
    title = "Residents more who have a right: by a scenario alone, last, on average over orders"
    if not about.exact:
        title += f" (± standard error; {about.pairs} pairs of random orders, seed {about.seed})"
    screen.print(title, markup=False)
    if choice is None:
        _overview(screen, result, language)
    else:
        _of_right(screen, result, choice.right, language)
    say_conflicts(result.conflicts, result.ordered)
    if choice is not None:
        _pairs(result, choice.right)
        _choice(result, choice)


def _overview(screen: Console, result: Result, language: str) -> None:
    """A row for each right and scenario that moves it, for the whole territory."""
    from rich.table import Table

    table = Table("right", "scenario", "alone", "last", "average")
    names = {one.id: one.name.get(language) for one in result.members}
    still = []
    for right in result.rights:
        rows = [row for row in result.effects.where(right=right, band="all", state="met") if _moves(row)]
        for row in rows:
            table.add_row(right, names[row["scenario"]], *_effect(row))
        if not rows:
            still.append(right)
    screen.print(table)
    if still:
        screen.print(f"Nobody gains or loses: {', '.join(still)}", markup=False)


def _of_right(screen: Console, result: Result, right: str, language: str) -> None:
    """A row for each scenario, by band."""
    from rich.table import Table

    table = Table("scenario", "cost", "band", "alone", "last", "average")
    for one in result.members:
        for row in result.effects.where(scenario=one.id, right=right, state="met"):
            first = row["band"] == result.bands[0]
            if first or _moves(row):
                lead = [one.name.get(language), _cost(one.cost)] if first else ["", ""]
                table.add_row(*lead, row["band"], *_effect(row))
    screen.print(table)


def _moves(row: dict[str, Any]) -> bool:
    """Whether anybody gains or loses, or that is not known."""
    return any(row[name] is None or row[name] for name in ("alone", "last", "average"))


def _effect(row: dict[str, Any]) -> list[str]:
    average = _signed(row["average"])
    if row["error"]:
        average += f" ± {row['error']:,.0f}"
    return [_signed(row["alone"]), _signed(row["last"]), average]


def _pairs(result: Result, right: str) -> None:
    rows = [row for row in result.pairs.where(right=right, band="all") if row["beyond"]]
    rows.sort(key=lambda row: -abs(row["beyond"]))
    for row in rows[:_PAIRS]:
        typer.echo(
            f"{row['one']} + {row['other']}: {_signed(row['together'])} together, "
            f"{_signed(row['beyond'])} beyond their sum"
        )


def _choice(result: Result, choice: Choice) -> None:
    residents = result.residents[result.bands.index(choice.band)]
    best = choice.best
    names = " + ".join(best.scenarios) or "none of the scenarios"
    typer.echo(
        f"Best for {choice.right} ({choice.band}): {names}: {_signed(best.gain)} residents, {best.met:,} of "
        f"{residents:,} have it; cost {_cost(best.cost)}."
    )
    if best.proven:
        typer.echo(f"All {choice.rivals} sets that are allowed were computed: none does more.")
    else:
        typer.echo(f"The best of {choice.computed} sets computed of {choice.rivals} allowed: not proven.")
    for other in choice.ties:
        typer.echo(f"As much for as much: {' + '.join(other) or 'none'}")
    if choice.without_cost:
        typer.echo(f"Without a cost, so in no set under a budget: {', '.join(choice.without_cost)}")
    for name, points in (("cost", choice.by_cost), ("number", choice.by_number)):
        if len(points) > 1:
            typer.echo(f"By rising {name}:")
            for point in points:
                size = _cost(point.cost) if name == "cost" else str(len(point.scenarios))
                typer.echo(f"  {size:>12}  {_point(point)}")


def _point(point: Point) -> str:
    sure = "" if point.proven else " (not proven)"
    names = " + ".join(point.scenarios) or "none"
    return f"{_signed(point.gain):>10}  {names}{sure}"


def _cost(cost: float | None) -> str:
    return "not known" if cost is None else f"{cost:,.15g}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+,.0f}" if round(value) else "0"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _megabytes(count: int) -> str:
    return f"{max(count / 1e6, 1):,.0f} MB"
