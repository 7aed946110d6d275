# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the equity page shows: choices, bars by group, the Lorenz curve, the picture of clusters, the ranking."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np

from aumenta.twin.equity import CLUSTERS, Equity, Fifth, Group
from aumenta.twin.equity_rows import FULL, is_time
from aumenta.twin.facade import Twin
from aumenta.values.text import Text
from aumenta.web.background import Background
from aumenta.web.cell_layers import plane_of, resolution_of
from aumenta.web.cell_picture import picture
from aumenta.web.equity_clusters import ClusterQueue
from aumenta.web.i18n import Language
from aumenta.web.map_classes import NO_CLASS
from aumenta.web.map_data import MapData, Row
from aumenta.web.map_geometry import svg_path
from aumenta.web.territory_index import TerritoryIndex, plain
from aumenta.web.words import RIGHT_MEASURE, RIGHT_NAMES, place_name

#: Colours of the kinds of clusters, in the order of `CLUSTERS`, and of cells where nobody lives.
CLUSTER_COLOURS = ("#e2ddd0", "#1f5fa8", "#e9b384", "#b64a00", "#8fb4dc")
EMPTY_COLOUR = "#f6f5f2"
#: Names of the full and the void.
FULL_NAMES = {
    "full": Text(it="Pieno (centri e agglomerati)", en="Full (centres and clusters)"),
    "void": Text(it="Vuoto (celle rurali)", en="Void (rural cells)"),
}
#: Side of the Lorenz curve's square in drawing units, and points that it keeps at most.
SIDE, POINTS = 300, 240
#: Percent of residents not known of above which a municipality has no place in the ranking of a right.
ALL_UNKNOWN = 99.95


class EquityData:
    """The spreads of one build, each computed when first asked for; what two ask at once is computed twice.

    The clusters of cells, which take seconds, are left to `queue`.
    """

    def __init__(self, maps: MapData, twin: Twin, background: Background) -> None:
        self.maps = maps
        self.twin = twin
        self._found: dict[str, Equity] = {}
        self._outline: str | None = None
        self.queue = ClusterQueue(self.equity, background)
        cells = twin.manifest.files.get("cell_values.parquet")
        self._by_cell = frozenset(cells.columns) if cells else frozenset()

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen: rights, then goods, then times, each with values of cells or municipalities."""
        index = self.maps.index
        able = [key for key in index.indicators if self._able(key)]
        order = [f"{RIGHT_MEASURE}.{name}" for name in RIGHT_NAMES]
        rights = [key for key in order if key in able and is_right(key, index)]
        rights += [key for key in able if key not in rights and is_right(key, index)]
        goods = [key for key in able if key not in rights and index.indicators[key].direction == "up"]
        return (*rights, *goods, *(key for key in able if is_time(index.indicators[key])))

    @cached_property
    def first(self) -> str:
        """What is shown to who chose nothing: the first right whose spread can be told, else the first choice."""
        rights = (key for key in self.choices if is_right(key, self.maps.index))
        tells = (key for key in rights if self.equity(key).people and not self.equity(key).one_sided)
        return next(tells, self.choices[0])

    def _able(self, key: str) -> bool:
        index = self.maps.index
        if index.indicators[key].measure == RIGHT_MEASURE and not is_right(key, index):
            return False
        return key in self._by_cell or bool(index.values.get(key, {}).get("municipality"))

    def equity(self, key: str) -> Equity:
        """The spread of an indicator."""
        if key not in self._found:
            self._found[key] = self.twin.equity(key)
        return self._found[key]

    def prepare(self) -> None:
        """Compute what the page shows first."""
        if self.choices:
            _ = self.outline(), self.equity(self.first).groupings

    def prepare_clusters(self) -> None:
        """Compute what takes longest, the clusters of the rights, before somebody asks."""
        self.queue.prepare(key for key in self.choices if is_right(key, self.maps.index))

    def picture(self, key: str) -> bytes | None:
        """PNG of the clusters, one pixel a cell, north of the grid up; None where there are none."""
        found = self.equity(key).clusters
        if found is None:
            return None
        cells = self.maps.index.cells
        classes = np.where(cells["pop"].to_numpy() > 0, NO_CLASS, len(CLUSTER_COLOURS)).astype(np.uint8)
        classes[found.cell] = found.kind
        gx, gy = (cells[axis].to_numpy(dtype=np.int32) for axis in ("gx", "gy"))
        return picture(gx, gy, classes, [*CLUSTER_COLOURS, EMPTY_COLOUR])

    @cached_property
    def frame(self) -> Pixels:
        """Where the picture's pixels lie."""
        cells = self.maps.index.cells
        return Pixels(
            int(cells["gx"].min()),
            int(cells["gy"].max()),
            int(cells["gx"].max() - cells["gx"].min()) + 1,
            int(cells["gy"].max() - cells["gy"].min()) + 1,
            resolution_of(cells),
        )

    def outline(self) -> str:
        """Borders of the zones over the picture, as the `d` of an SVG path in tenths of a pixel."""
        if self._outline is None:
            light: Mapping[str, gpd.GeoSeries] = self.maps.light
            series = light.get("zone", light.get("metropolis"))
            flat = (
                series.to_crs(plane_of(self.maps.index.cells).crs).simplify(self.frame.resolution / 2)
                if series is not None
                else ()
            )
            self._outline = "".join(svg_path(shape, self.frame) for shape in flat)
        return self._outline


@dataclass(frozen=True, slots=True)
class Pixels:
    """The plane of the picture: ten units a pixel, from its upper left corner."""

    left: int
    top: int
    wide: int
    tall: int
    resolution: int

    def xy(self, metres: np.ndarray, /) -> np.ndarray:
        """Drawing units of points in metres."""
        grid = metres / self.resolution
        return np.column_stack([(grid[:, 0] - self.left) * 10, (self.top + 1 - grid[:, 1]) * 10])


def is_right(key: str, index: TerritoryIndex) -> bool:
    """Whether an indicator is a right as a whole, by cell."""
    return index.indicators[key].measure == RIGHT_MEASURE and key.count(".") == 1


def name_of(key: str, index: TerritoryIndex, language: Language) -> str:
    """Name of what is chosen; rights by their short name."""
    right = RIGHT_NAMES.get(key.removeprefix("right.")) if is_right(key, index) else None
    if right is None:
        return language.text(index.indicators[key].name)
    return f"Diritto «{right.it}»" if language.code == "it" else f"Right “{right.en}”"


# Bars


@dataclass(frozen=True, slots=True)
class Bar:
    """One group: shares from 0 to 1 of its people who have it, have not, and of whom nobody knows; or a mean.

    `length` is the mean over the largest mean of its table, for the bar of what is no share.
    """

    id: str
    name: str
    people: float
    mean: float | None
    missing: float
    holds: float
    lacks: float
    unknown: float
    length: float
    share_of_people: float | None = None
    share_of_value: float | None = None
    within: float | None = None
    note: str = ""


def bars_of_groups(data: EquityData, found: Equity, by: str, language: Language) -> list[Bar]:
    """Bars of bands (from the lowest up), of the full and the void, or of zones (highest mean first)."""
    groups = list(found.groups(by))
    order = list(data.maps.bands)
    if by == "band":
        groups.sort(key=lambda g: order.index(g.id) if g.id in order else len(order))
    elif by == "zone":
        groups.sort(key=lambda g: (_met(g) is None, -(_met(g) or 0), g.id))
    return _bars(groups, [_group_name(data, g, by, language) for g in groups])


def bars_of_ages(found: Equity, language: Language) -> list[Bar]:
    """Bars of all residents, the young and the old."""
    it = language.code == "it"
    names = {
        "all": "Tutti i residenti" if it else "All residents",
        "0_18": "Fino a 18 anni" if it else "Up to 18",
        "65_plus": "65 anni e più" if it else "65 and over",
    }
    groups = list(found.ages or ())
    return _bars(groups, [names[g.id] for g in groups])


def bars_of_fifths(found: Equity, language: Language) -> list[Bar]:
    """Bars of the fifths by income, lowest first, with the range of incomes."""
    it = language.code == "it"
    fifths = list(found.concentration.fifths) if found.concentration else []
    names = (
        ["Redditi più bassi", "Secondo quinto", "Terzo quinto", "Quarto quinto", "Redditi più alti"]
        if it
        else ["Lowest incomes", "Second fifth", "Third fifth", "Fourth fifth", "Highest incomes"]
    )
    notes = [_incomes(one, language) for one in fifths]
    return _bars(fifths, names, notes)


def _incomes(one: Fifth, language: Language) -> str:
    if one.lowest is None or one.highest is None:
        return "nessun comune" if language.code == "it" else "no municipality"
    low, high = (language.number(end, 0) for end in (one.lowest, one.highest))
    return f"{low} €" if low == high else f"{low}–{high} €"


def _bars(groups: Sequence[Group | Fifth], names: Sequence[str], notes: Sequence[str] = ()) -> list[Bar]:
    most = max((abs(g.mean) for g in groups if g.mean is not None), default=0.0) or 1.0
    found = []
    for at, (group, name) in enumerate(zip(groups, names, strict=True)):
        unknown = group.missing_people / group.people if group.people else 0.0
        holds = (_met(group) or 0.0) / 100
        length = min(1.0, max(0.0, (group.mean or 0.0) / most))
        found.append(
            Bar(
                group.id if isinstance(group, Group) else str(group.number),
                name,
                group.people,
                group.mean,
                group.missing_people,
                holds,
                max(0.0, 1 - unknown - holds) if group.people else 0.0,
                unknown,
                length,
                getattr(group, "share_of_people", None),
                getattr(group, "share_of_value", None),
                getattr(group, "within", None),
                notes[at] if notes else "",
            )
        )
    return found


def _met(group: Group | Fifth) -> float | None:
    """Of a share, the percent of all people of the group who are known to have it."""
    if group.mean is None or not group.people:
        return None
    return group.mean * (1 - group.missing_people / group.people)


def _group_name(data: EquityData, group: Group, by: str, language: Language) -> str:
    if by == FULL:
        return language.text(FULL_NAMES[group.id])
    place = data.maps.index.places.get(group.id)
    outside = "fuori da ogni gruppo" if language.code == "it" else "in no group"
    return place_name(place, language) if place else group.id or outside


# Lorenz


@dataclass(frozen=True, slots=True)
class Curve:
    """The Lorenz curve as a path in a square of `SIDE` units, and what the poorest half and richest tenth hold."""

    path: str
    area: str
    bottom_half: float
    top_tenth: float


def curve_of(found: Equity) -> Curve | None:
    """The Lorenz curve to draw; None where there is none."""
    if found.lorenz is None:
        return None
    people, value = found.lorenz
    half, most = float(np.interp(0.5, people, value)), 1 - float(np.interp(0.9, people, value))
    if len(people) > POINTS:
        wanted = np.linspace(0, 1, POINTS)
        people, value = wanted, np.interp(wanted, people, value)
    points = [f"{x * SIDE:.1f} {SIDE - y * SIDE:.1f}" for x, y in zip(people, value, strict=True)]
    path = "M" + "L".join(points)
    return Curve(path, f"{path}L0 {SIDE}z", half, most)


# Clusters


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of clusters in the legend: name, colour, cells and people in it."""

    id: str
    colour: str
    cells: int
    people: float


def kinds_of(found: Equity) -> list[Kind]:
    """Kinds of clusters as the legend lists them: alike first, then those that differ, then the rest."""
    clusters = found.clusters
    if clusters is None:
        return []
    every = [
        Kind(name, CLUSTER_COLOURS[k], clusters.cells[k], clusters.people[k])
        for k, name in enumerate(CLUSTERS)
    ]
    order = ("high_high", "low_low", "high_low", "low_high", "none")
    return sorted(every, key=lambda kind: order.index(kind.id))


# Ranking


@dataclass(frozen=True, slots=True)
class Ranked:
    """A municipality: its place among all (1 = best), its row, and of a right the shares (met, not met, not known)."""

    place: int | None
    row: Row
    shares: tuple[float | None, ...] = ()


def ranked_by(data: EquityData, key: str) -> str:
    """The indicator that municipalities are ranked by: of a right the share known not to have it."""
    index = data.maps.index
    lacking = f"{key}.not_met"
    return lacking if is_right(key, index) and lacking in index.indicators else key


def ranking(data: EquityData, key: str, zone: str) -> list[Ranked]:
    """Municipalities, worst first; without a place at the end: those without a value, of a right those not known of."""
    index, own = data.maps.index, ranked_by(data, key)
    if not index.values.get(own, {}).get("municipality"):
        return []
    up = index.indicators[own].direction != "down"
    rows = data.maps.rows(own, "municipality")
    values = {row.place.id: row.value.value for row in rows}
    shares: dict[str, tuple[float | None, ...]] = {}
    if own != key:
        shares = {place: _shares(index, key, place) for place in values}
        values |= {place: None for place, three in shares.items() if (three[2] or 0) > ALL_UNKNOWN}
    known = sorted(value for value in values.values() if value is not None)
    found = []
    for row in rows:
        value, better = values[row.place.id], None
        if value is not None:
            better = 1 + (len(known) - bisect_right(known, value) if up else bisect_left(known, value))
        if zone in ("", row.place.zone):
            found.append(Ranked(better, row, shares.get(row.place.id, ())))
    return sorted(found, key=lambda one: (one.place is None, -(one.place or 0), plain(one.row.place.name)))


def _shares(index: TerritoryIndex, key: str, place: str) -> tuple[float | None, ...]:
    three = (
        index.values.get(f"{key}.{state}", {}).get("municipality", {}).get(place)
        for state in ("met", "not_met", "unknown")
    )
    return tuple(one.value if one else None for one in three)
