# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a fetched source changes in a territory pack: residents of a year, columns of a table, points of a kind.

Each takes the pack and the source and gives the pack afterwards, or `FetchError` with every fault of the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from aumenta.errors import FetchError, Problem
from aumenta.territory.fetching.cache import CachedSource
from aumenta.territory.fetching.effects import Columns, Points, year_of
from aumenta.territory.model import Layer, TableColumn, TableSpec
from aumenta.territory.pack import KindOfPoints, TerritoryPack, YearOfPeople
from aumenta.territory.places import municipal_polygons
from aumenta.territory.population import OLDEST, SEXES, check_people
from aumenta.territory.tables import read_table, shorten
from aumenta.values.text import Text

SUMMARY = (
    "Fetched sources do not fit the territory; nothing was built. Take them out of the cache with "
    "`aumenta fetch --forget`, or build with --no-fetched."
)
#: Largest share of points outside the municipality that they name; above it the coordinates cannot be trusted.
MOST_MISPLACED = 0.5
_NAMELESS = Text(it="", en="")


@dataclass(frozen=True)
class Change:
    """What a source did: the pack afterwards, sources whose figures it replaced, and what is wanting now."""

    pack: TerritoryPack
    gone: frozenset[str]
    wanting: tuple[Text, ...] = ()
    kind: Points | None = None


def table_of(pack: TerritoryPack, layer: Layer, effect: Columns) -> TableSpec | None:
    """The layer's table by municipality that has all the columns."""
    for name in layer.tables:
        spec = pack.tables[name]
        if spec.key == ["municipality"] == [spec.place] and set(effect.pairs) <= set(spec.column_ids):
            return spec
    return None


# --- residents ----------------------------------------------------------------------------


def people_changed(pack: TerritoryPack, one: CachedSource, source: str) -> Change:
    """Residents of one more year, or of a year anew; a later year that replaces becomes the year of reference."""
    year, about, file = year_of(one.item), pack.about, str(one.table)
    columns = [
        TableColumn(id="municipality", name=_NAMELESS, type="code", required=True),
        TableColumn(id="age", name=_NAMELESS, type="integer", required=True, minimum=0, maximum=OLDEST),
        TableColumn(id="sex", name=_NAMELESS, type="code", required=True, allowed=list(SEXES)),
        TableColumn(id="residents", name=_NAMELESS, type="integer", required=True, minimum=0),
    ]
    rows = _read(one, columns, ["municipality", "age", "sex"])
    wide = rows.pivot(index=["municipality", "age"], columns="sex", values="residents")
    wide = wide.reindex(columns=list(SEXES)).reset_index().rename_axis(columns=None)
    if one.item.replaces:
        problems = check_people(wide, pack, file)
        if problems:
            raise FetchError(SUMMARY, shorten(problems, file))
    update: dict[str, object] = {"population_years": sorted({*about.population_years, year})}
    if one.item.replaces and year > about.population_year:
        update |= {"population_year": year, "previous_year": about.population_year}
    people = {**pack.people, year: YearOfPeople(wide, file, source)}
    pack = replace(pack, about=about.model_copy(update=update), people=people)
    used = [y for y in (pack.about.previous_year, pack.about.population_year) if y is not None]
    gone = {about.population.source, *(given.source for given in people.values())}
    gone -= {pack.population_source(y) for y in used}
    still = [
        Text(it=f"{y} come nel pacchetto ({name}).", en=f"{y} as the pack has it ({name}).")
        for y, name in ((y, about.population.source) for y in used if y not in people)
    ]
    return Change(pack, frozenset(gone), tuple(still))


# --- columns of a table -------------------------------------------------------------------


def columns_changed(
    pack: TerritoryPack, one: CachedSource, source: str, effect: Columns, layer: str
) -> Change:
    """A table by municipality with the columns that the source carries in the place of its own."""
    spec = table_of(pack, next(entry for entry in pack.layers if entry.id == layer), effect)
    assert spec is not None  # told of before
    taken = {wanted: spec.column(wanted) for wanted in effect.pairs}
    columns = [TableColumn(id="municipality", name=_NAMELESS, type="code", required=True)]
    for wanted, given in effect.pairs.items():
        columns.append(taken[wanted].model_copy(update={"id": given, "type": "number", "allowed": None}))
    rows, frame = _read(one, columns, ["municipality"]), pack.table(spec.id)
    problems = _unfit(pack, one, rows, spec)
    whole = {effect.pairs[wanted] for wanted, column in taken.items() if column.type == "integer"}
    for given in sorted(whole):
        broken = np.flatnonzero(rows[given].notna() & (rows[given] != rows[given].round())).tolist()
        problems += [_problem(one, rows, at, "not a whole number", given) for at in broken]
    rest = [c for c in spec.columns if c.id not in {*taken, *spec.key}]
    more = sorted(set(rows["municipality"]) - set(frame["municipality"]))
    if more and any(column.required for column in rest):
        message = "municipalities without a row in the pack's table, whose other columns are required"
        problems.append(Problem(message, str(one.table), None, "municipality", ", ".join(more)))
    if problems:
        raise FetchError(SUMMARY, shorten(problems, str(one.table)))
    frame = pd.concat([frame, pd.DataFrame({"municipality": more})], ignore_index=True) if more else frame
    by_place = rows.set_index("municipality")
    for wanted, given in effect.pairs.items():
        values = frame["municipality"].map(by_place[given]).astype(np.float64)
        frame[wanted] = values.astype(np.int64) if taken[wanted].required and given in whole else values
    date = str(year_of(one.item))
    renewed = {"source": source, "date": date, "status": "reported"}
    after = [column.model_copy(update=renewed) if column.id in taken else column for column in spec.columns]
    blank = int(frame[list(taken)].isna().any(axis=1).sum())
    wanting = (*_blank_words(blank), *_rest_words([c for c in rest if c.source]))
    pack = pack.with_table(spec.model_copy(update={"columns": after}), frame)
    return Change(pack, frozenset(c.source for c in taken.values() if c.source), wanting)


def _blank_words(number: int) -> list[Text]:
    if not number:
        return []
    return [Text(it=f"Comuni senza un dato: {number}.", en=f"Municipalities without a figure: {number}.")]


def _rest_words(columns: Sequence[TableColumn]) -> list[Text]:
    """What the table keeps of the pack's own, by source and date."""
    kept: dict[str, list[TableColumn]] = {}
    for column in columns:
        kept.setdefault(f"{column.source}, {column.date}" if column.date else str(column.source), []).append(
            column
        )
    return [
        Text(
            it=f"Come nel pacchetto ({where}): {', '.join(c.id for c in group)}.",
            en=f"As the pack has them ({where}): {', '.join(c.id for c in group)}.",
        )
        for where, group in sorted(kept.items())
    ]


# --- points -------------------------------------------------------------------------------


def points_changed(pack: TerritoryPack, one: CachedSource, source: str, effect: Points) -> Change:
    """All opportunities of a kind; a point outside the municipality that it names counts there without a place."""
    names = ("id", "name", "municipality", "type")
    columns = [
        TableColumn(
            id=name, name=_NAMELESS, type="code" if name == "municipality" else "text",
            required=name in ("id", "municipality"),
        )
        for name in names
    ]  # fmt: skip
    columns += [TableColumn(id=name, name=_NAMELESS) for name in ("lat", "lon")]
    rows = _read(one, columns, ["id"])
    problems = _unfit(pack, one, rows, None)
    if problems:
        raise FetchError(SUMMARY, shorten(problems, str(one.table)))
    given = rows["lon"].notna() & rows["lat"].notna()
    shapes = municipal_polygons(pack)
    own = np.array([shapes[code] for code in rows["municipality"]], dtype=object)
    at = shapely.points(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    inside = given.to_numpy() & shapely.intersects(own, np.where(given, at, None))
    misplaced, blank = int((given.to_numpy() & ~inside).sum()), int((~given).sum())
    if misplaced > MOST_MISPLACED * given.sum():
        message, found = "points outside the municipality they name", f"{misplaced} of {int(given.sum())}"
        raise FetchError(
            SUMMARY,
            [Problem(message, str(one.table), None, "lat, lon", found, "degrees (WGS84), few astray")],
        )
    placed = rows[["lon", "lat"]].where(pd.Series(inside, index=rows.index), np.nan)
    frame = pd.DataFrame(
        {
            "id": [f"{effect.kind}-{code}" for code in rows["id"]],
            "name": rows["name"],
            "weight": 1.0,
            "lon": placed["lon"],
            "lat": placed["lat"],
            "municipality": rows["municipality"],
        }
    )
    points = {**pack.points, effect.kind: KindOfPoints(effect.kind, frame, str(one.table), source)}
    before = frozenset(s for layer in pack.layers if layer.kinds == [effect.kind] for s in layer.sources)
    return Change(replace(pack, points=points), before, tuple(_place_words(blank, misplaced)), effect)


def _place_words(blank: int, misplaced: int) -> list[Text]:
    told = []
    if blank:
        told.append(
            Text(
                it=f"Senza coordinate, contano nel comune: {blank}.",
                en=f"Without coordinates, they count in their municipality: {blank}.",
            )
        )
    if misplaced:
        told.append(
            Text(
                it=f"Con un punto fuori dal comune che dicono, contano nel comune senza punto: {misplaced}.",
                en=f"With a point outside the municipality they name, they count there without it: {misplaced}.",
            )
        )
    return told


def _read(one: CachedSource, columns: list[TableColumn], key: list[str]) -> pd.DataFrame:
    """The parsed table of a source, checked as a table of a pack is."""
    spec = TableSpec(id="fetched", file=one.table.name, name=_NAMELESS, licence="-", key=key, columns=columns)
    return read_table(one.table, spec)


def _problem(one: CachedSource, rows: pd.DataFrame, at: int, message: str, name: str) -> Problem:
    return Problem(message, str(one.table), rows.attrs["rows"][at], name, str(rows[name].iloc[at]))


def _unfit(
    pack: TerritoryPack, one: CachedSource, rows: pd.DataFrame, spec: TableSpec | None
) -> list[Problem]:
    """Municipalities that the pack does not know, and those that a complete table would lack."""
    places = pack.table("places")
    names: Mapping[str, str] = dict(zip(places["id"], places["name"], strict=True))
    known, codes = set(pack.municipalities), rows["municipality"]
    unknown = np.flatnonzero(~codes.isin(known)).tolist()
    problems = [
        _problem(one, rows, at, "a municipality that the pack does not know", "municipality")
        for at in unknown
    ]
    for code in sorted(known - set(codes)) if spec is not None and spec.complete else []:
        expected = f"{code} {names[code]}"
        problems.append(
            Problem("a municipality is missing", str(one.table), None, "municipality", None, expected)
        )
    return problems
