# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The toy metropolis adds up by hand, and its files are what its script writes."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from aumenta.store.packs import BUNDLED
from aumenta.territory.pack import TerritoryPack, load_territory

TOOLS = Path(__file__).resolve().parents[2] / "tools"
TOY = BUNDLED / "toy" / "territory"


@pytest.fixture(scope="module")
def pack() -> TerritoryPack:
    return load_territory(TOY)


def test_the_script_writes_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    written = import_module("make_toy_territory").files()
    for name in ("make_toy_territory", "toy_ground", "toy_services"):
        sys.modules.pop(name, None)
    assert {"places.csv", "lines.csv", "tables/roads.csv", "opportunities/services.csv"} <= set(written)
    for name, content in written.items():
        assert (TOY / name).read_text("utf-8") == content, name


def test_places_add_up(pack: TerritoryPack) -> None:
    towns = (
        pack.table("places")
        .query("level == 'municipality'")
        .merge(pack.table("municipalities"), left_on="id", right_on="municipality")
    )
    assert towns["residents_2011"].sum() == 50_000
    assert towns.groupby("zone")["residents_2011"].sum().to_dict() == {
        "z01": 36_000,
        "z02": 8_500,
        "z03": 5_500,
    }
    by_band = towns.groupby("band")["residents_2011"].sum().to_dict()
    assert by_band == {"plain": 42_000, "hill": 6_000, "mountain": 2_000}
    # A zone is no band: none lies in one band alone but the plain one.
    assert towns.groupby("zone")["band"].nunique().to_dict() == {"z01": 1, "z02": 3, "z03": 3}


def test_census_kilometres(pack: TerritoryPack) -> None:
    km = pack.table("people_1km")
    assert len(km) == 25 + 11 * 6
    assert (km["lt15"] + km["y1564"] + km["ge65"] == km["total"]).all() and (
        km["employed"] <= km["y1564"]
    ).all()
    # 98 % of the plain's residents, all of the hills', 102 % of the mountains'.
    assert km["total"].sum() == 42_000 * 0.98 + 6_000 + 2_000 * 1.02
    inside = km["n_km"].between(2340, 2354) & km["e_km"].between(4240, 4259)
    assert inside.all()


def test_lines_run_forward_between_known_places(pack: TerritoryPack) -> None:
    lines = pack.table("lines")
    assert {line: group["mode"].iloc[0] for line, group in lines.groupby("line")} == {
        "R1": "rail",
        "B1": "bus",
        "B2": "bus",
    }
    for _, group in lines.groupby("line"):
        assert (
            group["seq"].tolist() == list(range(1, len(group) + 1))
            and group["minutes"].is_monotonic_increasing
        )
    assert set(lines["stop"]) <= set(pack.table("places")["name"])


def test_schools_by_kind_add_up(pack: TerritoryPack) -> None:
    names = ["schools", "pupils", "schools_with_pupils"]
    parts = pack.table("schools_by_kind").groupby("municipality")[names].sum()
    whole = pack.table("schools").set_index("municipality")[names]
    assert parts.to_dict("index") == whole.loc[list(parts.index)].to_dict("index")
    none = whole.drop(list(parts.index))
    assert (none["schools"] == 0).all() and none["pupils"].isna().all()
