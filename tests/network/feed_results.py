# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What reading a feed of a test comes to: refused with a message, or read with problems told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from feeds import write_feed

from aumenta.errors import NetworkError
from aumenta.network.gtfs import GtfsReport, read_gtfs
from aumenta.network.model import Timetable

#: Three trips of three stops, an hour after each other; calls of T1 are rows 5 to 7.
TRIPS = {f"T{i}": [("A", f"{i}:00:00"), ("B", f"{i}:10:00"), ("C", f"{i}:20:00")] for i in range(3)}


def refused(path: Path) -> str:
    with pytest.raises(NetworkError) as caught:
        read_gtfs([path])
    return str(caught.value)


def mended(path: Path, **told: Any) -> tuple[Timetable, GtfsReport, str]:
    timetable, report = read_gtfs([write_feed(path / "feed", **{"trips": TRIPS} | told)])
    return timetable, report, "\n".join(map(str, report.problems))
