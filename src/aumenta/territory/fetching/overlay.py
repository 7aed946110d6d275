# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Lay the fetched sources over a territory pack: their figures, sources and layers in the place of the pack's own.

`fetch.yaml` says which layer a source replaces, `EFFECTS` what its format can give. Columns that a source does not
carry stay as the pack has them, each with its own source and date. A source that does not fit the pack (a municipality
that is missing or unknown, a figure out of range) is refused whole, with every fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from aumenta.errors import AumentaError, FetchError, PackError, Problem
from aumenta.store.manifest import ReplacedEntry
from aumenta.territory.fetching.cache import CachedSource, Left, cached_sources, left_in_cache, reference_date
from aumenta.territory.fetching.changes import (
    SUMMARY,
    Change,
    columns_changed,
    people_changed,
    points_changed,
    table_of,
)
from aumenta.territory.fetching.effects import EFFECTS, Columns, People, Points, Routed, words_of, year_of
from aumenta.territory.model import Layer, Source
from aumenta.territory.pack import TerritoryPack
from aumenta.values.text import Text


@dataclass(frozen=True, slots=True)
class RoutedFile:
    """A fetched file that the network is compiled from, the layers it replaces, and its source's id."""

    what: str
    file: Path
    source: str
    layers: tuple[str, ...]


@dataclass(frozen=True)
class Overlay:
    """A pack with the fetched sources laid over it, what they replaced, and those that stay in the cache."""

    pack: TerritoryPack
    replaced: list[ReplacedEntry]
    left: list[Left]
    routed: tuple[RoutedFile, ...] = ()

    @property
    def notes(self) -> list[str]:
        """A line for each thing replaced, for a person."""
        return [
            f"{entry.layer or 'added'}: {entry.what.en}, from {entry.source}, fetched on {entry.fetched}"
            for entry in self.replaced
        ]


def with_fetched(pack: TerritoryPack, cache: Path) -> Overlay:
    """Lay what lies in `cache` over a pack.

    Raises `FetchError` with every fault of every source: files missing or damaged, municipalities missing or unknown,
    figures that cannot be; `PackError` for a `fetch.yaml` whose sources and the pack do not fit each other.
    """
    sources = cached_sources(pack.folder, cache)
    faults = _faults_of_list(pack, sources)
    if faults:
        raise PackError("The list of official sources does not fit the pack.", faults)
    replaced, problems = list[ReplacedEntry](), list[Problem]()
    # Years in their order: the last one that replaces is the reference, the one before the year of comparison.
    ordered = sorted(sources, key=lambda one: year_of(one.item) if _is_people(one) else 0)
    for one in ordered:
        try:
            pack, entries = _laid(pack, one)
            replaced += entries
        except AumentaError as error:
            problems += error.problems
    if problems:
        raise FetchError(SUMMARY, problems)
    replaced.sort(key=lambda entry: (entry.layer or "", entry.source))
    return Overlay(pack, replaced, left_in_cache(pack.folder, cache), tuple(_routed(pack, sources)))


def _routed(pack: TerritoryPack, sources: Sequence[CachedSource]) -> Iterator[RoutedFile]:
    for one in sources:
        effect = EFFECTS[one.item.format]
        if isinstance(effect, Routed):
            fetched = f"{one.item.id}-fetched"
            source = fetched if fetched in pack.sources else one.item.id
            yield RoutedFile(effect.what, one.file, source, tuple(one.item.replaces))


def _is_people(one: CachedSource) -> bool:
    return isinstance(EFFECTS[one.item.format], People)


def _faults_of_list(pack: TerritoryPack, sources: Sequence[CachedSource]) -> list[Problem]:
    """Layers, kinds and tables that are named but not there; two sources for the same thing."""
    file, layers = str(pack.folder / "fetch.yaml"), {layer.id: layer for layer in pack.layers}
    kinds = {kind.id for kind in pack.kinds.kinds}
    problems, first = list[Problem](), dict[tuple[str, str], str]()
    for one in sources:
        item, effect = one.item, EFFECTS[one.item.format]
        for name in item.replaces:
            if name not in layers:
                message, expected = "no such layer", "one of " + ", ".join(sorted(layers))
            elif isinstance(effect, Columns) and table_of(pack, layers[name], effect) is None:
                message, expected = "no table of the layer fits", "municipality, " + ", ".join(effect.pairs)
            elif isinstance(effect, Points) and effect.kind not in set(layers[name].kinds) & kinds:
                message, expected = "the layer does not bring the kind", effect.kind
            else:
                continue
            problems.append(Problem(message, file, None, f"{item.id}.replaces", name, expected))
        year = str(year_of(item)) if isinstance(effect, People) else None
        if isinstance(effect, Routed):
            continue  # many operators, many feeds
        for thing in [(item.format, year or name) for name in ([""] if year else item.replaces)]:
            if thing in first:
                message, found = "two fetched sources for the same thing", f"{item.id} and {first[thing]}"
                problems.append(Problem(message, file, None, "sources", found, "one of them"))
            first.setdefault(thing, item.id)
    return problems


def _laid(pack: TerritoryPack, one: CachedSource) -> tuple[TerritoryPack, list[ReplacedEntry]]:
    """The pack with one source over it."""
    source = _source(pack, one)
    pack = replace(pack, sources={**pack.sources, source.id: source})
    effect, entries = EFFECTS[one.item.format], list[ReplacedEntry]()
    if isinstance(effect, People) and not one.item.replaces:
        change = people_changed(pack, one, source.id)
        return change.pack, [_entry(one, source.id, None)]
    for name in one.item.replaces:
        if isinstance(effect, People):
            change = people_changed(pack, one, source.id)
        elif isinstance(effect, Columns):
            change = columns_changed(pack, one, source.id, effect, name)
        elif isinstance(effect, Points):
            change = points_changed(pack, one, source.id, effect)
        elif isinstance(effect, Routed):
            change = Change(pack, frozenset())
        else:  # pragma: no cover - `cached_sources` gives none of these
            raise AssertionError(one.item.format)
        pack = _relayered(change, one, source.id, name)
        entries.append(_entry(one, source.id, name))
    return pack, entries


def _entry(one: CachedSource, source: str, layer: str | None) -> ReplacedEntry:
    return ReplacedEntry(
        source=source,
        layer=layer,
        what=words_of(one.item),
        fetched=one.fetched.isoformat(),
        sha256=one.sha256,
    )


def _source(pack: TerritoryPack, one: CachedSource) -> Source:
    """The fetched source as the pack would have it; another id where the pack has one of that name."""
    item = one.item
    return Source(
        id=f"{item.id}-fetched" if item.id in pack.sources else item.id,
        title=item.title,
        publisher=item.publisher,
        licence=item.licence,
        address=one.address,
        attribution=item.attribution,
        reference_date=reference_date(item, one.fetched),
        verified=one.fetched,
    )


def _relayered(change: Change, one: CachedSource, source: str, name: str) -> TerritoryPack:
    """The pack with its layers telling of the new source."""
    pack, about, layers = change.pack, change.pack.about, []
    # Cells are made of the residents of the reference year, and of no other.
    reference = _is_people(one) and pack.population_source(about.population_year) == source
    others = {about.population.source, *(given.source for given in pack.people.values())} - {source}
    for layer in pack.layers:
        if layer.id == name:
            layers.append(_loaded(layer, change, one, source))
        elif reference and about.grid.people in layer.tables:
            layers.append(layer.model_copy(update={"sources": _sources_of(layer, pack, others, source)}))
        else:
            layers.append(layer)
    return replace(pack, layers=layers)


def _sources_of(layer: Layer, pack: TerritoryPack, gone: Set[str], source: str) -> list[str]:
    """The new source, then those of before that something of the layer still comes from."""
    used = {c.source for name in layer.tables for c in pack.tables[name].columns}
    kept = [s for s in layer.sources if s != source and (s not in gone or s in used)]
    return [source, *kept]


def _loaded(layer: Layer, change: Change, one: CachedSource, source: str) -> Layer:
    """A layer that a source replaced: loaded, with the source, the day, and what is wanting."""
    sources = _sources_of(layer, change.pack, change.gone, source)
    day, item = one.fetched.isoformat(), one.item
    told = [
        Text(it=f"{item.attribution}, scaricato il {day}.", en=f"{item.attribution}, fetched on {day}."),
        *change.wanting,
    ]
    if layer.reason is not None and layer.status != "missing" and len(sources) > 1:
        told.append(Text(it=f"Per il resto: {layer.reason.it}", en=f"For the rest: {layer.reason.en}"))
    update: dict[str, object] = {
        "readiness": "loaded",
        "status": "reported",
        "sources": sources,
        "known_extent": "territory" if layer.known_extent == "none" else layer.known_extent,
        "reason": Text(it=" ".join(t.it for t in told), en=" ".join(t.en for t in told)),
        "bring": None,
    }
    if change.kind is not None:
        alone = layer.kinds == [change.kind.kind]
        update["complete"] = change.kind.complete and (alone or layer.complete)
    return layer.model_copy(update=update)
