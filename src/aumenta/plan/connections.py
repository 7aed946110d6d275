# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Ties between actions, typed and explained.

Kinds
    cited          the sheet of one action names the other, by code, title or the title's acronym (directed)
    integration    the sheet asks for integration with a PNRR component (or, where it names no component, a whole
                   mission) that is a priority of the other (directed)
    actor, programme, instrument, superordinate, framework
                   both sheets hold the same item (framework: PNRR component, cohesion objective, Carta di Bologna)

A tie weighs `log(N / n)`: N active actions, n of them holding the item. This is the inverse document frequency of
Spärck Jones (1972): what few share says much. What more than `COMMON_SHARE` of the actions hold ties nothing, for it
says nothing about two of them. Naming the other action is as rare as an item can be: `log(N)`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree

from aumenta.plan.model import Action, Item, Plan
from aumenta.values.text import Text

Kind = Literal["cited", "integration", "actor", "programme", "instrument", "superordinate", "framework"]

#: An item held by more than this share of the actions ties none of them.
COMMON_SHARE = 0.25

#: Field of a sheet -> kind of the ties that its items make.
FIELD_KINDS: dict[str, Kind] = {
    "actors": "actor",
    "eu_programmes": "programme",
    "instruments": "instrument",
    "superordinate": "superordinate",
    "pnrr": "framework",
    "cohesion": "framework",
    "bologna": "framework",
}

#: Field of a sheet -> name of the framework its codes belong to, as a reason says it.
_FRAMEWORK_NAMES = {
    "pnrr": Text(it="la componente PNRR", en="the PNRR component"),
    "cohesion": Text(it="l'obiettivo di coesione", en="the cohesion objective"),
    "bologna": Text(it="l'obiettivo della Carta di Bologna", en="the goal of the Carta di Bologna"),
}
_KIND_NAMES: dict[str, Text] = {
    "actor": Text(it="l'attore", en="the actor"),
    "programme": Text(it="il programma europeo", en="the EU programme"),
    "instrument": Text(it="lo strumento", en="the instrument"),
    "superordinate": Text(it="lo strumento sovraordinato", en="the superordinate instrument"),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """One tie. For `cited` and `integration` the source is the action whose sheet says so.

    `via` is the item, code or wording that ties; `lines` are the lines of the document that say so, in the order
    source, target (a line is missing where the fact is editorial); `weight` is the rarity of `via`, >= 0.
    """

    kind: Kind
    source: str
    target: str
    weight: float
    reason: Text
    via: str
    lines: tuple[int, ...]

    @property
    def directed(self) -> bool:
        """Whether only the source says so."""
        return self.kind in ("cited", "integration")


def connections(plan: Plan, code: str) -> list[Connection]:
    """The ties of one action, strongest first; of the symmetric ones it is the source.

    Raises `KeyError` when the plan has no such action.
    """
    plan.action(code)
    own = []
    for tie in _ties(plan, code):
        if tie.source == code:
            own.append(tie)
        elif tie.target == code:
            own.append(tie if tie.directed else _turned(tie))
    return sorted(own, key=lambda tie: (-tie.weight, tie.kind, other_end(tie, code), tie.via))


def other_end(tie: Connection, code: str) -> str:
    """The action at the other end of a tie."""
    return tie.target if tie.source == code else tie.source


def all_connections(plan: Plan) -> list[Connection]:
    """Every tie of the plan's active actions once, sorted by source, target, kind and via."""
    order = {action.code: number for number, action in enumerate(plan.actions)}
    return sorted(_ties(plan), key=lambda tie: (order[tie.source], order[tie.target], tie.kind, tie.via))


def _ties(plan: Plan, only: str | None = None) -> Iterator[Connection]:
    """The ties of the plan, or those of one action alone, which is much less to make."""
    active = [action for action in plan.actions if action.status == "active"]
    yield from _cited(plan, active)
    yield from _integrations(plan, active, only)
    yield from _shared(plan, active, only)


def strengths(plan: Plan, code: str) -> dict[str, float]:
    """Sum of the weights of the ties with each other action, strongest first."""
    total: dict[str, float] = defaultdict(float)
    for tie in connections(plan, code):
        total[other_end(tie, code)] += tie.weight
    return dict(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def _turned(tie: Connection) -> Connection:
    return Connection(
        tie.kind, tie.target, tie.source, tie.weight, tie.reason, tie.via, tuple(reversed(tie.lines))
    )


def rarity(holders: int, actions: int) -> float:
    """Weight of what `holders` of `actions` hold: log(N/n), and 0 beyond `COMMON_SHARE` or for nobody.

    >>> round(rarity(2, 100), 3), rarity(26, 100), rarity(1, 1)
    (3.912, 0.0, 0.0)
    """
    if holders == 0 or actions < 2 or (holders > 2 and holders / actions > COMMON_SHARE):
        return 0.0
    return math.log(actions / holders)


def _cited(plan: Plan, active: list[Action]) -> Iterator[Connection]:
    codes = {action.code for action in active}
    first: dict[tuple[str, str], Connection] = {}
    for citation in plan.citations:
        pair = (citation.source, citation.target)
        if pair[0] == pair[1] or pair in first or not codes.issuperset(pair):
            continue
        reason = Text(
            it=f"la scheda {pair[0]} nomina la {pair[1]}: «{citation.raw}»",
            en=f"the sheet of {pair[0]} names {pair[1]}: “{citation.raw}”",
        )
        weight = math.log(len(active))
        first[pair] = Connection("cited", *pair, weight, reason, citation.raw, (citation.line,))
    yield from first.values()


def _integrations(plan: Plan, active: list[Action], only: str | None) -> Iterator[Connection]:
    """A wish for integration with a component ties to the actions that have it as a priority.

    Where a sheet names a mission and components of it, the components count alone.
    """
    priorities: dict[str, dict[str, Item]] = defaultdict(dict)
    for action in active:
        for item in action.pnrr:
            for code in (item.name, item.name.split(".")[0]):
                priorities[code].setdefault(action.code, item)
    for action in active:
        wished = {item.name: item for item in reversed(action.pnrr_integration)}
        for code in sorted(wished):
            if "." not in code and any(other.startswith(code + ".") for other in wished):
                continue
            holders = priorities.get(code, {})
            weight = rarity(len(holders), len(active))
            if weight == 0:
                continue
            label = _labelled(plan, "pnrr", code)
            for target, priority in holders.items():
                if target == action.code or (only is not None and only not in (target, action.code)):
                    continue
                reason = Text(
                    it=f"{action.code} chiede integrazione con {label.it} del PNRR, priorità di {target}",
                    en=f"{action.code} asks for integration with {label.en} of the PNRR, a priority of {target}",
                )
                lines = _lines(wished[code], priority)
                yield Connection("integration", action.code, target, weight, reason, code, lines)


def _shared(plan: Plan, active: list[Action], only: str | None) -> Iterator[Connection]:
    for field, kind in FIELD_KINDS.items():
        holders: dict[str, dict[str, Item]] = defaultdict(dict)
        for action in active:
            for item in getattr(action, field):
                holders[item.name].setdefault(action.code, item)
        for name, items in holders.items():
            weight = rarity(len(items), len(active))
            if weight == 0 or len(items) < 2 or (only is not None and only not in items):
                continue
            reason = _shared_reason(plan, field, kind, name, len(items))
            pairs = list(items.items())
            for number, (source, item) in enumerate(pairs):
                for target, other in pairs[number + 1 :]:
                    if only is not None and only not in (source, target):
                        continue
                    yield Connection(kind, source, target, weight, reason, name, _lines(item, other))


def _shared_reason(plan: Plan, field: str, kind: Kind, name: str, holders: int) -> Text:
    what = _FRAMEWORK_NAMES.get(field) or _KIND_NAMES[kind]
    label = _labelled(plan, field, name) if kind == "framework" else Text(it=name, en=name)
    return Text(
        it=f"hanno in comune {what.it} {label.it} ({holders} azioni)",
        en=f"they share {what.en} {label.en} ({holders} actions)",
    )


def _labelled(plan: Plan, framework: str, code: str) -> Text:
    items = plan.frameworks[framework].items if framework in plan.frameworks else []
    for item in items:
        if item.code == code:
            return Text(it=f"{code} {item.name.it}", en=f"{code} {item.name.en}")
    return Text(it=code, en=code)


def _lines(*items: Item) -> tuple[int, ...]:
    return tuple(item.line for item in items if item.line is not None)


# --- the whole graph -------------------------------------------------------------------------------------------


def graph(plan: Plan) -> dict[str, Any]:
    """The graph as plain data in networkx's node-link form: `nodes` (actions) and `links` (ties)."""
    nodes = [
        {
            "id": action.code,
            "title": action.title,
            "title_en": _title_en(plan, action),
            "strategy": strategy.code,
            "axis": strategy.axis,
        }
        for strategy in plan.strategies
        for action in strategy.actions
        if action.status == "active"
    ]
    links = []
    for tie in all_connections(plan):
        links.append(
            {
                "source": tie.source,
                "target": tie.target,
                "kind": tie.kind,
                "weight": round(tie.weight, 6),
                "via": tie.via,
                "reason_it": tie.reason.it,
                "reason_en": tie.reason.en,
                "lines": list(tie.lines),
                "directed": tie.directed,
            }
        )
    return {
        "directed": False,
        "multigraph": True,
        "graph": {"plan": plan.about.id},
        "nodes": nodes,
        "links": links,
    }


def _title_en(plan: Plan, action: Action) -> str:
    notes = plan.editorial.get(action.code.rsplit(".", 1)[0])
    return notes.titles_en.get(action.code, action.title) if notes else action.title


_NODE_KEYS = ("title", "title_en", "strategy", "axis")
_EDGE_KEYS = ("kind", "weight", "via", "reason_it", "reason_en", "lines", "directed")
_TYPES = {"weight": "double", "directed": "boolean"}


def graphml(plan: Plan) -> str:
    """The graph as GraphML 1.0 (undirected multigraph; `directed` says which ties only the source states)."""
    data = graph(plan)
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for domain, names in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name in names:
            attributes = {"for": domain, "attr.name": name, "attr.type": _TYPES.get(name, "string")}
            ElementTree.SubElement(root, "key", {"id": f"{domain}_{name}", **attributes})
    body = ElementTree.SubElement(root, "graph", id=plan.about.id, edgedefault="undirected")
    for node in data["nodes"]:
        element = ElementTree.SubElement(body, "node", id=node["id"])
        _data(element, "node", _NODE_KEYS, node)
    for number, link in enumerate(data["links"]):
        ends = {"source": link["source"], "target": link["target"]}
        element = ElementTree.SubElement(body, "edge", {"id": f"e{number}", **ends})
        _data(element, "edge", _EDGE_KEYS, link)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _data(element: ElementTree.Element, domain: str, names: Iterable[str], values: dict[str, Any]) -> None:
    for name in names:
        value = values[name]
        if isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, list):
            text = " ".join(str(part) for part in value)
        else:
            text = str(value)
        ElementTree.SubElement(element, "data", key=f"{domain}_{name}").text = text
