# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A twin with streets only gets its first line by a scenario: what is then known, what stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aumenta.scenario.model import parse_scenario
from aumenta.twin import Twin, build

LINE = {
    "kind": "line.add",
    "id": "F",
    "name": "F",
    "type": "tram",
    "stops": [
        {"id": "f1", "name": "First", "lon": 9.1443, "lat": 44.2388},
        {"id": "f2", "name": "Second", "lon": 9.19, "lat": 44.24},
    ],
    "minutes": [7],
    "service": [{"from": "6:00", "until": "21:00", "headway": 10}],
}


@pytest.fixture
def bare(own_pack: Path, tmp_path: Path) -> Twin:
    """The toy metropolis without its lines."""
    path = own_pack / "territory" / "territory.yaml"
    text = path.read_text()
    assert "  lines:\n    - { file: lines.csv, layer: lines }\n" in text
    path.write_text(text.replace("  lines:\n    - { file: lines.csv, layer: lines }\n", ""))
    return build(own_pack, into=tmp_path / "bare")


def test_a_first_line(bare: Twin) -> None:
    assert bare.network.timetable is None
    words = {"it": "Prima", "en": "First"}
    made = parse_scenario({"id": "first", "territory": "toy", "name": words, "changes": [LINE]})
    run = bare.scenario(made).run()
    assert run.record.failed == {} and run.record.touched == ["network"]
    minutes = run.cell_values("metropolis90.transit")["value"].to_numpy(float)
    walked = ~np.isnan(minutes)
    assert walked.sum() > 100
    before = bare.values().set_index(["indicator", "level", "place", "period"])
    after = run.values().set_index(["indicator", "level", "place", "period"])
    same = [
        key for key in before.index if not str(key[0]).startswith(("right", "metropolis90.t", "thereandback"))
    ]
    known = before.loc[same][before.loc[same, "value"].notna()]
    road = known[known.index.get_level_values("indicator").str.contains("car|demography|city15|income")]
    assert len(road) > 100
    pd.testing.assert_frame_equal(after.loc[road.index, ["value", "status"]], road[["value", "status"]])
    found = [(run.folder / name).read_bytes() for name in ("values.parquet", "cell_values.parquet")]
    shutil.rmtree(run.folder)
    whole = bare.scenario(made).run(full=True)
    assert found == [(whole.folder / name).read_bytes() for name in ("values.parquet", "cell_values.parquet")]
