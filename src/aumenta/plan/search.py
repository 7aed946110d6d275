# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Full-text search of a plan, with filters and their counts.

Case, accents and typographic marks do not count, elided articles are cut off (`dell'energia` finds `energia`), and
words may be unfinished. An action is found when every word of the query is or begins a word of it, or differs from one
in the last vowel alone, as Italian singulars and plurals do. Its rank is BM25 (Robertson and Zaragoza 2009, k1 = 1.2,
b = 0.75) over words weighted by where they stand (`WEIGHTS`); a whole word counts more than another form of it
(`INFLECTED_SHARE`), and that more than a beginning (`PREFIX_SHARE`). Ties stand in the order of the codes.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from aumenta.plan.model import ITEM_FIELDS, Action, Plan
from aumenta.plan.pack import code_key
from aumenta.plan.words import folded, words
from aumenta.settings import get_settings
from aumenta.values.text import Text

#: Weight of a word by where it stands.
WEIGHTS = {"title": 5.0, "strategy": 1.5, "summary": 2.0, "items": 1.0}
INFLECTED_SHARE, PREFIX_SHARE = 0.8, 0.5
_SHORTEST_INFLECTED = 5
_K1, _B = 1.2, 0.75
_CODE = re.compile(r"[0-9]+(\.[0-9]+){0,2}\.?")

#: Filter -> fields of the sheet whose items it looks at. `framework` takes `pnrr:1.2`, `cohesion:OSa1`, `sdg:11` ...
FILTER_FIELDS = {
    "actor": ("actors",),
    "programme": ("eu_programmes",),
    "instrument": ("instruments", "superordinate"),
}
_FRAMEWORK_FIELDS = {"pnrr": ("pnrr", "pnrr_integration"), "cohesion": ("cohesion",), "bologna": ("bologna",)}


@dataclass(frozen=True, slots=True)
class Result:
    """An action found: its score (0 when there was no query) and, in words, where the query's words stand."""

    code: str
    title: str
    title_en: str
    score: float
    found_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a filter, how it is called, and how many actions it keeps."""

    value: str
    label: Text
    count: int


class SearchIndex:
    """The words of a plan's active actions; made once, searched often (it is immutable)."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._actions = [action for action in plan.actions if action.status == "active"]
        self._postings: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        self._lengths: list[float] = []
        for number, action in enumerate(self._actions):
            length = 0.0
            for place, texts in _texts(plan, action).items():
                counts = Counter(word for text in texts for word in words(text))
                for word, count in counts.items():
                    self._postings[word][number][place] = WEIGHTS[place] * count
                length += WEIGHTS[place] * counts.total()
            self._lengths.append(length)
        self._vocabulary = sorted(self._postings)
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 1.0
        self._values = [filter_values(plan, action) for action in self._actions]

    def search(
        self,
        query: str = "",
        *,
        axis: str | None = None,
        actor: str | None = None,
        framework: str | None = None,
        programme: str | None = None,
        instrument: str | None = None,
        limit: int | None = None,
    ) -> list[Result]:
        """Actions that hold every word of the query and pass every filter, best first.

        A query that is a code (`3.2`, `3.2.1`) finds what lies under it. Without a query all that pass, by code.
        `limit` defaults to the setting `max_search_results`.
        """
        wanted = {
            "axis": axis,
            "actor": actor,
            "framework": framework,
            "programme": programme,
            "instrument": instrument,
        }
        allowed = [
            number
            for number, values in enumerate(self._values)
            if all(value is None or value in values[name] for name, value in wanted.items())
        ]
        scores = self._scores(query.strip(), allowed)
        best = sorted(scores, key=lambda number: (-scores[number][0], code_key(self._actions[number].code)))
        best = best[: get_settings().max_search_results if limit is None else limit]
        return [self._result(number, *scores[number]) for number in best]

    def _result(self, number: int, score: float, places: Iterable[str]) -> Result:
        action = self._actions[number]
        found_in = tuple(place for place in WEIGHTS if place in set(places))
        return Result(action.code, action.title, title_en(self.plan, action.code), round(score, 6), found_in)

    def _scores(self, query: str, allowed: list[int]) -> dict[int, tuple[float, set[str]]]:
        if not query:
            return dict.fromkeys(allowed, (0.0, set()))
        if _CODE.fullmatch(query):
            start = code_key(query.rstrip("."))
            codes = {number: code_key(self._actions[number].code) for number in allowed}
            return {n: (0.0, set()) for n, code in codes.items() if code[: len(start)] == start}
        found: dict[int, tuple[float, set[str]]] | None = None
        for word in dict.fromkeys(words(query) or folded(query).split()):
            hits = self._hits(word)
            if found is None:
                found = {number: hits[number] for number in allowed if number in hits}
            else:
                found = {n: (s + hits[n][0], p | hits[n][1]) for n, (s, p) in found.items() if n in hits}
        return found or {}

    def _hits(self, word: str) -> dict[int, tuple[float, set[str]]]:
        weights: dict[int, float] = defaultdict(float)
        places: dict[int, set[str]] = defaultdict(set)
        stem = word[:-1] if len(word) >= _SHORTEST_INFLECTED and word[-1] in "aeio" else word
        for other in self._vocabulary[bisect_left(self._vocabulary, stem) :]:
            if not other.startswith(stem):
                break
            share = _share(word, stem, other)
            if share == 0:
                continue
            for number, by_place in self._postings[other].items():
                weights[number] += share * sum(by_place.values())
                places[number].update(by_place)
        total = len(self._actions)
        rarity = math.log(1 + (total - len(weights) + 0.5) / (len(weights) + 0.5))
        return {
            number: (rarity * weight * (_K1 + 1) / (weight + self._norm(number)), places[number])
            for number, weight in weights.items()
        }

    def _norm(self, number: int) -> float:
        return _K1 * (1 - _B + _B * self._lengths[number] / self._mean)

    @cached_property
    def facets(self) -> dict[str, list[Facet]]:
        """For every filter its values with the number of active actions, most first (axes by code)."""
        counts: dict[str, Counter[str]] = {name: Counter() for name in ("axis", "framework", *FILTER_FIELDS)}
        for values in self._values:
            for name, held in values.items():
                counts[name].update(held)
        labels = _labels(self.plan)
        found = {}
        for name, counter in counts.items():
            entries = [
                Facet(value, labels.get((name, value), Text(it=value, en=value)), count)
                for value, count in counter.items()
            ]
            found[name] = sorted(entries, key=lambda f: (0 if name == "axis" else -f.count, f.value))
        return found


def _share(word: str, stem: str, other: str) -> float:
    if other == word:
        return 1.0
    if stem != word and len(other) == len(word) and other[-1] in "aeio":
        return INFLECTED_SHARE
    return PREFIX_SHARE if other.startswith(word) else 0.0


def search(plan: Plan, query: str = "", **filters: str | None) -> list[Result]:
    """Search once; who searches often keeps a `SearchIndex`."""
    return SearchIndex(plan).search(query, **filters)  # type: ignore[arg-type]


def facets(plan: Plan) -> dict[str, list[Facet]]:
    """The values of every filter with their counts."""
    return SearchIndex(plan).facets


def filter_values(plan: Plan, action: Action) -> dict[str, frozenset[str]]:
    """What an action answers to in every filter."""
    values = {
        name: frozenset(item.name for field in fields for item in getattr(action, field))
        for name, fields in FILTER_FIELDS.items()
    }
    codes = {
        f"{framework}:{item.name}"
        for framework, fields in _FRAMEWORK_FIELDS.items()
        for field in fields
        for item in getattr(action, field)
    }
    notes = plan.editorial_of(action.code)
    codes |= {f"sdg:{link.goal}" for link in notes.sdgs} if notes else set()
    return {"axis": frozenset([action.code.split(".")[0]]), "framework": frozenset(codes), **values}


def title_en(plan: Plan, code: str) -> str:
    """English title of an action; the document's where none was written."""
    notes = plan.editorial.get(code.rpartition(".")[0])
    return (notes.titles_en.get(code) if notes else None) or plan.action(code).title


def _texts(plan: Plan, action: Action) -> dict[str, list[str]]:
    strategy = plan.strategy(action.code.rpartition(".")[0])
    notes, own = plan.editorial.get(strategy.code), plan.editorial_of(action.code)
    items = [
        text for field in ITEM_FIELDS for item in getattr(action, field) for text in {item.name, item.raw}
    ]
    names = {(f.id, item.code): item.name for f in plan.frameworks.values() for item in f.items}
    for field in ("pnrr", "pnrr_integration", "cohesion", "bologna"):
        framework = field.removesuffix("_integration")
        for item in getattr(action, field):
            name = names.get((framework, item.name))
            items += [name.it, name.en] if name else []
    titles = [
        action.title,
        *([notes.titles_en[action.code]] if notes and action.code in notes.titles_en else []),
    ]
    return {
        "title": titles,
        "strategy": [strategy.title, *([notes.title_en] if notes else [])],
        "summary": [own.summary.it, own.summary.en] if own else [],
        "items": items,
    }


def _labels(plan: Plan) -> dict[tuple[str, str], Text]:
    labels = {("axis", axis.code): Text(it=axis.title, en=axis.title_en) for axis in plan.about.axes}
    for framework in plan.frameworks.values():
        for item in framework.items:
            text = Text(it=f"{item.code} {item.name.it}", en=f"{item.code} {item.name.en}")
            labels["framework", f"{framework.id}:{item.code}"] = text
    kinds = {"actor": ("actor",), "programme": ("programme",), "instrument": ("instrument", "superordinate")}
    for name, allowed in kinds.items():
        for alias in plan.aliases:
            if alias.kind in allowed and alias.name_en:
                labels[name, alias.name] = Text(it=alias.name, en=alias.name_en)
    return labels
