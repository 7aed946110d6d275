# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta portfolio`: scenarios weighed against each other: which first, which together, which for a budget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aumenta.cli.choices import Folder, Format, Names, Output, Quiet, Shape
from aumenta.cli.output import put_table, write

if TYPE_CHECKING:
    from aumenta.portfolio.choice import Choice
    from aumenta.portfolio.model import Result
    from aumenta.twin.portfolio import TwinPortfolio

app = typer.Typer(help="Scenarios weighed against each other: which actions first.", no_args_is_help=True)
Scenarios = Annotated[
    list[str], typer.Argument(help="Two scenarios or more, in order: ids of the list, or files.")
]
Costs = Annotated[
    Path | None, typer.Option("--costs", help="CSV: scenario, cost, source; a blank cost is not known.")
]
Most = Annotated[int | None, typer.Option("--runs", help="Most runs (default: AUMENTA_MAX_PORTFOLIO_RUNS).")]
Error = Annotated[
    float | None,
    typer.Option("--error", help="Random orders only until averages are this sure: residents, 1 s.e."),
]
Seed = Annotated[int, typer.Option("--seed", help="Which random orders are drawn.")]
Right = Annotated[
    str | None, typer.Option("--right", help="A right, or one of its conditions: health, health.care.")
]
Band = Annotated[str, typer.Option("--band", help="An altitude band, or all.")]
Budget = Annotated[float | None, typer.Option("--budget", help="Most that the chosen set may cost.")]
Number = Annotated[int | None, typer.Option("--most", help="Most scenarios of the chosen set.")]
Pin = Annotated[list[str] | None, typer.Option("--pin", help="A scenario that is in every set.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", help="A scenario that is in none.")]


class What(StrEnum):
    """Tables of an answer."""

    effects = "effects"
    pairs = "pairs"
    sets = "sets"
    frontier = "frontier"


@dataclass(frozen=True)
class Question:
    """What is chosen for."""

    right: str | None
    band: str
    budget: float | None
    most: int | None
    pinned: tuple[str, ...]
    excluded: tuple[str, ...]

    def answer(self, result: Result) -> Choice | None:
        """The choice; None where no right is named."""
        from aumenta.portfolio.choice import choose

        if self.right is None:
            self.complain()
            return None
        return choose(
            result, self.right, self.band, self.budget, self.pinned, self.excluded, self.most
        )  # fmt: skip

    def complain(self) -> None:
        """`PortfolioError` for a choice that says nothing of what it is for."""
        from aumenta.errors import PortfolioError, Problem

        if self.budget is not None or self.most is not None or self.pinned or self.excluded:
            problem = Problem("a choice without a right", field="--right", expected="what to choose for")
            raise PortfolioError("The choice cannot be made as it is asked.", [problem])


def register(root: typer.Typer) -> None:
    """Add the commands to the command line."""
    root.add_typer(app, name="portfolio")


@app.command()
def plan(
    scenarios: Scenarios,
    costs: Costs = None,
    runs: Most = None,
    error: Error = None,
    seed: Seed = 1,
    twin: Folder = None,
) -> None:
    """Say what would be computed, what is there already, how long the rest takes, and what conflicts."""
    from aumenta.cli.portfolio_report import say_plan

    say_plan(_opened(twin, scenarios, costs, runs, error, seed).plan())


@app.command()
def run(  # noqa: PLR0917 - the options of a command
    scenarios: Scenarios,
    costs: Costs = None,
    runs: Most = None,
    error: Error = None,
    seed: Seed = 1,
    right: Right = None,
    band: Band = "all",
    budget: Budget = None,
    most: Number = None,
    pin: Pin = None,
    exclude: Exclude = None,
    twin: Folder = None,
    language: Names = "en",
    quiet: Quiet = False,
) -> None:
    """Compute every set that is asked for and print what it says; what is there already is taken as it is."""
    from rich.console import Console

    from aumenta.cli.portfolio_report import progress, say, say_plan

    question = Question(right, band, budget, most, tuple(pin or ()), tuple(exclude or ()))
    asked = _opened(twin, scenarios, costs, runs, error, seed)
    planned = asked.plan()
    _checked(question, asked)
    if not quiet:
        say_plan(planned)
    screen = Console(stderr=True, highlight=False)

    def tell(told: dict[str, Any]) -> None:
        if not quiet:
            status.update(progress(told))

    with screen.status("", spinner="dots") as status:
        result = asked.run(tell)
    if quiet:
        typer.echo(result.portfolio)
    else:
        say(result, question.answer(result), language)


@app.command()
def show(  # noqa: PLR0917 - the options of a command
    scenarios: Scenarios,
    costs: Costs = None,
    runs: Most = None,
    error: Error = None,
    seed: Seed = 1,
    right: Right = None,
    band: Band = "all",
    budget: Budget = None,
    most: Number = None,
    pin: Pin = None,
    exclude: Exclude = None,
    table: Annotated[
        What | None, typer.Option("--table", help="One table: effects, pairs, sets, frontier.")
    ] = None,
    form: Shape = Format.table,
    output: Output = None,
    twin: Folder = None,
    language: Names = "en",
) -> None:
    """Print what the runs that are there say; nothing is computed."""
    from aumenta.cli.portfolio_report import say

    question = Question(right, band, budget, most, tuple(pin or ()), tuple(exclude or ()))
    asked = _opened(twin, scenarios, costs, runs, error, seed)
    result = asked.shown()
    choice = question.answer(result)
    if table is None and form is Format.json:
        text = result.model_dump_json(indent=1) + "\n"
        typer.echo(text, nl=False) if output is None else write(output, text)
    elif table is None and form is Format.table and output is None:
        say(result, choice, language)
    else:
        put_table(_table(table or What.effects, result, choice), form, output)


def _opened(
    twin: Path | None,
    scenarios: list[str],
    costs: Path | None,
    runs: int | None,
    error: float | None,
    seed: int,
) -> TwinPortfolio:
    from aumenta.portfolio.costs import read_costs
    from aumenta.twin.facade import open_twin

    given = None if costs is None else read_costs(costs)
    return open_twin(twin).portfolio(scenarios, given, runs=runs, error=error, seed=seed)


def _checked(question: Question, asked: TwinPortfolio) -> None:
    """Whether the choice can be made, before hours are spent: on what the baseline alone says."""
    if question.right is None:
        question.complain()
        return
    from aumenta.errors import PortfolioError
    from aumenta.portfolio.choice import NOT_COMPUTED

    try:
        question.answer(asked.blank())
    except PortfolioError as error:
        if [one.message for one in error.problems] != [NOT_COMPUTED]:
            raise


def _table(what: What, result: Result, choice: Choice | None) -> Any:
    from aumenta.errors import PortfolioError, Problem
    from aumenta.portfolio.frames import frame_of, frontier_frame, sets_frame

    if what is What.sets:
        return sets_frame(result)
    if what is not What.frontier:
        return frame_of(result.effects if what is What.effects else result.pairs)
    if choice is None:
        problem = Problem("a frontier without a right", field="--right", expected=", ".join(result.rights))
        raise PortfolioError("The frontier cannot be told.", [problem])
    return frontier_frame(choice)
