# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What `aumenta reach` prints: how much of everything lies within each limit of minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from aumenta.access.options import clock
from aumenta.access.times import BANDS

if TYPE_CHECKING:
    from aumenta.access.times import Times
    from aumenta.twin.facade import Twin

_MODES = {"walk": "on foot", "bike": "by bicycle", "car": "by car", "transit": "by public transport"}


def reached_table(twin: Twin, times: Times, language: str) -> pd.DataFrame:
    """A row for everything that the twin has some of: `id`, `name`, `within_15` ... `within_90`, `all`, `complete`.

    `complete`: whether all of it is known and stands in a cell; where false the numbers are at least so many.
    """
    weights = twin.weights
    rows = []
    for thing, row in zip(weights.things, weights.matrix, strict=True):
        total = row.sum()
        if not total:
            continue
        within = times.reached(row, BANDS)
        rows.append(
            {
                "id": thing.id,
                "name": thing.name.get(language),
                **{f"within_{band}": round(float(sum_)) for band, sum_ in zip(BANDS, within, strict=True)},
                "all": round(float(total)),
                "complete": thing.complete and not thing.elsewhere,
            }
        )
    columns = ["id", "name", *(f"within_{band}" for band in BANDS), "all", "complete"]
    return pd.DataFrame(rows, columns=columns)


def print_reached(twin: Twin, times: Times, frame: pd.DataFrame, name: str, language: str) -> None:
    """Print the table with what it answers above and what is not known below."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    console.print(_question(times, name), markup=False)
    table = Table(box=None, pad_edge=False)
    table.add_column("within")
    for band in BANDS:
        table.add_column(f"{band} min", justify="right")
    table.add_column("in all", justify="right")
    for row in frame.itertuples(index=False):
        mark = "" if row.complete else " *"
        numbers = [f"{getattr(row, f'within_{band}'):,}" for band in BANDS]
        table.add_row(f"{row.name}{mark}", *numbers, f"{row.all:,}")
    console.print(table)
    if not frame["complete"].all():
        console.print("* at least so many: not all are known, or known by their cell", markup=False)
    both = zip(twin.weights.things, twin.weights.matrix, strict=True)
    missing = [thing.name.get(language) for thing, row in both if not row.sum()]
    if missing:
        console.print(f"None in the cells of this twin: {', '.join(missing)}", markup=False)
    if times.status == "estimated":
        console.print("Estimated times: streets or timetable rest on assumptions.", markup=False)


def _question(times: Times, name: str) -> str:
    """The question in words, since the numbers mean nothing without it."""
    own = times.options
    told = [f"{'To' if times.toward else 'From'} {name} {_MODES[own.mode]}"]
    if own.mode == "transit":
        departures = f"{own.count} departures" if own.count > 1 else "one departure"
        first, end = clock(own.start), own.window[1]
        told += [
            str(times.date),
            f"{first}-{end} ({departures})" if own.count > 1 else f"{first} ({departures})",
        ]
        percentile = own.percentiles[0]
        if own.count > 1:
            told.append("median" if percentile == 50 else f"percentile {percentile}")
    return ", ".join(told)
