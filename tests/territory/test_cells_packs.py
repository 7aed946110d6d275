# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Cells of the bundled packs, from their files to the table."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from aumenta.errors import AumentaError, PackError
from aumenta.store.packs import BUNDLED
from aumenta.territory.cells import build_cells, read_ground
from aumenta.territory.pack import load_territory
from aumenta.territory.people import GROUPS
from aumenta.territory.places import build_places
from aumenta.territory.population import population_by_age


@pytest.mark.parametrize("name", ["toy", "torino"])
def test_cells_of_a_pack_add_up_to_its_registers(name: str) -> None:
    pack = load_territory(BUNDLED / name / "territory")
    places = build_places(pack)
    found = build_cells(pack, places)
    cells = found.cells
    ages = population_by_age(pack, pack.about.population_year)
    residents = ages.groupby("municipality")["residents"].sum()
    assert (cells.groupby("municipality")["pop"].sum() == residents).all()
    assert (cells[list(GROUPS)].sum(axis=1) == cells["pop"]).all()
    young = ages[ages["age"] <= 14].groupby("municipality")["residents"].sum()
    assert (cells.groupby("municipality")["pop_0_14"].sum() == young).all()
    towns = places[places["level"] == "municipality"].set_index("id")
    assert set(cells["municipality"]) == set(towns.index)
    assert (cells["zone"] == towns["zone"].reindex(cells["municipality"]).to_numpy()).all()
    assert (cells["band"] == towns["band"].reindex(cells["municipality"]).to_numpy()).all()
    rows = pack.table("enterprises").set_index("municipality")["persons_employed"]
    jobs = cells.groupby("municipality")["jobs"].agg(math.fsum).reindex(rows.index)
    np.testing.assert_allclose(jobs, rows.astype(float), atol=1e-9, rtol=0)
    assert rows.isna().any() and cells["height_m"].notna().all() and len(found.notes) >= 2


def toy(tmp_path: Path) -> Path:
    folder = tmp_path / "territory"
    shutil.copytree(BUNDLED / "toy/territory", folder)
    return folder


def test_a_pack_may_name_its_column_of_jobs(tmp_path: Path) -> None:
    folder = toy(tmp_path)
    file = folder / "territory.yaml"
    text = file.read_text(encoding="utf-8")
    given = "jobs: enterprises.persons_employed"
    assert given in text
    file.write_text(text.replace(given, "jobs: enterprises.local_units"), encoding="utf-8")
    pack = load_territory(folder)
    wanted = pack.table("enterprises").set_index("municipality")["local_units"]
    ground = read_ground(pack, build_places(pack))
    np.testing.assert_array_equal(ground.jobs, wanted.reindex(ground.municipality).to_numpy(float))
    file.write_text(text.replace(given, "jobs: enterprises.gnomes"), encoding="utf-8")
    pack = load_territory(folder)
    with pytest.raises(PackError, match=r"enterprises\.gnomes"):
        read_ground(pack, build_places(pack))


def test_a_census_that_does_not_add_up_is_told_with_its_row(tmp_path: Path) -> None:
    folder = toy(tmp_path)
    file = folder / "people_1km.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    parts = rows[3].split(",")
    parts[2] = str(int(parts[2]) + 7)
    file.write_text("\n".join([*rows[:3], ",".join(parts), *rows[4:]]) + "\n", encoding="utf-8")
    pack = load_territory(folder)
    with pytest.raises(AumentaError) as error:
        build_cells(pack, build_places(pack))
    problem = error.value.problems[0]
    assert (problem.file, problem.row, problem.field) == (str(file), 4, "total")
