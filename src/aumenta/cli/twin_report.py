# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the commands of the twin print for a person."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aumenta.cli.twin_tables import comparison_rows
from aumenta.twin.facade import Twin
from aumenta.twin.published import notes_of


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
    _replaced(console, twin, language)
    if manifest.complete:
        _indicators(console, twin, language)
    _sources(console, twin, language)


def _layers(console: Console, twin: Twin, language: str) -> None:
    table = _table("layer", "readiness", "status", "what is wanting", title="Layers")
    for layer in twin.layers:
        wanting = " ".join(text.get(language) for text in (layer.reason, layer.bring) if text)
        _add(table, layer.name.get(language), layer.readiness, layer.status, wanting)
    console.print(table)


def _replaced(console: Console, twin: Twin, language: str) -> None:
    """What fetched sources put in the place of the pack's own."""
    if not twin.manifest.replaced:
        return
    names = {layer.id: layer.name.get(language) for layer in twin.layers}
    table = _table("layer", "what", "source", "fetched", "sha256", title="From fetched sources")
    for entry in twin.manifest.replaced:
        layer = names.get(entry.layer or "", "–")
        _add(table, layer, entry.what.get(language), entry.source, entry.fetched, entry.sha256[:16])
    console.print(table)


def _indicators(console: Console, twin: Twin, language: str) -> None:
    """For each indicator and level: how many places are missing and how many estimated."""
    frame = twin.values()
    table = _table("indicator", "name", "values", "missing", "estimated", title="Values of places")
    for name, rows in frame.groupby("indicator", sort=True):
        missing, estimated = ((rows["status"] == status).mean() * 100 for status in ("missing", "estimated"))
        title = twin.indicators[str(name)].name.get(language)
        _add(table, str(name), title, str(len(rows)), f"{missing:.1f} %", f"{estimated:.1f} %")
    console.print(table)


def _sources(console: Console, twin: Twin, language: str) -> None:
    table = _table("source", "title", "licence", "date", "attribution", title="Sources")
    for source in twin.sources.values():
        _add(
            table,
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
        "level",
        "place",
        "name",
        "period",
        about.unit.get(language),
        "status",
        "missing parts",
        title=f"{about.name.get(language)}. {about.formula.get(language)}",
    )
    for row in frame.to_dict("records"):
        why = f": {row['reason']}" if row["reason"] else ""
        parts = f"{row['missing']} of {row['parts']}" if row["missing"] else ""
        value = number(row["value"], about.decimals)
        _add(table, row["level"], row["place"], row["name"], row["period"], value, row["status"] + why, parts)
    Console(highlight=False).print(table)


def print_comparisons(twin: Twin, language: str) -> None:
    """Print the published figures beside the twin's."""
    console = Console(highlight=False)
    rows = comparison_rows(twin, language)
    if not rows:
        console.print("The pack has no published figures.")
        return
    notes: dict[str, int] = {}
    table = _table("line", "figure", "published", "twin", "difference", "%", "status", "why")
    for row in rows:
        decimals = len(f"{row['published']:.9f}".rstrip("0").partition(".")[2])
        _add(
            table,
            str(row["line"]) + ("*" if row["derived"] else ""),
            row["figure"],
            f"{number(row['published'], decimals)} ({row['published_period']})",
            f"{number(row['twin'], decimals)} ({row['twin_period'] or '–'})",
            "–" if row["difference"] is None else f"{row['difference']:+,.{decimals}f}",
            "–" if row["percent"] is None else f"{row['percent']:+.1f}",
            row["status"],
            _note(notes, row["missing_reason"], row["reason"]),
        )
    console.print(table)
    for text, mark in notes.items():
        console.print(f"({mark}) {text}", markup=False)
    known = sum(row["twin"] is not None for row in rows)
    console.print(
        f"{len(rows)} published figures, {known} beside the twin's. * follows from printed figures.",
        markup=False,
    )
    for note in notes_of(twin):
        console.print(f"- {note.get(language)}", markup=False)


def _table(*columns: str, title: str | None = None) -> Table:
    """A table whose long words are folded, never cut."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _add(table: Table, *cells: str) -> None:
    """Add a row of plain text: what stands in brackets is no markup."""
    table.add_row(*(Text(cell) for cell in cells))


def _note(notes: dict[str, int], *texts: str | None) -> str:
    """The marks of reasons that stand under the table; the same reason has the same mark."""
    return " ".join(f"({notes.setdefault(text, len(notes) + 1)})" for text in texts if text)
