# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Work beside the pages ends with them: no thread outlives an app, however early it is stopped."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from aumenta.settings import Settings
from aumenta.web.app import create_app
from aumenta.web.background import Background
from aumenta.web.following import Following

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:8000"


def others(before: set[threading.Thread]) -> list[str]:
    """Names of threads that were not there before; those of the server itself are given a moment to go."""
    until = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < until:
        time.sleep(0.01)
    return [thread.name for thread in left]


def test_an_app_started_and_stopped_five_times_leaves_no_thread(toy_twin: Twin) -> None:
    before = set(threading.enumerate())
    times = ((0, "/it/"), (0.05, "/it/raggiungi"), (0.1, "/it/equita"), (0.3, "/it/"), (0.6, "/it/raggiungi"))
    for wait, path in times:
        with TestClient(create_app(toy_twin, Settings()), base_url=ADDRESS) as client:
            assert client.get(path).status_code == 200
            time.sleep(wait)  # stopped at another step of its preparation
        assert others(before) == []


def test_pages_that_follow_the_twin_leave_no_thread(toy_twin: Twin) -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        app = Following(toy_twin.root, Settings())
        app.watch(every=0.01)
        with TestClient(app, base_url=ADDRESS) as client:
            assert client.get("/en/reach").status_code == 200
        assert others(before) == []


def test_a_process_ends_while_its_pages_are_prepared(toy_twin: Twin) -> None:
    program = f"""
import pytest
from starlette.testclient import TestClient
from aumenta.settings import Settings
from aumenta.twin import open_twin
from aumenta.web.app import create_app
with TestClient(create_app(open_twin({str(toy_twin.root)!r}), Settings()), base_url="{ADDRESS}") as client:
    client.get("/en/reach")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_work_is_told_to_end_woken_and_waited_for() -> None:
    background, done = Background(), []
    wanted = threading.Event()

    def work() -> None:
        wanted.wait(60)
        assert background.ending
        done.append("ended")

    background.wakes(wanted.set)
    assert background.start("work", work)
    background.end()
    assert done == ["ended"]
    assert not background.start("late", work)  # what comes after the end is not begun
    background.begin()
    assert background.start("again", lambda: done.append("again"))
    background.end()
    assert done == ["ended", "again"]
