# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Findings of a scenario in sentences made from its numbers, and names of its groups and stages."""

from __future__ import annotations

import math
import re

from aumenta.values.text import Text
from aumenta.web.equity_view import FULL_NAMES, is_right, name_of
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData
from aumenta.web.scenario_effects import Effects, Headline
from aumenta.web.words import long_name, measure_name, place_name


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


#: Groupings of residents, in the order of the page.
GROUPINGS = {
    "all": _t("Tutti i residenti", "All residents"),
    "band": _t("Per fascia altimetrica", "By altitude band"),
    "zone": _t("Per zona", "By zone"),
    "age": _t("Per età", "By age"),
    "income": _t("Per reddito del comune", "By income of the municipality"),
    "fullvoid": _t("Per pieno e vuoto", "By full and void"),
}
_AGES = {
    "0_18": _t("0–18 anni", "0–18 years"),
    "19_39": _t("19–39 anni", "19–39 years"),
    "40_64": _t("40–64 anni", "40–64 years"),
    "65_plus": _t("65 anni e più", "65 years and over"),
}
_FIFTHS = {
    "1": _t("Quinto più basso", "Lowest fifth"),
    "2": _t("Secondo quinto", "Second fifth"),
    "3": _t("Terzo quinto", "Third fifth"),
    "4": _t("Quarto quinto", "Fourth fifth"),
    "5": _t("Quinto più alto", "Highest fifth"),
}
_UNKNOWN = _t("non noto", "not known")


def group_name(by: str, group: str, maps: MapData, language: Language) -> str:
    """Name of a group of residents."""
    if by == "all":
        return language.text(GROUPINGS["all"])
    own = {"age": _AGES, "income": _FIFTHS, "fullvoid": FULL_NAMES}.get(by, {})
    if group in own:
        return language.text(own[group])
    place = maps.index.places.get(group)
    return place_name(place, language) if place else language.text(_UNKNOWN)


def key_name(key: str, maps: MapData, language: Language) -> str:
    """Name of an indicator; of a right its short one."""
    if is_right(key, maps.index):
        return name_of(key, maps.index, language)
    return long_name(maps.index.indicators[key], language)


def people_sentence(told: Headline, effects: Effects, language: Language) -> str:
    """For how many residents an indicator becomes better and worse."""
    name = key_name(told.key, effects.maps, language)
    right = is_right(told.key, effects.maps.index)
    better, worse = language.rounded(round(told.better)), language.rounded(round(told.worse))
    words = {"name": name, "better": better, "worse": worse}
    gains, loses = round(told.better) > 0, round(told.worse) > 0
    if right and not told.certain and (gains or loses):
        text = (
            language.gettext("%(name)s: certain for %(better)s more residents, no longer for %(worse)s")
            if gains and loses
            else language.gettext("%(name)s: certain for %(better)s more residents")
            if gains
            else language.gettext("%(name)s: no longer certain for %(worse)s residents")
        )
    elif gains and loses:
        if right:
            text = language.gettext(
                "%(name)s: it begins to hold for %(better)s residents, and ceases for %(worse)s"
            )
        else:
            text = language.gettext("%(name)s: better for %(better)s residents, worse for %(worse)s")
    elif gains:
        if right:
            text = language.gettext("%(name)s: it begins to hold for %(better)s residents")
        else:
            text = language.gettext("%(name)s: better for %(better)s residents")
    elif loses:
        if right:
            text = language.gettext("%(name)s: it ceases to hold for %(worse)s residents")
        else:
            text = language.gettext("%(name)s: worse for %(worse)s residents")
    else:
        text = language.gettext("%(name)s: for no resident it becomes better or worse")
    return text % words


def finding(key: str, effects: Effects, language: Language) -> str:
    """The title of one indicator: residents where it can be told, else the whole metropolis before and after."""
    indicator, told = effects.indicator(key), effects.told(key)
    if round(told.better) + round(told.worse) > 0:
        return people_sentence(told, effects, language)
    name = key_name(key, effects.maps, language)
    for row in effects.places(key, "metropolis").to_dict("records"):
        old, new = float(row["before"]), float(row["after"])
        if not math.isnan(old) and not math.isnan(new) and old != new:
            say = language.gettext("%(name)s: from %(old)s to %(new)s in the whole metropolis")
            old_text, new_text = distinct(old, new, indicator.decimals, language)
            return say % {"name": name, "old": old_text, "new": new_text}
    return language.gettext("%(name)s: it changes in some places only") % {"name": name}


def headline(effects: Effects, language: Language) -> str:
    """The one line of a card."""
    told = effects.headline
    if told is not None:
        return people_sentence(told, effects, language)
    if effects.keys:
        return finding(effects.keys[0], effects, language)
    return language.gettext("No value changes: neither in a place nor in a cell")


def distinct(old: float, new: float, decimals: int, language: Language) -> tuple[str, str]:
    """Two numbers with as many decimals as it takes to tell them apart."""
    kept = decimals
    while kept < decimals + 4 and old != new and round(old, kept) == round(new, kept):
        kept += 1
    return language.number(old, kept), language.number(new, kept)


def signed(value: float, decimals: int, language: Language) -> str:
    """A difference with its sign, and enough decimals to be seen."""
    if math.isnan(value):
        return "–"
    kept = decimals
    while kept < decimals + 4 and value and not round(value, kept):
        kept += 1
    text = language.number(value, kept)
    return f"+{text}" if round(value, kept) > 0 else text


def stage_text(stage: str, language: Language) -> str:
    """What a run is at, in words; of travel times how far they are."""
    if not stage:
        return language.gettext("the territory is being read")
    if stage == "applied":
        return language.gettext("the changes are applied")
    if stage == "journeys":
        return language.gettext("the journeys that change")
    if ":" in stage:
        done = re.search(r"\d+/\d+", stage)
        return language.gettext("travel times") + (f" {done[0]}" if done else "")
    return measure_name(stage, language)
