# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Minutes by public transport from every cell to each gateway of the territory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aumenta.access.router import Router
from aumenta.access.times import NEVER, NOT_REACHED
from aumenta.readings.gateways import AT_GATEWAY


def minutes_to_gateways(
    router: Router, points: Sequence[tuple[float, float]], percentile: int
) -> NDArray[np.uint8]:
    """Minutes (points, cells) to each point (lon, lat), 255 = not reached.

    One is there at any stop within `AT_GATEWAY` metres, or on foot where streets lead to the point itself. A point
    without such a stop or street is reached by nobody, and costs nothing.
    """
    network, stops = router.network, router.network.stops
    found = np.full((len(points), len(network.cells)), NOT_REACHED, np.uint8)
    if stops is None or not points:
        return found
    x, y = network.streets.plane.to_metres(*np.array(points).T)
    for row, point, east, north in zip(found, points, x, y, strict=True):
        near = np.where(np.hypot(stops.x - east, stops.y - north) <= AT_GATEWAY, 0, NEVER).astype(np.uint16)
        direct = np.full(len(network.cells), NEVER, np.uint16)
        for place in router.ways.on_streets([point]):
            direct, (at, seconds) = router.ways.ends(place, backward=True)
            near[at] = np.minimum(near[at], seconds)
        at = np.flatnonzero(near != NEVER).astype(np.int32)
        if len(at) or (direct != NEVER).any():
            row[:] = router.all_to_ends((direct, (at, near[at]))).row(percentile)
    return found
