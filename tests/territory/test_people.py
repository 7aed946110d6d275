# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People by cell: whole numbers that keep their sums, raking, weights, jobs."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import TableError
from aumenta.store.packs import BUNDLED
from aumenta.territory import grid, km_files, people, weights
from aumenta.territory.jobs import spread_jobs
from aumenta.territory.people import KmPeople
from aumenta.territory.rounding import control, share_out

TORINO = BUNDLED / "torino/territory"


def hamilton(shares: list[int], total: int) -> list[int]:
    """Largest remainder for one block, from its definition, in exact fractions."""
    whole_of = sum(shares)
    exact = [Fraction(total * s, whole_of) if whole_of else Fraction(total, len(shares)) for s in shares]
    whole = [math.floor(e) for e in exact]
    for at in sorted(range(len(shares)), key=lambda i: (-(exact[i] - whole[i]), i))[: total - sum(whole)]:
        whole[at] += 1
    return whole


@settings(deadline=None)
@given(
    blocks=st.lists(
        st.tuples(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(0, 300)),
        min_size=1,
        max_size=6,
    ),
    seed=st.integers(0, 1_000),
)
def test_shares_are_hamiltons(blocks: list[tuple[list[int], int]], seed: int) -> None:
    weight = np.array([w for shares, _ in blocks for w in shares], float)
    block = np.repeat(np.arange(len(blocks)), [len(shares) for shares, _ in blocks])
    totals = np.array([total for _, total in blocks])
    found = share_out(weight, block, totals)
    for number, (shares, total) in enumerate(blocks):
        mine = found[block == number]
        assert mine.sum() == total
        assert mine.tolist() == hamilton(shares, total)
    mixed = np.random.default_rng(seed).permutation(len(block))
    moved = share_out(weight[mixed], block[mixed], totals)
    assert (np.bincount(block[mixed], moved) == totals).all()


@settings(deadline=None, max_examples=150)
@given(
    seed=st.integers(0, 100_000), rows=st.integers(1, 40), blocks=st.integers(1, 5), columns=st.integers(1, 6)
)
def test_controlled_rounding_keeps_both_totals(seed: int, rows: int, blocks: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    block = np.sort(np.r_[np.arange(blocks), rng.integers(0, blocks, rows)])
    weight = rng.random(len(block)) ** 3 * (rng.random(len(block)) > 0.2)
    weight[np.searchsorted(block, np.arange(blocks))] = 0.5
    totals = rng.integers(0, 30, (blocks, columns))
    exact = totals[block] * (weight / np.bincount(block, weight)[block])[:, None]
    row_totals = share_out(weight, block, totals.sum(axis=1))
    whole = control(exact, block, totals, row_totals)
    assert (whole.sum(axis=1) == row_totals).all() and whole.min() >= 0
    for column in range(columns):
        assert (np.bincount(block, whole[:, column]) == totals[:, column]).all()
    assert (control(exact, block, totals, row_totals) == whole).all()
    assert (whole >= np.floor(exact - 1e-6)).all()


def test_whole_shares_stay_as_they_are() -> None:
    exact = np.array([[3.0, 1.0], [2.0, 5.0]])
    found = control(exact, np.array([0, 0]), np.array([[5, 6]]), np.array([4, 7]))
    assert found.tolist() == exact.tolist()


def census(side: int, classes: np.ndarray, inside: float | np.ndarray = 1.0) -> KmPeople:
    """A square of `side` kilometres with the given classes."""
    gx, gy = np.meshgrid(np.arange(side) + 4100, np.arange(side) + 2450)
    count = side * side
    total = classes.sum(axis=1).astype(float)
    return KmPeople(
        gx.ravel().astype(np.int32), gy.ravel().astype(np.int32), total, classes.astype(float),
        np.floor(0.6 * classes[:, 1:].sum(axis=1)), np.ones(count), np.full(count, 1.0) * inside,
    )  # fmt: skip


def cells_in(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells of 250 m of a square of `side` kilometres, and the position of each one's kilometre."""
    gx, gy = (v.ravel() for v in np.meshgrid(np.arange(side * 4) + 16_400, np.arange(side * 4) + 9_800))
    return gx, gy, (gy // 4 - 2450) * side + gx // 4 - 4100


def test_kilometres_of_one_municipality_keep_their_census() -> None:
    rng = np.random.default_rng(7)
    classes = rng.integers(0, 400, (36, 3)) * (rng.random(36) > 0.2)[:, None]
    km = census(6, classes)
    gx, _, cell_km = cells_in(6)
    owner = (gx >= 16_400 + 12).astype(np.int64)  # the border runs between kilometres
    towns = (np.arange(36) % 6 >= 3).astype(int)
    by_class = np.stack([np.bincount(towns, classes[:, c]) for c in range(3)], axis=1).astype(int)
    residents = np.stack(
        [by_class[:, 0], by_class[:, 1] // 10, by_class[:, 1] // 3, np.zeros(2, int), by_class[:, 2]], axis=1
    )
    residents[:, 3] = by_class[:, 1] - residents[:, 1] - residents[:, 2]
    where = np.where(classes.sum(axis=1)[cell_km] > 0, cell_km, -1)
    found = people.spread(km, where, owner, rng.random(len(owner)) + 0.1, residents)
    pop = found.groups.sum(axis=1)
    given_km = np.bincount(cell_km, pop)
    assert (given_km == classes.sum(axis=1)).all()
    by_group = [np.bincount(cell_km, found.groups[:, g]) for g in range(5)]
    assert np.abs(by_group[0] - classes[:, 0]).max() <= 2 and np.abs(by_group[4] - classes[:, 2]).max() <= 2
    assert (found.employed <= found.groups[:, 1:].sum(axis=1)).all()
    assert abs(found.employed.sum() - km.employed.sum()) <= 0.01 * km.employed.sum()


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 100_000), towns=st.integers(1, 9))
def test_every_municipality_and_group_is_exact(seed: int, towns: int) -> None:
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 50, (16, 3)) * (rng.random(16) > 0.4)[:, None]
    classes[:, 0] *= rng.random() > 0.3  # sometimes a census without children, while the registers know some
    km = census(4, classes, np.where(rng.random(16) > 0.5, 1.0, 0.4))
    _, _, cell_km = cells_in(4)
    owner = np.r_[np.arange(towns), rng.integers(0, towns, len(cell_km) - towns)]
    owner[: len(cell_km) // 2] = np.sort(owner[: len(cell_km) // 2])
    residents = rng.integers(0, 120, (towns, 5)) * rng.integers(0, 2, (towns, 1))
    where = np.where(classes.sum(axis=1)[cell_km] > 0, cell_km, -1)
    held = np.bincount(owner, minlength=towns) > 0
    residents[~held] = 0
    found = people.spread(km, where, owner, rng.random(len(owner)) + 0.01, residents)
    for group in range(5):
        assert (np.bincount(owner, found.groups[:, group], minlength=towns) == residents[:, group]).all()
    assert found.groups.min() >= 0
    assert (found.employed <= found.groups[:, 1:].sum(axis=1)).all() and found.employed.min() >= 0
    lost = [t for t in range(towns) if residents[t].sum() > 0 and not (where[owner == t] >= 0).any()]
    assert found.without_census == lost
    # nobody lives in a kilometre where nobody was counted, unless the municipality has no other
    outside = (where < 0) & ~np.isin(owner, lost)
    assert found.groups[outside].sum() == 0


def test_a_kilometre_across_the_border_counts_only_its_part_inside() -> None:
    classes = np.array([[10, 70, 20], [100, 700, 200], [100, 700, 200], [100, 700, 200]])
    _, _, cell_km = cells_in(2)
    cell_km = np.where((cell_km == 0) & (np.arange(64) % 8 > 0), -1, cell_km)  # few of its cells are inside
    mine = cell_km >= 0
    residents = np.array([[302, 101, 1_000, 1_013, 604]])  # 20 + 3 x 1,000
    for inside, wanted in ((0.2, 20), (1.0, 100)):
        km = census(2, classes, np.array([inside, 1.0, 1.0, 1.0]))
        owner = np.zeros(mine.sum(), np.int64)
        found = people.spread(km, cell_km[mine], owner, np.ones(mine.sum()), residents)
        given_km = np.bincount(cell_km[mine], found.groups.sum(axis=1))
        assert given_km[0] == pytest.approx(wanted, rel=0.05)


def test_a_kilometre_across_the_border_is_not_filled_to_make_up_for_others() -> None:
    classes = np.array([[10, 70, 20], [100, 700, 200], [100, 700, 200], [100, 700, 200]])
    km = census(2, classes, np.array([0.9, 1.0, 1.0, 1.0]))
    _, _, cell_km = cells_in(2)
    owner = np.where(cell_km < 2, 0, 1)
    owner[np.flatnonzero(cell_km == 1)[:8]] = 1
    residents = np.array(
        [[82, 41, 205, 328, 164], [227, 113, 567, 907, 456]]
    )  # more than half of kilometre 1
    found = people.spread(km, cell_km, owner, np.ones(len(owner)), residents)
    given_km = np.bincount(cell_km, found.groups.sum(axis=1))
    assert given_km[0] <= 100 * 1.01 and given_km[1] == pytest.approx(1_000, rel=0.01)


def test_blank_classes_and_employed_are_estimated_from_the_others() -> None:
    classes = np.array([[20.0, 60, 20], [np.nan, np.nan, np.nan]])
    total = np.array([100.0, 200.0])
    one = np.ones(2)
    km = KmPeople(
        np.array([1, 2], np.int32),
        np.array([1, 1], np.int32),
        total,
        classes,
        np.array([40, np.nan]),
        one,
        one,
    )
    full = people.complete(km)
    assert full.classes[1].tolist() == [40, 120, 40] and full.employed.tolist() == [40, 80]


def test_groups_of_ages() -> None:
    ages = pd.DataFrame(
        [("a", age, sex, 1) for age in range(101) for sex in "FM"] + [("b", 0, "F", 5)],
        columns=["municipality", "age", "sex", "residents"],
    )
    assert people.group_residents(ages, ["b", "a"]).tolist() == [[5, 0, 0, 0, 0], [30, 8, 42, 50, 72]]
    with pytest.raises(TableError, match="no residents by age"):
        people.group_residents(ages, ["a", "c"])
    ages.loc[3, "residents"] = -1
    with pytest.raises(TableError, match="negative"):
        people.group_residents(ages, ["a"])


def share_error(weight: np.ndarray, pop: np.ndarray, block: np.ndarray, use: np.ndarray) -> float:
    """Share of people that would have to move for the shares to be right."""
    guess = np.bincount(block, pop)[block] * weight / np.bincount(block, weight)[block]
    return float(np.abs(guess - pop)[use].sum() / 2 / pop[use].sum())


def test_weights_find_people_three_times_coarser_far_better_than_even_shares() -> None:
    """Blocks of 3 x 3 km stand for the kilometre, kilometres for its cells: there the census is the oracle."""
    table, high = pd.read_csv(TORINO / "people_1km.csv"), pd.read_csv(TORINO / "heights_1km.csv")
    points = km_files.settlements(pd.read_csv(TORINO / "settlements.csv"))
    km = grid.keys(high["e_km"], high["n_km"])
    pop = np.zeros(len(km))
    pop[grid.locate(grid.keys(table["e_km"], table["n_km"]), km)] = table["total"]
    gx, gy = high["e_km"].to_numpy(np.int32), high["n_km"].to_numpy(np.int32)
    _, block = np.unique(grid.keys(gx // 3, gy // 3), return_inverse=True)
    use = (np.bincount(block)[block] == 9) & (np.bincount(block, pop)[block] > 0)
    step = np.arange(4)
    fine_x = (gx[:, None, None] * 4 + step[None, :, None] + 0 * step).ravel().astype(np.int32)
    fine_y = (gy[:, None, None] * 4 + 0 * step[:, None] + step).ravel().astype(np.int32)
    settled = weights.settlement_density(points, fine_x, fine_y, 250).reshape(-1, 16).mean(axis=1)
    height = high["height_m"].to_numpy(float)
    none = np.zeros(len(km))
    even = share_error(np.ones(len(km)), pop, block, use)
    found = share_error(weights.cell_weights(none, settled, height, block), pop, block, use)
    assert even == pytest.approx(0.383, abs=0.002)
    assert found < 0.245
    flat = share_error(weights.cell_weights(none, settled, none, block), pop, block, use)
    assert found < flat  # heights help


def test_weights_prefer_settlements_and_low_ground() -> None:
    gx, gy = (v.ravel().astype(np.int32) for v in np.meshgrid(np.arange(4) + 16_400, np.arange(4) + 9_800))
    x, y = grid.centres(gx, gy, 250)
    village = weights.Settlements(x[5:6], y[5:6], np.array([500.0]))
    settled = weights.settlement_density(village, gx, gy, 250)
    assert settled.argmax() == 5
    height = np.full(16, 500.0)
    height[10] = 300.0
    weight = weights.cell_weights(np.zeros(16), np.zeros(16), height, np.zeros(16, np.int64))
    assert weight.argmax() == 10 and weight[0] == pytest.approx(weight[10] * math.exp(-200 / weights.FALL))
    unknown = weights.height_factor(np.full(16, np.nan), np.zeros(16, np.int64))
    assert (unknown == 1).all()


def test_a_bell_holds_the_people_of_its_point() -> None:
    gx, gy = (
        v.ravel().astype(np.int32) for v in np.meshgrid(np.arange(200) + 16_400, np.arange(200) + 9_800)
    )
    x, y = grid.centres(16_500, 9_900, 250)
    town = weights.Settlements(np.array([float(x)]), np.array([float(y)]), np.array([30_000.0]))
    density = weights.settlement_density(town, gx, gy, 250)
    assert density.sum() / 16 == pytest.approx(30_000, rel=0.02)
    assert density.max() == pytest.approx(weights.CROWD, rel=0.01)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_jobs_add_up_and_missing_stays_missing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gx, gy = (v.ravel().astype(np.int32) for v in np.meshgrid(np.arange(20) + 16_400, np.arange(20) + 9_800))
    owner = rng.integers(0, 4, 400)
    owner[:4] = np.arange(4)
    pop = rng.integers(0, 300, 400) * (rng.random(400) > 0.5)
    pop[owner == 3] = 0  # jobs without residents
    jobs = np.array([rng.random() * 1e5, np.nan, float(rng.integers(0, 1_000)), 10.0])
    found = spread_jobs(jobs, owner, pop, gx, gy, 250)
    for town in (0, 2, 3):
        assert found[owner == town].sum() == pytest.approx(jobs[town], abs=1e-9)
    assert np.isnan(found[owner == 1]).all() and (found[owner != 1] >= 0).all()
    assert np.ptp(found[owner == 3]) <= 1 / 1024
    crowded = pop[owner == 0] == 0
    assert (found[owner == 0][crowded] <= 1 / 1024).all()


GOOD = {"n_km": [2450, 2451], "e_km": [4100, 4100], "total": [10, 20], "lt15": [2, ""], "y1564": [5, ""],
        "ge65": [3, ""], "employed": [4, ""], "land": [1, ""], "inside_ha": [50, ""]}  # fmt: skip


def test_the_census_is_read_with_its_blanks() -> None:
    km = km_files.census(pd.DataFrame(GOOD))
    assert km.total.tolist() == [10, 20] and km.classes[0].tolist() == [2, 5, 3]
    assert np.isnan(km.classes[1]).all() and np.isnan(km.employed[1]) and np.isnan(km.inside[1])
    assert km.inside[0] == 0.5 and km.land.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("change", "row", "field"),
    [
        ({"total": [10, "many"]}, 3, "total"),
        ({"total": [10, ""]}, 3, "total"),
        ({"total": [-1, 20]}, 2, "total"),
        ({"lt15": [3, ""]}, 2, "total"),
        ({"inside_ha": [50, 140]}, 3, "inside_ha"),
        ({"n_km": [2450, 2450]}, 3, "n_km, e_km"),
        ({"land": ["x", ""]}, 2, "land"),
    ],
)
def test_a_wrong_census_is_told(change: dict[str, list[object]], row: int, field: str) -> None:
    with pytest.raises(TableError) as error:
        km_files.census(pd.DataFrame({**GOOD, **change}), "people.csv")
    problem = error.value.problems[0]
    assert (problem.file, problem.row, problem.field) == ("people.csv", row, field)


def test_a_missing_column_is_told() -> None:
    with pytest.raises(TableError, match="height_m"):
        km_files.km_heights(pd.DataFrame({"n_km": [1], "e_km": [1]}))
