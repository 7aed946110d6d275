# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Builds with fetched sources: only when told, the same bytes twice, nothing from a damaged cache."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from fetch_samples import DAY, fill, irpef, item, pharmacies, posas, soil
from typer.testing import CliRunner

from aumenta.cli import fetch as fetch_command
from aumenta.cli import twin as twin_commands
from aumenta.errors import FetchError
from aumenta.settings import get_settings
from aumenta.store.layout import Layout
from aumenta.store.yaml_files import dump_yaml
from aumenta.twin import build, open_twin
from aumenta.twin.builder import run_build

pytestmark = pytest.mark.slow

TOWNS = [f"9000{n:02d}" for n in range(1, 13)]
ITEMS = [
    item("istat_posas", replaces=["population"], arguments={"year": "2023"}),
    item("mef_irpef", replaces=["income"], arguments={"year": "2024"}),
    item("ispra_soil", replaces=["soil"], arguments={"year": "2025"}),
    item("salute_pharmacies", replaces=["services"]),
    item("gtfs", replaces=["lines"]),
]
FILES = {
    "istat-posas": posas({(t, a): (3, 2) for t in TOWNS for a in range(101)}),
    "mef-irpef": irpef([(t, "10", str(200_000 + 10_000 * n)) for n, t in enumerate(TOWNS)]),
    "ispra-soil": soil([(t, 125.0, 5.0) for t in TOWNS]),
    "salute-pharmacies": pharmacies([("1", "900001", 9.15, 44.234), ("2", "900012", None, None)]),
}


@pytest.fixture
def fetched_pack(own_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the toy pack with a list of sources, and a cache that has four of the five."""
    (own_pack / "territory/fetch.yaml").write_text(dump_yaml({"sources": ITEMS}), encoding="utf-8")
    monkeypatch.setenv("AUMENTA_CACHE", str(tmp_path / "cache"))
    get_settings.cache_clear()
    fill(tmp_path / "cache/toy", ITEMS, FILES, monkeypatch)
    yield own_pack
    get_settings.cache_clear()


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_values_of_a_twin_with_fetched_sources(fetched_pack: Path, tmp_path: Path) -> None:
    twin = build(fetched_pack, into=tmp_path / "t", fetched=True)
    people = twin.values("demography.population", level="metropolis", period="latest").iloc[0]
    assert (people["value"], people["period"]) == (12 * 101 * 5, "2023-01-01")
    assert people["source"] == "istat-posas"
    assert twin.cells()["pop"].sum() == 12 * 101 * 5
    change = twin.values("demography.change", level="metropolis").iloc[0]
    assert change["value"] == pytest.approx(100 * (12 * 101 * 5 - 49_620) / 49_620)
    assert set(change["source"].split()) == {"istat-posas", "toy"}
    income = twin.values("income.per_taxpayer", level="metropolis", period="latest").iloc[0]
    assert income["value"] == pytest.approx((12 * 200_000 + 10_000 * 66) / 120)
    assert (income["period"], income["source"]) == ("2024", "mef-irpef")
    consumed = twin.values("soil.consumed_ha", level="metropolis", period="latest").iloc[0]
    assert (consumed["value"], consumed["source"], consumed["period"]) == (12 * 125.0, "ispra-soil", "2025")
    kept = twin.values("soil.net_change_per_year", level="metropolis").iloc[0]
    assert kept["source"] == "toy"
    shops = twin.opportunities("pharmacy")
    assert shops["municipality"].tolist() == ["900001", "900012"]
    assert shops["cell"].isna().tolist() == [False, True]


def test_the_manifest_tells_where_the_figures_come_from(fetched_pack: Path, tmp_path: Path) -> None:
    twin = build(fetched_pack, into=tmp_path / "t", fetched=True)
    manifest = twin.manifest
    assert [(r.layer, r.source, r.fetched) for r in manifest.replaced] == [
        ("income", "mef-irpef", DAY), ("population", "istat-posas", DAY),
        ("services", "salute-pharmacies", DAY), ("soil", "ispra-soil", DAY),
    ]  # fmt: skip
    inputs = {entry.name: entry for entry in manifest.inputs if entry.name.startswith("fetched/")}
    assert len(inputs) == 8  # of each source the file as it came and its table
    told = inputs["fetched/mef-irpef/mef-irpef-irpef.csv"].model_dump()
    account = json.loads((tmp_path / "cache/toy/fetched.json").read_text(encoding="utf-8"))
    assert told["sha256"] == account["mef-irpef"]["sha256"]
    assert (told["address"], told["licence"], told["reference_date"], told["fetched"]) == (
        "https://publisher.example/mef-irpef", "CC-BY-4.0", "2024", DAY,
    )  # fmt: skip
    source = twin.sources["ispra-soil"]
    assert (source.attribution, source.licence, source.verified) == (
        "Publisher of ispra-soil",
        "CC-BY-4.0",
        DAY,
    )
    layers = {layer.id: layer for layer in twin.layers}
    assert layers["soil"].readiness == "loaded" and layers["soil"].sources == ["ispra-soil", "toy"]
    assert manifest.settings["fetched"] is True
    used = {name for row in twin.values()["source"] for name in row.split()}
    assert used <= set(twin.sources)
    assert str(tmp_path) not in (twin.folder / "twin.json").read_text(encoding="utf-8")


def test_fetched_sources_come_in_only_when_told(
    fetched_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = build(fetched_pack, into=tmp_path / "t")
    assert plain.manifest.replaced == [] and plain.manifest.settings["fetched"] is False
    assert {r for row in plain.values("income.per_taxpayer")["source"] for r in row.split()} == {"toy"}
    monkeypatch.setenv("AUMENTA_FETCHED", "1")
    get_settings.cache_clear()
    other = build(fetched_pack, into=tmp_path / "t")
    assert other.build != plain.build and len(other.manifest.replaced) == 4
    again = run_build(fetched_pack, tmp_path / "t", fetched=False)
    assert again.manifest.build == plain.build


def test_two_builds_give_the_same_bytes_and_an_unchanged_one_does_nothing(
    fetched_pack: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from aumenta.twin.builder import run_build; "
        "done = run_build(sys.argv[1], sys.argv[2], fetched=True); "
        "print(done.changed, [m for m in ('numpy', 'pandas', 'pyarrow', 'geopandas') if m in sys.modules])"
    )
    build(fetched_pack, into=tmp_path / "one", only="ground", fetched=True)
    build(fetched_pack, into=tmp_path / "one", fetched=True)
    command = [sys.executable, "-c", code, str(fetched_pack)]
    for changed in ("True", "False"):
        done = subprocess.run([*command, str(tmp_path / "two")], capture_output=True, text=True, check=True)
        assert done.stdout.startswith(changed)
    assert done.stdout.split() == ["False", "[]"]
    one, two = open_twin(tmp_path / "one"), open_twin(tmp_path / "two")
    assert files_of(one.folder) == files_of(two.folder)


@pytest.mark.parametrize(("day", "soils"), [("2026-03-04", 125.0), (DAY, 126.0)])
def test_another_day_or_another_file_is_another_build(
    fetched_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, soils: float
) -> None:
    first = run_build(fetched_pack, tmp_path / "t", only="ground", fetched=True)
    again = {"ispra-soil": soil([(t, soils, 5.0) for t in TOWNS])}
    if soils == 125.0:  # the same bytes: a workbook made twice differs by its clock
        again = {"ispra-soil": FILES["ispra-soil"]}
    fill(tmp_path / "cache/toy", ITEMS, again, monkeypatch, day)
    second = run_build(fetched_pack, tmp_path / "t", only="ground", fetched=True)
    assert second.changed and second.manifest.build != first.manifest.build
    assert next(r.fetched for r in second.manifest.replaced if r.layer == "soil") == day


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cache: (cache / "files/mef-irpef-irpef.csv").write_bytes(b"x"),
        lambda cache: (cache / "files/mef-irpef-irpef.csv").unlink(),
    ],
)
def test_a_damaged_cache_leaves_the_twin_as_it_was(
    fetched_pack: Path, own_folder: Path, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    before = files_of(own_folder)
    spoil(tmp_path / "cache/toy")
    with pytest.raises(
        FetchError, match=r"mef-irpef-irpef\.csv.*aumenta fetch with --source mef-irpef"
    ) as caught:
        run_build(fetched_pack, own_folder, fetched=True)
    assert caught.value.exit_code == 2 and "nothing was built" in str(caught.value)
    assert files_of(own_folder) == before


def test_a_source_that_does_not_fit_leaves_the_twin_as_it_was(
    fetched_pack: Path, own_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(own_folder)
    fill(tmp_path / "cache/toy", ITEMS, {"ispra-soil": soil([(t, 1.0, 5.0) for t in TOWNS[1:]])}, monkeypatch)
    with pytest.raises(FetchError, match=r"a municipality is missing .expected 900001 Giocopoli"):
        run_build(fetched_pack, own_folder, fetched=True)
    after = files_of(own_folder)
    assert {name: after[name] for name in before} == before
    assert not [p for p in Layout(own_folder).builds.iterdir() if p.name.startswith(".")]


def test_commands_say_what_is_replaced_and_how_to_build_with_it(
    fetched_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    fetch_command.register(app)
    twin_commands.register(app)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "220"}, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def bring(url: str, target: Path, **_: object) -> object:
        from aumenta.territory.fetching.download import Downloaded, _sha256

        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(FILES[url.rsplit("/", 1)[1]])
        return Downloaded(target, _sha256(target), target.stat().st_size, None, False)

    monkeypatch.setattr("aumenta.territory.fetching.run.download", bring)
    said = run("fetch", str(fetched_pack), "-s", "mef-irpef", "-s", "salute-pharmacies")
    assert "mef-irpef: columns taxpayers, taxable_eur (2024) (layer income)" in said
    assert "salute-pharmacies: all points of kind pharmacy (layer services)" in said
    assert f"aumenta build {fetched_pack} --fetched" in said
    built = run("build", str(fetched_pack), "--into", str(tmp_path / "t"), "--only", "ground", "--fetched")
    assert "soil: columns consumed_ha, consumed_percent (2025), from ispra-soil, fetched on" in built
    shown = run("twin", "--twin", str(tmp_path / "t"))
    assert "From fetched sources" in shown and "Publisher of ispra-soil, fetched on" in shown
    plain = run("build", str(fetched_pack), "--into", str(tmp_path / "t"), "--only", "ground", "--no-fetched")
    assert "fetched on" not in plain
    assert "From fetched sources" not in run("twin", "--twin", str(tmp_path / "t"))
    assert run("fetch", str(fetched_pack), "--forget", "-s", "ispra-soil").strip().endswith("ispra-soil")
    built = run("build", str(fetched_pack), "--into", str(tmp_path / "t"), "--only", "ground", "--fetched")
    assert "from ispra-soil" not in built and "from mef-irpef" in built
    with pytest.raises(FetchError, match="name sources with --source"):
        run("fetch", str(fetched_pack), "--forget")
