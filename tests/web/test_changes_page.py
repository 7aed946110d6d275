# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes between two builds: rows that differ, in order; builds that cannot be read; small maps of actions."""

from __future__ import annotations

import csv
import html
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.store.layout import Layout
from aumenta.twin import open_twin
from aumenta.web.app import create_app
from aumenta.web.build_changes import (
    KEYS,
    by_indicator,
    changes,
    choices_that_differ,
    files_that_differ,
    other_builds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aumenta.twin.facade import Twin

OTHER = "0123456789abcdef"


def frame(*rows: tuple[str, str, float | None], period: str = "2023") -> pd.DataFrame:
    """Rows of the long table: indicator, municipality, value."""
    return pd.DataFrame(
        [
            {
                "indicator": indicator, "level": "municipality", "place": place, "period": period,
                "value": np.nan if value is None else value, "status": "missing" if value is None else "measured",
            }
            for indicator, place, value in rows
        ],
        columns=[*KEYS, "value", "status"],
    )  # fmt: skip


def test_values_that_differ_come_largest_share_of_the_range_first() -> None:
    old = frame(
        ("a.x", "1", 0.0), ("a.x", "2", 10.0), ("b.x", "1", 0.0), ("b.x", "2", 1000.0), ("a.x", "3", 5.0)
    )
    new = frame(
        ("a.x", "1", 4.0), ("a.x", "2", 10.0), ("b.x", "1", 100.0), ("b.x", "2", 1000.0), ("a.x", "3", 5.0)
    )
    found = changes(old, new)
    assert found[["indicator", "place", "old", "new", "difference", "kind"]].to_numpy().tolist() == [
        ["a.x", "1", 0.0, 4.0, 4.0, "changed"],
        ["b.x", "1", 0.0, 100.0, 100.0, "changed"],
    ]
    assert found["share"].tolist() == [0.4, 0.1]
    assert [one.indicator for one in by_indicator(found)] == ["a.x", "b.x"]


def test_values_come_go_and_are_known_otherwise() -> None:
    old = frame(
        ("a.x", "1", None), ("a.x", "2", 2.0), ("a.x", "3", 3.0), ("a.x", "5", None), ("a.x", "6", 1.0)
    )
    new = frame(
        ("a.x", "1", 1.0), ("a.x", "2", None), ("a.x", "3", 3.0), ("a.x", "4", 9.0), ("a.x", "6", 1.0 + 1e-14)
    )
    new.loc[2, "status"] = "estimated"
    found = changes(old, new).set_index("place")["kind"].to_dict()
    assert found == {"1": "came", "2": "went", "3": "changed", "4": "came"}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=8))
def test_a_build_does_not_differ_from_itself(values: list[float]) -> None:
    rows = frame(*(("a.x", str(i), value) for i, value in enumerate(values)))
    assert changes(rows, rows.sample(frac=1, random_state=1)).empty


@pytest.fixture(scope="module")
def two_builds(toy_twin: Twin, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """The toy with another build in which one income is lower and one figure of fibre was missing."""
    root = tmp_path_factory.mktemp("builds") / "twin"
    shutil.copytree(toy_twin.folder, root / "builds" / toy_twin.build)
    (root / "current").write_text(toy_twin.build + "\n")
    other = root / "builds" / OTHER
    shutil.copytree(toy_twin.folder, other)
    table = pd.read_parquet(other / "values.parquet")
    own = (table["level"] == "municipality") & (table["place"] == "900001")
    income = own & (table["indicator"] == "income.per_taxpayer")
    assert income.sum() == 1
    table.loc[income, "value"] -= 1000.0
    fibre = own & (table["indicator"] == "broadband.ftth")
    for column, gone in (("value", np.nan), ("status", "missing"), ("reason", "not_given")):
        table.loc[fibre, column] = gone
    table.to_parquet(other / "values.parquet", index=False)
    manifest = json.loads((other / "twin.json").read_text())
    manifest["build"] = OTHER
    manifest["files"]["values.parquet"]["bytes"] = (other / "values.parquet").stat().st_size
    manifest["inputs"][0]["sha256"] = "0" * 64
    (other / "twin.json").write_text(json.dumps(manifest))
    return open_twin(root)


@pytest.fixture(scope="module")
def compared(two_builds: Twin) -> Iterator[TestClient]:
    with TestClient(create_app(two_builds, Settings()), base_url="http://127.0.0.1:8000") as client:
        yield client


def test_the_page_tells_the_change_the_new_value_and_the_file(compared: TestClient, two_builds: Twin) -> None:
    page = html.unescape(compared.get("/en/changes").text)
    assert (
        "2 values differ in 2 indicators; the largest change: Taxable income per taxpayer, Giocopoli, +1,000"
        in page
    )
    assert "new value" in page
    assert two_builds.manifest.inputs[0].name in page
    only = html.unescape(compared.get(f"/it/cambiamenti?build={OTHER}&indicator=broadband.ftth").text)
    assert "1 differenza." in only
    assert page.count("<h1") == only.count("<h1") == 1


def test_the_file_has_every_difference_in_full(compared: TestClient, two_builds: Twin) -> None:
    answer = compared.get(f"/files/changes/{OTHER}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(r["indicator"], r["place"], r["kind"]) for r in rows] == [
        ("income.per_taxpayer", "900001", "changed"),
        ("broadband.ftth", "900001", "came"),
    ]
    assert float(rows[0]["difference"]) == 1000.0
    assert (rows[1]["old"], rows[1]["old_status"], rows[1]["status"]) == ("", "missing", "reported")
    assert compared.get(f"/files/changes/{two_builds.build}.csv").status_code == 404
    assert compared.get("/files/changes/..%2Fx.csv").status_code == 404


def test_builds_that_cannot_be_read_are_named_with_the_reason(two_builds: Twin, tmp_path: Path) -> None:
    root = tmp_path / "twin"
    shutil.copytree(two_builds.root, root)
    foreign, broken = root / "builds" / ("f" * 16), root / "builds" / ("e" * 16)
    foreign.mkdir()
    (foreign / "twin.json").write_text('{"schema_version": 99}')
    shutil.copytree(root / "builds" / OTHER, broken)
    (broken / "values.parquet").write_bytes(b"")
    (root / "builds" / "notes").mkdir()
    found = {one.name: one for one in other_builds(open_twin(root))}
    assert set(found) == {OTHER, foreign.name, broken.name}
    assert found[OTHER].manifest is not None
    assert "another version" in found[foreign.name].problem
    assert "damaged" in found[broken.name].problem
    with TestClient(create_app(open_twin(root), Settings()), base_url="http://127.0.0.1:8000") as client:
        page = client.get(f"/en/changes?build={foreign.name}").text
    assert "Builds that cannot be read" in page
    assert 'role="alert"' in page


def test_one_build_only_is_said(two_builds: Twin, tmp_path: Path) -> None:
    root = tmp_path / "twin"
    shutil.copytree(two_builds.folder, Layout(root).build(two_builds.build))
    (root / "current").write_text(two_builds.build + "\n")
    with TestClient(create_app(open_twin(root), Settings()), base_url="http://127.0.0.1:8000") as client:
        assert "has one build only" in client.get("/en/changes").text
        assert "una sola versione" in client.get("/it/cambiamenti").text


def test_files_of_two_builds_are_told_apart(two_builds: Twin) -> None:
    manifest = two_builds.manifest
    first, second, *rest = manifest.inputs
    other = manifest.model_copy(update={"inputs": [second.model_copy(update={"sha256": "x"}), *rest]})
    assert files_that_differ(other, manifest) == sorted([(first.name, "came"), (second.name, "changed")])
    assert files_that_differ(manifest, manifest) == []


def test_the_sheet_of_an_action_shows_maps_and_trends_of_its_indicators(
    client: TestClient, toy_twin: Twin
) -> None:
    codes = {
        link.indicator: code
        for strategy in toy_twin.plan.editorial.values()
        for code, notes in strategy.actions.items()
        for link in notes.indicators
        if link.indicator in toy_twin.indicators
    }
    assert codes
    for indicator, code in codes.items():
        page = client.get(f"/it/piano/{code}").text
        levels = toy_twin.values(indicator)["level"].unique()
        level = next((one for one in ("municipality", "zone", "band") if one in levels), None)
        picture = f"/files/map/{indicator}/{level}.svg?build={toy_twin.build}"
        assert (f'src="{picture}"' in page) == (level is not None)
        assert client.get(picture).status_code == (200 if level else 404)
        rows = toy_twin.values(indicator, level="metropolis").dropna(subset="value")
        assert ('class="trend"' in page) or rows["period"].nunique() < 2


def test_municipalities_come_before_the_sums_that_follow_from_them() -> None:
    old, new = (frame(("a.x", "1", 0.0), ("a.x", "2", 10.0), ("a.x", "all", 10.0 + n)) for n in (0, 5))
    for table in (old, new):
        table.loc[2, "level"] = "metropolis"
    new.loc[0, "value"] = 5.0
    found = changes(old, new)
    assert found["place"].tolist() == ["1", "all"]
    largest = by_indicator(found)[0].largest
    assert largest is not None
    assert largest["place"] == "1"


def test_a_build_that_was_not_finished_is_compared_only_when_asked(two_builds: Twin, tmp_path: Path) -> None:
    root = tmp_path / "twin"
    shutil.copytree(two_builds.root, root)
    manifest = root / "builds" / OTHER / "twin.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"complete": False}))
    with TestClient(create_app(open_twin(root), Settings()), base_url="http://127.0.0.1:8000") as client:
        assert "were not finished" in client.get("/en/changes").text
        assert "2 values differ" in client.get(f"/en/changes?build={OTHER}").text


def test_settings_that_differ_are_told(two_builds: Twin) -> None:
    manifest = two_builds.manifest
    other = manifest.model_copy(update={"settings": manifest.settings | {"grid_resolution": 500}})
    now = str(manifest.settings["grid_resolution"])
    assert choices_that_differ(other, manifest) == [("grid_resolution", "500", now)]
    assert choices_that_differ(manifest, manifest) == []
