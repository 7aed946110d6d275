# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Blocks of a matrix computed by processes of this machine, which open the network themselves.

A worker that dies gives its block back once and the others go on; when the same block ends a second worker, or none is
left, the run ends with the reason. Workers end with the process that started them.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aumenta.access.matrix_blocks import Job, cannot_write, compute, write_block
from aumenta.access.spawned import without_the_script
from aumenta.errors import AccessError, AumentaError, Problem

#: Told after each block: its number, seconds it took its worker, workers at work, blocks in hand.
Report = Callable[[int, float, int, int], None]
#: Seconds that a worker is given to end.
_PATIENCE = 5.0


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    block: int | None = None


@dataclass
class _Work:
    """Blocks still to do, and how often each has ended a worker."""

    todo: list[int]
    deaths: dict[int, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def next(self) -> int | None:
        return self.todo.pop(0) if self.todo else None


def run_here(job: Job, blocks: Sequence[int], folder: Path, report: Report) -> list[str]:
    """Compute and write blocks in this process, one after the other."""
    rows = job.source.open()
    for block in blocks:
        began = time.perf_counter()
        try:
            write_block(folder, block, compute(job, rows, block))
        except OSError as error:
            raise cannot_write(folder, error) from None
        report(block, time.perf_counter() - began, 1, 0)
    return []


def run_processes(job: Job, blocks: Sequence[int], folder: Path, processes: int, report: Report) -> list[str]:
    """Compute and write blocks in several processes; gives notes on what went wrong and was survived.

    Raises `AccessError` when the disk is full or workers die; the blocks that were finished stay.
    """
    work = _Work(list(blocks))
    context = multiprocessing.get_context("spawn")
    workers: list[_Worker] = []
    try:
        for number in range(min(processes, len(blocks))):
            workers.append(_start(context, job, folder, number))
        left = len(blocks)
        while left:
            for connection in wait([one.connection for one in workers]):
                worker = next(one for one in workers if one.connection is connection)
                done = _hear(worker, workers, work)
                if done is not None:
                    left -= 1
                    busy = [one for one in workers if one.block is not None]
                    report(*done, len(workers), len(busy))
        for one in workers:
            with contextlib.suppress(OSError):
                one.connection.send(None)
        for one in workers:
            one.process.join(_PATIENCE)
    finally:
        _end(workers)
    return work.notes


def _start(context: Any, job: Job, folder: Path, number: int) -> _Worker:
    here, there = context.Pipe()
    process = context.Process(
        target=_serve, args=(there, job, folder), name=f"aumenta-matrix-{number}", daemon=True
    )
    with without_the_script(job.source):
        process.start()
    there.close()  # so that the end of the process is seen as the end of the connection
    return _Worker(process, here)


def _hear(worker: _Worker, workers: list[_Worker], work: _Work) -> tuple[int, float] | None:
    """Take one message of a worker and give it the next block; gives the block that was done and its seconds."""
    try:
        kind, *rest = worker.connection.recv()
    except (EOFError, OSError):
        _bury(worker, workers, work)
        return None
    if kind == "error":
        raise rest[0]
    worker.ready = True
    _give(worker, work)
    return (rest[0], rest[1]) if kind == "done" else None


def _give(worker: _Worker, work: _Work) -> None:
    worker.block = work.next()
    if worker.block is not None:
        with contextlib.suppress(OSError):  # that it has ended is heard next
            worker.connection.send(worker.block)


def _bury(worker: _Worker, workers: list[_Worker], work: _Work) -> None:
    """A worker ended unasked: its block goes back to the others, unless it was the second time or none is left."""
    workers.remove(worker)
    worker.connection.close()
    worker.process.join(_PATIENCE)
    cause = _cause(worker.process.exitcode)
    if worker.block is not None:
        work.deaths[worker.block] = work.deaths.get(worker.block, 0) + 1
        work.todo.insert(0, worker.block)
    if not workers or (worker.block is not None and work.deaths[worker.block] > 1):
        started = "while it computed" if worker.block is not None else "before it was ready"
        problem = Problem(
            f"a worker process ended {started}: {cause}",
            expected="fewer processes or more memory",
        )
        raise AccessError(
            "The matrix was not finished. Finished blocks are kept: the same question goes on from there.",
            [problem],
        )
    work.notes.append(f"A worker process ended ({cause}); the others did its work.")
    for other in workers:
        if other.ready and other.block is None:
            _give(other, work)


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            return f"stopped by {name}" + (", most often for want of memory" if name == "SIGKILL" else "")
    return f"exit code {code}"


def _end(workers: Sequence[_Worker]) -> None:
    for one in workers:
        if one.process.is_alive():
            one.process.terminate()
    for one in workers:
        one.process.join(_PATIENCE)
        if one.process.is_alive():
            one.process.kill()
            one.process.join()
        one.connection.close()


def _serve(connection: Connection, job: Job, folder: Path) -> None:
    """The life of a worker: open once, then block after block until told to end or the caller is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it decides
    try:
        rows = job.source.open()
        connection.send(("ready",))
        while (block := connection.recv()) is not None:
            began = time.perf_counter()
            array = compute(job, rows, block)
            try:
                write_block(folder, block, array)
            except OSError as error:
                connection.send(("error", cannot_write(folder, error)))
                return
            connection.send(("done", block, time.perf_counter() - began))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except AumentaError as error:
        connection.send(("error", error))
    except Exception:
        connection.send(("error", RuntimeError(f"in a worker process:\n{traceback.format_exc()}")))
