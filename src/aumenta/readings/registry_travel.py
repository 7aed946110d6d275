# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measures that read travel times, with the inputs each declares."""

from __future__ import annotations

from aumenta.readings.measure import Input, Measure
from aumenta.readings.metropolis90 import LIMITS, metropolis90
from aumenta.readings.metropolis90 import MODES as HUB_MODES
from aumenta.values.text import Text

_WORDS = {
    "walk": Text(it="a piedi", en="on foot"),
    "bike": Text(it="in bicicletta", en="by bicycle"),
    "car": Text(it="in auto", en="by car"),
    "train": Text(it="in treno e metropolitana", en="by train and metro"),
    "bus": Text(it="in autobus e tram", en="by bus and tram"),
    "transit": Text(it="con i mezzi pubblici", en="by public transport"),
}
MEMBERS = Input("members", "members", Text(it="appartenenza dei comuni", en="memberships of municipalities"))
CELLS = Input("cells", "cells", Text(it="celle della griglia", en="cells of the grid"))
SEATS = Input(
    "seats",
    "seats",
    Text(it="sedi dei comuni sulla rete", en="seats of municipalities on the network"),
    False,
)


def hub_input(mode: str, needed: bool = False) -> Input:
    """Times from the hub by a mode."""
    words = _WORDS[mode]
    return Input(
        mode,
        f"times:hub:{mode}",
        Text(it=f"tempi dal centro {words.it}", en=f"times from the hub {words.en}"),
        needed,
    )


def nearest_input(argument: str, kind: str, mode: str, names: Text, needed: bool = False) -> Input:
    """Times to the nearest opportunity of a kind by a mode; `names` calls the kind in the plural."""
    words = _WORDS[mode]
    told = Text(it=f"tempi {words.it} verso: {names.it}", en=f"times {words.en} to: {names.en}")
    return Input(argument, f"times:nearest:{kind}:{mode}", told, needed)


def edge_input(argument: str, mode: str) -> Input:
    """Times to the edge of the known ground by a mode."""
    words = _WORDS[mode]
    told = Text(it=f"tempi {words.it} fino al confine", en=f"times {words.en} to the border")
    return Input(argument, f"times:edge:{mode}", told, False)


def day_input(argument: str, mode: str, needed: bool = False) -> Input:
    """A day at the hub and back by a mode."""
    words = _WORDS[mode]
    told = Text(it=f"andata e ritorno dal centro {words.it}", en=f"a day at the hub and back {words.en}")
    return Input(argument, f"deadlines:hub:{mode}", told, needed)


def sums_input(argument: str, mode: str, needed: bool = False) -> Input:
    """What is reached from everywhere by a mode."""
    words = _WORDS[mode]
    told = Text(it=f"tempi da tutti a tutti {words.it}", en=f"times from all to all {words.en}")
    return Input(argument, f"sums:{mode}", told, needed)


TRAVEL_MEASURES = (
    Measure(
        "metropolis90",
        metropolis90,
        (
            CELLS,
            MEMBERS,
            SEATS,
            *(hub_input(mode) for mode in HUB_MODES),
            sums_input("from_car", "car"),
            sums_input("from_transit", "transit"),
        ),
        (
            *(f"metropolis90.{mode}" for mode in HUB_MODES),
            *(f"metropolis90.{mode}_{limit}" for mode in HUB_MODES for limit in LIMITS),
            *(
                f"metropolis90.{thing}_by_{mode}"
                for mode in ("car", "transit")
                for thing in ("people", "jobs")
            ),
        ),
    ),
)
