# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What kind of vehicle a line runs."""

from __future__ import annotations

#: Basic types of GTFS, and the hundreds of the extended ones (TPEG-based) as Google's list has them.
_BASIC = {
    0: "tram",
    1: "metro",
    2: "rail",
    3: "bus",
    4: "ferry",
    5: "tram",
    7: "funicular",
    11: "bus",
    12: "metro",
}
_HUNDREDS = {
    1: "rail",
    2: "bus",
    3: "rail",
    4: "metro",
    5: "metro",
    6: "metro",
    7: "bus",
    8: "bus",
    9: "tram",
    10: "ferry",
    12: "ferry",
    14: "funicular",
}
#: The order in which modes are shown.
MODES = ("rail", "metro", "tram", "bus", "ferry", "funicular", "other")


def mode_of(route_type: int) -> str:
    """The mode of a route_type, basic or extended; "other" for aerial lifts, planes, taxis and what is not known.

    >>> [mode_of(code) for code in (2, 109, 204, 401, 715, 900, 1400, 6, -1)]
    ['rail', 'rail', 'bus', 'metro', 'bus', 'tram', 'funicular', 'other', 'other']
    """
    if route_type in _BASIC:
        return _BASIC[route_type]
    return _HUNDREDS.get(route_type // 100, "other") if route_type >= 100 else "other"
