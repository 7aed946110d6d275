# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small parts of siting on a twin against plain counting: percentiles, nearest sites, demand points, kept minutes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.settings import get_settings
from aumenta.siting.question import Question
from aumenta.territory.grid import parents
from aumenta.twin import Twin, siting_minutes
from aumenta.twin.siting_answer import nearest, percentile
from aumenta.twin.siting_minutes import SiteMinutes, options_of_question, prune_minutes
from aumenta.twin.siting_people import demand_points

BYTES = st.lists(st.integers(0, 255), min_size=1, max_size=30)


@given(BYTES, st.data(), st.sampled_from([50, 95]))
def test_percentile_is_that_of_each_person(minutes: list[int], data: st.DataObject, percent: int) -> None:
    people = data.draw(st.lists(st.integers(0, 9), min_size=len(minutes), max_size=len(minutes)))
    found = percentile(np.array(minutes, np.uint8), np.array(people, np.float64), percent)
    each = sorted(np.repeat(minutes, people).tolist())
    if not each:
        assert found is None
    else:
        wanted = each[max(0, -(-len(each) * percent // 100) - 1)]
        assert found == (None if wanted == 255 else wanted)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 20))
def test_nearest_is_the_first_of_the_least(seed: int, sites: int, cells: int) -> None:
    rows = np.random.default_rng(seed).choice([3, 7, 255], size=(sites, cells)).astype(np.uint8)
    opened = list(range(0, sites, 2))
    site, minutes = nearest(rows, opened)
    for cell in range(cells):
        told = [int(rows[one, cell]) for one in opened]
        assert minutes[cell] == min(told)
        assert site[cell] == (-1 if min(told) == 255 else opened[told.index(min(told))])


def test_nothing_open_serves_nobody() -> None:
    site, minutes = nearest(np.zeros((2, 3), np.uint8), [])
    assert site.tolist() == [-1] * 3 and minutes.tolist() == [255] * 3


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_demand_points_stand_for_all_people_of_their_square(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    grid = random.permutation(400)[:200]
    gx, gy = (grid % 20).astype(np.int32), (grid // 20).astype(np.int32)
    cells = np.sort(random.choice(200, count, replace=False))
    weight = random.integers(1, 50, count).astype(np.float64)
    found = demand_points(cells, weight, gx, gy, 250, most=5)
    assert found.weight.sum() == weight.sum()
    if count <= 5:
        assert found.side == 250 and found.at.tolist() == cells.tolist()
        return
    assert found.side == 1000 and set(found.at) <= set(cells)
    squares = np.column_stack(parents(gx, gy, 250, 1000))
    assert len({tuple(one) for one in squares[found.at].tolist()}) == len(found.at)
    for cell, point, own in zip(cells, found.of, weight, strict=True):
        assert squares[cell].tolist() == squares[found.at[point]].tolist()
        assert own <= found.weight[point]


def test_minutes_are_asked_once_and_kept(toy: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = options_of_question(toy, Question(what="1.2.1", mode="walk", count=1))
    place = (9.1443902, 44.2342897)
    first = SiteMinutes(toy, options, tmp_path).to_site(place)
    assert first is not None
    assert np.array_equal(first, toy.reach(place, toward=True, mode="walk", percentiles=(50,)).row())

    def refuse(*given: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(siting_minutes, "Router", refuse)
    again = SiteMinutes(toy, options, tmp_path).to_site(place)
    assert again is not None and np.array_equal(first, again)
    other = options_of_question(toy, Question(what="1.2.1", mode="walk", count=1, max_minutes=30))
    with pytest.raises(AssertionError, match="asked again"):
        SiteMinutes(toy, other, tmp_path).to_site(place)


def test_a_damaged_row_is_made_anew(toy: Twin, tmp_path: Path) -> None:
    options = options_of_question(toy, Question(what="1.2.1", mode="bike", count=1))
    asks = SiteMinutes(toy, options, tmp_path)
    first = asks.to_site((9.1443902, 44.2342897))
    for path in tmp_path.glob("*.npy"):
        path.write_bytes(b"broken")
    again = asks.to_site((9.1443902, 44.2342897))
    assert first is not None and again is not None and np.array_equal(first, again)


def test_kept_minutes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        (tmp_path / f"{number}.npy").write_bytes(bytes(100))
    monkeypatch.setenv("AUMENTA_SITING_CACHE_BYTES", "250")
    get_settings.cache_clear()
    try:
        prune_minutes(tmp_path)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert len(list(tmp_path.glob("*.npy"))) == 2
