# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Classes of a legend: round limits, which class a value falls in, and the colour of each class.

Quantities take cividis (sequential, safe for colour-blind eyes, lightness rises steadily); differences take
blue-white-orange with a true zero. A class takes its lower limit and leaves its upper one to the next class.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.values.model import Indicator

#: Class number of a place or cell without a value.
NO_CLASS = 255
#: Fewest and most classes that a legend made from the values has.
FEWEST, MOST = 5, 7

# Nine equally spaced colours of cividis (Nunez, Anderton, Renslow 2018); colours between are interpolated.
_CIVIDIS = ("#00224e", "#1a386f", "#434e6c", "#61656f", "#7d7c78", "#9b9476", "#bcae6c", "#dec958", "#fee838")
_BLUE, _WHITE, _ORANGE = "#1f5fa8", "#f7f7f7", "#c85a00"
#: Altitude bands: three greys to brown, always with a texture of their own.
BAND_COLOURS = ("#d9d6cf", "#a89b86", "#6b5844")
#: Fill below the hatching of what has no value.
MISSING_COLOUR = "#c9ccd1"
#: Reason of a time that is missing because the place is not reached within the limit: known, and a class of its own.
UNREACHED = "not_reached"
UNREACHED_COLOUR = "#e3dfe8"
#: Limits of the plan's bands of minutes.
PLAN_MINUTES = (15.0, 30.0, 45.0, 60.0, 75.0, 90.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Limits between classes (ascending) and one colour for each of the `len(breaks) + 1` classes.

    Where `unreached`, one more class follows the last: what is not reached at all.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    diverging: bool = False
    unreached: bool = False

    def classes_of(self, values: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Class number of each value, `NO_CLASS` where the value is not a number."""
        found = np.searchsorted(np.asarray(self.breaks, dtype=np.float64), values, side="right").astype(
            np.uint8
        )
        found[np.isnan(values)] = NO_CLASS
        return found

    def class_of(self, value: float | None, reason: str | None = None) -> int:
        """Class number of one value; `NO_CLASS` for None and NaN, unless the `reason` is that it is not reached."""
        if value is None or math.isnan(value):
            return len(self.breaks) + 1 if self.unreached and reason == UNREACHED else NO_CLASS
        return int(np.searchsorted(np.asarray(self.breaks, dtype=np.float64), value, side="right"))


def scale_for(indicator: Indicator, values: Iterable[float | None]) -> Scale:
    """The scale of an indicator: its own limits when it states them, else round ones from the values.

    Outer classes that no value of any level falls in are dropped, so limits that name the ends of the range
    (0 and 100) leave no empty class; the limits between the others never move. Minutes keep the plan's bands, all of
    them, with a last class of what is not reached, so that a colour is the same time on every map.
    """
    if is_minutes(indicator):
        limits = tuple(indicator.breaks) or PLAN_MINUTES
        return Scale(limits, sequential_colours(len(limits) + 1), unreached=True)
    known = np.sort(np.array([v for v in values if v is not None and not math.isnan(v)], dtype=np.float64))
    diverging = indicator.scale == "diverging"
    breaks = list(indicator.breaks) if indicator.breaks else round_breaks(known, diverging)
    while len(breaks) > 1 and known.size and known[0] >= breaks[0] and not diverging:
        breaks.pop(0)
        if known[0] >= breaks[0]:
            continue
        break
    while len(breaks) > 1 and known.size and known[-1] < breaks[-1] and not diverging:
        breaks.pop()
        if known[-1] < breaks[-1]:
            continue
        break
    colours = diverging_colours(breaks) if diverging else sequential_colours(len(breaks) + 1)
    return Scale(tuple(breaks), colours, diverging)


def is_minutes(indicator: Indicator) -> bool:
    """Whether an indicator is a travel time."""
    return indicator.unit.en.casefold() == "minutes"


def round_breaks(known: NDArray[np.float64], diverging: bool = False) -> list[float]:
    """Round limits that part sorted values into about equally filled classes (at most `MOST`)."""
    if known.size == 0 or known[0] == known[-1]:
        return []
    if diverging:
        reach = float(np.quantile(np.abs(known), 0.9)) or float(np.abs(known).max())
        steps = sorted({_round_to(reach * part, 1) for part in (0.25, 0.6, 1.0)} - {0.0})
        return [-s for s in reversed(steps)] + [0.0] + steps
    for digits in (1, 2, 3):
        wanted = (float(np.quantile(known, k / MOST)) for k in range(1, MOST))
        breaks = sorted({_round_to(q, digits, float(known[-1] - known[0])) for q in wanted})
        breaks = [b for b in breaks if known[0] < b <= known[-1]]
        if len(breaks) + 1 >= FEWEST:
            break
    return breaks


def _round_to(value: float, digits: int, span: float | None = None) -> float:
    """Round to so many significant digits of the value, or of the span when the values lie far from zero."""
    size = min(abs(value), span) if span else abs(value)
    if value == 0 or size == 0:
        return 0.0
    return float(round(value, digits - 1 - math.floor(math.log10(size))))


def sequential_colours(number: int) -> tuple[str, ...]:
    """`number` colours of cividis, dark to light."""
    if number == 1:
        return (_CIVIDIS[4],)
    return tuple(_along(_CIVIDIS, i / (number - 1)) for i in range(number))


def diverging_colours(breaks: Sequence[float]) -> tuple[str, ...]:
    """Blue below zero, orange above, white only for the class that holds zero inside, if there is one."""
    edges = [-math.inf, *breaks, math.inf]
    below = [i for i in range(len(edges) - 1) if edges[i + 1] <= 0]
    above = [i for i in range(len(edges) - 1) if edges[i] >= 0]
    colours = []
    for i in range(len(edges) - 1):
        if i in below:
            colours.append(_along((_WHITE, _BLUE), (len(below) - below.index(i)) / len(below)))
        elif i in above:
            colours.append(_along((_WHITE, _ORANGE), (above.index(i) + 1) / len(above)))
        else:
            colours.append(_WHITE)
    return tuple(colours)


def _along(colours: Sequence[str], where: float) -> str:
    """Colour at a share (0 to 1) of the way along equally spaced colours, mixed in sRGB."""
    at = where * (len(colours) - 1)
    left = min(int(at), len(colours) - 2)
    part = at - left
    mixed = []
    for channel in (1, 3, 5):
        a = int(colours[left][channel : channel + 2], 16)
        b = int(colours[left + 1][channel : channel + 2], 16)
        mixed.append(round(a + (b - a) * part))
    return "#" + "".join(f"{value:02x}" for value in mixed)
