# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Read an OpenStreetMap file with pyosmium into flat arrays: ways with how they are used, places and barriers of nodes.

Three passes, each filtered inside libosmium: ways, coordinates of the nodes that they name, barriers. Ways that are
alike in every tag that matters share one `Use`, so the rules run once for each combination.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aumenta.errors import NetworkError, Problem
from aumenta.network.osm_access import NODE_KEYS, WAY_KEYS, Use, odd_tags, stopped_at, use_of
from aumenta.settings import get_settings

Longs = NDArray[np.int64]
_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz", ".o5m")


@dataclass(frozen=True, slots=True)
class Ways:
    """Streets as mapped: nodes of way w are `ref[start[w]:start[w + 1]]`, `use[w]` is a row of `uses`."""

    start: Longs
    ref: Longs
    use: Longs
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes that the ways name and the file holds, rising `id`; `stops`: modes (foot, bike, car) that end there."""

    id: Longs
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    stops: NDArray[np.bool_]


@dataclass(slots=True)
class Count:
    """What was met on the way, for the notes: ways of each fate, classes that are no streets, odd tags."""

    ways: int = 0
    short: int = 0
    closed: int = 0
    ferries: int = 0
    missing_nodes: int = 0
    barriers: int = 0
    not_streets: Counter[str] = field(default_factory=Counter)
    odd_tags: Counter[str] = field(default_factory=Counter)


def read_file(path: Path, real: float) -> tuple[Ways, Nodes, Count]:
    """Read ways and nodes of streets from `path`.

    Raises NetworkError when the file is not there, not OpenStreetMap data, cut off, or without streets.
    """
    if not path.is_file():
        raise _refused(path, "there is no such file")
    if not path.name.lower().endswith(_SUFFIXES):
        raise _refused(path, "the name does not end as OpenStreetMap files do", ", ".join(_SUFFIXES))
    from osmium import InvalidLocationError  # noqa: PLC0415 - only where streets are compiled

    count = Count()
    try:
        ways = _read_ways(path, real, count)
        nodes = _read_nodes(path, np.unique(ways.ref), count)
    except (InvalidLocationError, RuntimeError, ValueError, OSError) as error:
        raise _refused(path, f"it cannot be read as OpenStreetMap data: {error}") from None
    if not count.ways:
        raise _refused(path, "it holds no street that anyone may use", "ways with the tag highway")
    if not len(nodes.id):
        raise _refused(path, "it holds ways but none of their nodes", "an extract with complete ways")
    return ways, nodes, count


def _refused(path: Path, message: str, expected: str | None = None) -> NetworkError:
    return NetworkError("Streets cannot be read.", [Problem(message, file=str(path), expected=expected)])


#: Looked up first; most ways have no other tag that matters, which their number of tags tells.
_COMMON = WAY_KEYS[:8]
#: Frequent tags that no rule reads.
_IDLE = ("name", "lanes", "lit", "source", "ref", "layer")


def _read_ways(path: Path, real: float, count: Count) -> Ways:
    import osmium  # noqa: PLC0415

    kinds, most = _Kinds(real), get_settings().max_street_nodes
    refs, ends, met = array("q"), array("q", [0]), array("q")
    some = osmium.filter.KeyFilter("highway", "route", "railway", "public_transport")
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(some):
        assert isinstance(way, osmium.osm.Way)
        tags = way.tags
        key = tuple(map(tags.get, _COMMON))
        others = len(tags) - len(_COMMON) + key.count(None)
        if others and others > ("name" in tags) and others > sum(name in tags for name in _IDLE):
            key = tuple(map(tags.get, WAY_KEYS))
        kind = kinds.of(key)
        met.append(kind)
        if kinds.row[kind] >= 0:
            refs.extend([node.ref for node in way.nodes])
        ends.append(len(refs))
        if len(refs) > most:
            raise _refused(path, f"its streets have more points than AUMENTA_MAX_STREET_NODES ({most})")
    start, ref = np.array(ends, np.int64), np.array(refs, np.int64)
    use = np.array(kinds.row, np.int64)[np.array(met, np.int64)]
    kinds.tell(np.bincount(np.array(met, np.int64), minlength=len(kinds.row)).tolist(), count)
    long = np.diff(start) > 1
    count.short = int(((use >= 0) & ~long).sum())
    kept = (use >= 0) & long
    count.ways = int(kept.sum())
    # A way of one node stays in `ref`, as a way that makes no edge.
    return Ways(start, ref, np.maximum(use, 0), tuple(kinds.uses))


class _Kinds:
    """Ways by the tags that matter: for each combination the row of its use, or why it has none."""

    def __init__(self, real: float) -> None:
        self._real = real
        self._number: dict[tuple[str | None, ...], int] = {}
        self.row: list[int] = []
        self.uses: dict[Use, int] = {}

    def of(self, key: tuple[str | None, ...]) -> int:
        """Number of the combination, made new where it is met first."""
        number = self._number.get(key)
        if number is None:
            number = self._number[key] = len(self.row)
            self.row.append(self._judge(_tags(key)))
        return number

    def _judge(self, tags: dict[str, str]) -> int:
        use = use_of(tags, self._real)
        if use is None:
            return _FERRY if tags.get("route") == "ferry" else _NO_STREET if "highway" in tags else _OTHER
        return _CLOSED if use.none else self.uses.setdefault(use, len(self.uses))

    def tell(self, times: list[int], count: Count) -> None:
        """Add to the count how often each combination was met."""
        for key, number in self._number.items():
            row, often, tags = self.row[number], times[number], _tags(key)
            if row == _FERRY:
                count.ferries += often
            elif row == _CLOSED:
                count.closed += often
            elif row == _NO_STREET:
                count.not_streets[tags["highway"]] += often
            if row >= 0:
                for tag in odd_tags(tags):
                    count.odd_tags[tag] += often


_NO_STREET, _CLOSED, _FERRY, _OTHER = -1, -2, -3, -4


def _tags(key: tuple[str | None, ...]) -> dict[str, str]:
    return {name: value for name, value in zip(WAY_KEYS, key, strict=False) if value is not None}


def _read_nodes(path: Path, wanted: Longs, count: Count) -> Nodes:
    """Places and barriers of the nodes that the ways name, as far as the file holds them."""
    # The index of libosmium wants rising ids above zero, as all published files have; hand-made XML may have others.
    plain = path.name.lower().endswith(".pbf") and not (wanted < 0).any()
    x, y, known = (_places_by_index if plain else _places_one_by_one)(path, wanted)
    count.missing_nodes = int((~known).sum())
    kept = wanted[known]
    stops = np.zeros((len(kept), 3), bool)
    for node, modes in _barriers(path):
        place = int(np.searchsorted(kept, node))
        if place < len(kept) and kept[place] == node:
            stops[place] = modes
            count.barriers += 1
    return Nodes(kept, x[known] / 1e7, y[known] / 1e7, stops)


def _places_by_index(path: Path, wanted: Longs) -> tuple[Longs, Longs, NDArray[np.bool_]]:
    """Units of 1e-7 degrees of each node, and whether the file has it."""
    import osmium  # noqa: PLC0415

    index = osmium.index.create_map("flex_mem")
    locations = osmium.NodeLocationsForWays(index)
    locations.ignore_errors()
    # All nodes of the file go in, 16 bytes each: a filter by id would take a bit for every id there is on earth. Ways
    # are let through, since the first one makes the handler sort what it has, should nodes be out of order.
    osmium.apply(str(path), locations)
    x, y, known = array("q"), array("q"), array("b")
    get = index.get
    for node in wanted.tolist():
        try:
            location = get(node)
        except KeyError:
            found = False
        else:
            found = location.valid()
        known.append(found)
        x.append(location.x if found else 0)
        y.append(location.y if found else 0)
    return np.array(x, np.int64), np.array(y, np.int64), np.array(known, bool)


def _places_one_by_one(path: Path, wanted: Longs) -> tuple[Longs, Longs, NDArray[np.bool_]]:
    """The same for nodes in any order and with any id, slower."""
    import osmium  # noqa: PLC0415

    place = {node: at for at, node in enumerate(wanted.tolist())}
    x, y = np.zeros((2, len(wanted)), np.int64)
    known = np.zeros(len(wanted), bool)
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
        assert isinstance(node, osmium.osm.Node)
        at = place.get(node.id)
        if at is not None and node.location.valid():
            x[at], y[at], known[at] = node.location.x, node.location.y, True
    return x, y, known


def _barriers(path: Path) -> list[tuple[int, tuple[bool, bool, bool]]]:
    import osmium  # noqa: PLC0415

    found = []
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    for node in nodes.with_filter(osmium.filter.KeyFilter("barrier")):
        modes = stopped_at({key: value for key in NODE_KEYS if (value := node.tags.get(key)) is not None})
        if any(modes):
            found.append((node.id, modes))
    return found
