# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The journeys of a run as people read them: on the scenario's page in both languages, on the command line."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from aumenta.scenario.evidence import Evidence
from aumenta.settings import Settings
from aumenta.web.scenario_journeys import WIDTH, journeys_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.scenario_run import ScenarioRun

ADDRESS = "http://127.0.0.1:8000"
#: A scenario of the toy pack with journeys that become shorter and longer, by train, bus, car and on demand.
WAYS = "valley-without-car"


@pytest.fixture(scope="module")
def run(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> ScenarioRun:
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("journeys") / "twin"
    shutil.copytree(built_toy, folder)
    return open_twin(folder).scenario(WAYS).run()


@pytest.fixture(scope="module")
def evidence(run: ScenarioRun) -> Evidence:
    assert run.journeys is not None
    return run.journeys


@pytest.fixture(scope="module")
def client(run: ScenarioRun) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    with TestClient(create_app(run.twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def section(client: TestClient, path: str) -> str:
    """The part of a page that tells the journeys, once the differences are put together."""
    until = time.monotonic() + 60
    while "journeys-title" not in (page := client.get(path).text) and time.monotonic() < until:
        time.sleep(0.2)
    return html.unescape(page[page.index('<section class="journeys"') :].split("</section>")[0])


def test_the_page_tells_every_journey_in_both_languages(client: TestClient, evidence: Evidence) -> None:
    for path, title, left in (
        (f"/en/scenarios/{WAYS}", "Journeys that change", "Leaving at"),
        (f"/it/scenari/{WAYS}", "Viaggi che cambiano", "Partendo alle"),
    ):
        own = section(client, path)
        assert title in own and own.count('class="journey-card"') == len(evidence.journeys)
        assert own.count(left) == sum(bool(one.after.departures) for one in evidence.journeys)
        shown = re.findall(r'journey-side__minutes"><strong>(\d+)</strong>|(journey-side__none)', own)
        sides = [side for one in evidence.journeys for side in (one.before, one.after)]
        found = [int(minutes) if minutes else None for minutes, _ in shown]
        assert found == [None if s.journey is None else -(-s.journey.seconds // 60) for s in sides]
        for side in sides:
            for leg in side.journey.legs if side.journey else ():
                assert leg.vehicle is None or f"{leg.origin} – {leg.destination}" in own
    assert "servizio a chiamata" in own and "in auto" in own
    assert "Più brevi" in own and "Più lunghi" in own and "non si arriva entro 120 minuti" in own


def test_todays_journey_can_be_asked_for(client: TestClient, evidence: Evidence) -> None:
    links = re.findall(r'class="no-print" href="([^"]+)"', section(client, f"/en/scenarios/{WAYS}"))
    known = [one for one in evidence.journeys if one.before.journey and one.target.mode in {"transit", "car"}]
    assert len(links) == len(known) > 0 and {one.target.kind for one in known} == {"hub", "nearest"}
    for link, one in zip(links, known, strict=True):
        told = client.get(f"/live/journey.json?{link.split('?')[1]}").json()
        assert one.before.journey is not None
        assert told["journey"]["seconds"] == one.before.journey.seconds


def test_drawings_have_one_scale_and_legs_add_up(run: ScenarioRun, client: TestClient) -> None:
    languages: Any = client.app
    visit: Any = SimpleNamespace(
        language=languages.state.site.languages["en"], url=lambda *_: "", site=languages.state.site
    )
    told = journeys_of(visit, run)
    assert told is not None and told["problem"] == ""
    cards = [card for one in told["lists"] for card in (*one["first"], *one["more"])]
    for card in cards:
        rows = [row for row in card["rows"] if row["minutes"] is not None]
        longest = max(row["minutes"] for row in rows)
        for row in rows:
            drawn = row["parts"][-1]["x"] + row["parts"][-1]["wide"]
            assert drawn == pytest.approx(WIDTH * row["minutes"] / longest, abs=WIDTH / longest + 2)
            minutes = [0 if leg["minutes"] == "<1" else int(leg["minutes"]) for leg in row["legs"]]
            assert sum(minutes) == row["minutes"]


def test_nothing_is_shown_of_a_run_that_keeps_none() -> None:
    visit: Any = None
    run: Any = SimpleNamespace(journeys=None)
    assert journeys_of(visit, run) is None


def test_the_command_line_tells_them(run: ScenarioRun, evidence: Evidence) -> None:
    from typer.testing import CliRunner

    from aumenta.cli.scenario import app

    asked = ["compare", run.id, "--journeys", "--twin", str(run.twin.root)]
    words = CliRunner().invoke(app, [*asked, "--language", "it"]).output
    for one in evidence.journeys:
        for side in (one.before, one.after):
            for line in side.journey.text("it") if side.journey else ():
                assert line in words
    table = list(csv.DictReader(io.StringIO(CliRunner().invoke(app, [*asked, "--format", "csv"]).output)))
    assert [row["cell"] for row in table] == [one.place.id for one in evidence.journeys]
    data = json.loads(CliRunner().invoke(app, [*asked, "--format", "json"]).output)
    assert len(data["journeys"]) == len(evidence.journeys)
