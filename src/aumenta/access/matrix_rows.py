# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where the rows of a matrix come from: a description that travels to workers, which open it where they are.

Never an array travels: a worker is told the folder of the network and the options, maps the files and keeps its Router.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from aumenta.access.decay import NOT_REACHED
from aumenta.access.options import Mode, Options
from aumenta.errors import AccessError, Problem
from aumenta.version import __version__

if TYPE_CHECKING:
    from aumenta.network.model import Network, StreetMode

#: Minutes from an origin (its number) to all cells: uint8 (percentiles, cells), 255 = not reached.
RowMaker = Callable[[int], NDArray[np.uint8]]
#: Packages whose code decides the minutes.
_COMPUTING = ("network", "access")
_CHUNK = 1 << 20


class RowSource(Protocol):
    """What a worker is sent: small, picklable, and able to make rows where it is opened."""

    @property
    def percentiles(self) -> tuple[int, ...]:
        """What the rows of one origin are."""
        ...

    def cells(self) -> int:
        """Length of a row."""
        ...

    def fingerprint(self) -> str:
        """Changes exactly when a row may change."""
        ...

    def told(self) -> dict[str, Any]:
        """Plain data that replays the rows: it is written beside the result."""
        ...

    def notes(self, origins: NDArray[np.int32]) -> list[str]:
        """What has to be said of these origins."""
        ...

    def open(self) -> RowMaker:
        """Make ready to compute; called once in each process."""
        ...


@dataclass(frozen=True)
class NetworkRows:
    """Rows of a Router over the network in a folder."""

    folder: Path
    options: Options

    @property
    def percentiles(self) -> tuple[int, ...]:
        """Those of the options."""
        return self.options.percentiles

    def cells(self) -> int:
        """Cells of the network."""
        from aumenta.network.files import open_network  # noqa: PLC0415

        return len(open_network(self.folder).cells)

    def fingerprint(self) -> str:
        """Hash of the network's files, the options, and the code that computes."""
        from aumenta.store.fingerprint import digest  # noqa: PLC0415 - heavy, and not for workers

        return digest([network_hash(self.folder), self.options.to_dict(), code_hash()])

    def told(self) -> dict[str, Any]:
        """Options, hash and standing of the network."""
        from aumenta.network.files import open_network  # noqa: PLC0415

        about = open_network(self.folder).about
        return {
            "network": network_hash(self.folder),
            "options": {**self.options.to_dict(), "date": self.options.date or about.date},
            "status": about.status,
            "sources": list(about.sources),
            "software": __version__,
        }

    def notes(self, origins: NDArray[np.int32]) -> list[str]:
        """How many origins lie too far from any street to start at."""
        from aumenta.network.files import open_network  # noqa: PLC0415

        away = int((~_attached(open_network(self.folder), self.options.mode)[origins]).sum())
        return [f"Origins too far from any street, from which nothing is reached: {away}."] if away else []

    def open(self) -> RowMaker:
        """Map the network and prepare a Router; from a cell too far from any street nothing is reached."""
        from aumenta.access.router import Router  # noqa: PLC0415
        from aumenta.network.files import open_network  # noqa: PLC0415

        network = open_network(self.folder)
        router = Router(network, self.options)
        attached = _attached(network, self.options.mode)
        nowhere = np.full((len(self.percentiles), len(network.cells)), NOT_REACHED, np.uint8)
        if attached.any():  # what a Router prepares for its first answer is no measure of the pace
            router.one_to_all(int(np.argmax(attached)))
        return lambda origin: router.one_to_all(int(origin)).rows if attached[origin] else nowhere


def _attached(network: Network, mode: Mode) -> NDArray[np.bool_]:
    """For each cell whether streets that the mode begins with are near."""
    street: StreetMode = "foot" if mode in ("walk", "transit") else mode  # type: ignore[assignment]
    at = network.cells.at.get(street)
    return np.ones(len(network.cells), bool) if at is None else at.node >= 0


def network_hash(folder: Path) -> str:
    """Hash of the files of a network: names and bytes, in the order of their names."""
    total = hashlib.sha256()
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in (".npy", ".json"))
        for path in files:
            total.update(path.name.encode() + b"\0")
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    total.update(chunk)
    except OSError as error:
        problem = Problem(error.strerror or str(error), str(error.filename or folder))
        raise AccessError("The network cannot be read.", [problem]) from None
    return total.hexdigest()[:16]


def code_hash() -> str:
    """Hash of the code that decides the minutes: a changed kernel does not go on with the blocks of the one before."""
    from aumenta.store.fingerprint import PACKAGE, digest  # noqa: PLC0415

    parts = {
        path.relative_to(PACKAGE).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in _COMPUTING
        for path in (PACKAGE / name).rglob("*.py")
    }
    return digest([__version__, json.dumps(parts, sort_keys=True)])
