# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Minutes from every cell to sites: the median of the window, one row for each site, kept beside the builds.

A row lies in `<twin>/siting/minutes/<hash>.npy` under the hash of what it rests on (network, options, place, code), so
that another count, area or goal takes it up. The folder is bounded by a setting: what was not used longest goes first.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.access.times import NOT_REACHED
from aumenta.errors import AccessError
from aumenta.settings import get_settings
from aumenta.siting.question import Question
from aumenta.store.fingerprint import code_of, digest
from aumenta.twin.network_names import names_of_build

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

FOLDER = "minutes"
Row = NDArray[np.uint8]
Place = tuple[float, float]
_MEDIAN = 50
#: Packages whose code decides travel times.
_CODE = ("network", "access")


def options_of_question(twin: Twin, question: Question) -> Options:
    """How one travels: `AccessError` for a day or a window that is none."""
    return Options(
        mode=question.mode,
        date=question.date,
        window=question.window or twin.window,
        max_minutes=question.max_minutes,
        percentiles=(_MEDIAN,),
    )


@dataclass(frozen=True)
class SiteMinutes:
    """Asks a twin's network for minutes to sites; keeps the answers in `folder`."""

    twin: Twin
    options: Options
    folder: Path

    @cached_property
    def router(self) -> Router:
        """Made only when a row is not kept yet."""
        return Router(self.twin.network, self.options)

    def to_site(self, place: Place) -> Row | None:
        """Minutes uint8 from every cell to a site, 255 = not reached; None where no street is near."""

        def make() -> Row:
            router = self.router  # a day without service is told here, not taken for a place without streets
            try:
                return router.all_to_one(place).row(_MEDIAN)
            except AccessError:
                return np.zeros(0, np.uint8)

        row = self._kept("site", [place], make)
        return row if len(row) else None

    def to_nearest(self, places: tuple[Place, ...]) -> Row:
        """Minutes from every cell to whichever of several sites is reached first at each departure."""
        return self._kept("any", sorted(places), lambda: self.router.all_to_any(places).row(_MEDIAN))

    def _kept(self, sort: str, places: list[Place], make: Callable[[], Row]) -> Row:
        path = self.folder / f"{digest([self._name, sort, places])}.npy"
        with contextlib.suppress(OSError, ValueError, EOFError):
            found: Row = np.load(path, allow_pickle=False)
            os.utime(path)
            return found
        row = np.ascontiguousarray(make())
        with contextlib.suppress(OSError):  # a folder that cannot be written only costs time
            self.folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part.npy")
            np.save(part, row, allow_pickle=False)
            part.replace(path)
        return row

    @cached_property
    def _name(self) -> str:
        names = names_of_build(self.twin.manifest.files)
        network = names.of(self.options.mode)
        plain = self.options.to_dict()
        if self.options.mode != "transit":  # the hour does not change these
            plain |= {"window": None, "date": None}
        return digest([network, plain, code_of(_CODE)])


def prune_minutes(folder: Path) -> None:
    """Take away what was not used longest, until the folder fits its setting."""
    found = []
    for path in folder.glob("*.npy"):
        with contextlib.suppress(OSError):
            about = path.stat()
            found.append((about.st_mtime_ns, about.st_size, path))
    left = sum(size for _, size, _ in found) - get_settings().siting_cache_bytes
    for _, size, path in sorted(found):
        if left <= 0:
            return
        with contextlib.suppress(OSError):
            path.unlink()
        left -= size


def as_minutes(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows of bytes as minutes, +inf = not reached."""
    return np.where(rows == NOT_REACHED, np.float32(np.inf), rows.astype(np.float32))
