# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The 15-minute city: which primary services lie within 15 minutes on foot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from aumenta.readings.inputs import CellArrays
from aumenta.readings.known import Floats, all_of, any_of, share_known, share_unknown, within
from aumenta.readings.measure import Result
from aumenta.readings.travel import UNKNOWN, CellMinutes, of_cells
from aumenta.values.aggregate import Members, Quantity, quantity, ratio
from aumenta.values.reasons import absent
from aumenta.values.table import RANK

#: Minutes on foot.
LIMIT = 15
#: Categories of primary services -> kinds of opportunities, any of which makes the category.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "school": ("school_infant", "school_primary", "school_lower", "school"),
    "daily": ("food_shop", "supermarket", "market"),
    "health": ("pharmacy", "clinic", "community_health", "hospital"),
    "culture": ("library", "museum", "theatre", "cinema", "community_centre"),
    "green": ("park",),
}


def city15(
    cells: CellArrays, members: Members, edge: CellMinutes | None = None, **kinds: CellMinutes | None
) -> Result:
    """Categories of primary services within 15 minutes on foot, by cell, and residents who have them.

    Formulas, by cell: a category is there where any of its kinds is within 15 minutes; it is known not to be there
    only where every kind has a complete list and neither the edge of the territory nor a thing of unknown position is
    within 15 minutes; otherwise it is not known. Completeness (0 to 5) is a range: `complete_known` counts what is
    known to be there, `complete_possible` adds what is not known; `complete` is given where both agree. By place: 100 x
    residents known to have a category (all five) / residents, which is the least there can be; and 100 x residents for
    whom it is not known / residents. A category without any list is missing, and so are all five.

    `kinds`: minutes on foot to the nearest of each kind; None where the territory has no list of it.

    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 250,
    ...                    {"pop": np.array([30, 10])})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> parks = CellMinutes(np.array([14, 16], np.uint8), 120)
    >>> made = city15(cells, whole, park=parks)
    >>> rows = pd.concat(made.rows).set_index("indicator")["value"]
    >>> float(rows["city15.green"]), float(rows["city15.green_unknown"]), "city15.school" in rows
    (75.0, 0.0, False)
    >>> made.cells["city15.complete_known"].value.tolist(), made.cells["city15.complete_possible"].value.tolist()
    ([1.0, 0.0], [5.0, 4.0])
    """
    used = [one for one in kinds.values() if one is not None]
    if not used:
        return Result()
    states = {name: _category(kinds, own, edge, len(cells.cell)) for name, own in CATEGORIES.items()}
    worst = max(used, key=lambda one: RANK[one.status])
    rows: list[pd.DataFrame] = []
    shown: dict[str, Quantity] = {}
    why: dict[str, str] = {}
    for name, holds in states.items():
        of_kind = [one for kind in CATEGORIES[name] if (one := kinds.get(kind)) is not None]
        if of_kind:
            shown[f"city15.{name}"] = of_cells(cells, holds, worst, UNKNOWN)
            rows += _shares(f"city15.{name}", cells, holds, members, of_kind)
            continue
        reason = absent(f"times:nearest:{CATEGORIES[name][0]}:walk")[0]
        why |= {f"city15.{part}{tail}": reason for part in (name, "all") for tail in ("", "_unknown")}
    if not why:
        rows += _shares("city15.all", cells, all_of(states.values()), members, used)
    least = np.sum([state == 1 for state in states.values()], axis=0).astype(np.float64)
    most = least + np.sum([np.isnan(state) for state in states.values()], axis=0)
    shown["city15.complete_known"] = of_cells(cells, least, worst)
    shown["city15.complete_possible"] = of_cells(cells, most, worst)
    shown["city15.complete"] = of_cells(cells, np.where(least == most, least, np.nan), worst, UNKNOWN)
    for name, values in (("known", least), ("possible", most)):
        rows.append(_mean(f"city15.complete_{name}", cells, values, members, used))
    return Result(rows, shown, why)


def _category(
    kinds: Mapping[str, CellMinutes | None], own: tuple[str, ...], edge: CellMinutes | None, size: int
) -> Floats:
    """State of a category in every cell; a kind without a list is not known anywhere."""
    nothing = np.full(size, np.nan)
    return any_of([nothing if (one := kinds.get(kind)) is None else within(one, LIMIT, edge) for kind in own])


def _shares(
    name: str, cells: CellArrays, holds: Floats, members: Members, times: list[CellMinutes]
) -> list[pd.DataFrame]:
    """Residents known to have it and those for whom it is not known, both of all residents."""
    return [
        share_known(name, cells, holds, members, times),
        share_unknown(f"{name}_unknown", cells, [holds], members, times),
    ]


def _mean(
    name: str, cells: CellArrays, values: Floats, members: Members, times: list[CellMinutes]
) -> pd.DataFrame:
    """Mean of a value of cells over residents."""
    people = cells.column("pop")
    status = max(
        ("estimated", *(one.status for one in times)), key=lambda one: RANK[one]
    )  # as people by cell are
    sources = tuple(dict.fromkeys(source for one in times for source in one.sources))
    above, below = (cells.by_municipality(one) for one in (people * values, people))
    made = [
        quantity(one.index, one, status, sources=sources, period=times[0].period) for one in (above, below)
    ]
    return ratio(name, made[0], made[1], members)
