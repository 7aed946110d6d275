# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What stands before the pages: hosts, origins, limits, headers, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.web.app import create_app
from aumenta.web.assets import Assets
from aumenta.web.routes import PAGES, page_path
from aumenta.web.security import HEADERS, CsrfTokens, host_name, same_origin
from aumenta.web.sheet import safe_link

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin


class Page(HTMLParser):
    """What a page loads, what it runs, and what breaks its own policy."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.inline: list[str] = []
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style":
            self.inline.append("style")
        if tag == "script" and "src" not in given:
            self.inline.append("script")
        if tag in {"script", "img", "iframe", "source", "use", "image", "embed", "object"}:
            self.loads += [given[name] for name in ("src", "href", "data") if name in given]
        if tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload", "modulepreload"}:
            self.loads.append(given["href"])
        if tag == "a" and "href" in given:
            self.links.append((given["href"], given.get("rel", "")))


def pages(client: TestClient, twin: Twin) -> dict[str, str]:
    place = str(twin.places(level="municipality")["id"].iloc[0])
    codes = {"axis": "1", "strategy": "1.1", "action": "1.1.1"}
    return {
        page.id: client.get(
            page_path(
                page.id,
                "en",
                code=codes.get(page.id, ""),
                place=place,
                measure="soil",
                scenario="valley-on-call",
                answer="0123456789abcdef",
            )
        ).text
        for page in PAGES
    }


def test_no_page_holds_anything_inline_or_loads_from_elsewhere(client: TestClient, toy_twin: Twin) -> None:
    for page_id, html in pages(client, toy_twin).items():
        page = Page(html)
        assert not page.inline, page_id
        assert page.loads, page_id
        assert all(a.startswith(("/static/", "/files/", "#")) for a in page.loads), page_id


def test_links_to_other_sites_are_http_and_give_no_opener(client: TestClient, toy_twin: Twin) -> None:
    outside = [
        link
        for html in pages(client, toy_twin).values()
        for link in Page(html).links
        if link[0][:1] not in "/#"
    ]
    assert outside
    for address, rel in outside:
        assert address.startswith(("https://", "http://")), address
        assert "noopener" in rel.split(), address


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    asked = {
        "/": 302,
        "/it/": 200,
        "/it/nulla": 404,
        "/files/plan/defects.csv": 200,
        Assets().url("css/site.css"): 200,
        "/language/en": 303,
        "/en/plan?q=" + "x" * 5000: 414,
    }
    for address, status in asked.items():
        answer = client.get(address)
        assert answer.status_code == status, address
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (address, name)


def test_the_policy_allows_nothing_inline_and_no_eval() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in HEADERS["content-security-policy"]
    assert "http" not in HEADERS["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""]
)
def test_other_hosts_are_refused_in_words(client: TestClient, host: str) -> None:
    answer = client.get("/en/plan", headers={"host": host})
    assert answer.status_code == 400
    assert "AUMENTA_ALLOWED_HOSTS" in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:9"])
def test_own_hosts_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/en/plan", headers={"host": host}).status_code == 200


@given(st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True), st.integers(1, 65535))
def test_the_port_of_a_host_does_not_count(name: str, port: int) -> None:
    assert host_name(f"{name.upper()}:{port}") == host_name(name) == name


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "http://127.0.0.1:8000", "sec-fetch-site": "cross-site"}, 403),
        ({"referer": "http://evil.example/127.0.0.1:8000"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 405),
        ({"referer": "http://127.0.0.1:8000/en/plan"}, 405),
    ],
)
def test_writes_from_other_sites_are_refused_and_pages_cannot_be_written(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/en/plan", content=b"x", headers=headers)
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_an_origin_is_a_whole_origin() -> None:
    def asked(origin: str) -> bool:
        return same_origin(Headers({"host": "twin.example", "origin": origin}))

    assert asked("https://twin.example")
    assert not asked("https://twin.example.evil")
    assert not asked("https://evil/twin.example")
    assert not asked("ftp://twin.example")


def limited(twin: Twin, **changes: object) -> TestClient:
    app = create_app(twin, Settings().model_copy(update=changes))

    async def take(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def sleep(request: Request) -> Response:
        await asyncio.sleep(5)
        return PlainTextResponse("late")

    app.router.add_route("/take", take, methods=["POST"])
    app.router.add_route("/en/sleep", sleep, methods=["GET"])
    return TestClient(app, base_url="http://localhost")


def test_bodies_have_a_limit_said_or_not(toy_twin: Twin) -> None:
    own = {"origin": "http://localhost"}
    with limited(toy_twin, max_request_bytes=100) as client:
        assert client.post("/take", content=b"x" * 100, headers=own).text == "100"
        assert client.post("/take", content=b"x" * 101, headers=own).status_code == 413
        parts = (b"x" * 40 for _ in range(3))  # sent in chunks, without a length
        assert client.post("/take", content=parts, headers=own).status_code == 413
        bad = client.post("/take", content=b"x", headers={**own, "content-length": "-1"})
        assert bad.status_code == 400


def test_a_page_that_takes_too_long_is_given_up(toy_twin: Twin) -> None:
    with limited(toy_twin, request_timeout=0.05) as client:
        answer = client.get("/en/sleep")
    assert answer.status_code == 503
    assert "took too long" in answer.text


def test_tokens_belong_to_their_visitor_and_their_process() -> None:
    tokens = CsrfTokens()
    visitor = tokens.new_visitor()
    token = tokens.issue(visitor)
    assert tokens.valid(token, visitor)
    assert not tokens.valid(token, tokens.new_visitor())
    assert not tokens.valid(token + "x", visitor)
    assert not tokens.valid(None, visitor)
    assert not tokens.valid(token, None)
    assert not CsrfTokens().valid(token, visitor)
    assert not CsrfTokens(secret="s", max_age=-1).valid(CsrfTokens(secret="s").issue(visitor), visitor)


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://www.example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT://example.org/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("http:/half.example", False),
        ("//example.org", False),
        ("https://user:word@example.org", False),
        ("ftp://example.org", False),
        ("https://[broken", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address: str | None, is_link: bool) -> None:
    assert (safe_link(address) is not None) == is_link
