# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The map of a difference: blue where it becomes better, orange where worse, white for a true zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.scenario.difference import BETTER, EFFECTS, WORSE, threshold_of
from aumenta.values.model import Indicator
from aumenta.web.cell_picture import picture
from aumenta.web.equity_view import is_right
from aumenta.web.i18n import Language
from aumenta.web.legend import LegendEntry
from aumenta.web.map_classes import MISSING_COLOUR, NO_CLASS, diverging_colours
from aumenta.web.map_data import MapData
from aumenta.web.scenario_effects import Effects
from aumenta.web.thumbnail import places_svg

#: Colours of what begins to be reached, and of what ceases to be.
BEGINS, CEASES = "#0b2f5c", "#7a3300"


@dataclass(frozen=True)
class DifferenceScale:
    """Classes of a difference, the same on both sides of zero.

    `steps` are limits of its size, the first the least that counts. Class numbers rise with the difference; the middle
    one is no difference; two more follow for what begins and what ceases to be reached.
    """

    steps: tuple[float, ...]
    colours: tuple[str, ...]

    @property
    def middle(self) -> int:
        """Number of the class of no difference."""
        return len(self.steps)

    def classes(self, difference: NDArray[np.float64], effect: NDArray[np.int8]) -> NDArray[np.uint8]:
        """Class of each difference; without one by the effect, `NO_CLASS` where that is not known."""
        size = np.searchsorted(np.asarray(self.steps) * (1 - 1e-9), np.abs(difference), side="right")
        found = (self.middle + np.sign(np.nan_to_num(difference)) * size).astype(np.uint8)
        last = 2 * self.middle + 1
        missing = np.isnan(difference)
        found[missing] = NO_CLASS
        found[missing & (effect == BETTER)] = last
        found[missing & (effect == WORSE)] = last + 1
        return found


def scale_of(indicator: Indicator, difference: NDArray[np.float64], right: bool) -> DifferenceScale:
    """Round limits for the differences that there are; a right begins to hold, or ceases to, and nothing between."""
    least = threshold_of(indicator)
    size = np.abs(difference[~np.isnan(difference)])
    size = size[size >= least * (1 - 1e-9)]
    steps = [least]
    if len(size) and not right:
        reach = float(np.quantile(size, 0.9))
        steps += [step for step in (_round(reach / 3), _round(reach)) if step > least * 1.5]
    steps = sorted(set(steps))
    colours = diverging_colours([*(-s for s in reversed(steps)), *steps])
    if indicator.direction == "up":
        colours = tuple(reversed(colours))
    return DifferenceScale(tuple(steps), (*colours, BEGINS, CEASES))


def _round(value: float) -> float:
    return round(value, -math.floor(math.log10(value))) if value > 0 else 0.0


def legend(
    scale: DifferenceScale, classes: NDArray[np.uint8], right: bool, language: Language
) -> list[LegendEntry]:
    """The classes that occur, and no difference, in words with their number."""
    counts = np.bincount(classes, minlength=NO_CLASS + 1)
    labels = _labels(scale, right, language)
    entries = [
        LegendEntry(number, label, scale.colours[number], 0, int(counts[number]))
        for number, label in enumerate(labels)
        if counts[number] or number == scale.middle
    ]
    if counts[NO_CLASS]:
        entries.append(
            LegendEntry(NO_CLASS, language.gettext("not known"), MISSING_COLOUR, 0, int(counts[NO_CLASS]))
        )
    return entries


def _labels(scale: DifferenceScale, right: bool, language: Language) -> list[str]:
    if right:
        return [
            language.gettext("holds no more, or is no longer certain"),
            language.gettext("as before"),
            language.gettext("begins to hold, or is certain now"),
        ]
    told = [language.number(step, None) for step in scale.steps]
    upwards = []
    for number, step in enumerate(told):
        if number + 1 < len(told):
            upwards.append((step, told[number + 1]))
        else:
            upwards.append((step, ""))
    above = [
        language.gettext("+%(a)s to +%(b)s") % {"a": a, "b": b}
        if b
        else language.gettext("+%(a)s and more") % {"a": a}
        for a, b in upwards
    ]
    below = [
        language.gettext("−%(a)s to −%(b)s") % {"a": a, "b": b}
        if b
        else language.gettext("−%(a)s and less") % {"a": a}
        for a, b in upwards
    ]
    return [
        *reversed(below),
        language.gettext("no difference"),
        *above,
        language.gettext("begins to be reached"),
        language.gettext("ceases to be reached"),
    ]


def cell_classes(effects: Effects, key: str) -> tuple[DifferenceScale, NDArray[np.uint8]]:
    """Scale and class of every cell."""
    difference, effect = effects.cells(key)
    scale = scale_of(effects.indicator(key), difference, is_right(key, effects.maps.index))
    return scale, scale.classes(difference, effect)


def cell_png(effects: Effects, key: str) -> bytes:
    """The cells as a picture."""
    scale, classes = cell_classes(effects, key)
    cells = effects.maps.index.cells
    gx, gy = (cells[axis].to_numpy(dtype=np.int32) for axis in ("gx", "gy"))
    return picture(gx, gy, classes, scale.colours)


def place_classes(effects: Effects, key: str) -> tuple[DifferenceScale, Mapping[str, int]]:
    """Scale and class of every municipality."""
    table: pd.DataFrame = effects.places(key, "municipality")
    difference = table["difference"].to_numpy(float)
    effect = np.array([EFFECTS.index(one) for one in table["effect"]], np.int8)
    scale = scale_of(effects.indicator(effects.by_place(key)), difference, right=False)
    classes = scale.classes(difference, effect).tolist()
    return scale, dict(zip(table.index.astype(str), classes, strict=True))


def place_svg(maps: MapData, scale: DifferenceScale, classes: Mapping[str, int]) -> bytes:
    """The municipalities as a drawing with the borders of the zones; those without a value are hatched."""
    outlines = maps.drawings["municipality"].paths.items()
    classed = ((classes.get(place, NO_CLASS), path) for place, path in outlines)
    return places_svg(maps, "municipality", classed, dict(enumerate(scale.colours)), "#c5cbd2")
