# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A territory pack is read whole or refused with every fault, each with file, row and field."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from aumenta.errors import PackError, Problem
from aumenta.store.packs import BUNDLED, bundled_packs, open_pack
from aumenta.territory.pack import load_territory

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A copy of the toy territory that a test may break."""
    return Path(shutil.copytree(BUNDLED / "toy" / "territory", tmp_path / "territory"))


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replace the first occurrence; the row (from 1) it stood in."""
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(PackError) as caught:
        load_territory(folder)
    assert caught.value.exit_code == 2
    return list(caught.value.problems)


def only(folder: Path, name: str) -> Problem:
    found = problems(folder)
    assert len(found) == 1, found
    assert found[0].file == str(folder / name)
    return found[0]


@pytest.mark.parametrize("name", bundled_packs())
def test_bundled_territories_load_and_name_their_sources(name: str) -> None:
    folder = open_pack(name).territory
    assert folder is not None
    pack = load_territory(folder)
    assert all(path.is_file() for path in pack.files())
    for spec in pack.tables.values():
        assert spec.licence
        for column in spec.columns:
            if column.unit and not column.source:
                pytest.fail(f"{name} {spec.id}.{column.id} is a figure without source")
    held = {table for layer in pack.layers for table in layer.tables}
    assert {t for t in pack.tables} == held
    assert {kind.id for kind in pack.kinds.kinds} == {kind for layer in pack.layers for kind in layer.kinds}
    assert all(source.transport in ("https", None) for source in pack.sources.values())


def test_table_is_a_copy(toy: Path) -> None:
    pack = load_territory(toy)
    table = pack.table("income")
    table.loc[:, "taxpayers"] = 0
    assert pack.table("income")["taxpayers"].sum() == 37_500
    with pytest.raises(PackError, match="no such table"):
        pack.table("incomes")


def test_missing_is_not_zero_in_the_toy_tables(toy: Path) -> None:
    pack = load_territory(toy)
    share = pack.table("broadband").set_index("municipality")["ftth_share"]
    assert share["900008"] == 0
    assert share.isna().sum() == 1 and share.isna()["900012"]
    assert pack.tables["broadband"].column("ftth_share").blank is not None


BROKEN: list[tuple[str, str, str, str, str | None, str]] = [
    # file, old, new, words of the message, field, what was found
    ("territory.yaml", "population_year: 2023", "population_year: 2030", "not one of population_years", None, ""),
    ("territory.yaml", "source: toy }\npopulation_year", "source: toys }\npopulation_year", "no such source",
     "population.source", "toys"),
    ("territory.yaml", "people: people_1km", "people: people_2km", "no such table", "grid.people", "people_2km"),
    ("territory.yaml", "area: table", "area: guess", "Input should be", "area", "'guess'"),
    ("sources.yaml", "    licence: CC0-1.0\n", "", "Field required", "sources.1.licence", ""),
    ("sources.yaml", "id: toy-stations", "id: toy", "given twice", "sources.1.id", "toy"),
    ("layers.yaml", "tables: [income]", "tables: [incomes]", "no such table", "layers.5.tables.0", "incomes"),
    ("layers.yaml", "readiness: declared", "readiness: loaded", "missing exactly when", "layers.16", ""),
    ("tables.yaml", "type: integer", "type: whole", "Input should be", None, "'whole'"),
    ("kinds.yaml", "licence: CC0-1.0", "licence: ODbL-1.0", "licence is not its source's", "files.1.licence",
     "ODbL-1.0"),
    ("kinds.yaml", "category: learning", "category: sorcery", "Input should be", "kinds.0.category", "'sorcery'"),
    ("places.csv", "900002,municipality,Aquilone,z01,z01", "900002,municipality,Aquilone,z01,z09", "no such zone",
     "zone", "z09"),
    ("places.csv", "900003,municipality", "900003,hamlet", "allowed values", "level", "hamlet"),
    ("places.csv", "900004,municipality", "900001,municipality", "given twice", "id", "900001"),
    ("places.csv", "membership_note", "note", "column", "membership_note", ""),
    ("tables/income.csv", "900001,15000", "900001,a lot", "not a number", "taxpayers", "a lot"),
    ("tables/income.csv", "900002,", "999999,", "no such municipality", "municipality", "999999"),
    ("tables/broadband.csv", "0.8,", "1.8,", "out of range", "ftth_share", "1.8"),
    ("tables/soil.csv", "900005,", "900005,,", "number of fields", None, ""),
    ("tables/health_by_band.csv", "hill,clinic", "hill,doctor", "allowed values", "kind", "doctor"),
    ("people_1km.csv", "2341,4242,51", "2341,4242,-51", "out of range", "total", "-51"),
]  # fmt: skip


@pytest.mark.parametrize("file, old, new, words, field, found", BROKEN)
def test_one_fault_is_told_with_file_row_and_field(
    toy: Path, file: str, old: str, new: str, words: str, field: str | None, found: str
) -> None:
    row = change(toy, file, old, new)
    told = [p for p in problems(toy) if words in str(p)]
    assert told, problems(toy)
    assert told[0].file == str(toy / file)
    if field is not None:
        assert told[0].field == field
    if found:
        assert told[0].found == found
    if file.endswith(".csv") and words not in ("column",):
        assert told[0].row == row


def test_yaml_row_is_that_of_the_key(toy: Path) -> None:
    row = change(toy, "layers.yaml", "tables: [soil]", "tables: [soils]")
    assert only(toy, "layers.yaml").row == row


def test_broken_yaml(toy: Path) -> None:
    row = change(toy, "sources.yaml", "publisher: The", "publisher: [The")
    told = only(toy, "sources.yaml")
    assert told.row is not None and told.row >= row


def test_all_faults_of_all_files_at_once(toy: Path) -> None:
    change(toy, "tables/income.csv", "900001,15000", "900001,x")
    change(toy, "tables/soil.csv", "900001,1000.0", "900001,y")
    change(toy, "layers.yaml", "sources: [toy]", "sources: [nobody]")
    (toy / "lines.csv").unlink()
    files = {Path(str(p.file)).name for p in problems(toy)}
    assert files == {"income.csv", "soil.csv", "layers.yaml", "lines.csv"}


def test_a_municipality_left_out_of_a_complete_table_is_named(toy: Path) -> None:
    lines = (toy / "tables/income.csv").read_text().splitlines(keepends=True)
    (toy / "tables/income.csv").write_text("".join(line for line in lines if not line.startswith("900007")))
    told = only(toy, "tables/income.csv")
    assert told.expected == "900007 Altalena" and told.field == "municipality"


def test_an_empty_folder_tells_every_file(tmp_path: Path) -> None:
    names = {Path(str(p.file)).name for p in problems(tmp_path)}
    assert names == {"territory.yaml", "sources.yaml", "layers.yaml", "tables.yaml", "kinds.yaml"}


@pytest.mark.parametrize("way_out", ["../outside.csv", "/etc/hosts", "a/../../b.csv", "a\\\\b.csv"])
def test_no_path_out_of_the_folder(toy: Path, way_out: str) -> None:
    change(toy, "tables.yaml", "file: tables/income.csv", f'file: "{way_out}"')
    assert only(toy, "tables.yaml").field == "tables.3.file"


def test_schemas_in_the_documentation_are_those_of_the_models() -> None:
    module = _tool("territory_schemas")
    for name, text in module.schemas().items():
        assert (REPOSITORY / "docs/schemas/territory" / name).read_text("utf-8") == text


def _tool(name: str):  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", bundled_packs())
def test_bands_are_the_altimetric_zones_that_territory_yaml_says(name: str) -> None:
    pack = load_territory(BUNDLED / name / "territory")
    band_of = {zone: band.id for band in pack.about.bands for zone in band.istat}
    towns = pack.table("places").set_index("id")["band"]
    register = pack.table("municipalities").set_index("municipality")["altimetric_zone"]
    assert register.map(band_of).to_dict() == towns.loc[list(register.index)].to_dict()
