# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measure of the rights and its indicators, made from the file of rights that is in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Input, Measure, Result
from aumenta.readings.registry_travel import CELLS, MEMBERS, edge_input, hub_input, nearest_input, sums_input
from aumenta.readings.rights import STATES, rights
from aumenta.readings.rights_words import condition_words, gap_unit
from aumenta.store.definitions import load_indicators
from aumenta.values.aggregate import Members
from aumenta.values.model import Indicator
from aumenta.values.rights import Condition, FromHub, Jobs, Nearest, OfPlace, Right, RightsFile
from aumenta.values.text import Text

#: Id of the measure.
MEASURE = "right"
_GROUP_WORDS = {
    "": Text(it="residenti", en="residents"),
    "_0_18": Text(it="residenti fino a 18 anni", en="residents up to 18"),
    "_65_plus": Text(it="residenti di 65 anni e più", en="residents of 65 and over"),
}
_STATE_WORDS = {
    "met": Text(it="garantito", en="met"),
    "not_met": Text(it="non garantito", en="not met"),
    "unknown": Text(it="non si sa", en="not known"),
}
_WHERE_WORDS = {
    "met": Text(it="dove il diritto è garantito", en="where the right is met"),
    "not_met": Text(it="dove il diritto non è garantito", en="where the right is not met"),
    "unknown": Text(
        it="dove non si sa se il diritto è garantito", en="where it is not known whether the right is met"
    ),
}
_DIRECTION = {"met": "up", "not_met": "down", "unknown": "down"}
_PLACES = ["municipality", "zone", "band", "metropolis"]
_BREAKS = [10.0, 25.0, 50.0, 75.0, 90.0]
_GAPS = [5.0, 10.0, 15.0, 30.0, 60.0]


def rights_measure(file: RightsFile, kinds: Mapping[str, Text] | None = None) -> Measure:
    """The measure that computes a file of rights; `kinds` are the names of kinds of opportunities, in the plural."""
    inputs = (
        CELLS,
        MEMBERS,
        Input(
            "all_transit",
            "transit_complete",
            Text(
                it="se l'orario ha tutti i mezzi pubblici",
                en="whether the timetable has all public transport",
            ),
            False,
        ),
        Input(
            "layers",
            "kinds_to_bring",
            Text(it="dati da portare", en="data to bring"),
            False,
        ),
        *_inputs(file, kinds or {}),
    )

    def compute(
        cells: CellArrays,
        members: Members,
        all_transit: bool | None,
        layers: dict[str, Text] | None,
        **given: Any,
    ) -> Result:
        return rights(cells, members, file, given, bool(all_transit), layers)

    return Measure(MEASURE, compute, inputs, tuple(one.id for one in rights_indicators(file)))


def _inputs(file: RightsFile, kinds: Mapping[str, Text]) -> list[Input]:
    """What the ways read, each once and in a fixed order; the argument is the name itself."""
    found: dict[str, Input] = {}
    for way in (way for right in file.rights for one in right.conditions for way in one.any):
        made: list[Input] = []
        if isinstance(way, Nearest):
            made = [
                nearest_input("", kind, way.mode, kinds.get(kind, Text(it=kind, en=kind)))
                for kind in way.kinds
            ]
        elif isinstance(way, FromHub):
            made = [hub_input(way.mode)]
        elif isinstance(way, Jobs):
            made = [sums_input("", way.mode)]
        elif isinstance(way, OfPlace):
            measure = way.indicator.split(".")[0]
            made = [
                Input("", f"reading:{measure}", Text(it=f"lettura {measure}", en=f"reading {measure}"), False)
            ]
        if isinstance(way, Nearest | Jobs):
            made.append(edge_input("", way.mode))
        for one in made:
            found[one.name] = Input(one.name, one.name, one.words, False)
    return [found[name] for name in sorted(found)]


def rights_indicators(file: RightsFile, kinds: Mapping[str, Text] | None = None) -> list[Indicator]:
    """Definitions of all that the measure gives; `kinds` as in `rights_measure`."""
    return [one for right in file.rights for one in _of_right(right, kinds or {})]


def _of_right(right: Right, kinds: Mapping[str, Text]) -> Iterator[Indicator]:
    title = Text(it=f"Diritto: {right.name.it}", en=f"Right: {right.name.en}")
    asked = (
        "; ".join(one.name.it for one in right.conditions),
        "; ".join(one.name.en for one in right.conditions),
    )
    yield Indicator(
        id=f"right.{right.id}",
        name=title,
        description=Text(
            it=f"1 dove tutte le condizioni sono soddisfatte, 0 dove una non lo è: {asked[0]}.",
            en=f"1 where all conditions hold, 0 where one does not: {asked[1]}.",
        ),
        unit=Text(it="1 garantito, 0 non garantito", en="1 met, 0 not met"),
        direction="up",
        measure=MEASURE,
        formula=Text(it="tutte le condizioni", en="all conditions"),
        sources=_sources(right.conditions),
        levels=["cell"],
        scale="classes",
        breaks=[0.5],
    )
    for group, who in _GROUP_WORDS.items():
        for state in STATES:
            words, where = _STATE_WORDS[state], _WHERE_WORDS[state]
            yield Indicator(
                id=f"right.{right.id}.{state}{group}",
                name=Text(it=f"{title.it}, {words.it} ({who.it})", en=f"{title.en}, {words.en} ({who.en})"),
                description=Text(
                    it=f"Quota di {who.it} nelle celle {where.it}. Si chiede: {asked[0]}.",
                    en=f"Share of {who.en} in cells {where.en}. Asked for: {asked[1]}.",
                ),
                unit=Text(it=f"% di {who.it}", en=f"% of {who.en}"),
                decimals=1,
                direction=_DIRECTION[state],
                measure=MEASURE,
                formula=Text(
                    it=f"100 × {who.it} di tali celle / {who.it}",
                    en=f"100 × {who.en} of such cells / {who.en}",
                ),
                sources=_sources(right.conditions),
                levels=_PLACES,
                breaks=_BREAKS,
            )
    for one in right.conditions:
        yield from _of_condition(right, one, kinds)


def _of_condition(right: Right, one: Condition, kinds: Mapping[str, Text]) -> Iterator[Indicator]:
    ways = condition_words(one, kinds, _known())
    note = one.note or Text(it="", en="")
    percent = Text(it="% di residenti", en="% of residents")
    for end, name, unit, levels, direction, breaks in (
        ("", one.name, percent, ["cell", *_PLACES], "up", _BREAKS),
        (
            "_unknown",
            Text(it=f"{one.name.it}: non si sa", en=f"{one.name.en}: not known"),
            percent,
            _PLACES,
            "down",
            _BREAKS,
        ),
        (
            "_short",
            Text(it=f"{one.name.it}: quanto manca", en=f"{one.name.en}: how far off"),
            gap_unit(one, _known()),
            _PLACES,
            "down",
            _GAPS,
        ),
    ):
        yield Indicator(
            id=f"right.{right.id}.{one.id}{end}",
            name=Text(it=_capital(name.it), en=_capital(name.en)),
            description=Text(
                it=f"Diritto: {right.name.it}. Condizione: {ways.it}. {note.it}".strip(),
                en=f"Right: {right.name.en}. Condition: {ways.en}. {note.en}".strip(),
            ),
            unit=unit,
            decimals=1,
            direction=direction,
            measure=MEASURE,
            formula=_formula(end, ways),
            sources=_sources([one]),
            levels=levels,
            breaks=breaks,
        )


@cache
def _known() -> dict[str, Indicator]:
    """What the indicators that a condition may bound are called."""
    return load_indicators()


def _formula(end: str, ways: Text) -> Text:
    if end == "_short":
        return Text(
            it="media di quanto manca ai residenti che non l'hanno",
            en="mean of what is wanting for residents who lack it",
        )
    if end == "_unknown":
        return Text(
            it="100 × residenti per cui non si sa / residenti", en="100 × residents not known of / residents"
        )
    return Text(
        it=f"100 × residenti con: {ways.it} / residenti", en=f"100 × residents with: {ways.en} / residents"
    )


def _sources(conditions: list[Condition]) -> list[str]:
    return list(dict.fromkeys(one.source for one in conditions))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
