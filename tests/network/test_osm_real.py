# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Real streets: two whole files, and a town that OSMnx read before us, whose lengths and connections we must find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from osm_samples import PROJECT, check_graph, write_osm
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from aumenta.network.elevation import Elevation
from aumenta.network.model import STREET_MODES, Streets
from aumenta.network.osm_streets import read_osm

pytestmark = pytest.mark.shared


def check_streets(streets: Streets) -> None:
    for mode in STREET_MODES:
        check_graph(streets.graphs[mode], len(streets.x))
    used = np.zeros(len(streets.x), bool)
    for graph in streets.graphs.values():
        used[graph.head] = True
        used |= np.diff(graph.indptr) > 0
    assert used.all()


def share_kept(notes: list[str], mode: str) -> float:
    (note,) = [n for n in notes if n.startswith(f"{mode}: the largest")]
    return float(note.split("(")[1].split(" ")[0])


@pytest.mark.parametrize(
    ("path", "nodes", "share"),
    [
        ("porto_alegre/poa_osm.pbf", (38_000, 39_200), 97.0),
        ("zheleznogorsk/roads_zhelez.osm.pbf", (15_000, 15_720), 96.0),
    ],
)
def test_whole_towns(shared_dir: Path, path: str, nodes: tuple[int, int], share: float) -> None:
    """Nearly all nodes of the files (43,264 and 15,720, platforms of railways and the like apart) hang together."""
    streets, notes = read_osm(shared_dir / "data/cities" / path)
    check_streets(streets)
    assert nodes[0] <= len(streets.x) <= nodes[1]
    for mode in STREET_MODES:
        assert share_kept(notes, mode) >= share
        assert len(streets.graphs[mode].head) > 20_000
    # Neighbours on the curve are neighbours in the town.
    steps = np.hypot(np.diff(streets.x), np.diff(streets.y))
    assert np.median(steps) < 0.02 * np.ptp(streets.x)


def test_heights_slow_and_speed_walking(shared_dir: Path) -> None:
    folder = shared_dir / "data/cities/porto_alegre"
    flat, _ = read_osm(folder / "poa_osm.pbf")
    hilly, notes = read_osm(folder / "poa_osm.pbf", Elevation.open(folder / "poa_elevation.tif"))
    check_streets(hilly)
    (note,) = [n for n in notes if n.startswith("heights are known")]
    known, total = (int(word) for word in note.split() if word.isdigit())
    assert known > 0.95 * total
    for mode, floor in (("foot", np.exp(-0.175)), ("bike", 3.6 * 6.01 / 35)):
        a, b = flat.graphs[mode], hilly.graphs[mode]  # type: ignore[index]
        assert np.array_equal(a.indptr, b.indptr)
        assert np.array_equal(a.head, b.head)
        ratio = b.seconds[a.seconds > 0] / a.seconds[a.seconds > 0]
        assert ratio.min() >= floor - 1e-5
        assert np.median(ratio) == pytest.approx(1, abs=0.1)
        assert ratio.max() > 1.5
    assert np.array_equal(flat.graphs["car"].seconds, hilly.graphs["car"].seconds)


# A second table by hand, km/h, for what occurs in the town.
CAR = {"motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65, "primary_link": 30}
CAR |= {"secondary": 55, "secondary_link": 25, "tertiary": 40, "tertiary_link": 20, "unclassified": 25}
CAR |= {"residential": 25, "living_street": 10, "service": 15}
STEPS = 0.4847


def first(value: str | None) -> str | None:
    """OSMnx joins ways and keeps lists of what they had: the first by the alphabet counts, here and there."""
    if value is None or not value.startswith("["):
        return value
    return min(word.strip(" '") for word in value.strip("[]").split(","))


def seconds_by_hand(edge: dict[str, Any], mode: str) -> float | None:
    kind, access = first(edge["highway"]), first(edge.get("access"))
    if access in ("no", "permit"):
        return None
    length = float(edge["length"])
    if mode == "foot":
        if kind in ("motorway", "motorway_link", "trunk", "trunk_link", "busway"):
            return None
        return length / (1.4 * (STEPS if kind == "steps" else 1))
    if kind not in CAR or first(edge.get("service")) == "emergency_access":
        return None
    kmh, limit = float(CAR[kind]), first(edge.get("maxspeed"))
    if kind == "service":
        kmh = 10 if first(edge.get("service")) in ("driveway", "parking_aisle", "drive-through") else 15
    if limit is not None:
        real = 0.8 * float(limit)
        kmh = min(real, {"residential": 30.0, "service": kmh, "living_street": 10}.get(kind, 999))
    return length / (kmh / 3.6)


@pytest.fixture(scope="module")
def town(shared_dir: Path) -> nx.MultiDiGraph:
    return nx.read_graphml(shared_dir / "data/torino/osm/collegno_osmnx_2024.graphml")


@pytest.fixture(scope="module")
def as_osm(town: nx.MultiDiGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each edge of OSMnx as a way with its own nodes between its ends."""
    places = {int(n): place(d) for n, d in town.nodes(data=True)}
    ways = []
    inner = 1
    for u, v, edge in town.edges(data=True):
        nodes = [int(u), int(v)]
        if "geometry" in edge:
            points = shapely.get_coordinates(shapely.from_wkt(edge["geometry"]))[1:-1]
            nodes[1:1] = range(inner, inner + len(points))
            places |= {inner + i: (float(x), float(y)) for i, (x, y) in enumerate(points)}
            inner += len(points)
        tags = {key: first(edge.get(key)) for key in ("highway", "maxspeed", "access", "service", "junction")}
        tags["oneway"] = "yes" if edge["oneway"] == "True" else "no"
        # The way back of a two-way street is an edge, and so a way, of its own.
        ways.append((nodes, {k: w for k, w in tags.items() if w is not None}))
    assert inner < 107_940_796  # the lowest id of the town
    ordered = dict(sorted(places.items()))
    return write_osm(tmp_path_factory.mktemp("town") / "town.osm.pbf", ordered, ways)


def place(node: dict[str, Any]) -> tuple[float, float]:
    return tuple(sorted((float(node["x"]), float(node["y"]))))  # type: ignore[return-value]  # 7 E before 45 N


@pytest.mark.parametrize("mode", ["foot", "car"])
def test_a_town_as_osmnx_knows_it(town: nx.MultiDiGraph, as_osm: Path, mode: str) -> None:
    """The same nodes hang together, and every shortest time from 25 of them is the same to 0.4 %.

    OSMnx measures on a sphere, which is up to that far from the ellipsoid; everything else must agree.
    """
    streets, _ = read_osm(as_osm)
    check_streets(streets)
    graph = nx.DiGraph()
    for u, v, edge in town.edges(data=True):
        seconds = seconds_by_hand(edge, mode)
        if seconds is not None:
            ends = [(u, v)] if mode == "car" else [(u, v), (v, u)]
            for a, b in ends:
                before = graph.get_edge_data(a, b, {"seconds": np.inf})["seconds"]
                graph.add_edge(a, b, seconds=min(seconds, before))
    part = max(nx.strongly_connected_components(graph), key=len)
    graph = nx.DiGraph(graph.subgraph(part))
    compiled = streets.graphs[mode]  # type: ignore[index]
    nodes = sorted(graph.nodes, key=int)
    x, y = PROJECT.transform(*np.array([place(town.nodes[n]) for n in nodes]).T)
    distance, at = cKDTree(np.column_stack([streets.x, streets.y])).query(np.column_stack([x, y]))
    assert distance.max() < 0.02
    assert (np.diff(compiled.indptr)[at] > 0).all()  # none of theirs is missing
    outside = [place(town.nodes[n]) for n in town.nodes if n not in part]
    x, y = PROJECT.transform(*np.array(outside).T)
    away, other = cKDTree(np.column_stack([streets.x, streets.y])).query(np.column_stack([x, y]))
    assert not (np.diff(compiled.indptr)[other[away < 0.001]] > 0).any()  # and none is too many
    matrix = csr_array(
        (compiled.seconds.astype(float), compiled.head, compiled.indptr), shape=(len(streets.x),) * 2
    )
    for i in range(0, len(nodes), len(nodes) // 25):
        ours = dijkstra(matrix, indices=at[i])[at]
        theirs = nx.single_source_dijkstra_path_length(graph, nodes[i], weight="seconds")
        assert ours == pytest.approx([theirs[n] for n in nodes], rel=4e-3, abs=0.05)
