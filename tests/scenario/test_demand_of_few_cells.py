# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A service on demand over a network that has only some of its cells: the times are those of the whole one."""

from __future__ import annotations

import numpy as np
import pytest

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.compile import only_cells, with_cells
from aumenta.network.model import Network
from aumenta.scenario.networks import OnDemand, with_demand


@pytest.fixture(scope="module")
def served(toy_network: Network) -> Network:
    """The toy metropolis with two services: from door to stop, and from door to door."""
    flags = np.zeros(len(toy_network.cells), bool)
    flags[1500:1900] = True
    one = OnDemand("stops", flags, ("altalena",), 600, 0, 86400, to_cells=False)
    other = OnDemand("doors", np.roll(flags, 700), ("giocopoli", "dadi"), 300, 0, 86400, speed=0.8)
    return with_demand(with_demand(toy_network, one), other)


@pytest.mark.parametrize("step", [1, 2, 7])
def test_times_between_the_cells_that_are_left_stay(served: Network, step: int) -> None:
    left = np.arange(3, len(served.cells), step, dtype=np.int32)
    options = Options(mode="transit", percentiles=(50,), max_minutes=90)
    whole, part = Router(served, options), Router(only_cells(served, left), options)
    for number in (0, len(left) // 2, int(np.searchsorted(left, 1700)), int(np.searchsorted(left, 2300))):
        wanted = whole.one_to_all(int(left[number])).rows[:, left]
        assert np.array_equal(part.one_to_all(number).rows, wanted)


def test_a_service_without_a_cell_left_is_gone(served: Network) -> None:
    assert set(only_cells(served, np.arange(100, dtype=np.int32)).feeders) == set()
    assert set(only_cells(served, np.arange(1500, 1520, dtype=np.int32)).feeders) == {"stops"}


def test_other_points_have_no_service(served: Network) -> None:
    assert with_cells(served, served.cells.x[:5], served.cells.y[:5]).feeders == {}
