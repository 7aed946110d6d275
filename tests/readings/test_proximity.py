# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Hospitals and the 15-minute city, by hand on four cells of two towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from reading_samples import CELLS, MEMBERS, minutes, values

from aumenta.readings.city15 import CATEGORIES, city15
from aumenta.readings.health_reach import health_reach

NONE = minutes(255, 255, 255, 255)


def test_hospitals_by_mode_are_told_apart() -> None:
    found = health_reach(
        CELLS,
        MEMBERS,
        {"a": 0, "b": 2},
        car=minutes(15, 16, 60, 3),
        walk=NONE,
        car_edge=minutes(90, 90, 20, 90),
    )
    assert values(found, "health_reach.car_15") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    known = values(found, "health_reach.car_30")  # c3: none within 30, and the border at 20
    assert known["a"] == 100.0 and np.isnan(known["b"]) and known["hill"] == 40.0
    assert values(found, "health_reach.car_60") == {"a": 100.0, "b": 100.0, "hill": 100.0}
    assert values(found, "health_reach.car_unknown") == {"a": 0.0, "b": 100.0, "hill": 60.0}
    assert values(found, "health_reach.car") == {"a": 15.0, "b": 60.0}
    assert values(found, "health_reach.walk_60") == {"a": 0.0, "b": 0.0, "hill": 0.0}
    assert not values(found, "health_reach.transit_60")


def test_a_category_is_any_of_its_kinds() -> None:
    full = {kind: NONE for own in CATEGORIES.values() for kind in own}
    full |= {
        "school_primary": minutes(15, 16, 15, 1),
        "market": minutes(1, 255, 255, 255),
        "supermarket": minutes(255, 2, 255, 255),
        "pharmacy": minutes(10, 10, 10, 10),
        "library": minutes(3, 255, 255, 255),
        "park": minutes(3, 3, 255, 255),
    }
    found = city15(CELLS, MEMBERS, **full)
    assert values(found, "city15.school") == {"a": 25.0, "b": 100.0, "hill": 70.0}
    assert values(found, "city15.daily") == {"a": 100.0, "b": 0.0, "hill": 40.0}
    assert values(found, "city15.all") == {"a": 25.0, "b": 0.0, "hill": 10.0}
    assert found.cells["city15.complete"].value.tolist() == [5.0, 3.0, 2.0, 2.0]
    # (10 x 5 + 30 x 3) / 40, 2, (50 + 90 + 60 x 2) / 100
    assert values(found, "city15.complete_known") == {"a": 3.5, "b": 2.0, "hill": 2.6}
    assert values(found, "city15.complete_known") == values(found, "city15.complete_possible")
    assert all(value == 0 for value in values(found, "city15.all_unknown").values())


def test_what_is_not_known_is_neither_there_nor_not() -> None:
    full = {kind: minutes(5, 255, 255, 5) for own in CATEGORIES.values() for kind in own}
    full["library"] = minutes(5, 255, 255, 5, complete=False)
    full["park"] = replace(full["park"], unplaced=np.array([0, 0, 15, 0], np.uint8))
    found = city15(CELLS, MEMBERS, minutes(255, 15, 255, 255), **full)
    # c2 is near the border: nothing is known; c3 lacks school, daily and health, of culture and green nobody knows.
    assert found.cells["city15.complete_known"].value.tolist() == [5.0, 0.0, 0.0, 5.0]
    assert found.cells["city15.complete_possible"].value.tolist() == [5.0, 5.0, 2.0, 5.0]
    assert found.cells["city15.complete"].reason.tolist() == [None, "unknown", "unknown", None]
    least = values(found, "city15.culture")
    assert least["a"] == 25.0 and np.isnan(least["b"]) and least["hill"] == 10.0
    assert values(found, "city15.culture_unknown") == {"a": 75.0, "b": 100.0, "hill": 90.0}
    assert values(found, "city15.all") == {
        "a": 25.0,
        "b": 0.0,
        "hill": 10.0,
    }  # of c3 it is known that some are lacking
    assert values(found, "city15.all_unknown") == {"a": 75.0, "b": 0.0, "hill": 30.0}
    rows = pd.concat(found.rows)
    pairs = rows.pivot_table(index="place", columns="indicator", values="value").fillna(0)
    for name in (*CATEGORIES, "all"):
        assert (pairs[f"city15.{name}"] + pairs[f"city15.{name}_unknown"] <= 100).all()


def test_a_category_without_a_list_is_missing_and_so_are_all_five() -> None:
    found = city15(
        CELLS, MEMBERS, pharmacy=NONE, clinic=NONE, community_health=NONE, hospital=minutes(1, 1, 1, 1)
    )
    assert found.why["city15.green"] == "absent.times:nearest:park:walk"
    assert "city15.all" in found.why and not values(found, "city15.all")
    assert values(found, "city15.health") == {"a": 100.0, "b": 100.0, "hill": 100.0}
    assert values(found, "city15.complete_possible") == {"a": 5.0, "b": 5.0, "hill": 5.0}
