# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios that a twin knows: those that come with its pack, and over them those saved beside its builds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from aumenta.errors import PackError, Problem, ScenarioError
from aumenta.scenario.model import Scenario, load_scenario
from aumenta.store.pack_place import recall_pack

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

#: Folder of the scenarios in a pack.
FOLDER = "scenarios"
_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")


@dataclass(frozen=True)
class KnownScenario:
    """One scenario of the list. One that cannot be read has an `error` in the place of the `scenario`.

    `saved`: it lies beside the builds; `bundled`: the pack has one of its id. Where both, the saved one counts.
    """

    id: str
    path: Path
    saved: bool
    bundled: bool
    scenario: Scenario | None
    error: ScenarioError | None = None


class _Read:
    """Files read once for as long as they stay as they are: a page lists them at every visit."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[Path, tuple[tuple[int, int], Scenario | ScenarioError]] = {}

    def __call__(self, path: Path) -> Scenario | ScenarioError:
        try:
            about = path.stat()
            stamp = (about.st_mtime_ns, about.st_size)
        except OSError:
            stamp = (0, 0)
        with self._lock:
            kept = self._kept.get(path)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        try:
            found: Scenario | ScenarioError = load_scenario(path)
        except ScenarioError as error:
            found = error
        with self._lock:
            self._kept[path] = (stamp, found)
        return found


def paths_of(twin: Twin) -> dict[str, tuple[Path | None, Path | None]]:
    """Ids in order, each with the saved file and the pack's file, as far as there is one.

    A twin whose pack is gone has its saved ones only.
    """
    try:
        folder = recall_pack(twin.root, twin.manifest.pack.id).root / FOLDER
    except PackError:
        bundled: dict[str, Path] = {}
    else:
        bundled = {path.stem: path for path in folder.glob("*.yaml") if _ID.match(path.stem)}
    saved = {name: twin.runs.folder / f"{name}.yaml" for name in twin.runs.ids()}
    return {name: (saved.get(name), bundled.get(name)) for name in sorted({*saved, *bundled})}


def known_scenarios(twin: Twin) -> list[KnownScenario]:
    """Every scenario of a twin, by id; one that cannot be read does not hide the others."""
    return [_known(twin, name, *paths) for name, paths in paths_of(twin).items()]


def known_scenario(twin: Twin, name: str) -> KnownScenario | None:
    """The scenario of an id; None when there is none."""
    paths = paths_of(twin).get(name)
    return None if paths is None else _known(twin, name, *paths)


def load_known(twin: Twin, name: str) -> Scenario:
    """The scenario of an id. Raises `ScenarioError` when there is none, or it cannot be read."""
    found = known_scenario(twin, name)
    if found is None:
        if not _ID.match(name):
            twin.runs.load(name)  # says what an id looks like
        expected = ", ".join(paths_of(twin)) or "none is saved, and the pack has none"
        problem = Problem("no such scenario", found=name[:80], expected=expected)
        raise ScenarioError("The scenario was not found.", [problem])
    if found.error is not None:
        raise found.error
    assert found.scenario is not None  # one of both is there
    return found.scenario


def _known(twin: Twin, name: str, saved: Path | None, bundled: Path | None) -> KnownScenario:
    path = saved or bundled
    assert path is not None  # an id comes from a file
    read = twin.once("scenario files", _Read)(path)
    scenario, error = (read, None) if isinstance(read, Scenario) else (None, read)
    if scenario is not None and scenario.id != name:
        problem = Problem("the id is not that of the file", str(path), None, "id", scenario.id, name)
        scenario, error = None, ScenarioError("The scenario cannot be used as it is.", [problem])
    return KnownScenario(name, path, saved is not None, bundled is not None, scenario, error)
