# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Generated files in the official formats over the Turin pack, by its own list of sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fetch_samples import DAY, fill, pharmacies, posas, schools, soil

from aumenta.store.packs import BUNDLED
from aumenta.territory.fetching import load_catalogue
from aumenta.territory.fetching.overlay import Overlay, with_fetched
from aumenta.territory.opportunities import build_opportunities
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.territory.places import build_places
from aumenta.territory.population import population_by_age

FOLDER = BUNDLED / "torino/territory"
TORINO = "001272"


@pytest.fixture(scope="module")
def pack() -> TerritoryPack:
    return load_territory(FOLDER)


@pytest.fixture(scope="module")
def cache(pack: TerritoryPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One more resident of Torino aged 30, a hectare more soil in each municipality, a pharmacy in each town hall."""
    wide = population_by_age(pack, 2023).pivot(
        index=["municipality", "age"], columns="sex", values="residents"
    )
    people = {
        (str(t), int(a)): (int(r.F), int(r.M))
        for (t, a), r in zip(wide.index, wide.itertuples(), strict=True)
    }
    women, men = people[TORINO, 30]
    people[TORINO, 30] = (women + 1, men)
    before = pack.table("soil")
    hectares = zip(before["municipality"], before["consumed_ha"] + 1, before["consumed_percent"], strict=True)
    seats = pack.table("places").set_index("id")
    shops = [
        (f"{n}", code, seats.at[code, "seat_lon"], seats.at[code, "seat_lat"])
        for n, code in enumerate(pack.municipalities)
    ]
    shops.append(("x", TORINO, None, None))
    files = {
        "istat-posas-2023": posas(
            {**people, ("002001", 0): (1, 1)}
        ),  # another province: left out by the prefix
        "ispra-soil-2024": soil([*hectares, ("002001", 1.0, 1.0)], 2024),
        "salute-pharmacies": pharmacies(shops),
        "mim-schools-2025": schools().replace(b"GIOCO", b"TORINO"),
    }
    items = [one.model_dump(mode="json", exclude_none=True) for one in load_catalogue(FOLDER).sources]
    for one in items:  # the file is named by the last part of the address in the samples
        one.pop("page", None), one.pop("pattern", None)
        one["address"] = f"https://publisher.example/{one['id']}"
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        fill(folder, items, files, patch)
    return folder


@pytest.fixture(scope="module")
def overlay(pack: TerritoryPack, cache: Path) -> Overlay:
    return with_fetched(pack, cache)


def test_three_layers_are_replaced_and_schools_stay(overlay: Overlay) -> None:
    assert [(r.layer, r.source) for r in overlay.replaced] == [
        ("pharmacies", "salute-pharmacies"),
        ("population", "istat-posas-2023"),
        ("soil", "ispra-soil-2024"),
    ]
    assert [one.id for one in overlay.left] == ["mim-schools-2025"]
    layers = {layer.id: layer for layer in overlay.pack.layers}
    assert layers["pharmacies"].sources == ["salute-pharmacies"]
    assert layers["pharmacies"].complete
    assert layers["pharmacies"].reason is not None and "2015" not in layers["pharmacies"].reason.en
    assert "count in their municipality: 1." in layers["pharmacies"].reason.en
    assert layers["population"].sources == ["istat-posas-2023", "istat-posas"]
    assert "istat-posas" not in layers["people_grid"].sources
    assert layers["people_grid"].sources[0] == "istat-posas-2023"
    assert layers["soil"].sources == ["ispra-soil-2024", "ispra-2025"]
    assert {layers[name].readiness for name in ("pharmacies", "population", "soil")} == {"loaded"}
    assert layers["post_offices"].sources == ["osm-2015"]
    assert str(overlay.pack.sources["salute-pharmacies"].verified) == DAY


def test_figures_are_those_of_the_files(pack: TerritoryPack, overlay: Overlay) -> None:
    before, after = population_by_age(pack, 2023), population_by_age(overlay.pack, 2023)
    differs = after[after["residents"] != before["residents"]]
    assert differs[["municipality", "age", "sex"]].values.tolist() == [[TORINO, 30, "F"]]
    assert after["residents"].sum() == before["residents"].sum() + 1
    grown = overlay.pack.table("soil")["consumed_ha"] - pack.table("soil")["consumed_ha"]
    assert grown.to_numpy() == pytest.approx(1.0)
    made = build_opportunities(overlay.pack, build_places(overlay.pack))
    own = made[made["kind"] == "pharmacy"]
    assert len(own) == 313 and set(own["source"]) == {"salute-pharmacies"}
    assert own.groupby("municipality").size().to_dict() == {
        code: 2 if code == TORINO else 1 for code in pack.municipalities
    }
    assert own.geometry.notna().sum() == 312  # seats lie in their own municipality, all 312
    assert (made["kind"] == "post_office").sum() == 125


def test_a_municipality_that_a_file_lacks_is_named(pack: TerritoryPack, cache: Path, tmp_path: Path) -> None:
    from aumenta.errors import FetchError

    shutil.copytree(cache, tmp_path / "cache")
    rows = [(code, 1.0, 1.0) for code in pack.municipalities if code != "001168"]
    item = next(one for one in load_catalogue(FOLDER).sources if one.id == "ispra-soil-2024")
    with pytest.MonkeyPatch.context() as patch:
        one = item.model_dump(mode="json", exclude_none=True) | {"edition": "rolling"}
        one["address"] = f"https://publisher.example/{item.id}"
        fill(tmp_path / "cache", [one], {item.id: soil(rows, 2024)}, patch)
    with pytest.raises(FetchError, match=r"a municipality is missing .expected 001168 None"):
        with_fetched(pack, tmp_path / "cache")
