# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Values before and after a scenario: the difference of every indicator, place by place and cell by cell.

A difference is after minus before, missing where either is, for the reason of the side that lacks it (the baseline's
first). Whether it is for the better is told by the indicator's direction, and only from a stated threshold on: by
default one unit of the last figure that the indicator is shown with (a minute of times). A time that is not reached
within the limit is beyond every known time, so reaching it is better and no longer reaching it worse; any other
missing value leaves the effect unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.values.aggregate import MISSING_RANK, NOTHING, Quantity, aligned, merged
from aumenta.values.model import STATUSES, Indicator
from aumenta.values.table import KEY, RANK
from aumenta.values.text import Text

Doubles = NDArray[np.float64]
Codes = NDArray[np.int8]

#: What a scenario does to somebody: codes of `effects_of`. `other`: it changes, and no way is better.
EFFECTS = ("same", "better", "worse", "other", "unknown")
SAME, BETTER, WORSE, OTHER, UNKNOWN = range(5)
#: Reason of a time beyond the limit, which is known to be longer than any within.
NOT_REACHED = "not_reached"
#: Reasons of differences that the values themselves do not give.
ONLY_BEFORE, ONLY_AFTER = "only_before", "only_after"
REASONS: Mapping[str, Text] = {
    ONLY_BEFORE: Text(
        it="Lo scenario non ha questo valore, la situazione di partenza sì.",
        en="The scenario does not have this value, the baseline does.",
    ),
    ONLY_AFTER: Text(
        it="La situazione di partenza non ha questo valore, lo scenario sì.",
        en="The baseline does not have this value, the scenario does.",
    ),
}
#: Columns of a table of differences; `missing` and `inferred` are the larger of both sides' counts of parts.
COLUMNS = (*KEY, "before", "after", "difference", "effect", "status", "reason", "missing", "inferred")


def threshold_of(indicator: Indicator) -> float:
    """The least difference that counts as one: a unit of the last figure shown.

    >>> from aumenta.values.model import Indicator
    >>> words = Text(it="x", en="x")
    >>> one = Indicator(id="a.b", name=words, description=words, unit=words, decimals=1, direction="up", measure="a",
    ...                 formula=words, levels=["zone"])
    >>> threshold_of(one)
    0.1
    """
    return float(10.0**-indicator.decimals)


def effects_of(
    before: Quantity, after: Quantity, indicator: Indicator, threshold: float | None = None
) -> Codes:
    """For each part of `before` the code of what happens to it (`EFFECTS`); parts that `after` lacks are unknown."""
    other = _beside(before, after)
    least = threshold_of(indicator) if threshold is None else threshold
    return _effects(before.value, before.reason, other.value, other.reason, indicator.direction, least)


def _effects(
    before: Doubles,
    why_before: NDArray[np.object_],
    after: Doubles,
    why_after: NDArray[np.object_],
    direction: str,
    threshold: float,
) -> Codes:
    old, new = _beyond(before, why_before, direction), _beyond(after, why_after, direction)
    unknown = np.isnan(old) | np.isnan(new)
    with np.errstate(invalid="ignore"):
        change = np.where(old == new, 0.0, new - old)
    moved = np.abs(change) >= threshold - 1e-9 * max(1.0, threshold)
    moved &= change != 0
    better = change > 0 if direction == "up" else change < 0
    code = np.where(moved, np.where(better, BETTER, WORSE) if direction != "none" else OTHER, SAME)
    return np.where(unknown, UNKNOWN, code).astype(np.int8)


def _beyond(value: Doubles, reason: NDArray[np.object_], direction: str) -> Doubles:
    """Values where a time that is not reached is longer than any other."""
    if direction != "down":
        return value
    return np.where(np.isnan(value) & (reason == NOT_REACHED), np.inf, value)


def cell_differences(before: Quantity, after: Quantity) -> Quantity:
    """After minus before by part; missing where either is, status the weaker of both."""
    other = _beside(before, after)
    lacking = before.status == MISSING_RANK
    missing = lacking | (other.status == MISSING_RANK)
    return Quantity(
        before.part,
        np.where(missing, np.nan, other.value - before.value),
        np.maximum(before.status, other.status),
        np.where(missing, np.where(lacking, before.reason, other.reason), NOTHING),
        merged(before.sources, other.sources),
        other.period,
    )


def _beside(before: Quantity, after: Quantity) -> Quantity:
    """The values after for the parts before, in their order."""
    same = before.part is after.part or np.array_equal(before.part, after.part)
    return after if same else aligned(after, before.part)


def differences(
    before: pd.DataFrame, after: pd.DataFrame, definitions: Mapping[str, Indicator]
) -> pd.DataFrame:
    """A row for each indicator, level, place and period of two long tables (columns `COLUMNS`), sorted.

    An indicator without a definition has no effect to tell: `other` where it differs.
    """
    sides = [frame[[*KEY, "value", "status", "reason", "missing", "inferred"]] for frame in (before, after)]
    both = sides[0].merge(sides[1], on=KEY, how="outer", suffixes=("_before", "_after"), indicator="_side")
    both = both.sort_values(KEY, kind="stable", ignore_index=True)
    old, new = (both[f"value_{side}"].to_numpy(float) for side in ("before", "after"))
    ranks = [_ranks(both[f"status_{side}"]) for side in ("before", "after")]
    missing = (ranks[0] == MISSING_RANK) | (ranks[1] == MISSING_RANK)
    made = both[KEY].assign(before=old, after=new)
    made["difference"] = np.where(missing, np.nan, np.where(old == new, 0.0, new - old))
    why = [_reasons(both, side) for side in ("before", "after")]
    made["effect"] = _effects_of_rows(made, why, definitions)
    made["status"] = np.array(STATUSES, object)[np.maximum(*ranks)]
    reason = np.where(ranks[0] == MISSING_RANK, why[0], why[1])
    made["reason"] = pd.Series(np.where(missing, reason, NOTHING), index=made.index, dtype=object)
    for count in ("missing", "inferred"):
        larger = both[[f"{count}_before", f"{count}_after"]].max(axis=1)
        made[count] = larger.to_numpy(float).astype(np.int32)
    return made[list(COLUMNS)]


def _ranks(status: pd.Series) -> NDArray[np.int64]:
    """Ranks of statuses; a row that a side lacks is missing there."""
    return np.asarray(status.map(RANK).fillna(MISSING_RANK), np.int64)


def _reasons(both: pd.DataFrame, side: str) -> NDArray[np.object_]:
    """Reason of each row on one side, also for rows that only the other side has."""
    lacking, why = ("right_only", ONLY_AFTER) if side == "before" else ("left_only", ONLY_BEFORE)
    own = both[f"reason_{side}"].astype(object)
    found = own.where(own.notna(), None).to_numpy(object)
    return np.where((both["_side"] == lacking).to_numpy(), why, found)


def _effects_of_rows(
    rows: pd.DataFrame, why: list[NDArray[np.object_]], definitions: Mapping[str, Indicator]
) -> NDArray[np.object_]:
    """Words of the effect of each row, by the direction of its indicator."""
    old, new = rows["before"].to_numpy(float), rows["after"].to_numpy(float)
    found = np.full(len(rows), EFFECTS[UNKNOWN], object)
    for name, at in rows.groupby("indicator", sort=False).indices.items():
        one = definitions.get(str(name))
        direction, least = (one.direction, threshold_of(one)) if one else ("none", 0.0)
        codes = _effects(old[at], why[0][at], new[at], why[1][at], direction, least)
        found[at] = np.array(EFFECTS, object)[codes]
    return found


def winners_and_losers(
    table: pd.DataFrame, indicator: Indicator, level: str = "municipality", most: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Places of a level for which an indicator becomes better, and worse: who changes most first, then by id.

    `table` is one of `differences`; of each place the latest period counts. Places that begin to be reached, or cease
    to, come before those with a figure. Both are empty for an indicator of which no way is better.
    """
    own = table[(table["indicator"] == indicator.id) & (table["level"] == level)]
    own = own.drop_duplicates("place", keep="last")
    size = own["difference"].abs().fillna(np.inf)
    own = own.assign(_size=size).sort_values(["_size", "place"], ascending=[False, True], kind="stable")
    own = own.drop(columns="_size")
    parts = (own[own["effect"] == EFFECTS[code]].reset_index(drop=True) for code in (BETTER, WORSE))
    better, worse = (part if most is None else part.head(most) for part in parts)
    return better, worse


def shared_by_cells(rows: pd.DataFrame, indicator: str, cells: pd.DataFrame) -> Quantity:
    """Values of municipalities as those of their cells: all who live there share them.

    `rows` of a long table, of which the latest period of each place counts. For indicators that cells do not have.
    """
    own = rows[(rows["indicator"] == indicator) & (rows["level"] == "municipality")]
    own = own.drop_duplicates("place", keep="last")
    reason = own["reason"].astype(object)
    by_town = Quantity(
        own["place"].to_numpy(object),
        own["value"].to_numpy(float),
        np.asarray(own["status"].map(RANK), np.int8),
        reason.where(reason.notna(), None).to_numpy(object),
    )
    found = aligned(by_town, cells["municipality"].to_numpy(object))
    return Quantity(cells["cell"].to_numpy(object), found.value, found.status, found.reason)
