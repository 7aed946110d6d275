# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of the page of priorities: scenarios by rights and by bands, pairs; ordered as is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aumenta.portfolio.model import Result
from aumenta.scenario.gains import ALL
from aumenta.web.portfolio_asked import Asked
from aumenta.web.portfolio_words import Names, amount, pair_words, signed
from aumenta.web.words import band_key

#: Figures of a scenario, in the order of the columns.
FIGURES = ("alone", "last", "average")
_BANDS = ("plain", "hill", "mountain")


@dataclass(frozen=True)
class Cell:
    """A figure: as text, as a number to order rows by, and what stands small beside it."""

    text: str
    value: float | None
    beside: str = ""


@dataclass(frozen=True)
class Row:
    """A scenario, or a pair of them: its id, name and figures by column."""

    id: str
    name: str
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Column:
    """A column that rows can be ordered by: the address that does, and how they are ordered by it now."""

    id: str
    name: str
    query: dict[str, str]
    order: str


def bands_of(result: Result) -> list[str]:
    """Bands from the plain up; everybody first, those of no band last."""
    others = [one for one in result.bands if one != ALL]
    return [ALL, *sorted(others, key=lambda one: (_rank(one), one))]


def _rank(band: str) -> int:
    key = band_key(band)
    return _BANDS.index(key) if key in _BANDS else len(_BANDS)


def whole_rights(result: Result) -> list[str]:
    """Rights without their conditions."""
    return [one for one in result.rights if "." not in one]


def moved(result: Result) -> set[str]:
    """Rights and conditions that any set that was computed changes for anybody."""
    base = result.known[0]
    return {
        right
        for place, right in enumerate(result.rights)
        if any((counts[place] != base[place]).any() for counts in result.known.values())
    }


def usual_right(result: Result) -> str:
    """What the page shows where nothing is chosen: the right, else the condition, that most residents gain."""
    base = result.known[0]

    def most(right: str) -> int:
        place = result.rights.index(right)
        return max(abs(int(counts[place, 0, 0] - base[place, 0, 0])) for counts in result.known.values())

    best = max(whole_rights(result), key=most)
    return best if most(best) else max(result.rights, key=most)


# --- scenarios --------------------------------------------------------------------------


def scenario_rows(result: Result, asked: Asked, names: Names) -> list[Row]:
    """A row for each scenario with every column of both tables."""
    at = {name: number for number, name in enumerate(result.effects.columns)}
    own: dict[str, dict[tuple[str, str], list[Any]]] = {}
    for row in result.effects.rows:
        if row[at["state"]] == "met":
            own.setdefault(str(row[at["scenario"]]), {})[str(row[at["right"]]), str(row[at["band"]])] = row
    rows = []
    for one in result.members:
        cost = asked.costs.get(one.id)
        cells = {
            "name": Cell(names.scenario(one.id), None),
            "cost": Cell(amount(cost, "", names.language), cost, asked.sources.get(one.id, "")),
        }
        for band in bands_of(result):
            found = dict(zip(result.effects.columns, own[one.id][asked.right, band], strict=True))
            cells |= {f"{figure}.{band}": _figure(found, figure, names) for figure in FIGURES}
        for right in whole_rights(result):
            found = dict(zip(result.effects.columns, own[one.id][right, ALL], strict=True))
            average = _figure(found, "average", names)
            error = f" {average.beside}" if average.beside else ""
            cells[f"right.{right}"] = Cell(average.text + error, average.value, _both(found, names))
        rows.append(Row(one.id, names.scenario(one.id), cells))
    return ordered(rows, asked.sort)


def _both(found: dict[str, Any], names: Names) -> str:
    """Alone and last, where they are not what the average is."""
    if found["alone"] == found["last"] == found["average"]:
        return ""
    alone, last = (signed(found[name], names.language) for name in ("alone", "last"))
    return names.language.gettext("alone %(alone)s, last %(last)s") % {"alone": alone, "last": last}


def _figure(found: dict[str, Any], figure: str, names: Names) -> Cell:
    language, value = names.language, found[figure]
    beside = ""
    if figure == "average" and value is not None and found["error"]:
        beside = f"± {language.number(found['error'], 0)}"
    elif figure == "last" and value is not None and found["last_low"] != found["last_high"]:
        low, high = (signed(found[name], language) for name in ("last_low", "last_high"))
        beside = language.gettext("from %(low)s to %(high)s") % {"low": low, "high": high}
    return Cell(signed(value, language), value, beside)


# --- pairs ------------------------------------------------------------------------------


def pair_rows(result: Result, asked: Asked, names: Names) -> list[Row]:
    """A row for each two scenarios, of the right and band that are chosen."""
    rows = []
    language = names.language
    for row in result.pairs.where(right=asked.right, band=asked.band):
        ids = (row["one"], row["other"])
        cells = {
            "name": Cell(names.set(ids), None),
            "together": Cell(signed(row["together"], language), row["together"]),
            "beyond": Cell(signed(row["beyond"], language), row["beyond"]),
            "average": Cell(signed(row["average"], language), row["average"]),
            "words": Cell(pair_words(row["beyond"], row["average"], row["why"], language), row["beyond"]),
        }
        rows.append(Row(",".join(ids), names.set(ids), cells))
    return ordered(rows, asked.pairs or "beyond")


# --- order ------------------------------------------------------------------------------


def ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    """Rows by a column, largest first, with `-` before it smallest first; what is not known comes last.

    Names go from A to Z. A column that is not there leaves them as they are.
    """
    name, up = sort.removeprefix("-"), sort.startswith("-")
    if not rows or name not in rows[0].cells:
        return list(rows)
    if name == "name":
        return sorted(rows, key=lambda row: row.name.casefold(), reverse=up)
    known = [row for row in rows if row.cells[name].value is not None]
    rest = [row for row in rows if row.cells[name].value is None]
    sign = 1 if up else -1
    return sorted(known, key=lambda row: sign * (row.cells[name].value or 0.0)) + rest


def column(id: str, name: str, asked: Asked, which: str = "sort") -> Column:
    """A column with the address that orders by it, or the other way round."""
    now = getattr(asked, which) or ("beyond" if which == "pairs" else "")
    order = ""
    if now.removeprefix("-") == id:
        backwards = now.startswith("-") == (id == "name")
        order = "descending" if backwards else "ascending"
    return Column(id, name, asked.but(**{which: f"-{id}" if now == id else id}), order)
