# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A day on which nothing starts, but the night before is still running."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from feeds import write_feed

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.errors import AccessError
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import About, Attachment, Graph, Network, Points, Streets, Walks
from aumenta.territory.plane import EUROPE


def test_trips_of_the_evening_before_run_on_a_day_without_service(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    calls = {"night": [("A", "24:10:00"), ("B", "24:20:00")], "day": [("A", "9:00:00"), ("B", "9:10:00")]}
    write_feed(
        feed, calls, services={"night": "S", "day": "S"}, calendar={"S": ("0000010", "20260501", "20260531")}
    )  # Saturdays only
    timetable, _ = read_gtfs([feed])
    x, y = EUROPE.to_metres(timetable.stop_lon, timetable.stop_lat)
    n = len(x)
    graph = Graph(*(np.zeros(n + 1, np.int32), np.empty(0, np.int32), np.empty(0, np.float32)) * 2)
    at = Attachment(np.arange(n, dtype=np.int32), np.zeros(n, np.float32))
    points = Points(x, y, {"foot": at})
    own = Walks(np.arange(n + 1, dtype=np.int32), np.arange(n, dtype=np.int32), np.zeros(n, np.float32))
    none = Walks(np.zeros(n + 1, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))
    network = Network(
        Streets("osm", x, y, {"foot": graph}), points, About("reported"), timetable, points, own, own, none
    )
    sunday = Options(date="2026-05-03", window=("0:05", "0:05"))
    row = Router(network, sunday).one_to_all(0).row()
    assert row.tolist() == [0, 15]  # waits five minutes, rides ten
    with pytest.raises(AccessError, match="Nothing runs"):
        Router(network, Options(date="2026-05-03", window=("8:00", "9:30")))
