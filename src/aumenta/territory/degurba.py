# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Degree of urbanisation, level 1, on square kilometres (Eurostat's method).

Urban centre: kilometres of at least 1,500 residents per km2 of land, joined by their sides, gaps filled by the
majority rule (at least five of the eight around belong to the same centre, repeated until nothing changes), with
at least 50,000 residents. Urban cluster: kilometres of at least 300 residents per km2, joined by sides or corners,
with at least 5,000 residents. All others are rural. Municipalities follow from where their residents live.
Source: Eurostat, Applying the Degree of Urbanisation (2021 edition); Methodological manual on territorial
typologies (2018). `docs/decisions/0003-degurba.md` says what was left out and why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from aumenta.territory.grid import Floats, Ints, locate

URBAN_CENTRE, URBAN_CLUSTER, RURAL = 3, 2, 1
CENTRE_DENSITY, CENTRE_RESIDENTS = 1_500, 50_000
CLUSTER_DENSITY, CLUSTER_RESIDENTS = 300, 5_000
MAJORITY = 5
#: Types of municipalities as ISTAT and Eurostat number them (the other way round than the cells' classes).
CITY, TOWN, RURAL_AREA = 1, 2, 3

Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
_SQUARE = np.ones((3, 3), bool)


@dataclass(frozen=True, slots=True)
class Classes:
    """Class of each kilometre (3, 2, 1), the number of its centre and of its cluster (0 = none), and `border`.

    `border` marks the kilometres whose group of dense kilometres touches ground that is not known: with what
    lies beyond, the group could be larger and its class higher.
    """

    degurba: Bytes
    centre: Ints
    cluster: Ints
    border: Bools


def fill_gaps(labels: Ints) -> Ints:
    """Majority rule: a free cell joins the group that holds at least five of its eight neighbours, repeatedly.

    `labels` is a 2-D array with 0 for free cells. At most one group can hold five of eight.
    """
    filled = labels.copy()
    for number, window in enumerate(ndimage.find_objects(labels), start=1):
        if window is None:
            continue
        area = filled[window]  # a cell with five neighbours of a group lies within the group's bounding box
        while True:
            inside = area == number
            around = ndimage.convolve(inside.astype(np.int8), _SQUARE.astype(np.int8), mode="constant")
            joining = (area == 0) & (around >= MAJORITY)
            if not joining.any():
                break
            area[joining] = number
    return filled


def _groups(dense: Bools, population: Floats, structure: Bools, least: int, *, fill: bool) -> Ints:
    """Numbered groups of dense cells with at least `least` residents, numbered from 1 in reading order."""
    labels = np.asarray(ndimage.label(dense, structure)[0], np.int32)
    if fill:
        labels = fill_gaps(labels)
    residents = np.bincount(labels.ravel(), population.ravel())
    kept = residents >= least
    kept[0] = False
    renumbered = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    return renumbered[labels]


def classify(population: Floats, land: Floats, known: Bools) -> Classes:
    """Classes of a 2-D array of kilometres.

    `population` residents, `land` km2 of land (0..1), `known` False where nothing is known; what lies outside
    the array is not known either. Cells without land or residents are never dense.
    """
    people = np.where(known, population, 0.0).astype(np.float64)
    density = np.divide(people, land, out=np.zeros_like(people), where=land > 0)
    centre = _groups(density >= CENTRE_DENSITY, people, _CROSS, CENTRE_RESIDENTS, fill=True)
    dense = density >= CLUSTER_DENSITY
    cluster = _groups(dense, people, _SQUARE, CLUSTER_RESIDENTS, fill=False)
    degurba = np.full(people.shape, RURAL, np.int8)
    degurba[cluster > 0] = URBAN_CLUSTER
    degurba[centre > 0] = URBAN_CENTRE
    return Classes(degurba, centre, cluster, _touching(dense | (centre > 0), known))


def _touching(dense: Bools, known: Bools) -> Bools:
    """Cells of groups (joined by sides or corners) of which some cell lies next to unknown ground."""
    beyond = ndimage.binary_dilation(np.pad(~known, 1, constant_values=True), _SQUARE)[1:-1, 1:-1]
    labels, count = ndimage.label(dense, _SQUARE)
    touched = np.zeros(count + 1, bool)
    touched[np.unique(labels[beyond & dense])] = True
    touched[0] = False
    found: Bools = touched[labels]
    return found


def classify_kilometres(gx: ArrayLike, gy: ArrayLike, population: ArrayLike, land: ArrayLike) -> Classes:
    """Classes of a list of kilometres (grid indices of 1 km); kilometres not in the list are not known."""
    x, y = np.asarray(gx, np.int64), np.asarray(gy, np.int64)
    if len(x) == 0:
        none = np.zeros(0, np.int32)
        return Classes(none.astype(np.int8), none, none, none.astype(bool))
    row, column = y - y.min(), x - x.min()
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    people, ground, known = np.zeros(shape), np.ones(shape), np.zeros(shape, bool)
    people[row, column] = population
    ground[row, column] = land
    known[row, column] = True
    classes = classify(people, ground, known)
    return Classes(
        classes.degurba[row, column],
        classes.centre[row, column],
        classes.cluster[row, column],
        classes.border[row, column],
    )


def look_up(classes: Classes, km: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[Bytes, Bools]:
    """Class and border flag of kilometres by key (`grid.keys`); rural and unflagged where not classified.

    `km` are the sorted keys of the kilometres that were classified.
    """
    at = locate(wanted, km)
    found = at >= 0
    return (
        np.where(found, classes.degurba[at], RURAL).astype(np.int8),
        np.where(found, classes.border[at], False),
    )


def municipality_types(municipality: ArrayLike, residents: ArrayLike, degurba: ArrayLike) -> pd.DataFrame:
    """Type of each municipality from where its residents live.

    Returns `municipality`, `residents`, `centre_share`, `urban_share` (centres and clusters), `type`: 1 city (at
    least half in urban centres), 3 rural area (more than half in rural kilometres), 2 town or suburb (the rest).
    Shares and type are missing for a municipality without residents.
    """
    cells = pd.DataFrame(
        {
            "municipality": np.asarray(municipality, object),
            "residents": np.asarray(residents, np.float64),
            "degurba": np.asarray(degurba, np.int8),
        }
    )
    cells["centre"] = cells["residents"].where(cells["degurba"] == URBAN_CENTRE, 0.0)
    cells["urban"] = cells["residents"].where(cells["degurba"] >= URBAN_CLUSTER, 0.0)
    sums = cells.groupby("municipality", sort=True)[["residents", "centre", "urban"]].sum().reset_index()
    some = sums["residents"].where(sums["residents"] > 0)
    sums["centre_share"] = sums["centre"] / some
    sums["urban_share"] = sums["urban"] / some
    kind = np.where(sums["centre_share"] >= 0.5, CITY, np.where(sums["urban_share"] < 0.5, RURAL_AREA, TOWN))
    sums["type"] = pd.array(kind, dtype="Int8")
    sums.loc[some.isna(), "type"] = pd.NA
    return sums[["municipality", "residents", "centre_share", "urban_share", "type"]]
