# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the metropolis and writes its three parts: streets.osm.pbf, gtfs/ and cells.csv."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aumenta.errors import NetworkError, Problem
from aumenta.network.synth.cells import make_cells
from aumenta.network.synth.service import make_service
from aumenta.network.synth.streets import make_streets
from aumenta.network.synth.towns import make_towns
from aumenta.network.synth.write import write_cells, write_gtfs, write_streets

#: Metres in EPSG:3035 of the core: the projection's own origin, so that nothing is distorted.
ORIGIN = (4_321_000, 3_210_000)
SMALLEST, LARGEST = 0.005, 4.0
PARTS = ("streets.osm.pbf", "gtfs", "cells.csv")


@dataclass(frozen=True, slots=True)
class Made:
    """How large the metropolis turned out."""

    nodes: int
    edges: int
    stops: int
    lines: int
    trips: int
    stop_times: int
    cells: int


def synth(
    into: Path,
    scale: float = 1.0,
    seed: int = 7,
    tell: Callable[[str, float], None] = lambda step, share: None,
) -> Made:
    """Write `streets.osm.pbf`, `gtfs/` and `cells.csv` (lon, lat, gx, gy, population) to the folder `into`.

    The same scale and seed give the same bytes. `tell` is given each step with the share of the whole that is done.
    Takes about half a minute at scale 1. Raises `NetworkError` for a scale out of range or a folder that holds other
    files; parts of a metropolis made before are replaced.
    """
    _check(into, scale, seed)
    draw = [np.random.default_rng([seed, part]) for part in range(4)]
    tell("towns", 0.0)
    towns = make_towns(scale, draw[0])
    cells = make_cells(towns, scale, ORIGIN, draw[1])
    tell("streets", 0.02)
    plan = make_streets(towns, draw[2])
    tell("lines and trips", 0.15)
    service = make_service(
        towns, plan, scale, draw[3], lambda share: tell("lines and trips", 0.15 + 0.35 * share)
    )
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=into) as name:
        made = Path(name)
        try:
            tell("writing streets", 0.5)
            write_streets(plan, made / "streets.osm.pbf", ORIGIN)
            tell("writing the timetable", 0.8)
            (made / "gtfs").mkdir()
            write_gtfs(service, made / "gtfs", ORIGIN)
            write_cells(cells, made / "cells.csv")
            for part in PARTS:
                if (into / part).is_dir():
                    shutil.rmtree(into / part)
                (made / part).replace(into / part)
        except OSError as error:
            problem = Problem(error.strerror or "cannot be written", str(into))
            raise NetworkError("The metropolis cannot be written.", [problem]) from None
    tell("done", 1.0)
    return Made(
        nodes=len(plan.x) + len(plan.bend_x),
        edges=len(plan.u) + len(plan.bend_x),
        stops=len(service.stop_x),
        lines=len(service.kinds),
        trips=len(service.trips),
        stop_times=sum(len(trip.stops) for trip in service.trips),
        cells=len(cells.people),
    )


def _check(into: Path, scale: float, seed: int) -> None:
    problems = []
    if not SMALLEST <= scale <= LARGEST:
        expected = f"{SMALLEST:g} to {LARGEST:g}"
        problems.append(Problem("scale out of range", field="scale", found=f"{scale:g}", expected=expected))
    if seed < 0:
        problems.append(Problem("seed out of range", field="seed", found=str(seed), expected="0 or more"))
    if into.exists() and not into.is_dir():
        problems.append(Problem("not a folder", str(into)))
    elif into.is_dir() and (others := sorted(path.name for path in into.iterdir() if path.name not in PARTS)):
        expected = "a new or empty folder, or one made by this command"
        problems.append(
            Problem("the folder holds other files", str(into), found=", ".join(others[:5]), expected=expected)
        )
    if problems:
        raise NetworkError("No metropolis can be made like this.", problems)
