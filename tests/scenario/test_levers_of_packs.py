# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Levers, reported figures and first scenarios of the bundled packs: every action has a way to be measured."""

from __future__ import annotations

import csv
import importlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lever_samples import TOY_VALUES

from aumenta.errors import ScenarioError
from aumenta.plan.pack import load_plan
from aumenta.readings.registry_rights import rights_indicators
from aumenta.scenario.catalogue import Catalogue, catalogue_of
from aumenta.scenario.lever_values import value_problems
from aumenta.scenario.levers import LEVERS, SCENARIOS, Lever, load_levers, unknown_names
from aumenta.scenario.model import Scenario, kinds_of_changes, load_scenario
from aumenta.scenario.reported import REPORTED, load_reported, uncovered
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.definitions import load_indicators
from aumenta.store.packs import bundled_packs, open_pack
from aumenta.store.rights import load_rights
from aumenta.store.view import View
from aumenta.twin import open_twin
from aumenta.twin.ground import Ground, load_parts
from aumenta.twin.scenarios import TwinScenario
from aumenta.values.text import Text

#: Levers that the strategic plan's actions need at least.
COMPUTED = [
    "1.1.1",
    "1.2.3",
    "1.7.3",
    "2.1.7",
    "2.2.2",
    "2.2.5",
    "2.3.2",
    "2.4.4",
    "2.5.2",
    "3.1.2",
    "3.1.3",
    "3.1.4",
    "3.2.1",
    "3.2.2",
    "3.2.3",
    "3.2.7",
    "3.3.1",
    "3.3.2",
    "3.3.3",
    "3.4.1",
    "3.4.2",
    "3.4.3",
    "4.1.5",
    "4.1.6",
    "4.1.7",
    "5.2.1",
    "5.2.2",
    "5.2.3",
    "6.1.2",
    "6.1.3",
    "6.2.1",
]
PACKS = bundled_packs()
POINT = {"id": "here", "name": "Here", "lon": 7.5, "lat": 45.1}
#: A value of each kind that a person gives.
SAMPLES: dict[str, Any] = {
    "number": 5,
    "minutes": 10,
    "share": 0.5,
    "flag": True,
    "text": "name",
    "time": "6:05",
    "days": "all",
    "service": [{"from": "6:00", "until": "9:00", "headway": 20}],
    "place": "001001",
    "places": ["001001"],
    "area": {"municipalities": ["001001"]},
    "areas": [{"municipalities": ["001001"]}],
    "point": POINT,
    "points": [POINT, {**POINT, "id": "there"}],
    "stretch": {"id": "s", "name": "S", "from": [7.5, 45.1], "to": [7.6, 45.1]},
    "stretches": [{"id": "s", "name": "S", "from": [7.5, 45.1], "to": [7.6, 45.1]}],
    "way": [[7.5, 45.1], [7.6, 45.1]],
    "stop": "a-stop",
    "known_stops": ["a-stop", "b-stop"],
    "stops": ["a-stop", POINT],
    "line": "a-line",
    "lines": ["a-line", "b-line"],
    "each_minutes": [4.5],
    "opportunity": "a-shop",
    "opportunities": ["a-shop"],
    "opportunity_kind": "food_shop",
}


@cache
def levers_of(pack: str) -> dict[str, Lever]:
    """The levers of a pack."""
    return load_levers(open_pack(pack).root / LEVERS)


def scenarios_of(pack: str) -> list[Path]:
    """Files of the scenarios of a pack."""
    return sorted((open_pack(pack).root / SCENARIOS).glob("*.yaml"))


@pytest.mark.parametrize("pack", PACKS)
def test_every_action_is_either_computed_or_reported(pack: str) -> None:
    folder = open_pack(pack).plan
    assert folder is not None
    actions = [one.code for one in load_plan(folder).actions]
    levers, reported = levers_of(pack), load_reported(open_pack(pack).root / LEVERS / REPORTED)
    assert uncovered(actions, levers.values(), reported.values()) == []
    assert len(levers) + len(reported) == len(actions)


def test_the_actions_that_can_be_computed_on_the_ground_are() -> None:
    assert list(levers_of("torino")) == COMPUTED
    assert len(load_reported(open_pack("torino").root / LEVERS / REPORTED)) == 111 - len(COMPUTED)


@pytest.mark.parametrize("pack", PACKS)
def test_levers_speak_to_indicators_and_rights_that_there_are(pack: str) -> None:
    rights = load_rights()
    indicators = {*load_indicators(), *(one.id for one in rights_indicators(rights))}
    levers = levers_of(pack)
    assert unknown_names(levers.values(), indicators, [one.id for one in rights.rights], levers) == []
    wrong = next(iter(levers.values())).model_copy(
        update={"indicators": ["magic.wand"], "rights": ["flight"]}
    )
    assert {one.found for one in unknown_names([wrong], indicators, ["health"], levers)} == {
        "magic.wand",
        "flight",
    }


@pytest.mark.parametrize("pack", PACKS)
def test_reported_figures_are_not_computed_ones_and_say_why_of_each_action(pack: str) -> None:
    reported = load_reported(open_pack(pack).root / LEVERS / REPORTED)
    ids = [own.id for one in reported.values() for own in one.indicators]
    assert len(ids) == len(set(ids)) and not set(ids) & set(load_indicators())
    for language in ("it", "en"):
        why = [one.why.get(language) for one in reported.values()]
        assert len(set(why)) == len(why) and all(text.endswith(".") for text in why)


@pytest.mark.shared
def test_figures_of_the_plan_stand_on_the_lines_named(shared_dir: Path) -> None:
    (document,) = (shared_dir / "plan").glob("*.txt")
    lines = document.read_text(encoding="utf-8").splitlines()
    reported = load_reported(open_pack("torino").root / LEVERS / REPORTED)
    figures = [own.figure for one in reported.values() for own in one.indicators if own.figure]
    assert figures
    for figure in figures:
        if figure.value is not None:
            assert f"{figure.value:,.0f}".replace(",", ".") in lines[figure.line - 1]


@pytest.mark.parametrize(("pack", "action"), [(pack, action) for pack in PACKS for action in levers_of(pack)])
def test_every_lever_gives_a_scenario(pack: str, action: str) -> None:
    """With a value for every parameter the changes are whole: none is refused, no field left open."""
    lever = levers_of(pack)[action]
    values: dict[str, Any] = {}
    for one in lever.parameters:
        assert value_problems(one.kind, SAMPLES[one.kind], (None, None), one.id) == []
        sample = (
            1.5 if one.kind == "number" and one.maximum is not None and one.maximum < 5 else SAMPLES[one.kind]
        )
        values[one.id] = sample if one.default is None else one.default
    if {"minutes", "speed_kmh"} <= set(values):
        values["speed_kmh"] = None  # a line has either
    made = lever.scenario(values, "trial", Text(it="prova", en="trial"))
    assert {one.kind for one in made.changes} == {str(one["kind"]) for one in lever.changes}
    assert "$" not in made.model_dump_json()
    with pytest.raises(ScenarioError):
        lever.scenario({**values, "nothing": 1}, "trial", Text(it="prova", en="trial"))


@pytest.mark.parametrize(
    "path", [path for pack in PACKS for path in scenarios_of(pack)], ids=lambda path: path.stem
)
def test_scenarios_made_from_a_lever_are_what_it_gives(path: Path) -> None:
    scenario = load_scenario(path)
    assert path.stem == scenario.id
    if scenario.template is None:
        return
    lever = load_levers(path.parent.parent / LEVERS)[scenario.template]
    again = lever.scenario(scenario.parameters, scenario.id, scenario.name, scenario.summary)
    assert (again.changes, again.territory, again.actions) == (
        scenario.changes,
        scenario.territory,
        scenario.actions,
    )
    assert [one for one in again.assumptions if one not in scenario.assumptions] == []


def test_every_lever_has_a_first_scenario_or_says_what_it_waits_for() -> None:
    """Never both: who brings the data takes the reason away with the scenario that they write."""
    made = {code for path in scenarios_of("torino") for code in load_scenario(path).actions}
    waiting = {one.action for one in levers_of("torino").values() if one.no_scenario is not None}
    assert (made | waiting, made & waiting) == (set(COMPUTED), set())


def test_the_scenarios_of_the_strategic_plan_are_what_their_rules_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2] / "tools"))
    written = dict(importlib.import_module("torino_scenarios").written())
    assert written == {path.stem: path.read_text(encoding="utf-8") for path in scenarios_of("torino")}


def test_levers_without_a_scenario_wait_for_data_that_are_not_there() -> None:
    """Once the pack holds a disused area or a bus line, the levers that wait for one owe a scenario."""
    ground = open_pack("torino").root / "territory"
    held = {
        row[1]
        for path in (ground / "opportunities").glob("*.csv")
        for row in csv.reader(path.open(encoding="utf-8"))
    }
    modes = {
        row["mode"]
        for path in (ground / "lines").glob("*.csv")
        for row in csv.DictReader(path.open(encoding="utf-8"))
        if "mode" in row
    }
    assert "rail_station" in held and "rail" in modes  # the two sets are not empty by mistake
    absent = {
        "2.2.2": "brownfield" not in held,
        "2.2.5": "brownfield" not in held,
        "3.2.7": "bus" not in modes,
    }
    waiting = [one.action for one in levers_of("torino").values() if one.no_scenario is not None]
    assert waiting == [action for action, missing in absent.items() if missing]


def test_the_toy_scenarios_use_every_kind_of_change() -> None:
    kinds = {one.kind for path in scenarios_of("toy") for one in load_scenario(path).changes}
    # No build has a service on demand that could be taken away.
    assert kinds == set(kinds_of_changes()) - {"service.remove"}


@pytest.mark.parametrize("path", scenarios_of("toy"), ids=lambda path: path.stem)
def test_the_toy_scenarios_can_be_applied(path: Path, whole_view: View, whole_catalogue: Catalogue) -> None:
    scenario = load_scenario(path)
    folder = open_pack("toy").plan
    assert folder is not None
    resolved = resolve_all(scenario, whole_catalogue, [one.code for one in load_plan(folder).actions])
    assert resolved.problems == ()
    assert apply_all(resolved, whole_view) is not whole_view


def test_the_strategic_plan_s_levers_work_on_another_territory(toy_ground: Ground, whole_view: View) -> None:
    """No lever knows its territory: with places of the toy metropolis each can be applied there."""
    levers = levers_of("torino")
    assert list(TOY_VALUES) == list(levers)
    territory = load_parts(open_pack("torino"))[0]
    assert territory is not None
    kinds = {kind.id: kind for kind in territory.kinds.kinds}
    catalogue = catalogue_of(whole_view, kinds, toy_ground.territory.tables)
    for action, lever in levers.items():
        own = lever.model_copy(update={"territory": "toy"})
        resolved = resolve_all(
            own.scenario(TOY_VALUES[action], "trial", Text(it="prova", en="trial")), catalogue
        )
        assert resolved.problems == (), action
        assert apply_all(resolved, whole_view) is not whole_view, action


@pytest.fixture(scope="module")
def turin(built_torino: Path) -> TwinScenario:
    """The Turin twin with its network, under a scenario without changes."""
    name = Text(it="niente", en="nothing")
    return TwinScenario(open_twin(built_torino), Scenario(id="nothing", territory="torino", name=name))


@pytest.mark.slow
def test_the_turin_scenarios_can_be_applied(turin: TwinScenario) -> None:
    territory = turin.ground.territory
    kinds = {kind.id: kind for kind in territory.kinds.kinds}
    catalogue = catalogue_of(turin.view, kinds, territory.tables)
    actions = [one.code for one in turin.twin.plan.actions]
    for path in scenarios_of("torino"):
        resolved = resolve_all(load_scenario(path), catalogue, actions)
        assert resolved.problems == (), path.stem
        assert apply_all(resolved, turin.view) is not turin.view
