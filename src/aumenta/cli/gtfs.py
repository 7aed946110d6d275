# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta gtfs`: look at timetables before they become part of a twin, and make one from a table of lines."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aumenta.errors import NetworkError

if TYPE_CHECKING:
    from aumenta.network.gtfs import GtfsReport
    from aumenta.network.model import Timetable

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Feeds = Annotated[list[Path], typer.Argument(help="Zips or folders of GTFS feeds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

commands = typer.Typer(
    no_args_is_help=True, help="Timetables: check and look at GTFS feeds, make one of lines."
)


def register(app: typer.Typer) -> None:
    """Add the group of commands to the command line."""
    app.add_typer(commands, name="gtfs")


@commands.command("check")
def check(
    paths: Feeds,
    validator: Annotated[bool, typer.Option(help="Also run the validator gtfs-guru.")] = True,
    as_json: AsJson = False,
) -> None:
    """Read feeds as a build does and say what is wrong with them; exit code 2 when they cannot be used."""
    from aumenta.network.gtfs import read_gtfs

    try:
        _, report = read_gtfs(paths, validate=validator)
    except NetworkError as error:
        if as_json:
            problems = [asdict(problem) for problem in error.problems]
            _print_json({"usable": False, "summary": error.summary, "problems": problems})
            raise typer.Exit(error.exit_code) from None
        raise
    if as_json:
        _print_json({"usable": True} | report.as_json())
        return
    typer.echo(report.text())
    typer.echo("The timetable can be used.")


@commands.command("show")
def show(paths: Feeds, as_json: AsJson = False) -> None:
    """What runs: agencies, lines by mode, stops, trips on each day of the representative week, notes."""
    from aumenta.network.gtfs import read_gtfs

    timetable, report = read_gtfs(paths)
    facts = _facts(timetable, report)
    if as_json:
        _print_json(facts)
    else:
        _print_facts(facts)


@commands.command("from-lines")
def from_lines(
    table: Annotated[Path, typer.Argument(help="CSV of lines: ordered stops, running minutes, headways.")],
    into: Annotated[Path, typer.Option("--into", help="Zip (by its name) or folder that is written.")],
) -> None:
    """Make a GTFS feed of a table of lines, as an office sketches a service that does not exist yet."""
    from aumenta.network.gtfs import read_gtfs
    from aumenta.network.lines import gtfs_from_lines, read_lines

    lines = read_lines(table)
    gtfs_from_lines(lines, into)
    _, report = read_gtfs([into])
    typer.echo(report.text())
    typer.echo(f"Written: {into}")


def _facts(timetable: Timetable, report: GtfsReport) -> dict[str, Any]:
    """The figures that `show` prints."""
    import numpy as np

    from aumenta.network.gtfs import MODES, dates_with_service, mode_of, representative_date, trips_by_day

    day = representative_date(timetable)
    at = int((day - timetable.first_date) / np.timedelta64(1, "D"))
    monday = at - int((day.astype(np.int64) + 3) % 7)
    trips = trips_by_day(timetable)
    week = {
        name: int(trips[monday + i]) if 0 <= monday + i < len(trips) else 0 for i, name in enumerate(WEEKDAYS)
    }
    mode = np.array([mode_of(int(code)) for code in timetable.line_type])
    running = timetable.running(day)[timetable.trip_service]
    of_trip = mode[timetable.trip_line[running]]
    dates = dates_with_service(timetable)
    return {
        "feeds": report.as_json()["feeds"],
        "agencies": sorted({str(name) for name in timetable.line_agency if name}),
        "stops": len(timetable.stop_id),
        "modes": {
            name: {"lines": int((mode == name).sum()), "trips": int((of_trip == name).sum())}
            for name in MODES
            if (mode == name).any()
        },
        "first_day": str(dates[0]),
        "last_day": str(dates[-1]),
        "representative_day": str(day),
        "trips_in_its_week": week,
        "problems": dict(report.problem_counts),
        "notes": list(report.notes),
    }


def _print_facts(facts: dict[str, Any]) -> None:
    typer.echo("Agencies: " + (", ".join(facts["agencies"]) or "not told"))
    typer.echo(f"Stops: {facts['stops']:,}")
    typer.echo(f"Days with service: {facts['first_day']} to {facts['last_day']}")
    typer.echo(f"Representative day: {facts['representative_day']}")
    for name, count in facts["modes"].items():
        typer.echo(f"  {name}: {count['lines']:,} lines, {count['trips']:,} trips on that day")
    typer.echo("Trips in its week:")
    for name, trips in facts["trips_in_its_week"].items():
        typer.echo(f"  {name}: {trips:,}")
    for code, count in facts["problems"].items():
        typer.echo(f"Left out, {code}: {count:,} (see aumenta gtfs check)")
    for note in facts["notes"]:
        typer.echo(f"  {note}")


def _print_json(result: dict[str, Any]) -> None:
    typer.echo(json.dumps(result, indent=1, ensure_ascii=False))
