# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rights and measures of land on the whole toy metropolis, and a pack that brings its own thresholds."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aumenta.errors import PackError, TwinError
from aumenta.store.packs import BUNDLED
from aumenta.store.rights import load_rights
from aumenta.territory.pack import load_territory
from aumenta.twin import Twin, build
from aumenta.values.rights import DEFAULT_RIGHTS

RIGHTS = [right.id for right in load_rights().rights]


def long(twin: Twin) -> pd.DataFrame:
    frame = pd.read_parquet(twin.folder / "values.parquet")
    return frame[frame["indicator"].str.startswith("right.")]


def test_three_shares_add_up_in_every_place_for_every_group(toy: Twin) -> None:
    wide = long(toy).set_index(["level", "place", "indicator"])["value"].unstack("indicator")
    assert len(wide) == 12 + 3 + 3 + 1
    for right in RIGHTS:
        for group in ("", "_0_18", "_65_plus"):
            shares = wide[[f"right.{right}.{name}{group}" for name in ("met", "not_met", "unknown")]]
            assert shares.sum(axis=1, skipna=False).to_numpy() == pytest.approx(100)


def test_a_right_is_never_met_by_more_than_its_hardest_condition(toy: Twin) -> None:
    values = long(toy).set_index(["indicator", "level", "place"])["value"]
    for right in load_rights().rights:
        whole = values[f"right.{right.id}.met"]
        lost = values[f"right.{right.id}.not_met"]
        for one in right.conditions:
            met, unknown = values[f"right.{right.id}.{one.id}"], values[f"right.{right.id}.{one.id}_unknown"]
            assert (whole <= met + 1e-9).all()
            assert (lost >= 100 - met - unknown - 1e-9).all()


def test_the_toys_rights_by_hand(toy: Twin) -> None:
    values = long(toy).set_index(["indicator", "place"])["value"]
    # FTTH reaches half of the families in the six towns of the plain, 42,000 of 50,000; not known in one of 500.
    assert values["right.connection.fibre", "toy"] == pytest.approx(84.0)
    assert values["right.connection.fibre_unknown", "toy"] == pytest.approx(1.0)
    # Shortfall: 6,000 residents at 30 %, 1,000 at 10 %, 500 at 0 %.
    gap = (6_000 * 20 + 1_000 * 40 + 500 * 50) / 7_500
    assert values["right.connection.fibre_short", "toy"] == pytest.approx(gap)
    # Every town consumed one hectare more in the last year: none meets the condition, all lack one hectare.
    assert values["right.environment.soil", "toy"] == 0 and values["right.environment.soil_short", "toy"] == 1
    assert values["right.environment.not_met", "toy"] == 100


def test_a_cells_state_agrees_with_its_place(toy: Twin) -> None:
    table = toy.cell_table(["cell", "municipality", "pop"]).to_pandas()
    cells = pd.read_parquet(toy.folder / "cell_values.parquet")
    share = long(toy).set_index(["indicator", "place"])["value"]
    for right in RIGHTS:
        state = cells[f"right.{right}"].to_numpy()
        for name, flag in (("met", state == 1), ("not_met", state == 0), ("unknown", np.isnan(state))):
            inside = (table["pop"] * flag).groupby(table["municipality"]).sum()
            everyone = table["pop"].groupby(table["municipality"]).sum()
            for town in everyone.index:
                assert share[f"right.{right}.{name}", town] == pytest.approx(
                    100 * inside[town] / everyone[town]
                )


def test_a_twin_tells_the_rights_in_force_and_has_no_table_of_another_name(toy: Twin) -> None:
    assert toy.rights == load_rights()
    with pytest.raises(TwinError):
        toy.table("../values")


def test_every_reason_has_words(toy: Twin) -> None:
    used = set(long(toy)["reason"].dropna()) | {
        s.reason for s in toy.manifest.cell_statuses.values() if s.reason
    }
    assert used <= set(toy.reasons)


def test_brownfields_and_boulevards_of_the_toy(toy: Twin) -> None:
    sites = toy.table("tor").set_index("municipality")
    assert sites["station_metres"].round().tolist()[:3] == [500, 1000, 1400]
    assert sites["advice"].to_dict() == {
        "900001": "regenerate", "900002": "regenerate", "900007": "regenerate", "900011": "renature",
        "900004": "energy",
    }  # fmt: skip
    assert toy.manifest.files["tables/tor.parquet"].rows == 5
    values = pd.read_parquet(toy.folder / "values.parquet").set_index(["indicator", "place"])["value"]
    assert values["tor.area_ha", "toy"] == 31 and values["tor.near_area_ha", "toy"] == 21
    assert values["boulevards.roads_km", "toy"] == pytest.approx(12.5, abs=1e-3)
    assert values["boulevards.candidate_km", "toy"] == pytest.approx(3.5, abs=1e-3)
    # 30,000 hectares less a hectare consumed for 20 residents: 27,500 for 50,000.
    assert values["ecosystem.supply_ha", "toy"] == 27_500
    assert values["ecosystem.demand_ha", "900001"] == pytest.approx(11_000)
    assert values["ecosystem.balance_ha", "900001"] == pytest.approx(1_500 - 11_000)


def test_a_pack_with_laxer_thresholds_of_its_own(toy: Twin, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(BUNDLED / "toy", pack)
    text = DEFAULT_RIGHTS.read_text("utf-8")
    lax = text.replace("indicator: broadband.ftth, at_least: 50", "indicator: broadband.ftth, at_least: 30")
    lax = lax.replace("minutes: 15", "minutes: 25")
    (pack / "territory" / "rights.yaml").write_text(lax, encoding="utf-8")
    folder = tmp_path / "twin"
    shutil.copytree(toy.root, folder)
    mine = build(pack, into=folder)
    before, after = (long(one).set_index(["indicator", "level", "place"])["value"] for one in (toy, mine))
    for right in RIGHTS:
        assert (after[f"right.{right}.met"] >= before[f"right.{right}.met"] - 1e-9).all()
    assert after["right.connection.fibre", "metropolis", "toy"] == pytest.approx(
        96.0
    )  # the 6,000 of the hills too
    kept, made = (set(p.name for p in (one.folder / "times").iterdir()) for one in (toy, mine))
    assert kept == made  # no travel time was computed anew


def test_a_pack_is_told_the_faults_of_its_rights_with_all_others(tmp_path: Path) -> None:
    folder = tmp_path / "territory"
    shutil.copytree(BUNDLED / "toy" / "territory", folder)
    text = (
        DEFAULT_RIGHTS.read_text("utf-8")
        .replace("kinds: [park]", "kinds: [wizard]")
        .replace("minutes: 45", "minutes: soon")
    )
    (folder / "rights.yaml").write_text(text, encoding="utf-8")
    places = folder / "places.csv"
    places.write_text(places.read_text("utf-8").replace(",200,25,", ",high,25,", 1), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_territory(folder)
    told = {(Path(str(one.file)).name, one.found) for one in caught.value.problems}
    assert {("rights.yaml", "wizard"), ("rights.yaml", "'soon'")} <= told
    assert any(name == "places.csv" for name, _ in told)
