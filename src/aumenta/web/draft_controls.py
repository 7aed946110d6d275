# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The controls of the editor: one for each parameter of a lever, by kind, with what can be chosen and what is said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import JsonValue

from aumenta.scenario.lever_origins import causes_of
from aumenta.scenario.lever_values import COUNTED, said
from aumenta.scenario.levers import Lever, Parameter
from aumenta.twin.facade import Twin
from aumenta.twin.lever_list import kinds_of
from aumenta.values.text import Text
from aumenta.web.draft_check import Told
from aumenta.web.draft_form import DRAWN, PERIOD
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData
from aumenta.web.words import LEVEL_MANY, place_name

Widget = Literal["drawn", "periods", "flag", "choice", "amount", "clock", "text"]
#: What can be chosen, in groups with a name or without.
Options = list[tuple[str, list[tuple[str, str]]]]
_WIDGETS: dict[str, Widget] = {
    "service": "periods",
    "flag": "flag",
    "days": "choice",
    "place": "choice",
    "line": "choice",
    "opportunity_kind": "choice",
    "number": "amount",
    "minutes": "amount",
    "share": "amount",
    "time": "clock",
}
_DAYS = {
    "weekdays": Text(it="giorni feriali", en="weekdays"),
    "saturdays": Text(it="sabato", en="Saturdays"),
    "sundays": Text(it="domenica", en="Sundays"),
    "all": Text(it="tutti i giorni", en="every day"),
}


@dataclass(frozen=True)
class Control:
    """What a parameter is in the form."""

    id: str
    kind: str
    widget: Widget
    label: str
    unit: str
    needed: bool
    minimum: float | None
    maximum: float | None
    default: str | None
    source: str | None
    hint: str
    example: str
    value: str
    options: Options
    rows: list[dict[str, str]]
    problems: list[Told]


@dataclass(frozen=True)
class Group:
    """Controls that belong together: those of one part that a person may want or not; `label` None for the others."""

    label: str | None
    opened: bool
    controls: list[Control]


def groups_of(lever: Lever, controls: Sequence[Control], language: Language) -> list[Group]:
    """Controls in groups, in the order of the lever; one that is open holds something, or something wrong."""
    causes = causes_of(lever.changes)
    own = {one.id: one for one in lever.parameters}
    named: dict[str | None, list[Control]] = {}
    for control in controls:
        cause = causes.get(control.id)
        optional = cause is not None and not own[cause].needed and own[cause].default is None
        named.setdefault(cause if optional else None, []).append(control)
    if len(named) < 2:
        return [Group(None, True, list(controls))]
    return [
        Group(language.text(own[cause].words) if cause else None, cause is None or _opened(own, group), group)
        for cause, group in named.items()
    ]


def _opened(own: Mapping[str, Parameter], group: Sequence[Control]) -> bool:
    """Whether something of a group was decided, beyond the values to start from."""
    return any(one.problems or (one.value and own[one.id].default is None) for one in group)


def controls_of(
    lever: Lever,
    fields: Mapping[str, str],
    told: Mapping[str, Sequence[Told]],
    choices: Choices,
    language: Language,
) -> list[Control]:
    """The controls of a lever in order, with what the fields of a form hold and what is wrong with them."""
    return [_control(one, fields, list(told.get(one.id, ())), choices, language) for one in lever.parameters]


def _control(
    one: Parameter, fields: Mapping[str, str], problems: list[Told], choices: Choices, language: Language
) -> Control:
    widget: Widget = "drawn" if one.kind in DRAWN else _WIDGETS.get(one.kind, "text")
    value = fields.get(f"p.{one.id}", "")
    unit = language.text(one.unit) or ("%" if one.kind == "share" else "")
    if widget == "choice":
        options = choices.of(one.kind, language)
        if not options:
            widget = "text"  # nothing to choose from: the twin has none, and who writes an id is told so
        elif value and value not in {code for _, group in options for code, _ in group}:
            options = [*options, ("", [(value, value)])]
    else:
        options = []
    return Control(
        id=one.id,
        kind=one.kind,
        widget=widget,
        label=language.text(one.words),
        unit=unit,
        needed=one.needed,
        minimum=one.minimum,
        maximum=one.maximum,
        default=None if one.default is None else _default(one, options, language),
        source=one.source,
        hint=_hint(one, language),
        example=json.dumps(choices.examples[one.kind], ensure_ascii=False) if widget == "drawn" else "",
        value=value,
        options=options,
        rows=rows_of(one.id, fields) if widget == "periods" else [],
        problems=problems,
    )


def rows_of(name: str, fields: Mapping[str, str]) -> list[dict[str, str]]:
    """Periods as the fields hold them, and a free row at the end, for who has no script to add one."""
    rows: list[dict[str, str]] = []
    while f"p.{name}.{len(rows)}.{PERIOD[0]}" in fields:
        rows.append({part: fields[f"p.{name}.{len(rows)}.{part}"] for part in PERIOD})
    return [*rows, dict.fromkeys(PERIOD, "")]


def _hint(one: Parameter, language: Language) -> str:
    """What of a kind has to be known to fill it in: its limits, how an hour is written."""
    if one.kind == "time":
        return language.gettext("An hour such as 6:05; after midnight it goes on: 25:10.")
    if one.kind == "service":
        return language.gettext("First departure, then one every so many minutes, all before the end.")
    if one.kind not in ("number", "minutes") or (one.minimum is None and one.maximum is None):
        return ""
    least, most = language.number(one.minimum), language.number(one.maximum)
    if one.maximum is None:
        return language.gettext("At least %(least)s.") % {"least": least}
    if one.minimum is None:
        return language.gettext("At most %(most)s.") % {"most": most}
    return language.gettext("From %(least)s to %(most)s.") % {"least": least, "most": most}


def _default(one: Parameter, options: Options, language: Language) -> str:
    """The value to start from, in words."""
    if one.kind == "flag":
        return language.gettext("yes") if one.default is True else language.gettext("no")
    for _, group in options:
        for code, name in group:
            if code == one.default:
                return name
    if one.kind in COUNTED:
        unit = language.text(one.unit)
        return f"{language.text(said(one.kind, one.default))} {unit}".strip()
    return _plain(one.default, language)


def _plain(value: JsonValue, language: Language) -> str:
    if isinstance(value, list):
        return language.ngettext("%(num)d item", "%(num)d items", len(value)) % {"num": len(value)}
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Choices:
    """What can be chosen from in a twin."""

    def __init__(self, twin: Twin, maps: MapData) -> None:
        self._twin, self._maps = twin, maps

    @property
    def examples(self) -> dict[str, Any]:
        """What is written where nothing can be drawn, by kind: at places that there are."""
        return self._twin.once("examples of values", self._examples)

    def _examples(self) -> dict[str, Any]:
        towns = self._twin.places(level="municipality")
        first, last = towns.iloc[0], towns.iloc[-1]
        here, there = (
            [round(float(one.seat_lon), 4), round(float(one.seat_lat), 4)] for one in (first, last)
        )
        point = {"id": "new", "name": str(first["name"]), "lon": here[0], "lat": here[1]}
        stretch = {"id": "new", "name": str(first["name"]), "from": here, "to": there}
        area = {"municipalities": [str(first["id"])]}
        one_of = {"point": point, "stretch": stretch, "area": area, "stop": "…", "opportunity": "…"}
        lists: dict[str, Any] = {
            "points": [point],
            "stretches": [stretch],
            "areas": [area],
            "known_stops": ["…"],
            "opportunities": ["…"],
            "lines": ["…"],
            "places": [str(first["id"])],
            "way": [here, there],
            "stops": ["…", point],
            "each_minutes": [4.5, 6],
        }
        return {**one_of, **lists}

    def of(self, kind: str, language: Language) -> Options:
        """Groups of values with their names; none where the twin has nothing of the kind."""
        if kind == "days":
            return [("", [(code, language.text(name)) for code, name in _DAYS.items()])]
        if kind == "line":
            return self._twin.once(f"lines to choose {language.code}", lambda: self._lines(language))
        if kind == "opportunity_kind":
            kinds = [(one.id, language.text(one.name)) for one in kinds_of(self._twin)]
            return [("", _sorted(kinds))] if kinds else []
        return [
            (
                language.text(LEVEL_MANY[level]).capitalize(),
                _sorted([(one.id, place_name(one, language)) for one in places]),
            )
            for level, places in self._maps.index.levels.items()
            if places
        ]

    def _lines(self, language: Language) -> Options:
        """Lines of the timetable by name; a line whose name is another's too is told apart by its id."""
        table = self._twin.network.timetable if self._twin.has_network else None
        if table is None:
            return []
        columns = (table.line_id.tolist(), table.line_name.tolist(), table.line_long.tolist())
        named = [(code, _line_name(code, name, long)) for code, name, long in zip(*columns, strict=True)]
        often = Counter(name for _, name in named)
        return [
            ("", _sorted([(code, f"{name} ({code})" if often[name] > 1 else name) for code, name in named]))
        ]


def _line_name(code: str, name: str, long: str) -> str:
    """What people read on the vehicle, then where it goes."""
    words = list(dict.fromkeys(part for part in (name or code, long) if part))
    return " – ".join(words)


def _sorted(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0]))
