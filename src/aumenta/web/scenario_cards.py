# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The list of scenarios: a card each, chosen by action and words, in the order of the plan or by who gains."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aumenta.scenario.runs import RunRecord
from aumenta.web.i18n import Language
from aumenta.web.plan_index import PlanIndex
from aumenta.web.problem_words import problem_texts
from aumenta.web.scenario_data import PATIENCE, Card, ScenarioData
from aumenta.web.scenario_effects import Effects
from aumenta.web.scenario_words import headline
from aumenta.web.site import Visit

#: Orders of the list: as the plan has the actions; by residents for whom something becomes better, or worse; by name.
SORTS = ("plan", "gain", "lose", "name")
#: More cards than these are grouped by axis.
_MANY = 8


@dataclass(frozen=True)
class Choice:
    """One axis or action that scenarios belong to."""

    id: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Listing:
    """What the list shows: cards that fit what was asked for, of how many there are, and the choices.

    `groups` are the same cards by axis (number and title) where many stand in the order of the plan; else all in one.
    """

    cards: list[dict[str, Any]]
    groups: list[tuple[str, str, list[dict[str, Any]]]]
    all: int
    computed: int
    words: str
    sort: str
    axes: list[tuple[Choice, list[Choice]]]
    filtered: bool
    watched: bool
    changed: bool


def listing_of(visit: Visit, data: ScenarioData) -> Listing:
    """The cards that a visit asks for (`q`: words, `action`: code of an axis or action, `sort`)."""
    every = data.cards()
    codes = [_codes(card) for card in every]
    action = visit.query.get("action", "")
    action = action if any(_within(code, action) for own in codes for code in own) else ""
    words, sort = visit.query.get("q", "").strip()[:80], visit.query.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    chosen = [
        card
        for card, own in zip(every, codes, strict=True)
        if not action or any(_within(code, action) for code in own)
    ]
    told = _Told(data)
    cards = [card_of(visit, data, card, told) for card in chosen]
    if words:
        wanted = _plain(words).split()
        cards = [card for card in cards if all(word in _plain(_said(card)) for word in wanted)]
    cards = _sorted(cards, sort)
    return Listing(
        cards=cards,
        groups=_groups(visit, cards) if sort == SORTS[0] and len(cards) > _MANY else [("", "", cards)],
        all=len(every),
        computed=sum(card.standing in ("run", "changed") for card in every),
        words=words,
        sort=sort,
        axes=_axes(visit, sorted({code for own in codes for code in own}, key=_order), action),
        filtered=bool(action or words),
        watched=any(card["reading"] or card["state"].busy for card in cards),
        changed=bool(action or words or sort != SORTS[0]),
    )


class _Told:
    """What runs do, for many cards of one page: it waits for the first that is not made yet, and for no further one."""

    def __init__(self, data: ScenarioData) -> None:
        self._data, self._patience = data, PATIENCE

    def __call__(self, record: RunRecord) -> Any:
        found = self._data.effects(record, self._patience)
        if found is None:
            self._patience = 0.0
        return found


def cards_of_action(visit: Visit, data: ScenarioData, code: str) -> list[dict[str, Any]]:
    """Cards of the scenarios of an action, those that tell something first."""
    told = _Told(data)
    own = [card for card in data.cards() if code in _codes(card)]
    return sorted((card_of(visit, data, card, told) for card in own), key=lambda card: not card["line"])


def told_in_list(card: Card) -> RunRecord | None:
    """The run that a card tells of: none of another build, whose figures the page of the scenario shows."""
    return card.record if card.standing in ("run", "changed", "gone") else None


def card_of(
    visit: Visit, data: ScenarioData, card: Card, told: Callable[[RunRecord], Any] | None = None
) -> dict[str, Any]:
    """What a card shows: name, actions, the one line, a small map; `told` gives what a run does."""
    scenario, language = card.known.scenario, visit.language
    line, picture, better, worse = "", "", 0.0, 0.0
    record = told_in_list(card)
    if record is not None:
        effects = (told or _Told(data))(record)
        if isinstance(effects, Effects):
            line, picture = headline(effects, language), _picture(effects)
            if effects.headline is not None:
                better, worse = effects.headline.better, effects.headline.worse
        elif effects is not None:
            line = problem_texts(effects, language)[0].message
    name = scenario.name if scenario else None
    return {
        "id": card.known.id,
        "name": language.text(name) or card.known.id,
        "summary": language.text(scenario.summary) if scenario else "",
        "actions": actions_of(visit, scenario.actions if scenario else []),
        "error": str(card.known.error) if card.known.error else "",
        "standing": card.standing,
        "state": card.state,
        "line": line,
        "picture": picture,
        "better": better,
        "worse": worse,
        "saved": card.known.saved,
        "reading": record is not None and not line,
    }


def _picture(effects: Effects) -> str:
    """Address of the small map; none where municipalities have no values."""
    told = effects.headline
    if told is None or effects.places(told.key, "municipality").empty:
        return ""
    return f"/files/scenarios/{effects.run.id}/map/{told.key}.svg"


def actions_of(visit: Visit, codes: Sequence[str]) -> list[dict[str, str]]:
    """Actions of the plan with their axis and their sheet, where the plan has them."""
    index = _plan(visit)
    found = []
    for code in codes:
        node = index.actions.get(code) if index else None
        found.append(
            {
                "code": code,
                "axis": code.split(".", maxsplit=1)[0],
                "title": visit.language.text(node.title) if node else "",
                "url": visit.url("action", code=code) if node else "",
            }
        )
    return found


def _plan(visit: Visit) -> PlanIndex | None:
    site = visit.site
    return site.once("plan_index", lambda: PlanIndex.of(site.plan)) if site.twin.has_plan else None


# --- choosing and ordering --------------------------------------------------------------


def _codes(card: Card) -> list[str]:
    return list(card.known.scenario.actions) if card.known.scenario else []


def _within(code: str, part: str) -> bool:
    """Whether an action is the one named, or lies in the axis or strategy named."""
    return code == part or code.startswith(f"{part}.")


def _order(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split(".") if part.isdigit())


def _axes(visit: Visit, codes: Sequence[str], chosen: str) -> list[tuple[Choice, list[Choice]]]:
    """Axes that have scenarios, each with its actions that have."""
    index, language = _plan(visit), visit.language
    found: dict[str, list[Choice]] = {}
    for code in codes:
        node = index.actions.get(code) if index else None
        title = f"{code} {language.text(node.title)}" if node else code
        found.setdefault(code.split(".", maxsplit=1)[0], []).append(Choice(code, title, code == chosen))
    return [
        (Choice(axis, _axis_name(index, axis, language), axis == chosen), own) for axis, own in found.items()
    ]


def _axis_name(index: PlanIndex | None, axis: str, language: Language) -> str:
    said, title = language.gettext("Axis %(number)s") % {"number": axis}, _axis_title(index, axis, language)
    return f"{said}: {title}" if title else said


def _axis_title(index: PlanIndex | None, axis: str, language: Language) -> str:
    node = index.axis(axis) if index else None
    return language.text(node.title) if node else ""


def _groups(visit: Visit, cards: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Cards by the axis of their first action; those of none come last."""
    index, language = _plan(visit), visit.language
    found: dict[str, list[dict[str, Any]]] = {}
    for card in cards:
        found.setdefault(card["actions"][0]["axis"] if card["actions"] else "", []).append(card)
    other = language.gettext("Of no action of the plan")
    return [
        (axis or "–", (_axis_title(index, axis, language) or axis) if axis else other, own)
        for axis, own in found.items()
    ]


def _said(card: dict[str, Any]) -> str:
    """The words of a card that are searched."""
    actions = " ".join(f"{one['code']} {one['title']}" for one in card["actions"])
    return f"{card['name']} {card['summary']} {card['line']} {card['id']} {actions}"


def _plain(text: str) -> str:
    """Text without accents and capitals, so that `citta` finds `Città`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one)).replace("’", "'")


def _sorted(cards: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Cards in the order asked for; those that tell nothing yet come last, in the order of the plan."""
    if sort == "name":
        return sorted(cards, key=lambda card: _plain(card["name"]))
    if sort in ("gain", "lose"):
        side = "better" if sort == "gain" else "worse"
        return sorted(cards, key=lambda card: (not card["line"], -card[side]))
    return cards
