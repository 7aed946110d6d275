# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The parts of a journey over streets: which way of moving made a time, its line and its metres."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from aumenta.access.demand import Ride, base_limit
from aumenta.access.journey_legs import Leg, LegMode, Line
from aumenta.access.times import NEVER
from aumenta.errors import AccessError
from aumenta.network.attach import attach
from aumenta.network.model import Doubles, Singles, StreetMode
from aumenta.network.street_times import StreetTimes

if TYPE_CHECKING:
    from aumenta.access.router import Router
    from aumenta.access.ways import Place, Stops

_LEG: dict[StreetMode, LegMode] = {"foot": "walk", "bike": "bike", "car": "car"}
#: Seconds beyond a known time that a way is looked for within, so that rounding never loses it.
_SPARE = 2.0


class StreetWays:
    """Ways over streets between an origin, a destination and the stops, with the options of a router."""

    def __init__(self, router: Router, origin: Place, destination: Place) -> None:
        self._router = router
        self._places = (origin, destination)
        self._at = tuple(router.ways.metres(place) for place in self._places)
        self.access: Stops = (np.empty(0, np.int32), np.empty(0, np.uint16))
        self.egress: Stops = self.access
        if router.options.mode == "transit":
            direct, self.access = router.ways.ends(origin, backward=False)
            self.egress = self._egress()
        else:
            direct = router.ways.direct(origin, backward=False)
        self.direct_seconds = (
            self._to_point() if isinstance(destination, tuple) else int(direct[int(destination)])
        )

    @property
    def lonlat(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Longitude and latitude of both ends."""
        origin, destination = (self._degrees(np.array([at]))[0] for at in self._at)
        return origin, destination

    def direct_leg(self, departure: int) -> Leg:
        """The whole way without any vehicle of the timetable."""
        router, seconds = self._router, self.direct_seconds
        best: tuple[float, StreetMode, Doubles] | None = None
        for mode in self._direct_modes():
            try:
                self._run(0, mode, seconds + _SPARE, backward=False)
                line = router.streets.way(*self._at[1])
            except AccessError:
                continue
            took = self._seconds_to_point(mode, seconds + _SPARE, router.ways.factor(mode))
            if best is None or took < best[0]:
                best = took, mode, line
        ridden = self._direct_ride() if best is None or np.ceil(best[0]) > seconds else None
        if ridden is not None and ridden[0] == seconds:
            return replace(ridden[1], departure=departure, arrival=departure + seconds)
        if best is None:
            best = seconds, self._direct_modes()[0], np.array(self._at)
        _, mode, line = best
        return Leg(
            _LEG[mode], departure, departure + seconds, self._degrees(line), metres=self._length(mode, line)
        )

    def access_leg(self, stop: int, seconds: int, arrival: int, name: str) -> Leg:
        """The way to the first stop, left as late as the first vehicle allows."""
        leg = self._end_leg(0, stop, seconds, backward=False)
        return replace(leg, departure=arrival - seconds, arrival=arrival, destination=name)

    def egress_leg(self, stop: int, seconds: int, departure: int, name: str) -> Leg:
        """The way from the last stop."""
        leg = self._end_leg(1, stop, seconds, backward=True)
        return replace(leg, departure=departure, arrival=departure + seconds, origin=name)

    def change_leg(self, stops: tuple[int, int], ready: int, departure: int, names: tuple[str, str]) -> Leg:
        """The footpath between two rides, which may take less than the `ready` seconds that the change takes."""
        points = self._router.network.stops
        assert points is not None
        streets, boarded = self._router.streets, stops[1]
        line = np.array([[points.x[s], points.y[s]] for s in stops])
        seconds, metres = ready, None
        try:
            factor = self._router.ways.factor("foot")
            _, near = streets.from_point(
                float(line[0, 0]), float(line[0, 1]), "foot", ready + _SPARE, factor, paths=True
            )
            line = streets.way_to_stop(boarded)
            seconds = min(ready, int(np.ceil(near[boarded])))
            metres = self._length("foot", line)
        except AccessError:
            pass  # the operator's own rule joins stops that streets do not
        return Leg(
            "walk",
            departure,
            departure + seconds,
            self._degrees(line),
            metres=metres,
            origin=names[0],
            destination=names[1],
        )

    def _egress(self) -> Stops:
        """Stops near the destination: of a cell those that the kernels use."""
        destination = self._places[1]
        if isinstance(destination, tuple):
            return self._router.ways.ends(destination, backward=True)[1]
        walks, cell = self._router.walks, int(destination)
        part = slice(walks.egress_indptr[cell], walks.egress_indptr[cell + 1])
        return walks.egress_stop[part], walks.egress_seconds[part]

    def _direct_modes(self) -> tuple[StreetMode, ...]:
        own = self._router.options
        if own.mode != "transit":
            return (self._router.ways.mode,)
        return ("foot", "bike") if own.access == "bike" else ("foot",)

    def _end_modes(self, backward: bool) -> tuple[tuple[StreetMode, int], ...]:
        """Ways to get to (from) stops, with the seconds of parking each ends with."""
        own = self._router.options
        if own.bike_on_board:
            return (("bike", 0),)
        if backward or own.access == "walk":
            return (("foot", 0),)
        return (("foot", 0), ("bike", own.bike_parking) if own.access == "bike" else ("car", own.car_parking))

    def _to_point(self) -> int:
        """Seconds straight to a destination that is no cell."""
        own = self._router.options
        limit = own.max_seconds if own.mode != "transit" else min(own.direct_minutes * 60, own.max_seconds)
        seconds = min(
            self._seconds_to_point(mode, limit, self._router.ways.factor(mode))
            for mode in self._direct_modes()
        )
        ridden = self._direct_ride()
        return min(
            NEVER if np.isinf(seconds) else int(np.ceil(seconds)), NEVER if ridden is None else ridden[0]
        )

    def _seconds_to_point(self, mode: StreetMode, limit: float, factor: float) -> float:
        router, (x, y) = self._router, self._at[1]
        streets = router.network.streets
        target = StreetTimes(streets, attach(streets, [x], [y]))
        seconds, _ = target.from_point(*self._at[0], mode, limit, factor)
        return float(seconds[0])

    def _end_leg(self, end: int, stop: int, seconds: int, backward: bool) -> Leg:
        """The quickest way between an end and a stop, by streets or by a ride on demand, without its hours."""
        best: tuple[float, StreetMode, Doubles, int] | None = None
        for mode, parking in self._end_modes(backward):
            if seconds < parking or (mode == "car" and not self._router.ways.parking[stop]):
                continue
            near = self._run(end, mode, seconds - parking + _SPARE, backward)
            if np.isfinite(near[stop]) and (best is None or near[stop] + parking < best[0]):
                best = near[stop] + parking, mode, self._router.streets.way_to_stop(stop), parking
        if best is None or np.ceil(best[0]) > seconds:
            for ride in self._router.ways.rides(self._places[end], backward, paths=True):
                if ride.stops[stop] == seconds:
                    return self._ridden(ride, self._router.streets.way_to_stop(stop))
        if best is None:  # compiled walks know a way that a search from this end does not
            points = self._router.network.stops
            assert points is not None
            line = np.array([self._at[end], (points.x[stop], points.y[stop])])
            best = seconds, self._end_modes(backward)[0][0], line[::-1] if backward else line, 0
        _, mode, line, parking = best
        return Leg(_LEG[mode], 0, 0, self._degrees(line), metres=self._length(mode, line), parking=parking)

    def _ridden(self, ride: Ride, line: Doubles) -> Leg:
        metres = self._length("car", line)
        return Leg(
            "demand", 0, 0, self._degrees(line), metres=metres, called=ride.feeder.waiting, service=ride.name
        )

    def _direct_ride(self) -> tuple[int, Leg] | None:
        """Seconds of the quickest ride from door to door, and its leg without hours."""
        best: tuple[int, Leg] | None = None
        if self._router.options.mode != "transit":
            return None
        ways, (x, y) = self._router.ways, self._at[1]
        goal = None if isinstance(self._places[1], tuple) else int(self._places[1])
        for ride in ways.rides(self._places[0], backward=False, paths=True):
            if not ride.feeder.to_cells or not ways.demand.serves(ride.feeder, goal, self._at[1]):
                continue
            if goal is None:
                factor = ways.demand.factor(ride.feeder)
                driven = self._seconds_to_point("car", base_limit(ride.feeder) * factor, factor)
                seconds = ways.demand.whole(ride.feeder, driven)
            else:
                seconds = int(ride.cells[goal])
            if seconds != NEVER and (best is None or seconds < best[0]):
                best = seconds, self._ridden(ride, self._router.streets.way(x, y))
        return best

    def _run(self, end: int, mode: StreetMode, limit: float, backward: bool) -> Singles:
        return self._router.ways.search(self._places[end], mode, limit, backward, paths=True)[1]

    def _degrees(self, line: Doubles) -> Line:
        """(lon, lat) of points in metres, rounded to a decimetre or so."""
        lon, lat = self._router.network.streets.plane.to_degrees(line[:, 0], line[:, 1])
        return tuple((round(float(a), 6), round(float(b), 6)) for a, b in zip(lon, lat, strict=True))

    def _length(self, mode: StreetMode, line: Doubles) -> float:
        """Metres of a way; as the crow flies times the detour where streets are not known."""
        streets = self._router.network.streets
        straight = streets.straight.get(mode) if mode not in streets.graphs else None
        metres = float(np.hypot(*np.diff(line, axis=0).T).sum())
        return metres * straight.detour if straight is not None else metres
