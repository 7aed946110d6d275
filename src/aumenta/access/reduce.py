# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From arrivals at stops to times at cells: the whole cube, or percentiles over the departures made in the same pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aumenta.access.window import Shorts
from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel
from aumenta.network.model import Bytes, Ints

#: Longest travel time in seconds that minutes of 8 bits hold.
LONGEST_IN_MINUTES = 254 * 60


def check_ranks(ranks: Sequence[int], count: int, max_seconds: int) -> Ints:
    """Places (from 1) of percentiles among `count` sorted values by nearest rank; AccessError for what is out of range."""
    problems = [
        Problem("a percentile lies between 0 and 100", field="percentiles", found=str(rank))
        for rank in ranks
        if not 0 <= rank <= 100
    ]
    if max_seconds > LONGEST_IN_MINUTES:
        problems.append(
            Problem(
                "percentiles are minutes of 8 bits",
                field="max_seconds",
                found=str(max_seconds),
                expected=f"{LONGEST_IN_MINUTES} at most",
            )
        )
    if problems:
        raise AccessError("These percentiles cannot be computed.", problems)
    return np.array([max(1, -(-rank * count // 100)) for rank in ranks], np.int32)


@kernel
def _cell_row(  # noqa: PLR0913
    c: int,
    rows: Shorts,
    latest: NDArray[np.uint32],
    indptr: Ints,
    stop: Ints,
    seconds: Shorts,
    direct: Shorts,
    leave: Shorts,
    max_seconds: int,
    row: Shorts,
) -> None:
    """Write into `row` the earliest arrival at cell c for each departure, beyond the limit where there is none."""
    bound = np.uint16(min(np.int64(direct[c]), max_seconds + 1))
    padded = len(row)
    for k in range(0, padded, 64):
        for j in range(k, k + 64):
            row[j] = leave[j] + bound
    for e in range(indptr[c], indptr[c + 1]):
        s = stop[e]
        if latest[s] == 0:
            continue
        walk = seconds[e]
        room = np.uint16(65535 - walk)
        for k in range(0, padded, 64):
            for j in range(k, k + 64):
                row[j] = min(row[j], np.uint16(min(rows[s, j], room) + walk))


@kernel
def cells_cube(  # noqa: PLR0913
    rows: Shorts,
    latest: NDArray[np.uint32],
    indptr: Ints,
    stop: Ints,
    seconds: Shorts,
    direct: Shorts,
    leave: Shorts,
    max_seconds: int,
    row: Shorts,
    out: Shorts,
) -> None:
    """Seconds from door to door for every cell and departure; 65535 beyond `max_seconds`."""
    for c in range(len(direct)):
        _cell_row(c, rows, latest, indptr, stop, seconds, direct, leave, max_seconds, row)
        for d in range(out.shape[1]):
            taken = np.uint16(row[d] - leave[d])
            out[c, d] = taken if taken <= max_seconds else np.uint16(65535)


@kernel
def cells_percentiles(  # noqa: PLR0913
    rows: Shorts,
    latest: NDArray[np.uint32],
    indptr: Ints,
    stop: Ints,
    seconds: Shorts,
    direct: Shorts,
    leave: Shorts,
    max_seconds: int,
    count: int,
    places: Ints,
    row: Shorts,
    minutes: Bytes,
    out: Bytes,
) -> None:
    """Minutes rounded up at each place of every cell's sorted times; 255 beyond `max_seconds`."""
    limit = np.uint16(max_seconds)
    for c in range(len(direct)):
        _cell_row(c, rows, latest, indptr, stop, seconds, direct, leave, max_seconds, row)
        low = np.uint8(255)
        high = np.uint8(0)
        for d in range(count):
            taken = np.uint16(row[d] - leave[d])
            minute = np.uint8((taken + np.uint16(59)) // np.uint16(60)) if taken <= limit else np.uint8(255)
            minutes[d] = minute
            low = min(low, minute)
            high = max(high, minute)
        for d in range(count, len(minutes)):
            minutes[d] = np.uint8(255)
        for i in range(len(places)):
            out[i, c] = _order_statistic(minutes, low, high, places[i])


@kernel
def _order_statistic(minutes: Bytes, low: int, high: int, place: int) -> int:
    """Value at a place (from 1) of the sorted minutes, known to lie between low and high."""
    least, most = np.int64(low), np.int64(high)
    while least < most:
        middle = (least + most) >> 1
        bound = np.uint8(middle)
        found = 0
        for k in range(0, len(minutes), 64):
            some = np.uint8(0)
            for j in range(k, k + 64):
                some = np.uint8(some + (minutes[j] <= bound))
            found += some
        if found >= place:
            most = middle
        else:
            least = middle + 1
    return least
