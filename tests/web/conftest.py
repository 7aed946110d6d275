# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of the pages' tests: the twin of the toy metropolis, built once, and a client of its pages."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aumenta.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

ADDRESS = "http://127.0.0.1:8000"
VENDOR = Path(__file__).resolve().parents[2] / "src/aumenta/web/static/vendor"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def toy_twin(built_toy: Path) -> Twin:
    from aumenta.twin.facade import open_twin

    return open_twin(built_toy)


@pytest.fixture(scope="session")
def large_twin(toy_twin: Twin) -> Twin:
    """The toy territory with the bundled plan of 111 actions, to see pages at their real size."""
    from aumenta.plan.pack import load_plan
    from aumenta.store.packs import BUNDLED
    from aumenta.twin.facade import Twin
    from aumenta.twin.plan_view import TwinPlan

    plan = TwinPlan.model_validate(load_plan(BUNDLED / "torino" / "plan").model_dump())

    class WithLargePlan(Twin):
        @property
        def plan(self) -> TwinPlan:
            return plan

    return WithLargePlan(toy_twin.root, toy_twin.folder, toy_twin.manifest)


@pytest.fixture(scope="session")
def large_client(large_twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    with TestClient(create_app(large_twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def client(toy_twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    app = create_app(toy_twin, Settings())
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@contextmanager
def served(twin: Twin) -> Iterator[str]:
    """The pages of a twin on a free port, served by a thread; gives the address."""
    import uvicorn

    from aumenta.web.app import create_app

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(create_app(twin, Settings()), log_level="warning", timeout_graceful_shutdown=10)
    )
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), name="served", daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()
    assert not thread.is_alive(), "the server does not end"


@pytest.fixture(scope="session")
def serve() -> Callable[[Twin], AbstractContextManager[str]]:
    """Serves the pages of a twin of a test's own."""
    return served


@pytest.fixture(scope="session")
def large_address(large_twin: Twin) -> Iterator[str]:
    """Address of the pages of the toy territory with the plan of 111 actions."""
    with served(large_twin) as address:
        yield address


@pytest.fixture(scope="session")
def toy_address(toy_twin: Twin) -> Iterator[str]:
    """Address of the pages of the toy metropolis."""
    with served(toy_twin) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, or a skip that says what is missing."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed")
    if not (VENDOR / "bootstrap-italia").is_dir():
        pytest.skip("the front-end packages were not fetched (npm install, tools/vendor.py)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def harmless() -> tuple[str, ...]:
    """What the browser may say: drawn in software, it warns that reading the drawing back is slow."""
    return ("GPU stall", "GL Driver Message")


@pytest.fixture(scope="module")
def windows(chromium: Browser, toy_address: str) -> Iterator[Callable[[int, int], BrowserContext]]:
    """Browsers of a width and height, each opened once: scripts are loaded and compiled once for all tests."""
    opened: dict[tuple[int, int], BrowserContext] = {}

    def window(wide: int, tall: int) -> BrowserContext:
        if (wide, tall) not in opened:
            size: ViewportSize = {"width": wide, "height": tall}
            opened[wide, tall] = chromium.new_context(viewport=size, base_url=toy_address)
        return opened[wide, tall]

    yield window
    for one in opened.values():
        one.close()


@pytest.fixture(params=[(1280, 900)], ids=["wide"])
def page(
    windows: Callable[[int, int], BrowserContext],
    toy_address: str,
    harmless: tuple[str, ...],
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    """A page of the toy metropolis that afterwards must have asked no other host and have complained of nothing."""
    context = windows(*request.param)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    page.close()
    context.clear_cookies()  # the next one is somebody else
    assert [c for c in complaints if not any(one in c for one in harmless)] == []
    assert [u for u in asked if not u.startswith((toy_address, "data:", "blob:"))] == []
