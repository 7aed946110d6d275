# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of an answer about travel times: what lies in each class of minutes, what is reached within each band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aumenta.access.times import BANDS
from aumenta.twin.reached import Reachable
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.map_classes import sequential_colours
from aumenta.web.reach_service import CLASSES, Sums
from aumenta.web.table_text import csv_bytes

#: Colours of the classes that are reached: the nearer the darker.
COLOURS = sequential_colours(CLASSES - 1)
#: What is not reached is nearly as white as the paper.
NOT_REACHED_COLOUR = "#f4f5f6"


def labels(language: Language) -> list[str]:
    """Names of the eight classes."""
    it = language.code == "it"
    between = [f"{a}–{b} min" for a, b in pairwise(BANDS)]
    first = f"fino a {BANDS[0]} min" if it else f"up to {BANDS[0]} min"
    over = f"oltre {BANDS[-1]} min" if it else f"over {BANDS[-1]} min"
    return [first, *between, over, "non raggiungibile" if it else "not reachable"]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class: cells, residents, jobs, and places of every kind of service in it."""

    klass: int
    label: str
    cells: int
    people: int
    jobs: int
    services: int


def class_rows(sums: Sums | None, language: Language) -> list[ClassRow]:
    """The eight classes; all zero without an answer."""
    names = labels(language)
    if sums is None:
        return [ClassRow(k, name, 0, 0, 0, 0) for k, name in enumerate(names)]
    steps = np.column_stack([sums.within, sums.reached, sums.totals])
    each = np.round(np.diff(steps, axis=1, prepend=0.0)).astype(int)
    return [
        ClassRow(k, name, int(sums.cells[k]), int(each[0, k]), int(each[1, k]), int(each[2:, k].sum()))
        for k, name in enumerate(names)
    ]


@dataclass(frozen=True, slots=True)
class ThingRow:
    """One thing: how much lies within each band and in the whole territory.

    `known`: whether any of it stands in a cell, so that a number can be given at all; `at_least`: whether its list is
    incomplete, or some of it is known by its municipality only (`elsewhere`).
    """

    id: str
    name: str
    within: tuple[int, ...]
    total: int
    known: bool
    at_least: bool
    elsewhere: int


def thing_rows(
    things: Sequence[Reachable], totals: Sequence[float], sums: Sums | None, language: Language
) -> list[ThingRow]:
    """People, jobs and every kind of service; `totals` of the whole territory, sums zero without an answer."""
    rows = []
    for at, thing in enumerate(things):
        within = (0,) * len(BANDS) if sums is None else tuple(round(v) for v in sums.within[at].tolist())
        total = round(float(totals[at]))
        at_least = not thing.complete or thing.elsewhere > 0
        known = total > 0 or not at_least
        name = language.text(thing.name)
        rows.append(ThingRow(thing.id, name, within, total, known, at_least, thing.elsewhere))
    return rows


_FIRST = {"it": ("classe", "celle"), "en": ("class", "cells")}


def csv_of(things: Sequence[Reachable], sums: Sums, language: Language) -> bytes:
    """One row for each class of minutes: cells, then everything that lies in it; unknown is empty."""
    rows = thing_rows(things, sums.totals.tolist(), sums, language)
    steps = np.column_stack([sums.within, sums.reached, sums.totals])
    each = np.round(np.diff(steps, axis=1, prepend=0.0), 1)
    least = " (almeno)" if language.code == "it" else " (at least)"
    header = [*_FIRST[language.code], *(row.name + (least if row.at_least else "") for row in rows)]
    body = [
        [label, int(sums.cells[k]), *(float(each[i, k]) if row.known else None for i, row in enumerate(rows))]
        for k, label in enumerate(labels(language))
    ]
    return csv_bytes(header, body)


def not_counted(rows: Sequence[ThingRow]) -> list[ThingRow]:
    """What there is, or may be, without being known in any cell."""
    return [row for row in rows if not row.known]


LEGEND_NOTE = Text(
    it="Le celle senza colore non si raggiungono nel tempo massimo.",
    en="Cells without colour are not reached within the limit.",
)
