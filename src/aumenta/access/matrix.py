# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""From many origins to all cells, in parallel, restartable, always the same bytes.

The origins are cut into blocks. Each block is computed by one worker (a process of this machine, or of a cluster) that
maps the network by itself, and lies in a file of its own, `<result>.parts/<hash>/000012.npy`, before it counts. A run
that is stopped, killed or out of disk leaves its finished blocks; the same question goes on from there, another one has
another hash. When all blocks are there the result is written from them in their order, and they are removed.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.access.decay import CLASSES
from aumenta.access.matrix_blocks import Job, Keep, cannot_write, finished
from aumenta.access.matrix_pool import run_here, run_processes
from aumenta.access.matrix_rows import NetworkRows, RowSource
from aumenta.access.matrix_table import Names, replay_of, same_as, write_table
from aumenta.access.opportunities import checked_limits, checked_weights
from aumenta.access.options import Options
from aumenta.errors import AccessError, Problem

_TOLD = 5
#: Origins of a block where there are many.
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: origins done (those of earlier runs, `kept`, among them), of how many.

    `seconds_left` is what the rest takes at the pace measured so far, None before the first block is done. `writing` is
    true when all are computed and the result is being written.
    """

    done: int
    total: int
    kept: int
    seconds_left: float | None = None
    writing: bool = False


@dataclass(frozen=True, slots=True)
class MatrixResult:
    """A finished matrix: its file, origins computed now and kept from before, seconds, what was survived."""

    path: Path
    computed: int
    kept: int
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass
class _Pace:
    """Time left from the seconds that workers were busy: honest from the first block on, whatever the start took."""

    job: Job
    kept: int
    told: Callable[[Progress], None] | None
    done: int = 0
    busy: float = 0.0

    def start(self) -> None:
        self._tell(None)

    def report(self, block: int, seconds: float, workers: int, in_hand: int) -> None:
        first, after = self.job.span(block)
        self.done += after - first
        self.busy += seconds
        # of the blocks in hand half is done already, on average
        left = max(len(self.job.origins) - self.kept - self.done - in_hand * self.job.block / 2, 0)
        self._tell(self.busy / self.done * left / max(workers, 1))

    def writing(self) -> None:
        self._tell(None, writing=True)

    def _tell(self, left: float | None, writing: bool = False) -> None:
        if self.told is not None:
            total = len(self.job.origins)
            self.told(Progress(self.kept + self.done, total, self.kept, left, writing))


@dataclass(frozen=True)
class Ways:
    """How a run is made; nothing here changes a byte of the result.

    processes: of this machine; 1 computes in the calling process. cluster: address of a dask scheduler, such as
    `tcp://10.0.0.1:8786`, whose workers see the network under the same path; then `processes` is not used.
    progress: called in the calling process after each block.
    """

    processes: int = 2
    cluster: str | None = None
    progress: Callable[[Progress], None] | None = field(default=None, compare=False)


def run_matrix(  # noqa: PLR0913 - each is one choice, named by the caller
    network_folder: str | Path,
    options: Options,
    origins: ArrayLike,
    into: str | Path,
    *,
    to: ArrayLike | None = None,
    keep: Keep = "percentiles",
    weights: Mapping[str, ArrayLike] | None = None,
    limits: Sequence[int] = CLASSES,
    names: Names | None = None,
    block: int | None = None,
    processes: int = 2,
    cluster: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> MatrixResult:
    """Travel times from many origins over the network in a folder, into a Parquet file.

    origins: numbers of cells, in the order of the result. to: numbers of the cells that are kept, None for all.
    keep: `percentiles` writes the minutes of each pair (columns `origin`, `destination`, `p25` ...); `sums` writes, for
        each origin and percentile, the sum of each kind of `weights` (name -> one weight for each cell) by class of
        time, so that nothing square is stored.
    limits: upper limits of the classes in minutes. names: what places are called, None for the numbers of their cells.
    block: origins that are computed, kept and lost together; None for 64, or fewer of few.
    processes, cluster, progress: see `Ways`.

    Raises `AccessError` for a wrong question, a disk that is full, workers that die, a cluster that is lost; finished
    blocks are kept. `KeyboardInterrupt` ends the workers and keeps the finished blocks too.
    """
    source = NetworkRows(Path(network_folder), options)
    job = make_job(source, origins, to=to, keep=keep, weights=weights, limits=limits, block=block)
    return run_job(job, Path(into), Ways(processes, cluster, progress), names)


def make_job(
    source: RowSource,
    origins: ArrayLike,
    *,
    to: ArrayLike | None = None,
    keep: Keep = "percentiles",
    weights: Mapping[str, ArrayLike] | None = None,
    limits: Sequence[int] = CLASSES,
    block: int | None = None,
) -> Job:
    """A checked job over any source of rows; see `run_matrix`."""
    cells = source.cells()
    problems: list[Problem] = []
    checked = _numbers("origins", origins, cells, problems)
    kept = None if to is None else _numbers("to", to, cells, problems)
    if keep not in ("percentiles", "sums"):
        problems.append(
            Problem("not one of the choices", field="keep", found=repr(keep), expected="percentiles, sums")
        )
    if (keep == "sums") != bool(weights):
        problems.append(
            Problem("go with keep='sums'", field="weights", found="none" if not weights else "some")
        )
    if keep == "sums" and to is not None:
        problems.append(
            Problem("sums are over all cells", field="to", expected="weights of 0 for the others")
        )
    if block is None:  # not by the number of processes: a run goes on with another number
        block = min(_BLOCK, max(1, len(checked) // 32))
    if not isinstance(block, int) or block < 1:
        problems.append(
            Problem("not a number of origins", field="block", found=repr(block), expected="1 or more")
        )
    if problems:
        raise AccessError("The matrix cannot be computed.", problems)
    if keep == "percentiles" or weights is None:
        return Job(source, checked, cells, kept, block=block)
    table = np.stack([checked_weights(one, cells, f"weights of {kind}")[0] for kind, one in weights.items()])
    classes = tuple(int(one) for one in checked_limits(limits, "limits"))
    return Job(source, checked, cells, None, keep, tuple(weights), table, classes, block)


def _numbers(name: str, given: ArrayLike, cells: int, problems: list[Problem]) -> NDArray[np.int32]:
    array = np.atleast_1d(np.asarray(given))
    if array.ndim != 1 or array.dtype.kind not in "ui" or len(array) == 0:
        found = f"{array.dtype} {array.shape}"
        problems.append(Problem("not numbers of cells", field=name, found=found, expected="at least one"))
        return np.zeros(0, np.int32)
    outside = np.flatnonzero((array < 0) | (array >= cells))
    problems += [
        Problem(
            "no such cell", row=int(row) + 1, field=name, found=str(array[row]), expected=f"0 to {cells - 1}"
        )
        for row in outside[:_TOLD]
    ]
    return array.astype(np.int32)


def parts_folder(into: Path, job: Job) -> Path:
    """Folder where the finished blocks of a job lie until the result is written."""
    return into.with_name(f"{into.name}.parts") / job.fingerprint


def run_job(job: Job, into: Path, ways: Ways | None = None, names: Names | None = None) -> MatrixResult:
    """Compute what is missing of a job and write its result; see `run_matrix`."""
    own = ways or Ways()
    began = time.perf_counter()
    if own.processes < 1:
        problem = Problem("not a number of processes", field="processes", found=str(own.processes))
        raise AccessError("The matrix cannot be computed.", [problem])
    told = replay_of(into) or {}
    notes = job.source.notes(job.origins)
    if all(told.get(key, "") == value for key, value in same_as(job, names).items()):
        return MatrixResult(into, 0, len(job.origins), time.perf_counter() - began, tuple(notes))
    if names is not None and [len(names.origins), len(names.destinations)] != [
        len(job.origins),
        job.width if job.keep == "percentiles" else 0,
    ]:
        found = f"{len(names.origins)} origins, {len(names.destinations)} destinations"
        raise AccessError(
            "The matrix cannot be computed.", [Problem("not a name for each place", found=found)]
        )
    folder = parts_folder(into, job)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = finished(folder, job)
    except OSError as error:
        raise cannot_write(folder, error) from None
    todo = sorted(set(range(job.blocks)) - set(kept))
    before = sum(after - first for first, after in map(job.span, kept))
    pace = _Pace(job, before, own.progress)
    try:
        _room(job, todo, folder)
        pace.start()
        notes += _compute(job, todo, folder, own, pace)
        pace.writing()
        write_table(job, folder, into, names)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        for empty in (folder, folder.parent):
            with contextlib.suppress(OSError):
                empty.rmdir()
    if folder.parent.exists():
        notes = [
            *notes,
            f"Blocks of another question are kept in {folder.parent}; remove them when not wanted.",
        ]
    return MatrixResult(into, pace.done, before, time.perf_counter() - began, tuple(notes))


def _compute(job: Job, todo: list[int], folder: Path, ways: Ways, pace: _Pace) -> list[str]:
    if not todo:
        return []
    if ways.cluster is not None:
        from aumenta.access.cluster import run_cluster  # noqa: PLC0415 - an extra, and heavy

        return run_cluster(job, todo, folder, ways.cluster, pace.report)
    if ways.processes == 1:
        return run_here(job, todo, folder, pace.report)
    return run_processes(job, todo, folder, ways.processes, pace.report)


def _room(job: Job, todo: list[int], folder: Path) -> None:
    """Refuse what does not fit on the disk before hours are spent on it."""
    needed, free = job.bytes(todo), shutil.disk_usage(folder).free
    if needed > free:
        problem = Problem(
            "not enough room on the disk",
            str(folder),
            found=f"{free / 1e9:.1f} GB free",
            expected=f"{needed / 1e9:.1f} GB for the blocks that are left, and room for the result",
        )
        raise AccessError("The matrix cannot be written.", [problem])
