# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Build time and memory of the twin, with its travel times and readings, and the reports of all its places."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, bandwidth, machine, timed

from aumenta.store.packs import open_pack

PACK = "torino"


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def figures(runs: int = 3) -> Iterator[Figure]:
    """Ground, whole build, unchanged build; best of `runs`, the machine being shared."""
    name = open_pack(PACK).about.name.en
    where = f"{machine()}; pack {PACK} ({name}), best of {runs}"
    aumenta = [sys.executable, "-m", "aumenta"]
    with tempfile.TemporaryDirectory() as folder:
        twins = [str(Path(folder) / f"twin{n}") for n in range(runs)]
        ground = [timed([*aumenta, "build", PACK, "--into", into, "--only", "ground"]) for into in twins]
        yield Figure("build.ground.seconds", min(s for s, _ in ground), "s", True, 20, 10, where)
        yield Figure("build.ground.peak_memory", max(m for _, m in ground), "MB", True, 1500, 800, where)
        early = [
            timed([*aumenta, "build", PACK, "--into", f"{into}r", "--only", "readings"]) for into in twins
        ]
        yield Figure(
            "build.readings.seconds", min(s for s, _ in early), "s", True, 60, 30, f"{where}; first pages"
        )
        whole = [timed([*aumenta, "build", PACK, "--into", f"{into}w"]) for into in twins]
        yield Figure("build.whole.seconds", min(s for s, _ in whole), "s", True, 360, 180, where)
        yield Figure("build.whole.peak_memory", max(m for _, m in whole), "MB", True, None, None, where)
        again = [timed([*aumenta, "build", PACK, "--into", f"{into}w"]) for into in twins]
        yield Figure("build.unchanged.seconds", min(s for s, _ in again), "s", True, 2, 1, where)
        command = [*aumenta, "report", "all", "--twin", f"{twins[0]}w", "--into", f"{folder}/reports"]
        reports, _ = timed(command)
        written = len(list(Path(folder, "reports").rglob("*.pdf")))
        yield Figure(
            "report.all.seconds", reports, "s", True, 300, 180, f"{machine()}; {written} PDF files, once"
        )
        moved = _folder_bytes(Path(f"{twins[0]}w"))
        yield Figure("build.twin_bytes", moved / 1e6, "MB", True, None, None, where)
        yield Figure(
            "build.floor.seconds",
            moved / bandwidth(),
            "s",
            True,
            None,
            None,
            where + "; bytes of the twin over memory bandwidth",
        )
