# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pages follow the twin: a build published while they are served takes their place, a bad one does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.store.layout import Layout
from aumenta.twin.builder import run_build
from aumenta.web.following import Following

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("following") / "twin"
    run_build("toy", folder, only="readings")
    return folder


def test_the_next_build_takes_the_place_of_the_one_before(folder: Path) -> None:
    app = Following(folder, Settings())
    first = app.build
    assert app.look() is False and app.build == first
    with TestClient(app, base_url=ADDRESS) as client:
        assert client.get("/it/").status_code == 200
        made = run_build("toy", folder)
        assert made.manifest.complete and made.manifest.build != first
        assert app.look() is True and app.build == made.manifest.build
        assert made.manifest.build in client.get("/en/method").text


def test_a_build_that_cannot_be_opened_leaves_the_pages_as_they_are(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = Following(folder, Settings())
    build = app.build
    current = Layout(folder).current
    kept = current.read_text()
    current.write_text("0123456789abcdef\n")
    try:
        assert app.look() is False and app.build == build
        assert "stay as they are" in caplog.text
        caplog.clear()
        assert app.look() is False and not caplog.text  # said once
    finally:
        current.write_text(kept)
    assert app.look() is False


def test_it_looks_by_itself(folder: Path) -> None:
    app = Following(folder, Settings())
    app.app.state.site.twin.manifest = app.app.state.site.twin.manifest.model_copy(update={"build": "0" * 16})
    app.watch(every=0.01)
    for _ in range(500):
        if app.build != "0" * 16:
            break
        time.sleep(0.02)
    app.stop()
    assert app.build == Layout(folder).current_name()
