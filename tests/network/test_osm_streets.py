# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Small files, the graphs that come of them, and files that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osm_samples import PROJECT, arcs, bytes_of, check_graph, metres, write_osm

from aumenta.errors import NetworkError
from aumenta.network.elevation import Elevation
from aumenta.network.elevation_tiff import Raster
from aumenta.network.osm_streets import OsmOptions, metres_between, read_osm
from aumenta.settings import get_settings

# About 0.001 degrees apart: 79 m east, 111 m north.
PLACES = {
    1: (7.000, 45.000),
    2: (7.001, 45.000),
    3: (7.002, 45.000),
    4: (7.002, 45.001),
    5: (7.001, 45.001),
    6: (7.000, 45.001),
}
STREET = {"highway": "residential"}


@pytest.fixture
def osm(tmp_path: Path) -> Path:
    return tmp_path / "streets.osm.pbf"


def test_a_street_by_hand(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 2, 3], {"highway": "primary", "maxspeed": "50"})])
    streets, notes = read_osm(osm)
    assert streets.kind == "osm"
    assert len(streets.x) == 3  # 4, 5, 6 are used by no way
    a, b = metres(PLACES, 1, 2), metres(PLACES, 2, 3)
    assert 78 < a < 79.5
    for mode, speed in (("foot", 1.4), ("bike", 4.2), ("car", 40 / 3.6)):
        expected = {(1, 2): a / speed, (2, 1): a / speed, (2, 3): b / speed, (3, 2): b / speed}
        assert arcs(streets, mode, PLACES) == pytest.approx(expected, rel=1e-6)  # type: ignore[arg-type]
        check_graph(streets.graphs[mode], 3)  # type: ignore[index]
        assert streets.graphs[mode].symmetric  # type: ignore[index]
    x, y = PROJECT.transform(*PLACES[1])
    assert np.hypot(streets.x - x, streets.y - y).min() < 1e-3
    assert notes[0] == "1 ways are streets that someone may use."


def test_seconds_are_not_truncated(osm: Path) -> None:
    """A kilometre in 500 pieces takes as long as in one, to float32."""
    places = {i: (7 + i * 1.3e-5, 45.0) for i in range(501)}
    write_osm(osm, places, [(list(range(501)), STREET)])
    graph = read_osm(osm)[0].graphs["foot"]
    one_way = graph.seconds.astype(np.float64).sum() / 2
    assert one_way == pytest.approx(metres(places, 0, 500) / 1.4, rel=1e-5)


def test_one_way_streets(osm: Path) -> None:
    ring = [([1, 2, 3], STREET), ([3, 4, 5, 6, 1], {"highway": "residential", "oneway": "yes"})]
    write_osm(osm, PLACES, ring)
    streets, _ = read_osm(osm)
    car, bike, foot = (arcs(streets, mode, PLACES) for mode in ("car", "bike", "foot"))
    assert set(car) == {(1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 5), (5, 6), (6, 1)}
    assert not streets.graphs["car"].symmetric
    assert set(bike) == set(foot)
    assert bike[4, 3] == pytest.approx(foot[4, 3])  # pushed
    assert bike[3, 4] == pytest.approx(foot[3, 4] / 3)  # ridden, 4.2 to 1.4
    for mode in ("car", "bike", "foot"):
        check_graph(streets.graphs[mode], len(streets.x))  # type: ignore[index]


def test_dead_end_of_a_one_way_street_is_cut_for_cars_only(osm: Path) -> None:
    ways = [([1, 2, 3], STREET), ([3, 4], {"highway": "residential", "oneway": "yes", "foot": "no"})]
    write_osm(osm, PLACES, ways)
    streets, notes = read_osm(osm)
    assert set(arcs(streets, "car", PLACES)) == {(1, 2), (2, 1), (2, 3), (3, 2)}
    assert (
        "car: the largest connected part has 3 of 4 nodes (75.0 %); 1 other parts with 1 nodes were cut."
        in notes
    )
    kept, said = read_osm(osm, options=OsmOptions(largest_only=False))
    assert (3, 4) in arcs(kept, "car", PLACES)
    assert any("1 other parts were kept" in note for note in said)


def test_islands_are_cut_and_told(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 2, 3], STREET), ([5, 6], {"highway": "footway"})])
    streets, notes = read_osm(osm)
    assert len(streets.x) == 3
    assert (
        "foot: the largest connected part has 3 of 5 nodes (60.0 %); 1 other parts with 2 nodes were cut."
        in notes
    )
    assert "car: the largest connected part has 3 of 3 nodes (100.0 %)." in notes


def test_parallel_ways_keep_the_fastest(osm: Path) -> None:
    slow, fast = {"highway": "primary", "maxspeed": "30"}, {"highway": "primary", "maxspeed": "90"}
    write_osm(osm, PLACES, [([1, 2], slow), ([2, 1], fast), ([1, 2], slow)])
    car = arcs(read_osm(osm)[0], "car", PLACES)
    assert car == pytest.approx(dict.fromkeys([(1, 2), (2, 1)], metres(PLACES, 1, 2) / 20), rel=1e-6)


def test_barriers_part_the_street_for_those_they_stop(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 2, 3, 4, 5, 6], STREET)], node_tags={5: {"barrier": "bollard"}})
    streets, notes = read_osm(osm)
    assert set(arcs(streets, "car", PLACES)) == {(1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 3)}
    assert (4, 5) in arcs(streets, "foot", PLACES)
    assert (5, 6) in arcs(streets, "bike", PLACES)
    assert "1 barriers (gates, bollards, walls ...) stop some mode." in notes


def test_missing_nodes_break_the_way_there(osm: Path) -> None:
    write_osm(
        osm, PLACES, [([1, 2, 99, 3, 4], STREET), ([4, 5, 6, 1, 98], STREET), ([3], STREET), ([], STREET)]
    )
    streets, notes = read_osm(osm)
    assert set(arcs(streets, "foot", PLACES)) == {
        pair for a, b in ((1, 2), (3, 4), (4, 5), (5, 6), (6, 1)) for pair in ((a, b), (b, a))
    }
    assert (
        "2 ways name 2 nodes that the file does not hold (a clipped extract); they were cut there." in notes
    )
    assert "2 ways have fewer than two nodes and were left out." in notes


def test_loops_and_repeated_nodes(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 1, 2, 2, 3, 4, 1, 1], STREET), ([2, 2], STREET)])
    foot = arcs(read_osm(osm)[0], "foot", PLACES)
    assert set(foot) == {p for a, b in ((1, 2), (2, 3), (3, 4), (4, 1)) for p in ((a, b), (b, a))}


def test_notes_tell_what_is_left_out(osm: Path) -> None:
    more = [
        ([4, 5], {"highway": "construction"}),
        ([5, 6], {"route": "ferry"}),
        ([4, 6], {"highway": "residential", "access": "private"}),
        ([1, 2], {"highway": "residential", "maxspeed": "snail", "access": "perhaps"}),
        ([1, 2], {"railway": "rail"}),
    ]
    write_osm(osm, PLACES, [([1, 2, 3], STREET), *more])
    _, notes = read_osm(osm)
    assert notes[:5] == [
        "2 ways are streets that someone may use.",
        "1 ways are closed to foot, bike and car and were left out.",
        "1 ways are of classes that are no streets: construction (1).",
        "2 tags of access, direction or speed have no known meaning and were passed over: "
        "access=perhaps (1), maxspeed=snail (1).",
        "1 ferries were left out: they run by a timetable.",
    ]


def test_a_mode_without_streets_has_an_empty_graph(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 2, 3], {"highway": "footway"})])
    streets, notes = read_osm(osm)
    check_graph(streets.graphs["car"], 3)
    assert len(streets.graphs["car"].head) == 0
    assert "car: no street of the file may be used." in notes


def test_same_input_same_bytes_in_any_order(osm: Path) -> None:
    ways = [([1, 2, 3], STREET), ([3, 4, 5], {"highway": "cycleway"}), ([6, 1, 5], {"highway": "steps"})]
    first = bytes_of(read_osm(write_osm(osm, PLACES, ways))[0])
    assert bytes_of(read_osm(osm)[0]) == first
    turned = dict(reversed(PLACES.items()))  # nodes of falling id, ways the other way round
    assert bytes_of(read_osm(write_osm(osm, turned, ways[::-1], first_way=7))[0]) == first


def test_xml_gives_the_same_as_pbf(tmp_path: Path) -> None:
    ways = [([1, 2, 3, 4], STREET)]
    one, two = (write_osm(tmp_path / name, PLACES, ways) for name in ("a.osm.pbf", "a.osm"))
    assert bytes_of(read_osm(one)[0]) == bytes_of(read_osm(two)[0])


def test_hand_made_xml_may_have_any_order_and_negative_ids(tmp_path: Path) -> None:
    way = '<way id="-1"><nd ref="-1"/><nd ref="-3"/><nd ref="8"/><tag k="highway" v="residential"/></way>'
    nodes = ['<node id="8" lon="7.002" lat="45"/>', '<node id="-3" lon="7.001" lat="45"/>']
    nodes += ['<node id="-1" lon="7" lat="45"/>', '<node id="9" lon="7" lat="95"/>', '<node id="10"/>']
    path = tmp_path / "sketch.osm"
    path.write_text(f'<osm version="0.6">{way}{"".join(nodes)}</osm>')
    streets, _ = read_osm(path)
    assert len(streets.x) == 3
    assert len(streets.graphs["foot"].head) == 4
    path.write_text('<osm version="0.6"><node id="1" lon="700.5" lat="45"/></osm>')
    with pytest.raises(NetworkError, match=r"sketch\.osm.*700"):
        read_osm(path)


def hill(west_metres: float, east_metres: float) -> Elevation:
    """Two columns of pixels whose middles lie at 7.0 and 7.001 degrees east."""
    return Elevation(
        Raster(np.array([[west_metres, east_metres]] * 3, np.float32), 6.9995, 45.0015, 0.001, 0.001)
    )


def test_slope_by_hand(osm: Path) -> None:
    """78.8 m with a rise of 3.94 m: 5 % up one way, down the other."""
    ways = [
        ([1, 2], STREET),
        ([2, 5], {"highway": "footway"}),
        ([5, 6], {"highway": "footway", "bridge": "yes"}),
    ]
    write_osm(osm, PLACES, ways)
    length = metres(PLACES, 1, 2)
    streets, notes = read_osm(osm, hill(100.0, 100.0 + 0.05 * length))
    foot, bike, car = (arcs(streets, mode, PLACES) for mode in ("foot", "bike", "car"))
    assert foot[1, 2] == pytest.approx(length / 1.4 * np.exp(3.5 * 0.05), rel=1e-4)
    assert foot[2, 1] == pytest.approx(length / 1.4 * np.exp(-3.5 * 0.05), rel=1e-4)
    assert bike[1, 2] == pytest.approx(length / (4.2 * (1 - 5 * 0.4002 / 6.01)), rel=1e-4)
    assert bike[2, 1] == pytest.approx(length / (4.2 * (1 + 5 * 0.2379 / 6.01)), rel=1e-4)
    assert bike[2, 5] == foot[2, 5] == pytest.approx(metres(PLACES, 2, 5) / 1.4, rel=1e-6)  # flat, pushed
    assert foot[5, 6] == pytest.approx(metres(PLACES, 5, 6) / 1.4, rel=1e-6)  # a bridge is level
    assert car[1, 2] == car[2, 1]
    assert not streets.graphs["foot"].symmetric
    assert "heights are known for 4 of 4 nodes; ways without them are taken as flat." in notes


def test_unknown_heights_are_flat_and_told(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 2, 3], STREET)])
    streets, notes = read_osm(osm, hill(100.0, float("nan")))
    flat, _ = read_osm(osm)
    assert bytes_of(streets) == bytes_of(flat)
    assert any(note.startswith("heights are known for 1 of 3 nodes") for note in notes)


def test_metres_against_the_geodesic() -> None:
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(-180, 180, 2000), rng.uniform(-70, 80, 2000)
    east, north = rng.uniform(-0.02, 0.02, 2000), rng.uniform(-0.02, 0.02, 2000)
    both = np.concatenate([lon, lon + east]), np.concatenate([lat, lat + north])
    at = np.arange(2000)
    from osm_samples import GEOD

    exact = GEOD.inv(lon, lat, lon + east, lat + north)[2]
    assert np.allclose(metres_between(*both, at, at + 2000), exact, rtol=2e-6)
    across = metres_between(
        np.array([179.9999, -179.9999]), np.array([0.0, 0.0]), np.array([0]), np.array([1])
    )
    assert across[0] == pytest.approx(22.26, abs=0.01)


@pytest.mark.parametrize(
    "content", [b"", b"this is a shopping list\n" * 50, b"\0" * 4000, b"PK\x03\x04" + b"x" * 90]
)
@pytest.mark.parametrize("name", ["city.osm.pbf", "city.osm", "city.osm.bz2"])
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkError) as error:
        read_osm(path)
    assert name in str(error.value)


def test_absent_file_folder_and_other_names(tmp_path: Path) -> None:
    (tmp_path / "city.zip").write_bytes(b"x")
    for path, word in (
        (tmp_path / "no.osm.pbf", "no such file"),
        (tmp_path, "no such"),
        (tmp_path / "city.zip", ".osm.pbf"),
    ):
        with pytest.raises(NetworkError, match=word):
            read_osm(path)


def test_cut_off_at_any_byte(tmp_path: Path) -> None:
    """Whatever byte a file ends at, it is refused, or read with what is whole; never anything else."""
    places = {i: (7 + i * 1e-4, 45.0 + (i % 7) * 1e-4) for i in range(1, 400)}
    whole = write_osm(tmp_path / "whole.osm.pbf", places, [(list(range(1, 400)), STREET)]).read_bytes()
    path = tmp_path / "cut.osm.pbf"
    refused = 0
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(NetworkError, match=r"cut\.osm\.pbf"):
            read_osm(path)
        refused += 1
    assert refused > 200


def test_a_file_without_streets(osm: Path) -> None:
    write_osm(osm, PLACES, [([1, 2], {"building": "yes"})])
    with pytest.raises(NetworkError, match="no street"):
        read_osm(osm)
    write_osm(osm, {}, [([1, 2], STREET)])
    with pytest.raises(NetworkError, match="none of their nodes"):
        read_osm(osm)
    write_osm(osm, PLACES, [([1, 99], STREET)])
    with pytest.raises(NetworkError, match="joins two nodes"):
        read_osm(osm)


def test_options_out_of_bounds_are_told_together() -> None:
    with pytest.raises(NetworkError) as error:
        OsmOptions(car_real=0, steepest=3)
    assert {p.field for p in error.value.problems} == {"car_real", "steepest"}


def test_more_points_than_the_setting_allows(osm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_osm(osm, PLACES, [([1, 2, 3], STREET)])
    monkeypatch.setenv("AUMENTA_MAX_STREET_NODES", "2")
    get_settings.cache_clear()
    try:
        with pytest.raises(NetworkError, match="AUMENTA_MAX_STREET_NODES"):
            read_osm(osm)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
