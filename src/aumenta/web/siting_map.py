# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The map of an answer about siting: cells by minutes, those beyond hatched; sites with numbers, candidates small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from aumenta.siting.explained import TOGETHER
from aumenta.twin.siting_run import SitingRun
from aumenta.web.cell_picture import png
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData
from aumenta.web.map_geometry import svg_path
from aumenta.web.reach_drawing import UNITS, GridFrame

if TYPE_CHECKING:
    from aumenta.twin.siting_ground import SitingGround

#: Colours of thirds of the minutes chosen, and of those beyond: up to half as many again, and farther or not at all.
NEAR = ("#e3eef5", "#b5d2e5", "#7fb0d0")
BEYOND, FAR = "#d98a45", "#a24a12"
#: Lines over the cells beyond.
BEYOND_LINE, FAR_LINE = "#8a3d00", "#4a1c00"
#: Longest side of the picture of cells, in pixels; a cell is at most so many wide.
_PIXELS, _CELL = 1600, 8
#: Half of a numbered dot, from its middle to its name, a letter of the name: thousandths of the drawing's width.
_DOT, _GAP, _LETTER = 20, 28, 14
Box = tuple[float, float, float, float]
#: Cells left free around those that count.
_MARGIN = 4


@dataclass(frozen=True)
class Mark:
    """Something at a point of the drawing; `label` is its number or nothing.

    Its name stands to the `side` of it where there is room ("start": to the right, "end": to the left), else nowhere.
    """

    x: int
    y: int
    title: str
    label: str = ""
    side: str = ""


@dataclass(frozen=True)
class Picture:
    """What the template draws around the picture of the cells."""

    width: int
    height: int
    towns: str
    zones: str
    chosen: list[Mark]
    existing: list[Mark]
    candidates: list[Mark]
    scale: tuple[int, int]
    unit: float


def frame_of(run: SitingRun) -> GridFrame:
    """The window around the cells where somebody counts."""
    gx, gy = (run.cells[axis].to_numpy(np.int64) for axis in ("gx", "gy"))
    west, north = int(gx.min()) - _MARGIN, int(gy.max()) + 1 + _MARGIN
    wide, tall = int(gx.max()) + 1 + _MARGIN - west, north - int(gy.min()) + _MARGIN
    return GridFrame(west, north, wide, tall, run.twin.grid.resolution, run.twin.plane)


def classes(run: SitingRun) -> NDArray[np.uint8]:
    """Class of each cell: 1 to 3 thirds of the minutes chosen, 4 up to half as many again, 5 farther or not reached."""
    within = run.question.within
    minutes = run.cells["minutes"].to_numpy(np.float64, na_value=np.inf)
    limits = np.array([within / 3, within * 2 / 3, within, within * 1.5])
    return (np.searchsorted(limits, minutes, side="left") + 1).astype(np.uint8)


def cells_png(run: SitingRun) -> bytes:
    """The cells as a picture; those beyond the minutes are hatched, so that colour is not the only sign."""
    frame = frame_of(run)
    size = max(1, min(_CELL, _PIXELS // max(frame.wide, frame.tall)))
    own = np.zeros((frame.tall, frame.wide), np.uint8)
    gx, gy = (run.cells[axis].to_numpy(np.int64) for axis in ("gx", "gy"))
    own[frame.north - 1 - gy, gx - frame.west] = classes(run)
    pixels = own.repeat(size, axis=0).repeat(size, axis=1)
    rows, columns = np.indices(pixels.shape, np.int32)
    every = 4 if size >= 3 else 2
    line = (rows + columns) % every == 0
    pixels = np.where(line & (pixels >= 4), pixels + 2, pixels).astype(np.uint8)
    return png(pixels, ["#ffffff", *NEAR, BEYOND, FAR, BEYOND_LINE, FAR_LINE])


def picture_of(run: SitingRun, ground: SitingGround | None, maps: MapData, language: Language) -> Picture:
    """Borders, sites and candidates in the drawing's units."""
    frame = frame_of(run)
    answer = run.answer
    chosen = [
        Mark(*_at(frame, one.lon, one.lat), one.name, str(number))
        for number, one in enumerate(answer.chosen, 1)
        if one.lon is not None and one.lat is not None
    ]
    old = [one for one in answer.sites if not one.new and one.id != TOGETHER]
    existing = _marks(frame, ((one.lon, one.lat, one.name) for one in old if one.lon is not None))
    candidates: list[Mark] = []
    if ground is not None:
        taken = {one.id for one in answer.chosen}
        candidates = _marks(
            frame, ((one.lon, one.lat, one.name) for one in ground.candidates if one.id not in taken)
        )
        existing += _marks(frame, ((lon, lat, "") for lon, lat in ground.existing.together))
    return Picture(
        frame.width,
        frame.height,
        _borders(frame, maps, "municipality"),
        _borders(frame, maps, "zone"),
        _named(chosen, frame),
        existing,
        candidates,
        _scale(frame),
        frame.width / 1000,
    )


def _at(frame: GridFrame, lon: float | None, lat: float | None) -> tuple[int, int]:
    x, y = frame.xy(np.array([[lon, lat]], np.float64))[0].round().astype(int).tolist()
    return x, y


def _marks(frame: GridFrame, points: Iterable[tuple[Any, Any, str]]) -> list[Mark]:
    """Marks of what lies inside the drawing."""
    marks = [Mark(*_at(frame, lon, lat), name) for lon, lat, name in points]
    return [one for one in marks if 0 <= one.x <= frame.width and 0 <= one.y <= frame.height]


def _named(marks: Iterable[Mark], frame: GridFrame) -> list[Mark]:
    """Marks with the side of their name: to the right, else to the left, else none; the first ones choose first."""
    unit, every = frame.width / 1000, list(marks)
    taken = [
        (one.x - _DOT * unit, one.y - _DOT * unit, one.x + _DOT * unit, one.y + _DOT * unit) for one in every
    ]
    found = []
    for own, one in enumerate(every):
        long, half = len(one.title) * _LETTER * unit, _DOT * unit * 0.8
        sides = {"start": one.x + _GAP * unit, "end": one.x - _GAP * unit - long}
        boxes = {side: (x, one.y - half, x + long, one.y + half) for side, x in sides.items()}
        free = [
            side
            for side, box in boxes.items()
            if box[0] >= 0
            and box[2] <= frame.width
            and not any(_over(box, other) for at, other in enumerate(taken) if at != own)
        ]
        if free:
            taken.append(boxes[free[0]])
        found.append(Mark(one.x, one.y, one.title, one.label, free[0] if free else ""))
    return found


def _over(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _borders(frame: GridFrame, maps: MapData, level: str) -> str:
    """Outlines of the places of a level that the drawing shows."""
    series: gpd.GeoSeries | None = maps.light.get(level)
    if series is None:
        return ""
    corners = np.array([[0, 0], [frame.wide, 0], [frame.wide, frame.tall], [0, frame.tall]], np.float64)
    x = (frame.west + corners[:, 0]) * frame.resolution
    y = (frame.north - corners[:, 1]) * frame.resolution
    lon, lat = frame.plane.to_degrees(x, y)
    window = shapely.box(lon.min(), lat.min(), lon.max(), lat.max())
    shown = series[series.intersects(window).to_numpy()]
    return "".join(svg_path(shape, frame) for shape in shown)


def _scale(frame: GridFrame) -> tuple[int, int]:
    """Kilometres of the bar, and its length in the drawing's units."""
    most = frame.wide * frame.resolution / 1000 / 4
    kilometres = max((one for one in (1, 2, 5, 10, 20, 50, 100) if one <= most), default=1)
    return kilometres, round(kilometres * 1000 / frame.resolution * UNITS)
