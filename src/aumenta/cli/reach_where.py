# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the point that somebody names on the command line: coordinates, a place of the twin, a stop."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from aumenta.errors import AccessError, Problem

if TYPE_CHECKING:
    from aumenta.network.model import Timetable
    from aumenta.twin.facade import Twin

_NUMBERS = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*$")
_STOP = "stop:"
#: Stops of one name that lie within so many degrees (about a kilometre) are one station.
_SAME_STATION = 0.01
_MOST_NAMES = 5


class Where(NamedTuple):
    """A point and what to call it."""

    lonlat: tuple[float, float]
    name: str


def where(twin: Twin, text: str, field: str) -> Where:
    """The point that a text names: `lon,lat`, id or name of a place (its seat), id or name of a stop.

    `stop:` before it looks among the stops only. AccessError: nothing or several things of that name, no coordinates.
    """
    numbers = _NUMBERS.match(text)
    if numbers:
        return _point(float(numbers[1]), float(numbers[2]), field)
    wanted = text.removeprefix(_STOP).strip().casefold()
    names: list[str] = []
    if not text.startswith(_STOP):
        found = _place(twin, wanted, field, names)
        if found is not None:
            return found
    timetable = twin.network.timetable
    if timetable is not None and wanted:
        found = _stop(timetable, wanted, field, names)
        if found is not None:
            return found
    near = get_close_matches(wanted, {name.casefold(): name for name in names}, _MOST_NAMES)
    known = {name.casefold(): name for name in names}
    expected = "lon,lat; id or name of a place or stop"
    if near:
        expected += "; is it " + ", ".join(known[name] for name in near) + "?"
    raise _refused(Problem("nothing of that name", field=field, found=text, expected=expected))


def _point(lon: float, lat: float, field: str) -> Where:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        found = f"{lon:g},{lat:g}"
        raise _refused(
            Problem("not longitude and latitude", field=field, found=found, expected="lon,lat as 7.66,45.07")
        )
    return Where((lon, lat), f"{lon:g},{lat:g}")


def _place(twin: Twin, wanted: str, field: str, names: list[str]) -> Where | None:
    """The seat of a place; municipalities go before zones of the same name."""
    places = twin.places()
    names += places["name"].tolist()
    keys = places["id"].str.casefold() == wanted
    if not keys.any():
        keys = places["name"].str.casefold() == wanted
        if (keys & (places["level"] == "municipality")).any():
            keys &= places["level"] == "municipality"
    found = places[keys]
    if found.empty:
        return None
    if len(found) > 1:
        ids = ", ".join(found["id"])
        raise _refused(Problem("several places of that name", field=field, found=wanted, expected=ids))
    row = found.iloc[0]
    if np.isnan(row["seat_lon"]):
        problem = Problem("this place has no seat", field=field, found=str(row["name"]), expected="lon,lat")
        raise _refused(problem)
    return Where((float(row["seat_lon"]), float(row["seat_lat"])), str(row["name"]))


def _stop(timetable: Timetable, wanted: str, field: str, names: list[str]) -> Where | None:
    """A stop by id, or the middle of the stops of one name if they lie together."""
    ids, called = (np.char.lower(np.asarray(words)) for words in (timetable.stop_id, timetable.stop_name))
    at = np.flatnonzero(ids == wanted)
    if not len(at):
        at = np.flatnonzero(called == wanted)
        names += np.unique(timetable.stop_name).tolist()
    if not len(at):
        return None
    lon, lat = timetable.stop_lon[at], timetable.stop_lat[at]
    if max(np.ptp(lon), np.ptp(lat)) > _SAME_STATION:
        listed = ", ".join(timetable.stop_id[at[:_MOST_NAMES]].tolist())
        problem = Problem(
            "several stops of that name lie apart", field=field, found=wanted, expected=f"an id: {listed}"
        )
        raise _refused(problem)
    return Where((float(lon.mean()), float(lat.mean())), str(timetable.stop_name[at[0]]))


def _refused(problem: Problem) -> AccessError:
    return AccessError("The place is not known.", [problem])
