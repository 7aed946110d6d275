# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From parts to places: sums, ratios of sums and weighted means that count what they miss.

A `Quantity` is a figure for many parts (municipalities, bands or cells). `Members` says which parts make which
place, and which memberships are inferred. Every function gives rows of the long table.

- A part without a figure is left out and counted in `missing`; a place whose every part is missing is missing.
- A ratio divides sums over the same parts: a part that lacks either side is left out of both.
- The status of a place is the weakest of its parts'; an inferred membership makes it estimated.
- Sums are `math.fsum`: rounded once, so the order of parts does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.values.model import STATUSES, VALUES_SCHEMA
from aumenta.values.table import RANK

Floats = NDArray[np.float64]
#: Reasons of missing values that aggregation itself gives; their words are in `aumenta.values.reasons`.
NOT_GIVEN = "not_given"
NO_PARTS = "no_parts"
ALL_PARTS_MISSING = "all_parts_missing"
NOTHING_TO_DIVIDE_BY = "nothing_to_divide_by"

#: Arrays of parts whose place among the members is remembered.
_KEPT = 16

NOTHING = np.array(None, dtype=object)
MISSING_RANK = RANK["missing"]
ESTIMATED_RANK = RANK["estimated"]


@dataclass(frozen=True)
class Quantity:
    """A figure by part: `value` NaN where missing, `status` rank by part, `reason` code where missing.

    Parts are unique; `sources` are ids of sources, `period` the day, month, year or interval it speaks of.
    """

    part: NDArray[np.object_]
    value: Floats
    status: NDArray[np.int8]
    reason: NDArray[np.object_]
    sources: tuple[str, ...] = ()
    period: str = ""

    def scaled(self, factor: float) -> Quantity:
        """The same quantity in another unit."""
        return replace(self, value=self.value * factor)


def quantity(
    part: Sequence[str] | NDArray[Any] | pd.Series[Any] | pd.Index[Any],
    value: Sequence[float] | NDArray[Any] | pd.Series[Any],
    status: str = "reported",
    reason: str = NOT_GIVEN,
    sources: Iterable[str] = (),
    period: str = "",
) -> Quantity:
    """Make a quantity of one status; blanks (NaN) are missing for the one `reason`.

    >>> quantity(["a", "b"], [1.0, float("nan")]).reason.tolist()
    [None, 'not_given']
    """
    parts = np.asarray(part, dtype=object)
    values = np.asarray(value, dtype=np.float64)
    if len(parts) != len(values):
        raise ValueError("a quantity needs one value for each part")
    if len(set(parts.tolist())) != len(parts):
        raise ValueError("a quantity has every part once")
    blank = np.isnan(values)
    ranks = np.where(blank, MISSING_RANK, RANK[status]).astype(np.int8)
    reasons = np.where(blank, np.array(reason, dtype=object), NOTHING)
    return Quantity(parts, values, ranks, reasons, tuple(sources), period)


def combined(
    first: Quantity,
    second: Quantity,
    operation: Callable[[Floats, Floats], Floats],
    period: str | None = None,
) -> Quantity:
    """Part by part, a quantity made of two; missing where either is, with the first's reason before the second's."""
    other = aligned(second, first.part)
    missing = (first.status == MISSING_RANK) | (other.status == MISSING_RANK)
    value = np.where(missing, np.nan, operation(first.value, other.value))
    reason = np.where(first.status == MISSING_RANK, first.reason, other.reason)
    return Quantity(
        first.part,
        value,
        np.maximum(first.status, other.status),
        np.where(missing, reason, NOTHING),
        merged(first.sources, second.sources),
        first.period if period is None else period,
    )


def merged(*sources: Iterable[str]) -> tuple[str, ...]:
    """Ids of sources, each once, in the order met."""
    return tuple(dict.fromkeys(name for group in sources for name in group))


def aligned(one: Quantity, parts: NDArray[np.object_]) -> Quantity:
    """The quantity for the given parts in their order; parts it does not have are missing (`not_given`)."""
    return _placed(one, parts, _where(one.part, parts))


def _where(own: NDArray[np.object_], parts: NDArray[np.object_]) -> NDArray[np.intp]:
    """Where each of the parts lies among those that there are; -1 where it does not."""
    return pd.Index(own, dtype=object).get_indexer(pd.Index(parts, dtype=object))


def _placed(one: Quantity, parts: NDArray[np.object_], at: NDArray[np.intp]) -> Quantity:
    """The quantity for the given parts, which lie `at` among its own."""
    absent = at < 0
    if not len(one.part):
        size = len(parts)
        return replace(
            one,
            part=parts,
            value=np.full(size, np.nan),
            status=np.full(size, MISSING_RANK, np.int8),
            reason=np.full(size, NOT_GIVEN, dtype=object),
        )
    return replace(
        one,
        part=parts,
        value=np.where(absent, np.nan, one.value[at]),
        status=np.where(absent, MISSING_RANK, one.status[at]).astype(np.int8),
        reason=np.where(absent, NOT_GIVEN, one.reason[at]),
    )


@dataclass(frozen=True)
class Members:
    """Which parts make which place: one row for each, sorted by level, place, part; `inferred` flags memberships.

    `places` are all places of each level, those without parts too.
    """

    rows: pd.DataFrame
    places: Mapping[str, tuple[str, ...]]

    @cached_property
    def parts(self) -> NDArray[np.object_]:
        """The part of every row."""
        return self.rows["part"].to_numpy(dtype=object)

    @cached_property
    def inferred(self) -> NDArray[np.bool_]:
        """Whether the membership of every row is inferred."""
        return self.rows["inferred"].to_numpy(dtype=bool)

    @cached_property
    def spans(self) -> list[tuple[str, str, slice]]:
        """Every place with its level and its rows; none for a place without parts."""
        bounds: dict[tuple[str, str], tuple[int, int]] = {}
        for number, key in enumerate(zip(self.rows["level"], self.rows["place"], strict=True)):
            bounds[key] = (bounds[key][0] if key in bounds else number, number + 1)
        return [
            (level, place, slice(*bounds.get((level, place), (0, 0))))
            for level, ids in self.places.items()
            for place in ids
        ]

    @cached_property
    def _found(self) -> dict[int, tuple[NDArray[np.object_], NDArray[np.intp]]]:
        """Where the rows' parts lie among the parts of quantities: most quantities share theirs."""
        return {}

    def aligned(self, one: Quantity) -> Quantity:
        """The quantity for the part of every row, as `aligned` gives it."""
        kept = self._found.get(id(one.part))
        if kept is None or kept[0] is not one.part:
            if len(self._found) >= _KEPT:
                self._found.clear()
            kept = self._found[id(one.part)] = (one.part, _where(one.part, self.parts))
        return _placed(one, self.parts, kept[1])

    def only(self, levels: Iterable[str]) -> Members:
        """The members of some levels."""
        wanted = set(levels)
        return Members(
            self.rows[self.rows["level"].isin(wanted)].reset_index(drop=True),
            {level: ids for level, ids in self.places.items() if level in wanted},
        )


def members_of(rows: pd.DataFrame, places: Mapping[str, Iterable[str]] | None = None) -> Members:
    """Members from rows of `level`, `place`, `part`, `inferred`; places without parts may be named beside."""
    ordered = rows[["level", "place", "part", "inferred"]].sort_values(
        ["level", "place", "part"], kind="stable", ignore_index=True
    )
    if ordered.duplicated(["level", "place", "part"]).any():
        raise ValueError("a part belongs to a place once")
    found: dict[str, set[str]] = {}
    for level, ids in (places or {}).items():
        found.setdefault(level, set()).update(ids)
    for name, group in ordered.groupby("level", sort=True)["place"]:
        found.setdefault(str(name), set()).update(group.unique())
    return Members(ordered, {level: tuple(sorted(ids)) for level, ids in sorted(found.items())})


def summed(indicator: str, one: Quantity, members: Members) -> pd.DataFrame:
    """Sum of a quantity over the parts of every place."""
    return _rows(indicator, one, None, members, 1.0)


def ratio(
    indicator: str, above: Quantity, below: Quantity, members: Members, scale: float = 1.0
) -> pd.DataFrame:
    """Sum of `above` over sum of `below`, times `scale`; the period is that of `above`."""
    return _rows(indicator, above, below, members, scale)


def weighted_mean(indicator: str, one: Quantity, weight: Quantity, members: Members) -> pd.DataFrame:
    """Mean of a quantity over parts, weighted; parts without a figure or a weight are left out and counted.

    A part of weight zero counts as a part but moves nothing. A place of one part has that part's figure and status,
    whatever its weight.
    """
    means = _rows(indicator, combined(one, weight, np.multiply), weight, members, 1.0)
    alone = _rows(indicator, one, None, members, 1.0)
    rows = pd.concat([alone[alone["parts"] == 1], means[means["parts"] != 1]])
    return rows.sort_index().reset_index(drop=True)


def _rows(
    indicator: str, above: Quantity, below: Quantity | None, members: Members, scale: float
) -> pd.DataFrame:
    top = members.aligned(above)
    bottom = None if below is None else members.aligned(below)
    status = top.status if bottom is None else np.maximum(top.status, bottom.status)
    used = status != MISSING_RANK
    reason = top.reason if bottom is None else np.where(top.status == MISSING_RANK, top.reason, bottom.reason)
    inferred = members.inferred
    values, statuses, reasons, counts = [], [], [], []
    for _, _, span in members.spans:
        take = used[span]
        below_span = None if bottom is None else bottom.value[span]
        value, why = _value(top.value[span], below_span, take, reason[span], scale)
        rank = 0
        if value is not None:
            rank = max(int(status[span][take].max()), ESTIMATED_RANK if inferred[span][take].any() else 0)
        values.append(np.nan if value is None else value)
        statuses.append("missing" if value is None else STATUSES[rank])
        reasons.append(why)
        counts.append((span.stop - span.start, int((~take).sum()), int(inferred[span].sum())))
    parts, missing, guessed = np.array(counts, np.int64).reshape(-1, 3).T
    columns = {
        "indicator": indicator,
        "level": [level for level, _, _ in members.spans],
        "place": [place for _, place, _ in members.spans],
        "period": above.period,
        "value": np.array(values, np.float64),
        "status": statuses,
        "reason": np.array(reasons, dtype=object),
        "source": " ".join(merged(above.sources, () if below is None else below.sources)),
        "parts": parts,
        "missing": missing,
        "inferred": guessed,
    }
    return pd.DataFrame(columns, columns=VALUES_SCHEMA.names)


def _value(
    top: Floats, bottom: Floats | None, used: NDArray[np.bool_], reason: NDArray[np.object_], scale: float
) -> tuple[float | None, str | None]:
    """Value of one place, or None and why."""
    if not len(used):
        return None, NO_PARTS
    if not used.any():
        reasons = {r for r in reason.tolist() if r is not None}
        return None, reasons.pop() if len(reasons) == 1 else ALL_PARTS_MISSING
    above = math.fsum(top[used].tolist())
    if bottom is None:
        return above * scale, None
    below = math.fsum(bottom[used].tolist())
    if below == 0:
        return None, NOTHING_TO_DIVIDE_BY
    return above / below * scale, None
