# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of a real city without ages: nothing changed, more trips, return, order, and who comes to live there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reached_cells import won_by

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.scenario.catalogue import CELLS, NETWORK, REGISTER
from aumenta.scenario.model import Scenario, parse_scenario
from aumenta.scenario.resolve import apply_all
from aumenta.store.view import View
from aumenta.twin import Twin
from aumenta.twin.scenario_run import ScenarioRun

pytestmark = pytest.mark.shared
AGES = ["pop_0_14", "pop_15_18", "pop_19_39", "pop_40_64", "pop_65p"]
SERVICE = [{"from": "11:00", "until": "17:00", "headway": 5}]
#: From the central station south-east, where the railway does not go.
LINE = {
    "kind": "line.add",
    "id": "K",
    "name": "K",
    "type": "rail",
    "stops": [
        {"id": "k1", "name": "K1", "lon": -51.2188, "lat": -30.0233},
        {"id": "k2", "name": "K2", "lon": -51.19, "lat": -30.06},
    ],
    "minutes": [6],
    "service": SERVICE,
}
GONE = [{"kind": "line.remove", "line": "K"}, *({"kind": "stop.remove", "stop": one} for one in ("k1", "k2"))]
ADD = {"kind": "residents.add", "area": {"municipalities": ["centro"]}, "residents": 1001}
MOVE = {
    "kind": "residents.move",
    "from": {"municipalities": ["centro"]},
    "to": {"municipalities": ["leste-externo", "sul-externo"]},
    "residents": 777,
}


def scenario(*changes: dict[str, Any], name: str = "tried") -> Scenario:
    words = {"it": "Prova", "en": "Trial"}
    return parse_scenario({"id": name, "territory": "porto-alegre", "name": words, "changes": list(changes)})


def applied(twin: Twin, *changes: dict[str, Any]) -> View:
    asked = twin.scenario(scenario(*changes))
    return apply_all(asked.resolved.checked(), asked.view)


def values(run: ScenarioRun | Twin) -> list[bytes]:
    return [(run.folder / name).read_bytes() for name in ("values.parquet", "cell_values.parquet")]


@pytest.fixture(scope="module")
def lined(porto_alegre: Twin) -> ScenarioRun:
    """The run of the new line."""
    return porto_alegre.scenario(scenario(LINE, name="line")).run()


@pytest.mark.parametrize("changes", [[], [LINE, *GONE]])
def test_nothing_changed_or_all_taken_back_gives_the_baseline_to_the_byte(
    porto_alegre: Twin, changes: list[dict[str, Any]]
) -> None:
    run = porto_alegre.scenario(scenario(*changes)).run()
    assert values(run) == values(porto_alegre)
    assert run.changed() == [] and run.record.failed == {}


def test_a_line_added_never_lengthens_a_time_and_shortens_some(
    porto_alegre: Twin, lined: ScenarioRun
) -> None:
    times = [one for one in lined.cell_indicators if porto_alegre.indicators[one].unit.en == "minutes"]
    shorter = {}
    for one in times:
        before, after = (side.cell_values(one)["value"].to_numpy(float) for side in (porto_alegre, lined))
        known = ~np.isnan(before)
        assert not np.isnan(after[known]).any() and (after[known] <= before[known]).all(), one
        shorter[one] = int(((after < before) | (~known & ~np.isnan(after))).sum())  # or first reached
    assert shorter["metropolis90.transit"] > 10 and shorter["metropolis90.train"] > 10
    assert shorter["metropolis90.bus"] == shorter["metropolis90.car"] == 0
    gains = lined.who_gains("metropolis90.transit")
    assert {"age", "income"}.isdisjoint(gains["by"])  # neither is known: no group is made up
    assert gains.loc[gains["by"] == "all", ["better", "worse"]].to_numpy().ravel()[1] == 0


def test_lines_changed_in_any_order_give_the_same_times(porto_alegre: Twin) -> None:
    own = porto_alegre.network.timetable
    trips = np.bincount(own.trip_line, minlength=len(own.line_id))
    first, second = own.line_id[np.argsort(-trips, kind="stable")[:2]].tolist()
    changes = [
        {"kind": "line.speed", "line": first, "factor": 1.4},
        {"kind": "line.remove", "line": second},
        LINE,
    ]
    options = Options(date="2019-05-13", window=("14:00", "14:10"), max_minutes=60)
    networks = [applied(porto_alegre, *order)[NETWORK] for order in (changes, changes[::-1])]
    rows = [
        [Router(network, options).one_to_all(cell, cube=True).cube for cell in range(0, 451, 50)]
        for network in networks
    ]
    assert np.array_equal(*rows)


def test_sums_of_powers_of_two_tell_which_cells_the_line_brings_within_reach(
    porto_alegre: Twin, tmp_path: Path
) -> None:
    options = Options(date="2019-05-13", window=("14:00", "14:30"), percentiles=(50,), max_minutes=60)
    before, after = porto_alegre.network, applied(porto_alegre, LINE)[NETWORK]
    assert won_by(before, after, options, list(range(0, 451, 75)), (15, 30, 60), tmp_path).any()


def test_people_come_and_go_where_nobody_tells_their_ages(porto_alegre: Twin) -> None:
    run = porto_alegre.scenario(scenario(ADD, MOVE, name="people")).run()
    assert run.record.touched == [CELLS, REGISTER] and run.record.failed == {}
    towns = run.difference("demography.population", "municipality").set_index("place")["difference"]
    assert towns["centro"] == 1001 - 777 and towns[["leste-externo", "sul-externo"]].sum() == 777
    assert run.difference("demography.population", "metropolis")["difference"].tolist() == [1001]
    view = applied(porto_alegre, ADD, MOVE)
    cells, register = view[CELLS], view[REGISTER].residents()
    sums = cells.groupby("municipality")["pop"].sum()
    assert dict(zip(register.part, register.value, strict=True)) == sums.astype(float).to_dict()
    assert cells[AGES].isna().all(axis=None)
    reasons = run.values("demography.old_age_index", "metropolis")["reason"].tolist()
    assert reasons == ["no_ages"]
    asked = porto_alegre.scenario(scenario(ADD | {"ages": {"pop_65p": 1}})).resolved
    assert [one.field for one in asked.problems] == ["changes[0].ages"]
