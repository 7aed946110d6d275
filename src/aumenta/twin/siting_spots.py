# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where new sites could stand on a twin, and what is there already: places with a point in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.errors import Problem
from aumenta.settings import get_settings
from aumenta.siting.explained import Sort
from aumenta.siting.question import SEATS, Question
from aumenta.territory.grid import cells_at, keys, locate
from aumenta.twin.siting_choices import bring_points, kinds_of
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Things named in one message.
TOLD = 10
_SETTING = "AUMENTA_SITING_CANDIDATES"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a site is or could be; `cell` is its number."""

    id: str
    name: str
    sort: Sort
    kind: str | None
    lon: float
    lat: float
    cell: int
    municipality: str | None


@dataclass(frozen=True)
class Existing:
    """What is there already: sites told one by one, and points of those that are told together."""

    sites: tuple[Spot, ...] = ()
    together: tuple[tuple[float, float], ...] = ()
    unplaced: int = 0
    kinds: tuple[Text, ...] = ()
    known: bool = True
    estimated: bool = False

    @property
    def count(self) -> int:
        """All that have a point and count."""
        return len(self.sites) + len(self.together)


# --- candidates ----------------------------------------------------------------------------


def candidates_of(
    twin: Twin,
    question: Question,
    inside: NDArray[np.bool_],
    table: pd.DataFrame,
    problems: list[Problem],
    notes: list[Text],
) -> list[Spot]:
    """Where new sites could stand, by sort in the order of the question; what is wrong goes to `problems`."""
    found: list[Spot] = []
    for sort in question.candidates:
        if sort == SEATS:
            found += _seats(twin, inside, notes)
        else:
            found += _opportunities(twin, sort, inside, problems)
    found += _drawn(twin, question, inside, table, notes)
    if not found and not problems:
        problems.append(
            Problem("no candidate lies in the area", field="candidates", found=", ".join(question.candidates),
                    expected="another sort of candidates, points on the map, or a larger area")
        )  # fmt: skip
    most = get_settings().siting_candidates
    if len(found) > most:
        problems.append(
            Problem("too many candidates", field="candidates", found=str(len(found)),
                    expected=f"at most {most} ({_SETTING}); a smaller area, or fewer sorts")
        )  # fmt: skip
    if question.count is not None and question.count > len(found) > 0:
        problems.append(
            Problem(
                "more sites than candidates",
                field="count",
                found=str(question.count),
                expected=f"at most {len(found)}",
            )
        )
    return found


def _seats(twin: Twin, inside: NDArray[np.bool_], notes: list[Text]) -> list[Spot]:
    seats = twin.places("municipality")
    lon, lat = seats["seat_lon"].to_numpy(np.float64), seats["seat_lat"].to_numpy(np.float64)
    cells = cells_of_points(twin, lon, lat)
    lost = [str(name) for name, cell in zip(seats["name"], cells, strict=True) if cell < 0]
    if lost:
        named = ", ".join(lost[:TOLD])
        notes.append(
            Text(it=f"Centri che non stanno in nessuna cella, lasciati fuori: {named}.",
                 en=f"Town centres that lie in no cell, left out: {named}.")
        )  # fmt: skip
    rows = zip(seats["id"], seats["name"], lon.tolist(), lat.tolist(), cells.tolist(), strict=True)
    return [
        Spot(str(key), str(name), "seat", None, x, y, cell, str(key))
        for key, name, x, y, cell in rows
        if cell >= 0 and inside[cell]
    ]


def _opportunities(twin: Twin, kind: str, inside: NDArray[np.bool_], problems: list[Problem]) -> list[Spot]:
    entries = {one.id: one for one in twin.manifest.kinds}
    if kind not in entries:
        expected = ", ".join([SEATS, *entries])
        problems.append(Problem("no such candidates", field="candidates", found=kind, expected=expected))
        return []
    found = spots_of(twin, (kind,), "opportunity")
    if not found:
        why = bring_points(kind, twin.layers)
        problems.append(
            Problem("no candidates with a point", field="candidates", found=kind, expected=why.en)
        )
    return [one for one in found if inside[one.cell]]


def spots_of(twin: Twin, kinds: Sequence[str], sort: Sort) -> list[Spot]:
    """Opportunities of some kinds that have a point in a cell, by id."""
    own = twin.opportunities()
    own = own[own["kind"].isin(kinds) & own.geometry.notna()].sort_values("id")
    points = own.geometry.representative_point()
    lon, lat = points.x.to_numpy(np.float64), points.y.to_numpy(np.float64)
    cells = cells_of_points(twin, lon, lat)
    rows = zip(own["id"], own["name"], own["kind"], lon.tolist(), lat.tolist(), cells.tolist(), own["municipality"],
               strict=True)  # fmt: skip
    return [
        Spot(str(key), _said(name, key), sort, str(kind), x, y, cell, None if pd.isna(town) else str(town))
        for key, name, kind, x, y, cell, town in rows
        if cell >= 0
    ]


def _said(name: object, key: object) -> str:
    return str(name) if isinstance(name, str) and name else str(key)


def point_problems(twin: Twin, question: Question) -> list[Problem]:
    """Points that a person drew where the twin has no cell."""
    expected = "a longitude and a latitude within the territory"
    return [
        Problem(
            "outside the territory",
            field=f"points[{number}]",
            found=f"{one.lon:g}, {one.lat:g}",
            expected=expected,
        )
        for number, (one, cell) in enumerate(
            zip(question.points, _cells_of_drawn(twin, question), strict=True)
        )
        if cell < 0
    ]


def _cells_of_drawn(twin: Twin, question: Question) -> list[int]:
    lon, lat = (
        np.array([getattr(one, name) for one in question.points], np.float64) for name in ("lon", "lat")
    )
    return [int(one) for one in cells_of_points(twin, lon, lat)]


def _drawn(
    twin: Twin, question: Question, inside: NDArray[np.bool_], table: pd.DataFrame, notes: list[Text]
) -> list[Spot]:
    """Points that a person drew, each as a candidate; how many lie outside the area is said."""
    if not question.points:
        return []
    cells, towns = _cells_of_drawn(twin, question), table["municipality"].to_numpy(object)
    found = [
        Spot(f"point-{number + 1}", one.called, "point", None, one.lon, one.lat, cell, str(towns[cell]))
        for number, (one, cell) in enumerate(zip(question.points, cells, strict=True))
        if cell >= 0
    ]
    beyond = sum(not inside[one.cell] for one in found)
    if beyond:
        notes.append(
            Text(it=f"Punti disegnati fuori dall'area, dentro il territorio: {beyond}.",
                 en=f"Points drawn outside the area, inside the territory: {beyond}.")
        )  # fmt: skip
    return found


def cells_of_points(twin: Twin, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Numbers of the cells that hold points in degrees, -1 for those in none."""
    grid = twin.grid
    known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) < 90)
    x, y = twin.plane.to_metres(np.where(known, lon, 0.0), np.where(known, lat, 0.0))
    found = locate(keys(*cells_at(x, y, grid.resolution)), keys(grid.gx, grid.gy))
    return np.where(known, found, -1)


# --- what is there already -----------------------------------------------------------------


def existing_of(
    twin: Twin,
    question: Question,
    kind: str,
    inside: NDArray[np.bool_] | None,
    table: pd.DataFrame,
    problems: list[Problem],
    notes: list[Text],
) -> Existing:
    """Sites already there: in the area one by one where they are few, the others and those around it together."""
    if not question.count_existing:
        return Existing()
    entries = {one.id: one for one in twin.manifest.kinds}
    kinds = question.existing_kinds or (kind,)
    for one in question.existing_kinds:
        if one not in entries:
            expected = ", ".join(entries)
            problems.append(Problem("no such kind", field="existing_kinds", found=one, expected=expected))
    if inside is None or problems:
        return Existing()
    spots = spots_of(twin, kinds, "existing")
    own = twin.opportunities()
    rows = own[own["kind"].isin(kinds)]
    within = [one for one in spots if inside[one.cell]]
    around = [one for one in spots if not inside[one.cell]]
    most = get_settings().siting_existing
    if len(within) > most:
        around, within = within + around, []
    around = _nearest(twin, around, inside, most, notes)
    return Existing(
        sites=tuple(within),
        together=tuple((one.lon, one.lat) for one in around),
        unplaced=len(rows) - int(rows.geometry.notna().sum()),
        kinds=tuple(_kind_name(twin, one) for one in kinds),
        known=all(one in entries and entries[one].complete for one in kinds),
        estimated=bool((rows["status"] == "estimated").any()),
    )


def _kind_name(twin: Twin, kind: str) -> Text:
    own = kinds_of(twin).get(kind)
    return own.plural if own is not None else Text(it=kind, en=kind)


def _nearest(
    twin: Twin, spots: list[Spot], inside: NDArray[np.bool_], most: int, notes: list[Text]
) -> list[Spot]:
    """One site for each cell, and no more than so many times the setting: those nearest to the area."""
    first: dict[int, Spot] = {}
    for one in spots:
        first.setdefault(one.cell, one)
    found = list(first.values())
    limit = 4 * most
    if len(found) <= limit:
        return found
    from scipy.spatial import cKDTree  # noqa: PLC0415 - seldom needed

    grid = twin.grid
    at = np.flatnonzero(inside)
    tree = cKDTree(np.column_stack([grid.gx[at], grid.gy[at]]))
    cells = np.array([one.cell for one in found])
    away, _ = tree.query(np.column_stack([grid.gx[cells], grid.gy[cells]]))
    order = np.argsort(away, kind="stable")[:limit]
    notes.append(
        Text(it=f"Già presenti: contano i {limit} luoghi più vicini all'area, su {len(found)}.",
             en=f"Already there: the {limit} sites nearest to the area count, of {len(found)}.")
    )  # fmt: skip
    return [found[k] for k in sorted(order.tolist())]
