# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a twin gives: against sums made by hand from the pack's files, and invariants between its levels."""

from __future__ import annotations

import csv
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import aumenta as au
from aumenta.errors import TwinError
from aumenta.store.layout import Layout
from aumenta.store.packs import BUNDLED
from aumenta.twin import Twin
from aumenta.values.model import VALUES_SCHEMA

TERRITORY = BUNDLED / "toy" / "territory"


def rows_of(name: str) -> list[dict[str, str]]:
    with (TERRITORY / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def zone_of() -> dict[str, str]:
    return {r["id"]: r["zone"] for r in rows_of("places.csv") if r["level"] == "municipality"}


def value(twin: Twin, indicator: str, level: str, place: str) -> pd.Series:
    found = twin.values(indicator, level, place, period="latest")
    assert len(found) == 1
    return found.iloc[0]


def test_income_by_zone_is_the_ratio_of_sums_of_known_municipalities(toy: Twin) -> None:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows_of("tables/income.csv"):
        zone = sums[zone_of()[row["municipality"]]]
        if row["taxable_eur"] and row["taxpayers"]:
            zone[0] += float(row["taxable_eur"])
            zone[1] += float(row["taxpayers"])
        else:
            zone[2] += 1
    assert sum(z[2] for z in sums.values()) > 0, "the toy metropolis has a hidden income"
    for zone, (above, below, missing) in sums.items():
        found = value(toy, "income.per_taxpayer", "zone", zone)
        assert found["value"] == pytest.approx(above / below, rel=1e-12)
        assert found["missing"] == missing


def test_residents_and_indices_of_the_whole(toy: Twin) -> None:
    people = [r for r in rows_of("population.csv") if r["year"] == "2023"]
    by_age: dict[int, int] = defaultdict(int)
    for row in people:
        by_age[int(row["age"])] += int(row["female"]) + int(row["male"])
    young = sum(n for age, n in by_age.items() if age <= 14)
    old = sum(n for age, n in by_age.items() if age >= 65)
    whole = toy.manifest.territory
    assert value(toy, "demography.population", "metropolis", whole)["value"] == sum(by_age.values())
    index = value(toy, "demography.old_age_index", "metropolis", whole)["value"]
    assert index == pytest.approx(100 * old / young, rel=1e-12)
    dependency = value(toy, "demography.dependency_index", "metropolis", whole)["value"]
    assert dependency == pytest.approx(100 * (young + old) / (sum(by_age.values()) - young - old), rel=1e-12)


def test_groups_of_age_add_up_to_everyone(toy: Twin) -> None:
    names = ["share_0_18", "share_19_39", "share_40_64", "share_65_plus"]
    frame = pd.concat([toy.values(f"demography.{name}") for name in names])
    sums = frame.groupby(["level", "place"])["value"].sum()
    assert np.allclose(sums, 100, rtol=0, atol=1e-9)


def test_cells_add_up_to_municipalities_zones_bands_and_the_whole(toy: Twin) -> None:
    cells = toy.cells(["cell", "municipality", "zone", "band", "pop"])
    people = toy.cell_values("demography.population")
    assert people["cell"].tolist() == cells["cell"].tolist()
    assert people["value"].tolist() == cells["pop"].tolist()
    assert set(people["status"]) == {"estimated"}
    for level in ("municipality", "zone", "band"):
        sums = cells.groupby(level)["pop"].sum()
        values = toy.values("demography.population", level).set_index("place")["value"]
        assert sums.to_dict() == values.to_dict()


@pytest.mark.parametrize(
    "indicator", ["demography.population", "soil.consumed_ha", "soil.net_change_per_year"]
)
def test_zones_and_bands_add_up_to_the_whole(toy: Twin, indicator: str) -> None:
    frame = toy.values(indicator)
    for _, rows in frame.groupby("period"):
        whole = rows.loc[rows["level"] == "metropolis", "value"].sum()
        for level in ("municipality", "zone", "band"):
            assert rows.loc[rows["level"] == level, "value"].sum() == pytest.approx(whole, rel=1e-12)


def test_full_share_is_that_of_the_cells(toy: Twin) -> None:
    cells = toy.cells()
    share = 100 * cells.loc[cells["full"], "pop"].sum() / cells["pop"].sum()
    found = value(toy, "fullvoid.full_share", "metropolis", toy.manifest.territory)
    assert found["value"] == pytest.approx(share, rel=1e-12)
    assert found["status"] == "estimated"
    full = toy.cell_values("fullvoid.full")
    assert (full["value"] == 1).tolist() == cells["full"].tolist()


def test_cells_where_nobody_lives_have_no_share(toy: Twin) -> None:
    people, share = toy.cell_values("demography.population"), toy.cell_values("demography.share_65_plus")
    empty = people["value"] == 0
    assert empty.any()
    assert share.loc[empty, "value"].isna().all()
    assert set(share.loc[empty, "reason"]) == {"no_residents"}
    assert share.loc[~empty, "value"].between(0, 100).all()


def test_every_missing_value_has_a_reason_in_both_languages(toy: Twin) -> None:
    frame = toy.values()
    missing = frame[frame["status"] == "missing"]
    assert len(missing) > 0
    for code in set(missing["reason"]):
        words = toy.reason(code)
        assert words is not None and words.it and words.en
    assert frame.loc[frame["status"] != "missing", "reason"].isna().all()


def test_values_name_sources_that_exist(toy: Twin) -> None:
    named = {source for text in set(toy.values()["source"]) for source in text.split()}
    assert named
    assert named <= set(toy.sources)


def test_every_indicator_has_a_value_at_each_of_its_levels(toy: Twin) -> None:
    for name, indicator in toy.indicators.items():
        levels = set(toy.values(name)["level"])
        cells = f"{name}:status" in toy.manifest.files["cell_values.parquet"].columns
        assert levels | ({"cell"} if cells else set()) == set(indicator.levels), name


def test_values_by_place_level_and_period(toy: Twin) -> None:
    frame = toy.values("soil.net_change_per_year", level="zone")
    assert list(frame.columns) == VALUES_SCHEMA.names
    assert frame["period"].nunique() > 1
    latest = toy.values("soil.net_change_per_year", level="zone", period="latest")
    assert set(latest["period"]) == {frame["period"].max()}
    one = toy.values(place=frame["place"].iloc[0])
    assert set(one["indicator"]) > {"soil.net_change_per_year", "demography.population"}


def test_what_is_not_known_is_told_with_what_is(toy: Twin) -> None:
    with pytest.raises(TwinError) as caught:
        toy.values("demography.happiness")
    assert "demography.happiness" in str(caught.value) and "demography.population" in str(caught.value)
    with pytest.raises(TwinError, match="no such level"):
        toy.values("demography.population", level="planet")
    with pytest.raises(TwinError, match="no such level"):
        toy.places("planet")
    with pytest.raises(TwinError, match="not made for cells"):
        toy.cell_values("income.per_taxpayer")


def test_places_are_polygons_and_copies(toy: Twin) -> None:
    towns = toy.places("municipality")
    assert isinstance(towns, gpd.GeoDataFrame)
    assert towns.crs.to_epsg() == 4326
    assert len(towns) == 12
    towns["name"] = "changed"
    assert "changed" not in set(toy.places("municipality")["name"])
    frame = toy.values("demography.population")
    frame["value"] = -1.0
    assert (toy.values("demography.population")["value"] >= 0).all()


def test_other_software_reads_the_files(toy: Twin) -> None:
    places = gpd.read_parquet(toy.folder / "places.parquet")
    assert places.geometry.is_valid.all()
    assert places.crs.to_epsg() == 4326
    cells = gpd.read_parquet(toy.folder / "cells.parquet")
    assert set(cells.geom_type) == {"Point"}
    path = str(toy.folder / "values.parquet")
    count = duckdb.sql(
        "select count(*), sum((status = 'missing')::int) from read_parquet(?)", params=[path]
    ).fetchone()
    frame = toy.values()
    assert count == (len(frame), int((frame["status"] == "missing").sum()))


def test_actions_know_their_connections_and_indicators(toy: Twin) -> None:
    plan = toy.plan
    ties = [plan.action(action.code).connections() for action in plan.actions]
    assert any(ties)
    assert all(tie.reason.it and tie.reason.en for group in ties for tie in group)
    linked = {link.indicator for action in plan.actions for link in plan.action(action.code).indicators()}
    assert linked and linked <= set(toy.indicators)
    with pytest.raises(KeyError):
        plan.action("9.9.9")


def test_threads_share_a_twin(toy_folder: Path) -> None:
    twin = au.open(toy_folder)

    def read(number: int) -> tuple[int, float]:
        rows = twin.values("demography.population", level="municipality")
        return len(twin.places()), float(rows["value"].sum()) + len(twin.cells(["cell"])) * 0 + number * 0

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(read, range(64)))) == 1


def test_what_takes_long_keeps_only_those_waiting_who_want_it(toy_folder: Path) -> None:
    twin, begun, go = au.open(toy_folder), threading.Event(), threading.Event()
    made: list[str] = []

    def long() -> str:
        begun.set()
        assert go.wait(20)
        made.append("long")
        return twin.once("short", lambda: "of the long one")  # one thing made of another

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(twin.once, "long", long) for _ in range(3)]
        assert begun.wait(20)
        assert twin.once("other", lambda: "at once") == "at once"
        assert not any(one.done() for one in waiting)
        go.set()
        assert {one.result(20) for one in waiting} == {"of the long one"}
    assert made == ["long"]


def test_the_ten_lines_of_a_researcher(toy_folder: Path) -> None:
    twin = au.open(toy_folder)
    assert twin.plan.about.id
    assert not twin.values("broadband.ftth", level="municipality").empty
    assert {layer.readiness for layer in twin.layers} >= {"declared", "checked"}
    times = twin.reach((9.15, 44.24), mode="transit", date="2026-05-13", window=("7:00", "9:00"))
    assert times.minutes(percentile=50).index.name == "cell"
    assert len(times.to_gdf()) and len(times.isochrones([15, 30, 60])) == 3
    assert au.build("toy", into=toy_folder).build == twin.build
    twin.verify()


@pytest.mark.parametrize("name", ["values.parquet", "cells.parquet", "plan.json"])
def test_a_file_cut_short_is_named(own_folder: Path, name: str) -> None:
    path = au.open(own_folder).folder / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(TwinError) as caught:
        au.open(own_folder)
    assert name in str(caught.value) and "aumenta build" in str(caught.value)


def test_a_file_with_other_bytes_is_found(own_folder: Path) -> None:
    twin = au.open(own_folder)
    path = twin.folder / "values.parquet"
    path.write_bytes(bytes(len(path.read_bytes())))
    again = au.open(own_folder)
    with pytest.raises(TwinError, match=r"values\.parquet"):
        again.verify()
    with pytest.raises(TwinError, match=r"values\.parquet"):
        again.values()


def test_what_is_no_twin(tmp_path: Path) -> None:
    with pytest.raises(TwinError, match="not found"):
        au.open(tmp_path / "nowhere")
    with pytest.raises(TwinError, match="holds no twin"):
        au.open(tmp_path)
    Layout(tmp_path).current.write_text("../../etc/passwd\n")
    with pytest.raises(TwinError, match="does not name a build"):
        au.open(tmp_path)
    Layout(tmp_path).current.write_text("0123456789abcdef\n")
    with pytest.raises(TwinError, match="no manifest"):
        au.open(tmp_path)


def test_a_list_of_hospitals_that_is_not_complete_gives_no_beds() -> None:
    from aumenta.readings.inputs import Counts, Population
    from aumenta.readings.services import health_supply
    from aumenta.values.aggregate import members_of

    people = Population(
        pd.DataFrame({"year": 2023, "municipality": ["a", "b"], "age": 30, "residents": [900, 100]})
    )
    rows = pd.DataFrame({"level": "zone", "place": "z", "part": ["a", "b"], "inferred": False})
    list_ = pd.DataFrame({"municipality": ["a"], "weight": [5.0], "source": ["s"], "status": ["reported"]})
    told = health_supply(people, members_of(rows), members_of(rows.iloc[:0]), hospitals=Counts(list_, True))
    assert told.rows[-1]["value"].tolist() == [5.0]
    untold = health_supply(
        people, members_of(rows), members_of(rows.iloc[:0]), hospitals=Counts(list_, False)
    )
    assert untold.rows == [] and untold.why == {"health_supply.beds_per_1000": "incomplete"}


def test_a_measure_without_its_input_is_missing_everywhere_and_says_which(
    own_pack: Path, tmp_path: Path
) -> None:
    tables = own_pack / "territory" / "tables.yaml"
    text = tables.read_text(encoding="utf-8")
    layers = own_pack / "territory" / "layers.yaml"
    assert "- id: soil\n" in text
    tables.write_text(text.replace("- id: soil\n", "- id: earth\n"), encoding="utf-8")
    layers.write_text(
        layers.read_text(encoding="utf-8").replace("tables: [soil]", "tables: [earth]"), encoding="utf-8"
    )
    twin = au.build(own_pack, into=tmp_path / "t")
    frame = twin.values("soil.consumed_share")
    assert len(frame) == len(twin.places())
    assert set(frame["status"]) == {"missing"} and set(frame["reason"]) == {"absent.table:soil"}
    words = twin.reason("absent.table:soil")
    assert words is not None and "soil consumed" in words.en
    assert {m.id: m.absent for m in twin.manifest.measures}["soil"] == ["table:soil"]


def test_a_plan_of_another_schema_is_told_apart(own_folder: Path) -> None:
    plan = au.open(own_folder).folder / "plan.json"
    text = plan.read_text(encoding="utf-8")
    plan.unlink()
    plan.write_text(text.replace('"strategies"', '"strategiez"', 1), encoding="utf-8")
    with pytest.raises(TwinError, match="build the twin again"):
        _ = au.open(own_folder).plan
