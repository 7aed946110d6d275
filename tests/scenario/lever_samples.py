# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""For each lever of the strategic plan values that fit the toy metropolis."""

from __future__ import annotations

from typing import Any

FILASTROCCA, BIRILLI, NASCONDINO = (9.0187202, 44.2782735), (9.0202683, 44.1880932), (9.019495, 44.2331841)
ALTALENA, CAMPANA = (9.0818696, 44.2382648), (9.0812, 44.2788)


def points(*at: tuple[float, float]) -> list[dict[str, Any]]:
    """Named points."""
    return [{"id": f"new-{i}", "name": f"New {i}", "lon": lon, "lat": lat} for i, (lon, lat) in enumerate(at)]


def stop(id: str, at: tuple[float, float]) -> dict[str, Any]:
    """A new stop."""
    return {"id": id, "name": id.title(), "lon": at[0], "lat": at[1]}


VALLEY = points(FILASTROCCA, BIRILLI)
TOY_VALUES: dict[str, dict[str, Any]] = {
    "1.1.1": {"towns": ["900002", "900003"]},
    "1.2.3": {"points": VALLEY},
    "1.7.3": {"points": VALLEY},
    "2.1.7": {"area": {"municipalities": ["900001", "900002"]}, "foot_factor": 1.1},
    "2.2.2": {"sites": ["brownfield-900001"], "work_sites": ["brownfield-900002"]},
    "2.2.5": {"sites": ["brownfield-900004"], "megawatts": 2},
    "2.3.2": {"points": VALLEY},
    "2.4.4": {"area": {"municipalities": ["900002"]}, "residents": 500},
    "2.5.2": {"points": VALLEY},
    "3.1.2": {
        "stops": ["altalena", stop("birilli", BIRILLI)],
        "speed_kmh": 30,
        "area": {"municipalities": ["900008", "900011"]},
        "to_stops": ["altalena"],
    },
    "3.1.3": {
        "stretches": [{"id": "s", "name": "S", "from": [9.0187202, 44.2782735], "to": [9.1443, 44.2388]}],
        "car_kmh": 130,
    },
    "3.1.4": {
        "points": points(ALTALENA),
        "area": {"municipalities": ["900011"]},
        "to_stops": ["altalena"],
    },
    "3.2.1": {
        "line": "V1",
        "name": "V1",
        "stops": ["altalena", stop("nascondino", NASCONDINO), "filastrocca"],
        "minutes": [6, 7],
        "stations": [stop("nascondino", NASCONDINO)],
    },
    "3.2.2": {
        "line": "R1",
        "service": [{"from": "5:30", "until": "22:30", "headway": 15}],
        "station": stop("est", (9.1745, 44.239)),
        "after": "aquilone",
        "before": "giocopoli",
    },
    "3.2.3": {"points": points(ALTALENA), "type": "clinic", "charging": True},
    "3.2.7": {"lines": ["B1"]},
    "3.3.1": {"way": [[9.12, 44.2343], [9.17, 44.2345]], "points": points((9.16, 44.2345))},
    "3.3.2": {"area": {"municipalities": ["900001", "900002"]}},
    "3.3.3": {"area": {"municipalities": ["900001"]}},
    "3.4.1": {"stops": ["giocopoli", "aquilone"], "minutes": [4], "existing": "R1"},
    "3.4.2": {"name": "Far", "stops": ["giocopoli", "aquilone"], "minutes": [3]},
    "3.4.3": {"name": "Sea", "stops": ["altalena", "giocopoli"], "minutes": [3]},
    "4.1.5": {"points": VALLEY, "desks": True},
    "4.1.6": {"points": points(BIRILLI)},
    "4.1.7": {"points": points(BIRILLI)},
    "5.2.1": {"area": {"municipalities": ["900012"]}, "residents": 60},
    "5.2.2": {
        "points": points(BIRILLI),
        "moved": [{"id": "food_shop-900012", "name": "Shop", "lon": 9.0187, "lat": 44.27}],
    },
    "5.2.3": {"points": VALLEY, "shop": True},
    "6.1.2": {"points": VALLEY},
    "6.1.3": {"points": VALLEY},
    "6.2.1": {"points": points(CAMPANA)},
}
