# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold of changes, on a generated city: more trips are never worse, order and return, who is reached."""

from __future__ import annotations

from functools import reduce
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from reached_cells import won_by

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.model import Network
from aumenta.scenario import courses, networks, timetables
from aumenta.scenario.timetables import Headway, NewLine, NewStop, course

OPTIONS = Options(window=("7:30", "8:00"), percentiles=(50,), max_minutes=90)
ORIGINS = list(range(0, 400, 13))


def minutes(network: Network, origins: list[int]) -> np.ndarray:
    """Minutes of every departure of the window."""
    router = Router(network, OPTIONS)
    return np.stack([router.one_to_all(origin, cube=True).cube for origin in origins])


def busiest(network: Network, count: int) -> list[str]:
    """Lines with most trips on the day asked about."""
    own = network.timetable
    running = own.running(np.datetime64(str(network.about.date)))[own.trip_service]
    trips = np.bincount(own.trip_line[running], minlength=len(own.line_id))
    return own.line_id[np.argsort(-trips, kind="stable")[:count]].tolist()


def with_new_line(network: Network) -> Network:
    """A line over two new stops and one of the city's, every ten minutes both ways."""
    own, cells = network.timetable, network.cells
    lon, lat = network.streets.plane.to_degrees(cells.x[[20, 350]], cells.y[[20, 350]])
    new = [
        NewStop(f"n{i}", f"New {i}", float(a), float(b))
        for i, (a, b) in enumerate(zip(lon, lat, strict=True))
    ]
    wider = networks.with_stops(network, new)
    way = course(["n0", str(own.stop_id[0]), "n1"], [400, 500], 30)
    service = (Headway(7 * 3600, 10 * 3600, 600),)
    line = NewLine("new", "new", 2, (way, timetables.turned(way)), service, timetables.days_of(own, "all"))
    return networks.with_timetable(wider, timetables.with_line(wider.timetable, line))


@pytest.fixture(scope="module")
def before(small_city: Network) -> np.ndarray:
    return minutes(small_city, ORIGINS)


@pytest.fixture(scope="module")
def linked(small_city: Network) -> Network:
    return with_new_line(small_city)


def test_trips_added_never_lengthen_a_journey(
    small_city: Network, linked: Network, before: np.ndarray
) -> None:
    after = minutes(linked, ORIGINS)
    assert (after <= before).all() and (after < before).any()
    own, date = linked.timetable, np.datetime64(str(small_city.about.date))
    more = timetables.with_headway(own, "new", [Headway(7 * 3600, 10 * 3600, 200)], date)
    assert np.isin(own.trip_id, more.trip_id).all()  # 200 s divide its ten minutes: none of its trips goes
    oftener = minutes(networks.with_timetable(linked, more), ORIGINS)
    assert (oftener <= after).all() and (oftener < after).any()


def test_what_was_added_and_goes_leaves_the_city_as_it_was(small_city: Network, linked: Network) -> None:
    left = networks.with_timetable(linked, timetables.without_line(linked.timetable, "new"))
    assert not networks.same_network(linked, small_city)
    assert networks.same_network(networks.without_stops(left, ["n0", "n1"]), small_city)


def test_changes_of_other_lines_in_any_order(small_city: Network, before: np.ndarray) -> None:
    first, second, third = busiest(small_city, 3)
    date, some = np.datetime64(str(small_city.about.date)), ORIGINS[:6]
    steps = [
        lambda own: courses.with_speed(own, first, 1.5),
        lambda own: timetables.with_headway(own, second, [Headway(7 * 3600, 9 * 3600, 240)], date),
        lambda own: timetables.without_line(own, third),
    ]
    found = []
    for order in permutations(steps):
        changed = reduce(lambda own, step: step(own), order, small_city.timetable)
        found.append(minutes(networks.with_timetable(small_city, changed), some))
    assert all(np.array_equal(found[0], other) for other in found)
    assert not np.array_equal(found[0], before[:6])


def test_sums_of_powers_of_two_tell_which_cells_the_new_line_brings_within_reach(
    small_city: Network, linked: Network, tmp_path: Path
) -> None:
    """Every cell's weight is a power of two, in as many kinds as it takes: each sum says who was counted."""
    assert won_by(small_city, linked, OPTIONS, [20, 100, 350], (15, 30, 60), tmp_path).any()
