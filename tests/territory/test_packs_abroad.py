# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Territories without ages, with bands by height, jobs at workplaces, a window of their own: what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import PackError
from aumenta.readings.inputs import NO_AGES, Population
from aumenta.store.packs import BUNDLED
from aumenta.territory.cells import build_cells
from aumenta.territory.grid import cells_at, keys
from aumenta.territory.jobs import Workplaces, jobs_at
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.territory.people import GROUPS
from aumenta.territory.places import build_places
from aumenta.territory.population import population_by_age

Change = Callable[[Path], None]
BANDS = {"plain": (0, 230), "hill": (230, 600), "mountain": (600, 3000)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "toy" / "territory", tmp_path / "territory"))


def replaced(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text()
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after)
    path.write_text(text)


def without_ages(folder: Path) -> None:
    people = pd.read_csv(folder / "population.csv", dtype={"municipality": str})
    plain = people.assign(residents=people["female"] + people["male"])
    plain.groupby(["year", "municipality"], as_index=False)["residents"].sum().to_csv(
        folder / "population.csv", index=False
    )
    replaced(
        folder / "territory.yaml",
        ("{ file: population.csv, source: toy }", "{ file: population.csv, source: toy, ages: false }"),
    )


def by_heights(folder: Path, bands: dict[str, tuple[int, int]] = BANDS) -> None:
    codes = {"plain": "[5]", "hill": "[3, 4]", "mountain": "[1, 2]"}
    pairs = [(f"istat: {codes[name]}", f"heights: {list(limits)}") for name, limits in bands.items()]
    replaced(folder / "territory.yaml", *pairs)


def problems_of(folder: Path, *changes: Change) -> list[str]:
    for change in changes:
        change(folder)
    with pytest.raises(PackError) as error:
        load_territory(folder)
    return [f"{problem.message}: {problem.found} ({problem.expected})" for problem in error.value.problems]


def test_residents_without_ages_are_spread_as_many_and_their_groups_are_missing(folder: Path) -> None:
    with_ages = load_territory(folder)
    told = build_cells(with_ages, build_places(with_ages), 1000).cells
    without_ages(folder)
    pack = load_territory(folder)
    rows = population_by_age(pack, 2023)
    assert rows["residents"].sum() == 50_000 and rows["age"].isna().all() and len(rows) == 12
    result = build_cells(pack, build_places(pack), 1000)
    cells = result.cells
    towns = cells.groupby("municipality")["pop"].sum()
    assert towns.to_dict() == dict(zip(rows["municipality"], rows["residents"], strict=True))
    assert cells[list(GROUPS)].isna().all(axis=None)
    assert any("ages" in note for note in result.notes)
    # Whole kilometres of one municipality hold their census share however ages are told.
    assert np.abs(cells["pop"] - told["pop"]).max() <= 2


def test_figures_by_age_are_missing_with_the_reason(folder: Path) -> None:
    without_ages(folder)
    people = Population(population_by_age(load_territory(folder), 2023).assign(year=2023))
    assert people.residents().value.sum() == 50_000
    young = people.residents(first=0, last=14)
    assert np.isnan(young.value).all() and set(young.reason) == {NO_AGES}
    assert np.isnan(people.residents(first=65).value).all()


def test_a_municipality_without_residents_is_named(folder: Path) -> None:
    without_ages(folder)
    path = folder / "population.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if "2023,900003" not in line))
    with pytest.raises(PackError) as error:
        population_by_age(load_territory(folder), 2023)
    assert [str(problem.expected).split()[0] for problem in error.value.problems] == ["900003"]


def test_bands_may_be_heights(folder: Path) -> None:
    by_heights(folder)
    assert [band.heights for band in load_territory(folder).about.bands] == list(BANDS.values())


def test_a_height_outside_its_band_is_told(folder: Path) -> None:
    found = problems_of(folder, lambda one: by_heights(one, {**BANDS, "plain": (0, 150)}))
    assert found and all("another height than its band's: 200 (0 to below 150" in line for line in found)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("istat: [5] }", "istat: [5], heights: [0, 5] }", "either istat"),
        ("istat: [5] }", "heights: [5, 5] }", "must rise"),
        ("en: plain }, istat: [5] }", "en: plain } }", "either istat"),
        ('crs: "EPSG:3035"', "crs: EPSG:32722", "no such plane"),
        ("  complete: true\n", "  complete: true\n  window: ['9:00', '7:00']\n", "after the first"),
        ("  complete: true\n", "  complete: true\n  window: ['7:00', '9:00']\n  hours: ['8:00', '17:00']\n", "within"),
        ("  complete: true\n", "  complete: true\n  hours: ['8:00', '31:00']\n", "string_pattern"),
        ("  complete: true\n", "  complete: true\n  sources: [nobody]\n", "no such source"),
        ("settlements: settlements }", "settlements: settlements, workplaces: nowhere }", "no such table"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(folder: Path, before: str, after: str, words: str) -> None:
    found = problems_of(folder, lambda one: replaced(one / "territory.yaml", (before, after)))
    assert len(found) == 1
    assert words in found[0] or (words == "string_pattern" and "31:00" in found[0])


def test_jobs_are_where_the_workplaces_are(folder: Path) -> None:
    settled = pd.read_csv(folder / "settlements.csv")
    rows = pd.DataFrame({"lon": settled["lon"], "lat": settled["lat"], "jobs": np.arange(len(settled)) + 1.0})
    rows.to_csv(folder / "workplaces.csv", index=False)
    replaced(
        folder / "territory.yaml",
        ("settlements: settlements }", "settlements: settlements, workplaces: workplaces }"),
    )
    name = "name: { it: x, en: x }"
    replaced(
        folder / "tables.yaml",
        (
            "tables:\n",
            f"tables:\n  - id: workplaces\n    file: workplaces.csv\n    {name}\n    licence: EUPL-1.2\n"
            "    key: [lon, lat, jobs]\n"
            "    columns:\n"
            + "".join(f"      - {{ id: {one}, {name} }}\n" for one in ("lon", "lat", "jobs")),
        ),
    )
    pack: TerritoryPack = load_territory(folder)
    cells = build_cells(pack, build_places(pack), 250).cells
    assert cells["jobs"].sum() == rows["jobs"].sum() and cells["jobs"].notna().all()
    assert (cells["jobs"] > 0).sum() <= len(rows)


points = st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900), st.integers(0, 50)), max_size=40)


@given(points)
def test_every_job_is_counted_once_or_said_to_be_away(given_points: list[tuple[float, float, int]]) -> None:
    side = 250
    gx, gy = (axis.ravel().astype(np.int32) for axis in np.meshgrid(np.arange(-2, 2), np.arange(-2, 2)))
    order = np.argsort(keys(gx, gy))
    gx, gy = gx[order], gy[order]
    x, y, jobs = (np.array([one[n] for one in given_points], np.float64) for n in range(3))
    found, away = jobs_at(Workplaces(x, y, jobs), gx, gy, side)
    # By hand: cells of the block and a ring of 250 m around it count, what is farther does not.
    column, row = cells_at(x, y, side)
    near = (column >= -3) & (column <= 2) & (row >= -3) & (row <= 2)
    assert found.sum() == jobs[near].sum() and away == int((~near).sum())
    inside = np.clip(column, -2, 1), np.clip(row, -2, 1)
    by_hand = np.zeros(len(gx))
    for a, b, count in zip(*(axis[near] for axis in inside), jobs[near], strict=True):
        by_hand[(gx == a) & (gy == b)] += count
    assert (found == by_hand).all()


def test_a_workplace_of_unknown_jobs_makes_its_cell_unknown() -> None:
    gx = gy = np.zeros(1, np.int32)
    two = np.array([10.0, 20.0])
    found, away = jobs_at(Workplaces(two, two, np.array([5.0, np.nan])), gx, gy, 250)
    assert np.isnan(found).all() and away == 0
