# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The parts of a report: facts, rights, what is missing most, readings, actions, what is not known, sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aumenta.publish.report_data import AGES, Place, Shared, Value
from aumenta.publish.report_words import Words
from aumenta.readings.registry import MEASURES
from aumenta.values.model import Indicator

#: Most rows of one measure in the table of readings; fewer where they do not fit on the page.
ROWS_OF_MEASURE = 8
#: Sentences on what is missing most, actions, names in a list of what is not known, reasons that are told.
LACKING, ACTIONS, NAMES, REASONS = 3, 6, 5, 6
#: Percent from which on a share is all of it, and half of it.
_ALL, _HALF = 99.95, 50.0
#: End of the name of an indicator that says of how many residents another one is not known.
_UNKNOWN = "_unknown"
_RIGHT = re.compile(r"right\.([a-z0-9_]+)\.met")


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right: percent of residents for whom it holds, does not, and of whom it is not known."""

    name: str
    met: float | None
    not_met: float | None
    unknown: float | None
    met_whole: float | None


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """An indicator at the place and at larger ones, as text; `against` the metropolis: better, worse or nothing."""

    name: str
    unit: str
    value: str
    estimated: bool
    others: tuple[str, ...]
    rank: str
    against: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action, and the indicators in which the place does worse than the metropolis: name, figures, why."""

    code: str
    title: str
    reasons: tuple[tuple[str, str, str], ...]

    @property
    def axis(self) -> str:
        """Number of its axis."""
        return self.code.split(".")[0]


def larger(shared: Shared, place: Place, words: Words) -> list[tuple[str, Place]]:
    """What a place is set beside: zone and band of a municipality, and the metropolis; with a title each."""
    found = []
    if place.level == "municipality":
        for key, identifier in (("zone", place.zone), ("band", place.band)):
            other = shared.places.get(identifier or "")
            if other:
                name = words.band(other.id, other.name) if key == "band" else other.name
                found.append((f"{words(key)} {name}", other))
    return [*found, (words("metropolis"), shared.whole)]


def facts(shared: Shared, place: Place, words: Words) -> list[tuple[str, str]]:
    """Residents, area, altitude and density, as far as they are known."""
    found = [(words("residents"), words.number(place.people))]
    area = place.area_km2
    if area is None and place.level == "zone":
        own = [one.area_km2 for one in shared.members(place)]
        area = sum(a for a in own if a) if own and all(own) else None
    if area:
        found.append((words("area"), f"{words.number(area, 1)} km²"))
    if place.altitude_m is not None:
        found.append((words("altitude"), f"{words.number(place.altitude_m)} m"))
    if area:
        found.append((words("density"), f"{words.number(place.people / area)} {words('per_km2')}"))
    return found


def ages(place: Place, words: Words) -> list[tuple[str, int, float]]:
    """Age groups: name, residents, percent."""
    if not place.people or not place.ages:
        return []
    names = [f"{first}–{last}" if last is not None else words("over", first) for _, first, last in AGES]
    return [(name, count, 100 * count / place.people) for name, count in zip(names, place.ages, strict=True)]


def rights(shared: Shared, place: Place, words: Words) -> list[RightRow]:
    """Every right that has values at the place, in the order of the twin's file of rights."""
    found = []
    for base in _rights_in_order(shared):
        name = f"{base}.met"
        if shared.value(name, place.id) is None:
            continue
        three = [_of(shared.value(f"{base}.{state}", place.id)) for state in ("met", "not_met", "unknown")]
        title = words.text(
            shared.indicators[base].name if base in shared.indicators else shared.indicators[name].name
        )
        short = title.split(": ", 1)[-1]
        whole = _of(shared.value(name, shared.whole.id))
        if three[2] is not None and three[2] >= _ALL:
            three[0] = three[1] = None  # zero of nobody says nothing
        found.append(RightRow(short[:1].upper() + short[1:], three[0], three[1], three[2], whole))
    return found


def _rights_in_order(shared: Shared) -> list[str]:
    """Ids of the rights as wholes: those of the file in its order, then any others."""
    there = {f"right.{match[1]}" for name in shared.indicators if (match := _RIGHT.fullmatch(name))}
    named = [f"right.{one.id}" for one in shared.twin.rights.rights] if shared.twin.rights else []
    return [*(one for one in named if one in there), *sorted(there - set(named))]


def nothing_lacking(shared: Shared, place: Place, words: Words) -> str:
    """What is said where no condition is known to be missing: that all hold, or of how many it is not known."""
    unknown = [
        _of(shared.value(f"{name}_unknown", place.id))
        for name in shared.indicators
        if name.startswith("right.") and f"{name}_unknown" in shared.indicators
    ]
    blank = sum((share or 0) > _HALF for share in unknown)
    return words("nothing_known", blank, len(unknown)) if blank else words("nothing_lacking")


def lacking(shared: Shared, place: Place, words: Words) -> list[str]:
    """Sentences on the conditions of rights that most residents are known not to have."""
    found: dict[tuple[float, float | None], tuple[float, str, str]] = {}
    for name, indicator in shared.indicators.items():
        if not name.startswith("right.") or f"{name}_unknown" not in shared.indicators:
            continue
        lost, unknown = _lost(shared, name, place.id)
        if lost is None or lost < 0.05:
            continue
        whole, _ = _lost(shared, name, shared.whole.id)
        text = words(
            "lacks", name=words.text(indicator.name), share=words.share(lost), whole=words.share(whole)
        )
        gap = _of(shared.value(f"{name}_short", place.id))
        text += _gap(shared, f"{name}_short", gap, words)
        if unknown and unknown >= 0.05:
            text += words("unknown_of", share=words.share(unknown))
        # Two rights may ask for the same thing: it is said once.
        found.setdefault((round(lost, 6), gap), (-lost, name, f"{text}."))
    return [text for *_, text in sorted(found.values())[:LACKING]]


def _gap(shared: Shared, name: str, gap: float | None, words: Words) -> str:
    """By how much it is missed on average, where that is in a unit of its own (minutes, jobs)."""
    about = shared.indicators.get(name)
    if gap is None or about is None or about.unit.en.startswith("distance"):
        return ""
    return words("short", gap=words.number(gap, about.decimals), unit=words.text(about.unit))


def _lost(shared: Shared, condition: str, place: str) -> tuple[float | None, float | None]:
    """Percent of residents known not to meet a condition, and percent not known of."""
    met, unknown = _of(shared.value(condition, place)), _of(shared.value(f"{condition}_unknown", place))
    if met is None or unknown is None:
        return None, unknown
    return max(0.0, 100 - met - unknown), unknown


def readings(shared: Shared, place: Place, words: Words, most: int) -> tuple[list[ReadingRow], int]:
    """Rows of the table of readings, at most so many, and how many others have a value.

    Each measure gives its first indicators; rights stand in their own table, and what is not known beside what is.
    """
    able = [
        (name, one)
        for name, one in shared.indicators.items()
        if not name.startswith("right.")
        and not _told_beside(shared, name)
        and _of(shared.value(name, place.id)) is not None
    ]
    able.sort(key=lambda item: _order(item[0], item[1].measure))
    for allowed in range(ROWS_OF_MEASURE, 0, -1):
        taken: dict[str, int] = {}
        kept = []
        for name, one in able:
            taken[one.measure] = taken.get(one.measure, 0) + 1
            if taken[one.measure] <= allowed:
                kept.append((name, one))
        if len(kept) <= most:
            break
    kept = kept[:most] if able else []
    beside = larger(shared, place, words)
    return [_reading(shared, place, words, name, one, beside) for name, one in kept], len(able) - len(kept)


def _order(name: str, measure: str) -> tuple[int, int, str]:
    """Place of an indicator in the table: measures as they run, each with its indicators as it declares them."""
    known = list(MEASURES)
    own = MEASURES[measure].indicators if measure in MEASURES else ()
    return (
        known.index(measure) if measure in MEASURES else len(known),
        own.index(name) if name in own else len(own),
        name,
    )


def _told_beside(shared: Shared, name: str) -> bool:
    """Whether an indicator says of how many residents another one, a share of them too, is not known."""
    other = shared.indicators.get(name.removesuffix(_UNKNOWN)) if name.endswith(_UNKNOWN) else None
    return other is not None and other.unit == shared.indicators[name].unit


def _doubt(shared: Shared, name: str, place: str, words: Words) -> str:
    """Of how many residents it is not known, where an indicator has a second one that says so."""
    beside = name + _UNKNOWN
    unknown = (
        _of(shared.value(beside, place))
        if beside in shared.indicators and _told_beside(shared, beside)
        else None
    )
    return words("not_known_of", words.share(unknown)) if unknown and unknown >= 0.05 else ""


def _reading(
    shared: Shared,
    place: Place,
    words: Words,
    name: str,
    one: Indicator,
    beside: Sequence[tuple[str, Place]],
) -> ReadingRow:
    own = shared.values[name, place.id]
    others = tuple(words.number(_of(shared.value(name, other.id)), one.decimals) for _, other in beside)
    rank = f"{own.rank}/{own.ranked}" if own.rank else "–"
    return ReadingRow(
        words.text(one.name),
        words.unit(one),
        words.number(own.value, one.decimals),
        own.status == "estimated",
        others,
        rank,
        _against(shared, name, place),
        _doubt(shared, name, place.id, words),
    )


def _against(shared: Shared, name: str, place: Place) -> str:
    """`better` or `worse` than the metropolis; empty where neither can be said, as of sums that grow with the place."""
    one = shared.indicators[name]
    own, whole = _of(shared.value(name, place.id)), _of(shared.value(name, shared.whole.id))
    if one.direction == "none" or own is None or whole is None or own == whole or name in shared.sums:
        return ""
    return "better" if (own > whole) == (one.direction == "up") else "worse"


def actions(shared: Shared, place: Place, words: Words) -> tuple[list[ActionRow], int]:
    """Actions that indicators worse than the metropolis's speak for, most first; and how many more there are."""
    gathered: dict[str, list[tuple[str, str, str]]] = {}
    for name, links in shared.links.items():
        one = shared.indicators.get(name)
        if one is None or _against(shared, name, place) != "worse":
            continue
        value, other = (
            words.number(_of(shared.value(name, where)), one.decimals)
            for where in (place.id, shared.whole.id)
        )
        figures = words("against", value=value, whole=other) + (
            f" {words.unit(one)}" if words.unit(one) else ""
        )
        for code, why in links:
            gathered.setdefault(code, []).append((words.text(one.name), figures, words.text(why)))
    rows = [
        ActionRow(code, _title(shared, code, words), tuple(reasons)) for code, reasons in gathered.items()
    ]
    rows.sort(key=lambda row: (-len(row.reasons), tuple(int(part) for part in row.code.split("."))))
    return rows[:ACTIONS], max(0, len(rows) - ACTIONS)


def _title(shared: Shared, code: str, words: Words) -> str:
    own = shared.twin.plan.action(code).title
    if words.code == "it":
        return own
    strategy = shared.twin.plan.editorial.get(code.rsplit(".", 1)[0])
    return strategy.titles_en.get(code, own) if strategy else own


def not_known(shared: Shared, place: Place, words: Words) -> list[str]:
    """Indicators without a value, by reason, and the layers that the territory lacks."""
    reasons: dict[str, list[str]] = {}
    for name, one in shared.indicators.items():
        own = shared.value(name, place.id)
        if own is None or own.value is not None or name.endswith("_short"):
            continue
        why = words.text(shared.twin.reason(own.reason)) or str(own.reason)
        reasons.setdefault(why, []).append(words.text(one.name))
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    said = [
        words("without_value", _list(names, words)) + f" {_sentence(why)}" for why, names in ordered[:REASONS]
    ]
    others = sum(len(names) for _, names in ordered[REASONS:])
    if others:
        said.append(words("others_without", others))
    layers = [words.text(layer.name) for layer in shared.twin.layers if layer.status == "missing"]
    if layers:
        said.append(words("bring", _list(layers, words, 12)))
    return said or [words("all_known")]


def _list(names: Sequence[str], words: Words, most: int = NAMES) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} {words('and_more', len(names) - most)}"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."


def sources(shared: Shared, place: Place, words: Words) -> list[tuple[str, str]]:
    """Sources of all that the report says, with their licence, in order."""
    used = {
        source
        for (_, where), value in shared.values.items()
        if where == place.id and value.value is not None
        for source in value.source.split()
    }
    found = [
        (entry.attribution or entry.publisher or words.text(entry.title), entry.licence)
        for name, entry in sorted(shared.twin.sources.items())
        if name in used
    ]
    return list(dict.fromkeys(found))


def _of(value: Value | None) -> float | None:
    return value.value if value else None
