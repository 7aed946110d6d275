# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The sentence of a map: what its numbers say, generated from them in Italian and English.

The title is the finding (how the altitude bands, or the places, differ); the text beside says the ends of the
range, the middle, what is missing and what is estimated. At most three significant figures.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from aumenta.values.model import Indicator
from aumenta.web.i18n import Language
from aumenta.web.map_classes import UNREACHED
from aumenta.web.map_data import Row
from aumenta.web.numbers import significant
from aumenta.web.territory_index import Place, PlaceValue, TerritoryIndex
from aumenta.web.words import (
    BAND_PHRASES,
    LEVEL_MANY,
    band_key,
    long_name,
    number,
    place_name,
    right_key,
    short_unit,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A title that is the finding, and the sentences below it."""

    title: str
    text: str


def rounded(value: float, decimals: int, language: Language) -> str:
    """A number as sentences say it: at most three significant figures, never more decimals than its indicator.

    >>> rounded(27965.0, 0, Language("en"))
    '28,000'
    """
    short = significant(value)
    spare = 2 - math.floor(math.log10(abs(short))) if short else 0
    return number(short, max(0, min(spare, decimals)), language)


def with_unit(text: str, indicator: Indicator, language: Language) -> str:
    """A number with its unit, parted by a no-break space; units of several words are said with the name."""
    unit = short_unit(indicator, language)
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def finding(
    index: TerritoryIndex, indicator: Indicator, level: str, rows: Sequence[Row], language: Language
) -> Finding:
    """The finding of a map of places: of its bands where they have values, else of its ends."""
    known = [(r, r.value.value) for r in rows if r.value.value is not None]
    name = long_name(indicator, language)
    if not known:
        it = f"{name}: nessun valore per {LEVEL_MANY[level].it}"
        en = f"{name}: no value for {LEVEL_MANY[level].en}"
        return Finding(_pick(language, it, en), _gaps(rows, level, language))
    title = _by_band(index, indicator, language) or _ends(indicator, known, language)
    sentences = [
        _range(indicator, known, language) if len(known) > 2 else "",
        _middle(indicator, [v for _, v in known], level, language) if len(known) > 4 else "",
        _gaps(rows, level, language),
        _not_known(index, indicator, language),
    ]
    return Finding(title, " ".join(s for s in sentences if s))


def _pick(language: Language, it: str, en: str) -> str:
    return it if language.code == "it" else en


def _say(indicator: Indicator, value: float, language: Language) -> str:
    return with_unit(rounded(value, indicator.decimals, language), indicator, language)


def _by_band(index: TerritoryIndex, indicator: Indicator, language: Language) -> str | None:
    """ "Name: 71 % in pianura, 12 % in montagna": the highest band first; None without two bands with values."""
    values: dict[str, PlaceValue] = dict(index.values.get(indicator.id, {}).get("band", {}))
    found = sorted(
        (
            (v.value, index.places[key])
            for key, v in values.items()
            if v.value is not None and key in index.places
        ),
        key=lambda pair: (-pair[0], pair[1].id),
    )
    if len(found) < 2:
        return None
    parts = [f"{_say(indicator, value, language)} {band_phrase(place, language)}" for value, place in found]
    return f"{long_name(indicator, language)}: {', '.join(parts)}"


def band_phrase(place: Place, language: Language) -> str:
    """How a sentence says where a band is."""
    phrase = BAND_PHRASES.get(band_key(place.id))
    return (
        phrase.get(language.code)
        if phrase
        else _pick(language, f"nella fascia {place.name}", f"in the band {place.name}")
    )


def _ends(indicator: Indicator, known: Sequence[tuple[Row, float]], language: Language) -> str:
    low, high = _low_high(known)
    name = long_name(indicator, language)
    if len(known) == 1 or low[1] == high[1]:
        return f"{name}: {_say(indicator, high[1], language)}"
    top, bottom = _say(indicator, high[1], language), _say(indicator, low[1], language)
    return f"{name}: {top} ({place_name(high[0].place, language)}), {bottom} ({place_name(low[0].place, language)})"


def _range(indicator: Indicator, known: Sequence[tuple[Row, float]], language: Language) -> str:
    low, high = _low_high(known)
    a, b = _say(indicator, low[1], language), _say(indicator, high[1], language)
    if low[1] == high[1]:
        return _pick(
            language, f"Il valore è lo stesso ovunque: {a}.", f"The value is the same everywhere: {a}."
        )
    return _pick(
        language,
        f"Si va da {a} ({_names(known, low[1], language)}) a {b} ({_names(known, high[1], language)}).",
        f"It ranges from {a} ({_names(known, low[1], language)}) to {b} ({_names(known, high[1], language)}).",
    )


def _names(known: Sequence[tuple[Row, float]], value: float, language: Language) -> str:
    """The place that has a value, or how many share it."""
    found = [row.place for row, own in known if own == value]
    if len(found) == 1:
        return place_name(found[0], language)
    return f"{len(found)} {LEVEL_MANY[found[0].level].get(language.code)}"


def _middle(indicator: Indicator, values: Sequence[float], level: str, language: Language) -> str:
    middle = statistics.median(values)
    half = _say(indicator, middle, language)
    word = LEVEL_MANY[level].get(language.code)
    if middle == min(values):
        # The range has just said how many have the lowest value.
        return ""
    it = f"Metà {'delle' if level in ('zone', 'band') else 'dei'} {word} non supera {half}."
    return _pick(language, it, f"Half of the {word} do not exceed {half}.")


def _gaps(rows: Sequence[Row], level: str, language: Language) -> str:
    """What is missing, what is estimated and what rests on inferred memberships, counted."""
    word = LEVEL_MANY[level].get(language.code)
    unreached = sum(r.value.value is None and r.value.reason == UNREACHED for r in rows)
    missing = sum(r.value.value is None for r in rows) - unreached
    estimated = sum(r.value.status == "estimated" for r in rows)
    inferred = sum(r.value.inferred for r in rows) if level in ("zone", "band") else 0
    parts = []
    if unreached:
        parts.append(
            _pick(
                language,
                f"Non raggiungibili: {unreached} su {len(rows)} {word}.",
                f"Not reachable: {unreached} of {len(rows)} {word}.",
            )
        )
    if missing:
        parts.append(
            _pick(
                language,
                f"Senza valore: {missing} su {len(rows)} {word}.",
                f"Without a value: {missing} of {len(rows)} {word}.",
            )
        )
    if estimated:
        what = _pick(
            language, "tutti i valori" if estimated == len(rows) else f"{estimated} valori su {len(rows)}", ""
        )
        english = "all values" if estimated == len(rows) else f"{estimated} of {len(rows)} values"
        parts.append(_pick(language, f"Stimati: {what}.", f"Estimated: {english}."))
    if inferred:
        parts.append(
            _pick(
                language,
                f"L'appartenenza di {inferred} comuni alla loro {'zona' if level == 'zone' else 'fascia'} è dedotta.",
                f"The membership of {inferred} municipalities is inferred.",
            )
        )
    return " ".join(parts)


def _not_known(index: TerritoryIndex, indicator: Indicator, language: Language) -> str:
    """For how many residents of the metropolis it is not known whether a right holds: the map leaves them out."""
    if right_key(indicator) is None or not indicator.id.endswith(".met"):
        return ""
    rows = index.values.get(indicator.id.removesuffix(".met") + ".unknown", {}).get("metropolis", {})
    shares = [row.value for row in rows.values() if row.value]
    if not shares:
        return ""
    said = rounded(shares[0], 1, language)
    return _pick(
        language,
        f"Non si sa per il {said}\N{NO-BREAK SPACE}% dei residenti della metropoli: qui non sono contati.",
        f"Not known for {said}\N{NO-BREAK SPACE}% of the residents of the metropolis: they are not counted here.",
    )


def _low_high(known: Sequence[tuple[Row, float]]) -> tuple[tuple[Row, float], tuple[Row, float]]:
    low = min(known, key=lambda pair: (pair[1], pair[0].place.id))
    high = min(known, key=lambda pair: (-pair[1], pair[0].place.id))
    return low, high
