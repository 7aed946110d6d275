# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Names of a build's network, under which travel times are kept and found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aumenta.readings.travel import MODES
from aumenta.store.fingerprint import digest
from aumenta.store.manifest import BuiltFile


@dataclass(frozen=True)
class NetworkNames:
    """What times are kept under: a name of the streets with the cells, and one of the whole network."""

    streets: str
    whole: str

    def of(self, mode: str) -> str:
        """The name for a mode: what goes by no timetable does not change with it."""
        return self.whole if MODES[mode][0] == "transit" else self.streets


def names_of_build(files: Mapping[str, BuiltFile]) -> NetworkNames:
    """Names of the network of a build, from the hashes of its files."""
    own = {name: one.sha256 for name, one in files.items() if name.startswith("network/")}
    ground = {n: sha for n, sha in own.items() if n.startswith(("network/streets.", "network/cells."))}
    return NetworkNames(digest(ground), digest(own))
