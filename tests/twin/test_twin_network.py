# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The network of a twin: compiled as a stage of the build, opened by memory-map, asked through the facade."""

from __future__ import annotations

import errno
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

import aumenta as au
from aumenta.errors import AccessError, AumentaError, NetworkError, PackError, TwinError
from aumenta.store.packs import BUNDLED
from aumenta.twin.builder import run_build
from aumenta.twin.facade import Twin

GIOCOPOLI, ALTALENA = (9.1443227, 44.2387988), (9.0818696, 44.2382648)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    return au.build("toy", into=tmp_path_factory.mktemp("network") / "twin", only="network")


def test_the_stage_says_what_it_made(toy: Twin) -> None:
    entry = toy.manifest.network
    assert entry is not None
    assert toy.manifest.stages == ["ground", "network"] and not toy.manifest.complete
    assert (entry.status, entry.streets, entry.modes) == ("estimated", "friction", ["bus", "rail"])
    assert entry.counts["cells"] == len(toy.cells())
    assert entry.counts["lines"] == 3
    assert "network/network.json" in toy.manifest.files
    toy.verify()


def test_median_of_the_train_by_hand(toy: Twin) -> None:
    # Trains leave Giocopoli for Altalena at :05 and :35 and take 5 minutes: waits of 0 to 29 minutes, four times each
    # in the window, the 60th of 120 is 14. Both ends add the walk between station and cell.
    times = toy.reach(GIOCOPOLI, window=("7:00", "9:00"), percentiles=(1, 50, 100))
    cells = toy.cells(["cell"])
    near = cells.to_crs(3035).distance(cells.to_crs(3035).geometry.iloc[_nearest(toy, ALTALENA)])
    at = int(near.to_numpy().argmin())
    network = toy.network
    assert network.egress is not None and network.timetable is not None
    own = slice(network.egress.indptr[at], network.egress.indptr[at + 1])
    names = network.timetable.stop_name[network.egress.stop[own]]
    walk = float(min(s for s, n in zip(network.egress.seconds[own], names, strict=True) if n == "Altalena"))
    for percentile, wait in ((1, 0), (50, 14), (100, 29)):
        expected = math.ceil((wait * 60 + 300 + math.ceil(walk)) / 60)
        # The point stands at the station: its own walk is below half a minute, and may cost the next train.
        assert int(times.row(percentile)[at]) - expected in (0, 1), percentile


def _nearest(twin: Twin, point: tuple[float, float]) -> int:
    cells = twin.cells(["cell"])
    return int(np.hypot(cells.geometry.x - point[0], cells.geometry.y - point[1]).to_numpy().argmin())


def test_what_is_reached_grows_with_time_and_has_a_name(toy: Twin) -> None:
    times = toy.reach(GIOCOPOLI, mode="car")
    people = times.reached(toy.weights.row("people"))
    assert (np.diff(people) >= 0).all()
    assert people[-1] == toy.weights.row("people").sum()
    minutes = times.minutes()
    assert minutes.index[0] == toy.grid.names[0]
    frame = times.to_gdf()
    assert len(frame) == np.isfinite(minutes).sum() and frame.crs.to_epsg() == 4326
    areas = times.isochrones([15, 30])
    assert areas.geometry.is_valid.all()


def test_nearest_of_several_is_the_least_of_each_departure(toy: Twin) -> None:
    router = toy.router()
    both = router.all_to_any([GIOCOPOLI, ALTALENA], cube=True).cube
    each = [router.all_to_one(point, cube=True).cube for point in (GIOCOPOLI, ALTALENA)]
    assert both is not None
    np.testing.assert_array_equal(both, np.minimum(each[0], each[1]))  # type: ignore[arg-type]


def test_only_the_vehicles_asked_for_are_boarded(toy: Twin) -> None:
    walked = toy.reach(GIOCOPOLI, vehicles=("ferry",)).row()
    trains, buses, all_ = (toy.reach(GIOCOPOLI, vehicles=v).row() for v in (("rail",), ("bus",), None))
    assert (np.minimum(trains, buses) >= all_).all()
    assert (trains < walked).any() and (buses < walked).any()
    reached = walked != 255
    assert (walked[reached] == toy.reach(GIOCOPOLI, mode="walk").row()[reached]).all()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"date": "1999-01-01"}, "runs on that day"),
        ({"window": ("9:00", "7:00")}, "ends before it begins"),
        ({"mode": "horse"}, "not one of the choices"),
        ({"vehicles": ("zeppelin",)}, "no such mode"),
    ],
)
def test_what_cannot_be_asked_is_said(toy: Twin, asked: dict[str, object], words: str) -> None:
    with pytest.raises(AccessError, match=words):
        toy.reach(GIOCOPOLI, **asked)


def test_a_point_outside_says_how_far(toy: Twin) -> None:
    with pytest.raises(AccessError) as caught:
        toy.reach((0.0, 0.0))
    assert "m" in str(caught.value)
    with pytest.raises(AccessError, match="no such cell"):
        toy.reach(10**9)


def test_what_there_is_to_reach_is_counted_once(toy: Twin) -> None:
    weights = toy.weights
    assert weights.row("people").sum() == toy.cells(["pop"])["pop"].sum()
    opportunities = toy.opportunities()
    for thing in weights.things[2:]:
        own = opportunities[opportunities["kind"] == thing.id]
        assert weights.row(thing.id).sum() + thing.elsewhere == len(own), thing.id


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    return shutil.copytree(BUNDLED / "toy", tmp_path / "pack")


def test_a_line_table_with_faults_stops_the_build_and_names_them(own_pack: Path, tmp_path: Path) -> None:
    table = own_pack / "territory" / "lines.csv"
    table.write_text(table.read_text().replace(",5,30,05:30,22:30", ",soon,30,05:30,22:30", 1))
    with pytest.raises(AumentaError) as caught:
        run_build(own_pack, tmp_path / "t")
    problem = caught.value.problems[0]
    assert problem.field == "minutes" and problem.found and "soon" in problem.found
    assert not (tmp_path / "t" / "current").exists() or au.open(tmp_path / "t").manifest.stages == ["ground"]


def test_wrong_speeds_or_layers_of_a_pack_are_named(own_pack: Path, tmp_path: Path) -> None:
    file = own_pack / "territory" / "territory.yaml"
    text = file.read_text()
    file.write_text(text.replace("network:\n", "network:\n  friction: { foot_detour: fast }\n"))
    with pytest.raises(PackError, match="foot_detour"):
        run_build(own_pack, tmp_path / "t")
    file.write_text(text.replace("layer: lines", "layer: nothing"))
    with pytest.raises(PackError, match="no such layer"):
        run_build(own_pack, tmp_path / "t")


def test_a_pack_without_network_has_no_travel_times(own_pack: Path, tmp_path: Path) -> None:
    file = own_pack / "territory" / "territory.yaml"
    text = file.read_text()
    start = text.index("network:")
    file.write_text(text[:start] + text[text.index("parameters:") :])
    twin = au.build(own_pack, into=tmp_path / "t")
    assert twin.manifest.complete and not twin.has_network
    with pytest.raises(AumentaError, match="does not hold"):
        twin.reach(GIOCOPOLI)


def test_no_lines_is_no_transit_but_walking_goes_on(own_pack: Path, tmp_path: Path) -> None:
    file = own_pack / "territory" / "territory.yaml"
    file.write_text(
        file.read_text()
        .replace("    - { file: lines.csv, layer: lines }\n", "")
        .replace("  lines:\n", "  lines: []\n")
    )
    twin = au.build(own_pack, into=tmp_path / "t", only="network")
    assert (twin.reach(GIOCOPOLI, mode="walk").row() != 255).any()
    with pytest.raises(NetworkError, match="no public transport"):
        twin.reach(GIOCOPOLI)


def test_fast_roads_shorten_drives_and_their_faults_are_named(own_pack: Path, tmp_path: Path) -> None:
    file = own_pack / "territory" / "territory.yaml"
    before = au.build(own_pack, into=tmp_path / "t", only="network").reach(GIOCOPOLI, mode="car").row()
    file.write_text(file.read_text().replace("network:\n", "network:\n  fast_roads: fast.csv\n"))
    roads = own_pack / "territory" / "fast.csv"
    roads.write_text("road,seq,lon,lat\nA1,1,9.1443,44.2388\nA1,2,9.0187,44.2783\n")
    after = au.build(own_pack, into=tmp_path / "t", only="network").reach(GIOCOPOLI, mode="car").row()
    assert (after <= before).all() and (after < before).any()
    roads.write_text("road,seq,lon,lat\nA1,1,here,44.2388\nA1,two,9.0187,44.2783\n")
    with pytest.raises(PackError) as caught:
        run_build(own_pack, tmp_path / "t")
    assert [(p.row, p.field, p.found) for p in caught.value.problems] == [
        (3, "seq", "two"),
        (2, "lon", "here"),
    ]
    roads.write_text("road,lon,lat\n")
    with pytest.raises(PackError, match="a column is missing"):
        run_build(own_pack, tmp_path / "t")


def test_a_full_disk_leaves_the_twin_as_it_was(
    own_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = au.build(own_pack, into=tmp_path / "t", only="ground").build

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("aumenta.network.files.np.save", full)
    with pytest.raises(TwinError, match="No space left"):
        run_build(own_pack, tmp_path / "t")
    assert au.open(tmp_path / "t").build == before
    assert [p.name for p in (tmp_path / "t" / "builds").iterdir() if p.name.startswith(".")] == []
