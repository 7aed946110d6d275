# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`twin.equity` against PySAL on single people, against the twin's own shares, and by what it must add up to."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from aumenta.errors import TwinError
from aumenta.twin.equity import CLUSTERS

if TYPE_CHECKING:
    from pathlib import Path

    from aumenta.twin.facade import Twin


@pytest.mark.parametrize("within", ["band", "zone", "fullvoid"])
@pytest.mark.parametrize("indicator", ["broadband.ftth", "right.health", "income.per_taxpayer"])
def test_theil_and_gini_are_pysals_on_single_people(toy: Twin, indicator: str, within: str) -> None:
    from inequality.gini import Gini
    from inequality.theil import TheilD

    found = toy.equity(indicator, within=within)
    cells = toy.cells(["municipality", "pop", "band", "zone", "full"])
    if indicator.startswith("right."):
        value = toy.cell_values(indicator)["value"].to_numpy(float)
    else:
        own = toy.values(indicator, level="municipality", period="latest").set_index("place")["value"]
        value = cells["municipality"].map(own).to_numpy(float)
    people = cells["pop"].to_numpy(int)
    people = np.where(np.isnan(value), 0, people)
    groups = cells["full"].to_numpy(int) if within == "fullvoid" else cells[within].to_numpy(str)
    single, of = np.repeat(value, people), np.repeat(groups, people)
    # PySAL has no 0 ln 0: a value that adds nothing stands for zero.
    oracle = TheilD(np.where(single == 0, 1e-300, single), of)
    assert found.theil is not None
    assert found.theil.total == pytest.approx(float(oracle.T), abs=1e-9)
    assert found.theil.between == pytest.approx(float(np.ravel(oracle.bg)[0]), abs=1e-9)
    assert found.theil.between + found.theil.within == pytest.approx(found.theil.total, abs=1e-15)
    assert found.spread.gini == pytest.approx(Gini(single).g, abs=1e-9)
    assert found.people == len(single)


def test_nobody_is_dropped_in_silence(toy: Twin) -> None:
    everybody = float(toy.cells(["pop"])["pop"].sum())
    for indicator in (
        "broadband.ftth",
        "right.health",
        "right.dwelling",
        "metropolis90.train",
        "stations.foot_5",
    ):
        found = toy.equity(indicator)
        assert found.people + found.missing_people == everybody
        assert sum(found.missing.values()) == found.missing_people
        for by in found.groupings:
            groups = found.groups(by)
            assert sum(group.people for group in groups) == everybody
            assert sum(group.missing_people for group in groups) == found.missing_people
            assert sum(group.share_of_people for group in groups) == pytest.approx(1)
    unknown = toy.values("broadband.ftth", level="municipality").set_index("place")["reason"].dropna()
    assert len(unknown) == 1
    lost = toy.cells(["municipality", "pop"]).groupby("municipality")["pop"].sum()[unknown.index[0]]
    assert toy.equity("broadband.ftth").missing == {str(unknown.iloc[0]): float(lost)}


@pytest.mark.parametrize("indicator", ["metropolis90.car_30", "metropolis90.train_60", "metropolis90.bus_30"])
@pytest.mark.parametrize("level", ["band", "zone"])
def test_means_of_cells_are_the_twins_own_shares(toy: Twin, indicator: str, level: str) -> None:
    found = toy.equity(indicator, within=level)
    assert found.level == "cell"
    own = toy.values(indicator, level=level).set_index("place")["value"]
    assert {group.id: group.mean for group in found.groups()} == pytest.approx(own.to_dict())
    assert found.missing_people == 0  # not reached is known and false


def test_ages_of_a_right_are_the_shares_of_the_reading(toy: Twin) -> None:
    for indicator in (name for name in toy.indicators if name.count(".") == 1 and name.startswith("right.")):
        found = toy.equity(indicator)
        assert found.ages is not None
        for group, end in zip(found.ages, ("", "_0_18", "_65_plus"), strict=True):
            met, unknown = (
                float(toy.values(f"{indicator}.{state}{end}", level="metropolis")["value"].iloc[0])
                for state in ("met", "unknown")
            )
            assert 100 * group.missing_people / group.people == pytest.approx(unknown)
            assert (group.mean or 0) * (1 - unknown / 100) == pytest.approx(met)


def test_what_is_said_by_municipality_is_the_mean_of_the_twin(toy: Twin) -> None:
    found = toy.equity("broadband.ftth", within="zone")
    assert found.level == "municipality"
    assert found.ages is None and found.clusters is None
    assert found.spread.mean == pytest.approx(
        float(toy.values("broadband.ftth", level="metropolis")["value"].iloc[0])
    )


def test_a_time_is_no_good(toy: Twin) -> None:
    found = toy.equity("metropolis90.car")
    assert found.is_time and not found.good
    assert found.theil is None and found.lorenz is None and found.spread.gini is None
    assert found.shares == ("metropolis90.car_30", "metropolis90.car_60", "metropolis90.car_90")
    assert found.spread.mean is not None
    assert all(group.mean is not None for group in found.groups())


def test_fifths_hold_everybody_and_never_split_a_municipality(toy: Twin) -> None:
    found = toy.equity("broadband.ftth").concentration
    assert found is not None and found.index is not None and found.index > 0
    everybody = float(toy.cells(["pop"])["pop"].sum())
    assert sum(fifth.people for fifth in found.fifths) + found.left_out == everybody
    # One municipality of the toy has no income, two hold more than a fifth.
    assert found.left_out > 0
    assert [fifth.people == 0 for fifth in found.fifths] == [False, False, True, False, True]
    ends = [end for fifth in found.fifths for end in (fifth.lowest, fifth.highest) if end is not None]
    assert ends == sorted(ends)


def test_clusters_are_of_inhabited_cells_with_a_value_and_always_the_same(toy: Twin) -> None:
    first, again = toy.equity("right.health").clusters, toy.equity("right.health").clusters
    assert first is not None and again is not None
    assert (first.kind == again.kind).all() and (first.moran, first.p) == (again.moran, again.p)
    cells, values = toy.cells(["pop"]), toy.cell_values("right.health")
    expected = np.flatnonzero((cells["pop"].to_numpy() > 0) & values["value"].notna().to_numpy())
    assert (first.cell == expected).all()
    assert sum(first.cells) == len(expected)
    assert sum(first.people) == toy.equity("right.health").people
    high = first.cell[first.kind == CLUSTERS.index("high_high")]
    assert len(high) and (values["value"].to_numpy()[high] == 1).all()


def test_the_table_has_every_figure_once(toy: Twin) -> None:
    for indicator in ("right.health", "metropolis90.car", "broadband.ftth"):
        table = toy.equity(indicator).table()
        assert not table.duplicated(["section", "item", "figure"]).any()
    wanted = {"whole", "missing", "band", "zone", "fullvoid", "income", "age", "clusters"}
    assert set(toy.equity("right.health").table()["section"]) == wanted


@pytest.mark.parametrize(
    ("indicator", "within", "words"),
    [
        ("right.health", "street", "no such groups (found street; expected band, zone, fullvoid)"),
        ("nonsense", "band", "no such indicator"),
        ("health_supply.beds_per_1000", "band", "no values of cells or municipalities"),
    ],
)
def test_what_cannot_be_answered_is_said(toy: Twin, indicator: str, within: str, words: str) -> None:
    with pytest.raises(TwinError) as caught:
        toy.equity(indicator, within=within)
    assert words in str(caught.value)


def test_the_command_says_the_same(toy: Twin, toy_folder: Path, tmp_path: Path) -> None:
    import typer
    from typer.testing import CliRunner

    from aumenta.cli import equity as command

    app = typer.Typer()
    command.register(app)
    run = CliRunner()
    ask = ["right.health", "--within", "zone", "--twin", str(toy_folder)]
    shown = run.invoke(app, ask)
    assert shown.exit_code == 0, shown.output
    assert "By zone: Theil" in shown.output and "Concentration" in shown.output
    table = toy.equity("right.health", "zone").table()
    printed = pd.read_csv(
        io.StringIO(run.invoke(app, [*ask, "--format", "csv"]).output), keep_default_na=False
    )
    assert printed["figure"].tolist() == table["figure"].tolist()
    rows = json.loads(run.invoke(app, [*ask, "--format", "json"]).output)
    assert [row["value"] for row in rows] == [None if pd.isna(v) else v for v in table["value"]]
    file = tmp_path / "out.csv"
    assert run.invoke(app, [*ask, "--output", str(file)]).exit_code == 0
    assert file.read_text().startswith("section,item,figure,value")
    assert isinstance(run.invoke(app, ["nonsense", "--twin", str(toy_folder)]).exception, TwinError)
