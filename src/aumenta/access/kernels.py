# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The kernels that answer for one origin and every departure of a window, and which of them a question takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aumenta.access.scan import Profiles
from aumenta.access.walks import QueryWalks
from aumenta.access.window import Shorts, Window
from aumenta.network.model import Bytes, Ints


class Kernel(Protocol):
    """What answers for one origin once access is known; `scan.Profiles` and `rides.RangeRaptor`."""

    def run(self, access_stops: Ints, access_seconds: Shorts) -> None:
        """Scan the window from these stops."""

    def cube(self, direct: Shorts) -> Shorts:
        """Seconds (cells, departures)."""

    def percentiles(self, direct: Shorts, ranks: Sequence[int]) -> Bytes:
        """Minutes (ranks, cells)."""


def forward_kernel(window: Window, walks: QueryWalks, rides: int | None) -> Kernel:
    """Profiles of a window, or those with a limit of `rides`."""
    stops = len(walks.foot_indptr) - 1
    if rides is None:
        return Profiles(window, walks, stops)
    from aumenta.access.rides import RangeRaptor  # noqa: PLC0415 - compiled only when a limit is asked for

    return RangeRaptor(window, walks, stops, rides)
