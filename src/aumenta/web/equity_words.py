# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The sentences of the equity page, generated from its numbers in Italian and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aumenta.twin.equity import Equity
from aumenta.values.text import italian_share
from aumenta.web.finding import Finding, band_phrase, rounded, with_unit
from aumenta.web.i18n import Language
from aumenta.web.words import unit_of

if TYPE_CHECKING:
    from aumenta.web.equity_view import Bar, Curve, EquityData

#: Concentration indices nearer to zero than this say that income makes no visible difference.
NO_TIE = 0.02
#: Differences of a share between ages, in points, that are told as none.
NO_GAP = 0.01
#: Shares below this one are not worth a word in a title.
LEAST = 0.0005


def _pick(language: Language, it: str, en: str) -> str:
    return it if language.code == "it" else en


def residents(count: float, language: Language) -> str:
    """So many residents, as a sentence says it (`1,08 milioni di residenti`)."""
    said = language.rounded(count)
    if language.code != "it":
        return f"{said} residents"
    return f"{said} di residenti" if "milion" in said else f"{said} residenti"


def equity_finding(
    data: EquityData, found: Equity, name: str, bands: Sequence[Bar], language: Language
) -> Finding:
    """The page's title and the sentences below it."""
    if not found.people:
        title = _pick(
            language, f"{name}: non si sa per nessun residente", f"{name}: not known of any resident"
        )
        return Finding(title, _unknown(data, found, language))
    if found.one_sided:
        return Finding(_one_sided(found, name, language), _unknown(data, found, language))
    sentences = [
        _unknown(data, found, language),
        _between(found, language),
        _by_income(found, language),
        _by_age(found, language),
    ]
    return Finding(_title(data, found, name, bands, language), " ".join(s for s in sentences if s))


def _title(data: EquityData, found: Equity, name: str, bands: Sequence[Bar], language: Language) -> str:
    """What each band has: of a share the part of all its residents, else its mean."""
    said = []
    for bar in sorted(bands, key=lambda one: -(one.holds if found.rows.share else one.mean or 0)):
        place = data.maps.index.places.get(bar.id)
        if place is not None and bar.people:
            amount = language.percent(bar.holds) if found.rows.share else _mean(found, bar.mean, language)
            said.append((amount, band_phrase(place, language)))
    if found.rows.share:
        return _share_title(found, name, said, language)
    if len(said) < 2:
        return f"{name}: {_mean(found, found.spread.mean, language)}"
    parts = ", ".join(f"{amount} {phrase}" for amount, phrase in said)
    return _pick(language, f"{name}: in media {parts}", f"{name}: on average {parts}")


def _share_title(found: Equity, name: str, said: Sequence[tuple[str, str]], language: Language) -> str:
    everyone = found.people + found.missing_people
    unknown = found.missing_people / everyone
    if len(said) < 2:
        said = [(language.percent(float(found.spread.mean or 0) / 100 * (1 - unknown)), "")]
    first, *others = said
    rest = "".join(f", {amount} {phrase}" for amount, phrase in others)
    title = _pick(
        language,
        f"{name}: {first[0]} dei residenti {first[1]}".rstrip() + rest,
        f"{name}: {first[0]} of the residents {first[1]}".rstrip() + rest,
    )
    if unknown < LEAST:
        return title
    share = language.percent(unknown)
    return title + _pick(language, f"; non si sa per {italian_share(share)}", f"; not known of {share}")


def _mean(found: Equity, value: float | None, language: Language) -> str:
    if value is None:
        return _pick(language, "nessun valore", "no value")
    decimals = max(1, found.indicator.decimals) if abs(value) < 100 else found.indicator.decimals
    return with_unit(rounded(value, decimals, language), found.indicator, language)


def _one_sided(found: Equity, name: str, language: Language) -> str:
    known, lost = residents(found.people, language), language.rounded(found.missing_people)
    if float(found.spread.mean or 0) > 0:
        return _pick(
            language,
            f"{name}: si sa solo dove c’è, per {known}; per gli altri {lost} non si sa",
            f"{name}: known only where it is there, for {known}; of the other {lost} it is not known",
        )
    return _pick(
        language,
        f"{name}: si sa solo dove non c’è, per {known}; per gli altri {lost} non si sa",
        f"{name}: known only where it is not there, for {known}; of the other {lost} it is not known",
    )


def _unknown(data: EquityData, found: Equity, language: Language) -> str:
    """How many people are left out, and the reasons of most of them."""
    if not found.missing_people:
        return _pick(language, "Si sa per tutti i residenti.", "It is known of all residents.")
    reasons = []
    for code, people in list(found.missing.items())[:2]:
        words = data.maps.index.reasons.get(code)
        text = words.get(language.code) if words else code
        reasons.append(f"{_small(text.rstrip('.'))} ({language.rounded(people)})")
    count = residents(found.missing_people, language)
    start = _pick(language, f"Non si sa per {count}: ", f"It is not known of {count}: ")
    return start + "; ".join(reasons) + "."


def _small(text: str) -> str:
    """A sentence that goes on after a colon; abbreviations stay as they are."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _between(found: Equity, language: Language) -> str:
    """How much of the inequality lies between bands and between zones."""
    words = {
        "band": _pick(language, "fra pianura, collina e montagna", "between plain, hills and mountains"),
        "zone": _pick(language, "fra le zone", "between the zones"),
    }
    told = []
    for by, phrase in words.items():
        parts = found.decomposition(by) if by in found.groupings else None
        if parts and parts.total > 0:
            share = language.percent(parts.between / parts.total)
            told.append(_pick(language, f"{italian_share(share)} è {phrase}", f"{share} lies {phrase}"))
    if not told:
        return ""
    return _pick(
        language,
        f"Della disuguaglianza {', '.join(told)}; il resto è dentro ciascuna.",
        f"Of the inequality, {', '.join(told)}; the rest is within each.",
    )


def _by_income(found: Equity, language: Language) -> str:
    index = found.concentration.index if found.concentration else None
    if index is None:
        return ""
    number = language.number(index, 2)
    if abs(index) < NO_TIE:
        return _pick(
            language,
            f"Con il reddito dei comuni non c’è un legame visibile (indice di concentrazione {number}).",
            f"There is no visible tie to the income of municipalities (concentration index {number}).",
        )
    richer = index > 0
    if found.is_time:
        it = f"i tempi sono più {'lunghi' if richer else 'brevi'}"
        en = f"times are {'longer' if richer else 'shorter'}"
    else:
        it = f"ce n’è di {'più' if richer else 'meno'}"
        en = f"there is {'more' if richer else 'less'} of it"
    return _pick(
        language,
        f"Dove i redditi sono più alti {it} (indice di concentrazione {number}).",
        f"Where incomes are higher {en} (concentration index {number}).",
    )


def _by_age(found: Equity, language: Language) -> str:
    ages = {group.id: group.mean for group in found.ages or ()}
    young, old = ages.get("0_18"), ages.get("65_plus")
    if young is None or old is None or not found.rows.share:
        return ""
    gap = abs(young - old) / 100
    if gap < NO_GAP:
        return _pick(
            language,
            "Fra giovani e anziani la differenza è meno di un punto.",
            "Between the young and the old the difference is less than one point.",
        )
    first, second = language.percent(young / 100), language.percent(old / 100)
    return _pick(
        language,
        f"Ce l’ha {italian_share(first)} di chi ha fino a 18 anni, {italian_share(second)} di chi ne ha 65 e più.",
        f"{first} of those up to 18 have it, {second} of those of 65 and over.",
    )


def lorenz_title(found: Equity, curve: Curve, language: Language) -> str:
    """The finding of the Lorenz curve."""
    if found.rows.share:
        share = language.percent(float(found.spread.mean or 0) / 100)
        return _pick(
            language, f"Di chi si sa, ce l’ha {italian_share(share)}", f"Of those known of, {share} have it"
        )
    half = language.percent(curve.bottom_half)
    return _pick(
        language,
        f"La metà dei residenti che ne ha meno tiene {italian_share(half)} del totale",
        f"The half of the residents who have least hold {half} of the total",
    )


def clusters_title(found: Equity, language: Language) -> str:
    """The finding of the map of clusters."""
    clusters = found.clusters
    if clusters is None:
        return ""
    high, low = residents(clusters.people[1], language), language.rounded(clusters.people[3])
    if found.is_time:
        return _pick(
            language,
            f"{high} vivono dove tutto intorno i tempi sono lunghi, {low} dove sono brevi",
            f"{high} live where times are long all around, {low} where they are short",
        )
    return _pick(
        language,
        f"{high} vivono dove tutto intorno ce n’è, {low} dove tutto intorno manca",
        f"{high} live where there is much all around, {low} where there is little all around",
    )


def unit_words(found: Equity, language: Language) -> str:
    """The unit of means: percent of residents for a share."""
    return (
        _pick(language, "% di residenti", "% of residents")
        if found.rows.share
        else unit_of(found.indicator, language)
    )
