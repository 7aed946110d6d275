# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a matrix holds: pairs, sums by class, names, what replays it; and questions that are refused."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from matrix_made import MadeRows, made_row

from aumenta.access import matrix_table
from aumenta.access.matrix import Ways, make_job, run_job
from aumenta.access.matrix_table import Names, replay_of
from aumenta.errors import AccessError

ORIGINS = [5, 3, 200, 299]


def test_destinations_are_kept_in_their_order(tmp_path: Path) -> None:
    to = [7, 2, 250]
    run_job(make_job(MadeRows(), ORIGINS, to=to), tmp_path / "m.parquet", Ways(1))
    rows = duckdb.sql(f"select * from '{tmp_path / 'm.parquet'}'").fetchall()
    expected = [
        (origin, cell, *(None if m == 255 else int(m) for m in made_row(origin, 300, 2)[:, cell]))
        for origin in ORIGINS
        for cell in to
        if (made_row(origin, 300, 2)[:, cell] != 255).any()
    ]
    assert rows == expected


def test_sums_by_class(tmp_path: Path) -> None:
    """Powers of two as weights tell which cells were counted in which class."""
    weights = {"people": 2.0 ** (np.arange(300) % 50), "schools": (np.arange(300) % 7 == 0).astype(float)}
    job = make_job(MadeRows(), ORIGINS, keep="sums", weights=weights, limits=[30, 60], block=3)
    run_job(job, tmp_path / "m.parquet", Ways(1))
    names = ["30", "60", "over", "not reached"]
    expected = []
    for origin in ORIGINS:
        for rank, row in zip((25, 50), made_row(origin, 300, 2), strict=True):
            for kind, weight in weights.items():
                classes = (row <= 30, (row > 30) & (row <= 60), (row > 60) & (row < 255), row == 255)
                expected += [
                    (origin, rank, kind, n, weight[c].sum()) for n, c in zip(names, classes, strict=True)
                ]
    assert duckdb.sql(f"select * from '{tmp_path / 'm.parquet'}'").fetchall() == expected
    run_job(job, tmp_path / "two.parquet", Ways(2))
    assert (tmp_path / "two.parquet").read_bytes() == (tmp_path / "m.parquet").read_bytes()
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 20_000


def test_names_of_cells_and_what_replays_it(tmp_path: Path) -> None:
    job = make_job(MadeRows(), ORIGINS, to=[9, 8])
    run_job(job, tmp_path / "m.parquet", Ways(1), Names(["a", "b", "c", "d"], ["nine", "eight"]))
    run_job(job, tmp_path / "n.parquet", Ways(1))
    table, numbers = pq.read_table(tmp_path / "m.parquet"), pq.read_table(tmp_path / "n.parquet")
    called = dict(zip(ORIGINS, "abcd", strict=True)), {9: "nine", 8: "eight"}
    for column, words in zip(("origin", "destination"), called, strict=True):
        assert table[column].to_pylist() == [words[one] for one in numbers[column].to_pylist()]
    assert table["p50"].equals(numbers["p50"])
    told = replay_of(tmp_path / "m.parquet")
    assert told is not None and told["made"] == "1" and told["percentiles"] == [25, 50]
    assert told["origins"] == 4 and told["destinations"] == 2 and told["keep"] == "percentiles"


def test_row_groups_change_nothing_but_their_number(tmp_path: Path, monkeypatch) -> None:
    job = make_job(MadeRows(), np.arange(50), block=7)
    run_job(job, tmp_path / "one.parquet", Ways(1))
    monkeypatch.setattr(matrix_table, "_ROWS", 300 * 4)
    run_job(job, tmp_path / "many.parquet", Ways(1))
    one, many = pq.read_table(tmp_path / "one.parquet"), pq.read_table(tmp_path / "many.parquet")
    assert one.equals(many) and pq.ParquetFile(tmp_path / "many.parquet").num_row_groups == 13


def test_nothing_reached_at_all_is_an_empty_table(tmp_path: Path) -> None:
    origin = next(n for n in range(300) if (made_row(n, 300, 2)[:, 1] == 255).all())
    run_job(make_job(MadeRows(), [origin], to=[1]), tmp_path / "m.parquet", Ways(1))
    assert pq.read_table(tmp_path / "m.parquet").num_rows == 0


def test_other_files_are_no_matrix(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("no")
    assert replay_of(tmp_path / "absent.parquet") is None and replay_of(tmp_path / "text.parquet") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"origins": []}, "origins.*at least one"),
        ({"origins": [1.5]}, "not numbers of cells"),
        ({"origins": [4, 300, -1]}, "row 2.*found 300; expected 0 to 299"),
        ({"to": [300]}, "row 1, field to"),
        ({"keep": "cube"}, "percentiles, sums"),
        ({"keep": "sums"}, "weights"),
        ({"weights": {"people": np.ones(300)}}, "weights"),
        ({"keep": "sums", "weights": {"people": np.ones(299)}}, "weights of people.*another number"),
        ({"keep": "sums", "weights": {"people": np.full(300, np.nan)}}, "row 1, field weights of people"),
        ({"keep": "sums", "weights": {"people": np.ones(300)}, "limits": [60, 30]}, "rising"),
        ({"keep": "sums", "weights": {"people": np.ones(300)}, "to": [1]}, "sums are over all cells"),
        ({"block": 0}, "1 or more"),
    ],
)
def test_wrong_questions(change: dict, words: str) -> None:
    with pytest.raises(AccessError) as caught:
        make_job(MadeRows(), **{"origins": [1, 2], **change})
    assert __import__("re").search(words, str(caught.value), 16), str(caught.value)


def test_names_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="a name for each place"):
        run_job(make_job(MadeRows(), [1], to=[2]), tmp_path / "m.parquet", Ways(1), Names(["a"], ["b", "c"]))


def test_no_processes(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="processes"):
        run_job(make_job(MadeRows(), [1]), tmp_path / "m.parquet", Ways(0))
