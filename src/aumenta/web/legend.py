# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Legends in words: the label, colour, pattern and count of every class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aumenta.web.cell_layers import DOTS, UNREACHED_WORDS, CellLayerDefinition
from aumenta.web.i18n import Language
from aumenta.web.map_classes import MISSING_COLOUR, NO_CLASS, UNREACHED_COLOUR, Scale


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One class: its number (`NO_CLASS` for what has no value), label, colour, pattern, and how many are in it."""

    klass: int
    label: str
    colour: str
    pattern: int
    count: int


def limit_labels(breaks: Sequence[float], language: Language) -> list[str]:
    """Labels of the `len(breaks) + 1` classes between limits: below, from-to, and over."""
    it = language.code == "it"
    if not breaks:
        return ["tutti i valori" if it else "all values"]
    numbers = [language.number(b, None) for b in breaks]
    labels = [("meno di " if it else "less than ") + numbers[0]]
    join = "da {} a {}" if it else "{} to {}"
    labels += [join.format(a, b) for a, b in pairwise(numbers)]
    labels.append(numbers[-1] + (" e più" if it else " and over"))
    return labels


def legend_of_scale(scale: Scale, classes: Sequence[int], language: Language) -> list[LegendEntry]:
    """Legend of a map of places, with the number of places in each class."""
    entries = [
        LegendEntry(i, label, scale.colours[i], 0, list(classes).count(i))
        for i, label in enumerate(limit_labels(scale.breaks, language))
    ]
    if scale.unreached:
        last = len(entries)
        entries.append(
            LegendEntry(
                last, language.text(UNREACHED_WORDS), UNREACHED_COLOUR, DOTS, list(classes).count(last)
            )
        )
    return entries + _missing(list(classes).count(NO_CLASS), language)


def legend_of_cells(layer: CellLayerDefinition, classes: np.ndarray, language: Language) -> list[LegendEntry]:
    """Legend of a layer of cells, with the number of cells in each class."""
    counts = np.bincount(classes, minlength=NO_CLASS + 1)
    limits = limit_labels(layer.breaks, language)
    entries = [
        LegendEntry(i, language.text(c.label) if c.label else limits[i], c.colour, c.pattern, int(counts[i]))
        for i, c in enumerate(layer.classes)
    ]
    return entries + _missing(int(counts[NO_CLASS]), language)


def _missing(count: int, language: Language) -> list[LegendEntry]:
    if not count:
        return []
    label = "senza valore" if language.code == "it" else "no value"
    return [LegendEntry(NO_CLASS, label, MISSING_COLOUR, 0, count)]
