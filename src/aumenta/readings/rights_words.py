# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Conditions of rights in words: what is asked for, with its thresholds, and the unit of what is wanting."""

from __future__ import annotations

from collections.abc import Mapping

from aumenta.readings.rights_ways import TIMED
from aumenta.values.model import Indicator
from aumenta.values.rights import Condition, FromHub, Jobs, Nearest, OfCell, OfPlace, Way
from aumenta.values.text import Text

_BY = {
    "walk": Text(it="a piedi", en="on foot"),
    "bike": Text(it="in bicicletta", en="by bicycle"),
    "car": Text(it="in auto", en="by car"),
    "train": Text(it="in treno", en="by train"),
    "bus": Text(it="in autobus", en="by bus"),
    "transit": Text(it="con i mezzi pubblici", en="by public transport"),
}


#: Columns of cells: name and unit.
_COLUMNS = {
    "full": (Text(it="pieno (1) o vuoto (0)", en="full (1) or void (0)"), Text(it="", en="")),
    "degurba": (Text(it="grado di urbanizzazione", en="degree of urbanisation"), Text(it="", en="")),
    "height_m": (Text(it="altitudine", en="altitude"), Text(it="m", en="m")),
    "pop": (Text(it="residenti nella cella", en="residents of the cell"), Text(it="", en="")),
    "employed": (Text(it="occupati nella cella", en="employed residents of the cell"), Text(it="", en="")),
    "jobs": (Text(it="posti di lavoro nella cella", en="jobs in the cell"), Text(it="", en="")),
}
_VOID = Text(it="in una cella del vuoto", en="in a cell of the void")
_FULL = Text(it="in una cella del pieno", en="in a cell of the full")

#: Definitions of indicators by id, for their names and units.
Definitions = Mapping[str, Indicator]


def condition_words(
    one: Condition, kinds: Mapping[str, Text] | None = None, known: Definitions | None = None
) -> Text:
    """All ways of a condition; `kinds` are the names of kinds of opportunities, `known` what indicators are called."""
    every = [way_words(way, kinds or {}, known) for way in one.any]
    return Text(
        it=", oppure ".join(words.it for words in every), en=", or ".join(words.en for words in every)
    )


def way_words(way: Way, kinds: Mapping[str, Text], known: Definitions | None = None) -> Text:
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
    if isinstance(way, OfCell) and way.column == "full":
        if way.at_most == 0 and way.at_least is None:
            return _VOID
        if way.at_least == 1 and way.at_most is None:
            return _FULL
    name, unit = _named(way, known or {})
    bounds = [("almeno", "at least", way.at_least), ("al più", "at most", way.at_most)]
    told = [(it, en, value) for it, en, value in bounds if value is not None]
    return Text(
        it=f"{_small(name.it)} " + " e ".join(_amount(it, value, unit.it, ",") for it, _, value in told),
        en=f"{_small(name.en)} " + " and ".join(_amount(en, value, unit.en, ".") for _, en, value in told),
    )


def _named(way: OfPlace | OfCell, known: Definitions) -> tuple[Text, Text]:
    """Name and unit of what a way bounds; the id of an indicator that nobody defines."""
    if isinstance(way, OfCell):
        return _COLUMNS[way.column]
    one = known.get(way.indicator)
    return (one.name, one.unit) if one else (Text(it=way.indicator, en=way.indicator), Text(it="", en=""))


def _amount(bound: str, value: float, unit: str, point: str) -> str:
    """
    >>> _amount("al più", 0.5, "ettari all'anno", ","), _amount("at least", 50, "% of families", ".")
    ("al più 0,5 ettari all'anno", 'at least 50% of families')
    """
    space = "" if not unit or unit.startswith("%") else " "
    return f"{bound} {value:g}".replace(".", point) + space + unit


def gap_unit(one: Condition, known: Definitions | None = None) -> Text:
    """Unit of how much is wanting where a condition is not met."""
    first = one.any[0]
    if any(isinstance(way, TIMED) for way in one.any):
        return Text(it="minuti oltre la soglia", en="minutes beyond the threshold")
    if isinstance(first, Jobs):
        return Text(it="posti di lavoro sotto la soglia", en="jobs below the threshold")
    if not isinstance(first, OfPlace | OfCell):
        raise AssertionError("a way is one of time, of jobs, or of a value")
    unit = _named(first, known or {})[1]
    if unit.en.startswith("%"):
        unit = Text(it="punti percentuali", en="percentage points")
    if first.at_least is not None and first.at_most is not None:
        end = Text(it="dalla soglia", en="from the threshold")
    elif first.at_least is not None:
        end = Text(it="sotto la soglia", en="below the threshold")
    else:
        end = Text(it="oltre la soglia", en="beyond the threshold")
    return Text(it=f"{unit.it} {end.it}".strip(), en=f"{unit.en} {end.en}".strip())


def _small(text: str) -> str:
    """A name in the middle of a sentence; abbreviations stay as they are."""
    abbreviated = text[:2].isalpha() and text[:2].isupper()
    return text if abbreviated else text[:1].lower() + text[1:]
