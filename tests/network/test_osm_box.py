# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Streets of a larger extract cut to a box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aumenta.errors import NetworkError
from aumenta.network.osm_streets import OsmOptions, read_osm
from aumenta.territory.plane import EUROPE


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """Six nodes along a parallel, one way."""
    nodes = "".join(
        f'<node id="{i}" lon="{7.60 + i / 100:.2f}" lat="45.05" version="1"/>' for i in range(1, 7)
    )
    refs = "".join(f'<nd ref="{i}"/>' for i in range(1, 7))
    way = f'<way id="1" version="1">{refs}<tag k="highway" v="residential"/></way>'
    file = tmp_path / "line.osm"
    file.write_text(f'<osm version="0.6">{nodes}{way}</osm>')
    return file


def test_streets_beyond_the_box_are_left_out_and_counted(line: Path) -> None:
    whole, _ = read_osm(line)
    cut, notes = read_osm(line, options=OsmOptions(box=(7.605, 45.0, 7.645, 45.1)))
    assert (len(whole.x), len(cut.x)) == (6, 4)
    lon, _lat = EUROPE.to_degrees(cut.x, cut.y)
    assert np.allclose(np.sort(lon), [7.61, 7.62, 7.63, 7.64])
    assert "2 nodes beyond the territory are left out" in notes


def test_a_box_without_streets_and_one_turned_round_are_named(line: Path) -> None:
    with pytest.raises(NetworkError, match="no street within the box"):
        read_osm(line, options=OsmOptions(box=(8.0, 45.0, 9.0, 46.0)))
    with pytest.raises(NetworkError, match="box of degrees"):
        OsmOptions(box=(9.0, 45.0, 8.0, 46.0))
