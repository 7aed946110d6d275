# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Friction streets: their graph against one made cell by cell, their geometry against the compass."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from aumenta.errors import NetworkError
from aumenta.network.attach import attach
from aumenta.network.friction import (
    BELOW_RESOLUTION,
    TO_BE_DECIDED,
    Assumption,
    FrictionSpec,
    by_band,
    cells_along,
    friction_streets,
)
from aumenta.network.model import Streets
from aumenta.network.street_times import StreetTimes

Cell = tuple[int, str, float, bool]


def square(side: int, **columns: object) -> dict[str, object]:
    gx, gy = (
        a.ravel().astype(np.int32) for a in np.meshgrid(np.arange(side) + 16_000, np.arange(side) + 9_000)
    )
    count = side * side
    given_: dict[str, object] = {
        "x": (gx + 0.5) * 250, "y": (gy + 0.5) * 250, "gx": gx, "gy": gy, "degurba": np.ones(count, np.int8),
        "band": np.full(count, "plain"), "height_m": np.full(count, np.nan), "inhabited": np.ones(count, bool),
    }  # fmt: skip
    return given_ | columns


def kmh_along(cell: Cell, spec: FrictionSpec) -> float:
    """The speed over the cells that the description gives, in words of one cell."""
    degurba, band, height, inhabited = cell
    if degurba == 1 and not inhabited:
        if height > spec.roadless_above_m.value:
            return spec.roadless_kmh.value
        table = spec.empty_kmh
    else:
        table = {1: spec.rural_kmh, 2: spec.cluster_kmh, 3: spec.centre_kmh}[degurba]
    return float(getattr(table, band).value) / spec.car_detour.value


cells_of_a_grid = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
    st.tuples(
        st.integers(1, 3), st.sampled_from(["plain", "hill", "mountain"]),
        st.sampled_from([float("nan"), 300.0, 2000.0, 2500.0]), st.booleans(),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(cells_of_a_grid)
def test_the_graph_is_what_the_description_says(grid: dict[tuple[int, int], Cell]) -> None:
    spec = FrictionSpec()
    places = list(grid)
    number = {place: i for i, place in enumerate(places)}
    matrix = np.zeros((len(places), len(places)))
    for (a, b), i in number.items():
        for da, db in [(p, q) for p in range(-2, 3) for q in range(-2, 3) if math.gcd(p, q) == 1]:
            to = (a + da, b + db)
            # What a straight line from centre to centre passes: sampled, corners apart.
            passed = {(round(a + da * t), round(b + db * t)) for t in (0.01, 0.3, 0.7, 0.99)}
            if to in number and passed <= set(grid):
                pace = [3.6 / kmh_along(grid[place], spec) for place in passed]
                matrix[i, number[to]] = 250 * math.hypot(da, db) * sum(pace) / len(pace)
    streets = friction_streets(
        [a * 250.0 for a, _ in places], [b * 250.0 for _, b in places], [a for a, _ in places],
        [b for _, b in places], *zip(*grid.values(), strict=True),
    )  # fmt: skip
    assert streets.graphs["car"].symmetric
    at = [int(np.flatnonzero((streets.x == a * 250) & (streets.y == b * 250))[0]) for a, b in places]
    graph = streets.graphs["car"]
    ours = csr_matrix((graph.seconds, graph.head, graph.indptr), shape=matrix.shape)
    np.testing.assert_allclose(ours.toarray()[np.ix_(at, at)], matrix, atol=1 / 512 + 1e-4)
    np.testing.assert_allclose(dijkstra(ours)[np.ix_(at, at)], dijkstra(csr_matrix(matrix)), atol=0.1)


def test_moves_in_sixteen_directions_stay_near_the_straight_line() -> None:
    streets = friction_streets(**square(81))
    times = StreetTimes(streets, attach(streets, streets.x, streets.y))
    middle = (16_040.5 * 250, 9_040.5 * 250)
    seconds = times.from_point(*middle, "car")[0]
    metres = np.hypot(streets.x - middle[0], streets.y - middle[1])
    spec = FrictionSpec()
    ratio = (seconds * spec.rural_kmh.plain.value / 3.6 / spec.car_detour.value)[metres > 0] / metres[
        metres > 0
    ]
    assert ratio.min() > 0.9999
    assert ratio.max() == pytest.approx(1.0275, abs=0.001)  # 1.0824 with eight directions
    assert ratio.mean() == pytest.approx(1.014, abs=0.002)


def test_foot_and_bicycle_go_straight() -> None:
    spec = FrictionSpec(
        foot_detour=Assumption(value=1.25), foot_pace=by_band(1, 1.1, 1.5), bike_pace=by_band(1, 1.2, 2)
    )
    streets = friction_streets(
        **square(5, band=np.repeat(["plain", "mountain", "hill", "plain", "plain"], 5)), spec=spec
    )
    cells = attach(streets, [16_000.5 * 250, 16_004.5 * 250], [9_000.5 * 250, 9_001.5 * 250])
    times = StreetTimes(streets, cells)
    metres = math.hypot(1000, 250)
    assert times.from_cell(0, "foot")[0][1] == pytest.approx(metres * 1.25 / 1.4 * 1.25)
    assert times.from_cell(1, "bike")[0][0] == pytest.approx(metres * 1.3 / 4.2 * 1.5)
    assert BELOW_RESOLUTION == 600


def test_cells_of_a_motorway_are_quick_whoever_lives_there() -> None:
    plan = square(9, inhabited=np.zeros(81, bool), band=np.full(81, "mountain"), height_m=np.full(81, 2500.0))
    fast = cells_along(plan["x"], plan["y"], [0.0, 5e6], [9_004.5 * 250] * 2, 10.0)  # type: ignore[arg-type]
    assert fast.sum() == 9
    slow, quick = friction_streets(**plan), friction_streets(**plan, fast=fast)
    ends = [16_000.5 * 250, 16_008.5 * 250], [9_004.5 * 250] * 2
    walked = StreetTimes(slow, attach(slow, *ends)).from_cell(0, "car")[0][1]
    driven = StreetTimes(quick, attach(quick, *ends)).from_cell(0, "car")[0][1]
    assert walked == pytest.approx(2000 * 3.6 / 5)
    assert driven == pytest.approx(2000 * 3.6 / 100 * 1.2, abs=0.1)


def test_the_order_of_the_cells_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    plan = square(12, degurba=rng.integers(1, 4, 144), band=rng.choice(["plain", "hill", "mountain"], 144))
    other = rng.permutation(144)
    mixed = {name: np.asarray(values)[other] for name, values in plan.items()}
    one, two = friction_streets(**plan), friction_streets(**mixed)
    for a, b in ((one.x, two.x), (one.y, two.y), (one.graphs["car"].seconds, two.graphs["car"].seconds)):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(one.graphs["car"].head, two.graphs["car"].head)
    np.testing.assert_array_equal(one.straight["foot"].pace, two.straight["foot"].pace)


def test_all_that_is_wrong_with_the_cells_is_said_at_once() -> None:
    plan = square(
        3, degurba=np.array([1, 2, 3, 4, 0, 1, 1, 1, 1]), band=np.array(["plain", "valle"] + ["hill"] * 7)
    )
    plan["gx"] = np.zeros(9, int)
    with pytest.raises(NetworkError) as wrong:
        friction_streets(**plan)
    text = str(wrong.value)
    assert len(wrong.value.problems) == 3
    assert "valle" in text and "[0, 4]" in text and "more than once" in text
    with pytest.raises(NetworkError, match="degurba 4"):
        friction_streets(**square(3, degurba=np.ones(4)))
    with pytest.raises(NetworkError, match="without place"):
        friction_streets(**square(2, x=np.array([0, 1, 2, np.nan])))
    with pytest.raises(NetworkError, match="need cells"):
        friction_streets(*[[]] * 8)


def test_every_assumption_says_where_it_is_from() -> None:
    def all_of(part: object) -> list[Assumption]:
        if isinstance(part, Assumption):
            return [part]
        return [found for name in type(part).model_fields for found in all_of(getattr(part, name))]  # type: ignore[attr-defined]

    table = all_of(FrictionSpec())
    assert len(table) == 24
    assert all(assumption.source for assumption in table)
    assert {a.source for a in all_of(FrictionSpec().bike_pace)} == {TO_BE_DECIDED}
    assert FrictionSpec.model_validate(FrictionSpec().model_dump()) == FrictionSpec()


def test_one_cell_is_a_territory_too() -> None:
    streets: Streets = friction_streets(**square(1))
    cells = attach(streets, streets.x, streets.y)
    times = StreetTimes(streets, cells)
    for mode in ("foot", "bike", "car"):
        assert times.from_cell(0, mode)[0].tolist() == [0]
