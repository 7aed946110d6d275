# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Resolving: all problems of all changes at once, ids that flow through the list, contradictions, no effect."""

from __future__ import annotations

from typing import Any

import pytest
from scenario_samples import said, scenario

from aumenta.errors import ScenarioError
from aumenta.scenario.catalogue import OPPORTUNITIES, Catalogue, catalogue_of
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View

HERE = {"lon": 9.1443, "lat": 44.2388}
FAR = {"lon": 11.0, "lat": 44.0}
DAY = [{"from": "6:00", "until": "20:00", "headway": 30}]
NEW_LINE: dict[str, Any] = {"kind": "line.add", "id": "N", "name": "New", "type": "bus", "service": DAY}


ON_DEMAND: dict[str, Any] = {"kind": "service.on_demand", "id": "d", "waiting_minutes": 5}


def clinic(code: str, **more: Any) -> dict[str, Any]:
    return {"kind": "opportunity.add", "id": code, "type": "clinic", "name": code, **HERE, **more}


def area(*towns: str) -> dict[str, Any]:
    return {"municipalities": list(towns)}


def ftth(place: str, value: object, how: str = "set", column: str = "ftth_share") -> dict[str, Any]:
    return {
        "kind": "layer.set",
        "table": "broadband",
        "column": column,
        "places": [place],
        "value": value,
        "how": how,
    }


def line(*stops: object, **more: Any) -> dict[str, Any]:
    return {**NEW_LINE, "stops": list(stops), "minutes": [5] * (len(stops) - 1), **more}


def period(start: str, until: str) -> dict[str, Any]:
    return {"from": start, "until": until, "headway": 5}


def settlers(**where: Any) -> dict[str, Any]:
    return {"kind": "residents.add", "area": where, "residents": 1}


def move(start: dict[str, Any], end: dict[str, Any], residents: int) -> dict[str, Any]:
    return {"kind": "residents.move", "from": start, "to": end, "residents": residents}


def test_all_problems_of_all_changes_are_told_at_once(whole_catalogue: Catalogue, whole_view: View) -> None:
    made = scenario(
        {**NEW_LINE, "stops": ["giocopoly", "dadi", "dadi"], "minutes": [5]},
        {"kind": "line.remove", "line": "R2"},
        clinic("c", **FAR),
        {"kind": "residents.add", "area": {"municipalities": ["900001", "900099"]}, "residents": 10},
        {"kind": "layer.set", "table": "broadband", "column": "fibre", "places": ["900001"], "value": 1},
        {"kind": "opportunity.resize", "id": "clinic-900001", "weight": 2},
        {"kind": "stop.dwell", "stop": "dadi", "seconds": 60, "line": "B1"},
    )
    resolved = resolve_all(made, whole_catalogue)
    assert said(resolved) == [
        ("changes[0].stops[0]", "no such stop"),
        ("changes[0].stops[2]", "a stop follows itself"),
        ("changes[0].minutes", "not one for each hop"),
        ("changes[1].line", "no such line"),
        ("changes[2].lon, lat", "outside the territory"),
        ("changes[3].area.municipalities[1]", "no such municipality"),
        ("changes[4].column", "no such column"),
        ("changes[6].stop", "the line B1 does not call there"),
    ]
    assert len(resolved.descriptions) == 7
    with pytest.raises(ScenarioError) as error:
        apply_all(resolved, whole_view)
    assert error.value.problems == resolved.problems


def test_the_nearest_names_are_offered(whole_catalogue: Catalogue) -> None:
    made = scenario(
        {"kind": "stop.remove", "stop": "Giocopolli"},
        {"kind": "line.remove", "line": "r1"},
        {"kind": "opportunity.remove", "id": "clinic-90001"},
        {"kind": "residents.add", "area": {"municipalities": ["Trotola"]}, "residents": 1},
        clinic("x", type="clinics"),
        {"kind": "layer.set", "table": "broad-band", "column": "a", "places": ["toy"], "value": 1},
        {"kind": "stop.remove", "stop": "zzzzzzzz"},
    )
    expected = [one.expected or "" for one in resolve_all(made, whole_catalogue).problems]
    wanted = ("giocopoli (Giocopoli)", "R1 (R1)", "clinic-900001", "900004 (Trottola)", "clinic", "broadband")
    assert all(want in text for want, text in zip(wanted, expected, strict=False))
    assert expected[6] == "one of the 8 there are"


def test_a_change_uses_what_an_earlier_one_adds(whole_catalogue: Catalogue) -> None:
    stop = {"id": "mill", "name": "Mill", "lon": 9.15, "lat": 44.21}
    made = scenario(
        {**NEW_LINE, "stops": ["dadi", stop, "giocopoli"], "minutes": [4, 4]},
        {"kind": "line.speed", "line": "N", "factor": 2, "from_stop": "giocopoli", "to_stop": "mill"},
        {"kind": "stop.add", "id": "hill", "name": "Hill", "lon": 9.15, "lat": 44.22, "line": "N", "after": "giocopoli",
         "before": "mill", "extra_minutes": 1},
        {"kind": "line.reroute", "line": "N", "from_stop": "dadi", "to_stop": "hill", "minutes": [5]},
        {"kind": "stop.dwell", "stop": "hill", "seconds": 40, "line": "N"},
        clinic("c"),
        {"kind": "opportunity.move", "id": "c", "lon": 9.15, "lat": 44.21},
    )  # fmt: skip
    resolved = resolve_all(made, whole_catalogue)
    assert resolved.problems == ()
    # Rerouted without via, the line no longer calls at the mill.
    assert resolved.catalogue.patterns("N") == (("dadi", "hill", "giocopoli"), ("giocopoli", "hill", "dadi"))
    assert "mill" in resolved.catalogue.stops and "mill" not in whole_catalogue.stops
    dwell = {"kind": "stop.dwell", "stop": "mill", "seconds": 1, "line": "N"}
    later = scenario(*made.model_dump(by_alias=True)["changes"], dwell)
    assert said(resolve_all(later, whole_catalogue)) == [
        ("changes[7].stop", "the line New does not call there")
    ]


def test_what_was_taken_away_is_gone(whole_catalogue: Catalogue) -> None:
    made = scenario(
        {"kind": "stop.remove", "stop": "campana"},
        {"kind": "line.speed", "line": "B1", "factor": 2, "from_stop": "girotondo", "to_stop": "campana"},
        {"kind": "line.remove", "line": "R1"},
        {"kind": "line.frequency", "line": "R1", "service": DAY},
        {"kind": "opportunity.remove", "id": "clinic-900001"},
        {"kind": "opportunity.resize", "id": "clinic-900001", "weight": 3},
        {"kind": "opportunity.remove", "id": "clinic-900001"},
        clinic("clinic-900001"),
    )
    resolved = resolve_all(made, whole_catalogue)
    assert said(resolved) == [
        ("changes[1].to_stop", "the line B1 does not call there"),
        ("changes[3].line", "this line is removed before"),
        ("changes[5].id", "this opportunity is removed before"),
        ("changes[6].id", "this opportunity is removed before"),
        ("changes[7].id", "another opportunity has this id"),
    ]
    assert "changes[4]" in (resolved.problems[2].expected or "")
    there = ("giocopoli", "girotondo", "filastrocca")
    assert set(resolved.catalogue.patterns("B1")) == {there, there[::-1]}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kind": "line.frequency", "line": "R1", "service": DAY}, {"service": DAY, "direction": 1}),
        ({"kind": "line.speed", "line": "R1", "factor": 2}, {"factor": 3}),
        ({"kind": "bike_on_board", "line": "R1", "allowed": True}, {"allowed": False}),
        ({"kind": "stop.dwell", "stop": "giocopoli", "seconds": 60}, {"seconds": 30}),
        ({"kind": "stop.dwell", "stop": "giocopoli", "seconds": 60}, {"seconds": 30, "line": "R1"}),
        ({"kind": "opportunity.resize", "id": "clinic-900001", "weight": 3}, {"weight": 4}),
        ({"kind": "opportunity.move", "id": "clinic-900001", **HERE}, {"lon": 9.2}),
        (ftth("900001", 0.5), {"places": ["z01"], "value": 0.4}),
    ],
    ids=lambda one: one.get("kind", ""),
)  # fmt: skip
def test_two_changes_that_set_the_same_thing(
    first: dict[str, Any], second: dict[str, Any], whole_catalogue: Catalogue
) -> None:
    problems = resolve_all(scenario(first, clinic("c"), {**first, **second}), whole_catalogue).problems
    assert [one.message for one in problems] == ["two changes set the same thing"]
    assert problems[0].field is not None and problems[0].field.startswith("changes[2].")
    assert problems[0].expected == "one change only: changes[0] already does"


NO_EFFECT: list[dict[str, Any]] = [
    {"kind": "opportunity.resize", "id": "brownfield-900001", "weight": 12},
    ftth("900001", 0.9),
    ftth("900001", 1, "multiply"),
    ftth("z01", 0.1, "at_least"),
    {"kind": "line.speed", "line": "R1", "factor": 1},
    {"kind": "line.speed", "line": "R1", "minutes_saved": 0},
    {"kind": "street.modify", "area": area("900001"), "speed_factor": {"car": 1}},
]


@pytest.mark.parametrize("change", NO_EFFECT, ids=lambda one: f"{one['kind']}-{one.get('how', '')}")
def test_no_effect_is_a_problem_that_says_what_would_have_one(
    change: dict[str, Any], whole_catalogue: Catalogue
) -> None:
    (problem,) = resolve_all(scenario(change), whole_catalogue).problems
    assert problem.message == "no effect" and problem.expected


def test_what_only_the_view_shows_to_have_no_effect_is_told_when_applied(
    whole_catalogue: Catalogue, whole_view: View
) -> None:
    """The point where a thing lies already; a way that a line takes already; all of them at once."""
    frame = whole_view[OPPORTUNITIES]
    own = frame[frame["id"] == "clinic-900001"].iloc[0].geometry
    made = scenario(
        {"kind": "opportunity.move", "id": "clinic-900001", "lon": own.x, "lat": own.y},
        clinic("c"),
        {"kind": "opportunity.move", "id": "c", **HERE},
    )
    resolved = resolve_all(made, whole_catalogue)
    with pytest.raises(ScenarioError) as error:
        apply_all(resolved, whole_view)
    found = [(one.field, one.message, bool(one.expected)) for one in error.value.problems]
    assert found == [("changes[0]", "no effect", True), ("changes[2]", "no effect", True)]


def test_a_scenario_of_another_territory_has_that_problem_only(toy_catalogue: Catalogue) -> None:
    made = scenario({"kind": "line.remove", "line": "none"}, territory="elsewhere")
    (problem,) = resolve_all(made, toy_catalogue).problems
    assert (problem.field, problem.found, problem.expected) == ("territory", "elsewhere", "toy")


def test_without_a_network_its_changes_say_so(toy_catalogue: Catalogue) -> None:
    made = scenario(
        {"kind": "line.remove", "line": "R1"},
        {"kind": "stop.remove", "stop": "dadi"},
        {"kind": "bike_on_board", "line": "R1", "allowed": True},
        clinic("c"),
    )
    found = said(resolve_all(made, toy_catalogue))
    assert found == [(f"changes[{at}]", "the twin has no network") for at in range(3)]


HOURS = {"from": "9:00", "until": "18:00"}
CAR_STREET: dict[str, Any] = {
    "kind": "street.add",
    "from": [9.1, 44.24],
    "to": [9.1, 44.24],
    "modes": {"car": 50},
}
AWAY = {"polygon": [[11, 44], [11.1, 44], [11, 44.1]]}
BOW = {"polygon": [[9.1, 44.2], [9.2, 44.3], [9.2, 44.2], [9.1, 44.3]]}
CALL: dict[str, Any] = {"kind": "stop.add", "id": "s", "name": "S", **HERE, "line": "B1", "extra_minutes": 1}
REROUTE: dict[str, Any] = {"kind": "line.reroute", "line": "B1", "from_stop": "giocopoli"}
SITE = {"kind": "brownfield.convert", "site": "brownfield-900001", "into": "park"}
NOT_FLYING = "streets of this mode are not known here: it goes as the crow flies"
SINGLE: list[tuple[dict[str, Any], str, str]] = [
    (line("dadi", "carte", id="R1"), "id", "another line has this id"),
    (line("dadi", {"id": "s", "name": "S", **FAR}), "stops[1]", "outside the territory"),
    (line("dadi", {"id": "carte", "name": "S", **HERE}), "stops[1].id", "another stop has this id"),
    (line("dadi", "carte", service=[*DAY, period("19:00", "21:00")]), "service[1]", "two periods overlap"),
    (
        line("dadi", "carte", service=[period("9:00", "9:00")]),
        "service[0]",
        "the period ends before it begins",
    ),
    ({"kind": "line.speed", "line": "R1", "minutes_saved": 60}, "minutes_saved", "more than the way takes"),
    (
        {"kind": "line.speed", "line": "R1", "factor": 2, "from_stop": "dadi", "to_stop": "giocopoli"},
        "from_stop",
        "the line R1 does not call there",
    ),
    ({**REROUTE, "to_stop": "giocopoli", "minutes": [5]}, "to_stop", "the two stops are one"),
    ({**REROUTE, "to_stop": "campana", "minutes": [5, 5]}, "minutes", "not one for each hop"),
    (
        {**CALL, "after": "giocopoli", "before": "campana"},
        "before",
        "no trip of the line B1 goes from one to the next",
    ),
    ({"kind": "stop.add", "id": "s", "name": "S", **FAR}, "lon, lat", "outside the territory"),
    (
        {**ON_DEMAND, "area": area("900001"), "window": {"from": "9:00", "until": "8:00"}},
        "window",
        "the window ends before it begins",
    ),
    ({**ON_DEMAND, "area": area("900001"), "window": HOURS, "to": ["dadi", "dodi"]}, "to[1]", "no such stop"),
    (CAR_STREET, "to", "the street leads nowhere"),
    ({**CAR_STREET, "to": [9.2, 44.24], "modes": {"bike": 20}}, "modes", NOT_FLYING),
    (
        {"kind": "street.modify", "area": area("900001"), "close": ["car"], "limit_kmh": {"car": 30}},
        "close",
        "closed to a mode that also gets a speed",
    ),
    (clinic("clinic-900001"), "id", "another opportunity has this id"),
    (clinic("p", type="park"), "weight", "the size is not given"),
    (
        {"kind": "green.add", "id": "g", "name": "G", **HERE, "hectares": 2, "type": "clinic"},
        "type",
        "not a green kind",
    ),
    (settlers(**AWAY), "area.polygon", "no cell of the territory lies in it"),
    (settlers(**BOW), "area.polygon", "not a polygon"),
    ({**settlers(**area("900001")), "ages": {"pop_65p": 0}}, "ages", "the shares of ages add up to nothing"),
    (move(area("900008"), area("900001"), 9999), "residents", "more people leave than live there"),
    (move(area("900001"), area("900002", "900001"), 1), "to", "the two areas overlap"),
    (ftth("900001", 90), "value", "beyond what the column may hold"),
    (ftth("900012", 0.1, "add"), "how", "there is no figure to start from"),
    (ftth("900001", "much"), "value", "not a value of this column"),
    (ftth("900001", "x", column="municipality"), "column", "a key of the table"),
    ({**SITE, "site": "clinic-900001"}, "site", "not a brownfield"),
    ({**SITE, "hectares": 13}, "hectares", "more than the site has"),
]


@pytest.mark.parametrize(
    ("change", "field", "message"), SINGLE, ids=[f"{c['kind']}-{m}" for c, _, m in SINGLE]
)
def test_a_problem_is_told_with_its_field(
    change: dict[str, Any], field: str, message: str, whole_catalogue: Catalogue
) -> None:
    assert said(resolve_all(scenario(change), whole_catalogue)) == [(f"changes[0].{field}", message)]


def test_what_is_left_of_a_brownfield_is_all_that_can_be_converted(whole_catalogue: Catalogue) -> None:
    part = {**SITE, "into": "homes", "residents": 10, "hectares": 7}
    (problem,) = resolve_all(scenario(part, part), whole_catalogue).problems
    assert (problem.field, problem.expected) == ("changes[1].hectares", "at most 5, what is left of the site")


def test_a_catalogue_of_a_view_alone_knows_the_kinds_that_are_there(toy_view: View) -> None:
    catalogue = catalogue_of(toy_view)
    assert "clinic" in catalogue.kinds and catalogue.territory == "toy"
    assert resolve_all(scenario(clinic("c")), catalogue).problems == ()
