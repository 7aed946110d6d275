# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What may be asked of travel times: typed options with their defaults and limits, checked all at once."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from aumenta.errors import AccessError, Problem

Mode = Literal["walk", "bike", "car", "transit"]
Access = Literal["walk", "bike", "car"]
MODES: tuple[Mode, ...] = get_args(Mode)
#: Modes that a timetable may have, as `aumenta.network.gtfs` names them.
VEHICLES = ("rail", "metro", "tram", "bus", "ferry", "funicular", "other")

#: Smallest and largest value of each numeric option.
LIMITS: dict[str, tuple[float, float]] = {
    "step": (10, 3600),
    "max_minutes": (1, 240),
    "walk_speed": (0.3, 3.0),
    "bike_speed": (1.0, 12.0),
    "car_factor": (0.3, 3.0),
    "access_minutes": (0, 60),
    "egress_minutes": (0, 60),
    "transfer_minutes": (0, 20),
    "direct_minutes": (0, 240),
    "bike_parking": (0, 1800),
    "car_parking": (0, 1800),
    "change_seconds": (0, 1800),
    "rides": (1, 12),
}
#: Most departures of one window.
MAX_DEPARTURES = 720
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")


@dataclass(frozen=True)
class Options:
    """How one travels, and when.

    mode: walk, bike, car, or transit (with `access` and `egress`).
    date: ISO day; None = the timetable's representative day.
    window: first departure and the end, which is not a departure itself: ("7:00", "9:00") are 120 departures, one
        each `step` seconds; the same time twice is one departure.
    max_minutes: what takes longer is not reached.
    percentiles: nearest rank over all departures of the window.
    walk_speed, bike_speed: metres a second on the flat; car_factor multiplies the seconds of every drive.
    access: how one gets to the first stop: walk, bike (left there, `bike_parking` seconds) or car (left at a railway or
        metro station, `car_parking` seconds).
    bike_on_board: with access by bicycle, it travels along on trips that allow it and carries to the destination.
    access_minutes, egress_minutes, transfer_minutes: longest way to the first stop, from the last, between two.
    direct_minutes: longest way without any vehicle that transit is compared with (on foot; by bicycle with access by
        bicycle).
    change_seconds: least time between leaving a vehicle and boarding the next.
    rides: most vehicles boarded; None = as many as it takes.
    vehicles: modes of the timetable that may be boarded (rail, metro, tram, bus, ferry, funicular, other); None = all.
    """

    mode: Mode = "transit"
    date: str | None = None
    window: tuple[str, str] = ("7:00", "9:00")
    step: int = 60
    max_minutes: int = 120
    percentiles: tuple[int, ...] = (25, 50, 75)
    walk_speed: float = 1.4
    bike_speed: float = 4.2
    car_factor: float = 1.0
    access: Access = "walk"
    bike_on_board: bool = False
    access_minutes: float = 20
    egress_minutes: float = 20
    transfer_minutes: float = 10
    direct_minutes: float = 60
    bike_parking: int = 60
    car_parking: int = 180
    change_seconds: int = 60
    rides: int | None = None
    vehicles: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        problems = [*self._choices(), *self._numbers(), *self._times()]
        if problems:
            raise AccessError("The question cannot be answered as it is put.", problems)

    @property
    def start(self) -> int:
        """Seconds after midnight of the first departure."""
        return seconds_of(self.window[0])

    @property
    def count(self) -> int:
        """Number of departures; 1 for walk, bike and car, which take the same time at any hour."""
        if self.mode != "transit":
            return 1
        return max(1, math.ceil((seconds_of(self.window[1]) - self.start) / self.step))

    @property
    def max_seconds(self) -> int:
        """The limit of a whole journey in seconds."""
        return int(self.max_minutes * 60)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that replays the question."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}

    def _choices(self) -> list[Problem]:
        problems = []
        for name, given, known in (("mode", self.mode, MODES), ("access", self.access, get_args(Access))):
            if given not in known:
                problems.append(
                    Problem(
                        "not one of the choices", field=name, found=repr(given), expected=", ".join(known)
                    )
                )
        for vehicle in self.vehicles if self.vehicles is not None else VEHICLES[:1]:
            if vehicle not in VEHICLES:
                expected = ", ".join(VEHICLES)
                problems.append(
                    Problem("no such mode", field="vehicles", found=repr(vehicle), expected=expected)
                )
        if self.vehicles == ():
            problems.append(Problem("no mode at all", field="vehicles", expected="mode: walk, or some modes"))
        if self.bike_on_board and self.access != "bike":
            problems.append(
                Problem("a bicycle on board is brought there", field="bike_on_board", expected="access: bike")
            )
        return problems

    def _numbers(self) -> list[Problem]:
        problems = []
        for name, (least, most) in LIMITS.items():
            given = getattr(self, name)
            if given is None and name == "rides":
                continue
            if not isinstance(given, int | float) or not least <= given <= most:
                problems.append(
                    Problem(
                        "out of its limits", field=name, found=repr(given), expected=f"{least:g} to {most:g}"
                    )
                )
        if not self.percentiles or any(not isinstance(p, int) or not 1 <= p <= 100 for p in self.percentiles):
            problems.append(
                Problem(
                    "not percentiles", field="percentiles", found=repr(self.percentiles), expected="1 to 100"
                )
            )
        return problems

    def _times(self) -> list[Problem]:
        problems = [
            Problem("not a time of day", field="window", found=repr(text), expected="such as 7:00")
            for text in self.window
            if not isinstance(text, str) or not is_clock(text)
        ]
        # How long the window is can only be judged where both its ends and the step are what they should be.
        if not problems and isinstance(self.step, int | float) and self.step > 0:
            problems += self._length(self.step)
        if self.date is not None and not _is_date(self.date):
            problems.append(Problem("not a date", field="date", found=repr(self.date), expected="2026-05-13"))
        return problems

    def _length(self, step: float) -> list[Problem]:
        """What is wrong with the length of a window whose ends are times of day."""
        length = seconds_of(self.window[1]) - self.start
        if length < 0:
            turned = f"{self.window[0]} to {self.window[1]}"
            return [
                Problem(
                    "the window ends before it begins", field="window", found=turned, expected="start, end"
                )
            ]
        if length / step > MAX_DEPARTURES:
            return [
                Problem(
                    "too many departures",
                    field="window",
                    found=str(math.ceil(length / step)),
                    expected=f"at most {MAX_DEPARTURES}; a shorter window or a longer step",
                )
            ]
        return []


def is_clock(text: str) -> bool:
    """Whether a text is a time of day up to 29:59 (after midnight counts on).

    >>> is_clock("8:05"), is_clock("25:10"), is_clock("8.05")
    (True, True, False)
    """
    found = _CLOCK.match(text.strip())
    return found is not None and int(found[1]) < 30 and int(found[2]) < 60 and int(found[3] or 0) < 60


def seconds_of(text: str) -> int:
    """Seconds after midnight of a time of day; `AccessError` when it is none.

    >>> seconds_of("7:05")
    25500
    """
    if not is_clock(text):
        raise AccessError(
            "The time cannot be read.", [Problem("not a time of day", found=repr(text), expected="7:05")]
        )
    found = _CLOCK.match(text.strip())
    assert found is not None
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)


def clock(seconds: int) -> str:
    """A time of day in words: hours may exceed 24.

    >>> clock(25500)
    '7:05'
    """
    rest = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}{rest}"


def _is_date(text: str) -> bool:
    from datetime import date  # noqa: PLC0415

    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        return False
    return len(text) == 10
