# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The whole chain from a feed's files to the travel time of every cell and minute, against the oracle."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_worlds import World, worlds

from aumenta.access.options import Options
from aumenta.access.router import Router

#: A longer run: AUMENTA_EXACT_EXAMPLES=5000 pytest tests/access/test_exact.py
MANY = os.environ.get("AUMENTA_EXACT_EXAMPLES")
chain = settings(
    derandomize=MANY is None,
    deadline=None,
    max_examples=int(MANY or 60),
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def expected(world: World, folder: Path, options: Options) -> tuple[np.ndarray, np.ndarray]:
    """Seconds and fewest rides (origins, cells, departures) as the oracle finds them."""
    oracle = world.oracle(folder, options)
    shape = (len(world.cells), len(world.cells), options.count)
    seconds, rides = np.full(shape, 65535), np.full(shape, 255)
    for origin in range(len(world.cells)):
        for i in range(options.count):
            found = oracle.answer(f"c{origin}", options.start + i * options.step)
            for cell in range(len(world.cells)):
                best = found[f"c{cell}"]
                if best is not None:
                    seconds[origin, cell, i], rides[origin, cell, i] = best
    return seconds, rides


@chain
@given(world=worlds())
def test_every_cell_and_minute_is_the_oracles(world: World) -> None:
    with tempfile.TemporaryDirectory() as name:
        world.write(Path(name))
        options = world.options()
        router = Router(world.network(Path(name)), options)
        seconds, _ = expected(world, Path(name), options)
    for origin in range(len(world.cells)):
        times = router.one_to_all(origin, cube=True)
        assert times.cube is not None
        assert np.array_equal(times.cube, seconds[origin])
    for goal in range(len(world.cells)):
        times = router.all_to_one(goal, cube=True)
        assert times.cube is not None
        assert np.array_equal(times.cube, seconds[:, goal])


@chain
@given(world=worlds(), rides=st.integers(1, 4))
def test_with_a_limit_of_rides_too(world: World, rides: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        world.write(Path(name))
        options = world.options(rides=rides)
        router = Router(world.network(Path(name)), options)
        seconds, fewest = expected(world, Path(name), options)
    for origin in range(len(world.cells)):
        times = router.one_to_all(origin, cube=True)
        assert times.cube is not None
        assert np.array_equal(times.cube, seconds[origin])
        direct, access = router.ways.ends(origin, backward=False)
        router.kernel.run(*access)
        assert np.array_equal(router.kernel.rides(direct), fewest[origin])  # type: ignore[attr-defined]
