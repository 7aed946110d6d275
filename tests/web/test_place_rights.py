# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rights on the page of a place: shares, what is missing most, what is said where there are none; trends."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.values.text import Text
from aumenta.web.app import create_app
from aumenta.web.i18n import Language
from aumenta.web.place_rights import ConditionLine, RightLine, Shares, holding, missing_most, rights_of_place
from aumenta.web.territory_index import SeriesPoint, TerritoryIndex, build_index
from aumenta.web.trend import HEIGHT, WIDTH, trend_of

if TYPE_CHECKING:
    from collections.abc import Sequence

IT, EN = Language("it"), Language("en")


@pytest.fixture(scope="module")
def index(toy_twin: Twin) -> TerritoryIndex:
    return build_index(toy_twin)


def indicator(key: str = "right.health.care", formula: str = "a") -> Indicator:
    words = Text(it=formula, en=formula)
    return Indicator.model_validate(
        {
            "id": key, "name": words, "description": words, "unit": words, "direction": "up", "measure": "right",
            "formula": words, "levels": ["municipality"], "decimals": 1,
        }
    )  # fmt: skip


def condition(
    name: str, not_met: float, unknown: float = 0.0, gap: float | None = None, formula: str = ""
) -> ConditionLine:
    shares = Shares(100 - not_met - unknown, not_met, unknown)
    own = indicator(formula=formula or name)
    return ConditionLine(own, name, "", shares, gap, "minutes beyond the threshold", (), "health")


def right(*conditions: ConditionLine, met: float | None = 40.0) -> RightLine:
    return RightLine("health", "health", indicator(), Shares(met, 60.0, 0.0), "", (), tuple(conditions))


def test_shares_on_the_page_are_those_of_the_twin(
    client: TestClient, toy_twin: Twin, index: TerritoryIndex
) -> None:
    place = index.places["900005"]
    for one in rights_of_place(index, place, EN):
        rows = toy_twin.values(place=place.id).set_index("indicator")["value"]
        base = f"right.{one.id}"
        assert one.shares == Shares(rows[f"{base}.met"], rows[f"{base}.not_met"], rows[f"{base}.unknown"])
        assert sum(v or 0 for v in (one.shares.met, one.shares.not_met, one.shares.unknown)) == pytest.approx(
            100
        )
        for each in one.conditions:
            assert each.shares.met == rows[each.indicator.id]
    page = client.get(f"/it/luoghi/{place.id}").text
    bars = re.findall(r'<svg class="right-bar".*?</svg>', page, re.S)
    assert len(bars) == 6
    # The blue part of the first bar is as long as the share is large: 600 units are everybody.
    blue = re.search(r'width="([\d.]+)" height="18" fill="#0066cc"', bars[0])
    assert blue
    value = toy_twin.values("right.dwelling.met", place=place.id)["value"].iloc[0]
    assert float(blue.group(1)) == pytest.approx(value * 6, abs=0.06)


def test_rights_stand_in_the_plans_order(index: TerritoryIndex) -> None:
    place = index.places["900001"]
    found = [one.id for one in rights_of_place(index, place, IT)]
    assert found == ["dwelling", "environment", "health", "learning", "work", "connection"]


def test_what_is_missing_most_is_told_in_order_and_once() -> None:
    rights = [
        right(condition("A pharmacy", 20.4, gap=8.16), condition("Fibre", 99.99, formula="fibre")),
        right(condition("Fibre for work", 99.99, formula="fibre"), condition("A park", 55, gap=1.0)),
    ]
    assert missing_most(rights, EN) == [
        "All residents lack fibre (health, health).",
        "55 in 100 residents lack a park: on average 1 minute beyond the threshold (health).",
        "20 in 100 residents lack a pharmacy: on average 8.16 minutes beyond the threshold (health).",
    ]
    assert missing_most(rights, IT)[0] == "Fibre: manca a tutti i residenti (health, health)."
    assert missing_most(rights, IT)[1] == (
        "A park: manca a 55 residenti su 100, in media 1 minute beyond the threshold (health)."
    )


def test_what_is_not_known_fills_the_sentences_and_is_never_called_missing() -> None:
    rights = [
        right(condition("A school", 0.0, unknown=89.0), condition("A shop", 0.4), condition("A park", 0.0))
    ]
    assert missing_most(rights, EN) == [
        "Fewer than one in 100 residents lack a shop (health).",
        "A school: not known for 89 in 100 residents (health).",
    ]
    assert missing_most([], EN) == []


def test_what_is_known_of_nobody_is_one_sentence() -> None:
    names = [f"Thing {n}" for n in range(8)]
    rights = [right(*(condition(name, 0.0, unknown=100.0) for name in names), condition("A park", 30.0))]
    assert missing_most(rights, EN) == [
        "30 in 100 residents lack a park (health).",
        "Not known of any resident: thing 0, thing 1, thing 2, thing 3, thing 4 and 3 more.",
    ]
    assert missing_most([right(condition("A school", 0.0, unknown=100.0))], IT) == [
        "A school: non si sa per nessun residente (health)."
    ]


def test_a_finding_says_of_how_many_rights_nothing_is_known() -> None:
    blank = RightLine("x", "x", indicator(), Shares(0.0, 0.0, 100.0), "", (), ())
    assert holding([right(met=90), blank], IT).endswith("; di uno non si sa niente")
    assert holding([right(met=90), blank, blank], EN).endswith("; of 2 nothing is known")


def test_units_of_gaps_name_no_indicator(index: TerritoryIndex) -> None:
    gaps = [
        one for key, one in index.indicators.items() if key.startswith("right.") and key.endswith("_short")
    ]
    assert gaps
    for one in gaps:
        assert not re.search(r"[a-z]\.[a-z]", one.unit.en + one.unit.it), one.id
    assert {one.unit.en for one in gaps if one.id.endswith("fibre_short")} == {
        "percentage points below the threshold"
    }
    asked = [one.description.it for key, one in index.indicators.items() if key.startswith("right.")]
    assert not [text for text in asked if re.search(r"Condizione: .*(soil\.|broadband\.|full )", text)]


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ([90, 60, 10], "2 of 3 rights hold for more than half of the residents"),
        ([90, 50], "One of 2 rights holds for more than half of the residents"),
        ([10], "None of the 1 rights holds for more than half of the residents"),
        ([None], "Nothing is known of the rights yet"),
    ],
)
def test_the_finding_counts_rights_that_hold_for_most(met: Sequence[float | None], said: str) -> None:
    assert holding([right(met=share) for share in met], EN) == said


def test_a_build_without_rights_says_so(toy_twin: Twin) -> None:
    manifest = toy_twin.manifest
    kept = [one for one in manifest.indicators if one.measure != "right"]
    for pending, said in (([], "does not hold the six rights yet"), (["right"], "still being computed")):
        other = manifest.model_copy(update={"indicators": kept, "pending": pending})
        app = create_app(Twin(toy_twin.root, toy_twin.folder, other), Settings())
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            page = html.unescape(client.get("/en/places/900001").text)
        assert said in page
        assert "right-bar" not in page


def test_a_trend_runs_through_time_and_says_its_ends() -> None:
    points = [SeriesPoint("2011", 10.0), SeriesPoint("2021-01-01", 30.0), SeriesPoint("2016", None)]
    trend = trend_of([*points, SeriesPoint("2013", 20.0)], indicator(), EN)
    assert trend
    spots = [tuple(map(float, part.split())) for part in trend.path[1:].split("L")]
    assert spots == [(4, HEIGHT - 4), (pytest.approx(4 + 88 * 0.2, abs=0.1), HEIGHT / 2), (WIDTH - 4, 4)]
    assert (trend.change, trend.text) == (1, "10.0 (2011) → 30.0 (1 Jan 2021)")
    assert trend_of(points[:1], indicator(), EN) is None
    assert trend_of([SeriesPoint("ieri", 1.0), SeriesPoint("oggi", 2.0)], indicator(), EN) is None


def test_the_place_shows_the_trend_of_values_with_several_periods(
    client: TestClient, index: TerritoryIndex
) -> None:
    page = client.get("/en/places/900001").text
    shown = len(re.findall(r'<svg class="trend"', page))
    several = [key for key, place in index.series if place == "900001" and "right" not in key]
    assert 0 < shown <= len(several)
