# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The long table: putting rows together, sorting them, and the rules that every row keeps.

Rules: a value is null exactly when its status is missing; a missing value has a reason; a status is inherited
from what the value was made of (measured, then reported, then estimated: the weakest wins).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from aumenta.errors import Problem, TableError
from aumenta.values.model import STATUSES, VALUES_SCHEMA

#: Levels of places from the smallest; the long table sorts them by name, people by this order.
LEVELS = ("cell", "municipality", "zone", "band", "metropolis")
#: Strength of a status: the weakest of the parts is the status of the whole.
RANK: dict[str, int] = {status: rank for rank, status in enumerate(STATUSES)}
KEY = ["indicator", "level", "place", "period"]


def weakest(statuses: Iterable[str]) -> str:
    """Status of what is made of parts; missing parts are counted apart and do not decide.

    >>> weakest(["measured", "estimated", "reported"])
    'estimated'
    >>> weakest(["measured", "missing"])
    'measured'
    >>> weakest(["missing"])
    'missing'
    """
    known = [RANK[s] for s in statuses if s != "missing"]
    return STATUSES[max(known)] if known else "missing"


def table_of(frames: Sequence[pd.DataFrame]) -> pa.Table:
    """Join frames of rows into the sorted long table; `TableError` with every row that breaks a rule."""
    columns = VALUES_SCHEMA.names
    frames = [frame[columns] for frame in frames if len(frame)]
    if not frames:
        return VALUES_SCHEMA.empty_table()
    frame = pd.concat(frames, ignore_index=True).sort_values(KEY, kind="stable", ignore_index=True)
    problems = broken_rules(frame)
    if problems:
        raise TableError("The values break the rules of the long table.", problems)
    return pa.Table.from_pandas(frame, schema=VALUES_SCHEMA, preserve_index=False, safe=True)


def broken_rules(frame: pd.DataFrame, most: int = 20) -> list[Problem]:
    """Rows of a long table that break a rule, at most `most` of each kind."""
    value = frame["value"].to_numpy(dtype=float)
    missing = (frame["status"] == "missing").to_numpy()
    no_reason = frame["reason"].isna().to_numpy()
    checks: list[tuple[str, np.ndarray]] = [
        ("status is not one of " + ", ".join(STATUSES), ~frame["status"].isin(STATUSES).to_numpy()),
        ("level is not known", ~frame["level"].isin(LEVELS).to_numpy()),
        ("a missing value has a figure", missing & ~np.isnan(value)),
        ("a value that is not missing has no figure", ~missing & np.isnan(value)),
        ("the figure is infinite", np.isinf(value)),
        ("a missing value has no reason", missing & no_reason),
        ("a value that is not missing has a reason", ~missing & ~no_reason),
        ("more parts are missing than there are", (frame["missing"] > frame["parts"]).to_numpy()),
        ("more parts are inferred than there are", (frame["inferred"] > frame["parts"]).to_numpy()),
        ("the value of a place and period is given twice", frame.duplicated(KEY).to_numpy()),
    ]
    found = []
    for message, broken in checks:
        for number in np.flatnonzero(broken)[:most]:
            row = frame.iloc[number]
            found.append(Problem(message, found=" / ".join(str(row[k]) for k in KEY)))
    return found
