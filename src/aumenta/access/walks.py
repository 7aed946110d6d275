# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Walks of one question: the network's walks at the traveller's speed and limits, in whole seconds of 16 bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aumenta.access.window import LONGEST, Shorts
from aumenta.errors import AccessError, Problem
from aumenta.network.model import Ints, Network, Walks


@dataclass(frozen=True, slots=True)
class QueryWalks:
    """Walks in compressed rows, each row rising in seconds; seconds are rounded up once.

    `foot_*` has a row for each stop v: where one may board after alighting at v, v itself included, with the seconds
    from the vehicle's arrival to being ready to board (change time and transfers.txt applied; what the rules forbid
    is absent).
    `access_*` and `egress_*` have a row for each cell with the walks to and from stops.
    """

    foot_indptr: Ints
    foot_stop: Ints
    foot_seconds: Shorts
    egress_indptr: Ints
    egress_stop: Ints
    egress_seconds: Shorts
    access_indptr: Ints
    access_stop: Ints
    access_seconds: Shorts


def query_walks(
    network: Network,
    factor: float,
    access_seconds: int,
    egress_seconds: int,
    transfer_seconds: int,
    change_seconds: int,
) -> QueryWalks:
    """Scale the network's walks by `factor` (base speed over the traveller's) and keep those within the limits.

    Limits are seconds at the traveller's speed; rows of transfers.txt hold beyond `transfer_seconds` too and are not
    scaled (they are the operator's times, not walks). AccessError: a network without timetable, numbers out of range.
    """
    limits = {
        "access_seconds": access_seconds,
        "egress_seconds": egress_seconds,
        "transfer_seconds": transfer_seconds,
        "change_seconds": change_seconds,
    }
    problems = [
        Problem(f"{name} must lie between 0 and {LONGEST}", field=name, found=str(value))
        for name, value in limits.items()
        if not 0 <= value <= LONGEST
    ]
    if not (np.isfinite(factor) and factor > 0):
        problems.append(Problem("the factor of speed must be above 0", field="factor", found=str(factor)))
    if problems:
        raise AccessError("These walks cannot be computed.", problems)
    timetable = network.timetable
    if timetable is None or network.access is None or network.egress is None or network.footpaths is None:
        raise AccessError("This network has no timetable: only streets can be asked for.")
    access = scaled(network.access, factor, access_seconds)
    if network.egress.stop is network.access.stop and egress_seconds == access_seconds:
        egress = access
    else:
        egress = scaled(network.egress, factor, egress_seconds)
    foot = _changes(
        *scaled(network.footpaths, factor, transfer_seconds),
        change_seconds,
        (timetable.rule_from, timetable.rule_to, timetable.rule_seconds),
    )
    return QueryWalks(*foot, *egress, *access)


def scaled(walks: Walks, factor: float, limit: int) -> tuple[Ints, Ints, Shorts]:
    """Rows of the walks that take at most `limit` seconds at the traveller's speed, rounded up.

    The product is rounded to 32 bits before, as times from a point are: one rounding for all.
    """
    seconds = np.ceil((walks.seconds.astype(np.float64) * factor).astype(np.float32))
    keep = seconds <= limit
    before = np.zeros(len(keep) + 1, np.int32)
    np.cumsum(keep, out=before[1:])
    return before[walks.indptr], walks.stop[keep], seconds[keep].astype(np.uint16)


def _changes(
    indptr: Ints, stop: Ints, seconds: Shorts, change: int, rules: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Ints, Shorts]:
    """Footpaths with the change time, each stop itself included, and the rules between two stops laid over."""
    stops = len(indptr) - 1
    row = np.repeat(np.arange(stops, dtype=np.int32), np.diff(indptr))
    other = stop != row
    own = np.arange(stops, dtype=np.int32)
    start = np.concatenate([own, row[other]])
    goal = np.concatenate([own, stop[other]])
    time = np.concatenate(
        [np.full(stops, change, np.int32), np.maximum(seconds[other].astype(np.int32), change)]
    )
    rule_from, rule_to, rule_seconds = rules
    if len(rule_from):
        # the last row of a pair holds
        pair = rule_from.astype(np.int64) * stops + rule_to
        _, last = np.unique(pair[::-1], return_index=True)
        last = len(pair) - 1 - last
        kept = ~np.isin(start.astype(np.int64) * stops + goal, pair)
        valid = last[(rule_seconds[last] >= 0) & (rule_seconds[last] <= LONGEST)]
        start = np.concatenate([start[kept], rule_from[valid]])
        goal = np.concatenate([goal[kept], rule_to[valid]])
        time = np.concatenate([time[kept], rule_seconds[valid]])
    order = np.lexsort((goal, time, start))
    count: NDArray[np.intp] = np.bincount(start, minlength=stops)
    rows = np.zeros(stops + 1, np.int32)
    np.cumsum(count, out=rows[1:])
    return rows, goal[order].astype(np.int32), time[order].astype(np.uint16)
