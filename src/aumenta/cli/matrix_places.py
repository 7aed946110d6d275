# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The places that a matrix goes from and to: seats of municipalities, cells, or those of a CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import AccessError, PackError, Problem

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

CHOICES = ("seats", "inhabited", "km", "cells")
_SUMMARY = "The places cannot be used."
_TOLD = 20
_EXPECTED = "a header with `cell`, or with `lon` and `lat`; `id` beside where wanted"


class Places(NamedTuple):
    """Numbers of cells and what the places are called."""

    cells: NDArray[np.int32]
    names: list[str]


def places_of(twin: Twin, choice: str, field: str) -> Places:
    """Places by a word or the name of a CSV.

    seats: the cell of each municipality's seat, called as the municipality (id). inhabited: cells where somebody lives.
    km: for each inhabited square kilometre its inhabited cell nearest to the middle of its people. cells: all. A CSV
    has a column `cell` (INSPIRE code), or `lon` and `lat` in degrees, and `id` where places have names of their own.

    Raises `AccessError` with every row that lies in no cell, has no name, or comes twice.
    """
    codes = [str(code) for code in twin.grid.names]
    if choice == "cells":
        return Places(np.arange(len(codes), dtype=np.int32), codes)
    if choice == "seats":
        return _seats(twin)
    if choice in ("inhabited", "km"):
        people = twin.cell_table(["pop"]).column("pop").to_numpy()
        at = np.flatnonzero(people > 0) if choice == "inhabited" else _by_kilometre(twin, people)
        return Places(at.astype(np.int32), [codes[cell] for cell in at])
    if not choice.lower().endswith(".csv"):
        expected = ", ".join(CHOICES) + ", or a file that ends in .csv"
        raise AccessError(
            _SUMMARY, [Problem("not one of the choices", field=field, found=choice, expected=expected)]
        )
    return _from_csv(twin, Path(choice), codes)


def _by_kilometre(twin: Twin, people: NDArray[np.float64]) -> NDArray[np.int64]:
    """One inhabited cell for each inhabited kilometre: the nearest to the mean of its residents' places."""
    from aumenta.territory.grid import keys, parents

    grid = twin.grid
    at = np.flatnonzero(people > 0)
    gx, gy, weight = grid.gx[at], grid.gy[at], people[at]
    _, kilometre = np.unique(keys(*parents(gx, gy, grid.resolution, 1000)), return_inverse=True)
    total = np.bincount(kilometre, weight)
    away = np.hypot(
        gx - (np.bincount(kilometre, weight * gx) / total)[kilometre],
        gy - (np.bincount(kilometre, weight * gy) / total)[kilometre],
    )
    order = np.lexsort((at, np.round(away, 9), kilometre))
    first = np.ones(len(order), bool)
    first[1:] = kilometre[order][1:] != kilometre[order][:-1]
    return np.sort(at[order[first]])


def _seats(twin: Twin) -> Places:
    seats = twin.places("municipality")
    names = [str(one) for one in seats["id"]]
    lon, lat = seats["seat_lon"].to_numpy(np.float64), seats["seat_lat"].to_numpy(np.float64)
    cells = _cells_at(twin, lon, lat)
    problems = [
        Problem("its seat is not in a cell", field="seat", found=f"{names[row]}: {lon[row]:g}, {lat[row]:g}")
        for row in np.flatnonzero(cells < 0)
    ]
    if problems:
        raise AccessError(_SUMMARY, problems)
    return Places(cells, names)


def _cells_at(twin: Twin, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
    """Numbers of the cells that hold points in degrees, -1 for those in none."""
    from aumenta.territory.grid import cells_at, keys, locate

    grid = twin.grid
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) < 90)
    x, y = twin.plane.to_metres(np.where(known, lon, 0.0), np.where(known, lat, 0.0))
    found = locate(keys(*cells_at(x, y, grid.resolution)), keys(grid.gx, grid.gy))
    return np.where(known, found, -1).astype(np.int32)


def _from_csv(twin: Twin, path: Path, codes: list[str]) -> Places:
    from aumenta.territory.tables import read_csv_rows

    try:
        table = read_csv_rows(path)
    except PackError as error:
        raise AccessError(_SUMMARY, error.problems) from None
    except OSError as error:
        raise AccessError(_SUMMARY, [Problem(error.strerror or str(error), str(path))]) from None
    columns = {name: [row[at].strip() for row in table.rows] for at, name in enumerate(table.header)}
    problems: list[Problem] = []
    if "cell" in columns:
        number = {code: at for at, code in enumerate(codes)}
        cells = np.array([number.get(code, -1) for code in columns["cell"]], np.int32)
        names, shown, field = columns["cell"], columns["cell"], "cell"
    elif "lon" in columns and "lat" in columns:
        cells = _cells_at(twin, _degrees(columns["lon"]), _degrees(columns["lat"]))
        names = [codes[cell] if cell >= 0 else "" for cell in cells]
        shown, field = (
            [", ".join(pair) for pair in zip(columns["lon"], columns["lat"], strict=True)],
            "lon, lat",
        )
    else:
        found = ", ".join(table.header)
        raise AccessError(
            _SUMMARY, [Problem("not a table of places", str(path), 1, found=found, expected=_EXPECTED)]
        )
    if not table.rows:
        raise AccessError(_SUMMARY, [Problem("no places", str(path), expected="a row for each place")])
    for row in np.flatnonzero(cells < 0):
        problems.append(Problem("in no cell of the twin", str(path), table.numbers[row], field, shown[row]))
    names = columns.get("id", names)
    problems += _twice(names, table.numbers, path, "id" if "id" in columns else field)
    if problems:
        left = len(problems) - _TOLD
        more = [Problem(f"and {left} problems more in this file", str(path))] if left > 0 else []
        raise AccessError(_SUMMARY, [*problems[:_TOLD], *more])
    return Places(cells, names)


def _twice(names: list[str], numbers: list[int], path: Path, field: str) -> list[Problem]:
    """Names that are blank or were there before, since rows of the result could not be told apart."""
    seen: dict[str, int] = {}
    problems = []
    for name, number in zip(names, numbers, strict=True):
        if name == "" and field == "id":
            problems.append(Problem("no name", str(path), number, field))
        elif name and name in seen:
            expected = f"another than in row {seen[name]}" + (
                "" if field == "id" else "; a column `id` gives names"
            )
            problems.append(Problem("comes twice", str(path), number, field, name, expected))
        seen.setdefault(name, number)
    return problems


def _degrees(texts: list[str]) -> NDArray[np.float64]:
    """Numbers with a point; what is none is nan."""
    found = np.full(len(texts), np.nan)
    for at, text in enumerate(texts):
        try:
            found[at] = float(text)
        except ValueError:
            continue
    return found
