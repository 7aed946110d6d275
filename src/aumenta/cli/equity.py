# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta equity`: how evenly an indicator is spread over people."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from aumenta.cli.choices import Folder, Format, Names, Output, Shape
from aumenta.cli.output import put_table

if TYPE_CHECKING:
    from rich.console import Console

    from aumenta.twin.equity import Equity
    from aumenta.twin.facade import Twin


class Within(StrEnum):
    """Groups that inequality is decomposed by."""

    band = "band"
    zone = "zone"
    fullvoid = "fullvoid"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("equity")(equity)


def equity(
    indicator: Annotated[str, typer.Argument(help="Id of an indicator, such as right.health.")],
    within: Annotated[Within, typer.Option("--within", help="Groups to decompose by.")] = Within.band,
    form: Shape = Format.table,
    output: Output = None,
    twin: Folder = None,
    language: Names = "en",
) -> None:
    """Print how evenly an indicator is spread: Gini, Theil between and within, income, age, clusters."""
    from aumenta.twin.facade import open_twin

    opened = open_twin(twin)
    found = opened.equity(indicator, within.value)
    if form is Format.table and output is None:
        _print(opened, found, language)
        return
    put_table(found.table(), form, output)


def _print(twin: Twin, found: Equity, language: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    about = found.indicator
    missing = f", {found.missing_people:,.0f} without a value" if found.missing_people else ""
    console.print(
        f"{about.name.get(language)}: {found.people:,.0f} people{missing}, by {found.level}", markup=False
    )
    for code, people in found.missing.items():
        words = twin.reason(code)
        console.print(f"  {people:,.0f}: {words.get(language) if words else code}", markup=False)
    if found.one_sided:
        console.print("Known only where the answer is the same: the figures say nothing.", markup=False)
    if not found.good:
        console.print("Not a good that is shared out: no Gini, no Theil, no Lorenz curve.", markup=False)
    for name in found.shares:
        console.print(f"  of whom it reaches: aumenta equity {name}", markup=False)
    spread = found.spread
    for name in ("mean", "p10", "p50", "p90", "gini", "p90_p10", "palma"):
        value = getattr(spread, name)
        console.print(f"  {name.replace('_', '/'):<8} {_number(value)}", markup=False)
    _groups(console, twin, found)
    _income(console, found)
    for group in found.ages or ():
        console.print(f"  age {group.id:<8} {_number(group.mean)}", markup=False)
    clusters = found.clusters
    if clusters:
        from aumenta.twin.equity import CLUSTERS

        console.print(f"Moran's I {clusters.moran:.4f} (p {clusters.p:.3f}); local clusters:", markup=False)
        for name, cells, people in zip(CLUSTERS, clusters.cells, clusters.people, strict=True):
            console.print(
                f"  {name.replace('_', ' among '):<16} {cells:>9,} cells {people:>11,.0f} people",
                markup=False,
            )


def _groups(console: Console, twin: Twin, found: Equity) -> None:
    from rich.table import Table

    parts = found.theil
    title = f"By {found.within}"
    if parts:
        share = parts.between / parts.total if parts.total > 0 else 0.0
        title += f": Theil {parts.total:.4f} = {parts.between:.4f} between ({share:.1%}) + {parts.within:.4f} within"
    table = Table(
        "group", "people", "without a value", "mean", "share of value", "Theil within",
        title=title, title_justify="left",
    )  # fmt: skip
    places = twin.places()
    names = dict(zip(places["id"], places["name"], strict=True))
    for group in found.groups():
        table.add_row(
            str(names.get(group.id, group.id)) or "none",
            f"{group.people:,.0f}",
            f"{group.missing_people:,.0f}",
            _number(group.mean),
            "–" if group.share_of_value is None else f"{group.share_of_value:.1%}",
            _number(group.within),
        )
    console.print(table)


def _income(console: Console, found: Equity) -> None:
    income = found.concentration
    if income is None:
        console.print("No incomes of municipalities: no concentration.", markup=False)
        return
    console.print(f"Concentration along municipal income {_number(income.index)}", markup=False)
    for fifth in income.fifths:
        ends = f"{fifth.lowest:,.0f} to {fifth.highest:,.0f}" if fifth.lowest is not None else "–"
        console.print(
            f"  fifth {fifth.number}  {_number(fifth.mean):>10}  {fifth.people:>11,.0f} people  income {ends}",
            markup=False,
        )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    value = value if abs(value) > 1e-12 else 0.0  # what is left of rounding
    return f"{value:,.4g}" if abs(value) < 1e5 else f"{value:,.0f}"
