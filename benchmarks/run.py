# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: measure the figures, print each with what it was measured on, write benchmarks/latest.json.

python benchmarks/run.py [builds] [equity] [pages] [maps] [reach] [access] [scenarios] [siting] [runs]
    only the named parts
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import access
import builds
import equity
import maps
import pages
import reach
import scenario_runs
import scenarios
import siting
from measure import Figure, timed

LATEST = Path(__file__).resolve().parent / "latest.json"


def all_figures(parts: list[str]) -> Iterator[Figure]:
    """Figures of the named parts, all when none is named."""
    if not parts or "builds" in parts:
        yield from builds.figures()
    if not parts or "equity" in parts:
        yield from equity.figures()
    if not parts or "access" in parts:
        yield from access.figures()
    if not parts or "scenarios" in parts:
        yield from scenarios.figures()
    if not parts or "siting" in parts:
        yield from siting.figures()
    if not parts or {"pages", "maps", "reach", "runs"} & set(parts):
        with tempfile.TemporaryDirectory() as folder:
            twin = Path(folder) / "twin"
            timed([sys.executable, "-m", "aumenta", "build", builds.PACK, "--into", str(twin)])
            if not parts or "pages" in parts:
                yield from pages.figures(twin)
            if not parts or "maps" in parts:
                yield from maps.figures(twin)
            if not parts or "reach" in parts:
                yield from reach.figures(twin)
            if not parts or "runs" in parts:
                yield from scenario_runs.figures(twin)


def main() -> int:
    """Print and write; the exit code says whether every promise is kept."""
    measured = []
    for figure in all_figures(sys.argv[1:]):
        measured.append(figure)
        aim = "" if figure.aim is None else f", aim {figure.aim:g}"
        bound = "" if figure.must is None else f"   must {figure.must:g}{aim}"
        mark = {True: "ok  ", False: "MISS", None: "    "}[figure.kept]
        print(
            f"{mark} {figure.name:<42} {figure.value:>10.3f} {figure.unit:<7}{bound}   [{figure.measured_on}]",
            flush=True,
        )
    rows = [asdict(figure) for figure in measured]
    if sys.argv[1:] and LATEST.is_file():  # the other parts' figures stay
        names = {figure.name for figure in measured}
        rows = [row for row in json.loads(LATEST.read_text()) if row["name"] not in names] + rows
    LATEST.write_text(json.dumps(rows, indent=1) + "\n")
    return 1 if any(figure.kept is False for figure in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
