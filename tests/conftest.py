# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that several test folders use."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import hypothesis
import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"

#: No process stands by for runs that hardly any test starts; those that do ask for it.
os.environ.setdefault("AUMENTA_STANDBY_SECONDS", "0")

#: How long one example takes says nothing on a machine that others use too.
hypothesis.settings.register_profile("shared-machine", deadline=None)
hypothesis.settings.load_profile("shared-machine")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The collected data and the plan's document, where they lie beside the repository; else skip."""
    if not SHARED.is_dir():
        pytest.skip("needs the collected data and the plan's document beside the repository (../shared)")
    return SHARED


@pytest.fixture(scope="session")
def built_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a whole twin of the toy metropolis, built once for all tests and processes; read only."""
    import aumenta

    root = tmp_path_factory.getbasetemp()
    root = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    with (root / "toy-twin.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first builds, the others wait for it
        if not (root / "toy-twin" / "current").is_file():
            aumenta.build("toy", into=root / "toy-building")
            (root / "toy-building").rename(root / "toy-twin")
    return root / "toy-twin"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the skipped tests by reason, so that nobody takes a skip for a pass."""
    reasons = _skips_by_reason(terminalreporter)
    for reason, number in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped {number}: {reason}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI only tests that need ../shared may skip; any other skip fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None or hasattr(session.config, "workerinput"):
        return
    others = {reason: n for reason, n in _skips_by_reason(reporter).items() if "(../shared)" not in reason}
    if others and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for reason, number in others.items():
            reporter.write_line(f"CI does not allow this skip ({number}): {reason}", red=True)


def _skips_by_reason(reporter: pytest.TerminalReporter) -> dict[str, int]:
    counted: dict[str, int] = {}
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        counted[reason] = counted.get(reason, 0) + 1
    return counted
