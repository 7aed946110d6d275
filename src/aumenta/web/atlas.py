# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The readings of a twin as the atlas shows them: state, inputs, what is missing, how sure they are, method."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aumenta.readings.measure import READING, Measure
from aumenta.store.manifest import LayerEntry
from aumenta.twin.facade import Twin
from aumenta.values.model import STATUSES, Indicator
from aumenta.values.text import Text
from aumenta.web.atlas_words import OF_THE_PLAN, SPEAKERS
from aumenta.web.territory_index import MEASURES, TerritoryIndex
from aumenta.web.words import MEASURES as MEASURE_NAMES
from aumenta.web.words import RIGHT_MEASURE

#: What to bring where things are known by place, not by point.
_POINTS = Text(
    it="un elenco con le coordinate (CSV o GeoJSON)", en="a list with coordinates (CSV or GeoJSON)"
)


@dataclass(frozen=True, slots=True)
class InputLine:
    """One input of a reading: what it is, whether it is there, and the layers that bring it."""

    name: str
    words: Text
    present: bool
    layers: tuple[LayerEntry, ...]

    @property
    def bringing(self) -> list[LayerEntry]:
        """Of its layers those that are not there, or name a file to bring."""
        return [layer for layer in self.layers if layer.status == "missing" or layer.bring]

    @property
    def wanting(self) -> bool:
        """Whether there is something to bring."""
        return not self.present or bool(self.bringing)


@dataclass(frozen=True, slots=True)
class Wanting:
    """Something to bring: a layer, or a kind of things whose points are not known, and the inputs that wait for it.

    `missing` is false where the inputs are computed without it, in part.
    """

    name: Text
    reason: Text | None
    bring: Text | None
    inputs: tuple[Text, ...]
    missing: bool


@dataclass(frozen=True)
class AtlasReading:
    """One reading: `speaker` is the indicator shown first, None where there is nothing to show."""

    id: str
    state: str
    failure: str
    indicators: tuple[Indicator, ...]
    inputs: tuple[InputLine, ...]
    speaker: str | None
    #: values of places by status
    statuses: Mapping[str, int]
    #: missing values of places by reason
    reasons: Mapping[str, int]
    #: what to bring, once for all the inputs that want it
    wanting: tuple[Wanting, ...] = ()

    @property
    def values(self) -> int:
        """How many values places have, the missing ones too."""
        return sum(self.statuses.values())

    @property
    def of_the_plan(self) -> bool:
        """Whether the plan asks for it; else it is a statistic of the territory."""
        return self.id in OF_THE_PLAN


def readings_of_atlas(twin: Twin, index: TerritoryIndex) -> dict[str, AtlasReading]:
    """Every reading that the build computed, computes or failed to, those of the plan first."""
    manifest = twin.manifest
    names = [*(entry.id for entry in manifest.measures), *manifest.pending, *manifest.failed]
    order = {name: number for number, name in enumerate(dict.fromkeys((*OF_THE_PLAN, *MEASURES)))}
    known = measures_known(twin)
    found = {}
    for name in sorted(dict.fromkeys(names), key=lambda one: order.get(one, len(order))):
        found[name] = _reading(name, twin, index, known.get(name))
    return found


def measures_known(twin: Twin) -> dict[str, Measure]:
    """The measures of this software by id, the rights with the conditions in force when the twin was built."""
    from aumenta.readings.registry import MEASURES as BY_ID  # noqa: PLC0415 - only the atlas needs them
    from aumenta.readings.registry_proximity import KINDS  # noqa: PLC0415
    from aumenta.readings.registry_rights import rights_measure  # noqa: PLC0415

    # A twin names the kinds that it holds; those to bring are called as the readings call them.
    kinds = {**KINDS, **{kind.id: kind.plural for kind in twin.manifest.kinds}}
    return {**BY_ID, RIGHT_MEASURE: rights_measure(twin.rights, kinds)}


def _reading(name: str, twin: Twin, index: TerritoryIndex, measure: Measure | None) -> AtlasReading:
    manifest = twin.manifest
    entry = next((one for one in manifest.measures if one.id == name), None)
    indicators = tuple(one for one in index.indicators.values() if one.measure == name)
    rows = [v for one in indicators for level in index.values[one.id].values() for v in level.values()]
    statuses = Counter(row.status for row in rows)
    reasons = Counter(row.reason for row in rows if row.reason)
    lines = tuple(_inputs(entry.inputs, entry.absent, measure, twin)) if entry else ()
    known = len(rows) - statuses["missing"] + sum("cell" in one.levels for one in indicators if not rows)
    return AtlasReading(
        name,
        _state(name, twin, bool(known), all(line.present for line in lines)),
        manifest.failed.get(name, ""),
        indicators,
        lines,
        _speaker(name, index, indicators),
        {status: statuses[status] for status in STATUSES if statuses[status]},
        dict(reasons.most_common()),
        tuple(wanting_of(lines, manifest.reasons)),
    )


def _state(name: str, twin: Twin, known: bool, whole: bool) -> str:
    if name in twin.manifest.failed:
        return "failed"
    if name in twin.manifest.pending:
        return "pending"
    if not known:
        return "missing"
    return "ready" if whole else "partial"


def _speaker(name: str, index: TerritoryIndex, indicators: Iterable[Indicator]) -> str | None:
    """The first indicator with values of municipalities, then of any places, then any at all."""
    own = [one.id for one in indicators]
    wished = [key for key in SPEAKERS.get(name, ()) if key in own]
    keys = [*wished, *(key for key in own if key not in wished)]

    def has(key: str, levels: Iterable[str]) -> bool:
        values = index.values.get(key, {})
        return any(v.value is not None for level in levels for v in values.get(level, {}).values())

    for levels in (("municipality",), ("zone", "band", "metropolis")):
        for key in keys:
            if has(key, levels):
                return key
    return next((key for key in keys if index.levels_of(key)), keys[0] if keys else None)


def _inputs(
    names: Iterable[str], absent: Iterable[str], measure: Measure | None, twin: Twin
) -> Iterable[InputLine]:
    words = {one.name: one.words for one in measure.inputs} if measure else {}
    gone = set(absent)
    for name in dict.fromkeys(names):
        said = _reading_words(name) or words.get(name, Text(it=name, en=name))
        yield InputLine(name, said, name not in gone, tuple(layers_of(name, twin.layers)))


def _reading_words(name: str) -> Text | None:
    """The words of an input that is another reading; None for any other."""
    if not name.startswith(READING):
        return None
    key = name.removeprefix(READING)
    told = MEASURE_NAMES.get(key, Text(it=key, en=key))
    return Text(it=f"lettura «{told.it}»", en=f"reading “{told.en}”")


def wanting_of(lines: Iterable[InputLine], reasons: Mapping[str, Text]) -> list[Wanting]:
    """What the inputs want, once each: first what leaves values missing, then what completes others.

    `reasons` are the manifest's, where kinds of things without points say what to bring (`bring.<kind>`).
    """
    found: dict[str, Wanting] = {}
    for line in (line for line in lines if line.wanting):
        told = {
            layer.id: Wanting(layer.name, layer.reason, layer.bring, (), False) for layer in line.bringing
        }
        for key, own in (told or _pointless(line, reasons)).items():
            before = found.get(key, own)
            inputs = (*before.inputs, line.words)
            found[key] = replace(before, inputs=inputs, missing=before.missing or not line.present)
    return sorted(found.values(), key=lambda one: not one.missing)


def _pointless(line: InputLine, reasons: Mapping[str, Text]) -> dict[str, Wanting]:
    """What is wanting where no layer brings it: points of things that are known by place, else the input itself."""
    parts = line.name.split(":")
    if parts[:2] != ["times", "nearest"]:
        return {line.name: Wanting(line.words, None, None, (), True)}
    told = next((layer for layer in line.layers if layer.reason), None)
    if told is not None:
        return {told.id: Wanting(told.name, told.reason, _POINTS, (), True)}
    reason = reasons.get(f"bring.{parts[2]}")
    if reason is None:
        return {line.name: Wanting(line.words, None, _POINTS, (), True)}
    it, en = (split_at_colon(text) for text in (reason.it, reason.en))
    return {parts[2]: Wanting(Text(it=it[0], en=en[0]), Text(it=it[1], en=en[1]), None, (), True)}


def split_at_colon(text: str) -> tuple[str, str]:
    """The two sides of the first colon, the second beginning large; all of it first where there is none.

    >>> split_at_colon("Schools: known by town.")
    ('Schools', 'Known by town.')
    """
    first, _, rest = text.partition(": ")
    return first, rest[:1].upper() + rest[1:]


def layers_of(name: str, layers: Iterable[LayerEntry]) -> list[LayerEntry]:
    """The layers that bring an input: of its table, its kind of opportunities, or its timetable.

    `table:soil`, `points:park`, `times:nearest:park:walk` and `times:hub:bus` name what they need.
    """
    parts = name.split(":")
    if parts[0] == "table":
        return [layer for layer in layers if parts[1] in layer.tables]
    if parts[0] == "points":
        return [layer for layer in layers if parts[1] in layer.kinds]
    if parts[:2] == ["times", "nearest"] and len(parts) > 2:
        return [layer for layer in layers if parts[2] in layer.kinds]
    if parts[0] in ("times", "sums") and parts[-1] in ("bus", "train", "transit"):
        wanted = (
            ("timetable",) if parts[-1] == "transit" else (parts[-1], {"train": "rail"}.get(parts[-1], ""))
        )
        return [
            layer
            for layer in layers
            if "timetable" in layer.id and any(word and word in layer.id for word in wanted)
        ]
    return []


def method_text(measure: Measure | None) -> list[str]:
    """What the code says of itself: paragraphs of its module's and its function's documentation, without examples."""
    if measure is None:
        return []
    function = measure.function
    module = sys.modules.get(function.__module__)
    if measure.id == RIGHT_MEASURE:
        from aumenta.readings import rights as module_of_rights  # noqa: PLC0415

        module, function = module_of_rights, module_of_rights.rights
    found: list[str] = []
    for text in (inspect.getdoc(module) if module else "", inspect.getdoc(function)):
        found += _paragraphs(text or "")
    return found


def _paragraphs(text: str) -> list[str]:
    parts = (" ".join(part.split()) for part in text.split("\n\n"))
    return [part for part in parts if part and not part.startswith(">>>")]
