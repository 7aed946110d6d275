# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The degree of urbanisation against a flood fill written from the definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aumenta.territory import degurba, grid

Cell = tuple[int, int]
SIDES = [(0, 1), (1, 0), (0, -1), (-1, 0)]
ROUND = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]


def flood(dense: set[Cell], steps: list[Cell]) -> list[set[Cell]]:
    groups, left = [], set(dense)
    while left:
        group, edge = set(), [left.pop()]
        while edge:
            cell = edge.pop()
            group.add(cell)
            for step in steps:
                near = (cell[0] + step[0], cell[1] + step[1])
                if near in left:
                    left.remove(near)
                    edge.append(near)
        groups.append(group)
    return groups


def by_definition(population: np.ndarray, land: np.ndarray, known: np.ndarray) -> np.ndarray:
    rows, columns = population.shape
    cells = {(r, c) for r in range(rows) for c in range(columns)}
    people = {cell: float(population[cell]) if known[cell] else 0.0 for cell in cells}

    def dense(least: float) -> set[Cell]:
        return {c for c in cells if land[c] > 0 and people[c] / land[c] >= least}

    result = np.ones(population.shape, int)
    for cluster in flood(dense(300), ROUND):
        if sum(people[c] for c in cluster) >= 5_000:
            for cell in cluster:
                result[cell] = 2
    centres = flood(dense(1_500), SIDES)
    taken = set().union(*centres)
    for start in centres:
        centre = set(start)
        grown = True
        while grown:
            grown = {c for c in cells - taken if sum((c[0] + a, c[1] + b) in centre for a, b in ROUND) >= 5}
            centre.update(grown)
            taken |= grown
        if sum(people[c] for c in centre) >= 50_000:
            for cell in centre:
                result[cell] = 3
    return result


shape = st.tuples(st.integers(1, 9), st.integers(1, 9))
figures = st.sampled_from([0.0, 100.0, 300.0, 900.0, 1_500.0, 6_000.0, 12_000.0])


@settings(max_examples=200, deadline=None)
@given(data=st.data(), size=shape)
def test_classes_are_those_of_the_definition(data: st.DataObject, size: tuple[int, int]) -> None:
    population = data.draw(arrays(np.float64, size, elements=figures))
    land = data.draw(arrays(np.float64, size, elements=st.sampled_from([1.0, 1.0, 1.0, 0.5, 0.0])))
    known = data.draw(arrays(np.bool_, size, elements=st.sampled_from([True, True, True, False])))
    classes = degurba.classify(population, land, known)
    assert (classes.degurba == by_definition(population, land, known)).all()
    assert ((classes.centre > 0) == (classes.degurba == 3)).all()


def test_a_gap_is_filled_by_the_majority() -> None:
    population = np.full((5, 5), 4_000.0)
    population[2, 2] = 0.0  # eight of eight
    population[0, 0] = 10.0  # three of eight: stays out
    population[0, 2] = 10.0  # five of eight at the rim
    classes = degurba.classify(population, np.ones((5, 5)), np.ones((5, 5), bool))
    assert classes.degurba[2, 2] == 3 and classes.degurba[0, 2] == 3
    assert classes.degurba[0, 0] == 1


def test_groups_that_touch_unknown_ground_are_flagged() -> None:
    population = np.zeros((9, 9))
    population[4, 3:6] = 2_000.0  # in the middle
    population[1, 1] = 800.0  # next to the rim only by the row above it
    population[0, 5] = 800.0  # at the rim
    known = np.ones((9, 9), bool)
    classes = degurba.classify(population, np.ones((9, 9)), known)
    assert classes.border[0, 5] and not classes.border[1, 1] and not classes.border[4].any()
    known[5, 6] = False
    touched = degurba.classify(population, np.ones((9, 9)), known).border
    assert touched[4, 3:6].all()


def test_a_list_of_kilometres_gives_what_the_array_gives() -> None:
    rng = np.random.default_rng(3)
    population = rng.choice([0, 350, 1_600, 9_000], (12, 12)).astype(float)
    gx, gy = np.meshgrid(np.arange(12) + 4100, np.arange(12) + 2450)
    listed = degurba.classify_kilometres(gx.ravel(), gy.ravel(), population.ravel(), np.ones(144))
    whole = degurba.classify(population, np.ones((12, 12)), np.ones((12, 12), bool))
    assert (listed.degurba.reshape(12, 12) == whole.degurba).all()
    assert (listed.border.reshape(12, 12) == whole.border).all()
    km = grid.keys(gx.ravel(), gy.ravel())
    klass, border = degurba.look_up(listed, km, np.array([km[5], 1]))
    assert klass.tolist() == [listed.degurba[5], 1] and not border[1]
    assert len(degurba.classify_kilometres([], [], [], []).degurba) == 0


def test_types_of_municipalities() -> None:
    rows = [
        ("half in a centre", 50, 3), ("half in a centre", 50, 1),
        ("half rural", 50, 2), ("half rural", 50, 1),
        ("more rural", 49, 2), ("more rural", 51, 1),
        ("mixed", 40, 3), ("mixed", 20, 2), ("mixed", 40, 1),
        ("nobody", 0, 1),
    ]  # fmt: skip
    names, residents, klass = zip(*rows, strict=True)
    types = degurba.municipality_types(names, residents, klass).set_index("municipality")["type"]
    assert types.drop("nobody").to_dict() == {
        "half in a centre": 1,
        "half rural": 2,
        "more rural": 3,
        "mixed": 2,
    }
    assert pd.isna(types["nobody"])


@pytest.mark.parametrize(("population", "wanted"), [(49_999.0, 2), (50_000.0, 3), (4_999.0, 1), (5_000.0, 2)])
def test_limits_of_a_single_dense_kilometre(population: float, wanted: int) -> None:
    field = np.zeros((3, 3))
    field[1, 1] = population
    assert degurba.classify(field, np.ones((3, 3)), np.ones((3, 3), bool)).degurba[1, 1] == wanted
