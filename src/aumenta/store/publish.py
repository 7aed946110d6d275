# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Writing builds: a folder is prepared apart, renamed when whole, and `current` turned to it by one `os.replace`.

A build that is cut off leaves a folder with a dot before its name, which the next build removes; the build in use
is never touched. Files that a stage did not change are hard-linked from the build before (copied where the file
system has no links).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from aumenta.errors import Problem, TwinError
from aumenta.store.layout import MANIFEST, Layout, read_manifest
from aumenta.store.manifest import Manifest


@contextlib.contextmanager
def locked(root: Path) -> Iterator[Layout]:
    """Hold the twin for writing; a second build at the same time is refused with a `TwinError`."""
    layout = Layout(root)
    handle = None
    try:
        try:
            layout.builds.mkdir(parents=True, exist_ok=True)
            handle = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise cannot_write(root, error) from None
        if not try_lock(handle):
            problem = Problem("another build is writing it", found=str(root), expected="one build at a time")
            raise TwinError("The twin is being built already; wait for the other build to end.", [problem])
        _remove_leftovers(layout)
        yield layout
    finally:
        if handle is not None:
            os.close(handle)  # closing frees the lock, also when the process is killed


def try_lock(handle: int) -> bool:
    """Lock an open file for this process alone, without waiting; False where another holds it."""
    try:
        import fcntl  # noqa: PLC0415 - POSIX only
    except ImportError:
        return _try_lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _try_lock_windows(handle: int) -> bool:
    import msvcrt  # noqa: PLC0415 - Windows only

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


def cannot_write(root: Path, error: OSError) -> TwinError:
    """The error for a folder that cannot be written, in words."""
    problem = Problem(
        error.strerror or str(error), str(error.filename or root), expected="a folder to write in"
    )
    return TwinError("The twin cannot be written.", [problem])


def _remove_leftovers(layout: Layout) -> None:
    for path in layout.builds.glob(".*"):
        shutil.rmtree(path, ignore_errors=True)


class Preparation:
    """A build being written, apart from all others, under the lock."""

    def __init__(self, layout: Layout, name: str) -> None:
        self.layout = layout
        self.name = name
        self.folder = layout.builds / f".{name}"
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise cannot_write(layout.root, error) from None

    def link_from(self, other: Path, names: list[str]) -> None:
        """Take unchanged files from another build without copying their bytes."""
        for name in names:
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(other / name, target)
            except OSError:
                shutil.copyfile(other / name, target)

    def publish(self, manifest: Manifest, keep: int, turn: bool = True) -> Path:
        """Write the manifest, rename the folder, turn `current` to it (unless told not to), remove old builds."""
        target = self.layout.build(self.name)
        try:
            text = manifest.model_dump_json(indent=1) + "\n"
            (self.folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
            if target.exists():  # a damaged build of the same name
                shutil.rmtree(target)
            self.folder.rename(target)
            if turn:
                turn_current(self.layout, self.name)
        except OSError as error:
            raise cannot_write(self.layout.root, error) from None
        if turn:
            prune(self.layout, keep)
        return target

    def abandon(self) -> None:
        """Remove what was written; the twin stays as it was."""
        shutil.rmtree(self.folder, ignore_errors=True)


def turn_current(layout: Layout, name: str) -> None:
    """Make a build the one in use, in one step."""
    fresh = layout.root / ".current"
    fresh.write_text(name + "\n", encoding="ascii", newline="\n")
    fresh.replace(layout.current)


def prune(layout: Layout, keep: int) -> None:
    """Keep the build in use and the latest others up to `keep` in all; unfinished ones go first."""
    current = layout.current_name()
    others = [
        p for p in layout.builds.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != current
    ]
    others.sort(key=lambda path: (_complete(path), path.stat().st_mtime_ns, path.name), reverse=True)
    for path in others[max(keep - 1, 0) :]:
        shutil.rmtree(path, ignore_errors=True)


def _complete(folder: Path) -> bool:
    """Whether a build has every stage; what cannot be read has not."""
    try:
        return read_manifest(folder).complete
    except TwinError:
        return False
