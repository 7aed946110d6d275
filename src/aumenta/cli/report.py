# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta report`: a place on two pages, as PDF and HTML."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aumenta.cli.choices import Folder, Language, Quiet


class Format(StrEnum):
    """Formats of reports."""

    pdf = "pdf"
    html = "html"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("report")(report)


def report(
    place: Annotated[str, typer.Argument(help="Id or name of a municipality or zone, or all.")],
    lang: Annotated[Language, typer.Option("--lang", help="Language of the report.")] = Language.it,
    into: Annotated[Path, typer.Option("--into", help="Folder of the files.")] = Path("reports"),
    form: Annotated[
        Format, typer.Option("--format", help="pdf (tagged, PDF/UA) or html (one file).")
    ] = Format.pdf,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, help="Processes at once (default: one a core).")
    ] = None,
    twin: Folder = None,
    quiet: Quiet = False,
) -> None:
    """Write the report of a municipality or a zone, or of all: facts, rights, readings, actions, sources."""
    import time

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from aumenta.publish import write_reports
    from aumenta.twin.facade import open_twin

    began = time.perf_counter()
    opened = open_twin(twin)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True, highlight=False)
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("reports", total=None)

        def step(done: int, total: int, file: Path) -> None:
            bar.update(task, description=file.name, completed=done, total=total)

        files = write_reports(opened, place, lang.value, into, form.value, processes, step)
    if quiet:
        return
    if len(files) == 1:
        typer.echo(f"Written: {files[0]}")
        return
    typer.echo(f"Written: {len(files)} reports into {into} ({time.perf_counter() - began:.0f} s).")
