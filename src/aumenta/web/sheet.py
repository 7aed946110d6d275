# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The sheet of an action as its page shows it: fields in words, items with links and lines, indicators' values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aumenta.plan.model import Example, IndicatorLink, Item
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.plan_index import FRAMEWORK_OF, ActionNode, PlanIndex


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


#: Fields of a sheet in words, in groups, in the order of the page.
GROUPS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("who", _t("Chi", "Who"), ("actors",)),
    ("means", _t("Con che cosa", "With what"), ("instruments", "superordinate", "eu_programmes")),
    (
        "goals",
        _t("Verso quali obiettivi", "Towards which goals"),
        ("pnrr", "pnrr_integration", "cohesion", "bologna"),
    ),
)
FIELDS: dict[str, Text] = {
    "actors": _t("Attori", "Actors"),
    "instruments": _t("Strumenti e politiche dell'ente", "Instruments and policies of the authority"),
    "superordinate": _t("Strumenti e politiche sovraordinati", "Superordinate instruments and policies"),
    "eu_programmes": _t("Programmi europei", "EU programmes"),
    "pnrr": _t("Priorità del PNRR", "Priorities of the national recovery plan (PNRR)"),
    "pnrr_integration": _t("Possibile integrazione con il PNRR", "Possible integration with the PNRR"),
    "cohesion": _t("Politica di coesione europea", "EU cohesion policy"),
    "bologna": _t("Carta di Bologna", "Bologna Charter"),
    "examples": _t("Esempi", "Examples"),
    "description": _t("Descrizione", "Description"),
}
STATES: dict[str, Text] = {
    "none_declared": _t("Il documento dichiara: nessuno.", "The document says: none."),
    "empty": _t(
        "Il documento ha l'etichetta, ma senza contenuto.", "The document has the label, without content."
    ),
    "absent": _t("La scheda del documento non ha questo campo.", "The document's sheet has no such field."),
}
#: Field -> name of the plan page's filter that finds the other actions with the same item.
FILTERS: dict[str, str] = {
    "actors": "actor",
    "eu_programmes": "programme",
    "instruments": "instrument",
    "superordinate": "instrument",
}


@dataclass(frozen=True)
class Entry:
    """One item of a field: the words shown, the filter that finds it elsewhere, and where it stands."""

    code: str | None
    label: str
    query: tuple[str, str] | None
    lines: tuple[int, ...]
    written: tuple[str, ...]
    known: bool = True
    editorial: str | None = None


@dataclass(frozen=True)
class Field:
    """One field of the sheet; `state` says why it is empty when it has no entries."""

    name: str
    label: str
    entries: tuple[Entry, ...]
    state: str
    line: int | None


def field_of(index: PlanIndex, node: ActionNode, name: str, language: str) -> Field:
    """A field of an action's sheet in one language. Items given twice stand once, with both lines."""
    merged: dict[str, list[Item]] = {}
    for item in getattr(node.action, name):
        merged.setdefault(item.name, []).append(item)
    entries = tuple(_entry(index, name, items, language) for items in merged.values())
    words, line = ("", None) if entries else empty_of(node, name, language)
    return Field(name, FIELDS[name].get(language), entries, words, line)


def empty_of(node: ActionNode, name: str, language: str) -> tuple[str, int | None]:
    """Why a field without entries has none, in words, and the line that says so."""
    fact = next((fact for field, fact in node.action.fields.items() if field == name), None)
    state = fact.state if fact else "absent"
    return STATES.get(state, STATES["empty"]).get(language), fact.line if fact else None


def _entry(index: PlanIndex, name: str, items: Sequence[Item], language: str) -> Entry:
    first = items[0]
    lines = tuple(item.line for item in items if item.line is not None)
    written = tuple(dict.fromkeys(item.raw for item in items))
    why = f"{first.editorial.by}: {first.editorial.why}" if first.editorial else None
    framework = FRAMEWORK_OF.get(name)
    if framework is None:
        label = index.name_in(language, name, first.name)
        return Entry(None, label, (FILTERS[name], first.name), lines, written, True, why)
    known = index.framework_item(name, first.name)
    label = known.name.get(language) if known else ""
    if name == "eu_programmes":
        label = label or index.name_in(language, name, first.name)
        return Entry(None, label, (FILTERS[name], first.name), lines, written, True, why)
    query = ("framework", f"{framework}:{first.name}")
    return Entry(first.name, label, query, lines, written, known is not None, why)


def safe_link(url: str | None) -> str | None:
    """The address of an example when it may be a link: http or https with a host, nothing else.

    >>> safe_link("javascript:alert(1)") is None, safe_link("http:/half.example") is None
    (True, True)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "." not in host or parts.username is not None:
        return None
    return url.strip()


@dataclass(frozen=True)
class ExampleEntry:
    """An example with its link where the link can be followed; `broken` is one that cannot."""

    name: str
    link: str | None
    host: str
    broken: str | None
    line: int | None
    link_line: int | None


def examples_of(examples: Sequence[Example]) -> list[ExampleEntry]:
    """The examples of a sheet."""
    found = []
    for example in examples:
        link = safe_link(example.url)
        host = (urlsplit(link).hostname or "").removeprefix("www.") if link else ""
        broken = example.url if example.url and not link else None
        found.append(ExampleEntry(example.name, link, host, broken, example.line, example.link_line))
    return found


@dataclass(frozen=True)
class Reading:
    """The value that an indicator has for the whole metropolis, latest period."""

    indicator: Indicator
    value: float | None
    status: str
    period: str
    reason: Text | None
    missing: int


def readings_of(twin: Twin) -> dict[str, Reading]:
    """Latest value for the metropolis of every indicator that is made for it."""
    found = {}
    for row in twin.values(level="metropolis", period="latest").to_dict("records"):
        indicator = twin.indicators.get(row["indicator"])
        if indicator is None:
            continue  # a build that is not finished yet holds rows of it
        value = float(row["value"]) if row["status"] != "missing" else None
        reason = twin.reasons.get(str(row["reason"])) if value is None else None
        missing = int(row["missing"])
        found[row["indicator"]] = Reading(
            indicator, value, row["status"], str(row["period"]), reason, missing
        )
    return found


@dataclass(frozen=True)
class Speaks:
    """An indicator that speaks for an action: why, and its value where the twin has one."""

    link: IndicatorLink
    reading: Reading | None
    definition: Indicator | None


def indicators_of(node: ActionNode, twin: Twin, readings: dict[str, Reading]) -> list[Speaks]:
    """The indicators that the office lets speak for an action."""
    links = node.editorial.indicators if node.editorial else []
    return [Speaks(link, readings.get(link.indicator), twin.indicators.get(link.indicator)) for link in links]
