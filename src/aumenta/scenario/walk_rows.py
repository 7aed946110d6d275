# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Walks in compressed rows with further goals, fewer goals, other rows: sorted by seconds and then by stop, as ever."""

from __future__ import annotations

import numpy as np

from aumenta.network.compiled import kernel
from aumenta.network.model import Ints, Singles, Walks
from aumenta.scenario.trips import Flags


def with_more(base: Walks, extra: Walks, known: int) -> Walks:
    """The same rows with walks to further stops: stop i of `extra` is stop `known` + i, behind all stops of `base`."""
    size = len(base.stop) + len(extra.stop)
    indptr = base.indptr + extra.indptr
    stop, seconds = np.empty(size, np.int32), np.empty(size, np.float32)
    _merge(
        base.indptr, base.stop, base.seconds, extra.indptr, extra.stop, extra.seconds,
        np.int32(known), indptr, stop, seconds,
    )  # fmt: skip
    return Walks(indptr, stop, seconds)


def without_self(found: Walks, rows: Ints) -> Walks:
    """Walks of the stops `rows` without those from a stop to itself."""
    return _some(found, found.stop != np.repeat(rows, np.diff(found.indptr)))


def joined_rows(first: Walks, second: Walks) -> Walks:
    """Rows of one after those of another."""
    return Walks(
        np.concatenate([first.indptr, first.indptr[-1] + second.indptr[1:]]).astype(np.int32),
        np.concatenate([first.stop, second.stop]),
        np.concatenate([first.seconds, second.seconds]),
    )


def without_goals(base: Walks, keep: Flags, rows: Flags | None = None) -> Walks:
    """Walks to the stops that are kept, which are numbered anew; `rows`: only of these rows."""
    number = np.cumsum(keep, dtype=np.int32) - np.int32(1)
    left = base if rows is None else _rows(base, rows)
    found = _some(left, keep[left.stop])
    return Walks(found.indptr, number[found.stop], found.seconds)


def with_rows(base: Walks, rows: Ints, new: Walks) -> Walks:
    """The walks with other ones in some rows (rising numbers): row `rows[i]` is now row i of `new`."""
    sizes = np.diff(base.indptr)
    sizes[rows] = np.diff(new.indptr)
    indptr = np.zeros(len(base.indptr), np.int32)
    np.cumsum(sizes, out=indptr[1:])
    fresh = np.full(len(sizes), -1, np.int32)
    fresh[rows] = np.arange(len(rows), dtype=np.int32)
    stop, seconds = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
    _replace(
        base.indptr, base.stop, base.seconds, fresh, new.indptr, new.stop, new.seconds, indptr, stop, seconds
    )
    return Walks(indptr, stop, seconds)


def _some(base: Walks, keep: Flags) -> Walks:
    before = np.zeros(len(keep) + 1, np.int32)
    np.cumsum(keep, out=before[1:])
    return Walks(before[base.indptr], base.stop[keep], base.seconds[keep])


def _rows(base: Walks, rows: Flags) -> Walks:
    sizes = np.diff(base.indptr)
    part = np.repeat(rows, sizes)
    indptr = np.concatenate([[0], np.cumsum(sizes[rows])]).astype(np.int32)
    return Walks(indptr, base.stop[part], base.seconds[part])


@kernel
def _merge(  # noqa: PLR0913, PLR0917
    indptr: Ints, stop: Ints, seconds: Singles, more_indptr: Ints, more_stop: Ints, more_seconds: Singles,
    known: np.int32, out_indptr: Ints, out_stop: Ints, out_seconds: Singles,
) -> None:  # fmt: skip
    for row in range(len(indptr) - 1):
        i = indptr[row]
        j = more_indptr[row]
        for k in range(out_indptr[row], out_indptr[row + 1]):
            if j == more_indptr[row + 1] or (i < indptr[row + 1] and seconds[i] <= more_seconds[j]):
                out_stop[k] = stop[i]
                out_seconds[k] = seconds[i]
                i += 1
            else:
                out_stop[k] = more_stop[j] + known
                out_seconds[k] = more_seconds[j]
                j += 1


@kernel
def _replace(  # noqa: PLR0913, PLR0917
    indptr: Ints, stop: Ints, seconds: Singles, fresh: Ints, new_indptr: Ints, new_stop: Ints, new_seconds: Singles,
    out_indptr: Ints, out_stop: Ints, out_seconds: Singles,
) -> None:  # fmt: skip
    for row in range(len(indptr) - 1):
        own = fresh[row]
        begin = out_indptr[row]
        for k in range(begin, out_indptr[row + 1]):
            if own < 0:
                out_stop[k] = stop[indptr[row] + k - begin]
                out_seconds[k] = seconds[indptr[row] + k - begin]
            else:
                out_stop[k] = new_stop[new_indptr[own] + k - begin]
                out_seconds[k] = new_seconds[new_indptr[own] + k - begin]
