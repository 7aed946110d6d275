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
from numpy.typing import ArrayLike
from scipy.sparse import coo_array

from aumenta.siting.instance import Clock
from aumenta.siting.problem import Doubles, Indices


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

    def add_columns(self, cost: ArrayLike, lower: float, upper: float, whole: bool = False) -> Indices:
        """Columns of these costs between the same bounds; their indices."""
        block = np.asarray(cost, np.float64)
        size = len(block)
        self._cost.append(block)
        self._lower.append(np.full(size, lower))
        self._upper.append(np.full(size, upper))
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
        solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "time_limit": max(clock.left, 0.01),
            "mip_rel_gap": gap,
            "mip_abs_gap": absolute,
        }
        if enough is not None:
            options["objective_target"] = enough
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(self._lp())
        if start is not None:
            solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
        _let_stop(solver, clock)
        solver.run()
        return self._read(solver)

    def _lp(self) -> highspy.HighsLp:
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
        whole = np.concatenate(self._whole) > 0
        if whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(each)] for each in whole]
        return lp

    def _read(self, solver: highspy.Highs) -> Solved:
        status = solver.getModelStatus()
        info = solver.getInfo()
        model = (self.rows, self.columns)
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Solved(None, np.inf, np.inf, True, model)
        feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        whole = any(block.any() for block in self._whole)
        if whole:
            bound = float(info.mip_dual_bound)
        else:
            bound = (
                float(info.objective_function_value)
                if status == highspy.HighsModelStatus.kOptimal
                else -np.inf
            )
        if not feasible:
            return Solved(None, np.inf, bound, False, model)
        x = np.asarray(solver.getSolution().col_value, np.float64)
        return Solved(x, float(info.objective_function_value), bound, False, model)


def _let_stop(solver: highspy.Highs, clock: Clock) -> None:
    """Have the solver ask, now and then, whether to stop."""

    def ask(event: Any) -> None:
        if clock.stopped():
            event.interrupt()

    if clock.can_stop:
        solver.cbMipInterrupt += ask
        solver.cbSimplexInterrupt += ask
        solver.cbIpmInterrupt += ask
