# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The equity page as a browser without scripts meets it: its numbers are those of the twin, in both languages."""

from __future__ import annotations

import csv
import html
import io
import re
import struct
import time
import zlib
from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from aumenta.twin.equity import CLUSTERS, Equity
from aumenta.web.i18n import Language

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

EN = Language("en")


def text_of(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.text)


def rows_below(page: str, section: str) -> list[list[str]]:
    """Cells of the body of the first table below a heading, without tags."""
    body = page[page.index(f'id="{section}"') :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    rows = re.findall(r"<tr.*?>(.*?)</tr>", body, re.S)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.S)]
        for row in rows
    ]


@pytest.mark.parametrize("path", ["/it/equita", "/en/equity"])
def test_every_choice_has_a_page_whose_title_is_its_finding(client: TestClient, path: str) -> None:
    first = text_of(client, path)
    choices = re.findall(r'<option value="([a-z0-9_.]+)"', first[: first.index("</select>")])
    assert {"right.health", "broadband.ftth", "metropolis90.car", "metropolis90.car_60"} <= set(choices)
    assert not {"demography.population", "right.health.met", "right.health.not_met"} & set(choices)
    for choice in choices:
        page = text_of(client, f"{path}?indicator={choice}")
        assert f'<option value="{choice}" selected>' in page
        title = re.findall(r"<h1>(.*?)</h1>", page)
        assert len(title) == 1 and re.search(r"\d|non si sa|not known", title[0]), choice
        assert page.count("None") == 0, choice


def test_shares_by_band_are_those_of_the_reading(client: TestClient, toy_twin: Twin) -> None:
    rows = rows_below(text_of(client, "/en/equity?indicator=right.health"), "by-band")
    names = {"Plain": "plain", "Hills": "hill", "Mountains": "mountain"}
    assert {row[0] for row in rows} == set(names)
    for name, _, *shown, residents, _share in rows:
        place = next(i for i in toy_twin.places("band")["id"] if names[name] in i)
        for state, text in zip(("met", "not_met", "unknown"), shown, strict=True):
            value = toy_twin.values(f"right.health.{state}", level="band", place=place)["value"].iloc[0]
            assert text == f"{EN.number(value, 1)}%"
        people = toy_twin.values("demography.population", level="band", place=place, period="latest")
        assert residents == EN.number(float(people["value"].iloc[0]), 0)


def test_the_decomposition_shown_adds_up(client: TestClient, toy_twin: Twin) -> None:
    page = text_of(client, "/en/equity?indicator=broadband.ftth")
    rows = rows_below(page, "split-title")
    found = toy_twin.equity("broadband.ftth")
    assert len(rows) == len(found.groupings) == 3
    for by, row in zip(found.groupings, rows, strict=True):
        parts = found.decomposition(by)
        assert parts is not None
        assert row[2] == f"{EN.number(100 * parts.between / parts.total, 1)}%"
        assert row[4] == f"{EN.number(parts.between, 3)} + {EN.number(parts.within, 3)}"
    assert "<dt>Gini</dt><dd>" + EN.number(found.spread.gini, 3) in page


def test_the_lorenz_curve_runs_from_corner_to_corner_below_the_diagonal(client: TestClient) -> None:
    page = text_of(client, "/it/equita?indicator=income.per_taxpayer")
    path = re.findall(r'<path d="M([\d. L]+)" fill="none" stroke="#1f5fa8"', page)[0]
    points = np.array([[float(v) for v in point.split()] for point in path.split("L")])
    assert points[0].tolist() == [0, 300] and points[-1].tolist() == [300, 0]
    assert (np.diff(points[:, 0]) > 0).all()
    assert (300 - points[:, 1] <= points[:, 0] + 0.11).all()


def test_a_time_has_no_curve_but_says_whom_it_reaches(client: TestClient) -> None:
    page = text_of(client, "/en/equity?indicator=metropolis90.car")
    assert "Lorenz curve:" not in page and 'id="split-title"' not in page
    assert "?indicator=metropolis90.car_60" in page


def test_what_is_known_on_one_side_only_gets_no_statistics(client: TestClient, toy_twin: Twin) -> None:

    from aumenta.web.equity_words import equity_finding

    found = toy_twin.equity("right.health")
    rows = replace(found.rows, value=np.where(found.rows.value == 100, 100.0, np.nan))
    half = Equity(found.indicator, rows, "band", ())
    assert half.one_sided and not found.one_sided

    data = SimpleNamespace(maps=SimpleNamespace(index=SimpleNamespace(reasons={})))
    said = equity_finding(data, half, "Right “health”", [], EN)  # type: ignore[arg-type]
    assert said.title.startswith("Right “health”: known only where it is there, for ")


def test_the_ranking_is_worst_first_and_can_be_filtered(client: TestClient, toy_twin: Twin) -> None:
    rows = rows_below(text_of(client, "/en/equity?indicator=broadband.ftth"), "ranking-title")
    values = toy_twin.values("broadband.ftth", level="municipality", period="latest")
    known = values.dropna(subset="value").sort_values("value")
    assert [float(row[2].split("(")[0]) for row in rows if row[3] != "–"] == known["value"].tolist()
    assert rows[-1][3] == "–" and len(rows) == len(values)
    best = [row for row in rows if row[3] == "1"]
    assert best and float(best[0][2].split("(")[0]) == known["value"].max()
    zone = str(toy_twin.places("zone")["id"].iloc[0])
    towns = toy_twin.places("municipality")
    own = rows_below(text_of(client, f"/en/equity?indicator=broadband.ftth&zone={zone}"), "ranking-title")
    assert len(own) == (towns["zone"] == zone).sum()


def test_the_csv_is_the_table_of_the_twin(client: TestClient, toy_twin: Twin) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(client, "/files/equity/right.health.csv"), newline="")))
    table = toy_twin.equity("right.health").table()
    assert [row["figure"] for row in rows] == table["figure"].tolist()
    assert [float(row["value"] or "nan") for row in rows] == pytest.approx(
        table["value"].tolist(), nan_ok=True
    )


def test_the_picture_has_a_pixel_for_every_cluster_cell(client: TestClient, toy_twin: Twin) -> None:
    answer = client.get("/files/equity/right.health.png")
    assert answer.headers["content-type"] == "image/png"
    data = answer.content
    wide, tall = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT")
    size = struct.unpack(">I", data[start - 4 : start])[0]
    pixels = np.frombuffer(zlib.decompress(data[start + 4 : start + 4 + size]), np.uint8).reshape(
        tall, wide + 1
    )[:, 1:]
    found = toy_twin.equity("right.health").clusters
    assert found is not None
    counts = np.bincount(pixels.ravel(), minlength=len(CLUSTERS) + 1)
    assert tuple(counts[1 : len(CLUSTERS) + 1]) == found.cells


@pytest.mark.parametrize(
    "path",
    [
        "equity/nonsense.csv",
        "equity/nonsense.png",
        "equity/demography.population.csv",
        "equity/broadband.ftth.png",
    ],
)
def test_files_that_are_not_there(client: TestClient, path: str) -> None:
    assert client.get(f"/files/{path}").status_code == 404


@pytest.mark.parametrize("query", ["indicator=nonsense", "indicator=%3Cscript%3E&zone=x", "zone=%00"])
def test_any_query_gives_a_page(client: TestClient, query: str) -> None:
    page = client.get(f"/it/equita?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_nothing_to_share_out_says_why(toy_twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.testclient import TestClient

    from aumenta.settings import Settings
    from aumenta.web.app import create_app
    from aumenta.web.equity_view import EquityData

    monkeypatch.setattr(EquityData, "choices", ())
    with TestClient(create_app(toy_twin, Settings()), base_url="http://127.0.0.1:8000") as client:
        page = client.get("/en/equity")
    assert page.status_code == 200
    assert "No reading of this build can be shared out among people" in page.text


def test_a_page_whose_clusters_are_being_computed_says_so_and_is_not_kept(
    toy_twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page does not wait for the clusters; the next one has them."""
    from starlette.testclient import TestClient

    from aumenta.settings import Settings
    from aumenta.twin import equity
    from aumenta.web.app import create_app
    from aumenta.web.site import Site

    go, compute = Event(), equity.statistics.local_moran

    def slow(*arguments: Any, **named: Any) -> Any:
        assert go.wait(30)
        return compute(*arguments, **named)

    monkeypatch.setattr(equity.statistics, "local_moran", slow)
    monkeypatch.setattr(Site, "prepare", lambda self: None)
    with TestClient(create_app(toy_twin, Settings()), base_url="http://127.0.0.1:8000") as client:
        address = "/en/equity?indicator=right.health"
        first = client.get(address)
        assert first.status_code == 200 and first.headers["cache-control"] == "no-store"
        assert "data-pending" in first.text and "js/equity.js" in first.text
        assert 'src="/files/equity/' not in first.text and "<h1>" in first.text
        # What has no cells has no clusters to wait for.
        assert "data-pending" not in client.get("/en/equity?indicator=broadband.ftth").text
        go.set()
        until = time.monotonic() + 30
        while "data-pending" in (page := client.get(address)).text and time.monotonic() < until:
            time.sleep(0.05)
    assert "data-pending" not in page.text and "/files/equity/right.health.png" in page.text
    assert page.headers["cache-control"] != "no-store"


def test_clusters_that_fail_do_not_stop_the_others(toy_twin: Twin) -> None:
    from aumenta.web.background import Background
    from aumenta.web.equity_clusters import ClusterQueue

    class Broken:
        level = "cell"

        @property
        def clusters(self) -> None:
            raise ValueError("broken")

    found: dict[str, Any] = {"broken": Broken(), "right.health": toy_twin.equity("right.health")}
    queue = ClusterQueue(found.__getitem__, Background())
    queue.prepare(found)
    assert queue.ready("broken", 0) and queue.ready("right.health", 0)
    assert found["right.health"].clusters is not None
