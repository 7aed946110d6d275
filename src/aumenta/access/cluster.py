# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Blocks of a matrix computed by the workers of a dask.distributed cluster (extra `cluster`).

The network does not travel: workers are sent its path, map it where they are and keep their Router as long as they
live. They compare its hash, and that of the code, with the caller's. Blocks come back to the calling process, which
writes them, so that only the folder of the network has to be shared. A worker that dies is survived: the scheduler
gives its blocks to others. What cannot go on (no scheduler, no workers, a block that ends every worker) ends the run
with finished blocks kept.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from numpy.typing import NDArray

from aumenta.access.matrix_blocks import Job, cannot_write, compute, write_block
from aumenta.access.matrix_pool import Report
from aumenta.errors import AccessError, AumentaError, Problem

#: Seconds that a scheduler is given to answer, and that a run waits where there is no worker.
CONNECT_SECONDS = 10.0
WORKER_SECONDS = 30.0
#: Blocks in hand for each thread of the workers: one at work and one waiting.
_AHEAD = 2
_LOOK_SECONDS = 1.0
_UNFINISHED = "The matrix was not finished. Finished blocks are kept: the same question goes on from there."

#: What each thread of a worker has opened (a Router is for one thread): the job and its rows, from block to block.
_opened = threading.local()


def block_on_worker(packed: bytes, question: str, source: str, block: int) -> tuple[NDArray[Any], float]:
    """What a worker runs: the array of a block and the seconds it took; what it opens it keeps for the next block."""
    if getattr(_opened, "question", None) != question:
        job: Job = pickle.loads(packed)  # noqa: S301 - from the caller, as every task of the cluster
        if job.source.fingerprint() != source:
            problem = Problem(
                "a worker sees another network, or has other code, than the caller",
                expected="the same files under the same path, and the same version of Aumenta, on every machine",
            )
            raise AccessError("The matrix cannot be computed on this cluster.", [problem])
        _opened.rows, _opened.job, _opened.question = job.source.open(), job, question
    began = time.perf_counter()
    return compute(_opened.job, _opened.rows, block), time.perf_counter() - began


def _same(packed: bytes) -> bytes:
    """A task of its own for what all blocks share: it is sent once, and made again when its worker dies."""
    return packed


def run_cluster(job: Job, blocks: Sequence[int], folder: Path, address: str, report: Report) -> list[str]:
    """Compute blocks on a cluster and write them here; gives notes.

    Raises `AccessError` when the scheduler is not reached or lost, when no worker is there for `WORKER_SECONDS`, when a
    block ends one worker after the other, and when the disk is full. Blocks that came back before are kept.
    """
    with _client(address) as client:
        return _Run(client, address, job, folder, report).run(list(blocks))


class _Run:
    """One run on a cluster: what is in hand, and how the cluster does."""

    def __init__(self, client: Any, address: str, job: Job, folder: Path, report: Report) -> None:
        self.client, self.address, self.job, self.folder, self.report = client, address, job, folder, report
        self.source = job.source_hash
        self.packed = client.submit(_same, pickle.dumps(job), pure=False)
        self.in_hand: dict[Any, int] = {}
        self.threads = 0
        self.seen = 0
        self.well = time.monotonic()

    def run(self, todo: list[int]) -> list[str]:
        """Hand out, take back and write until nothing is left."""
        from distributed import wait  # noqa: PLC0415

        looked = 0.0
        while todo or self.in_hand:
            if time.monotonic() - looked > _LOOK_SECONDS:
                self._look()
                looked = time.monotonic()
            while todo and len(self.in_hand) < max(self.threads, 1) * _AHEAD:
                block = todo.pop(0)
                task = self.client.submit(
                    block_on_worker, self.packed, self.job.fingerprint, self.source, block, pure=False
                )
                self.in_hand[task] = block
            with contextlib.suppress(TimeoutError):
                try:
                    wait(list(self.in_hand), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call]
                except (asyncio.CancelledError, concurrent.futures.CancelledError):
                    self._ended()
            for task in [one for one in self.in_hand if one.status != "pending"]:
                self._take(task)
        if self.seen > self.threads:
            return ["Workers of the cluster were lost on the way; the others did their work."]
        return []

    def _take(self, task: Any) -> None:
        """Write a block that is done; a task that failed ends the run."""
        try:
            array, seconds = task.result(timeout=_LOOK_SECONDS * 5)
        except TimeoutError:
            return  # its worker ended with the result in its hands: it is computed again
        except (asyncio.CancelledError, concurrent.futures.CancelledError):
            self._ended()
        except AumentaError:
            raise
        except ImportError as error:
            self._lost(
                f"a worker cannot run Aumenta: {error}", "the same version of Aumenta on every machine"
            )
        except Exception as error:
            if type(error).__name__ == "KilledWorker":
                self._lost(
                    f"a block ended one worker after the other: {error}", "more memory for each worker"
                )
            raise
        block = self.in_hand.pop(task)
        try:
            write_block(self.folder, block, array)
        except OSError as error:
            raise cannot_write(self.folder, error) from None
        self.report(block, seconds, max(self.threads, 1), min(len(self.in_hand), self.threads))

    def _look(self) -> None:
        """Whether there is still somebody who works."""
        try:
            self.threads = sum(self.client.nthreads().values()) if self.client.status == "running" else 0
        except (OSError, TimeoutError):
            self.threads = 0
        self.seen = max(self.seen, self.threads)
        if self.threads:
            self.well = time.monotonic()
            return
        away = time.monotonic() - self.well
        if self.client.status != "running" and away > CONNECT_SECONDS:
            self._ended()
        if away > WORKER_SECONDS:
            self._lost("no worker is there", "workers started with `dask worker ADDRESS`")

    def _ended(self) -> NoReturn:
        self._lost(
            "the scheduler does not answer any more, or forgot what it was asked", "a scheduler that runs"
        )

    def _lost(self, what: str, expected: str) -> NoReturn:
        raise AccessError(_UNFINISHED, [Problem(what, found=self.address, expected=expected)])


def _started(start: Callable[[], Any]) -> Any:
    """A client; tried once more where its own thread was not running after the ten seconds that it gives itself."""
    with contextlib.suppress(AssertionError):
        return start()
    try:
        return start()
    except AssertionError:
        problem = Problem(
            "the connection did not start in time", field="cluster", expected="a machine less busy"
        )
        raise AccessError("The matrix cannot be computed on this cluster.", [problem]) from None


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
    """A connection to a scheduler; what is in hand is given up when it closes."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and heavy
    except ImportError:
        problem = Problem("dask.distributed is not installed", expected="pip install 'aumenta[cluster]'")
        raise AccessError("The matrix cannot be computed on a cluster.", [problem]) from None
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what goes wrong is said once, by the error
    try:
        try:
            client = _started(lambda: Client(address, timeout=CONNECT_SECONDS, set_as_default=False))  # type: ignore[no-untyped-call]
        except (OSError, TimeoutError, ValueError) as error:
            problem = Problem(
                "no scheduler answers",
                field="cluster",
                found=f"{address} ({str(error) or type(error).__name__})",
                expected="the address that `dask scheduler` prints, such as tcp://10.0.0.1:8786",
            )
            raise AccessError("The matrix cannot be computed on this cluster.", [problem]) from None
        try:
            with client.as_current():
                yield client
        finally:
            with contextlib.suppress(OSError, TimeoutError):
                client.close(timeout=CONNECT_SECONDS)
    finally:
        logger.setLevel(level)
