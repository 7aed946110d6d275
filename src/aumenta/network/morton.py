# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Nodes along a space-filling curve, so that what lies near on the ground lies near in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_BITS = 16


def morton_order(x: ArrayLike, y: ArrayLike) -> NDArray[np.int64]:
    """Order of points along Morton's Z curve: `x[order]`, `y[order]` are sorted; ties keep the order they came in.

    The box around the points is divided in 65,536 steps, the same in x and in y. Points without finite coordinates
    are not accepted. G. M. Morton, *A Computer Oriented Geodetic Data Base* (IBM, 1966).

    >>> morton_order([0.0, 10.0, 0.0, 10.0], [10.0, 10.0, 0.0, 0.0]).tolist()
    [2, 3, 0, 1]
    """
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if not len(east):
        return np.zeros(0, np.int64)
    side = max(float(np.ptp(east)), float(np.ptp(north)))
    if not np.isfinite(side):
        raise ValueError("points to order must have finite coordinates")
    step = (2**_BITS - 1) / side if side > 0 else 0.0
    code = _spread((east - east.min()) * step) | (_spread((north - north.min()) * step) << np.uint32(1))
    return np.argsort(code, kind="stable").astype(np.int64)


def _spread(values: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Leave a free bit between each two of a 16-bit number."""
    out = values.astype(np.uint32)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        out = (out | (out << np.uint32(shift))) & np.uint32(mask)
    return out
