# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where cells are, read from their codes: `CRS3035RES250mN2450000E4075000` tells metres north and east of a corner."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.territory.plane import EUROPE, Plane

Codes = NDArray[np.object_]
Floats = NDArray[np.float64]


def corners(codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """East and north of the lower left corner of each cell, in metres.

    >>> east, north = corners(np.array(["CRS3035RES250mN2405250E4087000"], dtype=object))
    >>> int(east[0]), int(north[0])
    (4087000, 2405250)
    """
    parts = pd.Series(codes, dtype=object).astype(str).str.extract(r"N(\d+)E(\d+)$").astype(np.int64)
    return parts[1].to_numpy(), parts[0].to_numpy()


def plane_of(codes: Codes) -> Plane:
    """Where the metres of the codes lie.

    >>> plane_of(np.array(["LAEA30.05S51.20WRES250mN5000000E5000250"], dtype=object)).name
    'LAEA30.05S51.20W'
    """
    return Plane.of_code(str(codes[0])) if len(codes) else EUROPE


def middles(codes: Codes, side: int) -> tuple[Floats, Floats]:
    """East and north of the middle of each cell of a side in metres."""
    east, north = corners(codes)
    return np.asarray(east + side / 2, np.float64), np.asarray(north + side / 2, np.float64)


def kilometres(codes: Codes) -> NDArray[np.int64]:
    """Number of the kilometre that each cell lies in: the same for all cells of one.

    >>> codes = ["CRS3035RES250mN2405250E4087000", "CRS3035RES250mN2405000E4087750"]
    >>> kilometres(np.array(codes, dtype=object)).tolist()
    [240500004087, 240500004087]
    """
    east, north = corners(codes)
    return np.asarray(north // 1000 * 100_000_000 + east // 1000, np.int64)
