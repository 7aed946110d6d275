# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The grid's tables of a territory pack: census and heights by kilometre, settlement points.

    people_1km.csv   n_km,e_km,total,lt15,y1564,ge65,employed,land,inside_ha
    heights_1km.csv  n_km,e_km,height_m
    settlements.csv  lon,lat,people,kind
    workplaces.csv   lon,lat,jobs

`n_km`, `e_km`: kilometres north and east of the square's lower left corner in the grid's plane. `land` and
`inside_ha` may be blank (all land; share counted from the cells), as may the age classes and `employed` (estimated
from the others); so may `jobs`, and the cell's jobs are then missing. Tables come as the pack gives them; `file` is
only named in errors.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aumenta.errors import Problem, TableError
from aumenta.territory.grid import Floats, from_lonlat, keys
from aumenta.territory.heights import KmHeights
from aumenta.territory.jobs import Workplaces
from aumenta.territory.people import KmPeople
from aumenta.territory.plane import EUROPE, Plane
from aumenta.territory.weights import Settlements

_MOST_KM = 10_000  # the grid's coordinates end below 10,000 km
_SHOWN = 50


def census(table: pd.DataFrame, file: str = "people_1km.csv") -> KmPeople:
    """Census by kilometre; `TableError` with every row that cannot be used."""
    whole = {"n_km": (0, _MOST_KM), "e_km": (0, _MOST_KM), "total": (0, 1e6)}
    parts = dict.fromkeys(("lt15", "y1564", "ge65", "employed"), (0.0, 1e6))
    bounds = {**whole, **parts, "land": (0, 1), "inside_ha": (0, 101)}
    table = _one_each(file, _numbers(file, table, bounds, tuple(whole)))
    classes = table[["lt15", "y1564", "ge65"]].to_numpy(np.float64)
    told = np.isfinite(classes).all(axis=1)
    wrong = told & (np.abs(classes.sum(axis=1) - table["total"].to_numpy()) > 0.5)
    if wrong.any():
        rows = table.index.to_numpy() + 2
        raise TableError(
            "The census by kilometre does not add up.",
            [
                Problem(
                    "age classes do not add up to the total",
                    file,
                    row=int(rows[i]),
                    field="total",
                    found=f"{table['total'].iloc[i]:.0f}",
                    expected=f"{classes[i].sum():.0f}",
                )
                for i in np.flatnonzero(wrong)[:_SHOWN]
            ],
        )
    return KmPeople(
        gx=table["e_km"].to_numpy(np.int32),
        gy=table["n_km"].to_numpy(np.int32),
        total=table["total"].to_numpy(np.float64),
        classes=classes,
        employed=table["employed"].to_numpy(np.float64),
        land=table["land"].fillna(1.0).to_numpy(np.float64),
        inside=table["inside_ha"].to_numpy(np.float64).clip(max=100.0) / 100.0,
    )


def km_heights(table: pd.DataFrame, file: str = "heights_1km.csv") -> KmHeights:
    """Heights by kilometre in metres."""
    bounds = {"n_km": (0, _MOST_KM), "e_km": (0, _MOST_KM), "height_m": (-500, 9_000)}
    table = _one_each(file, _numbers(file, table, bounds, tuple(bounds)))
    return KmHeights(
        gx=table["e_km"].to_numpy(np.int32),
        gy=table["n_km"].to_numpy(np.int32),
        height=table["height_m"].to_numpy(np.float64),
    )


def settlements(table: pd.DataFrame, file: str = "settlements.csv", plane: Plane = EUROPE) -> Settlements:
    """Points of towns and hamlets, projected."""
    bounds = {"lon": (-180, 180), "lat": (-90, 90), "people": (0, 1e8)}
    table = _numbers(file, table, bounds, tuple(bounds)).sort_values(["lat", "lon", "people"], kind="stable")
    x, y = from_lonlat(table["lon"], table["lat"], plane)
    return Settlements(x, y, table["people"].to_numpy(np.float64))


def workplaces(table: pd.DataFrame, file: str = "workplaces.csv", plane: Plane = EUROPE) -> Workplaces:
    """Points where people work, projected."""
    bounds = {"lon": (-180, 180), "lat": (-90, 90), "jobs": (0, 1e8)}
    table = _numbers(file, table, bounds, ("lon", "lat")).sort_values(["lat", "lon", "jobs"], kind="stable")
    x, y = from_lonlat(table["lon"], table["lat"], plane)
    return Workplaces(x, y, table["jobs"].to_numpy(np.float64))


def no_people() -> KmPeople:
    """A census of nowhere, for a territory that has none."""
    none, empty = np.zeros(0, np.int32), np.zeros(0)
    return KmPeople(none, none, empty, np.zeros((0, 3)), empty, empty, empty)


def no_settlements() -> Settlements:
    """No points."""
    empty: Floats = np.zeros(0)
    return Settlements(empty, empty, empty)


def _numbers(
    file: str, table: pd.DataFrame, bounds: Mapping[str, tuple[float, float]], needed: tuple[str, ...]
) -> pd.DataFrame:
    """The named columns as numbers within bounds, rows numbered from 0; not `needed` ones may be blank or absent."""
    text = table.reset_index(drop=True)
    absent = [name for name in needed if name not in text.columns]
    if absent:
        found = ", ".join(map(str, text.columns))
        problems = [Problem("column missing", file, row=1, field=n, found=found) for n in absent]
        raise TableError("A table of the grid lacks columns.", problems)
    problems = []
    numbers = pd.DataFrame(index=text.index)
    for name, (least, most) in bounds.items():
        raw = text[name] if name in text else pd.Series(np.nan, index=text.index)
        value = pd.to_numeric(raw, errors="coerce").astype("Float64").to_numpy(np.float64, na_value=np.nan)
        blank = (raw.isna() | (raw.astype(str).str.strip() == "")).to_numpy(bool)
        bad = np.isnan(value) if name in needed else np.isnan(value) & ~blank
        bad |= (value < least) | (value > most)
        problems += [
            Problem(
                "not a number in range", file, int(row) + 2, name, str(raw[row]), f"{least:g} to {most:g}"
            )
            for row in np.flatnonzero(bad)[:_SHOWN]
        ]
        numbers[name] = value
    if problems:
        raise TableError("A table of the grid has rows that cannot be used.", problems)
    return numbers


def _one_each(file: str, table: pd.DataFrame) -> pd.DataFrame:
    """Sorted by kilometre; a kilometre given twice is an error."""
    twice = table.duplicated(["n_km", "e_km"])
    if twice.any():
        problems = [
            Problem("kilometre given twice", file, int(row) + 2, "n_km, e_km")
            for row in np.flatnonzero(twice)[:_SHOWN]
        ]
        raise TableError("A table of the grid names a kilometre twice.", problems)
    order = np.argsort(keys(table["e_km"], table["n_km"]), kind="stable")
    return table.iloc[order]
