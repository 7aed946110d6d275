# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From the solver's answer to figures by cell, site and place: who is served by what, who is still beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from aumenta.access.times import NOT_REACHED
from aumenta.siting.explained import TOGETHER, PlaceServed, Site, Step
from aumenta.siting.problem import Answer, Curve
from aumenta.siting.question import Question
from aumenta.twin.siting_ground import SitingGround
from aumenta.twin.siting_people import DemandPoints
from aumenta.twin.siting_spots import Spot
from aumenta.values.text import Text

Row = NDArray[np.uint8]
Doubles = NDArray[np.float64]
#: Level of the whole area in the list of places.
WHOLE = "area"


@dataclass(frozen=True)
class Columns:
    """The sites of a problem in its order: existing ones first (`together` last of them), then candidates.

    `rows` uint8 (sites, cells that count) are minutes, 255 = not reached.
    """

    spots: tuple[Spot | None, ...]
    existing: NDArray[np.bool_]
    rows: Row
    capacities: tuple[float | None, ...]
    costs: tuple[float | None, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in order; the existing ones told together have one."""
        return tuple(TOGETHER if one is None else one.id for one in self.spots)


@dataclass(frozen=True)
class Served:
    """Which site serves each cell that counts (-1: none) and in how many minutes; `before`, with what is there now."""

    site: NDArray[np.int64]
    minutes: Row
    before: Row


@dataclass(frozen=True)
class Told:
    """A solved question, ready to be told."""

    question: Question
    ground: SitingGround
    demand: DemandPoints
    columns: Columns
    answer: Answer
    curve: Curve

    @cached_property
    def served(self) -> Served:
        """Cells with the site that serves them: the nearest open one, or where the plan sends them by capacity."""
        old = np.flatnonzero(self.columns.existing)
        _, before = nearest(self.columns.rows, old.tolist())
        if self.answer.problem.capacities is None:
            return Served(*nearest(self.columns.rows, self.answer.open), before)
        site = self.answer.assigned[self.demand.of]
        minutes = self.columns.rows[site, np.arange(len(site))]
        minutes = np.where(site >= 0, minutes, NOT_REACHED).astype(np.uint8)
        return Served(np.where(minutes == NOT_REACHED, -1, site), minutes, before)

    @property
    def knows_today(self) -> bool:
        """Whether what is there already is known: something of it, or that there is none."""
        own, existing = self.question, self.ground.existing
        said = existing.known or own.list_complete == "yes"
        return own.count_existing and (existing.count > 0 or (said and not existing.unplaced))

    @cached_property
    def sites(self) -> list[Site]:
        """Open sites: new ones in the order of the problem, then existing ones."""
        opened = sorted(self.answer.open, key=lambda at: (bool(self.columns.existing[at]), at))
        return [self._site(at) for at in opened]

    def _site(self, at: int) -> Site:
        spot, new = self.columns.spots[at], not self.columns.existing[at]
        own = self.served.site == at
        people, minutes = self.ground.people[own], self.served.minutes[own]
        capped = self.answer.problem.capacities is not None  # then a cell's people may go to several sites
        rank = {one.added: one.sites for one in self.curve.points if one.sites <= len(self.answer.chosen)}
        last = {one.added: one.last for one in self.curve.points}
        shared = {
            "new": new,
            "people": _plain(self.answer.served[at] if capped else people.sum()),
            "within": _plain(people[minutes <= self.question.within].sum()),
            "median": percentile(minutes, people, 50),
            "p95": percentile(minutes, people, 95),
            "farthest": int(minutes.max()) if len(minutes) else None,
            "capacity": self.columns.capacities[at],
            "cost": self.columns.costs[at],
            "rank": rank.get(at) if new else None,
            "loses": _finite(last.get(at)) if new else None,
        }
        if spot is None:
            return Site(id=TOGETHER, name="", sort="together", **shared)
        return Site(
            id=spot.id, name=spot.name, sort=spot.sort, kind=spot.kind, lon=spot.lon, lat=spot.lat,
            municipality=spot.municipality, **shared,
        )  # fmt: skip

    def total(self, name: str) -> PlaceServed:
        """The whole area."""
        return self._place(WHOLE, WHOLE, name, np.ones(len(self.ground.cells), bool))

    def places(self, names: dict[str, str]) -> list[PlaceServed]:
        """Bands, zones and municipalities of the area, by level and id; those where nobody counts are left out."""
        found = []
        groups = {"band": self.ground.bands, "zone": self.ground.zones, "municipality": self.ground.towns}
        for level, owner in groups.items():
            for key in sorted({str(one) for one in owner if isinstance(one, str)}):
                found.append(self._place(level, key, names.get(key, key), owner == key))
        return found

    def _place(self, level: str, key: str, name: str, own: NDArray[np.bool_]) -> PlaceServed:
        people, minutes = self.ground.people[own], self.served.minutes[own]
        near, reached = minutes <= self.question.within, minutes != NOT_REACHED
        return PlaceServed(
            level=level,
            id=key,
            name=name,
            people=_plain(people.sum()),
            within=_plain(people[near].sum()),
            beyond=_plain(people[~near].sum()),
            unreached=_plain(people[~reached].sum()),
            median=percentile(minutes, people, 50),
            within_before=_plain(people[self.served.before[own] <= self.question.within].sum())
            if self.knows_today
            else None,
        )

    def steps(self) -> list[Step]:
        """What 0, 1, 2 ... new sites give, in the order of the solver's curve, with people by cell.

        None has no row where nobody knows what is there today.
        """
        opened = np.flatnonzero(self.columns.existing).tolist()
        minutes = nearest(self.columns.rows, opened)[1]
        found = []
        for point in self.curve.points:
            if point.added is not None:
                minutes = np.minimum(minutes, self.columns.rows[point.added])
            elif not self.knows_today:
                continue
            spot = None if point.added is None else self.columns.spots[point.added]
            found.append(self._step(point.sites, point.value, spot, minutes))
        return found

    def _step(self, sites: int, value: float, spot: Spot | None, minutes: Row) -> Step:
        people, total = self.ground.people, float(self.ground.people.sum())
        within = float(people[minutes <= self.question.within].sum())
        limited = np.minimum(minutes, self.question.max_minutes)
        return Step(
            sites=sites,
            added=None if spot is None else spot.id,
            name=None if spot is None else spot.name,
            value=_finite(value),
            within=_plain(within),
            share=within / total,
            mean=round(float((people * limited).sum()) / total, 3),
            more=sites > len(self.answer.chosen),
        )


def nearest(rows: Row, opened: Sequence[int]) -> tuple[NDArray[np.int64], Row]:
    """For each cell the open site that is nearest, the first in order among equals, and its minutes; -1, 255: none."""
    if not len(opened):
        return np.full(rows.shape[1], -1, np.int64), np.full(rows.shape[1], NOT_REACHED, np.uint8)
    own = rows[list(opened)]
    first = own.argmin(axis=0)
    minutes = own[first, np.arange(own.shape[1])]
    return np.where(minutes == NOT_REACHED, -1, np.asarray(opened)[first]), minutes


def percentile(minutes: Row, people: Doubles, percent: int) -> int | None:
    """Minutes that so many percent of the people need at most; None where that is not reached, or nobody is there.

    >>> percentile(np.array([5, 9, 255], np.uint8), np.array([50.0, 40.0, 10.0]), 90)
    9
    """
    if not len(minutes) or people.sum() <= 0:
        return None
    order = np.argsort(minutes, kind="stable")
    sums = np.cumsum(people[order])
    at = int(np.searchsorted(sums, sums[-1] * percent / 100 - 1e-9))
    found = int(minutes[order[min(at, len(order) - 1)]])
    return None if found == NOT_REACHED else found


def _plain(value: float) -> float:
    """A count of people without the rounding of sums."""
    return round(float(value), 6)


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def no_place(text: Text) -> Text:
    """Name of the existing sites told together, in a table."""
    return Text(it=f"{text.it} già presenti, insieme", en=f"{text.en} already there, together")
