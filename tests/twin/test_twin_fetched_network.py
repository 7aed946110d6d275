# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fetched streets and feeds take the place of what a pack estimates, and what cannot be read stops the build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import osmium
import pytest
from fetch_samples import DAY, fill, item
from osmium.osm.mutable import Node, Way

from aumenta.errors import NetworkError
from aumenta.network.lines import gtfs_from_lines, read_lines
from aumenta.settings import get_settings
from aumenta.store.packs import BUNDLED
from aumenta.store.yaml_files import dump_yaml
from aumenta.twin import build

GIOCOPOLI, ALTALENA = (9.1443227, 44.2387988), (9.0818696, 44.2382648)
ITEMS = [item("gtfs", replaces=["lines"]), item("osm_pbf", replaces=["streets"])]


def streets(path: Path) -> bytes:
    """One road along the railway, a node every hundredth of a degree, and one far beyond the territory."""
    with osmium.SimpleWriter(str(path)) as writer:
        for i in range(14):
            writer.add_node(Node(id=i + 1, location=(9.04 + i / 100, 44.2385), version=1, visible=True))
        writer.add_node(Node(id=99, location=(12.0, 41.0), version=1, visible=True))
        road = {"highway": "tertiary", "name": "via del Gioco"}
        writer.add_way(Way(id=1, nodes=[*range(1, 15), 99], tags=road, version=1, visible=True))
    return path.read_bytes()


@pytest.fixture
def pack(own_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (own_pack / "territory/fetch.yaml").write_text(dump_yaml({"sources": ITEMS}), encoding="utf-8")
    monkeypatch.setenv("AUMENTA_CACHE", str(tmp_path / "cache"))
    get_settings.cache_clear()
    yield own_pack
    get_settings.cache_clear()


def test_fetched_streets_and_feeds_make_the_network(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = tmp_path / "feed.zip"
    lines = [line for line in read_lines(BUNDLED / "toy/territory/lines.csv") if line.mode == "rail"]
    gtfs_from_lines(lines, feed)
    files = {"gtfs": feed.read_bytes(), "osm-pbf": streets(tmp_path / "s.osm.pbf")}
    fill(tmp_path / "cache/toy", ITEMS, files, monkeypatch)
    twin = build(pack, into=tmp_path / "t", only="network", fetched=True)
    entry = twin.manifest.network
    assert entry is not None
    assert (entry.status, entry.streets, entry.modes) == ("reported", "osm", ["rail"])
    assert entry.sources == ["osm-pbf", "gtfs"]
    assert "1 nodes beyond the territory are left out" in entry.notes
    assert entry.counts["nodes"] == 14 and entry.counts["lines"] == 1
    assert {(r.layer, r.source, r.fetched) for r in twin.manifest.replaced} == {
        ("lines", "gtfs", DAY), ("streets", "osm-pbf", DAY),
    }  # fmt: skip
    layers = {layer.id: layer for layer in twin.layers}
    assert layers["streets"].readiness == "loaded" and layers["streets"].bring is None
    road, rail = (twin.reach(GIOCOPOLI, mode=mode).row() for mode in ("car", "transit"))
    assert (road != 255).any() and (rail != 255).any()
    assert twin.reach(ALTALENA, mode="walk").status == "reported"


def test_without_being_told_the_pack_estimates_on(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "cache/toy", ITEMS, {"osm-pbf": streets(tmp_path / "s.osm.pbf")}, monkeypatch)
    twin = build(pack, into=tmp_path / "t", only="network")
    assert twin.manifest.network is not None and twin.manifest.network.streets == "friction"


def test_a_fetched_file_that_is_no_extract_stops_the_build_and_leaves_the_twin(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = build(pack, into=tmp_path / "t", only="network").build
    broken = streets(tmp_path / "s.osm.pbf")[:200]  # the head is whole, the rest is cut off
    fill(tmp_path / "cache/toy", ITEMS, {"osm-pbf": broken}, monkeypatch)
    with pytest.raises(NetworkError, match=r"streets\.osm\.pbf"):
        build(pack, into=tmp_path / "t", only="network", fetched=True)
    again = build(pack, into=tmp_path / "t", only="network")
    assert again.build == before
