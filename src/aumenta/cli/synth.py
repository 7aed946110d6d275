# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta synth`: write a made-up metropolis of any size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("synth")(synth)


def synth(
    into: Annotated[Path, typer.Argument(help="A new or empty folder, or one that this command made.")],
    scale: Annotated[
        float, typer.Option(help="Size: 1 is a metropolis of 1.5 million people; 0.005 to 4.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Another number makes another metropolis.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sizes as JSON.")] = False,
) -> None:
    """Write a made-up metropolis: streets.osm.pbf, a GTFS timetable and cells.csv with population."""
    from dataclasses import asdict

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from aumenta.network.synth import synth as make

    columns = (TextColumn("{task.description:<22}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as bars:
        task = bars.add_task("", total=1.0)
        made = make(
            into, scale, seed, lambda step, share: bars.update(task, description=step, completed=share)
        )
    if as_json:
        typer.echo(json.dumps(asdict(made), indent=1))
        return
    for name, count in asdict(made).items():
        typer.echo(f"{name.replace('_', ' '):<11} {count:>10,}")
    typer.echo(f"Written to {into}")
