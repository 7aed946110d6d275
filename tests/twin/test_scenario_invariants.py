# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold of whole runs on the toy metropolis: more is never worse, return, order, at once, cut off."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reached_cells import won_by

from aumenta.access.options import Options
from aumenta.errors import ScenarioError
from aumenta.scenario.catalogue import NETWORK
from aumenta.scenario.model import Scenario, dump_scenario, parse_scenario
from aumenta.scenario.resolve import apply_all
from aumenta.store.unfinished import UNFINISHED
from aumenta.twin import Twin, open_twin
from aumenta.twin.scenario_run import ScenarioRun

pytestmark = pytest.mark.slow

VALUES = ("values.parquet", "cell_values.parquet")
LINE = {
    "kind": "line.add",
    "id": "N",
    "name": "N",
    "type": "bus",
    "stops": ["girotondo", {"id": "half", "name": "Half", "lon": 9.144, "lat": 44.21}, "dadi"],
    "minutes": [9, 5],
    "service": [{"from": "6:00", "until": "21:00", "headway": 15}],
    "days": "all",
}
CLINIC = {"kind": "opportunity.add", "id": "new-clinic", "type": "clinic", "name": "New", "lon": 9.2247784,
          "lat": 44.2935457}  # fmt: skip
PEOPLE = {"kind": "residents.add", "area": {"municipalities": ["900012"]}, "residents": 120}
FIBRE = {
    "kind": "layer.set",
    "table": "broadband",
    "column": "ftth_share",
    "places": ["900004"],
    "value": 0.9,
}
FASTER = {"kind": "line.speed", "line": "R1", "factor": 1.2}
OFTENER = {
    "kind": "line.frequency",
    "line": "B1",
    "service": [{"from": "6:00", "until": "20:30", "headway": 20}],
}


def scenario(*changes: dict[str, Any], name: str = "tried") -> Scenario:
    words = {"it": "Prova", "en": "Trial"}
    return parse_scenario({"id": name, "territory": "toy", "name": words, "changes": list(changes)})


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder with what it holds; locks, which are empty, left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".lock-")
    }


def values(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in VALUES]


@pytest.fixture(scope="module")
def twin(toy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    folder = tmp_path_factory.mktemp("invariants") / "twin"
    shutil.copytree(toy_folder, folder)
    return open_twin(folder)


@pytest.fixture(scope="module")
def many(twin: Twin) -> ScenarioRun:
    """Changes that touch different things."""
    return twin.scenario(scenario(FASTER, OFTENER, CLINIC, PEOPLE, FIBRE, name="many")).run()


def test_trips_added_never_lengthen_a_time(twin: Twin) -> None:
    run = twin.scenario(scenario(LINE)).run()
    times = [one for one in run.cell_indicators if twin.indicators[one].unit.en == "minutes"]
    shorter = 0
    for one in times:
        before, after = (side.cell_values(one)["value"].to_numpy(float) for side in (twin, run))
        known = ~np.isnan(before)
        assert not np.isnan(after[known]).any() and (after[known] <= before[known]).all(), one
        shorter += int((after[known] < before[known]).sum())
    assert len(times) > 3 and shorter


def test_sums_of_powers_of_two_tell_which_cells_the_line_brings_within_reach(
    twin: Twin, tmp_path: Path
) -> None:
    asked = twin.scenario(scenario(LINE))
    after = apply_all(asked.resolved.checked(), asked.view)[NETWORK]
    options = Options(
        date=twin.network.about.date, window=("7:30", "8:00"), percentiles=(50,), max_minutes=60
    )
    lon, lat = after.streets.plane.to_degrees(after.cells.x, after.cells.y)
    origins = np.argsort((lon - 9.144) ** 2 + (lat - 44.21) ** 2)[:40:5].tolist()  # by the new stop
    assert won_by(twin.network, after, options, origins, (15, 30, 60), tmp_path).any()


def test_what_was_added_and_goes_gives_the_values_of_the_build(twin: Twin) -> None:
    gone = [
        {"kind": "line.remove", "line": "N"},
        {"kind": "stop.remove", "stop": "half"},
        {"kind": "opportunity.remove", "id": "new-clinic"},
    ]
    run = twin.scenario(scenario(LINE, CLINIC, *gone)).run()
    assert values(run.folder) == values(twin.folder)
    assert run.changed() == []


def test_changes_of_different_things_in_any_order_give_the_same_values(twin: Twin, many: ScenarioRun) -> None:
    back = twin.scenario(scenario(FIBRE, PEOPLE, CLINIC, OFTENER, FASTER)).run()
    assert back.id != many.id and values(back.folder) == values(many.folder)
    assert {"demography.population", "broadband.ftth", "metropolis90.train"} <= set(many.changed())


def test_people_who_come_are_in_every_figure_of_people(twin: Twin, many: ScenarioRun) -> None:
    rows = many.difference("demography.population")
    last = rows[rows["period"] == rows["period"].max()].set_index("place")["difference"]
    zone = str(twin.places("municipality").set_index("id").at["900012", "zone"])
    assert last[last != 0].index.isin(["900012", "toy", zone]).sum() >= 3 and set(last[last != 0]) == {120.0}
    cells = (
        many.cell_values("demography.population")["value"]
        - twin.cell_values("demography.population")["value"]
    )
    assert cells.sum() == 120
    status = many.values("demography.population").set_index(["place", "period"])["status"]
    assert status["900012", rows["period"].max()] == "estimated"
    assert {"health_supply.hospital_beds", "demography.density"} & set(many.changed())


# --- at once, and cut off ---------------------------------------------------------------------


def start(twin: Twin, asked: Scenario, folder: Path) -> subprocess.Popen[str]:
    """A run in a process of its own, as the pages start one."""
    path = folder / f"{asked.id}.yaml"
    path.write_text(dump_scenario(asked))
    command = [
        sys.executable,
        "-m",
        "aumenta",
        "scenario",
        "run",
        str(path),
        "--twin",
        str(twin.root),
        "--quiet",
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_at_once_do_not_see_each_other(
    own_folder: Path, twin: Twin, many: ScenarioRun, tmp_path: Path
) -> None:
    own = open_twin(own_folder)
    other = scenario(LINE)
    started = [start(own, many.scenario, tmp_path), start(own, other, tmp_path)]
    told = [one.communicate(timeout=120) for one in started]
    assert [one.returncode for one in started] == [0, 0], told
    alone = {"many": many.folder, "tried": twin.scenario(other).run().folder}
    for name, folder in alone.items():
        assert values(own.run_of(name).folder) == values(folder)
    assert hashes(own.folder) == hashes(twin.folder)


def test_a_run_that_is_killed_leaves_everything_else_whole(
    own_folder: Path, twin: Twin, many: ScenarioRun, tmp_path: Path
) -> None:
    own = open_twin(own_folder)
    kept = own.root / "scenarios/runs" / many.id
    shutil.copytree(many.folder, kept)
    before = hashes(own.root)
    asked = own.scenario(scenario(LINE))
    process = start(own, asked.scenario, tmp_path)
    left = own.root / "scenarios/runs" / f"{UNFINISHED}{asked.run_id}"
    until = time.monotonic() + 60
    while not left.is_dir() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode != 0 and own.runs.names() == [many.id]
    assert {n: h for n, h in hashes(own.root).items() if UNFINISHED not in n} == before
    # What a killed run left is no obstacle.
    assert values(asked.run().folder) == values(twin.scenario(asked.scenario).run().folder)
    assert not left.exists() and own.runs.names() == [many.id, asked.run_id]


@pytest.mark.parametrize("stage", ["applied", "city15", "metropolis90"])
def test_whenever_it_fails_nothing_is_left(own_folder: Path, stage: str) -> None:
    own = open_twin(own_folder)
    before = hashes(own.root)

    def stop(told: dict[str, Any]) -> None:
        if told["stage"] == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own.scenario(scenario(CLINIC)).run(tell=stop)
    assert hashes(own.root) == before


# --- bad input --------------------------------------------------------------------------------


def test_the_same_run_twice_at_once_is_refused_and_the_first_is_not_disturbed(own_folder: Path) -> None:
    own = open_twin(own_folder)
    asked = own.scenario(scenario(CLINIC))
    with own.runs.writing(asked.run_id) as folder:
        (folder / "half").write_text("half")
        with pytest.raises(ScenarioError, match="computed already"):
            own.scenario(scenario(CLINIC)).run()
        assert (folder / "half").read_text() == "half"
        (folder / "half").unlink()


def test_another_territory_or_version_is_refused_before_anything(own_folder: Path, tmp_path: Path) -> None:
    own = open_twin(own_folder)
    before = hashes(own.root)
    other = scenario(CLINIC).model_copy(update={"territory": "torino"})
    with pytest.raises(ScenarioError) as caught:
        own.scenario(other).run()
    assert [(one.field, one.found, one.expected) for one in caught.value.problems] == [
        ("territory", "torino", "toy")
    ]
    path = tmp_path / "newer.yaml"
    path.write_text(dump_scenario(scenario(CLINIC)).replace("schema_version: 1", "schema_version: 2"))
    with pytest.raises(ScenarioError, match="schema_version"):
        own.scenario(path).run()
    through_nothing = {**LINE, "stops": ["girotondo", "nowhere"], "minutes": [5]}
    never = {**LINE, "service": [{"from": "6:00", "until": "9:00", "headway": 0}]}
    with pytest.raises(ScenarioError, match="no such stop"):
        own.scenario(scenario(through_nothing)).run()
    with pytest.raises(ScenarioError, match="headway"):
        scenario(never)
    assert hashes(own.root) == before
