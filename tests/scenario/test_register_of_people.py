# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The register of residents follows the cells: sums against the cells', single ages against plain counting."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_samples import fingerprints, said, scenario

from aumenta.readings.demography import demography
from aumenta.readings.inputs import NO_AGES, Population
from aumenta.scenario.catalogue import CELLS, REGISTER, Catalogue, catalogue_of
from aumenta.scenario.register import followed
from aumenta.scenario.residents import AGE_GROUPS, add_residents
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View
from aumenta.territory.people import GROUPS
from aumenta.values.table import RANK

TOWNS = [f"9000{number:02d}" for number in range(1, 13)]
Changes = list[dict[str, Any]]


def applied(changes: Changes, catalogue: Catalogue, view: View) -> View:
    return apply_all(resolve_all(scenario(*changes), catalogue).checked(), view)


def counted(register: Population, year: int | None = None) -> dict[tuple[str, str], int]:
    """Residents by municipality and group of ages, row by row."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in register.rows[register.rows["year"] == (year or register.years[-1])].itertuples():
        group = next(name for name, (first, last) in GROUPS.items() if first <= row.age <= last)
        found[row.municipality, group] += int(row.residents)
    return found


def in_cells(cells: pd.DataFrame) -> dict[tuple[str, str], int]:
    sums = cells.groupby("municipality")[list(AGE_GROUPS)].sum()
    return {(str(town), name): int(sums.at[town, name]) for town in sums.index for name in AGE_GROUPS}


ADD = {"kind": "residents.add", "area": {"municipalities": ["900012"]}, "residents": 120}
MOVE = {
    "kind": "residents.move",
    "from": {"municipalities": ["900001"]},
    "to": {"municipalities": ["900012", "900003"]},
    "residents": 333,
}
HOMES = {
    "kind": "brownfield.convert",
    "site": "brownfield-900001",
    "into": "homes",
    "hectares": 4,
    "residents": 350,
}


@pytest.mark.parametrize("changes", [[ADD], [MOVE], [HOMES], [HOMES, MOVE, ADD]])
def test_the_register_changes_as_the_cells_do(
    changes: Changes, toy_catalogue: Catalogue, toy_view: View
) -> None:
    before = fingerprints(toy_view)
    after = applied(changes, toy_catalogue, toy_view)
    assert counted(toy_view[REGISTER]) == in_cells(toy_view[CELLS])
    assert counted(after[REGISTER]) == in_cells(after[CELLS])
    rows, old = after[REGISTER].rows, toy_view[REGISTER].rows
    assert rows["residents"].min() >= 0 and rows.dtypes.equals(old.dtypes)
    keys = ["year", "municipality", "age", "sex"]
    assert rows[keys].equals(old[keys])
    last = after[REGISTER].years[-1]
    assert rows[rows["year"] < last].equals(old[old["year"] < last])  # what was is not rewritten
    assert fingerprints(toy_view) == before


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(TOWNS), min_size=1, max_size=3, unique=True),
    st.integers(1, 5000),
    st.none() | st.dictionaries(st.sampled_from(list(GROUPS)), st.integers(1, 9), min_size=1),
)
def test_single_ages_come_as_they_are_there(
    toy_catalogue: Catalogue, toy_view: View, towns: list[str], count: int, ages: dict[str, int] | None
) -> None:
    change: dict[str, Any] = {"kind": "residents.add", "area": {"municipalities": towns}, "residents": count}
    after = applied([change | ({} if ages is None else {"ages": ages})], toy_catalogue, toy_view)
    register, own = after[REGISTER], toy_view[REGISTER]
    assert counted(register) == in_cells(after[CELLS])
    rows = own.rows[own.rows["year"] == own.years[-1]]
    came = register.rows.loc[rows.index, "residents"] - rows["residents"]
    assert came.min() >= 0 and came.sum() == count
    group = pd.cut(rows["age"], [-1, *(last for _, last in GROUPS.values())], labels=list(GROUPS)).astype(str)
    for _, block in rows.assign(came=came).groupby([rows["municipality"], group]):
        living, new = block["residents"].to_numpy(float), block["came"].to_numpy(float)
        if living.sum():
            assert np.abs(new - new.sum() * living / living.sum()).max() < 1


def test_what_a_scenario_makes_is_estimated_and_nothing_else(
    toy_catalogue: Catalogue, toy_view: View
) -> None:
    own, made = toy_view[REGISTER], applied([ADD], toy_catalogue, toy_view)[REGISTER]
    for year in own.years:
        before, after = own.residents(year), made.residents(year)
        new = (after.part == "900012") & (year == own.years[-1])
        assert np.array_equal(after.status, np.where(new, RANK["estimated"], before.status))
        assert np.array_equal(after.value, before.value + 120 * new)


def test_who_comes_where_nobody_of_the_age_lives(toy_view: View) -> None:
    """By the ages of everybody else, else one in each; who leaves is never more than there are."""
    rows = pd.DataFrame(
        {
            "year": 2020,
            "municipality": ["a"] * 4 + ["b"] * 4,
            "age": [3, 10, 30, 70] * 2,
            "residents": [0, 0, 7, 1, 30, 10, 0, 5],
        }
    )
    cells = toy_view[CELLS].iloc[[0, 1]].assign(municipality=["a", "b"])
    for name in AGE_GROUPS:
        cells[name] = 0
    cells["pop_0_14"], cells["pop_19_39"], cells["pop_65p"] = [0, 40], [7, 0], [1, 5]
    cells["pop"] = cells[list(AGE_GROUPS)].sum(axis=1)
    came = add_residents(cells, np.array([True, False]), 8, [1, 0, 0, 0, 0])
    found = followed(Population(rows), cells, came)
    assert found.rows["residents"].tolist() == [6, 2, 7, 1, 30, 10, 0, 5]
    back = followed(found, came, cells)
    assert back.rows["residents"].tolist() == rows["residents"].tolist()


def test_readings_of_the_register_move(toy_catalogue: Catalogue, toy_view: View) -> None:
    from aumenta.readings.inputs import Figures, members_of_places

    places = toy_view["frame:places"]
    towns = places[places["level"] == "municipality"]
    areas = Figures(
        "areas", pd.DataFrame({"municipality": towns["id"], "area_km2": towns["area_km2"].to_numpy(float)})
    )
    members = members_of_places(places)
    old = {"ages": {"pop_65p": 1}}

    def told(view: View, indicator: str) -> pd.DataFrame:
        rows = pd.concat(demography(view[REGISTER], areas, members).rows)
        last = rows[rows["indicator"] == indicator]
        return last[last["period"] == last["period"].max()].set_index("place")

    after = applied([ADD | old], toy_catalogue, toy_view)
    for indicator, up in (
        ("demography.population", True),
        ("demography.old_age_index", True),
        ("demography.share_0_18", False),
    ):
        was, now = told(toy_view, indicator), told(after, indicator)
        assert (now["value"] > was["value"])["900012"] == up, indicator
        others = [town for town in TOWNS if town != "900012"]
        assert now.loc[others].equals(was.loc[others])
        assert now.at["900012", "status"] == now.at["toy", "status"] == "estimated"
    assert (
        told(after, "demography.population").at["toy", "value"]
        == 120 + told(toy_view, "demography.population").at["toy", "value"]
    )


# --- where nobody tells the ages ------------------------------------------------------------------


@pytest.fixture
def ageless(toy_view: View) -> View:
    """The toy metropolis as a pack without ages has it."""
    cells = toy_view[CELLS].assign(
        **{name: pd.Series(pd.NA, index=toy_view[CELLS].index, dtype="Int32") for name in AGE_GROUPS}
    )
    rows = toy_view[REGISTER].rows.groupby(["year", "municipality"], as_index=False)["residents"].sum()
    rows = rows.assign(age=np.nan, sex=None)[["year", "municipality", "age", "sex", "residents"]]
    return toy_view.replaced({CELLS: cells, REGISTER: Population(rows, "register")})


@pytest.mark.parametrize("changes", [[ADD], [MOVE], [HOMES], [MOVE, ADD]])
def test_without_ages_residents_alone_follow(changes: Changes, ageless: View) -> None:
    after = applied(changes, catalogue_of(ageless), ageless)
    cells, register = after[CELLS], after[REGISTER]
    assert cells[list(AGE_GROUPS)].isna().all(axis=None) and cells.dtypes.equals(ageless[CELLS].dtypes)
    sums, told = cells.groupby("municipality")["pop"].sum(), register.residents()
    assert dict(zip(told.part, told.value, strict=True)) == sums.astype(float).to_dict()
    assert cells["pop"].min() >= 0
    came = cells["pop"].sum() - ageless[CELLS]["pop"].sum()
    assert came == sum(one["residents"] for one in changes if one["kind"] != "residents.move")
    old = register.residents(first=65)
    assert np.isnan(old.value).all() and set(old.reason) == {NO_AGES}


def test_ages_that_nobody_tells_cannot_be_asked_for(ageless: View) -> None:
    found = resolve_all(scenario(ADD | {"ages": {"pop_65p": 1}}), catalogue_of(ageless))
    assert said(found) == [("changes[0].ages", "the ages of residents are not known in this territory")]
