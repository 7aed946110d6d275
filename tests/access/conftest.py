# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A small generated city, compiled once for all tests of access that want real streets and lines."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from aumenta.network.compile import compile_network
from aumenta.network.gtfs import read_gtfs
from aumenta.network.model import Network
from aumenta.network.osm_streets import read_osm
from aumenta.network.synth import synth
from aumenta.territory.plane import EUROPE


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A fiftieth of a metropolis: streets of OpenStreetMap's kind, a timetable, 400 cells."""
    folder = tmp_path_factory.mktemp("small_city")
    synth(folder, 0.02)
    with (folder / "cells.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    lon, lat = (np.array([float(row[name]) for row in rows]) for name in ("lon", "lat"))
    streets, _ = read_osm(folder / "streets.osm.pbf")
    timetable, _ = read_gtfs([folder / "gtfs"])
    return compile_network(streets, *EUROPE.to_metres(lon, lat), timetable)
