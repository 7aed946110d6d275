# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The rights of the plan: who has them, who does not, and for whom nobody knows.

Formulas: a condition by cell is met, not met or not known (`rights_ways`); a right is met where all its conditions are,
not met where a known one fails, not known otherwise. Shares = 100 x residents of such cells / residents: the three add
up to one hundred in every place. No weights, no scores. `short` of a condition = mean over residents who do not meet it
of how much their cell lacks. Thresholds: `rights.yaml` (docs/rights.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aumenta.readings.inputs import NO_AGES, CellArrays
from aumenta.readings.known import Floats
from aumenta.readings.measure import Result
from aumenta.readings.rights_states import State, all_state
from aumenta.readings.rights_ways import Given, condition_state
from aumenta.values.aggregate import NOTHING, Members, Quantity, quantity, ratio
from aumenta.values.rights import RightsFile
from aumenta.values.table import RANK
from aumenta.values.text import Text

#: Groups of residents that coverage is told for: end of the indicator, columns of the cells that make it.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "": ("pop",),
    "_0_18": ("pop_0_14", "pop_15_18"),
    "_65_plus": ("pop_65p",),
}
STATES = ("met", "not_met", "unknown")
#: Reason of a gap where everybody has the right, or nobody's gap is known.
NOBODY_SHORT = "nobody_short"


def rights(
    cells: CellArrays,
    members: Members,
    file: RightsFile,
    inputs: Mapping[str, Any],
    all_transit: bool = False,
    layers: Mapping[str, Text] | None = None,
) -> Result:
    """Three shares of residents for each right, by age too; of each condition the shares met and not known.

    `inputs` by the names of `aumenta.readings.travel` and `reading:<measure>`; what is absent makes conditions unknown.
    `all_transit`: whether the timetable has all public transport. `layers`: of each kind of opportunities that the
    territory lacks, the words of what to bring.

    >>> from aumenta.values.aggregate import members_of
    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 1000,
    ...                    {"pop": np.array([30, 10]), "full": np.array([0, 1])})
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> words = {"it": "x", "en": "x"}
    >>> ways = [{"type": "cell", "column": "full", "at_most": 0}]
    >>> one = {"id": "air", "name": words, "plan": words,
    ...        "conditions": [{"id": "void", "name": words, "any": ways, "source": "to be decided"}]}
    >>> found = rights(cells, whole, RightsFile(rights=[one]), {})
    >>> rows = pd.concat(found.rows).set_index("indicator")["value"]
    >>> [float(rows[f"right.air.{share}"]) for share in STATES]
    [75.0, 25.0, 0.0]
    """
    given = Given(cells, inputs, all_transit, _why_absent(inputs, layers or {}))
    rows: list[pd.DataFrame] = []
    shown: dict[str, Quantity] = {}
    why: dict[str, str] = {}
    for right in file.rights:
        name = f"right.{right.id}"
        states = {one.id: condition_state(one, given) for one in right.conditions}
        whole = all_state(list(states.values()))
        shown[name] = of_cells(cells, whole, 1.0)
        for group, columns in GROUPS.items():
            if all(column in cells.columns for column in columns):
                residents = np.sum([cells.column(column) for column in columns], axis=0)
                for label, share in shares(whole).items():
                    rows.append(share_of(f"{name}.{label}{group}", cells, share, residents, whole, members))
            else:
                why |= {f"{name}.{label}{group}": NO_AGES for label in STATES}
        for one, own in states.items():
            rows += _condition_rows(f"{name}.{one}", cells, own, members)
            shown[f"{name}.{one}"] = of_cells(cells, own, 100.0)
    return Result(
        rows, shown, why, reasons={f"bring.{kind}": words for kind, words in (layers or {}).items()}
    )


def shares(one: State) -> dict[str, Floats]:
    """Cells that meet it, that do not, that nobody knows of: each cell is in exactly one."""
    return dict(
        zip(
            STATES,
            (flag.astype(np.float64) for flag in (one.holds == 1, one.holds == 0, one.unknown)),
            strict=True,
        )
    )


def share_of(
    indicator: str, cells: CellArrays, holds: Floats, residents: Floats, one: State, members: Members
) -> pd.DataFrame:
    """Percent of residents who live in cells where something holds; everybody counts below."""
    inside, everyone = cells.by_municipality(residents * holds), cells.by_municipality(residents)
    above = quantity(inside.index, inside, "estimated", sources=one.sources, period=cells.period)
    below = quantity(everyone.index, everyone, "estimated", sources=cells.sources)
    return ratio(indicator, above, below, members, 100)


def of_cells(cells: CellArrays, one: State, met: float) -> Quantity:
    """A state as a figure by cell: `met` where it is, 0 where it is not, missing with its reason where nobody knows."""
    unknown = one.unknown
    return Quantity(
        cells.cell,
        one.holds * met,
        np.where(unknown, RANK["missing"], RANK["estimated"]).astype(np.int8),
        np.where(unknown, one.reason, NOTHING),
        one.sources,
        cells.period,
    )


def _condition_rows(name: str, cells: CellArrays, one: State, members: Members) -> list[pd.DataFrame]:
    residents = cells.column("pop")
    made = shares(one)
    return [
        share_of(name, cells, made["met"], residents, one, members),
        share_of(f"{name}_unknown", cells, made["unknown"], residents, one, members),
        _mean_gap(f"{name}_short", cells, one, residents, members),
    ]


def _mean_gap(
    indicator: str, cells: CellArrays, one: State, residents: Floats, members: Members
) -> pd.DataFrame:
    """Mean gap of the residents who do not meet a condition and whose gap is known."""
    told = ~np.isnan(one.short)
    lacking = cells.by_municipality(residents * told)
    gaps = cells.by_municipality(residents * np.where(told, one.short, 0.0))
    nobody = (lacking == 0).to_numpy()
    above, below = (
        quantity(
            each.index, np.where(nobody, np.nan, each), "estimated", NOBODY_SHORT, one.sources, cells.period
        )
        for each in (gaps, lacking)
    )
    return ratio(indicator, above, below, members)


def _why_absent(inputs: Mapping[str, Any], layers: Mapping[str, Text]) -> dict[str, str]:
    """Of times to kinds that the territory lacks, the reason that names the file to bring."""
    return {
        name: f"bring.{name.split(':')[2]}"
        for name, value in inputs.items()
        if value is None and name.startswith("times:nearest:") and name.split(":")[2] in layers
    }
