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
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from aumenta.errors import NetworkError, Problem
from aumenta.network.model import Doubles, Graph, Ints, Singles, Straight, Streets
from aumenta.network.morton import morton_order
from aumenta.network.search import exact_seconds

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

    centre_kmh: ByBand = Field(by_band(25, 25, 25), description="Car in urban centres (class 3).")
    cluster_kmh: ByBand = Field(by_band(40, 38, 35), description="Car in urban clusters (class 2).")
    rural_kmh: ByBand = Field(by_band(65, 55, 45), description="Car in inhabited rural cells (class 1).")
    empty_kmh: ByBand = Field(by_band(60, 45, 20), description="Car in cells without inhabitants.")
    roadless_kmh: Assumption = Field(
        Assumption(value=5, source="walking pace, as off the roads in Weiss et al. 2018"),
        description="Cells above `roadless_above_m` without inhabitants.",
    )
    roadless_above_m: Assumption = Field(
        Assumption(value=2000), description="Height above which there is no road where nobody lives."
    )
    car_detour: ByBand = Field(
        by_band(1.2, 1.25, 1.35), description="Metres by road for a metre over the cells."
    )
    foot_detour: Assumption = Field(
        Assumption(value=1.3), description="Metres on foot for a metre of straight line."
    )
    bike_detour: Assumption = Field(Assumption(value=1.3), description="The same by bicycle.")
    foot_pace: ByBand = Field(
        by_band(1.0, 1.05, 1.2), description="Times slower than on flat ground, on foot."
    )
    bike_pace: ByBand = Field(by_band(1.0, 1.15, 1.5), description="The same by bicycle.")


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells as friction streets need them, in Morton order."""

    x: Doubles
    y: Doubles
    gx: NDArray[np.int64]
    gy: NDArray[np.int64]
    degurba: NDArray[np.int64]
    band: NDArray[np.int64]
    height: Doubles
    inhabited: NDArray[np.bool_]


def friction_streets(  # noqa: PLR0913, PLR0917
    x: ArrayLike, y: ArrayLike, gx: ArrayLike, gy: ArrayLike, degurba: ArrayLike, band: ArrayLike,
    height_m: ArrayLike, inhabited: ArrayLike, spec: FrictionSpec | None = None,
) -> Streets:  # fmt: skip
    """Streets of kind `friction` from the cells of a grid; their nodes are the cells, in Morton order.

    `x`, `y` centres in EPSG:3035 metres; `gx`, `gy` column and row in the grid; `degurba` 1 rural, 2 urban cluster,
    3 urban centre; `band` one of `BANDS`; `height_m` may be NaN where not known; `inhabited` whether anybody lives
    there. Cars go over a graph of 16 moves from each cell (8 neighbours and 8 knight's moves), the same both ways.
    NetworkError names every column that cannot be used.
    """
    spec = spec or FrictionSpec()
    cells = _checked(x, y, gx, gy, degurba, band, height_m, inhabited)
    return Streets(
        kind="friction",
        x=cells.x,
        y=cells.y,
        graphs={
            "car": _graph(cells, car_pace(cells.degurba, cells.band, cells.height, cells.inhabited, spec))
        },
        straight={
            "foot": Straight(spec.foot_detour.value, spec.foot_pace.values()[cells.band].astype(np.float32)),
            "bike": Straight(spec.bike_detour.value, spec.bike_pace.values()[cells.band].astype(np.float32)),
        },
    )


def car_pace(
    degurba: NDArray[np.int64], band: NDArray[np.int64], height_m: Doubles, inhabited: NDArray[np.bool_],
    spec: FrictionSpec,
) -> Doubles:  # fmt: skip
    """Seconds by car for a metre over each cell; `band` as indices of `BANDS`."""
    kmh = np.stack([spec.rural_kmh.values(), spec.cluster_kmh.values(), spec.centre_kmh.values()])[
        degurba - 1, band
    ]
    empty = ~inhabited & (degurba == 1)
    kmh = np.where(empty, spec.empty_kmh.values()[band], kmh)
    pace = 3.6 / kmh * spec.car_detour.values()[band]
    roadless = empty & (height_m > spec.roadless_above_m.value)  # not where the height is unknown
    return np.asarray(np.where(roadless, 3.6 / spec.roadless_kmh.value, pace), np.float64)


def _checked(  # noqa: PLR0913, PLR0917
    x: ArrayLike, y: ArrayLike, gx: ArrayLike, gy: ArrayLike, degurba: ArrayLike, band: ArrayLike,
    height_m: ArrayLike, inhabited: ArrayLike,
) -> _Cells:  # fmt: skip
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    column, row = np.asarray(gx, np.int64), np.asarray(gy, np.int64)
    klass, words = np.asarray(degurba, np.int64), np.asarray(band).astype(str)
    height, lived = np.asarray(height_m, np.float64), np.asarray(inhabited, bool)
    columns = {
        "x": east, "y": north, "gx": column, "gy": row, "degurba": klass, "band": words, "height_m": height,
        "inhabited": lived,
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
    return _Cells(*(
        np.ascontiguousarray(values[order]) for values in (east, north, column, row, klass, code, height, lived)
    ))  # fmt: skip


def _graph(cells: _Cells, pace: Doubles) -> Graph:
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
