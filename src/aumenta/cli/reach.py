# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Commands that answer about travel times: what is reached from a point, and the journey between two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aumenta.cli.choices import Folder, Format, Language, Shape
from aumenta.cli.output import put_table, write
from aumenta.cli.travel_options import Window, asks_travel_times, window_of

if TYPE_CHECKING:
    from aumenta.access.times import Times


Words = Annotated[Language, typer.Option("--language", help="Language of names and words.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(reach)
    # A place west of Greenwich begins with a minus and is no option.
    app.command(context_settings={"ignore_unknown_options": True})(journey)


@asks_travel_times
def reach(
    origin: Annotated[
        str, typer.Option("--from", help="lon,lat, or id or name of a place (its seat) or of a stop.")
    ],
    *,
    asked: dict[str, Any],
    window: Window = None,
    percentile: Annotated[
        int, typer.Option("--percentile", help="Of the times of all departures; 50 is the median.")
    ] = 50,
    toward: Annotated[bool, typer.Option("--toward", help="Times to the place, not from it.")] = False,
    form: Shape = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write reached cells and their minutes as GeoJSON.")
    ] = None,
    areas: Annotated[
        bool, typer.Option("--areas", help="With --output: areas within each limit instead of cells.")
    ] = False,
    twin: Folder = None,
    language: Words = Language.en,
) -> None:
    """Print how many people, jobs and services are reached within 15, 30, 45, 60, 75 and 90 minutes."""
    from aumenta.cli.reach_report import print_reached, reached_table
    from aumenta.cli.reach_where import where
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    place = where(opened, origin, "--from")
    asked |= {"window": window_of(window) if window else opened.window, "percentiles": (percentile,)}
    times = opened.reach(place.lonlat, toward=toward, **asked)
    if output is not None:
        write(output, _geojson(times, areas))
    frame = reached_table(opened, times, language.value)
    if form is Format.table:
        print_reached(opened, times, frame, place.name, language.value)
    else:
        put_table(frame, form)


@asks_travel_times
def journey(
    origin: Annotated[str, typer.Argument(help="lon,lat, or id or name of a place (its seat) or of a stop.")],
    destination: Annotated[str, typer.Argument(help="The same.")],
    departure: Annotated[str, typer.Argument(help="Earliest departure, 8:10.")],
    *,
    asked: dict[str, Any],
    as_json: Annotated[bool, typer.Option("--json", help="Print the journey as JSON.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the legs with their lines as GeoJSON.")
    ] = None,
    twin: Folder = None,
    language: Words = Language.en,
) -> None:
    """Print the best journey between two places for one departure, leg by leg."""
    from aumenta.access.options import seconds_of
    from aumenta.cli.reach_where import where
    from aumenta.twin.facade import open_twin

    at = seconds_of(departure)
    opened = open_twin(twin)
    ends = where(opened, origin, "origin"), where(opened, destination, "destination")
    found = opened.router(**asked).journey(ends[0].lonlat, ends[1].lonlat, at)
    if output is not None:
        write(output, found.to_gdf().to_json(drop_id=True))
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
        return
    typer.echo(f"{ends[0].name} - {ends[1].name}" + (f", {found.date}" if found.date else ""))
    for line in found.text(language.value):
        typer.echo(line)


def _geojson(times: Times, areas: bool) -> str:
    frame = times.isochrones() if areas else times.to_gdf()
    return str(frame.to_json(drop_id=True)) + "\n"
