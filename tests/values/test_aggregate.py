# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Aggregation: against sums made with fractions, and the rules that hold for any parts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.values.aggregate import (
    Members,
    Quantity,
    aligned,
    combined,
    members_of,
    quantity,
    ratio,
    summed,
    weighted_mean,
)
from aumenta.values.table import broken_rules, table_of

SOME = settings(max_examples=40, deadline=None)
STATUS = st.sampled_from(["measured", "reported", "estimated"])
FIGURE = st.one_of(st.none(), st.floats(-1e9, 1e9, allow_subnormal=False))


@st.composite
def territories(draw: st.DrawFn) -> tuple[list[dict[str, object]], Members]:
    """Parts with figures, weights, a zone, and whether the membership is inferred."""
    count = draw(st.integers(1, 12))
    parts = [
        {
            "part": f"p{n:02d}",
            "value": draw(FIGURE),
            "weight": draw(st.one_of(st.none(), st.integers(0, 1000))),
            "zone": draw(st.sampled_from(["z1", "z2", "z3"])),
            "inferred": draw(st.booleans()),
        }
        for n in range(count)
    ]
    rows = [
        {"level": "municipality", "place": p["part"], "part": p["part"], "inferred": False} for p in parts
    ]
    rows += [
        {"level": "zone", "place": p["zone"], "part": p["part"], "inferred": p["inferred"]} for p in parts
    ]
    rows += [{"level": "metropolis", "place": "m", "part": p["part"], "inferred": False} for p in parts]
    return parts, members_of(pd.DataFrame(rows), {"zone": ["z1", "z2", "z3"]})


def quantity_of(parts: list[dict[str, object]], name: str, status: str = "reported") -> Quantity:
    values = [np.nan if p[name] is None else float(p[name]) for p in parts]  # type: ignore[arg-type]
    return quantity([str(p["part"]) for p in parts], values, status, "hidden", ["s"], "2023")


def at(frame: pd.DataFrame, level: str, place: str) -> pd.Series:
    found = frame[(frame["level"] == level) & (frame["place"] == place)]
    assert len(found) == 1
    return found.iloc[0]


@SOME
@given(territories())
def test_sums_equal_exact_sums_of_what_is_known(given_: tuple[list[dict[str, object]], Members]) -> None:
    parts, members = given_
    frame = summed("x.y", quantity_of(parts, "value"), members)
    for zone in ("z1", "z2", "z3"):
        own = [p for p in parts if p["zone"] == zone]
        known = [Fraction(float(p["value"])) for p in own if p["value"] is not None]  # type: ignore[arg-type]
        row = at(frame, "zone", zone)
        assert row["parts"] == len(own)
        assert row["missing"] == len(own) - len(known)
        assert row["inferred"] == sum(bool(p["inferred"]) for p in own)
        if known:
            assert row["value"] == float(sum(known))
        else:
            assert np.isnan(row["value"])
            assert row["status"] == "missing"
            assert row["reason"] == ("hidden" if own else "no_parts")


@SOME
@given(territories())
def test_zones_add_up_to_the_whole_and_so_do_their_counts(
    given_: tuple[list[dict[str, object]], Members],
) -> None:
    parts, members = given_
    whole_numbers = [{**p, "value": None if p["value"] is None else round(float(p["value"]))} for p in parts]  # type: ignore[arg-type]
    frame = summed("x.y", quantity_of(whole_numbers, "value"), members)
    zones = frame[frame["level"] == "zone"]
    whole = at(frame, "metropolis", "m")
    assert zones["parts"].sum() == whole["parts"] == len(parts)
    assert zones["missing"].sum() == whole["missing"]
    if whole["status"] == "missing":
        assert (zones["status"] == "missing").all()
    else:
        assert zones["value"].sum() == whole["value"]


@SOME
@given(territories(), STATUS, STATUS)
def test_a_ratio_leaves_a_part_out_of_both_sides(
    given_: tuple[list[dict[str, object]], Members], one: str, other: str
) -> None:
    parts, members = given_
    frame = ratio("x.y", quantity_of(parts, "value", one), quantity_of(parts, "weight", other), members, 100)
    both = [p for p in parts if p["value"] is not None and p["weight"] is not None]
    row = at(frame, "metropolis", "m")
    assert row["missing"] == len(parts) - len(both)
    below = sum(int(p["weight"]) for p in both)  # type: ignore[call-overload]
    if not both:
        assert row["reason"] == "hidden"
    elif below == 0:
        assert row["reason"] == "nothing_to_divide_by"
    else:
        above = sum(Fraction(float(p["value"])) for p in both)  # type: ignore[arg-type]
        assert row["value"] == pytest.approx(float(above / below * 100), rel=1e-12, abs=1e-300)
        order = ["measured", "reported", "estimated"]
        assert row["status"] == max(one, other, key=order.index)


@SOME
@given(territories())
def test_a_weighted_mean_lies_between_its_parts(given_: tuple[list[dict[str, object]], Members]) -> None:
    parts, members = given_
    frame = weighted_mean("x.y", quantity_of(parts, "value"), quantity_of(parts, "weight"), members)
    for row in frame[frame["status"] != "missing"].to_dict("records"):
        inside = [p for p in parts if row["place"] in (p["part"], p["zone"], "m") and p["value"] is not None]
        own = [float(p["value"]) for p in inside if p["weight"] or row["parts"] == 1]  # type: ignore[arg-type]
        margin = 1e-9 * max(abs(v) for v in own)
        assert min(own) - margin <= row["value"] <= max(own) + margin


@SOME
@given(territories(), st.randoms(use_true_random=False))
def test_the_order_of_parts_changes_nothing(given_: tuple[list[dict[str, object]], Members], random) -> None:  # type: ignore[no-untyped-def]
    parts, members = given_
    shuffled = list(parts)
    random.shuffle(shuffled)
    frames = [
        ratio("x.y", quantity_of(p, "value"), quantity_of(p, "weight"), members) for p in (parts, shuffled)
    ]
    pd.testing.assert_frame_equal(*frames, check_exact=True)


@SOME
@given(territories())
def test_what_comes_out_keeps_the_rules_of_the_long_table(
    given_: tuple[list[dict[str, object]], Members],
) -> None:
    parts, members = given_
    frames = [
        summed("x.a", quantity_of(parts, "value"), members),
        ratio("x.b", quantity_of(parts, "value"), quantity_of(parts, "weight"), members),
    ]
    assert broken_rules(pd.concat(frames)) == []
    table = table_of(frames)
    assert table.num_rows == sum(len(f) for f in frames)
    assert [row.as_py() is None for row in table.column("value")] == [
        row.as_py() == "missing" for row in table.column("status")
    ]


def test_an_inferred_membership_makes_a_measured_sum_estimated() -> None:
    rows = pd.DataFrame({"level": "zone", "place": ["a", "b"], "part": ["1", "2"], "inferred": [True, False]})
    frame = summed("x.y", quantity(["1", "2"], [5, 6], "measured"), members_of(rows))
    assert frame["status"].tolist() == ["estimated", "measured"]
    assert frame["inferred"].tolist() == [1, 0]


def test_zero_is_a_figure_and_missing_is_not_zero() -> None:
    rows = pd.DataFrame({"level": "zone", "place": ["a", "b"], "part": ["1", "2"], "inferred": False})
    frame = summed("x.y", quantity(["1", "2"], [0.0, np.nan]), members_of(rows))
    assert frame["value"].iloc[0] == 0.0
    assert np.isnan(frame["value"].iloc[1])
    assert frame["status"].tolist() == ["reported", "missing"]


def test_parts_that_a_table_does_not_have_are_missing() -> None:
    rows = pd.DataFrame({"level": "zone", "place": "a", "part": ["1", "2", "3"], "inferred": False})
    row = summed("x.y", quantity(["1"], [4.0]), members_of(rows)).iloc[0]
    assert (row["value"], row["parts"], row["missing"]) == (4.0, 3, 2)
    nothing = aligned(quantity([], []), np.array(["1"], dtype=object))
    assert nothing.reason.tolist() == ["not_given"]


def test_combined_keeps_the_first_reason() -> None:
    one = quantity(["1", "2"], [np.nan, 2], reason="hidden")
    other = quantity(["1", "2"], [np.nan, np.nan], reason="lost")
    assert combined(one, other, np.add).reason.tolist() == ["hidden", "lost"]


def test_a_part_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        quantity(["1", "1"], [1, 2])
    with pytest.raises(ValueError, match="once"):
        members_of(pd.DataFrame({"level": "zone", "place": "a", "part": ["1", "1"], "inferred": False}))
