# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Networks on disk: the same arrays come back, from the same bytes, and damage is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aumenta.errors import NetworkError
from aumenta.network.files import FILE, arrays_of, open_network, write_network
from aumenta.network.model import (
    About,
    Attachment,
    Graph,
    Network,
    Points,
    Straight,
    Streets,
    Timetable,
    Walks,
)
from aumenta.territory.plane import EUROPE, Plane


def small_network(transit: bool = True) -> Network:
    """Two nodes, two cells, two stops and one trip between them."""
    ints = lambda *v: np.array(v, np.int32)  # noqa: E731
    singles = lambda *v: np.array(v, np.float32)  # noqa: E731
    two = np.array([0.0, 100.0])
    indptr, head, seconds = ints(0, 1, 2), ints(1, 0), singles(71.5, 71.5)
    graph = Graph(indptr, head, seconds, indptr, head, seconds)
    oneway = Graph(ints(0, 1, 1), ints(1), singles(10), ints(0, 0, 1), ints(0), singles(10))
    streets = Streets(
        "osm", two, two.copy(), {"foot": graph, "car": oneway}, {"bike": Straight(1.3, singles(1, 1))}
    )
    points = Points(two, two, {"foot": Attachment(ints(0, -1), singles(5, 0))})
    walks = Walks(ints(0, 1, 1), ints(1), singles(60))
    about = About("estimated", ("osm",), ("a note",), "2026-05-13", ("bus",), {"nodes": 2})
    if not transit:
        return Network(streets, points, about)
    words = lambda *v: np.array(v, np.str_)  # noqa: E731
    timetable = Timetable(
        stop_id=words("a", "b"),
        stop_name=words("Età", "Béta"),
        stop_lon=two,
        stop_lat=two,
        stop_station=ints(-1, -1),
        line_id=words("1"),
        line_name=words("1"),
        line_long=words(""),
        line_type=ints(3),
        line_agency=words("A"),
        trip_id=words("t"),
        trip_line=ints(0),
        trip_headsign=words("Béta"),
        trip_bikes=np.zeros(1, np.uint8),
        trip_service=ints(0),
        conn_from=ints(0),
        conn_to=ints(1),
        conn_dep=ints(25200),
        conn_arr=ints(25500),
        conn_trip=ints(0),
        conn_flags=np.array([3], np.uint8),
        services=np.ones((1, 7), bool),
        first_date=np.datetime64("2026-05-11", "D"),
        rule_from=ints(),
        rule_to=ints(),
        rule_seconds=ints(),
    )
    return Network(
        streets, points, about, timetable, points, walks, walks, Walks(ints(0, 0, 0), ints(), singles())
    )


@pytest.mark.parametrize("transit", [True, False])
def test_what_is_written_comes_back(tmp_path: Path, transit: bool) -> None:
    network = small_network(transit)
    write_network(network, tmp_path / "n")
    again = open_network(tmp_path / "n")
    one, other = dict(arrays_of(network)), dict(arrays_of(again))
    assert list(one) == list(other)
    for name, array in one.items():
        assert other[name].dtype == array.dtype, name
        np.testing.assert_array_equal(other[name], array, err_msg=name)
    assert again.about == network.about
    assert again.streets.straight["bike"].detour == 1.3
    assert again.streets.graphs["foot"].symmetric
    assert not again.streets.graphs["car"].symmetric
    assert (again.timetable is None) is not transit
    if again.timetable is not None:
        assert again.timetable.first_date == np.datetime64("2026-05-11")
        assert again.access is not None
        assert again.egress is not None
        assert again.egress.stop is again.access.stop  # written once, mapped once


def test_a_plane_of_its_own_is_written_and_europe_is_not(tmp_path: Path) -> None:
    network = small_network()
    plane = Plane.named("LAEA30.05S51.20W")
    write_network(network, tmp_path / "n")
    write_network(replace(network, streets=replace(network.streets, plane=plane)), tmp_path / "m")
    told = [json.loads((tmp_path / name / FILE).read_bytes()) for name in "nm"]
    assert told[1].pop("plane") == plane.name and told[0] == told[1]
    assert open_network(tmp_path / "n").streets.plane == EUROPE
    assert open_network(tmp_path / "m").streets.plane == plane


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    def digests(folder: Path) -> dict[str, str]:
        write_network(small_network(), folder)
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}

    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_a_write_into_the_opened_arrays_does_not_reach_the_file(tmp_path: Path) -> None:
    write_network(small_network(), tmp_path / "n")
    open_network(tmp_path / "n").streets.x[0] = 99.0
    assert open_network(tmp_path / "n").streets.x[0] == 0.0


def test_no_network_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="aumenta build"):
        open_network(tmp_path)


def test_damage_names_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "n"
    write_network(small_network(), folder)
    (folder / "streets.x.npy").unlink()
    (folder / "streets.y.npy").write_bytes(b"not an array")
    np.save(folder / "timetable.conn_dep.npy", np.arange(3, dtype=np.int32))
    with pytest.raises(NetworkError) as caught:
        open_network(folder)
    named = [Path(p.file or "").name for p in caught.value.problems]
    assert named == ["streets.x.npy", "streets.y.npy", "timetable.conn_dep.npy"]


def test_another_version_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "n"
    write_network(small_network(), folder)
    told = json.loads((folder / FILE).read_text())
    (folder / FILE).write_text(json.dumps({**told, "version": 99}))
    with pytest.raises(NetworkError, match="another version"):
        open_network(folder)
