# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A day somewhere and home again: how early one can be there, and how late one can leave to be home in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aumenta.access.deadlines import ArriveBy
from aumenta.access.options import Options, clock, seconds_of
from aumenta.access.router import Router
from aumenta.access.times import NEVER
from aumenta.access.ways import Place
from aumenta.network.model import Network

#: Nobody gets there, or home.
NONE = -1
#: Minutes of the longest journey that is looked for, first wait included, and seconds between departures asked for.
LONGEST, STEP = 240, 3600


@dataclass(frozen=True)
class Day:
    """Seconds after midnight by cell, int32: earliest arrival at the place, latest departure from it; -1 where none."""

    arrive: NDArray[np.int32]
    leave: NDArray[np.int32]


def day_at(network: Network, place: Place, options: Options, first: str = "6:30", last: str = "20:30") -> Day:
    """When one can be at a place leaving every cell from `first` on, and leave it to be home in that cell by `last`.

    Every journey of up to three hours is found: questions are an hour apart and each finds what takes four hours with
    the wait before it. The window and the limit of the options are not used. AccessError: `last` is not after `first`
    by at least the longest journey, or the place is out of reach of any street.
    """
    start, end = seconds_of(first), seconds_of(last)
    count = (end - start - LONGEST * 60) // STEP + 1
    window = (first, clock(start + count * STEP))
    router = Router(network, replace(options, window=window, step=STEP, max_minutes=LONGEST))
    cube = router.all_to_one(place, cube=True).cube
    assert cube is not None
    there = (start + STEP * np.arange(count, dtype=np.int32))[None, :] + cube.astype(np.int32)
    arrive = np.where(cube == NEVER, np.iinfo(np.int32).max, there).min(axis=1)
    back = ArriveBy(router, end - STEP * (count - 1), count, STEP).one_to_all(place).departures.max(axis=1)
    return Day(
        np.where(arrive == np.iinfo(np.int32).max, NONE, arrive).astype(np.int32),
        np.where(back < 0, NONE, back).astype(np.int32),
    )
