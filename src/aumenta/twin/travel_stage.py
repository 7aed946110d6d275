# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The last stage of a build: every measure, with the travel times that some of them read."""

from __future__ import annotations

from pathlib import Path

from aumenta.network.files import open_network
from aumenta.store.manifest import Manifest
from aumenta.twin.ground import Ground, Tell, view_of
from aumenta.twin.measures import measures_of
from aumenta.twin.network_names import names_of_build
from aumenta.twin.stages import TABLES, Written, write_values
from aumenta.twin.travel_inputs import FOLDER, TravelInputs

__all__ = ["FOLDER", "REWRITTEN", "write_travel_stage"]
#: Folder of the twin where unfinished runs lie; what is there is taken up again by the next build.
SCRATCH = ".unfinished"
#: How the names of files begin that the stage before wrote and this one writes anew.
REWRITTEN = ("values.parquet", "cell_values.parquet", f"{TABLES}/")


def write_travel_stage(ground: Ground, base: Manifest, folder: Path, root: Path, tell: Tell) -> Written:
    """Run all measures with travel times; the times are kept in `times/` under the hash of what they rest on."""
    view, travel = view_of(ground), None
    if base.network is not None:
        network = open_network(folder / "network")
        travel = TravelInputs(ground, network, names_of_build(base.files), folder, root / SCRATCH, tell)
        view = view.extended(travel.loaders())
    written = write_values(ground, view, list(measures_of(ground.territory).values()), folder, tell)
    if travel is not None:
        written.files |= travel.files()
    for path in (folder / FOLDER).glob("*"):  # times of an earlier build that nothing reads any more
        if f"{FOLDER}/{path.name}" not in written.files:
            path.unlink()
    return written
