# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What all reports of a build share: places, latest values with their rank, people by age, links, borders."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import shapely

from aumenta.errors import AumentaError, Problem
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text

#: Levels that have a report.
LEVELS = ("municipality", "zone")
#: What stands for every place.
ALL = "all"
#: Age groups of the age bar: columns of the cells, first and last age.
AGES: tuple[tuple[tuple[str, ...], int, int | None], ...] = (
    (("pop_0_14", "pop_15_18"), 0, 18),
    (("pop_19_39",), 19, 39),
    (("pop_40_64",), 40, 64),
    (("pop_65p",), 65, None),
)
#: Width of the small map in drawing units.
WIDTH = 400
_TOLERANCE = 0.003


@dataclass(frozen=True, slots=True)
class Place:
    """A place: what it is called, what it belongs to, its size and its people by age group."""

    id: str
    level: str
    name: str
    zone: str | None
    band: str | None
    area_km2: float | None
    altitude_m: float | None
    membership: str | None
    #: Residents by group of `AGES`; empty where nobody tells ages.
    ages: tuple[int, ...]
    #: Residents, where it is not the sum of the groups.
    counted: int | None = None

    @property
    def people(self) -> int:
        """Residents."""
        return sum(self.ages) if self.counted is None else self.counted


@dataclass(frozen=True, slots=True)
class Value:
    """The latest value of an indicator at a place; None exactly when missing, then with a reason.

    `rank` is the position among the places of the level that have a value (1 = highest), `ranked` how many those are.
    """

    value: float | None
    status: str
    reason: str | None
    period: str
    source: str
    rank: int | None
    ranked: int


@dataclass(frozen=True)
class Shared:
    """What reports read; made once for all of them."""

    twin: Twin
    places: Mapping[str, Place]
    values: Mapping[tuple[str, str], Value]
    #: indicator -> links (code of the action, why)
    links: Mapping[str, Sequence[tuple[str, Text]]]
    #: indicators whose value of the metropolis is the sum of its municipalities': a place is not set beside it
    sums: frozenset[str]
    shapes: Mapping[str, str]
    height: int
    #: level of places -> what fitted the pages of the one before, from where the next one is tried
    fitted: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """Definitions by id."""
        return self.twin.indicators

    @property
    def whole(self) -> Place:
        """The metropolis."""
        return next(place for place in self.places.values() if place.level == "metropolis")

    def value(self, indicator: str, place: str | None) -> Value | None:
        """The latest value of an indicator at a place; None when there is no row."""
        return self.values.get((indicator, place)) if place else None

    def members(self, place: Place) -> list[Place]:
        """Municipalities of a zone, most residents first."""
        found = [one for one in self.places.values() if one.level == "municipality" and one.zone == place.id]
        return sorted(found, key=lambda one: (-one.people, one.id))


def plain(name: str) -> str:
    """A name for comparing: lower case, without accents and marks.

    >>> plain("Sant'Antonino di Susa")
    'sant antonino di susa'
    """
    flat = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in flat).split())


def share(twin: Twin) -> Shared:
    """Read a twin; `AumentaError` when it has no values yet."""
    if "values.parquet" not in twin.manifest.files:
        problem = Problem(
            "this build has no readings yet", found=", ".join(twin.manifest.stages), expected="readings"
        )
        raise AumentaError("The report cannot be made; build the twin with `aumenta build`.", [problem])
    places = _places(twin)
    shapes, height = _shapes(twin)
    return Shared(twin, places, _values(twin), _links(twin), _sums(twin), shapes, height)


def chosen(shared: Shared, wanted: str) -> list[Place]:
    """Places that a word names: `all`, an id, or a name (municipalities go before zones of the same name).

    Raises `AumentaError` with near names when there is none, and with the ids when there are several.
    """
    able = [place for place in shared.places.values() if place.level in LEVELS]
    if wanted.strip().casefold() == ALL:
        return sorted(able, key=lambda place: (LEVELS.index(place.level), place.id))
    by_id = [place for place in able if place.id == wanted.strip()]
    if by_id:
        return by_id
    for level in LEVELS:
        named = [place for place in able if place.level == level and plain(place.name) == plain(wanted) != ""]
        if len(named) == 1:
            return named
        if named:
            ids = ", ".join(place.id for place in named)
            problem = Problem("several places of that name", found=wanted, expected=f"one of the ids {ids}")
            raise AumentaError("The report cannot be made.", [problem])
    names = {plain(place.name): place.name for place in able}
    near = [names[name] for name in get_close_matches(plain(wanted), names, 5)]
    expected = "name or id of a municipality or zone, or all" + (
        f"; is it {', '.join(near)}?" if near else ""
    )
    raise AumentaError(
        "The report cannot be made.",
        [Problem("no such place", field="place", found=wanted, expected=expected)],
    )


def _people(counts: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """Residents by age group, and all of them."""
    return counts[1:], counts[0]


def _places(twin: Twin) -> dict[str, Place]:
    frame = twin.places().drop(columns="geometry")
    columns = sorted({name for names, *_ in AGES for name in names})
    cells = twin.cell_table(["municipality", "zone", "band", "pop", *columns]).to_pandas()
    counted: dict[str, tuple[int, ...]] = {}
    told = bool(cells[columns].notna().all(axis=None))
    groups = [np.sum([cells[name].to_numpy() for name in names], axis=0) for names, *_ in AGES if told]
    groups = [cells["pop"].to_numpy(), *groups]
    for level in ("municipality", "zone", "band"):
        sums = [cells.assign(n=group).groupby(level, observed=True)["n"].sum() for group in groups]
        counted |= {str(key): tuple(int(one.get(key, 0)) for one in sums) for key in sums[0].index}
    whole = tuple(int(group.sum()) for group in groups)
    return {
        row["id"]: Place(
            row["id"],
            row["level"],
            row["name"],
            _text(row.get("zone")),
            _text(row.get("band")),
            _number(row.get("area_km2")),
            _number(row.get("altitude_m")),
            _text(row.get("membership")),
            *_people(whole if row["level"] == "metropolis" else counted.get(row["id"], (0,))),
        )
        for row in frame.sort_values("id").to_dict("records")
    }


def _values(twin: Twin) -> dict[tuple[str, str], Value]:
    rows = twin.values(period="latest")
    rows["rank"] = rows.groupby(["indicator", "level"])["value"].rank(method="min", ascending=False)
    rows["ranked"] = rows.groupby(["indicator", "level"])["value"].transform("count")
    names = ["indicator", "place", "value", "status", "reason", "period", "source", "rank", "ranked"]
    found = {}
    for indicator, place, value, status, reason, period, source, rank, ranked in zip(
        *(rows[name].tolist() for name in names), strict=True
    ):
        known = _number(value)
        found[indicator, place] = Value(
            known,
            status,
            _text(reason),
            _text(period) or "",
            _text(source) or "",
            None if known is None else int(rank),
            int(ranked),
        )
    return found


def _sums(twin: Twin) -> frozenset[str]:
    """Indicators that add up over municipalities."""
    rows = twin.values(period="latest")
    added = rows[rows["level"] == "municipality"].groupby("indicator")["value"].sum(min_count=2)
    whole = rows[rows["level"] == "metropolis"].set_index("indicator")["value"].dropna()
    both = added.index.intersection(whole.index[whole != 0])
    near = np.isclose(added[both].to_numpy(float), whole[both].to_numpy(float), rtol=1e-6)
    return frozenset(map(str, both[near]))


def _links(twin: Twin) -> dict[str, list[tuple[str, Text]]]:
    """Of each indicator the actions that it speaks for, with why."""
    found: dict[str, list[tuple[str, Text]]] = {}
    if twin.has_plan:
        for strategy in twin.plan.editorial.values():
            for code, editorial in strategy.actions.items():
                for link in editorial.indicators:
                    found.setdefault(link.indicator, []).append((code, link.why))
    return found


def _shapes(twin: Twin) -> tuple[dict[str, str], int]:
    """SVG paths of every place in one frame, and the frame's height."""
    frame = twin.places()
    west, south, east, north = (float(v) for v in frame.total_bounds)
    stretch = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * stretch or 1.0)
    height = max(1, math.ceil((north - south) * scale))
    tolerance = min(
        _TOLERANCE, max(east - west, north - south) / 400
    )  # a city needs finer lines than a region
    shapes = shapely.simplify(frame.geometry.to_numpy(), tolerance)
    paths = {}
    for name, shape in zip(frame["id"], shapes, strict=True):
        parts = []
        for polygon in shapely.get_parts(shape):
            points = shapely.get_coordinates(polygon.exterior)
            x, y = (points[:, 0] - west) * stretch * scale, (north - points[:, 1]) * scale
            parts.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + "z")
        paths[str(name)] = "".join(parts)
    return paths, height


def _number(value: Any) -> float | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(value)


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) and value else None
