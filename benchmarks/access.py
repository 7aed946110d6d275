# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Travel times on a made-up metropolis of full size: one origin, all origins, growth, memory, first answer, peers.

Two settings of the environment help whoever measures often: AUMENTA_BENCH_FOLDER keeps the metropolis and its network
in a folder and uses them again, AUMENTA_BENCH_WHOLE=1 computes all origins instead of a sample.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import access_growth
import peers
from access_compile import grid_of
from measure import ROUNDS, Figure, bandwidth, machine, median, milliseconds, timed

HERE = Path(__file__).resolve().parent
#: Origins drawn by population.
ORIGINS = 24
DEPARTURES = {1: ("7:00", "7:00"), 60: ("7:00", "8:00"), 120: ("7:00", "9:00")}
#: Origins of the two samples that all-to-all is extrapolated from.
SAMPLES = (128, 640)


@dataclass(frozen=True)
class Site:
    """A metropolis, its compiled network, a small one, what making them took, and the origins to measure."""

    metropolis: Path
    network: Path
    small: Path
    told: str
    origins: tuple[int, ...]


def figures() -> Iterator[Figure]:
    """All figures of travel times."""
    with site() as (place, making):
        yield from making
        yield from of_processes(place)
        yield from of_one_origin(place)
        yield from of_streets(place)
        yield from access_growth.figures(place.network, place.origins[:10], place.told)
        yield from of_all_origins(place)
        yield from peers.figures(place.metropolis, place.network, place.origins, place.told)


# --- the network ------------------------------------------------------------------------


@contextmanager
def site() -> Iterator[tuple[Site, list[Figure]]]:
    """Make or open what is measured on, with the figures of making it."""
    import numpy as np

    kept = os.environ.get("AUMENTA_BENCH_FOLDER")
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(kept) if kept else Path(temporary)
        making = [*_made(root, "full", 1.0), *_made(root, "small", 0.01)]
        from aumenta.network.files import open_network

        people = grid_of(root / "full")[2] * (open_network(root / "full-network").cells.at["car"].node >= 0)
        drawn = np.random.default_rng(1).choice(len(people), ORIGINS, replace=False, p=people / people.sum())
        about = json.loads((root / "full-network" / "network.json").read_text())["about"]["counts"]
        sizes = "{nodes:,} nodes, {stops:,} stops, {trips:,} trips, {cells:,} cells".format(**about)
        told = f"{machine()}; aumenta synth 1.0: {sizes}"
        origins = tuple(int(one) for one in drawn)
        yield Site(root / "full", root / "full-network", root / "small-network", told, origins), making


def _made(root: Path, name: str, scale: float) -> Iterator[Figure]:
    into = root / f"{name}-network"
    if (into / "network.json").is_file():
        return
    aumenta = [sys.executable, "-m", "aumenta"]
    synth, _ = timed([*aumenta, "synth", str(root / name), "--scale", str(scale), "--json"])
    command = [sys.executable, str(HERE / "access_compile.py"), str(root / name), str(into)]
    if scale < 1:
        timed(command)
        return
    timed([*command[:3], str(root / f"{name}-first")])  # compiles the kernels
    began = time.perf_counter()
    seconds, memory = timed(command)
    where = f"{machine()}; aumenta synth {scale:g}, ended {time.perf_counter() - began:.0f} s after its start"
    size = sum(path.stat().st_size for path in into.iterdir()) / 1e6
    yield Figure("access.synth.seconds", synth, "s", True, None, None, where)
    yield Figure("access.compile.seconds", seconds, "s", True, 60, None, where)
    yield Figure("access.compile.peak_memory", memory, "MB", True, 3000, None, where)
    yield Figure("access.network_bytes", size, "MB", True, None, None, where)


# --- fresh processes --------------------------------------------------------------------


def probe(what: str, *paths: Path) -> tuple[float, dict[str, float]]:
    """Wall seconds of the whole process, and what it says."""
    began = time.perf_counter()
    command = [sys.executable, str(HERE / "access_probe.py"), what, *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, json.loads(done.stdout)


def of_processes(place: Site, runs: int = 5) -> Iterator[Figure]:
    """Opening, first answer, private memory."""
    where = f"{place.told}; median of {runs} fresh processes"
    opened = [probe("open", place.network)[1]["seconds"] for _ in range(runs)]
    yield Figure("access.open.seconds", median(opened), "s", True, 0.2, None, where)
    probe("first", place.network)
    firsts = [probe("first", place.network) for _ in range(runs)]
    seconds, parts = sorted(firsts, key=lambda one: one[0])[runs // 2]
    split = ", ".join(f"{name} {value:.2f}" for name, value in parts.items())
    yield Figure("access.first_answer.seconds", seconds, "s", True, 2.5, 1.5, f"{where}; {split}")
    used = median([parts["processor"] for _, parts in firsts])
    yield Figure("access.first_answer.processor_seconds", used, "s", True, None, None, where)
    _, memory = probe("memory", place.network, place.small)
    said = f"{place.told}; private memory {memory['asked']:.0f} MB, idle with kernels {memory['idle']:.0f} MB"
    yield Figure("access.worker.memory", memory["asked"] - memory["idle"], "MB", True, 150, 60, said)


# --- one origin -------------------------------------------------------------------------


def of_one_origin(place: Site) -> Iterator[Figure]:
    """Transit by number of departures: every departure's seconds to every cell; then percentiles instead."""
    from aumenta.access.options import Options
    from aumenta.access.router import Router
    from aumenta.network.files import open_network

    network = open_network(place.network)
    where = f"{place.told}; 1 thread, median of {len(place.origins)} origins, best of {ROUNDS} each"
    bounds = {1: (5.0, 2.5), 60: (13.0, 7.0), 120: (20.0, 10.0)}
    for count, window in DEPARTURES.items():
        router = Router(network, Options(window=window))
        split: dict[str, list[float]] = {}
        for name, work in _steps(router).items():
            split[name] = milliseconds(work, place.origins)
        value = median(split["cube"])
        said = f"{where}; access {median(split['access']):.1f}, with scan {median(split['scan']):.1f} ms"
        yield Figure(f"access.transit.{count}.ms", value, "ms", True, *bounds[count], said)
        if count == 120:
            added = median([a - b for a, b in zip(split["answer"], split["cube"], strict=True)])
            yield Figure(
                "access.percentiles.added_ms", added, "ms", True, 4, 1, f"{where}; 25, 50, 75 less the cube"
            )
            yield Figure("access.answer.120.ms", median(split["answer"]), "ms", True, None, None, where)
            yield Figure("access.floor.120.ms", _floor(router), "ms", True, None, None,
                         f"{where}; arrays of the scan and the cells, once each, over memory bandwidth")  # fmt: skip


def _steps(router) -> dict[str, Callable[[int], object]]:  # type: ignore[no-untyped-def]
    """Access alone, with the scan, with every departure's seconds to every cell; and the percentiles of all."""

    def scanned(origin: int) -> object:
        direct, access = router.ways.ends(origin, backward=False)
        router.kernel.run(*access)
        return direct

    return {
        "access": lambda origin: router.ways.ends(origin, backward=False),
        "scan": scanned,
        "cube": lambda origin: router.kernel.cube(scanned(origin)),
        "answer": router.one_to_all,
    }


def _floor(router) -> float:  # type: ignore[no-untyped-def]
    """Milliseconds that moving each array once takes: read by the scan, written and read by stop, written by cell."""
    window, walks, kernel = router.window, router.walks, router.kernel
    read = [getattr(window, name) for name in ("conn_from", "conn_to", "conn_dep", "conn_arr", "conn_trip")]
    read += [walks.foot_indptr, walks.foot_stop, walks.foot_seconds]
    read += [walks.egress_indptr, walks.egress_stop, walks.egress_seconds]
    cube = len(router.network.cells) * window.count * 2
    moved = sum(array.nbytes for array in read) + 2 * kernel.by_vehicle.nbytes + cube
    return moved / bandwidth() * 1000


def of_streets(place: Site) -> Iterator[Figure]:
    """Walking for an hour, and driving everywhere, to all cells and stops."""
    from aumenta.network.files import open_network
    from aumenta.network.street_times import StreetTimes

    network = open_network(place.network)
    streets = StreetTimes(network.streets, network.cells, network.stops)
    where = f"{place.told}; 1 thread, median of {len(place.origins)} origins, best of {ROUNDS} each"
    walk = median(milliseconds(lambda origin: streets.from_cell(origin, "foot", 3600.0), place.origins))
    yield Figure("access.walk.60_minutes.ms", walk, "ms", True, 1.5, 0.7, where)
    car = median(milliseconds(lambda origin: streets.from_cell(origin, "car", 1e9), place.origins))
    yield Figure("access.car.whole.ms", car, "ms", True, 60, 35, where)


# --- all origins ------------------------------------------------------------------------


def of_all_origins(place: Site) -> Iterator[Figure]:
    """All origins in two processes, percentiles kept: a sample extrapolated, or whole when asked."""
    import numpy as np

    from aumenta.network.files import open_network

    cells = np.flatnonzero(open_network(place.network).cells.at["foot"].node >= 0)  # others have no way out
    if os.environ.get("AUMENTA_BENCH_WHOLE"):
        seconds = _matrix(place.network, cells)
        said = f"{place.told}; 2 processes, 120 departures, {len(cells)} origins, written as Parquet"
        yield Figure("access.all_to_all.minutes", seconds / 60, "min", True, 4.5, 2, said)
        return
    shuffled = np.random.default_rng(2).permutation(cells)
    _matrix(place.network, shuffled[:4])  # compiles the kernels
    taken = [_matrix(place.network, shuffled[:count]) for count in SAMPLES]
    each = (taken[1] - taken[0]) / (SAMPLES[1] - SAMPLES[0])
    whole = taken[0] + each * (len(cells) - SAMPLES[0])
    said = (
        f"{place.told}; 2 processes, 120 departures, {SAMPLES[0]} origins in {taken[0]:.1f} s and {SAMPLES[1]} in "
        f"{taken[1]:.1f} s, extrapolated to {len(cells)}"
    )
    yield Figure("access.all_to_all.minutes", whole / 60, "min", True, 4.5, 2, said)


def _matrix(network: Path, origins) -> float:  # type: ignore[no-untyped-def]
    from aumenta.access.matrix import run_matrix
    from aumenta.access.options import Options

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run_matrix(network, Options(), origins, Path(folder) / "all.parquet", processes=2)
        return time.perf_counter() - began
