# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rights worked out by hand on six cells of two towns, and what must hold of any of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.registry_rights import rights_indicators, rights_measure
from aumenta.readings.rights import STATES, rights
from aumenta.readings.rights_states import all_state, any_state, state
from aumenta.readings.rights_ways import Given, try_way
from aumenta.readings.travel import AllToAll, CellMinutes
from aumenta.store.rights import load_rights
from aumenta.values.aggregate import members_of
from aumenta.values.rights import FromHub, Jobs, Nearest, OfCell, OfPlace, RightsFile
from aumenta.values.text import Text

CODES = [
    f"CRS3035RES250mN{1000 * (n // 3)}E{250 * (n % 3)}" for n in range(6)
]  # three in each of two kilometres
CELLS = CellArrays(
    np.array(CODES, dtype=object),
    np.array(["a", "a", "a", "b", "b", "b"], dtype=object),
    250,
    {
        "pop": np.array([10, 20, 30, 40, 0, 100]),
        "pop_0_14": np.array([1, 2, 3, 4, 0, 10]),
        "pop_15_18": np.array([1, 0, 1, 0, 0, 0]),
        "pop_65p": np.array([5, 5, 0, 10, 0, 50]),
        "full": np.array([1, 1, 0, 0, 0, 1]),
        "height_m": np.array([1.0, np.nan, 2.0, 3.0, 4.0, 5.0]),
    },
    "2023-01-01",
    ("people",),
)
MEMBERS = members_of(
    pd.DataFrame(
        {
            "level": ["municipality", "municipality", "metropolis", "metropolis"],
            "place": ["a", "b", "m", "m"],
            "part": ["a", "b", "a", "b"],
            "inferred": False,
        }
    )
)


def minutes(*values: int, complete: bool = True) -> CellMinutes:
    return CellMinutes(np.array(values, np.uint8), 120, sources=("times",), complete=complete)


def file_of(*conditions: list[dict[str, Any]]) -> RightsFile:
    words = {"it": "x", "en": "x"}
    listed = [
        {"id": f"c{n}", "name": words, "any": ways, "source": "to be decided"}
        for n, ways in enumerate(conditions)
    ]
    return RightsFile.model_validate(
        {"rights": [{"id": "r", "name": words, "plan": words, "conditions": listed}]}
    )


def near(kind: str = "clinic", mode: str = "walk", within: int = 15) -> dict[str, Any]:
    return {"type": "nearest", "kinds": [kind], "mode": mode, "minutes": within}


def values(result: Result, indicator: str) -> dict[str, float]:
    rows = pd.concat(result.rows)
    own = rows[rows["indicator"] == indicator]
    return dict(zip(own["place"], own["value"], strict=True))


TIMES = {
    "times:nearest:clinic:walk": minutes(10, 15, 16, 40, 255, 10),
    "times:nearest:park:walk": minutes(5, 60, 5, 60, 60, 60, complete=False),
    "times:edge:walk": minutes(60, 60, 60, 10, 60, 60),
}


def test_a_condition_is_met_not_met_or_not_known_with_its_reason() -> None:
    clinic = try_way(Nearest(type="nearest", kinds=["clinic"], mode="walk", minutes=15), Given(CELLS, TIMES))
    assert clinic.holds.tolist()[:3] == [1.0, 1.0, 0.0]
    assert np.isnan(clinic.holds[3]) and clinic.reason[3] == "near_edge"  # ten minutes from the edge
    assert clinic.holds.tolist()[4:] == [0.0, 1.0]
    assert (
        clinic.short[2] == 1.0 and np.isnan(clinic.short[[0, 1, 3, 4, 5]]).all()
    )  # cell 5 is not reached at all
    park = try_way(Nearest(type="nearest", kinds=["park"], mode="walk", minutes=15), Given(CELLS, TIMES))
    assert park.holds[[0, 2]].tolist() == [1.0, 1.0]
    assert park.reason.tolist() == [None, "incomplete", None, "incomplete", "incomplete", "incomplete"]


def test_of_several_kinds_any_will_do_and_one_that_is_not_there_leaves_doubt() -> None:
    both = Nearest(type="nearest", kinds=["clinic", "hospital"], mode="walk", minutes=15)
    found = try_way(both, Given(CELLS, TIMES, why_absent={"times:nearest:hospital:walk": "bring.hospital"}))
    assert found.holds[[0, 1, 5]].tolist() == [1.0, 1.0, 1.0]
    assert found.reason.tolist() == [None, None, "bring.hospital", "near_edge", "bring.hospital", None]


def test_rides_are_only_as_complete_as_the_timetable() -> None:
    way = Nearest(type="nearest", kinds=["clinic"], mode="transit", minutes=30)
    inputs = {"times:nearest:clinic:transit": minutes(10, 31, 255, 30, 31, 31)}
    lacking = try_way(way, Given(CELLS, inputs, all_transit=False))
    assert lacking.reason.tolist() == [
        None,
        "incomplete_timetable",
        "incomplete_timetable",
        None,
        *["incomplete_timetable"] * 2,
    ]
    whole = try_way(way, Given(CELLS, inputs, all_transit=True))
    assert whole.holds.tolist() == [1.0, 0.0, 0.0, 1.0, 0.0, 0.0] and not whole.unknown.any()
    hub = FromHub(type="hub", mode="car", minutes=30)
    assert try_way(hub, Given(CELLS, {"times:hub:car": minutes(30, 31, 255, 1, 1, 1)})).holds.tolist() == [
        1,
        0,
        0,
        1,
        1,
        1,
    ]


def test_jobs_are_those_of_the_kilometre_and_unknown_where_it_has_no_origin() -> None:
    sums = AllToAll(
        np.array([1], np.int32), np.array([60.0]), np.array(["a"], dtype=object), ("people", "jobs"), (60,),
        np.array([[[1.0], [500.0]]]), np.array([200.0, 1000.0]),
    )  # fmt: skip
    way = Jobs(type="jobs", mode="car", minutes=60, at_least=600)
    found = try_way(way, Given(CELLS, {"sums:car": sums}))
    assert found.holds.tolist()[:3] == [0.0, 0.0, 0.0] and found.short.tolist()[:3] == [100.0] * 3
    assert found.reason.tolist()[3:] == ["no_residents"] * 3
    edge = {"sums:car": sums, "times:edge:car": minutes(60, 61, 61, 61, 61, 61)}
    assert try_way(way, Given(CELLS, edge)).reason.tolist()[:2] == ["near_edge", None]


def test_an_indicator_of_the_municipality_is_its_cells_and_the_last_period_counts() -> None:
    frame = pd.DataFrame(
        {
            "indicator": "soil.net", "level": "municipality", "place": ["a", "a", "b"],
            "period": ["2022", "2023", "2023"], "value": [9.0, 0.0, np.nan],
            "reason": [None, None, "hidden"], "source": "ispra",
        }
    )  # fmt: skip
    way = OfPlace(type="indicator", indicator="soil.net", at_most=0)
    found = try_way(way, Given(CELLS, {"reading:soil": Result([frame])}))
    assert found.holds.tolist()[:3] == [1.0, 1.0, 1.0] and found.reason.tolist()[3:] == ["hidden"] * 3
    assert found.sources == ("ispra",)
    assert try_way(way, Given(CELLS, {"reading:soil": None})).reason.tolist() == ["absent.reading:soil"] * 6


def test_a_column_of_the_cell_may_have_both_bounds() -> None:
    found = try_way(OfCell(type="cell", column="height_m", at_least=2, at_most=4), Given(CELLS, {}))
    assert found.holds[[0, 2, 3, 4, 5]].tolist() == [0.0, 1.0, 1.0, 1.0, 0.0] and found.unknown.tolist()[1]
    assert found.short[[0, 5]].tolist() == [1.0, 1.0]


def test_shares_of_residents_by_hand() -> None:
    file = file_of([near()], [near("park")])
    found = rights(CELLS, MEMBERS, file, TIMES)
    # Clinic: a 10+20 met, 30 not; b 100 met, 40 not known. Park: a 10+30 met, 20 not known; b all not known.
    # Both: cell 1 met, 2 unknown, 3 not met (clinic), 4 unknown, 5 not met but empty, 6 unknown.
    assert values(found, "right.r.met") == pytest.approx({"a": 100 * 10 / 60, "b": 0.0, "m": 5.0})
    assert values(found, "right.r.not_met") == pytest.approx({"a": 50.0, "b": 0.0, "m": 15.0})
    assert values(found, "right.r.unknown") == pytest.approx({"a": 100 * 20 / 60, "b": 100.0, "m": 80.0})
    assert values(found, "right.r.c0") == pytest.approx({"a": 50.0, "b": 100 * 100 / 140, "m": 65.0})
    assert values(found, "right.r.c0_unknown") == pytest.approx({"a": 0.0, "b": 100 * 40 / 140, "m": 20.0})
    assert values(found, "right.r.met_0_18") == pytest.approx({"a": 100 * 2 / 8, "b": 0.0, "m": 100 * 2 / 22})
    assert values(found, "right.r.not_met_65_plus") == pytest.approx({"a": 0.0, "b": 0.0, "m": 0.0})
    cell = found.cells["right.r"]
    assert cell.value.tolist()[0] == 1.0 and cell.reason.tolist() == [
        None,
        "incomplete",
        None,
        "near_edge",
        None,
        "incomplete",
    ]
    assert found.cells["right.r.c0"].value.tolist()[:3] == [100.0, 100.0, 0.0]


def test_how_far_off_is_a_mean_over_those_who_lack_it() -> None:
    times = {"times:nearest:clinic:walk": minutes(10, 20, 30, 255, 200, 10)}
    found = rights(CELLS, MEMBERS, file_of([near()]), times)
    # a: 20 residents lack 5 minutes, 30 lack 15; b: 40 residents whose gap cannot be told.
    assert values(found, "right.r.c0_short")["a"] == pytest.approx((20 * 5 + 30 * 15) / 50)
    rows = pd.concat(found.rows).set_index(["indicator", "place"])
    assert rows.loc[("right.r.c0_short", "b"), "reason"] == "nobody_short"
    assert rows.loc[("right.r.c0_short", "m"), "missing"] == 1


def test_nothing_given_is_nothing_known_and_says_what_to_bring() -> None:
    words = Text(it="Da portare: un elenco", en="To bring: a list")
    found = rights(
        CELLS, MEMBERS, file_of([near()]), {"times:nearest:clinic:walk": None}, layers={"clinic": words}
    )
    assert values(found, "right.r.unknown") == {"a": 100.0, "b": 100.0, "m": 100.0}
    assert set(found.cells["right.r"].reason) == {"bring.clinic"} and found.reasons == {"bring.clinic": words}


def test_every_indicator_that_the_measure_gives_is_defined() -> None:
    file = load_rights()
    measure, defined = rights_measure(file), {one.id: one for one in rights_indicators(file)}
    assert list(defined) == list(measure.indicators) and len(defined) == len(set(defined))
    found = measure.function(cells=CELLS, members=MEMBERS, all_transit=None, layers=None)
    given = {str(name) for frame in found.rows for name in frame["indicator"]} | set(found.cells)
    assert given == set(defined)
    for frame in found.rows:
        assert set(frame["level"]) <= set(defined[str(frame["indicator"].iloc[0])].levels)


def test_six_rights_come_with_the_software() -> None:
    names = ["dwelling", "environment", "health", "learning", "work", "connection"]
    assert [right.id for right in load_rights().rights] == names


# --- what must hold of any -----------------------------------------------------------------

BYTES = st.lists(st.integers(0, 255), min_size=6, max_size=6)


@settings(max_examples=25, deadline=None)
@given(BYTES, BYTES, BYTES, st.booleans(), st.booleans(), st.integers(1, 120), st.integers(1, 120))
def test_three_shares_add_up_and_laxer_never_loses(
    clinic: list[int],
    park: list[int],
    edge: list[int],
    complete: bool,
    transit: bool,
    first: int,
    second: int,
) -> None:
    inputs = {
        "times:nearest:clinic:transit": minutes(*clinic),
        "times:nearest:park:walk": minutes(*park, complete=complete),
        "times:edge:walk": minutes(*edge),
        "times:edge:transit": minutes(*reversed(edge)),
    }
    low, high = sorted((first, second))
    met = []
    for limit in (low, high):
        file = file_of(
            [near("clinic", "transit", limit), near("park", "walk", limit)], [near("park", "walk", limit)]
        )
        found = rights(CELLS, MEMBERS, file, inputs, transit)
        table = pd.concat(found.rows).pivot_table(index="place", columns="indicator", values="value")
        for group in ("", "_0_18", "_65_plus"):
            shares = table[[f"right.r.{name}{group}" for name in STATES]]
            assert shares.sum(axis=1).to_numpy() == pytest.approx(100, abs=1e-9)
        met.append(table["right.r.met"].to_dict())
    assert all(met[1][place] >= met[0][place] for place in met[0])


TRUTH = st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=1, max_size=5)


@given(TRUTH)
def test_any_and_all_hold_under_every_way_the_unknown_may_turn_out(known: list[float]) -> None:
    states = [state(np.array([one]), "why", np.array([1.0])) for one in known]
    blanks = [n for n, one in enumerate(known) if np.isnan(one)]
    outcomes = []
    for bits in range(2 ** len(blanks)):
        world = [bool(one) for one in known]
        for place, n in enumerate(blanks):
            world[n] = bool(bits >> place & 1)
        outcomes.append((any(world), all(world)))
    for made, index in ((any_state(states), 0), (all_state(states), 1)):
        possible = {outcome[index] for outcome in outcomes}
        if len(possible) == 1:
            assert made.holds[0] == float(possible.pop()) and made.reason[0] is None
        else:
            assert np.isnan(made.holds[0]) and made.reason[0] == "why"
