# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The journeys behind the figures of a run: rows of minutes read, pairs chosen, and each told before and after.

Rows are those that the measures read. Journeys are searched over both networks with all their streets and timetable
but only the cells that are asked of, so that the cost hardly depends on how many cells there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aumenta.access.journey_legs import Journey
from aumenta.access.journey_scan import best_way
from aumenta.access.router import Router
from aumenta.access.ways import Ends
from aumenta.access.window import NEVER, Shorts
from aumenta.errors import AccessError
from aumenta.network.attach import attach
from aumenta.network.compile import only_cells
from aumenta.network.model import Network, Points
from aumenta.network.street_times import StreetTimes
from aumenta.readings.travel import MODES
from aumenta.scenario.evidence import (
    MOST,
    MOST_BETWEEN,
    ChangedJourney,
    End,
    Evidence,
    Moved,
    Pair,
    Side,
    Target,
    between,
    choose_origins,
    choose_pairs,
    in_order,
)
from aumenta.scenario.evidence_file import FILE, evidence_text
from aumenta.store.build_files import write_json
from aumenta.store.manifest import BuiltFile, MeasureEntry
from aumenta.twin.travel_inputs import LIMIT, MEDIAN, TravelInputs, options_of
from aumenta.values.text import Text

Doubles = NDArray[np.float64]


def write_journeys(
    before: TravelInputs, after: TravelInputs, measures: Sequence[MeasureEntry], folder: Path
) -> dict[str, BuiltFile]:
    """Write the journeys that changed between the inputs of a build and those of a run over it.

    `measures`: those of the run, whose times are looked at. Nothing that goes wrong here fails the run: it is told in
    the file.
    """
    options = options_of("transit", before.network)
    nothing = Evidence(LIMIT, options.window, options.step, before.network.about.date, ())
    try:
        found = _evidence(before, after, measures, nothing)
    except Exception as error:  # the figures stand without their journeys
        found = Evidence(*_head(nothing), (), f"{type(error).__name__}: {error}")
    return {FILE: write_json(evidence_text(found), folder / FILE)}


def _head(evidence: Evidence) -> tuple[int, tuple[str, str], int, str | None]:
    return evidence.limit, evidence.window, evidence.step, evidence.date


def _evidence(
    before: TravelInputs, after: TravelInputs, measures: Sequence[MeasureEntry], head: Evidence
) -> Evidence:
    cells = before.ground.cells
    residents = np.nan_to_num(cells["pop"].to_numpy(np.float64))
    towns = cells["municipality"].to_numpy(dtype=object)
    read = {name for one in measures for name in one.inputs if name not in one.absent}
    pairs = choose_pairs(_moved(before, after, read), residents, towns, LIMIT)
    if len(pairs) < MOST and after.network is not before.network:
        taken = {str(towns[one.cell]) for one in pairs}
        most = min(MOST_BETWEEN, MOST - len(pairs))
        pairs += _between(before, after, read, residents, taken, most)
    pairs = in_order(pairs, LIMIT)
    asked = sorted({at for one in pairs for at in (one.cell, one.goal) if at is not None})
    told = {one.target for one in pairs}
    sides = _Network(before, asked, told), _Network(after, asked, told)
    return Evidence(*_head(head), tuple(_told(one, sides, str(towns[one.cell])) for one in pairs))


# --- which pairs ------------------------------------------------------------------------------


def _moved(before: TravelInputs, after: TravelInputs, read: Iterable[str]) -> list[Moved]:
    """Targets whose times both sides know and that differ somewhere."""
    known = set(before.loaders()) & set(after.loaders()) & set(read)
    found = []
    for name in sorted(known):
        part = name.split(":")
        if part[:2] == ["times", "hub"]:
            target = Target("hub", part[2])
            rows = [own.from_hub(target.mode).minutes for own in (before, after)]
        elif part[:2] == ["times", "nearest"]:
            target = Target("nearest", part[3], part[2])
            same_points = before.points(target.of) == after.points(target.of)
            if same_points and before.names.of(target.mode) == after.names.of(target.mode):
                continue
            rows = [own.nearest_row(target.of, target.mode) for own in (before, after)]
        else:
            continue
        if not np.array_equal(rows[0], rows[1]):
            found.append(Moved(target, *rows))
    return found


def _between(
    before: TravelInputs,
    after: TravelInputs,
    read: Iterable[str],
    residents: Doubles,
    taken: set[str],
    most: int,
) -> list[Pair]:
    """Pairs of cells, from origins that reach more (or fewer) residents than before."""
    found: list[Pair] = []
    goals: set[str] = set()
    towns = before.ground.cells["municipality"].to_numpy(dtype=object)
    for name in sorted(read, reverse=True):  # public transport before cars
        mode = name.removeprefix("sums:")
        if mode == name or mode not in MODES or before._cells_hash != after._cells_hash:
            continue
        old, new = before.all_to_all(mode), after.all_to_all(mode)
        if not np.array_equal(old.origin, new.origin) or np.array_equal(old.sums, new.sums):
            continue
        people = old.things.index("people")
        gained = (new.sums - old.sums)[:, people].sum(axis=1)
        room = most - len(found)
        for at in choose_origins(gained, old.people, old.municipality, taken, room):
            origin = int(old.origin[at])
            rows = [
                Router(own.network, options_of(mode, own.network)).one_to_all(origin).row(MEDIAN)
                for own in (before, after)
            ]
            wanted = np.where(np.isin(towns, sorted(goals)), 0.0, residents)
            wanted[origin] = residents[origin]
            pair = between(Moved(Target("place", mode), *rows), origin, wanted, LIMIT)
            if pair is not None and pair.goal is not None:
                found.append(pair)
                taken.add(str(old.municipality[at]))
                goals.add(str(towns[pair.goal]))
    return found


# --- the journeys -----------------------------------------------------------------------------


def _told(pair: Pair, sides: tuple[_Network, _Network], town: str) -> ChangedJourney:
    """A pair with its journeys at the departure that tells most."""
    medians = pair.before, pair.after
    seconds = [side.seconds(pair) for side in sides]
    options = sides[0].router(pair.target.mode).options
    at = _telling(medians, seconds)
    departure = options.start + options.step * at
    both = [
        side.told(pair, departure, minutes, own, at)
        for side, minutes, own in zip(sides, medians, seconds, strict=True)
    ]
    place = sides[0].cell_end(pair.cell)
    return ChangedJourney(pair.target, place, town, pair.residents, departure, *both)


def _telling(medians: Sequence[int | None], seconds: Sequence[Shorts]) -> int:
    """The first departure at which both journeys come nearest to the medians, and differ the same way round."""
    minutes = [np.where(own == NEVER, LIMIT + 1, (own.astype(np.int64) + 59) // 60) for own in seconds]
    wanted = [LIMIT + 1 if median is None else median for median in medians]
    away = sum((np.abs(own - median) for own, median in zip(minutes, wanted, strict=True)), np.int64(0))
    like = (minutes[0] > minutes[1]) if wanted[0] > wanted[1] else (minutes[0] < minutes[1])
    return int(np.argmin(np.where(like, away, np.iinfo(np.int64).max)))


class _Network:
    """One side: its network with only the cells that are asked of, and what was asked of it."""

    def __init__(self, inputs: TravelInputs, asked: Sequence[int], targets: Iterable[Target]) -> None:
        self.inputs = inputs
        hub = inputs.ground.territory.about.hub
        self.hub = End(hub.name, hub.id, float(hub.lon), float(hub.lat))
        self.points = {kind: self._points(kind) for kind in sorted({one.of for one in targets if one.of})}
        self.cells = np.array(sorted({*asked, *self._around(inputs.network)}), np.int32)
        self.small = only_cells(inputs.network, self.cells)
        self._routers: dict[str, Router] = {}
        self._ends: dict[Target, list[Ends]] = {}
        self._cubes: dict[tuple[Target, int], NDArray[np.uint16]] = {}
        self._attached: dict[str, Points] = {}

    def _points(self, kind: str) -> list[End]:
        """Facilities of a kind whose position is known."""
        own = self.inputs.ground.opportunities
        own = own.loc[(own["kind"] == kind) & own.geometry.notna()]
        at = own.geometry.representative_point()
        names = own["name"].where(own["name"].notna(), "")
        rows = zip(at.x, at.y, own["id"].astype(str), names.astype(str), strict=True)
        return [End(Text(it=name, en=name), id_, float(x), float(y)) for x, y, id_, name in sorted(rows)]

    def _around(self, network: Network) -> set[int]:
        """Cells whose services on demand a point is served by: those nearest to it."""
        if not network.feeders:
            return set()
        cells, plane = network.cells, network.streets.plane
        points = [self.hub, *(end for own in self.points.values() for end in own)]
        metres = (plane.to_metres(np.float64(end.lon), np.float64(end.lat)) for end in points)
        return {int(np.argmin(np.hypot(cells.x - x, cells.y - y))) for x, y in metres}

    def router(self, mode: str) -> Router:
        """What answers for a mode."""
        if mode not in self._routers:
            self._routers[mode] = Router(self.small, options_of(mode, self.inputs.network))
        return self._routers[mode]

    def at(self, cell: int) -> int:
        """Number of a cell among those asked of."""
        return int(np.searchsorted(self.cells, cell))

    def cell_end(self, cell: int) -> End:
        """A cell as an end, by the name of its municipality."""
        own = self.inputs.ground.cells.iloc[cell]
        town = str(own["municipality"])
        name = self._names.get(town, town)
        return End(Text(it=name, en=name), str(own["cell"]), float(own.geometry.x), float(own.geometry.y))

    @cached_property
    def _names(self) -> dict[str, str]:
        places = self.inputs.ground.places
        towns = places[places["level"] == "municipality"]
        return dict(zip(towns["id"].astype(str), towns["name"].astype(str), strict=True))

    # --- times of every departure -------------------------------------------------------

    def seconds(self, pair: Pair) -> Shorts:
        """Seconds of a pair at every departure; of what takes the same at any hour a single one."""
        target, cell = pair.target, self.at(pair.cell)
        goal = cell if pair.goal is None else self.at(pair.goal)
        if target.kind == "nearest" and self.router(target.mode).options.mode != "transit":
            return np.array([self._nearest_by_street(target, cell)[1]], np.uint16)
        key = (target, cell if target.kind == "place" else -1)
        if key not in self._cubes:
            self._cubes[key] = self._cube(target, cell)
        found: Shorts = self._cubes[key][goal]
        return found

    def _cube(self, target: Target, cell: int) -> NDArray[np.uint16]:
        router = self.router(target.mode)
        if target.kind == "nearest":
            found = router.all_to_ends(self._merged(target), cube=True)
        else:
            origin = cell if target.kind == "place" else (self.hub.lon, self.hub.lat)
            found = router.one_to_all(origin, cube=True)
        assert found.cube is not None
        return found.cube

    def _ends_of(self, target: Target) -> list[Ends]:
        """How each facility is reached: cells without vehicles, and the stops near it; nothing far from streets."""
        if target not in self._ends:
            ways, found = self.router(target.mode).ways, []
            nothing = np.full(len(self.cells), NEVER, np.uint16)
            for end in self.points[target.of]:
                try:
                    found.append(ways.ends((end.lon, end.lat), backward=True))
                except AccessError:
                    found.append((nothing, (np.empty(0, np.int32), np.empty(0, np.uint16))))
            self._ends[target] = found
        return self._ends[target]

    def _merged(self, target: Target) -> Ends:
        """The ends of whichever facility is nearest."""
        ends = self._ends_of(target)
        near = np.full(len(self.small.stops or ()), NEVER, np.uint16)
        for _, (stops, seconds) in ends:
            near[stops] = np.minimum(near[stops], seconds)
        at = np.flatnonzero(near != NEVER).astype(np.int32)
        nothing = np.full(len(self.cells), NEVER, np.uint16)
        return np.min([nothing, *(direct for direct, _ in ends)], axis=0), (at, near[at])

    # --- the journey of one departure ---------------------------------------------------

    def told(self, pair: Pair, departure: int, median: int | None, seconds: Shorts, at: int) -> Side:
        """A side of a pair: the journey of a departure, that is the `at`-th of `seconds`, and all their minutes."""
        whole = (seconds.astype(np.int64) + 59) // 60
        minutes = tuple(None if s == NEVER else int(m) for s, m in zip(seconds, whole, strict=True))
        timed = self.router(pair.target.mode).options.mode == "transit"
        origin, destination = self._both(pair, departure, reached=seconds[at] != NEVER)
        journey = None
        if origin is not None and destination is not None and seconds[at] != NEVER:
            journey = self._journey(pair, origin, destination, departure)
        return Side(median, minutes if timed else (), origin, destination, journey)

    def _both(self, pair: Pair, departure: int, reached: bool) -> tuple[End | None, End | None]:
        target, place = pair.target, self.cell_end(pair.cell)
        if target.kind == "hub":
            return self.hub, place
        if target.kind == "place":
            assert pair.goal is not None
            return place, self.cell_end(pair.goal)
        if not reached:
            return place, None
        if self.router(target.mode).options.mode != "transit":
            number = self._nearest_by_street(target, self.at(pair.cell))[0]
        else:
            number = self._nearest_at(target, self.at(pair.cell), departure)
        return place, self.points[target.of][number]

    def _journey(self, pair: Pair, origin: End, destination: End, departure: int) -> Journey:
        cell = self.at(pair.cell)
        router = self.router(pair.target.mode)
        if pair.target.kind == "hub":
            return router.journey((origin.lon, origin.lat), cell, departure)
        if pair.goal is not None:
            return router.journey(cell, self.at(pair.goal), departure)
        return router.journey(cell, (destination.lon, destination.lat), departure)

    def _nearest_at(self, target: Target, cell: int, departure: int) -> int:
        """Number of the facility that is reached first, leaving a cell at a departure."""
        router = self.router(target.mode)
        direct, (stops, seconds) = self._merged(target)
        _, access = router.ways.ends(cell, backward=False)
        window, leave = router.window_at(departure)
        within = int(direct[cell]) - 1
        way = best_way(window, router.walks, access, (stops, seconds), leave, router.options.rides, within)
        for number, (alone, (near, took)) in enumerate(self._ends_of(target)):
            if way is None and alone[cell] == direct[cell]:
                return number
            if way is not None and took[near == way.egress_stop].tolist() == [way.egress_seconds]:
                return number
        raise LookupError("no facility is the nearest")

    def _nearest_by_street(self, target: Target, cell: int) -> tuple[int, int]:
        """Number of the facility that is nearest over the streets, and its seconds (`NEVER`: beyond the limit)."""
        router, limit = self.router(target.mode), float(LIMIT * 60)
        if not self.points[target.of]:
            return 0, NEVER
        mode = router.ways.mode
        if target.of not in self._attached:
            plane, ends = self.small.streets.plane, self.points[target.of]
            metres = plane.to_metres(np.array([one.lon for one in ends]), np.array([one.lat for one in ends]))
            self._attached[target.of] = attach(self.small.streets, *metres)
        to_points = StreetTimes(self.small.streets, self._attached[target.of])
        x, y = router.ways.metres(cell)
        try:
            seconds, _ = to_points.from_point(x, y, mode, limit, router.ways.factor(mode))
        except AccessError:
            return 0, NEVER
        number = int(np.argmin(seconds))
        return number, NEVER if np.isinf(seconds[number]) else int(np.ceil(seconds[number]))
