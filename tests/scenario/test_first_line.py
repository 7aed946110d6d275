# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A first line where there is none, and a service on demand taken away again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scenario_samples import fingerprints, said, scenario

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.model import Network
from aumenta.scenario import networks
from aumenta.scenario.catalogue import NETWORK, Catalogue, catalogue_of
from aumenta.scenario.first_timetable import with_timetable_to_fill
from aumenta.scenario.networks import differing
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View

STOPS = [
    {"id": "f1", "name": "First", "lon": 9.1443, "lat": 44.2388},
    {"id": "f2", "name": "Second", "lon": 9.19, "lat": 44.24},
]
LINE = {"kind": "line.add", "id": "F", "name": "F", "type": "tram", "stops": STOPS, "minutes": [7], "dwell_minutes": 0,
        "service": [{"from": "6:00", "until": "21:00", "headway": 10}]}  # fmt: skip
OPTIONS = Options(window=("7:00", "7:30"), max_minutes=60)


def streets_only(network: Network, date: str | None) -> Network:
    about = replace(network.about, date=date, modes=(), counts={})
    none = dict.fromkeys(("timetable", "stops", "access", "egress", "footpaths"))
    return replace(network, about=about, **none)


@pytest.fixture
def bare(whole_view: View, toy_network: Network) -> View:
    """The toy metropolis with its streets only."""
    return whole_view.replaced({NETWORK: streets_only(toy_network, None)})


def applied(view: View, *changes: dict[str, Any]) -> Network:
    after: Network = apply_all(resolve_all(scenario(*changes), catalogue_of(view)), view)[NETWORK]
    return after


def rows(network: Network) -> np.ndarray:
    router = Router(network, OPTIONS)
    return np.stack([router.one_to_all(cell, cube=True).cube for cell in range(0, len(network.cells), 400)])


def test_a_first_line_is_as_the_only_one_left(bare: View, whole_view: View, toy_network: Network) -> None:
    """Against the toy's own network without any of its lines and stops, to which the same line is added."""
    own = toy_network.timetable
    gone = [{"kind": "line.remove", "line": one} for one in own.line_id.tolist()]
    gone += [{"kind": "stop.remove", "stop": one} for one in own.stop_id.tolist()]
    left, first = applied(whole_view, *gone, LINE), applied(bare, LINE)
    told = {"about.counts", "about.date", "timetable.services", "timetable.first_date"}
    assert set(differing(first, left)) <= told
    assert np.array_equal(rows(first), rows(left)) and (rows(first) < 3600).any()
    assert first.about.modes == ("tram",) and first.about.date is None
    foot = Router(bare[NETWORK], replace(OPTIONS, mode="walk"))
    assert (rows(first)[1] <= foot.one_to_all(400, cube=True).cube).all()


@pytest.mark.parametrize("date", [None, "2026-05-13", "2023-01-01"])
def test_days_are_those_of_the_week_that_is_asked_about(toy_network: Network, date: str | None) -> None:
    made = with_timetable_to_fill(streets_only(toy_network, date))
    table = made.timetable
    assert table.first_date.item().weekday() == 0 and table.services.shape == (0, 7)
    if date is not None:
        assert 0 <= (np.datetime64(date) - table.first_date) / np.timedelta64(1, "D") < 7
    assert made.about.date == date and with_timetable_to_fill(made) is made
    assert with_timetable_to_fill(toy_network) is toy_network


def test_what_comes_after_a_first_line_may_use_it(bare: View) -> None:
    before = fingerprints(bare)
    more = [
        {"kind": "line.frequency", "line": "F", "service": [{"from": "7:00", "until": "9:00", "headway": 5}]},
        {"kind": "service.on_demand", "id": "d", "area": {"municipalities": ["900002"]}, "waiting_minutes": 5,
         "window": {"from": "6:00", "until": "22:00"}, "to": ["f2"]},
    ]  # fmt: skip
    network = applied(bare, LINE, *more)
    assert len(network.timetable.trip_id) == 2 * (15 * 6 + 2 * 6) and set(network.feeders) == {"d"}
    assert fingerprints(bare) == before
    alone = applied(bare, {"kind": "stop.add", **STOPS[0]})
    assert alone.timetable.stop_id.tolist() == ["f1"] and len(alone.access.stop)


def test_without_a_line_the_others_still_say_so(bare: View) -> None:
    changes = [
        {"kind": "line.remove", "line": "F"},
        {"kind": "line.speed", "line": "F", "factor": 2},
        {"kind": "stop.remove", "stop": "f1"},
    ]
    found = said(resolve_all(scenario(*changes), catalogue_of(bare)))
    assert found == [(f"changes[{at}]", "the network has no public transport") for at in range(3)]


# --- a service on demand taken away ---------------------------------------------------------------

ON_CALL = {"kind": "service.on_demand", "id": "d", "area": {"municipalities": ["900011"]}, "waiting_minutes": 5,
           "window": {"from": "6:00", "until": "22:00"}}  # fmt: skip


def test_a_service_that_came_can_go(whole_catalogue: Catalogue, whole_view: View) -> None:
    gone = {"kind": "service.remove", "service": "d"}
    resolved = resolve_all(scenario(ON_CALL, gone), whole_catalogue)
    assert said(resolved) == [] and "d" in resolved.descriptions[1].en
    assert networks.same_network(apply_all(resolved, whole_view)[NETWORK], whole_view[NETWORK])
    # One that the network has by itself goes too, and the id stays taken.
    served = whole_view.replaced({NETWORK: applied(whole_view, ON_CALL)})
    assert networks.same_network(applied(served, gone), whole_view[NETWORK])
    assert said(resolve_all(scenario(gone, ON_CALL), catalogue_of(served))) == [
        ("changes[1].id", "another service has this id")
    ]


def test_a_service_that_is_not_there_cannot_go(whole_catalogue: Catalogue) -> None:
    gone = {"kind": "service.remove", "service": "d"}
    assert said(resolve_all(scenario(gone), whole_catalogue)) == [("changes[0].service", "no such service")]
    twice = resolve_all(scenario(ON_CALL, gone, gone), whole_catalogue)
    assert said(twice) == [("changes[2].service", "this service is removed before")]
