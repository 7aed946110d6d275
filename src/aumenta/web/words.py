# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Names that maps, places and tables share, in the languages of the interface."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from babel.dates import format_date

from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.cell_layers import UNREACHED_WORDS
from aumenta.web.i18n import Language
from aumenta.web.map_classes import UNREACHED
from aumenta.web.territory_index import Place, PlaceValue, TerritoryIndex


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


#: One place of a level, and several.
LEVEL_ONE = {
    "municipality": _t("comune", "municipality"),
    "zone": _t("zona", "zone"),
    "band": _t("fascia altimetrica", "altitude band"),
    "metropolis": _t("metropoli", "metropolis"),
    "cell": _t("cella", "cell"),
}
LEVEL_MANY = {
    "municipality": _t("comuni", "municipalities"),
    "zone": _t("zone", "zones"),
    "band": _t("fasce", "bands"),
    "metropolis": _t("metropoli", "metropolis"),
    "cell": _t("celle", "cells"),
}
#: Measures as groups of the chooser; a measure without a name here is called by its id.
MEASURES = {
    "demography": _t("Persone", "People"),
    "income": _t("Reddito", "Income"),
    "broadband": _t("Banda larga", "Broadband"),
    "enterprises": _t("Imprese", "Enterprises"),
    "soil": _t("Suolo", "Soil"),
    "health_supply": _t("Presìdi sanitari", "Health facilities"),
    "schools": _t("Scuole", "Schools"),
    "fullvoid": _t("Pieno e vuoto", "Full and void"),
    "right": _t("Diritti", "Rights"),
    "metropolis90": _t("La metropoli di un'ora e mezza", "The metropolis of an hour and a half"),
    "thereandback": _t("Andata e ritorno", "There and back"),
    "city15": _t("La città dei 15 minuti", "The 15-minute city"),
    "health_reach": _t("Quanto è lontana la salute", "How far away health care is"),
    "gateways": _t("Le porte del territorio", "The territory's gateways"),
    "stations": _t("Stazioni come poli", "Stations as poles"),
    "tor": _t("Aree dismesse vicino alle stazioni", "Brownfields near stations"),
    "school_welfare": _t("Spazi della scuola", "Space at school"),
    "boulevards": _t("Strade che possono diventare viali", "Roads that could become boulevards"),
    "ecosystem": _t("Servizi degli ecosistemi", "Ecosystem services"),
}
#: Measure of the rights, and the six of the plan in its order; other rights are called as their indicators are.
RIGHT_MEASURE = "right"
RIGHT_NAMES = {
    "dwelling": _t("abitare e benessere", "dwelling and wellbeing"),
    "environment": _t("ambiente e natura", "environment and nature"),
    "health": _t("salute", "health"),
    "learning": _t("formazione e cultura", "learning and culture"),
    "work": _t("lavoro e impresa", "work and enterprise"),
    "connection": _t("connessione e spostamento", "connection and movement"),
}
STATUSES = {
    "measured": _t("misurato", "measured"),
    "reported": _t("dichiarato dalla fonte", "reported by the source"),
    "estimated": _t("stimato", "estimated"),
    "missing": _t("mancante", "missing"),
}
#: Which way is better.
DIRECTIONS = {
    "up": _t("meglio se alto", "better when high"),
    "down": _t("meglio se basso", "better when low"),
    "none": _t("né meglio né peggio", "neither better nor worse"),
}
READINESS = {
    "declared": _t("dichiarato", "declared"),
    "loaded": _t("caricato", "loaded"),
    "checked": _t("verificato", "checked"),
    "measured": _t("misurato", "measured"),
}
#: Altitude bands by the last word of their id; what a territory calls otherwise keeps its own name.
BANDS = {
    "plain": _t("Pianura", "Plain"),
    "hill": _t("Collina", "Hills"),
    "mountain": _t("Montagna", "Mountains"),
}
BAND_PHRASES = {
    "plain": _t("in pianura", "in the plain"),
    "hill": _t("in collina", "in the hills"),
    "mountain": _t("in montagna", "in the mountains"),
}


def band_key(identifier: str) -> str:
    """The last word of a band's id: `band-hill` and `hill` are both `hill`."""
    return identifier.replace(":", "-").rsplit("-", 1)[-1]


def place_name(place: Place, language: Language) -> str:
    """Name of a place; bands are translated, everything else is called as it calls itself."""
    if place.level == "band" and band_key(place.id) in BANDS:
        return BANDS[band_key(place.id)].get(language.code)
    return place.name


def status_text(value: PlaceValue, language: Language) -> str:
    """How a value is known; a time that is missing because nobody gets there says so."""
    if value.value is None and value.reason == UNREACHED:
        return language.text(UNREACHED_WORDS)
    return STATUSES[value.status].get(language.code)


def measure_name(measure: str, language: Language) -> str:
    """Name of a measure."""
    return MEASURES[measure].get(language.code) if measure in MEASURES else measure


def right_key(indicator: Indicator) -> str | None:
    """The right that an indicator belongs to (`right.health.met` is of `health`); None for any other."""
    parts = indicator.id.split(".")
    return parts[1] if parts[0] == RIGHT_MEASURE else None


def group_name(indicator: Indicator, language: Language) -> str:
    """Group of a chooser that an indicator stands in: its measure, or its right."""
    name, key = measure_name(indicator.measure, language), right_key(indicator)
    if key is None:
        return name
    told = RIGHT_NAMES.get(key)
    return f"{name}: {told.get(language.code) if told else key}"


def unit_of(indicator: Indicator, language: Language) -> str:
    """Unit of an indicator, empty when it only repeats the name (Residents: residents)."""
    unit = language.text(indicator.unit)
    return "" if unit.casefold() == language.text(indicator.name).casefold() else unit


def short_unit(indicator: Indicator, language: Language) -> str:
    """The part of a unit that a sentence can repeat: `%`, `€`, one word; empty for longer units.

    Longer units are said once, with the name (see `long_name`).
    """
    unit = unit_of(indicator, language)
    first = unit.split(" ")[0]
    if first == "%":
        return "%"
    if first.casefold() in ("euro", "€"):
        return "€"
    return unit if unit == first else ""


def long_name(indicator: Indicator, language: Language) -> str:
    """Name of an indicator, with its unit where that is too long to be repeated."""
    name, unit = language.text(indicator.name), unit_of(indicator, language)
    right = RIGHT_NAMES.get(right_key(indicator) or "")
    if right and indicator.id.endswith(".met"):
        own = right.get(language.code)
        return (
            f"Residenti per cui vale il diritto «{own}»"
            if language.code == "it"
            else f"Residents for whom the right “{own}” holds"
        )
    said = short_unit(indicator, language) or unit.casefold() in name.casefold()
    return name if said else f"{name} ({unit})"


@lru_cache(maxsize=1024)
def period_text(period: str, language: Language) -> str:
    """A period as people say it: a day in words, first days of two years as the years, anything else as it is.

    >>> period_text("2022-01-01/2023-01-01", Language("it")), period_text("2023-01-01", Language("en"))
    ('2022–2023', '1 Jan 2023')
    """
    ends = period.split("/")
    if len(ends) == 2 and all(re.fullmatch(r"\d{4}(-01-01)?", end) for end in ends):
        return "–".join(end[:4] for end in ends)
    return " – ".join(_day(end, language) for end in ends)


def _day(text: str, language: Language) -> str:
    try:
        return str(format_date(date.fromisoformat(text), "d MMM y", locale=language.locale))
    except ValueError:
        return text


def number(value: float | None, decimals: int, language: Language) -> str:
    """A number in full, without the sign of what rounds to zero."""
    return language.number(None if value is None else round(value, decimals) + 0.0, decimals)


def value_text(indicator: Indicator, value: PlaceValue, language: Language) -> str:
    """A value in full with its unit and, where it is an estimate, the word: `78,2 % (stimato)`."""
    if value.value is None:
        return status_text(value, language)
    unit = unit_of(indicator, language)
    text = number(value.value, indicator.decimals, language) + (f"\N{NO-BREAK SPACE}{unit}" if unit else "")
    return text + estimated_mark(value, language)


def estimated_mark(value: PlaceValue, language: Language) -> str:
    """` (stimato)` for an estimate, nothing else."""
    return f" ({STATUSES['estimated'].get(language.code)})" if value.status == "estimated" else ""


def reason_text(index: TerritoryIndex, value: PlaceValue, language: Language) -> str:
    """Why a value is missing, in words; empty when it is not."""
    if value.reason is None:
        return ""
    words = index.reasons.get(value.reason)
    return words.get(language.code) if words else value.reason
