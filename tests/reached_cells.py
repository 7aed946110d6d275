# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Which cells are reached, told by sums alone: opportunities of powers of two, whose sums say which were counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from aumenta.access.matrix import run_matrix
from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.files import write_network
from aumenta.network.model import Network

#: A float holds so many powers of two and their sums exactly.
BITS = 52


def reached_by_sums(
    network: Network, options: Options, origins: list[int], limits: Sequence[int], folder: Path
) -> np.ndarray:
    """Whether each cell is within each limit from each origin, read off the bits of sums; shape origin, limit, cell."""
    count = len(network.cells)
    weights = {
        f"k{block:03d}": np.where(np.arange(count) // BITS == block, 2.0 ** (np.arange(count) % BITS), 0.0)
        for block in range(-(-count // BITS))
    }
    write_network(network, folder / "network")
    into = folder / "sums.parquet"
    run_matrix(
        folder / "network", options, origins, into, keep="sums", weights=weights, limits=limits, processes=1
    )
    sums = pq.read_table(into).column("sum").to_numpy().reshape(len(origins), len(weights), -1)
    within = np.cumsum(sums, axis=2)[:, :, : len(limits)].astype(np.int64)
    bits = (within[:, :, :, None] >> np.arange(BITS)) & 1
    found: np.ndarray = bits.transpose(0, 2, 1, 3).reshape(len(origins), len(limits), -1)[:, :, :count]
    return found.astype(bool)


def won_by(
    before: Network,
    after: Network,
    options: Options,
    origins: list[int],
    limits: Sequence[int],
    folder: Path,
) -> np.ndarray:
    """Cells that a change brings within reach, told by sums, which must say what the times say and lose nobody."""
    reached = []
    for name, network in (("before", before), ("after", after)):
        told = reached_by_sums(network, options, origins, limits, folder / name)
        rows = np.stack([Router(network, options).one_to_all(origin).row(50) for origin in origins])
        assert np.array_equal(told, np.stack([rows <= limit for limit in limits], axis=1))
        reached.append(told)
    assert (reached[1] | ~reached[0]).all()
    return reached[1] & ~reached[0]
