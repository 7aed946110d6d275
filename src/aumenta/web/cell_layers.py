# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Layers of cells that a map can show: those that the cells carry themselves, and indicators made for cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.territory.plane import EUROPE, Plane
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.map_classes import (
    BAND_COLOURS,
    NO_CLASS,
    UNREACHED_COLOUR,
    is_minutes,
    scale_for,
    sequential_colours,
)

#: Colour of the class of zero where zero is its own class: nobody, nothing.
ZERO_COLOUR = "#efece4"
#: Patterns drawn over a class: 0 none, 1 dots, 2 level lines, 3 oblique lines.
DOTS, LINES, OBLIQUE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class CellClass:
    """One class of a layer of cells: its label (None: from the limits), colour and pattern."""

    colour: str
    label: Text | None = None
    pattern: int = 0


@dataclass(frozen=True)
class CellLayerDefinition:
    """A layer of cells before it is drawn: what it is, its classes, and where its values come from."""

    id: str
    name: Text
    description: Text
    unit: Text
    decimals: int
    column: str | None
    breaks: tuple[float, ...]
    classes: tuple[CellClass, ...]
    indicator: Indicator | None = None


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


def _graded(breaks: tuple[float, ...], zero: Text | None = None) -> tuple[CellClass, ...]:
    """Classes of a quantity; with `zero`, the first class is zero itself and has a colour apart."""
    if zero is None:
        return tuple(CellClass(c) for c in sequential_colours(len(breaks) + 1))
    return (CellClass(ZERO_COLOUR, zero), *(CellClass(c) for c in sequential_colours(len(breaks))))


#: What is not reached at all, as the last class of minutes.
UNREACHED_WORDS = _t("non raggiungibile", "not reachable")
_PEOPLE = (1.0, 5.0, 20.0, 50.0, 100.0, 250.0)
_HEIGHTS = (250.0, 500.0, 1000.0, 1500.0, 2000.0, 2500.0)
_ESTIMATE = _t(
    "Stima: i residenti di ogni chilometro quadrato sono distribuiti fra le sue celle.",
    "Estimate: the residents of each square kilometre are spread over its cells.",
)

#: What every grid carries; the altitude bands join with the bands of the territory.
OWN_LAYERS: tuple[CellLayerDefinition, ...] = (
    CellLayerDefinition(
        "cells.residents",
        _t("Residenti per cella", "Residents by cell"),
        _ESTIMATE,
        _t("residenti", "residents"),
        0,
        "pop",
        _PEOPLE,
        _graded(_PEOPLE, _t("nessun residente", "no residents")),
    ),
    CellLayerDefinition(
        "cells.jobs",
        _t("Persone occupate nelle imprese, per cella", "Persons employed in enterprises, by cell"),
        _t(
            "Stima: gli addetti di ogni comune sono distribuiti fra le sue celle con un peso dichiarato.",
            "Estimate: the persons employed in each municipality are spread over its cells with a stated weight.",
        ),
        _t("addetti", "persons employed"),
        1,
        "jobs",
        _PEOPLE,
        _graded(_PEOPLE, _t("meno di uno", "fewer than one")),
    ),
    CellLayerDefinition(
        "cells.degurba",
        _t("Grado di urbanizzazione", "Degree of urbanisation"),
        _t(
            "Metodo di Eurostat su celle di un chilometro: centri e agglomerati sono il pieno, celle rurali il vuoto.",
            "Eurostat's method on cells of one kilometre: urban centres and clusters are full, rural cells are void.",
        ),
        _t("classe", "class"),
        0,
        "degurba",
        (2.0, 3.0),
        (
            CellClass("#e8ead9", _t("cella rurale (vuoto)", "rural cell (void)")),
            CellClass("#bcae6c", _t("agglomerato urbano (pieno)", "urban cluster (full)"), LINES),
            CellClass("#434e6c", _t("centro urbano (pieno)", "urban centre (full)"), OBLIQUE),
        ),
    ),
    CellLayerDefinition(
        "cells.height",
        _t("Altitudine per cella", "Height by cell"),
        _t(
            "Altitudine del centro della cella, interpolata da punti.",
            "Height of the cell's centre, interpolated from points.",
        ),
        _t("m", "m"),
        0,
        "height_m",
        _HEIGHTS,
        _graded(_HEIGHTS),
    ),
)


#: Share of the cells above which a class shows too little of them, and other limits are taken.
MOST_IN_ONE = 0.85
#: Indicators that say the same as an own layer, which then steps back.
SAME_AS: dict[str, set[str]] = {"cells.residents": {"demography.population"}}


def band_layer(bands: dict[str, str]) -> CellLayerDefinition:
    """The layer of altitude bands: `bands` are names by id, in the order of the classes."""
    patterns = (0, DOTS, OBLIQUE, LINES)
    classes = tuple(
        CellClass(BAND_COLOURS[i % len(BAND_COLOURS)], _t(name, name), patterns[i % len(patterns)])
        for i, name in enumerate(bands.values())
    )
    return CellLayerDefinition(
        "cells.band",
        _t("Fascia altimetrica", "Altitude band"),
        _t(
            "La fascia del comune che contiene il centro della cella.",
            "The band of the municipality that holds the cell's centre.",
        ),
        _t("fascia", "band"),
        0,
        "band",
        tuple(float(i) for i in range(1, len(bands))),
        classes,
    )


#: Indicators whose values of cells are two states, with a name each.
_STATES: dict[str, tuple[CellClass, ...]] = {
    "fullvoid.full": (
        CellClass("#e8ead9", _t("vuoto", "void")),
        CellClass("#434e6c", _t("pieno", "full"), OBLIQUE),
    ),
}


def indicator_layer(indicator: Indicator, values: NDArray[np.float64]) -> CellLayerDefinition:
    """The layer of an indicator that has values of cells.

    The limits are the indicator's own, unless they were made for larger places: where they leave nearly all cells in
    one class, whole counts take those of people by cell, and anything else round limits from the values.
    """
    breaks, classes = _limits(indicator, values)
    return CellLayerDefinition(
        indicator.id,
        indicator.name,
        indicator.description,
        indicator.unit,
        indicator.decimals,
        None,
        breaks,
        classes,
        indicator,
    )


def _limits(
    indicator: Indicator, values: NDArray[np.float64]
) -> tuple[tuple[float, ...], tuple[CellClass, ...]]:
    known = values[~np.isnan(values)]
    states = _STATES.get(indicator.id)
    if states:
        return (0.5,), states
    scale = scale_for(indicator, known.tolist())
    if is_minutes(indicator):
        last = CellClass(UNREACHED_COLOUR, UNREACHED_WORDS, DOTS)
        return scale.breaks, (*(CellClass(c) for c in scale.colours), last)
    counts = np.bincount(scale.classes_of(known), minlength=1)
    if indicator.scale == "linear" and counts.max() > MOST_IN_ONE * known.size:
        if known.size and known.min() >= 0 and np.all(known == np.round(known)):
            return _PEOPLE, _graded(_PEOPLE, _t("zero", "zero"))
        scale = scale_for(indicator.model_copy(update={"breaks": []}), known.tolist())
    return scale.breaks, tuple(CellClass(c) for c in scale.colours)


def values_of(layer: CellLayerDefinition, cells: pd.DataFrame, bands: list[str]) -> NDArray[np.float64]:
    """Values of a layer that the cells carry themselves, NaN where missing; bands as their position."""
    if layer.column == "band":
        places = {band: float(i) for i, band in enumerate(bands)}
        return np.array([places.get(b, np.nan) for b in cells["band"]], dtype=np.float64)
    return np.asarray(cells[layer.column].to_numpy(dtype=np.float64, na_value=np.nan))


def classes_of(
    layer: CellLayerDefinition, values: NDArray[np.float64], unreached: NDArray[np.bool_] | None = None
) -> NDArray[np.uint8]:
    """Class of every cell; `unreached` cells take the last class of a layer of minutes."""
    found = np.searchsorted(np.array(layer.breaks), values, side="right").astype(np.uint8)
    found[np.isnan(values)] = NO_CLASS
    if unreached is not None and layer.indicator is not None and is_minutes(layer.indicator):
        found[unreached] = len(layer.classes) - 1
    return found


def resolution_of(cells: pd.DataFrame) -> int:
    """Side of the cells in metres, from their codes (250 where there are no cells)."""
    code: Any = cells["cell"].iloc[0] if len(cells) else ""
    found = re.search(r"RES(\d+)mN", str(code))
    return int(found.group(1)) if found else 250


def plane_of(cells: pd.DataFrame) -> Plane:
    """Where the cells' metres lie, from their codes."""
    return Plane.of_code(str(cells["cell"].iloc[0])) if len(cells) else EUROPE
