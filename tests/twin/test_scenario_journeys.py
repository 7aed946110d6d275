# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Journeys that a run keeps: those that a router finds on either whole network, behind the minutes of the cells."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from aumenta.access.journey_legs import Journey
from aumenta.access.router import Router
from aumenta.errors import ScenarioError
from aumenta.network.model import Network
from aumenta.scenario.evidence import MOST, ChangedJourney, Evidence, Side
from aumenta.scenario.evidence_file import FILE, evidence_text, read_evidence
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.scenario.resolve import apply_all
from aumenta.scenario.runs import Runs
from aumenta.twin import Twin, open_twin
from aumenta.twin import scenario_journeys as telling
from aumenta.twin.scenario_run import ScenarioRun
from aumenta.twin.travel_inputs import options_of

pytestmark = pytest.mark.slow

CLINIC = {
    "kind": "opportunity.add",
    "id": "new-clinic",
    "type": "clinic",
    "name": "New",
    "lon": 9.2247784,
    "lat": 44.2935457,
}
#: A scenario of the toy pack with lines, services on demand and streets that change.
WAYS = "valley-without-car"
#: A new railway: pairs of two cells are told too.
RAIL = "train-to-campana"


def scenario(*changes: dict[str, Any], name: str = "tried") -> Scenario:
    words = {"it": "Prova", "en": "Trial"}
    return parse_scenario({"id": name, "territory": "toy", "name": words, "changes": list(changes)})


@pytest.fixture(scope="module")
def ran_on(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    folder = tmp_path_factory.mktemp("journeys") / "twin"
    shutil.copytree(toy_folder, folder)
    return open_twin(folder)


@pytest.fixture(scope="module")
def ways(ran_on: Twin) -> ScenarioRun:
    return ran_on.scenario(WAYS).run()


@pytest.fixture(scope="module")
def rail(ran_on: Twin) -> ScenarioRun:
    return ran_on.scenario(RAIL).run()


@pytest.fixture(scope="module")
def clinic(ran_on: Twin) -> ScenarioRun:
    return ran_on.scenario(scenario(CLINIC)).run()


@pytest.fixture(params=["ways", "rail", "clinic"])
def run(request: pytest.FixtureRequest) -> ScenarioRun:
    found: ScenarioRun = request.getfixturevalue(request.param)
    return found


def kept(run: ScenarioRun) -> Evidence:
    found = run.journeys
    assert found is not None and found.problem == "" and FILE in run.record.files
    assert 0 < len(found.journeys) <= MOST
    return found


def networks(run: ScenarioRun) -> tuple[Network, Network]:
    """The whole network before and after, made again from the scenario that the run keeps."""
    asked = run.twin.scenario(run.scenario)
    return asked.view["network"], apply_all(asked.resolved, asked.view)["network"]


def plain(journey: Journey) -> Journey:
    """Without the lines of ways over streets, of which only the ends are kept."""
    legs = (
        leg if leg.vehicle is not None else replace(leg, line=(leg.line[0], leg.line[-1]))
        for leg in journey.legs
    )
    return replace(
        journey,
        legs=tuple(replace(leg, metres=None if leg.metres is None else round(leg.metres)) for leg in legs),
    )


def number_of(twin: Twin, cell: str) -> int:
    return int(np.flatnonzero(twin.cells()["cell"].to_numpy(object) == cell)[0])


def places(run: ScenarioRun, one: ChangedJourney, side: Side) -> tuple[Any, Any]:
    """Origin and destination as a router is asked for them: cells by number, points by position."""
    assert side.origin is not None and side.destination is not None
    cells = set(run.twin.cells()["cell"])
    ends = [
        number_of(run.twin, end.id) if end.id in cells else (end.lon, end.lat)
        for end in (side.origin, side.destination)
    ]
    return ends[0], ends[1]


def test_every_journey_is_the_routers_on_the_whole_network(run: ScenarioRun) -> None:
    both = networks(run)
    for one in kept(run).journeys:
        for network, side in zip(both, (one.before, one.after), strict=True):
            router = Router(network, options_of(one.target.mode, network))
            if side.journey is None:
                assert side.minutes is None or None in side.departures
                continue
            found = router.journey(*places(run, one, side), one.departure)
            assert plain(found) == side.journey


def test_minutes_are_those_of_the_cells(run: ScenarioRun) -> None:
    """Median and every departure against the whole networks, and against the values where the hub is meant."""
    both, twin = networks(run), run.twin
    asked = twin.scenario(run.scenario)
    tables: tuple[Twin | ScenarioRun, ...] = (twin, run)
    grounds = [one["frame:opportunities"] for one in (asked.view, apply_all(asked.resolved, asked.view))]
    for one in kept(run).journeys:
        cell = number_of(twin, one.place.id)
        for network, side, ground, values in zip(both, (one.before, one.after), grounds, tables, strict=True):
            router = Router(network, options_of(one.target.mode, network))
            if one.target.kind == "nearest":
                own = ground[(ground["kind"] == one.target.of) & ground.geometry.notna()]
                times = router.all_to_any([(p.x, p.y) for p in own.geometry], cube=True)
                at = cell
            else:
                origin, goal = places(run, one, side)
                times, at = router.one_to_all(origin, cube=True), int(goal)
            assert (255 if side.minutes is None else side.minutes) == times.row(50)[at]
            assert times.cube is not None
            seconds = [None if s == 65535 else int(s) for s in times.cube[at]]
            if one.target.kind == "hub":
                table = values.cell_values(f"metropolis90.{one.target.mode}")
                value = float(table["value"].iloc[cell])
                assert (math.nan if side.minutes is None else side.minutes) == pytest.approx(
                    value, nan_ok=True
                )
            if router.options.mode != "transit":
                assert side.departures == ()
                assert side.journey is None or side.journey.seconds == seconds[0]
                continue
            assert side.departures == tuple(None if s is None else -(-s // 60) for s in seconds)
            told = side.departures[(one.departure - router.options.start) // router.options.step]
            assert told == (None if side.journey is None else -(-side.journey.seconds // 60))
            ranked = sorted(math.inf if m is None else m for m in side.departures)
            median = ranked[math.ceil(len(ranked) / 2) - 1]
            assert median == (math.inf if side.minutes is None else side.minutes)


def test_journeys_are_telling(ways: ScenarioRun, rail: ScenarioRun, clinic: ScenarioRun) -> None:
    found = kept(ways).journeys
    assert all(one.gained(120) != 0 and one.residents > 0 for one in found)
    for one in found:  # the journeys told change as the medians do
        told = [math.inf if j is None else j.seconds for j in (one.before.journey, one.after.journey)]
        assert (told[0] > told[1]) == (one.gained(120) > 0) and told[0] != told[1]
    losing = [one.gained(120) < 0 for one in found]
    assert losing == sorted(losing) and any(losing) and not all(losing)
    modes = {leg.mode for one in found if one.after.journey for leg in one.after.journey.legs}
    assert {"demand", "ride"} <= modes
    assert any(one.target.mode == "car" for one in found)  # streets that became slower
    assert any(one.target.kind == "place" for one in kept(rail).journeys)
    assert any(
        leg.vehicle is not None and leg.vehicle.line == "Altalena - Campana"
        for one in kept(rail).journeys
        if one.after.journey
        for leg in one.after.journey.legs
    )
    for one in kept(clinic).journeys:  # a nearer place is all that changes
        assert one.target.of == "clinic" and one.after.destination is not None
        assert one.after.destination.id == "new-clinic" and one.gained(120) > 0


def test_the_same_bytes_again_also_when_all_is_computed(
    ways: ScenarioRun, toy_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(toy_folder, tmp_path / "twin")
    again = open_twin(tmp_path / "twin").scenario(WAYS).run(full=True)
    assert (again.folder / FILE).read_bytes() == (ways.folder / FILE).read_bytes()
    assert again.record.files[FILE] == ways.record.files[FILE]


def test_what_is_read_back_is_what_was_written(run: ScenarioRun) -> None:
    assert evidence_text(kept(run)) == (run.folder / FILE).read_text(encoding="utf-8")


def test_a_run_does_not_fail_by_its_journeys(ran_on: Twin, tmp_path: Path) -> None:
    inputs: Any = SimpleNamespace(network=ran_on.network)  # whatever is asked of it next fails
    files = telling.write_journeys(inputs, inputs, [], tmp_path)
    told = read_evidence(tmp_path / FILE)
    assert list(files) == [FILE] and told.journeys == ()
    assert told.problem.startswith("AttributeError: ")


def test_old_and_damaged_files(clinic: ScenarioRun, ran_on: Twin, tmp_path: Path) -> None:
    path = tmp_path / FILE
    data = json.loads((clinic.folder / FILE).read_text(encoding="utf-8"))
    for wrong, said in (
        ({**data, "schema_version": 99}, "another version"),
        ({**data, "journeys": [{}]}, "damaged"),
        ([], "damaged"),
    ):
        path.write_text(json.dumps(wrong))
        with pytest.raises(ScenarioError, match=said):
            read_evidence(path)
    runs = Runs(tmp_path)
    shutil.copytree(clinic.folder, tmp_path / "scenarios/runs" / clinic.id)
    (runs.path(clinic.id) / FILE).unlink()  # a run of before journeys were kept
    assert ScenarioRun(ran_on, runs, runs.record(clinic.id)).journeys is None
