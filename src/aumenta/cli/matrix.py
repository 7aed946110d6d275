# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta matrix`: travel times from many places to many, or what is reached from each, into a Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aumenta.cli.choices import Folder, Quiet
from aumenta.cli.travel_options import Window, asks_travel_times, window_of

if TYPE_CHECKING:
    from aumenta.access.matrix import MatrixResult, Progress
    from aumenta.twin.facade import Twin

    Show = Callable[[Progress], None]
    #: `run_matrix` with all but its ends and what is kept.
    Compute = Callable[..., MatrixResult]


class Keep(StrEnum):
    """What is written."""

    minutes = "minutes"
    sums = "sums"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(matrix)


@asks_travel_times
def matrix(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Parquet file to write.")],
    origins: Annotated[
        str,
        typer.Option(
            help="seats of municipalities, inhabited cells, one inhabited cell for each km, all cells, or a CSV."
        ),
    ] = "seats",
    to: Annotated[str, typer.Option(help="cells, or any choice of origins; for minutes.")] = "cells",
    keep: Annotated[
        Keep,
        typer.Option(help="minutes of each pair; or sums of people, jobs and services by class of time."),
    ] = Keep.minutes,
    asked: dict[str, Any],
    window: Window = None,
    percentiles: Annotated[
        str, typer.Option(help="Of the times of all departures, such as 25,50,75.")
    ] = "25,50,75",
    processes: Annotated[int, typer.Option(min=1, max=256, help="Processes of this machine.")] = 2,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, tcp://10.0.0.1:8786, in their place.")
    ] = None,
    twin: Folder = None,
    quiet: Quiet = False,
) -> None:
    """Travel times from many places to many; a run that was stopped goes on where it was."""
    from aumenta.access.matrix import run_matrix
    from aumenta.access.options import Options
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    options = Options(
        window=window_of(window) if window else opened.window, percentiles=_percentiles(percentiles), **asked
    )
    opened.router(options)  # says what is wrong with the question before workers are started
    with _interrupted(output), _bar(quiet) as show:
        compute = partial(
            run_matrix,
            opened.folder / "network",
            options,
            into=output,
            processes=processes,
            cluster=cluster,
            progress=show,
        )
        answer = _minutes if keep is Keep.minutes else _sums
        result = answer(opened, (origins, to), compute)
    if quiet:
        return
    count = f"{result.computed + result.kept:,} origins"
    kept = f", {result.kept:,} of them computed before" if result.kept else ""
    typer.echo(f"Written to {output}: {count}{kept}, {result.seconds:.1f} s.")
    for note in result.notes:
        typer.echo(f"  {note}")


def _minutes(twin: Twin, ends: tuple[str, str], compute: Compute) -> MatrixResult:
    from aumenta.access.matrix_table import Names
    from aumenta.cli.matrix_places import places_of

    start, end = places_of(twin, ends[0], "--origins"), places_of(twin, ends[1], "--to")
    to = None if ends[1] == "cells" else end.cells
    return compute(start.cells, to=to, names=Names(start.names, end.names))


def _sums(twin: Twin, ends: tuple[str, str], compute: Compute) -> MatrixResult:
    from dataclasses import replace

    from aumenta.access.matrix_table import Names
    from aumenta.cli.matrix_places import places_of
    from aumenta.errors import AccessError, Problem

    if ends[1] != "cells":
        problem = Problem("sums are over all cells", field="--to", found=ends[1], expected="--keep minutes")
        raise AccessError("The question cannot be answered as it is put.", [problem])
    start, weights = places_of(twin, ends[0], "--origins"), twin.weights
    rows = {thing.id: row for thing, row in zip(weights.things, weights.matrix, strict=True)}
    result = compute(start.cells, keep="sums", weights=rows, names=Names(start.names))
    partly = [
        f"Not all {thing.name.get('en')} are known by cell: their sums are at least so many."
        for thing in weights.things
        if not thing.complete or thing.elsewhere
    ]
    return replace(result, notes=(*result.notes, *partly))


def _percentiles(text: str) -> tuple[int, ...]:
    from aumenta.errors import AccessError, Problem

    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        problem = Problem("not percentiles", field="--percentiles", found=text, expected="25,50,75")
        raise AccessError("The question cannot be answered as it is put.", [problem]) from None


@contextmanager
def _interrupted(output: Path) -> Iterator[None]:
    """Ctrl+C ends with a message: what is finished stays."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(
            f"Stopped. Finished blocks are kept beside {output}: the same command goes on from there.",
            err=True,
        )
        raise typer.Exit(130) from None


@contextmanager
def _bar(quiet: bool) -> Iterator[Show | None]:
    """A bar with origins done and the time that is left at the measured pace."""
    if quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bars(*columns, console=Console(stderr=True, highlight=False), transient=True) as bars:
        task = bars.add_task("origins", total=None, left="")

        def show(progress: Progress) -> None:
            left = "" if progress.seconds_left is None else f"{time_left(progress.seconds_left)} left"
            text = "writing" if progress.writing else "origins"
            bars.update(task, description=text, completed=progress.done, total=progress.total, left=left)

        yield show


def time_left(seconds: float) -> str:
    """A duration in the words of somebody who waits.

    >>> time_left(8), time_left(100), time_left(4000)
    ('8 s', '2 min', '1 h 7 min')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
