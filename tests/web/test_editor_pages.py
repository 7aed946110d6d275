# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The editor of scenarios over a toy twin: forms, problems at their parameter, two browsers, saving, copies."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from aumenta.scenario.drafts import DraftState
from aumenta.scenario.levers import LEVERS, Lever, load_levers
from aumenta.scenario.model import Assumption, parse_scenario
from aumenta.settings import Settings
from aumenta.store.packs import bundled_packs, open_pack
from aumenta.values.text import Text
from aumenta.web.draft_form import fields_of, state_of

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

ADDRESS = "http://127.0.0.1:8000"
STATION = {"id": "ovest", "name": "Ovest", "lon": 9.112, "lat": 44.2385}
#: What a person fills in to open a station between two stops of the railway.
FILLED = {
    "p.railway": "R1",
    "p.station": json.dumps(STATION),
    "p.after": "giocopoli",
    "p.before": "altalena",
    "p.extra_minutes": "1,5",
}
ALL_LEVERS = [
    lever for pack in bundled_packs() for lever in load_levers(open_pack(pack).root / LEVERS).values()
]


@pytest.fixture(scope="module")
def twin(built_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """A toy twin of one's own, to write in."""
    from aumenta.twin.facade import open_twin

    folder = tmp_path_factory.mktemp("editor") / "twin"
    shutil.copytree(built_toy, folder)
    opened = open_twin(folder)
    words = {"it": "Scritto a mano", "en": "Written by hand"}
    opened.runs.save(parse_scenario({"id": "by-hand", "territory": "toy", "name": words}))
    return opened


class Visitor:
    """Somebody with a browser of their own: its cookie, the token of its pages."""

    def __init__(self, client: TestClient, language: str = "en") -> None:
        self.client, self.language = client, language
        self.edit = {"en": "/en/scenarios/{}/edit", "it": "/it/scenari/{}/modifica"}[language]
        start = {"en": "/en/new-scenario?action=1.1.1", "it": "/it/nuovo-scenario?action=1.1.1"}[language]
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(start).text)
        assert found is not None
        self.token = found[1]

    def act(self, path: str, fields: dict[str, str] | None = None, **more: Any) -> Any:
        data = {"csrf_token": self.token, "lang": self.language, **(fields or {})}
        return self.client.post(f"/act/{path}", data=data, headers={"origin": ADDRESS, **more})

    def begin(self, name: str, action: str = "1.1.1") -> str:
        answer = self.act("drafts/new", {"action": action, "name": name})
        assert answer.status_code == 303, answer.text
        return str(urlsplit(answer.headers["location"]).path.split("/")[3])

    def write(self, id: str, fields: dict[str, str], do: str = "set") -> Any:
        """Send the form of a draft as its page would, with some fields otherwise."""
        now = self.told(id)
        form = {"fields": "1", "revision": str(now["revision"]), **now["fields"], **fields}
        return self.act(f"drafts/{id}/{do}", form)

    def told(self, id: str) -> Any:
        """How a draft stands once it was checked."""
        until = time.monotonic() + 60
        while (answer := self.client.get(f"/live/drafts/{id}.json?lang={self.language}")).json()["checking"]:
            assert time.monotonic() < until
            time.sleep(0.1)
        return answer.json()

    def page(self, id: str, /, **query: str) -> str:
        return self.client.get(self.edit.format(id), params=query).text


@pytest.fixture(scope="module")
def client(twin: Twin) -> Iterator[TestClient]:
    from aumenta.web.app import create_app

    with TestClient(create_app(twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def visitor(client: TestClient) -> Visitor:
    return Visitor(client)


# --- forms ------------------------------------------------------------------------------

#: Values as a person may leave them, right or wrong, by kind; what a form cannot tell apart is not among them.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
WRONG = WORDS.filter(lambda text: not re.fullmatch(r"[-+\d.,eE%]+|null|true|false|NaN|-?Infinity|\"\"", text))
DATA = st.recursive(
    st.booleans() | NUMBERS | WORDS, lambda one: st.lists(one, min_size=1, max_size=3), max_leaves=5
)


def values_of_kind(kind: str) -> st.SearchStrategy[Any]:
    period = st.fixed_dictionaries({"from": WORDS, "until": WORDS, "headway": NUMBERS | WRONG})
    drawn = st.lists(st.dictionaries(WORDS, DATA, min_size=1, max_size=3), min_size=1, max_size=3)
    by_kind = {
        "flag": st.booleans(),
        "service": st.none() | st.lists(period, min_size=1, max_size=3),
        "number": st.none() | NUMBERS | WRONG,
        "minutes": st.none() | NUMBERS | WRONG,
        "share": st.none() | st.integers(0, 1000).map(lambda x: x / 1000) | WRONG,
    }
    text = st.none() | WORDS
    plain = dict.fromkeys(("text", "time", "days", "place", "line", "opportunity_kind"), text)
    return {**by_kind, **plain}.get(kind, st.none() | drawn | WRONG)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), language=st.sampled_from(["it", "en"]))
def test_a_form_gives_back_the_state_that_it_was_made_of(data: st.DataObject, language: str) -> None:
    """For every lever of the packs and any values, right or wrong: what is shown and sent back is what there was."""
    lever: Lever = data.draw(st.sampled_from(ALL_LEVERS))
    values = {one.id: data.draw(values_of_kind(one.kind)) for one in lever.parameters}
    flags = {one.id for one in lever.parameters if one.kind == "flag"}
    optional = {one.id for one in lever.parameters if not one.needed and one.default is None}
    values |= {id: None for id in flags & optional if values[id] is False}
    text = Text(it=data.draw(WORDS), en=data.draw(WORDS))
    told = [Assumption(text=text, source=data.draw(st.none() | WORDS))] if data.draw(st.booleans()) else []
    state = DraftState(name=text, summary=text, values=values, assumptions=told)
    shown = {f"p.{one.id}.{'shown' if one.kind == 'flag' else 'rows'}": "1" for one in lever.parameters}
    form = {name: value for name, value in fields_of(state, lever, language).items()}
    form = {name: value for name, value in form.items() if value or name.removeprefix("p.") not in flags}
    before = DraftState(name=text, assumptions=told)
    assert state_of({**form, **shown, "a.rows": "1"}, before, lever, language) == state


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=60)
    | st.sampled_from(["[" * 5000, "1e999", "[1e999]", "NaN", '"\\ud800"', "{", "1_0", "\0"])
)
def test_whatever_is_written_can_be_kept(text: str) -> None:
    """Any text in any field gives a state that can be written to a file and read again."""
    for lever in (ALL_LEVERS[-1], next(one for one in ALL_LEVERS if one.action == "3.2.2")):
        form = {f"p.{one.id}": text for one in lever.parameters} | {
            "name.it": text,
            "a.rows": "1",
            "a.7.text": text,
        }
        state = state_of(form, DraftState(name=Text(it="", en="")), lever, "it")
        assert DraftState.model_validate_json(state.model_dump_json().encode()) == state


# --- pages ------------------------------------------------------------------------------


def test_actions_are_chosen_by_axis_and_from_their_sheets(client: TestClient) -> None:
    page = client.get("/it/nuovo-scenario").text
    for text in (
        "Una metropoli vicina",
        "Una metropoli verde",
        "La ferrovia della valle",
        "Autobus a chiamata",
    ):
        assert text in page
    sheet = client.get("/it/piano/1.1.1").text
    assert 'href="/it/nuovo-scenario?action=1.1.1"' in sheet and "Prova uno scenario" in sheet
    assert "nuovo-scenario" not in client.get("/it/piano/1.1.3").text  # it has no lever
    chosen = client.get("/it/nuovo-scenario?action=1.1.1").text
    assert "Stazione in più" in chosen and "Il treno arriva a Campana" in chosen
    assert "non si può calcolare" in client.get("/it/nuovo-scenario?action=1.1.3").text
    assert 'href="/en/new-scenario"' in client.get("/en/scenarios").text


def test_a_lever_that_waits_for_data_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = Text(it="Nessun elenco tra i dati.", en="No list among the data.")
    levers = {
        code: lever.model_copy(update={"no_scenario": waits})
        for code, lever in load_levers(open_pack("toy").root / LEVERS).items()
    }
    monkeypatch.setattr("aumenta.web.scenario_drafts.levers_of", lambda twin: levers)
    pages = [client.get(f"/it/nuovo-scenario?action={code}").text for code in levers]
    ready = [page for page in pages if 'id="from"' in page]
    waiting = [page for page in pages if 'id="why-none"' in page]
    assert ready and waiting and len(ready) + len(waiting) == len(pages)
    for page in waiting:
        assert "Perché non c’è ancora uno scenario pronto" in page and "Nessun elenco tra i dati." in page


def test_the_name_of_a_line_is_not_that_of_the_scenario(visitor: Visitor) -> None:
    page = visitor.page(visitor.begin("A line of its own"))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and {"param-scenario-name", "param-name"} <= set(ids)
    own = page.split('id="problems-scenario-name"')[1].split("</div>")[0]
    assert "param__problem" not in own


def test_a_station_is_written_mended_undone_and_saved(visitor: Visitor, twin: Twin) -> None:
    id = visitor.begin("A station more")
    assert id == "a-station-more"
    told = visitor.told(id)
    assert [one["parameter"] for one in told["problems"]] == [None]
    assert "Additional station" in told["problems"][0]["text"] and not told["ready"]
    visitor.write(id, {**FILLED, "p.after": "nowhere"})
    told = visitor.told(id)
    assert [one["parameter"] for one in told["problems"]] == ["after"]
    page = visitor.page(id)
    place = re.search(r'id="problems-after" data-problems="after">(.*?)</div>', page, re.DOTALL)
    assert place is not None and "nowhere" in place[1]
    assert re.search(r'name="p.after"[^>]*aria-describedby="problems-after[^>]*aria-invalid="true"', page)
    visitor.write(id, {"p.after": "giocopoli"})
    told = visitor.told(id)
    assert told["ready"] and told["problems"] == [] and len(told["changes"]) == 2
    assert any("Ovest" in text and "R1" in text for text in told["changes"])
    visitor.write(id, {}, "undo")
    assert visitor.told(id)["fields"]["p.after"] == '"nowhere"'
    visitor.write(id, {}, "redo")
    assert visitor.told(id)["fields"]["p.after"] == '"giocopoli"'
    answer = visitor.write(id, {"name.it": "Stazione Ovest"}, "save")
    assert answer.headers["location"] == f"/en/scenarios/{id}#scenario-run"
    saved = twin.runs.load(id)
    assert (saved.name.it, saved.template, saved.parameters["station"]) == (
        "Stazione Ovest",
        "1.1.1",
        STATION,
    )
    assert not (twin.root / "scenarios/drafts" / f"{id}.json").exists()
    page = visitor.client.get(f"/en/scenarios/{id}").text
    assert f'href="/en/scenarios/{id}/edit"' in page and "Delete" in page


def test_a_saved_scenario_is_edited_again_and_deleted(visitor: Visitor, twin: Twin) -> None:
    id = visitor.begin("Woods", "2.1.2")
    wood = json.dumps([{"id": "wood", "name": "Wood", "lon": 9.16, "lat": 44.23}])
    visitor.write(
        id, {"p.points": wood, "p.hectares": "3.5", "a.rows": "1", "a.0.text": "Land is free"}, "save"
    )
    first = twin.runs.load(id)
    assert first.assumptions[-1].text.en == "Land is free" and first.changes
    told = visitor.told(id)  # nothing is written yet: the draft begins with the first change
    assert (
        told["ready"]
        and told["fields"]["p.hectares"] == "3.5"
        and told["fields"]["a.0.text"] == "Land is free"
    )
    assert id not in [path.stem for path in (twin.root / "scenarios/drafts").glob("*.json")]
    visitor.write(id, {"p.hectares": "9"})
    assert id in visitor.client.get("/en/scenarios").text
    assert "Go on with the draft" in visitor.client.get(f"/en/scenarios/{id}").text
    assert visitor.write(id, {}, "save").status_code == 303
    assert twin.runs.load(id).parameters["hectares"] == 9
    ask = visitor.page(id, ask="delete")
    assert f"/act/scenarios/{id}/delete" in ask and "stays on disk" in ask
    assert twin.runs.load(id)
    assert visitor.act(f"scenarios/{id}/delete").headers["location"] == "/en/scenarios"
    assert id not in twin.runs.ids()
    assert visitor.act(f"scenarios/{id}/delete").status_code == 404
    assert visitor.act("scenarios/valley-on-call/delete").status_code == 404  # the pack's


def test_a_scenario_saved_by_somebody_else_meanwhile_is_not_written_over(
    visitor: Visitor, twin: Twin
) -> None:
    id = visitor.begin("Wood again", "2.1.2")
    wood = json.dumps([{"id": "wood", "name": "Wood", "lon": 9.16, "lat": 44.23}])
    visitor.write(id, {"p.points": wood}, "save")
    visitor.write(id, {"p.hectares": "4"})
    other = twin.runs.load(id).model_copy(update={"assumptions": []})
    twin.runs.save(other)
    assert "trouble=wrong" in visitor.write(id, {}, "save").headers["location"]
    assert [one["parameter"] for one in visitor.told(id)["problems"]] == ["scenario-id"]
    assert twin.runs.load(id) == other


def test_an_id_that_is_used_is_told(visitor: Visitor, twin: Twin) -> None:
    first, second = visitor.begin("Same name"), visitor.begin("Same name")
    assert (first, second) == ("same-name", "same-name-2")
    for taken in (first, "valley-on-call", "no id!", ""):
        answer = visitor.write(second, {"new_id": taken}, "rename")
        assert "trouble=id" in answer.headers["location"], taken
    assert "is used already" in visitor.page(second, trouble="id", id=first)
    assert (
        visitor.write(second, {"new_id": "free-one"}, "rename").headers["location"]
        == "/en/scenarios/free-one/edit"
    )
    visitor.write("free-one", FILLED)
    twin.runs.save(parse_scenario({"id": "free-one", "territory": "toy", "name": {"it": "x", "en": "x"}}))
    assert "trouble=wrong" in visitor.write("free-one", {}, "save").headers["location"]
    assert [one["parameter"] for one in visitor.told("free-one")["problems"]] == ["scenario-id"]
    assert 'id="param-scenario-id"' in visitor.page("free-one")


def test_two_browsers_on_one_draft_lose_nothing(twin: Twin, client: TestClient) -> None:
    here, there = Visitor(client), Visitor(client, "it")
    id = here.begin("Two browsers")
    before = here.told(id)
    form = {"fields": "1", "revision": str(before["revision"]), **before["fields"]}
    assert here.act(f"drafts/{id}/set", {**form, "p.name": "mine", "answer": "json"}).status_code == 303
    answer = there.act(f"drafts/{id}/set", {**form, "p.name": "theirs", "answer": "json"})
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["trouble"] == ["stale"]
    told = client.get(answer.headers["location"]).json()
    assert told["trouble"] == "stale" and told["fields"]["p.name"] == "mine"
    answer = there.act(f"drafts/{id}/set", {**form, "p.name": "theirs"})  # without a script
    kept = urlsplit(answer.headers["location"]).path.split("/")[3]
    assert kept != id
    assert here.told(id)["fields"]["p.name"] == "mine" and here.told(kept)["fields"]["p.name"] == "theirs"
    assert "altra bozza" in there.page(kept, trouble="forked")
    gone = there.act(f"drafts/{id}/discard")
    assert gone.status_code == 303
    assert there.act(f"drafts/{id}/set", {**form, "p.name": "late"}).status_code == 422
    answer = there.act(f"drafts/{id}/fork", {**form, "p.name": "late", "action": "1.1.1"})
    late = urlsplit(answer.headers["location"]).path.split("/")[3]
    assert here.told(late)["fields"]["p.name"] == "late"


def test_forms_without_their_token_write_nothing(visitor: Visitor, twin: Twin) -> None:
    id = visitor.begin("Guarded")
    before = (twin.root / "scenarios/drafts" / f"{id}.json").read_bytes()
    fields = {"fields": "1", "revision": "1", "p.name": "evil"}
    for path in (
        f"drafts/{id}/set",
        f"drafts/{id}/undo",
        f"drafts/{id}/discard",
        f"drafts/{id}/save",
        "drafts/new",
    ):
        sent = visitor.client.post(f"/act/{path}", data=fields, headers={"origin": ADDRESS})
        assert sent.status_code == 403, path
        forged = visitor.act(path, {**fields, "csrf_token": visitor.token + "x"})
        assert forged.status_code == 403, path
        assert visitor.act(path, fields, origin="https://evil.example").status_code == 403, path
    assert (twin.root / "scenarios/drafts" / f"{id}.json").read_bytes() == before


def test_a_damaged_draft_is_told_and_put_aside(visitor: Visitor, twin: Twin) -> None:
    id = visitor.begin("Damaged")
    path = twin.root / "scenarios/drafts" / f"{id}.json"
    path.write_text(path.read_text(encoding="utf-8")[:40], encoding="utf-8")
    assert "cannot be read" in visitor.client.get("/en/scenarios").text
    page = visitor.page(id)
    assert "cannot be opened" in page and f"scenarios/drafts/{id}.json" in page
    assert visitor.client.get(f"/live/drafts/{id}.json").status_code == 422
    assert visitor.act(f"drafts/{id}/set", {"fields": "1", "revision": "1"}).status_code == 422
    assert visitor.act(f"drafts/{id}/discard").status_code == 303
    assert not path.exists() and list(path.parent.glob(f"{id}.json.damaged*"))


def test_a_draft_is_there_after_the_server_ended(visitor: Visitor, twin: Twin) -> None:
    from aumenta.web.app import create_app

    id = visitor.begin("Survives")
    visitor.write(id, {"p.name": "still here"})
    with TestClient(create_app(twin, Settings()), base_url=ADDRESS, follow_redirects=False) as other:
        again = Visitor(other, "it")
        assert again.told(id)["fields"]["p.name"] == "still here" and again.told(id)["undo"]
        assert "Survives" in other.get("/it/scenari").text


def test_what_is_not_one_s_own_is_copied(visitor: Visitor, twin: Twin) -> None:
    page = visitor.page("valley-on-call")
    assert "Make a copy" in page and "draft-form" not in page
    answer = visitor.act("drafts/copy", {"scenario": "valley-on-call"})
    id = urlsplit(answer.headers["location"]).path.split("/")[3]
    told = visitor.told(id)
    pack = twin.scenario("valley-on-call").scenario
    assert told["ready"] and told["title"].endswith("(copy)")
    assert json.loads(told["fields"]["p.area"]) == pack.parameters["area"]
    visitor.write(id, {}, "save")
    assert twin.runs.load(id).changes == pack.changes
    assert "editor would lose" in visitor.page("by-hand")
    assert visitor.act("drafts/copy", {"scenario": "by-hand"}).status_code == 404
    assert visitor.client.get("/en/scenarios/nowhere/edit").status_code == 404
    assert visitor.client.get("/live/drafts/nowhere.json").status_code == 404


def test_discarding_asks_first(visitor: Visitor, twin: Twin) -> None:
    id = visitor.begin("To be discarded")
    page = visitor.page(id, ask="discard")
    assert "cannot be undone" in page and id in [
        one.stem for one in (twin.root / "scenarios/drafts").glob("*.json")
    ]
    assert visitor.act(f"drafts/{id}/discard").headers["location"] == "/en/scenarios"
    assert visitor.client.get(f"/en/scenarios/{id}/edit").status_code == 404


def test_there_are_only_so_many_drafts(twin: Twin) -> None:
    from aumenta.web.app import create_app

    app = create_app(twin, Settings(max_drafts=1))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        answer = Visitor(client).act("drafts/new", {"action": "1.1.1", "name": "Too many"})
        assert "trouble=many" in answer.headers["location"]
        assert "save or discard one" in client.get(answer.headers["location"]).text
        assert Visitor(client).act("drafts/new", {"action": "9.9.9"}).status_code == 404


def test_beyond_this_machine_nothing_is_written(twin: Twin) -> None:
    from aumenta.web.app import create_app

    app = create_app(twin, Settings(host="0.0.0.0"))
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        for path in (
            "/en/new-scenario",
            "/en/new-scenario?action=1.1.1",
            "/en/scenarios/valley-on-call/edit",
        ):
            page = client.get(path)
            assert page.status_code == 200 and "csrf_token" not in page.text, path
        assert (
            client.post("/act/drafts/new", data={"action": "1.1.1"}, headers={"origin": ADDRESS}).status_code
            == 403
        )
