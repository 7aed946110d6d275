# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Stops outside the territory: at its gateways, and along a line that leads out of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from aumenta.errors import Problem
from aumenta.readings.gateways import AT_GATEWAY
from aumenta.scenario.catalogue import Catalogue

#: Metres from the territory's border within which a line may have stops outside of it.
BEYOND = 100_000
#: Metres of a degree of latitude, over a sphere.
_DEGREE = 111_195.0


def stop_problems(
    catalogue: Catalogue, lon: float, lat: float, at: str, of_line: bool = False
) -> list[Problem]:
    """A problem where a new stop lies outside the territory, and neither at a gateway of it (within `AT_GATEWAY`
    metres) nor, for a stop that a line of the territory calls at, within `BEYOND` metres of the border.
    """
    if catalogue.covers(lon, lat):
        return []
    gates = catalogue.gateways
    if any(metres_apart((lon, lat), (gate.lon, gate.lat)) <= AT_GATEWAY for gate in gates):
        return []
    if of_line and _metres_from_border(catalogue, lon, lat) <= BEYOND:
        return []
    told = [problem.expected or "" for problem in catalogue.outside(lon, lat, at)]
    if gates:
        names = ", ".join(gate.name.en for gate in gates[:5]) + (", ..." if len(gates) > 5 else "")
        told.append(f"or at most {AT_GATEWAY / 1000:g} km from a gateway ({names})")
    if of_line:
        told.append(f"or at most {BEYOND / 1000:g} km from the border")
    expected = "; ".join(told)
    return [Problem("outside the territory", field=at, found=f"{lon:g}, {lat:g}", expected=expected)]


def line_problems(catalogue: Catalogue, stops: Iterable[str], at: str) -> list[Problem]:
    """A problem where no stop of a new line lies in the territory; stops that there are not are told elsewhere."""
    found = [catalogue.stops.get(code) for code in stops]
    if any(stop is None or catalogue.covers(stop.lon, stop.lat) for stop in found):
        return []
    expected = "at least one that does: what a line does elsewhere is not seen"
    return [Problem("no stop of the line lies in the territory", field=at, expected=expected)]


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points (lon, lat) that are not far apart.

    >>> round(metres_apart((9.0, 44.0), (9.0, 44.1)))
    11120
    """
    east = (one[0] - other[0]) * np.cos(np.radians((one[1] + other[1]) / 2))
    return float(np.hypot(east, one[1] - other[1]) * _DEGREE)


def _metres_from_border(catalogue: Catalogue, lon: float, lat: float) -> float:
    """Metres from a point outside to the nearest municipality; east and west shrunk as at the point's latitude."""
    shrunk = np.array([np.cos(np.radians(lat)), 1.0])
    towns = shapely.transform(catalogue.ground.towns.geometry.to_numpy(), lambda points: points * shrunk)
    point = shapely.Point(lon * shrunk[0], lat)
    return float(shapely.distance(towns, point).min() * _DEGREE)
