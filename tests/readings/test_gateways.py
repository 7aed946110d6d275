# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Gateways by hand: nearest of all and of a kind, who is known to be near, how many are reached."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aumenta.readings.gateways import GatewayMinutes, gateways
from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.travel import CellMinutes
from aumenta.values.aggregate import members_of

CELLS = CellArrays(
    np.array(["c1", "c2", "c3", "c4"], dtype=object),
    np.array(["a", "a", "b", "b"], dtype=object),
    250,
    {"pop": np.array([10, 30, 40, 20])},
)
MEMBERS = members_of(
    pd.DataFrame(
        [("municipality", "a", "a", False), ("municipality", "b", "b", False), ("metropolis", "m", "a", False),
         ("metropolis", "m", "b", False)],
        columns=["level", "place", "part", "inferred"],
    )
)  # fmt: skip
ROWS = np.array([[30, 70, 255, 255], [255, 55, 91, 255], [100, 100, 255, 255]], np.uint8)


def told(complete: bool, kinds: tuple[str, ...] = ("city", "airport", "port")) -> Result:
    times = CellMinutes(np.zeros(4, np.uint8), 120, complete=complete)
    return gateways(CELLS, MEMBERS, GatewayMinutes(kinds, ROWS[: len(kinds)], times), {"a": 1, "b": 3})


def values(result: Result, indicator: str) -> dict[str, float | None]:
    rows = pd.concat(result.rows)
    own = rows[rows["indicator"] == indicator]
    return {
        str(place): None if np.isnan(value) else float(value)
        for place, value in zip(own["place"], own["value"], strict=True)
    }


def test_where_all_that_runs_is_known() -> None:
    found = told(True)
    assert found.cells["gateways.transit"].value.tolist()[:3] == [30, 55, 91]
    assert np.isnan(found.cells["gateways.transit"].value[3])
    assert found.cells["gateways.reached"].value.tolist() == [2, 3, 1, 0]
    assert values(found, "gateways.transit") == {"a": 55, "b": None}  # at the seats
    assert values(found, "gateways.airport") == {"a": 55, "b": None}
    assert values(found, "gateways.transit_60") == {"a": 100, "b": 0, "m": 40}
    assert values(found, "gateways.airport_60") == {"a": 75, "b": 0, "m": 30}
    assert values(found, "gateways.transit_90") == {"a": 100, "b": 0, "m": 40}
    assert values(found, "gateways.transit_unknown") == {"a": 0, "b": 0, "m": 0}
    assert values(found, "gateways.reached") == {"a": 2.75, "b": 40 / 60, "m": 1.5}


def test_where_more_may_run_nothing_is_said_not_to_be_reached() -> None:
    found = told(False)
    assert values(found, "gateways.transit_60") == {"a": 100, "b": None, "m": 40}
    assert values(found, "gateways.transit_unknown") == {"a": 0, "b": 100, "m": 60}
    assert values(found, "gateways.reached")["m"] == 1.5  # at least


def test_a_territory_without_an_airport() -> None:
    found = told(True, ("city",))
    assert np.isnan(found.cells["gateways.airport"].value).all()
    assert values(found, "gateways.airport_90") == {"a": 0, "b": 0, "m": 0}
    assert values(found, "gateways.transit_90") == {"a": 100, "b": 0, "m": 40}
