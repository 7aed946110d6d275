# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rankings with filters, and two places side by side: values, ranks, who does better, what cannot be compared."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import TYPE_CHECKING

import pytest

from aumenta.web.pages.compare import pairs_of
from aumenta.web.pages.ranking import ranked
from aumenta.web.territory_index import TerritoryIndex, build_index

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin


@pytest.fixture(scope="module")
def index(toy_twin: Twin) -> TerritoryIndex:
    return build_index(toy_twin)


def page_of(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.text)


def rows_of(client: TestClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_ranks_are_those_that_pandas_gives(index: TerritoryIndex, toy_twin: Twin) -> None:
    for key in ("broadband.ftth", "income.per_taxpayer", "demography.population", "soil.consumed_share"):
        values = toy_twin.values(key, level="municipality", period="latest").set_index("place")["value"]
        wanted = values.rank(ascending=False, method="min")
        for row in ranked(index, key, {}):
            if row.rank is None:
                assert values.isna()[row.place.id]
            else:
                assert row.rank == row.overall == wanted[row.place.id]


def test_filters_keep_what_they_say_and_ranks_count_anew(index: TerritoryIndex) -> None:
    towns = index.levels["municipality"]
    found = ranked(index, "demography.density", {"zone": "z02", "from": "1000", "to": "3.000"})
    assert {r.place.id for r in found} == {
        t.id for t in towns if t.zone == "z02" and 1000 <= (t.population or 0) <= 3000
    }
    assert [r.rank for r in found][:1] == [1]
    assert any(r.rank != r.overall for r in found)
    assert len(ranked(index, "demography.density", {"from": "many"})) == len(towns)


def test_the_page_and_the_file_show_the_same_ranking(client: TestClient) -> None:
    page = page_of(client, "/en/ranking?indicator=broadband.ftth&band=mountain")
    link = re.search(r'href="(/files/ranking/[^"]+)"', page)
    assert link
    rows = rows_of(client, link.group(1))
    shown = re.findall(r'<th scope="row"><a href="/en/places/(\w+)"', page)
    assert [r["id"] for r in rows] == shown
    assert {r["band"] for r in rows} == {"mountain"}
    assert rows[-1]["rank"] == rows[-1]["value"] == ""
    assert rows[-1]["reason"].startswith("blank.")


def test_the_ranking_can_be_turned_and_what_is_missing_stays_last(client: TestClient) -> None:
    def order(sort: str) -> list[str]:
        page = page_of(client, f"/it/classifica?indicator=broadband.ftth&sort={sort}")
        return re.findall(r'<th scope="row"><a href="/it/luoghi/(\w+)"', page)

    down, up = order("value"), order("-value")
    assert down[-1] == up[-1]
    assert down[0] != up[0]
    assert order("name") != down
    assert sorted(order("nonsense")) == sorted(down)


def test_a_limit_that_is_no_number_is_told(client: TestClient) -> None:
    page = page_of(client, "/en/ranking?from=molti")
    assert 'role="alert"' in page
    assert 'aria-invalid="true"' in page
    page = page_of(client, "/en/ranking?from=90000000")
    assert "No municipality passes these filters" in page
    assert client.get("/files/ranking/nothing.csv").status_code == 404


def test_a_comparison_sets_the_values_of_both_places_beside_each_other(
    client: TestClient, toy_twin: Twin
) -> None:
    rows = rows_of(client, "/files/compare/900001/900008.csv")
    for row in rows:
        for side, place in (("a", "900001"), ("b", "900008")):
            values = toy_twin.values(row["indicator"], place=place, period="latest")["value"]
            if row[f"value_{side}"]:
                assert float(row[f"value_{side}"]) == values.iloc[-1]
            else:
                assert values.isna().all()
        if row["difference"]:
            assert float(row["difference"]) == pytest.approx(float(row["value_a"]) - float(row["value_b"]))
    page = page_of(client, "/en/compare?a=900001&b=900008")
    assert page.count("<h1") == 1
    assert "The largest difference:" in page


def test_who_does_better_follows_the_direction_and_never_size(index: TerritoryIndex) -> None:
    big, small = index.places["900001"], index.places["900008"]
    pairs = {pair.indicator.id: pair for pair in pairs_of(index, big, small)}
    assert pairs["broadband.ftth"].better == 0
    assert pairs["soil.consumed_share"].better == 1
    assert pairs["soil.consumed_ha"].difference
    assert pairs["soil.consumed_ha"].better is None
    assert pairs["demography.density"].better is None


def test_counts_of_places_of_two_levels_have_no_difference(index: TerritoryIndex) -> None:
    pairs = {p.indicator.id: p for p in pairs_of(index, index.places["900001"], index.places["z01"])}
    assert pairs["demography.population"].difference is None
    assert pairs["demography.share_0_18"].difference is not None


def test_one_place_alone_is_set_beside_its_zone_and_nonsense_is_told(client: TestClient) -> None:
    assert re.search(r'<option value="z01" selected', page_of(client, "/it/confronto?a=900001"))
    page = page_of(client, "/it/confronto?a=nulla")
    assert 'role="alert"' in page
    assert "<h1" in page
    assert client.get("/files/compare/900001/nulla.csv").status_code == 404


def test_the_overview_offers_rights_but_not_their_repetitions(client: TestClient) -> None:
    offered = re.findall(r'<option value="(right\.[^"]+)"', page_of(client, "/it/"))
    assert "right.health.met" in offered
    assert not [key for key in offered if key.endswith(("_0_18", ".unknown", ".not_met"))]
