# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What changes of the network share: is there one, does the line run there, the network with another timetable."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import ClassVar

import numpy as np

from aumenta.errors import Problem
from aumenta.network.gtfs import representative_date
from aumenta.network.model import Network, Timetable
from aumenta.scenario import networks, timetables
from aumenta.scenario.catalogue import NETWORK, Catalogue
from aumenta.scenario.change import ChangeBase
from aumenta.scenario.fields import NewStop
from aumenta.scenario.first_timetable import with_timetable_to_fill
from aumenta.store.view import View

#: Metres of the mean radius of the Earth.
_EARTH = 6_371_008.8


class NetworkChange(ChangeBase):
    """A change of the network."""

    touches: ClassVar[frozenset[str]] = frozenset({NETWORK})

    @staticmethod
    def network_problems(catalogue: Catalogue, transit: bool = True) -> list[Problem]:
        """A problem where the twin has no network, or no public transport for a change of it."""
        if catalogue.ground.network is None:
            return [Problem("the twin has no network", expected="a build with its network: `aumenta build`")]
        first = catalogue.lines.added or catalogue.stops.added  # a first line is added to streets alone
        if transit and catalogue.ground.timetable is None and not first:
            return [
                Problem(
                    "the network has no public transport",
                    expected="a build with a timetable, or a line.add before",
                )
            ]
        return []


def timetable_of(view: View) -> Timetable:
    """The timetable of the View's network; the change was resolved, so there is one."""
    table: Timetable | None = view[NETWORK].timetable
    if table is None:
        raise ValueError("the network has no public transport")
    return table


def with_timetable(view: View, table: Timetable) -> View:
    """The View with another timetable over the same stops."""
    network: Network = view[NETWORK]
    if table is network.timetable:
        return view
    return view.replaced({NETWORK: networks.with_timetable(network, table)})


def begun(view: View) -> View:
    """The View where a first stop or line can be added: with an empty timetable where it has none."""
    network: Network = view[NETWORK]
    made = with_timetable_to_fill(network)
    return view if made is network else view.replaced({NETWORK: made})


def with_new_stops(view: View, refs: Iterable[str | NewStop]) -> View:
    """The View with the new ones among some stops."""
    made = [
        timetables.NewStop(one.id, one.name, one.lon, one.lat) for one in refs if isinstance(one, NewStop)
    ]
    return view.replaced({NETWORK: networks.with_stops(view[NETWORK], made)}) if made else view


def day_of(catalogue_or_view: Network) -> np.datetime64:
    """The day that is asked about where nobody names one."""
    named, table = catalogue_or_view.about.date, catalogue_or_view.timetable
    if named is None and table is not None:
        return representative_date(table)
    return np.datetime64(str(named), "D")


def between_problems(
    line: str, ends: tuple[str, str], catalogue: Catalogue, fields: tuple[str, str], next_to: bool = False
) -> list[Problem]:
    """A problem when no trip of a line goes from one stop to the other, in either direction (`next_to`: without a stop
    between); for each stop one, when the line does not call there at all.
    """
    patterns = catalogue.patterns(line)
    label = catalogue.lines.label(line)
    found = []
    for stop, at in zip(ends, fields, strict=True):
        if not any(stop in order for order in patterns):
            calls = list(dict.fromkeys(stop for order in patterns for stop in order))
            shown = ", ".join(f"{code} ({catalogue.stops.label(code)})" for code in calls[:8])
            more = f" and {len(calls) - 8} more" if len(calls) > 8 else ""
            told = f"{stop} ({catalogue.stops.label(stop)})"
            found.append(
                Problem(f"the line {label} does not call there", field=at, found=told, expected=shown + more)
            )
    if found:
        return found
    first, last = ends
    if first == last:
        return [Problem("the two stops are one", field=fields[1], found=last)]
    if not any(
        _goes(order, first, last, next_to) or _goes(order, last, first, next_to) for order in patterns
    ):
        what = "from one to the next" if next_to else "from one to the other"
        return [
            Problem(f"no trip of the line {label} goes {what}", field=fields[1], found=f"{first}, {last}")
        ]
    return []


def _goes(order: tuple[str, ...], first: str, last: str, next_to: bool) -> bool:
    if next_to:
        return (first, last) in pairwise(order)
    return first in order and last in order[order.index(first) + 1 :]


def metres_between(points: list[tuple[float, float]]) -> list[float]:
    """Metres from each point (lon, lat) to the next, as the crow flies over a sphere.

    >>> round(metres_between([(9.0, 44.0), (9.0, 45.0)])[0])
    111195
    """
    lon, lat = (np.radians([point[axis] for point in points]) for axis in (0, 1))
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    away: list[float] = (2 * _EARTH * np.arcsin(np.sqrt(half))).tolist()
    return away
