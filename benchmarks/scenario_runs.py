# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A run of one line on a real twin, asked for as the pages do: seconds to the first figures and to all of them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from measure import Figure

import aumenta
from aumenta.settings import Settings
from aumenta.web.background import Background
from aumenta.web.scenario_runs import ScenarioQueue

#: The scenario, of one line, and seconds given to the process that stands by to read the twin.
SCENARIO, READING = "susa-every-30", 30.0


def figures(twin: Path) -> Iterator[Figure]:
    """First and all figures, with a process that stands by as on the pages, and with none as on the command line."""
    for name, standby in (("page", 600.0), ("cold", 0.0)):
        first, whole, told = asked(twin, standby)
        said = f"{SCENARIO}: {told} figures moved"
        yield Figure(f"run.{name}.first_seconds", first, "s", True, 10.0, 5.0, f"{said}; the first of them")
        yield Figure(f"run.{name}.whole_seconds", whole, "s", True, 90.0, 30.0, f"{said}; all measures")


def asked(root: Path, standby: float) -> tuple[float, float, int]:
    """Seconds until the first figure that moved and until the end, and how many figures moved."""
    twin, background = aumenta.open(root), Background()
    queue = ScenarioQueue(twin, Settings(standby_seconds=standby), background)
    try:
        queue.prepare()
        time.sleep(READING if standby else 0)
        began, first, told = time.monotonic(), float("nan"), 0
        queue.ask(SCENARIO)
        while (state := queue.state(SCENARIO)).busy:
            moved = len((state.progress or {}).get("first", ()))
            if moved and not told:
                first = time.monotonic() - began
            told = max(told, moved)
            time.sleep(0.05)
        whole = time.monotonic() - began
        if state.phase != "done":
            raise RuntimeError(f"the run ended otherwise: {state.phase} {state.error}")
        shutil.rmtree(root / "scenarios" / "runs")
    finally:
        background.end()
    return first, whole, told
