# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rows that are made up by a formula, with accidents on order; importable where workers start."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from aumenta.access.matrix_blocks import Job

ORIGINS = np.random.default_rng(1).permutation(300)[:100].astype(np.int32)


def made_job(block: int = 16, **source: object) -> Job:
    """A hundred origins, three hundred cells."""
    from aumenta.access.matrix import make_job  # workers do without

    return make_job(MadeRows(**source), ORIGINS, block=block)


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is true; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def made_row(origin: int, cells: int, percentiles: int) -> np.ndarray:
    """Minutes from 0 to 120, and some cells that are not reached."""
    cell, rank = np.arange(cells), np.arange(percentiles)[:, None]
    minutes = (origin * 7919 + cell * 31 + (cell * origin) % 17 + rank * 5) % 150
    return np.where(minutes > 120, 255, minutes).astype(np.uint8)


@dataclass(frozen=True)
class MadeRows:
    """accident: `kill` and `exit` end the process at origin `at`, `raise` a defect of the code; once or each time."""

    many: int = 300
    percentiles: tuple[int, ...] = (25, 50)
    seconds: float = 0.0
    accident: str = ""
    at: int = -1
    once: Path | None = None
    trace: Path | None = None
    version: str = "1"

    def cells(self) -> int:
        return self.many

    def fingerprint(self) -> str:
        return f"made-{self.many}-{self.percentiles}-{self.version}"

    def told(self) -> dict:
        return {"made": self.version}

    def notes(self, origins: np.ndarray) -> list[str]:
        return []

    def open(self):
        return self._row

    def _row(self, origin: int) -> np.ndarray:
        if self.seconds:
            time.sleep(self.seconds)
        if self.trace is not None:
            with self.trace.open("a") as stream:
                stream.write(f"{os.getpid()} {origin}\n")
        if origin == self.at:
            self._accident()
        return made_row(origin, self.many, len(self.percentiles))

    def _accident(self) -> None:
        if self.once is not None:
            try:
                self.once.touch(exist_ok=False)
            except FileExistsError:
                return
        if self.accident == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.accident == "exit":
            os._exit(3)
        if self.accident == "interrupt":
            raise KeyboardInterrupt
        raise ZeroDivisionError("made up")
