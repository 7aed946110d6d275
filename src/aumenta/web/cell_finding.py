# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a map of cells says: people and cells by class, as a table and as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aumenta.web.cell_layers import SAME_AS, CellLayerDefinition
from aumenta.web.finding import Finding
from aumenta.web.i18n import Language
from aumenta.web.legend import LegendEntry
from aumenta.web.map_classes import NO_CLASS, is_minutes
from aumenta.web.map_data import MapData
from aumenta.web.words import BAND_PHRASES, band_key

#: Longest limit of minutes that the sentence of a map of times names.
HOUR = 60.0


@dataclass(frozen=True, slots=True)
class CellRow:
    """One class of cells: how many cells and residents it holds, and their shares (0 to 1)."""

    entry: LegendEntry
    cells: int
    residents: int
    share_cells: float
    share_residents: float


def cell_table(maps: MapData, legend: Sequence[LegendEntry], classes: np.ndarray) -> list[CellRow]:
    """Cells and residents in every class of a layer."""
    people = maps.index.cells["pop"].to_numpy(dtype=float)
    residents = np.bincount(classes, weights=people, minlength=NO_CLASS + 1)
    cells = np.bincount(classes, minlength=NO_CLASS + 1)
    all_cells, everyone = max(1, len(classes)), max(1.0, float(people.sum()))
    return [
        CellRow(
            entry,
            int(cells[entry.klass]),
            int(residents[entry.klass]),
            float(cells[entry.klass] / all_cells),
            float(residents[entry.klass] / everyone),
        )
        for entry in legend
    ]


def cell_finding(
    maps: MapData,
    layer: CellLayerDefinition,
    values: np.ndarray,
    classes: np.ndarray,
    legend: Sequence[LegendEntry],
    language: Language,
) -> Finding:
    """The finding of a layer: where most residents live, or for people and jobs how concentrated they are."""
    it = language.code == "it"
    rows = cell_table(maps, legend, classes)
    name = language.text(layer.name)
    people = layer.column == "pop" or layer.id in SAME_AS["cells.residents"]
    if people or layer.column == "jobs":
        title = _concentration(values, language, people=people)
    elif all(c.label for c in layer.classes):
        title = ("Residenti: " if it else "Residents: ") + _shares(maps, layer, rows, language)
    elif layer.indicator is not None and is_minutes(layer.indicator):
        title = f"{name}: {_within(layer, rows, language)}"
    else:
        most = max(rows, key=lambda row: row.residents)
        share = language.percent(most.share_residents)
        label = f"{most.entry.label} {language.text(layer.unit)}"
        title = (
            f"{name}: {share} dei residenti vive nelle celle «{label}»"
            if it
            else f"{name}: {share} of the residents live in the cells “{label}”"
        )
    count = language.number(len(classes), 0)
    missing = sum(row.cells for row in rows if row.entry.klass == NO_CLASS)
    text = f"{count} celle." if it else f"{count} cells."
    if missing:
        gone = language.number(missing, 0)
        text += f" Senza valore: {gone} celle." if it else f" Without a value: {gone} cells."
    return Finding(title, f"{text} {language.text(layer.description)}")


def _shares(maps: MapData, layer: CellLayerDefinition, rows: Sequence[CellRow], language: Language) -> str:
    """ "73 % in the plain, 20 % in the hills": the share of residents in every named class, largest first."""
    bands = list(maps.bands) if layer.column == "band" else []
    said = []
    for row in sorted(rows, key=lambda row: -row.share_residents):
        phrase = BAND_PHRASES.get(band_key(bands[row.entry.klass])) if row.entry.klass < len(bands) else None
        said.append(f"{language.percent(row.share_residents)} {language.text(phrase) or row.entry.label}")
    return ", ".join(said)


def _within(layer: CellLayerDefinition, rows: Sequence[CellRow], language: Language) -> str:
    """ "47 % of the residents within 60 minutes, 12 % not reachable": the longest limit up to an hour."""
    limit = max((b for b in layer.breaks if b <= HOUR), default=layer.breaks[0])
    below = layer.breaks.index(limit)
    near = sum(row.share_residents for row in rows if row.entry.klass <= below)
    never = sum(row.share_residents for row in rows if row.entry.klass == len(layer.classes) - 1)
    minutes = language.number(limit, 0)
    if language.code == "it":
        said = f"{language.percent(near)} dei residenti entro {minutes} minuti"
        return said + (f", {language.percent(never)} non raggiungibile" if never else "")
    said = f"{language.percent(near)} of the residents within {minutes} minutes"
    return said + (f", {language.percent(never)} not reachable" if never else "")


def _concentration(values: np.ndarray, language: Language, *, people: bool) -> str:
    """ "Half of the residents live in 1,705 of 109,310 cells": the fewest cells that hold half of the whole."""
    ordered = np.sort(np.nan_to_num(values))[::-1]
    half = float(ordered.sum()) / 2
    needed = int(np.searchsorted(np.cumsum(ordered), half)) + 1 if half else 0
    some, every = language.number(needed, 0), language.number(len(ordered), 0)
    if language.code == "it":
        return f"Metà {'dei residenti vive' if people else 'degli addetti lavora'} in {some} celle su {every}"
    return f"Half of the {'residents live' if people else 'jobs are'} in {some} of {every} cells"
