# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The rights of a place as its page shows them: three shares each, beside larger places, and what is missing most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aumenta.values.model import Indicator
from aumenta.web.i18n import Language
from aumenta.web.place_facts import larger_places
from aumenta.web.territory_index import Place, TerritoryIndex
from aumenta.web.words import RIGHT_MEASURE, RIGHT_NAMES, place_name, reason_text

#: Sentences of what is missing most.
MOST = 3
#: Percent of residents from which on a share is all of them, and below which it is nobody worth a sentence.
ALL, NOBODY = 99.95, 0.05
#: Conditions that one sentence on what is not known names.
NAMED = 5
#: First words of units for one of them.
_ONE = {
    "minuti ": "minuto ",
    "ettari ": "ettaro ",
    "punti percentuali ": "punto percentuale ",
    "posti di lavoro ": "posto di lavoro ",
    "minutes ": "minute ",
    "hectares ": "hectare ",
    "percentage points ": "percentage point ",
    "jobs ": "job ",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """The share that a larger place has, 0 to 100."""

    kind: str
    name: str
    met: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Percent of residents for whom it holds, does not, or is not known; None where the value is missing."""

    met: float | None
    not_met: float | None
    unknown: float | None


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition of a right at a place: shares, and how far off it is on average where it does not hold."""

    indicator: Indicator
    name: str
    asked: str
    shares: Shares
    gap: float | None
    gap_unit: str
    ticks: tuple[Tick, ...]
    right: str


@dataclass(frozen=True, slots=True)
class RightLine:
    """One right at a place."""

    id: str
    name: str
    indicator: Indicator
    shares: Shares
    reason: str
    ticks: tuple[Tick, ...]
    conditions: tuple[ConditionLine, ...]


def right_ids(index: TerritoryIndex) -> list[str]:
    """The rights that the twin has shares of, the plan's in its order, then any others."""
    found = [
        key.split(".")[1]
        for key in index.indicators
        if key.startswith(f"{RIGHT_MEASURE}.") and key.endswith(".met") and key.count(".") == 2
    ]
    known = [name for name in RIGHT_NAMES if name in found]
    return [*known, *(name for name in found if name not in known)]


def right_name(index: TerritoryIndex, right: str, language: Language) -> str:
    """What a right is called."""
    told = RIGHT_NAMES.get(right)
    if told:
        return told.get(language.code)
    whole = index.indicators.get(f"{RIGHT_MEASURE}.{right}")
    return language.text(whole.name).split(": ", 1)[-1] if whole else right


def rights_of_place(index: TerritoryIndex, place: Place, language: Language) -> list[RightLine]:
    """Every right at a place; empty where the twin has none."""
    found = []
    for right in right_ids(index):
        base = f"{RIGHT_MEASURE}.{right}"
        own = index.value(f"{base}.met", place)
        if own is None:
            continue
        shares = Shares(
            own.value, _value(index, f"{base}.not_met", place), _value(index, f"{base}.unknown", place)
        )
        name = right_name(index, right, language)
        found.append(
            RightLine(
                right,
                name,
                index.indicators[f"{base}.met"],
                shares,
                reason_text(index, own, language),
                _ticks(index, f"{base}.met", place, language),
                tuple(_conditions(index, base, name, place, language)),
            )
        )
    return found


def _value(index: TerritoryIndex, key: str, place: Place) -> float | None:
    found = index.value(key, place)
    return found.value if found else None


def _ticks(index: TerritoryIndex, key: str, place: Place, language: Language) -> tuple[Tick, ...]:
    pairs = ((kind, other, _value(index, key, other)) for kind, other in larger_places(index, place))
    return tuple(
        Tick(kind, place_name(other, language), met) for kind, other, met in pairs if met is not None
    )


def _conditions(
    index: TerritoryIndex, base: str, right: str, place: Place, language: Language
) -> list[ConditionLine]:
    """The conditions of a right: indicators that come with how many are not known and how far off it is."""
    found = []
    for key, indicator in index.indicators.items():
        if not key.startswith(f"{base}.") or f"{key}_unknown" not in index.indicators:
            continue
        if f"{key}_short" not in index.indicators:
            continue
        met, unknown = _value(index, key, place), _value(index, f"{key}_unknown", place)
        rest = None if met is None or unknown is None else max(0.0, 100 - met - unknown)
        gap = index.indicators[f"{key}_short"]
        found.append(
            ConditionLine(
                indicator,
                language.text(indicator.name),
                _asked(language.text(indicator.description)),
                Shares(met, rest, unknown),
                _value(index, f"{key}_short", place),
                language.text(gap.unit),
                _ticks(index, key, place, language),
                right,
            )
        )
    return found


def _asked(description: str) -> str:
    """What a condition asks, without the name of its right, which stands above."""
    return description.split(": ", 2)[-1]


def holding(rights: Sequence[RightLine], language: Language) -> str:
    """The finding: how many rights hold for more than half of the residents."""
    known = [one for one in rights if one.shares.met is not None]
    most = sum((one.shares.met or 0) > 50 for one in known)
    if not known:
        it, en = "Dei diritti non si sa ancora niente", "Nothing is known of the rights yet"
    elif most == 1:
        it = f"Un diritto su {len(known)} vale per più di metà dei residenti"
        en = f"One of {len(known)} rights holds for more than half of the residents"
    elif most:
        it = f"{most} diritti su {len(known)} valgono per più di metà dei residenti"
        en = f"{most} of {len(known)} rights hold for more than half of the residents"
    else:
        it = f"Nessuno dei {len(known)} diritti vale per più di metà dei residenti"
        en = f"None of the {len(known)} rights holds for more than half of the residents"
    blank = sum((one.shares.unknown or 0) >= ALL for one in known)
    if blank:
        it += f"; di {'uno' if blank == 1 else blank} non si sa niente"
        en += f"; of {'one' if blank == 1 else blank} nothing is known"
    return it if language.code == "it" else en


def anything_lacks(rights: Sequence[RightLine]) -> bool:
    """Whether any condition is known to fail for residents."""
    return any((one.shares.not_met or 0) >= NOBODY for right in rights for one in right.conditions)


def missing_most(rights: Sequence[RightLine], language: Language) -> list[str]:
    """Up to three sentences: the conditions that fail for most residents, then those that most are not known of.

    Conditions of several rights that ask the same are told once, with all their rights; those that are known of nobody
    in one sentence.
    """
    every: dict[str, list[ConditionLine]] = {}
    for right in rights:
        for one in right.conditions:
            every.setdefault(one.indicator.formula.en, []).append(one)
    groups = list(every.values())
    failing = sorted(groups, key=lambda own: -(own[0].shares.not_met or 0))
    said = [_lack(own, language) for own in failing if (own[0].shares.not_met or 0) >= NOBODY]
    blank = sorted(groups, key=lambda own: -(own[0].shares.unknown or 0))
    nobody = [own for own in blank if (own[0].shares.unknown or 0) >= ALL]
    if len(nobody) > 1:
        said.append(_blanks(nobody, language))
        blank = blank[len(nobody) :]
    said += [_blank(own, language) for own in blank if (own[0].shares.unknown or 0) >= NOBODY]
    return said[:MOST]


def _of_hundred(share: float, language: Language) -> str:
    """ "41 residents in 100", "all residents": whole people, for a sentence."""
    whole = round(share)
    it = language.code == "it"
    if share >= ALL:
        return "tutti i residenti" if it else "all residents"
    if whole < 1:
        return "meno di un residente su 100" if it else "fewer than one in 100 residents"
    if whole == 1:
        return "un residente su 100" if it else "one in 100 residents"
    return f"{min(whole, 99)} residenti su 100" if it else f"{min(whole, 99)} in 100 residents"


def _lack(same: Sequence[ConditionLine], language: Language) -> str:
    one, rights = same[0], ", ".join(line.right for line in same)
    who = _of_hundred(one.shares.not_met or 0, language)
    gap = ""
    if one.gap is not None:
        much = language.rounded(one.gap)
        unit = singular(one.gap_unit) if much == "1" else one.gap_unit
        gap = f", in media {much} {unit}" if language.code == "it" else f": on average {much} {unit}"
    if language.code == "it":
        return f"{one.name}: manca a {who}{gap} ({rights})."
    lacks = "lacks" if who.startswith("one") else "lack"
    return f"{who[:1].upper()}{who[1:]} {lacks} {_small(one.name)}{gap} ({rights})."


def singular(unit: str) -> str:
    """A unit for one of it.

    >>> singular("minuti oltre la soglia"), singular("hectares a year beyond the threshold"), singular("€")
    ('minuto oltre la soglia', 'hectare a year beyond the threshold', '€')
    """
    for many, one in _ONE.items():
        if unit.startswith(many):
            return one + unit.removeprefix(many)
    return unit


def _blank(same: Sequence[ConditionLine], language: Language) -> str:
    one, rights = same[0], ", ".join(line.right for line in same)
    share = one.shares.unknown or 0
    who = _of_hundred(share, language)
    if language.code == "it":
        who = "nessun residente" if share >= ALL else who
        return f"{one.name}: non si sa per {who} ({rights})."
    return f"{one.name}: not known for {'any resident' if share >= ALL else who} ({rights})."


def _blanks(groups: Sequence[Sequence[ConditionLine]], language: Language) -> str:
    """One sentence on several conditions that are known of nobody."""
    names = [_small(own[0].name) for own in groups]
    rest = len(names) - NAMED
    if rest > 1:
        names = [*names[:NAMED], f"altre {rest} condizioni" if language.code == "it" else f"{rest} more"]
    last = " e " if language.code == "it" else " and "
    told = ", ".join(names[:-1]) + last + names[-1]
    return (
        f"Non si sa per nessun residente: {told}."
        if language.code == "it"
        else f"Not known of any resident: {told}."
    )


def _small(text: str) -> str:
    """A name in the middle of a sentence; abbreviations stay as they are.

    >>> _small("A primary school"), _small("GP surgery")
    ('a primary school', 'GP surgery')
    """
    word = text.split(" ", maxsplit=1)[0]
    return text if len(word) > 1 and word.isupper() else text[:1].lower() + text[1:]
