# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Commands that build a twin and read it: build, twin, values, validate."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from aumenta.cli.choices import Folder, Format, Level, Names, Output, Quiet, Shape
from aumenta.cli.output import put_table


class Stage(StrEnum):
    """Stages a build can stop after."""

    ground = "ground"
    network = "network"
    readings = "readings"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(build)
    app.command("twin")(show)
    app.command()(values)
    app.command()(validate)


def build(
    pack: Annotated[str | None, typer.Argument(help="Name of a bundled pack, or a pack's folder.")] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="Folder of the twin (default: AUMENTA_TWIN).")
    ] = None,
    only: Annotated[Stage | None, typer.Option("--only", help="Stop after this stage.")] = None,
    resolution: Annotated[
        int | None, typer.Option("--resolution", help="Side of a cell: 100, 250, 500, 1000 m.")
    ] = None,
    fetched: Annotated[
        bool | None,
        typer.Option(
            "--fetched/--no-fetched",
            help="Take in the official sources that were fetched, or not (default: AUMENTA_FETCHED, which is no).",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Build the twin of a pack; an unchanged one is left as it is."""
    from aumenta.twin.builder import run_build

    began = time.perf_counter()
    stage: Literal["ground", "network", "readings"] | None = only.value if only else None
    if quiet:
        run_build(pack, into, stage, resolution, fetched=fetched)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    share = TextColumn("{task.percentage:>3.0f} %")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        share,
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("inputs", total=None)

        def step(name: str, done: int, total: int) -> None:
            bar.update(task, description=name, completed=done, total=total)

        outcome = run_build(pack, into, stage, resolution, step, fetched)
    seconds = time.perf_counter() - began
    build_name = outcome.manifest.build
    if not outcome.changed:
        typer.echo(f"Nothing changed: {outcome.root} is build {build_name} ({seconds:.2f} s).")
        return
    typer.echo(
        f"Built {outcome.manifest.pack.id} into {outcome.root}: build {build_name}, {seconds:.1f} s{_peak()}."
    )
    for note in outcome.manifest.notes:
        typer.echo(f"  {note}")


def _peak() -> str:
    """Peak memory of this process in words, where the system tells it."""
    try:
        import resource
    except ImportError:
        return ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f", peak memory {peak / (1024 * 1024 if sys.platform == 'darwin' else 1024):.0f} MB"


def show(twin: Folder = None, language: Names = "en") -> None:
    """Print what is in the twin: layers, readiness, missing and estimated shares, sources and licences."""
    from aumenta.cli.twin_report import report
    from aumenta.twin.facade import open_twin

    report(open_twin(twin), language)


def values(
    indicator: Annotated[str, typer.Argument(help="Id of an indicator, such as broadband.ftth.")],
    level: Annotated[Level | None, typer.Option("--level", help="Level of places (default: all).")] = None,
    place: Annotated[str | None, typer.Option("--place", help="Id of one place.")] = None,
    form: Shape = Format.table,
    output: Output = None,
    twin: Folder = None,
    language: Names = "en",
) -> None:
    """Print the values of an indicator by place, as a table, CSV or JSON."""
    from aumenta.cli.twin_report import print_values
    from aumenta.cli.twin_tables import named_values
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    frame = named_values(opened, indicator, level.value if level else None, place, language)
    if form is Format.table and output is None:
        print_values(opened, indicator, frame, language)
        return
    put_table(frame, form, output)


def validate(
    form: Shape = Format.table,
    output: Output = None,
    twin: Folder = None,
    language: Names = "en",
) -> None:
    """Set the figures that the plan printed beside the twin's, with difference and reason."""
    import pandas as pd

    from aumenta.cli.twin_report import print_comparisons
    from aumenta.cli.twin_tables import comparison_rows
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    if form is Format.table and output is None:
        print_comparisons(opened, language)
        return
    put_table(pd.DataFrame(comparison_rows(opened, language)), form, output)
