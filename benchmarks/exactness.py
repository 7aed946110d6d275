# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Kernels of different kinds against each other on a whole metropolis.

python benchmarks/exactness.py METROPOLIS [ORIGINS]

METROPOLIS is a folder made by `aumenta synth` (streets.osm.pbf, gtfs, cells.csv). For each origin, drawn by people, and
120 departures of one minute the seconds to every cell by profile scan are compared with those by range RAPTOR with 12
rides; then the columns of the backward scan with the rows. Prints counts as JSON; exit code 1 where a number differs.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from access_compile import SIDE, grid_of

from aumenta.access.options import Options
from aumenta.access.rides import RangeRaptor
from aumenta.access.router import Router
from aumenta.network.compile import compile_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Network
from aumenta.network.osm_streets import read_osm

RIDES = 12


def compiled(metropolis: Path) -> tuple[Network, np.ndarray]:
    """The network of a metropolis and the people of its cells."""
    streets, _ = read_osm(metropolis / "streets.osm.pbf")
    timetable, _ = read_gtfs([metropolis / "gtfs"])
    gx, gy, people = grid_of(metropolis)
    return compile_network(streets, (gx + 0.5) * SIDE, (gy + 0.5) * SIDE, timetable), people


def drawn(network: Network, people: np.ndarray, count: int) -> list[int]:
    """Origins by people, always the same, among the cells that meet a street."""
    weights = np.where(network.cells.at["foot"].node >= 0, people, 0).astype(float)
    count = min(count, int((weights > 0).sum()))
    chosen = np.random.default_rng(1).choice(len(weights), count, replace=False, p=weights / weights.sum())
    return [int(cell) for cell in chosen]


def compared(network: Network, origins: list[int], options: Options | None = None) -> dict[str, Any]:
    """How many numbers were compared and how many differ, and how many rides the earliest arrivals take."""
    router = Router(network, options or Options())
    stops = len(network.stops or ())
    raptor = RangeRaptor(router.window, router.walks, stops, RIDES)
    differ = backward = numbers = 0
    rides = np.zeros(256, np.int64)
    spent = {"profile scan": 0.0, "range RAPTOR": 0.0}
    columns = np.empty((len(origins), len(origins), router.window.count), np.uint16)
    for row, origin in enumerate(origins):
        direct, access = router.ways.ends(origin, backward=False)
        cubes = []
        for name, kernel in (("profile scan", router.kernel), ("range RAPTOR", raptor)):
            began = time.perf_counter()
            kernel.run(*access)
            cubes.append(kernel.cube(direct))
            spent[name] += time.perf_counter() - began
        numbers += cubes[0].size
        differ += int((cubes[0] != cubes[1]).sum())
        rides += np.bincount(raptor.rides(direct).ravel(), minlength=256)
        columns[row] = cubes[0][origins]
    for column, goal in enumerate(origins):
        cube = router.all_to_one(goal, cube=True).cube
        assert cube is not None
        backward += int((cube[origins] != columns[:, column]).sum())
    return {
        "origins": len(origins),
        "departures": router.window.count,
        "cells": len(network.cells),
        "numbers compared": numbers,
        "differ": differ,
        "columns compared": columns.size,
        "columns differ": backward,
        "rides of the earliest arrival": {str(k): int(rides[k]) for k in np.flatnonzero(rides)},
        "ms an origin": {name: round(1000 * s / len(origins), 1) for name, s in spent.items()},
    }


def main() -> int:
    network, people = compiled(Path(sys.argv[1]))
    origins = drawn(network, people, int(sys.argv[2]) if len(sys.argv) > 2 else 20)
    found = compared(network, origins)
    print(json.dumps(found, indent=1))
    return 1 if found["differ"] or found["columns differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
