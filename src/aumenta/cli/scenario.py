# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta scenario`: change the territory by a file, compute what it does, read who gains."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aumenta.cli.choices import Folder, Format, Level, Names, Output, Quiet, Shape
from aumenta.cli.output import put_table

if TYPE_CHECKING:
    from aumenta.scenario.resolve import Resolved
    from aumenta.twin.facade import Twin
    from aumenta.twin.scenario_run import ScenarioRun

app = typer.Typer(
    help="Scenarios: changes of the territory, what they do, and who gains.", no_args_is_help=True
)
What = Annotated[str, typer.Argument(help="A scenario's file, or the id of one in the list.")]
Ran = Annotated[str, typer.Argument(help="A run, or the id of a scenario (its last run).")]
#: Indicators told of when none is named, and groups shown beside the whole.
_MOST = 12


class By(StrEnum):
    """Groups of residents."""

    all = "all"
    band = "band"
    zone = "zone"
    age = "age"
    income = "income"
    fullvoid = "fullvoid"


def register(root: typer.Typer) -> None:
    """Add the commands to the command line."""
    root.add_typer(app, name="scenario")


@app.command("list")
def list_(twin: Folder = None, language: Names = "en") -> None:
    """Print the scenarios of the pack and the saved ones, each with its state and its runs."""
    from aumenta.portfolio.merge import MERGED
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    known = opened.scenarios()
    records = opened.runs.records()
    for one in known:
        where = "of the pack" if one.bundled else "saved"
        if one.bundled and one.saved:
            where = "of the pack, saved over it"
        if one.scenario is None:
            typer.echo(f"{one.id}  cannot be read: {one.error}  ({where})")
        else:
            actions = ", ".join(one.scenario.actions) or "no action"
            typer.echo(f"{one.id}  {one.scenario.name.get(language)}  [{actions}]  ({where})")
        for record in records:
            if record.scenario == one.id:
                stale = "" if record.build == opened.build else "  (of another build)"
                typer.echo(f"  run {record.run}{stale}")
    listed = {one.id for one in known}
    for record in records:
        if record.scenario not in listed and not record.scenario.startswith(MERGED):
            typer.echo(f"run {record.run}  {record.name.get(language)} (not saved)")
    if not known:
        typer.echo("No scenario yet. `aumenta scenario save FILE` keeps one with the twin.")


@app.command()
def check(scenario: What, twin: Folder = None, language: Names = "en") -> None:
    """Say what a scenario changes, or everything that is wrong with it; nothing is computed."""
    from aumenta.twin.facade import open_twin

    _say(open_twin(twin).scenario(scenario).resolved, language)


@app.command()
def save(scenario: Annotated[Path, typer.Argument(help="A scenario's file.")], twin: Folder = None) -> None:
    """Check a scenario and keep it with the twin, in the place of the one of its id."""
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    checked = opened.scenario(scenario)
    checked.resolved.checked()
    typer.echo(str(opened.runs.save(checked.scenario)))


@app.command()
def run(
    scenario: What,
    full: Annotated[
        bool, typer.Option("--full", help="Compute everything again, not only what may change.")
    ] = False,
    patience: Annotated[
        float, typer.Option("--patience", help="With -: seconds to wait for the scenario's id.", min=0)
    ] = 600.0,
    twin: Folder = None,
    language: Names = "en",
    quiet: Quiet = False,
) -> None:
    """Apply a scenario to the twin, compute what it may change, keep the run, print what it does.

    With - in place of a scenario the twin is read first, then the scenario's id is taken from standard input.
    """
    from rich.console import Console

    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    if scenario == "-":
        from aumenta.twin.prepared import prepare

        prepare(opened)
        scenario = _asked_for(patience)
    if not scenario:
        return
    asked = opened.scenario(scenario)
    if not quiet:
        _say(asked.resolved, language)
    screen = Console(stderr=True, highlight=False)
    with screen.status("", spinner="dots") as status:
        done = asked.run(full, None if quiet else lambda told: status.update(_progress(told)))
    if quiet:
        typer.echo(done.id)
    else:
        typer.echo(f"run {done.id}  {done.folder}")
        _whole(opened, done, language)


def _asked_for(patience: float) -> str:
    """The line that comes on standard input; nothing where it is closed, or none comes for so many seconds."""
    import select
    import sys

    there, _, _ = select.select([sys.stdin], [], [], patience)
    return sys.stdin.readline().strip() if there else ""


@app.command()
def compare(  # noqa: PLR0917 - the options of a command
    run: Ran,
    indicator: Annotated[
        str | None, typer.Option("--indicator", help="One indicator (default: the whole metropolis).")
    ] = None,
    level: Annotated[Level | None, typer.Option("--level", help="Level of places (default: all).")] = None,
    by: Annotated[By | None, typer.Option("--by", help="Residents who gain and lose, by group.")] = None,
    journeys: Annotated[
        bool, typer.Option("--journeys", help="Journeys that changed, before and after, leg by leg.")
    ] = False,
    form: Shape = Format.table,
    output: Output = None,
    twin: Folder = None,
    language: Names = "en",
) -> None:
    """Print what a run changed: before, after, difference; with --by the residents who gain and lose."""
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    done = opened.run_of(run)
    if journeys:
        from aumenta.cli.scenario_journeys import put_journeys

        put_journeys(opened, done, form, output, language)
        return
    if indicator is None and form is Format.table and output is None:
        _whole(opened, done, language)
        return
    if by is not None and indicator is not None:
        table = done.who_gains(indicator)
        frame = table[table["by"] == by.value]
    else:
        frame = (
            done.differences
            if indicator is None
            else done.difference(indicator, level.value if level else None)
        )
        frame = frame if level is None else frame[frame["level"] == level.value]
    if form is Format.table and output is None:
        typer.echo(frame.to_string(index=False))
        return
    put_table(frame, form, output)


def _say(resolved: Resolved, language: str) -> None:
    """The changes in words; raises with every problem."""
    for words in resolved.checked().descriptions:
        typer.echo(f"- {words.get(language)}")
    for one in resolved.scenario.assumptions:
        typer.echo(f"  assumed: {one.text.get(language)} ({one.source or 'to be decided'})")


def _progress(told: dict[str, Any]) -> str:
    first = told["first"]
    return f"{told['seconds']:.0f} s  {told['stage']}" + (
        f"  {len(first)} figures changed so far" if first else ""
    )


def _whole(twin: Twin, done: ScenarioRun, language: str) -> None:
    """What changes for the whole metropolis, and for whom."""
    from rich.console import Console
    from rich.table import Table

    screen = Console(highlight=False)
    if done.stale:
        screen.print(
            "The twin was built again since: run the scenario again to compare with it.", markup=False
        )
        return
    table = Table(
        "indicator", "before", "after", "difference", "better for", "worse for", title_justify="left"
    )
    rows = done.differences
    rows = rows[(rows["level"] == "metropolis") & (rows["difference"].abs() > 0)]
    rows = rows.drop_duplicates("indicator", keep="last")
    cells = set(done.cell_indicators)
    for name in rows["indicator"]:
        about, row = twin.indicators[str(name)], rows[rows["indicator"] == name].iloc[0]
        gains = done.who_gains(str(name)).iloc[0] if name in cells else None
        digits = about.decimals
        table.add_row(
            about.name.get(language),
            f"{row['before']:,.{digits}f}",
            f"{row['after']:,.{digits}f}",
            f"{row['difference']:+,.{max(digits, 1) + 1}f}",
            "" if gains is None else f"{gains['better']:,.0f}",
            "" if gains is None else f"{gains['worse']:,.0f}",
        )
    screen.print(table)
    touched = ", ".join(done.changed()[:_MOST])
    screen.print(f"Changed somewhere: {touched or 'nothing'}", markup=False)
