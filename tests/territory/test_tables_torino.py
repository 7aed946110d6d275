# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Turin's tables against published sums, against the collected data, and against the plan's document."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from aumenta.store.packs import BUNDLED
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.twin.ground import kinds_to_bring

TOOLS = Path(__file__).resolve().parents[2] / "tools"
TORINO = BUNDLED / "torino" / "territory"
#: Residents of 1 January 2020 by band, as the plan prints them.
PLAN = {"plain": 1_658_664, "hill": 453_880, "mountain": 139_825}


@pytest.fixture(scope="module")
def pack() -> TerritoryPack:
    return load_territory(TORINO)


def test_published_sums(pack: TerritoryPack) -> None:
    assert pack.table("income")["taxpayers"].sum() == 1_631_701
    assert pack.table("income")["taxable_eur"].sum() == pytest.approx(37.40e9, rel=5e-4)
    assert pack.table("schools")["pupils"].sum() == 273_421
    assert pack.table("schools")["schools_with_pupils"].sum() == 1_685
    registers = pack.table("municipalities").set_index("municipality")
    band = pack.table("places").set_index("id")["band"].reindex(registers.index)
    by_band = registers["residents_2019"].groupby(band).sum()
    assert by_band.to_dict() == {"plain": 1_640_317, "hill": 452_469, "mountain": 138_160}
    zone = pack.table("places").set_index("id")["zone"].reindex(registers.index)
    by_zone = registers["residents_2011"].groupby(zone).sum()
    assert by_zone["z01"] == 872_367 and by_zone["z03"] == 264_419


def test_hidden_is_missing_never_zero(pack: TerritoryPack) -> None:
    jobs = pack.table("enterprises").set_index("municipality")
    assert jobs["persons_employed"].sum() == 737_660
    hidden = jobs.index[jobs["persons_employed"].isna()].tolist()
    assert hidden == ["001007", "001121", "001204", "001212"]
    assert (jobs["persons_employed"].dropna() > 0).all() and jobs["local_units"].notna().all()
    whole = jobs.dropna(subset=["industry_persons", "services_persons", "persons_employed"])
    off = whole["industry_persons"] + whole["services_persons"] - whole["persons_employed"]
    assert off.abs().max() <= 1  # rounded one by one
    untold = pack.table("schools").query("schools_with_pupils == 0")
    assert len(untold) and untold["pupils"].isna().all()


def test_soil_periods_add_up(pack: TerritoryPack) -> None:
    soil = pack.table("soil")
    periods = soil[[name for name in soil if name.startswith("net_2")]]
    assert periods.shape[1] == 11
    assert (periods.sum(axis=1) - soil["net_change_ha"]).abs().max() < 0.006
    area = pack.table("places").set_index("id")["area_km2"].reindex(soil["municipality"]).to_numpy() * 100
    share = soil["consumed_ha"].to_numpy() / area * 100
    assert abs(share - soil["consumed_percent"].to_numpy()).max() < 1  # the areas are of two editions


def test_health_counts_give_the_printed_ratios(pack: TerritoryPack) -> None:
    table = pack.table("health_by_band")
    for row in table.to_dict("records"):
        fits = [
            n
            for n in range(1, 1_000)
            if abs(PLAN[row["band"]] / n - row["published_residents_per_facility"]) <= 0.5
        ]
        assert fits == [row["count"]]
    assert table[table["kind"] == "hospital"]["count"].sum() == 39


@pytest.mark.shared
def test_health_lines_say_so(pack: TerritoryPack, shared_dir: Path) -> None:
    lines = (shared_dir / "plan/psm-torino-2021-2023.txt").read_text("utf-8").split("\n")
    for row in pack.table("health_by_band").to_dict("records"):
        printed = "count" if row["basis"] == "printed" else "published_residents_per_facility"
        assert str(row[printed]).removesuffix(".0") in lines[int(row["line"]) - 1].split()


@pytest.mark.shared
def test_the_script_writes_the_tables(
    shared_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.setattr(sys, "argv", ["x", str(shared_dir / "data/torino"), "--into", str(tmp_path)])
    module = import_module("make_torino_tables")
    module.main()
    for name in ("make_torino_tables", "torino_services", "torino_csv"):
        sys.modules.pop(name, None)
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.csv"))
    assert names == sorted(module.FILES)
    for name in names:
        assert (tmp_path / name).read_bytes() == (TORINO / name).read_bytes(), name


def test_schools_without_coordinates_name_the_file_to_bring(pack: TerritoryPack) -> None:
    """The right to learning is not known of anybody: its reason says which list would make it known."""
    own = gpd.GeoDataFrame({"kind": ["school_primary", "hospital"]}, geometry=[None, Point(7.6, 45.1)])
    told = kinds_to_bring(pack, own)
    assert "EDISCO" in told["school_primary"].it and "EDISCO" in told["school_primary"].en
    assert "hospital" not in told
