# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Compile the network of a made-up metropolis: python benchmarks/access_compile.py METROPOLIS INTO

Prints the seconds of each step as JSON. A program of its own, so that its memory can be measured.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from aumenta.network.compile import compile_network
from aumenta.network.files import write_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.osm_streets import read_osm

SIDE = 250


def grid_of(metropolis: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """gx, gy and people of the cells."""
    table = np.loadtxt(metropolis / "cells.csv", delimiter=",", skiprows=1, usecols=(2, 3, 4), dtype=np.int64)
    return table[:, 0], table[:, 1], table[:, 2]


def main() -> None:
    metropolis, into = Path(sys.argv[1]), Path(sys.argv[2])
    clock = [("start", time.perf_counter())]

    def tell(step: str) -> None:
        clock.append((step, time.perf_counter()))

    tell("read streets")
    streets, _ = read_osm(metropolis / "streets.osm.pbf")
    tell("read timetable")
    timetable, _ = read_gtfs([metropolis / "gtfs"])
    gx, gy, _ = grid_of(metropolis)
    network = compile_network(streets, (gx + 0.5) * SIDE, (gy + 0.5) * SIDE, timetable, tell=tell)
    tell("write")
    write_network(network, into)
    tell("end")
    steps = {name: round(after - at, 2) for (name, at), (_, after) in pairwise(clock)}
    print(json.dumps(steps))


if __name__ == "__main__":
    main()
