# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A matrix over a compiled network: the Router's minutes, its hash, and origins that lie far from any street."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from aumenta.access.matrix import run_matrix
from aumenta.access.matrix_rows import NetworkRows, network_hash
from aumenta.access.matrix_table import replay_of
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.errors import AccessError
from aumenta.network.files import write_network
from aumenta.network.model import Attachment, Network

OPTIONS = Options(window=("7:30", "8:00"), percentiles=(25, 75))


@pytest.fixture(scope="module")
def folder(small_city: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated city on disk, its cell 7 out of reach of the streets."""
    foot = small_city.cells.at["foot"]
    node = foot.node.copy()
    node[7] = -1
    cells = dataclasses.replace(
        small_city.cells, at={**small_city.cells.at, "foot": Attachment(node, foot.metres)}
    )
    into = tmp_path_factory.mktemp("city") / "network"
    write_network(dataclasses.replace(small_city, cells=cells), into)
    return into


def test_minutes_are_the_routers(small_city: Network, folder: Path, tmp_path: Path) -> None:
    origins = [3, 90, 200, 11]
    for processes in (1, 2):
        into = tmp_path / f"{processes}.parquet"
        result = run_matrix(folder, OPTIONS, origins, into, block=1, processes=processes)
        assert result.computed == 4 and result.notes == ()
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    cube = Router(small_city, OPTIONS).many_to_many(origins)
    rows = duckdb.sql(f"select * from '{tmp_path / '1.parquet'}'").fetchall()
    expected = [
        (origin, cell, *(None if m == 255 else int(m) for m in cube[:, at, cell]))
        for at, origin in enumerate(origins)
        for cell in range(len(small_city.cells))
        if (cube[:, at, cell] != 255).any() and cell != 7
    ]
    # cell 7 lost its street: it is reached from no stop and no street of this network
    assert [row for row in rows if row[1] != 7] == expected and len(expected) > 400


def test_an_origin_far_from_any_street_reaches_nothing_and_is_told(folder: Path, tmp_path: Path) -> None:
    for _ in range(2):  # the second time the file is there already
        result = run_matrix(folder, OPTIONS, [6, 7, 8], tmp_path / "m.parquet", processes=1)
        assert result.notes == ("Origins too far from any street, from which nothing is reached: 1.",)
    assert set(pq.read_table(tmp_path / "m.parquet")["origin"].to_pylist()) == {6, 8}
    told = replay_of(tmp_path / "m.parquet")
    assert told is not None and told["notes"] == list(result.notes)
    sums = tmp_path / "s.parquet"
    run_matrix(folder, OPTIONS, [7], sums, keep="sums", weights={"one": np.ones(400)}, processes=1)
    found = duckdb.sql(f"select sum from '{sums}' where class = 'not reached'").fetchall()
    assert found == [(400.0,), (400.0,)]


def test_what_changes_the_minutes_changes_the_hash(folder: Path, tmp_path: Path) -> None:
    own = NetworkRows(folder, OPTIONS)
    assert own.fingerprint() == NetworkRows(folder, dataclasses.replace(OPTIONS)).fingerprint()
    assert (
        own.fingerprint() != NetworkRows(folder, dataclasses.replace(OPTIONS, walk_speed=1.2)).fingerprint()
    )
    copy = tmp_path / "network"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert network_hash(copy) == network_hash(folder)
    file = copy / "timetable.conn_dep.npy"
    whole = bytearray(file.read_bytes())
    whole[-1] ^= 1
    file.write_bytes(bytes(whole))
    assert network_hash(copy) != network_hash(folder)


def test_a_folder_without_network(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no network") as caught:
        run_matrix(tmp_path, OPTIONS, [1], tmp_path / "m.parquet")
    assert type(caught.value).__name__ == "NetworkError"
    with pytest.raises(AccessError, match="cannot be read"):
        network_hash(tmp_path / "absent")


def test_a_worker_says_what_is_wrong_with_the_question(folder: Path, tmp_path: Path) -> None:
    wrong = dataclasses.replace(OPTIONS, date="2001-01-01")
    with pytest.raises(AccessError, match="2001") as caught:
        run_matrix(folder, wrong, [1, 2, 3], tmp_path / "m.parquet", block=1, processes=2)
    assert caught.value.problems, "problems travel between processes"
    assert not list(tmp_path.iterdir())
