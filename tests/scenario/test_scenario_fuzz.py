# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Random scenarios of every kind of change: an answer or problems in words, never anything else; the baseline whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from scenario_samples import fingerprints, scenario

from aumenta.errors import ScenarioError
from aumenta.scenario.catalogue import Catalogue
from aumenta.scenario.model import kinds_of_changes
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View

STOPS = [
    "giocopoli",
    "aquilone",
    "altalena",
    "girotondo",
    "campana",
    "filastrocca",
    "dadi",
    "carte",
    "n1",
    "n2",
]
NEW_STOPS = ["n1", "n2", "n3"]
LINES = ["R1", "B1", "B2", "L1", "L2"]
TOWNS = [f"9000{number:02d}" for number in range(1, 13)]
SITES = ["brownfield-900001", "brownfield-900002", "o1"]
THINGS = ["clinic-900001", "cinema-900001", "care_home-900001", *SITES, "o1", "o2"]
LON, LAT = (
    st.floats(8.98, 9.25).map(lambda x: round(x, 4)),
    st.floats(44.16, 44.31).map(lambda x: round(x, 4)),
)
MINUTES = st.sampled_from([0.2, 1, 4.5, 12, 90])
NEW_STOP = st.fixed_dictionaries(
    {"id": st.sampled_from(NEW_STOPS), "name": st.just("New"), "lon": LON, "lat": LAT}
)
REF = st.sampled_from(STOPS) | NEW_STOP
HOURS = st.sampled_from(["5:00", "7:00", "9:30", "16:00", "23:00", "26:00"])
PERIOD = st.fixed_dictionaries({"from": HOURS, "until": HOURS, "headway": st.sampled_from([0.5, 7, 30, 60])})
SERVICE = st.lists(PERIOD, min_size=1, max_size=2)
AREA = st.one_of(
    st.fixed_dictionaries({"municipalities": st.lists(st.sampled_from(TOWNS), min_size=1, max_size=3)}),
    st.fixed_dictionaries({"polygon": st.lists(st.tuples(LON, LAT).map(list), min_size=3, max_size=4)}),
)
MODE = st.sampled_from(["car", "foot", "bike"])
BOOL = st.booleans()
THING, SITE, NEW_THING = (st.sampled_from(some) for some in (THINGS, SITES, ["o1", "o2"]))
ONE = st.just(9)


def change(
    kind: str, needed: dict[str, Any], optional: dict[str, Any] | None = None
) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"kind": st.just(kind), **needed}, optional=optional or {})


@st.composite
def along(draw: st.DrawFn, kind: str, more: int, **needed: st.SearchStrategy[Any]) -> dict[str, Any]:
    """A change with a list of stops and as many minutes as it needs, most of the time."""
    name = "stops" if kind == "line.add" else "via"
    stops = draw(st.lists(REF, min_size=2 if kind == "line.add" else 0, max_size=4))
    count = len(stops) + more + draw(st.sampled_from([0, 0, 0, 0, 1]))
    minutes = draw(st.lists(MINUTES, min_size=max(count, 1), max_size=max(count, 1)))
    return {"kind": kind, name: stops, "minutes": minutes, **{key: draw(one) for key, one in needed.items()}}


ID = st.sampled_from(STOPS)
OF_LINE = {"line": st.sampled_from(LINES)}
AT = {"lon": LON, "lat": LAT}
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "line.add": along(
        "line.add", -1, id=st.sampled_from(["L1", "L2"]), name=st.just("New"), type=st.sampled_from(["bus", "rail"]),
        service=SERVICE, days=st.sampled_from(["weekdays", "sundays", "all"]), both_directions=BOOL,
    ),
    "line.remove": change("line.remove", OF_LINE),
    "line.frequency": change(
        "line.frequency", {**OF_LINE, "service": SERVICE}, {"first": HOURS, "direction": st.sampled_from([0, 1])}
    ),
    "line.speed": st.one_of(
        change("line.speed", {**OF_LINE, "factor": st.sampled_from([0.5, 1, 3])}),
        change("line.speed", {**OF_LINE, "minutes_saved": MINUTES, "from_stop": ID, "to_stop": ID}),
    ),
    "line.reroute": along("line.reroute", 1, line=OF_LINE["line"], from_stop=ID, to_stop=ID, both_directions=BOOL),
    "stop.add": st.one_of(
        change("stop.add", {"id": st.sampled_from(NEW_STOPS), "name": st.just("New"), **AT}),
        change("stop.add", {"id": st.sampled_from(NEW_STOPS), "name": st.just("New"), **AT, **OF_LINE, "after": ID,
                            "before": ID, "extra_minutes": MINUTES}),
    ),
    "stop.remove": change("stop.remove", {"stop": ID}),
    "stop.dwell": change("stop.dwell", {"stop": ID, "seconds": st.integers(0, 200)}, OF_LINE),
    "bike_on_board": change("bike_on_board", {**OF_LINE, "allowed": BOOL}),
    "service.on_demand": change(
        "service.on_demand",
        {"id": st.sampled_from(["d1", "d2"]), "area": AREA, "waiting_minutes": MINUTES,
         "window": st.fixed_dictionaries({"from": HOURS, "until": HOURS})},
        {"to": st.just("within") | st.lists(ID, min_size=1, max_size=2), "speed_factor": st.sampled_from([0.5, 2])},
    ),
    "service.remove": change("service.remove", {"service": st.sampled_from(["d1", "d2"])}),
    "street.add": change(
        "street.add",
        {"from": st.tuples(LON, LAT).map(list), "to": st.tuples(LON, LAT).map(list),
         "modes": st.dictionaries(MODE, st.sampled_from([3, 30, 130]), min_size=1, max_size=2)},
    ),
    "street.modify": change(
        "street.modify",
        {"area": AREA},
        {"speed_factor": st.dictionaries(MODE, st.sampled_from([0.5, 1, 2]), min_size=1, max_size=2),
         "limit_kmh": st.dictionaries(MODE, st.sampled_from([3, 30]), min_size=1, max_size=1),
         "close": st.lists(MODE, max_size=1)},
    ),
    "opportunity.add": change(
        "opportunity.add",
        {"id": NEW_THING, "type": st.sampled_from(["clinic", "brownfield"]), "name": st.just("N"), **AT},
        {"weight": st.sampled_from([0, 3, "unknown"])},
    ),
    "opportunity.remove": change("opportunity.remove", {"id": st.sampled_from(THINGS)}),
    "opportunity.move": change("opportunity.move", {"id": st.sampled_from(THINGS), **AT}),
    "opportunity.resize": change("opportunity.resize", {"id": THING, "weight": st.sampled_from([0, 4])}),
    "layer.set": change(
        "layer.set",
        {"table": st.sampled_from(["broadband", "schools_by_kind", "roads", "health_by_band"]),
         "column": st.sampled_from(["ftth_share", "pupils", "kind", "count"]),
         "places": st.lists(st.sampled_from([*TOWNS, "z01", "hill", "toy"]), min_size=1, max_size=2),
         "value": st.sampled_from([0.3, 7, 2.5, "hospital"])},
        {"how": st.sampled_from(["set", "add", "multiply", "at_least", "at_most"])},
    ),
    "residents.add": change("residents.add", {"area": AREA, "residents": st.integers(1, 3000)}),
    "residents.move": change("residents.move", {"from": AREA, "to": AREA, "residents": st.integers(1, 3000)}),
    "brownfield.convert": st.one_of(
        change("brownfield.convert", {"site": SITE, "into": st.just("park")}, {"hectares": MINUTES}),
        change("brownfield.convert", {"site": SITE, "into": st.just("jobs"), "jobs": MINUTES},
               {"hectares": MINUTES}),
        change("brownfield.convert", {"site": SITE, "into": st.just("homes"), "residents": ONE}),
    ),
    "green.add": change("green.add", {"id": NEW_THING, "name": st.just("N"), **AT, "hectares": MINUTES}),
}  # fmt: skip


@pytest.fixture(scope="module")
def baseline(whole_view: View) -> dict[str, str]:
    """What the baseline was before any of this."""
    return fingerprints(whole_view)


def test_every_kind_is_drawn() -> None:
    assert set(CHANGES) == set(kinds_of_changes())


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(list(CHANGES)).flatmap(CHANGES.__getitem__), min_size=1, max_size=3))
def test_whatever_is_asked_is_answered(
    baseline: dict[str, str], whole_catalogue: Catalogue, whole_view: View, changes: list[dict[str, Any]]
) -> None:
    try:
        made = scenario(*changes)
    except ScenarioError as error:
        assert error.problems
        return
    resolved = resolve_all(made, whole_catalogue)
    assert len(resolved.descriptions) == len(changes)
    if resolved.problems:
        places = [one.field or "" for one in resolved.problems]
        assert all(place.startswith("changes[") and place[-1] != "." for place in places)
        event("refused")
        return
    try:
        after = apply_all(resolved, whole_view)
    except ScenarioError as error:
        event("no effect")
        assert {one.message for one in error.problems} == {"no effect"}, error
        return
    event("applied")
    assert after is not whole_view


def test_the_baseline_is_whole_after_all_that(baseline: dict[str, str], whole_view: View) -> None:
    assert fingerprints(whole_view) == baseline
