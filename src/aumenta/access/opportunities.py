# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is reached: sums of weights by travel time, from rows of whole minutes.

A row is uint8 minutes to every cell, rounded up, 255 = not reachable; rows are origins, or the percentiles of one
origin. One pass over a row makes the histogram "weight at each minute" (`by_minute`), and every measure here is a sum
over its 256 bins, so that asking for more measures costs nothing and no cube is kept. Sums run in one fixed order: the
same input gives the same bytes whatever the number of rows handed in at once.

Weights are float64[cells], or float64[kinds, cells] for several kinds at once; results have an axis for the kinds only
in the second case. A weight that is missing (nan), negative or infinite is an `AccessError` that names the first cells.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.access.decay import CLASSES, NOT_REACHED, Decay, factors, limit_problems
from aumenta.errors import AccessError, Problem
from aumenta.network.compiled import kernel

Minutes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
_T = TypeVar("_T", bound=np.generic)

#: Rows that are turned into histograms at once.
_ROWS = 1024
_TOLD = 5


@kernel
def _fill(minutes: Any, weights: Any, out: Any) -> None:
    """Add each cell's weights to the bin of its minute; `out` (rows, kinds, 256) is zero before."""
    rows, cells = minutes.shape
    for row in range(rows):
        for kind in range(weights.shape[0]):
            for cell in range(cells):
                out[row, kind, minutes[row, cell]] += weights[kind, cell]


def checked_limits(limits: Sequence[int], name: str = "cutoffs") -> NDArray[np.int64]:
    """Rising whole minutes from 0 to 254 as an array; `AccessError` when they are not."""
    problems = limit_problems(limits, name)
    if problems:
        raise AccessError("Travel times cannot be cut off like this.", problems)
    return np.asarray(limits, np.int64)


def checked_rows(minutes: Minutes) -> Minutes:
    """Rows as a C-contiguous uint8 array of two dimensions; `AccessError` for others."""
    array = np.asarray(minutes)
    if array.dtype != np.uint8 or array.ndim not in (1, 2):
        problem = Problem(
            "not rows of minutes", found=f"{array.dtype} {array.shape}", expected="uint8 (rows, cells)"
        )
        raise AccessError("The travel times cannot be read.", [problem])
    # arrays that may not be written to are another type to the compiler: they are copied
    return np.require(np.atleast_2d(array), requirements=["C", "W"])


def checked_weights(weights: ArrayLike, cells: int, what: str = "weights") -> Doubles:
    """Weights as float64[kinds, cells]; `AccessError` naming the first cells that are missing, negative or infinite."""
    array = np.require(np.atleast_2d(np.asarray(weights, np.float64)), requirements=["C", "W"])
    if array.ndim != 2 or array.shape[1] != cells:
        problem = Problem("another number of cells", field=what, found=f"{array.shape}", expected=f"{cells}")
        raise AccessError(f"The {what} do not fit the travel times.", [problem])
    kinds, bad = np.nonzero(~(np.isfinite(array) & (array >= 0)))
    if len(bad):
        problems = [
            Problem(
                "not a weight" if array.shape[0] == 1 else f"not a weight, kind {kind + 1}",
                row=int(cell) + 1,
                field=what,
                found=f"{array[kind, cell]}",
                expected="0 or more; leave out or estimate what is missing",
            )
            for kind, cell in zip(kinds[:_TOLD], bad[:_TOLD], strict=True)
        ]
        raise AccessError(f"{len(bad)} {what} cannot be used; the first are named.", problems)
    return array


def by_minute(minutes: Minutes, weights: ArrayLike) -> Doubles:
    """Weight at each whole minute: float64 (rows, kinds, 256), bin 255 = not reached.

    `minutes` uint8 (rows, cells), `weights` (cells) or (kinds, cells); the kinds' axis is always there.
    """
    rows = checked_rows(minutes)
    checked = checked_weights(weights, rows.shape[1])
    out = np.zeros((rows.shape[0], checked.shape[0], 256))
    _fill(rows, checked, out)
    return out


def cumulative_of(histogram: Doubles, cutoffs: Sequence[int]) -> Doubles:
    """Weight within each cut-off from the weight by minute: shape (..., cutoffs)."""
    at = checked_limits(cutoffs)
    return np.cumsum(histogram[..., :NOT_REACHED], axis=-1)[..., at]


def by_class_of(histogram: Doubles, limits: Sequence[int] = CLASSES) -> Doubles:
    """Weight by class of time: (0, l1], (l1, l2] ..., over the last limit, not reached: shape (..., limits + 2)."""
    edges = [0, *(int(one) + 1 for one in checked_limits(limits, "limits")), NOT_REACHED, 256]
    return np.stack([_sum(histogram[..., a:b]) for a, b in itertools.pairwise(edges)], axis=-1)


def _sum(bins: Doubles) -> Doubles:
    """Sum over the last axis in its own order, which neither a pairwise sum nor a matrix product promises."""
    if bins.shape[-1] == 0:
        return np.zeros(bins.shape[:-1])
    whole: Doubles = np.cumsum(bins, axis=-1)[..., -1]
    return whole


def decayed_of(histogram: Doubles, decay: Decay) -> Doubles:
    """Sum of weight times decay from the weight by minute: shape (...)."""
    return _sum(histogram * factors(decay))


def nearest_of(histogram: Doubles, k: int | Sequence[int]) -> Minutes:
    """Minutes to the k-th nearest from counts by minute: uint8 (..., ks), 255 where fewer are reached."""
    wanted = [k] if isinstance(k, int | np.integer) else list(k)
    if not wanted or any(not isinstance(one, int | np.integer) or one < 1 for one in wanted):
        problem = Problem("not a rank", field="k", found=repr(k), expected="1 or more")
        raise AccessError("The k-th nearest cannot be found.", [problem])
    reached = np.cumsum(histogram[..., :NOT_REACHED], axis=-1)
    return np.stack([(reached < one).sum(axis=-1) for one in wanted], axis=-1).astype(np.uint8)


def cumulative(minutes: Minutes, weights: ArrayLike, cutoffs: Sequence[int]) -> Doubles:
    """Cumulative opportunities: A_r(T) = sum of w_c over the cells with t_rc <= T.

    Source: Wachs & Kumagai 1973, Socio-Economic Planning Sciences 7:437-456.
    Shapes: `minutes` (rows, cells), result (rows, cutoffs), or (rows, kinds, cutoffs) for weights of several kinds.
    Minutes are rounded up, so that t <= cut-off is exact for cut-offs of whole minutes.

    >>> rows = np.array([[5, 15, 16, 255]], np.uint8)
    >>> cumulative(rows, [1, 2, 4, 8], [15, 60]).tolist()
    [[3.0, 7.0]]
    """
    return _in_parts(minutes, weights, lambda part: cumulative_of(part, cutoffs))


def by_class(minutes: Minutes, weights: ArrayLike, limits: Sequence[int] = CLASSES) -> Doubles:
    """Weight in each class of time; the last two are "over the last limit" and "not reached".

    Shapes as `cumulative`, with limits + 2 classes. The classes of a row add up to all the weight.

    >>> rows = np.array([[5, 15, 16, 120, 255]], np.uint8)
    >>> by_class(rows, [1, 2, 4, 8, 16], [15, 30]).tolist()
    [[3.0, 4.0, 8.0, 16.0]]
    """
    return _in_parts(minutes, weights, lambda part: by_class_of(part, limits))


def decayed(minutes: Minutes, weights: ArrayLike, decay: Decay) -> Doubles:
    """Potential accessibility: A_r = sum over c of w_c f(t_rc).

    Source: Hansen 1959, Journal of the American Institute of Planners 25:73-76.
    `decay` is `Exponential`, `Gaussian`, `Logistic`, `Step` or anything with `at(minutes)` from 0 to 1; what is not
    reached counts 0. Shapes: result (rows) or (rows, kinds).

    >>> from aumenta.access.decay import Exponential
    >>> rows = np.array([[0, 20, 40, 255]], np.uint8)
    >>> decayed(rows, [1, 1, 1, 1], Exponential.half_life(20)).round(6).tolist()
    [1.75]
    """
    return _in_parts(minutes, weights, lambda part: decayed_of(part, decay))


def nearest(minutes: Minutes, present: ArrayLike, k: int | Sequence[int] = 1) -> Minutes:
    """Minutes to the k-th nearest; `present` counts what stands in each cell (bool, or how many).

    Shapes: uint8 (rows, ks), or (rows, kinds, ks); 255 where fewer than k are reached.

    >>> rows = np.array([[5, 9, 30, 255]], np.uint8)
    >>> nearest(rows, [0, 2, 1, 1], [1, 2, 3, 4]).tolist()
    [[9, 9, 30, 255]]
    """
    counts = np.asarray(present, np.float64)
    broken = np.argwhere(np.isfinite(counts) & (counts != np.round(counts)))
    if len(broken):
        cell = int(broken[0][-1])
        problem = Problem("not a count", row=cell + 1, field="present", found=f"{counts[tuple(broken[0])]}")
        raise AccessError("The k-th nearest needs whole counts.", [problem])
    return _in_parts(minutes, counts, lambda part: nearest_of(part, k))


def _in_parts(minutes: Minutes, weights: ArrayLike, measure: Callable[[Doubles], NDArray[_T]]) -> NDArray[_T]:
    """A measure of many rows, histograms being kept for some of them at a time."""
    rows = checked_rows(minutes)
    starts = range(0, max(len(rows), 1), _ROWS)
    whole = np.concatenate([measure(by_minute(rows[first : first + _ROWS], weights)) for first in starts])
    return whole if np.ndim(weights) == 2 else whole[:, 0]
