# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""HiGHS as siting uses it: one model in arrays, one thread, a fixed seed, a time limit and a way to stop.

HiGHS (Huangfu and Hall, 2018) with one thread takes the same way each time, so that the same model gives the same
answer unless its time runs out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from aumenta.siting.instance import Clock, Limits
from aumenta.siting.problem import Doubles, Flags, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """`x` is None when none was found; `bound` is what was proven, -inf when nothing; `infeasible` is a proof."""

    x: Doubles | None
    value: float
    bound: float
    infeasible: bool
    model: tuple[int, int]


@dataclass(slots=True, eq=False)
class Model:
    """A mixed-integer model to minimise, built block by block."""

    offset: float = 0.0
    _cost: list[Doubles] = field(default_factory=list)
    _lower: list[Doubles] = field(default_factory=list)
    _upper: list[Doubles] = field(default_factory=list)
    _whole: list[Doubles] = field(default_factory=list)
    _row_lower: list[Doubles] = field(default_factory=list)
    _row_upper: list[Doubles] = field(default_factory=list)
    _entries: list[tuple[Indices, Indices, Doubles]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self, cost: ArrayLike, lower: ArrayLike, upper: ArrayLike, whole: bool = False
    ) -> Indices:
        """Columns of these costs between bounds; their indices."""
        block = np.asarray(cost, np.float64)
        size = len(block)
        self._cost.append(block)
        self._lower.append(np.array(np.broadcast_to(np.asarray(lower, np.float64), size)))
        self._upper.append(np.array(np.broadcast_to(np.asarray(upper, np.float64), size)))
        self._whole.append(np.full(size, float(whole)))
        self.columns += size
        return np.arange(self.columns - size, self.columns)

    def aim(self, columns: Indices, cost: Doubles) -> None:
        """Make these columns' costs the only aim, without offset."""
        whole = np.zeros(self.columns)
        whole[columns] = cost
        self._cost, self.offset = [whole], 0.0

    def add_rows(self, size: int, lower: ArrayLike, upper: ArrayLike) -> Indices:
        """Rows between bounds; their indices."""
        self._row_lower.append(np.broadcast_to(np.asarray(lower, np.float64), size))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, np.float64), size))
        self.rows += size
        return np.arange(self.rows - size, self.rows)

    def add_entries(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Coefficients; a place given twice is summed."""
        row, column, value = np.broadcast_arrays(rows, columns, np.asarray(values, np.float64))
        self._entries.append((row.ravel().astype(np.int64), column.ravel().astype(np.int64), value.ravel()))

    def solve(
        self,
        clock: Clock,
        gap: float = 0.0,
        absolute: float = 1e-9,
        start: Doubles | None = None,
        enough: float | None = None,
    ) -> Solved:
        """Minimise until a gap is met, `enough` is reached, the time is over or stop is asked."""
        solver = _solver()
        solver.setOptionValue("time_limit", max(clock.left, 0.01))
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("mip_abs_gap", absolute)
        if enough is not None:
            solver.setOptionValue("objective_target", enough)
        solver.passModel(self.lp(self.whole))
        if start is not None:
            solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
        _let_stop(solver, clock)
        solver.run()
        return _read(solver, bool(self.whole.any()))

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which columns are whole numbers."""
        return np.concatenate(self._whole) > 0

    def lp(self, whole: NDArray[np.bool_] | None = None) -> highspy.HighsLp:
        """The model as HiGHS takes it, with these columns whole (None: none)."""
        row, column, value = (
            (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
            if self._entries
            else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        )
        matrix = coo_array((value, (row, column)), shape=(self.rows, self.columns)).tocsc()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.offset_ = self.columns, self.rows, self.offset
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
            np.concatenate(parts) for parts in (self._cost, self._lower, self._upper)
        )
        lp.row_lower_ = np.concatenate(self._row_lower) if self.rows else np.zeros(0)
        lp.row_upper_ = np.concatenate(self._row_upper) if self.rows else np.zeros(0)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = matrix.data
        if whole is not None and whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(each)] for each in whole]
        return lp


class Live:
    """A model that rows are added to between runs; a linear run starts from where the last one ended."""

    def __init__(self, model: Model, clock: Clock) -> None:
        self._clock = clock
        self._solver = _solver()
        _let_stop(self._solver, clock)
        self._solver.passModel(model.lp())
        self._whole = np.flatnonzero(model.whole).astype(np.int32)
        self._first = model.rows  # rows from here were added
        self.model = (model.rows, model.columns)

    def add(self, least: Doubles, entries: Doubles, one: Indices) -> None:
        """Rows: entries [rows, first columns] and 1 at column `one` are at least `least`."""
        size = len(least)
        if not size:
            return
        values = csr_array(entries)
        last = csr_array((np.ones(size), (np.arange(size), one)), shape=(size, self.model[1]))
        values.resize((size, self.model[1]))
        rows = (values + last).tocsr()
        self._solver.addRows(
            size,
            least,
            np.full(size, highspy.kHighsInf),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data,
        )
        self.model = (self.model[0] + size, self.model[1])

    def run(self, whole: bool = False, absolute: float = 0.0) -> Solved:
        """Minimise, with the whole columns whole or not."""
        solver = self._solver
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        kinds = np.full(len(self._whole), int(kind), np.uint8)
        solver.changeColsIntegrality(len(self._whole), self._whole, kinds)
        solver.setOptionValue("time_limit", max(self._clock.left, 0.01))
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", max(absolute, 1e-9))
        solver.run()
        return _read(solver, whole)

    def tight(self) -> Indices:
        """Which added rows hold with equality in the last solution, counted from the first added."""
        value = np.asarray(self._solver.getSolution().row_value)
        lower = np.asarray(self._solver.getLp().row_lower_)
        if len(value) != len(lower):
            return np.arange(len(lower) - self._first)
        return np.flatnonzero((value - lower)[self._first :] < 1e-5)


def _solver() -> highspy.Highs:
    """A solver that is silent, on one thread, with a fixed seed."""
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(name, value)
    return solver


def _read(solver: highspy.Highs, whole: bool) -> Solved:
    """Solution and proof of the last run."""
    status, info, lp = solver.getModelStatus(), solver.getInfo(), solver.getLp()
    model = (lp.num_row_, lp.num_col_)
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Solved(None, np.inf, np.inf, True, model)
    feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    if whole:
        bound = float(info.mip_dual_bound)
    else:
        bound = (
            float(info.objective_function_value) if status == highspy.HighsModelStatus.kOptimal else -np.inf
        )
    if not feasible:
        return Solved(None, np.inf, bound, False, model)
    x = np.asarray(solver.getSolution().col_value, np.float64)
    return Solved(x, float(info.objective_function_value), bound, False, model)


def add_limits(model: Model, opened: Indices, limits: Limits) -> None:
    """Rows of count and budget."""
    if limits.count < len(opened):
        model.add_entries(model.add_rows(1, -np.inf, limits.count), opened, 1.0)
    if np.isfinite(limits.budget):
        model.add_entries(model.add_rows(1, -np.inf, limits.budget), opened, limits.price)


def undominated(hit: Flags) -> Flags:
    """Rows to cover without those that are covered whenever another one is."""
    if len(hit) > 4000:
        return hit
    dense = hit.astype(np.float32)
    size = dense.sum(axis=1)
    inside = dense @ dense.T >= size[:, None]  # row a lies in row b
    np.fill_diagonal(inside, False)
    kept: Flags = ~inside.any(axis=0)  # rows are distinct: none lies in another that lies in it
    return hit[kept]


def _let_stop(solver: highspy.Highs, clock: Clock) -> None:
    """Have the solver ask, now and then, whether to stop."""

    def ask(event: Any) -> None:
        if clock.stopped():
            event.interrupt()

    if clock.can_stop:
        solver.cbMipInterrupt += ask
        solver.cbSimplexInterrupt += ask
        solver.cbIpmInterrupt += ask
