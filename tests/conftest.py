# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that several test folders use."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
#: Where a folder of a name lies, made by the first that asks.
MadeOnce = Callable[[str, Callable[[Path], object]], Path]

#: No process stands by for runs that hardly any test starts; those that do ask for it.
os.environ.setdefault("AUMENTA_STANDBY_SECONDS", "0")

#: Tests that stop what runs as a terminal does; a script that starts all tests with & has it ignored.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: What lives on is much (libraries, twins, pages) and what goes is little: it is looked through less often.
gc.set_threshold(100_000, 20, 20)

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
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Makes a folder once for all tests and their processes; read only."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root

    def once(name: str, make: Callable[[Path], object]) -> Path:
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the first makes, the others wait for it
            if not (root / name).is_dir():
                make(root / f"{name}-unfinished")
                (root / f"{name}-unfinished").rename(root / name)
        return root / name

    return once


@pytest.fixture(scope="session")
def built_toy(made_once: MadeOnce) -> Path:
    """Folder of a whole twin of the toy metropolis."""
    import aumenta

    return made_once("toy-twin", lambda folder: aumenta.build("toy", into=folder))


@pytest.fixture(scope="session")
def built_torino(made_once: MadeOnce) -> Path:
    """Folder of a twin of Turin with its network, before travel times."""
    import aumenta

    return made_once("torino-twin", lambda folder: aumenta.build("torino", into=folder, only="readings"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no process is left alone with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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
