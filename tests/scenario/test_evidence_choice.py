# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which journeys are told: the rule against plain sums, and what must hold whatever the minutes are."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aumenta.scenario.evidence import (
    LOSSES,
    MOST,
    MOST_ALONE,
    MOST_OF_A_TOWN,
    Moved,
    Pair,
    Target,
    between,
    choose_origins,
    choose_pairs,
)

LIMIT = 120
TOWNS = np.array([f"t{number // 3:02d}" for number in range(45)], dtype=object)


def moved(mode: str, fall: dict[int, int], before: int = 90, of: str = "") -> Moved:
    """Minutes that are `before` everywhere, and fall in some cells."""
    old = np.full(len(TOWNS), before, np.uint8)
    new = old.copy()
    for cell, less in fall.items():
        new[cell] = before - less
    return Moved(Target("nearest" if of else "hub", mode, of), old, new)


def gain(pair: Pair) -> float:
    before, after = (LIMIT if one is None else one for one in (pair.before, pair.after))
    return pair.residents * (before - after)


def test_largest_gains_of_each_municipality_come_first_and_none_without_residents() -> None:
    people = np.full(len(TOWNS), 10.0)
    people[[4, 8]] = 200.0, 0.0
    pairs = choose_pairs([moved("transit", {3: 30, 4: 2, 6: 5, 8: 60, 9: 7})], people, TOWNS, LIMIT)
    assert [(one.cell, one.before, one.after) for one in pairs] == [(4, 90, 88), (9, 90, 83), (6, 90, 85)]


def test_what_begins_to_be_reached_counts_from_the_limit_and_what_ceases_is_a_loss() -> None:
    old, new = np.full(len(TOWNS), 60, np.uint8), np.full(len(TOWNS), 60, np.uint8)
    old[0], new[3] = 255, 255
    pairs = choose_pairs([Moved(Target("hub", "transit"), old, new)], np.ones(len(TOWNS)), TOWNS, LIMIT)
    assert [(one.cell, one.before, one.after, gain(one)) for one in pairs] == [
        (0, None, 60, 60),
        (3, 60, None, -60),
    ]


def test_targets_take_turns_the_hub_first_and_its_trains_alone_stand_back() -> None:
    people = np.ones(len(TOWNS))
    some = [
        moved("transit", {cell: 50 for cell in range(0, 45, 3)}, of="hospital"),
        moved("transit", {0: 1, 3: 2}),
        moved("train", {0: 1, 3: 2}),
        moved("car", {cell: 9 for cell in range(0, 45, 3)}, of="hospital"),
    ]
    pairs = choose_pairs(some, people, TOWNS, LIMIT)
    assert [(one.target.kind, one.target.mode, one.cell) for one in pairs[:4]] == [
        ("hub", "transit", 3),
        ("nearest", "transit", 0),
        ("nearest", "car", 6),
        ("nearest", "transit", 9),
    ]
    assert len(pairs) == MOST and not any(one.target.mode == "train" for one in pairs)
    assert sum(one.target.mode == "car" for one in pairs) == MOST_ALONE
    alone = choose_pairs([some[2]], people, TOWNS, LIMIT)
    assert [one.target.mode for one in alone] == ["train", "train"]


rows = st.lists(st.sampled_from([10, 40, 41, 90, 119, 120, 255]), min_size=45, max_size=45)


@given(
    st.lists(st.tuples(rows, rows), min_size=1, max_size=4),
    st.lists(st.sampled_from([0.0, 1.0, 7.5]), min_size=45, max_size=45),
)
def test_whatever_the_minutes(pairs_of_rows: list[tuple[list[int], list[int]]], people: list[float]) -> None:
    targets = [Target("hub", "transit"), Target("hub", "train"), Target("nearest", "walk", "park")]
    targets.append(Target("nearest", "car", "hospital"))
    some = [
        Moved(target, np.array(old, np.uint8), np.array(new, np.uint8))
        for target, (old, new) in zip(targets, pairs_of_rows, strict=False)
    ]
    residents = np.array(people)
    pairs = choose_pairs(some, residents, TOWNS, LIMIT)
    assert pairs == choose_pairs(
        some[::-1], residents, TOWNS, LIMIT
    )  # the order in which they are given is nothing
    assert len(pairs) <= MOST
    gains, losses = ([one for one in pairs if sign * gain(one) > 0] for sign in (1, -1))
    assert pairs == gains + losses
    if len(pairs) == MOST and gains:
        assert len(losses) <= max(LOSSES, MOST - len(gains))
    by_target = {one.target: one for one in some}
    for own in (gains, losses):
        assert max(Counter(TOWNS[one.cell] for one in own).values(), default=0) <= MOST_OF_A_TOWN
        assert len({(one.target, TOWNS[one.cell]) for one in own}) == len(own)
        for one in own:
            town = TOWNS[one.cell]  # no cell of the municipality changes by more person-minutes
            rows = by_target[one.target]
            fall = [
                residents[at] * (min(int(rows.before[at]), LIMIT) - min(int(rows.after[at]), LIMIT))
                for at in np.flatnonzero([one == town for one in TOWNS])
            ]
            assert gain(one) in (max(fall), min(fall))
    changes = any(
        ((np.minimum(o.before, LIMIT) != np.minimum(o.after, LIMIT)) & (residents > 0)).any() for o in some
    )
    assert bool(pairs) == changes


def test_pairs_of_cells_begin_where_most_more_is_reached() -> None:
    gained, people = np.array([5.0, -900.0, 80.0, 0.0, 85.0]), np.array([100.0, 1.0, 10.0, 50.0, 10.0])
    towns = np.array(["a", "b", "c", "d", "c"], dtype=object)
    assert choose_origins(gained, people, towns, set(), 9) == [1, 4, 0]
    assert choose_origins(gained, people, towns, {"b"}, 1) == [4]
    target = Target("place", "transit")
    old, new = np.array([0, 50, 60, 70], np.uint8), np.array([0, 50, 50, 255], np.uint8)
    found = between(Moved(target, old, new), 0, np.array([3.0, 9.0, 9.0, 1.0]), LIMIT)
    assert found == Pair(target, 0, 3.0, 60, 50, 2)
    assert between(Moved(target, old, old), 0, np.ones(4), LIMIT) is None
