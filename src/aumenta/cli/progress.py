# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How far a command is, told to the program that started it: `progress.json` in the folder that it names."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Protocol

from aumenta.store.unfinished import tell_progress

#: Set by whoever starts a command and wants to know how far it is.
VARIABLE = "AUMENTA_PROGRESS"
#: Seconds between two files.
_LOOK = 0.2


class Tell(Protocol):
    """Writes how far a command is."""

    def __call__(self, told: dict[str, Any], now: bool = False) -> None:
        """`now`: also right after the last time, as the last word has to be."""


def teller() -> Tell | None:
    """What writes how far the command is, not more often than can be read; None where nobody wants to know.

    A folder that cannot be written to is no reason to stop.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        return None
    folder, last = Path(named), [0.0]

    def tell(told: dict[str, Any], now: bool = False) -> None:
        at = time.monotonic()
        if at - last[0] < _LOOK and not (now and last[0] < float("inf")):
            return
        last[0] = at
        try:
            tell_progress(folder, told)
        except OSError:
            last[0] = float("inf")

    return tell
