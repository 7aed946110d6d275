# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The made-up metropolis: connected, valid, of the size that was asked for, the same for the same seed."""

from __future__ import annotations

import csv
import hashlib
import sys
from itertools import pairwise
from pathlib import Path

import gtfs_guru
import numpy as np
import osmium
import pyproj
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from aumenta.cli import main
from aumenta.errors import NetworkError
from aumenta.network.gtfs import read_gtfs
from aumenta.network.synth import Made, synth
from aumenta.network.synth.service import make_service
from aumenta.network.synth.streets import DEGREE, make_streets
from aumenta.network.synth.towns import make_towns


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    into = tmp_path_factory.mktemp("synth") / "small"
    return into, synth(into, 0.02)


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_is_the_same_bytes_and_another_is_not(made: tuple[Path, Made], tmp_path: Path) -> None:
    into, sizes = made
    assert synth(tmp_path / "again", 0.02) == sizes
    assert digest(tmp_path / "again") == digest(into)
    synth(tmp_path / "again", 0.02, seed=8)
    assert not set(digest(tmp_path / "again").values()) >= set(digest(into).values())


def test_the_timetable_is_valid_by_another_programs_rules(made: tuple[Path, Made]) -> None:
    into, sizes = made
    result = gtfs_guru.validate(str(into / "gtfs"), date="2026-03-10")
    assert result.is_valid
    assert not result.errors()
    timetable, _ = read_gtfs([into / "gtfs"])
    assert len(timetable.stop_id) == sizes.stops
    assert len(timetable.trip_id) == sizes.trips
    assert len(timetable.conn_dep) == sizes.stop_times - sizes.trips
    weekday, sunday = (timetable.running(np.datetime64(day)).sum() for day in ("2026-03-09", "2026-03-15"))
    assert (weekday, sunday) == (2, 1)


def test_the_streets_are_read_by_another_program(made: tuple[Path, Made]) -> None:
    into, sizes = made
    nodes, ends = set(), []

    class Read(osmium.SimpleHandler):
        def node(self, node: osmium.osm.Node) -> None:
            nodes.add(node.id)

        def way(self, way: osmium.osm.Way) -> None:
            refs = [node.ref for node in way.nodes]
            assert way.tags["highway"]
            ends.extend(pairwise(refs))

    Read().apply_file(str(into / "streets.osm.pbf"))
    assert len(nodes) == sizes.nodes
    assert len(ends) == sizes.edges
    assert {node for end in ends for node in end} == nodes
    u, v = np.array(ends).T - 1
    graph = csr_matrix((np.ones(len(u)), (u, v)), shape=(sizes.nodes, sizes.nodes))
    assert connected_components(graph, directed=False)[0] == 1


def test_cells_are_where_they_say(made: tuple[Path, Made]) -> None:
    into, sizes = made
    with (into / "cells.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["lon", "lat", "gx", "gy", "population"]
    assert len(rows) == sizes.cells == 400
    cell = np.array([[float(row["lon"]), float(row["lat"]), int(row["gx"]), int(row["gy"])] for row in rows])
    y, x = pyproj.Transformer.from_crs(4326, 3035).transform(cell[:, 1], cell[:, 0])
    assert np.abs(np.array(x) - (cell[:, 2] + 0.5) * 250).max() < 0.05
    assert np.abs(np.array(y) - (cell[:, 3] + 0.5) * 250).max() < 0.05
    assert len({tuple(pair) for pair in cell[:, 2:].tolist()}) == len(rows)
    assert 0.8 * 30_000 < sum(int(row["population"]) for row in rows) <= 30_000


def test_streets_hold_the_minimum_spanning_tree_of_the_crossings() -> None:
    rng = np.random.default_rng(1)
    plan = make_streets(make_towns(0.005, rng), rng)
    n = len(plan.x)
    assert abs(len(plan.u) - DEGREE * n) <= 1
    away = np.hypot(plan.x[:, None] - plan.x, plan.y[:, None] - plan.y)
    tree = minimum_spanning_tree(csr_matrix(np.triu(away))).tocoo()
    have = set(zip(np.minimum(plan.u, plan.v).tolist(), np.maximum(plan.u, plan.v).tolist(), strict=True))
    needed = set(
        zip(np.minimum(tree.row, tree.col).tolist(), np.maximum(tree.row, tree.col).tolist(), strict=True)
    )
    assert needed <= have
    assert np.allclose(plan.metres, away[plan.u, plan.v])


def test_trips_run_forward_and_some_overtake() -> None:
    rng = np.random.default_rng(2)
    towns = make_towns(0.1, rng)
    service = make_service(towns, make_streets(towns, rng), 0.1, rng)
    overtaken = 0
    by_path: dict[bytes, np.ndarray] = {}
    for trip in service.trips:
        assert len(trip.stops) == len(trip.arrive) == len(trip.depart) > 1
        assert (trip.arrive[1:] > trip.depart[:-1]).all()
        assert (trip.depart >= trip.arrive).all()
        before = by_path.get(trip.stops.tobytes())
        overtaken += before is not None and bool((trip.arrive < before).any())
        by_path[trip.stops.tobytes()] = trip.arrive
    assert overtaken > 0
    assert max(int(trip.arrive[-1]) for trip in service.trips) > 24 * 3600


@pytest.mark.parametrize(("scale", "seed"), [(0.0, 7), (5.0, 7), (float("nan"), 7), (0.02, -1)])
def test_what_cannot_be_made(tmp_path: Path, scale: float, seed: int) -> None:
    with pytest.raises(NetworkError):
        synth(tmp_path / "new", scale, seed)
    assert not (tmp_path / "new").exists()


def test_other_files_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NetworkError, match=r"thesis\.txt"):
        synth(tmp_path, 0.01)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["aumenta", "synth", str(tmp_path / "new"), "--scale", "0.01"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, None)
    assert "stop times" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "cells.csv",
        "gtfs",
        "streets.osm.pbf",
    ]
