# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Counts of residents, costs of people's own tables, the time it takes, what lies on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolio_samples import made

from aumenta.errors import PortfolioError
from aumenta.portfolio.costs import Cost, read_costs
from aumenta.portfolio.estimate import estimate
from aumenta.portfolio.figures import bands_of, counts_of
from aumenta.portfolio.store import RESULT, Portfolios
from aumenta.store.unfinished import PROGRESS, UNFINISHED

CELLS = st.lists(
    st.tuples(
        st.sampled_from(["plain", "hill", None]),
        st.integers(0, 50),
        st.sampled_from([1.0, 0.0, 100.0, float("nan")]),
    ),
    min_size=1,
    max_size=20,
)


@given(CELLS, st.randoms(use_true_random=False))
def test_everybody_is_counted_once_and_who_is_not_known_is_not_met(
    rows: list[tuple[str | None, int, float]], shuffle: object
) -> None:
    names = [f"c{number}" for number in range(len(rows))]
    frame = pd.DataFrame({"cell": names, "band": [row[0] for row in rows], "pop": [row[1] for row in rows]})
    bands = bands_of(frame)
    order = list(range(len(rows)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    kept = order[1:]  # a cell that has no value at all is not known
    cells, holds = np.array([names[at] for at in kept], object), np.array([rows[at][2] for at in kept])
    found = counts_of(cells, holds, bands)
    for number, name in enumerate(bands.names):
        own = [
            (people, rows[at][2] if at in kept else float("nan"))
            for at, (band, people, _) in enumerate(rows)
            if name in ("all", band or "unknown")
        ]
        met = sum(people for people, value in own if value > 0)
        not_met = sum(people for people, value in own if value == 0)
        total = sum(people for people, _ in own)
        assert found[number].tolist() == [met, not_met, total - met - not_met]
        assert bands.totals[number] == total


def test_costs_are_read_and_a_blank_is_not_zero(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("scenario,cost,source\na,1200.50,the office\nb,,\nc,0,\n", encoding="utf-8")
    assert read_costs(path) == {"a": Cost(1200.5, "the office"), "b": Cost(None), "c": Cost(0.0)}
    path.write_text("cost,scenario\n3,a\n", encoding="utf-8")
    assert read_costs(path) == {"a": Cost(3.0)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario,cost\na,-3\n", "row 2, field cost: not a cost (found -3"),
        ("scenario,cost\na,1.200,5\n", "row 2: wrong number of fields"),
        ("scenario,cost\na,nan\n", "row 2, field cost: not a cost (found nan"),
        ("scenario,cost\na,1e400\n", "not a cost (found 1e400"),
        ("scenario,cost\na,many\n,2\na,1\n", "row 3, field scenario: a scenario is missing"),
        ("scenario,cost\na,many\n,2\na,1\n", "row 4, field scenario: a scenario given twice"),
        ("scenario;cost\na;3\n", "wrong columns (found scenario;cost; expected scenario,cost,source"),
        ("scenario,price\na,3\n", "wrong columns"),
        ("", "the table is empty"),
    ],
)
def test_costs_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PortfolioError) as caught:
        read_costs(path)
    assert said in str(caught.value)
    with pytest.raises(PortfolioError, match="no such file"):
        read_costs(tmp_path / "none.csv")


def test_the_time_that_is_left() -> None:
    measured = {0b001: 10.0, 0b010: 14.0}
    rest = estimate([0b100, 0b011, 0b111], measured, 3)
    assert rest is not None  # the third is as slow as the first two on average: 12
    assert rest.likely == 12 + (10 + 0 + 4) + (10 + 0 + 4 + 2)
    assert (rest.least, rest.most) == (12 + 14 + 14, 12 + 24 + 36)
    assert (rest.measured, rest.singles) == (2, 3)
    slower = estimate([0b111], measured | {0b011: 21.0}, 3)  # half as long again as was thought
    assert slower is not None and slower.likely == pytest.approx(1.5 * 16)
    assert estimate([0b111], {0b011: 21.0}, 3) is None
    assert estimate([0b111], measured | {0b011: 900.0}, 3).likely == 36  # type: ignore[union-attr]


def test_portfolios_on_disk(tmp_path: Path) -> None:
    store, result = Portfolios(tmp_path), made(lambda mask: (mask, mask), [1.0, None])
    assert store.names() == [] and not store.has("../../etc")
    with store.computing(result.portfolio) as tell:
        tell({"done": 1})
        assert store.progress(result.portfolio) == {"done": 1}
        with pytest.raises(PortfolioError, match="computed already"), store.computing(result.portfolio):
            pytest.fail("two at once")
    assert store.progress(result.portfolio) is None and store.names() == []
    left = store.folder / f"{UNFINISHED}{result.portfolio}"  # as a process that was killed leaves it
    left.mkdir()
    (left / PROGRESS).write_text('{"done": 1}')
    assert store.progress(result.portfolio) is None
    with store.computing(result.portfolio) as tell:
        tell({"done": 2})
    assert not left.exists()
    store.write(result)
    assert store.names() == [result.portfolio] and store.read(result.portfolio) == result
    assert store.of_scenarios(["s1", "s0"]) == [result] and store.of_scenarios(["s1"]) == []
    path = store.folder / result.portfolio / RESULT
    whole = path.read_text()
    for text in (whole[:100], "[]", "{}", whole.replace('"schema_version":1', '"schema_version":9')):
        path.write_text(text)
        with pytest.raises(PortfolioError, match="run the portfolio again"):
            store.read(result.portfolio)
    assert store.of_scenarios(["s0", "s1"]) == []
    shutil.rmtree(store.folder)
    store.folder.write_text("in the way")
    with pytest.raises(PortfolioError, match="cannot be written"):
        store.write(result)
