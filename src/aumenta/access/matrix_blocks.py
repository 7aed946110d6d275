# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A matrix in blocks of origins: what one block is, how it is computed, and its file, written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aumenta.access.decay import CLASSES
from aumenta.access.matrix_rows import RowMaker, RowSource
from aumenta.errors import AccessError, Problem

Keep = Literal["percentiles", "sums"]
#: Changes when blocks of the same job would hold something else.
_VERSION = 1


@dataclass(frozen=True, eq=False)
class Job:
    """All that decides the numbers of a matrix.

    origins: int32, numbers of cells, in the order of the result. cells: length of a row. keep: `percentiles` keeps
    minutes to the cells numbered in `to` (None: all), `sums` the sums of `weights` (float64[kinds, cells], named by
    `kinds`) by class of time. block: origins of one block.
    """

    source: RowSource
    origins: NDArray[np.int32]
    cells: int
    to: NDArray[np.int32] | None = None
    keep: Keep = "percentiles"
    kinds: tuple[str, ...] = ()
    weights: NDArray[np.float64] | None = None
    limits: tuple[int, ...] = CLASSES
    block: int = 64

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-len(self.origins) // self.block)

    def span(self, block: int) -> tuple[int, int]:
        """First origin of a block and the one after its last."""
        return block * self.block, min((block + 1) * self.block, len(self.origins))

    @property
    def width(self) -> int:
        """Number of destinations."""
        return self.cells if self.to is None else len(self.to)

    def shape(self, block: int) -> tuple[int, ...]:
        """Shape of a block's array."""
        first, after = self.span(block)
        each = len(self.source.percentiles)
        if self.keep == "sums":
            return after - first, each, len(self.kinds), len(self.limits) + 2
        return after - first, each, self.width

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a block's array."""
        return np.dtype(np.float64 if self.keep == "sums" else np.uint8)

    def bytes(self, blocks: Sequence[int]) -> int:
        """Bytes that these blocks take on disk."""
        return sum(int(np.prod(self.shape(block))) * self.dtype.itemsize + 128 for block in blocks)

    @cached_property
    def source_hash(self) -> str:
        """Fingerprint of the source when the job was first asked for it."""
        return self.source.fingerprint()

    @cached_property
    def question(self) -> str:
        """Hash of everything that decides the result."""
        from aumenta.store.fingerprint import digest  # noqa: PLC0415 - heavy, and not for workers

        arrays = [
            None if array is None else hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
            for array in (self.origins, self.to, self.weights)
        ]
        return digest([_VERSION, self.source_hash, arrays, self.keep, self.kinds, self.limits])

    @property
    def fingerprint(self) -> str:
        """Hash of everything that decides the blocks."""
        return f"{self.question}-{self.block}"


def compute(job: Job, rows: RowMaker, block: int) -> NDArray[Any]:
    """The array of a block: uint8 (origins, percentiles, destinations), or float64 sums.

    Sums are (origins, percentiles, kinds, classes); the last two classes are "over the last limit" and "not reached".
    """
    first, after = job.span(block)
    out = np.empty(job.shape(block), job.dtype)
    for at, origin in enumerate(job.origins[first:after]):
        row = rows(int(origin))
        if job.keep == "sums":
            from aumenta.access.opportunities import by_class  # noqa: PLC0415 - numba, which minutes do not need

            assert job.weights is not None
            out[at] = by_class(row, job.weights, job.limits)
        else:
            out[at] = row if job.to is None else row[:, job.to]
    return out


def block_path(folder: Path, block: int) -> Path:
    """File of a block."""
    return folder / f"{block:06d}.npy"


def write_block(folder: Path, block: int, array: NDArray[Any]) -> None:
    """Write a block's file beside its name, on disk to the last byte, and then give it the name."""
    path = block_path(folder, block)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        whole = (
            io.BytesIO()
        )  # written by Python, which tells what is wrong with the disk; numpy tells how many bytes
        np.save(whole, array, allow_pickle=False)
        with beside.open("wb") as stream:
            stream.write(whole.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def finished(folder: Path, job: Job) -> list[int]:
    """Blocks of the job whose files are whole; a file that is not is removed and computed anew."""
    found = []
    for block in range(job.blocks):
        path = block_path(folder, block)
        if not path.is_file():
            continue
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            whole = array.shape == job.shape(block) and array.dtype == job.dtype
        except (OSError, ValueError, EOFError):
            whole = False
        if whole:
            found.append(block)
        else:
            path.unlink(missing_ok=True)
    return found


def cannot_write(path: Path, error: OSError) -> AccessError:
    """The error for a disk that does not take what is written, with what to do."""
    words = error.strerror or str(error)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    expected = "room on the disk" if full else "a folder to write in"
    problem = Problem(words, str(error.filename or path), expected=expected)
    return AccessError(
        "The matrix cannot be written. Finished blocks are kept: the same question goes on from there.",
        [problem],
    )
