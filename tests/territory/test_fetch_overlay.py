# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fetched sources laid over the toy metropolis: what they replace, what stays, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fetch_samples import DAY, fill, irpef, item, pharmacies, posas, schools, soil
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aumenta.errors import AumentaError, FetchError, PackError
from aumenta.store.packs import BUNDLED
from aumenta.store.yaml_files import dump_yaml
from aumenta.territory.fetching.cache import cached_sources
from aumenta.territory.fetching.overlay import Overlay, with_fetched
from aumenta.territory.fetching.run import forget
from aumenta.territory.opportunities import build_opportunities
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.territory.places import build_places
from aumenta.territory.population import population_by_age

TOWNS = [f"9000{n:02d}" for n in range(1, 13)]
POSAS = item("istat_posas", replaces=["population"], arguments={"year": "2023"})
NEWER = item("istat_posas", "posas-2025", arguments={"year": "2025"})
IRPEF = item("mef_irpef", replaces=["income"], arguments={"year": "2024"})
SOIL = item("ispra_soil", replaces=["soil"], arguments={"year": "2025"})
PHARMACY = item("salute_pharmacies", replaces=["services"])
SCHOOLS = item("mim_schools", replaces=["schools"])


def people(factor: int = 1, towns: list[str] = TOWNS) -> dict[tuple[str, int], tuple[int, int]]:
    """Women and men by single age: 2 and 1 times the age and one, times the number of the town."""
    return {
        (t, a): (2 * (a + 1) * int(t[-2:]) * factor, (a + 1) * int(t[-2:])) for t in towns for a in range(101)
    }


def soils(towns: list[str] = TOWNS) -> list[tuple[str, float | None, float | None]]:
    return [(town, int(town[-2:]) * 10.5, int(town[-2:]) / 2) for town in towns]


Lay = Callable[..., Overlay]


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Lay sources (each its item and its file) over a copy of the toy territory."""

    def laid(*sources: tuple[dict[str, Any], bytes], known: tuple[dict[str, Any], ...] = ()) -> Overlay:
        folder = tmp_path / "territory"
        if not folder.exists():
            shutil.copytree(BUNDLED / "toy/territory", folder)
        items = [one for one, _ in sources]
        (folder / "fetch.yaml").write_text(dump_yaml({"sources": [*items, *known]}), encoding="utf-8")
        fill(tmp_path / "cache", items, {one["id"]: raw for one, raw in sources}, monkeypatch)
        return with_fetched(load_territory(folder), tmp_path / "cache")

    return laid


def layer(pack: TerritoryPack, name: str) -> Any:
    return next(one for one in pack.layers if one.id == name)


def test_residents_of_the_year_are_the_fetched_ones(lay: Lay) -> None:
    before = load_territory(BUNDLED / "toy/territory")
    overlay = lay((POSAS, posas(people())))
    after = population_by_age(overlay.pack, 2023)
    wanted = {(t, a, s): n for (t, a), both in people().items() for s, n in zip("FM", both, strict=True)}
    assert {(r.municipality, r.age, r.sex): r.residents for r in after.itertuples()} == wanted
    pd.testing.assert_frame_equal(population_by_age(overlay.pack, 2022), population_by_age(before, 2022))
    assert overlay.pack.population_source(2023) == "istat-posas"
    assert overlay.pack.population_source(2022) == "toy"
    told = layer(overlay.pack, "population")
    assert (told.readiness, told.status, told.sources) == ("loaded", "reported", ["istat-posas", "toy"])
    assert DAY in told.reason.en and "2022 as the pack has it (toy)" in told.reason.en
    assert layer(overlay.pack, "people_grid").sources == ["istat-posas", "toy"]  # toy: the census of the grid
    source = overlay.pack.sources["istat-posas"]
    assert (source.reference_date, str(source.verified), source.licence) == ("2023-01-01", DAY, "CC-BY-4.0")
    assert [(r.layer, r.source) for r in overlay.replaced] == [("population", "istat-posas")]


def test_a_newer_year_is_there_but_is_the_reference_only_when_it_replaces(lay: Lay) -> None:
    pack = lay((NEWER, posas(people(3)))).pack
    assert pack.about.population_years == [2022, 2023, 2025]
    assert (pack.about.population_year, pack.about.previous_year) == (2023, 2022)
    assert population_by_age(pack, 2025)["residents"].sum() == sum(map(sum, people(3).values()))
    assert layer(pack, "population").readiness == "checked"
    replacing = {**NEWER, "replaces": ["population"]}
    pack = lay((replacing, posas(people(3))), (POSAS, posas(people()))).pack
    assert (pack.about.population_year, pack.about.previous_year) == (2025, 2023)
    assert layer(pack, "population").sources == ["posas-2025", "istat-posas"]
    assert layer(pack, "people_grid").sources == ["posas-2025", "toy"]


def test_income_replaces_what_it_carries_and_leaves_the_rest(lay: Lay) -> None:
    before = load_territory(BUNDLED / "toy/territory").table("income")
    rows = [(t, str(100 * n), str(2_000_000 * n)) for n, t in enumerate(TOWNS, 1)]
    rows[3] = (TOWNS[3], "3", "")
    overlay = lay((IRPEF, irpef(rows)))
    table, spec = overlay.pack.table("income"), overlay.pack.tables["income"]
    assert table["taxpayers"].tolist() == [100 * n if n != 4 else 3 for n in range(1, 13)]
    assert table["taxable_eur"].isna().tolist() == [n == 4 for n in range(1, 13)]
    pd.testing.assert_series_equal(table["taxed"], before["taxed"])
    where = {c.id: (c.source, c.date) for c in spec.columns}
    assert where["taxable_eur"] == where["taxpayers"] == ("mef-irpef", "2024")
    assert where["taxed"] == ("toy", "2023-01-01")
    told = layer(overlay.pack, "income")
    assert told.sources == ["mef-irpef", "toy"]
    assert "Municipalities without a figure: 1." in told.reason.en
    assert "As the pack has them (toy, 2023-01-01): taxed." in told.reason.en
    assert overlay.notes == [
        "income: columns taxpayers, taxable_eur (2024), from mef-irpef, fetched on 2026-01-02"
    ]


def test_soil_keeps_the_changes_of_before_with_their_own_date(lay: Lay) -> None:
    before = load_territory(BUNDLED / "toy/territory").table("soil")
    pack = lay((SOIL, soil(soils()))).pack
    table = pack.table("soil")
    assert dict(zip(table["municipality"], table["consumed_ha"], strict=True)) == {
        t: h for t, h, _ in soils()
    }
    assert dict(zip(table["municipality"], table["consumed_percent"], strict=True)) == {
        t: p for t, _, p in soils()
    }
    pd.testing.assert_frame_equal(table.iloc[:, 3:], before.iloc[:, 3:])
    column = pack.tables["soil"].column
    assert (column("consumed_ha").source, column("consumed_ha").date) == ("ispra-soil", "2025")
    assert column("net_2006_2012_ha").source == "toy"


def test_pharmacies_are_points_or_count_for_their_municipality(lay: Lay) -> None:
    before = load_territory(BUNDLED / "toy/territory")
    places = build_places(before)
    rows = [
        ("1", "900001", 9.15, 44.234),
        ("2", "900001", None, None),
        ("3", "900002", 9.2074, 44.2343),
        ("4", "900002", 9.15, 44.234),  # in Giocopoli
        ("5", "900012", 7.0, 45.0),  # in no municipality
        ("6", "900012", 9.0187, 44.2782),
        ("7", "900008", 9.0202, 44.188),
    ]
    overlay = lay((PHARMACY, pharmacies(rows)))
    made = build_opportunities(overlay.pack, places)
    own = made[made["kind"] == "pharmacy"].set_index("id")
    assert sorted(own.index) == [f"pharmacy-{n}" for n in range(1, 8)]
    assert own["municipality"].tolist() == [row[1] for row in rows]
    assert own.index[own.geometry.isna()].tolist() == ["pharmacy-2", "pharmacy-4", "pharmacy-5"]
    assert own.at["pharmacy-1", "geometry"].x == pytest.approx(9.15)
    assert set(own["source"]) == {"salute-pharmacies"} and set(own["licence"]) == {"CC-BY-4.0"}
    others = build_opportunities(before, places)
    pd.testing.assert_frame_equal(
        pd.DataFrame(made[made["kind"] != "pharmacy"]).reset_index(drop=True),
        pd.DataFrame(others[others["kind"] != "pharmacy"]).reset_index(drop=True),
    )
    told = layer(overlay.pack, "services")
    assert told.sources == ["salute-pharmacies", "toy"] and told.complete
    assert "Without coordinates, they count in their municipality: 1." in told.reason.en
    assert "outside the municipality they name, they count there without it: 2." in told.reason.en


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(TOWNS), st.booleans(),
            st.one_of(st.none(), st.tuples(st.floats(8.9, 9.3), st.floats(44.1, 44.4))),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_no_pharmacy_is_lost_or_moved_whatever_its_coordinates(
    tmp_path_factory: pytest.TempPathFactory, sample: list[tuple[str, bool, tuple[float, float] | None]]
) -> None:
    base = load_territory(BUNDLED / "toy/territory")
    seats = base.table("places").set_index("id")
    rows = [("0", TOWNS[0], seats.at[TOWNS[0], "seat_lon"], seats.at[TOWNS[0], "seat_lat"])]
    for n, (town, at_seat, point) in enumerate(sample, 1):
        lon, lat = (
            (seats.at[town, "seat_lon"], seats.at[town, "seat_lat"]) if at_seat else point or (None, None)
        )
        rows.append((str(n), town, lon, lat))
    folder = tmp_path_factory.mktemp("t")
    shutil.copytree(BUNDLED / "toy/territory", folder / "territory")
    (folder / "territory/fetch.yaml").write_text(dump_yaml({"sources": [PHARMACY]}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        fill(folder / "cache", [PHARMACY], {PHARMACY["id"]: pharmacies(rows)}, patch)
    try:
        pack = with_fetched(load_territory(folder / "territory"), folder / "cache").pack
    except FetchError as error:
        assert "outside the municipality" in str(error)  # most were
        return
    made = build_opportunities(pack, build_places(base))
    own = made[made["kind"] == "pharmacy"]
    assert dict(zip(own["id"], own["municipality"], strict=True)) == {f"pharmacy-{n}": t for n, t, *_ in rows}
    kept = {i for i, shape in zip(own["id"], own.geometry, strict=True) if shape is not None}
    assert {f"pharmacy-{n}" for n, (_, at_seat, _) in enumerate(sample, 1) if at_seat} <= kept


def test_what_no_measure_reads_stays_in_the_cache_and_says_why(lay: Lay) -> None:
    overlay = lay((SCHOOLS, schools()), (SOIL, soil(soils())))
    assert [one.id for one in overlay.left] == ["mim-schools"]
    assert "cadastral code" in overlay.left[0].why
    assert layer(overlay.pack, "schools").readiness == "checked"
    assert "mim-schools" not in overlay.pack.sources
    assert [r.source for r in overlay.replaced] == ["ispra-soil"]


def test_a_source_of_the_packs_own_name_gets_another(lay: Lay) -> None:
    pack = lay((item("ispra_soil", "toy", replaces=["soil"], arguments={"year": "2025"}), soil(soils()))).pack
    assert pack.tables["soil"].column("consumed_ha").source == "toy-fetched"
    assert pack.sources["toy"].publisher == "The Aumenta authors"


def test_only_what_was_fetched_is_laid_over(lay: Lay, tmp_path: Path) -> None:
    pack = lay((SOIL, soil(soils())), known=(IRPEF, POSAS)).pack
    assert pack.tables["income"].column("taxpayers").source == "toy"
    assert pack.people == {}
    (tmp_path / "cache/fetched.json").unlink()
    with pytest.raises(FetchError, match="nothing was fetched yet"):
        with_fetched(pack, tmp_path / "cache")
    plain = load_territory(BUNDLED / "toy/territory")  # nothing to fetch: nothing to lay over
    assert with_fetched(plain, tmp_path / "none") == Overlay(plain, [], [])


def test_municipalities_missing_unknown_and_figures_that_cannot_be_are_all_told(lay: Lay) -> None:
    ages = people(towns=TOWNS[1:])
    del ages[("900003", 40)]
    wrong = [*soils(TOWNS[:-1]), ("999999", 1.0, 1.0)]
    wrong[1] = ("900002", -5.0, 120.0)
    rows = [(t, "10.5", "100") for t in TOWNS]
    shops = [("1", "900001", None, None), ("2", "888888", None, None)]
    with pytest.raises(FetchError) as caught:
        lay((POSAS, posas(ages)), (IRPEF, irpef(rows)), (PHARMACY, pharmacies(shops)))
    text = str(caught.value)
    assert caught.value.exit_code == 2 and "--no-fetched" in text
    assert (
        "istat-posas.csv, field municipality: a municipality is missing (expected 900001 Giocopoli)" in text
    )
    assert "ages of 900003 Biglie are not whole" in text and "without 40" in text
    assert text.count("not a whole number (found 10.5)") == 12
    assert "row 3, field municipality: a municipality that the pack does not know (found 888888)" in text
    with pytest.raises(FetchError) as caught:
        lay((SOIL, soil(wrong)))
    assert "row 3, field consumed_ha: out of range (found -5.0; expected at least 0)" in str(caught.value)
    assert "field consumed_share: out of range (found 120.0" in str(caught.value)
    wrong[1] = ("900002", 5.0, 12.0)
    with pytest.raises(FetchError) as caught:
        lay((SOIL, soil(wrong)))
    assert "a municipality is missing (expected 900012 Filastrocca)" in str(caught.value)
    assert "does not know (found 999999)" in str(caught.value)


def test_points_that_mostly_lie_elsewhere_are_refused(lay: Lay) -> None:
    swapped = [(str(n), town, 44.2, 9.1) for n, town in enumerate(TOWNS)]
    with pytest.raises(FetchError, match=r"outside the municipality they name .found 12 of 12"):
        lay((PHARMACY, pharmacies(swapped)))


def _spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    ("file", "spoil", "message"),
    [
        ("files/ispra-soil-soil.xlsx", _spoil, "not the file that was fetched"),
        ("tables/ispra-soil.csv", _spoil, "not the file that was fetched"),
        ("files/ispra-soil-soil.xlsx", Path.unlink, "No such file"),
        ("tables/ispra-soil.csv", Path.unlink, "No such file"),
        ("fetched.json", lambda path: path.write_text("{"), "damaged"),
        ("fetched.json", lambda path: path.write_text('{"ispra-soil": {"sha256": 1}}'), "source ispra-soil"),
        ("fetched.json", lambda path: path.write_text('{"ispra-soil": 3}'), "source ispra-soil"),
    ],
)
def test_a_damaged_cache_is_told_with_the_file(
    lay: Lay, tmp_path: Path, file: str, spoil: Callable[[Path], object], message: str
) -> None:
    pack = lay((SOIL, soil(soils()))).pack
    spoil(tmp_path / "cache" / file)
    with pytest.raises(FetchError, match=message) as caught:
        with_fetched(pack, tmp_path / "cache")
    assert str(tmp_path / "cache" / file) in str(caught.value)
    assert "etch" in str(caught.value) and "again" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [{"arguments": {"year": "2024"}}, {"sha256": "0" * 64}, {"format": "mef_irpef", "replaces": ["income"]}],
)
def test_a_list_that_changed_since_asks_to_fetch_again(
    lay: Lay, tmp_path: Path, change: Mapping[str, Any]
) -> None:
    pack = lay((SOIL, soil(soils()))).pack
    (pack.folder / "fetch.yaml").write_text(dump_yaml({"sources": [{**SOIL, **change}]}), encoding="utf-8")
    with pytest.raises(FetchError, match=r"another way than when it was fetched .*--source ispra-soil"):
        cached_sources(pack.folder, tmp_path / "cache")


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ([{**SOIL, "replaces": ["earth"]}], "no such layer"),
        ([{**SOIL, "replaces": ["income"]}], "no table of the layer fits"),
        ([{**SOIL, "replaces": ["services"]}], "no table of the layer fits"),
        (
            [SOIL, item("ispra_soil", "again", replaces=["soil"], arguments={"year": "2025"})],
            "two fetched sources",
        ),
    ],
)
def test_a_list_that_does_not_fit_the_pack_is_refused(
    lay: Lay, sources: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(PackError, match=message) as caught:
        lay(*((one, soil(soils())) for one in sources))
    assert "fetch.yaml" in str(caught.value)


def test_pharmacies_need_a_layer_that_brings_them_and_residents_a_year(lay: Lay) -> None:
    with pytest.raises(PackError, match=r"does not bring the kind .found green; expected pharmacy"):
        lay(({**PHARMACY, "replaces": ["green"]}, pharmacies([("1", TOWNS[0], None, None)])))
    with pytest.raises(AumentaError, match=r"fetch\.yaml.*the argument year"):
        lay(({**POSAS, "arguments": {}}, posas(people())))


def test_the_account_keeps_what_the_build_asks_of_it(lay: Lay, tmp_path: Path) -> None:
    pack = lay((SOIL, soil(soils()))).pack
    account = json.loads((tmp_path / "cache/fetched.json").read_text(encoding="utf-8"))["ispra-soil"]
    files = {file.name: file for file in cached_sources(pack.folder, tmp_path / "cache")[0].inputs}
    raw, table = files["fetched/ispra-soil/ispra-soil-soil.xlsx"], files["fetched/ispra-soil/ispra-soil.csv"]
    assert (raw.sha256, table.sha256) == (account["sha256"], account["table_sha256"])
    assert raw.address == "https://publisher.example/ispra-soil" and raw.licence == "CC-BY-4.0"
    assert (raw.reference_date, raw.fetched) == ("2025", DAY)


def test_a_source_can_be_taken_out_of_the_cache(lay: Lay, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    pack = lay((SOIL, soil(soils())), (SCHOOLS, schools())).pack
    with pytest.raises(FetchError, match=r"found nothing-such; expected ispra-soil, mim-schools"):
        forget(["ispra-soil", "nothing-such"], cache)
    assert (cache / "files/ispra-soil-soil.xlsx").is_file()
    assert forget(["ispra-soil"], cache) == ["ispra-soil"]
    assert sorted(p.name for p in cache.glob("*/*")) == ["mim-schools-schools.csv", "mim-schools.csv"]
    assert with_fetched(load_territory(pack.folder), cache).replaced == []
    account = json.loads((cache / "fetched.json").read_text(encoding="utf-8"))
    account["mim-schools"]["file"] = "../kept"
    (cache / "fetched.json").write_text(json.dumps(account), encoding="utf-8")
    (tmp_path / "kept").write_text("not of the cache")
    forget(["mim-schools"], cache)
    assert (tmp_path / "kept").is_file()
