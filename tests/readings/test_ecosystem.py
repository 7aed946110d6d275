# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The account of unsealed land: by hand on two towns, and that it always closes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.readings.ecosystem import ecosystem
from aumenta.readings.inputs import CellArrays, Figures, Population
from aumenta.readings.measure import Result
from aumenta.values.aggregate import Members, members_of


def whole(towns: list[str]) -> Members:
    level = ["municipality"] * len(towns) + ["metropolis"] * len(towns)
    rows = {"level": level, "place": towns + ["m"] * len(towns), "part": towns * 2, "inferred": False}
    return members_of(pd.DataFrame(rows))


def account(
    areas: list[float], consumed: list[float], people: list[int], cells: CellArrays | None = None
) -> Result:
    towns = [f"t{n}" for n in range(len(areas))]
    soil = Figures("soil", pd.DataFrame({"municipality": towns, "consumed_ha": consumed}))
    area = Figures("areas", pd.DataFrame({"municipality": towns, "area_km2": areas}))
    residents = Population(
        pd.DataFrame({"year": 2023, "municipality": towns, "age": 40, "residents": people})
    )
    return ecosystem(soil, area, residents, whole(towns), cells)


def values(result: Result, indicator: str) -> dict[str, float]:
    rows = pd.concat(result.rows)
    own = rows[rows["indicator"] == indicator]
    return dict(zip(own["place"], own["value"], strict=True))


def test_supply_demand_and_balance_by_hand() -> None:
    # 500 ha unsealed for 100 residents: five each.
    cells = CellArrays(
        np.array(["c0", "c1", "c2"], dtype=object), np.array(["t0", "t0", "t1"], dtype=object), 250,
        {"pop": np.array([30, 50, 20]), "full": np.array([1, 0, 0])},
    )  # fmt: skip
    found = account([2.0, 4.0], [100.0, 0.0], [80, 20], cells)
    assert values(found, "ecosystem.supply_ha") == {"t0": 100, "t1": 400, "m": 500}
    assert values(found, "ecosystem.demand_ha") == {"t0": 400, "t1": 100, "m": 500}
    assert values(found, "ecosystem.balance_ha") == {"t0": -300, "t1": 300, "m": 0}
    assert values(found, "ecosystem.coverage") == {"t0": 25, "t1": 400, "m": 100}
    assert values(found, "ecosystem.supply_per_resident") == {"t0": 12_500, "t1": 200_000, "m": 50_000}
    assert values(found, "ecosystem.full_demand_ha") == {"t0": 150, "t1": 0, "m": 150}


def test_a_town_whose_soil_is_not_known_is_left_out_of_both_sides() -> None:
    found = account([2.0, 4.0, 9.0], [100.0, 0.0, np.nan], [80, 20, 1_000])
    assert values(found, "ecosystem.demand_ha")["t0"] == 400
    assert np.isnan(values(found, "ecosystem.balance_ha")["t2"])
    rows = pd.concat(found.rows).set_index(["indicator", "place"])
    assert rows.loc[("ecosystem.balance_ha", "m"), "missing"] == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.1, 200), st.floats(0, 1), st.integers(0, 10**6)), min_size=1, max_size=12
    ).filter(lambda towns: sum(people for _, _, people in towns) > 0)
)
def test_the_account_closes(towns: list[tuple[float, float, int]]) -> None:
    areas, shares, people = (list(column) for column in zip(*towns, strict=True))
    found = account(areas, [a * 100 * s for a, s in zip(areas, shares, strict=True)], people)
    total = values(found, "ecosystem.supply_ha")["m"]
    assert values(found, "ecosystem.balance_ha")["m"] == pytest.approx(0, abs=1e-9 * max(total, 1))
    assert values(found, "ecosystem.demand_ha")["m"] == pytest.approx(total)
