# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What of a timetable may be boarded with the options of a question, and at which stops a car may be left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import AccessError, NetworkError, Problem
from aumenta.network.model import Network, Timetable

#: Modes of the timetable at whose stops a car may be left.
PARKING_MODES = ("rail", "metro")
_CONNECTIONS = ("conn_from", "conn_to", "conn_dep", "conn_arr", "conn_trip", "conn_flags")


def boardable(network: Network, vehicles: Collection[str] | None) -> Timetable:
    """The timetable with the modes that may be boarded (None: all); the rest runs, and nobody boards.

    NetworkError: a network without timetable.
    """
    timetable = network.timetable
    if timetable is None:
        problem = Problem("no timetable in this network", expected="walk, bike or car; or bring a GTFS feed")
        raise NetworkError("There is no public transport to compute with.", [problem])
    if vehicles is None:
        return timetable
    keep = _of_modes(timetable, vehicles)
    return replace(timetable, **{name: getattr(timetable, name)[keep] for name in _CONNECTIONS})


def stops_with_parking(timetable: Timetable) -> NDArray[np.bool_]:
    """For each stop whether a railway or metro leaves from it."""
    found = np.zeros(len(timetable.stop_id), bool)
    found[timetable.conn_from[_of_modes(timetable, PARKING_MODES)]] = True
    return found


def no_service(timetable: Timetable, date: np.datetime64) -> AccessError:
    """The error that tells on which days something runs."""
    from aumenta.network.gtfs import explain_date  # noqa: PLC0415

    return AccessError("Nothing runs on that day.", [explain_date(timetable, date)])


def _of_modes(timetable: Timetable, modes: Collection[str]) -> NDArray[np.bool_]:
    """Connections of lines of some modes."""
    from aumenta.network.gtfs import mode_of  # noqa: PLC0415 - reads feeds: only when modes are told apart

    fits = np.array([mode_of(int(kind)) in modes for kind in timetable.line_type], bool)
    return fits[timetable.trip_line[timetable.conn_trip]]
