# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Differences and who gains: figures worked out by hand, and loops over every person for random ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.scenario.difference import (
    EFFECTS,
    cell_differences,
    differences,
    effects_of,
    shared_by_cells,
    winners_and_losers,
)
from aumenta.scenario.gains import (
    GROUPINGS,
    STATES,
    inequality_change,
    people_of,
    rights_change,
    rights_transitions,
    who_gains,
)
from aumenta.values.aggregate import Quantity
from aumenta.values.model import VALUES_SCHEMA, Indicator
from aumenta.values.table import RANK
from aumenta.values.text import Text

WORDS = Text(it="x", en="x")


def indicator(direction: str = "down", decimals: int = 0, code: str = "time.hub") -> Indicator:
    return Indicator.model_validate(
        {"id": code, "name": WORDS, "description": WORDS, "unit": WORDS, "decimals": decimals, "direction": direction,
         "measure": "time", "formula": WORDS, "levels": ["cell", "municipality"]}
    )  # fmt: skip


def cells_quantity(values: list[float | str]) -> Quantity:
    """Values of the cells c0, c1 ...; a text is the reason why one is missing."""
    given_ = [np.nan if isinstance(one, str) else float(one) for one in values]
    return Quantity(
        np.array([f"c{number}" for number in range(len(values))], object),
        np.array(given_),
        np.array([RANK["missing"] if isinstance(one, str) else RANK["estimated"] for one in values], np.int8),
        np.array([one if isinstance(one, str) else None for one in values], object),
    )


def row(
    place: str, value: float | None, status: str = "reported", reason: str | None = None, **more: Any
) -> dict[str, Any]:
    at = {"indicator": "time.hub", "level": "municipality", "place": place, "period": "2024"}
    told = {"value": np.nan, "status": "missing"} if value is None else {"value": value, "status": status}
    return {**at, **told, "reason": reason, "source": "s", "parts": 3, "missing": 0, "inferred": 0, **more}


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=VALUES_SCHEMA.names)
    frame["reason"] = frame["reason"].astype(object).where(frame["reason"].notna(), None)
    return frame


BEFORE = table(
    row("a", 40.0),
    row("b", 30.0, "measured"),
    row("c", None, reason="not_reached"),
    row("d", None, reason="unknown"),
    row("e", 50.0),
    row("f", 20.0, inferred=2),
    row("g", 10.0),
)
AFTER = table(
    row("a", 25.0, "estimated"),
    row("b", 30.0, "measured"),
    row("c", 70.0),
    row("d", 12.0),
    row("e", None, reason="not_reached"),
    row("f", 22.5, missing=1),
    row("h", 5.0),
)


def test_a_table_of_differences_by_hand() -> None:
    found = differences(BEFORE, AFTER, {"time.hub": indicator()}).set_index("place")
    told = {
        place: (None if np.isnan(one.difference) else one.difference, one.effect, one.status, one.reason)
        for place, one in zip(found.index, found.itertuples(), strict=True)
    }
    assert told == {
        "a": (-15.0, "better", "estimated", None),
        "b": (0.0, "same", "measured", None),
        "c": (None, "better", "missing", "not_reached"),
        "d": (None, "unknown", "missing", "unknown"),
        "e": (None, "worse", "missing", "not_reached"),
        "f": (2.5, "worse", "reported", None),
        "g": (None, "unknown", "missing", "only_before"),
        "h": (None, "unknown", "missing", "only_after"),
    }
    assert (found.loc["f", "missing"], found.loc["f", "inferred"]) == (1, 2)


def test_winners_and_losers_in_their_order() -> None:
    made = differences(BEFORE, AFTER, {"time.hub": indicator()})
    winners, losers = winners_and_losers(made, indicator())
    assert winners["place"].tolist() == ["c", "a"] and losers["place"].tolist() == ["e", "f"]
    assert winners_and_losers(made, indicator(), most=1)[0]["place"].tolist() == ["c"]
    up = differences(BEFORE, AFTER, {"time.hub": indicator("up")})
    winners, losers = winners_and_losers(up, indicator("up"))
    assert winners["place"].tolist() == ["f"] and losers["place"].tolist() == ["a"]
    neither = differences(BEFORE, AFTER, {"time.hub": indicator("none")})
    assert set(neither["effect"]) == {"same", "other", "unknown"}
    assert all(side.empty for side in winners_and_losers(neither, indicator("none")))


def test_a_table_without_change_differs_nowhere() -> None:
    same = differences(BEFORE, BEFORE, {"time.hub": indicator()})
    known = same["status"] != "missing"
    assert (same.loc[known, "difference"] == 0).all()
    assert same["effect"].tolist() == [
        "same",
        "same",
        "same",
        "unknown",
        "same",
        "same",
        "same",
    ]  # d is not known


def test_the_last_period_of_a_place_counts_among_winners() -> None:
    old = table(row("a", 10.0, period="2020"), row("a", 20.0, period="2024"))
    new = table(row("a", 5.0, period="2020"), row("a", 25.0, period="2024"))
    winners, losers = winners_and_losers(differences(old, new, {"time.hub": indicator()}), indicator())
    assert winners.empty and losers["difference"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("before", "after", "direction", "decimals", "effect"),
    [
        (20, 19, "down", 0, "better"),
        (20, 19.5, "down", 0, "same"),
        (20, 19.5, "down", 1, "better"),
        (0.3, 0.4, "up", 1, "better"),  # 0.1 apart but for the last binary place
        (20, 21, "down", 0, "worse"),
        (20, 21, "none", 0, "other"),
        ("not_reached", "not_reached", "down", 0, "same"),
        ("not_reached", 119, "down", 0, "better"),
        (119, "not_reached", "down", 0, "worse"),
        ("not_reached", 5, "up", 0, "unknown"),
        ("unknown", 5, "down", 0, "unknown"),
        (5, "near_edge", "down", 0, "unknown"),
        ("not_reached", "unknown", "down", 0, "unknown"),
        (0, 1, "up", 0, "better"),
        (100, 0, "up", 1, "worse"),
    ],
)
def test_effects(before: Any, after: Any, direction: str, decimals: int, effect: str) -> None:
    sides = cells_quantity([before]), cells_quantity([after])
    assert [EFFECTS[code] for code in effects_of(*sides, indicator(direction, decimals))] == [effect]


def test_a_threshold_may_be_stated() -> None:
    sides = cells_quantity([20, 20, 20]), cells_quantity([16, 15, 14.9])
    assert effects_of(*sides, indicator(), threshold=5.0).tolist() == [0, 1, 1]


def test_differences_of_cells() -> None:
    found = cell_differences(
        cells_quantity([20, "not_reached", 5, 7]), cells_quantity([12.5, 40, "unknown", 7])
    )
    assert np.array_equal(found.value, [-7.5, np.nan, np.nan, 0.0], equal_nan=True)
    assert found.reason.tolist() == [None, "not_reached", "unknown", None]


CELLS = pd.DataFrame(
    {
        "cell": ["c0", "c1", "c2", "c3", "c4"],
        "municipality": ["A", "A", "B", "C", "C"],
        "band": ["plain", "plain", "hill", None, "hill"],
        "zone": ["z1", "z1", "z1", "z2", "z2"],
        "full": [True, False, False, False, True],
        "pop": [100, 50, 30, 20, 0],
        "pop_0_14": [10, 5, 0, 1, 0],
        "pop_15_18": [10, 5, 3, 1, 0],
        "pop_19_39": [20, 10, 7, 6, 0],
        "pop_40_64": [30, 20, 10, 7, 0],
        "pop_65p": [30, 10, 10, 5, 0],
    }
)
INCOME = {"A": 30_000.0, "B": 20_000.0}


def test_who_gains_by_hand() -> None:
    before, after = cells_quantity([40, 30, "not_reached", 20, 10]), cells_quantity([30, 30, 80, 25, 5])
    found = who_gains(before, after, indicator(), people_of(CELLS, INCOME)).set_index(["by", "group"])
    told = {key: tuple(one[[*EFFECTS]].astype(int)) for key, one in found.iterrows()}
    # same, better, worse, other, unknown
    assert told == {
        ("all", "all"): (50, 130, 20, 0, 0),
        ("band", "hill"): (0, 30, 0, 0, 0),
        ("band", "plain"): (50, 100, 0, 0, 0),
        ("band", "unknown"): (0, 0, 20, 0, 0),
        ("zone", "z1"): (50, 130, 0, 0, 0),
        ("zone", "z2"): (0, 0, 20, 0, 0),
        ("age", "0_18"): (10, 23, 2, 0, 0),
        ("age", "19_39"): (10, 27, 6, 0, 0),
        ("age", "40_64"): (20, 40, 7, 0, 0),
        ("age", "65_plus"): (10, 40, 5, 0, 0),
        ("income", "1"): (0, 30, 0, 0, 0),
        ("income", "3"): (50, 100, 0, 0, 0),  # the middle of A's people is at 105 of 180: the third fifth
        ("income", "unknown"): (0, 0, 20, 0, 0),
        ("fullvoid", "full"): (0, 100, 0, 0, 0),
        ("fullvoid", "void"): (50, 30, 20, 0, 0),
    }
    assert found.loc[("all", "all"), "mean_change"] == pytest.approx((100 * -10 + 50 * 0 + 20 * 5) / 170)
    assert np.isnan(found.loc[("band", "hill"), "mean_change"])
    assert (found["threshold"] == 1.0).all()


def test_without_incomes_there_are_no_fifths() -> None:
    sides = cells_quantity([1, 2, 3, 4, 5]), cells_quantity([1, 2, 3, 4, 5])
    assert "income" not in set(who_gains(*sides, indicator(), people_of(CELLS))["by"])


FIGURE = st.one_of(st.integers(0, 120).map(float), st.sampled_from(["not_reached", "unknown"]))
MANY = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        *(st.lists(one, min_size=count, max_size=count) for one in (
            FIGURE, FIGURE, st.integers(0, 6), st.sampled_from("pqr"), st.sampled_from("xy"), st.booleans()
        ))
    )
)  # fmt: skip


@given(MANY, st.sampled_from(["up", "down"]), st.sampled_from([1.0, 5.0]))
def test_who_gains_against_every_single_person(
    made: tuple[Any, ...], direction: str, threshold: float
) -> None:
    before, after, pop, band, town, full = made
    cells = pd.DataFrame({"cell": [f"c{n}" for n in range(len(pop))], "pop": pop, "band": band, "zone": band,
                          "municipality": town, "full": full})  # fmt: skip
    found = who_gains(
        cells_quantity(before), cells_quantity(after), indicator(direction), people_of(cells), threshold
    ).set_index(["by", "group"])
    count: dict[tuple[str, str, str], int] = {}
    for number, residents in enumerate(pop):
        for _ in range(residents):
            effect = one_effect(before[number], after[number], direction, threshold)
            for by, group in (
                ("all", "all"),
                ("band", band[number]),
                ("fullvoid", "full" if full[number] else "void"),
            ):
                count[by, group, effect] = count.get((by, group, effect), 0) + 1
    for (by, group), one in found.iterrows():
        if by in ("all", "band", "fullvoid"):
            assert [one[name] for name in EFFECTS] == [count.get((by, group, name), 0) for name in EFFECTS]
        assert one[[*EFFECTS]].sum() == one["residents"]
    assert set(found.index.get_level_values("by")) <= set(GROUPINGS)


def one_effect(before: float | str, after: float | str, direction: str, threshold: float) -> str:
    """What happens to one person, in plain words."""
    if "unknown" in (before, after):
        return "unknown"
    if "not_reached" in (before, after):
        if direction == "up":
            return "unknown"
        if before == after:
            return "same"
        return "better" if before == "not_reached" else "worse"
    assert isinstance(before, float) and isinstance(after, float)
    if abs(after - before) < threshold:
        return "same"
    return "better" if (after > before) == (direction == "up") else "worse"


def test_inequality_by_hand() -> None:
    """Two people with 1 and 3 (Gini 1/4), then 2 and 2 (0); a third is not known before and is left out."""
    cells = CELLS.iloc[:3].assign(pop=1)
    found = inequality_change(
        cells_quantity([1, 3, "unknown"]), cells_quantity([2, 2, 9]), indicator("up"), people_of(cells)
    )
    assert (found.before.gini, found.after.gini, found.gini) == (0.25, 0.0, -0.25)
    theil = (0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2
    assert found.theil == pytest.approx(-theil, abs=1e-15)
    assert (found.people, found.left_out) == (2.0, 1.0)
    times = inequality_change(
        cells_quantity([1, 3, 4]), cells_quantity([2, 2, 9]), indicator("down"), people_of(cells)
    )
    assert (times.gini, times.theil) == (None, None) and times.before.p50 == 3.0


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4)), min_size=1, max_size=8))
def test_inequality_against_pairs_of_people(rows: list[tuple[int, int, int]]) -> None:
    cells = pd.DataFrame({"cell": [f"c{n}" for n in range(len(rows))], "pop": [one[2] for one in rows], "band": "p",
                          "zone": "z", "municipality": "A", "full": True})  # fmt: skip
    sides = [cells_quantity([float(one[side]) for one in rows]) for side in (0, 1)]
    found = inequality_change(sides[0], sides[1], indicator("up"), people_of(cells))
    ginis = []
    for side in (0, 1):
        every = [one[side] for one in rows for _ in range(one[2])]
        pairs = sum(abs(a - b) for a in every for b in every)
        ginis.append(pairs / (2 * len(every) ** 2 * (sum(every) / len(every))))
    assert found.gini == pytest.approx(ginis[1] - ginis[0], abs=1e-12)


def test_rights_by_hand() -> None:
    before, after = cells_quantity([1, 0, 0, "unknown", 0]), cells_quantity([1, 1, "unknown", 0, 1])
    passed = rights_transitions(before, after, "right.health", people_of(CELLS))
    whole = passed[passed["by"] == "all"].set_index(["before", "after"])["residents"]
    assert whole[whole > 0].to_dict() == {
        ("met", "met"): 100.0,
        ("not_met", "met"): 50.0,
        ("not_met", "unknown"): 30.0,
        ("unknown", "not_met"): 20.0,
    }
    change = rights_change(passed)
    own = change[change["by"] == "all"].set_index("state")
    assert own["before"].to_dict() == {"met": 100, "not_met": 80, "unknown": 20}
    assert own["after"].to_dict() == {"met": 150, "not_met": 20, "unknown": 30}
    assert own["change"].to_dict() == {"met": 50, "not_met": -60, "unknown": 10}
    assert (change.groupby(["by", "group"])["change"].sum() == 0).all()
    assert set(change["state"]) == set(STATES)


def test_figures_of_municipalities_are_shared_by_their_residents() -> None:
    rows = table(row("A", 0.5), row("B", None, reason="not_given"))
    found = shared_by_cells(rows, "time.hub", CELLS)
    assert found.part.tolist() == CELLS["cell"].tolist()
    assert np.array_equal(found.value, [0.5, 0.5, np.nan, np.nan, np.nan], equal_nan=True)
    assert found.reason.tolist() == [None, None, "not_given", "not_given", "not_given"]
