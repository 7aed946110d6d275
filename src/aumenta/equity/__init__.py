# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How evenly a value is spread over people and places."""

from aumenta.equity.inequality import (
    Decomposition,
    Spread,
    concentration,
    gini,
    lorenz,
    palma,
    percentile_ratio,
    quintiles,
    spread,
    theil,
    theil_decomposition,
    weighted_percentile,
)
from aumenta.equity.spatial import Clusters, Neighbours, local_moran, moran, neighbours_of_grid

__all__ = [
    "Clusters",
    "Decomposition",
    "Neighbours",
    "Spread",
    "concentration",
    "gini",
    "local_moran",
    "lorenz",
    "moran",
    "neighbours_of_grid",
    "palma",
    "percentile_ratio",
    "quintiles",
    "spread",
    "theil",
    "theil_decomposition",
    "weighted_percentile",
]
