# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the commands of the twin print for a person."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table

from aumenta.cli.twin_tables import comparison_rows
from aumenta.twin.facade import Twin


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thin groups; a dash for what is missing.

    >>> number(1234567.891, 1), number(None)
    ('1,234,567.9', '–')
    """
    return "–" if value is None or pd.isna(value) else f"{value:,.{decimals}f}"


def report(twin: Twin, language: str) -> None:
    """Print what is in a twin."""
    console = Console(highlight=False)
    manifest = twin.manifest
    whole = "complete" if manifest.complete else "not complete: " + ", ".join(manifest.stages)
    console.print(
        f"{manifest.pack.name.get(language)} ({manifest.pack.id}), build {manifest.build}, {whole}",
        markup=False,
    )
    console.print(
        f"software {manifest.software.get('aumenta', '')}, pack licence {manifest.pack.licence}", markup=False
    )
    for name, value in manifest.figures.items():
        console.print(
            f"  {name.replace('_', ' ')}: {number(value, 0 if value == int(value) else 1)}", markup=False
        )
    for note in manifest.notes:
        console.print(f"  {note}", markup=False)
    _layers(console, twin, language)
    if manifest.complete:
        _indicators(console, twin, language)
    _sources(console, twin, language)


def _layers(console: Console, twin: Twin, language: str) -> None:
    table = Table("layer", "readiness", "status", "what is wanting", title="Layers", title_justify="left")
    for layer in twin.layers:
        wanting = " ".join(text.get(language) for text in (layer.reason, layer.bring) if text)
        table.add_row(layer.name.get(language), layer.readiness, layer.status, wanting)
    console.print(table)


def _indicators(console: Console, twin: Twin, language: str) -> None:
    """For each indicator and level: how many places are missing and how many estimated."""
    frame = twin.values()
    table = Table(
        "indicator", "name", "places", "missing", "estimated", title="Values of places", title_justify="left"
    )
    for name, rows in frame.groupby("indicator", sort=True):
        missing, estimated = ((rows["status"] == status).mean() * 100 for status in ("missing", "estimated"))
        title = twin.indicators[str(name)].name.get(language)
        table.add_row(str(name), title, str(len(rows)), f"{missing:.1f} %", f"{estimated:.1f} %")
    console.print(table)


def _sources(console: Console, twin: Twin, language: str) -> None:
    table = Table("source", "title", "licence", "date", "attribution", title="Sources", title_justify="left")
    for source in twin.sources.values():
        table.add_row(
            source.id,
            source.title.get(language),
            source.licence,
            source.reference_date or "",
            source.attribution,
        )
    console.print(table)


def print_values(twin: Twin, indicator: str, frame: pd.DataFrame, language: str) -> None:
    """Print values of an indicator as a table."""
    about = twin.indicators[indicator]
    table = Table(
        "level", "place", "name", "period", about.unit.get(language), "status", "missing parts",
        title=f"{about.name.get(language)}. {about.formula.get(language)}", title_justify="left",
    )  # fmt: skip
    for row in frame.to_dict("records"):
        why = f": {row['reason']}" if row["reason"] else ""
        parts = f"{row['missing']} of {row['parts']}" if row["missing"] else ""
        value = number(row["value"], about.decimals)
        table.add_row(
            row["level"], row["place"], row["name"], row["period"], value, row["status"] + why, parts
        )
    Console(highlight=False).print(table)


def print_comparisons(twin: Twin, language: str) -> None:
    """Print the published figures beside the twin's."""
    console = Console(highlight=False)
    frame = comparison_rows(twin, language)
    if frame.empty:
        console.print("The pack has no published figures.")
        return
    table = Table("line", "figure", "published", "twin", "difference", "%", "status", "why")
    for row in frame.to_dict("records"):
        about = twin.indicators.get(row["indicator"])
        decimals = about.decimals if about else 1
        percent = "–" if pd.isna(row["percent"]) else f"{row['percent']:+.1f}"
        table.add_row(
            str(row["line"]),
            row["figure"],
            f"{number(row['published'], decimals)} ({row['published_period']})",
            f"{number(row['twin'], decimals)} ({row['twin_period'] or '–'})",
            number(row["difference"], decimals),
            percent,
            row["status"],
            row["reason"] or row["missing_reason"] or "",
        )
    console.print(table)
    known = frame["twin"].notna()
    console.print(f"{len(frame)} published figures, {int(known.sum())} beside the twin's.", markup=False)
