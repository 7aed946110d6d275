# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The process that stands by: it runs what it is told on a real twin, ends by itself, and is never two."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import aumenta
from aumenta.web.standby import Standby

pytestmark = pytest.mark.slow


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


@pytest.fixture
def root(built_toy: Path, tmp_path: Path) -> Path:
    """A twin of its own over the builds of the shared one."""
    (tmp_path / "builds").symlink_to(built_toy / "builds")
    for name in ("current", "pack.json"):
        if (built_toy / name).exists():
            (tmp_path / name).write_bytes((built_toy / name).read_bytes())
    return tmp_path


@pytest.fixture
def standby(root: Path) -> Iterator[Standby]:
    made = Standby(root, 60)
    yield made
    made.end()


def test_it_runs_what_it_is_told_and_only_one_stands_by(standby: Standby, root: Path) -> None:
    scenario = aumenta.open(root).scenarios()[0].id
    standby.ready()
    first = standby._waiting
    standby.ready()
    assert first is not None and standby._waiting is first
    started = standby.take(scenario)
    assert started is first and standby._waiting is None
    assert started.process.wait(120) == 0, started.said()
    started.end()
    twin = aumenta.open(root)
    assert [record.scenario for record in twin.runs.records()] == [scenario]


def test_what_it_cannot_run_is_said(standby: Standby) -> None:
    standby.ready()
    started = standby.take("none-of-this-name")
    assert started.process.wait(120) == 2
    assert "none-of-this-name" in started.said()
    started.end()


def test_nobody_asks_and_it_ends_without_a_run(root: Path) -> None:
    standby = Standby(root, 0.01)
    standby.ready()
    waiting = standby._waiting
    assert waiting is not None and waiting.process.wait(120) == 0
    assert aumenta.open(root).runs.names() == []


def test_the_pages_are_gone_and_it_ends(standby: Standby) -> None:
    standby.ready()
    waiting = standby._waiting
    assert waiting is not None and waiting.process.stdin is not None
    waiting.process.stdin.close()
    assert waiting.process.wait(120) == 0


def test_no_process_stands_by_where_none_is_wanted(root: Path) -> None:
    standby = Standby(root, 0)
    standby.ready()
    assert standby._waiting is None
