# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""People by cell: census kilometres, rescaled to each municipality's residents, spread inside the kilometre.

1. Each census kilometre's three age classes are shared among the municipalities that hold centres of its cells
   (weights of `aumenta.territory.weights`); of a kilometre across the territory's border only the part inside.
2. The shares are raked (iterative proportional fitting, Deming and Stephan 1940) between the kilometres and the
   municipalities' residents by class, ending with the municipalities; 15-64 follows each municipality's ages.
3. Whole numbers by controlled rounding: exact for each municipality and group, then for each kilometre within.
`docs/decisions/0002-people-by-cell.md` gives the reasons, `docs/people-by-cell.md` what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.errors import Problem, TableError
from aumenta.territory.grid import Floats, Ints, encode, keys, locate
from aumenta.territory.plane import EUROPE, Plane
from aumenta.territory.rounding import Longs, control, share_out

#: Column of a group -> first and last age; the last group is open.
GROUPS: dict[str, tuple[int, int]] = {
    "pop_0_14": (0, 14),
    "pop_15_18": (15, 18),
    "pop_19_39": (19, 39),
    "pop_40_64": (40, 64),
    "pop_65p": (65, 999),
}
#: Census class of each group: 0 under 15, 1 from 15 to 64, 2 from 65.
CLASS_OF_GROUP = np.array([0, 1, 1, 1, 2])
CLASSES = 3
#: Where people of unknown age are put for the time of the spreading: any one group of the middle class.
AGELESS = 2
ROUNDS = 30
WHOLE = 99.9  # hectares from which a kilometre counts as wholly inside


@dataclass(frozen=True, slots=True)
class KmPeople:
    """Census by square kilometre, sorted by `gy`, `gx` (kilometres); whole kilometres, also across the border.

    `classes` (n, 3): under 15, 15 to 64, from 65. `land` km2 of land, `inside` share of the area inside the
    territory (NaN: to be taken from the cells).
    """

    gx: Ints
    gy: Ints
    total: Floats
    classes: Floats
    employed: Floats
    land: Floats
    inside: Floats

    @property
    def keys(self) -> NDArray[np.int64]:
        """Sorted keys of the kilometres."""
        return keys(self.gx, self.gy)


@dataclass(frozen=True, slots=True)
class Spread:
    """Residents by cell: `groups` (cells, 5) whole numbers; `employed` residents in employment, None where no
    kilometre tells; `without_census` the municipalities (positions) with residents but no cell in an inhabited
    kilometre."""

    groups: Longs
    employed: Longs | None
    without_census: list[int]


def group_residents(population: pd.DataFrame, municipalities: list[str]) -> Longs:
    """Residents of each municipality in the five groups, (municipalities, 5).

    `population` has `municipality`, `age` (single years), `residents`, any number of rows for each (sexes). Residents
    of unknown age (NaN) all stand in the group `AGELESS`: only the sum of the groups then says anything. Raises
    `TableError` naming every municipality without ages and every negative or missing count.
    """
    bad = population["residents"].isna() | (population["residents"] < 0)
    given = population["residents"].to_numpy()
    problems = [
        Problem("residents missing or negative", row=int(row) + 1, field="residents", found=str(given[row]))
        for row in np.flatnonzero(bad)[:50]
    ]
    present = set(population["municipality"])
    problems += [
        Problem("no residents by age", field="municipality", found=code)
        for code in municipalities
        if code not in present
    ]
    if problems:
        raise TableError("Residents by age cannot be used.", problems)
    bounds = [last for _, last in GROUPS.values()]
    age = population["age"].to_numpy(np.float64)
    group = np.where(np.isnan(age), AGELESS, np.searchsorted(bounds, np.nan_to_num(age)))
    at = pd.Index(municipalities).get_indexer(pd.Index(population["municipality"]))
    known = at >= 0
    sums = np.zeros((len(municipalities), len(GROUPS)), np.int64)
    np.add.at(sums, (at[known], group[known]), population["residents"].to_numpy(np.int64)[known])
    return sums


def by_class(groups: Longs) -> Floats:
    """Sums of the groups' columns by census class, (n, 3)."""
    sums = [groups[:, c == CLASS_OF_GROUP].sum(axis=1) for c in range(CLASSES)]
    return np.stack(sums, axis=1).astype(np.float64)


def without_ages(km: KmPeople) -> KmPeople:
    """The census as if all were of the class of `AGELESS`, to spread residents whose ages nobody tells."""
    classes = np.zeros((len(km.total), CLASSES))
    classes[:, CLASS_OF_GROUP[AGELESS]] = km.total
    return replace(km, classes=classes)


def complete(km: KmPeople) -> KmPeople:
    """Fill what single kilometres do not tell: classes by the shares of all, employed by the rate of all."""
    told = np.asarray(np.isfinite(km.classes).all(axis=1))
    everyone = km.classes[told].sum(axis=0)
    shares = everyone / everyone.sum() if everyone.sum() > 0 else np.full(CLASSES, 1 / CLASSES)
    classes = np.where(told[:, None], km.classes, km.total[:, None] * shares)
    grown = classes[:, 1:].sum(axis=1)
    working = np.isfinite(km.employed)
    able = grown[working].sum()
    rate = km.employed[working].sum() / able if able > 0 else 0.0
    employed = np.minimum(np.where(working, km.employed, rate * grown), grown)
    return KmPeople(km.gx, km.gy, km.total, classes, employed, km.land, km.inside)


def spread(km: KmPeople, cell_km: Longs, owner: Longs, weights: Floats, residents: Longs) -> Spread:
    """Residents and employed residents by cell.

    `cell_km` position of each cell's kilometre in `km` or -1 where it has no residents; `owner` position of its
    municipality; `weights` positive; `residents` (municipalities, 5). Sums by municipality and group are exact
    for every municipality that owns a cell; one that owns none must have been given a cell before.
    """
    tells = bool(np.isfinite(km.employed).any())
    km = complete(km)
    inhabited = cell_km >= 0
    seats = np.bincount(owner, minlength=len(residents))
    served = np.bincount(owner[inhabited], minlength=len(residents))
    lost = (seats > 0) & (served == 0) & (residents.sum(axis=1) > 0)
    used = np.flatnonzero(inhabited | lost[owner])
    place = np.where(inhabited, cell_km, len(km.total))[used]
    pairs, piece = np.unique(place * len(residents) + owner[used], return_inverse=True)
    piece_km, piece_owner = np.divmod(pairs, len(residents))
    piece_weight = np.bincount(piece, weights[used]).astype(np.float64)
    estimate = _rake(km, piece_km, piece_owner, piece_weight, by_class(residents))
    groups = _split_classes(estimate, piece_owner, residents)
    total = _column_exact(groups.sum(axis=1), piece_owner, residents.sum(axis=1))
    whole = control(groups, piece_owner, residents, total)
    inside = share_out(weights[used], piece, total)
    exact = whole[piece] * (weights[used] / piece_weight[piece])[:, None]
    cells: Longs = np.zeros((len(owner), len(GROUPS)), dtype=np.int64)
    cells[used] = control(exact, piece, whole, inside)
    employed = _employed(km, cell_km, owner, cells) if tells else None
    return Spread(cells, employed, np.flatnonzero(lost).tolist())


def _column_exact(values: Floats, block: Longs, totals: Longs) -> Longs:
    """Row totals near `values` that sum to the blocks' totals; blocks without rows are left out."""
    held = np.bincount(block, minlength=len(totals)) > 0
    return share_out(values, block, np.where(held, totals, 0))


def _rake(
    km: KmPeople, piece_km: Longs, piece_owner: Longs, piece_weight: Floats, residents: Floats
) -> Floats:
    """Residents by piece (the part of a kilometre inside one municipality) and class, fitted to both sides.

    In every round a kilometre wholly inside gets its census share of everyone back, and one across the border at
    most the whole of it. The municipalities have the last word.
    """
    count = len(km.total)  # pieces of this number lie in no inhabited kilometre
    inside = np.append(np.where(km.inside * 100 >= WHOLE, 1.0, km.inside), 0.0)
    total = np.append(km.total, 0.0)
    share = piece_weight / np.bincount(piece_km, piece_weight, minlength=count + 1)[piece_km]
    fitted = np.zeros((len(piece_km), CLASSES))
    for c in range(CLASSES):
        census = np.append(km.classes[:, c], 0.0)
        start = (census * inside)[piece_km] * share
        start = _seed(start, (total * inside)[piece_km] * share, piece_weight, piece_owner)
        growth = residents[:, c].sum() / max(float((census * inside).sum()), 1.0)
        fitted[:, c] = _fit(start, piece_km, piece_owner, residents[:, c], census * growth, inside >= 1.0)
    return fitted


def _seed(start: Floats, people: Floats, weight: Floats, owner: Longs) -> Floats:
    """Where a municipality's pieces hold nobody of a class, start from all residents, else from the weights."""
    for other in (people, weight):
        none = np.bincount(owner, start) <= 0
        start = np.where(none[owner], other, start)
    return start


def _fit(
    start: Floats,
    piece_km: Longs,
    owner: Longs,
    residents: Floats,
    target: Floats,
    whole: NDArray[np.bool_],
) -> Floats:
    """Iterative proportional fitting of one class; ends with the municipalities."""
    value = start
    for turn in range(ROUNDS + 1):
        if turn:
            held = np.bincount(piece_km, value, minlength=len(target))
            ratio = np.where((held > 0) & (target > 0), target / np.where(held > 0, held, 1.0), 1.0)
            value = value * np.where(whole, ratio, np.minimum(ratio, 1.0))[piece_km]
        sums = np.bincount(owner, value, minlength=len(residents))
        value = value * (residents / np.where(sums > 0, sums, 1.0))[owner]
    return value


def _split_classes(estimate: Floats, owner: Longs, residents: Longs) -> Floats:
    """Residents by piece and group: each class by the municipality's own ages."""
    sums = by_class(residents)[:, CLASS_OF_GROUP]
    ratio = np.divide(residents, sums, out=np.zeros(residents.shape), where=sums > 0)
    return estimate[:, CLASS_OF_GROUP] * ratio[owner]


def _employed(km: KmPeople, cell_km: Longs, owner: Longs, cells: Longs) -> Longs:
    """Residents in employment: the kilometre's rate among those of 15 and more, whole, never more than they are."""
    grown = km.classes[:, 1:].sum(axis=1)
    overall = km.employed.sum() / max(float(grown.sum()), 1.0)
    rate = np.append(np.where(grown > 0, km.employed / np.where(grown > 0, grown, 1.0), overall), overall)
    exact = cells[:, 1:].sum(axis=1) * rate[cell_km]
    totals = np.rint(np.bincount(owner, exact)).astype(np.int64)
    whole = share_out(exact, owner, totals)
    employed: Longs = np.minimum(whole, cells[:, 1:].sum(axis=1))
    return employed


def deviations(km: KmPeople, cell_km: Longs, pop: Longs, plane: Plane = EUROPE) -> pd.DataFrame:
    """Each census kilometre beside what its cells were given.

    Columns: `cell` (1 km code), `census` residents of 2021 in the whole kilometre, `inside` share of it inside,
    `expected` census x inside, `given` residents of its cells, `difference` given - expected.
    """
    given = np.bincount(cell_km[cell_km >= 0], pop[cell_km >= 0], minlength=len(km.total))
    expected = km.total * km.inside
    return pd.DataFrame(
        {
            "cell": encode(km.gx, km.gy, 1000, plane),
            "census": km.total.astype(np.int32),
            "inside": km.inside,
            "expected": expected,
            "given": given.astype(np.int32),
            "difference": given - expected,
        }
    )


def with_inside(km: KmPeople, cell_km: Longs, per_km: float) -> KmPeople:
    """The census with every missing share of area inside taken from the number of its cells in the territory."""
    counted = np.bincount(cell_km[cell_km >= 0], minlength=len(km.total)) / per_km
    inside = np.where(np.isfinite(km.inside), km.inside, np.minimum(counted, 1.0))
    return KmPeople(km.gx, km.gy, km.total, km.classes, km.employed, km.land, inside)


def kilometres_of(km: KmPeople, gx: Ints, gy: Ints) -> Longs:
    """Position of each kilometre (grid indices of 1 km) in the census; -1 where nobody was counted."""
    at = locate(keys(gx, gy), km.keys)
    counted = np.append(km.total, 0.0) > 0  # position -1 finds the added nobody
    return np.asarray(np.where(counted[at], at, -1), np.int64)
