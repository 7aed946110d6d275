# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Commands that answer about travel times: what is reached from a point, and the journey between two."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from aumenta.access.times import Times


class Mode(StrEnum):
    """Ways of moving."""

    walk = "walk"
    bike = "bike"
    car = "car"
    transit = "transit"


class Access(StrEnum):
    """How one gets to the first stop."""

    walk = "walk"
    bike = "bike"
    car = "car"


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Language(StrEnum):
    """Languages of names and words."""

    it = "it"
    en = "en"


Folder = Annotated[Path | None, typer.Option("--twin", help="Folder of the twin (default: AUMENTA_TWIN).")]
Words = Annotated[Language, typer.Option("--language", help="Language of names and words.")]
Moving = Annotated[Mode, typer.Option("--mode", help="Way of moving.")]
Date = Annotated[
    str | None, typer.Option("--date", help="Day of the timetable, 2026-05-13 (default: a usual day).")
]
Most = Annotated[
    int | None, typer.Option("--max-minutes", help="What takes longer is not reached (default 120).")
]
First = Annotated[
    Access | None, typer.Option("--access", help="Way to the first stop; by car to railway and metro only.")
]
OnBoard = Annotated[
    bool, typer.Option("--bike-on-board", help="The bicycle travels along (with --access bike).")
]
Rides = Annotated[int | None, typer.Option("--rides", help="Most vehicles boarded (default: any number).")]
Vehicles = Annotated[
    str | None,
    typer.Option("--vehicles", help="Modes that may be boarded, such as rail,metro (default: all)."),
]
WalkSpeed = Annotated[
    float | None, typer.Option("--walk-speed", help="Metres a second on the flat (default 1.4).")
]
Change = Annotated[
    int | None,
    typer.Option("--change-seconds", help="Least seconds between two vehicles (default 60)."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(reach)
    # A place west of Greenwich begins with a minus and is no option.
    app.command(context_settings={"ignore_unknown_options": True})(journey)


def reach(  # noqa: PLR0917
    origin: Annotated[
        str, typer.Option("--from", help="lon,lat, or id or name of a place (its seat) or of a stop.")
    ],
    mode: Moving = Mode.transit,
    date: Date = None,
    window: Annotated[
        str, typer.Option("--window", help="First departure and end, 7:00-9:00, or one departure.")
    ] = "7:00-9:00",
    percentile: Annotated[
        int, typer.Option("--percentile", help="Of the times of all departures; 50 is the median.")
    ] = 50,
    toward: Annotated[bool, typer.Option("--toward", help="Times to the place, not from it.")] = False,
    max_minutes: Most = None,
    access: First = None,
    bike_on_board: OnBoard = False,
    rides: Rides = None,
    vehicles: Vehicles = None,
    walk_speed: WalkSpeed = None,
    change_seconds: Change = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
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
    asked = options_given(
        mode=mode,
        date=date,
        window=window_of(window),
        percentiles=(percentile,),
        max_minutes=max_minutes,
        access=access,
        bike_on_board=bike_on_board or None,
        rides=rides,
        vehicles=None if vehicles is None else tuple(v.strip() for v in vehicles.split(",")),
        walk_speed=walk_speed,
        change_seconds=change_seconds,
    )
    times = opened.reach(place.lonlat, toward=toward, **asked)
    if output is not None:
        _write(_geojson(times, areas), output)
    frame = reached_table(opened, times, language.value)
    if form is Format.table:
        print_reached(opened, times, frame, place.name, language.value)
    else:
        _print(frame, form)


def journey(  # noqa: PLR0917
    origin: Annotated[str, typer.Argument(help="lon,lat, or id or name of a place (its seat) or of a stop.")],
    destination: Annotated[str, typer.Argument(help="The same.")],
    departure: Annotated[str, typer.Argument(help="Earliest departure, 8:10.")],
    mode: Moving = Mode.transit,
    date: Date = None,
    max_minutes: Most = None,
    access: First = None,
    bike_on_board: OnBoard = False,
    rides: Rides = None,
    vehicles: Vehicles = None,
    walk_speed: WalkSpeed = None,
    change_seconds: Change = None,
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
    asked = options_given(
        mode=mode,
        date=date,
        max_minutes=max_minutes,
        access=access,
        bike_on_board=bike_on_board or None,
        rides=rides,
        vehicles=None if vehicles is None else tuple(v.strip() for v in vehicles.split(",")),
        walk_speed=walk_speed,
        change_seconds=change_seconds,
    )
    found = opened.router(**asked).journey(ends[0].lonlat, ends[1].lonlat, at)
    if output is not None:
        _write(found.to_gdf().to_json(drop_id=True), output)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
        return
    typer.echo(f"{ends[0].name} - {ends[1].name}" + (f", {found.date}" if found.date else ""))
    for line in found.text(language.value):
        typer.echo(line)


def options_given(**given: Any) -> dict[str, Any]:
    """Options of travel times that were given; what is not keeps its default."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in given.items()
        if value is not None
    }


def window_of(text: str) -> tuple[str, str]:
    """Both ends of `7:00-9:00`; one time is a window of one departure."""
    from aumenta.errors import AccessError, Problem

    ends = [end.strip() for end in text.split("-")]
    if len(ends) > 2:
        problem = Problem("not a window", field="--window", found=text, expected="7:00-9:00")
        raise AccessError("The question cannot be answered as it is put.", [problem])
    return ends[0], ends[-1]


def _geojson(times: Times, areas: bool) -> str:
    frame = times.isochrones() if areas else times.to_gdf()
    return str(frame.to_json(drop_id=True)) + "\n"


def _print(frame: pd.DataFrame, form: Format) -> None:
    from aumenta.cli.twin_tables import text_of

    typer.echo(text_of(frame, form.value), nl=False)


def _write(text: str, output: Path) -> None:
    from aumenta.errors import AumentaError, Problem
    from aumenta.store.yaml_files import write_text

    try:
        write_text(output, text)
    except OSError as error:
        raise AumentaError(
            "The file cannot be written.", [Problem(error.strerror or str(error), str(output))]
        ) from None
