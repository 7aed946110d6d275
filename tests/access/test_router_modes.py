# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Every way of getting to a stop: from all to one is the column of one to all, at any speed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.network.model import Network

ASKED: list[dict[str, Any]] = [
    {},
    {"walk_speed": 1.1, "transfer_minutes": 4},
    {"walk_speed": 1.9, "access_minutes": 25},
    {"access": "bike"},
    {"access": "bike", "bike_speed": 5.3, "walk_speed": 1.25},
    {"access": "car", "car_factor": 1.17, "access_minutes": 15},
    {"mode": "bike", "bike_speed": 3.7},
    {"mode": "car", "car_factor": 1.3},
]


@pytest.mark.parametrize(
    "asked", ASKED, ids=lambda a: " ".join(f"{k}={v}" for k, v in a.items()) or "default"
)
def test_all_to_one_is_the_column_of_one_to_all(small_city: Network, asked: dict[str, Any]) -> None:
    router = Router(small_city, Options(window=("7:30", "7:50"), max_minutes=90, **asked))
    cells = len(small_city.cells)
    random = np.random.default_rng(5)
    origins, targets = random.choice(cells, 12, replace=False), random.choice(cells, 4, replace=False)
    rows = {}
    for origin in origins.tolist():
        cube = router.one_to_all(origin, cube=True).cube
        assert cube is not None
        rows[origin] = cube.copy()
    reached = 0
    for target in targets.tolist():
        column = router.all_to_one(target, cube=True).cube
        assert column is not None
        for origin, row in rows.items():
            np.testing.assert_array_equal(column[origin], row[target])
            reached += int((row[target] != 65535).sum())
    assert reached > 0
