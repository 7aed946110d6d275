# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Four cells of two towns of one band, on which readings are worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.travel import CellMinutes
from aumenta.values.aggregate import members_of

#: Residents: a has 10 and 30, b 60 and nobody.
CELLS = CellArrays(
    np.array(["c1", "c2", "c3", "c4"], dtype=object),
    np.array(["a", "a", "b", "b"], dtype=object),
    250,
    {"pop": np.array([10, 30, 60, 0])},
)
MEMBERS = members_of(
    pd.DataFrame(
        {
            "level": ["municipality", "municipality", "band", "band"],
            "place": ["a", "b", "hill", "hill"],
            "part": ["a", "b", "a", "b"],
            "inferred": False,
        }
    )
)


def minutes(*given: int, complete: bool = True) -> CellMinutes:
    """Minutes of the four cells; 255 is not reached."""
    return CellMinutes(np.array(given, np.uint8), 120, complete=complete)


def values(result: Result, indicator: str) -> dict[str, float]:
    """Values of an indicator by place."""
    rows = pd.concat(result.rows)
    own = rows[rows["indicator"] == indicator]
    return dict(zip(own["place"], own["value"], strict=True))
