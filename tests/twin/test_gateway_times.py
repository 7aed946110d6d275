# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Minutes to gateways on the toy metropolis: against the router asked of the point, and by a line that leads there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.scenario.model import parse_scenario
from aumenta.twin import Twin, gateway_times, open_twin
from aumenta.twin.gateway_times import minutes_to_gateways

OPTIONS = Options(window=("7:00", "8:00"), percentiles=(50,), max_minutes=120)
HUB, NOWHERE = (9.1443227, 44.2387988), (12.0, 44.0)
BESIDE = (9.1543227, 44.2387988)  # 800 m east of the station


def test_without_stops_near_they_are_those_to_the_point(toy: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    router = Router(toy.network, OPTIONS)
    monkeypatch.setattr(gateway_times, "AT_GATEWAY", -1)
    found = minutes_to_gateways(router, [HUB, NOWHERE], 50)
    assert np.array_equal(found[0], router.all_to_any([HUB]).row(50))
    assert (found[1] == 255).all()


def test_at_a_stop_near_the_point_one_is_there(toy: Twin) -> None:
    """Never later than at the point itself, and earlier by no more than the walk of 2 km and a minute's rounding."""
    router = Router(toy.network, OPTIONS)
    there = minutes_to_gateways(router, [BESIDE], 50)[0].astype(int)
    point = router.all_to_any([BESIDE]).row(50).astype(int)
    reached = point < 255
    assert (there[reached] <= point[reached]).all() and (there[reached] < point[reached]).any()
    slowest = 2000 * 1.4 / 60 + 1  # minutes for 2 km as the crow flies at a metre a second, by a detour
    assert (point[reached] - there[reached]).max() <= slowest


def test_a_line_to_a_gateway_moves_the_reading(toy_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(toy_folder, tmp_path / "twin")
    twin = open_twin(tmp_path / "twin")
    before = twin.values("gateways.reached", level="metropolis")["value"].iloc[0]
    words = {"it": "Fuori", "en": "Out"}
    line = {
        "kind": "line.add",
        "id": "out",
        "name": "Out",
        "type": "rail",
        "stops": ["giocopoli", {"id": "overseas", "name": "Overseas", "lon": 9.3, "lat": 44.235}],
        "minutes": [14],
        "service": [{"from": "6:00", "until": "21:00", "headway": 20}],
    }
    run = twin.scenario(
        parse_scenario({"id": "out", "territory": "toy", "name": words, "changes": [line]})
    ).run()
    assert run.record.failed == {}
    assert {"gateways.reached", "gateways.transit", "gateways.transit_60"} <= set(run.changed())
    cells = twin.cells()
    minutes = run.cell_values("gateways.transit")["value"].to_numpy(float)
    old = twin.cell_values("gateways.transit")["value"].to_numpy(float)
    known = ~np.isnan(old)
    assert (minutes[known] <= old[known]).all()
    # By hand: who lives at the station rides 14 minutes and waits 10 in the middle of the departures.
    away = np.hypot(cells.geometry.x - HUB[0], cells.geometry.y - HUB[1]).to_numpy()
    assert 24 <= minutes[int(away.argmin())] <= 24 + 4
    people = cells["pop"].to_numpy(float)
    share = 100 * people[minutes <= 60].sum() / people.sum()
    told = run.values("gateways.transit_60", "metropolis")["value"].iloc[0]
    assert told == pytest.approx(share)
    assert run.values("gateways.reached", "metropolis")["value"].iloc[0] > before
    assert run.difference("gateways.airport", "municipality")["effect"].isin(["same", "unknown"]).all()
