# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What can be asked about where to put something on a twin: what is placed, among what, where, who counts, how.

All of it is read from the pack and the twin: a lever with points that opens opportunities is something to place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from aumenta.errors import PackError
from aumenta.scenario.levers import LEVERS, Lever, load_levers
from aumenta.siting.question import (
    AGES,
    COMPLETE_NAMES,
    GROUP_NAMES,
    MODE_NAMES,
    OBJECTIVE_NAMES,
    SEATS,
    SEATS_NAME,
    WHO,
    WHO_NAMES,
    WITHOUT_CAR,
)
from aumenta.store.manifest import LayerEntry
from aumenta.store.pack_place import recall_pack
from aumenta.store.yaml_files import validate
from aumenta.territory.model import Kind, KindsFile, TablesFile
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Keys of a lever's template that no change has.
_EACH, _WHEN = "each", "when"
#: Column of a pack's table by municipality that says how many residents have no car, as a share from 0 to 1.
CAR_COLUMN = "without_car_share"
#: Levels of places that are areas, from small to large.
AREA_LEVELS = ("municipality", "zone", "band", "metropolis")
_BRING_CARS = Text(
    it=f"Da portare: una tabella del pacchetto per comune con la colonna {CAR_COLUMN} (quota da 0 a 1).",
    en=f"To bring: a table of the pack by municipality with the column {CAR_COLUMN} (a share from 0 to 1).",
)
_BRING_AGES = Text(
    it="Da portare: la popolazione del pacchetto per età.", en="To bring: the pack's population by age."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field, in words. One that is not `available` says why, and what to bring."""

    id: str
    name: Text
    available: bool = True
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Placeable:
    """Something to place: a lever, the id of its list of points, the kind of opportunity that each opens.

    `kind` is None where the person has to say it (`asks`: the lever's parameter for it).
    """

    id: str
    name: Text
    things: Text
    points: str
    kind: str | None
    kind_name: Text | None
    asks: str | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Area:
    """A place that can be asked about."""

    id: str
    level: str
    name: str


@dataclass(frozen=True)
class SitingChoices:
    """Everything that a form offers, in the order it is shown."""

    what: tuple[Placeable, ...]
    objectives: tuple[Choice, ...]
    candidates: tuple[Choice, ...]
    areas: tuple[Area, ...]
    who: tuple[Choice, ...]
    weights: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    list_complete: tuple[Choice, ...]
    existing_kinds: tuple[Choice, ...]


def choices_of(twin: Twin) -> SitingChoices:
    """What can be asked of a twin; `PackError` when its pack is gone, since levers are the pack's."""
    return SitingChoices(
        what=tuple(placeables(twin).values()),
        objectives=_named(OBJECTIVE_NAMES),
        candidates=candidate_choices(twin),
        areas=area_choices(twin),
        who=who_choices(twin),
        weights=tuple(one for one in who_choices(twin) if one.id in AGES),
        modes=mode_choices(twin),
        groups=_named(GROUP_NAMES),
        list_complete=_named(COMPLETE_NAMES),
        existing_kinds=tuple(Choice(one.id, one.plural) for one in twin.manifest.kinds),
    )


def levers_of(twin: Twin) -> dict[str, Lever]:
    """Levers of the twin's pack by action, read once."""

    def read() -> dict[str, Lever]:
        return load_levers(recall_pack(twin.root, twin.manifest.pack.id).root / LEVERS)

    return twin.once("siting levers", read)


def placeables(twin: Twin) -> dict[str, Placeable]:
    """What can be placed, by action, in the order of the plan."""
    kinds = kinds_of(twin)
    found = (placeable(lever, kinds) for lever in levers_of(twin).values())
    return {one.id: one for one in found if one is not None}


def placeable(lever: Lever, kinds: Mapping[str, Kind]) -> Placeable | None:
    """A lever as something to place: its first change opens an opportunity at each of a list of points.

    None for a lever that does something else first, or that needs more from a person than the points and the kind.
    """
    lists = {one.id: one for one in lever.parameters if one.kind == "points"}
    types = {one.id: one for one in lever.parameters if one.kind == "opportunity_kind"}
    change = lever.changes[0]
    points = str(change.get(_EACH, "")).removeprefix("$")
    if change["kind"] != "opportunity.add" or points not in lists or _WHEN in change:
        return None
    told = str(change.get("type", ""))
    asks = told.removeprefix("$") if told.startswith("$") else None
    if any(one.needed and one.default is None and one.id not in (points, asks) for one in lever.parameters):
        return None
    kind = told if asks is None else types[asks].default if asks in types else None
    kind = kind if isinstance(kind, str) else None
    name = kinds[kind].name if kind is not None and kind in kinds else None
    own, most = lists[points], lists[points].maximum
    most = None if most is None else int(most)
    return Placeable(lever.action, lever.name, own.words, points, kind, name, asks, most)


def kinds_of(twin: Twin) -> dict[str, Kind]:
    """Kinds of opportunities of the pack by id, those that the twin has none of too."""

    def read() -> dict[str, Kind]:
        folder = recall_pack(twin.root, twin.manifest.pack.id).territory
        assert folder is not None  # a twin is of a pack with a territory
        return {one.id: one for one in validate(KindsFile, folder / "kinds.yaml").kinds}

    return twin.once("siting kinds", read)


def candidate_choices(twin: Twin) -> tuple[Choice, ...]:
    """Where new sites can stand: town centres, and at what there is of each kind, with how much of it has a point."""
    own = twin.opportunities()
    placed = own[own.geometry.notna()]["kind"].value_counts().to_dict()
    found = [Choice(SEATS, SEATS_NAME)]
    for kind in twin.manifest.kinds:
        if kind.id in placed:
            found.append(Choice(kind.id, kind.plural))
        else:
            found.append(
                Choice(kind.id, kind.plural, available=False, why=bring_points(kind.id, twin.layers))
            )
    return tuple(found)


def bring_points(kind: str, layers: Iterable[LayerEntry]) -> Text:
    """Why things of a kind cannot be candidates, and the file that would mend it."""
    file = next((one.bring for one in layers if kind in one.kinds and one.bring is not None), None)
    wanted = file or Text(it="un elenco con le coordinate", en="a list with coordinates")
    return Text(
        it=f"Si sa in quali comuni sono, non dove. Da portare: {wanted.it}.",
        en=f"Known by municipality, not where. To bring: {wanted.en}.",
    )


def area_choices(twin: Twin) -> tuple[Area, ...]:
    """Places that can be asked about: the whole, bands, zones, municipalities; within a level by name."""
    places = twin.places()
    found = [
        Area(str(one), str(level), str(name))
        for one, level, name in zip(places["id"], places["level"], places["name"], strict=True)
        if level in AREA_LEVELS
    ]
    return tuple(sorted(found, key=lambda one: (-AREA_LEVELS.index(one.level), one.name, one.id)))


def who_choices(twin: Twin) -> tuple[Choice, ...]:
    """Who can count: all, ages where cells know them, those without a car where the pack has a figure."""
    found = []
    for group, columns in WHO.items():
        table = twin.cell_table(list(columns))
        known = all(pc.any(pc.is_valid(table.column(name))).as_py() for name in columns)
        found.append(Choice(group, WHO_NAMES[group], known, None if known else _BRING_AGES))
    cars = car_table(twin) is not None
    return (*found, Choice(WITHOUT_CAR, WHO_NAMES[WITHOUT_CAR], cars, None if cars else _BRING_CARS))


def car_table(twin: Twin) -> str | None:
    """Table of the pack that says who has no car, by municipality; None when there is none."""

    def read() -> str:
        try:
            folder = recall_pack(twin.root, twin.manifest.pack.id).territory
        except PackError:
            return ""
        assert folder is not None  # a twin is of a pack with a territory
        tables = validate(TablesFile, folder / "tables.yaml").tables
        fits = [one.id for one in tables if one.place == "municipality" and CAR_COLUMN in one.column_ids]
        return fits[0] if fits else ""

    return twin.once("siting car table", read) or None


def mode_choices(twin: Twin) -> tuple[Choice, ...]:
    """Ways to get there; public transport where the twin has a timetable."""
    network = twin.manifest.network
    transit = network is not None and bool(network.modes)
    why = Text(it="Il gemello non ha orari dei mezzi.", en="The twin has no timetable.")
    return tuple(
        Choice(mode, name, transit or mode != "transit", None if transit or mode != "transit" else why)
        for mode, name in MODE_NAMES.items()
    )


def _named(names: Mapping[Any, Text]) -> tuple[Choice, ...]:
    return tuple(Choice(str(one), name) for one, name in names.items())
