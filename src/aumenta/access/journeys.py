# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The journey behind one number: for one pair and departure, leg by leg, so that a person can check it.

The seconds are those that the kernels for windows give for the same pair and departure. Of the journeys that arrive
first the one told has the fewest rides, then the fewest seconds outside vehicles, then the latest start
(see `aumenta.access.journey_scan`); a way without any vehicle that is as quick goes before all others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from aumenta.access.journey_legs import Call, Journey, Leg, Vehicle
from aumenta.access.journey_scan import Ride, best_way
from aumenta.access.journey_streets import StreetWays
from aumenta.access.options import clock
from aumenta.access.window import DAY, NEVER, Window
from aumenta.errors import AccessError, Problem

if TYPE_CHECKING:
    from aumenta.access.router import Router
    from aumenta.access.ways import Place

__all__ = ["Call", "Journey", "Leg", "Vehicle", "find_journey"]


def find_journey(router: Router, origin: Place, destination: Place, departure: int) -> Journey:
    """The best journey between two cells (numbers) or points (lon, lat), leaving at `departure` or later.

    `departure`: seconds after midnight; 24 hours and more belong to the night after the day of service. AccessError: a
    place outside or far from streets, a time that is none, no journey within the limit of the router's options.
    """
    if not 0 <= departure < 2 * DAY:
        problem = Problem("not a time of day", field="departure", found=str(departure), expected="seconds")
        raise AccessError("The journey cannot be looked for.", [problem])
    streets = StreetWays(router, origin, destination)
    straight = streets.direct_seconds
    legs: tuple[Leg, ...] | None = None
    date = None
    if router.options.mode == "transit":
        date = str(router.date)
        legs = _by_vehicle(router, streets, departure)
    if legs is None and straight != NEVER:
        legs = (streets.direct_leg(departure),)
    if legs is None:
        most = f"{router.options.max_minutes} minutes"
        raise AccessError(
            f"There is no journey within {most} at {clock(departure)}.",
            [Problem("not reached", field="destination", expected=f"within {most}")],
        )
    return Journey(*streets.lonlat, departure, legs, router.network.about.status, date)


def _by_vehicle(router: Router, streets: StreetWays, departure: int) -> tuple[Leg, ...] | None:
    """Legs of the best way by vehicles, or None where there is none or going without is as quick."""
    window, leave = router.window_at(departure)
    within = streets.direct_seconds - 1
    way = best_way(window, router.walks, streets.access, streets.egress, leave, router.options.rides, within)
    if way is None:
        return None
    rides = [_ride(router, window, departure - leave, ride) for ride in way.rides]
    first, last = rides[0], rides[-1]
    assert first.origin is not None and last.destination is not None
    legs = [streets.access_leg(way.access_stop, way.access_seconds, first.departure, first.origin)]
    for number, ride in enumerate(rides):
        if number:
            legs += _change(router, streets, window, way.rides[number - 1 : number + 1], (legs[-1], ride))
        legs.append(replace(ride, wait=ride.departure - legs[-1].arrival))
    legs.append(streets.egress_leg(way.egress_stop, way.egress_seconds, last.arrival, last.destination))
    return tuple(leg for leg in legs if leg.vehicle is not None or leg.seconds > 0)


def _change(
    router: Router, streets: StreetWays, window: Window, rides: tuple[Ride, ...], legs: tuple[Leg, Leg]
) -> list[Leg]:
    """The footpath between two rides; nothing where one boards at the stop where one got off."""
    left, boarded = int(window.conn_to[rides[0].left]), int(window.conn_from[rides[1].boarded])
    if left == boarded:
        return []
    walks = router.walks
    row = slice(walks.foot_indptr[left], walks.foot_indptr[left + 1])
    ready = int(walks.foot_seconds[row][walks.foot_stop[row] == boarded][0])
    names = (legs[0].destination or "", legs[1].origin or "")
    return [streets.change_leg((left, boarded), ready, legs[0].arrival, names)]


def _ride(router: Router, window: Window, zero: int, ride: Ride) -> Leg:
    """A ride with its line and calls; `zero`: seconds after midnight of the window's second 0."""
    from aumenta.network.gtfs.modes import mode_of  # noqa: PLC0415 - reads feeds: only when something is ridden

    timetable = router.network.timetable
    assert timetable is not None
    number = window.conn_trip[ride.boarded]
    part = slice(ride.boarded, ride.left + 1)
    hops = ride.boarded + np.flatnonzero(window.conn_trip[part] == number)
    arrivals = [None, *(int(t) + zero for t in window.conn_arr[hops])]
    departures = [*(int(t) + zero for t in window.conn_dep[hops]), None]
    stops = [int(window.conn_from[hops[0]]), *(int(s) for s in window.conn_to[hops])]
    calls = tuple(
        Call(
            str(timetable.stop_id[stop]),
            str(timetable.stop_name[stop]),
            round(float(timetable.stop_lon[stop]), 6),
            round(float(timetable.stop_lat[stop]), 6),
            arrival,
            departure,
        )
        for stop, arrival, departure in zip(stops, arrivals, departures, strict=True)
    )
    trip = int(window.trip_of[number])
    line = int(timetable.trip_line[trip])
    vehicle = Vehicle(
        str(timetable.line_name[line]),
        str(timetable.line_long[line]),
        int(timetable.line_type[line]),
        mode_of(int(timetable.line_type[line])),
        str(timetable.line_agency[line]),
        str(timetable.trip_headsign[trip]),
        str(timetable.trip_id[trip]),
        calls,
    )
    board, leave = departures[0], arrivals[-1]
    assert board is not None and leave is not None
    path = tuple((call.lon, call.lat) for call in calls)
    return Leg("ride", board, leave, path, origin=calls[0].name, destination=calls[-1].name, vehicle=vehicle)
