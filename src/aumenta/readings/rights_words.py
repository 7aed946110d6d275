# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Conditions of rights in words: what is asked for, with its thresholds, and the unit of what is wanting."""

from __future__ import annotations

from collections.abc import Mapping

from aumenta.readings.rights_ways import TIMED
from aumenta.values.rights import Condition, FromHub, Jobs, Nearest, OfPlace, Way
from aumenta.values.text import Text

_BY = {
    "walk": Text(it="a piedi", en="on foot"),
    "bike": Text(it="in bicicletta", en="by bicycle"),
    "car": Text(it="in auto", en="by car"),
    "train": Text(it="in treno", en="by train"),
    "bus": Text(it="in autobus", en="by bus"),
    "transit": Text(it="con i mezzi pubblici", en="by public transport"),
}


def condition_words(one: Condition, kinds: Mapping[str, Text] | None = None) -> Text:
    """All ways of a condition; `kinds` are the names of kinds of opportunities."""
    every = [way_words(way, kinds or {}) for way in one.any]
    return Text(
        it=", oppure ".join(words.it for words in every), en=", or ".join(words.en for words in every)
    )


def way_words(way: Way, kinds: Mapping[str, Text]) -> Text:
    """A way with its threshold.

    >>> way_words(Nearest(type="nearest", kinds=["park"], mode="walk", minutes=15), {}).en
    'within 15 minutes on foot (park)'
    """
    if isinstance(way, Nearest):
        names = [kinds.get(kind, Text(it=kind, en=kind)) for kind in way.kinds]
        by = _BY[way.mode]
        it = ", ".join(_small(one.it) for one in names)
        en = ", ".join(_small(one.en) for one in names)
        return Text(
            it=f"entro {way.minutes} minuti {by.it} ({it})", en=f"within {way.minutes} minutes {by.en} ({en})"
        )
    if isinstance(way, FromHub):
        by = _BY[way.mode]
        return Text(
            it=f"entro {way.minutes} minuti {by.it} dal centro",
            en=f"within {way.minutes} minutes of the hub {by.en}",
        )
    if isinstance(way, Jobs):
        by = _BY[way.mode]
        return Text(
            it=f"almeno {way.at_least:.0f} posti di lavoro entro {way.minutes} minuti {by.it}",
            en=f"at least {way.at_least:.0f} jobs within {way.minutes} minutes {by.en}",
        )
    name = way.indicator if isinstance(way, OfPlace) else way.column
    bounds = [("almeno", "at least", way.at_least), ("al più", "at most", way.at_most)]
    told = [(it, en, value) for it, en, value in bounds if value is not None]
    return Text(
        it=f"{name} " + " e ".join(f"{it} {value:g}" for it, _, value in told),
        en=f"{name} " + " and ".join(f"{en} {value:g}" for _, en, value in told),
    )


def gap_unit(one: Condition) -> Text:
    """Unit of how much is wanting where a condition is not met."""
    first = one.any[0]
    if any(isinstance(way, TIMED) for way in one.any):
        return Text(it="minuti oltre la soglia", en="minutes beyond the threshold")
    if isinstance(first, Jobs):
        return Text(it="posti di lavoro sotto la soglia", en="jobs below the threshold")
    name = first.indicator if isinstance(first, OfPlace) else getattr(first, "column", "")
    return Text(
        it=f"distanza dalla soglia, nell'unità di {name}",
        en=f"distance from the threshold, in the unit of {name}",
    )


def _small(text: str) -> str:
    """A name in the middle of a sentence; abbreviations stay as they are."""
    abbreviated = text[:2].isalpha() and text[:2].isupper()
    return text if abbreviated else text[:1].lower() + text[1:]
