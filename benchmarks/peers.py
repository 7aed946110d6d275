# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Other programs at the same work in the same run, where they are installed: ferrobus and scipy.

python benchmarks/peers.py ferrobus METROPOLIS LON,LAT ...    its part alone, as JSON (one thread)
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import Figure, median, milliseconds

#: Minutes of the isochrone; departures from 7:00 on, one a minute.
WITHIN, DEPARTURES, STARTS = 45, 60, 7 * 3600
#: Metres around the origins that ferrobus covers with hexagons, and their resolution (9: 0.1 km2).
AROUND, RESOLUTION = 11_000, 9
DATE = (2026, 3, 10)
#: Times that each origin is asked; the best counts, for both.
ROUNDS = 3


def figures(metropolis: Path, network: Path, origins: Sequence[int], told: str) -> Iterator[Figure]:
    """The same isochrone by ferrobus and by Aumenta with the ratio; walking by scipy's Dijkstra."""
    yield from of_scipy(network, origins, told)
    if importlib.util.find_spec("ferrobus") is not None:
        yield from of_ferrobus(metropolis, network, origins, told)


# --- ferrobus ---------------------------------------------------------------------------


def of_ferrobus(metropolis: Path, network: Path, origins: Sequence[int], told: str) -> Iterator[Figure]:
    """Percentile isochrone of 60 departures: median of the origins that both can start from."""
    import numpy as np

    from aumenta.network.files import open_network
    from aumenta.territory.plane import EUROPE

    cells = open_network(network).cells
    middle = np.median(np.asarray(cells.x)), np.median(np.asarray(cells.y))
    near = [one for one in origins if np.hypot(cells.x[one] - middle[0], cells.y[one] - middle[1]) < AROUND][
        :8
    ]
    lon, lat = EUROPE.to_degrees(cells.x[near], cells.y[near])
    points = [f"{a},{b}" for a, b in zip(np.atleast_1d(lon), np.atleast_1d(lat), strict=True)]
    corners = EUROPE.to_degrees(*(np.array(middle[axis] + AROUND * np.array(sign))
                           for axis, sign in ((0, (-1, 1)), (1, (-1, 1)))))  # fmt: skip
    box = ",".join(f"{value:.6f}" for pair in corners for value in pair)
    command = [sys.executable, __file__, "ferrobus", str(metropolis), box, *points]
    environment = os.environ | {"RAYON_NUM_THREADS": "1"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        print(f"     ferrobus ended with {done.returncode}: {done.stderr.strip()[-300:]}", flush=True)
        return
    told_by_it = json.loads(done.stdout.splitlines()[-1])
    places = [(float(a), float(b)) for a, b in zip(np.atleast_1d(lon), np.atleast_1d(lat), strict=True)]
    own, count = _isochrones(network, middle, told_by_it["hexagons"], places)
    where = (
        f"{told}; 1 thread, median of {len(near)} origins, best of {ROUNDS} each, {DEPARTURES} departures, "
        f"within {WITHIN} min, over the same {2 * AROUND // 1000} km square"
    )
    theirs = median(told_by_it["ms"])
    said = f"{where}; {told_by_it['hexagons']} hexagons, 3 transfers, loaded in {told_by_it['load']:.0f} s"
    yield Figure("peer.ferrobus.isochrone.ms", theirs, "ms", True, None, None, said)
    said = f"{where}; {count} cells, any number of rides, polygons drawn"
    yield Figure("access.isochrone.ms", own, "ms", True, None, None, said)
    yield Figure("access.faster_than_ferrobus", theirs / own, "x", False, 10, 25, where)


def _isochrones(
    network: Path, middle: tuple[float, float], hexagons: int, places: Sequence[tuple[float, float]]
) -> tuple[float, int]:
    """Median milliseconds of our isochrones over as many cells as the peer has hexagons, and the cells."""
    import numpy as np

    from aumenta.access.isochrones import isochrones
    from aumenta.access.options import Options
    from aumenta.access.router import Router
    from aumenta.network.compile import with_cells
    from aumenta.network.files import open_network

    across = round(hexagons**0.5)
    side = 2 * AROUND // across
    gx, gy = (
        one.ravel() for one in np.meshgrid(*(int((at - AROUND) // side) + np.arange(across) for at in middle))
    )
    own = with_cells(open_network(network), (gx + 0.5) * side, (gy + 0.5) * side)
    router = Router(own, Options(window=("7:00", "8:00"), percentiles=(50,), max_minutes=WITHIN))
    best = [float("inf")] * len(places)
    isochrones(gx, gy, router.one_to_all(places[0]).rows[0], [WITHIN], side)
    for _ in range(ROUNDS):
        for at, place in enumerate(places):
            began = time.perf_counter()
            isochrones(gx, gy, router.one_to_all(place).rows[0], [WITHIN], side)
            best[at] = min(best[at], (time.perf_counter() - began) * 1000)
    return median(best), across**2


def ferrobus_alone(metropolis: Path, box: str, points: Sequence[str]) -> dict[str, object]:
    """Milliseconds of each point's percentile isochrone, the hexagons it looks at, and the seconds of loading."""
    import datetime

    import ferrobus

    began = time.perf_counter()
    streets, feed = str(metropolis / "streets.osm.pbf"), str(metropolis / "gtfs")
    model = ferrobus.create_transit_model(streets, [feed], datetime.date(*DATE), 600)
    west, east, south, north = (float(one) for one in box.split(","))
    area = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    index = ferrobus.create_isochrone_index(model, area, RESOLUTION, 1200)
    load, best = time.perf_counter() - began, [float("inf")] * len(points)
    window = (STARTS, STARTS + 60 * DEPARTURES)
    places = [tuple(float(one) for one in point.split(",")) for point in points]
    starts = [ferrobus.create_transit_point(lat, lon, model, 1200, 10) for lon, lat in places]
    for _ in range(ROUNDS):
        for at, start in enumerate(starts):
            began = time.perf_counter()
            ferrobus.calculate_percent_access_isochrone(
                model, start, window, DEPARTURES, 3, 60 * WITHIN, index
            )
            best[at] = min(best[at], (time.perf_counter() - began) * 1000)
    return {"ms": best, "hexagons": index.len(), "load": load}


# --- scipy ------------------------------------------------------------------------------


def of_scipy(network: Path, origins: Sequence[int], told: str) -> Iterator[Figure]:
    """Walking for an hour on the same graph, nodes only."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    from aumenta.network.files import open_network

    opened = open_network(network)
    graph = opened.streets.graphs["foot"]
    count = len(opened.streets.x)
    matrix = csr_matrix((graph.seconds.astype(np.float64), graph.head, graph.indptr), shape=(count, count))
    node = opened.cells.at["foot"].node
    work = lambda origin: dijkstra(matrix, indices=int(node[origin]), limit=3600.0)  # noqa: E731
    where = f"{told}; 1 thread, median of {len(origins)} origins; streets only, no cells or stops"
    yield Figure(
        "peer.scipy.walk.60_minutes.ms", median(milliseconds(work, origins)), "ms", True, None, None, where
    )


if __name__ == "__main__":
    print(json.dumps(ferrobus_alone(Path(sys.argv[2]), sys.argv[3], sys.argv[4:])))
