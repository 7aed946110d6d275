# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a figure is, how a command is timed, and the floor it is set beside."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: Times that each question is asked; its best counts.
ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """One measured figure. `must` is the bound that is a promise, `aim` the one that is a wish."""

    name: str
    value: float
    unit: str
    lower_is_better: bool
    must: float | None
    aim: float | None
    measured_on: str

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept; None when there is none."""
        if self.must is None:
            return None
        return self.value <= self.must if self.lower_is_better else self.value >= self.must


def machine() -> str:
    """The machine in a few words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes of a command (its children included one by one, not added)."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    noise = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {noise.decode()[-2000:]}")
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return seconds, usage.ru_maxrss / scale


def bandwidth() -> float:
    """Bytes a second that this machine copies now, from memory to memory (64 MB blocks, best of 9)."""
    source = np.ones(64 << 20, dtype=np.uint8)
    target = np.empty_like(source)
    best = float("inf")
    for _ in range(9):
        began = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - began)
    return 2 * source.nbytes / best


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, int(np.ceil(share * len(ordered))) - 1))]


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def milliseconds(work: Callable[[int], object], origins: Sequence[int], rounds: int = ROUNDS) -> list[float]:
    """Each origin's best time over the rounds: what else the machine does is not ours."""
    for origin in origins[:3]:
        work(origin)
    best = dict.fromkeys(origins, float("inf"))
    for _ in range(rounds):
        for origin in origins:
            began = time.perf_counter()
            work(origin)
            best[origin] = min(best[origin], (time.perf_counter() - began) * 1000)
    return list(best.values())
