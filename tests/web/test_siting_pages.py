# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of siting over a toy twin: a question asked, its answer against its own cells, what is refused and where."""

from __future__ import annotations

import csv
import io
import re
import shutil
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import SitingError
from aumenta.scenario.changes_opportunities import OpportunityAdd
from aumenta.settings import Settings
from aumenta.siting.form import question_of
from aumenta.siting.question import Question, parse_question
from aumenta.web import siting_answer as told
from aumenta.web.i18n import Language
from aumenta.web.jobs import JobState
from aumenta.web.problem_words import known
from aumenta.web.siting_desk import SitingDesk, address_fields
from aumenta.web.siting_form import GROUPS, as_lists, gathered

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

ADDRESS = "http://127.0.0.1:8000"
IT = Language("it")
#: A question that leaves people beyond its minutes.
ASKED = {
    "what": "1.2.1",
    "count": "2",
    "mode": "walk",
    "within": "20",
    "candidates.seats": "on",
    "list_complete": "no",
}
FAULT = re.compile(r'class="siting-fault"[^>]*>([^<]+)')


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own: answers are written into it."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("siting") / "twin"
    shutil.copytree(built_toy, folder)
    return open_twin(folder)


@pytest.fixture(scope="module")
def client(twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    with TestClient(create_app(twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def desk(client: TestClient) -> SitingDesk:
    app: Any = client.app
    found: SitingDesk = app.state.site.prepared["siting"]
    return found


def send(client: TestClient, path: str, **fields: str) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/it/dove").text)
    assert token is not None
    data = {"csrf_token": token.group(1), "lang": "it", "sent": "1", **fields}
    return client.post(path, data=data, headers={"origin": ADDRESS})


def ask(client: TestClient, **fields: str) -> str:
    """Where a form leads."""
    answer = send(client, "/act/siting/ask", **{**ASKED, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def faults(client: TestClient, **fields: str) -> list[str]:
    """What the form says after it was sent back."""
    address = ask(client, **fields)
    assert address.startswith("/it/dove?") and address.endswith("#siting-problems"), address
    page = client.get(address.split("#")[0])
    assert page.status_code == 200
    return FAULT.findall(page.text)


@pytest.fixture(scope="module")
def answered(client: TestClient) -> str:
    """The id of an answer that was asked for through the pages."""
    address = ask(client)
    name = address.split("?")[0].rsplit("/", 1)[1]
    again = client.get(address)  # a reload while it works
    assert "data-siting-live" in again.text or again.status_code == 303
    until = time.monotonic() + 200
    while (state := client.get(f"/live/siting/{name}.json?lang=it").json())["busy"]:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert state["answered"], client.get(address).text
    found = client.get(address)
    assert found.status_code == 303
    return str(found.headers["location"].rsplit("/", 1)[1])


def rows(client: TestClient, answer: str, table: str) -> list[dict[str, str]]:
    found = client.get(f"/files/siting/{answer}/{table}.csv")
    assert found.status_code == 200
    return list(csv.DictReader(io.StringIO(found.text)))


# --- the answer -------------------------------------------------------------------------


def test_the_answer_says_what_its_cells_say(client: TestClient, answered: str, twin: Twin) -> None:
    cells = rows(client, answered, "cells")
    beyond = sum(float(one["people"]) for one in cells if one["minutes"] == "" or int(one["minutes"]) > 20)
    people = sum(float(one["people"]) for one in cells)
    assert 0 < beyond < people
    places = {(one["level"], one["id"]): one for one in rows(client, answered, "places")}
    assert float(places["area", "area"]["beyond"]) == pytest.approx(beyond)
    for level in ("band", "zone", "municipality"):
        own = [float(one["beyond"]) for (kind, _), one in places.items() if kind == level]
        assert sum(own) == pytest.approx(beyond)
    served = Counter({one["id"]: float(one["people"]) for one in rows(client, answered, "sites")})
    by_cell: Counter[str] = Counter()
    for one in cells:
        by_cell[one["site"]] += float(one["people"])
    del by_cell[""]
    assert served == pytest.approx(by_cell)
    page = client.get(f"/it/dove/{answered}").text
    assert f"{IT.number(round(beyond), 0)} persone restano oltre 20 minuti" in page
    assert "Chi chiede dice che nell&#39;elenco manca qualcosa" in page
    assert "Scarto provato" in page and "0%" in page
    assert page.count('class="siting-rank"') == 2


def test_ages_beyond_add_up_to_all_who_are(client: TestClient, answered: str, desk: SitingDesk) -> None:
    run = desk.run(answered)
    assert run is not None
    ages = told.age_rows(run, IT)
    assert sum(one.beyond for one in ages) == pytest.approx(run.answer.total.beyond, rel=1e-6)
    page = client.get(f"/it/dove/{answered}?by=age").text
    assert all(one.name in page for one in ages)


def test_the_picture_has_a_square_for_every_cell(client: TestClient, answered: str, desk: SitingDesk) -> None:
    run = desk.run(answered)
    assert run is not None
    content = client.get(f"/files/siting/{answered}/cells.png").content
    wide, tall = struct.unpack(">II", content[16:24])
    data = content[content.index(b"IDAT") + 4 :]
    pixels = np.frombuffer(zlib.decompressobj().decompress(data), np.uint8).reshape(tall, wide + 1)[:, 1:]
    minutes = run.cells["minutes"].to_numpy(float, na_value=np.inf)
    size = round((np.count_nonzero(pixels) / len(minutes)) ** 0.5)
    near = np.count_nonzero((pixels > 0) & (pixels < 4))
    assert near == np.count_nonzero(minutes <= 20) * size**2
    assert np.count_nonzero(pixels >= 4) == np.count_nonzero(minutes > 20) * size**2
    assert np.count_nonzero(pixels >= 6) > 0  # hatched: colour is not the only sign


def test_the_curve_ends_where_the_answer_is_and_one_beyond(client: TestClient, answered: str) -> None:
    steps = rows(client, answered, "curve")
    means = [float(one["mean"]) for one in steps]
    assert means == sorted(means, reverse=True)
    assert [one["more"] for one in steps] == ["false"] * (len(steps) - 1) + ["true"]
    page = client.get(f"/en/where/{answered}").text
    assert page.count("siting-column--more") == 1
    assert "one more (" in page


def test_it_becomes_a_scenario(client: TestClient, answered: str, twin: Twin) -> None:
    sent = send(client, f"/act/siting/{answered}/scenario", name="Due case nuove")
    assert (sent.status_code, sent.headers["location"]) == (303, "/it/scenari/due-case-nuove")
    made = twin.scenario("due-case-nuove").scenario
    added = [one for one in made.changes if isinstance(one, OpportunityAdd)]
    sites = {
        (float(one["lon"]), float(one["lat"]))
        for one in rows(client, answered, "sites")
        if one["new"] == "true"
    }
    assert {(one.lon, one.lat) for one in added} == sites and len(added) == 2
    assert client.get("/it/scenari/due-case-nuove").status_code == 200
    again = send(client, f"/act/siting/{answered}/scenario", name="Due case nuove")
    assert again.headers["location"] == "/it/scenari/due-case-nuove-2"


def test_what_was_asked_before_is_listed_and_found_again(client: TestClient, answered: str) -> None:
    page = client.get("/it/dove").text
    assert f"/it/dove/{answered}" in page
    form = client.get(f"/it/dove?of={answered}").text
    assert "Questa domanda è già stata fatta." in form
    assert re.search(r'name="within"[^>]* value="20"', form)
    assert ask(client).startswith(f"/it/dove/{answered}")  # nothing is computed twice


def test_what_nobody_asked_is_not_found(client: TestClient) -> None:
    assert client.get("/it/dove/0123456789abcdef").status_code == 404
    assert client.get("/files/siting/0123456789abcdef/sites.csv").status_code == 404
    lost = client.get(
        "/it/dove/0123456789abcdef?what=1.2.1&count=2"
    )  # the pages were started again meanwhile
    assert lost.status_code == 200 and "Chiedi di nuovo" in lost.text
    assert client.post("/act/siting/ask", data=ASKED, headers={"origin": ADDRESS}).status_code == 403


# --- what is refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"count": "400"}, ["Più luoghi che candidati"]),
        ({"budget": "-3"}, ["Serve almeno 0"]),
        ({"count": "400", "budget": "-3"}, ["Serve almeno 0", "Più luoghi che candidati"]),
        ({"count": ""}, ["Quanti non è detto"]),
        ({"points": "1,2,x"}, ["Fuori dal territorio"]),
        ({"points": "somewhere"}, ["Non è un punto"]),
        ({"candidates.seats": ""}, ["Nessun candidato"]),
        ({"budget": "10"}, ["Una spesa massima senza costi"]),
        ({"who": "without_car"}, ["Nessun dato lo dice"]),
        ({"area.nowhere": "on"}, ["Luogo sconosciuto"]),
        ({"what": "9.9.9"}, ["Non è qualcosa da mettere"]),
        ({"within": "200"}, ["minuti abbastanza vicini"]),
        ({"objective": "centre", "capacity": "10"}, ["Non va insieme alle capienze"]),
    ],
)
def test_each_fault_is_told_at_its_field_and_nothing_is_lost(
    client: TestClient, fields: dict[str, str], said: list[str]
) -> None:
    found = faults(client, **fields)
    for words in said:
        assert any(words.lower() in one.lower() for one in found), found
    for name, text in fields.items():
        if text and name in ("count", "budget", "within", "capacity"):
            page = client.get(ask(client, **fields).split("#")[0]).text
            assert re.search(rf'name="{name}"[^>]* value="{text}', page)


def failed(desk: SitingDesk, **fields: str) -> tuple[str, str]:
    """Have a question fail as its process does, which takes seconds; where its answer would be, and its form."""
    question = question_of(as_lists(gathered({**ASKED, "sent": "1", **fields})))
    with pytest.raises(SitingError) as error:
        desk.twin.siting(question).run()
    name = desk.name_of(question)
    desk._asked[name] = question
    desk.queue._remember(name, JobState("failed", seconds=1, problems=error.value.problems))
    return f"/it/dove/{name}", f"/it/dove?of={name}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"capacity": "1", "existing_capacity": "1"}, "I luoghi non hanno posto per tutti"),
        (
            {"objective": "set_cover", "count": "", "within": "1", "max_minutes": "5"},
            "non hanno nessun luogo entro",
        ),
        ({"budget": "5", "cost": "10", "count": ""}, "Nessun candidato costa quanto la spesa o meno"),
    ],
)
def test_what_shows_only_with_the_minutes_is_told_too(
    client: TestClient, desk: SitingDesk, fields: dict[str, str], said: str
) -> None:
    answer, form = failed(desk, **fields)
    page = client.get(answer)
    assert page.status_code == 200
    assert said.lower() in page.text.lower() and "Cambia la domanda" in page.text
    found = FAULT.findall(client.get(form).text)
    assert any(said.lower() in one.lower() for one in found), found


def test_a_search_that_is_stopped_can_be_asked_again(
    client: TestClient, desk: SitingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aumenta.web import jobs

    real = jobs.subprocess.Popen
    with monkeypatch.context() as patch:
        patch.setattr(
            jobs.subprocess,
            "Popen",
            lambda command, **how: real([command[0], "-c", "import time; time.sleep(60)"], **how),
        )
        address = ask(client, count="3", within="25")
        name = address.split("?")[0].rsplit("/", 1)[1]
        assert client.get(f"/live/siting/{name}.json").json()["busy"]
        sent = send(client, f"/act/siting/{name}/stop")
    assert sent.status_code == 303
    page = client.get(sent.headers["location"]).text
    assert "La ricerca è stata fermata" in page and "Chiedi di nuovo" in page
    assert re.search(r'name="within" value="25"', page)


def test_time_over_is_said_with_the_gap_that_was_proven(
    client: TestClient, answered: str, desk: SitingDesk
) -> None:
    run = desk.run(answered)
    assert run is not None
    cut = run.answer.model_copy(update={"solved": "time_limit", "gap": 0.0712})
    assert told.proof_of(cut, IT) == (
        "7,2%",
        "Il tempo concesso è finito: questa è la scelta migliore trovata fino ad allora.",
    )
    assert told.proof_of(cut.model_copy(update={"gap": None}), IT)[0] == "non provato"


# --- words and fields -------------------------------------------------------------------


def test_every_field_of_a_question_has_its_part_of_the_form() -> None:
    assert set(Question.model_fields) - {"schema_version"} <= set(GROUPS)


def test_what_pydantic_says_of_a_question_is_known_in_italian() -> None:
    values: list[Any] = [
        None,
        -1,
        10**9,
        "x",
        "",
        [],
        ["x"],
        {},
        {"x": -1},
        True,
        1.5,
        "1:2",
        [1, 2, 3],
        float("nan"),
    ]
    lacking = set()
    for name in Question.model_fields:
        for value in values:
            try:
                parse_question({"what": "1.2.1", "count": 1, name: value})
            except SitingError as error:
                lacking |= {one.message for one in error.problems if not known(one.message, "it")}
    assert lacking == set()


words = st.text(st.characters(categories=("L", "N"), max_codepoint=0x2FF), min_size=1, max_size=8)


@given(
    count=st.integers(1, 1000),
    within=st.integers(1, 120),
    area=st.lists(words, max_size=3, unique=True),
    points=st.lists(st.tuples(st.floats(-179, 179), st.floats(-84, 84), words), max_size=3),
    seats=st.booleans(),
    cost=st.none() | st.floats(0, 1e6),
    complete=st.sampled_from(["yes", "no", "unknown"]),
)
def test_a_question_comes_back_from_its_address(
    count: int,
    within: int,
    area: list[str],
    points: list[Any],
    seats: bool,
    cost: float | None,
    complete: str,
) -> None:
    question = parse_question(
        {
            "what": "1.2.1", "count": count, "within": within, "area": area, "cost": cost, "list_complete": complete,
            "candidates": ["seats"] if seats or not points else [],
            "points": [{"lon": lon, "lat": lat, "name": name} for lon, lat, name in points],
        }
    )  # fmt: skip
    assert question_of(as_lists(gathered(address_fields(question)))) == question
