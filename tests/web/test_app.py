# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The application as a whole: every page in both languages, addresses, languages, errors, what is kept and sent."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.web.app import create_app
from aumenta.web.assets import Assets
from aumenta.web.routes import PAGES, page_path
from aumenta.web.serving import Rendered, Shelf

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

REPOSITORY = Path(__file__).resolve().parents[2]
#: Values for the parameters of pages, as the toy metropolis has them.
EXAMPLES = {"axis": "1", "strategy": "1.1", "action": "1.1.1"}
#: An answer that the twin, which is only read, does not have: its page offers to ask the question.
UNANSWERED = {"siting_answer": {"what": "1.2.1"}}


def addresses(twin: Twin, language: str) -> dict[str, str]:
    place = twin.places(level="municipality")["id"].iloc[0]
    found = {}
    for page in PAGES:
        code = EXAMPLES.get(page.id, "")
        found[page.id] = page_path(
            page.id, language, UNANSWERED.get(page.id), code=code, place=str(place), measure="broadband",
            scenario="valley-on-call", answer="0123456789abcdef",
        )  # fmt: skip
    return found


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_page_of_the_table_is_served_in_both_languages(
    client: TestClient, toy_twin: Twin, language: str
) -> None:
    for page_id, address in addresses(toy_twin, language).items():
        answer = client.get(address)
        assert answer.status_code == 200, (page_id, address)
        assert f'<html lang="{language}">' in answer.text
        assert answer.text.count("<h1") == 1, page_id
        assert answer.headers["content-language"] == language


def test_every_page_is_documented() -> None:
    text = (REPOSITORY / "docs" / "pages.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(" `"): row for row in text.splitlines() if row.startswith("| `")}
    assert set(rows) == {page.id for page in PAGES}
    for page in PAGES:
        for language in ("it", "en"):
            start = f"`/{language}{page.path.get(language)}".split("{")[0]
            assert start in rows[page.id], page.id


def test_switching_language_keeps_the_page_and_its_query(client: TestClient, toy_twin: Twin) -> None:
    italian, english = addresses(toy_twin, "it"), addresses(toy_twin, "en")
    for page in PAGES:
        answer = client.get(italian[page.id])
        assert f'hreflang="en" href="{english[page.id]}"' in answer.text, page.id
        switch = re.search(r'href="(/language/en\?to=[^"]+)"', answer.text)
        assert switch is not None
        moved = client.get(switch.group(1))
        assert moved.status_code == 303
        assert moved.headers["location"] == english[page.id]
    searched = client.get("/it/piano?q=treno&axis=1").text
    switch = re.search(r'href="(/language/en\?to=[^"]+)"', searched)
    assert switch is not None
    assert client.get(switch.group(1)).headers["location"] == "/en/plan?q=treno&axis=1"


def test_the_language_is_remembered(toy_twin: Twin) -> None:
    with TestClient(create_app(toy_twin, Settings()), base_url="http://localhost") as client:
        client.headers["accept-language"] = "de, it;q=0.5"
        assert client.get("/", follow_redirects=False).headers["location"] == "/it/"
        chosen = client.get("/language/en?to=/en/plan", follow_redirects=False)
        cookie = chosen.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert client.get("/", follow_redirects=False).headers["location"] == "/en/"


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/en/", "/\\evil.example", "/it/", "", "/en\r\nx: y"]
)
def test_the_language_switch_leads_nowhere_else(client: TestClient, to: str) -> None:
    answer = client.get("/language/en", params={"to": to})
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/")


def test_unknown_languages_are_not_remembered(client: TestClient) -> None:
    assert client.get("/language/fr?to=/fr/").status_code == 404


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/it/nulla", "A questo indirizzo non c’è nulla"),
        ("/en/nothing", "There is nothing at this address"),
        ("/it/piano/9.9.9", "In questo piano non c’è l’azione 9.9.9."),
        ("/en/plan/9.9", "There is no strategy 9.9 in this plan."),
        ("/en/plan/9", "There is no axis 9 in this plan."),
    ],
)
def test_what_is_not_there_is_said_in_words(client: TestClient, address: str, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert words in answer.text


def test_an_error_of_ours_shows_no_details(toy_twin: Twin, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(toy_twin, Settings())

    async def broken(request: object) -> None:
        raise RuntimeError("secret detail")

    app.router.add_route("/en/broken", broken, methods=["GET"])
    with TestClient(app, base_url="http://localhost") as client:
        answer = client.get("/en/broken")
    assert answer.status_code == 500
    assert "The page could not be made" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src" in answer.headers["content-security-policy"]
    assert any("/en/broken" in record.message for record in caplog.records)


def test_a_page_is_sent_once(client: TestClient) -> None:
    first = client.get("/it/piano")
    again = client.get("/it/piano", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/en/plan").headers["etag"] != first.headers["etag"]


def test_pages_are_compressed_for_those_who_can_read_it(client: TestClient) -> None:
    plain = client.get("/it/piano", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", "/it/piano", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 3


def test_static_files_of_this_version_may_be_kept_for_ever(client: TestClient) -> None:
    address = Assets().url("css/site.css")
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/other/css/site.css").headers["cache-control"] == "no-cache"
    for name in ("css/none.css", "../app.py", "%2e%2e/app.py", "js/../../app.py"):
        answer = client.get(f"/static/{Assets().version}/{name}", follow_redirects=True)
        assert answer.status_code == 404


def test_every_address_of_a_page_leads_somewhere(client: TestClient, toy_twin: Twin) -> None:
    """Internal addresses on one page of every kind answer: of those that differ in their query only, thirty."""
    seen: set[str] = set()
    for address in addresses(toy_twin, "en").values():
        for found in re.findall(r'(?:href|src|action)="(/[^"#]*)', client.get(address).text):
            seen.add(found.replace("&amp;", "&"))
    kinds: dict[str, list[str]] = {}
    for address in sorted(seen):
        kinds.setdefault(address.split("?")[0], []).append(address)
    asked = [a for own in kinds.values() for a in random.Random(1).sample(own, min(len(own), 30))]
    # Forms that write take no GET: that they are there is all that is tried.
    fine = {address: (405,) if address.startswith("/act/") else (200, 303) for address in asked}
    missing = {a for a in asked if "/vendor/" not in a and client.get(a).status_code not in fine[a]}
    assert len(asked) > 60
    assert not missing


def test_the_shelf_keeps_within_its_bytes() -> None:
    shelf = Shelf(10_000)
    bodies = {str(n): Rendered.of(bytes([n]) * 1500, "text/plain") for n in range(12)}
    for key, body in bodies.items():
        shelf.put(key, body)
    kept = [key for key in bodies if shelf.get(key)]
    assert sum(bodies[key].size for key in kept) <= 10_000
    assert kept == list(bodies)[-len(kept) :]
    shelf.put("large", Rendered(b"x" * 9_000, b"", '"e"', "text/plain"))
    assert shelf.get("large") is None
