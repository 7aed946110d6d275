# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Work that takes long and that one process at a time does: its lock, the folder it writes in, what it said last.

Beside what is finished lie `.lock-<name>`, held as long as a process works at it and freed by its end however it ends,
and `.unfinished-<name>` with `progress.json`. A lock alone tells whether somebody works: what a process that was cut
off said last may still lie there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aumenta.store.publish import try_lock

PROGRESS = "progress.json"
UNFINISHED = ".unfinished-"
#: How often a lock is tried, and seconds between: who only looks whether there is work holds it for a moment.
_TRIES, _MOMENT = 5, 0.02


@dataclass(frozen=True)
class Unfinished:
    """Work on something of a name that will lie in `parent`."""

    parent: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where the work is written as long as it is not whole."""
        return self.parent / f"{UNFINISHED}{self.name}"

    def progress(self) -> dict[str, Any] | None:
        """What the work said last; None where it said nothing."""
        try:
            told = json.loads((self.folder / PROGRESS).read_bytes())
        except (OSError, ValueError):
            return None
        return told if isinstance(told, dict) else None

    def at_work(self) -> bool:
        """Whether a process is at it; asked for no longer than the lock takes to be tried."""
        try:
            handle = os.open(self._lock, os.O_RDWR)
        except OSError:
            return False
        try:
            return not try_lock(handle)
        finally:
            os.close(handle)

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the work for this process; gives False where another has it. OSError where nothing can be written."""
        self.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            yield _locks(handle)
        finally:
            os.close(handle)  # frees the lock, also when the process is killed; the empty file stays

    @contextlib.contextmanager
    def emptied(self) -> Iterator[Path]:
        """The folder, empty, for who holds the work; gone when the block ends, unless it was renamed in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.mkdir(parents=True)
            yield self.folder
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _lock(self) -> Path:
        return self.parent / f".lock-{self.name}"


def tell_progress(folder: Path, told: Mapping[str, Any]) -> None:
    """Write what work has come to into its folder, whole or not at all."""
    part = folder / f"{PROGRESS}.part"
    part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    part.replace(folder / PROGRESS)


def _locks(handle: int) -> bool:
    for _ in range(_TRIES):
        if try_lock(handle):
            return True
        time.sleep(_MOMENT)
    return False
