# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Whole numbers that keep their sums: largest remainder in one direction, controlled rounding in two.

Ties go to the row that comes first, so the same input always gives the same whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

#: Shares nearer than this are equal: what is left of a product or a quotient in the last binary places.
NOISE = 1e-9


def _remainder(exact: Floats, whole: Longs) -> Floats:
    """What rounding down left, with differences below `NOISE` made equal."""
    return np.asarray(np.round(exact - whole, 9), np.float64)


def _rank(group: Longs, order: Longs) -> Longs:
    """Rank (from 0) of each entry within its group, entries taken in `order`."""
    arranged = order[np.argsort(group[order], kind="stable")]
    sizes = np.bincount(group)
    starts = np.cumsum(sizes) - sizes
    rank = np.empty(len(group), np.int64)
    rank[arranged] = np.arange(len(group)) - starts[group[arranged]]
    return rank


def share_out(weights: Floats, block: Longs, totals: Longs) -> Longs:
    """Share whole `totals` of blocks among rows in proportion to `weights` (Hamilton's largest remainder).

    `block` numbers the block of each row from 0. A block whose weights are all zero shares evenly; each row gets
    its exact share rounded down or up. A block without rows cannot receive its total.
    """
    count = len(totals)
    sums = np.bincount(block, weights, minlength=count)
    empty = sums <= 0
    size = np.bincount(block, minlength=count)
    exact = np.where(
        empty[block],
        totals[block] / size[block],
        totals[block] * (weights / np.where(empty, 1.0, sums)[block]),
    )
    whole = np.floor(exact + NOISE).astype(np.int64)
    left = totals - np.bincount(block, whole, minlength=count).astype(np.int64)
    rank = _rank(block, np.argsort(-_remainder(exact, whole), kind="stable"))
    return whole + (rank < left[block])


def control(exact: Floats, block: Longs, column_totals: Longs, row_totals: Longs) -> Longs:
    """Whole numbers near `exact` (rows, columns) that keep the totals of rows and, by block, of columns.

    `column_totals` (blocks, columns) and `row_totals` (rows) must agree block by block, and `exact` must sum to
    them within rounding. Every entry starts rounded down; what rows and columns still lack is given to the
    largest remainders that both can take, and the last of it, where no such entry is left, in reading order.
    """
    rows, columns = exact.shape
    # A share a hair below a whole number must not start as that number, or its row could overflow.
    whole = np.floor(np.maximum(exact - NOISE, 0.0)).astype(np.int64)
    cell_column = np.tile(np.arange(columns), rows)
    cell_row = np.repeat(np.arange(rows), columns)
    cell_block_column = block[cell_row] * columns + cell_column
    remainder = _remainder(exact, whole).ravel()
    order = np.argsort(-remainder, kind="stable")
    order = order[remainder[order] > 0]
    flat = whole.ravel()
    row_left = row_totals - whole.sum(axis=1)
    taken = np.bincount(cell_block_column, flat, minlength=column_totals.size).astype(np.int64)
    column_left = column_totals.ravel() - taken
    while len(order):
        open_ = (row_left[cell_row[order]] > 0) & (column_left[cell_block_column[order]] > 0)
        order = order[open_]
        if not len(order):
            break
        here = np.arange(len(order))
        fits = (_rank(cell_row[order], here) < row_left[cell_row[order]]) & (
            _rank(cell_block_column[order], here) < column_left[cell_block_column[order]]
        )
        given = order[fits]
        flat[given] += 1
        np.subtract.at(row_left, cell_row[given], 1)
        np.subtract.at(column_left, cell_block_column[given], 1)
        order = order[~fits]
    _give_the_rest(flat, columns, block, row_left, column_left)
    return flat.reshape(rows, columns)


def _give_the_rest(flat: Longs, columns: int, block: Longs, row_left: Longs, column_left: Longs) -> None:
    """Pair what rows and columns of a block still lack, in reading order."""
    rows_in_turn = np.argsort(block, kind="stable")
    lacking_rows = np.repeat(rows_in_turn, row_left[rows_in_turn])
    lacking_columns = np.repeat(np.arange(len(column_left)), column_left) % columns
    np.add.at(flat, lacking_rows * columns + lacking_columns, 1)
