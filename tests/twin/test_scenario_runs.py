# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios run on a twin: what they give, what stays untouched, what is left when something goes wrong."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aumenta.errors import ScenarioError, TwinError
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.scenario.runs import Runs
from aumenta.store.unfinished import UNFINISHED
from aumenta.twin import Twin, open_twin
from aumenta.twin import scenarios as running
from aumenta.twin.scenario_run import ScenarioRun

pytestmark = pytest.mark.slow

CLINIC = {
    "kind": "opportunity.add",
    "id": "new-clinic",
    "type": "clinic",
    "name": "New",
    "lon": 9.2247784,
    "lat": 44.2935457,
}
FASTER = {
    "kind": "line.frequency",
    "line": "R1",
    "service": [{"from": "5:30", "until": "22:45", "headway": 10}],
}


def scenario(*changes: dict[str, Any], name: str = "tried") -> Scenario:
    words = {"it": "Prova", "en": "Trial"}
    return parse_scenario({"id": name, "territory": "toy", "name": words, "changes": list(changes)})


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder with what it holds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def own(own_folder: Path) -> Twin:
    return open_twin(own_folder)


@pytest.fixture(scope="module")
def shared_twin(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A copy of the twin on which scenarios that do not disturb each other are run."""
    folder = tmp_path_factory.mktemp("runs") / "twin"
    shutil.copytree(toy_folder, folder)
    return open_twin(folder)


@pytest.fixture(scope="module")
def faster(shared_twin: Twin) -> tuple[ScenarioRun, list[dict[str, Any]]]:
    """The run of a line that goes more often, and what it told on its way."""
    told: list[dict[str, Any]] = []
    asked = shared_twin.scenario(scenario(FASTER, name="faster"))
    return asked.run(tell=lambda one: told.append({**one, "first": list(one["first"])})), told


@pytest.fixture(scope="module")
def clinic(shared_twin: Twin) -> ScenarioRun:
    """The run of a clinic that opens."""
    return shared_twin.scenario(scenario(CLINIC, name="clinic")).run()


def test_nothing_changed_gives_the_baseline_to_the_byte(shared_twin: Twin) -> None:
    own = shared_twin
    run = own.scenario(scenario()).run()
    for name in ("values.parquet", "cell_values.parquet"):
        assert (run.folder / name).read_bytes() == (own.folder / name).read_bytes()
    assert run.changed() == []
    assert run.record.affected == {} and run.journeys is None


def test_a_clinic_serves_who_lives_near_and_touches_nothing_else(
    shared_twin: Twin, clinic: ScenarioRun, toy_folder: Path
) -> None:
    own, run = shared_twin, clinic
    assert hashes(own.folder) == hashes(toy_folder / "builds" / own.build)
    assert run.record.touched == ["frame:opportunities"]
    assert {name.split(".")[0] for name in run.changed()} <= {
        "city15",
        "right",
        "health_reach",
        "health_supply",
    }
    gains = run.who_gains("city15.complete_known")
    whole = gains[gains["by"] == "all"].iloc[0]
    assert whole["better"] > 0 and whole["worse"] == 0
    for by in ("band", "zone", "income", "fullvoid"):  # every grouping counts everybody once
        assert gains.loc[gains["by"] == by, "better"].sum() == pytest.approx(whole["better"])
    met = run.difference("right.health.met", "metropolis")
    assert float(met["difference"].iloc[0]) > 0
    # the same from the cells, by hand
    cells = own.cells()
    known = {side: one["value"].to_numpy(float) for side, one in (
        ("before", own.cell_values("right.health")), ("after", run.cell_values("right.health")))}  # fmt: skip
    people = cells["pop"].to_numpy(float)
    shares = {side: 100 * people[value == 1].sum() / people.sum() for side, value in known.items()}
    assert shares["after"] - shares["before"] == pytest.approx(float(met["difference"].iloc[0]))


def test_only_what_may_change_is_computed_and_the_values_are_those_of_all(
    own: Twin, faster: tuple[ScenarioRun, list[dict[str, Any]]], toy_folder: Path
) -> None:
    run = faster[0]
    assert run.record.affected and all(0 < n <= run.record.cells for n in run.record.affected.values())
    whole = own.scenario(scenario(FASTER, name="faster")).run(full=True)
    for name in ("values.parquet", "cell_values.parquet"):
        assert (run.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert any(name.startswith("metropolis90.") for name in run.changed())
    assert hashes(own.folder) == hashes(toy_folder / "builds" / own.build)


def test_a_run_is_made_once_and_never_written_again(own: Twin) -> None:
    told: list[str] = []
    asked = own.scenario(scenario(CLINIC))
    first = asked.run(tell=lambda one: told.append(one["stage"]))
    kept = hashes(first.folder)
    assert told[0] == "applied" and "city15" in told
    again = asked.run(tell=lambda one: pytest.fail("computed again"))
    assert again.id == first.id and hashes(again.folder) == kept
    other = own.scenario(scenario(CLINIC, FASTER)).run()
    assert other.id != first.id and hashes(first.folder) == kept
    assert {one.run for one in own.runs.records("tried")} == {first.id, other.id}
    assert own.run_of("tried").id == other.id


def test_first_results_come_before_the_long_part(faster: tuple[ScenarioRun, list[dict[str, Any]]]) -> None:
    early = next(one for one in faster[1] if one["first"])
    assert not any(stage.startswith("all to all") for stage in early["done"])
    assert {"indicator", "before", "after"} == set(early["first"][0])


def test_whatever_goes_wrong_nothing_is_left(own: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    before = hashes(own.root)
    monkeypatch.setattr(running, "write_values", full_disk)
    with pytest.raises(ScenarioError, match="with room"):
        own.scenario(scenario(CLINIC)).run()
    left = {name: one for name, one in hashes(own.root).items() if "/.lock-" not in name}
    assert left == before


def test_a_run_that_was_killed_is_taken_up_and_one_that_goes_on_is_not_disturbed(own: Twin) -> None:
    asked = own.scenario(scenario(CLINIC))
    runs = Runs(own.root)
    left = runs.folder / "runs" / f"{UNFINISHED}{asked.run_id}"
    left.mkdir(parents=True)
    (left / "values.parquet").write_text("half")
    with runs.writing("0123456789abcdef"):  # another run, at the same time
        with pytest.raises(ScenarioError, match="computed already"), runs.writing("0123456789abcdef"):
            pytest.fail("two at once")
        assert asked.run().id == asked.run_id
    assert not left.exists()


def test_problems_are_told_before_anything_is_computed(own: Twin) -> None:
    wrong = [{**CLINIC, "type": "clinik"}, {**FASTER, "line": "R9"}]
    with pytest.raises(ScenarioError) as caught:
        own.scenario(scenario(*wrong)).run()
    fields = [one.field for one in caught.value.problems]
    assert fields == ["changes[0].type", "changes[1].line"]
    assert not (own.root / "scenarios").exists()


def test_scenarios_are_saved_read_back_and_forgotten(own: Twin) -> None:
    made = scenario(CLINIC, name="one-clinic")
    own.runs.save(made)
    assert own.runs.ids() == ["one-clinic"] and own.scenario("one-clinic").scenario == made
    own.runs.forget("one-clinic")
    with pytest.raises(ScenarioError, match="no such scenario"):
        own.scenario("one-clinic")
    with pytest.raises(ScenarioError, match="small letters"):
        own.scenario("../one")


def test_a_twin_older_than_its_pack_is_not_compared_with(own: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    from aumenta.twin import reopened

    now = reopened.fingerprint
    monkeypatch.setattr(
        reopened, "fingerprint", lambda *parts: now(parts[0], parts[1], {"grid_resolution": 1}, parts[3])
    )
    with pytest.raises(TwinError, match="older than"):
        own.scenario(scenario(CLINIC)).run()


def test_a_run_of_another_build_is_stale(own: Twin) -> None:
    run = own.scenario(scenario(CLINIC)).run()
    assert not run.stale
    own.manifest = own.manifest.model_copy(update={"build": "0" * 16})
    assert own.run_of("tried").stale


def test_cells_that_keep_their_times_keep_their_values(
    shared_twin: Twin, faster: tuple[ScenarioRun, list[dict[str, Any]]]
) -> None:
    car = faster[0].cell_values("metropolis90.car")["value"].to_numpy(float)
    before = shared_twin.cell_values("metropolis90.car")["value"].to_numpy(float)
    assert np.array_equal(car, before, equal_nan=True)


def test_what_only_the_scenario_knows_by_cell_is_told_by_place(own: Twin, clinic: ScenarioRun) -> None:
    known = "right.health.care"
    shutil.copytree(clinic.folder, own.root / "scenarios/runs" / clinic.id)
    entry = own.manifest.files["cell_values.parquet"]
    fewer = entry.model_copy(update={"columns": [name for name in entry.columns if name != known]})
    own.manifest = own.manifest.model_copy(
        update={"files": {**own.manifest.files, "cell_values.parquet": fewer}}
    )
    run = own.run_of(clinic.id)
    assert known not in run.cell_indicators and known in run.changed()
    assert run.who_gains(known)["residents"].iloc[0] > 0
