# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Stops outside the territory: at its gateways, of a line that leads out, and nowhere else; who gets where by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
from scenario_samples import fingerprints, said, scenario

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.scenario.beyond import BEYOND, metres_apart, stop_problems
from aumenta.scenario.catalogue import NETWORK, Catalogue
from aumenta.scenario.networks import differing
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View

#: Points of the toy metropolis, whose gateways are Overseas (9.3, 44.235) and the airport (9.26, 44.2).
OVERSEAS = {"id": "overseas", "name": "Overseas", "lon": 9.3, "lat": 44.235}
NEAR_IT = {"id": "pier", "name": "Pier", "lon": 9.32, "lat": 44.235}  # 1.6 km from the gateway
ON_THE_WAY = {"id": "cape", "name": "Cape", "lon": 9.5, "lat": 44.235}  # at neither, 19 km beyond the border
FAR = {"id": "far", "name": "Far", "lon": 11.5, "lat": 44.2}
SERVICE = [{"from": "6:00", "until": "21:00", "headway": 10}]


def line(*stops: Any) -> dict[str, Any]:
    return {"kind": "line.add", "id": "out", "name": "Out", "type": "rail", "stops": list(stops), "service": SERVICE,
            "minutes": [6] * (len(stops) - 1)}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (line("aquilone", OVERSEAS), []),
        (line("aquilone", ON_THE_WAY, NEAR_IT), []),
        (line("aquilone", FAR), [("changes[0].stops[1]", "outside the territory")]),
        (line(OVERSEAS, NEAR_IT), [("changes[0].stops", "no stop of the line lies in the territory")]),
        ({"kind": "stop.add", **NEAR_IT}, []),
        ({"kind": "stop.add", **ON_THE_WAY}, [("changes[0].lon, lat", "outside the territory")]),
        ({"kind": "stop.add", **ON_THE_WAY, "line": "R1", "after": "aquilone", "before": "giocopoli",
          "extra_minutes": 9}, []),
        ({"kind": "line.reroute", "line": "R1", "from_stop": "aquilone", "to_stop": "giocopoli", "via": [OVERSEAS],
          "minutes": [9, 9]}, []),
    ],
)  # fmt: skip
def test_where_a_stop_may_be(
    change: dict[str, Any], expected: list[tuple[str, str]], whole_catalogue: Catalogue, whole_view: View
) -> None:
    resolved = resolve_all(scenario(change), whole_catalogue)
    assert said(resolved) == expected
    if not expected:
        before = fingerprints(whole_view)
        after = apply_all(resolved, whole_view)[NETWORK]
        assert len(after.stops) == len(whole_view[NETWORK].stops) + (
            2 if NEAR_IT in change.get("stops", []) else 1
        )
        assert (
            after.stops.at["foot"].node[len(whole_view[NETWORK].stops) :] < 0
        ).all()  # no street is known there
        assert fingerprints(whole_view) == before


def test_what_would_do_is_told(whole_catalogue: Catalogue) -> None:
    (problem,) = resolve_all(scenario(line("aquilone", FAR)), whole_catalogue).problems
    assert problem.found == "11.5, 44.2"
    expected = str(problem.expected)
    assert "at most 2 km from a gateway (Overseas, Airport of play)" in expected
    assert expected.endswith("or at most 100 km from the border")


def test_metres_are_those_of_the_ellipsoid(whole_catalogue: Catalogue) -> None:
    geod = pyproj.Geod(ellps="WGS84")
    for one, other in (
        ((9.0, 44.0), (9.02, 44.01)),
        ((7.6, 45.1), (7.61, 45.1)),
        ((-51.2, -30.0), (-51.2, -30.02)),
    ):
        assert metres_apart(one, other) == pytest.approx(geod.inv(*one, *other)[2], rel=0.004)
    # From the eastern border along the parallel: allowed up to the bound, and no farther.
    towns = whole_catalogue.ground.towns
    lat = 44.24
    inside = [lon for lon in np.arange(9.0, 9.4, 0.0005) if whole_catalogue.covers(float(lon), lat)]
    for share, wanted in ((0.98, 0), (1.02, 1)):
        lon, _, _ = geod.fwd(max(inside), lat, 90, BEYOND * share)
        assert len(stop_problems(whole_catalogue, lon, lat, "at", of_line=True)) == wanted
    assert len(towns) == 12


def test_who_reaches_a_gateway(whole_catalogue: Catalogue, whole_view: View) -> None:
    """The hub reaches it by the line that stops at both ends: the minutes of the ride, after the wait."""
    resolved = resolve_all(scenario(line("giocopoli", OVERSEAS)), whole_catalogue)
    network = apply_all(resolved, whole_view)[NETWORK]
    router = Router(network, Options(window=("7:00", "9:00"), percentiles=(50,)))
    at = network.timetable.stop_id.tolist().index("overseas")
    never = np.full(len(network.cells), 65535, np.uint16)
    row = router.all_to_ends((never, (np.array([at], np.int32), np.zeros(1, np.uint16)))).row(50)
    station = network.timetable.stop_id.tolist().index("giocopoli")
    away = np.hypot(network.cells.x - network.stops.x[station], network.cells.y - network.stops.y[station])
    nearest = int(away.argmin())
    # 6 minutes of ride, 5 of median wait, and the way to the station.
    assert 11 <= row[nearest] <= 11 + 5
    assert (row < 255).sum() > 100
    gone = [{"kind": "line.remove", "line": "out"}, {"kind": "stop.remove", "stop": "overseas"}]
    back = apply_all(resolve_all(scenario(line("giocopoli", OVERSEAS), *gone), whole_catalogue), whole_view)
    assert differing(back[NETWORK], whole_view[NETWORK]) == []


def test_a_service_on_demand_needs_a_street_to_its_stops(whole_catalogue: Catalogue) -> None:
    """At a gateway beyond the streets no ride could end."""
    ride = {"kind": "service.on_demand", "id": "d", "area": {"municipalities": ["900001"]}, "waiting_minutes": 5,
            "window": {"from": "6:00", "until": "22:00"}}  # fmt: skip
    out = {"kind": "stop.add", **OVERSEAS}
    found = said(resolve_all(scenario(out, {**ride, "to": ["overseas"]}), whole_catalogue))
    assert found == [("changes[1].to", "no street leads to any of these stops")]
    assert said(resolve_all(scenario(out, {**ride, "to": ["overseas", "giocopoli"]}), whole_catalogue)) == []
