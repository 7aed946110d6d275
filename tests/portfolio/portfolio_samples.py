# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Answers of portfolios made from a function of the set, without any twin."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from aumenta.portfolio.model import Conflict, Evaluated, Member, Result, Sampling
from aumenta.portfolio.subsets import Family, members
from aumenta.portfolio.tables import Names, effects_table, pairs_table
from aumenta.values.text import Text

BANDS = ("all", "hill", "plain")


def made(
    value: Callable[[int], tuple[int, int]],
    costs: Sequence[float | None],
    conflicts: Collection[int] = (),
    known: Collection[int] | None = None,
) -> Result:
    """A portfolio of one right in two bands; `value` gives the residents with it in each, `known` the computed sets."""
    ids = [f"s{place}" for place in range(len(costs))]
    family = Family(len(ids), frozenset(conflicts))
    masks = [mask for mask in family.sets if known is None or mask in known or mask == 0]
    counts = {}
    for mask in masks:
        hill, plain = value(mask)
        rows = [[one, 1000 - one, 0] for one in (hill, plain)]
        counts[mask] = np.array([[np.sum(rows, axis=0).tolist(), *rows]], np.int64)
    names = Names(ids, ["health"], BANDS)
    return Result(
        portfolio="0" * 16,
        territory="made",
        build="1" * 16,
        software={},
        members=[
            Member(id=name, name=Text(it=name, en=name), cost=cost, run=f"{place:016x}")
            for place, (name, cost) in enumerate(zip(ids, costs, strict=True))
        ],
        rights=["health"],
        bands=list(BANDS),
        residents=[2000, 1000, 1000],
        conflicts=[
            Conflict(scenarios=[ids[place] for place in members(mask)], problems=["two changes"])
            for mask in conflicts
        ],
        sampling=Sampling(
            exact=True, complete=known is None, sets=len(family.sets), evaluated=len(masks),
            runs=4095, error=None, seed=1, pairs=0,
        ),
        sets=[
            Evaluated(scenarios=[ids[place] for place in members(mask)], run=None, counts=one.tolist())
            for mask, one in counts.items()
        ],
        effects=effects_table(family, counts, names, 0, 1),
        pairs=pairs_table(family, counts, names),
    )  # fmt: skip
