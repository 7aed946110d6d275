# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets where none are given: times estimated from the cells of the grid, a friction surface.

The method is that of AccessMod (Ray and Ebener, *International Journal of Health Geographics* 7:63, 2008) and of the
Malaria Atlas Project's map of travel times (Weiss et al., *Nature* 553, 2018): each cell has a pace, and the way
between two cells is the quickest over the graph of neighbouring cells. Here the pace of a car follows the degree of
urbanisation, the altitude band and whether anybody lives there; foot and bicycle go as the crow flies times a detour
factor. `docs/friction.md` has the sources, the calibration and the errors. All of it is `estimated`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from aumenta.errors import NetworkError, Problem
from aumenta.network.model import Doubles, Graph, Ints, Singles, Straight, Streets
from aumenta.network.morton import morton_order
from aumenta.network.search import exact_seconds
from aumenta.territory.plane import EUROPE, Plane

Band = Literal["plain", "hill", "mountain"]
BANDS: tuple[Band, ...] = ("plain", "hill", "mountain")
#: Seconds on foot below which an answer of friction streets says only "below the grid's resolution".
BELOW_RESOLUTION = 600.0

TO_BE_DECIDED = "to be decided"
_CALIBRATED = "calibrated: docs/friction.md"

#: Half of the 16 moves from a cell (the others are their opposites), and the cells a knight's move crosses halfway.
_MOVES: tuple[tuple[tuple[int, int], tuple[tuple[int, int], ...]], ...] = (
    ((1, 0), ()), ((0, 1), ()), ((1, 1), ()), ((1, -1), ()),
    ((2, 1), ((1, 0), (1, 1))), ((2, -1), ((1, 0), (1, -1))),
    ((1, 2), ((0, 1), (1, 1))), ((1, -2), ((0, -1), (1, -1))),
)  # fmt: skip


class Assumption(BaseModel):
    """A number and where it is from; `to be decided` where nobody has decided yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float = Field(gt=0)
    source: str = TO_BE_DECIDED


class ByBand(BaseModel):
    """One assumption for each altitude band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plain: Assumption
    hill: Assumption
    mountain: Assumption

    def values(self) -> Doubles:
        """The three numbers, in the order of `BANDS`."""
        return np.array([self.plain.value, self.hill.value, self.mountain.value])


def by_band(plain: float, hill: float, mountain: float, source: str = TO_BE_DECIDED) -> ByBand:
    """Three assumptions with one source."""
    return ByBand(**{
        band: Assumption(value=value, source=source)
        for band, value in zip(BANDS, (plain, hill, mountain), strict=True)
    })  # fmt: skip


class FrictionSpec(BaseModel):
    """The table of assumptions behind friction streets. Speeds in km/h along the road; detour and pace are factors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    centre_kmh: ByBand = Field(
        by_band(25, 25, 25, _CALIBRATED), description="Car in urban centres (class 3)."
    )
    cluster_kmh: ByBand = Field(
        by_band(28, 28, 28, _CALIBRATED), description="Car in urban clusters (class 2)."
    )
    rural_kmh: ByBand = Field(by_band(70, 55, 50, _CALIBRATED), description="Car in inhabited rural cells.")
    empty_kmh: ByBand = Field(
        by_band(40, 30, 15, _CALIBRATED), description="Car in rural cells where nobody lives."
    )
    roadless_kmh: Assumption = Field(
        Assumption(value=5, source="on foot: Weiss et al. 2018, AccessMod manual"),
        description="Where nobody lives above `roadless_above_m`; no detour.",
    )
    roadless_above_m: Assumption = Field(
        Assumption(value=2000),
        description="Metres above sea level over which no road leads where nobody lives.",
    )
    fast_kmh: Assumption = Field(
        Assumption(
            value=100, source="motorways in the AccessMod manual, after Toxopeus 1996 and Nelson 2000"
        ),
        description="Cells that a motorway or expressway crosses.",
    )
    car_detour: Assumption = Field(
        Assumption(value=1.2, source="road over straight distance in towns: Newell 1980"),
        description="Metres by road for a metre over the cells.",
    )
    foot_detour: Assumption = Field(
        Assumption(value=1.3, source="measured on the streets of a town: docs/friction.md"),
        description="Metres on foot for a metre of straight line.",
    )
    bike_detour: Assumption = Field(
        Assumption(value=1.3, source="as on foot"),
        description="Metres by bicycle for a metre of straight line.",
    )
    foot_pace: ByBand = Field(
        by_band(
            1.0,
            1.05,
            1.2,
            "there and back at 0, 6 and 10 % by Tobler's function; the slopes are to be decided",
        ),
        description="Times slower on foot than on flat ground.",
    )
    bike_pace: ByBand = Field(
        by_band(1.0, 1.15, 1.5), description="Times slower by bicycle than on flat ground."
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells as friction streets need them, in Morton order; `band` as indices of `BANDS`."""

    x: Doubles
    y: Doubles
    gx: NDArray[np.int64]
    gy: NDArray[np.int64]
    degurba: NDArray[np.int64]
    band: NDArray[np.int64]
    height: Doubles
    inhabited: NDArray[np.bool_]
    fast: NDArray[np.bool_]


def friction_streets(  # noqa: PLR0913, PLR0917
    x: ArrayLike, y: ArrayLike, gx: ArrayLike, gy: ArrayLike, degurba: ArrayLike, band: ArrayLike,
    height_m: ArrayLike, inhabited: ArrayLike, spec: FrictionSpec | None = None, fast: ArrayLike | None = None,
    plane: Plane = EUROPE,
) -> Streets:  # fmt: skip
    """Streets of kind `friction` from the cells of a grid; their nodes are the cells, in Morton order.

    `x`, `y` centres in metres of the `plane`; `gx`, `gy` column and row in the grid; `degurba` 1 rural, 2 urban
    cluster, 3 urban centre; `band` one of `BANDS`; `height_m` may be NaN where not known; `inhabited` whether anybody
    lives there; `fast` whether a motorway or expressway crosses the cell (not given: none).

    Cars go over a graph of 16 moves from each cell (8 neighbours and 8 knight's moves), the same both ways.
    NetworkError names every column that cannot be used.
    """
    spec = spec or FrictionSpec()
    cells = _checked(x, y, gx, gy, degurba, band, height_m, inhabited, fast)
    return Streets(
        kind="friction",
        x=cells.x,
        y=cells.y,
        graphs={"car": _graph(cells, car_pace(cells, spec))},
        straight={
            "foot": Straight(spec.foot_detour.value, spec.foot_pace.values()[cells.band].astype(np.float32)),
            "bike": Straight(spec.bike_detour.value, spec.bike_pace.values()[cells.band].astype(np.float32)),
        },
        plane=plane,
    )


def cells_along(
    x: ArrayLike, y: ArrayLike, line_x: ArrayLike, line_y: ArrayLike, within_metres: float
) -> NDArray[np.bool_]:
    """Which cell centres lie within some metres of a line (all in metres), for the `fast` cells of a motorway.

    >>> cells_along([0.0, 250.0, 500.0], [0.0, 200.0, 0.0], [-100.0, 600.0], [0.0, 0.0], 125.0).tolist()
    [True, False, True]
    """
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    turns = np.column_stack([np.asarray(line_x, np.float64), np.asarray(line_y, np.float64)])
    near = np.zeros(len(east), bool)
    for (from_x, from_y), (to_x, to_y) in pairwise(turns):
        length = (to_x - from_x) ** 2 + (to_y - from_y) ** 2
        along = (east - from_x) * (to_x - from_x) + (north - from_y) * (to_y - from_y)
        share = np.clip(along / length, 0, 1) if length > 0 else np.zeros(len(east))
        far = np.hypot(east - from_x - share * (to_x - from_x), north - from_y - share * (to_y - from_y))
        near |= far <= within_metres
    return near


def car_pace(cells: Cells, spec: FrictionSpec) -> Doubles:
    """Seconds by car for a metre over each cell."""
    by_class = np.stack([spec.rural_kmh.values(), spec.cluster_kmh.values(), spec.centre_kmh.values()])
    empty = ~cells.inhabited & (cells.degurba == 1)
    kmh = np.where(empty, spec.empty_kmh.values()[cells.band], by_class[cells.degurba - 1, cells.band])
    kmh = np.where(cells.fast, np.maximum(kmh, spec.fast_kmh.value), kmh)
    # An unknown height is NaN and not above anything.
    roadless = empty & ~cells.fast & (cells.height > spec.roadless_above_m.value)
    pace = np.where(roadless, 1 / spec.roadless_kmh.value, spec.car_detour.value / kmh)
    return np.asarray(pace * 3.6, np.float64)


def _checked(  # noqa: PLR0913, PLR0917
    x: ArrayLike, y: ArrayLike, gx: ArrayLike, gy: ArrayLike, degurba: ArrayLike, band: ArrayLike,
    height_m: ArrayLike, inhabited: ArrayLike, fast: ArrayLike | None,
) -> Cells:  # fmt: skip
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    column, row = np.asarray(gx, np.int64), np.asarray(gy, np.int64)
    klass, words = np.asarray(degurba, np.int64), np.asarray(band).astype(str)
    height, lived = np.asarray(height_m, np.float64), np.asarray(inhabited, bool)
    quick = np.zeros(len(east), bool) if fast is None else np.asarray(fast, bool)
    columns = {
        "x": east, "y": north, "gx": column, "gy": row, "degurba": klass, "band": words, "height_m": height,
        "inhabited": lived, "fast": quick,
    }  # fmt: skip
    sizes = {name: len(values) for name, values in columns.items()}
    if len(set(sizes.values())) > 1 or not len(east):
        found = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise NetworkError("Friction streets need cells.", [Problem("values of each column", found=found)])
    problems: list[Problem] = []
    if not (np.isfinite(east).all() and np.isfinite(north).all()):
        problems.append(Problem("cells without place", field="x, y", expected="finite metres"))
    elif len(np.unique((row - row.min()) * (np.ptp(column) + 1) + column)) < len(east):
        problems.append(Problem("cells more than once", field="gx, gy", expected="each cell once"))
    if klass.min() < 1 or klass.max() > 3:
        odd = sorted(set(klass.tolist()) - {1, 2, 3})
        problems.append(Problem("unknown class", field="degurba", found=str(odd[:5]), expected="1, 2 or 3"))
    unknown = sorted(set(np.unique(words).tolist()) - set(BANDS))
    if unknown:
        problems.append(
            Problem("unknown altitude band", field="band", found=str(unknown[:5]), expected=str(BANDS))
        )
    if problems:
        raise NetworkError("The cells cannot be made into friction streets.", problems)
    number = np.searchsorted(np.sort(BANDS), words)
    code = np.argsort(BANDS)[number]
    order = morton_order(east, north)
    return Cells(*(
        np.ascontiguousarray(values[order]) for values in (east, north, column, row, klass, code, height, lived, quick)
    ))  # fmt: skip


def _graph(cells: Cells, pace: Doubles) -> Graph:
    """Both directions of each move between cells that exist; a knight's move also needs the two cells it crosses."""
    width = int(np.ptp(cells.gx)) + 5
    key = (cells.gy - cells.gy.min() + 2) * width + (cells.gx - cells.gx.min() + 2)
    order = np.argsort(key)
    ordered = key[order]

    def neighbour(move: tuple[int, int]) -> NDArray[np.int64]:
        wanted = key + move[1] * width + move[0]
        place = np.minimum(np.searchsorted(ordered, wanted), len(key) - 1)
        return np.where(ordered[place] == wanted, order[place], -1)

    ends: list[tuple[NDArray[np.int64], NDArray[np.int64], Doubles]] = []
    for move, crossed in _MOVES:
        others = np.stack([neighbour(to) for to in (move, *crossed)])
        start = np.flatnonzero((others >= 0).all(axis=0))
        others = others[:, start]
        metres = np.hypot(cells.x[others[0]] - cells.x[start], cells.y[others[0]] - cells.y[start])
        ends.append((start, others[0], metres * np.stack([pace[start], *pace[others]]).mean(axis=0)))
    start, end, seconds = (np.concatenate(parts) for parts in zip(*ends, strict=True))
    return _compressed(len(key), start, end, exact_seconds(seconds))


def _compressed(nodes: int, start: NDArray[np.int64], end: NDArray[np.int64], seconds: Singles) -> Graph:
    tail, head = np.concatenate([start, end]), np.concatenate([end, start])
    order = np.argsort(tail.astype(np.int64) * nodes + head)
    indptr = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=nodes), out=indptr[1:])
    heads: Ints = head[order].astype(np.int32)
    times = np.concatenate([seconds, seconds])[order]
    return Graph(indptr, heads, times, indptr, heads, times)
