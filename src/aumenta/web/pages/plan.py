# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan: the tree as one picture and as lists, full-text search and filters that work without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from aumenta.plan.search import Facet, Result, SearchIndex
from aumenta.values.text import Text
from aumenta.web.icicle import draw
from aumenta.web.plan_index import PlanIndex
from aumenta.web.site import Site, Visit

#: Filters of the form in order, with their label and the word for no choice.
FILTERS: dict[str, tuple[Text, Text]] = {
    "axis": (Text(it="Asse", en="Axis"), Text(it="Tutti gli assi", en="All axes")),
    "actor": (Text(it="Attore", en="Actor"), Text(it="Tutti gli attori", en="All actors")),
    "framework": (Text(it="Obiettivo", en="Objective"), Text(it="Tutti gli obiettivi", en="All objectives")),
    "programme": (
        Text(it="Programma europeo", en="EU programme"),
        Text(it="Tutti i programmi", en="All programmes"),
    ),
    "instrument": (
        Text(it="Strumento o politica", en="Instrument or policy"),
        Text(it="Tutti gli strumenti", en="All instruments"),
    ),
}
FOUND_IN: dict[str, Text] = {
    "title": Text(it="nel titolo", en="in the title"),
    "strategy": Text(it="nella strategia", en="in the strategy"),
    "summary": Text(it="nella sintesi", en="in the summary"),
    "items": Text(it="nella scheda", en="in the sheet"),
}
#: Longest text that is searched for.
MOST_LETTERS = 200


def register(site: Site) -> None:
    """Serve the page where the twin has a plan."""
    if not site.twin.has_plan:
        return
    index = site.once("plan_index", lambda: PlanIndex.of(site.plan))
    search = site.once("search", lambda: SearchIndex(site.plan))
    site.page("plan", partial(show, index=index, search=search))


@dataclass(frozen=True)
class Chosen:
    """One filter in use: its label, the value in words, and the query without it."""

    label: Text
    value: Text
    without: dict[str, str]


def show(visit: Visit, index: PlanIndex, search: SearchIndex) -> str:
    """The page: everything, or what a search finds (`q` and the filters)."""
    query = {name: visit.query[name] for name in ("q", *FILTERS) if visit.query.get(name, "").strip()}
    query = {name: value.strip()[:MOST_LETTERS] for name, value in query.items()}
    results: list[Result] | None = None
    if query:
        results = search.search(
            query.get("q", ""),
            axis=query.get("axis"),
            actor=query.get("actor"),
            framework=query.get("framework"),
            programme=query.get("programme"),
            instrument=query.get("instrument"),
        )
    hits = {result.code for result in results} if results is not None else None
    return visit.render(
        "plan.html",
        index=index,
        query=query,
        filters=FILTERS,
        facets=facets_by_group(search, index),
        chosen=chosen(query, search),
        results=results,
        found_in=FOUND_IN,
        icicle=draw(index, visit.language, hits),
    )


def chosen(query: Mapping[str, str], search: SearchIndex) -> list[Chosen]:
    """The filters in use, each with the query that drops it."""
    found = []
    for name, (label, _) in FILTERS.items():
        if name in query:
            value = query[name]
            words = next((f.label for f in search.facets[name] if f.value == value), Text(it=value, en=value))
            found.append(Chosen(label, words, {k: v for k, v in query.items() if k != name}))
    return found


def facets_by_group(
    search: SearchIndex, index: PlanIndex
) -> dict[str, list[tuple[Text | None, list[Facet]]]]:
    """Values of every filter in groups: objectives by framework, the others in one group; by name."""
    grouped: dict[str, list[tuple[Text | None, list[Facet]]]] = {}
    for name in FILTERS:
        values = search.facets[name]
        if name != "framework":
            by_name = sorted(values, key=lambda f: f.label.it.casefold()) if name != "axis" else list(values)
            grouped[name] = [(None, by_name)]
            continue
        order = {
            (f.id, item.code): n for f in index.plan.frameworks.values() for n, item in enumerate(f.items)
        }
        groups: list[tuple[Text | None, list[Facet]]] = []
        for framework in index.plan.frameworks.values():
            own = [v for v in values if v.value.startswith(f"{framework.id}:")]
            own.sort(key=lambda v: order.get((framework.id, v.value.split(":", 1)[1]), len(order)))
            if own:
                groups.append((framework.name, own))
        grouped[name] = groups
    return grouped
