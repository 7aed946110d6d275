# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to change: stops, lines, opportunities, places, tables, as the changes before in the list left them.

A `Catalogue` never changes: every `with_...` gives another that shares the rest. Names are loaded when first asked for,
so that a scenario which touches only tables never opens the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from aumenta.errors import Problem
from aumenta.network.gtfs import mode_of
from aumenta.network.model import Network, Timetable
from aumenta.readings.inputs import Figures
from aumenta.scenario.known import Known, Named
from aumenta.store.view import View
from aumenta.territory.model import Gateway, Kind, TableSpec
from aumenta.values.text import Text

#: Names of the View that changes read and replace.
NETWORK = "network"
CELLS = "frame:cells"
OPPORTUNITIES = "frame:opportunities"
PLACES = "frame:places"
REGISTER = "population"
TABLE = "table:"

#: A thing and what of it is set: two changes that set the same contradict each other.
Key = tuple[str, ...]
#: Ordered stops of a line, the most used first.
Patterns = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Place(Named):
    """A place of the territory."""

    level: str = ""


@dataclass(frozen=True, slots=True)
class Stop(Named):
    """A stop, in WGS84 degrees."""

    lon: float = 0.0
    lat: float = 0.0


@dataclass(frozen=True, slots=True)
class Line(Named):
    """A line; `patterns` is None for a line of the network, whose stops are in its timetable."""

    mode: str = ""
    patterns: Patterns | None = None


@dataclass(frozen=True, slots=True)
class Opportunity(Named):
    """Something to reach; `weight` None where it is not known, `lon`, `lat` None where only the municipality is."""

    kind: str = ""
    weight: float | None = None
    lon: float | None = None
    lat: float | None = None
    municipality: str | None = None


class Ground:
    """What of a View a catalogue looks up, each found once."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def network(self) -> Network | None:
        """The network; None where the twin has none."""
        found: Network | None = self._view.get(NETWORK)
        return found

    @cached_property
    def timetable(self) -> Timetable | None:
        """The timetable; None where no public transport runs."""
        return self.network.timetable if self.network else None

    @cached_property
    def places(self) -> dict[str, Place]:
        """All places by id."""
        frame = self._view[PLACES]
        return {
            str(code): Place(str(code), str(name), str(level))
            for code, name, level in zip(frame["id"], frame["name"], frame["level"], strict=True)
        }

    @cached_property
    def towns(self) -> gpd.GeoDataFrame:
        """Municipalities with their polygons, sorted by id."""
        frame = self._view[PLACES]
        return frame[frame["level"] == "municipality"].sort_values("id", ignore_index=True)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the polygons of `towns`."""
        return shapely.STRtree(self.towns.geometry.to_numpy())

    @cached_property
    def stops(self) -> dict[str, Stop]:
        """Stops of the timetable by id."""
        table = self.timetable
        if table is None:
            return {}
        columns = (table.stop_id, table.stop_name, table.stop_lon, table.stop_lat)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {code: Stop(code, name, lon, lat) for code, name, lon, lat in rows}

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Lines of the timetable by id; a line's name is the one people read on the vehicle."""
        table = self.timetable
        if table is None:
            return {}
        columns = (table.line_id, table.line_name, table.line_long, table.line_type)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {code: Line(code, name or long or code, mode_of(kind)) for code, name, long, kind in rows}

    @cached_property
    def services(self) -> dict[str, Named]:
        """Services on demand by id."""
        return {} if self.network is None else {code: Named(code) for code in self.network.feeders}

    @cached_property
    def opportunities(self) -> dict[str, Opportunity]:
        """Opportunities by id."""
        frame = self._view[OPPORTUNITIES]
        points = frame.geometry.representative_point()
        lon, lat = points.x.to_numpy(float), points.y.to_numpy(float)
        weight = frame["weight"].to_numpy(float)
        town = frame["municipality"].where(frame["municipality"].notna(), None)
        found = {}
        for at, (code, kind, name) in enumerate(zip(frame["id"], frame["kind"], frame["name"], strict=True)):
            known = not np.isnan(lon[at])
            found[str(code)] = Opportunity(
                str(code),
                name if isinstance(name, str) else "",
                str(kind),
                None if np.isnan(weight[at]) else float(weight[at]),
                float(lon[at]) if known else None,
                float(lat[at]) if known else None,
                town.iat[at],
            )
        return found

    def patterns(self, line: str) -> Patterns:
        """Ordered stops of a line of the timetable, those of most trips first."""
        table = self.timetable
        return () if table is None else patterns_of(table, line)


def patterns_of(table: Timetable, line: str) -> Patterns:
    """Ordered stops of a line's trips, each order once, those of most trips first."""
    of_line = np.isin(table.trip_line, np.flatnonzero(table.line_id == line))
    at = np.flatnonzero(of_line[table.conn_trip])
    at = at[np.argsort(table.conn_trip[at], kind="stable")]
    trip = table.conn_trip[at]
    starts = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]]) if len(at) else at
    counted: dict[tuple[int, ...], int] = {}
    for begin, end in zip(starts.tolist(), [*starts[1:].tolist(), len(at)], strict=True):
        hops = at[begin:end]
        order = (int(table.conn_from[hops[0]]), *table.conn_to[hops].tolist())
        counted[order] = counted.get(order, 0) + 1
    ids = table.stop_id
    ranked = sorted(counted, key=lambda order: (-counted[order], order))
    return tuple(tuple(str(ids[stop]) for stop in order) for order in ranked)


@dataclass(frozen=True, repr=False)
class Catalogue:
    """What a change may name, as the changes before it left it.

    `view` has tables and frames with the earlier changes in them (never the network: changing that is left to the
    run); `specs` are the declarations of tables and `kinds` the kinds of opportunities, where they are known;
    `gateways` the points outside that people travel to; `touched` says which change set what; `index` is the place in
    the list of the change that asks.
    """

    territory: str
    view: View
    ground: Ground
    stops: Known[Stop]
    lines: Known[Line]
    opportunities: Known[Opportunity]
    services: Known[Named]
    kinds: Mapping[str, Kind]
    specs: Mapping[str, TableSpec] = field(default_factory=dict)
    gateways: tuple[Gateway, ...] = ()
    touched: Mapping[Key, int] = field(default_factory=dict)
    index: int = 0

    def __repr__(self) -> str:
        return f"<Catalogue of {self.territory}, before changes[{self.index}]>"

    # --- lookups ------------------------------------------------------------------------

    @property
    def places(self) -> Mapping[str, Place]:
        """Places of all levels by id."""
        return self.ground.places

    def place_problems(self, code: str, at: str, level: str | None = None) -> list[Problem]:
        """A problem when no place of the level (any, without one) has this id, with the nearest names."""
        own = {name: one for name, one in self.places.items() if level in (None, one.level)}
        return Known[Place](level or "place", lambda: own).problems(code, at)

    def town_at(self, lon: float, lat: float) -> str | None:
        """The municipality that holds a point; on a border the first by id; None outside the territory."""
        found = self.ground.tree.query(shapely.Point(lon, lat), predicate="intersects")
        return str(self.ground.towns["id"].iat[int(found.min())]) if len(found) else None

    def covers(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the territory."""
        return self.town_at(lon, lat) is not None

    def outside(self, lon: float, lat: float, at: str) -> list[Problem]:
        """A problem when a point lies outside the territory."""
        if self.covers(lon, lat):
            return []
        west, south, east, north = self.ground.towns.total_bounds
        box = f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"
        return [Problem("outside the territory", field=at, found=f"{lon:g}, {lat:g}", expected=box)]

    def patterns(self, line: str) -> Patterns:
        """Ordered stops of a line, without the stops that earlier changes took away."""
        entry = self.lines.get(line)
        if entry is None:
            return ()
        own = entry.patterns if entry.patterns is not None else self.ground.patterns(line)
        gone = self.stops.gone
        if not gone:
            return own
        left = (tuple(stop for stop in order if stop not in gone) for order in own)
        return tuple(dict.fromkeys(order for order in left if len(order) > 1))

    def tables(self) -> list[str]:
        """Ids of the tables that a change may set."""
        return sorted(name.removeprefix(TABLE) for name in self.view if name.startswith(TABLE))

    def table(self, name: str) -> Figures | None:
        """A table as earlier changes left it."""
        found: Figures | None = self.view.get(TABLE + name)
        return found

    def kind_name(self, kind: str) -> Text:
        """A kind of opportunities in words."""
        return self.kinds[kind].name if kind in self.kinds else Text(it=kind, en=kind)

    # --- what changes leave behind ------------------------------------------------------

    def at(self, index: int) -> Catalogue:
        """The same catalogue, asked by the change at another place of the list."""
        return replace(self, index=index)

    def touch(self, at: str, said: str, *key: str) -> tuple[list[Problem], Catalogue]:
        """Remember that the change sets something; a problem where an earlier change already did."""
        if key in self.touched:
            earlier = self.touched[key]
            expected = f"one change only: changes[{earlier}] already does"
            return [Problem("two changes set the same thing", field=at, found=said, expected=expected)], self
        return [], replace(self, touched={**self.touched, key: self.index})

    def with_view(self, view: View) -> Catalogue:
        """With frames and tables as a change leaves them."""
        return replace(self, view=view)

    def with_stop(self, stop: Stop) -> Catalogue:
        """With another stop."""
        return replace(self, stops=self.stops.adding(stop))

    def without_stop(self, code: str) -> Catalogue:
        """Without a stop."""
        return replace(self, stops=self.stops.removing(code, self.index))

    def with_line(self, line: Line) -> Catalogue:
        """With another line, or the line of that id as it is now."""
        return replace(self, lines=self.lines.adding(line))

    def without_line(self, code: str) -> Catalogue:
        """Without a line."""
        return replace(self, lines=self.lines.removing(code, self.index))

    def with_service(self, service: Named) -> Catalogue:
        """With another service on demand."""
        return replace(self, services=self.services.adding(service))

    def without_service(self, code: str) -> Catalogue:
        """Without a service on demand."""
        return replace(self, services=self.services.removing(code, self.index))

    def with_opportunity(self, one: Opportunity) -> Catalogue:
        """With another opportunity, or the one of that id as it is now."""
        return replace(self, opportunities=self.opportunities.adding(one))

    def without_opportunity(self, code: str) -> Catalogue:
        """Without an opportunity."""
        return replace(self, opportunities=self.opportunities.removing(code, self.index))


def catalogue_of(
    view: View,
    kinds: Mapping[str, Kind] | None = None,
    specs: Mapping[str, TableSpec] | None = None,
    gateways: Sequence[Gateway] = (),
) -> Catalogue:
    """The catalogue of a View: `frame:places`, `frame:cells`, `frame:opportunities`, tables, a network if it has one.

    `kinds` are the kinds of opportunities of the pack and `specs` the declarations of its tables; without them a kind
    or a value is known only from what the View holds. `gateways` are the pack's.
    """
    ground = Ground(view)
    whole = [place.id for place in ground.places.values() if place.level == "metropolis"]
    return Catalogue(
        territory=whole[0] if whole else "",
        view=view,
        ground=ground,
        stops=Known("stop", lambda: ground.stops),
        lines=Known("line", lambda: ground.lines),
        opportunities=Known("opportunity", lambda: ground.opportunities),
        services=Known("service", lambda: ground.services),
        kinds=_kinds(view) if kinds is None else kinds,
        specs=specs or {},
        gateways=tuple(gateways),
    )


def _kinds(view: View) -> dict[str, Kind]:
    """Kinds of which the territory has at least one; their names are not known here."""
    found = {}
    for kind in sorted(map(str, view[OPPORTUNITIES]["kind"].unique())):
        words = Text(it=kind, en=kind)
        found[kind] = Kind(id=kind, name=words, plural=words, category="land", weight=Text(it="", en=""))
    return found
